"""Names and digests of portions: keyed, the same on every rebuild, and bound to the label."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from graph_service.errors import IngestRefused, LabelError
from graph_service.handling import parse_marking
from graph_service.ingest import accept
from graph_service.portions import (
    PORTION_NAMESPACE,
    Decision,
    Portion,
    StoredPortion,
    Term,
    digest,
    fingerprint,
    portion_id,
)
from graph_service.security import Policies
from tests.strategies import EX, KEY, TODAY, food_policies

TEA = parse_marking("tea//SUGAR//REL TO COOK", policies=food_policies())
COFFEE = parse_marking("coffee", policies=food_policies())
PORTION = Portion(
    f"{EX}source/1", "table.csv", TEA, f"{EX}cook", f"<{EX}a> <{EX}b> <{EX}c> .\n", Term(until=date(2030, 1, 1))
)
CHANGES = [
    {"source": f"{EX}source/2"},
    {"part": "other.csv"},
    {"label": COFFEE},
    {"originator": f"{EX}guest"},
    {"ntriples": f"<{EX}a> <{EX}b> <{EX}d> .\n"},
    {"term": None},
    {"term": Term(event="the doors open")},
    {"term": Term(until=date(2030, 1, 1), successor=COFFEE)},
    {"set_on": date(2020, 1, 1)},
    {"ground": "the house rules, rule 1"},
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


@pytest.mark.parametrize(
    "change",
    [{}, {"term": None}, *(change for change in CHANGES if set(change) & {"term", "set_on", "ground", "label"})],
    ids=str,
)
def test_a_portion_survives_its_data(food: Policies, change: dict[str, object]) -> None:
    portion = replace(PORTION, **change)
    assert Portion.from_data(portion.to_data(), policies=food) == portion


def test_a_decision_survives_its_data(food: Policies) -> None:
    decision = Decision(
        act="lowered",
        before=COFFEE,
        after=TEA,
        taken_on=TODAY,
        taken_by="anna",
        reference="letter 7",
        ground="the house rules, rule 1",
        term=Term(event="the doors open", successor=COFFEE),
        versions={"DRINK": "1"},
    )
    for kept in (decision, Decision(act="set", after=TEA, taken_on=TODAY, taken_by="anna")):
        assert Decision.from_data(kept.to_data(), policies=food) == kept


@pytest.mark.parametrize("field", ["set_on", "until"])
def test_a_day_that_is_none_is_refused(food: Policies, field: str) -> None:
    data = PORTION.to_data()
    (data if field == "set_on" else data["term"])[field] = "2030-02-30"
    with pytest.raises(IngestRefused, match=r"is a day such as 2025-09-09, not `2030-02-30`"):
        Portion.from_data(data, policies=food)


def test_a_portion_of_data_without_a_known_label_is_refused(food: Policies) -> None:
    for label in ({}, {"SOUP": {}}, None):
        with pytest.raises(LabelError):
            Portion.from_data({**PORTION.to_data(), "label": label}, policies=food)


@pytest.mark.parametrize("term", [{}, {"until": date(2030, 1, 1), "event": "the doors open"}], ids=["none", "both"])
def test_a_term_is_a_day_or_an_event(term: dict[str, Any]) -> None:
    with pytest.raises(IngestRefused, match="a day or an event"):
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
    one, other = (accept(replace(PORTION, ntriples=text), key=KEY, policies=food, today=TODAY) for text in texts)
    assert one == other
    assert one.portion.ntriples == texts[1]


def test_the_order_and_the_repetition_of_statements_do_not_matter(food: Policies) -> None:
    lines = [f"<{EX}a> <{EX}b> <{EX}{n}> .\n" for n in "cde"]
    one = accept(replace(PORTION, ntriples="".join(lines)), key=KEY, policies=food, today=TODAY)
    other = accept(
        replace(PORTION, ntriples="".join([*reversed(lines), lines[0]])), key=KEY, policies=food, today=TODAY
    )
    assert one == other


def stored(**change: object) -> StoredPortion:
    portion = replace(PORTION, **change)
    return StoredPortion(portion_id(portion, key=KEY), portion, digest(portion))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_the_fingerprint_covers_each_portion_with_its_marking(change: dict[str, object]) -> None:
    one, other = (
        fingerprint([(stored(), "tea")], versions=["1"]),
        fingerprint([(stored(**change), "tea")], versions="1"),
    )
    assert one != other
    assert one != fingerprint([(stored(), "thee")], versions=["1"])
    assert one != fingerprint([(stored(), "tea")], versions=["1", "2"])


def test_the_fingerprint_is_over_a_set() -> None:
    pair = [(stored(), "tea"), (stored(part="other.csv"), "tea")]
    assert fingerprint(pair, versions=["1"]) == fingerprint([*reversed(pair), *pair], versions=["1"])
