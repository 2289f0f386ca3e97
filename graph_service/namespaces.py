"""The namespaces of Sluis, the prefixes that need no declaration, and how a partial date is written."""

import re

NS = "https://w3id.org/sluis/ns#"
ID = "https://w3id.org/sluis/id/"

PREFIXES = {
    "sluis": NS,
    "id": ID,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "org": "http://www.w3.org/ns/org#",
    "time": "http://www.w3.org/2006/time#",
    "cito": "http://purl.org/spar/cito/",
    "fabio": "http://purl.org/spar/fabio/",
    "oa": "http://www.w3.org/ns/oa#",
    "undo": "https://w3id.org/un/ontology/undo/",
    "tooi": "https://identifier.overheid.nl/tooi/id/",
    "foaf": "http://xmlns.com/foaf/0.1/",
}

_PARTIAL_DATES = {"gYear": r"[0-9]{4}", "gYearMonth": r"[0-9]{4}-[0-9]{2}", "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}"}


def partial_date_type(text: str) -> str | None:
    """The XML Schema type of ``2013``, ``2013-04`` or ``2013-04-25``, by its form; ``None`` for any other text."""
    return next((kind for kind, pattern in _PARTIAL_DATES.items() if re.fullmatch(pattern, text)), None)
