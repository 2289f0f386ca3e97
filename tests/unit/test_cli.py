"""The command line: what each command prints, how it refuses, and that a refusal leaves everything as it was."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_service.builder import Builder
from graph_service.errors import LabelError
from graph_service.handling import clearance_from_markings, format_marking
from graph_service.policy_files import load_policies
from graph_service.security import Policies
from graph_service.settings import Layout, Settings, read_settings
from graph_service.standards.adatp4778 import BindingBroken, read_binding, verify_binding
from graph_service.standards.documents import label_of
from queries import catalogue
from tests.service import Reader, serving, sluis, sluis_here, write_settings

TRIG = """@prefix sluis: <https://w3id.org/sluis/ns#> . @prefix ex: <https://example.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:low sluis:marking "Ongerubriceerd" . ex:high sluis:marking "Stg. GEHEIM" .
GRAPH ex:low { ex:a skos:prefLabel "low name"@en ; a ex:Thing . }
GRAPH ex:high { ex:a ex:secret "high text" . }
"""
COUNT = "SELECT (COUNT(*) AS ?n) { <https://example.org/a> ?p ?o }"


@pytest.fixture(scope="module", autouse=True)
def _runtime() -> Iterator[None]:
    """A runtime folder of these tests' own, so that no other builder's socket is ever met."""
    with tempfile.TemporaryDirectory(prefix="sluis-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def data(folder: Path) -> str:
    """A data folder with one file loaded and one user added, by commands."""
    (folder / "file.trig").write_text(TRIG, encoding="utf-8")
    place = str(folder / "data")
    loaded = sluis("load", str(folder / "file.trig"), "--data", place)
    assert (loaded.returncode, counts(loaded.stdout)) == (0, [["2", "0", "0"], ["1"]]), loaded.stderr
    added = sluis("user", "add", "ann", "--clearance", "Stg. GEHEIM", "--affiliation", "NLD", "--data", place)
    assert added.returncode == 0, added.stderr
    (folder / "token").write_text(added.stdout.strip())
    return place


def counts(printed: str) -> list[list[str]]:
    """The numbers of two lines: portions added, changed and unchanged; then views published."""
    told = [line for line in printed.splitlines() if line.startswith(("portions:", "published:"))]
    return [re.findall(r"\d+", line) for line in told]


def stored(data: str) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(f"file:{data}/portions/portions.sqlite?mode=ro", uri=True)
    try:
        return sorted(connection.execute("SELECT id, label, digest FROM portion")) + sorted(
            connection.execute("SELECT name, clearance, '' FROM principal")
        )
    finally:
        connection.close()


def test_a_token_is_shown_once_and_kept_nowhere(data: str, folder: Path) -> None:
    token = (folder / "token").read_text()
    assert len(token) >= 40
    assert "\n" not in token
    for path in Path(data).rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes(), path


def test_loading_again_changes_nothing(data: str, folder: Path) -> None:
    before = stored(data)
    again = sluis_here("load", str(folder / "file.trig"), "--data", data)
    assert counts(again.stdout)[0] == ["0", "0", "2"]
    assert stored(data) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["load", "NOTHING.trig"], "there is no such file"),
        (["load", "bad.ttl"], "no label"),
        (["load", "file.trig", "--label", "TOP BANANA"], "is not a marking of any policy here"),
        (["load", "file.trig", "--source-iri", "not an iri"], "not an iri"),
        (["load", "odd.xyz"], "nothing loads"),
        (["load", "broken.trig"], "line 1"),
        (["load", "empty.trig"], "no statements"),
        (["user", "add", "bob"], "give the clearance by --clearance, or by --clearance-file"),
        (["user", "add", "ann", "--clearance", "Stg. GEHEIM"], "registered already"),
        (["user", "add", "anonymous", "--clearance", "Stg. GEHEIM"], "can't be a user's name"),
        (["user", "add", "a b", "--clearance", "Stg. GEHEIM"], "can't be a user's name"),
        (["user", "add", "bob", "--clearance", "Stg. GEHEIM//INTERVIEW"], "is more than a level"),
        (["user", "add", "bob", "--clearance", "Stg. GEHEIM", "--clearance", "Ongerubriceerd"], "two levels of policy"),
        (["user", "add", "bob", "--clearance", "Stg. GEHEIM", "--compartment", "BRON"], "POLICY:NAME"),
        (["user", "add", "bob", "--clearance", "Stg. GEHEIM", "--compartment", "NLD:NONE"], "is not a compartment"),
        (["user", "add", "bob", "--clearance", "Stg. GEHEIM", "--affiliation", "XXX"], "is not an affiliation"),
        (
            [
                "user",
                "add",
                "bob",
                "--clearance",
                "Stg. GEHEIM",
                "--valid-from",
                "2099-01-02",
                "--valid-until",
                "2099-01-01",
            ],
            "ends before it begins",
        ),
        (["user", "add", "bob", "--clearance", "NATO SECRET"], "nothing that is loaded is visible"),
        (["query", "from.rq"], "`FROM` can't stand here (line 1, column 13)"),
        (["query", "service.rq"], "(line 2, column 3)"),
        (["query", "count.rq", "--as", "nobody"], "there is no user `nobody`"),
        (["query", "count.rq", "--format", "turtle"], "has no answer in turtle"),
        (["queries", "run", "nothing"], "there is no question `nothing`"),
        (["queries", "run", "coordination-links", "nothing=x"], "has no parameter `nothing`"),
        (["queries", "run", "coordination-links", "actor=nobody at all"], "nothing that you can see is called"),
        (["portions", "show", "nothing"], "there is no portion `nothing`"),
    ],
)
def test_a_refusal_is_one_line_and_exit_code_2_and_changes_nothing(
    arguments: list[str], words: str, data: str, folder: Path
) -> None:
    files = {
        "bad.ttl": "<urn:a> <urn:b> <urn:c> .", "odd.xyz": "x", "broken.trig": "<urn:a <", "empty.trig": "",
        "from.rq": "SELECT * {} FROM <urn:g>", "count.rq": COUNT,
        "service.rq": "ASK {\n  SERVICE <http://127.0.0.1:9/> {} }",
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    before = stored(data)
    given = [str(folder / part) if part.endswith((".trig", ".ttl", ".xyz", ".rq")) else part for part in arguments]
    done = sluis_here(*given, "--data", data)
    assert done.returncode == 2
    assert done.stderr.startswith("sluis: ")
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr
    assert done.stdout == ""
    assert stored(data) == before


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["load"], ["user", "add"], ["label"], ["query"]])
def test_a_command_that_is_not_whole_says_how_it_is_used(arguments: list[str], data: str) -> None:
    done = sluis_here(*arguments)
    assert done.returncode == 2
    assert "Usage:" in done.stdout + done.stderr
    assert stored(data)


@pytest.mark.parametrize(("user", "count"), [("anonymous", "2"), ("ann", "3")])
@pytest.mark.parametrize("way", ["file", "standard input"])
def test_a_query_runs_on_the_view_of_whoever_it_is_asked_as(
    user: str, count: str, way: str, data: str, folder: Path
) -> None:
    (folder / "count.rq").write_text(COUNT, encoding="utf-8")
    file = str(folder / "count.rq") if way == "file" else "-"
    done = sluis("query", file, "--as", user, "--format", "csv", "--data", data, stdin=COUNT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["n", count]
    banner = "Ongerubriceerd" if user == "anonymous" else "Stg. GEHEIM"
    assert done.stderr == f"Classification: {banner}\n"


def test_a_graph_is_printed_as_turtle_unless_asked_otherwise(data: str) -> None:
    query = "CONSTRUCT WHERE { <https://example.org/a> skos:prefLabel ?o }"
    assert "skos:prefLabel" in sluis_here("query", "-", "--data", data, stdin=query).stdout
    ntriples = sluis_here("query", "-", "--format", "ntriples", "--data", data, stdin=query).stdout
    assert ntriples == '<https://example.org/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "low name"@en .\n'


def test_the_questions_are_listed_as_the_server_lists_them(data: str) -> None:
    done = sluis_here("queries", "list", "--json")
    assert json.loads(done.stdout) == {"queries": [question.to_data() for question in catalogue().values()]}
    table = sluis_here("queries", "list").stdout
    assert all(name in table for name in catalogue())
    with serving(Layout(Path(data))) as service:
        assert Reader(service.port).get("/queries").data == json.loads(done.stdout)


def test_a_question_is_asked_by_name(data: str) -> None:
    done = sluis_here("queries", "run", "handling-rules", "--as", "ann", "--format", "csv", "--data", data)
    assert done.returncode == 0, done.stderr
    assert next(csv.reader(io.StringIO(done.stdout)))
    assert "0 rows" in sluis_here("queries", "run", "handling-rules", "--data", data).stdout


def test_portions_and_users_are_listed_and_shown(data: str) -> None:
    listed = sluis_here("portions", "list", "--data", data).stdout
    (line,) = [line for line in listed.splitlines() if "https://example.org/high" in line]
    assert "Stg. GEHEIM" in line
    portion = line.replace("│", " ").split()[0]
    shown = sluis_here("portions", "show", portion, "--data", data).stdout
    assert "# marking:    Stg. GEHEIM" in shown
    assert '"high text"' in shown
    assert "# digest:" in shown
    users = sluis_here("user", "list", "--data", data).stdout
    assert "ann" in users
    assert "Stg. GEHEIM" in users


# --- labels and clearances in files ----------------------------------------------------------------------------------

LABEL = """<originatorConfidentialityLabel xmlns="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
 ReviewDateTime="2031-05-01T12:00:00Z"><ConfidentialityInformation>
<PolicyIdentifier URI="urn:oid:1.3.26.1.3.1">NATO</PolicyIdentifier><Classification>CONFIDENTIAL</Classification>
<Category Type="PERMISSIVE" TagName="Releasable To"><GenericValue>FRA</GenericValue><GenericValue>NLD</GenericValue>
</Category></ConfidentialityInformation><OriginatorID IDType="rfc822Name">owner@example.org</OriginatorID>
<CreationDateTime>2026-05-01T12:00:00Z</CreationDateTime></originatorConfidentialityLabel>
"""
CLEARANCE = """<sclr:ConfidentialityClearance xmlns="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
 xmlns:sclr="urn:nato:stanag:4774:confidentialityclearance:1:0">
<PolicyIdentifier URI="urn:oid:1.3.26.1.3.1">NATO</PolicyIdentifier>
<sclr:ClassificationList><Classification>CONFIDENTIAL</Classification></sclr:ClassificationList>
<Category Type="PERMISSIVE" TagName="Releasable To"><GenericValue>NLD</GenericValue></Category>
</sclr:ConfidentialityClearance>
"""
DATA_FILE = '<https://example.org/f> <https://example.org/says> "file text" .\n'
ASK_FILE = "ASK { <https://example.org/f> ?p ?o }"


@pytest.fixture(scope="module")
def filed(data: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data folder, with a file loaded at the label that another file states."""
    place = tmp_path_factory.mktemp("filed")
    shutil.copytree(data, place / "data", ignore=shutil.ignore_patterns("builder.secret"))
    for name, text in {"label.xml": LABEL, "clearance.xml": CLEARANCE, "f.ttl": DATA_FILE}.items():
        (place / name).write_text(text, encoding="utf-8")
    done = sluis_here("load", str(place / "f.ttl"), "--label", str(place / "label.xml"), "--data", str(place / "data"))
    assert done.returncode == 0, done.stderr
    return place


def test_a_file_is_loaded_at_the_label_in_another_file_with_what_that_says_of_itself(filed: Path) -> None:
    lines = sluis_here("portions", "list", "--data", str(filed / "data")).stdout.splitlines()
    (line,) = [line for line in lines if "f.ttl" in line]
    assert "NATO CONFIDENTIAL REL TO FRA, NLD" in line
    shown = sluis_here("portions", "show", line.replace("│", " ").split()[0], "--data", str(filed / "data")).stdout
    for piece in ("mailto:owner@example.org", "# set on:     2026-05-01", "# term:       2031-05-01", '"file text"'):
        assert piece in shown


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("1.3.26.1.3.1", "1.3.26.1.3.9"), "is not the identifier of policy `NATO`"),
        (("NATO<", "ACME<"), "line 3: `ACME` is not a known policy"),
        (("CONFIDENTIAL<", "CONFIDENTAL<"), "line 3: `CONFIDENTAL` is not a level"),
        (("FRA<", "XXX<"), "line 4: `XXX` is not a category"),
        (("<Category", "<Categry"), "line"),
        (("</ConfidentialityInformation>", ""), "not well-formed XML"),
    ],
)
def test_a_label_file_that_is_not_understood_refuses_the_load(
    change: tuple[str, str], words: str, filed: Path, tmp_path: Path
) -> None:
    (tmp_path / "label.xml").write_text(LABEL.replace(*change), encoding="utf-8")
    before = stored(str(filed / "data"))
    label = ["--label", str(tmp_path / "label.xml"), "--source-iri", "urn:other"]
    done = sluis_here("load", str(filed / "f.ttl"), *label, "--data", str(filed / "data"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("sluis: label.xml: ")
    assert words in done.stderr
    assert stored(str(filed / "data")) == before


def test_a_user_holds_just_what_the_clearance_in_a_file_lists(filed: Path) -> None:
    data = str(filed / "data")
    added = sluis_here("user", "add", "nat", "--clearance-file", str(filed / "clearance.xml"), "--data", data)
    assert added.returncode == 0, added.stderr
    users = json.loads(sluis_here("user", "list", "--json", "--data", data).stdout)["users"]
    (held,) = [user["clearance"] for user in users if user["name"] == "nat"]
    assert held == {
        "policies": {"NATO": {"levels": ["CONFIDENTIAL"], "categories": {"Releasable To": ["NLD"]}}},
        "valid_from": None,
        "valid_until": None,
    }
    for user, found in (("nat", "true"), ("ann", "false"), ("anonymous", "false")):
        done = sluis_here("query", "-", "--as", user, "--format", "csv", "--data", data, stdin=ASK_FILE)
        assert done.stdout == found
    assert done.stderr == "Classification: Ongerubriceerd\n"


def test_what_user_list_prints_of_a_clearance_can_be_given_to_user_add(filed: Path, tmp_path: Path) -> None:
    data = str(filed / "data")
    users = json.loads(sluis_here("user", "list", "--json", "--data", data).stdout)["users"]
    (ann,) = [user["clearance"] for user in users if user["name"] == "ann"]
    (tmp_path / "ann.json").write_text(json.dumps({**ann, "valid_until": "2099-01-01"}), encoding="utf-8")
    added = sluis_here("user", "add", "twin", "--clearance-file", str(tmp_path / "ann.json"), "--data", data)
    assert added.returncode == 0, added.stderr
    users = json.loads(sluis_here("user", "list", "--json", "--data", data).stdout)["users"]
    (twin,) = [user["clearance"] for user in users if user["name"] == "twin"]
    assert twin == {**ann, "valid_until": "2099-01-01"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--clearance", "NATO SECRET"], "one of the two"),
        (["--affiliation", "NLD"], "leave the other options out"),
        (["--compartment", "NATO:ATOMAL"], "leave the other options out"),
        (["--valid-until", "2099-01-01"], "leave the other options out"),
    ],
)
def test_a_clearance_in_a_file_is_not_added_to(more: list[str], words: str, filed: Path) -> None:
    arguments = ["user", "add", "more", "--clearance-file", str(filed / "clearance.xml"), *more]
    done = sluis_here(*arguments, "--data", str(filed / "data"))
    assert (done.returncode, words in done.stderr) == (2, True)
    assert "more" not in sluis_here("user", "list", "--data", str(filed / "data")).stdout


# --- answers as files ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def packaged() -> Policies:
    return load_policies(Settings())


@pytest.mark.parametrize(
    ("arguments", "stdin", "media_type"),
    [
        (["query", "-"], COUNT, "application/sparql-results+json"),
        (["query", "-", "--format", "csv"], COUNT, "text/csv"),
        (["query", "-"], "CONSTRUCT WHERE { <https://example.org/a> ?p ?o }", "text/turtle"),
        (["queries", "run", "handling-rules", "--format", "tsv"], "", "text/tab-separated-values"),
        (["queries", "run", "handling-rules"], "", "application/sparql-results+json"),
    ],
)
@pytest.mark.parametrize(("user", "banner"), [("anonymous", "Ongerubriceerd"), ("ann", "Stg. GEHEIM")])
def test_an_answer_in_a_file_has_a_label_beside_it_that_is_bound_to_it(
    arguments: list[str], stdin: str, media_type: str, user: str, banner: str, data: str, tmp_path: Path,
    packaged: Policies,
) -> None:  # fmt: skip
    output = tmp_path / "answer.out"
    done = sluis_here(*arguments, "--as", user, "--output", str(output), "--data", data, stdin=stdin)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr.splitlines()[0] == f"Classification: {banner}"
    assert done.stderr.splitlines()[1].endswith("answer.out.label.xml")
    if arguments != ["queries", "run", "handling-rules"]:  # printed, that one is a table
        printed = sluis_here(*arguments, "--as", user, "--data", data, stdin=stdin)
        assert output.read_text(encoding="utf-8") == printed.stdout
    binding = read_binding((tmp_path / "answer.out.label.xml").read_text(encoding="utf-8"), policies=packaged)
    verify_binding(binding, name="answer.out", content=output.read_bytes())
    assert [reference.media_type for reference in binding.references] == [media_type]
    assert format_marking(label_of(binding.labels), policies=packaged) == banner
    read_back = sluis_here("label", "parse", str(tmp_path / "answer.out.label.xml"))
    assert read_back.stdout.splitlines()[0] == banner


def test_an_answer_that_was_changed_no_longer_fits_its_label(data: str, tmp_path: Path, packaged: Policies) -> None:
    output = tmp_path / "answer.csv"
    sluis_here("query", "-", "--as", "ann", "--format", "csv", "--output", str(output), "--data", data, stdin=COUNT)
    text = (tmp_path / "answer.csv.label.xml").read_text(encoding="utf-8")
    binding = read_binding(text, policies=packaged)
    for name, content in (("answer.csv", output.read_bytes() + b" "), ("other.csv", output.read_bytes())):
        with pytest.raises(BindingBroken):
            verify_binding(binding, name=name, content=content)
    with pytest.raises(LabelError):
        read_binding(text.replace("Stg. GEHEIM", "Stg. GEHIEM"), policies=packaged)


def test_an_answer_of_several_policies_has_one_label_of_each(filed: Path, packaged: Policies, tmp_path: Path) -> None:
    layout = Layout(Path(shutil.copytree(filed / "data", tmp_path / "data")))
    builder = Builder(layout, read_settings(layout.data))
    try:
        clearance = clearance_from_markings(
            ["Stg. GEHEIM", "NATO SECRET"], policies=builder.policies, affiliation="NLD"
        )
        builder.add_user("both", clearance)
    finally:
        builder.close()
    output = tmp_path / "answer.csv"
    asked = ["query", "-", "--as", "both", "--format", "csv", "--output", str(output), "--data", str(layout.data)]
    done = sluis_here(*asked, stdin=COUNT)
    assert done.stderr.splitlines()[0] == "Classification: NATO CONFIDENTIAL REL TO FRA, NLD + Stg. GEHEIM"
    binding = read_binding((tmp_path / "answer.csv.label.xml").read_text(encoding="utf-8"), policies=packaged)
    assert [format_marking(document.label, policies=packaged) for document in binding.labels] == [
        "NATO CONFIDENTIAL REL TO FRA, NLD",
        "Stg. GEHEIM",
    ]
    verify_binding(binding, name="answer.csv", content=output.read_bytes())


def test_a_file_that_can_not_be_written_is_refused_and_leaves_none_without_its_label(data: str, tmp_path: Path) -> None:
    output = tmp_path / "no such folder" / "answer.json"
    (tmp_path / "taken.label.xml").mkdir()
    for place in (output, tmp_path / "taken"):
        done = sluis_here("query", "-", "--output", str(place), "--data", data, stdin=COUNT)
        assert (done.returncode, done.stdout) == (2, "")
        assert "can't be written" in done.stderr
        assert not place.exists()


def test_the_doctor_finds_a_healthy_folder_and_a_changed_label(data: str, tmp_path: Path) -> None:
    well = sluis_here("doctor", "--data", data)
    assert "matching its digest" in well.stdout
    assert "view" in well.stdout
    assert "LOOK" not in "".join(line for line in well.stdout.splitlines() if "is named at" not in line)
    changed = shutil.copytree(data, tmp_path / "data")
    connection = sqlite3.connect(changed / "portions" / "portions.sqlite")
    connection.execute("UPDATE portion SET label = replace(label, 'Stg. GEHEIM', 'Ongerubriceerd')")
    connection.commit()
    connection.close()
    ill = sluis_here("doctor", "--data", str(changed))
    assert ill.returncode == 1
    assert "don't match their digest" in ill.stdout


def test_commands_go_through_the_running_service_and_show_at_once(tmp_path: Path, folder: Path, data: str) -> None:
    assert data
    layout = Layout(tmp_path / "data")
    layout.create()
    with serving(layout) as service:
        reader = Reader(service.port)
        assert reader.sparql(COUNT).status == 503
        loaded = sluis("load", str(folder / "file.trig"), "--data", str(layout.data))
        assert loaded.returncode == 0, loaded.stderr
        assert reader.rows(COUNT) == [{"n": "2"}]
        added = sluis("user", "add", "bob", "--clearance", "Stg. GEHEIM", "--data", str(layout.data))
        assert Reader(service.port, added.stdout.strip()).rows(COUNT) == [{"n": "3"}]
        assert "bob" in sluis("user", "list", "--data", str(layout.data)).stdout


def test_storing_without_publishing_shows_nothing_yet(tmp_path: Path, folder: Path, data: str) -> None:
    assert data
    place = str(tmp_path / "data")
    done = sluis("load", str(folder / "file.trig"), "--no-publish", "--data", place)
    assert counts(done.stdout) == [["2", "0", "0"]]
    early = sluis("query", "-", "--data", place, stdin=COUNT)
    assert (early.returncode, early.stderr) == (2, "sluis: nothing is published here yet: run `sluis publish`\n")
    assert counts(sluis("publish", "--data", place).stdout) == [["1"]]
    assert sluis("query", "-", "--format", "csv", "--data", place, stdin=COUNT).stdout.split() == ["n", "2"]


def test_a_stated_label_only_adds_to_what_the_source_states(tmp_path: Path, folder: Path, data: str) -> None:
    assert data
    place = str(tmp_path / "data")
    for label in ("Dep. VERTROUWELIJK", "Ongerubriceerd"):
        done = sluis_here(
            "load", str(folder / "file.trig"), "--label", label, "--source-iri", f"urn:{label[:3]}", "--data", place
        )
        assert done.returncode == 0, done.stderr
    lines = sluis_here("portions", "list", "--data", place).stdout.splitlines()
    markings = {
        name: [line for line in lines if name in line and "example.org/high" in line] for name in ("urn:Dep", "urn:Ong")
    }
    assert all("Stg. GEHEIM" in line for found in markings.values() for line in found)
    assert all(markings.values())


def test_a_wrong_setting_is_refused_by_name(tmp_path: Path, data: str) -> None:
    layout = Layout(tmp_path / "data")
    layout.create()
    write_settings(layout, query_seconds=1.0)
    path = layout.data / "sluis.toml"
    for text, words in (
        ("nothing = 1\n", "`nothing` is not a setting"),
        ('query_seconds = "1"\n', "`query_seconds` must be of type float"),
        ("=", "TOML"),
    ):
        path.write_text(text, encoding="utf-8")
        done = sluis_here("publish", "--data", str(layout.data))
        assert (done.returncode, words in done.stderr) == (2, True)
    assert data


def test_a_statement_is_explained_and_one_that_is_hidden_is_refused_as_one_that_is_absent(data: str) -> None:
    ex = "https://example.org/"
    stated = ["explain", f"{ex}a", "skos:prefLabel", '"low name"@en']
    shown = sluis_here(*stated, "--data", data)
    assert shown.returncode == 0, shown.stderr
    assert "stated in" in shown.stdout
    assert shown.stderr.startswith("Classification: Ongerubriceerd")
    told = json.loads(sluis_here(*stated, "--json", "--data", data).stdout)
    assert (len(told["portions"]), told["rule"], told["premises"]) == (1, None, [])
    by_name = sluis_here("explain", "low name", "skos:prefLabel", '"low name"@en', "--data", data)
    assert by_name.stdout == shown.stdout
    hidden = ["explain", f"{ex}a", f"{ex}secret", '"high text"']
    absent = ["explain", f"{ex}a", f"{ex}nothing", '"high text"']
    refusals = [sluis_here(*asked, "--data", data) for asked in (hidden, absent)]
    assert {(done.returncode, done.stdout, done.stderr) for done in refusals} == {(2, "", refusals[0].stderr)}
    assert "does not stand in the view" in refusals[0].stderr
    cleared = sluis_here(*hidden, "--as", "ann", "--data", data)
    assert (cleared.returncode, "stated in" in cleared.stdout) == (0, True)


@pytest.mark.parametrize("object_", [
        "urn:no thing", "nobody:x", "nobody at all", '"x" .\n<urn:a> <urn:b> <urn:c', '"broken', '"x"^^',
        '"x" <urn:graph>', '"x"^^xsd:integer', '"', "urn:",
    ],
)  # fmt: skip
def test_a_statement_that_can_not_stand_anywhere_is_refused_in_one_line(object_: str, data: str) -> None:
    done = sluis_here("explain", "urn:a", "urn:b", object_, "--data", data)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
