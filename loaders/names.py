"""The things that are known already, by what they are called: what a text is searched for.

SECURITY: names known at one label are never searched for in a text of a label that does not dominate it; else what
a low portion says would depend on a high one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON. A few sets of classes stand at very many names, so each set is given once."""
        numbers: dict[frozenset[str], int] = {}
        names = [
            [one.text, one.iri, numbers.setdefault(one.kinds, len(numbers)), one.language, one.is_notation]
            for one in self.known
        ]
        return {"names": names, "kinds": [sorted(kinds) for kinds in numbers]}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Names:
        kinds = [frozenset(names) for names in data["kinds"]]
        return cls(tuple(KnownName(text, iri, kinds[of], *more) for text, iri, of, *more in data["names"]))


NO_NAMES = Names()
