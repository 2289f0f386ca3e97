"""Wording: what a policy prints for its levels and categories, by language and by place.

Trusted base: yes. The vocabulary is that of Open XML SPIF 2.1: a phrase replaces a name, its codes say
where it stands and what it hides, and qualifiers are the texts before, between and after.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Place(Enum):
    """Where a marking stands: on the page, or in front of one portion of the text."""

    BANNER = "banner"
    PORTION = "portion"


PORTION_CODE = "portionMarking"
HIDING = frozenset({"noNameDisplay", "noMarkingDisplay"})
REPLACE_POLICY, SUPPRESS_CLASS = "replacePolicy", "suppressClassName"
_BANNER_CODES = frozenset({"pageTop", "pageBottom", "pageTopBottom"})
CODES = frozenset({"documentStart", "documentEnd", "unused", "waterMark", "inputTitle", PORTION_CODE})
CODES = CODES | HIDING | _BANNER_CODES | {REPLACE_POLICY, SUPPRESS_CLASS}
"""Every marking code that a policy may use."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One ``markingData``: a text (``None`` keeps the name) in one language ("" is any), with its codes."""

    language: str
    text: str | None
    codes: frozenset[str]

    def stands_at(self, place: Place) -> bool:
        """A phrase whose codes name no place stands everywhere."""
        places = self.codes & (_BANNER_CODES | {PORTION_CODE, "documentStart", "documentEnd", "waterMark", "unused"})
        wanted = {PORTION_CODE} if place is Place.PORTION else _BANNER_CODES
        return not places or bool(places & wanted)


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A text that stands as ``prefix``, ``suffix`` or ``separator``; ``place`` is ``None`` for both places."""

    kind: str
    text: str
    language: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """All phrases and qualifiers of one policy, level, tag or category."""

    phrases: tuple[Phrase, ...] = ()
    qualifiers: tuple[Qualifier, ...] = ()

    def phrase(self, name: str, *, language: str, place: Place) -> str | None:
        """What is printed for the thing itself: its phrase, else its name; ``None`` where it is hidden."""
        found = self._first(language, place, replaces_policy=False)
        if self._hidden(language, place):
            return None
        return name if found is None or found.text is None else found.text

    def policy_phrase(self, *, language: str, place: Place) -> str | None:
        """What is printed in place of the policy's name because of this thing; ``None`` where it leaves the name."""
        found = self._first(language, place, replaces_policy=True)
        return None if found is None else found.text

    def suppresses_class(self, *, language: str, place: Place) -> bool:
        """Whether the level's name is left out because of this thing."""
        found = self._first(language, place, replaces_policy=False)
        return found is not None and SUPPRESS_CLASS in found.codes

    def qualifier(self, kind: str, *, language: str, place: Place, default: str = "") -> str:
        """The text of one kind, the one of exactly this place first."""
        for at in (place, None if place is Place.BANNER else Place.BANNER, None):
            for tag in languages(language):
                for qualifier in self.qualifiers:
                    if (qualifier.kind, qualifier.place, qualifier.language) == (kind, at, tag):
                        return qualifier.text
        return default

    def languages(self) -> frozenset[str]:
        """Every language that something is said in."""
        return frozenset([p.language for p in self.phrases] + [q.language for q in self.qualifiers]) - {""}

    def _first(self, language: str, place: Place, *, replaces_policy: bool) -> Phrase | None:
        """The first phrase of the nearest language; for a portion, one of its own before one of the banner."""
        for at in dict.fromkeys((place, Place.BANNER)):
            for tag in languages(language):
                for phrase in self.phrases:
                    fits = phrase.language == tag and (REPLACE_POLICY in phrase.codes) == replaces_policy
                    if fits and phrase.stands_at(at):
                        return phrase
        return None

    def _hidden(self, language: str, place: Place) -> bool:
        own = self._first(language, place, replaces_policy=False)
        found = own or self._first(language, place, replaces_policy=True)
        return found is not None and bool(found.codes & HIDING)


NO_WORDING = Wording()


def languages(language: str) -> Iterator[str]:
    """The language, the language without its region, and then any: ``fr-CA``, ``fr``, ````."""
    yield from dict.fromkeys((language, language.partition("-")[0], ""))
