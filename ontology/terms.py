"""The modules and their terms, read from the Turtle into values: what the checks count and the reference prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.term import Node

from ontology import ontology_files

NS = "https://w3id.org/sluis/ns#"
BASE = "https://w3id.org/sluis/id/"

CLASS, OBJECT_PROPERTY, DATATYPE_PROPERTY, INDIVIDUAL = "class", "object property", "datatype property", "individual"
KINDS = {
    OWL.Class: CLASS,
    OWL.ObjectProperty: OBJECT_PROPERTY,
    OWL.DatatypeProperty: DATATYPE_PROPERTY,
    OWL.NamedIndividual: INDIVIDUAL,
}

EXAMPLE_PREFIXES = {
    "sluis": NS,
    "dcterms": "http://purl.org/dc/terms/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": str(OWL),
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": str(RDFS),
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The prefixes that every example of use may count on; its relative IRIs stand under ``BASE``."""


@dataclass(frozen=True, slots=True)
class Module:
    """One Turtle file: its name, the IRI of the ontology in it, and its own triples."""

    file: str
    iri: URIRef
    graph: Graph

    @property
    def name(self) -> str:
        return self.file.removesuffix(".ttl")

    def terms(self, kind: str | None = None) -> list[URIRef]:
        """The terms that this module defines, sorted by IRI."""
        found = {term for term in self.graph.subjects(RDFS.isDefinedBy, self.iri) if isinstance(term, URIRef)}
        return sorted(term for term in found if kind is None or kind_of(term, self.graph) == kind)


def read_modules(files: Iterable[tuple[str, str]] | None = None) -> list[Module]:
    """Every module, sorted by file name; of the package, or of the given ``(file name, Turtle)`` pairs.

    Raises ``ValueError`` for a file that does not declare exactly one ontology.
    """
    modules = []
    for file, text in ontology_files() if files is None else files:
        graph = Graph().parse(data=text, format="turtle")
        iris = [iri for iri in graph.subjects(RDF.type, OWL.Ontology) if isinstance(iri, URIRef)]
        if len(iris) != 1:
            raise ValueError(f"{file} declares {len(iris)} ontologies: it must declare one, with its IRI")
        modules.append(Module(file, iris[0], graph))
    return modules


def merged(modules: Iterable[Module]) -> Graph:
    """All triples of the modules in one graph. Blank nodes stay apart: each file has its own."""
    graph = Graph()
    for module in modules:
        graph += module.graph
    return graph


def kind_of(term: Node, graph: Graph) -> str:
    """What kind of term it is; the empty text if the graph does not say."""
    types = set(graph.objects(term, RDF.type))
    return next((name for kind, name in KINDS.items() if kind in types), "")


def as_turtle(example: str) -> str:
    """An example of use as a Turtle document of its own."""
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in EXAMPLE_PREFIXES.items())
    return f"@base <{BASE}> .\n{prefixes}\n{example}\n"
