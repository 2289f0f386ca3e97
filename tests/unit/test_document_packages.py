"""What a DOCX or an ODT holds beside its text: changes, comments, numbers, properties, labels; and broken packages."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest

from graph_service.errors import LoadRefused
from graph_service.handling import format_marking
from graph_service.security import Policies
from loaders.base import LoadRequest, Remark
from loaders.documents.docx import read_docx, recognises
from loaders.documents.markings import labels_of
from loaders.documents.model import BlockKind, Document
from loaders.documents.odt import read_odt
from loaders.documents.odt import recognises as recognises_odt
from loaders.heads import Head
from loaders.reading.archives import member_names
from loaders.reading.limits import ReadingLimits
from tests.exercise_document import WORD, as_docx, as_odt, repacked, write

MAIN = "word/document.xml"
LABEL = (
    '<s:originatorConfidentialityLabel xmlns:s="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0">'
    "<s:ConfidentialityInformation/></s:originatorConfidentialityLabel>"
)


@pytest.fixture
def read(tmp_path: Path, policies: Policies) -> Callable[..., tuple[Document, list[str]]]:
    def _read(loader, content: bytes, **more) -> tuple[Document, list[str]]:
        path = write(tmp_path / "EXERCISE", content)
        found = list(loader(LoadRequest(path, policies, **more)))
        (document,) = [one for one in found if isinstance(one, Document)]
        return document, [one.text for one in found if isinstance(one, Remark)]

    return _read


def made(*, body: str, styles: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """A DOCX with this body."""
    out = BytesIO()
    docx.Document().save(out)
    with zipfile.ZipFile(out) as package:
        sections = package.read(MAIN).decode().partition("<w:body>")[2].partition("<w:sectPr")
    old = sections[0]
    changes = {MAIN: {"<w:body>" + old: "<w:body>" + body}}
    if styles:
        changes["word/styles.xml"] = {"</w:styles>": styles + "</w:styles>"}
    return repacked(out.getvalue(), changes, more)


def p(text: str, *, style: str = "", list_: str = "", level: int = 0) -> str:
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_}"/></w:numPr>' if list_ else ""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def test_what_was_deleted_is_not_taken_and_what_was_inserted_is(read) -> None:
    body = (
        '<w:p><w:r><w:t xml:space="preserve">EXAMPLE: the tea was </w:t></w:r>'
        '<w:del w:id="1" w:author="EXAMPLE"><w:r><w:delText>cold</w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="EXAMPLE"><w:r><w:t>hot</w:t></w:r></w:ins>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> and secret</w:t></w:r><w:r><w:t>.</w:t></w:r></w:p>"
        '<w:moveFrom w:id="3"><w:p><w:r><w:t>EXAMPLE: moved away</w:t></w:r></w:p></w:moveFrom>'
    )
    comments = f'<w:comments xmlns:w="{WORD}"><w:comment w:id="1"/></w:comments>'.encode()
    document, remarks = read(read_docx, made(body=body, more={"word/comments.xml": comments}))
    assert [block.text for block in document.blocks] == ["EXAMPLE: the tea was hot."]
    assert set(remarks) == {
        "passed over: deleted texts (2)",
        "passed over: hidden texts (1)",
        "passed over: comments (1)",
    }


def numbered(identifier: int, *levels: tuple[str, str]) -> str:
    """A list: for each of its levels how it counts and what it writes."""
    made = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (kind, text) in enumerate(levels)
    )
    return f'<w:abstractNum w:abstractNumId="{identifier}">{made}</w:abstractNum>'


NUMBERING = (
    f'<w:numbering xmlns:w="{WORD}">'
    + numbered(1, ("decimal", "%1."), ("decimal", "%1.%2"))
    + numbered(2, ("lowerLetter", "(%1)"))
    + "".join(f'<w:num w:numId="{at}"><w:abstractNumId w:val="{at}"/></w:num>' for at in (1, 2))
    + "</w:numbering>"
).encode()


def test_numbers_that_lists_give_are_those_of_headings_and_items(read) -> None:
    body = "".join(
        [
            p("EXAMPLE kitchens", style="Heading1", list_="1"),
            p("EXAMPLE: one.", list_="2"),
            p("EXAMPLE: two.", list_="2"),
            p("EXAMPLE rooms", style="Heading2", list_="1", level=1),
            p("EXAMPLE doors", style="Heading2", list_="1", level=1),
            p("EXAMPLE gardens", style="Heading1", list_="1"),
            p("EXAMPLE beds", style="Heading2", list_="1", level=1),
            p("EXAMPLE: a text."),
        ]
    )
    document, _ = read(read_docx, made(body=body, more={"word/numbering.xml": NUMBERING}))
    assert [(block.kind.value, block.number, block.section) for block in document.blocks] == [
        ("heading", "1", "1"),
        ("item", "a", "1"),
        ("item", "b", "1"),
        ("heading", "1.1", "1.1"),
        ("heading", "1.2", "1.2"),
        ("heading", "2", "2"),
        ("heading", "2.1", "2.1"),
        ("paragraph", "", "2.1"),
    ]


def test_a_document_without_styles_has_the_headings_that_its_reader_sees(read) -> None:
    body = (
        p("1. EXAMPLE kitchens")
        + p("EXAMPLE: a text of the kitchen. " * 6)
        + p("2. EXAMPLE gardens")
        + p("EXAMPLE: b. " * 12)
    )
    document, _ = read(read_docx, made(body=body))
    assert [block.section for block in document.blocks] == ["1", "1", "2", "2"]


def test_a_style_may_be_a_marking_and_so_may_a_property(read, policies: Policies) -> None:
    style = '<w:style w:type="paragraph" w:styleId="s1"><w:name w:val="Stg. GEHEIM"/></w:style>'
    custom = b'<Properties><property name="Rubricering"><lpwstr>Stg. ZEER GEHEIM</lpwstr></property></Properties>'
    content = made(
        body=p("EXERCISE: a.", style="s1") + p("EXERCISE: b."), styles=style, more={"docProps/custom.xml": custom}
    )
    document, _ = read(read_docx, content)
    labels = labels_of(document, policies=policies)
    assert [format_marking(one, policies=policies) for one in labels.blocks] == ["Stg. GEHEIM", "Stg. ZEER GEHEIM"]


def test_a_marking_in_the_first_line_of_a_package_leaves_the_text(read, policies: Policies) -> None:
    document, _ = read(read_docx, made(body=p("OEFENING: Dep. VERTROUWELIJK") + p("EXERCISE: a text.")))
    assert [block.text for block in document.blocks] == ["EXERCISE: a text."]
    labels = labels_of(document, policies=policies)
    assert format_marking(labels.document, policies=policies) == "Dep. VERTROUWELIJK"


@pytest.mark.parametrize(("loader", "content"), [(read_docx, as_docx()), (read_odt, as_odt())])
def test_the_label_in_a_part_of_the_package_is_carried(read, loader, content: bytes) -> None:
    document, _ = read(loader, repacked(content, {}, {"customXml/item1.xml": LABEL.encode()}))
    assert document.label == LABEL.replace("/></s:orig", "/></s:orig")
    other = LABEL.replace("<s:ConfidentialityInformation/>", "").encode()
    with pytest.raises(LoadRefused, match="more than one confidentiality label"):
        read(loader, repacked(content, {}, {"customXml/item1.xml": LABEL.encode(), "customXml/item2.xml": other}))


def test_a_box_around_a_text_is_no_table(read) -> None:
    box = "<w:tbl><w:tr><w:tc>" + p("EXAMPLE: in a box.") + p("EXAMPLE: too.") + "</w:tc></w:tr></w:tbl>"
    document, _ = read(read_docx, made(body=box))
    assert [(block.kind, block.text) for block in document.blocks] == [
        (BlockKind.PARAGRAPH, "EXAMPLE: in a box."),
        (BlockKind.PARAGRAPH, "EXAMPLE: too."),
    ]


def test_tracked_deletions_and_comments_of_an_odt_are_passed_over(read) -> None:
    gone = "<text:changed-region><text:deletion><text:p>EXAMPLE: gone</text:p></text:deletion></text:changed-region>"
    remark = "<office:annotation><text:p>EXAMPLE: remark</text:p></office:annotation>"
    changes = {
        "<office:text>": f"<office:text><text:tracked-changes>{gone}</text:tracked-changes>",
        "EXERCISE: the guest drank it.": f"EXERCISE: the guest {remark}drank it.",
    }
    content = repacked(as_odt(), {"content.xml": changes})
    document, remarks = read(read_odt, content)
    assert not [block.text for block in document.blocks if "EXAMPLE" in block.text]
    assert "EXERCISE: the guest drank it." in [block.text for block in document.blocks]
    assert set(remarks) == {"passed over: deleted texts (1)", "passed over: comments (1)"}


@pytest.mark.parametrize(("loader", "content"), [(read_docx, as_docx()), (read_odt, as_odt())])
def test_broken_packages_are_refused(read, loader, content: bytes) -> None:
    with pytest.raises(LoadRefused, match=r"not readable as a package"):
        read(loader, content[: len(content) // 2])
    with pytest.raises(LoadRefused, match=r"unpacks to too much \(setting `reading_unpacked_mib`\)"):
        read(loader, content, limits=ReadingLimits(unpacked_mib=0))
    main = "content.xml" if loader is read_odt else MAIN
    with pytest.raises(LoadRefused, match=rf"EXERCISE/{main}.*not readable as XML"):
        read(loader, repacked(content, {}, {main: b"<EXAMPLE>"}))
    with pytest.raises(LoadRefused, match=r"has no (body|text)"):
        read(loader, repacked(content, {}, {main: b"<EXAMPLE/>"}))
    bomb = repacked(content, {}, {"customXml/EXAMPLE.xml": b" " * (11 << 20)})
    with pytest.raises(LoadRefused, match="unpacks to too much"):
        read(loader, bomb)


def test_an_encrypted_odt_is_refused(read) -> None:
    manifest = b"<manifest><file-entry><encryption-data/></file-entry></manifest>"
    with pytest.raises(LoadRefused, match="it is encrypted"):
        read(read_odt, repacked(as_odt(), {}, {"META-INF/manifest.xml": manifest}))


def test_packages_are_known_by_their_parts(tmp_path: Path) -> None:
    heads = {}
    for name, content in (("docx", as_docx()), ("odt", as_odt())):
        path = write(tmp_path / name, content)
        heads[name] = Head("EXERCISE", content, member_names(path))
    assert recognises(heads["docx"])
    assert not recognises(heads["odt"])
    assert recognises_odt(heads["odt"])
    assert not recognises_odt(heads["docx"])
