"""Finding all that a document mentions, block by block.

1. Which blocks the block at hand may lean on: those whose label its own label dominates.
2. What its text says by itself: identifiers, laws, dates.
3. What the names known at its label, and the document's own abbreviations, find in it.
4. What the headings over it say that it is.
5. Where two mentions claim the same words, the one that says more.
6. Short citations, which mean what another note cites.

SECURITY: everything that a block is read with comes from blocks and names that its label dominates. So a high block, or
a name known only high, never changes what is found in a low one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from graph_service.security import Label
from loaders.documents.model import Block, BlockKind, Document
from loaders.extraction.abbreviations import METHOD as ABBREVIATION
from loaders.extraction.abbreviations import Defined, defined_in
from loaders.extraction.dates import find_dates
from loaders.extraction.known_names import CATEGORY, METHOD, KnownNames
from loaders.extraction.laws import find_laws
from loaders.extraction.model import Mention, MentionKind
from loaders.extraction.name_index import Entry, NameIndex, Words
from loaders.extraction.papers import find_papers
from loaders.extraction.reports import CITATIONS, find_reports, find_short_citations
from loaders.extraction.structure import Role, find_goals_and_questions, roles
from loaders.extraction.united_nations import find_united_nations
from loaders.names import Names

TEXT_FINDERS: tuple[Callable[[int, str], Iterator[Mention]], ...] = (
    find_papers,
    find_united_nations,
    find_laws,
    find_dates,
)
"""The finders that need nothing but a text."""

_WIDE = frozenset({MentionKind.GOAL, MentionKind.QUESTION, MentionKind.ABBREVIATION})
_UNKNOWN_MEANING = 0.75


def find_mentions(
    document: Document, labels: Sequence[Label], names: Callable[[Label], Names], *, own: str = ""
) -> Iterator[Mention]:
    """Everything that is mentioned, in the order of the text.

    ``labels`` has one for each block; ``names`` is asked once for each label among them. ``own`` is the document's IRI:
    it does not mention itself, and once its name is known it would.
    """
    readings: dict[Label, _Reading] = {}
    cited: list[Sequence[Mention]] = []
    for number, (block, label) in enumerate(zip(document.blocks, labels, strict=True)):
        if label not in readings:
            readings[label] = _Reading(document.blocks, labels, label, _ready(names(label)), own)
        found = readings[label].find(number, block, cited)
        cited.append(found if block.kind is BlockKind.NOTE else ())
        yield from found


_READY: dict[int, KnownNames] = {}
_MOST_READY = 8


def _ready(names: Names) -> KnownNames:
    """The names made ready, once for each object: to compare a hundred thousand names costs more than to use them."""
    if id(names) not in _READY:
        if len(_READY) >= _MOST_READY:
            _READY.pop(next(iter(_READY)))
        _READY[id(names)] = KnownNames(names)  # holds the names, so that no other object gets their id
    return _READY[id(names)]


class _Reading:
    """A document as the blocks of one label are read: with what that label dominates."""

    def __init__(
        self, blocks: Sequence[Block], labels: Sequence[Label], label: Label, known: KnownNames, own: str
    ) -> None:
        self.blocks, self.known, self.own = blocks, known, own
        dominated = {other: label.dominates(other) for other in set(labels)}
        self.visible = [number for number, other in enumerate(labels) if dominated[other]]

    def _whole(self, text: str) -> tuple[Entry, ...]:
        return self.known.index.whole(text, without=self.own)

    @cached_property
    def roles(self) -> Mapping[int, Role]:
        return dict(zip(self.visible, roles(self.blocks[number] for number in self.visible), strict=True))

    @cached_property
    def defined(self) -> Mapping[str, Defined]:
        """The document's own abbreviations; the first meaning of each counts."""
        found: dict[str, Defined] = {}
        for number in self.visible:
            for one in defined_in(number, self.blocks[number], in_list=self.roles[number].abbreviations):
                found.setdefault(one.short, one)
        return found

    @cached_property
    def _defined_in(self) -> Mapping[int, Sequence[Defined]]:
        found: dict[int, list[Defined]] = {}
        for one in self.defined.values():
            found.setdefault(one.block, []).append(one)
        return found

    @cached_property
    def own_names(self) -> NameIndex:
        """The abbreviations whose long form is a known actor."""
        entries = []
        for one in self.defined.values():
            meant = {entry.iri: entry for entry in self._whole(one.long) if entry.kind == MentionKind.ACTOR}
            if len(meant) == 1:
                entries.append(Entry(one.short, next(iter(meant)), MentionKind.ACTOR.value, exact=True))
        return NameIndex(entries)

    @cached_property
    def notes(self) -> Mapping[str, int]:
        """The notes by their number; one that stands for several notes is none."""
        found: dict[str, int] = {}
        twice = set()
        for number in self.visible:
            block = self.blocks[number]
            if block.kind is BlockKind.NOTE and block.number:
                if block.number in found:
                    twice.add(block.number)
                found[block.number] = number
        return {number: at for number, at in found.items() if number not in twice}

    def find(self, number: int, block: Block, cited: Sequence[Sequence[Mention]]) -> Sequence[Mention]:
        role = self.roles[number]
        found = [mention for finder in TEXT_FINDERS for mention in finder(number, block.text)]
        found.extend(self._named(number, block))
        found.extend(find_reports(number, block, self._whole, is_literature=role.literature))
        kept = _settled(found)
        kept.extend(find_short_citations(number, block, kept, lambda note: self._cited_in(note, cited)))
        kept.extend(find_goals_and_questions(number, block, role))
        kept.extend(self._definitions(number, block))
        return sorted(kept, key=lambda mention: (mention.start, -mention.end, mention.kind))

    def _cited_in(self, note: str, cited: Sequence[Sequence[Mention]]) -> Sequence[Mention]:
        at = self.notes.get(note, len(cited))
        return cited[at] if at < len(cited) else ()

    def _named(self, number: int, block: Block) -> Iterator[Mention]:
        for mention in self.known.find(number, block.text, without=self.own):
            one = self.defined.get(mention.text)
            # The document says what it means by it, and nobody here knows that: it may be another thing of this name.
            yield (
                replace(mention, confidence=_UNKNOWN_MEANING)
                if one and not self.own_names.whole(one.short)
                else mention
            )
        for hit in self.own_names.find(block.text, Words.of(block.text)):
            words = block.text[hit.start : hit.end]
            long = self.defined[hit.entries[0].name].long
            iri = hit.entries[0].iri
            yield Mention(MentionKind.ACTOR, number, hit.start, hit.end, words, ABBREVIATION, 0.97, iri, long)

    def _definitions(self, number: int, block: Block) -> Iterator[Mention]:
        for one in self._defined_in.get(number, ()):
            words = block.text[one.start : one.end]
            yield Mention(MentionKind.ABBREVIATION, number, one.start, one.end, words, ABBREVIATION, 0.95, "", one.long)


def _settled(found: list[Mention]) -> list[Mention]:
    """Without those whose words another mention claims that says more: the longer one, then the surer one.

    An identifier hides the years and names in it; a thing that was found by its name hides no date in its name, and a
    category (`MINUSMA-personeel`) no thing.
    """
    kept: list[Mention] = []
    size = max((mention.end for mention in found), default=0)
    taken = {layer: bytearray(size) for layer in _LAYERS}
    for mention in sorted(found, key=_rank):
        own = _layer(mention)
        if 1 in taken[own][mention.start : mention.end] and not (kept and _same_range(kept[-1], mention)):
            continue
        kept.append(mention)
        for layer in _LAYERS if _is_identified(mention) else (own,):
            taken[layer][mention.start : mention.end] = b"\x01" * (mention.end - mention.start)
    return sorted(kept, key=lambda mention: mention.start)


def _same_range(one: Mention, other: Mention) -> bool:
    """Whether two papers of a range (``nrs. 420-423``) stand in the same words: then neither hides the other."""
    return one.kind is other.kind is MentionKind.PAPER and (one.start, one.end) == (other.start, other.end)


_LAYERS = ("dates", "categories", "things")


def _layer(mention: Mention) -> str:
    return "dates" if mention.kind is MentionKind.DATE else "categories" if mention.method == CATEGORY else "things"


def _is_identified(mention: Mention) -> bool:
    return mention.kind in CITATIONS and mention.method != METHOD


def _rank(mention: Mention) -> tuple[bool, int, float, int, str]:
    return (
        not _is_identified(mention),
        mention.start - mention.end,
        -mention.confidence,
        mention.start,
        mention.target,
    )
