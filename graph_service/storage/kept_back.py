"""What was loaded at a label from which its part had been raised or taken out, where the submitter may not know it.

SECURITY: such a load is not refused, because a refusal would tell of a label that the submitter may not see; nor does
it reach a view, because it would undo what was decided. It waits here, counted as if it were stored, and the security
officer's report names it. Its text is never shown to anybody.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from graph_service.portions import StoredPortion, whole_part
from graph_service.security import Label, Policies
from graph_service.storage.rows import COLUMNS, MARKS, Labels, row_of, stored_of

SCHEMA = f"CREATE TABLE IF NOT EXISTS kept_back ({COLUMNS.replace('id,', 'id PRIMARY KEY,', 1)})"


class KeptBack:
    """A table beside the portions, in which their ids, digests and texts are what they would be there."""

    def __init__(self, connection: sqlite3.Connection, *, policies: Policies) -> None:
        self._db, self._labels = connection, Labels(policies)
        self._db.execute(SCHEMA)

    def digest(self, portion_id: str) -> str | None:
        row = self._db.execute("SELECT digest FROM kept_back WHERE id = ?", (portion_id,)).fetchone()
        return str(row[0]) if row else None

    def get(self, portion_id: str) -> StoredPortion | None:
        row = self._db.execute(f"SELECT {COLUMNS} FROM kept_back WHERE id = ?", (portion_id,)).fetchone()  # noqa: S608
        return stored_of(row, labels=self._labels) if row else None

    def put(self, stored: StoredPortion) -> None:
        self._db.execute(
            f"INSERT OR REPLACE INTO kept_back ({COLUMNS}) VALUES ({MARKS})",  # noqa: S608
            row_of(stored),
        )

    def forget(self, portion_id: str) -> None:
        self._db.execute("DELETE FROM kept_back WHERE id = ?", (portion_id,))

    def forget_part(self, source: str, part: str) -> None:
        """What is purged at one label leaves no copy of itself here."""
        rows = self._db.execute("SELECT id, part FROM kept_back WHERE source = ?", (source,)).fetchall()
        for portion_id, other in rows:
            if whole_part(other) == whole_part(part):
                self.forget(portion_id)

    def parts_of(self, source: str) -> Iterator[tuple[str, str, Label]]:
        """Id, part and label of each of a source."""
        rows = self._db.execute("SELECT id, part, label FROM kept_back WHERE source = ? ORDER BY id", (source,))
        for portion_id, part, text in rows.fetchall():
            yield portion_id, part, self._labels.read(text)

    def read_all_system_high(self) -> Iterator[StoredPortion]:
        for row in self._db.execute(f"SELECT {COLUMNS} FROM kept_back ORDER BY id"):  # noqa: S608
            yield stored_of(row, labels=self._labels)
