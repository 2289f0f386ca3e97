"""The fixed form of an operative paragraph: a verb in front, whom it concerns, what is decided or asked. Pure.

    read_provision("Further requests the Secretary-General to report within 90 days;", "en")
    # kind "requests", verb "Further requests", addressee "the Secretary-General", action "to report within 90 days"

English, French and Dutch. A paragraph that begins with none of these verbs is no provision.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

KINDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "decides": "decides|determines|establishes|resolves|renews|extends|approves|endorses|adopts|terminates",
        "authorises": "authorizes|authorises|mandates",
        "requests": "requests|asks|instructs|directs|invites|appeals to",
        "urges": "urges|calls upon|calls on|calls for|encourages|exhorts",
        "demands": "demands|insists",
        "recommends": "recommends|suggests|advises",
        "condemns": "condemns|deplores|strongly condemns|censures|denounces|regrets|deprecates",
        "reaffirms": "reaffirms|affirms|reiterates|confirms|recalls|reminds|stresses|emphasizes|emphasises|underlines"
        "|underscores|declares|proclaims",
        "welcomes": "welcomes|commends|expresses|takes note|takes note with appreciation|notes|acknowledges|recognizes"
        "|recognises|supports|looks forward to|pays tribute|congratulates|appreciates|considers",
    },
    "fr": {
        "decides": "décide|détermine|constate|proroge|approuve|adopte|crée|fait sien|fait sienne",
        "authorises": "autorise",
        "requests": "prie|demande|invite|charge",
        "urges": "exhorte|engage|encourage|demande instamment|appelle|lance un appel",
        "demands": "exige|insiste",
        "recommends": "recommande",
        "condemns": "condamne|déplore|regrette",
        "reaffirms": "réaffirme|affirme|réitère|confirme|rappelle|souligne|déclare",
        "welcomes": "se félicite|salue|accueille avec satisfaction|accueille favorablement|prend note|note|exprime"
        "|reconnaît|remercie|rend hommage|appuie|se déclare",
    },
    "nl": {
        "decides": "besluit|bepaalt|stelt vast|verlengt|keurt goed|neemt aan|onderschrijft",
        "authorises": "machtigt",
        "requests": "verzoekt|vraagt|nodigt uit|draagt op",
        "urges": "dringt er bij|roept|spoort aan|moedigt",
        "demands": "eist",
        "recommends": "beveelt aan",
        "condemns": "veroordeelt|betreurt",
        "reaffirms": "bevestigt|herhaalt|herinnert|benadrukt|onderstreept|verklaart",
        "welcomes": "verwelkomt|neemt nota|spreekt|erkent|steunt|prijst",
    },
}
"""The words of each kind of provision, by language: third person, as an operative paragraph begins."""

_BEFORE = {
    "en": "further|also|again|strongly|once more|once again|hereby|accordingly|urgently|solemnly|in this regard",
    "fr": "en outre|également|de nouveau|fermement|énergiquement|instamment",
    "nl": "voorts|tevens|nogmaals|ook|krachtig",
}
_AFTER = {"en": "further|also|again|strongly|once again|in particular", "fr": _BEFORE["fr"], "nl": _BEFORE["nl"]}
_INFINITIVES = {
    "en": {
        "authorize": "authorises",
        "authorise": "authorises",
        "request": "requests",
        "call upon": "urges",
        "invite": "requests",
        "recommend": "recommends",
    },
    "fr": {"d'autoriser": "authorises", "d’autoriser": "authorises", "de prier": "requests"},
    "nl": {},
}
"""``Decides to authorize X to …`` authorises X."""

_ADDRESSES = frozenset({"authorises", "requests", "urges", "demands", "recommends"})
_TO = {"en": r"not to|to", "fr": r"de ne|de|d'|d’|à", "nl": r"om"}
_SHALL = {"en": "shall|will|should|must|may|is authorized|are authorized", "fr": "doit|doivent|devra", "nl": "zal|moet"}
_LONGEST_ADDRESSEE = 160


@dataclass(frozen=True, slots=True)
class Provision:
    """What an operative paragraph says: its kind, its verb and its rest as written; whom, where the form names it."""

    kind: str
    verb: str
    addressee: str
    action: str


def read_provision(text: str, language: str) -> Provision | None:
    """The provision of a paragraph without its number; ``None`` if it does not begin with an operative verb."""
    found = _BEGINNING[language].match(text) if language in _BEGINNING else None
    if found is None:
        return None
    verb, rest = " ".join(found[0].split()), text[found.end() :].strip(" ,")
    kind = _KIND[language][found["verb"].lower()]
    if decided := _DECIDED[language].match(rest) if kind == "decides" else None:
        kind = _INFINITIVES[language][decided[1].lower()]
        verb, rest = f"{verb} {decided[0].strip()}", rest[decided.end() :].strip(" ,")
    addressee, action = _parted(rest, kind, language)
    return Provision(kind, verb, addressee, action.rstrip(" ;.,:"))


def _parted(rest: str, kind: str, language: str) -> tuple[str, str]:
    """Whom a provision addresses and what it says of them; without the first where its form names nobody."""
    shall = _WHO_SHALL[language].match(rest)
    if shall and kind in {"decides", "demands", "requests"}:
        return shall[1].strip(), rest[shall.start(2) :]
    if kind not in _ADDRESSES:
        return "", rest
    found = _WHOM[language].match(rest)
    if found is None or not found[1].strip():
        return "", rest
    return found[1].strip(), rest[found.end(1) :].strip(" ,")


def _beginning(language: str) -> re.Pattern[str]:
    verbs = sorted((verb for words in KINDS[language].values() for verb in words.split("|")), key=len, reverse=True)
    before, after = _BEFORE[language], _AFTER[language]
    return re.compile(
        rf"(?:(?:{before}),?\s+){{0,2}}(?P<verb>{'|'.join(verbs)})\b(?:,?\s+(?:{after})\b)?", re.IGNORECASE
    )


_KIND = {
    language: {verb: kind for kind, words in kinds.items() for verb in words.split("|")}
    for language, kinds in KINDS.items()
}
_BEGINNING = {language: _beginning(language) for language in KINDS}
_DECIDED = {
    language: re.compile(rf"(?:to\s+)?({'|'.join(map(re.escape, verbs)) or '(?!)'})\b\s*", re.IGNORECASE)
    for language, verbs in _INFINITIVES.items()
}
_WHO_SHALL = {
    language: re.compile(
        rf"(?:that|que|dat)\s+([^,;.]{{1,{_LONGEST_ADDRESSEE}}}?)(?:,[^;.]{{0,200}}?,)?\s+((?:{words})\b.*)", re.DOTALL
    )
    for language, words in _SHALL.items()
}
_WHOM = {
    language: re.compile(
        rf"((?:(?!\b(?:{words})\b)[^,;.:]){{1,{_LONGEST_ADDRESSEE}}}?)"
        rf"(?=\s(?:{words})\b|,[^;.:]{{0,{_LONGEST_ADDRESSEE}}}?[\s,](?:{words})\b)"
    )
    for language, words in _TO.items()
}
