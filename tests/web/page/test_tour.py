"""The README's tour of five minutes, followed by the letter on the demo as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graph_service.running import Service
from tests.service import ROOT, demo_once, serving, tokens
from tests.web.page.browser import Recorded, Visit
from tests.worlds import SHIPPED


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    layout = demo_once(tmp_path_factory)
    with serving(layout) as service:
        yield service, tokens(layout)["analyst"]


@pytest.fixture
def seen(chromium: Any, demo: tuple[Service, str]) -> Iterator[Visit]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(15_000)
    recorded = Recorded()
    recorded.follow(context)
    visit = Visit(context.new_page(), demo[0].url, recorded=recorded)
    visit.page.goto(visit.origin)
    visit.settle()
    yield visit
    context.close()


def press(seen: Visit, name: str, role: str = "button") -> None:
    seen.page.get_by_role(role, name=name).first.click()
    seen.settle()


def banner(seen: Visit) -> str:
    return " ".join(seen.page.locator("sluis-banner div").first.inner_text().split())


def test_the_tour_is_true(seen: Visit, demo: tuple[Service, str]) -> None:
    _, token = demo
    # 1. As anybody.
    assert banner(seen) == SHIPPED.lowest
    press(seen, "Questions", "link")
    press(seen, "Which goals cite classified sources, and at what level?", "link")
    assert "Nothing was found in what you can see" in seen.drawn
    # 2. As analyst.
    press(seen, "Sign in")
    seen.page.locator("input[name=token]").fill(token)
    seen.page.keyboard.press("Enter")
    seen.settle()
    assert banner(seen) == SHIPPED.analyst_banner
    assert seen.page.locator("sluis-table tbody tr").count() > 10
    assert "EXERCISE" in seen.drawn
    assert seen.page.get_by_role("button", name="Markings").count() == 1
    # 3. Look.
    for room in ("Timeline", "Goals × sources", "Network"):
        press(seen, room, "link")
        assert seen.page.locator("main h1").first.inner_text() == room
        assert seen.page.locator("[role=alert]:visible").all_inner_texts() == [], room
    # 4. Down to the paragraph.
    seen.page.locator("main").click(position={"x": 400, "y": 30})
    seen.page.keyboard.press("/")
    seen.page.keyboard.type("MINUSMA")
    seen.page.locator("sluis-search [role=option]").first.wait_for()
    seen.settle()
    seen.page.locator("sluis-search [role=option]").first.click()
    seen.settle()
    assert seen.page.locator("main h1").inner_text().startswith("MINUSMA")
    seen.page.locator("thing-statements button.where").first.click()
    seen.settle()
    assert seen.page.locator("thing-statements sluis-provenance sluis-marking").count() >= 1
    # 5. As somebody lower.
    seen.page.locator("sluis-who button.open").click()
    for select in seen.page.locator("sluis-look-as select").all():
        values = select.evaluate("(one) => [...one.options].map((option) => option.value)")
        select.select_option(SHIPPED.lowest if SHIPPED.lowest in values else "")
    press(seen, "Look")
    assert banner(seen) == SHIPPED.lowest
    seen.page.get_by_role("button", name="What disappears?").click()
    seen.page.locator("sluis-difference .lost").first.wait_for(
        timeout=60_000
    )  # markings come later, one after the other
    press(seen, "Back to my own clearance")
    assert banner(seen) == SHIPPED.analyst_banner
    # 6. Take it along.
    with seen.page.expect_download() as waiting:
        press(seen, "Briefing")
    assert waiting.value.suggested_filename.startswith("NATO-SECRET-Stg-GEHEIM")
    press(seen, "Nederlands")
    assert seen.page.locator("html").get_attribute("lang") == "nl"


def test_each_name_in_bold_is_on_the_page(seen: Visit) -> None:
    tour = (
        (ROOT / "README.md").read_text(encoding="utf-8").partition("## A tour of five minutes")[2].partition("\n## ")[0]
    )
    assert "**Sign in**" in tour
    named = {"Questions", "Network", "Timeline", "Goals × sources", "Sign in", "Briefing"}
    for name in named:
        assert f"**{name}**" in tour
        role = "button" if name in {"Sign in", "Briefing"} else "link"
        assert seen.page.get_by_role(role, name=name).count() >= 1
