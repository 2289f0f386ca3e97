"""Who or what a name or an identifier in a file stands for, among the things that are known at the load's label."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from graph_service.namespaces import ID, NS
from loaders.names import KnownName, Names

NATIONAL = frozenset(
    NS + name
    for name in (
        *("GovernmentBody", "Ministry", "Directorate", "Parliament", "CourtOfAudit", "Police", "ArmedForce"),
        *("DiplomaticPost", "Unit"),
    )
)
"""Kinds of bodies that each state has one of: their name alone does not tell whose it is."""


@dataclass(frozen=True)
class KnownThings:
    """Known things of one kind, by what they are called. A name that several have stands for none of them."""

    by_identifier: dict[str, set[str]] = field(default_factory=dict)
    by_name: dict[str, set[str]] = field(default_factory=dict)
    national: frozenset[str] = frozenset()
    all: frozenset[str] = frozenset()

    @classmethod
    def among(cls, names: Names, *, kind: str, below: str) -> KnownThings:
        """Those of a class of the ontology (``Actor``) or whose IRI stands below ``id:actor/``."""
        known = [name for name in names.known if _is(name, kind, below)]
        found = cls(
            national=frozenset(name.iri for name in known if name.kinds & NATIONAL),
            all=frozenset(name.iri for name in known),
        )
        for name in known:
            if name.is_notation:
                found.by_identifier.setdefault(name.text, set()).add(name.iri)
            found.by_name.setdefault(name.text, set()).add(name.iri)
        return found

    def identified(self, identifiers: Iterable[str]) -> str:
        """The one thing that has one of these identifiers; empty if there is none or there are several."""
        return _only({iri for text in identifiers for iri in self.by_identifier.get(text, ())})

    def called(self, names: Iterable[str]) -> str:
        """The one thing that is called exactly so; empty if there is none or there are several."""
        return _only({iri for text in names for iri in self.by_name.get(text, ())})

    def has(self, iri: str) -> bool:
        return iri in self.all

    def is_national(self, iri: str) -> bool:
        return iri in self.national


def actors(names: Names) -> KnownThings:
    return KnownThings.among(names, kind="Actor", below="actor/")


def places(names: Names) -> KnownThings:
    return KnownThings.among(names, kind="Location", below="location/")


def _is(name: KnownName, kind: str, below: str) -> bool:
    return NS + kind in name.kinds or name.iri.startswith(ID + below)


def _only(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""
