"""Names in a query that nothing in the asker's view uses, and what they may have been meant for.

Asked on the view, so a name that is hidden and one that is nowhere are the same finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from itertools import pairwise

from graph_service.serving.query_check import Finding, Fix
from graph_service.serving.query_guard import GuardedQuery, guard
from graph_service.serving.query_iris import is_whole
from graph_service.serving.query_text import QueryText
from graph_service.serving.query_tokens import Token
from graph_service.serving.suggestions import prefixed

MOST_NAMES = 50
_SEEN = guard(
    "SELECT DISTINCT ?name { VALUES ?name { UNDEF } FILTER(EXISTS { ?name ?p ?o } || EXISTS { ?s ?name ?o } "
    "|| EXISTS { ?s ?q ?name } || EXISTS { GRAPH ?name { ?a ?b ?c } } || EXISTS { GRAPH ?g { ?name ?d ?e } } "
    "|| EXISTS { GRAPH ?h { ?f ?name ?i } }) }"
)
Ask = Callable[[GuardedQuery], list[dict[str, str]]]


def unseen_names(query: GuardedQuery, text: str, *, ask: Ask, known: Callable[[], Iterable[str]]) -> Iterator[Finding]:
    """A warning for each name that nothing uses; ``known`` gives the classes and properties that there are."""
    names = list(_names(query))[:MOST_NAMES]
    if not names:
        return
    iris = dict.fromkeys(token.text for token in names)
    seen = {row["name"] for row in ask(_SEEN.with_terms({"name": " ".join(iris)}))}
    query_text = QueryText(text)
    for token in names:
        iri = token.text[1:-1]
        if iri in seen:
            continue
        written = query_text.terminal(token.line, token.column)[1]
        place = (token.line, token.column, len(written))
        fixes = tuple(Fix(prefixed(near), *place) for near in _near(iri, known()))
        detail = f"nothing that you can see uses `{written}`"
        yield Finding("unseen-name", detail, *place, "warning", about=written, fixes=fixes)


def _names(query: GuardedQuery) -> Iterator[Token]:
    """IRIs that stand for things: no datatypes, functions or graphs, not what FROM names or a template makes."""
    tokens = (None, *query.tokens[_behind_template(query) :], None)
    for (before, token), (_, after) in zip(pairwise(tokens), pairwise(tokens[1:]), strict=False):
        if token is None or token.kind != "iri" or not is_whole(token.text[1:-1]):
            continue
        is_datatype = before is not None and (before.text == "^^" or before.is_word("BASE", "GRAPH"))
        if not is_datatype and not (after is not None and after.text == "("):
            yield token


def _behind_template(query: GuardedQuery) -> int:
    """Where what is asked begins: a template of CONSTRUCT may use names that nothing uses yet."""
    depth = 0
    for at, (before, token) in enumerate(pairwise(query.tokens), start=1):
        if depth or (token.text == "{" and before.is_word("CONSTRUCT")):
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            if not depth:
                return at + 1
    return 0


def _near(iri: str, known: Iterable[str]) -> list[str]:
    """Those in the same namespace that are written nearly so."""
    space = re.split(r"(?<=[#/])(?=[^#/]*$)", iri)[0]
    locals_ = [other.removeprefix(space) for other in known if other.startswith(space)]
    return [space + local for local in get_close_matches(iri.removeprefix(space), locals_, n=2, cutoff=0.72)]
