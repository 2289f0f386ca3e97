"""From inside the server and from inside a worker, the portion store can be neither opened nor listed. Done for real.

Linux only: elsewhere neither means exists, and the service does not start without a setting with a loud name.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph_service.serving.frames import FAILED, HEADER, READY
from graph_service.settings import Layout
from tests.attacks.probes import CONFINE, INTAKE, NO_LANDLOCK_WORKER, SERVER, WITHOUT_NAMESPACES, WORKER
from tests.service import ROOT, SECONDS, Listener, Reader, copy_of, run_python, serving, write_settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Landlock and namespaces are Linux's")

CHANGES = {"hard link", "new symbolic link", "moving the folder", "truncating"}


@pytest.fixture
def layout(demo_layout: Layout, tmp_path: Path) -> Layout:
    """A demo folder of its own, with links to the store where the server may read."""
    layout = copy_of(demo_layout, tmp_path / "data")
    (layout.views / "link").symlink_to(layout.portions / "portions.sqlite")
    (layout.audit / "folder").symlink_to(layout.portions)
    return layout


def result_of(code: str, *arguments: str) -> dict[str, Any]:
    done = run_python(code, *arguments)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout or done.stderr)
    return found


def test_every_attempt_succeeds_in_a_process_that_is_not_shut_off(layout: Layout) -> None:
    """The control: each attempt is a real way to the store."""
    result = result_of(CONFINE, str(layout.data), "not at all")
    assert {name: got > 0 for name, got in result["tried"].items()} == dict.fromkeys(result["tried"], True)
    assert result["tokens"]


@pytest.mark.parametrize(
    ("how", "means"),
    [
        ("as the server does", ["landlock"]),
        ("no namespaces", ["landlock"]),
        ("no landlock", ["mount namespace"]),
        ("below the import root", ["mount namespace", "landlock"]),
    ],
)
def test_a_confined_process_reaches_the_store_by_no_path(how: str, means: list[str], layout: Layout) -> None:
    before = (layout.portions / "portions.sqlite").read_bytes()
    result = result_of(CONFINE, str(layout.data), how)
    assert result["means"] == means
    if "landlock" not in means:  # the files of others may be linked to and moved where only a mount hides the store
        assert {name for name, got in result["tried"].items() if got} <= CHANGES - {"hard link", "moving the folder"}
    assert {name: got for name, got in result["tried"].items() if got and name not in CHANGES} == {}
    assert (result["unmounted"], result["entered"]) == (False, False)
    assert (layout.portions / "portions.sqlite").read_bytes() == before


@pytest.mark.parametrize("how", ["as the server does", "no namespaces", "below the import root"])
def test_landlock_leaves_the_views_to_read_and_the_audit_log_to_write_and_no_more(how: str, layout: Layout) -> None:
    result = result_of(CONFINE, str(layout.data), how)
    assert [name for name, got in result["tried"].items() if got] == []
    allowed = {name: result[name] for name in ("publication", "audit", "tokens", "views changed", "view removed")}
    assert allowed == {
        "publication": True, "audit": True, "tokens": False, "views changed": False, "view removed": False,
    }  # fmt: skip


@pytest.mark.parametrize("how", ["neither", "below what is read, without namespaces"])
def test_a_process_that_can_not_be_shut_off_does_not_go_on(how: str, layout: Layout) -> None:
    assert "portion store" in result_of(CONFINE, str(layout.data), how)["refused"]


def test_the_server_s_own_main_reaches_the_store_by_no_path_before_it_serves(layout: Layout) -> None:
    result = result_of(SERVER, str(layout.data))
    assert [name for name, got in result["tried"].items() if got] == []
    assert not result["tokens"]
    assert result["health"] == 200
    assert '"boolean":true' in result["sparql"]  # it does serve: so its workers start, and read their view
    for module in ("sqlite3", "graph_service.builder", "graph_service.ingest", "graph_service.storage.portion_store"):
        assert module not in set(result["modules"]) - {"sqlite3"}


def test_a_worker_reaches_nothing_but_its_own_view(layout: Layout) -> None:
    dataset = next(layout.views.glob("*/*/dataset"))
    name = f"sluis-test-{secrets.token_hex(8)}"
    with Listener() as listener, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind("\0" + name)
        abstract.listen(1)
        result = result_of(WORKER, str(layout.data), str(dataset), str(listener.port), name)
        heard = listener.heard()
    assert [name for name, got in result.pop("tried").items() if got] == []
    assert heard == 0
    assert result.pop("own view")
    assert result.pop("core") == [0, 0]
    assert result.pop("data") == [300 << 20, 300 << 20]
    assert result.pop("dumpable") == 0
    assert result == dict.fromkeys(result, False)


def test_a_data_folder_inside_the_checkout_is_served(demo_layout: Layout) -> None:
    """Python must list the checkout to find the program: there the store is hidden by a mount, for any user."""
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".data-") as folder:
        layout = copy_of(demo_layout, Path(folder) / "data")
        with serving(layout) as service:
            assert Reader(service.port).sparql("ASK {}").status == 200


def test_a_running_worker_has_its_limits(demo_layout: Layout, tmp_path: Path) -> None:
    """Seen from outside, on a server as `sluis serve` starts it."""
    with serving_with_little_memory(demo_layout, tmp_path) as (_server, worker):
        limits = Path(f"/proc/{worker}/limits").read_text()
    assert soft_and_hard(limits, "Max core file size") == ["0", "0"]
    assert soft_and_hard(limits, "Max data size") == [str(300 << 20)] * 2


@pytest.mark.skipif(os.getuid() == 0, reason="root may look into every process")
def test_no_other_process_of_the_user_can_look_into_server_or_worker(demo_layout: Layout, tmp_path: Path) -> None:
    with serving_with_little_memory(demo_layout, tmp_path) as processes:
        for process in processes:
            with pytest.raises(PermissionError):
                list(Path(f"/proc/{process}/fd").iterdir())
            with pytest.raises(PermissionError):
                os.open(f"/proc/{process}/mem", os.O_RDONLY)


@pytest.mark.skipif(os.getuid() != 0, reason="only root may look into a process that left no memory behind")
def test_a_running_worker_holds_no_file_of_another(demo_layout: Layout, tmp_path: Path) -> None:
    with serving_with_little_memory(demo_layout, tmp_path) as (server, worker):
        open_files = [str(path.readlink()) for path in Path(f"/proc/{worker}/fd").iterdir()]
        namespaces = {
            kind: Path(f"/proc/{worker}/ns/{kind}").readlink() != Path(f"/proc/self/ns/{kind}").readlink()
            for kind in ("net", "user")
        }
        others = [str(path.readlink()) for path in Path(f"/proc/{server}/fd").iterdir()]
    assert namespaces == {"net": True, "user": True}
    for name in open_files + others:
        assert "portions" not in name
    for name in open_files:
        assert not name.startswith("socket:")
        assert not name.startswith("/") or name == os.devnull or "/dataset/" in name, name


@contextlib.contextmanager
def serving_with_little_memory(demo_layout: Layout, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """A service whose workers have 300 MiB: the server's process and its one worker's."""
    layout = copy_of(demo_layout, tmp_path / "data")
    write_settings(layout, worker_memory_mib=300)
    with serving(layout) as service:
        assert Reader(service.port).sparql("ASK {}").status == 200
        (worker,) = children(service.server_pid)
        yield service.server_pid, worker


def soft_and_hard(limits: str, name: str) -> list[str]:
    line = next(line for line in limits.splitlines() if line.startswith(name))
    return line.removeprefix(name).split()[:2]


def children(pid: int) -> list[int]:
    """The living processes that a process of ours has started."""
    found = [int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]
    return [child for child in found if Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] != "Z"]


@pytest.mark.parametrize("setting", ["safe", "unsafe"])
def test_where_namespaces_are_denied_the_socket_filter_keeps_a_worker_in(setting: str, demo_layout: Layout) -> None:
    """As in many containers. The loud setting is the control: with it, the same worker is heard."""
    dataset = next(demo_layout.views.glob("*/*/dataset"))
    with Listener() as listener:
        done = run_python(WITHOUT_NAMESPACES, str(dataset), setting, listener.url)
        heard = listener.heard()
    if done.returncode and b"max_user_namespaces" in done.stderr:
        pytest.skip("this system does not let a test forbid namespaces to itself")
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == b"true\n"  # it answers
    assert (heard > 0) == (setting == "unsafe")


@pytest.mark.parametrize("missing", ["_unshare forbid_sockets", "landlock"])
def test_a_worker_that_can_not_leave_the_network_or_the_files_does_not_start(missing: str, small_dataset: Path) -> None:
    done = run_python(NO_LANDLOCK_WORKER, str(small_dataset), missing, "isolate")
    size, kind = HEADER.unpack(done.stdout[: HEADER.size])
    assert kind == FAILED
    assert json.loads(done.stdout[HEADER.size :])["kind"] == "isolation"
    assert len(done.stdout) == HEADER.size + size  # nothing follows: it opened no store and takes no query


@pytest.mark.parametrize("missing", ["_unshare forbid_sockets", "landlock"])
def test_a_worker_told_not_to_isolate_needs_neither(missing: str, small_dataset: Path) -> None:
    """The control for the test above: it is the missing means that stops it."""
    arguments = [sys.executable, "-c", NO_LANDLOCK_WORKER, str(small_dataset), missing, "share"]
    with subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        first = worker.stdout.read(HEADER.size)
        worker.communicate(timeout=SECONDS)  # its standard input ends, and so does it
    assert HEADER.unpack(first) == (0, READY)


@pytest.mark.parametrize("how", ["shut off", "not at all"])
def test_the_server_puts_proposals_and_takes_receipts_and_no_more(how: str, layout: Layout) -> None:
    """Not at all is the control: each attempt succeeds where nothing forbids it."""
    for folder in (layout.proposals, layout.receipts):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "known").write_text("{}")
    done = run_python(INTAKE, str(layout.data), "known", how)
    assert done.returncode == 0, done.stderr.decode()
    meant, forbidden = json.loads(done.stdout)
    assert [name for name, could in meant.items() if not could] == []
    succeeded = [name for name, could in forbidden.items() if could]
    if how == "shut off":
        assert succeeded == []
        assert (layout.proposals / "known").read_text() == "{}"
    else:
        assert len(succeeded) > 6
