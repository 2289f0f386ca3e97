"""Countries, regions and places of activities."""

from __future__ import annotations

import re

from loaders.iati.elements import Reading, child, children, whole
from loaders.identifiers import country_iri
from loaders.reading.xml import Element, text_of

GEONAMES = "G1"
_POSITION = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,30})?)[\s,]{1,9}(-?[0-9]{1,3}(?:\.[0-9]{1,30})?)")


def country(reading: Reading, element: Element) -> str:
    """The country as a place. Refuses a code that no country has."""
    code = (element.get("code") or "").strip()
    if not code:
        return ""
    iri = country_iri(code.upper())
    if not iri or len(code) != len("NL"):
        raise reading.file.refuse(f"`{code}` is no code of a country (ISO 3166, two letters)", element)
    return iri


def region(reading: Reading, element: Element) -> str:
    return reading.code(element, "Region")


def location(reading: Reading, element: Element) -> str:
    """A place with its coordinates. Its IRI comes from its reference, or from what it says."""
    ref = (element.get("ref") or "").strip()
    iri = reading.below("location", ref or whole(element))
    names = reading.narratives(child(element, "name"))
    found = _position(reading, element)
    reading.facts.kind(iri, "sluis:Location")
    reading.name(iri, names, otherwise=ref or " ".join(found) or "location")
    reading.texts(iri, "dcterms:description", reading.narratives(child(element, "description")))
    reading.texts(iri, "sluis:note", reading.narratives(child(element, "activity-description")))
    if found:
        reading.facts.decimal(iri, "sluis:latitude", found[0])
        reading.facts.decimal(iri, "sluis:longitude", found[1])
        reading.facts.link(iri, "sluis:coordinatesFrom", reading.source)
    for known in children(element, "location-id"):
        number = (known.get("code") or "").strip()
        if known.get("vocabulary") == GEONAMES and number.isascii() and number.isdecimal():
            reading.facts.link(iri, "skos:exactMatch", f"https://sws.geonames.org/{number}/")
    return iri


def _position(reading: Reading, element: Element) -> tuple[str, ...]:
    point = child(element, "point")
    pos = child(point, "pos") if point is not None else None
    if pos is None or not text_of(pos):
        return ()
    found = _POSITION.fullmatch(text_of(pos))
    if not found or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        raise reading.file.refuse(f"`{text_of(pos)}` is no latitude and longitude", pos)
    return found.groups()
