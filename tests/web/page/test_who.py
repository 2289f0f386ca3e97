"""Who I am: signing in and out, the banner, and looking as a lower clearance with what disappears there."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.web.page.browser import Visit, canaries_in
from tests.web.page.conftest import LANGUAGES, Visiting
from tests.web.page.hidden_things import PageWorld
from tests.web.page.places import iri
from tests.web.page.test_every_room import banners
from tests.worlds import SHIPPED

THING = f"/thing?iri={iri('actor/minusma')}"
WORDS: Mapping[str, Mapping[str, str]] = {
    "sign in": {"en": "Sign in", "nl": "Aanmelden"},
    "sign out": {"en": "Sign out", "nl": "Afmelden"},
    "unknown": {"en": "not known here", "nl": "niet bekend"},
    "look": {"en": "Look", "nl": "Kijk"},
    "looking": {"en": "You look as", "nl": "U kijkt als"},
    "back": {"en": "Back to my own clearance", "nl": "Terug naar mijn eigen machtiging"},
    "disappears": {"en": "What disappears?", "nl": "Wat verdwijnt er?"},
}

each_language = pytest.mark.parametrize("language", LANGUAGES)


def squeezed(texts: list[str]) -> set[str]:
    return {" ".join(text.split()) for text in texts}


def sign_in(seen: Visit, token: str, language: str) -> None:
    seen.page.locator("sluis-who button.open").click()
    seen.page.locator("sluis-who input[name=token]").fill(token)
    seen.page.keyboard.press("Enter")
    seen.settle()


@each_language
def test_signing_in_shows_who_i_am_and_signing_out_leaves_nothing(
    visit: Visiting, page_world: PageWorld, language: str
) -> None:
    analyst = page_world.readers["analyst"]
    seen = visit(THING, language=language)
    assert squeezed(banners(seen)) == {page_world.readers["anonymous"].banner}
    assert "quagga" not in seen.drawn
    hidden, seen.hidden = seen.hidden, analyst.hidden
    sign_in(seen, str(analyst.token), language)
    assert squeezed(banners(seen)) == {analyst.banner}
    assert "quagga" in seen.drawn
    seen.page.locator("sluis-who button.open").click()
    about = seen.page.locator("sluis-who dialog")
    assert {"analyst", "INTERVIEW"} <= set(about.inner_text().replace("\n", " ").replace(",", " ").split())
    assert seen.axe() == []
    about.get_by_role("button", name=WORDS["sign out"][language]).click()
    seen.settle()
    assert squeezed(banners(seen)) == {page_world.readers["anonymous"].banner}
    assert canaries_in(seen.drawn + seen.kept, hidden) == []
    assert str(analyst.token) not in seen.kept


@each_language
def test_a_wrong_token_is_said_so_and_not_kept(visit: Visiting, language: str) -> None:
    seen = visit("/", language=language)
    seen.expect_console("401")
    sign_in(seen, "a-token-that-nobody-has", language)
    assert WORDS["unknown"][language] in seen.page.locator("sluis-who dialog").inner_text()
    assert "a-token-that-nobody-has" not in seen.kept
    seen.page.keyboard.press("Escape")
    assert not seen.page.locator("sluis-who dialog").is_visible()


@each_language
def test_looking_as_a_lower_clearance_shows_what_it_sees_and_what_disappears(
    visit: Visiting, page_world: PageWorld, language: str
) -> None:
    analyst = page_world.readers["analyst"]
    seen = visit(THING, reader="analyst", language=language)
    assert "quagga" in seen.drawn
    seen.expect_console(r"503 .*mark=rows")  # markings that take too long on a busy machine are said to be missing
    look_as(seen, SHIPPED.lowest, language)
    assert WORDS["looking"][language] in seen.page.locator("body").inner_text() + all_text(seen)
    assert squeezed(banners(seen)) == {SHIPPED.lowest}
    assert "quagga" not in seen.drawn
    assert seen.axe() == []
    asked = [one for one in seen.recorded.exchanges if "/queries/" in one.url][-1]
    assert f"clearance={SHIPPED.lowest}" in asked.sent
    seen.page.get_by_role("button", name=WORDS["disappears"][language]).click()
    seen.settle()
    assert "quagga" in seen.drawn
    assert squeezed(banners(seen)) == {analyst.banner}, "what disappears is on screen, so the page is marked as high"
    assert seen.axe() == []
    seen.page.get_by_role("button", name=WORDS["back"][language]).first.click()
    seen.settle()
    assert squeezed(banners(seen)) == {analyst.banner}
    assert json.loads(seen.kept)["session"].get("looking-as", "") == ""


def look_as(seen: Visit, level: str, language: str) -> None:
    """Choose this level of the first policy that has it, and nothing of the others."""
    seen.page.locator("sluis-who button.open").click()
    for select in seen.page.locator("sluis-look-as select").all():
        values = select.evaluate("(one) => [...one.options].map((option) => option.value)")
        select.select_option(level if level in values else "")
    seen.page.locator("sluis-look-as form button.primary").click()
    seen.settle()


def all_text(seen: Visit) -> str:
    return seen.drawn
