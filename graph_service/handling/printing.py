"""Printing markings: the text in which labels are shown, on the page and in front of a portion.

Each policy says how its levels and categories are printed, in which languages. A label of several policies is all of
its parts, joined by `` + ``; a tag that nobody may receive under says ``NOBODY``. Pure; decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph_service.security.clearances import PolicyClearance
from graph_service.security.labels import Label, PolicyLabel
from graph_service.security.policies import Policies
from graph_service.security.policy import NOBODY, SecurityPolicy, Tag, categories_of
from graph_service.security.wording import Place, Wording

BETWEEN_POLICIES = " + "


@dataclass(frozen=True, slots=True)
class At:
    """One language and place of a policy's wording."""

    policy: SecurityPolicy
    language: str
    place: Place

    def phrase(self, wording: Wording, name: str) -> str:
        return wording.phrase(name, language=self.language, place=self.place) or ""

    def policy_phrase(self, wording: Wording) -> str | None:
        return wording.policy_phrase(language=self.language, place=self.place)

    def suppresses(self, wording: Wording) -> bool:
        return wording.suppresses_class(language=self.language, place=self.place)

    def text(self, wording: Wording, kind: str, default: str = "") -> str:
        return wording.qualifier(kind, language=self.language, place=self.place, default=default)

    @property
    def between(self) -> str:
        return self.text(self.policy.wording, "separator", " ")


def format_marking(label: Label, *, policies: Policies, language: str = "", place: Place = Place.BANNER) -> str:
    """The label's marking. ``language`` is a tag such as ``fr-CA``: the nearest that the policy speaks is taken."""
    return BETWEEN_POLICIES.join(
        format_part(part, policy=_knows(part, policies), language=language, place=place) for part in label.parts
    )


def _knows(part: PolicyLabel, policies: Policies) -> SecurityPolicy:
    """The newest version that has all of the part's categories: an old label may name some that are gone."""
    for policy in policies.versions[part.policy]:
        if categories_of(part) <= {category for tag in policy.tags for category in tag.categories}:
            return policy
    return policies.policy(part.policy)


def format_part(part: PolicyLabel, *, policy: SecurityPolicy, language: str = "", place: Place = Place.BANNER) -> str:
    """One policy's marking: policy, level, then each tag in the policy's order. Source: SPIF 2.1, marking data."""
    at, level = At(policy, language, place), policy.level_rule(part.level.name)
    present = categories_of(part)
    wordings = [rule.wording for tag in policy.tags for rule in tag.rules.values() if rule.category in present]
    words = [policy_words(at, level.wording, wordings)]
    if not any(at.suppresses(wording) for wording in wordings):
        words.append(at.phrase(level.wording, part.level.name))
    words += [_tag_words(at, tag, part) for tag in policy.tags]
    gone = present - {category for tag in policy.tags for category in tag.categories}
    # a banner over labels of two versions: no version has all their words, and an unsaid restriction would be lost
    words += [f"{category.tag}: {category.name}" for category in sorted(gone, key=lambda one: (one.tag, one.name))]
    text = at.between.join(word for word in words if word)
    return at.text(policy.wording, "prefix") + text + at.text(policy.wording, "suffix")


def format_clearance_part(held: PolicyClearance, *, policy: SecurityPolicy, language: str = "") -> str:
    """One policy's part of a clearance: ``{level|level}``, then the categories held, tag by tag."""
    at = At(policy, language, Place.BANNER)
    levels = "|".join(rule.level.name for rule in policy.scale if rule.level in held.levels)
    words = ["{" + levels + "}"]
    words += [
        _listed(at, tag, {category.name for category in held.categories if category.tag == tag.key})
        for tag in policy.tags
    ]
    text = at.between.join(word for word in words if word)
    return at.text(policy.wording, "prefix") + text + at.text(policy.wording, "suffix")


def policy_words(at: At, level: Wording, categories: Iterable[Wording]) -> str:
    """The policy's name, or what the policy, the level or a category puts in its place."""
    for wording in (at.policy.wording, level, *categories):
        phrase = at.policy_phrase(wording)
        if phrase is not None:
            return phrase
    return at.policy.id


def _tag_words(at: At, tag: Tag, part: PolicyLabel) -> str:
    if any(release.tag == tag.key and not release.recipients for release in part.releases):
        return nobody_prefix(at, tag) + NOBODY + at.text(tag.wording, "suffix")
    return _listed(at, tag, {category.name for category in categories_of(part) if category.tag == tag.key})


def nobody_prefix(at: At, tag: Tag) -> str:
    """What stands before NOBODY: without a prefix of its own, the tag is named."""
    return at.text(tag.wording, "prefix") or f"{tag.key}: "


def _listed(at: At, tag: Tag, names: set[str]) -> str:
    """A tag's categories with what stands around them: a group in place of its members where all are there."""
    whole = {name: members for name, members in tag.groups.items() if members <= names}
    groups = [name for name, members in whole.items() if not any(members < other for other in whole.values())]
    grouped = frozenset[str]().union(*(tag.groups[name] for name in groups))
    alone = [at.phrase(rule.wording, name) for name, rule in tag.rules.items() if name in names - grouped]
    phrases = [phrase for phrase in (*groups, *alone) if phrase]
    if not phrases:
        return ""
    between = at.text(tag.wording, "separator", "/") or "/"
    return at.text(tag.wording, "prefix") + between.join(phrases) + at.text(tag.wording, "suffix")
