"""The queries that are running now, so that whoever asked one can see it and end it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from graph_service.errors import QueryEnded
from graph_service.serving.workers import Worker


@dataclass
class RunningQuery:
    """One query at work: whose it is, and the worker that answers it."""

    query_id: str
    asker: str
    text: str
    worker: Worker
    started: float = field(default_factory=time.monotonic)

    def to_data(self) -> dict[str, Any]:
        return {"id": self.query_id, "query": self.text, "seconds": round(time.monotonic() - self.started, 1)}


class RunningQueries:
    """Every query at work in this server. A principal sees and ends their own; nobody learns of another's."""

    def __init__(self) -> None:
        self._queries: dict[str, RunningQuery] = {}
        self._lock = threading.Lock()

    def add(self, query: RunningQuery) -> None:
        with self._lock:
            self._queries[query.query_id] = query

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
        found.worker.end(QueryEnded("the query was ended by whoever asked it"))
        return True
