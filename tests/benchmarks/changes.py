"""How soon readers see what changed, and what twenty additions cost them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from graph_service.relabelling import Relabelling
from graph_service.running import Service
from graph_service.security import Label
from tests.benchmarks.generator import Size, label, levels_of
from tests.benchmarks.installation import WRITER, Installation, Readers, addition, install
from tests.benchmarks.shapes import anchors, shapes
from tests.benchmarks.timing import Figure
from tests.benchmarks.views import WORST, Pair, bare_stores

SECONDS, SETTLED_SECONDS = 1.0, 30.0
INCREMENTS = 20
_TIMES, _LONG = 5, 10.0
"""Five times, but once only where one time takes longer than ten seconds."""


def changes(installation: Installation, service: Service) -> Iterator[Figure]:
    """A 1,000-triple portion at the lowest level until every reader sees it; its label raised, until it took effect."""
    readers, section = Readers(service, installation.tokens), "changes, five views"
    added: list[float] = []
    raised: list[float] = []
    with installation.builder() as builder:
        levels = levels_of(builder.policies)
        builder.publish()  # the first of a builder's life also brings the vocabulary up to date
        for number in range(_TIMES):
            ids = {summary.id for summary in builder.portions()}
            portion, question = addition(installation.size, number, label(levels[0], ()))
            everyone, few = [True] * len(installation.tokens), [order >= 3 for order in range(len(installation.tokens))]

            def add(portion=portion) -> None:  # type: ignore[no-untyped-def]
                builder.load([portion])
                builder.publish()

            added.append(_until(add, readers, question, everyone))
            (mine,) = {summary.id for summary in builder.portions()} - ids
            wish = Relabelling(label(levels[3], ()), reference="benchmark")

            def raise_it(mine=mine, wish=wish) -> None:  # type: ignore[no-untyped-def]
                builder.relabel(mine, wish, user=WRITER)

            raised.append(_until(raise_it, readers, question, few))
            if added[-1] + raised[-1] > _LONG:
                break
    note = f"median of {len(added)}"
    yield Figure(section, "1,000 triples added, seen by all", statistics.median(added), "s", most=SECONDS, note=note)
    yield Figure(section, "label raised, all served again", statistics.median(raised), "s", most=SECONDS, note=note)


def _until(act: Callable[[], None], readers: Readers, question: str, wanted: list[bool]) -> float:
    assert readers.told(question) != wanted
    start = time.perf_counter()
    act()
    readers.await_answers(question, wanted)
    return time.perf_counter() - start


def increments(size: Size, folder: Path, *, budget: float, seconds: float) -> Iterator[Figure]:
    """Twenty additions one after the other, then each shape on the view ÷ on a bare store, until it is well again.

    The builder runs as in a service, so that it may make views afresh in the background. As many additions as fit
    into ``seconds``; the figures' note says how many those were.
    """
    installation, _ = install(size, folder / "increments", readers=1)
    section, done = f"after {INCREMENTS} increments", 0
    with Service(installation.layout) as service, installation.builder() as builder:
        readers = Readers(service, installation.tokens)
        builder.publish()
        start = time.perf_counter()
        at: Label = label(levels_of(builder.policies)[0], ())
        while done < INCREMENTS and (not done or time.perf_counter() - start < seconds):
            portion, question = addition(size, done, at)
            builder.load([portion])
            builder.publish()
            done += 1
        readers.await_answers(question, [True])
        note = f"{done} increments"
        yield Figure(section, "one increment", (time.perf_counter() - start) / done, "s", note=note)
        mix = shapes(anchors(installation.portions)[0])
        yield from _settled(section, installation, folder / "increments", mix, budget=budget, note=note)


def _settled(
    section: str, installation: Installation, folder: Path, mix: dict[str, str], *, budget: float, note: str
) -> Iterator[Figure]:
    """Measure the published view, again when it is made afresh, until its worst shape is well or the time is over."""
    begin, first = time.perf_counter(), 0.0
    bare_stores(installation.view_path(0), folder / "bare")
    while True:
        both = Pair(installation.view_path(0), folder / "bare", 0.0)
        begun = time.perf_counter() - begin
        found = both.ratios(mix, budget=budget)
        worst = max(found.values())
        first = first or worst
        if worst <= WORST or time.perf_counter() - begin > SETTLED_SECONDS:
            break
    shape = max(found, key=lambda name: found[name])
    yield Figure(section, "worst shape at once", first, note=note)
    yield Figure(section, "worst shape", worst, most=WORST, note=f"{shape}; {note}")
    yield Figure(section, "that is measured after", begun, "s", most=SETTLED_SECONDS)
