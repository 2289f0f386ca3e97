"""The queries that are running now, so that whoever asked one can see it and end it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from graph_service.errors import QueryEnded
from graph_service.serving.worker import Worker

_ENDED = "the query was ended by whoever asked it"


@dataclass
class RunningQuery:
    """One query at work: whose it is, and the worker that answers it now, if one does just now."""

    query_id: str
    asker: str
    text: str
    worker: Worker | None = None
    is_ended: bool = False
    started: float = field(default_factory=time.monotonic)

    def to_data(self) -> dict[str, Any]:
        return {"id": self.query_id, "query": self.text, "seconds": round(time.monotonic() - self.started, 1)}


class RunningQueries:
    """Every query at work in this server. A principal sees and ends their own; nobody learns of another's."""

    def __init__(self) -> None:
        self._queries: dict[str, RunningQuery] = {}
        self._lock = threading.Lock()

    def at_work(self, query: RunningQuery, worker: Worker | None) -> None:
        """A worker begins to answer the query, or (``None``) is about to be given back and may answer another's.

        A query that is asked part by part stays listed between two workers; one that was ended there ends here.
        """
        with self._lock:  # also held while a worker is ended: it is never ended for a query that it has left
            query.worker = worker
            if worker is not None:
                self._queries[query.query_id] = query
                if query.is_ended:
                    worker.end(QueryEnded(_ENDED))

    def refuse_ended(self, query: RunningQuery) -> None:
        """Raise ``QueryEnded`` if the query was ended while no worker was at it."""
        with self._lock:
            if query.is_ended:
                raise QueryEnded(_ENDED)

    def remove(self, query_id: str) -> None:
        with self._lock:
            self._queries.pop(query_id, None)

    def of(self, asker: str) -> list[RunningQuery]:
        """The asker's own, the oldest first."""
        with self._lock:
            own = [query for query in self._queries.values() if query.asker == asker]
        return sorted(own, key=lambda query: query.started)

    def end(self, query_id: str, *, asker: str) -> bool:
        """End one of the asker's own. Whether there was one: another's and none at all are the same."""
        with self._lock:
            found = self._queries.get(query_id)
            if found is None or found.asker != asker:
                return False
            found.is_ended = True
            if found.worker is not None:
                found.worker.end(QueryEnded(_ENDED))
            return True
