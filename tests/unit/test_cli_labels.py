"""``sluis label``: what a marking or file means, joins, the decision with its traps, and the review list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from graph_service.cli import main

NATO, NLD = "1.3.26.1.3.1", "2.25.153874363402593350016793930282373529580"
SETS = {
    "Additional Sensitivity": ("RESTRICTIVE", "1.3.26.1.4.1"),
    "Releasable To": ("PERMISSIVE", "1.3.26.1.4.2"),
    "Only": ("PERMISSIVE", "1.3.26.1.4.5"),
    "Administrative": ("INFORMATIVE", "1.3.26.1.4.3"),
    "Context": ("PERMISSIVE", "1.3.26.1.4.4"),
}
"""The tag sets of the NATO policy: type and identifier."""


def run(*arguments: str) -> Result:
    """One command in this process, with a data folder that is not there: then the packaged policies hold."""
    return CliRunner().invoke(main, [*arguments], env={"SLUIS_DATA": "no-such-folder", "COLUMNS": "300"})


def label_xml(level: str, *, policy: str = "NATO", oid: str = NATO, line: str = "", **tags: list[str]) -> str:
    """An ADatP-4774 label of the NATO policy; ``Releasable_To=["NLD"]`` is a category, an empty list is nobody."""
    categories = ""
    for name, values in tags.items():
        kind, set_id = SETS[name.replace("_", " ")]
        held = "".join(f"<slab:GenericValue>{value}</slab:GenericValue>" for value in values)
        categories += f'<slab:Category Type="{kind}" TagName="{name.replace("_", " ")}" URI="urn:oid:{set_id}">'
        categories += f"{held}</slab:Category>\n"
    return (
        '<slab:originatorConfidentialityLabel xmlns:slab="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"\n'
        ' ReviewDateTime="2031-05-01T12:00:00Z"><slab:ConfidentialityInformation>\n'
        f'<slab:PolicyIdentifier URI="urn:oid:{oid}">{policy}</slab:PolicyIdentifier>\n'
        f"<slab:Classification>{level}</slab:Classification>\n{categories}{line}"
        "</slab:ConfidentialityInformation>\n"
        '<slab:OriginatorID IDType="rfc822Name">owner@example.org</slab:OriginatorID>\n'
        "<slab:CreationDateTime>2026-05-01T12:00:00Z</slab:CreationDateTime>\n"
        "</slab:originatorConfidentialityLabel>\n"
    )


def clearance_xml(*levels: str, **tags: list[str]) -> str:
    """An ADatP-4774 clearance of the NATO policy."""
    listed = "".join(f"<slab:Classification>{level}</slab:Classification>" for level in levels)
    held = ""
    for name, values in tags.items():
        kind, set_id = SETS[name.replace("_", " ")]
        inside = "".join(f"<slab:GenericValue>{value}</slab:GenericValue>" for value in values)
        held += f'<slab:Category Type="{kind}" TagName="{name.replace("_", " ")}" URI="urn:oid:{set_id}">{inside}'
        held += "</slab:Category>"
    return (
        '<sclr:ConfidentialityClearance xmlns:slab="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0" '
        'xmlns:sclr="urn:nato:stanag:4774:confidentialityclearance:1:0">'
        f'<slab:PolicyIdentifier URI="urn:oid:{NATO}">NATO</slab:PolicyIdentifier>'
        f"<sclr:ClassificationList>{listed}</sclr:ClassificationList>{held}</sclr:ConfidentialityClearance>"
    )


def dutch(*levels: str, since: str | None = None, until: str | None = None, **categories: list[str]) -> dict[str, Any]:
    """A clearance as JSON: just these Dutch levels and categories (``Releasable_To=["NLD"]``)."""
    held = {name.replace("_", " "): names for name, names in categories.items()}
    return {
        "policies": {"NLD": {"levels": list(levels), "categories": held}},
        "valid_from": since,
        "valid_until": until,
    }


LOWEST, DEPARTMENT, CONFIDENTIAL, SECRET = "Ongerubriceerd", "Dep. VERTROUWELIJK", "Stg. CONFIDENTIEEL", "Stg. GEHEIM"
UP_TO_SECRET = (LOWEST, DEPARTMENT, CONFIDENTIAL, SECRET)
DUAL = dutch(*UP_TO_SECRET, Releasable_To=["FRA", "NLD"])
ENDED = dutch(*UP_TO_SECRET, since="2025-01-01", until="2025-12-31")

TRAPS = [
    # A bare level has no affiliation: that it is a Dutch level does not make its holder Dutch.
    pytest.param(SECRET, "Stg. GEHEIM//REL TO NLD", 1, "none of NLD is held", id="bare level, REL TO"),
    # REL TO NLD joined with REL TO FRA leaves nobody: an empty set must not turn into no restriction.
    pytest.param(DUAL, "Stg. GEHEIM//REL TO NOBODY", 1, "Releasable To of NLD: nobody", id="REL TO nobody"),
    # Holding both affiliations opens each of the two, and still not what neither side released to both.
    pytest.param(DUAL, "Stg. GEHEIM//REL TO NLD", 0, "dominates", id="dual affiliation, the one"),
    pytest.param(DUAL, "Stg. GEHEIM//REL TO FRA", 0, "dominates", id="dual affiliation, the other"),
    # SECRETO sounds like SECRET and is the highest Spanish level: it is never mapped in silence.
    pytest.param("Stg. ZEER GEHEIM", "SECRETO", 2, "`TRES SECRET UE/EU TOP SECRET`", id="SECRETO as a label"),
    pytest.param("Stg. ZEER GEHEIM", "SECRETO", 2, "grants no access", id="SECRETO grants nothing"),
    # A Dutch clearance is not one of NATO, nor the other way round, although the levels are handled alike.
    pytest.param(SECRET, "NATO SECRET", 1, "no clearance under policy NATO", id="national for NATO"),
    pytest.param("NATO SECRET", SECRET, 1, "no clearance under policy NLD", id="NATO for national"),
    pytest.param("Stg. ZEER GEHEIM", "COSMIC TOP SECRET", 1, "grants nothing", id="highest national for highest NATO"),
    # The level is high enough, and the compartment is not held.
    pytest.param("Stg. ZEER GEHEIM", "Dep. V//INTERVIEW", 1, "INTERVIEW of NLD is not held", id="no need to know"),
    pytest.param(
        dutch(*UP_TO_SECRET, Compartments=["INTERVIEW"]), "Stg. GEHEIM//INTERVIEW", 0, "dominates", id="need to know"
    ),
    # Of two compartments, one is not enough.
    pytest.param(
        dutch(*UP_TO_SECRET, Compartments=["INTERVIEW"]), "Stg. GEHEIM//BRON, INTERVIEW", 1, "BRON", id="one of two"
    ),
    # Two policies at once: each must be held, and the higher one does not make up for the other.
    pytest.param("Ongerubriceerd + NATO SECRET", "Ongerubriceerd + NATO SECRET", 0, "dominates", id="both policies"),
    pytest.param("Stg. ZEER GEHEIM", "Ongerubriceerd + NATO SECRET", 1, "policy NATO", id="the first policy only"),
    pytest.param("COSMIC TOP SECRET", "Ongerubriceerd + NATO SECRET", 1, "policy NLD", id="the second policy only"),
    # A clearance in a file holds what it lists: nothing below comes with it.
    pytest.param(dutch(SECRET), SECRET, 0, "dominates", id="only the high level, high"),
    pytest.param(dutch(SECRET), LOWEST, 1, "level Ongerubriceerd of NLD is not held", id="only the high level, low"),
    pytest.param(clearance_xml("SECRET"), "NATO CONFIDENTIAL", 1, "level CONFIDENTIAL", id="only the high level, XML"),
    # REL TO NATO stands for its members: one of them is enough, a state that is none is not.
    pytest.param(dutch(SECRET, Releasable_To=["NLD"]), "Stg. GEHEIM REL TO NATO", 0, "dominates", id="group, member"),
    pytest.param(dutch(SECRET, Releasable_To=["AUT"]), "Stg. GEHEIM REL TO NATO", 1, "none of", id="group, other"),
    # A level that only sounds Dutch: the Belgian Vertrouwelijk is handled as CONFIDENTIEL UE, not as Dep. V.
    pytest.param("Stg. GEHEIM", "Vertrouwelijk", 2, "`CONFIDENTIEL UE/EU CONFIDENTIAL`", id="Belgian Vertrouwelijk"),
    # A handling remark informs and never decides.
    pytest.param("NATO SECRET", label_xml("SECRET", Administrative=["STAFF"]), 0, "dominates", id="remark"),
    # A category that is no longer in use makes a label unfit to be set, and it still protects what has it.
    pytest.param("NATO SECRET", "NATO CONFIDENTIAL INTELLIGENCE", 1, "INTELLIGENCE of NATO is not held", id="obsolete"),
    pytest.param(
        clearance_xml("CONFIDENTIAL", Additional_Sensitivity=["INTELLIGENCE"]),
        "NATO CONFIDENTIAL INTELLIGENCE", 0, "dominates", id="obsolete, held",
    ),
    # What never shows in a marking restricts all the same.
    pytest.param("NATO SECRET", label_xml("SECRET", Context=["KFOR"]), 1, "none of KFOR is held", id="hidden context"),
    # Two permissive tags: a recipient of each is needed, and one recipient in one tag is not one in the other.
    pytest.param(
        clearance_xml("SECRET", Releasable_To=["NLD"]),
        label_xml("SECRET", Releasable_To=["NLD"], Only=["NLD"]), 1, "Only of NATO", id="two tags, one held",
    ),
    pytest.param(
        clearance_xml("SECRET", Releasable_To=["NLD"], Only=["NLD"]),
        label_xml("SECRET", Releasable_To=["FRA", "NLD"], Only=["NLD"]), 0, "dominates", id="two tags, both held",
    ),
    # A permissive category without values is nobody, not everybody.
    pytest.param(
        clearance_xml("SECRET", Releasable_To=["NLD"]), label_xml("SECRET", Releasable_To=[]), 1, "nobody",
        id="no recipients in a file",
    ),
    # A text that is nearly a marking is not read as one: it is refused, with what may have been meant.
    pytest.param(SECRET, "Stg. GEHIEM", 2, "did you mean `Stg. GEHEIM`?", id="nearly a level"),
    pytest.param(SECRET, "Stg. GEHEIM INTERVEIW", 2, "did you mean `INTERVIEW`?", id="nearly a category"),
    # A clearance states bare levels: a marking with recipients is a label, and would be misread as a right.
    pytest.param("Stg. GEHEIM REL TO NLD", SECRET, 2, "more than a level", id="label as a clearance"),
    pytest.param("Stg. GEHEIM + Dep. VERTROUWELIJK", SECRET, 2, "two levels of policy `NLD`", id="two levels"),
    # A policy that is not here, or another policy under a known name, is refused with its line.
    pytest.param(
        "NATO SECRET", label_xml("SECRET", policy="ACME", oid="2.999.7"), 2, "line 3: `ACME` is not a known policy",
        id="unknown policy",
    ),
    pytest.param(
        "NATO SECRET", label_xml("SECRET", oid=NLD), 2, "is not the identifier of policy `NATO`", id="another's OID"
    ),
    # What the reader does not know could be a restriction.
    pytest.param(
        "NATO SECRET", label_xml("SECRET", line="<slab:Handling>EYES ONLY</slab:Handling>"), 2,
        "<Handling> (urn:nato:stanag:4774:confidentialitymetadatalabel:1:0) has no meaning", id="unknown element",
    ),
    # A clearance that names a group would hold the affiliation of every member.
    pytest.param(
        clearance_xml("SECRET", Releasable_To=["NATO"]), "NATO SECRET REL TO USA", 2, "stands for several",
        id="group in a clearance, XML",
    ),
    pytest.param(
        dutch(SECRET, Releasable_To=["NATO"]), "Stg. GEHEIM REL TO USA", 2, "`NATO` is not a category",
        id="group in a clearance, JSON",
    ),
]  # fmt: skip


def given(folder: Path, name: str, stated: str | Mapping[str, Any]) -> str:
    """What is stated as an argument: a marking as it is, XML and JSON as a file."""
    if isinstance(stated, str) and "<" not in stated:
        return stated
    path = folder / f"{name}.{'xml' if isinstance(stated, str) else 'json'}"
    path.write_text(stated if isinstance(stated, str) else json.dumps(stated), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("clearance", "label", "code", "words"), TRAPS)
def test_the_decision_is_not_taken_in_by(
    clearance: str | Mapping[str, Any], label: str, code: int, words: str, tmp_path: Path
) -> None:
    done = run("label", "dominates", given(tmp_path, "clearance", clearance), given(tmp_path, "label", label))
    assert (done.exit_code, words in done.output) == (code, True), done.output
    said, silent = (done.stderr, done.stdout) if code == 2 else (done.stdout, done.stderr)
    assert (len(said.splitlines()), silent) == (1, "")
    assert said.startswith({0: "dominates\n", 1: "does not dominate: ", 2: "sluis: "}[code])


def test_two_releases_joined_are_for_nobody_whoever_asks(tmp_path: Path) -> None:
    """By the commands themselves: the banner of both is read back as what it is."""
    joined = run("label", "join", "Stg. GEHEIM REL TO NLD", "Stg. GEHEIM REL TO FRA").stdout.strip()
    assert joined == "Stg. GEHEIM//REL TO NOBODY"
    assert run("label", "dominates", given(tmp_path, "dual", DUAL), joined).exit_code == 1


@pytest.mark.parametrize(
    ("on", "code"),
    [("2024-12-31", 1), ("2025-01-01", 0), ("2025-07-01", 0), ("2025-12-31", 0), ("2026-01-01", 1), (None, 1)],
)
def test_a_clearance_counts_from_its_first_day_to_its_last(on: str | None, code: int, tmp_path: Path) -> None:
    done = run("label", "dominates", given(tmp_path, "ended", ENDED), SECRET, *(["--on", on] if on else []))
    assert done.exit_code == code
    assert ("not in force on that day" in done.stdout) is (code == 1)


@pytest.mark.parametrize("text", ["{", '{"policies": {}}', '{"policies": {"NLD": {}}}', "[]", "nothing", "<a/>", ""])
def test_a_clearance_in_a_file_that_is_none_is_refused_by_the_file_s_name(text: str, tmp_path: Path) -> None:
    path = tmp_path / "clearance.json"
    path.write_text(text, encoding="utf-8")
    done = run("label", "dominates", str(path), SECRET)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("sluis: clearance.json")


def test_the_decision_as_data_says_what_is_lacking_policy_by_policy(tmp_path: Path) -> None:
    held = dutch(LOWEST, Releasable_To=["NLD"])
    done = run("label", "dominates", given(tmp_path, "held", held), "Stg. GEHEIM//BRON + NATO SECRET", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["dominates"], told["clearance"]) == (1, False, held)
    assert told["lacking"] == [
        "no clearance under policy NATO: an equivalent of another grants nothing",
        "level Stg. GEHEIM of NLD is not held",
        "BRON of NLD is not held",
    ]
    assert set(told["label"]) == {"NATO", "NLD"}
    yes = json.loads(run("label", "dominates", SECRET, LOWEST, "--json").stdout)
    assert (yes["dominates"], yes["lacking"]) == (True, [])


# --- parse and explain -----------------------------------------------------------------------------------------------


def test_a_marking_is_printed_with_what_it_demands() -> None:
    done = run("label", "parse", "stg.g//interview//rel to nld, fra + ns")
    assert done.exit_code == 0
    assert [line.strip() for line in done.stdout.splitlines()] == [
        "NATO SECRET + Stg. GEHEIM//INTERVIEW//REL TO FRA, NLD",
        "policy NATO: level SECRET",
        "policy NLD: level Stg. GEHEIM",
        "all of Compartments: INTERVIEW",
        "one of Releasable To: FRA, NLD",
    ]


def test_a_label_as_data_is_what_a_clearance_is_compared_with() -> None:
    told = json.loads(run("label", "parse", "NATO SECRET ATOMAL REL TO NLD", "--json").stdout)
    assert told == {
        "marking": "NATO SECRET ATOMAL REL TO NLD",
        "label": {
            "NATO": {
                "level": "SECRET",
                "compartments": {"Additional Sensitivity": ["ATOMAL"]},
                "releasable_to": {"Releasable To": ["NLD"]},
                "informative": {},
            }
        },
    }


@pytest.mark.parametrize(
    ("language", "marking"), [("fr", "NATO DIFFUSION RESTREINTE"), ("en", "NATO RESTRICTED"), ("", "NATO RESTRICTED")]
)
def test_a_marking_is_printed_in_the_language_that_is_asked_for(language: str, marking: str) -> None:
    assert run("label", "parse", "NR", "--language", language).stdout.splitlines()[0] == marking


def test_a_label_in_a_file_is_read_with_its_remark(tmp_path: Path) -> None:
    path = given(tmp_path, "label", label_xml("SECRET", Releasable_To=["NLD"], Administrative=["STAFF"]))
    told = json.loads(run("label", "parse", path, "--json").stdout)
    assert told["label"]["NATO"]["informative"] == {"Administrative": ["STAFF"]}


@pytest.mark.parametrize("text", ["", "   ", "TOP BANANA", "Stg. GEHEIM//NOTHING", "Stg. GEHEIM +", "no/such/file.xml"])
def test_what_is_no_label_is_refused_and_never_the_lowest(text: str) -> None:
    for command in ("parse", "explain", "join"):
        done = run("label", command, text)
        assert (done.exit_code, done.stdout) == (2, ""), command
        assert done.stderr.startswith("sluis: ")


def test_a_label_is_explained_with_its_equivalents_and_their_grounds() -> None:
    told = json.loads(run("label", "explain", SECRET, "--json").stdout)
    assert (told["marking"], told["portion_marking"], told["classified"], told["valid"]) == (
        *(SECRET, "(Stg. G)", True, True),
    )
    assert (told["reads_back"], told["reasons"]) == (True, [])
    assert {row["policy"] for row in told["handled_as"]} == {"EU", "NATO"}
    assert all(row["source"] and row["verified"] is False for row in told["handled_as"])
    printed = run("label", "explain", SECRET).stdout
    assert "not verified" in printed
    assert "never grants access" in printed


@pytest.mark.parametrize(
    ("marking", "reason"),
    [
        ("NATO CONFIDENTIAL INTELLIGENCE", "`INTELLIGENCE` is no longer in use"),
        ("NATO UNCLASSIFIED ATOMAL", "`ATOMAL` can't stand with level `UNCLASSIFIED`"),
        ("COSMIC TOP SECRET REL TO UKR", "`UKR` can't stand with level `TOP SECRET`"),
    ],
)
def test_a_label_that_is_not_legal_is_explained_and_not_refused(marking: str, reason: str) -> None:
    told = json.loads(run("label", "explain", marking, "--json").stdout)
    assert (told["valid"], told["reasons"]) == (False, [f"NATO: {reason}"])
    assert reason in run("label", "explain", marking).stdout


def test_a_file_is_explained_with_who_set_the_label_when_and_until_when(tmp_path: Path) -> None:
    path = given(tmp_path, "label", label_xml("SECRET", Context=["NATO"]))
    told = json.loads(run("label", "explain", path, "--json").stdout)
    assert (told["originator"], told["set_on"]) == ("mailto:owner@example.org", "2026-05-01")
    assert told["term"]["until"] == "2031-05-01"
    assert told["reads_back"] is False
    assert "pass the label on as a file" in run("label", "explain", path).stdout


def test_a_label_is_judged_under_the_version_of_its_day() -> None:
    assert run("label", "explain", SECRET, "--on", "2020-01-01").exit_code == 0
    early = run("label", "explain", SECRET, "--on", "1999-01-01")
    assert (early.exit_code, "no version in force on 1999-01-01" in early.stderr) == (2, True)
    never = run("label", "explain", SECRET, "--on", "tomorrow")
    assert (never.exit_code, "`tomorrow` is not a day" in never.stderr) == (2, True)


# --- join ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "banner"),
    [
        ([LOWEST], LOWEST),
        ([DEPARTMENT, SECRET, LOWEST], SECRET),
        (["Dep. VERTROUWELIJK//INTERVIEW", "Stg. GEHEIM//BRON"], "Stg. GEHEIM//BRON, INTERVIEW"),
        (["Stg. GEHEIM//REL TO FRA, NLD", "Dep. V.//REL TO NLD"], "Stg. GEHEIM//REL TO NLD"),
        (["Ongerubriceerd//REL TO NLD", SECRET], "Stg. GEHEIM//REL TO NLD"),
        ([SECRET, "NATO UNCLASSIFIED"], "NATO UNCLASSIFIED + Stg. GEHEIM"),
    ],
)
def test_a_join_demands_all_that_its_parts_do(texts: list[str], banner: str) -> None:
    assert run("label", "join", *texts).stdout == f"{banner}\n"
    assert run("label", "join", *reversed(texts)).stdout == f"{banner}\n"
    told = json.loads(run("label", "join", *texts, "--json").stdout)
    assert told["marking"] == banner
    assert told["label"] == json.loads(run("label", "parse", banner, "--json").stdout)["label"]


def test_a_join_of_a_marking_and_a_file_is_one_label(tmp_path: Path) -> None:
    path = given(tmp_path, "label", label_xml("SECRET", Releasable_To=["FRA"]))
    assert run("label", "join", "NATO CONFIDENTIAL REL TO NLD, FRA", path).stdout == "NATO SECRET REL TO FRA\n"


# --- levels of policies that are not here ----------------------------------------------------------------------------

FOREIGN = ["SECRETO", "Vertrouwelijk", "STRENG GEHEIM"]


@pytest.mark.parametrize("text", FOREIGN)
@pytest.mark.parametrize("command", [["label", "parse"], ["label", "explain"], ["label", "join"]])
def test_a_foreign_level_is_refused_with_what_it_is_handled_as(command: list[str], text: str) -> None:
    done = run(*command, text)
    assert (done.exit_code, done.stdout) == (2, "")
    for piece in ("a policy that is not here", "EU handles it as", "grants no access"):
        assert piece in done.stderr


@pytest.mark.parametrize("text", FOREIGN)
def test_no_lower_level_is_suggested_for_a_foreign_one(text: str, tmp_path: Path) -> None:
    """SECRETO is no SECRET UE, and the Belgian Vertrouwelijk no Dep. VERTROUWELIJK, however alike they look."""
    (tmp_path / "one.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    for arguments in (
        ["label", "dominates", text, SECRET],
        ["load", str(tmp_path / "one.ttl"), "--label", text, "--data", str(tmp_path / "data")],
        ["user", "add", "ann", "--clearance", text, "--data", str(tmp_path / "data")],
    ):
        done = run(*arguments)
        assert done.exit_code == 2, arguments
        assert "did you mean" not in done.stderr, done.stderr


@pytest.mark.parametrize(
    ("text", "level"), [("COSMIC TOP SECERT", "COSMIC TOP SECRET"), ("Stg. ZEER GEHIEM", "Stg. ZEER GEHEIM")]
)
def test_a_suggestion_is_never_lower_than_what_was_written(text: str, level: str) -> None:
    done = run("label", "parse", text)
    assert done.exit_code == 2
    assert f"did you mean `{level}`?" in done.stderr


def test_a_top_level_in_other_words_is_not_taken_for_the_level_below() -> None:
    done = run("label", "parse", "NATO TOP SECRET")
    assert done.exit_code == 2
    assert "NATO SECRET`?" not in done.stderr


def test_an_equivalent_is_printed_as_a_marking_that_can_be_read() -> None:
    for row in json.loads(run("label", "explain", "Stg. ZEER GEHEIM", "--json").stdout)["handled_as"]:
        assert run("label", "parse", row["as"]).exit_code == 0, row["as"]


# --- the review list -------------------------------------------------------------------------------------------------

REVIEWED = """@prefix sluis: <https://w3id.org/sluis/ns#> . @prefix ex: <https://example.org/> .
ex:late sluis:marking "Stg. GEHEIM" ; sluis:labelUntil "2031-01-01" ; sluis:originator ex:owner .
ex:soon sluis:marking "Dep. VERTROUWELIJK" ; sluis:labelUntil "2027-01-01" ; sluis:originator ex:owner .
ex:event sluis:marking "Stg. GEHEIM" ; sluis:labelUntilEvent "the mission ends" ; sluis:originator ex:owner .
ex:open sluis:marking "Ongerubriceerd" .
GRAPH ex:late { ex:a ex:b 1 } GRAPH ex:soon { ex:a ex:b 2 }
GRAPH ex:event { ex:a ex:b 3 } GRAPH ex:open { ex:a ex:b 4 }
"""


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A data folder with labels that last until a day, until an event, and for ever."""
    folder = tmp_path_factory.mktemp("reviewed")
    (folder / "file.trig").write_text(REVIEWED, encoding="utf-8")
    (folder / "label.xml").write_text(label_xml("SECRET"), encoding="utf-8")
    (folder / "one.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    data = ["--no-publish", "--data", str(folder / "data")]
    assert run("load", str(folder / "file.trig"), *data).exit_code == 0
    assert run("load", str(folder / "one.ttl"), "--label", str(folder / "label.xml"), *data).exit_code == 0
    return str(folder / "data")


@pytest.mark.parametrize(
    ("on", "parts"),
    [
        ("2026-12-31", ["event"]),
        ("2027-01-01", ["soon", "event"]),
        ("2031-01-01", ["soon", "late", "event"]),
        ("2031-05-01", ["soon", "late", "", "event"]),
    ],
)
def test_a_label_is_listed_from_its_day_on_by_day_and_then_what_waits_for_an_event(
    on: str, parts: list[str], reviewed: str
) -> None:
    told = json.loads(run("label", "due", "--on", on, "--json", "--data", reviewed).stdout)
    assert told["on"] == on
    assert [row["part"].rpartition("/")[2] for row in told["due"]] == parts
    printed = run("label", "due", "--on", on, "--data", reviewed).stdout
    assert f"{len(parts)} to review on {on}" in printed
    assert all(row["portion"] in printed and row["marking"] in printed for row in told["due"])


def test_the_list_says_what_is_due_and_whom_to_ask(reviewed: str) -> None:
    told = json.loads(run("label", "due", "--on", "2031-05-01", "--json", "--data", reviewed).stdout)
    rows = {row["part"].rpartition("/")[2]: row for row in told["due"]}
    assert (rows["soon"]["until"], rows["soon"]["event"]) == ("2027-01-01", None)
    assert (rows["event"]["until"], rows["event"]["event"]) == (None, "the mission ends")
    assert rows["soon"]["originator"] == "https://example.org/owner"
    assert (rows[""]["marking"], rows[""]["until"], rows[""]["originator"]) == (
        *("NATO SECRET", "2031-05-01", "mailto:owner@example.org"),
    )
