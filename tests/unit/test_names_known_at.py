"""A load finds what was known before it: the same the second time, and nothing that is known higher only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_service.builder import Builder
from graph_service.builder_commands import Commands
from graph_service.portions import Portion
from graph_service.security import Label
from graph_service.settings import Layout, Settings
from loaders.base import NS, PREFIXES
from loaders.names import Names
from tests.laws.test_views import WATER, WHISKY
from tests.service import sluis_here
from tests.worlds import FOOD_FOLDER


def named(source: str, name: str, label: Label) -> Portion:
    thing = f"<https://example.org/actor/{name}>"
    text = f'{thing} <{PREFIXES["rdf"]}type> <{NS}Actor> .\n{thing} <{PREFIXES["skos"]}prefLabel> "{name}" .\n'
    return Portion(source, "", label, "urn:cook", text)


@pytest.fixture
def builder(tmp_path: Path) -> Iterator[Builder]:
    settings = Settings(policies=str(FOOD_FOLDER), anonymous="water", vocabulary_label="water")
    opened = Builder(Layout(tmp_path / "data"), settings)
    opened.load([named("urn:menu", "cook", WATER), named("urn:list", "waiter", WATER)])
    opened.load([named("urn:cellar", "guard", WHISKY)])
    yield opened
    opened.close()


def texts(names: Names) -> set[str]:
    return {name.text for name in names.known if name.iri.startswith("https://example.org/")}


def test_names_that_are_known_higher_only_are_not_given(builder: Builder) -> None:
    assert texts(builder.names_known_at(WATER)) == {"cook", "waiter"}
    assert texts(builder.names_known_at(WHISKY)) == {"cook", "waiter", "guard"}


def test_what_a_source_gave_is_left_out_with_it(builder: Builder) -> None:
    assert texts(builder.names_known_at(WATER, ["urn:menu", "urn:nothing"])) == {"waiter"}
    given = {"label": WATER.to_data(), "without": ["urn:menu"]}
    told = json.loads(json.dumps(Commands(builder).run("names_known_at", given)))["result"]
    assert Names.from_data(told) == builder.names_known_at(WATER, ["urn:menu"])


def test_files_that_name_each_other_change_nothing_when_they_are_loaded_again(tmp_path: Path) -> None:
    """A table of actors and a text that mentions them, and two texts of which one names the other's title."""
    folder = tmp_path / "files"
    folder.mkdir()
    actor = '@prefix sluis: <https://w3id.org/sluis/ns#> . <urn:a> a sluis:Organisation ; <{}> "EXAMPLE Office" .'
    (folder / "actors.ttl").write_text(actor.format(PREFIXES["skos"] + "prefLabel"), encoding="utf-8")
    (folder / "b.txt").write_text("EXAMPLE report\n\nThe EXAMPLE Office wrote a line here.\n", encoding="utf-8")
    (folder / "c.txt").write_text("A second text\n\nIt cites the EXAMPLE report of 2099.\n", encoding="utf-8")
    asked = ("load", str(folder), "--label", "Ongerubriceerd", "--no-publish", "--data", str(tmp_path / "data"))
    first, again = sluis_here(*asked), sluis_here(*asked)
    assert first.returncode == 0, first.stderr
    assert "portions: 0 added, 0 changed" in again.stdout, again.stdout
    assert sluis_here("load", str(folder / "b.txt"), *asked[2:]).stdout.count("0 added, 1 changed") == 1, "known now"
