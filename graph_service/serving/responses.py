"""Answers and refusals as HTTP: formats by ``Accept``, the banner, and one shape for every refusal."""

from __future__ import annotations

import json
from typing import Any

from flask import Request, Response
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import HTTPException, NotAcceptable

from graph_service.errors import (
    NotAuthenticated,
    NotCleared,
    NotPublished,
    QueryForbidden,
    QueryRefused,
    QueryTimeout,
    QueryTooLarge,
    SluisError,
    WorkersBusy,
)

PROBLEM = "application/problem+json"
RETRY_SECONDS = "5"

# The first of each is the default; the value is the worker's name of the format.
RESULTS = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
}
GRAPHS = {"text/turtle": "turtle", "application/n-triples": "ntriples"}

_STATUS: dict[type[SluisError], tuple[int, str, str]] = {
    NotAuthenticated: (401, "not-authenticated", "Not authenticated"),
    NotCleared: (403, "not-cleared", "Not cleared"),
    QueryForbidden: (403, "not-available", "Not available here"),
    QueryRefused: (400, "query-refused", "Query refused"),
    QueryTimeout: (503, "timeout", "Time limit reached"),
    QueryTooLarge: (503, "too-large", "Too large"),
    WorkersBusy: (503, "busy", "Busy"),
    NotPublished: (503, "not-published", "Not published"),
}


def media_type(request: Request, *, form: str) -> tuple[str, str]:
    """The media type that the request accepts best for a query form, and the worker's name of it; else 406."""
    offered = RESULTS if form in {"SELECT", "ASK"} else GRAPHS
    # A parameter such as `charset=utf-8` does not make it another type.
    accepted = MIMEAccept([(value.partition(";")[0].strip(), q) for value, q in request.accept_mimetypes])
    chosen = accepted.best_match(list(offered)) if "Accept" in request.headers else next(iter(offered))
    if chosen is None:
        raise NotAcceptable(f"this answer can be had as {', '.join(offered)}")
    return chosen, offered[chosen]


def answer(body: bytes, *, media: str) -> Response:
    """An answer in its media type."""
    return Response(body, content_type=media if media.startswith("application/") else f"{media}; charset=utf-8")


def with_banner(response: Response, *, banner: str, query_id: str) -> Response:
    """Every response to an admitted reader carries the banner, and no shared cache may keep it."""
    if banner:
        response.headers["Classification"] = banner
    response.headers["Query-Id"] = query_id
    if "Allow" in response.headers:  # from a set, so in an order of the process's own
        response.headers["Allow"] = ", ".join(sorted(response.headers["Allow"].split(", ")))
    response.headers["Vary"] = "Accept, Authorization"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def problem(error: Exception) -> Response:
    """A refusal as RFC 9457 problem details. Only public texts: the detail of a fault goes to the audit log."""
    if isinstance(error, HTTPException) and error.code != 500:
        status = error.code or 500
        body: dict[str, Any] = _problem(status, "http", error.name, error.description or error.name)
    elif isinstance(error, SluisError):
        status, kind, title = next(
            (_STATUS[base] for base in type(error).__mro__ if base in _STATUS), (500, "fault", "Fault")
        )
        body = _problem(status, kind, title, error.public if status != 500 else "the request failed here")
        if isinstance(error, QueryRefused):
            extra = {"line": error.line, "column": error.column, "hint": error.hint}
            body.update({name: value for name, value in extra.items() if value})
    else:
        status = 500
        body = _problem(status, "fault", "Fault", "the request failed here")
    response = Response(json.dumps(body, ensure_ascii=False), status=status, content_type=PROBLEM)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="sluis"'
    if status == 503:
        response.headers["Retry-After"] = RETRY_SECONDS
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name.lower() == "allow":
                response.headers["Allow"] = value
    return response


def _problem(status: int, kind: str, title: str, detail: str) -> dict[str, Any]:
    return {"type": f"https://w3id.org/sluis/problem/{kind}", "title": title, "status": status, "detail": detail}
