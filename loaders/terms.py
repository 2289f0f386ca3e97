"""What the ontology calls its classes and properties, in Dutch and English: to find them by the names of columns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

import ontology
from graph_service.namespaces import NS, PREFIXES

_KINDS = {
    f"{PREFIXES['owl']}Class": "class",
    f"{PREFIXES['owl']}DatatypeProperty": "value",
}
_TYPE, _LABEL = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "label"


@cache
def classes() -> dict[str, str]:
    """``event`` is ``sluis:Event``: by its name and by its labels, in lower case."""
    return dict(_called("class"))


@cache
def value_properties() -> dict[str, str]:
    """``headcount`` is ``sluis:headcount``; of properties that lead to values."""
    return dict(_called("value"))


def _called(wanted: str) -> Iterator[tuple[str, str]]:
    """A label that several terms have stands for none of them."""
    found: dict[str, set[str]] = {}
    kinds, labels = _terms()
    for term in kinds:
        if kinds[term] == wanted:
            name = term.removeprefix(NS)
            for text in {name.lower(), *labels.get(term, ())}:
                found.setdefault(text, set()).add(f"sluis:{name}")
    return ((text, terms.pop()) for text, terms in found.items() if len(terms) == 1)


@cache
def _terms() -> tuple[dict[str, str], dict[str, set[str]]]:
    kinds: dict[str, str] = {}
    labels: dict[str, set[str]] = {}
    for _name, text in ontology.ontology_files():
        for quad in parse(text, format=RdfFormat.TURTLE):
            if not isinstance(quad.subject, NamedNode) or not quad.subject.value.startswith(NS):
                continue
            if quad.predicate.value == _TYPE and isinstance(quad.object, NamedNode):
                kind = _KINDS.get(quad.object.value)
                if kind:
                    kinds[quad.subject.value] = kind
            elif quad.predicate.value == _LABEL and isinstance(quad.object, Literal):
                labels.setdefault(quad.subject.value, set()).add(quad.object.value.lower())
    return kinds, labels
