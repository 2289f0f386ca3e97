"""Finds dates and periods in Dutch, English and French: no more exact than what is said.

The value is ``2013``, ``2013-04`` or ``2013-04-25``; of a period both ends with a slash between, ``2014/2019-05``. What
is said vaguely (``in het voorjaar van 2014``, ``eind 2013``) has the value of its year, and its words tell the rest; a
half or a quarter of a year is a period of months.
A day or month without a year gets one only where the same phrase says it (``12 en 15 mei 2019``).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass

from loaders.extraction.model import Mention, MentionKind
from loaders.extraction.words import MONTH, MONTH_NAMES, MONTHS

METHOD = "date/1"

_ORDINAL = r"(?:eerste|tweede|derde|vierde|first|second|third|fourth|première?|deuxième|troisième|quatrième|[1-4]e)"
_VAGUE = (
    rf"(?:(?:{_ORDINAL}\s(?:helft|kwartaal|half|quarter|semestre|trimestre|moitié|week|weken|weeks?)|[Qq][1-4]"
    r"|begin|eind|einde|medio|half|midden|ultimo|najaar|voorjaar|zomer|winter|herfst|lente|early|late|mid|end|beginning"
    r"|start|spring|summer|autumn|fall|début|fin|mi|printemps|été|automne|hiver)"
    r"(?:[\s-](?:van|of|de|het|the|in|du|l['’]année|d['’]))?[\s-])"
)
_ORDINALS = {
    1: {"eerste", "first", "premier", "première", "1e", "q1"},
    2: {"tweede", "second", "deuxième", "2e", "q2"},
    3: {"derde", "third", "troisième", "3e", "q3"},
    4: {"vierde", "fourth", "quatrième", "4e", "q4"},
}
_PART = re.compile(
    rf"(?:(?P<half>{_ORDINAL})\s(?:helft|half|semestre|moitié)|(?P<quarter>{_ORDINAL})\s(?:kwartaal|quarter|trimestre)"
    r"|(?P<q>Q[1-4]))(?=[\s-])",
    re.IGNORECASE,
)
_DAY = r"(?:\d{1,2}(?:e|ste|de|st|nd|rd|th|er)?)"
_YEAR = r"(?:19|20)\d\d"
_OF = r"(?:\s(?:van|of|de))?"

_POINT = re.compile(
    rf"(?<![\w.,€$£#])(?:"
    rf"(?P<iso>{_YEAR}-[01]\d-[0-3]\d)(?![\w-])"
    rf"|(?P<numeric>\d{{1,2}}(?P<sign>[-/.])\d{{1,2}}(?P=sign){_YEAR})(?![\w-])"
    rf"|(?P<vague>{_VAGUE})?(?:(?P<day>{_DAY})\.?{_OF}\s)?(?P<month>{MONTH})\b\.?,?{_OF}\s(?P<year>{_YEAR})(?![\w/])"
    rf"|(?P<us_month>{MONTH})\.?\s(?P<us_day>{_DAY}),?\s(?P<us_year>{_YEAR})(?!\w)"
    rf"|(?P<of_year>{_VAGUE})(?P<vague_year>{_YEAR})(?![\w/%]|[.,]\d)"
    rf"|(?P<alone>{_YEAR})(?![\w%]|[.,]\d|/\d{{3}})"
    rf")",
    re.IGNORECASE,
)
"""One point in time that has its year."""

_PARTIAL = re.compile(
    rf"(?<![\w/.,-])(?:(?P<vague>{_VAGUE})?(?:(?P<day>{_DAY})\.?\s)?(?P<month>{MONTH})\b\.?|(?P<only_day>{_DAY}))"
    rf"(?P<link>\s?(?:[-–—/]|t/m|tot en met|tot|en|and|to|until|through|et|au|à)\s?)$",
    re.IGNORECASE,
)
"""A day or month right before a point, which lends it its year."""

_OPENS = re.compile(
    r"\b(?:tussen|between|entre|van|vanaf|from|de|du|depuis|periode|period|période|sinds|since)\s(?:de\s|het\s|the\s)?$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:tussen|between|entre)\s(?:de\s|het\s|the\s)?$", re.IGNORECASE)
_RANGE = re.compile(
    r"\s?(?:[-–—]|t/m|tot\sen\smet|tot\saan|tot|until|till|through|to|up\sto|à|au|jusqu['’]?(?:à|au|en))\s?(?:eind\s)?"
    r"(?:en\smet\s|and\sincluding\s)?",
    re.IGNORECASE,
)
_EN = re.compile(r"\s(?:en|and|et)\s(?:in\s)?", re.IGNORECASE)
_SHORT_END = re.compile(r"\s?[-–/]\s?['’]?(\d\d)(?![\w/-]|[.,]\d)")
_BEFORE_YEAR = re.compile(
    r"(?:\b(?:in|sinds|sedert|uit|van|tot|na|voor|vóór|vanaf|per|over|tijdens|jaar|jaren|en|of|from|since|until|by|after"
    r"|before|during|year|years|en|depuis|avant|après|dès|année|and|to)\s(?:the\s|de\s|het\s)?|[(\t\n]|^)$",
    re.IGNORECASE,
)
_JOINED = ("-", "–", "/")
_AFTER_A_YEAR = re.compile(rf"\b{_YEAR}\s?[-–/]$")
_NOT_A_YEAR = re.compile(
    r"(?:\b(?:nr|no|nrs|nos|nummer|number|numéro|n°|blz|pag|pagina|page|pp?|ruim|circa|ongeveer|bijna|about|some|nearly"
    r"|artikel|article|art|kamer|room|telefoon|tel|versie|version|iso|bus|box|postbus|resolutie|resolution|résolution)"
    r"\.?\s|[€$£#]\s?)$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s(?:militai|mensen|man\b|personen|soldat|troep|functionari|agenten|politie|euro|dollar|miljoen|miljard|km\b|kilo|meter"
    r"|m²|uur\b|uren|dagen|weken|slachtoffers|doden|burgers|vluchteling|gezinnen|huishoudens|vrouwen|mannen|kinderen|stuks"
    r"|troops|soldiers|people|persons|personnel|officers|police|hours|days|weeks|families|civilians|women|men\b|children"
    r"|million|billion|personnes|hommes|femmes|hectare|woorden|words|exemplaren|deelnemers|participants|respondent)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Point:
    start: int
    end: int
    value: str
    sure: float


def find_dates(block: int, text: str) -> Iterator[Mention]:
    """Every date and period that has a year."""
    points = [point for match in _POINT.finditer(text) if (point := _point(text, match))]
    at = 0
    while at < len(points):
        taken, start, end, value, sure = _joined(text, points, at)
        yield Mention(MentionKind.DATE, block, start, end, text[start:end], METHOD, sure, "", value)
        at += taken


def _joined(text: str, points: list[_Point], at: int) -> tuple[int, int, int, str, float]:
    """The period that begins with this point and how many points it takes; else the point itself."""
    first = points[at]
    start, begins = _lent(text, first)
    if begins or "/" in first.value:
        begins = begins or first.value
        return 1, start, first.end, begins, round(first.sure - 0.05, 2)
    if at + 1 < len(points):
        second = points[at + 1]
        between = text[first.end : second.start]
        linked = _RANGE.fullmatch(between) or (_EN.fullmatch(between) and _BETWEEN.search(text, 0, first.start))
        if linked and "/" not in second.value and _follows(first.value, second.value):
            return 2, first.start, second.end, f"{first.value}/{second.value}", max(first.sure, second.sure)
    short = _SHORT_END.match(text, first.end) if len(first.value) == 4 else None
    if short and int(short[1]) > int(first.value[2:]):
        return 1, first.start, short.end(), f"{first.value}/{first.value[:2]}{short[1]}", min(first.sure, 0.85)
    return 1, first.start, first.end, first.value, first.sure


def _lent(text: str, point: _Point) -> tuple[int, str]:
    """Where a period begins whose first half has no year of its own, and its value: ``12 tot 15 mei 2019``."""
    if len(point.value) not in (7, 10):
        return point.start, ""
    window = max(0, point.start - 40)
    before = _PARTIAL.search(text[window : point.start])
    if before is None:
        return point.start, ""
    year, month = point.value[:4], point.value[5:7]
    day = _number(before["day"] or before["only_day"])
    if before["month"]:
        month = f"{MONTHS[before['month'].lower()]:02}"
        begins = _value(year, month, day)
    elif len(point.value) == 10:
        begins = _value(year, month, day)
    else:
        begins = ""
    if not begins or not _follows(begins, point.value):
        return point.start, ""
    return window + before.start(), f"{begins}/{point.value}"


def _follows(first: str, second: str) -> bool:
    shared = min(len(first), len(second))
    return first[:shared] <= second[:shared] and first != second


def _point(text: str, match: re.Match[str]) -> _Point | None:
    start, end = match.start(), match.end()
    if match["alone"]:
        sure = _year_alone(text, match)
        return _Point(start, end, match["alone"], sure) if sure else None
    if match["vague_year"]:
        return _Point(start, end, _part_of(match["of_year"], match["vague_year"]), 0.97)
    value, sure = _dated(match)
    return _Point(start, end, value, sure) if value else None


def _part_of(words: str, year: str) -> str:
    """A half or a quarter has its months; a season or the end of a year have none that all agree on."""
    part = _PART.match(words)
    if part is None:
        return year
    which = part["half"] or part["quarter"] or part["q"]
    number = next((n for n, forms in _ORDINALS.items() if which.lower() in forms), 0)
    months = 6 if part["half"] else 3
    if not 1 <= number <= 12 // months:
        return year
    return f"{year}-{(number - 1) * months + 1:02}/{year}-{number * months:02}"


def _dated(match: re.Match[str]) -> tuple[str, float]:
    if match["iso"]:
        return _value(*match["iso"].split("-")), 0.99
    if match["numeric"]:
        day, month, year = re.split(r"[-/.]", match["numeric"])
        # Day before month, as Dutch and French have it. English may mean the other order where both are possible.
        sure = 0.95 if int(day) > 12 or match["sign"] != "/" else 0.7
        return _value(year, month, day), sure
    month = match["month"] or match["us_month"]
    year, day = match["year"] or match["us_year"], _number(match["day"] or match["us_day"])
    if not day and month.lower() not in MONTH_NAMES and month[0].islower():
        return "", 0.0
    return _value(year, str(MONTHS[month.lower()]), day), 0.99


def _year_alone(text: str, match: re.Match[str]) -> float:
    """How sure it is that four digits are a year; 0 if they are not."""
    before, number = text[max(0, match.start() - 16) : match.start()], int(match["alone"])
    if before.endswith(_JOINED) and not _AFTER_A_YEAR.search(before):
        return 0.0
    if not 1900 <= number <= 2060 or _NOT_A_YEAR.search(before) or _COUNTED.match(text, match.end()):
        return 0.0
    if _BEFORE_YEAR.search(before) or _RANGE.match(text, match.end()):
        return 0.95
    return 0.8


def _number(day: str | None) -> str:
    return re.sub(r"\D", "", day or "")


def _value(year: str, month: str, day: str = "") -> str:
    """The value, or nothing where the calendar has no such day."""
    if not 1 <= int(month) <= 12:
        return ""
    if not day:
        return f"{year}-{int(month):02}"
    return f"{year}-{int(month):02}-{int(day):02}" if 1 <= int(day) <= monthrange(int(year), int(month))[1] else ""
