"""What is measured over HTTP: ours ÷ another server on the same store, with the same load generator, in turn."""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
from pathlib import Path

from graph_service.namespaces import PREFIXES
from graph_service.running import Service
from tests.benchmarks.endpoints import bare_wsgi, oxigraph_serve, oxigraph_version
from tests.benchmarks.installation import Installation, children, resident_mib
from tests.benchmarks.load import Burst, Connection, Target, burst, read_all
from tests.benchmarks.shapes import HEAVY, Anchor, point, questions, shapes
from tests.benchmarks.timing import Figure, NothingMeasured, median, medians
from tests.benchmarks.views import bare_stores, disk_bytes, scratch

UNCACHED, CACHED, MIX, SLOW = 0.20, 0.40, 0.60, 0.95
_ROUNDS, _BURST_SECONDS = 5, 0.7
_MIX_ANCHORS, _MIX_REQUESTS = 6, 250
_MIX_SLOWEST = 1.0
"""A question that takes the other server longer than this many seconds is left out of the mix, and counted."""
_DECLARED = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
_MILLION = "SELECT ?a ?b { ?a a sluis:Finding . ?b a sluis:EvidenceLine } LIMIT 1000000"


def over_http(installation: Installation, service: Service) -> Iterator[Figure]:
    """Ours ÷ ``oxigraph serve`` where it is on PATH, and ours ÷ a bare WSGI handler over pyoxigraph."""
    reader = len(installation.tokens) - 1
    store, ours = installation.view_path(reader), Target(service.port, "/sparql", installation.tokens[reader])
    if oxigraph_version():
        with oxigraph_serve(store) as other:
            yield from _Comparison(ours, other, "HTTP ÷ oxigraph serve", installation.anchors, targets=True).figures()
    with bare_wsgi(store) as other:
        yield from _Comparison(ours, other, "HTTP ÷ bare WSGI", installation.anchors, targets=False).figures()


class _Comparison:
    """Two servers on the same store."""

    def __init__(self, ours: Target, other: Target, section: str, at: Sequence[Anchor], *, targets: bool) -> None:
        self._ours, self._other, self._section, self._at, self._targets = ours, other, section, at, targets
        self._limits = count(10_000 if targets else 10_000_000)  # each makes a query that no cache has seen

    def figures(self) -> Iterator[Figure]:
        yield from self._bursts("point, uncached", self._fresh_points, least=UNCACHED)
        same = _declared(point(self._at[0], limit=next(self._limits)))
        self._check(same)
        yield from self._bursts("point, cached", lambda: [same] * 20_000, least=CACHED)
        yield from self._mix()
        yield from self._slow()

    def _fresh_points(self) -> list[str]:
        queries = [
            _declared(point(anchor, place=place, limit=next(self._limits)))
            for anchor, place in islice(((a, p) for _ in range(40) for a in self._at for p in range(8)), 16_000)
        ]
        self._check(queries[0])
        return queries

    def _bursts(self, name: str, queries: Callable[[], list[str]], *, least: float) -> Iterator[Figure]:
        found: dict[str, list[Burst]] = {"ours": [], "other": []}
        for number in range(_ROUNDS):
            asked = queries()
            for side, target in self._in_turn(number):
                requests = [target.request(query) for query in asked]
                found[side].append(burst(target.port, requests, seconds=_BURST_SECONDS))
        rates = {side: statistics.median(one.rate for one in bursts) for side, bursts in found.items()}
        shares = {side: statistics.median(one.own_share for one in bursts) for side, bursts in found.items()}
        ratio = rates["ours"] / rates["other"]
        note = f"generator's own share of a core: {shares['ours']:.0%} and {shares['other']:.0%}"
        yield Figure(self._section, name, ratio, least=least if self._targets else None, note=note)
        yield Figure(self._section, f"{name}, ours", rates["ours"], "requests/s")
        yield Figure(self._section, f"{name}, the other", rates["other"], "requests/s")

    def _mix(self) -> Iterator[Figure]:
        """Shapes from several anchors, and the questions that find something: as often as a Zipf law says.

        Every round asks from anchors of its own, so that it begins with nothing in the cache.
        """
        asked, left_out = self._questions_with_rows()
        rounds = []
        for number in range(_ROUNDS):
            mine = self._at[1 + number * _MIX_ANCHORS :][:_MIX_ANCHORS]
            different = [_declared(q) for a in mine for name, q in shapes(a).items() if _is_anchored(name)]
            different += [f"{query}\nLIMIT {next(self._limits)}" for query in asked]
            rng = random.Random(number)  # noqa: S311
            rng.shuffle(different)
            weights = [1 / rank for rank in range(1, len(different) + 1)]
            drawn = rng.choices(different, weights, k=_MIX_REQUESTS)
            taken = {}
            for side, target in self._in_turn(number):
                requests = [target.request(query) for query in drawn]
                taken[side] = burst(target.port, requests, seconds=600).rate
            rounds.append(taken["ours"] / taken["other"])
        ratio = statistics.median(rounds)
        note = f"{len(different)} different queries, {len(asked)} of them questions; {left_out} questions left out"
        yield Figure(self._section, "realistic mix", ratio, least=MIX if self._targets else None, note=note)

    def _in_turn(self, number: int) -> list[tuple[str, Target]]:
        """Both sides; which one begins alternates."""
        sides = [("ours", self._ours), ("other", self._other)]
        return sides if number % 2 else sides[::-1]

    def _questions_with_rows(self) -> tuple[list[str], int]:
        """The questions that find something on the generated data, and how many find nothing or take too long."""
        asked, every = [], questions()
        for query in every.values():
            if "LIMIT" in query.upper().rpartition("}")[2] or not _rows(self._other, query):
                continue
            taken = median(lambda query=query: _rows(self._other, query), times=1)  # type: ignore[misc]
            if taken <= _MIX_SLOWEST:
                self._check(query)
                asked.append(query)
        return asked, len(every) - len(asked)

    def _slow(self) -> Iterator[Figure]:
        """One at a time, never cached: the time of the other ÷ ours, for queries of more than 50 ms there."""
        found = {}
        for name, query in HEAVY.items():
            ours, other = medians(
                lambda query=query: _rows(self._ours, self._fresh(query)),  # type: ignore[misc]
                lambda query=query: _rows(self._other, self._fresh(query)),  # type: ignore[misc]
            )
            if other > 0.050:
                found[name] = other / ours
        for name, ratio in found.items():
            yield Figure(self._section, name, ratio, note="the other's time ÷ ours")
        if found:
            least = SLOW if self._targets else None
            yield Figure(self._section, "queries over 50 ms", statistics.geometric_mean(found.values()), least=least)

    def _fresh(self, query: str) -> str:
        return _declared(f"{query} LIMIT {1_000_000 + next(self._limits)}")

    def _check(self, query: str) -> None:
        """Both sides find the same, and something."""
        found = [_rows(target, query) for target in (self._ours, self._other)]
        if found[0] != found[1] or not found[0]:
            raise NothingMeasured(f"the servers differ, or find nothing: {found} rows")


def _declared(query: str) -> str:
    return _DECLARED + query


def _is_anchored(name: str) -> bool:
    return name not in {"not exists", "aggregate", "order, limit", "text filter"}


def _rows(target: Target, query: str) -> int:
    """How many rows an answer has. The connection is a new one."""
    with Connection(target.port) as connection:
        return len(json.loads(connection.ask(target.request(query)))["results"]["bindings"])


def memory(installation: Installation, service: Service) -> Iterator[Figure]:
    """Resident memory: idle with a worker a view, the largest worker after heavy queries, a million rows' share."""
    section, server = "memory", service.server_pid
    targets = [Target(service.port, "/sparql", token) for token in installation.tokens]
    for target in targets:
        assert _rows(target, _declared(point(installation.anchors[0]))) > 0
    workers = children(server)
    assert workers
    idle = resident_mib(server) + sum(resident_mib(pid) for pid in workers)
    note = f"server {resident_mib(server):.0f} MiB and {len(workers)} workers; shared pages counted in each"
    yield Figure(section, "idle server with its workers", idle, "MiB", most=400, note=note)
    before = resident_mib(server)
    size = read_all(service.port, targets[-1].request(_declared(_MILLION)))
    grown = resident_mib(server, peak=True) - before
    note = f"{size / 2**20:.0f} MiB of answer"
    yield Figure(section, "a large answer adds to the server", grown, "MiB", most=50, note=note)
    for query in HEAVY.values():
        assert _rows(targets[-1], _declared(query)) > 0
    largest = max(resident_mib(pid, peak=True) for pid in children(server))
    note = "resident, pages of the view's files included"
    yield Figure(section, "the largest worker's peak", largest, "MiB", most=512, note=note)


def disk(installation: Installation, folder: Path) -> Iterator[Figure]:
    """All published views together ÷ one bare store of what the highest reader sees."""
    total = disk_bytes(installation.layout.views)
    with scratch(folder / "disk") as place:
        bare_stores(installation.view_path(len(installation.tokens) - 1), place / "bare")
        one, graphs = disk_bytes(place / "bare"), disk_bytes(place / "bare-graphs")
    yield Figure("disk", "five views ÷ one bare store", total / one, note="the highest reader's default graph")
    yield Figure("disk", "five views ÷ one bare store with the portions' graphs", total / graphs)
    yield Figure("disk", "five views", total / 2**20, "MiB")
