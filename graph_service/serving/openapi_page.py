"""The schemas of /openapi.json for the routes under /api/ that the page asks. See ``openapi_parts``."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
_TEXT: Json = {"type": "string"}

MOST_MARKINGS = 64
"""How many markings ``/api/banner`` joins at once."""


def page_schemas() -> Json:
    """Every schema by its name."""
    return {
        "Banner": _banner(),
        "Me": _me(),
        "Check": _check(),
        "Suggestions": listing_of(
            "suggestions",
            {"iri": _TEXT, "term": _TEXT, "label": _TEXT, "uses": {"type": "integer"}, "type": _TEXT},
            "label",
            "uses",
            "type",
        ),
    }


def object_of(properties: Json, *optional: str) -> Json:
    """An object that has all of these, but for the optional ones."""
    return {"type": "object", "properties": properties, "required": [n for n in properties if n not in optional]}


def listing_of(name: str, properties: Json, *optional: str) -> Json:
    """An object with a list of such objects."""
    return object_of({name: {"type": "array", "items": object_of(properties, *optional)}})


_PAINT: Json = {name: {"type": "string", "pattern": "^#[0-9a-f]{6}$"} for name in ("colour", "ink")}
_TITLES: Json = {"type": "object", "additionalProperties": _TEXT}


def _many(properties: Json) -> Json:
    return {"type": "array", "items": object_of(properties)}


def _banner() -> Json:
    part = {"policy": _TEXT, "marking": _TEXT, "order": {"type": "integer"}, **_PAINT}
    return object_of({"marking": _TEXT, **_PAINT, "classified": {"type": "boolean"}, "parts": _many(part)})


def _me() -> Json:
    iri, truth = {"type": "string", "format": "iri"}, {"type": "boolean"}
    level = {"policy": _TEXT, "marking": _TEXT, "iri": iri, "order": {"type": "integer"}, "titles": _TITLES, **_PAINT}
    category = _many({"tag": _TEXT, "name": _TEXT, "titles": _TITLES})
    held = {"policy": _TEXT, "titles": _TITLES, "levels": _many(level)}
    day = {"type": ["string", "null"], "format": "date"}
    return object_of(
        {
            "name": {"type": ["string", "null"], "description": "`null`: the anonymous reader."},
            "clearance": _many({**held, "compartments": category, "affiliation": category}),
            "validity": object_of({"from": day, "until": day, "days_left": {"type": ["integer", "null"]}}),
            "banner": {"$ref": "#/components/schemas/Banner"},
            "looking_as": {"type": ["string", "null"]},
            "levels": _many(level),
            "may": {"type": "object", "additionalProperties": truth},
            "acts_for": {"type": ["string", "null"], "description": "For which originator they decide on labels."},
        }
    )


def _check() -> Json:
    """The verdict on a query, with what there is to say of it."""
    number = {"type": "integer", "minimum": 1}
    length = {"type": "integer", "minimum": 0}
    fix = object_of({"text": _TEXT, "line": number, "column": number, "length": length})
    finding = {
        "code": _TEXT,
        "detail": _TEXT,
        "line": number,
        "column": number,
        "length": length,
        "severity": {"enum": ["error", "warning"]},
        "about": _TEXT,
        "expected": {"type": "array", "items": _TEXT},
        "fixes": {"type": "array", "items": fix},
    }
    findings = {"type": "array", "items": object_of(finding)}
    forms = {"enum": ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE", None]}
    return object_of({"accepted": {"type": "boolean"}, "form": forms, "findings": findings})
