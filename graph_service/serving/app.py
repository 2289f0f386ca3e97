"""The routes, and nothing else: docs/http.md describes each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, UnsupportedMediaType

from graph_service.errors import QueryForbidden, QueryRefused
from graph_service.serving.answering import Answering, Wish
from graph_service.serving.audit import AuditLog
from graph_service.serving.descriptions import Descriptions
from graph_service.serving.documentation import Documentation
from graph_service.serving.editing import Editing
from graph_service.serving.exchange import Exchange
from graph_service.serving.identity import Doorkeeper
from graph_service.serving.own import Own
from graph_service.serving.page import Page
from graph_service.serving.proposing import Proposing
from graph_service.serving.query_guard import GuardedQuery
from graph_service.serving.responses import problem, with_banner
from graph_service.serving.running_queries import RunningQueries
from graph_service.settings import Layout
from queries import Question, catalogue

MAX_REQUEST_BYTES = 1 << 20
UPDATES_ARE_NOT_HERE = "updates are not available here: data come in with `sluis load`"
_WISHES = ("timeout", "mark", "clearance", "format")
_OF_QUESTIONS = (*_WISHES, "lang")
_UPDATE_DATASET = ("using-graph-uri", "using-named-graph-uri")


class Front:
    """What each route does, over one doorkeeper, one audit log, one catalogue of questions and the page."""

    def __init__(self, doorkeeper: Doorkeeper, audit: AuditLog, questions: Mapping[str, Question]) -> None:
        self._doorkeeper, self._audit, self._questions = doorkeeper, audit, questions
        self._running = RunningQueries()
        self._answering = Answering(audit, self._running, policies=doorkeeper.policies)
        self.descriptions = Descriptions(self._answering)
        self.page = Page.packaged()
        self.editing = Editing(self._answering)

    def admit(self) -> None:
        """Before anything else: who asks, and on which view. Only ``/health`` and the page's files are nobody's."""
        g.exchange = Exchange()
        if request.path != "/health" and not self.page.is_asked_for(request):
            g.exchange.asker = self._doorkeeper.admit(request.headers.get("Authorization"))
            g.exchange.banner = g.exchange.asker.view.banner

    def finish(self, response: Response) -> Response:
        """After everything else: the audit line, then the banner. An answer that can't be recorded is not given."""
        exchange: Exchange = g.exchange
        if self.page.is_asked_for(request):
            return self.page.finished(response)
        self._audit.record(
            query_id=exchange.query_id,
            who=exchange.asker.name if exchange.asker else None,
            view=exchange.asker.view.fingerprint if exchange.asker else None,
            request=f"{request.method} {request.path}",
            query=exchange.query,
            status=response.status_code,
            milliseconds=exchange.milliseconds,
            detail=exchange.detail,
        )
        return with_banner(response, exchange)

    def refuse(self, error: Exception) -> Response:
        """One shape for every refusal; what the asker may not know goes to the audit log."""
        if not isinstance(error, HTTPException):
            g.exchange.detail = f"{type(error).__name__}: {error} {getattr(error, 'detail', '')}".strip()
        return problem(error)

    def health(self) -> Response:
        return _json({"status": "ok"})

    def index(self) -> Response:
        """The page for a browser; for programs, where to begin."""
        if self.page.is_asked_for(request):
            return self.page.shell()
        places = ("sparql", "queries", "health", "docs", "openapi.json")
        return _json({name.removesuffix(".json"): f"/{name}" for name in places})

    def sparql(self) -> Response:
        """A query, or without one the service description. Spec: SPARQL 1.1 protocol and service description."""
        parameters = _parameters()
        if request.method != "POST" and not any(name in parameters for name in ("query", "update")):
            return self.descriptions.service()
        return self._answering.answer(_query(parameters), _wish(parameters), g.exchange)

    def questions(self) -> Response:
        return _json({"queries": [question.to_data() for question in self._questions.values()]})

    def question(self, name: str) -> Response:
        found, parameters, wish = self._asked(name)
        return self._answering.question(found, parameters, wish, g.exchange)

    def question_text(self, name: str) -> Response:
        """The query of a question with the values given, to be read, changed and asked as one's own."""
        found, parameters, wish = self._asked(name)
        text = self._answering.question_text(found, parameters, wish, g.exchange)
        return _json({"name": name, "query": text})

    def _asked(self, name: str) -> tuple[Question, dict[str, str], Wish]:
        """A question with what the request gives for its parameters, and how the answer is wanted."""
        found = self._questions.get(name)
        if found is None:
            raise NotFound(f"there is no question `{name}`: GET /queries lists them")
        given = dict(request.args.lists())
        own = {parameter.name for parameter in found.parameters}
        wish = _wish({key: values for key, values in given.items() if key not in own}, _OF_QUESTIONS)
        parameters = {key: _single(given, key) for key in given if key in own or key not in _OF_QUESTIONS}
        g.exchange.query = f"{name} {json.dumps(parameters, ensure_ascii=False)}"
        return found, parameters, wish

    def running(self) -> Response:
        """The principal's own queries at work. The anonymous reader is nobody, and has none."""
        own = self._running.of(g.exchange.asker.name) if g.exchange.asker.is_registered else []
        return _json({"queries": [query.to_data() for query in own]})

    def end(self, query_id: str) -> Response:
        asker = g.exchange.asker
        if not (asker.is_registered and self._running.end(query_id, asker=asker.name)):
            raise NotFound("you have no such query running")
        return Response(status=204)


def create_app(
    doorkeeper: Doorkeeper,
    audit: AuditLog,
    questions: Mapping[str, Question] | None = None,
    *,
    layout: Layout | None = None,
) -> Flask:
    """The WSGI application: the routes of one ``Front``. Without ``questions``: those of the package.

    ``layout`` is where proposals are put; without it none is taken.
    """
    asked = catalogue() if questions is None else questions
    front = Front(doorkeeper, audit, asked)
    app = Flask("sluis", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST_BYTES
    app.before_request(front.admit)
    app.after_request(front.finish)
    app.register_error_handler(Exception, front.refuse)
    app.add_url_rule("/", view_func=front.index)
    app.add_url_rule("/health", view_func=front.health)
    app.add_url_rule("/sparql", view_func=front.sparql, methods=["GET", "POST"])
    app.add_url_rule("/queries", view_func=front.questions)
    app.add_url_rule("/queries/<name>", view_func=front.question)
    app.add_url_rule("/api/questions/<name>", view_func=front.question_text)
    app.add_url_rule("/api/queries", view_func=front.running)
    app.add_url_rule("/api/queries/<query_id>", view_func=front.end, methods=["DELETE"])
    front.page.add_routes(app)
    front.descriptions.add_routes(app)
    front.editing.add_routes(app)
    Own(doorkeeper.policies).add_routes(app)
    Proposing(layout, policies=doorkeeper.policies).add_routes(app)
    Documentation(asked).add_routes(app)
    return app


def _parameters() -> dict[str, list[str]]:
    """The parameters of a protocol request, wherever it may carry them, with a direct POST's body as ``query``.

    Spec: https://www.w3.org/TR/sparql11-protocol/#query-operation
    """
    given = dict(request.args.lists())
    if request.method != "POST":
        return given
    if request.mimetype == "application/sparql-update":
        raise QueryForbidden(UPDATES_ARE_NOT_HERE)
    if request.mimetype == "application/sparql-query":
        if "query" in given:
            raise BadRequest("give exactly one `query`: the body holds one already")
        return {**given, "query": [_utf8(request.get_data())]}
    if request.mimetype != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType("send a form with `query=`, or a body of type application/sparql-query")
    for key, values in request.form.lists():
        given[key] = given.get(key, []) + values
    return given


def _query(parameters: dict[str, list[str]]) -> GuardedQuery:
    if "update" in parameters:
        raise QueryForbidden(UPDATES_ARE_NOT_HERE)
    for name in _UPDATE_DATASET:
        if name in parameters:
            raise QueryRefused(f"`{name}` belongs to updates, which are not available here")
    if len(parameters.get("query", ())) != 1:
        raise BadRequest("give exactly one `query`")
    query: GuardedQuery = g.exchange.asker.desk.read(parameters["query"][0])
    return query.on_dataset(parameters.get("default-graph-uri", ()), parameters.get("named-graph-uri", ()))


def _wish(parameters: dict[str, list[str]], known: tuple[str, ...] = _WISHES) -> Wish:
    """How the answer is wanted, apart from what is asked."""
    given = {name: _single(parameters, name) for name in known if name in parameters}
    return Wish.read(given)


def _single(parameters: dict[str, list[str]], name: str) -> str:
    if len(parameters[name]) > 1:
        raise QueryRefused(f"the parameter `{name}` is given twice")
    return parameters[name][0]


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"the query is not UTF-8 (byte {error.start})") from error


def _json(data: Any) -> Response:
    return Response(json.dumps(data, ensure_ascii=False), content_type="application/json")
