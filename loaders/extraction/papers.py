"""Finds parliamentary papers, proceedings and official publications by their numbers.

What counts is the form ``dossier, nr. number``; the words before it (`Kamerstukken II 2013/14`) make it surer, and are
part of what is found. Several numbers of a dossier (``nrs. 213, 226 en 293``) are several mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from loaders.extraction.model import Mention, MentionKind
from loaders.extraction.words import AND, NUMBER_WORD, SPACE, month_follows
from loaders.identifiers import (
    SOURCE,
    Paper,
    annex_iri,
    gazette_iri,
    paper_of,
    parliamentary_item_iri,
    proceedings_iri,
    publication_iri,
)

METHOD = "paper-number/1"

_YEAR = r"(?:(?:[Vv]ergaderjaar|[Ss]ession|[Zz]itting)\s)?(?:19|20)\d\d\s?[/–-]\s?(?:(?:19|20)\d\d|\d\d)"
_LEAD = (
    r"(?:[Kk]amerst(?:uk(?:ken|nummers?|nrs?\.?)?|\.)|[Kk]amerbrie(?:f|ven)|[Kk]st\.?|KAMERSTUK(?:KEN)?"
    r"|[Pp]arliamentary [Pp]apers?|[Dd]ocuments? [Pp]arlementaires?"
    r"|(?:Tweede|Eerste) Kamer(?: der Staten-Generaal)?|TK|EK"
    r"|[Dd]ossier(?:nummer)?)"
)
_CHAMBER = r"(?P<chamber>I{1,2})"
_DOSSIER = rf"(?P<dossier>\d\d{SPACE}?\d\d\d)(?:{SPACE}?-?{SPACE}?\(?(?P<suffix>[IVXLCJMHAB]{{1,6}}|R\d{{3,4}})\)?)?"
_NUMBER = r"(?:\d{1,4}|[A-Z]{1,3})"

_NUMBERED = re.compile(
    rf"(?<![\w/.-])(?:(?P<lead>{_LEAD})[,:]?{SPACE})?(?:{_CHAMBER}[,]?{SPACE})?(?:(?P<year>{_YEAR})[,]?{SPACE})?"
    rf"{_DOSSIER}{SPACE}?,?{SPACE}?(?P<word>{NUMBER_WORD}){SPACE}?(?P<number>{_NUMBER})(?!\w)"
)
"""``29 521, nr. 213`` with whatever says before it that this is a paper."""

_HYPHENATED = re.compile(
    rf"(?<![\w/.-])(?P<lead>{_LEAD})[,:]?{SPACE}(?:{_CHAMBER}[,]?{SPACE})?(?:(?P<year>{_YEAR})[,]?{SPACE})?"
    rf"{_DOSSIER}[-/](?P<number>\d{{1,4}})(?![\w/-])"
)
"""``Kamerstuk 29521-213``: only behind a word that says it is a paper, for a bare pair of numbers may be anything."""

_BRACKETED = re.compile(r"\((?P<dossier>\d{5})(?:-(?P<suffix>[IVXLC]{1,6}))?-(?P<number>\d{1,4})\)")
"""``de motie (27925-699)``: nothing says what it is, and little else is written so."""

_SENATE = re.compile(
    rf"(?<![\w/.-])(?P<lead>{_LEAD})[,:]?{SPACE}(?:I[,]?{SPACE}|EK[,]?{SPACE})?(?:(?P<year>{_YEAR})[,]?{SPACE})?"
    rf"{_DOSSIER},{SPACE}(?P<number>[A-Z]{{1,2}})(?!\w|\.\w)"
)
"""``Kamerstukken I 2013/14, 33 750, A``: papers of the Senate have letters and no `nr.`."""

_DOSSIER_ALONE = re.compile(
    rf"(?<![\w/.-])(?P<lead>[Kk]amerstuk(?:ken|dossier)?|[Dd]ossier(?:nummer)?)[,:]?{SPACE}(?:{_CHAMBER}[,]?{SPACE})?"
    rf"(?:{_YEAR}[,]?{SPACE})?{_DOSSIER}(?![\w/]|-\d|,?{SPACE}?{NUMBER_WORD}{SPACE}?\d)"
)
_NEXT = re.compile(
    rf"(?:(?P<range>{SPACE}?[-–]{SPACE}?|{SPACE}(?:t/m|tot en met|through|to){SPACE})|{AND})"
    rf"(?P<word>{NUMBER_WORD}{SPACE}?)?(?P<number>\d{{1,4}})(?![\w/]|\.\d)"
)
_LONGEST_RANGE = 20
"""A range of papers that is longer is more likely no range."""
_ENDS = re.compile(r"[.;)]|$")
_PUBLICATION = re.compile(r"(?<![\w-])(?:kst|ah-[te]k|h-[te]k|blg|stcrt|stb|trb)-\d[\w]*(?:-[A-Z0-9]+)*")
_PROCEEDINGS = re.compile(
    rf"(?<!\w)(?P<annex>[Aa]anhangsel(?: van de)?{SPACE})?[Hh]andelingen{SPACE}(?P<chamber>TK|EK|I{{1,2}}),?{SPACE}"
    rf"(?P<year>(?:19|20)\d\d\s?[/–-]\s?(?:(?:19|20)\d\d|\d\d)),{SPACE}"
    rf"(?:{NUMBER_WORD}{SPACE}?)?(?P<number>\d{{1,4}})(?:(?:,{SPACE}?item{SPACE}|-)(?P<item>\d{{1,3}}))?(?!\w)"
)
_ITEM = re.compile(r"(?<!\w)\d{4}[ZD]\d{5}(?!\w)")
_GAZETTE = re.compile(
    rf"(?<!\w)(?:(?P<short>Stb|Stcrt|Trb)\.|(?P<long>Staatsblad|Staatscourant|Tractatenblad)){SPACE}(?P<year>(?:18|19|20)\d\d)"
    rf",?{SPACE}?(?:{NUMBER_WORD}{SPACE}?)?(?P<number>\d{{1,5}})(?!\w)"
)
_GAZETTES = {"Staatsblad": "stb", "Staatscourant": "stcrt", "Tractatenblad": "trb"}


def find_papers(block: int, text: str) -> Iterator[Mention]:
    """Everything that parliament or the official gazettes have numbered."""
    for match in _NUMBERED.finditer(text):
        yield from _numbered(block, text, match)
    for match in _HYPHENATED.finditer(text):
        yield from _paper(block, text, match.start(), match.end(), _paper_of(match), 0.97)
    for match in _BRACKETED.finditer(text):
        yield from _paper(block, text, match.start() + 1, match.end() - 1, _paper_of(match), 0.75)
    for match in _SENATE.finditer(text):
        yield from _paper(block, text, match.start(), match.end(), _paper_of(match), 0.9)
    for match in _DOSSIER_ALONE.finditer(text):
        value = "-".join(filter(None, (match["dossier"].translate(_NO_SPACE), match["suffix"])))
        yield _mention(MentionKind.PAPER, block, text, match.start(), match.end(), 0.9, "", value)
    yield from _others(block, text)


def _numbered(block: int, text: str, match: re.Match[str]) -> Iterator[Mention]:
    told = bool(match["lead"] or match["year"])
    sure = 0.99 if told else 0.9 if "," in match[0] else 0.7
    yield from _paper(block, text, match.start(), match.end(), _paper_of(match), sure)
    at, several, before = match.end(), match["word"].rstrip(".").endswith("s"), match["number"]
    while following := _NEXT.match(text, at):
        alone = not several and not following["word"]
        if month_follows(text, following.end()) or (alone and not _ENDS.match(text, following.end())):
            return
        start, end = following.span("number")
        for number in _between(before, following) if several else (following["number"],):
            paper = paper_of(match["dossier"], match["suffix"] or "", number)
            yield from _paper(block, text, start, end, paper, sure - 0.04)
        at, before = end, following["number"]


def _between(before: str, following: re.Match[str]) -> Iterator[str]:
    """The number, and of a range (``nrs. 420 t/m 423``) those before it: they stand in the words of its end."""
    last = int(following["number"])
    if following["range"] and before.isdigit() and 0 < last - int(before) <= _LONGEST_RANGE:
        yield from map(str, range(int(before) + 1, last))
    yield following["number"]


def _others(block: int, text: str) -> Iterator[Mention]:
    for match in _PUBLICATION.finditer(text):
        iri = publication_iri(match[0])
        yield _mention(MentionKind.PAPER, block, text, match.start(), match.end(), 0.99, iri, match[0])
    for match in _PROCEEDINGS.finditer(text):
        chamber, year, number = match["chamber"], match["year"], match["number"]
        iri = annex_iri(chamber, year, number) if match["annex"] else ""
        iri = iri or proceedings_iri(chamber, year, number, match["item"] or "")
        yield _mention(MentionKind.PAPER, block, text, match.start(), match.end(), 0.95, iri, iri.removeprefix(SOURCE))
    for match in _ITEM.finditer(text):
        iri = parliamentary_item_iri(match[0])
        yield _mention(MentionKind.PAPER, block, text, match.start(), match.end(), 0.95, iri, match[0])
    for match in _GAZETTE.finditer(text):
        gazette = match["short"] or _GAZETTES[match["long"]]
        iri = gazette_iri(gazette, match["year"], match["number"])
        kind = MentionKind.TREATY if gazette.lower() == "trb" else MentionKind.LAW
        yield _mention(kind, block, text, match.start(), match.end(), 0.97, iri, iri.removeprefix(SOURCE))


_NO_SPACE = {ord(space): None for space in " \u00a0\u2007\u2009\u202f"}


def _paper_of(match: re.Match[str]) -> Paper | None:
    return paper_of(match["dossier"], match["suffix"] or "", match["number"])


def _paper(block: int, text: str, start: int, end: int, paper: Paper | None, sure: float) -> Iterator[Mention]:
    if paper:
        yield _mention(MentionKind.PAPER, block, text, start, end, sure, paper.iri, paper.value)


def _mention(
    kind: MentionKind, block: int, text: str, start: int, end: int, sure: float, target: str, value: str
) -> Mention:
    return Mention(kind, block, start, end, text[start:end], METHOD, round(sure, 2), target, value)
