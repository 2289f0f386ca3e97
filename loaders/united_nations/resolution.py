"""What is said of a resolution wherever it is read: its symbol, names, day, who adopted it, and the votes on it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from loaders.base import ID
from loaders.facts import Facts
from loaders.identifiers import actor_iri, slug, state_iri, symbol_iri
from loaders.known import KnownThings

COUNCIL, ASSEMBLY = actor_iri("unsc"), actor_iri("unga")
SECRETARY_GENERAL, ALL_STATES = actor_iri("un-secretary-general"), actor_iri("un-member-states")
CASTS = {"Y": "yes", "N": "no", "A": "abstain", "X": "absent", "": "absent"}

_COUNCIL_SYMBOL = re.compile(r"S/RES/(\d{1,4}) ?(?:\((\d{4})\))?")
_ASSEMBLY_SYMBOL = re.compile(
    r"A/RES/(?:(?:ES|S)-)?\d{1,2}/\d{1,3}[A-Z]?|A/RES/\d{1,4} ?\((?:(?:ES|S)-)?[IVXLC]{1,7}\)"
)
_OFFICE = re.compile(
    r"(?:the|le|la|de|het)?\s*(?:UN\s|United Nations\s)?(?:secretary-general|secrétaire général|secretaris-generaal)",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"(?:all|tous les|toutes les|alle)?\s*(?:(?:un\s|united nations\s)?member states|states members|states"
    r"|états membres|états|lidstaten|staten)",
    re.IGNORECASE,
)
_GOVERNMENT = re.compile(
    r"(?:the|le|de)\s+(?:government|gouvernement|regering)\s+(?:of|de|du|des|van)\s+(?:the\s|la\s|le\s|l'|l’|de\s)?(.+)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:the|la|le|les|l'|l’|de|het)\s*(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identity:
    """A resolution by its symbol: ``S/RES/2100 (2013)`` or ``A/RES/68/11``."""

    symbol: str
    iri: str
    number: str
    year: str

    @property
    def is_of_council(self) -> bool:
        return self.symbol.startswith("S/")

    @property
    def key(self) -> str:
        """The end of its IRI."""
        return self.iri.rpartition("/")[2]


def identity_of(symbol: str) -> Identity | None:
    """The resolution of a symbol as it is written in many ways; ``None`` if it is no symbol of a resolution."""
    text = " ".join(symbol.split()).upper().replace("[", "").replace("]", "")
    iri = symbol_iri(text)
    council = _COUNCIL_SYMBOL.fullmatch(text)
    if council and iri:
        year = iri.rpartition("-")[2]
        return Identity(f"S/RES/{council[1]} ({year})", iri, council[1], year)
    return Identity(text, iri, "", "") if iri and _ASSEMBLY_SYMBOL.fullmatch(text) else None


def describe(facts: Facts, found: Identity, *, issued: str = "") -> None:
    """Its class, names, symbol, day and the organ that adopted it: the same wherever it is read."""
    facts.kind(found.iri, "sluis:Resolution")
    facts.text(found.iri, "sluis:symbol", found.symbol)
    facts.text(found.iri, "skos:notation", found.symbol)
    if found.is_of_council:
        facts.text(found.iri, "skos:notation", found.number)
        short = f"{found.number} ({found.year})"
        facts.text(found.iri, "skos:prefLabel", f"Security Council resolution {short}", "en")
        facts.text(found.iri, "skos:prefLabel", f"Resolutie {short} van de VN-Veiligheidsraad", "nl")
        facts.text(found.iri, "skos:prefLabel", f"Résolution {short} du Conseil de sécurité", "fr")
    else:
        facts.text(found.iri, "skos:prefLabel", f"General Assembly resolution {found.symbol}", "en")
        facts.text(found.iri, "skos:prefLabel", f"Resolutie {found.symbol} van de Algemene Vergadering", "nl")
    facts.link(found.iri, "sluis:adoptedBy", COUNCIL if found.is_of_council else ASSEMBLY)
    if issued:
        facts.date(found.iri, "dcterms:issued", issued)


def add_subject(facts: Facts, thing: str, subject: str) -> None:
    """A subject of the library's list of terms."""
    concept = f"{ID}un-subject/{slug(subject)}"
    facts.kind(concept, "skos:Concept")
    facts.text(concept, "skos:prefLabel", subject, "en")
    facts.link(thing, "dcterms:subject", concept)


def member(facts: Facts, code: str, name: str) -> str:
    """The state that voted, by ISO code or by name; a state that is none today keeps the name it voted under."""
    known = state_iri(code) or state_iri(name)
    if known:
        return known
    past = actor_iri(name)
    facts.kind(past, "sluis:State")
    facts.text(past, "skos:prefLabel", name.strip(), "en")
    return past


def vote(facts: Facts, found: Identity, voter: str, cast: str) -> None:
    """One member's vote: ``cast`` is yes, no, abstain or absent."""
    thing = f"{ID}vote/{found.key}/{voter.rpartition('/')[2]}"
    facts.kind(thing, "sluis:Vote")
    facts.link(thing, "sluis:voteOn", found.iri)
    facts.link(thing, "sluis:voteBy", voter)
    facts.text(thing, "sluis:voteCast", cast)


def addressee_iri(words: str, known: KnownThings) -> str:
    """Whom a provision addresses, if they are known: by name, as an office, as the government of a state."""
    if _OFFICE.fullmatch(words):
        return SECRETARY_GENERAL
    if _STATES.fullmatch(words):
        return ALL_STATES
    plain = _ARTICLE.sub("", words, count=1) if _ARTICLE.match(words) else words
    by_name = known.called([words, plain])
    if by_name:
        return by_name
    government = _GOVERNMENT.fullmatch(words)
    return state_iri(government[1]) if government else ""


def name_office(facts: Facts, iri: str) -> None:
    """The offices and groups that a resolution addresses by their function."""
    if iri == SECRETARY_GENERAL:
        facts.kind(iri, "sluis:Actor")
        facts.named(iri, "Secretary-General of the United Nations", "secretaris-generaal van de Verenigde Naties")
    elif iri == ALL_STATES:
        facts.kind(iri, "sluis:ActorCategory")
        facts.named(iri, "all States", "alle staten")
