"""The labels of a document and of each of its blocks, from the markings that it carries. Pure; trusted side.

1. The document's label is the join of the markings on its pages, the label that its file carries (ADatP-4774), what the
   submitter states, and every marking of a block: so it dominates all of its blocks.
2. A block that is marked has that label and no other; every other block has the document's, headings and notes too.
3. What looks like a marking and can't be read refuses the document. No marking anywhere, and none stated, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph_service.errors import LabelError, LoadRefused
from graph_service.handling import format_marking
from graph_service.security import Label, Policies, high_water_mark
from graph_service.standards.documents import label_of, read_label_document
from loaders.base import Remark
from loaders.documents.marking_words import MarkingWords, marking_words
from loaders.documents.model import Block, BlockKind, Document
from loaders.documents.portion_marks import bracket_behind

_WEAK = ("the first lines", "the last lines")
"""Where a text of the document may stand as well as a marking: one there counts only if it is nothing else."""


@dataclass(frozen=True, slots=True)
class DocumentLabels:
    """The labels of a document and, in their order, of its blocks."""

    document: Label
    blocks: tuple[Label, ...]
    remarks: tuple[Remark, ...]


def labels_of(document: Document, *, policies: Policies, stated: Label | None = None) -> DocumentLabels:
    """The labels of the document. Raises ``LoadRefused`` where a marking can't be read, or there is no label at all."""
    words = marking_words(policies)
    own, remarks = _own(document, words), list[Remark]()
    marks = [_mark(block, document.file, words) for block in document.blocks]
    _refuse_turned(document)
    if own is None and stated is None and not _every_text_is_marked(document.blocks, marks):
        raise LoadRefused(
            "no marking was found on its pages or in its properties: say its label with `--label`", file=document.file
        )
    whole = [label for label in (own, stated) if label is not None]
    if own is not None and stated is not None and own != stated:
        remarks.append(_disagreement(document.file, own, stated, policies))
    marks = _with_abbreviations(document, marks, whole, words, remarks)
    label = high_water_mark([*whole, *(mark for mark in marks if mark is not None)])
    remarks += _raising(document, marks, high_water_mark(whole) if whole else None, policies)
    return DocumentLabels(label, tuple(label if mark is None else mark for mark in marks), tuple(remarks))


_TURNS = frozenset("\u202d\u202e")
"""Characters that make a text show in another order than it has: what a reader sees as a marking is none to us."""


def _refuse_turned(document: Document) -> None:
    if any(not _TURNS.isdisjoint(block.text) for block in document.blocks):
        raise LoadRefused(
            "a text holds a character that turns its reading order (U+202D or U+202E), and a marking could hide in it: "
            "write the text as it is to be read",
            file=document.file,
        )


def _own(document: Document, words: MarkingWords) -> Label | None:
    """What the document says of itself as a whole: the join of its markings and the label of its file."""
    found = list[Label]()
    for text, where in document.markings:
        label = words.read(text)
        if label is not None:
            found.append(label)
        elif words.seems(text, all_of_it=where.startswith(_WEAK)):
            # SECURITY: what looks like a marking is never passed over. tests/unit/test_document_markings.py
            raise _unread(text, where, document.file, words)
    if document.label:
        try:
            found.append(label_of(read_label_document(document.label, policies=words.policies)))
        except LabelError as error:
            raise LoadRefused(f"the label that the file carries: {error.public}", file=document.file) from error
    return high_water_mark(found) if found else None


def _mark(block: Block, file: str, words: MarkingWords) -> Label | None:
    """The label of the block's own marking, if it has one."""
    if not block.marking:
        return None
    label = words.read(block.marking)
    if label is None:
        raise _unread(block.marking, _place(block), file, words)
    return label


def _with_abbreviations(
    document: Document, marks: list[Label | None], whole: list[Label], words: MarkingWords, remarks: list[Remark]
) -> list[Label | None]:
    """The marks, with those that may be an abbreviation of something else: they only raise.

    SECURITY: ``Railways (NS)`` is a railway, but in a document with other markings of that policy nobody knows: the
    block takes the join of the document's label and that marking.
    """
    known = {part.policy for label in (*whole, *(mark for mark in marks if mark)) for part in label.parts}
    done = list[Label | None]()
    for block, mark in zip(document.blocks, marks, strict=True):
        behind = None if mark else bracket_behind(block.text, words)
        label = words.read(behind[0]) if behind else None
        if behind is None or label is None:
            done.append(mark)
        elif known & {part.policy for part in label.parts}:
            done.append(high_water_mark([*whole, label]))
        else:
            done.append(mark)
            remarks.append(Remark(f"`({behind[0]})` behind {_place(block)} is read as an abbreviation", document.file))
    return done


def _every_text_is_marked(blocks: tuple[Block, ...], marks: list[Label | None]) -> bool:
    texts = [mark for block, mark in zip(blocks, marks, strict=True) if block.kind is not BlockKind.HEADING]
    return bool(texts) and None not in texts


def _raising(
    document: Document, marks: list[Label | None], whole: Label | None, policies: Policies
) -> Iterator[Remark]:
    """Every block that is marked higher than its document."""
    for block, mark in zip(document.blocks, marks, strict=True):
        if mark is not None and whole is not None and whole.join(mark) != whole:
            marking, own = format_marking(mark, policies=policies), format_marking(whole, policies=policies)
            text = f"{_place(block)} is marked {marking}, and the document {own}: the document is taken as both"
            yield Remark(text, document.file)


def _disagreement(file: str, own: Label, stated: Label, policies: Policies) -> Remark:
    says, said = format_marking(own, policies=policies), format_marking(stated, policies=policies)
    taken = format_marking(own.join(stated), policies=policies)
    return Remark(f"the document is marked {says}, and `--label` says {said}: taken as {taken}", file)


def _unread(text: str, where: str, file: str, words: MarkingWords) -> LoadRefused:
    hint = "mend it there, or take it out if it is no marking"
    return LoadRefused(
        f"a marking in {where} can't be read: {words.why_not(text)}. {hint[0].upper()}{hint[1:]}", file=file
    )


def _place(block: Block) -> str:
    number = f" {block.number}" if block.number else ""
    words = " ".join(block.text.split()[:4])
    return f"{block.kind.value}{number}" + (f" on page {block.page}" if block.page else "") + f" (`{words} …`)"
