"""The W3C SPARQL suites against the guard: what it hands on has the verdict, and the answer, of what it was given.

The suites are not part of the project; where they lie beside it (``../shared/w3c-sparql``) they are used.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryBoolean, QueryTriples, RdfFormat, Store, Triple, parse

from graph_service.errors import QueryRefused
from graph_service.serving.query_guard import guard

SUITES = Path(
    os.environ.get("W3C_SPARQL", Path(__file__).resolve().parents[2] / ".." / "shared" / "w3c-sparql")
).resolve()
BASE = "https://w3c.github.io/rdf-tests/"
MF, QT = (
    "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#",
    "http://www.w3.org/2001/sw/DataAccess/tests/test-query#",
)
NOT_TAKEN = ("FROM", "SERVICE")

pytestmark = pytest.mark.skipif(
    not SUITES.is_dir(), reason="the W3C suites do not lie beside the project: set W3C_SPARQL"
)


def files() -> list[Path]:
    return sorted(SUITES.rglob("*.rq")) if SUITES.is_dir() else []


def name_of(path: Path) -> str:
    return str(path.relative_to(SUITES))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="strict")


def readable(query: str) -> bool:
    """The engine's verdict."""
    try:
        Store().query(query, base_iri=BASE)
    except SyntaxError:
        return False
    except (ValueError, OSError, RuntimeError):
        return True
    return True


def is_taken(text: str) -> bool:
    """Whether the service takes such a query at all: without FROM and SERVICE, as words outside of everything else."""
    try:
        guard(text)
    except QueryRefused as refused:
        return not any(f"`{word}` is not available" in refused.public for word in NOT_TAKEN)
    return True


@pytest.mark.parametrize("suite", ["sparql10", "sparql11", "sparql12"])
def test_the_guard_keeps_the_engine_s_verdict_on_every_query_of_the_suite(suite: str) -> None:
    differ, looked_at, accepted = [], 0, 0
    for path in files():
        name = name_of(path)
        if f"/{suite}/" not in f"/{name}":
            continue
        try:
            # A file's base is where it stands; without one the service takes no relative name of a graph.
            text = "BASE <http://example.org/suite/> " + text_of(path)
        except UnicodeDecodeError:
            continue
        if not is_taken(text):
            continue
        looked_at += 1
        try:
            kept = readable(guard(text).text)
        except QueryRefused:
            kept = False
        accepted += kept
        if kept != readable(text):
            differ.append((name, "accepted" if kept else "refused"))
    assert looked_at > 50
    assert accepted > 40
    assert differ == []


@dataclass(frozen=True)
class Evaluation:
    """One test of a manifest: a query and the data of its default graph."""

    name: str
    query: Path
    data: Path


@cache
def evaluations() -> list[Evaluation]:
    return list(_evaluations()) if SUITES.is_dir() else []


def _evaluations() -> Iterator[Evaluation]:
    for manifest in sorted(SUITES.rglob("manifest.ttl")):
        base = manifest.as_uri()
        store = Store()
        store.extend(parse(path=str(manifest), format=RdfFormat.TURTLE, base_iri=base))
        rows = store.query(
            f"SELECT ?test ?query ?data {{ ?test <{MF}action> ?a . ?a <{QT}query> ?query ; <{QT}data> ?data "
            f"FILTER NOT EXISTS {{ ?a <{QT}graphData> ?g }} "
            f"FILTER NOT EXISTS {{ ?a <{QT}data> ?d FILTER(?d != ?data) }} }}"
        )
        for test, query, data in rows:  # type: ignore[union-attr]
            paths = [Path(term.value.removeprefix("file://")) for term in (query, data)]  # type: ignore[union-attr]
            if all(path.is_file() for path in paths):
                yield Evaluation(str(test), *paths)


def plain(term: object) -> str:
    """A term as text, blank nodes without their names."""
    if isinstance(term, Triple):
        return " ".join(plain(part) for part in (term.subject, term.predicate, term.object))
    return "_:" if isinstance(term, BlankNode) else str(term)


def answer(store: Store, query: str, base: str) -> object:
    """A bag of rows with blank nodes unnamed, a set of triples, a boolean, or the kind of failure."""
    try:
        result = store.query(query, base_iri=base)
        if isinstance(result, QueryBoolean):
            return bool(result)
        if isinstance(result, QueryTriples):
            return Counter(plain(triple) for triple in result)
        names = [variable.value for variable in result.variables]
        return names, Counter(tuple(plain(value) for value in row) for row in result)
    except (SyntaxError, ValueError, RuntimeError, OSError) as error:
        return type(error).__name__


VOLATILE = ("NOW", "RAND", "UUID", "STRUUID", "BNODE")


def test_a_guarded_query_has_the_answer_of_the_query_it_was_given() -> None:
    """Read once as it stands and once as handed on, over the test's own data."""
    differ, rows = [], 0
    for test in evaluations():
        text = text_of(test.query)
        syntax = RdfFormat.from_extension(test.data.suffix.removeprefix("."))
        if syntax is None or not is_taken(text) or not readable(text):
            continue
        guarded = guard(text)
        if any(token.is_word(*VOLATILE) for token in guarded.tokens):
            continue
        store = Store()
        try:
            store.extend(parse(path=str(test.data), format=syntax, base_iri=test.data.as_uri()))
        except SyntaxError:
            continue
        base = test.query.as_uri()
        given, handed_on = answer(store, text, base), answer(store, guarded.text, base)
        if given != handed_on:
            differ.append(test.name)
        rows += isinstance(given, tuple) and bool(given[1])
    assert differ == []
    assert rows > 150


def test_the_comparison_of_answers_can_tell_a_difference() -> None:
    """The control: another query over the same data is seen to be another."""
    store = Store()
    store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal("1")))
    queries = [
        "SELECT ?s { ?s ?p ?o }",
        "SELECT ?o { ?s ?p ?o }",
        "ASK {}",
        "SELECT * { ?s ?p",
        "CONSTRUCT WHERE { ?s ?p ?o }",
    ]
    answers = [answer(store, query, BASE) for query in queries]
    assert all(a != b for n, a in enumerate(answers) for b in answers[:n])
