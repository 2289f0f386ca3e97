"""Where each block of a document stands, as somebody sees it who is cleared for that block and for no more. Pure.

SECURITY: nothing here that is said at a label counts a block that the label does not dominate, nor names its heading:
else the numbers of what may be read would tell how much may not. tests/laws/test_documents.py
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graph_service.security import Label
from loaders.documents.model import Block, BlockKind

__all__ = ["Position", "designation", "positions"]


@dataclass(frozen=True, slots=True)
class Position:
    """Where one block stands among those that are seen.

    ``part``     its name within the document: the section and the place there, so that other words are the same part
    ``section``  number or words of the heading of its section; empty before the first
    ``order``    place in the section, from 1; of a heading, among the headings
    ``heading``  the block that is the heading it stands under
    ``copy``     how many blocks of this label and these words stand before it
    """

    part: str
    section: str
    order: int
    heading: int | None
    copy: int


def positions(blocks: Sequence[Block], labels: Sequence[Label], *, seen_at: Label) -> Iterator[tuple[int, Position]]:
    """The number of each block that ``seen_at`` dominates, with where it stands among those."""
    of_headings = {designation(block) for block in blocks if block.kind is BlockKind.HEADING}
    dominated = {label: seen_at.dominates(label) for label in set(labels)}
    outline = _Outline()
    for number, (block, label) in enumerate(zip(blocks, labels, strict=True)):
        if not dominated[label]:
            continue
        if block.kind is BlockKind.HEADING:
            yield number, outline.enter(block, label, number)
        else:
            # A section that has no heading in the document is known from its blocks alone.
            own = block.section if block.section not in of_headings else ""
            yield number, outline.place(block, label, own)


def designation(heading: Block) -> str:
    """What the section under a heading is called: its number, else its words."""
    return heading.number or heading.text


@dataclass
class _Outline:
    """The headings that were passed, and what was counted since."""

    stack: list[tuple[int, str, int]] = field(default_factory=list)
    headings: int = 0
    name: str = ""
    key: str = ""
    sections: Counter[str] = field(default_factory=Counter)
    order: Counter[str] = field(default_factory=Counter)
    parts: Counter[tuple[str, Label]] = field(default_factory=Counter)
    copies: Counter[tuple[Label, str]] = field(default_factory=Counter)

    def enter(self, block: Block, label: Label, number: int) -> Position:
        """A section begins."""
        level = max(block.level, 1)
        while self.stack and self.stack[-1][0] >= level:
            self.stack.pop()
        above = self.stack[-1][2] if self.stack else None
        self.stack.append((level, designation(block), number))
        self.headings += 1
        self._begin(block.number or " / ".join(name for _, name, _ in self.stack), designation(block))
        return Position(f"section {self.key}, heading", self.name, self.headings, above, self._copy(block, label))

    def place(self, block: Block, label: Label, own: str) -> Position:
        """The next place in a section: in ``own`` if the block says so, else under the last heading."""
        if own and own != self.name:
            self._begin(own, own)
        kind = "note" if block.kind is BlockKind.NOTE else "block"
        self.order[kind] += 1
        self.parts[f"{kind} of {self.key}", label] += 1
        where = f"section {self.key}, " if self.key else ""
        part = f"{where}{kind} {self.parts[f'{kind} of {self.key}', label]}"
        heading = self.stack[-1][2] if self.stack and not own else None
        return Position(part, self.name, self.order[kind], heading, self._copy(block, label))

    def _begin(self, key: str, name: str) -> None:
        """A section that is named as an earlier one is told apart by how many there were."""
        self.sections[key] += 1
        self.key = key if self.sections[key] == 1 else f"{key} ({self.sections[key]})"
        self.name = name
        self.order.clear()

    def _copy(self, block: Block, label: Label) -> int:
        self.copies[label, block.text] += 1
        return self.copies[label, block.text] - 1
