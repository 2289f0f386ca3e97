"""Lines of a page, the common ground of text and PDF: what stands on one height, from left to right.

Lengths have no unit of their own: characters in a text, points in a PDF. What is compared is of one document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a line with white space around it, from ``left`` to ``right``."""

    text: str
    left: float
    right: float


@dataclass(slots=True)
class Line:
    """One line.

    ``gap``   the white space before it, in lines: 0 where it follows directly
    ``size``  of its letters; 0 where that is not known
    ``cells`` its pieces, if it has more than one
    ``rule``  it stands below a ruled line, and above no other text: how notes at the foot of a page begin
    """

    text: str
    page: int = 0
    left: float = 0.0
    right: float = 0.0
    gap: float = 0.0
    size: float = 0.0
    bold: bool = False
    cells: tuple[Cell, ...] = ()
    starts_page: bool = False
    rule: bool = False

    @property
    def width_of_a_character(self) -> float:
        return (self.right - self.left) / max(1, len(self.text))


BULLETS = "•◦▪▫■□●○‣⁃∙·–—"
_NUMBERED = re.compile(
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){1,4}|\d{1,3}(?=[.)])|[a-zA-Z](?=[.)]\s)|[ivxIVX]{1,6}(?=[.)]\s)|\((?:\d{1,3}|[a-z]|[ivx]{1,6})\))"
    r"[.)]?\s+(?=\S)"
)
_BULLET = re.compile(rf"(?:[{BULLETS}]|[-*](?=\s)|o(?=\s)|[\uf0a7\uf0b7\uf02d])\s*(?=\S)")
_ENDS = re.compile(r"[.!?:;…][\"'”’)\]»]*$")


@dataclass(frozen=True, slots=True)
class Start:
    """How a list item begins: its number (empty for a bullet), and where its text begins."""

    number: str
    end: int


def item_start(text: str) -> Start | None:
    """What a line begins with if it begins an item of a list."""
    if found := _BULLET.match(text):
        return Start("", found.end())
    if found := _NUMBERED.match(text):
        return Start(found["number"].strip("()"), found.end())
    return None


def ends_sentence(text: str) -> bool:
    return bool(_ENDS.search(without_calls(text).rstrip()))


def continues(text: str) -> bool:
    """Whether a line begins as no sentence does: in the middle of one."""
    first = text.lstrip("\"'“‘(«[")[:1]
    return first.islower() or first in ",;.)%&/"


_KEPT_AFTER = re.compile(r"(?:^|[\s(])(?:[A-Z0-9]{2,}|\d+|\S*\d)-$|\s-$|^-$")
_AND = re.compile(r"(?:en|of|and|or|und|oder|et|ou|tot|naar|dan)\b")
_SPACES = re.compile(r"[\s\u00a0]+")
_CONTROLS = dict.fromkeys((*range(9), *range(0x0E, 0x20), 0x7F, 0x00AD, 0xFEFF, 0xE000, 0xE001))


def plain(text: str) -> str:
    """The text in form C, with single spaces, and without control characters and soft hyphens."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_CONTROLS)).strip()


def between(before: str, after: str) -> tuple[int, str]:
    """How two lines join: how many characters of the first go, and what stands between."""
    if not before or not after:
        return 0, ""
    if before.endswith("\u00ad"):
        return 1, ""
    if before.endswith("-"):
        if _AND.match(after):
            return 0, " "
        if _KEPT_AFTER.search(before) or not after[0].islower() or "://" in before.rsplit(" ", 1)[-1]:
            return 0, ""
        return 1, ""
    if before.endswith("/") or (before[-1] in "–—" and not before[-2:].startswith(" ")):
        return 0, ""
    return 0, " "


@dataclass(frozen=True, slots=True)
class Joined:
    """Lines read as one text, with the notes that it calls: after so many code points, and the note's number."""

    text: str
    calls: tuple[tuple[int, str], ...] = ()


def called(number: str) -> str:
    """How the call of a note stands in a line until the text is whole: then it leaves, and its place is kept."""
    return f"\ue000{number}\ue001"


_CALL = re.compile("\ue000([^\ue000\ue001]*)\ue001")


def calls_in(text: str) -> list[str]:
    """The numbers of the notes that a line calls."""
    return _CALL.findall(text)


def without_calls(text: str) -> str:
    return _CALL.sub("", text)


def join(texts: Iterable[str]) -> Joined:
    """One text of several lines: words that were cut at a line's end are whole again, and calls are places."""
    return settled(together(texts))


def together(texts: Iterable[str]) -> str:
    """One text of several lines: words that were cut at a line's end are whole again."""
    parts, last = list[str](), ""
    for text in texts:
        words = text.strip()
        cut, gap = between(last, words)
        if cut and parts:
            parts[-1] = parts[-1][:-cut]
        parts += [gap, words]
        last = (last + gap + words)[-_TAIL:]
    return "".join(parts)


_TAIL = 80
"""So much of what went before tells how the next line joins it."""


def settled(text: str) -> Joined:
    """The text as it is stored, and the places of its calls in it."""
    out, calls, done = "", list[tuple[int, str]](), 0
    for found in (*_CALL.finditer(text), None):
        piece = text[done : found.start() if found else len(text)]
        out = plain(out + piece) + (" " if piece[-1:].isspace() and found is None else "")
        if found:
            calls.append((len(out), found[1]))
            done = found.end()
            if piece[-1:].isspace() or text[done : done + 1].isspace():
                out += " "
    out = plain(out)
    return Joined(out, tuple((min(at, len(out)), number) for at, number in calls))


def percentile(values: Sequence[float], part: float) -> float:
    """The value that so large a part of the values does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0
