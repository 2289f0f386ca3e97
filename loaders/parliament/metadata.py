"""What the metadata of an official publication say, in any of the forms in which they are published, as facts.

The inline ``meta`` of a publication, ``metadata.xml``, ``metadata_owms.xml`` and a record of the search service name
the same things: ``OVERHEIDop.dossiernummer``, ``dcterms:title``, ``creator``. Only the last part of a name counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graph_service.errors import LoadRefused
from loaders.base import ID
from loaders.facts import Facts
from loaders.identifiers import Paper, paper_of, publication_iri, slug
from loaders.parliament.actors import Naming
from loaders.parliament.elements import line_of
from loaders.reading.xml import Element, local_name, text_of

PAGE = "https://zoek.officielebekendmakingen.nl/{}.html"
KINDS = (
    ("motie", "Motion"),
    ("brief", "ParliamentaryLetter"),
)
"""What the word for the kind of a parliamentary paper begins with, and its class; any other is a paper."""

_DAY = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:T.{0,40})?")
_EXTERN = re.compile(r"/([a-z]{1,6}-[A-Za-z0-9-]{1,60})/metadata(?:_owms)?\.xml")
_KST = re.compile(r"kst-(\d{5})(?:-([A-Z]{1,6}|R\d{3,4}))?-(\d{1,4}|[A-Z]{1,3}\d?)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement of the metadata: the last part of its name in lower case, its scheme, its value."""

    name: str
    scheme: str
    value: str
    line: int | None = None


@dataclass
class Metadata:
    """Everything that was said, by name."""

    entries: list[Entry] = field(default_factory=list)

    def all(self, *names: str) -> Iterator[Entry]:
        return (entry for name in names for entry in self.entries if entry.name == name)

    def first(self, *names: str) -> str:
        return next((entry.value for entry in self.all(*names)), "")

    def type(self, scheme: str) -> str:
        """The kind by one of the schemes of kinds (``KamerstukTypen``)."""
        return next((one.value for one in self.all("type", "documenttype") if one.scheme.endswith(scheme)), "")

    @property
    def identifier(self) -> str:
        """The publication's own name; where the metadata stand elsewhere, that of where they stand."""
        stated = next((one.value for one in self.all("identifier") if publication_iri(one.value)), "")
        elsewhere = _EXTERN.search(self.first("externmetadatarecord"))
        return stated or (elsewhere[1] if elsewhere else "")

    @property
    def is_elsewhere(self) -> bool:
        return bool(self.first("externmetadatarecord")) and not self.first("identifier")


def name_of(written: str) -> str:
    """``OVERHEIDop.dossiernummer`` and ``dcterms:title`` without what they begin with."""
    return re.split(r"[.:]", written)[-1].lower()


def attributes(elements: Iterable[Element]) -> Metadata:
    """Of ``<meta name="…" scheme="…" content="…"/>``, nested or not."""
    found = Metadata()
    for element in elements:
        value = " ".join((element.get("content") or "").split())
        if value:
            name = name_of(element.get("name") or "")
            found.entries.append(Entry(name, element.get("scheme") or "", value, line_of(element)))
    return found


def leaves(element: Element) -> Metadata:
    """Of elements whose names are the names and whose text is the value."""
    found = Metadata()
    for leaf in element.iter():
        if isinstance(leaf.tag, str) and not len(leaf) and text_of(leaf):
            found.entries.append(
                Entry(name_of(local_name(leaf)), leaf.get("scheme") or "", text_of(leaf), line_of(leaf))
            )
    return found


def paper_named(identifier: str) -> Paper | None:
    """The paper of ``kst-36600-X-36``."""
    found = _KST.fullmatch(identifier)
    return paper_of(found[1], found[2] or "", found[3]) if found else None


def kind_of(word: str) -> str:
    """The class of a parliamentary paper by the word for its kind, or by the first words of its title."""
    plain = re.sub(r"^(?:(?:nader|tweede|derde|vierde)\s)?gewijzigde\s", "", word.strip().lower())
    return next((name for begins, name in KINDS if plain.startswith(begins)), "ParliamentaryPaper")


def day_of(metadata: Metadata, *names: str, file: str) -> str:
    """The first of these dates. Refuses what is no date, with its line."""
    for entry in metadata.all(*names):
        found = _DAY.fullmatch(entry.value)
        if found is None:
            reason = f"`{entry.name}`: `{entry.value}` is not a date such as 2013-04-25"
            raise LoadRefused(reason, file=file, line=entry.line)
        return found[1]
    return ""


def describe(facts: Facts, thing: str, metadata: Metadata, naming: Naming) -> None:
    """Everything that is said of the publication but its title, date and language, which a document has itself."""
    identifier = metadata.identifier
    paper = paper_named(identifier)
    if paper:
        describe_paper(facts, paper, title=metadata.first("dossiertitel"))
    if publication_iri(identifier):
        facts.link(thing, "sluis:recordPage", PAGE.format(identifier))
    for year in dict.fromkeys(entry.value for entry in metadata.all("vergaderjaar")):
        facts.text(thing, "sluis:sessionYear", year.replace("/", "-"))
    _describe_makers(facts, thing, metadata, naming, is_paper=paper is not None)
    for entry in metadata.all("category", "subject"):
        facts.link(thing, "dcterms:subject", subject(facts, entry.value))
    for entry in metadata.all("abstract"):
        facts.text(thing, "dcterms:abstract", entry.value, "nl")
    kind = (
        metadata.type("KamerstukTypen")
        or metadata.type("Rubriek")
        or metadata.first("publicationname", "publicatienaam")
    )
    if kind:
        facts.text(thing, "dcterms:type", kind, "nl")


def _describe_makers(facts: Facts, thing: str, metadata: Metadata, naming: Naming, *, is_paper: bool) -> None:
    """Who wrote it and who put it out: of a paper the creator is the chamber, which did not write it."""
    for entry in metadata.all("indiener"):
        facts.link(thing, "dcterms:creator", naming.person(facts, entry.value))
    for entry in metadata.all("creator"):
        said = "dcterms:publisher" if is_paper else "dcterms:creator"
        facts.link(thing, said, naming.organisation(facts, entry.value, entry.scheme))
    if not is_paper:
        for entry in metadata.all("publisher"):
            facts.link(thing, "dcterms:publisher", naming.organisation(facts, entry.value, entry.scheme))


def describe_paper(facts: Facts, paper: Paper, *, title: str = "") -> None:
    """Number, dossier and names of a parliamentary paper, in the words of the curated tables."""
    dossier = f"{paper.dossier}-{paper.suffix}" if paper.suffix else paper.dossier
    number = f"{dossier}, nr. {paper.number}" if paper.number.isdigit() else f"{dossier}, {paper.number}"
    facts.named(paper.iri, f"Parliamentary paper {number.replace('nr.', 'no.')}", f"Kamerstuk {number}")
    facts.text(paper.iri, "sluis:paperNumber", number)
    facts.text(paper.iri, "skos:notation", number)
    facts.text(paper.iri, "skos:notation", paper.key)
    facts.text(paper.iri, "sluis:dossier", dossier)
    facts.text(paper.iri, "sluis:subNumber", paper.number)
    facts.link(paper.iri, "sluis:inDossier", describe_dossier(facts, paper.dossier, paper.suffix, title=title))


def describe_dossier(facts: Facts, number: str, suffix: str = "", *, title: str = "") -> str:
    """A dossier, ``29521`` or ``36600-X``."""
    key = f"{number}-{suffix}" if suffix else number
    iri = f"{ID}dossier/{key}"
    facts.kind(iri, "sluis:ParliamentaryDossier")
    facts.named(iri, f"Dossier {key}", f"Dossier {key}")
    facts.text(iri, "sluis:dossier", key)
    if title:
        facts.text(iri, "sluis:dossierTitle", title, "nl")
    return iri


def subject(facts: Facts, written: str) -> str:
    """A subject of the government's list, ``Internationaal | Militaire missies``, as a concept."""
    iri = f"{ID}concept/overheid/{slug(written)}"
    facts.kind(iri, "skos:Concept")
    facts.text(iri, "skos:prefLabel", written, "nl")
    return iri
