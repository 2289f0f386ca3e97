"""The one place where a loader reads XML: no entities, no internal subset, nothing fetched, no endless depth.

A document type that only names an external one is let through: it is never read, and a document that needs it, because
it uses an entity that is declared there, is refused. One with declarations of its own is refused whatever they say:
an entity can grow without bound or name a file, and a default of an attribute adds words that stand nowhere.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from graph_service.errors import LoadRefused

__all__ = ["Element", "local_name", "read_xml", "stream_xml", "text_of", "written"]

Element = etree._Element  # lxml has no public name for the type

MAX_ELEMENTS = 2_000_000
"""The most elements that are held at a time: of a whole document, or between two that ``stream_xml`` gives."""
MAX_PROLOG = 1 << 20
_FIRST, _PIECE = 4096, 1 << 16
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._-]{1,40})""")
_ENCODINGS = frozenset(
    "utf-8 utf8 us-ascii ascii utf-16 utf-16le utf-16be iso-8859-1 iso-8859-15 latin1 windows-1252 cp1252".split()
)
_DOCTYPE = re.compile(rb"<!DOCTYPE")
_NAMES_ANOTHER = re.compile(
    rb"""<!DOCTYPE\s{1,9}[^\s<>\[\]"']{1,200}(?:\s{1,9}PUBLIC\s{1,9}(?:"[^"<>]{0,500}"|'[^'<>]{0,500}'))?"""
    rb"""(?:\s{1,9}SYSTEM)?\s{0,9}(?:"[^"<>]{0,500}"|'[^'<>]{0,500}')?\s{0,9}>"""
)
_PLACE = re.compile(r", line \d+, column \d+$")

Source = bytes | Path | BinaryIO


def read_xml(source: Source, *, file: str) -> Element:
    """The root of a whole document. Raises ``LoadRefused`` with the line for what is not plain well-formed XML."""
    root = None
    for event, element, _ in _events(source, file):
        if event == "start" and root is None:
            root = element
    if root is None:
        raise LoadRefused("not readable as XML: it has no element", file=file)
    return root


def stream_xml(source: Source, *, tags: Collection[str], file: str) -> Iterator[Element]:
    """Each outermost element with one of these local names, whole, when it ends; memory does not grow with the file.

    An element is good until the next one is asked for. Its ancestors have their attributes; what stood before it in
    them and has no such name is gone. Raises ``LoadRefused`` as ``read_xml`` does, then after some were given.
    """
    wanted, inside = frozenset(tags), 0
    for event, element, held in _events(source, file):
        is_wanted = local_name(element) in wanted
        if event == "start":
            inside += is_wanted
            continue
        inside -= is_wanted
        if inside:
            continue
        if is_wanted:
            yield element
        _forget(element)
        held.clear()


def local_name(element: Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: Element) -> str:
    """All the text in the element, in order, white space as single spaces."""
    return " ".join("".join(str(piece) for piece in element.itertext()).split())


def written(element: Element) -> str:
    """The element as XML text of its own, with the namespaces that it needs."""
    return etree.tostring(element, encoding="unicode", with_tail=False)


class _Count:
    """How many elements were begun and not forgotten since."""

    def __init__(self, file: str) -> None:
        self._file, self._held = file, 0

    def one_more(self) -> None:
        self._held += 1
        if self._held > MAX_ELEMENTS:
            raise LoadRefused(f"more than {MAX_ELEMENTS:,} elements at once: split the file", file=self._file)

    def clear(self) -> None:
        self._held = 0


def _events(source: Source, file: str) -> Iterator[tuple[str, Element, _Count]]:
    """Each start and end of an element, checked: the first of them for what stands before the root."""
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    held, head, before_root = _Count(file), b"", True
    with _opened(source) as stream:
        for piece in _pieces(stream, file):
            head = head + piece if before_root else b""
            _feed(parser, piece, file)
            for event, element in _ready(parser):
                if before_root:
                    _check_prolog(element, head, file)
                    before_root = False
                if event == "start":
                    held.one_more()
                yield event, element, held
            if before_root and len(head) > MAX_PROLOG:
                raise LoadRefused("not readable as XML: no element in its first MiB", file=file)
        _feed(parser, None, file)
        for event, element in _ready(parser):
            yield event, element, held


def _feed(parser: etree.XMLPullParser, piece: bytes | None, file: str) -> None:
    """Hand over a piece, or with none say that it was the last."""
    try:
        if piece is None:
            parser.close()
        else:
            parser.feed(piece)
    except etree.XMLSyntaxError as error:
        reason = _PLACE.sub("", error.msg or "it ends too early")
        raise LoadRefused(f"not readable as XML: {reason}", file=file, line=error.lineno or None) from error
    _refuse_undeclared(parser, file)


def _ready(parser: etree.XMLPullParser) -> Iterator[tuple[str, Element]]:
    """The starts and ends that were parsed and not given yet."""
    for event, element in parser.read_events():
        assert isinstance(element, Element)  # noqa: S101  # no other kind of event was asked for
        yield str(event), element


def _pieces(stream: BinaryIO, file: str) -> Iterator[bytes]:
    """The bytes; the first few apart, so that what stands before the root is judged before much is read."""
    piece = stream.read(_FIRST)
    declared = _DECLARED.match(piece)
    if declared and declared[1].decode().lower() not in _ENCODINGS:
        known = "UTF-8, UTF-16, ISO 8859-1, ISO 8859-15, Windows-1252"
        raise LoadRefused(f"the encoding `{declared[1].decode()}` is none of {known}: convert it", file=file, line=1)
    while piece:
        yield piece
        piece = stream.read(_PIECE)


def _check_prolog(root: Element, head: bytes, file: str) -> None:
    """The parser says whether there is a document type; the bytes, whether it declares anything.

    Every place that looks like one has to be harmless, so a comment can't stand in for the one that counts.
    """
    if root.getroottree().docinfo.internalDTD is None:
        return
    found = [match.start() for match in _DOCTYPE.finditer(head)]
    if not found or not all(_NAMES_ANOTHER.match(head, at) for at in found):
        raise LoadRefused(
            "its document type declares something of its own (`<!DOCTYPE … [ … ]>`): save it without", file=file
        )


def _refuse_undeclared(parser: etree.XMLPullParser, file: str) -> None:
    """Of an external document type nothing is known: what it would have stood for would be lost without a word."""
    for entry in parser.feed_error_log:
        if "UNDECLARED_ENTITY" in entry.type_name:
            raise LoadRefused(
                "it uses an entity that XML itself does not have: write the character", file=file, line=entry.line
            )


def _forget(element: Element) -> None:
    """Free an element that is done with, and what stood before it. Its tail stays: it may still be growing."""
    element.clear(keep_tail=True)  # type: ignore[call-arg]  # the stubs lack it
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _opened(source: Source) -> BinaryIO:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    # Opened here and never by lxml, which would unpack a compressed file by itself.
    return source.open("rb") if isinstance(source, Path) else source
