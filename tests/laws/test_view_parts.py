"""A part of a view is what the view would be with these portions alone, whatever was asked for before it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from graph_service.ingest import accept
from graph_service.portions import Portion, StoredPortion
from graph_service.storage import view_parts
from graph_service.storage.view_parts import ViewParts
from tests import oracle
from tests.strategies import (
    EX,
    KEY,
    ORIGINATOR,
    RULES,
    SOURCES,
    TODAY,
    food_policies,
    label_of,
    portion_sets,
    rule_statement,
)

FOOD = food_policies()
WATER = label_of(FOOD.policy("DRINK").levels[0])


def quads_of(stated: dict[str, set[Triple]]) -> set[Quad]:
    """What a store with these portions holds, made by the oracle."""
    merged = {triple for triples in stated.values() for triple in triples}
    derived = oracle.closure(merged)
    graphs: list[tuple[NamedNode | DefaultGraph, set[Triple]]]
    graphs = [(oracle.DERIVED, derived), (DefaultGraph(), merged | derived)]
    graphs += [(NamedNode(name), triples) for name, triples in stated.items()]
    return {Quad(*triple, graph) for graph, triples in graphs for triple in triples}


class Shop:
    """The parts of a view over some portions, and what each has to be."""

    def __init__(self, portions: Iterable[StoredPortion]) -> None:
        self.stated = {stored.id: oracle.triples_in(stored) for stored in portions}
        self.names = sorted(self.stated)
        view = Store()
        view.extend(quads_of(self.stated))
        self.parts = ViewParts(view)
        self.view = view

    def check(self, part: Iterable[str]) -> None:
        names = sorted(part)
        assert set(self.parts.store(names)) == quads_of({name: self.stated[name] for name in names})


def portion(text: str, part: str) -> StoredPortion:
    return accept(Portion(SOURCES[0], part, WATER, ORIGINATOR, text), key=KEY, policies=FOOD, today=TODAY)


def said(*facts: tuple[str, str, str]) -> str:
    return "".join(f"<{EX}{s}> <{EX}{p}> <{EX}{o}> .\n" for s, p, o in facts)


MANY = [portion(rule_statement(RULES[5], "met") + said(*((f"a{n}", "likes", "c") for n in range(8))), "base")]
MANY += [portion(said((f"b{n}", "likes", "c"), (f"b{n}", "met", "a0")), f"more {n}") for n in range(4)]


# The second: next to nothing is kept, so that every store is made anew, evicted and worn out again and again.
@pytest.mark.parametrize(
    "bounds", [None, {"GROUND_QUADS": 30, "ADDED_QUADS": 8, "WORN_QUADS": 5}], ids=["roomy", "tight"]
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(portions=portion_sets(size=(2, 5)), data=st.data())
def test_a_part_is_its_portions_closed_from_themselves_whatever_was_asked_before(
    bounds: dict[str, int] | None, portions: list[StoredPortion], data: st.DataObject
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, bound in (bounds or {}).items():
            patch.setattr(view_parts, name, bound)
        shop = Shop([*portions, *MANY[:2]])
        some = st.sets(st.sampled_from(shop.names), min_size=1)
        asked = data.draw(st.lists(some, min_size=3, max_size=8))
        for part in [*asked, *reversed(asked)]:
            shop.check(part)


def test_parts_that_have_most_in_common_share_one_store() -> None:
    shop = Shop(MANY)
    base, *more = [stored.id for stored in MANY]
    shop.check([base])
    for number in range(len(more)):
        shop.check([base, *more[:number]])
        shop.check([base, more[number]])
    assert set(shop.parts._grounds) == {frozenset([base])}
    shop.check(more[:1])  # has nothing in common with it
    assert set(shop.parts._grounds) == {frozenset([base]), frozenset(more[:1])}


def test_what_was_made_once_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(MANY)
    base, *more = [stored.id for stored in MANY]
    parts = [[base], [base, more[0]], [base, *more]]
    for part in parts:
        shop.check(part)

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    for name in ("close", "close_further"):
        monkeypatch.setattr(view_parts, name, never)
    for part in [*parts, *parts]:
        shop.check(part)


def test_what_is_kept_stays_within_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(MANY)
    base, *more = [stored.id for stored in MANY]
    shop.check([base])
    bound = shop.parts._grounds[frozenset([base])].quads + 5
    monkeypatch.setattr(view_parts, "GROUND_QUADS", bound)
    monkeypatch.setattr(view_parts, "ADDED_QUADS", 60)
    for _ in range(3):
        for number in range(len(more)):
            shop.check(more[: number + 1])
            shop.check([base, *more[: number + 1]])
            kept = shop.parts._grounds.values()
            assert len(kept) == 1 or sum(ground.quads for ground in kept) <= bound
            assert sum(map(len, shop.parts._added.values())) <= 60
            assert {ground for ground, _ in shop.parts._added} <= set(shop.parts._grounds)


def test_a_store_that_is_worn_out_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view_parts, "WORN_QUADS", 50)
    shop = Shop(MANY)
    base, *more = [stored.id for stored in MANY]
    shop.check([base])
    ground = shop.parts._grounds[frozenset([base])]
    stores = [ground.store]
    for number in range(12):
        shop.check([base, more[number % len(more)]])
        assert ground.worn <= 50 + len(ground.added)
        if ground.store is not stores[-1]:
            stores.append(ground.store)
    assert len(stores) > 2
    shop.check([base])


def test_a_part_that_could_not_be_made_leaves_nothing_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(MANY)
    base, *more = [stored.id for stored in MANY]
    shop.check([base])
    with monkeypatch.context() as patch:

        def breaks(store: Store, *_: object, **__: object) -> None:
            raise MemoryError

        patch.setattr(view_parts, "close_further", breaks)
        with pytest.raises(MemoryError):
            shop.parts.store([base, more[0]])
    shop.check([base])
    shop.check([base, more[0]])
    shop.check([base])


def test_a_part_is_made_out_of_smaller_ones_but_not_of_those_that_bring_rules() -> None:
    text = f"PREFIX ex: <{EX}>\nCONSTRUCT {{ ?x ex:knows ?y }} WHERE {{ ?x ex:met ?y }}"
    rule = portion(rule_statement(text, "more"), "rule")
    shop = Shop([*MANY, rule])
    base, *more = [stored.id for stored in MANY]
    shop.check([base])
    for some in (more[:0], more[:1], more[1:2], more[:2], more[:3], more[1:4], more):
        shop.check([base, *some])
        shop.check([base, rule.id, *some])


def test_what_smaller_parts_have_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(MANY)
    base, *more = [stored.id for stored in MANY]
    for some in (more[:0], more[:2], more[1:3]):
        shop.check([base, *some])
    read: list[str] = []
    quads = ViewParts._quads

    def noted(parts: ViewParts, name: str) -> list[Quad]:
        read.append(name)
        return quads(parts, name)

    monkeypatch.setattr(ViewParts, "_quads", noted)
    shop.check([base, *more[:3]])
    assert read == []
    shop.check([base, *more])
    assert set(read) == set(more[3:])
