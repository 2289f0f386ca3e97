"""What a finder gives: one place in one block that mentions something."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MentionKind(StrEnum):
    PAPER = "paper"
    RESOLUTION = "resolution"
    LAW = "law"
    TREATY = "treaty"
    REPORT = "report"
    ACTOR = "actor"
    DATE = "date"
    ABBREVIATION = "abbreviation"
    GOAL = "goal"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention.

    ``block``       the number of the block in its document, from 0; ``start`` and ``end`` are code points of its text
    ``text``        the words as they stand there
    ``target``      the IRI of what is mentioned; empty where it can't be told, and for a date
    ``value``       a date (``2013``, ``2013-04``, ``2013-04-25``) or a period with a slash between its ends
                    (``2014/2019-05``), an identifier (``29521-213``), or the long form of an abbreviation
    ``method``      which finder found it, with its version (``paper-number/1``); ``confidence`` from 0 to 1, which the
                    finder declares per form and which was measured on text that it was not made for
    """

    kind: MentionKind
    block: int
    start: int
    end: int
    text: str
    method: str
    confidence: float
    target: str = ""
    value: str = ""
