"""What findings rest on, and where one begins, as a person would look at them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.web.page.conftest import LANGUAGES, READERS, Visiting

LINES = {"en": "Lines of evidence", "nl": "Bewijslijnen"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", READERS)
def test_a_finding_opens_on_its_lines_of_evidence(visit: Visiting, reader: str, language: str) -> None:
    page = visit("/triangulation", reader=reader, language=language).page
    first = page.locator("triangulation-room .name button").first
    first.click()
    expect(first).to_have_attribute("aria-expanded", "true")
    lines = page.get_by_role("list", name=LINES[language])
    expect(lines.get_by_role("listitem").first).to_be_visible()
    assert "open=" in page.url


def test_the_weakest_stand_first_and_a_higher_reader_sees_more_lines(visit: Visiting) -> None:
    numbers = {}
    for reader in READERS:
        page = visit("/triangulation", reader=reader).page
        expect(page.locator("triangulation-room tbody .count").first).to_be_visible()
        section = page.locator("triangulation-room section").first
        counts = [int(text) for text in section.locator("tbody .count").all_inner_texts()]
        assert counts == sorted(counts)
        numbers[reader] = len(page.locator("triangulation-room td.type .for").all_inner_texts())
    assert numbers[READERS[0]] < numbers[READERS[1]]


def test_the_start_leads_to_questions_rooms_and_things(visit: Visiting) -> None:
    page = visit("/", reader="analyst").page
    expect(page.locator("home-room .counts li").first).to_be_visible()
    counts = page.locator("home-room .counts .number").all_inner_texts()
    assert any(int(re.sub(r"\D", "", text)) > 0 for text in counts)
    page.locator("home-room").get_by_role("link", name=re.compile("Goals × sources")).click()
    expect(page.get_by_role("grid")).to_be_visible()


def test_the_question_mark_shows_the_keys_unless_one_is_writing(visit: Visiting) -> None:
    page = visit("/ask").page
    page.get_by_role("searchbox", name="Search the questions").press("?")
    assert page.get_by_role("dialog").count() == 0
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
