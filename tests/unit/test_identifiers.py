"""Identifiers as they are written, and the IRIs that the curated tables use for the same things."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from loaders import identifiers
from loaders.countries import countries, find_country
from loaders.identifiers import ACTOR, COUNTRY, SOURCE

DATASETS = Path(__file__).resolve().parents[2] / "loaders" / "datasets"
RECORDS = Path(__file__).resolve().parents[3] / "shared" / "data-samples" / "unsc"


def _rows(*names: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for name in names:
        with (DATASETS / name).open(encoding="utf-8", newline="") as file:
            found.extend(csv.DictReader(file))
    return found


def test_papers_of_the_curated_tables_have_these_iris() -> None:
    rows = [row for row in _rows("minusma/papers.csv", "public/sources.csv") if row["dossier"]]
    assert len(rows) > 12
    for row in rows:
        assert identifiers.paper_iri(row["dossier"], "", row["sub_number"]) == SOURCE + row["key"]
        assert identifiers.publication_iri(row["identifier"]) == SOURCE + row["key"]


def test_resolutions_of_the_curated_tables_have_these_iris_with_and_without_a_year() -> None:
    rows = [
        row
        for row in _rows("minusma/resolutions.csv", "public/resolutions.csv", "fragile-contexts/resolutions.csv")
        if row["symbol"]
    ]
    assert len(rows) > 18
    for row in rows:
        assert identifiers.symbol_iri(row["symbol"]) == SOURCE + row["key"]
        assert identifiers.resolution_iri(row["number"]) == SOURCE + row["key"]


def test_states_and_countries_of_the_curated_tables_have_these_iris() -> None:
    states = [row for row in _rows("minusma/actors.csv") if row["class"] == "State"]
    assert len(states) > 10
    for row in states:
        assert identifiers.state_iri(row["name_nl"]) == identifiers.state_iri(row["name_en"]) == ACTOR + row["key"]
        if row["country"]:
            assert identifiers.country_iri(row["name_en"]) == COUNTRY + row["country"]


@pytest.mark.parametrize(
    ("dossier", "suffix", "number", "key"),
    [
        ("29521", "", 213, "kst-29521-213"),
        ("29 521", "", "nr. 213", "kst-29521-213"),
        ("29\u00a0521", "", "Nr. 213", "kst-29521-213"),
        ("36600", "X", "36", "kst-36600-X-36"),
        ("36 600 X", "", "36", "kst-36600-X-36"),
        ("36600-XVII", "", "5", "kst-36600-XVII-5"),
        ("29521", "", "I", "kst-29521-I"),
        ("32 317", "JHA", "XK", "kst-32317-JHA-XK"),
        ("2952", "", "213", ""),
        ("29521", "", "two", ""),
        ("29521; DROP", "", "2", ""),
        ("29521", "", "0123456", ""),
    ],
)
def test_a_paper_however_its_parts_are_written(dossier: str, suffix: str, number: str | int, key: str) -> None:
    assert identifiers.paper_iri(dossier, suffix, number) == (SOURCE + key if key else "")


def test_a_resolution_with_a_year_that_its_number_rules_out_has_no_iri() -> None:
    assert identifiers.resolution_iri(2100, 2013) == SOURCE + "s-res-2100-2013"
    assert identifiers.resolution_iri(2100, 2014) == ""
    assert identifiers.resolution_iri(1, 1946) == SOURCE + "s-res-1-1946"


def test_a_resolution_after_the_table_needs_its_year() -> None:
    assert identifiers.resolution_year(2767) == 2024
    assert identifiers.resolution_iri(2790) == ""
    assert identifiers.resolution_iri(2790, 2025) == SOURCE + "s-res-2790-2025"
    assert identifiers.resolution_iri(2790, 1999) == ""


@pytest.mark.skipif(not RECORDS.is_dir(), reason="the records of the UN Digital Library are not here")
def test_years_of_resolutions_agree_with_the_texts_at_hand() -> None:
    for path in RECORDS.glob("S_RES_*_EN_GOLD.txt"):
        _, _, number, year, *_ = path.name.split("_")
        assert identifiers.resolution_year(int(number)) == int(year)


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (identifiers.symbol_iri("S/RES/2100(2013)"), "s-res-2100-2013"),
        (identifiers.symbol_iri("S/2013/189"), "s-2013-189"),
        (identifiers.symbol_iri("A/RES/79/100"), "a-res-79-100"),
        (identifiers.assembly_resolution_iri("79", 100), "a-res-79-100"),
        (identifiers.symbol_iri("A/RES/1474 (ES-IV)"), "a-res-1474-es-iv"),
        (identifiers.assembly_resolution_iri("ES-IV", 1474), "a-res-1474-es-iv"),
        (identifiers.assembly_resolution_iri("ES-11", 1), "a-res-es-11-1"),
        (identifiers.proceedings_iri("II", "2013/14", 40, 8), "h-tk-20132014-40-8"),
        (identifiers.annex_iri("I", "1999-2000", 12), "ah-ek-19992000-12"),
        (identifiers.parliamentary_item_iri("2019Z04704"), "tk-2019z04704"),
        (identifiers.law_iri("BWBR0033507", "5"), "bwbr0033507-art-5"),
        (identifiers.law_iri("BWBR0001840", "100"), "constitution-art-100"),
        (identifiers.juriconnect_iri("jci1.3:c:BWBR0033507&artikel=5&lid=2"), "bwbr0033507-art-5"),
        (identifiers.juriconnect_iri("jci1.31:c:BWBR0001840"), "constitution"),
        (identifiers.treaty_iri("un-charter", chapter="VII"), "un-charter-chapter-vii"),
        (identifiers.eu_act_iri(2013, 34, "GBVB"), "eu-2013-34-cfsp"),
        (identifiers.eu_act_iri(2013, 34, "PESC"), "eu-2013-34-cfsp"),
        (identifiers.gazette_iri("Stcrt.", 2025, 30222), "stcrt-2025-30222"),
    ],
)
def test_other_identifiers(iri: str, name: str) -> None:
    assert iri == SOURCE + name


@pytest.mark.parametrize(
    "iri",
    [
        identifiers.symbol_iri("S/RES/2100 (2014)"),
        identifiers.symbol_iri("see S/2013/189"),
        identifiers.proceedings_iri("II", "2013/15", 40, 8),
        identifiers.juriconnect_iri("BWBR0033507"),
        identifiers.law_iri("BWB12"),
        identifiers.publication_iri("kst 29521"),
        identifiers.eu_act_iri(2013, 34, "XYZ"),
        identifiers.ministry_iri("gm0363"),
        identifiers.state_iri("Atlantis"),
        identifiers.parliamentary_item_iri("29521"),
    ],
)
def test_what_is_no_identifier_has_no_iri(iri: str) -> None:
    assert iri == ""


def test_countries_are_found_by_code_and_by_name_in_three_languages() -> None:
    for written in ("MR", "MRT", "Mauritania", "Mauritanië", "mauritanie"):
        assert identifiers.country_iri(written) == COUNTRY + "mauritania"
    assert identifiers.state_iri("Cote d’Ivoire") == ACTOR + "ivory-coast"
    assert find_country("Democratic Republic of the Congo") is not find_country("Congo")


def test_codes_and_keys_of_countries_are_unique() -> None:
    listed = countries()
    for values in ([c.key for c in listed], [c.alpha_2 for c in listed], [c.alpha_3 for c in listed]):
        assert len(set(values)) == len(values) == 250


def test_old_and_new_identifiers_of_the_dutch_ministry_are_one() -> None:
    assert identifiers.organisation_iri("NL-1") == identifiers.organisation_iri("XM-DAC-7") == ACTOR + "bz"
    assert identifiers.activity_iri("NL-1-PPR-12345") == identifiers.activity_iri("XM-DAC-7-PPR-12345")
    assert identifiers.organisation_iri("NL-KVK-1234") == ACTOR + "iati-nl-kvk-1234"
    assert identifiers.ministry_iri("https://identifier.overheid.nl/tooi/id/ministerie/mnre1018") == ACTOR + "defensie"
