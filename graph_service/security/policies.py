"""All policies of an installation: which there are, in which versions, and labels and clearances as plain data.

Trusted base: yes. A policy may be there in several versions, because a label is judged by the version it was set
under; they share one scale, so that a label of one version and a clearance of another can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service.errors import ClearanceError, LabelError, PolicyError
from graph_service.security.clearances import Clearance, PolicyClearance
from graph_service.security.labels import EVERYONE, Category, Label, PolicyLabel, Releasability, Release, required
from graph_service.security.policy import SecurityPolicy, Tag, TagType

_TYPES = {"compartments": TagType.RESTRICTIVE, "releasable_to": TagType.PERMISSIVE, "informative": TagType.INFORMATIVE}


@dataclass(frozen=True, eq=False)
class Policies:
    """Every policy by id, the version in force first. An unknown policy, level or category is refused.

    Two are never compared, so that one can be the key of a cache.
    """

    versions: Mapping[str, tuple[SecurityPolicy, ...]]

    @classmethod
    def of(cls, policies: Iterable[SecurityPolicy], *, on: date = date.max) -> Policies:
        """Put them together, for use on a day. Raises ``PolicyError`` if two can't stand side by side.

        A version that is not in force yet is known, and comes last: nothing is worded or held by it.
        """
        by_id: dict[str, list[SecurityPolicy]] = {}
        for policy in policies:
            by_id.setdefault(policy.id, []).append(policy)
        if not by_id:
            raise PolicyError("there is no security policy: nothing can be labelled")
        oids: dict[str, str] = {}
        for policy_id, found in by_id.items():
            begins = {policy.version: policy.in_force_from or date.min for policy in found}
            found.sort(key=lambda policy: (begins[policy.version] <= on, begins[policy.version]), reverse=True)
            for older in found[1:]:
                _one_scale(found[0], older)
            if oids.setdefault(found[0].oid, policy_id) != policy_id:
                raise PolicyError(f"policies `{policy_id}` and `{oids[found[0].oid]}` have one identifier")
        return cls({policy_id: tuple(by_id[policy_id]) for policy_id in sorted(by_id)})

    @property
    def newest(self) -> tuple[SecurityPolicy, ...]:
        """Each policy in its newest version that is in force, by id."""
        return tuple(found[0] for found in self.versions.values())

    def policy(self, policy_id: str) -> SecurityPolicy:
        """The newest version of this policy that is in force, or will be."""
        if policy_id not in self.versions:
            raise LabelError(f"`{policy_id}` is not a known policy")
        return self.versions[policy_id][0]

    def by_oid(self, oid: str) -> SecurityPolicy | None:
        return next((policy for policy in self.newest if policy.oid == oid), None)

    def version(self, policy_id: str, *, name: str = "", on: date | None = None) -> SecurityPolicy:
        """The version of this name, or else the one in force on that day. Raises ``LabelError`` if there is none."""
        self.policy(policy_id)
        for policy in self.versions[policy_id]:
            if name and policy.version != name:
                continue
            if name or on is None or (policy.in_force_from or date.min) <= on <= (policy.in_force_until or date.max):
                return policy
        raise LabelError(f"policy `{policy_id}` has no version {f'`{name}`' if name else f'in force on {on}'} here")

    def label(self, data: Mapping[str, Any]) -> Label:
        """The label that ``Label.to_data`` wrote. Every field is required; unknown terms are refused."""
        try:
            return Label(tuple(self._policy_label(policy_id, part) for policy_id, part in data.items()))
        except (TypeError, AttributeError) as error:
            raise LabelError(f"a label is a table of policies, each with level, {', '.join(_TYPES)}") from error

    def _policy_label(self, policy_id: str, part: Mapping[str, Any]) -> PolicyLabel:
        where = f"the label's part of policy `{policy_id}`"
        given = {field: required(part, field, where) for field in _TYPES}
        released = given["releasable_to"]
        if released == EVERYONE.value:
            releases: Releasability = EVERYONE
        else:
            releases = frozenset(
                Release(
                    tag, frozenset(category.name for category in self._known(policy_id, tag, names, "releasable_to"))
                )
                for tag, names in released.items()
            )
        return PolicyLabel(
            level=self.policy(policy_id).level(required(part, "level", where)),
            compartments=self._all_known(policy_id, given["compartments"], "compartments"),
            releasable_to=releases,
            informative=self._all_known(policy_id, given["informative"], "informative"),
        )

    def _all_known(self, policy_id: str, by_tag: Mapping[str, Iterable[str]], field: str) -> frozenset[Category]:
        return frozenset(c for tag, names in by_tag.items() for c in self._known(policy_id, tag, names, field))

    def _known(self, policy_id: str, key: str, names: Iterable[str], field: str) -> frozenset[Category]:
        """Each category by the newest version that knows it: a label lives longer than the version it was set under."""
        versions, in_clearance = self.versions[self.policy(policy_id).id], field == "categories"
        tags = [(policy, tag) for policy in versions for tag in policy.tags if tag.key == key]
        if not tags:
            raise LabelError(f"`{key}` is not a tag of policy `{policy_id}`")
        kind = tags[0][1].type
        if kind is not _TYPES.get(field, kind) or (in_clearance and kind is TagType.INFORMATIVE):
            raise LabelError(f"`{key}` of policy `{policy_id}` is {kind.value}: it is none of {field}")
        if isinstance(names, str):
            raise LabelError(f"the categories of `{key}` are a list, not one text")
        found: set[Category] = set()
        for name in names:
            policy, tag = next((known for known in tags if known[1].knows(name)), tags[0])
            # SECURITY: nobody holds a group, or they would be a national of each of its members.
            found |= policy.categories(tag, [name], groups=not in_clearance)
        return frozenset(found)

    def clearance(self, data: Mapping[str, Any]) -> Clearance:
        """The clearance that ``Clearance.to_data`` wrote: it holds just what it lists."""
        try:
            parts = tuple(
                PolicyClearance(
                    policy=policy_id,
                    levels=frozenset(known.level(name) for name in part["levels"]),
                    categories=self._all_known(policy_id, part["categories"], "categories"),
                )
                for policy_id, part in data["policies"].items()
                for known in (self.policy(policy_id),)
            )
            return Clearance(parts, _day(data["valid_from"]), _day(data["valid_until"]))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ClearanceError(
                "the clearance lacks a field or has one of the wrong kind", detail=str(error)
            ) from error
        except LabelError as error:
            raise ClearanceError(error.public) from error


def _one_scale(newest: SecurityPolicy, older: SecurityPolicy) -> None:
    """Two versions of a policy must agree on the scale and on what each tag is for."""
    if newest.oid != older.oid:
        raise PolicyError(f"policy `{newest.id}` has two identifiers, {newest.oid} and {older.oid}")
    if newest.version == older.version:
        raise PolicyError(f"policy `{newest.id}` version `{newest.version}` is given twice")
    if newest.levels != older.levels:
        raise PolicyError(
            f"policy `{newest.id}`: versions `{newest.version}` and `{older.version}` have different levels; "
            "keep the levels of old versions in the new one, marked obsolete, or give the policy another identifier"
        )
    types = {tag.key: tag.type for tag in newest.tags}
    for tag in older.tags:
        if types.get(tag.key, tag.type) is not tag.type:
            raise PolicyError(f"policy `{newest.id}`: `{tag.key}` is of another type in version `{older.version}`")


def _is_held(tag: Tag) -> bool:
    """Whether a clearance can hold the tag's categories: what only informs is nothing to hold."""
    return tag.type is not TagType.INFORMATIVE


def everything(policies: Policies) -> Clearance:
    """The clearance that holds all there is: for whoever may read the policy files themselves."""
    return Clearance(
        tuple(
            PolicyClearance(
                policy_id,
                frozenset(versions[0].levels),
                frozenset(c for policy in versions for tag in policy.tags for c in tag.categories if _is_held(tag)),
            )
            for policy_id, versions in policies.versions.items()
        )
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None
