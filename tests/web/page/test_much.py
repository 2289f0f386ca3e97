"""A long answer: only the rows in sight are ever made."""

from __future__ import annotations

from urllib.parse import quote

from tests.web.page.conftest import Visiting

ROWS = 5000

_MOST_ROWS = """
(() => {
  window.most = 0;
  const count = (node) => [...node.querySelectorAll('*')].reduce((sum, { localName, shadowRoot }) =>
    sum + (localName === 'tr' ? 1 : 0) + (shadowRoot ? count(shadowRoot) : 0), 0);
  const look = () => { window.most = Math.max(window.most, count(document)); requestAnimationFrame(look); };
  look();
})()
"""


def test_of_a_long_answer_only_the_rows_in_sight_are_ever_made(visit: Visiting) -> None:
    seen = visit("/no-such-room")
    seen.evaluate(_MOST_ROWS)
    seen.go(f"/sparql?query={quote(f'SELECT ?s ?p ?o {{ ?s ?p ?o }} LIMIT {ROWS}', safe='')}")
    seen.page.locator("sluis-table tbody tr").first.wait_for()
    assert int(seen.page.locator("sluis-table table").get_attribute("aria-rowcount") or 0) == ROWS + 1
    seen.page.locator("sluis-table .scroll").evaluate("(scroller) => scroller.scrollTo(0, scroller.scrollHeight / 2)")
    seen.settle()
    assert 10 < int(seen.evaluate("window.most")) < 200
