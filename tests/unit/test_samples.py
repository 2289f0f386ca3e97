"""Samples of every kind of public data in one load over the packaged datasets: what comes of them joins the facts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from graph_service.builder import Builder
from graph_service.cli import main
from graph_service.settings import Layout, Settings
from loaders import LoadRequest
from loaders.front import DATASETS, packaged

ID = "https://w3id.org/sluis/id/"
SHARED = Path(__file__).resolve().parents[3] / "shared"
SAMPLES = ("kamerstuk-xml", "tk-odata", "koop", "unsc", "iati", "geo-pko")
WAYS = ("seeds", *(f"data-samples/{name}" for name in SAMPLES))

JOINED: dict[str, tuple[str, dict[str, str], tuple[str, str]]] = {
    "seeds": ("papers-in-documents-and-the-evaluation", {}, ("source", "source/s-res-2100-2013")),
    "kamerstuk-xml": ("actors-in-paragraphs-and-their-links", {}, ("document", "source/kst-29521-")),
    "tk-odata": ("items-of-cited-papers", {}, ("paper", "source/kst-29521-213")),
    "koop": ("laws-that-held-at-events", {}, ("event", "event/report-minusma-published")),
    "unsc": ("provisions-for-actors", {}, ("actor", "actor/")),
    "iati": ("aid-in-fragile-contexts", {}, ("context", "country/afghanistan")),
    "geo-pko": (
        "deployments-beside-stated-numbers",
        {"contributor": f"{ID}actor/germany"},
        ("what", "observation/geo-pko-minusma-germany-"),
    ),
}
"""Of each kind of sample a question that has rows because of it, and what a column of a new row begins with."""


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the samples, to change a word in."""
    missing = [way for way in WAYS if not (SHARED / way).is_dir()]
    if missing:
        pytest.skip(f"the samples are not here: {', '.join(missing)}")
    copy = tmp_path_factory.mktemp("samples")
    for way in WAYS:
        (copy / way).mkdir(parents=True)
        for path in sorted((SHARED / way).iterdir()):
            shutil.copyfile(path, copy / way / path.name)
    return copy


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data with the packaged datasets."""
    folder = tmp_path_factory.mktemp("data") / "data"
    builder = Builder(Layout(folder), Settings())
    try:
        request = LoadRequest(path=Path(), policies=builder.policies)
        builder.load(portion for name in DATASETS for portion in packaged(name, request))
        builder.publish()
    finally:
        builder.close()
    return folder


def load(data: Path, samples: Path) -> dict[str, Any]:
    sources = [str(samples / way) for way in WAYS]
    told = CliRunner().invoke(main, ["load", *sources, "--label", "Ongerubriceerd", "--data", str(data), "--json"])
    assert told.exit_code == 0, told.output
    return dict(json.loads(told.stdout))


def rows(data: Path, way: str) -> list[dict[str, str]]:
    """The rows that the anonymous reader gets of the question of one kind of sample."""
    name, given, _ = JOINED[way]
    parameters = [f"{key}={value}" for key, value in given.items()]
    told = CliRunner().invoke(main, ["queries", "run", name, *parameters, "--data", str(data), "--format", "json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)["results"]["bindings"]
    return [{key: term["value"].removeprefix(ID) for key, term in row.items()} for row in found]


def test_all_samples_load_at_once_join_the_facts_and_change_nothing_when_they_load_again(
    samples: Path, data: Path
) -> None:
    before = {way: rows(data, way) for way in JOINED}
    first = load(data, samples)
    assert {file["name"] for file in first["files"]} & {path.name for path in (samples / "seeds").iterdir()}
    assert first["portions"]["added"] > 100
    assert {told["name"] for told in first["passed_over"]} == {"odata_metadata.xml", "CR-UNSC_Variables.csv"}

    for way, (name, _, (column, begins)) in JOINED.items():
        new = [row for row in rows(data, way) if row not in before[way]]
        assert any(row[column].startswith(begins) for row in new), (way, name)

    again = load(data, samples)["portions"]
    assert (again["added"], again["changed"], again["withdrawn"]) == (0, 0, 0)
    assert again["unchanged"] == first["portions"]["added"]

    text = min((samples / "seeds").iterdir())
    whole = text.read_text(encoding="utf-8")
    longest = max(whole.splitlines(), key=len)
    text.write_text(whole.replace(longest, f"{longest} VOORBEELD."), encoding="utf-8")
    third = load(data, samples)["portions"]
    assert (third["added"], third["changed"], third["withdrawn"]) == (0, 1, 0)
