"""A browser that writes down all it does, and what may never be found in that.

A ``Visit`` is one reader at one page. It records every request and answer, the console and every error; at the end
``problems`` says what was wrong: a request that left this machine, an error or warning in the console, a canary of the
reader's in what was sent, received, drawn or kept. Each of these has a test that sees it happen (test_watching.py).
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Page, Request, sync_playwright

from tests.service import ROOT
from tests.web.page.scripts import ALL_THAT_IS_DRAWN, ALL_THAT_IS_KEPT, IS_AT_WORK, NAMES_UNLIKE_THEIR_TEXT

WEB = ROOT / "graph_service" / "serving" / "web"
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = Path(os.environ.get("SLUIS_PAGE_SCREENSHOTS") or ROOT / "build" / "page-screenshots")
LOOPBACK = "127.0.0.1"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SERIOUS = {"serious", "critical"}

# No name is looked up and no address but the loopback one is reached, whatever a page tries; that it tried is recorded.
# The rest keeps the browser itself from calling anybody.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {LOOPBACK}",
]


@dataclass(frozen=True)
class Exchange:
    """A request with its answer, if there was one; as text to look for things in."""

    url: str
    sent: str
    received: str = ""


@dataclass
class Recorded:
    """What happened in a browser context."""

    exchanges: list[Exchange] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    running: int = 0

    def follow(self, context: BrowserContext) -> None:
        context.on("request", self._asked)
        context.on("requestfinished", self._answered)
        context.on("requestfailed", self._failed)
        context.on("console", self._told)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._to(socket.url)))

    def _asked(self, request: Request) -> None:
        self.running += 1
        self._to(request.url)

    def _failed(self, request: Request) -> None:
        self.running -= 1
        self.exchanges.append(Exchange(request.url, _sent(request)))

    def _to(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and parts.hostname != LOOPBACK:
            self.strangers.append(url)

    def _answered(self, request: Request) -> None:
        received = ""
        if not request.url.startswith(("data:", "blob:")):
            response = request.response()
            if response is not None:
                headers = "\n".join(f"{name}: {value}" for name, value in response.all_headers().items())
                received = f"{response.status}\n{headers}\n{_text(response.body() if response.status != 304 else b'')}"
        self.exchanges.append(Exchange(request.url, _sent(request), received))
        self.running -= 1

    def _told(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.console.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")


def _sent(request: Request) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
    return f"{request.method} {request.url}\n{headers}\n{_text(request.post_data_buffer or b'')}"


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


@dataclass
class Visit:
    """One reader at one page. ``hidden`` are the words that they must never meet."""

    page: Page
    origin: str
    hidden: frozenset[str] = frozenset()
    recorded: Recorded = field(default_factory=Recorded)
    expected: list[re.Pattern[str]] = field(default_factory=list)
    typed: set[str] = field(default_factory=set)

    def go(self, place: str) -> None:
        """To a room and its state, as `/network?actor=…`; comes back when nothing is asked any more."""
        address = f"{self.origin}/#{place}"
        if self.page.url.split("#")[0] == f"{self.origin}/":
            self.evaluate(f"location.hash = {json.dumps('#' + place)}")
        else:
            self.page.goto(address)
        self.settle()

    def settle(self, *, seconds: float = 30) -> None:
        """Wait until no request has run for a moment, and the page does not say any more that it is at work."""
        end, quiet = time.monotonic() + seconds, 0
        while quiet < 3 or self.evaluate(IS_AT_WORK):
            self.page.wait_for_timeout(40)
            quiet = quiet + 1 if self.recorded.running <= 0 else 0
            if time.monotonic() > end:
                raise AssertionError(f"the page is still at work after {seconds} s")

    @property
    def drawn(self) -> str:
        """All text, attributes and values of the page, those in shadow trees too."""
        return str(self.evaluate(ALL_THAT_IS_DRAWN))

    @property
    def kept(self) -> str:
        """Address, history, cookies and whatever the browser stores for the page, as JSON."""
        return str(self.evaluate(ALL_THAT_IS_KEPT))

    def expect_console(self, pattern: str) -> None:
        """The console may say this: a refused request is an error to the browser, and some tests are about refusals."""
        self.expected.append(re.compile(pattern))

    def types_canary(self, word: str) -> None:
        """From here on the word may be drawn, kept and sent, because the reader typed it; never be received."""
        self.typed.add(word)

    def problems(self) -> list[str]:
        """What was wrong so far; empty if nothing was."""
        recorded = self.recorded
        found = [f"a request left this machine: {url}" for url in recorded.strangers]
        said = (line for line in recorded.console if not any(one.search(line) for one in self.expected))
        found += [f"the console says: {line}" for line in said]
        found += [f"an error on the page: {error}" for error in recorded.errors]
        places = [(f"received from {one.url}", one.received, self.hidden) for one in recorded.exchanges]
        untyped = self.hidden - self.typed
        places += [(f"sent to {one.url}", one.sent, untyped) for one in recorded.exchanges]
        places += [("drawn on the page", self.drawn, untyped), ("kept by the browser", self.kept, untyped)]
        for place, text, words in places:
            found += [f"the canary {word} was {place}" for word in canaries_in(text, words)]
        return found

    def axe(self, *, leave_out: Iterable[str] = ()) -> list[str]:
        """The serious findings of axe-core about the page as it stands, one line each."""
        self.evaluate(_axe_source())
        options = {
            "runOnly": {"type": "tag", "values": AXE_TAGS},
            "rules": {rule: {"enabled": False} for rule in (*leave_out, "label-content-name-mismatch")},
            "resultTypes": ["violations"],
        }
        result = json.loads(str(self.evaluate(f"axe.run({json.dumps(options)}).then(JSON.stringify)")))
        unlike = json.loads(str(self.evaluate(NAMES_UNLIKE_THEIR_TEXT)))
        return [f"name-unlike-text: {one}" for one in unlike] + [
            f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['target']} {node['failureSummary']}"
            for violation in result["violations"]
            if violation["impact"] in SERIOUS
            for node in violation["nodes"]
        ]

    def screenshot(self, name: str) -> Path:
        """A picture of what is on screen, for people to look at, in ``SCREENSHOTS``."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        path.write_bytes(self.picture())
        return path

    def picture(self) -> bytes:
        """What is on screen, as PNG."""
        # Not Playwright's own, which puts inline styles into the page: the page forbids those, and says so.
        return base64.b64decode(self._devtools("Page.captureScreenshot")["data"])

    def evaluate(self, expression: str) -> Any:
        """Run a script from outside of the page, so that its content policy stays as strict as it is."""
        wanted = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        answer = self._devtools("Runtime.evaluate", wanted)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def _devtools(self, method: str, wanted: dict[str, Any] | None = None) -> dict[str, Any]:
        session: CDPSession = self.page.context.new_cdp_session(self.page)
        try:
            return dict(session.send(method, wanted or {}))
        finally:
            session.detach()


def signed_in(token: str | None, language: str) -> str:
    """A script before the page's own: as if the reader had signed in, where nothing is kept yet. What the page keeps
    is never empty after that, so what it changes later stays changed."""
    kept = json.dumps({"token": token, "language": language})
    return f"""
    if (location.protocol === 'http:' && sessionStorage.length === 0) {{
      for (const [key, value] of Object.entries({kept})) {{ if (value) {{ sessionStorage.setItem(key, value); }} }}
    }}
    """


def canaries_in(text: str, words: Iterable[str]) -> list[str]:
    """The words that stand in a text, in any case of letters, percent-encoded or in Base64."""
    folded = f"{text}\n{unquote_plus(text)}".lower()
    return sorted(
        word for word in words if word.lower() in folded or any(form in text for form in _in_base64(word.lower()))
    )


@cache
def _in_base64(word: str) -> tuple[str, ...]:
    """What Base64 makes of a word at each of the three places at which it can begin, less the letters beside it."""
    forms = []
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + word.encode()).decode().rstrip("=")
        forms.append(whole[(0, 2, 3)[shift] : -1])
    return tuple(forms)


@cache
def _axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


def chromium() -> str | None:
    """Where the browser is: SLUIS_CHROMIUM, or the system's."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("SLUIS_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def lacking() -> str:
    """What is missing for tests in a browser; empty if nothing is."""
    if chromium() is None:
        return "there is no Chromium: install it, or name it in SLUIS_CHROMIUM"
    if not (WEB / "built" / "index.html").exists():
        return "the page is not built: `make page`"
    if not AXE.exists():
        return "axe-core is not installed: `make page`"
    return ""


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser without a window, until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
