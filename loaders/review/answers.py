"""What the rows of a dataset say that a document mentions, and where: the key that extraction is measured against.

A row counts for a document if it names a place in it. What the row is about (its first subject) is mentioned there if
it quotes the document and is not inferred; a table of notes says what each note cites. Dates stand in the columns that
the mapping calls dates. Of all this the row's words tell whether it is *written* there, by one of the names that the
dataset has or by its year, or only meant: `een jaar daarvoor` is a year for a reader, and for no finder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from graph_service.namespaces import ID, NS, PREFIXES
from loaders.base import LoadRequest
from loaders.extraction.known_names import kind_of
from loaders.extraction.model import MentionKind
from loaders.extraction.name_index import Words
from loaders.mapping import DatasetMap, PropertyMap, TableMap
from loaders.names import KnownName, Names
from loaders.quoting.quotations import DocumentText, QuotationNotFound, words_of
from loaders.tables import Row, portions, quotation_column, read_rows, row_is_inferred, row_notes

Place = tuple[str, str]
"""A section by the mapping's name, and the number of a note; either may be empty."""

_NAMES = {PREFIXES["skos"] + name: name for name in ("prefLabel", "altLabel", "notation")}
_NAME_OF, _NAME_TEXTS = NS + "nameOf", (NS + "nameText", NS + "abbreviatedForm")


@dataclass(frozen=True, slots=True)
class Answer:
    """A thing or date that a row says is mentioned; one of the ``places`` suffices; ``words`` are its quotation."""

    value: str
    places: frozenset[Place]
    words: str
    written: bool


@dataclass
class Answers:
    """The key for one document.

    ``things`` and ``dates`` are mentioned there. ``referred`` has every place where a row refers to a thing, mentioned
    or not. ``notes`` has the cells of each note's row.
    """

    things: list[Answer] = field(default_factory=list)
    dates: list[Answer] = field(default_factory=list)
    referred: dict[str, set[Place]] = field(default_factory=dict)
    notes: dict[str, set[str]] = field(default_factory=dict)


class Key:
    """Reads the answers for one document out of the rows."""

    def __init__(self, document: str, text: DocumentText, forms: Mapping[str, Iterable[str]]) -> None:
        self.document, self.text, self.forms = document, text, forms
        self.answers = Answers()

    def read(self, dataset: DatasetMap, rows: Mapping[str, list[Row]]) -> Answers:
        for table in dataset.tables:
            for row in rows[table.file]:
                if row.cells.get("document") == self.document:
                    self._read(table, row)
        return self.answers

    def _read(self, table: TableMap, row: Row) -> None:
        column = quotation_column(table, row)
        words = row.cells[column] if column and not row_is_inferred(table, row) else ""
        places = self._places(table, row, words)
        cited = set()
        for node in table.nodes:
            for entry in node.properties:
                values = list(_references(entry, row))
                for value in values:
                    self.answers.referred.setdefault(value, set()).update(places)
                if table.note and entry.property.endswith("cites"):
                    cited.update(values)
                if entry.as_ == "date" and row.cells[entry.column] and words:
                    date = row.cells[entry.column]
                    self.answers.dates.append(Answer(date, places, words, date[:4] in words))
        subject = _filled(table.nodes[0].subject, row.cells)
        if words and not table.note:
            self.answers.things.append(Answer(subject, places, words, self._is_named(subject, words)))
        self.answers.things.extend(Answer(value, places, words, written=True) for value in sorted(cited))
        for note in row_notes(table, row) if table.note else ():
            self.answers.notes.setdefault(str(note), set()).update(row.cells.values())

    def _places(self, table: TableMap, row: Row, words: str) -> frozenset[Place]:
        """Where the row says that it is, and where its words are found in the text."""
        section, notes = row.cells["section"], row_notes(table, row)
        places = {(section, str(note)) for note in notes} or {(section, "")}
        for piece in words_of(words):
            try:
                span = self.text.locate(piece, section=section, notes=notes)
            except QuotationNotFound:
                continue
            note = next((str(number) for number, at in self.text.notes.items() if at.holds(span)), "")
            places.add((section, note))
        return frozenset(places)

    def _is_named(self, thing: str, words: str) -> bool:
        said = f" {' '.join(Words.of(words).forms)} "
        return any(f" {' '.join(Words.of(form).forms)} " in said for form in self.forms.get(thing, ()))


def _references(entry: PropertyMap, row: Row) -> Iterator[str]:
    for cell in _cells(entry, row):
        value = _filled(entry.iri.replace("{}", cell), row.cells)
        if cell and value.startswith(ID):
            yield value


def _cells(entry: PropertyMap, row: Row) -> Iterable[str]:
    if not entry.iri or not entry.column:
        return ()
    cell = row.cells[entry.column]
    return (part.strip() for part in (cell.split(entry.split) if entry.split else [cell]))


def _filled(template: str, cells: Mapping[str, str]) -> str:
    filled = re.sub(r"{([^{}]+)}", lambda match: cells.get(match[1], ""), template)
    return ID + filled.removeprefix("id:") if filled.startswith("id:") else filled


# --- what the finders may know ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the finders are told of names beforehand."""

    name: str
    knows: Callable[[str], bool]


KNOWLEDGE = (
    Knowledge("official names", lambda name: name != "altLabel"),
    Knowledge("official names, no abbreviations", lambda name: name == "prefLabel"),
    Knowledge("all names of the dataset", lambda _name: True),
)
"""The first is what is measured in detail: preferred labels and notations are what anyone knows, while other names were
partly taken from the very documents. Name forms, which say how a document writes a name, are never told."""


@dataclass
class Named:
    """The names that a dataset gives: by the property that gives them, and every form of a thing's name."""

    given: dict[str, list[KnownName]] = field(default_factory=dict)
    forms: dict[str, set[str]] = field(default_factory=dict)

    def told(self, knowledge: Knowledge) -> Names:
        """The names that this knowledge has."""
        return Names(tuple(one for name, known in sorted(self.given.items()) if knowledge.knows(name) for one in known))

    def kinds(self) -> dict[str, MentionKind]:
        """What kind of mention each thing makes."""
        known = ((one.iri, kind_of(one)) for names in self.given.values() for one in names)
        return {iri: MentionKind(kind) for iri, kind in known if kind}


def names_of(request: LoadRequest) -> Named:
    """The names in a dataset's portions."""
    kinds: dict[str, set[str]] = {}
    labels: list[tuple[str, str, Literal]] = []
    owners: dict[str, list[str]] = {}
    texts: dict[str, list[str]] = {}
    for portion in portions(request):
        for quad in parse(portion.ntriples, format=RdfFormat.N_TRIPLES):
            subject, predicate, value = quad.subject.value, quad.predicate.value, quad.object
            if isinstance(value, NamedNode) and predicate == PREFIXES["rdf"] + "type":
                kinds.setdefault(subject, set()).add(value.value)
            elif isinstance(value, NamedNode) and predicate == _NAME_OF:
                owners.setdefault(subject, []).append(value.value)
            elif isinstance(value, Literal) and predicate in _NAMES:
                labels.append((_NAMES[predicate], subject, value))
            elif isinstance(value, Literal) and predicate in _NAME_TEXTS:
                texts.setdefault(subject, []).append(value.value)
    named = Named()
    for name, subject, label in labels:
        kind = frozenset(kinds.get(subject, ()))
        one = KnownName(label.value, subject, kind, label.language or "", name == "notation")
        named.given.setdefault(name, []).append(one)
        named.forms.setdefault(subject, set()).add(label.value)
    for name, things in owners.items():
        for thing in things:
            named.forms.setdefault(thing, set()).update(texts.get(name, ()))
    return named


def rows_of(dataset: DatasetMap, request: LoadRequest) -> dict[str, list[Row]]:
    return {table.file: read_rows(table, dataset, request) for table in dataset.tables}
