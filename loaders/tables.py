"""Tables: a folder with ``mapping.toml`` and CSV files or workbooks, one portion for each table and label.

    portions = list(tables.load(LoadRequest(path=folder, policies=policies)))

A bad row refuses the dataset whole, with file, line (counted from 1, the header is line 1), column
and reason. Every cell becomes a statement or is named in ``ignore``: nothing is lost silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph_service.errors import LabelError, LoadRefused
from graph_service.portions import Portion, label_text
from graph_service.security import Label
from loaders.base import RDF_TYPE, LoadRequest, Proposal, Remark, Whole, expand, marking_to_label
from loaders.cells import fill, fill_text, named, reference, term
from loaders.events import keep_in, must_be_kept_in
from loaders.facts import Facts
from loaders.heads import Head
from loaders.mapping import BASES, MAPPING, DatasetMap, NodeMap, PropertyMap, TableMap, placeholders, read_mapping
from loaders.quoting.documents import read_documents
from loaders.quoting.places import INFERRED_AT, QUOTED_AT, Described, Places
from loaders.quoting.quotations import DocumentText, QuotationNotFound, words_of
from loaders.sheets import open_rows

Subject = NamedNode | BlankNode | Triple
Term = NamedNode | BlankNode | Literal | Triple

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


def load(request: LoadRequest) -> Iterator[Proposal]:
    """Every table's portions. Raises ``LoadRefused`` on the first bad row, file or mapping."""
    folder = request.path
    dataset = read_mapping(folder / MAPPING)
    source = expand(dataset.source).value
    places = Places(dataset.documents, documents_at_hand(request, dataset), policies=request.policies)
    for table in dataset.tables:
        record = table.record.or_else(dataset.record).or_else(request.record)
        reader = _TableReader(folder / table.file, table, dataset, places, request)
        for part, by_label in reader.read():
            for label, lines in by_label.items():
                text = "".join(sorted(lines))
                yield Portion(source, part, label, record.originator, text, record.term, record.set_on, record.ground)
        yield from reader.remarks()
    if any(table.part for table in dataset.tables):
        yield Whole(source)


def portions(request: LoadRequest) -> Iterator[Portion]:
    """As ``load``, without what is only said to the submitter."""
    return (proposal for proposal in load(request) if isinstance(proposal, Portion))


def read_rows(table: TableMap, dataset: DatasetMap, request: LoadRequest) -> list[Row]:
    """The rows of one table, in their order. Raises ``LoadRefused`` if the file doesn't fit its mapping."""
    places = Places(dataset.documents, {}, policies=request.policies)
    return list(_TableReader(request.path / table.file, table, dataset, places, request).rows())


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


Lines = dict[Label, set[str]]
"""The statements of one part as lines of N-Triples, by the label that they will carry."""


class _TableReader:
    """Reads one table by its mapping."""

    def __init__(self, path: Path, table: TableMap, dataset: DatasetMap, places: Places, request: LoadRequest) -> None:
        self.path, self.table, self.dataset, self.request = path, table, dataset, request
        self.places = places
        self.place = table.file
        self.part = table.name
        self.lines: Lines = {}
        self._remarks: list[str] = []
        self._labels: dict[tuple[str, str], Label] = {}
        self._known: dict[Label, tuple[str, str]] = {}
        self._observed: set[tuple[str, ...]] = set()
        self._is_licensed = False

    def read(self) -> Iterator[tuple[str, Lines]]:
        """The parts of the table, each as soon as its rows end. Rows of one part stand together."""
        done_parts: set[str] = set()
        self._cube_structure()
        for done, row in enumerate(self.rows(), start=1):
            if self.table.part:
                part = f"{self.table.name}#{fill_text(self.table.part, row.cells)}"
                if part != self.part and self.lines:
                    done_parts.add(self.part)
                    yield self._finished()
                if part in done_parts:
                    raise self._refuse("rows of one part don't stand together: sort the table by it", row, None)
                self.part = part
            nodes = [self._node(node, row) for node in self.table.nodes if not node.when or row.cells[node.when]]
            self._place(row, nodes)
            self.request.progress(self.place, done, 0)
        yield self._finished()

    def remarks(self) -> Iterator[Remark]:
        return (Remark(text, file=self.place) for text in self._remarks)

    def _finished(self) -> tuple[str, Lines]:
        done = self.part, self.lines
        self.lines, self._known = {}, {}
        return done

    # -- the file -----------------------------------------------------------------------------

    def rows(self) -> Iterator[Row]:
        found = open_rows(self.path, self.table)
        self.place = found.place
        self._remarks += found.remarks
        self._check_header(found.header)
        for line, cells in found.rows:
            yield self._row(found.header, cells, line)

    def _check_header(self, header: list[str]) -> None:
        self._is_licensed = must_be_kept_in(header)
        mapped = self.table.columns()
        for missing in sorted(mapped - set(header)):
            raise LoadRefused("the mapping reads this column, and the file has none", file=self.place, column=missing)
        for spare in sorted(set(header) - mapped - set(PLACE_COLUMNS)):
            raise LoadRefused(
                "no statement comes of this column: map it or name it in `ignore`", file=self.place, column=spare
            )
        if len(set(header)) != len(header):
            raise LoadRefused("two columns have the same name", file=self.place, line=self.table.header)

    def _row(self, header: list[str], cells: list[str], line: int) -> Row:
        if len(cells) != len(header):
            raise LoadRefused(f"the row has {len(cells)} cells, the header {len(header)}", file=self.place, line=line)
        row = dict(zip(header, map(str.strip, cells), strict=True))
        if "\0" in "".join(cells):
            spoilt = next(name for name, cell in row.items() if "\0" in cell)
            raise LoadRefused("a NUL character stands in this cell", file=self.place, line=line, column=spoilt)
        marking = self.table.label or row[self.table.label_column]
        return Row(row, line, self._label(marking, "", line, self.table.label_column or None))

    def _label(self, marking: str, further: str, line: int | None, column: str | None) -> Label:
        """The label of a marking, with what is stated besides: a further one can only add to what the source states."""
        label = self._labels.get((marking, further))
        if label is None:
            label = self._read_label(marking, line, column)
            if further:
                label = label.join(self._read_label(further, line, column))
            if self.request.label:
                label = label.join(self.request.label)
            if self._is_licensed:
                keep_in(label, self.request)
            self._labels[marking, further] = label
        return label

    def _read_label(self, marking: str, line: int | None, column: str | None) -> Label:
        return marking_to_label(marking, policies=self.request.policies, file=self.place, line=line, column=column)

    # -- the statements -----------------------------------------------------------------------

    def _cube_structure(self) -> None:
        """How the cube is made, as a part of its own lines: it stands in the table's first part."""
        if self.table.cube:
            facts = Facts()
            self.table.cube.cube.structure(facts)
            label = self._label(self.table.cube.label, "", None, None)
            self.lines.setdefault(label, set()).update(f"{triple} .\n" for triple in facts.triples)

    def _node(self, node: NodeMap, row: Row) -> NamedNode:
        subject = self._iri(node.subject, row, column=None)
        for template in node.type:
            for kind in self._types(template, row):
                self._state(subject, RDF_TYPE, kind, row)
        for entry in node.properties:
            self._property(subject, entry, row)
        if self.table.cube and node is self.table.nodes[0]:
            self._observe(row)
        return subject

    def _observe(self, row: Row) -> None:
        cells = tuple(row.cells[entry.column] for entry in self.table.cube.dimensions if entry.column)  # type: ignore[union-attr]
        if cells in self._observed:
            raise self._refuse("an earlier row agrees with this one in all dimensions", row, None)
        self._observed.add(cells)

    def _state(
        self,
        subject: Subject,
        said: NamedNode,
        value: Term,
        row: Row,
        label: Label | None = None,
        column: str | None = None,
    ) -> None:
        label = label or row.label
        one, relation, other = str(subject), str(said), str(value)
        self.lines.setdefault(label, set()).add(f"{one} {relation} {other} .\n")
        if self.request.origins is not None:
            known = self._known.get(label)
            if known is None:
                known = self._known[label] = (label_text(label), self.part)
            self.request.origins.note(known, (one, relation, other), file=self.place, line=row.line, column=column)

    def _types(self, template: str, row: Row) -> Iterator[NamedNode]:
        """The classes of a template; a cell may name several with `|`."""
        columns = placeholders(template)
        names = [name.strip() for column in columns for name in row.cells[column].split("|")] or [""]
        for name in names:
            cells = {**row.cells, **dict.fromkeys(columns, name)}
            yield self._iri(template, Row(cells, row.line, row.label), column=columns[0] if columns else None)

    def _property(self, subject: NamedNode, entry: PropertyMap, row: Row) -> None:
        label = row.label
        if entry.label:
            marking = self.table.label or row.cells[self.table.label_column]
            label = self._label(marking, entry.label, row.line, entry.column)
        predicate = named(entry.property)
        for value in self._values(entry, row):
            self._state(subject, predicate, value, row, label, entry.column)

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
            if entry.lookup:
                if text not in entry.lookup:
                    raise self._refuse(f"`{text}` is not in the `lookup` of the mapping", row, entry.column)
                yield named(entry.lookup[text])
            elif entry.iri:
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
        return LoadRefused(reason, file=self.place, line=row.line, column=column)

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
                self._state(iri, expand(self.dataset.place_property), passage, row)
                if inferred:
                    self._state(iri, INFERRED_AT, passage, row)
            for quotation in self._quotations(key, section, notes, row, passages=passages, needed=not inferred):
                self._state(iri, QUOTED_AT, quotation, row)

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
            self._state(triple.subject, triple.predicate, triple.object, row)
        for triple, label in described.computed:
            self._state(triple.subject, triple.predicate, triple.object, row, row.label.join(label))
        return described.node


def _is_placed(node: NodeMap, *, first: bool) -> bool:
    return first if node.place is None else node.place
