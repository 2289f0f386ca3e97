"""The keys under which respondents of a study get their pseudonyms: random, one a study, and made to be forgotten."""

from __future__ import annotations

import secrets
import sqlite3

from graph_service.storage.database import erase_traces

_FORGOTTEN = "forgotten"


class StudyKeys:
    """In the builder's database. A study that was forgotten never gets a key again."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def key(self, study: str) -> bytes | None:
        """The key of a study, made when it is first asked for; none for one that was forgotten."""
        fresh = secrets.token_bytes(32).hex()
        self._db.execute("INSERT OR IGNORE INTO installation VALUES (?, ?)", (_name(study), fresh))
        (value,) = self._db.execute("SELECT value FROM installation WHERE name = ?", (_name(study),)).fetchone()
        return None if value == _FORGOTTEN else bytes.fromhex(value)

    def forget(self, study: str) -> None:
        """Erase the key: no byte of it stays, and no pseudonym of the study is ever made again."""
        self._db.execute("INSERT OR REPLACE INTO installation VALUES (?, ?)", (_name(study), _FORGOTTEN))
        erase_traces(self._db)


def _name(study: str) -> str:
    return f"key of study {study}"
