"""Geo-PKO: deployments that join the curated ones, and tables of troops as a data cube."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from graph_service.errors import LoadRefused
from graph_service.handling import parse_marking
from graph_service.loading import Loading
from graph_service.namespaces import ID, NS
from graph_service.portions import Portion
from graph_service.security import Policies
from graph_service.storage.conformance import validate
from graph_service.storage.shapes import packaged_shapes
from loaders import LoadRequest
from loaders.base import NO_RECORD, Remark
from loaders.cubes import QB
from loaders.detection import detect
from loaders.gathering import Item
from loaders.names import NO_NAMES, KnownName, Names
from tests.unit.test_iati import classes, portions, proposals, told

SAMPLES = Path(__file__).parents[3] / "shared" / "data-samples" / "geo-pko"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of Geo-PKO are not at hand")

HEADER = "mission,year,location,latitude,longitude,No.TCC,year.overview\n"
KNOWN = Names(
    (
        KnownName("MINUSMA", f"{ID}actor/minusma", frozenset({f"{NS}Actor"}), is_notation=True),
        KnownName("Gao", f"{ID}location/gao", frozenset({f"{NS}Location"}), "en"),
        KnownName("Bamako", f"{ID}location/bamako", frozenset({f"{NS}Location"}), "en"),
        KnownName("Mopti", f"{ID}location/mopti", frozenset({f"{NS}Location"}), "en"),
        KnownName("Netherlands", f"{ID}actor/netherlands", frozenset({f"{NS}State"}), "en"),
    )
)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def load(text: str, tmp_path: Path, policies: Policies, names: Names = NO_NAMES) -> set[str]:
    path = tmp_path / "deployment.csv"
    path.write_text(text, encoding="utf-8")
    return told(portions(path, policies, names))


@needs_samples
def test_every_contributor_of_the_sample_is_an_observation(policies: Policies) -> None:
    (path,) = SAMPLES.glob("TCC*.csv")
    found = portions(path, policies, KNOWN)
    # Counted apart: the numbers in brackets, and the words that stand for one.
    texts = [row["year.overview"] for row in rows_of(path)]
    counted = sum(len(re.findall(r"\((?:\d+|size unknown)\)", text)) for text in texts)
    assert classes(found)["DeploymentObservation"] == counted == sum(int(row["No.TCC"]) for row in rows_of(path))
    headcounts = sum(" sluis:headcount " in said for said in told(found))
    assert headcounts == sum(len(re.findall(r"\(\d+\)", text)) for text in texts)
    years = {(row["mission"], row["year"]) for row in rows_of(path)}
    assert len(found) == len(years) + 1


@needs_samples
@pytest.mark.parametrize("form", ["TT", "Front"])
def test_every_row_of_the_other_tables_is_an_observation_of_a_cube(form: str, policies: Policies) -> None:
    (path,) = SAMPLES.glob(f"{form}Map*.csv")
    found = portions(path, policies, KNOWN)
    assert classes(found)[f"{QB}Observation"] == len(rows_of(path))
    troops = sum(float(row["Infantry"]) for row in rows_of(path))
    said = (one for one in told(found) if " id:geo-pko/infantry " in one)
    assert sum(float(one.split('"')[1]) for one in said) == troops


@needs_samples
def test_the_samples_conform_and_give_what_the_curated_rows_say(policies: Policies) -> None:
    for path in SAMPLES.glob("*.csv"):
        assert validate(portions(path, policies, KNOWN), packaged_shapes()).violations == ()
    (path,) = SAMPLES.glob("TCC*.csv")
    said = told(portions(path, policies, KNOWN))
    curated = rows_of(Path(__file__).parents[2] / "loaders" / "datasets" / "public" / "observations.csv")
    assert len(curated) == 8
    for row in curated:
        thing = f"id:observation/{row['key']}"
        assert any(one.startswith(f'{thing} sluis:headcount "{row["headcount"]}"') for one in said)
        assert f"{thing} sluis:atLocation id:location/{row['location']}" in said


def test_contributors_places_and_missions_that_are_known_are_met(tmp_path: Path, policies: Policies) -> None:
    text = f'{HEADER}MINUSMA,2099,Mopti/Sevare,1.5,-2.25,2,"Netherlands (750), Korea (ROK) (size unknown)"\n'
    said = load(text, tmp_path, policies, KNOWN)
    dutch = "id:observation/geo-pko-minusma-netherlands-mopti-2099"
    assert f"{dutch} sluis:observedMission id:actor/minusma" in said
    assert f"{dutch} sluis:observedContributor id:actor/netherlands" in said
    assert "id:observation/geo-pko-minusma-south-korea-mopti-2099 rdf:type sluis:DeploymentObservation" in said
    assert not any("south-korea-mopti-2099 sluis:headcount" in one for one in said)
    assert not any(one.startswith("id:location/mopti ") for one in said), "described elsewhere"


def test_what_is_not_known_is_described(tmp_path: Path, policies: Policies) -> None:
    said = load(f'{HEADER}EXMISS,2099,Exville,-1.5,2,1,"Multinational (35)"\n', tmp_path, policies)
    assert "id:actor/exmiss rdf:type sluis:Mission" in said
    assert "id:location/geo-pko-s1.5-e2 rdf:type sluis:Location" in said
    assert "id:actor/geo-pko-multinational rdf:type sluis:ActorCategory" in said


def test_the_data_set_itself_is_read_by_month(tmp_path: Path, policies: Policies) -> None:
    header = "source,mission,year,month,location,country,latitude,longitude,no.tcc,nameoftcc_1,notroopspertcc_1,"
    text = f"{header}nameoftcc_2,notroopspertcc_2\nMap 1,EXMISS,2099,May,Exville,Mali,1,2,2,Chad,150,Togo,unknown\n"
    said = load(text, tmp_path, policies)
    assert any('exmiss-chad-n1-e2-2099-05 sluis:onDate "2099-05"' in one for one in said)
    assert "id:location/geo-pko-n1-e2 sluis:locatedIn id:country/mali" in said
    assert sum(" sluis:headcount " in one for one in said) == 1


def test_a_count_of_contributors_that_does_not_agree_is_said(tmp_path: Path, policies: Policies) -> None:
    path = tmp_path / "deployment.csv"
    path.write_text(f'{HEADER}EXMISS,2099,Exville,1,2,3,"Chad (35)"\n', encoding="utf-8")
    (remark,) = [one for one in proposals(path, policies) if isinstance(one, Remark)]
    assert (remark.line, remark.text) == (2, "`no.tcc` says 3 contributors, the row names 1")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("EXMISS,99,Exville,1,2,1,Chad (35)", "`99` is not a year"),
        (",2099,Exville,1,2,1,Chad (35)", "must not be empty"),
        ("EXMISS,2099,Exville,91,2,1,Chad (35)", "`91` is no latitude"),
        ("EXMISS,2099,Exville,1,x,1,Chad (35)", "`x` is no longitude"),
        ("EXMISS,2099,Exville,1,2,1,Chad 35", "is not `Country (150)`"),
        ("EXMISS,2099,Exville,1,2,1", "the row has 6 cells, the header 7"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(row: str, reason: str, tmp_path: Path, policies: Policies) -> None:
    with pytest.raises(LoadRefused, match=re.escape(reason)) as refused:
        load(f"{HEADER}{row}\n", tmp_path, policies)
    assert "deployment.csv, line 2" in refused.value.public


ROW = f'{HEADER}MINUSMA,2099,Gao,1.5,-2.25,1,"Netherlands (750)"\n'


def test_a_load_meets_what_is_known_at_its_label(tmp_path: Path, policies: Policies) -> None:
    path = tmp_path / "deployment.csv"
    path.write_text(ROW, encoding="utf-8")
    (detected,) = detect([Item(path, path.name, is_named=True)]).to_read
    low, high = (parse_marking(text, policies=policies) for text in ("Ongerubriceerd", "Stg. GEHEIM"))
    for label, place in ((low, "geo-pko-n1.5-w2.25"), (high, "gao")):
        loading = Loading(
            LoadRequest(path=Path(), policies=policies),
            label_of=lambda _detected, label=label: (label, NO_RECORD),  # type: ignore[misc]
            names=lambda at, _sources: KNOWN if at == high else NO_NAMES,
        )
        found = [one for one in loading.proposals([detected]) if isinstance(one, Portion)]
        assert any(f"sluis:atLocation id:location/{place}" in one for one in told(found))


def test_what_an_earlier_load_brought_in_changes_nothing_in_the_next(tmp_path: Path, policies: Policies) -> None:
    """The place and the mission of the file are known by now, as that load described them."""
    first = load(ROW, tmp_path, policies)
    names = Names(
        (
            KnownName("Gao", f"{ID}location/geo-pko-n1.5-w2.25", frozenset({f"{NS}Location"})),
            KnownName("MINUSMA", f"{ID}actor/minusma", frozenset({f"{NS}Mission", f"{NS}Actor"}), is_notation=True),
            KnownName("Netherlands", f"{ID}actor/netherlands", frozenset({f"{NS}State", f"{NS}Actor"}), "en"),
        )
    )
    assert load(ROW, tmp_path, policies, names) == first
