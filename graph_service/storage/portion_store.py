"""The portion store: holds every portion, so it is *system-high*. It has no ``query()``.

Trusted base: yes. Only the builder opens it; ``serving`` never imports it.
"""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from graph_service.errors import IngestRefused
from graph_service.namespaces import NOT_STATED
from graph_service.portions import (
    CHECKED,
    LEFT,
    PIECE,
    PURGED,
    RESTORED,
    SET,
    UNCHECKED,
    WITHDRAWN,
    Decision,
    StoredPortion,
    label_text,
    overlap,
    whole_part,
)
from graph_service.security import Label, Policies
from graph_service.storage.database import erase_traces
from graph_service.storage.findings import KEPT_BACK, Findings
from graph_service.storage.kept_back import KeptBack
from graph_service.storage.rows import COLUMNS, MARKS, Labels, json_of, row_of, stored_of
from graph_service.storage.stage import Stage

_READ = f"SELECT {COLUMNS} FROM portion "  # noqa: S608  # our own column names
_WRITE = f"INSERT OR REPLACE INTO portion ({COLUMNS}) VALUES ({MARKS})"  # noqa: S608
_DECISION = "act, before, after, taken_on, taken_by, reference, ground, term, versions"

LOADED_BY = NOT_STATED
"""Who loaded: whoever ran the command, which asks no name."""

_OF_PART = "decision.source = ? AND (decision.part = ? OR (decision.part >= ? AND decision.part < ?))"
_DECISION_OF = ", ".join(f"decision.{column}" for column in _DECISION.split(", "))


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Stored:
    """What a load did, or would do: how many portions are new, replaced, were there already, or left.

    ``ids`` are those of the portions that are new, replaced or left; ``summary`` is for the submitter.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    ids: Mapping[str, Sequence[str]] = field(default_factory=dict, compare=False, repr=False)
    summary: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Check:
    """What a load did about the shapes, and when: the act is ``checked`` or ``unchecked``."""

    act: str
    on: date


@dataclass(frozen=True, slots=True)
class Head:
    """A portion without its text: enough to decide who sees it, and whether a view still fits."""

    id: str
    label: Label
    digest: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A decision that the views don't show yet: ``portion`` leaves them, ``successor`` (or nothing) takes its place."""

    number: int
    act: str
    portion: str
    successor: str | None


class PortionStore:
    """Puts portions in and reads them all back; nothing in between. Every label's history stays."""

    def __init__(self, connection: sqlite3.Connection, *, policies: Policies) -> None:
        self._db, self._policies, self._labels = connection, policies, Labels(policies)
        self.kept_back = KeptBack(connection, policies=policies)
        self.findings = Findings(connection)

    def stage(self) -> Stage:
        """A place on disk for a load that is not decided on yet, beside this store."""
        rows = self._db.execute("PRAGMA database_list")
        return Stage(Path(next(file for _, name, file in rows if name == "main")).parent, policies=self._policies)

    def put(
        self,
        portions: Iterable[tuple[StoredPortion, Decision]],
        *,
        leaving: Iterable[tuple[StoredPortion, Decision]] = (),
        restore: bool = False,
        check: Check | None = None,
        dry_run: bool = False,
        told: Callable[[str, StoredPortion], None] | None = None,
        also: Callable[[], None] = _nothing,
    ) -> Stored:
        """Store all or none, each with the decision that set its label; and keep out of views what leaves.

        A portion replaces only one of the same source, part and label; one that is there already keeps its history,
        to which a setting is added that its source states after a relabelling.
        A part that was withdrawn or purged comes back only with ``restore``, which its history then tells; as it tells
        where a text is stored that was not checked, and where one that was not is checked after all.
        ``dry_run``: says what it would do, and does nothing. ``told`` hears of each portion what was done with it;
        ``also`` is what else happens if and only if this does.
        """
        tell = told or (lambda _act, _stored: None)
        knew = functools.cache(self.knows)  # asked before the first portion of a source is written
        done: dict[str, list[str]] = {"added": [], "changed": [], "withdrawn": []}
        unchanged = 0
        with self._transaction():
            for stored, decision in portions:
                live = self._digest(stored.id)
                known = live or self.kept_back.digest(stored.id)
                act = "unchanged" if known == stored.digest else "added" if known is None else "changed"
                if act == "unchanged":
                    unchanged += 1
                else:
                    done[act].append(stored.id)
                tell(act, stored)
                has_history = live is None and knew(stored.portion.source)
                if has_history and self._is_kept_back(stored):
                    if not dry_run:
                        self.kept_back.put(stored)
                        self.findings.note(KEPT_BACK, stored.id, on=check.on if check else decision.taken_on)
                    continue
                comes_back = has_history and self._comes_back(stored, restore=restore)
                if not dry_run:
                    self.kept_back.forget(stored.id)
                    self._put(stored, replace(decision, act=RESTORED) if comes_back else decision, live, check)
                    if act != "unchanged":
                        self.findings.queue(stored.id)
            for stored, decision in leaving:
                done["withdrawn"].append(stored.id)
                tell("withdrawn", stored)
                if not dry_run:
                    self._take_out(stored, decision)
            if not dry_run:
                also()
        added, changed, withdrawn = (len(ids) for ids in done.values())
        return Stored(added, changed, unchanged, withdrawn, ids=done)

    def _put(self, stored: StoredPortion, decision: Decision, known: str | None, check: Check | None) -> None:
        """Write one portion of which ``known`` is the digest that is stored, with what its history is to tell."""
        last = self.decided(stored.id) if known is not None else None
        if known is None or (last is not None and _gives(decision) != _gives(last)):
            self._record(stored, decision)
        if known != stored.digest:
            self._db.execute(_WRITE, row_of(stored))
        if check and self._is_to_be_told(check, stored.id, is_new=known != stored.digest):
            told = replace(decision, act=check.act, taken_on=check.on, taken_by=LOADED_BY, ground="", term=None)
            self._record(stored, told)

    def _digest(self, portion_id: str) -> str | None:
        row = self._db.execute("SELECT digest FROM portion WHERE id = ? AND NOT withdrawn", (portion_id,)).fetchone()
        return str(row[0]) if row else None

    def _comes_back(self, stored: StoredPortion, *, restore: bool) -> bool:
        """Whether somebody took the part out. Raises ``IngestRefused`` unless it may come back."""
        gone = next((act for act, _ in self._taken_out(stored)), None)
        if gone is not None and not restore:
            raise IngestRefused(
                f"`{stored.portion.part}` of <{stored.portion.source}> was {gone}: load it with --restore "
                "if it may come back"
            )
        return gone is not None

    def _is_kept_back(self, stored: StoredPortion) -> bool:
        """Whether its part was raised from this label, or taken out where this label does not reach, and that holds."""
        return bool(self.raised_from(stored.portion.source, stored.portion.part, stored.label)) or any(
            not stored.label.dominates(label) for _, label in self._taken_out(stored)
        )

    def _take_out(self, stored: StoredPortion, decision: Decision) -> None:
        if self.kept_back.digest(stored.id) is not None:
            self.kept_back.forget(stored.id)
            return
        self._db.execute("UPDATE portion SET withdrawn = 1 WHERE id = ?", (stored.id,))
        self._record(stored, decision)

    def get(self, portion_id: str) -> StoredPortion | None:
        row = self._db.execute(_READ + "WHERE id = ?", (portion_id,)).fetchone()
        return self._stored(row) if row else None

    def read(self, portion_id: str) -> StoredPortion:
        """A portion that views may hold. Raises ``KeyError`` if there is none of this id, or it was withdrawn."""
        row = self._db.execute(_READ + "WHERE id = ? AND NOT withdrawn", (portion_id,)).fetchone()
        if row is None:
            raise KeyError(portion_id)
        return self._stored(row)

    def text(self, portion_id: str) -> str:
        """The text of a portion that views may hold. Raises ``KeyError`` as ``read`` does."""
        row = self._db.execute("SELECT ntriples FROM portion WHERE id = ? AND NOT withdrawn", (portion_id,)).fetchone()
        if row is None:
            raise KeyError(portion_id)
        return str(row[0])

    def read_all_system_high(self, *, withdrawn: bool = False) -> Iterator[StoredPortion]:
        """Every portion at every label, by id; or those that were withdrawn. Whoever calls this can see everything."""
        for row in self._db.execute(_READ + "WHERE withdrawn = ? ORDER BY id", (withdrawn,)):
            yield self._stored(row)

    def of_source(self, source: str) -> list[StoredPortion]:
        """The portions of a source that views may hold, at every label."""
        rows = self._db.execute(_READ + "WHERE source = ? AND NOT withdrawn ORDER BY id", (source,))
        return [self._stored(row) for row in rows]

    def knows(self, source: str) -> bool:
        """Whether anything was ever stored of a source."""
        return bool(
            self._db.execute("SELECT EXISTS (SELECT 1 FROM decision WHERE source = ?)", (source,)).fetchone()[0]
        )

    def parts_of(self, source: str, *, cut_only: bool = False) -> Iterator[tuple[str, str, Label]]:
        """Id, part and label of each portion of a source that views may hold; or of those that are pieces of a part."""
        for portion, part, text in self._db.execute(
            "SELECT id, part, label FROM portion WHERE source = ? AND NOT withdrawn AND (NOT ? OR instr(part, ?)) "
            "ORDER BY id",
            (source, cut_only, PIECE),
        ):
            yield portion, part, self._labels.read(text)
        for portion, part, label in self.kept_back.parts_of(source):
            if PIECE in part or not cut_only:
                yield portion, part, label

    def held(self, portion_id: str) -> StoredPortion | None:
        """A portion, withdrawn ones too; or what was kept back in its place."""
        return self.get(portion_id) or self.kept_back.get(portion_id)

    def heads(self) -> list[Head]:
        """Every portion that views may hold, by id, without its text: a publication reads only what it must add."""
        rows = self._db.execute("SELECT id, label, digest FROM portion WHERE withdrawn = 0 ORDER BY id")
        return [Head(portion, self._labels.read(text), digest) for portion, text, digest in rows]

    def relabel(
        self,
        before: StoredPortion,
        after: StoredPortion,
        decision: Decision,
        *,
        also: Callable[[], None] = _nothing,
    ) -> None:
        """Put a portion in place of itself under another label; its history goes with it. ``also`` as in ``put``."""
        if after.id != before.id and self.get(after.id) is not None:
            raise IngestRefused(
                "the same source and part stand at that label already, or were withdrawn there: purge one of the two"
            )
        with self._transaction():
            self._db.execute("DELETE FROM portion WHERE id = ?", (before.id,))
            self._db.execute(_WRITE, row_of(after))
            self._db.execute("UPDATE decision SET portion = ? WHERE portion = ?", (after.id, before.id))
            self._record(after, decision)
            # A label that demands less takes the portion away from nobody: it may be seen until the views follow.
            self._note(decision.act, before.id, after.id if before.label.dominates(after.label) else None)
            also()

    def withdraw(self, portions: Iterable[tuple[StoredPortion, Decision]]) -> None:
        """Keep these portions out of every view, all or none; their text and history stay."""
        with self._transaction():
            for stored, decision in portions:
                self._take_out(stored, decision)
                self._note(decision.act, stored.id, None)

    def purge(self, stored: StoredPortion, decision: Decision) -> None:
        """Erase a portion's text and all else of its row. Its history stays, which holds no text of it."""
        with self._transaction():
            self._db.execute("DELETE FROM portion WHERE id = ?", (stored.id,))
            self.kept_back.forget_part(stored.portion.source, stored.portion.part)
            self.findings.forget(stored.id)
            self._record(stored, decision)
            self._note(decision.act, stored.id, None)

    def pending(self) -> list[Pending]:
        """What is decided and not carried through, the first one first."""
        rows = self._db.execute("SELECT number, act, portion, successor FROM pending ORDER BY number")
        return [Pending(*row) for row in rows]

    def carried_through(self, pending: Iterable[Pending]) -> None:
        """Forget these: the views show them, and nothing is left of what they replaced."""
        with self._transaction():
            self._db.executemany("DELETE FROM pending WHERE number = ?", [(entry.number,) for entry in pending])

    def erase_traces(self) -> None:
        """Leave no byte of what was purged in the database's file or its journal."""
        erase_traces(self._db)

    def history(self, portion_id: str) -> list[Decision]:
        """Every decision about the portion's label, the first one first."""
        rows = self._db.execute(f"SELECT {_DECISION} FROM decision WHERE portion = ? ORDER BY number", (portion_id,))  # noqa: S608
        return [self._decision(row) for row in rows]

    def decided(self, portion_id: str) -> Decision | None:
        """The last decision about the portion's label, if it was ever relabelled: no load takes that back."""
        others = (WITHDRAWN, RESTORED, PURGED, LEFT, UNCHECKED, CHECKED)
        decisions = [d for d in self.history(portion_id) if d.act not in others]
        return decisions[-1] if any(d.act != SET for d in decisions) else None

    def raised_from(self, source: str, part: str, label: Label) -> list[Decision]:
        """Raises of the same source and part that took it away from this label, or past it, and still hold."""
        rows = self._db.execute(
            f"SELECT decision.part, portion.label, {_DECISION_OF} FROM decision "  # noqa: S608
            f"JOIN portion ON portion.id = decision.portion WHERE {_OF_PART} AND act = 'raised' ORDER BY number",
            _of_part(source, part),
        )
        found = []
        for other, now, *row in rows:
            current, decision = self._policies.label(json.loads(now)), self._decision(tuple(row))
            above = current.dominates(label) and current != label and overlap(part, other)
            if above and decision.before and label.dominates(decision.before):
                found.append(decision)
        return found

    def _taken_out(self, stored: StoredPortion) -> list[tuple[str, Label]]:
        """How, and at which labels, the same source and part was taken out and has not come back there."""
        rows = self._db.execute(
            f"SELECT portion, act, part, after FROM decision WHERE {_OF_PART} ORDER BY number",  # noqa: S608
            _of_part(stored.portion.source, stored.portion.part),
        )
        # SECURITY: else what was taken out would come back under another name once its part is cut into pieces.
        acts = {portion: (act, text) for portion, act, part, text in rows if overlap(stored.portion.part, part)}
        return [
            (act, self._policies.label(json.loads(text))) for act, text in acts.values() if act in (WITHDRAWN, PURGED)
        ]

    def _is_to_be_told(self, check: Check, portion_id: str, *, is_new: bool) -> bool:
        if check.act == UNCHECKED:
            return is_new
        last = self._db.execute(
            "SELECT act FROM decision WHERE portion = ? AND act IN (?, ?) ORDER BY number DESC LIMIT 1",
            (portion_id, UNCHECKED, CHECKED),
        ).fetchone()
        return last is not None and last[0] == UNCHECKED

    def _note(self, act: str, portion: str, successor: str | None) -> None:
        self._db.execute("INSERT INTO pending (act, portion, successor) VALUES (?, ?, ?)", (act, portion, successor))

    def _record(self, stored: StoredPortion, decision: Decision) -> None:
        data = decision.to_data()
        self._db.execute(
            f"INSERT INTO decision (portion, source, part, {_DECISION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (
                *(stored.id, stored.portion.source, stored.portion.part, data["act"]),
                label_text(decision.before) if decision.before else None,
                *(label_text(decision.after), data["taken_on"], data["taken_by"], data["reference"], data["ground"]),
                *(json_of(data["term"]), json_of(data["versions"])),
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
        return stored_of(row, labels=self._labels)


def _of_part(source: str, part: str) -> tuple[str, ...]:
    """The values of ``_OF_PART``: a part, and every piece of it or of what it is a piece of."""
    pieces = whole_part(part) + PIECE
    return source, whole_part(part), pieces, pieces + "\U0010ffff"


def _gives(decision: Decision) -> tuple[object, ...]:
    return decision.taken_on, decision.ground, decision.term
