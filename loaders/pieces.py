"""A graph of any size as portions: one, or, where it is too large for that, pieces that are the same on every load.

A statement belongs to a piece by the first bits of what its subject hashes to (then of what the whole statement does):
so a thing is in one piece, whatever the order of statements in the file, and a reload changes the pieces of what
changed. A graph is cut in half, by the next bit, wherever it is larger than ``PIECE_SIZE``. Statements about nodes that
their file gives no name can't be told apart by a name: they are one piece, whatever their size.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from zlib import crc32

from graph_service.errors import LoadRefused
from graph_service.portions import PIECE
from graph_service.spool import OF_A_LINE, Scratch, Spool

PIECE_SIZE = 8 << 20
"""How many bytes the statements of a piece may take in memory."""
AT_ONCE = 24 << 20
"""How many bytes of statements are sorted out in memory at a time."""
UNNAMED_SIZE = 24 << 20
"""How much the statements about nodes without a name may take: they get their names together, in memory."""
_UNNAMED = re.compile(rb"_:[a-f][0-9a-f]{15}")
_ANY_NAME = re.compile(rb"_:[a-f][0-9a-f]{15,31}")  # of another length at every reading
_BUCKETS, _BITS = 256, 64
_UNNAMED_KEY = _BUCKETS


def size(lines: Collection[bytes]) -> int:
    """How many bytes the lines take in memory, about. It depends on the lines alone."""
    return sum(map(len, lines)) + OF_A_LINE * len(lines)


def place(line: bytes) -> int:
    """What decides which piece a statement belongs to: 64 bits, the first half from its subject."""
    return crc32(line.partition(b" ")[0]) << 32 | crc32(line)


class Pieces:
    """The statements of one part at one label, given in any order and any number of times."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch, self._spool = scratch, Spool(scratch)
        self._few: list[bytes] | None = []
        """All of them, as long as they are certainly one piece."""
        self._size = 0

    def extend(self, lines: list[bytes]) -> None:
        if self._few is None:
            self._sort_out(lines)
            return
        self._few += lines
        self._size += size(lines)
        if self._size > PIECE_SIZE:
            few, self._few = self._few, None
            self._sort_out(few)

    def _sort_out(self, lines: list[bytes]) -> None:
        buckets: dict[int, list[bytes]] = {}
        for line in lines:
            key = _UNNAMED_KEY if b"_:" in line and _UNNAMED.search(line) else crc32(line.partition(b" ")[0]) >> 24
            if (found := buckets.get(key)) is None:
                found = buckets[key] = []
            found.append(line)
        for key, found in buckets.items():
            self._spool.extend(key, found)

    def cut(self, part: str, *, file: str) -> Iterator[tuple[str, str]]:
        """Each portion's part and text: the whole part in one, if it is small enough."""
        if self._few is not None:
            if self._few:
                yield part, _text(set(self._few))
            return
        unnamed = set[bytes]()
        if self._spool.size(_UNNAMED_KEY) > UNNAMED_SIZE:
            raise LoadRefused(
                f"too much of `{part or 'the default graph'}` is about nodes without a name: name them (`_:n1`, or "
                "better an IRI), or cut the file",
                file=file,
            )
        unnamed.update(self._spool.read(_UNNAMED_KEY))
        found = _cut(
            _Bucketed(self._spool, self._scratch, 0),
            "",
            room=PIECE_SIZE - size([_ANY_NAME.sub(b"_:", line) for line in unnamed]),
        )
        for bits, lines in found:
            if not bits:
                yield part, _text(lines | unnamed)
                unnamed = set()
            else:
                yield f"{part}{PIECE}{bits}", _text(lines)
        if unnamed:
            yield part if _is_small(self._spool) else f"{part}{PIECE}unnamed", _text(unnamed)


def _is_small(spool: Spool) -> bool:
    return spool.every_key() == [_UNNAMED_KEY]


def _text(lines: Iterable[bytes]) -> str:
    return b"".join(sorted(lines)).decode()


class _Bucketed:
    """Statements in 256 buckets by eight bits of their place, beginning with the bit ``first``."""

    def __init__(self, spool: Spool, scratch: Scratch, first: int) -> None:
        self._spool, self._scratch, self._first = spool, scratch, first
        self.sizes = [self._distinct(bucket) for bucket in range(_BUCKETS)]

    def _distinct(self, bucket: int) -> int:
        """The size of the distinct statements; of a bucket that is too large to look at, its whole size."""
        whole = self._spool.size(bucket)
        return whole if whole > AT_ONCE else size(set(self._spool.read(bucket)))

    def lines(self, low: int, high: int) -> set[bytes]:
        return {line for bucket in range(low, high) for line in self._spool.read(bucket)}

    def cut_bucket(self, bucket: int, bits: str) -> Iterator[tuple[str, set[bytes]]]:
        """Cut one bucket that is too large for a piece."""
        after = self._first + 8
        if self._spool.size(bucket) <= AT_ONCE or after >= _BITS:
            yield from _halves(self.lines(bucket, bucket + 1), bits)
            return
        finer = Spool(self._scratch)
        for line in self._spool.read(bucket):
            finer.add(place(line) >> (_BITS - 8 - after) & 0xFF, line)
        yield from _cut(_Bucketed(finer, self._scratch, after), bits)


def _cut(
    bucketed: _Bucketed, bits: str, low: int = 0, high: int = _BUCKETS, room: int | None = None
) -> Iterator[tuple[str, set[bytes]]]:
    total = sum(bucketed.sizes[low:high])
    if total <= (PIECE_SIZE if room is None else room):
        if total:
            yield bits, bucketed.lines(low, high)
    elif high - low == 1:
        yield from bucketed.cut_bucket(low, bits)
    else:
        middle = (low + high) // 2
        yield from _cut(bucketed, bits + "0", low, middle)
        yield from _cut(bucketed, bits + "1", middle, high)


def _halves(lines: set[bytes], bits: str) -> Iterator[tuple[str, set[bytes]]]:
    if not lines or size(lines) <= PIECE_SIZE or len(bits) == _BITS:
        if lines:
            yield bits, lines
        return
    at = _BITS - 1 - len(bits)
    ones = {line for line in lines if place(line) >> at & 1}
    yield from _halves(lines - ones, bits + "0")
    yield from _halves(ones, bits + "1")
