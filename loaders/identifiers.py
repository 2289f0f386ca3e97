"""From public identifiers to the IRIs that the curated tables use, and back: what loads then joins them.

Text in, text out. A function gives an IRI, or an empty string where what it got is no such identifier. What has no
public identifier gets no IRI here, but an opaque one (``LoadRequest.opaque``).

    paper       id:source/kst-29521-213, kst-36600-X-36, kst-29521-I (of the Senate)
    proceedings id:source/h-tk-20132014-40-8, annex ah-tk-20132014-1234
    item        id:source/tk-2019z04704
    resolution  id:source/s-res-2100-2013, a-res-79-100, and any other UN symbol in the same way: s-2013-189
    law         id:source/bwbr0033507, with an article bwbr0033507-art-5; the Constitution constitution-art-100
    treaty      id:source/un-charter-chapter-vii
    EU act      id:source/eu-2013-34-cfsp
    gazette     id:source/stb-2017-317
    actor       id:actor/bz; a state id:actor/mali; the country as a place id:country/mali
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass

from graph_service.namespaces import ID
from loaders.countries import find_country

SOURCE, ACTOR, COUNTRY = f"{ID}source/", f"{ID}actor/", f"{ID}country/"
_SPACE = "\u00a0\u2007\u2009\u202f "
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


def slug(text: str) -> str:
    """Lower-case letters and digits with single hyphens between: an identifier as the end of an IRI."""
    plain = unicodedata.normalize("NFKD", text)
    ascii_only = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")


# --- parliament ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paper:
    """A parliamentary paper: ``29521, nr. 213`` or ``36600-X, nr. 36``; of the Senate with a letter, ``29521, I``."""

    dossier: str
    suffix: str
    number: str

    @property
    def key(self) -> str:
        """As the official publications name it: ``kst-36600-X-36``."""
        return "-".join(["kst", self.dossier, *([self.suffix] if self.suffix else []), self.number])

    @property
    def value(self) -> str:
        """``29521-213``, ``36600-X-36``."""
        return self.key.removeprefix("kst-")

    @property
    def iri(self) -> str:
        return SOURCE + self.key


def dossier_of(text: str) -> tuple[str, str] | None:
    """Number and suffix of a dossier as it is written: ``29 521``, ``36 600 X``, ``36600-XVII``, ``32 317 (R1905)``."""
    compact = re.fullmatch(
        rf"(\d\d)[{_SPACE}.]?(\d\d\d)(?:[{_SPACE}-]{{0,3}}\(?([A-Z]{{1,6}}|R\d{{3,4}})\)?)?", text.strip()
    )
    return (compact[1] + compact[2], compact[3] or "") if compact else None


def paper_of(dossier: str, suffix: str, number: str | int) -> Paper | None:
    """The paper of a dossier, however its parts are written; ``None`` if they are none."""
    found = dossier_of(f"{dossier.strip()} {suffix.strip()}".strip())
    written = re.fullmatch(r"(?:[Nn]rs?\.?|[Nn]o\.?)?\s*(\d{1,4}|[A-Z]{1,3}\d?)", str(number).strip())
    if found is None or written is None:
        return None
    return Paper(*found, written[1].lstrip("0") or "0")


def paper_iri(dossier: str, suffix: str, number: str | int) -> str:
    """``paper_iri("29 521", "", 213)`` is ``id:source/kst-29521-213``."""
    paper = paper_of(dossier, suffix, number)
    return paper.iri if paper else ""


def publication_iri(identifier: str) -> str:
    """The IRI of an official publication by its own name: ``kst-36600-X-36``, ``h-tk-20132014-40-8``, ``stcrt-2025-1``,
    ``blg-123456``."""
    known = re.fullmatch(
        r"(?:kst|blg|h|ah|kv|stb|stcrt|trb|gmb|wsb|prb)-[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", identifier.strip()
    )
    return SOURCE + identifier.strip() if known else ""


def parliamentary_year(text: str) -> str:
    """``20132014`` of ``2013/14``, ``2013-2014``, ``2013–14``; empty if it is no pair of following years."""
    pair = re.fullmatch(r"((?:19|20)\d\d)\s?[/–-]\s?((?:19|20)?\d\d)", text.strip())
    if pair is None:
        return ""
    first, second = int(pair[1]), pair[2]
    following = str(first + 1)
    return f"{first}{following}" if following.endswith(second) else ""


def proceedings_iri(chamber: str, year: str, number: str | int, item: str | int = "") -> str:
    """Handelingen: ``proceedings_iri("II", "2013/14", 40, 8)`` is ``id:source/h-tk-20132014-40-8``."""
    years, body = parliamentary_year(year), _chamber(chamber)
    return f"{SOURCE}h-{body}-{years}-{number}{f'-{item}' if item else ''}" if years and body else ""


def annex_iri(chamber: str, year: str, number: str | int) -> str:
    """Answers to questions, the Aanhangsel: ``id:source/ah-tk-20132014-1234``."""
    years, body = parliamentary_year(year), _chamber(chamber)
    return f"{SOURCE}ah-{body}-{years}-{number}" if years and body else ""


def _chamber(written: str) -> str:
    return {"II": "tk", "TK": "tk", "2": "tk", "I": "ek", "EK": "ek", "1": "ek"}.get(written.strip().upper(), "")


def parliamentary_item_iri(number: str) -> str:
    """An item in parliament's open data: ``2019Z04704`` is ``id:source/tk-2019z04704``."""
    return f"{SOURCE}tk-{number.strip().lower()}" if re.fullmatch(r"\d{4}[ZDA]\d{5}", number.strip()) else ""


# --- United Nations --------------------------------------------------------------------------------------------------

_LAST_OF_YEAR = (
    15, 37, 66, 78, 89, 96, 98, 103, 106, 110, 121, 126, 131, 132, 160, 171, 176, 185, 199, 219, 232, 245, 262,
    275, 291, 307, 324, 344, 366, 384, 402, 422, 443, 461, 484, 499, 529, 545, 559, 580, 593, 606, 626, 646,
    683, 725, 799, 892, 969, 1035, 1092, 1146, 1219, 1284, 1334, 1386, 1454, 1521, 1580, 1651, 1738, 1794, 1859,
    1907, 1966, 2032, 2085, 2132, 2195, 2259, 2336, 2396, 2446, 2504, 2560, 2614, 2671, 2718, 2767,
)  # fmt: skip
"""The number of the last resolution of the Security Council of each year from 1946 on: they count through."""


def resolution_year(number: int) -> int | None:
    """The year in which the Security Council adopted its resolution of this number; ``None`` after the table."""
    if not 1 <= number <= _LAST_OF_YEAR[-1]:
        return None
    return 1946 + bisect_left(_LAST_OF_YEAR, number)


def resolution_iri(number: int | str, year: int | str = "") -> str:
    """A resolution of the Security Council. Without a year its number tells it; with a year that can't be, no IRI."""
    if not re.fullmatch(r"[1-9]\d{0,3}", str(number)):
        return ""
    known = resolution_year(int(number))
    stated = int(year) if str(year).isdigit() else known
    if stated is None or (known is not None and stated != known) or (known is None and stated < _FIRST_UNTABLED):
        return ""
    return f"{SOURCE}s-res-{number}-{stated}"


_FIRST_UNTABLED = 1946 + len(_LAST_OF_YEAR)


def assembly_resolution_iri(session: str, number: int | str) -> str:
    """A resolution of the General Assembly: ``("79", 100)``; before 1976 ``("ES-IV", 1474)``, ``("XV", 1514)``."""
    if _ROMAN.fullmatch(session.removeprefix("ES-").removeprefix("S-")):
        return f"{SOURCE}a-res-{number}-{slug(session)}"
    return f"{SOURCE}a-res-{slug(session)}-{number}"


def symbol_iri(symbol: str) -> str:
    """Any UN symbol: ``S/RES/2100 (2013)``, ``A/RES/79/100``, ``S/2013/189``, ``S/PRST/2013/2``, ``A/68/1``."""
    text = " ".join(symbol.split()).upper()
    council = re.fullmatch(r"S/RES/(\d+) ?(?:\((\d{4})\))?", text)
    if council:
        return resolution_iri(council[1], council[2] or "")
    known = re.fullmatch(r"[ASE](?:/[A-Z0-9.()-]+)+(?: \([A-Z0-9-]+\))?", text)
    return SOURCE + slug(text) if known else ""


# --- laws, treaties, the European Union ------------------------------------------------------------------------------

CONSTITUTION = "BWBR0001840"


def law_iri(bwb: str, article: str = "") -> str:
    """A law in the national register (``BWBR0033507``), or one of its articles."""
    if not re.fullmatch(r"BWB[RV]\d{7}", bwb):
        return ""
    law = "constitution" if bwb == CONSTITUTION else bwb.lower()
    return f"{SOURCE}{law}{f'-art-{slug(article)}' if article else ''}"


def juriconnect_iri(link: str) -> str:
    """``jci1.3:c:BWBR0033507&artikel=5&lid=2``: the law, and the article if one is named."""
    found = re.match(r"jci\d(?:\.\d{1,2})?:[cv]:(BWB[RV]\d{7})((?:&[\w-]+=[^&\s]*)*)", link.strip())
    if found is None:
        return ""
    parts = dict(part.split("=", 1) for part in found[2].split("&") if part)
    return law_iri(found[1], parts.get("artikel", ""))


def treaty_iri(key: str, chapter: str = "", article: str = "") -> str:
    """``treaty_iri("un-charter", chapter="VII")`` is ``id:source/un-charter-chapter-vii``."""
    part = f"-chapter-{slug(chapter)}" if chapter else f"-art-{slug(article)}" if article else ""
    return f"{SOURCE}{key}{part}"


def eu_act_iri(year: int | str, number: int | str, domain: str) -> str:
    """Acts of the European Union: ``2013/34/GBVB``, in whatever language the domain is abbreviated."""
    same = {"GBVB": "cfsp", "CFSP": "cfsp", "PESC": "cfsp", "EU": "eu", "UE": "eu", "EG": "ec", "CE": "ec", "EC": "ec"}
    known = same.get(domain.upper(), "")
    return f"{SOURCE}eu-{year}-{number}-{known}" if known else ""


def gazette_iri(gazette: str, year: int | str, number: int | str) -> str:
    """Stb. (laws), Stcrt. (decisions) and Trb. (treaties): ``id:source/stb-2017-317``."""
    known = gazette.rstrip(".").lower()
    return f"{SOURCE}{known}-{year}-{number}" if known in {"stb", "stcrt", "trb"} else ""


# --- actors and countries --------------------------------------------------------------------------------------------

_MINISTRIES = {"mnre1013": "bz", "mnre1018": "defensie", "mnre1058": "jenv"}


def actor_iri(key: str) -> str:
    return ACTOR + slug(key)


def ministry_iri(code: str) -> str:
    """A ministry by its code in the government's register (``mnre1013``, or the IRI that ends in it)."""
    key = code.strip().rstrip("/").rpartition("/")[2]
    if not re.fullmatch(r"mnre\d{4}", key):
        return ""
    return actor_iri(_MINISTRIES.get(key, key))


def state_iri(code_or_name: str) -> str:
    """A state as an actor, by ISO code or by its name in English, Dutch or French."""
    country = find_country(code_or_name)
    return ACTOR + country.key if country else ""


def country_iri(code_or_name: str) -> str:
    """A country as a place."""
    country = find_country(code_or_name)
    return COUNTRY + country.key if country else ""


def organisation_iri(identifier: str) -> str:
    """An organisation by its identifier in IATI. ``NL-1`` is the old form of ``XM-DAC-7``, the Dutch ministry."""
    own = _iati_form(identifier)
    return ACTOR + ("bz" if own == "XM-DAC-7" else f"iati-{slug(own)}") if slug(own) else ""


def activity_iri(identifier: str) -> str:
    """An activity by its identifier in IATI, old or new form: ``id:activity/iati-xm-dac-7-ppr-12345``."""
    own = _iati_form(identifier)
    return f"{ID}activity/iati-{slug(own)}" if slug(own) else ""


def _iati_form(identifier: str) -> str:
    return re.sub(r"^NL-1(?=-|$)", "XM-DAC-7", identifier.strip().upper())
