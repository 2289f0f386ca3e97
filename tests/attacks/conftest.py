"""Built once a session: a small store for workers, the demo, and in each world a folder with canaries and its twin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph_service.running import Service
from graph_service.settings import Layout
from tests.attacks.canaries import Canaries, build_canaries
from tests.service import Listener, demo_once, serving, write_dataset
from tests.worlds import WORLDS, World


@pytest.fixture(scope="session")
def small_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve hundred statements, so that a cross product of three patterns has no end in sight."""
    subject, predicate = NamedNode("urn:s"), NamedNode("urn:p")
    quads = [Quad(subject, predicate, Literal(number)) for number in range(1200)]
    quads += [Quad(subject, predicate, NamedNode(f"urn:{name}")) for name in ("a", "a.b", "")]
    quads.append(Quad(subject, predicate, Literal(True)))
    return write_dataset(tmp_path_factory.mktemp("small") / "dataset", quads)


@pytest.fixture(scope="session")
def demo_layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return demo_once(tmp_path_factory)


@pytest.fixture(scope="session", params=WORLDS, ids=repr)
def world(request: pytest.FixtureRequest) -> World:
    """The packaged policies, then the toy ones: whatever asks for canaries runs on both."""
    found: World = request.param
    return found


@pytest.fixture(scope="session")
def canaries(tmp_path_factory: pytest.TempPathFactory, world: World) -> Canaries:
    return build_canaries(tmp_path_factory.mktemp("canaries") / "data", world, with_hidden=True)


@pytest.fixture(scope="session")
def canary_service(canaries: Canaries) -> Iterator[Service]:
    with serving(canaries.layout) as service:
        yield service


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory, world: World) -> Canaries:
    return build_canaries(tmp_path_factory.mktemp("twin") / "data", world, with_hidden=False)


@pytest.fixture(scope="session")
def twin_service(twin: Canaries) -> Iterator[Service]:
    with serving(twin.layout) as service:
        yield service


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as listening:
        yield listening
