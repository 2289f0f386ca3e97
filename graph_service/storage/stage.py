"""Where a load waits for its decision: on disk, beside the portion store, and of the builder alone. System-high.

Nothing of it is stored until all of it is accepted, and none of it is in memory: a load may be larger than that.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from graph_service.errors import IngestRefused
from graph_service.portions import Gone, StoredPortion, Whole, label_text, overlap, whole_part
from graph_service.security import Label, Policies
from graph_service.spool import Scratch
from graph_service.storage.rows import COLUMNS, MARKS, Labels, row_of, stored_of

_SCHEMA = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -16384;
CREATE TABLE told (kind TEXT NOT NULL, source TEXT NOT NULL, part TEXT NOT NULL, label TEXT) STRICT;
CREATE TABLE taken (statement BLOB, source TEXT, label TEXT, part TEXT, PRIMARY KEY (statement, source, label))
    STRICT, WITHOUT ROWID;
CREATE TABLE portion ({COLUMNS.replace("id,", "id PRIMARY KEY,", 1)}, whole GENERATED ALWAYS AS (
    CASE instr(part, ' piece ') WHEN 0 THEN part ELSE substr(part, 1, instr(part, ' piece ') - 1) END));
CREATE INDEX portion_of_part ON portion (source, whole);
"""
_BLANK = re.compile(r"_:b[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class StagedHead:
    """A portion that waits, without its text."""

    id: str
    source: str
    part: str
    label: Label
    digest: str


class Stage(AbstractContextManager["Stage"]):
    """The portions of one load, and what it says of parts that its sources no longer have."""

    def __init__(self, folder: Path, *, policies: Policies) -> None:
        self._labels, self._scratch = Labels(policies), Scratch(folder=folder)
        descriptor, name = tempfile.mkstemp(prefix="stage-", dir=folder)  # readable by nobody else
        os.close(descriptor)
        self._db = sqlite3.connect(name, isolation_level=None, check_same_thread=False)
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")
        # SECURITY: without a name it is gone with its process: a crash leaves no text of a load behind.
        Path(name).unlink()

    def __exit__(self, *_: object) -> None:
        self._db.close()
        self._scratch.close()

    def add(self, stored: StoredPortion) -> None:
        """The same portion twice is one. Raises ``IngestRefused`` for a second one that says something else."""
        try:
            self._db.execute(f"INSERT INTO portion ({COLUMNS}) VALUES ({MARKS})", row_of(stored))  # noqa: S608
        except sqlite3.IntegrityError as error:
            if self.read(stored.id).digest == stored.digest:
                return
            part, source = stored.portion.part, stored.portion.source
            reason = f"`{part}` of <{source}> comes twice in this load and says two things: load the older first"
            raise IngestRefused(reason) from error

    def tell(self, told: Gone | Whole) -> None:
        part, label = (told.part if isinstance(told, Gone) else ""), (label_text(told.label) if told.label else None)
        self._db.execute("INSERT INTO told VALUES (?, ?, ?, ?)", (type(told).__name__, told.source, part, label))

    @property
    def is_empty(self) -> bool:
        """Whether no portion came, and nothing was said that takes any out."""
        said = "SELECT 1 FROM told WHERE kind = 'Gone' OR label IS NOT NULL"
        return self._one(f"SELECT NOT EXISTS (SELECT 1 FROM portion) AND NOT EXISTS ({said})") == 1  # noqa: S608

    def heads(self) -> Iterator[StagedHead]:
        for portion, source, part, label, digest in self._db.execute(
            "SELECT id, source, part, label, digest FROM portion ORDER BY rowid"
        ):
            yield StagedHead(portion, source, part, self._labels.read(label), digest)

    def __iter__(self) -> Iterator[StoredPortion]:
        """The portions with their texts, one in memory at a time."""
        for row in self._db.execute(f"SELECT {COLUMNS} FROM portion ORDER BY rowid"):  # noqa: S608
            yield stored_of(row, labels=self._labels)

    @property
    def scratch(self) -> Scratch:
        """Where more of the load may wait, as much the builder's own as this."""
        return self._scratch

    def read(self, portion_id: str) -> StoredPortion:
        row = self._db.execute(f"SELECT {COLUMNS} FROM portion WHERE id = ?", (portion_id,)).fetchone()  # noqa: S608
        return stored_of(row, labels=self._labels)

    # --- what leaves ---

    def sources(self) -> list[tuple[str, bool]]:
        """The sources of the load, and whether it says of parts of each that they are gone."""
        rows = self._db.execute(
            "SELECT source, MAX(told) FROM (SELECT DISTINCT source, 0 AS told FROM portion "
            "UNION ALL SELECT DISTINCT source, 1 FROM told) GROUP BY source"
        )
        return [(source, bool(told)) for source, told in rows]

    def holds_pieces_of(self, source: str) -> bool:
        return self._one("SELECT EXISTS (SELECT 1 FROM portion WHERE source = ? AND part <> whole)", (source,)) == 1

    def labels_used(self, source: str) -> set[Label]:
        """The labels that the load uses for a source."""
        rows = self._db.execute(
            "SELECT label FROM portion WHERE source = ?1 UNION "
            "SELECT label FROM told WHERE source = ?1 AND label IS NOT NULL",
            (source,),
        )
        return {self._labels.read(text) for (text,) in rows}

    def lets_go(self, portion_id: str, source: str, part: str, label: Label) -> bool:
        """Whether a stored portion has no place beside the load, which does not hold it itself.

        A part gives way to its pieces, and pieces to the part or to other pieces, at their label. Else its source must
        say that it is gone; and a part that the load holds at another label stays: a load never lowers.
        """
        if self._one("SELECT EXISTS (SELECT 1 FROM portion WHERE id = ?)", (portion_id,)):
            return False
        rows = self._db.execute(
            "SELECT part, label FROM portion WHERE source = ? AND whole = ?", (source, whole_part(part))
        )
        held = {self._labels.read(text) for other, text in rows if overlap(part, other)}
        if held:
            return label in held
        query = "SELECT EXISTS (SELECT 1 FROM told WHERE source = ? AND (kind = 'Whole' OR part = ? OR part = ?))"
        return self._one(query, (source, part, whole_part(part))) == 1

    # --- what is taken out of a stored portion ---

    def note_taken(self, source: str, part: str, label: Label, statements: Iterable[str]) -> None:
        at = (source, label_text(label), part)
        self._db.executemany(
            "INSERT OR IGNORE INTO taken VALUES (?, ?, ?, ?)", ((_hash(line), *at) for line in statements)
        )

    @property
    def has_taken(self) -> bool:
        return self._one("SELECT EXISTS (SELECT 1 FROM taken)") == 1

    def labels_taken_from(self, source: str) -> list[Label]:
        rows = self._db.execute("SELECT DISTINCT label FROM taken WHERE source = ?", (source,))
        return [self._labels.read(text) for (text,) in rows]

    def taken_from(self, source: str, label: Label, statements: Iterable[str]) -> str | None:
        """The part at that label which one of these statements was taken out of."""
        query = "SELECT part FROM taken WHERE statement = ? AND source = ? AND label = ?"
        text = label_text(label)
        rows = (self._db.execute(query, (_hash(line), source, text)).fetchone() for line in statements)
        return next((str(row[0]) for row in rows if row), None)

    def _one(self, query: str, values: tuple[str, ...] = ()) -> int:
        (found,) = self._db.execute(query, values).fetchone()
        return int(found)


def statements(ntriples: str) -> set[str]:
    """The statements for comparison between portions, where a blank node without a label has another name in each."""
    return set((_BLANK.sub("_:b", ntriples) if "_:b" in ntriples else ntriples).split("\n")) - {""}


def _hash(statement: str) -> bytes:
    return hashlib.blake2b(statement.encode(), digest_size=16).digest()
