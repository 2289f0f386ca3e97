"""How well the finders do: what they find in a document, against what the rows of a dataset say of it.

    report = measure_extraction(LoadRequest(path=folder, policies=policies, documents=documents))

A mention counts once a place, and places are the sections of the mapping and the numbers of notes. *Recall*: how much
of what the rows say is written there is found. *Precision*: how much of what is found the rows bear out: there, or with
the same words elsewhere in the document. What is missed, and what no row bears out, is listed with the words around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest, marking_to_label
from loaders.documents.model import Block, BlockKind
from loaders.documents.model import Document as ReadDocument
from loaders.documents.text import read_text
from loaders.extraction import find_mentions
from loaders.extraction.model import Mention, MentionKind
from loaders.mapping import MAPPING, DatasetMap, Document, read_mapping
from loaders.names import Names
from loaders.quoting.documents import SUFFIX, is_document
from loaders.quoting.quotations import DocumentText
from loaders.review.answers import KNOWLEDGE, Answer, Answers, Key, Knowledge, names_of, rows_of

LEAST = 0.5
"""Mentions of less confidence than this are not counted as found: they are for a person to look at."""

_GROUPS: dict[str, frozenset[MentionKind]] = {
    "papers": frozenset({MentionKind.PAPER}),
    "resolutions": frozenset({MentionKind.RESOLUTION}),
    "laws, treaties, reports": frozenset({MentionKind.LAW, MentionKind.TREATY, MentionKind.REPORT}),
    "actors": frozenset({MentionKind.ACTOR}),
}
_AROUND = 40


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of mention, with what the finders knew.

    ``expected`` is written where the rows say, ``recalled`` of it was found there; ``meant`` is what the rows say that
    is only meant there. ``found`` in all, ``right`` of it borne out by rows.
    """

    document: str
    kind: str
    knowledge: str
    expected: int
    recalled: int
    found: int
    right: int
    missed: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    meant: int = 0
    meant_missed: tuple[str, ...] = ()

    @property
    def recall(self) -> float:
        return self.recalled / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0


@dataclass(frozen=True, slots=True)
class _Seen:
    """A mention and where it stands: every section of the mapping that holds its block, and its note."""

    mention: Mention
    sections: frozenset[str]
    note: str
    around: str

    def is_at(self, places: Iterable[tuple[str, str]]) -> bool:
        return any(
            (note and note == self.note) or (not self.note and section in self.sections) for section, note in places
        )

    @property
    def place(self) -> str:
        return f"note {self.note}" if self.note else f"§{min(self.sections, key=len, default='?')}"


def measure_extraction(request: LoadRequest, *, least: float = LEAST) -> tuple[Measured, ...]:
    """Measure every document of the dataset that is at hand. Raises ``LoadRefused`` if none is."""
    dataset = read_mapping(request.path / MAPPING)
    rows, named = rows_of(dataset, request), names_of(replace(request, documents=None))
    kinds = named.kinds()
    measured: list[Measured] = []
    for key, path, text in _at_hand(request, dataset):
        read = _read(path, request)
        answers = Key(key, text, named.forms).read(dataset, rows)
        measured.append(_notes(key, read, answers))
        for knowledge in KNOWLEDGE:
            seen = list(_seen(read, text, dataset.documents[key], request, names=named.told(knowledge)))
            sure = [one for one in seen if one.mention.confidence >= least]
            measured.extend(_kinds(key, knowledge, sure, answers, kinds))
            if knowledge is KNOWLEDGE[0]:
                measured.append(_dates(key, sure, answers))
    if not measured:
        raise LoadRefused(f"none of the dataset's documents is there as a {SUFFIX} file", file=str(request.documents))
    return tuple(measured)


def _at_hand(request: LoadRequest, dataset: DatasetMap) -> Iterator[tuple[str, Path, DocumentText]]:
    if request.documents is None or not request.documents.is_dir():
        raise LoadRefused("say where the documents are, with `--documents FOLDER`", file=str(request.documents or ""))
    for path in sorted(request.documents.glob(f"*{SUFFIX}")):
        text = DocumentText.of(path.read_bytes().decode("utf-8-sig", errors="replace"))
        for key, document in dataset.documents.items():
            if document.text and is_document(text, document):
                yield key, path, DocumentText(text.text, document.text.layout)


def _read(path: Path, request: LoadRequest) -> ReadDocument:
    return next(read_text(LoadRequest(path=path, policies=request.policies)))


# --- what was found, and where ---------------------------------------------------------------------------------------


def _seen(
    read: ReadDocument, text: DocumentText, described: Document, request: LoadRequest, *, names: Names
) -> Iterator[_Seen]:
    marking = described.text.label if described.text else ""
    label = marking_to_label(marking, policies=request.policies, file=MAPPING, line=None, column=None)
    sections = list(_sections(read.blocks, text))
    for mention in find_mentions(read, [label] * len(read.blocks), lambda _label: names):
        block = read.blocks[mention.block]
        note = block.number if block.kind is BlockKind.NOTE else ""
        yield _Seen(mention, sections[mention.block], note, _around(block.text, mention))


def _sections(blocks: Sequence[Block], text: DocumentText) -> Iterator[frozenset[str]]:
    """The sections of the mapping that hold each block, found by the first words of the block, in the text's order."""
    at = 0
    for block in blocks:
        words = block.text.replace("\t", " ").split()
        places = text.find(" ".join(words[:_FIRST_WORDS])) if words else []
        following = [span.start for span in places if span.start >= at]
        here = following[0] if following else places[0].start if places else at
        at = here if block.kind is not BlockKind.NOTE else at
        yield frozenset(name for name, span in text.sections.items() if span.start <= here < span.end)


_FIRST_WORDS = 7


def _around(text: str, mention: Mention) -> str:
    before = text[max(0, mention.start - _AROUND) : mention.start]
    after = text[mention.end : mention.end + _AROUND]
    return " ".join(f"…{before}⟦{mention.text}⟧{after}…".split())


# --- comparing -------------------------------------------------------------------------------------------------------


def _notes(key: str, read: ReadDocument, answers: Answers) -> Measured:
    """Notes: those of the rows that were read with the same words and are called somewhere in the text."""
    found = {block.number: block.text for block in read.blocks if block.kind is BlockKind.NOTE}
    called = {call.number for block in read.blocks for call in block.calls}
    right = {
        number
        for number, words in found.items()
        if number in called and _letters(words) in {_letters(cell) for cell in answers.notes.get(number, ())}
    }
    missed = [f"note {number}" for number in answers.notes if number not in right]
    wrong = [f"note {number}: {words[:80]}" for number, words in found.items() if number not in right]
    return Measured(
        key, "footnotes", "", len(answers.notes), len(right), len(found), len(right), tuple(missed), tuple(wrong)
    )


def _kinds(
    key: str, knowledge: Knowledge, seen: Sequence[_Seen], answers: Answers, kinds: dict[str, MentionKind]
) -> Iterator[Measured]:
    for name, group in _GROUPS.items():
        if knowledge is not KNOWLEDGE[0] and name != "actors":
            continue
        here = [(one.mention.target, one) for one in seen if one.mention.kind in group and one.mention.target]
        expected = [answer for answer in answers.things if kinds.get(answer.value) in group]
        yield _compared(key, name, knowledge.name, here, expected, answers)


def _dates(key: str, seen: Sequence[_Seen], answers: Answers) -> Measured:
    here = [one for one in seen if one.mention.kind is MentionKind.DATE]
    values = [(value, one) for one in here for value in one.mention.value.split("/")]
    return _compared(key, "dates", "", values, answers.dates, answers)


def _compared(
    key: str, kind: str, knowledge: str, seen: Sequence[tuple[str, _Seen]], expected: list[Answer], answers: Answers
) -> Measured:
    by_value: dict[str, list[_Seen]] = {}
    for value, one in seen:
        by_value.setdefault(value, []).append(one)
    missed: dict[bool, list[str]] = {True: [], False: []}
    asked = {(answer.value, answer.places): answer for answer in expected if not answer.written}
    asked.update({(answer.value, answer.places): answer for answer in expected if answer.written})
    for answer in asked.values():
        if not any(one.is_at(answer.places) for one in by_value.get(answer.value, ())):
            missed[answer.written].append(f"{_short(answer.value)} {_told(answer.places)}: {answer.words[:160]}")
    written = sum(answer.written for answer in asked.values())
    right, wrong = _judged(seen, expected, answers)
    return Measured(
        *(key, kind, knowledge, written, written - len(missed[True]), len(right) + len(wrong), len(right)),
        tuple(missed[True]),
        tuple(wrong.values()),
        len(asked) - written,
        tuple(missed[False]),
    )


def _judged(
    seen: Sequence[tuple[str, _Seen]], expected: Sequence[Answer], answers: Answers
) -> tuple[set[tuple[str, str]], dict[tuple[str, str], str]]:
    """What was found and the rows bear out, each with its place; and what they don't, with the words around it."""
    quoted: dict[str, list[str]] = {}
    places: dict[str, set[tuple[str, str]]] = {}
    for answer in expected:
        quoted.setdefault(answer.value, []).append(_letters(answer.words))
        places.setdefault(answer.value, set()).update(answer.places)
    right: set[tuple[str, str]] = set()
    wrong: dict[tuple[str, str], str] = {}
    for value, one in seen:
        there = one.is_at(places.get(value, set()) | answers.referred.get(value, set()))
        if there or any(_letters(one.mention.text) in words for words in quoted.get(value, ())):
            right.add((value, one.place))
        else:
            wrong.setdefault((value, one.place), f"{_short(value)} {one.place}: {one.around}")
    return right, {pair: words for pair, words in wrong.items() if pair not in right}


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


def _short(iri: str) -> str:
    return iri.rpartition("/id/")[2] or iri


def _told(places: Iterable[tuple[str, str]]) -> str:
    return ", ".join(sorted(f"note {note} (§{section})" if note else f"§{section}" for section, note in places))
