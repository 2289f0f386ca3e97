"""Why a triple stands in a view: the portions that say it, or a rule and its premises, down to portions.

Everything is taken from the view itself, so an explanation names nothing that its reader may not see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
)
from pyoxigraph import Variable as EngineVariable
from rdflib.term import Identifier, Variable
from rdflib.term import Literal as RuleLiteral

from graph_service.errors import QueryRefused
from graph_service.portions import DERIVED_GRAPH
from graph_service.storage.canonical import Term, in_graph
from graph_service.storage.closure_rules import RULE_TEXT, ClosureRule, parse_rule

_DERIVED = NamedNode(DERIVED_GRAPH)
_TERM = re.compile(r'<[^<>\s]*>|"(?:[^"\\\r\n]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^<>\s]*>)?')
Ranks = dict[Triple, int]


@dataclass
class Explanation:
    """Why one triple holds: ``portions`` state it, or ``rule`` concludes it from ``premises``; neither: it is explained
    further up already.
    """

    triple: Triple
    portions: list[str] = field(default_factory=list)
    rule: str = ""
    premises: list[Explanation] = field(default_factory=list)

    @property
    def text(self) -> str:
        return str(self.triple)

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON; ``rule`` is the rule's IRI."""
        premises = [premise.to_data() for premise in self.premises]
        return {"statement": self.text, "portions": self.portions, "rule": self.rule or None, "premises": premises}


def explain_statement(dataset: Path, terms: Iterable[str]) -> Explanation | None:
    """``explain`` for three terms in the form of N-Triples. Raises ``QueryRefused`` for a text that is no term."""
    subject, predicate, object_ = (_term(text) for text in terms)
    if not (isinstance(subject, NamedNode) and isinstance(predicate, NamedNode)):
        raise QueryRefused("subject and predicate are IRIs: only the object can be a literal")
    return explain(dataset, Triple(subject, predicate, object_))


def _term(text: str) -> Term:
    """One IRI or literal, and nothing else: the text is no place for a comment or for a second statement."""
    if _TERM.fullmatch(text):
        with suppress(SyntaxError):
            term: Term = next(parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES)).object
            return term
    shown = " ".join(text.split())
    raise QueryRefused(
        f'`{shown}` is no term: write an IRI, or as object a literal such as "text", "tekst"@nl or '
        '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'
    )


def explain(dataset: Path, triple: Triple) -> Explanation | None:
    """The explanation of a triple in the view of this directory; ``None`` if the view does not hold it.

    (1) what portions state has rank 0, and what rules conclude the round in which they first do; (2) a conclusion is
    explained by premises of lower rank, so that nothing ever explains itself.
    """
    store = Store.read_only(str(dataset))
    if Quad(*triple) not in store:
        return None
    rules = {name: parse_rule(text) for name, text in _rules(store)}
    return _explained(triple, store, rules, _ranks(store, rules.values()), set())


def _rules(store: Store) -> Iterator[tuple[str, str]]:
    """Each rule's IRI and text."""
    for quad in store.quads_for_pattern(None, RULE_TEXT, None, DefaultGraph()):
        if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            yield quad.subject.value, quad.object.value


def _ranks(store: Store, rules: Iterable[ClosureRule]) -> Ranks:
    """(1) The rank of every triple that a rule concludes and no portion states."""
    known, ranks = Store(), Ranks()
    for quad in store.quads_for_pattern(None, None, None, None):
        if quad.graph_name not in {DefaultGraph(), _DERIVED}:
            known.add(Quad(*quad.triple))
    rules, rank = list(rules), 0
    while True:
        rank += 1
        found = {triple for rule in rules for triple in _concluded(known, rule)}
        new = [triple for triple in found if Quad(*triple) not in known]
        if not new:
            return ranks
        ranks |= dict.fromkeys(new, rank)
        known.extend(in_graph(new))


def _concluded(store: Store, rule: ClosureRule) -> Iterator[Triple]:
    found = store.query(rule.first_round())
    yield from found  # type: ignore[misc]  # the query is a CONSTRUCT


def _explained(
    triple: Triple, store: Store, rules: dict[str, ClosureRule], ranks: Ranks, seen: set[Triple]
) -> Explanation:
    portions = sorted(
        quad.graph_name.value
        for quad in store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        if isinstance(quad.graph_name, NamedNode) and quad.graph_name != _DERIVED
    )
    if portions or triple in seen:
        return Explanation(triple, portions)
    seen.add(triple)
    for name, premises in _instances(triple, store, rules):
        if all(ranks.get(premise, 0) < ranks[triple] for premise in premises):  # (2)
            below = [_explained(premise, store, rules, ranks, seen) for premise in premises]
            return Explanation(triple, rule=name, premises=below)
    return Explanation(triple)


def _instances(triple: Triple, store: Store, rules: dict[str, ClosureRule]) -> Iterator[tuple[str, list[Triple]]]:
    """Every rule that concludes the triple, with the premises of each way in which it does."""
    for name, rule in sorted(rules.items()):
        for conclusion in rule.conclusions:
            bound = _bound(conclusion, triple)
            if bound is None:
                continue
            pattern = " . ".join(" ".join(term.n3() for term in premise) for premise in rule.premises)
            # Values are put in as terms, never as text: in a text a blank node would match any other.
            values = {EngineVariable(name): value for name, value in bound.items()}
            found = store.query(f"SELECT * WHERE {{ {pattern} }}", substitutions=values)
            assert isinstance(found, QuerySolutions)  # noqa: S101  # the query is a SELECT
            for solution in found:
                known = {v.value: solution[v.value] for v in found.variables if solution[v.value] is not None} | bound
                yield name, [_premise(premise, known) for premise in rule.premises]


def _bound(conclusion: tuple[Identifier, ...], triple: Triple) -> dict[str, Term] | None:
    """What the conclusion's variables are, by name, if it can be this triple."""
    bound: dict[str, Term] = {}
    for term, value in zip(conclusion, triple, strict=True):
        if isinstance(term, Variable):
            if bound.setdefault(str(term), value) != value:
                return None
        elif _constant(term) != value:
            return None
    return bound


def _premise(premise: tuple[Identifier, ...], known: dict[str, Term]) -> Triple:
    terms: list[Any] = [known[str(term)] if isinstance(term, Variable) else _constant(term) for term in premise]
    return Triple(*terms)


def _constant(term: Identifier) -> Term:
    """A rule's own IRI or literal, as the engine's term."""
    if isinstance(term, RuleLiteral):
        kind = NamedNode(str(term.datatype)) if term.datatype else None
        return Literal(str(term), language=term.language) if term.language else Literal(str(term), datatype=kind)
    return NamedNode(str(term))
