"""Columns of prose side by side: read one after the other, and not line by line."""

from __future__ import annotations

from collections.abc import Sequence

from loaders.documents.lines import Cell, Line, percentile

_PART = 0.6
"""So large a part of the lines of a page must have the same white space in them to be parted there."""


def in_reading_order(page: Sequence[Line]) -> list[Line]:
    """The lines of a page: where two columns of prose stand side by side, the left before the right."""
    gutter = _gutter(page)
    if gutter is None:
        return list(page)
    ordered, left, right = list[Line](), list[Line](), list[Line]()
    for line in page:
        pieces = line.cells or (Cell(line.text, line.left, line.right),)
        if any(piece.left < gutter < piece.right for piece in pieces):
            ordered += [*left, *right, line]
            left, right = [], []
            continue
        for column, side in (
            (left, [p for p in pieces if p.right <= gutter]),
            (right, [p for p in pieces if p.left >= gutter]),
        ):
            if side:
                column.append(_part(line, side))
    return [*ordered, *left, *right]


def _gutter(page: Sequence[Line]) -> float | None:
    """The middle of the white space that parts the page in two columns of prose; ``None`` if there is none."""
    parted = [line for line in page if len(line.cells) == 2]
    if len(parted) < max(8, _PART * len(page)):
        return None
    lefts, rights = [line.cells[0].right for line in parted], [line.cells[1].left for line in parted]
    begin, end = percentile(lefts, 0.95), percentile(rights, 0.05)
    first = percentile([line.cells[0].right - line.cells[0].left for line in parted], 0.5)
    second = percentile([line.cells[1].right - line.cells[1].left for line in parted], 0.5)
    width = max(line.right for line in page) - min(line.left for line in page)
    if end <= begin or min(first, second) < 0.3 * width:
        return None
    words = percentile([len(line.cells[0].text.split()) for line in parted], 0.5)
    return (begin + end) / 2 if words >= 4 else None


def _part(line: Line, pieces: Sequence[Cell]) -> Line:
    """The part of a line that stands in one column."""
    text = "  ".join(piece.text for piece in pieces)
    cells = tuple(pieces) if len(pieces) > 1 else ()
    return Line(
        text, line.page, pieces[0].left, pieces[-1].right, line.gap, line.size, line.bold, cells, rule=line.rule
    )
