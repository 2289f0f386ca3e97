"""Builds views: copies the dominated portions into a store of their own. Trusted base: yes.

INVARIANT: a view is never edited in place; what was never copied can't be found, counted or timed.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from graph_service.portions import DERIVED_GRAPH, StoredPortion, fingerprint
from graph_service.security import Clearance, format_marking, high_water_mark
from graph_service.storage.canonical import in_graph, triples_of
from graph_service.storage.closure import derive, rules_in
from graph_service.storage.views import ViewRef

FORMAT = "1"
"""The version of everything this module decides. Raise it when a view's content changes for the same portions."""

_NS = "https://w3id.org/sluis/ns#"
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SOURCE = NamedNode("http://purl.org/dc/terms/source")


def visible_portions(portions: Iterable[StoredPortion], *, clearance: Clearance) -> list[StoredPortion]:
    """The portions that the clearance dominates: the one place where the decision meets the data."""
    # SECURITY: removing this check shows everything to everyone. See tests/laws/test_views.py.
    return [stored for stored in portions if clearance.dominates(stored.label)]


def build_view(visible: Sequence[StoredPortion], *, views: Path) -> ViewRef:
    """Build the view over exactly these portions under ``views``, or take the one that is there.

    (1) name it by its fingerprint; (2) put each portion in its named graph, with what is known of the
    portion itself; (3) merge them into the default graph; (4) close it from itself alone; (5) write and
    compact the store in a temporary directory; (6) make it read-only and move it to its place.
    """
    banner = format_marking(high_water_mark(stored.label for stored in visible))
    name = fingerprint(visible, versions=(FORMAT, version("pyoxigraph")))  # (1)
    existing = next((path for path in (views / name).glob("[0-9a-f]*") if path.is_dir()), None)
    if existing is not None:
        return ViewRef(name, str(existing.relative_to(views)), banner)

    graphs = {NamedNode(stored.id): _portion_graph(stored) for stored in visible}  # (2)
    merged = {triple for triples in graphs.values() for triple in triples}  # (3)
    derived = derive(merged, rules_in(merged))  # (4)
    graphs[NamedNode(DERIVED_GRAPH)] = list(derived)
    quads = in_graph(merged | derived)
    for graph, triples in graphs.items():
        quads += in_graph(triples, graph)

    temporary = views / f".building-{secrets.token_hex(8)}"  # (5)
    _write_store(quads, temporary / "dataset")
    (temporary / "view.json").write_text(
        json.dumps({"fingerprint": name, "banner": banner, "portions": len(visible), "triples": len(merged | derived)}),
        encoding="utf-8",
    )
    place = views / name / secrets.token_hex(8)  # (6)
    _make_read_only(temporary)
    place.parent.mkdir(exist_ok=True)
    temporary.rename(place)
    return ViewRef(name, str(place.relative_to(views)), banner)


def remove_views(views: Path, *, keep: Iterable[ViewRef]) -> None:
    """Destroy every view directory that is not among those to keep, and what a crash left half built."""
    kept = {ref.directory for ref in keep}
    for place in [*views.glob("*/*/"), *views.glob(".building-*/")]:
        if str(place.relative_to(views)) not in kept and (place / "dataset").is_dir():
            _destroy(place)
    for parent in views.glob("*/"):
        if not any(parent.iterdir()):
            parent.rmdir()


def _portion_graph(stored: StoredPortion) -> list[Triple]:
    """The portion's triples and what is known of the portion itself: that has the portion's own label."""
    portion, me = stored.portion, NamedNode(stored.id)
    about = [
        Triple(me, _TYPE, NamedNode(_NS + "Portion")),
        Triple(me, NamedNode(_NS + "marking"), Literal(format_marking(portion.label))),
        Triple(me, _SOURCE, NamedNode(portion.source)),
        Triple(me, NamedNode(_NS + "originator"), NamedNode(portion.originator)),
    ]
    return [*triples_of(portion.ntriples), *about]


def _write_store(quads: Iterable[Quad], directory: Path) -> None:
    directory.mkdir(parents=True)
    store = Store(str(directory))
    # Sorted, so that the files are the same whatever the order in which the portions came.
    store.bulk_extend(sorted(quads, key=str))
    store.optimize()
    store.flush()
    del store


def _make_read_only(directory: Path) -> None:
    for path in directory.rglob("*"):
        if path.is_file():
            path.chmod(0o400)
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)


def _destroy(place: Path) -> None:
    shutil.rmtree(place)
