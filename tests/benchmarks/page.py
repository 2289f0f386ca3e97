"""The page in a browser: how much is loaded, when it can be used, and how it bears much data.

The browser is Debian's Chromium without a window or a graphics card, on the machine that serves: it draws by processor.
"""

from __future__ import annotations

import gzip
import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from graph_service import demo
from graph_service.running import Service
from graph_service.settings import Layout
from tests.benchmarks.timing import Figure, NothingMeasured
from tests.web.page.browser import WEB, Visit, lacking, launched

KIB = 1024
TOTAL_KIB = 600
FIRST_VIEW_MS = 1000
_TIMES = 7

# Since when the start page has stood with its heading and marking and nothing has been waited for; asked each frame. It
# must have stood for 200 ms, because the page says that it waits only after 150.
_USABLE = """
(() => {
  const every = (node, selector) => {
    const found = [...node.querySelectorAll(selector)];
    for (const element of node.querySelectorAll('*')) {
      if (element.shadowRoot) { found.push(...every(element.shadowRoot, selector)); }
    }
    return found;
  };
  let since = 0;
  const look = () => {
    const words = every(document, 'sluis-banner').map((one) => one.shadowRoot?.textContent?.trim() ?? '');
    const waiting = every(document, '.asking, [aria-busy="true"]').length;
    const heading = every(document, 'h1').some((one) => one.checkVisibility());
    const ready = heading && waiting === 0 && words.length > 0 && words.every((one) => one && one !== '—');
    since = ready ? since || performance.now() : 0;
    if (since && performance.now() - since > 200) { window.usable = since; } else { requestAnimationFrame(look); }
  };
  requestAnimationFrame(look);
})()
"""

_WHEN_USABLE = """
new Promise((done, failed) => {
  setTimeout(() => failed(new Error('the page did not become usable')), 20000);
  const wait = () => window.usable ? done(window.usable) : requestAnimationFrame(wait);
  wait();
})
"""


def page(folder: Path) -> Iterator[Figure]:
    """Sizes first, then what needs a browser and the demo."""
    if reason := lacking():
        raise NothingMeasured(reason)
    yield from bundle(WEB / "built")
    layout = Layout(folder / "page")
    demo.build(layout, console=Console(quiet=True))
    with Service(layout) as service, launched() as browser:
        yield from first_view(service, browser)


def bundle(built: Path) -> Iterator[Figure]:
    """What the page weighs packed, in all and before anything is drawn."""
    sizes = {file.name: packed(file) for file in sorted(built.iterdir()) if file.name != "LICENCES.txt"}
    first = first_files(built)
    if not first or not set(first) <= set(sizes):
        raise NothingMeasured(f"the shell names files that are not there: {first}")
    yield Figure("page", "all files, gzip", sum(sizes.values()), "KiB", most=TOTAL_KIB)
    yield Figure("page", "loaded first, gzip", sum(sizes[name] for name in first), "KiB", note=f"{len(first)} files")
    rest = sorted((name for name in sizes if name not in first), key=lambda name: -sizes[name])
    for name in rest:
        if sizes[name] >= 5:
            yield Figure("page", re.sub(r"-[A-Z0-9]{8}(?=\.)", "", name), sizes[name], "KiB", note="when it is needed")


def first_files(built: Path) -> list[str]:
    """What the shell loads before anything else, itself included."""
    shell = (built / "index.html").read_text(encoding="utf-8")
    return ["index.html", *re.findall(r'(?:src|href)="page/([^"]+)"', shell)]


def packed(file: Path) -> float:
    """KiB of a file as it is sent."""
    return len(gzip.compress(file.read_bytes(), 9)) / KIB


def first_view(service: Service, browser: Any) -> Iterator[Figure]:
    """From the address to a start page that can be used, with nothing in the browser's cache; then again with it."""
    cold, warm = [], []
    for _ in range(_TIMES):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_init_script(_USABLE)
        seen = Visit(context.new_page(), service.url)
        for taken in (cold, warm):
            seen.page.goto(service.url)
            taken.append(float(seen.evaluate(_WHEN_USABLE)))
        context.close()
    yield Figure("page", "first view usable", statistics.median(cold), "ms", most=FIRST_VIEW_MS)
    yield Figure("page", "a second time", statistics.median(warm), "ms")
