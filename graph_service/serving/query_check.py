"""What is wrong with a query, where, and what would mend it, without asking it.

The guard's verdict comes first, then the engine's (``query_reading``), then what is allowed and still looks like a
slip.Places are those of the asker's text; ``term_checks`` looks at names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches
from typing import Any

from graph_service.errors import QueryForbidden, QueryRefused
from graph_service.namespaces import PREFIXES
from graph_service.serving.query_guard import WORDS, GuardedQuery, guard
from graph_service.serving.query_reading import Reads, Stop, find_stop
from graph_service.serving.query_text import QueryText
from graph_service.serving.query_tokens import Token
from graph_service.serving.well_known import WELL_KNOWN

_CLOSING = {"{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>", "{|": "|}"}
_MEANINGS = {
    "ungrouped": "with GROUP BY or an aggregate, a variable that is selected must be grouped by or aggregated",
    "star-with-groups": "`SELECT *` can't stand with GROUP BY or an aggregate: name what is to be selected",
    "overrides": "a variable behind `AS` has a value already: give another name",
    "values-width": "each row of VALUES has as many values as there are variables; `UNDEF` stands for none",
    "twice-selected": "a variable is selected twice",
    "bound-before": "this variable has a value already, so BIND can't give it one: give another name",
    "blank-elsewhere": "a blank node's name belongs to one group of patterns: use a variable",
}
_KINDS = {"variable": "a variable", "iri": "a name", "text": "a text", "number": "a number"}


@dataclass(frozen=True)
class Fix:
    """An edit that would mend it: ``length`` characters from a place on give way to ``text``."""

    text: str
    line: int
    column: int
    length: int = 0


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or a ``warning``: a word for what kind, the reason, the place, fixes.

    ``about`` is what it is about and ``expected`` what could stand there, for whoever says it in another language.
    """

    code: str
    detail: str
    line: int = 1
    column: int = 1
    length: int = 0
    severity: str = "error"
    about: str = ""
    expected: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = field(default=())

    def to_data(self) -> dict[str, Any]:
        return {
            **{name: value for name, value in vars(self).items() if name != "fixes"},
            "expected": list(self.expected),
            "fixes": [vars(fix) for fix in self.fixes],
        }


def check(text: str, reads: Reads) -> tuple[GuardedQuery | None, list[Finding]]:
    """The query, if it may be asked, and what is to say of it. ``reads`` lets the engine read it."""
    query_text = QueryText(text)
    try:
        query = guard(text)
    except QueryRefused as refusal:
        return None, [_refused(refusal, query_text)]
    stop = find_stop(query, reads)
    if stop is not None:
        return None, [_stopped(stop, query, query_text)]
    return query, list(_slips(query, query_text))


# --- the guard's -----------------------------------------------------------------------------------------------------


def _refused(refusal: QueryRefused, text: QueryText) -> Finding:
    line, column = refusal.line or 1, refusal.column or 1
    kind, about = text.terminal(line, column) if refusal.line else ("", "")
    code = "refused"
    fixes: tuple[Fix, ...] = ()
    if isinstance(refusal, QueryForbidden):
        code = "not-available"
    elif kind == "name" and "prefix" in refusal.public:
        code, about = "unknown-prefix", about.partition(":")[0] + ":"
        fixes = tuple(_prefix_fixes(about[:-1], line, column))
    elif kind == "word" and about.upper() not in WORDS:
        code = "unknown-word"
        near = get_close_matches(about.upper(), sorted(WORDS), n=2, cutoff=0.7)
        fixes = tuple(Fix(word, line, column, len(about)) for word in near)
    elif "has none of" in refusal.public:
        return Finding("no-form", refusal.public)
    elif about in {'"', "'"} and not kind:
        return Finding("unclosed-text", "the text that begins here never ends", line, column, 1, about=about)
    elif refusal.line and about:
        code = "misplaced"
    return Finding(code, refusal.public, line, column, len(about), about=about, fixes=fixes)


def _prefix_fixes(prefix: str, line: int, column: int) -> Iterator[Fix]:
    """The declaration, where the prefix is well known; else one that is written nearly so and needs none."""
    if prefix in WELL_KNOWN:
        yield Fix(f"PREFIX {prefix}: <{WELL_KNOWN[prefix]}>\n", 1, 1)
        return
    for near in get_close_matches(prefix, sorted(PREFIXES), n=2, cutoff=0.6):
        yield Fix(near, line, column, len(prefix))


# --- the engine's ----------------------------------------------------------------------------------------------------


def _stopped(stop: Stop, query: GuardedQuery, text: QueryText) -> Finding:
    """Where the engine can't go on, in our words: its own never leave the server."""
    token = stop.token
    if stop.meaning:
        line, column = (token.line, token.column) if token is not None else (1, 1)
        about = text.terminal(line, column)[1]
        return Finding(stop.meaning, _MEANINGS[stop.meaning], line, column, len(about), about=about)
    if token is None:
        return _unfinished(stop, query, text)
    about = text.terminal(token.line, token.column)[1]
    wanted = _wanted(stop.expected)
    detail = f"`{about}` can't stand here" + (f": {wanted} is expected" if wanted else "")
    fixes = tuple(_repairs(stop, query, text))
    return Finding(
        "misplaced", detail, token.line, token.column, len(about), about=about, expected=stop.expected, fixes=fixes
    )


def _unfinished(stop: Stop, query: GuardedQuery, text: QueryText) -> Finding:
    """The query ends too early: at a bracket that is never closed, or behind its last word."""
    open_ones: list[Token] = []
    for token in query.tokens:
        if token.kind == "sign" and token.text in _CLOSING:
            open_ones.append(token)
        elif token.kind == "sign" and token.text in _CLOSING.values() and open_ones:
            open_ones.pop()
    end = text.end
    if open_ones:
        opening, closing = open_ones[-1], " ".join(_CLOSING[token.text] for token in reversed(open_ones))
        fix = (Fix(f"\n{closing}", *end),) if "}" in stop.expected or not stop.expected else ()
        reason = f"`{opening.text}` is never closed"
        place = (opening.line, opening.column, len(opening.text))
        return Finding("unclosed", reason, *place, about=opening.text, expected=stop.expected, fixes=fix)
    wanted = _wanted(stop.expected)
    detail = "the query ends too early" + (f": {wanted} is expected" if wanted else "")
    return Finding("ends-early", detail, *end, expected=stop.expected)


def _wanted(expected: tuple[str, ...]) -> str:
    """What could stand there, in words; nothing where that would be half the grammar."""
    if not expected or len(expected) > 4:
        return ""
    words = [_KINDS.get(word, f"`{word}`") for word in expected]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _repairs(stop: Stop, query: GuardedQuery, text: QueryText) -> Iterator[Fix]:
    """What one would write instead, where that is clear from the two tokens."""
    token = stop.token
    assert token is not None  # noqa: S101  # the end has a finding of its own
    before = query.tokens[query.tokens.index(token) - 1] if token in query.tokens[1:] else None
    here = (token.line, token.column)
    length = len(text.terminal(*here)[1])
    if "BY" in stop.expected:
        yield Fix("BY ", *here)
    elif "AS" in stop.expected:
        yield Fix("AS " if token.kind == "variable" else " AS ?value", *here)
    elif "." in stop.expected and token.kind in {"variable", "iri", "blank"}:
        yield Fix(". ", *here)
    elif "," in stop.expected and token.kind in {"string", "number"}:
        yield Fix(", ", *here)
    elif token.text == "," or (token.text == "=" and before is not None and before.text == "="):
        yield Fix("", *here, length)


# --- slips -----------------------------------------------------------------------------------------------------------


def _slips(query: GuardedQuery, text: QueryText) -> Iterator[Finding]:
    """A variable that is selected and nowhere has a value; one that stands once, where another is written nearly so."""
    counts = Counter(_name(token) for token in query.tokens if token.kind == "variable")
    selected = set(_selected(query))
    told: set[str] = set()
    for token in query.tokens:
        name = _name(token)
        if token.kind != "variable" or counts[name] > 1:
            continue
        near = [other for other in counts if other != name and other not in told and _is_slip(name, other)]
        written = text.terminal(token.line, token.column)[1]
        best = max(near, key=lambda other: counts[other], default="")
        fixes = (Fix(written[0] + best, token.line, token.column, len(written)),) if best else ()
        place = (token.line, token.column, len(written))
        if name in selected:
            code, detail = "never-bound", f"`{written}` is selected and nowhere gets a value"
        elif best:
            code, detail = "lone-variable", f"`{written}` stands here only: is it `{written[0]}{best}`?"
        else:
            continue
        told.add(name)
        yield Finding(code, detail, *place, "warning", about=written, fixes=fixes)


def _selected(query: GuardedQuery) -> Iterator[str]:
    """The variables that the outermost SELECT or DESCRIBE names as they are."""
    depth = 0
    for token in query.tokens:
        if token.text == "{" or token.is_word("CONSTRUCT", "ASK"):
            return
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.kind == "variable" and not depth:
            yield _name(token)


def _name(token: Token) -> str:
    return token.text[1:]


def _is_slip(name: str, other: str) -> bool:
    """Whether one is the other mistyped. Names that differ in a number or an ending are two names."""
    if len(name) < 3 or name.rstrip("0123456789") == other.rstrip("0123456789"):
        return False
    if name.startswith(other) or other.startswith(name):
        return False
    return SequenceMatcher(None, name.lower(), other.lower()).ratio() > 0.79
