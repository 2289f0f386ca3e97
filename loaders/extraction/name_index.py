"""An index of names: what stands in a text is looked up word by word, the longest name first.

A name is kept as its letters and digits in lower case without what stands between them, so that ``G5-Sahel``, ``G5
Sahel`` and ``Defensieacademie``, ``Defensie Academie`` are one. A text is read the same way, and matches begin and end
at words. The work for a text grows with its words and not with the number of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+|&")
_KEY = 3
_MOST_WORDS = 14
_ENDINGS = ("en", "e", "s", "n")
_ARTICLES = frozenset(("de", "het", "een", "the", "le", "la", "les"))
"""`de Franse` is no form of `de Fransen`: with one word of its own, a name keeps its endings."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a name stands for. ``exact``: to be matched letter by letter; ``derived``: made here out of another name;
    ``common``: a common noun, which needs no capital; ``category``: of many, which hides no name inside it."""

    name: str
    iri: str
    kind: str
    exact: bool = False
    derived: bool = False
    common: bool = False
    category: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a name stands, and all that it may stand for. ``inflected``: with other endings than the name has."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    inflected: bool


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, with their places."""

    forms: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Words:
        found = list(_WORD.finditer(text))
        return cls(
            tuple("en" if match[0] == "&" else match[0].lower() for match in found),
            tuple(match.start() for match in found),
            tuple(match.end() for match in found),
        )


class NameIndex:
    """Names by their letters. Built once, and never changed."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._plain, self._stemmed = _Table(), _Table()
        for entry in entries:
            words = Words.of(entry.name).forms
            self._plain.add(words, entry)
            if sum(word not in _ARTICLES for word in words) > 1 and not entry.exact:
                self._stemmed.add([stem(word) for word in words], entry)

    def find(self, text: str, words: Words, *, without: str = "") -> Iterator[Hit]:
        """At each word the longest name that begins there; the names of ``without`` (an IRI) are not there."""
        stems = tuple(stem(form) for form in words.forms)
        for at in range(len(words.forms)):
            hit = self._plain.longest(text, words, words.forms, at, inflected=False, without=without)
            other = self._stemmed.longest(text, words, stems, at, inflected=True, without=without)
            if hit and other:
                hit = other if other.end > hit.end else hit
            if hit := hit or other:
                yield hit
                if hit.entries[0].category and (inner := self._inside(text, words, at, hit, without=without)):
                    yield inner

    def _inside(self, text: str, words: Words, at: int, hit: Hit, *, without: str) -> Hit | None:
        """A shorter name that begins where a category does: `MINUSMA` in `MINUSMA-personeel`."""
        last = sum(1 for end in words.ends[at : at + _MOST_WORDS] if end < hit.end)
        shorter = Words(words.forms[: at + last], words.starts[: at + last], words.ends[: at + last])
        if not last:
            return None
        return self._plain.longest(text, shorter, shorter.forms, at, inflected=False, without=without)

    def whole(self, text: str, *, without: str = "") -> tuple[Entry, ...]:
        """What this text as a whole is the name of."""
        words = Words.of(text)
        for hit in self.find(text, words, without=without):
            if words.starts and hit.start == words.starts[0] and hit.end == words.ends[-1]:
                return hit.entries
            break
        return ()


class _Table:
    def __init__(self) -> None:
        self._entries: dict[str, list[Entry]] = {}
        self._lengths: dict[str, set[int]] = {}

    def add(self, words: Sequence[str], entry: Entry) -> None:
        letters = "".join(words)
        if letters:
            self._entries.setdefault(letters, []).append(entry)
            self._lengths.setdefault(letters[:_KEY], set()).add(len(letters))

    def longest(
        self, text: str, words: Words, forms: Sequence[str], at: int, *, inflected: bool, without: str
    ) -> Hit | None:
        letters, best = "", None
        lengths: set[int] = set()
        for last in range(at, min(at + _MOST_WORDS, len(forms))):
            before = len(letters)
            letters += forms[last]
            if before < _KEY:
                lengths = self._lengths.get(letters[:_KEY], set())
                if not lengths and len(letters) >= _KEY:
                    break
            if len(letters) in lengths and (known := self._entries.get(letters)):
                written = text[words.starts[at] : words.ends[last]]
                fitting = tuple(
                    entry for entry in known if entry.iri != without and _fits(entry, written, last - at + 1)
                )
                if fitting:
                    best = Hit(words.starts[at], words.ends[last], fitting, inflected)
        return best


def stem(word: str) -> str:
    """A word without the endings of its inflection: ``nederlandse`` and ``nederlands`` give the same."""
    for _ in range(2):
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) > 3:
                word = word[: -len(ending)]
                break
    return word


def _fits(entry: Entry, written: str, words: int) -> bool:
    """Whether the capitals and the gaps of what is written are those of the name."""
    name = entry.name
    if any(character in written for character in ".;:()\n\t") and not any(c in name for c in ".;:()"):
        return False
    if entry.exact or _is_short_form(name):
        return _same_short_form(name, written)
    own_words = len(_WORD.findall(name))
    if own_words != words and (len(written) < 7 or not any(character.isupper() for character in written)):
        return False
    return _capitals_fit(name, written, own_words, common=entry.common)


def _is_short_form(name: str) -> bool:
    return len(name) <= 8 and " " not in name and not any(character.islower() for character in name)


def _same_short_form(name: str, written: str) -> bool:
    if written == name:
        return True
    # `Kmar` for `KMar`, `Minusma`: longer abbreviations are also written as words.
    squeezed = re.sub(r"[\W_]", "", written)
    plain = re.sub(r"[\W_]", "", name)
    return squeezed == plain or (len(plain) > 3 and squeezed.lower() == plain.lower() and squeezed[0].isupper())


def _capitals_fit(name: str, written: str, words: int, *, common: bool) -> bool:
    """Every word with a capital has one in the text; the first of several may be small, `operatie Serval`."""
    expected = [match[0] for match in _WORD.finditer(name)]
    found = [match[0] for match in _WORD.finditer(written)]
    if len(expected) != len(found):
        return common or found[0][0].isupper() or expected[0][0].islower()
    if any(
        _is_adjective(own) and not other.lower().endswith(("s", "se"))
        for own, other in zip(expected, found, strict=True)
    ):
        return False  # `levert Nederland stafofficieren` names no `Nederlandse stafofficieren`
    return all(
        not own[0].isupper() or other[0].isupper() or (number == 0 and (common or words > 1))
        for number, (own, other) in enumerate(zip(expected, found, strict=True))
    )


def _is_adjective(word: str) -> bool:
    """Whether a word says of which country something is, as `Nederlandse` does."""
    return word[0].isupper() and word.endswith("se")
