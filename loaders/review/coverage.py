"""How complete a dataset is against its documents: its rows, what the documents have, and what leads to their words.

    report = measure(LoadRequest(path=folder, policies=policies, documents=documents))

Whatever is counted in a document is declared in a ``coverage.toml`` beside the mapping, as docs/formats/tables.md says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest
from loaders.mapping import MAPPING, DatasetMap, TableMap, read_mapping
from loaders.quoting.quotations import DocumentText, Extent, QuotationNotFound, Span, words_of
from loaders.tables import Row, documents_at_hand, quotation_column, read_rows, row_is_inferred, row_notes

COVERAGE = "coverage.toml"


@dataclass(frozen=True, slots=True)
class Declared:
    """One thing to count: the values of a pattern in a document, against those of a column or of the whole dataset.

    ``table`` alone compares numbers; with ``column`` the values; without a table each value must stand in some cell.
    ``notes`` takes the numbers of the document's notes for the values.
    """

    kind: str
    how: str
    document: str
    table: str = ""
    column: str = ""
    pattern: str = ""
    notes: bool = False
    begins: str = ""
    until: str = ""
    section: str = ""
    where: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class TableCount:
    """A table's rows: how many have a place in a document whose text the mapping describes, and how many of these quote
    it or say that they are inferred."""

    table: str
    rows: int
    placed: int
    quoted: int
    inferred: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What a declaration gave. ``found`` is ``None`` where the document is not at hand."""

    kind: str
    how: str
    rows: int
    found: int | None
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        return not self.missing and not self.extra


@dataclass(frozen=True, slots=True)
class Read:
    """How much of a document at hand is quoted, in its letters and digits, and the pieces that are not."""

    document: str
    characters: int
    quoted: int
    unquoted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured."""

    tables: tuple[TableCount, ...]
    counts: tuple[Counted, ...]
    documents: tuple[Read, ...]

    @property
    def complete(self) -> bool:
        quoted = all(table.placed == table.quoted + table.inferred for table in self.tables)
        return quoted and all(count.agrees for count in self.counts)


def measure(request: LoadRequest) -> Report:
    """Count a dataset. Raises ``LoadRefused`` for a bad dataset, a bad declaration, or words a document lacks."""
    folder = request.path
    dataset = read_mapping(folder / MAPPING)
    texts = documents_at_hand(request, dataset)
    rows = {table.file: read_rows(table, dataset, request) for table in dataset.tables}
    declared = read_declared(folder / COVERAGE, dataset)
    return Report(
        tables=tuple(_count(table, rows[table.file], dataset) for table in dataset.tables),
        counts=tuple(_compare(entry, rows, texts.get(entry.document)) for entry in declared),
        documents=tuple(_read(key, text, dataset, rows) for key, text in sorted(texts.items())),
    )


# --- the declarations ------------------------------------------------------------------------------------------------


def read_declared(path: Path, dataset: DatasetMap) -> list[Declared]:
    """The counts that a dataset declares; none without the file."""
    if not path.is_file():
        return []
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return [_declared(entry, dataset) for entry in data["count"]]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError, re.error) as error:
        raise LoadRefused(f"not a declaration of counts: {error}", file=path.name) from error


def _declared(data: Mapping[str, Any], dataset: DatasetMap) -> Declared:
    unknown = sorted(set(data) - {field.name for field in fields(Declared)})
    if unknown:
        raise ValueError(f"`{unknown[0]}` is not a known key")
    entry = Declared(**data)
    if bool(entry.pattern) == entry.notes:
        raise ValueError(f"`{entry.kind}` needs one of `pattern` and `notes`")
    if re.compile(entry.pattern).groups > 1:
        raise ValueError(f"the pattern of `{entry.kind}` has more than one group")
    if entry.document not in dataset.documents:
        raise ValueError(f"`{entry.document}` is not one of the mapping's documents")
    if entry.table and entry.table not in {table.file for table in dataset.tables}:
        raise ValueError(f"`{entry.table}` is not one of the mapping's tables")
    return entry


# --- counting --------------------------------------------------------------------------------------------------------


def _count(table: TableMap, rows: list[Row], dataset: DatasetMap) -> TableCount:
    described = {key for key, document in dataset.documents.items() if document.text}
    placed = [row for row in rows if row.cells.get("document") in described]
    quoted = [row for row in placed if quotation_column(table, row)]
    inferred = [row for row in placed if not quotation_column(table, row) and row_is_inferred(table, row)]
    return TableCount(table.file, len(rows), len(placed), len(quoted), len(inferred))


def _compare(entry: Declared, rows: Mapping[str, list[Row]], text: DocumentText | None) -> Counted:
    chosen = [row for row in rows.get(entry.table, []) if _matches(row, entry.where or {})]
    if text is None:
        return Counted(entry.kind, entry.how, len(chosen), None)
    found = list(_values(entry, text))
    if entry.table and not entry.column:
        same = len(found) == len(chosen)
        return Counted(
            entry.kind, entry.how, len(chosen), len(found), *(((), ()) if same else _difference(found, chosen))
        )
    distinct = dict.fromkeys(found)
    if not entry.table:
        cells = " ".join(" ".join(_bare(cell) for cell in row.cells.values()) for all_ in rows.values() for row in all_)
        missing = tuple(value for value in distinct if not re.search(rf"(?<!\w){re.escape(value)}(?!\w)", cells))
        return Counted(entry.kind, entry.how, len(distinct) - len(missing), len(distinct), missing)
    stated = {_bare(row.cells[entry.column]) for row in chosen}
    return Counted(
        entry.kind,
        entry.how,
        len(stated),
        len(distinct),
        tuple(value for value in distinct if value not in stated),
        tuple(sorted(stated - set(distinct))),
    )


def _difference(found: list[str], chosen: list[Row]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lacking = len(found) - len(chosen)
    return ((f"{lacking} of {len(found)}",), ()) if lacking > 0 else ((), (f"{-lacking} of {len(chosen)}",))


def _matches(row: Row, where: Mapping[str, str]) -> bool:
    return all(row.cells[column] == value for column, value in where.items())


def _values(entry: Declared, text: DocumentText) -> Iterator[str]:
    if entry.notes:
        yield from map(str, text.notes)
        return
    part = _part(entry, text)
    for match in re.compile(entry.pattern, re.MULTILINE).finditer(text.text, part.start, part.end):
        yield _bare(match[match.re.groups])


def _part(entry: Declared, text: DocumentText) -> Span:
    try:
        if entry.section:
            return text.sections[entry.section]
        if entry.begins:
            return text.extent(Extent(entry.begins, entry.until), entry.kind)
    except (KeyError, QuotationNotFound) as error:
        raise LoadRefused(f"`{entry.kind}`: {error}", file=COVERAGE) from error
    return Span(0, len(text.text))


def _bare(text: str) -> str:
    return " ".join(text.split())


# --- what is quoted --------------------------------------------------------------------------------------------------


def _read(key: str, text: DocumentText, dataset: DatasetMap, rows: Mapping[str, list[Row]]) -> Read:
    covered = bytearray(len(text.text))
    for table in dataset.tables:
        for row in rows[table.file]:
            if row.cells.get("document") == key:
                for span in _spans(table, row, text):
                    covered[span.start : span.end] = b"\x01" * (span.end - span.start)
    letters = [n for n, character in enumerate(text.text) if character.isalnum()]
    return Read(key, len(letters), sum(covered[n] for n in letters), tuple(_unquoted(text.text, covered)))


def _spans(table: TableMap, row: Row, text: DocumentText) -> Iterable[Span]:
    column = quotation_column(table, row)
    for words in words_of(row.cells[column]) if column else []:
        try:
            yield text.locate(words, section=row.cells["section"], notes=row_notes(table, row))
        except QuotationNotFound as error:
            raise LoadRefused(str(error), file=table.file, line=row.line, column=column) from error


def _unquoted(text: str, covered: bytearray) -> Iterator[str]:
    """The pieces between quotations that hold a word of two letters or more."""
    start = 0
    for end in range(len(text) + 1):
        if end == len(text) or covered[end]:
            piece = _bare(text[start:end])
            if re.search(r"\w\w", piece):
                yield piece
            start = end + 1
