"""Workers and their pool: what is passed between them, what goes wrong, and who is told what."""

from __future__ import annotations

import io
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph_service.errors import IsolationError, NotPublished, QueryEnded, QueryRefused, QueryTimeout
from graph_service.serving.frames import BODY, CHUNK, DONE, HEADER, read_frame, write_frame
from graph_service.serving.query_guard import GuardedQuery, Token, guard
from graph_service.serving.query_worker import FrameWriter
from graph_service.serving.running_queries import RunningQueries, RunningQuery
from graph_service.serving.worker import Worker, WorkerDied
from graph_service.serving.workers import ViewWorkers
from graph_service.settings import Settings
from tests.service import write_dataset

SELECT = "SELECT * { ?s ?p ?o } ORDER BY ?o"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    quads = [Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal(number)) for number in range(5)]
    quads.append(Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal("één 🧪")))
    return write_dataset(tmp_path_factory.mktemp("workers") / "dataset", quads)


@pytest.fixture
def pool(dataset: Path) -> Iterator[ViewWorkers]:
    opened = ViewWorkers(dataset, Settings(workers_per_view=2))
    yield opened
    opened.close()


def test_a_frame_is_read_back_as_it_was_written() -> None:
    stream = io.BytesIO()
    for payload in (b"", b"x", b"\x00" * 70_000):
        write_frame(stream, BODY, payload)
    write_frame(stream, DONE, b"")
    stream.seek(0)
    assert [read_frame(stream) for _ in range(4)] == [(BODY, b""), (BODY, b"x"), (BODY, b"\x00" * 70_000), (DONE, b"")]


@pytest.mark.parametrize("cut", [0, 1, HEADER.size - 1, HEADER.size, HEADER.size + 2])
def test_a_frame_cut_short_is_an_end_and_never_a_part(cut: int) -> None:
    stream = io.BytesIO()
    write_frame(stream, BODY, b"abc")
    with pytest.raises(EOFError):
        read_frame(io.BytesIO(stream.getvalue()[:cut]))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5])
def test_the_frame_writer_sends_whole_pieces_at_once_and_a_smaller_last_one(size: int) -> None:
    stream = io.BytesIO()
    writer = FrameWriter(stream)
    data = bytes(n % 251 for n in range(size))
    for start in range(0, size, 1000):
        assert writer.write(data[start : start + 1000]) == len(data[start : start + 1000])
    assert len(stream.getvalue()) == size // CHUNK * (HEADER.size + CHUNK)  # sent before the answer is over
    writer.send_rest()
    stream.seek(0)
    frames = [read_frame(stream) for _ in range(size // CHUNK + 1)]
    assert stream.read() == b""
    assert {kind for kind, _ in frames} == {BODY}
    assert [len(payload) for _, payload in frames] == [CHUNK] * (size // CHUNK) + [size % CHUNK]
    assert b"".join(payload for _, payload in frames) == data


def test_an_answer_comes_whole_and_the_worker_is_used_again(pool: ViewWorkers) -> None:
    first = json.loads(pool.ask(guard(SELECT), form="json"))
    (worker,) = pool._idle
    assert [row["o"]["value"] for row in first["results"]["bindings"]][-1] == "één 🧪"
    assert pool.ask(guard("ASK {}"), form="csv") == b"true"
    assert pool._idle == [worker]


def test_a_pool_has_no_more_workers_than_its_settings_say(pool: ViewWorkers) -> None:
    threads = [threading.Thread(target=pool.ask, args=(guard(SELECT),), kwargs={"form": "json"}) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(pool._idle) <= 2


def test_a_closed_pool_keeps_no_worker(pool: ViewWorkers) -> None:
    pool.ask(guard("ASK {}"), form="csv")
    (worker,) = pool._idle
    pool.close()
    assert worker._process.poll() is not None
    pool.ask(guard("ASK {}"), form="csv")  # one that was admitted before the view was let go
    assert pool._idle == []


@pytest.mark.parametrize(
    ("query", "place"),
    [("SELECT *\n{ ?s ?p\n}", (3, 1)), ("SELECT * {}\nLIMIT\n -1", (3, 2))],
)
def test_what_the_engine_can_not_read_is_refused_with_its_place(
    query: str, place: tuple[int, int], pool: ViewWorkers
) -> None:
    with pytest.raises(QueryRefused) as refused:
        pool.ask(guard(query), form="json")
    assert (refused.value.line, refused.value.column) == place
    assert "error at" not in refused.value.public
    assert "error at" in refused.value.detail
    assert len(pool._idle) == 1  # the worker lives on


def test_what_the_engine_can_not_evaluate_is_refused_without_its_words(pool: ViewWorkers) -> None:
    with pytest.raises(QueryRefused) as refused:
        pool.ask(guard("SELECT (<urn:nothing>(?o) AS ?x) { ?s ?p ?o }"), form="json")
    assert refused.value.public in {"the query can't be evaluated", "`<urn:nothing>` can't stand here"}
    assert "urn:nothing" in refused.value.detail


@pytest.mark.parametrize("iri", ["http://[", "http://a/%zz", "http://a:port/"])
def test_a_graph_s_name_that_the_engine_does_not_take_is_refused_as_that(iri: str, pool: ViewWorkers) -> None:
    for query in (guard(f"ASK FROM <{iri}> {{}}"), guard("SELECT * {}").on_dataset([], [iri])):
        with pytest.raises(QueryRefused, match="is not an IRI"):
            pool.ask(query, form="json")
    assert len(pool._idle) == 1


def test_a_format_that_does_not_fit_is_a_failed_query_and_not_a_failed_worker(pool: ViewWorkers) -> None:
    for query, form in ((SELECT, "turtle"), ("CONSTRUCT WHERE { ?s ?p ?o }", "json")):
        with pytest.raises(QueryRefused):
            pool.ask(guard(query), form=form)
    assert len(pool._idle) == 1


def request(query: str) -> dict[str, object]:
    """What the pool sends to a worker, on the view as it stands."""
    nothing = {"default_graphs": None, "named_graphs": None, "portions": None}
    return {"query": query, "format": "json", "prefixes": {}, **nothing}


def at_once(worker: Worker, query: str, *, seconds: float) -> bytes:
    return b"".join(worker.answer(request(query), deadline=time.monotonic() + seconds, wanted=lambda: True))


ENDLESS = "SELECT (COUNT(*) AS ?n) {" + "".join(f" ?a{n} ?b{n} ?c{n} ." for n in range(20)) + "}"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def test_an_answer_past_one_piece_comes_in_pieces_and_the_worker_is_used_again(pool: ViewWorkers) -> None:
    stream = pool.start(guard(LARGE), form="json")
    assert stream.whole is None
    assert pool._idle == []  # at work until the last piece
    pieces = list(stream)
    assert {len(piece) for piece in pieces[:-1]} == {CHUNK}
    assert len(pieces) > 2
    assert len(pieces[-1]) < CHUNK
    assert len(json.loads(b"".join(pieces))["results"]["bindings"]) == 6**4
    (worker,) = pool._idle
    assert pool.ask(guard("ASK {}"), form="csv") == b"true"
    assert pool._idle == [worker]


def test_an_answer_that_is_let_go_ends_its_worker_and_gives_its_place_back(dataset: Path) -> None:
    pool = ViewWorkers(dataset, Settings(workers_per_view=1, queue_seconds=0.5))
    for _ in range(3):
        stream = pool.start(guard(LARGE), form="json")
        next(iter(stream))
        stream.close()
        stream.close()  # twice is once: a place given back twice would be one too many
        assert pool.pids == []
    assert pool.ask(guard("ASK {}"), form="csv") == b"true"
    pool.close()


def test_a_query_that_nobody_waits_for_is_ended(dataset: Path) -> None:
    pool = ViewWorkers(dataset, Settings(workers_per_view=1, query_seconds=30))
    began = time.monotonic()
    with pytest.raises(QueryEnded):
        pool.start(guard(ENDLESS), form="json", wanted=lambda: False)
    assert time.monotonic() - began < 10
    assert pool.pids == []
    assert pool.ask(guard("ASK {}"), form="csv") == b"true"
    pool.close()


def test_a_pool_that_was_ended_answers_nothing_any_more(dataset: Path) -> None:
    """Not even what it had kept: the view was taken back."""
    pool = ViewWorkers(dataset, Settings(workers_per_view=1))
    pool.ask(guard("ASK {}"), form="csv")
    pool.cache.put(("key",), b"kept")
    pool.end()
    pool.cache.put(("later",), b"")
    assert (pool.pids, pool.cache.get(("key",)), pool.cache.get(("later",))) == ([], None, None)
    for _ in range(2):  # its place was given back
        with pytest.raises(NotPublished):
            pool.ask(guard("ASK {}"), form="csv")
    assert pool.pids == []


def test_a_worker_that_is_just_being_started_is_ended_too(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is started when the pool is ended, before it has said that it is ready; and one moment earlier."""
    real = subprocess.Popen
    for early in (True, False):
        pool = ViewWorkers(dataset, Settings(workers_per_view=1))
        seen: list[Worker] = []

        def frame(
            worker: Worker, *_: object, pool: ViewWorkers = pool, seen: list[Worker] = seen
        ) -> tuple[bytes, bytes]:
            seen.append(worker)
            pool.end()
            assert worker._process.wait(timeout=10) != 0
            raise WorkerDied

        def spawn(*given: Any, pool: ViewWorkers = pool, **named: Any) -> Any:
            found = real(*given, **named)
            pool.end()
            return found

        with monkeypatch.context() as patch:
            patch.setattr(*((subprocess, "Popen", spawn) if early else (Worker, "_frame", frame)))
            with pytest.raises(NotPublished):
                pool.ask(guard("ASK {}"), form="csv")
        assert pool.pids == []
        assert early or seen[0]._process.poll() is not None


def test_a_query_that_waits_for_a_worker_when_its_view_is_taken_back_is_refused(dataset: Path) -> None:
    pool = ViewWorkers(dataset, Settings(workers_per_view=1, queue_seconds=20, query_seconds=30))
    refusals: list[object] = []

    def run(query: str) -> None:
        try:
            refusals.append(pool.ask(guard(query), form="json"))
        except NotPublished as refused:
            refusals.append(refused)

    threads = [threading.Thread(target=run, args=(ENDLESS,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 10
    while not pool.pids and time.monotonic() < deadline:
        time.sleep(0.05)
    pool.end()
    for thread in threads:
        thread.join(timeout=10)
    assert [type(refused) for refused in refusals] == [NotPublished] * 2
    assert pool.pids == []


def test_whoever_listens_is_told_of_a_worker_before_and_after(pool: ViewWorkers) -> None:
    told: list[Worker | None] = []

    def at_work(worker: Worker | None) -> None:
        told.append(worker)
        assert worker is not None or not pool._idle  # before it is given back

    pool.start(guard("ASK {}"), form="csv", at_work=at_work)
    assert told == [pool._idle[0], None]


def test_a_query_that_is_ended_between_two_workers_ends_at_the_next(pool: ViewWorkers) -> None:
    """And never a worker that has gone on to another's query."""
    running, query = RunningQueries(), RunningQuery("1", "ann", "ASK {}")

    def at_work(worker: Worker | None) -> None:
        running.at_work(query, worker)

    pool.start(guard("ASK {}"), form="csv", at_work=at_work)
    (worker,) = pool._idle
    assert [found.query_id for found in running.of("ann")] == ["1"]
    running.refuse_ended(query)
    assert not running.end("1", asker="bob")
    assert running.end("1", asker="ann")
    assert worker.alive
    assert pool.ask(guard("ASK {}"), form="csv") == b"true"
    with pytest.raises(QueryEnded):
        running.refuse_ended(query)
    with pytest.raises(QueryEnded):
        pool.start(guard(ENDLESS), form="json", at_work=at_work)
    running.remove("1")
    assert running.of("ann") == []
    assert not running.end("1", asker="ann")


def test_a_worker_ends_when_its_starter_closes_the_pipe(dataset: Path) -> None:
    worker = Worker(dataset, Settings(), derives=False)
    worker._process.stdin.close()  # type: ignore[union-attr]
    assert worker._process.wait(timeout=10) == 0
    worker._process.stdout.close()  # type: ignore[union-attr]


def test_a_worker_at_work_ends_when_its_starter_closes_the_pipe(dataset: Path) -> None:
    worker = Worker(dataset, Settings(), derives=False)
    with pytest.raises(QueryTimeout):
        at_once(worker, ENDLESS, seconds=0.3)
    worker._process.stdin.close()  # type: ignore[union-attr]
    assert worker._process.wait(timeout=10) == 0
    worker._process.stdout.close()  # type: ignore[union-attr]


def test_a_worker_can_not_write_its_view(dataset: Path, pool: ViewWorkers) -> None:
    before = sorted((path.name, path.read_bytes()) for path in dataset.iterdir())
    pool.ask(guard(SELECT), form="json")
    assert sorted((path.name, path.read_bytes()) for path in dataset.iterdir()) == before


def test_a_view_that_is_not_there_starts_no_worker(tmp_path: Path) -> None:
    pool = ViewWorkers(tmp_path / "nothing", Settings())
    with pytest.raises(IsolationError) as refused:
        pool.ask(guard("ASK {}"), form="csv")
    assert str(tmp_path) not in refused.value.public
    pool.close()


def test_whoever_builds_a_guarded_query_by_hand_still_gets_one_line(pool: ViewWorkers) -> None:
    """A term that was bound is one token of several words: the place of an error is found all the same."""
    query = GuardedQuery((Token("word", "ASK", 1, 1), Token("sign", "{", 1, 5), Token("sign", "}", 2, 1)), "ASK")
    assert pool.ask(query, form="csv") == b"true"
