"""Names and digests of portions: keyed, the same on every rebuild, and bound to the label."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph_service.errors import IngestRefused, LabelError
from graph_service.ingest import accept
from graph_service.portions import PORTION_NAMESPACE, Portion, Term, digest, portion_id
from graph_service.security import Policies, parse_marking
from tests.strategies import EX, KEY, food_policies

TEA = parse_marking("tea//SUGAR//REL TO COOK", policies=food_policies())
COFFEE = parse_marking("coffee", policies=food_policies())
PORTION = Portion(
    f"{EX}source/1", "table.csv", TEA, f"{EX}cook", f"<{EX}a> <{EX}b> <{EX}c> .\n", Term(until="2030-01-01")
)
CHANGES = [
    {"source": f"{EX}source/2"},
    {"part": "other.csv"},
    {"label": COFFEE},
    {"originator": f"{EX}guest"},
    {"ntriples": f"<{EX}a> <{EX}b> <{EX}d> .\n"},
    {"term": None},
    {"term": Term(event="the doors open")},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_the_digest_covers_all_that_a_reader_can_see(change: dict[str, object]) -> None:
    assert digest(replace(PORTION, **change)) != digest(PORTION)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_the_name_covers_source_part_and_label_alone(change: dict[str, object]) -> None:
    named = set(change) & {"source", "part", "label"}
    assert (portion_id(replace(PORTION, **change), key=KEY) != portion_id(PORTION, key=KEY)) == bool(named)


def test_a_name_tells_nothing_and_cannot_be_confirmed_without_the_key() -> None:
    name = portion_id(PORTION, key=KEY)
    assert name.startswith(PORTION_NAMESPACE)
    assert len(name.removeprefix(PORTION_NAMESPACE)) == 32
    assert portion_id(PORTION, key=b"another") != name
    assert portion_id(PORTION, key=KEY) == name


@pytest.mark.parametrize("one", [("a", "bc"), ("ab", "c")])
def test_the_parts_of_a_name_do_not_run_into_each_other(one: tuple[str, str]) -> None:
    names = {portion_id(replace(PORTION, source=s, part=p), key=KEY) for s, p in (one, ("abc", ""), ('a","b', "c"))}
    assert len(names) == 3


def test_a_portion_survives_its_data(food: Policies) -> None:
    for portion in (PORTION, replace(PORTION, term=None), replace(PORTION, term=Term(event="the doors open"))):
        assert Portion.from_data(portion.to_data(), policies=food) == portion


def test_a_portion_of_data_without_a_known_label_is_refused(food: Policies) -> None:
    for label in ({}, {"SOUP": {}}, None):
        with pytest.raises(LabelError):
            Portion.from_data({**PORTION.to_data(), "label": label}, policies=food)


@pytest.mark.parametrize("term", [{}, {"until": "2030-01-01", "event": "the doors open"}])
def test_a_term_is_a_date_or_an_event(term: dict[str, str]) -> None:
    with pytest.raises(IngestRefused, match="a date or an event"):
        Term(**term)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('"01"^^<http://www.w3.org/2001/XMLSchema#integer>', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ('"1.10"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"1.1"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ('"thee"@NL', '"thee"@nl'),
    ],
)
def test_two_ways_to_write_one_value_are_one_portion(food: Policies, written: str, kept: str) -> None:
    texts = [f"<{EX}a> <{EX}b> {value} .\n" for value in (written, kept)]
    one, other = (accept(replace(PORTION, ntriples=text), key=KEY, policies=food) for text in texts)
    assert one == other
    assert one.portion.ntriples == texts[1]


def test_the_order_and_the_repetition_of_statements_do_not_matter(food: Policies) -> None:
    lines = [f"<{EX}a> <{EX}b> <{EX}{n}> .\n" for n in "cde"]
    one = accept(replace(PORTION, ntriples="".join(lines)), key=KEY, policies=food)
    other = accept(replace(PORTION, ntriples="".join([*reversed(lines), lines[0]])), key=KEY, policies=food)
    assert one == other
