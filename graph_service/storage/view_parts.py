"""Parts of a view, for asking as a lower clearance and for the markings of rows. For the worker alone.

A part is what the view would be with some of its portions: they are merged, and closed from themselves alone. It is
made in the asker's own worker, from what the asker sees anyway.
"""

from __future__ import annotations

from collections import OrderedDict

from pyoxigraph import NamedNode, Quad, Store, Triple

from graph_service.portions import DERIVED_GRAPH
from graph_service.storage.closure import RULE_TEXT, close, close_further, parse_rule, rules_in

# rdflib loads what it needs at its first use; by then the worker can read no file any more.
parse_rule("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")

KEPT = 6
"""How many parts a worker keeps, so that a second question on the same part, or one on a larger part, is quick."""

_DERIVED = NamedNode(DERIVED_GRAPH)


class ViewParts:
    """Makes the parts of one view, and keeps the last few."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._parts: OrderedDict[frozenset[str], Store] = OrderedDict()

    def store(self, portions: list[str]) -> Store:
        """The view with these portions (IRIs) alone."""
        key = frozenset(portions)
        if key not in self._parts:
            self._parts[key] = self._made(key)
            if len(self._parts) > KEPT:
                self._parts.popitem(last=False)
        self._parts.move_to_end(key)
        return self._parts[key]

    def _made(self, portions: frozenset[str]) -> Store:
        """(1) begin with the largest part that is all in this one, or with nothing; (2) put each further portion in its
        named graph; (3) merge them into the default graph and close it: from what is new, if no rule is.
        """
        below = max((part for part in self._parts if part < portions), key=len, default=None)
        part = Store()
        if below is not None:  # (1)
            part.extend(self._parts[below])
            self._parts.move_to_end(below)
        new: set[Triple] = set()
        for name in sorted(portions - (below or frozenset())):
            quads = list(self._store.quads_for_pattern(None, None, None, NamedNode(name)))
            part.extend(quads)  # (2)
            new |= {quad.triple for quad in quads}
        new = {triple for triple in new if Quad(*triple) not in part}
        if below is not None and not any(triple.predicate == RULE_TEXT for triple in new):  # (3)
            close_further(part, rules_in(part), new, into=_DERIVED)
        else:
            part.extend(Quad(*triple) for triple in new)
            close(part, rules_in(part), into=_DERIVED)
        return part
