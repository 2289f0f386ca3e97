"""A running service through its life cycle: what is published is followed, what is taken back is ended at once."""

from __future__ import annotations

import json
import os
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from graph_service.builder import Builder
from graph_service.builder_socket import RemoteBuilder
from graph_service.handling import parse_marking
from graph_service.relabelling import Relabelling
from graph_service.running import Service
from graph_service.serving.query_guard import guard
from graph_service.serving.workers import ViewWorkers
from graph_service.settings import Layout, Settings
from graph_service.storage import servers
from graph_service.storage.views import Publication
from tests.crash.world import EX, LEVELS, add_readers, files_with, id_of, portion, served
from tests.service import SECONDS, Reader

TEXTS = f"SELECT ?text {{ ?x <{EX}says> ?text }} ORDER BY ?text"
LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?g) }"


@dataclass
class Running:
    """A service, its builder from outside, and its readers."""

    service: Service
    builder: RemoteBuilder
    readers: dict[str, Reader]

    def texts(self, who: str) -> list[str]:
        return [row["text"] for row in self.readers[who].rows(TEXTS)]

    def wish(self, marking: str) -> Relabelling:
        return Relabelling(parse_marking(marking, policies=self.builder.policies), reference="a decision")

    def workers(self, who: str) -> list[int]:
        directory = served(self.service.layout)[who]
        return servers.workers_on([str(directory)]).get(str(directory), [])


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    layout = Layout(tmp_path / "data")
    made = Builder(layout, Settings())
    made.load([portion(made, f"p{n}", level, f"text {n}") for n, level in enumerate(LEVELS)])
    tokens = add_readers(made)
    made.close()
    with Service(layout) as service:
        builder = RemoteBuilder(layout, Settings())
        readers = {name: Reader(service.port, token) for name, token in tokens.items()}
        try:
            yield Running(service, builder, {"anonymous": Reader(service.port), **readers})
        finally:
            builder.close()


def test_the_server_follows_every_act_without_a_restart(running: Running) -> None:
    builder = running.builder
    assert [len(running.texts(who)) for who in ("anonymous", "low", "middle", "high")] == [1, 2, 3, 4]
    builder.load([portion(builder, "p9", LEVELS[1], "text 9")])
    builder.publish()
    assert running.texts("low") == ["text 0", "text 1", "text 9"]
    builder.relabel(id_of(builder, "p9"), running.wish(LEVELS[3]), user="high")
    assert running.texts("low") == ["text 0", "text 1"]
    assert "text 9" in running.texts("high")
    builder.withdraw(id_of(builder, "p1"), user="low", ground="a test")
    assert running.texts("low") == ["text 0"]
    assert [d.act for d in builder.history(id_of(builder, "p1"))] == ["set", "withdrawn"]
    builder.purge(id_of(builder, "p1"), user="low", reference="a decision")
    assert running.texts("high") == ["text 0", "text 2", "text 3", "text 9"]


def test_nobody_below_or_beside_notices_an_act_that_is_not_theirs(running: Running) -> None:
    for who in ("anonymous", "low"):
        running.texts(who)
    before = {
        who: (running.readers[who].sparql(TEXTS).comparable, running.workers(who)) for who in ("anonymous", "low")
    }
    assert all(workers for _, workers in before.values())
    builder = running.builder
    builder.load([portion(builder, "p9", LEVELS[2], "text 9")])
    builder.publish()
    builder.relabel(id_of(builder, "p9"), running.wish(LEVELS[3]), user="high")
    builder.purge(id_of(builder, "p9"), user="high", reference="a decision")
    time.sleep(0.2)
    after = {who: (running.readers[who].sparql(TEXTS).comparable, running.workers(who)) for who in ("anonymous", "low")}
    assert before == after


def test_a_query_on_a_view_that_is_taken_back_is_ended_and_one_beside_it_goes_on(running: Running) -> None:
    answers = {}

    def ask(who: str) -> None:
        answers[who] = running.readers[who].sparql(LONG)

    asking = [threading.Thread(target=ask, args=(who,)) for who in ("low", "high")]
    for thread in asking:
        thread.start()
    deadline = time.monotonic() + SECONDS
    while not (running.workers("low") and running.workers("high")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    workers = {who: running.workers(who) for who in ("low", "high")}
    directories = served(running.service.layout)
    top = id_of(running.builder, "p3")
    running.builder.withdraw(top, user="high", ground="a test")
    assert servers.workers_on([str(directories["high"])]) == {}
    assert "high" in answers or not asking[1].join(timeout=SECONDS)
    assert answers["high"].status != 200
    assert running.workers("low") == workers["low"]
    assert "low" not in answers
    for thread in asking:
        thread.join(timeout=SECONDS)


def test_a_server_that_does_not_answer_is_not_waited_for_and_its_workers_are_ended(running: Running) -> None:
    for who in ("low", "middle"):
        running.texts(who)
    low, was = running.workers("low"), str(served(running.service.layout)["middle"])
    os.kill(running.service.server_pid, signal.SIGSTOP)
    try:
        running.builder.relabel(id_of(running.builder, "p2"), running.wish(LEVELS[3]), user="high")
        assert running.workers("low") == low
        assert not [pid for pids in servers.workers_on([was]).values() for pid in pids]
    finally:
        os.kill(running.service.server_pid, signal.SIGCONT)
    assert running.texts("middle") == ["text 0", "text 1"]


def test_the_server_says_what_it_follows_and_reads_no_more_than_before(running: Running) -> None:
    running.texts("low")
    layout = running.service.layout
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        (report,) = servers.live_servers(layout.servers)
        if report.following:
            break
        time.sleep(0.02)
    assert report.pid == running.service.server_pid
    assert set(json.loads((layout.servers / f"{report.pid}.json").read_bytes())) == {"pid", "started", "following"}


def test_a_purge_beside_a_running_server_leaves_no_byte(running: Running) -> None:
    canary = secrets.token_hex(16)
    running.builder.load([portion(running.builder, "spill", LEVELS[0], canary)])
    running.builder.publish()
    assert canary in running.texts("anonymous")
    spill = id_of(running.builder, "spill")
    running.builder.purge(spill, user="low", reference="a decision")
    layout = running.service.layout
    assert files_with(layout.data, canary, without=[layout.audit]) == []
    assert running.texts("anonymous") == ["text 0"]


def test_a_builder_that_is_killed_is_started_again_and_the_server_serves_on(running: Running) -> None:
    waiting = threading.Thread(target=running.service.wait, daemon=True)
    waiting.start()
    before = running.service.builder_pid
    os.kill(before, signal.SIGKILL)
    assert running.texts("low") == ["text 0", "text 1"]
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            again = RemoteBuilder(running.service.layout, Settings())
            again.portions()
            break
        except Exception:
            time.sleep(0.1)
    assert running.service.builder_pid != before
    again.withdraw(id_of(again, "p1"), user="low", ground="a test")
    again.close()
    assert running.texts("low") == ["text 0"]
    os.kill(running.service.server_pid, signal.SIGTERM)
    waiting.join(timeout=SECONDS)


def test_a_purge_ends_a_query_that_runs_on_a_view_which_was_only_reduced(tmp_path: Path) -> None:
    """Its files hold the text still, whether or not its statements do."""
    layout, canary = Layout(tmp_path / "data"), secrets.token_hex(16)
    builder = Builder(layout, Settings(), lasting=True)
    builder.publisher.large_view = 0
    builder.load([portion(builder, "spill", LEVELS[0], canary), portion(builder, "other", LEVELS[0], "other")])
    tokens = add_readers(builder)
    builder.relabel(
        id_of(builder, "spill"),
        Relabelling(parse_marking(LEVELS[3], policies=builder.policies)),
        user="high",
    )
    view = Publication.read(layout.views).anonymous.view
    assert view is not None
    assert files_with(layout.views / view.directory, canary)  # only reduced
    workers = ViewWorkers(view.dataset(layout.views), Settings())
    try:
        workers.ask(guard("ASK {}"), form="json")
        builder.purge(id_of(builder, "spill"), user="high", reference="a decision")
        assert files_with(layout.data, canary) == []
        deadline = time.monotonic() + SECONDS
        while servers.workers_on([view.directory]) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert servers.workers_on([view.directory]) == {}
    finally:
        workers.close()
        builder.close()
    assert set(tokens) == {"low", "middle", "high"}
