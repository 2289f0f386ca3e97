"""The server's side of the query workers: a few for each view, each killed at the limit and replaced.

A pool serves one view for life. Queues, limits and the cache belong to it alone, so no reader of another view
can be slowed down, or learn anything, through it. Answers stream: the first bytes leave while the query runs.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from graph_service.errors import (
    IsolationError,
    NotPublished,
    QueryEnded,
    QueryRefused,
    QueryTimeout,
    QueryTooLarge,
    SluisError,
    WorkersBusy,
)
from graph_service.namespaces import PREFIXES
from graph_service.serving.frames import BODY, CHUNK, DONE, FAILED, HEADER, QUERY, READY, write_frame
from graph_service.serving.query_guard import GuardedQuery
from graph_service.serving.result_cache import ResultCache
from graph_service.settings import Settings

START_SECONDS = 20.0
_READ_SIZE = 1 << 18
_LOOK_SECONDS = 0.1
"""How often somebody who waits for a first byte looks whether the asker is still there."""


_REPLACED = "this view was replaced while the query ran: ask again in a moment"


def _always() -> bool:
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
            kind, payload = self._frame(time.monotonic() + START_SECONDS, _always)
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
            self._done(healthy=isinstance(error, QueryRefused | QueryTooLarge) and not isinstance(error, _Fatal))
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


class _Fatal(QueryTooLarge):
    """Too large for the worker's memory: it died of it."""


@dataclass
class ViewWorkers:
    """The pool of one view: at most ``workers_per_view`` processes, started when they are needed.

    ``derives``: its workers can also ask on a part of the view, and close that part (``portions``).
    """

    dataset: Path
    settings: Settings
    derives: bool = False
    _idle: list[Worker] = field(default_factory=list)
    _busy: set[Worker] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closed: bool = False
    _ended: bool = False

    def __post_init__(self) -> None:
        self._places = threading.BoundedSemaphore(self.settings.workers_per_view)
        self.cache = ResultCache(self.settings.cache_mib << 20)

    @property
    def limit(self) -> float:
        """The longest that a query may take, in seconds."""
        return self.settings.query_seconds

    def start(
        self,
        query: GuardedQuery,
        *,
        form: str,
        seconds: float | None = None,
        portions: list[str] | None = None,
        wanted: Callable[[], bool] = _always,
        at_work: Callable[[Worker | None], None] = lambda _worker: None,
    ) -> AnswerStream:
        """Evaluate a guarded query, in the given result form, and give its answer as it is made.

        ``seconds`` is capped by the settings; ``portions`` restricts the view to these; ``wanted`` says whether
        somebody still waits; ``at_work`` is told which worker answers, and ``None`` before that is given back. Raises
        ``WorkersBusy``, ``QueryTimeout``, ``QueryTooLarge``, ``QueryEnded``, ``NotPublished`` (after ``end``) or
        ``QueryRefused`` (with the place in the asker's text).
        """
        limit = self.settings.query_seconds
        seconds = min(seconds or limit, limit)
        deadline = time.monotonic() + seconds  # waiting for a worker counts: whoever gives a limit means the answer
        if not self._places.acquire(timeout=min(self.settings.queue_seconds, seconds)):
            raise WorkersBusy("all workers are busy: ask again in a moment")
        try:
            worker = self._take()
        except BaseException:
            self._places.release()
            raise
        at_work(worker)
        request = {
            "query": query.text,
            "format": form,
            "prefixes": PREFIXES,
            "default_graphs": query.default_graphs,
            "named_graphs": query.named_graphs,
            "portions": portions,
        }
        pieces = self._explained(worker.answer(request, deadline=deadline, wanted=wanted), worker, query)

        def give_back(healthy: bool) -> None:
            at_work(None)
            self._give_back(worker, healthy=healthy)

        return AnswerStream(pieces, give_back)

    def ask(
        self,
        query: GuardedQuery,
        *,
        form: str,
        seconds: float | None = None,
        portions: list[str] | None = None,
    ) -> bytes:
        """The whole answer, for callers that need all of it."""
        return b"".join(self.start(query, form=form, seconds=seconds, portions=portions))

    def close(self) -> None:
        """End every idle worker; one that is at work ends when it is done.

        Whoever still holds the pool may ask: a request that was admitted before its view was let go of is answered, by
        a worker of its own that ends with it.
        """
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.kill()

    def end(self) -> None:
        """End every worker at once, those that are just being started too: the view must not answer any more.

        Whoever asks from now on gets ``NotPublished``.
        """
        with self._lock:
            self._ended = True
            busy = list(self._busy)
        self.close()
        self.cache.clear()
        for worker in busy:
            worker.end(NotPublished(_REPLACED))

    @property
    def pids(self) -> list[int]:
        with self._lock:
            return [worker.pid for worker in (*self._idle, *self._busy)]

    def _explained(self, pieces: Iterator[bytes], worker: Worker, query: GuardedQuery) -> Iterator[bytes]:
        """The pieces, with every failure in the asker's terms."""
        try:
            yield from pieces
        except WorkerDied as error:
            if worker.ended_for is not None:
                raise worker.ended_for from error
            raise _Fatal("the query needed more memory than a worker may have: narrow it") from error
        except QueryRefused as error:
            raise _placed(error, query) from error

    def _take(self) -> Worker:
        """An idle worker, or a new one; one that somebody ended meanwhile is let go of."""
        while True:
            with self._lock:
                self._refuse_ended()
                worker = self._idle.pop() if self._idle else None
                if worker is not None:
                    self._busy.add(worker)
            if worker is None:
                worker = self._new()
            if worker.alive:
                return worker
            with self._lock:
                self._busy.discard(worker)
            worker.kill()

    def _new(self) -> Worker:
        """A worker that counts as busy from its first moment, so that ``end`` finds it."""
        spawned: list[Worker] = []

        def note(worker: Worker) -> None:
            with self._lock:
                spawned.append(worker)
                self._busy.add(worker)
                self._refuse_ended()

        try:
            return Worker(self.dataset, self.settings, derives=self.derives, spawned=note)
        except BaseException:
            with self._lock:
                self._busy.difference_update(spawned)
            raise

    def _refuse_ended(self) -> None:
        if self._ended:
            raise NotPublished(_REPLACED)

    def _give_back(self, worker: Worker, *, healthy: bool) -> None:
        with self._lock:
            self._busy.discard(worker)
            keep = healthy and not self._closed and worker.alive
            if keep:
                self._idle.append(worker)
        if not keep:
            worker.kill()
        self._places.release()


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


def _placed(error: QueryRefused, query: GuardedQuery) -> QueryRefused:
    """The refusal in the asker's terms: the token where the engine stopped."""
    if error.column is None:
        return error
    token = query.token_at(error.column)
    return QueryRefused(f"`{token.text}` can't stand here", line=token.line, column=token.column, detail=error.detail)
