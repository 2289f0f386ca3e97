"""A question's parameter is a term, whatever its text: it never changes what the question asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, Store

from graph_service.errors import QueryRefused
from graph_service.namespaces import PREFIXES
from graph_service.policy_files import load_policies
from graph_service.running import Service
from graph_service.serving.query_guard import GuardedQuery, guard
from graph_service.serving.questions import Desk, iri_term, string_term
from graph_service.settings import Settings
from queries import TYPES, Question, parse_question
from tests.attacks.canaries import Canaries
from tests.service import Reader

KINDS = TYPES
POLICIES = load_policies(Settings())
QUESTION = parse_question(
    "every-kind",
    "#+ summary: s\n#+ summary_nl: s\n#+ description: d\n#+ description_nl: d\n#+ tags: [public]\n"
    "#+ view: table\n#+ example: {}\n#+ columns: {s: iri}\n#+ parameters:\n"
    + "".join(
        f"#+   {kind}: {{type: {kind}, description: d, description_nl: d{', values: [a, b]' * (kind == 'enum')}}}\n"
        for kind in KINDS
    )
    + "SELECT ?s { "
    + " ".join(f"VALUES ?param_{kind} {{ UNDEF }}" for kind in KINDS)
    + " ?s ?p ?o }",
)
HOSTILE = [
    '"', "'", '"""', "\\", '\\"', "\\\\", '" } UNION { ?s ?p ?o } #', "' } #",
    '"} SERVICE <http://127.0.0.1:9/> {} {"', "} UNION { GRAPH ?g { ?s ?p ?o }", "UNDEF } VALUES ?x { 1",
    "x\n} ; CLEAR ALL #", "x\r\n", "\u2028", "\x00", "\x0b", "<http://example.org/a> <http://example.org/b>",
    "http://example.org/a> } UNION { <http://example.org/b", "http://example.org/a b", "http://example.org/a\nb",
    "http://example.org/\\u003E", "http://example.org/\\u0020x", "http://example.org/{x}", "http://example.org/`",
    "http://example.org/^", "http://example.org/|", "http://a/\"", "id:x> } UNION {", "id:x } #", "id:a b", "id:\\",
    "skos:x\ny", "urn:x>", "# comment", "x # } UNION {", "?s", "$s", "UNDEF", "\\u0022 } UNION { \\u0022",
    "\\U00000022", "1 } UNION { 2", "1\n2", "1; 2", "1e5", "1.0", "--1", "+1+1", "true } {", "true\n", "TRUE",
    "2013-04-25\n", "2013-04-25 } #", "2013-4-5", "0000-99-99Z", "\ufeffx", "\ud7ff", "\U0001f9ea", "''' } '''",
    "@en", '"x"@en', '"1"^^xsd:integer', "^^xsd:integer", "a" * 5000, "", " ", "%22%7D", "${jndi:x}", "{{7*7}}",
    "<script>", "Stg. GEHEIM", "Stg. GEHEIM//BRON", "Stg. GEHEIM } UNION { ?s ?p ?o", "NATO SECRET + EU SECRET", "a",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(HOSTILE), max_size=3).map("".join))


@dataclass
class Silent:
    """Workers that find no name, and keep what they were asked."""

    asked: list[GuardedQuery] = field(default_factory=list)

    def ask(self, query: GuardedQuery, *, form: str, seconds: float | None = None) -> bytes:
        self.asked.append(query)
        return b'{"results": {"bindings": []}}'


def shape(text: str) -> list[str]:
    """The query's tokens by kind; words and signs by their text too; a bound term as the word it stands for."""
    telling = {"word", "sign", "variable"}
    return [f"{token.kind} {token.text}" if token.kind in telling else token.kind for token in guard(text).tokens]


def fits(bound: str, template: str) -> bool:
    """Whether ``bound`` is ``template`` with one term, or a few in a row, in the place of each UNDEF or none."""
    found, position = shape(bound), 0
    for expected in shape(template):
        if expected == "word UNDEF" and found[position] != expected:
            before = position
            while found[position] in {"iri", "string", "language", "sign ^^"}:
                position += 1
            if position == before:
                return False
        elif found[position] == expected:
            position += 1
        else:
            return False
    return position == len(found)


def bind(question: Question, given: dict[str, str]) -> tuple[GuardedQuery | None, list[GuardedQuery]]:
    """The bound query, or nothing if it was refused; and what was asked to resolve a name."""
    workers = Silent()
    try:
        return Desk(cast(Any, workers), POLICIES).bind(question, given), workers.asked
    except QueryRefused:
        return None, workers.asked


def names_asked() -> list[str]:
    """The texts of the two queries that resolve a name, for a name without any trick in it."""
    _, asked = bind(QUESTION, {"iri": "plain"})
    return [query.text for query in asked]


def check(kind: str, text: str) -> None:
    bound, asked = bind(QUESTION, {kind: text})
    if bound is not None:
        assert fits(bound.text, QUESTION.query), bound.text
    for query, plain in zip(asked, names_asked(), strict=False):
        assert shape(query.text) == shape(plain), query.text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_parameter_is_bound_as_a_term_or_refused(kind: str, text: str) -> None:
    check(kind, text)


@given(kind=st.sampled_from(KINDS), text=TEXTS)
def test_no_parameter_changes_the_tokens_around_it(kind: str, text: str) -> None:
    check(kind, text)


@given(text=TEXTS)
def test_a_string_parameter_comes_back_from_the_engine_as_it_was_given(text: str) -> None:
    bound, _ = bind(QUESTION, {"string": text})
    assert bound is not None
    query = guard("SELECT ?param_string { VALUES ?param_string { UNDEF } }").with_terms(
        {"param_string": string_term(text)}
    )
    assert [row[0] for row in cast(Any, Store().query(query.text))] == [Literal(text)]


@given(text=TEXTS)
def test_an_iri_term_is_one_token_or_refused(text: str) -> None:
    try:
        term = iri_term(text)
    except QueryRefused:
        return
    assert [token.kind for token in guard(f"ASK {{ VALUES ?x {{ {term} }} }}").tokens].count("iri") == 1


@pytest.mark.parametrize(
    "text", ["id:x", "skos:prefLabel", "http://example.org/x", "urn:x:y", "https://example.org/?a=b#c"]
)
def test_a_plain_iri_is_bound_without_a_look_at_the_data(text: str) -> None:
    """The control: not everything is refused."""
    bound, asked = bind(QUESTION, {"iri": text})
    assert bound is not None
    assert asked == []
    prefix, _, local = text.partition(":")
    assert f"<{PREFIXES[prefix] + local if prefix in PREFIXES else text}>" in bound.text


@pytest.mark.parametrize(
    ("given", "type_"),
    [
        ("12", "integer"),
        ("-3", "integer"),
        ("2013-04", "gYearMonth"),
        ("2013", "gYear"),
        ("2013-04-25", "date"),
        ("true", "boolean"),
    ],
)
def test_a_typed_parameter_is_a_literal_of_its_type(given: str, type_: str) -> None:
    kind = "date" if type_.startswith("g") else type_
    bound, _ = bind(QUESTION, {kind: given})
    assert bound is not None
    assert f'"{given}" ^^ <{PREFIXES["xsd"]}{type_}>' in " ".join(bound.text.split())


@pytest.mark.parametrize(
    "term",
    [
        "?x",
        "UNDEF",
        "x:y",
        "1 } UNION { 2",
        "<urn:a> } {",
        '"a" )',
        "_:b",
        "[]",
        "<< <urn:a> <urn:b> 1 >>",
        "",
        "# x",
        "true",
        "()",
    ],
)
def test_with_terms_takes_iris_and_literals_only(term: str) -> None:
    with pytest.raises(QueryRefused):
        guard("ASK { VALUES ?x { UNDEF } }").with_terms({"x": term})


def test_with_terms_fills_only_the_block_that_waits_for_it() -> None:
    template = guard("ASK { VALUES ?x { UNDEF } VALUES ?y { UNDEF } VALUES (?x) { (UNDEF) } BIND(?x AS ?z) }")
    assert template.with_terms({"x": "<urn:a>"}).text.count("<urn:a>") == 1
    assert template.with_terms({"z": "<urn:a>"}).text == template.text


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_over_http_a_hostile_parameter_is_refused_or_finds_nothing(
    text: str, canary_service: Service, canaries: Canaries
) -> None:
    reader = Reader(canary_service.port, canaries.tokens["cleared"])
    answer = reader.question("coordination-links", {"actor": text})
    assert answer.status in {200, 400}, answer.text
    if answer.status == 200:
        assert answer.data["results"]["bindings"] == []
