"""Measuring extraction: what the finders find is held against the rows, and what they miss or make up is told."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from graph_service.cli import main
from graph_service.errors import LoadRefused
from graph_service.security import Policies
from loaders import LoadRequest
from loaders.review.extraction import Measured, measure_extraction

SEEDS = Path(os.environ.get("SEEDS", Path(__file__).resolve().parents[2] / ".." / "shared" / "seeds"))
needs_documents = pytest.mark.skipif(not SEEDS.is_dir(), reason="the two documents are not here: ../shared/seeds")

REPORT = f"""EXAMPLE: report of the Lock Watch

1. Introduction

The Lock Watch began in May 2031, as Kamerstuk 99521, nr. 12 had announced.1 The Ministry of
Inland Water paid for it until 2034, and the Old Sluice Guild looked on.

{" " * 40}
1 Kamerstuk 99521, nr. 14, 3 June 2031.
"""
MAPPING = """
[dataset]
source = "id:dataset/locks"
originator = "id:actor/example"
title = "EXAMPLE: locks"

[place]
property = "sluis:statedAt"

[place.documents.report]
iri = "id:source/example-report"
name = "EXAMPLE report"

[place.documents.report.text]
label = "Ongerubriceerd"
begins = "EXAMPLE: report of the Lock Watch"
notes_begin = '^ {20,}$'
notes_end = '^ \\S'
note = '^(\\d+) '

[place.documents.report.text.sections]
1 = { begins = "1. Introduction" }

[[table]]
file = "actors.csv"
label = "Ongerubriceerd"
quotes = ["quote"]
[[table.node]]
subject = "id:actor/{key}"
type = "sluis:{class}"
properties = [
  { property = "skos:prefLabel", column = "name", lang = "en" },
  { property = "skos:altLabel", column = "other", lang = "en" },
]

[[table]]
file = "papers.csv"
label = "Ongerubriceerd"
quotes = ["quote"]
[[table.node]]
subject = "id:source/{key}"
type = "sluis:ParliamentaryPaper"
properties = [
  { property = "skos:prefLabel", column = "name", lang = "en" },
  { property = "dcterms:issued", column = "issued", as = "date" },
]

[[table]]
file = "notes.csv"
label = "Ongerubriceerd"
quotes = ["text"]
note = "number"
[[table.node]]
subject = "id:footnote/example-{number}"
type = "sluis:Footnote"
properties = [
  { property = "sluis:footnoteText", column = "text", lang = "en" },
  { property = "sluis:footnoteNumber", column = "number", as = "integer" },
  { property = "sluis:cites", column = "cites", iri = "id:source/{}" },
]
"""
TABLES = {
    "actors.csv": "key,class,name,other,quote,document,section,footnote\n"
    "lock-watch,Mission,Lock Watch,,The Lock Watch began in May 2031,report,1,\n"
    "water,Ministry,Ministry of Inland Water,,The Ministry of Inland Water paid for it,report,1,\n"
    "guild,Organisation,Guild of the Sluice,Old Sluice Guild,the Old Sluice Guild looked on,report,1,\n"
    "payers,ActorCategory,Payers of dues,,paid for it,report,1,\n",
    "papers.csv": "key,name,issued,quote,document,section,footnote\n"
    'kst-99521-14,EXAMPLE paper 14,2031-06-03,"Kamerstuk 99521, nr. 14, 3 June 2031",report,1,1\n',
    "notes.csv": "number,text,cites,document,section,footnote\n"
    '1,"Kamerstuk 99521, nr. 14, 3 June 2031.",kst-99521-14,report,1,1\n',
}


@pytest.fixture
def locks(tmp_path: Path) -> tuple[Path, Path]:
    folder, documents = tmp_path / "locks", tmp_path / "documents"
    folder.mkdir()
    documents.mkdir()
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    for name, text in TABLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (documents / "report.txt").write_text(REPORT, encoding="utf-8")
    return folder, documents


def _measure(
    folder: Path, documents: Path, policies: Policies, *, least: float = 0.5
) -> dict[tuple[str, str], Measured]:
    found = measure_extraction(LoadRequest(path=folder, policies=policies, documents=documents), least=least)
    return {(one.kind, one.knowledge): one for one in found}


def test_what_is_missed_and_what_no_row_bears_out_is_told(locks: tuple[Path, Path], policies: Policies) -> None:
    found = _measure(*locks, policies)
    actors = found["actors", "official names"]
    assert (actors.expected, actors.recalled, actors.found, actors.right) == (3, 2, 3, 3)
    assert actors.missed == ("actor/guild §1: the Old Sluice Guild looked on",)
    assert (actors.meant, actors.meant_missed) == (1, ("actor/payers §1: paid for it",))
    papers = found["papers", "official names"]
    assert (papers.expected, papers.recalled, papers.found, papers.right) == (1, 1, 2, 1)
    (wrong,) = papers.wrong
    assert wrong.startswith("source/kst-99521-12 §1: …")
    assert "⟦Kamerstuk 99521, nr. 12⟧ had announced" in wrong


def test_names_that_the_dataset_took_elsewhere_are_told_apart(locks: tuple[Path, Path], policies: Policies) -> None:
    found = _measure(*locks, policies)
    assert found["actors", "all names of the dataset"].recall == 1
    assert found["actors", "official names"].recall == pytest.approx(2 / 3)


def test_dates_and_notes_are_measured(locks: tuple[Path, Path], policies: Policies) -> None:
    found = _measure(*locks, policies)
    dates, notes = found["dates", ""], found["footnotes", ""]
    assert (dates.expected, dates.recalled, dates.found, dates.right) == (1, 1, 3, 1)
    assert {text.partition(":")[0] for text in dates.wrong} == {"2031-05 §1", "2034 §1"}
    assert (notes.expected, notes.recalled, notes.found, notes.right) == (1, 1, 1, 1)


def test_a_note_read_with_other_words_is_missed_and_wrong(locks: tuple[Path, Path], policies: Policies) -> None:
    folder, documents = locks
    table = folder / "notes.csv"
    table.write_text(TABLES["notes.csv"].replace("nr. 14, 3 June 2031.", "nr. 14"), encoding="utf-8")
    notes = _measure(folder, documents, policies)["footnotes", ""]
    assert (notes.recalled, notes.right, notes.missed) == (0, 0, ("note 1",))


def test_only_what_is_sure_enough_is_counted(locks: tuple[Path, Path], policies: Policies) -> None:
    assert _measure(*locks, policies, least=1)["papers", "official names"].found == 0


def test_without_the_documents_there_is_nothing_to_measure(locks: tuple[Path, Path], policies: Policies) -> None:
    folder, documents = locks
    with pytest.raises(LoadRefused, match="say where the documents are"):
        measure_extraction(LoadRequest(path=folder, policies=policies))
    (documents / "report.txt").write_text("EXAMPLE: another text", encoding="utf-8")
    with pytest.raises(LoadRefused, match="none of the dataset's documents"):
        measure_extraction(LoadRequest(path=folder, policies=policies, documents=documents))


def test_the_command_prints_the_figures_and_what_lies_behind_them(locks: tuple[Path, Path], tmp_path: Path) -> None:
    folder, documents = locks
    arguments = ["extraction", "measure", str(folder), "--documents", str(documents), "--data", str(tmp_path / "none")]
    told = CliRunner().invoke(main, arguments)
    assert told.exit_code == 0
    assert "2 of 3  0.667" in told.output
    assert "missed: actor/guild §1" in told.output
    as_json = json.loads(CliRunner().invoke(main, [*arguments, "--json"]).output)
    assert {one["kind"]: one["precision"] for one in as_json}["papers"] == 0.5
    refused = CliRunner().invoke(main, [*arguments[:3], "--data", str(tmp_path / "none")])
    assert refused.exit_code == 2
    assert "--documents FOLDER" in refused.output


@needs_documents
def test_the_terms_of_reference_are_read_as_well_as_the_page_on_it_says(policies: Policies) -> None:
    folder = Path(str(files("loaders") / "datasets" / "minusma"))
    request = LoadRequest(path=folder, policies=policies, documents=SEEDS)
    found = {(m.kind, m.knowledge): m for m in measure_extraction(request) if m.document == "tor"}
    for kind, knowledge in (
        ("papers", "official names"),
        ("resolutions", "official names"),
        ("dates", ""),
        ("footnotes", ""),
    ):
        assert found[kind, knowledge].recall >= 0.95, found[kind, knowledge].missed
        assert found[kind, knowledge].precision >= 0.95, found[kind, knowledge].wrong
    for knowledge, recall in (("all names of the dataset", 0.95), ("official names", 0.8)):
        assert found["actors", knowledge].recall >= recall, found["actors", knowledge].missed
        assert found["actors", knowledge].precision >= 0.95, found["actors", knowledge].wrong
