"""Which lines are headings: those numbered 1, 2, 3 … through the document, 3.2 below 3, and short ones before a text.

A number at the beginning of a line says little, for lists have numbers too. The sections of a document are the chain
of numbers that leaves the fewest others unexplained: what is left over must be lists that begin at 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loaders.documents.lines import Line, continues, ends_sentence, item_start, without_calls

NUMBERED = re.compile(
    r"(?P<word>(?:hoofdstuk|chapter|deel|part|bijlage|annex|paragraaf|section)\s+)?"
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,4}|(?<=\s)[IVXA-H]{1,4})(?P<mark>[.):]?)\s+(?P<title>[^\W\d_“‘\"'(].*|[“‘\"'(]\w.*)",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}$|…+\s*\d{1,4}$|\s{3,}\d{1,4}$|\t\d{1,4}$")
LETTER_LINE = re.compile(
    r"(?P<what>datum|date|betreft|onderwerp|subject|re|onze referentie|uw referentie|our reference|kenmerk)"
    r"(?:\s*:|(?=\s))\s*(?P<said>\S.*)",
    re.IGNORECASE,
)
"""A line of a letter that says its date, its subject or its reference."""
_CAPTION = re.compile(r"(?:tabel|table|figuur|figure|grafiek|graph|kaart|map|box|kader)\s\d{1,3}(?!\w)", re.IGNORECASE)
_LONGEST = 110


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its number (empty if it has none), its level, its title, and how many lines it takes."""

    number: str
    level: int
    title: str
    lines: int = 1


@dataclass(frozen=True, slots=True)
class _Candidate:
    at: int
    number: int
    weight: float
    title: str


def is_contents_line(text: str) -> bool:
    """Whether a line stands in a table of contents: its title is followed by the number of a page."""
    return bool(_CONTENTS.search(text.rstrip()[-120:]))


def find_headings(lines: Sequence[Line], *, width: float, size: float, taken: frozenset[int]) -> Mapping[int, Heading]:
    """The headings by the number of their first line. ``width`` is that of a full line, ``taken`` what is in tables."""
    free = [at for at in range(len(lines)) if at not in taken and not is_contents_line(lines[at].text)]
    found = dict[int, Heading]()
    candidates = list[_Candidate]()
    for at in free:
        parsed = NUMBERED.match(lines[at].text.strip())
        if not parsed or len(lines[at].text) > _LONGEST:
            continue
        number = parsed["number"]
        if "." in number or parsed["word"]:
            if _is_title(lines, at, size, parsed["title"]):
                level = number.count(".") + 1
                found[at] = _heading(lines, at, number if number[0].isdigit() else number.upper(), level, width, size)
        elif number.isdigit():
            weight = _weight(lines, at, parsed["title"], size, parsed["mark"])
            candidates.append(_Candidate(at, int(number), weight, parsed["title"]))
    for chosen in _chain(candidates):
        found[chosen.at] = _heading(lines, chosen.at, str(chosen.number), 1, width, size)
    covered = {at + more for at, heading in found.items() for more in range(heading.lines)}
    for at in free:
        if at not in covered and _stands_alone(lines, at, width, size):
            title = without_calls(lines[at].text).strip()
            level = 2 if any(other.number for before, other in found.items() if before < at) else 1
            found[at] = Heading("", level, title)
    return found


def _heading(lines: Sequence[Line], at: int, number: str, level: int, width: float, size: float) -> Heading:
    """The heading that begins here; a long title goes on in the next line, which then begins as no sentence does."""
    title, count = lines[at].text.strip(), 1
    while count < 3 and at + count < len(lines):
        line, following = lines[at + count - 1], lines[at + count]
        same = following.size == line.size and following.bold == line.bold
        goes_on = continues(following.text) or (size and line.size > size * 1.1 and same)
        long = line.right >= width * 0.5 or (size and line.size > size * 1.1)
        if following.gap or not (goes_on and long and same) or item_start(following.text):
            break
        title += " " + following.text.strip()
        count += 1
    parsed = NUMBERED.match(title)
    return Heading(number, level, parsed["title"].strip() if parsed else title, count)


def _is_title(lines: Sequence[Line], at: int, size: float, title: str) -> bool:
    return len(title) <= 90 and not re.search(r"[.;,]$", without_calls(title)) and title[:1].upper() == title[:1]


def _weight(lines: Sequence[Line], at: int, title: str, size: float, mark: str) -> float:
    """How much a line with a number looks like a heading, and not like an item of a list."""
    line, weight = lines[at], 0.0
    weight += 1.0 if line.gap or line.starts_page or at == 0 else -1.0
    weight += 1.0 if len(title) <= 60 else -1.0
    weight -= 3.0 if re.search(r"[.;,:]$", without_calls(title).rstrip()) or not title[:1].isupper() else 0.0
    weight -= 2.0 if mark == ")" else 0.0
    if size and line.size:
        weight += 3.0 if line.size > size * 1.08 else 1.5 if line.bold else -2.0
    following = lines[at + 1] if at + 1 < len(lines) else None
    if following is not None:
        neighbour = NUMBERED.match(following.text.strip())
        weight -= 2.0 if neighbour and neighbour["number"].isdigit() and not following.gap else 0.0
        weight -= 2.0 if continues(following.text) and not following.gap and len(title) < 60 else 0.0
    return weight


_UNEXPLAINED, _MOST = 4.0, 300


def _chain(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates that are the sections 1, 2, 3 …: heavy ones, with few others left unexplained between them."""
    if len(candidates) > _MOST:
        heavy = sorted(candidates, key=lambda one: -one.weight)[:_MOST]
        candidates = sorted(heavy, key=lambda one: one.at)
    best: list[tuple[float, int]] = []
    for here, candidate in enumerate(candidates):
        options = [(candidate.weight - _cost(candidates[:here]), -1)] if candidate.number <= 1 else []
        options += [
            (best[other][0] + candidate.weight - _cost(candidates[other + 1 : here]), other)
            for other in range(here)
            if candidates[other].number + 1 == candidate.number
        ]
        best.append(max(options, default=(float("-inf"), -1)))
    ends = [(total - _cost(candidates[at + 1 :]), at) for at, (total, _) in enumerate(best)]
    total, at = max(ends, default=(float("-inf"), -1))
    if total <= -_cost(candidates):
        return []
    chosen = []
    while at >= 0:
        chosen.append(candidates[at])
        at = best[at][1]
    return chosen[::-1]


def _cost(left_over: Sequence[_Candidate]) -> float:
    """What speaks against leaving these out: numbers that belong to no list that begins at 1."""
    cost, last = 0.0, 0
    for candidate in left_over:
        if candidate.number == 1:
            last = 1
        elif candidate.number == last + 1:
            last += 1
        else:
            cost += _UNEXPLAINED
    return cost


def _stands_alone(lines: Sequence[Line], at: int, width: float, size: float) -> bool:
    """Whether a line is a heading without a number: short, apart, and before a text."""
    line = lines[at]
    text = without_calls(line.text).strip()
    if not 2 <= len(text) <= 80 or re.search(r"[.;,:…]$", text) or not (text[0].isupper() or text[0] in "‘“"):
        return False
    if LETTER_LINE.match(text) or _CAPTION.match(text):
        return False
    if (
        item_start(text)
        or len(text.split()) > 12
        or ends_sentence(text)
        or line.cells
        or not re.search(r"[^\W\d]{3}", text)
    ):
        return False
    before, following = lines[at - 1] if at else None, lines[at + 1] if at + 1 < len(lines) else None
    if following is None:
        return False
    larger = bool(size and line.size > size * 1.08)
    if (
        before
        and not before.cells
        and before.right >= width * 0.7
        and not ends_sentence(before.text)
        and not (larger or line.bold)
    ):
        return False  # the line before is not at its end
    if size and line.size and not larger and not line.bold:
        return False
    apart = line.gap or line.starts_page or before is None or larger
    if not apart or (line.right - line.left) > width * (0.95 if larger else 0.75) or continues(following.text):
        return False
    if at == 0 and following.gap and not size:
        return True  # a title
    before_text = following.right - following.left >= width * 0.4 or item_start(following.text) is not None
    return bool(larger or line.bold or before_text)
