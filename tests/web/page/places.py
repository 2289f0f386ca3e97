"""Every room of the page with a state worth looking at, in terms of the demo's data. A room without one is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from tests.service import ROOT

ID = "https://w3id.org/sluis/id/"

_ROOM = re.compile(r"\{\s*path: '([^']*)',\s*tag: '([^']*)'")


def rooms() -> list[str]:
    """The paths of the rooms, as `rooms.ts` lists them."""
    return [
        path for path, _ in _ROOM.findall((ROOT / "graph_service/serving/web/src/rooms.ts").read_text(encoding="utf-8"))
    ]


@dataclass(frozen=True)
class Place:
    """A room and its state, and what the two are called together."""

    room: str
    state: str = ""
    name: str = ""

    def __repr__(self) -> str:
        return self.name or self.room or "home"

    @property
    def address(self) -> str:
        return f"/{self.room}{'?' if self.state else ''}{self.state}"


def iri(path: str) -> str:
    """An IRI of the demo as it stands in an address."""
    return quote(f"{ID}{path}", safe="")


_QUERY = """# Events of 2013 and whom they involve
SELECT ?event ?date ?who {
  ?event a sluis:Event ; sluis:onDate ?date ; sluis:involves ?who .
  FILTER(STRSTARTS(STR(?date), "2013"))
}
ORDER BY ?date ?event ?who
"""

STATES: dict[str, str] = {
    "matrix": "classified=1",
    "sparql": f"query={quote(_QUERY, safe='')}",
    "thing": f"iri={iri('actor/minusma')}",
}
"""The parameters with which a room is looked at, where it needs any."""

FURTHER = (
    Place("ask", "_question=goals-citing-classified-sources", "question"),
    Place("ask", "_question=contribution-breakdown", "chart"),
)
"""States of rooms that look quite different from how these begin."""

PICTURED = frozenset({"map", "network", "theory", "timeline"})
"""The rooms with a picture that can be kept."""


def places() -> Iterator[Place]:
    for room in rooms():
        yield Place(room, STATES.get(room, ""))
    yield from (place for place in FURTHER if place.room in rooms())
