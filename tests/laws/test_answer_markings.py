"""The markings of rows: each is a least label of those under which the row is part of the answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryResultsFormat, Store

from graph_service.handling import format_marking
from graph_service.portions import StoredPortion
from graph_service.security import Label, PolicyLabel, high_water_mark
from graph_service.serving.answer_markings import MARKING, MOST_PARTS, MarkedAnswer, candidate_labels, marked
from tests import oracle
from tests.strategies import GeneratedQuery, food_policies, portion_sets, queries

FOOD = food_policies()


class Asked:
    """A query over the oracle's store of a few portions, as a worker answers it on parts of a view."""

    def __init__(self, portions: list[StoredPortion], query: str) -> None:
        self._portions = {stored.id: stored for stored in portions}
        self._query = query
        self.parts: list[tuple[str, ...]] = []

    def __call__(self, part: list[str] | None) -> bytes:
        names = tuple(sorted(self._portions if part is None else part))
        self.parts.append(names)
        return self.answer(names)

    def answer(self, names: tuple[str, ...]) -> bytes:
        graphs = {NamedNode(name): oracle.triples_in(self._portions[name]) for name in names}
        merged = {triple for triples in graphs.values() for triple in triples}
        derived = oracle.closure(merged)
        store = Store()
        for graph, triples in {**graphs, oracle.DERIVED: derived, DefaultGraph(): merged | derived}.items():
            store.extend(Quad(*triple, graph) for triple in triples)
        result = store.query(self._query)
        return bytes(result.serialize(format=QueryResultsFormat.JSON))  # type: ignore[union-attr, arg-type]


def rows_of(answer: bytes | dict[str, object]) -> list[str]:
    """Each row as one text, without its marking; a boolean as one row."""
    data = answer if isinstance(answer, dict) else json.loads(answer)
    if "boolean" in data:
        return [json.dumps(data["boolean"])]
    rows = data["results"]["bindings"]  # type: ignore[index]
    return [json.dumps({n: v for n, v in row.items() if n != MARKING}, sort_keys=True) for row in rows]


def marking_of(label: Label) -> str:
    return format_marking(label, policies=FOOD)


def labels_of(portions: list[StoredPortion]) -> dict[str, Label]:
    return {stored.id: stored.label for stored in portions}


def done(asked: Asked, labels: Mapping[str, Label], *, ordered: bool = False) -> MarkedAnswer:
    return marked(asked, labels=labels, whole=high_water_mark(labels.values()), ordered=ordered, marking_of=marking_of)


def joins(labels: Mapping[str, Label]) -> set[Label]:
    """Every join of some of the labels, however it is grouped."""
    found: set[Label] = set()
    for label in set(labels.values()):
        found |= {high_water_mark([label, *others]) for others in [[], *([one] for one in found)]}
    return found


def below(label: Label, labels: Mapping[str, Label]) -> tuple[str, ...]:
    return tuple(sorted(name for name, own in labels.items() if label.dominates(own)))


# No new blank nodes, no order of chance: each form has one answer in every store.
tabular = queries().filter(lambda query: not query.operators & {"construct", "describe", "order-limit", "graph-names"})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(portion_sets(size=(1, 4)), tabular)
def test_a_row_has_the_least_labels_under_which_it_is_in_the_answer(
    portions: list[StoredPortion], query: GeneratedQuery
) -> None:
    asked, labels = Asked(portions, query.text), labels_of(portions)
    answer = done(asked, labels)
    everything = joins(labels)
    whole = tuple(sorted(labels))
    if "results" in answer.data:
        bags = {label: Counter(rows_of(asked.answer(below(label, labels)))) for label in everything}
        seen: Counter[str] = Counter()
        for row, binding in zip(rows_of(answer.data), answer.data["results"]["bindings"], strict=True):
            seen[row] += 1
            there = [label for label, bag in bags.items() if bag[row] >= seen[row]]
            least = {one for one in there if not any(one != other and one.dominates(other) for other in there)}
            assert least  # the whole view is one of them
            assert set(binding[MARKING]["value"].split(" | ")) == {marking_of(label) for label in least}
        # As a bag: the engine takes the branches of a UNION in an order of chance.
        assert Counter(rows_of(answer.data)) == Counter(rows_of(asked.answer(whole)))
    full = Counter(rows_of(asked.answer(whole)))
    assert Counter(rows_of(asked.answer(below(answer.label, labels)))) == full
    same = [label for label in everything if Counter(rows_of(asked.answer(below(label, labels)))) == full]
    if answer.label != high_water_mark(labels.values()):
        assert not any(answer.label != other and answer.label.dominates(other) for other in same)


@settings(max_examples=30, deadline=None)
@given(portion_sets(size=(1, 4)), queries().filter(lambda query: "order-limit" in query.operators))
def test_where_order_counts_the_banner_s_answer_is_the_same_sequence(
    portions: list[StoredPortion], query: GeneratedQuery
) -> None:
    asked, labels = Asked(portions, query.text), labels_of(portions)
    answer = done(asked, labels, ordered=True)
    whole = rows_of(asked.answer(tuple(sorted(labels))))
    if answer.label != high_water_mark(labels.values()):
        assert rows_of(asked.answer(below(answer.label, labels))) == whole


@given(portion_sets(size=(1, 5)))
def test_no_part_is_asked_twice_and_each_is_what_some_label_dominates(portions: list[StoredPortion]) -> None:
    asked, labels = Asked(portions, "SELECT ?s ?o { ?s <urn:nothing> ?o }"), labels_of(portions)
    done(asked, labels)
    parts = asked.parts
    assert len(set(parts)) == len(parts)
    assert set(parts) == {below(label, labels) for label in joins(labels)}
    assert parts[-1] == tuple(sorted(labels))  # the whole
    assert [len(part) for part in parts] == sorted(map(len, parts))  # so that each can be made out of a smaller one


# --- the limit -------------------------------------------------------------------------------------------------------


def spread(count: int) -> dict[str, Label]:
    """So many labels of which none is above another: subsets of one size of the categories that there are."""
    drink = FOOD.policy("DRINK")
    names = sorted({category for tag in drink.tags for category in tag.categories})
    level = drink.levels[0]
    made = [Label((PolicyLabel(level, compartments=frozenset({name})),)) for name in names]
    assert len(made) >= count
    return {f"urn:portion:{n}": label for n, label in enumerate(made[:count])}


def test_up_to_the_limit_every_join_is_a_candidate() -> None:
    labels = spread(3)
    assert len(candidate_labels(labels.values())) == 7


def test_with_more_joins_than_the_limit_every_row_has_the_view_s_own_marking(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_PARTS == 64
    monkeypatch.setattr("graph_service.serving.answer_markings.MOST_PARTS", 6)
    labels = spread(3)
    asked: list[object] = []

    def ask(part: list[str] | None) -> bytes:
        asked.append(part)
        row = {"x": {"type": "literal", "value": "1"}}
        return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [row, row]}}).encode()

    whole = high_water_mark(labels.values())
    answer = marked(ask, labels=labels, whole=whole, ordered=False, marking_of=marking_of)
    assert asked == [None]
    assert [row[MARKING]["value"] for row in answer.data["results"]["bindings"]] == [marking_of(whole)] * 2
    assert answer.label == whole
    assert answer.data["head"]["vars"] == ["x", MARKING]
