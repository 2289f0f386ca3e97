"""The register of principals: who holds which clearance. Tokens are kept as SHA-256 only."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from graph_service.errors import ClearanceError
from graph_service.security import Clearance, Policies
from graph_service.storage.views import token_sha256

ANONYMOUS = "anonymous"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS may (
    principal TEXT NOT NULL,
    act       TEXT NOT NULL,
    PRIMARY KEY (principal, act)
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Registered:
    """One registered principal. ``acts_for`` is the IRI of the originator in whose name they may lower a label,
    ``may`` what they may ask for besides reading.
    """

    name: str
    token_sha256: str
    clearance: Clearance
    acts_for: str = ""
    may: frozenset[str] = frozenset()


class Register:
    """Adds principals and lists them."""

    def __init__(self, connection: sqlite3.Connection, *, policies: Policies) -> None:
        self._db, self._policies = connection, policies
        self._db.executescript(_SCHEMA)

    def add(self, name: str, *, clearance: Clearance, acts_for: str = "", may: Iterable[str] = ()) -> str:
        """Register a principal and return the token, which is shown this once. Raises if the name is taken."""
        if not re.fullmatch(r"[A-Za-z0-9._@-]{1,64}", name) or name == ANONYMOUS:
            raise ClearanceError(f"`{name}` can't be a user's name: use letters, digits and . _ @ -")
        token = secrets.token_urlsafe(32)
        try:
            self._db.execute(
                "INSERT INTO principal VALUES (?, ?, ?, ?)",
                (name, token_sha256(token), json.dumps(clearance.to_data(), sort_keys=True), acts_for),
            )
        except sqlite3.IntegrityError as error:
            raise ClearanceError(f"user `{name}` is registered already") from error
        for right in may:
            self.allow(name, right)
        return token

    def allow(self, name: str, right: str, *, allowed: bool = True) -> None:
        """Give a principal a right, or take it away. Raises ``ClearanceError`` for one who is not registered."""
        if not self._db.execute("SELECT 1 FROM principal WHERE name = ?", (name,)).fetchone():
            raise ClearanceError(f"there is no user `{name}`: `sluis user list` shows them")
        if allowed:
            self._db.execute("INSERT OR IGNORE INTO may VALUES (?, ?)", (name, right))
        else:
            self._db.execute("DELETE FROM may WHERE principal = ? AND act = ?", (name, right))

    def all(self) -> list[Registered]:
        """Every principal whose clearance can be read, by name."""
        return self._read()[0]

    def unreadable(self) -> dict[str, str]:
        """The others: their names, each with what is wrong. A clearance that can't be read is never guessed: it grants
        nothing, to its holder alone.
        """
        return self._read()[1]

    def _read(self) -> tuple[list[Registered], dict[str, str]]:
        found: list[Registered] = []
        unreadable: dict[str, str] = {}
        may: dict[str, set[str]] = {}
        for name, right in self._db.execute("SELECT principal, act FROM may"):
            may.setdefault(name, set()).add(right)
        rows = self._db.execute("SELECT name, token_sha256, clearance, acts_for FROM principal ORDER BY name")
        for name, token, text, acts_for in rows:
            try:
                clearance = self._policies.clearance(json.loads(text))
                found.append(Registered(name, token, clearance, acts_for, frozenset(may.get(name, ()))))
            except ClearanceError as error:
                unreadable[name] = error.public
            except ValueError:
                unreadable[name] = "the clearance is not JSON"
        return found, unreadable
