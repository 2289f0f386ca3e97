"""Labels form a lattice without a bottom, and a clearance respects it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph_service.errors import LabelError
from graph_service.security import (
    EVERYONE,
    Clearance,
    Label,
    Policies,
    PolicyClearance,
    PolicyLabel,
    format_marking,
    high_water_mark,
    parse_marking,
)
from tests.strategies import clearances, food_policies, labels

FOOD = food_policies()
WATER, TEA, COFFEE, WHISKY = FOOD.policy("DRINK").levels


def drink(level: object = WATER, compartments: str = "", to: object = EVERYONE) -> Label:
    return Label((PolicyLabel(level, frozenset(compartments.split()), to),))


def readers_of_everything() -> list[Clearance]:
    """One reader for each affiliation, and one without: each holds every level and compartment there is."""
    parts = tuple(
        PolicyClearance(policy.id, frozenset(policy.levels), frozenset(policy.compartments))
        for policy in FOOD.by_id.values()
    )
    return [Clearance(parts, affiliation) for affiliation in (None, "COOK", "GUEST", "WAITER")]


# --- join ------------------------------------------------------------------------------------------------------------


@given(labels(), labels())
def test_join_is_commutative(a: Label, b: Label) -> None:
    assert a.join(b) == b.join(a)


@given(labels(), labels(), labels())
def test_join_is_associative(a: Label, b: Label, c: Label) -> None:
    assert a.join(b).join(c) == a.join(b.join(c))


@given(labels())
def test_join_is_idempotent(a: Label) -> None:
    assert a.join(a) == a


@given(labels(), labels(), labels())
def test_join_is_the_least_upper_bound(a: Label, b: Label, c: Label) -> None:
    joined = a.join(b)
    assert joined.dominates(a)
    assert joined.dominates(b)
    upper = c.join(joined)  # any upper bound is of this form
    assert upper.dominates(joined)
    if c.dominates(a) and c.dominates(b):
        assert c.dominates(joined)


@given(labels(), labels())
def test_join_keeps_the_parts_of_every_policy(a: Label, b: Label) -> None:
    assert {part.policy for part in a.join(b).parts} == {part.policy for part in (*a.parts, *b.parts)}


@given(st.lists(labels(), min_size=1, max_size=4).flatmap(lambda xs: st.tuples(st.just(xs), st.permutations(xs))))
def test_the_high_water_mark_is_the_join_in_any_order(pair: tuple[list[Label], list[Label]]) -> None:
    found, shuffled = pair
    assert high_water_mark(found) == high_water_mark(shuffled)
    assert all(high_water_mark(found).dominates(label) for label in found)


def test_the_high_water_mark_of_nothing_is_refused() -> None:
    with pytest.raises(LabelError, match="no labels is not defined"):
        high_water_mark([])


def test_parts_of_two_policies_do_not_join() -> None:
    (meal,) = FOOD.policy("MEAL").levels[:1]
    with pytest.raises(LabelError, match="`DRINK` and `MEAL` are two policies"):
        PolicyLabel(WATER, frozenset(), EVERYONE).join(PolicyLabel(meal, frozenset(), EVERYONE))


# --- order -----------------------------------------------------------------------------------------------------------


@given(labels())
def test_order_is_reflexive(a: Label) -> None:
    assert a.dominates(a)


@given(labels(), labels())
def test_order_is_antisymmetric(a: Label, b: Label) -> None:
    if a.dominates(b) and b.dominates(a):
        assert a == b


@given(labels(), labels(), labels())
def test_order_is_transitive(a: Label, b: Label, c: Label) -> None:
    middle, top = a.join(b), a.join(b).join(c)  # a chain, so that the premise always holds
    assert middle.dominates(a)
    assert top.dominates(middle)
    assert top.dominates(a)


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        (drink(TEA), drink(WATER)),
        (drink(WATER, "SUGAR"), drink(WATER)),
        (drink(WATER, to=frozenset({"COOK"})), drink(WATER)),
        (drink(WATER, to=frozenset({"COOK"})), drink(WATER, to=frozenset({"COOK", "GUEST"}))),
        (drink(WATER, to=frozenset()), drink(WATER, to=frozenset({"COOK"}))),
    ],
)
def test_each_kind_of_demand_orders_labels(higher: Label, lower: Label) -> None:
    assert higher.dominates(lower)
    assert not lower.dominates(higher)


# --- clearances ------------------------------------------------------------------------------------------------------


@given(clearances(downward_closed=True), labels(), labels())
@example(readers_of_everything()[1], drink(to=frozenset({"COOK"})), drink(to=frozenset({"GUEST"})))
@example(readers_of_everything()[1], drink(TEA), drink(to=frozenset({"COOK"})))
def test_the_join_is_read_exactly_by_who_reads_both(clearance: Clearance, a: Label, b: Label) -> None:
    assert clearance.dominates(a.join(b)) == (clearance.dominates(a) and clearance.dominates(b))


@given(clearances(downward_closed=False), labels(), labels())
def test_who_reads_both_reads_the_join_whatever_the_levels_held(clearance: Clearance, a: Label, b: Label) -> None:
    if clearance.dominates(a) and clearance.dominates(b):
        assert clearance.dominates(a.join(b))


def test_a_level_without_those_below_reads_the_join_and_not_both() -> None:
    """Why the other half of the join law asks for downward-closed clearances."""
    clearance = Clearance((PolicyClearance("DRINK", frozenset({TEA}), frozenset()),))
    assert clearance.dominates(drink(TEA).join(drink(WATER)))
    assert not clearance.dominates(drink(WATER))


@given(clearances(downward_closed=True), labels(), labels())
def test_who_reads_a_label_reads_every_label_below_it(clearance: Clearance, a: Label, b: Label) -> None:
    if clearance.dominates(a.join(b)):
        assert clearance.dominates(a)


def test_an_empty_releasability_means_nobody() -> None:
    assert not any(reader.dominates(drink(to=frozenset())) for reader in readers_of_everything())


@given(labels())
def test_everyone_is_the_identity_of_releasability(a: Label) -> None:
    public = Label(tuple(PolicyLabel(part.level, part.compartments, EVERYONE) for part in a.parts))
    assert a.join(public) == a
    assert public.join(a) == a


def test_releasable_to_one_joined_with_releasable_to_another_is_nobody() -> None:
    joined = drink(to=frozenset({"COOK"})).join(drink(to=frozenset({"GUEST"})))
    assert joined == drink(to=frozenset())
    assert format_marking(joined) == "water//REL TO NOBODY"
    assert not any(reader.dominates(joined) for reader in readers_of_everything())


def test_no_affiliation_reads_nothing_that_is_not_releasable_to_everyone() -> None:
    without, cook, *_ = readers_of_everything()
    assert cook.dominates(drink(to=frozenset({"COOK"})))
    assert not without.dominates(drink(to=frozenset({"COOK"})))


@given(clearances(downward_closed=False), labels())
def test_a_policy_that_is_not_held_is_never_read(clearance: Clearance, label: Label) -> None:
    if {part.policy for part in label.parts} - {part.policy for part in clearance.parts}:
        assert not clearance.dominates(label)


@given(clearances(downward_closed=False), labels())
def test_what_is_read_is_listed(clearance: Clearance, label: Label) -> None:
    """No level or compartment is granted that the clearance does not name itself."""
    if clearance.dominates(label):
        held = {part.policy: part for part in clearance.parts}
        for part in label.parts:
            assert part.level in held[part.policy].levels
            assert part.compartments <= held[part.policy].compartments


# --- round trips -----------------------------------------------------------------------------------------------------


@given(labels())
def test_a_label_survives_its_data(label: Label) -> None:
    assert FOOD.label(label.to_data()) == label


@given(clearances(downward_closed=False))
def test_a_clearance_survives_its_data(clearance: Clearance) -> None:
    assert FOOD.clearance(clearance.to_data()) == clearance


@given(labels())
def test_a_marking_reads_back_as_its_label(label: Label) -> None:
    assert parse_marking(format_marking(label), policies=FOOD) == label


@given(labels(), labels())
def test_two_labels_never_share_a_marking(a: Label, b: Label) -> None:
    assert (format_marking(a) == format_marking(b)) == (a == b)


def test_every_packaged_level_reads_back(policies: Policies) -> None:
    for policy in policies.by_id.values():
        for level in policy.levels:
            label = Label((PolicyLabel(level, frozenset(policy.compartments), policy.affiliations),))
            assert parse_marking(format_marking(label), policies=policies) == label
