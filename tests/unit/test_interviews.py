"""Notes of interviews: who spoke never enters, and what is said of them is wide enough. All of it is EXERCISE."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.errors import LoadRefused
from graph_service.settings import Layout
from loaders.documents.model import Block, BlockKind, Document
from loaders.heads import Head
from loaders.interviews import sheet
from loaders.interviews.cells import Cell, published
from loaders.interviews.notes import interview_of, is_interview
from loaders.interviews.people import names_in
from tests.service import sluis_here, write_settings

LABEL = "Dep. VERTROUWELIJK//INTERVIEW"
REFERENCE = "OEFENING 2099-1"


@pytest.fixture(scope="module", autouse=True)
def _runtime() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="sluis-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        yield


def notes(
    respondent: str, *, place: str = "Noorderveld, Oefenland", period: str = "2099-06", said: str = "Er is thee."
) -> str:
    return (
        f"Categorie: tentbeheerders (OEFENING)\nGroep: mensen op het kamp\nPlaats: {place}\nPeriode: {period}\n"
        f"Respondent: {respondent}\nOnderzoek: OEFENING\n\n{said}\n"
    )


class Study:
    """A folder of notes and a data folder to load them into."""

    def __init__(self, folder: Path, smallest: int = 3) -> None:
        self.notes, self.layout = folder / "notes", Layout(folder / "data")
        self.notes.mkdir()
        self.layout.create()
        write_settings(self.layout, small_cell=smallest)

    def write(self, name: str, text: str) -> None:
        (self.notes / name).write_text(text, encoding="utf-8")

    def load(self, *options: str, label: str = LABEL) -> tuple[int, str]:
        given = ["--label", label] if label else []
        done = sluis_here("load", str(self.notes), "--data", str(self.layout.data), "--no-publish", *given, *options)
        return done.returncode, done.stdout + done.stderr

    def texts(self) -> str:
        """The text of every portion that is not withdrawn."""
        with sqlite3.connect(f"file:{self.layout.portions / 'portions.sqlite'}?mode=ro", uri=True) as connection:
            rows = connection.execute("SELECT source, part, label, ntriples FROM portion WHERE NOT withdrawn")
            return "\n".join("\n".join(row) for row in rows)

    def bytes(self) -> bytes:
        return (self.layout.portions / "portions.sqlite").read_bytes()


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = Study(tmp_path)
    for number in range(3):
        made.write(
            f"gesprek met J. Geheim {number}.txt", notes(f"J. Geheim-{number}", said=f"Er is thee nummer {number}.")
        )
    return made


def test_nothing_that_is_stored_says_who_spoke(study: Study) -> None:
    code, said = study.load()
    assert code == 0, said
    stored = study.texts()
    assert "Geheim" not in stored
    assert "tentbeheerders (OEFENING)" in stored
    assert "Noorderveld" in stored
    assert "2099-06" in stored
    assert stored.count("#underPseudonym>") == 3
    assert b"J. Geheim" not in study.bytes()


def test_loading_again_changes_nothing(study: Study) -> None:
    study.load()
    before = study.texts()
    code, said = study.load("--json")
    assert code == 0, said
    counts = json.loads(said)["portions"]
    assert counts["added"] == counts["changed"] == 0
    assert study.texts() == before


def test_a_cell_that_is_too_small_is_told_more_widely(study: Study) -> None:
    for number in range(2):
        study.write(f"zuid {number}.txt", notes(f"R1{number}", place="Zuiderveld, Oefenland", period="2099-07"))
    study.write("west.txt", notes("R20", place="Westerveld, Oefenland", period="12 augustus 2099"))
    code, said = study.load()
    assert code == 0, said
    stored = study.texts()
    assert "Zuiderveld" not in stored
    assert "Westerveld" not in stored
    assert "2099-07" not in stored
    assert "Noorderveld" in stored  # three respondents
    assert "tentbeheerders (OEFENING), Oefenland, 2099" in stored
    assert "fewer than 3 respondents" in said


def test_what_stays_too_small_is_withheld_and_leaves_if_it_was_there(study: Study) -> None:
    study.load()
    (study.notes / "gesprek met J. Geheim 2.txt").unlink()
    code, said = study.load()
    assert code == 0, said
    assert said.count("withheld") == 2
    assert all(f"thee nummer {number}" not in study.texts() for number in (0, 1))


def test_one_respondent_who_spoke_three_times_is_one_respondent(tmp_path: Path) -> None:
    study = Study(tmp_path)
    for number in range(3):
        study.write(f"{number}.txt", notes("R07"))
    code, said = study.load()
    assert (code, said.count("withheld")) == (2, 0) or "withheld" in said
    assert "tentbeheerders" not in study.texts()


@pytest.mark.parametrize("label", ["Dep. VERTROUWELIJK", ""])
def test_notes_without_the_compartment_are_refused(label: str, study: Study) -> None:
    code, said = study.load(label=label)
    assert code == 2
    assert "INTERVIEW" in said or "label" in said
    assert study.texts() == ""


def test_the_compartment_is_the_one_of_the_settings(study: Study) -> None:
    write_settings(study.layout, small_cell=3, interview_compartment="BRON")
    code, said = study.load()
    assert code == 2
    assert "`BRON`" in said
    assert study.load(label="Stg. GEHEIM//BRON")[0] == 0


def test_names_of_people_refuse_the_load_until_somebody_says_what_to_do(study: Study, tmp_path: Path) -> None:
    study.write("naam.txt", notes("R30", said="Kolonel Piet van Voorbeeld en Anna Exempel waren in Kamp Oefening."))
    code, said = study.load()
    assert code == 2
    assert all(f"`{name}`" in said for name in ("Piet van Voorbeeld", "Anna Exempel", "Kamp Oefening"))
    assert study.texts() == ""
    answers = tmp_path / "names.toml"
    answers.write_text('"Piet van Voorbeeld" = "een officier"\n"Anna Exempel" = "een tolk"\n"Kamp Oefening" = true\n')
    code, said = study.load("--interview-names", str(answers))
    assert code == 0, said
    stored = study.texts()
    assert "Kolonel een officier en een tolk waren in Kamp Oefening." in stored
    assert "Exempel" not in stored


@pytest.mark.parametrize("text", ["x = 1", "x", '"a b" = false'])
def test_a_file_of_names_that_says_something_else_is_refused(text: str, study: Study, tmp_path: Path) -> None:
    (tmp_path / "names.toml").write_text(text)
    assert study.load("--interview-names", str(tmp_path / "names.toml"))[0] == 2
    assert study.texts() == ""


def test_the_respondent_s_own_name_in_the_notes_can_not_be_confirmed(study: Study, tmp_path: Path) -> None:
    study.write("zelf.txt", notes("anna exempel", said="Anna Exempel zei dat er thee was."))
    (tmp_path / "names.toml").write_text('"Anna Exempel" = true')
    code, said = study.load("--interview-names", str(tmp_path / "names.toml"))
    assert code == 2
    assert "the respondent is named" in said


def test_forgetting_takes_the_pseudonyms_and_the_key_away_for_good(study: Study) -> None:
    data = ("--data", str(study.layout.data))
    assert study.load()[0] == 0
    clearance = ("--clearance", "Stg. GEHEIM", "--compartment", "NLD:INTERVIEW", "--affiliation", "NLD")
    clearance += ("--acts-for", "https://w3id.org/sluis/id/originator/not-stated")
    assert sluis_here("user", "add", "low", "--clearance", "Ongerubriceerd", *data).returncode == 0
    added = sluis_here("user", "add", "ann", *clearance, *data)
    if added.returncode:
        pytest.fail(added.stderr)
    key = _key(study)
    refused = sluis_here("interviews", "forget", "OEFENING", "--as", "low", "--reference", REFERENCE, *data)
    absent = sluis_here("interviews", "forget", "ANDERS", "--as", "ann", "--reference", REFERENCE, *data)
    assert (refused.returncode, refused.stderr) == (2, absent.stderr)  # above somebody and not there are the same
    assert _key(study) == key
    done = sluis_here("interviews", "forget", "OEFENING", "--as", "ann", "--reference", REFERENCE, *data)
    assert done.returncode == 0, done.stderr
    assert "/id/pseudonym/" not in study.texts()
    assert b"/id/pseudonym/" not in study.bytes()
    assert key.encode() not in study.bytes()
    assert study.load()[0] == 0  # the notes load as before, and link nothing
    assert "/id/pseudonym/" not in study.texts()


def _key(study: Study) -> str:
    with sqlite3.connect(f"file:{study.layout.portions / 'portions.sqlite'}?mode=ro", uri=True) as connection:
        (value,) = connection.execute("SELECT value FROM installation WHERE name LIKE 'key of study%'").fetchone()
        return str(value)


def test_a_table_of_notes_loads_like_a_folder_of_them(tmp_path: Path) -> None:
    study = Study(tmp_path)
    rows = [f'tentbeheerders,"Noorderveld, Oefenland",2099-06-1{n},R{n},Er is thee nummer {n}.' for n in range(3)]
    study.write("notes.csv", "\n".join(["category,place,period,respondent,notes", *rows, ""]))
    code, said = study.load()
    assert code == 0, said
    stored = study.texts()
    assert all(f"thee nummer {n}" in stored for n in range(3))
    assert "2099-06-1" not in stored
    assert "R1" not in stored


def test_a_table_of_another_kind_is_no_table_of_notes() -> None:
    assert sheet.recognises(Head("a.csv", b"category;respondent;notes;place\na;b;c;d\n"))
    assert not sheet.recognises(Head("a.csv", b"category,place,notes\na,b,c\n"))


# -- the fields -------------------------------------------------------------------------------


def document(*texts: str) -> Document:
    return Document("EXAMPLE.txt", tuple(Block(BlockKind.PARAGRAPH, text) for text in texts))


HEADER = "Category: EXAMPLE guards Place: North; Land Period: {} Respondent: R1; R2 Interviewer: somebody"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2099-06-12", "2099-06"),
        ("12 juni 2099", "2099-06"),
        ("Juin 2099", "2099-06"),
        ("12-6-2099", "2099-06"),
        ("2099", "2099"),
    ],
)
def test_of_a_day_the_month_is_kept(written: str, read: str) -> None:
    found = interview_of(document(HEADER.format(written), "What was said."))
    assert found.period == read
    assert (found.category, found.place) == (("EXAMPLE guards",), ("North", "Land"))
    assert found.respondents == ("R1", "R2")
    assert [block.text for block in found.body] == ["What was said."]


@pytest.mark.parametrize("missing", ["Place: North; Land ", "Respondent: R1; R2 ", "Period: {} "])
def test_a_field_that_is_missing_is_asked_for(missing: str) -> None:
    with pytest.raises(LoadRefused, match="name the"):
        interview_of(
            document(HEADER.replace(missing, "").format(*["2099"] * ("{}" in HEADER.replace(missing, ""))), "x")
        )


@pytest.mark.parametrize("header", [HEADER.format("soon"), HEADER.format("2099") + " Place: South"])
def test_a_field_that_can_not_be_read_is_refused(header: str) -> None:
    with pytest.raises(LoadRefused, match=r"no period|twice"):
        interview_of(document(header, "What was said."))


def test_a_letter_that_names_a_category_is_no_interview() -> None:
    assert is_interview(document(HEADER.format("2099"), "x"))
    assert not is_interview(document("The category: EXAMPLE guards", "x"))
    assert not is_interview(document("Dear reader,", HEADER))


# -- names of people --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Kolonel Jan de Voorbeeld zei iets.", ["Jan de Voorbeeld"]),
        ("Volgens J.P. van der Test was het koud.", ["J.P. van der Test"]),
        ("De heer Voorbeeld en mevr. Exempel", ["Voorbeeld", "Exempel"]),
        ("He met Amadou Ould Exemple there.", ["Amadou Ould Exemple"]),
        ("Selon Mme Exemple, il pleut.", ["Exemple"]),
        ("The interpreter said so. In the camp there was tea.", []),
        ("De kolonel sprak met de mensen.", []),
    ],
)
def test_names_are_found_in_three_languages(text: str, names: list[str]) -> None:
    assert list(names_in(text)) == names


@pytest.mark.parametrize(
    "text", ["A. " * 100_000, "Aa " * 100_000, "Aa-" * 100_000, "van de " * 100_000, "Mr. " * 50_000]
)
def test_a_hostile_text_does_not_hang_the_search(text: str) -> None:
    list(names_in(text))


# -- small cells ------------------------------------------------------------------------------

_CELLS = st.builds(
    Cell,
    st.sampled_from([("a", "g"), ("b", "g"), ("c",)]),
    st.sampled_from([("x", "land"), ("y", "land"), ("z",), ()]),
    st.sampled_from(["2099-06", "2099-07", "2099", ""]),
)


@given(st.lists(st.tuples(_CELLS, st.integers(0, 8), st.integers(0, 2)), max_size=25), st.integers(1, 6))
def test_whoever_sees_an_interview_sees_enough_respondents_told_in_the_same_words(
    given_cells: list[tuple[Cell, int, int]], smallest: int
) -> None:
    cells = {str(n): cell for n, (cell, _, _) in enumerate(given_cells)}
    people = {str(n): [str(who)] for n, (_, who, _) in enumerate(given_cells)}
    levels = {str(n): level for n, (_, _, level) in enumerate(given_cells)}
    left = published(cells, people, smallest=smallest, counts_for=lambda one, other: levels[other] <= levels[one])
    for name, cell in left.items():
        if cell is None:
            continue
        alike = [o for o, c in left.items() if c is not None and c.said == cell.said and levels[o] <= levels[name]]
        assert len({who for other in alike for who in people[other]}) >= smallest
        wider: Cell | None = cells[name]
        while wider is not None and wider != cell:
            wider = wider.wider()
        assert wider == cell  # nothing is told that its notes do not say


def test_a_cell_that_is_large_enough_is_left_as_it_is() -> None:
    cells = {str(n): Cell(("a",), ("x", "land"), "2099-06") for n in range(5)}
    left = published(cells, {n: [n] for n in cells}, smallest=5, counts_for=lambda _one, _other: True)
    assert left == cells
