"""Validation against the shapes: the compiled queries against pySHACL, on the packaged facts, many times over.

Both find the one statement that does not conform; a side that finds nothing measures nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from graph_service.namespaces import ID, NS
from graph_service.portions import Portion
from graph_service.security import Policies
from graph_service.shape_reference import reference
from graph_service.storage.conformance import validate
from graph_service.storage.shapes import packaged_shapes
from loaders import LoadRequest
from loaders.front import packaged
from tests.benchmarks.timing import Figure, median, medians

TRIPLES_FOR_PYSHACL = 50_000


def facts(triples: int, policies: Policies) -> list[Portion]:
    """About so many triples: the curated facts of the package, copied under other names, with one wrong value."""
    once = list(packaged("minusma", LoadRequest(path=Path(), policies=policies)))
    copies = max(1, triples // sum(portion.ntriples.count("\n") for portion in once))
    found = [
        replace(portion, part=f"{number}/{portion.part}", ntriples=portion.ntriples.replace(ID, f"{ID}{number}/"))
        for number in range(copies)
        for portion in once
    ]
    wrong = f'<{ID}0/event/wrong> <{NS}onDate> "soon" .\n'
    return [*found, replace(found[0], part="wrong", ntriples=wrong)]


def validation(triples: int, policies: Policies) -> Iterator[Figure]:
    """Triples a second of each side and their ratio, and of the compiled shapes alone at the wished size."""
    section, shapes = "validation", packaged_shapes()
    small = facts(min(triples, TRIPLES_FOR_PYSHACL), policies)
    size = _triples(small)
    ours, theirs = medians(lambda: len(validate(small, shapes).violations), lambda: len(reference(small)), times=3)
    note = f"{size:,} triples"
    yield Figure(section, "compiled, triples a second", size / ours, "1/s", note=note)
    yield Figure(section, "pySHACL, triples a second", size / theirs, "1/s", note=f"{note}, rdflib's loading included")
    yield Figure(section, "compiled ÷ pySHACL, time", ours / theirs, most=1.0, note=note)
    large = facts(triples, policies)
    taken = median(lambda: len(validate(large, shapes).violations), times=3)
    yield Figure(
        section, "compiled at the wished size", _triples(large) / taken, "1/s", note=f"{_triples(large):,} triples"
    )


def _triples(portions: list[Portion]) -> int:
    return sum(portion.ntriples.count("\n") for portion in portions)
