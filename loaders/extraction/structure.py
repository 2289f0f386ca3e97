"""What the structure of a document says of its blocks: abbreviations, literature, goals, and evaluation questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from loaders.documents.model import Block, BlockKind
from loaders.extraction.abbreviations import LIST_HEADING
from loaders.extraction.model import Mention, MentionKind
from loaders.extraction.reports import LITERATURE

METHOD = "structure/1"

_GOALS = re.compile(
    r"\b(?:hoofd|sub|beleids|missie)?doel(?:en|stelling(?:en)?)?\b"
    r"|\b(?:main |key )?(?:objectives?|goals?|aims)\b|\bobjectifs?\b",
    re.IGNORECASE,
)
_QUESTIONS = re.compile(
    r"\b(?:vraagstelling|(?:onderzoeks|evaluatie|hoofd|deel|sub|centrale )vra(?:ag|gen)|centrale vraag)"
    r"|\b(?:research|evaluation|main|central|sub)[ -]?questions?\b"
    r"|\bquestions? (?:de recherche|évaluatives?|d['’]évaluation)",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"^(?:(?:De\s|The\s)?(?:[Hh]oofdvraag|[Oo]nderzoeksvraag|[Dd]eelvraag|[Ee]valuatievraag|[Ss]ubvraag"
    r"|[Cc]entrale vraag|[Mm]ain question|[Rr]esearch question|[Ee]valuation question|[Ss]ub-?question)"
    r"\s?(?:\d{1,2}[a-z]?)?[^:?\n]{0,60}):\s(?P<question>[^\n]{8,600}\?)"
)
_STATED_GOAL = re.compile(
    r"(?:^|[.:]\s|[“\"])(?P<goal>(?:Het (?:hoofd)?doel|De doelstelling|The (?:aim|objective|goal|purpose)"
    r"|L['’]objectif)\b"
    r"[^.?\n]{0,120}\s(?:is|was|are|were|est)\s[^.?\n]{8,400})"
)
_CAPTION = re.compile(r"^(?:Tabel|Table|Tableau|Box|Kader|Figuur|Figure)\s\d{1,3}\b|:$")
_CAPTION_WORDS, _LINE = 14, 50


@dataclass(frozen=True, slots=True)
class Role:
    """What the headings above a block say of it."""

    abbreviations: bool = False
    literature: bool = False
    goals: bool = False
    questions: bool = False


@dataclass
class _Outline:
    """The headings above the place that was reached, and the caption right before it.

    A reader can't always tell a heading from a line: a line of a few words that announces something counts as one, till
    the next heading.
    """

    above: list[tuple[int, Role]] = field(default_factory=list)
    line: Role = Role()
    caption: Role = Role()

    def pass_by(self, block: Block) -> None:
        if block.kind is BlockKind.HEADING:
            level = block.level or 1
            self.above = [(other, role) for other, role in self.above if other < level]
            self.above.append((level, _role(block.text)))
            self.line = self.caption = Role()
        elif block.kind is not BlockKind.ITEM:
            if (
                len(block.text) <= _LINE
                and not block.text.endswith((".", ",", ";", "?"))
                and _role(block.text) != Role()
            ):
                self.line = _role(block.text)
            short = len(block.text.split(" ")) <= _CAPTION_WORDS
            self.caption = _role(block.text) if short and _CAPTION.search(block.text) else Role()

    def role(self, block: Block) -> Role:
        roles = [role for _, role in self.above] + [_role(block.section), self.caption, self.line]
        innermost = self.line if self.line != Role() else self.above[-1][1] if self.above else Role()
        return Role(
            abbreviations=innermost.abbreviations or _role(block.section).abbreviations,
            literature=any(role.literature for role in roles),
            goals=(innermost.goals or self.caption.goals) and not innermost.questions,
            questions=any(role.questions for role in roles),
        )


def _role(heading: str) -> Role:
    return Role(
        bool(LIST_HEADING.search(heading)),
        bool(LITERATURE.search(heading)),
        bool(_GOALS.search(heading)),
        bool(_QUESTIONS.search(heading)),
    )


def roles(blocks: Iterable[Block]) -> Iterator[Role]:
    """What stands over each of the blocks, in their order.

    SECURITY: only blocks that the reader of the block at hand may see are passed here; a hidden heading says nothing.
    """
    outline = _Outline()
    for block in blocks:
        yield outline.role(block)
        outline.pass_by(block)


def find_goals_and_questions(number: int, block: Block, role: Role) -> Iterator[Mention]:
    """The goals and questions that the form of the block and the headings over it show."""
    text = block.text
    if announced := _ANNOUNCED.match(text):
        yield _mention(MentionKind.QUESTION, number, text, *announced.span("question"), 0.95)
    elif role.questions and block.kind in {BlockKind.ITEM, BlockKind.PARAGRAPH} and (end := text.rfind("?")) > 10:
        yield _mention(MentionKind.QUESTION, number, text, 0, end + 1, 0.9 if block.kind is BlockKind.ITEM else 0.75)
    elif role.goals and block.kind is BlockKind.ITEM and "?" not in text and len(text) > 10:
        yield _mention(MentionKind.GOAL, number, text, 0, len(text), 0.85)
    if block.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM}:
        for stated in _STATED_GOAL.finditer(text):
            yield _mention(MentionKind.GOAL, number, text, *stated.span("goal"), 0.75)


def _mention(kind: MentionKind, block: int, text: str, start: int, end: int, sure: float) -> Mention:
    return Mention(kind, block, start, end, text[start:end], METHOD, sure, "", "")
