"""The portion store: holds every portion, so it is *system-high*. It has no ``query()``.

Trusted base: yes. Only the builder opens it; ``serving`` never imports it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph_service.portions import Portion, StoredPortion, label_text
from graph_service.security import Policies

_READ = "SELECT id, source, part, label, originator, term, digest, ntriples FROM portion "
_WRITE = "INSERT OR REPLACE INTO portion VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Stored:
    """What a load did: how many portions are new, replaced, or were there already."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


class PortionStore:
    """Puts portions in and reads them all back; nothing in between."""

    def __init__(self, connection: sqlite3.Connection, *, policies: Policies) -> None:
        self._db, self._policies = connection, policies

    def put(self, portions: Iterable[StoredPortion]) -> Stored:
        """Store all or none. A portion replaces only one of the same source, part and label."""
        counts = {"added": 0, "changed": 0, "unchanged": 0}
        with self._transaction():
            for stored in portions:
                row = self._db.execute("SELECT digest FROM portion WHERE id = ?", (stored.id,)).fetchone()
                known = row[0] if row else None
                counts["added" if known is None else "unchanged" if known == stored.digest else "changed"] += 1
                if known != stored.digest:
                    self._db.execute(_WRITE, _row(stored))
        return Stored(**counts)

    def get(self, portion_id: str) -> StoredPortion | None:
        row = self._db.execute(_READ + "WHERE id = ?", (portion_id,)).fetchone()
        return self._stored(row) if row else None

    def read_all_system_high(self) -> Iterator[StoredPortion]:
        """Every portion at every label, by id. Whoever calls this can see everything."""
        for row in self._db.execute(_READ + "ORDER BY id"):
            yield self._stored(row)

    def _transaction(self) -> sqlite3.Connection:
        self._db.execute("BEGIN IMMEDIATE")
        return self._db  # as a context manager: commits, or rolls back on an error

    def _stored(self, row: tuple[str, ...]) -> StoredPortion:
        portion_id, source, part, label, originator, term, digest, ntriples = row
        data = {"source": source, "part": part, "label": json.loads(label), "originator": originator}
        data |= {"ntriples": ntriples, "term": json.loads(term) if term else None}
        # An unreadable label raises here: refused, never guessed.
        return StoredPortion(portion_id, Portion.from_data(data, policies=self._policies), digest)


def _row(stored: StoredPortion) -> tuple[str | None, ...]:
    portion, term = stored.portion, stored.portion.to_data()["term"]
    return (
        stored.id,
        portion.source,
        portion.part,
        label_text(portion.label),
        portion.originator,
        json.dumps(term) if term else None,
        stored.digest,
        portion.ntriples,
    )
