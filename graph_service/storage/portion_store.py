"""The portion store: holds every portion, so it is *system-high*. It has no ``query()``.

Trusted base: yes. Only the builder opens it; ``serving`` never imports it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graph_service.errors import IngestRefused
from graph_service.portions import Decision, Portion, StoredPortion, label_text
from graph_service.security import Policies

_COLUMNS = "id, source, part, label, originator, term, set_on, ground, digest, ntriples"
_READ = f"SELECT {_COLUMNS} FROM portion "  # noqa: S608  # our own column names
_WRITE = f"INSERT OR REPLACE INTO portion ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_DECISION = "act, before, after, taken_on, taken_by, reference, ground, term, versions"

_DECISION_OF = ", ".join(f"decision.{column}" for column in _DECISION.split(", "))


@dataclass(frozen=True, slots=True)
class Stored:
    """What a load did: how many portions are new, replaced, or were there already."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


class PortionStore:
    """Puts portions in and reads them all back; nothing in between. Every label's history stays."""

    def __init__(self, connection: sqlite3.Connection, *, policies: Policies) -> None:
        self._db, self._policies = connection, policies

    def put(self, portions: Iterable[tuple[StoredPortion, Decision]]) -> Stored:
        """Store all or none, each with the decision that set its label.

        A portion replaces only one of the same source, part and label; one that is there already keeps its history.
        """
        counts = {"added": 0, "changed": 0, "unchanged": 0}
        with self._transaction():
            for stored, decision in portions:
                row = self._db.execute("SELECT digest FROM portion WHERE id = ?", (stored.id,)).fetchone()
                known = row[0] if row else None
                counts["added" if known is None else "unchanged" if known == stored.digest else "changed"] += 1
                if known != stored.digest:
                    self._db.execute(_WRITE, _row(stored))
                if known is None:
                    self._record(stored, decision)
        return Stored(**counts)

    def get(self, portion_id: str) -> StoredPortion | None:
        row = self._db.execute(_READ + "WHERE id = ?", (portion_id,)).fetchone()
        return self._stored(row) if row else None

    def read_all_system_high(self) -> Iterator[StoredPortion]:
        """Every portion at every label, by id. Whoever calls this can see everything."""
        for row in self._db.execute(_READ + "ORDER BY id"):
            yield self._stored(row)

    def relabel(self, before: StoredPortion, after: StoredPortion, decision: Decision) -> None:
        """Put a portion in place of itself under another label; its history goes with it."""
        if after.id != before.id and self.get(after.id) is not None:
            raise IngestRefused("the same source and part stand at that label already, as a portion of their own")
        with self._transaction():
            self._db.execute("DELETE FROM portion WHERE id = ?", (before.id,))
            self._db.execute(_WRITE, _row(after))
            self._db.execute("UPDATE decision SET portion = ? WHERE portion = ?", (after.id, before.id))
            self._record(after, decision)

    def history(self, portion_id: str) -> list[Decision]:
        """Every decision about the portion's label, the first one first."""
        rows = self._db.execute(f"SELECT {_DECISION} FROM decision WHERE portion = ? ORDER BY number", (portion_id,))  # noqa: S608
        return [self._decision(row) for row in rows]

    def raised_from(self, stored: StoredPortion) -> list[Decision]:
        """Raises of the same source and part that took it away from this label, or past it, and still hold."""
        rows = self._db.execute(
            f"SELECT portion.label, {_DECISION_OF} FROM decision JOIN portion ON portion.id = decision.portion "  # noqa: S608
            "WHERE decision.source = ? AND decision.part = ? AND act = 'raised' ORDER BY number",
            (stored.portion.source, stored.portion.part),
        )
        found = []
        for now, *row in rows:
            current, decision = self._policies.label(json.loads(now)), self._decision(tuple(row))
            above = current.dominates(stored.label) and current != stored.label
            if above and decision.before and stored.label.dominates(decision.before):
                found.append(decision)
        return found

    def _record(self, stored: StoredPortion, decision: Decision) -> None:
        data = decision.to_data()
        self._db.execute(
            f"INSERT INTO decision (portion, source, part, {_DECISION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (
                *(stored.id, stored.portion.source, stored.portion.part, data["act"]),
                label_text(decision.before) if decision.before else None,
                *(label_text(decision.after), data["taken_on"], data["taken_by"], data["reference"], data["ground"]),
                *(_json(data["term"]), _json(data["versions"])),
            ),
        )

    def _decision(self, row: tuple[str, ...]) -> Decision:
        act, before, after, taken_on, taken_by, reference, ground, term, versions = row
        data = {"act": act, "before": json.loads(before) if before else None, "after": json.loads(after)}
        data |= {"taken_on": taken_on, "taken_by": taken_by, "reference": reference, "ground": ground}
        data |= {"term": json.loads(term) if term else None, "versions": json.loads(versions)}
        return Decision.from_data(data, policies=self._policies)

    def _transaction(self) -> sqlite3.Connection:
        self._db.execute("BEGIN IMMEDIATE")
        return self._db  # as a context manager: commits, or rolls back on an error

    def _stored(self, row: tuple[str, ...]) -> StoredPortion:
        portion_id, source, part, label, originator, term, set_on, ground, digest, ntriples = row
        data = {"source": source, "part": part, "label": json.loads(label), "originator": originator}
        data |= {"ntriples": ntriples, "term": json.loads(term) if term else None, "set_on": set_on, "ground": ground}
        # An unreadable label raises here: refused, never guessed.
        return StoredPortion(portion_id, Portion.from_data(data, policies=self._policies), digest)


def _row(stored: StoredPortion) -> tuple[str | None, ...]:
    portion, data = stored.portion, stored.portion.to_data()
    return (
        *(stored.id, portion.source, portion.part, label_text(portion.label), portion.originator),
        *(_json(data["term"]), data["set_on"], portion.ground, stored.digest, portion.ntriples),
    )


def _json(data: Mapping[str, object] | None) -> str | None:
    return json.dumps(data, sort_keys=True) if data is not None else None
