"""The stream of a load: stated labels hold whatever a loader gives; files are told apart by their sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from graph_service.cli.load_report import report_of
from graph_service.handling import parse_marking
from graph_service.loading import NOT_STATED, Loading, labelled
from graph_service.policy_files import load_policies
from graph_service.portions import Gone, Portion, Whole
from graph_service.security import Label, Policies
from graph_service.settings import Settings
from graph_service.storage.portion_store import Stored
from loaders.base import LabelRecord, LoadRequest, Proposal, Remark
from loaders.detection import Detected, Detection
from loaders.formats import Format
from loaders.gathering import Item
from loaders.names import NO_NAMES

SOURCE, OTHER = "https://example.org/one", "https://example.org/two"


@pytest.fixture(scope="module")
def policies() -> Policies:
    return load_policies(Settings())


@pytest.fixture(scope="module")
def low(policies: Policies) -> Label:
    return parse_marking("Ongerubriceerd", policies=policies)


@pytest.fixture(scope="module")
def high(policies: Policies) -> Label:
    return parse_marking("Stg. GEHEIM", policies=policies)


def test_a_loader_can_not_go_below_the_label_that_was_stated(low: Label, high: Label) -> None:
    portion = Portion(SOURCE, "", low, "", "")
    given = labelled(portion, label=high, record=LabelRecord(set_on=date(2013, 4, 25)))
    assert given == Portion(SOURCE, "", high, NOT_STATED, "", set_on=date(2013, 4, 25))
    stated = Portion(SOURCE, "", high, "urn:someone", "", set_on=date(2014, 1, 1))
    assert labelled(stated, label=low, record=LabelRecord("urn:other", date(2013, 4, 25))) == stated
    assert labelled(portion, label=None, record=LabelRecord("urn:other")).label == low


def test_what_a_source_no_longer_has_leaves_at_the_stated_label_too(low: Label, high: Label) -> None:
    assert labelled(Whole(SOURCE), label=low, record=LabelRecord()) == Whole(SOURCE, low)
    assert labelled(Gone(SOURCE, "a", high), label=low, record=LabelRecord()) == Gone(SOURCE, "a", high)


def test_files_of_one_source_are_counted_together(policies: Policies, low: Label) -> None:
    given: dict[str, list[Proposal]] = {
        "a": [Portion(SOURCE, "a", low, "", ""), Remark("half of it")],
        "b": [Portion(OTHER, "", low, "", "")],
        "c": [Portion(SOURCE, "c", low, "", ""), Whole(SOURCE)],
    }

    def reads(detected: Detected, _request: LoadRequest) -> Iterator[Proposal]:
        yield from given[detected.item.name]

    known = Format("example", lambda _head: True, lambda _request: iter(()))
    request = LoadRequest(Path(), policies)
    loading = Loading(
        request, label_of=lambda _one: (low, LabelRecord()), names=lambda _label, _sources: NO_NAMES, reads=reads
    )
    assert len(list(loading.proposals(Detected(Item(Path(name), name), known) for name in given))) == 4
    counts = {"sources": {SOURCE: {"added": 1, "unchanged": 1}, OTHER: {"changed": 1}}, "facts": []}
    told = report_of(loading.files, Stored(summary=counts), Detection((), ()), dry_run=False)
    assert [
        (file["name"], file["with"], file["added"], file["changed"], file["unchanged"]) for file in told["files"]
    ] == [
        ("a", ["c"], 1, 0, 1),
        ("b", [], 0, 1, 0),
    ]
    assert told["remarks"] == [{"file": "a", "line": None, "text": "half of it"}]
