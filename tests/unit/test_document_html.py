"""The content of a page and nothing around it; what a page hides or repeats on every page is not its text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from graph_service.errors import LoadRefused
from graph_service.handling import format_marking
from graph_service.security import Policies
from loaders.base import LoadRequest
from loaders.documents.html import read_html, recognises
from loaders.documents.markings import labels_of
from loaders.documents.model import Document
from loaders.heads import Head


@pytest.fixture
def read(tmp_path: Path, policies: Policies) -> Callable[[str | bytes], Document]:
    def _read(body: str | bytes) -> Document:
        path = tmp_path / "EXAMPLE.html"
        page = f"<!DOCTYPE html><html lang=nl><body>{body}</body></html>".encode() if isinstance(body, str) else body
        path.write_bytes(page)
        (document,) = read_html(LoadRequest(path, policies))
        return document

    return _read


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


@pytest.mark.parametrize(
    "around",
    [
        "<nav>around</nav>",
        "<footer>around</footer>",
        "<script>around</script>",
        "<aside>around</aside>",
        "<div role=navigation>around</div>",
        "<div class='cookie-bar'>around</div>",
        "<p hidden>around</p>",
        "<p style='display: none'>around</p>",
        "<ul class=breadcrumbs><li>around</ul>",
        "<form>around</form>",
    ],
)
def test_what_stands_around_the_content_is_left_out(read, around: str) -> None:
    assert texts(read(f"{around}<p>EXAMPLE: a text.</p>{around}")) == ["EXAMPLE: a text."]


def test_of_a_page_with_a_main_part_only_that_is_read(read) -> None:
    assert texts(read("<p>EXAMPLE: around.</p><main><h1>EXAMPLE</h1>loose <b>words</b>.</main>")) == [
        "EXAMPLE",
        "loose words.",
    ]


def test_items_have_their_numbers_and_paragraphs_inside_an_item_follow_it(read) -> None:
    document = read("<ol start=3><li>EXAMPLE: c<li><p>EXAMPLE: d</p><p>more</p><ul><li>deep</ul></ol>")
    assert [(block.kind.value, block.number, block.text) for block in document.blocks] == [
        ("item", "3", "EXAMPLE: c"),
        ("item", "4", "EXAMPLE: d"),
        ("paragraph", "", "more"),
        ("item", "", "deep"),
    ]


def test_a_table_that_only_lays_out_a_page_is_no_table(read) -> None:
    document = read("<table><tr><td><p>EXAMPLE: a</p><table><tr><td>x<td>y<tr><td>1<td>2</table></td></tr></table>")
    assert [(block.kind.value, block.text) for block in document.blocks] == [
        ("paragraph", "EXAMPLE: a"),
        ("table", "x\ty\n1\t2"),
    ]


def test_notes_are_found_by_their_links_however_the_page_writes_them(read) -> None:
    for link, note in (
        ("<sup><a href='#a1'>1</a></sup>", "<p><a id='a1'>1</a> EXAMPLE: a note.</p>"),
        ("<a href='#_ftn1'>[1]</a>", "<div id='_ftn1'><p>[1] EXAMPLE: a note.</p></div>"),
        ("<a class=noot href='#x'>1</a>", "<ol><li id=x>EXAMPLE: a note. <a href='#y'>↩</a></ol>"),
    ):
        document = read(f"<p>EXAMPLE: a word{link} and more.</p>{note}")
        assert [(block.kind.value, block.number, block.text) for block in document.blocks] == [
            ("paragraph", "", "EXAMPLE: a word and more."),
            ("note", "1", "EXAMPLE: a note."),
        ]
        assert document.blocks[0].calls[0].at == len("EXAMPLE: a word")


def test_a_link_with_a_number_that_is_no_note_stays(read) -> None:
    assert texts(read("<p>EXAMPLE: see <a href='#t2'>2</a>.</p><p id=t2>EXAMPLE: b</p>")) == [
        "EXAMPLE: see 2.",
        "EXAMPLE: b",
    ]


def test_a_marking_at_the_head_of_a_page_is_no_text_and_counts(read, policies: Policies) -> None:
    document = read("<header>OEFENING Dep. VERTROUWELIJK</header><p>EXERCISE: a.</p><p>(Ong.) EXERCISE: b.</p>")
    labels = labels_of(document, policies=policies)
    assert [format_marking(one, policies=policies) for one in labels.blocks] == ["Dep. VERTROUWELIJK", "Ongerubriceerd"]


def test_a_page_is_read_in_the_encoding_that_it_states(read) -> None:
    page = "<html><head><meta charset={}></head><body><p>VOORBEELD: één</p></body></html>"
    assert texts(read(page.format("windows-1252").encode("windows-1252"))) == ["VOORBEELD: één"]
    with pytest.raises(LoadRefused, match=r"not UTF-8 \(byte \d+\): save it as UTF-8"):
        read(page.format("utf-8").encode("windows-1252"))
    with pytest.raises(LoadRefused, match="the encoding `utf-7` is not read"):
        read(page.format("utf-7").encode())


def test_a_page_without_text_or_with_a_label_is_refused(read) -> None:
    with pytest.raises(LoadRefused, match="there is no text in it"):
        read("<nav>EXAMPLE</nav>")
    with pytest.raises(LoadRefused, match="say it with `--label`"):
        read("<p xmlns='urn:nato:stanag:4774:confidentialitymetadatalabel:1:0'>EXAMPLE</p>")


@pytest.mark.parametrize(
    "piece", ["<div>", "<ul><li>", "<table><tr><td>", "<b>", "<p>", "<sup><a href='#a'>1</a></sup>"]
)
def test_a_hostile_page_does_not_hang(read, piece: str) -> None:
    assert read(f"<p>EXAMPLE</p>{piece * 3000} EXAMPLE").blocks


def test_html_is_known_by_its_markup() -> None:
    for start in (b"<!DOCTYPE html><html>", b"\xef\xbb\xbf <html lang=nl>", b"<?xml version='1.0'?>\n<!-- a --><HTML>"):
        assert recognises(Head("EXAMPLE", start))
    for start in (b"<p>EXAMPLE", b"<officiele-publicatie>", b"EXAMPLE <html>", b"<!-- <html>", b""):
        assert not recognises(Head("EXAMPLE.html", start))
