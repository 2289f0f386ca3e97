"""What a document says of itself where its format has no place for it: title, language, date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders.documents.headings import LETTER_LINE
from loaders.documents.model import Block, BlockKind

_COMMON = {
    "nl": frozenset("de het een en van in op dat die voor met zijn niet aan ook door te bij naar wordt werd".split()),
    "en": frozenset("the of and to in that for with is on as by be are was this which from not at it".split()),
    "fr": frozenset("le la les des et en un une du que dans pour est qui sur par au avec il ne pas".split()),
}
"""The commonest words of the languages that are told apart."""
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_WRITTEN = re.compile(r"\b(\d{1,2})\.?\s+([a-zé]{3,9})\.?\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_MONTHS = {
    month: number
    for months in (
        "jan feb maa apr mei jun jul aug sep okt nov dec",
        "jan feb mar apr may jun jul aug sep oct nov dec",
    )
    for number, month in enumerate(months.split(), start=1)
}
_FIRST = 40
"""So many blocks may hold the head of a letter."""
_SUBJECTS, _DATES = ("betreft", "onderwerp", "subject", "re"), ("datum", "date")


def title_of(blocks: Sequence[Block]) -> str:
    """What a letter says it is about; else the first heading without a number, or a short text that is first of all."""
    if subject := _of_letter(blocks, _SUBJECTS):
        return subject
    for block in blocks[:12]:
        if block.kind is BlockKind.HEADING and not block.number:
            return block.text
    first = blocks[0] if blocks else None
    return first.text if first and first.kind is not BlockKind.TABLE and 0 < len(first.text) <= 160 else ""


def _of_letter(blocks: Sequence[Block], words: Sequence[str]) -> str:
    """What the head of a letter says behind one of these words; empty if it has none."""
    for block in blocks[:_FIRST]:
        found = LETTER_LINE.match(block.text) if block.kind is not BlockKind.TABLE and len(block.text) <= 300 else None
        if found and found["what"].casefold() in words:
            return found["said"].strip()
    return ""


def dated_of(blocks: Sequence[Block]) -> str:
    """The day that the head of a letter says, or that a short text at the beginning is; empty otherwise."""
    for text in (_of_letter(blocks, _DATES), *(block.text for block in blocks[:8] if len(block.text) <= 40)):
        if found := _DAY.search(text):
            return found[0]
        written = _WRITTEN.search(text)
        month = _MONTHS.get(written[2][:3].casefold()) if written else None
        if written and month and 1 <= int(written[1]) <= 31:
            return f"{written[3]}-{month:02}-{int(written[1]):02}"
    return ""


def language_of(blocks: Sequence[Block]) -> str:
    """The language of most of the words, as a BCP 47 tag; empty if no language has clearly the most."""
    words = [word for block in blocks[:400] for word in block.text.casefold().split()[:200]]
    counts = sorted(((sum(word in common for word in words), tag) for tag, common in _COMMON.items()), reverse=True)
    (most, tag), (second, _) = counts[0], counts[1]
    return tag if most >= 5 and most > 1.5 * second else ""
