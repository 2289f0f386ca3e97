"""The proof kit: it finds the leak in each server that has one, passes those that have none, and says what it tried."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_service.proving import prove
from graph_service.proving.cases import OPERATORS, make_questions, make_world
from graph_service.settings import Layout
from tests import leaky
from tests.service import Reader, serving, sluis, sluis_here
from tests.test_architecture import ROOT

ABOVE, RELABELLED = "loading what is above changes an answer", "relabelling above changes an answer"
CANARY, CONTROL = "a canary is seen from below", "the highest clearance does not see what it may"
RAISED = "what was raised out of sight shows still"
ONCE = "a triple of two portions is not counted once"
LEAKS = {
    leaky.FiltersRows: {ABOVE, CANARY},
    leaky.CountsEverything: {ABOVE},
    leaky.NegatesOverEverything: {ABOVE},
    leaky.WalksEverywhere: {ABOVE},
    leaky.CachesForAll: {ABOVE, CANARY},
    leaky.RaisesLater: {RAISED},
    leaky.CountsTwice: {ONCE},
    leaky.TellsTheTotal: {ABOVE},
    leaky.RefusesByTheHidden: {ABOVE},
    leaky.ShowsNothing: {CONTROL, ONCE},
    leaky.ShowsTheLowestToAll: {CONTROL},
}


@pytest.fixture(autouse=True)
def _runtime() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="sluis-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        yield


def _published(data: Path) -> Layout:
    """A data folder with nothing in it but the vocabulary."""
    done = sluis_here("publish", "--data", str(data))
    assert done.returncode == 0, done.stderr
    return Layout(data)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_server_that_keeps_the_law_passes(seed: int) -> None:
    outcome = prove(leaky.Keeps(), seed=seed, worlds=6, questions=60)
    assert outcome.fault is None, str(outcome.fault)
    assert outcome.cases > 6 * 3 * 60
    assert outcome.refused == 0
    assert set(outcome.operators) == set(OPERATORS)
    assert min(outcome.share(outcome.below), outcome.share(outcome.above)) > 0.4


@pytest.mark.parametrize("server", LEAKS, ids=lambda server: server.__name__)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_leak_of_a_leaky_server_is_found_and_made_small(server: type[leaky.Keeps], seed: int) -> None:
    outcome = prove(server(), seed=seed, worlds=6, questions=60)
    assert outcome.fault is not None
    assert outcome.fault.law in LEAKS[server]
    world = outcome.fault.world
    assert len(world.visible) + len(world.raised) + len(world.hidden) <= 4, str(outcome.fault)
    assert outcome.fault.question.text in str(outcome.fault)
    assert outcome.fault.law in str(outcome.fault)


def test_every_leaky_server_is_tried() -> None:
    found = {item for item in vars(leaky).values() if isinstance(item, type) and issubclass(item, leaky.Keeps)}
    assert found - {leaky.Keeps} == set(LEAKS)


def test_what_is_hidden_is_above_and_seeds_say_which_world_it_is() -> None:
    for seed in range(50):
        level = seed % 3
        world = make_world(random.Random(seed), levels=4, level=level)  # noqa: S311
        assert all(part.level <= level for part in (*world.visible, *world.raised))
        assert all(part.level > level for part in world.hidden)
        assert world == make_world(random.Random(seed), levels=4, level=level)  # noqa: S311
        assert all(world.without(*removal) != world for removal in world.removals())
        assert make_questions(random.Random(seed), number=60) == make_questions(random.Random(seed), number=60)  # noqa: S311


def test_the_real_service_passes_and_its_cases_are_counted(tmp_path: Path) -> None:
    done = sluis("prove", "--data", str(tmp_path / "scratch"), "--worlds", "1", "--questions", "60")
    assert done.returncode == 0, done.stdout + done.stderr
    told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if not line.startswith("say"))
    assert int(told["cases"]) > 3 * 50
    assert told["refused"] == "0"
    assert "not" not in told
    listed = sluis_here("portions", "list", "--data", str(tmp_path / "scratch"))
    assert "exercise-proof" in listed.stdout


def test_a_running_service_is_tried_at_its_address_and_again(tmp_path: Path) -> None:
    data = tmp_path / "scratch"
    with serving(_published(data)) as service:
        for more in ([], ["--among-other-data"]):
            done = sluis(
                "prove", "--data", str(data), "--url", service.url, "--worlds", "1", "--questions", "12", *more
            )
            assert done.returncode == 0, done.stdout + done.stderr
        rows = Reader(service.port).rows('SELECT ?s { ?s rdfs:label "OEFENING / EXERCISE" }')
    assert rows


def test_a_data_folder_with_anything_else_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    layout = _published(tmp_path / "data")
    added = sluis_here("user", "add", "ann", "--clearance", "Stg. GEHEIM", "--data", str(layout.data))
    assert added.returncode == 0, added.stderr
    before = sluis_here("portions", "list", "--data", str(layout.data)).stdout
    done = sluis("prove", "--data", str(layout.data), "--worlds", "1", "--questions", "12")
    assert done.returncode == 2
    assert "a folder of its own" in done.stderr
    assert sluis_here("portions", "list", "--data", str(layout.data)).stdout == before
    assert "exercise" not in sluis_here("user", "list", "--data", str(layout.data)).stdout


def test_another_server_is_tried_through_its_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    assert sluis_here("prove", "--adapter", "tests.leaky:Keeps").returncode == 0
    done = sluis_here("prove", "--adapter", "tests.leaky:CountsEverything")
    assert done.returncode == 1
    assert f"FAILED: {ABOVE}" in done.stdout
    assert "COUNT(*)" in done.stdout


@pytest.mark.parametrize("name", ["tests.leaky:Nobody", "nosuch:Adapter", "tests.leaky", ":x"])
def test_an_adapter_that_is_not_there_is_refused(name: str) -> None:
    done = sluis_here("prove", "--adapter", name)
    assert done.returncode == 2
    assert "MODULE:NAME" in done.stderr
