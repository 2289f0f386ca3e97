"""/openapi.json and /docs: what they say happens, every status that they name can happen, and they hold no data."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shlex
import threading
import time
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from jsonschema import Draft202012Validator

from graph_service.serving.documentation import coded
from graph_service.serving.openapi import openapi_document
from graph_service.serving.routes import ALWAYS, QUESTION, ROUTES
from queries import catalogue
from tests.service import Answer, Reader, bindings
from tests.worlds import World

Json = dict[str, Any]
DOCUMENT = openapi_document(catalogue())
THING = "https://w3id.org/sluis/id/actor/minusma"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ASK = urlencode({"query": "ASK { ?s ?p ?o }"})
NOT_ASKED_BEFORE = "application/xml, application/rdf+xml"
"""Formats in which no other test asks: what is kept is answered within any time."""
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?g) }"
OF_HTTP = {"content-type", "content-length", "transfer-encoding", "connection", "date", "server"}
"""Headers that OpenAPI does not tell, or that no answer of ours decides."""

GOOD = {
    "/": ["/"],
    "/health": ["/health"],
    "/sparql": ["/sparql", f"/sparql?{ASK}", "/sparql?" + urlencode({"query": "SELECT ?s { ?s a sluis:Goal }"})],
    "/data": ["/data?default"],
    "/describe": [f"/describe?iri={quote(THING)}"],
    "/id/{name}": ["/id/actor/minusma"],
    "/.well-known/void": ["/.well-known/void"],
    "/prefixes": ["/prefixes"],
    "/queries": ["/queries"],
    "/api/me": ["/api/me"],
    "/api/complete": [
        "/api/complete?kind=class&text=p",
        "/api/complete?kind=individual&text=a",
        "/api/complete?kind=prefix",
    ],
    "/api/queries": ["/api/queries"],
    "/api/questions/{name}": ["/api/questions/planning"],
    "/openapi.json": ["/openapi.json"],
    "/docs": ["/docs", "/docs?lang=nl"],
}
"""What is answered with 200, by the document's path; questions are asked by their example."""

ABSENT = {"/data": "/data?graph=urn:none", "/describe": "/describe?iri=urn:none", "/id/{name}": "/id/none"} | {
    "/api/questions/{name}": "/api/questions/none"
}


def addresses(path: str, world: World) -> list[str]:
    if path in GOOD:
        return GOOD[path]
    if path == "/api/banner":
        return [f"{path}?{urlencode({'of': world.lowest})}"]
    question = catalogue()[path.removeprefix("/queries/")]
    return [f"{path}?{urlencode({key: world.said(value) for key, value in question.example.items()})}"]


def with_more(address: str, more: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{more}"


def described(reference: Json) -> Json:
    """The node itself, or what its reference leads to."""
    node: Json = DOCUMENT
    for name in reference.get("$ref", "").split("/")[1:]:
        node = node[name]
    return node if "$ref" in reference else reference


def conforms(answer: Answer, operation: Json) -> None:
    """Status, headers, media type and, of JSON, the body are what the document says."""
    responses = operation["responses"]
    told = described(responses.get(str(answer.status), responses["default"]))
    headers = {name.lower() for name in told["headers"]}
    assert set(answer.headers) - OF_HTTP <= headers
    assert headers - {"etag", "content-encoding", "link"} <= set(answer.headers)
    if answer.body:
        media = answer.headers["content-type"].partition(";")[0]
        schema = told["content"][media].get("schema")
        if media.endswith("json") and schema:
            Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(answer.data)


def operation_of(path: str, method: str = "GET") -> Json:
    found: Json = DOCUMENT["paths"][path][method.lower()]
    return found


READ = [path for path in DOCUMENT["paths"] if "get" in DOCUMENT["paths"][path] and "{proposal}" not in path]
"""Receipts are somebody's own: ``test_proposals`` asks for them."""


@pytest.mark.parametrize("path", READ)
def test_what_is_told_of_a_route_is_what_happens(path: str, lead: Reader, world: World) -> None:
    """200 with the declared columns, 304, and refusals of what is wrong, absent or can't be had in that form."""
    operation, tried = operation_of(path), {200}
    for address in addresses(path, world):
        answer = lead.get(address)
        assert answer.status == 200, answer.text
        conforms(answer, operation)
    if path.startswith("/queries/"):
        assert bindings(answer) or catalogue()[path.removeprefix("/queries/")].needs

    def refused(status: int, address: str, **headers: str) -> None:
        answer = lead.request("GET", address, headers={k.replace("_", "-"): v for k, v in headers.items()})
        assert answer.status == status, (address, answer.text)
        conforms(answer, operation)
        tried.add(status)

    told = {int(status) for status in operation["responses"] if status.isdigit()}
    if 304 in told:
        refused(304, address, If_None_Match=answer.headers["etag"])
    if 400 in told:
        refused(400, with_more(GOOD["/docs"][0], "lang=fr") if path == "/docs" else with_more(address, "timeout=x"))
    if 404 in told:
        refused(404, ABSENT[path])
    if 406 in told:
        refused(406, with_more(address, "format=picture"))
    assert tried == told - set(ALWAYS)


UNASKED = {"/api/complete": "/api/complete?kind=individual&text=nobody+asked+this"}
"""What no other test asks for, where one that was asked for is kept whatever the request's headers are."""

LIMITED = [path for path in READ if any(name in str(operation_of(path)) for name in ("timeout", "clearance"))]
SOME = [path for path in LIMITED if "/queries/" not in path] + [path for path in LIMITED if "/queries/" in path][:2]
"""Each time limit ends a worker, so not all questions: they share what is told of them."""


@pytest.mark.parametrize("path", SOME)
def test_a_limit_and_a_clearance_that_is_not_held_are_refused_as_told(path: str, lead: Reader, world: World) -> None:
    names = {described(entry)["name"] for entry in operation_of(path)["parameters"]}
    address = UNASKED.get(path) or addresses(path, world)[-1]
    for name, value, status in (("timeout", "0.000001", 503), ("clearance", "none", 403)):
        if name in names:
            answer = lead.get(with_more(address, f"{name}={value}"), accept=NOT_ASKED_BEFORE)
            assert answer.status == status
            conforms(answer, operation_of(path))


def test_a_query_by_post_is_answered_and_refused_as_told(lead: Reader) -> None:
    operation, tried = operation_of("/sparql", "POST"), set()

    def sent(status: int, body: str, **headers: str) -> Answer:
        given = {**FORM, **{key.replace("_", "-"): value for key, value in headers.items()}}
        answer = lead.request("POST", "/sparql", body=body, headers=given)
        assert answer.status == status, answer.text
        conforms(answer, operation)
        tried.add(status)
        return answer

    first = sent(200, ASK)
    sent(200, "ASK { ?s ?p ?o }", Content_Type="application/sparql-query")
    sent(200, urlencode({"query": "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }"}))
    sent(304, ASK, If_None_Match=first.headers["etag"])
    sent(400, "query=")
    sent(403, "update=CLEAR+ALL")
    sent(406, f"{ASK}&format=picture")
    sent(413, ASK + "#" * (1 << 20))
    sent(415, ASK, Content_Type="text/plain")
    sent(503, urlencode({"query": RUNAWAY, "timeout": "0.2"}))
    assert {str(status) for status in tried | {401}} == set(operation["responses"]) - {"default"}


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_writing_is_refused_as_told(method: str, lead: Reader) -> None:
    answer = lead.request(method, "/data?default", body="")
    assert answer.status == 403
    conforms(answer, operation_of("/data", method))


def test_a_query_is_ended_as_told(analyst: Reader) -> None:
    operation = operation_of("/api/queries/{query_id}", "DELETE")
    asked: list[Answer] = []
    thread = threading.Thread(target=lambda: asked.append(analyst.sparql(RUNAWAY)))
    thread.start()
    until = time.monotonic() + 5
    while not (running := analyst.get("/api/queries")).data["queries"] and time.monotonic() < until:
        time.sleep(0.02)
    conforms(running, operation_of("/api/queries"))
    number = running.data["queries"][0]["id"]
    statuses = []
    for _ in range(2):
        answer = analyst.request("DELETE", f"/api/queries/{number}")
        conforms(answer, operation)
        statuses.append(answer.status)
        thread.join(timeout=5)
    assert statuses == [204, 404]
    assert {*map(str, statuses), *map(str, ALWAYS), "default"} == set(operation["responses"])


@pytest.mark.parametrize(("method", "path"), [("PUT", "/sparql"), ("DELETE", "/docs"), ("POST", "/queries/timeline")])
def test_any_other_method_is_refused_as_told(method: str, path: str, lead: Reader) -> None:
    answer = lead.request(method, path, body="")
    assert answer.status == 405
    operation = operation_of(path)
    answer.headers.pop("allow")
    conforms(answer, operation)


def test_a_wrong_token_is_refused_as_told(anonymous: Reader) -> None:
    stranger = Reader(anonymous.port, "nobody")
    for path in READ:
        answer = stranger.get(path)
        assert answer.status == (200 if path == "/health" else 401)
        conforms(answer, operation_of(path))


def test_what_does_not_conform_is_found(lead: Reader) -> None:
    """The control: a status, a header, a media type and a cell that are not told."""
    operation, answer = operation_of("/queries/timeline"), lead.question("timeline")
    conforms(answer, operation)
    with pytest.raises(AssertionError):
        conforms(Answer(200, {**answer.headers, "x-count": "3"}, answer.body), operation)
    with pytest.raises(AssertionError):
        conforms(
            Answer(200, {k: v for k, v in answer.headers.items() if k != "classification"}, answer.body), operation
        )
    with pytest.raises(KeyError):
        conforms(Answer(200, {**answer.headers, "content-type": "text/html"}, answer.body), operation)
    spoilt = answer.data
    spoilt["results"]["bindings"][0]["event"]["type"] = "literal"
    with pytest.raises(Exception, match="uri"):
        conforms(Answer(200, answer.headers, json.dumps(spoilt).encode()), operation)


# --- the same for everybody ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/openapi.json", "/docs?lang=en", "/docs?lang=nl"])
def test_every_reader_gets_the_same_bytes_under_their_own_banner(
    path: str, anonymous: Reader, analyst: Reader, lead: Reader
) -> None:
    answers = [who.get(path) for who in (anonymous, analyst, lead)]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert len({answer.headers["classification"] for answer in answers}) == 3
    assert {answer.headers["cache-control"] for answer in answers} == {"private, no-store"}


# --- the page --------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a page links to and loads, its headings by id, and how its elements are nested."""

    VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "path", "circle", "use"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.elements if name in attributes]


@pytest.fixture(params=["en", "nl"])
def language(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def test_the_page_needs_no_script_and_nothing_from_elsewhere(language: str, anonymous: Reader) -> None:
    answer = anonymous.get(f"/docs?lang={language}")
    page = Page(answer.text)
    tags = {tag for tag, _ in page.elements}
    assert tags & {"script", "link", "img", "iframe", "form", "object", "embed", "base"} == set()
    assert "article" in tags
    names = {name for _, attributes in page.elements for name in attributes}
    assert {name for name in names if name.startswith("on")} | names & {"style", "src", "srcset"} == set()
    links = page.values("href")
    assert [link for link in links if re.match(r"[a-z]+:|//|/", link)] == []
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)


def test_the_policy_lets_the_page_s_own_styles_in_and_nothing_else(language: str, anonymous: Reader) -> None:
    answer = anonymous.get(f"/docs?lang={language}")
    (style,) = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy.pop("style-src") == f"'sha256-{digest}'"
    assert set(policy) == {"default-src", "base-uri", "form-action", "frame-ancestors"}
    assert set(policy.values()) == {"'none'"}
    assert "@import" not in style
    assert "url(" not in style


def test_every_question_and_route_stands_on_the_page_once(language: str, anonymous: Reader) -> None:
    text, dutch = anonymous.get(f"/docs?lang={language}").text, language == "nl"
    articles = re.findall(r'<article id="([^"]+)">', text)
    assert sorted(articles) == sorted(catalogue())
    for name, question in catalogue().items():
        article = text.split(f'<article id="{name}">')[1].split("</article>")[0].replace("&#39;", "'")
        told = question.description_nl if dutch else question.description
        assert (question.summary_nl if dutch else question.summary) in article
        assert f"<p>{coded(told)}</p>".replace("&#39;", "'") in article
        for parameter in question.parameters:
            assert f"<code>{parameter.name}</code>" in article
            told = parameter.description_nl if dutch else parameter.description
            assert f"<td>{coded(told)}".replace("&#39;", "'") in article
        assert [c.name for c in question.columns] == re.findall(r'<span class="column"><code>(\w+)</code>', article)
    for route in ROUTES:
        path = route.rule.replace("<path:", "{").replace("<", "{").replace(">", "}")
        assert f"<code>{path}</code>" in text
    assert QUESTION.summary[dutch] in text


def test_every_example_on_the_page_answers(anonymous: Reader, world: World) -> None:
    links = [link for link in Page(anonymous.get("/docs").text).values("href") if link.startswith("queries/")]
    assert len(links) == len(catalogue())
    for link in links:
        answer = anonymous.get(f"/{link}")
        levels = [p for p in catalogue()[link.split("?")[0].removeprefix("queries/")].parameters if p.type == "level"]
        assert answer.status == (400 if levels and world.words else 200), link  # a packaged level's name means nothing
    lines = re.findall("<pre><code>(.*?)</code></pre>", anonymous.get("/docs").text, re.DOTALL)
    commands = [shlex.split(html.unescape(line)) for line in lines]
    here = f"http://127.0.0.1:{anonymous.port}/"
    assert [command[0] for command in commands] == ["curl"] * (len(catalogue()) + 1)
    assert {address.removeprefix(here) for _, address in commands} == set(links)


@pytest.mark.parametrize(
    ("address", "accepted", "language"),
    [
        ("/docs", None, "en"),
        ("/docs", "nl-NL,nl;q=0.9,en;q=0.5", "nl"),
        ("/docs", "de,nl;q=0.1", "nl"),
        ("/docs", "de", "en"),
        ("/docs?lang=en", "nl", "en"),
        ("/docs?lang=nl", "en", "nl"),
    ],
)
def test_the_language_is_the_one_that_is_asked_for(
    address: str, accepted: str | None, language: str, anonymous: Reader
) -> None:
    answer = anonymous.request("GET", address, headers={"Accept-Language": accepted} if accepted else {})
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text
    assert "Accept-Language" in answer.headers["vary"]


@pytest.mark.parametrize("host", ["<script>alert(1)</script>", "a'b", 'a"onload="x', "x; rm -rf ."])
def test_a_strange_host_can_t_put_anything_on_the_page(host: str, anonymous: Reader) -> None:
    answer = anonymous.request("GET", "/docs", headers={"Host": host})
    assert host not in answer.text
    if answer.status == 200:
        Page(answer.text)
