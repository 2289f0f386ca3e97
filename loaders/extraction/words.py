"""Words and signs that several finders read: months, list separators, kinds of space. Dutch, English and French."""

from __future__ import annotations

import re

_NAMES = (
    "januari january janvier",
    "februari february février fevrier",
    "maart march mars",
    "april avril",
    "mei may mai",
    "juni june juin",
    "juli july juillet",
    "augustus august août",
    "september septembre",
    "oktober october octobre",
    "november novembre",
    "december décembre decembre",
)
_SHORT = (
    *("jan janv", "feb febr févr", "mrt mar", "apr avr", "", "jun", "jul juil", "aug aout", "sept sep", "okt oct"),
    *("nov", "dec déc"),
)

MONTH_NAMES: dict[str, int] = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
"""Each month by its full names, in lower case."""

MONTHS = MONTH_NAMES | {name: number for number, names in enumerate(_SHORT, 1) for name in names.split()}
"""Each month by its names and usual short forms, in lower case."""

MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + ")"
SPACE = r"[ \u00a0\u2007\u2009\u202f]"
"""One space, breaking or not."""

AND = rf"(?:{SPACE}?,{SPACE}?(?:en|and|et){SPACE}|{SPACE}?[,;&]{SPACE}?|{SPACE}(?:en|and|et|alsmede|resp\.){SPACE})"
"""What stands between two members of a list."""

NUMBER_WORD = r"(?:[Nn]umm?ers?|[Nn]umbers?|[Nn]uméros?|[Nn]rs?\.?|[Nn]os?\.?|[Nn][°º]s?)"

_MONTH_FOLLOWS = re.compile(rf"{SPACE}{MONTH}\b", re.IGNORECASE)


def month_follows(text: str, at: int) -> bool:
    """Whether a month stands right behind: then the number before it is the day of a date."""
    return _MONTH_FOLLOWS.match(text, at) is not None
