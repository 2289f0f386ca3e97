"""Nothing that comes with Sluis points to a thing that nothing describes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from graph_service.handling import parse_marking
from graph_service.portions import Portion
from graph_service.security import Policies
from loaders import LoadRequest
from loaders.base import ID, expand
from loaders.front import DATASETS, packaged
from loaders.review.references import Dangling, dangling_references
from loaders.vocabulary import vocabulary
from tests.strategies import TODAY


@pytest.fixture(scope="module")
def everything(policies: Policies) -> list[Portion]:
    lowest = parse_marking("Ongerubriceerd", policies=policies)
    request = LoadRequest(path=Path(), policies=policies)
    datasets = [portion for name in DATASETS for portion in packaged(name, request)]
    return [*vocabulary(policies=policies, label=lowest, today=TODAY), *datasets]


def test_no_reference_dangles(everything: list[Portion]) -> None:
    assert dangling_references(everything) == []


def test_a_reference_that_dangles_is_told_with_its_place(everything: list[Portion]) -> None:
    cites, footnote, nobody = expand("sluis:cites").value, f"{ID}footnote/tor-10", f"{ID}source/nobody-describes-this"
    added = replace(everything[-1], part="more.csv", ntriples=f"<{footnote}> <{cites}> <{nobody}> .\n")
    assert dangling_references([*everything, added]) == [
        Dangling(source=added.source, part="more.csv", subject=footnote, predicate=cites, object=nobody)
    ]


@pytest.mark.parametrize("name", DATASETS)
def test_a_subject_without_a_class_describes_nothing(everything: list[Portion], name: str) -> None:
    """A row that only adds to a thing does not make it: the thing's own row must be there."""
    some = next(portion for portion in everything if portion.source == f"{ID}dataset/{name}")
    ghost = replace(some, part="ghost.csv", ntriples=f"<{ID}x/a> <{expand('sluis:concerns').value}> <{ID}x/a> .\n")
    assert [reference.object for reference in dangling_references([*everything, ghost])] == [f"{ID}x/a"]
