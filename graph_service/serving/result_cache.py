"""Whole answers of one view, kept by query and format. Exact, because a view never changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator

Key = tuple[str, ...]

LARGEST_PART = 8
"""One answer takes at most this part of the cache, as one in so many."""


class ResultCache:
    """The answers asked for most recently, at most ``size`` bytes of them. For one view, so for one visible set."""

    def __init__(self, size: int) -> None:
        self._size, self._used = size, 0
        self._answers: OrderedDict[Key, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> bytes | None:
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def clear(self) -> None:
        """Forget everything, and keep nothing from now on."""
        with self._lock:
            self._size = self._used = 0
            self._answers.clear()

    def put(self, key: Key, answer: bytes) -> None:
        with self._lock:
            if not self._size or len(answer) > self._size // LARGEST_PART:
                return
            self._used += len(answer) - len(self._answers.pop(key, b""))
            self._answers[key] = answer
            while self._used > self._size:
                _, dropped = self._answers.popitem(last=False)
                self._used -= len(dropped)

    def filling(self, key: Key, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Pass the pieces on, and keep them if they came to their end and are not too large."""
        kept, room = bytearray(), self._size // LARGEST_PART
        for piece in pieces:
            if len(kept) <= room:
                kept += piece
            yield piece
        self.put(key, bytes(kept))
