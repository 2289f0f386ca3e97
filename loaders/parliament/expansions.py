"""What an expansion says of two entities of the Tweede Kamer's open data: a part of the two, apart from theirs."""

from __future__ import annotations

from collections.abc import Callable

from loaders.facts import Facts
from loaders.identifiers import paper_of, publication_iri
from loaders.parliament.entities import day, promise_iri, thing
from loaders.parliament.metadata import PAGE, describe_dossier, describe_paper, kind_of, paper_named
from loaders.parliament.relations import answered
from loaders.parliament.rows import Entity, File

LINKS: dict[str, tuple[str, ...]] = {
    "Zaak": (
        "Kamerstukdossier",
        "Document",
        "VervangenDoor",
        "VervangenVanuit",
        "GerelateerdNaar",
        "GerelateerdVanuit",
    ),
    "Document": (
        "HuidigeDocumentVersie",
        "DocumentVersie",
        "Kamerstukdossier",
        "Zaak",
        "BijlageDocument",
        "BronDocument",
    ),
    "Activiteit": ("Zaak", "Document", "Agendapunt", "Toezegging"),
    "Agendapunt": ("Zaak", "Document"),
    "Toezegging": ("Activiteit",),
    "Kamerstukdossier": ("Zaak", "Document"),
}
"""The expansions of an entity that make a part of their own, which leaves with the entity."""


def expand(one: Entity, other: Entity, file: File) -> None:
    """What it says that ``one`` is expanded into ``other``."""
    link = EXPANSIONS.get(other.by)
    if link:
        link(one, other, file)


def _in_dossier(one: Entity, dossier: Entity, file: File) -> None:
    """The dossier of an item or document, and with its number the paper that it is."""
    about = thing(one)
    if not about or not dossier.text("Nummer"):
        return
    facts = file.facts(f"{one.part}/Kamerstukdossier")
    number, suffix, title = dossier.text("Nummer"), dossier.text("Toevoeging"), dossier.text("Titel")
    facts.link(about, "sluis:inDossier", describe_dossier(facts, number, suffix, title=title))
    volume = one.text("Volgnummer")
    paper = paper_of(number, suffix, volume) if volume.isdigit() and int(volume) > 0 else None
    if paper:
        describe_paper(facts, paper)
        _paper(facts, paper.iri, one, file)
        facts.link(about, "sluis:treats" if one.kind == "Zaak" else "dcterms:isFormatOf", paper.iri)


def _published_as(document: Entity, version: Entity, file: File) -> None:
    """What a document was published as: the publication's own identifier stands with its version."""
    identifier = version.text("ExterneIdentifier")
    about, publication = thing(document), publication_iri(identifier)
    if not about or not publication:
        return
    facts = file.facts(f"{document.part}/{version.by}")
    facts.link(about, "dcterms:isFormatOf", publication)
    facts.link(publication, "sluis:recordPage", PAGE.format(identifier))
    paper = paper_named(identifier)
    if paper:
        describe_paper(facts, paper)
        _paper(facts, publication, document, file)
    if document.parent is not None and document.parent.kind == "Zaak" and thing(document.parent):
        item = thing(document.parent)
        file.facts(f"{document.parent.part}/Document").link(item, "sluis:treats", publication)


def _paper(facts: Facts, paper: str, one: Entity, file: File) -> None:
    """What an item or document says of the paper that it is."""
    facts.kind(paper, f"sluis:{kind_of(one.text('Soort'))}")
    subject = one.text("Onderwerp")
    if subject:
        facts.text(paper, "dcterms:title", subject, "nl")
    day(facts, paper, "dcterms:issued", one, "GestartOp", "Datum", file=file)
    for other in answered(subject):
        facts.link(paper, "sluis:resultOf", other)


def _treats(one: Entity, other: Entity, file: File) -> None:
    """An item or activity that deals with a document or item; of an activity also through its agenda."""
    if one.kind == "Agendapunt":
        meeting = one.parent if one.parent and one.parent.kind == "Activiteit" else None
        meeting = meeting or file.find("Activiteit", one.text("Activiteit_Id"))
        about = thing(meeting) if meeting else ""
    else:
        about = thing(one)
    if about and thing(other) and one.kind != "Kamerstukdossier":
        file.facts(f"{one.part}/{other.by}").link(about, "sluis:treats", thing(other))
    if one.kind == "Kamerstukdossier":
        _in_dossier(other, one, file)


def _document_of(one: Entity, item: Entity, file: File) -> None:
    """The items that a document belongs to: each deals with it."""
    if one.kind == "Document" and thing(one) and thing(item):
        file.facts(f"{one.part}/Zaak").link(thing(item), "sluis:treats", thing(one))
    else:
        _treats(one, item, file)


def _relation(said: str, *, turned: bool = False) -> Callable[[Entity, Entity, File], None]:
    def link(one: Entity, other: Entity, file: File) -> None:
        first, second = (other, one) if turned else (one, other)
        if thing(first) and thing(second) and first.kind == second.kind != "Activiteit":
            file.facts(f"{one.part}/{other.by}").link(thing(first), said, thing(second))

    return link


def _promised_in(one: Entity, other: Entity, file: File) -> None:
    promise, meeting = (one, other) if one.kind == "Toezegging" else (other, one)
    if promise.kind == "Toezegging" and thing(meeting):
        facts = file.facts(f"{one.part}/{other.by}")
        facts.link(promise_iri(promise, file), "sluis:promisedIn", thing(meeting))


EXPANSIONS: dict[str, Callable[[Entity, Entity, File], None]] = {
    "Kamerstukdossier": _in_dossier,
    "HuidigeDocumentVersie": _published_as,
    "DocumentVersie": _published_as,
    "Document": _treats,
    "Zaak": _document_of,
    "Activiteit": _promised_in,
    "Toezegging": _promised_in,
    "VervangenVanuit": _relation("dcterms:replaces"),
    "VervangenDoor": _relation("dcterms:replaces", turned=True),
    "GerelateerdNaar": _relation("dcterms:relation"),
    "GerelateerdVanuit": _relation("dcterms:relation", turned=True),
    "BijlageDocument": _relation("dcterms:hasPart"),
    "BronDocument": _relation("dcterms:hasPart", turned=True),
}
