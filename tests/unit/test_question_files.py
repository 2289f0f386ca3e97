"""Questions of one's own: a folder besides the package, read whole or refused with file and reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from graph_service.cli import main
from graph_service.errors import SluisError
from graph_service.serving.question_files import load_questions
from graph_service.settings import Settings
from queries import catalogue

OWN = """#+ summary: EXERCISE: which things are there?
#+ summary_nl: OEFENING: welke dingen zijn er?
#+ description: EXERCISE
#+ description_nl: OEFENING
#+ parameters: {}
#+ example: {}
#+ columns: {thing: iri}
#+ tags: [public]
#+ view: table
SELECT ?thing { ?thing a ?kind } ORDER BY ?thing
""".replace("EXERCISE: which", "EXERCISE which").replace("OEFENING: welke", "OEFENING welke")


def folder(place: Path, **files: str | bytes) -> Settings:
    """Settings with a folder of questions; ``_`` in a name stands for the hyphen."""
    place.mkdir(exist_ok=True)
    for name, text in files.items():
        path = place / f"{name.replace('_', '-')}.rq"
        path.write_bytes(text) if isinstance(text, bytes) else path.write_text(text, encoding="utf-8")
    return Settings(questions=str(place))


def test_without_a_folder_the_catalogue_is_that_of_the_package() -> None:
    assert load_questions(Settings()) == catalogue()


def test_a_question_of_ones_own_stands_among_the_others_in_order(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a question", encoding="utf-8")
    found = load_questions(folder(tmp_path, own_question=OWN))
    assert set(found) - set(catalogue()) == {"own-question"}
    assert list(found) == sorted(found)
    assert found["own-question"].summary == "EXERCISE which things are there?"
    assert "own-question" not in catalogue()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("planning", OWN, r"^planning\.rq: a packaged question has this name"),
        ("Own", OWN, r"^Own\.rq: a question's name is small letters"),
        ("own", OWN.replace("#+ tags: [public]\n", ""), r"^own\.rq: .*tags"),
        (
            "own",
            OWN.replace("?thing a ?kind", "SERVICE <https://example.org/> { ?thing a ?kind }"),
            r"^own\.rq: line 10: ",
        ),
        ("own", b"\xff", r"^own\.rq: not UTF-8 \(byte 0\)"),
    ],
    ids=["taken", "name", "header", "guard", "bytes"],
)
def test_a_question_that_can_not_be_used_is_refused_with_its_file(
    name: str, text: str | bytes, words: str, tmp_path: Path
) -> None:
    with pytest.raises(SluisError, match=words):
        load_questions(folder(tmp_path, **{name: text}))


def test_a_folder_that_is_not_there_is_refused_without_its_place(tmp_path: Path) -> None:
    with pytest.raises(SluisError, match=r"^the setting `questions` names no folder: nowhere$"):
        load_questions(Settings(questions=str(tmp_path / "nowhere")))


def test_the_commands_know_it_and_refuse_all_when_it_can_not_be_used(tmp_path: Path) -> None:
    folder(tmp_path / "own", own=OWN)
    data = tmp_path / "data"
    data.mkdir()
    (data / "sluis.toml").write_text(f"questions = {json.dumps(str(tmp_path / 'own'))}\n", encoding="utf-8")
    listed = CliRunner().invoke(main, ["queries", "list", "--json", "--data", str(data)])
    assert "own" in {question["name"] for question in json.loads(listed.output)["queries"]}
    folder(tmp_path / "own", planning=OWN)
    for arguments in (["list"], ["run", "planning"]):
        refused = CliRunner().invoke(main, ["queries", *arguments, "--data", str(data)])
        assert (refused.exit_code, "packaged question" in refused.output) == (2, True)
