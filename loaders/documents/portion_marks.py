"""The marking of one paragraph: what stands in brackets before it or behind it.

A bracket that can't be a marking stays in the text. One that might be a few capitals like any other (``NS``) counts
behind a text only after the end of a sentence; ``markings`` looks at the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from loaders.documents.lines import ends_sentence
from loaders.documents.marking_words import MarkingWords
from loaders.documents.model import NoteCall

_BEFORE = re.compile(r"\s*(?:\((?P<round>[^()]{1,120})\)|\[(?P<square>[^][]{1,120})\])\s*")
_BEHIND = re.compile(r"(?:\((?P<round>[^()]{1,120})\)|\[(?P<square>[^][]{1,120})\])\s*$")

Calls = Iterable[tuple[int, str]]


def marked(text: str, calls: Calls, words: MarkingWords) -> tuple[str, str, tuple[NoteCall, ...]]:
    """The marking (as written, or empty), the text without it, and the calls at their places in that."""
    start, end = 0, len(text)
    marking = before = _marking(_BEFORE.match(text), words)
    if before:
        found = _BEFORE.match(text)
        start = found.end() if found else 0
    behind = bracket_behind(text[start:], words)
    if behind and not (words.is_abbreviation(behind[0]) and not ends_sentence(text[start : start + behind[1]])):
        marking = f"{before} {behind[0]}" if before and before != behind[0] else behind[0]
        end = start + behind[1]
    kept = text[start:end].rstrip()
    return marking, kept, tuple(NoteCall(min(max(0, at - start), len(kept)), number) for at, number in calls)


def bracket_behind(text: str, words: MarkingWords) -> tuple[str, int] | None:
    """What looks like a marking in brackets at the end of a text, and where the bracket begins."""
    found = _BEHIND.search(text, max(0, len(text) - 140))
    inside = _marking(found, words)
    return (inside, found.start()) if found and inside else None


def _marking(found: re.Match[str] | None, words: MarkingWords) -> str:
    inside = (found["round"] or found["square"] or "").strip() if found else ""
    return inside if inside and words.seems(inside) else ""
