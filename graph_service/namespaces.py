"""The namespaces of Sluis, the prefixes that need no declaration, and how names become IRIs and dates typed ones."""

import re
from urllib.parse import quote

NS = "https://w3id.org/sluis/ns#"
ID = "https://w3id.org/sluis/id/"
NOT_STATED = f"{ID}originator/not-stated"
"""The originator where nobody said who set a label."""

LABEL_WORDS = frozenset(
    NS + word
    for word in (
        *("marking", "level", "compartment", "releasableTo", "handlingRemark", "originator"),
        *("labelSetOn", "labelGround", "labelUntil", "labelUntilEvent"),
    )
)
"""Properties that say how a portion is labelled: only the view builder states them, no rule concludes them."""

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


def policy_iri(policy: str) -> str:
    """The IRI of a policy; its levels and categories stand below it."""
    return f"{ID}policy/{quote(policy, safe='')}"


def level_iri(policy: str, level: str) -> str:
    """The IRI of a policy's level, as the vocabulary describes it."""
    return f"{policy_iri(policy)}/level/{_in_path(level)}"


def category_iri(policy: str, tag: str, category: str) -> str:
    """The IRI of a category of one of the policy's tags."""
    return f"{policy_iri(policy)}/category/{_in_path(tag)}/{_in_path(category)}"


def _in_path(name: str) -> str:
    """Spaces as dashes, because most names have some; what else an IRI can't hold is escaped."""
    return quote(name.replace(" ", "-"), safe="")


_PARTIAL_DATES = {"gYear": r"[0-9]{4}", "gYearMonth": r"[0-9]{4}-[0-9]{2}", "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}"}


def partial_date_type(text: str) -> str | None:
    """The XML Schema type of ``2013``, ``2013-04`` or ``2013-04-25``, by its form; ``None`` for any other text."""
    return next((kind for kind, pattern in _PARTIAL_DATES.items() if re.fullmatch(pattern, text)), None)


def short(text: str) -> str:
    """A text with the IRIs of known prefixes written short, for people."""
    for prefix, iri in sorted(PREFIXES.items(), key=lambda entry: -len(entry[1])):
        text = re.sub(f'<?{re.escape(iri)}([^\\s<>"]*)>?', rf"{prefix}:\1", text)
    return text
