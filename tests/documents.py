"""Documents for the tests, made block by block, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy, composite

from graph_service.ingest import accept
from graph_service.portions import Portion, StoredPortion
from graph_service.security import Label, invalidity
from loaders.base import LoadRequest
from loaders.documents.model import Block, BlockKind, Document, NoteCall
from loaders.documents.portions import labelled_portions
from loaders.documents.structure import designation
from loaders.extraction.model import Mention, MentionKind
from tests.strategies import KEY, TODAY, food_policies, simple_labels

WORDS = ("tea is served", "Resolution 1 of the Kitchen", "the cook and the waiter", "EXAMPLE")


@dataclass(frozen=True)
class Labelled:
    """A block with its label."""

    block: Block
    label: Label


def request(**given: object) -> LoadRequest:
    return replace(LoadRequest(path=Path("menu.txt"), policies=food_policies(), name_key=KEY), **given)  # type: ignore[arg-type]


def document(blocks: Iterable[Block], **given: str) -> Document:
    return replace(Document(file="menu.txt", blocks=tuple(blocks)), **given)  # type: ignore[arg-type]


def proposals(found: Sequence[Labelled], *, label: Label, **given: str) -> list[object]:
    """All that comes of the blocks, with a mention of ``EXAMPLE`` wherever the word stands."""
    made = document((one.block for one in as_read(found)), **given)
    labels = [one.label for one in found]
    return list(labelled_portions(made, request(), label=label, labels=labels, mentions=list(mentions_in(made))))


def portions(found: Sequence[Labelled], *, label: Label, **given: str) -> list[StoredPortion]:
    made = [one for one in proposals(found, label=label, **given) if isinstance(one, Portion)]
    legal = [one for one in made if not invalidity(one.label, policies=food_policies(), on=TODAY)]
    if len(legal) != len(made):
        reject()  # a join of two legal labels need not be legal
    return [accept(one, key=KEY, policies=food_policies(), today=TODAY) for one in made]


def mentions_in(made: Document) -> Iterator[Mention]:
    for number, block in enumerate(made.blocks):
        if (at := block.text.find("EXAMPLE")) >= 0:
            yield Mention(
                MentionKind.ACTOR, number, at, at + 7, "EXAMPLE", "test/1", 0.9, target="https://example.org/actor/x"
            )


def as_read(found: Sequence[Labelled]) -> list[Labelled]:
    """The blocks as a reader gives them: each with the section of the heading that it stands under, hidden or not."""
    section, read = "", []
    for one in found:
        if one.block.kind is BlockKind.HEADING:
            section = designation(one.block)
        read.append(replace(one, block=replace(one.block, section=section)))
    return read


@composite
def blocks(draw: DrawFn) -> Block:
    kind = draw(st.sampled_from(list(BlockKind)))
    text = draw(st.sampled_from(WORDS))
    numbered = kind in (BlockKind.NOTE, BlockKind.HEADING)
    number = draw(st.sampled_from(["", "1", "2"])) if numbered else ""
    called = () if numbered else draw(st.sampled_from([(), ("1",), ("1", "2")]))
    calls = tuple(NoteCall(len(text), name) for name in called)
    level = draw(st.integers(1, 2)) if kind is BlockKind.HEADING else 0
    return Block(kind, text, number=number, level=level, page=draw(st.integers(0, 2)), calls=calls)


def labelled_blocks() -> SearchStrategy[list[Labelled]]:
    return st.lists(st.builds(Labelled, blocks(), simple_labels()), min_size=1, max_size=8)
