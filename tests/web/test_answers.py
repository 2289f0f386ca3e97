"""Answers as they travel: datasets, streams, limits, validators and caches, markings of rows, lower clearances."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import RdfFormat, parse

from graph_service.builder import Builder
from graph_service.demo import DEMO_KEY
from graph_service.handling import format_marking
from graph_service.portions import Portion
from graph_service.running import Service
from graph_service.security import high_water_mark
from graph_service.serving.audit import AUDIT_FILE
from graph_service.serving.frames import CHUNK
from graph_service.settings import SETTINGS_FILE, Layout, read_settings
from tests.service import JSON, SECONDS, Answer, Reader, bindings, serving
from tests.worlds import WORLDS, World

EX = "https://example.org/"
XSD_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
SLUIS = "https://w3id.org/sluis/ns#"
NUMBERS = 1000
LIMIT = 6.0
"""The time limit of these tests' server, in seconds."""

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
POINT = f"SELECT * {{ <{EX}n1> ?p ?o }}"
ENDLESS_ROWS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LARGE = f"SELECT ?a ?b {{ ?a <{EX}number> ?x . ?b <{EX}number> ?y }} LIMIT 300000"
PROBLEM = "https://w3id.org/sluis/problem/"


def fact(subject: str, predicate: str, value: str) -> str:
    return f"<{EX}{subject}> <{EX}{predicate}> {value} .\n"


SHARED = fact("anna", "knows", f"<{EX}bert>")
CONTENT = {
    "numbers": "".join(fact(f"n{n}", "number", f'"{n}"^^<{XSD_INTEGER}>') for n in range(NUMBERS)),
    "one": SHARED + fact("anna", "says", '"one"') + fact("twice", "says", '"low"'),
    "two": SHARED + fact("anna", "says", '"two"'),
    "tea": fact("bert", "says", '"tea"')
    + fact("anna", "hides", '"tea"')
    + fact("anna", "age", f'"41"^^<{XSD_INTEGER}>'),
    "odd": fact("é&x=#y+", "calls", '"odd name"'),
    "sugar": fact("carla", "says", '"sugar"') + fact("dora", "says", '"either"') + fact("x", "left", f"<{EX}y>"),
    "dish": fact("dora", "says", '"either"') + fact("y", "right", f"<{EX}z>"),
    "top": fact("ghost", "says", '"top"'),
}


def markings(world: World) -> dict[str, str]:
    """``sugar`` and ``dish`` are incomparable: a compartment, and another policy's high level."""
    markings = dict.fromkeys(("numbers", "one", "two", "odd"), world.lowest)
    sugar = f"{world.lowest}//{world.compartment}"
    return {**markings, "tea": world.low, "sugar": sugar, "dish": world.other_high, "top": world.top}


class Place:
    """A served folder with its readers by name, and the graph of each portion."""

    def __init__(self, service: Service, tokens: dict[str, str], world: World) -> None:
        self.service, self.world = service, world
        self.readers = {"anonymous": Reader(service.port), **{n: Reader(service.port, t) for n, t in tokens.items()}}
        rows = self.readers["all"].rows(f"SELECT ?g ?s {{ GRAPH ?g {{ ?g a <{SLUIS}Portion> ; dcterms:source ?s }} }}")
        self.graphs = {row["s"].removeprefix(f"{EX}source/"): row["g"] for row in rows}


@pytest.fixture(scope="module", params=WORLDS, ids=repr)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """``low`` reads the lowest level, ``tea`` one more, ``bare`` has no compartment, ``all`` all but the top."""
    world: World = request.param
    layout = world.prepare(Layout(tmp_path_factory.mktemp(f"answers-{world.name}") / "data"))
    with (layout.data / SETTINGS_FILE).open("a", encoding="utf-8") as settings:
        settings.write(f"query_seconds = {LIMIT}\nqueue_seconds = 2.0\n")
    builder = Builder(layout, read_settings(layout.data), key=DEMO_KEY)
    try:
        for name, text in CONTENT.items():
            label = world.label(markings(world)[name])
            builder.load([Portion(f"{EX}source/{name}", "part", label, f"{EX}originator", text)])
        clearances = {
            "low": world.clearance(world.lowest),
            "other": world.clearance(world.lowest),
            "tea": world.clearance(world.low),
            "dishes": world.clearance(world.low, world.other_high),
            "all": world.clearance(world.high, world.other_high, compartments=[world.compartment]),
        }
        tokens = {name: builder.add_user(name, clearance) for name, clearance in clearances.items()}
    finally:
        builder.close()
    with serving(layout) as service:
        yield Place(service, tokens, world)


@pytest.fixture
def anonymous(place: Place) -> Reader:
    return place.readers["anonymous"]


@pytest.fixture
def reader(place: Place) -> Reader:
    """Whoever sees all but the top."""
    return place.readers["all"]


def ask(reader: Reader, query: str, *more: tuple[str, str], headers: dict[str, str] | None = None) -> Answer:
    return reader.request("GET", f"/sparql?{urlencode([('query', query), *more])}", headers=headers)


def rows_of(answer: Answer) -> list[dict[str, str]]:
    assert answer.status == 200, answer.text
    return bindings(answer)


# --- datasets --------------------------------------------------------------------------------------------------------

KNOWS = f"SELECT (COUNT(*) AS ?n) {{ ?s <{EX}knows> ?o }}"
SAYS = f"SELECT ?o {{ <{EX}anna> <{EX}says> ?o }} ORDER BY ?o"


def in_clauses(query: str, default: list[str], named: list[str]) -> str:
    clauses = "".join(f"FROM <{g}> " for g in default) + "".join(f"FROM NAMED <{g}> " for g in named)
    head, brace, rest = query.partition("{")
    return f"{head}{clauses}{brace}{rest}"


def both_ways(reader: Reader, query: str, default: list[str], named: list[str]) -> Answer:
    """By the query's clauses and by the protocol's parameters: the same answer."""
    sent = [("default-graph-uri", g) for g in default] + [("named-graph-uri", g) for g in named]
    answer = ask(reader, query, *sent)
    assert answer.comparable == ask(reader, in_clauses(query, default, named)).comparable
    form = urlencode([("query", query), *sent])
    posted = reader.request("POST", "/sparql", body=form, headers={"Content-Type": "application/x-www-form-urlencoded"})
    direct = {"Content-Type": "application/sparql-query"}
    mixed = reader.request("POST", f"/sparql?{urlencode(sent)}", body=query, headers=direct)
    assert posted.comparable == mixed.comparable == answer.comparable
    return answer


def test_several_default_graphs_are_one_merged_graph(place: Place, anonymous: Reader) -> None:
    one, two = place.graphs["one"], place.graphs["two"]
    for graphs, count in (([one], "1"), ([one, two], "1"), ([one, one], "1"), ([two, one, f"{EX}nothing"], "1")):
        assert rows_of(both_ways(anonymous, KNOWS, graphs, [])) == [{"n": count}]
    assert rows_of(both_ways(anonymous, SAYS, [one], [])) == [{"o": "one"}]
    assert rows_of(both_ways(anonymous, SAYS, [one, two], [])) == [{"o": "one"}, {"o": "two"}]


def test_named_graphs_are_those_that_are_named_and_the_default_graph_is_then_empty(
    place: Place, anonymous: Reader
) -> None:
    one, two = place.graphs["one"], place.graphs["two"]
    graphs = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
    assert rows_of(both_ways(anonymous, graphs, [], [one])) == [{"g": one}]
    assert rows_of(both_ways(anonymous, graphs, [], [one, two])) == [{"g": g} for g in sorted([one, two])]
    assert rows_of(both_ways(anonymous, graphs, [one], [])) == []
    assert rows_of(both_ways(anonymous, KNOWS, [], [one])) == [{"n": "0"}]
    both = f"SELECT ?o ?also {{ <{EX}anna> <{EX}says> ?o GRAPH ?g {{ <{EX}anna> <{EX}says> ?also }} }}"
    assert rows_of(both_ways(anonymous, both, [one], [two])) == [{"o": "one", "also": "two"}]
    assert rows_of(both_ways(anonymous, both, [one, f"{EX}nothing"], [two])) == [{"o": "one", "also": "two"}]


def test_the_protocol_s_dataset_counts_instead_of_the_query_s(place: Place, anonymous: Reader) -> None:
    query = in_clauses(SAYS, [place.graphs["one"]], [])
    answer = ask(anonymous, query, ("default-graph-uri", place.graphs["two"]))
    assert rows_of(answer) == [{"o": "two"}]


def test_a_graph_that_is_hidden_is_a_graph_that_is_not_there(place: Place, anonymous: Reader, reader: Reader) -> None:
    """The bytes are the same, but for the name itself, which is a hash of the same length."""
    hidden = place.graphs["tea"]
    absent = hidden[:-8] + ("00000000" if not hidden.endswith("00000000") else "11111111")
    queries = [KNOWS, "SELECT * { ?s ?p ?o }", "SELECT ?g ?s { GRAPH ?g { ?s ?p ?o } }", "ASK { ?s ?p ?o }"]
    for query in queries:
        for default, named in (([0], []), ([], [0]), ([0, 1], [0]), ([1], [0, 1])):
            answers = []
            for name in (hidden, absent):
                graphs = (name, place.graphs["one"])
                answer = both_ways(anonymous, query, [graphs[n] for n in default], [graphs[n] for n in named])
                status, headers, body = answer.comparable
                answers.append((status, [pair for pair in headers if pair[0] != "etag"], body))
            assert answers[0] == answers[1]
    assert rows_of(both_ways(anonymous, "SELECT * { ?s ?p ?o }", [hidden], [])) == []
    assert rows_of(both_ways(reader, "SELECT * { ?s ?p ?o }", [hidden], [])) != []  # the control
    pages = [anonymous.get("/data", {"graph": name}) for name in (hidden, absent)]
    assert {page.status for page in pages} == {404}
    assert pages[0].comparable == pages[1].comparable
    assert reader.get("/data", {"graph": hidden}).status == 200


# --- streams ---------------------------------------------------------------------------------------------------------


def opened(reader: Reader, query: str, *more: tuple[str, str], version: str = "1.1") -> socket.socket:
    """A connection on which the query has been sent."""
    connection = socket.create_connection(("127.0.0.1", reader.port), timeout=SECONDS)
    target = f"/sparql?{urlencode([('query', query), *more])}"
    token = f"Authorization: Bearer {reader.token}\r\n" if reader.token else ""
    connection.sendall(f"GET {target} HTTP/{version}\r\nHost: x\r\n{token}Connection: close\r\n\r\n".encode())
    return connection


def received(connection: socket.socket) -> bytes:
    found = b""
    while piece := connection.recv(1 << 16):
        found += piece
    return found


def resident(pid: int, field: str = "VmRSS") -> int:
    """Bytes."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(f"{field}:"))


def workers(service: Service) -> dict[int, float]:
    """The processor time of each child of the server, in seconds."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == service.server_pid and fields[0] != "Z":
            found[int(stat.parent.name)] = (int(fields[11]) + int(fields[12])) / 100
    return found


def are_idle_within(service: Service, seconds: float) -> bool:
    """Whether no worker uses the processor any more, soon enough."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        before = workers(service)
        time.sleep(0.3)
        if all(used - before.get(pid, used) < 0.05 for pid, used in workers(service).items()):
            return True
    return False


def test_a_large_answer_leaves_in_pieces_before_it_is_made_and_takes_little_memory(
    place: Place, anonymous: Reader
) -> None:
    pid = place.service.server_pid
    before = resident(pid)
    largest, began = 0, time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", anonymous.port, timeout=SECONDS)
    connection.request("GET", f"/sparql?{urlencode({'query': LARGE})}", headers={"Accept": JSON})
    response = connection.getresponse()
    assert response.getheader("Transfer-Encoding") == "chunked"
    assert response.getheader("Content-Length") is None
    body = bytearray(response.read(1000))
    first = time.monotonic() - began
    while piece := response.read(1 << 20):
        body += piece
        largest = max(largest, resident(pid))
    whole = time.monotonic() - began
    connection.close()
    assert len(json.loads(body)["results"]["bindings"]) == 300_000
    assert len(body) > 20 << 20
    assert largest - before < 50 << 20
    assert first < whole / 2


def test_a_query_that_is_cut_off_never_ends_its_body_well(place: Place, anonymous: Reader) -> None:
    with opened(anonymous, ENDLESS_ROWS, ("timeout", "1")) as connection:
        found = received(connection)
    head, _, body = found.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"Transfer-Encoding: chunked" in head
    assert len(body) > CHUNK
    assert not body.endswith(b"\r\n0\r\n\r\n")
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        ask(anonymous, ENDLESS_ROWS, ("timeout", "1"))
    assert not ask(anonymous, POINT).headers.get("transfer-encoding")
    audit = (place.service.layout.audit / AUDIT_FILE).read_text(encoding="utf-8")
    assert any(json.loads(line).get("outcome") == "broken off" for line in audit.splitlines())


def test_over_http_1_0_an_answer_comes_whole_or_not_at_all(anonymous: Reader) -> None:
    """There the end of the connection is the end of the answer."""

    def asked(query: str, *more: tuple[str, str]) -> tuple[bytes, bytes, bytes]:
        with opened(anonymous, query, ("format", "json"), *more, version="1.0") as connection:
            head, _, body = received(connection).partition(b"\r\n\r\n")
        return head.split(b" ", 2)[1], head, body

    middling = LARGE.replace("300000", "5000")
    for _ in range(2):  # made, and kept
        status, head, body = asked(middling)
        assert (status, len(json.loads(body)["results"]["bindings"])) == (b"200", 5000)
        assert len(body) > CHUNK
        assert f"content-length: {len(body)}\r\n".encode() in head.lower() + b"\r\n"
    status, _, body = asked(ENDLESS_ROWS, ("timeout", "1"))
    assert (status, json.loads(body)["type"].rpartition("/")[2]) in [(b"503", "timeout"), (b"503", "too-large")]
    status, _, body = asked(LARGE)
    assert (status, json.loads(body)["type"].rpartition("/")[2]) == (b"503", "too-large")
    assert "HTTP/1.1" in json.loads(body)["detail"]
    assert ask(anonymous, POINT).status == 200


def test_a_limit_of_one_second_is_kept_and_eight_at_once_stop_nobody_else(place: Place, reader: Reader) -> None:
    anonymous = place.readers["anonymous"]
    for who in (anonymous, reader):
        assert who.sparql(POINT).status == 200
    began = time.monotonic()
    answer = ask(anonymous, RUNAWAY, ("timeout", "1"))
    assert (answer.status, answer.data["type"]) == (503, f"{PROBLEM}timeout")
    assert time.monotonic() - began < 2
    assert int(answer.headers["retry-after"]) > 0
    ended: list[tuple[int, str]] = []

    def run_away() -> None:
        found = ask(anonymous, RUNAWAY, ("timeout", "1"))
        ended.append((found.status, found.data["type"].removeprefix(PROBLEM)))

    threads = [threading.Thread(target=run_away) for _ in range(8)]
    for thread in threads:
        thread.start()
    answered = 0
    while any(thread.is_alive() for thread in threads):
        found = reader.sparql(f"{POINT} LIMIT {1000 + answered}")  # another each time, so that none is a kept one
        assert found.status == 200, found.text
        answered += 1
    assert answered > 5
    assert len(ended) == 8
    assert set(ended) <= {(503, "timeout"), (503, "busy")}


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "1s", "", "1,5"])
def test_a_limit_that_means_nothing_is_refused(seconds: str, anonymous: Reader) -> None:
    answer = ask(anonymous, POINT, ("timeout", seconds))
    assert (answer.status, answer.data["type"]) == (400, f"{PROBLEM}query-refused")
    assert "timeout" in answer.data["detail"]


def listed(reader: Reader, *, seconds: float = LIMIT - 1) -> list[dict[str, Any]]:
    """The reader's running queries, as soon as there are any."""
    deadline = time.monotonic() + seconds
    while True:
        found: list[dict[str, Any]] = reader.get("/api/queries").data["queries"]
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("query", "more"),
    [(RUNAWAY, ()), (ENDLESS_ROWS, ()), (RUNAWAY, (("mark", "rows"),))],
    ids=["before a byte", "in the middle", "marked"],
)
def test_a_query_whose_asker_is_gone_ends(query: str, more: tuple[tuple[str, str], ...], place: Place) -> None:
    """In the middle the worker waits, as nobody reads: what counts there is that the query is not running any more."""
    who = place.readers["low"]
    connection = opened(who, query, *more)
    time.sleep(0.7)
    (running,) = listed(who)  # the control: it is at work
    assert running["seconds"] < 2
    before = set(workers(place.service))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()
    deadline = time.monotonic() + 2
    while who.get("/api/queries").data["queries"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert are_idle_within(place.service, 1)
    assert before - set(workers(place.service))  # its worker was ended, not left to its time limit


@pytest.mark.parametrize("more", [(), (("mark", "rows"),)], ids=["plain", "marked"])
def test_only_who_asked_a_query_sees_and_ends_it(more: tuple[tuple[str, str], ...], place: Place) -> None:
    mine, other, anonymous = (place.readers[name] for name in ("low", "other", "anonymous"))
    ended: list[Answer] = []
    thread = threading.Thread(target=lambda: ended.append(ask(mine, RUNAWAY, *more)))
    thread.start()
    running = listed(mine)
    assert [found["query"] for found in running] == [" ".join(RUNAWAY.split())] or "COUNT" in running[0]["query"]
    number = running[0]["id"]
    for who in (other, anonymous):
        assert who.get("/api/queries").data == {"queries": []}
        refusals = [who.request("DELETE", f"/api/queries/{name}") for name in (number, "0" * len(number), "x")]
        assert {refusal.status for refusal in refusals} == {404}
        assert len({refusal.comparable for refusal in refusals}) == 1
    assert thread.is_alive()
    assert mine.request("DELETE", f"/api/queries/{number}").status == 204
    thread.join(timeout=2)
    assert not thread.is_alive()
    assert (ended[0].status, ended[0].data["type"]) == (503, f"{PROBLEM}ended")
    assert mine.get("/api/queries").data == {"queries": []}
    assert mine.request("DELETE", f"/api/queries/{number}").status == 404
    assert mine.sparql(POINT).status == 200


# --- validators, caches, compression ---------------------------------------------------------------------------------


def test_a_validator_that_holds_gives_304_and_differs_by_query_format_and_view(
    anonymous: Reader, reader: Reader
) -> None:
    answer = ask(anonymous, POINT)
    tag = answer.headers["etag"]
    again = ask(anonymous, POINT, headers={"If-None-Match": tag})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    for name in ("classification", "cache-control", "vary"):
        assert again.headers[name] == answer.headers[name]
    assert tag.startswith('W/"')  # the engine fixes no order of rows that ORDER BY doesn't
    assert ask(anonymous, POINT, headers={"If-None-Match": '"other", ' + tag}).status == 304
    assert ask(anonymous, POINT, headers={"If-None-Match": tag.removeprefix("W/")}).status == 304
    assert ask(anonymous, POINT, headers={"If-None-Match": '"other"'}).status == 200
    others = [
        ask(anonymous, POINT, headers={"Accept": "text/csv"}),
        ask(anonymous, POINT, headers={"Accept-Encoding": "gzip"}),
        ask(anonymous, f"{POINT} LIMIT 1"),
        ask(anonymous, POINT, ("default-graph-uri", f"{EX}x")),
        ask(anonymous, POINT, ("mark", "rows")),
        ask(reader, POINT),
    ]
    assert {other.status for other in others} == {200}
    assert tag not in {other.headers["etag"] for other in others}
    assert ask(reader, POINT, headers={"If-None-Match": tag}).status == 200


@pytest.mark.parametrize("more", [(), (("mark", "rows"),)], ids=["plain", "marked"])
def test_any_validator_at_all_holds_where_there_is_an_answer(more: tuple[tuple[str, str], ...], reader: Reader) -> None:
    """Whoever sends ``*`` learns neither that a query would be refused nor what is kept: it is evaluated."""
    query = f"SELECT * {{ <{EX}n2> ?p ?o FILTER({len(more)} < 2) }}"  # asked here alone
    for _ in range(2):
        found = ask(reader, query, *more, headers={"If-None-Match": "*"})
        assert (found.status, found.body) == (304, b"")
        assert found.headers["etag"] == ask(reader, query, *more).headers["etag"]
    for bad in ("SELECT * { ?s ?p }", "SELECT (<urn:nothing>(1) AS ?x) {}", "SELECT * FROM <http://[> {}"):
        assert ask(reader, bad, *more, headers={"If-None-Match": "*"}).status == 400
    assert ask(reader, LARGE, headers={"If-None-Match": "*"}).status == 304
    assert ask(reader, RUNAWAY, ("timeout", "0.3"), headers={"If-None-Match": "*"}).status == 503
    assert listed(reader, seconds=0) == []


VOLATILE = [f"SELECT ({call} AS ?x) {{}}" for call in ("NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()", "now()")]
VOLATILE += ["CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }", "CONSTRUCT { _:x ?p ?o } WHERE { ?s ?p ?o }"]
VOLATILE += ["CONSTRUCT { (1 2) ?p ?o } WHERE { ?s ?p ?o }"]


@pytest.mark.parametrize("query", VOLATILE)
def test_what_may_differ_has_no_validator_and_is_never_kept(query: str, anonymous: Reader) -> None:
    answer = ask(anonymous, query)
    assert answer.status == 200, answer.text
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "private, no-store"
    assert ask(anonymous, query, headers={"If-None-Match": "*"}).status == 200
    assert query.startswith("CONSTRUCT { (") or ask(anonymous, query).body != answer.body or "now" in query.lower()


@pytest.mark.parametrize("accept", [JSON, "text/csv", "text/tab-separated-values", "application/sparql-results+xml"])
def test_a_kept_answer_is_a_fresh_one_in_every_byte_and_header(accept: str, anonymous: Reader) -> None:
    """Small ones, which have a length, and larger ones, which come in chunks; several at the edge of a piece."""
    fill = "x" * 990
    for number, begun in enumerate(
        ["SELECT * {", "ASK {", *(f"SELECT ('{fill}' AS ?x) {{ ?s <{EX}number> ?n" for _ in range(3))]
    ):
        # No other test asks just this, so that the first is fresh.
        query = f"{begun} FILTER('{accept}' != '') }}" + (f" LIMIT {(60, 66, 200)[number - 2]}" if number > 1 else "")
        fresh = ask(anonymous, query, headers={"Accept": accept})
        kept = ask(anonymous, query, headers={"Accept": accept})
        assert fresh.status == 200
        assert fresh.comparable == kept.comparable
        assert ("transfer-encoding" in fresh.headers) == (len(fresh.body) >= CHUNK)


def test_head_has_the_headers_of_get(place: Place, anonymous: Reader) -> None:
    assert anonymous.sparql(POINT).status == 200
    for query in (POINT, LARGE, f"CONSTRUCT WHERE {{ <{EX}n1> ?p ?o }}"):
        target = f"/sparql?query={quote(query)}"
        head, get = anonymous.request("HEAD", target), anonymous.request("GET", target)
        assert head.body == b""
        assert (head.status, head.comparable[1]) == (get.status, get.comparable[1])
    assert are_idle_within(place.service, 2.5)


@pytest.mark.parametrize(
    "query", [POINT, f"SELECT * {{ ?s <{EX}number> ?n }}", f"CONSTRUCT WHERE {{ ?s <{EX}says> ?o }}"]
)
def test_gzip_comes_back_as_the_same_bytes(query: str, anonymous: Reader) -> None:
    plain = ask(anonymous, query)
    for _ in range(2):  # fresh and kept
        packed = ask(anonymous, query, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body
    assert "content-encoding" not in plain.headers
    for accepted in ("identity", "gzip;q=0", "br", ""):
        other = ask(anonymous, query, headers={"Accept-Encoding": accepted})
        assert "content-encoding" not in other.headers
        assert other.body == plain.body


def test_a_view_with_anything_classified_is_kept_by_no_cache(place: Place) -> None:
    for name, reader in place.readers.items():
        answer = reader.sparql(POINT)
        kept = name in {"anonymous", "low", "other"}
        assert answer.headers["cache-control"] == ("private, no-cache" if kept else "private, no-store"), name
        assert answer.headers["vary"] == "Accept, Accept-Encoding, Authorization"
        assert ask(reader, "ASK { ?s ?p }").headers["cache-control"] == "private, no-store"


# --- markings of rows ------------------------------------------------------------------------------------------------


def marked(reader: Reader, query: str) -> tuple[list[tuple[str, str]], str]:
    """The rows, each as the text of its values with its marking, and the banner."""
    answer = ask(reader, query, ("mark", "rows"))
    found = [(" ".join(v for n, v in row.items() if n != "_marking"), row["_marking"]) for row in rows_of(answer)]
    return found, answer.headers["classification"]


def printed(world: World, *names: str) -> str:
    """The marking of several portions together."""
    return format_marking(high_water_mark(world.label(markings(world)[n]) for n in names), policies=world.policies)


def either(*texts: str) -> str:
    return " | ".join(sorted(texts))


def test_each_row_has_the_least_marking_at_which_it_is_there(place: Place, reader: Reader) -> None:
    world = place.world
    rows, banner = marked(reader, f"SELECT ?s ?o {{ ?s <{EX}says> ?o }} ORDER BY ?s ?o")
    sugar, dish = printed(world, "sugar"), printed(world, "dish")
    assert rows == [
        (f"{EX}anna one", world.lowest),
        (f"{EX}anna two", world.lowest),
        (f"{EX}bert tea", world.low),
        (f"{EX}carla sugar", sugar),
        (f"{EX}dora either", either(sugar, dish)),  # each says it, and neither is above the other
        (f"{EX}twice low", world.lowest),
    ]
    assert banner == printed(world, "tea", "sugar")  # the dish says nothing that the sugar doesn't


def test_a_row_made_of_two_portions_has_their_join(place: Place, reader: Reader) -> None:
    rows, banner = marked(reader, f"SELECT ?a ?c {{ ?a <{EX}left> ?b . ?b <{EX}right> ?c }}")
    joined = printed(place.world, "sugar", "dish")
    assert rows == [(f"{EX}x {EX}z", joined)]
    assert banner == joined  # the whole answer is the same there, and not below


def test_the_second_of_two_equal_rows_needs_both_portions(place: Place, reader: Reader) -> None:
    """Two rows from two graphs: one of them is there in either, both only with both."""
    rows, _ = marked(reader, f"SELECT ?o {{ GRAPH ?g {{ <{EX}dora> <{EX}says> ?o }} }}")
    world = place.world
    sugar, dish = printed(world, "sugar"), printed(world, "dish")
    assert Counter(rows) == Counter([("either", either(sugar, dish)), ("either", printed(world, "sugar", "dish"))])


def test_rows_that_hold_because_something_is_there_or_is_not(place: Place, reader: Reader) -> None:
    world = place.world
    rows, _ = marked(reader, f"SELECT ?o ?h {{ <{EX}anna> <{EX}says> ?o OPTIONAL {{ <{EX}anna> <{EX}hides> ?h }} }}")
    assert Counter(rows) == Counter([("one tea", world.low), ("two tea", world.low)])
    rows, banner = marked(reader, f"SELECT ?s {{ ?s <{EX}says> ?o MINUS {{ ?s <{EX}hides> ?h }} }} ORDER BY ?s")
    assert (f"{EX}twice", world.lowest) in rows
    assert f"{EX}anna" not in {text for text, _ in rows}
    assert banner != world.lowest  # at the lowest level anna would be in the answer


def test_the_banner_drops_only_where_the_whole_answer_is_the_same(place: Place, reader: Reader) -> None:
    world = place.world
    full = reader.sparql("ASK {}").headers["classification"]
    assert full == printed(world, "tea", "sugar", "dish")
    low = f"SELECT * {{ ?s <{EX}knows> ?o }}"
    assert marked(reader, low)[1] == world.lowest
    assert reader.sparql(low).headers["classification"] == full  # without the wish it is the view's
    counted = f"SELECT (COUNT(*) AS ?n) {{ ?s <{EX}says> ?o }}"
    assert marked(reader, counted)[1] != world.lowest
    # Every row is the lowest level's, but the answer there has one more.
    rows, banner = marked(
        reader,
        f"SELECT ?s {{ ?s <{EX}says> ?o MINUS {{ ?s <{EX}hides> ?h }} FILTER(?s = <{EX}twice> || ?s = <{EX}anna>) }}",
    )
    assert {marking for _, marking in rows} == {world.lowest}
    assert banner == world.low


def test_where_order_is_part_of_the_answer_the_banner_needs_the_same_sequence(place: Place, reader: Reader) -> None:
    """Both orders hold the same rows; an age that is higher up changes which comes first."""
    ages = f"SELECT ?s {{ ?s <{EX}says> ?o OPTIONAL {{ ?s <{EX}age> ?a }} FILTER(?o IN ('one', 'low')) }}"
    assert marked(reader, ages)[1] == place.world.lowest
    for order, same in (("DESC(?a) ?s", True), ("?a ?s", False)):
        query = f"{ages} ORDER BY {order}"
        sequences = [[row["s"] for row in who.rows(query)] for who in (place.readers["low"], reader)]
        assert (sequences[0] == sequences[1]) == same
        rows, banner = marked(reader, query)
        assert [text for text, _ in rows] == sequences[1]
        assert {marking for _, marking in rows} == {place.world.lowest}
        assert banner == (place.world.lowest if same else place.world.low)
    page = f"{ages.replace('?s', '?s ?a', 1)} ORDER BY DESC(?a) ?s LIMIT 1"
    assert marked(reader, page) == ([(f"{EX}anna 41", place.world.low)], place.world.low)


def test_a_boolean_has_a_banner_and_no_rows(place: Place, reader: Reader) -> None:
    world = place.world
    for pattern, banner in (
        (f"<{EX}anna> <{EX}knows> ?o", world.lowest),
        (f"<{EX}anna> <{EX}hides> ?o", world.low),
        (f"<{EX}x> <{EX}left>/<{EX}right> ?o", printed(world, "sugar", "dish")),
        # The dish alone says no as well, and is not above the lowest level: of several the banner takes none.
        ("<urn:nothing> ?p ?o", printed(world, "tea", "sugar", "dish")),
    ):
        answer = ask(reader, f"ASK {{ {pattern} }}", ("mark", "rows"))
        assert answer.data == {"head": {}, "boolean": "nothing" not in pattern}
        assert answer.headers["classification"] == banner


def test_markings_come_in_json_and_csv_alone_and_for_rows_alone(reader: Reader) -> None:
    query = f"SELECT ?o {{ <{EX}bert> <{EX}says> ?o }}"
    answer = ask(reader, query, ("mark", "rows"), headers={"Accept": "text/csv"})
    assert answer.text.splitlines()[0] == "o,_marking"
    for accept in ("text/tab-separated-values", "application/sparql-results+xml"):
        assert ask(reader, query, ("mark", "rows"), headers={"Accept": accept}).status in {400, 406}
    assert ask(reader, "CONSTRUCT WHERE { ?s ?p ?o }", ("mark", "rows")).status in {400, 406}
    assert ask(reader, query, ("mark", "cells")).status == 400


# --- descriptions ----------------------------------------------------------------------------------------------------

SYNTAXES = {
    "turtle": ("text/turtle", RdfFormat.TURTLE),
    "ntriples": ("application/n-triples", RdfFormat.N_TRIPLES),
    "rdfxml": ("application/rdf+xml", RdfFormat.RDF_XML),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
}
SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"


def graph_of(answer: Answer) -> set[str]:
    """The triples of an answer in whatever syntax it came."""
    assert answer.status == 200, answer.text
    media = answer.headers["content-type"].partition(";")[0]
    syntax = next(syntax for name, syntax in SYNTAXES.values() if name == media)
    return {str(quad.triple) for quad in parse(answer.body, format=syntax)}


@pytest.mark.parametrize(
    "path", ["/sparql", "/.well-known/void", "/prefixes", "/data?default", f"/describe?iri={EX}anna"]
)
def test_a_description_says_the_same_in_every_syntax_however_it_is_asked_for(path: str, anonymous: Reader) -> None:
    found = graph_of(anonymous.get(path))
    assert found
    for name, (media, _) in SYNTAXES.items():
        more = "&" if "?" in path else "?"
        for answer in (
            anonymous.get(path, accept=media),
            anonymous.get(f"{path}{more}format={name}", accept="text/html"),
            anonymous.get(f"{path}{more}format={quote(media)}"),
        ):
            assert answer.headers["content-type"].partition(";")[0] == media
            assert graph_of(answer) == found
    assert anonymous.get(f"{path}{'&' if '?' in path else '?'}format=csv").status == 406
    assert anonymous.get(path, accept="text/html").status == 406


def test_the_service_and_its_dataset_are_described_with_the_view_s_own_counts(place: Place) -> None:
    counts = []
    for name in ("anonymous", "all"):
        who = place.readers[name]
        (row,) = who.rows("SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?p) AS ?ps) { ?s ?p ?o }")
        service, dataset = graph_of(who.get("/sparql")), graph_of(who.get("/.well-known/void"))
        count = f'<{VOID}triples> "{row["n"]}"^^<{XSD_INTEGER}>'
        assert any(count in triple for triple in service)
        assert any(count in triple and f"void> <{VOID}triples>" in triple for triple in dataset)
        assert sum(f"<{VOID}propertyPartition>" in triple for triple in dataset) == int(row["ps"])
        assert any(f"<{SD}Service>" in triple for triple in service)
        assert not any("Federated" in triple for triple in service)
        counts.append(int(row["n"]))
    assert counts[0] < counts[1]


@pytest.mark.parametrize("path", ["/.well-known/void", "/sparql", "/prefixes", "/describe?iri=" + quote(f"{EX}bert")])
def test_a_description_has_a_fixed_order_and_a_validator(path: str, reader: Reader) -> None:
    """Each host asks it afresh, as the description names the host; the rest is the same in every byte."""
    bodies = set()
    for number in range(6):
        headers = {"Host": f"host{number}.example", "Accept": "application/n-triples"}
        answer = reader.request("GET", path, headers=headers)
        assert answer.status == 200, answer.text
        # The names of the parts are hashes of the terms alone.
        bodies.add(answer.text.replace(f"host{number}.example", "host"))
        tag = answer.headers["etag"]
        assert reader.request("GET", path, headers={**headers, "If-None-Match": tag}).status == 304
    assert len(bodies) == 1


def test_a_thing_s_other_formats_are_linked_by_addresses_that_work(reader: Reader) -> None:
    answer = reader.get("/describe", {"iri": f"{EX}é&x=#y+"})
    assert answer.status == 200, answer.text
    assert any("odd name" in triple for triple in graph_of(answer))
    connection = http.client.HTTPConnection("127.0.0.1", reader.port, timeout=SECONDS)
    connection.request(
        "GET", f"/describe?{urlencode({'iri': f'{EX}é&x=#y+'})}", headers={"Authorization": f"Bearer {reader.token}"}
    )
    links = connection.getresponse().headers.get_all("Link") or []
    connection.close()
    assert len(links) == len(SYNTAXES)
    for link in links:
        target, rel, media = link.split("; ")
        assert (target[0], target[-1], rel) == ("<", ">", 'rel="alternate"')
        assert target.isascii()
        assert not set(target[1:-1]) & set('<>"{}|^`\\ \r\n')
        other = reader.request("GET", target[1:-1].partition(f":{reader.port}")[2])
        assert other.headers["content-type"].partition(";")[0] == media.split('"')[1]
        assert graph_of(other) == graph_of(answer)


def test_finding_out_whether_there_is_anything_counts_in_the_time_limit(reader: Reader) -> None:
    for path in ("/describe?iri=urn:absent", "/data?graph=urn:absent"):
        assert reader.get(f"{path}&timeout=0.000001").status == 503
        assert reader.get(f"{path}&timeout=x").status == 400
        assert reader.get(path).status == 404


def test_what_is_hidden_is_described_like_what_is_not_there(place: Place, anonymous: Reader, reader: Reader) -> None:
    answers = [anonymous.get("/describe", {"iri": f"{EX}{name}"}) for name in ("carla", "nobody")]
    assert {answer.status for answer in answers} == {404}
    assert answers[0].comparable == answers[1].comparable
    assert any("sugar" in triple for triple in graph_of(reader.get("/describe", {"iri": f"{EX}carla"})))
    assert anonymous.get("/id/no/such/thing").status == 404
    level = anonymous.rows("SELECT ?l { ?l a sluis:ClassificationLevel } ORDER BY ?l LIMIT 1")[0]["l"]
    path = level.replace("https://w3id.org/sluis", "")
    assert graph_of(anonymous.get(quote(path))) == graph_of(anonymous.get("/describe", {"iri": level}))


def test_the_graph_of_a_portion_is_what_it_says_and_the_default_graph_is_all(place: Place, anonymous: Reader) -> None:
    one = place.graphs["one"]
    found = graph_of(anonymous.get("/data", {"graph": one}))
    assert f"<{EX}anna> <{EX}knows> <{EX}bert>" in found
    assert found == graph_of(anonymous.sparql(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{one}> {{ ?s ?p ?o }} }}"))
    assert graph_of(anonymous.get("/data?default")) == graph_of(anonymous.sparql("CONSTRUCT WHERE { ?s ?p ?o }"))
    for path in ("/data", f"/data?default&graph={one}", f"/data?graph={one}&graph={one}", "/data?graph=no iri"):
        assert anonymous.get(path.replace(" ", "%20")).status == 400


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_no_graph_is_written(method: str, place: Place, reader: Reader) -> None:
    text = {"Content-Type": "text/turtle"}
    for path in ("/data?default", f"/data?graph={place.graphs['one']}", "/data?graph=urn:new"):
        answer = reader.request(method, path, body="<urn:a> <urn:b> <urn:c> .", headers=text)
        assert (answer.status, answer.data["type"]) == (403, f"{PROBLEM}not-available")
    assert reader.rows("SELECT * { <urn:a> ?p ?o }") == []


# --- asking at a lower clearance -------------------------------------------------------------------------------------

AT_A_CLEARANCE = [
    "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    f"SELECT ?s {{ ?s <{EX}says> ?o MINUS {{ ?s <{EX}hides> ?h }} }} ORDER BY ?s",
    "ASK { ?s ?p 'tea' }",
]


@pytest.mark.parametrize("query", AT_A_CLEARANCE)
def test_a_lower_clearance_is_the_view_of_whoever_holds_it(query: str, place: Place, reader: Reader) -> None:
    world = place.world
    for name, asked in (("low", world.lowest), ("tea", world.low), ("dishes", f"{world.low} + {world.other_high}")):
        theirs, mine = place.readers[name].sparql(query), ask(reader, query, ("clearance", asked))
        assert mine.status == 200, mine.text
        assert (mine.body, mine.headers["classification"]) == (theirs.body, theirs.headers["classification"]), name
        assert mine.headers["cache-control"] == "private, no-store"
    assert ask(reader, query, ("clearance", world.low)).body != reader.sparql(query).body or query.startswith("ASK")


def test_a_clearance_that_is_unknown_or_not_covered_is_refused_in_the_same_bytes(place: Place) -> None:
    world, tea = place.world, place.readers["tea"]
    asked = [world.high, world.top, world.other_high, f"{world.lowest} + {world.other_high}", "no such level", "", " "]
    asked += [f"{world.lowest}//{world.compartment}", f"{world.lowest}//{world.secret}", f"{world.lowest} +", "😀"]
    answers = {text: ask(tea, POINT, ("clearance", text)) for text in asked if text}
    assert {answer.status for answer in answers.values()} == {403}
    assert len({answer.comparable for answer in answers.values()}) == 1
    assert ask(tea, POINT, ("clearance", world.lowest)).status == 200


def test_markings_of_rows_at_a_lower_clearance_name_nothing_above_it(place: Place, reader: Reader) -> None:
    query = f"SELECT ?s ?o {{ ?s <{EX}says> ?o }} ORDER BY ?s ?o"
    mine = ask(reader, query, ("mark", "rows"), ("clearance", place.world.low))
    theirs = ask(place.readers["tea"], query, ("mark", "rows"))
    assert (mine.body, mine.headers["classification"]) == (theirs.body, theirs.headers["classification"])
