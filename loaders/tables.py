"""Curated tables: a folder with ``mapping.toml`` and CSV files, one portion for each table and label.

    portions = list(tables.load(LoadRequest(path=folder, policies=policies)))

A bad row refuses the dataset whole, with file, line (counted from 1, the header is line 1), column
and reason. Every cell becomes a statement or is named in ``ignore``: nothing is lost silently.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from graph_service.errors import LabelError, LoadRefused
from graph_service.portions import Portion
from graph_service.security import Label
from loaders.base import RDF_TYPE, LoadRequest, Statements, expand, marking_to_label
from loaders.cells import fill, fill_text, named, reference, term
from loaders.heads import Head
from loaders.mapping import BASES, MAPPING, DatasetMap, NodeMap, PropertyMap, TableMap, placeholders, read_mapping
from loaders.quoting.documents import read_documents
from loaders.quoting.places import INFERRED_AT, QUOTED_AT, Described, Places
from loaders.quoting.quotations import DocumentText, QuotationNotFound, words_of

PLACE_COLUMNS = ("document", "section", "footnote")


@dataclass(frozen=True)
class Row:
    """One row: its cells by column, its place in the file, and the label of its statements."""

    cells: dict[str, str]
    line: int
    label: Label


def recognises(head: Head) -> bool:
    """A folder with a mapping."""
    return head.is_folder and MAPPING in head.members


def load(request: LoadRequest) -> Iterator[Portion]:
    """Every table's portions. Raises ``LoadRefused`` on the first bad row, file or mapping."""
    folder = request.path
    dataset = read_mapping(folder / MAPPING)
    source = expand(dataset.source).value
    places = Places(dataset.documents, documents_at_hand(request, dataset), policies=request.policies)
    for table in dataset.tables:
        statements = _TableReader(folder / table.file, table, dataset, places, request).read()
        record = table.record.or_else(dataset.record).or_else(request.record)
        yield from statements.portions(source=source, part=table.file, record=record)


def read_rows(table: TableMap, dataset: DatasetMap, request: LoadRequest) -> list[Row]:
    """The rows of one CSV file, in their order. Raises ``LoadRefused`` if the file doesn't fit its mapping."""
    places = Places(dataset.documents, {}, policies=request.policies)
    return _TableReader(request.path / table.file, table, dataset, places, request).rows()


def quotation_column(table: TableMap, row: Row) -> str:
    """The column that holds the row's quotations; empty without one."""
    return next((name for name in table.quotes if row.cells[name]), "")


def row_notes(table: TableMap, row: Row) -> list[int]:
    """The numbers of the notes in which a quotation of the row may stand."""
    cells = [*row.cells.get("footnote", "").split("|"), row.cells[table.note] if table.note else ""]
    return [int(note) for note in cells if note.strip()]


def row_is_inferred(table: TableMap, row: Row) -> bool:
    """Whether the row says what no words of its document say."""
    return table.inferred or bool(table.basis and row.cells[table.basis] == "inferred")


def documents_at_hand(request: LoadRequest, dataset: DatasetMap) -> dict[str, DocumentText]:
    """The documents of the mapping that are in the request's folder, by their key; none without a folder."""
    if request.documents is None:
        return {}
    found = read_documents(request.documents, dataset.documents)
    if not found:
        raise LoadRefused("this folder has none of the documents whose text the mapping describes", file=MAPPING)
    return found


class _TableReader:
    """Reads one CSV file by its mapping."""

    def __init__(self, path: Path, table: TableMap, dataset: DatasetMap, places: Places, request: LoadRequest) -> None:
        self.path, self.table, self.dataset, self.request = path, table, dataset, request
        self.places = places
        self.statements = Statements()
        self._labels: dict[str, Label] = {}
        self._joins: dict[tuple[Label, str], Label] = {}

    def read(self) -> Statements:
        rows = self.rows()
        for done, row in enumerate(rows, start=1):
            nodes = [self._node(node, row) for node in self.table.nodes if not node.when or row.cells[node.when]]
            self._place(row, nodes)
            self.request.progress(self.path.name, done, len(rows))
        return self.statements

    # -- the file -----------------------------------------------------------------------------

    def rows(self) -> list[Row]:
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file, strict=True)
                header = next(reader, [])
                self._check_header(header)
                rows, line = [], reader.line_num + 1
                for cells in reader:
                    if cells:
                        rows.append(self._row(header, cells, line))
                    line = reader.line_num + 1
                return rows
        except FileNotFoundError as error:
            raise LoadRefused("the mapping names this file, and it is not there", file=self.path.name) from error
        except UnicodeDecodeError as error:
            raise LoadRefused(f"not UTF-8 (byte {error.start})", file=self.path.name) from error
        except csv.Error as error:
            raise LoadRefused(f"not readable as CSV: {error}", file=self.path.name, line=reader.line_num) from error

    def _check_header(self, header: list[str]) -> None:
        mapped = self.table.columns()
        for missing in sorted(mapped - set(header)):
            raise LoadRefused(
                "the mapping reads this column, and the file has none", file=self.path.name, column=missing
            )
        for spare in sorted(set(header) - mapped - set(PLACE_COLUMNS)):
            raise LoadRefused(
                "no statement comes of this column: map it or name it in `ignore`", file=self.path.name, column=spare
            )
        if len(set(header)) != len(header):
            raise LoadRefused("two columns have the same name", file=self.path.name, line=1)

    def _row(self, header: list[str], cells: list[str], line: int) -> Row:
        if len(cells) != len(header):
            raise LoadRefused(
                f"the row has {len(cells)} cells, the header {len(header)}", file=self.path.name, line=line
            )
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
        spoilt = next((name for name, cell in row.items() if "\x00" in cell), None)
        if spoilt is not None:
            raise LoadRefused("a NUL character stands in this cell", file=self.path.name, line=line, column=spoilt)
        marking = self.table.label or row[self.table.label_column]
        label = self._label(marking, line, self.table.label_column or None)
        # A label stated with the load can only add to what the source states: the stricter of both holds.
        return Row(row, line, label.join(self.request.label) if self.request.label else label)

    def _label(self, marking: str, line: int, column: str | None) -> Label:
        """The label of a marking: a few stand in many rows, and each is read once."""
        if marking not in self._labels:
            self._labels[marking] = marking_to_label(
                marking, policies=self.request.policies, file=self.path.name, line=line, column=column
            )
        return self._labels[marking]

    def _joined(self, label: Label, marking: str, line: int, column: str | None) -> Label:
        """The label with that of a marking added to it."""
        if (label, marking) not in self._joins:
            self._joins[label, marking] = label.join(self._label(marking, line, column))
        return self._joins[label, marking]

    # -- the statements -----------------------------------------------------------------------

    def _node(self, node: NodeMap, row: Row) -> NamedNode:
        subject = self._iri(node.subject, row, column=None)
        for template in node.type:
            for kind in self._types(template, row):
                self._state(Triple(subject, RDF_TYPE, kind), row)
        for entry in node.properties:
            self._property(subject, entry, row)
        return subject

    def _state(self, triple: Triple, row: Row, *, label: Label | None = None, column: str | None = None) -> None:
        self.statements.add(triple, label=label or row.label)
        if self.request.origins is not None:
            self.request.origins.note(
                triple, label=label or row.label, file=self.table.file, line=row.line, column=column
            )

    def _types(self, template: str, row: Row) -> Iterator[NamedNode]:
        """The classes of a template; a cell may name several with `|`."""
        columns = placeholders(template)
        names = [name.strip() for column in columns for name in row.cells[column].split("|")] or [""]
        for name in names:
            cells = {**row.cells, **dict.fromkeys(columns, name)}
            yield self._iri(template, Row(cells, row.line, row.label), column=columns[0] if columns else None)

    def _property(self, subject: NamedNode, entry: PropertyMap, row: Row) -> None:
        label = self._joined(row.label, entry.label, row.line, entry.column) if entry.label else row.label
        predicate = named(entry.property)
        for value in self._values(entry, row):
            self._state(Triple(subject, predicate, value), row, label=label, column=entry.column)

    def _values(self, entry: PropertyMap, row: Row) -> Iterator[NamedNode | Literal]:
        if not entry.column:
            if entry.iri:
                if all(row.cells[name] for name in placeholders(entry.iri)):
                    yield self._iri(entry.iri, row, column=None)
                return
            if all(row.cells[name] for name in placeholders(entry.value)):
                yield self._literal(entry, fill_text(entry.value, row.cells), row)
            return
        cell = row.cells[entry.column]
        if not cell and entry.required:
            raise self._refuse("this cell must not be empty", row, entry.column)
        texts = (text.strip() for text in cell.split(entry.split)) if entry.split else iter((cell,))
        for text in filter(None, texts):
            if entry.iri:
                yield self._iri(entry.iri, row, column=entry.column, cell=text)
            else:
                yield self._literal(entry, text, row)

    def _literal(self, entry: PropertyMap, text: str, row: Row) -> NamedNode | Literal:
        try:
            return term(text, kind=entry.as_, lang=entry.lang, policies=self.request.policies)
        except (ValueError, LabelError) as error:
            raise self._refuse(str(error), row, entry.column) from error

    def _iri(self, template: str, row: Row, *, column: str | None, cell: str = "") -> NamedNode:
        try:
            return reference(template, row.cells, cell=cell) if cell else fill(template, row.cells)
        except ValueError as error:
            raise self._refuse(str(error), row, column) from error

    def _refuse(self, reason: str, row: Row, column: str | None) -> LoadRefused:
        return LoadRefused(reason, file=self.path.name, line=row.line, column=column)

    # -- the place in a document --------------------------------------------------------------

    def _place(self, row: Row, nodes: list[NamedNode]) -> None:
        """State where in a document the row's first node (or those that ask for it) stands: a passage a footnote."""
        key, section = row.cells.get("document", ""), row.cells.get("section", "")
        if not key:
            if section or row.cells.get("footnote"):
                raise self._refuse("a row with a section or footnote names its document", row, "document")
            return
        if key not in self.dataset.documents:
            raise self._refuse(f"`{key}` is not one of the mapping's documents", row, "document")
        if not section:
            raise self._refuse("a row with a document names its section", row, "section")
        maps = [node for node in self.table.nodes if not node.when or row.cells[node.when]]
        placed = [iri for n, (node, iri) in enumerate(zip(maps, nodes, strict=True)) if _is_placed(node, first=n == 0)]
        notes = [note.strip() for note in row.cells.get("footnote", "").split("|")]
        passages = [self._passage(key, section, note, row) for note in notes]
        inferred = self._is_inferred(row)
        for iri in placed:
            for passage in passages:
                self._state(Triple(iri, expand(self.dataset.place_property), passage), row)
                if inferred:
                    self._state(Triple(iri, INFERRED_AT, passage), row)
            for quotation in self._quotations(key, section, notes, row, passages=passages, needed=not inferred):
                self._state(Triple(iri, QUOTED_AT, quotation), row)

    def _passage(self, key: str, section: str, note: str, row: Row) -> NamedNode:
        if note and not note.isdecimal():
            raise self._refuse(f"`{note}` is not an integer", row, "footnote")
        try:
            return self._describe(self.places.passage(key, section, note), row)
        except ValueError as error:
            raise self._refuse(str(error), row, "section") from error

    def _is_inferred(self, row: Row) -> bool:
        basis = row.cells[self.table.basis] if self.table.basis else ""
        if basis and basis not in BASES:
            raise self._refuse(f"`{basis}` is neither `stated` nor `inferred`", row, self.table.basis)
        return row_is_inferred(self.table, row)

    def _quotations(
        self, key: str, section: str, notes: list[str], row: Row, *, passages: list[NamedNode], needed: bool
    ) -> list[NamedNode]:
        """The row's quotations: the pieces (split at `|`) of the first filled column of those that hold quotations."""
        column = quotation_column(self.table, row)
        if not column:
            if self.table.quotes and needed:
                raise self._refuse("a row quotes its document, or is `inferred`", row, self.table.quotes[0])
            return []
        notes = [*notes, row.cells[self.table.note]] if self.table.note else notes
        try:
            found = [
                self.places.quotation(key, section, notes, words, passages=passages)
                for words in words_of(row.cells[column])
            ]
        except QuotationNotFound as error:
            raise self._refuse(str(error), row, column) from error
        return [self._describe(described, row) for described in found]

    def _describe(self, described: Described, row: Row) -> NamedNode:
        for triple in described.stated:
            self._state(triple, row)
        for triple, label in described.computed:
            self._state(triple, row, label=row.label.join(label))
        return described.node


def _is_placed(node: NodeMap, *, first: bool) -> bool:
    return first if node.place is None else node.place
