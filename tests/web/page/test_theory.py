"""The theory of change: steps in their columns, evidence on each arrow, and how it is opened and read."""

from __future__ import annotations

import pytest

from tests.web.page.conftest import LANGUAGES, READERS, Visiting
from tests.web.page.places import iri

TENTS = f"/theory?theory={iri('theory/exercise-tents')}"
TOR = f"/theory?theory={iri('theory/tor')}"
LEVELS = {
    "en": ["Input", "Activities", "Output", "Outcome", "Impact"],
    "nl": ["Input", "Activiteiten", "Output", "Outcome", "Impact"],
}
NONE = {"en": "no evidence", "nl": "geen bewijs"}
FOR = {"en": "Evidence for", "nl": "Bewijs ervoor"}

both = pytest.mark.parametrize("reader", READERS)
each_language = pytest.mark.parametrize("language", LANGUAGES)


@both
@each_language
def test_levels_are_columns_and_an_arrow_without_evidence_says_so(visit: Visiting, reader: str, language: str) -> None:
    seen = visit(TOR, reader=reader, language=language)
    flow = seen.page.locator("theory-room svg.flow")
    flow.wait_for()
    assert flow.locator("text.level").all_text_contents() == LEVELS[language]
    told = flow.locator("g.arrow[role=button]").evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))")
    assert len(told) == 4
    assert all(NONE[language] in one for one in told)
    assert flow.locator("path.way.none").count() == 4
    assert seen.axe() == []


@each_language
def test_an_arrow_is_opened_by_key_and_its_evidence_names_its_source(visit: Visiting, language: str) -> None:
    seen = visit(TENTS, reader="analyst", language=language)
    arrow = seen.page.locator("theory-room g.arrow[aria-label*='. 2 ']").first
    arrow.wait_for()
    arrow.focus()
    seen.page.keyboard.press("Enter")
    heading = seen.page.locator("theory-room #chosen")
    heading.wait_for()
    assert "arrow=" in seen.page.url
    part = seen.page.locator("theory-room .parts > div").filter(has_text=FOR[language]).first
    assert part.locator("li").count() == 2
    assert part.locator("li").first.locator("dd sluis-thing a").count() >= 1
    assert seen.axe() == []


def test_a_wider_arrow_has_more_evidence(visit: Visiting) -> None:
    seen = visit(TENTS, reader="analyst")
    ways = seen.page.locator("theory-room path.way")
    ways.first.wait_for()
    widths = ways.evaluate_all(
        "all => all.map((one) => [one.getAttribute('class'), Number(one.getAttribute('stroke-width'))])"
    )
    without = {width for name, width in widths if "none" in name or "against" in name}
    supported = {width for name, width in widths if "for" in name}
    assert len(supported) > 1
    assert max(without) < min(supported)


def test_a_lower_clearance_gets_its_own_arrows_in_the_same_words(visit: Visiting) -> None:
    high = visit(TENTS, reader="analyst")
    high.page.locator("theory-room g.arrow[role=button]").first.wait_for()
    low = visit(TENTS, reader="anonymous")
    low.page.locator("theory-room g.arrow[role=button]").first.wait_for()
    count = "all => all.length"
    found = [one.page.locator("theory-room g.arrow[role=button]").evaluate_all(count) for one in (low, high)]
    assert 0 < found[0] < found[1]


@both
def test_on_a_phone_the_levels_stand_one_below_the_other(visit: Visiting, reader: str) -> None:
    seen = visit(TOR, reader=reader, size=(390, 844))
    levels = seen.page.locator("theory-room ol.down > li > h2")
    levels.first.wait_for()
    assert levels.all_inner_texts() == LEVELS["en"]
    seen.page.locator("theory-room button.lead-to").first.click()
    seen.page.locator("theory-room #chosen").wait_for()
    assert seen.axe() == []


def test_the_table_has_a_row_for_each_arrow(visit: Visiting) -> None:
    seen = visit(TOR)
    seen.page.locator("theory-room summary").click()
    assert seen.page.locator("theory-room details tbody tr").count() == 4
