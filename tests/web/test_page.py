"""The page's files over HTTP: the same for everybody, nothing in them, shut against everything from outside."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask

from graph_service.serving.page import NOT_BUILT, Page

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
BUILT = {
    "index.html": b'<!doctype html><link rel="modulepreload" href="page/part-1.js"><script src="page/main-0.js">',
    "main-0.js": b"export {};" * 50,
    "part-1.js": b"export {};",
    "icon-2.svg": b"<svg/>",
}


def application(built: dict[str, bytes]) -> Flask:
    """The page alone, as ``app`` sets it up."""
    page, app = Page(built), Flask("page", static_folder=None)
    page.add_routes(app)
    app.add_url_rule("/", view_func=page.shell)
    app.after_request(page.finished)
    return app


def test_the_page_says_what_it_may_load() -> None:
    headers = application(BUILT).test_client().get("/", headers=HTML).headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    loaded = " ".join(value for name, value in policy.items() if name.endswith("-src"))
    assert set(loaded.split()) == {"'none'", "'self'", "data:", "blob:"}
    assert set(policy["img-src"].split()) == {"'self'", "data:", "blob:"}
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_file_is_kept_for_good_and_the_shell_is_asked_for_anew() -> None:
    client = application(BUILT).test_client()
    assert "immutable" in client.get("/page/main-0.js").headers["Cache-Control"]
    assert client.get("/", headers=HTML).headers["Cache-Control"] == "no-cache"
    missing = client.get("/page/none.js")
    assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-cache")


@pytest.mark.parametrize(("name", "kind"), [("main-0.js", "text/javascript"), ("icon-2.svg", "image/svg+xml")])
def test_a_file_is_packed_for_who_takes_it_so(name: str, kind: str) -> None:
    client = application(BUILT).test_client()
    packed = client.get(f"/page/{name}", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == BUILT[name] == client.get(f"/page/{name}").data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.mimetype == kind


@pytest.mark.parametrize("path", ["/page/index.html", "/page/..%2fapp.py", "/page/../app.py", "/page/", "/page/a/b"])
def test_nothing_but_a_file_of_the_page_is_sent(path: str) -> None:
    assert application(BUILT).test_client().get(path).status_code == 404


def test_a_page_that_is_not_built_says_how_to() -> None:
    answer = application({}).test_client().get("/", headers=HTML)
    assert answer.status_code == 404
    assert NOT_BUILT in answer.text


def test_the_built_page_loads_what_is_there_and_nothing_from_elsewhere() -> None:
    built = Page.packaged()._built
    if not built:
        pytest.skip("the page is not built here: `make page` does it")
    shell = built["index.html"].decode()
    loaded = re.findall(r'(?:src|href)="([^"]*)"', re.sub(r"<noscript>.*</noscript>", "", shell, flags=re.DOTALL))
    assert len(loaded) >= 3
    assert {name.removeprefix("page/") for name in loaded} <= set(built)
    assert "style=" not in shell
    assert not re.search(r"<script[^>]*>[^<]", shell)
