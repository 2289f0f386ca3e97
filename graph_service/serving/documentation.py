"""The page /docs and the document /openapi.json: what can be asked here, for people and for programs.

INVARIANT: both are made from the program and the installation's questions alone. Neither holds anything of a view, so
no marking stands in them; the header `Classification` is there as on every answer, because every request is answered
for a reader.
"""

from __future__ import annotations

import base64
import hashlib
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from graph_service.errors import QueryRefused
from graph_service.namespaces import ID
from graph_service.serving.openapi import HTML, document_bytes, path_of
from graph_service.serving.responses import GRAPHS, PROBLEM_TYPE, RESULTS, problem_types
from graph_service.serving.routes import GROUPS, ROUTES
from queries import Question

LANGUAGES = ("en", "nl")
_EXAMPLE = "coordination-links"


class Documentation:
    """The two routes. The page's words, template and styles are read once, before anybody asks."""

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._questions = questions
        place = files("graph_service.serving") / "web"
        self._words: dict[str, Any] = tomllib.loads((place / "docs.toml").read_text(encoding="utf-8"))
        self._style = (place / "docs.css").read_text(encoding="utf-8")
        environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        environment.filters.update(coded=coded, short=short)
        self._template = environment.from_string((place / "docs.html").read_text(encoding="utf-8"))
        digest = base64.b64encode(hashlib.sha256(self._style.encode()).digest()).decode()
        # SECURITY: no script, no form, nothing from elsewhere, in no frame; of styles, this file alone.
        self._policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        )

    def add_routes(self, app: Flask) -> None:
        app.add_url_rule("/openapi.json", view_func=self.openapi)
        app.add_url_rule("/docs", view_func=self.page)

    @cached_property
    def _openapi(self) -> bytes:
        """Made when it is first asked for: the start of a server waits for nobody's document."""
        return document_bytes(self._questions)

    def openapi(self) -> Response:
        return Response(self._openapi, content_type="application/json")

    def page(self) -> Response:
        language = _language()
        words = self._words[language]
        text = self._template.render(
            lang=language,
            say=words,
            style=Markup(self._style),  # noqa: S704  # our own file
            languages=[(code, self._words[code]["language"]) for code in LANGUAGES],
            first=f"curl {_quoted(_EXAMPLE, self._questions[_EXAMPLE].example)}",
            groups=list(_groups(self._questions, words, language)),
            routes=list(_routes(language)),
            formats=[(media, name, words["rows"]) for media, name in RESULTS.items()]
            + [(media, name, words["graphs"]) for media, name in GRAPHS.items()],
            refusals=_refusals(),
        )
        response = Response(text, content_type=f"{HTML}; charset=utf-8")
        response.headers["Content-Language"] = language
        response.headers["Content-Security-Policy"] = self._policy
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def coded(text: str) -> Markup:
    """A text with what stands between backticks as code."""
    pieces = [escape(piece) for piece in text.split("`")]
    return Markup("").join(Markup("<code>%s</code>") % piece if at % 2 else piece for at, piece in enumerate(pieces))


def _language() -> str:
    if "lang" in request.args:
        if request.args["lang"] not in LANGUAGES:
            raise QueryRefused(f"`lang` can be {' or '.join(LANGUAGES)}")
        return request.args["lang"]
    return request.accept_languages.best_match(LANGUAGES, default=LANGUAGES[0]) or LANGUAGES[0]


def _groups(questions: Mapping[str, Question], words: Mapping[str, Any], language: str) -> Iterator[dict[str, Any]]:
    """The questions by user group: each stands with the first that it is for, and names the others."""
    for name, (title, whom) in words["groups"].items():
        found = [q for q in questions.values() if q.tags[0] == name]
        if found:
            told = [_question(question, words, language) for question in found]
            yield {"name": name, "title": title, "whom": whom, "questions": told}


def _question(question: Question, words: Mapping[str, Any], language: str) -> dict[str, Any]:
    dutch = language == "nl"
    return {
        "name": question.name,
        "summary": question.summary_nl if dutch else question.summary,
        "description": question.description_nl if dutch else question.description,
        "view": question.view,
        "view_name": words["views"][question.view],
        "others": [words["groups"][tag][0] for tag in question.tags[1:]],
        "parameters": [(one, one.description_nl if dutch else one.description) for one in question.parameters],
        "columns": question.columns,
        "href": _address(question.name, question.example),
        "curl": f"curl {_quoted(question.name, question.example)}",
    }


def _address(name: str, given: Mapping[str, str]) -> str:
    """Relative, so that it holds wherever the service is reached."""
    written = urlencode({key: short(value) for key, value in given.items()}, safe=":/")
    return f"queries/{name}" + (f"?{written}" if given else "")


def short(value: str) -> str:
    """An IRI of ours with its prefix, as a parameter may be written."""
    return f"id:{value.removeprefix(ID)}" if value.startswith(ID) else value


def _quoted(name: str, given: Mapping[str, str]) -> str:
    return shlex.quote(request.url_root + _address(name, given))


def _routes(language: str) -> Iterator[dict[str, Any]]:
    for name, titles in GROUPS.items():
        found = [
            {"method": r.method, "path": path_of(r.rule), "summary": r.summary[language == "nl"]}
            for r in ROUTES
            if r.group == name
        ]
        yield {"title": titles[language == "nl"], "routes": found}


@cache
def _refusals() -> list[tuple[str, list[str]]]:
    found = {str(status): [kind for kind, _ in kinds] for status, kinds in sorted(problem_types().items())}
    found = {status: [kind.removeprefix(PROBLEM_TYPE) for kind in kinds] for status, kinds in found.items()}
    return [*found.items(), ("404, 405, 406, 413, 415", ["http"]), ("500", ["fault"])]
