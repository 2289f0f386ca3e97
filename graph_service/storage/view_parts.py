"""Parts of a view, for asking as a lower clearance and for the markings of rows. For the worker alone.
Trusted base: yes.

A part is what the view would be with some of its portions: they are merged, and closed from themselves alone. It is
made in the asker's own worker, from what the asker sees anyway.

The parts of a view have most of their statements in common. So only a few have a store of their own, the *grounds*.
Any other is what it adds to a ground, which is put into the ground's store for a question and taken out again before
the next one. What it adds is kept: a worker serves one view for life, so that a part never changes.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad, Store

from graph_service.portions import DERIVED_GRAPH
from graph_service.storage.closure import close, close_further
from graph_service.storage.closure_rules import RULE_TEXT, ClosureRule, parse_rule, rules_in

# rdflib loads what it needs at its first use; by then the worker can read no file any more.
parse_rule("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")

GROUND_QUADS = 400_000
"""How many quads the grounds together hold, some 300 bytes each; one ground is always kept."""

ADDED_QUADS = 200_000
"""How many quads of additions are kept, some 400 bytes each."""

WORN_QUADS = 1_000_000
"""After how many quads put in and taken out a ground's store is made anew: the engine keeps 20 bytes of each."""

_DERIVED = NamedNode(DERIVED_GRAPH)
Portions = frozenset[str]


@dataclass
class _Ground:
    """A part with a store of its own. ``at_hand`` is the part that the store is now, with what that adds."""

    portions: Portions
    at_hand: Portions
    store: Store = field(default_factory=Store)
    rules: list[ClosureRule] = field(default_factory=list)
    added: list[Quad] = field(default_factory=list)
    quads: int = 0
    worn: int = 0

    def put(self, part: Portions, added: list[Quad]) -> None:
        self.store.extend(added)
        self.note(part, added)

    def note(self, part: Portions, added: list[Quad]) -> None:
        """The store is this part now."""
        self.at_hand, self.added = part, added
        self.worn += len(added)

    def restore(self) -> None:
        """Take out what was put in: it was not there before, so the store is the ground's own again."""
        for quad in self.added:
            self.store.remove(quad)
        self.at_hand, self.added = self.portions, []
        if self.worn > WORN_QUADS:
            fresh = Store()
            fresh.extend(self.store)
            self.store, self.worn = fresh, 0


class ViewParts:
    """Makes the parts of one view, and keeps what fits into memory. A store that it gives holds until the next one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._grounds: OrderedDict[Portions, _Ground] = OrderedDict()
        self._added: OrderedDict[tuple[Portions, Portions], list[Quad]] = OrderedDict()
        self._sizes: dict[str, int] = {}

    def store(self, portions: list[str]) -> Store:
        """The view with these portions (IRIs) alone."""
        part = frozenset(portions)
        try:
            ground = self._ground(part)
            if ground.at_hand != part:
                self._turn(ground, part)
        except BaseException:
            # SECURITY: a store that was left half way between two parts must never answer.
            self._grounds.clear()
            self._added.clear()
            raise
        return ground.store

    def _ground(self, part: Portions) -> _Ground:
        """The largest ground that is all in the part, if it is at least half of it; else the part as a new ground."""
        fitting = [ground for ground in self._grounds.values() if ground.portions <= part]
        found = max(fitting, key=lambda ground: ground.quads, default=None)
        if found is None or self._size(part - found.portions) > found.quads:
            found = _Ground(part, part)
            self._fill(found, part, [])
            found.rules, found.quads = rules_in(found.store), len(found.store)
            self._grounds[part] = found
        self._grounds.move_to_end(found.portions)
        while len(self._grounds) > 1 and sum(ground.quads for ground in self._grounds.values()) > GROUND_QUADS:
            gone, _ = self._grounds.popitem(last=False)
            for key in [key for key in self._added if key[0] == gone]:
                del self._added[key]
        return found

    def _turn(self, ground: _Ground, part: Portions) -> None:
        """Make the ground's store the part."""
        ground.restore()
        key = (ground.portions, part)
        if part == ground.portions:
            return
        if key in self._added:
            self._added.move_to_end(key)
            ground.put(part, self._added[key])
            return
        added: list[Quad] = []
        self._fill(ground, part, added)
        ground.note(part, added)
        self._added[key] = added
        while self._added and sum(map(len, self._added.values())) > ADDED_QUADS:
            self._added.popitem(last=False)

    def _fill(self, ground: _Ground, part: Portions, added: list[Quad]) -> None:
        """(1) put each portion that is not there yet in its named graph; (2) merge them into the default graph and
        close it: from what is new, if no rule is. ``added`` gets every quad that was not there before.
        """
        store, names = ground.store, part - ground.portions or part
        stated = [quad for name in sorted(names) for quad in self._quads(name)]
        store.extend(stated)  # (1)
        added += stated
        new = {triple for triple in (quad.triple for quad in stated) if Quad(*triple) not in store}
        if ground.rules and not any(triple.predicate == RULE_TEXT for triple in new):  # (2)
            close_further(store, ground.rules, new, into=_DERIVED, added=added)
            return
        merged = [Quad(*triple) for triple in new]
        store.extend(merged)
        added += merged
        close(store, rules_in(store), into=_DERIVED, added=added)

    def _quads(self, name: str) -> list[Quad]:
        found = list(self._store.quads_for_pattern(None, None, None, NamedNode(name)))
        self._sizes[name] = len(found)
        return found

    def _size(self, names: Portions) -> int:
        """How many statements these portions make."""
        return sum(self._sizes[name] if name in self._sizes else len(self._quads(name)) for name in names)
