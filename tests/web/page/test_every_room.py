"""What holds of each room, whatever it shows: as both readers, in both languages, dark, on a phone and by key.

The rooms are read from the page's own list, so that a new one is looked at from its first day.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.web.page.browser import Visit
from tests.web.page.conftest import LANGUAGES, READERS, Visiting
from tests.web.page.hidden_things import PageWorld
from tests.web.page.places import Place, places, rooms

PLACES = list(places())
every_room = pytest.mark.parametrize("place", PLACES, ids=repr)

# What can be reached by Tab and is on screen; of a group through which arrows lead, one is (ARIA: the others have -1).
_REACHABLE = """
(() => {
  const found = [];
  const controls = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const walk = (node) => {
    for (const element of node.querySelectorAll('*')) {
      if (element.shadowRoot) { walk(element.shadowRoot); }
      if (element.tabIndex < 0 || element.disabled || !element.matches(controls)) continue;
      if (element.type === 'radio' && !element.checked) continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || !element.checkVisibility({visibilityProperty: true})) continue;
      found.push(element);
    }
  };
  walk(document);
  window.reachable = found;
  return found.length;
})()
"""

_FOCUSED = """
(() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) { one = one.shadowRoot.activeElement; }
  if (!one || one === document.body) return null;
  window.focused = one;
  const style = getComputedStyle(one);
  const ring = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  return JSON.stringify({number: window.reachable.indexOf(one), ring, what: one.outerHTML.slice(0, 120)});
})()
"""


def banners(seen: Visit) -> list[str]:
    return [text.strip() for text in seen.page.locator("sluis-banner div").all_inner_texts()]


@every_room
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", READERS)
def test_a_room_opens_under_its_banner_without_barriers(
    visit: Visiting, page_world: PageWorld, place: Place, reader: str, language: str
) -> None:
    seen = visit(place.address, reader=reader, language=language)
    assert seen.page.locator("main h1").count() == 1
    assert seen.page.locator("html").get_attribute("lang") == language
    assert seen.page.locator("[role=alert]:visible").all_inner_texts() == []
    found = banners(seen)
    assert len(found) == 2
    assert found[0] == found[1] != ""
    if reader == "anonymous":
        assert found[0] in {page_world.readers[reader].banner, "—"}
    assert seen.axe() == []


@every_room
def test_a_room_on_a_phone_in_the_dark_has_no_barrier_and_no_sideways_scrolling(visit: Visiting, place: Place) -> None:
    seen = visit(place.address, reader="analyst", language="nl", dark=True, size=(390, 844))
    width = seen.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], f"the page is {width[0]} px wide on a screen of {width[1]}"
    assert seen.axe() == []


@every_room
def test_everything_in_a_room_is_reached_by_tab_and_shows_that_it_is(visit: Visiting, place: Place) -> None:
    seen = visit(place.address, reader="analyst")
    number = int(seen.evaluate(_REACHABLE))
    assert number > 3
    reached, unseen = _tabbed(seen, number)
    left = set(range(number)) - reached
    assert not left, [seen.evaluate(f"window.reachable[{one}].outerHTML.slice(0, 120)") for one in sorted(left)[:5]]
    assert unseen == []


def _tabbed(seen: Visit, number: int) -> tuple[set[int], list[str]]:
    """Which of the reachable elements Tab came to, and what had no visible focus there."""
    reached: set[int] = set()
    unseen: list[str] = []
    for _ in range(min(number + 40, 400)):
        seen.page.keyboard.press("Tab")
        told = seen.evaluate(_FOCUSED)
        if told is None:
            if reached:
                break
            continue
        found: dict[str, Any] = json.loads(told)
        reached.add(found["number"])
        if not found["ring"] and not _looks_different_with_focus(seen):
            unseen.append(found["what"])
    return reached - {-1}, unseen


def _looks_different_with_focus(seen: Visit) -> bool:
    """Whether a picture of the page shows the focus: a ring can be drawn on a part that scripts don't see."""
    with_focus = seen.picture()
    seen.evaluate("window.focused.blur()")
    seen.page.wait_for_timeout(60)  # an editor takes its ring away a little later
    without = seen.picture()
    seen.evaluate("window.focused.focus({preventScroll: true})")
    return with_focus != without


def test_there_are_rooms() -> None:
    assert "" in rooms()
    assert len(rooms()) == len(set(rooms()))
