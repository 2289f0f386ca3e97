"""A query worker: one process, one view, for life. Trusted base: yes. The only server code with the engine.

Run by exec: ``python -m graph_service.serving.query_worker DATASET``. Requests come on standard input and
answers leave on standard output (``frames``). It has no network, no file but its view, and a memory
limit; whoever started it kills it at the time limit. When standard input ends, it dies, query or not.
"""

from __future__ import annotations

import io
import json
import os
import queue
import re
import sys
import threading
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from graph_service import core_files, isolation
from graph_service.errors import IsolationError
from graph_service.namespaces import ID
from graph_service.serving.frames import BODY, CHUNK, DONE, FAILED, QUERY, READ_ONLY, READY, read_frame, write_frame

RESULT_FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


Graph = NamedNode | BlankNode | DefaultGraph


class _Read(Exception):  # no error: it says that the query was read
    """The engine has read a query, and goes no further."""


class NoGraphName(Exception):  # told apart from what goes wrong in a query
    """A graph of the dataset has a name that the engine does not take for an IRI."""


class FrameWriter(io.RawIOBase):
    """Sends what the engine serialises in frames of ``CHUNK`` bytes, while it does."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._chunk = stream, bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._chunk += data
        while len(self._chunk) >= CHUNK:
            write_frame(self._stream, BODY, bytes(self._chunk[:CHUNK]))
            del self._chunk[:CHUNK]
        return len(data)

    def send_rest(self) -> None:
        """Send what is left, less than a whole piece: it is the last. Not ``flush``, which the engine calls too."""
        write_frame(self._stream, BODY, bytes(self._chunk))
        self._chunk.clear()


def main(arguments: list[str]) -> None:
    """(1) leave the network and every other file; (2) limit memory; (3) open the view; (4) answer, one by one."""
    dataset, options = Path(arguments[0]), json.loads(arguments[1])
    # Imported now or never: after step 1 no module can be read any more. It is slow, so only who needs it pays.
    parts = import_module("graph_service.storage.view_parts").ViewParts if options["derives"] else None
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # nothing that prints can get between the frames
    try:
        if options["isolate"]:  # (1)
            isolation.leave_network()
            isolation.landlock(read=[dataset])
    except (OSError, IsolationError) as error:
        write_frame(answers, FAILED, json.dumps({"kind": "isolation", "detail": str(error)}).encode())
        return
    isolation.limit_memory(mib=options["memory_mib"])  # (2)
    core_files.leave_none()
    store = Store.read_only(str(dataset))  # (3)
    view = View(store, parts(store) if parts else None)
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, requests), daemon=True).start()
    write_frame(answers, READY, b"")
    while True:  # (4)
        _answer(view, requests.get(), answers)


class View:
    """What queries run on: the view as it stands, a dataset that the asker names within it, or a part of it."""

    def __init__(self, store: Store, parts: Any) -> None:
        self._store, self._parts = store, parts

    def read(self, request: dict[str, Any]) -> Any:
        """Let the engine read a query without evaluating any of it. Raises ``SyntaxError``.

        The engine looks at the named graphs when it has read the query and before it evaluates: there it is stopped.
        """
        graphs: Any = _stop()
        try:
            self._store.query(request["query"], base_iri=ID, prefixes=request["prefixes"], named_graphs=graphs)
        except _Read:
            return None
        raise RuntimeError("the engine went on behind reading")

    def query(self, request: dict[str, Any]) -> Any:
        """Spec: https://www.w3.org/TR/sparql11-query/#rdfDataset. A graph that is not there is empty."""
        store = self._store if request["portions"] is None else self._parts.store(request["portions"])
        default, named = request["default_graphs"], request["named_graphs"]
        # Relative IRIs have one base, whatever address the service is reached by: an answer depends on no header.
        query, given = request["query"], {"base_iri": ID, "prefixes": request["prefixes"]}
        if default is None and named is None:
            return store.query(query, **given)
        try:
            defaults: list[Graph] = [NamedNode(iri) for iri in dict.fromkeys(default or ())]
            nameds: list[NamedNode | BlankNode] = [NamedNode(iri) for iri in dict.fromkeys(named or ())]
        except ValueError as error:
            raise NoGraphName(str(error)) from error
        if len(defaults) > 1:
            # The engine would count a triple once a graph: several default graphs are one merged graph.
            store, defaults = _merged(store, defaults, nameds), [DefaultGraph()]
        return store.query(query, **given, default_graph=defaults, named_graphs=nameds)


def _stop() -> Iterator[Any]:
    raise _Read
    yield  # what makes this a generator, which raises only when it is looked at


def _merged(store: Store, defaults: Iterable[Graph], nameds: Iterable[Graph]) -> Store:
    scratch = Store()
    for graph in defaults:
        scratch.extend(Quad(*quad.triple) for quad in store.quads_for_pattern(None, None, None, graph))
    for graph in nameds:
        scratch.extend(store.quads_for_pattern(None, None, None, graph))
    return scratch


def _receive(stream: BinaryIO, requests: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Pass requests on; at the end of the stream nobody waits for an answer any more, so stop at once."""
    while True:
        try:
            kind, payload = read_frame(stream)
        except (EOFError, OSError):
            os._exit(0)
        if kind == QUERY:
            requests.put(json.loads(payload))


def _answer(view: View, request: dict[str, Any], answers: BinaryIO) -> None:
    """Evaluate one query and send its answer. Engine texts go along as ``detail``, which is never public."""
    writer: Any = FrameWriter(answers)
    try:
        result = view.read(request) if request["format"] == READ_ONLY else view.query(request)
        if result is None:
            pass
        elif isinstance(result, QueryTriples):
            prefixes = request["prefixes"] if request["format"] == "turtle" else None
            serialize(result, writer, GRAPH_FORMATS[request["format"]], prefixes=prefixes)
        elif isinstance(result, QueryBoolean) and request["format"] in {"csv", "tsv"}:
            # Spec: the CSV and TSV formats define no boolean result; a bare word is what other services send.
            writer.write(b"true" if result else b"false")
        else:
            result.serialize(writer, format=RESULT_FORMATS[request["format"]])
        writer.send_rest()
    except SyntaxError as error:
        failure = {"kind": "syntax", "detail": error.msg, **_position(error.msg)}
    except NoGraphName as error:
        failure = {"kind": "graph-name", "detail": str(error)}
    except MemoryError:
        failure = {"kind": "too-large", "detail": "out of memory"}
    except Exception as error:  # any other engine error is a failed query, not a failed worker
        failure = {"kind": "evaluation", "detail": f"{type(error).__name__}: {error}"}
    else:
        write_frame(answers, DONE, b"")
        return
    write_frame(answers, FAILED, json.dumps(failure).encode())


def _position(message: str) -> dict[str, int]:
    """The column where the engine stopped (from 1); every query comes on one line."""
    found = re.search(r"error at (\d+):(\d+)", message)
    return {"column": int(found[2])} if found else {}


if __name__ == "__main__":
    main(sys.argv[1:])
