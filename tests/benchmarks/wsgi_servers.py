"""Which WSGI server: requests a second of each on PATH, and whether an answer that breaks off looks whole there.

python -m tests.benchmarks.wsgi_servers

Install the servers first, each at its newest version: ``pip install waitress gunicorn granian``.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, request
from rich.console import Console

from tests.benchmarks.endpoints import await_port, free_port
from tests.benchmarks.load import Connection, LoadFailed, Target, burst

_THREADS, _ROUNDS, _SECONDS = 16, 5, 1.0
_HERE = "tests.benchmarks.wsgi_servers"

flask_app = Flask("empty", static_folder=None)


@flask_app.get("/sparql")
def _answer() -> Response:
    return Response(request.args["query"], content_type="text/plain")


def empty(_environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"{}"]


def broken(_environ: dict[str, Any], start: Any) -> Iterator[bytes]:
    """An answer that fails when a piece of it is on its way."""
    start("200 OK", [("Content-Type", "text/plain")])
    yield b"a part"
    raise RuntimeError("broken off")


def commands(app: str, port: int) -> dict[str, list[str]]:
    """How each server is started: one process, and threads for sixteen requests at a time."""
    target, where = f"{_HERE}:{app}", f"127.0.0.1:{port}"
    gunicorn = ["--workers", "1", "--worker-class", "gthread", "--threads", str(_THREADS), "--bind", where]
    granian = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", str(_THREADS), "--no-ws"]
    return {
        "waitress": ["waitress-serve", f"--threads={_THREADS}", f"--listen={where}", target],
        "gunicorn": ["gunicorn", *gunicorn, target],
        "granian": ["granian", *granian, "--host", "127.0.0.1", "--port", str(port), target],
    }


@contextmanager
def _served(server: str, app: str) -> Iterator[Target]:
    port = free_port()
    process = subprocess.Popen(commands(app, port)[server], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await_port(port, process)
        yield Target(port, "/sparql")
    finally:
        process.terminate()
        process.wait(timeout=20)


def rate(server: str, app: str) -> float:
    """Requests a second, the median of some bursts."""
    with _served(server, app) as target:
        asked = [target.request("ASK {}")] * 100_000
        return statistics.median(burst(target.port, asked, seconds=_SECONDS).rate for _ in range(_ROUNDS))


def looks_whole(server: str) -> bool:
    """Whether a reader takes an answer that broke off for a whole one."""
    with _served(server, "broken") as target, Connection(target.port) as connection:
        try:
            return bool(connection.ask(target.request("ASK {}")))
        except (LoadFailed, OSError):
            return False


def main() -> None:
    console = Console()
    for server, command in commands("", 0).items():
        if shutil.which(command[0]) is None:
            console.print(f"{server}: not on PATH")
            continue
        rates = ", ".join(f"{app} {rate(server, app):,.0f}/s" for app in ("empty", "flask_app"))
        seen = "whole" if looks_whole(server) else "broken off"
        console.print(f"{server}: {rates}; an answer that breaks off looks {seen}")


if __name__ == "__main__":
    main()
