"""Places boxes in layers, so that nothing overlaps and lines go down: for the diagrams of the reference.

The steps are those of Sugiyama, Tagawa and Toda (1981). Everything is decided by names and sizes, so the same graph
gives the same picture on every machine.

Spec: https://doi.org/10.1109/TSMC.1981.4308636
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

GAP, LAYER_GAP, SWEEPS = 26.0, 34.0, 40

Edge = tuple[str, str]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Size:
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """``boxes`` are the left upper corners by name; ``lines`` the points that each edge goes through, from above."""

    width: float
    height: float
    boxes: Mapping[str, Point]
    lines: Mapping[Edge, list[Point]]


def lay_out(sizes: Mapping[str, Size], edges: Iterable[Edge]) -> Layout:
    """Places for all boxes. An edge of a box to itself is left out; of a circle, one edge goes up.

    1. Turn edges round until there is no circle.
    2. Give each box the layer under the lowest of those that lead to it, and pull it down to those it leads to.
    3. Cut edges over several layers in pieces, with points of no size between them.
    4. Order each layer by the middle of the neighbours, from above and from below in turn.
    5. Move each box as near to the middle of its neighbours as the others let it.
    """
    edges = sorted({edge for edge in edges if edge[0] != edge[1]})
    back = _circles(sorted(sizes), edges)
    layer = _layers(sorted(sizes), [(b, a) if (a, b) in back else (a, b) for a, b in edges])
    paths, layer, all_sizes = _cut(edges, layer, sizes)
    pieces = [pair for path in paths.values() for pair in pairwise(path)]
    rows = _ordered(layer, pieces)
    left = _columns(rows, pieces, all_sizes)
    tops, height = _tops(rows, all_sizes)
    boxes = {name: (left[name], tops[layer[name]]) for name in sizes}

    def points(path: list[str]) -> list[Point]:
        found = []
        for place, name in enumerate(path):
            x, top, size = left[name] + all_sizes[name].width / 2, tops[layer[name]], all_sizes[name]
            row = max(all_sizes[other].height for other in rows[layer[name]])
            if place:
                found.append((x, top))
            if place < len(path) - 1:
                # Down to the end of the layer first: a neighbour may be taller.
                found += [(x, top + size.height)] * bool(size.height) + [(x, top + row)]
        return found

    width = max(left[name] + all_sizes[name].width for name in all_sizes)
    return Layout(width, height, boxes, {edge: points(path) for edge, path in paths.items()})


def _circles(names: list[str], edges: list[Edge]) -> set[Edge]:
    """The edges that must be turned round: those that lead back to where a walk came from."""
    after: dict[str, list[str]] = defaultdict(list)
    for a, b in edges:
        after[a].append(b)
    back: set[Edge] = set()
    done: set[str] = set()

    def walk(name: str, way: tuple[str, ...]) -> None:
        for other in after[name]:
            if other in (*way, name):
                back.add((name, other))
            elif other not in done:
                walk(other, (*way, name))
        done.add(name)

    for name in names:
        if name not in done:
            walk(name, ())
    return back


def _layers(names: list[str], edges: list[Edge]) -> dict[str, int]:
    before: dict[str, set[str]] = defaultdict(set)
    after: dict[str, set[str]] = defaultdict(set)
    for a, b in edges:
        before[b].add(a)
        after[a].add(b)
    layer: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in layer:
            layer[name] = max((depth(other) + 1 for other in before[name]), default=0)
        return layer[name]

    for name in names:
        depth(name)
    for name in sorted(names, key=lambda name: -layer[name]):
        if after[name]:
            layer[name] = min(layer[other] for other in after[name]) - 1
    return layer


def _cut(
    edges: list[Edge], layer: dict[str, int], sizes: Mapping[str, Size]
) -> tuple[dict[Edge, list[str]], dict[str, int], dict[str, Size]]:
    """Each edge as the boxes and points that it passes, from above; the layers and sizes, with those of the points."""
    layer, all_sizes, paths = dict(layer), dict(sizes), {}
    for a, b in edges:
        upper, lower = sorted((a, b), key=lambda name: layer[name])
        between = [f"{a} → {b} {place}" for place in range(layer[upper] + 1, layer[lower])]
        for place, point in enumerate(between, layer[upper] + 1):
            layer[point], all_sizes[point] = place, Size(0, 0)
        paths[a, b] = [upper, *between, lower]
    return paths, layer, all_sizes


def _ordered(layer: dict[str, int], pieces: list[Edge]) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(max(layer.values()) + 1)]
    for name in sorted(layer):
        rows[layer[name]].append(name)
    up, down = _neighbours(pieces)
    best, fewest = [list(row) for row in rows], _crossings(rows, down)
    for sweep in range(SWEEPS):
        places = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        for place in places:
            beside = rows[place - 1] if sweep % 2 == 0 else rows[place + 1]
            at = {name: index for index, name in enumerate(beside)}
            links = up if sweep % 2 == 0 else down
            own = {name: index for index, name in enumerate(rows[place])}

            def middle(name: str, at: dict[str, int] = at, links: dict[str, list[str]] = links,
                       own: dict[str, int] = own) -> tuple[float, int]:  # fmt: skip
                found = [at[other] for other in links[name]]
                return (sum(found) / len(found) if found else own[name], own[name])

            rows[place].sort(key=middle)
        if (count := _crossings(rows, down)) < fewest:
            best, fewest = [list(row) for row in rows], count
    return best


def _neighbours(pieces: list[Edge]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    up: dict[str, list[str]] = defaultdict(list)
    down: dict[str, list[str]] = defaultdict(list)
    for a, b in pieces:
        up[b].append(a)
        down[a].append(b)
    return up, down


def _crossings(rows: list[list[str]], down: dict[str, list[str]]) -> int:
    count = 0
    for row, below in pairwise(rows):
        at = {name: index for index, name in enumerate(below)}
        ends = [(index, at[other]) for index, name in enumerate(row) for other in down[name]]
        count += sum(1 for a, b in ends for c, d in ends if a < c and b > d)
    return count


def _columns(rows: list[list[str]], pieces: list[Edge], sizes: Mapping[str, Size]) -> dict[str, float]:
    left: dict[str, float] = {}
    for row in rows:
        x = 0.0
        for name in row:
            left[name] = x
            x += sizes[name].width + GAP
    up, down = _neighbours(pieces)
    for sweep in range(SWEEPS):
        order = rows if sweep % 2 == 0 else rows[::-1]
        for row in order:
            wanted = {}
            for name in row:
                # Both sides count in the last sweeps; before that, one side at a time lets the boxes move.
                links = [*up[name], *down[name]] if sweep > SWEEPS // 2 else (up if sweep % 2 == 0 else down)[name]
                centres = [left[other] + sizes[other].width / 2 for other in links]
                wanted[name] = sum(centres) / len(centres) - sizes[name].width / 2 if centres else left[name]
            left.update(_apart(row, wanted, sizes))
    start = min(left.values())
    return {name: x - start for name, x in left.items()}


def _apart(row: list[str], wanted: dict[str, float], sizes: Mapping[str, Size]) -> dict[str, float]:
    """The wanted places, moved as little as it takes to keep the order and the gap: neighbours that push each other
    stand as one block, around the middle of what they want."""
    blocks: list[tuple[float, list[str]]] = []  # where it begins, and its boxes

    def offset(names: list[str], until: int) -> float:
        return sum(sizes[name].width + GAP for name in names[:until])

    for name in row:
        start, names = wanted[name], [name]
        while blocks and blocks[-1][0] + offset(blocks[-1][1], len(blocks[-1][1])) > start:
            names = [*blocks.pop()[1], *names]
            start = sum(wanted[other] - offset(names, i) for i, other in enumerate(names)) / len(names)
        blocks.append((start, names))
    return {name: start + offset(names, i) for start, names in blocks for i, name in enumerate(names)}


def _tops(rows: list[list[str]], sizes: Mapping[str, Size]) -> tuple[list[float], float]:
    tops, y = [], 0.0
    for row in rows:
        tops.append(y)
        y += max(sizes[name].height for name in row) + LAYER_GAP
    return tops, y - LAYER_GAP
