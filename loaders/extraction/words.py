"""Words and signs that several finders read: months, list separators, kinds of space. Dutch, English and French."""

from __future__ import annotations

import re

MONTHS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "januari jan january janvier janv",
            "februari feb febr february février fevrier févr",
            "maart mrt mar march mars",
            "april apr avril avr",
            "mei may mai",
            "juni jun june juin",
            "juli jul july juillet juil",
            "augustus aug august août aout",
            "september sept sep septembre",
            "oktober okt oct october octobre",
            "november nov novembre",
            "december dec décembre decembre déc",
        ),
        1,
    )
    for word in words.split()
}
"""Each month by its names and usual short forms, in lower case."""

FULL_MONTHS = frozenset(
    word
    for word in MONTHS
    if len(word) > 4 or word in {"mars", "may", "mai", "mei", "juni", "juli", "june", "july", "juin", "août"}
)

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
