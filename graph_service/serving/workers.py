"""The pools of query workers: a few for each view, each killed at the limit and replaced.

A pool serves one view for life. Queues, limits and the cache belong to it alone, so no reader of another view
can be slowed down, or learn anything, through it. Answers stream: the first bytes leave while the query runs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graph_service.errors import NotPublished, QueryRefused, WorkersBusy
from graph_service.namespaces import PREFIXES
from graph_service.serving.query_guard import GuardedQuery
from graph_service.serving.result_cache import ResultCache
from graph_service.serving.worker import AnswerStream, OutOfMemory, Worker, WorkerDied, always
from graph_service.settings import Settings

_REPLACED = "this view was replaced while the query ran: ask again in a moment"


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

    def seconds(self, wanted: float | None) -> float:
        """How long a query may take for whom this much is wanted, if anything: the settings cap it."""
        limit = self.settings.query_seconds
        return min(wanted or limit, limit)

    def start(
        self,
        query: GuardedQuery,
        *,
        form: str,
        seconds: float | None = None,
        portions: list[str] | None = None,
        wanted: Callable[[], bool] = always,
        at_work: Callable[[Worker | None], None] = lambda _worker: None,
    ) -> AnswerStream:
        """Evaluate a guarded query, in the given result form, and give its answer as it is made.

        ``seconds`` is capped by the settings; ``portions`` restricts the view to these; ``wanted`` says whether
        somebody still waits; ``at_work`` is told which worker answers, and ``None`` before that is given back. Raises
        ``WorkersBusy``, ``QueryTimeout``, ``QueryTooLarge``, ``QueryEnded``, ``NotPublished`` (after ``end``) or
        ``QueryRefused`` (with the place in the asker's text).
        """
        seconds = self.seconds(seconds)
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
            raise OutOfMemory("the query needed more memory than a worker may have: narrow it") from error
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


def _placed(error: QueryRefused, query: GuardedQuery) -> QueryRefused:
    """The refusal in the asker's terms: the token where the engine stopped."""
    if error.column is None:
        return error
    token = query.token_at(error.column)
    return QueryRefused(f"`{token.text}` can't stand here", line=token.line, column=token.column, detail=error.detail)
