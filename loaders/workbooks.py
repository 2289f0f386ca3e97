"""What a workbook holds beside the values of its cells: formulas, errors, and values that nobody computed.

The reader of cells gives an empty cell for each of the last two, which would be lost in silence.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph_service.errors import LoadRefused
from loaders.reading.xml import Element, local_name, read_xml, stream_xml

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CHUNK, _MOST = 1 << 20, 1 << 30
_OF_INTEREST = (b"<f", b":f>", b":f ", b't="e"', b"t='e'")
_OF_INTEREST_ODS = (b"table:formula", b'value-type="error"')
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class Oddities:
    """The cells with formulas, as ``C5``; of an ODS sheet their number alone counts."""

    formulas: tuple[str, ...] = ()


def oddities(path: Path, sheet: str, *, place: str) -> Oddities:
    """The formulas of a sheet. Raises ``LoadRefused`` at the first error, or formula without a stored value."""
    try:
        with zipfile.ZipFile(path) as package:
            if "content.xml" in package.namelist():
                return _of_ods(package, place)
            return _of_xlsx(package, sheet, place)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError) as error:
        raise LoadRefused(f"not readable as a workbook: {error}", file=place) from error


def _of_xlsx(package: zipfile.ZipFile, sheet: str, place: str) -> Oddities:
    member = _member(package, sheet, place)
    if not _holds(package, member, _OF_INTEREST, place):
        return Oddities()
    formulas = []
    with package.open(member) as stream:
        for cell in stream_xml(stream, tags={"c"}, file=place):  # type: ignore[arg-type]  # a member is read as a file is
            parts = {local_name(part): part for part in cell}
            if cell.get("t") == "e":
                raise _refuse("the cell holds an error", cell, place)
            if "f" in parts:
                if "v" not in parts or not (parts["v"].text or ""):
                    raise _refuse(
                        "a formula without a stored value: open the file, compute it and save it", cell, place
                    )
                formulas.append(cell.get("r") or "")
    return Oddities(tuple(formulas))


def _refuse(reason: str, cell: Element, place: str) -> LoadRefused:
    found = _CELL.fullmatch(cell.get("r") or "")
    line, column = (int(found[2]), found[1]) if found else (None, None)
    return LoadRefused(reason, file=place, line=line, column=column)


def _member(package: zipfile.ZipFile, sheet: str, place: str) -> str:
    """The part of the package that holds a sheet."""
    book = read_xml(package.read("xl/workbook.xml"), file=place)
    links = read_xml(package.read("xl/_rels/workbook.xml.rels"), file=place)
    targets = {link.get("Id"): link.get("Target") or "" for link in links}
    for entry in book.iter():
        if local_name(entry) == "sheet" and entry.get("name") == sheet:
            target = targets.get(entry.get(_RELATION), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise LoadRefused("the workbook does not say where this sheet stands", file=place)


def _of_ods(package: zipfile.ZipFile, place: str) -> Oddities:
    if _holds(package, "content.xml", _OF_INTEREST_ODS[1:], place):
        raise LoadRefused("a cell of the workbook holds an error: mend it, compute and save", file=place)
    return Oddities(("a cell",) if _holds(package, "content.xml", _OF_INTEREST_ODS[:1], place) else ())


def _holds(package: zipfile.ZipFile, member: str, wanted: tuple[bytes, ...], place: str) -> bool:
    """Whether one of these stands in a member: a quick look, so that a plain sheet is not read twice."""
    return any(word in piece for piece in _overlapping(package, member, place) for word in wanted)


def _overlapping(package: zipfile.ZipFile, member: str, place: str) -> Iterator[bytes]:
    size, before = 0, b""
    with package.open(member) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > _MOST:
                raise LoadRefused("more than 1 GiB in a sheet: split the workbook", file=place)
            yield before + piece
            before = piece[-32:]
