"""Rows of a table, as text: from delimited text, or from a sheet of a workbook (XLSX, ODS).

A cell of a workbook has a type. A date becomes `2013-04-25`, a number the shortest text that is that number, a truth
`true` or `false`. Of a formula the value counts that was stored with it, and a remark says so; one without a stored
value, or with an error, refuses the file, and so do merged cells unless the mapping says that they repeat.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, load_workbook

from graph_service.errors import LoadRefused
from loaders.delimited import layout_of, read_delimited
from loaders.mapping import TableMap
from loaders.workbooks import Oddities, oddities

WORKBOOKS = frozenset({".xlsx", ".ods"})
MIDNIGHT = time()

Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass
class Rows:
    """The header and the rows below it, each with its line or row number; ``place`` is what a refusal names."""

    place: str
    header: list[str]
    rows: Iterator[tuple[int, list[str]]]
    remarks: list[str] = field(default_factory=list)


def open_rows(path: Path, table: TableMap) -> Rows:
    """The rows of a table as its mapping says. Raises ``LoadRefused`` where that can't be done."""
    try:
        if path.suffix.lower() in WORKBOOKS:
            return _of_workbook(path, table)
        return _of_text(path, table)
    except FileNotFoundError as error:
        raise LoadRefused("the mapping names this file, and it is not there", file=table.file) from error


def column_letter(place: int) -> str:
    """``A`` for 0, ``AA`` for 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# -- delimited text -------------------------------------------------------------------------------


def _of_text(path: Path, table: TableMap) -> Rows:
    layout = layout_of(path, file=table.file, encoding=table.encoding, delimiter=table.delimiter)
    rows = read_delimited(path, layout, file=table.file)
    for before, (line, header) in enumerate(rows):
        if line >= table.header:
            skipped = [f"{before} rows stand before the header"] if before else []
            return Rows(table.file, header, rows, [*filter(None, [layout.told()]), *skipped])
    return Rows(table.file, [], iter(()))


# -- workbooks ------------------------------------------------------------------------------------


def sheet_names(book: CalamineWorkbook) -> list[str]:
    return list(book.sheet_names)


def open_book(path: Path, *, file: str) -> CalamineWorkbook:
    try:
        return load_workbook(str(path))
    except FileNotFoundError:
        raise
    except (CalamineError, OSError, ValueError) as error:
        raise LoadRefused(f"not readable as a workbook: {error}", file=file) from error


def _of_workbook(path: Path, table: TableMap) -> Rows:
    """(1) The sheet. (2) What would be lost in silence: errors, formulas, merged cells. (3) The rows."""
    book = open_book(path, file=table.file)
    name = _chosen(sheet_names(book), table)  # (1)
    place = f"{table.file}, sheet `{name}`"
    found = oddities(path, name, place=place)  # (2)
    sheet = book.get_sheet_by_name(name)
    merged = sheet.merged_cell_ranges or []
    if merged and not table.merged_repeat:
        (row, column), _ = merged[0]
        raise LoadRefused(
            'cells are merged here: part them, or say `merged = "repeat"` in the mapping',
            file=place,
            line=row + 1,
            column=column_letter(column),
        )
    rows = _numbered(sheet, _repeated(merged), place)
    remarks = _remarks(found, merged, [other for other in sheet_names(book) if other != name])
    for number, cells in rows:
        if number >= table.header and any(cells):
            header = _header(cells, place, number)
            return Rows(place, header, _within(rows, len(header), place), remarks)
        if any(cells):
            remarks.append(f"row {number} stands before the header, which the mapping puts in row {table.header}")
    return Rows(place, [], iter(()))


def _chosen(names: Sequence[str], table: TableMap) -> str:
    told = ", ".join(f"`{name}`" for name in names)
    if table.sheet and table.sheet not in names:
        raise LoadRefused(f"there is no sheet `{table.sheet}`: there are {told}", file=table.file)
    if not table.sheet and len(names) != 1:
        raise LoadRefused(f"the workbook has the sheets {told}: say which with `sheet` in the mapping", file=table.file)
    return table.sheet or names[0]


def _remarks(found: Oddities, merged: Sequence[object], others: list[str]) -> list[str]:
    told = []
    if found.formulas:
        first = ", ".join(found.formulas[:3])
        told.append(f"{len(found.formulas)} formulas ({first} …): the values stored with them were read")
    if merged:
        told.append(f"{len(merged)} merged ranges: each of their cells has the value of the first")
    if others:
        told.append("sheets that no table of this file reads: " + ", ".join(f"`{name}`" for name in others))
    return told


Place = tuple[int, int]
"""Row and column of a cell, both from 0."""


def _numbered(sheet: CalamineSheet, repeats: dict[Place, Place], place: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number in the sheet, cells as text from column A on.

    The reader gives the empty rows above the data, but not the empty columns to their left.
    """
    left = [""] * (sheet.start or (0, 0))[1]
    kept: dict[Place, str] = {}
    sources = set(repeats.values())
    for number, cells in enumerate(sheet.iter_rows()):
        texts = left + [_text(cell, place, number + 1, at) for at, cell in enumerate(cells, start=len(left))]
        for at in range(len(texts)) if repeats else ():
            here = (number, at)
            if here in sources:
                kept[here] = texts[at]
            elif here in repeats:
                texts[at] = kept.get(repeats[here], "")
        yield number + 1, texts


def _repeated(merged: Sequence[tuple[Place, Place]]) -> dict[Place, Place]:
    """Of each cell of a merged range but the first: which cell it repeats. A range longer than a sheet has none."""
    cells: dict[Place, Place] = {}
    for start, end in merged:
        if (end[0] - start[0] + 1) * (end[1] - start[1] + 1) > 100_000:
            continue
        for row in range(start[0], end[0] + 1):
            for column in range(start[1], end[1] + 1):
                if (row, column) != start:
                    cells[(row, column)] = start
    return cells


def _header(cells: list[str], place: str, number: int) -> list[str]:
    header = [cell.strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    if "" in header:
        raise LoadRefused(
            "a column has no name in the header", file=place, line=number, column=column_letter(header.index(""))
        )
    return header


def _within(rows: Iterator[tuple[int, list[str]]], width: int, place: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, as wide as the header. What stands beside the header's columns would be lost."""
    for number, cells in rows:
        beside = next((at for at, cell in enumerate(cells[width:], start=width) if cell), None)
        if beside is not None:
            raise LoadRefused("this cell stands under no header", file=place, line=number, column=column_letter(beside))
        if any(cells):
            yield number, list(chain(cells[:width], [""] * (width - len(cells))))


def _text(cell: Cell, place: str, number: int, column: int) -> str:
    """A cell as text, no more and no less exact than it is."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{Decimal(repr(cell)):f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == MIDNIGHT else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    raise LoadRefused(
        f"a length of time ({cell}) is no kind of value here: write it as text",
        file=place,
        line=number,
        column=column_letter(column),
    )
