"""A security policy: its scale, its tags and the rules between them. The only maker of labels from names.

Trusted base: yes. A policy arrives as values (``standards.spif`` reads them from XML), is checked
once here, and from then on a ``Level`` or a ``Label`` can be trusted. Unknown terms are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from graph_service.errors import LabelError, PolicyError
from graph_service.security.labels import EVERYONE, Category, Level, PolicyLabel, Releasability, Release
from graph_service.security.wording import NO_WORDING, Wording

NOBODY = "NOBODY"
"""How an empty set of recipients is written. No category may be called so."""


class TagType(Enum):
    """What a tag's categories do: all are needed, one is enough, or they only inform (X.841, SPIF ``tagType7``)."""

    RESTRICTIVE = "restrictive"
    PERMISSIVE = "permissive"
    INFORMATIVE = "informative"


class Operation(Enum):
    """How many of a requirement's categories a label must have."""

    ONLY_ONE = "onlyOne"
    ONE_OR_MORE = "oneOrMore"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Requirement:
    """Categories that must come along: each group is one named category, or all those of a tag."""

    operation: Operation
    groups: tuple[frozenset[Category], ...]

    def met_by(self, present: frozenset[Category]) -> bool:
        count = sum(len(group & present) for group in self.groups)
        if self.operation is Operation.ALL:
            return all(group & present for group in self.groups)
        return count == 1 if self.operation is Operation.ONLY_ONE else count > 0


@dataclass(frozen=True, slots=True)
class Source:
    """What a policy or an equivalence rests on, and whether somebody checked it there."""

    text: str
    verified: bool = False


@dataclass(frozen=True, slots=True)
class ForeignCategory:
    """A category of another policy (an OID), as a SPIF names it: tag set (its id or name), kind of tag and number."""

    policy: str
    tag_set: str
    type: TagType
    enumerated: bool
    lacv: str


@dataclass(frozen=True, slots=True)
class ForeignLevel:
    """One sourced, dated row of equivalence between a level here and one of another policy (SPIF, with its direction).

    ``policy``    OID of the other policy, and ``policy_name`` what it is called here
    ``lacv``      number of the level there; "" says that there is known to be none
    ``outward``   it may stand for the level here; ``inward``: the level here may stand for it
    ``adds``      categories that the translated label gets besides
    """

    level: str
    policy: str
    policy_name: str
    lacv: str
    name: str = ""
    outward: bool = True
    inward: bool = True
    adds: tuple[ForeignCategory, ...] = ()
    source: Source = Source("")
    valid_from: date | None = None
    valid_until: date | None = None
    note: str = ""

    def in_force(self, on: date) -> bool:
        return not ((self.valid_from and on < self.valid_from) or (self.valid_until and on > self.valid_until))


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """One category with what a label that has it may and must hold besides (SPIF ``tagCategory``).

    ``equivalents``    what it becomes in other policies; ``discarded_for``: where it is left out on purpose
    ``name_is_public`` whether its name may be known without holding it
    """

    category: Category
    lacv: str
    wording: Wording = NO_WORDING
    obsolete: bool = False
    not_before: date | None = None
    not_after: date | None = None
    excluded_levels: frozenset[str] = frozenset()
    required_levels: frozenset[str] = frozenset()
    excluded: frozenset[Category] = frozenset()
    required: tuple[Requirement, ...] = ()
    equivalents: tuple[ForeignCategory, ...] = ()
    discarded_for: frozenset[str] = frozenset()
    titles: Mapping[str, str] = field(default_factory=dict)
    name_is_public: bool = False


@dataclass(frozen=True, slots=True)
class LevelRule:
    """One level with its wording, further spellings, titles by language and rules (SPIF ``securityClassification``)."""

    level: Level
    lacv: str
    wording: Wording = NO_WORDING
    obsolete: bool = False
    required: tuple[Requirement, ...] = ()
    spellings: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    state_secret: bool = False
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of a tag set: a kind of category. ``key`` names it within its policy.

    ``groups`` are names for several categories at once, such as a pact for its members: a label holds the members.
    """

    tag_set: str
    tag_set_id: str
    name: str
    type: TagType
    rules: Mapping[str, CategoryRule]
    enumerated: bool = False
    wording: Wording = NO_WORDING
    least: int = 0
    most: int | None = None
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return tag_key(self.tag_set, self.name)

    @property
    def categories(self) -> frozenset[Category]:
        return frozenset(rule.category for rule in self.rules.values())

    def knows(self, name: str) -> bool:
        """Whether a category or a group is called so, in any case of letters."""
        return fold(name) in {fold(known) for known in (*self.rules, *self.groups)}


def tag_key(tag_set: str, tag: str) -> str:
    return tag_set if tag_set == tag else f"{tag_set}/{tag}"


@dataclass(frozen=True, slots=True)
class SecurityPolicy:
    """One version of one policy: its scale from low to high, and its tags in the order in which they are printed."""

    id: str
    oid: str
    version: str
    scale: tuple[LevelRule, ...]
    tags: tuple[Tag, ...] = ()
    wording: Wording = NO_WORDING
    titles: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    notes: tuple[Source, ...] = ()
    in_force_from: date | None = None
    in_force_until: date | None = None
    equivalents: tuple[ForeignLevel, ...] = ()
    added_for: Mapping[str, tuple[ForeignCategory, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.scale:
            raise PolicyError(f"policy `{self.id}` has no levels")
        for what, names in (
            ("level", [fold(rule.level.name) for rule in self.scale]),
            ("level number", [rule.lacv for rule in self.scale]),
            ("tag", [tag.key for tag in self.tags]),
        ):
            if len(set(names)) != len(names):
                raise PolicyError(f"policy `{self.id}` has two {what}s `{max(names, key=names.count)}`")
        if [rule.level.order for rule in self.scale] != list(range(len(self.scale))):
            raise PolicyError(f"policy `{self.id}`: the levels are not in order from 0, the lowest")
        for tag in self.tags:
            unknown = sorted(frozenset().union(*tag.groups.values()) - set(tag.rules)) if tag.groups else []
            if unknown:
                raise PolicyError(
                    f"policy `{self.id}`: a group of `{tag.key}` names `{unknown[0]}`, which is not in it"
                )

    @property
    def levels(self) -> tuple[Level, ...]:
        return tuple(rule.level for rule in self.scale)

    def level(self, name: str) -> Level:
        """The level of this name, in any case of letters. Raises ``LabelError`` if unknown."""
        return self.level_rule(name).level

    def level_rule(self, name: str) -> LevelRule:
        for rule in self.scale:
            if fold(rule.level.name) == fold(name):
                return rule
        raise LabelError(f"`{name}` is not a level of policy `{self.id}`")

    def up_to(self, top: Level) -> frozenset[Level]:
        """That level and all below it."""
        return frozenset(level for level in self.levels if level.order <= top.order)

    def tag(self, key: str) -> Tag:
        for tag in self.tags:
            if tag.key == key:
                return tag
        raise LabelError(f"`{key}` is not a tag of policy `{self.id}`")

    def categories(self, tag: Tag, names: Iterable[str], *, groups: bool = True) -> frozenset[Category]:
        """The categories of these names, in any case of letters; with ``groups``, a group stands for its members.

        SECURITY: the error does not say what there is instead. Names of categories may be known only to holders.
        """
        if isinstance(names, str):
            raise LabelError(f"the categories of `{tag.key}` are a list, not one text")
        known = {fold(name): name for name in (*(tag.groups if groups else ()), *tag.rules)}
        found: set[str] = set()
        for name in names:
            own = known.get(fold(name))
            if own is None:
                raise LabelError(f"`{name}` is not a category of `{tag.key}` in policy `{self.id}`")
            found |= {own} if own in tag.rules else tag.groups[own]
        return frozenset(Category(tag.key, name) for name in found)

    def label(self, level: Level, categories: Iterable[Category] = (), *, nobody: Iterable[str] = ()) -> PolicyLabel:
        """The part of a label with this level and these categories; ``nobody`` are tags whose recipients are none."""
        kinds = {tag.key: tag.type for tag in self.tags}
        chosen = frozenset(categories)
        permissive = {c.tag for c in chosen if kinds[c.tag] is TagType.PERMISSIVE} | set(nobody)
        releases: Releasability = EVERYONE
        if permissive:
            releases = frozenset(
                Release(tag, frozenset(c.name for c in chosen if c.tag == tag)) for tag in sorted(permissive)
            )
        return PolicyLabel(
            level=level,
            compartments=frozenset(c for c in chosen if kinds[c.tag] is TagType.RESTRICTIVE),
            releasable_to=releases,
            informative=frozenset(c for c in chosen if kinds[c.tag] is TagType.INFORMATIVE),
        )


def categories_of(part: PolicyLabel) -> frozenset[Category]:
    """Every category in the label's part, of whichever type."""
    recipients = (Category(release.tag, name) for release in part.releases for name in release.recipients)
    return part.compartments | part.informative | frozenset(recipients)


def fold(text: str) -> str:
    """One spelling for comparison: case folded, and ``//`` and any white space one space."""
    return " ".join(text.replace("//", " ").split()).casefold()
