"""What stands in a view: all that its clearance dominates, what follows from that, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple

from graph_service.handling import clearance_from_markings, format_marking, parse_marking
from graph_service.ingest import accept, ingest
from graph_service.portions import Portion, StoredPortion, fingerprint
from graph_service.security import Category, Clearance, Label, PolicyClearance, high_water_mark
from graph_service.storage.database import open_database
from graph_service.storage.description import described
from graph_service.storage.portion_store import PortionStore
from graph_service.storage.view_builder import build_view, visible_portions
from graph_service.storage.views import ViewRef
from tests import oracle
from tests.strategies import (
    EX,
    KEY,
    ORIGINATOR,
    RULES,
    SOURCES,
    TODAY,
    clearances,
    drinkers,
    food_level,
    food_policies,
    label_of,
    legal_labels,
    portion_sets,
    quick_folder,
    rule_statement,
)

FOOD = food_policies()
WATER, TEA, COFFEE, WHISKY = (label_of(level) for level in FOOD.policy("DRINK").levels)


@contextmanager
def built(portions: Iterable[StoredPortion], clearance: Clearance) -> Iterator[tuple[ViewRef, Store]]:
    """The view of a clearance, on disk, opened as a worker opens it. The clearance dominates at least one portion."""
    with quick_folder() as folder:
        ref = build_view(visible_portions(portions, clearance=clearance), views=folder, policies=FOOD)
        yield ref, Store.read_only(str(ref.dataset(folder)))


def dump_at(portions: Iterable[StoredPortion], clearance: Clearance) -> tuple[ViewRef, bytes]:
    with built(portions, clearance) as (ref, store):
        return ref, store.dump(format=RdfFormat.N_QUADS)


def view_quads(portions: list[StoredPortion], clearance: Clearance) -> set[Quad]:
    """The quads of the view; where nothing is visible there is no view, and nobody is served."""
    if not any(oracle.may_read(clearance, stored) for stored in portions):
        assert visible_portions(portions, clearance=clearance) == []
        return set()
    with built(portions, clearance) as (_ref, store):
        return set(store)


def drinker(level: Label, *compartments: str) -> Clearance:
    (top,) = (part.level for part in level.parts)
    held = frozenset(Category("Compartments", name) for name in compartments)
    return Clearance((PolicyClearance("DRINK", FOOD.policy("DRINK").up_to(top), held),))


def portion(text: str, label: Label, part: str = "part") -> StoredPortion:
    return accept(Portion(SOURCES[0], part, label, ORIGINATOR, text), key=KEY, policies=FOOD, today=TODAY)


any_clearance = st.one_of(drinkers(), drinkers(), clearances(downward_closed=False))


# --- who sees what ---------------------------------------------------------------------------------------------------


@given(portion_sets(), any_clearance)
def test_no_read_up(portions: list[StoredPortion], clearance: Clearance) -> None:
    """Each quad of a view stands in a dominated portion, or follows from dominated portions alone."""
    readable = [stored for stored in portions if oracle.may_read(clearance, stored)]
    allowed = {triple for stored in readable for triple in oracle.triples_in(stored)}
    derived = oracle.closure(allowed)
    names = {stored.id: oracle.triples_in(stored) for stored in readable}
    for quad in view_quads(portions, clearance):
        if quad.graph_name == DefaultGraph():
            assert quad.triple in allowed | derived
        elif quad.graph_name == oracle.DERIVED:
            assert quad.triple in derived
        else:
            assert quad.triple in names[quad.graph_name.value]


@given(portion_sets(), any_clearance)
def test_nothing_missing(portions: list[StoredPortion], clearance: Clearance) -> None:
    """Each dominated portion stands wholly in its own graph and in the default graph, with all that follows."""
    quads = view_quads(portions, clearance)
    assert quads >= oracle.oracle_quads(portions, clearance)


@given(portion_sets(label=legal_labels()))
def test_what_is_said_of_a_portion_is_its_label_and_where_it_comes_from(portions: list[StoredPortion]) -> None:
    """Of those too that nobody may receive, of whom there is no view to look in."""
    for stored in portions:
        said = set(described(stored, marking=format_marking(stored.label, policies=FOOD)))
        about = {triple for triple in oracle.triples_in(stored) if triple.subject == NamedNode(stored.id)}
        assert said == about


def test_nobody_is_said_in_words() -> None:
    stored = portion(f"<{EX}a> <{EX}likes> <{EX}b> .", parse_marking("tea//REL TO NOBODY//AT BAR", policies=FOOD))
    said = {
        triple.object for triple in described(stored, marking="") if triple.predicate.value.endswith("releasableTo")
    }
    bar = "https://w3id.org/sluis/id/policy/DRINK/category/Serving%2FTable/BAR"
    assert said == {NamedNode(f"{oracle.NS}Nobody"), NamedNode(bar)}


@given(portion_sets(), drinkers())
def test_monotone_a_higher_clearance_sees_all_that_a_lower_one_sees(
    portions: list[StoredPortion], higher: Clearance
) -> None:
    drinks = next(part for part in higher.parts if part.policy == "DRINK")
    for top in sorted(drinks.levels, key=lambda level: level.order):
        lower = Clearance((PolicyClearance("DRINK", FOOD.policy("DRINK").up_to(top), frozenset()),))
        assert view_quads(portions, lower) <= view_quads(portions, higher)


@given(portion_sets(), st.data())
def test_the_banner_is_the_join_of_what_is_visible(portions: list[StoredPortion], data: st.DataObject) -> None:
    clearance = data.draw(drinkers())
    visible = visible_portions(portions, clearance=clearance)
    if visible:
        with built(portions, clearance) as (ref, _store):
            assert ref.banner == format_marking(high_water_mark(stored.label for stored in visible), policies=FOOD)
            assert clearance.dominates(high_water_mark(stored.label for stored in visible))


def test_the_banner_of_a_reader_of_two_affiliations_is_above_what_they_hold() -> None:
    """They read each portion and not the join: nobody else may receive both at once, and the banner says so."""
    to = [parse_marking(f"water//REL TO {name}", policies=FOOD) for name in ("COOK", "GUEST")]
    portions = [portion(f"<{EX}a> <{EX}likes> <{EX}b> .", label, str(n)) for n, label in enumerate(to)]
    both = clearance_from_markings(["water"], policies=FOOD)
    held = frozenset(Category("Releasable To", name) for name in ("COOK", "GUEST"))
    both = Clearance(tuple(PolicyClearance(part.policy, part.levels, held) for part in both.parts))
    with built(portions, both) as (ref, store):
        assert ref.banner == "water//REL TO NOBODY"
        assert {quad.graph_name for quad in store} >= {NamedNode(stored.id) for stored in portions}


@pytest.mark.parametrize("word", sorted(oracle.LABEL_WORDS), ids=lambda word: word.partition("#")[2])
def test_no_rule_concludes_what_a_label_says(word: str) -> None:
    """Else whoever may write at a low label could make a portion seem to be labelled otherwise."""
    rule = portion(rule_statement(RULES[3], "prp-spo1"), WATER, "rule")
    axiom = f"<{EX}likes> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <{word}> .\n"
    facts = portion(f"{axiom}<{EX}a> <{EX}likes> <{EX}b> .", WATER, "facts")
    quads = view_quads([rule, facts], drinker(TEA))
    assert not any((quad.subject, quad.predicate) == (NamedNode(f"{EX}a"), NamedNode(word)) for quad in quads)
    assert quads == oracle.oracle_quads([rule, facts], drinker(TEA))


# --- derivation ------------------------------------------------------------------------------------------------------


def minimal_labels_of_conclusions(portions: list[StoredPortion]) -> dict[Triple, set[Label]]:
    """Label arithmetic over everything at once: the incomparable minimal labels at which each conclusion follows.

    A conclusion takes the join of its premises' labels and its rule's; a triple may have several, because
    there are several ways to it. The service never does this: that its views agree with it is the law.
    """
    stated: dict[Triple, set[Label]] = {}
    for stored in portions:
        for triple in oracle.triples_in(stored):
            _note(stated, triple, stored.label)
    derived: dict[Triple, set[Label]] = {}
    changed = True
    while changed:
        changed = False
        known = {triple: set(labels) for triple, labels in stated.items()}
        for triple, labels in derived.items():
            for label in labels:
                _note(known, triple, label)
        for rule in [triple for triple in stated if triple.predicate.value == f"{oracle.NS}construct"]:
            premises, conclusions = oracle.patterns_of(rule.object.value)
            for found in oracle.matches(premises, known):
                used = {rule, *(triple for pattern in [premises] for triple in oracle.concluded(pattern, found))}
                for label in _joins([known[triple] for triple in used]):
                    for conclusion in oracle.concluded(conclusions, found):
                        changed |= _note(derived, conclusion, label)
    return derived


def _joins(choices: list[set[Label]]) -> set[Label]:
    joined, *rest = choices
    for labels in rest:
        joined = {one.join(other) for one in joined for other in labels}
    return joined


def _note(labels_of: dict[Triple, set[Label]], triple: Triple, label: Label) -> bool:
    """Keep only labels that no other undercuts; say whether this one was news."""
    labels = labels_of.setdefault(triple, set())
    if any(label.dominates(known) for known in labels):
        return False
    labels_of[triple] = {known for known in labels if not known.dominates(label)} | {label}
    return True


@given(portion_sets(size=(2, 4)), drinkers(), st.lists(st.sampled_from(range(len(RULES))), min_size=2, max_size=3))
@example(
    # Two ways to one conclusion, at labels of which none is above the other.
    [
        portion(f"<{EX}a> <{EX}likes> <{EX}b> .", TEA, "1"),
        portion(f"<{EX}likes> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <{EX}knows> .", WATER, "2"),
        portion(f"<{EX}a> <{EX}likes> <{EX}b> .", label_of(*FOOD.policy("MEAL").levels[:1]), "3"),
    ],
    Clearance((PolicyClearance("DRINK", FOOD.policy("DRINK").up_to(food_level("tea")), frozenset()),)),
    [3],
)
def test_the_closure_in_a_view_is_what_label_arithmetic_over_everything_gives(
    portions: list[StoredPortion], clearance: Clearance, rules: list[int]
) -> None:
    at = [WATER, TEA, COFFEE]
    stated = [*portions, *(portion(rule_statement(RULES[n], f"r{n}"), at[n % 3], f"rule {n}") for n in set(rules))]
    expected = {
        triple
        for triple, labels in minimal_labels_of_conclusions(stated).items()
        if any(clearance.dominates(label) for label in labels)
    }
    quads = view_quads(stated, clearance)
    assert {quad.triple for quad in quads if quad.graph_name == oracle.DERIVED} == expected


def test_a_conclusion_with_a_hidden_premise_is_hidden() -> None:
    rule = portion(rule_statement(RULES[0], "cax-sco"), WATER, "rule")
    low = portion(f"<{EX}a> <{oracle.RDF_TYPE}> <{EX}Cook> .", WATER, "low")
    high = portion(f"<{EX}Cook> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{EX}Person> .", COFFEE, "high")
    concluded = Quad(NamedNode(f"{EX}a"), NamedNode(oracle.RDF_TYPE), NamedNode(f"{EX}Person"))
    assert concluded not in view_quads([rule, low, high], drinker(TEA))
    assert concluded in view_quads([rule, low, high], drinker(COFFEE))


def test_a_hidden_rule_concludes_nothing_below() -> None:
    rule = portion(rule_statement(RULES[0], "cax-sco"), COFFEE, "rule")
    axiom = f"<{EX}Cook> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{EX}Person> .\n"
    facts = portion(f"{axiom}<{EX}a> <{oracle.RDF_TYPE}> <{EX}Cook> .", WATER, "facts")
    concluded = Quad(NamedNode(f"{EX}a"), NamedNode(oracle.RDF_TYPE), NamedNode(f"{EX}Person"))
    assert concluded not in view_quads([rule, facts], drinker(TEA))
    assert concluded in view_quads([rule, facts], drinker(COFFEE))


def test_a_statement_made_higher_changes_no_derived_graph_below() -> None:
    """The derived graph holds a conclusion whether it is also stated or not."""
    rule = portion(rule_statement(RULES[0], "cax-sco"), WATER, "rule")
    axiom = f"<{EX}Cook> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{EX}Person> .\n"
    facts = portion(f"{axiom}<{EX}a> <{oracle.RDF_TYPE}> <{EX}Cook> .", WATER, "facts")
    stated = portion(f"<{EX}a> <{oracle.RDF_TYPE}> <{EX}Person> .", WATER, "stated")
    derived = Quad(NamedNode(f"{EX}a"), NamedNode(oracle.RDF_TYPE), NamedNode(f"{EX}Person"), oracle.DERIVED)
    assert derived in view_quads([rule, facts, stated], drinker(WATER))
    assert derived in view_quads([rule, facts], drinker(WATER))


# --- rebuilding ------------------------------------------------------------------------------------------------------


@given(portion_sets(size=(1, 4)), st.randoms(use_true_random=False), drinkers())
def test_a_rebuild_in_any_order_gives_the_same_fingerprint_and_dump(
    portions: list[StoredPortion], random: object, clearance: Clearance
) -> None:
    if not visible_portions(portions, clearance=clearance):
        return
    shuffled = list(portions)
    random.shuffle(shuffled)
    one, other = dump_at(portions, clearance), dump_at(shuffled, clearance)
    assert one[1] == other[1]
    assert one[0].fingerprint == other[0].fingerprint


@given(portion_sets(size=(1, 3)), drinkers())
def test_a_rebuild_with_duplicates_gives_the_same_fingerprint_and_dump(
    portions: list[StoredPortion], clearance: Clearance
) -> None:
    if not visible_portions(portions, clearance=clearance):
        return
    once, twice = dump_at(portions, clearance), dump_at([*portions, *portions], clearance)
    assert once[1] == twice[1]
    assert once[0].fingerprint == twice[0].fingerprint


@pytest.mark.parametrize("loads", [[[0, 1, 2]], [[2], [1], [0]], [[0, 1], [1, 2], [0, 1, 2]]])
def test_however_it_was_loaded_the_view_is_the_same(loads: list[list[int]], tmp_path: Path) -> None:
    """One load or several, in any order, again and again: names, digests and bytes do not move."""
    proposed = [
        Portion(SOURCES[0], f"part {n}", [WATER, TEA, WHISKY][n], ORIGINATOR, f'_:x <{EX}likes> "0{n}", "{n}"@NL .')
        for n in range(3)
    ]
    proposed = [
        Portion(p.source, p.part, p.label, p.originator, p.ntriples.replace(", ", f" .\n_:x <{EX}likes> "))
        for p in proposed
    ]
    reference = dump_at([accept(p, key=KEY, policies=FOOD, today=TODAY) for p in proposed], drinker(COFFEE))
    connection = open_database(tmp_path, key=KEY)
    try:
        store = PortionStore(connection, policies=FOOD)
        for load in loads:
            ingest([proposed[n] for n in load], store=store, key=KEY, policies=FOOD, today=TODAY)
        ref, dump = dump_at(store.read_all_system_high(), drinker(COFFEE))
    finally:
        connection.close()
    assert dump == reference[1]
    assert ref.fingerprint == reference[0].fingerprint


def test_a_view_that_is_there_is_taken_and_not_built_again(tmp_path: Path) -> None:
    visible = [portion(f"<{EX}a> <{EX}likes> <{EX}b> .", WATER)]
    first = build_view(visible, views=tmp_path, policies=FOOD)
    assert build_view(visible, views=tmp_path, policies=FOOD) == first
    assert len(list(tmp_path.glob("*/*"))) == 1


@given(portion_sets(), drinkers(), drinkers())
def test_equal_visible_sets_share_a_view_and_other_sets_do_not(
    portions: list[StoredPortion], one: Clearance, other: Clearance
) -> None:
    seen = [{stored.id for stored in visible_portions(portions, clearance=c)} for c in (one, other)]
    if all(seen):
        with quick_folder() as folder:
            refs = [
                build_view(visible_portions(portions, clearance=c), views=folder, policies=FOOD).directory
                for c in (one, other)
            ]
            assert (refs[0] == refs[1]) == (seen[0] == seen[1])


@given(portion_sets(), portion_sets(prefix="extra"), drinkers())
def test_a_hidden_portion_neither_renames_nor_changes_a_view(
    portions: list[StoredPortion], extra: list[StoredPortion], clearance: Clearance
) -> None:
    if not visible_portions(portions, clearance=clearance):
        return
    hidden = [stored for stored in extra if not oracle.may_read(clearance, stored)]
    before, after = dump_at(portions, clearance), dump_at([*portions, *hidden], clearance)
    assert after[1] == before[1]
    assert (after[0].fingerprint, after[0].banner) == (before[0].fingerprint, before[0].banner)


@pytest.mark.parametrize(
    "other",
    [
        portion(f"<{EX}a> <{EX}likes> <{EX}c> .", WATER),
        portion(f"<{EX}a> <{EX}likes> <{EX}b> .", TEA),
        portion(f"<{EX}a> <{EX}likes> <{EX}b> .", WATER, "another part"),
    ],
    ids=["text", "label", "part"],
)
def test_what_a_reader_can_see_of_a_portion_is_in_the_fingerprint(other: StoredPortion) -> None:
    one = portion(f"<{EX}a> <{EX}likes> <{EX}b> .", WATER)
    assert fingerprint([(one, "water")], versions=["1"]) != fingerprint([(other, "water")], versions=["1"])
    assert fingerprint([(one, "water")], versions=["1"]) != fingerprint([(one, "water")], versions=["2"])


def test_what_a_label_is_printed_as_is_in_the_fingerprint() -> None:
    """A policy may come to print a label otherwise: then the view, which holds the marking, is another one."""
    one = portion(f"<{EX}a> <{EX}likes> <{EX}b> .", WATER)
    assert fingerprint([(one, "water")], versions=["1"]) != fingerprint([(one, "eau")], versions=["1"])


def test_a_view_is_read_only_on_disk(tmp_path: Path) -> None:
    ref = build_view([portion(f"<{EX}a> <{EX}likes> <{EX}b> .", WATER)], views=tmp_path, policies=FOOD)
    files = [path for path in ref.dataset(tmp_path).rglob("*") if path.is_file()]
    assert files
    assert {path.stat().st_mode & 0o777 for path in files} == {0o400}


def test_nothing_stands_in_a_view_that_could_tell_of_what_is_not_in_it(tmp_path: Path) -> None:
    """No time and no count of others beside the dataset: just its portions, their digests and labels."""
    mine, hidden = portion(f"<{EX}a> <{EX}likes> <{EX}b> .", WATER), portion(f"<{EX}c> <{EX}likes> <{EX}d> .", TEA)
    texts = []
    for folder, before in ((tmp_path / "alone", []), (tmp_path / "after", [[hidden], [mine, hidden]])):
        folder.mkdir()
        for others in before:
            build_view(others, views=folder, policies=FOOD)
        place = folder / build_view([mine], views=folder, policies=FOOD).directory
        assert {path.name for path in place.iterdir()} == {"dataset", "contents.json", "labels.json"}
        texts.append([(place / name).read_bytes() for name in ("contents.json", "labels.json")])
        assert hidden.id.encode() not in b"".join(texts[-1])
    assert texts[0] == texts[1]
