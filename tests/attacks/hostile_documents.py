"""Documents and data that are made to do harm: PDF, DOCX, ODT, XLSX, JSON and text. Generated, as in ``hostile``."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

from tests.attacks.hostile import SECRET_FILE, Hostile, zipped

# -- PDF ------------------------------------------------------------


def pdf(*objects: str) -> bytes:
    """A PDF of these objects, numbered from 1; the first one is its catalogue."""
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, text in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write(b"".join(f"{place:010} 00000 n \n".encode() for place in places))
    out.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def written(text: str, *, encrypt: object = None, draw: Callable[[Canvas], None] | None = None) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=encrypt)
    if draw:
        draw(canvas)
    canvas.drawString(72, 700, text)
    canvas.save()
    return out.getvalue()


def _many_pages(count: int) -> bytes:
    kids = " ".join(f"{number} 0 R" for number in range(3, count + 3))
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"
    return pdf(
        "<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Count {count} /Kids [{kids}] >>", *[page] * count
    )


_PAGES = "<< /Type /Catalog /Pages 2 0 R >>"
_ITS_OWN_PARENT = pdf(_PAGES, "<< /Type /Pages /Count 1 /Kids [2 0 R] /Parent 2 0 R >>")
_UNREADABLE = "can't be read|not readable|damaged|broke|no text|no page|empty|password|page"
PDF = {
    "encrypted PDF": Hostile(
        "a.pdf", written("EXERCISE", encrypt=pdfencrypt.StandardEncryption("x")), "encrypt|password"
    ),
    "PDF without a text layer": Hostile("a.pdf", written(" "), "no text|text layer|scan"),
    "truncated PDF": Hostile("a.pdf", written("EXERCISE")[:300], _UNREADABLE),
    "PDF of 10,000 pages": Hostile("a.pdf", _many_pages(10_000), "pages"),
    "PDF whose page tree is its own parent": Hostile("a.pdf", _ITS_OWN_PARENT, _UNREADABLE),
    "PDF that says it has a billion pages": Hostile(
        "a.pdf", pdf(_PAGES, "<< /Type /Pages /Count 1000000000 /Kids [] >>"), _UNREADABLE
    ),
    "PDF of brackets": Hostile("a.pdf", b"%PDF-1.7\n1 0 obj\n" + b"[" * 500_000, _UNREADABLE),
}

# -- packages -------------------------------------------------------

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_ODT = b"application/vnd.oasis.opendocument.text"


def docx(text: str = "EXERCISE", *, prolog: str = "", **members: bytes) -> bytes:
    body = f"{prolog}<w:document {_W}><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    others = tuple((name.replace("__", "/").replace("_", "."), data) for name, data in members.items())
    return zipped(("[Content_Types].xml", _TYPES), ("word/document.xml", body.encode()), *others)


def _docx_entity(path: Path) -> None:
    target = (path.parent / SECRET_FILE).as_uri()
    path.write_bytes(docx("&e;", prolog=f'<!DOCTYPE a [<!ENTITY e SYSTEM "{target}">]>'))


def odt(body: bytes) -> bytes:
    return zipped(("mimetype", _ODT), ("content.xml", body))


def _xlsx_bomb() -> bytes:
    sheet = b"<worksheet><sheetData>" + b"<row><c><v>1</v></c></row>" * 3_000_000 + b"</sheetData></worksheet>"
    return zipped(
        ("[Content_Types].xml", _TYPES), ("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", sheet)
    )


_PACKAGE = (
    "not readable|damaged|declares|unpack|too large|members|no body|no text|memory|elements|nothing|times|broke|mapping"
)
PACKAGES = {
    "DOCX with an entity": Hostile("a.docx", _docx_entity, _PACKAGE),
    "DOCX bomb": Hostile("a.docx", docx("x" * (300 << 20)), _PACKAGE + "|buffer|XML"),
    "deeply nested DOCX": Hostile("a.docx", docx("</w:t>" + "<w:sdt>" * 5000), _PACKAGE),
    "truncated DOCX": Hostile("a.docx", docx()[:-30], "cut short"),
    "ODT with an entity": Hostile("a.odt", odt(b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'), _PACKAGE),
    "truncated ODT": Hostile("a.odt", odt(b"<a/>")[:-30], "cut short"),
    "XLSX bomb": Hostile("a.xlsx", _xlsx_bomb(), _PACKAGE),
}
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="{}" '
    'TargetMode="External"/></Relationships>'
)


def _remote_template(path: Path) -> None:
    target = (path.parent / SECRET_FILE).as_uri()
    path.write_bytes(docx(word___rels__settings_xml_rels=_RELATIONS.format(target).encode()))


HARMLESS_DOCUMENTS = {
    "DOCX with a template elsewhere": Hostile("a.docx", _remote_template),
    "PDF that is a ZIP too": Hostile("a.pdf", written("EXERCISE") + zipped(("a.nt", b'<urn:x> <urn:y> "z" .\n'))),
}

# -- JSON and text --------------------------------------------------

_JSON = '{{"@odata.context":"https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/$metadata#Zaak","value":[{}]}}'
_NO_JSON = "has no `Id`|not readable|JSON|nested|nothing|no statements|looks like|which"
DATA = {
    "truncated JSON": Hostile("a.json", _JSON.format('{"Id":"x"').encode()[:-2], _NO_JSON),
    "deeply nested JSON": Hostile("a.json", _JSON.format("[" * 100_000).encode(), _NO_JSON),
    "JSON with NaN": Hostile("a.json", _JSON.format('{"Id":NaN}').encode(), _NO_JSON),
    "JSON with a number of a million digits": Hostile(
        "a.json", _JSON.format('{"Id":' + "9" * 1_000_000 + "}").encode(), _NO_JSON
    ),
}
_LETTER = "{}\n\nOEFENING / EXERCISE\n\nDit is een alinea van een brief, die verder niets zegt.\n"
_NO_MARKING = "marking|reading order|character"
TEXTS = {
    "letter whose marking has a homoglyph": Hostile(
        "a.txt", _LETTER.format("Stg. GEHEIM".replace("E", "\u0415")).encode(), _NO_MARKING
    ),
    "letter whose marking is turned round": Hostile(
        "a.txt", _LETTER.format("\u202eMIEHEG .gtS\u202c").encode(), _NO_MARKING
    ),
    "letter whose marking has a hidden character": Hostile(
        "a.txt", _LETTER.format("Stg. GE\u200bHEIM").encode(), _NO_MARKING
    ),
    "letter whose marking is misspelt": Hostile("a.txt", _LETTER.format("Stg. GEHIEM").encode(), _NO_MARKING),
}

REFUSED_DOCUMENTS = {**PDF, **PACKAGES, **DATA, **TEXTS}
