"""Tokens of a query, and its names as IRIs. Trusted base: yes.

Prefixes are resolved here, not by the engine, so that no prefixed name and no blank-node label of the
asker's ever reaches it: see ``query_guard`` for what the engine would read in some of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from graph_service.errors import QueryRefused
from graph_service.namespaces import PREFIXES
from graph_service.serving.query_iris import resolved

_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Token:
    """One terminal: its kind, its text as handed on, and where it began in the asker's text (from 1)."""

    kind: str
    text: str
    line: int
    column: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words


def expand_names(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens without prefix declarations, names as IRIs, blank nodes as ``_:b0``, ``_:b1`` and so on.

    Raises ``QueryRefused`` at a prefix that is neither declared nor known, and at a declaration behind the
    query's beginning.
    """
    prefixes, prologue, body = _prologue(tokens)
    blanks: dict[str, str] = {}
    expanded = list(prologue)
    for token in body:
        if token.is_word("PREFIX", "BASE", "VERSION"):
            raise misplaced(token)
        if token.kind == "name":
            token = replace(token, kind="iri", text=_iri(token, prefixes))
        elif token.kind == "blank":
            token = replace(token, text=blanks.setdefault(token.text, f"_:b{len(blanks)}"))
        expanded.append(token)
    return tuple(expanded)


def _prologue(tokens: tuple[Token, ...]) -> tuple[dict[str, str], list[Token], Iterator[Token]]:
    """The prefixes in force, what of the prologue the engine still needs, and the tokens behind it."""
    kept: list[Token] = []
    prefixes, base, at = dict(PREFIXES), "", 0
    while at < len(tokens) and tokens[at].is_word("PREFIX", "BASE", "VERSION"):
        size = 3 if tokens[at].is_word("PREFIX") else 2
        declared = tokens[at : at + size]
        kinds = {"PREFIX": ["word", "name", "iri"], "BASE": ["word", "iri"], "VERSION": ["word", "string"]}
        if [token.kind for token in declared] != kinds[tokens[at].text.upper()]:
            raise misplaced(tokens[at])
        iri = declared[-1].text[1:-1]
        if tokens[at].is_word("PREFIX"):
            prefix, _, local = declared[1].text.partition(":")
            if local:
                raise misplaced(declared[1])
            prefixes[prefix] = resolved(iri, base=base)
        else:
            base = resolved(iri, base=base) if tokens[at].is_word("BASE") else base
            kept += declared
        at += size
    return prefixes, kept, iter(tokens[at:])


def _iri(token: Token, prefixes: dict[str, str]) -> str:
    """Spec: a local name's ``\\`` escapes stand for the character; its ``%`` escapes stay as they are."""
    prefix, _, local = token.text.partition(":")
    if prefix not in prefixes:
        raise QueryRefused(
            f"the prefix `{prefix}:` is not known",
            line=token.line,
            column=token.column,
            hint=f"add `PREFIX {prefix}: <…>` at the top",
        )
    return f"<{prefixes[prefix]}{_ESCAPE.sub(lambda match: match[1], local)}>"


def misplaced(token: Token) -> QueryRefused:
    return QueryRefused(f"`{token.text}` can't stand here", line=token.line, column=token.column)
