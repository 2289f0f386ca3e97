"""Asking on one view: a query, or a question of the catalogue with its parameters bound as terms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from graph_service.errors import LabelError, QueryRefused, SluisError
from graph_service.handling import parse_level
from graph_service.namespaces import PREFIXES, level_iri, partial_date_type
from graph_service.policy_files import load_policies
from graph_service.security import Policies
from graph_service.serving.query_guard import GuardedQuery, guard
from graph_service.serving.question_language import LANGUAGES, in_language
from graph_service.serving.workers import ViewWorkers
from graph_service.settings import Layout, Settings, read_settings
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


@cache  # for the catalogue's queries alone: they are as many as its files
def _guarded(text: str, language: str) -> GuardedQuery:
    return in_language(guard(text), language)


@dataclass(frozen=True)
class Desk:
    """Where one reader's questions are asked: the workers of their view, and nothing of any other.

    ``policies`` say what the name of a level means; a desk without them knows none.
    """

    workers: ViewWorkers
    policies: Policies | None = None
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
    def opened(
        cls, principal: Principal, *, views: Path, settings: Settings, policies: Policies | None = None
    ) -> Iterator[Desk]:
        """A desk on workers of its own, for a command that asks as somebody; they end with the block."""
        if principal.view is None:
            raise SluisError(f"nothing is visible to `{principal.name}`")
        workers = ViewWorkers(principal.view.dataset(views), settings)
        try:
            yield cls(workers, policies)
        finally:
            workers.close()

    def bind(
        self, question: Question, given: Mapping[str, str], *, ask: Ask | None = None, language: str = LANGUAGES[0]
    ) -> GuardedQuery:
        """The question with its parameters as terms. Raises ``QueryRefused`` for one unknown, missing or wrong.

        ``language`` is that of the names in the answer, where they have one in it.
        ``ask`` gives the answer as JSON to the queries that look a name up; by default the desk's workers do.
        """
        for parameter in question.parameters:
            if parameter.required and parameter.name not in given:
                raise QueryRefused(f"`{question.name}` needs the parameter `{parameter.name}`: {parameter.description}")
        return _guarded(question.query, language).with_terms(self.terms(question, given, ask=ask))

    def text(self, question: Question, given: Mapping[str, str], *, ask: Ask | None = None) -> str:
        """The question's query without its header, with these values in it, for whoever wants to go on from there.

        Nothing is required: a parameter without a value stays open.
        """
        terms = self.terms(question, given, ask=ask)
        lines = question.query.splitlines()
        for token in reversed(_places(guard(question.query), terms)):
            line, start = lines[token.line - 1], token.column - 1
            lines[token.line - 1] = line[:start] + terms[token.name] + line[start + len("UNDEF") :]
        kept = (line for line in lines if not line.startswith("#+"))
        return "\n".join(kept).strip() + "\n"

    def terms(self, question: Question, given: Mapping[str, str], *, ask: Ask | None = None) -> dict[str, str]:
        """The values of a question's parameters, as terms, by the variables that they are bound to."""
        known = {parameter.name: parameter for parameter in question.parameters}
        for name in given:
            if name not in known:
                takes = ", ".join(f"`{other}`" for other in known) or "none"
                raise QueryRefused(f"`{question.name}` has no parameter `{name}`; it takes: {takes}")
        return {
            f"param_{parameter.name}": self._term(parameter, given[parameter.name], ask)
            for parameter in question.parameters
            if parameter.name in given
        }

    def _term(self, parameter: Parameter, text: str, ask: Ask | None) -> str:
        if parameter.type == "iri":
            return self.resolve(text, ask=ask)
        if parameter.type == "level":
            return self._level(parameter, text)
        if parameter.type == "enum" and text not in parameter.values:
            raise QueryRefused(f"`{parameter.name}` must be one of {', '.join(parameter.values)}, not `{text}`")
        if parameter.type in {"string", "enum"}:
            return string_term(text)
        if datatype := _datatype(parameter.type, text):
            return f'"{text}"^^<{PREFIXES["xsd"]}{datatype}>'
        raise QueryRefused(f"`{parameter.name}` must be a value of type {parameter.type}, not `{text}`")

    def _level(self, parameter: Parameter, text: str) -> str:
        """The IRI of the level that a marking names, whether or not anything in the view says so.

        SECURITY: one refusal for whatever else it is, or it would tell which compartments there are.
        """
        if (iri := iri_in(text)) is not None:
            return iri_term(iri)
        refusal = f"`{parameter.name}` must be the marking of a level and nothing more, not `{text}`"
        if self.policies is None:
            raise QueryRefused(refusal)
        try:
            level = parse_level(text, policies=self.policies)
        except LabelError as error:
            raise QueryRefused(refusal, detail=error.public) from error
        return iri_term(level_iri(level.policy, level.name))

    def resolve(self, text: str, *, ask: Ask | None = None) -> str:
        """The IRI that a text means, as a term: an absolute IRI, a prefixed name, or a name unique in this view."""
        if (iri := iri_in(text)) is not None:
            return iri_term(iri)
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


class _Place(NamedTuple):
    """Where a value is to be written: over the UNDEF of a variable."""

    name: str
    line: int
    column: int


def _places(query: GuardedQuery, names: Container[str]) -> list[_Place]:
    """Where the values of these variables stand, in the order of the text."""
    found = []
    for values, variable, _, undef in zip(*(query.tokens[skip:] for skip in range(4)), strict=False):
        if values.is_word("VALUES") and variable.text[1:] in names and undef.is_word("UNDEF"):
            found.append(_Place(variable.text[1:], undef.line, undef.column))
    return found


def iri_in(text: str) -> str | None:
    """The IRI that a text is, whole or with a known prefix, before it is known to be a legal one."""
    prefix, colon, local = text.partition(":")
    if colon and prefix in PREFIXES:
        return PREFIXES[prefix] + local
    return text if re.match(r"(https?|urn):", text) else None


def _datatype(kind: str, text: str) -> str | None:
    """The XML Schema type of a text that is written as a value of that kind."""
    if kind == "date":
        return partial_date_type(text)
    written = {"integer": r"[+-]?[0-9]+", "boolean": "true|false"}
    return kind if kind in written and re.fullmatch(written[kind], text) else None


@contextmanager
def open_desks(readers: Iterable[Principal], layout: Layout) -> Iterator[dict[str, Desk]]:
    """A desk for each of the readers, by name, each on workers of its own: for what asks as several of them."""
    settings = read_settings(layout.data)
    policies = load_policies(settings, layout)
    with ExitStack() as stack:
        yield {
            reader.name: stack.enter_context(
                Desk.opened(reader, views=layout.views, settings=settings, policies=policies)
            )
            for reader in readers
        }


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
