"""Event data: by day and place, and what a licence forbids to pass on is kept in by its label."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph_service.errors import LoadRefused, SluisError
from graph_service.handling import parse_marking
from graph_service.namespaces import ID, NS
from graph_service.portions import Portion
from graph_service.security import Policies
from graph_service.settings import Settings
from graph_service.storage.conformance import validate
from graph_service.storage.shapes import packaged_shapes
from loaders import LoadRequest, tables
from loaders.detection import head_of
from loaders.formats import FORMATS
from loaders.names import NO_NAMES, KnownName, Names
from tests.unit.test_iati import told

UCDP = "id,year,type_of_violence,conflict_name,side_a,side_b,where_coordinates,latitude,longitude,country,"
UCDP += "date_start,date_end,best,high,low\n"
ROW = "9{},2099,1,EXAMPLE: conflict,EXAMPLE: side A,EXAMPLE: side B,Exville,1.5,-2.25,{},2099-05-0{},2099-05-09,3,5,1\n"
ACLED = "event_id_cnty,event_date,event_type,actor1,actor2,country,location,latitude,longitude,notes,fatalities\n"
ACLED += "EXA1,01 May 2099,Battles,EXAMPLE: side A,EXAMPLE: side B,Mali,Exville,1.5,-2.25,EXAMPLE: a note,2\n"
SUGAR = frozenset({("DRINK", "SUGAR")})


def load(
    text: str, tmp_path: Path, food: Policies, label: str = "tea", licensed: frozenset[tuple[str, str]] = frozenset(),
    names: Names = NO_NAMES,
) -> list[Portion]:  # fmt: skip
    path = tmp_path / "events.csv"
    path.write_text(text, encoding="utf-8")
    found = [known for known in FORMATS if known.recognises(head_of(path, path.name)) and not known.is_general]
    stated = parse_marking(label, policies=food) if label else None
    request = LoadRequest(path=path, policies=food, label=stated, licensed=licensed, names=names)
    return [one for one in found[0].load(request) if isinstance(one, Portion)]


def test_an_event_has_its_days_place_sides_and_counts(tmp_path: Path, food: Policies) -> None:
    names = Names((KnownName("EXAMPLE: side B", f"{ID}actor/b", frozenset({f"{NS}ArmedGroup"})),))
    found = load(UCDP + ROW.format(1, "Mali", 1), tmp_path, food, names=names)
    assert {
        "id:event/ucdp-91 rdf:type sluis:Event",
        'id:event/ucdp-91 sluis:onDate "2099-05-01"^^xsd:date',
        'id:event/ucdp-91 sluis:endDate "2099-05-09"^^xsd:date',
        'id:event/ucdp-91 sluis:fatalities "3"^^xsd:integer',
        'id:event/ucdp-91 sluis:fatalitiesLow "1"^^xsd:integer',
        'id:event/ucdp-91 sluis:fatalitiesHigh "5"^^xsd:integer',
        "id:event/ucdp-91 sluis:concernsPlace id:country/mali",
        "id:event/ucdp-91 sluis:atLocation id:location/ucdp-n1.5-w2.25",
        "id:event/ucdp-91 sluis:involves id:actor/b",
        "id:event/ucdp-91 sluis:involves id:actor/ucdp-example-side-a",
        "id:file/events.csv dcterms:license <https://creativecommons.org/licenses/by/4.0/>",
    } <= told(found)
    assert validate(found, packaged_shapes()).violations == ()


def test_a_country_and_year_make_a_portion(tmp_path: Path, food: Policies) -> None:
    rows = [ROW.format(1, "Mali", 1), ROW.format(2, "Niger", 2), ROW.format(3, "Mali", 3)]
    found = load(UCDP + "".join(rows), tmp_path, food)
    assert [one.part for one in found] == ["mali/2099", "niger/2099", "file"]
    later = load(UCDP + "".join([*rows, ROW.format(4, "Niger", 4)]), tmp_path, food)
    assert [one.part for one in later if one not in found] == ["niger/2099"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ROW.format(1, "Mali", 1) * 2, "line 3, column `id`: `91` stands twice"),
        (
            ROW.format(1, "Mali", 1).replace("2099-05-01", "2099-15-01"),
            "column `date_start`: `2099-15-01` is not a day",
        ),
        (ROW.format(1, "Mali", 1).replace(",1.5,", ",99,"), "column `latitude`: `99` is no latitude"),
        (ROW.format(1, "Mali", 1).replace(",3,5,1", ",-3,5,1"), "column `best`: `-3` is no whole number"),
        ("1,2\n", "line 2: the row has 2 cells"),
    ],
)
def test_a_bad_row_is_refused_with_its_place(row: str, reason: str, tmp_path: Path, food: Policies) -> None:
    with pytest.raises(LoadRefused, match=re.escape(reason)):
        load(UCDP + row, tmp_path, food)


# --- what a licence forbids to pass on -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "licensed"),
    [
        ("tea", frozenset()),
        ("coffee//SUGAR", frozenset()),
        ("whisky", SUGAR),
        ("coffee//SUGAR", frozenset({("MEAL", "SUGAR")})),
        ("", SUGAR),
    ],
    ids=["no compartment", "none is set", "a high level is none", "another policy's", "no label"],
)
def test_licensed_data_do_not_load_without_a_compartment_that_keeps_them_in(
    label: str, licensed: frozenset[tuple[str, str]], tmp_path: Path, food: Policies
) -> None:
    with pytest.raises(LoadRefused, match=r"licence forbids passing it on.*`licensed_compartments`"):
        load(ACLED, tmp_path, food, label, licensed)


def test_licensed_data_load_with_it_and_say_what_they_are(tmp_path: Path, food: Policies) -> None:
    found = load(ACLED, tmp_path, food, "coffee//SUGAR", SUGAR)
    assert {one.label for one in found} == {parse_marking("coffee//SUGAR", policies=food)}
    said = told(found)
    assert 'id:event/acled-exa1 sluis:onDate "2099-05-01"^^xsd:date' in said
    assert any("id:file/events.csv dcterms:rights" in one and "forbid passing on" in one for one in said)


MAPPING = """
[dataset]
source = "id:dataset/e"
originator = "id:actor/cook"
title = "Events"
[[table]]
file = "events.csv"
label = "{label}"
ignore = ["event_type", "actor1", "actor2", "country", "location", "latitude", "longitude", "fatalities", "event_date"]
[[table.node]]
subject = "id:event/{{event_id_cnty}}"
type = []
properties = [{{ property = "sluis:note", column = "notes" }}]
"""


def test_a_mapping_is_no_way_around_it(tmp_path: Path, food: Policies) -> None:
    (tmp_path / "events.csv").write_text(ACLED, encoding="utf-8")
    for label, loads in (("tea", False), ("coffee//SUGAR", True)):
        (tmp_path / "mapping.toml").write_text(MAPPING.format(label=label), encoding="utf-8")
        request = LoadRequest(path=tmp_path, policies=food, licensed=SUGAR)
        if loads:
            assert len(list(tables.load(request))) == 1
        else:
            with pytest.raises(LoadRefused, match="licence forbids"):
                list(tables.load(request))


def test_the_setting_names_compartments_with_their_policy() -> None:
    assert Settings(licensed_compartments="A/B, C/D").licensed() == {("A", "B"), ("C", "D")}
    assert Settings().licensed() == frozenset()
    for wrong in ("B", "A/", "/B"):
        with pytest.raises(SluisError, match="licensed_compartments"):
            Settings(licensed_compartments=wrong).licensed()
