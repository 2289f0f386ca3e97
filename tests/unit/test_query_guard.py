"""The query guard: terminals, positions, the words that a read-only query can hold, and what it hands on."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, Store

from graph_service.errors import QueryForbidden, QueryRefused
from graph_service.namespaces import ID, PREFIXES
from graph_service.serving.query_guard import MAX_CHARACTERS, MAX_DEPTH, GuardedQuery, _lex, guard
from graph_service.serving.query_iris import resolved
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
        ("_:0.a-b", "blank"), ('"a"', "string"), ("'a'", "string"), ('""', "string"),
        ('"""a "quoted" b"""', "string"), ("'''it's'''", "string"), ('"\\t\\"\\\\"', "string"),
        ('"\\u00e9\\U0001f9ea"', "string"), ('"#"', "string"), ('"<a>"', "string"), ("?x", "variable"),
        ("$x", "variable"), ("?0", "variable"), ("?é", "variable"), ("@nl", "language"), ("@nl-BE", "language"),
        ("@ar--rtl", "language"), ("1", "number"), ("-1.5", "number"), (".5", "number"), ("1e5", "number"),
        ("+1.E-5", "number"), ("(", "sign"), ("<<(", "sign"), ("{|", "sign"), ("^^", "sign"), ("<=", "sign"),
        ("STRLEN", "word"), ("a", "word"), ("encode_for_uri", "word"),
    ],
)  # fmt: skip
def test_every_terminal_of_the_grammar_is_one_token(text: str, kind: str) -> None:
    assert [(token.kind, token.text) for token in _lex(f"ASK {text}")] == [("word", "ASK"), (kind, text)]


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("x:a%41", "<urn:x:a%41>"), ("x:a\\-b", "<urn:x:a-b>"), ("x:", "<urn:x:>"),
        ("x:a.b.SERVICE", "<urn:x:a.b.SERVICE>"), (":a", "<http://example.org/base/#a>"),
        ("skos:notation", "<http://www.w3.org/2004/02/skos/core#notation>"),
    ],
)  # fmt: skip
def test_a_name_is_handed_on_as_its_iri(name: str, iri: str) -> None:
    prologue = "BASE <http://example.org/base/> PREFIX x: <urn:x:> PREFIX : <#>"
    handed_on = guard(f"{prologue} ASK {{ ?s {name} ?o }}")
    assert [token.text for token in handed_on.tokens if token.kind == "iri"] == ["<http://example.org/base/>", iri]
    assert "PREFIX" not in handed_on.text


def test_a_blank_node_is_handed_on_under_a_name_of_our_own() -> None:
    assert spaced("ASK { _:b.c.SERVICE ?p _:x . _:x ?p _:b.c.SERVICE }") == "ASK { _:b0 ?p _:b1 . _:b1 ?p _:b0 }"


@pytest.mark.parametrize(
    "query", ["ASK { PREFIX x: <urn:x:> }", "PREFIX x:y <urn:x:> ASK {}", "PREFIX <urn:x:> ASK {}"]
)
def test_a_declaration_in_the_wrong_place_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match="can't stand here"):
        guard(query)


HEAD = (
    "BASE <http://b/c/d> PREFIX : <urn:e:> PREFIX x: <http://x/#> PREFIX \u00e9: <urn:\u00e9:> PREFIX a.b: <urn:ab:> "
)


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("skos:prefLabel", f"{PREFIXES['skos']}prefLabel"), (":", "urn:e:"), (":x", "urn:e:x"), ("x:", "http://x/#"),
        ("x:a%41", "http://x/#a%41"), ("x:a\\-b\\.", "http://x/#a-b."), ("x:1", "http://x/#1"),
        ("x::y", "http://x/#:y"), ("\u00e9:\u00fc", "urn:\u00e9:\u00fc"), ("a.b:c", "urn:ab:c"),
        ("x:a.b..c", "http://x/#a.b..c"), ("x:a.SERVICE:y", "http://x/#a.SERVICE:y"),
        (":\\~\\!\\$\\&\\'\\(\\)\\*\\+\\,\\;\\=\\/\\?\\#\\@", "urn:e:~!$&'()*+,;=/?#@"),
    ],
)  # fmt: skip
def test_a_name_is_handed_on_as_the_iri_that_it_means(name: str, iri: str) -> None:
    assert tokens(f"{HEAD}ASK {{ {name} ?p ?o }}")[4] == ("iri", f"<{iri}>")
    store = Store()
    store.add(Quad(NamedNode(iri), NamedNode("urn:p"), NamedNode("urn:o")))
    assert store.query(guard(f"{HEAD}ASK {{ {name} ?p ?o }}").text)


@pytest.mark.parametrize(
    ("declared", "iri"),
    [
        ("<e/>", "http://b/c/e/x"), ("</e#>", "http://b/e#x"), ("<#>", "http://b/c/d#x"), ("<>", "http://b/c/dx"),
        ("<?q=>", "http://b/c/d?q=x"), ("<//f/>", "http://f/x"), ("<../g/>", "http://b/g/x"),
        ("<urn:h:>", "urn:h:x"),
    ],
)  # fmt: skip
def test_a_relative_prefix_is_resolved_as_the_engine_resolves_it(declared: str, iri: str) -> None:
    query = f"BASE <http://b/c/d> PREFIX p: {declared} SELECT * {{ BIND(p:x AS ?x) }}"
    for text in (query, guard(query).text):
        assert [row[0] for row in Store().query(text)] == [NamedNode(iri)]  # type: ignore[union-attr]


def test_a_prefix_means_what_the_last_declaration_before_the_query_says() -> None:
    assert "<urn:2:x>" in guard("PREFIX p: <urn:1:> PREFIX p: <urn:2:> ASK { p:x ?p ?o }").text
    assert "<urn:mine:x>" in guard("PREFIX skos: <urn:mine:> ASK { skos:x ?p ?o }").text


@pytest.mark.parametrize("query", ["ASK { nix:a ?p ?o }", "PREFIX a: <urn:a> ASK {\n :b ?p ?o }", "ASK { ?s ?p nix: }"])
def test_a_name_of_no_known_prefix_is_refused_with_the_line_to_add(query: str) -> None:
    with pytest.raises(QueryRefused, match="is not known") as refused:
        guard(query)
    assert refused.value.hint.startswith("add `PREFIX ")
    assert query.splitlines()[refused.value.line - 1][refused.value.column - 1] in "n:"


@pytest.mark.parametrize(
    "query",
    [
        "ASK { PREFIX a: <urn:a> }", "ASK {} BASE <urn:a>", "PREFIX a:b <urn:a> ASK {}", "PREFIX <urn:a> ASK {}",
        "PREFIX", "PREFIX a: ASK {}", "BASE ASK {}", "SELECT * { BASE <urn:a> }",
        "PREFIX a: <urn:a> . ASK { PREFIX b: <urn:b> }",
    ],
)  # fmt: skip
def test_a_declaration_that_is_not_whole_or_comes_late_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused):
        guard(query)


def test_blank_nodes_keep_their_sameness_and_not_their_names() -> None:
    found = [
        text for kind, text in tokens("ASK { _:SERVICE ?p _:x.y . _:x.y ?q _:b0 . [] ?r _:SERVICE }") if kind == "blank"
    ]
    assert len(found) == 5
    assert found[0] == found[4]
    assert found[1] == found[2]
    assert len(set(found)) == 3
    assert not any("SERVICE" in text for text in found)


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


DATASETS = {
    "SELECT * FROM <urn:a> { ?s ?p ?o }": (("urn:a",), ()),
    "SELECT * FROM <urn:a> FROM <urn:b> WHERE { ?s ?p ?o }": (("urn:a", "urn:b"), ()),
    "SELECT * from named <urn:a> From <urn:b> FROM NAMED id:c { ?s ?p ?o }": (
        ("urn:b",), ("urn:a", "https://w3id.org/sluis/id/c"),
    ),
    "ASK FROM <urn:a> FROM <urn:a> {}": (("urn:a", "urn:a"), ()),
    "SELECT (COUNT(*) AS ?n) FROM <urn:a> { ?s ?p ?o }": (("urn:a",), ()),
    "CONSTRUCT { ?s ?p ?o } FROM <urn:a> WHERE { ?s ?p ?o }": (("urn:a",), ()),
    "CONSTRUCT { ?s ?p [ ?q ?r ] . } FROM NAMED <urn:a> WHERE { GRAPH ?g { ?s ?p ?o } }": ((), ("urn:a",)),
    "CONSTRUCT FROM <urn:a> WHERE { ?s ?p ?o }": (("urn:a",), ()),
    "DESCRIBE <urn:x> FROM <urn:a>": (("urn:a",), ()),
    "DESCRIBE ?s FROM <urn:a> WHERE { ?s ?p ?o } LIMIT 1": (("urn:a",), ()),
    "PREFIX g: <urn:g:> SELECT * FROM g:1 { ?s ?p ?o }": (("urn:g:1",), ()),
    "SELECT * { ?s ?p 'FROM <urn:a>' } # FROM <urn:b>": (None, None),
}  # fmt: skip


@pytest.mark.parametrize("query", DATASETS)
def test_a_query_s_dataset_is_taken_out_of_its_text(query: str) -> None:
    found = guard(query)
    assert (found.default_graphs, found.named_graphs) == DATASETS[query]
    assert not any(token.is_word("FROM", "NAMED") for token in found.tokens)


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT * { ?s ?p ?o }\nFROM <urn:a>", 2, 1),
        ("SELECT * { FROM <urn:a> { ?s ?p ?o } }", 1, 12),
        ("SELECT * { { SELECT * FROM <urn:a> { ?s ?p ?o } } }", 1, 23),
        ("SELECT * FROM <urn:a> { { SELECT *\nFROM <urn:b> { ?s ?p ?o } } }", 2, 1),
        ("SELECT * FROM <urn:a> { ?s ?p ?o } FROM <urn:b>", 1, 36),
        ("SELECT * FROM <urn:a> ?x FROM <urn:b> { ?s ?p ?o }", 1, 26),
        ("SELECT * FROM ?g { ?s ?p ?o }", 1, 15),
        ("SELECT * FROM 'urn:a' { ?s ?p ?o }", 1, 15),
        ("SELECT * FROM { ?s ?p ?o }", 1, 15),
        ("SELECT * FROM NAMED { ?s ?p ?o }", 1, 21),
        ("SELECT * FROM NAMED NAMED <urn:a> { ?s ?p ?o }", 1, 21),
        ("SELECT * NAMED <urn:a> { ?s ?p ?o }", 1, 10),
        ("SELECT * FROM <urn:a> <urn:b> { ?s ?p ?o }", 1, 23),
        ("SELECT * FROM", 1, 10),
        ("SELECT * FROM NAMED", 1, 15),
        ("SELECT (FROM <urn:a> AS ?x) {}", 1, 9),
        ("FROM <urn:a> SELECT * { ?s ?p ?o }", 1, 1),
        ("BASE <urn:b> FROM <urn:a> SELECT * { ?s ?p ?o }", 1, 14),
        ("ASK WHERE FROM <urn:a> { ?s ?p ?o }", 1, 11),
        ("SELECT * WHERE FROM <urn:a> { ?s ?p ?o }", 1, 16),
        ("DESCRIBE <urn:x> LIMIT 1 FROM <urn:a>", 1, 26),
        ("DESCRIBE FROM <urn:a> <urn:x>", 1, 23),
        ("SELECT FROM <urn:a> ?s { ?s ?p ?o }", 1, 21),
        ("SELECT FROM <urn:a> DISTINCT ?s { ?s ?p ?o }", 1, 21),
        ("SELECT ?s FROM <urn:a> LIMIT 1", 1, 24),
        ("CONSTRUCT FROM <urn:a> { ?s ?p ?o } WHERE { ?s ?p ?o }", 1, 24),
        ("CONSTRUCT WHERE FROM <urn:a> { ?s ?p ?o }", 1, 17),
        ("ASK { ?s ?p ?o } FROM <urn:a>", 1, 18),
        ("SELECT (COUNT(FROM) AS ?n) { ?s ?p ?o }", 1, 15),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } FROM <urn:a>", 1, 43),
        ("CONSTRUCT { FROM <urn:a> } WHERE { ?s ?p ?o }", 1, 13),
        ("DESCRIBE FROM <urn:a> { ?s ?p ?o } FROM <urn:b>", 1, 36),
        ("SELECT * { ?s ?p ?o } VALUES ?x { 1 } FROM <urn:a>", 1, 39),
    ],
)
def test_a_dataset_clause_anywhere_else_is_refused_with_its_place(query: str, line: int, column: int) -> None:
    with pytest.raises(QueryRefused) as refused:
        guard(query)
    assert (refused.value.line, refused.value.column) == (line, column)


@pytest.mark.parametrize(
    ("query", "graphs"),
    [
        ("BASE <http://a/> SELECT * FROM <b> {}", "http://a/b"),
        ("BASE <http://a/b/c> BASE <../d/> ASK FROM <e#f> {}", "http://a/d/e#f"),
        ("BASE <http://\\u0061/> SELECT * FROM <\\u0062> {}", "http://a/b"),
        ("SELECT * FROM <http://a/\\u0041\\U0001f9ea> {}", "http://a/A🧪"),
        ("PREFIX x: <urn:\\u0041:> SELECT * FROM x:b {}", "urn:A:b"),
        ("BASE <urn:a/> PREFIX x: <b/> SELECT * FROM x:c {}", "urn:a/b/c"),
        ("VERSION '1.2' BASE <http://a/> SELECT * FROM <b> {}", "http://a/b"),
        ("SELECT * FROM <b> {}", f"{ID}b"),
        ("SELECT * FROM <> {}", ID),
        ("SELECT * FROM <#x> {}", f"{ID}#x"),
        ("SELECT * FROM <//a/b> {}", "https://a/b"),
    ],
)
def test_a_graph_s_iri_is_what_the_engine_would_read(query: str, graphs: str) -> None:
    assert guard(query).default_graphs == (graphs,)
    written = query.partition("FROM ")[2].partition(" {")[0]
    prologue = re.split("SELECT|ASK", query)[0].replace("VERSION '1.2'", "")
    read = Store().query(f"{prologue} SELECT ({written.replace('x:c', '<b/c>')} AS ?x) {{}}", base_iri=ID)
    assert "x:c" in query or [row[0] for row in read] == [NamedNode(graphs)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "iri", ["http://a/\\u0020", "b\\u003e", "http://a/\\u003e", "\\uD800:x", "a:\\uD800", "a:\\U00110000"]
)
def test_a_graph_s_iri_that_is_none_is_refused_with_its_place(iri: str) -> None:
    with pytest.raises(QueryRefused, match="the IRI of a graph") as refused:
        guard(f"SELECT *\nFROM <{iri}> {{}}")
    assert (refused.value.line, refused.value.column) == (2, 6)


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("iri", ["relative", "", "urn:a b", "urn:a>", "/a", "1:a"])
def test_a_parameter_s_graph_that_is_no_whole_iri_is_refused_by_the_parameter_s_name(name: str, iri: str) -> None:
    graphs = {"default-graph-uri": ([iri], []), "named-graph-uri": (["urn:a"], ["urn:b", iri])}
    with pytest.raises(QueryRefused, match=f"`{name}`"):
        guard("SELECT * {}").on_dataset(*graphs[name])


BASES = ["http://a/b/c/d;p?q", "http://a", "http://a?x", "ex://a/b/", "urn:a:b", "tag:x,1:a/b", "file:///a/b"]
# Spec: RFC 3986, section 5.4, and what has a scheme or an authority.
RELATIVE = (
    "g:h g ./g g/ /g //g ?y g?y #s g#s g?y#s ;x g;x . ./ .. ../ ../g ../.. ../../g ../../../g /./g g. .g g.. ..g "
    "./../g ./g/. g/./h g/../h g;x=1/../y g?y/../x g#s/../x http:g http://x/./y/../z //h/../x a/../../b # ? //"
)


@pytest.mark.parametrize("base", BASES)
def test_a_relative_iri_is_resolved_as_the_engine_resolves_it(base: str) -> None:
    for iri in ["", *RELATIVE.split()]:
        (row,) = Store().query(f"BASE <{base}> SELECT (<{iri}> AS ?x) {{}}")  # type: ignore[misc]
        assert resolved(iri, base=base) == row[0].value, iri


@pytest.mark.parametrize(
    ("query", "is_volatile"),
    [
        ("CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p [ ?q ?o ] } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p _:x } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p (1 2) } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p ?o {| ?p ?o |} } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { <<?s ?p ?o>> ?p ?o } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p ?o ~ } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p [] } FROM <urn:a> WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT WHERE { [] ?p ?o }", True),
        ("CONSTRUCT WHERE { _:x ?p ?o } LIMIT 1", True),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o BIND(BNODE() AS ?x) }", True),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p [] . _:x ?p (1) FILTER(STR(?o) = '[(') }", False),
        ("CONSTRUCT { ?s ?p <<( ?s ?p ?o )>> } WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT { ?s ?p '[' } WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT { } WHERE { [] ?p ?o }", False),
        ("SELECT * { [] ?p (1 _:x) }", False),
        ("ASK { [] ?p ?o }", False),
        ("DESCRIBE ?s { ?s ?p [] }", False),
        ("SELECT (bnode() AS ?x) {}", True),
    ],
)
def test_what_makes_new_blank_nodes_is_volatile_and_nothing_else_is(query: str, is_volatile: bool) -> None:
    """Where the engine makes some, two answers differ: the rule is its, not ours."""
    assert guard(query).is_volatile == is_volatile
    if query.startswith("CONSTRUCT") and "FROM" not in query and "BNODE" not in query:
        store = Store()
        store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:o")))
        answers = [{str(triple) for triple in store.query(guard(query).text)} for _ in range(2)]  # type: ignore[union-attr]
        assert (answers[0] != answers[1]) == is_volatile


def test_the_parameters_dataset_counts_instead_and_none_leaves_the_query_s_own() -> None:
    own = guard("SELECT * FROM <urn:a> FROM NAMED <urn:b> {}")
    assert own.on_dataset([], []) == own
    other = own.on_dataset(["urn:c"], [])
    assert (other.default_graphs, other.named_graphs) == (("urn:c",), ())
    assert own.on_dataset([], ["urn:c"]).default_graphs == ()
    assert len({own.key, other.key, guard("SELECT * {}").key}) == 3


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


@pytest.mark.parametrize(
    "template",
    ["_:x ex:p ?o", "[] ex:p ?o", "?s ex:p (1)", "<< ?s ex:p ?o >> ex:q 1", "?s ex:p ?o {| ex:q 1 |}", "?s ex:p ?o ~"],
)
def test_a_construct_that_makes_blank_nodes_is_volatile(template: str) -> None:
    """Its names are new each time: such an answer is never kept and has no validator. A reifier is one of them."""
    query = f"PREFIX ex: <urn:ex:> CONSTRUCT {{ {template} }} WHERE {{ ?s ?p ?o }}"
    store = Store()
    store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:o")))
    first, second = ({str(triple) for triple in store.query(guard(query).text)} for _ in range(2))  # type: ignore[union-attr]
    assert first != second
    assert guard(query).is_volatile


def test_a_construct_of_a_triple_term_is_not_volatile() -> None:
    assert not guard("CONSTRUCT { ?s <urn:p> <<( ?s ?p ?o )>> } WHERE { ?s ?p ?o }").is_volatile
