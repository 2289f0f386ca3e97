"""What `sluis load` promises whoever calls it: exit codes, the report, labels, archives, and what a reload does.

Everything goes through the command line, and through the process that reads files.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from graph_service.cli import main
from graph_service.cli.common import builder_of
from graph_service.handling import parse_marking
from graph_service.namespaces import ID, NS
from graph_service.policy_files import load_policies
from graph_service.settings import Settings
from graph_service.standards.adatp4774 import LabelDocument, write_label
from loaders.reading import archives

LOW, MIDDLE, HIGH = "Ongerubriceerd", "Dep. VERTROUWELIJK", "Stg. GEHEIM"
ONE = "The EXERCISE begins in the harbour, and the boats are counted."
TWO = "EXERCISE: the second paragraph speaks of lanterns."
THREE = "EXERCISE: the third one ends the story."


class Sluis:
    """The command line over one data folder, in one folder of files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"

    def run(self, *line: str, stdin: bytes = b"") -> tuple[int, str, str]:
        told = CliRunner().invoke(main, [*line, "--data", str(self.data)], input=stdin)
        assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
        return told.exit_code, told.stdout, told.stderr

    def load(self, *names: str, stdin: bytes = b"", label: str = LOW) -> dict[str, Any]:
        """The report of a load that must succeed. Names of files here are made paths."""
        code, out, err = self.run(*self._line(*names, label=label), stdin=stdin)
        assert code == 0, err
        report: dict[str, Any] = json.loads(out)
        return report

    def refused(self, *names: str, label: str = LOW) -> dict[str, Any]:
        """The refusal of a load that must store nothing."""
        before = self.stored()
        code, out, err = self.run(*self._line(*names, label=label))
        assert code == 2, out
        refusal: dict[str, Any] = json.loads(out)
        assert set(refusal) == {"refused", "file", "line", "column"}
        assert err == f"sluis: {refusal['refused']}\n"
        assert self.stored() == before
        return refusal

    def stored(self) -> list[tuple[str, str, str]]:
        """Source, part and marking of what is stored and was not taken out, but for what every store holds."""
        with builder_of(self.data) as builder:
            return sorted(
                (entry.source, entry.part, entry.marking) for entry in builder.portions() if not entry.withdrawn
            )

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def _line(self, *names: str, label: str) -> list[str]:
        given = [str(self.folder / name) if (self.folder / name).exists() else name for name in names]
        return ["load", *given, *(["--label", label] if label else []), "--json", "--no-publish"]


@pytest.fixture
def sluis(tmp_path: Path) -> Sluis:
    return Sluis(tmp_path)


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    told = report["portions"]
    return told["added"], told["changed"], told["unchanged"], told["withdrawn"]


def text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"


def goal(number: int, *more: str) -> str:
    """A little RDF: a thing with its name, as N-Triples."""
    thing = f"<{ID}thing/example-{number}>"
    lines = (f"{thing} <http://www.w3.org/2004/02/skos/core#prefLabel> {name} ." for name in ('"EXERCISE"@en', *more))
    return "".join(f"{line}\n" for line in lines)


# -- exit codes and reports ---------------------------------------------------------------------


def test_a_load_is_told_as_data(sluis: Sluis) -> None:
    sluis.write("story.txt", text(ONE, TWO))
    report = sluis.load("story.txt")
    assert set(report) == {
        "dry_run", "files", "passed_over", "portions", "facts", "facts_are_exact", "not_known", "remarks", "published",
    }  # fmt: skip
    (file,) = report["files"]
    assert (file["name"], file["format"], file["added"], len(file["sources"])) == ("story.txt", "text", 3, 1)
    assert counts(report) == (3, 0, 0, 0)
    assert (report["dry_run"], report["published"]) == (False, None)


def test_a_refusal_is_told_as_data_with_its_place(sluis: Sluis) -> None:
    sluis.write("good.txt", text(ONE))
    sluis.write("bad.nt", goal(1) + "this is no statement\n")
    refusal = sluis.refused("good.txt", "bad.nt")
    assert (refusal["file"], refusal["line"]) == ("bad.nt", 2)
    assert "there is no such file" in sluis.refused("nowhere.txt")["refused"]


def test_nothing_has_a_default_label(sluis: Sluis) -> None:
    sluis.write("story.txt", text(ONE))
    assert "--label" in sluis.refused("story.txt", label="")["refused"]


def test_a_dry_run_counts_the_same_and_stores_nothing(sluis: Sluis) -> None:
    sluis.write("story.txt", text(ONE, TWO))
    before = sluis.stored()
    dry = sluis.load("story.txt", "--dry-run")
    assert sluis.stored() == before
    real = sluis.load("story.txt")
    assert sluis.stored() != before
    assert {**dry, "dry_run": False} == real
    assert (dry["dry_run"], counts(dry)) == (True, (3, 0, 0, 0))


def test_standard_input_is_a_source(sluis: Sluis) -> None:
    report = sluis.load("-", stdin=text(ONE, TWO).encode())
    assert ([file["name"] for file in report["files"]], counts(report)) == (["standard input"], (3, 0, 0, 0))
    assert "name `-` once" in sluis.refused("-", "-")["refused"]


def test_what_no_format_recognises_refuses_a_folder_unless_it_is_passed_over(sluis: Sluis) -> None:
    sluis.write("folder/story.txt", text(ONE))
    sluis.write("folder/noise.bin", bytes(range(256)) * 4)
    assert "noise.bin" in sluis.refused("folder")["refused"]
    report = sluis.load("folder", "--skip-unknown")
    assert [one["name"] for one in report["passed_over"]] == ["noise.bin"]
    assert [file["name"] for file in report["files"]] == ["story.txt"]
    assert "noise.bin" in sluis.refused("folder/noise.bin", "--skip-unknown")["refused"]


def test_a_thing_is_counted_once_however_many_portions_speak_of_it(sluis: Sluis) -> None:
    kinds = "".join(
        f"<{ID}thing/example-{number}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{NS}Location> .\n"
        for number in (1, 2)
    )
    sluis.write("a.nt", goal(1) + kinds)
    sluis.write("b.nt", kinds)
    report = sluis.load("a.nt", "b.nt", "--shapes", "off")
    (kind,) = (one for one in report["facts"] if one["class"] == f"{NS}Location")
    assert (kind["new"], kind["all"], report["facts_are_exact"]) == (2, 2, True)
    again = sluis.load("a.nt", "b.nt", "--shapes", "off")
    assert [(one["new"], one["all"]) for one in again["facts"] if one["class"] == f"{NS}Location"] == [(0, 2)]


# -- labels -------------------------------------------------------------------------------------


def test_the_label_beside_a_file_is_joined(sluis: Sluis) -> None:
    policies = load_policies(Settings())
    day = datetime(2026, 1, 1, tzinfo=UTC)
    stated = LabelDocument(parse_marking(HIGH, policies=policies), created=day, review=day.replace(year=2036))
    sluis.write("story.txt", text(ONE))
    sluis.write("story.txt.label.xml", write_label(stated, policies=policies))
    sluis.load("story.txt", label="")
    assert {marking for source, _, marking in sluis.stored() if "/source/" in source} == {HIGH}
    sluis.write("other.txt", text(TWO))
    sluis.load("other.txt", "story.txt")
    assert {marking for source, _, marking in sluis.stored() if "/source/" in source} == {LOW, HIGH}


@pytest.mark.parametrize(("stated", "own", "result"), [(LOW, HIGH, HIGH), (HIGH, MIDDLE, HIGH)])
def test_of_the_stated_label_and_the_document_s_own_the_stricter_wins(
    sluis: Sluis, stated: str, own: str, result: str
) -> None:
    sluis.write("story.txt", text(own, ONE, TWO))
    report = sluis.load("story.txt", label=stated)
    assert {marking for source, _, marking in sluis.stored() if "/source/" in source} == {result}
    assert any(remark["file"] == "story.txt" and own in remark["text"] for remark in report["remarks"])


# -- archives -----------------------------------------------------------------------------------


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


STORIES = {"a.txt": text(ONE).encode(), "deep/b.txt": text(TWO).encode()}


@pytest.mark.parametrize(
    ("name", "content"), [("pack.zip", zipped(STORIES)), ("pack.tar.gz", tarred(STORIES))], ids=["zip", "tar.gz"]
)
def test_an_archive_is_as_good_as_its_files(sluis: Sluis, name: str, content: bytes) -> None:
    sluis.write(name, content)
    report = sluis.load(name)
    assert [file["name"] for file in report["files"]] == [f"{name}/a.txt", f"{name}/deep/b.txt"]
    assert counts(report) == (4, 0, 0, 0)
    assert counts(sluis.load(name)) == (0, 0, 4, 0)


def test_one_file_in_gzip_and_archives_in_archives(sluis: Sluis) -> None:
    sluis.write("story.txt.gz", gzip.compress(text(ONE).encode()))
    sluis.write("outer.zip", zipped({"inner.tar.gz": tarred(STORIES)}))
    assert counts(sluis.load("story.txt.gz")) == (2, 0, 0, 0)
    assert counts(sluis.load("outer.zip")) == (4, 0, 0, 0)


def _climbing() -> bytes:
    return tarred({"../outside.txt": text(ONE).encode()})


def _deep() -> bytes:
    content = zipped({"a.txt": text(ONE).encode()})
    for _ in range(archives.ArchiveLimits().depth + 1):
        content = zipped({"more.zip": content})
    return content


def _bomb() -> bytes:
    return zipped({"zeros.txt": b"a" * (archives.RATIO_COUNTS_FROM + (1 << 20))})


@pytest.mark.parametrize("make", [_climbing, _deep, _bomb])
def test_an_archive_beyond_its_limits_is_refused(sluis: Sluis, make: Callable[[], bytes]) -> None:
    sluis.write("pack.zip", make())
    assert sluis.refused("pack.zip")["refused"].startswith("pack.zip")
    assert not (sluis.folder / "outside.txt").exists()


# -- loading again ------------------------------------------------------------------------------


def test_loading_again_changes_nothing_and_one_paragraph_changes_one_portion(sluis: Sluis) -> None:
    sluis.write("story.txt", text(ONE, TWO, THREE))
    assert counts(sluis.load("story.txt")) == (4, 0, 0, 0)
    before = sluis.stored()
    assert counts(sluis.load("story.txt")) == (0, 0, 4, 0)
    assert sluis.stored() == before
    sluis.write("story.txt", text(ONE, TWO.replace("lanterns", "lamps"), THREE))
    assert counts(sluis.load("story.txt")) in {(0, 1, 3, 0), (1, 0, 3, 1)}
    assert len(sluis.stored()) == len(before)
    sluis.write("story.txt", text(ONE, THREE))
    assert counts(sluis.load("story.txt"))[3] == 1
    assert len(sluis.stored()) == len(before) - 1


def test_a_document_is_withdrawn_by_the_name_of_its_file(sluis: Sluis) -> None:
    sluis.write("folder/story.txt", text(ONE, TWO))
    sluis.write("notes.nt", goal(1))
    sluis.run("user", "add", "anna", "--clearance", HIGH)
    sluis.run("user", "add", "bob", "--clearance", LOW)
    bare = sluis.stored()
    sluis.load("folder", label=HIGH)
    sluis.load("notes.nt", label=LOW)
    path = str(sluis.folder / "notes.nt")
    assert len(re.findall(r"[0-9a-f]{32} ", sluis.run("portions", "list", "story.txt")[1])) == 3
    withdraw = ("withdraw", "--ground", "EXERCISE", "--as")
    hidden, absent = (sluis.run(*withdraw, "bob", name) for name in ("story.txt", "other.txt"))
    assert (hidden[0], absent[0]) == (2, 2)
    assert hidden[2].replace("story.txt", "other.txt") == absent[2]
    code, out, _ = sluis.run(*withdraw, "anna", "story.txt")
    assert (code, out.count("withdrawn")) == (0, 3)
    code, out, _ = sluis.run(*withdraw, "bob", path)
    assert (code, out.count("withdrawn")) == (0, 1)
    assert sluis.stored() == bare
    assert "--restore" in sluis.refused("folder", label=HIGH)["refused"]
    assert counts(sluis.load("folder", "--restore", label=HIGH))[0] == 3
