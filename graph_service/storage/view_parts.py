"""Parts of a view, for asking as a lower clearance and for the markings of rows. For the worker alone.
Trusted base: yes.

A part is what the view would be with some of its portions: they are merged, and closed from themselves alone. It is
made in the asker's own worker, from what the asker sees anyway.

The parts of a view have most of their statements in common. So only a few have a store of their own, the *grounds*.
Any other is what it adds to a ground, which is put into the ground's store for a question and taken out again before
the next one. What it adds is kept: a worker serves one view for life, so that a part never changes. And it is made out
of what smaller parts add, as far as that is kept: whatever follows in a part follows in every larger one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from graph_service.portions import DERIVED_GRAPH
from graph_service.storage.closure import close, close_further
from graph_service.storage.closure_rules import MARKED, RULE_TEXT, ClosureRule, parse_rule, rules_in

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


@dataclass(frozen=True)
class _Addition:
    """What a part adds to a ground: the portions that it has besides, and every quad that was not there before.

    ``has_rules``: some of these portions state rules, so that more follows from the ground than stands in it.
    """

    portions: Portions
    quads: list[Quad]
    has_rules: bool

    def __len__(self) -> int:
        return len(self.quads)


@dataclass
class _Ground:
    """A part with a store of its own. ``at_hand`` is the part that the store is now, with what that adds."""

    portions: Portions
    at_hand: Portions
    store: Store = field(default_factory=Store)
    rules: list[ClosureRule] = field(default_factory=list)
    added: list[Quad] = field(default_factory=list)
    quads: int = 0
    made: int = 0
    worn: int = 0

    def put(self, part: Portions, added: list[Quad]) -> None:
        """Make the store this part: ``added`` is what it adds."""
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
        self._added: OrderedDict[tuple[Portions, Portions], _Addition] = OrderedDict()
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
            self._fill(found)
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
        addition = self._added.get(key)
        if addition is None:
            addition = self._added[key] = self._addition(ground, part - ground.portions)
            ground.note(part, addition.quads)
        else:
            self._added.move_to_end(key)
            ground.put(part, addition.quads)
        while self._added and sum(map(len, self._added.values())) > ADDED_QUADS:
            self._added.popitem(last=False)

    def _fill(self, ground: _Ground) -> None:
        """Put each portion of a new ground in its named graph, merge them into the default graph, and close it."""
        stated = [quad for name in sorted(ground.portions) for quad in self._quads(name)]
        ground.store.extend(stated)
        ground.store.extend(Quad(*triple) for triple in {quad.triple for quad in stated})
        close(ground.store, rules_in(ground.store), into=_DERIVED)
        ground.rules, ground.quads = rules_in(ground.store), len(ground.store)

    def _addition(self, ground: _Ground, names: Portions) -> _Addition:
        """Make the ground's store, which is the ground, a part with these portions besides.

        (1) the largest smaller part that is kept; (2) what others add, and the portions that none of them has; (3)
        close it from what (2) brought, if no rule is among it: after (1) it was closed. What follows in a smaller part
        follows here too.
        """
        store, left = ground.store, names
        added: list[Quad] = []
        new: list[Triple] = []
        for smaller in self._smaller(ground, names):
            if not added:
                store.extend(smaller.quads)  # (1)
                added += smaller.quads
            else:
                new += _default(_put(store, smaller.quads, added))  # (2)
            left -= smaller.portions
        for name in sorted(left):
            quads = self._quads(name)
            _put(store, quads, added)
            new += _default(_put(store, _merged(quads), added))
        has_rules = any(triple.predicate == RULE_TEXT for triple in new)
        if has_rules:  # (3)
            close(store, rules_in(store), into=_DERIVED, added=added)
        else:
            # The engine keeps what was taken out of a graph in its way: in a new one there is nothing to step over.
            ground.made += 1
            marked = NamedNode(f"{MARKED.value}:{ground.made}")
            close_further(store, ground.rules, new, into=_DERIVED, added=added, marked=marked)
        return _Addition(names, added, has_rules)

    def _smaller(self, ground: _Ground, names: Portions) -> Iterator[_Addition]:
        """Kept additions to the ground within these portions: the largest, then what has most that no other has.

        None with rules: by these more follows, and ``close_further`` would not know them.
        """
        found = [
            addition
            for (portions, _), addition in self._added.items()
            if portions is ground.portions and not addition.has_rules and addition.portions <= names
        ]
        left = names
        while found:
            best = max(found, key=lambda addition: len(addition.portions & left))
            if left.isdisjoint(best.portions):
                return
            yield best
            left -= best.portions

    def _quads(self, name: str) -> list[Quad]:
        found = list(self._store.quads_for_pattern(None, None, None, NamedNode(name)))
        self._sizes[name] = len(found)
        return found

    def _size(self, names: Portions) -> int:
        """How many statements these portions make."""
        return sum(self._sizes[name] if name in self._sizes else len(self._quads(name)) for name in names)


def _merged(quads: Iterable[Quad]) -> list[Quad]:
    """The same in the default graph."""
    return [Quad(*quad.triple) for quad in quads]


def _default(quads: Iterable[Quad]) -> list[Triple]:
    """The triples of those in the default graph."""
    return [quad.triple for quad in quads if quad.graph_name == DefaultGraph()]


def _put(store: Store, quads: Iterable[Quad], added: list[Quad]) -> list[Quad]:
    """Put in those that are not there yet, and give them; ``added`` gets them too."""
    new = [quad for quad in dict.fromkeys(quads) if quad not in store]
    store.extend(new)
    added += new
    return new
