"""Why a statement stands in a view: portions of that view, or a rule and premises that stand in it too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from graph_service.errors import QueryRefused
from graph_service.ingest import accept
from graph_service.portions import Portion, StoredPortion
from graph_service.security import Clearance, Label, PolicyClearance
from graph_service.storage.explanation import Explanation, explain, explain_statement
from graph_service.storage.view_builder import build_view, visible_portions
from tests import oracle
from tests.strategies import (
    EX,
    KEY,
    ORIGINATOR,
    RULES,
    SOURCES,
    TODAY,
    drinkers,
    food_policies,
    label_of,
    portion_sets,
    quick_folder,
    rule_statement,
)

FOOD = food_policies()
WATER, TEA, COFFEE, _ = (label_of(level) for level in FOOD.policy("DRINK").levels)
SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
MET = f"{EX}rule/met"


def portion(text: str, label: Label = WATER, part: str = "part") -> StoredPortion:
    return accept(Portion(SOURCES[0], part, label, ORIGINATOR, text), key=KEY, policies=FOOD, today=TODAY)


def drinker(label: Label) -> Clearance:
    (part,) = label.parts
    return Clearance((PolicyClearance("DRINK", FOOD.policy("DRINK").up_to(part.level), frozenset()),))


@contextmanager
def viewed(portions: Iterable[StoredPortion], clearance: Clearance) -> Iterator[Path]:
    """The dataset of the view of a clearance."""
    with quick_folder() as folder:
        ref = build_view(visible_portions(portions, clearance=clearance), views=folder, policies=FOOD)
        yield ref.dataset(folder)


def said(subject: str, predicate: str, object_: str) -> str:
    return f"<{subject}> <{predicate}> <{object_}> .\n"


def triple(subject: str, predicate: str, object_: str) -> Triple:
    return Triple(NamedNode(subject), NamedNode(predicate), NamedNode(object_))


A, B, C, D = (f"{EX}{name}" for name in "abcd")
KNOWS, LIKES = f"{EX}knows", f"{EX}likes"
TRANSITIVE = said(KNOWS, oracle.RDF_TYPE, "http://www.w3.org/2002/07/owl#TransitiveProperty")
CHAIN_RULE, MET_RULE = rule_statement(RULES[2], "prp-trp"), rule_statement(RULES[5], "met")
SUB_RULE = rule_statement(RULES[3], "prp-spo1")


def everything(found: Explanation) -> Iterator[Explanation]:
    yield found
    for premise in found.premises:
        yield from everything(premise)


def known(found: Explanation | None) -> Explanation:
    assert found is not None
    return found


def test_a_stated_triple_names_every_portion_of_the_view_that_states_it() -> None:
    fact = said(A, KNOWS, B)
    portions = [portion(fact, WATER, "one"), portion(fact, TEA, "two"), portion(fact, COFFEE, "three")]
    for clearance, count in ((WATER, 1), (TEA, 2), (COFFEE, 3)):
        with viewed(portions, drinker(clearance)) as dataset:
            found = known(explain(dataset, triple(A, KNOWS, B)))
        assert found.portions == sorted(stored.id for stored in portions[:count])
        assert (found.rule, found.premises) == ("", [])
        assert found.to_data() == {
            "statement": f"<{A}> <{KNOWS}> <{B}>", "portions": found.portions, "rule": None, "premises": [],
        }  # fmt: skip


def test_a_derived_triple_names_its_rule_and_its_premises_down_to_portions() -> None:
    portions = [
        portion(MET_RULE, part="rule"),
        portion(said(A, LIKES, C), part="1"),
        portion(said(B, LIKES, C), part="2"),
    ]
    with viewed(portions, drinker(WATER)) as dataset:
        found = known(explain(dataset, triple(A, f"{EX}met", B)))
    assert (found.rule, found.portions) == (MET, [])
    premises = {(str(premise.triple), *premise.portions) for premise in found.premises}
    assert premises == {(str(triple(A, LIKES, C)), portions[1].id), (str(triple(B, LIKES, C)), portions[2].id)}


def test_a_triple_of_several_steps_is_explained_down_to_what_is_stated() -> None:
    """A chain of a property below another one: each step is there, and nothing explains itself."""
    links = said(A, LIKES, B) + said(B, KNOWS, C) + said(C, KNOWS, D)
    below = said(LIKES, "http://www.w3.org/2000/01/rdf-schema#subPropertyOf", KNOWS)
    portions = [
        portion(CHAIN_RULE + SUB_RULE, part="rules"),
        portion(TRANSITIVE + below, part="axioms"),
        portion(links),
    ]
    with viewed(portions, drinker(WATER)) as dataset:
        found = known(explain(dataset, triple(A, KNOWS, D)))
    parts = list(everything(found))
    assert {part.rule for part in parts} - {""} == {f"{EX}rule/prp-trp", f"{EX}rule/prp-spo1"}
    stated = {str(part.triple) for part in parts if part.portions}
    assert {str(triple(A, LIKES, B)), str(triple(B, KNOWS, C)), str(triple(C, KNOWS, D))} <= stated
    assert sum(str(part.triple) == found.text for part in parts) == 1
    assert found.premises[0].to_data()["statement"] == found.premises[0].text


def test_a_triple_that_rules_conclude_in_a_circle_rests_on_what_is_stated() -> None:
    rule = f"PREFIX ex: <{EX}>\nCONSTRUCT {{ ?y ex:knows ?x }} WHERE {{ ?x ex:knows ?y }}"
    portions = [portion(rule_statement(rule, "both"), part="rule"), portion(CHAIN_RULE + TRANSITIVE, part="chain")]
    portions += [portion(said(A, KNOWS, B) + said(B, KNOWS, C))]
    with viewed(portions, drinker(WATER)) as dataset:
        for subject, object_ in ((B, A), (C, A), (A, A), (C, C), (A, C)):
            found = known(explain(dataset, triple(subject, KNOWS, object_)))
            assert_rests_on_what_is_stated(found)


def assert_rests_on_what_is_stated(found: Explanation) -> None:
    """Each part is stated, or concluded by a rule, or the very same as one that is explained elsewhere."""
    parts = list(everything(found))
    explained = {part.text for part in parts if part.portions or part.rule}
    assert all(part.text in explained for part in parts)
    assert found.portions or found.rule
    above: list[tuple[Explanation, frozenset[str]]] = [(found, frozenset())]
    while above:
        part, path = above.pop()
        assert not part.rule or part.text not in path
        above += [(premise, path | {part.text}) for premise in part.premises]


def test_what_is_hidden_is_named_nowhere_and_another_reason_is_given() -> None:
    """The higher reader has the shorter reason; the lower one is told of the rule."""
    portions = [
        portion(CHAIN_RULE + TRANSITIVE, part="rules"),
        portion(said(A, KNOWS, B) + said(B, KNOWS, C), part="links"),
        portion(said(A, KNOWS, C), TEA, part="secret"),
    ]
    with viewed(portions, drinker(TEA)) as dataset:
        assert known(explain(dataset, triple(A, KNOWS, C))).portions == [portions[2].id]
    with viewed(portions, drinker(WATER)) as dataset:
        found = known(explain(dataset, triple(A, KNOWS, C)))
    assert found.rule == f"{EX}rule/prp-trp"
    assert portions[2].id not in str(found.to_data())


@pytest.mark.parametrize("label", [WATER, TEA])
def test_a_triple_that_does_not_stand_in_the_view_has_no_explanation(label: Label) -> None:
    """Hidden and absent are the same."""
    portions = [portion(said(A, KNOWS, B)), portion(said(A, KNOWS, D), COFFEE, "hidden")]
    with viewed(portions, drinker(label)) as dataset:
        assert explain(dataset, triple(A, KNOWS, D)) is None
        assert explain(dataset, triple(A, KNOWS, f"{EX}nobody")) is None
        assert explain(dataset, Triple(NamedNode(A), NamedNode(KNOWS), Literal("b"))) is None


ODD = r'"a \"b\" \\ c\u0041"'


@pytest.mark.parametrize(
    "object_", ['"thee"@nl', '"5"^^<http://www.w3.org/2001/XMLSchema#integer>', ODD, '""', "<urn:o>"]
)
def test_a_statement_is_given_as_terms_of_n_triples(object_: str) -> None:
    portions = [portion(f"<{A}> <{LIKES}> {object_} .\n")]
    with viewed(portions, drinker(WATER)) as dataset:
        found = known(explain_statement(dataset, [f"<{A}>", f"<{LIKES}>", object_]))
        assert found.portions == [portions[0].id]
        assert explain_statement(dataset, [f"<{A}>", f"<{LIKES}>", '"another"']) is None


NO_TERMS = [
    '"broken',
    '"x"^^',
    '"x" <urn:graph>',
    '"x" .',
    '"x" # ',
    '"x"^^xsd:integer',
    '"x"@',
    '"x" .\n<urn:a> <urn:b> "c"',
]
NO_TERMS += [
    '"\\z"',
    "",
    "x",
    '"x"^^<no iri>',
    '"x"^^<relative>',
    "<relative>",
    "_:b",
    '"a" "b"',
    "<urn:a> <urn:b>",
    '"a\nb"',
]


@pytest.mark.parametrize("text", NO_TERMS)
def test_a_text_that_is_no_term_is_refused_with_what_one_looks_like(text: str) -> None:
    with viewed([portion(said(A, LIKES, B))], drinker(WATER)) as dataset:
        for terms in ([f"<{A}>", f"<{LIKES}>", text], [text, f"<{LIKES}>", f"<{B}>"], [f"<{A}>", text, f"<{B}>"]):
            with pytest.raises(QueryRefused, match="is no term: write an IRI"):
                explain_statement(dataset, terms)


def test_a_literal_is_no_subject_and_no_predicate() -> None:
    with viewed([portion(said(A, LIKES, B))], drinker(WATER)) as dataset:
        for terms in (['"a"', f"<{LIKES}>", f"<{B}>"], [f"<{A}>", '"a"', f"<{B}>"]):
            with pytest.raises(QueryRefused, match="only the object"):
                explain_statement(dataset, terms)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(portion_sets(size=(2, 5)), drinkers())
def test_every_triple_of_a_view_is_explained_from_that_view_alone(
    portions: list[StoredPortion], clearance: Clearance
) -> None:
    readable = {s.id: oracle.triples_in(s) for s in portions if oracle.may_read(clearance, s)}
    if not readable:
        return
    rules = dict(named_rules({fact for facts in readable.values() for fact in facts}))
    with viewed(portions, clearance) as dataset:
        view = set(Store.read_only(str(dataset)))
        derived = sorted((q.triple for q in view if q.graph_name == oracle.DERIVED), key=str)
        stated = sorted((q.triple for q in view if q.graph_name == DefaultGraph()), key=str)
        for fact in [*derived[:12], *stated[:3]]:
            found = known(explain(dataset, fact))
            assert_rests_on_what_is_stated(found)
            for part in everything(found):
                assert Quad(*part.triple) in view
                assert part.portions == sorted(name for name, facts in readable.items() if part.triple in facts)
                if part.rule:
                    assert follows(part, rules[part.rule])
    missing = triple(A, f"{EX}never", B)
    with viewed(portions, clearance) as dataset:
        assert explain(dataset, missing) is None


def named_rules(facts: Iterable[Triple]) -> Iterator[tuple[str, str]]:
    for fact in facts:
        if fact.predicate.value == f"{oracle.NS}construct":
            yield fact.subject.value, fact.object.value  # type: ignore[union-attr]


def follows(part: Explanation, rule: str) -> bool:
    """Whether the rule, read by the oracle, concludes it from these premises alone."""
    premises, conclusions = oracle.patterns_of(rule)
    facts = {premise.triple for premise in part.premises}
    return any(part.triple in set(oracle.concluded(conclusions, found)) for found in oracle.matches(premises, facts))
