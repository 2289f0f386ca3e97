"""The builder is killed between any two steps of taking up a proposal: nothing is lost, nothing is done twice.

A step is whatever leaves a trace: a statement of the database, a file that is written, moved, overwritten or removed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graph_service.builder import Builder
from graph_service.intake import Intake
from graph_service.portions import Portion, StoredPortion
from graph_service.settings import Layout, read_settings
from loaders.documents.reviews import REGISTER
from tests.intake_house import TEA, WATER, House, house
from tests.service import ROOT, SECONDS

CHILD = """
import os, signal, sys
from pathlib import Path
from graph_service import intake as module
from graph_service.builder import Builder
from graph_service.settings import Layout, read_settings
from graph_service.storage import portion_store, proposal_log, publisher, views

left = int(sys.argv[2])

def step(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

def stepped(owner, name):
    real = getattr(owner, name)
    def around(*given, **named):
        step()
        found = real(*given, **named)
        step()
        return found
    setattr(owner, name, around)

layout = Layout(Path(sys.argv[1]))
builder = Builder(layout, read_settings(layout.data))
for owner, name in (
    (proposal_log.ProposalLog, "begin"), (proposal_log.ProposalLog, "settle"), (proposal_log.ProposalLog, "forget"),
    (portion_store.PortionStore, "put"), (portion_store.PortionStore, "relabel"),
    (portion_store.PortionStore, "_record"),
    (portion_store.PortionStore, "carried_through"), (publisher.Publisher, "publish"), (views.Publication, "write"),
    (module, "destroy"), (module, "sync_folder"), (os, "fsync"),
):
    stepped(owner, name)
module.Intake(builder).work()
print(left)
"""
"""Prints how many steps it had left."""

MOST = 1000


def run(data: Path, steps: int) -> int | None:
    """Take up what lies there, killed after so many steps. Gives how many were left; ``None`` where it was killed."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(data), str(steps)], cwd=ROOT, capture_output=True, timeout=SECONDS
    )
    assert done.returncode in (0, -9), done.stderr.decode()
    return int(done.stdout) if done.returncode == 0 else None


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder in which a review and a decision on a label wait, and their ids."""
    place = tmp_path_factory.mktemp("waiting") / "data"
    with house(place) as home:
        review = home.propose("waiter", [home.mention(WATER)], note="CANARY-NOTE")
        sent = {"portion": due_of(home), "reference": "EXERCISE", "marking": "water"}
        label = home.ask("POST", "/api/labels", "cook", sent).json["id"]
    return place, review, label


def due_of(home: House) -> str:
    (found,) = [s.id for s in home.builder.store.read_all_system_high() if s.portion.part == "tea, due"]
    return found


def finish(data: Path) -> tuple[list[StoredPortion], dict[str, str], list[str], list[str]]:
    """Take it up to the end. Gives what is stored, the states, the acts on the due portion, and what lies there."""
    layout = Layout(data)
    builder = Builder(layout, read_settings(data))
    try:
        Intake(builder).work()
        stored = list(builder.store.read_all_system_high())
        (portion,) = [one for one in stored if one.portion.part == "tea, due"]
        acts = [decision.act for decision in builder.history(portion.id)]
        states = {path.stem: path.read_text() for path in layout.receipts.glob("*.json")}
        return stored, states, acts, [path.name for path in layout.proposals.iterdir()]
    finally:
        builder.close()


def test_a_builder_that_is_killed_between_any_two_steps_does_each_proposal_once(
    waiting: tuple[Path, str, str], tmp_path: Path
) -> None:
    place, review, label = waiting
    whole = run(copy(place, tmp_path / "whole"), MOST)
    assert whole is not None
    steps = MOST - whole
    assert steps > 30
    for number in moments(steps):
        data = copy(place, tmp_path / f"data-{number}")
        assert run(data, number) is None, number
        stored, states, acts, left = finish(data)
        reviews = [one.portion for one in stored if one.portion.source == REGISTER]
        assert [(one.part.count("mention"), one.label) for one in reviews] == [(1, TEA)], number
        assert acts == ["set", "lowered"], number
        assert {name: '"published"' in text for name, text in states.items()} == {review: True, label: True}, number
        assert left == [], number
        assert shown(data, reviews[0]), number
        shutil.rmtree(data)


def moments(steps: int) -> list[int]:
    """All of them with ``HYPOTHESIS_PROFILE=prove``, else some of each kind."""
    return list(range(0, steps, 1 if os.environ.get("HYPOTHESIS_PROFILE") == "prove" else 11))


def copy(place: Path, to: Path) -> Path:
    return Path(shutil.copytree(place, to))


def shown(data: Path, review: Portion) -> bool:
    """Whether a view holds the review."""
    from graph_service.storage.views import Publication
    from tests.crash.world import view_text

    (waiter,) = [one for one in Publication.read(data / "views").principals if one.name == "waiter"]
    assert waiter.view is not None
    lines = view_text(Layout(data), waiter.view.directory)[""]
    return set(review.ntriples.splitlines()) <= lines
