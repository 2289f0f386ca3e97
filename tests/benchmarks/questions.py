"""How long each question of the catalogue takes on the demo, as each of its readers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from rich.console import Console

from graph_service import demo
from graph_service.serving.query_guard import GuardedQuery
from graph_service.serving.questions import Desk, open_desks
from graph_service.settings import Layout
from graph_service.storage.views import Publication
from queries import Question, catalogue
from tests.benchmarks.timing import Figure, NothingMeasured, median

WITHIN_MS = 100
_TIMES = 9


def questions(folder: Path) -> Iterator[Figure]:
    """Each question's example at the clearance where it takes longest, the slowest question first; then the target."""
    layout = Layout(folder / "questions")
    demo.build(layout, console=Console(quiet=True))
    with open_desks(Publication.read(layout.views).everyone, layout) as desks:
        found = [_worst(question, desks) for question in catalogue().values()]
    found.sort(key=lambda figure: -figure.value)
    yield from found
    yield Figure("questions", "the slowest", found[0].value, "ms", most=WITHIN_MS, note=found[0].name)


def _worst(question: Question, desks: dict[str, Desk]) -> Figure:
    """Where it takes longest, among the readers whom it gives a row. Raises ``NothingMeasured`` if there are none."""
    times: dict[str, tuple[float, int]] = {}
    for who, desk in desks.items():
        run = partial(_rows, desk, desk.bind(question, question.example))
        if rows := run():
            times[who] = (median(run, times=_TIMES) * 1000, rows)
    if not times:
        raise NothingMeasured(f"the example of {question.name} gives nobody a row")
    slowest = max(times, key=lambda who: times[who])
    taken, rows = times[slowest]
    return Figure("questions", question.name, taken, "ms", note=f"{slowest}, {rows} rows")


def _rows(desk: Desk, query: GuardedQuery) -> int:
    return len(json.loads(desk.workers.ask(query, form="json"))["results"]["bindings"])
