"""The room for SPARQL, driven as a person would: written with help, mended, asked, stopped, kept, shared."""

from __future__ import annotations

import json
import re
import time
from typing import Any
from urllib.parse import quote, unquote_plus

import pytest
from playwright.sync_api import Locator, expect

from graph_service.running import Service
from tests.service import Reader
from tests.web.page.browser import Visit
from tests.web.page.conftest import LANGUAGES, READERS, Visiting
from tests.web.page.hidden_things import PageWorld

WORDS = {
    "en": {
        "ask": "Ask",
        "prefix": "Add the prefix schema:",
        "out": "Set out",
        "no": "No: nothing of the kind was found in what you can see.",
    },
    "nl": {
        "ask": "Stel de vraag",
        "prefix": "Voeg prefix schema: toe",
        "out": "Opmaken",
        "no": "Nee: in wat u kunt zien is zoiets niet gevonden.",
    },
}
SETTLED = 500
"""Milliseconds after which a list of offers takes Enter: one that opens under a key going down does not."""
NUMBERS = " ".join(str(number) for number in range(400))
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{i} {{ {NUMBERS} }}" for i in range(5)) + " }"


def editor(seen: Visit) -> Locator:
    return seen.page.locator(".cm-content")


def write(seen: Visit, text: str) -> None:
    """Put the text in place of what stands there, as pasting does."""
    editor(seen).click()
    seen.page.keyboard.press("Control+a")
    seen.page.keyboard.insert_text(text)


def text_in(seen: Visit) -> str:
    return str(seen.page.evaluate("document.querySelector('sluis-app').shadowRoot.querySelector('sparql-room').text"))


def offered(seen: Visit) -> Locator:
    return seen.page.locator(".cm-tooltip-autocomplete").get_by_role("option")


def place_of(query: str) -> str:
    return f"/sparql?query={quote(query, safe='')}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", READERS)
def test_a_query_is_written_with_help_mended_and_asked(visit: Visiting, reader: str, language: str) -> None:
    seen = visit("/sparql", reader=reader, language=language)
    write(seen, "SELECT ?goal ?name {\n  ?goal a sluis:Goal ; ")
    seen.page.keyboard.type("citess")
    option = offered(seen).first
    expect(option).to_contain_text("sluis:citesSource")
    seen.page.wait_for_timeout(SETTLED)
    seen.page.keyboard.press("Enter")
    seen.page.keyboard.insert_text("?source ; schema:name ?name }")
    seen.page.get_by_role("button", name=WORDS[language]["prefix"]).first.click()
    assert text_in(seen).startswith("PREFIX schema: <https://schema.org/>\nSELECT ?goal ?name")
    write(seen, text_in(seen).replace("; schema:name ?name", "; skos:prefLabel ?name"))
    editor(seen).press("Control+Enter")
    expect(seen.page.get_by_role("grid")).to_be_visible()
    assert "sluis:citesSource ?source" in unquote_plus(seen.page.url)


@pytest.mark.parametrize("reader", READERS)
def test_names_are_offered_from_the_reader_s_own_view(visit: Visiting, reader: str, page_world: PageWorld) -> None:
    """Each canary is typed: who sees it is offered what has it in its name, who does not is offered nothing of it."""
    who = page_world.readers[reader]
    seen = visit("/sparql", reader=reader)
    for word in sorted(who.hidden | who.visible):
        seen.types_canary(word)
        write(seen, "SELECT * { ?s ?p ")
        seen.page.keyboard.type(word[:-1], delay=25)
        seen.settle()
        named = offered(seen).filter(has_text=re.compile(word, re.IGNORECASE))
        assert (named.count() > 0) == (word in who.visible), word


def test_the_same_address_shows_each_reader_their_own_answer(visit: Visiting, page_world: PageWorld) -> None:
    """And the words for nothing are the same whether or not there is something above the reader."""
    query = 'ASK { ?s ?p ?o FILTER(CONTAINS(LCASE(STR(?o)), "zeppelin")) }'
    low = visit(place_of(query), reader="anonymous")
    low.types_canary("zeppelin")
    expect(low.page.get_by_text(WORDS["en"]["no"])).to_be_visible()
    high = next(name for name, reader in page_world.readers.items() if "zeppelin" in reader.visible)
    expect(visit(place_of(query), reader=high).page.get_by_text("Yes: it is so in what you can see.")).to_be_visible()


def test_stop_ends_the_query_on_the_server(visit: Visiting, page_world: PageWorld, page_service: Service) -> None:
    seen = visit("/sparql", reader="analyst")
    asker = Reader(page_service.port, page_world.readers["analyst"].token)
    write(seen, ENDLESS)
    editor(seen).press("Control+Enter")
    seen.page.get_by_role("button", name="Stop", exact=True).first.wait_for()
    assert running(asker, until=True)
    seen.page.get_by_role("button", name="Stop", exact=True).first.click()
    expect(seen.page.get_by_text(re.compile(r"Stopped after [\d.]+ s"))).to_be_visible()
    assert running(asker, until=False) == []
    editor(seen).press("Control+a")
    write(seen, "ASK {}")
    editor(seen).press("Control+Enter")
    expect(seen.page.get_by_text("Yes: it is so in what you can see.")).to_be_visible()


def running(asker: Reader, *, until: bool) -> list[Any]:
    """What the server lists as running, as soon as that is something, or nothing; within three seconds."""
    end = time.monotonic() + 3
    while True:
        found: list[Any] = asker.get("/api/queries").data["queries"]
        if bool(found) == until or time.monotonic() > end:
            return found
        time.sleep(0.05)


def test_what_can_t_be_asked_is_said_in_place_and_not_sent(visit: Visiting) -> None:
    seen = visit("/sparql", language="nl")
    write(seen, "SELECT ?s, ?x {\n  ?s ?p ?o\n}")
    editor(seen).press("Control+Enter")
    finding = seen.page.get_by_role("list", name="Wat er over de vraag te zeggen is")
    expect(finding).to_contain_text("‘,’ kan hier niet staan")
    assert not [one for one in seen.recorded.exchanges if one.url.endswith("/sparql")]
    finding.get_by_role("button", name="Verwijder ,").click()
    expect(finding).to_contain_text("‘?x’ wordt gevraagd, maar krijgt nergens een waarde")


def test_a_query_is_set_out_and_the_answer_shown_raw_and_kept_under_its_marking(visit: Visiting) -> None:
    seen = visit("/sparql", reader="analyst")
    write(seen, "CONSTRUCT{?a sluis:linkedWith ?b}WHERE{?l sluis:linkFrom ?a;sluis:linkTo ?b}LIMIT 20")
    seen.page.get_by_role("button", name=WORDS["en"]["out"]).click()
    assert text_in(seen).splitlines()[:2] == [
        "CONSTRUCT { ?a sluis:linkedWith ?b } WHERE {",
        "  ?l sluis:linkFrom ?a ;",
    ]
    seen.page.get_by_role("button", name=WORDS["en"]["ask"]).first.click()
    seen.page.get_by_role("button", name="Picture", exact=True).click()
    expect(seen.page.get_by_role("img", name=re.compile("as a network"))).to_be_visible()
    seen.page.get_by_role("button", name="Raw", exact=True).click()
    expect(seen.page.locator("sparql-results pre")).to_contain_text("sluis:linkedWith")
    seen.page.get_by_role("button", name="Save the answer").click()
    with seen.page.expect_download() as kept:
        seen.page.get_by_role("button", name="JSON-LD").click()
    banner = seen.page.locator("sluis-banner div").first.inner_text().strip()
    assert kept.value.suggested_filename.startswith(re.split(r"[^\w]", banner)[0])
    assert json.loads(kept.value.path().read_text(encoding="utf-8"))


def test_what_was_written_and_asked_stays_in_the_tab_and_goes_with_signing_out(visit: Visiting) -> None:
    seen = visit("/sparql", reader="analyst")
    write(seen, "# EXERCISE: remembered\nSELECT * { ?s a sluis:Goal } LIMIT 3")
    editor(seen).press("Control+Enter")
    expect(seen.page.get_by_role("grid")).to_be_visible()
    seen.go("/")
    seen.go("/sparql")
    assert "remembered" in text_in(seen)
    write(seen, "ASK {}")
    seen.page.get_by_role("button", name="History").click()
    seen.page.get_by_role("button", name=re.compile("remembered")).click()
    assert "LIMIT 3" in text_in(seen)
    kept = json.loads(seen.kept)
    assert "remembered" in json.dumps(kept["session"])
    assert "remembered" not in json.dumps([kept[place] for place in ("local", "databases", "caches", "cookie")])
    seen.evaluate("location.hash = '#/'")
    seen.settle()
    seen.page.get_by_role("button", name=re.compile("analyst")).first.click()
    seen.page.get_by_role("button", name="Sign out").click()
    seen.settle()
    assert "remembered" not in json.dumps(json.loads(seen.kept)["session"])


def test_a_question_of_the_catalogue_opens_with_its_values(visit: Visiting) -> None:
    seen = visit("/sparql?question=coordination-links&actor=MINUSMA")
    assert "VALUES ?param_actor { <https://w3id.org/sluis/id/actor/minusma> }" in text_in(seen)
    assert "actor=" not in seen.page.url
    seen.page.locator("sparql-room select").first.select_option("timeline")
    seen.settle()
    assert text_in(seen).startswith("# ")
    assert "param_from" in text_in(seen)
