"""What a document says of itself where its format has no place for it: title, language, date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders.documents.model import Block, BlockKind

_COMMON = {
    "nl": frozenset("de het een en van in op dat die voor met zijn niet aan ook door te bij naar wordt werd".split()),
    "en": frozenset("the of and to in that for with is on as by be are was this which from not at it".split()),
    "fr": frozenset("le la les des et en un une du que dans pour est qui sur par au avec il ne pas".split()),
}
"""The commonest words of the languages that are told apart."""
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def title_of(blocks: Sequence[Block]) -> str:
    """The first heading, or the first short text before any other; empty if there is none."""
    for block in blocks[:12]:
        if block.kind is BlockKind.HEADING and not block.number:
            return block.text
    first = blocks[0] if blocks else None
    return first.text if first and first.kind is not BlockKind.TABLE and 0 < len(first.text) <= 160 else ""


def language_of(blocks: Sequence[Block]) -> str:
    """The language of most of the words, as a BCP 47 tag; empty if no language has clearly the most."""
    words = [word for block in blocks[:400] for word in block.text.casefold().split()[:200]]
    counts = sorted(((sum(word in common for word in words), tag) for tag, common in _COMMON.items()), reverse=True)
    (most, tag), (second, _) = counts[0], counts[1]
    return tag if most >= 5 and most > 1.5 * second else ""


def dated_of(blocks: Sequence[Block]) -> str:
    """The day that a text of few words at the beginning is, if it is one in numbers; empty otherwise."""
    for block in blocks[:8]:
        found = _DAY.search(block.text)
        if found and len(block.text) <= 40:
            return found[0]
    return ""
