"""From the lines of pages to the blocks of a document: what a text and a PDF have in common.

1. Heads, feet and page numbers leave; columns follow each other.
2. Notes at the foot of a page leave, and the numbers that call them become calls.
3. Tables.
4. Headings, and with them sections.
5. Paragraphs and items, over the ends of lines and pages.
6. Notes come back behind the block that calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loaders.documents.columns import columns_of
from loaders.documents.headings import Heading, find_headings, is_contents_line
from loaders.documents.lines import Line, continues, ends_sentence, item_start, percentile, together, without_calls
from loaders.documents.margins import texts_of
from loaders.documents.marking_words import MarkingWords
from loaders.documents.model import Block, BlockKind
from loaders.documents.notes import Note, find_calls, take_end_notes, take_notes, usual_size
from loaders.documents.pieces import NoteText, Piece, blocks_of
from loaders.documents.running import Marking, without_running_lines
from loaders.documents.tables import Table, find_tables


@dataclass(frozen=True, slots=True)
class Laid:
    """What the pages hold: the blocks in reading order, and the texts that stand where a marking may stand."""

    blocks: tuple[Block, ...]
    markings: tuple[Marking, ...]


def lay_out(pages: Sequence[list[Line]], words: MarkingWords, margins: Sequence[list[Line]] = ()) -> Laid:
    """The blocks of the pages, in the order of their lines; what stands in their margins comes first."""
    kept, markings = without_running_lines([page for page in pages if page], words)
    body, notes = _without_notes([part for page in kept if page for part in columns_of(page)])
    body, ending = take_end_notes(body)
    if ending:
        find_calls(body, [note.number for note in ending])
    width = percentile([line.right for line in body if not line.cells], 0.95)
    pieces = [Piece(BlockKind.PARAGRAPH, text, page=page) for page, text in texts_of(margins)]
    pieces += [_piece(draft) for draft in _drafts(body, width)]
    # SECURITY: what a margin says may be a marking, on whichever page it says it. tests/unit/test_document_formats.py
    markings += [(without_calls(line.text), f"the margin of page {line.page}") for lines in margins for line in lines]
    texts = [_note(note) for note in (*notes, *ending) if note.number]
    return Laid(tuple(blocks_of(pieces, texts, words)), tuple(dict.fromkeys(markings)))


def _without_notes(parts: Sequence[list[Line]]) -> tuple[list[Line], list[Note]]:
    """The running text of all pages, with calls in place of their numbers, and the notes."""
    body, notes, last = list[Line](), list[Note](), ""
    size = usual_size([line for part in parts for line in part])
    pages: list[tuple[list[Line], list[str]]] = []
    for part in parts:
        rest, found = take_notes(part, last, size)
        for note in found:
            if note.number or not notes:
                notes.append(note)
            else:
                notes[-1].lines += note.lines
        numbers = [note.number for note in found if note.number]
        last = numbers[-1] if numbers else last
        rest = rest[_head_that_interrupts(body, rest) :]
        if rest:
            rest[0].starts_page = bool(body)
        if pages and pages[-1][0] and rest and rest[0].page and pages[-1][0][0].page == rest[0].page:
            pages[-1][0].extend(rest)
            pages[-1][1].extend(numbers)
        else:
            pages.append((list(rest), numbers))
        body += rest
    for lines, numbers in pages:
        find_calls(lines, numbers)
    return body, notes


_DEEP = 3
"""So many lines a head may have that stands in the midst of a sentence."""


def _head_that_interrupts(body: Sequence[Line], page: Sequence[Line]) -> int:
    """How many short lines at the head of a page stand between the halves of a sentence: the address of a letter."""
    if not body or not page or ends_sentence(body[-1].text) or continues(page[0].text):
        return 0
    for at, line in enumerate(page[1 : _DEEP + 1], start=1):
        short = all(other.right < 0.6 * line.right for other in page[:at])
        if line.gap and continues(line.text) and short:
            return at
    return 0


@dataclass(slots=True)
class _Draft:
    """A block before its text is one: its lines, or what it is made of."""

    kind: BlockKind
    lines: list[Line]
    number: str = ""
    level: int = 0
    title: str = ""
    table: Table | None = None


def _drafts(body: Sequence[Line], width: float) -> Iterator[_Draft]:
    tables = find_tables(body, width=width)
    taken = frozenset(at for start, table in tables.items() for at in range(start, start + table.lines))
    headings = find_headings(body, width=width, size=usual_size(body), taken=taken)
    at, open_draft = 0, None
    while at < len(body):
        if at in tables or at in headings:
            if open_draft:
                yield open_draft
            open_draft = None
            draft = _of_table(body, at, tables[at]) if at in tables else _of_heading(body, at, headings[at])
            yield draft
            at += len(draft.lines)
            continue
        line = body[at]
        if open_draft and _goes_on(open_draft, line, width):
            open_draft.lines.append(line)
        else:
            if open_draft:
                yield open_draft
            open_draft = _begun(line)
        at += 1
    if open_draft:
        yield open_draft


def _of_table(body: Sequence[Line], at: int, table: Table) -> _Draft:
    return _Draft(BlockKind.TABLE, list(body[at : at + table.lines]), table=table)


def _of_heading(body: Sequence[Line], at: int, heading: Heading) -> _Draft:
    lines = list(body[at : at + heading.lines])
    return _Draft(BlockKind.HEADING, lines, heading.number, heading.level, heading.title)


def _begun(line: Line) -> _Draft:
    start = item_start(line.text)
    if start is None:
        kind = BlockKind.ITEM if is_contents_line(line.text) else BlockKind.PARAGRAPH
        return _Draft(kind, [line])
    line.text = line.text[start.end :]
    return _Draft(BlockKind.ITEM, [line], start.number)


def _goes_on(draft: _Draft, line: Line, width: float) -> bool:
    """Whether a line goes on with what is open: a break is where a writer made one, and not where the page did."""
    last = draft.lines[-1]
    before, text = without_calls(last.text).rstrip(), without_calls(line.text)
    if is_contents_line(last.text) or item_start(text) is not None or not before:
        return False
    ended = ends_sentence(before)
    if re.search(r"\w-$", before[-2:]) and text[:1].isalpha():
        return True
    first_word = text.split(None, 1)[0] if text.split() else ""
    filled = last.right + (len(first_word) + 1) * last.width_of_a_character >= width * 0.92
    if line.starts_page or line.gap > _APART:
        return not ended and (continues(text) or (line.starts_page and last.right >= width * 0.5))
    if filled:
        return True
    return not ended and (continues(text) or (draft.kind is BlockKind.ITEM and last.right >= width * 0.6))


_APART = 0.45
"""White space between lines that is more than this part of a line's height parts two paragraphs."""


def _piece(draft: _Draft) -> Piece:
    page = draft.lines[0].page
    if draft.table is not None:
        return Piece(BlockKind.TABLE, page=page, rows=draft.table.rows)
    text = draft.title or together(line.text for line in draft.lines)
    return Piece(draft.kind, text, draft.number, draft.level, page)


def _note(note: Note) -> tuple[str, NoteText]:
    return note.number, NoteText(together(line.text for line in note.lines), note.lines[0].page if note.lines else 0)
