"""Curated tables: every refusal names file, line and column, and no cell is lost or lowered in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph_service.errors import LoadRefused
from graph_service.handling import format_marking, parse_marking
from graph_service.namespaces import ID, NS, PREFIXES
from graph_service.portions import Portion, Term
from graph_service.security import Policies
from loaders import LoadRequest, tables
from loaders.base import LabelRecord

HEAD = """
[dataset]
source = "id:dataset/menu"
originator = "id:actor/cook"
title = "Menu"

[place]
property = "sluis:statedAt"
documents.book = { iri = "id:document/book", name = "The Book" }

[[table]]
file = "dishes.csv"
"""
NODE = """
[[table.node]]
subject = "id:dish/{key}"
type = "sluis:Dish"
properties = [
  { property = "skos:prefLabel", column = "name", lang = "en", required = true },
  { property = "sluis:count", column = "count", as = "integer" },
  { property = "sluis:price", column = "price", as = "decimal" },
  { property = "sluis:hot", column = "hot", as = "boolean" },
  { property = "sluis:since", column = "since", as = "date" },
  { property = "sluis:madeBy", column = "by", iri = "id:actor/{}", split = "|" },
  { property = "sluis:at", column = "at", as = "level" },
  { property = "sluis:page", column = "page", as = "url" },
  { property = "sluis:note", column = "note", label = "coffee//SUGAR" },
]
"""
COLUMNS = ["key", "label", "name", "count", "price", "hot", "since", "by", "at", "page", "note"]
MAPPING = HEAD + 'label = { column = "label" }\n' + NODE
GOOD = {"key": "soup", "label": "water", "name": "Soup"}
DISH = NamedNode(f"{ID}dish/soup")


def folder_of(
    tmp_path: Path, *rows: dict[str, str], mapping: str = MAPPING, columns: list[str] | None = None, text: str = ""
) -> Path:
    (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
    columns = columns or [*COLUMNS, *(name for name in tables.PLACE_COLUMNS if any(name in row for row in rows))]
    lines = [",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in rows)]
    (tmp_path / "dishes.csv").write_text(text or "\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def load(folder: Path, policies: Policies, label: str = "") -> dict[str, set[Triple]]:
    """The triples by marking."""
    stated = parse_marking(label, policies=policies) if label else None
    portions = list(tables.load(LoadRequest(path=folder, policies=policies, label=stated)))
    assert len({(p.source, p.part, p.label) for p in portions}) == len(portions)
    return {format_marking(p.label, policies=policies): triples(p) for p in portions}


def triples(portion: Portion) -> set[Triple]:
    return {quad.triple for quad in parse(portion.ntriples, format=RdfFormat.N_TRIPLES)}


def value(name: str, term: str, datatype: str = "") -> Triple:
    literal = Literal(term, datatype=NamedNode(PREFIXES["xsd"] + datatype)) if datatype else Literal(term)
    return Triple(DISH, NamedNode(NS + name), literal)


# --- cells -----------------------------------------------------------------------------------------------------------


def test_each_kind_of_cell_becomes_its_statement(tmp_path: Path, food: Policies) -> None:
    row = {
        **GOOD, "count": "3", "price": "-1.50", "hot": "true", "since": "2013-04", "by": "cook | guest",
        "at": "tea", "page": "https://example.org/soup",
    }  # fmt: skip
    (found,) = load(folder_of(tmp_path, row), food).values()
    assert found == {
        Triple(DISH, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(f"{NS}Dish")),
        Triple(DISH, NamedNode(PREFIXES["skos"] + "prefLabel"), Literal("Soup", language="en")),
        value("count", "3", "integer"),
        value("price", "-1.50", "decimal"),
        value("hot", "true", "boolean"),
        value("since", "2013-04", "gYearMonth"),
        Triple(DISH, NamedNode(f"{NS}madeBy"), NamedNode(f"{ID}actor/cook")),
        Triple(DISH, NamedNode(f"{NS}madeBy"), NamedNode(f"{ID}actor/guest")),
        Triple(DISH, NamedNode(f"{NS}at"), NamedNode(f"{ID}policy/DRINK/level/tea")),
        Triple(DISH, NamedNode(f"{NS}page"), NamedNode("https://example.org/soup")),
    }


@pytest.mark.parametrize(
    ("text", "kind"), [("2013", "gYear"), ("2013-04", "gYearMonth"), ("2013-04-25", "date"), ("2012-02-29", "date")]
)
def test_a_date_is_no_more_exact_than_its_source(tmp_path: Path, food: Policies, text: str, kind: str) -> None:
    (found,) = load(folder_of(tmp_path, {**GOOD, "since": text}), food).values()
    assert value("since", text, kind) in found


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("label", "", "the marking is empty"),
        ("label", "beer", "`beer` is not a marking"),
        ("label", "tea//SALT", "`salt` means nothing in a marking of policy `DRINK`"),
        ("name", "", "this cell must not be empty"),
        ("count", "three", "`three` is not an integer"),
        ("count", "3.0", "`3.0` is not an integer"),
        ("price", "1e3", "`1e3` is not a decimal number"),
        ("hot", "yes", "`yes` is neither `true` nor `false`"),
        ("since", "2013-13", "month"),
        ("since", "2013-02-30", "day"),
        ("since", "25-04-2013", "is not a date: write 2013"),
        ("since", "201", "is not a date"),
        ("by", "a cook", "`a cook` can't stand in an IRI"),
        ("by", "cook|>x", "`>x` can't stand in an IRI"),
        ("at", "beer", "`beer` is not a marking"),
        ("at", "tea//SUGAR", "`tea//SUGAR` is more than a level"),
        ("page", "example.org", "neither an absolute IRI nor a name with a known prefix"),
        ("document", "nosuch", "`nosuch` is not one of the mapping's documents"),
    ],
)
def test_a_bad_cell_refuses_the_dataset_with_its_place(
    tmp_path: Path, food: Policies, column: str, cell: str, says: str
) -> None:
    folder = folder_of(tmp_path, GOOD, {**GOOD, "key": "stew", column: cell})
    with pytest.raises(LoadRefused, match=says) as refused:
        load(folder, food)
    assert (refused.value.file, refused.value.line, refused.value.column) == ("dishes.csv", 3, column)
    assert refused.value.public.startswith(f"dishes.csv, line 3, column `{column}`: ")


def test_a_key_that_can_not_stand_in_an_iri_is_refused(tmp_path: Path, food: Policies) -> None:
    with pytest.raises(LoadRefused, match=r"dishes.csv, line 2: `s> <x` can't stand in an IRI"):
        load(folder_of(tmp_path, {**GOOD, "key": "s> <x"}), food)


def test_the_line_is_the_files_own_even_after_a_cell_of_several_lines(tmp_path: Path, food: Policies) -> None:
    folder = folder_of(tmp_path, {**GOOD, "name": '"So\nup"'}, {**GOOD, "key": "stew", "count": "x"})
    with pytest.raises(LoadRefused) as refused:
        load(folder, food)
    assert refused.value.line == 4


# --- the file --------------------------------------------------------------------------------------------------------


def test_a_missing_column_is_refused(tmp_path: Path, food: Policies) -> None:
    folder = folder_of(tmp_path, GOOD, columns=[name for name in COLUMNS if name != "count"])
    with pytest.raises(LoadRefused, match=r"dishes.csv, column `count`: the mapping reads this column") as refused:
        load(folder, food)
    assert refused.value.column == "count"


def test_a_column_that_is_neither_mapped_nor_ignored_is_refused(tmp_path: Path, food: Policies) -> None:
    folder = folder_of(tmp_path, GOOD, columns=[*COLUMNS, "remark"])
    with pytest.raises(LoadRefused, match="column `remark`: no statement comes of this column"):
        load(folder, food)
    ignoring = MAPPING.replace('file = "dishes.csv"', 'file = "dishes.csv"\nignore = ["remark"]')
    assert load(folder_of(tmp_path, GOOD, columns=[*COLUMNS, "remark"], mapping=ignoring), food)


def test_two_columns_of_one_name_are_refused(tmp_path: Path, food: Policies) -> None:
    with pytest.raises(LoadRefused, match="two columns have the same name"):
        load(folder_of(tmp_path, GOOD, columns=[*COLUMNS, "note"]), food)


@pytest.mark.parametrize("cells", [10, 12])
def test_a_row_of_another_length_is_refused(tmp_path: Path, food: Policies, cells: int) -> None:
    text = ",".join(COLUMNS) + "\n" + ",".join(["water"] * 11) + "\n" + ",".join(["water"] * cells) + "\n"
    text = text.replace("water,water,water" + ",water" * 8 + "\n", "soup,water,Soup,,,,,,,,\n", 1)
    with pytest.raises(LoadRefused, match=f"dishes.csv, line 3: the row has {cells} cells, the header 11"):
        load(folder_of(tmp_path, text=text), food)


def test_a_file_that_is_not_there_or_not_csv_or_not_utf8_is_refused(tmp_path: Path, food: Policies) -> None:
    folder = folder_of(tmp_path, text='key,label\n"soup')
    for content, says in ((b'key,"label\n', "not readable as CSV"), (b"key\xff", "not UTF-8"), (None, "not there")):
        (folder / "dishes.csv").unlink()
        if content is not None:
            (folder / "dishes.csv").write_bytes(content)
        with pytest.raises(LoadRefused, match=f"dishes.csv.*: .*{says}"):
            load(folder, food)
        (folder / "dishes.csv").touch()


def test_an_empty_line_is_no_row(tmp_path: Path, food: Policies) -> None:
    text = ",".join(COLUMNS) + "\n\nsoup,water,Soup,,,,,,,,\n\n"
    (found,) = load(folder_of(tmp_path, text=text), food).values()
    assert len(found) == 2


# --- labels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["", 'label = ""\n', 'label = { column = "" }\n'])
def test_a_table_without_a_label_is_refused(tmp_path: Path, food: Policies, label: str) -> None:
    with pytest.raises(LoadRefused, match=r"mapping.toml: the mapping table `dishes.csv` states no label"):
        load(folder_of(tmp_path, GOOD, mapping=HEAD + label + NODE), food)


def test_a_label_for_the_table_holds_for_every_row(tmp_path: Path, food: Policies) -> None:
    mapping = (HEAD + 'label = "tea"\nignore = ["label"]\n' + NODE).replace("coffee//SUGAR", "tea")
    assert set(load(folder_of(tmp_path, GOOD, mapping=mapping), food)) == {"tea"}


def test_a_bad_label_for_the_table_is_refused_with_its_file(tmp_path: Path, food: Policies) -> None:
    mapping = HEAD + 'label = "beer"\nignore = ["label"]\n' + NODE
    with pytest.raises(LoadRefused, match=r"dishes.csv, line 2.*: `beer` is not a marking"):
        load(folder_of(tmp_path, GOOD, mapping=mapping), food)


def test_one_portion_comes_of_each_label(tmp_path: Path, food: Policies) -> None:
    rows = [GOOD, {**GOOD, "key": "stew", "label": "tea"}, {**GOOD, "key": "pie", "label": "WATER"}]
    found = load(folder_of(tmp_path, *rows), food)
    assert {marking: len(said) for marking, said in found.items()} == {"water": 4, "tea": 2}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("water", "coffee//SUGAR"),
        ("whisky", "whisky//SUGAR"),
        ("tea//SPICE//REL TO COOK", "coffee//SPICE, SUGAR//REL TO COOK"),
    ],
)
def test_a_columns_label_joins_the_rows(tmp_path: Path, food: Policies, row: str, expected: str) -> None:
    """A column may make its statement stricter than the row's, and never laxer."""
    label = f'"{row}"' if "," in row else row
    found = load(folder_of(tmp_path, {**GOOD, "label": label, "note": "burnt"}), food)
    assert set(found) == {row, expected}
    assert found[expected] == {value("note", "burnt")}


@pytest.mark.parametrize("change", ['label = ""', 'label = "beer"'])
def test_a_columns_label_that_is_no_label_is_refused(tmp_path: Path, food: Policies, change: str) -> None:
    mapping = MAPPING.replace('label = "coffee//SUGAR"', change)
    with pytest.raises(LoadRefused):
        load(folder_of(tmp_path, {**GOOD, "note": "burnt"}, mapping=mapping), food)


def test_a_label_stated_with_the_load_can_only_add(tmp_path: Path, food: Policies) -> None:
    rows = [GOOD, {**GOOD, "key": "stew", "label": "coffee"}]
    assert set(load(folder_of(tmp_path, *rows), food, label="tea//SUGAR")) == {"tea//SUGAR", "coffee//SUGAR"}


# --- how labels were set ---------------------------------------------------------------------------------------------


def record_of(tmp_path: Path, policies: Policies, *, dataset: str, table: str, stated: LabelRecord) -> LabelRecord:
    mapping = MAPPING.replace('title = "Menu"', f'title = "Menu"\n{dataset}')
    mapping = mapping.replace('file = "dishes.csv"', f'file = "dishes.csv"\n{table}')
    request = LoadRequest(path=folder_of(tmp_path, GOOD, mapping=mapping), policies=policies, record=stated)
    (portion,) = tables.load(request)
    return LabelRecord(portion.originator, portion.set_on, portion.ground, portion.term)


@pytest.mark.parametrize(
    ("dataset", "table", "expected"),
    [
        ("", "", (date(2026, 2, 3), "as stated", Term(event="supper"))),
        ('set_on = 2026-01-02\nground = "hot"', "", (date(2026, 1, 2), "hot", Term(event="supper"))),
        ('set_on = "2026-01-02"', 'set_on = 2026-01-03\nuntil = 2026-12-31',
         (date(2026, 1, 3), "as stated", Term(until=date(2026, 12, 31)))),
        ("until = 2026-12-31", 'until_event = "the end"', (date(2026, 2, 3), "as stated", Term(event="the end"))),
    ],
)  # fmt: skip
def test_the_table_says_how_its_labels_were_set_else_the_dataset_else_the_load(
    tmp_path: Path, food: Policies, dataset: str, table: str, expected: tuple[date, str, Term]
) -> None:
    stated = LabelRecord("https://example.org/somebody", date(2026, 2, 3), "as stated", Term(event="supper"))
    found = record_of(tmp_path, food, dataset=dataset, table=table, stated=stated)
    assert found == LabelRecord(f"{ID}actor/cook", *expected)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ('set_on = "last week"', r"table `dishes.csv`, `set_on` is a day such as 2025-09-09, not `last week`"),
        ("until = 2026", r"table `dishes.csv`, `until` is a day"),
        ('until = 2026-12-31\nuntil_event = "supper"', "a term is a day or an event, one of the two"),
    ],
)
def test_a_term_or_day_that_is_not_understood_refuses_the_dataset(
    tmp_path: Path, food: Policies, said: str, says: str
) -> None:
    mapping = MAPPING.replace('file = "dishes.csv"', f'file = "dishes.csv"\n{said}')
    with pytest.raises(LoadRefused, match=f"mapping.toml: the mapping {says}"):
        load(folder_of(tmp_path, GOOD, mapping=mapping), food)


# --- the mapping -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("[dataset]", "[[["), "not readable as TOML"),
        (('source = "id:dataset/menu"', ""), "the mapping lacks 'source'"),
        (('title = "Menu"', 'title = "Menu"\ncolour = "red"'), "`colour` is not a known key"),
        (("required = true", "requred = true"), "`requred` is not a known key"),
        (('as = "integer"', 'as = "number"'), "`as` is one of boolean, date"),
        (('column = "count", ', ""), "has neither `column`, `value` nor `iri`"),
        (('"sluis:count"', '"slius:count"'), "neither an absolute IRI nor a name with a known prefix"),
        (('file = "dishes.csv"', 'file = "dishes.csv"\nlable = "whisky"'), "`lable` is not a known key"),
        (('documents.book = { iri = "id:document/book", name = "The Book" }', "documents.book = 1"), "mapping"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0][:20],
)
def test_a_mapping_that_is_not_understood_is_refused(
    tmp_path: Path, food: Policies, change: tuple[str, str], says: str
) -> None:
    assert change[0] in MAPPING
    with pytest.raises(LoadRefused, match=f"mapping.toml: .*{says}"):
        load(folder_of(tmp_path, GOOD, mapping=MAPPING.replace(*change)), food)


# --- places ----------------------------------------------------------------------------------------------------------


def test_a_row_says_where_it_stands(tmp_path: Path, food: Policies) -> None:
    (found,) = load(folder_of(tmp_path, {**GOOD, "document": "book", "section": "2.1"}), food).values()
    passage = NamedNode(f"{ID}passage/book/2.1")
    assert Triple(DISH, NamedNode(f"{NS}statedAt"), passage) in found
    assert Triple(passage, NamedNode(f"{NS}inDocument"), NamedNode(f"{ID}document/book")) in found
    assert Triple(passage, NamedNode(PREFIXES["skos"] + "prefLabel"), Literal("The Book §2.1", language="en")) in found


def test_a_row_of_several_footnotes_stands_at_each_of_them(tmp_path: Path, food: Policies) -> None:
    row = {**GOOD, "label": "tea", "document": "book", "section": "2", "footnote": "12|13"}
    found = load(folder_of(tmp_path, row), food)
    assert set(found) == {"tea"}
    for note in ("12", "13"):
        passage = NamedNode(f"{ID}passage/book/2/fn{note}")
        assert Triple(DISH, NamedNode(f"{NS}statedAt"), passage) in found["tea"]
        assert Triple(passage, NamedNode(f"{NS}atFootnote"), NamedNode(f"{ID}footnote/book-{note}")) in found["tea"]
        number = Literal(note, datatype=NamedNode(PREFIXES["xsd"] + "integer"))
        assert Triple(passage, NamedNode(f"{NS}footnoteNumber"), number) in found["tea"]
    places = [triple for triple in found["tea"] if triple.predicate == NamedNode(f"{NS}statedAt")]
    assert len(places) == 2


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"document": "book", "section": ""}, "section"),
        ({"document": "", "section": "2"}, "document"),
        ({"document": "book", "section": "2 b"}, "section"),
        ({"document": "book", "section": "2", "footnote": "a"}, "footnote"),
    ],
)
def test_a_half_stated_place_is_refused(tmp_path: Path, food: Policies, cells: dict[str, str], column: str) -> None:
    with pytest.raises(LoadRefused) as refused:
        load(folder_of(tmp_path, {**GOOD, **cells}), food)
    assert (refused.value.line, refused.value.column) == (2, column)


def test_the_same_folder_gives_the_same_portions(tmp_path: Path, food: Policies) -> None:
    request = LoadRequest(path=folder_of(tmp_path, GOOD, {**GOOD, "label": "tea"}), policies=food)
    assert list(tables.load(request)) == list(tables.load(replace(request)))
