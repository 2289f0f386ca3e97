"""Workbooks and statistics by a mapping: cells have types, and what would be lost in silence refuses the file."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from pyoxigraph import RdfFormat, parse

from graph_service.errors import LoadRefused
from graph_service.namespaces import short
from graph_service.portions import Portion
from graph_service.security import Policies
from loaders import LoadRequest, tables
from loaders.base import Origins, Proposal, Remark, Whole
from loaders.gathering import gather

TABLE = """
[dataset]
source = "id:dataset/menu"
originator = "id:actor/cook"
title = "Menu"

[[table]]
file = "{file}"
label = "tea"
{more}
"""
NODE = """
[[table.node]]
subject = "id:dish/{key}"
type = "sluis:Dish"
properties = [
  { property = "sluis:when", column = "when", as = "date" },
  { property = "sluis:count", column = "count", as = "integer" },
  { property = "sluis:price", column = "price", as = "decimal" },
  { property = "sluis:hot", column = "hot", as = "boolean" },
]
"""
HEADER = ["key", "when", "count", "price", "hot"]
SOUP = ["soup", date(2099, 5, 1), 3, 2.5, True]


def workbook(path: Path, *rows: list[Any], sheet: str = "Menu", merge: str = "", others: tuple[str, ...] = ()) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(row)
    if merge:
        page.merge_cells(merge)
    for name in others:
        book.create_sheet(name).append(["other"])
    book.save(path)


def open_document(path: Path, *rows: list[Any], formula: str = "", error: str = "") -> None:
    book, table = OpenDocumentSpreadsheet(), Table(name="Menu")
    for row in rows:
        line = TableRow()
        for value in row:
            line.addElement(_ods_cell(value))
        table.addElement(line)
    if formula:
        line = TableRow()
        cell = TableCell(valuetype="float", value="3", formula=formula)
        line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(str(path))


def _ods_cell(value: Any) -> TableCell:
    kinds = {bool: "boolean", int: "float", float: "float", date: "date"}
    kind = kinds.get(type(value), "string")
    told = {"boolean": "booleanvalue", "float": "value", "date": "datevalue"}.get(kind)
    shown = str(value).lower() if kind == "boolean" else str(value)
    cell = TableCell(valuetype=kind, **({told: shown} if told else {}))
    if value != "":
        cell.addElement(P(text=shown))
    return cell


def proposals(folder: Path, policies: Policies, file: str, *, more: str = "", node: str = NODE) -> list[Proposal]:
    (folder / "mapping.toml").write_text(TABLE.format(file=file, more=more) + node, encoding="utf-8")
    return list(tables.load(LoadRequest(path=folder, policies=policies, origins=Origins())))


def told(found: list[Proposal]) -> set[str]:
    texts = [one.ntriples for one in found if isinstance(one, Portion)]
    return {short(str(quad.triple)) for text in texts for quad in parse(text, format=RdfFormat.N_TRIPLES)}


def remarks(found: list[Proposal]) -> list[str]:
    return [one.text for one in found if isinstance(one, Remark)]


GIVEN = {
    "id:dish/soup rdf:type sluis:Dish",
    'id:dish/soup sluis:when "2099-05-01"^^xsd:date',
    'id:dish/soup sluis:count "3"^^xsd:integer',
    'id:dish/soup sluis:price "2.5"^^xsd:decimal',
    'id:dish/soup sluis:hot "true"^^xsd:boolean',
}


# --- cells have types ------------------------------------------------------------------------------------------------


def test_a_sheet_of_a_workbook_gives_what_its_cells_are(tmp_path: Path, food: Policies) -> None:
    workbook(tmp_path / "menu.xlsx", HEADER, SOUP)
    assert told(proposals(tmp_path, food, "menu.xlsx")) == GIVEN


def test_a_sheet_of_an_open_document_gives_the_same(tmp_path: Path, food: Policies) -> None:
    open_document(tmp_path / "menu.ods", HEADER, SOUP)
    assert told(proposals(tmp_path, food, "menu.ods")) == GIVEN


def test_text_with_semicolons_gives_the_same_and_says_so(tmp_path: Path, food: Policies) -> None:
    (tmp_path / "menu.csv").write_text("key;when;count;price;hot\nsoup;2099-05-01;3;2.5;true\n", encoding="utf-8")
    found = proposals(tmp_path, food, "menu.csv")
    assert (told(found), remarks(found)) == (GIVEN, ["read as utf-8, semicolons"])


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (3.0, "3"),
        (0.1, "0.1"),
        (1e16, "10000000000000000"),
        (1e-7, "0.0000001"),
        (-2.5, "-2.5"),
        (10**12, "1000000000000"),
    ],
)
def test_a_number_is_written_as_it_is(cell: float, text: str, tmp_path: Path, food: Policies) -> None:
    workbook(tmp_path / "menu.xlsx", HEADER, ["soup", "", "", cell, ""])
    assert f'id:dish/soup sluis:price "{text}"^^xsd:decimal' in told(proposals(tmp_path, food, "menu.xlsx"))


def test_a_day_with_a_time_is_no_day(tmp_path: Path, food: Policies) -> None:
    workbook(tmp_path / "menu.xlsx", HEADER, ["soup", datetime(2099, 5, 1, 10, 30), 1, 1, True])  # noqa: DTZ001
    with pytest.raises(LoadRefused, match="sheet `Menu`, line 2, column `when`: `2099-05-01T10:30:00` is not a date"):
        proposals(tmp_path, food, "menu.xlsx")


# --- where the table stands ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_a_header_below_other_rows_and_right_of_empty_columns_is_found(
    suffix: str, tmp_path: Path, food: Policies
) -> None:
    rows: list[list[Any]] = [["Menu of 2099"], [], HEADER, [], SOUP]
    (workbook if suffix == "xlsx" else open_document)(tmp_path / f"menu.{suffix}", *rows)
    found = proposals(tmp_path, food, f"menu.{suffix}", more="header = 3")
    assert told(found) == GIVEN
    assert remarks(found) == ["row 1 stands before the header, which the mapping puts in row 3"]


def test_an_empty_column_on_the_left_is_refused_by_its_letter(tmp_path: Path, food: Policies) -> None:
    workbook(tmp_path / "menu.xlsx", ["", *HEADER], ["", *SOUP])
    with pytest.raises(LoadRefused, match="line 1, column `A`: a column has no name in the header"):
        proposals(tmp_path, food, "menu.xlsx")


def test_of_several_sheets_one_is_named_and_the_others_are_told(tmp_path: Path, food: Policies) -> None:
    workbook(tmp_path / "menu.xlsx", HEADER, SOUP, others=("Notes",))
    with pytest.raises(LoadRefused, match="has the sheets `Menu`, `Notes`: say which with `sheet`"):
        proposals(tmp_path, food, "menu.xlsx")
    with pytest.raises(LoadRefused, match="there is no sheet `Meny`: there are `Menu`, `Notes`"):
        proposals(tmp_path, food, "menu.xlsx", more='sheet = "Meny"')
    found = proposals(tmp_path, food, "menu.xlsx", more='sheet = "Menu"')
    assert (told(found), remarks(found)) == (GIVEN, ["sheets that no table of this file reads: `Notes`"])
    assert {one.part for one in found if isinstance(one, Portion)} == {"menu.xlsx#Menu"}


# --- what would be lost in silence -----------------------------------------------------------------------------------


def test_a_formula_without_a_stored_value_is_refused(tmp_path: Path, food: Policies) -> None:
    workbook(tmp_path / "menu.xlsx", HEADER, ["soup", "", "=1+2", 1, True])
    with pytest.raises(LoadRefused, match="line 2, column `C`: a formula without a stored value"):
        proposals(tmp_path, food, "menu.xlsx")


def test_the_stored_value_of_a_formula_counts_and_is_told(tmp_path: Path, food: Policies) -> None:
    open_document(tmp_path / "menu.ods", ["key"], formula="of:=1+2")
    node = '[[table.node]]\nsubject = "id:dish/{key}"\ntype = "sluis:Dish"\n'
    found = proposals(tmp_path, food, "menu.ods", node=node)
    assert told(found) == {"id:dish/3 rdf:type sluis:Dish"}
    assert remarks(found) == ["1 formulas (a cell …): the values stored with them were read"]


def test_an_error_in_a_cell_is_refused(tmp_path: Path, food: Policies) -> None:
    workbook(tmp_path / "menu.xlsx", HEADER, ["soup", "", "#REF!", 1, True])
    with pytest.raises(LoadRefused, match="line 2, column `C`: the cell holds an error"):
        proposals(tmp_path, food, "menu.xlsx")


def test_merged_cells_are_refused_unless_they_repeat(tmp_path: Path, food: Policies) -> None:
    workbook(tmp_path / "menu.xlsx", HEADER, SOUP, ["stew", None, 4, 1, False], merge="B2:B3")
    with pytest.raises(LoadRefused, match="line 2, column `B`: cells are merged here"):
        proposals(tmp_path, food, "menu.xlsx")
    found = proposals(tmp_path, food, "menu.xlsx", more='merged = "repeat"')
    assert 'id:dish/stew sluis:when "2099-05-01"^^xsd:date' in told(found)


def test_a_cell_beside_the_table_is_refused(tmp_path: Path, food: Policies) -> None:
    workbook(tmp_path / "menu.xlsx", HEADER, [*SOUP, "", "a remark"])
    with pytest.raises(LoadRefused, match="line 2, column `G`: this cell stands under no header"):
        proposals(tmp_path, food, "menu.xlsx")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", b"not a workbook"])
def test_a_broken_workbook_is_refused(content: bytes, tmp_path: Path, food: Policies) -> None:
    (tmp_path / "menu.xlsx").write_bytes(content)
    with pytest.raises(LoadRefused, match=r"menu\.xlsx: not readable as a workbook"):
        proposals(tmp_path, food, "menu.xlsx")


def test_a_mapping_says_how_a_file_is_written(tmp_path: Path, food: Policies) -> None:
    (tmp_path / "menu.csv").write_bytes("key|naam\nsoep|crème\n".encode("windows-1252"))
    node = '[[table.node]]\nsubject = "id:dish/{key}"\ntype = []\n'
    node += 'properties = [{ property = "sluis:n", column = "naam" }]\n'
    with pytest.raises(LoadRefused, match="not UTF-8"):
        proposals(tmp_path, food, "menu.csv", node=node)
    found = proposals(tmp_path, food, "menu.csv", more='encoding = "windows-1252"\ndelimiter = "|"', node=node)
    assert told(found) == {'id:dish/soep sluis:n "crème"'}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("header = 0", "`header` is the number of a row"),
        ('merged = "x"', "`merged` is refuse or repeat"),
        ('encoding = "klingon"', "`encoding` is one of"),
        ('delimiter = "x"', "`delimiter` is a comma"),
    ],
)
def test_a_layout_that_means_nothing_is_refused(more: str, reason: str, tmp_path: Path, food: Policies) -> None:
    with pytest.raises(LoadRefused, match=re.escape(reason)):
        proposals(tmp_path, food, "menu.csv", more=more)


# --- parts -----------------------------------------------------------------------------------------------------------


def test_rows_of_one_part_are_a_portion_of_their_own(tmp_path: Path, food: Policies) -> None:
    workbook(tmp_path / "menu.xlsx", HEADER, SOUP, ["stew", "", 4, 1, False], ["stew", "2099", "", "", ""])
    found = proposals(tmp_path, food, "menu.xlsx", more='part = "{key}"')
    assert [one.part for one in found if isinstance(one, Portion)] == ["menu.xlsx#soup", "menu.xlsx#stew"]
    assert isinstance(found[-1], Whole)


def test_rows_of_one_part_stand_together(tmp_path: Path, food: Policies) -> None:
    workbook(tmp_path / "menu.xlsx", HEADER, SOUP, ["stew", "", 4, 1, False], SOUP)
    with pytest.raises(LoadRefused, match="line 4: rows of one part don't stand together"):
        proposals(tmp_path, food, "menu.xlsx", more='part = "{key}"')


# --- statistics ------------------------------------------------------------------------------------------------------

CUBE = """
[table.cube]
observation = "id:observation/{place}-{year}"
dimensions = [
  { property = "http://purl.org/linked-data/sdmx/2009/dimension#refArea", column = "place", iri = "id:location/{}" },
  { property = "id:menu/year", column = "year", as = "date", name = "year", name_nl = "jaar" },
]
measures = [{ property = "id:menu/meals", column = "meals", as = "integer", name = "meals", name_nl = "maaltijden" }]
"""


def cube(tmp_path: Path, policies: Policies, *rows: str, mapping: str = CUBE) -> set[str]:
    (tmp_path / "meals.csv").write_text("\n".join(["place,year,meals", *rows]) + "\n", encoding="utf-8")
    return told(proposals(tmp_path, policies, "meals.csv", node=mapping))


def test_statistics_are_a_data_cube(tmp_path: Path, food: Policies) -> None:
    said = {
        one.replace("http://purl.org/linked-data/cube#", "qb:")
        for one in cube(tmp_path, food, "gao,2099,12", "juba,2099,7")
    }
    seen = "id:observation/gao-2099"
    assert {
        f"{seen} rdf:type <qb:Observation>",
        f"{seen} <qb:dataSet> id:dataset/menu",
        f'{seen} id:menu/meals "12"^^xsd:integer',
        "id:dataset/menu <qb:structure> id:dataset/menu/structure",
        "id:dataset/menu/structure/2 <qb:dimension> id:menu/year",
        "id:menu/meals rdf:type <qb:MeasureProperty>",
        'id:menu/meals skos:prefLabel "maaltijden"@nl',
    } <= said
    assert sum(one.endswith("<qb:Observation>") for one in said) == 2


@pytest.mark.parametrize(
    ("rows", "mapping", "reason"),
    [
        (["gao,,12"], CUBE.replace("-{year}", ""), "column `year`: this cell must not be empty"),
        (["gao,2099,12", "gao,2099,13"], CUBE, "line 3: an earlier row agrees with this one in all dimensions"),
        (["gao,2099,12"], CUBE.replace("measures", "attributes"), "needs `dimensions` and `measures`"),
        (["gao,2099,12"], "", "has neither `node` nor `cube`"),
    ],
)
def test_a_cube_that_would_mean_nothing_is_refused(
    rows: list[str], mapping: str, reason: str, tmp_path: Path, food: Policies
) -> None:
    with pytest.raises(LoadRefused, match=re.escape(reason)):
        cube(tmp_path, food, *rows, mapping=mapping)


# --- one table with its mapping beside it ----------------------------------------------------------------------------


def test_a_table_is_taken_with_the_mapping_beside_it(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    workbook(given / "menu.xlsx", HEADER, SOUP)
    (given / "menu.mapping.toml").write_text("x", encoding="utf-8")
    (given / "other.csv").write_text("a\n1\n", encoding="utf-8")
    with (tmp_path / "input").open("wb+") as nothing:
        found = gather([str(given)], spool=tmp_path / "spool", standard_input=nothing)
        assert [(item.name, item.path.is_dir()) for item in found] == [("menu.xlsx", True), ("other.csv", False)]
        assert sorted(path.name for path in found[0].path.iterdir()) == ["mapping.toml", "menu.xlsx"]
        stated = given / "other.csv"
        (named,) = gather(
            [str(stated)], spool=tmp_path / "2", standard_input=nothing, mapping=given / "menu.mapping.toml"
        )
        assert sorted(path.name for path in named.path.iterdir()) == ["mapping.toml", "other.csv"]
        with pytest.raises(LoadRefused, match="can't be read"):
            gather([str(stated)], spool=tmp_path / "3", standard_input=nothing, mapping=given / "missing.toml")


# --- the page --------------------------------------------------------------------------------------------------------

PAGE = Path(__file__).parents[2] / "docs" / "formats" / "spreadsheets.md"


def test_the_example_of_the_page_loads_and_gives_what_the_page_says(tmp_path: Path, policies: Policies) -> None:
    text = PAGE.read_text(encoding="utf-8")
    kinds = ("csv", "toml", "turtle")
    blocks = {kind: re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL) for kind in kinds}
    (tmp_path / "meals.csv").write_text(blocks["csv"][0], encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(blocks["toml"][0], encoding="utf-8")
    found = list(tables.load(LoadRequest(path=tmp_path, policies=policies)))
    said = {quad.triple for quad in parse(blocks["turtle"][0], format=RdfFormat.TURTLE)}
    assert len(said) == 5
    (one,) = (one for one in found if isinstance(one, Portion))
    assert said <= {quad.triple for quad in parse(one.ntriples, format=RdfFormat.N_TRIPLES)}
