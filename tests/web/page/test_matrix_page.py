"""Goals against sources, as a person would look at it: what is marked how, and where a citation is stated."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.web.page.browser import Visit
from tests.web.page.conftest import LANGUAGES, READERS, Visiting

_FOCUSED = """
(() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) { one = one.shadowRoot.activeElement; }
  const {row, column} = one.closest('td').dataset;
  return `${row},${column}`;
})()
"""
WHERE = {"en": "Where this is stated", "nl": "Waar dit staat"}


def size_of(seen: Visit) -> tuple[int, int]:
    grid = seen.page.get_by_role("grid")
    expect(grid).to_be_visible()
    return int(grid.get_attribute("aria-rowcount") or 0), int(grid.get_attribute("aria-colcount") or 0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", READERS)
def test_a_cell_leads_to_where_it_is_stated(visit: Visiting, reader: str, language: str) -> None:
    page = visit("/matrix?order=marking", reader=reader, language=language).page
    page.locator("matrix-grid td.cell button").first.click()
    panel = page.get_by_role("region", name=WHERE[language])
    expect(panel).to_be_visible()
    expect(panel.locator("sluis-provenance a, sluis-provenance q, sluis-provenance blockquote").first).to_be_visible()


def test_a_low_reader_s_matrix_is_a_smaller_one_without_a_gap(visit: Visiting) -> None:
    low, high = (visit("/matrix", reader=reader) for reader in READERS)
    assert size_of(low)[0] < size_of(high)[0]
    assert size_of(low)[1] < size_of(high)[1]
    for seen in (low, high):
        cited = seen.page.locator("matrix-grid thead .source").count()
        for column in range(cited):
            assert seen.page.locator(f"matrix-grid td[data-column='{column}'] button").count() > 0


def test_classified_sources_alone_leave_marked_cells_alone(visit: Visiting) -> None:
    page = visit("/matrix?classified=1", reader="analyst").page
    cells = page.locator("matrix-grid td.cell button")
    expect(cells.first).to_be_visible()
    assert page.locator("matrix-grid td.cell button.open").count() == 0
    expect(cells.first).to_have_attribute("aria-label", re.compile(r": .*[A-Z]{4}"))
    page.get_by_label("Classified sources only").uncheck()
    expect(page.locator("matrix-grid td.cell button.open").first).to_be_visible()


def test_the_matrix_is_walked_by_key(visit: Visiting) -> None:
    page = visit("/matrix", reader="analyst").page
    page.locator("matrix-grid td.cell[data-row='0'][data-column='0']").locator(
        "xpath=self::*[@tabindex]|./button"
    ).focus()
    page.keyboard.press("Control+End")
    rows, columns = (int(page.get_by_role("grid").get_attribute(f"aria-{name}count") or 0) for name in ("row", "col"))
    assert page.evaluate(_FOCUSED) == f"{rows - 2},{columns - 3}"
