"""Open XML SPIF 2.1: the format in which security policies are exchanged. Reads, and refuses with line and reason.

Source: the Open XML SPIF schema (namespace ``http://www.xmlspif.org/spif``) and ADatP-4774.1, chapter 3. What the
standard has no place for (legal sources, dates, further spellings, groups, the grounds of an equivalence) stands in
``<spif:extensions>`` as ``<sluis:policy>``; docs/policies.md lists it. An element of the SPIF that is not known here
is refused, because it could be a restriction that would then go unheeded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from graph_service.errors import PolicyError
from graph_service.security.labels import Category, Level
from graph_service.security.policy import (
    NOBODY,
    CategoryRule,
    ForeignCategory,
    ForeignLevel,
    LevelRule,
    Operation,
    Requirement,
    SecurityPolicy,
    Tag,
    TagType,
    fold,
    tag_key,
)
from graph_service.standards.spif_attributes import (
    check_unique,
    read_day,
    read_flag,
    read_kind,
    read_lacv,
    read_number,
    read_oid,
    read_operation,
    read_optional_number,
    read_wording,
)
from graph_service.standards.spif_extension import Extension, read_extension
from graph_service.standards.xml import Element, XmlRefused, parse_xml

NAMESPACE = "http://www.xmlspif.org/spif"
_VERSIONS = frozenset({"1.0", "2.0", "2.1"})
_CHILDREN = {
    "SPIF": "defaultSecurityPolicyId securityPolicyId securityClassifications securityCategoryTagSets "
    "equivalentPolicies privacyMarks markingData markingQualifier updateInfo extensions",
    "securityPolicyId": "markingData markingQualifier",
    "securityClassifications": "securityClassification",
    "securityClassification": "equivalentClassification markingData markingQualifier requiredCategory",
    "equivalentClassification": "requiredCategory",
    "requiredCategory": "categoryGroup",
    "securityCategoryTagSets": "securityCategoryTagSet",
    "securityCategoryTagSet": "securityCategoryTag equivalentSecurityCategoryTagSet",
    "securityCategoryTag": "tagCategory markingData markingQualifier",
    "tagCategory": "equivalentSecCategoryTag markingData markingQualifier excludedClass requiredClass "
    "requiredCategory excludedCategory",
    "markingData": "code",
    "markingQualifier": "qualifier",
    "equivalentPolicies": "equivalentPolicy",
    "equivalentPolicy": "requiredCategory",
}


_ATTRIBUTES = {
    "securityClassification": "name lacv hierarchy obsolete color fgcolor bgcolor",
    "securityCategoryTag": "name tagType enumType tag7Encoding singleSelection minSelection maxSelection",
    "tagCategory": "name lacv obsolete notBefore notAfter requiredClass userInput dateFormat",
    "requiredCategory": "operation",
    "categoryGroup": "tagSetRef tagType enumType lacv all",
    "excludedCategory": "tagSetRef tagType enumType lacv all",
    "equivalentClassification": "policyRef lacv applied",
    "equivalentSecCategoryTag": "policyRef tagSetId tagType enumType lacv applied action",
}
"""Attributes of the elements that can restrict; another one without a namespace is refused as mis-spelt."""

_PASSED_OVER = frozenset({"extensions", "privacyMarks", "updateInfo", "equivalentSecurityCategoryTagSet"})
"""What restricts nothing and is not read: free-text marks, news of updates, and equivalents of whole tag sets."""


def read_spif(text: str, *, name: str) -> SecurityPolicy:
    """The policy in this text. Raises ``PolicyError`` with ``name`` (the file's), line and reason."""
    try:
        root = parse_xml(text)
        if root.name != "SPIF" or root.namespace not in {NAMESPACE, ""}:
            raise root.refused(f"the root is <{root.name}>: a policy is a <SPIF> of {NAMESPACE}")
        version = root.attributes.get("schemaVersion", "2.1")
        if version not in _VERSIONS:
            raise root.refused(f"schema version {version} is not read here: save the policy as Open XML SPIF 2.1")
        _check_known(root)
        return _Reader(root).policy()
    except XmlRefused as error:
        raise PolicyError(f"{name}, line {error.line}: {error.public}", line=error.line) from error
    except PolicyError as error:
        raise PolicyError(f"{name}: {error.public}") from error


def _check_known(element: Element) -> None:
    """Refuse what could go unheeded, and leave out what is not of the SPIF: other namespaces say nothing here."""
    known, attributes = _CHILDREN.get(element.name, "").split(), _ATTRIBUTES.get(element.name)
    for name in element.attributes if attributes is not None else ():
        if " " not in name and name not in (attributes or "").split():
            raise element.refused(f"`{name}` has no meaning in <{element.name}>: it is unknown or mis-spelt")
    element.children = [child for child in element.children if child.namespace in {NAMESPACE, ""}]
    for child in element.children:
        if child.name not in known:
            raise child.refused(f"<{child.name}> has no meaning in <{element.name}>: it is unknown or mis-spelt")
        if child.name not in _PASSED_OVER:
            _check_known(child)


class _Reader:
    """Reads one document. The levels and categories come first, because the rules between them name them."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._id = root.one("securityPolicyId")
        self._name = self._id.attribute("name")
        self._extension: Extension = read_extension(root)
        foreign = [policy for holder in root.all("equivalentPolicies") for policy in holder.all("equivalentPolicy")]
        check_unique(foreign, "name")
        self._foreign = {policy.attribute("name"): read_oid(policy) for policy in foreign}
        self._levels = self._read_levels()
        self._tags = [(tag_set, tag) for tag_set in self._tag_sets() for tag in tag_set.all("securityCategoryTag")]
        self._numbered = self._read_numbers()
        self._check_extension()

    def policy(self) -> SecurityPolicy:
        extension = self._extension
        return SecurityPolicy(
            id=self._name,
            oid=read_oid(self._id),
            version=extension.version or self._root.attributes.get("version", "").strip() or "1",
            scale=tuple(self._level_rule(entry, level) for entry, level in self._levels),
            tags=tuple(self._tag(tag_set, tag) for tag_set, tag in self._tags),
            wording=read_wording(self._root),
            titles=extension.titles,
            sources=extension.sources,
            notes=extension.notes,
            in_force_from=extension.in_force_from,
            in_force_until=extension.in_force_until,
            equivalents=tuple(self._equivalents()),
            added_for=self._added(),
        )

    def _check_extension(self) -> None:
        """SECURITY: what is said of a level or category that is not there could be a flag gone astray."""
        tags: dict[str, set[str]] = {}
        for tag_set, tag in self._tags:
            names = tags.setdefault(tag_key(tag_set.attribute("name"), tag.attribute("name")), set())
            names |= {entry.attribute("name") for entry in tag.all("tagCategory")}
        categories = {(c.tag, number) for (_, _, _, number), c in self._numbered.items()}
        self._extension.check(
            levels={read_lacv(entry) for entry, _ in self._levels}, categories=categories, tags=tags, root=self._root
        )

    # --- levels ------------------------------------------------------------------------------------------------------

    def _read_levels(self) -> list[tuple[Element, Level]]:
        entries = list(self._root.one("securityClassifications").all("securityClassification"))
        if not entries:
            raise self._root.one("securityClassifications").refused("a policy has at least one level")
        for what in ("name", "lacv"):
            check_unique(entries, what)
        why = "two levels have one place in the hierarchy: their join would not be defined"
        check_unique(entries, "hierarchy", why=why)
        entries.sort(key=lambda entry: read_number(entry, "hierarchy"))
        return [(entry, Level(self._name, order, entry.attribute("name"))) for order, entry in enumerate(entries)]

    def _level_rule(self, entry: Element, level: Level) -> LevelRule:
        said = self._extension.levels.get(read_lacv(entry))
        return LevelRule(
            level=level,
            lacv=read_lacv(entry),
            wording=read_wording(entry),
            obsolete=read_flag(entry, "obsolete"),
            required=tuple(self._requirement(need) for need in entry.all("requiredCategory")),
            spellings=said.spellings if said else (),
            titles=said.titles if said else {},
            state_secret=bool(said and said.state_secret),
            colour=entry.attributes.get("color", ""),
        )

    def _named_level(self, entry: Element, name: str) -> str:
        for _, level in self._levels:
            if fold(level.name) == fold(name):
                return level.name
        raise entry.refused(f"`{name}` is not a level of this policy")

    # --- categories --------------------------------------------------------------------------------------------------

    def _tag_sets(self) -> list[Element]:
        found = [
            entry
            for holder in self._root.all("securityCategoryTagSets")
            for entry in holder.all("securityCategoryTagSet")
        ]
        for what in ("name", "id"):
            check_unique(found, what)
        for entry in found:
            read_oid(entry)
        return found

    def _read_numbers(self) -> dict[tuple[str, TagType, bool, str], Category]:
        """Every category by tag set, kind and number: the way in which SPIF refers to it."""
        found: dict[tuple[str, TagType, bool, str], Category] = {}
        for tag_set, tag in self._tags:
            kind, enumerated = read_kind(tag)
            entries = list(tag.all("tagCategory"))
            check_unique(entries, "name")
            for entry in entries:
                name = entry.attribute("name")
                if fold(name) == fold(NOBODY):
                    raise entry.refused(f"no category may be called {NOBODY}: it is how an empty set is written")
                key = (tag_set.attribute("name"), kind, enumerated, read_lacv(entry))
                if key in found:
                    raise entry.refused(f"`{name}` has the number of `{found[key].name}` in the same tag set")
                found[key] = Category(tag_key(tag_set.attribute("name"), tag.attribute("name")), name)
        return found

    def _tag(self, tag_set: Element, tag: Element) -> Tag:
        kind, enumerated = read_kind(tag)
        key = tag_key(tag_set.attribute("name"), tag.attribute("name"))
        most = read_optional_number(tag, "maxSelection")
        least = read_optional_number(tag, "minSelection") or 0
        most = 1 if read_flag(tag, "singleSelection") else most
        if most is not None and least > most:
            raise tag.refused(f"`{key}` needs at least {least} categories and allows {most}")
        return Tag(
            tag_set=tag_set.attribute("name"),
            tag_set_id=tag_set.attribute("id"),
            name=tag.attribute("name"),
            type=kind,
            enumerated=enumerated,
            rules={entry.attribute("name"): self._category_rule(entry, key) for entry in tag.all("tagCategory")},
            wording=read_wording(tag),
            least=least,
            most=most,
            groups=self._extension.groups.get(key, {}),
        )

    def _category_rule(self, entry: Element, key: str) -> CategoryRule:
        said = self._extension.categories.get((key, read_lacv(entry)))
        excluded = [self._named_level(child, child.text) for child in entry.all("excludedClass")]
        if len(set(excluded)) != len(excluded):
            raise entry.refused(
                f"`{entry.attribute('name')}` excludes level `{max(excluded, key=excluded.count)}` twice"
            )
        needed = [self._named_level(child, child.text) for child in entry.all("requiredClass")]
        if entry.attributes.get("requiredClass"):
            needed.append(self._named_level(entry, entry.attributes["requiredClass"]))
        foreign = [(self._foreign_category(child), child) for child in entry.all("equivalentSecCategoryTag")]
        foreign = [(found, child) for found, child in foreign if child.attributes.get("applied") != "decrypt"]
        return CategoryRule(
            category=Category(key, entry.attribute("name")),
            lacv=read_lacv(entry),
            wording=read_wording(entry),
            obsolete=read_flag(entry, "obsolete"),
            not_before=read_day(entry, "notBefore"),
            not_after=read_day(entry, "notAfter"),
            excluded_levels=frozenset(excluded),
            required_levels=frozenset(needed),
            excluded=frozenset(c for group in entry.all("excludedCategory") for c in self._group(group)),
            required=tuple(self._requirement(need) for need in entry.all("requiredCategory")),
            equivalents=tuple(found for found, child in foreign if child.attributes.get("action") != "discard"),
            discarded_for=frozenset(f.policy for f, child in foreign if child.attributes.get("action") == "discard"),
            titles=said.titles if said else {},
            name_is_public=bool(said and said.name_is_public),
        )

    def _requirement(self, entry: Element) -> Requirement:
        return Requirement(read_operation(entry), tuple(self._group(group) for group in entry.all("categoryGroup")))

    def _group(self, entry: Element) -> frozenset[Category]:
        """What a reference means: the category with that number, or without a number all of that kind."""
        tag_set, (kind, enumerated) = entry.attribute("tagSetRef"), read_kind(entry)
        number = read_lacv(entry) if entry.attributes.get("lacv") else None
        found = {
            category
            for (of_set, of_kind, of_enumerated, of_number), category in self._numbered.items()
            if (of_set, of_kind) == (tag_set, kind)
            and (number is None or (of_enumerated, of_number) == (enumerated, number))
        }
        if not found and tag_set not in {name for name, *_ in self._numbered}:
            raise entry.refused(f"`{tag_set}` is not a tag set of this policy")
        if not found:
            which = "categories" if number is None else f"category with number {number}"
            raise entry.refused(f"tag set `{tag_set}` has no {kind.value} {which}")
        return frozenset(found)

    # --- other policies ----------------------------------------------------------------------------------------------

    def _foreign_policy(self, entry: Element) -> str:
        name = entry.attribute("policyRef")
        if name not in self._foreign:
            raise entry.refused(f"`{name}` is not among the policy's <equivalentPolicies>")
        return self._foreign[name]

    def _foreign_category(self, entry: Element) -> ForeignCategory:
        kind, enumerated = read_kind(entry)
        number = read_lacv(entry) if entry.attributes.get("lacv") else ""
        return ForeignCategory(self._foreign_policy(entry), entry.attribute("tagSetId"), kind, enumerated, number)

    def _required_there(self, entries: Iterable[Element], policy: str) -> tuple[ForeignCategory, ...]:
        """Categories that a label gets in the other policy: only ``all`` says which they are."""
        found = []
        for need in entries:
            if read_operation(need) is not Operation.ALL:
                raise need.refused(
                    "a translated label can only be given `all` of the categories: a choice is no answer"
                )
            for group in need.all("categoryGroup"):
                kind, enumerated = read_kind(group)
                found.append(ForeignCategory(policy, group.attribute("tagSetRef"), kind, enumerated, read_lacv(group)))
        return tuple(found)

    def _added(self) -> dict[str, tuple[ForeignCategory, ...]]:
        return {
            policy.attribute("id"): self._required_there(policy.all("requiredCategory"), policy.attribute("id"))
            for holder in self._root.all("equivalentPolicies")
            for policy in holder.all("equivalentPolicy")
        }

    def _equivalents(self) -> Iterator[ForeignLevel]:
        rows = self._extension.equivalences
        for entry, level in self._levels:
            for child in entry.all("equivalentClassification"):
                policy, applied = self._foreign_policy(child), child.attribute("applied")
                if applied not in {"encrypt", "decrypt", "both"}:
                    raise child.refused(f"`applied` is encrypt, decrypt or both, not `{applied}`")
                row = rows.pop((read_lacv(entry), child.attribute("policyRef"), read_lacv(child)), None)
                unsourced = ForeignLevel(level.name, policy, child.attribute("policyRef"), read_lacv(child))
                yield replace(
                    row or unsourced,
                    level=level.name,
                    policy=policy,
                    outward=applied != "decrypt",
                    inward=applied != "encrypt",
                    adds=self._required_there(child.all("requiredCategory"), policy),
                )
        by_number = {read_lacv(entry): level for entry, level in self._levels}
        for (number, name, foreign_number), row in rows.items():
            if foreign_number or number not in by_number or name not in self._foreign:
                raise self._root.refused(f"the grounds of `{number}` = `{name}` {foreign_number} have no equivalence")
            yield replace(row, level=by_number[number].name, policy=self._foreign[name])
