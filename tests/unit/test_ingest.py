"""Ingest: loaders propose, ingest decides. All of a load is stored, or none."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.errors import IngestRefused, LabelError, RuleRefused
from graph_service.handling import format_marking, parse_marking
from graph_service.ingest import accept, ingest
from graph_service.portions import (
    DERIVED_GRAPH,
    LEFT,
    PIECE,
    PORTION_NAMESPACE,
    WITHDRAWN,
    Decision,
    Gone,
    Portion,
    Proposed,
    StoredPortion,
    Whole,
    proposed_from_data,
    proposed_to_data,
)
from graph_service.security import Label, Level, Policies, PolicyLabel
from graph_service.storage.database import open_database
from graph_service.storage.portion_store import PortionStore, Stored
from tests.strategies import EX, KEY, TODAY, food_policies, rule_statement

SOURCE = f"{EX}source/1"


def label(text: str) -> Label:
    return parse_marking(text, policies=food_policies())


def proposal(text: str, at: str = "tea", part: str = "part", source: str = SOURCE) -> Portion:
    return Portion(source, part, label(at), f"{EX}cook", text)


SAID = f"<{EX}a> <{EX}b> <{EX}c> .\n"
ALSO = f"<{EX}a> <{EX}b> <{EX}d> .\n"


@pytest.fixture
def store(tmp_path: Path, food: Policies) -> Iterator[PortionStore]:
    connection = open_database(tmp_path / "portions", key=KEY)
    yield PortionStore(connection, policies=food)
    connection.close()


def load(store: PortionStore, *portions: Portion) -> Stored:
    return ingest(portions, store=store, key=KEY, policies=food_policies(), today=TODAY)


def accepted(portion: Portion) -> StoredPortion:
    return accept(portion, key=KEY, policies=food_policies(), today=TODAY)


def texts(store: PortionStore) -> dict[tuple[str, str], str]:
    return {
        (stored.portion.part, format_marking(stored.label, policies=food_policies())): stored.portion.ntriples
        for stored in store.read_all_system_high()
    }


# --- what is stored --------------------------------------------------------------------------------------------------


def test_a_load_says_what_it_did(store: PortionStore) -> None:
    assert load(store, proposal(SAID), proposal(SAID, part="other")) == Stored(added=2)
    assert load(store, proposal(SAID), proposal(ALSO, part="other")) == Stored(changed=1, unchanged=1)


def test_a_portion_replaces_only_one_of_the_same_source_part_and_label(store: PortionStore) -> None:
    load(store, proposal(SAID, "coffee"))
    load(store, proposal(ALSO, "tea"), proposal(ALSO, "coffee", part="other"))
    load(store, proposal(ALSO, "coffee", source=f"{EX}source/2"))
    assert len(list(store.read_all_system_high())) == 4
    assert texts(store)["part", "tea"] == ALSO


@pytest.mark.parametrize("at", ["tea//SUGAR//REL TO COOK", "coffee//REL TO NOBODY//AT BAR, GARDEN//HOT + dish"])
def test_what_was_loaded_is_read_back_whole(store: PortionStore, at: str) -> None:
    load(store, proposal(SAID, at))
    (stored,) = store.read_all_system_high()
    assert stored == accepted(proposal(SAID, at))
    assert store.get(stored.id) == stored
    assert store.get(PORTION_NAMESPACE + "0" * 32) is None


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_an_empty_portion_is_refused(store: PortionStore, text: str) -> None:
    with pytest.raises(IngestRefused, match=r"`part` of <.*> is empty: an empty graph would show that it is there"):
        load(store, proposal(text))


def test_a_load_of_nothing_is_refused(store: PortionStore) -> None:
    with pytest.raises(IngestRefused, match="holds no statements"):
        load(store)


@pytest.mark.parametrize("iri", [PORTION_NAMESPACE + "0" * 32, DERIVED_GRAPH])
def test_only_sluis_describes_portions(store: PortionStore, iri: str) -> None:
    with pytest.raises(IngestRefused, match=r"describes <.*>, which only Sluis itself may"):
        load(store, proposal(f'<{iri}> <https://w3id.org/sluis/ns#marking> "water" .\n'))


def test_a_portion_may_point_to_another(store: PortionStore) -> None:
    assert load(store, proposal(f"<{EX}a> <{EX}b> <{PORTION_NAMESPACE}{'0' * 32}> .\n")) == Stored(added=1)


@pytest.mark.parametrize("text", [f"<{EX}a> <{EX}b> .\n", "<relative> <urn:b> <urn:c> .\n", "{}", "@prefix : <x> ."])
def test_what_is_not_ntriples_is_refused(store: PortionStore, text: str) -> None:
    with pytest.raises(IngestRefused, match="line 1 is not N-Triples"):
        load(store, proposal(text))


def test_an_iri_that_stands_in_for_a_blank_node_is_refused(store: PortionStore) -> None:
    """Else a portion could name a blank node of another source, or one that no blank node can be called."""
    for name in ("0123456789abcdef0123456789abcdef", "not/a/blank/node"):
        with pytest.raises(IngestRefused):
            load(store, proposal(f"<urn:sluis:blank:{name}> <{EX}b> <{EX}c> .\n"))


def test_two_portions_of_one_name_that_say_two_things_are_refused(store: PortionStore) -> None:
    with pytest.raises(IngestRefused, match=f"`part` of <{SOURCE}> comes twice in this load and says two things"):
        load(store, proposal(SAID), proposal(ALSO))
    assert texts(store) == {}


def test_the_same_portion_twice_is_one(store: PortionStore) -> None:
    """Two pages of open data may hold the same row."""
    assert load(store, proposal(SAID), proposal(SAID)) == Stored(added=1)


@pytest.mark.parametrize(
    "level",
    [Level("SOUP", 0, "broth"), Level("DRINK", 0, "broth"), Level("DRINK", 9, "beer")],
    ids=["policy", "marking", "level"],
)
def test_a_label_of_an_unknown_policy_or_level_is_refused(store: PortionStore, level: Level) -> None:
    unknown = Label((PolicyLabel(level),))
    with pytest.raises(IngestRefused, match=r"`part` of <.*>: .* is not a "):
        load(store, replace(proposal(SAID), label=unknown))


def test_a_label_whose_level_stands_at_another_height_is_refused(store: PortionStore) -> None:
    """A label of another scale: the name is known, its place in the order is not."""
    with pytest.raises(IngestRefused, match="levels are not those of the policies here"):
        load(store, replace(proposal(SAID), label=Label((PolicyLabel(Level("DRINK", 9, "tea")),))))


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("whisky//AT BAR", "`BAR` can't stand with level `whisky`"),
        ("tea//AT TERRACE", "`TERRACE` is no longer in use"),
        ("tea//SHAKEN", "`SHAKEN` stands with level `whisky` only"),
    ],
)
def test_a_label_that_its_policy_does_not_allow_is_refused(store: PortionStore, at: str, says: str) -> None:
    with pytest.raises(IngestRefused, match=f"`part` of <.*>: the label is not legal: DRINK: {says}"):
        load(store, proposal(SAID, "tea", part="good"), proposal(SAID, at))
    assert texts(store) == {}


@pytest.mark.parametrize("where", ["FILTER NOT EXISTS { ?x ?q ?z }", "OPTIONAL { ?x ?q ?z }", "MINUS { ?x ?q ?z }"])
def test_a_rule_that_could_conclude_from_absence_is_refused_at_load(store: PortionStore, where: str) -> None:
    rule = rule_statement(f"CONSTRUCT {{ ?x a ?y }} WHERE {{ ?x ?p ?y {where} }}", "bad")
    with pytest.raises(RuleRefused):
        load(store, proposal(SAID, part="good"), proposal(rule, part="rule"))
    assert texts(store) == {}


def test_a_rule_that_is_no_text_is_refused_at_load(store: PortionStore) -> None:
    with pytest.raises(RuleRefused):
        load(store, proposal(f"<{EX}rule> <https://w3id.org/sluis/ns#construct> <{EX}text> .\n"))


@pytest.mark.parametrize("bad", [proposal("", part="bad"), proposal("nonsense", part="bad")])
def test_one_bad_portion_refuses_the_whole_load(store: PortionStore, bad: Portion) -> None:
    load(store, proposal(SAID))
    with pytest.raises(IngestRefused):
        load(store, proposal(ALSO), proposal(SAID, part="new"), bad)
    assert texts(store) == {("part", "tea"): SAID}


# --- lowering --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lower", ["tea", "tea//SUGAR", "water//REL TO COOK", "dish"])
def test_a_load_never_takes_a_statement_out_of_a_higher_portion_and_puts_it_elsewhere(
    store: PortionStore, lower: str
) -> None:
    load(store, proposal(SAID + ALSO, "coffee"))
    with pytest.raises(IngestRefused, match=r"stored at coffee would move to .*a load never lowers a label"):
        load(store, proposal(ALSO, "coffee"), proposal(SAID, lower))
    assert texts(store) == {("part", "coffee"): SAID + ALSO}


def test_a_statement_of_a_node_without_a_name_is_not_lowered_either(store: PortionStore) -> None:
    """``[]`` gets its name from the portion it stands in, so the lowered statement looks like another one."""
    anonymous = f'_:a0123456789abcdef0123456789abcde <{EX}b> "a secret" .\n'
    load(store, proposal(SAID + anonymous, "coffee"))
    with pytest.raises(IngestRefused, match="a load never lowers a label"):
        load(store, proposal(SAID, "coffee"), proposal(anonymous, "tea"))


def test_a_statement_may_be_raised(store: PortionStore) -> None:
    load(store, proposal(SAID + ALSO, "tea"))
    load(store, proposal(ALSO, "tea"), proposal(SAID, "coffee"))
    assert texts(store) == {("part", "tea"): ALSO, ("part", "coffee"): SAID}


def test_a_statement_that_stays_high_may_also_be_made_lower(store: PortionStore) -> None:
    load(store, proposal(SAID, "coffee"))
    assert load(store, proposal(SAID, "coffee"), proposal(SAID, "tea")) == Stored(added=1, unchanged=1)


# --- blank nodes -----------------------------------------------------------------------------------------------------


def objects(store: PortionStore) -> dict[str, str]:
    return {stored.portion.part: stored.portion.ntriples for stored in store.read_all_system_high()}


def test_a_labelled_blank_node_is_one_node_in_all_portions_of_its_source(store: PortionStore) -> None:
    text = f"<{EX}a> <{EX}b> _:x .\n"
    load(store, proposal(text, part="1"), proposal(text, "coffee", part="2"))
    load(store, proposal(text, part="3", source=f"{EX}source/2"))
    found = objects(store)
    assert found["1"] == found["2"] != found["3"]
    assert "_:x" not in "".join(found.values())


def test_a_blank_node_without_a_label_belongs_to_its_portion_alone(store: PortionStore) -> None:
    text = f"<{EX}a> <{EX}b> _:a0123456789abcdef0123456789abcde .\n"
    load(store, proposal(text, part="1"), proposal(text, part="2"), proposal(text, "coffee", part="3"))
    assert len(set(objects(store).values())) == 3


@pytest.mark.parametrize("digits", [32, 31, 30, 29, 28, 24])
def test_loading_a_source_with_unnamed_nodes_again_changes_nothing(store: PortionStore, digits: int) -> None:
    """The parser names ``[]`` anew at every reading: a random number in hex, so now and then a short one."""
    for seed in ("abcdef0123456789", "fedcba9876543210"):
        one, other = f"_:{(seed * 2)[:digits]}", f"_:{(seed[:6][::-1] + seed * 2)[:digits]}"
        stored = load(store, proposal(f'<{EX}a> <{EX}b> {one} .\n{one} <{EX}b> "1" .\n{other} <{EX}b> "2" .\n'))
    assert stored == Stored(unchanged=1)


def test_no_other_portion_has_a_say_in_the_name_of_a_blank_node(store: PortionStore) -> None:
    text = f"<{EX}a> <{EX}b> _:x .\n_:x <{EX}b> _:a0123456789abcdef0123456789abcde .\n"
    alone = accepted(proposal(text))
    load(store, proposal(SAID, "whisky", part="hidden"), proposal(text), proposal(text, "whisky"))
    assert store.get(alone.id) == alone


def test_an_unreadable_label_in_the_store_is_refused_and_not_guessed(tmp_path: Path, food: Policies) -> None:
    connection = open_database(tmp_path / "other", key=KEY)
    try:
        store = PortionStore(connection, policies=food)
        load(store, proposal(SAID))
        connection.execute("UPDATE portion SET label = replace(label, 'tea', 'beer')")
        with pytest.raises(LabelError, match="`beer` is not a level"):
            list(store.read_all_system_high())
    finally:
        connection.close()


# --- what a source no longer has --------------------------------------------------------------------------------------


def present(store: PortionStore, source: str = SOURCE) -> set[tuple[str, str]]:
    return {(part, format_marking(label, policies=food_policies())) for _, part, label in store.parts_of(source)}


def loads(store: PortionStore, *proposed: Proposed, dry_run: bool = False, restore: bool = False) -> Stored:
    given = iter(proposed)  # once only: a load is never held whole
    return ingest(given, store=store, key=KEY, policies=food_policies(), today=TODAY, dry_run=dry_run, restore=restore)


def test_a_whole_source_lets_go_of_the_parts_that_it_lacks(store: PortionStore) -> None:
    load(store, proposal(SAID, part="1"), proposal(SAID, part="2"), proposal(SAID, part="1", source=f"{EX}source/2"))
    assert loads(store, proposal(SAID, part="1"), Whole(SOURCE)) == Stored(unchanged=1, withdrawn=1)
    assert present(store) == {("1", "tea")}
    assert present(store, f"{EX}source/2") == {("1", "tea")}


def test_a_part_that_is_gone_leaves_and_no_other(store: PortionStore) -> None:
    load(store, proposal(SAID, part="1"), proposal(SAID, part="2"), proposal(SAID, part="3"))
    assert loads(store, proposal(SAID, part="1"), Gone(SOURCE, "2"), Gone(SOURCE, "4")) == Stored(
        unchanged=1, withdrawn=1
    )
    assert present(store) == {("1", "tea"), ("3", "tea")}


@pytest.mark.parametrize("told", [Whole(SOURCE), Gone(SOURCE, "2")])
def test_nothing_leaves_at_a_label_that_the_load_does_not_use(store: PortionStore, told: Gone | Whole) -> None:
    load(store, proposal(SAID, "coffee", part="2"), proposal(SAID, "water", part="2"), proposal(SAID, part="1"))
    assert loads(store, proposal(SAID, part="1"), told).withdrawn == 0
    assert present(store) == {("2", "coffee"), ("2", "water"), ("1", "tea")}


def test_a_label_that_is_stated_lets_parts_leave_of_a_source_of_which_nothing_comes(store: PortionStore) -> None:
    load(store, proposal(SAID, part="2"), proposal(SAID, "coffee", part="2"))
    with pytest.raises(IngestRefused, match="holds no statements"):
        loads(store, Whole(SOURCE))
    assert loads(store, Gone(SOURCE, "2")).withdrawn == 0
    assert loads(store, Gone(SOURCE, "2", label("tea"))) == Stored(withdrawn=1)
    assert present(store) == {("2", "coffee")}


def test_a_part_that_the_load_holds_at_another_label_stays(store: PortionStore) -> None:
    load(store, proposal(SAID, "coffee", part="1"))
    assert loads(store, proposal(ALSO, part="1"), proposal(ALSO, "coffee", part="2"), Whole(SOURCE)).withdrawn == 0
    assert present(store) == {("1", "coffee"), ("1", "tea"), ("2", "coffee")}


def test_what_leaves_a_higher_portion_is_not_put_lower_by_the_same_load(store: PortionStore) -> None:
    load(store, proposal(SAID, "coffee", part="1"), proposal(ALSO, "coffee", part="2"))
    with pytest.raises(IngestRefused, match=r"`1` of <.*>: a statement that is stored at coffee would move to tea"):
        loads(store, proposal(ALSO, "coffee", part="2"), proposal(SAID, part="3"), Whole(SOURCE))
    assert present(store) == {("1", "coffee"), ("2", "coffee")}


def test_what_left_comes_back_with_a_later_load_and_its_history_tells_both(store: PortionStore) -> None:
    load(store, proposal(SAID, part="1"), proposal(SAID, part="2"))
    loads(store, proposal(SAID, part="1"), Whole(SOURCE))
    assert load(store, proposal(SAID, part="2")) == Stored(added=1)
    (found,) = [name for name, part, _ in store.parts_of(SOURCE) if part == "2"]
    assert [decision.act for decision in store.history(found)] == ["set", LEFT, "set"]


def test_what_somebody_withdrew_does_not_come_back_although_its_source_lost_it_too(store: PortionStore) -> None:
    load(store, proposal(SAID, part="1"), proposal(SAID, part="2"))
    taken = accepted(proposal(SAID, part="2"))
    store.withdraw([(taken, Decision(act=WITHDRAWN, after=taken.label, taken_on=TODAY, taken_by="officer"))])
    assert loads(store, proposal(SAID, part="1"), Whole(SOURCE)).withdrawn == 0
    with pytest.raises(IngestRefused, match="was withdrawn"):
        load(store, proposal(SAID, part="2"))


def test_a_part_cut_into_pieces_takes_the_place_of_the_part_and_neither_hides_what_was_decided(
    store: PortionStore,
) -> None:
    load(store, proposal(SAID + ALSO, part="g"), proposal(SAID, part="gg"))
    pieces = [proposal(SAID, part=f"g{PIECE}0"), proposal(ALSO, part=f"g{PIECE}1")]
    assert loads(store, *pieces, Gone(SOURCE, "g")) == Stored(added=2, withdrawn=1)
    assert present(store) == {(f"g{PIECE}0", "tea"), (f"g{PIECE}1", "tea"), ("gg", "tea")}
    taken = accepted(pieces[0])
    store.withdraw([(taken, Decision(act=WITHDRAWN, after=taken.label, taken_on=TODAY, taken_by="officer"))])
    for part in ("g", f"g{PIECE}00"):
        with pytest.raises(IngestRefused, match="was withdrawn"):
            load(store, proposal(SAID, part=part))
    assert load(store, proposal(ALSO, part=f"g{PIECE}1")) == Stored(unchanged=1)


@pytest.mark.parametrize("told", [(), (Whole(SOURCE),)])
def test_a_dry_run_says_what_a_load_would_do_and_does_nothing(store: PortionStore, told: tuple[Whole, ...]) -> None:
    load(store, proposal(SAID, part="1"), proposal(SAID, part="2"), proposal(SAID, part="3"))
    before = list(store.read_all_system_high()), [store.history(name) for name, _, _ in store.parts_of(SOURCE)]
    given = (proposal(ALSO, part="1"), proposal(SAID, part="2"), proposal(SAID, part="4"), *told)
    tried = loads(store, *given, dry_run=True)
    assert tried == Stored(added=1, changed=1, unchanged=1, withdrawn=len(told))
    assert before == (
        list(store.read_all_system_high()),
        [store.history(name) for name, _, _ in store.parts_of(SOURCE)],
    )
    done = loads(store, *given)
    assert (done, done.ids) == (tried, tried.ids)


def test_a_dry_run_refuses_what_the_load_would_be_refused_for(store: PortionStore) -> None:
    load(store, proposal(SAID, "coffee"))
    with pytest.raises(IngestRefused, match="a load never lowers a label"):
        loads(store, proposal(ALSO, "coffee"), proposal(SAID), dry_run=True)


@pytest.mark.parametrize("proposed", [proposal(SAID), Gone(SOURCE, "1"), Whole(SOURCE, label("tea"))])
def test_what_is_proposed_is_the_same_after_it_was_written_down(proposed: Proposed) -> None:
    told = json.loads(json.dumps(proposed_to_data(proposed)))
    assert proposed_from_data(told, policies=food_policies()) == proposed


_PARTS, _MARKINGS = st.sampled_from(["1", "2", "3"]), st.sampled_from(["water", "tea", "coffee", "tea//SUGAR"])
_HELD = st.dictionaries(st.tuples(_PARTS, _MARKINGS), st.sampled_from([SAID, ALSO]), min_size=1, max_size=6)


@given(_HELD, _HELD, st.sampled_from([(), (Whole(SOURCE),), (Gone(SOURCE, "1"), Gone(SOURCE, "3"))]))
def test_a_load_leaves_all_other_labels_as_they_were(
    before: dict[tuple[str, str], str], after: dict[tuple[str, str], str], told: tuple[Gone | Whole, ...]
) -> None:
    """Whatever a source says is gone; and a dry run counts what the load then does."""
    with tempfile.TemporaryDirectory() as folder:
        connection = open_database(Path(folder) / "portions", key=KEY)
        store = PortionStore(connection, policies=food_policies())
        loads(store, *(proposal(text, at, part) for (part, at), text in before.items()))
        given_now = [*(proposal(text, at, part) for (part, at), text in after.items()), *told]
        used = {at for _, at in after}
        try:
            tried = loads(store, *given_now, dry_run=True)
            assert texts(store) == before
            done = loads(store, *reversed(given_now))
        except IngestRefused:
            assert texts(store) == before
        else:
            now = texts(store)
            assert done == tried
            assert {key: text for key, text in now.items() if key[1] not in used} == {
                key: text for key, text in before.items() if key[1] not in used
            }
            assert after.items() <= now.items()
            assert told or before.keys() <= now.keys()
            assert len(before.keys() - now.keys()) == done.withdrawn
        finally:
            connection.close()
