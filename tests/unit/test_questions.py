"""The catalogue's files: every header is whole, and what a header promises the query holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

import pytest
import yaml

import queries
from graph_service.errors import QueryRefused
from graph_service.security import Policies
from graph_service.serving import questions
from graph_service.serving.query_guard import GuardedQuery, guard
from graph_service.serving.questions import Desk
from graph_service.serving.workers import ViewWorkers
from graph_service.settings import Settings
from queries import TYPES, Column, Question, catalogue, parse_question
from queries.headers import selected

FILES = sorted(Path(queries.__file__).parent.glob("*.rq"))
KEYS = {"summary", "summary_nl", "description", "description_nl", "parameters", "example", "columns", "tags", "view"}
TOLD = "description: d, description_nl: n"
"""What stands for `TOLD` in the headers below."""

HEADER = [
    "summary: s",
    "summary_nl: s",
    "description: d",
    "description_nl: n",
    "parameters: {p: {type: integer, TOLD, required: true}}",
    "example: {p: 3}",
    "columns: {s: iri, n: integer?}",
    "tags: [evaluator]",
    "view: table",
]
QUERY = "SELECT ?s ?n { VALUES ?param_p { UNDEF } ?s ?p ?n }"


def header(path: Path) -> dict[str, object]:
    lines = [
        line[2:].removeprefix(" ") for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#+")
    ]
    found: dict[str, object] = yaml.safe_load("\n".join(lines))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_header_has_every_key(path: Path) -> None:
    assert set(header(path)) - {"needs", "chart", "topic"} == KEYS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_summary_is_a_question_in_both_languages(path: Path) -> None:
    question = catalogue()[path.stem]
    for text in (question.summary, question.summary_nl):
        assert text.endswith("?")
        assert text[0].isupper()
    assert question.summary != question.summary_nl
    assert question.tags


def told(question: Question) -> list[tuple[str, str]]:
    """Every description of a question, in English and in Dutch."""
    return [
        (question.description, question.description_nl),
        *((one.description, one.description_nl) for one in question.parameters),
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_description_names_the_same_things_in_both_languages(path: Path) -> None:
    for english, dutch in told(catalogue()[path.stem]):
        assert english != dutch
        for named in (r"`[^`]*`", r"https?://\S+", r"\b\d+[a-z]?\b"):
            assert sorted(re.findall(named, english)) == sorted(re.findall(named, dutch)), (english, dutch)


def test_the_same_words_of_a_parameter_are_put_into_dutch_in_one_way() -> None:
    ways: dict[str, set[str]] = {}
    for question in catalogue().values():
        for english, dutch in told(question)[1:]:
            ways.setdefault(english, set()).add(dutch)
    assert {english: found for english, found in ways.items() if len(found) > 1} == {}
    assert len(ways) < sum(len(question.parameters) for question in catalogue().values())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_parameter_is_in_the_query_and_in_the_header(path: Path) -> None:
    question = catalogue()[path.stem]
    names = {parameter.name for parameter in question.parameters}
    used = {token.text[1:] for token in guard(question.query).tokens if token.text.startswith("?param_")}
    assert used == {f"param_{name}" for name in names}
    assert all(parameter.type in TYPES and parameter.description for parameter in question.parameters)
    assert set(question.example) <= names


def test_the_catalogue_holds_every_file_and_nothing_else() -> None:
    assert list(catalogue()) == sorted(path.stem for path in FILES)


def header_of(*changed: str, without: str = "") -> str:
    """A whole header with other lines for the keys that these lines give, and without one."""
    lines = {line.partition(":")[0]: line for line in [*HEADER, *changed]}
    return "".join(f"#+ {line}\n" for key, line in lines.items() if key != without).replace("TOLD", TOLD)


@pytest.mark.parametrize("key", [key.partition(":")[0] for key in HEADER])
def test_a_header_without_a_key_is_refused_by_name(key: str) -> None:
    with pytest.raises(ValueError, match=rf"^odd\.rq: the header lacks `{key}`$"):
        parse_question("odd", header_of(without=key) + QUERY)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("summary: [a]", "the header: `summary` is not a text"),
        ("description_nl: ''", "the header: `description_nl` is not a text"),
        ("sumary: s", "the header: `sumary` is not a key"),
        ("tags: evaluator", "`tags` is a list of words"),
        ("tags: []", "`tags` is a list of words"),
        ("tags: [a b]", "tags: `a b` is not one of public, evaluator"),
        ("tags: [public, public]", "`tags` names a word twice"),
        ("view: picture", "view: `picture` is not one of table"),
        ("example: {q: 1}", "example: `q` is not one of p"),
        ("example: [p]", "example is not a table"),
        ("example: {}", "example: `p` is required, so give it a value"),
        ("example: {p: three}", "example: p: `three` is not a value of type integer"),
        ("example: {p: [3]}", "example: p is not one value"),
        ("columns: {n: integer}", "columns: the SELECT gives s, n, in this order, not n"),
        ("columns: {n: integer, s: iri}", "columns: the SELECT gives s, n, in this order, not n, s"),
        ("columns: {s: iri, n: number}", "columns: n: `number` is not one of iri, text"),
        ("columns: {s: iri, n: integer??}", "columns: n: `integer[?]` is not one of"),
        ("columns: {s: iri, n: }", "columns: n is not one value"),
        ("columns: {s: iri, no: text}", "columns: write the key `False` in quotes"),
        ("columns: [s, n]", "columns is not a table"),
        ("parameters: [p]", "parameters is not a table"),
        ("parameters: {p: integer}", "parameters: p is not a table"),
        ("parameters: {p: {type: odd, TOLD}}", "parameters: p: type: `odd` is not one of iri, level"),
        ("parameters: {p: {type: integer}}", "parameters: p lacks `description`"),
        ("parameters: {p: {type: integer, description: d}}", "parameters: p lacks `description_nl`"),
        ("parameters: {p: {type: integer, TOLD, requierd: true}}", "parameters: p: `requierd` is not a key"),
        ("parameters: {p: {type: integer, TOLD, required: often}}", "p: `required` is true or false"),
        ("parameters: {p: {type: integer, TOLD, default: three}}", "p: default: `three` is not a value"),
        (
            "parameters: {p: {type: integer, TOLD, required: true, default: 3}}",
            "parameters: p: a parameter that is required has no default",
        ),
        ("parameters: {p: {type: iri, TOLD, default: 'id:a'}}", "p: default: `id:a` is not a whole IRI"),
        ("parameters: {p: {type: iri, TOLD, default: 'Mali'}}", "p: default: `Mali` is not a whole IRI"),
        ("parameters: {p-q: {type: integer, TOLD}}", "parameters: p-q: a name is letters"),
        ("parameters: {q: {type: integer, TOLD}}", r"parameters: the query lacks `VALUES \?param_q \{ UNDEF"),
        ("parameters: {p: {type: string, TOLD, class: sluis:Goal}}", "p: `class` goes with the type iri"),
        ("parameters: {p: {type: iri, TOLD, class: Goal}}", "p: `class` is a class's name with its prefix"),
        ("parameters: {p: {type: string, TOLD, values: [a]}}", "p: `values` goes with the type enum"),
        ("parameters: {p: {type: enum, TOLD}}", "parameters: p lacks `values`"),
        ("parameters: {p: {type: enum, TOLD, values: []}}", "p: `values` is a list of words"),
        ("parameters: {p: {type: enum, TOLD, values: [1, 2]}}", "p: `values` is a list of words"),
        ("parameters: {p: {type: enum, TOLD, values: [a]}}", "example: p: `3` is not one of a"),
        ("topic: tea", "topic: `tea` is not one of goals"),
        ("view: chart", "the view `chart` needs the key `chart`"),
        ("chart: [bars]", "chart is not a table"),
        ("chart: {form: bars}", "chart: lacks `along`"),
        ("chart: {form: pie, along: s}", "chart: form: `pie` is not one of bars"),
        ("chart: {form: bars, along: t}", "chart: along: `t` is not a column"),
        ("chart: {form: bars, along: s, series: t}", "chart: series: `t` is not a column"),
        ("chart: {form: bars, along: s, values: n}", "chart: `values` is a list of columns"),
        ("chart: {form: bars, along: s, values: [s]}", "chart: `s` is not a column of numbers"),
        ("chart: {form: bars, along: s, upTo: s}", "chart: `s` is not a column of numbers"),
        ("chart: {form: bars, along: s, unit: men}", "chart: give `unit` and `unit_nl`, or neither"),
        ("chart: {form: bars, along: s, colour: n}", "chart: `colour` is not a key"),
        ("parameters: {", "the header is not YAML"),
    ],
)
def test_a_header_that_is_not_as_it_must_be_is_refused_by_file_and_key(line: str, words: str) -> None:
    with pytest.raises(ValueError, match=rf"^odd\.rq: .*{words}"):
        parse_question("odd", header_of(line) + QUERY)


@pytest.mark.parametrize("query", ["ASK {}", "SELECT * { ?s ?p ?n }", "CONSTRUCT { ?s ?p ?n } WHERE { ?s ?p ?n }"])
def test_a_question_is_a_select_that_names_its_variables(query: str) -> None:
    with pytest.raises(ValueError, match=r"^odd\.rq: columns: the query is not a SELECT"):
        parse_question("odd", header_of("parameters: {}", "example: {}") + query)


@pytest.mark.parametrize("text", ["ASK {}", ""])
def test_a_file_without_a_header_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^odd\.rq: the header, in `#\+` comments at the top, is not a table"):
        parse_question("odd", text)


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("SELECT ?a $b { ?a ?p ?b }", ["a", "b"]),
        ("select distinct (str(?x) as ?a) ?b where { }", ["a", "b"]),
        ('# SELECT ?no\nSELECT (CONCAT("AS ?no", STR(<u:?no>)) AS ?a) # ?no\n?b FROM <u:g> { ?x ?y ?z }', ["a", "b"]),
        ("SELECT (COALESCE((?x + 1), ?y) AS ?a) { { SELECT ?no { } } }", ["a"]),
        ("SELECT * { { SELECT ?no { } } }", []),
    ],
)
def test_the_variables_of_the_outermost_select_are_found(query: str, variables: list[str]) -> None:
    assert selected(query) == variables


def test_a_whole_header_is_read_as_it_stands() -> None:
    """The control: the header that the tests above take pieces from is one that is accepted."""
    question = parse_question("whole", header_of() + QUERY)
    (parameter,) = question.to_data()["parameters"]
    assert parameter == {
        "name": "p",
        "type": "integer",
        "description": "d",
        "description_nl": "n",
        "required": True,
        "default": None,
    }
    assert question.example == {"p": "3"}
    assert question.columns == (Column("s", "iri"), Column("n", "integer", optional=True))
    assert question.to_data()["columns"] == {"s": "iri", "n": "integer?"}


def test_how_an_answer_is_drawn_is_told_and_nothing_where_it_is_not() -> None:
    drawn = "chart: {form: bars, along: s, values: [n], unit: men, unit_nl: mannen}"
    told = parse_question("drawn", header_of("view: chart", drawn) + QUERY).to_data()
    expected = {"form": "bars", "along": "s", "values": ["n"], "unit": "men", "unit_nl": "mannen"}
    assert (told["view"], told["chart"]) == ("chart", expected)
    assert "chart" not in parse_question("plain", header_of() + QUERY).to_data()


def test_what_a_question_is_about_and_needs_is_told() -> None:
    told = parse_question("x", header_of("topic: goals", "needs: a file") + QUERY)
    assert (told.to_data()["topic"], told.to_data()["needs"]) == ("goals", "a file")
    plain = parse_question("y", header_of() + QUERY)
    assert (plain.to_data()["topic"], plain.to_data()["needs"]) == ("other", "")
    assert plain.select == QUERY.strip() + "\n"


def test_what_a_picker_needs_is_told() -> None:
    both = "parameters: {p: {type: enum, TOLD, values: [a, b], default: b}, "
    both += "q: {type: iri, class: sluis:Goal, TOLD}}"
    query = QUERY + "VALUES ?param_q { UNDEF }"
    parameters = parse_question("x", header_of(both, "example: {p: a}") + query).to_data()["parameters"]
    assert [p.get("values") for p in parameters] == [["a", "b"], None]
    assert [p.get("class") for p in parameters] == [None, "sluis:Goal"]
    assert parameters[0]["default"] == "b"


def test_a_desk_reads_the_same_query_once_and_no_other_desk_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What readers of one view asked can't be told by how fast another view reads it."""
    read: list[str] = []

    def counted(text: str) -> GuardedQuery:
        read.append(text)
        return guard(text)

    monkeypatch.setattr(questions, "guard", counted)
    one, other = (Desk(ViewWorkers(tmp_path, Settings())) for _ in range(2))
    assert one.read("ASK {}") is one.read("ASK {}")
    other.read("ASK {}")
    assert read == ["ASK {}", "ASK {}"]
    with pytest.raises(QueryRefused):
        one.read("ASK LOAD")
    with pytest.raises(QueryRefused):
        one.read("ASK LOAD")


TYPED = parse_question(
    "typed",
    header_of(
        "parameters: {l: {type: level, TOLD}, e: {type: enum, values: [a, b], TOLD}}",
        "example: {}",
    )
    + "SELECT ?s ?n { VALUES ?param_l { UNDEF } VALUES ?param_e { UNDEF } ?s ?p ?n }",
)


def bound(policies: Policies | None, **given: str) -> str:
    return Desk(cast(ViewWorkers, None), policies).bind(TYPED, given).text


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("whisky", "DRINK/level/whisky"),
        (" WHISKY ", "DRINK/level/whisky"),
        ("id:policy/DRINK/level/whisky", "DRINK/level/whisky"),
        ("https://w3id.org/sluis/id/policy/X/level/NO-SUCH", "X/level/NO-SUCH"),
    ],
)
def test_a_level_is_meant_by_its_marking_or_its_iri(said: str, level: str, food: Policies) -> None:
    assert f"VALUES ?param_l {{ <https://w3id.org/sluis/id/policy/{level}> }}" in bound(food, l=said)


@pytest.mark.parametrize("text", ["", "whiskey", "whisky//SPICE", "whisky//NO-SUCH", "whisky + dish", "a\nb"])
def test_what_is_not_the_marking_of_a_level_is_refused_in_one_way(text: str, food: Policies) -> None:
    """A compartment that there is and one that there is not get the same words, and nothing is suggested."""
    with pytest.raises(QueryRefused) as refused:
        bound(food, l=text)
    assert refused.value.public == f"`l` must be the marking of a level and nothing more, not `{text}`"


def test_a_desk_without_policies_knows_no_level() -> None:
    with pytest.raises(QueryRefused, match="must be the marking of a level"):
        bound(None, l="whisky")


def test_one_of_several_words_is_taken_and_no_other(food: Policies) -> None:
    assert 'VALUES ?param_e { "b" }' in bound(food, e="b")
    for text in ("c", "A", "", "a b"):
        with pytest.raises(QueryRefused, match=f"`e` must be one of a, b, not `{text}`"):
            bound(food, e=text)


def test_what_a_desk_remembers_is_bounded(tmp_path: Path) -> None:
    desk = Desk(ViewWorkers(tmp_path, Settings()))
    for number in range(3 * questions._KEPT_QUERIES):
        desk.read(f"ASK {{ ?s ?p {number} }}")
    assert len(desk._read) <= questions._KEPT_QUERIES
    long = f"ASK {{ ?s ?p '{'x' * questions._KEPT_CHARACTERS}' }}"
    desk.read(long)
    assert long not in desk._read
