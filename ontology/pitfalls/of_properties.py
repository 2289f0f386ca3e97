"""Pitfalls of properties; the package says which code each has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from ontology.pitfalls.reading import PROPERTY_KINDS, Search, chains, ends_of, language_of, own_terms, short


def wrong_inverse(graph: Graph) -> Iterator[str]:
    for one, other in graph.subject_objects(OWL.inverseOf):
        if not (isinstance(one, URIRef) and isinstance(other, URIRef)):
            continue
        (domain, range_), (domain2, range2) = ends_of(graph, one), ends_of(graph, other)
        if (domain and range2 and domain != range2) or (range_ and domain2 and range_ != domain2):
            yield f"{short(one)} and {short(other)}: their ends are not each other's"


def _known_ends(graph: Graph, prop: Node, seen: frozenset[Node] = frozenset()) -> tuple[bool, bool]:
    """Whether the domain and the range follow from what is said of the property and of those it rests on."""
    if prop in seen:
        return False, False
    seen |= {prop}
    known = [(prop, RDFS.domain, None) in graph, (prop, RDFS.range, None) in graph]
    others = [(up, False) for step in (RDFS.subPropertyOf, OWL.equivalentProperty) for up in graph.objects(prop, step)]
    others += [(same, False) for same in graph.subjects(OWL.equivalentProperty, prop)]
    others += [(back, True) for back in [*graph.objects(prop, OWL.inverseOf), *graph.subjects(OWL.inverseOf, prop)]]
    for other, swapped in others:
        ends = _known_ends(graph, other, seen)
        known = [mine or its for mine, its in zip(known, reversed(ends) if swapped else ends, strict=True)]
    return known[0], known[1]


def missing_ends(graph: Graph) -> Iterator[str]:
    """A property without an end, although its definition names one kind of thing there.

    An end is known too by the inverse or a superproperty. A definition with `or`, `something` or `anything`, its own or
    its inverse's, names several kinds, and then an end would make false facts. A text or a date has no range: OWL 2 DL
    has no datatype for it.
    """
    for prop in own_terms(graph, *PROPERTY_KINDS):
        both_ways = [prop, *graph.objects(prop, OWL.inverseOf)]
        texts = [text for term in both_ways for text in graph.objects(term, SKOS.definition)]
        if any(
            re.search(r"\b(or|something|anything|statement)\b", str(text))
            for text in texts
            if language_of(text) == "en"
        ):
            continue
        domain, range_ = _known_ends(graph, prop)
        if not domain:
            yield f"{short(prop)}: no domain"
        if not range_ and (prop, RDF.type, OWL.ObjectProperty) in graph:
            yield f"{short(prop)}: no range"


def missing_inverse(graph: Graph) -> Iterator[str]:
    """Two properties that lead there and back between the same two classes, by their names, and don't say so."""
    said = {frozenset(pair) for pair in graph.subject_objects(OWL.inverseOf)}
    props = [prop for prop in own_terms(graph, OWL.ObjectProperty) if all(ends_of(graph, prop))]
    for one in props:
        for other in props:
            there_and_back = ends_of(graph, one) == tuple(reversed(ends_of(graph, other))) and one < other
            stems = {re.sub(r"^(has|is)|(Of|By|d|s|es|ed)$", "", short(prop)).casefold() for prop in (one, other)}
            if there_and_back and len(stems) == 1 and frozenset((one, other)) not in said:
                yield f"{short(one)} and {short(other)}"


def several_ends(graph: Graph) -> Iterator[str]:
    for prop in own_terms(graph, *PROPERTY_KINDS):
        for end, name in zip(ends_of(graph, prop), ("domains", "ranges"), strict=True):
            if len(end) > 1:
                yield f"{short(prop)}: {len(end)} {name}, which means all of them at once"


def inverse_of_itself(graph: Graph) -> Iterator[str]:
    yield from (short(one) for one, other in graph.subject_objects(OWL.inverseOf) if one == other)


def inverse_of_symmetric(graph: Graph) -> Iterator[str]:
    for one, other in graph.subject_objects(OWL.inverseOf):
        yield from (short(p) for p in (one, other) if (p, RDF.type, OWL.SymmetricProperty) in graph)


def wrong_equivalent(graph: Graph) -> Iterator[str]:
    for one, other in graph.subject_objects(OWL.equivalentProperty):
        kinds = [set(graph.objects(prop, RDF.type)) & set(PROPERTY_KINDS) for prop in (one, other)]
        ends = [ends_of(graph, prop) for prop in (one, other) if isinstance(prop, URIRef)]
        differ = any(a and b and a != b for a, b in zip(*ends, strict=True)) if len(ends) == 2 else False
        if kinds[0] != kinds[1] or differ:
            yield f"{short(one)} and {short(other)}"


def same_ends(kind: URIRef) -> Search:
    def search(graph: Graph) -> Iterator[str]:
        for prop in own_terms(graph, OWL.ObjectProperty):
            domain, range_ = ends_of(graph, prop)
            if (prop, RDF.type, kind) in graph and domain != range_:
                yield f"{short(prop)}: its domain is not its range"

    return search


def short_chain(graph: Graph) -> Iterator[str]:
    yield from (short(prop) for prop, chain in chains(graph) if len(chain) < 2)
