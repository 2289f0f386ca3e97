"""Guards behind other guards: what each does by itself, as the others would hide that it is gone."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from graph_service.errors import NotPublished, SluisError
from graph_service.ingest import accept
from graph_service.portions import Portion, StoredPortion
from graph_service.serving.identity import Doorkeeper
from graph_service.serving.query_guard import guard
from graph_service.settings import Settings
from graph_service.storage.database import open_database
from graph_service.storage.view_builder import Superseded, build_afresh, build_view, plan_view
from graph_service.storage.views import Principal, Publication
from tests.laws.test_views import COFFEE, WATER, drinker
from tests.strategies import EX, KEY, ORIGINATOR, TODAY, food_policies

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o . ?p ?q ?r . ?s ?t ?u }"
SECONDS = 30.0


def stored(count: int = 1) -> StoredPortion:
    text = "".join(f"<{EX}{n}> <{EX}p> <{EX}{n + 1}> .\n" for n in range(count))
    return accept(
        Portion(f"{EX}source", "part", WATER, ORIGINATOR, text), key=KEY, policies=food_policies(), today=TODAY
    )


@pytest.mark.parametrize("change", ["label", "digest"])
def test_a_portion_that_changed_while_its_view_was_built_is_not_built_in(change: str, tmp_path: Path) -> None:
    """A raise between planning and reading must not put the text into a view below."""
    before = stored()
    plan = plan_view([before], policies=food_policies())
    raised = replace(before.portion, label=COFFEE)
    after = replace(before, portion=raised) if change == "label" else replace(before, digest="0" * 64)
    with pytest.raises(Superseded):
        build_afresh(plan, views=tmp_path, read=lambda _id: after)
    assert not list(tmp_path.rglob("*.sst"))
    assert build_afresh(plan, views=tmp_path, read=lambda _id: before)


def test_the_server_itself_ends_what_runs_on_a_view_that_is_taken_back(tmp_path: Path) -> None:
    """Without the publisher, which would end the workers after it: a query is over before the server acknowledges."""
    ref = build_view([stored(300)], views=tmp_path, policies=food_policies())
    anonymous = Principal("anonymous", "", drinker(WATER).to_data(), ref)
    Publication(anonymous, ()).write(tmp_path)
    acknowledged: list[float] = []
    doorkeeper = Doorkeeper(
        tmp_path,
        policies=food_policies(),
        settings=Settings(query_seconds=2 * SECONDS),
        acknowledge=lambda _stamp: acknowledged.append(time.monotonic()),
    )
    ended: list[SluisError] = []
    at_work = threading.Event()

    def ask() -> None:
        workers = doorkeeper.admit(None).desk.workers
        try:
            b"".join(workers.start(guard(ENDLESS), form="json", at_work=lambda _worker: at_work.set()))
        except SluisError as error:
            ended.append(error)

    asker = threading.Thread(target=ask)
    try:
        asker.start()
        assert at_work.wait(SECONDS)
        Publication(replace(anonymous, view=None), (), (ref.directory,)).write(tmp_path)
        with pytest.raises(NotPublished):
            doorkeeper.admit(None)
        asker.join(timeout=SECONDS / 6)
        assert not asker.is_alive()
        assert [type(error) for error in ended] == [NotPublished]
        assert len(acknowledged) == 2
    finally:
        doorkeeper.close()
        asker.join(timeout=SECONDS)


def test_what_is_deleted_is_gone_from_the_database_and_its_journal_at_once(tmp_path: Path) -> None:
    """Before the file is written anew: a crash may come in between, and writing anew need not reach every old page."""
    canary = b"CANARY" * 50_000
    database = open_database(tmp_path)

    def files_with_it() -> list[str]:
        return [path.name for path in tmp_path.iterdir() if b"CANARYCANARY" in path.read_bytes()]

    try:
        database.execute("CREATE TABLE spill (text BLOB)")
        database.execute("INSERT INTO spill VALUES (?)", (canary,))
        assert files_with_it() == ["portions.sqlite"]
        database.execute("DELETE FROM spill")
        assert files_with_it() == []
    finally:
        database.close()
