"""What leaves the page: a briefing, a picture, paper. Each carries its marking and needs nothing from anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Download

from tests.web.page.browser import Recorded, Visit, canaries_in
from tests.web.page.conftest import LANGUAGES, READERS, Visiting
from tests.web.page.hidden_things import PageWorld
from tests.web.page.places import PICTURED, Place, places

CARRIED = [place for place in places() if place.state or place.room in PICTURED]
SHARE = {"en": "Briefing", "nl": "Briefing"}

_QUOTE = r"(?:[\"']|&quot;)?"
_LOADS = re.compile(
    rf"(?:src|href|action|data)\s*=\s*(?!{_QUOTE}(?:#|data:)){_QUOTE}[^\s>]+|url\((?!\s*{_QUOTE}(?:#|data:))|@import"
)
_RUNS = re.compile(r"<script|\son\w+\s*=|javascript:", re.IGNORECASE)


def what_it_would_load_or_run(text: str) -> list[str]:
    """The parts of a file that would load or run something. Namespaces and addresses that are only text are neither."""
    return [found.group() for kind in (_LOADS, _RUNS) for found in kind.finditer(text)]


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def banner(seen: Visit) -> str:
    return seen.page.locator("sluis-banner div").first.inner_text().strip()


def downloaded(seen: Visit, button: Any) -> Download:
    with seen.page.expect_download() as waiting:
        button.click()
    return waiting.value


def name_of(marking: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", marking).strip("-")[:80].strip("-")


@pytest.fixture
def plain_page(chromium: Any) -> Iterator[tuple[Any, Recorded]]:
    """A browser that has nothing to do with the service, without scripts; and what it asks for."""
    context = chromium.new_context(java_script_enabled=False)
    recorded = Recorded()
    recorded.follow(context)
    yield context.new_page(), recorded
    context.close()


@pytest.mark.parametrize("place", CARRIED, ids=repr)
@pytest.mark.parametrize(("reader", "language"), list(zip(READERS, LANGUAGES, strict=True)))
def test_a_briefing_has_its_marking_on_every_page_and_needs_nothing(
    visit: Visiting,
    plain_page: tuple[Any, Recorded],
    page_world: PageWorld,
    tmp_path: Path,
    place: Place,
    reader: str,
    language: str,
) -> None:
    seen = visit(place.address, reader=reader, language=language)
    got = downloaded(seen, seen.page.locator("sluis-carry button").nth(1))
    marking, path = banner(seen), tmp_path / got.suggested_filename
    got.save_as(path)
    assert path.name.startswith(name_of(marking))
    text = path.read_text(encoding="utf-8")
    assert what_it_would_load_or_run(text) == []
    assert canaries_in(text, page_world.readers[reader].hidden) == []
    assert f'<html lang="{language}">' in text
    page, recorded = plain_page
    page.goto(path.as_uri())
    assert [one.url for one in recorded.exchanges if one.url != path.as_uri()] == []
    sheets = pages_of(page.pdf(format="A4", print_background=True))
    assert sheets
    assert [sheet for sheet in sheets if squeezed(sheet).count(squeezed(marking)) < 2] == []


@pytest.mark.parametrize("place", [place for place in places() if place.room in PICTURED], ids=repr)
def test_a_picture_has_the_banner_inside_it_and_needs_nothing(
    visit: Visiting, page_world: PageWorld, tmp_path: Path, place: Place
) -> None:
    seen = visit(place.address, reader="analyst", dark=True)
    frame = seen.page.locator("sluis-picture").first
    drawn = downloaded(seen, frame.get_by_role("button", name="SVG"))
    painted = downloaded(seen, frame.get_by_role("button", name="PNG"))
    marking = banner(seen)
    for got in (drawn, painted):
        got.save_as(tmp_path / got.suggested_filename)
        assert got.suggested_filename.startswith(name_of(marking))
    text = (tmp_path / drawn.suggested_filename).read_text(encoding="utf-8")
    assert text.count(f">{marking.replace('&', '&amp;')}<") == 2
    assert what_it_would_load_or_run(text) == []
    assert canaries_in(text, page_world.readers["analyst"].hidden) == []
    with Image.open(BytesIO((tmp_path / painted.suggested_filename).read_bytes())) as image:
        corners = [image.convert("RGB").getpixel((x, y)) for x in (3, image.width - 4) for y in (3, image.height - 4)]
        assert len(set(corners)) == 1
        assert corners[0] != (255, 255, 255)
        assert len(image.getcolors(2**24)) > 8


@pytest.mark.parametrize("place", CARRIED, ids=repr)
def test_paper_has_the_marking_on_every_sheet(visit: Visiting, place: Place) -> None:
    seen = visit(place.address, reader="analyst")
    marking = banner(seen)
    sheets = pages_of(seen.page.pdf(format="A4", print_background=True))
    assert [sheet for sheet in sheets if squeezed(marking) not in squeezed(sheet)] == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src="http://example.org/x.png">',
        '<img onerror="x()">',
        "<style>a { background: url(x.png) }</style>",
        '<a href="javascript:x()">x</a>',
        "<style>@import 'x.css'</style>",
    ],
)
def test_what_loads_or_runs_is_found(text: str) -> None:
    assert what_it_would_load_or_run(text)
    assert (
        what_it_would_load_or_run('<svg xmlns="http://www.w3.org/2000/svg"><use href="#a"/></svg> see http://x.y') == []
    )
