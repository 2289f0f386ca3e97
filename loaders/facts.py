"""Statements about things, said in the words of the ontology: what the loaders of structured data write with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from graph_service.errors import LoadRefused
from graph_service.portions import Portion
from graph_service.security import Label
from loaders.base import PREFIXES, RDF_TYPE, UNSTATED, LoadRequest, expand, portion_of
from loaders.cells import partial_date

_term = lru_cache(maxsize=4096)(expand)
_DECIMAL, _INTEGER, _BOOLEAN = (NamedNode(PREFIXES["xsd"] + name) for name in ("decimal", "integer", "boolean"))


@dataclass
class Facts:
    """The statements of one portion. Things are IRIs as text, properties and classes names such as ``sluis:amount``."""

    triples: set[Triple] = field(default_factory=set)

    def kind(self, thing: str, *classes: str) -> None:
        for name in classes:
            self.triples.add(Triple(NamedNode(thing), RDF_TYPE, _term(name)))

    def link(self, thing: str, said: str, other: str) -> None:
        self.triples.add(Triple(NamedNode(thing), _term(said), _term(other)))

    def text(self, thing: str, said: str, text: str, language: str = "") -> None:
        self._literal(thing, said, Literal(text, language=language) if language else Literal(text))

    def date(self, thing: str, said: str, text: str) -> None:
        """A partial date. Raises ``ValueError`` for what is none."""
        self._literal(thing, said, partial_date(text))

    def decimal(self, thing: str, said: str, text: str) -> None:
        self._literal(thing, said, Literal(text, datatype=_DECIMAL))

    def integer(self, thing: str, said: str, number: int) -> None:
        self._literal(thing, said, Literal(str(number), datatype=_INTEGER))

    def boolean(self, thing: str, said: str, *, truth: bool) -> None:
        self._literal(thing, said, Literal("true" if truth else "false", datatype=_BOOLEAN))

    def named(self, thing: str, en: str, nl: str) -> None:
        self.text(thing, "skos:prefLabel", en, "en")
        self.text(thing, "skos:prefLabel", nl, "nl")

    def _literal(self, thing: str, said: str, value: Literal) -> None:
        self.triples.add(Triple(NamedNode(thing), _term(said), value))

    def portion(self, part: str, request: LoadRequest) -> Portion:
        """These statements as a part of the request's source, at the label that is stated with the load."""
        record = request.record.or_else(UNSTATED)
        return portion_of(self.triples, source=request.source, part=part, label=stated_label(request), record=record)


def stated_label(request: LoadRequest) -> Label:
    """The label stated with the load. Refuses the file if there is none: public data carry no label of their own."""
    if request.label is None:
        raise LoadRefused("this format carries no label: state one with --label", file=request.file)
    return request.label


def settled(request: LoadRequest) -> LoadRequest:
    """The request of a file whose one label covers all of it: refused without that label, and with a source."""
    stated_label(request)
    return replace(request, source=request.source_or_name)


@dataclass
class PassedOver:
    """What a file has and the graph does not: counted, so that nothing is lost silently."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def told(self) -> Iterator[str]:
        if self.counts:
            yield "passed over: " + ", ".join(f"{what} ({count}×)" for what, count in sorted(self.counts.items()))
