"""Names of people in the notes of an interview, by how names look in Dutch, English and French. Pure.

Better one too many: whoever loads says of each whether it may stay. A name that the notes write without a capital, or
one word alone without a title or an initial, is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CAPITAL = "A-ZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜĲ"
_WORD = rf"[{_CAPITAL}][^\W\d_]{{1,30}}(?:[-’'][{_CAPITAL}a-z][^\W\d_]{{1,30}}){{0,2}}"
_PARTICLE = (
    r"(?:van der|van den|van de|van 't|van|von|de la|de|den|der|du|des|ter|ten|te|in 't|el|al|ag|ould|bin|ben|d'|la|le)"
)
_INITIALS = rf"(?:[{_CAPITAL}]\.[ ]?){{1,4}}"
_TITLES = (
    "de_heer mevrouw dhr mevr mw mr mrs ms dr drs ir prof mme mlle monsieur madame kolonel majoor kapitein luitenant "
    "generaal sergeant korporaal colonel major captain lieutenant general capitaine général ambassadeur ambassador "
    "minister imam cheikh sheikh sjeik"
).split()
_TITLE = "(?:M\\.|" + "|".join(f"[{t[0].upper()}{t[0]}]{t[1:].replace('_', ' ')}\\.?" for t in _TITLES) + ")"
_NAME = re.compile(
    rf"(?<![\w.])(?:(?P<title>{_TITLE})[ ](?:{_INITIALS}[ ]?)?(?:{_PARTICLE}[ ])?{_WORD}"
    rf"(?:[ ](?:{_PARTICLE}[ ])?{_WORD}){{0,3}}"
    rf"|{_INITIALS}[ ]?(?:{_PARTICLE}[ ])?{_WORD}(?:[ ](?:{_PARTICLE}[ ])?{_WORD}){{0,2}}"
    rf"|{_WORD}(?:[ ](?:{_PARTICLE}[ ])?{_WORD}){{1,3}})(?!\w)"
)
_FIRST_WORDS = frozenset(
    "de het een deze dit die dat er in op te aan bij voor na met zonder maar en of als toen daar hier wij zij hij ik "
    "the a an this that these those there on at by for after with without but and or if when then here we they he she "
    "le la les un une des ce cette ces il elle nous ils elles je dans sur à avec sans mais et ou si quand alors".split()
)


def names_in(text: str) -> Iterator[str]:
    """What looks like the name of a person, as it stands there, without its title."""
    for match in _NAME.finditer(text):
        name = match[0]
        if match["title"]:
            yield name[len(match["title"]) :].strip()
            continue
        words = name.split()
        titles = [at for at, word in enumerate(words[:-1]) if word.lower().strip(".") in _TITLES]
        if titles:  # what stands before a title is no part of the name
            yield " ".join(words[titles[-1] + 1 :])
            continue
        if words[0].lower() in _FIRST_WORDS:  # the beginning of a sentence
            words = words[1:]
        if len([word for word in words if word[0].isupper()]) > 1 or "." in name:
            yield " ".join(words)


def mentions(text: str, name: str) -> bool:
    """Whether a text has these words, in whatever case."""
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
