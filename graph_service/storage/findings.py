"""What crosses levels, for the security officer: what was found, and which portions are still to be looked at.

System-high. No text is kept here, only which portions and things it is about: what is purged leaves no trace. A load
queues what it stored and no more, so that its time does not depend on what lies hidden.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

KEPT_BACK = "kept back"
NAMES_HIGHER, KNOWN_HIGHER, LABELS_DISAGREE = "names what is known higher", "known higher", "labels disagree"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS to_examine (portion TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS finding (
    number   INTEGER PRIMARY KEY,
    found_on TEXT NOT NULL,
    kind     TEXT NOT NULL,
    portion  TEXT NOT NULL,
    other    TEXT NOT NULL,
    thing    TEXT NOT NULL,
    many     INTEGER NOT NULL,
    UNIQUE (kind, portion, other, thing)
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that crosses levels.

    ``portion`` is the id of what was loaded, ``other`` of what stands higher (empty if nothing does), ``thing`` the IRI
    of what is named, ``many`` how many statements it is about.
    """

    found_on: date
    kind: str
    portion: str
    other: str = ""
    thing: str = ""
    many: int = 0


class Findings:
    """The queue and what came of it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.executescript(_SCHEMA)

    def queue(self, portion_id: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO to_examine VALUES (?)", (portion_id,))

    def waiting(self, limit: int) -> list[str]:
        rows = self._db.execute("SELECT portion FROM to_examine ORDER BY portion LIMIT ?", (limit,))
        return [str(portion) for (portion,) in rows]

    def examined(self, portion_id: str, found: list[Finding]) -> None:
        """What was found in a portion takes the place of what was found in it before."""
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            self._db.execute("DELETE FROM finding WHERE portion = ? AND kind <> ?", (portion_id, KEPT_BACK))
            for one in found:
                self.note(one.kind, one.portion, on=one.found_on, other=one.other, thing=one.thing, many=one.many)
            self._db.execute("DELETE FROM to_examine WHERE portion = ?", (portion_id,))

    def note(self, kind: str, portion: str, *, on: date, other: str = "", thing: str = "", many: int = 0) -> None:
        """One finding; the same one again changes nothing."""
        self._db.execute(
            "INSERT OR IGNORE INTO finding (found_on, kind, portion, other, thing, many) VALUES (?, ?, ?, ?, ?, ?)",
            (on.isoformat(), kind, portion, other, thing, many),
        )

    def forget(self, portion_id: str) -> None:
        """Everything that is about a portion which was purged."""
        self._db.execute("DELETE FROM finding WHERE portion = ?1 OR other = ?1", (portion_id,))
        self._db.execute("DELETE FROM to_examine WHERE portion = ?", (portion_id,))

    def all(self, *, since: date | None = None) -> list[Finding]:
        rows = self._db.execute(
            "SELECT found_on, kind, portion, other, thing, many FROM finding WHERE found_on >= ? ORDER BY number",
            (since.isoformat() if since else "",),
        )
        return [Finding(date.fromisoformat(day), *rest) for day, *rest in rows]
