"""The page in a browser: how much is loaded, when it can be used, and how it bears much data.

The browser is Debian's Chromium without a window or a graphics card, on the machine that serves: it draws by processor.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console

from graph_service import demo
from graph_service.builder import Builder
from graph_service.handling import parse_marking
from graph_service.portions import Portion
from graph_service.running import Service
from graph_service.settings import Layout, read_settings
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
        yield from much_data(folder, browser)


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


# -- much data ----------------------------------------------------------------------------------

ACTORS, LINKS, ROWS = 2000, 5000, 10_000
LAYOUT_SECONDS = 3
_PIXELS = 400
_ID = "https://w3id.org/sluis/id/"
_NS = "https://w3id.org/sluis/ns#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_NAME = "http://www.w3.org/2004/02/skos/core#prefLabel"

_EVERY = """
const every = (node, selector) => {
  const found = [...node.querySelectorAll(selector)];
  for (const element of node.querySelectorAll('*')) {
    if (element.shadowRoot) { found.push(...every(element.shadowRoot, selector)); }
  }
  return found;
};
"""

# From the last answer that came to a picture that stands: with its canvas, and no word any more that it is arranged.
_WHEN_ARRANGED = f"""
new Promise((done, failed) => {{
  {_EVERY}
  setTimeout(() => failed(new Error('the network did not come to rest')), 60000);
  const wait = () => {{
    const drawing = every(document, 'sluis-graph')[0]?.shadowRoot;
    if (!drawing?.querySelector('canvas') || drawing.querySelector('progress')) {{ setTimeout(wait, 20); return; }}
    const asked = performance.getEntriesByType('resource').filter(({{name}}) => name.includes('/queries/'));
    done(performance.now() - Math.max(...asked.map(({{responseEnd}}) => responseEnd)));
  }};
  wait();
}})
"""

# Scrolls through all rows, faster than a wheel does, then jumps about as one does with the bar. A frame is blank where
# more than half a row of the table's window has none. It is looked at when it has just been scrolled, before the table
# can know: that is what a browser paints which scrolls by itself.
_SCROLLED = f"""
new Promise((done, failed) => {{
  {_EVERY}
  const scroller = every(document, 'sluis-table')[0].shadowRoot.querySelector('.scroll');
  const head = scroller.querySelector('thead').offsetHeight;
  const found = {{times: [], blank: 0, jumps: [], height: scroller.scrollHeight}};
  const seen = new Set();
  const isCovered = () => {{
    const window = scroller.getBoundingClientRect();
    let top = Infinity, bottom = -Infinity;
    for (const row of scroller.querySelectorAll('tbody tr[aria-rowindex]')) {{
      const box = row.getBoundingClientRect();
      [top, bottom] = [Math.min(top, box.top), Math.max(bottom, box.bottom)];
      seen.add(row.getAttribute('aria-rowindex'));
    }}
    return top <= window.top + head + 20 && bottom >= Math.min(window.bottom, innerHeight) - 20;
  }};
  let last = performance.now();
  const scroll = () => {{
    const now = performance.now();
    found.times.push(now - last);
    last = now;
    scroller.scrollTop += {_PIXELS};
    if (!isCovered()) found.blank += 1;
    const isEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1;
    requestAnimationFrame(isEnd ? () => jump(1) : scroll);
  }};
  const jump = (number) => {{
    if (number > 9) {{ done(JSON.stringify({{...found, rows: seen.size}})); return; }}
    scroller.scrollTop = scroller.scrollHeight * ((number * 37) % 100) / 100;
    const look = (frames) => requestAnimationFrame(() => {{
      if (!isCovered()) {{ look(frames + 1); return; }}
      found.jumps.push(frames);
      jump(number + 1);
    }});
    look(0);
  }};
  scroll();
}})
"""


def invented_network(*, actors: int = ACTORS, links: int = LINKS, seed: int = 17) -> str:
    """N-Triples: so many organisations, and links between them of which a few organisations have many."""
    drawn = random.Random(seed)  # noqa: S311  # the same network in each run
    lines = []
    for number in range(actors):
        lines.append(f"<{_ID}actor/invented-{number}> <{_TYPE}> <{_NS}Organisation> .")
        lines.append(f'<{_ID}actor/invented-{number}> <{_NAME}> "EXERCISE: organisation {number}"@en .')
    for number in range(links):
        one, other = int(actors * drawn.random() ** 2), drawn.randrange(actors)
        link = f"<{_ID}link/invented-{number}>"
        lines.append(f"{link} <{_TYPE}> <{_NS}StatedLink> .")
        lines.append(f'{link} <{_NAME}> "EXERCISE: link {number}"@en .')
        lines.append(f"{link} <{_NS}linkFrom> <{_ID}actor/invented-{one}> .")
        lines.append(f"{link} <{_NS}linkTo> <{_ID}actor/invented-{other if other != one else (one + 1) % actors}> .")
        lines.append(f"{link} <{_NS}relation> <{_NS}coordinatesWith> .")
        lines.append(f'{link} <{_NS}linkStatus> "stated" .')
        lines.append(f"{link} <{_NS}basedOn> <{_ID}source/exercise-marigold> .")
    return "\n".join(lines) + "\n"


def much_data(folder: Path, browser: Any) -> Iterator[Figure]:
    """The table and the network of an installation with more than the demo has."""
    layout = Layout(folder / "much")
    demo.build(layout, console=Console(quiet=True))
    builder = Builder(layout, read_settings(layout.data), key=demo.DEMO_KEY)
    try:
        label = parse_marking(read_settings(layout.data).anonymous, policies=builder.policies)
        builder.load(
            [Portion(f"{_ID}source/invented", "network", label, f"{_ID}originator/invented", invented_network())]
        )
        builder.publish()
    finally:
        builder.close()
    with Service(layout) as service:
        yield from network(service, browser)
        yield from table(service, browser)


def network(service: Service, browser: Any) -> Iterator[Figure]:
    taken, worked = [], []
    for _ in range(3):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        seen = Visit(context.new_page(), service.url)
        before = processor_seconds(browser)
        seen.page.goto(f"{service.url}/#/network")
        taken.append(float(seen.evaluate(_WHEN_ARRANGED)) / 1000)
        worked.append(processor_seconds(browser) - before)
        context.close()
    note = f"{ACTORS} nodes, {LINKS} links and the demo's"
    yield Figure("page", "network arranged and drawn", statistics.median(taken), "s", most=LAYOUT_SECONDS, note=note)
    note = "from the address on, all of the browser"
    yield Figure("page", "the same, time of the processor", statistics.median(worked), "s", note=note)


def processor_seconds(browser: Any) -> float:
    """What all processes of the browser have used: on a machine with others, waiting is no work."""
    session = browser.new_browser_cdp_session()
    try:
        return float(sum(one["cpuTime"] for one in session.send("SystemInfo.getProcessInfo")["processInfo"]))
    finally:
        session.detach()


def table(service: Service, browser: Any) -> Iterator[Figure]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    seen = Visit(context.new_page(), service.url)
    seen.recorded.follow(context)
    query = quote(f"SELECT ?s ?p ?o {{ ?s ?p ?o }} LIMIT {ROWS}", safe="")
    seen.go(f"/sparql?query={query}")
    seen.page.locator("sluis-table .scroll").wait_for()
    found = json.loads(seen.evaluate(_SCROLLED))
    context.close()
    if found["rows"] < ROWS * 0.9:
        raise NothingMeasured(f"only {found['rows']} rows came by")
    times, note = sorted(found["times"]), f"{ROWS} rows, {_PIXELS} px a frame"
    yield Figure("page", "table: blank frames", found["blank"], f"of {len(times)}", most=0, note=note)
    yield Figure("page", "table: median frame", statistics.median(times), "ms", note=note)
    yield Figure("page", "table: slowest frame of twenty", times[int(len(times) * 0.95)], "ms", note=note)
    yield Figure("page", "table: blank frames after a jump", max(found["jumps"]), "", note="the most of nine")
