"""What validation against shapes finds: plain values that a loader, the command line and the builder share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from graph_service.errors import IngestRefused
from graph_service.namespaces import short

SHOWN = 5
"""How many violations a refusal tells in full."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that does not conform, and what to do.

    ``focus``, ``value``   N-Triples terms; ``value`` is empty where a value is missing
    ``shape``, ``path``    the rule: the shape's name, and the IRI of the property
    ``component``          SHACL's name for the constraint
    ``message``            what to do, by language
    ``statement``          subject, predicate and object of the statement that makes it one, as N-Triples terms
    ``source``, ``part``, ``label``   the portion in which that statement stands; the label as one line of JSON
    ``place``              file, line and column, where somebody knows them
    """

    focus: str
    value: str
    shape: str
    path: str
    component: str
    message: Mapping[str, str]
    statement: tuple[str, str, str]
    source: str = ""
    part: str = ""
    label: str = ""
    place: str = ""

    @property
    def result(self) -> tuple[str, str, str, str]:
        """What SHACL reports of it: focus node, path, constraint component, value."""
        return self.focus, self.path, self.component, self.value

    @property
    def rule(self) -> str:
        return f"{self.shape}, {short(self.path)}"

    def told(self, language: str = "en") -> str:
        """One line for people: where, what, what to do, which rule."""
        value = f" {self.value[:60]}{'…' if len(self.value) > 60 else ''}" if self.value else ""
        where = self.place or self.part or self.source
        said = f"{short(self.focus)}: {self.message.get(language, '')}"
        return f"{f'{where}: ' if where else ''}{said}{f', not{value}' if value else ''} ({self.rule})"

    def to_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Violation:
        return cls(**{**data, "statement": tuple(data["statement"])})


@dataclass(frozen=True, slots=True)
class Conformance:
    """What was found. ``instances``: how many things each shape was about, those that it had nothing to say of at 0.

    ``uncovered``: classes of our namespace that some thing is of, and that no shape is about.
    """

    instances: Mapping[str, int]
    violations: tuple[Violation, ...]
    uncovered: tuple[str, ...] = ()

    @property
    def conforms(self) -> bool:
        return not self.violations

    def to_data(self) -> dict[str, Any]:
        return {
            "conforms": self.conforms,
            "instances": dict(self.instances),
            "violations": [violation.to_data() for violation in self.violations],
            "uncovered": list(self.uncovered),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Conformance:
        found = tuple(Violation.from_data(entry) for entry in data["violations"])
        return cls(data["instances"], found, tuple(data["uncovered"]))


class DoesNotConform(IngestRefused):
    """A load is refused whole: something in it does not conform to a shape.

    INVARIANT: it is made of the load alone, so it tells a submitter nothing that they did not submit.
    """

    def __init__(self, violations: Sequence[Violation], *, total: int = 0) -> None:
        self.total = total or len(violations)
        self.violations = tuple(violations[:SHOWN])
        lines = [violation.told() for violation in self.violations]
        more = self.total - len(lines)
        if more:
            lines.append(f"and {more} more: `sluis check` on the file or folder shows all {self.total}")
        super().__init__("\n  ".join([f"does not conform to the shapes: {lines[0]}", *lines[1:]]))

    def placed(self, place: Callable[[Violation], str]) -> DoesNotConform:
        """The same with the places that somebody knows."""
        return DoesNotConform(placed(self.violations, place), total=self.total)

    def to_data(self) -> dict[str, Any]:
        return {"total": self.total, "violations": [violation.to_data() for violation in self.violations]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> DoesNotConform:
        return cls([Violation.from_data(entry) for entry in data["violations"]], total=data["total"])


def placed(violations: Iterable[Violation], place: Callable[[Violation], str]) -> list[Violation]:
    """The violations with their places, in the order of these: file, then line by its number."""
    found = [replace(violation, place=place(violation) or violation.place) for violation in violations]
    return sorted(found, key=lambda one: [text.zfill(9) for text in re.findall(r"\d+|\D+", one.place)])
