"""Small cells: how much may be said of who spoke, so that nobody can be singled out. Pure.

A cell is a category, a place and a period. With fewer than *k* respondents it is made wider, one step at a time: the
month becomes the year, the place the wider one, the category its group, and in the end place and period are left out.
What is too small even then is withheld. Only interviews that are published in just the same words count for one
another: whoever takes the precise ones out of a wide cell must still be left with *k*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Cell:
    """What is said of an interview: each dimension from narrow to wide, as much of it as is left."""

    category: tuple[str, ...]
    place: tuple[str, ...]
    period: str

    @property
    def said(self) -> tuple[str, str, str]:
        """Category, place and period as they are told; empty for what is left out."""
        return self.category[0], self.place[0] if self.place else "", self.period

    def wider(self) -> Cell | None:
        """One step wider; nothing where there is no further step."""
        if len(self.period) > 4:
            return replace(self, period=self.period[:4])
        if len(self.place) > 1:
            return replace(self, place=self.place[1:])
        if len(self.category) > 1:
            return replace(self, category=self.category[1:])
        if self.period:
            return replace(self, period="")
        return replace(self, place=()) if self.place else None


def published(
    cells: Mapping[str, Cell],
    respondents: Mapping[str, Sequence[str]],
    *,
    smallest: int,
    counts_for: Callable[[str, str], bool],
) -> dict[str, Cell | None]:
    """What may be said of each interview, by its name; nothing for one that is withheld.

    ``counts_for(one, other)``: whether everybody who sees the one sees the other too. Only those count: for a reader
    who does not see the others, a cell is as small as what they see.
    """
    left: dict[str, Cell | None] = dict(cells)
    while True:
        alike: dict[tuple[str, str, str], list[str]] = {}
        for name, cell in left.items():
            if cell:
                alike.setdefault(cell.said, []).append(name)
        small = [
            name
            for names in alike.values()
            for name in names
            if _people(name, names, respondents, counts_for) < smallest
        ]
        if not small:
            return left
        # All of the narrowest together, and nothing else at once: a cell that widens may be what makes another large.
        most = max(_narrowness(left[name]) for name in small)
        for name in small:
            cell = left[name]
            if cell and _narrowness(cell) == most:
                left[name] = cell.wider()


def _people(
    name: str, alike: Sequence[str], respondents: Mapping[str, Sequence[str]], counts_for: Callable[[str, str], bool]
) -> int:
    return len({one for other in alike if counts_for(name, other) for one in respondents[other]})


def _narrowness(cell: Cell | None) -> int:
    steps = 0
    while cell is not None:
        steps, cell = steps + 1, cell.wider()
    return steps
