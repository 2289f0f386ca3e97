"""The rows of the Tweede Kamer's open data: each entity of a file, wherever it stands, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest
from loaders.facts import Facts, PassedOver
from loaders.parliament.actors import Naming

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entity:
    """One row: its kind, its fields, where it stands in the file, and the entity that it is expanded from."""

    kind: str
    row: Row
    path: str
    parent: Entity | None = None
    by: str = ""

    @property
    def id(self) -> str:
        return str(self.row.get("Id") or "")

    @property
    def part(self) -> str:
        return f"{self.kind}/{self.id}"

    @property
    def is_deleted(self) -> bool:
        return self.row.get("Verwijderd") is True

    def text(self, name: str) -> str:
        """A field as text; empty where it is null or missing."""
        value = self.row.get(name)
        return " ".join(str(value).split()) if isinstance(value, str | int) and not isinstance(value, bool) else ""

    def expanded(self) -> Iterator[tuple[str, list[Any]]]:
        for name, value in self.row.items():
            if isinstance(value, dict):
                yield name, [value]
            elif isinstance(value, list):
                yield name, value


@dataclass
class File:
    """What was read of one file: every entity by its kind and id (the newest row counts), and what comes of them."""

    request: LoadRequest
    text: str
    naming: Naming
    rows: dict[tuple[str, str], Entity] = field(default_factory=dict)
    links: list[Entity] = field(default_factory=list)
    parts: dict[str, Facts] = field(default_factory=dict)
    passed_over: PassedOver = field(default_factory=PassedOver)

    def facts(self, part: str) -> Facts:
        return self.parts.setdefault(part, Facts())

    def find(self, kind: str, identifier: str) -> Entity | None:
        """The entity of that kind and id, unless the file has none or says that it is deleted."""
        found = self.rows.get((kind, identifier))
        return found if found and not found.is_deleted else None

    def refuse(self, reason: str, entity: Entity) -> LoadRefused:
        at = self.text.find(f'"{entity.id}"') if entity.id else -1
        line = self.text.count("\n", 0, at) + 1 if at >= 0 else None
        return LoadRefused(f"{entity.kind} at `{entity.path}`: {reason}", file=self.request.file, line=line)
