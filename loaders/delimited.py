"""Delimited text (CSV, TSV): its encoding and delimiter are found and said, and never guessed.

A file is UTF-8, or begins with the mark of another Unicode form; any other encoding is stated in a mapping, because no
file tells one eight-bit encoding from another. The delimiter is the one of four that gives each of the first rows as
many cells as the header; if two do, the file is refused.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from graph_service.errors import LoadRefused
from loaders.heads import Head

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
ENCODINGS = {"utf-8", "utf-16", "windows-1252", "iso-8859-1", "iso-8859-15"}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LOOKED_AT, _ROWS = 1 << 16, 50


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written: its encoding as Python names it, and its delimiter."""

    encoding: str
    delimiter: str

    def told(self) -> str:
        """What to say of it; empty for the plain case, UTF-8 with commas."""
        name = self.encoding.removesuffix("-sig")
        return "" if (name, self.delimiter) == ("utf-8", ",") else f"read as {name}, {DELIMITERS[self.delimiter]}s"


def layout_of(path: Path, *, file: str, encoding: str = "", delimiter: str = "") -> Layout:
    """The layout of a file, where not stated found in its beginning. Raises ``LoadRefused`` where it can't be told."""
    with path.open("rb") as stream:
        start = stream.read(_LOOKED_AT)
    return layout_of_start(start, file=file, encoding=encoding, delimiter=delimiter)


def layout_of_start(start: bytes, *, file: str, encoding: str = "", delimiter: str = "") -> Layout:
    found = encoding or next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8-sig")
    text = codecs.getincrementaldecoder(found)("replace" if encoding else "strict")
    try:
        head = text.decode(start)
    except UnicodeDecodeError as error:
        raise _not_unicode(file, error.start) from error
    if "\0" in head:
        raise LoadRefused("no text: it holds zero bytes", file=file)
    return Layout(found, delimiter or _delimiter(head, whole=len(start) < _LOOKED_AT, file=file))


def _delimiter(head: str, *, whole: bool, file: str) -> str:
    """(1) The one that fits every row looked at. (2) Else the one that gives the header most cells: a row is bad.

    (3) A comma, if the header has none of them: one column.
    """
    counts = {delimiter: _cells(head, delimiter, whole=whole) for delimiter in DELIMITERS}
    several = {delimiter: rows for delimiter, rows in counts.items() if rows and rows[0] > 1}
    fitting = [delimiter for delimiter, rows in several.items() if len(set(rows)) == 1]
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        names = " and ".join(DELIMITERS[delimiter] for delimiter in fitting)
        raise LoadRefused(
            f"can't tell what parts the cells: {names} fit alike. State `delimiter` in a mapping", file=file
        )
    if len(several) > 1:
        widest = max(rows[0] for rows in several.values())
        most = [delimiter for delimiter, rows in several.items() if rows[0] == widest]
        if len(most) == 1:
            return most[0]
        raise LoadRefused("can't tell what parts the cells: state `delimiter` in a mapping", file=file)
    return next(iter(several), ",")


def _cells(head: str, delimiter: str, *, whole: bool) -> list[int]:
    """How many cells each of the first rows has; the last row may be cut, and counts only if the file ends there."""
    try:
        rows = [
            len(row) for row in islice(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), _ROWS) if row
        ]
    except csv.Error:
        return []
    return rows if whole or len(rows) == _ROWS or len(rows) < 2 else rows[:-1]


def header_of(head: Head) -> frozenset[str]:
    """The names in the first line of a delimited text; nothing if it is none."""
    try:
        layout = layout_of_start(head.start, file=head.name)
        text = head.start.decode(layout.encoding, errors="ignore")
        names = next(csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter), [])
    except (LoadRefused, csv.Error):
        return frozenset()
    return frozenset(name.strip().lower() for name in names)


def read_delimited(path: Path, layout: Layout, *, file: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line it begins on. Raises ``LoadRefused`` where it can't be read."""
    line = 1
    with path.open(encoding=layout.encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=layout.delimiter, strict=True)
        try:
            for row in reader:
                if row:
                    yield line, row
                line = reader.line_num + 1
        except UnicodeDecodeError as error:
            raise _not_unicode(file, error.start) from error
        except csv.Error as error:
            raise LoadRefused(f"not readable as CSV: {error}", file=file, line=reader.line_num) from error


def _not_unicode(file: str, byte: int) -> LoadRefused:
    return LoadRefused(f"not UTF-8 (byte {byte}): save it as UTF-8, or state `encoding` in a mapping", file=file)
