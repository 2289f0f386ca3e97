"""The closure of a set of triples under monotone rules. Knows nothing of labels, on purpose.

Rules are evaluated semi-naively: after the first round, at least one premise must be new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Quad, QueryTriples, Store, Triple
from rdflib.term import Identifier, Variable
from rdflib.term import Literal as RuleLiteral

from graph_service.namespaces import LABEL_WORDS
from graph_service.storage.canonical import Term, in_graph
from graph_service.storage.closure_rules import MARKED, ClosureRule, may_match

_FEW = 50
"""Triples that are asked for one by one: about what is known of the portions of one decision."""


def close(store: Store, rules: Iterable[ClosureRule], *, into: NamedNode, added: list[Quad] | None = None) -> None:
    """Close the default graph of a scratch store in place; every conclusion also goes to the graph ``into``.

    A conclusion that was there already goes to ``into`` too: otherwise asserting it somewhere higher would
    change what counts as derived. ``added`` gets every quad that was not there before.
    """
    rules = list(rules)
    first = _concluded(store, (rule.first_round() for rule in rules))
    new = [triple for triple in first if Quad(*triple) not in store]
    _put(store, in_graph(first, into), added)
    close_further(store, rules, new, into=into, added=added)


def close_further(
    store: Store,
    rules: Iterable[ClosureRule],
    new: Iterable[Triple],
    *,
    into: NamedNode,
    added: list[Quad] | None = None,
    marked: NamedNode = MARKED,
) -> None:
    """Add triples to a default graph that is closed, and close it again; conclusions also go to ``into``.

    The outcome is that of ``close`` over everything: whatever follows now and did not before has a new premise.
    ``added`` gets every quad that was not there before. ``marked`` names the graph of the new triples while it runs.
    """
    rules, new = list(rules), list(new)
    while new:
        _put(store, in_graph(new), added)
        concluded = _concluded_from(store, rules, new, into=marked)
        new = [triple for triple in concluded if Quad(*triple) not in store]
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
    doubtful = {quad.triple for quad in in_graph(lost, into) if quad in store}
    frontier = lost
    while frontier:  # (1)
        concluded = _concluded_from(store, rules, frontier)
        frontier = {triple for triple in concluded - doubtful - lost if not is_stated(triple)}
        doubtful |= concluded
        lost |= frontier
    for quad in (*in_graph(lost), *in_graph(doubtful, into)):  # (2)
        store.remove(quad)
    again = _still_concluded(store, rules, doubtful)  # (3)
    store.extend(in_graph(again, into))
    close_further(store, rules, [triple for triple in again if Quad(*triple) not in store], into=into)  # (4)


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
    store: Store,
    rules: Iterable[ClosureRule],
    marked: Iterable[Triple],
    *,
    backwards: bool = False,
    into: NamedNode = MARKED,
) -> set[Triple]:
    """What the rules conclude with a premise among the marked triples; or backwards, which of these they conclude."""
    marked = list(marked)
    if not marked:
        return set()
    predicates = {triple.predicate.value for triple in marked}
    store.extend(in_graph(marked, into))
    try:
        return _concluded(
            store,
            (
                query
                for rule in rules
                for pattern, query in (rule.backwards() if backwards else rule.later_rounds(into))
                if may_match(pattern, predicates)
            ),
        )
    finally:
        store.remove_graph(into)


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
