"""The builder as a process of its own: who may command it, and that commands give the same as in one process."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from graph_service.builder import Builder
from graph_service.builder_socket import SECRET_FILE, RemoteBuilder, open_builder, socket_path
from graph_service.errors import ClearanceError, IngestRefused, LoadRefused, SluisError
from graph_service.handling import clearance_from_markings, parse_marking
from graph_service.portions import Portion, Proposed, Term, Whole, proposed_to_data
from graph_service.relabelling import Relabelling
from graph_service.settings import Layout, Settings
from tests.service import ROOT, SECONDS

EX = "https://example.org/"


@pytest.fixture(autouse=True)
def _runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A runtime folder of the test's own, so that no other builder's socket is ever met; a socket's path is short."""
    with tempfile.TemporaryDirectory(prefix="sluis-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield


@contextmanager
def running(layout: Layout) -> Iterator[subprocess.Popen[bytes]]:
    """The builder of a data folder as a process, ready, until the block ends."""
    command = [sys.executable, "-m", "graph_service.builder_socket", str(layout.data)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        assert started.stdin is not None
        assert started.stdout is not None
        try:
            assert started.stdout.readline() == b"ready\n"
            yield started
        finally:
            started.stdin.close()
            started.wait(timeout=SECONDS)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "data")


@pytest.fixture
def process(layout: Layout) -> Iterator[subprocess.Popen[bytes]]:
    with running(layout) as started:
        yield started


@pytest.fixture
def remote(process: subprocess.Popen[bytes], layout: Layout) -> Iterator[RemoteBuilder]:
    assert process.poll() is None
    opened = RemoteBuilder(layout, Settings())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteBuilder]:
    """One builder with one portion, for all who only try what they may not."""
    layout = Layout(tmp_path_factory.mktemp("shared") / "data")
    with tempfile.TemporaryDirectory(prefix="sluis-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        with running(layout):
            opened = RemoteBuilder(layout, Settings())
            opened.load([portion(opened)])
            yield opened
            opened.close()


@pytest.fixture
def own_runtime(shared: RemoteBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(Path(shared._socket.getpeername()).parent))


def portion(builder: Builder | RemoteBuilder, marking: str = "Stg. GEHEIM", text: str = "x") -> Portion:
    label = parse_marking(marking, policies=builder.policies)
    return Portion(f"{EX}source", "part", label, f"{EX}originator", f'<{EX}s> <{EX}p> "{text}" .\n')


def say(layout: Layout, *lines: bytes) -> list[bytes]:
    """Send lines to the builder's socket as anybody could who can reach it, and give what comes back."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(SECONDS)
        client.connect(str(socket_path(layout)))
        try:
            client.sendall(b"".join(lines))
            client.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError, OSError):
            return []
        with client.makefile("rb") as answers:
            try:
                return list(answers)
            except ConnectionResetError:
                return []


def secret_of(layout: Layout) -> str:
    return (layout.portions / SECRET_FILE).read_text(encoding="ascii")


WRONG = [
    None,
    "",
    "wrong",
    "SECRET ",
    " SECRET",
    "SECRETx",
    "ECRET",
    "\u00e9",
    "\u0000",
    "SECRET\u00e9",
    "x" * 1_000_000,
]


@pytest.mark.usefixtures("own_runtime")
@pytest.mark.parametrize("shown", WRONG, ids=range(len(WRONG)))
def test_a_command_without_the_secret_gets_no_answer_and_does_nothing(shown: str | None, shared: RemoteBuilder) -> None:
    secret = secret_of(shared.layout)
    sent = secret[1:] if shown == "ECRET" else (shown or "").replace("SECRET", secret)
    first = [] if shown is None else [f"{sent}\n".encode()]
    clearance = clearance_from_markings(["Stg. GEHEIM"], policies=shared.policies).to_data()
    commands = {
        "portions": {}, "users": {}, "publish": {}, "": {},
        "portion": {"portion_id": shared.portions()[0].id},
        "add_user": {"name": "mallory", "clearance": clearance},
        "load": {"portions": [portion(shared, text="forged").to_data()]},
        "history": {"portion_id": shared.portions()[0].id},
        "due": {"on": "2099-01-01"},
        "relabel": {
            "portion_id": shared.portions()[0].id,
            "wish": {"label": portion(shared, "Stg. ZEER GEHEIM").label.to_data(), "reference": "", "ground": "",
                     "term": None},
            "user": "mallory",
        },
    }  # fmt: skip
    for method, arguments in commands.items():
        request = {"method": method, **arguments}
        assert say(shared.layout, *first, json.dumps(request).encode() + b"\n") == [], method
    assert shared.users() == []
    assert not (shared.layout.views / "publication.json").exists()
    (entry,) = shared.portions()
    found = shared.portion(entry.id)
    assert found is not None
    assert "forged" not in found.portion.ntriples


@pytest.mark.usefixtures("own_runtime")
def test_the_secret_opens_the_door_for_its_own_connection_alone(shared: RemoteBuilder) -> None:
    ask = json.dumps({"method": "users"}).encode() + b"\n"
    shown = secret_of(shared.layout).encode() + b"\n"
    assert [json.loads(line) for line in say(shared.layout, shown, ask, ask)] == [{"result": []}] * 2  # the control
    assert say(shared.layout, ask) == []
    assert say(shared.layout, b"x" + shown, ask) == []


LINES = [b"\n", b"{}\n", b"[]\n", b"null\n", b'"x"\n', b"{\n", b"\xff\xfe\n", b"x" * 100_000 + b"\n"]


@pytest.mark.usefixtures("own_runtime")
@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_a_line_that_is_no_command_gets_no_answer_and_harms_nobody(line: bytes, shared: RemoteBuilder) -> None:
    assert say(shared.layout, line) == []
    assert shared.users() == []


@pytest.mark.usefixtures("own_runtime")
@pytest.mark.parametrize(
    "method", ["", "close", "__init__", "_load", "run", "store", "read_all_system_high", "register"]
)
def test_only_the_commands_on_the_list_can_be_called(method: str, shared: RemoteBuilder) -> None:
    request = json.dumps({"method": method}).encode() + b"\n"
    answers = [json.loads(line) for line in say(shared.layout, secret_of(shared.layout).encode() + b"\n", request)]
    assert answers == [{"error": f"the builder has no command `{method}`"}]


def test_the_socket_and_the_secret_are_the_owner_s_alone(remote: RemoteBuilder, layout: Layout) -> None:
    assert remote.users() == []
    assert stat.S_IMODE((layout.portions / SECRET_FILE).stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE(socket_path(layout).parent.stat().st_mode) & 0o077 == 0


def test_the_socket_lies_outside_the_data_folder_and_tells_nothing_of_it(layout: Layout) -> None:
    path = socket_path(layout)
    assert not path.is_relative_to(layout.data)
    assert layout.data.name not in path.name
    assert socket_path(Layout(layout.data.parent / "other")) != path
    assert socket_path(Layout(layout.data / ".." / layout.data.name)) == path


def test_every_start_has_a_secret_of_its_own(layout: Layout) -> None:
    secrets = []
    for _ in range(2):
        with running(layout):
            secrets.append(secret_of(layout))
    assert len(secrets[0]) >= 32
    assert len(set(secrets)) == 2


def test_a_runtime_folder_that_anybody_can_write_is_not_trusted(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without ``XDG_RUNTIME_DIR`` the socket lies below the temporary folder, where anybody can be first."""
    layout.create()
    (layout.portions / SECRET_FILE).write_text("the secret", encoding="ascii")
    with tempfile.TemporaryDirectory(prefix="sluis-") as shared_folder, socket.socket(socket.AF_UNIX) as squatter:
        monkeypatch.delenv("XDG_RUNTIME_DIR")
        monkeypatch.setattr(tempfile, "tempdir", shared_folder)
        squatted = Path(shared_folder) / f"sluis-{os.getuid()}"
        squatted.mkdir()
        squatted.chmod(0o777)
        squatter.bind(str(socket_path(layout)))
        squatter.listen(1)
        with pytest.raises(SluisError):
            RemoteBuilder(layout, Settings()).close()


def test_the_remote_builder_gives_what_the_one_in_this_process_gives(remote: RemoteBuilder, tmp_path: Path) -> None:
    local = Builder(Layout(tmp_path / "local"), Settings())
    try:
        for builder in (remote, local):
            assert builder.load([portion(builder)]).added == 1
            assert builder.load([portion(builder)]).unchanged == 1
            assert builder.load([portion(builder, text="y")]).changed == 1
            clearance = clearance_from_markings(["Stg. GEHEIM"], policies=builder.policies, affiliation="NLD")
            assert len(builder.add_user("ann", clearance)) >= 40
            assert builder.users() == [("ann", clearance)]
            with pytest.raises(SluisError, match="registered already"):
                builder.add_user("ann", clearance)
            assert builder.publish() == 2
            (mine,) = [entry for entry in builder.portions() if entry.source == f"{EX}source"]
            found = builder.portion(mine.id)
            assert found is not None
            assert found.portion == portion(builder, text="y")
            assert builder.portion("nothing") is None
        assert [
            (e.source, e.part, e.marking, e.triples)
            for e in sorted(remote.portions(), key=lambda e: (e.source, e.part))
        ] == [
            (e.source, e.part, e.marking, e.triples) for e in sorted(local.portions(), key=lambda e: (e.source, e.part))
        ]
    finally:
        local.close()


def test_relabelling_and_its_history_are_the_same_from_afar(remote: RemoteBuilder, tmp_path: Path) -> None:
    local, seen = Builder(Layout(tmp_path / "local"), Settings()), []
    raised = Relabelling(
        parse_marking("Stg. ZEER GEHEIM//REL TO NLD", policies=remote.policies),
        ground="because",
        term=Term(until=date(2099, 1, 1), successor=portion(remote).label),
    )
    try:
        for builder in (remote, local):
            builder.load([portion(builder)])
            clearance = clearance_from_markings(["Stg. ZEER GEHEIM"], policies=builder.policies, affiliation="NLD")
            builder.add_user("ann", clearance)
            (before,) = [entry for entry in builder.portions() if entry.source == f"{EX}source"]
            with pytest.raises(SluisError, match="there is no user `bob`"):
                builder.relabel(before.id, raised, user="bob")
            after = builder.relabel(before.id, raised, user="ann")
            assert builder.portion(before.id) is None
            assert builder.portion(after.id) == after
            assert [stored.id for stored in builder.due(on=date(2099, 1, 1))] == [after.id]
            assert builder.due(on=date(2098, 12, 31)) == []
            seen.append((after.portion, builder.history(after.id)))
        assert seen[0] == seen[1]
        assert [decision.act for decision in seen[0][1]] == ["set", "raised"]
        assert seen[0][0].label == raised.label
        assert seen[0][0].term == raised.term
    finally:
        local.close()


def test_a_refusal_comes_back_in_its_public_words_only(remote: RemoteBuilder) -> None:
    refused = Portion(f"{EX}s", "p", portion(remote).label, f"{EX}o", "this is not N-Triples\n")
    with pytest.raises(SluisError) as error:
        remote.load([refused])
    assert "not N-Triples" in error.value.public
    assert remote.portions() == []
    with pytest.raises(SluisError):
        remote.add_user("no such name!", clearance_from_markings(["Stg. GEHEIM"], policies=remote.policies))
    assert remote.users() == []


def test_a_refused_load_stores_nothing_of_it(remote: RemoteBuilder) -> None:
    good, bad = portion(remote), Portion(f"{EX}s2", "p", portion(remote).label, f"{EX}o", "bad\n")
    with pytest.raises(SluisError):
        remote.load([good, bad])
    assert remote.portions() == []


def numbered(builder: Builder | RemoteBuilder, number: int) -> Portion:
    return replace(portion(builder), part=str(number))


def test_a_load_is_sent_while_it_comes_and_other_commands_go_on_meanwhile(
    remote: RemoteBuilder, layout: Layout
) -> None:
    other, seen = RemoteBuilder(layout, Settings()), []

    def coming() -> Iterator[Proposed]:
        for number in range(3):
            yield numbered(remote, number)
            seen.append(len(other.portions()))
        yield Whole(f"{EX}source")

    try:
        assert remote.load(coming(), dry_run=True).added == 3
        assert remote.portions() == []
        assert remote.load(coming()).added == 3
        assert seen == [0] * 6
        again = remote.load([numbered(remote, 1), Whole(f"{EX}source")])
        assert (again.unchanged, again.withdrawn, len(again.ids["withdrawn"])) == (1, 2, 2)
    finally:
        other.close()


def test_a_load_that_breaks_off_stores_nothing(remote: RemoteBuilder, layout: Layout) -> None:
    def broken() -> Iterator[Portion]:
        yield numbered(remote, 1)
        raise LoadRefused("the rest is not readable")

    with pytest.raises(LoadRefused, match="not readable"):
        remote.load(broken())
    first = json.dumps({"method": "load"}), json.dumps(proposed_to_data(numbered(remote, 2)))
    lines = [f"{line}\n".encode() for line in (secret_of(layout), *first)]
    (answer,) = say(layout, *lines)
    assert "broke off" in json.loads(answer)["error"]
    assert say(layout, *lines, first[1].encode()[:40]) == []
    assert remote.portions() == []
    assert remote.load([numbered(remote, 3)]).added == 1  # this connection still serves


def test_a_load_that_is_refused_is_not_read_to_its_end(remote: RemoteBuilder) -> None:
    sent = []

    def endless() -> Iterator[Portion]:
        yield replace(portion(remote), ntriples="bad\n")
        for number in range(20_000):
            sent.append(number)
            yield numbered(remote, number)

    with pytest.raises(SluisError, match="not N-Triples"):
        remote.load(endless())
    assert len(sent) < 20_000
    assert remote.portions() == []


def test_the_store_has_one_owner_and_the_command_line_goes_to_it(remote: RemoteBuilder, layout: Layout) -> None:
    with pytest.raises(SluisError, match="another process owns the portion store"):
        Builder(layout, Settings())
    found = open_builder(layout, Settings())
    try:
        assert isinstance(found, RemoteBuilder)
        assert found.users() == remote.users()
    finally:
        found.close()


def test_without_a_running_builder_the_command_line_is_its_own(layout: Layout) -> None:
    found = open_builder(layout, Settings())
    try:
        assert isinstance(found, Builder)
    finally:
        found.close()


def test_it_ends_with_its_starter_and_lets_go_of_the_store(process: subprocess.Popen[bytes], layout: Layout) -> None:
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=SECONDS) == 0
    assert not socket_path(layout).exists()
    Builder(layout, Settings()).close()


def test_a_builder_that_was_killed_does_not_stand_in_the_way(process: subprocess.Popen[bytes], layout: Layout) -> None:
    process.kill()
    process.wait(timeout=SECONDS)
    found = open_builder(layout, Settings())
    try:
        assert isinstance(found, Builder)
    finally:
        found.close()


def test_a_builder_that_stops_in_the_middle_is_told_in_words(
    process: subprocess.Popen[bytes], remote: RemoteBuilder
) -> None:
    process.kill()
    process.wait(timeout=SECONDS)
    with pytest.raises(SluisError, match="the builder stopped answering"):
        remote.users()


def test_errors_of_one_process_are_known_in_this_one(layout: Layout) -> None:
    """The control for refusals over the socket: here they keep their kinds."""
    builder = Builder(layout, Settings())
    try:
        with pytest.raises(IngestRefused):
            builder.load([Portion(f"{EX}s", "p", portion(builder).label, f"{EX}o", "bad\n")])
        with pytest.raises(ClearanceError):
            builder.add_user("!", clearance_from_markings(["Stg. GEHEIM"], policies=builder.policies))
    finally:
        builder.close()
