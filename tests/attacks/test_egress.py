"""No query leaves the server: not through the guard, and not from a worker if the guard were gone."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph_service.errors import QueryForbidden, QueryRefused, SluisError
from graph_service.namespaces import PREFIXES
from graph_service.serving.query_guard import guard
from graph_service.serving.worker import Worker
from graph_service.serving.workers import ViewWorkers
from graph_service.settings import Settings
from tests.attacks.canaries import Canaries
from tests.service import Listener, Reader, Service

_BODY = "{ ?x ?y ?z }"

# `URL` becomes the listener's address. Oxigraph makes each of these calls when it gets them as they are.
DISGUISES = {
    "plain": f"SELECT * {{ SERVICE <URL> {_BODY} }}",
    "lower case": f"SELECT * {{ service <URL> {_BODY} }}",
    "mixed case": f"SELECT * {{ sErViCe <URL> {_BODY} }}",
    "silent": f"SELECT * {{ SERVICE SILENT <URL> {_BODY} }}",
    "silent in one word": f"SELECT * {{ SERVICESILENT<URL> {_BODY} }}",
    "no space": f"SELECT*{{SERVICE<URL>{_BODY}}}",
    "tab and line breaks": f"SELECT * {{\r\n\tSERVICE\r\n\t<URL>\r\n{_BODY} }}",
    "comment between": f"SELECT * {{ SERVICE # <http://harmless/>\n <URL> {_BODY} }}",
    "comment that seems to hold it": f"SELECT * {{ #\r SERVICE <URL> {_BODY} \n }}",
    "prefixed name": f"PREFIX e: <URL> SELECT * {{ SERVICE e:x {_BODY} }}",
    "empty prefix": f"PREFIX : <URL> SELECT * {{ SERVICE : {_BODY} }}",
    "relative with base": f"BASE <URL> SELECT * {{ SERVICE <x> {_BODY} }}",
    "in a sub-select": f"SELECT * {{ {{ SELECT * {{ SERVICE <URL> {_BODY} }} }} }}",
    "in exists": f"ASK {{ FILTER EXISTS {{ SERVICE <URL> {_BODY} }} }}",
    "in not exists": f"ASK {{ FILTER NOT EXISTS {{ SERVICE <URL> {_BODY} }} }}",
    "in optional": f"SELECT * {{ OPTIONAL {{ SERVICE <URL> {_BODY} }} }}",
    "in minus": f"SELECT * {{ ?x ?y ?z MINUS {{ SERVICE <URL> {_BODY} }} }}",
    "in union": f"SELECT * {{ {{ }} UNION {{ SERVICE <URL> {_BODY} }} }}",
    "in graph": f"SELECT * {{ {{ SERVICE <URL> {{ GRAPH ?g {_BODY} }} }} }}",
    "in construct": f"CONSTRUCT {{ ?x ?y ?z }} WHERE {{ SERVICE <URL> {_BODY} }}",
    "in describe": f"DESCRIBE ?x WHERE {{ SERVICE <URL> {_BODY} }}",
    "in bind exists": f"SELECT * {{ BIND(EXISTS {{ SERVICE <URL> {_BODY} }} AS ?b) }}",
    "in select expression": f"SELECT (EXISTS {{ SERVICE <URL> {_BODY} }} AS ?b) {{}}",
    "in order by": f"SELECT * {{ ?s ?p ?o }} ORDER BY (EXISTS {{ SERVICE <URL> {_BODY} }})",
    "in having": f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} GROUP BY ?s HAVING(EXISTS {{ SERVICE <URL> {_BODY} }})",
    "nested in itself": f"SELECT * {{ SERVICE <URL> {{ SERVICE <URL> {_BODY} }} }}",
    "behind what looks like an iri": f"SELECT * {{ FILTER(1<2)SERVICE#>\nSILENT <URL> {_BODY} }}",
    "behind a less-than with a variable": f"SELECT * {{ ?s ?p ?a FILTER(?a<?a||1=1)SERVICE#>\n<URL> {_BODY} }}",
    "glued to a number": f"SELECT * {{ ?s ?p 1SERVICE <URL> {_BODY} }}",
    "glued to a boolean": f"SELECT * {{ ?s ?p trueSERVICE <URL> {_BODY} }}",
    "as a prefix": f"PREFIX : <URL> SELECT * {{ SERVICE:x {_BODY} }}",
    "as a declared prefix": f"PREFIX service: <URL> PREFIX : <URL> SELECT * {{ service:x {_BODY} }}",
    "as a silent prefix": f"PREFIX : <URL> SELECT * {{ SERVICESILENT:x {_BODY} }}",
    "as a prefix behind a boolean": f"PREFIX : <URL> SELECT * {{ ?s ?p trueSERVICE:x {_BODY} }}",
    "as a prefix behind a number": f"PREFIX : <URL> SELECT * {{ ?s ?p 1SERVICE:x {_BODY} }}",
    "as a prefix in exists": f"PREFIX : <URL> ASK {{ FILTER EXISTS {{ SERVICE:x {_BODY} }} }}",
    "as the end of a name": f"PREFIX u: <urn:> SELECT * {{ ?s ?p u:a.b.SERVICE <URL> {_BODY} }}",
    "as the end of a name: prefix": f"PREFIX : <URL> PREFIX u: <urn:> SELECT * {{ ?s ?p u:a.b.SERVICE:x {_BODY} }}",
    "as a name behind an empty one": f"PREFIX : <URL> PREFIX u: <urn:> SELECT * {{ ?s ?p u:.SERVICE:x {_BODY} }}",
}
# These it refuses today; a later version may not.
UNREADABLE = {
    "variable from values": f"SELECT * {{ VALUES ?v {{ <URL> }} SERVICE ?v {_BODY} }}",
    "variable from bind": f'SELECT * {{ BIND(IRI("URL") AS ?v) SERVICE ?v {_BODY} }}',
    "byte order mark": f"\ufeffSELECT * {{ SERVICE <URL> {_BODY} }}",
    "unicode escape in the word": f"SELECT * {{ \\u0053ERVICE <URL> {_BODY} }}",
    "unicode escape of every letter": f"SELECT * {{ \\u0053\\u0045\\u0052\\u0056\\u0049\\u0043\\u0045 <URL> {_BODY} }}",
    "unicode escape of the bracket": f"SELECT * {{ SERVICE \\u003CURL> {_BODY} }}",
    "escaped quote ends a string": f'ASK {{ FILTER("a\\u0022) SERVICE <URL> {_BODY} FILTER(\\u0022" = "") }}',
    "escapes in an iri": f"ASK {{ FILTER(1<2\\u0029SERVICE\\u003CURL\\u003E{_BODY}#>) }}",
    "line break in a string": f'ASK {{ BIND("a\n" AS ?a) SERVICE <URL> {_BODY} #") }}',
    "carriage return in a long string": f'ASK {{ BIND("""\r""" AS ?a) #""" \r SERVICE <URL> {_BODY} }}',
    "line separator as a line break": f"ASK {{ #\u2028 SERVICE <URL> {_BODY} \n }}",
    "vertical tab": f"SELECT * {{ SERVICE\x0b<URL> {_BODY} }}",
    "no-break space": f"SELECT * {{ SERVICE\xa0<URL> {_BODY} }}",
    "zero-width space": f"SELECT * {{ SER\u200bVICE <URL> {_BODY} }}",
    "null byte": f"SELECT * {{ SERVICE\x00 <URL> {_BODY} }}",
    "long s": f"SELECT * {{ \u017fERVICE <URL> {_BODY} }}",
    "full width": f"SELECT * {{ \uff33\uff25\uff32\uff36\uff29\uff23\uff25 <URL> {_BODY} }}",
}
WRITES = {
    "load from a file": ("LOAD <file:///etc/passwd>", "LOAD"),
    "load from elsewhere": ("LOAD <URL>", "LOAD"),
    "load silently": ("LOAD SILENT <URL> INTO GRAPH <urn:g>", "LOAD"),
    "insert data": ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "INSERT"),
    "insert where a service": (f"INSERT {{ ?x ?y ?z }} WHERE {{ SERVICE <URL> {_BODY} }}", "INSERT"),
    "delete": ("DELETE WHERE { ?s ?p ?o }", "DELETE"),
    "clear": ("CLEAR ALL", "CLEAR"),
    "drop": ("DROP DEFAULT", "DROP"),
    "copy": ("COPY DEFAULT TO <urn:g>", "COPY"),
    "create": ("CREATE GRAPH <urn:g>", "CREATE"),
    "with": ("WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "WITH"),
    "after a query": ("SELECT * { ?s ?p ?o } ; LOAD <URL>", "LOAD"),
}
SAFE, SHARED = Settings(query_seconds=20.0), Settings(query_seconds=20.0, unsafe_workers_share_the_network=True)


@pytest.fixture(scope="module")
def matching() -> Store:
    """A store in memory in which the triples before a disguised call match, so that the engine would get to it."""
    store, subject, predicate = Store(), NamedNode("urn:s"), NamedNode("urn:p")
    for value in (Literal(1), Literal(True), NamedNode("urn:a"), NamedNode("urn:a.b"), NamedNode("urn:")):
        store.add(Quad(subject, predicate, value))
    return store


@pytest.fixture(scope="module")
def worker(small_dataset: Path) -> Iterator[Worker]:
    """A worker as a server starts it, asked directly: no guard stands before it."""
    started = Worker(small_dataset, SAFE, derives=False)
    yield started
    started.kill()


def ask_engine(store: Store, query: str) -> None:
    """Let the engine do all that the query asks for; how it ends does not matter here."""
    try:
        result = store.query(query, prefixes=PREFIXES)
        for _ in result if hasattr(result, "__iter__") else ():
            pass
    except (SyntaxError, OSError, RuntimeError, ValueError):
        pass


def ask_worker(worker: Worker, query: str) -> SluisError | None:
    nothing = {"default_graphs": None, "named_graphs": None, "portions": None}
    request = {"query": query, "format": "json", "prefixes": PREFIXES, **nothing}
    deadline = time.monotonic() + SAFE.query_seconds
    try:
        for _ in worker.answer(request, deadline=deadline, wanted=lambda: True):
            pass
    except SluisError as error:
        return error
    return None


@pytest.mark.parametrize("query", [*DISGUISES.values(), *UNREADABLE.values()], ids=[*DISGUISES, *UNREADABLE])
def test_the_guard_alone_keeps_a_disguised_service_call_from_the_engine(
    query: str, matching: Store, listener: Listener
) -> None:
    try:
        handed_on = guard(query.replace("URL", listener.url)).text
    except QueryRefused:
        return
    ask_engine(matching, handed_on)
    assert listener.heard() == 0, handed_on


@pytest.mark.parametrize("query", DISGUISES.values(), ids=DISGUISES)
def test_the_listener_hears_each_disguise_from_an_engine_that_nothing_keeps_in(
    query: str, matching: Store, listener: Listener
) -> None:
    """The control: each of these really is a call, and the listener really listens."""
    ask_engine(matching, query.replace("URL", listener.url))
    assert listener.heard() > 0


def test_no_spelling_around_the_word_gets_past_the_guard(matching: Store, listener: Listener) -> None:
    """Every combination of what may stand before, in, and after the word, on the guard and the bare engine."""
    before = ["", ".", ";", "1", "1.", "-.5e1", "true", "false", "u:", "u:a", "u:a.", "u:a.b.", "u:a.b..", "u:a\\.b."]
    before += ["<urn:a>", "_:b", "_:b.c.", "?v", '"a"', '"a"@en', '"a"@en-x-', '"1"^^u:a', '"1"^^u:a.b.', "[]", "()"]
    between = ["", " ", "#\n", "\\u0020", "/", "|"]
    words = ["SERVICE", "service", "SERVICESILENT", "SERVICE SILENT", "Service#\n"]
    after = ["<URL>", ":x", ":", "u:a", "x:x"]
    head = "PREFIX : <URL> PREFIX u: <urn:> PREFIX x: <URL> SELECT * { OPTIONAL { ?s ?p "
    calls, passed = [], 0
    for parts in itertools.product(before, between, words, after):
        query = (head + "".join(parts) + _BODY + " } }").replace("URL", listener.url)
        try:
            handed_on = guard(query).text
        except QueryRefused:
            continue
        ask_engine(matching, handed_on)
        passed += 1
        if listener.heard():
            calls.append("".join(parts))
    assert calls == []
    assert passed > 20  # names that only hold the word are names, and the engine got them


@pytest.mark.parametrize("query", DISGUISES.values(), ids=DISGUISES)
def test_a_worker_without_a_guard_reaches_nobody(query: str, worker: Worker, listener: Listener) -> None:
    failure = ask_worker(worker, query.replace("URL", listener.url))
    assert listener.heard() == 0
    assert failure is None or "127.0.0.1" not in failure.public


def test_a_worker_that_shares_the_network_is_heard(small_dataset: Path, listener: Listener) -> None:
    """The control for the test above: the network is all that the setting with the loud name gives back."""
    sharing = Worker(small_dataset, SHARED, derives=False)
    try:
        ask_worker(sharing, DISGUISES["plain"].replace("URL", listener.url))
    finally:
        sharing.kill()
    assert listener.heard() > 0


@pytest.mark.parametrize("query", [*DISGUISES.values(), *UNREADABLE.values()], ids=[*DISGUISES, *UNREADABLE])
def test_guard_and_worker_together_let_no_service_call_out(query: str, pool: ViewWorkers, listener: Listener) -> None:
    with contextlib.suppress(SluisError):
        pool.ask(guard(query.replace("URL", listener.url)), form="json")
    assert listener.heard() == 0


@pytest.fixture(scope="module")
def pool(small_dataset: Path) -> Iterator[ViewWorkers]:
    opened = ViewWorkers(small_dataset, SAFE)
    yield opened
    opened.close()


@pytest.mark.parametrize(("query", "word"), WRITES.values(), ids=WRITES)
def test_the_guard_refuses_a_write_and_names_its_word(query: str, word: str) -> None:
    with pytest.raises(QueryForbidden, match=f"^`{word}` is not available here") as refused:
        guard(query)
    assert query.splitlines()[refused.value.line - 1][refused.value.column - 1 :].startswith(word)


@pytest.mark.parametrize(("query", "word"), WRITES.values(), ids=WRITES)
def test_a_worker_without_a_guard_writes_and_loads_nothing(
    query: str, word: str, worker: Worker, listener: Listener
) -> None:
    assert isinstance(ask_worker(worker, query.replace("URL", listener.url)), QueryRefused), word
    assert listener.heard() == 0


@pytest.mark.parametrize(("name", "place"), [("plain", (1, 12)), ("tab and line breaks", (2, 2))])
def test_a_service_call_over_http_is_forbidden_with_its_place(
    name: str, place: tuple[int, int], canary_service: Service, canaries: Canaries, listener: Listener
) -> None:
    reader = Reader(canary_service.port, canaries.tokens["cleared"])
    answer = reader.sparql(DISGUISES[name].replace("URL", listener.url))
    assert (answer.status, answer.data["line"], answer.data["column"]) == (403, *place)
    assert listener.heard() == 0


def test_an_answer_that_names_a_url_is_not_followed(pool: ViewWorkers, listener: Listener) -> None:
    """Nor are the other ways by which engines fetch: a dataset clause, a graph that is not there, a DESCRIBE."""
    for query in (f"DESCRIBE <{listener.url}>", f"ASK {{ GRAPH <{listener.url}> {{ ?s ?p ?o }} }}"):
        pool.ask(guard(query), form="ntriples" if "DESCRIBE" in query else "json")
    for graph in (listener.url, f"file://{__file__}"):
        query = guard(
            f"ASK FROM <{graph}> FROM NAMED <{graph}> {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
        )
        assert pool.ask(query, form="csv") == b"false"
        by_parameter = guard("ASK { ?s ?p ?o }").on_dataset([graph, f"{graph}x"], [graph])
        assert pool.ask(by_parameter, form="csv") == b"false"
    with pytest.raises(QueryRefused):
        guard(f"SELECT * {{ ?s ?p ?o }} FROM <{listener.url}>")  # noqa: S608  # SPARQL
    assert listener.heard() == 0
