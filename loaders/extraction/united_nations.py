"""Finds resolutions and other documents of the United Nations, by number or by symbol.

A resolution of the Security Council is a number that counts through, so ``resolutie 2100`` says enough; one of the
General Assembly has a session, ``60/1``. A list (``resoluties 2295, 2364 en 2423``) is as many mentions as
it has members.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from loaders.extraction.model import Mention, MentionKind
from loaders.extraction.words import AND, MONTH, NUMBER_WORD, SPACE, month_follows
from loaders.identifiers import SOURCE, assembly_resolution_iri, resolution_iri, resolution_year, slug, symbol_iri

METHOD = "un-symbol/1"

_BODY = (
    r"(?:VN[ -]Veiligheidsraad(?:s|s-|-)?|Veiligheidsraad(?:s|s-|-)?|VNVR[ -]?|VN[ -]|UNSC[ -]?|UN[ -]|SC[ -]"
    r"|(?:UN )?Security Council|Conseil de sécurité|AVVN[ -]|UNGA[ -]?|(?:UN )?General Assembly"
    r"|(?:VN[ -])?Algemene Vergadering|Mensenrechtenraad|(?:UN )?Human Rights Council)"
)
_HEAD = re.compile(
    rf"(?<!\w)(?:{_BODY}{SPACE}?)?(?:(?P<word>[Rr][eé]solu(?:tie|tion)s?|RESOLU(?:TIE|TION)S?|[Rr]es\.)"
    rf"|(?P<short>UNSCRs?|UNSCR's|VNVR|SCRs?)(?=[ -]?\d))(?:{SPACE}|-|(?<=R))"
    rf"(?:{NUMBER_WORD}{SPACE}?)?(?P<open>\()?(?=\d)"
)
_MEMBER = re.compile(
    rf"(?P<number>(?:(?:ES|S)-)?\d{{1,2}}/\d{{1,3}}|[1-9]\d{{0,3}})(?!\w|/\d{{1,3}}(?!\d)|\.\d|[-–]\d)"
    rf"(?:{SPACE}?\((?P<year>\d{{4}}|(?:(?:ES|S)-)?[IVXLC]{{1,7}})\)|/(?P<slash>(?:19|20)\d\d)(?!\d))?"
)
_DATED = re.compile(
    rf",?{SPACE}(?:of|van|du|d\.d\.|dated|adopted on)?{SPACE}?\d{{1,2}}{SPACE}{MONTH}{SPACE}\d{{4}}", re.IGNORECASE
)
_SEPARATOR = re.compile(AND)
_SYMBOL = re.compile(
    r"(?<![\w/])(?:S/RES/\d{1,4}(?:\s?\(\d{4}\))?|A/RES/\d{1,4}\s?\((?:(?:ES|S)-)?[IVXLC]{1,7}\)"
    r"|A/RES/(?:(?:ES|S)-)?\d{1,2}/\d{1,3}[A-Z]?"
    r"|[ASE]/(?:[A-Z][A-Z0-9.]{0,9}/)*(?:19|20)\d\d/\d{1,4}(?:/(?:Add|Rev|Corr)\.\d)?"
    r"|[AE]/(?:[A-Z][A-Z0-9.]{0,9}/){0,3}\d{1,2}/(?:L\.)?\d{1,4}(?:/(?:Add|Rev|Corr)\.\d)?|S/(?:PV\.)?\d{3,5})(?![\w/])"
)
_TITLE = re.compile(
    rf"(?<![\w/])(?P<number>[1-9]\d{{0,3}}){SPACE}\((?P<year>(?:19|20)\d\d)\)\.{SPACE}Resolution of(?!\w)"
)
"""What older resolutions of the Security Council are headed with: ``161 (1961). Resolution of 21 February 1961``."""
_IN_BRACKETS = re.compile(r"\d{3,4}(?:(?:, ?| en | and | et )\d{3,4}){1,30}\)")
"""``resoluties (1996, 2057 en 2132)``: several numbers and nothing else, for one alone is a year."""
_OTHER_BODY = re.compile(
    r"\W{0,3}(?:\(\d{4}\)\s?)?(?:van|of|de|du|adopted by)?\s?(?:de|het|the|la|le|l['’])?\s?"
    r"(?:Parlementaire|Parliamentary|Assemblée parlementaire|Europees|European|Parlement européen|Raad van Europa"
    r"|Council of Europe|Conseil de l|IAEA|Afrikaanse|African|Tweede|Eerste|Arabische|Arab|pixels?|dpi|ppi|[x×]\s?\d)"
)
_ASSEMBLY = re.compile(r"\b(?:AVVN|UNGA|General Assembly|Algemene Vergadering|Assemblée générale)")
_RIGHTS_COUNCIL = re.compile(r"\b(?:Mensenrechtenraad|Human Rights Council|Conseil des droits)")
_COUNCIL = re.compile(
    r"Veiligheidsraad|VNVR|UNSC|SCRs?\b|Security Council|Conseil de sécurité|\bVN\b|\bUN\b|\bONU\b|Verenigde Naties"
)
_NEAR = 60


def find_united_nations(block: int, text: str) -> Iterator[Mention]:
    """Resolutions by number and everything with a symbol."""
    for match in _HEAD.finditer(text):
        yield from _listed(block, text, match)
    for match in _TITLE.finditer(text):
        if iri := resolution_iri(match["number"], match["year"]):
            start, end = match.start(), match.end("year") + 1
            value = iri.removeprefix(SOURCE)
            yield Mention(MentionKind.RESOLUTION, block, start, end, text[start:end], METHOD, 0.97, iri, value)
    for match in _SYMBOL.finditer(text):
        iri = symbol_iri(re.sub(r"\s?\(", " (", match[0]))
        kind = MentionKind.RESOLUTION if "/RES/" in match[0] else MentionKind.REPORT
        value = iri.removeprefix(SOURCE) or match[0]
        yield Mention(kind, block, match.start(), match.end(), match[0], METHOD, 0.99 if iri else 0.5, iri, value)


def _listed(block: int, text: str, head: re.Match[str]) -> Iterator[Mention]:
    at, start = head.end(), head.start()
    several = (head["word"] or head["short"]).lower().endswith("s")
    if head["open"] and not (several and _IN_BRACKETS.match(text, at)):
        return
    first = ""
    while member := _MEMBER.match(text, at):
        number, year = member["number"], member["year"] or member["slash"] or ""
        if first and not _continues(text, member, first, several=several):
            return
        if _OTHER_BODY.match(text, member.end()):
            return
        found = _resolved(text, head, number, year)
        if found:
            iri, value, sure = found
            words = text[start : member.end()]
            yield Mention(MentionKind.RESOLUTION, block, start, member.end(), words, METHOD, sure, iri, value)
        first = first or number
        after = _DATED.match(text, member.end())
        separator = _SEPARATOR.match(text, after.end() if after else member.end())
        if separator is None:
            return
        at = start = separator.end()


def _continues(text: str, member: re.Match[str], first: str, *, several: bool) -> bool:
    """Whether a further number is one of the list, and not the day of a date or a count of something."""
    if month_follows(text, member.end()):
        return False
    if member["year"] or "/" in member["number"]:
        return True
    return several and len(member["number"]) == len(first)


def _resolved(text: str, head: re.Match[str], number: str, year: str) -> tuple[str, str, float] | None:
    around = text[max(0, head.start() - _NEAR) : head.end() + _NEAR]
    if "/" in number:
        session, _, of_session = number.partition("/")
        if _RIGHTS_COUNCIL.search(around):
            return f"{SOURCE}a-hrc-res-{slug(number)}", f"a-hrc-res-{slug(number)}", 0.9
        iri = assembly_resolution_iri(session, of_session)
        return iri, iri.removeprefix(SOURCE), 0.95 if _ASSEMBLY.search(around) else 0.8
    if year and not year.isdigit():
        iri = assembly_resolution_iri(year, number)
        return iri, iri.removeprefix(SOURCE), 0.95
    iri = resolution_iri(number, year)
    if not iri:
        # A number that was not given out yet, or a year that it can't be of: said, but not known which one.
        return ("", number, 0.4) if year or resolution_year(int(number)) is None else None
    return iri, iri.removeprefix(SOURCE), _sureness(head, number, year, around)


def _sureness(head: re.Match[str], number: str, year: str, around: str) -> float:
    if year or head["short"]:
        return 0.99
    if _COUNCIL.search(around):
        return 0.97
    listed = (head["word"] or "").lower().endswith("s")
    reads_as_a_year = 1945 <= int(number) <= 2035 and not listed
    return 0.5 if reads_as_a_year or int(number) < 100 else 0.9
