"""Security policies as data: the only maker of labels and clearances from names.

Trusted base: yes. A policy arrives here as plain data (read from a file elsewhere), is checked
once, and from then on a ``Level`` or a ``Label`` can be trusted. Unknown terms are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from graph_service.errors import ClearanceError, LabelError, PolicyError
from graph_service.security.clearances import Clearance, PolicyClearance
from graph_service.security.labels import EVERYONE, Label, Level, PolicyLabel, Releasability, required


@dataclass(frozen=True, slots=True)
class SecurityPolicy:
    """One policy: its levels from low to high, its compartments and the affiliations it can name.

    ``names`` and ``level_names`` are display names by language tag; ``aliases`` are further
    spellings of a marking, folded, mapped to the level.
    """

    id: str
    version: str
    names: Mapping[str, str]
    levels: tuple[Level, ...]
    level_names: Mapping[str, Mapping[str, str]]
    state_secrets: frozenset[str]
    aliases: Mapping[str, Level]
    compartments: Mapping[str, Mapping[str, str]]
    affiliations: frozenset[str]
    sources: tuple[str, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> SecurityPolicy:
        """Check and freeze one policy file's data. Raises ``PolicyError`` with what is wrong and where."""
        try:
            return _policy(data)
        except (KeyError, TypeError, AttributeError) as error:
            raise PolicyError(
                f"policy `{data.get('id', '?')}`: a field is missing or of the wrong kind ({error})"
            ) from error

    def level(self, name: str) -> Level:
        """The level with this marking or alias, in any case of letters. Raises ``LabelError`` if unknown."""
        found = self.aliases.get(fold(name))
        if found is None:
            raise LabelError(f"`{name}` is not a level of policy `{self.id}`")
        return found

    def up_to(self, top: Level) -> frozenset[Level]:
        """That level and all below it."""
        return frozenset(level for level in self.levels if level.order <= top.order)

    def check_compartments(self, names: Iterable[str]) -> frozenset[str]:
        return _known(names, known=self.compartments, what="compartment", policy=self.id)

    def check_affiliations(self, names: Iterable[str]) -> frozenset[str]:
        return _known(names, known=self.affiliations, what="affiliation", policy=self.id)


def fold(text: str) -> str:
    """One spelling for comparison: white space collapsed, case folded."""
    return " ".join(text.split()).casefold()


def _known(names: Iterable[str], *, known: Iterable[str], what: str, policy: str) -> frozenset[str]:
    if isinstance(names, str):
        raise LabelError(f"the {what}s of policy `{policy}` are a list, not one text")
    wanted = frozenset(names)
    unknown = sorted(wanted - frozenset(known))
    if unknown:
        article = "an" if what[0] in "aeiou" else "a"
        raise LabelError(f"`{unknown[0]}` is not {article} {what} of policy `{policy}`")
    return wanted


def _policy(data: Mapping[str, Any]) -> SecurityPolicy:
    policy_id = str(data["id"])
    levels = tuple(Level(policy_id, order, str(entry["marking"])) for order, entry in enumerate(data["level"]))
    if not levels:
        raise PolicyError(f"policy `{policy_id}` has no levels")
    aliases: dict[str, Level] = {}
    for level, entry in zip(levels, data["level"], strict=True):
        for name in (level.marking, *entry.get("aliases", ())):
            if "//" in name or "+" in name:
                raise PolicyError(f"policy `{policy_id}`: `//` and `+` have a meaning in markings, see `{name}`")
            if aliases.setdefault(fold(name), level) != level:
                raise PolicyError(f"policy `{policy_id}`: `{name}` names two levels")
    names = [str(entry["name"]) for entry in data.get("compartment", ())] + list(data.get("affiliations", ()))
    for name in names:
        if name != name.upper() or set(name) & set(",/+:") or name in {"", "NOBODY"} or name.startswith("REL TO "):
            raise PolicyError(
                f"policy `{policy_id}`: write `{name}` in capitals, without `,` `/` `+` `:`, and not as `NOBODY` or "
                "`REL TO …`: it must read back from a marking"
            )
    return SecurityPolicy(
        id=policy_id,
        version=str(data["version"]),
        names=dict(data["names"]),
        levels=levels,
        level_names={level.marking: dict(entry["names"]) for level, entry in zip(levels, data["level"], strict=True)},
        state_secrets=frozenset(str(entry["marking"]) for entry in data["level"] if entry.get("state_secret")),
        aliases=aliases,
        compartments={str(entry["name"]): dict(entry["names"]) for entry in data.get("compartment", ())},
        affiliations=frozenset(data.get("affiliations", ())),
        sources=tuple(data.get("sources", ())),
    )


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies of an installation, by id. A marking names one level of one policy, or it is refused."""

    by_id: Mapping[str, SecurityPolicy]
    _levels: Mapping[str, Level] = field(repr=False)

    @classmethod
    def from_data(cls, files: Iterable[Mapping[str, Any]]) -> Policies:
        """Read every policy. Raises ``PolicyError`` if two share an id or a marking."""
        by_id: dict[str, SecurityPolicy] = {}
        levels: dict[str, Level] = {}
        for policy in map(SecurityPolicy.from_data, files):
            if policy.id in by_id:
                raise PolicyError(f"policy `{policy.id}` is given twice")
            by_id[policy.id] = policy
            for name, level in policy.aliases.items():
                if levels.setdefault(name, level) != level:
                    raise PolicyError(f"`{name}` is a level of `{policy.id}` and of `{levels[name].policy}`")
        if not by_id:
            raise PolicyError("there is no security policy: nothing can be labelled")
        return cls(by_id=dict(sorted(by_id.items())), _levels=levels)

    def policy(self, policy_id: str) -> SecurityPolicy:
        if policy_id not in self.by_id:
            raise LabelError(f"`{policy_id}` is not a known policy")
        return self.by_id[policy_id]

    def level(self, marking: str) -> Level:
        """The level that this marking names in any policy. Raises ``LabelError`` if none does."""
        found = self._levels.get(fold(marking))
        if found is None:
            raise LabelError(f"`{marking}` is not a level of any known policy")
        return found

    def label(self, data: Mapping[str, Any]) -> Label:
        """The label that ``Label.to_data`` wrote. Every field is required; unknown terms are refused."""
        try:
            return Label(tuple(self._policy_label(policy_id, part) for policy_id, part in data.items()))
        except (TypeError, AttributeError) as error:
            raise LabelError("a label is a table of policies, each with level, compartments, releasable_to") from error

    def _policy_label(self, policy_id: str, part: Mapping[str, Any]) -> PolicyLabel:
        policy, where = self.policy(policy_id), f"the label's part of policy `{policy_id}`"
        released = required(part, "releasable_to", where)
        recipients: Releasability = EVERYONE if released == EVERYONE.value else policy.check_affiliations(released)
        return PolicyLabel(
            level=policy.level(required(part, "level", where)),
            compartments=policy.check_compartments(required(part, "compartments", where)),
            releasable_to=recipients,
        )

    def check_affiliation(self, name: str | None) -> str | None:
        """The one affiliation of a clearance: known to some policy, or none."""
        if name is not None and not any(name in policy.affiliations for policy in self.by_id.values()):
            raise ClearanceError(f"`{name}` is not an affiliation of any known policy")
        return name

    def clearance(self, data: Mapping[str, Any]) -> Clearance:
        """The clearance that ``Clearance.to_data`` wrote: it holds just what it lists."""
        try:
            parts = tuple(
                PolicyClearance(
                    policy=policy_id,
                    levels=frozenset(self.policy(policy_id).level(name) for name in part["levels"]),
                    compartments=self.policy(policy_id).check_compartments(part["compartments"]),
                )
                for policy_id, part in data["policies"].items()
            )
            return Clearance(
                parts=parts,
                affiliation=self.check_affiliation(data["affiliation"]),
                valid_from=_day(data["valid_from"]),
                valid_until=_day(data["valid_until"]),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ClearanceError(
                "the clearance lacks a field or has one of the wrong kind", detail=str(error)
            ) from error
        except LabelError as error:
            raise ClearanceError(error.public) from error


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None
