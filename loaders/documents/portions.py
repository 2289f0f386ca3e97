"""A document as portions: one of its own statements, one a block, and the word that this is the whole of it.

(1) the label of the document and of each block, from its markings and what was stated with the load; (2) where each
block stands, as it is seen at its label; (3) what the blocks mention, with the names known at each one's label;
(4) a portion for the document, at its label; (5) a portion a block at its own label, and where pages and numbers count
what stands higher, another of the same part; (6) ``Whole``, so that what the document lost leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph_service.errors import LoadRefused
from graph_service.namespaces import NS, PREFIXES, partial_date_type
from graph_service.security import Label
from loaders.base import RDF_TYPE, UNSTATED, LoadRequest, Proposal, Whole, document_iri, portion_of
from loaders.documents.found import add_mention, same_source_mention
from loaders.documents.markings import labels_of
from loaders.documents.model import Document
from loaders.documents.paragraphs import layout_of, paragraph_statements
from loaders.extraction import find_mentions
from loaders.extraction.model import Mention
from loaders.names import KnownName, Names

__all__ = ["portions_of", "source_of"]

OWN_PART = "document"
"""The part of a document's own statements."""

_SOURCE = NS + "Source"
_PREF_LABEL = NamedNode(PREFIXES["skos"] + "prefLabel")
_DCTERMS = PREFIXES["dcterms"]


def portions_of(document: Document, request: LoadRequest, *, names: Callable[[Label], Names]) -> Iterator[Proposal]:
    """The proposals for one document. Raises ``LoadRefused`` if it can't be labelled: then there are none."""
    found = labels_of(document, policies=request.policies, stated=request.label)  # (1)
    stated = request.label
    labels = found.blocks if stated is None else tuple(label.join(stated) for label in found.blocks)
    yield from found.remarks
    own = source_of(document, request)
    mentions = list(find_mentions(document, labels, names, own=own))  # (3)
    yield from labelled_portions(
        document,
        request,
        label=found.document,
        labels=labels,
        mentions=mentions,
        same=same_sources(document, names(found.document), own=own),
    )


def labelled_portions(
    document: Document,
    request: LoadRequest,
    *,
    label: Label,
    labels: Sequence[Label],
    mentions: Sequence[Mention],
    same: Sequence[KnownName] = (),
) -> Iterator[Proposal]:
    """Steps 2 and 4 to 6, with the labels and the mentions at hand."""
    if not request.name_key:
        raise LoadRefused("names of paragraphs are keyed: the load has no key", file=document.file)
    source = NamedNode(source_of(document, request))
    layout = layout_of(document, source, label=label, labels=labels, request=request)  # (2)
    found: dict[int, list[Mention]] = {}
    for mention in mentions:
        found.setdefault(mention.block, []).append(mention)
    record = request.record.or_else(UNSTATED)
    own = _own_statements(document, source, request)
    for known in same:
        own |= same_source_mention(source, known, label=label, request=request)
    yield portion_of(own, source=source.value, part=OWN_PART, label=label, record=record)  # (4)
    for number, placed in enumerate(layout.placed):  # (5)
        statements = paragraph_statements(layout, number)
        for mention in found.get(number, ()):
            add_mention(statements, mention, layout=layout, request=request)
        for at, triples in statements.by_label.items():
            part = placed.position.part if at == placed.label else placed.layout_part
            yield portion_of(triples, source=source.value, part=part, label=at, record=record)
        request.progress(request.file, number + 1, len(layout.placed))
    yield Whole(source.value)  # (6)


def source_of(document: Document, request: LoadRequest) -> str:
    """Who the document is: what it says itself, else what was stated, else a name that tells nothing.

    SECURITY: the name of a file is nobody's business at a lower label, and each paragraph names its document.
    """
    return document.iri or request.source or document_iri(document.file, name_key=request.name_key)


def same_sources(document: Document, names: Names, *, own: str) -> list[KnownName]:
    """The sources known already that are called what this document is called, unless it is one of them by its IRI."""
    if document.iri:
        return []
    called = {" ".join(text.split()).casefold() for text in (document.title, document.identifier) if text}
    found = {
        known.iri: known
        for known in names.known
        if known.iri != own and _SOURCE in known.kinds and " ".join(known.text.split()).casefold() in called
    }
    return [found[iri] for iri in sorted(found)]


def _own_statements(document: Document, source: NamedNode, request: LoadRequest) -> set[Triple]:
    """What is said of the document itself: its kind, name, day and language, and the facts of its structure."""
    facts = {quad.triple for quad in parse(document.facts, format=RdfFormat.N_TRIPLES)}
    own = {Triple(source, RDF_TYPE, NamedNode(NS + (document.kind or "Source")))}
    title = document.title or document.identifier or request.file
    language = document.language or None
    if document.title:
        own.add(Triple(source, NamedNode(_DCTERMS + "title"), Literal(document.title, language=language)))
    if not any(fact.subject == source and fact.predicate == _PREF_LABEL for fact in facts):
        own.add(Triple(source, _PREF_LABEL, Literal(title, language=language if document.title else None)))
    if document.identifier:
        own.add(Triple(source, NamedNode(_DCTERMS + "identifier"), Literal(document.identifier)))
    if document.language:
        own.add(Triple(source, NamedNode(_DCTERMS + "language"), Literal(document.language)))
    if document.dated and (kind := partial_date_type(document.dated)):
        day = Literal(document.dated, datatype=NamedNode(PREFIXES["xsd"] + kind))
        own.add(Triple(source, NamedNode(_DCTERMS + "issued"), day))
    return own | facts
