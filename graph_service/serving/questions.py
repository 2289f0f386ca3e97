"""Asking on one view: a query, or a question of the catalogue with its parameters bound as terms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from graph_service.errors import QueryRefused, SluisError
from graph_service.namespaces import PREFIXES, partial_date_type
from graph_service.serving.query_guard import GuardedQuery, guard
from graph_service.serving.workers import ViewWorkers
from graph_service.settings import Settings
from graph_service.storage.views import Principal
from queries import Parameter, Question

_NAMES = "VALUES ?property { skos:prefLabel skos:altLabel skos:notation } ?thing ?property ?name ; a ?type ."
_EXACT = guard(f"SELECT DISTINCT ?thing {{ VALUES ?name {{ UNDEF }} {_NAMES} }} ORDER BY ?thing LIMIT 6")
_FOLDED = guard(
    "SELECT DISTINCT ?thing { VALUES ?given { UNDEF } "
    f"{_NAMES} FILTER(LCASE(STR(?name)) = LCASE(?given)) }} ORDER BY ?thing LIMIT 6"
)
_LANGUAGES = ("", "@nl", "@en", "@fr")
_KEPT_QUERIES, _KEPT_CHARACTERS = 500, 8_000
Ask = Callable[[GuardedQuery], bytes]
_guarded = cache(guard)  # for the catalogue's queries alone: they are part of the program, and as many as its files


@dataclass(frozen=True)
class Desk:
    """Where one reader's questions are asked: the workers of their view, and nothing of any other."""

    workers: ViewWorkers
    _read: dict[str, GuardedQuery] = field(default_factory=dict, compare=False)

    def read(self, text: str) -> GuardedQuery:
        """The query, guarded. What was read on this view lately is not read again.

        SECURITY: one memory a view, or the time it takes would tell what readers of other views ask.
        """
        found = self._read.get(text)
        if found is None:
            found = guard(text)
            if len(text) <= _KEPT_CHARACTERS:
                if len(self._read) >= _KEPT_QUERIES:
                    self._read.clear()
                self._read[text] = found
        return found

    @classmethod
    @contextmanager
    def opened(cls, principal: Principal, *, views: Path, settings: Settings) -> Iterator[Desk]:
        """A desk on workers of its own, for a command that asks as somebody; they end with the block."""
        if principal.view is None:
            raise SluisError(f"nothing is visible to `{principal.name}`")
        workers = ViewWorkers(principal.view.dataset(views), settings)
        try:
            yield cls(workers)
        finally:
            workers.close()

    def bind(self, question: Question, given: Mapping[str, str], *, ask: Ask | None = None) -> GuardedQuery:
        """The question with its parameters as terms. Raises ``QueryRefused`` for one unknown, missing or wrong.

        ``ask`` gives the answer as JSON to the queries that look a name up; by default the desk's workers do.
        """
        known = {parameter.name: parameter for parameter in question.parameters}
        for name in given:
            if name not in known:
                takes = ", ".join(f"`{other}`" for other in known) or "none"
                raise QueryRefused(f"`{question.name}` has no parameter `{name}`; it takes: {takes}")
        terms = {}
        for parameter in question.parameters:
            if parameter.name in given:
                terms[f"param_{parameter.name}"] = self._term(parameter, given[parameter.name], ask)
            elif parameter.required:
                raise QueryRefused(f"`{question.name}` needs the parameter `{parameter.name}`: {parameter.description}")
        return _guarded(question.query).with_terms(terms)

    def _term(self, parameter: Parameter, text: str, ask: Ask | None) -> str:
        if parameter.type == "iri":
            return self.resolve(text, ask=ask)
        if parameter.type == "string":
            return string_term(text)
        if parameter.type == "integer" and re.fullmatch(r"[+-]?[0-9]+", text):
            return f'"{text}"^^<{PREFIXES["xsd"]}integer>'
        if parameter.type == "boolean" and text in {"true", "false"}:
            return f'"{text}"^^<{PREFIXES["xsd"]}boolean>'
        if parameter.type == "date" and (kind := partial_date_type(text)):
            return f'"{text}"^^<{PREFIXES["xsd"]}{kind}>'
        raise QueryRefused(f"`{parameter.name}` must be a value of type {parameter.type}, not `{text}`")

    def resolve(self, text: str, *, ask: Ask | None = None) -> str:
        """The IRI that a text means, as a term: an absolute IRI, a prefixed name, or a name unique in this view."""
        prefix, colon, local = text.partition(":")
        if colon and prefix in PREFIXES:
            return iri_term(PREFIXES[prefix] + local)
        if re.match(r"(https?|urn):", text):
            return iri_term(text)
        terms = " ".join(string_term(text) + language for language in _LANGUAGES)
        ask = ask or self._ask
        found = _things(ask(_EXACT.with_terms({"name": terms})))
        found = found or _things(ask(_FOLDED.with_terms({"given": string_term(text)})))
        if not found:
            raise QueryRefused(f"nothing that you can see is called `{text}`: give another name, or an IRI")
        if len(found) > 1:
            raise QueryRefused(f"`{text}` is the name of several things: say which, {', '.join(found)}")
        return iri_term(found[0])

    def _ask(self, query: GuardedQuery) -> bytes:
        return self.workers.ask(query, form="json")


def _things(answer: bytes) -> list[str]:
    rows = json.loads(answer)["results"]["bindings"]
    return [row["thing"]["value"] for row in rows if row["thing"]["type"] == "uri"]


def string_term(text: str) -> str:
    """A string literal in SPARQL's form, whatever characters it holds."""
    escaped = "".join(
        f"\\u{ord(character):04X}" if character in '\\"' or ord(character) < 0x20 else character for character in text
    )
    return f'"{escaped}"'


def iri_term(iri: str) -> str:
    """An IRI in SPARQL's form. Raises ``QueryRefused`` for text that is none."""
    if re.search(r"[\x00-\x20<>\"{}|^`\\]", iri):
        raise QueryRefused(f"`{iri}` is not an IRI")
    return f"<{iri}>"
