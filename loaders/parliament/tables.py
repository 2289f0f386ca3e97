"""Tables of the CALS model, as official publications have them: each cell in its column, spans left empty."""

from __future__ import annotations

from dataclasses import dataclass, field

from loaders.documents.model import Block, BlockKind, NoteCall
from loaders.parliament.elements import inline, parts
from loaders.reading.xml import Element

MAX_COLUMNS = 200
"""Named columns beyond these are taken in the order in which their cells stand."""


@dataclass
class _Grid:
    """The rows so far, and how many rows each column is still taken by a cell from above."""

    columns: dict[str, int]
    taken: dict[int, int] = field(default_factory=dict)
    rows: list[list[str]] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    calls: list[NoteCall] = field(default_factory=list)
    notes: list[Element] = field(default_factory=list)

    def row(self, element: Element) -> None:
        cells: dict[int, tuple[str, tuple[NoteCall, ...]]] = {}
        spans: dict[int, int] = {}
        column = 0
        for entry in parts(element, "entry"):
            named = entry.get("colname") or entry.get("namest") or ""
            column = self.columns.get(named, column)
            while self.taken.get(column, 0) and named not in self.columns:
                column += 1
            last = max(column, self.columns.get(entry.get("nameend") or "", column))
            found = inline(entry)
            cells[column] = found.settled()
            self.notes += found.notes
            for covered in range(column, last + 1):
                spans[covered] = _more_rows(entry)
            column = last + 1
        self.taken = {at: left - 1 for at, left in self.taken.items() if left > 1}
        self.taken |= {at: more for at, more in spans.items() if more}
        self._write(cells)

    def _write(self, cells: dict[int, tuple[str, tuple[NoteCall, ...]]]) -> None:
        width = max([len(self.columns), *(at + 1 for at in cells)])
        if self.rows:
            self._add("\n")
        for at in range(width):
            text, calls = cells.get(at, ("", ()))
            self._add("\t" if at else "")
            self.calls += (NoteCall(self.length + call.at, call.number) for call in calls)
            self._add(text)
        self.rows.append([cells.get(at, ("", ()))[0] for at in range(width)])

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)


def _more_rows(entry: Element) -> int:
    more = entry.get("morerows") or "0"
    return int(more) if more.isascii() and more.isdigit() and len(more) < 5 else 0


def table_block(group: Element, *, section: str) -> tuple[Block, list[Element]]:
    """One ``tgroup`` as a block, and the notes that its cells hold."""
    names = [spec.get("colname") or "" for spec in parts(group, "colspec")][:MAX_COLUMNS]
    grid = _Grid({name: at for at, name in enumerate(names) if name})
    for name in ("thead", "tbody", "tfoot"):
        for half in parts(group, name):
            for row in parts(half, "row"):
                grid.row(row)
    rows = tuple(tuple(row) for row in grid.rows)
    block = Block(BlockKind.TABLE, "".join(grid.pieces), section=section, calls=tuple(grid.calls), rows=rows)
    return block, grid.notes
