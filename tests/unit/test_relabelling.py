"""Relabelling: who is cleared may raise, only the originator lowers, and every decision stays on record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_service.builder import Builder
from graph_service.errors import IngestRefused, NotCleared
from graph_service.handling import clearance_from_markings, format_marking, parse_marking
from graph_service.ingest import accept, ingest
from graph_service.portions import Decision, Portion, StoredPortion, Term, digest
from graph_service.relabelling import KEPT, LOWERED, RAISED, Relabelling, Writer, erasure, relabelled, withdrawal
from graph_service.security import Clearance, Label, Policies, everything, invalidity
from graph_service.settings import Layout, Settings
from graph_service.storage.database import open_database
from graph_service.storage.findings import KEPT_BACK
from graph_service.storage.portion_store import PortionStore, Stored
from graph_service.storage.views import Publication
from tests import oracle
from tests.strategies import (
    EX,
    KEY,
    ORIGINATOR,
    SOURCES,
    TODAY,
    clearances,
    food_policies,
    legal_labels,
    quick_folder,
)

FOOD = food_policies()
TEXT = f"<{EX}a> <{EX}b> <{EX}c> .\n<{EX}a> <{EX}b> _:shared .\n<{EX}a> <{EX}d> _:a0123456789abcdef0123456789abcde .\n"
LATER = TODAY + timedelta(30)


def label(marking: str) -> Label:
    return parse_marking(marking, policies=FOOD)


def proposal(marking: str = "tea", part: str = "part", **more: Any) -> Portion:
    return Portion(SOURCES[0], part, label(marking), ORIGINATOR, TEXT, **more)


def portion(marking: str = "tea", **more: Any) -> StoredPortion:
    return accept(proposal(marking, **more), key=KEY, policies=FOOD, today=TODAY)


def writer(*markings: str, acts_for: str = "", **more: Any) -> Writer:
    """A writer with these levels; ``compartments`` and ``affiliation`` as the command line has them."""
    return Writer("anna", clearance_from_markings(markings, policies=FOOD, **more), acts_for)


def boss(acts_for: str = "") -> Writer:
    return Writer("boss", everything(FOOD), acts_for)


def relabel(
    stored: StoredPortion, wish: str | Label, who: Writer, *, today: date = TODAY, **more: Any
) -> tuple[StoredPortion, Decision]:
    wanted = Relabelling(label(wish) if isinstance(wish, str) else wish, **more)
    return relabelled(stored, wanted, writer=who, policies=FOOD, key=KEY, today=today)


# --- raising ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wish",
    [
        *("coffee", "tea//SUGAR", "whisky//SUGAR, SPICE", "tea//REL TO COOK", "tea//REL TO COOK//AT BAR"),
        *("tea//HOT", "tea + dish", "tea//SUGAR + banquet//CELLAR"),
    ],
)
def test_whoever_is_cleared_for_the_new_label_raises(wish: str) -> None:
    before = portion()
    after, decision = relabel(before, wish, boss(), ground="rule 1")
    assert after.label == label(wish)
    assert decision == Decision(
        act=RAISED,
        before=before.label,
        after=after.label,
        taken_on=TODAY,
        taken_by="boss",
        ground="rule 1",
        versions={part.policy: "1" for part in after.label.parts},
    )


def test_a_raise_needs_no_reference_and_nobody_to_act_for() -> None:
    _, decision = relabel(portion(), "coffee", writer("coffee"))
    assert (decision.act, decision.taken_by, decision.reference) == (RAISED, "anna", "")


@pytest.mark.parametrize(
    ("who", "wish"),
    [
        (writer("tea"), "coffee"),
        (writer("coffee"), "tea//SUGAR"),
        (writer("coffee", compartments=["DRINK:SUGAR"]), "tea//SUGAR, SPICE"),
        (writer("coffee", affiliation="GUEST"), "tea//REL TO COOK"),
        (writer("coffee", affiliation="COOK"), "tea//REL TO COOK//AT BAR"),
        (writer("coffee"), "tea + dish"),
        (writer("coffee", "dish"), "tea + banquet"),
        (boss(), "tea//REL TO NOBODY"),
        # The originator's writer too: a raise is a raise.
        (writer("tea", acts_for=ORIGINATOR), "coffee"),
    ],
)
def test_whoever_is_not_cleared_for_the_new_label_does_not_raise(who: Writer, wish: str) -> None:
    with pytest.raises(NotCleared, match="the new label is above what you hold"):
        relabel(portion(), wish, who, reference="letter 7")


# --- lowering --------------------------------------------------------------------------------------------------------

_LOWER = [
    ("coffee", "tea"),
    ("coffee//SUGAR", "coffee"),
    ("tea//SUGAR", "tea//SPICE"),
    ("tea", "water//SUGAR"),
    ("tea//REL TO COOK", "tea"),
    ("tea//REL TO COOK", "tea//REL TO COOK, GUEST"),
    ("tea//REL TO COOK", "tea//REL TO GUEST"),
    ("tea//REL TO COOK//AT BAR", "tea//REL TO COOK"),
    ("tea//HOT", "tea"),
    ("tea + dish", "tea"),
    ("tea + banquet", "coffee + dish"),
]


@pytest.mark.parametrize(("before", "wish"), _LOWER)
def test_whoever_acts_for_the_originator_lowers_with_a_reference(before: str, wish: str) -> None:
    """All that is no raise is a lowering, also where the new label demands more in some respect."""
    after, decision = relabel(portion(before), wish, boss(ORIGINATOR), reference="letter 7")
    assert after.label == label(wish)
    assert (decision.act, decision.reference, decision.before) == (LOWERED, "letter 7", label(before))


@pytest.mark.parametrize("acts_for", ["", "https://example.org/originator/guest", ORIGINATOR + "/", "cook"])
@pytest.mark.parametrize(("before", "wish"), _LOWER)
def test_nobody_else_lowers_whatever_they_hold(before: str, wish: str, acts_for: str) -> None:
    with pytest.raises(NotCleared, match=f"only its originator lowers or ends a label, .* ask <{ORIGINATOR}>"):
        relabel(portion(before), wish, boss(acts_for), reference="letter 7")


@pytest.mark.parametrize(("before", "wish"), _LOWER)
def test_a_lowering_without_a_reference_is_refused(before: str, wish: str) -> None:
    with pytest.raises(NotCleared, match="a label is lowered by a decision: name the document"):
        relabel(portion(before), wish, boss(ORIGINATOR))


def test_a_portion_without_an_originator_that_anyone_acts_for_is_never_lowered() -> None:
    """Nobody acts for nobody: an empty name on both sides is no match."""
    unowned = replace(portion(), portion=replace(proposal(), originator=""))
    with pytest.raises(NotCleared):
        relabel(unowned, "water", boss(""), reference="letter 7")


# --- keeping a label on review ---------------------------------------------------------------------------------------


def test_the_originator_keeps_a_label_with_a_new_term() -> None:
    due, longer = Term(until=TODAY - timedelta(1)), Term(until=LATER)
    before = portion("coffee", term=due)
    after, decision = relabel(before, "coffee", boss(ORIGINATOR), reference="letter 7", term=longer)
    assert (after.id, after.label, after.portion.term) == (before.id, before.label, longer)
    assert (decision.act, decision.before, decision.reference, decision.term) == (
        KEPT,
        before.label,
        "letter 7",
        longer,
    )


@pytest.mark.parametrize(
    ("acts_for", "reference", "says"),
    [
        ("", "letter 7", "only its originator keeps a label"),
        (f"{EX}originator/guest", "letter 7", "only its originator keeps a label"),
        (ORIGINATOR, "", "a label is kept by a decision"),
    ],
)
def test_nobody_else_keeps_a_label_and_not_without_a_reference(acts_for: str, reference: str, says: str) -> None:
    """Else anyone who is cleared could move the day of its review."""
    with pytest.raises(NotCleared, match=says):
        relabel(portion(), "tea", boss(acts_for), reference=reference, term=Term(until=LATER))


# --- a foreign label -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "wish"), [("tea", "dish"), ("tea", "banquet//CELLAR"), ("coffee//SUGAR", "banquet")]
)
@pytest.mark.parametrize("acts_for", ["", ORIGINATOR])
def test_a_label_is_never_replaced_by_one_of_another_policy(before: str, wish: str, acts_for: str) -> None:
    """Not by its originator either, and not where the other level is its equivalent."""
    with pytest.raises(NotCleared, match="a label of DRINK is not replaced by one of another policy: keep it"):
        relabel(portion(before), wish, boss(acts_for), reference="letter 7")


# --- what is not there -----------------------------------------------------------------------------------------------

_WISHES = {
    "a raise": Relabelling(label("whisky//SUGAR")),
    "a lowering": Relabelling(label("water"), reference="letter 7"),
    "a lowering without a reference": Relabelling(label("water")),
    "another policy": Relabelling(label("dish"), reference="letter 7"),
    "an illegal label": Relabelling(label("whisky//AT BAR")),
    "the label that it has": Relabelling(label("coffee")),
}


@pytest.mark.parametrize("wish", _WISHES.values(), ids=_WISHES.keys())
@pytest.mark.parametrize("acts_for", ["", ORIGINATOR])
def test_an_invisible_portion_is_told_as_an_absent_one(
    wish: Relabelling, acts_for: str, tmp_path: Path, food_folder: Path
) -> None:
    """Word for word, whatever is asked: else one could ask whether it is there, and at which label."""
    hidden = portion("coffee")
    chosen = Settings(anonymous="water", vocabulary_label="water", policies=str(food_folder))
    builder = Builder(Layout(tmp_path), chosen, key=KEY)
    try:
        builder.load([proposal("coffee")])
        builder.register.add("anna", clearance=writer("tea").clearance, acts_for=acts_for)
        absent = hidden.id[:-1] + ("0" if hidden.id[-1] != "0" else "1")
        told = []
        for name in (hidden.id, absent):
            with pytest.raises(NotCleared) as error:
                builder.relabel(name, wish, user="anna")
            told.append((error.value.public.replace(name.rpartition("/")[2], "…"), error.value.detail))
        assert told == [("there is no portion `…`", "")] * 2
        assert builder.portion(hidden.id) == hidden
    finally:
        builder.close()


@pytest.mark.parametrize(
    "period", [{"valid_until": TODAY - timedelta(1)}, {"valid_from": TODAY + timedelta(1)}], ids=["ended", "to come"]
)
def test_a_clearance_that_is_not_in_force_sees_nothing_to_relabel(period: dict[str, date]) -> None:
    with pytest.raises(NotCleared, match="there is no portion"):
        relabel(portion(), "coffee", writer("whisky", **period))


# --- is it legal -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "wish", "says"),
    [
        ("tea//AT BAR", "whisky//AT BAR", r"whisky//AT BAR is not legal: DRINK: `BAR` can't stand with level `whisky`"),
        ("tea", "tea//AT TERRACE", "`TERRACE` is no longer in use"),
        ("tea", "tea//SHAKEN", "`SHAKEN` stands with level `whisky` only"),
    ],
)
def test_a_label_that_could_not_be_set_today_is_refused(before: str, wish: str, says: str) -> None:
    with pytest.raises(NotCleared, match=says):
        relabel(portion(before), wish, boss())


# --- what stays and what changes -------------------------------------------------------------------------------------


def test_a_portion_keeps_its_text_source_and_originator_and_gets_another_name() -> None:
    before = portion()
    after, _ = relabel(before, "coffee", boss(), ground="rule 1")
    for kept in ("source", "part", "originator", "ntriples"):
        assert getattr(after.portion, kept) == getattr(before.portion, kept)
    assert (after.portion.set_on, after.portion.ground) == (TODAY, "rule 1")
    assert after.id != before.id
    assert after.digest != before.digest
    assert after.id == portion("coffee").id  # the name that a load at the new label gives


def test_a_ground_that_is_left_out_stays() -> None:
    after, decision = relabel(portion(ground="rule 1"), "coffee", boss())
    assert (after.portion.ground, decision.ground) == ("rule 1", "rule 1")


def test_a_label_gets_a_term_and_the_label_that_is_foreseen_for_then() -> None:
    term = Term(until=LATER, successor=label("tea"))
    after, decision = relabel(portion(), "coffee", boss(), term=term)
    assert after.portion.term == decision.term == term
    assert Decision.from_data(decision.to_data(), policies=FOOD) == decision


def test_a_term_that_is_left_out_stays() -> None:
    """Who raises a label does not take away the day on which its originator wants it looked at again."""
    term = Term(event="the doors open", successor=label("water"))
    after, decision = relabel(portion(term=term), "coffee", boss())
    assert after.portion.term == decision.term == term


def test_a_successor_is_foreseen_and_not_decided() -> None:
    """When its day has come the label is what it was, and whoever lowers it does so for the originator."""
    due = portion("coffee", term=Term(until=TODAY - timedelta(1), successor=label("tea")))
    assert due.label == label("coffee")
    with pytest.raises(NotCleared, match="only its originator lowers"):
        relabel(due, "tea", boss(), reference="letter 7")


@settings(suppress_health_check=list(HealthCheck))
@given(
    legal_labels(),
    st.one_of(legal_labels(), st.just(None)),
    legal_labels(),
    clearances(downward_closed=True),
    clearances(downward_closed=True),
    st.sampled_from(["", ORIGINATOR]),
    st.sampled_from(["", "letter 7"]),
)
def test_what_is_allowed_is_a_raise_of_the_cleared_or_a_decision_of_the_originator(
    before: Label,
    drawn: Label | None,
    more: Label,
    reader: Clearance,
    held: Clearance,
    acts_for: str,
    reference: str,
) -> None:
    """And a raise opens nothing: who reads the portion afterwards read it before."""
    wish = drawn or before.join(more)
    stored = accept(Portion(SOURCES[0], "part", before, ORIGINATOR, TEXT), key=KEY, policies=FOOD, today=TODAY)
    for who in (Writer("anna", held, acts_for), boss(acts_for)):
        try:
            after, decision = relabel(stored, wish, who, reference=reference)
        except NotCleared:
            continue
        assert oracle.holds(who.clearance, before)
        assert {part.policy for part in before.parts} & {part.policy for part in wish.parts}
        assert invalidity(after.label, policies=FOOD, on=TODAY) == []
        if decision.act == RAISED:
            assert after.label.join(before) == after.label != before
            assert oracle.holds(who.clearance, after.label)
            assert oracle.holds(reader, before) or not oracle.holds(reader, after.label)
        else:
            assert (acts_for, reference) == (ORIGINATOR, "letter 7")
            assert after.label == before if decision.act == KEPT else not after.label.dominates(before)


# --- the store -------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PortionStore]:
    connection = open_database(tmp_path / "portions", key=KEY)
    yield PortionStore(connection, policies=FOOD)
    connection.close()


def load(store: PortionStore, *portions: Portion, today: date = TODAY) -> Stored:
    return ingest(portions, store=store, key=KEY, policies=FOOD, today=today)


def carry_out(store: PortionStore, stored: StoredPortion, wish: str, who: Writer, **more: Any) -> StoredPortion:
    after, decision = relabel(stored, wish, who, **more)
    store.relabel(stored, after, decision)
    return after


def only(store: PortionStore) -> StoredPortion:
    (stored,) = store.read_all_system_high()
    return stored


def test_a_load_records_who_set_the_label_and_when(store: PortionStore) -> None:
    set_on, term = date(2020, 2, 29), Term(until=LATER)
    load(store, proposal(set_on=set_on, ground="rule 1", term=term))
    assert store.history(only(store).id) == [
        Decision(
            act="set",
            after=label("tea"),
            taken_on=set_on,
            taken_by=ORIGINATOR,
            ground="rule 1",
            term=term,
            versions={"DRINK": "1"},
        )
    ]


def test_a_relabelled_portion_stands_in_place_of_itself(store: PortionStore) -> None:
    load(store, proposal(), proposal(part="other"))
    before = portion()
    after = carry_out(store, before, "coffee", boss())
    assert store.get(before.id) is None
    assert store.get(after.id) == after
    assert {s.portion.part: format_marking(s.label, policies=FOOD) for s in store.read_all_system_high()} == {
        "part": "coffee",
        "other": "tea",
    }


def test_every_decision_stays_on_record(store: PortionStore) -> None:
    load(store, proposal())
    seen = [only(store).id]
    for day, (wish, more) in enumerate(
        [
            ("coffee", {}),
            ("whisky//SUGAR", {"ground": "rule 2"}),
            ("tea", {"reference": "letter 7"}),
            ("tea//SPICE", {"term": Term(event="the doors open", successor=label("water"))}),
        ]
    ):
        carry_out(store, only(store), wish, boss(ORIGINATOR), today=TODAY + timedelta(day), **more)
        seen.append(only(store).id)
    history = store.history(seen[-1])
    assert [(d.act, d.before, d.after) for d in history] == [
        ("set", None, label("tea")),
        (RAISED, label("tea"), label("coffee")),
        (RAISED, label("coffee"), label("whisky//SUGAR")),
        (LOWERED, label("whisky//SUGAR"), label("tea")),
        (RAISED, label("tea"), label("tea//SPICE")),
    ]
    assert [d.taken_on for d in history[1:]] == [TODAY + timedelta(day) for day in range(4)]
    assert [d.reference for d in history] == ["", "", "", "letter 7", ""]
    assert history[-1].term == Term(event="the doors open", successor=label("water"))
    assert all(store.history(old) == [] for old in set(seen) - {seen[-1]})


def test_a_label_that_is_kept_is_on_record_too(store: PortionStore) -> None:
    load(store, proposal())
    after = carry_out(store, portion(), "tea", boss(ORIGINATOR), reference="letter 7", term=Term(until=LATER))
    assert after.id == portion().id
    assert only(store) == after
    assert [(d.act, d.term) for d in store.history(after.id)] == [("set", None), (KEPT, Term(until=LATER))]


def test_each_portion_has_a_history_of_its_own(store: PortionStore) -> None:
    load(store, proposal(), proposal(part="other"))
    after = carry_out(store, portion(), "coffee", boss())
    assert [d.act for d in store.history(after.id)] == ["set", RAISED]
    assert [d.act for d in store.history(portion(part="other").id)] == ["set"]


def test_text_and_blank_nodes_are_what_they_were(store: PortionStore) -> None:
    """Else a node that another portion of the source shares would come apart."""
    load(store, proposal(), proposal(part="other"))
    before = portion()
    after = carry_out(store, before, "coffee", boss())
    found = store.get(after.id)
    assert found is not None
    assert found.portion.ntriples == before.portion.ntriples
    (shared,) = {line for line in portion(part="other").portion.ntriples.splitlines() if f"{EX}b> _:" in line}
    assert shared in found.portion.ntriples


def test_a_portion_does_not_take_the_place_of_another(store: PortionStore) -> None:
    load(store, proposal("tea"), proposal("coffee"))
    after, decision = relabel(portion("tea"), "coffee", boss())
    with pytest.raises(IngestRefused, match="the same source and part stand at that label already"):
        store.relabel(portion("tea"), after, decision)
    assert {stored.id for stored in store.read_all_system_high()} == {portion("tea").id, portion("coffee").id}
    assert [d.act for d in store.history(portion("tea").id)] == ["set"]


# --- loading again ---------------------------------------------------------------------------------------------------


def test_a_raised_part_is_not_loaded_again_at_its_old_label(store: PortionStore) -> None:
    """Its submitter is told what they would be told if the raise had never been, and the officer that it was kept."""
    load(store, proposal())
    carry_out(store, portion(), "coffee//SUGAR", boss())
    assert load(store, proposal(), proposal(part="other")) == Stored(added=2)
    assert load(store, proposal(), proposal(part="other")) == Stored(unchanged=2)
    labels = {(stored.portion.part, stored.label) for stored in store.read_all_system_high()}
    assert labels == {("part", label("coffee//SUGAR")), ("other", label("tea"))}
    assert [(one.kind, one.portion) for one in store.findings.all()] == [(KEPT_BACK, portion().id)]


@pytest.mark.parametrize("old", ["tea", "coffee"])
def test_a_part_raised_twice_is_not_loaded_again_at_either_label(store: PortionStore, old: str) -> None:
    load(store, proposal())
    for wish in ("coffee", "whisky"):
        carry_out(store, only(store), wish, boss())
    load(store, proposal(old))
    assert only(store).label == label("whisky")


def test_what_was_kept_back_is_loaded_once_nothing_stands_against_it(store: PortionStore) -> None:
    load(store, proposal())
    carry_out(store, portion(), "whisky", boss())
    load(store, proposal("coffee"))
    carry_out(store, only(store), "water", boss(ORIGINATOR), reference="letter 7")
    assert load(store, proposal("coffee")) == Stored(unchanged=1)
    assert {stored.label for stored in store.read_all_system_high()} == {label("water"), label("coffee")}


def test_a_purge_leaves_no_copy_among_what_was_kept_back(store: PortionStore) -> None:
    load(store, proposal())
    carry_out(store, portion(), "coffee", boss())
    load(store, proposal())
    assert len(list(store.kept_back.read_all_system_high())) == 1
    store.purge(only(store), store.history(only(store).id)[-1])
    assert list(store.kept_back.read_all_system_high()) == []


def test_a_raise_says_nothing_of_other_parts_sources_and_labels(store: PortionStore) -> None:
    load(store, proposal())
    carry_out(store, portion(), "coffee", boss())
    other_source = replace(proposal(), source=SOURCES[1])
    assert load(store, proposal(part="other"), other_source, proposal("water")) == Stored(added=3)
    assert load(store, proposal("coffee")).added == 0


def raised_from(store: PortionStore, stored: StoredPortion) -> list[Decision]:
    return store.raised_from(stored.portion.source, stored.portion.part, stored.label)


def test_a_raise_is_found_from_every_label_that_it_took_the_part_past(store: PortionStore) -> None:
    load(store, proposal())
    carry_out(store, portion(), "whisky", boss())
    for past in ("tea", "coffee"):
        (raised,) = raised_from(store, portion(past))
        assert (raised.act, raised.before, raised.after) == (RAISED, label("tea"), label("whisky"))
    assert raised_from(store, portion("whisky")) == []
    assert raised_from(store, portion("whisky//SUGAR")) == []
    assert raised_from(store, portion("tea", part="other")) == []
    load(store, proposal("coffee"))
    assert only(store).label == label("whisky")


def test_a_raise_that_no_longer_holds_is_not_found(store: PortionStore) -> None:
    load(store, proposal())
    carry_out(store, portion(), "coffee", boss())
    carry_out(store, only(store), "water", boss(ORIGINATOR), reference="letter 7")
    assert raised_from(store, portion("tea")) == []
    assert load(store, proposal("tea")).added == 1


def test_a_part_whose_raise_was_taken_back_is_loaded_again(store: PortionStore) -> None:
    load(store, proposal())
    carry_out(store, portion(), "coffee", boss())
    carry_out(store, only(store), "tea", boss(ORIGINATOR), reference="letter 7")
    assert load(store, proposal()).added == 0
    assert [d.act for d in store.history(portion().id)] == ["set", RAISED, LOWERED]


GIVEN = {"ground": "rule 2", "term": Term(until=LATER, successor=label("tea"))}


def source_file(marking: str = "tea", **more: Any) -> Portion:
    """Without a node that has no label: such a node is named after the portion's label."""
    return replace(proposal(marking, **more), ntriples="".join(TEXT.splitlines(keepends=True)[:2]))


def raised_with_a_term(store: PortionStore, **more: Any) -> StoredPortion:
    """A part that was loaded at `tea`, with ``more``, and raised to `coffee` with a ground and a term of its own."""
    load(store, source_file(**more))
    return carry_out(store, only(store), "coffee", boss(), **GIVEN)


@pytest.mark.parametrize(
    "source",
    [
        {},
        {"ground": "rule 1", "term": Term(until=TODAY)},
        {"set_on": TODAY, "ground": "rule 1"},
        {"set_on": TODAY - timedelta(400), "ground": "rule 1", "term": Term(event="the doors open")},
    ],
)
def test_a_load_at_the_new_label_keeps_what_the_relabelling_gave(store: PortionStore, source: dict[str, Any]) -> None:
    after = raised_with_a_term(store, **source)
    assert load(store, source_file("coffee", **source), today=LATER) == Stored(unchanged=1)
    assert only(store) == after
    assert (after.portion.set_on, after.portion.ground, after.portion.term) == (TODAY, *GIVEN.values())
    assert [d.act for d in store.history(after.id)] == ["set", RAISED]


def test_another_text_at_the_new_label_keeps_it_too(store: PortionStore) -> None:
    after = raised_with_a_term(store)
    changed = replace(source_file("coffee"), ntriples=f"<{EX}changed> <{EX}b> <{EX}c> .\n")
    assert load(store, changed) == Stored(changed=1)
    assert "changed>" in only(store).portion.ntriples
    assert replace(only(store).portion, ntriples="") == replace(after.portion, ntriples="")
    assert only(store).digest == digest(only(store).portion)


@pytest.mark.parametrize("stated", [{}, {"ground": "rule 3"}, {"term": Term(event="the doors open")}])
def test_a_later_setting_of_the_source_holds_and_is_on_record_once(store: PortionStore, stated: dict[str, Any]) -> None:
    """What it leaves out stays: else a load would take away the day of a review."""
    after, day = raised_with_a_term(store), TODAY + timedelta(1)
    later = source_file("coffee", set_on=day, **stated)
    assert load(store, later) == Stored(changed=1)
    wanted = GIVEN | stated
    found = only(store).portion
    assert (found.set_on, found.ground, found.term) == (day, wanted["ground"], wanted["term"])
    for again in (later, replace(later, **wanted), source_file("coffee"), source_file("coffee", set_on=TODAY)):
        assert load(store, again) == Stored(unchanged=1)
    history = store.history(after.id)
    assert [d.act for d in history] == ["set", RAISED, "set"]
    assert (history[-1].taken_on, history[-1].ground, history[-1].term) == (day, wanted["ground"], wanted["term"])


@pytest.mark.parametrize("act", ["withdraw", "purge"])
def test_what_comes_back_comes_back_as_it_was_decided(store: PortionStore, act: str) -> None:
    after = raised_with_a_term(store)
    if act == "withdraw":
        gone = withdrawal(after, writer=boss(), ground="spill", reference="", policies=FOOD, today=TODAY)
        store.withdraw([(after, gone)])
    else:
        who = boss(ORIGINATOR)
        store.purge(after, erasure(after, writer=who, ground="spill", reference="7", policies=FOOD, today=TODAY))
    for _ in range(2):
        ingest([source_file("coffee")], store=store, key=KEY, policies=FOOD, today=LATER, restore=True)
        assert only(store) == after


def test_what_only_loads_set_is_as_the_last_load_says(store: PortionStore) -> None:
    load(store, proposal(ground="rule 1", term=Term(until=LATER)))
    assert load(store, proposal(set_on=date(2020, 1, 1))) == Stored(changed=1)
    assert (only(store).portion.ground, only(store).portion.term) == ("", None)


# --- versions of a policy --------------------------------------------------------------------------------------------


def dutch(marking: str, policies: Policies, set_on: date | None) -> Portion:
    return Portion(SOURCES[0], "part", parse_marking(marking, policies=policies), ORIGINATOR, TEXT, set_on=set_on)


@pytest.mark.parametrize(
    ("set_on", "version"),
    [
        (date(2013, 6, 1), "VIRBI 2013"),
        (date(2025, 9, 8), "VIRBI 2013"),
        (date(2025, 9, 9), "VIRBI 2025"),
        (None, "VIRBI 2025"),
    ],
)
def test_a_decision_names_the_version_that_was_in_force(
    policies: Policies, set_on: date | None, version: str, tmp_path: Path
) -> None:
    connection = open_database(tmp_path, key=KEY)
    try:
        store = PortionStore(connection, policies=policies)
        ingest([dutch("Stg. GEHEIM", policies, set_on)], store=store, key=KEY, policies=policies, today=TODAY)
        (before,) = store.read_all_system_high()
        who = Writer("boss", everything(policies))
        wish = Relabelling(parse_marking("Stg. ZEER GEHEIM + NATO SECRET", policies=policies))
        after, decision = relabelled(before, wish, writer=who, policies=policies, key=KEY, today=TODAY)
        store.relabel(before, after, decision)
        nato = policies.policy("NATO").version
        assert [found.versions for found in store.history(after.id)] == [
            {"NLD": version},
            {"NLD": "VIRBI 2025", "NATO": nato},
        ]
    finally:
        connection.close()


def test_a_label_set_before_any_version_was_in_force_is_refused(policies: Policies) -> None:
    early = dutch("Stg. GEHEIM", policies, date(2013, 5, 31))
    with pytest.raises(IngestRefused, match="policy `NLD` has no version in force on 2013-05-31 here"):
        accept(early, key=KEY, policies=policies, today=TODAY)


def test_a_relabelling_is_judged_by_the_policy_of_its_day(food: Policies) -> None:
    """A category that is gone may stay where it stands, and is not set anew."""
    drink = food.policy("DRINK")
    table = drink.tag("Serving/Table")
    old_rules = {name: replace(rule, obsolete=False) for name, rule in table.rules.items()}
    old_tags = tuple(replace(tag, rules=old_rules) if tag.key == table.key else tag for tag in drink.tags)
    old = replace(drink, version="0", tags=old_tags, in_force_until=date(2024, 12, 31))
    both = Policies.of([old, replace(drink, in_force_from=date(2025, 1, 1)), food.policy("MEAL")])
    terrace = Portion(SOURCES[0], "part", label("tea//AT TERRACE"), ORIGINATOR, TEXT, set_on=date(2024, 6, 1))
    stored = accept(terrace, key=KEY, policies=both, today=TODAY)
    wish = Relabelling(label("coffee//AT TERRACE"))
    with pytest.raises(NotCleared, match="`TERRACE` is no longer in use"):
        relabelled(stored, wish, writer=boss(), policies=both, key=KEY, today=TODAY)
    _, decision = relabelled(stored, wish, writer=boss(), policies=both, key=KEY, today=date(2024, 7, 1))
    assert decision.versions == {"DRINK": "0"}


def test_views_follow_a_relabelling(food_folder: Path) -> None:
    """Who was cleared before and is not now no longer sees it, and their banner says so."""
    chosen = Settings(anonymous="water", vocabulary_label="water", policies=str(food_folder))
    with quick_folder() as folder:
        builder = Builder(Layout(folder), chosen, key=KEY)

        def banners() -> list[str]:
            published = Publication.read(builder.layout.views)
            return [principal.banner for principal in published.everyone]

        try:
            builder.load([proposal("tea")])
            builder.add_user("high", writer("coffee", affiliation="COOK").clearance)
            builder.add_user("low", writer("tea").clearance)
            assert banners() == ["water", "tea", "tea"]
            after = builder.relabel(portion("tea").id, Relabelling(label("coffee//REL TO COOK")), user="high")
            assert banners() == ["water", "coffee//REL TO COOK", "water"]
            assert [found.act for found in builder.history(after.id)] == ["set", RAISED]
        finally:
            builder.close()
