"""PDF: the text layer of its pages. A page that is a picture of a text is refused, and so is an encrypted file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest
from loaders.documents.carried_labels import label_of_bytes
from loaders.documents.facts import language_of, title_of
from loaders.documents.layout import lay_out
from loaders.documents.lines import Line, plain
from loaders.documents.marking_words import marking_words
from loaders.documents.model import Document
from loaders.heads import Head

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MARKING_PROPERTIES = ("Keywords", "Subject", "Classification", "Rubricering", "Marking", "Security")
_KEPT = ("Title", "Author", "Subject", "Creator", "Producer")
_DATED = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
_MOST_NAMED = 12


def recognises(head: Head) -> bool:
    """By its first bytes: a few may stand before."""
    return b"%PDF-" in head.start[:1024]


def read_pdf(request: LoadRequest) -> Iterator[Document]:
    """The document of a PDF with a text layer."""
    from pypdfium2 import PdfiumError

    try:
        pdf = _opened(request)
        try:
            yield _document(pdf, request)
        finally:
            pdf.close()
    except PdfiumError as error:
        raise LoadRefused(f"not readable as PDF: {error}", file=request.file) from error


def _opened(request: LoadRequest) -> PdfDocument:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        return PdfDocument(request.path)
    except PdfiumError as error:
        if "password" in str(error).lower():
            raise LoadRefused("it is encrypted: save it without a password", file=request.file) from error
        raise


def _document(pdf: PdfDocument, request: LoadRequest) -> Document:
    from loaders.documents.pdf_lines import pages_of

    if len(pdf) > request.limits.pages:
        most = f"{request.limits.pages:,} at most (setting `reading_pages`)"
        raise LoadRefused(f"it has {len(pdf):,} pages, and {most}", file=request.file)
    pages, margins, scanned = list[list[Line]](), list[list[Line]](), list[int]()
    for number, page in enumerate(pages_of(pdf), start=1):
        request.progress(request.file, number, len(pdf))
        pages.append(page.lines)
        margins.append(page.margin)
        scanned += [number] if page.is_scanned else []
    if scanned:
        raise LoadRefused(_without_text(scanned), file=request.file)
    if not any(pages):
        raise LoadRefused("there is no text in it", file=request.file)
    laid = lay_out(pages, marking_words(request.policies), margins)
    properties = pdf.get_metadata_dict()
    marked = [(text, f"the property `{name}`") for name in MARKING_PROPERTIES for text in _said(pdf, name)]
    dated = _DATED.match(properties.get("CreationDate", ""))
    return Document(
        request.file,
        laid.blocks,
        title=plain(properties.get("Title", "")) or title_of(laid.blocks),
        language=language_of(laid.blocks),
        dated="-".join(dated.groups()) if dated else "",
        markings=(*laid.markings, *marked),
        label=label_of_bytes(request.path.read_bytes(), file=request.file),
        properties={name: plain(properties[name]) for name in _KEPT if properties.get(name)},
    )


def _said(pdf: PdfDocument, name: str) -> list[str]:
    return [piece.strip() for piece in re.split(r"[;,\n]", pdf.get_metadata_value(name)) if piece.strip()]


def _without_text(pages: list[int]) -> str:
    named = ", ".join(map(str, pages[:_MOST_NAMED])) + (" …" if len(pages) > _MOST_NAMED else "")
    return f"no text can be read on page{'s' * (len(pages) > 1)} {named}: scanned? Let a text layer be made (OCR) first"
