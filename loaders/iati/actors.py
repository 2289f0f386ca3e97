"""Organisations as activities name them: met among the known actors, or described from what the file says."""

from __future__ import annotations

from loaders.base import ID
from loaders.iati.elements import Narrative, Reading, child
from loaders.identifiers import organisation_iri
from loaders.reading.xml import Element


def organisation(reading: Reading, element: Element | None, *, other_identifiers: tuple[str, ...] = ()) -> str:
    """The IRI of the organisation that an element names by ``ref`` or narrative; empty if it names none.

    (1) An identifier that a known actor has is that actor. (2) So is an exact name, unless it is that of a kind of
    body that each state has one of, which is only like it. (3) Else it is described here, by its identifier, or by
    its name under an opaque IRI.
    """
    if element is None:
        return ""
    ref, names = (element.get("ref") or "").strip(), reading.narratives(element)
    if not ref and not names:
        reading.file.passed_over.add("organisation without a name or an identifier")
        return ""
    known = reading.file.known
    met = known.identified(filter(None, (ref, *other_identifiers)))  # (1)
    if met:
        return met
    called = known.called(text for text, _ in names)
    if called and not known.is_national(called):  # (2)
        return called
    return described(reading, ref, names, element, like=called)  # (3)


def described(reading: Reading, ref: str, names: list[Narrative], element: Element, *, like: str = "") -> str:
    """An organisation that is not known yet, with what the file says of it."""
    own = organisation_iri(ref) if ref else ""
    own = own or f"{ID}actor/iati-{reading.file.request.opaque('organisation', ref or names[0][0])}"
    facts = reading.facts
    if ref:
        facts.text(own, "skos:notation", ref)
    if not own.startswith(f"{ID}actor/iati-") and ref:
        # One of the curated actors: it has a name and a class there, and a second name would double its rows.
        reading.texts(own, "skos:altLabel", names)
        return own
    facts.kind(own, "sluis:Organisation")
    reading.name(own, names, otherwise=ref)
    if like and like != own:
        facts.link(own, "skos:closeMatch", like)
    reading.typed(own, element, "OrganisationType", "type")
    return own


def organisation_of_file(reading: Reading, element: Element, identifier: str) -> str:
    """The organisation that a file of organisations is about: met by its identifier, else described by it."""
    met = reading.file.known.identified([identifier])
    return met or described(reading, identifier, reading.narratives(child(element, "name")), element)
