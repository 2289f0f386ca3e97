"""Views and bare stores over the same triples: how they are made, and everything that is measured in one process."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from pyoxigraph import DefaultGraph, Store

from graph_service.handling import parse_marking
from graph_service.ingest import accept
from graph_service.portions import StoredPortion
from graph_service.security import Policies
from graph_service.settings import Settings
from graph_service.storage.view_builder import build_view, visible_portions
from loaders.vocabulary import vocabulary
from tests.benchmarks.generator import KEY, Size, clearances, domain_labels, label, levels_of, many_labels, stored
from tests.benchmarks.shapes import NAMED_GRAPHS, anchors, rows, shapes
from tests.benchmarks.timing import Figure, ratios, worst_and_mean

WORST, MEAN = 1.10, 1.02


@dataclass(frozen=True)
class Pair:
    """A view, and bare stores of the same triples: compacted on disk like the view, all opened read-only."""

    view_path: Path
    bare_path: Path
    seconds: float

    @cached_property
    def view(self) -> Store:
        return Store.read_only(str(self.view_path))

    @cached_property
    def bare(self) -> Store:
        """The view's default graph, closure included, and nothing else."""
        return Store.read_only(str(self.bare_path))

    @cached_property
    def bare_graphs(self) -> Store:
        """All of the view's quads: what a query for a named graph is compared on."""
        return Store.read_only(str(self.bare_path.with_name("bare-graphs")))

    def ratios(self, mix: dict[str, str], *, budget: float) -> dict[str, float]:
        """View ÷ bare for each shape of the mix."""

        def on_bare(name: str) -> int:
            return rows(self.bare_graphs if name == NAMED_GRAPHS else self.bare, mix[name])

        return ratios(mix, lambda name: rows(self.view, mix[name]), on_bare, budget=budget)


def vocabulary_portions(policies: Policies) -> list[StoredPortion]:
    """Ontology, rules and policies, as every installation has them: without them there is no closure."""
    at, today = parse_marking(Settings().vocabulary_label, policies=policies), datetime.now(UTC).date()
    portions = vocabulary(policies=policies, label=at, today=today)
    return [accept(portion, key=KEY, policies=policies, today=today) for portion in portions]


def view_of(visible: Sequence[StoredPortion], folder: Path, policies: Policies) -> tuple[Path, float]:
    """Build a view as the builder does. Gives its store's directory and the seconds it took."""
    folder.mkdir(parents=True)
    start = time.perf_counter()
    ref = build_view(visible, views=folder, policies=policies)
    return ref.dataset(folder), time.perf_counter() - start


def pair(visible: Sequence[StoredPortion], folder: Path, policies: Policies) -> Pair:
    """A view of these portions and its bare stores."""
    view, seconds = view_of(visible, folder / "views", policies)
    bare_stores(view, folder / "bare")
    return Pair(view, folder / "bare", seconds)


def bare_stores(view: Path, place: Path) -> None:
    """The stores to compare a view with: its default graph at ``place``, all of its quads beside it."""
    source = Store.read_only(str(view))
    for folder, graph in ((place, DefaultGraph()), (place.with_name("bare-graphs"), None)):
        copy = Store(str(folder))
        copy.bulk_extend(source.quads_for_pattern(None, None, None, graph))
        copy.optimize()
        copy.flush()


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder that goes when the block ends: a large view needs room."""
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def disk_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def evaluation(size: Size, folder: Path, policies: Policies, *, budget: float) -> Iterator[Figure]:
    """Each shape on the view ÷ on a bare store, at the lowest and the highest clearance; and the disk of both."""
    portions = list(stored(size, domain_labels(size, policies)))
    everything, mix = vocabulary_portions(policies) + portions, shapes(anchors(portions)[0])
    readers = clearances(policies)
    for name, clearance in (("lowest", readers[0]), ("highest", readers[-1])):
        with scratch(folder / f"evaluation-{name}") as place:
            visible = visible_portions(everything, clearance=clearance)
            both, section = pair(visible, place, policies), f"view ÷ bare, {name} clearance"
            yield from worst_and_mean(section, both.ratios(mix, budget=budget), worst=WORST, mean=MEAN)
            yield Figure(section, "triples of the default graph", float(len(both.bare)), "triples")
            yield Figure(section, "a fresh view is built in", both.seconds, "s")
            mine, bare = disk_bytes(both.view_path), disk_bytes(both.bare_path)
            yield Figure(section, "disk of the view ÷ bare store", mine / bare, note=f"{mine / 2**20:.0f} MiB")


def labels_in_use(size: Size, folder: Path, policies: Policies, *, budget: float) -> Iterator[Figure]:
    """The same triples under 500 labels ÷ under 5, read by somebody who sees all of them."""
    clearance, words = clearances(policies)[-1], vocabulary_portions(policies)
    with scratch(folder / "labels") as place:
        stores, mixes = [], []
        for count in (500, 5):
            portions = list(stored(size, many_labels(size, policies, count=count)))
            assert len({p.label for p in portions}) == count, f"{count} labels do not fit into {size.portions} portions"
            visible = visible_portions([*words, *portions], clearance=clearance)
            assert len(visible) == len(words) + len(portions)
            path, _ = view_of(visible, place / str(count), policies)
            stores.append(Store.read_only(str(path)))
            mixes.append(shapes(anchors(portions)[0]))
        yield from _same_cost("500 labels ÷ 5", stores, mixes, budget)


def hidden_triples(size: Size, folder: Path, policies: Policies, *, budget: float) -> Iterator[Figure]:
    """The same visible triples with nine times as many hidden ones in the dataset ÷ with none.

    The two views have the same fingerprint; so the ratios also show how much two measurements of one thing differ.
    """
    levels, clearance = levels_of(policies), clearances(policies)[0]
    lowest, highest = label(levels[0], ()), label(levels[-1], ())
    seen_size = replace(size, quads=size.quads // 10)
    seen = list(stored(seen_size, [lowest] * seen_size.portions))
    hidden_size = replace(size, quads=size.quads * 9 // 10, first=seen_size.portions)
    hidden = list(stored(hidden_size, [highest] * hidden_size.portions))
    words = vocabulary_portions(policies)
    with scratch(folder / "hidden") as place:
        stores, seconds, names = [], [], set()
        for name, dataset in (("nine-tenths", [*words, *seen, *hidden]), ("none", [*words, *seen])):
            path, taken = view_of(visible_portions(dataset, clearance=clearance), place / name, policies)
            stores.append(Store.read_only(str(path)))
            seconds.append(taken)
            names.add(path.parents[1].name)
        assert len(names) == 1, "hidden portions changed the fingerprint of a view that can't see them"
        mix = shapes(anchors(seen)[0])
        yield from _same_cost("90 % hidden ÷ none", stores, [mix, mix], budget)
        yield Figure("90 % hidden ÷ none", "building the view", seconds[0] / seconds[1])


def _same_cost(section: str, stores: list[Store], mixes: list[dict[str, str]], budget: float) -> Iterator[Figure]:
    one, other = stores
    found = ratios(
        mixes[0], lambda name: rows(one, mixes[0][name]), lambda name: rows(other, mixes[1][name]), budget=budget
    )
    yield from worst_and_mean(section, found, worst=WORST)
