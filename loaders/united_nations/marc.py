"""Records of the UN Digital Library in MARCXML: resolutions, and how members voted on them.

    191 $a symbol, or 791 $a in a voting record    245 $a title    269 $a day    952 $a meeting    993 $a draft
    650 $a subject    991 $d agenda item    996 $a summary of the vote
    967, 968, 969 a member's vote: $e the member, $c its code, $d its vote

Spec: the library's own fields, in the MARC 21 slim schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest, Proposal, Remark, Whole
from loaders.cells import partial_date
from loaders.facts import Facts, PassedOver, settled
from loaders.heads import Head
from loaders.reading.xml import Element, local_name, stream_xml, text_of
from loaders.united_nations.resolution import CASTS, Identity, add_subject, describe, identity_of, member, vote

_RECORD_PAGE = "https://digitallibrary.un.org/record/"
_MARC = re.compile(rb"<(?:[a-z]{1,9}:)?(?:collection|record)\b[^>]{0,300}http://www\.loc\.gov/MARC21/slim")
_COUNTS = re.compile(r"(Yes|No|Abstentions|Non-Voting):\s{0,5}(\d{1,3})", re.IGNORECASE)
_SAID = {"yes": "sluis:votesInFavour", "no": "sluis:votesAgainst", "abstentions": "sluis:abstentions"}
_VOTES = ("967", "968", "969")


def recognises(head: Head) -> bool:
    return _MARC.search(head.start) is not None


def load(request: LoadRequest) -> Iterator[Proposal]:
    """One portion a record that is of a resolution; of the others it is said how many were passed over."""
    request = settled(request)
    passed, parts = PassedOver(), set[str]()
    for record in stream_xml(request.path, tags=["record"], file=request.file):
        found = _identity(record)
        if found is None:
            passed.add("records of no resolution")
            continue
        part = _part(record, found)
        if part in parts:
            raise LoadRefused(f"{found.symbol} has two records of one number", file=request.file)
        parts.add(part)
        yield _facts(record, found).portion(part, request)
        request.progress(request.file, len(parts), 0)
    if not parts:
        raise LoadRefused("no record in it is of a resolution: field 191 or 791 names its symbol", file=request.file)
    yield from (Remark(text, request.file) for text in passed.told())
    yield Whole(request.source)


def _identity(record: Element) -> Identity | None:
    """The resolution that a record is of: a voting record names it in 791, the record of the resolution in 191."""
    symbols = [symbol for tag in ("791", "191") for symbol in _values(record, tag, "a")]
    return next((found for symbol in symbols if (found := identity_of(symbol))), None)


def _part(record: Element, found: Identity) -> str:
    number = _number(record)
    return f"{found.symbol}, record {number}" if number else found.symbol


def _number(record: Element) -> str:
    return next((text_of(field) for field in record if field.get("tag") == "001"), "")


def _facts(record: Element, found: Identity) -> Facts:
    facts, thing = Facts(), found.iri
    describe(facts, found, issued=_day(record))
    for title in _values(record, "245", "a")[:1]:
        facts.text(thing, "dcterms:title", title.rstrip(" :/"), "en")
    for said, tag, code in (
        ("sluis:adoptedAtMeeting", "952", "a"),
        ("sluis:draftSymbol", "993", "a"),
        ("sluis:agendaItem", "991", "d"),
    ):
        for text in _values(record, tag, code):
            facts.text(thing, said, text)
    for subject in _values(record, "650", "a"):
        add_subject(facts, thing, subject)
    if _number(record).isdigit():
        facts.link(thing, "sluis:recordPage", _RECORD_PAGE + _number(record))
    _add_votes(facts, found, record)
    return facts


def _add_votes(facts: Facts, found: Identity, record: Element) -> None:
    for field in (field for tag in _VOTES for field in _fields(record, tag)):
        name, code, cast = (next(iter(_subfields(field, letter)), "") for letter in "ecd")
        if name or code:
            vote(facts, found, member(facts, code, name), CASTS.get(cast.upper(), "absent"))
    for summary in _values(record, "996", "a"):
        for name, count in _COUNTS.findall(summary):
            if name.lower() in _SAID:
                facts.integer(found.iri, _SAID[name.lower()], int(count))


def _day(record: Element) -> str:
    """``2013-04-25`` as it is; a year or month alone is no less true."""
    for text in _values(record, "269", "a"):
        try:
            partial_date(text)
        except ValueError:
            continue
        return text
    return ""


def _values(record: Element, tag: str, code: str) -> list[str]:
    return [text for field in _fields(record, tag) for text in _subfields(field, code)]


def _fields(record: Element, tag: str) -> Iterator[Element]:
    return (field for field in record if local_name(field) == "datafield" and field.get("tag") == tag)


def _subfields(field: Element, code: str) -> list[str]:
    return [text for part in field if part.get("code") == code and (text := text_of(part))]
