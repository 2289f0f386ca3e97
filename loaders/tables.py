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
from loaders.base import ID, NS, PREFIXES, RDF_TYPE, LoadRequest, Statements, expand, marking_to_label
from loaders.cells import fill, fill_text, literal, reference, term
from loaders.mapping import DatasetMap, Document, NodeMap, PropertyMap, TableMap, placeholders, read_mapping

MAPPING = "mapping.toml"
PLACE_COLUMNS = ("document", "section", "footnote")
PREF_LABEL = NamedNode(PREFIXES["skos"] + "prefLabel")


@dataclass(frozen=True)
class Row:
    """One row: its cells by column, its place in the file, and the label of its statements."""

    cells: dict[str, str]
    line: int
    label: Label


def load(request: LoadRequest) -> Iterator[Portion]:
    """Every table's portions. Raises ``LoadRefused`` on the first bad row, file or mapping."""
    folder = request.path
    dataset = read_mapping(folder / MAPPING)
    source = expand(dataset.source).value
    for table in dataset.tables:
        statements = _TableReader(folder / table.file, table, dataset, request).read()
        record = table.record.or_else(dataset.record).or_else(request.record)
        yield from statements.portions(source=source, part=table.file, record=record)


class _TableReader:
    """Reads one CSV file by its mapping."""

    def __init__(self, path: Path, table: TableMap, dataset: DatasetMap, request: LoadRequest) -> None:
        self.path, self.table, self.dataset, self.request = path, table, dataset, request
        self.statements = Statements()

    def read(self) -> Statements:
        rows = self._rows()
        for done, row in enumerate(rows, start=1):
            nodes = [self._node(node, row) for node in self.table.nodes if not node.when or row.cells[node.when]]
            self._place(row, nodes)
            self.request.progress(self.path.name, done, len(rows))
        return self.statements

    # -- the file -----------------------------------------------------------------------------

    def _rows(self) -> list[Row]:
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
        marking = self.table.label or row[self.table.label_column]
        label = self._label(marking, line, self.table.label_column or None)
        # A label stated with the load can only add to what the source states: the stricter of both holds.
        return Row(row, line, label.join(self.request.label) if self.request.label else label)

    def _label(self, marking: str, line: int, column: str | None) -> Label:
        return marking_to_label(marking, policies=self.request.policies, file=self.path.name, line=line, column=column)

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
        label = row.label.join(self._label(entry.label, row.line, entry.column)) if entry.label else row.label
        predicate = expand(entry.property)
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
        document = self.dataset.documents.get(key)
        if document is None:
            raise self._refuse(f"`{key}` is not one of the mapping's documents", row, "document")
        if not section:
            raise self._refuse("a row with a document names its section", row, "section")
        maps = [node for node in self.table.nodes if not node.when or row.cells[node.when]]
        placed = [iri for n, (node, iri) in enumerate(zip(maps, nodes, strict=True)) if _is_placed(node, first=n == 0)]
        notes = [note.strip() for note in row.cells.get("footnote", "").split("|")]
        for note in notes:
            passage = self._passage(key, document, section, note, row)
            for iri in placed:
                self._state(Triple(iri, expand(self.dataset.place_property), passage), row)

    def _passage(self, key: str, document: Document, section: str, note: str, row: Row) -> NamedNode:
        passage = self._iri(f"id:passage/{key}/{section}" + (f"/fn{note}" if note else ""), row, column="section")
        where = f" §{section}" if section[0].isdigit() else f" {section}"
        in_dutch = (document.name_nl or document.name) + where + (f", noot {note}" if note else "")
        in_english = document.name + where + (f", note {note}" if note else "")
        facts: list[tuple[NamedNode, NamedNode | Literal]] = [
            (RDF_TYPE, NamedNode(NS + "Passage")),
            (NamedNode(NS + "inDocument"), expand(document.iri)),
            (NamedNode(NS + "section"), Literal(section)),
            (PREF_LABEL, Literal(in_dutch, language="nl")),
            (PREF_LABEL, Literal(in_english, language="en")),
        ]
        if note:
            try:
                number = literal(note, kind="integer")
            except ValueError as error:
                raise self._refuse(str(error), row, "footnote") from error
            facts.append((NamedNode(NS + "footnoteNumber"), number))
            facts.append((NamedNode(NS + "atFootnote"), NamedNode(f"{ID}footnote/{key}-{note}")))
        for predicate, value in facts:
            self._state(Triple(passage, predicate, value), row)
        return passage


def _is_placed(node: NodeMap, *, first: bool) -> bool:
    return first if node.place is None else node.place
