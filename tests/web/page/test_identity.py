"""Who asks, the banner of the page, and looking as a lower clearance, as a person does these."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.web.page.browser import Visit, canaries_in
from tests.web.page.conftest import LANGUAGES, Visiting
from tests.web.page.hidden_things import PageWorld
from tests.web.page.test_carry import banner

LOW, WORD = "Ongerubriceerd", "quagga"
"""A level to look as, and a canary that the analyst sees and whoever holds that level does not."""

SAY = {
    "en": {
        "sign in": "Sign in",
        "wrong": "This token is not known here",
        "sign out": "Sign out",
        "look": "Look",
        "looking": "You look as",
        "gone": "What disappears?",
        "back": "Back to my own clearance",
        "nothing": "nothing",
        "lost": "− disappears",
        "ends": "3 days left",
        "today": "ends today",
    },
    "nl": {
        "sign in": "Aanmelden",
        "wrong": "Dit token is hier niet bekend",
        "sign out": "Afmelden",
        "look": "Kijken",
        "looking": "U kijkt als",
        "gone": "Wat verdwijnt er?",
        "back": "Terug naar mijn eigen machtiging",
        "nothing": "niets",
        "lost": "− verdwijnt",
        "ends": "nog 3 dagen",
        "today": "loopt vandaag af",
    },
}
REFUSED = "401|403|503"


def press(seen: Visit, name: str) -> None:
    seen.page.get_by_role("button", name=name, exact=True).first.click()


def who(seen: Visit) -> Locator:
    """The open dialog of who asks."""
    seen.page.locator("sluis-who button").first.click()
    return seen.page.get_by_role("dialog")


def look_as(seen: Visit, say: dict[str, str], level: str) -> None:
    dialog = who(seen)
    for choice in dialog.get_by_role("combobox").all():
        options = [option.strip() for option in choice.locator("option").all_inner_texts()]
        chosen = next((option for option in options if option.startswith(level)), say["nothing"])
        choice.select_option(label=chosen)
    dialog.get_by_role("button", name=say["look"], exact=True).click()
    expect(dialog).to_be_hidden(timeout=60_000)
    seen.settle()


def me_with(change: dict[str, Any]) -> Any:
    """Answers `/api/me` as the service does, with something else in it."""

    def answered(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=json.dumps({**response.json(), **change}))

    return answered


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_signs_in_with_a_token_and_out_again_and_nothing_is_left(
    visit: Visiting, page_world: PageWorld, language: str
) -> None:
    say, analyst = SAY[language], page_world.readers["analyst"]
    seen = visit("/", language=language)
    seen.expect_console(REFUSED)
    assert banner(seen) == LOW
    dialog = who(seen)
    dialog.get_by_label("Token").fill("no such token")
    dialog.get_by_role("button", name=say["sign in"], exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text(say["wrong"])
    assert "no such token" not in seen.kept
    assert seen.axe() == []
    dialog.get_by_label("Token").fill(f"  {analyst.token}\n")
    dialog.get_by_role("button", name=say["sign in"], exact=True).click()
    expect(dialog).to_be_hidden()
    seen.settle()
    assert banner(seen) == analyst.banner
    dialog = who(seen)
    expect(dialog).to_contain_text("analyst")
    expect(dialog).to_contain_text("INTERVIEW")
    assert seen.axe() == []
    dialog.get_by_role("button", name=say["sign out"]).click()
    seen.settle()
    assert banner(seen) == LOW
    assert analyst.token is not None
    assert analyst.token not in seen.kept
    kept = json.loads(seen.kept)
    assert set(kept["session"]) <= {"language", "theme"}
    assert canaries_in(seen.drawn, {WORD}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_looking_as_a_lower_clearance_shows_what_it_sees_and_what_disappears(
    visit: Visiting, page_world: PageWorld, language: str
) -> None:
    say, analyst = SAY[language], page_world.readers["analyst"]
    seen = visit("/network", reader="analyst", language=language)
    look_as(seen, say, LOW)
    bar = seen.page.locator("sluis-standing")
    expect(bar).to_contain_text(f"{say['looking']} {LOW}")
    assert banner(seen) == LOW
    asked = [one.url for one in seen.recorded.exchanges if "/queries/" in one.url][-1]
    assert f"clearance={LOW}" in asked
    assert canaries_in(seen.drawn, {WORD}) == []
    press(seen, say["gone"])
    lost = seen.page.locator("sluis-difference tr.lost").filter(has_text=WORD).first
    expect(lost).to_contain_text(say["lost"], timeout=60_000)
    assert banner(seen) == analyst.banner  # what the own clearance adds is on screen too
    expect(lost.locator("sluis-marking")).to_have_text("Dep. VERTROUWELIJK", timeout=120_000)
    assert seen.axe() == []
    press(seen, say["back"])
    seen.settle()
    expect(bar).not_to_contain_text(say["looking"])
    assert banner(seen) == analyst.banner


def test_a_shared_address_shows_whoever_looks_as_somebody_lower_the_same(visit: Visiting) -> None:
    """What one looks as stays when one goes to another room, and the room shows no more than there."""
    seen = visit("/", reader="analyst")
    look_as(seen, SAY["en"], LOW)
    seen.go("/network")
    assert banner(seen) == LOW
    assert canaries_in(seen.drawn, {WORD}) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("left", "told"), [(3, "ends"), (0, "today"), (15, ""), (None, "")])
def test_a_clearance_that_ends_soon_is_warned_of(visit: Visiting, language: str, left: int | None, told: str) -> None:
    seen = visit("/", reader="analyst", language=language)
    until = None if left is None else "2027-01-31"
    validity = {"from": None, "until": until, "days_left": left}
    seen.page.route("**/api/me", me_with({"validity": validity}))
    seen.page.reload()
    seen.settle()
    bar = seen.page.locator("sluis-standing .ends")
    if told:
        expect(bar).to_contain_text(SAY[language][told])
    else:
        expect(bar).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_token_that_is_not_known_any_more_is_told_with_a_way_out(visit: Visiting, language: str) -> None:
    say = SAY[language]
    seen = visit("/", reader="analyst", language=language)
    seen.expect_console(REFUSED)
    seen.evaluate("sessionStorage.setItem('token', 'gone')")
    seen.page.reload()
    seen.settle()
    bar = seen.page.locator("sluis-standing")
    expect(bar).to_contain_text(say["wrong"])
    bar.get_by_role("button", name=say["sign out"]).click()
    seen.settle()
    assert banner(seen) == LOW


def test_while_the_join_is_not_known_the_page_is_marked_as_all_that_one_can_see(
    visit: Visiting, page_world: PageWorld
) -> None:
    """The service says no more of joins: what is on screen is then never marked lower than it is."""
    analyst = page_world.readers["analyst"]
    seen = visit("/", reader="analyst")
    seen.expect_console(REFUSED)
    seen.page.route("**/api/banner**", lambda route: route.fulfill(status=503, body="{}"))
    look_as(seen, SAY["en"], LOW)
    seen.go("/network")
    press(seen, SAY["en"]["gone"])
    expect(seen.page.locator("sluis-difference").first).to_contain_text("disappear", timeout=60_000)
    assert banner(seen) == analyst.banner


def test_the_title_of_the_window_begins_with_the_marking(visit: Visiting, page_world: PageWorld) -> None:
    seen = visit("/network", reader="analyst")
    assert seen.page.title() == f"{banner(seen)} · Network · Sluis"
    seen = visit("/network", language="nl")
    assert seen.page.title() == f"{LOW} · Netwerk · Sluis"
