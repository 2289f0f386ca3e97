"""The dataset that a query names, taken out of its text. Trusted base: yes.

FROM clauses are read here and not by the engine, which would count a triple once for each of several default graphs.
"""

from __future__ import annotations

from collections.abc import Iterable

from graph_service.errors import QueryRefused
from graph_service.namespaces import ID
from graph_service.serving.query_iris import is_whole, resolved, unescaped
from graph_service.serving.query_tokens import Token, misplaced

Graphs = tuple[str, ...] | None

_OPENING, _CLOSING = frozenset({"(", "[", "{", "<<", "<<(", "{|"}), frozenset({")", "]", "}", ">>", ")>>", "|}"})
_MODIFIERS = ("ORDER", "GROUP", "HAVING", "LIMIT", "OFFSET", "VALUES")


def take_dataset(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], Graphs, Graphs]:
    """The tokens without their FROM clauses, and the IRIs of those: default graphs, named graphs.

    Both are ``None`` where there is no clause. Raises ``QueryRefused`` at a FROM or NAMED in any other place.
    """
    default: list[str] = []
    named: list[str] = []
    at = first = _clauses_at(tokens)
    base = _base(tokens)
    while at < len(tokens) and tokens[at].is_word("FROM"):
        is_named = at + 1 < len(tokens) and tokens[at + 1].is_word("NAMED")
        graph = tokens[min(at + 1 + is_named, len(tokens) - 1)]
        (named if is_named else default).append(_graph(graph, base))
        at += 2 + is_named
    rest = tokens[:first] + tokens[at:]
    for token in rest:
        if token.is_word("FROM", "NAMED"):
            raise misplaced(token)
    if at == first:
        return rest, None, None
    form = tokens[_form(tokens)]
    is_short = tokens[first - 1] == form and form.is_word("CONSTRUCT")
    if at < len(tokens) and not _may_follow(tokens[at], form, is_short=is_short):
        raise misplaced(tokens[at])
    return rest, tuple(default), tuple(named)


def refuse_relative(name: str, graphs: Iterable[str]) -> None:
    """Raise ``QueryRefused`` if one of a parameter's values is not a whole IRI."""
    for graph in graphs:
        if not is_whole(graph):
            raise QueryRefused(f"`{name}` takes the whole IRI of a graph, not `{graph}`")


def template(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens of a CONSTRUCT's template; in the short form that is its pattern."""
    form = _form(tokens)
    if form == len(tokens) or not tokens[form].is_word("CONSTRUCT"):
        return ()
    opening = next((at for at in range(form, len(tokens)) if tokens[at].text == "{"), len(tokens))
    return tokens[opening : _behind(tokens, opening)]


def _form(tokens: tuple[Token, ...]) -> int:
    """Where the first token behind the prologue stands."""
    at = 0
    while at < len(tokens) and tokens[at].is_word("BASE", "VERSION"):
        at += 2
    return at


def _base(tokens: tuple[Token, ...]) -> str:
    """What relative IRIs are resolved against: the last base that the prologue declares, or the service's own."""
    base = ID
    for at in range(0, _form(tokens), 2):
        if tokens[at].is_word("BASE"):
            base = resolved(unescaped(tokens[at + 1].text[1:-1]), base=base)
    return base


def _graph(token: Token, base: str) -> str:
    if token.kind != "iri":
        raise QueryRefused("`FROM` is followed by the IRI of a graph", line=token.line, column=token.column)
    iri = resolved(unescaped(token.text[1:-1]), base=base)
    if not is_whole(iri):
        raise QueryRefused("`FROM` is followed by the IRI of a graph", line=token.line, column=token.column)
    return iri


def _clauses_at(tokens: tuple[Token, ...]) -> int:
    """Where FROM clauses may stand: behind the projection, the template, ASK, or what is described.

    Spec: https://www.w3.org/TR/sparql11-query/#rSelectQuery and the three forms below it.
    """
    form = _form(tokens)
    at = form + 1
    if form == len(tokens):
        return form
    if tokens[form].is_word("SELECT"):
        at += at < len(tokens) and tokens[at].is_word("DISTINCT", "REDUCED")
        while at < len(tokens) and (tokens[at].kind == "variable" or tokens[at].text in {"*", "("}):
            at = _behind(tokens, at)
        return at
    if tokens[form].is_word("DESCRIBE"):
        while at < len(tokens) and (tokens[at].kind in {"variable", "iri"} or tokens[at].text == "*"):
            at += 1
        return at
    if tokens[form].is_word("CONSTRUCT"):
        return _behind(tokens, at) if at < len(tokens) and tokens[at].text == "{" else at
    return at if tokens[form].is_word("ASK") else len(tokens)


def _behind(tokens: tuple[Token, ...], at: int) -> int:
    """The place behind a token, or behind the whole bracket that it opens."""
    depth = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "sign":
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
        at += 1
        if depth <= 0:
            break
    return at


def _may_follow(token: Token, form: Token, *, is_short: bool) -> bool:
    """Whether a token may stand behind the FROM clauses. Only DESCRIBE can lack a pattern; behind CONSTRUCT in its
    short form a brace would be a template, which stands in front of them.
    """
    if token.text == "{":
        return not is_short
    return token.is_word("WHERE") or (form.is_word("DESCRIBE") and token.is_word(*_MODIFIERS))
