"""A service with canaries and a browser, once a session; and ``visit``, which watches what happens in both.

Where no browser or no built page is, these tests are skipped and say why; on a build machine (``CI=true``) they fail
instead, so that a green run has looked at the page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from graph_service.running import Service
from tests.service import demo_once, serving
from tests.web.page.browser import Recorded, Visit, lacking, launched, signed_in
from tests.web.page.hidden_things import PageReader, PageWorld, build_page_world

LANGUAGES = ("en", "nl")
READERS = ("anonymous", "analyst")
"""The two clearances at which every part is driven: the lowest, and one with a compartment and two policies."""


class Visiting(Protocol):
    """How a test comes to the page."""

    def __call__(
        self,
        place: str = "/",
        *,
        reader: str = "anonymous",
        language: str = "en",
        dark: bool = False,
        size: tuple[int, int] = (1280, 800),
        origin: str = "",
    ) -> Visit: ...


@pytest.fixture(scope="session", autouse=True)
def _able() -> None:
    reason = lacking()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def page_world(tmp_path_factory: pytest.TempPathFactory) -> PageWorld:
    place = tmp_path_factory.mktemp("page") / "data"
    return build_page_world(demo_once(tmp_path_factory), place)


@pytest.fixture(scope="session")
def page_service(page_world: PageWorld) -> Iterator[Service]:
    with serving(page_world.layout) as service:
        yield service


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    with launched() as found:
        yield found


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest, page_world: PageWorld) -> PageReader:
    return page_world.readers[request.param]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


_LOCALES = {"en": "en-GB", "nl": "nl-NL"}


@pytest.fixture
def visit(
    request: pytest.FixtureRequest, chromium: Any, page_world: PageWorld, page_service: Service
) -> Iterator[Visiting]:
    """Opens the page at a place (`/network?actor=…`) as a reader. After the test a picture of each visit is kept, and
    whatever was wrong in one fails the test."""
    visits: list[tuple[str, Visit]] = []

    def opened(
        place: str = "/",
        *,
        reader: str = "anonymous",
        language: str = "en",
        dark: bool = False,
        size: tuple[int, int] = (1280, 800),
        origin: str = "",
    ) -> Visit:
        who = page_world.readers[reader]
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=_LOCALES[language],
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        context.add_init_script(signed_in(who.token, language))
        recorded = Recorded()
        recorded.follow(context)
        found = Visit(context.new_page(), origin or page_service.url, who.hidden, recorded)
        visits.append((f"{reader}-{language}{'-dark' if dark else ''}-{size[0]}", found))
        found.go(place)
        return found

    yield opened
    told = []
    test = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")
    for number, (name, one) in enumerate(visits):
        one.screenshot(f"{test}-{number}-{name}" if len(visits) > 1 else f"{test}-{name}")
        told += [f"{name}: {problem}" for problem in one.problems()]
        one.page.context.close()
    assert not told, "\n".join(told)
