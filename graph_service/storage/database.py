"""The builder's database: one SQLite file, owned by one process at a time. System-high."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

from graph_service.errors import SluisError, StoreBusy

_VERSION = 3
"""Of the tables and of what stands in them. Raise it when an older program could misread a newer file."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS portion (
    id          TEXT PRIMARY KEY,
    source      TEXT NOT NULL,
    part        TEXT NOT NULL,
    label       TEXT NOT NULL CHECK (label <> ''),
    originator  TEXT NOT NULL,
    term        TEXT,
    set_on      TEXT,
    ground      TEXT NOT NULL,
    digest      TEXT NOT NULL,
    ntriples    TEXT NOT NULL,
    withdrawn   INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
    UNIQUE (source, part, label)
) STRICT;
CREATE TABLE IF NOT EXISTS decision (
    number    INTEGER PRIMARY KEY,
    portion   TEXT NOT NULL,
    source    TEXT NOT NULL,
    part      TEXT NOT NULL,
    act       TEXT NOT NULL,
    before    TEXT,
    after     TEXT NOT NULL,
    taken_on  TEXT NOT NULL,
    taken_by  TEXT NOT NULL,
    reference TEXT NOT NULL,
    ground    TEXT NOT NULL,
    term      TEXT,
    versions  TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS principal (
    name         TEXT PRIMARY KEY,
    token_sha256 TEXT NOT NULL UNIQUE,
    clearance    TEXT NOT NULL,
    acts_for     TEXT NOT NULL
) STRICT;
-- All that decides who sees a portion, without its text: its rows are spread over the whole file.
CREATE INDEX IF NOT EXISTS portion_head ON portion (withdrawn, id, label, digest);
CREATE INDEX IF NOT EXISTS decision_of_portion ON decision (portion);
CREATE INDEX IF NOT EXISTS decision_of_part ON decision (source, part);
-- What is decided and not yet carried through in the views: the portion that leaves them, and what takes its place.
CREATE TABLE IF NOT EXISTS pending (
    number    INTEGER PRIMARY KEY,
    act       TEXT NOT NULL,
    portion   TEXT NOT NULL,
    successor TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS installation (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


def open_database(folder: Path, *, key: bytes | None = None) -> sqlite3.Connection:
    """Open or create ``folder/portions.sqlite`` and own it until the connection is closed.

    ``key`` is the installation's key for a new database (else a random one is made). Raises ``StoreBusy`` if another
    process owns it, ``SluisError`` if another version of Sluis made it. Deleted bytes are overwritten.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "portions.sqlite").touch(mode=0o600)
    connection = sqlite3.connect(folder / "portions.sqlite", timeout=0.2, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        # SECURITY: with the default, an exclusive owner leaves the journal as it is, with every page it saved.
        connection.execute("PRAGMA journal_mode = TRUNCATE")
        connection.execute("PRAGMA temp_store = MEMORY")  # VACUUM copies everything: not to a file elsewhere
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN EXCLUSIVE")  # takes the lock that EXCLUSIVE mode then keeps
        _check_version(connection)
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute(
            "INSERT OR IGNORE INTO installation VALUES ('key', ?)", ((key or secrets.token_bytes(32)).hex(),)
        )
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        connection.close()
        raise StoreBusy(
            "another process owns the portion store: wait for it, or send the command to the running server's builder",
            detail=str(error),
        ) from error
    return connection


def _check_version(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    if tables and version != _VERSION:
        connection.close()
        raise SluisError("this data folder was made by another version of Sluis: load its sources into a new one")
    connection.execute(f"PRAGMA user_version = {_VERSION}")


def erase_traces(connection: sqlite3.Connection) -> None:
    """Write the whole file anew, so that no page keeps what was deleted; the journal is empty afterwards."""
    connection.execute("VACUUM")


def installation_key(connection: sqlite3.Connection) -> bytes:
    """The secret under which portions and blank nodes get their names."""
    (value,) = connection.execute("SELECT value FROM installation WHERE name = 'key'").fetchone()
    return bytes.fromhex(value)
