"""Plain text: what people write in an editor, and what a page layout leaves when only its letters are kept.

UTF-8, or UTF-16 with a byte order mark. Other encodings can't be told apart by what a file holds: Windows-1252 is read
only where the submitter says so, with ``--format text-windows-1252``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePath

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest
from loaders.documents.facts import dated_of, language_of, title_of
from loaders.documents.layout import lay_out
from loaders.documents.lines import Cell, Line
from loaders.documents.marking_words import marking_words
from loaders.documents.model import Document
from loaders.documents.notes import begins_notes
from loaders.heads import Head

SUFFIXES = frozenset({".txt", ".text", ".asc", ""})
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_PIECE = re.compile(r"\S+(?:[ \u00a0]\S+)*")
_PAGE = re.compile(r"(?:pagina|page|blad|seite)\s+\d{1,4}(?:\s*(?:van|of|von|/)\s*\d{1,4})?", re.IGNORECASE)
_RULE = re.compile(r"\s*(?:_{5,}|-{5,}|─{5,}|—{3,}|={5,})\s*")
_BLANK_RULE = re.compile(r"[ \u00a0]{20,}")
_OTHER = re.compile(r"\s*(?:<[?!a-zA-Z]|[{\[]\s*[\"{\[]|%PDF|\{\\rtf)")


def recognises(head: Head) -> bool:
    """Text with a name that text has, and no markup: the letters alone don't tell a letter from a table."""
    if head.is_folder or PurePath(head.name).suffix.lower() not in SUFFIXES or b"\x00\x00" in head.start:
        return False
    try:
        text = _decoded(head.start, "", is_whole=False)
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and not _OTHER.match(text) and "\x00" not in text


def read_text(request: LoadRequest) -> Iterator[Document]:
    """The document of a text in UTF-8, or in UTF-16 with a byte order mark."""
    yield _document(request, "")


def read_windows_text(request: LoadRequest) -> Iterator[Document]:
    """The document of a text that the submitter says is in Windows-1252."""
    yield _document(request, "windows-1252")


def _document(request: LoadRequest, encoding: str) -> Document:
    try:
        text = _decoded(request.path.read_bytes(), encoding, is_whole=True)
    except UnicodeDecodeError as error:
        hint = "save it as UTF-8, or say `--format text-windows-1252` if that is what it is"
        raise LoadRefused(f"not {error.encoding.upper()} (byte {error.start}): {hint}", file=request.file) from error
    if not text.strip():
        raise LoadRefused("there is no text in it", file=request.file)
    laid = lay_out(pages_of(text), marking_words(request.policies))
    return Document(
        request.file,
        laid.blocks,
        title=title_of(laid.blocks),
        language=language_of(laid.blocks),
        dated=dated_of(laid.blocks),
        markings=laid.markings,
    )


def _decoded(data: bytes, encoding: str, *, is_whole: bool) -> str:
    encoding = encoding or next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    decoder = codecs.getincrementaldecoder(encoding)()
    return decoder.decode(data, final=is_whole)


def pages_of(text: str) -> list[list[Line]]:
    """The pages of a text: parted by form feeds, or else where notes at the foot of a page are over."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    parts = text.split("\f")
    if len(parts) > 1:
        return [_lines(part.split("\n"), number) for number, part in enumerate(parts, start=1)]
    lines = _lines(text.split("\n"), 0)
    return _parted_by_numbers(lines) or _parted_by_notes(lines)


def _lines(rows: list[str], page: int) -> list[Line]:
    """The lines that have text. One that follows a ruled line says so, and how much white space stands before it."""
    lines, blank, rule = list[Line](), 0.0, False
    for row in rows:
        if not row.strip() or _RULE.fullmatch(row):
            blank += 1.0
            rule = rule or bool(_RULE.fullmatch(row) or _BLANK_RULE.fullmatch(row))
            continue
        row = row.expandtabs(8)
        pieces = tuple(Cell(found[0], found.start(), found.end()) for found in _PIECE.finditer(row))
        cells = pieces if len(pieces) > 1 else ()
        line = Line(row.strip(), page, pieces[0].left, pieces[-1].right, blank, cells=cells, rule=rule)
        lines.append(line)
        blank, rule = 0.0, False
    return lines


def _parted_by_numbers(lines: list[Line]) -> list[list[Line]]:
    """Pages, where lines such as "Page 2 of 9" are left of them, at their head or at their foot; else none."""
    numbers = [at for at, line in enumerate(lines) if _PAGE.fullmatch(line.text)] or _numbered_titles(lines)
    if not numbers:
        return []
    at_head = numbers[0] == 0
    edges = [0, *(at + (not at_head) for at in numbers if at or not at_head), len(lines)]
    pages = [lines[begin:end] for begin, end in pairwise(edges) if begin < end]
    for number, page in enumerate(pages, start=1):
        for line in page:
            line.page = number
    return pages


_TITLED = re.compile(r"(?:(?P<before>\d{1,4})\s*\|\s*)?(?P<title>[^|]{3,90})(?:\s*\|\s*(?P<after>\d{1,4}))?")


def _numbered_titles(lines: list[Line]) -> list[int]:
    """The lines ``12 | Title of the report``, where they count through: the heads or feet of pages."""
    found = dict[str, list[tuple[int, int]]]()
    for at, line in enumerate(lines):
        parsed = _TITLED.fullmatch(line.text) if "|" in line.text else None
        if parsed and bool(parsed["before"]) != bool(parsed["after"]):
            places = found.setdefault(parsed["title"].strip(), [])
            if not places or int(parsed["before"] or parsed["after"]) > places[-1][1]:
                places.append((at, int(parsed["before"] or parsed["after"])))
    return sorted(at for places in found.values() if len(places) > 1 for at, _ in places)


def _parted_by_notes(lines: list[Line]) -> list[list[Line]]:
    """Pages, where nothing marks their ends but the notes at their feet.

    What was once a new page may begin with a single space; else notes are over after white space, where no note begins.
    """
    spaced = _begins_pages_with_a_space(lines)
    pages, page, in_notes = list[list[Line]](), list[Line](), False
    for line in lines:
        over = line.left == 1 if spaced else line.gap and not re.match(r"\d{1,3}\s|https?:", line.text)
        if in_notes and over:
            pages.append(page)
            page, in_notes = [], False
        if spaced and line.left == 1 and line.gap == 0 and not line.cells:
            line.gap = 0.0
        in_notes = in_notes or begins_notes(line, page)
        page.append(line)
    return [*pages, page] if page else pages


def _begins_pages_with_a_space(lines: list[Line]) -> bool:
    lefts = [line.left for line in lines]
    return lefts.count(1) >= 2 and lefts.count(0) >= 0.8 * len(lefts)
