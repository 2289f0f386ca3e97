"""The declarative mapping of a dataset: which column becomes which statement, at which label.

A ``mapping.toml`` stands beside its CSV files; docs/formats/tables.md describes it. Everything in it is
checked before a row is read: an unknown key or a missing label refuses the dataset.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from graph_service.errors import IngestRefused, LoadRefused
from graph_service.portions import Term, parse_day
from loaders.base import NO_RECORD, LabelRecord, expand
from loaders.cubes import QB, Component, Cube
from loaders.delimited import DELIMITERS, ENCODINGS
from loaders.quoting.quotations import Extent, Layout

MAPPING = "mapping.toml"
BASES = ("stated", "inferred")
KINDS = frozenset({"text", "integer", "decimal", "boolean", "date", "level", "url"})

_RECORD = ("set_on", "ground", "until", "until_event")
"""What a dataset or a table may say of how its labels were set."""

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class PropertyMap:
    """One statement a row makes: from a column (``as_`` its kind, or an ``iri`` template), or a constant ``value``.

    ``lookup`` says which IRI each text of the column stands for.
    """

    property: str
    column: str = ""
    value: str = ""
    iri: str = ""
    as_: str = "text"
    lang: str = ""
    split: str = ""
    label: str = ""
    required: bool = False
    lookup: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NodeMap:
    """One thing a row describes. ``when`` names a column that must be filled; ``place`` attaches the row's passage."""

    subject: str
    type: tuple[str, ...]
    properties: tuple[PropertyMap, ...]
    when: str = ""
    place: bool | None = None


@dataclass(frozen=True, slots=True)
class CubeMap:
    """The statistics of a table: the data set, and the dimensions, measures and attributes with their names.

    ``label`` is that of what says how the cube is made; rows have their own.
    """

    cube: Cube
    dimensions: tuple[PropertyMap, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class TableMap:
    """One CSV file, or one sheet of a workbook: its label (for the file, or the column with one a row) and its nodes.

    ``quotes`` names the columns that hold literal words of the row's document, the first that is filled counts;
    ``note`` the column with the number of the note that they stand in. ``inferred`` says of the whole table that its
    rows are inferred and need no quotation, ``basis`` names the column that says it of a row.

    ``sheet`` names the sheet of a workbook, ``header`` is the number of the row with the names of the columns,
    ``merged_repeat`` says that merged cells all have the value of the first. ``encoding`` and ``delimiter`` are stated
    for delimited text that does not show them. ``part`` is a template: rows with the same make a portion of their own.
    """

    file: str
    label: str
    label_column: str
    nodes: tuple[NodeMap, ...]
    ignore: tuple[str, ...] = ()
    record: LabelRecord = NO_RECORD
    quotes: tuple[str, ...] = ()
    note: str = ""
    basis: str = ""
    inferred: bool = False
    sheet: str = ""
    header: int = 1
    merged_repeat: bool = False
    encoding: str = ""
    delimiter: str = ""
    part: str = ""
    cube: CubeMap | None = None

    @property
    def name(self) -> str:
        """The file, and the sheet where one is named: which part of the source it is."""
        return f"{self.file}#{self.sheet}" if self.sheet else self.file

    def columns(self) -> frozenset[str]:
        """Every column that the mapping reads."""
        named = {self.label_column, self.basis, self.note, *self.quotes, *self.ignore}
        named |= set(placeholders(self.part))
        for node in self.nodes:
            named |= {node.when, *placeholders(node.subject), *(p for kind in node.type for p in placeholders(kind))}
            for entry in node.properties:
                named |= {entry.column, *placeholders(entry.iri), *placeholders(entry.value)}
        return frozenset(named - {""})


@dataclass(frozen=True, slots=True)
class TextForm:
    """How the text of a document is known when it is at hand, its label, and its layout."""

    label: str
    begins: str
    digest: str
    layout: Layout


@dataclass(frozen=True, slots=True)
class Document:
    """A document that rows cite: its IRI and the short name that people see, in Dutch too where it differs."""

    iri: str
    name: str
    name_nl: str = ""
    text: TextForm | None = None


@dataclass(frozen=True, slots=True)
class DatasetMap:
    """A dataset: its source, who set its labels when and why, the documents it cites, its tables."""

    source: str
    record: LabelRecord
    title: str
    place_property: str
    documents: Mapping[str, Document]
    tables: tuple[TableMap, ...]


def placeholders(template: str) -> list[str]:
    """The columns that a template names: ``id:goal/{key}`` names ``key``; ``{}`` stands for the cell itself."""
    return re.findall(r"{([^{}]+)}", template)


def read_mapping(path: Path) -> DatasetMap:
    """Read and check a mapping file. Raises ``LoadRefused`` with the place and what to do."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LoadRefused(f"not readable as TOML: {error}", file=path.name) from error
    try:
        return _dataset(data)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        reason = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise LoadRefused(f"the mapping {reason}", file=path.name) from error


def _dataset(data: Mapping[str, Any]) -> DatasetMap:
    _check_keys(data, {"dataset", "place", "table"}, "the top level")
    dataset, place = data["dataset"], data.get("place", {"property": "sluis:statedAt", "documents": {}})
    _check_keys(dataset, {"source", "originator", "title", *_RECORD}, "[dataset]")
    _check_keys(place, {"property", "documents"}, "[place]")
    documents = {key: _document(entry, f"document `{key}`") for key, entry in place["documents"].items()}
    for name in (dataset["source"], dataset["originator"], place["property"], *(d.iri for d in documents.values())):
        expand(name)
    return DatasetMap(
        source=dataset["source"],
        record=_record(dataset, "[dataset]", originator=expand(dataset["originator"]).value),
        title=dataset["title"],
        place_property=place["property"],
        documents=documents,
        tables=tuple(_table(table, source=expand(dataset["source"]).value) for table in data["table"]),
    )


def _document(data: Mapping[str, Any], where: str) -> Document:
    document = _part(Document, data, where)
    return replace(document, text=_text(data["text"], f"{where}, `text`")) if "text" in data else document


def _text(data: Mapping[str, Any], where: str) -> TextForm:
    _check_keys(data, {"label", "begins", "digest", "sections", "notes_begin", "notes_end", "note"}, where)
    # SECURITY: words of a text without a label would come out at that of any row.
    if not data.get("label"):
        raise ValueError(f'{where} states no label: add `label = "…"`')
    if not (data.get("begins") or data.get("digest")):
        raise ValueError(f"{where} says not how the text is known: add `begins` or `digest`")
    notes = {name: data.get(name, "") for name in ("notes_begin", "notes_end", "note")}
    if any(notes.values()) and not all(notes.values()):
        raise ValueError(f"{where}: `notes_begin`, `notes_end` and `note` stand together")
    for name, pattern in notes.items():
        _check_pattern(pattern, f"{where}, `{name}`", groups=int(name == "note"))
    sections = {
        name: _part(Extent, entry, f"{where}, section `{name}`") for name, entry in data.get("sections", {}).items()
    }
    return TextForm(data["label"], data.get("begins", ""), data.get("digest", ""), Layout(sections, **notes))


def _check_pattern(pattern: str, where: str, *, groups: int) -> None:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{where} is no regular expression: {error}") from error
    if pattern and compiled.groups != groups:
        raise ValueError(f"{where} has {compiled.groups} groups, it needs {groups}")


def _table(data: Mapping[str, Any], *, source: str) -> TableMap:
    where = f"table `{data['file']}`"
    known = {"file", "label", "node", "ignore", "quotes", "note", "basis", *_RECORD}
    _check_keys(data, known | {"sheet", "header", "merged", "encoding", "delimiter", "part", "cube"}, where)
    label = data.get("label", "")
    if isinstance(label, Mapping):
        _check_keys(label, {"column"}, f"{where}, `label`")
    marking, column = (label, "") if isinstance(label, str) else ("", label["column"])
    if not (marking or column):
        raise ValueError(f'{where} states no label: add `label = "…"` or `label = {{ column = "…" }}`')
    cube, observations = _cube(data["cube"], where, marking=marking, source=source) if "cube" in data else (None, ())
    if "node" not in data and not cube:
        raise ValueError(f"{where} has neither `node` nor `cube`: nothing would come of its rows")
    return TableMap(
        file=data["file"],
        label=marking,
        label_column=column,
        nodes=(*observations, *(_node(node, where) for node in data.get("node", ()))),
        cube=cube,
        **_layout(data, where),
        ignore=tuple(data.get("ignore", ())),
        record=_record(data, where),
        quotes=tuple(data.get("quotes", ())),
        note=data.get("note", ""),
        **_basis(data.get("basis", "stated"), where),
    )


def _layout(data: Mapping[str, Any], where: str) -> dict[str, Any]:
    """How the file is written, where it does not show that itself."""
    header, merged = data.get("header", 1), data.get("merged", "refuse")
    encoding, delimiter = data.get("encoding", ""), data.get("delimiter", "")
    if not isinstance(header, int) or header < 1:
        raise ValueError(f"{where}: `header` is the number of a row, from 1")
    if merged not in {"refuse", "repeat"}:
        raise ValueError(f"{where}: `merged` is refuse or repeat")
    if encoding and encoding not in ENCODINGS:
        raise ValueError(f"{where}: `encoding` is one of {', '.join(sorted(ENCODINGS))}")
    if delimiter and delimiter not in DELIMITERS:
        raise ValueError(f"{where}: `delimiter` is a comma, a semicolon, a tab or a bar")
    return {
        "sheet": data.get("sheet", ""),
        "header": header,
        "merged_repeat": merged == "repeat",
        "encoding": encoding,
        "delimiter": delimiter,
        "part": data.get("part", ""),
    }


def _cube(data: Mapping[str, Any], where: str, *, marking: str, source: str) -> tuple[CubeMap, tuple[NodeMap, ...]]:
    """A cube, and its observations as a node of each row. A row without one of its dimensions is refused."""
    _check_keys(data, {"observation", "dimensions", "measures", "attributes", "label"}, f"{where}, `cube`")
    label = data.get("label", marking)
    if not label:
        raise ValueError(f'{where}, `cube` states no label for what says how it is made: add `label = "…"`')
    parts, components = {}, []
    for role in ("dimension", "measure", "attribute"):
        found = []
        for entry in data.get(f"{role}s", ()):
            names = tuple((entry[key], lang) for key, lang in (("name", "en"), ("name_nl", "nl")) if key in entry)
            said = {key: value for key, value in entry.items() if key not in {"name", "name_nl"}}
            found.append(_property({"required": role == "dimension", **said}, f"{where}, `cube`"))
            components.append(Component(role, expand(entry["property"]).value, names))
        parts[role] = tuple(found)
    if not parts["dimension"] or not parts["measure"]:
        raise ValueError(f"{where}, `cube` needs `dimensions` and `measures`")
    cube = Cube(source, tuple(components))
    told = PropertyMap(property=f"{QB}dataSet", iri=source)
    entries = (told, *parts["dimension"], *parts["measure"], *parts["attribute"])
    return CubeMap(cube, parts["dimension"], label), (NodeMap(data["observation"], (f"{QB}Observation",), entries),)


def _basis(data: str | Mapping[str, str], where: str) -> dict[str, Any]:
    if isinstance(data, Mapping):
        _check_keys(data, {"column"}, f"{where}, `basis`")
        return {"basis": data["column"]}
    if data not in BASES:
        raise ValueError(f'{where}: `basis` is {" or ".join(BASES)}, or `{{ column = "…" }}`')
    return {"inferred": data == "inferred"}


def _record(data: Mapping[str, Any], where: str, *, originator: str = "") -> LabelRecord:
    """What a mapping says of how its labels were set; a date is a TOML date or its text."""
    given = {key: str(data[key]) for key in _RECORD if key in data}
    try:
        until = parse_day(given.get("until"), what=f"{where}, `until`")
        event = given.get("until_event", "")
        return LabelRecord(
            originator=originator,
            set_on=parse_day(given.get("set_on"), what=f"{where}, `set_on`"),
            ground=given.get("ground", ""),
            term=Term(until=until, event=event) if until or event else None,
        )
    except IngestRefused as error:
        raise ValueError(error.public) from error


def _node(data: Mapping[str, Any], where: str) -> NodeMap:
    kinds = data["type"]
    return _part(
        NodeMap,
        {
            **data,
            "type": (kinds,) if isinstance(kinds, str) else tuple(kinds),
            "properties": tuple(_property(entry, where) for entry in data.get("properties", ())),
        },
        where,
    )


def _property(data: Mapping[str, Any], where: str) -> PropertyMap:
    renamed = {("as_" if key == "as" else key): value for key, value in data.items()}
    entry = _part(PropertyMap, renamed, where)
    expand(entry.property)
    # SECURITY: an empty label must not read as none, which would leave the statement at the row's label.
    if "label" in data and not entry.label:
        raise ValueError(f"{where}, `{entry.property}`: the label is empty")
    for name in entry.lookup.values():
        expand(name)
    if entry.lookup and (entry.iri or not entry.column):
        raise ValueError(f"{where}, `{entry.property}`: `lookup` goes with `column`, and without `iri`")
    if entry.as_ not in KINDS:
        raise ValueError(f"{where}, `{entry.property}`: `as` is one of {', '.join(sorted(KINDS))}")
    if not (entry.column or entry.value or entry.iri):
        raise ValueError(f"{where}, `{entry.property}` has neither `column`, `value` nor `iri`")
    return entry


def _part(kind: type[_Part], data: Mapping[str, Any], where: str) -> _Part:
    _check_keys(data, {part.name for part in fields(kind)}, where)  # type: ignore[arg-type]
    return kind(**data)


def _check_keys(data: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(data) - known)
    if unknown:
        raise ValueError(f"{where}: `{unknown[0]}` is not a known key")
