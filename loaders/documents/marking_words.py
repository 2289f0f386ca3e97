"""Which texts are markings, and which only look like one. Pure; built from the words of the policies and nothing else.

A reader asks it where to look, and the trusted side what is said there. SECURITY: what looks like a marking and can't
be read refuses the document: a slip of the pen must not take a label away.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import combinations

from graph_service.errors import LabelError
from graph_service.handling import level_markings, parse_marking, read_marking
from graph_service.handling.equivalence import foreign_level
from graph_service.security import Label, Policies, high_water_mark

LONGEST = 160
"""A text longer than this is prose and no marking."""
_SHORT = 4
"""Letters of a marking that is an abbreviation like any other (``NS``): it counts in its own case alone."""

_EXERCISE = r"(?:EXERCISE|OEFENING|EXAMPLE|VOORBEELD)"
_INTRODUCED = re.compile(
    rf"^(?:{_EXERCISE}[\s:/–—-]*)+|[\s:/–—-]*(?:{_EXERCISE}[\s:/–—-]*)+$"
    r"|^(?:rubricering|rubriceringsniveau|classificatie|classification|security marking|marking|merking)\s*[:=]\s*",
    re.IGNORECASE,
)
_NUMBERING = re.compile(
    r"^(?:(?:pagina|page|blad|p\.)\s*)?\d{1,4}(?:\s*(?:van|of|/)\s*\d{1,4})?(?=[\s|–—-])"
    r"|(?<=[\s|–—-])(?:(?:pagina|page|blad|p\.)\s*)?\d{1,4}(?:\s*(?:van|of|/)\s*\d{1,4})?$",
    re.IGNORECASE,
)
_PARTED = re.compile(r"\t|\||\s{2,}|\s[-–—·•]\s")
_AROUND = " \t*_=~|.–—-"
_LOOK_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԌԚԜаеѕіјорсухԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχıІ𝟎0",
    "ABESIJKMHOPCTYXGQWaesijopcyxdqwhABEZHIKMNOPTYXaiknoptuxiIOO",
)


class MarkingWords:
    """The words of the markings of some policies."""

    def __init__(self, policies: Policies) -> None:
        self.policies = policies
        self.levels = level_markings(policies)

    @lru_cache(maxsize=8192)  # noqa: B019 - one a set of policies, which live as long as the process
    def read(self, text: str) -> Label | None:
        """The label that the text says, and nothing beside it but numbering; ``None`` if it says none or is unclear."""
        if len(text) > LONGEST or not self._has_a_word(text):
            return None
        whole = _bare(text)
        if (label := self._parsed(whole)) is not None:
            return label
        found, after = list[Label](), False
        for piece in _pieces(whole):
            label = self._parsed(_bare(piece))
            found += [label] if label else []
            if label is None and (self._unreadable(piece) or (after and _is_word_of_a_marking(piece))):
                return None
            after = after or label is not None
        return high_water_mark(found) if found else None

    @lru_cache(maxsize=8192)  # noqa: B019
    def seems(self, text: str, *, all_of_it: bool = True) -> bool:
        """Whether the text looks like a marking, readable or not. ``all_of_it``: else one in the midst of it counts."""
        if len(text) > LONGEST or not self._has_a_word(text):
            return False
        if self.read(text) is not None or any(self._unreadable(piece) for piece in (_bare(text), *_pieces(text))):
            return True
        return not all_of_it and any(self._long_in(piece) for piece in (text, _seen(text)))

    def why_not(self, text: str) -> str:
        """Why a text that looks like a marking is not read."""
        if _seen(text) != unicodedata.normalize("NFC", text):
            return f"`{_shown(text)}` has characters that are not what they look like, or can't be seen"
        try:
            parse_marking(_bare(text), policies=self.policies)
        except LabelError as error:
            return error.public
        return f"`{_shown(text)}` says more than a marking"

    def is_abbreviation(self, text: str) -> bool:
        """Whether the marking could as well be an abbreviation of something else: a few capitals and nothing more."""
        return len(_letters(text)) <= _SHORT and "." not in text and "//" not in text

    def _parsed(self, text: str) -> Label | None:
        if not text or (self.is_abbreviation(text) and text.strip("()") not in self._short):
            return None
        for form in dict.fromkeys((text, f"({text})")):
            try:
                if (label := read_marking(form, policies=self.policies)) is not None:
                    return label
            except LabelError:  # a spare `//`
                return None
        return None

    def _unreadable(self, text: str) -> bool:
        """Whether a text, which is no marking, looks like one."""
        seen = _bare(_seen(text))
        if not seen or self._parsed(_bare(text)) is not None:
            return False
        if seen != _bare(unicodedata.normalize("NFC", text)) and (
            self._parsed(seen) is not None or self._long_in(seen)
        ):
            return True
        letters = _letters(seen).casefold()
        if _SHORT < len(letters) <= self._most and (
            letters in self._names or not self._near.isdisjoint(_slips(letters))
        ):
            return True
        first = re.match(r"\w+", seen)
        if first and first[0].casefold() in self._abbreviated:
            return len(seen.split()) <= 4 or "//" in seen
        return bool(foreign_level(seen, policies=self.policies)) or self._begins_one(seen)

    def _begins_one(self, text: str) -> bool:
        """Whether a level stands at the beginning, and what follows reads like more of a marking."""
        for level in (*self._long, *self._short):
            rest = text[len(level) :]
            if text.casefold().startswith(level.casefold()) and re.match(r"\s*(?://|[,/+-]\s*[A-Z]|REL\b)", rest):
                return True
            if level in self._long and text.casefold().startswith(level.casefold()) and _is_word_of_a_marking(rest):
                return True
        return False

    def _long_in(self, text: str) -> bool:
        folded = text.casefold()
        return any(re.search(rf"(?<!\w){re.escape(level.casefold())}(?!\w)", folded) for level in self._long)

    def _has_a_word(self, text: str) -> bool:
        """Whether any word of it is a word of a marking, or nearly: nothing else need be looked at."""
        plain = _seen(text)
        shown, seen = frozenset(re.findall(r"\w+", plain)), plain.casefold()
        words = re.findall(r"\w+", seen)
        return (
            not self._words.isdisjoint(words)
            or any(short <= shown for short in self._short_words)
            or any(not self._near_words.isdisjoint(_slips(word)) for word in words if _SHORT < len(word) <= self._most)
            or (len(letters := _letters(seen)) <= self._most and not self._near.isdisjoint(_slips(letters)))
            or bool(foreign_level(seen, policies=self.policies))
        )

    @cached_property
    def _long(self) -> frozenset[str]:
        return frozenset(text for text in self.levels if len(_letters(text)) > _SHORT and "(" not in text)

    @cached_property
    def _short(self) -> frozenset[str]:
        return frozenset(text.strip("()") for text in self.levels if self.is_abbreviation(text))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(_letters(level.name).casefold() for level in self.levels.values())

    @cached_property
    def _near(self) -> frozenset[str]:
        """The letters of every long marking, and what a slip makes of them."""
        return frozenset(slip for text in self._long for slip in _slips(_letters(text).casefold()))

    @cached_property
    def _most(self) -> int:
        return max(len(_letters(text)) for text in self._long) + 2

    @cached_property
    def _words(self) -> frozenset[str]:
        """Words that tell a marking in any case: a text without one, or one of ``_short_words``, is none."""
        texts = (*self.levels, *(level.name for level in self.levels.values()))
        return frozenset(word for text in texts for word in re.findall(r"\w{3,}", text.casefold()))

    @cached_property
    def _short_words(self) -> frozenset[frozenset[str]]:
        """The words of markings that have none but short ones (``NS``), as they are written: ``nr`` is none."""
        short = (text for text in self.levels if not re.search(r"\w{3,}", text))
        return frozenset(frozenset(re.findall(r"\w+", text)) for text in short)

    @cached_property
    def _near_words(self) -> frozenset[str]:
        return frozenset(slip for word in self._words if len(word) > _SHORT for slip in _slips(word))

    @cached_property
    def _abbreviated(self) -> frozenset[str]:
        """The first words of markings that are cut short (``Stg.``): nothing else begins with them."""
        firsts = (re.match(r"(\w{3,})\.", text) for text in self.levels)
        return frozenset(first[1].casefold() for first in firsts if first)


@lru_cache(maxsize=16)
def marking_words(policies: Policies) -> MarkingWords:
    """The words of these policies, made once."""
    return MarkingWords(policies)


def _bare(text: str) -> str:
    """The text without what people put around a marking: brackets, rulers, numbering, ``EXERCISE``."""
    before = None
    text = unicodedata.normalize("NFC", text)
    while text != before:
        before = text
        text = _NUMBERING.sub("", _INTRODUCED.sub("", text.strip())).strip(_AROUND.replace(".", ""))
        if text[:1] + text[-1:] in ("()", "[]", "{}", "<>", '""'):
            text = text[1:-1].strip()
    return " ".join(text.split())


def _pieces(text: str) -> Iterator[str]:
    pieces = [piece for piece in _PARTED.split(text) if piece.strip()]
    yield from pieces if len(pieces) > 1 else ()


def _is_word_of_a_marking(text: str) -> bool:
    """Whether it could be a category: a few words in capitals."""
    text = _bare(text)
    return bool(re.search(r"[^\W\d_]", text)) and text == text.upper() and len(text.split()) <= 4


def _seen(text: str) -> str:
    """The text as a reader sees it: compatibility forms and look-alike letters made plain, invisible ones gone."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(character for character in plain if unicodedata.category(character) not in ("Cf", "Mn", "Cc"))
    if plain.isascii():
        return plain
    return unicodedata.normalize("NFC", plain.translate(_LOOK_ALIKE))


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text.strip())


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalpha())


def _slips(word: str) -> Iterator[str]:
    """The word, and the word without one letter (of a long one: two): two words that share one are a slip apart."""
    yield word
    for left_out in range(1, 2 if len(word) < 12 else 3):
        for gone in combinations(range(len(word)), left_out):
            yield "".join(letter for at, letter in enumerate(word) if at not in gone)
