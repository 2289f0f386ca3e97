"""One file while it is read: what its child sends, checked, and how the child ended."""

from __future__ import annotations

import fcntl
import os
import pickle
import select
import shutil
import signal
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph_service.errors import LoadRefused
from graph_service.portions import Gone, Portion, Whole
from graph_service.shapes import Violation
from loaders.base import LoadRequest, Proposal, Remark
from loaders.reading import wire
from loaders.reading.control import Job

PLACE_SECONDS = 10.0
MOST_REMARKS = 10_000
LARGEST_FRAME = 256 << 20
_PIPE, _READ_SIZE = 1 << 20, 1 << 20
_LOOK_SECONDS = 0.5
_TOLD_AT_MOST = 2000
_SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ


Ended = Callable[[int], int]
"""Sees to it that a child has ended, and gives how it did, as ``waitpid`` tells."""


class Reader:
    """One child and its file, as the side that trusts neither sees them."""

    def __init__(
        self, child: int, to_reader: int, answers: int, job: Job, request: LoadRequest, *, ended: Ended
    ) -> None:
        self._child, self._to, self._from, self._job, self._ended = child, to_reader, answers, job, ended
        self._request, self._limits, self._file = request, job.request.limits, request.file
        self._buffer, self._at = b"", 0
        self._waited, self._looked, self._received, self._remarks = 0.0, 0.0, 0, 0
        self._status: int | None = None
        self.knows_places = False
        self._poll = select.poll()
        self._poll.register(answers, select.POLLIN)
        if sys.platform == "linux":
            fcntl.fcntl(answers, _SET_PIPE_SIZE, _PIPE)

    def proposals(self) -> Iterator[Proposal]:
        """Everything up to the end of the file. Raises ``LoadRefused``."""
        self._send(wire.PLACE, pickle.dumps(self._job))
        os.set_blocking(self._to, False)  # from here on what is sent fits into the pipe, or its reader plays games
        reads = wire.ProposalReader(self._request.policies)
        while True:
            kind, payload = self._frame(self._limits.seconds)
            if kind == wire.END:
                self.knows_places = payload == b"true"
                return
            if kind == wire.REFUSED:
                raise self._refusal(self._data(payload))
            if kind == wire.NAME:
                self._name(self._data(payload))
            elif kind == wire.PROGRESS:
                self._progress(self._data(payload))
            elif kind == wire.PORTION or kind in wire.OTHERS:
                try:
                    yield self._checked(reads.read(kind, payload))
                except wire.BadFrame as error:
                    raise self._bad(error) from error
            else:
                raise self._bad(wire.BadFrame(f"kind {kind!r}"))

    def place(self, violation: Violation) -> str:
        """Where a statement stands, as the child says; empty where it is gone."""
        if self._status is not None:
            return ""
        try:
            self._waited = 0.0
            self._send(wire.PLACE, wire.to_json(violation.to_data()))
            kind, payload = self._frame(PLACE_SECONDS)
            place = self._data(payload)
        except LoadRefused:
            return ""
        return shown(place)[:200] if kind == wire.PLACE and isinstance(place, str) else ""

    def close(self) -> None:
        """End the child, whatever it does, and take away what it wrote."""
        if self._status is None:
            self._status = self._ended(self._child)
            os.close(self._to)
            os.close(self._from)
        shutil.rmtree(self._job.spool, ignore_errors=True)

    # -- what comes back ----------------------------------------------------------------------

    def _checked(self, proposal: Proposal) -> Proposal:
        stated = self._request.label
        if isinstance(proposal, Portion):
            # A reader can't go below the stated label, whatever its file made of it.
            return replace(proposal, label=proposal.label.join(stated)) if stated is not None else proposal
        if isinstance(proposal, Gone | Whole) and proposal.label not in (None, stated):
            raise self._bad(wire.BadFrame("a label that nobody stated"))
        if isinstance(proposal, Remark):
            self._remarks += 1
            if self._remarks > MOST_REMARKS:
                raise LoadRefused(f"more than {MOST_REMARKS} remarks on it: is it of this format?", file=self._file)
            return replace(proposal, text=shown(proposal.text), file=shown(proposal.file))
        return proposal

    def _name(self, parts: Any) -> None:
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise self._bad(wire.BadFrame("no parts of a name"))
        self._send(wire.NAME, wire.to_json(self._request.opaque(*parts)))

    def _progress(self, told: Any) -> None:
        if not isinstance(told, list) or [type(one) for one in told] != [str, int, int]:
            raise self._bad(wire.BadFrame("no progress"))
        self._request.progress(shown(told[0]), max(0, told[1]), max(0, told[2]))

    def _data(self, payload: bytes) -> Any:
        try:
            return wire.from_json(payload)
        except wire.BadFrame as error:
            raise self._bad(error) from error

    def _refusal(self, told: Any) -> LoadRefused:
        """What a child says of its file: its words are shown, with nothing in them that a terminal would obey."""
        limits = self._limits
        public = shown(str(told.get("public", ""))) if isinstance(told, dict) else ""
        kind = told.get("kind") if isinstance(told, dict) else ""
        if kind == "memory":
            reason = f"it needs more than {limits.memory_mib} MiB of memory to read: split it, or raise the setting "
            return LoadRefused(reason + "`reading_memory_mib`", file=self._file)
        if kind == "depth":
            return LoadRefused("it is nested too deeply", file=self._file)
        if kind == "refused":
            refused = LoadRefused(public)
            line, column = told.get("line"), told.get("column")
            refused.file = self._file
            refused.line = line if type(line) is int else None
            refused.column = shown(column) if isinstance(column, str) else None
            return refused
        word = "can't be read" if kind == "system" else "not readable: damaged, or of a form that is not known"
        refused = LoadRefused(f"{word} ({public})", file=self._file)
        refused.detail = shown(str(told.get("detail", ""))) if isinstance(told, dict) else ""
        return refused

    def _bad(self, error: wire.BadFrame) -> LoadRefused:
        refused = LoadRefused(
            "its reader gave back what no reader gives: the file is not to be trusted", file=self._file
        )
        refused.detail = str(error)
        return refused

    def _death(self) -> LoadRefused:
        """The child is gone without a word: why, as far as that can be seen."""
        self.close()
        status, limits = self._status or 0, self._limits
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if number in (signal.SIGXCPU, signal.SIGXFSZ):
            return self._too_long() if number == signal.SIGXCPU else self._too_much()
        if number == signal.SIGABRT:
            reason = (
                f"reading it needed more than {limits.memory_mib} MiB of memory (setting `reading_memory_mib`), or "
            )
            return LoadRefused(reason + "broke off: split it, or mend it", file=self._file)
        how = f"signal {number}, {signal.Signals(number).name}" if number else f"exit code {status >> 8}"
        return LoadRefused(f"its reader broke down on it ({how}): the file is damaged, or was made to", file=self._file)

    def _too_long(self) -> LoadRefused:
        reason = f"reading it took more than {self._limits.seconds:g} seconds and was ended: split it, or raise the "
        return LoadRefused(reason + "setting `reading_seconds`", file=self._file)

    def _too_much(self) -> LoadRefused:
        reason = f"reading it gives more than {self._limits.spool_mib} MiB: split it, or raise the setting "
        return LoadRefused(reason + "`reading_spool_mib`", file=self._file)

    # -- the pipe -----------------------------------------------------------------------------

    def _send(self, kind: bytes, payload: bytes) -> None:
        frame = memoryview(wire.HEADER.pack(len(payload), kind) + payload)
        try:
            while frame:
                frame = frame[os.write(self._to, frame) :]
        except BlockingIOError as error:
            raise self._bad(wire.BadFrame("it asks and does not listen")) from error
        except BrokenPipeError as error:
            raise self._death() from error

    def _frame(self, seconds: float) -> tuple[bytes, bytes]:
        size, kind = wire.HEADER.unpack(self._take(wire.HEADER.size, seconds))
        if size > LARGEST_FRAME:
            raise LoadRefused(f"one part of it is larger than {LARGEST_FRAME >> 20} MiB: split it", file=self._file)
        self._received += size
        if self._received > self._limits.spool_mib << 20:
            raise self._too_much()
        return kind, self._take(size, seconds)

    def _take(self, size: int, seconds: float) -> bytes:
        """``size`` bytes. Only the time that is waited counts: a slow ingest is no fault of the reader."""
        if len(self._buffer) - self._at < size:
            pieces, have = [self._buffer[self._at :]], len(self._buffer) - self._at
            while have < size:
                pieces.append(self._more(seconds))
                have += len(pieces[-1])
            self._buffer, self._at = b"".join(pieces), 0
        self._at += size
        return self._buffer[self._at - size : self._at]

    def _more(self, seconds: float) -> bytes:
        began = time.monotonic()
        while not self._poll.poll(_LOOK_SECONDS * 1000):
            if self._waited + time.monotonic() - began > seconds:
                raise self._too_long()
            self._look_at_spool()
        self._waited += time.monotonic() - began
        data = os.read(self._from, _READ_SIZE)
        if not data:
            raise self._death()
        if began - self._looked > _LOOK_SECONDS:
            self._looked = began
            self._look_at_spool()
        return data

    def _look_at_spool(self) -> None:
        written = 0
        for folder, _, files in os.walk(self._job.spool):
            for name in files:
                try:
                    written += os.lstat(Path(folder, name)).st_size
                except OSError:
                    continue  # it was there a moment ago
        if written > self._limits.spool_mib << 20:
            raise self._too_much()


def shown(text: str) -> str:
    """A text from a file, for a terminal: nothing in it moves a cursor or turns the reading direction."""
    kept = (
        char if char in "\n\t" or not unicodedata.category(char).startswith("C") else f"\\u{ord(char):04x}"
        for char in text[:_TOLD_AT_MOST]
    )
    return "".join(kept)
