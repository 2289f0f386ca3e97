"""Labels form a lattice without a bottom, and a clearance respects it."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from graph_service.errors import LabelError
from graph_service.handling import format_marking, parse_marking
from graph_service.security import (
    EVERYONE,
    Category,
    Clearance,
    Label,
    Place,
    Policies,
    PolicyClearance,
    PolicyLabel,
    Releasability,
    Release,
    everything,
    high_water_mark,
    invalidity,
)
from graph_service.security.policy import TagType
from tests.strategies import TODAY, clearances, food_policies, labels

FOOD = food_policies()
WATER, TEA, COFFEE, WHISKY = FOOD.policy("DRINK").levels
TO, AT = "Releasable To", "Serving/Table"


def to(*recipients: str, at: tuple[str, ...] | None = None) -> Releasability:
    """These recipients (none is nobody) and, if given, these tables."""
    tables = [] if at is None else [Release(AT, frozenset(at))]
    return frozenset([Release(TO, frozenset(recipients)), *tables])


def drink(level: object = WATER, compartments: str = "", to: object = EVERYONE, remarks: str = "") -> Label:
    own = frozenset(Category("Compartments", name) for name in compartments.split())
    informative = frozenset(Category("Serving/Remarks", name) for name in remarks.split())
    return Label((PolicyLabel(level, own, to, informative),))


def reader(*recipients: str) -> Clearance:
    """Who holds every level and compartment there is, and of the permissive categories just these."""
    parts = []
    for part in everything(FOOD).parts:
        kinds = {tag.key: tag.type for tag in FOOD.policy(part.policy).tags}
        kept = {c for c in part.categories if kinds[c.tag] is TagType.RESTRICTIVE or c.name in recipients}
        parts.append(PolicyClearance(part.policy, part.levels, frozenset(kept)))
    return Clearance(tuple(parts))


def readers_of_everything() -> list[Clearance]:
    """One reader without an affiliation, one for each, and one who holds all there is."""
    return [reader(), reader("COOK"), reader("GUEST"), reader("WAITER"), everything(FOOD)]


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
        PolicyLabel(WATER).join(PolicyLabel(meal))


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
        (drink(WATER, to=to("COOK")), drink(WATER)),
        (drink(WATER, to=to("COOK")), drink(WATER, to=to("COOK", "GUEST"))),
        (drink(WATER, to=to()), drink(WATER, to=to("COOK"))),
        (drink(WATER, to=to("COOK", at=("BAR",))), drink(WATER, to=to("COOK"))),
        (drink(WATER, to=to("COOK", at=())), drink(WATER, to=to("COOK", at=("BAR",)))),
        (drink(WATER, remarks="HOT"), drink(WATER)),
    ],
)
def test_each_kind_of_demand_orders_labels(higher: Label, lower: Label) -> None:
    assert higher.dominates(lower)
    assert not lower.dominates(higher)


# --- clearances ------------------------------------------------------------------------------------------------------


@given(clearances(downward_closed=True), labels(), labels())
@example(reader("COOK", "GUEST"), drink(to=to("COOK")), drink(to=to("GUEST")))
@example(reader("COOK"), drink(TEA), drink(to=to("COOK", at=("BAR",))))
def test_who_reads_the_join_reads_both(clearance: Clearance, a: Label, b: Label) -> None:
    """However many values of a permissive tag are held: the safe half of the join law."""
    if clearance.dominates(a.join(b)):
        assert clearance.dominates(a)
        assert clearance.dominates(b)


@given(clearances(downward_closed=True, one_recipient=True), labels(), labels())
@example(reader("COOK"), drink(to=to("COOK")), drink(to=to("GUEST")))
@example(reader("COOK"), drink(TEA), drink(to=to("COOK")))
@example(reader("COOK", "BAR"), drink(to=to("COOK")), drink(to=to("COOK", "GUEST", at=("BAR", "GARDEN"))))
def test_the_join_is_read_exactly_by_who_reads_both(clearance: Clearance, a: Label, b: Label) -> None:
    """For clearances with every level below theirs and one value of each permissive tag at most.

    The law changed: a clearance had one affiliation, and may now hold several values of a permissive tag.
    """
    assert clearance.dominates(a.join(b)) == (clearance.dominates(a) and clearance.dominates(b))


@given(clearances(downward_closed=False, one_recipient=True), labels(), labels())
def test_who_reads_both_reads_the_join_whatever_the_levels_held(clearance: Clearance, a: Label, b: Label) -> None:
    if clearance.dominates(a) and clearance.dominates(b):
        assert clearance.dominates(a.join(b))


def test_a_reader_of_two_affiliations_reads_both_labels_and_not_their_join() -> None:
    """Why the other half asks for one value of each permissive tag. It is the safe direction: the join is narrower."""
    both = reader("COOK", "GUEST")
    cook, guest = drink(to=to("COOK")), drink(to=to("GUEST"))
    assert both.dominates(cook)
    assert both.dominates(guest)
    assert not both.dominates(cook.join(guest))


def test_a_level_without_those_below_reads_the_join_and_not_both() -> None:
    """Why both halves ask for downward-closed clearances."""
    clearance = Clearance((PolicyClearance("DRINK", frozenset({TEA})),))
    assert clearance.dominates(drink(TEA).join(drink(WATER)))
    assert not clearance.dominates(drink(WATER))


@given(clearances(downward_closed=True), labels(), labels())
def test_who_reads_a_label_reads_every_label_below_it(clearance: Clearance, a: Label, b: Label) -> None:
    if clearance.dominates(a.join(b)):
        assert clearance.dominates(a)


def test_an_empty_releasability_means_nobody() -> None:
    assert not any(who.dominates(drink(to=to())) for who in readers_of_everything())
    assert not any(who.dominates(drink(to=to("COOK", at=()))) for who in readers_of_everything())


@given(labels())
def test_everyone_is_the_identity_of_releasability(a: Label) -> None:
    public = Label(tuple(PolicyLabel(part.level, part.compartments, EVERYONE, part.informative) for part in a.parts))
    assert a.join(public) == a
    assert public.join(a) == a


def test_releasable_to_one_joined_with_releasable_to_another_is_nobody() -> None:
    joined = drink(to=to("COOK")).join(drink(to=to("GUEST")))
    assert joined == drink(to=to())
    assert format_marking(joined, policies=FOOD) == "water//REL TO NOBODY"
    assert not any(who.dominates(joined) for who in readers_of_everything())


def test_each_permissive_tag_is_joined_by_itself() -> None:
    joined = drink(to=to("COOK", "GUEST", at=("BAR",))).join(drink(to=to("GUEST")))
    assert joined == drink(to=to("GUEST", at=("BAR",)))
    joined = drink(to=to("COOK", at=("BAR",))).join(drink(to=to("COOK", at=("GARDEN",))))
    assert joined == drink(to=to("COOK", at=()))
    assert format_marking(joined, policies=FOOD) == "water//REL TO COOK//AT NOBODY"


def test_every_compartment_is_needed() -> None:
    label = drink(TEA, "SUGAR SPICE")
    held = {name: Category("Compartments", name) for name in ("SUGAR", "SPICE")}
    for names in ([], ["SUGAR"], ["SPICE"], ["SUGAR", "SPICE"]):
        part = PolicyClearance("DRINK", frozenset({TEA}), frozenset(held[name] for name in names))
        assert Clearance((part,)).dominates(label) is (len(names) == 2)


def test_one_value_of_each_permissive_tag_is_needed() -> None:
    label = drink(to=to("COOK", "GUEST", at=("BAR", "GARDEN")))
    assert reader("GUEST", "BAR").dominates(label)
    assert not reader("GUEST", "COOK").dominates(label)
    assert not reader("BAR", "GARDEN").dominates(label)


def test_no_affiliation_reads_nothing_that_is_not_releasable_to_everyone() -> None:
    assert reader("COOK").dominates(drink(to=to("COOK")))
    assert not reader().dominates(drink(to=to("COOK")))


@given(clearances(downward_closed=False), labels())
def test_a_policy_that_is_not_held_is_never_read(clearance: Clearance, label: Label) -> None:
    if {part.policy for part in label.parts} - {part.policy for part in clearance.parts}:
        assert not clearance.dominates(label)


@given(clearances(downward_closed=False), labels())
def test_what_is_read_is_listed(clearance: Clearance, label: Label) -> None:
    """No level, compartment or recipient is granted that the clearance does not name itself."""
    if clearance.dominates(label):
        held = {part.policy: part for part in clearance.parts}
        for part in label.parts:
            assert part.level in held[part.policy].levels
            assert part.compartments <= held[part.policy].categories
            for release in part.releases:
                assert {Category(release.tag, name) for name in release.recipients} & held[part.policy].categories


@given(labels(), labels())
def test_a_join_is_legal_or_it_protects_all_the_same(a: Label, b: Label) -> None:
    """Legal labels may have a join that no one could set. It is a label like any other: it dominates both."""
    assume(not any(invalidity(label, policies=FOOD, on=TODAY) for label in (a, b)))
    joined = a.join(b)
    assert joined.dominates(a)
    assert all(who.dominates(a) for who in readers_of_everything() if who.dominates(joined))


def test_the_join_of_two_legal_labels_need_not_be_legal() -> None:
    at_the_bar, strong = drink(TEA, to=frozenset({Release(AT, frozenset({"BAR"}))})), drink(WHISKY)
    assert not any(invalidity(label, policies=FOOD, on=TODAY) for label in (at_the_bar, strong))
    assert invalidity(at_the_bar.join(strong), policies=FOOD, on=TODAY) == [
        "DRINK: `BAR` can't stand with level `whisky`"
    ]


# --- round trips -----------------------------------------------------------------------------------------------------


@given(labels())
def test_a_label_survives_its_data(label: Label) -> None:
    assert FOOD.label(label.to_data()) == label


@given(clearances(downward_closed=False))
def test_a_clearance_survives_its_data(clearance: Clearance) -> None:
    assert FOOD.clearance(clearance.to_data()) == clearance


_ANYWHERE = [(language, place) for language in ("", "nl", "nl-BE", "fr") for place in Place]


@given(labels(), st.sampled_from(_ANYWHERE))
def test_a_marking_reads_back_as_its_label(label: Label, where: tuple[str, Place]) -> None:
    """In every language and place: each part of a label shows in these policies."""
    language, place = where
    assert parse_marking(format_marking(label, policies=FOOD, language=language, place=place), policies=FOOD) == label


@given(labels(), labels(), st.sampled_from(_ANYWHERE))
def test_two_labels_never_share_a_marking(a: Label, b: Label, where: tuple[str, Place]) -> None:
    language, place = where
    one, other = (format_marking(label, policies=FOOD, language=language, place=place) for label in (a, b))
    assert (one == other) == (a == b)


def test_every_packaged_level_reads_back(policies: Policies) -> None:
    """Each level with every compartment, to all recipients of the policy, but for what its policy doesn't print."""
    for policy in policies.newest:
        shown = [tag for tag in policy.tags if tag.key in {"Compartments", "Additional Sensitivity", TO}]
        chosen = {category for tag in shown for category in tag.categories}
        for level in policy.levels:
            label = Label((policy.label(level, chosen),))
            assert parse_marking(format_marking(label, policies=policies), policies=policies) == label
