"""Frames between server and worker: four bytes of length, one byte of kind, the payload."""

from __future__ import annotations

import struct
from typing import BinaryIO

QUERY, BODY, DONE, FAILED, READY = b"Q", b"B", b"D", b"F", b"R"

CHUNK = 1 << 16
"""The size of every piece of an answer but the last, which is smaller. Bytes."""

READ_ONLY = "none"
"""The format of a query that is read and not asked: it has no answer, or the failure to read it."""

HEADER = struct.Struct(">Ic")


def write_frame(stream: BinaryIO, kind: bytes, payload: bytes) -> None:
    stream.write(HEADER.pack(len(payload), kind) + payload)
    stream.flush()


def read_exactly(stream: BinaryIO, size: int) -> bytes:
    """``size`` bytes. Raises ``EOFError`` if the stream ends before."""
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def read_frame(stream: BinaryIO) -> tuple[bytes, bytes]:
    """The next frame's kind and payload. Raises ``EOFError`` at the end."""
    size, kind = HEADER.unpack(read_exactly(stream, HEADER.size))
    return kind, read_exactly(stream, size)
