"""Equivalence: what a level of one policy is handled as in another. It never grants access.

Trusted base: yes. The relation is partial, directed, dated and sourced: each row says on what it rests, and where no
row is in force the answer is a refusal, not a guess. It serves display and handling, such as "Vertrouwelijk or higher".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from graph_service.errors import LabelError
from graph_service.security.labels import Category, Label, Level, PolicyLabel
from graph_service.security.policies import Policies
from graph_service.security.policy import (
    CategoryRule,
    ForeignCategory,
    ForeignLevel,
    SecurityPolicy,
    Source,
    categories_of,
    fold,
)


class EquivalenceUnknown(LabelError):
    """No row says what the level is in the other policy: a person decides, not this program."""


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A level of a policy here is handled as ``name`` of ``policy``, which need not be a policy here."""

    level: Level
    policy: str
    name: str
    source: Source
    valid_from: date | None
    valid_until: date | None
    note: str
    adds: tuple[ForeignCategory, ...] = ()


def equivalents(level: Level, *, policies: Policies, on: date) -> list[Equivalent]:
    """Every level of another policy that this one is handled as on that day, by policy, where the rows agree."""
    said = _said(level, policies, on)
    return [rows[0] for policy, rows in sorted(said.items()) if _agree(level, policy, rows, policies, on)]


def equivalent(level: Level, policy: str, *, policies: Policies, on: date) -> Equivalent:
    """What the level is handled as under another policy. Raises ``EquivalenceUnknown``, with its ground."""
    rows = _said(level, policies, on).get(policy, [])
    if rows and _agree(level, policy, rows, policies, on):
        return rows[0]
    none = _known_none(level, policy, policies, on)
    if rows:
        names = sorted({f"`{row.name}`" for row in rows} | ({"none"} if none else set()))
        raise EquivalenceUnknown(
            f"`{level.name}` of `{level.policy}` is {' and '.join(names)} under `{policy}`, by rows that contradict "
            "each other: ask who is responsible"
        )
    ground = f" ({none[0].note or none[0].source.text})" if none else ""
    raise EquivalenceUnknown(
        f"it is not known what `{level.name}` of `{level.policy}` is under `{policy}`{ground}: ask who is responsible"
    )


def contradicted(level: Level, *, policies: Policies, on: date) -> list[str]:
    """The policies of which the rows say more than one thing."""
    said = _said(level, policies, on)
    return [policy for policy, rows in sorted(said.items()) if not _agree(level, policy, rows, policies, on)]


def _said(level: Level, policies: Policies, on: date) -> dict[str, list[Equivalent]]:
    """Every row that says something of the level, by the other policy; the level's own policy speaks first."""
    said: dict[str, list[Equivalent]] = {}
    for found in (*_outward(level, policies, on), *_inward(level, policies, on)):
        said.setdefault(found.policy, []).append(found)
    return said


def _agree(level: Level, policy: str, rows: list[Equivalent], policies: Policies, on: date) -> bool:
    return len({row.name for row in rows}) == 1 and not _known_none(level, policy, policies, on)


def _known_none(level: Level, policy: str, policies: Policies, on: date) -> list[ForeignLevel]:
    """The rows in which the level's own policy says that the other one has no such level."""
    there = policies.versions.get(policy)
    return [
        row
        for row in policies.version(level.policy, on=on).equivalents
        if (row.level, row.lacv) == (level.name, "")
        and row.in_force(on)
        and (row.policy == there[0].oid if there else row.policy_name == policy)
    ]


def _outward(level: Level, policies: Policies, on: date) -> Iterator[Equivalent]:
    """The rows of the level's own policy: what may stand for it elsewhere."""
    for row in policies.version(level.policy, on=on).equivalents:
        if row.level == level.name and row.outward and row.lacv and row.in_force(on):
            there = policies.by_oid(row.policy)
            name = _name_there(row, there)
            if name:
                yield Equivalent(
                    level,
                    there.id if there else row.policy_name,
                    name,
                    row.source,
                    row.valid_from,
                    row.valid_until,
                    row.note,
                    row.adds,
                )


def _inward(level: Level, policies: Policies, on: date) -> Iterator[Equivalent]:
    """The rows of other policies here: what they take this level for."""
    own = policies.policy(level.policy)
    for newest in policies.newest:
        try:
            other = policies.version(newest.id, on=on)
        except LabelError:
            continue
        for row in other.equivalents:
            if row.policy == own.oid and row.inward and row.in_force(on) and _name_there(row, own) == level.name:
                yield Equivalent(level, other.id, row.level, row.source, row.valid_from, row.valid_until, row.note)


def _name_there(row: ForeignLevel, there: SecurityPolicy | None) -> str:
    """The name of the row's foreign level: of the policy where it is here, else as the row calls it."""
    if there is None:
        return row.name
    return next((rule.level.name for rule in there.scale if rule.lacv == row.lacv), "")


def foreign_level(name: str, *, policies: Policies) -> list[Equivalent]:
    """What a level of a policy that is not here is handled as in those that are, to refuse its marking well."""
    found = []
    for policy in policies.newest:
        for row in policy.equivalents:
            called = {fold(said) for said in row.name.split(" / ")}
            if row.lacv and fold(name) in called and policies.by_oid(row.policy) is None:
                level = Level(row.policy_name, 0, row.name)
                dates = (row.valid_from, row.valid_until)
                found.append(Equivalent(level, policy.id, row.level, row.source, *dates, row.note))
    return found


def translated(part: PolicyLabel, policy: str, *, policies: Policies, on: date) -> PolicyLabel:
    """The label's part as it would be written under another policy, for display beside the original.

    Every category must have an equivalent there or be left out on purpose by its policy. Raises
    ``EquivalenceUnknown`` otherwise: a translation that loses a restriction is worse than none.
    """
    own, there = policies.version(part.policy, on=on), policies.policy(policy)
    found = equivalent(part.level, policy, policies=policies, on=on)
    wanted = [*found.adds, *own.added_for.get(there.oid, ())]
    rules = {rule.category: rule for tag in own.tags for rule in tag.rules.values()}
    for category in sorted(categories_of(part)):
        rule = rules.get(category)
        here = _here(rule, there) if rule else []
        if not here and not (rule and there.oid in rule.discarded_for):
            raise EquivalenceUnknown(f"it is not known what `{category.name}` of `{part.policy}` is under `{policy}`")
        wanted += here
    for release in part.releases:
        if not release.recipients:
            raise EquivalenceUnknown(f"`{policy}` has no way to say that nobody of `{part.policy}` may receive it")
        left = [rules[Category(release.tag, name)] for name in release.recipients]
        if all(there.oid in rule.discarded_for and not _here(rule, there) for rule in left):
            raise EquivalenceUnknown(f"nobody of `{release.tag}` of `{part.policy}` has an equivalent under `{policy}`")
    return there.label(there.level(found.name), frozenset(_category_there(foreign, there) for foreign in wanted))


def _here(rule: CategoryRule, there: SecurityPolicy) -> list[ForeignCategory]:
    return [foreign for foreign in rule.equivalents if foreign.policy == there.oid]


def _category_there(foreign: ForeignCategory, there: SecurityPolicy) -> Category:
    """The category that a reference means in the other policy. Raises ``EquivalenceUnknown``: none is ever dropped."""
    for tag in there.tags:
        same_kind = (tag.type, tag.enumerated) == (foreign.type, foreign.enumerated)
        if same_kind and foreign.tag_set in {tag.tag_set_id, tag.tag_set}:
            for rule in tag.rules.values():
                if rule.lacv == foreign.lacv:
                    return rule.category
    raise EquivalenceUnknown(f"policy `{there.id}` has no category {foreign.lacv} in `{foreign.tag_set}`")


def at_least(label: Label, level: Level, *, policies: Policies, on: date) -> bool:
    """Whether any part of the label is handled as that level or higher: for handling rules, never for access.

    Raises ``EquivalenceUnknown`` where that hangs on a part of which it is not known.
    """
    unknown: EquivalenceUnknown | None = None
    for part in label.parts:
        try:
            if part.level.order == 0 and level.order > 0:
                continue  # what no policy classifies is not above the lowest step of another
            if part.policy == level.policy:
                own = part.level
            else:
                found = equivalent(part.level, level.policy, policies=policies, on=on)
                own = policies.policy(level.policy).level(found.name)
            if own.order >= level.order:
                return True
        except EquivalenceUnknown as error:
            unknown = error
    if unknown:
        raise unknown
    return False
