"""What every loader shares: the request, the protocol, and names written as RDF terms.

pyoxigraph serves here for its terms and parser alone; a loader has no store.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from pyoxigraph import NamedNode, Triple

from graph_service.errors import LabelError, LoadRefused
from graph_service.handling import parse_marking
from graph_service.namespaces import ID, NOT_STATED, NS, PREFIXES
from graph_service.portions import Gone, Portion, Term, Whole, keyed_name
from graph_service.security import Label, Policies
from graph_service.shapes import Violation
from loaders.documents.model import Document
from loaders.names import NO_NAMES, Names
from loaders.reading.limits import NO_MORE_THAN, ReadingLimits

__all__ = [
    "ID",
    "NS",
    "PREFIXES",
    "RDF_TYPE",
    "Gone",
    "LabelRecord",
    "LoadRequest",
    "Loader",
    "Origins",
    "Progress",
    "Proposal",
    "Remark",
    "Statements",
    "Whole",
    "document_iri",
    "expand",
    "file_iri",
    "marking_to_label",
    "no_progress",
    "ntriples",
    "portion_of",
]

RDF_TYPE = NamedNode(PREFIXES["rdf"] + "type")

Progress = Callable[[str, int, int], None]
"""Called with a file's name, the rows or statements done, and how many there are (0 if not known)."""


def no_progress(_file: str, _done: int, _total: int) -> None:
    """For callers that show nothing."""


@dataclass(frozen=True)
class LabelRecord:
    """What is known of how a label was set: by whom (an IRI), on which day, why, and for how long."""

    originator: str = ""
    set_on: date | None = None
    ground: str = ""
    term: Term | None = None

    def or_else(self, other: LabelRecord) -> LabelRecord:
        """This record, with the other's answer where it has none."""
        return LabelRecord(
            self.originator or other.originator,
            self.set_on or other.set_on,
            self.ground or other.ground,
            self.term or other.term,
        )


NO_RECORD = LabelRecord()
UNSTATED = LabelRecord(originator=NOT_STATED)
"""The record of a label that nobody said anything of."""


_OF_A_COLUMN = 20
"""How many bits of a place are its column's number."""


@dataclass
class Origins:
    """Where the statements of a load come from, for whoever must say which row to mend. Kept beside the portions.

    A statement is looked up as ingest left it, which may write a value in another way; then what is known of the same
    subject and property is taken, or of the subject. ``elsewhere`` is asked where nothing is known here: it is the
    process that read the file.
    """

    # By the hash of what is looked up, a number for line, file and column: a table may have millions of cells.
    _places: dict[int, int] = field(default_factory=dict)
    _columns: dict[tuple[str, str | None], int] = field(default_factory=dict)
    elsewhere: Callable[[Violation], str] | None = None

    def __bool__(self) -> bool:
        return bool(self._places)

    def note(
        self, part: tuple[str, str], statement: tuple[str, str, str], *, file: str, line: int, column: str | None
    ) -> None:
        """Tell where a statement stands. ``part`` is the text of its label and its part; terms are as N-Triples."""
        at, (subject, predicate, value) = part, statement
        row = (line << _OF_A_COLUMN) + self._number(file, column)
        note = self._places.setdefault
        note(hash((at, subject, predicate, value)), row)
        note(hash((at, subject, predicate)), row)
        note(hash((at, subject)), (line << _OF_A_COLUMN) + self._number(file, None))

    def _number(self, file: str, column: str | None) -> int:
        if (file, column) not in self._columns:
            self._columns[file, column] = len(self._columns)
        return self._columns[file, column]

    def place(self, violation: Violation) -> str:
        """File, line and column of what does not conform; empty where they are not known."""
        key = ((violation.label, violation.part), *violation.statement)
        found = next((self._places[hash(key[:size])] for size in (4, 3, 2) if hash(key[:size]) in self._places), None)
        if found is None:
            return self.elsewhere(violation) if self.elsewhere else ""
        line, number = found >> _OF_A_COLUMN, found & (1 << _OF_A_COLUMN) - 1
        file, column = list(self._columns)[number]
        return f"{file}, line {line}, column `{column}`" if column else f"{file}, line {line}"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the submitter should know that refuses nothing: what was passed over, what disagrees, and where."""

    text: str
    file: str = ""
    line: int | None = None


Proposal = Portion | Document | Gone | Whole | Remark
"""What a loader gives. A ``Document`` is not yet labelled: its portions are made of it outside the reading process."""


@dataclass(frozen=True)
class LoadRequest:
    """What the submitter asked for: where from, and the label they state (``None``: the source states its own).

    ``source`` is the absolute IRI of the source, where the file does not name it itself; ``record`` is what the
    stated label says of itself, and counts where the source says nothing. ``origins`` is told of every statement of
    which file and line are known.
    ``documents`` is a folder with documents that the source cites, from which the places of its quotations are worked
    out. ``limits``: how many pages, and how much a package may unpack to; size, time and memory are kept from outside.
    ``label_map`` declares the marking of each expression that labels a statement in the way of other systems.
    ``licensed`` are the compartments, each with its policy, that keep in what a licence forbids to pass on.
    """

    path: Path
    policies: Policies
    source: str = ""
    label: Label | None = None
    record: LabelRecord = NO_RECORD
    progress: Progress = field(default=no_progress)
    origins: Origins | None = None
    documents: Path | None = None
    name: str = ""
    as_of: date | None = None
    names: Names = NO_NAMES
    name_key: bytes = b""
    limits: ReadingLimits = NO_MORE_THAN
    label_map: Mapping[str, str] = field(default_factory=dict)
    licensed: frozenset[tuple[str, str]] = frozenset()

    @property
    def file(self) -> str:
        """The name to show for the file."""
        return self.name or self.path.name

    @property
    def source_or_name(self) -> str:
        """The stated source, or an IRI from the file's name alone: where it lay on a disk is nobody's business.

        For formats whose label covers the whole file. Where parts of it have lower labels, the file's name is not
        theirs to tell: take ``opaque``.
        """
        return self.source or file_iri(self.file)

    def opaque(self, *parts: str) -> str:
        """A name that is the same on every load and tells nothing of what it is made of, for the end of an IRI."""
        return keyed_name(*parts, key=self.name_key)


def file_iri(name: str) -> str:
    """What a file is called as a source, where its label covers all of it and it says nothing of itself."""
    return f"{ID}file/{quote(Path(name).name)}"


def document_iri(name: str, *, name_key: bytes) -> str:
    """What a document is called as a source, where it says nothing of itself: it tells nothing of the file's name."""
    return f"{ID}source/{keyed_name('document', name, key=name_key)}"


class Loader(Protocol):
    """Turns one source into proposals. Raises ``LoadRefused``: then nothing of the source is stored."""

    def __call__(self, request: LoadRequest) -> Iterator[Proposal]: ...


@dataclass
class Statements:
    """Triples gathered by the label they will carry; one portion comes out of each label."""

    by_label: dict[Label, set[Triple]] = field(default_factory=dict)

    def add(self, triple: Triple, *, label: Label) -> None:
        self.by_label.setdefault(label, set()).add(triple)

    def portions(self, *, source: str, part: str, record: LabelRecord) -> Iterator[Portion]:
        for label, triples in self.by_label.items():
            yield portion_of(triples, source=source, part=part, label=label, record=record)


def portion_of(triples: Iterable[Triple], *, source: str, part: str, label: Label, record: LabelRecord) -> Portion:
    """The portion of these triples, with what is known of its label."""
    return Portion(source, part, label, record.originator, ntriples(triples), record.term, record.set_on, record.ground)


def ntriples(triples: Iterable[Triple]) -> str:
    """N-Triples text of the triples, one a line, sorted."""
    return "".join(sorted(f"{triple} .\n" for triple in triples))


_PREFIXED = re.compile(r"([a-z][a-z0-9-]*):([A-Za-z0-9._~/-]+)")


def expand(name: str) -> NamedNode:
    """The IRI of ``prefix:local`` or of an absolute IRI. Raises ``ValueError`` with the reason."""
    prefixed = _PREFIXED.fullmatch(name)
    if prefixed and prefixed[1] in PREFIXES:
        return NamedNode(PREFIXES[prefixed[1]] + prefixed[2])
    if not re.match(r"(https?|urn):", name):
        raise ValueError(f"`{name}` is neither an absolute IRI nor a name with a known prefix")
    return NamedNode(name)


def marking_to_label(text: str, *, policies: Policies, file: str, line: int | None, column: str | None) -> Label:
    """The label that a marking in a file states; a bad or missing one refuses the file at that place."""
    try:
        return parse_marking(text, policies=policies)
    except LabelError as error:
        raise LoadRefused(error.public, file=file, line=line, column=column) from error
