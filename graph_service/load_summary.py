"""What came of a load, for its submitter: counted over the load, and over what they may see of the rest.

INVARIANT: nothing here depends on a portion that the submitter may not see. Who submits at a label holds it, so
without a user these are the portions that the join of the load's labels dominates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from graph_service.portions import Portion, StoredPortion
from graph_service.security import Label, high_water_mark
from graph_service.statements import our_objects, our_subjects, types_of
from graph_service.storage.portion_store import PortionStore

MOST_THINGS = 1_000_000
"""Of a load that speaks of more things than this, it is not looked up which are not known yet, and a thing of which a
later portion speaks again is counted again: memory stays flat."""

SAMPLE = 10
_ADDED, _CHANGED = "added", "changed"


@dataclass
class Tally:
    """Counts one load while it is stored."""

    labels: set[Label] = field(default_factory=set)
    sources: dict[str, Counter[str]] = field(default_factory=dict)
    facts: Counter[str] = field(default_factory=Counter)
    new_facts: Counter[str] = field(default_factory=Counter)
    counted: dict[int, bool] = field(default_factory=dict)
    """By the hash of a thing and its class: whether it was counted as new or changed too."""
    described: set[int] = field(default_factory=set)
    pointed_at: set[str] = field(default_factory=set)
    is_too_large: bool = False

    def add(self, act: str, stored: StoredPortion) -> None:
        """Told of every portion: ``added``, ``changed``, ``unchanged`` or ``withdrawn``."""
        portion = stored.portion
        self.sources.setdefault(portion.source, Counter())[act] += 1
        self.labels.add(stored.label)
        if act == "withdrawn":
            return
        for thing, kind in types_of(portion.ntriples):
            self._count(thing, kind, is_new=act in (_ADDED, _CHANGED))
        if not self.is_too_large:
            self._look_up(portion)

    def _count(self, thing: str, kind: str, *, is_new: bool) -> None:
        """A thing is one, however many portions of the load say what it is."""
        key = hash((thing, kind))
        was_new = self.counted.get(key)
        if was_new is None:
            self.facts[kind] += 1
        if is_new and not was_new:
            self.new_facts[kind] += 1
        if was_new is not None or len(self.counted) < MOST_THINGS:
            self.counted[key] = is_new or bool(was_new)

    def _look_up(self, portion: Portion) -> None:
        self.described.update(hash(iri) for iri in our_subjects(portion.ntriples))
        self.pointed_at |= our_objects(portion.ntriples)
        self.is_too_large = len(self.described) + len(self.pointed_at) > MOST_THINGS
        if self.is_too_large:
            self.described, self.pointed_at = set(), set()

    def not_known(self, visible: Iterable[str], text_of: Callable[[str], str]) -> list[str]:
        """What the load points at, and neither it nor any portion among these (by id) says anything of."""
        wanted = {iri for iri in self.pointed_at if hash(iri) not in self.described}
        for portion in visible:
            if not wanted:
                break
            wanted -= our_subjects(text_of(portion))
        return sorted(wanted)


def summary_of(tally: Tally, store: PortionStore, *, sees: Callable[[Label], bool] | None = None) -> dict[str, Any]:
    """Plain data: per source what was done, things per class, and what is not known yet (``None``: not looked up).

    ``sees`` says which labels the submitter may see; without it those that the join of the load's labels dominates.
    """
    if not tally.labels:
        return {}
    sees = sees or high_water_mark(tally.labels).dominates
    # SECURITY: removing this tells a submitter which things are known above what they may see.
    visible = [head.id for head in store.heads() if sees(head.label)] if tally.pointed_at else []
    not_known = tally.not_known(visible, store.text)
    return {
        "sources": {source: dict(counts) for source, counts in sorted(tally.sources.items())},
        "facts": [
            {"class": kind, "new": tally.new_facts[kind], "all": count} for kind, count in sorted(tally.facts.items())
        ],
        "facts_are_exact": len(tally.counted) < MOST_THINGS,
        "not_known": {
            "count": None if tally.is_too_large else len(not_known),
            "sample": not_known[:SAMPLE],
        },
    }
