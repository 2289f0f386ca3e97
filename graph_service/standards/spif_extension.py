"""What a policy of ours says beyond Open XML SPIF: ``<sluis:policy>`` inside ``<spif:extensions>``.

Legal sources and dates, titles and further spellings, names that stand for several categories, and the grounds of
every equivalence. A policy without it is complete: it then has no sources, and its equivalences are unverified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from graph_service.security.policy import NOBODY, ForeignLevel, Source, fold, tag_key
from graph_service.standards.spif_attributes import read_day, read_flag, read_lacv, read_number
from graph_service.standards.xml import LANGUAGE, Element

K = TypeVar("K")
V = TypeVar("V")

NAMESPACE = "https://w3id.org/sluis/ns/policy#"
_KNOWN = {
    "policy": {"version", "inForceFrom", "inForceUntil"},
    "title": {LANGUAGE},
    "source": {"verified"},
    "note": {"verified"},
    "level": {"lacv", "stateSecret"},
    "spelling": set(),
    "category": {"tagSet", "tag", "lacv", "publicName"},
    "group": {"tagSet", "tag", "name", "members"},
    "equivalence": {"level", "policyRef", "lacv", "name", "verified", "source", "from", "until", "note"},
}
"""Every element of ours, with its attributes. Another one is refused: a slip must not go unheeded."""


@dataclass(frozen=True)
class SaidOfLevel:
    """Titles by language, further spellings, and whether information at the level is a state secret."""

    titles: Mapping[str, str]
    spellings: tuple[str, ...]
    state_secret: bool


@dataclass(frozen=True)
class SaidOfCategory:
    """Titles by language, and whether the category's name may be known without holding it."""

    titles: Mapping[str, str]
    name_is_public: bool


@dataclass(frozen=True)
class Extension:
    """All of it. Levels and categories by their numbers, equivalences by (level, policy there, level there)."""

    version: str = ""
    in_force_from: date | None = None
    in_force_until: date | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    notes: tuple[Source, ...] = ()
    levels: Mapping[str, SaidOfLevel] = field(default_factory=dict)
    categories: Mapping[tuple[str, str], SaidOfCategory] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    equivalences: dict[tuple[str, str, str], ForeignLevel] = field(default_factory=dict)

    def check(
        self, *, levels: Set[str], categories: Set[tuple[str, str]], tags: Mapping[str, Set[str]], root: Element
    ) -> None:
        """Everything that is spoken of is there. Raises ``XmlRefused``."""
        for number in self.levels:
            if number not in levels:
                raise root.refused(f"<sluis:level lacv={number}> is no level of the policy")
        for key, number in self.categories:
            if (key, number) not in categories:
                raise root.refused(f"<sluis:category> {number} of `{key}` is no category of the policy")
        for key, groups in self.groups.items():
            if key not in tags:
                raise root.refused(f"<sluis:group> speaks of `{key}`, which is no tag of the policy")
            for name in groups:
                if fold(name) in {fold(known) for known in (*tags[key], NOBODY)}:
                    raise root.refused(f"<sluis:group> `{name}` has the name of a category of `{key}`, or of none")


def read_extension(root: Element) -> Extension:
    """What the SPIF's extensions say to us. Raises ``XmlRefused`` for one of ours that can't be read."""
    found = [
        entry
        for holder in root.all("extensions")
        for entry in holder.children
        if (entry.namespace, entry.name) == (NAMESPACE, "policy")
    ]
    if not found:
        return Extension()
    if len(found) > 1:
        raise found[1].refused("a policy has one <sluis:policy>")
    entry = found[0]
    _check_known(entry)
    groups: dict[str, dict[str, frozenset[str]]] = {}
    for group in entry.all("group"):
        members = frozenset(member.strip() for member in group.attribute("members").split(","))
        own = groups.setdefault(_key(group), {})
        if fold(group.attribute("name")) in {fold(name) for name in own}:
            raise group.refused("<sluis:group> says this a second time")
        own[group.attribute("name")] = members
    return Extension(
        version=entry.attributes.get("version", "").strip(),
        in_force_from=read_day(entry, "inForceFrom"),
        in_force_until=_not_before(entry, "inForceFrom", "inForceUntil"),
        titles=_titles(entry),
        sources=tuple(_source(child) for child in entry.all("source")),
        notes=tuple(_source(child) for child in entry.all("note")),
        levels=_by(entry, "level", lambda child: read_lacv(child), _level),
        categories=_by(entry, "category", lambda child: (_key(child), read_lacv(child)), _category),
        groups=groups,
        equivalences=_by(entry, "equivalence", _row_key, _equivalence),
    )


def _check_known(element: Element) -> None:
    for attribute in element.attributes:
        if attribute not in _KNOWN[element.name]:
            raise element.refused(f"`{attribute}` has no meaning in <sluis:{element.name}>: it is unknown or mis-spelt")
    for child in element.children:
        if child.namespace != NAMESPACE or child.name not in _KNOWN or child.name == "policy":
            raise child.refused(f"<{child.name}> has no meaning in <sluis:{element.name}>: it is unknown or mis-spelt")
        _check_known(child)


def _by(entry: Element, name: str, key: Callable[[Element], K], value: Callable[[Element], V]) -> dict[K, V]:
    """The children of this name by their key. Raises for a second one of the same key."""
    found: dict[K, V] = {}
    for child in entry.all(name):
        if key(child) in found:
            raise child.refused(f"<sluis:{name}> says this a second time")
        found[key(child)] = value(child)
    return found


def _not_before(entry: Element, first: str, last: str) -> date | None:
    since, until = read_day(entry, first), read_day(entry, last)
    if since and until and until < since:
        raise entry.refused(f"`{last}` is before `{first}`")
    return until


def _level(entry: Element) -> SaidOfLevel:
    spellings = tuple(" ".join(child.text.split()) for child in entry.all("spelling"))
    return SaidOfLevel(_titles(entry), spellings, read_flag(entry, "stateSecret"))


def _category(entry: Element) -> SaidOfCategory:
    return SaidOfCategory(_titles(entry), read_flag(entry, "publicName"))


def _row_key(entry: Element) -> tuple[str, str, str]:
    there = read_lacv(entry) if entry.attributes.get("lacv") else ""
    return str(read_number(entry, "level")), entry.attribute("policyRef"), there


def _equivalence(entry: Element) -> ForeignLevel:
    """The row without its place in the policy, which the SPIF's own element gives it."""
    return ForeignLevel(
        level="",
        policy="",
        policy_name=entry.attribute("policyRef"),
        lacv=_row_key(entry)[2],
        name=entry.attributes.get("name", "").strip(),
        outward=False,
        inward=False,
        source=Source(" ".join(entry.attribute("source").split()), read_flag(entry, "verified")),
        valid_from=read_day(entry, "from"),
        valid_until=_not_before(entry, "from", "until"),
        note=" ".join(entry.attributes.get("note", "").split()),
    )


def _key(entry: Element) -> str:
    return tag_key(entry.attribute("tagSet"), entry.attributes.get("tag") or entry.attribute("tagSet"))


def _titles(entry: Element) -> dict[str, str]:
    return {child.attributes.get(LANGUAGE, ""): " ".join(child.text.split()) for child in entry.all("title")}


def _source(entry: Element) -> Source:
    return Source(" ".join(entry.text.split()), read_flag(entry, "verified"))
