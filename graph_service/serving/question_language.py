"""The language in which a question's answer names things.

A question looks for an English name and for a Dutch one, ``FILTER(LANG(?nameEn) = "en")`` and the same with ``"nl"``,
and takes the English where there are both. For a Dutch answer the two change places: wherever ``LANG(?variable)`` is
compared with one, it is compared with the other. Nothing else of the query changes, so the rows are the same ones.
"""

from __future__ import annotations

from dataclasses import replace

from graph_service.errors import QueryRefused
from graph_service.serving.query_guard import GuardedQuery
from graph_service.serving.query_tokens import Token

LANGUAGES = ("en", "nl")
"""The languages of labels; questions are written for the first."""

_OTHER = {'"en"': '"nl"', '"nl"': '"en"'}


def read_language(text: str) -> str:
    """A value of the parameter ``lang``. Raises ``QueryRefused`` for another than ``LANGUAGES``."""
    if text not in LANGUAGES:
        raise QueryRefused(f"`lang` can be {' or '.join(LANGUAGES)}")
    return text


def in_language(query: GuardedQuery, language: str) -> GuardedQuery:
    """The question with names in this language first, and the other where there is none."""
    if language == LANGUAGES[0]:
        return query
    tokens = list(query.tokens)
    for at in range(len(tokens) - 5):
        compared = tokens[at + 5]
        if _asks_language(tokens[at : at + 5]) and compared.text in _OTHER:
            tokens[at + 5] = replace(compared, text=_OTHER[compared.text])
    return replace(query, tokens=tuple(tokens))


def _asks_language(tokens: list[Token]) -> bool:
    """Whether they are ``LANG(?variable) =``."""
    word, opening, variable, closing, equals = tokens
    signs = (opening.text, closing.text, equals.text) == ("(", ")", "=")
    return word.is_word("LANG") and variable.kind == "variable" and signs
