"""Builds views: copies the dominated portions into a store of their own. Trusted base: yes.

INVARIANT: a view is never edited in place; what was never copied can't be found, counted or timed.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from graph_service.handling import format_marking
from graph_service.portions import DERIVED_GRAPH, StoredPortion, fingerprint
from graph_service.security import Clearance, Policies, high_water_mark
from graph_service.storage.closure import close, rules_in
from graph_service.storage.description import described
from graph_service.storage.views import ViewRef

FORMAT = "2"
"""The version of everything this module decides. Raise it when a view's content changes for the same portions."""

_DERIVED = NamedNode(DERIVED_GRAPH)


def visible_portions(portions: Iterable[StoredPortion], *, clearance: Clearance) -> list[StoredPortion]:
    """The portions that the clearance dominates: the one place where the decision meets the data."""
    # SECURITY: removing this check shows everything to everyone. See tests/laws/test_views.py.
    return [stored for stored in portions if clearance.dominates(stored.label)]


def build_view(visible: Sequence[StoredPortion], *, views: Path, policies: Policies) -> ViewRef:
    """Build the view over exactly these portions under ``views``, or take the one that is there.

    (1) name it by its fingerprint; (2) merge the portions, with what is known of each, into the default graph of
    a scratch store in memory, and (3) close that from itself alone; (4) write each portion in its named graph,
    the merged graph and the conclusions into a store in a temporary directory, and compact it; (5) make it
    read-only and move it to its place.
    """
    label = high_water_mark(stored.label for stored in visible)
    banner = format_marking(label, policies=policies)
    marked = [(stored, format_marking(stored.label, policies=policies)) for stored in visible]
    name = fingerprint(marked, versions=(FORMAT, version("pyoxigraph")))  # (1)
    existing = next((path for path in (views / name).glob("[0-9a-f]*") if path.is_dir()), None)
    if existing is not None:
        return ViewRef(name, str(existing.relative_to(views)), banner, label.to_data())

    scratch = Store()  # (2)
    scratch.bulk_extend(_parsed((_portion_lines(*entry) for entry in marked), RdfFormat.N_TRIPLES))
    close(scratch, rules_in(scratch), into=_DERIVED)  # (3)

    temporary = views / f".building-{secrets.token_hex(8)}"  # (4)
    (temporary / "dataset").mkdir(parents=True)
    store = Store(str(temporary / "dataset"))
    store.bulk_extend(_parsed(_quads(marked, scratch), RdfFormat.N_QUADS))
    store.optimize()
    store.flush()
    del store
    _make_read_only(temporary)  # (5)
    place = views / name / secrets.token_hex(8)
    place.parent.mkdir(exist_ok=True)
    temporary.rename(place)
    return ViewRef(name, str(place.relative_to(views)), banner, label.to_data())


def remove_views(views: Path, *, keep: Iterable[ViewRef]) -> None:
    """Destroy every view directory that is not among those to keep, and what a crash left half built."""
    kept = {ref.directory for ref in keep}
    for place in [*views.glob("*/*/"), *views.glob(".building-*/")]:
        if str(place.relative_to(views)) not in kept and (place / "dataset").is_dir():
            shutil.rmtree(place)
    for parent in views.glob("*/"):
        if not any(parent.iterdir()):
            parent.rmdir()


def _portion_lines(stored: StoredPortion, marking: str) -> bytes:
    """The portion's N-Triples and what is known of the portion itself, which has the portion's own label."""
    about = "".join(f"{triple} .\n" for triple in described(stored, marking=marking))
    return (stored.portion.ntriples + about).encode()


def _quads(marked: Iterable[tuple[StoredPortion, str]], scratch: Store) -> Iterator[bytes]:
    """The view as N-Quads: the merged and closed default graph, the conclusions, and each portion in its graph."""
    merged = scratch.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    yield merged or b""
    yield _in_graph(scratch.dump(format=RdfFormat.N_TRIPLES, from_graph=_DERIVED) or b"", _DERIVED)
    for stored, marking in marked:
        yield _in_graph(_portion_lines(stored, marking), NamedNode(stored.id))


def _in_graph(ntriples: bytes, graph: NamedNode) -> bytes:
    """N-Triples lines as N-Quads lines of one graph: each ends in `` .`` and a line break, and holds no other."""
    return ntriples.replace(b" .\n", f" {graph} .\n".encode())


class _Pieces(io.RawIOBase):
    """Pieces of bytes as one file to read, so that no copy of the whole is ever in memory."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._rest = iter(pieces), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def _parsed(pieces: Iterable[bytes], syntax: RdfFormat) -> Iterator[Quad]:
    """The pieces' quads. Not ``bulk_load``, which would give every blank node a new random name."""
    return parse(io.BufferedReader(_Pieces(pieces), buffer_size=1 << 20), format=syntax)


def _make_read_only(directory: Path) -> None:
    """Forbid writing, and make sure that what stands in the files survives a crash before they are published."""
    for path in directory.rglob("*"):
        if path.is_file():
            path.chmod(0o400)
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
