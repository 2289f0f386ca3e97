"""Finds laws, treaties and acts of the European Union: by their numbers, by their names, and by article or chapter."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files

from loaders.extraction.model import Mention, MentionKind
from loaders.identifiers import CONSTITUTION, SOURCE, eu_act_iri, juriconnect_iri, law_iri, treaty_iri

METHOD = "law/1"

_TABLE = tomllib.loads(files("loaders.extraction").joinpath("laws.toml").read_text(encoding="utf-8"))
"""The laws and treaties that are known by name, with the names that mean them only behind an article or chapter."""


_ARTICLE = (
    r"(?:(?P<article_word>[Aa]rt(?:ikel(?:en)?|icles?|\.)|[Aa]rtt\.)\s(?P<article>\d{1,4}[a-z]?)"
    r"(?:,?\s(?:(?:eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste)\slid(?:,\s(?:aanhef\sen\s)?onder(?:deel)?\s[a-z])?"
    r"|lid\s\d{1,2}|paragraph\s\d{1,2}|paragraphe\s\d{1,2}))?,?"
    r"(?:\s?(?:en|and|et|,|t/m|to)\s\d{1,4}[a-z]?){0,4}"
    r"|(?P<chapter_word>[Hh]oofdstuk|[Cc]hapter|[Cc]hapitre)\s(?P<chapter>[IVX]{1,5}))"
    r"\s(?:van\s(?:de|het|dit)\s|of\s(?:the\s)?|de\sla\s|du\s|des\s)?"
)


def _names(group: str) -> dict[str, tuple[str, bool]]:
    """Each name with the law or treaty that it means, and whether it does so alone."""
    found: dict[str, tuple[str, bool]] = {}
    for key, law in _TABLE[group].items():
        found.update(dict.fromkeys(law["names"], (key, True)))
        found.update(dict.fromkeys(law.get("only_with_part", ()), (key, False)))
    return found


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    one = "|".join(re.escape(name).replace("'", "['’]") for name in longest_first)
    return re.compile(rf"(?<![\w-])(?:{_ARTICLE})?(?P<name>{one})(?![\w-])")


_GOES_ON = re.compile(r" (?!(?:Hoofdstuk|Chapter|Chapitre|Art)\w*)[A-ZÀ-Þ][a-zà-ÿ]")
"""Another capital right behind: the name of something else, `North Atlantic Treaty Organization`."""

_LAW_NAMES, _TREATY_NAMES = _names("laws"), _names("treaties")
_LAW, _TREATY = _pattern(_LAW_NAMES), _pattern(_TREATY_NAMES)
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
    yield from _by_name(block, text, _LAW, MentionKind.LAW)
    yield from _by_name(block, text, _TREATY, MentionKind.TREATY)
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


def _by_name(block: int, text: str, pattern: re.Pattern[str], kind: MentionKind) -> Iterator[Mention]:
    names = _LAW_NAMES if kind is MentionKind.LAW else _TREATY_NAMES
    for match in pattern.finditer(text):
        key, alone = names[match["name"].replace("’", "'")]
        article, chapter = match["article"] or "", match["chapter"] or ""
        part = bool(article or chapter)
        if not (alone or part) or (not part and _GOES_ON.match(text, match.end())):
            continue
        if kind is MentionKind.LAW:
            iri = "" if chapter else law_iri(key, article)
        else:
            iri = treaty_iri(key, chapter, article)
        yield _mention(kind, block, match, iri, 0.95 if alone else 0.85, value="" if iri else match[0])


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
