"""Validity: is this combination legal under the policy? Apart from access: an invalid label still protects.

Trusted base: yes. The join of valid labels need not be valid (a recipient may be excluded at the higher level), so
validity is asked of what people and documents state, never of what the lattice computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from graph_service.security.labels import Category, Label, PolicyLabel
from graph_service.security.policies import Policies
from graph_service.security.policy import CategoryRule, Requirement, SecurityPolicy, TagType, categories_of


def invalidity(label: Label, *, policies: Policies, on: date) -> list[str]:
    """Why the label can't be set on that day, one reason a rule that it breaks; none if it is valid."""
    reasons = []
    for part in label.parts:
        policy = policies.version(part.policy, on=on)
        reasons += [f"{policy.id}: {reason}" for reason in broken_rules(part, policy=policy, on=on)]
    return reasons


def broken_rules(part: PolicyLabel, *, policy: SecurityPolicy, on: date) -> Iterator[str]:
    """The rules of this version of the policy that the part breaks, in words."""
    level, present = policy.level_rule(part.level.name), categories_of(part)
    if level.obsolete:
        yield f"level `{part.level.name}` is no longer in use"
    for requirement in level.required:
        if not requirement.met_by(present):
            yield f"level `{part.level.name}` needs {_told(requirement)}"
    for tag in policy.tags:
        chosen = {category.name for category in present if category.tag == tag.key}
        # A tag with recipients that are none is stricter than any selection: no limit forbids it.
        empty = tag.type is TagType.PERMISSIVE and _is_nobody(part, tag.key)
        if not empty and tag.least and len(chosen) < tag.least:
            yield f"`{tag.key}` needs at least {tag.least} of its categories"
        if tag.most is not None and len(chosen) > tag.most:
            yield f"`{tag.key}` allows {tag.most} of its categories at most"
        for name in sorted(chosen):
            if name not in tag.rules:
                yield f"`{name}` is not a category of `{tag.key}` in version `{policy.version}`"
            else:
                yield from _broken(tag.rules[name], part.level.name, present, on)
    known = {tag.key for tag in policy.tags}
    yield from (f"`{c.tag}` is not a tag in version `{policy.version}`" for c in sorted(present) if c.tag not in known)


def _broken(rule: CategoryRule, level: str, present: frozenset[Category], on: date) -> Iterator[str]:
    name = rule.category.name
    if rule.obsolete:
        yield f"`{name}` is no longer in use"
    if rule.not_before and on < rule.not_before:
        yield f"`{name}` is in use from {rule.not_before} only"
    if rule.not_after and on > rule.not_after:
        yield f"`{name}` was in use until {rule.not_after}"
    if level in rule.excluded_levels:
        yield f"`{name}` can't stand with level `{level}`"
    if rule.required_levels and level not in rule.required_levels:
        yield f"`{name}` stands with level {' or '.join(f'`{wanted}`' for wanted in sorted(rule.required_levels))} only"
    yield from (f"`{name}` can't stand with `{other.name}`" for other in sorted(rule.excluded & present))
    yield from (f"`{name}` needs {_told(need)}" for need in rule.required if not need.met_by(present))


def _is_nobody(part: PolicyLabel, tag: str) -> bool:
    return any(release.tag == tag and not release.recipients for release in part.releases)


def _told(requirement: Requirement) -> str:
    words = {"onlyOne": "exactly one of", "oneOrMore": "one or more of", "all": "all of"}
    names = [" or ".join(f"`{category.name}`" for category in sorted(group)) for group in requirement.groups]
    return f"{words[requirement.operation.value]} {', '.join(names)}"
