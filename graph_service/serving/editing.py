"""The routes that help whoever writes a query: what is wrong with it, and what could come next. Nothing is asked here
but of the asker's own view, by the asker's own workers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from graph_service.errors import QueryRefused
from graph_service.serving import suggestions
from graph_service.serving.answering import Answering, Wish
from graph_service.serving.query_check import check
from graph_service.serving.query_guard import GuardedQuery
from graph_service.serving.questions import iri_in
from graph_service.serving.suggestions import MOST, Suggestion
from graph_service.serving.term_checks import unseen_names

LANGUAGES = ("en", "nl")
KINDS = ("class", "property", "individual", "prefix")
_DEFAULT_LIMIT = 20
_SECONDS = 5.0
"""Who waits for help with what they write waits no longer."""


class Editing:
    """``POST /api/check`` and ``GET /api/complete``."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def add_routes(self, app: Flask) -> None:
        app.add_url_rule("/api/check", view_func=self.check, methods=["POST"])
        app.add_url_rule("/api/complete", view_func=self.complete)

    def check(self) -> Response:
        """What is wrong with a query; it is read and not asked. (1) the guard and the engine; (2) names in it."""
        text = _text()
        ask = self._ask(_wish(request.values))
        query, findings = check(text, self._reads)  # (1)
        if query is not None:
            findings += unseen_names(query, text, ask=ask, known=lambda: suggestions.vocabulary(ask=ask))  # (2)
        findings.sort(key=lambda finding: (finding.line, finding.column))
        return _json(
            {
                "accepted": query is not None,
                "form": query.form if query is not None else None,
                "findings": [finding.to_data() for finding in findings],
            }
        )

    def complete(self) -> Response:
        """What the text may be the beginning of, by how much the view uses it."""
        kind = _one_of("kind", KINDS)
        lang = _one_of("lang", LANGUAGES, default="en")
        g.exchange.query = f"{request.method} {request.full_path}"
        found = self._complete(kind, lang, self._ask(_wish(request.args)))
        return _json({"suggestions": [one.to_data() for one in found]})

    def _complete(self, kind: str, lang: str, ask: suggestions.Ask) -> list[Suggestion]:
        text, limit, of_class = request.args.get("text", ""), _limit(), _class()
        if kind == "prefix":
            return suggestions.prefixes(text, limit=limit)
        if kind == "class":
            return suggestions.classes(text, ask=ask, lang=lang, limit=limit)
        if kind == "property":
            return suggestions.properties(text, ask=ask, lang=lang, limit=limit, of_class=of_class)
        return suggestions.individuals(text, ask=ask, lang=lang, limit=limit, of_class=of_class)

    def _ask(self, wish: Wish) -> Callable[[GuardedQuery], list[dict[str, str]]]:
        """Asks on the view, or on the part of it that a lower clearance sees: as that would be told."""
        portions = self._answering.part(wish, g.exchange)
        rest = wish

        def ask(query: GuardedQuery) -> list[dict[str, str]]:
            nonlocal rest
            answer, rest = self._answering.whole(query, "json", rest, g.exchange, portions=portions)
            rows = json.loads(answer)["results"]["bindings"]
            return [{name: term["value"] for name, term in row.items()} for row in rows]

        return ask

    def _reads(self, query: GuardedQuery) -> QueryRefused | None:
        return self._answering.reads(query, g.exchange, seconds=_SECONDS)


def _text() -> str:
    """The query, in a form or as the body, as the SPARQL protocol sends it."""
    if request.mimetype == "application/sparql-query":
        try:
            return request.get_data().decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadRequest(f"the query is not UTF-8 (byte {error.start})") from error
    if request.mimetype != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType("send a form with `query=`, or a body of type application/sparql-query")
    if len(request.form.getlist("query")) != 1:
        raise BadRequest("give exactly one `query`")
    return request.form["query"]


def _wish(given: Mapping[str, str]) -> Wish:
    wish = Wish.read({name: given[name] for name in ("timeout", "clearance") if name in given})
    return replace(wish, seconds=min(wish.seconds or _SECONDS, _SECONDS))


def _one_of(name: str, values: tuple[str, ...], *, default: str = "") -> str:
    value = request.args.get(name, default)
    if value not in values:
        raise QueryRefused(f"`{name}` can be {', '.join(values)}")
    return value


def _class() -> str:
    """The IRI of the class that is named, whole or with a known prefix; nothing where none is."""
    text = request.args.get("class", "").strip("<>").replace("\\", "")
    return iri_in(text) or text


def _limit() -> int:
    text = request.args.get("limit", str(_DEFAULT_LIMIT))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST:
        raise QueryRefused(f"`limit` is a number from 1 to {MOST}")
    return int(text)


def _json(data: Any) -> Response:
    return Response(json.dumps(data, ensure_ascii=False), content_type="application/json")
