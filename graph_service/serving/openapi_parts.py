"""What operations of /openapi.json share: parameters, headers, schemas and refusals, as OpenAPI 3.1 has them.

Spec: https://spec.openapis.org/oas/v3.1.0 (schemas are JSON Schema 2020-12).
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from graph_service.namespaces import PREFIXES
from graph_service.serving.openapi_page import MOST_MARKINGS, page_schemas
from graph_service.serving.openapi_page import listing_of as _listing
from graph_service.serving.openapi_page import object_of as _object
from graph_service.serving.openapi_proposals import proposal_schemas
from graph_service.serving.query_guard import MAX_CHARACTERS
from graph_service.serving.question_language import LANGUAGES
from graph_service.serving.responses import GRAPHS, PROBLEM, PROBLEM_TYPE, RESULTS, problem_types
from queries import COLUMN_TYPES, FORMS, GROUPS, TOPICS, TYPES, VIEWS

Json = dict[str, Any]
_XSD = PREFIXES["xsd"]
_TEXT: Json = {"type": "string"}


def ref(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def names_of(formats: dict[str, str]) -> list[str]:
    """What ``format=`` can be: the names, then the media types."""
    return [*dict.fromkeys(formats.values()), *formats]


def _parameter(name: str, description: str, schema: Json, **more: Any) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": schema, **more}


def parameters() -> Json:
    """The parameters that several routes share, by the names that ``routes`` has for them."""
    return {**_of_asking(), **_of_forms(), **_of_naming(), **_of_completing()}


def _of_asking() -> Json:
    """What is asked, of which dataset, and within which limits."""
    iris = {"type": "array", "items": {"type": "string", "format": "iri"}}
    return {
        "query": _parameter(
            "query",
            "A SPARQL 1.1 query that only reads. With POST it may stand in the form or be the body.",
            {"type": "string", "maxLength": MAX_CHARACTERS},
            example="SELECT ?c { ?c a sluis:Component } ORDER BY ?c",
        ),
        "default-graph-uri": _parameter("default-graph-uri", "A graph of the default graph; several are merged.", iris),
        "named-graph-uri": _parameter("named-graph-uri", "A named graph of the dataset.", iris),
        "timeout": _parameter(
            "timeout", "Seconds after which the query is to be ended.", {"type": "number", "exclusiveMinimum": 0}
        ),
        "clearance": _parameter(
            "clearance", "Bare levels, joined by ` + `: ask as somebody who holds just these, if you hold them.", _TEXT
        ),
        "If-None-Match": {
            "name": "If-None-Match",
            "in": "header",
            "description": "The `ETag` of an earlier answer: 304 says that it still holds.",
            "schema": _TEXT,
        },
    }


def _of_forms() -> Json:
    """The form of the answer."""
    both = list(dict.fromkeys([*names_of(RESULTS), *names_of(GRAPHS)]))
    form = "The format of the answer, by name or media type; it counts instead of `Accept`."
    return {
        "format": _parameter("format", form, {"type": "string", "enum": both}),
        "format-of-rows": _parameter("format", form, {"type": "string", "enum": names_of(RESULTS)}),
        "format-of-graphs": _parameter("format", form, {"type": "string", "enum": names_of(GRAPHS)}),
        "mark": _parameter(
            "mark", "`rows`: each row of SELECT and ASK with its marking, in JSON or CSV.", {"enum": ["rows"]}
        ),
        "lang": _parameter("lang", "The language of the page; else `Accept-Language` counts.", {"enum": ["en", "nl"]}),
    }


def _of_naming() -> Json:
    """Things, graphs and queries by their names."""
    return {
        "default": _parameter(
            "default", "The default graph, merged and closed. Give this or `graph`.", _TEXT, allowEmptyValue=True
        ),
        "graph": _parameter("graph", "The whole IRI of one portion's graph.", {"type": "string", "format": "iri"}),
        "iri": _parameter(
            "iri",
            "A whole IRI.",
            {"type": "string", "format": "iri"},
            required=True,
            example="https://w3id.org/sluis/id/actor/minusma",
        ),
        "name": {
            "name": "name",
            "in": "path",
            "required": True,
            "description": "The path of the IRI; slashes stay slashes.",
            "schema": _TEXT,
            "example": "actor/minusma",
        },
        "question-name": {
            "name": "name",
            "in": "path",
            "required": True,
            "description": "The name of a question, as the catalogue has it.",
            "schema": _TEXT,
            "example": "coordination-links",
        },
        "of": _parameter(
            "of",
            "A marking that your clearance dominates; once for each.",
            {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": MOST_MARKINGS},
            required=True,
        ),
        "query_id": {
            "name": "query_id",
            "in": "path",
            "required": True,
            "description": "The `Query-Id` of the query's response.",
            "schema": {"type": "string", "format": "uuid"},
        },
        "proposal": {
            "name": "proposal",
            "in": "path",
            "required": True,
            "description": "The `id` with which the proposal was taken.",
            "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        },
    }


def _of_completing() -> Json:
    """What is begun, and what it may become."""
    return {
        "kind": _parameter(
            "kind", "What is looked for.", {"enum": ["class", "property", "individual", "prefix"]}, required=True
        ),
        "text": _parameter("text", "The beginning, or for things a part, of a name; or of an IRI.", _TEXT),
        "class": _parameter(
            "class",
            "A class: of properties those that its things have, of things those that are of it.",
            {"type": "string", "format": "iri"},
        ),
        "limit": _parameter("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": 100}),
        "label-language": _parameter(
            "lang", "The language of names and texts, where there are both.", {"enum": list(LANGUAGES)}
        ),
    }


_HEADERS = {
    "Classification": "The banner: the marking of the join of all labels in the view that the reader is served, or of "
    "the part that `clearance` or `mark` names. Rows never lower it.",
    "Query-Id": "The request in the audit log, a random UUID.",
    "ETag": "A weak validator: it holds as long as nothing changes that the reader can see.",
    "Vary": "What the answer depends on besides the address.",
    "Cache-Control": "`private, no-store`; `private, no-cache` where nothing in the view is classified.",
    "X-Content-Type-Options": "`nosniff`.",
    "Content-Encoding": "`gzip`, where it was asked for.",
    "Link": "Of a thing: the same in each format.",
    "Content-Security-Policy": "No script, nothing from elsewhere.",
    "Content-Language": "The language of the page.",
    "Referrer-Policy": "`no-referrer`.",
    "WWW-Authenticate": 'Bearer realm="sluis".',
    "Retry-After": "Seconds after which to ask again.",
}
_EVERY = ("Query-Id", "Vary", "Cache-Control", "X-Content-Type-Options")


def headers() -> Json:
    return {name: {"description": text, "schema": _TEXT} for name, text in _HEADERS.items()}


def headers_of(*more: str) -> Json:
    """The headers of a response: those of every one, and these."""
    return {name: ref("headers", name) for name in (*_EVERY, *more)}


def schemas(column_types: Container[str]) -> Json:
    """Every schema by its name; of cells, those of the column types that there are."""
    return {
        "Problem": _problem(),
        "Rows": _rows(),
        **{term_schema(kind): _term(kind) for kind in COLUMN_TYPES if kind == "any" or kind in column_types},
        "Catalogue": _catalogue(),
        "QuestionText": _object({"name": _TEXT, "query": _TEXT}),
        "Running": _listing("queries", {"id": _TEXT, "query": _TEXT, "seconds": {"type": "number"}}),
        **page_schemas(),
        **proposal_schemas(),
        "Index": {"type": "object", "additionalProperties": {"type": "string", "format": "uri-reference"}},
        "Health": _object({"status": {"const": "ok"}}),
        "OpenAPI": {"type": "object", "required": ["openapi", "info", "paths"]},
    }


def term_schema(column_type: str) -> str:
    """The name of the schema of a cell."""
    return f"{column_type.capitalize()}Term"


def _problem() -> Json:
    """Spec: https://www.rfc-editor.org/rfc/rfc9457"""
    kinds = sorted({kind for found in problem_types().values() for kind, _ in found})
    number = {"type": "integer", "minimum": 1}
    properties = {
        "type": {"enum": [*kinds, f"{PROBLEM_TYPE}http", f"{PROBLEM_TYPE}fault"]},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "line": {**number, "description": "Of the query, from 1."},
        "column": {**number, "description": "Of the query, from 1."},
        "hint": _TEXT,
    }
    return {**_object(properties, "line", "column", "hint"), "additionalProperties": False}


def _rows() -> Json:
    """Spec: https://www.w3.org/TR/sparql11-results-json/"""
    variables = {"type": "array", "items": _TEXT}
    row = {"type": "object", "additionalProperties": ref("schemas", term_schema("any"))}
    properties = {
        "head": _object({"vars": variables, "link": variables}, "link", "vars"),
        "results": _object({"bindings": {"type": "array", "items": row}}),
        "boolean": {"type": "boolean"},
    }
    return _object(properties, "results", "boolean")


def _term(column_type: str) -> Json:
    if column_type == "any":
        return _object({"type": {"enum": ["uri", "literal", "bnode", "triple"]}, "value": {}})
    if column_type == "iri":
        return _object({"type": {"const": "uri"}, "value": {"type": "string", "format": "iri"}})
    kinds = {
        "integer": ["integer", "int", "long", "nonNegativeInteger", "positiveInteger"],
        "decimal": ["decimal", "integer", "double", "float"],
        "boolean": ["boolean"],
        "date": ["date", "gYearMonth", "gYear"],
    }.get(column_type)
    term = _object({"type": {"const": "literal"}, "value": _TEXT})
    if kinds is None:
        term["properties"]["xml:lang"] = _TEXT
        term["not"] = {"required": ["datatype"]}
    else:
        term["properties"]["datatype"] = {"enum": [_XSD + kind for kind in kinds]}
        term["required"].append("datatype")
    return term


def _catalogue() -> Json:
    parameter = _object(
        {
            "name": _TEXT,
            "type": {"enum": list(TYPES)},
            "description": _TEXT,
            "description_nl": _TEXT,
            "required": {"type": "boolean"},
            "default": {"type": ["string", "null"]},
            "class": _TEXT,
            "values": {"type": "array", "items": _TEXT},
        },
        "class",
        "values",
    )
    columns = {"enum": [name + optional for name in COLUMN_TYPES for optional in ("", "?")]}
    names = ("name", "summary", "summary_nl", "description", "description_nl")
    optional = ("upTo", "series", "each", "unitIn", "unit", "unit_nl")
    return _listing(
        "queries",
        {
            **dict.fromkeys(names, _TEXT),
            "parameters": {"type": "array", "items": parameter},
            "example": {"type": "object", "additionalProperties": _TEXT},
            "columns": {"type": "object", "additionalProperties": columns},
            "tags": {"type": "array", "items": {"enum": list(GROUPS)}},
            "topic": {"enum": list(TOPICS)},
            "view": {"enum": list(VIEWS)},
            "needs": _TEXT,
            "chart": _object(
                {
                    "form": {"enum": list(FORMS)},
                    "along": _TEXT,
                    "values": {"type": "array", "items": _TEXT},
                    **dict.fromkeys(optional, _TEXT),
                },
                *optional,
            ),
        },
        "chart",
    )


_REFUSALS = {
    400: "The request, the query or a parameter is not accepted.",
    401: "The header is not a bearer token, or the token is not known.",
    403: "The clearance is not in force or not yours to ask at, or what was asked is never done here.",
    404: "There is nothing of that name for you: hidden and absent are one answer.",
    406: "The answer can't be had in that format.",
    413: "The body is too large.",
    415: "The body is of a type that is not read here.",
    429: "Too many of your proposals wait, or came within a minute.",
    503: "No view, no worker in time, or a limit was reached: ask again, for less, or give a longer `timeout`.",
}


def refusal(status: int) -> str:
    """The name of the response that refuses with a status."""
    return f"Refused{status}"


def responses() -> Json:
    """Every refusal by its name, with 304 and whatever else can go wrong."""
    found = {refusal(status): _refused(text, status) for status, text in _REFUSALS.items()}
    holds = {"description": "What you have still holds.", "headers": headers_of("Classification", "ETag", "Link")}
    fault = "The method is none of this route (405, with `Allow`), or the request failed here (500)."
    return {**found, "NotModified": holds, "Refused": _refused(fault)}


def _refused(text: str, status: int | None = None) -> Json:
    more = {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(status or 0, [])
    kinds = [f"`{kind.removeprefix(PROBLEM_TYPE)}`" for kind, _ in problem_types().get(status or 0, [])]
    told = f" Types: {', '.join(dict.fromkeys(kinds))}." if kinds else ""
    banner = [] if status == 401 else ["Classification"]
    return {
        "description": text + told,
        "headers": headers_of(*banner, *more),
        "content": {PROBLEM: {"schema": ref("schemas", "Problem")}},
    }
