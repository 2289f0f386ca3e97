"""The things that are known already, by what they are called: what a text is searched for.

SECURITY: names known at one label are never searched for in a text of a label that does not dominate it; else what
a low portion says would depend on a high one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownName:
    """One name of one thing.

    ``iri`` is the thing, ``kinds`` its classes (absolute IRIs). ``is_notation``: an identifier or abbreviation, to be
    matched letter by letter.
    """

    text: str
    iri: str
    kinds: frozenset[str]
    language: str = ""
    is_notation: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """Every name known at a label."""

    known: tuple[KnownName, ...] = ()


NO_NAMES = Names()
