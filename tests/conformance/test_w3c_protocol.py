"""The W3C tests of the SPARQL 1.1 protocol, each request sent as its manifest says it, and the table of their results.

Paths and graph names are this service's: ``/sparql`` in place of ``/sparql/``, and the portion that holds a graph in
place of the graph's own name. Nothing here takes updates, so each update is shown to be refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, Store, parse

from graph_service.portions import Portion, portion_id
from tests.conformance.served import WATER, Served, served
from tests.conformance.suite import MF, SUITES, needs_suites
from tests.strategies import EX, KEY, ORIGINATOR, label_of

pytestmark = needs_suites
FOLDER = SUITES / "sparql" / "sparql11" / "protocol"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"
HTTP, CONTENT, RDFS = (
    "http://www.w3.org/2011/http#",
    "http://www.w3.org/2011/content#",
    "http://www.w3.org/2000/01/rdf-schema#",
)
ROW = re.compile(r"\| `(bad_)?(multiple_)?(quer|update)")
UPDATE = "http://www.w3.org/2009/sparql/tests/test-update#"
FORMATS = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {"application/sparql-results+json", "application/sparql-results+xml", "text/csv"},
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml"},
}


@dataclass(frozen=True)
class Request:
    """One request of a test and what is expected of its response."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: frozenset[str]
    boolean: bool | None
    format: str | None

    def is_answered_by(self, status: int, media: str, data: Any) -> bool:
        return (
            f"{status // 100}xx" in self.statuses
            and (self.format is None or media in FORMATS[self.format])
            and (self.boolean is None or data["boolean"] is self.boolean)
        )


@dataclass(frozen=True)
class ProtocolTest:
    """One test of the manifest."""

    name: str
    title: str
    requests: tuple[Request, ...]

    @property
    def updates(self) -> bool:
        return self.name.startswith("update_")


@cache
def manifest() -> Store:
    path = FOLDER / "manifest.ttl"
    store = Store()
    store.extend(parse(path=str(path), format=RdfFormat.TURTLE, base_iri=path.as_uri()))
    return store


def rows(query: str) -> Iterator[dict[str, str]]:
    found = manifest().query(
        f"PREFIX mf: <{MF}> PREFIX ht: <{HTTP}> PREFIX cnt: <{CONTENT}> PREFIX ut: <{UPDATE}> "
        f"PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX rdfs: <{RDFS}> {query}"
    )
    names = [variable.value for variable in found.variables]  # type: ignore[union-attr]
    for row in found:  # type: ignore[union-attr]
        yield {name: row[name].value for name in names if row[name] is not None}


@cache
def graphs() -> dict[str, Path]:
    """The files of the tests' graphs, by name."""
    found = rows("SELECT DISTINCT ?name ?file { ?t ut:graphData [ ut:graph ?file ; rdfs:label ?name ] }")
    return {row["name"]: Path(row["file"].removeprefix("file://")) for row in found}


def portions() -> list[Portion]:
    given = [
        Portion(name, "graph", label_of(WATER), ORIGINATOR, path.read_text(encoding="utf-8"))
        for name, path in graphs().items()
    ]
    return [*given, Portion(f"{EX}else", "else", label_of(WATER), ORIGINATOR, f"<{EX}a> <{EX}b> <{EX}c> .\n")]


def in_ids(text: str) -> str:
    """Graph names as the portions' ids, where they name a graph of the dataset: in a parameter, or behind FROM."""
    for portion in portions():
        own = portion_id(portion, key=KEY)
        text = re.sub(rf"(-graph-uri=){re.escape(quote(portion.source, safe=''))}", rf"\1{quote(own, safe='')}", text)
        text = text.replace(f"FROM <{portion.source}>", f"FROM <{own}>")
    return text


@cache
def protocol_tests() -> list[ProtocolTest]:
    if not SUITES.is_dir():
        return []
    found = rows("SELECT ?test ?title { ?m mf:entries/rdf:rest*/rdf:first ?test . ?test mf:name ?title }")
    return [ProtocolTest(r["test"].rpartition("#")[2], r["title"], tuple(_requests(r["test"]))) for r in found]


def _requests(test: str) -> Iterator[Request]:
    found = rows(
        f"""SELECT ?n (SAMPLE(?m) AS ?method) (SAMPLE(?p) AS ?path) (SAMPLE(?b) AS ?body) (SAMPLE(?e) AS ?encoding)
        (SAMPLE(?t) AS ?type) (SAMPLE(?bool) AS ?boolean) (SAMPLE(?f) AS ?format)
        (GROUP_CONCAT(DISTINCT ?s; SEPARATOR=" ") AS ?statuses) {{
          {{ SELECT ?at (COUNT(?before) AS ?n) {{
            <{test}> mf:action/ht:requests ?list . ?list rdf:rest* ?before . ?before rdf:rest* ?at . ?at rdf:first ?r
          }} GROUP BY ?at }}
          ?at rdf:first ?r . ?r ht:methodName ?m ; ht:absolutePath ?p ; ht:resp ?resp .
          OPTIONAL {{ ?r ht:body ?content . ?content cnt:chars ?b OPTIONAL {{ ?content cnt:characterEncoding ?e }} }}
          OPTIONAL {{ ?r ht:headers/rdf:rest*/rdf:first [ ht:fieldName "content-type" ; ht:fieldValue ?t ] }}
          OPTIONAL {{ ?resp mf:expectedBoolean ?bool }} OPTIONAL {{ ?resp mf:expectedFormat ?f }}
          ?resp mf:expectedStatus ?status BIND(STRAFTER(STR(?status), "StatusCode") AS ?s)
        }} GROUP BY ?n ORDER BY ?n"""
    )
    for row in found:
        yield Request(
            method=row["method"],
            path=in_ids(row["path"].replace("/sparql/", "/sparql", 1)),
            headers={"Content-Type": row["type"]} if "type" in row else {},
            body=in_ids(row.get("body", "")).encode(row.get("encoding", "UTF-8")),
            statuses=frozenset(row["statuses"].split()),
            boolean={"true": True, "false": False}.get(row.get("boolean", "")),
            format=row.get("format"),
        )


def performed(test: ProtocolTest, service: Served) -> str:
    """``passes``, what was wrong with which response, or how an update is refused."""
    said = []
    for number, request in enumerate(test.requests, 1):
        response = service.client.open(request.path, method=request.method, headers=request.headers, data=request.body)
        if test.updates:
            return f"refused: {response.status_code}"
        if not request.is_answered_by(response.status_code, response.mimetype, response.get_json(silent=True)):
            said.append(f"request {number}: {response.status_code} {response.mimetype}")
    return "; ".join(said) or "passes"


@pytest.fixture(scope="module")
def results() -> dict[str, str]:
    with served(portions()) as service:
        before = service.ask({"query": "SELECT * { ?s ?p ?o }"})
        found = {test.name: performed(test, service) for test in protocol_tests()}
        assert service.ask({"query": "SELECT * { ?s ?p ?o }"}) == before
        assert service.ask({"query": "SELECT * { ?s ?p ?o }", "timeout": "59"})[2] == before[2]
    return found


def test_every_test_of_a_query_passes(results: dict[str, str]) -> None:
    assert len(results) == 34
    assert {name: result for name, result in results.items() if name.startswith(("query_", "bad_query_"))} == {
        test.name: "passes" for test in protocol_tests() if test.name.startswith(("query_", "bad_query_"))
    }


def test_every_update_is_refused_and_changes_nothing(results: dict[str, str]) -> None:
    """A bad update is refused as it should be; a good one because there are none here."""
    updates = {name: result for name, result in results.items() if name.startswith("update_")}
    assert len(updates) == 7
    assert set(updates.values()) == {"refused: 403"}
    assert {result for name, result in results.items() if name.startswith("bad_update_")} == {"passes"}


def test_the_page_of_conformance_lists_every_test_with_its_result(results: dict[str, str]) -> None:
    rows = [f"| `{test.name}` | {test.title} | {results[test.name]} |" for test in protocol_tests()]
    shown = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if ROW.match(line)]
    assert shown == sorted(rows)
