"""From the pieces of a document to its blocks: what all formats have in common once they know what a paragraph is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from loaders.documents.headings import NUMBERED, find_headings
from loaders.documents.lines import Line, settled, without_calls
from loaders.documents.marking_words import MarkingWords
from loaders.documents.model import Block, BlockKind, NoteCall
from loaders.documents.portion_marks import marked
from loaders.documents.running import Marking

Rows = Sequence[Sequence[str]]


@dataclass(slots=True)
class Piece:
    """A block before its marking and its section are known; calls of notes stand in its text and its rows.

    ``style`` is the name of its style, where the format has styles.
    """

    kind: BlockKind
    text: str = ""
    number: str = ""
    level: int = 0
    page: int = 0
    rows: Rows = ()
    style: str = ""


@dataclass(frozen=True, slots=True)
class NoteText:
    """A note, with the page on which it stands."""

    text: str
    page: int = 0


def blocks_of(pieces: Iterable[Piece], notes: Sequence[tuple[str, NoteText]], words: MarkingWords) -> Iterator[Block]:
    """The blocks, each with its section, and every note behind the block that calls it."""
    waiting: dict[str, list[NoteText]] = {}
    for number, note in notes:
        waiting.setdefault(number, []).append(note)
    section, is_numbered = "", False
    for piece in pieces:
        block = _block(piece, words)
        if not block.text and not block.rows:
            continue
        if block.kind is BlockKind.HEADING and (block.number or not is_numbered):
            section, is_numbered = block.number or block.text, is_numbered or bool(block.number)
        block = replace(block, section=section)
        yield block
        for call in block.calls:
            if waiting.get(call.number):
                yield _note(call.number, waiting[call.number].pop(0), section, words)
    for number, left in waiting.items():
        yield from (_note(number, note, section, words) for note in left)


def _note(number: str, note: NoteText, section: str, words: MarkingWords) -> Block:
    joined = settled(note.text)
    marking, text, calls = marked(joined.text, joined.calls, words)
    return Block(BlockKind.NOTE, text, section, number, 0, note.page, marking, calls)


def _block(piece: Piece, words: MarkingWords) -> Block:
    if piece.kind is BlockKind.TABLE:
        return _table(piece, words)
    joined = settled(piece.text)
    marking, text, calls = marked(joined.text, joined.calls, words)
    return Block(piece.kind, text, "", piece.number, piece.level, piece.page, marking or _of_style(piece, words), calls)


def _of_style(piece: Piece, words: MarkingWords) -> str:
    return piece.style if piece.style and words.seems(piece.style) else ""


def _table(piece: Piece, words: MarkingWords) -> Block:
    """A table; a marking stands before its first cell or behind its last, if anywhere."""
    rows, calls, text = list[tuple[str, ...]](), list[NoteCall](), ""
    for row in piece.rows:
        cells = list[str]()
        for number, cell in enumerate(row):
            joined = settled(cell)
            text += ("\n" if rows else "") if not number else "\t"
            calls += [NoteCall(len(text) + at, called) for at, called in joined.calls]
            text += joined.text
            cells.append(joined.text)
        rows.append(tuple(cells))
    return Block(BlockKind.TABLE, text, "", "", 0, piece.page, _of_style(piece, words), tuple(calls), tuple(rows))


def numbered_heading(text: str, level: int) -> Piece:
    """A heading whose number, if it has one, is written in its text."""
    found = NUMBERED.match(text.strip())
    if found and (found["number"][0].isdigit() or found["word"]):
        return Piece(BlockKind.HEADING, found["title"], found["number"], level)
    return Piece(BlockKind.HEADING, text, "", level)


def with_headings(pieces: Sequence[Piece], bold: Mapping[int, bool]) -> list[Piece]:
    """The pieces of a document that names no heading as one: those that look like it, as in a text."""
    if any(piece.kind is BlockKind.HEADING for piece in pieces):
        return list(pieces)
    lines = []
    for at, piece in enumerate(pieces):
        text = without_calls(piece.text)
        shown = f"{piece.number}. {piece.text}" if piece.kind is BlockKind.ITEM and piece.number else piece.text
        lines.append(Line(shown, 0, 0, min(len(text), _WIDE), 1.0, bold=bold.get(at, False)))
    taken = frozenset(at for at, piece in enumerate(pieces) if piece.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM))
    done = list(pieces)
    for at, heading in find_headings(lines, width=_WIDE, size=0, taken=taken).items():
        done[at] = Piece(BlockKind.HEADING, heading.title, heading.number, heading.level, style=pieces[at].style)
    return done


_WIDE = 100.0
"""A line of text has about so many characters: a paragraph of more is no heading."""


def outer_texts(pieces: Sequence[Piece]) -> list[Marking]:
    """The first and last texts of a document without pages: a marking may stand there."""
    texts = [re.sub(r"\s+", " ", without_calls(piece.text)).strip() for piece in pieces]
    texts = [text for text in texts if text]
    return [
        *((text, "the first lines") for text in texts[:3]),
        *((text, "the last lines") for text in texts[3:][-2:]),
    ]


def without_outer_markings(pieces: Sequence[Piece], words: MarkingWords) -> tuple[list[Piece], list[Marking]]:
    """The pieces without the markings that stand alone at the beginning and the end, and all texts that stand there."""
    rest, markings = list(pieces), outer_texts(pieces)
    while rest and rest[0].kind is not BlockKind.TABLE and words.seems(without_calls(rest[0].text).strip()):
        markings.append((without_calls(rest.pop(0).text).strip(), "the head"))
    while rest and rest[-1].kind is not BlockKind.TABLE and words.seems(without_calls(rest[-1].text).strip()):
        markings.append((without_calls(rest.pop().text).strip(), "the foot"))
    return rest, markings
