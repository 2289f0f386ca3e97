"""What the searches for pitfalls read of an ontology, and what a pitfall is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology.terms import NS

PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty)

Search = Callable[[Graph], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Pitfall:
    """One kind of mistake: its code in the catalogue, what it is, and the search for it."""

    code: str
    name: str
    search: Search

    def find(self, graph: Graph) -> list[str]:
        return sorted(set(self.search(graph)))


def own_terms(graph: Graph, *kinds: URIRef) -> list[URIRef]:
    found = {term for kind in kinds for term in graph.subjects(RDF.type, kind) if is_own(term)}
    return sorted(term for term in found if isinstance(term, URIRef))


def is_own(term: Node) -> bool:
    return isinstance(term, URIRef) and str(term).startswith(NS)


def short(term: Node) -> str:
    return str(term).removeprefix(NS)


def ends_of(graph: Graph, prop: URIRef) -> tuple[set[Node], set[Node]]:
    return set(graph.objects(prop, RDFS.domain)), set(graph.objects(prop, RDFS.range))


def chains(graph: Graph) -> Iterator[tuple[Node, list[Node]]]:
    for prop, chain in graph.subject_objects(OWL.propertyChainAxiom):
        yield prop, list(Collection(graph, chain))


def language_of(text: Node) -> str | None:
    return getattr(text, "language", None)


def mentioned(graph: Graph, node: Node) -> set[Node]:
    """Every term inside a class expression, which is a blank node."""
    if isinstance(node, URIRef):
        return {node}
    return {term for said in graph.objects(node) for term in mentioned(graph, said)}


def disjoint_classes(graph: Graph) -> set[Node]:
    """Every class that some axiom says shares nothing with another."""
    found = {term for pair in graph.subject_objects(OWL.disjointWith) for term in pair}
    for axiom in graph.subjects(RDF.type, OWL.AllDisjointClasses):
        for members in graph.objects(axiom, OWL.members):
            found |= set(Collection(graph, members))
    return found
