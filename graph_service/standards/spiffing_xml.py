"""The XML form of the spiffing tools: labels and clearances by number, as their debugging output and test data have it.

Source: the documents and the reader of github.com/surevine/spiffing (namespace ``http://surevine.com/xmlns/spiffy``).
Numbers decide; a name that stands in an element is a comment, and in the tools' own samples now and then a wrong one.
Read only: ``adatp4774`` is what we write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph_service.errors import ClearanceError, LabelError
from graph_service.security.clearances import Clearance, PolicyClearance
from graph_service.security.labels import Category, Label, Level
from graph_service.security.policies import Policies
from graph_service.security.policy import SecurityPolicy, TagType
from graph_service.standards.adatp4774 import LabelDocument
from graph_service.standards.adatp4774_terms import refused_as
from graph_service.standards.xml import Element, parse_xml

NAMESPACE = "http://surevine.com/xmlns/spiffy"

_TYPES = {
    "restrictive": (TagType.RESTRICTIVE, False),
    "permissive": (TagType.PERMISSIVE, False),
    "enumeratedRestrictive": (TagType.RESTRICTIVE, True),
    "enumeratedPermissive": (TagType.PERMISSIVE, True),
    "informative": (TagType.INFORMATIVE, False),
}


def read_label(text: str, *, policies: Policies) -> LabelDocument:
    """The label in this document, of which nothing is said besides. Raises ``LabelError`` with line and reason."""
    with refused_as(LabelError):
        return label_in(parse_xml(text), policies=policies)


def read_clearance(text: str, *, policies: Policies) -> Clearance:
    """The clearance in this document: it holds just what is listed. Raises ``ClearanceError`` with line and reason."""
    with refused_as(ClearanceError):
        return clearance_in(parse_xml(text), policies=policies)


def is_label(root: Element) -> bool:
    return (root.namespace, root.name) == (NAMESPACE, "label")


def is_clearance(root: Element) -> bool:
    return (root.namespace, root.name) == (NAMESPACE, "clearance")


def label_in(root: Element, *, policies: Policies) -> LabelDocument:
    """The label that this element is. Raises ``XmlRefused``."""
    if not is_label(root):
        raise root.refused(f"<{root.name}> is not a <label> of {NAMESPACE}")
    policy = _policy(root, policies)
    level = _level(root.one("classification"), policy)
    categories = frozenset(category for _, category in _categories(root, policies.versions[policy.id]))
    # The types are those of the version that knows each category: one tag is of one type in all versions.
    for version in policies.versions[policy.id]:
        if {category.tag for category in categories} <= {tag.key for tag in version.tags}:
            return LabelDocument(Label((version.label(level, categories),)))
    raise root.refused(f"no version of policy `{policy.id}` has all of the label's tags")


def clearance_in(root: Element, *, policies: Policies) -> Clearance:
    """The clearance that this element is. Raises ``XmlRefused``."""
    if not is_clearance(root):
        raise root.refused(f"<{root.name}> is not a <clearance> of {NAMESPACE}")
    policy = _policy(root, policies)
    levels = frozenset(_level(entry, policy) for entry in root.all("classification"))
    held = set()
    for entry, category in _categories(root, policies.versions[policy.id]):
        if _kind(entry)[0] is TagType.INFORMATIVE:
            raise entry.refused("an informative category is never held: leave it out of a clearance")
        held.add(category)
    return Clearance((PolicyClearance(policy.id, levels, frozenset(held)),))


def _policy(root: Element, policies: Policies) -> SecurityPolicy:
    for child in root.children:
        if child.namespace != NAMESPACE or child.name not in {"policy", "classification", "tag"}:
            raise child.refused(f"<{child.name}> has no meaning in <{root.name}>: it is unknown or mis-spelt")
        if child.children:
            raise child.children[0].refused(f"<{child.name}> holds no elements")
    entry = root.one("policy")
    policy = policies.by_oid(entry.attribute("id"))
    if policy is None:
        raise entry.refused(f"`{entry.attribute('id')}` is not the identifier of a known policy")
    return policy


def _level(entry: Element, policy: SecurityPolicy) -> Level:
    number = _number(entry)
    for rule in policy.scale:
        if rule.lacv == number:
            return rule.level
    raise entry.refused(f"{number} is not the number of a level of policy `{policy.id}`")


def _categories(root: Element, versions: tuple[SecurityPolicy, ...]) -> Iterator[tuple[Element, Category]]:
    """Each ``tag`` with its category, in the newest version that knows it."""
    for entry in root.all("tag"):
        wanted = (entry.attribute("id"), *_kind(entry))
        number = _number(entry)
        found = [
            rule.category
            for policy in versions
            for tag in policy.tags
            if (tag.tag_set_id, tag.type, tag.enumerated) == wanted
            for rule in tag.rules.values()
            if rule.lacv == number
        ]
        if not found:
            kind = entry.attribute("type")
            raise entry.refused(f"{number} is no {kind} category of tag set {wanted[0]} in policy `{versions[0].id}`")
        yield entry, found[0]


def _kind(entry: Element) -> tuple[TagType, bool]:
    name = entry.attribute("type")
    if name not in _TYPES:
        raise entry.refused(f"`{name}` is not a type of tag: it is one of {', '.join(_TYPES)}")
    return _TYPES[name]


def _number(entry: Element) -> str:
    """The number as policies have it: 004 is 4."""
    value = entry.attribute("lacv")
    if not re.fullmatch(r"[0-9]{1,12}", value):
        raise entry.refused(f"`lacv` is a number, not `{value}`")
    return str(int(value))
