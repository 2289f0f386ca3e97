"""The load generator: one thread, several kept connections, raw requests, so that it costs both servers alike.

It is Python, and takes a part of what it measures: a fast server looks slower than it is. Its own share of a core is
measured along with each ratio.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import quote

SECONDS = 120.0
"""No answer may take longer."""
ROWS, GRAPH = "application/sparql-results+json", "application/n-triples"


class LoadFailed(AssertionError):
    """A server did not answer a request with 200 and a body."""


@dataclass(frozen=True)
class Target:
    """A SPARQL endpoint on the loopback interface."""

    port: int
    path: str
    token: str = ""

    def request(self, query: str) -> bytes:
        """The bytes of a GET request for the query."""
        accept = GRAPH if _makes_triples(query) else ROWS
        lines = [f"GET {self.path}?query={quote(query, safe='')} HTTP/1.1", "Host: 127.0.0.1", f"Accept: {accept}"]
        if self.token:
            lines.append(f"Authorization: Bearer {self.token}")
        return "\r\n".join([*lines, "", ""]).encode()


class Connection:
    """One kept connection with at most one request under way. It is opened again where the server ended it."""

    def __init__(self, port: int) -> None:
        self._port, self._buffer, self._ended = port, bytearray(), False
        self.socket = self._open()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def _open(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._port), timeout=SECONDS)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def send(self, request: bytes) -> None:
        if self._ended:
            self.socket.close()
            self.socket, self._ended = self._open(), False
        self._buffer.clear()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Read what is there. Gives the body once it is whole; raises ``LoadFailed`` unless it is a 200 with one."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise LoadFailed("the server closed the connection")
        self._buffer += data
        body = _body(self._buffer)
        if body is not None and (not self._buffer.startswith(b"HTTP/1.1 200") or not body):
            raise LoadFailed(f"the server answered {bytes(self._buffer[:600])!r}")
        if body is not None:
            # Waitress ends the connection after every answer whose length it was not told.
            self._ended = b"\r\nconnection: close" in bytes(self._buffer[:2000]).partition(b"\r\n\r\n")[0].lower()
        return body

    def ask(self, request: bytes) -> bytes:
        """One request and its whole body."""
        self.send(request)
        while (body := self.receive()) is None:
            pass
        return body


@dataclass(frozen=True)
class Burst:
    """What a burst measured: requests a second, and the generator's own share of one core."""

    rate: float
    own_share: float


def burst(port: int, requests: Iterator[bytes] | Sequence[bytes], *, seconds: float, connections: int = 8) -> Burst:
    """Send requests over several connections, each the next one when its answer is there.

    Ends when the requests do, or after that many seconds. Raises ``LoadFailed`` for any answer but a good one.
    """
    waiting, done = iter(requests), 0
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        opened = [stack.enter_context(Connection(port)) for _ in range(connections)]
        start, own = time.perf_counter(), time.process_time()
        for connection in opened:
            if (request := next(waiting, None)) is not None:
                connection.send(request)
                selector.register(connection.socket, selectors.EVENT_READ, connection)
        while selector.get_map():
            ready = selector.select(SECONDS)
            if not ready:
                raise LoadFailed("no answer in time")
            for key, _ in ready:
                if key.data.receive() is None:
                    continue
                done += 1
                selector.unregister(key.fileobj)
                over = time.perf_counter() - start > seconds
                if not over and (request := next(waiting, None)) is not None:
                    key.data.send(request)
                    selector.register(key.data.socket, selectors.EVENT_READ, key.data)
        taken = time.perf_counter() - start
    return Burst(done / taken, (time.process_time() - own) / taken)


def read_all(port: int, request: bytes) -> int:
    """The length of a large answer, of which nothing is kept."""
    total, tail = 0, b""
    with Connection(port) as connection:
        connection.send(request)
        while not tail.endswith(b"0\r\n\r\n"):
            data = connection.socket.recv(1 << 18)
            if not data or (total == 0 and not data.startswith(b"HTTP/1.1 200")):
                raise LoadFailed(f"a large answer broke off after {total} bytes: {data[:200]!r}")
            total, tail = total + len(data), (tail + data)[-8:]
    return total


def _makes_triples(query: str) -> bool:
    head = query.partition("{")[0].upper().split()
    return "CONSTRUCT" in head or "DESCRIBE" in head


def _body(buffer: bytearray) -> bytes | None:
    """The body of a whole response, or nothing while some of it is missing."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head, start = bytes(buffer[:end]).lower(), end + 4
    place = head.find(b"content-length:")
    if place >= 0:
        length = int(head[place + 15 :].split(b"\r\n", 1)[0])
        return bytes(buffer[start : start + length]) if len(buffer) - start >= length else None
    if b"chunked" not in head:
        raise LoadFailed(f"a response of unknown length: {head!r}")
    return _unchunked(buffer, start) if buffer.endswith(b"0\r\n\r\n") else None


def _unchunked(buffer: bytearray, at: int) -> bytes | None:
    body = bytearray()
    while True:
        line = buffer.find(b"\r\n", at)
        if line < 0:
            return None
        length = int(buffer[at:line], 16)
        if length == 0:
            return bytes(body)
        body += buffer[line + 2 : line + 2 + length]
        at = line + 4 + length
