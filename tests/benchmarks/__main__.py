"""How long the demo takes to build, a point query over HTTP, and a view against bare pyoxigraph.

Medians; the ratio's two sides are run in turn within one run, because machines are shared and noisy.
"""

from __future__ import annotations

import json
import platform
import random
import statistics
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Store, Triple
from rich.console import Console
from rich.table import Table

from graph_service import demo
from graph_service.handling import parse_marking
from graph_service.ingest import accept
from graph_service.policy_files import load_policies
from graph_service.portions import Portion
from graph_service.running import Service
from graph_service.security import Policies
from graph_service.settings import Layout, Settings
from graph_service.storage.view_builder import build_view

PORTIONS, THINGS = 200, 100
POINT = "SELECT * { <https://w3id.org/sluis/id/actor/minusma> ?p ?o }"
EX = "https://example.org/"
SHAPES = {
    "point": f"SELECT * {{ <{EX}thing/17> ?p ?o }}",
    "star": f"SELECT ?s ?n ?l {{ ?s <{EX}kind> <{EX}kind/3> ; <{EX}name> ?n ; <{EX}near> ?l }}",
    "join": f"SELECT ?a ?c {{ ?a <{EX}near> ?b . ?b <{EX}near> ?c . ?c <{EX}kind> <{EX}kind/1> }}",
    "path": f"SELECT ?z {{ <{EX}thing/3> <{EX}near>+ ?z }}",
    "count": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
}


def median_ms(run: Callable[[], int], *, times: int) -> float:
    """The median of several runs in milliseconds. Each run gives its number of rows, which must not be 0."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        rows = run()
        taken.append((time.perf_counter() - start) * 1000)
        assert rows > 0, "a benchmark that finds nothing measures nothing"
    return statistics.median(taken)


def demo_and_point_query(folder: Path) -> dict[str, float]:
    layout, quiet = Layout(folder / "demo"), Console(quiet=True)
    start = time.perf_counter()
    demo.build(layout, console=quiet)
    demo.ask(layout, console=quiet)
    with Service(layout) as service:
        ready = time.perf_counter() - start
        url = f"{service.url}/sparql?{urllib.parse.urlencode({'query': POINT})}"

        def ask() -> int:
            with urllib.request.urlopen(url) as response:  # our own loopback server
                return len(json.load(response)["results"]["bindings"])

        ask()
        return {"demo ready, s": ready, "point query over HTTP, ms": median_ms(ask, times=200)}


def view_against_bare(folder: Path, policies: Policies) -> dict[str, float]:
    """Each query shape: the view's median ÷ bare pyoxigraph's, on the same triples, both compacted on disk."""
    views, label, rng = folder / "views", parse_marking("Stg. GEHEIM", policies=policies), random.Random(17)  # noqa: S311
    views.mkdir()
    proposed = (Portion(f"{EX}source", str(n), label, f"{EX}me", text(n, rng)) for n in range(PORTIONS))
    stored = [accept(portion, key=b"benchmark", policies=policies, today=date(2026, 11, 22)) for portion in proposed]
    view = Store.read_only(str(build_view(stored, views=views, policies=policies).dataset(views)))
    writer = Store(str(folder / "bare"))
    # The view's default graph: its triples with their closure, so that both sides answer alike.
    writer.bulk_extend(quad for quad in view.quads_for_pattern(None, None, None, DefaultGraph()))
    writer.optimize()
    writer.flush()
    del writer
    bare = Store.read_only(str(folder / "bare"))
    ratios = {}
    for name, query in SHAPES.items():
        sides: dict[str, list[float]] = {"view": [], "bare": []}
        for _ in range(15):
            for side, store in (("view", view), ("bare", bare)):
                sides[side].append(median_ms(partial(rows, store, query), times=1))
        ratios[f"view ÷ bare, {name}"] = statistics.median(sides["view"]) / statistics.median(sides["bare"])
    return ratios


def text(portion: int, rng: random.Random) -> str:
    lines = []
    for n in range(THINGS):
        thing = NamedNode(f"{EX}thing/{portion * THINGS + n}")
        lines += [
            Triple(thing, NamedNode(f"{EX}kind"), NamedNode(f"{EX}kind/{n % 7}")),
            Triple(thing, NamedNode(f"{EX}name"), Literal(f"thing {portion}-{n}", language="en")),
            Triple(thing, NamedNode(f"{EX}near"), NamedNode(f"{EX}thing/{rng.randrange(PORTIONS * THINGS)}")),
        ]
    return "".join(f"{triple} .\n" for triple in lines)


def rows(store: Store, query: str) -> int:
    found = store.query(query)
    assert isinstance(found, QuerySolutions)
    return sum(1 for _ in found)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = demo_and_point_query(folder)
        figures |= view_against_bare(folder, load_policies(Settings()))
    table = Table("figure", "median", title=f"{platform.machine()}, Python {platform.python_version()}")
    for figure, value in figures.items():
        table.add_row(figure, f"{value:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
