"""Answers and refusals as HTTP: formats by ``Accept``, the banner, and one shape for every refusal."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Request, Response
from flask import request as current_request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import HTTPException, NotAcceptable

from graph_service.errors import (
    NotAuthenticated,
    NotCleared,
    NotPublished,
    ProposalRefused,
    QueryEnded,
    QueryForbidden,
    QueryRefused,
    QueryTimeout,
    QueryTooLarge,
    SluisError,
    TooMany,
    WorkersBusy,
)
from graph_service.serving.exchange import Exchange

PROBLEM = "application/problem+json"
PROBLEM_TYPE = "https://w3id.org/sluis/problem/"
RETRY_SECONDS = "5"
MOST_AT_ONCE = 4 << 20
"""How large an answer may be that can't be sent in pieces, in bytes."""

# The first of each is the default; the value is the worker's name of the format.
RESULTS = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
}
GRAPHS = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
}

_STATUS: dict[type[SluisError], tuple[int, str, str]] = {
    NotAuthenticated: (401, "not-authenticated", "Not authenticated"),
    NotCleared: (403, "not-cleared", "Not cleared"),
    QueryForbidden: (403, "not-available", "Not available here"),
    QueryRefused: (400, "query-refused", "Query refused"),
    QueryTimeout: (503, "timeout", "Time limit reached"),
    QueryTooLarge: (503, "too-large", "Too large"),
    QueryEnded: (503, "ended", "Ended"),
    WorkersBusy: (503, "busy", "Busy"),
    NotPublished: (503, "not-published", "Not published"),
    ProposalRefused: (400, "proposal-refused", "Proposal refused"),
    TooMany: (429, "too-many", "Too many"),
}


def media_type(request: Request, *, form: str, wanted: str = "") -> tuple[str, str]:
    """The media type that the request accepts best for a query form, and the worker's name of it; else 406.

    ``wanted`` is the ``format=`` parameter, a name or a media type, which counts instead of ``Accept``.
    """
    offered = RESULTS if form in {"SELECT", "ASK"} else GRAPHS
    if wanted:
        found = [media for media, name in offered.items() if wanted in {media, name}]
        if not found:
            raise NotAcceptable(f"this answer can be had as {', '.join(dict.fromkeys(offered.values()))}")
        return found[0], offered[found[0]]
    # A parameter such as `charset=utf-8` does not make it another type.
    accepted = MIMEAccept([(value.partition(";")[0].strip(), q) for value, q in request.accept_mimetypes])
    chosen = accepted.best_match(list(offered)) if "Accept" in request.headers else next(iter(offered))
    if chosen is None:
        raise NotAcceptable(f"this answer can be had as {', '.join(offered)}")
    return chosen, offered[chosen]


def answer_headers(response: Response, *, media: str, tag: str | None) -> Response:
    """An answer in its media type, with its validator, compressed for whoever wants that."""
    response.content_type = media if media.startswith("application/") else f"{media}; charset=utf-8"
    if tag is not None:
        # Weak: the rows are the same ones, but the engine fixes their order only where ORDER BY does.
        response.set_etag(tag, weak=True)
    if gzip_is_wanted() and response.status_code == 200:
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("Content-Length", None)
        response.response = compressed(response.response)  # type: ignore[arg-type]  # pieces of bytes, never of text
    return response


def at_once(response: Response) -> Response:
    """The answer as one piece of known length, for HTTP/1.0. Raises what breaks it off, or ``QueryTooLarge``.

    SECURITY: there the end of the connection is the end of the answer, so one that broke off would look whole.
    """
    body = bytearray()
    try:
        for piece in response.iter_encoded():
            body += piece
            if len(body) > MOST_AT_ONCE:
                raise QueryTooLarge(f"an answer over {MOST_AT_ONCE >> 20} MiB is sent over HTTP/1.1 only: ask so")
    finally:
        response.close()
    return Response(bytes(body), status=response.status_code)


def speaks_old_http() -> bool:
    return bool(current_request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0")


def gzip_is_wanted() -> bool:
    if speaks_old_http():
        return False
    return current_request.accept_encodings.best_match(["gzip", "identity"], default="identity") == "gzip"


def compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces as a gzip stream, each sent on at once. Closes them when it is closed."""
    packer = zlib.compressobj(wbits=31)
    try:
        for piece in pieces:
            yield packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
        yield packer.flush()
    finally:
        if hasattr(pieces, "close"):
            pieces.close()


def with_banner(response: Response, exchange: Exchange) -> Response:
    """Every response to an admitted reader carries the banner; no shared cache may keep it, and of a view with anything
    classified in it no cache at all.
    """
    if exchange.banner:
        response.headers["Classification"] = exchange.banner
    response.headers["Query-Id"] = exchange.query_id
    if "Allow" in response.headers:  # from a set, so in an order of the process's own
        response.headers["Allow"] = ", ".join(sorted(response.headers["Allow"].split(", ")))
    language = ", Accept-Language" if "Content-Language" in response.headers else ""
    response.headers["Vary"] = f"Accept, Accept-Encoding, Authorization{language}"
    may_keep = "ETag" in response.headers and exchange.asker is not None and not exchange.asker.sees_classified
    response.headers["Cache-Control"] = "private, no-cache" if may_keep else "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def problem_types() -> dict[int, list[tuple[str, str]]]:
    """The problem types of our own errors with their titles, by status."""
    found: dict[int, list[tuple[str, str]]] = {}
    for status, kind, title in _STATUS.values():
        found.setdefault(status, []).append((f"{PROBLEM_TYPE}{kind}", title))
    return found


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
    if status in {429, 503}:
        response.headers["Retry-After"] = RETRY_SECONDS
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name.lower() == "allow":
                response.headers["Allow"] = value
    return response


def _problem(status: int, kind: str, title: str, detail: str) -> dict[str, Any]:
    return {"type": f"{PROBLEM_TYPE}{kind}", "title": title, "status": status, "detail": detail}
