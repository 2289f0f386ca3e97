"""What the elements of ADatP-4774 mean under the policies: policies by name, categories by tag set and value.

Shared by labels and clearances (``adatp4774``). Everything is understood whole or refused at its line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

from graph_service.errors import ClearanceError, LabelError
from graph_service.security.labels import Category, Release
from graph_service.security.policies import Policies
from graph_service.security.policy import SecurityPolicy, Tag, TagType, fold
from graph_service.standards.xml import Element, XmlRefused, element

LABEL = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
CLEARANCE = "urn:nato:stanag:4774:confidentialityclearance:1:0"

_OID = "urn:oid:"


@contextmanager
def refused_as(kind: type[LabelError] | type[ClearanceError]) -> Iterator[None]:
    """What XML or a policy refuses in here is raised as this error, with the line where there is one."""
    try:
        yield
    except XmlRefused as error:
        raise kind(f"line {error.line}: {error.public}" if error.line else error.public) from error
    except LabelError as error:
        raise error if isinstance(error, kind) else kind(error.public) from error


@contextmanager
def at_line_of(entry: Element) -> Iterator[None]:
    """What a policy refuses in here is refused at this element."""
    try:
        yield
    except (LabelError, ClearanceError) as error:
        raise entry.refused(error.public) from error


# --- elements --------------------------------------------------------------------------------------------------------


def children(entry: Element, known: Mapping[str, str], *, others: bool = False) -> dict[str, list[Element]]:
    """The element's children by name, each of its namespace. ``others``: the schema has a place for foreign ones here.

    Those are extensions and not read; anything else that is not known is refused.
    """
    if entry.text:
        raise entry.refused(f"<{entry.name}> has a text, `{entry.text}`, where only elements can stand")
    found: dict[str, list[Element]] = {name: [] for name in known}
    for child in entry.children:
        if known.get(child.name) == child.namespace:
            found[child.name].append(child)
        elif child.name in {"IntegerValue", "BitStringValue"}:
            raise child.refused(f"<{child.name}> is not to be used by ADatP-4774: give a <GenericValue>")
        elif not others or child.namespace in {LABEL, CLEARANCE, ""}:
            raise child.refused(
                f"<{child.name}> ({child.namespace or 'no namespace'}) has no meaning in <{entry.name}>: "
                "it is unknown or mis-spelt, or its namespace is wrong"
            )
    return found


def only(entry: Element, inside: Mapping[str, list[Element]], name: str) -> Element:
    if len(inside[name]) != 1:
        raise entry.refused(f"<{entry.name}> has {len(inside[name]) or 'no'} <{name}>: it needs one")
    return inside[name][0]


def perhaps(inside: Mapping[str, list[Element]], name: str) -> Element | None:
    if len(inside[name]) > 1:
        raise inside[name][1].refused(f"<{name}> is given twice")
    return inside[name][0] if inside[name] else None


def leaf(entry: Element) -> str:
    if entry.children:
        raise entry.children[0].refused(f"<{entry.name}> holds a text, not elements")
    return entry.text


# --- policies and categories -----------------------------------------------------------------------------------------


def policy_named(entry: Element, policies: Policies) -> SecurityPolicy:
    """The policy of this name, in any case of letters. An identifier beside the name must be that policy's."""
    name = leaf(entry)
    found = [policy for policy in policies.newest if fold(policy.id) == fold(name)]
    if len(found) != 1:
        raise entry.refused(f"`{name}` is {'the name of two policies' if found else 'not a known policy'}")
    for attribute in ("URI", "URL"):
        _check_oid(entry, attribute, [found[0].oid], f"policy `{found[0].id}`")
    return found[0]


def _check_oid(entry: Element, attribute: str, oids: Collection[str], what: str) -> None:
    given = entry.attributes.get(attribute)
    if given is not None and given.strip().casefold() not in {_OID + oid for oid in oids}:
        raise entry.refused(f"`{given}` is not the identifier of {what}: that is {_OID}{min(oids)}")


def policy_text(policy: SecurityPolicy) -> str:
    return element("slab:PolicyIdentifier", policy.id, URI=_OID + policy.oid)


class Categories:
    """What ``Category`` elements name, by tag; each name in the newest version of the policy that knows it.

    ``of_label`` is false for a clearance, where a name that stands for several categories would grant them all, and
    where no value at all says nothing.
    """

    def __init__(self, versions: tuple[SecurityPolicy, ...], *, of_label: bool = True) -> None:
        self._versions, self._of_label = versions, of_label
        self._types: dict[str, TagType] = {}
        self._found: dict[str, frozenset[Category]] = {}

    def of_type(self, kind: TagType) -> frozenset[Category]:
        return frozenset(c for key, found in self._found.items() if self._types[key] is kind for c in found)

    def releases(self) -> frozenset[Release]:
        return frozenset(
            Release(key, frozenset(category.name for category in found))
            for key, found in self._found.items()
            if self._types[key] is TagType.PERMISSIVE
        )

    def add(self, entry: Element) -> None:
        """Adds one ``Category``. ``TagName`` is the tag set; where that has several tags, the value says which."""
        kind, tag_set = type_of(entry), entry.attribute("TagName")
        tags = [(policy, tag) for policy in self._versions for tag in policy.tags if _is_of(tag, tag_set, kind)]
        if not tags:
            raise entry.refused(f"policy `{self._versions[0].id}` has no {kind.value} tag in a tag set `{tag_set}`")
        _check_oid(entry, "URI", {tag.tag_set_id for _, tag in tags}, f"tag set `{tag_set}`")
        values = children(entry, {"GenericValue": LABEL})["GenericValue"]
        named: dict[str, frozenset[Category]] = {}
        for value in values:
            key, categories = self._named(value, tags)
            named[key] = named.get(key, frozenset()) | categories
        if not values:
            named = {self._nobody(entry, kind, tags): frozenset()}
        for key, categories in named.items():
            # Of two lists of recipients it is not said whether one or both must let the reader in.
            if kind is TagType.PERMISSIVE and key in self._found:
                raise entry.refused(f"the recipients of `{key}` are given twice: put all of them in one <Category>")
            self._types[key], self._found[key] = kind, self._found.get(key, frozenset()) | categories

    def _named(self, entry: Element, tags: list[tuple[SecurityPolicy, Tag]]) -> tuple[str, frozenset[Category]]:
        name = leaf(entry)
        for version in self._versions:
            found = [tag for policy, tag in tags if policy is version and fold(name) in _names(tag)]
            if len(found) > 1:
                raise entry.refused(f"`{name}` stands in `{found[0].key}` and in `{found[1].key}`: which is not said")
            if found and not self._of_label and fold(name) in {fold(group) for group in found[0].groups}:
                raise entry.refused(f"`{name}` stands for several categories: a clearance names each that is held")
            if found:
                with at_line_of(entry):
                    return found[0].key, version.categories(found[0], [name])
        raise entry.refused(f"`{name}` is not a category of `{tags[0][1].tag_set}` in policy `{self._versions[0].id}`")

    def _nobody(self, entry: Element, kind: TagType, tags: list[tuple[SecurityPolicy, Tag]]) -> str:
        keys = {tag.key for _, tag in tags}
        if kind is not TagType.PERMISSIVE or not self._of_label:
            raise entry.refused(f"<Category> of `{tags[0][1].tag_set}` has no value: it says nothing, leave it out")
        if len(keys) > 1:
            raise entry.refused(f"nobody may receive under `{min(keys)}` or `{max(keys)}`: which is not said")
        return keys.pop()


def type_of(entry: Element) -> TagType:
    try:
        return TagType(entry.attribute("Type").casefold())
    except ValueError as error:
        raise entry.refused("`Type` is RESTRICTIVE, PERMISSIVE or INFORMATIVE") from error


def _is_of(tag: Tag, tag_set: str, kind: TagType) -> bool:
    return fold(tag.tag_set) == fold(tag_set) and tag.type is kind


def _names(tag: Tag) -> frozenset[str]:
    return frozenset(fold(name) for name in (*tag.rules, *tag.groups))


def category_texts(
    categories: Iterable[Category], versions: tuple[SecurityPolicy, ...], *, nobody: Iterable[str] = ()
) -> Iterator[str]:
    """One ``Category`` a tag, in the policy's order; tags and values of old versions come last."""
    tags: dict[str, Tag] = {}
    names: dict[str, dict[str, None]] = {}
    for tag in (tag for policy in versions for tag in policy.tags):
        tags.setdefault(tag.key, tag)
        names.setdefault(tag.key, {}).update(dict.fromkeys(tag.rules))
    chosen: dict[str, set[str]] = {key: set() for key in nobody}
    for category in categories:
        chosen.setdefault(category.tag, set()).add(category.name)
    for key, wanted in chosen.items():
        if key not in tags:
            raise LabelError(f"`{key}` is not a tag of policy `{versions[0].id}`")
        for unknown in sorted(wanted - set(names[key])):
            raise LabelError(f"`{unknown}` is not a category of `{key}` in policy `{versions[0].id}`")
    for key, tag in tags.items():
        if key in chosen:
            values = (element("slab:GenericValue", name) for name in names[key] if name in chosen[key])
            uri = _OID + tag.tag_set_id
            yield element("slab:Category", "", *values, Type=tag.type.name, TagName=tag.tag_set, URI=uri)
