"""Event data: conflicts by day and place, as UCDP GED (free to pass on) and ACLED (not) give them.

What a licence forbids to pass on is kept in by its label: it loads only with a compartment of those that the setting
`licensed_compartments` names, so that whoever reads it is one of those whom the licence was given to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from graph_service.errors import LoadRefused
from graph_service.security import Label
from loaders.base import ID, LoadRequest, Proposal, Remark, Whole
from loaders.delimited import header_of, layout_of, read_delimited
from loaders.facts import Facts, settled
from loaders.heads import Head
from loaders.identifiers import country_iri, slug
from loaders.known import KnownThings, actors

_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,12})?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T].{0,20})?")
_WORDED = "%d %B %Y"


@dataclass(frozen=True, slots=True)
class Kind:
    """One publisher's form: which column says what, and under which terms it is published.

    ``needed`` are the columns that tell the form; ``may_be_passed_on`` whether its licence allows that.
    """

    key: str
    title: tuple[str, str]
    needed: frozenset[str]
    columns: Mapping[str, str]
    actors: tuple[str, ...]
    rights: str
    licence: str = ""
    may_be_passed_on: bool = True


UCDP = Kind(
    key="ucdp",
    title=("UCDP Georeferenced Event Dataset", "UCDP-gebeurtenissen op plaats"),
    needed=frozenset({"id", "type_of_violence", "side_a", "side_b", "date_start", "best", "latitude", "longitude"}),
    columns={
        "id": "id",
        "start": "date_start",
        "end": "date_end",
        "type": "type_of_violence",
        "country": "country",
        "place": "where_coordinates",
        "latitude": "latitude",
        "longitude": "longitude",
        "text": "source_headline",
        "fatalities": "best",
        "fatalitiesLow": "low",
        "fatalitiesHigh": "high",
        "conflict": "conflict_name",
    },
    actors=("side_a", "side_b"),
    rights="Uppsala Conflict Data Program (UCDP), Georeferenced Event Dataset",
    licence="https://creativecommons.org/licenses/by/4.0/",
)
ACLED = Kind(
    key="acled",
    title=("ACLED events", "ACLED-gebeurtenissen"),
    needed=frozenset({"event_id_cnty", "event_date", "event_type", "actor1", "fatalities", "latitude", "longitude"}),
    columns={
        "id": "event_id_cnty",
        "start": "event_date",
        "type": "event_type",
        "country": "country",
        "place": "location",
        "latitude": "latitude",
        "longitude": "longitude",
        "text": "notes",
        "fatalities": "fatalities",
    },
    actors=("actor1", "actor2"),
    rights="Armed Conflict Location & Event Data (ACLED); its terms forbid passing on the data as they are",
    may_be_passed_on=False,
)


def recognises_ucdp(head: Head) -> bool:
    return header_of(head) >= UCDP.needed


def recognises_acled(head: Head) -> bool:
    return header_of(head) >= ACLED.needed


def load_ucdp(request: LoadRequest) -> Iterator[Proposal]:
    return _load(request, UCDP)


def load_acled(request: LoadRequest) -> Iterator[Proposal]:
    return _load(request, ACLED)


def must_be_kept_in(header: Iterable[str]) -> bool:
    """Whether a table with these columns is data that may not be passed on, whoever reads it by whatever mapping."""
    return frozenset(name.strip().lower() for name in header) >= ACLED.needed


def keep_in(label: Label | None, request: LoadRequest) -> None:
    """SECURITY: what may not be passed on loads with a compartment that keeps it in, or not at all."""
    held = {(part.policy, one.name) for part in (label.parts if label else ()) for one in part.compartments}
    if not held & request.licensed:
        raise LoadRefused(
            "its licence forbids passing it on: state a label with a compartment that keeps it in, one of the setting "
            "`licensed_compartments`",
            file=request.file,
        )


def _load(request: LoadRequest, kind: Kind) -> Iterator[Proposal]:
    """One portion a country and year, so that a new release changes what it changes."""
    if not kind.may_be_passed_on:
        keep_in(request.label, request)
    request = settled(request)
    layout = layout_of(request.path, file=request.file)
    rows = read_delimited(request.path, layout, file=request.file)
    header = [name.strip().lower() for name in next(rows)[1]]
    reading = _Reading(request, kind, actors(request.names, own=f"{kind.key}-"), {}, set())
    for done, (line, cells) in enumerate(rows, start=1):
        if len(cells) != len(header):
            raise LoadRefused(f"the row has {len(cells)} cells, the header {len(header)}", file=request.file, line=line)
        reading.row(dict(zip(header, map(str.strip, cells), strict=True)), line)
        request.progress(request.file, done, 0)
    if not reading.parts:
        raise LoadRefused("the file has a header and no row", file=request.file)
    for part, facts in reading.parts.items():
        yield facts.portion(part, request)
    yield _about(request, kind).portion("file", request)
    yield from ([Remark(layout.told(), file=request.file)] if layout.told() else [])
    yield Whole(request.source)


def _about(request: LoadRequest, kind: Kind) -> Facts:
    facts = Facts()
    facts.kind(request.source, "sluis:Dataset")
    facts.named(request.source, *(f"{title}: {request.file}" for title in kind.title))
    facts.text(request.source, "dcterms:rights", kind.rights, "en")
    if kind.licence:
        facts.link(request.source, "dcterms:license", kind.licence)
    return facts


@dataclass
class _Reading:
    request: LoadRequest
    kind: Kind
    known: KnownThings
    parts: dict[str, Facts]
    seen: set[str]

    def row(self, cells: dict[str, str], line: int) -> None:
        said = {name: cells.get(column, "") for name, column in self.kind.columns.items()}
        key = slug(said["id"])
        if not key or key in self.seen:
            reason = "stands twice in the file" if key else "is no identifier"
            raise self._refuse(f"`{said['id']}` {reason}", line, "id")
        self.seen.add(key)
        start = self._day(said, line, "start")
        facts = self.parts.setdefault(f"{slug(said['country']) or 'elsewhere'}/{start[:4]}", Facts())
        event = f"{ID}event/{self.kind.key}-{key}"
        facts.kind(event, "sluis:Event")
        facts.date(event, "sluis:onDate", start)
        if said.get("end") and self._day(said, line, "end") != start:
            facts.date(event, "sluis:endDate", self._day(said, line, "end"))
        facts.text(event, "skos:notation", said["id"])
        facts.link(event, "sluis:citesSource", self.request.source)
        self._name(facts, event, said, start)
        self._where(facts, event, said, line)
        for column in self.kind.actors:
            if cells.get(column):
                facts.link(event, "sluis:involves", self._actor(facts, cells[column]))
        self._counts(facts, event, said, line)

    def _name(self, facts: Facts, event: str, said: dict[str, str], start: str) -> None:
        """The event has no name of its own: it is called by what is known of it."""
        what = said.get("conflict") or said["type"] or said["id"]
        facts.text(event, "skos:prefLabel", ", ".join(filter(None, (what, said["place"], start))))
        if said["text"]:
            facts.text(event, "dcterms:description", said["text"])
        if said["type"]:
            concept = f"{ID}{self.kind.key}/type/{slug(said['type'])}"
            facts.kind(concept, "skos:Concept")
            facts.text(concept, "skos:prefLabel", said["type"])
            facts.link(event, "dcterms:type", concept)

    def _where(self, facts: Facts, event: str, said: dict[str, str], line: int) -> None:
        country = country_iri(re.sub(r" \(.{0,60}\)$", "", said["country"]))
        if country:
            facts.link(event, "sluis:concernsPlace", country)
        latitude, longitude = said["latitude"], said["longitude"]
        for name, limit in (("latitude", 90), ("longitude", 180)):
            if not _NUMBER.fullmatch(said[name]) or abs(float(said[name])) > limit:
                raise self._refuse(f"`{said[name]}` is no {name}", line, name)
        place = f"{ID}location/{self.kind.key}-{_side(latitude, 'n', 's')}-{_side(longitude, 'e', 'w')}"
        facts.kind(place, "sluis:Location")
        facts.text(place, "skos:prefLabel", said["place"] or f"{latitude} {longitude}")
        facts.decimal(place, "sluis:latitude", latitude)
        facts.decimal(place, "sluis:longitude", longitude)
        facts.link(place, "sluis:coordinatesFrom", self.request.source)
        facts.link(event, "sluis:atLocation", place)

    def _counts(self, facts: Facts, event: str, said: dict[str, str], line: int) -> None:
        for name in ("fatalities", "fatalitiesLow", "fatalitiesHigh"):
            text = said.get(name, "")
            if text and not (text.isascii() and text.isdecimal()):
                raise self._refuse(f"`{text}` is no whole number", line, name)
            if text:
                facts.integer(event, f"sluis:{name}", int(text))

    def _actor(self, facts: Facts, name: str) -> str:
        """A known actor that is called exactly so; but not a body that each state has one of."""
        known = self.known.called([name])
        if known and not self.known.is_national(known):
            return known
        iri = f"{ID}actor/{self.kind.key}-{slug(name) or self.request.opaque('actor', name)}"
        facts.kind(iri, "sluis:Actor")
        facts.text(iri, "skos:prefLabel", name)
        return iri

    def _day(self, said: dict[str, str], line: int, name: str) -> str:
        """`2099-05-01`, with or without a time, or `01 May 2099`."""
        found = _DAY.fullmatch(said[name])
        try:
            day = found[1] if found else datetime.strptime(said[name], _WORDED).date().isoformat()  # noqa: DTZ007
            datetime.fromisoformat(day)
        except ValueError as error:
            raise self._refuse(f"`{said[name]}` is not a day such as 2099-05-01", line, name) from error
        return day

    def _refuse(self, reason: str, line: int, name: str) -> LoadRefused:
        return LoadRefused(reason, file=self.request.file, line=line, column=self.kind.columns[name])


def _side(number: str, plus: str, minus: str) -> str:
    return (minus if number.startswith("-") else plus) + number.lstrip("-")
