"""/openapi.json: valid, whole, the same for everybody, and with nothing in it that does not lead anywhere."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from graph_service.errors import NotAuthenticated, NotCleared, NotPublished, SluisError
from graph_service.serving.app import create_app
from graph_service.serving.openapi import document_bytes, openapi_document, path_of
from graph_service.serving.query_guard import guard
from graph_service.serving.routes import ALWAYS, GROUPS, QUESTION, ROUTES
from queries import catalogue

Json = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Json:
    found: Json = json.loads(document_bytes(catalogue()))
    return found


def faults(document: Json) -> list[str]:
    return [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def every(node: Any, key: str) -> Iterator[Any]:
    """The value of each such key, wherever it stands."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            yield from every(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from every(value, key)


def test_the_document_is_valid(document: Json) -> None:
    assert faults(document) == []
    for spoil in (
        lambda d: d.pop("info"),
        lambda d: d["paths"]["/describe"]["get"]["responses"]["200"].pop("description"),
        lambda d: d["paths"]["/queries/timeline"]["get"]["parameters"][0].update({"in": "somewhere"}),
        lambda d: d["paths"]["/id/{name}"]["get"].update(parameters=[]),
        lambda d: d["paths"]["/queries/timeline"]["get"].update(operationId="get_queries"),
        lambda d: d["components"]["schemas"]["Problem"].update(type="thing"),
    ):
        spoilt = copy.deepcopy(document)
        spoil(spoilt)
        assert faults(spoilt) != []


def rules() -> set[tuple[str, str]]:
    """Every method of every rule of the interface, but those that the application adds by itself to each.

    The files of the page are none: nobody asks them but the page.
    """
    app = create_app(SimpleNamespace(policies=None), None)  # type: ignore[arg-type]  # nothing is asked of it
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith("/page/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_rule_of_the_application_is_told_and_nothing_else(document: Json) -> None:
    told = {(route.method, route.rule) for route in ROUTES}
    assert told == rules()
    assert len(ROUTES) == len(told) >= 18
    assert {route.group for route in ROUTES} == set(GROUPS)
    written = {(method.upper(), path) for path, method, _ in operations(document)}
    questions = {("GET", f"/queries/{name}") for name in catalogue()}
    assert written == {(r.method, path_of(r.rule)) for r in ROUTES if r is not QUESTION} | questions


def test_every_question_is_told_with_its_parameters_and_columns(document: Json) -> None:
    shared = document["components"]["parameters"]
    for name, question in catalogue().items():
        operation = document["paths"][f"/queries/{name}"]["get"]
        assert (operation["summary"], operation["x-summary-nl"]) == (question.summary, question.summary_nl)
        texts = (operation["description"], operation["x-description-nl"])
        assert texts == (question.description, question.description_nl)
        own = [entry for entry in operation["parameters"] if "name" in entry]
        assert [(entry["description"], entry["x-description-nl"]) for entry in own] == [
            (f"{p.description} (type `{p.type}`)", f"{p.description_nl} (type `{p.type}`)") for p in question.parameters
        ]
        assert [(entry["name"], entry["required"]) for entry in own] == [
            (p.name, p.required) for p in question.parameters
        ]
        assert {entry["name"]: str(entry["example"]) for entry in own if "example" in entry} == question.example
        others = {
            shared[entry["$ref"].rpartition("/")[2]]["name"] for entry in operation["parameters"] if "$ref" in entry
        }
        kept = set() if guard(question.query).is_volatile else {"If-None-Match"}
        assert (set(operation["responses"]) >= {"304"}) == bool(kept)
        assert others == {"lang", "format", "timeout", "clearance", "mark", *kept} - {
            p.name for p in question.parameters
        }
        row = operation["responses"]["200"]["content"]["application/json"]["schema"]["allOf"][1]
        assert [entry["const"] for entry in row["properties"]["head"]["properties"]["vars"]["prefixItems"]] == [
            column.name for column in question.columns
        ]


def test_every_example_and_default_fits_its_schema(document: Json) -> None:
    """The validator looks at defaults alone."""
    looked_at = 0
    parameters = [entry for entry in every(document, "parameters") if isinstance(entry, list)]
    entries = [entry for listed in parameters for entry in listed if "schema" in entry]
    entries += [*document["components"]["parameters"].values()]
    entries += [media for content in every(document, "content") for media in content.values()]
    for entry in entries:
        for value in [entry["example"]] if "example" in entry else []:
            Draft202012Validator(entry["schema"]).validate(value)
            looked_at += 1
        if "default" in entry.get("schema", {}):
            Draft202012Validator(entry["schema"]).validate(entry["schema"]["default"])
            looked_at += 1
    assert looked_at > 25


def test_every_reference_leads_somewhere_and_nothing_shared_is_left_over(document: Json) -> None:
    told = set(every(document, "$ref"))
    kinds = ("parameters", "headers", "schemas", "responses")
    shared = {f"#/components/{kind}/{name}" for kind in kinds for name in document["components"][kind]}
    assert told == shared


def test_every_operation_has_a_name_that_a_program_can_use(document: Json) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)] == []


def test_the_document_depends_on_the_program_alone(document: Json) -> None:
    assert openapi_document(catalogue()) == document
    assert openapi_document(catalogue()) is not openapi_document(catalogue())
    assert document["servers"] == [{"url": "/", "description": "This server"}]


class Shut:
    """A doorkeeper who lets nobody in, and says why."""

    policies = None

    def __init__(self, reason: SluisError) -> None:
        self._reason = reason

    def admit(self, _authorization: str | None) -> None:
        raise self._reason


class Silent:
    def record(self, **_: object) -> None:
        pass


def shut(reason: SluisError) -> FlaskClient:
    return create_app(Shut(reason), Silent()).test_client()  # type: ignore[arg-type]  # they do what is needed here


@pytest.mark.parametrize(
    ("reason", "status"), [(NotAuthenticated("x"), 401), (NotCleared("x"), 403), (NotPublished("x"), 503)]
)
def test_whoever_is_not_let_in_is_refused_everywhere_as_told(reason: SluisError, status: int, document: Json) -> None:
    assert status in ALWAYS
    client, open_ones = shut(reason), []
    for path, method, operation in operations(document):
        answer = client.open(path.replace("{", "").replace("}", ""), method=method.upper())
        if str(status) in operation["responses"]:
            assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), path
        else:
            open_ones.append(path)
            assert answer.status_code == 200
            assert operation["security"] == []
    assert open_ones == ["/health"]
