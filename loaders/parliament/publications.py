"""Official publications of the Netherlands as XML (``officiele-publicatie``): parliamentary papers, gazettes.

Two forms: with the metadata inside, or with only the address of a ``metadata.xml`` beside it. Of the second what the
text itself shows is read (dossier, numbers, day, signatures); the other file loads as a format of its own, and what it
says meets this by the publication's identifier, whether the two come in one load or apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest, Proposal, Remark, ntriples
from loaders.cells import partial_date
from loaders.documents.model import Block, BlockKind, Document
from loaders.facts import Facts, settled
from loaders.heads import Head, root_name
from loaders.identifiers import Paper, paper_of, publication_iri
from loaders.parliament.actors import Naming
from loaders.parliament.body import blocks_of
from loaders.parliament.elements import below, line_of, part, part_text, parts
from loaders.parliament.metadata import (
    PAGE,
    Metadata,
    attributes,
    day_of,
    describe,
    describe_paper,
    kind_of,
    paper_named,
)
from loaders.parliament.relations import answered, replaced
from loaders.reading.xml import Element, read_xml, text_of

ROOT = b"officiele-publicatie"
_CLOSES = re.compile(r"en gaat over tot de orde van de dag\.?", re.IGNORECASE)
_LONGEST_NAME = 120


def recognises(head: Head) -> bool:
    return root_name(head) == ROOT


@dataclass(frozen=True)
class _Publication:
    """What was read: the metadata, the paper that the text shows itself to be, its title and its blocks."""

    root: Element
    metadata: Metadata
    paper: Paper | None
    title: str
    blocks: tuple[Block, ...]


def load(request: LoadRequest) -> Iterator[Proposal]:
    """The document, and a remark where its metadata stand elsewhere or say something else than its text."""
    request = settled(request)
    root = read_xml(request.path, file=request.file)
    publication = _read(root, request)
    if not publication.blocks:
        raise LoadRefused("the publication has no text", file=request.file)
    yield from _remarks(publication, request)
    yield _document(publication, request)


def _read(root: Element, request: LoadRequest) -> _Publication:
    metadata = attributes(below(root, "meta"))
    shown = _shown_paper(root, request)
    stuk = part(root, "kamerstuk", "stuk")
    title = metadata.first("documenttitel") or part_text(stuk, "titel") or metadata.first("title")
    title = title or next((text_of(one) for one in _titles(root) if text_of(one)), "")
    return _Publication(root, metadata, paper_named(metadata.identifier) or shown, title, blocks_of(root))


def _titles(root: Element) -> Iterator[Element]:
    """The titles of what is published, not of the gazette it stands in."""
    for kind in root:
        for kop in parts(kind, "kop"):
            yield from parts(kop, "titel")


def _shown_paper(root: Element, request: LoadRequest) -> Paper | None:
    """The paper by the numbers at its head; ``None`` where it has none. Refuses numbers that are none."""
    dossier = part(root, "kamerstuk", "dossier", "dossiernummer")
    number = part(root, "kamerstuk", "stuk", "stuknr", "ondernummer")
    if dossier is None or number is None:
        return None
    written = part_text(dossier, "dossiernr") or text_of(dossier)
    paper = paper_of(written, part_text(dossier, "begrotingshoofdstuk"), text_of(number))
    if paper is None:
        reason = f"`{text_of(dossier)}` and `{text_of(number)}` are no numbers of a dossier and a paper"
        raise LoadRefused(reason, file=request.file, line=line_of(number))
    return paper


def _remarks(publication: _Publication, request: LoadRequest) -> Iterator[Remark]:
    if publication.metadata.is_elsewhere:
        yield Remark("its metadata stand in a file of their own: load that too, and the two meet", file=request.file)
    shown = _shown_paper(publication.root, request)
    if shown and publication.paper and shown != publication.paper:
        text = f"the metadata say {publication.paper.key}, the text {shown.key}: the metadata count"
        yield Remark(text, file=request.file)


def _document(publication: _Publication, request: LoadRequest) -> Document:
    metadata, paper = publication.metadata, publication.paper
    identifier = metadata.identifier or (paper.key if paper else "")
    iri = publication_iri(identifier)
    facts = Facts()
    if iri:
        _describe(facts, iri, publication, request)
    kind = "OfficialPublication"
    if paper:
        kind = kind_of(metadata.type("KamerstukTypen") or publication.title)
    return Document(
        request.file,
        publication.blocks,
        iri=iri,
        kind=kind,
        title=publication.title,
        identifier=identifier,
        language=metadata.first("language") or "nl",
        dated=day_of(metadata, "issued", "date", file=request.file) or _shown_day(publication.root, request),
        facts=ntriples(facts.triples),
    )


def _describe(facts: Facts, iri: str, publication: _Publication, request: LoadRequest) -> None:
    metadata, paper, root = publication.metadata, publication.paper, publication.root
    naming = Naming.of(request)
    describe(facts, iri, metadata, naming)
    if paper:
        title = metadata.first("dossiertitel") or part_text(root, "kamerstuk", "dossier", "titel")
        describe_paper(facts, paper, title=title)
        facts.link(iri, "sluis:recordPage", PAGE.format(paper.key))
        for other in replaced(publication.title, paper):
            facts.link(iri, "dcterms:replaces", other)
        for other in answered(publication.title):
            facts.link(iri, "sluis:resultOf", other)
        _head(facts, iri, root, naming)
    for name in _signatures(publication):
        facts.text(iri, "sluis:signature", name)


def _head(facts: Facts, iri: str, root: Element, naming: Naming) -> None:
    """The lines above a paper: its session year and its chamber."""
    head = part(root, "kamerstuk", "kamerstukkop")
    for line in parts(head, "tekstregel"):
        words = text_of(line)
        if line.get("inhoud") == "vergaderjaar":
            year = re.search(r"\d{4}[-–/]\d{2,4}", words)
            if year:
                facts.text(iri, "sluis:sessionYear", year[0].replace("–", "-").replace("/", "-"))
        elif line.get("inhoud") == "kameraanduiding" and words:
            facts.link(iri, "dcterms:publisher", naming.organisation(facts, words))


def _signatures(publication: _Publication) -> Iterator[str]:
    """Who stands under it: behind the closing words of a motion, or in the signature of a letter."""
    closed = False
    for block in publication.blocks:
        if closed and block.kind is BlockKind.PARAGRAPH and len(block.text) <= _LONGEST_NAME:
            yield block.text
        closed = closed or _CLOSES.fullmatch(block.text) is not None
    for signed in below(publication.root, "ondertekening"):
        for name in below(signed, "naam"):
            said = " ".join(text_of(one) for one in name) if len(name) else text_of(name)
            if said:
                yield said


def _shown_day(root: Element, request: LoadRequest) -> str:
    """The first day that the text itself gives as its own."""
    for day in below(root, "datum"):
        written = (day.get("isodatum") or "").strip()
        if not written:
            continue
        try:
            return str(partial_date(written).value)
        except ValueError as error:
            raise LoadRefused(str(error), file=request.file, line=line_of(day)) from error
    return ""
