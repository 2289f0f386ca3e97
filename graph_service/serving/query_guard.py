"""The query guard: reads a query by the SPARQL grammar's terminals and hands on its own tokens.

Trusted base: yes. The engine reads without a lexer of its own, so the two could read one text in two
ways: ``FILTER(1<2)SERVICE#>`` holds an IRI for the grammar and a call for the engine. Therefore the
engine never gets the asker's bytes: comments are dropped, line breaks in strings escaped, and the
tokens handed over with one space between them, on one line. A differing reading ends in a syntax error.

Names go on as whole IRIs, and blank nodes under names of our own: the engine would read the word in
``SERVICE:x``, ``trueSERVICE:x`` and ``u:a.b.SERVICE``, where the grammar sees a name.

Every bare word must be one that a read-only query can hold: an allow-list, so an unknown word is refused.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from graph_service.errors import QueryForbidden, QueryRefused
from graph_service.serving.query_dataset import refuse_relative, take_dataset, template
from graph_service.serving.query_tokens import Token, expand_names

MAX_CHARACTERS = 200_000
MAX_DEPTH = 128

# Spec: https://www.w3.org/TR/sparql12-query/#sparqlGrammar, the terminals by their names there.
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_U = f"{_BASE}_"
_CHARS = f"{_U}0-9\u00b7\u0300-\u036f\u203f-\u2040-"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ECHAR = r"""\\[tbnrf"'\\]"""
_PREFIX = f"[{_BASE}](?:[{_CHARS}.]*[{_CHARS}])?"
_LOCAL = f"(?:[{_U}:0-9]|{_PLX})(?:(?:[{_CHARS}.:]|{_PLX})*(?:[{_CHARS}:]|{_PLX}))?"
_VARNAME = f"[{_U}0-9][{_U}0-9\u00b7\u0300-\u036f\u203f-\u2040]*"

_TERMINALS = {
    "space": r"[\x20\t\r\n]+",
    "comment": r"#[^\r\n]*",
    "iri": rf"""<(?:[^\x00-\x20<>"{{}}|^`\\]|{_UCHAR})*>""",
    "blank": f"_:[{_U}0-9](?:[{_CHARS}.]*[{_CHARS}])?",
    "name": f"(?:{_PREFIX})?:(?:{_LOCAL})?",
    "string": (
        rf'"""(?:"{{0,2}}(?:[^"\\]|{_ECHAR}|{_UCHAR}))*"""'
        rf"|'''(?:'{{0,2}}(?:[^'\\]|{_ECHAR}|{_UCHAR}))*'''"
        rf'|"(?:[^"\\\r\n]|{_ECHAR}|{_UCHAR})*"'
        rf"|'(?:[^'\\\r\n]|{_ECHAR}|{_UCHAR})*'"
    ),
    "variable": f"[?$]{_VARNAME}",
    "language": r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?",
    "number": r"[+-]?(?:[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)",
    "word": r"[A-Za-z][A-Za-z0-9_]*",
    "sign": r"<<\(|\)>>|<<|>>|\{\||\|\}|&&|\|\||!=|<=|>=|\^\^|[{}()\[\];,.=<>!+\-*/|^?~]",
}
TERMINAL = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _TERMINALS.items()))
BREAK = re.compile(r"\r\n|\r|\n")

_TERM_KINDS = frozenset({"iri", "string", "language", "number"})
FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
WORDS = FORMS | frozenset(
    """
    BASE PREFIX VERSION DISTINCT REDUCED AS FROM NAMED WHERE GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET VALUES UNDEF
    OPTIONAL GRAPH UNION FILTER BIND MINUS NOT EXISTS IN A TRUE FALSE
    STR LANG LANGMATCHES LANGDIR DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE
    ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ
    NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRLANGDIR STRDT SAMETERM ISIRI ISURI
    ISBLANK ISLITERAL ISNUMERIC HASLANG HASLANGDIR REGEX SUBSTR REPLACE TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE
    COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR ADJUST
    """.split()
)
_VOLATILE = ("NOW", "RAND", "UUID", "STRUUID", "BNODE")
_NODES = frozenset({"[", "(", "<<", "{|", "~"})
"""What makes a new blank node in a template: a list and a statement about a statement too, as the engine reads them."""

_UPDATES = frozenset(
    "INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY WITH USING INTO DATA SILENT TO ALL DEFAULT".split()
)
_BRACKETS = {"(": ")", "[": "]", "{": "}", "<<": ">>", "<<(": ")>>", "{|": "|}"}
_CLOSING = frozenset(_BRACKETS.values())


@dataclass(frozen=True)
class GuardedQuery:
    """A query that may go to an engine. ``form`` is SELECT, ASK, CONSTRUCT or DESCRIBE.

    ``default_graphs`` and ``named_graphs`` are the IRIs of its dataset; both are ``None`` for the view as it stands.
    """

    tokens: tuple[Token, ...]
    form: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None

    @cached_property
    def text(self) -> str:
        """The tokens on one line: the only thing that an engine ever gets."""
        return "".join(self._spaced())

    @cached_property
    def key(self) -> tuple[str, ...]:
        """What the answer depends on, apart from the view: the text and the dataset."""
        graphs = json.dumps([self.default_graphs, self.named_graphs])
        return (self.text, graphs)

    @property
    def is_volatile(self) -> bool:
        """Whether two answers on one view may differ: what time, chance or new blank nodes give is never kept."""
        makes_nodes = any(t.kind == "blank" or (t.kind == "sign" and t.text in _NODES) for t in template(self.tokens))
        return makes_nodes or any(token.is_word(*_VOLATILE) for token in self.tokens)

    @property
    def is_ordered(self) -> bool:
        """Whether the order of the rows is part of the answer."""
        return any(token.is_word("ORDER", "LIMIT", "OFFSET") for token in self.tokens)

    def on_dataset(self, default_graphs: Iterable[str], named_graphs: Iterable[str]) -> GuardedQuery:
        """The query on the dataset of the protocol's parameters, which count instead of its own FROM clauses.

        Spec: https://www.w3.org/TR/sparql11-protocol/#dataset. None at all leaves the query's own dataset. Raises
        ``QueryRefused`` for a value that is not a whole IRI: there is no BASE to read it by.
        """
        default, named = tuple(default_graphs), tuple(named_graphs)
        refuse_relative("default-graph-uri", default)
        refuse_relative("named-graph-uri", named)
        return replace(self, default_graphs=default, named_graphs=named) if default or named else self

    def token_at(self, column: int) -> Token:
        """The token at a column (from 1) of ``text``; it knows its place in the asker's text."""
        ends = list(accumulate(len(piece) for piece in self._spaced()))
        return self.tokens[min(bisect_left(ends, column), len(self.tokens) - 1)]

    def _spaced(self) -> Iterator[str]:
        """Each token with the space behind it. Oxigraph wants a function's name and its bracket in one piece."""
        for token, after in zip(self.tokens, (*self.tokens[1:], None), strict=True):
            glued = after is None or (token.kind == "word" and after.text == "(")
            yield token.text if glued else token.text + " "

    def with_terms(self, terms: dict[str, str]) -> GuardedQuery:
        """Each ``VALUES ?name { UNDEF }`` gets its terms in place of UNDEF, given in SPARQL's own form.

        SECURITY: they are lexed again, and only IRIs and literals pass, so that no parameter can end the block.
        """
        tokens = list(self.tokens)
        for at in range(len(tokens) - 4):
            values, variable, opening, undef, closing = tokens[at : at + 5]
            name = variable.text[1:]
            if values.is_word("VALUES") and variable.kind == "variable" and name in terms and undef.is_word("UNDEF"):
                if (opening.text, closing.text) != ("{", "}"):
                    continue
                tokens[at + 3] = replace(undef, kind="term", text=_terms(terms[name]))
        return replace(self, tokens=tuple(tokens))


def guard(query: str) -> GuardedQuery:
    """Accept one read-only query, or raise ``QueryRefused`` with line and column in the asker's text.

    (1) size; (2) terminals; (3) words; (4) brackets, and how deep they nest; (5) names to IRIs; (6) the dataset;
    (7) form.
    """
    if len(query) > MAX_CHARACTERS:  # (1)
        raise QueryRefused(f"the query is longer than {MAX_CHARACTERS} characters")
    tokens = tuple(_lex(query))  # (2)
    for token in tokens:
        if token.kind == "word":
            _check_word(token)  # (3)
    _check_brackets(tokens)  # (4)
    tokens = expand_names(tokens)  # (5)
    tokens, default_graphs, named_graphs = take_dataset(tokens)  # (6)
    forms = [token.text.upper() for token in tokens if token.is_word(*FORMS)]
    if not forms:  # (7)
        raise QueryRefused("the query has none of SELECT, ASK, CONSTRUCT, DESCRIBE", line=1, column=1)
    return GuardedQuery(tokens, forms[0], default_graphs, named_graphs)


def _check_brackets(tokens: tuple[Token, ...]) -> None:
    open_ones: list[str] = []
    for token in tokens:
        if token.kind == "sign" and token.text in _BRACKETS:
            open_ones.append(_BRACKETS[token.text])
        elif token.kind == "sign" and token.text in _CLOSING and (not open_ones or open_ones.pop() != token.text):
            raise QueryRefused(f"`{token.text}` can't stand here", line=token.line, column=token.column)
        if len(open_ones) > MAX_DEPTH:
            raise QueryRefused(f"the query nests deeper than {MAX_DEPTH}", line=token.line, column=token.column)


def _terms(text: str) -> str:
    tokens = list(_lex(text))
    if not tokens or any(token.kind not in _TERM_KINDS and token.text != "^^" for token in tokens):
        raise QueryRefused("a parameter's value is not a term")
    return " ".join(token.text for token in tokens)


def _lex(query: str) -> Iterator[Token]:
    at, line, line_start = 0, 1, 0
    for match in TERMINAL.finditer(query):
        if match.start() != at:
            break  # what stands here begins no terminal
        kind, text = str(match.lastgroup), match[0]
        if kind not in {"space", "comment"}:
            yield Token(kind, _one_line(text) if kind == "string" else text, line, at - line_start + 1)
        if kind in {"space", "string"} and (breaks := list(BREAK.finditer(text))):
            line, line_start = line + len(breaks), at + breaks[-1].end()
        at = match.end()
    if at < len(query):
        raise QueryRefused(f"`{query[at]}` can't stand here", line=line, column=at - line_start + 1)


def _one_line(text: str) -> str:
    """Only a long string can hold a line break: it is handed on as the escape of the same character."""
    return text.replace("\r", "\\r").replace("\n", "\\n")


def _check_word(token: Token) -> None:
    word = token.text.upper()
    if word not in WORDS:
        kind, reason = _refusal(word, token.text)
        raise kind(reason, line=token.line, column=token.column)


def _refusal(word: str, text: str) -> tuple[type[QueryRefused], str]:
    """Why a word outside the allow-list is refused, and whether it asks for what this service never does."""
    # SECURITY: removing this lets a query send what it sees to another server. See tests/attacks/test_egress.py.
    if word == "SERVICE":
        return QueryForbidden, "`SERVICE` is not available here: no query leaves this server"
    if word in _UPDATES:
        return QueryForbidden, f"`{word}` is not available here: data come in with `sluis load`"
    return QueryRefused, f"`{text}` is not a word of a SPARQL query"
