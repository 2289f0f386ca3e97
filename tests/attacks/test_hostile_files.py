"""Files that are made to do harm: every one is refused with a reason, nothing is stored, and the service goes on."""

from __future__ import annotations

import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from graph_service.cli import load as load_command
from graph_service.running import Service
from graph_service.settings import Layout
from loaders.reading.limits import ReadingLimits
from loaders.reading.process import ReadingProcess
from tests.attacks import hostile
from tests.attacks.hostile import CANARY, NOTE, SECRET_FILE, Hostile
from tests.attacks.hostile_documents import HARMLESS_DOCUMENTS, REFUSED_DOCUMENTS
from tests.service import Listener, Reader, serving, sluis_here, write_settings

LABEL = ("--label", "Ongerubriceerd", "--no-publish")
LONGEST = 30.0
REFUSED = {**hostile.REFUSED, **REFUSED_DOCUMENTS}
HARMLESS = {**hostile.HARMLESS, **HARMLESS_DOCUMENTS}


@pytest.fixture(scope="module", autouse=True)
def _runtime() -> Iterator[None]:
    """A runtime folder of these tests' own, so that no other builder's socket is ever met."""
    with tempfile.TemporaryDirectory(prefix="sluis-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        yield


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    made = Layout(tmp_path_factory.mktemp("hostile") / "data")
    made.create()
    write_settings(made, reading_seconds=10, reading_memory_mib=256, reading_spool_mib=64, reading_pages=2000)
    return made


@pytest.fixture(scope="module", autouse=True)
def _one_process(layout: Layout) -> Iterator[None]:
    """The reading process is started once for all files: it forks for each of them as it always does."""
    limits = ReadingLimits(seconds=10, memory_mib=256, spool_mib=64, pages=2000)
    with (
        tempfile.TemporaryDirectory(prefix="sluis-") as spool,
        pytest.MonkeyPatch.context() as patch,
        ReadingProcess(limits, spool=Path(spool), hidden=layout.portions) as process,
    ):
        patch.setattr(load_command, "_reading", lambda *_: nullcontext(process))
        yield


def tried(hostile: Hostile, layout: Layout, folder: Path) -> tuple[int, str]:
    """Exit code and what was said. A loading that goes on for long is a fault whatever comes of it."""
    (folder / SECRET_FILE).write_text(CANARY)
    began = time.monotonic()
    done = sluis_here("load", str(hostile.make(folder)), *LABEL, "--data", str(layout.data))
    assert time.monotonic() - began < LONGEST
    assert CANARY not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


def stored(layout: Layout) -> list[tuple[str, ...]]:
    """Every row of every table of the portion store, but for those that tell of a start or a stop."""
    if not (layout.portions / "portions.sqlite").exists():
        return []
    with sqlite3.connect(f"file:{layout.portions / 'portions.sqlite'}?mode=ro", uri=True) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [(name, repr(row)) for name in sorted(names) for row in connection.execute(f"SELECT * FROM {name}")]  # noqa: S608


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_with_a_reason_and_stores_nothing(name: str, layout: Layout, tmp_path: Path) -> None:
    sluis_here("portions", "list", "--data", str(layout.data))
    before = stored(layout)
    code, said = tried(REFUSED[name], layout, tmp_path)
    assert code == 2, said
    assert said.startswith("sluis: ")
    assert matches(REFUSED[name].reason, said), said
    assert all(char.isprintable() or char == "\n" for char in said)
    assert stored(layout) == before
    assert [path.name for path in tmp_path.parent.iterdir() if path.suffix == ".nt"] == []  # nothing climbed out


def matches(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


@pytest.mark.parametrize("name", HARMLESS)
def test_what_a_file_reaches_for_does_not_come_along(name: str, layout: Layout, tmp_path: Path) -> None:
    code, said = tried(HARMLESS[name], layout, tmp_path)
    assert code in (0, 2), said
    assert CANARY not in repr(stored(layout))


def test_there_are_enough_of_them() -> None:
    assert len(REFUSED) >= 100


def test_a_good_file_among_them_would_have_loaded(layout: Layout, tmp_path: Path) -> None:
    """The control: it is what is wrong with them that refuses the others."""
    good = Hostile("a.nt", NOTE)
    assert tried(good, layout, tmp_path)[0] == 0
    assert "urn:x" in repr(stored(layout))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    layout = Layout(tmp_path_factory.mktemp("served") / "data")
    layout.create()
    assert sluis_here("publish", "--data", str(layout.data)).returncode == 0
    with serving(layout) as running:
        yield running


def test_a_folder_of_hostile_files_is_refused_whole_while_the_service_answers(service: Service, tmp_path: Path) -> None:
    names = ("billion laughs", "deeply nested JSON-LD", "zip bomb", "marking with a homoglyph", "link to itself")
    for number, name in enumerate(names):
        (tmp_path / str(number)).mkdir()
        REFUSED[name].make(tmp_path / str(number))
    (tmp_path / "good.nt").write_bytes(NOTE)
    reader = Reader(service.port)
    question = "SELECT ?o { <urn:x> <urn:y> ?o }"
    with Listener() as listener:
        done = sluis_here("load", str(tmp_path), *LABEL[:2], "--data", str(service.layout.data))
        assert listener.heard() == 0
    assert done.returncode == 2
    assert reader.rows(question) == []
    loaded = sluis_here("load", str(tmp_path / "good.nt"), *LABEL[:2], "--data", str(service.layout.data))
    assert loaded.returncode == 0, loaded.stderr
    assert reader.rows(question) == [{"o": "z"}]
