"""The closure of a set of triples under monotone rules. Knows nothing of labels, on purpose.

A rule is a SPARQL CONSTRUCT over plain triple patterns, so it can only conclude from what is there:
more premises never take a conclusion away, and a lower view can't learn from an absence. Rules are
evaluated semi-naively: after the first round, at least one premise must be new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryTriples, Store, Triple
from rdflib.namespace import RDF
from rdflib.paths import Path as PropertyPath
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import BNode, Identifier, URIRef, Variable
from rdflib.term import Literal as RuleLiteral

from graph_service.errors import RuleRefused
from graph_service.namespaces import LABEL_WORDS
from graph_service.storage.canonical import Term, in_graph

RULE_TEXT = NamedNode("https://w3id.org/sluis/ns#construct")
_NEW = NamedNode("urn:sluis:new")
_FEW = 50
"""Triples that are asked for one by one: about what is known of the portions of one decision."""

Pattern = tuple[Identifier, Identifier, Identifier]


@dataclass(frozen=True)
class ClosureRule:
    """``conclusions`` hold wherever all ``premises`` match. Made by ``parse_rule`` alone, which checks it."""

    premises: tuple[Pattern, ...]
    conclusions: tuple[Pattern, ...]

    def first_round(self) -> str:
        """The query over everything there is."""
        return f"CONSTRUCT {{ {_text(self.conclusions)} }} WHERE {{ {_text(self.premises)} }}"

    def later_rounds(self) -> tuple[tuple[Pattern, str], ...]:
        """A query for each premise: that one among the marked triples, the others anywhere."""
        return _later_rounds(self)

    def backwards(self) -> tuple[tuple[Pattern, str], ...]:
        """A query for each conclusion: which of the marked triples it gives."""
        return _backwards(self)


@lru_cache(maxsize=1024)
def _later_rounds(rule: ClosureRule) -> tuple[tuple[Pattern, str], ...]:
    queries = []
    for position, premise in enumerate(rule.premises):
        others = rule.premises[:position] + rule.premises[position + 1 :]
        where = f"GRAPH {_NEW} {{ {_text([premise])} }} {_looked_up(others, premise)}"
        queries.append((premise, f"CONSTRUCT {{ {_text(rule.conclusions)} }} WHERE {{ {where} }}"))
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
            where = f"GRAPH {_NEW} {{ {_text([conclusion])} }} {_text(premises)}"
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


def close(store: Store, rules: Iterable[ClosureRule], *, into: NamedNode, added: list[Quad] | None = None) -> None:
    """Close the default graph of a scratch store in place; every conclusion also goes to the graph ``into``.

    A conclusion that was there already goes to ``into`` too: otherwise asserting it somewhere higher would
    change what counts as derived. ``added`` gets every quad that was not there before.
    """
    rules = list(rules)
    first = _concluded(store, (rule.first_round() for rule in rules))
    new = [triple for triple in first if Quad(triple.subject, triple.predicate, triple.object) not in store]
    _put(store, in_graph(first, into), added)
    close_further(store, rules, new, into=into, added=added)


def close_further(
    store: Store,
    rules: Iterable[ClosureRule],
    new: Iterable[Triple],
    *,
    into: NamedNode,
    added: list[Quad] | None = None,
) -> None:
    """Add triples to a default graph that is closed, and close it again; conclusions also go to ``into``.

    The outcome is that of ``close`` over everything: whatever follows now and did not before has a new premise.
    ``added`` gets every quad that was not there before.
    """
    rules, new = list(rules), list(new)
    while new:
        _put(store, in_graph(new), added)
        concluded = _concluded_from(store, rules, new)
        new = [triple for triple in concluded if Quad(triple.subject, triple.predicate, triple.object) not in store]
        _put(store, in_graph(concluded, into), added)


def _put(store: Store, quads: Iterable[Quad], added: list[Quad] | None) -> None:
    """Put quads in; those that were not there are told, where somebody asks for them."""
    if added is not None:
        quads = [quad for quad in quads if quad not in store]
        added += quads
    store.extend(quads)


def retract(
    store: Store,
    rules: Iterable[ClosureRule],
    gone: Iterable[Triple],
    *,
    into: NamedNode,
    is_stated: Callable[[Triple], bool],
) -> None:
    """Take triples that nobody states any more out of a closed default graph, with all that only they supported.

    (1) find every conclusion that may have rested on them, directly or not; (2) take all of that out, but what is
    stated; (3) put back what still follows from the rest, and (4) what follows from that. (Delete and rederive.)
    The outcome is that of ``close`` over what is left.
    """
    rules, lost = list(rules), set(gone)
    if not lost:
        return
    doubtful = {triple for triple in lost if _quad(triple, into) in store}
    frontier = lost
    while frontier:  # (1)
        concluded = _concluded_from(store, rules, frontier)
        frontier = {triple for triple in concluded - doubtful - lost if not is_stated(triple)}
        doubtful |= concluded
        lost |= frontier
    for triple in lost:  # (2)
        store.remove(_quad(triple))
    for triple in doubtful:
        store.remove(_quad(triple, into))
    again = _still_concluded(store, rules, doubtful)  # (3)
    store.extend(in_graph(again, into))
    close_further(store, rules, [triple for triple in again if _quad(triple) not in store], into=into)  # (4)


def _quad(triple: Triple, graph: NamedNode | None = None) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def _still_concluded(store: Store, rules: Sequence[ClosureRule], doubtful: Collection[Triple]) -> set[Triple]:
    """Which of the triples the rules conclude from what is there.

    Of a few, each is asked for by itself: the engine then begins with the terms it names, and reads little of a large
    store. Of many, all are asked for at once.
    """
    terms = {term for triple in doubtful for term in triple}
    constants = {term for rule in rules for conclusion in rule.conclusions for term in conclusion}
    # Of a rule's literal the store may have another form.
    fits = all(map(_can_be_written, terms)) and not any(isinstance(term, RuleLiteral) for term in constants)
    if len(doubtful) > _FEW or not fits:
        return _concluded_from(store, rules, doubtful, backwards=True)
    return {
        triple
        for triple in doubtful
        if triple.predicate.value not in LABEL_WORDS and any(_concludes(store, rule, triple) for rule in rules)
    }


def _concludes(store: Store, rule: ClosureRule, triple: Triple) -> bool:
    """Whether the rule gives the triple from what is there."""
    for conclusion in rule.conclusions:
        values: dict[Identifier, Term] = {}
        for term, value in zip(conclusion, triple, strict=True):
            known = value if isinstance(term, Variable) else NamedNode(str(term))
            if values.setdefault(term, known) != value:
                break
        else:
            premises = [tuple(values.get(term, term) for term in premise) for premise in rule.premises]
            if any(isinstance(s, Literal) or isinstance(p, Literal) for s, p, _ in premises):
                continue  # nothing is ever said of a literal
            text = " . ".join(" ".join(_written(term) for term in premise) for premise in premises)
            if store.query(f"ASK {{ {text} }}"):
                return True
    return False


def _can_be_written(term: Term) -> bool:
    """Whether a query can name the term: a blank node there is a variable."""
    return isinstance(term, NamedNode) or (isinstance(term, Literal) and getattr(term, "direction", None) is None)


def _written(term: Term | Identifier) -> str:
    return term.n3() if isinstance(term, Identifier) else str(term)


def _concluded_from(
    store: Store, rules: Iterable[ClosureRule], marked: Iterable[Triple], *, backwards: bool = False
) -> set[Triple]:
    """What the rules conclude with a premise among the marked triples; or backwards, which of these they conclude."""
    marked = list(marked)
    if not marked:
        return set()
    predicates = {triple.predicate.value for triple in marked}
    store.extend(in_graph(marked, _NEW))
    try:
        return _concluded(
            store,
            (
                query
                for rule in rules
                for pattern, query in (rule.backwards() if backwards else rule.later_rounds())
                if _may_match(pattern, predicates)
            ),
        )
    finally:
        store.remove_graph(_NEW)


def _concluded(store: Store, queries: Iterable[str]) -> set[Triple]:
    found = (triple for query in queries for triple in _construct(store, query))
    # What a label says is stated with the portion, and never follows from anything.
    return {triple for triple in found if triple.predicate.value not in LABEL_WORDS}


def derive(triples: Iterable[Triple], rules: Iterable[ClosureRule]) -> set[Triple]:
    """Every conclusion of the rules from the triples, whether it also stands among them or not."""
    store, conclusions = Store(), NamedNode("urn:sluis:conclusions")
    store.extend(in_graph(triples))
    close(store, rules, into=conclusions)
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, conclusions)}


def _construct(store: Store, query: str) -> Iterator[Triple]:
    found = store.query(query)
    assert isinstance(found, QueryTriples)  # noqa: S101  # every query here is a CONSTRUCT
    return iter(found)


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
    where, known = f"GRAPH {_NEW} {{ {_text([first])} }}", _variables([first])
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


def _may_match(pattern: Pattern, predicates: set[str]) -> bool:
    """Whether the pattern may match a triple with one of these: most rules have nothing to do with most additions."""
    return isinstance(pattern[1], Variable) or str(pattern[1]) in predicates
