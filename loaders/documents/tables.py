"""Tables in lines: pieces of lines that stand below each other, and rows that begin with a date."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loaders.documents.lines import Cell, Line, between, continues, item_start

_LEAST = 3
"""So many rows make a table of what could be chance."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its cells, row by row, and how many lines it takes."""

    rows: tuple[tuple[str, ...], ...]
    lines: int


def find_tables(lines: Sequence[Line], *, width: float) -> Mapping[int, Table]:
    """The tables by the number of their first line."""
    found, at = dict[int, Table](), 0
    while at < len(lines):
        table = _pairs(lines, at, width) or _grid(lines, at, width) or _dated(lines, at, width)
        if table:
            found[at] = table
        at += table.lines if table else 1
    return found


def _pairs(lines: Sequence[Line], at: int, width: float) -> Table | None:
    """Lines that each have a short piece, white space, and a longer piece: a list of abbreviations."""
    rows = list[tuple[str, ...]]()
    while at + len(rows) < len(lines) and (row := _pair(lines[at + len(rows)], width)):
        rows.append(row)
    return Table(tuple(rows), len(rows)) if len(rows) >= _LEAST else None


_SHORT_FORM = re.compile(r"(?=\w*[A-Z]\w*[A-Z])[A-Z][\w&/-]{1,11}(?= [A-Z])")


def _pair(line: Line, width: float) -> tuple[str, ...]:
    """A short piece and a longer one; one space may be all that parts an abbreviation and what it stands for."""
    cells = line.cells
    if len(cells) == 2 and cells[0].right - line.left <= width * 0.4 and not _NUMBERED.match(line.text):
        return tuple(cell.text for cell in cells)
    found = _SHORT_FORM.match(line.text)
    if cells or not found or line.right - line.left > width * 0.8:
        return ()
    return found[0], line.text[found.end() :].strip()


def _grid(lines: Sequence[Line], at: int, width: float) -> Table | None:
    """Lines whose pieces begin at the same places: columns."""
    if len(lines[at].cells) < 2:
        return None
    columns = [cell.left for cell in lines[at].cells]
    end, full, near = at, 0, max(lines[at].width_of_a_character * 2, 1.0)
    while end < len(lines):
        pieces = lines[end].cells or (Cell(lines[end].text, lines[end].left, lines[end].right),)
        places = [_column(columns, piece, near) for piece in pieces]
        if None in places or len(set(places)) < len(places) or _runs_over(columns, pieces, places, near):
            break
        full += len(pieces) > 1
        end += 1
    while end > at and not lines[end - 1].cells and lines[end - 1].left <= columns[0] + near:
        end -= 1
    if full < _LEAST - 1 or end - at < _LEAST - 1 or full * 4 < end - at:
        return None
    return Table(_rows(lines[at:end], columns, near), end - at)


def _column(columns: Sequence[float], piece: Cell, near: float) -> int | None:
    return next((n for n, left in enumerate(columns) if abs(piece.left - left) <= near), None) if piece.text else None


def _runs_over(columns: Sequence[float], pieces: Sequence[Cell], places: Sequence[int | None], near: float) -> bool:
    """Whether a piece runs into the next column: then the line is no row."""
    for piece, place in zip(pieces, places, strict=True):
        if place is not None and place + 1 < len(columns) and piece.right > columns[place + 1] + near:
            return True
    return False


def _rows(lines: Sequence[Line], columns: Sequence[float], near: float) -> tuple[tuple[str, ...], ...]:
    """The rows: a new one begins after white space, or with each line of the first column where none is apart."""
    apart = sum(line.gap > _APART and not line.starts_page for line in lines[1:]) >= max(1, len(lines) / _LONGEST_ROW)
    numbered = sum(_begins_numbered(line, columns, near) for line in lines) >= _LEAST - 1
    rows = list[list[str]]()
    for number, line in enumerate(lines):
        pieces = line.cells or (Cell(line.text, line.left, line.right),)
        places = [_column(columns, piece, near) for piece in pieces]
        begins = not rows or (line.gap > _APART if apart and number > 1 else 0 in places)
        if rows and not apart:
            begins = begins and not _wraps(lines[number - 1], line, columns, near)
            if numbered and len(rows) > 1:
                begins = _begins_numbered(line, columns, near)
        if begins:
            rows.append([""] * len(columns))
        for piece, place in zip(pieces, places, strict=True):
            if place is not None:
                cut, gap = between(rows[-1][place], piece.text)
                cell = rows[-1][place]
                rows[-1][place] = cell[: len(cell) - cut] + gap + piece.text
    return tuple(tuple(row) for row in rows)


def _begins_numbered(line: Line, columns: Sequence[float], near: float) -> bool:
    """Whether the first cell of a row begins with a number and a stop: `2. Documents are kept from us`."""
    return abs(line.left - columns[0]) <= near and bool(_NUMBERED.match(line.text))


def _wraps(before: Line, line: Line, columns: Sequence[float], near: float) -> bool:
    """Whether a line is the rest of the cell above it: alone in its row, and its first word had no room there."""
    if line.cells or not before.cells or abs(line.left - columns[0]) > near or len(columns) < _LEAST - 1:
        return False
    word = line.text.split(None, 1)[0]
    return before.cells[0].right + (len(word) + 1) * before.width_of_a_character > columns[1] - near


_NUMBERED = re.compile(r"\d{1,3}[.)]\s+\S")
_LONGEST_ROW = 8
"""White space parts the rows of a table if it stands at least before every so many lines."""
_APART = 0.25

_WORDS = (
    r"(?:jan(?:uari|uary)?|feb(?:ruari|ruary)?|maart|march|april|mei|may|juni|june|juli|july|aug(?:ustus|ust)?"
    r"|sept?(?:ember)?|okt(?:ober)?|october|nov(?:ember)?|dec(?:ember)?|eerste|tweede|derde|vierde|first|second|third|fourth"
    r"|helft|half|kwartaal|quarter|begin|medio|eind|early|mid|late|zomer|najaar|voorjaar|herfst|winter|lente|summer|spring"
    r"|autumn|of|van|q[1-4]|\d{1,2})"
)
_DATED = re.compile(rf"(?:{_WORDS}\b[\s./–-]{{0,3}}){{0,6}}(?:19|20)\d\d(?=[\s:–-]|$)", re.IGNORECASE)
_BEGINS_DATE = re.compile(rf"(?:{_WORDS}\b[\s./–-]{{0,3}}){{1,6}}$", re.IGNORECASE)


def _dated(lines: Sequence[Line], at: int, width: float) -> Table | None:
    """Rows that begin with a date and go on with something else, where nothing shows the columns any more."""
    if not _DATED.match(lines[at].text) and not _BEGINS_DATE.match(lines[at].text):
        return None
    rows, end, dated = list[list[str]](), at, 0
    while end < len(lines) and (taken := _date_here(lines, end)):
        when, rest, count = taken
        if lines[end].right - lines[end].left > width * 0.85:
            break
        rows.append([when, rest])
        dated += 1
        end = _filled(lines, end + count, rows, width)
    return Table(tuple(tuple(row) for row in rows), end - at) if dated >= _LEAST else None


def _date_here(lines: Sequence[Line], at: int) -> tuple[str, str, int] | None:
    """A date that begins here and what stands behind it; the date may go on in the next line. With how many lines."""
    text, count = lines[at].text, 1
    if _BEGINS_DATE.match(text) and at + 1 < len(lines):
        text, count = f"{text} {lines[at + 1].text}", 2
    found = _DATED.match(text)
    if not found:
        return None
    rest = text[found.end() :].strip(" :–-")
    begins_small = rest[:1].islower()
    follows = at + count < len(lines) and item_start(lines[at + count].text) is not None
    return (found[0], rest, count) if (rest and not begins_small) or (not rest and follows) else None


def _filled(lines: Sequence[Line], at: int, rows: list[list[str]], width: float) -> int:
    """Takes the lines that go on with the last row, or have an empty first column; the line after them."""
    while at < len(lines) and not _date_here(lines, at):
        line = lines[at]
        item = item_start(line.text)
        if item and not item.number:
            rows[-1][1] = f"{rows[-1][1]} {line.text}".strip()
        elif line.left > 0 and not line.gap and line.right <= width * 0.85:
            rows.append(["", line.text])
        elif continues(line.text) and line.gap <= 1 and line.right <= width * 0.85:
            rows[-1][1] = f"{rows[-1][1]} {line.text}"
        else:
            break
        at += 1
    return at
