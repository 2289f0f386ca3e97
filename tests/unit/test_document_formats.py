"""One EXERCISE document gives the same blocks in every format; each format's own traps are refused or read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from graph_service.errors import LoadRefused
from graph_service.handling import format_marking
from graph_service.security import Policies
from loaders.base import LoadRequest, Remark
from loaders.documents.docx import read_docx
from loaders.documents.html import read_html
from loaders.documents.markings import labels_of
from loaders.documents.model import Block, BlockKind, Document
from loaders.documents.odt import read_odt
from loaders.documents.pdf import read_pdf
from loaders.documents.text import read_text
from loaders.reading.limits import ReadingLimits
from tests import exercise_document as exercise

FORMATS = {
    "text": (exercise.as_text, read_text),
    "pdf": (exercise.as_pdf, read_pdf),
    "docx": (exercise.as_docx, read_docx),
    "html": (exercise.as_html, read_html),
    "odt": (exercise.as_odt, read_odt),
}


@pytest.fixture
def read(tmp_path: Path, policies: Policies) -> Callable[..., Document]:
    def _read(loader, content: bytes, **more) -> Document:
        path = exercise.write(tmp_path / "EXERCISE", content)
        found = [one for one in loader(LoadRequest(path, policies, **more)) if isinstance(one, Document)]
        assert len(found) == 1
        return found[0]

    return _read


def expected() -> list[tuple]:
    """What each block must be: kind, text, section, number, marking, calls."""
    found, section = [("heading", exercise.TITLE, exercise.TITLE, "", "", [])], exercise.TITLE
    for part in exercise.PARTS:
        section = part.number or section
        text = "\n".join("\t".join(row) for row in exercise.ROWS) if part.kind == "table" else part.text
        calls = [(found_.start() - 3 * n, found_[1]) for n, found_ in enumerate(re.finditer(r"\{(\d)\}", text))]
        text = re.sub(r"\{\d\}", "", text)
        marking = re.match(r"\(([^)]*)\) ", text)
        if marking:
            text, calls = text[marking.end() :], [(at - marking.end(), n) for at, n in calls]
        found.append((part.kind, text, section, part.number, marking[1] if marking else "", calls))
        found += [("note", exercise.NOTES[n], section, n, "", []) for _, n in calls]
    return found


def shown(block: Block) -> tuple:
    calls = [(call.at, call.number) for call in block.calls]
    return block.kind.value, block.text, block.section, block.number, block.marking, calls


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_document_gives_the_same_blocks(name: str, read) -> None:
    write, loader = FORMATS[name]
    document = read(loader, write())
    assert [shown(block) for block in document.blocks] == expected()
    assert document.title == exercise.TITLE
    assert document.language == "en"


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_document_gives_the_same_labels(name: str, read, policies: Policies) -> None:
    write, loader = FORMATS[name]
    document = read(loader, write())
    labels = labels_of(document, policies=policies)
    assert format_marking(labels.document, policies=policies) == "Stg. GEHEIM"
    by_text = {
        block.text.split()[1]: format_marking(label, policies=policies)
        for block, label in zip(document.blocks, labels.blocks, strict=True)
        if block.kind is BlockKind.PARAGRAPH
    }
    assert by_text["this"] == "Ongerubriceerd"
    assert by_text["mint,"] == "Dep. VERTROUWELIJK"
    assert by_text["the"] == "Stg. GEHEIM"
    assert not [remark for remark in labels.remarks if isinstance(remark, Remark)]


# -- PDF ----------------------------------------------------------------------------------------


def pdf(draw, *, pages: int = 1) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, A4, invariant=1)
    for number in range(1, pages + 1):
        draw(canvas, number)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_pages_of_a_pdf_are_counted_over_the_break(read) -> None:
    document = read(read_pdf, exercise.as_pdf())
    assert {block.page for block in document.blocks} == {1, 2}
    (cut,) = [block for block in document.blocks if block.text.startswith("EXERCISE: the garden lies")]
    assert cut.page == 1


def test_a_pdf_behind_a_password_is_refused(read) -> None:
    with pytest.raises(LoadRefused, match="it is encrypted: save it without a password"):
        read(read_pdf, exercise.as_pdf(password="EXAMPLE"))


def test_scanned_pages_are_named_and_refused(read) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    picture = ImageReader(Image.new("RGB", (20, 20), "grey"))

    def draw(canvas, number: int) -> None:
        if number == 2:
            canvas.drawString(60, 700, "EXAMPLE: a page with letters")
        else:
            canvas.drawImage(picture, 0, 0, 500, 800)

    with pytest.raises(LoadRefused, match=r"no text can be read on pages 1, 3: scanned\?"):
        read(read_pdf, pdf(draw, pages=3))


def test_a_blank_page_is_no_scanned_page(read) -> None:
    def draw(canvas, number: int) -> None:
        if number == 1:
            canvas.drawString(60, 700, "EXAMPLE: a page with letters")

    assert len(read(read_pdf, pdf(draw, pages=2)).blocks) == 1


def letter_with_a_margin(second: str = "EXAMPLE Office") -> bytes:
    """Two pages of wide lines, and small ones right of them."""

    def draw(canvas, number: int) -> None:
        small = (
            ["EXAMPLE Office", "Kitchen Road 1", "Reference EX-1"] if number == 1 else [second, "Kitchen Road 1", "X"]
        )
        for row, text in enumerate(small):
            canvas.setFont("Helvetica", 6.5)
            canvas.drawString(460, 702 - 8 * row, text)
        canvas.setFont("Helvetica", 9)
        for row in range(8):
            word = f"{number}-{row}"
            canvas.drawString(
                70,
                700 - 12 * row,
                f"EXAMPLE {word} of a letter whose lines are as wide as the text of its page is here,",
            )

    return pdf(draw, pages=2)


def test_the_margin_of_a_letter_stands_before_its_text_and_once(read) -> None:
    blocks = read(read_pdf, letter_with_a_margin()).blocks
    assert [block.text for block in blocks[:-1]] == ["EXAMPLE Office Kitchen Road 1 Reference EX-1", "X"]
    words = re.findall(r"EXAMPLE (\d-\d)", blocks[-1].text)
    assert words == [f"{page}-{row}" for page in (1, 2) for row in range(8)]


def test_a_marking_in_the_margin_of_any_page_counts(read, policies: Policies) -> None:
    labels = labels_of(read(read_pdf, letter_with_a_margin("Stg. GEHEIM")), policies=policies)
    assert format_marking(labels.document, policies=policies) == "Stg. GEHEIM"
    with pytest.raises(LoadRefused, match="margin of page 2"):
        labels_of(read(read_pdf, letter_with_a_margin("Stg. GEHIEM")), policies=policies)


def test_the_last_column_of_a_table_in_small_letters_is_no_margin(read) -> None:
    def draw(canvas, number: int) -> None:
        canvas.setFont("Helvetica", 9)
        for row in range(6):
            canvas.drawString(70, 700 - 12 * row, "EXAMPLE of a text whose lines stand above a table")
        canvas.setFont("Helvetica", 6.5)
        for row in range(5):
            canvas.drawString(70, 600 - 10 * row, f"EXAMPLE {row}")
            canvas.drawString(460, 600 - 10 * row, f"{row} cups of tea")
        canvas.setFont("Helvetica", 9)
        canvas.drawString(250, 571, "or")

    document = read(read_pdf, pdf(draw))
    assert any("EXAMPLE 3" in block.text and "3 cups of tea" in block.text for block in document.blocks)


def test_a_pdf_of_too_many_pages_is_refused(read) -> None:
    content = pdf(lambda canvas, number: canvas.drawString(60, 700, f"EXAMPLE {number}"), pages=4)
    with pytest.raises(LoadRefused, match=r"it has 4 pages, and 3 at most \(setting `reading_pages`\)"):
        read(read_pdf, content, limits=ReadingLimits(pages=3))


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", exercise.as_pdf()[:700], b"%PDF-1.4 EXAMPLE" * 100])
def test_a_broken_pdf_is_refused(read, content: bytes) -> None:
    with pytest.raises(LoadRefused, match=r"not readable as PDF|there is no text"):
        read(read_pdf, content)


def test_two_columns_of_a_pdf_are_read_one_after_the_other(read) -> None:
    def draw(canvas, _number: int) -> None:
        for at in range(20):
            canvas.drawString(60, 750 - 13 * at, f"left words of EXAMPLE in row {at:02}")
            canvas.drawString(320, 748 - 13 * at, f"right words of EXAMPLE in row {at:02}")

    text = " ".join(block.text for block in read(read_pdf, pdf(draw)).blocks)
    assert text.index("left words of EXAMPLE in row 19") < text.index("right words of EXAMPLE in row 00")


def test_the_label_in_the_metadata_of_a_pdf_is_carried(read) -> None:
    label = (
        b'<s:originatorConfidentialityLabel xmlns:s="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0">'
        b"<s:ConfidentialityInformation/></s:originatorConfidentialityLabel>"
    )
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + label + b"</x:xmpmeta>"
    document = read(read_pdf, exercise.as_pdf() + b"\n%" + xmp)
    assert document.label.startswith("<s:originatorConfidentialityLabel")
    with pytest.raises(LoadRefused, match="none can be found"):
        read(read_pdf, exercise.as_pdf() + b"\n%" + label)


def test_a_property_of_a_pdf_may_hold_a_marking(read, policies: Policies) -> None:
    def draw(canvas, _number: int) -> None:
        canvas.setKeywords("EXAMPLE; NATO RESTRICTED")
        canvas.drawString(60, 700, "EXERCISE: a page with letters")

    document = read(read_pdf, pdf(draw))
    assert format_marking(labels_of(document, policies=policies).document, policies=policies) == "NATO RESTRICTED"
    unreadable = replace(document, markings=(("NATO RESTRICTD", "the property `Keywords`"),))
    with pytest.raises(LoadRefused, match="a marking in the property `Keywords` can't be read"):
        labels_of(unreadable, policies=policies)
