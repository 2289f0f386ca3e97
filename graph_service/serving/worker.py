"""One query worker as the server sees it: a process, the request to it, and its answer while it is made."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from graph_service.errors import (
    IsolationError,
    QueryEnded,
    QueryRefused,
    QueryTimeout,
    QueryTooLarge,
    SluisError,
)
from graph_service.serving.frames import BODY, CHUNK, DONE, FAILED, HEADER, QUERY, READY, write_frame
from graph_service.settings import Settings

START_SECONDS = 20.0
_READ_SIZE = 1 << 18
_LOOK_SECONDS = 0.1
"""How often somebody who waits for a first byte looks whether the asker is still there."""


def always() -> bool:
    """Somebody waits whatever happens."""
    return True


class WorkerDied(Exception):  # told apart from errors that the asker sees
    """The worker's output ended: it was killed, or ran out of memory."""


class Worker:
    """One worker process. Not thread-safe, but for ``end``: whoever took it from the pool has it alone."""

    def __init__(
        self,
        dataset: Path,
        settings: Settings,
        *,
        derives: bool,
        spawned: Callable[[Worker], None] = lambda _worker: None,
    ) -> None:
        """Start it and wait until it is ready. ``spawned`` is told of it as soon as there is something to end."""
        options = {
            "isolate": not settings.unsafe_workers_share_the_network,
            "memory_mib": settings.worker_memory_mib,
            "derives": derives,
        }
        self._process = subprocess.Popen(  # noqa: S603  # our own module, no shell
            [sys.executable, "-m", "graph_service.serving.query_worker", str(dataset), json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self._buffer = bytearray()
        self.ended_for: SluisError | None = None
        try:
            spawned(self)
            kind, payload = self._frame(time.monotonic() + START_SECONDS, always)
        except (WorkerDied, QueryTimeout) as error:
            self.kill()
            if self.ended_for is not None:
                raise self.ended_for from error
            raise IsolationError("a query worker does not start", detail=repr(error)) from error
        except BaseException:
            self.kill()
            raise
        if kind != READY:
            self.kill()
            raise IsolationError("a query worker can't shut itself off and does not start", detail=payload.decode())

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def answer(self, request: dict[str, Any], *, deadline: float, wanted: Callable[[], bool]) -> Iterator[bytes]:
        """The answer's pieces, as the worker makes them. The first ``next`` sends the request.

        Raises ``QueryTimeout``, ``QueryEnded``, ``WorkerDied``, or what ``_failure`` makes of a failed query.
        """
        try:
            write_frame(_pipe(self._process.stdin), QUERY, json.dumps(request).encode())
        except OSError as error:
            raise WorkerDied from error
        while True:
            kind, payload = self._frame(deadline, wanted)
            if kind == BODY:
                yield payload
            elif kind == DONE:
                return
            elif kind == FAILED:
                raise _failure(json.loads(payload))

    def end(self, reason: SluisError) -> None:
        """Stop the process from another thread; whoever reads its answer gets the reason."""
        self.ended_for = reason
        self._process.kill()

    def kill(self) -> None:
        """End the process, whatever it does, and wait for it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            _pipe(pipe).close()

    def _frame(self, deadline: float, wanted: Callable[[], bool]) -> tuple[bytes, bytes]:
        size, kind = HEADER.unpack(self._take(HEADER.size, deadline, wanted))
        return kind, self._take(size, deadline, wanted)

    def _take(self, size: int, deadline: float, wanted: Callable[[], bool]) -> bytes:
        descriptor = _pipe(self._process.stdout).fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN | select.POLLHUP)
        while len(self._buffer) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise QueryTimeout("the query ran into its time limit and was ended: narrow it, or ask for more time")
            if not poll.poll(min(left, _LOOK_SECONDS) * 1000):
                if not wanted():
                    raise QueryEnded("nobody waits for this answer any more")
                continue
            data = os.read(descriptor, _READ_SIZE)
            if not data:
                raise WorkerDied
            self._buffer += data
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken


class AnswerStream:
    """One answer while it is made. Iterate it once; close it, whether it was read to its end or not.

    The first piece is there when the stream is: until then a failure is a status, afterwards it breaks the stream off,
    so that a part never looks like the whole.
    """

    def __init__(self, pieces: Iterator[bytes], give_back: Callable[[bool], None]) -> None:
        self._pieces, self._give_back, self._open = pieces, give_back, True
        self.whole: bytes | None = None
        """The whole answer, where one piece is all of it."""
        try:
            self._first = next(pieces, b"")
            if len(self._first) < CHUNK:  # only a last piece is smaller
                self.whole = self._first + b"".join(pieces)
        except BaseException as error:
            self._done(healthy=isinstance(error, QueryRefused | QueryTooLarge) and not isinstance(error, OutOfMemory))
            raise
        if self.whole is not None:
            self._done(healthy=True)

    def __iter__(self) -> Iterator[bytes]:
        if self.whole is not None:
            yield self.whole
            return
        finished = False
        try:
            yield self._first
            yield from self._pieces
            finished = True
        finally:
            self._done(healthy=finished)

    def close(self) -> None:
        """Let go: a worker whose answer was not read to its end is ended."""
        self._done(healthy=False)

    def _done(self, *, healthy: bool) -> None:
        if self._open:
            self._open = False
            self._give_back(healthy)


class OutOfMemory(QueryTooLarge):
    """Too large for the worker's memory: it died of it."""


def _pipe(pipe: IO[bytes] | None) -> Any:
    assert pipe is not None  # noqa: S101  # Popen was asked for both pipes
    return pipe


def _failure(failure: dict[str, Any]) -> SluisError:
    """What the asker may know of a failed query: where it can't be read, or that it is too large; never engine text."""
    detail = failure["detail"]
    if failure["kind"] == "syntax":
        return QueryRefused("the query can't be read", column=failure.get("column"), detail=detail)
    if failure["kind"] == "graph-name":
        return QueryRefused("a graph of the dataset has a name that is not an IRI", detail=detail)
    if failure["kind"] == "too-large":
        return QueryTooLarge("the query needed more memory than a worker may have: narrow it", detail=detail)
    hint = "look for unknown functions or unbound names"
    return QueryRefused("the query can't be evaluated", hint=hint, detail=detail)
