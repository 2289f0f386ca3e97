"""What a view says of each portion: its label as RDF, its source and its originator, at the portion's own label.

The words stand in ``ontology/marking.ttl``. They are for questions; no decision is ever taken from them.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from graph_service.namespaces import NS, PREFIXES, category_iri, level_iri
from graph_service.portions import StoredPortion
from graph_service.security import Label

_XSD_DATE = NamedNode(PREFIXES["xsd"] + "date")
NOBODY = NamedNode(NS + "Nobody")


def described(stored: StoredPortion, *, marking: str) -> Iterator[Triple]:
    """The triples about one portion."""
    portion, me = stored.portion, NamedNode(stored.id)
    yield Triple(me, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(NS + "Portion"))
    yield Triple(me, NamedNode(PREFIXES["dcterms"] + "source"), NamedNode(portion.source))
    yield Triple(me, NamedNode(NS + "originator"), NamedNode(portion.originator))
    yield Triple(me, NamedNode(NS + "marking"), Literal(marking))
    for name, value in _label(stored.label):
        yield Triple(me, NamedNode(NS + name), NamedNode(value))
    if portion.set_on:
        yield Triple(me, NamedNode(NS + "labelSetOn"), Literal(portion.set_on.isoformat(), datatype=_XSD_DATE))
    if portion.ground:
        yield Triple(me, NamedNode(NS + "labelGround"), Literal(portion.ground))
    if portion.term and portion.term.until:
        yield Triple(me, NamedNode(NS + "labelUntil"), Literal(portion.term.until.isoformat(), datatype=_XSD_DATE))
    if portion.term and portion.term.event:
        yield Triple(me, NamedNode(NS + "labelUntilEvent"), Literal(portion.term.event))


def _label(label: Label) -> Iterator[tuple[str, str]]:
    """The label's levels and categories, each by its property and IRI."""
    for part in label.parts:
        yield "level", level_iri(part.policy, part.level.name)
        for category in part.compartments:
            yield "compartment", category_iri(part.policy, category.tag, category.name)
        for category in part.informative:
            yield "handlingRemark", category_iri(part.policy, category.tag, category.name)
        for release in part.releases:
            for name in release.recipients:
                yield "releasableTo", category_iri(part.policy, release.tag, name)
            if not release.recipients:
                yield "releasableTo", NOBODY.value
