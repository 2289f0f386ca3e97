"""Coverage: what a document has and the rows lack is told, with how it was counted; and a path leads to the words."""

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
from loaders.mapping import MAPPING, read_mapping
from loaders.quoting.documents import read_documents
from loaders.review.coverage import Counted, Report, TableCount, measure
from loaders.review.paths import PathToWords, sample_paths
from loaders.tables import load

SEEDS = Path(os.environ.get("SEEDS", Path(__file__).resolve().parents[2] / ".." / "shared" / "seeds"))
needs_documents = pytest.mark.skipif(not SEEDS.is_dir(), reason="the two documents are not here: ../shared/seeds")

GARDEN = f"""The Garden Book
1. Trees
Oak is old.1 Ash is tall. Elm is gone since 3 May 2099.

{" " * 30}
1 Oak Book, 2 June 2099.
 2. Herbs
Mint is green.
"""
MAPPING_TEXT = """
[dataset]
source = "id:dataset/garden"
originator = "id:actor/gardener"
title = "EXAMPLE: garden"

[place]
property = "sluis:statedAt"

[place.documents.book]
iri = "id:source/example-garden-book"
name = "Garden Book"

[place.documents.book.text]
label = "Ongerubriceerd"
begins = "The Garden Book"
notes_begin = '^ {20,}$'
notes_end = '^ \\S'
note = '^(\\d+) '

[place.documents.book.text.sections]
1 = { begins = "1. Trees", until = "2. Herbs" }
2 = { begins = "2. Herbs" }

[[table]]
file = "plants.csv"
label = "Ongerubriceerd"
quotes = ["quote"]
basis = { column = "basis" }

[[table.node]]
subject = "id:plant/{key}"
type = "sluis:Plant"
properties = [{ property = "skos:prefLabel", column = "name", lang = "en" }]

[[table]]
file = "notes.csv"
label = "Ongerubriceerd"

[[table.node]]
subject = "id:footnote/book-{number}"
type = "sluis:Footnote"
properties = [
  { property = "skos:prefLabel", value = "note {number}" },
  { property = "sluis:cites", column = "cites", iri = "id:source/{}" },
]
"""
TREES = """
[[count]]
kind = "Trees"
how = "capitals before `is`"
document = "book"
section = "1"
table = "plants.csv"
column = "name"
where = { section = "1" }
pattern = '([A-Z]\\w+) is'
"""
PLANTS = """key,name,quote,basis,document,section,footnote
oak,Oak,Oak is old,,book,1,1
ash,Ash,Ash is tall,,book,1,
mint,Mint,,inferred,book,2,
"""
NOTES = "number,cites,document,section,footnote\n1,oak-book,book,1,\n"


def garden(
    tmp_path: Path, policies: Policies, *, counts: str = TREES, plants: str = PLANTS, text: str | None = GARDEN
) -> LoadRequest:
    folder, documents = tmp_path / "garden", tmp_path / "documents"
    for made in (folder, documents):
        made.mkdir(exist_ok=True)
    (folder / "mapping.toml").write_text(MAPPING_TEXT, encoding="utf-8")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    (folder / "notes.csv").write_text(NOTES, encoding="utf-8")
    (folder / "coverage.toml").write_text(counts, encoding="utf-8")
    if text is not None:
        (documents / "any name.txt").write_bytes(text.encode())
    return LoadRequest(path=folder, policies=policies, documents=documents if text is not None else None)


def only_count(report: Report) -> Counted:
    (counted,) = report.counts
    return counted


# --- counts ----------------------------------------------------------------------------------------------------------


def test_what_the_document_has_and_the_rows_lack_is_missing(tmp_path: Path, policies: Policies) -> None:
    counted = only_count(measure(garden(tmp_path, policies)))
    assert counted == Counted("Trees", "capitals before `is`", 2, 3, ("Elm",), ())


def test_what_the_rows_have_and_the_document_lacks_is_extra(tmp_path: Path, policies: Policies) -> None:
    plants = PLANTS + "elm,Elm,Elm is gone,,book,1,\nfir,Fir,Oak is old,,book,1,\n"
    report = measure(garden(tmp_path, policies, plants=plants))
    assert only_count(report).extra == ("Fir",)
    assert not report.complete
    assert measure(garden(tmp_path, policies, plants=plants.replace("fir,Fir", "elm2,Elm"))).counts[0].agrees


def test_without_a_column_the_numbers_are_compared(tmp_path: Path, policies: Policies) -> None:
    fewer = only_count(measure(garden(tmp_path, policies, counts=TREES.replace('column = "name"\n', ""))))
    assert (fewer.rows, fewer.found, fewer.missing, fewer.extra) == (2, 3, ("1 of 3",), ())
    one = TREES.replace('column = "name"\n', "").replace("([A-Z]\\w+) is", "Oak is")
    more = only_count(measure(garden(tmp_path, policies, counts=one)))
    assert (more.rows, more.found, more.missing, more.extra) == (2, 1, (), ("1 of 2",))


def test_without_a_table_each_value_stands_in_some_cell(tmp_path: Path, policies: Policies) -> None:
    dates = '[[count]]\nkind = "Dates"\nhow = "a"\ndocument = "book"\npattern = \'\\d \\w+ 2099\'\n'
    assert only_count(measure(garden(tmp_path, policies, counts=dates))).missing == ("3 May 2099", "2 June 2099")
    plants = PLANTS.replace("Oak is old", "Elm is gone since 3 May 2099")
    assert only_count(measure(garden(tmp_path, policies, counts=dates, plants=plants))).missing == ("2 June 2099",)


def test_notes_are_counted_by_their_numbers(tmp_path: Path, policies: Policies) -> None:
    notes = '[[count]]\nkind = "Notes"\nhow = "a"\ndocument = "book"\nnotes = true\n'
    notes += 'table = "notes.csv"\ncolumn = "number"\n'
    counted = only_count(measure(garden(tmp_path, policies, counts=notes)))
    assert (counted.rows, counted.found, counted.agrees) == (1, 1, True)


def test_a_part_of_a_document_may_be_named_by_its_first_words(tmp_path: Path, policies: Policies) -> None:
    herbs = TREES.replace('section = "1"\ntable', 'begins = "2. Herbs"\ntable')
    assert only_count(measure(garden(tmp_path, policies, counts=herbs))).missing == ("Mint",)
    lacking = herbs.replace("2. Herbs", "9. Shrubs")
    with pytest.raises(LoadRefused, match=r"coverage\.toml: `Trees`: .*no line begins with `9\. Shrubs`"):
        measure(garden(tmp_path, policies, counts=lacking))


def test_without_the_document_nothing_is_claimed_of_it(tmp_path: Path, policies: Policies) -> None:
    report = measure(garden(tmp_path, policies, text=None))
    assert (only_count(report).found, only_count(report).missing, report.documents) == (None, (), ())


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("how", "why", "`why` is not a known key"),
        ("pattern = '([A-Z]\\w+) is'", "", "needs one of `pattern` and `notes`"),
        ("([A-Z]\\w+) is", "([A-Z])(\\w+) is", "more than one group"),
        ("([A-Z]\\w+) is", "([A-Z", "not a declaration"),
        ('"book"', '"cook"', "`cook` is not one of the mapping's documents"),
        ("plants.csv", "plans.csv", "`plans.csv` is not one of the mapping's tables"),
        ("[[count]]", "[[counts]]", "'count'"),
    ],
)
def test_a_bad_declaration_is_refused(tmp_path: Path, policies: Policies, old: str, new: str, reason: str) -> None:
    assert old in TREES
    with pytest.raises(LoadRefused, match=reason.replace("[", r"\[")):
        measure(garden(tmp_path, policies, counts=TREES.replace(old, new)))


# --- rows and words --------------------------------------------------------------------------------------------------


def test_rows_are_quoted_or_inferred_or_neither(tmp_path: Path, policies: Policies) -> None:
    report = measure(garden(tmp_path, policies, counts=TREES.replace("([A-Z]\\w+) is", "(Oak|Ash) is")))
    assert only_count(report).agrees
    assert not report.complete
    assert report.tables == (TableCount("plants.csv", 3, 3, 2, 1), TableCount("notes.csv", 1, 1, 0, 0))


def test_the_pieces_that_no_row_quotes_are_told(tmp_path: Path, policies: Policies) -> None:
    (read,) = measure(garden(tmp_path, policies)).documents
    assert read.quoted == len("OakisoldAshistall")
    assert read.unquoted == (
        "The Garden Book 1. Trees",
        ". Elm is gone since 3 May 2099. 1 Oak Book, 2 June 2099. 2. Herbs Mint is green.",
    )


def test_a_path_leads_from_a_fact_to_its_words_and_what_they_cite(tmp_path: Path, policies: Policies) -> None:
    request = garden(tmp_path, policies)
    assert request.documents
    texts = read_documents(request.documents, read_mapping(request.path / MAPPING).documents).values()
    paths = sample_paths(load(request), texts, size=9, seed=1)
    oak = next(path for path in paths if path.name == "Oak")
    start = GARDEN.index("Oak is old")
    assert oak == PathToWords(
        fact="https://w3id.org/sluis/id/plant/oak",
        name="Oak",
        kinds=("https://w3id.org/sluis/ns#Plant",),
        passages=("Garden Book §1, note 1",),
        cites=("https://w3id.org/sluis/id/source/oak-book",),
        words="Oak is old",
        digest=next(iter(texts)).digest,
        start=start,
        end=start + 10,
        before=GARDEN[:start],
        after=GARDEN[start + 10 : start + 70],
    )
    without = sample_paths(load(LoadRequest(path=request.path, policies=policies)), [], size=9, seed=1)
    assert {path.start for path in without} == {None}


def test_the_same_seed_takes_the_same_facts(tmp_path: Path, policies: Policies) -> None:
    request = garden(tmp_path, policies, plants=PLANTS + "elm,Elm,Elm is gone,,book,1,\n", text=None)
    taken = {seed: [path.name for path in sample_paths(load(request), [], size=1, seed=seed)] for seed in range(20)}
    assert taken == {seed: [path.name for path in sample_paths(load(request), [], size=1, seed=seed)] for seed in taken}
    assert len({tuple(names) for names in taken.values()}) == 3


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_tells_what_is_missing_and_ends_with_one(tmp_path: Path, policies: Policies) -> None:
    request = garden(tmp_path, policies)
    line = ["coverage", str(request.path), "--data", str(tmp_path / "none"), "--documents", str(request.documents)]
    told = CliRunner(env={"COLUMNS": "160"}).invoke(main, [*line, "--sample", "1", "--unquoted"])
    assert told.exit_code == 1
    for words in ("missing: Elm", "capitals before", "Garden Book §1", "Elm is gone since 3 May 2099", "⟦…⟧"):
        assert words in told.output, words
    assert not (tmp_path / "none").exists()


def test_the_command_prints_plain_data(tmp_path: Path, policies: Policies) -> None:
    request = garden(tmp_path, policies)
    line = ["coverage", str(request.path), "--data", str(tmp_path / "none"), "--json", "--sample", "2"]
    told = json.loads(CliRunner().invoke(main, line).output)
    assert told["counts"][0]["found"] is None
    assert len(told["paths"]) == 2


def test_a_complete_dataset_ends_with_zero(tmp_path: Path, policies: Policies) -> None:
    request = garden(tmp_path, policies, counts=TREES.replace("([A-Z]\\w+) is", "(Oak|Ash) is"))
    (request.path / "notes.csv").write_text(NOTES.replace("book,1,", ",,"), encoding="utf-8")
    line = ["coverage", str(request.path), "--data", str(tmp_path / "none"), "--documents", str(request.documents)]
    assert CliRunner().invoke(main, line).exit_code == 0


def test_a_dataset_that_is_not_there_is_refused(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["coverage", "no-such", "--data", str(tmp_path)])
    assert told.exit_code == 2
    assert "`no-such` is neither a folder with a mapping.toml nor one of the packaged datasets" in told.output


# --- the curated facts -----------------------------------------------------------------------------------------------


@needs_documents
def test_the_curated_facts_lack_nothing_that_is_counted(policies: Policies) -> None:
    folder = Path(str(files("loaders") / "datasets" / "minusma"))
    report = measure(LoadRequest(path=folder, policies=policies, documents=SEEDS))
    assert {counted.kind: (counted.missing, counted.extra) for counted in report.counts if not counted.agrees} == {}
    assert {counted.kind: counted.found for counted in report.counts}["Footnotes"] == 35
    assert len(report.counts) > 20
    assert all(read.quoted / read.characters > 0.85 for read in report.documents)


@needs_documents
def test_the_sample_is_of_the_documents_own_words(policies: Policies) -> None:
    folder = Path(str(files("loaders") / "datasets" / "minusma"))
    request = LoadRequest(path=folder, policies=policies, documents=SEEDS)
    texts = {text.digest: text for text in read_documents(SEEDS, read_mapping(folder / MAPPING).documents).values()}
    paths = sample_paths(load(request), texts.values(), size=10, seed=2022)
    assert len(paths) == 10
    for path in paths:
        text = texts[path.digest or ""].text
        assert text[path.end :].startswith(path.after or "nothing")
        assert "".join(text[path.start :].split()).startswith("".join(path.words.split())[:8])
