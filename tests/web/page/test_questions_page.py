"""The catalogue as forms, driven as a person would: found, filled in, shown in each way, sorted, kept, gone on from."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.web.page.browser import Visit
from tests.web.page.conftest import LANGUAGES, READERS, Visiting
from tests.web.page.hidden_things import PageWorld
from tests.web.page.places import iri

WORDS = {
    "en": {
        "search": "Search the questions",
        "example": "Try the example",
        "table": "Table",
        "save": "Download",
        "csv": "CSV",
    },
    "nl": {
        "search": "Zoek in de vragen",
        "example": "Probeer het voorbeeld",
        "table": "Tabel",
        "save": "Download",
        "csv": "CSV",
    },
}


def state_of(seen: Visit) -> dict[str, list[str]]:
    return parse_qs(urlsplit(seen.page.url).fragment.partition("?")[2])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", READERS)
def test_a_question_is_found_filled_in_and_answered(visit: Visiting, reader: str, language: str) -> None:
    words = WORDS[language]
    seen = visit("/ask", reader=reader, language=language)
    page = seen.page
    page.get_by_role("searchbox", name=words["search"]).fill("coordination-links")
    page.locator("ask-room a[href$='_question=coordination-links']").click()
    expect(page.locator("sluis-graph")).to_be_visible()
    page.get_by_role("button", name=words["example"]).click()
    page.get_by_role("button", name=words["table"], exact=True).click()
    expect(page.get_by_role("grid")).to_be_visible()
    rows = int(page.get_by_role("grid").get_attribute("aria-rowcount") or 0)
    assert rows > 1
    assert {"_question", "actor", "_view"} <= set(state_of(seen))


def test_an_address_is_the_whole_state_of_a_question(visit: Visiting) -> None:
    state = "_view=table&_sort=-status,other&_find=netherlands"
    page = visit(f"/ask?_question=coordination-links&actor={iri('actor/minusma')}&{state}", reader="analyst").page
    grid = page.get_by_role("grid")
    expect(grid.get_by_role("columnheader", name="Status")).to_have_attribute("aria-sort", "descending")
    rows = grid.locator("tbody tr").all()
    assert rows
    for row in rows:
        expect(row).to_contain_text(re.compile("netherlands", re.IGNORECASE))


def test_rows_have_their_markings_when_they_are_wanted(visit: Visiting) -> None:
    page = visit("/ask?_question=planning&_view=table&_marks=1", reader="anonymous").page
    first = page.get_by_role("gridcell").first
    expect(first.locator("sluis-marking").first).to_be_visible(timeout=60_000)
    expect(page.locator("sluis-table .awaited")).to_have_count(0)


def test_a_file_is_named_by_its_marking_and_runs_nothing(visit: Visiting, page_world: PageWorld) -> None:
    seen = visit("/ask?_question=sources-and-markings&_view=table", reader="analyst")
    seen.page.get_by_role("button", name="Download").click()
    with seen.page.expect_download() as kept:
        seen.page.get_by_role("button", name=re.compile("CSV")).click()
    banner = seen.page.locator("sluis-banner div").first.inner_text().strip()
    assert kept.value.suggested_filename.startswith(re.split(r"[^\w]", banner)[0])
    text = kept.value.path().read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "sourceLabel,source,policy,marking,order,date"
    assert not re.search(r"(?m)^[=+@]|,[=+@]", text)


def test_the_table_is_walked_by_key_and_a_name_opens(visit: Visiting) -> None:
    page = visit("/ask?_question=sources-and-markings&_view=table", reader="analyst").page
    page.get_by_role("gridcell").first.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader").first).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("gridcell").first.focus()
    page.keyboard.press("Control+End")
    last = page.locator("sluis-table td:focus")
    expect(last).to_have_attribute(
        "data-row", str(int(page.get_by_role("grid").get_attribute("aria-rowcount") or 0) - 1)
    )
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"#/thing\?iri="))


def test_a_question_opens_as_sparql_with_what_was_given(visit: Visiting) -> None:
    seen = visit(f"/ask?_question=coordination-links&actor={iri('actor/minusma')}", reader="analyst")
    seen.page.get_by_role("button", name="Open as SPARQL").click()
    seen.page.wait_for_url(re.compile("#/sparql"))
    (query,) = state_of(seen)["query"]
    assert "VALUES ?param_actor { <https://w3id.org/sluis/id/actor/minusma> }" in query


def test_what_is_found_nowhere_gives_the_same_words_as_what_is_hidden(visit: Visiting) -> None:
    """The page says of an empty answer what it always says, and no number that could be compared."""
    said = []
    for actor in ("urn:x:none", "urn:x:other"):
        seen = visit(f"/ask?_question=coordination-links&actor={actor}")
        expect(seen.page.locator("sluis-state .empty")).to_be_visible()
        said.append(seen.page.locator("sluis-state .empty").inner_text())
    assert said[0] == said[1]
    assert json.dumps(said).count("hidden") == 0
