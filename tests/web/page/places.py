"""Every room of the page with a state worth looking at, in terms of the demo's data. A room without one is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from tests.web.page.browser import WEB

ID = "https://w3id.org/sluis/id/"

_ROOM = re.compile(r"\{\s*path: '([^']*)',\s*tag: '([^']*)'")


def rooms() -> list[str]:
    """The paths of the rooms, as `rooms.ts` lists them."""
    return [path for path, _ in _ROOM.findall((WEB / "src" / "rooms.ts").read_text(encoding="utf-8"))]


_QUERY = "SELECT ?actor ?name { ?actor a sluis:Organisation ; skos:prefLabel ?name } LIMIT 30"

STATES: dict[str, str] = {
    "sparql": f"query={quote(_QUERY, safe='')}",
    "thing": f"iri={quote(f'{ID}actor/minusma', safe='')}",
}
"""The parameters with which a room is looked at, where it needs any."""

PICTURED = frozenset({"map", "network", "theory", "timeline"})
"""The rooms with a picture that can be kept."""


@dataclass(frozen=True)
class Place:
    """A room and its state."""

    room: str
    state: str = ""

    def __repr__(self) -> str:
        return self.room or "home"

    @property
    def address(self) -> str:
        return f"/{self.room}{'?' if self.state else ''}{self.state}"


def iri(path: str) -> str:
    """An IRI of the demo as it stands in an address."""
    return quote(f"{ID}{path}", safe="")


def places() -> Iterator[Place]:
    for room in rooms():
        yield Place(room, STATES.get(room, ""))
