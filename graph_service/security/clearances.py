"""Clearances: what a reader holds, and the one decision of the whole service.

Trusted base: yes. A clearance lists the levels and categories it holds: nothing is granted by
hierarchy here, only by listing (the access-control decision function of X.841).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service.errors import ClearanceError
from graph_service.security.labels import Category, Label, Level, PolicyLabel, by_tag


@dataclass(frozen=True, slots=True)
class PolicyClearance:
    """What is held under one policy: the listed levels and categories (restrictive and permissive), nothing else."""

    policy: str
    levels: frozenset[Level]
    categories: frozenset[Category] = frozenset()

    def __post_init__(self) -> None:
        strangers = sorted(level.name for level in self.levels if level.policy != self.policy)
        if strangers:
            raise ClearanceError(f"`{strangers[0]}` is not a level of policy `{self.policy}`")


@dataclass(frozen=True, slots=True)
class Clearance:
    """What a reader holds, per policy, with a validity period (both ends included)."""

    parts: tuple[PolicyClearance, ...]
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        policies = [part.policy for part in self.parts]
        if len(set(policies)) != len(policies):
            raise ClearanceError(f"a clearance has one part a policy, not two of `{max(policies, key=policies.count)}`")
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ClearanceError("the clearance ends before it begins")
        object.__setattr__(self, "parts", tuple(sorted(self.parts, key=lambda part: part.policy)))

    def dominates(self, label: Label) -> bool:
        """Whether the holder may read data with this label: every policy of the label must agree.

        For each policy of the label, in this order:
        (1) the clearance has a part for that policy: an equivalent level of another never grants access;
        (2) the level is one of the levels held;
        (3) **all** compartments are held;
        (4) of **each** permissive tag in the label, one recipient is held: of no recipients, none ever is.
        """
        return all(self._dominates_part(part) for part in label.parts)

    def _dominates_part(self, demand: PolicyLabel) -> bool:
        held = self.part(demand.policy)
        if held is None:  # (1)
            return False
        return (
            demand.level in held.levels  # (2)
            and demand.compartments <= held.categories  # (3)
            and all(  # (4)
                any(Category(release.tag, name) in held.categories for name in release.recipients)
                for release in demand.releases
            )
        )

    def part(self, policy: str) -> PolicyClearance | None:
        """What is held under one policy, if anything."""
        return next((part for part in self.parts if part.policy == policy), None)

    def in_force(self, *, on: date) -> bool:
        """Whether the clearance is valid on that day. One that is not in force grants nothing, not even the lowest."""
        return not ((self.valid_from and on < self.valid_from) or (self.valid_until and on > self.valid_until))

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON, with every set sorted; ``Policies.clearance`` reads it back."""
        return {
            "policies": {
                part.policy: {
                    "levels": [level.name for level in sorted(part.levels, key=lambda level: level.order)],
                    "categories": by_tag(part.categories),
                }
                for part in self.parts
            },
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
        }
