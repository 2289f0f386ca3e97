"""Where a query can't be read, exactly, and what was expected there: found by letting the engine read beginnings of it.

The engine looks ahead by whole keywords, so the place that it names lies behind the one that it stopped at. But it can
go on reading a beginning of the query exactly as long as nothing in it is wrong: the first token with which it can't is
the one to point at, found by halving. Nothing is evaluated, and what is found depends on the query's text alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from graph_service.errors import QueryRefused
from graph_service.serving.query_guard import GuardedQuery
from graph_service.serving.query_tokens import Token

Reads = Callable[[GuardedQuery], QueryRefused | None]
"""Lets the engine read a query, and gives its refusal if it can't."""

_PAD = Token("space", " " * 64, 0, 0)
"""Longer than any keyword, so that looking ahead from a wrong token never reaches the end."""

_AT = re.compile(r"error at \d+:(\d+): expected (.*)", re.DOTALL)
_QUOTED = re.compile(r'"(\\"|[^"]+)"')
_CLASSES = re.compile(r"\['[^\]]*\]")
_KINDS = (("variable", {"?", "$"}), ("iri", {"<", ":"}), ("text", {'"', "'"}), ("number", {"+", "-"}))
_KEYWORDS = frozenset("BY AS WHERE VALUES OFFSET LIMIT ORDER GROUP HAVING BIND UNION FROM NAMED".split())
_SELECT = ("SELECT", "DISTINCT", "REDUCED")
_SIGNS = frozenset({"{", "}", "(", ")", "[", "]", ".", ",", ";", "*", "="})

_MEANINGS = {
    "The SELECT contains a variable that is unbound": "ungrouped",
    "SELECT * is not authorized with GROUP BY": "star-with-groups",
    "The SELECT overrides an existing variable using an expression": "overrides",
    "The VALUES clause rows should have exactly the same number": "values-width",
    "Duplicated variable name in SELECT": "twice-selected",
}
"""What the engine says where the grammar holds and the meaning does not, and our names of these."""


@dataclass(frozen=True)
class Stop:
    """Where reading stops: the token, or ``None`` for the end; what could stand there; and what it means, if known.

    ``expected`` holds keywords, signs, and the kinds ``variable``, ``iri``, ``text`` and ``number``.
    """

    token: Token | None
    expected: tuple[str, ...] = ()
    meaning: str = ""


def find_stop(query: GuardedQuery, reads: Reads) -> Stop | None:
    """Where the engine can't go on with a guarded query; ``None`` if it reads it all."""
    refusal = reads(query)
    if refusal is None:
        return None
    for phrase, meaning in _MEANINGS.items():
        if phrase in refusal.detail:
            return Stop(next((t for t in query.tokens if t.is_word("SELECT", "VALUES")), None), meaning=meaning)
    low, high = 0, len(query.tokens)  # `low` tokens can be read; the answer is the greatest such number
    while low < high:
        middle = (low + high + 1) // 2
        if _reads_so_far(query, middle, reads) is None:
            high = middle - 1
        else:
            low = middle
    before = query.tokens[max(0, low - 3) : low]
    if [token.text.upper() for token in before[::2]] == ["AS", ")"] and before[1].kind == "variable":
        return Stop(before[1], meaning="bound-before")  # BIND gives a value to a variable that has one
    token = query.tokens[low] if low < len(query.tokens) else None
    if token is not None and token.kind == "blank":
        return Stop(token, meaning="blank-elsewhere")
    if _wants_as(query, low):
        return Stop(token, ("AS",))
    at_end = _reads_so_far(query, low, reads) or ""
    return Stop(token, (*_keywords(refusal.detail, query, low), *_others(at_end)))


def _wants_as(query: GuardedQuery, at: int) -> bool:
    """Whether a token stands behind a whole expression that must be given a name: in BIND, and where one selects."""
    before, token = query.tokens[:at], query.tokens[at] if at < len(query.tokens) else None
    opened = _innermost_bracket(before)
    if token is None or opened in {0, at - 1} or not (token.kind == "variable" or token.text == ")"):
        return False
    if any(one.is_word("AS") for one in before[opened:]):
        return False
    if before[-1].kind not in {"variable", "number", "string", "iri"} and before[-1].text != ")":
        return False
    opener = before[opened - 1]
    return opener.is_word("BIND") or (_selects(before[:opened]) and (opener.kind != "word" or opener.is_word(*_SELECT)))


def _innermost_bracket(tokens: tuple[Token, ...]) -> int:
    """Where the last round bracket opens that is not closed; 0, where none can stand, if there is none."""
    open_ones = [0]
    for place, token in enumerate(tokens):
        if token.text == "(":
            open_ones.append(place)
        elif token.text == ")" and len(open_ones) > 1:
            open_ones.pop()
    return open_ones[-1]


def _selects(tokens: tuple[Token, ...]) -> bool:
    """Whether what comes next is still part of what a SELECT names."""
    last = next((token for token in reversed(tokens) if token.text in {"{", "}"} or token.is_word("SELECT")), None)
    return last is not None and last.is_word("SELECT")


def _reads_so_far(query: GuardedQuery, size: int, reads: Reads) -> str | None:
    """What the engine would have next where the first tokens are all right, and ``None`` where they are not."""
    beginning = replace(query, tokens=(*query.tokens[:size], _PAD))
    refusal = reads(beginning)
    if refusal is None:
        return ""
    found = _AT.match(refusal.detail)
    return found[2] if found is not None and int(found[1]) > len(beginning.text) else None


def _keywords(detail: str, query: GuardedQuery, at: int) -> list[str]:
    """The keywords that the engine looked for at a token: each fails as far behind it as it is long."""
    found = _AT.match(detail)
    if found is None:
        return []
    start = len(replace(query, tokens=(*query.tokens[:at], Token("word", "", 0, 0))).text) + 1
    words = re.findall(r"\b[A-Za-z_]{2,}\b", _CLASSES.sub("", found[2]))
    return [word.upper() for word in words if word.upper() in _KEYWORDS and start + len(word) == int(found[1])]


def _others(expected: str) -> list[str]:
    """Signs, and kinds of terms, of what the engine expects."""
    quoted = {text.removeprefix("\\") for text in _QUOTED.findall(_CLASSES.sub("", expected))}
    kinds = [kind for kind, signs in _KINDS if quoted & signs]
    if kinds and "variable" not in kinds and "number" in kinds:  # behind an expression, nearly everything goes on
        return []
    signs = sorted(quoted & _SIGNS)
    # Where a term can begin, the brackets and signs that begin one too say little.
    return kinds or signs
