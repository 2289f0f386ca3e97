"""A thing without a name is shown by the end of its IRI: no row is lost, and no cell is empty, for want of a name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse

from graph_service.handling import parse_marking
from graph_service.namespaces import PREFIXES
from graph_service.security import Policies
from graph_service.serving.query_guard import guard
from graph_service.storage.canonical import in_graph
from graph_service.storage.closure import derive
from graph_service.storage.closure_rules import RULE_TEXT, parse_rule
from loaders.base import LoadRequest, expand
from loaders.front import DATASETS, packaged
from loaders.vocabulary import vocabulary
from queries import catalogue
from tests.strategies import TODAY

LABELS = {expand("skos:prefLabel"), expand("rdfs:label")}


@pytest.fixture(scope="module")
def stores(policies: Policies) -> tuple[Store, Store]:
    """The packaged facts with the vocabulary and what the rules conclude: as they are, and without any name."""
    lowest = parse_marking("Ongerubriceerd", policies=policies)

    def triples(portions: Any) -> set[Triple]:
        return {quad.triple for p in portions for quad in parse(p.ntriples, format=RdfFormat.N_TRIPLES)}

    asserted = set[Triple]().union(
        *(triples(packaged(name, LoadRequest(path=Path(), policies=policies))) for name in DATASETS)
    )
    asserted |= triples(vocabulary(policies=policies, label=lowest, today=TODAY))
    rules = [parse_rule(cast(Literal, triple.object).value) for triple in asserted if triple.predicate == RULE_TEXT]
    closed = asserted | derive(asserted, rules)
    named, nameless = Store(), Store()
    named.extend(in_graph(closed))
    nameless.extend(in_graph({triple for triple in closed if triple.predicate not in LABELS}))
    return named, nameless


def answer(store: Store, name: str) -> list[dict[str, Any]]:
    found = cast(Any, store.query(guard(catalogue()[name].query).text, prefixes=PREFIXES))
    names = [variable.value for variable in found.variables]
    return [dict(zip(names, row, strict=True)) for row in found]


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_a_thing_without_a_name_is_shown_by_the_end_of_its_iri(name: str, stores: tuple[Store, Store]) -> None:
    for row in answer(stores[1], name):
        for column, thing in row.items():
            if isinstance(thing, NamedNode) and f"{column}Label" in row:
                assert row[f"{column}Label"], f"{thing} has no {column}Label"


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("succession-of-operations", {"successorLabel": "barkhane", "predecessorLabel": "serval"}),
        ("coordination-partners", {"partnerLabel": "g5-sahel-joint-force", "relation": "cooperatesWith"}),
        ("intended-links", {"actorLabel": "minusma", "relation": "escorts", "otherLabel": "evaluation-team-minusma"}),
        ("people-in-two-bodies", {"personLabel": "arjan-schuthof", "names": "reference-group; sounding-board"}),
    ],
)
def test_the_end_of_the_iri_stands_where_the_name_would(
    name: str, row: dict[str, str], stores: tuple[Store, Store]
) -> None:
    named, nameless = (answer(store, name) for store in stores)
    assert len(named) == len(nameless)
    assert row in [{key: cell.value for key, cell in found.items() if key in row and cell} for found in nameless]
