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

    @classmethod
    def among(cls, names: Names, *, kind: str, below: str, own: str = "") -> KnownThings:
        """Those of a class of the ontology (``Actor``) or whose IRI stands below ``id:actor/``.

        ``own`` begins the names that the asking loader itself makes: what an earlier load of the same file brought in
        is not known to it, or loading it again would change it.
        """
        known = [name for name in names.known if _is(name, kind, below)]
        if own:
            known = [name for name in known if not name.iri.startswith(f"{ID}{below}{own}")]
        found = cls(
            national=frozenset(name.iri for name in known if name.kinds & NATIONAL),
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

    def is_national(self, iri: str) -> bool:
        return iri in self.national


def actors(names: Names, *, own: str = "") -> KnownThings:
    return KnownThings.among(names, kind="Actor", below="actor/", own=own)


def places(names: Names, *, own: str = "") -> KnownThings:
    return KnownThings.among(names, kind="Location", below="location/", own=own)


def _is(name: KnownName, kind: str, below: str) -> bool:
    return NS + kind in name.kinds or name.iri.startswith(ID + below)


def _only(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""
