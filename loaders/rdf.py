"""RDF files. TriG and N-Quads state a label for each graph; other syntaxes need one for the whole file.

    <https://example.org/graph/1> sluis:marking "Stg. GEHEIM" .       # in the default graph
    GRAPH <https://example.org/graph/1> { … }                          # one portion

The default graph holds what is said of the graphs (``sluis:marking``, ``sluis:originator``, ``sluis:labelSetOn``,
``sluis:labelGround``, ``sluis:labelUntil``, ``sluis:labelUntilEvent``) and nothing
else, unless a label is stated for the whole load: then every graph without one of its own takes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse

from graph_service.errors import IngestRefused, LoadRefused
from graph_service.portions import Portion, Term, parse_day
from graph_service.security import Label
from loaders.base import ID, NS, LabelRecord, LoadRequest, marking_to_label, portion_of
from loaders.heads import Head

MARKING = NamedNode(NS + "marking")
ORIGINATOR = NamedNode(NS + "originator")
SET_ON, GROUND = NamedNode(NS + "labelSetOn"), NamedNode(NS + "labelGround")
UNTIL, UNTIL_EVENT = NamedNode(NS + "labelUntil"), NamedNode(NS + "labelUntilEvent")
_SAID_OF_GRAPHS = frozenset({MARKING, ORIGINATOR, SET_ON, GROUND, UNTIL, UNTIL_EVENT})
_NOT_STATED = LabelRecord(originator=f"{ID}originator/not-stated")
PROGRESS_EVERY = 10_000
SUFFIXES = frozenset({".trig", ".nq", ".ttl", ".nt", ".rdf", ".jsonld"})


def recognises(head: Head) -> bool:
    """By the file's name: the syntaxes can't be told apart by what a file holds."""
    return not head.is_folder and Path(head.name).suffix in SUFFIXES


Graph = NamedNode | BlankNode | DefaultGraph
Graphs = dict[Graph, list[Quad]]


def load(request: LoadRequest) -> Iterator[Portion]:
    """One portion a graph. Raises ``LoadRefused`` on a syntax error (with its line) or a graph without a label."""
    graphs = _read(request)
    said = [quad for quad in graphs.get(DefaultGraph(), []) if quad.predicate in _SAID_OF_GRAPHS]
    for quad in said:
        if quad.subject not in graphs:
            raise LoadRefused(f"{quad.subject} is described and is no graph of this file", file=request.path.name)
    for graph, quads in graphs.items():
        if isinstance(graph, DefaultGraph):
            quads = [quad for quad in quads if quad not in said]
        if isinstance(graph, BlankNode):
            raise LoadRefused("a graph is named by a blank node: give it an IRI", file=request.path.name)
        if quads:
            yield portion_of(
                {Triple(quad.subject, quad.predicate, quad.object) for quad in quads},
                source=request.source_or_name,
                part="" if isinstance(graph, DefaultGraph) else graph.value,
                label=_label(graph, said, request),
                record=_record(graph, said, request).or_else(request.record).or_else(_NOT_STATED),
            )


def _read(request: LoadRequest) -> Graphs:
    path, graphs = request.path, Graphs()
    syntax = RdfFormat.from_extension(path.suffix.removeprefix("."))
    if syntax is None:
        raise LoadRefused(f"`{path.suffix}` is not a known RDF syntax", file=path.name)
    try:
        for done, quad in enumerate(parse(path=str(path), format=syntax, base_iri=request.source_or_name), start=1):
            graphs.setdefault(quad.graph_name, []).append(quad)
            if done % PROGRESS_EVERY == 0:
                request.progress(path.name, done, 0)
    except SyntaxError as error:
        raise LoadRefused(f"not readable: {error.msg}", file=path.name, line=error.lineno) from error
    except (OSError, ValueError) as error:
        raise LoadRefused(f"not readable: {error}", file=path.name) from error
    return graphs


def _label(graph: Graph, said: list[Quad], request: LoadRequest) -> Label:
    markings = [quad.object for quad in said if quad.subject == graph and quad.predicate == MARKING]
    name = "the default graph" if isinstance(graph, DefaultGraph) else f"graph {graph}"
    if len(markings) > 1:
        raise LoadRefused(f"{name} has {len(markings)} markings: state one", file=request.path.name)
    if not markings and request.label is None:
        how = "" if isinstance(graph, DefaultGraph) else f', or say `{graph} sluis:marking "…"` in the default graph'
        raise LoadRefused(f"{name} has no label: state one with --label{how}", file=request.path.name)
    stated = [
        marking_to_label(
            getattr(marking, "value", ""), policies=request.policies, file=request.path.name, line=None, column=name
        )
        for marking in markings
    ]
    # A label stated with the load can only add to what the source states: the stricter of both holds.
    first, *rest = stated + ([request.label] if request.label else [])
    return first.join(rest[0]) if rest else first


def _record(graph: Graph, said: list[Quad], request: LoadRequest) -> LabelRecord:
    """What the default graph says of how this graph's label was set."""
    values = {quad.predicate: getattr(quad.object, "value", "") for quad in said if quad.subject == graph}
    by = [quad.object for quad in said if quad.subject == graph and quad.predicate == ORIGINATOR]
    try:
        until = parse_day(values.get(UNTIL), what=f"{UNTIL.value.removeprefix(NS)} of {graph}")
        event = values.get(UNTIL_EVENT, "")
        return LabelRecord(
            originator=by[0].value if by and isinstance(by[0], NamedNode) else "",
            set_on=parse_day(values.get(SET_ON), what=f"{SET_ON.value.removeprefix(NS)} of {graph}"),
            ground=values.get(GROUND, ""),
            term=Term(until=until, event=event) if until or event else None,
        )
    except IngestRefused as error:
        raise LoadRefused(error.public, file=request.path.name) from error
