"""Measuring: two sides in turn within one run, medians, and the figures that come out of it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

Run = Callable[[], int]
"""One run of what is measured. Gives its number of rows, and raises what goes wrong."""

_SAMPLE_SECONDS = 0.004
"""A sample is at least this long: what is quicker runs several times in it."""
_TIMES, _ROUNDS = 5, 7


class NothingMeasured(AssertionError):
    """A run found nothing, or the two sides found different things: its time would mean nothing."""


@dataclass(frozen=True)
class Figure:
    """One measured value. ``limit`` is what the value must not be above (``most``) or below (``least``)."""

    section: str
    name: str
    value: float
    unit: str = "ratio"
    most: float | None = None
    least: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; ``None`` where there is none."""
        if self.most is not None:
            return self.value <= self.most
        return self.value >= self.least if self.least is not None else None

    def to_data(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


def seconds_of(run: Run) -> tuple[float, int]:
    """How long one run takes, and its rows. Raises ``NothingMeasured`` if there are none."""
    start = time.perf_counter()
    found = run()
    taken = time.perf_counter() - start
    if found <= 0:
        raise NothingMeasured("a benchmark that finds nothing measures nothing")
    return taken, found


def medians(one: Run, other: Run, *, times: int = _TIMES) -> tuple[float, float]:
    """The median seconds of each side, which run in turn after a warm-up and must find equally many rows."""
    _compare(one, other)
    taken = [(seconds_of(one)[0], seconds_of(other)[0]) for _ in range(times)]
    return statistics.median(first for first, _ in taken), statistics.median(second for _, second in taken)


def median(run: Run, *, times: int = _TIMES) -> float:
    """The median seconds of several runs, after a warm-up."""
    _warm(run)
    return statistics.median(seconds_of(run)[0] for _ in range(times))


def ratios(
    names: Iterable[str], one: Callable[[str], int], other: Callable[[str], int], *, budget: float = 1.0
) -> dict[str, float]:
    """For each name the first side's time ÷ the second's: the median over rounds of the ratio of medians.

    Each round goes through all names and gives each its share of ``budget`` seconds, so that what else the machine
    does for a moment falls on one round of a name, not on all of them.
    """
    sides = {name: (partial(one, name), partial(other, name)) for name in names}
    repeats = {name: max(1, int(_SAMPLE_SECONDS / _compare(*pair))) for name, pair in sides.items()}
    found: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(_ROUNDS):
        for name, pair in sides.items():
            found[name].append(_round(pair, repeats[name], seconds=budget / _ROUNDS, first=number % 2))
    return {name: statistics.median(every) for name, every in found.items()}


def _round(pair: tuple[Run, Run], repeats: int, *, seconds: float, first: int) -> float:
    """The ratio of medians over as many samples as fit; which side begins alternates."""
    samples: tuple[list[float], list[float]] = ([], [])
    end = time.perf_counter() + seconds
    while not samples[0] or time.perf_counter() < end:
        for side in (first, 1 - first):
            start = time.perf_counter()
            for _ in range(repeats):
                seconds_of(pair[side])
            samples[side].append(time.perf_counter() - start)
        first = 1 - first
    return statistics.median(samples[0]) / statistics.median(samples[1])


def _compare(one: Run, other: Run) -> float:
    """Warm both sides up, and see that they find equally many rows. Gives the seconds that the first takes."""
    taken, other_taken = _warm(one), _warm(other)
    if taken[1] != other_taken[1]:
        raise NothingMeasured(f"the two sides differ: {taken[1]} rows and {other_taken[1]}")
    return max(taken[0], 1e-6)


def worst_and_mean(
    section: str, found: dict[str, float], *, worst: float | None = None, mean: float | None = None
) -> list[Figure]:
    """The figures of a set of ratios: each shape, the worst, the geometric mean."""
    name = max(found, key=lambda key: found[key])
    return [
        *(Figure(section, key, value) for key, value in found.items()),
        Figure(section, "worst shape", found[name], most=worst, note=name),
        Figure(section, "geometric mean", statistics.geometric_mean(found.values()), most=mean),
    ]


def _warm(run: Run) -> tuple[float, int]:
    """The second of two runs: the first fills the caches."""
    seconds_of(run)
    return seconds_of(run)
