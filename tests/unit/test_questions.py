"""The catalogue's files: every header is whole, and what a header promises the query holds."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import queries
from graph_service.errors import QueryRefused
from graph_service.serving import questions
from graph_service.serving.query_guard import GuardedQuery, guard
from graph_service.serving.questions import Desk
from graph_service.serving.workers import ViewWorkers
from graph_service.settings import Settings
from queries import TYPES, catalogue, parse_question

FILES = sorted(Path(queries.__file__).parent.glob("*.rq"))
KEYS = {"summary", "summary_nl", "description", "parameters", "example", "tags", "view"}
HEADER = "#+ summary: s\n#+ summary_nl: s\n#+ description: d\n#+ tags: [a]\n#+ view: table\n"


def header(path: Path) -> dict[str, object]:
    lines = [
        line[2:].removeprefix(" ") for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#+")
    ]
    found: dict[str, object] = yaml.safe_load("\n".join(lines))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_header_has_every_key(path: Path) -> None:
    assert set(header(path)) == KEYS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_summary_is_a_question_in_both_languages(path: Path) -> None:
    question = catalogue()[path.stem]
    for text in (question.summary, question.summary_nl):
        assert text.endswith("?")
        assert text[0].isupper()
    assert question.summary != question.summary_nl
    assert question.description.strip()
    assert question.tags


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_parameter_is_in_the_query_and_in_the_header(path: Path) -> None:
    question = catalogue()[path.stem]
    names = {parameter.name for parameter in question.parameters}
    used = {token.text[1:] for token in guard(question.query).tokens if token.text.startswith("?param_")}
    assert used == {f"param_{name}" for name in names}
    assert all(parameter.type in TYPES and parameter.description for parameter in question.parameters)
    assert set(question.example) <= names


def test_the_catalogue_holds_every_file_and_nothing_else() -> None:
    assert list(catalogue()) == [path.stem for path in FILES]


@pytest.mark.parametrize("key", ["summary", "summary_nl", "description", "tags", "view"])
def test_a_header_without_a_key_is_refused_by_name(key: str) -> None:
    text = "".join(f"{line}\n" for line in HEADER.splitlines() if not line.startswith(f"#+ {key}:"))
    with pytest.raises(ValueError, match=rf"^odd\.rq: the header is not complete: '{key}'"):
        parse_question("odd", text + "ASK {}")


@pytest.mark.parametrize(
    ("parameters", "query", "words"),
    [
        ("#+ parameters:\n#+   p: {type: odd, description: d}\n", "VALUES ?param_p { UNDEF }", "has type `odd`"),
        ("#+ parameters:\n#+   p: {type: iri, description: d}\n", "", "the query lacks `VALUES"),
        ("#+ parameters:\n#+   p: {type: iri, description: d}\n", "VALUES ?param_p {UNDEF}", "the query lacks `VALUES"),
        ("#+ parameters:\n#+   p: {type: iri}\n", "VALUES ?param_p { UNDEF }", "not complete: 'description'"),
        ("#+ parameters: [p]\n", "", "not complete"),
        ("#+ parameters: {\n", "", "not complete"),
    ],
)
def test_a_parameter_that_is_not_as_it_must_be_is_refused(parameters: str, query: str, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("{", r"\{").replace("?", r"\?")):
        parse_question("odd", f"{HEADER}{parameters}ASK {{ {query} }}")


def test_a_whole_header_is_read_as_it_stands() -> None:
    """The control: the header that the tests above take pieces from is one that is accepted."""
    question = parse_question(
        "whole",
        f"{HEADER}#+ parameters:\n#+   p: {{type: iri, description: d, required: true}}\n#+ example: {{p: 1}}\n"
        "ASK { VALUES ?param_p { UNDEF } }",
    )
    (parameter,) = question.to_data()["parameters"]
    assert parameter.items() >= {"name": "p", "type": "iri", "description": "d", "required": True}.items()
    assert question.example == {"p": "1"}


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


def test_what_a_desk_remembers_is_bounded(tmp_path: Path) -> None:
    desk = Desk(ViewWorkers(tmp_path, Settings()))
    for number in range(3 * questions._KEPT_QUERIES):
        desk.read(f"ASK {{ ?s ?p {number} }}")
    assert len(desk._read) <= questions._KEPT_QUERIES
    long = f"ASK {{ ?s ?p '{'x' * questions._KEPT_CHARACTERS}' }}"
    desk.read(long)
    assert long not in desk._read
