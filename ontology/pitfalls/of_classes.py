"""Pitfalls of names, texts and classes; the package says which code each has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from ontology.pitfalls.reading import (
    PROPERTY_KINDS,
    chains,
    disjoint_classes,
    is_own,
    language_of,
    mentioned,
    own_terms,
    short,
)

LANGUAGES = ("nl", "en")
LONGEST_LABEL = 60


# --- names and texts -------------------------------------------------------------------------------------------------


def is_relation(graph: Graph) -> Iterator[str]:
    for prop in own_terms(graph, *PROPERTY_KINDS):
        if short(prop).lower() in {"is", "isa", "instanceof", "kindof", "subclassof"}:
            yield f"{short(prop)}: use rdf:type or rdfs:subClassOf"


def missing_annotations(graph: Graph) -> Iterator[str]:
    for term in own_terms(graph, OWL.Class, *PROPERTY_KINDS, OWL.NamedIndividual):
        for said, name in ((RDFS.label, "label"), (SKOS.definition, "definition")):
            languages = {language_of(text) for text in graph.objects(term, said)}
            yield from (f"{short(term)}: no {name} in {tag}" for tag in LANGUAGES if tag not in languages)


def misused_annotations(graph: Graph) -> Iterator[str]:
    for term, label in graph.subject_objects(RDFS.label):
        if not is_own(term):
            continue
        if len(str(label)) > LONGEST_LABEL or str(label).endswith("."):
            yield f"{short(term)}: the label is a sentence"
        if str(label) in {str(text) for text in graph.objects(term, SKOS.definition)}:
            yield f"{short(term)}: the definition is the label"
    for term in graph.subjects(RDFS.comment):
        if is_own(term):
            yield f"{short(term)}: rdfs:comment, where skos:definition or a note says which it is"


def miscellaneous_class(graph: Graph) -> Iterator[str]:
    for term in own_terms(graph, OWL.Class):
        words = set(re.findall(r"[A-Z][a-z]*", short(term)))
        if words & {"Other", "Others", "Misc", "Miscellaneous", "Various", "Overig", "Overige", "Diversen", "Unknown"}:
            yield short(term)


def naming(graph: Graph) -> Iterator[str]:
    for kinds, pattern in (((OWL.Class,), r"[A-Z][A-Za-z0-9]*"), (PROPERTY_KINDS, r"[a-z][A-Za-z0-9]*")):
        yield from (short(term) for term in own_terms(graph, *kinds) if not re.fullmatch(pattern, short(term)))


def same_label(graph: Graph) -> Iterator[str]:
    named: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for term in own_terms(graph, OWL.Class):
        for text in graph.objects(term, RDFS.label):
            named[str(text).casefold(), language_of(text)].add(short(term))
    for (label, tag), terms in named.items():
        if len(terms) > 1:
            yield f"{label}@{tag}: {', '.join(sorted(terms))}"


def missing_equivalence(graph: Graph) -> Iterator[str]:
    """A class named as one of another vocabulary, without a word on how the two are related."""
    foreign = [term for term in graph.subjects(RDF.type, OWL.Class) if isinstance(term, URIRef) and not is_own(term)]
    for term in own_terms(graph, OWL.Class):
        for other in foreign:
            if re.split(r"[#/]", other)[-1].casefold() != short(term).casefold():
                continue
            up, down = graph.transitive_objects(term, RDFS.subClassOf), graph.transitive_objects(other, RDFS.subClassOf)
            if other not in set(up) and term not in set(down) and not any(graph.predicates(term, other)):
                yield f"{short(term)} and {other}"


# --- classes ---------------------------------------------------------------------------------------------------------


def synonyms(graph: Graph) -> Iterator[str]:
    for one, other in graph.subject_objects(OWL.equivalentClass):
        if is_own(one) and is_own(other):
            yield f"{short(one)} is {short(other)}: make one a skos:altLabel of the other"


def unconnected(graph: Graph) -> Iterator[str]:
    """A class that no axiom names, or a property that has neither an axiom nor an example of its use."""
    disjoint = disjoint_classes(graph)
    links = (RDFS.subClassOf, RDFS.domain, RDFS.range, OWL.equivalentClass, RDF.type)
    for term in own_terms(graph, OWL.Class):
        is_kind = any(isinstance(found, URIRef) for found in graph.objects(term, RDFS.subClassOf))
        if not is_kind and term not in disjoint and not any(True for link in links for _ in graph.subjects(link, term)):
            yield f"{short(term)} (class)"
    for prop in own_terms(graph, *PROPERTY_KINDS):
        about = {
            RDFS.domain,
            RDFS.range,
            RDFS.subPropertyOf,
            OWL.inverseOf,
            OWL.propertyChainAxiom,
            OWL.equivalentProperty,
        }
        to = {RDFS.subPropertyOf, OWL.inverseOf, OWL.equivalentProperty, RDF.first}
        said = set(graph.predicates(prop)) & about or set(graph.predicates(None, prop)) & to
        if not said and (prop, SKOS.example, None) not in graph:
            yield f"{short(prop)} (property)"


def cycles(graph: Graph) -> Iterator[str]:
    for step in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term in {term for term in graph.subjects(step) if isinstance(term, URIRef)}:
            above = {up for first in graph.objects(term, step) for up in graph.transitive_objects(first, step)}
            if term in above:
                yield short(term)


def missing_disjointness(graph: Graph) -> Iterator[str]:
    """A class without a superclass of ours that may share instances with every other."""
    disjoint = disjoint_classes(graph)
    for term in own_terms(graph, OWL.Class):
        if not any(is_own(up) for up in graph.objects(term, RDFS.subClassOf)) and term not in disjoint:
            yield short(term)


def recursive(graph: Graph) -> Iterator[str]:
    for step in (RDFS.subClassOf, OWL.equivalentClass):
        for term, said in graph.subject_objects(step):
            if is_own(term) and term in mentioned(graph, said):
                yield f"{short(term)} stands in its own definition"
    needs: dict[Node, set[Node]] = defaultdict(set)
    for prop, chain in chains(graph):
        needs[prop] |= set(_beside_itself(prop, chain))
    for prop in needs:
        if prop in _reached(needs, prop):
            yield f"{short(prop)} stands in its own chain"


def _beside_itself(prop: Node, chain: list[Node]) -> list[Node]:
    """What a chain needs besides the property that it makes.

    OWL 2 lets a property stand first or last in its own chain, or twice with nothing else: so it is carried over one
    step more. Anywhere else its definition needs itself.
    """
    if chain == [prop, prop]:
        return []
    if chain.count(prop) == 1 and prop in (chain[0], chain[-1]) and len(chain) > 1:
        return [step for step in chain if step != prop]
    return chain


def _reached(needs: dict[Node, set[Node]], start: Node) -> set[Node]:
    found: set[Node] = set()
    waiting = list(needs.get(start, ()))
    while waiting:
        step = waiting.pop()
        if step not in found:
            found.add(step)
            waiting += needs.get(step, ())
    return found
