"""Who parliament's data name: people and groups by their published names, bodies among the known actors.

The name of a person gives the IRI, because a paper has no more than the name; parliament's number of that person, where
its open data give one, is a notation. Two people who are written in the same way are one until somebody parts them.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph_service.namespaces import ID
from loaders.base import LoadRequest
from loaders.facts import Facts
from loaders.identifiers import actor_iri
from loaders.known import KnownThings, actors

CHAMBERS = {"tweede kamer": "tweede-kamer", "eerste kamer": "eerste-kamer"}
"""The chambers, whose actors the curated tables describe."""


@dataclass(frozen=True)
class Naming:
    """How the names in one load become things."""

    request: LoadRequest
    known: KnownThings

    @classmethod
    def of(cls, request: LoadRequest) -> Naming:
        return cls(request, actors(request.names))

    def person(self, facts: Facts, name: str, *, number: str = "") -> str:
        """Somebody in public office, as parliament publishes the name."""
        plain = " ".join(name.split())
        iri = f"{ID}person/{self.request.opaque('parliament', 'person', plain)}"
        facts.kind(iri, "sluis:Person")
        facts.text(iri, "skos:prefLabel", plain)
        if number:
            facts.text(iri, "skos:notation", number)
        return iri

    def organisation(self, facts: Facts, name: str, scheme: str = "") -> str:
        """A Dutch public body: a chamber, a known actor that is called so, or one that is described here."""
        plain = " ".join(name.split())
        chamber = CHAMBERS.get(plain.lower().removesuffix(" der staten-generaal"))
        if chamber:
            return actor_iri(chamber)
        own = f"{ID}actor/{self.request.opaque('parliament', 'organisation', plain)}"
        met = self.known.called([plain])
        # What this loader described itself is described again, so that a second load says the same.
        if met and met != own:
            return met
        facts.kind(own, "sluis:Ministry" if scheme.endswith("Ministerie") else "sluis:GovernmentBody")
        facts.text(own, "skos:prefLabel", plain, "nl")
        return own

    def group(self, facts: Facts, name: str) -> str:
        """A parliamentary group by its name."""
        iri = f"{ID}actor/{self.request.opaque('parliament', 'group', name.strip())}"
        facts.kind(iri, "sluis:Organisation")
        facts.text(iri, "skos:prefLabel", name.strip())
        facts.link(iri, "sluis:partOf", actor_iri("tweede-kamer"))
        return iri
