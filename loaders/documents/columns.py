"""Columns of prose side by side: read one after the other, and not line by line."""

from __future__ import annotations

from collections.abc import Sequence

from loaders.documents.lines import Cell, Line

_LEAST, _BINS = 8, 100
_CROSSING, _WIDE, _WORDS = 0.1, 0.28, 4
"""At most so large a part of the lines cross the space between columns; a column is so wide, and has so many words."""


def columns_of(page: Sequence[Line]) -> list[list[Line]]:
    """The page in the parts that are read one after the other: itself, or its columns with what stands across them."""
    gutter = _gutter(page)
    if gutter is None:
        return [list(page)]
    parts, left, right = list[list[Line]](), list[Line](), list[Line]()
    for line in page:
        pieces = _pieces(line)
        if any(piece.left < gutter < piece.right for piece in pieces):
            parts += [part for part in (left, right) if part]
            left, right = [], []
            parts.append([line])
            continue
        for column, side in (
            (left, [piece for piece in pieces if piece.right <= gutter]),
            (right, [piece for piece in pieces if piece.left >= gutter]),
        ):
            if side:
                column.append(_part(line, side))
    return [*parts, *(part for part in (left, right) if part)]


def _pieces(line: Line) -> Sequence[Cell]:
    return line.cells or (Cell(line.text, line.left, line.right),)


def _gutter(page: Sequence[Line]) -> float | None:
    """The middle of the white space that parts the page in two columns of prose; ``None`` if there is none."""
    pieces = [piece for line in page for piece in _pieces(line)]
    if len(pieces) < 2 * _LEAST:
        return None
    begin, end = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    step = (end - begin) / _BINS or 1.0
    crossed = [0] * (_BINS + 1)
    for piece in pieces:
        for place in range(int((piece.left - begin) / step) + 1, int((piece.right - begin) / step) + 1):
            crossed[min(place, _BINS)] += 1
    least = min(crossed[30:71])
    if least > _CROSSING * len(page):
        return None
    free = [place for place in range(30, 71) if crossed[place] == least]
    gutter = begin + free[len(free) // 2] * step
    sides = [piece for piece in pieces if piece.right <= gutter], [piece for piece in pieces if piece.left >= gutter]
    return gutter if all(_is_prose(side, (end - begin) * _WIDE) for side in sides) else None


def _is_prose(side: Sequence[Cell], width: float) -> bool:
    """Whether a column holds lines of a text, and not the cells of a table."""
    full = [piece for piece in side if piece.right - piece.left >= width and len(piece.text.split()) >= _WORDS]
    return len(full) >= max(_LEAST - 2, 0.6 * len(side))


def _part(line: Line, pieces: Sequence[Cell]) -> Line:
    """The part of a line that stands in one column."""
    text = "  ".join(piece.text for piece in pieces)
    cells = tuple(pieces) if len(pieces) > 1 else ()
    return Line(
        text, line.page, pieces[0].left, pieces[-1].right, line.gap, line.size, line.bold, cells, rule=line.rule
    )
