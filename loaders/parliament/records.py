"""Metadata of official publications on their own: ``metadata.xml``, ``metadata_owms.xml``, answers of the search
service (SRU), and the manifest of a law in the national register.

What a record says is about the publication itself, so it meets the publication's text wherever that is loaded. Each
record is a source of its own, named after the publication, with one part for each form of record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph_service.errors import LoadRefused
from loaders.base import ID, UNSTATED, LoadRequest, Proposal, Remark, portion_of
from loaders.facts import Facts, PassedOver, stated_label
from loaders.heads import Head, root_name
from loaders.identifiers import law_iri, publication_iri
from loaders.parliament.actors import Naming
from loaders.parliament.elements import below, line_of, part, part_text, parts
from loaders.parliament.metadata import Metadata, attributes, day_of, describe, kind_of, leaves, paper_named
from loaders.reading.xml import Element, read_xml, stream_xml

_LAW = re.compile(rb"<work\b[^>]{0,4000}?\slabel=\"BWB[RV]\d{7}\"")
_GAZETTE_RECORD = re.compile(rb"overheid\.nl|<(?:\w{1,20}:)?gzd\b|<(?:\w{1,20}:)?owmskern\b")
ADDRESS = frozenset({"postcode", "straatnaam", "huisnummer", "huisletter", "huisnummertoevoeging", "geometrie"})
"""Where somebody lives or built: left out."""

UNTIL_FURTHER_NOTICE = "9999-12-31"
LAW_PAGE = "https://wetten.overheid.nl/{}"


def is_metadata(head: Head) -> bool:
    return root_name(head) == b"metadata_gegevens"


def is_owms(head: Head) -> bool:
    return root_name(head) == b"owms-metadata"


def is_search_answer(head: Head) -> bool:
    """Records of the search service; other services answer in the same envelope, with other things in it."""
    name = root_name(head)
    return name in {b"searchRetrieveResponse", b"record", b"records"} and _GAZETTE_RECORD.search(head.start) is not None


def is_law_manifest(head: Head) -> bool:
    return root_name(head) == b"work" and _LAW.search(head.start) is not None


def load_metadata(request: LoadRequest) -> Iterator[Proposal]:
    root = read_xml(request.path, file=request.file)
    yield from _record(attributes(below(root, "metadata", "meta")), "metadata", request, line=line_of(root))


def load_owms(request: LoadRequest) -> Iterator[Proposal]:
    root = read_xml(request.path, file=request.file)
    yield from _record(leaves(root), "metadata_owms", request, line=line_of(root))


def load_search_answer(request: LoadRequest) -> Iterator[Proposal]:
    """Each record of the answer, one at a time, whatever its length. Refuses an answer that says it is an error."""
    found = 0
    for element in stream_xml(request.path, tags={"record", "diagnostic"}, file=request.file):
        if not (data := list(below(element, "gzd", "recordData"))):
            details = part_text(element, "message") or part_text(element, "details") or "no record data"
            reason = f"the search service answered with an error: {details}"
            raise LoadRefused(reason, file=request.file, line=line_of(element))
        found += 1
        yield from _record(leaves(data[0]), "sru", request, line=line_of(element))
        request.progress(request.file, found, 0)
    if not found:
        yield Remark("the search service found nothing", file=request.file)


def _record(metadata: Metadata, form: str, request: LoadRequest, *, line: int | None) -> Iterator[Proposal]:
    stated_label(request)
    identifier = metadata.identifier or metadata.first("identifier")
    if not identifier:
        raise LoadRefused("the record has no `identifier`", file=request.file, line=line)
    thing = publication_iri(identifier) or law_iri(identifier)
    thing = thing or f"{ID}source/{request.opaque('parliament', 'publication', identifier)}"
    facts = Facts()
    _describe(facts, thing, metadata, identifier, request)
    yield _portion(facts, request.source or f"{ID}record/{thing.removeprefix(ID)}", form, request)
    passed_over = PassedOver()
    for entry in metadata.entries:
        if entry.name in ADDRESS:
            passed_over.add(entry.name)
    yield from (Remark(text, file=request.file, line=line) for text in passed_over.told())


def _describe(facts: Facts, thing: str, metadata: Metadata, identifier: str, request: LoadRequest) -> None:
    paper = paper_named(identifier)
    title = metadata.first("documenttitel", "title")
    language = metadata.first("language") or "nl"
    if paper:
        facts.kind(thing, f"sluis:{kind_of(metadata.type('KamerstukTypen') or title)}")
    else:
        facts.kind(thing, "sluis:Law" if law_iri(identifier) else "sluis:OfficialPublication")
        facts.text(thing, "skos:prefLabel", title or identifier, language if title else "")
    if title:
        facts.text(thing, "dcterms:title", title, language)
    facts.text(thing, "dcterms:identifier", identifier)
    facts.text(thing, "dcterms:language", language)
    describe(facts, thing, metadata, Naming.of(request))
    day = day_of(metadata, "issued", "date", "available", file=request.file)
    if day:
        _date(facts, thing, "dcterms:issued", day, request, None)


def _date(facts: Facts, thing: str, said: str, text: str, request: LoadRequest, line: int | None) -> None:
    try:
        facts.date(thing, said, text)
    except ValueError as error:
        raise LoadRefused(str(error), file=request.file, line=line) from error


def _portion(facts: Facts, source: str, name: str, request: LoadRequest) -> Proposal:
    record = request.record.or_else(UNSTATED)
    return portion_of(facts.triples, source=source, part=name, label=stated_label(request), record=record)


def load_law_manifest(request: LoadRequest) -> Iterator[Proposal]:
    """A law, since when it is in force, and each of its versions with the days between which it held."""
    stated_label(request)
    root = read_xml(request.path, file=request.file)
    identifier = root.get("label") or ""
    law = law_iri(identifier)
    facts = Facts()
    facts.kind(law, "sluis:Law")
    facts.text(law, "skos:prefLabel", identifier)
    facts.text(law, "skos:notation", identifier)
    facts.text(law, "dcterms:identifier", identifier)
    facts.link(law, "sluis:recordPage", LAW_PAGE.format(identifier))
    _in_force(facts, law, root, request)
    for expression in parts(root, "expression"):
        name = expression.get("label") or ""
        if not re.fullmatch(r"[0-9A-Za-z_-]{1,40}", name):
            raise LoadRefused(f"`{name}` is no label of a version", file=request.file, line=line_of(expression))
        version = f"{law}/{name}"
        facts.kind(version, "sluis:Law")
        facts.named(version, f"{identifier}, version {name}", f"{identifier}, versie {name}")
        facts.link(version, "dcterms:isVersionOf", law)
        _in_force(facts, version, expression, request)
    yield _portion(facts, request.source or f"{ID}record/{law.removeprefix(ID)}", "manifest", request)


def _in_force(facts: Facts, thing: str, element: Element, request: LoadRequest) -> None:
    data = part(element, "metadata")
    for name, said in (("datum_inwerkingtreding", "sluis:startDate"), ("einddatum", "sluis:endDate")):
        day = part_text(data, name)
        if day and day != UNTIL_FURTHER_NOTICE:
            _date(facts, thing, said, day, request, line_of(element))
