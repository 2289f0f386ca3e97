"""The reference: pySHACL over the same portions, with the same shapes and the same ontology.

Slow, and not needed by the service: ``sluis check --reference`` and the tests compare the compiled shapes with it. The
only module that may import pyshacl (the ``check`` extra), and only inside a function.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import rdflib
from rdflib.namespace import RDF, RDFS, SH

import ontology
from graph_service.errors import SluisError
from graph_service.portions import Portion
from graph_service.security import Label
from graph_service.storage.conformance import COMPONENT, dominated

Result = tuple[str, str, str, str]
"""A violation as SHACL reports it: focus node, path, constraint component, and the value, if one is wrong."""

Files = Sequence[tuple[str, str]]
_OF_NO_VALUE = ("MinCount", "MaxCount", "QualifiedMinCount", "HasValue")


def reference(portions: Iterable[Portion], *, shapes: Files | None = None) -> set[Result]:
    """Every violation in some part of the portions that a label, or all labels together, dominate."""
    graphs: dict[Label, rdflib.Graph] = {}
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # what is written wrongly is told as a violation
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # else a weird boolean would count as false
        for portion in portions:
            graphs.setdefault(portion.label, rdflib.Graph()).parse(data=portion.ntriples, format="nt")
    parts = [frozenset(others) for others in dominated(graphs).values()] + [frozenset(graphs)]
    found: set[Result] = set()
    for part in dict.fromkeys(parts):
        found |= _validated([graphs[label] for label in part], tuple(shapes or ontology.shape_files()))
    return found


def _validated(graphs: Iterable[rdflib.Graph], shapes: Files) -> set[Result]:
    data = _copy(_classes())
    for graph in graphs:
        for triple in graph:
            if triple[1] != RDFS.subClassOf:  # what the data say of classes has no part in it
                data.add(triple)
    _conforms, report, _text = _pyshacl().validate(data, shacl_graph=_parsed(shapes), advanced=False, inference="none")
    return {_result(report, result) for result in report.subjects(RDF.type, SH.ValidationResult)}


def _result(report: rdflib.Graph, result: Any) -> Result:
    component = str(report.value(result, SH.sourceConstraintComponent))
    value = (
        report.value(result, SH.value) if component not in {COMPONENT.format(name) for name in _OF_NO_VALUE} else None
    )
    return (
        _term(report.value(result, SH.focusNode)),
        str(report.value(result, SH.resultPath)),
        component,
        _term(value) if value is not None else "",
    )


def _term(term: Any) -> str:
    """A term in the form of N-Triples; rdflib writes numbers short."""
    if isinstance(term, rdflib.Literal):
        return rdflib.Literal(term, normalize=False)._quote_encode() + (
            f"@{term.language}" if term.language else f"^^<{term.datatype}>" if term.datatype else ""
        )
    return str(term.n3())


def _copy(graph: rdflib.Graph) -> rdflib.Graph:
    copy = rdflib.Graph()
    for triple in graph:
        copy.add(triple)
    return copy


@lru_cache(maxsize=1)
def _classes() -> rdflib.Graph:
    graph, kept = rdflib.Graph(), rdflib.Graph()
    for _name, text in ontology.ontology_files():
        graph.parse(data=text, format="turtle")
    for subject, _, upper in graph.triples((None, RDFS.subClassOf, None)):
        if isinstance(upper, rdflib.URIRef):
            kept.add((subject, RDFS.subClassOf, upper))
    return kept


@lru_cache(maxsize=8)
def _parsed(shapes: tuple[tuple[str, str], ...]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for _name, text in shapes:
        graph.parse(data=text, format="turtle")
    return graph


def _pyshacl() -> Any:
    try:
        import pyshacl
    except ImportError as error:
        raise SluisError("pySHACL is not installed: install the `check` extra, or leave out --reference") from error
    return pyshacl
