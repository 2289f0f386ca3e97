"""Charts: numbers written out, sources that differ kept apart, and the same content as a table."""

from __future__ import annotations

import pytest

from tests.web.page.conftest import LANGUAGES, READERS, Visiting

SOLDIERS = "/ask?_question=dutch-soldiers-at-start-and-end"
UNIT = {"en": "soldiers", "nl": "militairen"}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_that_differ_by_source_keep_a_bar_each(visit: Visiting, reader: str, language: str) -> None:
    seen = visit(SOLDIERS, reader=reader, language=language)
    chart = seen.page.locator("sluis-chart svg.chart")
    chart.wait_for()
    assert chart.locator("tspan.unit").all_text_contents() == [UNIT[language]]
    values = [text.split()[0] for text in chart.locator("text.value").all_text_contents()]
    assert {"348", "450", "250"} <= set(values)
    assert chart.locator("rect.bar").count() == len(values)
    fills = chart.locator("rect.bar").evaluate_all("all => all.map((one) => one.getAttribute('fill'))")
    assert any(fill.startswith("url(#series-") for fill in fills), "series differ by more than their colour"
    assert seen.axe() == []


def test_the_table_below_a_chart_has_its_numbers(visit: Visiting) -> None:
    seen = visit(SOLDIERS)
    seen.page.locator("sluis-chart summary").click()
    rows = seen.page.locator("sluis-chart details tbody tr")
    assert rows.count() == seen.page.locator("sluis-chart rect.bar").count()
    assert any("450 soldiers" in row for row in rows.all_inner_texts())


def test_on_a_phone_a_chart_is_no_wider_than_the_screen(visit: Visiting) -> None:
    seen = visit("/ask?_question=contribution-breakdown", size=(390, 844))
    chart = seen.page.locator("sluis-chart svg.chart")
    chart.wait_for()
    box = chart.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert chart.locator("rect.bar").count() > 3
