"""Datasets of one row, taken from the packaged tables and broken in exactly one place.

A row keeps its file, its line and its columns. Of its table's mapping the word ``required`` is left out: the loader
refuses an empty cell before any shape is asked, and here the shapes are to be tried.
"""

from __future__ import annotations

import copy
import csv
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Triple, parse
from rdflib import SKOS

import ontology
from graph_service.storage.shapes import Condition, PropertyShape, Shape, packaged_shapes
from loaders.base import expand
from loaders.cells import fill
from loaders.front import DATASETS
from loaders.mapping import placeholders
from ontology.terms import as_turtle, merged, read_modules

FOLDER = Path(__file__).resolve().parents[1] / "loaders" / "datasets"
NONSENSE = "nonsense"
ELSEWHERE = "https://example.org/nonsense"


@dataclass
class Row:
    """One row of a packaged table with its table's mapping, which may be changed before it is written."""

    dataset: dict[str, Any]
    table: dict[str, Any]
    header: list[str]
    cells: dict[str, str]
    line: int

    def write(self, folder: Path) -> Path:
        """A dataset folder with this row alone, on its own line."""
        folder.mkdir()
        head = {key: value for key, value in self.dataset.items() if key in {"dataset", "place"}}
        (folder / "mapping.toml").write_text(_toml({**head, "table": [self.table]}), encoding="utf-8")
        with (folder / self.table["file"]).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.header)
            file.write("\n" * (self.line - 2))
            writer.writerow([self.cells[name] for name in self.header])
        return folder

    def types(self, node: dict[str, Any]) -> set[str]:
        kinds = [node["type"]] if isinstance(node["type"], str) else node["type"]
        if node.get("when") and not self.cells[node["when"]]:
            return set()
        named = ((kind, name) for kind in kinds for name in self._names(kind))
        return {fill(kind, {**self.cells, **dict.fromkeys(placeholders(kind), name)}).value for kind, name in named}

    def _names(self, kind: str) -> list[str]:
        return [name.strip() for column in placeholders(kind) for name in self.cells[column].split("|")] or [""]

    def states(self, entry: dict[str, Any]) -> bool:
        """Whether the row makes a statement of this property."""
        used = [*placeholders(entry.get("iri", "")), *placeholders(entry.get("value", ""))]
        return bool(self.cells[entry["column"]]) if entry.get("column") else all(self.cells[name] for name in used)


@dataclass(frozen=True)
class _Table:
    dataset: dict[str, Any]
    table: dict[str, Any]
    header: list[str]
    rows: list[tuple[int, list[str]]]


@cache
def _tables() -> list[_Table]:
    found = []
    for name in DATASETS:
        dataset = tomllib.loads((FOLDER / name / "mapping.toml").read_text(encoding="utf-8"))
        for table in dataset["table"]:
            for node in table["node"]:
                for entry in node.get("properties", ()):
                    entry.pop("required", None)
            with (FOLDER / name / table["file"]).open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file)
                read = _Table(dataset, table, next(reader), [])
                line = reader.line_num + 1
                for cells in reader:
                    read.rows.append((line, [cell.strip() for cell in cells]))
                    line = reader.line_num + 1
            found.append(read)
    return found


def rows() -> Iterator[Row]:
    """Every row of the packaged tables. Copy one before you change it: they share their mappings."""
    for read in _tables():
        for line, cells in read.rows:
            yield Row(read.dataset, read.table, read.header, dict(zip(read.header, cells, strict=True)), line)


def conditions() -> list[tuple[Shape, PropertyShape, Condition]]:
    """Everything that the shapes demand, one by one."""
    return [(shape, part, one) for shape in packaged_shapes() for part in shape.properties for one in part.conditions]


def broken(shape: Shape, part: PropertyShape, condition: Condition) -> tuple[Row, Row] | None:
    """A good row of the packaged tables, and the same with one thing broken; none where the tables can't break it."""
    for row in rows():
        for number, node in enumerate(row.table["node"]):
            if shape.classes and not row.types(node) & shape.classes:
                continue
            if row.types(node) and not _is_named(node):
                continue  # it leans on the table that names the thing
            entries = [n for n, entry in enumerate(node.get("properties", ())) if _is_of(part, condition, entry)]
            stated = [n for n in entries if row.states(node["properties"][n])]
            if stated:
                bad = copy.deepcopy(row)
                for n in reversed(stated if condition.at_least else stated[:1]):
                    _break(bad, bad.table["node"][number]["properties"], n, condition)
                return copy.deepcopy(row), bad
    return _with_one_more(shape, part) if condition.is_about_values else None


def _is_named(node: dict[str, Any]) -> bool:
    return any(entry["property"] == "skos:prefLabel" for entry in node.get("properties", ()))


def _with_one_more(shape: Shape, part: PropertyShape) -> tuple[Row, Row] | None:
    """Where no row states a property: one that does, and wrongly."""
    for row in rows():
        for number, node in enumerate(row.table["node"]):
            if row.types(node) & shape.classes:
                bad = copy.deepcopy(row)
                bad.table["node"][number]["properties"].append({"property": part.path, "iri": ELSEWHERE})
                return copy.deepcopy(row), bad
    return None


def _is_of(part: PropertyShape, condition: Condition, entry: dict[str, Any]) -> bool:
    return expand(entry["property"]).value == part.path and entry.get("lang", "") in _languages(condition, entry)


def _languages(condition: Condition, entry: dict[str, Any]) -> list[str]:
    """Of a condition on one language only what is in that language counts."""
    return list(condition.arguments) if condition.component == "QualifiedMinCount" else [entry.get("lang", "")]


def _break(row: Row, entries: list[dict[str, Any]], n: int, condition: Condition) -> None:
    entry, name = entries[n], condition.component
    column = entry.get("column", "")
    in_place = {"In": NONSENSE, "Pattern": NONSENSE, "MinInclusive": "-7", "HasValue": _other_value(condition)}
    if name in in_place:
        row.cells[column] = in_place[name]
    elif name == "MaxCount":
        entries.append({**entry, "column": "", "value": "99"})
    else:
        row.table["ignore"] = [*row.table.get("ignore", ()), *([column] if column else ())]
        wrong = {"value": NONSENSE} if wants_a_thing(condition) else {"iri": ELSEWHERE}
        entries[n : n + 1] = [] if condition.at_least else [{"property": entry["property"], **wrong}]


def wants_a_thing(condition: Condition) -> bool:
    return condition.component == "NodeKind" and "isIRI" in condition.test


def _other_value(condition: Condition) -> str:
    """A value that is allowed there, and not the one that has to be."""
    others = {"true": "false", "stated": "to-be-assessed", "assessed": "to-be-assessed", "to-be-assessed": "stated"}
    return others.get(next(iter(condition.arguments), ""), "")


def _toml(data: Any, name: str = "") -> str:
    lines, tables = [], []
    for key, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict) and key in {"table", "node"}:
            tables += [f"[[{name}{key}]]\n{_toml(entry, f'{name}{key}.')}" for entry in value]
        elif isinstance(value, dict) and not name:
            tables.append(f"[{key}]\n{_toml(value, f'{key}.')}")
        else:
            lines.append(f"{key} = {_inline(value)}\n")
    return "".join(lines) + "".join(tables)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_inline(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_inline(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool | int) else str(value)


def examples_of_use() -> list[set[Triple]]:
    """The statements of each example that the ontology gives of a term (``skos:example``)."""
    graph = merged(read_modules(ontology.ontology_files()))
    texts = sorted(str(text).partition(" #")[0] for text in graph.objects(None, SKOS.example))
    return [{quad.triple for quad in parse(as_turtle(text), format=RdfFormat.TURTLE)} for text in texts]
