"""``sluis policy``: check a file, show a policy, take one into use; and a malformed policy stops the service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import ontology
from graph_service.cli import main
from graph_service.settings import Layout
from tests.service import serving, sluis, write_settings
from tests.strategies import FOOD_FILES

MEAL = FOOD_FILES["MEAL.xml"]
BREAD = """<?xml version="1.0" encoding="UTF-8"?>
<SPIF xmlns="http://www.xmlspif.org/spif" xmlns:sluis="https://w3id.org/sluis/ns/policy#" schemaVersion="2.1">
  <securityPolicyId name="BREAD" id="2.999.77"/>
  <securityClassifications>
    <securityClassification name="crumb" lacv="1" hierarchy="1"/>
    <securityClassification name="loaf" lacv="2" hierarchy="2"/>
  </securityClassifications>
  <securityCategoryTagSets>
    <securityCategoryTagSet name="Seeds" id="2.999.77.1">
      <securityCategoryTag name="Seeds" tagType="restrictive">
        <tagCategory name="POPPY" lacv="1"/>
      </securityCategoryTag>
    </securityCategoryTagSet>
  </securityCategoryTagSets>
  <extensions><sluis:policy version="first"/></extensions>
</SPIF>
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments], env={"SLUIS_DATA": "no-such-folder", "COLUMNS": "300"})


def written(folder: Path, text: str | bytes, name: str = "policy.xml") -> str:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(folder / name)


# --- check -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*(name for name, _ in ontology.policy_files()), *FOOD_FILES])
def test_a_policy_that_can_be_used_is_said_to_be(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, {**dict(ontology.policy_files()), **FOOD_FILES}[name], name)
    done = run("policy", "check", path)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{name}: policy ")
    told = json.loads(run("policy", "check", path, "--json").stdout)
    assert told["valid"] is True
    assert done.stdout.splitlines()[1:] == [f"  note: {remark}" for remark in told["remarks"]]


DOCTYPE = '<!DOCTYPE SPIF [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
WRONG = [
    pytest.param(BREAD.replace("</SPIF>\n", ""), BREAD.count("\n"), "not well-formed XML", id="not closed"),
    pytest.param(BREAD.replace('id="2.999.77"/>', 'id="x"/>'), 3, "`x` is not an object identifier", id="no OID"),
    pytest.param(BREAD.replace('"loaf"', '"Crumb"'), 6, "`Crumb` is given twice", id="level twice"),
    pytest.param(BREAD.replace('hierarchy="2"', 'hierarchy="1"'), 6, "one place in the hierarchy", id="one place"),
    pytest.param(BREAD.replace('lacv="2" ', ""), 6, "lacv", id="no number"),
    pytest.param(BREAD.replace("<tagCategory ", "<tagCategry "), 11, "unknown or mis-spelt", id="unknown element"),
    pytest.param(BREAD.replace('"restrictive"', '"restrictve"'), 10, "a tag is restrictive", id="unknown tag type"),
    pytest.param(BREAD.replace('"POPPY"', '"NOBODY"'), 11, "no category may be called NOBODY", id="NOBODY"),
    pytest.param(
        BREAD.replace('version="first"', 'verson="first"'), 15, "`verson` has no meaning", id="slip in the extension"
    ),
    pytest.param(BREAD.replace('"2.1"', '"3.0"'), 2, "schema version 3.0 is not read here", id="schema version"),
    pytest.param(BREAD.replace("SPIF", "POLICY"), 2, "the root is <POLICY>", id="another document"),
    pytest.param(BREAD.replace("<SPIF", f"{DOCTYPE}\n<SPIF", 1), 2, "document type", id="DOCTYPE"),
    pytest.param("", 1, "not well-formed XML", id="empty"),
    pytest.param('id = "BREAD"\n', 1, "not well-formed XML", id="TOML"),
]


@pytest.mark.parametrize(("text", "line", "words"), WRONG)
def test_a_policy_that_can_not_be_used_is_refused_with_line_and_reason(
    text: str, line: int, words: str, tmp_path: Path
) -> None:
    path = written(tmp_path, text)
    done = run("policy", "check", path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"sluis: policy.xml, line {line}: "), done.stderr
    assert words in done.stderr
    as_data = run("policy", "check", path, "--json")
    told = json.loads(as_data.stdout)
    assert (as_data.exit_code, told["valid"], told["line"]) == (2, False, line)
    assert words in told["reason"]
    assert str(tmp_path) not in done.stderr


@pytest.mark.parametrize(
    ("content", "words"), [(None, "can't be read"), (b"\xff\xfe<", "not UTF-8"), (BREAD.encode("utf-16"), "not UTF-8")]
)
def test_a_file_that_can_not_be_read_is_refused(content: bytes | None, words: str, tmp_path: Path) -> None:
    path = str(tmp_path / "nothing.xml") if content is None else written(tmp_path, content)
    done = run("policy", "check", path)
    assert (done.exit_code, words in done.stderr) == (2, True)


# --- show ------------------------------------------------------------------------------------------------------------


def test_without_a_name_every_policy_in_use_is_listed_in_every_version() -> None:
    done = run("policy", "show")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["EU", "NATO", "NLD", "NLD", "UN"]
    told = json.loads(run("policy", "show", "--json").stdout)["policies"]
    assert [entry["version"] for entry in told if entry["policy"] == "NLD"] == ["VIRBI 2025", "VIRBI 2013"]
    assert "(for labels set under it)" in done.stdout


def test_a_policy_is_shown_with_levels_tags_groups_and_equivalences() -> None:
    told = json.loads(run("policy", "show", "NLD", "--json").stdout)
    assert [level["name"] for level in told["levels"]] == [
        *("Ongerubriceerd", "Dep. VERTROUWELIJK", "Stg. CONFIDENTIEEL", "Stg. GEHEIM", "Stg. ZEER GEHEIM"),
    ]
    assert [level["order"] for level in told["levels"]] == [0, 1, 2, 3, 4]
    assert [level["state_secret"] for level in told["levels"]] == [False, False, True, True, True]
    assert {tag["tag"]: tag["type"] for tag in told["tags"]} == {
        "Compartments": "restrictive",
        "Releasable To": "permissive",
    }
    assert "NLD" in next(tag for tag in told["tags"] if tag["type"] == "permissive")["groups"]["NATO"]
    assert all(row["source"] for row in told["equivalences"])
    printed = run("policy", "show", "NLD").stdout
    for piece in ("VIRBI 2025", "Stg. GEHEIM", "(Stg. G)", "BRON, INTERVIEW", "none grants access", "not verified"):
        assert piece in printed


def test_a_version_a_file_and_a_language_can_be_asked_for(tmp_path: Path) -> None:
    old = json.loads(run("policy", "show", "NLD", "--version", "VIRBI 2013", "--json").stdout)
    assert (old["version"], old["in_force_until"]) == ("VIRBI 2013", "2025-09-08")
    french = json.loads(run("policy", "show", "NATO", "--language", "fr", "--json").stdout)
    assert french["levels"][1]["marking"] == "NATO DIFFUSION RESTREINTE"
    shown = run("policy", "show", written(tmp_path, BREAD))
    assert "crumb" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ACME"], "`ACME` is not a known policy"),
        (["NLD", "--version", "VIRBI 1999"], "has no version `VIRBI 1999`"),
        (["no/such/file.xml"], "is not a known policy"),
    ],
)
def test_a_policy_that_is_not_there_is_refused(arguments: list[str], words: str) -> None:
    done = run("policy", "show", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr


# --- import ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def kept(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "policies").glob("*"))


def test_an_imported_policy_is_in_use_beside_the_others(data: Path, tmp_path: Path) -> None:
    assert run("label", "parse", "BREAD loaf", "--data", str(data)).exit_code == 2
    done = run("policy", "import", written(tmp_path, BREAD), "--data", str(data))
    assert (done.exit_code, kept(data)) == (0, ["BREAD-first.xml"])
    assert "BREAD first is in use" in done.stdout
    for marking in ("BREAD loaf", "BREAD loaf POPPY", "BREAD crumb + Stg. GEHEIM"):
        assert run("label", "parse", marking, "--data", str(data)).exit_code == 0, marking
    assert run("label", "dominates", "BREAD loaf", "BREAD crumb", "--data", str(data)).exit_code == 0
    assert (data / "policies").stat().st_mode & 0o077 == 0


def test_an_imported_policy_labels_data_that_only_its_holders_see(data: Path, tmp_path: Path) -> None:
    written(tmp_path, "<urn:a> <urn:b> <urn:c> .", "one.ttl")
    assert run("policy", "import", written(tmp_path, BREAD), "--data", str(data)).exit_code == 0
    loaded = run("load", str(tmp_path / "one.ttl"), "--label", "BREAD loaf", "--data", str(data))
    assert loaded.exit_code == 0, loaded.output
    added = run("user", "add", "baker", "--clearance", "BREAD loaf", "--data", str(data))
    assert added.exit_code == 0, added.output
    query = ["query", "-", "--format", "csv", "--data", str(data)]
    asked = [sluis(*query, *who, stdin="ASK { <urn:a> ?p ?o }").stdout for who in ([], ["--as", "baker"])]
    assert asked == ["false", "true"]


def test_another_version_stands_beside_the_one_before(data: Path, tmp_path: Path) -> None:
    second = BREAD.replace('version="first"', 'version="second" inForceFrom="2026-01-01"')
    second = second.replace('<tagCategory name="POPPY" lacv="1"/>', '<tagCategory name="SESAME" lacv="2"/>')
    for text in (BREAD, second):
        assert run("policy", "import", written(tmp_path, text), "--data", str(data)).exit_code == 0
    assert kept(data) == ["BREAD-first.xml", "BREAD-second.xml"]
    for marking in ("BREAD loaf SESAME", "BREAD loaf POPPY"):
        assert run("label", "parse", marking, "--data", str(data)).exit_code == 0
    told = json.loads(run("label", "explain", "BREAD loaf POPPY", "--json", "--data", str(data)).stdout)
    assert told["valid"] is False


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BREAD, "version `first` is given twice"),
        (BREAD.replace('"first"', '"second"').replace('"loaf"', '"bun"'), "have different levels"),
        (BREAD.replace('"first"', '"second"').replace('"2.999.77"', '"2.999.78"'), "has two identifiers"),
        (BREAD.replace('"BREAD"', '"BUN"'), "have one identifier"),
        (BREAD.replace('"first"', '"second"').replace("restrictive", "permissive"), "is of another type in version"),
        (BREAD.replace("hierarchy", "hierachy", 1), "line 5"),
    ],
)
def test_a_policy_that_contradicts_those_in_use_is_refused_and_not_kept(
    text: str, words: str, data: Path, tmp_path: Path
) -> None:
    assert run("policy", "import", written(tmp_path, BREAD), "--data", str(data)).exit_code == 0
    done = run("policy", "import", written(tmp_path, text, "other.xml"), "--data", str(data))
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert kept(data) == ["BREAD-first.xml"]
    assert run("label", "parse", "BREAD loaf POPPY", "--data", str(data)).exit_code == 0


def test_a_running_service_is_not_given_a_policy_behind_its_back(data: Path, tmp_path: Path) -> None:
    layout = Layout(data)
    layout.create()
    with serving(layout):
        done = run("policy", "import", written(tmp_path, BREAD), "--data", str(data))
    assert (done.exit_code, kept(data)) == (2, [])
    assert "a service is running on this data folder: end it first" in done.stderr


# --- a malformed policy stops everything -----------------------------------------------------------------------------

BROKEN = BREAD.replace('hierarchy="2"', 'hierarchy="two"')
COMMANDS = [["publish"], ["serve", "--port", "0"], ["user", "list"], ["portions", "list"], ["doctor"], ["label", "due"]]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_malformed_policy_in_the_data_folder_stops_every_command_with_file_and_line(
    command: list[str], data: Path
) -> None:
    layout = Layout(data)
    layout.create()
    (layout.policies / "bread.xml").write_text(BROKEN, encoding="utf-8")
    done = sluis(*command, "--data", str(data))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "sluis: bread.xml, line 6: `hierarchy` is a number, not `two`\n"


@pytest.mark.parametrize("command", [["publish"], ["serve", "--port", "0"]], ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("text", "words"), [(BROKEN, "bread.xml, line 6: `hierarchy` is a number"), (None, "there is no security policy")]
)
def test_a_malformed_policy_or_none_in_the_settings_folder_stops_the_service(
    command: list[str], text: str | None, words: str, data: Path, tmp_path: Path
) -> None:
    layout, folder = Layout(data), tmp_path / "own"
    layout.create()
    folder.mkdir()
    if text:
        (folder / "bread.xml").write_text(text, encoding="utf-8")
    write_settings(layout, policies=str(folder), anonymous="BREAD crumb", vocabulary_label="BREAD crumb")
    done = sluis(*command, "--data", str(data))
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert not (layout.portions / "portions.sqlite").exists()


def test_the_settings_folder_is_all_there_is_and_what_is_imported_comes_besides(data: Path, tmp_path: Path) -> None:
    layout, folder = Layout(data), tmp_path / "own"
    layout.create()
    folder.mkdir()
    for name, text in FOOD_FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    write_settings(layout, policies=str(folder), anonymous="water", vocabulary_label="water")
    assert run("policy", "import", written(tmp_path, BREAD), "--data", str(data)).exit_code == 0
    told = json.loads(run("policy", "show", "--json", "--data", str(data)).stdout)
    assert [entry["policy"] for entry in told["policies"]] == ["BREAD", "DRINK", "MEAL"]
    assert run("label", "parse", "Stg. GEHEIM", "--data", str(data)).exit_code == 2
    assert run("publish", "--data", str(data)).exit_code == 0


@pytest.mark.parametrize("level", ["loaf", "tea", "nothing", "water//SUGAR"])
def test_an_anonymous_reader_who_would_hold_more_than_the_lowest_level_stops_the_service(
    level: str, data: Path, tmp_path: Path
) -> None:
    layout, folder = Layout(data), tmp_path / "own"
    layout.create()
    folder.mkdir()
    for name, text in FOOD_FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    write_settings(layout, policies=str(folder), anonymous=level, vocabulary_label="water")
    done = sluis("serve", "--port", "0", "--data", str(data))
    assert (done.returncode, done.stdout) == (2, "")
    assert level in done.stderr


# --- one command on other policies -----------------------------------------------------------------------------------


def test_a_label_can_be_read_under_policy_files_in_place_of_those_in_use(tmp_path: Path) -> None:
    meal, bread = written(tmp_path, MEAL, "meal.xml"), written(tmp_path, BREAD, "bread.xml")
    assert run("label", "parse", "dish + BREAD loaf", "--policy", meal, "--policy", bread).exit_code == 0
    assert run("label", "parse", "Stg. GEHEIM", "--policy", meal).exit_code == 2
    assert run("label", "dominates", "banquet", "dish", "--policy", meal).exit_code == 0
    broken = run("label", "parse", "dish", "--policy", written(tmp_path, BROKEN))
    assert (broken.exit_code, "policy.xml, line 6" in broken.stderr) == (2, True)
