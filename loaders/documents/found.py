"""What was found in a block as RDF: annotations on its own words, apart from every fact. Pure.

A mention is an ``oa:Annotation``; its target is a ``sluis:Quotation`` in the block, picked out by words and by
positions that are counted in the block's own text, so that no other block has a say in it. Its IRI is made of the
document, the block's words and label, and what was found where: the same after every load, whatever stands around it.
"""

from __future__ import annotations

from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Triple

from graph_service.namespaces import ID, NS, PREFIXES, partial_date_type
from graph_service.portions import label_text
from graph_service.security import Label
from loaders.base import RDF_TYPE, LoadRequest, Statements
from loaders.documents.paragraphs import Layout, Placed
from loaders.extraction.model import Mention, MentionKind
from loaders.names import KnownName

__all__ = ["add_mention", "same_source_mention"]

_OA, _XSD = PREFIXES["oa"], PREFIXES["xsd"]
_MENTION, _QUOTATION = NamedNode(NS + "Mention"), NamedNode(NS + "Quotation")
_HAS_TARGET, _HAS_BODY, _BODY_VALUE = (NamedNode(_OA + name) for name in ("hasTarget", "hasBody", "bodyValue"))
_HAS_SOURCE, _HAS_SELECTOR = NamedNode(_OA + "hasSource"), NamedNode(_OA + "hasSelector")
_BY_WORDS, _BY_POSITION = NamedNode(_OA + "TextQuoteSelector"), NamedNode(_OA + "TextPositionSelector")
_EXACT, _START, _END = NamedNode(_OA + "exact"), NamedNode(_OA + "start"), NamedNode(_OA + "end")
_AT_PASSAGE, _DIGEST = NamedNode(NS + "atPassage"), NamedNode(NS + "textDigest")
_KIND, _DATE = NamedNode(NS + "mentionKind"), NamedNode(NS + "mentionedDate")
_BY, _CONFIDENCE = NamedNode(NS + "extractionMethod"), NamedNode(NS + "extractionConfidence")
_COUNT = NamedNode(_XSD + "nonNegativeInteger")

SAME_NAME, SAME_NAME_CONFIDENCE = "same-name/1", 0.9
"""How a document is found to be a known source, and how surely: titles are used twice at times."""


def add_mention(statements: Statements, mention: Mention, *, layout: Layout, request: LoadRequest) -> None:
    """State one mention at its block's label. Raises ``ValueError`` if its positions are not those of its words."""
    placed = layout.placed[mention.block]
    text = placed.block.text
    if text[mention.start : mention.end] != mention.text or not mention.text:
        raise ValueError(f"{mention.method}: `{mention.text}` does not stand at {mention.start} of its block")
    name = _name(mention, placed, layout, request)
    me, quotation = NamedNode(f"{ID}mention/{name}"), NamedNode(f"{ID}quotation/{name}")
    facts = [
        Triple(me, RDF_TYPE, _MENTION),
        Triple(me, _HAS_TARGET, quotation),
        Triple(me, _KIND, Literal(mention.kind.value)),
        *_body(me, mention),
        *_method(me, mention.method, mention.confidence),
        *_quotation(quotation, mention, placed),
    ]
    for fact in facts:
        statements.add(fact, label=placed.label)


def _method(me: NamedNode, method: str, confidence: float) -> list[Triple]:
    """How something was found, and how surely."""
    return [
        Triple(me, _BY, Literal(method)),
        Triple(me, _CONFIDENCE, Literal(f"{confidence:.3f}", datatype=NamedNode(_XSD + "decimal"))),
    ]


def same_source_mention(source: NamedNode, known: KnownName, *, label: Label, request: LoadRequest) -> set[Triple]:
    """That a document is called what a known source is called: a mention too, because a name is no identity."""
    name = request.opaque("mention", source.value, label_text(label), "document", known.text, known.iri)
    me, quotation = NamedNode(f"{ID}mention/{name}"), NamedNode(f"{ID}quotation/{name}")
    words = NamedNode(f"{quotation.value}/words")
    return {
        Triple(me, RDF_TYPE, _MENTION),
        Triple(me, _KIND, Literal("document")),
        Triple(me, _HAS_BODY, NamedNode(known.iri)),
        *_method(me, SAME_NAME, SAME_NAME_CONFIDENCE),
        Triple(me, _HAS_TARGET, quotation),
        Triple(quotation, RDF_TYPE, _QUOTATION),
        Triple(quotation, _HAS_SOURCE, source),
        Triple(quotation, _HAS_SELECTOR, words),
        Triple(words, RDF_TYPE, _BY_WORDS),
        Triple(words, _EXACT, Literal(known.text)),
    }


def _name(mention: Mention, placed: Placed, layout: Layout, request: LoadRequest) -> str:
    """Neither the method nor the place of the block is in it: a decision outlives a better finder and a moved text."""
    block = (layout.document.value, label_text(placed.label), placed.block.text, str(placed.position.copy))
    found = (mention.kind.value, str(mention.start), str(mention.end), mention.target)
    return request.opaque("mention", *block, *found)


def _body(me: NamedNode, mention: Mention) -> list[Triple]:
    """What is mentioned: a thing, a date, a period with both its ends, or an identifier or long form as text."""
    said = [Triple(me, _HAS_BODY, NamedNode(mention.target))] if mention.target else []
    dates = mention.value.split("/") if mention.kind is MentionKind.DATE else []
    said.extend(
        Triple(me, _DATE, Literal(date, datatype=NamedNode(_XSD + kind)))
        for date in dates
        if (kind := partial_date_type(date))
    )
    if mention.value and len(dates) != 1:
        said.append(Triple(me, _BODY_VALUE, Literal(mention.value)))
    return said


def _quotation(quotation: NamedNode, mention: Mention, placed: Placed) -> list[Triple]:
    words, position = NamedNode(f"{quotation.value}/words"), NamedNode(f"{quotation.value}/position")
    digest = "sha256:" + sha256(placed.block.text.encode("utf-8")).hexdigest()
    return [
        Triple(quotation, RDF_TYPE, _QUOTATION),
        Triple(quotation, _HAS_SOURCE, placed.node),
        Triple(quotation, _AT_PASSAGE, placed.node),
        Triple(quotation, _HAS_SELECTOR, words),
        Triple(quotation, _HAS_SELECTOR, position),
        Triple(words, RDF_TYPE, _BY_WORDS),
        Triple(words, _EXACT, Literal(mention.text)),
        Triple(position, RDF_TYPE, _BY_POSITION),
        Triple(position, _START, Literal(str(mention.start), datatype=_COUNT)),
        Triple(position, _END, Literal(str(mention.end), datatype=_COUNT)),
        Triple(position, _DIGEST, Literal(digest)),
    ]
