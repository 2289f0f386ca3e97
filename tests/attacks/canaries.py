"""A data folder with canaries: texts that stand only in portions that the low readers must never see."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graph_service.builder import Builder
from graph_service.demo import DEMO_KEY
from graph_service.portions import Portion
from graph_service.settings import Layout, read_settings
from tests.worlds import World

EX = "https://example.org/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"

# Each hidden portion has a word of its own, which stands in every kind of term that a portion can hold.
HIDDEN = ("zeppelin", "quagga", "ocelot", "wombat", "okapi", "narwhal")
NOBODYS = ("dodo",)


def markings(world: World) -> dict[str, str]:
    """What hides each word: a level, compartments with a public and a secret name, recipients, another policy."""
    return {
        "zeppelin": world.high,
        "quagga": f"{world.low}//{world.compartment}",
        "ocelot": f"{world.lowest}//{world.secret}",
        "wombat": f"{world.lowest}//REL TO {world.ally}",
        "okapi": world.other_high,
        "narwhal": f"{world.lowest} + {world.other_high}",
        "dodo": f"{world.lowest}//REL TO NOBODY",
    }


LOW = f"""
<{EX}anna> <{TYPE}> <{EX}Person> .
<{EX}anna> <{SKOS}prefLabel> "Anna"@en .
<{EX}anna> <{EX}knows> <{EX}bert> .
<{EX}anna> <{EX}age> "41"^^<{XSD}integer> .
<{EX}bert> <{TYPE}> <{EX}Person> .
<{EX}bert> <{SKOS}prefLabel> "Bert"@en .
<{EX}bert> <{EX}age> "17"^^<{XSD}integer> .
<{EX}carla> <{TYPE}> <{EX}Person> .
<{EX}carla> <{SKOS}prefLabel> "Carla"@en .
<{EX}carla> <{EX}age> "71"^^<{XSD}integer> .
"""


@dataclass(frozen=True)
class Canaries:
    """The built folder, with the tokens of its readers."""

    layout: Layout
    tokens: dict[str, str]


def hidden_text(word: str) -> str:
    """Statements that touch the low ones: a middle node on a path, a new type, an age, a label of a low thing."""
    me = f"{EX}{word}-node"
    return f"""
<{EX}bert> <{EX}knows> <{me}> .
<{me}> <{EX}knows> <{EX}carla> .
<{me}> <{TYPE}> <{EX}Person> .
<{me}> <{TYPE}> <{EX}{word}-Class> .
<{me}> <{SKOS}prefLabel> "The {word} affair"@en .
<{me}> <{EX}{word}-property> "x" .
<{me}> <{EX}note> "{word} in Dutch"@nl-x-{word} .
<{me}> <{EX}value> "1"^^<{EX}{word}-datatype> .
<{me}> <{EX}age> "99"^^<{XSD}integer> .
<{EX}anna> <{SKOS}altLabel> "Agent {word}"@en .
<{EX}anna> <{EX}near> _:{word}place .
_:{word}place <{EX}note> "{word} harbour" .
"""


def build_canaries(folder: Path, world: World, *, with_hidden: bool) -> Canaries:
    """The folder with the hidden portions, or its twin that never had them."""
    layout = world.prepare(Layout(folder))
    builder = Builder(layout, read_settings(layout.data), key=DEMO_KEY)
    # ``clerk`` is registered but sees the low portion only; ``cleared`` sees every portion but the one of nobody.
    readers = {
        "clerk": world.clearance(world.lowest, affiliation=world.home),
        "cleared": world.clearance(
            world.top, world.other_high, compartments=[world.compartment, world.secret], affiliation=world.ally
        ),
    }
    try:
        sources = [("low", world.lowest, LOW)]
        if with_hidden:
            sources += [(word, marking, hidden_text(word)) for word, marking in markings(world).items()]
        for name, marking, text in sources:
            label = world.label(marking)
            builder.load([Portion(f"{EX}source/{name}", f"part-{name}", label, f"{EX}originator/{name}", text)])
        return Canaries(layout, {name: builder.add_user(name, clearance) for name, clearance in readers.items()})
    finally:
        builder.close()
