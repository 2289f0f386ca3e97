"""The blocks of an official publication: headings, paragraphs, list items, tables and notes, in the order of the text.

An element that holds words makes a block, whatever it is called, so that a name that nobody foresaw loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from loaders.documents.model import Block, BlockKind
from loaders.parliament.elements import Inline, inline, number_of_note, part_text, parts
from loaders.parliament.tables import table_block
from loaders.reading.xml import Element, local_name, text_of

SKIPPED = frozenset({"metadata", "kamerstukkop", "dossier", "stuknr", "plaatje", "illustratie", "li.nr", "lidnr"})
"""What is said as facts about the publication, or is no text."""

INLINE = frozenset({"nadruk", "sup", "sub", "extref", "intref", "inf", "noot", "nootref", "datum", "ondernummer"})
TEXTS = frozenset({"al", "datumtekst", "subtitel", "noot.al", "functie", "naam", "organisatie", "plaats"})


@dataclass
class Body:
    """The blocks so far, and the heading that they stand under."""

    blocks: list[Block] = field(default_factory=list)
    section: str = ""

    def text(self, kind: BlockKind, found: Inline, *, number: str = "", level: int = 0) -> None:
        """A block, then the notes that it calls. Nothing where no words are."""
        text, calls = found.settled()
        if text:
            if kind is BlockKind.HEADING:
                self.section = number or text
            self.blocks.append(Block(kind, text, section=self.section, number=number, level=level, calls=calls))
        self.notes(found.notes)

    def notes(self, notes: Iterable[Element]) -> None:
        for note in notes:
            said = Inline()
            for words in note:
                if local_name(words) not in {"noot.nr", "noot.lijst.nr"}:
                    said.add(" ")
                    said.add(inline(words).text)
            text, _ = said.settled()
            if text:
                self.blocks.append(
                    Block(BlockKind.NOTE, text, section=self.section, number=number_of_note(note).rstrip("."))
                )


def blocks_of(root: Element) -> tuple[Block, ...]:
    """The blocks of the whole publication, without the masthead of the gazette that it stands in."""
    body = Body()
    for published in root:
        if local_name(published) not in {"kop", "metadata"}:
            _walk(published, body, depth=1, level=1)
    return tuple(body.blocks)


MAX_DEPTH = 100
"""Real publications nest a dozen deep; what stands deeper is read as text of where it stands."""


def _walk(element: Element, body: Body, *, depth: int, level: int) -> None:
    """The parts of an element. ``level`` is the level of the next heading."""
    inner = level + 1 if next(parts(element, "kop"), None) is not None else level
    for part in element:
        name = local_name(part)
        if name in SKIPPED:
            continue
        if name == "kop":
            _heading(part, body, level)
        elif name in {"titel", "tussenkop"}:
            body.text(BlockKind.HEADING, inline(part), level=level if name == "titel" else inner)
        elif name == "lijst":
            _list(part, body, depth=depth)
        elif name == "lid":
            _numbered(part, body, part_text(part, "lidnr"), depth=depth)
        elif name == "table":
            _table(part, body)
        elif name == "ondertekening":
            _signed(part, body)
        elif depth > MAX_DEPTH or name in TEXTS or _holds_words(part):
            body.text(BlockKind.PARAGRAPH, inline(part))
        else:
            _walk(part, body, depth=depth + 1, level=inner)


def _holds_words(element: Element) -> bool:
    own = (element.text or "").strip() or any((child.tail or "").strip() for child in element)
    return bool(own) or any(local_name(child) in INLINE for child in element)


def _heading(kop: Element, body: Body, level: int) -> None:
    """``Artikel 3 Bereik``: the number is the heading's own, and its words are all of it."""
    number = part_text(kop, "nr").rstrip(".:")
    words = Inline()
    for part in kop:
        if local_name(part) not in {"plaatje", "illustratie"}:
            found = inline(part)
            words.add(" ")
            words.add(found.text)
            words.notes += found.notes
    body.text(BlockKind.HEADING, words, number=number, level=level)


def _list(element: Element, body: Body, *, depth: int) -> None:
    for item in parts(element, "li"):
        _numbered(item, body, part_text(item, "li.nr"), depth=depth)


def _numbered(item: Element, body: Body, number: str, *, depth: int) -> None:
    """An item: its first words have its number, what follows are items without one. A bullet is no number."""
    number = number.rstrip(".):").lstrip("(") if any(letter.isalnum() for letter in number) else ""
    for part in item:
        name = local_name(part)
        if name in SKIPPED:
            continue
        if name == "lijst" and depth < MAX_DEPTH:
            _list(part, body, depth=depth + 1)
        elif name == "table":
            _table(part, body)
        else:
            body.text(BlockKind.ITEM, inline(part), number=number)
            number = ""


def _table(element: Element, body: Body) -> None:
    """A table with its title before it and its notes behind it."""
    for title in parts(element, "title"):
        body.text(BlockKind.PARAGRAPH, inline(title))
    for group in parts(element, "tgroup"):
        block, notes = table_block(group, section=body.section)
        if block.text.strip():
            body.blocks.append(block)
        body.notes(notes)


def _signed(element: Element, body: Body) -> None:
    """Who signs: the office and the name are one line."""
    groups = list(parts(element, "ondertekenaar")) or [element]
    for group in groups:
        said = (" ".join(text_of(child) for child in part) if len(part) else text_of(part) for part in group)
        words = Inline()
        words.add(", ".join(text.strip(" ,") for text in said if text.strip(" ,")))
        body.text(BlockKind.PARAGRAPH, words)
