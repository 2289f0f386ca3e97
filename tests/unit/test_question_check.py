"""`sluis queries check`: it passes the packaged questions, and finds each kind of fault in others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph_service.demo import USERS
from graph_service.settings import Layout
from graph_service.storage.register import ANONYMOUS
from queries import catalogue
from tests.service import demo_once, sluis_here

READERS = {ANONYMOUS, *(user.name for user in USERS)}
HEADER = """#+ summary: s
#+ summary_nl: s
#+ description: d
#+ description_nl: d
#+ parameters: {parameters}
#+ example: {example}
#+ columns: {columns}
#+ tags: [evaluator]
#+ view: table
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return demo_once(tmp_path_factory)


def write(
    folder: Path, query: str, *, columns: str, parameters: str = "{}", example: str = "{}", name: str = "mine"
) -> Path:
    header = HEADER.format(columns=columns, parameters=parameters, example=example)
    (folder / f"{name}.rq").write_text(f"{header}\n{query}\n", encoding="utf-8")
    return folder


def test_the_packaged_questions_are_in_order_at_every_clearance(demo: Layout) -> None:
    done = sluis_here("queries", "check", "--data", str(demo.data), "--json")
    assert done.returncode == 0, done.stdout
    told = json.loads(done.stdout)
    assert told["ok"] is True
    assert [entry["name"] for entry in told["questions"]] == list(catalogue())
    for entry in told["questions"]:
        assert entry["faults"] == []
        assert set(entry["answers"]) == READERS
        needs = catalogue()[entry["name"]].needs
        assert any(answer["rows"] for answer in entry["answers"].values()) or needs
        assert all(answer["ms"] > 0 for answer in entry["answers"].values())


GOAL = "SELECT ?goal ?label { ?goal a sluis:Goal OPTIONAL { ?goal skos:prefLabel ?label FILTER(LANG(?label) = 'en') } }"
PARAMETER = "{{p: {{type: {}, description: d, description_nl: d}}}}"


@pytest.mark.parametrize(
    ("query", "given", "fault"),
    [
        (GOAL, {"columns": "{goal: iri}"}, "columns: the SELECT gives goal, label, in this order, not goal"),
        (GOAL, {"columns": "{goal: text, label: text?}"}, "columns: goal: it is a uri in some row, not text"),
        (GOAL, {"columns": "{goal: iri, label: integer?}"}, "columns: label: it is a text in some row, not integer"),
        (
            "SELECT ?n ?k { ?s sluis:ordinal ?n OPTIONAL { ?s sluis:riskNumber ?k } }",
            {"columns": "{n: integer, k: integer}"},
            "columns: k: a row lacks it: write `integer?`",
        ),
        (
            "SELECT ?n { ?s sluis:ordinal ?n }",
            {"columns": "{n: date}"},
            "columns: n: it is xsd:integer in some row, not date",
        ),
        (
            "SELECT ?s { ?s a sluis:NoSuchThing }",
            {"columns": "{s: iri}"},
            "example: it gives no row to anybody",
        ),
        (
            "SELECT ?s {\n SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            {"columns": "{s: iri}"},
            "the guard refuses it in line 12: `SERVICE` is not available here",
        ),
        ("SELECT ?s { ?s ?p }", {"columns": "{s: iri}"}, "for anonymous: `}` can't stand here"),
        (
            "SELECT ?s { VALUES ?param_p { UNDEF } ?s a sluis:Goal }",
            {"columns": "{s: iri}", "parameters": PARAMETER.format("level"), "example": "{p: TOP SECRT}"},
            "for anonymous: `p` must be the marking of a level",
        ),
        (
            "SELECT ?s { VALUES ?param_p { UNDEF } ?s a sluis:Goal }",
            {"columns": "{s: iri}", "parameters": PARAMETER.format("iri, class: 'sluis:Gaol'")},
            "parameters: p: class: nothing is no sluis:Gaol for anybody",
        ),
        (
            "SELECT ?s { VALUES ?param_p { UNDEF } ?s a sluis:Goal }",
            {"columns": "{s: iri}", "parameters": PARAMETER.format("iri, class: 'sluis:Goal'"), "example": "{p: Mali}"},
            "parameters: p: class: Mali is no sluis:Goal for anybody",
        ),
        (
            "SELECT ?s { VALUES ?param_p { UNDEF } ?s a sluis:Goal }",
            {"columns": "{s: iri}", "parameters": PARAMETER.format("iri, class: 'nosuch:Goal'")},
            "parameters: p: class: the prefix `nosuch:` is not known",
        ),
    ],
)
def test_what_is_wrong_with_a_question_is_told(
    query: str, given: dict[str, str], fault: str, demo: Layout, tmp_path: Path
) -> None:
    write(tmp_path, query, **given)
    write(tmp_path, GOAL, columns="{goal: iri, label: text?}", name="sound")
    done = sluis_here("queries", "check", str(tmp_path), "--data", str(demo.data))
    assert done.returncode == 1
    (line,) = {line for line in done.stdout.splitlines() if fault in line}
    assert line.startswith("mine: ")
    assert "sound: " not in done.stdout
    assert "2 questions: 1 at fault" in done.stdout


def test_a_slow_question_is_a_remark_and_with_strict_time_a_failure(demo: Layout, tmp_path: Path) -> None:
    write(tmp_path, GOAL, columns="{goal: iri, label: text?}")
    asked = ("queries", "check", str(tmp_path), "--data", str(demo.data))
    done = sluis_here(*asked, "--within", "0.001")
    assert done.returncode == 0
    assert "mine: slow for lead: " in done.stdout
    assert "0 at fault, 1 slow" in done.stdout
    assert sluis_here(*asked, "--within", "0.001", "--strict-time").returncode == 1
    assert "0 at fault, 0 slow" in sluis_here(*asked, "--within", "60000", "--strict-time").stdout


def test_without_a_data_folder_a_demo_is_built_for_it_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("questions", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    write(tmp_path / "questions", GOAL, columns="{goal: iri, label: text?}")
    done = sluis_here("queries", "check", str(tmp_path / "questions"), "--json")
    assert done.returncode == 0, done.stderr
    (entry,) = json.loads(done.stdout)["questions"]
    assert set(entry["answers"]) == READERS
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_folder_without_questions_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        done = sluis_here("queries", "check", str(folder))
        assert done.returncode == 2
        assert f"there is no .rq file in {folder}" in done.stderr


def test_a_data_folder_without_views_is_refused(tmp_path: Path) -> None:
    done = sluis_here("queries", "check", "--data", str(tmp_path / "none"))
    assert done.returncode == 2
    assert "nothing is published here yet" in done.stderr
