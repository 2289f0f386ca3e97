"""A whole installation for measuring: a generated dataset in a portion store, five readers, its builder and server."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph_service.builder import Builder
from graph_service.builder_socket import open_builder
from graph_service.portions import Decision, Portion, StoredPortion
from graph_service.running import Service
from graph_service.security import Label
from graph_service.settings import SETTINGS_FILE, Layout, read_settings
from graph_service.storage.views import Publication
from tests.benchmarks.generator import EX, KEY, Size, clearances, domain_labels, stored, text
from tests.benchmarks.load import Connection, LoadFailed, Target
from tests.benchmarks.shapes import Anchor, anchors

_SETTINGS = "query_seconds = 60\nqueue_seconds = 60\n"
_MARKER_PORTIONS = 10
WRITER = "reader5"


@dataclass(frozen=True)
class Installation:
    """The data folder, what was generated into it, and the readers' tokens, the lowest first ("" is anonymous)."""

    layout: Layout
    size: Size
    portions: Sequence[StoredPortion]
    tokens: tuple[str, ...]

    @property
    def anchors(self) -> list[Anchor]:
        return anchors(self.portions, count=len(self.portions))

    def view_path(self, reader: int) -> Path:
        """The store that a reader is served, as it is published now."""
        principals = {principal.name: principal for principal in Publication.read(self.layout.views).everyone}
        view = principals["anonymous" if reader == 0 else f"reader{reader + 1}"].view
        assert view is not None
        return view.dataset(self.layout.views)

    @contextmanager
    def builder(self) -> Iterator[Any]:
        """The builder: the running one while a service is up."""
        opened = open_builder(self.layout, read_settings(self.layout.data))
        try:
            yield opened
        finally:
            opened.close()


def install(size: Size, folder: Path, *, readers: int = 5) -> tuple[Installation, float]:
    """Fill a data folder and publish it to so many readers. Gives it with the seconds that publishing took.

    The portions are put into the store as ingest would leave them; ingest itself is not measured here.
    """
    layout = Layout(folder / "data")
    layout.create()
    (layout.data / SETTINGS_FILE).write_text(_SETTINGS, encoding="utf-8")
    builder = Builder(layout, read_settings(layout.data), key=KEY)
    try:
        portions = list(stored(size, domain_labels(size, builder.policies)))
        builder.store.put((portion, _set(portion)) for portion in portions)
        start = time.perf_counter()
        builder.publish()
        wanted = clearances(builder.policies)[1:readers]
        tokens = [builder.add_user(f"reader{n + 2}", clearance) for n, clearance in enumerate(wanted)]
        taken = time.perf_counter() - start
    finally:
        builder.close()
    return Installation(layout, size, portions, ("", *tokens)), taken


def _set(portion: StoredPortion) -> Decision:
    today = datetime.now(UTC).date()
    return Decision(act="set", after=portion.label, taken_on=today, taken_by=portion.portion.originator)


def addition(size: Size, number: int, label: Label, *, portions: int = _MARKER_PORTIONS) -> tuple[Portion, str]:
    """A portion that is not there yet, of 100 triples for each generated one in it, and an ASK that finds it."""
    first = size.portions + number * portions
    lines = {line for n in range(first, first + portions) for line in text(n, seed=size.seed).splitlines(keepends=True)}
    portion = Portion(f"{EX}addition/{number}", "", label, f"{EX}originator/new", "".join(sorted(lines)))
    return portion, f"ASK {{ <{EX}passage/{first}> ?p ?o }}"


class Readers:
    """All readers of a service at once: what each of them is told now."""

    def __init__(self, service: Service, tokens: Sequence[str]) -> None:
        self._targets = [Target(service.port, "/sparql", token) for token in tokens]

    def told(self, query: str) -> list[bool | None]:
        """Each reader's answer to an ASK; ``None`` for one who is not served just now (503)."""
        return [self._one(target, query) for target in self._targets]

    def await_answers(self, query: str, wanted: Sequence[bool], *, seconds: float = 900) -> None:
        """Ask until every reader is told what they should be. Raises ``LoadFailed`` if that does not happen."""
        end = time.monotonic() + seconds
        while (found := self.told(query)) != list(wanted):
            if time.monotonic() > end:
                raise LoadFailed(f"readers are told {found}, not {wanted}")
            time.sleep(0.005)

    def _one(self, target: Target, query: str) -> bool | None:
        with Connection(target.port) as connection:
            try:
                return bool(json.loads(connection.ask(target.request(query)))["boolean"])
            except LoadFailed as error:
                if "HTTP/1.1 503" in str(error):
                    return None
                raise


def resident_mib(pid: int, *, peak: bool = False) -> float:
    """A process's resident memory, or the most that it ever had."""
    wanted = "VmHWM:" if peak else "VmRSS:"
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(wanted))


def children(pid: int) -> list[int]:
    """The processes that this one started and that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            try:
                status = (entry / "stat").read_text(encoding="utf-8")
            except OSError:
                continue
            if int(status.rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry.name))
    return found
