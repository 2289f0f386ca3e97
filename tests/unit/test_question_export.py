"""The catalogue as RDF: another parser reads it, another engine's parser reads its queries, and each of them runs."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

import pytest
from pyoxigraph import Store
from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.plugins.sparql import prepareQuery

from graph_service.namespaces import PREFIXES
from graph_service.question_export import CATALOGUE, SCHEMA, questions_as_turtle
from graph_service.security import Policies
from graph_service.serving.query_guard import guard
from graph_service.storage.views import Publication
from queries import Question, catalogue, parse_question
from tests.service import demo_once, sluis_here

SDO = Namespace(SCHEMA)
ENDPOINT = "https://example.org/sparql"
TOLD = "description: d, description_nl: n"
"""What stands for `TOLD` in the parameters below."""


@pytest.fixture(scope="module")
def graph() -> Graph:
    done = sluis_here("queries", "export", "--endpoint", ENDPOINT)
    assert done.returncode == 0, done.stderr
    return Graph().parse(data=done.stdout, format="turtle")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    layout = demo_once(tmp_path_factory)
    (lead,) = (p for p in Publication.read(layout.views).everyone if p.name == "lead")
    assert lead.view is not None
    return Store.read_only(str(lead.view.dataset(layout.views)))


def node(question: Question) -> URIRef:
    return URIRef(CATALOGUE + question.name)


def bag(store: Store, query: str, **prefixes: dict[str, str]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(map(str, row)) for row in cast(Any, store.query(query, **prefixes)))


def declared(graph: Graph, question: Question) -> str:
    """The prefixes that the question names, as a query begins with them."""
    (owner,) = graph.objects(node(question), SH.prefixes)
    pairs = [(graph.value(one, SH.prefix), graph.value(one, SH.namespace)) for one in graph.objects(owner, SH.declare)]
    assert all(cast(Literal, iri).datatype == XSD.anyURI for _, iri in pairs)
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in pairs)


def test_every_question_is_there_with_what_it_is_called(graph: Graph) -> None:
    executables = set(graph.subjects(RDF.type, SH.SPARQLSelectExecutable))
    assert executables == set(graph.subjects(RDF.type, SH.SPARQLExecutable)) == {*map(node, catalogue().values())}
    for question in catalogue().values():
        me = node(question)
        assert set(graph.objects(me, RDFS.label)) == {
            Literal(question.summary, lang="en"),
            Literal(question.summary_nl, lang="nl"),
        }
        assert set(graph.objects(me, RDFS.comment)) == {
            Literal(question.description, lang="en"),
            Literal(question.description_nl, lang="nl"),
        }
        assert {str(tag) for tag in graph.objects(me, SDO.keywords)} == set(question.tags)
        assert list(graph.objects(me, SDO.target)) == [URIRef(ENDPOINT)]


def test_every_query_runs_as_it_stands_and_gives_what_the_service_gives(graph: Graph, store: Store) -> None:
    found = 0
    for question in catalogue().values():
        (text,) = graph.objects(node(question), SH.select)
        assert "#+" not in text
        answer = bag(store, str(text))
        assert (
            answer
            == bag(store, declared(graph, question) + text)
            == bag(store, guard(question.query).text, prefixes=PREFIXES)
        )
        found += bool(answer)
        prepareQuery(str(text))
    assert found >= len([one for one in catalogue().values() if not one.needs]) - 3


def test_every_parameter_is_there_by_the_name_of_its_variable(graph: Graph) -> None:
    kinds = set()
    for question in catalogue().values():
        nodes = sorted(graph.objects(node(question), SH.parameter), key=lambda one: str(graph.value(one, SH.order)))
        assert len(nodes) == len(question.parameters)
        for one, parameter in zip(nodes, question.parameters, strict=True):
            path = str(graph.value(one, SH.path))
            assert path == f"{node(question)}/param_{parameter.name}"
            assert (one, RDF.type, SH.Parameter) in graph
            assert set(graph.objects(one, SH.description)) == {
                Literal(parameter.description, lang="en"),
                Literal(parameter.description_nl, lang="nl"),
            }
            assert (graph.value(one, SH.optional) == Literal(True)) == (not parameter.required)
            assert (graph.value(one, SH.defaultValue) is not None) == (parameter.default is not None)
            kinds.add(parameter.type)
    assert {"iri", "level", "enum", "integer", "date", "string"} <= kinds


def parameter_of(line: str, policies: Policies) -> tuple[Graph, BNode]:
    header = "summary: 'a \"b\" \\c'\nsummary_nl: s\ndescription: d\ndescription_nl: n\n"
    header += f"example: {{}}\ncolumns: {{s: iri}}\ntags: [public]\nview: table\nparameters: {{p: {line}}}"
    text = "".join(f"#+ {one}\n" for one in header.replace("TOLD", TOLD).splitlines())
    question = parse_question("odd", text + 'SELECT ?s { VALUES ?param_p { UNDEF } ?s ?p "\\"\\n" }')
    graph = Graph().parse(data=questions_as_turtle([question], policies=policies), format="turtle")
    (one,) = graph.objects(node(question), SH.parameter)
    assert graph.value(node(question), RDFS.label) in (Literal('a "b" \\c', lang="en"), Literal("s", lang="nl"))
    assert '"\\"\\n"' in str(graph.value(node(question), SH.select))
    assert list(graph.objects(node(question), SDO.target)) == []
    return graph, cast(BNode, one)


@pytest.mark.parametrize(
    ("line", "predicate", "value"),
    [
        (
            "{type: iri, class: sluis:Goal, TOLD}",
            SH["class"],
            URIRef(PREFIXES["sluis"] + "Goal"),
        ),
        ("{type: iri, TOLD, default: urn:x}", SH.defaultValue, URIRef("urn:x")),
        (
            "{type: level, TOLD}",
            SH["class"],
            URIRef(PREFIXES["sluis"] + "ClassificationLevel"),
        ),
        (
            "{type: level, TOLD, default: Whisky}",
            SH.defaultValue,
            URIRef(PREFIXES["id"] + "policy/DRINK/level/whisky"),
        ),
        ("{type: level, TOLD, default: Stg. GEHEIM}", SH.defaultValue, None),
        ("{type: string, TOLD}", SH.datatype, XSD.string),
        ("{type: boolean, TOLD, default: true}", SH.defaultValue, Literal(True)),
        ("{type: integer, TOLD}", SH.datatype, XSD.integer),
        (
            "{type: date, TOLD, default: 2013-04}",
            SH.defaultValue,
            Literal("2013-04", datatype=XSD.gYearMonth),
        ),
        ("{type: integer, TOLD, required: false}", SH.optional, Literal(True)),
    ],
)
def test_a_parameter_says_what_it_takes(line: str, predicate: URIRef, value: object, food: Policies) -> None:
    graph, one = parameter_of(line, food)
    assert graph.value(one, predicate) == value


def test_a_choice_of_words_and_of_dates_are_lists(food: Policies) -> None:
    graph, one = parameter_of("{type: enum, values: [a, b c], TOLD}", food)
    assert list(Collection(graph, cast(BNode, graph.value(one, SH["in"])))) == [Literal("a"), Literal("b c")]
    graph, one = parameter_of("{type: date, TOLD}", food)
    either = Collection(graph, cast(BNode, graph.value(one, SH["or"])))
    assert {graph.value(kind, SH.datatype) for kind in either} == {XSD.date, XSD.gYear, XSD.gYearMonth}


def test_an_endpoint_that_is_no_iri_is_refused() -> None:
    done = sluis_here("queries", "export", "--endpoint", "http://a> . <urn:b")
    assert done.returncode == 2
    assert "is not an IRI" in done.stderr
