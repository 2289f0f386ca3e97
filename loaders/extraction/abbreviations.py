"""A document's own abbreviations: its list, and long forms followed or preceded by their abbreviation in brackets.

The letters of an abbreviation must stand in the long form in their order, the first one at the beginning of its first
word: the rule of Schwartz and Hearst (2003), from the end backwards, which takes one step a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from loaders.documents.model import Block, BlockKind

METHOD = "abbreviation/1"

_SHORT = r"(?=[^\s()]{2,12}(?!\w))[A-Z][A-Za-z0-9&/-]*[A-Z][A-Za-z0-9&/-]*|[A-Z]\d"
_BEHIND = re.compile(
    rf"\((?:hierna:?\s|verder:?\s|hereafter\s|afgekort\s|ci-après\s)?[“\"'‘]?(?P<short>{_SHORT})[”\"'’]?\)"
)
_IN_FRONT = re.compile(rf"(?<!\w)(?P<short>{_SHORT})\s\((?P<long>[^()\n]{{5,120}})\)")
_LISTED = re.compile(
    rf"^[•o*-]?\s?(?P<short>{_SHORT})\s?(?:\t|\s[-–—=:]\s|:\s|\s)\s?(?P<long>[^\n\t]{{4,150}})$", re.MULTILINE
)
_RUNNING = re.compile(
    rf"(?<!\w)(?P<short>{_SHORT})\s?[:=]\s(?P<long>[^:=;\n]{{4,150}}?)(?=[;,]?\s(?:{_SHORT})\s?[:=]|[;\n]|$)"
)
LIST_HEADING = re.compile(r"\b(?:afkorting|acroniem|abbreviat|acronym|abréviat|sigle)", re.IGNORECASE)
_LONGEST = 12


@dataclass(frozen=True, slots=True)
class Defined:
    """An abbreviation where a document says what it means: the places of both in the text of a block."""

    short: str
    long: str
    block: int
    start: int
    end: int


def defined_in(block: int, content: Block, *, in_list: bool) -> Iterator[Defined]:
    """What one block defines; ``in_list`` where it stands under a heading that announces abbreviations."""
    text = content.text
    if in_list or content.kind is BlockKind.TABLE:
        for match in _LISTED.finditer(text):
            long = match["long"].strip()
            if in_list or ("\t" in match[0] and explains(match["short"], long)):
                yield Defined(match["short"], long, block, match.start("short"), match.end("short"))
    if in_list or LIST_HEADING.match(text):
        for match in _RUNNING.finditer(text):
            yield Defined(match["short"], match["long"].rstrip(".,"), block, match.start("short"), match.end("short"))
    for match in _BEHIND.finditer(text):
        if long := _long_form(match["short"], text[max(0, match.start() - 200) : match.start()].rstrip()):
            yield Defined(match["short"], long, block, match.start("short"), match.end("short"))
    for match in _IN_FRONT.finditer(text):
        long = match["long"].strip()
        if explains(match["short"], long):
            yield Defined(match["short"], long, block, match.start("short"), match.end("short"))


def explains(short: str, long: str) -> bool:
    """Whether the letters of the abbreviation stand in the long form, the first at its beginning."""
    return _matched(short, long) == 0


def _long_form(short: str, before: str) -> str:
    """The words right before the bracket that the abbreviation stands for; empty if there are none."""
    words = before.split(" ")[-min(len(short) + 5, 2 * len(short), _LONGEST) :]
    candidate = " ".join(words)
    at = _matched(short, candidate)
    if at is None:
        return ""
    long = candidate[at:]
    # A long form with capitals begins with one; otherwise the letters were found in words that are no part of it.
    is_name = long[:1].isupper() or (" " in long and not any(character.isupper() for character in long))
    return long if len(long) > len(short) and is_name and ". " not in long else ""


def _matched(short: str, long: str) -> int | None:
    """Where in the long form the first letter begins a word, matched backwards; ``None`` if it doesn't."""
    letters, at = [c for c in short.lower() if c.isalnum()], len(long) - 1
    lowered = long.lower()
    if len(lowered) != len(long):
        return None
    for number in range(len(letters) - 1, -1, -1):
        while at >= 0 and (lowered[at] != letters[number] or (number == 0 and at > 0 and lowered[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
        at -= 1
    return at + 1
