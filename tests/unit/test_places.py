"""Quotations of rows: which words, at which label, and what only a document at hand can say of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph_service.errors import LoadRefused
from graph_service.handling import format_marking, parse_marking
from graph_service.namespaces import ID, NS
from graph_service.portions import Portion
from graph_service.security import Policies
from loaders import LoadRequest, open_source, tables
from loaders.base import expand

MAPPING = """
[dataset]
source = "id:dataset/menu"
originator = "id:actor/cook"
title = "Menu"

[place]
property = "sluis:statedAt"

[place.documents.book]
iri = "id:source/book"
name = "Book"

[place.documents.book.text]
label = "TEXT-LABEL"
begins = "The Book of Soups"
notes_begin = '^ {20,}$'
notes_end = '^ \\S'
note = '^(\\d+) '

[place.documents.book.text.sections]
1 = { begins = "1. Hot", until = "2. Cold" }
2 = { begins = "2. Cold" }

[[table]]
file = "dishes.csv"
label = { column = "label" }
quotes = ["quote", "name"]
basis = { column = "basis" }

[[table.node]]
subject = "id:dish/{key}"
type = "sluis:Dish"
properties = [{ property = "skos:prefLabel", column = "name", lang = "en" }]
"""
BOOK = "The Book\nof Soups\n1. Hot\nLeek soup is green.\nPea soup is thick.\n2. Cold\nMelon soup is cold.\n"
COLUMNS = ["key", "label", "name", "quote", "basis", "document", "section", "footnote"]
LEEK = {"key": "leek", "label": "water", "name": "Leek soup", "document": "book", "section": "1"}


def folder_of(tmp_path: Path, *rows: dict[str, str], text: str = "water", mapping: str = MAPPING) -> Path:
    folder = tmp_path / "menu"
    folder.mkdir(exist_ok=True)
    (folder / "mapping.toml").write_text(mapping.replace("TEXT-LABEL", text), encoding="utf-8")
    lines = [",".join(COLUMNS), *(",".join(row.get(name, "") for name in COLUMNS) for row in rows)]
    (folder / "dishes.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def documents_of(tmp_path: Path, *texts: str) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_bytes(text.encode())
    return folder


def load(folder: Path, policies: Policies, documents: Path | None = None) -> list[Portion]:
    return list(tables.load(LoadRequest(path=folder, policies=policies, documents=documents)))


def triples(portions: list[Portion]) -> set[Triple]:
    return {quad.triple for p in portions for quad in parse(p.ntriples, format=RdfFormat.N_TRIPLES)}


def values(found: set[Triple], predicate: str) -> set[str]:
    return {t.object.value for t in found if t.predicate == expand(predicate)}  # type: ignore[union-attr]


def said_at(portions: list[Portion], predicate: str, *, policies: Policies) -> set[str]:
    """The markings of the portions that state the predicate."""
    return {
        format_marking(p.label, policies=policies) for p in portions if f"<{expand(predicate).value}>" in p.ntriples
    }


# --- which words -----------------------------------------------------------------------------------------------------


def test_a_row_leads_to_its_passage_and_its_words(tmp_path: Path, food: Policies) -> None:
    found = triples(load(folder_of(tmp_path, LEEK), food))
    (quotation,) = values(found, "sluis:quotedAt")
    words = NamedNode(f"{quotation}/words")
    assert {
        Triple(NamedNode(f"{ID}dish/leek"), expand("sluis:quotedAt"), NamedNode(quotation)),
        Triple(NamedNode(quotation), expand("rdf:type"), NamedNode(NS + "Quotation")),
        Triple(NamedNode(quotation), expand("oa:hasSource"), expand("id:source/book")),
        Triple(NamedNode(quotation), expand("sluis:atPassage"), expand("id:passage/book/1")),
        Triple(NamedNode(quotation), expand("oa:hasSelector"), words),
        Triple(words, expand("rdf:type"), expand("oa:TextQuoteSelector")),
        Triple(words, expand("oa:exact"), Literal("Leek soup")),
    } <= found


def test_the_first_filled_column_counts_and_a_bar_parts_its_pieces(tmp_path: Path, food: Policies) -> None:
    row = {**LEEK, "quote": "is green | Pea soup"}
    assert values(triples(load(folder_of(tmp_path, row), food)), "oa:exact") == {"is green", "Pea soup"}


def test_a_row_without_words_is_refused_unless_it_is_inferred(tmp_path: Path, food: Policies) -> None:
    bare = {**LEEK, "name": ""}
    with pytest.raises(LoadRefused, match=r"dishes.csv, line 2, column `quote`: a row quotes its document, or is `inf"):
        load(folder_of(tmp_path, bare), food)
    found = triples(load(folder_of(tmp_path, {**bare, "basis": "inferred"}), food))
    assert values(found, "sluis:inferredAt") == values(found, "sluis:statedAt") == {f"{ID}passage/book/1"}
    assert values(found, "sluis:quotedAt") == set()
    assert values(triples(load(folder_of(tmp_path, {**LEEK, "basis": "stated"}), food)), "sluis:inferredAt") == set()
    with pytest.raises(LoadRefused, match="`guessed` is neither `stated` nor `inferred`"):
        load(folder_of(tmp_path, {**LEEK, "basis": "guessed"}), food)


def test_a_table_may_be_inferred_as_a_whole(tmp_path: Path, food: Policies) -> None:
    mapping = MAPPING.replace('basis = { column = "basis" }', 'basis = "inferred"\nignore = ["basis"]')
    found = triples(load(folder_of(tmp_path, {**LEEK, "name": ""}, mapping=mapping), food))
    assert values(found, "sluis:inferredAt") == {f"{ID}passage/book/1"}


# --- a document at hand ----------------------------------------------------------------------------------------------


def test_without_a_document_there_are_no_positions(tmp_path: Path, food: Policies) -> None:
    found = triples(load(folder_of(tmp_path, LEEK), food))
    for computed in ("oa:start", "oa:end", "oa:prefix", "oa:suffix", "sluis:textDigest"):
        assert values(found, computed) == set()


def test_a_document_at_hand_gives_the_positions(tmp_path: Path, food: Policies) -> None:
    found = triples(load(folder_of(tmp_path, LEEK), food, documents_of(tmp_path, "Something else", BOOK)))
    (start,), (end,) = values(found, "oa:start"), values(found, "oa:end")
    assert BOOK[int(start) : int(end)] == "Leek soup"
    assert values(found, "oa:prefix") == {BOOK[: int(start)]}
    assert values(found, "oa:suffix") == {BOOK[int(end) : int(end) + 32]}
    assert {kind.object.value for kind in found if kind.predicate == expand("oa:hasSelector")} == {  # type: ignore[union-attr]
        t.subject.value
        for t in found
        if t.predicate in {expand("oa:exact"), expand("oa:start")}  # type: ignore[union-attr]
    }


def test_line_ends_count_as_the_file_has_them(tmp_path: Path, food: Policies) -> None:
    text = BOOK.replace("\n", "\r\n")
    (start,) = values(triples(load(folder_of(tmp_path, LEEK), food, documents_of(tmp_path, text))), "oa:start")
    assert int(start) == text.index("Leek soup")


def test_the_quotation_is_the_same_thing_with_and_without_the_document(tmp_path: Path, food: Policies) -> None:
    folder = folder_of(tmp_path, LEEK)
    assert triples(load(folder, food)) < triples(load(folder, food, documents_of(tmp_path, BOOK)))


def test_a_document_is_known_by_its_digest_where_one_is_stated(tmp_path: Path, food: Policies) -> None:
    documents = documents_of(tmp_path, BOOK)
    (digest,) = values(triples(load(folder_of(tmp_path, LEEK), food, documents)), "sluis:textDigest")
    by_digest = MAPPING.replace("begins = ", f'digest = "{digest}"\nbegins = ', 1)
    assert values(triples(load(folder_of(tmp_path, LEEK, mapping=by_digest), food, documents)), "oa:start")
    of_another_text = by_digest.replace(digest, "sha256:00")
    with pytest.raises(LoadRefused, match="none of the documents"):
        load(folder_of(tmp_path, LEEK, mapping=of_another_text), food, documents)


def test_words_that_the_document_lacks_refuse_the_dataset(tmp_path: Path, food: Policies) -> None:
    documents = documents_of(tmp_path, BOOK)
    for quote, reason in (("Fish soup", "does not say `Fish soup`"), ("Melon soup", "stands in line 7")):
        folder = folder_of(tmp_path, LEEK, {**LEEK, "key": "other", "quote": quote})
        with pytest.raises(LoadRefused, match=f"dishes.csv, line 3, column `quote`: .*{reason}"):
            load(folder, food, documents)


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (["Some other book"], "none of the documents"),
        ([BOOK, BOOK + "more"], "`book` too: keep one of them"),
        ([], "none of the documents"),
    ],
)
def test_a_folder_without_just_one_of_a_document_is_refused(
    tmp_path: Path, food: Policies, texts: list[str], reason: str
) -> None:
    with pytest.raises(LoadRefused, match=reason):
        load(folder_of(tmp_path, LEEK), food, documents_of(tmp_path, *texts))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path, food: Policies) -> None:
    documents = documents_of(tmp_path)
    (documents / "x.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(LoadRefused, match=r"x\.txt: not UTF-8"):
        load(folder_of(tmp_path, LEEK), food, documents)


def test_documents_go_with_a_dataset_only(tmp_path: Path, food: Policies) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    request = LoadRequest(
        path=path, policies=food, label=parse_marking("water", policies=food), documents=documents_of(tmp_path, BOOK)
    )
    with pytest.raises(LoadRefused, match="documents go with a dataset"):
        list(open_source(request))
    assert list(open_source(replace(request, documents=None)))


# --- labels ----------------------------------------------------------------------------------------------------------


def test_a_quotation_has_the_label_of_its_row(tmp_path: Path, food: Policies) -> None:
    """The words of a low document in a high row are high: that the row rests on them is what is hidden."""
    high = {**LEEK, "key": "secret", "label": "whisky", "quote": "Pea soup"}
    portions = load(folder_of(tmp_path, LEEK, high), food, documents_of(tmp_path, BOOK))
    at = {format_marking(p.label, policies=food): values(triples([p]), "oa:exact") for p in portions}
    assert at == {"water": {"Leek soup"}, "whisky": {"Pea soup"}}


def test_the_words_around_are_never_lower_than_the_document(tmp_path: Path, food: Policies) -> None:
    """A low row may quote a high document; what the document itself adds stays with its readers."""
    folder = folder_of(tmp_path, LEEK, text="coffee//SUGAR")
    portions = load(folder, food, documents_of(tmp_path, BOOK))
    assert said_at(portions, "oa:exact", policies=food) == {"water"}
    for computed in ("oa:prefix", "oa:suffix", "oa:start", "oa:end", "sluis:textDigest"):
        assert said_at(portions, computed, policies=food) == {"coffee//SUGAR"}
    low = next(p for p in portions if format_marking(p.label, policies=food) == "water")
    assert "/position" not in low.ntriples


def test_a_low_document_lowers_nothing(tmp_path: Path, food: Policies) -> None:
    portions = load(folder_of(tmp_path, {**LEEK, "label": "whisky"}), food, documents_of(tmp_path, BOOK))
    assert {format_marking(p.label, policies=food) for p in portions} == {"whisky"}


# --- the mapping -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('label = "TEXT-LABEL"', "", "states no label"),
        ('label = "TEXT-LABEL"', 'label = ""', "states no label"),
        ('begins = "The Book of Soups"', "", "says not how the text is known"),
        ("notes_end = '^ \\S'", "", "stand together"),
        ("note = '^(\\d+) '", "note = '^\\d+ '", "has 0 groups, it needs 1"),
        ("note = '^(\\d+) '", "note = '^(\\d+'", "is no regular expression"),
        ('until = "2. Cold"', 'ends = "2. Cold"', "`ends` is not a known key"),
        ('basis = { column = "basis" }', 'basis = "guessed"', "`basis` is stated or inferred"),
        ('label = "TEXT-LABEL"', 'label = "no such"', "not a marking|means nothing"),
    ],
)
def test_a_text_that_is_not_described_well_is_refused(
    tmp_path: Path, food: Policies, old: str, new: str, reason: str
) -> None:
    assert old in MAPPING
    with pytest.raises(LoadRefused, match=reason):
        load(folder_of(tmp_path, LEEK, mapping=MAPPING.replace(old, new)), food, documents_of(tmp_path, BOOK))
