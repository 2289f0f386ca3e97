"""The lines of a PDF's pages, from the places and sizes of its letters. The one place that asks pypdfium2.

Letters are grouped by where they stand, not by the order in which the file has them. A small raised number is the call
of a note, or, where it begins a line, the number of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ctypes import byref, c_float, c_int, create_string_buffer
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from loaders.documents.lines import Cell, Line, called
from loaders.documents.margins import margin_begins

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_APART, _SPACE = 1.1, 0.17
"""White space wider than this, in heights of a letter, parts two cells; wider than that, two words."""
_SMALL, _RAISED = 0.85, 0.12
_MOST_OBJECTS = 3000
"""A page with more objects is a drawing: it is not searched for ruled lines."""


@dataclass(slots=True)
class _Run:
    """Letters beside each other, of one size."""

    letters: list[str] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    top: float = 0.0
    bold: bool = False

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def text(self) -> str:
        return "".join(self.letters)


@dataclass(frozen=True, slots=True)
class PageText:
    """The lines of a page and of its margin, from top to bottom, and whether it is a picture: no letters."""

    lines: list[Line]
    margin: list[Line]
    is_scanned: bool


def pages_of(document: PdfDocument) -> Iterator[PageText]:
    """Each page, in order."""
    for number in range(len(document)):
        page = document[number]
        try:
            runs = _runs(page)
            edge = margin_begins(runs)
            margin = [run for run in runs if edge is not None and run.left >= edge]
            text = [run for run in runs if edge is None or run.left < edge]
            lines = _lines(text, _rules(page), number + 1)
            yield PageText(lines, _lines(margin, (), number + 1), not runs and _has_image(page))
        finally:
            page.close()


def _runs(page: PdfPage) -> list[_Run]:
    """The letters of a page in runs, as the file has them."""
    import pypdfium2.raw as pdfium

    text = page.get_textpage()
    try:
        runs, run = list[_Run](), _Run()
        box = pdfium.FS_RECTF()
        space = False
        for at in range(pdfium.FPDFText_CountChars(text)):
            code = pdfium.FPDFText_GetUnicode(text, at)
            if code in (0x20, 0xA0, 0x09):
                space = True
                continue
            if code < 0x20 or not pdfium.FPDFText_GetLooseCharBox(text, at, byref(box)) or box.top - box.bottom < 1:
                space = space or code in (0x0A, 0x0D)
                if code == 0x02:  # what pdfium makes of a hyphen at the end of a line
                    run.letters.append("-")
                continue
            if not run.letters or _is_apart(run, box):
                run = _Run(left=box.left, right=box.right, bottom=box.bottom, top=box.top)
                run.bold = _is_bold(pdfium, text, at)
                runs.append(run)
            elif space or box.left - run.right > _SPACE * run.height:
                run.letters.append(" ")
            run.letters.append(_letter(code))
            run.right = max(run.right, box.right)
            space = False
        return [run for run in runs if run.text.strip()]
    finally:
        text.close()


def _letter(code: int) -> str:
    return "\ufffd" if 0xD800 <= code <= 0xDFFF or code in (0xE000, 0xE001) else chr(code)


def _is_apart(run: _Run, box: Any) -> bool:
    """Whether a letter belongs to another run: on another height, of another size, or far off."""
    height = max(run.height, 0.1)
    if abs(box.bottom - run.bottom) > 0.08 * height or abs((box.top - box.bottom) - run.height) > 0.08 * height:
        return True
    return bool(box.left - run.right > _APART * height or box.left < run.right - height)


def _is_bold(pdfium: Any, text: Any, at: int) -> bool:
    name, flags = create_string_buffer(128), c_int()
    pdfium.FPDFText_GetFontInfo(text, at, name, 128, byref(flags))
    weight = pdfium.FPDFText_GetFontWeight(text, at)
    return b"bold" in name.value.lower() or b"black" in name.value.lower() or weight >= 600


def _rules(page: PdfPage) -> list[tuple[float, float, float]]:
    """The ruled lines of a page: left, right, height above its foot."""
    import pypdfium2.raw as pdfium

    if pdfium.FPDFPage_CountObjects(page) > _MOST_OBJECTS:
        return []
    found = []
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    for at in range(pdfium.FPDFPage_CountObjects(page)):
        shape = pdfium.FPDFPage_GetObject(page, at)
        if pdfium.FPDFPageObj_GetType(shape) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        pdfium.FPDFPageObj_GetBounds(shape, byref(left), byref(bottom), byref(right), byref(top))
        if top.value - bottom.value < 3 and right.value - left.value > 30:
            found.append((left.value, right.value, (top.value + bottom.value) / 2))
    return found


def _has_image(page: PdfPage) -> bool:
    import pypdfium2.raw as pdfium

    count = min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)
    kinds = (pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page, at)) for at in range(count))
    return any(kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM) for kind in kinds)


def _lines(runs: Sequence[_Run], rules: Sequence[tuple[float, float, float]], number: int) -> list[Line]:
    """The runs in lines, from top to bottom, with the white space and the ruled lines before each."""
    rows = _rows(runs)
    steps = [
        above.bottom - below.bottom
        for (above, _), (below, _) in pairwise(rows)
        if 0 < above.bottom - below.bottom < 2.2 * below.height
    ]
    pitch = median(steps) if steps else 12.0
    width = max((run.right for run in runs), default=0) - min((run.left for run in runs), default=0)
    lines, last = list[Line](), None
    for main, row in rows:
        line = _line(row, main, number)
        ruled = [rule for rule in rules if main.bottom < rule[2] and (last is None or rule[2] <= last.bottom + 2)]
        if last is not None:
            step = last.bottom - main.bottom
            # what stands beside it in another column is no line before it
            line.gap = max(0.0, step / max(pitch * main.height / max(last.height, 0.1), pitch) - 1.0)
            line.gap = max(line.gap, 0.5 if ruled else 0.0)
        line.rule = any(left < line.left + 20 and right - left < 0.62 * width for left, right, _ in ruled)
        lines.append(line)
        last = main
    return lines


def _rows(runs: Sequence[_Run]) -> list[tuple[_Run, list[_Run]]]:
    """The runs that stand on one height, each with the one that its height is taken from."""
    rows: list[tuple[_Run, list[_Run]]] = []
    for run in sorted(runs, key=lambda one: (-round(one.height, 1), -one.bottom)):
        middle = (run.bottom + run.top) / 2
        # the nearest row of at least this size whose letters it stands among
        home = next((row for main, row in rows if main.bottom <= middle <= main.top and _beside(run, row)), None)
        if home is None:
            rows.append((run, [run]))
        else:
            home.append(run)
    rows.sort(key=lambda row: (-row[0].bottom, row[0].left))
    return rows


def _beside(run: _Run, row: Sequence[_Run]) -> bool:
    """Whether a run stands beside all of a row and over none of it."""
    same = abs(run.bottom - row[0].bottom) < 0.25 * row[0].height
    small = run.height < _SMALL * row[0].height
    return (same or small) and all(run.right <= other.left + 2 or run.left >= other.right - 2 for other in row)


def _line(row: Sequence[_Run], main: _Run, number: int) -> Line:
    cells = list[Cell]()
    for run in sorted(row, key=lambda one: one.left):
        text, before = run.text, cells[-1] if cells else None
        raised = run.height < _SMALL * main.height and run.bottom > main.bottom + _RAISED * main.height
        if raised and text.strip("[]() ,").isdigit():
            number_of = text.strip("[]() ,")
            text = called(number_of) if before else f"{number_of} "
        if before and run.left - before.right <= _APART * main.height:
            wide = run.left - before.right > _SPACE * main.height and not (raised and text[:1] == "\ue000")
            gap = " " if wide and not before.text.endswith(" ") else ""
            cells[-1] = Cell(before.text + gap + text, before.left, run.right)
        else:
            cells.append(Cell(text, run.left, run.right))
    text = "  ".join(cell.text for cell in cells)
    bold = sum(len(run.letters) for run in row if run.bold) * 2 > sum(len(run.letters) for run in row)
    several = tuple(cells) if len(cells) > 1 else ()
    return Line(text, number, cells[0].left, cells[-1].right, 0.0, round(main.height, 1), bold, several)
