"""Notes at the foot of a page or the end of a document, and the places in the text that call them.

A number glued to a word or a year ("20859") is a call only if there is a note of that number, and the calls of a page
stand in the order of its notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from loaders.documents.lines import Line, called, calls_in, ends_sentence, percentile

_NOTE = re.compile(r"[\[(]?(?P<number>\d{1,4}|[*†‡])[\])]?\.?[\s\u00a0]+(?=\S)")
_SKIPPED = 3
"""So far a number may be from the one before: a note in between may be lost."""
_SMALLER = 0.93
"""Notes are set in letters at most so large, the text being 1."""


@dataclass(slots=True)
class Note:
    """A note and its lines, the first without the number."""

    number: str
    lines: list[Line] = field(default_factory=list)


def take_notes(page: Sequence[Line], last: str, size: float) -> tuple[list[Line], list[Note]]:
    """The page without the notes at its foot, and those. ``last`` is the number of the note before; ``size`` the
    usual size of letters, 0 if unknown. A note that goes on from the page before has no number."""
    begin = _foot(page, last, size)
    if begin is None:
        return list(page), []
    notes, number = list[Note](), last
    for at in range(begin, len(page)):
        line = page[at]
        found = _NOTE.match(line.text)
        if not size and notes and not found and _is_over(notes[-1].lines, line):
            return [*page[:begin], *page[at:]], notes
        if found and _follows(found["number"], number, first=not notes):
            number = found["number"]
            notes.append(Note(number))
            line.text, line.gap = line.text[found.end() :], 0
        elif not notes:
            notes.append(Note(""))
        notes[-1].lines.append(line)
    return list(page[:begin]), notes


def _is_over(note: Sequence[Line], line: Line) -> bool:
    """In a text, whether the notes were over before this line: it stands apart, behind a note at its end. The letters
    of a figure come last in their page, wherever the figure stood."""
    return bool(line.gap and note and ends_sentence(note[-1].text) and not re.match(r"https?:|www\.", line.text))


def _foot(page: Sequence[Line], last: str, size: float) -> int | None:
    """Where the notes of a page begin: below a ruled line, in smaller letters, or where the next number is called."""
    for at, line in enumerate(page):
        if line.rule and (_numbered(line, last) or (last and all(_small(other, size) for other in page[at:]))):
            return at
    begin = len(page)
    while begin and _small(page[begin - 1], size):
        begin -= 1
    for at in range(begin, len(page)):
        if _numbered(page[at], last):
            return begin if begin and last and _small(page[begin], size) else at
    if size:
        return None
    return _foot_by_number(page, last)


def _foot_by_number(page: Sequence[Line], last: str) -> int | None:
    """In a text with nothing but letters: the first line of a run of notes whose first number the page calls."""
    for at, line in enumerate(page):
        found = _NOTE.match(line.text)
        if not found or not at or not _follows(found["number"], last, first=True):
            continue
        if line.gap and _are_called(page[:at], _run(page[at:], last)):
            return at
    return None


_NEAR = 120
"""So many lines before the notes of a page may call them."""


def begins_notes(line: Line, above: Sequence[Line]) -> bool:
    """Whether the notes of a page begin here, in a text without pages: below a rule, or where a number is called."""
    found = _NOTE.match(line.text)
    if not found:
        return False
    return line.rule or bool(line.gap and above and _are_called(above[-_NEAR:], [found["number"]]))


def _run(lines: Sequence[Line], last: str) -> list[str]:
    """The numbers of the notes that begin in these lines."""
    numbers = list[str]()
    for line in lines:
        found = _NOTE.match(line.text)
        if found and _follows(found["number"], last, first=not numbers):
            last = found["number"]
            numbers.append(last)
    return numbers


def _are_called(lines: Sequence[Line], numbers: Sequence[str]) -> bool:
    """Whether the text calls these notes, for all that its letters can tell."""
    best = [max((weight for *_, weight in places), default=0.0) for places in _places(lines, numbers).values()]
    return sum(best) >= _SURE * len(best) and min(best, default=0.0) > 0


def _small(line: Line, size: float) -> bool:
    return bool(size and line.size and line.size <= size * _SMALLER)


def _numbered(line: Line, last: str) -> bool:
    found = _NOTE.match(line.text)
    return bool(found and _follows(found["number"], last, first=True))


def _follows(number: str, last: str, *, first: bool) -> bool:
    """Whether a note of this number may come after the last one: numbers rise by one, or begin again on a page."""
    if not number.isdigit():
        return True
    if not last.isdigit():
        return int(number) <= _SKIPPED
    return int(last) < int(number) <= int(last) + _SKIPPED or (first and number == "1")


_SURE = 2.0
_CLOSING = ".,;:!?)]}”’\"'»…%"
_BEFORE_NUMBERS = re.compile(r"(?:\b(?:nrs?|no|nos|art|artt|blz|pp?|par|vol|fig|tabel|table)\.?|§)\s*$", re.IGNORECASE)


_Place = tuple[int, int, int, float]
"""Where a number may be the call of a note: line, start, end, and how much speaks for it."""


def _places(lines: Sequence[Line], numbers: Iterable[str]) -> dict[str, list[_Place]]:
    """The places of these numbers, in the order of the text."""
    found: dict[str, list[_Place]] = {number: [] for number in numbers}
    for at, line in enumerate(lines):
        for digits in re.finditer(r"\d+", line.text):
            for length in range(1, min(4, len(digits[0])) + 1):
                start = digits.end() - length
                if (places := found.get(digits[0][-length:])) is not None and (
                    weight := _weight(line.text, digits.start(), start, digits.end())
                ):
                    places.append((at, start, digits.end(), weight))
    return found


def _weight(text: str, first: int, start: int, end: int) -> float:
    after, before = text[end : end + 2], text[:start]
    if re.match(r"[.,:]\d|[-–]\w|[%°€$/]|[a-z]", after) or not before.strip():
        return 0.0
    if start > first:  # glued to a number
        prefix = text[first:start]
        return 2.5 if re.fullmatch(r"(?:19|20)\d\d", prefix) else 1.5 if len(prefix) >= 4 else 0.0
    return _weight_before(before, after)


def _weight_before(before: str, after: str) -> float:
    here = before[-1]
    if here in _CLOSING:
        return 2.0 if here in ".,:" and before[-2:-1].isdigit() else 5.0
    if here.isalpha():
        word = re.search(r"\w+$", before)
        capitals = sum(1 for letter in word[0] if letter.isupper()) if word else 0
        return 4.0 if here.islower() and capitals < 2 else 3.0 if word and len(word[0]) >= 3 else 0.5
    if here.isspace() and not _BEFORE_NUMBERS.search(before):
        closing = before.rstrip()[-1:]
        if closing in "?!”’»)" and (not after.strip() or after[0].isspace()):
            return 3.0
        return 1.0 if closing == "." and not after.strip() else 0.0
    return 0.0


def find_calls(lines: Sequence[Line], numbers: Sequence[str]) -> None:
    """Turns the numbers in the lines that call these notes, in rising order, into calls."""
    best: list[tuple[float, tuple[tuple[str, int, int, int], ...]]] = [(0.0, ())]
    there = {number for line in lines for number in calls_in(line.text)}
    wanted = [number for number in numbers if number not in there]
    places = _places(lines, wanted)
    for number in wanted:
        options = list(best)
        for line, start, end, weight in places[number]:
            options += [
                (total + weight, (*chosen, (number, line, start, end)))
                for total, chosen in best
                if not chosen or (chosen[-1][1], chosen[-1][3]) <= (line, start)
            ]
        best = _front(options)
    chosen = max(best, key=lambda option: option[0])[1]
    for number, at, start, end in reversed(chosen):
        text = lines[at].text
        lines[at].text = text[:start].rstrip() + called(number) + text[end:]


def _front(
    options: list[tuple[float, tuple[tuple[str, int, int, int], ...]]],
) -> list[tuple[float, tuple[tuple[str, int, int, int], ...]]]:
    """Of all choices those that no other beats in what speaks for it and in how early it ends."""
    options.sort(key=lambda option: ((option[1][-1][1], option[1][-1][3]) if option[1] else (-1, -1), -option[0]))
    kept, most = list[tuple[float, tuple[tuple[str, int, int, int], ...]]](), -1.0
    for option in options:
        if option[0] > most:
            kept.append(option)
            most = option[0]
    return kept


_TITLE = re.compile(r"(?:\d{1,2}\.?\s+)?(?:eind|voet)?noten|(?:end|foot)?notes", re.IGNORECASE)


def take_end_notes(lines: Sequence[Line]) -> tuple[list[Line], list[Note]]:
    """The text without the list of notes that stands under a heading of its own, and those."""
    for at, line in enumerate(lines[:-1]):
        if _TITLE.fullmatch(line.text.strip()) and _numbered(lines[at + 1], ""):
            body, notes = take_notes([*_ruled(lines[at + 1 :])], "", 0.0)
            return [*lines[:at], *body], notes
    return list(lines), []


def _ruled(lines: Sequence[Line]) -> Sequence[Line]:
    lines[0].rule = True
    return lines


def usual_size(lines: Sequence[Line]) -> float:
    """The size of most of the letters; 0 where sizes are unknown."""
    sized = sorted((line.size, len(line.text)) for line in lines if line.size)
    return percentile([size for size, length in sized for _ in range(1 + length // 10)], 0.5)
