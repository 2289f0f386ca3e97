"""Labels: what a portion of data demands of its reader.

Trusted base: yes. A label holds one part for each policy that governs the data, so labels form a
product lattice without a bottom: there is no empty label, because data that nobody labelled is
refused, not public.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from typing import Any

from graph_service.errors import LabelError


class Everyone(Enum):
    """The one value that says "releasable to everyone" aloud. An empty set of recipients means nobody."""

    EVERYONE = "EVERYONE"


EVERYONE = Everyone.EVERYONE

Releasability = frozenset[str] | Everyone
"""Who may receive: one of these affiliations suffices; ``frozenset()`` is nobody, ``EVERYONE`` no restriction."""


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a policy's ordered scale. ``order`` counts from 0, the lowest."""

    policy: str
    order: int
    marking: str

    def __post_init__(self) -> None:
        if self.order < 0:
            raise LabelError(f"the order of level `{self.marking}` is below 0: count from 0, the lowest")


@dataclass(frozen=True, slots=True)
class PolicyLabel:
    """What one policy demands: a level, **all** of the compartments, and **one** of the affiliations."""

    level: Level
    compartments: frozenset[str]
    releasable_to: Releasability

    @property
    def policy(self) -> str:
        return self.level.policy

    def join(self, other: PolicyLabel) -> PolicyLabel:
        """The least demand of the same policy that covers both.

        Compartments unite because all are needed. Recipients intersect because each part must be
        releasable to the reader; an empty intersection stays empty and means nobody: dropping it,
        as published dominant-label rules do, would widen access.
        """
        if self.policy != other.policy:
            raise LabelError(f"`{self.policy}` and `{other.policy}` are two policies: join labels, not their parts")
        return PolicyLabel(
            level=max(self.level, other.level, key=lambda level: level.order),
            compartments=self.compartments | other.compartments,
            releasable_to=_both(self.releasable_to, other.releasable_to),
        )


def _both(a: Releasability, b: Releasability) -> Releasability:
    if isinstance(a, Everyone):
        return b
    if isinstance(b, Everyone):
        return a
    return a & b


@dataclass(frozen=True, slots=True)
class Label:
    """A part for each governing policy, sorted by policy; at least one, and one a policy."""

    parts: tuple[PolicyLabel, ...]

    def __post_init__(self) -> None:
        policies = [part.policy for part in self.parts]
        if not policies:
            raise LabelError("a label names at least one policy: data without a label is refused")
        if len(set(policies)) != len(policies):
            raise LabelError(f"a label has one part a policy, not two of `{max(policies, key=policies.count)}`")
        object.__setattr__(self, "parts", tuple(sorted(self.parts, key=lambda part: part.policy)))

    @property
    def is_classified(self) -> bool:
        """Above the lowest level of any policy that governs the data."""
        return any(part.level.order > 0 for part in self.parts)

    def join(self, other: Label) -> Label:
        """The least label that dominates both: each policy's parts are joined, and every policy stays.

        Law: a clearance that holds every level below its levels dominates ``a.join(b)`` exactly when
        it dominates ``a`` and ``b`` (``tests/laws/test_label_lattice.py``).
        """
        joined: dict[str, PolicyLabel] = {part.policy: part for part in self.parts}
        for part in other.parts:
            joined[part.policy] = joined[part.policy].join(part) if part.policy in joined else part
        return Label(tuple(joined.values()))

    def dominates(self, other: Label) -> bool:
        """Whether ``self`` demands at least all that ``other`` does: the order of the lattice."""
        return self.join(other) == self

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON, with every set sorted; ``Policies.label`` reads it back."""
        return {
            part.policy: {
                "level": part.level.marking,
                "compartments": sorted(part.compartments),
                "releasable_to": (
                    EVERYONE.value if isinstance(part.releasable_to, Everyone) else sorted(part.releasable_to)
                ),
            }
            for part in self.parts
        }


def high_water_mark(labels: Iterable[Label]) -> Label:
    """The join of all labels. Raises ``LabelError`` for none: nothing has no label."""
    found = list(labels)
    if not found:
        raise LabelError("the high-water mark of no labels is not defined")
    return reduce(Label.join, found)


def required(data: Mapping[str, Any], key: str, where: str) -> Any:
    """``data[key]``, or a ``LabelError`` that says what is missing where: no field has a default."""
    if key not in data:
        raise LabelError(f"{where} lacks `{key}`")
    return data[key]
