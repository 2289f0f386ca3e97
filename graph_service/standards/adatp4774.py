"""ADatP-4774: confidentiality labels and clearances as XML documents, each of exactly one policy.

Source: STANAG 4774 / ADatP-4774 edition A version 1 (schema and prose) and ADatP-4774.1, table 10, by the notes with
page numbers of github.com/linagora/dcs-onlyoffice (docs/research/labelling-standards.md); the structure of a clearance
by what github.com/surevine/spiffing reads and writes.

What is read is understood whole or refused, because an element of the label that is not known here could be a
restriction. Two faults of published samples are accepted when reading: ``URL`` for ``URI`` on the policy, and no
creation time. What is written is read back before it is given out: a label that the syntax can't say, as with a name
that stands in two tags of one tag set and type, is refused and not half said.

Ours alone is a PERMISSIVE ``Category`` without values: nobody may receive. The schema allows it, the prose is silent,
and leaving it out, as the dominant-label rules of ADatP-4774.1 (4.4) do, would widen access.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from graph_service.errors import ClearanceError, LabelError
from graph_service.security.clearances import Clearance, PolicyClearance
from graph_service.security.labels import EVERYONE, Label, PolicyLabel
from graph_service.security.policies import Policies
from graph_service.security.policy import TagType, categories_of
from graph_service.standards.adatp4774_terms import (
    CLEARANCE,
    LABEL,
    Categories,
    at_line_of,
    category_texts,
    children,
    leaf,
    only,
    perhaps,
    policy_named,
    policy_text,
    refused_as,
    type_of,
)
from graph_service.standards.xml import DECLARATION, Element, XmlRefused, element, parse_xml

ORIGINATOR_TYPES = frozenset(
    "rfc822Name dNSName directoryName uniformResourceIdentifier iPAddress x400Address userPrincipalName jID".split()
)
"""Which kind of name an originator has (``IDType``)."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class LabelKind(Enum):
    """Whose label it is: the originator's, an equivalent one in another policy, or that of the metadata themselves."""

    ORIGINATOR = "originator"
    ALTERNATIVE = "alternative"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class Succession:
    """The label that takes over at a moment set beforehand, as in a planned declassification. Carried, not applied."""

    at: datetime
    label: Label
    privacy_mark: str = ""

    def __post_init__(self) -> None:
        one_part(self.label)
        object.__setattr__(self, "at", _utc(self.at))
        object.__setattr__(self, "privacy_mark", self.privacy_mark.strip())


@dataclass(frozen=True, slots=True)
class LabelDocument:
    """A label of exactly one policy, with what is said about it. Times have a zone and are kept in UTC.

    ``originator``    who set the label, and ``originator_type`` what kind of name that is (``ORIGINATOR_TYPES``)
    ``created``       when it was set; ``review`` when it is to be looked at again (a past one leaves the label valid)
    ``privacy_mark``  a text that is shown and never decides
    """

    label: Label
    kind: LabelKind = LabelKind.ORIGINATOR
    originator: str = ""
    originator_type: str = ""
    created: datetime | None = None
    review: datetime | None = None
    succession: Succession | None = None
    privacy_mark: str = ""

    def __post_init__(self) -> None:
        one_part(self.label)
        for name in ("originator", "privacy_mark"):
            object.__setattr__(self, name, getattr(self, name).strip())
        if bool(self.originator) != bool(self.originator_type):
            raise LabelError("an originator is a name and its type: give both or neither")
        if self.originator and self.originator_type not in ORIGINATOR_TYPES:
            known = ", ".join(sorted(ORIGINATOR_TYPES))
            raise LabelError(f"`{self.originator_type}` is not a type of originator: it is one of {known}")
        for name in ("created", "review"):
            moment: datetime | None = getattr(self, name)
            object.__setattr__(self, name, moment and _utc(moment))


def one_part(label: Label) -> PolicyLabel:
    """The label's only part. Raises ``LabelError`` for a label of several policies: ``split_label`` parts them."""
    if len(label.parts) != 1:
        raise LabelError("an ADatP-4774 label is of one policy: make one document for each part of the label")
    return label.parts[0]


def split_label(label: Label) -> list[Label]:
    """One label for each part. Only all of them together demand what the label demands."""
    return [Label((part,)) for part in label.parts]


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise LabelError(f"{moment.isoformat()} has no zone: a label's times are given with one, such as UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise LabelError(f"{moment.isoformat()} is beyond the times of UTC") from error


# --- reading a label -------------------------------------------------------------------------------------------------

_ROOTS = {f"{kind.value}ConfidentialityLabel": kind for kind in LabelKind}
# Kept by the schema for documents of before the standard, which knew the originator's label only.
_ROOTS["confidentialityLabel"] = LabelKind.ORIGINATOR


def read_label(text: str, *, policies: Policies) -> LabelDocument:
    """The label in this document. Raises ``LabelError`` with line and reason for anything not understood whole."""
    with refused_as(LabelError):
        return label_in(parse_xml(text), policies=policies)


def is_label(root: Element) -> bool:
    """Whether this is a label, whoever's. Published samples write the first letter of its name in upper case too."""
    return root.namespace == LABEL and root.name[:1].lower() + root.name[1:] in _ROOTS


def label_in(root: Element, *, policies: Policies) -> LabelDocument:
    """The label that this element is. Raises ``XmlRefused``."""
    if not is_label(root):
        raise root.refused(f"<{root.name}> is not a confidentiality label of ADatP-4774 ({LABEL})")
    known = ("ConfidentialityInformation", "OriginatorID", "CreationDateTime", "SuccessionHandling")
    inside = children(root, dict.fromkeys(known, LABEL), others=True)
    originator, created = perhaps(inside, "OriginatorID"), perhaps(inside, "CreationDateTime")
    succession, review = perhaps(inside, "SuccessionHandling"), root.attributes.get("ReviewDateTime")
    label, privacy_mark = _information(only(root, inside, "ConfidentialityInformation"), policies)
    with at_line_of(originator or root):
        return LabelDocument(
            label=label,
            kind=_ROOTS[root.name[:1].lower() + root.name[1:]],
            originator=leaf(originator) if originator else "",
            originator_type=originator.attribute("IDType") if originator else "",
            created=_moment(created, leaf(created)) if created else None,
            review=_moment(root, review) if review is not None else None,
            succession=_succession(succession, policies) if succession else None,
            privacy_mark=privacy_mark,
        )


def _succession(entry: Element, policies: Policies) -> Succession:
    inside = children(entry, dict.fromkeys(("SuccessionDateTime", "SuccessorConfidentialityLabel"), LABEL))
    at = only(entry, inside, "SuccessionDateTime")
    successor = only(entry, inside, "SuccessorConfidentialityLabel")
    within = children(successor, {"ConfidentialityInformation": LABEL})
    label, privacy_mark = _information(only(successor, within, "ConfidentialityInformation"), policies)
    return Succession(_moment(at, leaf(at)), label, privacy_mark)


def _information(entry: Element, policies: Policies) -> tuple[Label, str]:
    """The label and its privacy mark."""
    known = ("PolicyIdentifier", "Classification", "PrivacyMark", "Category")
    inside = children(entry, dict.fromkeys(known, LABEL), others=True)
    policy = policy_named(only(entry, inside, "PolicyIdentifier"), policies)
    level, mark = only(entry, inside, "Classification"), perhaps(inside, "PrivacyMark")
    found = Categories(policies.versions[policy.id])
    for category in inside["Category"]:
        found.add(category)
    with at_line_of(level):
        part = PolicyLabel(
            level=policy.level(leaf(level)),
            compartments=found.of_type(TagType.RESTRICTIVE),
            releasable_to=found.releases() or EVERYONE,
            informative=found.of_type(TagType.INFORMATIVE),
        )
    return Label((part,)), leaf(mark) if mark else ""


def _moment(entry: Element, text: str) -> datetime:
    try:
        if _TIME.fullmatch(text.strip()):
            return _utc(datetime.fromisoformat(text.strip()))
    except (ValueError, LabelError):
        pass
    raise entry.refused(f"`{text}` is not a moment with its zone, such as 2026-05-01T12:00:00Z")


# --- writing a label -------------------------------------------------------------------------------------------------


def write_label(document: LabelDocument, *, policies: Policies) -> str:
    """The document as XML that the schema accepts, times in whole seconds.

    Raises ``LabelError`` where the standard demands more than there is (a creation time, and a time of review or a
    succession), and for a label that its syntax can't say.
    """
    return DECLARATION + label_element(document, policies=policies) + "\n"


def label_element(document: LabelDocument, *, policies: Policies) -> str:
    """The label as an element, without the declaration of a document of its own. Raises as ``write_label`` does."""
    if document.created is None:
        raise LabelError("an ADatP-4774 label says when it was made: give `created`")
    if document.review is None and document.succession is None:
        raise LabelError("an ADatP-4774 label says when it is looked at again: give `review`, or else a `succession`")
    said = _in_seconds(document)
    with refused_as(LabelError):
        text = _label_text(said, policies)
    try:
        again = label_in(parse_xml(text), policies=policies)
    except XmlRefused as error:
        raise LabelError(f"ADatP-4774 can't say this label: {error.public}") from error
    if again != said:
        raise LabelError("ADatP-4774 can't say this label: what was written means another one")
    return text


def _in_seconds(document: LabelDocument) -> LabelDocument:
    """Times as they are written. A succession never comes early: it is rounded up."""
    succession = document.succession
    if succession and succession.at.microsecond:
        try:
            succession = replace(succession, at=succession.at.replace(microsecond=0) + timedelta(seconds=1))
        except OverflowError as error:
            raise LabelError(f"{succession.at.isoformat()} is beyond the times that can be written") from error
    return replace(
        document,
        created=document.created and document.created.replace(microsecond=0),
        review=document.review and document.review.replace(microsecond=0),
        succession=succession,
    )


def _label_text(document: LabelDocument, policies: Policies) -> str:
    inner = [_information_text(document.label, document.privacy_mark, policies)]
    if document.originator:
        inner.append(element("slab:OriginatorID", document.originator, IDType=document.originator_type))
    if document.created:
        inner.append(element("slab:CreationDateTime", _time_text(document.created)))
    if document.succession:
        successor = _information_text(document.succession.label, document.succession.privacy_mark, policies)
        at = element("slab:SuccessionDateTime", _time_text(document.succession.at))
        label = element("slab:SuccessorConfidentialityLabel", "", successor)
        inner.append(element("slab:SuccessionHandling", "", at, label))
    return element(
        f"slab:{document.kind.value}ConfidentialityLabel",
        "",
        *inner,
        xmlns_slab=LABEL,
        ReviewDateTime=_time_text(document.review) if document.review else None,
    )


def _information_text(label: Label, privacy_mark: str, policies: Policies) -> str:
    part = one_part(label)
    nobody = {release.tag for release in part.releases if not release.recipients}
    return element(
        "slab:ConfidentialityInformation",
        "",
        policy_text(policies.policy(part.policy)),
        element("slab:Classification", part.level.name),
        *([element("slab:PrivacyMark", privacy_mark)] if privacy_mark else []),
        *category_texts(categories_of(part), policies.versions[part.policy], nobody=nobody),
    )


def _time_text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat() + "Z"


# --- clearances ------------------------------------------------------------------------------------------------------


def read_clearance(text: str, *, policies: Policies) -> Clearance:
    """The clearance in this document, of one policy: it holds just what is listed, and has no period.

    Raises ``ClearanceError`` with line and reason for anything not understood whole.
    """
    with refused_as(ClearanceError):
        return clearance_in(parse_xml(text), policies=policies)


def is_clearance(root: Element) -> bool:
    return (root.namespace, root.name) == (CLEARANCE, "ConfidentialityClearance")


def clearance_in(root: Element, *, policies: Policies) -> Clearance:
    """The clearance that this element is. Raises ``XmlRefused``."""
    if not is_clearance(root):
        raise root.refused(f"<{root.name}> is not a clearance of ADatP-4774 ({CLEARANCE})")
    inside = children(root, {"PolicyIdentifier": LABEL, "ClassificationList": CLEARANCE, "Category": LABEL})
    policy = policy_named(only(root, inside, "PolicyIdentifier"), policies)
    levels = set()
    for entry in children(only(root, inside, "ClassificationList"), {"Classification": LABEL})["Classification"]:
        with at_line_of(entry):
            levels.add(policy.level(leaf(entry)))
    found = Categories(policies.versions[policy.id], of_label=False)
    for category in inside["Category"]:
        if type_of(category) is TagType.INFORMATIVE:
            raise category.refused("an INFORMATIVE category is never held: leave it out of a clearance")
        found.add(category)
    held = found.of_type(TagType.RESTRICTIVE) | found.of_type(TagType.PERMISSIVE)
    return Clearance((PolicyClearance(policy.id, frozenset(levels), held),))


def write_clearance(clearance: Clearance, *, policies: Policies) -> list[str]:
    """One document for each policy of the clearance.

    Raises ``ClearanceError`` for one with a period: the standard has no place for it, and a clearance that is written
    without the end that it has would hold for ever.
    """
    if clearance.valid_from or clearance.valid_until:
        raise ClearanceError("an ADatP-4774 clearance can't say from when until when it holds: give that apart from it")
    with refused_as(ClearanceError):
        return [DECLARATION + _clearance_text(part, policies) + "\n" for part in clearance.parts]


def _clearance_text(part: PolicyClearance, policies: Policies) -> str:
    policy = policies.policy(part.policy)
    levels = [element("slab:Classification", level.name) for level in policy.levels if level in part.levels]
    text = element(
        "sclr:ConfidentialityClearance",
        "",
        policy_text(policy),
        element("sclr:ClassificationList", "", *levels),
        *category_texts(part.categories, policies.versions[policy.id]),
        xmlns_sclr=CLEARANCE,
        xmlns_slab=LABEL,
    )
    try:
        again = clearance_in(parse_xml(text), policies=policies)
    except XmlRefused as error:
        raise ClearanceError(f"ADatP-4774 can't say this clearance: {error.public}") from error
    if again != Clearance((part,)):
        raise ClearanceError("ADatP-4774 can't say this clearance: what was written means another one")
    return text
