"""One EXERCISE document, written in each format that people write in: all must give the same blocks.

The page breaks of the text and of the PDF cut a sentence in two, with notes between the halves.
"""

from __future__ import annotations

import re
import textwrap
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

HEAD = "OEFENING – Stg. GEHEIM"
TITLE = "EXERCISE: the kitchen of the house"
NOTES = {
    "1": "EXERCISE: report of the opening, 3 February 2014.",
    "2": "EXERCISE: see the list of herbs, which was made by the gardener and his guests in the year before.",
    "3": "EXERCISE: the last note of all.",
}
LONG = (
    "EXERCISE: the garden lies behind the house and was laid out by the gardener in the spring of that year, together "
    "with guests who knew much of herbs.{2} It has four beds, of which one is kept for mint, and a path that leads "
    "from the door of the kitchen to the gate; in the summer the path is closed, and whoever wants to reach it walks "
    "around the house."
)
ROWS = (
    ("When", "What", "Who"),
    ("March 2014", "EXERCISE: sowing", "gardener"),
    ("June 2014", "EXERCISE: harvest of mint and thyme", "gardener and guests"),
    ("July 2014", "EXERCISE: dinner", "cook"),
)


@dataclass(frozen=True)
class Part:
    """A heading, paragraph, item or table; ``{1}`` in its text calls note 1."""

    kind: str
    text: str = ""
    number: str = ""
    level: int = 0


PARTS = (
    Part("heading", "Introduction", "1", 1),
    Part(
        "paragraph",
        "(Ong.) EXERCISE: this plan tells how the kitchen was opened in 2014{1} and who cooked there that year.",
    ),
    Part("item", "EXERCISE: the cook made the tea;"),
    Part("item", "EXERCISE: the guest drank it."),
    Part("heading", "The garden", "2", 1),
    Part("paragraph", LONG),
    Part("heading", "What grows there", "2.1", 2),
    Part("paragraph", "(Dep.V) EXERCISE: mint, thyme and one secret herb, which is not named in this plan.{3}"),
    Part("heading", "Planning", "3", 1),
    Part("table"),
    Part("paragraph", "EXERCISE: the plan ends here, and so does the work of the gardener and of the cook."),
)

_CALL = re.compile(r"\{(\d)\}")
WIDTH = 88


def paginated() -> list[tuple[list[tuple[str, str]], list[str]]]:
    """Two pages: their lines, each with its kind, and the numbers of the notes at their feet."""
    lines: list[tuple[str, str]] = [("title", TITLE)]
    for part in PARTS:
        lines.append(("space", ""))
        if part.kind == "heading":
            lines.append((f"heading{part.level}", f"{part.number} {part.text}"))
        elif part.kind == "table":
            lines += [("row", "\t".join(row)) for row in ROWS]
        else:
            mark = "• " if part.kind == "item" else ""
            lines += [("text", line) for line in textwrap.wrap(mark + part.text, WIDTH, break_on_hyphens=False)]
    cut = next(at for at, (_, text) in enumerate(lines) if text.startswith("EXERCISE: the garden lies")) + 2
    pages = [lines[:cut], lines[cut:]]
    return [(page, _CALL.findall("".join(text for _, text in page))) for page in pages]


def as_text() -> bytes:
    pages = []
    for number, (lines, notes) in enumerate(paginated(), start=1):
        rows = [HEAD, ""]
        for kind, text in lines:
            plain = _CALL.sub(r"\1", text)
            rows.append("".join(f"{cell:<38}" for cell in plain.split("\t")).rstrip() if kind == "row" else plain)
        rows += ["", " " * 40]
        rows += [line for n in notes for line in textwrap.wrap(f"{n} {NOTES[n]}", WIDTH)]
        pages.append("\n".join([*rows, "", f"Page {number} of 2", ""]))
    return "\f".join(pages).encode()


def as_html() -> bytes:
    def inline(text: str) -> str:
        return _CALL.sub(r'<sup><a href="#fn\1" id="ref\1">\1</a></sup>', text)

    body, in_list = [f"<h1>{TITLE}</h1>"], False
    for part in PARTS:
        if (part.kind == "item") != in_list:
            body.append("</ul>" if in_list else "<ul>")
            in_list = not in_list
        if part.kind == "heading":
            body.append(f"<h{part.level + 1}>{part.number} {part.text}</h{part.level + 1}>")
        elif part.kind == "table":
            cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in ROWS]
            body.append("<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>")
        else:
            tag = "li" if part.kind == "item" else "p"
            body.append(f"<{tag}>{inline(part.text)}</{tag}>")
    notes = "".join(f'<li id="fn{n}">{text} <a href="#ref{n}">↩</a></li>' for n, text in NOTES.items())
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{TITLE}</title><meta name="classification" content="{HEAD}">'
        "<script>var x = 'EXERCISE: no text';</script></head><body><nav><ul><li>Home</li><li>Search</li></ul></nav>"
        '<div class="cookie-banner">We use cookies. Accept all cookies?</div>'
        f'<main>{"".join(body)}<section class="footnotes"><ol>{notes}</ol></section></main>'
        "<footer>Contact and privacy</footer></body></html>"
    ).encode()


def as_pdf(*, head: str = HEAD, password: str = "") -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, A4, encrypt=password or None, invariant=1)
    canvas.setTitle(TITLE)
    for number, (lines, notes) in enumerate(paginated(), start=1):
        canvas.setFont("Helvetica", 9)
        canvas.drawCentredString(300, 810, head)
        y = 780.0
        for kind, text in lines:
            y -= 8 if kind == "space" else 16 if kind.startswith("h") or kind == "title" else 13
            _pdf_line(canvas, kind, text, y)
        y = 70 + 12 * len(notes)
        canvas.line(60, y + 14, 200, y + 14)
        for n in notes:
            for at, line in enumerate(textwrap.wrap(NOTES[n], 110)):
                if at == 0:
                    canvas.setFont("Helvetica", 5)
                    canvas.drawString(60, y + 3, n)
                canvas.setFont("Helvetica", 8)
                canvas.drawString(64 if at == 0 else 60, y, line)
                y -= 10
        canvas.setFont("Helvetica", 9)
        canvas.drawCentredString(300, 30, f"{number} / 2")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _pdf_line(canvas: Any, kind: str, text: str, y: float) -> None:
    if kind == "row":
        canvas.setFont("Helvetica", 10)
        for at, cell in enumerate(text.split("\t")):
            canvas.drawString((60, 180, 400)[at], y, cell)
        return
    size = {"title": 18, "heading1": 14, "heading2": 12}.get(kind, 10)
    font = "Helvetica" if kind == "text" else "Helvetica-Bold"
    line = canvas.beginText(60, y)
    for piece in re.split(r"(\{\d\})", text):
        if call := _CALL.fullmatch(piece):
            line.setFont(font, size * 0.6)
            line.setRise(size * 0.35)
            line.textOut(call[1])
        else:
            line.setFont(font, size)
            line.setRise(0)
            line.textOut(piece)
    canvas.drawText(line)


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def as_docx() -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.title = TITLE
    document.sections[0].header.paragraphs[0].text = HEAD
    document.sections[0].footer.paragraphs[0].text = "1"
    document.add_paragraph(TITLE, "Title")
    for part in PARTS:
        if part.kind == "heading":
            document.add_heading(f"{part.number} {part.text}", part.level)
        elif part.kind == "table":
            table = document.add_table(len(ROWS), len(ROWS[0]))
            for at, row in enumerate(ROWS):
                for column, cell in enumerate(row):
                    table.cell(at, column).text = cell
        else:
            paragraph = document.add_paragraph(style="List Bullet" if part.kind == "item" else None)
            for piece in re.split(r"(\{\d\})", part.text):
                paragraph.add_run(piece)
    out = BytesIO()
    document.save(out)
    call = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    main = {"<w:r><w:t>{" + n + "}</w:t></w:r>": call.format(int(n) + 1) for n in NOTES}
    notes = "".join(
        f'<w:footnote w:id="{int(n) + 1}"><w:p><w:r><w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {text}</w:t></w:r></w:p></w:footnote>'
        for n, text in NOTES.items()
    )
    separator = '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>EXAMPLE: a ruler</w:t></w:r></w:p></w:footnote>'
    return repacked(
        out.getvalue(),
        {"word/document.xml": main},
        {"word/footnotes.xml": f'<w:footnotes xmlns:w="{WORD}">{separator}{notes}</w:footnotes>'.encode()},
    )


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def repacked(package: bytes, changes: dict[str, dict[str, str]], more: dict[str, bytes] | None = None) -> bytes:
    """The package with words in its parts replaced, each at least once, and more parts."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            for before, after in changes.get(name, {}).items():
                assert before.encode() in text, before
                text = text.replace(before.encode(), after.encode())
            if name not in (more or {}):
                new.writestr(name, text)
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return out.getvalue()


def as_odt() -> bytes:
    from odf import style, table, text
    from odf.opendocument import OpenDocumentText

    document = OpenDocumentText()
    page = style.PageLayout(name="page")
    document.automaticstyles.addElement(page)
    master = style.MasterPage(name="Standard", pagelayoutname=page)
    header = style.Header()
    header.addElement(text.P(text=HEAD))
    master.addElement(header)
    document.masterstyles.addElement(master)
    named = style.Style(name="Title", family="paragraph")
    document.styles.addElement(named)
    document.text.addElement(text.P(text=TITLE, stylename=named))
    items = None
    for part in PARTS:
        if part.kind == "heading":
            document.text.addElement(text.H(outlinelevel=part.level, text=f"{part.number} {part.text}"))
        elif part.kind == "table":
            made = table.Table()
            for row in ROWS:
                line = table.TableRow()
                for cell in row:
                    box = table.TableCell()
                    box.addElement(text.P(text=cell))
                    line.addElement(box)
                made.addElement(line)
            document.text.addElement(made)
        elif part.kind == "item":
            if items is None:
                items = text.List()
                document.text.addElement(items)
            item = text.ListItem()
            item.addElement(_odt_paragraph(part.text))
            items.addElement(item)
        else:
            document.text.addElement(_odt_paragraph(part.text))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _odt_paragraph(words: str) -> Any:
    from odf import text

    paragraph = text.P()
    for piece in re.split(r"(\{\d\})", words):
        if call := _CALL.fullmatch(piece):
            note = text.Note(noteclass="footnote", id=f"ftn{call[1]}")
            note.addElement(text.NoteCitation(text=call[1]))
            body = text.NoteBody()
            body.addElement(text.P(text=NOTES[call[1]]))
            note.addElement(body)
            paragraph.addElement(note)
        else:
            paragraph.addText(piece)
    return paragraph
