"""The margin of a letter: a narrow column of small letters right of the text, with addresses, references and dates.

Read line by line with the text it would stand in the midst of its sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from loaders.documents.lines import Line, percentile, plain, together
from loaders.documents.running import is_page_number

_SMALLER, _FROM, _LEAST = 0.93, 0.62, 3
"""Letters at most so large, the text being 1; so far to the right; and so many pieces at least."""
_LEVEL = 1.0
"""Pieces stand on one height if they differ by less than this, in points."""


class Run(Protocol):
    """A piece of a line, by its place on the page."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float: ...

    @property
    def text(self) -> str: ...


def margin_begins(runs: Sequence[Run]) -> float | None:
    """From where to the right a page has a margin; ``None`` if it has none.

    What stands there is small, nothing crosses into it, and text of the usual size stands beside it. A table in small
    letters has its other columns on the same heights.
    """
    if not runs:
        return None
    usual = percentile([run.height for run in runs for _ in range(1 + len(run.text) // 10)], 0.5)
    small = [run for run in runs if run.height <= _SMALLER * usual and not run.text.strip("[]()*, ").isdigit()]
    begin, end = min(run.left for run in runs), max(run.right for run in runs)
    there = [run for run in small if run.left >= begin + _FROM * (end - begin)]
    if len(there) < _LEAST:
        return None
    edge = min(run.left for run in there) - _LEVEL
    low, high = min(run.bottom for run in there), max(run.top for run in there)
    beside = [run for run in runs if low <= run.bottom <= high and run.left < edge]
    if any(run.right > edge for run in beside) or any(run.left >= edge and run not in there for run in runs):
        return None
    levels = {round(run.bottom / _LEVEL) for run in beside if run in small}
    shared = sum(round(run.bottom / _LEVEL) in levels for run in there)
    has_text = any(run.height > _SMALLER * usual for run in beside)
    return edge if has_text and shared * 5 <= len(there) else None


def texts_of(margins: Sequence[Sequence[Line]]) -> list[tuple[int, str]]:
    """What the margins of the pages say, each with its page: lines below each other together, and nothing twice."""
    groups, seen = list[tuple[int, list[str]]](), set[str]()
    for lines in margins:
        apart = True
        for line in lines:
            text = plain(line.text)
            if text in seen or is_page_number(text):
                apart = True
                continue
            seen.add(text)
            if apart or line.gap:
                groups.append((line.page, []))
            groups[-1][1].append(line.text)
            apart = False
    return [(page, together(texts)) for page, texts in groups]
