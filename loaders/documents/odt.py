"""ODT: the parts of an OpenDocument text, read as XML. Tracked deletions lie apart in the file and are not taken.

Spec: ODF 1.3 part 3, 5 (text) and 16 (styles).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest, Proposal, Remark
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

CONTENT, META, STYLES = "content.xml", "meta.xml", "styles.xml"
_PASSED_OVER = {"annotation": "comments", "tracked-changes": "deleted texts", "hidden-text": "hidden texts"}
_MOST_SPACES = 1000
_KEPT = ("title", "creator", "subject", "description", "keyword")


def recognises(head: Head) -> bool:
    """By the type that an OpenDocument text says first of all."""
    return CONTENT in head.members and b"application/vnd.oasis.opendocument.text" in head.start[:200]


def read_odt(request: LoadRequest) -> Iterator[Proposal]:
    """The document of an ODT, and what was passed over in it."""
    with opened(request) as package:
        if "META-INF/manifest.xml" in package.names and b"encryption-data" in package.data("META-INF/manifest.xml"):
            raise LoadRefused("it is encrypted: save it without a password", file=request.file)
        root = package.xml(CONTENT)
        body = next(root.iter("{*}text"), None) if root is not None else None
        if root is None or body is None:
            raise LoadRefused(f"its part `{CONTENT}` has no text", file=request.file)
        reader = _Reader(root)
        words = marking_words(request.policies)
        pieces, markings = without_outer_markings(with_headings(reader.pieces(body), {}), words)
        blocks = tuple(blocks_of(pieces, reader.notes, words))
        if not blocks:
            raise LoadRefused("there is no text in it", file=request.file)
        properties, own = _properties(package)
        yield Document(
            request.file,
            blocks,
            title=properties.get("title", "") or title_of(blocks),
            language=properties.get("language", "") or language_of(blocks),
            dated=(properties.get("date") or properties.get("creation-date") or "")[:10],
            markings=(*_running(package), *own, *markings),
            label=package.carried_label(),
            properties={name: properties[name] for name in _KEPT if properties.get(name)},
        )
        for what, count in reader.passed_over.items():
            yield Remark(f"passed over: {what} ({count})", request.file)


class _Reader:
    """Reads the body of a text, keeps its notes, and counts what it passes over."""

    def __init__(self, root: Element) -> None:
        self.parents = {_attribute(style, "name"): _attribute(style, "parent-style-name") for style in _styles(root)}
        self.names = {_attribute(style, "name"): _attribute(style, "display-name") for style in _styles(root)}
        self.notes: list[tuple[str, NoteText]] = []
        self.passed_over: dict[str, int] = {}

    def pieces(self, parent: Element, *, is_item: bool = False) -> list[Piece]:
        found, number = list[Piece](), ""
        for child in parent:
            name = local_name(child)
            if name == "number":
                number = text_of(child).strip("().")
            elif name == "h":
                found.append(numbered_heading(self.text(child), max(1, int(_attribute(child, "outline-level") or 1))))
            elif name == "p":
                found.append(self._paragraph(child, is_item=is_item and not found, number=number))
            elif name == "list":
                found += [piece for item in child for piece in self.pieces(item, is_item=True)]
            elif name == "table":
                found += self._table(child)
            elif name in _PASSED_OVER:
                self._passed(name, child)
            elif name in ("section", "table-of-content", "index-body", "text-box", "frame", "numbered-paragraph"):
                found += self.pieces(child, is_item=name == "index-body")
        return [piece for piece in found if piece.rows or without_calls(piece.text).strip()]

    def _paragraph(self, paragraph: Element, *, is_item: bool, number: str) -> Piece:
        style = self._style(_attribute(paragraph, "style-name"))
        text = self.text(paragraph)
        if style.casefold() in ("title", "titel"):
            return Piece(BlockKind.HEADING, text, level=1, style=style)
        kind = BlockKind.ITEM if is_item or style.casefold().startswith("contents") else BlockKind.PARAGRAPH
        return Piece(kind, text, number, style=style)

    def _style(self, name: str) -> str:
        """The name that people see of a style: that of the one that it rests on, where it is an automatic one."""
        if re.fullmatch(r"[A-Z]+\d+", name) and self.parents.get(name):
            name = self.parents[name]
        return self.names.get(name) or re.sub(r"_([0-9a-f]{2})_", lambda code: chr(int(code[1], 16)), name)

    def _table(self, table: Element) -> list[Piece]:
        rows = []
        for row in _of(table, "table-row", through=("table-header-rows", "table-rows", "table-row-group")):
            cells = [cell for cell in row if local_name(cell) in ("table-cell", "covered-table-cell")]
            texts = [" ".join(piece for piece in map(self.text, cell.iter("{*}p", "{*}h")) if piece) for cell in cells]
            if any(texts):
                rows.append(texts)
        if len(rows) == 1 and len(rows[0]) == 1:  # a box around a text
            return [Piece(BlockKind.PARAGRAPH, rows[0][0])]
        return [Piece(BlockKind.TABLE, rows=rows)] if rows else []

    def text(self, element: Element) -> str:
        """The text of a paragraph, with the calls of notes; the notes are kept."""
        out = [element.text or ""]
        for child in element:
            name = local_name(child)
            if name == "note":
                out.append(self._note(child))
            elif name == "s":
                count = _attribute(child, "c")
                out.append(" " * min(int(count) if count.isdigit() else 1, _MOST_SPACES))
            elif name in ("tab", "line-break"):
                out.append(" ")
            elif name in _PASSED_OVER:
                self._passed(name, child)
            elif name != "annotation-end":
                out.append(self.text(child))
            out.append(child.tail or "")
        return "".join(out)

    def _note(self, note: Element) -> str:
        number = next((text_of(one) for one in note if local_name(one) == "note-citation"), "")
        body = next((one for one in note if local_name(one) == "note-body"), None)
        texts = [self.text(paragraph).strip() for paragraph in body.iter("{*}p")] if body is not None else []
        self.notes.append((number, NoteText(" ".join(text for text in texts if text))))
        return called(number)

    def _passed(self, name: str, element: Element) -> None:
        count = sum(1 for _ in element.iter("{*}deletion")) if name == "tracked-changes" else 1
        if count:
            what = _PASSED_OVER[name]
            self.passed_over[what] = self.passed_over.get(what, 0) + count


def _attribute(element: Element, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def _of(element: Element, name: str, *, through: tuple[str, ...]) -> Iterator[Element]:
    for child in element:
        if local_name(child) == name:
            yield child
        elif local_name(child) in through:
            yield from _of(child, name, through=through)


def _styles(root: Element) -> Iterator[Element]:
    return root.iter("{urn:oasis:names:tc:opendocument:xmlns:style:1.0}style")


def _running(package: Package) -> Iterator[Marking]:
    """Each paragraph of the heads and feet."""
    root = package.xml(STYLES)
    kinds = ("header", "header-left", "header-first", "footer", "footer-left", "footer-first")
    for element in root.iter(*("{*}" + kind for kind in kinds)) if root is not None else ():
        where = "the head" if local_name(element).startswith("header") else "the foot"
        for paragraph in element.iter("{*}p"):
            if text := text_of(paragraph):
                yield text, where


def _properties(package: Package) -> tuple[dict[str, str], list[Marking]]:
    """What the file says of itself, and what of that may be a marking."""
    root = package.xml(META)
    properties, own = dict[str, str](), list[Marking]()
    for element in root.iter() if root is not None else ():
        name, text = local_name(element), plain(element.text or "")
        if name == "user-defined" and text:
            own.append((text, f"the property `{_attribute(element, 'name')}`"))
        elif name in ("subject", "keyword") and text:
            own += [(one.strip(), f"the property `{name}`") for one in re.split(r"[;,]", text) if one.strip()]
        if text:
            properties.setdefault(name, text)
    return properties, own
