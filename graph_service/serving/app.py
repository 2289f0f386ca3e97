"""The routes, and nothing else: docs/http.md describes each."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, UnsupportedMediaType

from graph_service.errors import QueryForbidden, QueryRefused
from graph_service.serving.audit import AuditLog
from graph_service.serving.identity import Asker, Doorkeeper
from graph_service.serving.query_guard import GuardedQuery, guard
from graph_service.serving.responses import answer, media_type, problem, with_banner
from queries import catalogue

MAX_REQUEST_BYTES = 1 << 20
_DATASET_PARAMETERS = ("default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri")


@dataclass
class Exchange:
    """One request as the audit log will tell it."""

    started: float = field(default_factory=time.monotonic)
    query_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    asker: Asker | None = None
    query: str = ""
    detail: str = ""

    @property
    def banner(self) -> str:
        return self.asker.view.banner if self.asker else ""


class Front:
    """What each route does, over one doorkeeper and one audit log."""

    def __init__(self, doorkeeper: Doorkeeper, audit: AuditLog) -> None:
        self._doorkeeper, self._audit = doorkeeper, audit

    def admit(self) -> None:
        """Before anything else: who asks, and on which view. Only ``/health`` is nobody's."""
        g.exchange = Exchange()
        if request.path != "/health":
            g.exchange.asker = self._doorkeeper.admit(request.headers.get("Authorization"))

    def finish(self, response: Response) -> Response:
        """After everything else: the audit line, then the banner. An answer that can't be recorded is not given."""
        exchange: Exchange = g.exchange
        self._audit.record(
            query_id=exchange.query_id,
            who=exchange.asker.name if exchange.asker else None,
            view=exchange.asker.view.fingerprint if exchange.asker else None,
            request=f"{request.method} {request.path}",
            query=exchange.query,
            status=response.status_code,
            milliseconds=round((time.monotonic() - exchange.started) * 1000, 1),
            detail=exchange.detail,
        )
        return with_banner(response, banner=exchange.banner, query_id=exchange.query_id)

    def refuse(self, error: Exception) -> Response:
        """One shape for every refusal; what the asker may not know goes to the audit log."""
        if not isinstance(error, HTTPException):
            g.exchange.detail = f"{type(error).__name__}: {error} {getattr(error, 'detail', '')}".strip()
        return problem(error)

    def health(self) -> Response:
        return _json({"status": "ok"})

    def index(self) -> Response:
        return _json({"sparql": "/sparql", "queries": "/queries", "health": "/health"})

    def sparql(self) -> Response:
        return self._ask(guard(_query_text()))

    def questions(self) -> Response:
        return _json({"queries": [question.to_data() for question in catalogue().values()]})

    def question(self, name: str) -> Response:
        found = catalogue().get(name)
        if found is None:
            raise NotFound(f"there is no question `{name}`: GET /queries lists them")
        repeated = [key for key, values in request.args.lists() if len(values) > 1]
        if repeated:
            raise QueryRefused(f"the parameter `{repeated[0]}` is given twice")
        g.exchange.query = f"{name} {json.dumps(request.args, ensure_ascii=False)}"
        return self._ask(g.exchange.asker.desk.bind(found, request.args))

    def _ask(self, query: GuardedQuery) -> Response:
        exchange: Exchange = g.exchange
        media, form = media_type(request, form=query.form)
        exchange.query = exchange.query or query.text
        body = g.exchange.asker.desk.workers.ask(query, form=form)
        return answer(body, media=media)


def create_app(doorkeeper: Doorkeeper, audit: AuditLog) -> Flask:
    """The WSGI application: the routes of one ``Front``."""
    app, front = Flask("sluis", static_folder=None), Front(doorkeeper, audit)
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST_BYTES
    app.before_request(front.admit)
    app.after_request(front.finish)
    app.register_error_handler(Exception, front.refuse)
    app.add_url_rule("/", view_func=front.index)
    app.add_url_rule("/health", view_func=front.health)
    app.add_url_rule("/sparql", view_func=front.sparql, methods=["GET", "POST"])
    app.add_url_rule("/queries", view_func=front.questions)
    app.add_url_rule("/queries/<name>", view_func=front.question)
    return app


def _query_text() -> str:
    """The one query of a protocol request: GET, POST form, or POST ``application/sparql-query``.

    Spec: https://www.w3.org/TR/sparql11-protocol/#query-operation
    """
    given = request.args
    if request.method == "POST":
        if request.mimetype == "application/sparql-query":
            return _check_parameters(_utf8(request.get_data()))
        if request.mimetype == "application/sparql-update":
            raise QueryForbidden("updates are not available here: data come in with `sluis load`")
        if request.mimetype != "application/x-www-form-urlencoded":
            raise UnsupportedMediaType("send a form with `query=`, or a body of type application/sparql-query")
        given = request.form
    if "update" in given or "update" in request.args:
        raise QueryForbidden("updates are not available here: data come in with `sluis load`")
    queries = given.getlist("query")
    if len(queries) != 1:
        raise BadRequest("give exactly one `query`")
    return _check_parameters(queries[0])


def _check_parameters(query: str) -> str:
    for name in _DATASET_PARAMETERS:
        if name in request.args or (request.method == "POST" and name in request.form):
            raise QueryRefused(f"`{name}` is not available here: name a graph with GRAPH in the query")
    return query


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"the query is not UTF-8 (byte {error.start})") from error


def _json(data: Any) -> Response:
    return Response(json.dumps(data, ensure_ascii=False), content_type="application/json")
