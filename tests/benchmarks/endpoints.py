"""The servers that ours is compared with, each a process of its own: ``oxigraph serve``, or a bare WSGI handler.

python -m tests.benchmarks.endpoints STORE PORT serves a store with waitress and nothing around it.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import waitress
from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store

from tests.benchmarks.load import GRAPH, ROWS, Target

BINARY = "oxigraph"


def oxigraph_version() -> str:
    """The version of the Rust server on PATH; empty if there is none."""
    if shutil.which(BINARY) is None:
        return ""
    shown = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True)
    return shown.stdout.split()[-1]


@contextmanager
def oxigraph_serve(store: Path) -> Iterator[Target]:
    """``oxigraph serve-read-only`` on the directory."""
    port = free_port()
    with _process([BINARY, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"], port):
        yield Target(port, "/query")


@contextmanager
def bare_wsgi(store: Path) -> Iterator[Target]:
    """Waitress and pyoxigraph in one process: no guard, no clearance, no worker, no audit, no cache."""
    port = free_port()
    with _process([sys.executable, "-m", "tests.benchmarks.endpoints", str(store), str(port)], port):
        yield Target(port, "/")


@contextmanager
def _process(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await_port(port, process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def await_port(port: int, process: subprocess.Popen[bytes], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not answer")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def application(store: Store) -> Any:
    """The bare handler: parse the query string, evaluate, serialise."""

    def answer(environ: dict[str, Any], start: Any) -> list[bytes]:
        found = store.query(parse_qs(environ["QUERY_STRING"])["query"][0])
        if isinstance(found, QueryTriples):
            body, media = found.serialize(format=RdfFormat.N_TRIPLES), GRAPH
        else:
            body, media = found.serialize(format=QueryResultsFormat.JSON), ROWS
        start("200 OK", [("Content-Type", media), ("Content-Length", str(len(body or b"")))])
        return [body or b""]

    return answer


def main(arguments: list[str]) -> None:
    store = Store.read_only(arguments[0])
    waitress.serve(application(store), host="127.0.0.1", port=int(arguments[1]), threads=16, _quiet=True)


if __name__ == "__main__":
    main(sys.argv[1:])
