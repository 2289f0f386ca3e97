"""Mentions and reviews, read out of portions and written as portions: the RDF of the review list. Pure.

A review is a portion of its own, of the review register, whose part is the mention. It holds what was decided, and for
a mention that was accepted the fact that follows: so a reader who may see the portion sees who stands behind the fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph_service.namespaces import ID, NS, PREFIXES, partial_date_type
from loaders.base import RDF_TYPE, ntriples

__all__ = [
    "ACCEPTED",
    "CORRECTED",
    "REGISTER",
    "REJECTED",
    "Found",
    "Reviewed",
    "mentions_in",
    "review_text",
    "reviews_in",
    "subjects_in",
]

REGISTER = f"{ID}review-register"
"""The source of every review."""
ACCEPTED, REJECTED, CORRECTED = "accepted", "rejected", "corrected"
AROUND = 60
"""How many code points of the text stand before and after the words on the review list."""

_MARKS = (f"<{NS}Mention>", f"<{NS}Review>")
_OA, _XSD, _SKOS = PREFIXES["oa"], PREFIXES["xsd"], PREFIXES["skos"]
_CITING = frozenset({"paper", "resolution", "law", "treaty", "report"})
_NEW = {"goal": ("Goal", "goalText"), "question": ("ResearchQuestion", "questionText")}

Facts = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Found:
    """A mention as it is stored: what was found (``target`` an IRI, ``value`` a text), where, and how surely."""

    iri: str
    kind: str
    words: str
    target: str
    value: str
    confidence: float
    method: str
    document: str
    paragraph: str
    footnote: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review as it is stored."""

    mention: str
    verdict: str
    by: str
    on: str
    words: str
    document: str
    corrected_to: str = ""
    note: str = ""


def mentions_in(text: str, *, wanted: AbstractSet[str] | None = None) -> Iterator[Found]:
    """The mentions that a portion holds, or those of them that are wanted.

    Parsing is what costs: a portion without any of them is left unread.
    """
    if _MARKS[0] in text and (wanted is None or not wanted.isdisjoint(subjects_in(text))):
        facts = _facts(text)
        for subject in facts if wanted is None else wanted & facts.keys():
            if NS + "Mention" in facts[subject].get(RDF_TYPE.value, ()):
                yield _found(subject, facts)


def reviews_in(text: str) -> Iterator[Reviewed]:
    """The reviews that a portion holds."""
    if _MARKS[1] in text:
        facts = _facts(text)
        for said in facts.values():
            if NS + "Review" in said.get(RDF_TYPE.value, ()):
                one = _one(said)
                yield Reviewed(
                    mention=one(NS + "reviews"),
                    verdict=one(NS + "verdict"),
                    by=one(NS + "reviewedBy"),
                    on=one(NS + "reviewedOn"),
                    words=one(NS + "reviewedWords"),
                    document=one(NS + "reviewOfDocument"),
                    corrected_to=one(NS + "correctedTo"),
                    note=one(NS + "note"),
                )


def subjects_in(text: str) -> frozenset[str]:
    """Everything that a portion says something about."""
    return frozenset(line[1 : line.index(">")] for line in text.splitlines() if line.startswith("<"))


def _facts(text: str) -> Facts:
    facts: dict[str, dict[str, tuple[str, ...]]] = {}
    for quad in parse(text, format=RdfFormat.N_TRIPLES):
        said = facts.setdefault(getattr(quad.subject, "value", ""), {})
        said[quad.predicate.value] = (*said.get(quad.predicate.value, ()), getattr(quad.object, "value", ""))
    return facts


def _one(said: Mapping[str, tuple[str, ...]]) -> Callable[[str], str]:
    return lambda name: min(said.get(name, ("",)))


def _found(iri: str, facts: Facts) -> Found:
    one = _one(facts[iri])
    quotation = facts.get(one(_OA + "hasTarget"), {})
    selectors = [facts.get(name, {}) for name in quotation.get(_OA + "hasSelector", ())]
    words = "".join(_one(selector)(_OA + "exact") for selector in selectors)
    place = _one(quotation)(NS + "atPassage")
    block = _one(facts.get(place, {}))
    whole = block(NS + "paragraphText")
    start = next((int(at) for selector in selectors if (at := _one(selector)(_OA + "start"))), 0)
    is_note = block(NS + "paragraphKind") == "note"
    return Found(
        iri=iri,
        kind=one(NS + "mentionKind"),
        words=words,
        target=one(_OA + "hasBody"),
        value="/".join(sorted(facts[iri].get(NS + "mentionedDate", ()))) or one(_OA + "bodyValue"),
        confidence=float(one(NS + "extractionConfidence") or 0),
        method=one(NS + "extractionMethod"),
        document=block(NS + "inDocument") or _one(quotation)(_OA + "hasSource"),
        paragraph=place,
        footnote=block(NS + "atFootnote") if is_note else "",
        before=whole[max(0, start - AROUND) : start],
        after=whole[start + len(words) : start + len(words) + AROUND],
    )


def review_text(found: Found, verdict: str, *, by: str, on: date, note: str = "", corrected_to: str = "") -> str:
    """N-Triples of a review, with the fact that follows where the mention was accepted or corrected.

    Raises ``ValueError`` where no fact can follow: the mention does not say what it names.
    """
    me = NamedNode(f"{ID}review/{found.iri.rpartition('/')[2]}")
    said = [
        Triple(me, RDF_TYPE, _ns("Review")),
        Triple(me, _ns("reviews"), NamedNode(found.iri)),
        Triple(me, _ns("verdict"), Literal(verdict)),
        Triple(me, _ns("reviewedBy"), Literal(by)),
        Triple(me, _ns("reviewedOn"), Literal(on.isoformat(), datatype=NamedNode(_XSD + "date"))),
        Triple(me, _ns("reviewedWords"), Literal(found.words)),
        Triple(me, _ns("reviewOfDocument"), NamedNode(found.document)),
    ]
    if note:
        said.append(Triple(me, _ns("note"), Literal(note)))
    if corrected_to and found.kind != "date":
        said.append(Triple(me, _ns("correctedTo"), NamedNode(corrected_to)))
    if verdict != REJECTED:
        said += _following(found, corrected_to)
    return ntriples(said)


def _following(found: Found, corrected_to: str) -> Iterable[Triple]:
    """The fact that an accepted mention states."""
    place, target = NamedNode(found.paragraph), corrected_to or found.target
    if found.kind == "date":
        days = (corrected_to or found.value).split("/")  # a period names both its ends
        kinds = [partial_date_type(day) for day in days]
        if not all(kinds):
            raise ValueError("this mention names no day, month or year: correct it with --to 2013-04, or reject it")
        typed = (Literal(day, datatype=NamedNode(f"{_XSD}{kind}")) for day, kind in zip(days, kinds, strict=True))
        return [Triple(place, _ns("mentionsDate"), day) for day in typed]
    if found.kind in _NEW and not target:
        return _new_thing(found, place)
    if not target:
        raise ValueError("this mention does not say what it names: correct it with --to IRI, or reject it")
    if found.kind in _CITING:
        return [Triple(NamedNode(found.footnote or found.document), _ns("cites"), NamedNode(target))]
    if found.kind == "document":
        same = NamedNode(PREFIXES["dcterms"] + "isFormatOf")
        return [Triple(NamedNode(found.document), same, NamedNode(target))]
    if found.kind in _NEW:
        return [Triple(NamedNode(target), _ns("statedAt"), place)]
    if found.kind == "abbreviation":
        return _abbreviation(found, place, target)
    return [Triple(place, _ns("mentions"), NamedNode(target))]


def _new_thing(found: Found, place: NamedNode) -> list[Triple]:
    """A goal or question that nothing else describes: it is known by its words."""
    kind, text = _NEW[found.kind]
    thing = NamedNode(f"{ID}{found.kind}/{found.iri.rpartition('/')[2]}")
    return [
        Triple(thing, RDF_TYPE, _ns(kind)),
        Triple(thing, NamedNode(_SKOS + "prefLabel"), Literal(found.words)),
        Triple(thing, _ns(text), Literal(found.words)),
        Triple(thing, _ns("statedAt"), place),
    ]


def _abbreviation(found: Found, place: NamedNode, target: str) -> list[Triple]:
    name = NamedNode(f"{ID}name/{found.iri.rpartition('/')[2]}")
    return [
        Triple(name, RDF_TYPE, _ns("Abbreviation")),
        Triple(name, _ns("abbreviatedForm"), Literal(found.words)),
        Triple(name, _ns("nameText"), Literal(found.value or found.words)),
        Triple(name, _ns("nameOf"), NamedNode(target)),
        Triple(name, _ns("statedAt"), place),
    ]


def _ns(name: str) -> NamedNode:
    return NamedNode(NS + name)
