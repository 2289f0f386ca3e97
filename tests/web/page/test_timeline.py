"""The timeline: dates as they are stated, what is shown in the address, and the same content for who can't see it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.web.page.browser import Visit
from tests.web.page.conftest import LANGUAGES, READERS, Visiting

PERIOD = "/timeline?from=2013&until=2014-12"
IN_YEAR = {
    "en": "2013, in a month that is not stated",
    "nl": "2013, in een maand die niet is vermeld",
}
TABLE = {"en": "The same as a table", "nl": "Hetzelfde als tabel"}
SHOWN = re.compile(r"^(\d+) ")

both = pytest.mark.parametrize("reader", READERS)
each_language = pytest.mark.parametrize("language", LANGUAGES)


def marks(seen: Visit) -> Any:
    return seen.page.locator("timeline-picture a.thing")


def number_shown(seen: Visit) -> int:
    found = SHOWN.match(seen.page.locator("timeline-room [slot=tools] [role=status]").inner_text())
    assert found
    return int(found[1])


def address(seen: Visit, has: str, *, lacks: str = "?!") -> None:
    """Waits until the address says so. The policy of the page lets no test wait by a script in it."""
    for _ in range(80):
        if has in seen.page.url and lacks not in seen.page.url:
            return
        seen.page.wait_for_timeout(100)
    pytest.fail(f"the address is {seen.page.url}")


def names(seen: Visit) -> list[str]:
    found: list[str] = marks(seen).evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))")
    return found


@both
@each_language
def test_a_date_is_told_no_more_exactly_than_it_is_stated(visit: Visiting, reader: str, language: str) -> None:
    seen = visit(PERIOD, reader=reader, language=language)
    marks(seen).first.wait_for()
    (strategy,) = [name for name in names(seen) if re.search("International Security|Veiligheidsstrategie", name)]
    assert strategy.endswith(IN_YEAR[language])
    band = seen.page.locator(f'a.thing[aria-label="{strategy}"] rect.fade')
    resolution = [name for name in names(seen) if "2100" in name]
    assert band.count() == 2, "it fades on both sides of the year, and is certain nowhere in it"
    assert any("25 " in name and "2013" in name for name in resolution)
    assert seen.axe() == []


def test_the_period_of_the_address_is_what_is_shown_and_moving_writes_it(visit: Visiting) -> None:
    seen = visit(PERIOD)
    marks(seen).first.wait_for()
    few = number_shown(seen)
    seen.page.get_by_role("button", name="Show all").click()
    address(seen, "#/timeline", lacks="from")
    assert number_shown(seen) > few
    seen.page.locator("timeline-picture .frame").focus()
    for key in ("+", "+", "+", "ArrowRight"):
        seen.page.keyboard.press(key)
    address(seen, "from=")
    assert number_shown(seen) > 0


def test_a_part_of_the_strip_becomes_the_period(visit: Visiting) -> None:
    seen = visit("/timeline")
    marks(seen).first.wait_for()
    all_of_it = number_shown(seen)
    strip = seen.page.locator("timeline-overview svg").bounding_box()
    assert strip
    seen.page.mouse.move(strip["x"] + strip["width"] * 0.5, strip["y"] + 12)
    seen.page.mouse.down()
    seen.page.mouse.move(strip["x"] + strip["width"] * 0.6, strip["y"] + 12, steps=4)
    seen.page.mouse.up()
    address(seen, "from=")
    assert "until=" in seen.page.url
    assert 0 < number_shown(seen) < all_of_it


def test_keys_lead_from_one_thing_to_the_next_and_to_its_page(visit: Visiting) -> None:
    seen = visit(PERIOD)
    marks(seen).first.wait_for()
    seen.page.locator("timeline-picture .frame").focus()
    seen.page.keyboard.press("ArrowDown")
    card = seen.page.locator("timeline-picture .card-at")
    card.wait_for()
    title = card.locator("h3 sluis-thing a").inner_text()
    assert title
    seen.page.keyboard.press("ArrowDown")
    card.locator("h3 sluis-thing a").filter(has_not_text=title).wait_for()
    seen.page.keyboard.press("Enter")
    address(seen, "#/thing?iri=")


@both
def test_the_table_has_what_the_picture_has(visit: Visiting, reader: str) -> None:
    seen = visit(PERIOD, reader=reader)
    marks(seen).first.wait_for()
    seen.page.get_by_text(TABLE["en"]).click()
    table = seen.page.locator("timeline-room sluis-table")
    table.locator("tbody tr").first.wait_for()
    assert table.locator("tbody tr").count() == number_shown(seen)


@both
@each_language
def test_on_a_phone_it_is_a_list_by_year(visit: Visiting, reader: str, language: str) -> None:
    seen = visit(PERIOD, reader=reader, language=language, size=(390, 844))
    years = seen.page.locator("timeline-room ol.years > li > h2")
    years.first.wait_for()
    found = years.all_inner_texts()
    assert found == sorted(found)
    assert "2013" in found
    assert seen.page.locator("timeline-picture").count() == 0
    assert seen.axe() == []


def test_a_kind_that_is_not_wanted_is_left_out(visit: Visiting) -> None:
    seen = visit(PERIOD)
    marks(seen).first.wait_for()
    before = number_shown(seen)
    seen.page.get_by_role("button", name=re.compile(r"^Events \d+")).click()
    address(seen, "kinds=", lacks="event+")
    seen.page.locator("timeline-picture").wait_for()
    lanes = seen.page.locator("timeline-picture .lane-name").all_text_contents()
    assert lanes
    assert not any(name.startswith("Events") for name in lanes)
    assert number_shown(seen) != before
