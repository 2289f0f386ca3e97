"""References that lead nowhere: IRIs of ours that a statement points to and nothing describes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, RdfFormat, parse

from graph_service.portions import Portion
from loaders.base import ID, RDF_TYPE


@dataclass(frozen=True, slots=True, order=True)
class Dangling:
    """A statement whose object is not described, and the portion that makes it."""

    source: str
    part: str
    subject: str
    predicate: str
    object: str


def dangling_references(portions: Iterable[Portion]) -> list[Dangling]:
    """Every statement that points to an IRI under ``id:`` which is of no class in any of the portions, sorted."""
    described: set[str] = set()
    pointing: set[Dangling] = set()
    for portion in portions:
        for quad in parse(portion.ntriples, format=RdfFormat.N_TRIPLES):
            triple = quad.triple
            if not isinstance(triple.subject, NamedNode):
                continue
            if triple.predicate == RDF_TYPE:
                described.add(triple.subject.value)
            elif isinstance(triple.object, NamedNode) and triple.object.value.startswith(ID):
                of = (portion.source, portion.part, triple.subject.value, triple.predicate.value, triple.object.value)
                pointing.add(Dangling(*of))
    return sorted(reference for reference in pointing if reference.object not in described)
