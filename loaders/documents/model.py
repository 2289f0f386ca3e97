"""What every reader of documents gives: a document is its blocks, in reading order. Plain values, no input or output.

A reader says what stands there and decides nothing: which label a block has and what it mentions is worked out later,
outside the process that read the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

THIS_BLOCK = "urn:sluis:this-block"
"""Stands in a block's facts for the block itself, which has no IRI before it is labelled."""


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TABLE = "table"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class NoteCall:
    """Where a text calls a note: after so many code points of the block's text, and the note's number."""

    at: int
    number: str


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item, table or note.

    ``text``     in Unicode form C, white space as single spaces, hyphenation at line ends undone, without the marking
                 and without the numbers of note calls; of a table its cells, a line a row, a tab between cells
    ``section``  the number of the section that it stands in (``3.2``), or its heading where sections have no numbers
    ``number``   its own number: of a note, a numbered paragraph, an item, a heading
    ``level``    of a heading, 1 the highest
    ``page``     counted from 1; 0 where the format has none
    ``facts``    N-Triples of what its form states (``THIS_BLOCK`` is the block): they stand in its portion
    ``marking``  what stands in brackets before or after it (``Stg. G``), or is its style's: as written, not yet read
    """

    kind: BlockKind
    text: str
    section: str = ""
    number: str = ""
    level: int = 0
    page: int = 0
    marking: str = ""
    calls: tuple[NoteCall, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    facts: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as a reader gives it.

    ``iri``       who it is, where it says so itself (a parliamentary paper); else empty
    ``kind``      the class of the ontology that its form shows (``Resolution``), by its local name; else empty
    ``dated``     ``2013``, ``2013-04`` or ``2013-04-25``; ``language`` a BCP 47 tag
    ``markings``  each text that stands where a marking of the whole stands: the head or foot of a page, the first line,
                  a property of the file. As written, with where it stood; not yet read
    ``label``     a confidentiality label that the file carries (ADatP-4774 XML)
    ``facts``     N-Triples of what its structure states about it and not its prose: submitters, dossier, votes
    """

    file: str
    blocks: tuple[Block, ...]
    iri: str = ""
    kind: str = ""
    title: str = ""
    identifier: str = ""
    language: str = ""
    dated: str = ""
    markings: tuple[tuple[str, str], ...] = ()
    label: str = ""
    facts: str = ""
    properties: Mapping[str, str] | None = None
