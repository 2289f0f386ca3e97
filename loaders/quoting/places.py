"""Where a row stands in a document: its passages, and its quotations with their places in the text.

    places = Places(dataset.documents, texts, policies=policies)
    passage = places.passage("tor", "3", "21")
    quotation = places.quotation("tor", "3", ["21"], "de ogen en oren", passages=[passage.node])

What is worked out from a document at hand (positions, the words around) is as high as the document, whatever the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Triple

from graph_service.security import Label, Policies
from loaders.base import ID, NS, PREFIXES, RDF_TYPE, expand, marking_to_label
from loaders.cells import fill, literal, xsd
from loaders.mapping import MAPPING, Document
from loaders.quoting.quotations import DocumentText, Span

PREF_LABEL = NamedNode(PREFIXES["skos"] + "prefLabel")
QUOTED_AT, INFERRED_AT = NamedNode(NS + "quotedAt"), NamedNode(NS + "inferredAt")
_HAS_SELECTOR = expand("oa:hasSelector")

Facts = Iterable[tuple[NamedNode, NamedNode | Literal]]


@dataclass(frozen=True, slots=True)
class Described:
    """A node with its statements: those at the row's label, and those that take another label besides."""

    node: NamedNode
    stated: tuple[Triple, ...]
    computed: tuple[tuple[Triple, Label], ...] = ()


class Places:
    """The documents that the rows of a dataset cite, and the texts of those that are at hand."""

    def __init__(
        self, documents: Mapping[str, Document], texts: Mapping[str, DocumentText], *, policies: Policies
    ) -> None:
        self.documents, self.texts = documents, texts
        # SECURITY: a text has a label of its own; its words don't come out lower. tests/unit/test_places.py
        self.labels = {
            key: marking_to_label(form.label, policies=policies, file=MAPPING, line=None, column=None)
            for key in texts
            if (form := documents[key].text)
        }

    def passage(self, key: str, section: str, note: str) -> Described:
        """The place itself. Raises ``ValueError`` if the section can't stand in an IRI or the note is no number."""
        document = self.documents[key]
        passage = fill(f"id:passage/{key}/{section}" + (f"/fn{note}" if note else ""), {})
        where = f" §{section}" if section[0].isdigit() else f" {section}"
        in_dutch = (document.name_nl or document.name) + where + (f", noot {note}" if note else "")
        in_english = document.name + where + (f", note {note}" if note else "")
        facts: list[tuple[NamedNode, NamedNode | Literal]] = [
            (RDF_TYPE, NamedNode(NS + "Passage")),
            (NamedNode(NS + "inDocument"), expand(document.iri)),
            (NamedNode(NS + "section"), Literal(section)),
            (PREF_LABEL, Literal(in_dutch, language="nl")),
            (PREF_LABEL, Literal(in_english, language="en")),
        ]
        if note:
            facts.append((NamedNode(NS + "footnoteNumber"), literal(note, kind="integer")))
            facts.append((NamedNode(NS + "atFootnote"), NamedNode(f"{ID}footnote/{key}-{note}")))
        return Described(passage, _about(passage, facts))

    def locate(self, key: str, section: str, notes: Sequence[str], words: str) -> Span | None:
        """Where the words stand in the text at hand; ``None`` without it. Raises ``QuotationNotFound``."""
        text = self.texts.get(key)
        return text.locate(words, section=section, notes=[int(note) for note in notes if note]) if text else None

    def quotation(
        self, key: str, section: str, notes: Sequence[str], words: str, *, passages: Sequence[NamedNode]
    ) -> Described:
        """The words at these passages. Raises ``QuotationNotFound`` if the text at hand doesn't have them there."""
        words = " ".join(words.split())
        document = expand(self.documents[key].iri)
        name = sha256("\n".join([document.value, section, *notes, words]).encode("utf-8")).hexdigest()[:20]
        quotation = NamedNode(f"{ID}quotation/{name}")
        by_words = NamedNode(f"{quotation.value}/words")
        stated = [
            *_about(
                quotation,
                [
                    (RDF_TYPE, NamedNode(NS + "Quotation")),
                    (expand("oa:hasSource"), document),
                    (_HAS_SELECTOR, by_words),
                    *((NamedNode(NS + "atPassage"), passage) for passage in passages),
                ],
            ),
            *_about(by_words, [(RDF_TYPE, expand("oa:TextQuoteSelector")), (expand("oa:exact"), Literal(words))]),
        ]
        span = self.locate(key, section, notes, words)
        if span is None:
            return Described(quotation, tuple(stated))
        computed = _computed(quotation, by_words, self.texts[key], span)
        return Described(quotation, tuple(stated), tuple((triple, self.labels[key]) for triple in computed))


def _computed(quotation: NamedNode, by_words: NamedNode, text: DocumentText, span: Span) -> tuple[Triple, ...]:
    """What only the document itself gives: the words around, the positions, and which text they are of."""
    by_position = NamedNode(f"{quotation.value}/position")
    around = [("oa:prefix", text.before(span)), ("oa:suffix", text.after(span))]
    return (
        *_about(by_words, [(expand(name), Literal(words)) for name, words in around if words]),
        Triple(quotation, _HAS_SELECTOR, by_position),
        *_about(
            by_position,
            [
                (RDF_TYPE, expand("oa:TextPositionSelector")),
                (expand("oa:start"), Literal(str(span.start), datatype=xsd("nonNegativeInteger"))),
                (expand("oa:end"), Literal(str(span.end), datatype=xsd("nonNegativeInteger"))),
                (NamedNode(NS + "textDigest"), Literal(text.digest)),
            ],
        ),
    )


def _about(node: NamedNode, facts: Facts) -> tuple[Triple, ...]:
    return tuple(Triple(node, predicate, value) for predicate, value in facts)
