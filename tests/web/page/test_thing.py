"""The page of a thing: what is said of it, where that stands down to the paragraph, what points to it; the search."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.web.page.browser import canaries_in
from tests.web.page.conftest import LANGUAGES, READERS, Visiting
from tests.web.page.hidden_things import PageWorld
from tests.web.page.places import iri
from tests.web.page.test_carry import downloaded, name_of

MINUSMA = f"/thing?iri={iri('actor/minusma')}"
CONTEXT = {"en": "In context", "nl": "In verband"}
WHERE = {"en": "Where does this stand?", "nl": "Waar staat dit?"}
CONCLUDED = {"en": "a rule concludes it", "nl": "een regel leidt het af"}
MARKINGS = {"en": "Markings", "nl": "Markeringen"}
NOTHING = {
    "en": "There is nothing to see about this in what you can see.",
    "nl": "Hierover is niets te zien in wat u kunt zien.",
}

both = pytest.mark.parametrize("reader", READERS)
each_language = pytest.mark.parametrize("language", LANGUAGES)


_TEXT = """
(one) => {
  const found = [];
  const walk = (node) => {
    if (node.nodeType === 3) { found.push(node.data); return; }
    if (node.shadowRoot) { walk(node.shadowRoot); }
    node.childNodes.forEach(walk);
  };
  walk(one);
  return found.join(' ').replace(/\\s+/g, ' ').trim();
}
"""


def text(found: Any) -> str:
    """The text of an element with that of the shadow trees in it, which a browser's own `innerText` leaves out."""
    return str(found.first.evaluate(_TEXT))


@both
@each_language
def test_a_mention_leads_to_its_paragraph_and_on_to_the_document(visit: Visiting, reader: str, language: str) -> None:
    seen = visit(MINUSMA, reader=reader, language=language)
    assert seen.page.locator("main h1").inner_text() == "MINUSMA"
    mention = seen.page.locator("thing-mentions li").filter(has_text="MINUSMA").first
    mention.get_by_role("button", name=CONTEXT[language]).click()
    marked = mention.locator("mark").first
    marked.wait_for()
    assert "MINUSMA" in marked.inner_text()
    paragraph = mention.locator(".own").first.inner_text()
    assert "EXERCISE" in paragraph
    assert len(paragraph) > len(marked.inner_text())
    mention.locator("figcaption sluis-thing a").first.click()
    seen.settle()
    read = text(seen.page.locator("thing-text"))
    assert "MINUSMA pitched imaginary tents in Gao" in read
    assert ("the zeppelin moored" in read) == ("zeppelin" not in seen.hidden)
    block = seen.page.locator("thing-text .block").filter(has_text="pitched imaginary tents").locator("a.to")
    seen.go(str(block.get_attribute("href")).removeprefix("#"))
    assert "pitched imaginary tents" in text(seen.page.locator("sluis-context .own"))
    assert "EXERCISE: Resolutie 2100" in text(seen.page.locator("sluis-context .near").last)


@both
@each_language
def test_a_statement_says_which_portion_makes_it_under_which_marking(
    visit: Visiting, reader: str, language: str
) -> None:
    seen = visit(MINUSMA, reader=reader, language=language)
    row = seen.page.locator("thing-statements .value").filter(has_text="Bamako").first
    row.get_by_role("button", name=WHERE[language]).click()
    row.locator("sluis-provenance sluis-marking span").first.wait_for()
    assert text(row.locator("sluis-provenance sluis-marking span")) == "Ongerubriceerd"
    row.locator("sluis-provenance q").first.wait_for()
    assert seen.axe() == []


@each_language
def test_what_a_rule_concludes_is_explained_down_to_what_is_stated(visit: Visiting, language: str) -> None:
    seen = visit(MINUSMA, reader="analyst", language=language)
    row = seen.page.locator("thing-statements .value").filter(has_text="AFISMA").first
    row.get_by_role("button", name=WHERE[language]).click()
    why = row.locator("sluis-why").first
    why.locator("li").first.wait_for()
    assert CONCLUDED[language] in text(why)
    # Premise by premise, until a portion states one.
    for _ in range(8):
        if row.locator("sluis-provenance sluis-provenance sluis-marking span").count():
            break
        row.locator("sluis-why li.premise > button[aria-expanded=false]").first.click()
        seen.settle()
    assert row.locator("sluis-provenance sluis-provenance sluis-marking span").count()


@each_language
def test_hidden_and_absent_are_one_page(visit: Visiting, language: str) -> None:
    pages = []
    for name in ("zeppelin", "nowhere1"):
        seen = visit(f"/thing?iri={iri(f'organisation/{name}')}", language=language)
        seen.types_canary("zeppelin")
        assert NOTHING[language] in text(seen.page.locator("main"))
        # Lit marks its own places with a number of chance.
        pages.append(re.sub(r"lit\$\d+\$", "", seen.drawn.replace(name, "…")))
    assert pages[0] == pages[1]
    seen = visit("/thing?iri=no%20address", language=language)
    seen.expect_console("400")
    assert NOTHING[language] in text(seen.page.locator("main"))


@both
@each_language
def test_a_thing_is_found_with_the_keyboard_alone(visit: Visiting, reader: str, language: str) -> None:
    seen = visit("/", reader=reader, language=language)
    keys = seen.page.keyboard
    keys.press("/")
    box = seen.page.locator("sluis-search input")
    assert box.evaluate("one => one.getRootNode().activeElement === one")
    keys.type("minus", delay=20)
    seen.page.locator("sluis-search [role=option]").first.wait_for()
    seen.settle()
    assert box.get_attribute("aria-expanded") == "true"
    active = box.get_attribute("aria-activedescendant")
    assert seen.page.locator(f"sluis-search #{active}[aria-selected=true]").count() == 1
    assert seen.axe() == []
    keys.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    keys.press("ArrowDown")
    option = seen.page.locator("sluis-search [role=option]").filter(has_text=re.compile(r"^\s*MINUSMA"))
    option.first.wait_for()
    seen.settle()
    while "MINUSMA" not in text(seen.page.locator("sluis-search [aria-selected=true]")):
        keys.press("ArrowDown")
    keys.press("Enter")
    seen.settle()
    assert "/thing?iri=" in seen.page.url
    assert "MINUSMA" in seen.page.locator("main h1").inner_text()


def test_nobody_finds_what_they_may_not_see(visit: Visiting) -> None:
    seen = visit("/")
    seen.types_canary("zeppelin")
    seen.page.keyboard.press("/")
    seen.page.keyboard.type("zeppelin")
    seen.page.wait_for_timeout(300)
    seen.settle()
    assert seen.page.locator("sluis-search [role=option]").count() == 0
    assert "Nothing of that name in what you can see." in text(seen.page.locator("sluis-search"))


def test_a_thing_with_many_links_is_read_a_page_at_a_time(visit: Visiting) -> None:
    seen = visit("/thing?iri=" + "http%3A%2F%2Fwww.w3.org%2F2002%2F07%2Fowl%23ObjectProperty", reader="analyst")
    kind = seen.page.locator("thing-links-in .kind").first
    many = int(kind.locator(".count").inner_text().replace(",", ""))
    assert many > 200
    assert kind.locator("li").count() == 0, "nothing is asked for before it is wanted"
    kind.get_by_role("button").first.click()
    seen.settle()
    assert kind.locator("li").count() == 200
    kind.locator("button.more").click()
    seen.settle()
    assert kind.locator("li").count() == min(many, 400)
    names = [one.get_attribute("href") for one in kind.locator("li sluis-term a").all()]
    assert len(set(names)) == len(names)


@both
def test_a_thing_is_kept_as_rdf_under_its_marking(visit: Visiting, page_world: PageWorld, reader: str) -> None:
    seen = visit(MINUSMA, reader=reader)
    file = downloaded(seen, seen.page.get_by_role("button", name="Turtle"))
    seen.settle()
    assert file.suggested_filename.endswith(".ttl")
    assert file.suggested_filename.startswith(name_of(page_world.readers[reader].banner))
    turtle = file.path().read_text(encoding="utf-8")
    assert "/minusma a " in turtle
    assert canaries_in(turtle, seen.hidden) == []


@each_language
def test_each_statement_has_its_marking_when_asked(visit: Visiting, language: str) -> None:
    seen = visit(MINUSMA, reader="analyst", language=language)
    assert seen.page.locator("thing-statements sluis-marking span").count() == 0
    seen.page.get_by_role("button", name=MARKINGS[language]).click()
    seen.page.locator("thing-statements sluis-marking span").first.wait_for()
    assert "marks=1" in seen.page.url
    markings = seen.page.locator("thing-statements sluis-marking span").all_inner_texts()
    assert "Ongerubriceerd" in markings


def test_the_picture_of_what_is_around_opens_on_wish(visit: Visiting) -> None:
    seen = visit(MINUSMA, reader="analyst")
    assert seen.page.locator("sluis-graph").count() == 0
    seen.page.get_by_role("button", name="Draw", exact=True).click()
    seen.page.locator("sluis-graph").wait_for()
    seen.settle()
    assert seen.axe() == []
