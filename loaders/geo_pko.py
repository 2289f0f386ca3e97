"""Geo-PKO: where peacekeepers were, a year and a place. Three forms: its data set, two kinds of tables made of it.

A list of contributors ("Netherlands (750)") gives an observation of a deployment for each; a table of kinds of troops
an observation of a cube for each row. One portion a mission and year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from graph_service.errors import LoadRefused
from loaders.base import ID, LoadRequest, Proposal, Remark, Whole
from loaders.countries import find_country
from loaders.cubes import SDMX_PERIOD, Component, Cube, measures
from loaders.delimited import header_of, layout_of, read_delimited
from loaders.facts import Facts, settled
from loaders.heads import Head
from loaders.identifiers import actor_iri, country_iri, slug, state_iri
from loaders.known import KnownThings, actors, places

NEEDED = frozenset({"mission", "year", "location", "latitude", "longitude"})
OVERVIEW, FIRST_CONTRIBUTOR = "year.overview", "nameoftcc_1"
MEASURES = {
    "infantry": ("infantry", "infanterie"),
    "notroops": ("troops", "militairen"),
    "reserve": ("reserve", "reserve"),
    "hq": (
        "kind of headquarters",
        "soort hoofdkwartier",
    ),
    "unpol": ("UN police present", "VN-politie aanwezig"),
    "unmo": ("UN military observers present", "VN-waarnemers aanwezig"),
    "ave.no.troops": ("average number of troops", "gemiddeld aantal militairen"),
    "eng": ("engineering", "genie"),
    "med": ("medical", "geneeskundig"),
    "sig": ("signals", "verbindingen"),
    "av": ("aviation", "luchtvaart"),
    "riv": ("riverine", "riviereenheden"),
    "maint": ("maintenance", "onderhoud"),
    "trans": ("transport", "transport"),
}
TABLE_FORMS = (frozenset({"infantry", "eng", "med"}), frozenset({"notroops", "ave.no.troops"}))
COUNT_OF_PERIOD = f"{ID}geo-pko/count"
"""A place may be counted several times in a year; the tables do not say when, so the counts are numbered in order."""

UNKNOWN_SIZE = "size unknown"
CITATION = "Cil, Fjelde, Hultman & Nilsson (2020), Geocoded Peacekeeping Operations (Geo-PKO)"

_ITEM = re.compile(r" {0,3}([^,]{1,80}?) \(([0-9]{1,7}|size unknown|NA)\) {0,3}(?:,|$)")
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,12})?")
_YEAR = re.compile(r"[12][0-9]{3}")
_MISSING = frozenset({"", "NA", "unknown"})
_MONTHS = tuple("january february march april may june july august september october november december".split())


def recognises(head: Head) -> bool:
    """By its header: the five columns that every form has, and those of one of the forms."""
    header = header_of(head)
    return header >= NEEDED and bool(header & {OVERVIEW, FIRST_CONTRIBUTOR} or any(header >= f for f in TABLE_FORMS))


@dataclass
class _Reading:
    """What is gathered: the facts by mission and year, and remarks."""

    request: LoadRequest
    known_actors: KnownThings
    known_places: KnownThings
    cube: Cube
    columns: dict[str, Component]
    parts: dict[str, Facts] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def refuse(self, reason: str, line: int, column: str) -> LoadRefused:
        return LoadRefused(reason, file=self.request.file, line=line, column=column)


@dataclass(frozen=True)
class _Row:
    """One row: its cells by lower-case name, its line, and what it is about."""

    cells: dict[str, str]
    line: int
    facts: Facts
    mission: str
    place: str
    period: str

    @property
    def key(self) -> str:
        return f"{_tail(self.place)}-{self.period}"


def load(request: LoadRequest) -> Iterator[Proposal]:
    """One portion a mission and year, one for the file. Raises ``LoadRefused`` at the first bad cell."""
    request = settled(request)
    layout = layout_of(request.path, file=request.file)
    rows = read_delimited(request.path, layout, file=request.file)
    header = [name.strip().lower() for name in next(rows)[1]]
    columns = measures(MEASURES, f"{ID}geo-pko/", header)
    reading = _Reading(
        request,
        actors(request.names, own="geo-pko-"),
        places(request.names, own="geo-pko-"),
        _cube(request.source, columns),
        columns,
    )
    for done, (line, cells) in enumerate(rows, start=1):
        if len(cells) != len(header):
            raise LoadRefused(f"the row has {len(cells)} cells, the header {len(header)}", file=request.file, line=line)
        _read(reading, dict(zip(header, (cell.strip() for cell in cells), strict=True)), line)
        request.progress(request.file, done, 0)
    if not reading.parts:
        raise LoadRefused("the file has a header and no row", file=request.file)
    for part, facts in reading.parts.items():
        yield facts.portion(part, request)
    yield _about(reading, is_cube=OVERVIEW not in header and FIRST_CONTRIBUTOR not in header).portion("file", request)
    yield from ([Remark(layout.told(), file=request.file)] if layout.told() else [])
    yield from reading.remarks
    yield Whole(request.source)


def _cube(source: str, columns: dict[str, Component]) -> Cube:
    dimensions = (
        Component("dimension", f"{ID}geo-pko/mission", (("mission", "en"), ("missie", "nl"))),
        Component("dimension", f"{ID}geo-pko/location", (("location", "en"), ("plaats", "nl"))),
        Component("dimension", SDMX_PERIOD),
        Component("dimension", COUNT_OF_PERIOD, (("count in the period", "en"), ("telling in de periode", "nl"))),
    )
    return Cube(source, (*dimensions, *columns.values()))


def _about(reading: _Reading, *, is_cube: bool) -> Facts:
    facts, source = Facts(), reading.request.source
    facts.kind(source, "sluis:Dataset")
    facts.named(source, f"Geo-PKO: {reading.request.file}", f"Geo-PKO: {reading.request.file}")
    facts.text(source, "dcterms:bibliographicCitation", CITATION, "en")
    if is_cube:
        reading.cube.structure(facts)
    return facts


def _read(reading: _Reading, cells: dict[str, str], line: int) -> None:
    if not _YEAR.fullmatch(cells["year"]):
        raise reading.refuse(f"`{cells['year']}` is not a year", line, "year")
    if not cells["mission"]:
        raise reading.refuse("this cell must not be empty", line, "mission")
    facts = reading.parts.setdefault(f"{cells['mission']}/{cells['year']}", Facts())
    mission = _mission(reading, facts, cells["mission"])
    row = _Row(cells, line, facts, mission, _place(reading, facts, cells, line), cells["year"] + _month(cells))
    if OVERVIEW in cells:
        _contributors(reading, row, list(_listed(reading, row)))
    elif FIRST_CONTRIBUTOR in cells:
        _contributors(reading, row, list(_in_columns(reading, row)))
    else:
        _troops(reading, row)


def _month(cells: dict[str, str]) -> str:
    """``-05`` of a row that says its month, as a number or in English."""
    text = cells.get("month", "").lower()
    number = int(text) if text.isascii() and text.isdecimal() else _MONTHS.index(text) + 1 if text in _MONTHS else 0
    return f"-{number:02}" if 1 <= number <= len(_MONTHS) else ""


def _mission(reading: _Reading, facts: Facts, name: str) -> str:
    """The mission, met by its abbreviation or its name, else described by it."""
    known = reading.known_actors.identified([name]) or reading.known_actors.called([name])
    iri = actor_iri(name)
    if known and known != iri:
        return known
    # Described even where it is known by this IRI: it may be known from this file, and the words are the same.
    facts.kind(iri, "sluis:Mission")
    facts.named(iri, name, name)
    facts.text(iri, "skos:notation", name)
    return iri


def _place(reading: _Reading, facts: Facts, cells: dict[str, str], line: int) -> str:
    """The place, met by one of the names that its cell gives (``Mopti/Sevare``), else described by its coordinates."""
    latitude, longitude = (_coordinate(reading, cells, line, name) for name in ("latitude", "longitude"))
    name = cells["location"]
    names = [name, *(part.strip() for part in re.split(r"[/()]", name) if part.strip())]
    known = reading.known_places.called(names)
    if known:
        return known
    north, east = ("s" if latitude[0] == "-" else "n"), ("w" if longitude[0] == "-" else "e")
    iri = f"{ID}location/geo-pko-{north}{latitude.lstrip('-')}-{east}{longitude.lstrip('-')}"
    facts.kind(iri, "sluis:Location")
    facts.text(iri, "skos:prefLabel", name or f"{latitude} {longitude}")
    facts.decimal(iri, "sluis:latitude", latitude)
    facts.decimal(iri, "sluis:longitude", longitude)
    facts.link(iri, "sluis:coordinatesFrom", reading.request.source)
    if country_iri(cells.get("country", "")):
        facts.link(iri, "sluis:locatedIn", country_iri(cells["country"]))
    return iri


def _coordinate(reading: _Reading, cells: dict[str, str], line: int, name: str) -> str:
    limit = 90 if name == "latitude" else 180
    if not _NUMBER.fullmatch(cells[name]) or abs(float(cells[name])) > limit:
        raise reading.refuse(f"`{cells[name]}` is no {name}", line, name)
    return cells[name]


def _listed(reading: _Reading, row: _Row) -> Iterator[tuple[str, str]]:
    """``Chad (150), Korea (ROK) (size unknown)``: each contributor and its number, empty where it is not known."""
    text, at = row.cells[OVERVIEW], 0
    while at < len(text):
        found = _ITEM.match(text, at)
        if not found:
            raise reading.refuse(f"`{text[at : at + 40]}` is not `Country (150)`", row.line, OVERVIEW)
        yield found[1].strip(), found[2] if found[2].isdecimal() else ""
        at = found.end()


def _in_columns(reading: _Reading, row: _Row) -> Iterator[tuple[str, str]]:
    number = 1
    while f"nameoftcc_{number}" in row.cells:
        name, size = row.cells[f"nameoftcc_{number}"], row.cells.get(f"notroopspertcc_{number}", "")
        number += 1
        if name in _MISSING:
            continue
        if size not in _MISSING and not _NUMBER.fullmatch(size):
            raise reading.refuse(f"`{size}` is not a number", row.line, f"notroopspertcc_{number - 1}")
        yield name, "" if size in _MISSING else size


def _contributors(reading: _Reading, row: _Row, found: list[tuple[str, str]]) -> None:
    """An observation of a deployment for each contributor. A country that a row has twice has two."""
    stated = row.cells.get("no.tcc", "")
    if stated.isdecimal() and int(stated) != len(found):
        text = f"`no.tcc` says {stated} contributors, the row names {len(found)}"
        reading.remarks.append(Remark(text, file=reading.request.file, line=row.line))
    met: dict[str, int] = {}
    for name, size in found:
        who = _contributor(reading, row.facts, name)
        met[who] = met.get(who, 0) + 1
        again = f"-{met[who]}" if met[who] > 1 else ""
        iri = f"{ID}observation/geo-pko-{_tail(row.mission)}-{_tail(who)}-{row.key}{again}"
        told = size or UNKNOWN_SIZE
        where, when = row.cells["location"], row.period
        row.facts.kind(iri, "sluis:DeploymentObservation")
        row.facts.named(
            iri,
            f"{name} with {row.cells['mission']} at {where} in {when} according to Geo-PKO: {told}",
            f"{name} bij {row.cells['mission']} te {where} in {when} volgens Geo-PKO: {size or 'omvang onbekend'}",
        )
        row.facts.link(iri, "sluis:observedContributor", who)
        row.facts.link(iri, "sluis:observedMission", row.mission)
        row.facts.link(iri, "sluis:atLocation", row.place)
        row.facts.date(iri, "sluis:onDate", when)
        row.facts.link(iri, "sluis:citesSource", reading.request.source)
        if size:
            row.facts.integer(iri, "sluis:headcount", round(float(size)))


def _contributor(reading: _Reading, facts: Facts, name: str) -> str:
    """A state, by its name; else whoever is known by that name; else a category of actors that is described here."""
    state, country = state_iri(name), find_country(name)
    if state and country:
        facts.kind(state, "sluis:State")
        facts.text(state, "skos:prefLabel", country.names[0], "en")
        return state
    known = reading.known_actors.called([name])
    iri = known or f"{ID}actor/geo-pko-{slug(name)}"
    if not known:
        facts.kind(iri, "sluis:ActorCategory")
        facts.named(iri, name, name)
    return iri


def _troops(reading: _Reading, row: _Row) -> None:
    """One observation of the cube: what of each kind was there."""
    form = "types" if "eng" in reading.columns else "troops"
    iri = f"{ID}observation/geo-pko-{form}-{_tail(row.mission)}-{row.key}"
    reading.counts[iri] = reading.counts.get(iri, 0) + 1
    ordinal = reading.counts[iri]
    iri = f"{iri}-{ordinal}" if ordinal > 1 else iri
    reading.cube.observation(row.facts, iri)
    row.facts.link(iri, f"{ID}geo-pko/mission", row.mission)
    row.facts.link(iri, f"{ID}geo-pko/location", row.place)
    row.facts.date(iri, SDMX_PERIOD, row.period)
    row.facts.integer(iri, COUNT_OF_PERIOD, ordinal)
    for name, component in reading.columns.items():
        cell = row.cells[name]
        if cell in _MISSING:
            continue
        if not _NUMBER.fullmatch(cell):
            raise reading.refuse(f"`{cell}` is not a number", row.line, name)
        row.facts.decimal(iri, component.iri, cell)


def _tail(iri: str) -> str:
    return iri.rpartition("/")[2].removeprefix("geo-pko-")
