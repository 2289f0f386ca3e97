"""What the title of a paper says of other papers: which it replaces, and which it answers or carries out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from loaders.identifiers import Paper, paper_iri

_SPACE = r"[ \u00a0\u2007\u2009\u202f]"
_REPLACES = re.compile(
    rf"ter vervanging van (?:die|dat|de motie|het amendement|de nota)?{_SPACE}?(?:van[^()]{{0,80}}?)?gedrukt onder"
    rf"{_SPACE}(?:nr|nummer)\.?{_SPACE}?(\d{{1,4}})",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    r"\s*(?:(?:Nadere |Aanvullende )?(?:Kabinets|Beleids)?(?:reactie|antwoord)|Antwoord|Beantwoording|Uitvoering|"
    r"Stand van zaken uitvoering|Lijst van vragen en antwoorden)\b",
    re.IGNORECASE,
)
_PAPER = re.compile(
    rf"Kamerst(?:uk(?:ken)?|\.){_SPACE}?(?:I{{1,2}}{_SPACE})?(?P<dossier>\d\d{_SPACE}?\d\d\d)"
    rf"(?:[ -](?P<suffix>[IVXLCJMHAB]{{1,6}}))?(?:,?{_SPACE}?nrs?\.?{_SPACE}?|-)(?P<number>\d{{1,4}})(?!\d)",
    re.IGNORECASE,
)


def replaced(title: str, paper: Paper) -> Iterator[str]:
    """Papers of the same dossier that this one takes the place of."""
    for match in _REPLACES.finditer(title):
        other = paper_iri(paper.dossier, paper.suffix, match[1])
        if other and other != paper.iri:
            yield other


def answered(title: str) -> Iterator[str]:
    """Papers that a title names in brackets, where it says that this one answers them or carries them out."""
    if not _ANSWERS.match(title):
        return
    for match in _PAPER.finditer(title):
        other = paper_iri(match["dossier"], match["suffix"] or "", match["number"])
        if other:
            yield other
