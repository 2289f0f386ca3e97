"""What crosses levels is found after a load, and told to the security officer alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph_service.builder import Builder
from graph_service.handling import parse_marking
from graph_service.namespaces import ID, NS, PREFIXES
from graph_service.portions import Portion
from graph_service.settings import Layout, Settings
from graph_service.storage.findings import KNOWN_HIGHER, LABELS_DISAGREE, NAMES_HIGHER
from tests.service import sluis_here

SKOS, RDF = PREFIXES["skos"], PREFIXES["rdf"]
THING = f"{ID}actor/example-hidden"
NAMED = f'<{THING}> <{RDF}type> <{NS}Goal> .\n<{THING}> <{SKOS}prefLabel> "EXERCISE Northern Lantern"@en .\n'
LOW, HIGH = "Ongerubriceerd", "Stg. GEHEIM"


@pytest.fixture
def builder(tmp_path: Path) -> Iterator[Builder]:
    made = Builder(Layout(tmp_path / "data"), Settings())
    yield made
    made.close()


def load(builder: Builder, text: str, marking: str, *, source: str = "one", part: str = "a") -> None:
    label = parse_marking(marking, policies=builder.policies)
    portion = Portion(f"https://example.org/{source}", part, label, f"{ID}actor/example", text)
    builder.load([portion], shapes=False)


def note(text: str) -> str:
    return f'<{ID}event/example> <{NS}note> "{text}"@en .\n'


def kinds(found: list[dict[str, Any]]) -> list[tuple[str, str, str, int]]:
    return [(one["kind"], one["portion"]["marking"], one["name"], one["statements"]) for one in found]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("they met exercise northern  lantern, twice", True),
        (r"a \"EXERCISE Northern Lantern\"", True),
        ("EXERCISE Northern Lanterns", False),
        ("Northern Lantern", False),
    ],
)
def test_a_low_text_that_names_what_is_known_higher_only_is_found_word_for_word(
    builder: Builder, text: str, is_found: bool
) -> None:
    load(builder, NAMED, HIGH)
    load(builder, note(text), LOW, source="two")
    found = [(NAMES_HIGHER, LOW, "EXERCISE Northern Lantern", 1)] if is_found else []
    assert kinds(builder.crossings()) == found


def test_a_name_that_is_known_at_the_texts_own_label_crosses_nothing(builder: Builder) -> None:
    load(builder, NAMED, HIGH)
    load(builder, NAMED.replace("hidden", "open"), LOW, source="three")
    load(builder, note("EXERCISE Northern Lantern"), LOW, source="two")
    assert [one["kind"] for one in builder.crossings() if one["thing"]] == []


def test_what_is_said_lower_than_it_is_known_is_found_unless_it_is_said_openly_elsewhere(builder: Builder) -> None:
    load(builder, note("EXERCISE tea"), HIGH)
    load(builder, note("EXERCISE tea"), LOW, source="two")
    assert kinds(builder.crossings()) == [(KNOWN_HIGHER, LOW, "", 1)]
    load(builder, note("EXERCISE tea") + note("more"), LOW, source="two")
    load(builder, note("EXERCISE tea"), LOW, source="three")
    assert kinds(builder.crossings()) == []


def test_labels_of_one_part_that_disagree_are_found(builder: Builder) -> None:
    load(builder, note("EXERCISE one"), HIGH)
    load(builder, note("EXERCISE two"), LOW)
    (one,) = builder.crossings()
    assert (one["kind"], one["portion"]["marking"], one["higher"]["marking"]) == (LABELS_DISAGREE, LOW, HIGH)


def test_a_high_text_may_say_what_is_known_below_it(builder: Builder) -> None:
    load(builder, NAMED + note("EXERCISE tea"), LOW, source="two")
    assert builder.crossings() == []
    load(builder, note("EXERCISE Northern Lantern") + note("EXERCISE tea"), HIGH)
    assert builder.crossings() == []


def test_the_programs_own_words_cross_nothing(builder: Builder) -> None:
    load(builder, f'<{THING}> <{RDF}type> <{NS}Goal> .\n<{THING}> <{SKOS}prefLabel> "evaluation question"@en .\n', HIGH)
    builder.publish()
    assert builder.crossings() == []


def test_a_load_looks_at_nothing_itself_and_each_portion_is_looked_at_once(builder: Builder) -> None:
    load(builder, NAMED, HIGH)
    load(builder, note("EXERCISE Northern Lantern"), LOW, source="two")
    assert builder.store.findings.all() == []
    assert len(builder.store.findings.waiting(9)) == 2
    assert builder.examine()
    assert builder.store.findings.waiting(9) == []
    assert not builder.examine()


def test_the_officer_reads_it_by_a_command_and_the_submitter_never(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "data"), "--no-publish")
    for name, text, marking in (("high.nt", NAMED, HIGH), ("low.nt", note("EXERCISE Northern Lantern"), LOW)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        done = sluis_here("load", str(tmp_path / name), "--label", marking, "--shapes", "off", *data)
        assert done.returncode == 0, done.stderr
    assert "GEHEIM" not in done.stdout + done.stderr
    told = json.loads(sluis_here("officer", "report", "--json", *data[:2]).stdout)
    assert kinds(told) == [(NAMES_HIGHER, LOW, "EXERCISE Northern Lantern", 1)]
    shown = sluis_here("officer", "report", *data[:2]).stdout
    assert "Northern" in shown
    assert "GEHEIM" in shown
    assert "nothing crosses" in sluis_here("officer", "report", "--since", "2999-01-01", *data[:2]).stdout
