"""Heads and feet that run over the pages, and page numbers: out of the text, and kept where a marking may stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from loaders.documents.lines import Line, plain, without_calls
from loaders.documents.marking_words import MarkingWords

Page = list[Line]
Marking = tuple[str, str]
"""A text that stands where a marking may stand, and where that is."""

_DEEP = 3
"""How many lines a head or a foot has at most."""
_NUMBER = re.compile(
    r"(?:(?:pagina|page|blad|blz\.?|p\.?|seite|-|–)\s*)?\d{1,4}(?:\s*(?:van|of|/|von|-|–)\s*\d{0,4})?\s*[-–|]?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"^\d+\b|\b\d+(?:\s?(?:/|van|of|von|sur)\s?\d+)?$")


def is_page_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text.strip()))


def without_running_lines(pages: Sequence[Page], words: MarkingWords) -> tuple[list[Page], list[Marking]]:
    """The pages without heads, feet and page numbers, and each text that stood where a marking stands."""
    if not any(page[0].page for page in pages if page):
        return _one_page(pages, words)
    repeated = {end: _repeated(pages, end) for end in ("head", "foot")}
    kept, markings = list[Page](), list[Marking]()
    for page in pages:
        head, foot = _depth(page, repeated["head"], words), _depth(page[::-1], repeated["foot"], words)
        foot = min(foot, len(page) - head)
        rest = page[head : len(page) - foot]
        kept.append(rest)
        number = page[0].page if page else 0
        at = f" of page {number}" if number else ""
        markings += [
            (without_calls(line.text), f"the head{at}") for line in page[:head] if not is_page_number(line.text)
        ]
        markings += [
            (without_calls(line.text), f"the foot{at}")
            for line in page[len(page) - foot :]
            if not is_page_number(line.text)
        ]
        markings += [(without_calls(line.text), where + at) for line, where in _outer(rest)]
    return kept, markings


def _one_page(pages: Sequence[Page], words: MarkingWords) -> tuple[list[Page], list[Marking]]:
    """A text without pages has one head and one foot, and page numbers that were left over stand alone in a line."""
    kept = [list(page) for page in pages]
    markings = list[Marking]()
    if kept:
        head = _depth(kept[0], frozenset(), words)
        markings += [(without_calls(line.text), "the head") for line in kept[0][:head]]
        kept[0] = kept[0][head:]
        foot = _depth(kept[-1][::-1], frozenset(), words)
        markings += [(without_calls(line.text), "the foot") for line in kept[-1][len(kept[-1]) - foot :]]
        kept[-1] = kept[-1][: len(kept[-1]) - foot]
        markings += [(without_calls(line.text), "the first lines") for line in kept[0][:_DEEP]]
        markings += [(without_calls(line.text), "the last lines") for line in kept[-1][-2:]]
    return kept, markings


def _outer(page: Page) -> Iterator[tuple[Line, str]]:
    """The first and last lines of what is left: a marking may stand there, and so may the text."""
    for line in page[:_DEEP]:
        yield line, "the first lines"
    if len(page) > _DEEP:
        for line in page[max(_DEEP, len(page) - 2) :]:
            yield line, "the last lines"


def _form(text: str) -> str:
    return _DIGITS.sub("#", plain(text).casefold())


def _repeated(pages: Sequence[Page], end: str) -> frozenset[str]:
    """The lines that stand at this end of the pages again and again, whatever their numbers."""
    counts = Counter(
        form
        for page in pages
        for form in {_form(line.text) for line in (page[:_DEEP] if end == "head" else page[-_DEEP:])}
    )
    least = max(2, len(pages) * 2 // 5)
    return frozenset(form for form, count in counts.items() if count >= least)


def _depth(page: Sequence[Line], repeated: frozenset[str], words: MarkingWords) -> int:
    """How many lines from this end are no text of the document."""
    for number, line in enumerate(page[:_DEEP]):
        if not (is_page_number(line.text) or _form(line.text) in repeated or words.seems(line.text)):
            return number
    return min(_DEEP, len(page))
