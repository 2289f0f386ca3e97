"""The guard's lexer against the engine and rdflib, on token sequences that nobody would write.

What the guard hands on has the answer that the engine gives to the text as it came, or is refused; the engine never
makes a call of it; and rdflib, a reader that has a lexer, sees the same query before and after.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, composite
from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, Store
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Variable

from graph_service.errors import QueryRefused
from graph_service.namespaces import ID, PREFIXES
from graph_service.serving.query_guard import GuardedQuery, guard
from tests.attacks.test_egress import DISGUISES
from tests.service import Listener

PROLOGUE = "PREFIX : <URL> PREFIX u: <urn:>\n"
SOUND = [
    'SELECT ?s ?o { ?s ?p ?o . FILTER ( ?o != "a b" ) }',
    "SELECT * { ?s u:p ?o OPTIONAL { ?o <urn:p> ?x } MINUS { ?s <urn:q> 1 } }",
    "SELECT ( COUNT ( * ) AS ?n ) { ?s ?p ?o FILTER ( 1 < 2 && ?o > 0 ) }",
    "ASK { VALUES ?s { <urn:s> u:a.b } ?s <urn:p> true }",
    "SELECT ?s { ?s ^ u:p / u:p * ?o } ORDER BY DESC ( ?s ) LIMIT 5",
    "SELECT ?s { { SELECT ?s { ?s ?p 1.5e0 } } UNION { ?s ?p 'x'@nl } }",
    'SELECT ?s { ?s ?p """a\nb""" . FILTER NOT EXISTS { ?s ?p -1 } }',
    'SELECT ( CONCAT ( "#" , \'\\\'\' , "<urn:x>" ) AS ?x ) { ?s a ?t ; u:p [ u:q 1 , 2 ] }',
    "CONSTRUCT { ?s u:p ?o } WHERE { ?s ?p ?o FILTER ( ?o IN ( 1 , true , <urn:a> ) ) }",
]
GAPS = [
    " ",
    " ",
    " ",
    "",
    "\n",
    "\r",
    "\t",
    "  ",
    "#\n",
    "# SERVICE <URL> {}\n",
    "#'\"\r",
    "#>\n",
    "#\u2028\n",
    "\r\n#<\n",
]
ODD = [
    *[
        "SERVICE",
        "service",
        "SERVICE SILENT <URL> { ?x ?y ?z }",
        "SERVICE:x {}",
        "SERVICE#>\nSILENT <URL> { ?x ?y ?z }",
    ],
    *["1SERVICE", "trueSERVICE", "u:a.SERVICE", "<URL>", "<", ">", "<a b>", "<urn:\\u0061>", "\\u0053ERVICE", "u:\\-"],
    *[
        '"SERVICE"',
        "'''\n'''",
        '"\\n"',
        '"\\u0022"',
        '"',
        "'",
        '"""',
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ".",
        ";",
        ",",
        "^^",
    ],
    *["FILTER(1<2)", "FILTER(?o<2||1>0)", "BIND(1 AS ?b)", "_:b", "[]", "?x", "$s", "a", "1", ".5", "1.", "-2", "@nl"],
    *[
        "OPTIONAL { ?s ?p ?o }",
        "GRAPH ?g {}",
        "UNION",
        "LOAD <URL>",
        ";DROP ALL",
        "\x00",
        "\ufeff",
        "\u00a0",
        "é:é",
        "%41",
    ],
]
PIECES = re.compile(r'"""(?s:.*?)"""|"[^"]*"|\'(?:\\.|[^\'])*\'|<[^<>\s]*>|-?[?$:\w.@]+|&&|\|\||\^\^|!=|\s+|.')
LISTENS_NOWHERE = "http://127.0.0.1:9/"


@composite
def texts(draw: DrawFn) -> str:
    """A query taken to pieces and put together with odd gaps, after at most three odd changes."""
    whole = draw(st.sampled_from([*SOUND, *SOUND, *(text for text in DISGUISES.values() if len(text) < 90)]))
    pieces = [piece for piece in PIECES.findall(whole) if not piece.isspace()]
    for _ in range(draw(st.sampled_from([0, 0, 0, 0, 0, 1, 1, 2, 3]))):
        at = draw(st.integers(0, len(pieces) - 1))
        change = draw(st.sampled_from(["insert", "insert", "replace", "drop", "twice", "upper"]))
        odd = draw(st.sampled_from(ODD))
        pieces[at : at + 1] = {
            "insert": [odd, pieces[at]],
            "replace": [odd],
            "drop": [],
            "twice": [pieces[at], pieces[at]],
            "upper": [pieces[at].swapcase()],
        }[change]
        pieces = pieces or ["ASK"]
    gaps = st.sampled_from(GAPS) if draw(st.booleans()) else st.just(" ")
    close = draw(st.booleans())
    written = [PROLOGUE]
    for piece, after in zip(pieces, [*pieces[1:], " "], strict=True):
        apart = piece[-1].isalnum() and after[0].isalnum() and draw(st.integers(0, 9)) > 0
        written += [piece, "" if close and not apart and draw(st.booleans()) else draw(gaps)]
    return "".join(written)


@pytest.fixture(scope="module")
def store() -> Store:
    """In which the triples before a call match, so that the engine would get to it."""
    found, predicate = Store(), NamedNode("urn:p")
    for value in (Literal(1), Literal(True), NamedNode("urn:a"), NamedNode("urn:a.b"), Literal("a\nb"), Literal("x")):
        found.add(Quad(NamedNode("urn:s"), predicate, value))
    found.add(Quad(NamedNode("urn:a"), predicate, NamedNode("urn:s")))
    return found


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with Listener() as found:
        yield found


def answer(store: Store, text: str) -> Counter[str] | str:
    """The bag of the answer, or the kind of failure."""
    try:
        result = store.query(text, prefixes=PREFIXES, base_iri=ID)
        if isinstance(result, QueryBoolean):
            return Counter([str(bool(result))])
        return Counter(re.sub(r"value=[0-9a-f]{16,32}", "value=_", repr(row)) for row in result)
    except (SyntaxError, ValueError, RuntimeError, OSError) as error:
        return type(error).__name__


def guarded(text: str) -> GuardedQuery | None:
    try:
        return guard(text)
    except QueryRefused:
        return None


AT_LENGTH = settings().max_examples > 1000


def test_what_is_handed_on_has_the_answer_of_what_came_or_none_and_calls_nobody(
    store: Store, listener: Listener, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=20_000 if AT_LENGTH else 1_000,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )
    @given(texts())
    def agree(text: str) -> None:
        text = text.replace("URL", listener.url)
        query = guarded(text)
        if query is None:
            seen["refused"] += 1
            return
        found = answer(store, query.text)
        assert listener.heard() == 0, query.text
        given = answer(store, text)
        calls = listener.heard()
        if calls or isinstance(found, str):
            # Where the engine would have called, the grammar's own reading has an answer of its own, or none.
            seen["stopped a call" if calls else "failed in the end"] += 1
        elif isinstance(given, str):
            seen["readable by the grammar alone"] += 1
        else:
            assert found == given, (text, query.text)
            seen["answered alike" if found else "empty alike"] += 1

    agree()
    with capsys.disabled():
        print("\nguard against the engine:", ", ".join(f"{name} {count}" for name, count in sorted(seen.items())))  # noqa: T201
    assert seen["answered alike"] > 0.05 * seen.total()
    assert seen["refused"] > 0.1 * seen.total()
    assert seen["stopped a call"] > 0
    assert seen["readable by the grammar alone"] < 0.1 * seen.total()


def plain(node: object) -> str:
    """A part of rdflib's algebra as text. Variables of `*` and of a group come from sets, in an order of chance."""
    if isinstance(node, CompValue):
        return f"{node.name}({', '.join(f'{key}={plain(value)}' for key, value in sorted(node.items()))})"
    if isinstance(node, list | tuple | set | frozenset):
        parts = [plain(part) for part in node]
        by_chance = isinstance(node, list) and all(isinstance(part, Variable) for part in node)
        ordered = not by_chance and not isinstance(node, set | frozenset)
        return f"[{', '.join(parts if ordered else sorted(parts))}]"
    return repr(node)


def algebra(text: str) -> str | None:
    """How rdflib reads a query, without names by chance; nothing where it can't."""
    try:
        found = plain(prepareQuery(text, initNs=PREFIXES, base=ID).algebra)
    except Exception:  # its parser raises whatever its pieces raise
        return None
    return re.sub(r"rdflib\.term\.BNode\('[^']*'\)", "BNode", found)


def test_rdflib_reads_the_same_query_before_and_after(capsys: pytest.CaptureFixture[str]) -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=3_000 if AT_LENGTH else 150,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        deadline=None,
    )
    @given(texts())
    def agree(text: str) -> None:
        # Two things that rdflib reads in a way of its own: a carriage return ends no comment, and `\\-` keeps its `\\`.
        text = text.replace("URL", LISTENS_NOWHERE).replace("\r", "\n").replace("u:\\-", "u:b-")
        query = guarded(text)
        after = algebra(query.text) if query else None
        if query is None or after is None:
            seen["refused" if query is None else "not read"] += 1
            return
        assert "ServiceGraphPattern" not in after, query.text
        before = algebra(text)
        seen["read alike" if before == after else "read after alone"] += 1
        assert before in {None, after}, (text, query.text)

    agree()
    with capsys.disabled():
        print("\nguard against rdflib:", ", ".join(f"{name} {count}" for name, count in sorted(seen.items())))  # noqa: T201
    assert seen["read alike"] > 0.03 * seen.total()


def test_the_control_the_engine_would_call(store: Store, listener: Listener) -> None:
    """Some texts that the fuzz makes are calls for the engine and none for the grammar."""
    text = (PROLOGUE + "SELECT * { FILTER(1<2)SERVICE#>\nSILENT <URL> { ?x ?y ?z } }").replace("URL", listener.url)
    answer(store, text)
    assert listener.heard() > 0
    query = guarded(text)
    if query is not None:
        answer(store, query.text)
    assert listener.heard() == 0
