"""Public notices of confidential letters: that the letter exists is public, what it says is not.

The notice states no level, so the letter gets none here and no content: only that it was announced, and where.
Whoever knows more adds it about the same IRI in a portion of its own label.
"""

from __future__ import annotations

import re

from loaders.facts import Facts

_ANNOUNCES = re.compile(
    r"\s*(?:mededeling|aanbieding|melding|aankondiging|toezending|bericht|vertrouwelijke?\b)", re.IGNORECASE
)
_CONFIDENTIAL = re.compile(
    r"\b(?:vertrouwelijke?|geheime?|gerubriceerde?)\s(?:[\w-]{1,40}\s){0,2}?"
    r"(?:brief|brieven|bijlagen?|stuk|stukken|rapport|rapportage|informatie|notitie|nota|antwoorden|aanbieding)\b",
    re.IGNORECASE,
)
_MADE_PUBLIC = re.compile(r"\bopenba(?:ar|arheid|re|armaking|armaken)\b", re.IGNORECASE)


def announces_confidential_letter(subject: str) -> bool:
    """Whether a subject is a notice of something confidential. A request to make it public is not."""
    told = _ANNOUNCES.match(subject) and _CONFIDENTIAL.search(subject)
    return bool(told) and not _MADE_PUBLIC.search(subject)


def describe_letter(facts: Facts, notice: str, number: str) -> str:
    """The letter that a notice announces: a thing of its own, without content."""
    letter = f"{notice}-letter"
    facts.kind(letter, "sluis:ConfidentialLetter")
    facts.named(letter, f"Confidential letter announced in {number}", f"Vertrouwelijke brief, aangekondigd in {number}")
    facts.link(notice, "sluis:announces", letter)
    return letter
