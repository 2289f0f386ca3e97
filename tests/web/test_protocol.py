"""The SPARQL 1.1 protocol as it is served: ways to ask, formats of answers, and one shape for every refusal."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from graph_service.namespaces import policy_iri
from tests.service import JSON, Answer, Reader
from tests.worlds import World

XML, CSV, TSV = "application/sparql-results+xml", "text/csv", "text/tab-separated-values"
TURTLE, NTRIPLES = "text/turtle", "application/n-triples"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}

MISSION = "https://w3id.org/sluis/id/actor/minusma"
ROWS = 'SELECT ?x ?n { VALUES (?x ?n) { (<urn:a> 1) (<urn:b> "tafel, \\"één\\"\\n"@nl) (UNDEF 2.5) } }'
GRAPH = (
    "CONSTRUCT { ?level skos:notation ?marking } WHERE { ?level a sluis:ClassificationLevel ; skos:notation ?marking }"
)


def rows_of(answer: Answer) -> list[dict[str, str]]:
    """The rows of an answer in any format, read back by the engine's own parser."""
    formats = {JSON: QueryResultsFormat.JSON, XML: QueryResultsFormat.XML, TSV: QueryResultsFormat.TSV}
    media = answer.headers["content-type"].partition(";")[0]
    solutions = parse_query_results(answer.body, format=formats[media])
    names = [variable.value for variable in solutions.variables]  # type: ignore[union-attr]
    return [
        {name: str(term) for name, term in zip(names, solution, strict=True) if term is not None}
        for solution in solutions  # type: ignore[union-attr]
    ]


def ask(reader: Reader, way: str, query: str) -> Answer:
    if way == "GET":
        return reader.sparql(query)
    if way == "POST form":
        return reader.request("POST", "/sparql", body=urlencode({"query": query}), headers=FORM)
    return reader.request("POST", "/sparql", body=query, headers=DIRECT)


@pytest.mark.parametrize("way", ["GET", "POST form", "POST direct"])
@pytest.mark.parametrize("query", [ROWS, "ASK { ?s ?p ?o }", f"SELECT ?p ?o {{ <{MISSION}> ?p ?o }} ORDER BY ?p ?o"])
def test_every_way_of_asking_gives_the_same_answer(way: str, query: str, anonymous: Reader) -> None:
    answer = ask(anonymous, way, query)
    assert answer.status == 200
    assert answer.comparable == ask(anonymous, "GET", query).comparable
    assert answer.data.get("boolean", True)
    assert answer.data.get("results", {}).get("bindings", ["some"])


def test_a_content_type_with_a_charset_is_the_same_type(anonymous: Reader) -> None:
    for kind, body in (("sparql-query", ROWS), ("x-www-form-urlencoded", urlencode({"query": ROWS}))):
        headers = {"Content-Type": f"application/{kind}; charset=UTF-8"}
        assert anonymous.request("POST", "/sparql", body=body, headers=headers).status == 200


@pytest.mark.parametrize("media", [JSON, XML, TSV])
def test_rows_read_back_from_every_lossless_format_are_the_same(media: str, anonymous: Reader) -> None:
    answer = anonymous.sparql(ROWS, accept=media)
    assert rows_of(answer) == rows_of(anonymous.sparql(ROWS))
    assert rows_of(answer) == [
        {"x": "<urn:a>", "n": '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'},
        {"x": "<urn:b>", "n": '"tafel, \\"één\\"\\n"@nl'},
        {"n": '"2.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'},
    ]


def test_rows_in_csv_are_quoted_as_rfc_4180_says(anonymous: Reader) -> None:
    answer = anonymous.sparql(ROWS, accept=CSV)
    read = list(csv.reader(io.StringIO(answer.text, newline=""), strict=True))
    assert read == [["x", "n"], ["urn:a", "1"], ["urn:b", 'tafel, "één"\n'], ["", "2.5"]]


@pytest.mark.parametrize(
    ("media", "body"),
    [(JSON, b'"boolean":true'), (XML, b"<boolean>true</boolean>"), (CSV, b"true"), (TSV, b"true")],
)
def test_a_boolean_answers_in_every_format(media: str, body: bytes, anonymous: Reader) -> None:
    assert body in anonymous.sparql("ASK {}", accept=media).body.replace(b" ", b"")
    assert body.replace(b"true", b"false") in anonymous.sparql("ASK { FILTER(false) }", accept=media).body


@pytest.mark.parametrize(("media", "syntax"), [(TURTLE, RdfFormat.TURTLE), (NTRIPLES, RdfFormat.N_TRIPLES)])
@pytest.mark.parametrize("query", [GRAPH, f"DESCRIBE <{MISSION}>", f"CONSTRUCT WHERE {{ <{MISSION}> ?p ?o }}"])
def test_graphs_read_back_from_every_format_are_the_same(
    media: str, syntax: RdfFormat, query: str, anonymous: Reader
) -> None:
    answer = anonymous.sparql(query, accept=media)
    default = {str(quad) for quad in parse(anonymous.sparql(query).body, format=RdfFormat.TURTLE)}
    assert {str(quad) for quad in parse(answer.body, format=syntax)} == default
    assert default


def test_the_policies_themselves_are_served_as_data(anonymous: Reader, world: World) -> None:
    """Whichever they are: the scale in order, as printed on the page and in front of a portion."""
    query = f"""SELECT ?marking ?in_front ?secret {{ ?level sluis:inPolicy <{policy_iri(world.policy)}> ;
        sluis:levelOrder ?order ; skos:notation ?marking ; sluis:portionMarking ?in_front ;
        sluis:isStateSecret ?secret }} ORDER BY ?order"""
    rows = [(row["marking"], row["in_front"], row["secret"]) for row in anonymous.rows(query)]
    assert [marking for marking, _, _ in rows if marking in world.levels] == list(world.levels)
    assert rows[0] == (world.lowest, world.in_front[0], "false")
    assert (world.high, world.in_front[1], "true") in rows


def test_turtle_uses_the_known_prefixes(anonymous: Reader) -> None:
    text = anonymous.sparql(GRAPH).text
    assert "@prefix skos: <http://www.w3.org/2004/02/skos/core#>" in text
    assert "skos:notation" in text


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("*/*", JSON),
        (XML, XML),
        ("application/json", "application/json"),
        ("application/xml", "application/xml"),
        ("text/*", CSV),
        (f"{CSV};q=0.5, {XML};q=0.9", XML),
        (f"{CSV};q=0.9, {XML};q=0.5", CSV),
        (f"text/html, {TSV};q=0.1", TSV),
        (f"{JSON};q=0.1, */*;q=0.01", JSON),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
        ("TEXT/CSV", CSV),
        (f"{CSV}; charset=utf-8", CSV),
    ],
)
def test_the_accept_header_chooses_the_format(accept: str | None, media: str, anonymous: Reader) -> None:
    answer = anonymous.sparql(ROWS, accept=accept)
    assert answer.status == 200
    assert answer.headers["content-type"].partition(";")[0] == media


@pytest.mark.parametrize("accept", ["text/html", "image/png", f"{JSON};q=0", "text/turtle"])
def test_a_format_that_no_answer_has_is_not_acceptable(accept: str, anonymous: Reader) -> None:
    answer = anonymous.sparql(ROWS, accept=accept)
    assert_problem(answer, 406)
    assert JSON in answer.data["detail"]


def test_a_format_of_rows_is_not_acceptable_for_a_graph(anonymous: Reader) -> None:
    answer = anonymous.sparql(GRAPH, accept=CSV)
    assert_problem(answer, 406)
    assert TURTLE in answer.data["detail"]


def test_a_refusal_is_a_problem_whatever_the_accept_header_says(anonymous: Reader) -> None:
    assert_problem(anonymous.sparql("SELECT * {", accept=CSV), 400)


@pytest.mark.parametrize("media", [CSV, TSV])
def test_text_formats_say_their_charset(media: str, anonymous: Reader) -> None:
    answer = anonymous.sparql(ROWS, accept=media)
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"
    assert "één" in answer.body.decode("utf-8")


def test_turtle_says_its_charset(anonymous: Reader) -> None:
    assert anonymous.sparql(GRAPH).headers["content-type"] == f"{TURTLE}; charset=utf-8"


def test_head_gives_the_headers_of_get_without_the_body(anonymous: Reader) -> None:
    for path in ("/", "/health", "/queries", f"/sparql?query={quote(ROWS)}", "/queries/reference-group", "/nothing"):
        head, get = anonymous.request("HEAD", path), anonymous.request("GET", path)
        assert head.body == b""
        assert (head.status, head.comparable[1]) == (get.status, get.comparable[1])


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/sparql", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("DELETE", "/sparql", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("PATCH", "/sparql", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("POST", "/queries", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/queries/reference-group", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/health", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_method_that_a_page_has_not_is_answered_with_those_that_it_has(
    method: str, path: str, allowed: set[str], anonymous: Reader
) -> None:
    answer = anonymous.request(method, path, body="")
    assert_problem(answer, 405)
    assert {name.strip() for name in answer.headers["allow"].split(",")} == allowed


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "GETT", "get"])
def test_an_unknown_method_changes_and_reads_nothing(method: str, anonymous: Reader) -> None:
    answer = anonymous.request(method, "/sparql?query=ASK%7B%7D")
    assert answer.status in {400, 405, 501}
    assert b"boolean" not in answer.body


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ("", 400),
        ("query=", 400),
        ("query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("Query=ASK%7B%7D", 400),
        ("q=ASK%7B%7D", 400),
    ],
)
def test_a_request_has_exactly_one_query(parameters: str, status: int, anonymous: Reader) -> None:
    """A GET without any is no query at all: it asks what the service is."""
    answer = anonymous.request("GET", f"/sparql?{parameters}")
    if {name.partition("=")[0] for name in parameters.split("&")} & {"query", "update"}:
        assert_problem(answer, status)
    else:
        assert (answer.status, answer.headers["content-type"]) == (200, f"{TURTLE}; charset=utf-8")
        assert "sparql-service-description#Service" in answer.text
        assert "boolean" not in answer.text
    assert_problem(anonymous.request("POST", "/sparql", body=parameters, headers=FORM), status)


def test_an_empty_direct_query_is_refused(anonymous: Reader) -> None:
    assert_problem(anonymous.request("POST", "/sparql", body="", headers=DIRECT), 400)


@pytest.mark.parametrize("media", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
def test_a_body_of_another_type_is_not_supported(media: str, anonymous: Reader) -> None:
    assert_problem(anonymous.request("POST", "/sparql", body="ASK {}", headers={"Content-Type": media}), 415)


@pytest.mark.parametrize(
    "update", ["CLEAR ALL", "INSERT DATA { <urn:a> <urn:b> 1 }", "LOAD <http://127.0.0.1:9/>", "ASK {}"]
)
def test_an_update_is_forbidden_by_whatever_way_it_comes(update: str, anonymous: Reader) -> None:
    form, media = urlencode({"update": update}), {"Content-Type": "application/sparql-update"}
    answers = [
        anonymous.request("POST", "/sparql", body=update, headers=media),
        anonymous.request("POST", "/sparql", body=form, headers=FORM),
        anonymous.request("GET", f"/sparql?{form}"),
        anonymous.request("POST", f"/sparql?{form}", body="query=ASK%7B%7D", headers=FORM),
    ]
    if not update.startswith("ASK"):
        answers += [ask(anonymous, way, update) for way in ("GET", "POST form", "POST direct")]
    for answer in answers:
        assert_problem(answer, 403)


@pytest.mark.parametrize("name", ["using-graph-uri", "using-named-graph-uri"])
def test_a_dataset_of_an_update_is_refused_by_whatever_way_it_comes(name: str, anonymous: Reader) -> None:
    chosen = urlencode({name: MISSION})
    answers = [
        anonymous.request("GET", f"/sparql?query=ASK%7B%7D&{chosen}"),
        anonymous.request("POST", "/sparql", body=f"query=ASK%7B%7D&{chosen}", headers=FORM),
        anonymous.request("POST", f"/sparql?{chosen}", body="query=ASK%7B%7D", headers=FORM),
        anonymous.request("POST", f"/sparql?{chosen}", body="ASK {}", headers=DIRECT),
    ]
    for answer in answers:
        assert_problem(answer, 400)
        assert name in answer.data["detail"]


def test_a_body_that_is_not_utf_8_is_refused_and_says_where(anonymous: Reader) -> None:
    answer = anonymous.request("POST", "/sparql", body=b"ASK { ?s ?p '\xff' }", headers=DIRECT)
    assert_problem(answer, 400)
    assert "byte 13" in answer.data["detail"]


def assert_problem(answer: Answer, status: int) -> None:
    """RFC 9457: its type, and the members that every refusal has."""
    assert answer.status == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(answer.data)
    assert answer.data["status"] == status
    assert answer.data["type"].startswith("https://w3id.org/sluis/problem/")
    assert all(isinstance(answer.data[name], str) and answer.data[name] for name in ("type", "title", "detail"))


@pytest.mark.parametrize(
    ("query", "line", "column", "detail"),
    [
        ("SELECT *\n{ ?s ?p\n}", 3, 1, "`}` can't stand here"),
        ("SELECT *\n{ ?s é:p ?o }", 2, 6, "the prefix `é:` is not known"),
        ("SELECT *\n{\n  ?s unknown:p ?o }", 3, 6, "the prefix `unknown:` is not known"),
        ("# één\n\nSELECT * { ?s a [] . # x\r\n ?x SERVICE ?o }", 4, 5, "`SERVICE` is not available here"),
        ('SELECT * { ?s ?p """a\nb\nc""" .\n ?s ?p ) }', 4, 8, "`)` can't stand here"),
        ("ASK {\n\t`}", 2, 2, "` can't stand here"),
        ("SELECT * {}\rFROM <urn:g>", 2, 1, "`FROM` can't stand here"),
        ("SELECT *\rFROM ?g {}", 2, 6, "`FROM` is followed by the IRI of a graph"),
        ("SELECT *\n{ ?s ?p ?o\n", 2, 9, ""),
        ('ASK { ?s ?p "één 🧪" .\n ?s ?p , }', 2, 10, "`}` can't stand here"),
        ("ASK { ?s ?p\n foo }", 2, 2, "`foo` is not a word of a SPARQL query"),
    ],
)
def test_a_refusal_points_to_the_place_in_the_asker_s_own_text(
    query: str, line: int, column: int, detail: str, anonymous: Reader
) -> None:
    answer = ask(anonymous, "POST direct", query)
    assert answer.status in {400, 403}
    assert (answer.data["line"], answer.data["column"]) == (line, column), answer.data
    assert detail in answer.data["detail"]


def test_an_unknown_prefix_comes_with_the_line_to_add(anonymous: Reader) -> None:
    answer = anonymous.sparql("SELECT * { ?s geo:lat ?o }")
    assert_problem(answer, 400)
    assert answer.data["hint"] == "add `PREFIX geo: <…>` at the top"


@pytest.mark.parametrize(
    "query",
    ["SELECT * { ?s ?p", "SELECT (<urn:f>(1) AS ?x) {}", "SELECT (?x AS ?y) (1 AS ?y) {}", "ASK { ?s unknown:p ?o }"],
)
def test_no_refusal_holds_the_engine_s_own_words(query: str, anonymous: Reader) -> None:
    """They name the grammar's rules, files and versions, and could one day name data."""
    for word in ("error at", "expected", "oxigraph", "Traceback", ".py", "0x", "SyntaxError", "RuntimeError"):
        assert word.lower() not in anonymous.sparql(query).text.lower()


@pytest.mark.parametrize(
    "path", ["/", "/queries", "/sparql?query=ASK%7B%7D", "/nothing", "/sparql", "/queries/nothing"]
)
def test_every_response_to_a_reader_says_its_banner_and_forbids_shared_caches(
    path: str, anonymous: Reader, analyst: Reader, world: World
) -> None:
    for reader, banner in ((anonymous, world.lowest), (analyst, world.analyst_banner)):
        headers = reader.request("GET", path).headers
        assert headers["classification"] == banner
        assert {"Accept", "Accept-Encoding", "Authorization"} == {name.strip() for name in headers["vary"].split(",")}
        # What is classified is kept by no cache at all; what is not, by its reader's own, which must ask each time.
        kept = reader is anonymous and "etag" in headers
        assert headers["cache-control"] == ("private, no-cache" if kept else "private, no-store")
        assert headers["x-content-type-options"] == "nosniff"
        assert ("etag" in headers) == path.startswith("/sparql")
        assert "last-modified" not in headers
        assert "set-cookie" not in headers
        assert "server" not in headers


def test_every_query_id_is_another(anonymous: Reader) -> None:
    paths = ["/", "/health", "/nothing", "/sparql?query=ASK%7B%7D", "/sparql"] * 4
    ids = [anonymous.request("GET", path).headers["query-id"] for path in paths]
    assert len(set(ids)) == len(ids)


def test_nobody_but_the_authorization_header_says_who_asks(anonymous: Reader, analyst: Reader) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    plain = anonymous.sparql(query)
    assert plain.body != analyst.sparql(query).body
    for headers in (
        {"Cookie": f"token={analyst.token}"},
        {"X-Forwarded-User": "analyst"},
        {"X-Authorization": f"Bearer {analyst.token}"},
        {"Proxy-Authorization": f"Bearer {analyst.token}"},
        {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1", "X-Remote-User": "lead"},
    ):
        answer = anonymous.request("GET", f"/sparql?query={quote(query)}", headers=headers)
        assert answer.comparable == plain.comparable
    answer = anonymous.get("/sparql", {"query": query, "access_token": str(analyst.token), "user": "analyst"})
    assert answer.comparable == plain.comparable


def test_the_same_request_gives_the_same_bytes_again(analyst: Reader) -> None:
    for query in (
        "SELECT * { ?s ?p ?o } LIMIT 500",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    ):
        assert analyst.sparql(query).comparable == analyst.sparql(query).comparable


def test_the_index_and_the_health_page_lead_on(anonymous: Reader) -> None:
    assert anonymous.get("/health").data == {"status": "ok"}
    for path in anonymous.get("/").data.values():
        assert anonymous.get(path).status in {200, 400}
    assert json.loads(anonymous.get("/queries").body)


def test_relative_iris_have_the_service_s_own_base_whatever_it_is_called(anonymous: Reader) -> None:
    """Not the address in the request: no header has a say in an answer."""
    query = "SELECT (STR(<actor/minusma>) AS ?x) (STR(<>) AS ?y) {}"
    here = "https://w3id.org/sluis/id/"
    for host in ("localhost", "sluis.example"):
        answer = anonymous.request("GET", f"/sparql?query={quote(query)}", headers={"Host": host})
        assert rows_of(answer) == [{"x": f'"{here}actor/minusma"', "y": f'"{here}"'}]
    based = "BASE <urn:x:> " + query.replace("<>", "<y>")
    assert rows_of(anonymous.sparql(based)) != rows_of(anonymous.sparql(query))


@pytest.mark.parametrize("prologue", ["", f"BASE <{MISSION[:-3]}> BASE <../>"])
def test_a_relative_graph_of_the_dataset_has_the_same_base(prologue: str, anonymous: Reader) -> None:
    derived = "SELECT (COUNT(*) AS ?n) FROM {} {{ ?s ?p ?o }}"
    (relative,) = anonymous.rows(f"{prologue} {derived.format('<derived>')}")
    assert [relative] == anonymous.rows(derived.format("id:derived"))
    assert int(relative["n"]) > 0
