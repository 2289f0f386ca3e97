"""Markings: the text in which labels are shown and written by people.

Trusted base: yes. The form is ``LEVEL//COMPARTMENT, COMPARTMENT//REL TO NLD, FRA``; the parts of a
label of several policies stand side by side, joined by `` + ``. A marking without ``REL TO`` is
releasable to everyone who is otherwise cleared; ``REL TO NOBODY`` is the empty set said aloud.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from graph_service.errors import ClearanceError, LabelError
from graph_service.security.clearances import Clearance, PolicyClearance
from graph_service.security.labels import EVERYONE, Everyone, Label, PolicyLabel, Releasability
from graph_service.security.policy import Policies

_RELEASABLE = "REL TO "
_NOBODY = "NOBODY"


def format_marking(label: Label) -> str:
    """The label's marking; ``parse_marking`` reads it back to an equal label."""
    return " + ".join(_format_part(part) for part in label.parts)


def _format_part(part: PolicyLabel) -> str:
    segments = [part.level.marking]
    if part.compartments:
        segments.append(", ".join(sorted(part.compartments)))
    if not isinstance(part.releasable_to, Everyone):
        segments.append(_RELEASABLE + (", ".join(sorted(part.releasable_to)) or _NOBODY))
    return "//".join(segments)


def parse_marking(text: str, *, policies: Policies) -> Label:
    """The label that a marking states. Raises ``LabelError`` for an unknown level, compartment or affiliation."""
    if not text.strip():
        raise LabelError("the marking is empty: data without a label is refused")
    return Label(tuple(_parse_part(part, policies) for part in text.split("+")))


def _parse_part(text: str, policies: Policies) -> PolicyLabel:
    first, *rest = (segment.strip() for segment in text.split("//"))
    level = policies.level(first)
    policy = policies.policy(level.policy)
    compartments: frozenset[str] = frozenset()
    releasable_to: Releasability = EVERYONE
    for segment in rest:
        if segment.upper().startswith(_RELEASABLE):
            if releasable_to is not EVERYONE:
                raise LabelError(f"the marking `{text.strip()}` states `REL TO` twice")
            names = _names(segment[len(_RELEASABLE) :])
            releasable_to = frozenset() if names == {_NOBODY} else policy.check_affiliations(names)
        else:
            compartments |= policy.check_compartments(_names(segment))
    return PolicyLabel(level=level, compartments=compartments, releasable_to=releasable_to)


def _names(segment: str) -> frozenset[str]:
    names = frozenset(name.strip().upper() for name in segment.split(","))
    if "" in names:
        raise LabelError("a marking has an empty part: remove the spare `//` or comma")
    return names


def clearance_from_markings(
    markings: Iterable[str],
    *,
    policies: Policies,
    compartments: Iterable[str] = (),
    affiliation: str | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Clearance:
    """The clearance that bare levels state: each holds that level and all below it of its policy.

    ``compartments`` are written ``POLICY:NAME``. Raises ``ClearanceError`` for a marking that is more
    than a level (compartments and releasability belong to labels), for two levels of one policy, for
    unknown names, and for an affiliation that no policy knows.
    """
    held: dict[str, PolicyClearance] = {}
    try:
        for text in markings:
            level = policies.level(text)
            if level.policy in held:
                raise ClearanceError(f"two levels of policy `{level.policy}` are given: name the highest only")
            levels = policies.policy(level.policy).up_to(level)
            held[level.policy] = PolicyClearance(level.policy, levels, frozenset())
        for name in compartments:
            policy_id, _, compartment = name.partition(":")
            if policy_id not in held:
                raise ClearanceError(f"compartment `{name}`: write it as POLICY:NAME, with a level held in that policy")
            known = policies.policy(policy_id).check_compartments([compartment])
            part = held[policy_id]
            held[policy_id] = PolicyClearance(policy_id, part.levels, part.compartments | known)
    except LabelError as error:
        raise ClearanceError(error.public) from error
    return Clearance(tuple(held.values()), policies.check_affiliation(affiliation), valid_from, valid_until)
