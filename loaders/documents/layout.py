"""From the lines of pages to the blocks of a document: what a text and a PDF have in common.

1. Heads, feet and page numbers leave. 2. Notes at the foot of a page leave, and the numbers that call them are calls.
3. Tables. 4. Headings, and with them sections. 5. Paragraphs and items, over the ends of lines and pages. 6. Notes come
back behind the block that calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from loaders.documents.headings import Heading, find_headings, is_contents_line
from loaders.documents.lines import Line, continues, ends_sentence, item_start, join, percentile, settled, without_calls
from loaders.documents.marking_words import MarkingWords
from loaders.documents.model import Block, BlockKind, NoteCall
from loaders.documents.notes import Note, find_calls, take_end_notes, take_notes, usual_size
from loaders.documents.portion_marks import marked
from loaders.documents.running import Marking, without_running_lines
from loaders.documents.tables import Table, find_tables


@dataclass(frozen=True, slots=True)
class Laid:
    """What the pages hold: the blocks in reading order, and the texts that stand where a marking may stand."""

    blocks: tuple[Block, ...]
    markings: tuple[Marking, ...]


def lay_out(pages: Sequence[list[Line]], words: MarkingWords) -> Laid:
    """The blocks of the pages, in the order of their lines."""
    kept, markings = without_running_lines([page for page in pages if page], words)
    body, notes = _without_notes(kept)
    body, ending = take_end_notes(body)
    if ending:
        find_calls(body, [note.number for note in ending])
    width = percentile([line.right for line in body if not line.cells], 0.95)
    drafts = list(_drafts(body, width))
    return Laid(tuple(_finished(drafts, [*notes, *ending], words)), tuple(dict.fromkeys(markings)))


def _without_notes(pages: Sequence[list[Line]]) -> tuple[list[Line], list[Note]]:
    """The running text of all pages, with calls in place of their numbers, and the notes."""
    body, notes, last = list[Line](), list[Note](), ""
    size = usual_size([line for page in pages for line in page])
    for page in pages:
        rest, found = take_notes(page, last, size)
        for note in found:
            if note.number or not notes:
                notes.append(note)
            else:
                notes[-1].lines += note.lines
        last = next((note.number for note in reversed(found) if note.number), last)
        find_calls(rest, [note.number for note in found if note.number])
        if rest:
            rest[0].starts_page = bool(body)
        body += rest
    return body, notes


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


def _finished(drafts: Iterable[_Draft], notes: Sequence[Note], words: MarkingWords) -> Iterator[Block]:
    """The blocks, each with its section, and every note behind the block that calls it."""
    waiting = {note.number: note for note in notes if note.number}
    section, is_numbered = "", False
    block: Block | None = None
    for draft in drafts:
        block = _block(draft, words)
        if block.kind is BlockKind.HEADING and (block.number or not is_numbered):
            section, is_numbered = block.number or block.text, is_numbered or bool(block.number)
        block = replace(block, section=section)
        yield block
        for call in block.calls:
            if call.number in waiting:
                yield _note(waiting.pop(call.number), section, words)
    for note in waiting.values():
        yield _note(note, section, words)


def _note(note: Note, section: str, words: MarkingWords) -> Block:
    joined = join(line.text for line in note.lines)
    marking, text, calls = marked(joined.text, joined.calls, words)
    page = note.lines[0].page if note.lines else 0
    return Block(BlockKind.NOTE, text, section, note.number, 0, page, marking, calls)


def _block(draft: _Draft, words: MarkingWords) -> Block:
    page = draft.lines[0].page
    if draft.table is not None:
        return table_block(draft.table.rows, page=page, words=words)
    joined = settled(draft.title) if draft.title else join(line.text for line in draft.lines)
    marking, text, calls = marked(joined.text, joined.calls, words)
    return Block(draft.kind, text, "", draft.number, draft.level, page, marking, calls)


def table_block(rows: Sequence[Sequence[str]], *, page: int = 0, words: MarkingWords) -> Block:
    """A table of cells in which calls may stand; a marking stands in the first or the last cell, if anywhere."""
    cells, calls, text, marking = list[tuple[str, ...]](), list[NoteCall](), "", ""
    for row in rows:
        done = []
        for number, cell in enumerate(row):
            joined = settled(cell)
            text += ("\n" if cells else "") if not number else "\t"
            calls += [NoteCall(len(text) + at, called) for at, called in joined.calls]
            text += joined.text
            done.append(joined.text)
        cells.append(tuple(done))
    return Block(BlockKind.TABLE, text, "", "", 0, page, marking, tuple(calls), tuple(cells))
