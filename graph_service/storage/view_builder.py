"""Builds views: copies the dominated portions into a store of their own. Trusted base: yes.

INVARIANT: a view is never edited in place; what was never copied can't be found, counted or timed.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from graph_service.errors import SluisError
from graph_service.handling import format_marking
from graph_service.portions import DERIVED_GRAPH, Labelled, StoredPortion, fingerprint
from graph_service.security import Clearance, Label, Policies, high_water_mark
from graph_service.storage.closure import close
from graph_service.storage.closure_rules import rules_in
from graph_service.storage.contents import Contents
from graph_service.storage.description import described
from graph_service.storage.view_labels import write_labels
from graph_service.storage.views import ViewRef, sync_folder

FORMAT = "3"
"""The version of everything this module decides. Raise it when a view's content changes for the same portions."""

DERIVED = NamedNode(DERIVED_GRAPH)
BUILDING = ".building-"
TAKEN_BACK = ".taken-back-"
"""What the name of a directory begins with that is not a view yet, or not any more."""

AnyLabelled = TypeVar("AnyLabelled", bound=Labelled)


class Superseded(SluisError):
    """What is stored changed while a view of it was being built: that view is not wanted any more."""


def visible_portions(portions: Iterable[AnyLabelled], *, clearance: Clearance) -> list[AnyLabelled]:
    """The portions that the clearance dominates: the one place where the decision meets the data."""
    dominates = lru_cache(maxsize=None)(clearance.dominates)  # a few labels stand on many portions
    # SECURITY: removing this check shows everything to everyone. See tests/laws/test_views.py.
    return [stored for stored in portions if dominates(stored.label)]


@dataclass(frozen=True, slots=True)
class ViewPlan:
    """A view that is to be: its portions, each with its marking, its fingerprint, its banner and label."""

    portions: tuple[tuple[Labelled, str], ...]
    fingerprint: str
    banner: str
    label: Label

    @property
    def entries(self) -> tuple[tuple[str, str, str], ...]:
        """The portions as ``Contents`` lists them."""
        return tuple((head.id, head.digest, marking) for head, marking in self.portions)

    def ref(self, directory: str) -> ViewRef:
        return ViewRef(self.fingerprint, directory, self.banner, self.label.to_data())


def plan_view(visible: Sequence[Labelled], *, policies: Policies) -> ViewPlan:
    """The view over exactly these portions. Raises ``LabelError`` for none."""
    markings: dict[Label, str] = {}
    for head in visible:
        if head.label not in markings:
            markings[head.label] = format_marking(head.label, policies=policies)
    marked = tuple((head, markings[head.label]) for head in visible)
    label = high_water_mark(markings)
    return ViewPlan(marked, fingerprint(marked, versions=versions()), format_marking(label, policies=policies), label)


def versions() -> tuple[str, ...]:
    return (FORMAT, version("pyoxigraph"))


def build_view(visible: Sequence[StoredPortion], *, views: Path, policies: Policies) -> ViewRef:
    """Build the view over exactly these portions under ``views``, or take the one that is there."""
    plan, stored = plan_view(visible, policies=policies), {entry.id: entry for entry in visible}
    existing = next(iter(generations(plan, views)), None)
    return plan.ref(existing) if existing else build_afresh(plan, views=views, read=stored.__getitem__)


def generations(plan: ViewPlan, views: Path) -> list[str]:
    """The directories below ``views`` that hold this view, whole."""
    return [str(path.relative_to(views)) for path in sorted((views / plan.fingerprint).glob("[0-9a-f]*"))]


def build_afresh(plan: ViewPlan, *, views: Path, read: Callable[[str], StoredPortion]) -> ViewRef:
    """Build a view from its portions' texts alone, which ``read`` gives one by one.

    (1) merge the portions, with what is known of each, into the default graph of a scratch store in memory, and
    (2) close that from itself alone; (3) write each portion in its named graph, the merged graph and the conclusions
    into a store in a temporary directory, and compact it; (4) move it to its place.
    """
    scratch = Store()  # (1)
    scratch.bulk_extend(parsed((portion_lines(read, *entry) for entry in plan.portions), RdfFormat.N_TRIPLES))
    close(scratch, rules_in(scratch), into=DERIVED)  # (2)
    temporary = new_directory(views)  # (3)
    try:
        store = Store(str(temporary / "dataset"))
        counted = _Counted(_quads(plan, scratch, read))
        store.bulk_extend(parsed(counted, RdfFormat.N_QUADS))
        store.optimize()
        store.flush()
        del store
        return put_in_place(temporary, plan, Contents(versions(), plan.entries, counted.lines), views=views)  # (4)
    except BaseException:
        destroy(temporary)
        raise


def new_directory(views: Path) -> Path:
    """A directory for a view that is being built."""
    temporary = views / f"{BUILDING}{secrets.token_hex(8)}"
    (temporary / "dataset").mkdir(parents=True)
    return temporary


def put_in_place(temporary: Path, plan: ViewPlan, contents: Contents, *, views: Path) -> ViewRef:
    """Finish a directory whose store is written and closed, and move it to its place in one step."""
    contents.write(temporary)
    write_labels(temporary, [head for head, _ in plan.portions])
    _make_read_only(temporary)
    place = views / plan.fingerprint / secrets.token_hex(8)
    place.parent.mkdir(exist_ok=True)
    temporary.rename(place)
    sync_folder(place.parent)
    sync_folder(views)
    return plan.ref(str(place.relative_to(views)))


def view_directories(views: Path) -> list[str]:
    """Every whole view below ``views``, served or not."""
    return [str(place.relative_to(views)) for place in sorted(views.glob("[0-9a-f]*/*/"))]


def remove_views(views: Path, *, keep: Iterable[str]) -> list[str]:
    """Destroy what was taken back, and every view directory that is not among those to keep. Gives their names."""
    kept = set(keep)
    gone = [name for name in view_directories(views) if name not in kept]
    _destroy(views, gone)
    return gone + remove_taken_back(views)


def remove_unfinished(views: Path) -> list[str]:
    """Destroy what a crash left half built. Only for whoever opens the store: nothing is being built then."""
    return _remove_beginning(views, BUILDING)


def remove_taken_back(views: Path) -> list[str]:
    """Destroy what was taken back."""
    return _remove_beginning(views, TAKEN_BACK)


def _remove_beginning(views: Path, name: str) -> list[str]:
    gone = [str(place.relative_to(views)) for place in sorted(views.glob(f"{name}*/"))]
    _destroy(views, gone)
    return gone


def take_back(views: Path, directory: str) -> Path:
    """Move a view out of the place where it is served from: no worker can be started on it any more."""
    place = views / f"{TAKEN_BACK}{secrets.token_hex(8)}"
    (views / directory).rename(place)
    return place


def _destroy(views: Path, gone: list[str]) -> None:
    for name in gone:
        destroy(views / name)
    for parent in views.glob("[0-9a-f]*/"):
        if not any(parent.iterdir()):
            parent.rmdir()
    if gone:
        sync_folder(views)


def destroy(directory: Path) -> None:
    """Remove a directory, whatever lies in it. The engine may be clearing up there itself just now."""
    for _ in range(100):
        shutil.rmtree(directory, ignore_errors=True)
        if not directory.exists():
            return
        time.sleep(0.02)
    shutil.rmtree(directory)


def portion_lines(read: Callable[[str], StoredPortion], head: Labelled, marking: str) -> bytes:
    """The portion's N-Triples and what is known of the portion itself, which has the portion's own label."""
    stored = read(head.id)
    # INVARIANT: a view holds just the portions that its fingerprint names, at the labels that were decided on.
    if (stored.digest, stored.label) != (head.digest, head.label):
        raise Superseded("what is stored changed while a view was being built", detail=head.id)
    about = "".join(f"{triple} .\n" for triple in described(stored, marking=marking))
    return (stored.portion.ntriples + about).encode()


def in_graph(ntriples: bytes, graph: NamedNode) -> bytes:
    """N-Triples lines as N-Quads lines of one graph: each ends in `` .`` and a line break, and holds no other."""
    return ntriples.replace(b" .\n", f" {graph} .\n".encode())


def parsed(pieces: Iterable[bytes], syntax: RdfFormat) -> Iterator[Quad]:
    """The pieces' quads. Not ``bulk_load``, which would give every blank node a new random name."""
    return parse(io.BufferedReader(_Pieces(pieces), buffer_size=1 << 20), format=syntax)


def _quads(plan: ViewPlan, scratch: Store, read: Callable[[str], StoredPortion]) -> Iterator[bytes]:
    """The view as N-Quads: the merged and closed default graph, the conclusions, and each portion in its graph."""
    merged = scratch.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    yield merged or b""
    yield in_graph(scratch.dump(format=RdfFormat.N_TRIPLES, from_graph=DERIVED) or b"", DERIVED)
    for head, marking in plan.portions:
        yield in_graph(portion_lines(read, head, marking), NamedNode(head.id))


class _Counted:
    """Pieces of lines, counted while they pass."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self.lines = pieces, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.lines += piece.count(b"\n")
            yield piece


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


def _make_read_only(directory: Path) -> None:
    """Forbid writing, and make sure that what stands in the files survives a crash before they are published."""
    for path in directory.rglob("*"):
        if path.is_dir():
            sync_folder(path)
        elif path.stat().st_nlink == 1:  # one with more names is an older view's too: finished and safe already
            path.chmod(0o400)
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
    sync_folder(directory)
