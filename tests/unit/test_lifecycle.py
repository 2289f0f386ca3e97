"""The builder's life cycle in one process: who is shown what after each act, and after an act that was cut short."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph_service.builder import Builder
from graph_service.builder_socket import _Upkeep
from graph_service.errors import IngestRefused, NotCleared
from graph_service.handling import clearance_from_markings, parse_marking
from graph_service.relabelling import Relabelling
from graph_service.settings import Layout, Settings
from graph_service.storage import publisher, servers
from graph_service.storage.contents import Contents
from graph_service.storage.views import Publication
from tests.crash.world import (
    LEVELS,
    add_readers,
    faults,
    files_with,
    id_of,
    portion,
    publication,
    served,
    view_text,
)
from tests.service import ROOT, SECONDS, sluis


class Crash(BaseException):
    """Stands for the end of the process: nothing catches it."""


def uncommon() -> str:
    """A text that stands in files as it is: a piece of one of digits may stand elsewhere, which compression uses."""
    return "".join(chr(0x4E00 + secrets.randbelow(20_000)) for _ in range(16))


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "data")


def opened(layout: Layout, *, lasting: bool = False) -> Builder:
    return Builder(layout, Settings(), lasting=lasting)


_FILLED: dict[str, Layout] = {}


@pytest.fixture(scope="module", autouse=True)
def _filled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A portion at each level, and the three readers: made once, and copied for each test."""
    layout = Layout(tmp_path_factory.mktemp("filled") / "data")
    builder = Builder(layout, Settings())
    builder.load([portion(builder, f"p{n}", level, f"text {n}") for n, level in enumerate(LEVELS)])
    add_readers(builder)
    builder.close()
    _FILLED["layout"] = layout


def filled(layout: Layout, *, lasting: bool = False) -> Builder:
    shutil.copytree(_FILLED["layout"].data, layout.data)
    return opened(layout, lasting=lasting)


@pytest.fixture
def builder(layout: Layout) -> Iterator[Builder]:
    made = filled(layout)
    yield made
    made.close()


def wish(builder: Builder, marking: str, reference: str = "a decision") -> Relabelling:
    return Relabelling(parse_marking(marking, policies=builder.policies), reference=reference)


def checked(builder: Builder) -> None:
    """Close it, and compare what is published with the plain restatement."""
    builder.close()
    assert faults(builder.layout) == []


def fresh(layout: Layout, name: str | None) -> bool:
    contents = Contents.read(layout.views / str(name))
    return contents is not None and contents.is_fresh


def directories(layout: Layout) -> set[str]:
    """All that lies among the views: directories of views, and what is neither published nor destroyed."""
    return {str(path.relative_to(layout.views)) for path in [*layout.views.glob("*/*/"), *layout.views.glob(".*/")]}


# --- acts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("large_view", [0, 10**9])
def test_each_act_leaves_every_reader_with_exactly_what_they_may_see(
    layout: Layout, lasting: bool, large_view: int
) -> None:
    builder = filled(layout, lasting=lasting)
    builder.publisher.large_view = large_view
    acts = [
        lambda: builder.load([portion(builder, "p9", LEVELS[1], "more", "and more")]) and builder.publish(),
        lambda: builder.relabel(id_of(builder, "p1"), wish(builder, LEVELS[2]), user="middle"),
        lambda: builder.relabel(id_of(builder, "p1"), wish(builder, LEVELS[0]), user="middle"),
        lambda: builder.withdraw(id_of(builder, "p0"), user="low", ground="a test"),
        lambda: builder.load([portion(builder, "p0", LEVELS[0], "back")], restore=True) and builder.publish(),
        lambda: builder.load([portion(builder, "p2", LEVELS[2], "changed")]) and builder.publish(),
        lambda: builder.purge(id_of(builder, "p2"), user="high", reference="a decision"),
        lambda: builder.settle() and builder.settle() and builder.settle() and builder.settle(),
    ]
    for act in acts:
        act()
        checked(builder)
        builder = opened(layout, lasting=lasting)
        assert not [text for text in builder.repairs if "portion " in text]
        builder.publisher.large_view = large_view
    builder.close()


def test_readers_whose_part_did_not_change_keep_their_view_and_their_entry_byte_for_byte(builder: Builder) -> None:
    before = publication(builder.layout)
    builder.relabel(id_of(builder, "p2"), wish(builder, LEVELS[3]), user="high")
    after = publication(builder.layout)
    kept = {"anonymous", "low"}
    for was, now in zip(
        [before["anonymous"], *before["principals"]], [after["anonymous"], *after["principals"]], strict=True
    ):
        assert (was == now) is (was["name"] in kept), was["name"]
    builder.withdraw(id_of(builder, "p3"), user="high", ground="a test")
    assert served(builder.layout)["low"] == before["principals"][1]["view"]["directory"]


def test_lowering_never_interrupts_those_who_see_the_portion(builder: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Publication] = []
    write = Publication.write
    monkeypatch.setattr(Publication, "write", lambda self, views: written.append(self) or write(self, views))
    builder.relabel(id_of(builder, "p3"), wish(builder, LEVELS[2]), user="high")
    assert all(principal.view for publication in written for principal in publication.everyone)
    written.clear()
    builder.relabel(id_of(builder, "p2"), wish(builder, LEVELS[3]), user="high")
    assert [[p.name for p in publication.everyone if p.view is None] for publication in written] == [
        ["high", "middle"],
        [],
    ]


def test_what_left_a_view_leaves_the_disk(builder: Builder, layout: Layout) -> None:
    canary = secrets.token_hex(16)
    builder.load([portion(builder, "spill", LEVELS[0], canary)])
    builder.publish()
    assert files_with(layout.views, canary)
    builder.relabel(id_of(builder, "spill"), wish(builder, LEVELS[3]), user="high")
    found = {name.split("/dataset")[0] for name in files_with(layout.views, canary)}
    assert found == {served(layout)["high"]}
    builder.withdraw(id_of(builder, "spill"), user="high", ground="a test")
    assert files_with(layout.views, canary) == []
    assert directories(layout) == set(filter(None, served(layout).values()))
    builder.close()
    assert files_with(layout.data, canary) == ["portions/portions.sqlite"]


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("large_view", [0, 10**9])
@pytest.mark.parametrize("withdrawn_first", [False, True])
def test_a_purge_leaves_no_byte_of_the_text(
    layout: Layout, lasting: bool, large_view: int, withdrawn_first: bool
) -> None:
    builder = filled(layout, lasting=lasting)
    builder.publisher.large_view = large_view
    canary, other = uncommon(), uncommon()
    builder.load(
        [
            portion(builder, "spill", LEVELS[0], canary + "x" * 9000, f"é {canary}"),
            portion(builder, "near", LEVELS[0], other),
        ]
    )
    builder.publish()
    builder.load([portion(builder, "spill", LEVELS[0], f"changed {canary}")])
    builder.publish()
    spill = id_of(builder, "spill")
    if withdrawn_first:
        builder.withdraw(spill, user="low", ground="a test")
    assert any(name.endswith("portions.sqlite") for name in files_with(layout.data, canary))
    assert withdrawn_first or len(files_with(layout.views, canary)) >= 4
    builder.purge(spill, user="low", reference="a decision")
    assert files_with(layout.data, canary) == []
    assert files_with(layout.data, other)
    assert [decision.act for decision in builder.history(spill)][-1] == "purged"
    checked(builder)


def test_withdrawn_and_purged_parts_come_back_only_on_purpose(builder: Builder) -> None:
    kept = id_of(builder, "p1")
    builder.withdraw(kept, user="low", ground="wrong file")
    assert [entry.withdrawn for entry in builder.portions() if entry.id == kept] == [True]
    with pytest.raises(IngestRefused, match="was withdrawn"):
        builder.load([portion(builder, "p1", LEVELS[1], "again")])
    # Whoever loads it lower may not know that it stood higher: it is kept back, and nothing says so.
    before = builder.portions()
    assert builder.load([portion(builder, "p1", LEVELS[0], "again")]).added == 1
    assert builder.portions() == before
    with pytest.raises(NotCleared, match="there is no portion"):
        builder.relabel(kept, wish(builder, LEVELS[2]), user="high")
    with pytest.raises(NotCleared, match="there is no portion"):
        builder.withdraw(kept, user="low", ground="again")
    builder.load([portion(builder, "p1", LEVELS[1], "again")], restore=True)
    assert [decision.act for decision in builder.history(kept)] == ["set", "withdrawn", "restored"]
    builder.load([portion(builder, "p1", LEVELS[1], "and again")])
    builder.purge(kept, user="low", reference="a decision")
    with pytest.raises(IngestRefused, match="was purged"):
        builder.load([portion(builder, "p1", LEVELS[1], "again")])
    builder.load([portion(builder, "p1", LEVELS[1], "again")], restore=True)
    builder.publish()
    checked(builder)


def test_a_source_is_withdrawn_as_far_as_the_user_sees_it(builder: Builder) -> None:
    found = builder.withdraw("https://example.org/source", user="low", ground="a test")
    assert sorted(stored.portion.part for stored in found) == ["p0", "p1"]
    assert sorted(e.part for e in builder.portions() if e.withdrawn) == ["p0", "p1"]
    checked(builder)


def test_what_is_not_there_is_called_by_the_name_that_was_given(builder: Builder) -> None:
    """Never by an empty one: a source that was withdrawn already, or whose IRI ends in a slash."""
    own = "https://w3id.org/sluis/id/portion/"
    builder.withdraw("https://example.org/source", user="low", ground="a test")
    for target, name in (
        ("https://example.org/source", "https://example.org/source"),
        ("https://example.org/source/", "https://example.org/source/"),
        (own, own),
        (own + "0" * 32, "0" * 32),
    ):
        for act in (
            lambda target=target: builder.withdraw(target, user="low", ground="again"),
            lambda target=target: builder.purge(target, user="low", reference="a decision"),
            lambda target=target: builder.relabel(target, wish(builder, LEVELS[1]), user="low"),
        ):
            with pytest.raises(NotCleared) as refused:
                act()
            assert refused.value.public == f"there is no portion `{name}`"


def test_who_may_withdraw_and_purge(builder: Builder) -> None:
    builder.add_user("stranger", clearance_from_markings([LEVELS[3]], policies=builder.policies))
    top, low = id_of(builder, "p3"), id_of(builder, "p0")
    for act in (
        lambda: builder.withdraw(top, user="low", ground="not cleared for it"),
        lambda: builder.purge(top, user="low", reference="a decision"),
        lambda: builder.withdraw(low, user="nobody", ground="not registered"),
        lambda: builder.withdraw(low, user="low", ground=""),
        lambda: builder.purge(low, user="stranger", reference="a decision"),
        lambda: builder.purge(low, user="low", reference=""),
    ):
        with pytest.raises(NotCleared):
            act()
    unknown = "https://w3id.org/sluis/id/portion/" + "0" * 32
    with pytest.raises(NotCleared) as hidden:
        builder.withdraw(top, user="low", ground="a test")
    with pytest.raises(NotCleared) as absent:
        builder.withdraw(unknown, user="low", ground="a test")
    assert hidden.value.public.replace(top[-32:], "") == absent.value.public.replace(unknown[-32:], "")
    assert not any(entry.withdrawn for entry in builder.portions())
    builder.withdraw(low, user="stranger", ground="open to whoever may see it")
    checked(builder)


def test_the_vocabulary_is_neither_withdrawn_nor_purged_nor_relabelled(builder: Builder) -> None:
    mine = next(e for e in builder.portions() if e.source.endswith("/rules")).id
    with pytest.raises(NotCleared, match="part of the program"):
        builder.withdraw(mine, user="low", ground="a test")
    with pytest.raises(NotCleared, match="part of the program"):
        builder.relabel(mine, wish(builder, LEVELS[1]), user="low")
    builder.publish()
    checked(builder)


# --- made out of older views ------------------------------------------------------------------------------------------


def test_a_large_view_is_added_to_and_built_afresh_later(layout: Layout) -> None:
    builder = filled(layout, lasting=True)
    builder.publisher.large_view = 0
    builder.load([portion(builder, "more", LEVELS[0], "one more")])
    builder.publish()
    contents = [Contents.read(layout.views / str(name)) for name in served(layout).values()]
    assert [(entry.increments, entry.is_reduced) for entry in contents if entry] == [(1, False)] * 4
    before = {name: view_text(layout, str(directory)) for name, directory in served(layout).items()}
    while builder.settle():
        pass
    builder.sweep()
    contents = [Contents.read(layout.views / str(name)) for name in served(layout).values()]
    assert [entry.is_fresh for entry in contents if entry] == [True] * 4
    assert before == {name: view_text(layout, str(directory)) for name, directory in served(layout).items()}
    assert directories(layout) == set(filter(None, served(layout).values()))
    checked(builder)


@pytest.mark.parametrize("act", ["raise", "withdraw", "change", "close"])
def test_a_build_that_is_overtaken_is_given_up_without_a_word(
    layout: Layout, act: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the portion left, changed, or the builder ends: it is no error, and what replaces it is built."""
    builder = filled(layout, lasting=True)
    builder.publisher.large_view = 0
    builder.load([portion(builder, "more", LEVELS[0], "one more"), portion(builder, "p0", LEVELS[0], "text 0")])
    builder.publish()
    original, target, acted = builder.publisher.build_afresh, id_of(builder, "more"), threading.Event()
    acts: dict[str, Any] = {
        "raise": lambda: builder.relabel(target, wish(builder, LEVELS[3]), user="high"),
        "withdraw": lambda: builder.withdraw(target, user="low", ground="a test"),
        "change": lambda: builder.load([portion(builder, "more", LEVELS[0], "changed")]) and builder.publish(),
        "close": builder.close,
    }

    def overtaken(plan: Any, read: Any) -> Any:
        if not acted.is_set():
            acts[act]()
            acted.set()
        return original(plan, read)

    monkeypatch.setattr(builder.publisher, "build_afresh", overtaken)
    upkeep = _Upkeep(builder, threading.Event())
    upkeep.daemon = True
    upkeep.start()
    assert acted.wait(SECONDS)
    deadline = time.monotonic() + SECONDS
    while act != "close" and not all(fresh(layout, name) for name in served(layout).values()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    upkeep.end()
    assert not upkeep.is_alive()
    assert capfd.readouterr().err == ""
    assert not [name for name in directories(layout) if name.startswith(".building")]
    checked(builder)


def test_a_view_that_was_published_while_it_was_being_built_is_not_destroyed(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Away from the old view and back to what it showed: the new directory is found and served before its builder
    comes to serve it."""
    builder = filled(layout, lasting=True)
    builder.publisher.large_view = 0
    builder.load([portion(builder, "more", LEVELS[3], "one more")])
    builder.publish()
    original = builder.publisher.build_afresh

    def there_and_back(plan: Any, read: Any) -> Any:
        made = original(plan, read)
        found = publisher.generations
        monkeypatch.setattr(
            publisher, "generations", lambda *args: sorted(found(*args), key=lambda name: name != made.directory)
        )
        builder.load([portion(builder, "there", LEVELS[3], "and back")])
        builder.publish()
        builder.withdraw(id_of(builder, "there"), user="high", ground="a test")
        assert served(layout)["high"] == made.directory
        return made

    monkeypatch.setattr(builder.publisher, "build_afresh", there_and_back)
    assert builder.settle()
    checked(builder)


def test_an_interim_view_is_never_left_where_nobody_builds_it_afresh(layout: Layout) -> None:
    builder = filled(layout)
    builder.publisher.large_view = 0
    builder.relabel(id_of(builder, "p0"), wish(builder, LEVELS[3]), user="high")
    assert all(fresh(layout, name) for name in served(layout).values())
    checked(builder)


def test_publishing_reads_the_text_of_what_is_added_only(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    builder = filled(layout, lasting=True)
    builder.publisher.large_view = 0
    builder.load([portion(builder, "more", LEVELS[0], "one more")])
    read: list[str] = []
    original = builder.store.read
    monkeypatch.setattr(builder.store, "read", lambda name: read.append(name) or original(name))
    monkeypatch.setattr(builder.store, "read_all_system_high", pytest.fail)
    builder.publish()
    monkeypatch.undo()
    assert set(read) == {id_of(builder, "more")}
    checked(builder)


# --- cut short --------------------------------------------------------------------------------------------------------

POINTS = [
    ("PortionStore.heads", False), ("Publication.write", False), ("Publication.write", True), ("take_back", False),
    ("take_back", True), ("await_servers", False), ("build_upon", False), ("put_in_place", False),
    ("put_in_place", True), ("build_afresh", True), ("remove_views", False), ("PortionStore.carried_through", False),
    ("PortionStore.erase_traces", False),
]  # fmt: skip


@pytest.mark.parametrize(("point", "after"), POINTS)
@pytest.mark.parametrize("act", ["raise", "lower", "withdraw", "purge"])
def test_an_act_that_is_cut_short_anywhere_is_carried_through_when_the_store_is_opened(
    layout: Layout, act: str, point: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before or after each step that writes. A crash inside a step is for tests/crash."""
    canary, lasting = secrets.token_hex(16), act in {"raise", "purge"}
    builder = filled(layout, lasting=lasting)
    builder.publisher.large_view = 0
    builder.load([portion(builder, "it", LEVELS[1], canary)])
    builder.publish()
    _crash_at(point, after, monkeypatch)
    acts: dict[str, Any] = {
        "raise": lambda: builder.relabel(id_of(builder, "it"), wish(builder, LEVELS[3]), user="high"),
        "lower": lambda: builder.relabel(id_of(builder, "it"), wish(builder, LEVELS[0]), user="low"),
        "withdraw": lambda: builder.withdraw(id_of(builder, "it"), user="low", ground="a test"),
        "purge": lambda: builder.purge(id_of(builder, "it"), user="low", reference="a decision"),
    }
    try:
        acts[act]()
        crashed = False
    except Crash:
        crashed = True
    monkeypatch.undo()
    builder._db.close()
    builder = opened(layout)
    assert crashed or not [text for text in builder.repairs if "portion " in text]
    assert builder.store.pending() == []
    if act == "purge":
        assert files_with(layout.data, canary) == []
    checked(builder)
    assert not [name for name in directories(layout) if name.startswith(".")]


def _crash_at(point: str, after: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make one step of publishing end the program, before it or after it."""
    from graph_service.storage import increments, portion_store, view_builder

    owner, _, name = point.rpartition(".")
    owners = {
        "PortionStore": [portion_store.PortionStore],
        "Publisher": [publisher.Publisher],
        "Publication": [Publication],
        "": [module for module in (publisher, increments, view_builder) if hasattr(module, name)],
    }[owner]
    for place in owners:
        original = getattr(place, name)

        def crashing(*args: Any, _original: Any = original, **kwargs: Any) -> Any:
            if after:
                _original(*args, **kwargs)
            raise Crash

        monkeypatch.setattr(place, name, crashing)


@pytest.mark.parametrize("shares", [False, True])
def test_a_clearance_that_cannot_be_read_is_one_users_trouble_alone(
    layout: Layout, shares: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with a decision that is to be carried through: the store opens, and everybody else is served on."""
    builder = filled(layout)
    if shares:  # somebody else is served the very same view
        builder.add_user("twin", clearance_from_markings([LEVELS[2]], policies=builder.policies))
    _crash_at("Publication.write", False, monkeypatch)
    with pytest.raises(Crash):
        builder.relabel(id_of(builder, "p2"), wish(builder, LEVELS[3]), user="high")
    monkeypatch.undo()
    builder._db.execute("UPDATE principal SET clearance = '{}' WHERE name = 'middle'")
    builder._db.close()
    builder = opened(layout)
    assert any("was raised" in text for text in builder.repairs)
    assert list(builder.unreadable_users()) == ["middle"]
    assert set(served(layout)) == {"anonymous", "low", "high"} | ({"twin"} if shares else set())
    with pytest.raises(NotCleared):
        builder.relabel(id_of(builder, "p0"), wish(builder, LEVELS[1]), user="middle")
    checked(builder)
    found = [line for line in sluis("doctor", "--data", str(layout.data)).stdout.splitlines() if "middle" in line]
    assert len(found) == 1
    assert "served nothing, because their clearance can't be read" in found[0]
    assert "can't be read" in sluis("user", "list", "--data", str(layout.data)).stdout


def test_a_reader_who_is_published_for_no_more_interrupts_nobody_who_sees_the_same(
    builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.add_user("twin", clearance_from_markings([LEVELS[2]], policies=builder.policies))
    before = served(builder.layout)
    assert before["twin"] == before["middle"]
    builder._db.execute("UPDATE principal SET clearance = '{}' WHERE name = 'middle'")
    monkeypatch.setattr(publisher, "take_back", pytest.fail)
    builder.publish()
    assert served(builder.layout) == {name: view for name, view in before.items() if name != "middle"}


# --- servers ----------------------------------------------------------------------------------------------------------

SERVER = """
import sys, time
from pathlib import Path
from graph_service.storage.servers import Announcement
from graph_service.storage.views import stamp_of
folder, views, follows = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "follows"
announcement = Announcement(folder)
print("ready", flush=True)
while follows:
    announcement.follows(stamp_of((views / "publication.json").read_bytes()))
    time.sleep(0.01)
sys.stdin.read()
"""


@pytest.fixture
def server(builder: Builder) -> Iterator[Any]:
    started: list[subprocess.Popen[bytes]] = []

    def start(kind: str) -> subprocess.Popen[bytes]:
        layout = builder.layout
        command = [sys.executable, "-c", SERVER, str(layout.servers), str(layout.views), kind]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=SECONDS)


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Which servers were late, for each time that the builder waited for them."""
    found: list[list[int]] = []

    def waiting(*args: Any, **kwargs: Any) -> list[int]:
        found.append(servers.await_servers(*args, **kwargs))
        return found[-1]

    monkeypatch.setattr(publisher, "await_servers", waiting)
    return found


def test_an_act_returns_when_every_live_server_has_acknowledged(
    builder: Builder, server: Any, waited: list[list[int]]
) -> None:
    server("follows")
    builder.relabel(id_of(builder, "p0"), wish(builder, LEVELS[1]), user="low")
    assert waited == [[]]


def test_a_server_that_is_silent_is_waited_for_no_longer_than_the_limit(
    builder: Builder, server: Any, waited: list[list[int]]
) -> None:
    process = server("silent")
    began = time.monotonic()
    builder.relabel(id_of(builder, "p0"), wish(builder, LEVELS[1]), user="low")
    assert time.monotonic() - began >= publisher.ACKNOWLEDGE_SECONDS
    assert waited == [[process.pid]]
    checked(builder)


def test_the_file_of_a_dead_server_is_removed_and_nobody_waits_for_it(
    builder: Builder, server: Any, waited: list[list[int]]
) -> None:
    process = server("silent")
    process.kill()  # not waited for: it may stay as a zombie
    while servers.live_servers(builder.layout.servers):
        time.sleep(0.01)
    builder.relabel(id_of(builder, "p0"), wish(builder, LEVELS[1]), user="low")
    assert waited == [[]]
    assert list(builder.layout.servers.iterdir()) == []


def test_a_later_process_with_the_same_number_is_not_taken_for_the_server(tmp_path: Path) -> None:
    (tmp_path / f"{os.getpid()}.json").write_text(f'{{"pid": {os.getpid()}, "started": "1", "following": ""}}')
    assert servers.live_servers(tmp_path) == []
    servers.Announcement(tmp_path)
    (report,) = servers.live_servers(tmp_path)
    assert report.following == ""
    assert servers.await_servers(tmp_path, "a stamp", seconds=0) == [os.getpid()]


def test_workers_of_a_view_that_was_taken_back_are_ended_whoever_started_them(builder: Builder) -> None:
    from graph_service.serving.workers import ViewWorkers

    view = Publication.read(builder.layout.views).anonymous.view
    other = next(p.view for p in Publication.read(builder.layout.views).principals if p.name == "high")
    assert view is not None
    assert other is not None
    pools = [ViewWorkers(ref.dataset(builder.layout.views), Settings()) for ref in (view, other)]
    from graph_service.serving.query_guard import guard

    try:
        for pool in pools:
            pool.ask(guard("ASK {}"), form="json")
        assert all(servers.workers_on([ref.directory]) for ref in (view, other))
        builder.load([portion(builder, "x", LEVELS[0], "x")])
        assert servers.end_workers([view.directory], late=[]) == 1
        deadline = time.monotonic() + SECONDS
        while servers.workers_on([view.directory]) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert servers.workers_on([view.directory, other.directory]).keys() == {other.directory}
    finally:
        for pool in pools:
            pool.close()


# --- as an ordinary user ---------------------------------------------------------------------------------------------

ORDINARY = """
import os, sys
from pathlib import Path
from graph_service.builder import Builder
from graph_service.relabelling import Relabelling
from graph_service.handling import parse_marking
from graph_service.settings import Layout, Settings
from tests.crash.world import LEVELS, add_readers, faults, id_of, portion

first = Builder(Layout(Path(sys.argv[1]) / "first"), Settings())  # imports all that the user may not be able to reach
first.publish()
first.close()
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
layout = Layout(Path(sys.argv[1]) / "data")

def done(what):
    builder.close()
    assert faults(layout) == [], faults(layout)
    print(what, flush=True)
    again = Builder(layout, Settings(), lasting=True)
    again.publisher.large_view = 0
    return again

builder = Builder(layout, Settings(), lasting=True)
builder.publisher.large_view = 0
builder.load([portion(builder, f"p{n}", level, f"text {n}") for n, level in enumerate(LEVELS)])
add_readers(builder)
builder = done("built")
builder.load([portion(builder, "more", LEVELS[1], "one more")])
builder.publish()
linked = [path for path in layout.views.rglob("*.sst") if path.stat().st_nlink > 1]
assert linked and all(path.stat().st_uid == 65534 and path.stat().st_mode & 0o777 == 0o400 for path in linked)
builder = done("increment")
wish = Relabelling(parse_marking(LEVELS[2], policies=builder.policies), reference="a decision")
builder.relabel(id_of(builder, "more"), wish, user="high")
builder = done("relabelled")
builder.withdraw(id_of(builder, "p1"), user="low", ground="a test")
builder = done("withdrawn")
builder.purge(id_of(builder, "more"), user="high", reference="a decision")
builder = done("purged")
while builder.settle():
    pass
builder.sweep()
done("settled").close()
"""


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can become an ordinary user to try it")
def test_an_ordinary_user_makes_views_out_of_older_ones() -> None:
    """Their files are read-only, and the system lets a user link only to files that they own (protected_hardlinks)."""
    folder = Path(tempfile.mkdtemp())  # not below a folder of root's alone
    try:
        os.chown(folder, 65534, 65534)
        done = subprocess.run(
            [sys.executable, "-c", ORDINARY, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=4 * SECONDS
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == ["built", "increment", "relabelled", "withdrawn", "purged", "settled"]
    finally:
        shutil.rmtree(folder)


# --- together ---------------------------------------------------------------------------------------------------------


def test_a_purge_waits_for_a_view_that_is_being_built_with_the_text(layout: Layout) -> None:
    builder = filled(layout, lasting=True)
    builder.publisher.large_view = 0
    canary = secrets.token_hex(16)
    builder.load([portion(builder, "spill", LEVELS[0], canary)])
    builder.publish()
    original, reached, go_on = builder.publisher.build_afresh, threading.Event(), threading.Event()

    def slow(plan: Any, read: Any) -> Any:
        made = original(plan, read)
        reached.set()
        go_on.wait(SECONDS)
        return made

    builder.publisher.build_afresh = slow  # type: ignore[method-assign]
    upkeep = threading.Thread(target=builder.settle)
    upkeep.start()
    assert reached.wait(SECONDS)
    builder.publisher.build_afresh = original  # type: ignore[method-assign]
    threading.Timer(0.3, go_on.set).start()
    with builder.lock:
        builder.purge(id_of(builder, "spill"), user="low", reference="a decision")
        assert files_with(layout.data, canary) == []
    upkeep.join(timeout=SECONDS)
    checked(builder)


def test_a_server_process_that_is_stopped_can_be_told_from_one_that_is_gone() -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        began = servers.started(process.pid)
        assert began
        process.send_signal(signal.SIGSTOP)
        assert servers.started(process.pid) == began
    finally:
        process.kill()
        process.wait()
    assert servers.started(process.pid) == ""


# --- commands ---------------------------------------------------------------------------------------------------------


def test_doctor_repairs_what_a_crash_left_and_says_what_it_did(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    builder = filled(layout)
    _crash_at("Publication.write", False, monkeypatch)
    with pytest.raises(Crash):
        builder.relabel(id_of(builder, "p0"), wish(builder, LEVELS[3]), user="high")
    monkeypatch.undo()
    builder._db.close()
    (layout.views / ".building-0123").mkdir()
    (layout.servers / "999999999.json").write_text('{"pid": 999999999, "started": "1", "following": ""}')
    assert faults(layout) != []
    done = sluis("doctor", "--data", str(layout.data))
    repaired = [line for line in done.stdout.splitlines() if "repaired:" in line]
    assert [any(word in line for line in repaired) for word in ("half built", "was raised", "ended without")] == [
        True
    ] * 3
    assert faults(layout) == []
    again = sluis("doctor", "--data", str(layout.data))
    assert "repaired:" not in again.stdout
    assert again.returncode == 0, again.stdout


def test_the_commands_withdraw_purge_and_restore(layout: Layout, tmp_path: Path) -> None:
    filled(layout).close()
    data = ("--data", str(layout.data))
    builder = opened(layout)
    one, two = (id_of(builder, part).rpartition("/")[2] for part in ("p0", "p1"))
    builder.close()
    assert sluis("withdraw", one, "--as", "low", *data).returncode == 2  # no ground
    done = sluis("withdraw", one, "--as", "low", "--ground", "wrong file", *data)
    assert done.stdout == f"{one}  withdrawn\n"
    assert "(withdrawn)" in sluis("portions", "list", *data).stdout
    history = sluis("portions", "history", one, *data).stdout
    assert "withdrawn" in history
    assert "ground: wrong file" in history
    assert sluis("purge", two, "--as", "low", *data).returncode == 2  # no decision
    done = sluis("purge", two, "--as", "low", "--decision", "letter 1", *data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{two}  purged\n")
    for place in ("audit.jsonl", "backup", "https://example.org/source", "swap"):
        assert place in done.stdout
    assert "purged" in sluis("portions", "history", two, *data).stdout
    assert faults(layout) == []
    done = sluis("withdraw", "https://example.org/source", "--as", "high", "--ground", "all of it", *data)
    assert done.stdout.count("withdrawn") == 2
    assert faults(layout) == []
