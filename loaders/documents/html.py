"""HTML: the main content of a page, without what every page of a site has around it.

What is left out is decided by what HTML itself says (``nav``, ``footer``, ``aside``, roles, ``hidden``) and by names
that sites give to banners; of a ``main`` or a single ``article`` only that is read.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest
from loaders.documents.carried_labels import NAMESPACE
from loaders.documents.facts import language_of, title_of
from loaders.documents.lines import called, plain, without_calls
from loaders.documents.marking_words import marking_words
from loaders.documents.model import BlockKind, Document
from loaders.documents.pieces import NoteText, Piece, blocks_of, numbered_heading, without_outer_markings
from loaders.documents.running import Marking
from loaders.heads import Head

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MARKUP = re.compile(rb"<(?:!doctype\s{1,9}html|html)\b", re.IGNORECASE)
_BEFORE_MARKUP = re.compile(rb"\xef\xbb\xbf|\s+|<\?xml[^>]{0,200}\?>|<!--")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?([A-Za-z0-9_-]{1,40})""", re.IGNORECASE)
_ENCODINGS = frozenset("utf-8 utf8 us-ascii ascii iso-8859-1 iso-8859-15 latin1 windows-1252 cp1252".split())
_LEFT_OUT = frozenset(
    "script style noscript template nav header footer aside form button select svg canvas iframe object dialog".split()
)
_ROLES = frozenset("navigation banner contentinfo complementary search dialog alertdialog menu menubar".split())
_BANNER = re.compile(
    r"\b(?:cookie|consent|breadcrumb|skip-?link|social|share|newsletter|pagination|sidebar|advert)", re.IGNORECASE
)
_NOTES = re.compile(
    r"\b(?:foot|end)?note|\bvoetno|\beindno|\bnoo?t(?:en)?\b|\bfn|(?:ftn|edn)\d|\breflist\b|\breferences\b",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    "address article blockquote body center dd div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 hr li main ol p"
    " pre section summary details table ul".split()
)
_MARKING_META = frozenset("classification security-classification rubricering marking keywords".split())
_DATES = frozenset("dcterms.date dc.date dcterms.issued dcterms.modified article:published_time date".split())
_DEEPEST = 60


def recognises(head: Head) -> bool:
    """By the markup that begins it."""
    start, at = head.start[:8192], 0
    while found := _BEFORE_MARKUP.match(start, at):
        at = found.end() if found[0] != b"<!--" else start.find(b"-->", at) + 3
        if at < found.end():
            return False
    return bool(_MARKUP.match(start, at))


def read_html(request: LoadRequest) -> Iterator[Document]:
    """The document of an HTML page."""
    from selectolax.lexbor import LexborHTMLParser

    data = request.path.read_bytes()
    if NAMESPACE in data:
        raise LoadRefused("a confidentiality label in HTML is not read: say it with `--label`", file=request.file)
    tree = LexborHTMLParser(_decoded(data, request.file))
    root = tree.root
    if root is None or tree.body is None:
        raise LoadRefused("there is no text in it", file=request.file)
    reader = _Reader(root)
    pieces = reader.pieces(_main(tree.body))
    words = marking_words(request.policies)
    pieces, markings = without_outer_markings(pieces, words)
    blocks = tuple(blocks_of(pieces, reader.called_notes(), words))
    if not blocks:
        raise LoadRefused("there is no text in it", file=request.file)
    yield Document(
        request.file,
        blocks,
        title=plain(_said(root, "title")) or title_of(blocks),
        language=(root.attributes.get("lang") or "").strip() or language_of(blocks),
        dated=_dated(root),
        markings=(*_of_meta(root), *_around(tree.body), *markings),
    )


def _decoded(data: bytes, file: str) -> str:
    """The text of the page, in the encoding that it states; UTF-8 if it states none."""
    stated = _CHARSET.search(data[:4096])
    name = "utf-8" if data.startswith(codecs.BOM_UTF8) or not stated else stated[1].decode().lower()
    if name not in _ENCODINGS:
        raise LoadRefused(f"the encoding `{name}` is not read: save it as UTF-8", file=file)
    try:
        return data.decode("utf-8-sig" if name in ("utf-8", "utf8") else name)
    except UnicodeDecodeError as error:
        raise LoadRefused(f"not {error.encoding.upper()} (byte {error.start}): save it as UTF-8", file=file) from error


def _main(body: LexborNode) -> LexborNode:
    """The part that holds the content: ``main``, or the one article."""
    for selector in ("main", "[role=main]", "article"):
        found = body.css(selector)
        if len(found) == 1:
            return found[0]
    return body


def _is_left_out(node: LexborNode) -> bool:
    attributes = node.attributes
    if node.tag in _LEFT_OUT and not (node.tag == "header" and node.parent is not None and node.parent.tag != "body"):
        return True
    if attributes.get("role") in _ROLES or "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return bool(_BANNER.search(named)) or "display:none" in style


class _Reader:
    """Reads the nodes of a page in order; notes are set apart as it meets what calls them."""

    def __init__(self, root: LexborNode) -> None:
        self._targets = _notes(root)
        self._notes = {node.mem_id for node in self._targets.values()}
        self._calls: dict[str, str] = {}

    def pieces(self, node: LexborNode, *, kind: BlockKind = BlockKind.PARAGRAPH, depth: int = 0) -> list[Piece]:
        """The blocks in a node. Text that stands beside blocks is a block too."""
        found, loose = list[Piece](), list[str]()
        if depth > _DEEPEST:
            return [Piece(kind, self.text(node))]

        def settle() -> None:
            text = "".join(loose)
            if without_calls(text).strip():
                is_item = kind is BlockKind.ITEM and not found
                found.append(Piece(BlockKind.ITEM if is_item else BlockKind.PARAGRAPH, text))
            loose.clear()

        for child in node.iter(include_text=True):
            if child.tag in _BLOCKS or (child.tag != "-text" and _has_blocks(child)):
                settle()
                if not _is_left_out(child) and child.mem_id not in self._notes:
                    found += self._block(child, kind if not found else BlockKind.PARAGRAPH, depth + 1)
            elif child.tag == "br":
                loose.append(" ")
            else:
                loose.append(self._inline(child))
        settle()
        return found

    def _block(self, node: LexborNode, kind: BlockKind, depth: int) -> list[Piece]:
        tag = node.tag or ""
        if re.fullmatch(r"h[1-6]", tag):
            return [numbered_heading(self.text(node), int(tag[1]))]
        if tag == "table":
            return self._table(node, depth)
        if tag in ("ul", "ol"):
            return self._list(node, depth)
        if tag in ("dd", "dt"):
            return self.pieces(node, kind=BlockKind.ITEM, depth=depth)
        return self.pieces(node, kind=kind, depth=depth)

    def _list(self, node: LexborNode, depth: int) -> list[Piece]:
        found, start = list[Piece](), node.attributes.get("start") or "1"
        number = int(start) if start.isdigit() else 1
        for item in node.iter():
            if item.tag == "li" and not _is_left_out(item) and item.mem_id not in self._notes:
                pieces = self.pieces(item, kind=BlockKind.ITEM, depth=depth)
                if pieces and node.tag == "ol" and pieces[0].kind is BlockKind.ITEM:
                    pieces[0].number = pieces[0].number or str(number)
                number += 1
                found += pieces
        return found

    def _table(self, node: LexborNode, depth: int) -> list[Piece]:
        """The rows of a table; one that only lays out a page, with one cell or tables inside, is none."""
        rows = [[self.text(cell) for cell in row.iter() if cell.tag in ("td", "th")] for row in _rows(node)]
        if len(node.css("table")) > 1 or all(len(row) < 2 for row in rows):
            return [piece for row in _rows(node) for cell in row.iter() for piece in self.pieces(cell, depth=depth + 1)]
        caption = node.css_first("caption")
        before = [Piece(BlockKind.PARAGRAPH, self.text(caption))] if caption is not None else []
        return [*before, Piece(BlockKind.TABLE, rows=[row for row in rows if any(map(str.strip, row))])]

    def text(self, node: LexborNode, depth: int = 0) -> str:
        """The text in a node, with the calls of notes."""
        if depth > _DEEPEST:
            return node.text(separator=" ")
        return "".join(self._inline(child, depth) for child in node.iter(include_text=True))

    def _inline(self, node: LexborNode, depth: int = 0) -> str:
        if node.tag == "-text":
            return node.text_content or ""
        if _is_left_out(node):
            return ""
        target = (node.attributes.get("href") or "").partition("#")[2] if node.tag == "a" else ""
        if target in self._targets:
            number = plain(node.text()).strip("[]()* ")
            if number and len(number) <= 6:
                self._calls.setdefault(target, number)
                return called(self._calls[target])
        inner = self.text(node, depth + 1)
        return f" {inner} " if node.tag in _BLOCKS or node.tag in ("td", "th", "br") else inner

    def called_notes(self) -> list[tuple[str, NoteText]]:
        notes = []
        for target, number in self._calls.items():
            text = _BACK.sub("", plain(without_calls(self.text(self._targets[target]))))
            text = re.sub(rf"^[\[(]?{re.escape(number)}[\])]?[.:]?\s+", "", text).strip()
            notes.append((number, NoteText(text)))
        return notes


_BACK = re.compile(r"\s*(?:[↩↑^⏎]\ufe0e?|\(?(?:terug|back)\)?)\s*$|^\s*[↩↑^]\ufe0e?\s*", re.IGNORECASE)


def _notes(root: LexborNode) -> dict[str, LexborNode]:
    """The nodes that are notes: a link leads there that is nothing but a number, and names or places say a note."""
    wanted = set[str]()
    for link in root.css("a[href]"):
        target = (link.attributes.get("href") or "").partition("#")[2]
        number = plain(link.text()).strip("[]()* ")
        raised = link.css_first("sup") is not None or (link.parent is not None and link.parent.tag == "sup")
        said = " ".join(link.attributes.get(name) or "" for name in ("class", "role", "rel"))
        if target and number.isdigit() and len(number) <= 4 and (raised or _NOTES.search(f"{said} {target}")):
            wanted.add(target)
    found: dict[str, LexborNode] = {}
    for node in root.css("[id], a[name]"):
        target = node.attributes.get("id") or node.attributes.get("name") or ""
        if target in wanted and target not in found:
            found[target] = _whole(node)
    return {target: node for target, node in found.items() if node.tag not in ("sup", "body", "main", "article")}


def _rows(table: LexborNode) -> Iterator[LexborNode]:
    """The rows of this table, and of none inside it."""
    for child in table.iter():
        if child.tag == "tr" and not _is_left_out(child):
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child.iter() if row.tag == "tr" and not _is_left_out(row))


def _whole(node: LexborNode) -> LexborNode:
    """The note that an anchor stands in."""
    while node.tag not in ("li", "p", "div", "dd", "aside", "section", "tr") and node.parent is not None:
        node = node.parent
    return node


def _has_blocks(node: LexborNode) -> bool:
    return node.tag not in ("a", "sup", "sub", "b", "i", "em", "strong", "-comment") and any(
        child.tag in _BLOCKS for child in node.iter()
    )


def _said(root: LexborNode, selector: str) -> str:
    found = root.css_first(selector)
    return found.text() if found is not None else ""


def _dated(root: LexborNode) -> str:
    """The day that the page states in its metadata."""
    for node in root.css("meta[content]"):
        name = (node.attributes.get("name") or node.attributes.get("property") or "").casefold()
        found = re.match(r"\d{4}-\d\d-\d\d", node.attributes.get("content") or "")
        if found and name in _DATES:
            return found[0]
    return ""


def _of_meta(root: LexborNode) -> Iterator[Marking]:
    for node in root.css("meta[content]"):
        name = (node.attributes.get("name") or "").casefold()
        if name in _MARKING_META or name.rpartition(".")[2] in _MARKING_META:
            for text in re.split(r"[;,]", node.attributes.get("content") or ""):
                if text.strip():
                    yield text.strip(), f"the property `{name}`"


def _around(body: LexborNode) -> Iterator[Marking]:
    """What stands at the head and the foot of the page, outside of its content."""
    for tag, where in (("header", "the head"), ("footer", "the foot")):
        for node in body.css(tag):
            for text in node.text(separator="\n").splitlines():
                if text.strip():
                    yield plain(text), where
