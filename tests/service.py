"""Helpers for tests that go over HTTP or start processes: whatever is started here is ended by whoever asked for it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from click.testing import CliRunner
from pyoxigraph import Quad, Store

from graph_service.cli import main
from graph_service.demo import TOKENS_FILE
from graph_service.running import Service
from graph_service.settings import SETTINGS_FILE, Layout, Settings
from tests.worlds import SHIPPED, World

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 60
"""No request, program or process of a test may take longer."""

JSON = "application/sparql-results+json"
COMMAND = "from graph_service.cli import main; main()"


@dataclass(frozen=True)
class Answer:
    """One HTTP response, with its headers by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    @property
    def everything(self) -> bytes:
        """Status, headers and body as one text to look for things in."""
        return f"{self.status} {self.headers}\n".encode() + self.body

    @property
    def comparable(self) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        """All of it but ``Date`` and ``Query-Id``, which the one law excepts."""
        kept = {name: value for name, value in self.headers.items() if name not in {"date", "query-id"}}
        return self.status, tuple(sorted(kept.items())), self.body


@dataclass(frozen=True)
class Reader:
    """Somebody who asks a server on a loopback port, with a token or anonymously."""

    port: int
    token: str | None = None

    def request(
        self, method: str, path: str, *, body: bytes | str | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        sent = dict(headers or {})
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request(method, path, body=body.encode() if isinstance(body, str) else body, headers=sent)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()

    def get(self, path: str, parameters: dict[str, str] | None = None, *, accept: str | None = None) -> Answer:
        target = path + (f"?{urlencode(parameters)}" if parameters else "")
        return self.request("GET", target, headers={"Accept": accept} if accept is not None else {})

    def sparql(self, query: str, *, accept: str | None = None) -> Answer:
        return self.get("/sparql", {"query": query}, accept=accept)

    def question(self, name: str, parameters: dict[str, str] | None = None, *, accept: str | None = None) -> Answer:
        return self.get(f"/queries/{quote(name)}", parameters, accept=accept)

    def rows(self, query: str) -> list[dict[str, str]]:
        """The values of each row, by variable."""
        answer = self.sparql(query, accept=JSON)
        assert answer.status == 200, answer.text
        return bindings(answer)


def bindings(answer: Answer) -> list[dict[str, str]]:
    """The rows of a JSON result, each a dict of values."""
    return [{name: term["value"] for name, term in row.items()} for row in answer.data["results"]["bindings"]]


class Listener:
    """A loopback port with a thread of its own that notes who connects. A context manager."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(64)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._heard = 0
        self._thread = threading.Thread(target=self._accept)

    def heard(self) -> int:
        """How many have connected since this was last asked."""
        # A connection of our own comes after all others in the queue: when it is through, so are they.
        marker = socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)
        with marker, contextlib.suppress(ConnectionError):
            marker.recv(1024)
        found, self._heard = self._heard - 1, 0
        return found

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=SECONDS)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._heard += 1
            with connection, contextlib.suppress(OSError):
                connection.sendall(b"HTTP/1.1 500 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def run_python(code: str, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a small program by exec, from the project's root, and wait for its end."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},  # it may change its folder and start programs of ours there
        timeout=SECONDS,
        check=False,
    )


def sluis(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": "300"},
        timeout=SECONDS,
        check=False,
    )


def sluis_here(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command line in this process, which is faster. It must not be one that serves."""
    done = CliRunner().invoke(
        main, [*arguments], input=stdin, prog_name="sluis", env={"COLUMNS": "300"}, catch_exceptions=False
    )
    return subprocess.CompletedProcess([*arguments], done.exit_code, done.stdout, done.stderr)


def write_dataset(directory: Path, quads: list[Quad]) -> Path:
    """A small store on disk, as a worker opens it."""
    store = Store(str(directory))
    store.extend(quads)
    store.flush()
    del store
    return directory


def write_settings(layout: Layout, **settings: float | int | str | bool) -> None:
    """``sluis.toml`` with these settings, each checked against ``Settings`` by its constructor."""
    Settings(**settings)  # type: ignore[arg-type]
    lines = (f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    (layout.data / SETTINGS_FILE).write_text("".join(lines), encoding="utf-8")


_DEMOS: dict[World, Layout] = {}


def demo_once(factory: pytest.TempPathFactory, world: World = SHIPPED) -> Layout:
    """A world's demo folder, built once a session. Read it, serve it, copy it; don't change it."""
    if world not in _DEMOS:
        place = factory.mktemp(f"demo-{world.name}")
        _DEMOS[world] = world.demo(Layout(place / "data"), place / "work")
    return _DEMOS[world]


def copy_of(layout: Layout, place: Path) -> Layout:
    """A copy of a data folder, to change or to serve with other settings."""
    shutil.copytree(layout.data, place, ignore=shutil.ignore_patterns("audit.jsonl", "builder.secret"))
    return Layout(place)


def tokens(layout: Layout) -> dict[str, str]:
    data = tomllib.loads((layout.data / TOKENS_FILE).read_text(encoding="utf-8"))
    return {name: user["token"] for name, user in data["users"].items()}


@contextlib.contextmanager
def serving(layout: Layout) -> Iterator[Service]:
    """A builder and a server over a data folder, until the block ends."""
    with Service(layout) as service:
        yield service
