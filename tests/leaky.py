"""Servers for the proof kit to try: one that keeps the law, and others that each break it in one way."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryBoolean, QueryResultsFormat, RdfFormat, Store, parse

from graph_service.proving import Answer

MARKINGS = ("water", "tea", "coffee", "whisky")
Visible = frozenset[tuple[str, str]]


@cache
def merged(visible: Visible) -> Store:
    """The merge of some portions in the default graph, and each in its named graph."""
    store = Store()
    for name, text in sorted(visible):
        quads = list(parse(text, format=RdfFormat.N_TRIPLES))
        store.extend(Quad(*quad.triple, DefaultGraph()) for quad in quads)
        store.extend(Quad(*quad.triple, NamedNode(f"urn:portion:{name.replace(' ', '-')}")) for quad in quads)
    return store


def ordered(answer: dict[str, Any]) -> Answer:
    """Rows in an order that says nothing of how a store in memory was made."""
    if "results" in answer:
        answer["results"]["bindings"].sort(key=lambda row: json.dumps(row, sort_keys=True))
    return Answer(200, json.dumps(answer, sort_keys=True).encode())


class Keeps:
    """Every answer over a store of what the reader dominates. The others break this in one place each."""

    markings: Sequence[str] = MARKINGS

    def __init__(self) -> None:
        self.portions: dict[str, tuple[int, str]] = {}

    def load(self, portions: list[tuple[str, str, str]]) -> None:
        for name, marking, text in portions:
            self.portions[name] = (MARKINGS.index(marking), text)

    def relabel(self, portion: str, marking: str) -> None:
        self.portions[portion] = (MARKINGS.index(marking), self.portions[portion][1])

    def visible(self, clearance: str) -> Visible:
        level = MARKINGS.index(clearance)
        return frozenset((name, text) for name, (at, text) in self.portions.items() if at <= level)

    @property
    def everything(self) -> Store:
        return merged(self.visible(MARKINGS[-1]))

    def store(self, query: str, clearance: str) -> Store:
        return merged(self.visible(clearance))

    def data(self, query: str, clearance: str) -> dict[str, Any]:
        return self.run(self.store(query, clearance), query)

    @staticmethod
    def run(store: Store, query: str, **scope: Any) -> dict[str, Any]:
        result = store.query(query, **scope)
        if isinstance(result, QueryBoolean):
            return {"head": {}, "boolean": bool(result)}
        found: dict[str, Any] = json.loads(result.serialize(format=QueryResultsFormat.JSON))  # type: ignore[union-attr, arg-type]
        return found

    def ask(self, query: str, clearance: str) -> Answer:
        return ordered(self.data(query, clearance))


class FiltersRows(Keeps):
    """Asks on everything, and leaves out rows with a term that only hidden portions have: counts go by."""

    def data(self, query: str, clearance: str) -> dict[str, Any]:
        answer = self.run(self.everything, query)
        known = " ".join(text for _, text in self.visible(clearance))
        if "results" in answer:
            computed = re.search(r"\b(COUNT|SUM|AVG|BIND|GRAPH)\b", query)
            rows = answer["results"]["bindings"]
            kept = [row for row in rows if computed or all(term["value"] in known for term in row.values())]
            answer["results"]["bindings"] = kept
        return answer


class CountsEverything(Keeps):
    """Keeps a table of counts beside the store, for speed, and it is not a reader's own."""

    def store(self, query: str, clearance: str) -> Store:
        return self.everything if "COUNT(*)" in query else super().store(query, clearance)


class NegatesOverEverything(Keeps):
    """Rewrites every pattern but those in NOT EXISTS: what is missing tells what is there."""

    def data(self, query: str, clearance: str) -> dict[str, Any]:
        answer = super().data(query, clearance)
        if "NOT EXISTS" in query and "results" in answer and "COUNT" not in query:
            over = self.run(self.everything, query)["results"]["bindings"]
            answer["results"]["bindings"] = [row for row in answer["results"]["bindings"] if row in over]
        return answer


class WalksEverywhere(Keeps):
    """Property paths go through what is hidden, from one visible end to the other."""

    def store(self, query: str, clearance: str) -> Store:
        return self.everything if re.search(r">\)?[+*]", query) else super().store(query, clearance)


class CachesForAll(Keeps):
    """One cache of answers, by the query's text, whoever asked it."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, dict[str, Any]] = {}

    def data(self, query: str, clearance: str) -> dict[str, Any]:
        return self.kept.setdefault(query, super().data(query, clearance))


class RaisesLater(Keeps):
    """A portion that was relabelled stays where it was until the next load."""

    def __init__(self) -> None:
        super().__init__()
        self.later: dict[str, str] = {}

    def relabel(self, portion: str, marking: str) -> None:
        self.later[portion] = marking

    def load(self, portions: list[tuple[str, str, str]]) -> None:
        for portion, marking in self.later.items():
            super().relabel(portion, marking)
        self.later.clear()
        super().load(portions)


class CountsTwice(Keeps):
    """The default graph is the union of the portions' graphs, which the engine does not merge."""

    def data(self, query: str, clearance: str) -> dict[str, Any]:
        store = super().store(query, clearance)
        return self.run(store, query, use_default_graph_as_union=True)


class TellsTheTotal(Keeps):
    """Says in every answer how much was looked through."""

    def data(self, query: str, clearance: str) -> dict[str, Any]:
        answer = super().data(query, clearance)
        answer["head"]["portions"] = len(self.portions)
        return answer


class RefusesByTheHidden(Keeps):
    """The text of a refusal counts what the asker does not see."""

    def ask(self, query: str, clearance: str) -> Answer:
        if "DISTINCT" in query:
            return Answer(400, f'{{"detail": "too large: {len(self.portions)} graphs"}}'.encode())
        return super().ask(query, clearance)


class ShowsNothing(Keeps):
    """Keeps every secret, from everybody."""

    def store(self, query: str, clearance: str) -> Store:
        return Store()


class ShowsTheLowestToAll(Keeps):
    """Everybody is served the lowest view."""

    def visible(self, clearance: str) -> Visible:
        return super().visible(MARKINGS[0])
