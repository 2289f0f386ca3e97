"""The demo with canaries: invented things of every kind that the page draws, in portions above some of its readers.

Each canary is a word that stands in every kind of place that a page could show it from: names, other names of public
things, IRIs, literals of odd languages and datatypes, classes and properties (which an editor completes), the source of
its portion. A page that shows a reader a word of a portion above them has leaked.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graph_service.builder import Builder
from graph_service.demo import DEMO_KEY
from graph_service.namespaces import level_iri
from graph_service.portions import Portion
from graph_service.security import Label
from graph_service.settings import SETTINGS_FILE, Layout, read_settings
from graph_service.storage.views import Publication
from tests.service import copy_of, sluis_here, tokens
from tests.worlds import SHIPPED, World

ID = "https://w3id.org/sluis/id/"
NS = "https://w3id.org/sluis/ns#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DCT = "http://purl.org/dc/terms/"

CLASSES = (
    "Organisation",
    "StatedLink",
    "Event",
    "Report",
    "EvidenceLine",
    "Finding",
    "Location",
    "InputStep",
    "CausalLink",
)
"""What a canary has one of each, under ``<class>/<word>``."""


def markings(world: World) -> dict[str, str]:
    """Each canary word with the marking that hides it."""
    return {
        "quagga": world.low,
        "zeppelin": world.top,
        "ocelot": f"{world.lowest}//{world.secret}",
        "wombat": f"{world.lowest}//REL TO {world.ally}",
        "okapi": "SECRET UE/EU SECRET" if not world.folder else f"{world.top}//{world.secret}",
        "narwhal": f"{world.lowest} + COSMIC TOP SECRET" if not world.folder else f"{world.top} + {world.other_high}",
        "dodo": f"{world.lowest}//REL TO NOBODY",
    }


def thing(kind: str, word: str) -> str:
    return f"<{ID}{kind.lower()}/{word}>"


def text_about(word: str, label: Label) -> str:
    """N-Triples: things of each kind named with the word, tied to things of the demo that everybody sees."""
    mission, goal, mali = (f"<{ID}{path}>" for path in ("actor/minusma", "goal/exercise-dry-feet", "country/mali"))
    lines = [f'{mission} <{SKOS}altLabel> "EXERCISE: agent {word}"@en .']
    for kind in CLASSES:
        lines.append(f"{thing(kind, word)} <{TYPE}> <{NS}{kind}> .")
        lines.append(f'{thing(kind, word)} <{SKOS}prefLabel> "EXERCISE: {kind.lower()} {word}"@en .')
        lines.append(f'{thing(kind, word)} <{SKOS}prefLabel> "OEFENING: {kind.lower()} {word}"@nl .')
    organisation, link, event, report, evidence, finding, place, step, cause = (thing(kind, word) for kind in CLASSES)
    lines += [
        f"{link} <{NS}linkFrom> {mission} .",
        f"{link} <{NS}linkTo> {organisation} .",
        f"{link} <{NS}relation> <{NS}coordinatesWith> .",
        f'{link} <{NS}linkStatus> "stated" .',
        f"{link} <{NS}basedOn> {report} .",
        f'{event} <{NS}onDate> "2014-03"^^<{XSD}gYearMonth> .',
        f"{event} <{NS}involves> {mission} .",
        f'{event} <{NS}dateNote> "EXERCISE: on the day of the {word}"@en .',
        f"{event} <{NS}atLocation> {place} .",
        f'{place} <{NS}latitude> "17.5"^^<{XSD}decimal> .',
        f'{place} <{NS}longitude> "-3.5"^^<{XSD}decimal> .',
        f"{place} <{NS}coordinatesFrom> {report} .",
        f"{place} <{NS}locatedIn> {mali} .",
        f'{report} <{DCT}title> "EXERCISE: report of the {word}"@en .',
        f'{report} <{DCT}abstract> "{word} in a language of its own"@nl-x-{word} .',
        f'{report} <{DCT}issued> "2014-03-0{1 + len(word) % 9}"^^<{XSD}date> .',
        *(f"{report} <{NS}classifiedAs> <{level_iri(part.policy, part.level.name)}> ." for part in label.parts),
        f"{goal} <{NS}citesSource> {report} .",
        f"{evidence} <{NS}evidenceFrom> {report} .",
        f'{finding} <{NS}findingText> "EXERCISE: what the {word} found"@en .',
        f"{finding} <{NS}findingOf> <{ID}evaluation/exercise> .",
        f"{finding} <{NS}supportedBy> {evidence} .",
        f"{step} <{NS}stepOf> <{ID}theory/exercise-tents> .",
        f"{step} <{NS}atLevel> <{ID}toc/input> .",
        f'{step} <{NS}stepText> "EXERCISE: the {word} is set up"@en .',
        f"{cause} <{NS}fromStep> {step} .",
        f"{cause} <{NS}toStep> <{ID}step/exercise-shelter> .",
        f"<{NS}{word}-class> <{TYPE}> <{OWL}Class> .",
        f'<{NS}{word}-class> <{RDFS}label> "EXERCISE: class of the {word}"@en .',
        f"<{NS}{word}-property> <{TYPE}> <{OWL}DatatypeProperty> .",
        f'{organisation} <{NS}{word}-property> "1"^^<{NS}{word}-datatype> .',
    ]
    return "\n".join(lines) + "\n"


PAPER = """EXERCISE: letter about the imaginary tents

1 Background

(Ong.) EXERCISE: the letter of 3 March 2014 (Kamerstuk 29521, nr. 213) says that MINUSMA pitched imaginary tents in Gao.

(Ong.) EXERCISE: Resolutie 2100 of 25 April 2013 names no tents. EUTM Mali lent the pegs in April 2014.

(Ong.) EXERCISE: how the imaginary tents of MINUSMA were coordinated with those of EUTM Mali remains to be assessed.

2 What is hidden

(Stg. ZG) EXERCISE: the zeppelin moored at the camp of MINUSMA on 4 March 2014 (Kamerstuk 29521, nr. 213).
"""
"""An invented paper: paragraphs with mentions to judge for everybody, and one that the lower readers don't see."""


def load_paper(layout: Layout) -> None:
    """Load ``PAPER`` as a person would, and publish."""
    file = layout.data.parent / "exercise-letter.txt"
    file.write_text(PAPER, encoding="utf-8")
    loaded = sluis_here("load", str(file), "--label", "Ongerubriceerd", "--data", str(layout.data))
    assert loaded.returncode == 0, loaded.stderr


@dataclass(frozen=True)
class PageReader:
    """Somebody who looks at the page: by whose token (none: anonymous), and which canaries they must never meet."""

    name: str
    token: str | None
    banner: str
    hidden: frozenset[str]
    visible: frozenset[str]


@dataclass(frozen=True)
class PageWorld:
    """The data folder, and the readers by name: ``anonymous`` and the demo's users."""

    layout: Layout
    readers: dict[str, PageReader]
    markings: dict[str, str]


def build_page_world(demo: Layout, place: Path, world: World = SHIPPED) -> PageWorld:
    """A copy of the demo's folder with the canaries in it, published."""
    layout, hidden = copy_of(demo, place), markings(world)
    with (layout.data / SETTINGS_FILE).open("a", encoding="utf-8") as settings:
        settings.write(
            "query_seconds = 60\n"
        )  # to mark rows takes a busy machine longer than the ten of an installation
    builder = Builder(layout, read_settings(layout.data), key=DEMO_KEY)
    try:
        labels = {word: world.label(marking) for word, marking in hidden.items()}
        builder.load(
            Portion(f"{ID}source/{word}", f"part-{word}", label, f"{ID}originator/{word}", text_about(word, label))
            for word, label in labels.items()
        )
        builder.publish()
        policies = builder.policies
    finally:
        builder.close()
    if not world.folder:
        load_paper(layout)
    held, readers = tokens(layout), {}
    for principal in Publication.read(layout.views).everyone:
        clearance = policies.clearance(principal.clearance)
        seen = frozenset(word for word, label in labels.items() if clearance.dominates(label))
        readers[principal.name] = PageReader(
            principal.name, held.get(principal.name), principal.banner, frozenset(labels) - seen, seen
        )
    return PageWorld(layout, readers, hidden)
