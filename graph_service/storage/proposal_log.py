"""What became of each proposal: in the builder's database, so that it changes with what the proposal changes.

No text of a proposal stands here, only what its writer is told.
"""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS proposal (
    id      TEXT PRIMARY KEY,
    begun   TEXT NOT NULL,
    state   TEXT NOT NULL,
    reason  TEXT NOT NULL,
    marking TEXT NOT NULL
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the writer of a proposal is told: its state, why it was refused, and the marking under which it stands.

    INVARIANT: no time stands in it. When something was published depends on what else was.
    """

    state: str
    reason: str = ""
    marking: str = ""

    def to_data(self) -> dict[str, Any]:
        return asdict(self)


class ProposalLog:
    """One row a proposal. Whoever writes in a transaction of the store's writes here in the same one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.executescript(_SCHEMA)

    def receipt(self, proposal: str) -> Receipt | None:
        """What became of a proposal; none for one that was not begun."""
        row = self._db.execute("SELECT state, reason, marking FROM proposal WHERE id = ?", (proposal,)).fetchone()
        return Receipt(*row) if row else None

    def begin(self, proposal: str, *, on: date, state: str) -> date:
        """Note a proposal when it is first seen. Gives the day of that: begun again after a crash, it is as it was."""
        values = (proposal, on.isoformat(), state)
        self._db.execute("INSERT OR IGNORE INTO proposal VALUES (?, ?, ?, '', '')", values)
        (begun,) = self._db.execute("SELECT begun FROM proposal WHERE id = ?", (proposal,)).fetchone()
        return date.fromisoformat(begun)

    def settle(self, proposal: str, receipt: Receipt) -> None:
        self._db.execute(
            "UPDATE proposal SET state = ?, reason = ?, marking = ? WHERE id = ?",
            (receipt.state, receipt.reason, receipt.marking, proposal),
        )

    def in_state(self, state: str) -> list[str]:
        return [str(name) for (name,) in self._db.execute("SELECT id FROM proposal WHERE state = ?", (state,))]

    def forget(self, *, before: str) -> list[str]:
        """Forget those whose id says that they were made before a time, as ``new_id`` writes it. Gives their ids."""
        gone = [str(name) for (name,) in self._db.execute("SELECT id FROM proposal WHERE id < ?", (before,))]
        self._db.execute("DELETE FROM proposal WHERE id < ?", (before,))
        return gone
