"""A block of a document as RDF: what it says, where it stands, and the notes that it calls. Pure.

What the block itself says takes its own label. Whatever depends on how the document was laid out or numbered (the page,
a printed number, which note a number means) takes the document's label too: pages and numbers count everything that
stands before, the hidden too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph_service.namespaces import ID, NS, PREFIXES
from graph_service.portions import label_text
from graph_service.security import Label
from loaders.base import RDF_TYPE, LoadRequest, Statements
from loaders.documents.model import THIS_BLOCK, Block, BlockKind, Document
from loaders.documents.structure import Position, positions

__all__ = ["Layout", "Placed", "layout_of", "paragraph_statements"]

_INTEGER = NamedNode(PREFIXES["xsd"] + "integer")
_PREF_LABEL = NamedNode(PREFIXES["skos"] + "prefLabel")
_PARAGRAPH, _FOOTNOTE = NamedNode(NS + "Paragraph"), NamedNode(NS + "Footnote")
_IN_DOCUMENT, _SECTION = NamedNode(NS + "inDocument"), NamedNode(NS + "section")
_TEXT, _KIND, _ORDER = NamedNode(NS + "paragraphText"), NamedNode(NS + "paragraphKind"), NamedNode(NS + "readingOrder")
_PAGE, _PRINTED, _UNDER = NamedNode(NS + "onPage"), NamedNode(NS + "printedNumber"), NamedNode(NS + "underHeading")
_AT_FOOTNOTE, _FOOTNOTE_TEXT = NamedNode(NS + "atFootnote"), NamedNode(NS + "footnoteText")
_FOOTNOTE_NUMBER, _ANNOTATED = NamedNode(NS + "footnoteNumber"), NamedNode(NS + "annotatedText")
_NAMES = {
    BlockKind.HEADING: ("kop", "heading"),
    BlockKind.PARAGRAPH: ("alinea", "paragraph"),
    BlockKind.ITEM: ("lijstpunt", "item"),
    BlockKind.TABLE: ("tabel", "table"),
    BlockKind.NOTE: ("noot", "note"),
}
_ANNOTATED_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its label, where it stands at that label, and the IRI that follows from both.

    ``full``  where it stands at the label of what depends on the layout, which is ``layout_label``
    """

    block: Block
    label: Label
    layout_label: Label
    position: Position
    full: Position
    node: NamedNode
    footnote: NamedNode

    @property
    def layout_part(self) -> str:
        """The part for what takes another label than the block: told apart from a block of that label."""
        return f"{self.position.part}, as laid out ({self.node.value[-8:]})"


@dataclass(frozen=True)
class Layout:
    """A document's blocks in reading order, and which of them has a note's number."""

    document: NamedNode
    label: Label
    placed: tuple[Placed, ...]
    notes: Mapping[str, tuple[int, ...]]

    def called(self, number: str, *, at: int) -> Iterator[tuple[Placed, Label]]:
        """The notes that a call may mean, each with the label at which it does: the first of that number that follows
        the call, else the last before it.

        SECURITY: each is chosen among the notes that those may read who see it chosen, so that a hidden note takes no
        call from one that is seen.
        """
        here = self.placed[at].layout_label
        found = self.notes.get(number, ())
        for one in found:
            label = here.join(self.placed[one].label)
            seen = [other for other in found if label.dominates(self.placed[other].label)]
            if one == next((other for other in seen if other > at), seen[-1]):
                yield self.placed[one], label


def layout_of(
    document: Document, source: NamedNode, *, label: Label, labels: Sequence[Label], request: LoadRequest
) -> Layout:
    """Every block in its place. ``labels`` are those of the blocks, ``label`` is the document's."""
    layouts = [label.join(own) for own in labels]
    views = {at: dict(positions(document.blocks, labels, seen_at=at)) for at in {*labels, *layouts}}
    placed = []
    for number, (block, own, full) in enumerate(zip(document.blocks, labels, layouts, strict=True)):
        position = views[own][number]
        name = request.opaque("paragraph", source.value, position.part, label_text(own))
        node, footnote = NamedNode(f"{ID}paragraph/{name}"), NamedNode(f"{ID}footnote/{name}")
        placed.append(Placed(block, own, full, position, views[full][number], node, footnote))
    notes: dict[str, list[int]] = {}
    for number, block in enumerate(document.blocks):
        if block.kind is BlockKind.NOTE and block.number:
            notes.setdefault(block.number, []).append(number)
    return Layout(source, label, tuple(placed), {number: tuple(found) for number, found in notes.items()})


def paragraph_statements(layout: Layout, number: int) -> Statements:
    """What one block says, by the label that each statement takes."""
    placed, statements = layout.placed[number], Statements()
    block, me, own, position = placed.block, placed.node, placed.label, placed.position
    in_dutch, in_english = _names(block.kind, position)
    for predicate, value in (
        (RDF_TYPE, _PARAGRAPH),
        (_IN_DOCUMENT, layout.document),
        (_TEXT, Literal(block.text)),
        (_KIND, Literal(block.kind.value)),
        (_ORDER, _integer(position.order)),
        (_PREF_LABEL, Literal(in_dutch, language="nl")),
        (_PREF_LABEL, Literal(in_english, language="en")),
    ):
        statements.add(Triple(me, predicate, value), label=own)
    if position.section:
        statements.add(Triple(me, _SECTION, Literal(position.section)), label=own)
    for fact in _own_facts(block, me):
        statements.add(fact, label=own)
    if block.kind is BlockKind.NOTE:
        _add_footnote(statements, placed, layout)
    _add_layout(statements, placed, layout)
    _add_calls(statements, layout, number)
    return statements


def _own_facts(block: Block, me: NamedNode) -> Iterator[Triple]:
    """What the block's form states, said of the block itself where it stands in."""
    for quad in parse(block.facts.replace(f"<{THIS_BLOCK}>", str(me)), format=RdfFormat.N_TRIPLES):
        yield quad.triple


def _add_footnote(statements: Statements, placed: Placed, layout: Layout) -> None:
    note = placed.footnote
    in_dutch, in_english = _names(BlockKind.NOTE, placed.position)
    for subject, predicate, value in (
        (placed.node, _AT_FOOTNOTE, note),
        (note, RDF_TYPE, _FOOTNOTE),
        (note, _IN_DOCUMENT, layout.document),
        (note, _FOOTNOTE_TEXT, Literal(placed.block.text)),
        (note, _PREF_LABEL, Literal(in_dutch, language="nl")),
        (note, _PREF_LABEL, Literal(in_english, language="en")),
    ):
        statements.add(Triple(subject, predicate, value), label=placed.label)
    if re.fullmatch(r"[0-9]{1,9}", placed.block.number):
        number = Triple(note, _FOOTNOTE_NUMBER, _integer(int(placed.block.number)))
        statements.add(number, label=placed.layout_label)


def _add_layout(statements: Statements, placed: Placed, layout: Layout) -> None:
    block, me, at = placed.block, placed.node, placed.layout_label
    if block.page > 0:
        statements.add(Triple(me, _PAGE, _integer(block.page)), label=at)
    if block.number:
        statements.add(Triple(me, _PRINTED, Literal(block.number)), label=at)
    if placed.full.order != placed.position.order:
        statements.add(Triple(me, _ORDER, _integer(placed.full.order)), label=at)
    if placed.full.heading is not None:
        statements.add(Triple(me, _UNDER, layout.placed[placed.full.heading].node), label=at)


def _add_calls(statements: Statements, layout: Layout, number: int) -> None:
    """The notes that the block calls, each with the words that it stands at."""
    placed = layout.placed[number]
    for call in placed.block.calls:
        words = _annotated(placed.block.text, call.at)
        for note, label in layout.called(call.number, at=number):
            statements.add(Triple(placed.node, _AT_FOOTNOTE, note.footnote), label=label)
            if words:
                statements.add(Triple(note.footnote, _ANNOTATED, Literal(words)), label=label)


def _annotated(text: str, at: int) -> str:
    """The sentence that ends, or breaks off, where a note is called; its last words if it is long."""
    before = text[max(0, at - _ANNOTATED_LENGTH) : at].rstrip()
    begins = max((before.rfind(mark, 0, len(before) - 1) for mark in (". ", "! ", "? ", "\n")), default=-1)
    return before[begins + 1 :].strip()


def _names(kind: BlockKind, position: Position) -> tuple[str, str]:
    """What the block is called for people, in Dutch and English: its section as it is seen, and its place there."""
    where = f"§{position.section}, " if position.section[:1].isdigit() else ""
    where = where or (f"{position.section}, " if position.section else "")
    in_dutch, in_english = _NAMES[kind]
    if kind is BlockKind.HEADING:
        return f"{where}{in_dutch}", f"{where}{in_english}"
    return f"{where}{in_dutch} {position.order}", f"{where}{in_english} {position.order}"


def _integer(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)
