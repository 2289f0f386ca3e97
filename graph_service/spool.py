"""Lines by key, in any number: written in any order, read back key by key. What memory does not hold waits in a file.

The file has no name and goes with its process. Standard library only.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

MEMORY = 24 << 20
"""How many bytes of lines wait in memory, roughly, before they are written."""
OF_A_LINE = 60
"""What a line takes in memory besides its bytes."""


class Scratch:
    """A file to append to and to read from, made when it is first needed. Several spools may share one."""

    def __init__(self, opens: Callable[[], IO[bytes]] | None = None, *, folder: Path | None = None) -> None:
        self._opens = opens or (lambda: tempfile.TemporaryFile(dir=folder))  # noqa: SIM115  # closed with this
        self._file: IO[bytes] | None = None
        self._end = 0

    def append(self, data: bytes) -> int:
        """Where the data stand."""
        if self._file is None:
            self._file = self._opens()
        start = self._end
        self._file.seek(start)
        self._file.write(data)
        self._end += len(data)
        return start

    def read(self, start: int, length: int) -> bytes:
        assert self._file is not None  # noqa: S101  # whoever reads has written
        self._file.seek(start)
        return self._file.read(length)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file, self._end = None, 0


class Spool:
    """Lines, each with a key. A line is bytes and ends in a line break, of which it holds no other."""

    def __init__(self, scratch: Scratch, *, memory: int | None = None) -> None:
        self._scratch, self._memory = scratch, MEMORY if memory is None else memory
        self._waiting: dict[int, list[bytes]] = {}
        self._size = 0
        self._written: dict[int, array[int]] = {}
        self._counts: dict[int, int] = {}

    def add(self, key: int, line: bytes) -> None:
        waiting = self._waiting.get(key)
        if waiting is None:
            waiting = self._waiting[key] = []
        waiting.append(line)
        self._size += len(line) + OF_A_LINE
        if self._size > self._memory:
            self._write()

    def extend(self, key: int, lines: list[bytes]) -> None:
        """As ``add``, for many lines of one key."""
        self._waiting.setdefault(key, []).extend(lines)
        self._size += sum(map(len, lines)) + OF_A_LINE * len(lines)
        if self._size > self._memory:
            self._write()

    def every_key(self) -> list[int]:
        """The keys, the one that was written first first."""
        return list(dict.fromkeys([*self._written, *self._waiting]))

    def size(self, key: int) -> int:
        """About how many bytes the lines of a key take in memory."""
        runs = self._written.get(key, array("q"))
        bytes_of = sum(runs[place] for place in range(1, len(runs), 2)) + sum(map(len, self._waiting.get(key, ())))
        return bytes_of + OF_A_LINE * self.count(key)

    def count(self, key: int) -> int:
        """How many lines a key has."""
        return self._counts.get(key, 0) + len(self._waiting.get(key, ()))

    def read(self, key: int) -> Iterator[bytes]:
        """The lines of a key, in the order in which they came."""
        for lines in self.runs(key):
            yield from lines

    def runs(self, key: int) -> Iterator[list[bytes]]:
        """The lines of a key in the same order, as many at a time as were written together."""
        runs = self._written.get(key, array("q"))
        for place in range(0, len(runs), 2):
            yield self._scratch.read(runs[place], runs[place + 1]).splitlines(keepends=True)
        if waiting := self._waiting.get(key):
            yield waiting

    def text(self, key: int) -> bytes:
        """The lines of a key, in one piece."""
        runs = self._written.get(key, array("q"))
        written = [self._scratch.read(runs[place], runs[place + 1]) for place in range(0, len(runs), 2)]
        return b"".join([*written, *self._waiting.get(key, ())])

    def _write(self) -> None:
        for key, lines in self._waiting.items():
            data = b"".join(lines)
            self._written.setdefault(key, array("q")).extend((self._scratch.append(data), len(data)))
            self._counts[key] = self._counts.get(key, 0) + len(lines)
        self._waiting, self._size = {}, 0
