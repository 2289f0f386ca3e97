"""``python -m tests.benchmarks``: everything that docs/performance.md tells, as ratios within one run.

--quads N       the dataset's size; 100,000 is the default and takes some minutes, 1,000,000 takes half an hour or more
--only SECTION  one of evaluation, labels, increments, http, changes, memory, disk, demo, validation,
                questions, loading, documents, page; may be given again
--json FILE     the figures as JSON; nothing else is ever written
--seed N        of the generator
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console
from rich.table import Table

from graph_service import demo
from graph_service.policy_files import load_policies
from graph_service.running import Service
from graph_service.settings import Layout, Settings
from tests.benchmarks.changes import changes, increments
from tests.benchmarks.documents import documents
from tests.benchmarks.endpoints import oxigraph_version
from tests.benchmarks.generator import Size
from tests.benchmarks.installation import install
from tests.benchmarks.loading import loading
from tests.benchmarks.over_http import disk, memory, over_http
from tests.benchmarks.page import page
from tests.benchmarks.questions import questions
from tests.benchmarks.timing import Figure, median
from tests.benchmarks.validation import validation
from tests.benchmarks.views import evaluation, hidden_triples, labels_in_use

SECTIONS = tuple(
    "evaluation labels increments http changes memory disk demo validation questions loading documents page".split()
)
_OF_A_SERVICE = {"http", "changes", "memory", "disk"}
_POINT = "SELECT * { <https://w3id.org/sluis/id/actor/minusma> ?p ?o }"


@dataclass(frozen=True)
class Wish:
    """What to measure. ``budget`` is about how many seconds each shape gets, beyond one run a round."""

    size: Size
    sections: frozenset[str]
    budget: float

    @property
    def smaller(self) -> Size:
        """For what needs views of several datasets, or twenty of one. 500 labels need at least 65,000 quads."""
        return Size(min(self.size.quads, max(self.size.quads // 5, 70_000)), self.size.seed)


def measured(wish: Wish, folder: Path) -> Iterator[Figure]:
    """The wished figures, as they come."""
    policies = load_policies(Settings())
    if "evaluation" in wish.sections:
        yield from evaluation(wish.size, folder, policies, budget=wish.budget)
    if "labels" in wish.sections:
        yield from labels_in_use(wish.smaller, folder, policies, budget=wish.budget)
        yield from hidden_triples(wish.smaller, folder, policies, budget=wish.budget)
    if "increments" in wish.sections:
        yield from increments(wish.smaller, folder, budget=wish.budget, seconds=60)
    if wish.sections & _OF_A_SERVICE:
        yield from _service(wish, folder)
    if "validation" in wish.sections:
        yield from validation(wish.size.quads, policies)
    for name, section in (("demo", _demo), ("questions", questions), ("page", page)):
        if name in wish.sections:
            yield from section(folder)
    if "loading" in wish.sections:
        yield from loading(2 * wish.size.quads, folder)
    if "documents" in wish.sections:
        yield from documents(folder, policies)


def _service(wish: Wish, folder: Path) -> Iterator[Figure]:
    """What needs a whole installation, in an order in which nothing is changed before it is measured."""
    installation, seconds = install(wish.size, folder)
    yield Figure("installation", "five views built and published in", seconds, "s")
    if "disk" in wish.sections:
        yield from disk(installation, folder)
    with Service(installation.layout) as service:
        if "memory" in wish.sections:
            yield from memory(installation, service)
        if "http" in wish.sections:
            yield from over_http(installation, service)
        if "changes" in wish.sections:
            yield from changes(installation, service)


def _demo(folder: Path) -> Iterator[Figure]:
    layout, quiet = Layout(folder / "demo"), Console(quiet=True)
    start = time.perf_counter()
    demo.build(layout, console=quiet)
    demo.ask(layout, console=quiet)
    with Service(layout) as service:
        yield Figure("demo", "ready", time.perf_counter() - start, "s")
        url = f"{service.url}/sparql?{urllib.parse.urlencode({'query': _POINT})}"

        def ask() -> int:
            with urllib.request.urlopen(url) as response:  # our own loopback server
                return len(json.load(response)["results"]["bindings"])

        yield Figure("demo", "point query over HTTP, cached", median(ask, times=200) * 1000, "ms")


def machine() -> dict[str, Any]:
    """The machine by kind: never by name."""
    model, memory = "", 0.0
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": model or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory, GiB": round(memory),
        "kernel": f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}",
        "load average at the start": round(os.getloadavg()[0], 1),
        "Python": platform.python_version(),
        "pyoxigraph": version("pyoxigraph"),
        "oxigraph serve": oxigraph_version() or "not on PATH: its ratios are left out",
    }


def _table(figures: list[Figure]) -> Table:
    table = Table("section", "figure", "value", "wanted", "", "note", title="medians; ratios within one run")
    section = ""
    for figure in figures:
        wanted = f"≤ {figure.most:g}" if figure.most is not None else ""
        wanted = f"≥ {figure.least:g}" if figure.least is not None else wanted
        met = {True: "[green]met[/green]", False: "[red]not met[/red]", None: ""}[figure.met]
        unit = "" if figure.unit == "ratio" else f" {figure.unit}"
        name = figure.section if figure.section != section else ""
        table.add_row(name, figure.name, f"{figure.value:,.2f}{unit}", wanted, met, figure.note)
        section = figure.section
    return table


def _arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument("--quads", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--only", action="append", choices=SECTIONS)
    parser.add_argument("--json", type=Path)
    return parser.parse_args(given)


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Ended from outside: so that every server that was started ends too, and the temporary folder goes."""
    raise SystemExit("ended by a signal")


def main() -> None:
    given, console = _arguments(), Console()
    budget = 0.5 if given.quads <= 100_000 else 2.0
    wish = Wish(Size(given.quads, given.seed), frozenset(given.only or SECTIONS), budget)
    signal.signal(signal.SIGTERM, _stop)
    start, figures = time.perf_counter(), []
    console.print(", ".join(f"{key} {value}" for key, value in machine().items()), highlight=False)
    try:
        with tempfile.TemporaryDirectory() as name, console.status("measuring …") as status:
            for figure in measured(wish, Path(name)):
                figures.append(figure)
                status.update(f"measuring … {figure.section}: {figure.name} {figure.value:.2f}")
    finally:  # what goes wrong fails the run, but does not take along what was measured before
        console.print(_table(figures))
        console.print(f"{given.quads:,} quads, {time.perf_counter() - start:.0f} s", highlight=False)
    if given.json:
        data = {"machine": machine(), "quads": given.quads, "seed": given.seed}
        given.json.write_text(json.dumps({**data, "figures": [f.to_data() for f in figures]}, indent=1) + "\n")


if __name__ == "__main__":
    main()
