"""Documents: pages a second from the file to its blocks, their labels and what they mention, for each format.

A page is one of the PDF: 45 lines of 88 characters. The other formats hold the same text.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from graph_service.handling import parse_marking
from graph_service.security import Policies
from loaders.base import LoadRequest
from loaders.documents.docx import read_docx
from loaders.documents.html import read_html
from loaders.documents.markings import labels_of
from loaders.documents.model import Document
from loaders.documents.odt import read_odt
from loaders.documents.pdf import read_pdf
from loaders.documents.text import read_text
from loaders.extraction.find import find_mentions
from loaders.names import NO_NAMES
from tests.benchmarks.timing import Figure

PAGES, LINES = 60, 45
_LINE = "EXAMPLE: on 3 February 2014 the gardener of the house read Kamerstuk 12345, nr. {:05} again"


def documents(folder: Path, policies: Policies, *, pages: int = PAGES) -> Iterator[Figure]:
    """Pages a second for each format; reading by itself, and with labels and mentions."""
    label = parse_marking("Ongerubriceerd", policies=policies)
    for name, write, loader in _FORMATS:
        path = folder / f"EXAMPLE.{name}"
        path.write_bytes(write(_pages(pages)))
        begun = time.perf_counter()
        (document,) = [one for one in loader(LoadRequest(path, policies)) if isinstance(one, Document)]
        read = time.perf_counter()
        labels = labels_of(document, policies=policies, stated=label)
        found = sum(1 for _ in find_mentions(document, labels.blocks, lambda _label: NO_NAMES))
        done = time.perf_counter()
        yield Figure("documents", f"{name}: pages read", pages / (read - begun), "pages/s")
        yield Figure(
            "documents",
            f"{name}: pages read, labelled and searched",
            pages / (done - begun),
            "pages/s",
            least=20,
            note=f"{found} mentions",
        )


def _pages(count: int) -> list[list[str]]:
    return [[_LINE.format(page * LINES + line) for line in range(LINES)] for page in range(count)]


def _paragraphs(pages: list[list[str]]) -> list[str]:
    return [" ".join(page[at : at + 5]) + "." for page in pages for at in range(0, LINES, 5)]


def _text(pages: list[list[str]]) -> bytes:
    return "\f".join("\n".join(page) for page in pages).encode()


def _html(pages: list[list[str]]) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in _paragraphs(pages))
    return f"<!DOCTYPE html><html><body>{body}</body></html>".encode()


def _pdf(pages: list[list[str]]) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out)
    for page in pages:
        for at, line in enumerate(page):
            canvas.drawString(60, 780 - 15 * at, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _docx(pages: list[list[str]]) -> bytes:
    import docx

    document = docx.Document()
    for text in _paragraphs(pages):
        document.add_paragraph(text)
    return _saved(document)


def _odt(pages: list[list[str]]) -> bytes:
    from odf import text
    from odf.opendocument import OpenDocumentText

    document = OpenDocumentText()
    for words in _paragraphs(pages):
        document.text.addElement(text.P(text=words))
    return _saved(document)


def _saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


_FORMATS: tuple[tuple[str, Callable[[list[list[str]]], bytes], Callable[[LoadRequest], Iterator[Any]]], ...] = (
    ("txt", _text, read_text),
    ("html", _html, read_html),
    ("pdf", _pdf, read_pdf),
    ("docx", _docx, read_docx),
    ("odt", _odt, read_odt),
)
