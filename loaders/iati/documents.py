"""Documents that activities, results and organisations link to: sources, known by their address."""

from __future__ import annotations

from loaders.base import ID
from loaders.iati.elements import Reading, child, children, web_address
from loaders.iati.places import country
from loaders.reading.xml import Element


def document(reading: Reading, element: Element, *, of: str) -> None:
    """A document as a source, and that ``of`` refers to it. One without an address is passed over."""
    address = (element.get("url") or "").strip()
    if not address:
        reading.file.passed_over.add("document-link without an address")
        return
    facts = reading.facts
    iri = f"{ID}source/{reading.file.request.opaque('document', address)}"
    facts.kind(iri, "sluis:Source")
    reading.name(iri, reading.narratives(child(element, "title")), otherwise=address)
    reading.texts(iri, "dcterms:description", reading.narratives(child(element, "description")))
    reading.date(iri, "dcterms:issued", child(element, "document-date"))
    for category in children(element, "category"):
        reading.typed(iri, category, "DocumentCategory")
    for language in children(element, "language"):
        if (language.get("code") or "").strip():
            facts.text(iri, "dcterms:language", (language.get("code") or "").strip())
    for place in children(element, "recipient-country"):
        if country(reading, place):
            facts.link(iri, "sluis:concernsPlace", country(reading, place))
    if element.get("format"):
        facts.text(iri, "dcterms:format", element.get("format") or "")
    if web_address(address):
        facts.link(iri, "sluis:recordPage", address)
    else:
        facts.text(iri, "sluis:note", address)
        reading.file.passed_over.add("address that is none of the web, kept as a note")
    facts.link(of, "dcterms:references", iri)
