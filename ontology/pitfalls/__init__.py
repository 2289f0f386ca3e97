"""Common mistakes of ontologies, found by reading the triples: no reasoner, no network.

The codes are those of the OOPS! catalogue (OntOlogy Pitfall Scanner); the searches are our own, and stricter where the
catalogue only warns. A search gives what is wrong as texts, one a fault, sorted. It looks at the terms of one
namespace: what other vocabularies do is not ours to mend. What is meant stands with its reason in `meant`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from ontology.pitfalls import of_classes, of_properties
from ontology.pitfalls.meant import MEANT
from ontology.pitfalls.reading import PROPERTY_KINDS, Pitfall, chains, disjoint_classes, is_own

__all__ = ["PITFALLS", "Pitfall", "find_pitfalls", "is_meant"]


def find_pitfalls(graph: Graph) -> dict[str, list[str]]:
    """What each search finds, by code, those that are meant included; a code without faults is left out."""
    return {code: faults for code, pitfall in PITFALLS.items() if (faults := pitfall.find(graph))}


def is_meant(code: str, fault: str) -> bool:
    """Whether `meant` has a reason for it: a fault begins with the name of its term."""
    return any(re.split(r"[: ]", fault)[0] in terms for terms in MEANT.get(code, {}).values())


# --- the file --------------------------------------------------------------------------------------------------------


def _built_in(term: Node) -> bool:
    return str(term).startswith((str(OWL), str(RDF), str(RDFS), "http://www.w3.org/2001/XMLSchema#"))


def untyped_class(graph: Graph) -> Iterator[str]:
    used = {term for step in (RDFS.subClassOf, RDFS.domain, OWL.disjointWith) for term in graph.objects(None, step)}
    used |= set(graph.subjects(RDFS.subClassOf)) | disjoint_classes(graph)
    used |= {end for prop in graph.subjects(RDF.type, OWL.ObjectProperty) for end in graph.objects(prop, RDFS.range)}
    used |= {term for thing in graph.subjects(RDF.type, OWL.NamedIndividual) for term in graph.objects(thing, RDF.type)}
    for term in used:
        if isinstance(term, URIRef) and not _built_in(term) and (term, RDF.type, OWL.Class) not in graph:
            yield str(term)


def untyped_property(graph: Graph) -> Iterator[str]:
    used = (
        set(graph.predicates()) | set(graph.objects(None, RDFS.subPropertyOf)) | set(graph.objects(None, OWL.inverseOf))
    )
    used |= {step for _prop, chain in chains(graph) for step in chain}
    kinds = {*PROPERTY_KINDS, OWL.AnnotationProperty, OWL.OntologyProperty}
    for term in used:
        if isinstance(term, URIRef) and not _built_in(term) and not kinds & set(graph.objects(term, RDF.type)):
            yield str(term)


def file_extension(graph: Graph) -> Iterator[str]:
    for iri in graph.subjects(RDF.type, OWL.Ontology):
        if re.search(r"\.(ttl|owl|rdf|xml|n3|nt|jsonld|html?)[#/]?$", str(iri)):
            yield str(iri)


def no_ontology(graph: Graph) -> Iterator[str]:
    if (None, RDF.type, OWL.Ontology) not in graph:
        yield "nothing is an owl:Ontology"


def hijacked(graph: Graph) -> Iterator[str]:
    """A term of another namespace that is described or given ends here: that is for its owner to say."""
    described = (RDFS.label, SKOS.definition, RDFS.comment, RDFS.domain, RDFS.range, OWL.inverseOf, RDFS.isDefinedBy)
    ontologies = set(graph.subjects(RDF.type, OWL.Ontology))
    for said in described:
        for term in graph.subjects(said):
            if isinstance(term, URIRef) and not is_own(term) and term not in ontologies:
                yield str(term)


def no_licence(graph: Graph) -> Iterator[str]:
    for iri in graph.subjects(RDF.type, OWL.Ontology):
        if (iri, DCTERMS.license, None) not in graph:
            yield str(iri)


PITFALLS = {
    code: Pitfall(code, name, search)
    for code, name, search in (
        ("P02", "two classes for one thing", of_classes.synonyms),
        ("P03", "a relation `is`", of_classes.is_relation),
        ("P04", "a term that nothing connects", of_classes.unconnected),
        ("P05", "inverses whose ends do not fit", of_properties.wrong_inverse),
        ("P06", "a cycle in a hierarchy", of_classes.cycles),
        ("P08", "no label or definition", of_classes.missing_annotations),
        ("P10", "no disjointness", of_classes.missing_disjointness),
        ("P11", "no domain or range", of_properties.missing_ends),
        ("P13", "an inverse that is not declared", of_properties.missing_inverse),
        ("P19", "several domains or ranges", of_properties.several_ends),
        ("P20", "an annotation used for another", of_classes.misused_annotations),
        ("P21", "a class for the rest", of_classes.miscellaneous_class),
        ("P22", "names against the convention", of_classes.naming),
        ("P24", "a definition that needs itself", of_classes.recursive),
        ("P25", "a property inverse to itself", of_properties.inverse_of_itself),
        ("P26", "an inverse of a symmetric property", of_properties.inverse_of_symmetric),
        ("P27", "equivalent properties that differ", of_properties.wrong_equivalent),
        ("P28", "symmetric, with two kinds of ends", of_properties.same_ends(OWL.SymmetricProperty)),
        ("P29", "transitive, with two kinds of ends", of_properties.same_ends(OWL.TransitiveProperty)),
        ("P30", "a class that another vocabulary has too", of_classes.missing_equivalence),
        ("P32", "two classes with one label", of_classes.same_label),
        ("P33", "a chain of one", of_properties.short_chain),
        ("P34", "a class that is not declared", untyped_class),
        ("P35", "a property that is not declared", untyped_property),
        ("P36", "a file extension in an ontology's IRI", file_extension),
        ("P38", "no ontology", no_ontology),
        ("P40", "a word of another namespace redefined", hijacked),
        ("P41", "no licence", no_licence),
    )
}
