"""A query that runs away, hoards memory or comes in a monstrous form hurts nobody but its asker."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from graph_service.errors import QueryRefused, QueryTimeout, QueryTooLarge, WorkersBusy
from graph_service.running import Service
from graph_service.serving.query_guard import MAX_CHARACTERS, MAX_DEPTH, GuardedQuery, Token, guard
from graph_service.serving.workers import ViewWorkers
from graph_service.settings import Layout, Settings
from tests.attacks.test_isolation import children
from tests.service import Answer, Reader, copy_of, serving, tokens, write_settings

LIMIT = 1.5
"""The time limit of these tests' server, in seconds."""

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HOG = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
FORM = "application/x-www-form-urlencoded"
_asked = itertools.count()


def point() -> str:
    """A small query that was never asked before: no kept answer can stand for a worker."""
    return f"SELECT * {{ <https://w3id.org/sluis/id/actor/minusma> ?p ?o }} LIMIT {1 + next(_asked)}"


@pytest.fixture(scope="module")
def service(demo_layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    layout = copy_of(demo_layout, tmp_path_factory.mktemp("limits") / "data")
    write_settings(layout, query_seconds=LIMIT, queue_seconds=0.5, worker_memory_mib=256, cache_mib=1)
    with serving(layout) as service:
        yield service


@pytest.fixture
def reader(service: Service) -> Reader:
    return Reader(service.port)


@pytest.fixture
def analyst(service: Service) -> Reader:
    return Reader(service.port, tokens(service.layout)["analyst"])


def pool_of(dataset: Path, **settings: float) -> ViewWorkers:
    return ViewWorkers(dataset, Settings(**settings))  # type: ignore[arg-type]


def is_well(reader: Reader) -> bool:
    return reader.sparql(point()).status == 200


def test_a_runaway_is_ended_at_its_limit_while_the_point_queries_of_others_are_answered(
    reader: Reader, analyst: Reader
) -> None:
    assert is_well(reader)
    assert is_well(analyst)
    ended: list[tuple[Answer, float]] = []

    def run_away() -> None:
        began = time.monotonic()
        ended.append((reader.sparql(RUNAWAY), time.monotonic() - began))

    thread = threading.Thread(target=run_away)
    thread.start()
    answers = []
    while thread.is_alive():
        answers += [(asker.sparql(point()), asker.token) for asker in (reader, analyst)]
    thread.join()
    (answer, seconds) = ended[0]
    assert (answer.status, answer.data["type"]) == (503, "https://w3id.org/sluis/problem/timeout")
    assert int(answer.headers["retry-after"]) > 0
    assert LIMIT <= seconds < LIMIT + 3
    assert len(answers) > 10
    assert {(answer.status, token) for answer, token in answers} == {(200, None), (200, analyst.token)}


def test_runaways_on_every_worker_of_a_view_leave_other_views_unharmed(reader: Reader, analyst: Reader) -> None:
    assert is_well(analyst)
    threads = [threading.Thread(target=reader.sparql, args=(RUNAWAY,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    busy = reader.sparql(point())
    others = [is_well(analyst) for _ in range(10)]
    for thread in threads:
        thread.join()
    assert (busy.status, busy.data["type"]) == (503, "https://w3id.org/sluis/problem/busy")
    assert int(busy.headers["retry-after"]) > 0
    assert all(others)
    assert is_well(reader)


def test_a_memory_hog_is_told_that_it_is_too_large_and_the_pool_recovers(small_dataset: Path) -> None:
    pool = pool_of(small_dataset, worker_memory_mib=200, query_seconds=30, workers_per_view=1)
    try:
        with pytest.raises(QueryTooLarge):
            pool.ask(guard(HOG), form="json")
        assert pool.ask(guard("ASK { ?s ?p ?o }"), form="csv") == b"true"
    finally:
        pool.close()


def test_a_memory_hog_over_http_is_a_503_and_the_next_query_is_answered(reader: Reader) -> None:
    answer = reader.sparql(HOG)
    assert answer.status == 503
    assert answer.data["type"] in {"https://w3id.org/sluis/problem/too-large", "https://w3id.org/sluis/problem/timeout"}
    assert answer.headers["retry-after"]
    assert is_well(reader)


def test_an_answer_far_larger_than_the_cache_arrives_whole_and_is_not_kept(reader: Reader) -> None:
    for media in ("application/sparql-results+json", "text/csv"):
        for _ in range(2):
            answer = reader.sparql("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 30000", accept=media)
            assert answer.status == 200
            assert len(answer.body) > 2 << 20
            assert (answer.body.count(b'"a":') if "json" in media else answer.body.count(b"\n") - 1) == 30_000
    assert is_well(reader)


def test_an_answer_arrives_whole_however_large(demo_layout: Layout) -> None:
    """The server may write no file, so nothing on the way may need one. Rows are repeated, not sorted: they stream."""
    with serving(demo_layout) as service:
        for rows in (5_000, 23_000, 80_000, 500_000):
            query = f"SELECT (CONCAT('{'x' * 40}') AS ?x) {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {rows}"
            answer = Reader(service.port).sparql(query, accept="text/tab-separated-values")
            assert answer.status == 200
            assert answer.body.count(b"\n") == rows + 1


def test_a_slow_reader_of_a_large_answer_gets_all_of_it_and_the_connection_ends(demo_layout: Layout) -> None:
    """It waits in the pipes and a small part of the server's memory: the server may write no file for it to wait in."""
    query = f"SELECT (CONCAT('{'x' * 40}') AS ?x) {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 200000"
    target = f"/sparql?{urlencode({'query': query})}"
    received = b""
    with serving(demo_layout) as service, socket.create_connection(("127.0.0.1", service.port), timeout=15) as client:
        request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\nConnection: close\r\n\r\n"
        client.sendall(request.encode())
        time.sleep(2)  # the answer is there, and the connection is full
        while chunk := client.recv(1 << 20):
            received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nTransfer-Encoding: chunked" in head
    assert unchunked(body).count(b"\n") == 200_001


def unchunked(body: bytes) -> bytes:
    """The body without its chunks' sizes; it must have its end."""
    found = b""
    while True:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            assert body == b"\r\n"
            return found
        found, body = found + body[:length], body[length + 2 :]


def test_the_same_worker_goes_on_after_a_large_answer(small_dataset: Path) -> None:
    pool = pool_of(small_dataset, workers_per_view=1)
    try:
        pool.ask(guard("ASK {}"), form="csv")
        (before,) = (worker.pid for worker in pool._idle)
        assert len(pool.ask(guard("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 50000"), form="json")) > 5 << 20
        assert pool.ask(guard("ASK { ?s ?p ?o }"), form="csv") == b"true"
        assert [worker.pid for worker in pool._idle] == [before]
    finally:
        pool.close()


def test_a_client_can_not_ask_for_more_time_than_the_settings_give(small_dataset: Path) -> None:
    pool = pool_of(small_dataset, query_seconds=0.5)
    try:
        began = time.monotonic()
        with pytest.raises(QueryTimeout):
            pool.ask(guard(RUNAWAY), form="json", seconds=3600.0)
        assert time.monotonic() - began < 5
    finally:
        pool.close()


@pytest.mark.parametrize(("size", "status"), [(MAX_CHARACTERS + 1, 400), ((1 << 20) + 1, 413)])
def test_an_oversized_query_text_is_refused_by_its_size_alone(size: int, status: int, reader: Reader) -> None:
    query = "ASK {} #".ljust(size, "x")
    answer = reader.request("POST", "/sparql", body=query, headers={"Content-Type": "application/sparql-query"})
    assert answer.status == status
    assert is_well(reader)


def test_a_body_far_beyond_the_limit_is_refused_or_cut_off_and_never_taken_in(reader: Reader) -> None:
    with contextlib.suppress(ConnectionError):  # the server may hang up before the client has said all
        body = b"ASK {} #".ljust(30 << 20, b"x")
        answer = reader.request("POST", "/sparql", body=body, headers={"Content-Type": "application/sparql-query"})
        assert answer.status == 413
    assert is_well(reader)


@pytest.mark.parametrize("size", [400 << 10, 600 << 10, 1000 << 10])
def test_a_form_of_any_size_gets_an_answer_in_words(size: int, reader: Reader) -> None:
    """The server may write no file, so nothing on the way may need one."""
    answer = reader.request(
        "POST", "/sparql", body="query=ASK%7B%7D&x=".ljust(size, "x"), headers={"Content-Type": FORM}
    )
    assert answer.status in {200, 413}
    assert is_well(reader)


def test_a_query_of_just_the_largest_size_is_answered(reader: Reader) -> None:
    query = "ASK {} #".ljust(MAX_CHARACTERS, "x")
    answer = reader.request("POST", "/sparql", body=query, headers={"Content-Type": "application/sparql-query"})
    assert answer.status == 200


def test_an_endless_request_line_is_refused(reader: Reader) -> None:
    assert reader.get("/sparql", {"query": "ASK {} #" + "x" * (300 << 10)}).status in {400, 413, 414, 431}
    assert is_well(reader)


@pytest.mark.parametrize(("opening", "closing"), [("{", "}"), ("(", ")"), ("[", "]"), ("<<( ", ")>>")])
def test_nesting_deeper_than_the_limit_is_refused_by_the_guard(opening: str, closing: str) -> None:
    deep = MAX_DEPTH + 1
    with pytest.raises(QueryRefused, match="nests deeper"):
        guard("ASK " + opening * deep + closing * deep)


MONSTERS = {
    "groups as deep as allowed": "ASK " + "{" * (MAX_DEPTH - 1) + "}" * (MAX_DEPTH - 1),
    "brackets as deep as allowed": "ASK { FILTER" + "(" * (MAX_DEPTH - 1) + "1" + ")" * (MAX_DEPTH - 1) + "}",
    "exists as deep as allowed": "ASK " + "{ FILTER EXISTS " * (MAX_DEPTH - 2) + "{}" + "}" * (MAX_DEPTH - 2),
    "optionals as deep as allowed": "ASK " + "{ OPTIONAL " * (MAX_DEPTH - 2) + "{}" + "}" * (MAX_DEPTH - 2),
    "blank nodes as deep as allowed": "ASK { [] ?p " + "[ ?q " * (MAX_DEPTH - 3) + "1" + "]" * (MAX_DEPTH - 3) + "}",
    "a hundred thousand negations": "ASK { FILTER(" + "!" * 100_000 + "true) }",
    "a row of minus signs": "ASK { FILTER(1 = " + "- " * 50_000 + "1) }",
    "a long sum": "ASK { FILTER(1 = " + "+".join(["1"] * 20_000) + ") }",
    "a long disjunction": "ASK { FILTER(" + "||".join(["false"] * 20_000) + ") }",
    "a long path": "ASK { ?s " + "/".join(["rdf:rest"] * 10_000) + " ?o }",
    "an inverse of an inverse": "ASK { ?s " + "^" * 100_000 + "rdf:rest ?o }",
    "many alternatives": "ASK { ?s " + "|".join(["rdf:rest"] * 10_000) + " ?o }",
    "many unions": "ASK { " + " UNION ".join(["{}"] * 20_000) + " }",
    "many optionals": "ASK { " + "OPTIONAL { ?s ?p ?o } " * 8_000 + " }",
    "many triples": "ASK { " + "?s ?p ?o . " * 15_000 + " }",
    "many values": "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + "1 " * 90_000 + " } }",
    "a square of values": "SELECT (COUNT(*) AS ?n) { VALUES ?x { "
    + "1 " * 40_000
    + " } VALUES ?y { "
    + "2 " * 40_000
    + "} }",
    "many variables": "SELECT * { VALUES (" + "".join(f"?v{n} " for n in range(20_000)) + ") {} }",
    "a huge number": "ASK { FILTER(" + "9" * 150_000 + " > 1) }",
    "a huge string": 'ASK { FILTER(STRLEN("' + "x" * 190_000 + '") > 1) }',
    "a huge regular expression": 'ASK { FILTER(REGEX("a", "' + "(a{99}){99}" * 3 + '")) }',
    "a backtracking regular expression": 'ASK { FILTER(REGEX("' + "a" * 40 + '!", "^(a+)+$")) }',
    "a string that doubles": "SELECT * { BIND('x' AS ?v0) "
    + "".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1}) " for n in range(40))
    + "}",
    "a limit beyond counting": "SELECT * { ?s ?p ?o } LIMIT " + "9" * 40,
    "an offset beyond counting": "SELECT * { ?s ?p ?o } OFFSET 18446744073709551615",
}


@pytest.mark.parametrize("query", MONSTERS.values(), ids=MONSTERS)
def test_a_monstrous_query_is_answered_or_refused_in_time_and_the_next_one_is_answered(
    query: str, reader: Reader
) -> None:
    began = time.monotonic()
    answer = reader.request("POST", "/sparql", body=query, headers={"Content-Type": "application/sparql-query"})
    assert time.monotonic() - began < LIMIT + 5
    assert answer.status in {200, 400, 503}, answer.text[:500]
    assert is_well(reader)


@pytest.mark.parametrize("size", [10_000, 100_000, 240_000])
def test_a_giant_parameter_is_answered_or_refused_and_the_next_one_is_answered(size: int, reader: Reader) -> None:
    for text in ("x" * size, "1" * size, "id:" + "x" * size, "http://" + "x" * size):
        answer = reader.question("coordination-links", {"actor": text})
        assert answer.status in {200, 400, 414, 431}
        number = reader.question("interviews-by-category", {"minimum": text})
        assert number.status in {200, 400, 414, 431}
    assert is_well(reader)


def test_a_worker_killed_from_outside_between_queries_is_replaced_unnoticed(small_dataset: Path) -> None:
    pool = pool_of(small_dataset, workers_per_view=1)
    try:
        pool.ask(guard("ASK {}"), form="csv")
        (worker,) = pool._idle
        worker._process.kill()
        worker._process.wait()
        assert pool.ask(guard("ASK { ?s ?p ?o }"), form="csv") == b"true"
        assert pool._idle != [worker]
    finally:
        pool.close()


def test_a_server_s_workers_killed_from_outside_are_replaced(service: Service, reader: Reader) -> None:
    assert is_well(reader)
    killed = children(service.server_pid)
    assert killed
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert is_well(reader)
    assert not set(killed) & set(children(service.server_pid))


def test_a_worker_killed_while_it_answers_is_replaced(small_dataset: Path) -> None:
    pool = pool_of(small_dataset, workers_per_view=1, query_seconds=20)
    try:
        pool.ask(guard("ASK {}"), form="csv")
        (worker,) = pool._idle
        killer = threading.Timer(0.5, worker._process.kill)
        killer.start()
        with pytest.raises(QueryTooLarge):
            pool.ask(guard(RUNAWAY), form="json")
        killer.join()
        assert pool.ask(guard("ASK { ?s ?p ?o }"), form="csv") == b"true"
    finally:
        pool.close()


def test_a_full_pool_says_so_after_its_queue_time(small_dataset: Path) -> None:
    pool = pool_of(small_dataset, workers_per_view=1, query_seconds=2, queue_seconds=0.2)
    ended: list[BaseException] = []

    def run_away() -> None:
        try:
            pool.ask(guard(RUNAWAY), form="json")
        except QueryTimeout as error:
            ended.append(error)

    thread = threading.Thread(target=run_away)
    thread.start()
    try:
        time.sleep(0.5)
        began = time.monotonic()
        with pytest.raises(WorkersBusy):
            pool.ask(guard("ASK {}"), form="csv")
        assert time.monotonic() - began < 1
    finally:
        thread.join()
        pool.close()
    assert len(ended) == 1


def test_no_worker_is_left_when_a_pool_closes_or_a_server_ends(demo_layout: Layout, small_dataset: Path) -> None:
    pool = pool_of(small_dataset, workers_per_view=1)
    pool.ask(guard("ASK {}"), form="csv")
    (pid,) = (worker.pid for worker in pool._idle)
    pool.close()
    assert not Path(f"/proc/{pid}").exists()
    with serving(demo_layout) as service:
        assert is_well(Reader(service.port))
        pids = [service.server_pid, *children(service.server_pid)]
        assert len(pids) == 2
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


def test_text_that_the_engine_alone_would_see_as_nested_is_bounded_by_the_worker(small_dataset: Path) -> None:
    """Without the guard's depth limit a worker dies of its stack; the pool lives on."""
    deep = GuardedQuery((Token("word", "ASK " + "{" * 100_000 + "}" * 100_000, 1, 1),), "ASK")
    pool = pool_of(small_dataset, workers_per_view=1)
    try:
        with pytest.raises((QueryTooLarge, QueryRefused, QueryTimeout)):
            pool.ask(deep, form="csv")
        assert pool.ask(guard("ASK { ?s ?p ?o }"), form="csv") == b"true"
    finally:
        pool.close()
