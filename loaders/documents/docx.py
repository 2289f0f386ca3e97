"""DOCX: the parts of a WordprocessingML package, read as XML, because notes, numbers and changes stand nowhere else.

Spec: ECMA-376 part 1, 17. Text that was deleted and not yet accepted as such is not taken, text that was inserted is;
comments and hidden text are passed over and told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest, Proposal, Remark
from loaders.documents.docx_numbers import Numbering, Styles, roman
from loaders.documents.facts import language_of, title_of
from loaders.documents.lines import called, plain, without_calls
from loaders.documents.marking_words import marking_words
from loaders.documents.model import BlockKind, Document
from loaders.documents.packages import Package, opened
from loaders.documents.pieces import (
    NoteText,
    Piece,
    blocks_of,
    numbered_heading,
    with_headings,
    without_outer_markings,
)
from loaders.documents.running import Marking
from loaders.heads import Head
from loaders.reading.xml import Element, local_name, text_of

MAIN = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_PASSED_OVER = frozenset("del moveFrom Fallback instrText delText delInstrText rPr pPr".split())
_KEPT = ("title", "creator", "subject", "description", "category", "contentStatus", "keywords")
_MARKING_PROPERTIES = ("subject", "category", "contentStatus", "keywords")


def recognises(head: Head) -> bool:
    """By the main part of the package."""
    return MAIN in head.members


def read_docx(request: LoadRequest) -> Iterator[Proposal]:
    """The document of a DOCX, and what was passed over in it."""
    with opened(request) as package:
        root = package.xml(MAIN)
        body = next((child for child in root if local_name(child) == "body"), None) if root is not None else None
        if body is None:
            raise LoadRefused(f"its part `{MAIN}` has no body", file=request.file)
        reader = _Reader(package)
        pieces = reader.pieces(body)
        words = marking_words(request.policies)
        pieces = with_headings(pieces, reader.bold)
        pieces, markings = without_outer_markings(pieces, words)
        blocks = tuple(blocks_of(pieces, reader.called_notes(), words))
        if not blocks:
            raise LoadRefused("there is no text in it", file=request.file)
        properties = _properties(package)
        yield Document(
            request.file,
            blocks,
            title=properties.get("title", "") or title_of(blocks),
            language=properties.get("language", "") or language_of(blocks),
            dated=(properties.get("modified") or properties.get("created") or "")[:10],
            markings=(*_running(package), *_of_properties(package, properties), *markings),
            label=package.carried_label(),
            properties={name: properties[name] for name in _KEPT if properties.get(name)},
        )
        yield from reader.remarks(request.file)


class _Reader:
    """Reads the body of a document; keeps count of what it passes over."""

    def __init__(self, package: Package) -> None:
        self.styles = Styles(package.xml("word/styles.xml"))
        self.numbering = Numbering(package.xml("word/numbering.xml"))
        self.notes = {kind: _notes_of(package.xml(f"word/{kind}s.xml"), kind) for kind in ("footnote", "endnote")}
        self.numbers: dict[tuple[str, str], str] = {}
        self.passed_over = Counter[str]()
        self.bold: dict[int, bool] = {}
        self._boxes: list[Element] = []
        comments = package.xml("word/comments.xml")
        self.passed_over["comments"] = 0 if comments is None else len(comments)

    def pieces(self, parent: Element) -> list[Piece]:
        found = list[Piece]()
        for child in parent:
            name = local_name(child)
            if name == "p":
                self._paragraph(child, found)
            elif name == "tbl":
                found += self._table(child)
            elif name in ("del", "moveFrom"):
                self.passed_over["deleted texts"] += 1
            elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"):
                found += self.pieces(child)
        return found

    def _paragraph(self, paragraph: Element, found: list[Piece]) -> None:
        properties = _child(paragraph, "pPr")
        style = _value(properties, "pStyle")
        text = self._text(paragraph)
        boxes, self._boxes = self._boxes, []
        if without_calls(text).strip():
            self.bold[len(found)] = _all_bold(paragraph)
            found.append(self._piece(text, properties, style))
        for box in boxes:
            found += self.pieces(box)

    def _piece(self, text: str, properties: Element | None, style: str) -> Piece:
        name = self.styles.name(style)
        level = self.styles.heading_level(style, properties)
        number = self.numbering.next(*self.styles.number_of(style, properties))
        if level:
            piece = numbered_heading(text, level)
            piece.number = piece.number or (number.text.rstrip(".") if number else "")
        elif number or self.styles.is_contents(style):
            piece = Piece(BlockKind.ITEM, text, number.text.strip("().") if number and not number.is_bullet else "")
        else:
            piece = Piece(BlockKind.PARAGRAPH, text)
        piece.style = name
        return piece

    def _table(self, table: Element) -> list[Piece]:
        kept = [row for row in _children(table, "tr") if not _is_deleted(row)]
        rows = [[self._cell(cell) for cell in _children(row, "tc")] for row in kept]
        if len(rows) == 1 and len(rows[0]) == 1:  # a box around a text
            return self.pieces(next(_children(kept[0], "tc")))
        return [Piece(BlockKind.TABLE, rows=rows)] if any(any(row) for row in rows) else []

    def _cell(self, cell: Element) -> str:
        texts = [self._text(paragraph) for paragraph in cell.iter("{*}p")]
        self._boxes = []
        return " ".join(text for text in texts if text.strip())

    def _text(self, element: Element) -> str:
        """The text of a paragraph, with the calls of notes."""
        out = list[str]()
        for child in element:
            name = local_name(child)
            if name in _PASSED_OVER:
                self.passed_over["deleted texts"] += name in ("del", "moveFrom")
            elif name == "r" and _is_hidden(child):
                self.passed_over["hidden texts"] += 1
            elif name == "t":
                out.append(child.text or "")
            elif name in ("tab", "br", "cr", "ptab"):
                out.append(" ")
            elif name == "noBreakHyphen":
                out.append("-")
            elif name in ("footnoteReference", "endnoteReference"):
                out.append(called(self._number(name.removesuffix("Reference"), _attribute(child, "id"))))
            elif name == "txbxContent":
                self._boxes.append(child)
            elif name != "p":
                out.append(self._text(child))
        return "".join(out)

    def _number(self, kind: str, identifier: str) -> str:
        """Notes are numbered as they are called; endnotes apart from footnotes, with small Roman numbers."""
        known = self.numbers.get((kind, identifier))
        if known is None:
            count = 1 + sum(other == kind for other, _ in self.numbers)
            known = self.numbers[kind, identifier] = roman(count) if kind == "endnote" else str(count)
        return known

    def called_notes(self) -> list[tuple[str, NoteText]]:
        found = list[tuple[str, NoteText]]()
        for (kind, identifier), number in self.numbers.items():
            if (note := self.notes[kind].get(identifier)) is not None:
                texts = [self._text(paragraph) for paragraph in note.iter("{*}p")]
                found.append((number, NoteText(" ".join(text.strip() for text in texts if text.strip()))))
        return found

    def remarks(self, file: str) -> Iterator[Remark]:
        for what, count in self.passed_over.items():
            if count:
                yield Remark(f"passed over: {what} ({count})", file)


def _child(element: Element | None, name: str) -> Element | None:
    return next((child for child in element if local_name(child) == name), None) if element is not None else None


def _children(element: Element, name: str) -> Iterator[Element]:
    """The children of this name, also those in a content control or an insertion."""
    for child in element:
        if local_name(child) == name:
            yield child
        elif local_name(child) in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _children(child, name)


def _attribute(element: Element, name: str) -> str:
    return element.get(_W + name) or element.get(_STRICT + name) or ""


def _value(parent: Element | None, name: str) -> str:
    child = _child(parent, name)
    return _attribute(child, "val") if child is not None else ""


def _is_on(parent: Element | None, name: str) -> bool:
    child = _child(parent, name)
    return child is not None and _attribute(child, "val") not in ("0", "false", "off")


def _is_hidden(run: Element) -> bool:
    return _is_on(_child(run, "rPr"), "vanish")


def _is_deleted(row: Element) -> bool:
    return _child(_child(row, "trPr"), "del") is not None


def _all_bold(paragraph: Element) -> bool:
    runs = [run for run in paragraph.iter("{*}r") if text_of(run)]
    return bool(runs) and all(_is_on(_child(run, "rPr"), "b") for run in runs)


def _notes_of(root: Element | None, kind: str) -> dict[str, Element]:
    """The notes by their identifier; what only separates them is none."""
    notes = root.iter("{*}" + kind) if root is not None else ()
    return {_attribute(note, "id"): note for note in notes if _attribute(note, "type") in ("", "normal")}


def _running(package: Package) -> Iterator[Marking]:
    """Each paragraph of the heads and feet."""
    for name in package.names:
        if found := re.fullmatch(r"word/(header|footer)\d*\.xml", name):
            where = "the head" if found[1] == "header" else "the foot"
            root = package.xml(name)
            for paragraph in root.iter("{*}p") if root is not None else ():
                pieces = [str(text.text or "") for text in paragraph.iter("{*}t", "{*}tab")]
                if text := plain(" ".join(pieces) if len(pieces) > 1 and "" in pieces else "".join(pieces)):
                    yield text, f"{where} ({name})"


def _properties(package: Package) -> dict[str, str]:
    root = package.xml("docProps/core.xml")
    return {local_name(child): plain(child.text or "") for child in root} if root is not None else {}


def _of_properties(package: Package, properties: dict[str, str]) -> Iterator[Marking]:
    """What the properties say that people and tools write markings into; all that are the document's own."""
    for name in _MARKING_PROPERTIES:
        for text in re.split(r"[;,\n]", properties.get(name, "")):
            if text.strip():
                yield text.strip(), f"the property `{name}`"
    root = package.xml("docProps/custom.xml")
    for own in root if root is not None else ():
        if text := text_of(own):
            yield text, f"the property `{own.get('name', '')}`"
