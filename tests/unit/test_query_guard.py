"""The query guard: terminals, positions, the words that a read-only query can hold, and what it hands on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from graph_service.errors import QueryForbidden, QueryRefused
from graph_service.namespaces import PREFIXES
from graph_service.serving.query_guard import MAX_CHARACTERS, MAX_DEPTH, GuardedQuery, guard
from queries import catalogue


def tokens(query: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in guard(query).tokens]


def read(query: str) -> GuardedQuery | QueryRefused:
    """What the guard makes of a text, or its refusal."""
    try:
        return guard(query)
    except QueryRefused as refused:
        return refused


def spaced(query: str) -> str:
    return " ".join(guard(query).text.split())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<http://example.org/a>", "iri"), ("<>", "iri"), ("<#x>", "iri"), ("<\\u00e9>", "iri"), ("_:b", "blank"),
        ("_:0.a-b", "blank"), ("skos:prefLabel", "name"), (":", "name"), (":x", "name"), ("x:", "name"),
        ("x:a%41", "name"), ("x:a\\-b", "name"), ("x:1", "name"), ("x::y", "name"), ("é:ü", "name"),
        ("a.b:c", "name"), ('"a"', "string"), ("'a'", "string"), ('""', "string"), ('"""a "quoted" b"""', "string"),
        ("'''it's'''", "string"), ('"\\t\\"\\\\"', "string"), ('"\\u00e9\\U0001f9ea"', "string"), ('"#"', "string"),
        ('"<a>"', "string"), ("?x", "variable"), ("$x", "variable"), ("?0", "variable"), ("?é", "variable"),
        ("@nl", "language"), ("@nl-BE", "language"), ("@ar--rtl", "language"), ("1", "number"), ("-1.5", "number"),
        (".5", "number"), ("1e5", "number"), ("+1.E-5", "number"), ("(", "sign"), ("<<(", "sign"), ("{|", "sign"),
        ("^^", "sign"), ("<=", "sign"), ("STRLEN", "word"), ("a", "word"), ("encode_for_uri", "word"),
    ],
)  # fmt: skip
def test_every_terminal_of_the_grammar_is_one_token(text: str, kind: str) -> None:
    assert [found for found, _ in tokens(f"ASK {text}")] == ["word", kind]


def test_a_token_knows_where_it_began_counted_from_one() -> None:
    query = 'ASK\n{ ?s\t"é🧪"\r\n"""a\r\n\rb""" ?p\r?o # x\n}'
    places = {token.text: (token.line, token.column) for token in guard(query).tokens}
    assert places["ASK"] == (1, 1)
    assert places["{"] == (2, 1)
    assert places["?s"] == (2, 3)
    assert places['"é🧪"'] == (2, 6)
    assert places["?p"] == (5, 6)
    assert places["?o"] == (6, 1)
    assert places["}"] == (7, 1)


def test_a_line_break_in_a_long_string_is_handed_on_as_its_escape() -> None:
    assert tokens('ASK { ?s ?p """a\nb\r\nc\rd""" }')[4] == ("string", '"""a\\nb\\r\\nc\\rd"""')
    store = Store()
    rows = store.query(guard('SELECT ("""a\nb\r\nc\rd""" AS ?x) {}').text)
    assert [row[0].value for row in rows] == ["a\nb\r\nc\rd"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "query",
    ['ASK { ?s ?p "a\nb" }', "ASK { ?s ?p 'a\rb' }", 'ASK { ?s ?p "a', "ASK { ?s ?p '''a }", 'ASK { ?s ?p "\\x" }'],
)
def test_a_string_that_does_not_end_where_it_must_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match="can't stand here"):
        guard(query)


def test_comments_are_dropped_and_a_hash_inside_a_token_is_none() -> None:
    assert spaced("ASK # } SERVICE\r{ ?s <http://a#b> 'c#d' # x\n } #") == "ASK { ?s <http://a#b> 'c#d' }"


@pytest.mark.parametrize("query", list(catalogue().values()), ids=list(catalogue()))
def test_what_is_handed_on_is_one_line_and_reads_the_same_again(query: object) -> None:
    once = guard(query.query)  # type: ignore[attr-defined]
    again = guard(once.text)
    assert "\n" not in once.text
    assert "\r" not in once.text
    assert [(t.kind, t.text) for t in again.tokens] == [(t.kind, t.text) for t in once.tokens]
    assert again.form == once.form


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_question_passes_and_the_engine_can_read_it(name: str) -> None:
    query = guard(catalogue()[name].query)
    assert query.form == "SELECT"
    list(Store().query(query.text, prefixes=PREFIXES))  # type: ignore[arg-type]


PIECES = [
    "SELECT",
    "*",
    "{",
    "}",
    "?x",
    "<urn:a>",
    "a",
    '"b"',
    "'''c\nd'''",
    "# e\n",
    "#",
    "x:y",
    "1.5",
    "@nl",
    "^^",
    "\n",
    "\r",
    " ",
    "é",
    "🧪",
]


@given(st.lists(st.sampled_from([*PIECES, "<", ">", "\\u0041", '"', "'", "."]), max_size=25).map("".join))
def test_a_text_is_refused_with_a_place_in_it_or_read_the_same_twice(text: str) -> None:
    query = f"ASK {text}"
    found = read(query)
    if isinstance(found, QueryRefused):
        lines = query.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert found.line is not None
        assert found.column is not None
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1
    else:
        assert tokens(found.text) == [(token.kind, token.text) for token in found.tokens]


@given(st.text(max_size=60))
def test_no_text_breaks_the_guard(text: str) -> None:
    found = read(text)
    assert isinstance(found, GuardedQuery) or found.public


@pytest.mark.parametrize(
    "word", ["SERVICE", "LOAD", "INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING"]
)
@pytest.mark.parametrize("spell", [str.upper, str.lower, str.title, str.swapcase])
def test_what_this_service_never_does_is_forbidden_in_every_case(word: str, spell: object) -> None:
    with pytest.raises(QueryForbidden) as refused:
        guard(f"ASK {{\n {spell(word)} }}")  # type: ignore[operator]
    assert (refused.value.line, refused.value.column) == (2, 2)


@pytest.mark.parametrize(
    "word", ["FROM", "from", "LATERAL", "foo", "SELECTED", "SERVICES", "x", "SELECT_", "NAN", "INF", "IMPORT", "CALL"]
)
def test_a_word_that_no_read_only_query_holds_is_refused(word: str) -> None:
    with pytest.raises(QueryRefused) as refused:
        guard(f"ASK {{ {word} }}")
    assert not isinstance(refused.value, QueryForbidden)
    assert (refused.value.line, refused.value.column) == (1, 7)


def test_a_word_inside_a_string_an_iri_a_variable_or_a_comment_is_no_word() -> None:
    guard('ASK { <http://a/SERVICE> ?SERVICE "SERVICE" } # SERVICE')
    guard("ASK { ?LOAD $insert '''\nSERVICE <http://a/> {}''' }")


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * {}", "SELECT"), ("ask {}", "ASK"), ("PREFIX a: <urn:a> construct {} where {}", "CONSTRUCT"),
        ("DESCRIBE <urn:a>", "DESCRIBE"), ("ASK { { SELECT * {} } }", "ASK"),
        ("BASE <urn:a> # SELECT\nASK {}", "ASK"),
    ],
)  # fmt: skip
def test_the_form_is_the_first_that_the_query_names(query: str, form: str) -> None:
    assert guard(query).form == form


@pytest.mark.parametrize("query", ["", " ", "# SELECT", "{}", "PREFIX a: <urn:a>", "?SELECT", '"SELECT"'])
def test_a_text_without_a_form_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match="none of SELECT"):
        guard(query)


def test_the_limits_are_just_what_they_say() -> None:
    guard("ASK {} #".ljust(MAX_CHARACTERS))
    guard("ASK " + "{" * MAX_DEPTH + "}" * MAX_DEPTH)
    with pytest.raises(QueryRefused, match="longer than"):
        guard("ASK {} #".ljust(MAX_CHARACTERS + 1))
    with pytest.raises(QueryRefused, match="nests deeper"):
        guard("ASK " + "{" * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 1))


def test_brackets_inside_strings_do_not_nest() -> None:
    guard("ASK { ?s ?p '" + "{" * (MAX_DEPTH * 2) + "' }")


@pytest.mark.parametrize("name", ["STR", "COUNT", "BNODE", "isIRI", "MD5", "CONCAT", "COALESCE"])
def test_a_function_s_name_and_its_bracket_stay_together(name: str) -> None:
    assert f"{name}(" in guard(f"SELECT ({name}  \n (?x) AS ?y) {{}}").text


def test_a_column_of_the_handed_on_text_finds_the_token_that_stands_there() -> None:
    query = guard('ASK { ?s ?p "é🧪" ;\n ?q COUNT(?o) . }')
    text, at = query.text, 0
    for token in query.tokens:
        at = text.index(token.text, at)
        assert query.token_at(at + 1) == token
        at += len(token.text)
    assert query.token_at(len(text) + 50) == query.tokens[-1]
