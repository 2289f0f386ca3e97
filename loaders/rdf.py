"""RDF files. TriG and N-Quads state a label for each graph; other syntaxes need one for the whole file.

    <https://example.org/graph/1> sluis:marking "Stg. GEHEIM" .       # in the default graph
    GRAPH <https://example.org/graph/1> { … }                          # one portion

The default graph holds what is said of the graphs (``sluis:marking``, ``sluis:originator``, ``sluis:labelSetOn``,
``sluis:labelGround``, ``sluis:labelUntil``, ``sluis:labelUntilEvent``) and nothing
else, unless a label is stated for the whole load: then every graph without one of its own takes it. A statement may
state one for itself: ``:a :b :c {| sluis:marking "Stg. GEHEIM" |}``.

Memory does not grow with the file: its statements wait in a file of their own, by graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from zlib import crc32

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize

from graph_service.errors import IngestRefused, LoadRefused
from graph_service.portions import PIECE, Gone, Portion, Term, parse_day
from graph_service.security import Label
from graph_service.spool import Scratch, Spool
from loaders.annotations import REIFIES, labelled
from loaders.base import NS, UNSTATED, LabelRecord, Loader, LoadRequest, marking_to_label
from loaders.heads import Head
from loaders.label_graphs import NAMESPACE as LABEL_GRAPHS
from loaders.label_graphs import LabelGraph
from loaders.pieces import AT_ONCE, Pieces
from loaders.reading.xml import stream_xml

MARKING = NamedNode(NS + "marking")
ORIGINATOR = NamedNode(NS + "originator")
SET_ON, GROUND = NamedNode(NS + "labelSetOn"), NamedNode(NS + "labelGround")
UNTIL, UNTIL_EVENT = NamedNode(NS + "labelUntil"), NamedNode(NS + "labelUntilEvent")
_SAID_OF_GRAPHS = frozenset({MARKING, ORIGINATOR, SET_ON, GROUND, UNTIL, UNTIL_EVENT})
PROGRESS_EVERY, _BATCH = 10_000, 2_000
_END = -len(b" .\n")
_MARKS = (b"<<(", LABEL_GRAPHS.encode(), *(f"<{term.value}>".encode() for term in _SAID_OF_GRAPHS))
"""What stands in a statement that is about a label; what it says is looked at by its terms."""
_PARTS = 256
_DEFAULT = _PARTS
"""The key of the default graph's statements; those of other graphs lie in 256 parts, by a hash of the graph's name."""

SYNTAXES = {
    "turtle": (RdfFormat.TURTLE, (".ttl", ".turtle")),
    "n-triples": (RdfFormat.N_TRIPLES, (".nt", ".ntriples")),
    "n-quads": (RdfFormat.N_QUADS, (".nq", ".nquads")),
    "trig": (RdfFormat.TRIG, (".trig",)),
    "rdf-xml": (RdfFormat.RDF_XML, (".rdf", ".owl", ".rdfs")),
    "json-ld": (RdfFormat.JSON_LD, (".jsonld",)),
    "n3": (RdfFormat.N3, (".n3",)),
}
"""Each syntax by the name of its format, with the endings of its files' names."""
_WITHOUT_GRAPHS = (RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML)  # a formula of N3 is one
_BY_SUFFIX = {suffix: name for name, (_, suffixes) in SYNTAXES.items() for suffix in suffixes}
_ROOT = re.compile(rb"<(?:[A-Za-z_][A-Za-z0-9_.-]{0,40}:)?RDF[\s>]")
_RDF_NAMESPACE = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def recognises(head: Head, *, syntax: str) -> bool:
    """By the name's ending, as RDF syntaxes are not told apart else; RDF/XML and JSON-LD of other names by content."""
    if head.is_folder or head.members:
        return False
    if (known := _BY_SUFFIX.get(Path(head.name).suffix.lower())) is not None:
        return known == syntax
    start = head.start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if syntax == "rdf-xml":
        return start.startswith(b"<") and _ROOT.search(start) is not None and _RDF_NAMESPACE in start
    return syntax == "json-ld" and start[:1] in (b"{", b"[") and b'"@context"' in start and b'"@type"' in start


def load(request: LoadRequest, *, syntax: str = "") -> Iterator[Portion | Gone]:
    """One portion a graph and label. Raises ``LoadRefused`` on a syntax error (with its line) or a missing label."""
    name = syntax or _BY_SUFFIX.get(Path(request.file).suffix.lower(), "")
    if not name:
        raise LoadRefused(f"`{Path(request.file).suffix}` is not a known RDF syntax", file=request.file)
    scratch = Scratch()
    try:
        yield from _File(request, SYNTAXES[name][0], scratch).portions()
    finally:
        scratch.close()


LOADERS: dict[str, Loader] = {name: partial(load, syntax=name) for name in SYNTAXES}
"""The loader of each syntax."""


class _File:
    """The statements of one file, by graph."""

    def __init__(self, request: LoadRequest, syntax: RdfFormat, scratch: Scratch) -> None:
        self._request, self._scratch, self._file = request, scratch, request.file
        self._statements, self._said = Spool(scratch), Spool(scratch)
        self._labels: dict[str, Label] = {}
        self._has_reifiers = False
        self._label_graph = LabelGraph(scratch, request.label_map, file=request.file)
        self._read(syntax)

    def portions(self) -> Iterator[Portion | Gone]:
        """The named graphs' portions, then the default graph's: what is said there of no graph is a statement of it."""
        for key in dict.fromkeys([*self._statements.every_key(), *self._said.every_key()]):
            if key == _DEFAULT:
                continue
            said, reifiers = self._said_in(key)
            for graph, lines in self._graphs_in(key):
                if graph in reifiers:
                    raise LoadRefused(
                        f"<{graph}> names a graph and an annotation: give them two names", file=self._file
                    )
                yield from self._graph(graph, lines, said.pop(graph, []))
            self._refuse_strangers(said)
        if self._statements.count(_DEFAULT):
            yield from self._graph("", self._statements.runs(_DEFAULT), [])

    # --- reading ---

    def _read(self, syntax: RdfFormat) -> None:
        request = self._request
        if syntax == RdfFormat.RDF_XML:  # the engine's own parser lets entities grow without bound
            for _ in stream_xml(request.path, tags=(), file=self._file):
                pass
        try:
            quads = parse(path=str(request.path), format=syntax, base_iri=request.source_or_name)
            done = 0
            while batch := list(islice(quads, _BATCH)):
                self._take_all(batch, has_graphs=syntax not in _WITHOUT_GRAPHS)
                done += len(batch)
                if done % PROGRESS_EVERY == 0:
                    request.progress(self._file, done, 0)
            for quad in self._label_graph.annotations(quads.prefixes):
                self._take(quad)
        except SyntaxError as error:
            raise LoadRefused(f"not readable: {error.msg}", file=self._file, line=error.lineno) from error
        except (OSError, ValueError) as error:
            raise LoadRefused(f"not readable: {error}", file=self._file) from error

    def _take_all(self, batch: list[Quad], *, has_graphs: bool) -> None:
        """As ``_take`` for each of them, but at once where nothing of what a graph or statement is said to be is there.

        What decides is the terms, as in ``_take``: a graph's name is never looked for in the text of a statement.
        """
        text = serialize(batch, format=RdfFormat.N_QUADS) or b""
        if any(mark in text for mark in _MARKS):
            for quad in batch:
                self._take(quad)
            return
        lines = text.splitlines(keepends=True)
        if not has_graphs:
            self._statements.extend(_DEFAULT, lines)
            return
        graphs: dict[str, list[bytes]] = {}
        for quad, line in zip(batch, lines, strict=True):
            graphs.setdefault(str(quad.graph_name), []).append(line)
        for graph, own in graphs.items():
            if graph.startswith("_:"):
                raise self._unnamed_graph()
            self._statements.extend(_part_of(graph[1:-1]) if graph.startswith("<") else _DEFAULT, own)

    def _unnamed_graph(self) -> LoadRefused:
        return LoadRefused("a graph is named by a blank node: give it an IRI", file=self._file)

    def _take(self, quad: Quad) -> None:
        """Put a statement where the others of its graph are, or, if it is said of a graph, where that graph is."""
        line, graph = str(quad), quad.graph_name
        is_about = f"<{NS}" in line and quad.predicate in _SAID_OF_GRAPHS
        if LABEL_GRAPHS in line and self._label_graph.takes(quad):
            return
        if isinstance(graph, NamedNode):
            self._statements.add(_part_of(graph.value), line.encode() + b" .\n")
        elif isinstance(graph, BlankNode):
            raise self._unnamed_graph()
        elif is_about and isinstance(quad.subject, NamedNode):
            self._said.add(_part_of(quad.subject.value), line.encode() + b"\n")
        else:
            self._statements.add(_DEFAULT, line.encode() + b" .\n")
        if "<<(" in line:
            self._has_reifiers = True
            is_reifier = quad.predicate.value == REIFIES and isinstance(quad.subject, NamedNode)
            if is_reifier and isinstance(graph, DefaultGraph):
                # What is said in the default graph of a reifier is said of no graph.
                self._said.add(_part_of(line[1 : line.index(">")]), line.encode() + b"\n")

    def _said_in(self, key: int) -> tuple[dict[str, list[Quad]], set[str]]:
        """What is said of the graphs of one part; and the reifiers there, of which what is said goes where they are."""
        found: dict[str, list[Quad]] = {}
        for quad in parse(self._said.text(key).replace(b"\n", b" .\n"), format=RdfFormat.N_QUADS):
            found.setdefault(quad.subject.value, []).append(quad)
        reifiers = {name for name, quads in found.items() if any(quad.predicate.value == REIFIES for quad in quads)}
        for quad in (quad for name in reifiers for quad in found.pop(name)):
            if quad.predicate in _SAID_OF_GRAPHS:
                self._statements.add(_DEFAULT, f"{quad} .\n".encode())
        return found, reifiers

    def _refuse_strangers(self, said: dict[str, list[Quad]]) -> None:
        for subject in said:
            raise LoadRefused(f"<{subject}> is described and is no graph of this file", file=self._file)

    def _graphs_in(self, key: int) -> Iterator[tuple[str, Iterator[list[bytes]]]]:
        """The graphs of one part with their statements: at once, or of a part that is too large in several goes."""
        if self._statements.size(key) <= AT_ONCE:
            yield from _grouped(self._statements.read(key))
            return
        sizes: dict[bytes, int] = {}
        for line in self._statements.read(key):
            graph = line[line.rindex(b" ", 0, _END) :]
            sizes[graph] = sizes.get(graph, 0) + len(line)
        bins = 1 + sum(sizes.values()) // (AT_ONCE // 4)
        numbers = {graph: number for number, graph in enumerate(g for g, size in sizes.items() if size > AT_ONCE // 4)}
        if len(sizes) == 1:  # nothing to sort out
            (graph,) = sizes
            yield _name_of(graph), _without(graph, self._statements.runs(key))
            return
        finer = Spool(self._scratch)
        for line in self._statements.read(key):
            graph = line[line.rindex(b" ", 0, _END) :]
            finer.add(numbers.get(graph, len(numbers) + crc32(graph) % bins), line)
        for graph, number in numbers.items():
            yield _name_of(graph), _without(graph, finer.runs(number))
        for number in range(len(numbers), len(numbers) + bins):
            yield from _grouped(finer.read(number))

    # --- one graph ---

    def _graph(self, graph: str, runs: Iterator[list[bytes]], said: list[Quad]) -> Iterator[Portion | Gone]:
        """The portions of one graph: one a label, or pieces of it."""
        record = _record(graph, said, self._file).or_else(self._request.record).or_else(UNSTATED)
        stated = self._stated(graph, said)
        found: dict[Label, Pieces] = {}
        if self._has_reifiers:
            for more, line in labelled(chain.from_iterable(runs), self._label, self._scratch, file=self._file):
                label = self._joined(graph, stated, more)
                found.setdefault(label, Pieces(self._scratch)).extend([line])
        else:
            pieces = Pieces(self._scratch)
            for lines in runs:
                pieces.extend(lines)
            found[self._joined(graph, stated, None)] = pieces
        for label, pieces in found.items():
            is_cut = False
            for part, text in pieces.cut(graph, file=self._file):
                if PIECE in part and not is_cut:
                    is_cut = True
                    yield Gone(self._request.source_or_name, graph)
                yield Portion(
                    self._request.source_or_name,
                    part,
                    label,
                    record.originator,
                    text,
                    record.term,
                    record.set_on,
                    record.ground,
                )

    def _label(self, marking: str, name: str) -> Label:
        """The label of a marking; each is read once."""
        if marking not in self._labels:
            self._labels[marking] = marking_to_label(
                marking, policies=self._request.policies, file=self._file, line=None, column=name
            )
        return self._labels[marking]

    def _stated(self, graph: str, said: list[Quad]) -> Label | None:
        """The label that the file states of a graph."""
        markings = [getattr(quad.object, "value", "") for quad in said if quad.predicate == MARKING]
        if len(markings) > 1:
            raise LoadRefused(f"{_named(graph)} has {len(markings)} markings: state one", file=self._file)
        return self._label(markings[0], _named(graph)) if markings else None

    def _joined(self, graph: str, stated: Label | None, more: Label | None) -> Label:
        """The strictest of what the graph, the statement and the load state: each can only add to the others."""
        labels = [label for label in (stated, more, self._request.label) if label is not None]
        if not labels:
            how = f', or say `<{graph}> sluis:marking "…"` in the default graph' if graph else ""
            raise LoadRefused(f"{_named(graph)} has no label: state one with --label{how}", file=self._file)
        first, *rest = labels
        for label in rest:
            first = first.join(label)
        return first


def _part_of(graph: str) -> int:
    return crc32(graph.encode()) % _PARTS


def _grouped(lines: Iterator[bytes]) -> Iterator[tuple[str, Iterator[list[bytes]]]]:
    graphs: dict[bytes, list[bytes]] = {}
    for line in lines:
        at = line.rindex(b" ", 0, _END)
        graphs.setdefault(line[at:], []).append(line[:at] + b" .\n")
    for graph, own in graphs.items():
        yield _name_of(graph), iter([own])


def _without(graph: bytes, runs: Iterator[list[bytes]]) -> Iterator[list[bytes]]:
    """The statements of one graph, whose end of a line this is, without its name."""
    return ([line[: -len(graph)] + b" .\n" for line in lines] for lines in runs)


def _name_of(graph: bytes) -> str:
    """The name in the end of a line, `` <…> .``."""
    return graph[2 : _END - 1].decode()


def _named(graph: str) -> str:
    return f"graph <{graph}>" if graph else "the default graph"


def _record(graph: str, said: list[Quad], file: str) -> LabelRecord:
    """What the default graph says of how this graph's label was set."""
    values = {quad.predicate: getattr(quad.object, "value", "") for quad in said}
    by = [quad.object for quad in said if quad.predicate == ORIGINATOR]
    try:
        until = parse_day(values.get(UNTIL), what=f"{UNTIL.value.removeprefix(NS)} of <{graph}>")
        event = values.get(UNTIL_EVENT, "")
        return LabelRecord(
            originator=by[0].value if by and isinstance(by[0], NamedNode) else "",
            set_on=parse_day(values.get(SET_ON), what=f"{SET_ON.value.removeprefix(NS)} of <{graph}>"),
            ground=values.get(GROUND, ""),
            term=Term(until=until, event=event) if until or event else None,
        )
    except IngestRefused as error:
        raise LoadRefused(error.public, file=file) from error
