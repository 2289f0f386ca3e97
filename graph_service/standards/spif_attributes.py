"""Attributes and small elements of a SPIF as values; each reader raises ``XmlRefused`` with its element's line."""

from __future__ import annotations

import re
from datetime import date

from graph_service.security.policy import Operation, TagType, fold
from graph_service.security.wording import CODES, PORTION_CODE, Phrase, Place, Qualifier, Wording
from graph_service.standards.xml import LANGUAGE, Element


def read_operation(entry: Element) -> Operation:
    try:
        return Operation(entry.attribute("operation"))
    except ValueError as error:
        raise entry.refused("`operation` is onlyOne, oneOrMore or all") from error


def read_kind(entry: Element) -> tuple[TagType, bool]:
    """The type of a tag or of a reference to one, and whether its categories are enumerated."""
    name = entry.attribute("tagType")
    enumerated = name == "enumerated"
    try:
        return (
            TagType.INFORMATIVE if name == "tagType7" else TagType(entry.attribute("enumType") if enumerated else name)
        ), enumerated
    except ValueError as error:
        raise entry.refused("a tag is restrictive, permissive, enumerated (with enumType) or tagType7") from error


def read_wording(entry: Element) -> Wording:
    phrases = []
    for data in entry.all("markingData"):
        codes = frozenset(code.text for code in data.all("code"))
        if codes - CODES:
            raise data.refused(f"`{min(codes - CODES)}` is not a marking code")
        phrases.append(Phrase(data.attributes.get(LANGUAGE, ""), data.attributes.get("phrase"), codes))
    qualifiers = []
    for holder in entry.all("markingQualifier"):
        code = holder.attributes.get("markingCode") or holder.attributes.get("code", "")
        if code and code not in CODES:
            raise holder.refused(f"`{code}` is not a marking code")
        place = Place.PORTION if code == PORTION_CODE else Place.BANNER if code else None
        for said in holder.all("qualifier"):
            kind = said.attribute("qualifierCode")
            if kind not in {"prefix", "suffix", "separator"}:
                raise said.refused("`qualifierCode` is prefix, suffix or separator")
            text = said.attributes.get("markingQualifier", "")
            qualifiers.append(Qualifier(kind, text, said.attributes.get(LANGUAGE, ""), place))
    return Wording(tuple(phrases), tuple(qualifiers))


def check_unique(entries: list[Element], attribute: str, *, why: str = "") -> None:
    """No two entries have the same value; ``why`` is said instead of the value."""
    seen: dict[str, Element] = {}
    for entry in entries:
        value = entry.attribute(attribute)
        value = fold(value) if attribute in {"name", "id"} else str(read_number(entry, attribute))
        if value in seen:
            raise entry.refused(why or f"`{entry.attribute(attribute)}` is given twice as {attribute}")
        seen[value] = entry


def read_oid(entry: Element) -> str:
    value = entry.attribute("id")
    if not re.fullmatch(r"[0-2](\.(0|[1-9][0-9]*))+", value):
        raise entry.refused(f"`{value}` is not an object identifier such as 1.3.26.1.3.1")
    return value


def read_number(entry: Element, attribute: str) -> int:
    value = entry.attribute(attribute)
    if not re.fullmatch(r"[0-9]{1,12}", value):
        raise entry.refused(f"`{attribute}` is a number, not `{value}`")
    return int(value)


def read_optional_number(entry: Element, attribute: str) -> int | None:
    return read_number(entry, attribute) if entry.attributes.get(attribute) else None


def read_lacv(entry: Element) -> str:
    """The number as it is compared: 004 is 4."""
    return str(read_number(entry, "lacv"))


def read_flag(entry: Element, attribute: str) -> bool:
    value = entry.attributes.get(attribute, "false").strip()
    if value not in {"true", "false", "1", "0"}:
        raise entry.refused(f"`{attribute}` is true or false, not `{value}`")
    return value in {"true", "1"}


def read_day(entry: Element, attribute: str) -> date | None:
    value = entry.attributes.get(attribute)
    if not value:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError as error:
        raise entry.refused(f"`{attribute}` is a date such as 2025-09-09, not `{value}`") from error
