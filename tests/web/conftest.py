"""The demo's folder in each world, built and served once a session, and its readers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from graph_service.running import Service
from graph_service.settings import Layout
from tests.service import Reader, demo_once, serving, tokens
from tests.worlds import WORLDS, World


@pytest.fixture(scope="session", params=WORLDS, ids=repr)
def world(request: pytest.FixtureRequest) -> World:
    """The packaged policies, then the toy ones: whatever asks for a demo runs on both."""
    found: World = request.param
    return found


@pytest.fixture(scope="session")
def demo_layout(tmp_path_factory: pytest.TempPathFactory, world: World) -> Layout:
    return demo_once(tmp_path_factory, world)


@pytest.fixture(scope="session")
def demo_service(demo_layout: Layout) -> Iterator[Service]:
    with serving(demo_layout) as service:
        yield service


@pytest.fixture(scope="session")
def anonymous(demo_service: Service) -> Reader:
    return Reader(demo_service.port)


@pytest.fixture(scope="session")
def analyst(demo_service: Service, demo_layout: Layout) -> Reader:
    return Reader(demo_service.port, tokens(demo_layout)["analyst"])


@pytest.fixture(scope="session")
def lead(demo_service: Service, demo_layout: Layout) -> Reader:
    return Reader(demo_service.port, tokens(demo_layout)["lead"])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many tests each world passed and failed, here and among the attacks."""
    found: dict[str, Counter[str]] = {world.name: Counter() for world in WORLDS}
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            of = re.match(rf"tests/(?:web|attacks)/.*\[({'|'.join(found)})[]-]", report.nodeid)
            if of:
                found[of[1]][outcome] += 1
    for name, counts in found.items():
        if counts:
            told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
            terminalreporter.write_line(f"in the {name} world: {told}")
