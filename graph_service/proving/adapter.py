"""What the kit needs of a server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Answer:
    """A response: its status and its body, SPARQL JSON results where the status is 200."""

    status: int
    body: bytes

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The bindings; one empty row for a boolean that is true. None for a refusal."""
        if self.status != 200:
            return []
        try:
            data = json.loads(self.body)
            return ([{}] if data["boolean"] else []) if "boolean" in data else list(data["results"]["bindings"])
        except (ValueError, KeyError, TypeError):
            return []

    @property
    def says_something(self) -> bool:
        """Whether there is a row with a value in it: a count of zero says nothing."""
        values = [term.get("value") for row in self.rows for term in row.values()]
        return any(value not in {"0", "false", ""} for value in values) or self.rows == [{}]


class Adapter(Protocol):
    """A server in three verbs.

    ``markings``  at least two, from the lowest to the highest. Each labels portions, and is what a reader holds: such a
    reader sees what is labelled with it or with a lower one. Every verb returns when its effect is there.
    """

    @property
    def markings(self) -> Sequence[str]: ...

    def load(self, portions: list[tuple[str, str, str]]) -> None:
        """Add portions: an id, a marking, and N-Triples."""

    def relabel(self, portion: str, marking: str) -> None:
        """Give a portion that was loaded another marking, higher or lower."""

    def ask(self, query: str, clearance: str) -> Answer:
        """The answer to a SPARQL query for a reader with this clearance, asked for as SPARQL JSON results."""
