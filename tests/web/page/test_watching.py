"""Each check of the watched browser is seen to fail once: a check that can't is worth nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.web.page.browser import Recorded, Visit

WORD = "quagga"
CLEAN = "<h1>A page</h1><p>with nothing to find.</p>"
_SHELL = '<!doctype html><html lang="en"><head><title>A page</title></head><body><main>%s</main></body></html>'

PLANTED = {
    "text": f"<p>the {WORD}</p>",
    "an attribute": f'<p data-about="{WORD}">there</p>',
    "an address": '<p><a href="/clean?of=%71uagga">there</a></p>',
    "a comment": f"<!-- {WORD} -->",
    "a typed value": f"<label>here <input id=i></label><script>i.value = 'Qua' + '{WORD[3:]}'</script>",
    "a shadow tree": f"""<div id=host></div><script>
        host.attachShadow({{mode: 'open'}}).textContent = '{WORD[:3]}' + '{WORD[3:]}'</script>""",
    "the session": f"<script>sessionStorage.setItem('x', '{WORD[:3]}' + '{WORD[3:]}')</script>",
    "local storage": f"<script>localStorage.setItem('{WORD[:3]}' + '{WORD[3:]}', '1')</script>",
    "a cookie": f"<script>document.cookie = 'x=' + '{WORD[:3]}' + '{WORD[3:]}'</script>",
    "the address": f"<script>history.replaceState(null, '', '#' + '{WORD[:3]}' + '{WORD[3:]}')</script>",
    "the history": f"<script>history.replaceState({{x: '{WORD[:3]}' + '{WORD[3:]}'}}, '')</script>",
    "a database": f"""<script>indexedDB.open('d').onupgradeneeded = (event) => {{
        event.target.result.createObjectStore('s').put('{WORD[:3]}' + '{WORD[3:]}', 1); }}</script>""",
    "a cache": f"""<script>caches.open('c').then((cache) =>
        cache.put('/clean', new Response('{WORD[:3]}' + '{WORD[3:]}')))</script>""",
    "what is sent": f"<script>fetch('/clean', {{method: 'POST', body: '{WORD[:3]}' + '{WORD[3:]}'}})</script>",
    "a header that is sent": f"<script>fetch('/clean', {{headers: {{'X-A': '{WORD[:3]}' + '{WORD[3:]}'}}}})</script>",
    "what is received": "<script>fetch('/answer').then((response) => response.text())</script>",
    "a header that is received": "<script>fetch('/header').then((response) => response.text())</script>",
    "what is received in Base64": "<script>fetch('/encoded').then((response) => response.text())</script>",
}
"""Pages of which each holds the word in one place only, so far as that can be."""

_ELSEWHERE = {
    "/answer": (f"the {WORD}", ""),
    "/header": ("", WORD),
    "/encoded": ("eyJhIjoiYSBxdWFnZ2EgaXMgaGVyZSJ9", ""),
    "/clean": ("clean", ""),
}


class _Pages(BaseHTTPRequestHandler):
    pages: dict[str, str] = {}  # noqa: RUF012  # filled by the fixture

    def do_GET(self) -> None:
        body, header = _ELSEWHERE.get(self.path.partition("?")[0], ("", ""))
        page = self.pages.get(self.path.removeprefix("/"))
        content = (_SHELL % page if page is not None else body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8" if page is not None else "text/plain")
        self.send_header("Content-Length", str(len(content)))
        if header:
            self.send_header("X-Word", header)
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Nothing: what matters is in the browser."""


@pytest.fixture(scope="module")
def pages() -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a server on this machine, and the pages that it gives by name."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", _Pages.pages
    server.shutdown()
    thread.join()
    server.server_close()


class Look:
    """Opens pages of the faulty server, watched as the real ones are."""

    def __init__(self, chromium: Any, origin: str, pages: dict[str, str]) -> None:
        self._chromium, self._origin, self._pages = chromium, origin, pages
        self.contexts: list[Any] = []

    def __call__(self, content: str, hidden: frozenset[str] = frozenset()) -> Any:
        self._pages["page"] = f'<link rel="icon" href="data:,">{content}'
        context = self._chromium.new_context()
        self.contexts.append(context)
        recorded = Recorded()
        recorded.follow(context)
        found = Visit(context.new_page(), self._origin, hidden, recorded)
        found.page.goto(f"{self._origin}/page")
        found.settle()
        return found


@pytest.fixture
def look(chromium: Any, pages: tuple[str, dict[str, str]]) -> Iterator[Look]:
    found = Look(chromium, *pages)
    yield found
    for context in found.contexts:
        context.close()


def test_a_clean_page_has_no_problem(look: Look) -> None:
    seen = look(CLEAN, frozenset({WORD}))
    assert seen.problems() == []
    assert seen.axe() == []
    assert len(seen.recorded.exchanges) == 1


@pytest.mark.parametrize("place", PLANTED)
def test_a_planted_canary_is_found_wherever_it_stands(look: Look, place: str) -> None:
    seen = look(CLEAN + PLANTED[place], frozenset({WORD}))
    assert any(f"the canary {WORD} was" in problem for problem in seen.problems())
    seen.hidden = frozenset({"zeppelin"})
    assert seen.problems() == []


def test_a_typed_canary_may_be_drawn_and_sent_but_not_received(look: Look) -> None:
    drawn_and_sent = f"<script>document.body.append('{WORD[:3]}' + '{WORD[3:]}')</script>"
    seen = look(drawn_and_sent + PLANTED["what is sent"], frozenset({WORD}))
    assert seen.problems()
    seen.types_canary(WORD)
    assert seen.problems() == []
    seen = look(PLANTED["what is received"], frozenset({WORD}))
    seen.types_canary(WORD)
    assert any("was received from" in problem for problem in seen.problems())


@pytest.mark.parametrize(
    "content",
    [
        '<img src="http://example.org/x.png" alt="x">',
        '<link rel="stylesheet" href="//example.org/x.css">',
        "<script>fetch('http://192.0.2.1/').catch(() => 0)</script>",
        "<script>navigator.sendBeacon('http://example.org/', 'x')</script>",
        "<script>new WebSocket('ws://example.org/')</script>",
        '<iframe title="x" src="http://localhost/"></iframe>',
    ],
)
def test_a_request_that_leaves_this_machine_is_a_problem(look: Look, content: str) -> None:
    seen = look(content)
    assert any("a request left this machine" in problem for problem in seen.problems())


@pytest.mark.parametrize("method", ["error", "warn"])
def test_what_the_console_says_is_a_problem_unless_expected(look: Look, method: str) -> None:
    seen = look(f"<script>console.{method}('the kettle is empty')</script>")
    assert any("the kettle is empty" in problem for problem in seen.problems())
    seen.expect_console("kettle")
    assert seen.problems() == []


@pytest.mark.parametrize(
    "content",
    ["<script>throw new Error('spilt')</script>", "<script>Promise.reject(new Error('spilt'))</script>"],
)
def test_an_error_on_the_page_is_a_problem(look: Look, content: str) -> None:
    assert any("spilt" in problem for problem in look(content).problems())


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("color-contrast", '<h1>A page</h1><p style="color: #aaa; background: #fff">faint</p>'),
        ("label", "<h1>A page</h1><input>"),
        ("button-name", "<h1>A page</h1><button></button>"),
        ("name-unlike-text", '<h1>A page</h1><button aria-label="Open the lock">Close</button>'),
    ],
)
def test_a_barrier_is_a_serious_finding(look: Look, rule: str, content: str) -> None:
    found = look(content).axe()
    assert found
    assert all(line.startswith(rule) for line in found)


def test_a_name_cut_short_begins_what_the_control_is_called(look: Look) -> None:
    assert look('<h1>A page</h1><button aria-label="Open the lock, 2013">Open the l…</button>').axe() == []
