"""What the page says when something goes wrong: what happened, in the reader's language, with a way on."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route

from tests.web.page.browser import Visit
from tests.web.page.conftest import LANGUAGES, Visiting
from tests.web.page.hidden_things import PageWorld

PROBLEM = "https://w3id.org/sluis/problem/"
WORDS = {
    "gone": {"en": "The service does not answer", "nl": "De dienst antwoordt niet"},
    "cut": {"en": "broke off", "nl": "brak af"},
    "unknown": {"en": "not known here", "nl": "niet bekend"},
}


def is_asked(url: str) -> bool:
    """Whether an address is of the interface, and not of the page's own files."""
    path = urlsplit(url).path
    return path != "/" and not path.startswith("/page/")


def in_trouble(visit: Visiting, answer: Callable[[Route], None], *, language: str = "en") -> Visit:
    """The start page while every question to the service ends like this."""
    seen = visit("/no-such-room", language=language)
    seen.expect_console("Failed to load resource")
    seen.page.route(is_asked, answer)
    seen.go("/")
    return seen


def alerts(seen: Visit) -> str:
    return "\n".join(seen.page.locator("[role=alert]:visible").all_inner_texts())


def refused(route: Route) -> None:
    body = {"type": f"{PROBLEM}busy", "title": "Busy", "status": 503, "detail": "all workers are busy"}
    route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(body))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("gone", lambda route: route.abort("connectionrefused")),
        ("cut", lambda route: route.fulfill(status=200, content_type="application/json", body='{"head": {"va')),
    ],
    ids=["gone", "cut"],
)
def test_a_service_that_is_gone_or_breaks_off_is_said_so_and_asked_again_on_wish(
    visit: Visiting, word: str, answer: Callable[[Route], None], language: str
) -> None:
    seen = in_trouble(visit, answer, language=language)
    assert WORDS[word][language] in alerts(seen)
    assert seen.axe() == []
    seen.page.unroute(is_asked)
    ask_again(seen)
    assert alerts(seen) == ""


def test_a_busy_service_is_said_so_and_asked_again_on_wish(visit: Visiting) -> None:
    seen = in_trouble(visit, refused)
    assert "all workers are busy" in alerts(seen)
    seen.page.unroute(is_asked)
    ask_again(seen)
    assert alerts(seen) == ""


def ask_again(seen: Visit) -> None:
    for _ in range(20):
        buttons = seen.page.locator("[role=alert]:visible button").all()
        if not buttons:
            return
        buttons[0].click()
        seen.settle()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_token_that_is_not_known_is_never_taken_for_nobody_s(
    visit: Visiting, page_world: PageWorld, language: str
) -> None:
    seen = visit("/no-such-room", language=language)
    seen.expect_console("401")
    seen.evaluate("sessionStorage.setItem('token', 'a-token-that-nobody-has')")
    seen.page.reload()
    seen.go("/")
    assert WORDS["unknown"][language] in alerts(seen)
    assert page_world.readers["anonymous"].banner not in seen.page.locator("sluis-banner div").all_inner_texts()
    asked = [one for one in seen.recorded.exchanges if "a-token-that-nobody-has" in one.sent]
    assert asked
    assert all(one.received.startswith("401") for one in asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_room_that_is_not_there_leads_home(visit: Visiting, language: str) -> None:
    seen = visit("/no-such-room?x=1", language=language)
    seen.page.locator("main a[href='#/']").click()
    seen.settle()
    assert seen.page.url.endswith("#/")
    assert seen.page.locator("main h1").count() == 1
