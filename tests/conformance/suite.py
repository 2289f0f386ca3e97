"""The W3C query-evaluation tests: read from their manifests, made into portions, and their results compared.

The suites are not part of the project; where they lie beside it (``../shared/w3c-sparql``) they are used.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

from graph_service.errors import QueryRefused
from graph_service.serving.query_guard import GuardedQuery, guard

SUITES = Path(
    os.environ.get("W3C_SPARQL", Path(__file__).resolve().parents[2] / ".." / "shared" / "w3c-sparql")
).resolve()
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
BY_SUFFIX = {"srx": QueryResultsFormat.XML, "srj": QueryResultsFormat.JSON, "tsv": QueryResultsFormat.TSV}

needs_suites = pytest.mark.skipif(
    not SUITES.is_dir(), reason="the W3C suites do not lie beside the project: set W3C_SPARQL"
)

Compared = tuple[str, object, object]
"""The form of an answer, its variables, and its content with blank nodes named canonically."""


@dataclass(frozen=True)
class GivenGraph:
    """One graph of a test: its document, its name, what it is (``default``, ``named``, ``chosen``), its triples."""

    document: str
    iri: str
    role: str
    triples: tuple[Triple, ...]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """One QueryEvaluationTest: a query, the files of its dataset by graph name, and the file of its result.

    ``default`` are the files of the default graph, ``named`` those of named graphs; ``chosen`` those that the query
    itself names in FROM and FROM NAMED.
    """

    name: str
    query: Path
    default: tuple[Path, ...]
    named: tuple[Path, ...]
    result: Path
    chosen: tuple[Path, ...]

    @cached_property
    def graphs(self) -> tuple[GivenGraph, ...]:
        """The dataset, graph by graph. A dataset file of the default graph brings named ones along."""
        found = []
        for role, paths in (("chosen", self.chosen), ("named", self.named), ("default", self.default)):
            for path in paths:
                document = path.as_uri()
                found.append(GivenGraph(document, document, role, _triples(path, DefaultGraph())))
                names = dict.fromkeys(q.graph_name for q in quads_of(path) if q.graph_name != DefaultGraph())
                found += [GivenGraph(document, name.value, "named", _triples(path, name)) for name in names]
        return tuple({(graph.iri, graph.role): graph for graph in found}.values())

    @property
    def text(self) -> str:
        return self.query.read_text(encoding="utf-8")

    @property
    def based(self) -> str:
        """The text with its base said in it, as no request says one."""
        return f"BASE <{self.query.as_uri()}>\n{self.text}"

    @property
    def is_scoped(self) -> bool:
        """Whether the dataset has to be named: a view has its portions as named graphs, the test has others."""
        named = any(graph.role == "named" for graph in self.graphs)
        return not self.chosen and bool(named or re.search(r"\bGRAPH\b", self.text, re.IGNORECASE))


@cache
def evaluations() -> list[Evaluation]:
    return list(_evaluations()) if SUITES.is_dir() else []


def _evaluations() -> Iterator[Evaluation]:
    for manifest in sorted(SUITES.rglob("*manifest*.ttl")):
        store = Store()
        store.extend(parse(path=str(manifest), format=RdfFormat.TURTLE, base_iri=manifest.as_uri()))
        rows = store.query(
            f"SELECT DISTINCT ?test ?action ?query ?result {{ ?test a <{MF}QueryEvaluationTest> ; "
            f"<{MF}action> ?action ; <{MF}result> ?result . ?action <{QT}query> ?query }} ORDER BY ?test"
        )
        for test, action, query, result in rows:  # type: ignore[union-attr]
            default, named = (
                sorted(q.object.value for q in store.quads_for_pattern(action, NamedNode(QT + name), None))
                for name in ("data", "graphData")
            )
            path = path_of(query.value)
            yield Evaluation(
                f"{manifest.parent.relative_to(SUITES)}#{test.value.rpartition('#')[2]}",
                path,
                tuple(map(path_of, default)),
                tuple(map(path_of, named)),
                path_of(result.value),
                _chosen(path),
            )


def path_of(iri: str) -> Path:
    return Path(unquote(urlsplit(iri).path))


def _chosen(query: Path) -> tuple[Path, ...]:
    """The files that the query names in its FROM clauses."""
    guarded = guarded_or_none(f"BASE <{query.as_uri()}>\n{query.read_text(encoding='utf-8')}")
    if guarded is None:
        return ()
    iris = (*(guarded.default_graphs or ()), *(guarded.named_graphs or ()))
    return tuple(path_of(urljoin(query.as_uri(), iri)) for iri in iris)


def guarded_or_none(text: str) -> GuardedQuery | None:
    try:
        return guard(text)
    except QueryRefused:
        return None


@cache
def quads_of(path: Path) -> tuple[Quad, ...]:
    """What a file says. Its blank nodes are its own, whatever other files call theirs."""
    syntax = RdfFormat.from_extension(path.suffix.removeprefix("."))
    assert syntax is not None, path
    return tuple(parse(path=str(path), format=syntax, base_iri=path.as_uri(), rename_blank_nodes=True))


def _triples(path: Path, graph: object) -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in quads_of(path) if quad.graph_name == graph)


def bare_store(test: Evaluation) -> Store:
    """The test's dataset in the engine alone, as the suite describes it."""
    store = Store()
    for given in test.graphs:
        name = DefaultGraph() if given.role == "default" else NamedNode(given.iri)
        store.extend(Quad(*triple, name) for triple in given.triples)
    for given in test.graphs:
        if given.role != "default":
            store.add_graph(NamedNode(given.iri))
    return store


def bare_answer(test: Evaluation) -> Compared | None:
    """What the engine alone answers, or nothing where it fails."""
    try:
        return compared(bare_store(test).query(test.text, base_iri=test.query.as_uri()))
    except (SyntaxError, ValueError, RuntimeError, OSError):
        return None


def expected(test: Evaluation) -> Compared | None:
    """What the suite says that the answer is; nothing where the result file can't be read."""
    suffix = test.result.suffix.removeprefix(".")
    try:
        if suffix in BY_SUFFIX:
            return compared(parse_query_results(path=str(test.result), format=BY_SUFFIX[suffix]))
        quads = quads_of(test.result)
    except (SyntaxError, ValueError):
        return None
    if any(quad.object == NamedNode(RS + "ResultSet") for quad in quads):
        return _result_set(quads)
    return graph(quad.triple for quad in quads)


def _result_set(quads: Iterable[Quad]) -> Compared:
    """A result written in the vocabulary of the first suite."""
    store = Store()
    store.extend(quads)
    for _, _, value, _ in store.quads_for_pattern(None, NamedNode(RS + "boolean"), None):
        return "boolean", None, value.value == "true"
    names = {q.object.value for q in store.quads_for_pattern(None, NamedNode(RS + "resultVariable"), None)}
    rows = []
    for _, _, solution, _ in store.quads_for_pattern(None, NamedNode(RS + "solution"), None):
        row = {}
        for _, _, binding, _ in store.quads_for_pattern(solution, NamedNode(RS + "binding"), None):
            (name,) = (q.object for q in store.quads_for_pattern(binding, NamedNode(RS + "variable"), None))
            (value,) = (q.object for q in store.quads_for_pattern(binding, NamedNode(RS + "value"), None))
            row[name.value] = value
        rows.append(row)
    return table(names, rows)


_FLOATING = {NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}") for name in ("double", "float")}


def compared(result: object) -> Compared:
    """An answer in a form in which equal means the same answer: as bags, blank nodes by their place alone."""
    if isinstance(result, QueryBoolean):
        return "boolean", None, bool(result)
    if isinstance(result, QueryTriples):
        return graph(result)
    assert isinstance(result, QuerySolutions)
    names = [variable.value for variable in result.variables]
    rows = [{name: value for name, value in zip(names, row, strict=True) if value is not None} for row in result]
    return table(names, rows)


def table(names: Iterable[str], rows: Iterable[dict[str, object]]) -> Compared:
    quads = []
    for row, count in Counter(tuple(sorted(row.items(), key=lambda item: item[0])) for row in rows).items():
        node = BlankNode()
        quads.append(Quad(node, NamedNode("urn:count"), Literal(count)))
        quads += [Quad(node, NamedNode(f"urn:var:{name}"), _rounded(value)) for name, value in row]
    return "rows", frozenset(names), _canonical(quads)


def _rounded(value: Any) -> Any:
    """A floating-point number to twelve figures: its last ones hang on the order in which a sum was made."""
    if isinstance(value, Literal) and value.datatype in _FLOATING:
        return Literal(f"{float(value.value.replace('INF', 'inf')):.12g}", datatype=value.datatype)
    return value


def graph(triples: Iterable[object]) -> Compared:
    return "graph", None, _canonical(Quad(*triple) for triple in triples)  # type: ignore[misc]


def _canonical(quads: Iterable[Quad]) -> frozenset[str]:
    """In the store's own form of literals, as data go through a store and results files do not."""
    store = Store()
    store.extend(quads)
    dataset = Dataset(store)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(map(str, dataset))
