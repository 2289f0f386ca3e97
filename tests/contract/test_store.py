"""The portion store: one owner at a time, all or nothing, no portion without a label, no bytes left behind."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_service.errors import ClearanceError, StoreBusy
from graph_service.handling import clearance_from_markings, parse_marking
from graph_service.ingest import accept
from graph_service.portions import Decision, Portion, StoredPortion
from graph_service.security import Policies
from graph_service.storage.database import installation_key, open_database
from graph_service.storage.portion_store import PortionStore, Stored
from graph_service.storage.register import Register
from graph_service.storage.views import token_sha256
from tests.strategies import EX, KEY, TODAY, food_policies


def portion(text: str, part: str = "part", label: str = "tea") -> StoredPortion:
    proposed = Portion(
        f"{EX}source/1",
        part,
        parse_marking(label, policies=food_policies()),
        f"{EX}cook",
        f'<{EX}a> <{EX}b> "{text}" .\n',
    )
    return accept(proposed, key=KEY, policies=food_policies(), today=TODAY)


def decided(*portions: StoredPortion) -> list[tuple[StoredPortion, Decision]]:
    """Each portion with the decision that set its label, as a load gives them."""
    return [(s, Decision(act="set", after=s.label, taken_on=TODAY, taken_by=s.portion.originator)) for s in portions]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_database(tmp_path / "portions", key=KEY)
    yield connection
    connection.close()


@pytest.fixture
def store(database: sqlite3.Connection, food: Policies) -> PortionStore:
    return PortionStore(database, policies=food)


# --- portions --------------------------------------------------------------------------------------------------------


def test_what_is_put_in_is_read_back_by_id_and_in_order_of_id(store: PortionStore) -> None:
    portions = [portion("one", "1"), portion("two", "2"), portion("two", "2", "coffee")]
    assert store.put(decided(*portions)) == Stored(added=3)
    assert [stored.id for stored in store.read_all_system_high()] == sorted(stored.id for stored in portions)
    assert all(store.get(stored.id) == stored for stored in portions)


def test_what_is_stored_outlives_the_process(store: PortionStore, database: sqlite3.Connection, tmp_path: Path) -> None:
    store.put(decided(portion("one")))
    database.close()
    again = open_database(tmp_path / "portions")
    try:
        assert installation_key(again) == KEY
        assert list(PortionStore(again, policies=food_policies()).read_all_system_high()) == [portion("one")]
    finally:
        again.close()


def test_an_error_midway_stores_nothing_of_the_load(store: PortionStore) -> None:
    store.put(decided(portion("before", "1")))

    def half() -> Iterator[tuple[StoredPortion, Decision]]:
        yield from decided(portion("after", "1"), portion("new", "2"))
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        store.put(half())
    assert list(store.read_all_system_high()) == [portion("before", "1")]
    assert store.put(decided(portion("new", "2"))) == Stored(added=1)


def test_a_portion_cut_off_by_a_crash_is_not_there(tmp_path: Path) -> None:
    """A process that dies between two portions of a load leaves the store as it was."""
    script = (
        "import os, sys; from pathlib import Path\n"
        "from graph_service.storage.database import open_database\n"
        "from graph_service.storage.portion_store import PortionStore\n"
        "from tests.contract.test_store import decided, portion\n"
        "from tests.strategies import KEY, food_policies\n"
        "store = PortionStore(open_database(Path(sys.argv[1]), key=KEY), policies=food_policies())\n"
        "store.put(decided(portion('before', '1')))\n"
        "def load():\n"
        "    yield from decided(portion('after', '1'))\n"
        "    os._exit(9)\n"
        "store.put(load())\n"
    )
    died = subprocess.run([sys.executable, "-c", script, str(tmp_path / "portions")], cwd=Path(), check=False)
    assert died.returncode == 9
    connection = open_database(tmp_path / "portions")
    try:
        found = list(PortionStore(connection, policies=food_policies()).read_all_system_high())
    finally:
        connection.close()
    assert found == [portion("before", "1")]


def test_a_load_that_dies_leaves_no_text_behind(tmp_path: Path) -> None:
    """A process that is killed while portions come in, or while they wait for what is decided on all of them."""
    script = (
        "import os, sys; from pathlib import Path\n"
        "from graph_service.storage.database import open_database\n"
        "from graph_service.storage.portion_store import PortionStore\n"
        "from tests.contract.test_store import portion\n"
        "from tests.strategies import KEY, food_policies\n"
        "store = PortionStore(open_database(Path(sys.argv[1]), key=KEY), policies=food_policies())\n"
        "with store.stage() as stage:\n"
        "    for number in range(200):\n"
        "        stage.add(portion('CANARY' * 50_000, str(number)))\n"
        "    assert len(list(stage.heads())) == 200\n"
        "    os._exit(9)\n"
    )
    folder = tmp_path / "portions"
    died = subprocess.run([sys.executable, "-c", script, str(folder)], cwd=Path(), check=False)
    assert died.returncode == 9
    assert {path.name for path in folder.iterdir()} <= {"portions.sqlite", "portions.sqlite-journal"}
    assert not any(b"CANARY" in path.read_bytes() for path in folder.iterdir())


@pytest.mark.parametrize("label", ["", None], ids=["empty", "null"])
def test_a_portion_without_a_label_cannot_be_stored(database: sqlite3.Connection, label: str | None) -> None:
    """Not by ingest, and not by SQLite either."""
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(
            "INSERT INTO portion VALUES ('id', 'source', 'part', ?, 'originator', NULL, NULL, '', 'digest', 'text', 0)",
            (label,),
        )
    assert database.execute("SELECT count(*) FROM portion").fetchone() == (0,)


def test_two_portions_of_one_source_part_and_label_cannot_be_stored(
    store: PortionStore, database: sqlite3.Connection
) -> None:
    store.put(decided(portion("one")))
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(
            "INSERT INTO portion "
            "SELECT 'other', source, part, label, originator, term, set_on, ground, digest, ntriples, withdrawn "
            "FROM portion"
        )


def test_the_store_answers_no_queries(store: PortionStore) -> None:
    """It is system-high: it gives one portion by its name, a source's, or all; it finds nothing by what a text says."""
    assert {name for name in dir(store) if not name.startswith("_")} == {
        *("put", "read_all_system_high", "of_source", "heads"),
        *("get", "read", "relabel", "withdraw", "purge", "history", "decided", "raised_from"),  # each by a name
        *("stage", "parts_of", "knows", "text"),  # where a load waits; what parts a source has; a text by its id
        *("held", "kept_back", "findings"),  # what is kept out of sight, by its id; what the officer is told
        *("pending", "carried_through", "erase_traces"),  # what the views don't show yet
    }


def test_a_relabelling_that_fails_midway_leaves_the_portion_as_it_was(
    store: PortionStore, database: sqlite3.Connection
) -> None:
    """Deleting, writing and recording are one step."""
    before, after = portion("one"), portion("one", label="coffee")
    store.put(decided(before))
    database.execute("CREATE TRIGGER full BEFORE INSERT ON decision BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    ((_, decision),) = decided(after)
    with pytest.raises(sqlite3.IntegrityError, match="the disk is full"):
        store.relabel(before, after, decision)
    assert list(store.read_all_system_high()) == [before]
    assert [found.after for found in store.history(before.id)] == [before.label]


def test_the_history_outlives_the_process(store: PortionStore, database: sqlite3.Connection, tmp_path: Path) -> None:
    ((stored, decision),) = decided(portion("one"))
    store.put([(stored, decision)])
    database.close()
    again = open_database(tmp_path / "portions")
    try:
        assert PortionStore(again, policies=food_policies()).history(stored.id) == [decision]
    finally:
        again.close()


# --- the database ----------------------------------------------------------------------------------------------------


def test_a_second_process_is_told_that_the_store_is_busy(database: sqlite3.Connection, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from graph_service.errors import StoreBusy\n"
        "from graph_service.storage.database import open_database\n"
        "try:\n"
        "    open_database(Path(sys.argv[1]))\n"
        "except StoreBusy as error:\n"
        "    print(error.public)\n"
    )
    assert database.execute("SELECT count(*) FROM portion").fetchone() == (0,)
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "portions")], capture_output=True, text=True, check=True
    )
    assert told.stdout.startswith("another process owns the portion store")


def test_a_second_connection_is_refused_until_the_first_is_closed(tmp_path: Path) -> None:
    first = open_database(tmp_path)
    with pytest.raises(StoreBusy):
        open_database(tmp_path)
    first.close()
    open_database(tmp_path).close()


def test_deleted_bytes_are_overwritten(store: PortionStore, database: sqlite3.Connection, tmp_path: Path) -> None:
    assert database.execute("PRAGMA secure_delete").fetchone() == (1,)
    store.put(decided(portion("CANARY" * 2000), portion("stays", "2")))
    store.put(decided(portion("harmless")))
    database.close()
    left = b"".join(path.read_bytes() for path in (tmp_path / "portions").iterdir())
    assert b"harmless" in left
    assert b"CANARY" not in left


def test_the_folder_and_the_database_are_their_owners_alone(database: sqlite3.Connection, tmp_path: Path) -> None:
    assert database.execute("SELECT 1").fetchone() == (1,)
    paths = [tmp_path / "portions", *(tmp_path / "portions").iterdir()]
    assert {path.name: path.stat().st_mode & 0o077 for path in paths} == {path.name: 0 for path in paths}


def test_each_installation_has_a_key_of_its_own(tmp_path: Path) -> None:
    keys = []
    for name in ("one", "other", "one"):
        connection = open_database(tmp_path / name)
        keys.append(installation_key(connection))
        connection.close()
    assert keys[0] == keys[2] != keys[1]
    assert {len(key) for key in keys} == {32}


# --- the register ----------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_kept_as_a_hash(database: sqlite3.Connection, food: Policies) -> None:
    register, clearance = Register(database, policies=food), clearance_from_markings(["tea"], policies=food)
    token = register.add("anna", clearance=clearance)
    (registered,) = register.all()
    assert (registered.name, registered.token_sha256, registered.clearance) == ("anna", token_sha256(token), clearance)
    assert registered.acts_for == ""
    assert token not in "".join(str(row) for row in database.execute("SELECT * FROM principal"))


def test_a_user_acts_for_the_originator_of_whom_it_is_said(database: sqlite3.Connection, food: Policies) -> None:
    register = Register(database, policies=food)
    register.add("anna", clearance=clearance_from_markings(["tea"], policies=food), acts_for=f"{EX}cook")
    assert [user.acts_for for user in register.all()] == [f"{EX}cook"]


@pytest.mark.parametrize("name", ["anonymous", "", "a b", "a" * 65, "anna\n"])
def test_a_name_that_could_be_taken_for_another_is_refused(
    database: sqlite3.Connection, food: Policies, name: str
) -> None:
    with pytest.raises(ClearanceError, match="can't be a user's name"):
        Register(database, policies=food).add(name, clearance=clearance_from_markings(["tea"], policies=food))


def test_a_user_is_registered_once(database: sqlite3.Connection, food: Policies) -> None:
    register = Register(database, policies=food)
    register.add("anna", clearance=clearance_from_markings(["tea"], policies=food))
    with pytest.raises(ClearanceError, match="registered already"):
        register.add("anna", clearance=clearance_from_markings(["whisky"], policies=food))
    assert register.all()[0].clearance == clearance_from_markings(["tea"], policies=food)


@pytest.mark.parametrize(
    ("clearance", "why"),
    [
        ("replace(clearance, 'tea', 'beer')", "`beer` is not a level"),
        ("replace(clearance, 'levels', 'level')", "the clearance lacks a field"),
        ("'[]'", "the clearance lacks a field"),
        ("'{'", "the clearance is not JSON"),
        ("''", "the clearance is not JSON"),
    ],
)
def test_an_unreadable_clearance_in_the_register_grants_nothing_to_its_holder_alone(
    database: sqlite3.Connection, food: Policies, clearance: str, why: str
) -> None:
    register = Register(database, policies=food)
    for name in ("anna", "bert"):
        register.add(name, clearance=clearance_from_markings(["tea"], policies=food))
    assert register.unreadable() == {}
    database.execute(f"UPDATE principal SET clearance = {clearance} WHERE name = 'anna'")  # noqa: S608  # ours
    assert [user.name for user in register.all()] == ["bert"]
    ((name, said),) = register.unreadable().items()
    assert name == "anna"
    assert why in said
