"""This interface as an OpenAPI 3.1 document, made from the routes and the catalogue.

INVARIANT: it depends on the program and the installation's questions alone, never on data or who asks: everybody gets
the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from graph_service.serving import openapi_parts as parts
from graph_service.serving.openapi_parts import Json, headers_of, ref
from graph_service.serving.query_guard import guard
from graph_service.serving.responses import GRAPHS, RESULTS
from graph_service.serving.routes import FORM, GROUPS, JSON, QUERY, QUESTION, ROUTES, Route
from queries import Column, Parameter, Question

VERSION = "1.0.0"
"""Of the interface: the first number changes when something that worked does not work any more."""

HTML = "text/html"
_JSON_RESULTS = [media for media, name in RESULTS.items() if name == "json"]
_ABOUT = (
    "Sluis gives everyone exactly what they are cleared for: a request runs on the one view that is published for its "
    "reader, and an answer depends on nothing else. Without a token you are the anonymous reader. `HEAD` and `OPTIONS` "
    "work with each `GET`. Answers may be sent in pieces; one that breaks off ends without its last chunk."
)


def document_bytes(questions: Mapping[str, Question]) -> bytes:
    """The document as it is served."""
    return json.dumps(openapi_document(questions), ensure_ascii=False).encode()


def openapi_document(questions: Mapping[str, Question]) -> Json:
    paths: dict[str, Json] = {}
    for route in ROUTES:
        if route is not QUESTION:
            paths.setdefault(path_of(route.rule), {})[route.method.lower()] = _operation(route)
            continue
        for question in questions.values():
            path = path_of(route.rule).replace("{name}", question.name)
            paths[path] = {route.method.lower(): _question(_route_of(question), question)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sluis",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This server"}],
        "security": [{}, {"bearer": []}],
        "tags": [{"name": name, "description": english} for name, (english, _) in GROUPS.items()],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token that `sluis user add` prints. A wrong one is 401, never anonymous.",
                }
            },
            "parameters": parts.parameters(),
            "headers": parts.headers(),
            "schemas": parts.schemas({column.type for q in questions.values() for column in q.columns}),
            "responses": parts.responses(),
        },
    }


def path_of(rule: str) -> str:
    """The path template of a rule of the application."""
    return rule.replace("<path:", "<").replace("<", "{").replace(">", "}")


def _operation(route: Route) -> Json:
    english, dutch = route.summary
    operation: Json = {
        "operationId": _identifier(route.method, path_of(route.rule).strip("/.") or "index"),
        "summary": english,
        "x-summary-nl": dutch,
        "tags": [route.group],
        "parameters": [ref("parameters", name) for name in route.parameters],
        "responses": _responses(route, _contents(route.answers)),
    }
    if not route.statuses:
        operation["security"] = []
    if route.reads:
        content = {media: _body(media, route.body) for media in route.reads}
        operation["requestBody"] = {"required": bool(route.body), "content": content}
    return operation


def _route_of(question: Question) -> Route:
    """What is told of every question; of one whose answer depends on the hour, without validators."""
    if not guard(question.query).is_volatile:
        return QUESTION
    statuses = tuple(status for status in QUESTION.statuses if status != 304)
    parameters = tuple(name for name in QUESTION.parameters if name != "If-None-Match")
    return replace(QUESTION, statuses=statuses, parameters=parameters)


def _question(route: Route, question: Question) -> Json:
    """The operation of one question. A parameter of its own goes before a shared one of the same name."""
    operation = _operation(route)
    own = {parameter.name for parameter in question.parameters}
    shared = parts.parameters()
    return {
        **operation,
        "operationId": _identifier("ask", question.name),
        "summary": question.summary,
        "x-summary-nl": question.summary_nl,
        "description": question.description,
        "x-description-nl": question.description_nl,
        "x-tags": list(question.tags),
        "x-view": question.view,
        "parameters": [
            *(_own_parameter(parameter, question) for parameter in question.parameters),
            *(ref("parameters", name) for name in route.parameters if shared[name]["name"] not in own),
        ],
        "responses": _responses(route, _rows_of(question.columns)),
    }


def _identifier(*words: str) -> str:
    """A name that programs made from this document can use as it is."""
    return re.sub(r"\W+", "_", "_".join(words).lower()).strip("_")


def _own_parameter(parameter: Parameter, question: Question) -> Json:
    schema: Json = {"type": parameter.type if parameter.type in {"integer", "boolean"} else "string"}
    if parameter.type == "date":
        schema["pattern"] = "^[0-9]{4}(-[0-9]{2}){0,2}$"
    if parameter.values:
        schema["enum"] = list(parameter.values)
    if parameter.default is not None:
        schema["default"] = _value(parameter, parameter.default)
    if parameter.of_class is not None:
        schema["x-class"] = parameter.of_class
    found = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.description} (type `{parameter.type}`)",
        "x-description-nl": f"{parameter.description_nl} (type `{parameter.type}`)",
        "schema": schema,
    }
    if parameter.name in question.example:
        found["example"] = _value(parameter, question.example[parameter.name])
    return found


def _value(parameter: Parameter, text: str) -> Any:
    return json.loads(text.removeprefix("+")) if parameter.type in {"integer", "boolean"} else text


def _responses(route: Route, content: Json) -> Json:
    more = [*route.headers, *(["ETag"] if 304 in route.statuses else [])]
    if {"results", "graph"} & {*route.answers}:
        more.append("Content-Encoding")
    banner = ("Classification",) if route.statuses else ()
    found: Json = {}
    if route.success is not None:
        done = {"description": route.summary[0], "headers": headers_of(*banner, *more)}
        found[str(route.success)] = {**done, **({"content": content} if content else {})}
    for status in sorted(route.statuses):
        found[str(status)] = ref("responses", "NotModified" if status == 304 else parts.refusal(status))
    found["default"] = ref("responses", "Refused")
    return found


def _contents(answers: Iterable[str]) -> Json:
    """The media types of an answer, each with its schema; texts have none."""
    content: Json = {}
    for kind in answers:
        if kind == "results":
            content |= {media: {} for media in RESULTS}
            content |= {media: {"schema": ref("schemas", "Rows")} for media in _JSON_RESULTS}
        elif kind == "graph":
            content |= {media: {} for media in GRAPHS}
        elif kind == "html":
            content[HTML] = {"schema": {"type": "string"}}
        else:
            content["application/json"] = {"schema": ref("schemas", kind)}
    return content


def _rows_of(columns: Iterable[Column]) -> Json:
    """The answers of a question: in JSON, the columns that it declares, and perhaps others behind them."""
    columns = list(columns)
    row = {
        "properties": {column.name: ref("schemas", parts.term_schema(column.type)) for column in columns},
        "required": [column.name for column in columns if not column.optional],
    }
    head = {"vars": {"prefixItems": [{"const": column.name} for column in columns], "minItems": len(columns)}}
    declared = {
        "properties": {
            "head": {"properties": head, "required": ["vars"]},
            "results": {"properties": {"bindings": {"items": row}}},
        },
        "required": ["results"],
    }
    content = _contents(["results"])
    for media in _JSON_RESULTS:
        content[media] = {"schema": {"allOf": [ref("schemas", "Rows"), declared]}}
    return content


def _body(media: str, schema: str) -> Json:
    if media == JSON:
        return {"schema": ref("schemas", schema)}
    if media == QUERY:
        return {"schema": {"type": "string"}, "example": "ASK { ?s ?p ?o }"}
    assert media == FORM  # noqa: S101  # a test goes through them all
    names = ("query", "default-graph-uri", "named-graph-uri", "format", "timeout", "clearance", "mark")
    shared = parts.parameters()
    return {"schema": {"type": "object", "properties": {name: shared[name]["schema"] for name in names}}}
