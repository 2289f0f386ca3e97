"""Tokens of a query, and its names as IRIs. Trusted base: yes.

Prefixes are resolved here, not by the engine, so that no prefixed name and no blank-node label of the
asker's ever reaches it: see ``query_guard`` for what the engine would read in some of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urldefrag, urljoin

from graph_service.errors import QueryRefused
from graph_service.namespaces import PREFIXES

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
            raise _misplaced(token)
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
            raise _misplaced(tokens[at])
        iri = declared[-1].text[1:-1]
        if tokens[at].is_word("PREFIX"):
            prefix, _, local = declared[1].text.partition(":")
            if local:
                raise _misplaced(declared[1])
            prefixes[prefix] = _resolved(iri, base=base)
        else:
            base = _resolved(iri, base=base) if tokens[at].is_word("BASE") else base
            kept += declared
        at += size
    return prefixes, kept, iter(tokens[at:])


def _resolved(iri: str, *, base: str) -> str:
    """The IRI against the base, if one is declared. Spec: RFC 3986, section 5.2."""
    if not base:
        return iri
    if iri.endswith(("#", "?")):  # urljoin drops an empty fragment or query
        return urljoin(base, f"{iri}-")[:-1]
    return urljoin(urldefrag(base).url, iri)


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


def _misplaced(token: Token) -> QueryRefused:
    return QueryRefused(f"`{token.text}` can't stand here", line=token.line, column=token.column)


Graphs = tuple[str, ...] | None


def take_dataset(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], Graphs, Graphs]:
    """The tokens without their FROM clauses, and the IRIs of those: default graphs, named graphs.

    Clauses stand once, outside of every bracket, in front of WHERE or of the pattern's brace. Both results are ``None``
    where there is no clause. Raises ``QueryRefused`` at a FROM or NAMED anywhere else.
    """
    default: list[str] = []
    named: list[str] = []
    first = _clauses_at(tokens)
    at = first
    while at < len(tokens) and tokens[at].is_word("FROM"):
        is_named = at + 1 < len(tokens) and tokens[at + 1].is_word("NAMED")
        graph = tokens[at + 1 + is_named] if at + 1 + is_named < len(tokens) else tokens[at]
        if graph.kind != "iri":
            raise QueryRefused("`FROM` is followed by the IRI of a graph", line=graph.line, column=graph.column)
        (named if is_named else default).append(graph.text[1:-1])
        at += 2 + is_named
    rest = tokens[:first] + tokens[at:]
    for token in rest:
        if token.is_word("FROM", "NAMED"):
            raise QueryRefused(f"`{token.text}` can't stand here", line=token.line, column=token.column)
    if at > first and at < len(tokens) and not (tokens[at].is_word(*_AFTER_CLAUSES) or tokens[at].text == "{"):
        stray = tokens[at]
        raise QueryRefused(f"`{stray.text}` can't stand here", line=stray.line, column=stray.column)
    return (rest, tuple(default), tuple(named)) if at > first else (rest, None, None)


_AFTER_CLAUSES = ("WHERE", "ORDER", "GROUP", "HAVING", "LIMIT", "OFFSET", "VALUES")


def _clauses_at(tokens: tuple[Token, ...]) -> int:
    """Where the FROM clauses begin: at the first FROM outside of every bracket, if no pattern stands before it."""
    depth, patterns = 0, 0
    for at, token in enumerate(tokens):
        if token.is_word("FROM") and depth == 0:
            template = any(t.is_word("CONSTRUCT") and tokens[n + 1].text == "{" for n, t in enumerate(tokens[:at]))
            return at if patterns <= template else len(tokens)
        if token.kind == "sign":
            patterns += token.text == "{" and depth == 0
            depth += (token.text in "([{") - (token.text in ")]}")
    return len(tokens)
