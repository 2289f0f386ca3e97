"""A file that takes over its parser gets nothing: no other file, no network, no key, no time, no say in its label."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph_service.errors import IsolationError, LoadRefused, SluisError
from graph_service.handling import parse_marking
from graph_service.policy_files import load_policies
from graph_service.portions import Gone, Portion, Whole, label_text
from graph_service.settings import Layout, Settings
from graph_service.shapes import Violation
from loaders.base import LoadRequest, Origins, Proposal, Remark
from loaders.detection import Detected, detect
from loaders.documents.model import BlockKind, Document, NoteCall
from loaders.gathering import Item
from loaders.reading.limits import ReadingLimits
from loaders.reading.process import ReadingProcess
from tests.attacks import reading_probes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Landlock, namespaces and filters are Linux's")

POLICIES = load_policies(Settings(), Layout(Path("no-such-folder")))
LOW, HIGH = (parse_marking(marking, policies=POLICIES) for marking in ("Ongerubriceerd", "Stg. GEHEIM"))
KEY = b"a key that no reader has"
SMALL = ReadingLimits(memory_mib=128, seconds=2.0, spool_mib=20)


class Desk:
    """A reading process with the probes for formats, and a folder for files."""

    def __init__(self, folder: Path, limits: ReadingLimits, **options: Any) -> None:
        self.folder, spool = folder / "files", folder / "spool"
        self.folder.mkdir()
        spool.mkdir()
        self.reading = ReadingProcess(limits, spool=spool, formats="tests.attacks.reading_probes", **options)
        self.spool = spool

    def file(self, probe: str, *lines: str) -> Detected:
        path = self.folder / "EXAMPLE"
        path.write_text("\n".join([probe, *lines, ""]))
        (found,) = detect([Item(path, path.name)], formats=reading_probes.FORMATS).to_read
        return found

    def proposals(self, probe: str, *lines: str, **request: Any) -> list[Proposal]:
        return list(self.reading.read(self.file(probe, *lines), self.request(**request)))

    def request(self, **given: Any) -> LoadRequest:
        return LoadRequest(**{"path": Path(), "policies": POLICIES, "label": HIGH, "name_key": KEY, **given})


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    os.environ["SLUIS_SECRET"] = "not for a reader"
    made = Desk(tmp_path_factory.mktemp("reading"), SMALL)
    try:
        with made.reading:
            yield made
    finally:
        del os.environ["SLUIS_SECRET"]


def test_a_reader_reaches_nothing_but_its_file(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("secret")
    (desk.folder / "neighbour").write_text("secret")
    (told,) = desk.proposals("try", str(tmp_path / "other"))
    assert isinstance(told, Remark)
    got = json.loads(told.text)
    assert {name: result for name, result in got.items() if result} == {}
    assert len(got) > 25
    assert not (desk.folder / "written").exists()


CONTROL = (
    *("open another file", "open its neighbour", "list its folder", "read passwords", "write beside it"),
    *("write in the temporary folder", "change its file's mode", "change its file's time", "link", "socket"),
    *("unix socket", "start a program", "signal its starter", "memory file", "limits of its starter"),
)


def test_the_same_attempts_succeed_in_a_reader_that_is_not_shut_off(tmp_path: Path) -> None:
    """The control: it is the isolation that stops them."""
    (tmp_path / "other").write_text("secret")
    made = Desk(tmp_path, SMALL, isolate=False)
    (made.folder / "neighbour").write_text("secret")
    with made.reading:
        (told,) = made.proposals("try", str(tmp_path / "other"), *CONTROL)
    assert isinstance(told, Remark)
    assert {name for name, result in json.loads(told.text).items() if not result} == set()


REASONS = {
    "memory": "reading_memory_mib",
    "shared memory": "reading_memory_mib|can't be read",
    "spool": "reading_spool_mib|can't be read",
    "threads": "reading_|not readable|broke down",
    "depth": "nested too deeply",
    "endless": "reading_spool_mib|reading_seconds",
    "remarks": "remarks",
    "sleep": "reading_seconds",
    "spin": "reading_seconds",
    "crash": "signal 11, SIGSEGV",
    "abort": "broke off",
    "leave": "exit code 0",
    **dict.fromkeys(
        (
            *("no json", "no portion", "no label", "no document", "no such field", "no utf-8", "half a character"),
            *("truth for a number", "no kind", "deep json", "no name", "no progress", "asks", "withdraws"),
        ),
        "not to be trusted",
    ),
    "huge frame": "larger than 256 MiB",
    "half a frame": "reading_seconds",
    "a refusal that is none": "not readable",
    "refuses": "no .u001b.2J such",
    "breaks": "ValueError: a fault of ours",
}


@pytest.mark.parametrize("probe", REASONS)
def test_a_reader_that_misbehaves_is_ended_and_its_file_refused_with_a_reason(probe: str, desk: Desk) -> None:
    began = time.monotonic()
    with pytest.raises(LoadRefused, match=REASONS[probe]):
        for _ in desk.reading.read(desk.file(probe, "Ongerubriceerd"), desk.request()):
            pass
    assert time.monotonic() - began < 20
    assert desk.proposals("everything")  # the next file is read as if nothing had been
    assert children_of(desk) == 0


def children_of(desk: Desk) -> int:
    """How many readers there are that are not kept for their places."""
    helper = desk.reading._process.pid
    tasks = Path(f"/proc/{helper}/task/{helper}/children").read_text().split()
    return len(tasks) - len(desk.reading._kept)


def test_a_reader_can_not_go_below_the_stated_label(desk: Desk) -> None:
    (portion,) = desk.proposals("low", "Ongerubriceerd")
    assert isinstance(portion, Portion)
    assert portion.label == HIGH
    (portion,) = desk.proposals("low", "Stg. GEHEIM", label=LOW)
    assert isinstance(portion, Portion)
    assert portion.label == HIGH


def test_what_a_loader_proposes_comes_back_as_it_was(desk: Desk) -> None:
    seen: list[tuple[str, int, int]] = []
    portion, document, gone, whole, named, moved = desk.proposals("everything", progress=lambda *at: seen.append(at))
    assert isinstance(portion, Portion)
    assert (portion.label, portion.part) == (HIGH, "a")
    assert isinstance(document, Document)
    (block,) = document.blocks
    assert (block.kind, block.text, block.calls, block.rows) == (
        BlockKind.NOTE,
        "één",
        (NoteCall(1, "2"),),
        (("a", "b"), ("c",)),
    )
    assert (document.markings, document.properties) == ((("X", "head"),), {"a": "b"})
    assert gone == Gone("https://example.org/source", "b", HIGH)
    assert whole == Whole("https://example.org/source")
    assert isinstance(named, Remark)
    assert (named.text, named.file, named.line) == (desk.request().opaque("a", "b"), "EXAMPLE", 3)
    assert isinstance(moved, Remark)
    assert moved.text == "moves \\u001b[2J the cursor \\u202e and turns"
    assert seen == [("file", 1, 2)]


def test_the_place_of_a_statement_is_asked_of_its_reader_as_long_as_the_load_goes_on(desk: Desk) -> None:
    origins = Origins()
    assert desk.proposals("everything", origins=origins)
    statement = (str(reading_probes.TRIPLE.subject), str(reading_probes.TRIPLE.predicate), '"EXAMPLE"')
    wrong = Violation("f", "", "s", "p", "c", {}, statement, part="a", label=label_text(HIGH))
    assert origins.place(wrong) == "a, line 7, column `c\\u001b[2J`"
    assert origins.place(replace(wrong, part="b")) == ""
    for _ in range(80):  # more than are kept: the oldest one is gone
        assert desk.proposals("everything", origins=Origins())
    assert origins.place(wrong) == ""


def test_reading_that_is_broken_off_ends_the_reader_and_its_spool(desk: Desk) -> None:
    proposals = desk.reading.read(desk.file("endless"), desk.request())
    assert isinstance(next(proposals), Portion)
    assert children_of(desk) == 1
    proposals.close()  # type: ignore[attr-defined]
    assert children_of(desk) == 0
    kept = len(desk.reading._kept)
    assert len(list(desk.spool.iterdir())) == kept


def test_nobody_outlives_the_process(tmp_path: Path) -> None:
    made = Desk(tmp_path, SMALL)
    with made.reading:
        reading = made.reading.read(made.file("endless"), made.request())
        next(reading)
        helper = made.reading._process.pid
        children = Path(f"/proc/{helper}/task/{helper}/children").read_text().split()
    assert children
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{child}").exists() for child in [helper, *children]):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with contextlib.suppress(SluisError, OSError):
        reading.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["pipe", "device", "link", "nothing"])
def test_what_is_no_plain_file_is_never_waited_on(kind: str, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / kind
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "link":
        path.symlink_to(path)
    detected = replace(desk.file("try"), item=Item(path, kind))
    with pytest.raises(LoadRefused, match="no plain file"):
        list(desk.reading.read(detected, desk.request()))


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    made = Desk(tmp_path, replace(SMALL, file_mib=1))
    detected = made.file("everything")
    with detected.item.path.open("r+b") as file:
        file.truncate((1 << 20) + 1)
    with made.reading, pytest.raises(LoadRefused, match="reading_file_mib"):
        list(made.reading.read(detected, made.request()))


def test_a_reader_that_sees_the_portion_store_does_not_read(tmp_path: Path) -> None:
    made = Desk(tmp_path, SMALL, hidden=tmp_path / "files")
    detected = made.file("everything")
    with made.reading, pytest.raises(LoadRefused, match="portion store is still in reach"):
        list(made.reading.read(replace(detected, item=Item(made.folder, "EXAMPLE")), made.request()))


MISSING = """
import sys
from graph_service import isolation, system_calls
def denied(*_, **__):
    raise PermissionError(1, "not here")
for name in sys.argv.pop(1).split():
    for module in (isolation, system_calls):
        if hasattr(module, name):
            setattr(module, name, denied)
from loaders.reading import child
child.main(sys.argv[1:])
"""


@pytest.mark.parametrize("missing", ["_unshare forbid_sockets", "landlock", "install_filter"])
def test_where_a_reader_can_not_shut_itself_off_nothing_is_read(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = subprocess.Popen

    def without(arguments: list[str], **options: Any) -> Any:
        return started([sys.executable, "-c", MISSING, missing, arguments[-1]], **options)

    monkeypatch.setattr("loaders.reading.process.subprocess.Popen", without)
    made = Desk(tmp_path, SMALL)
    with made.reading, pytest.raises((IsolationError, LoadRefused), match=r"not here|does not let a worker"):
        made.proposals("everything")
