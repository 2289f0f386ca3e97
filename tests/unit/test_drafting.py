"""A proposed mapping loads once a person has stated the label, and says why of every column."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_service.errors import LoadRefused
from graph_service.namespaces import ID, NS
from graph_service.security import Policies
from loaders import LoadRequest, tables
from loaders.base import Proposal, Remark
from loaders.drafting import draft
from loaders.names import NO_NAMES, KnownName, Names
from tests.service import sluis_here
from tests.unit.test_sheets import open_document, told, workbook

HEADER = ["code", "naam", "name_en", "when", "headcount", "share", "open", "page", "who", "remarks", "level", "nothing"]
ROWS = [
    [
        "a1",
        "VOORBEELD een",
        "EXAMPLE one",
        "2099-05",
        12,
        0.5,
        True,
        "https://example.org/1",
        "Kitchen",
        "x",
        "tea",
        "",
    ],
    [
        "a2",
        "VOORBEELD twee",
        "EXAMPLE two",
        "2099",
        15,
        1.5,
        False,
        "https://example.org/2",
        "Guests",
        "x",
        "whisky",
        "",
    ],
]
KITCHEN = KnownName("Kitchen", f"{ID}actor/kitchen", frozenset({f"{NS}Actor"}))
GUESTS = KnownName("Guests", f"{ID}actor/guests", frozenset({f"{NS}Actor"}))


def drafted(path: Path, policies: Policies, names: Names = NO_NAMES) -> str:
    (remark,) = draft(LoadRequest(path=path, policies=policies, names=names))
    assert isinstance(remark, Remark)
    return remark.text


def loaded(path: Path, text: str, policies: Policies) -> list[Proposal]:
    (path.parent / "mapping.toml").write_text(text, encoding="utf-8")
    return list(tables.load(LoadRequest(path=path.parent, policies=policies)))


def labelled(text: str) -> str:
    return text.replace('# label = "…"', 'label = "tea"')


def test_a_draft_loads_once_its_label_is_stated_and_not_before(tmp_path: Path, food: Policies) -> None:
    path = tmp_path / "events.xlsx"
    workbook(path, HEADER, *ROWS, sheet="events")
    text = drafted(path, food, Names((KITCHEN, GUESTS)))
    with pytest.raises(LoadRefused, match="states no label"):
        loaded(path, text, food)
    said = told(loaded(path, labelled(text), food))
    assert {
        "id:events/a1 rdf:type sluis:Event",
        'id:events/a1 skos:prefLabel "VOORBEELD een"@nl',
        'id:events/a1 skos:prefLabel "EXAMPLE one"@en',
        'id:events/a1 sluis:onDate "2099-05"^^xsd:gYearMonth',
        'id:events/a1 sluis:headcount "12"^^xsd:integer',
        'id:events/a1 id:property/share "0.5"^^xsd:decimal',
        'id:events/a1 id:property/open "true"^^xsd:boolean',
        "id:events/a1 rdfs:seeAlso <https://example.org/1>",
        "id:events/a1 sluis:involves id:actor/kitchen",
        'id:events/a1 sluis:note "x"',
    } == {one for one in said if one.startswith("id:events/a1 ")}


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ((KITCHEN, GUESTS), "all 2 values are names of known actors"),
        ((KITCHEN,), '1 of 2 values are names of known actors; not: "Guests"'),
        ((), "text; name the property that it means"),
    ],
)
def test_what_is_known_of_the_cells_is_told_and_no_more(
    names: tuple[KnownName, ...], why: str, tmp_path: Path, food: Policies
) -> None:
    workbook(tmp_path / "events.xlsx", HEADER, *ROWS)
    (line,) = (one for one in drafted(tmp_path / "events.xlsx", food, Names(names)).splitlines() if '"who"' in one)
    assert line.endswith(f"# {why}")


def test_markings_are_told_and_never_taken_for_the_label(tmp_path: Path, food: Policies) -> None:
    workbook(tmp_path / "events.xlsx", HEADER, *ROWS)
    text = drafted(tmp_path / "events.xlsx", food)
    assert '# "level": every cell is a marking' in text
    assert 'ignore = ["level", "nothing"]' in text
    assert not any(line.startswith("label") for line in text.splitlines())


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([["n", "id"], ["x", "a"], ["y", "b"]], "{id}"),
        ([["a", "b"], ["1", "1"], ["1", "2"], ["2", "1"]], "{a}-{b}"),
        ([["a b"], ["1 2"], ["3 4"]], "{}"),
        ([["{x}", "y"], ["1", "2"]], "{y}"),
    ],
)
def test_a_key_is_what_tells_the_rows_apart(rows: list[list[str]], key: str, tmp_path: Path, food: Policies) -> None:
    open_document(tmp_path / "t.ods", *rows)
    (line,) = (one for one in drafted(tmp_path / "t.ods", food).splitlines() if one.startswith("subject"))
    assert line.startswith(f'subject = "id:menu/{key}"')


def test_each_sheet_has_a_table_and_merged_cells_are_asked_about(tmp_path: Path, food: Policies) -> None:
    workbook(tmp_path / "t.xlsx", ["id", "name"], ["a", "x"], ["b", None], merge="B2:B3", others=("Notes",))
    text = drafted(tmp_path / "t.xlsx", food)
    assert text.count("[[table]]") == 1
    assert 'merged = "repeat"  # cells are merged in it' in text
    assert '# Sheet "Notes" has no rows.' in text
    assert len(told(loaded(tmp_path / "t.xlsx", labelled(text), food))) == 2


def test_what_can_not_be_read_is_said_in_the_draft(tmp_path: Path, food: Policies) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1\n", encoding="utf-8")
    assert "# Nothing is proposed for this file: t.csv: line 2 has 1 cells, the header 2" in drafted(
        tmp_path / "t.csv", food
    )


def test_a_text_that_the_lookup_lacks_is_refused(tmp_path: Path, food: Policies) -> None:
    (tmp_path / "t.csv").write_text("id,who\na,Kitchen\n", encoding="utf-8")
    text = labelled(drafted(tmp_path / "t.csv", food, Names((KITCHEN,))))
    assert "id:t/a sluis:involves id:actor/kitchen" in told(loaded(tmp_path / "t.csv", text, food))
    (tmp_path / "t.csv").write_text("id,who\na,Guests\n", encoding="utf-8")
    with pytest.raises(LoadRefused, match="line 2, column `who`: `Guests` is not in the `lookup`"):
        loaded(tmp_path / "t.csv", text, food)
    with pytest.raises(LoadRefused, match="`lookup` goes with `column`"):
        loaded(tmp_path / "t.csv", text.replace("lookup =", 'iri = "id:x/{}", lookup ='), food)


def test_the_command_prints_what_load_takes(tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text("id;name\na;EXAMPLE\n", encoding="utf-8")
    data = ("--data", str(tmp_path / "data"))
    text = sluis_here("map", "draft", str(tmp_path / "visits.csv"), *data).stdout
    (tmp_path / "visits.mapping.toml").write_text(
        text.replace('# label = "…"', 'label = "Ongerubriceerd"'), encoding="utf-8"
    )
    loaded = sluis_here("load", str(tmp_path / "visits.csv"), *data)
    assert loaded.returncode == 0
    assert "portions: 1 added" in loaded.stdout
    (tmp_path / "visits.mapping.toml").unlink()
    refused = sluis_here("load", str(tmp_path / "visits.csv"), *data)
    assert (refused.returncode, "a table needs a mapping: `sluis map draft visits.csv`" in refused.stderr) == (2, True)
