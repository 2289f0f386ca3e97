"""Rules of the closure: how one is read, and the queries that evaluate it.

A rule is a SPARQL CONSTRUCT over plain triple patterns, so it can only conclude from what is there:
more premises never take a conclusion away, and a lower view can't learn from an absence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import DefaultGraph, NamedNode, Store
from rdflib.namespace import RDF
from rdflib.paths import Path as PropertyPath
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import BNode, Identifier, URIRef, Variable

from graph_service.errors import RuleRefused

RULE_TEXT = NamedNode("https://w3id.org/sluis/ns#construct")
MARKED = NamedNode("urn:sluis:new")
"""The graph of the triples that a query begins with, while it runs."""

Pattern = tuple[Identifier, Identifier, Identifier]


@dataclass(frozen=True)
class ClosureRule:
    """``conclusions`` hold wherever all ``premises`` match. Made by ``parse_rule`` alone, which checks it."""

    premises: tuple[Pattern, ...]
    conclusions: tuple[Pattern, ...]

    def first_round(self) -> str:
        """The query over everything there is."""
        return f"CONSTRUCT {{ {_text(self.conclusions)} }} WHERE {{ {_text(self.premises)} }}"

    def later_rounds(self, marked: NamedNode = MARKED) -> tuple[tuple[Pattern, str], ...]:
        """A query for each premise: that one among the marked triples, in the graph given, the others anywhere."""
        return tuple((premise, f"{before}{marked}{behind}") for premise, before, behind in _later_rounds(self))

    def backwards(self) -> tuple[tuple[Pattern, str], ...]:
        """A query for each conclusion: which of the marked triples it gives."""
        return _backwards(self)


@lru_cache(maxsize=1024)
def _later_rounds(rule: ClosureRule) -> tuple[tuple[Pattern, str, str], ...]:
    """The premise and its query: what stands before the graph's name, and behind it."""
    queries = []
    for position, premise in enumerate(rule.premises):
        others = rule.premises[:position] + rule.premises[position + 1 :]
        before = f"CONSTRUCT {{ {_text(rule.conclusions)} }} WHERE {{ GRAPH "
        queries.append((premise, before, f" {{ {_text([premise])} }} {_looked_up(others, premise)} }}"))
    return tuple(queries)


@lru_cache(maxsize=1024)
def _backwards(rule: ClosureRule) -> tuple[tuple[Pattern, str], ...]:
    queries = []
    for conclusion in rule.conclusions:
        premises = _connected(rule.premises, _variables([conclusion]))
        properties = {pattern[1] for pattern in (conclusion, *premises)}
        if any(_is_instance(premise) and premise[0] not in properties for premise in premises):
            where = _step_by_step(premises, conclusion)
        else:
            where = f"GRAPH {MARKED} {{ {_text([conclusion])} }} {_text(premises)}"
        queries.append((conclusion, f"CONSTRUCT {{ {_text([conclusion])} }} WHERE {{ {where} }}"))
    return tuple(queries)


@lru_cache(maxsize=1024)  # a rule is read again for every view that it stands in
def parse_rule(text: str) -> ClosureRule:
    """Read one rule. Raises ``RuleRefused`` for anything but CONSTRUCT over plain patterns.

    Refused: negation, OPTIONAL, UNION, FILTER, BIND, aggregates, paths, sub-queries, GRAPH, FROM,
    solution modifiers (all may depend on absence or order), and blank nodes (new terms).
    """
    try:
        algebra = prepareQuery(text).algebra
    except Exception as error:  # rdflib raises many kinds; each means: not a query
        raise RuleRefused(f"not a SPARQL query: {error}") from error
    body = algebra.p.get("p") if algebra.name == "ConstructQuery" and algebra.p.name == "Project" else None
    if body is None or body.name != "BGP" or algebra.datasetClause is not None:
        raise RuleRefused("a rule is CONSTRUCT { … } WHERE { … } with plain triple patterns and nothing else")
    rule = ClosureRule(premises=tuple(body.triples), conclusions=tuple(algebra.template or ()))
    if not rule.premises or not rule.conclusions:
        raise RuleRefused("a rule has at least one premise and one conclusion")
    for pattern in (*rule.premises, *rule.conclusions):
        if any(isinstance(term, BNode) for term in pattern):
            raise RuleRefused(
                "a rule names no blank nodes: use a variable for a premise; a conclusion makes no new terms"
            )
        if isinstance(pattern[1], PropertyPath):
            raise RuleRefused("a rule uses no property paths: write the steps as patterns")
    free = _variables(rule.conclusions) - _variables(rule.premises)
    if free:
        raise RuleRefused(f"?{min(free)} stands in no premise")
    return rule


def rules_in(store: Store) -> list[ClosureRule]:
    """The rules that a store's default graph states: a rule is information, and holds only where it is visible."""
    texts = {
        getattr(quad.object, "value", "") for quad in store.quads_for_pattern(None, RULE_TEXT, None, DefaultGraph())
    }
    return [parse_rule(text) for text in sorted(texts)]


def _text(patterns: Iterable[Pattern]) -> str:
    return " . ".join(" ".join(term.n3() for term in pattern) for pattern in patterns)


def _connected(patterns: Iterable[Pattern], bound: set[str]) -> list[Pattern]:
    """The patterns in an order in which each has some variable bound by those before, as few others as can be."""
    left, found, known = list(patterns), [], set(bound)
    while left:
        best = min(left, key=lambda one: (known.isdisjoint(_variables([one])), len(_variables([one]) - known)))
        left.remove(best)
        found.append(best)
        known |= _variables([best])
    return found


def _is_instance(pattern: Pattern) -> bool:
    """Whether it is ``?x a :Class``, of which there may be very many."""
    return isinstance(pattern[0], Variable) and pattern[1] == RDF.type and isinstance(pattern[2], URIRef)


def _step_by_step(patterns: Iterable[Pattern], first: Pattern) -> str:
    """The same as the patterns side by side, but looked up one after the other for each solution of the ``first``.

    The engine chooses the order in which it joins, and does not know that the marked triples are few.
    """
    where, known = f"GRAPH {MARKED} {{ {_text([first])} }}", _variables([first])
    for pattern in patterns:
        if free := _variables([pattern]) - known:
            where = f"{{ {where} OPTIONAL {{ {_text([pattern])} }} FILTER(BOUND(?{min(free)})) }}"
        else:
            where = f"{{ {where} FILTER EXISTS {{ {_text([pattern])} }} }}"
        known |= free
    return where


def _looked_up(patterns: Sequence[Pattern], first: Pattern) -> str:
    """The patterns as text, for the few solutions of the ``first`` one.

    The engine would read all there is of ``?x a :Class`` even for a handful of ``?x``: with a variable and a filter in
    place of the class it looks each of them up. There are few properties of a kind, so those it may read.
    """
    properties, bound = {pattern[1] for pattern in (first, *patterns)}, _variables([first])
    text, names = [], bound | _variables(patterns)
    for number, (subject, predicate, value) in enumerate(patterns):
        variable = Variable("_".join(["class", str(number), *sorted(names)]))  # no name of the rule's own
        if _is_instance((subject, predicate, value)) and str(subject) in bound and subject not in properties:
            text.append(f"{_text([(subject, predicate, variable)])} FILTER(sameTerm({variable.n3()}, {value.n3()}))")
        else:
            text.append(f"{_text([(subject, predicate, value)])} .")
    return " ".join(text)


def _variables(patterns: Iterable[Pattern]) -> set[str]:
    return {str(term) for pattern in patterns for term in pattern if isinstance(term, Variable)}


def may_match(pattern: Pattern, predicates: set[str]) -> bool:
    """Whether the pattern may match a triple with one of these: most rules have nothing to do with most additions."""
    return isinstance(pattern[1], Variable) or str(pattern[1]) in predicates
