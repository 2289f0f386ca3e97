"""The server's side of the query workers: a few for each view, each killed at the limit and replaced.

A pool serves one view for life. Queues and limits belong to it alone, so no reader of another view
can be slowed down, or learn anything, through it.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from graph_service.errors import IsolationError, QueryRefused, QueryTimeout, QueryTooLarge, SluisError, WorkersBusy
from graph_service.namespaces import PREFIXES
from graph_service.serving.frames import BODY, DONE, FAILED, HEADER, QUERY, READY, write_frame
from graph_service.serving.query_guard import GuardedQuery
from graph_service.settings import Settings

START_SECONDS = 20.0
_READ_SIZE = 1 << 18


class WorkerDied(Exception):  # told apart from errors that the asker sees
    """The worker's output ended: it was killed, or ran out of memory."""


class Worker:
    """One worker process. Not thread-safe: whoever took it from the pool has it alone."""

    def __init__(self, dataset: Path, settings: Settings) -> None:
        options = {
            "isolate": not settings.unsafe_workers_share_the_network,
            "memory_mib": settings.worker_memory_mib,
        }
        self._process = subprocess.Popen(  # noqa: S603  # our own module, no shell
            [sys.executable, "-m", "graph_service.serving.query_worker", str(dataset), json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self._buffer = b""
        try:
            kind, payload = self._frame(time.monotonic() + START_SECONDS)
        except (WorkerDied, QueryTimeout) as error:
            self.kill()
            raise IsolationError("a query worker does not start", detail=repr(error)) from error
        if kind != READY:
            self.kill()
            raise IsolationError("a query worker can't shut itself off and does not start", detail=payload.decode())

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, request: dict[str, Any], *, seconds: float) -> bytes:
        """The whole answer. Raises ``QueryTimeout``, ``WorkerDied``, or what ``_failure`` makes of a failed query."""
        deadline = time.monotonic() + seconds
        try:
            write_frame(_pipe(self._process.stdin), QUERY, json.dumps(request).encode())
        except OSError as error:
            raise WorkerDied from error
        body: list[bytes] = []
        while True:
            kind, payload = self._frame(deadline)
            if kind == BODY:
                body.append(payload)
            elif kind == DONE:
                return b"".join(body)
            elif kind == FAILED:
                raise _failure(json.loads(payload))

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process, whatever it does, and wait for it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            _pipe(pipe).close()

    def _frame(self, deadline: float) -> tuple[bytes, bytes]:
        size, kind = HEADER.unpack(self._take(HEADER.size, deadline))
        return kind, self._take(size, deadline)

    def _take(self, size: int, deadline: float) -> bytes:
        descriptor = _pipe(self._process.stdout).fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN | select.POLLHUP)
        while len(self._buffer) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise QueryTimeout("the query ran into its time limit and was ended: narrow it, or ask for more time")
            data = os.read(descriptor, _READ_SIZE)
            if not data:
                raise WorkerDied
            self._buffer += data
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken


@dataclass
class ViewWorkers:
    """The pool of one view: at most ``workers_per_view`` processes, started when they are needed."""

    dataset: Path
    settings: Settings
    _idle: list[Worker] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closed: bool = False

    def __post_init__(self) -> None:
        self._places = threading.BoundedSemaphore(self.settings.workers_per_view)

    def ask(self, query: GuardedQuery, *, form: str, seconds: float | None = None) -> bytes:
        """Evaluate a guarded query, in the given result form. ``seconds`` is capped by the settings.

        Raises ``WorkersBusy``, ``QueryTimeout``, ``QueryTooLarge`` or ``QueryRefused`` (with the place in
        the asker's text).
        """
        if not self._places.acquire(timeout=self.settings.queue_seconds):
            raise WorkersBusy("all workers are busy: ask again in a moment")
        try:
            return self._ask(query, form, min(seconds or self.settings.query_seconds, self.settings.query_seconds))
        finally:
            self._places.release()

    def close(self) -> None:
        """End every idle worker; one that is at work ends when it is done."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.kill()

    def _ask(self, query: GuardedQuery, form: str, seconds: float) -> bytes:
        request = {
            "query": query.text,
            "format": form,
            "limit": self.settings.result_mib * 1024 * 1024,
            "prefixes": PREFIXES,
        }
        worker, healthy = self._take(), False
        try:
            answer = worker.ask(request, seconds=seconds)
            healthy = True
        except WorkerDied as error:
            raise QueryTooLarge("the query needed more memory than a worker may have: narrow it") from error
        except QueryTimeout:
            raise
        except QueryRefused as error:
            healthy = True
            raise _placed(error, query) from error
        except SluisError:
            healthy = True
            raise
        finally:
            self._give_back(worker, healthy=healthy)
        return answer

    def _take(self) -> Worker:
        """An idle worker, or a new one; one that somebody ended meanwhile is let go of."""
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                return Worker(self.dataset, self.settings)
            if worker.alive:
                return worker
            worker.kill()

    def _give_back(self, worker: Worker, *, healthy: bool) -> None:
        with self._lock:
            if healthy and not self._closed:
                self._idle.append(worker)
                return
        worker.kill()


def _pipe(pipe: IO[bytes] | None) -> Any:
    assert pipe is not None  # noqa: S101  # Popen was asked for both pipes
    return pipe


def _failure(failure: dict[str, Any]) -> SluisError:
    """What the asker may know of a failed query: where it can't be read, or that it is too large; never engine text."""
    detail = failure["detail"]
    if failure["kind"] == "syntax":
        return QueryRefused("the query can't be read", column=failure.get("column"), detail=detail)
    if failure["kind"] == "too-large":
        return QueryTooLarge(
            "the answer is larger than a worker may give: narrow the query or add a LIMIT", detail=detail
        )
    hint = "look for unknown functions or unbound names"
    return QueryRefused("the query can't be evaluated", hint=hint, detail=detail)


def _placed(error: QueryRefused, query: GuardedQuery) -> QueryRefused:
    """The refusal in the asker's terms: the token where the engine stopped."""
    if error.column is None:
        return error
    token = query.token_at(error.column)
    return QueryRefused(f"`{token.text}` can't stand here", line=token.line, column=token.column, detail=error.detail)
