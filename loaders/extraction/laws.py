"""Finds laws, treaties and acts of the European Union: by their numbers, by their names, and by article or chapter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from loaders.extraction.model import Mention, MentionKind
from loaders.identifiers import CONSTITUTION, SOURCE, eu_act_iri, juriconnect_iri, law_iri, treaty_iri

METHOD = "law/1"

_LAWS = {
    CONSTITUTION: r"(?:Nederlandse )?Grondwet|Gw\b|(?:Dutch )?Constitution(?: of the (?:Kingdom of the )?Netherlands)?"
    r"|Constitution (?:des Pays-Bas|néerlandaise)",
    "BWBR0033507": r"VIRBI[ -]2013|Besluit voorschrift informatiebeveiliging rijksdienst bijzondere informatie 2013",
    "BWBR0051482": r"VIRBI[ -]2025|Besluit voorschrift informatiebeveiliging Rijksdienst bijzondere informatie 2025",
    "BWBR0039896": r"Wiv ?2017|Wet op de inlichtingen- en veiligheidsdiensten 2017",
    "BWBR0005537": r"Awb\b|Algemene wet bestuursrecht",
    "BWBR0045754": r"Woo\b|Wet open overheid",
    "BWBR0005252": r"Wob\b|Wet openbaarheid van bestuur",
    "BWBR0039429": r"CW ?2016|Comptabiliteitswet 2016",
    "BWBR0031788": r"Politiewet 2012",
    "BWBR0001854": r"Wetboek van Strafrecht|WvSr\b",
}
"""The laws that papers on missions and on classified information name, by their number in the national register."""

_TREATIES = {
    "un-charter": r"(?:VN[ -])?Handvest(?: van de (?:Verenigde Naties|VN))?|(?:UN |United Nations )?Charter"
    r"(?: of the (?:United Nations|UN))?|Charte(?: des Nations [Uu]nies)?",
    "north-atlantic-treaty": r"Noord-Atlantisch Verdrag|NAVO-verdrag|Verdrag van Washington|North Atlantic Treaty"
    r"|Washington Treaty|Traité de l['’]Atlantique Nord",
    "treaty-on-european-union": r"Verdrag betreffende de Europese Unie|VEU\b|Treaty on European Union|TEU\b"
    r"|Traité sur l['’]Union européenne",
    "treaty-on-the-functioning-of-the-european-union": r"Verdrag betreffende de werking van de Europese Unie|VWEU\b"
    r"|Treaty on the Functioning of the European Union|TFEU\b",
    "european-convention-on-human-rights": r"EVRM\b|ECHR\b"
    r"|Europees Verdrag (?:voor|tot bescherming van) de [Rr]echten van de [Mm]ens|European Convention on Human Rights",
    "rome-statute": r"Statuut van Rome|Rome Statute(?: of the International Criminal Court)?|Statut de Rome",
    "geneva-conventions": r"Geneefse [CV](?:onventies|erdragen)|Verdragen van Genève|Geneva Conventions"
    r"|Conventions de Genève",
    "arms-trade-treaty": r"Wapenhandelsverdrag|Arms Trade Treaty|Traité sur le commerce des armes",
}

_FULL_NAME_ONLY = frozenset({"Handvest", "Charter", "Charte", "Constitution"})
"""Alone these may be another charter or another country's constitution; with a chapter or article they are less so."""

_ARTICLE = (
    r"(?:(?P<article_word>[Aa]rt(?:ikel(?:en)?|icles?|\.)|[Aa]rtt\.)\s(?P<article>\d{1,4}[a-z]?)"
    r"(?:,?\s(?:(?:eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste)\slid(?:,\s(?:aanhef\sen\s)?onder(?:deel)?\s[a-z])?"
    r"|lid\s\d{1,2}|paragraph\s\d{1,2}|paragraphe\s\d{1,2}))?,?"
    r"(?:\s?(?:en|and|et|,|t/m|to)\s\d{1,4}[a-z]?){0,4}"
    r"|(?P<chapter_word>[Hh]oofdstuk|[Cc]hapter|[Cc]hapitre)\s(?P<chapter>[IVX]{1,5}))"
    r"\s(?:van\s(?:de|het|dit)\s|of\s(?:the\s)?|de\sla\s|du\s|des\s)?"
)


def _named(names: dict[str, str]) -> re.Pattern[str]:
    groups = "|".join(f"(?P<n{number}>{pattern})" for number, pattern in enumerate(names.values()))
    return re.compile(rf"(?<![\w-])(?:{_ARTICLE})?(?:{groups})(?!\w)")


_LAW, _TREATY = _named(_LAWS), _named(_TREATIES)
_ARTICLE_100 = re.compile(
    r"(?<!\w)[Aa]rtikel[ -]100(?=[ -]?(?:brie[fv]|missie|inzet|procedure|operatie|besluit|notificatie|bijdrage))"
)
_JURICONNECT = re.compile(r"jci\d(?:\.\d{1,2})?:[cv]:BWB[RV]\d{7}(?:&[\w-]{1,30}=[\w.%:-]{0,60}){0,10}")
_REGISTER = re.compile(r"(?<!\w)(?<!:)BWB[RV]\d{7}(?!\w)")
_EU_ACT = re.compile(
    r"(?<![\w/])(?:(?:[Uu]itvoerings|[Gg]edelegeerd\s)?"
    r"(?:[Bb]esluit|[Vv]erordening|[Rr]ichtlijn|[Gg]emeenschappelijk [Oo]ptreden)"
    r"|(?:[Cc]ouncil |[Ii]mplementing )?(?:[Dd]ecision|[Rr]egulation|[Dd]irective|[Jj]oint [Aa]ction)"
    r"|[Dd]écision|[Rr]èglement|[Dd]irective)\s(?:van\sde\sRaad\s|du\sConseil\s)?"
    r"(?:\((?P<first>GBVB|CFSP|PESC|EU|UE|EG|CE|EC)\)\s)?(?:nr\.?\s|no\.?\s|n°\s?)?(?P<one>\d{1,4})/(?P<two>\d{1,4})"
    r"(?:/(?P<last>GBVB|CFSP|PESC|EU|UE|EG|CE|EC))?(?!\w)"
)
_OTHER_LAW = re.compile(
    r"(?<!\w)(?P<article>[Aa]rt(?:ikel|\.)\s\d{1,4}[a-z]?(?:,?\s\w{4,9}\slid)?,?\svan\sde\s)?"
    r"(?P<name>Wet(?:boek)?\s(?:[a-zé-]{2,25}\s){0,5}[a-zé-]{3,30}(?:\s(?:19|20)\d\d)?|[A-Z][a-z]{3,30}wet(?:\s(?:19|20)\d\d)?)(?!\w)"
)


def find_laws(block: int, text: str) -> Iterator[Mention]:
    """Laws, treaties and acts of the Union."""
    yield from _by_name(block, text, _LAW, list(_LAWS), MentionKind.LAW)
    yield from _by_name(block, text, _TREATY, list(_TREATIES), MentionKind.TREATY)
    for match in _ARTICLE_100.finditer(text):
        yield _mention(MentionKind.LAW, block, match, law_iri(CONSTITUTION, "100"), 0.9)
    for match in _JURICONNECT.finditer(text):
        yield _mention(MentionKind.LAW, block, match, juriconnect_iri(match[0]), 0.99)
    for match in _REGISTER.finditer(text):
        yield _mention(MentionKind.LAW, block, match, law_iri(match[0]), 0.97)
    for match in _EU_ACT.finditer(text):
        yield from _eu_act(block, match)
    for match in _OTHER_LAW.finditer(text):
        if match["article"] or match["name"][-4:].isdigit():
            yield _mention(MentionKind.LAW, block, match, "", 0.8, value=match[0])


def _by_name(block: int, text: str, pattern: re.Pattern[str], keys: list[str], kind: MentionKind) -> Iterator[Mention]:
    for match in pattern.finditer(text):
        number = next(n for n in range(len(keys)) if match[f"n{n}"])
        name, article, chapter = match[f"n{number}"], match["article"] or "", match["chapter"] or ""
        if name in _FULL_NAME_ONLY and not (article or chapter):
            continue
        if kind is MentionKind.LAW:
            iri = "" if chapter else law_iri(keys[number], article)
        else:
            iri = treaty_iri(keys[number], chapter, article)
        yield _mention(
            kind, block, match, iri, 0.85 if name in _FULL_NAME_ONLY else 0.95, value="" if iri else match[0]
        )


def _eu_act(block: int, match: re.Match[str]) -> Iterator[Mention]:
    domain, one, two = match["last"] or match["first"], match["one"], match["two"]
    if domain is None:
        return
    # Until 2015 a regulation had its number before the year: (EG) nr. 45/2001.
    year, number = (
        (one, two) if len(one) == 4 and not (match["first"] and len(two) == 4 and one > "2014") else (two, one)
    )
    if len(year) == 4:
        yield _mention(MentionKind.LAW, block, match, eu_act_iri(year, number, domain), 0.97)


def _mention(
    kind: MentionKind, block: int, match: re.Match[str], target: str, sure: float, *, value: str = ""
) -> Mention:
    said = value or target.removeprefix(SOURCE)
    return Mention(kind, block, match.start(), match.end(), match[0], METHOD, sure, target, said)
