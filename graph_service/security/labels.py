"""Labels: what a portion of data demands of its reader.

Trusted base: yes. A label holds one part for each policy that governs the data, so labels form a
product lattice without a bottom: there is no empty label, because data that nobody labelled is
refused, not public.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from typing import Any

from graph_service.errors import LabelError


class Everyone(Enum):
    """The one value that says "releasable to everyone" aloud. An empty set of recipients means nobody."""

    EVERYONE = "EVERYONE"


EVERYONE = Everyone.EVERYONE


@dataclass(frozen=True, slots=True, order=True)
class Category:
    """One value of one tag of a policy, such as ``NLD`` of ``Releasable To``. Source: X.841, security category."""

    tag: str
    name: str


@dataclass(frozen=True, slots=True)
class Release:
    """Who may receive under one permissive tag: one of the recipients suffices, and none at all is nobody."""

    tag: str
    recipients: frozenset[str]


Releasability = frozenset[Release] | Everyone
"""Every tag in it must let the reader in. No restriction is ``EVERYONE``, never an empty set."""


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a policy's ordered scale. ``order`` counts from 0, the lowest."""

    policy: str
    order: int
    name: str

    def __post_init__(self) -> None:
        if self.order < 0:
            raise LabelError(f"the order of level `{self.name}` is below 0: count from 0, the lowest")


@dataclass(frozen=True, slots=True)
class PolicyLabel:
    """What one policy demands.

    ``level``          the step of its scale
    ``compartments``   restrictive categories: **all** must be held
    ``releasable_to``  permissive categories: **one** of each tag must be held
    ``informative``    handling remarks: they are shown and joined, and never decide
    """

    level: Level
    compartments: frozenset[Category] = frozenset()
    releasable_to: Releasability = EVERYONE
    informative: frozenset[Category] = frozenset()

    def __post_init__(self) -> None:
        if isinstance(self.releasable_to, Everyone):
            return
        tags = [release.tag for release in self.releasable_to]
        if not tags:
            raise LabelError("who may receive is empty: say EVERYONE, or name a tag with no recipients for nobody")
        if len(set(tags)) != len(tags):
            raise LabelError(f"a label has one set of recipients a tag, not two of `{max(tags, key=tags.count)}`")

    @property
    def policy(self) -> str:
        return self.level.policy

    @property
    def releases(self) -> frozenset[Release]:
        """The tags that restrict who may receive; empty where nothing does."""
        return frozenset() if isinstance(self.releasable_to, Everyone) else self.releasable_to

    def join(self, other: PolicyLabel) -> PolicyLabel:
        """The least demand of the same policy that covers both.

        Compartments unite because all are needed. Recipients intersect because each part must be
        releasable to the reader; an empty intersection stays empty and means nobody: dropping it,
        as published dominant-label rules do (ADatP-4774.1 §4.4), would widen access.
        """
        if self.policy != other.policy:
            raise LabelError(f"`{self.policy}` and `{other.policy}` are two policies: join labels, not their parts")
        return PolicyLabel(
            level=max(self.level, other.level, key=lambda level: level.order),
            compartments=self.compartments | other.compartments,
            releasable_to=_both(self.releasable_to, other.releasable_to),
            informative=self.informative | other.informative,
        )

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON, with every set sorted; ``Policies.label`` reads it back."""
        releases = sorted(self.releases, key=lambda release: release.tag)
        return {
            "level": self.level.name,
            "compartments": by_tag(self.compartments),
            "releasable_to": {r.tag: sorted(r.recipients) for r in releases} or EVERYONE.value,
            "informative": by_tag(self.informative),
        }


def _both(a: Releasability, b: Releasability) -> Releasability:
    if isinstance(a, Everyone) or isinstance(b, Everyone):
        return b if isinstance(a, Everyone) else a
    recipients: dict[str, frozenset[str]] = {release.tag: release.recipients for release in a}
    for release in b:
        recipients[release.tag] = recipients.get(release.tag, release.recipients) & release.recipients
    return frozenset(Release(tag, names) for tag, names in recipients.items())


def by_tag(categories: Iterable[Category]) -> dict[str, list[str]]:
    """Categories as plain data: the names of each tag, all sorted."""
    found: dict[str, list[str]] = {}
    for category in sorted(categories):
        found.setdefault(category.tag, []).append(category.name)
    return found


@dataclass(frozen=True, slots=True)
class Label:
    """A part for each governing policy, sorted by policy; at least one, and one a policy."""

    parts: tuple[PolicyLabel, ...]
    _hash: int = field(init=False, repr=False, compare=False)  # once: labels are looked up for every portion

    def __post_init__(self) -> None:
        policies = [part.policy for part in self.parts]
        if not policies:
            raise LabelError("a label names at least one policy: data without a label is refused")
        if len(set(policies)) != len(policies):
            raise LabelError(f"a label has one part a policy, not two of `{max(policies, key=policies.count)}`")
        object.__setattr__(self, "parts", tuple(sorted(self.parts, key=lambda part: part.policy)))
        object.__setattr__(self, "_hash", hash(self.parts))

    def __hash__(self) -> int:
        return self._hash

    @property
    def is_classified(self) -> bool:
        """Above the lowest level of any policy that governs the data."""
        return any(part.level.order > 0 for part in self.parts)

    def join(self, other: Label) -> Label:
        """The least label that dominates both: each policy's parts are joined, and every policy stays.

        Law: who dominates ``a.join(b)`` dominates ``a`` and ``b``; and the other way round for a clearance that
        holds every level below its levels and one value of each permissive tag (``tests/laws``).
        """
        joined: dict[str, PolicyLabel] = {part.policy: part for part in self.parts}
        for part in other.parts:
            joined[part.policy] = joined[part.policy].join(part) if part.policy in joined else part
        return Label(tuple(joined.values()))

    def dominates(self, other: Label) -> bool:
        """Whether ``self`` demands at least all that ``other`` does: the order of the lattice."""
        return self.join(other) == self

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON by policy; ``Policies.label`` reads it back."""
        return {part.policy: part.to_data() for part in self.parts}


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
