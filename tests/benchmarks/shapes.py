"""The query mix: fourteen shapes, each with rows at the lowest clearance and at the highest.

Where a shape starts from one thing, that thing stands in a portion of the lowest level; shapes over everything grow
with the dataset. No shape asks for anything that only a hidden portion states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Store

from graph_service.namespaces import PREFIXES
from graph_service.portions import StoredPortion
from queries import Question, catalogue
from tests.benchmarks.generator import EX

NAMED_GRAPHS = "graph"
"""The one shape that asks for a portion's own graph: its bare store holds these too."""

HEAVY = {
    "heavy: group": "SELECT ?place (COUNT(?actor) AS ?n) { ?actor prov:atLocation ?place ; a ?kind } GROUP BY ?place",
    "heavy: words": 'SELECT ?x ?text { ?x ?property ?text FILTER(CONTAINS(STR(?text), "convoy")) }',
    "heavy: distinct": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
}
"""Questions over everything: the ones that take longer than 50 ms on a large view."""


@dataclass(frozen=True)
class Anchor:
    """Where the anchored shapes start: the number of a portion of the lowest level, and its IRI."""

    number: int
    portion: str

    @property
    def document(self) -> str:
        return f"<{EX}document/{self.number // 10}>"


def anchors(portions: Sequence[StoredPortion], *, count: int = 1, at: int = 0) -> list[Anchor]:
    """The first portions of the lowest level. ``at`` is the number of the first portion."""
    found = [
        Anchor(at + number, stored.id)
        for number, stored in enumerate(portions)
        if stored.label.parts[0].level.order == 0
    ]
    return found[:count]


def point(anchor: Anchor, *, place: int = 0, limit: int = 1000) -> str:
    """What is known of one link. Another limit makes another query of the same work."""
    return f"SELECT ?p ?o {{ <{EX}link/{anchor.number * 8 + place}> ?p ?o }} LIMIT {limit}"


def shapes(anchor: Anchor) -> dict[str, str]:
    """Each shape by its name."""
    passage = f"<{EX}passage/{anchor.number}>"
    return {
        "point": point(anchor),
        "star": f"SELECT * {{ ?link sluis:statedAt {passage} ; sluis:linkFrom ?from ; sluis:linkTo ?to ; "
        "sluis:relation ?kind ; sluis:linkStatus ?status }",
        "join": f"SELECT ?finding ?quote {{ ?line sluis:evidenceFrom ?source ; sluis:quote ?quote . "
        f"?finding sluis:supportedBy ?line ; sluis:statedAt ?at . ?at sluis:inDocument {anchor.document} }}",
        "path": f"SELECT ?finding ?source {{ ?finding sluis:statedAt/sluis:inDocument {anchor.document} ; "
        "sluis:supportedBy/sluis:evidenceFrom ?source }",
        "transitive path": f"SELECT ?source {{ {passage} (sluis:inDocument|sluis:atFootnote|sluis:cites)+ ?source }}",
        "optional": f"SELECT * {{ ?link sluis:statedAt {passage} ; sluis:linkTo ?to "
        "OPTIONAL { ?to skos:prefLabel ?name } OPTIONAL { ?to sluis:partOf ?whole } }",
        "union": f"SELECT * {{ ?link sluis:statedAt {passage} {{ ?link sluis:linkFrom ?actor }} "
        "UNION { ?link sluis:linkTo ?actor } }",
        "not exists": "SELECT ?link { ?link a sluis:StatedLink ; sluis:linkTo ?to "
        "FILTER NOT EXISTS { ?to sluis:reportsTo ?other } }",
        "aggregate": "SELECT ?status (COUNT(*) AS ?n) { ?link sluis:linkStatus ?status } GROUP BY ?status",
        "order, limit": "SELECT ?letter ?day { ?letter dcterms:issued ?day } ORDER BY DESC(?day) ?letter LIMIT 20",
        "text filter": 'SELECT ?x ?text { ?x sluis:quote ?text FILTER(CONTAINS(LCASE(?text), "patrol river")) }',
        NAMED_GRAPHS: f"SELECT * {{ GRAPH <{anchor.portion}> {{ ?s ?p ?o }} }}",
        "construct": f"CONSTRUCT {{ ?to sluis:relatesTo ?from }} WHERE {{ ?link sluis:statedAt ?at ; "
        f"sluis:linkFrom ?from ; sluis:linkTo ?to . ?at sluis:inDocument {anchor.document} }}",
        "describe": f"DESCRIBE {anchor.document}",
    }


def questions() -> dict[str, str]:
    """The catalogue's questions as they stand, every parameter left open."""
    return {name: question.query for name, question in catalogue().items() if not _needs_any(question)}


def _needs_any(question: Question) -> bool:
    return any(parameter.required for parameter in question.parameters)


def rows(store: Store, query: str) -> int:
    """Evaluate a query to its end: how many rows, triples, or one for a boolean that is true."""
    found = store.query(query, prefixes=PREFIXES)
    if isinstance(found, QueryBoolean):
        return int(bool(found))
    assert isinstance(found, QuerySolutions | QueryTriples)
    return sum(1 for _ in found)
