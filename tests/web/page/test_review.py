"""The review room as a person works in it: judging with the keys, correcting, undoing, sending."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from graph_service.running import Service
from graph_service.settings import Layout
from tests.service import Reader, copy_of, serving
from tests.web.page.browser import Visit
from tests.web.page.conftest import LANGUAGES, Visiting
from tests.web.page.hidden_things import PageWorld

WORDS = {
    "en": {
        "send": "Send 2 verdicts",
        "send 1": "Send 1 verdict",
        "undo all": "Undo all",
        "look": "Look",
        "published": "is published",
        "accept": "Accept",
        "reject": "Reject",
        "labels": "Labels due",
        "none": "You may not judge mentions here",
        "sign in": "Sign in to judge",
    },
    "nl": {
        "send": "2 oordelen versturen",
        "send 1": "1 oordeel versturen",
        "undo all": "Alles ongedaan maken",
        "look": "Kijk",
        "published": "is gepubliceerd",
        "accept": "Aanvaarden",
        "reject": "Verwerpen",
        "labels": "Te herziene rubriceringen",
        "none": "U mag hier geen vermeldingen beoordelen",
        "sign in": "Meld u aan om vermeldingen te beoordelen",
    },
}
PATIENCE = 60_000
OWN = ("review-room", "mention-card", "labels-due", "written-as")


@pytest.fixture(scope="module")
def own_service(page_world: PageWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of this module's own: what is judged here is judged for everybody who looks."""
    layout: Layout = copy_of(page_world.layout, tmp_path_factory.mktemp("review") / "data")
    with serving(layout) as service:
        yield service


def lines(page: Page) -> list[str]:
    return [one.strip() for one in page.locator("review-room ol .words").all_inner_texts()]


def faults(seen: Visit) -> list[str]:
    """What axe finds in the room; what stands around it is looked at with every room."""
    return [found for found in seen.axe() if any(name in found for name in OWN)]


def is_so(reader: Reader, query: str) -> bool:
    """The answer to ASK; a view that is being replaced says 503 for a moment."""
    ends = time.monotonic() + 30
    while (answer := reader.sparql(query)).status == 503 and time.monotonic() < ends:
        time.sleep(0.2)
    assert answer.status == 200, answer.text
    found: bool = answer.data["boolean"]
    return found


def opened(visit: Visiting, service: Service, place: str, reader: str, language: str, **more: object) -> Visit:
    seen = visit(place, reader=reader, language=language, origin=service.url, **more)  # type: ignore[arg-type]
    expect(seen.page.locator("mention-card h2")).to_be_visible(timeout=PATIENCE)
    return seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_mentions_are_judged_with_the_keys_sent_and_published(
    visit: Visiting, own_service: Service, page_world: PageWorld, language: str
) -> None:
    say = WORDS[language]
    seen = opened(visit, own_service, "/review", "reviewer", language)
    page, before = seen.page, lines(seen.page)
    expect(page.locator("written-as")).to_contain_text(page_world.readers["reviewer"].banner)
    expect(page.locator("sluis-context mark")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("a")
    page.keyboard.press("r")
    page.keyboard.press("u")  # of the third, of which there is nothing to undo
    button = page.get_by_role("button", name=say["send"])
    expect(button).to_be_visible()
    assert page.locator("review-room .verdict").count() == 2
    assert faults(seen) == []
    button.click()
    expect(page.locator("review-room .sent li.published")).to_have_count(2, timeout=PATIENCE)
    expect(page.locator("review-room .sent")).to_contain_text(say["published"])
    assert lines(page) == before[2:]
    reader = Reader(own_service.port, page_world.readers["reviewer"].token)
    for verdict in ("accepted", "rejected"):
        assert is_so(reader, f"ASK {{ ?r sluis:verdict '{verdict}' }}")
    assert not is_so(Reader(own_service.port), "ASK { ?r sluis:verdict ?v }")


def test_what_is_decided_is_undone_before_it_is_sent(visit: Visiting, own_service: Service) -> None:
    seen = opened(visit, own_service, "/review", "analyst", "en")
    page = seen.page
    before = lines(page)
    for key in ("x", "j", "x"):
        page.keyboard.press(key)
    page.keyboard.press("r")
    expect(page.locator("review-room .verdict")).to_have_count(2)
    page.get_by_role("button", name="Undo all").click()
    expect(page.locator("review-room .verdict")).to_have_count(0)
    assert lines(page) == before
    page.keyboard.press("r")
    expect(page.get_by_role("button", name=WORDS["en"]["send 1"])).to_be_visible()


def test_a_mention_is_corrected_to_a_thing_that_is_picked(
    visit: Visiting, own_service: Service, page_world: PageWorld
) -> None:
    seen = opened(visit, own_service, "/review?kind=actor", "analyst", "en")
    page = seen.page
    page.keyboard.press("c")
    page.keyboard.type("minusma")  # its letters are no keys here
    chosen = page.locator("sluis-thing-picker [role=option][aria-selected=true]").first
    expect(chosen).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Enter")
    expect(page.locator("review-room .verdict")).to_contain_text("corrected")
    page.get_by_role("button", name=WORDS["en"]["send 1"]).click()
    expect(page.locator("review-room .sent li.published")).to_have_count(1, timeout=PATIENCE)
    reader = Reader(own_service.port, page_world.readers["analyst"].token)
    assert is_so(reader, "ASK { ?r sluis:correctedTo <https://w3id.org/sluis/id/actor/minusma> }")


def test_whoever_looks_lower_writes_lower_and_is_told_before(
    visit: Visiting, own_service: Service, page_world: PageWorld
) -> None:
    lowest = page_world.readers["anonymous"].banner
    seen = opened(visit, own_service, "/review?kind=date", "reviewer", "en")
    page = seen.page
    page.locator("written-as select").select_option(lowest)
    page.locator("written-as").get_by_role("button", name="Look", exact=True).click()
    expect(page.locator("written-as sluis-marking")).to_contain_text(lowest, timeout=PATIENCE)
    expect(page.locator("mention-card h2")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("a")
    page.get_by_role("button", name=WORDS["en"]["send 1"]).click()
    published = page.locator("review-room .sent li.published")
    expect(published).to_have_count(1, timeout=PATIENCE)
    expect(published.locator("sluis-marking")).to_contain_text(lowest)
    assert is_so(Reader(own_service.port), "ASK { ?r sluis:verdict 'accepted' }")


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_may_not_judge_is_told_so_and_asked_nothing(visit: Visiting, own_service: Service, language: str) -> None:
    for reader, words in (("anonymous", "sign in"), ("lead", "none")):
        seen = visit("/review", reader=reader, language=language, origin=own_service.url)
        expect(seen.page.locator("review-room")).to_contain_text(WORDS[language][words], timeout=PATIENCE)
        assert seen.page.locator("mention-card").count() == 0


def test_the_keys_can_be_turned_off(visit: Visiting, own_service: Service) -> None:
    seen = opened(visit, own_service, "/review?keys=off", "reviewer", "en")
    seen.page.keyboard.press("a")
    seen.page.keyboard.press("r")
    assert seen.page.locator("review-room .verdict").count() == 0


def test_a_label_that_is_due_is_decided_on_by_who_acts_for_its_originator(
    visit: Visiting, own_service: Service
) -> None:
    seen = visit("/review?tab=labels", reader="lead", language="en", origin=own_service.url)
    page = seen.page
    expect(page.locator("labels-due article").first).to_be_visible(timeout=PATIENCE)
    assert faults(seen) == []
    page.get_by_role("button", name="Decide").first.click()
    page.get_by_label("Document of the decision").fill("EXERCISE decision 1")
    page.get_by_label("Look at it again on").fill("2031-05-04")
    page.get_by_role("button", name="Send the decision").click()
    expect(page.locator("labels-due .sent li.published")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator("labels-due")).to_contain_text("4 May 2031", timeout=PATIENCE)


def test_who_acts_for_nobody_sees_what_is_due_and_decides_nothing(visit: Visiting, own_service: Service) -> None:
    seen = visit("/review?tab=labels", reader="analyst", language="nl", origin=own_service.url)
    expect(seen.page.locator("labels-due article").first).to_be_visible(timeout=PATIENCE)
    expect(seen.page.locator("labels-due")).to_contain_text("U besluit hier over geen rubriceringen")
    assert seen.page.get_by_role("button", name="Besluiten").count() == 0
