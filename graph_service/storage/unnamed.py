"""How long it would take to name nodes without a label, found out before it is begun.

RDFC-1.0 tells two such nodes apart by what is said of them and, where that is alike, by walking along the nodes that
they hang together with: over all orders of those that look alike. In a graph that is made for it this takes years, and
the engine's call can't be ended.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import factorial

from pyoxigraph import BlankNode, Triple

from graph_service.errors import IngestRefused

MOST_STEPS, MOST_ALIKE_TOGETHER = 2_000_000, 300
"""Of all walks; and how many nodes that look alike may hang together, as walks along them are long ones."""

_Neighbours = dict[str, list[tuple[str, str]]]


def refuse_endless(triples: Iterable[Triple]) -> None:
    """Raises ``IngestRefused`` where naming the blank nodes of these triples could take more than some seconds."""
    looks, neighbours = _seen(triples)
    many = Counter(looks.values())
    alike = {node for node, look in looks.items() if many[look] > 1}
    steps = 0
    for together in _components(alike, neighbours):
        if len(together) > MOST_ALIKE_TOGETHER:
            raise _refusal()
        orders = 1
        for node in together:
            # Those that look alike from here: each of their orders is tried, in each order of the others.
            same = Counter((how, looks[other]) for how, other in set(neighbours[node]) if other in together)
            for count in same.values():
                orders *= factorial(min(count, 20))
            if orders * len(together) > MOST_STEPS:
                raise _refusal()
        steps += orders * len(together)
        if steps > MOST_STEPS:
            raise _refusal()


def _refusal() -> IngestRefused:
    return IngestRefused(
        "too many nodes without a name look alike and hang together: to name them would take too long; name them "
        "(`_:n1`, or better an IRI)"
    )


def _seen(triples: Iterable[Triple]) -> tuple[dict[str, tuple[str, ...]], _Neighbours]:
    """How each blank node looks by itself, and the others that it hangs together with. A triple term is not told apart.

    Two that look alike to RDFC-1.0 look alike here, so nothing takes longer than is told.
    """
    said: dict[str, set[str]] = defaultdict(set)
    neighbours: _Neighbours = defaultdict(list)
    for triple in triples:
        ends = [(role, node) for role, end in (("s", triple.subject), ("o", triple.object)) for node in _nodes(end)]
        for role, node in ends:
            others = "" if len({name for _, name in ends}) > 1 else f"{triple.subject} {triple.object}"
            said[node].add(f"{role} {triple.predicate} {others.replace(node, '')}")
            neighbours[node] += [(f"{role} {triple.predicate}", other) for _, other in ends if other != node]
    return {node: tuple(sorted(lines)) for node, lines in said.items()}, neighbours


def _nodes(term: object) -> list[str]:
    if isinstance(term, Triple):
        return [*_nodes(term.subject), *_nodes(term.object)]
    return [term.value] if isinstance(term, BlankNode) else []


def _components(alike: set[str], neighbours: _Neighbours) -> Iterable[set[str]]:
    """The nodes that look alike to some other, by what hangs together."""
    left = set(alike)
    while left:
        found, waiting = set[str](), [left.pop()]
        while waiting:
            node = waiting.pop()
            found.add(node)
            more = {other for _, other in neighbours[node] if other in left}
            left -= more
            waiting += more
        yield found
