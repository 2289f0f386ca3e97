"""Rules are monotone or refused, and the closure is what plain logic gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph_service.errors import RuleRefused
from graph_service.namespaces import LABEL_WORDS
from graph_service.portions import StoredPortion
from graph_service.storage.closure import derive
from graph_service.storage.closure_rules import parse_rule
from tests import oracle
from tests.strategies import EX, RULES, portion_sets

SUB_PROPERTY = "http://www.w3.org/2000/01/rdf-schema#subPropertyOf"
HEAD = f"PREFIX ex: <{EX}>\n"
REFUSED = {
    "not a query": "?x ex:p ?y",
    "an update": "INSERT { ?x ex:p ?y } WHERE { ?y ex:p ?x }",
    "SELECT": "SELECT ?x { ?x ex:p ?y }",
    "ASK": "ASK { ?x ex:p ?y }",
    "DESCRIBE": "DESCRIBE ?x { ?x ex:p ?y }",
    "no premise": "CONSTRUCT { ex:a ex:p ex:b } WHERE { }",
    "no conclusion": "CONSTRUCT { } WHERE { ?x ex:p ?y }",
    "the short form": "CONSTRUCT WHERE { ?x ex:p ?y }",
    "NOT EXISTS": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p ?y FILTER NOT EXISTS { ?y ex:p ?x } }",
    "EXISTS": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p ?y FILTER EXISTS { ?y ex:p ?x } }",
    "MINUS": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p ?y MINUS { ?y ex:p ?x } }",
    "OPTIONAL": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p ?y OPTIONAL { ?y ex:p ?x } }",
    "UNION": "CONSTRUCT { ?x ex:q ?y } WHERE { { ?x ex:p ?y } UNION { ?y ex:p ?x } }",
    "FILTER": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p ?y FILTER(?x != ?y) }",
    "BIND": "CONSTRUCT { ?x ex:q ?z } WHERE { ?x ex:p ?y BIND(UUID() AS ?z) }",
    "VALUES": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p ?y VALUES ?x { ex:a } }",
    "GRAPH": "CONSTRUCT { ?x ex:q ?y } WHERE { GRAPH ?g { ?x ex:p ?y } }",
    "FROM": "CONSTRUCT { ?x ex:q ?y } FROM <urn:g> WHERE { ?x ex:p ?y }",
    "FROM NAMED": "CONSTRUCT { ?x ex:q ?y } FROM NAMED <urn:g> WHERE { ?x ex:p ?y }",
    "SERVICE": "CONSTRUCT { ?x ex:q ?y } WHERE { SERVICE <http://127.0.0.1/> { ?x ex:p ?y } }",
    "LIMIT": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p ?y } LIMIT 1",
    "OFFSET": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p ?y } OFFSET 1",
    "ORDER BY": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p ?y } ORDER BY ?x",
    "GROUP BY": "CONSTRUCT { ?x ex:q ?x } WHERE { ?x ex:p ?y } GROUP BY ?x",
    "HAVING": "CONSTRUCT { ?x ex:q ?x } WHERE { ?x ex:p ?y } GROUP BY ?x HAVING (COUNT(?y) > 1)",
    "a sub-query": "CONSTRUCT { ?x ex:q ?y } WHERE { SELECT ?x ?y { ?x ex:p ?y } }",
    "an aggregate": "CONSTRUCT { ?x ex:q ?n } WHERE { { SELECT ?x (COUNT(?y) AS ?n) { ?x ex:p ?y } GROUP BY ?x } }",
    "a path": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p+ ?y }",
    "a sequence": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p/ex:p ?y }",
    "a negated path": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x !ex:p ?y }",
    "a blank node as premise": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p _:n . ?x ex:q ?y }",
    "a new node": "CONSTRUCT { ?x ex:q _:n } WHERE { ?x ex:p ?y }",
    "a new node in brackets": "CONSTRUCT { ?x ex:q [ ex:p ?y ] } WHERE { ?x ex:p ?y }",
    "a variable from nowhere": "CONSTRUCT { ?x ex:q ?z } WHERE { ?x ex:p ?y }",
    "two queries": "CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p ?y } ; DELETE WHERE { ?x ?p ?y }",
}


@pytest.mark.parametrize("rule", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_a_construct_over_plain_patterns_is_refused(rule: str) -> None:
    with pytest.raises(RuleRefused):
        parse_rule(HEAD + rule)


def test_a_refusal_says_what_is_wrong() -> None:
    for name, says in {
        "LIMIT": "with plain triple patterns and nothing else",
        "no premise": "at least one premise and one conclusion",
        "a path": "no property paths",
        "a new node": "names no blank nodes",
        "a variable from nowhere": r"\?z stands in no premise",
        "not a query": "not a SPARQL query",
    }.items():
        with pytest.raises(RuleRefused, match=says):
            parse_rule(HEAD + REFUSED[name])


def triples(text: str) -> set[Triple]:
    prefixes = f"@prefix ex: <{EX}> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    return {quad.triple for quad in parse(prefixes + text, format=RdfFormat.TURTLE)}


def test_a_chain_of_any_length_is_closed() -> None:
    links = " ".join(f"ex:n{i} ex:p ex:n{i + 1} ." for i in range(12))
    rule = parse_rule(HEAD + "CONSTRUCT { ?x ex:p ?z } WHERE { ?x ex:p ?y . ?y ex:p ?z }")
    expected = " ".join(f"ex:n{i} ex:p ex:n{j} ." for i in range(12) for j in range(i + 2, 13))
    assert derive(triples(links), [rule]) == triples(expected)


def test_a_conclusion_that_is_also_stated_is_among_the_conclusions() -> None:
    facts = triples("ex:a ex:p ex:b . ex:b ex:q ex:a .")
    rule = parse_rule(HEAD + "CONSTRUCT { ?y ex:q ?x } WHERE { ?x ex:p ?y }")
    assert derive(facts, [rule]) == triples("ex:b ex:q ex:a .")


def test_a_premise_of_one_rule_may_be_another_rules_conclusion() -> None:
    rules = [
        parse_rule(HEAD + "CONSTRUCT { ?y ex:q ?x } WHERE { ?x ex:p ?y }"),
        parse_rule(HEAD + "CONSTRUCT { ?x ex:r ?y } WHERE { ?x ex:q ?y }"),
    ]
    assert derive(triples("ex:a ex:p ex:b ."), rules[::-1]) == triples("ex:b ex:q ex:a . ex:b ex:r ex:a .")


def test_nothing_is_concluded_of_a_literal() -> None:
    rule = parse_rule(HEAD + "CONSTRUCT { ?y ex:q ?x } WHERE { ?x ex:p ?y }")
    assert derive(triples('ex:a ex:p "text" .'), [rule]) == set()


@pytest.mark.parametrize("word", sorted(oracle.LABEL_WORDS), ids=lambda word: word.partition("#")[2])
def test_what_a_label_says_is_never_concluded(word: str) -> None:
    """Not outright, and not by a variable that comes to stand for it."""
    outright = parse_rule(HEAD + f"CONSTRUCT {{ ?x <{word}> ?y . ?y ex:q ?x }} WHERE {{ ?x ex:p ?y }}")
    variable = parse_rule(HEAD + f"CONSTRUCT {{ ?x ?q ?y }} WHERE {{ ?x ex:p ?y . ex:p <{SUB_PROPERTY}> ?q }}")
    facts = triples(f"ex:a ex:p ex:b . ex:p rdfs:subPropertyOf <{word}>, ex:r .")
    assert derive(facts, [outright, variable]) == triples("ex:b ex:q ex:a . ex:a ex:r ex:b .")


def test_the_words_of_a_label_are_those_that_the_view_states() -> None:
    assert oracle.LABEL_WORDS == LABEL_WORDS


def test_no_rules_conclude_nothing() -> None:
    assert derive(triples("ex:a ex:p ex:b ."), []) == set()


@given(portion_sets(size=(1, 4)))
def test_the_closure_is_the_naive_fixpoint(portions: list[StoredPortion]) -> None:
    facts = {triple for stored in portions for triple in oracle.triples_in(stored)}
    every_rule = {
        Triple(NamedNode(f"{EX}rule/{n}"), NamedNode(f"{oracle.NS}construct"), Literal(text))
        for n, text in enumerate(RULES)
    }
    facts |= every_rule
    assert derive(facts, [parse_rule(text) for text in RULES]) == oracle.closure(facts)


@given(portion_sets(size=(1, 3)), portion_sets(size=(1, 3)))
def test_more_premises_never_take_a_conclusion_away(some: list[StoredPortion], more: list[StoredPortion]) -> None:
    rules = [parse_rule(text) for text in RULES]
    few = {triple for stored in some for triple in oracle.triples_in(stored)}
    many = few | {triple for stored in more for triple in oracle.triples_in(stored)}
    assert derive(few, rules) <= derive(many, rules)
