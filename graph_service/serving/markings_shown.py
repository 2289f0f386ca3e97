"""Markings as the page shows them: the text, and the colour that the policies give it. Depends on policies alone."""

from __future__ import annotations

from typing import Any

from graph_service.handling import format_marking
from graph_service.handling.colours import Paint, paint
from graph_service.handling.printing import format_part
from graph_service.namespaces import level_iri
from graph_service.security import Label, Level, Policies, PolicyLabel

Json = dict[str, Any]


def shown(label: Label, *, policies: Policies) -> Json:
    """A label's marking with its colour, whole and for each policy.

    The whole has the colour of the part that stands highest on its own scale: levels of two policies can't be compared,
    so this decides nothing but a colour.
    """
    parts = [_part(part, policies) for part in label.parts]
    highest = max(label.parts, key=lambda part: _height(part.level, policies))
    return {
        "marking": format_marking(label, policies=policies),
        **_paint(highest.level, policies),
        "classified": label.is_classified,
        "parts": parts,
    }


def level_shown(level: Level, *, policies: Policies) -> Json:
    """A bare level: its marking, its IRI, its place on the scale (from 0, the lowest) and its colour."""
    titles = policies.policy(level.policy).level_rule(level.name).titles
    return {
        "policy": level.policy,
        "marking": bare_marking(level, policies=policies),
        "iri": level_iri(level.policy, level.name),
        "order": level.order,
        "titles": dict(titles),
        **_paint(level, policies),
    }


def bare_marking(level: Level, *, policies: Policies) -> str:
    return format_part(PolicyLabel(level), policy=policies.policy(level.policy))


def _part(part: PolicyLabel, policies: Policies) -> Json:
    marking = format_marking(Label((part,)), policies=policies)
    return {"policy": part.policy, "marking": marking, "order": part.level.order, **_paint(part.level, policies)}


def _height(level: Level, policies: Policies) -> float:
    """How far up its policy's scale a level stands, 0 to 1."""
    return level.order / max(len(policies.policy(level.policy).scale) - 1, 1)


def _paint(level: Level, policies: Policies) -> Json:
    painted: Paint = paint(policies.policy(level.policy).level_rule(level.name).colour)
    return {"colour": painted.colour, "ink": painted.ink}
