"""A small installation for life-cycle tests, and a plain restatement of what each reader of it may see.

The restatement reads the database and the publication with the standard library alone, and decides by itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, Store

from graph_service.builder import Builder
from graph_service.builder_socket import RemoteBuilder
from graph_service.handling import clearance_from_markings, parse_marking
from graph_service.portions import Portion
from graph_service.settings import Layout

EX = "https://example.org/"
PORTION_IRIS = "https://w3id.org/sluis/id/portion/"
ORIGINATOR = f"{EX}originator"
LEVELS = ("Ongerubriceerd", "Dep. VERTROUWELIJK", "Stg. GEHEIM", "Stg. ZEER GEHEIM")
READERS = ("low", "middle", "high")
"""Three users, who hold the levels up to the second, third and fourth; the anonymous reader holds the first."""

AnyBuilder = Builder | RemoteBuilder


def portion(builder: AnyBuilder, part: str, marking: str, *texts: str, also: str = "") -> Portion:
    """A portion with a name for each text, in a chain of classes, so that conclusions cross portions."""
    lines = [f'<{EX}{part}> <{EX}says> "{text}" .\n' for text in texts]
    lines.append(f"<{EX}{part}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{EX}C-{part}> .\n")
    lines.append(f"<{EX}C-{part}> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{EX}C> .\n")
    label = parse_marking(marking, policies=builder.policies)
    return Portion(f"{EX}source", part, label, ORIGINATOR, "".join(lines) + also)


def add_readers(builder: AnyBuilder) -> dict[str, str]:
    """Register the three users; each acts for the originator. Gives their tokens."""
    return {
        name: builder.add_user(name, clearance_from_markings([level], policies=builder.policies), ORIGINATOR)
        for name, level in zip(READERS, LEVELS[1:], strict=True)
    }


def id_of(builder: AnyBuilder, part: str) -> str:
    (found,) = [entry.id for entry in builder.portions() if entry.part == part and entry.source == f"{EX}source"]
    return found


def publication(layout: Layout) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((layout.views / "publication.json").read_bytes())
    return data


def served(layout: Layout) -> dict[str, str | None]:
    """The directory of each reader's view."""
    data = publication(layout)
    everyone = [data["anonymous"], *data["principals"]]
    return {entry["name"]: entry["view"]["directory"] if entry["view"] else None for entry in everyone}


@dataclass(frozen=True)
class Row:
    """A portion as the database has it."""

    id: str
    part: str
    label: dict[str, Any]
    text: str
    withdrawn: bool


def rows(layout: Layout) -> list[Row]:
    """Every portion in the database; nobody may have it open."""
    connection = sqlite3.connect(layout.portions / "portions.sqlite")
    try:
        found = connection.execute("SELECT id, part, label, ntriples, withdrawn FROM portion ORDER BY id")
        return [Row(one, part, json.loads(label), text, bool(out)) for one, part, label, text, out in found]
    finally:
        connection.close()


def may_see(clearance: dict[str, Any], label: dict[str, Any]) -> bool:
    """The decision for the labels that stand here: a level and compartments of each policy, released to everyone."""
    for policy, part in label.items():
        assert part["releasable_to"] == "EVERYONE"
        held = clearance["policies"].get(policy, {"levels": [], "categories": {}})
        if part["level"] not in held["levels"]:
            return False
        if any(set(names) - set(held["categories"].get(tag, [])) for tag, names in part["compartments"].items()):
            return False
    return True


def view_text(layout: Layout, directory: str) -> dict[str, set[str]]:
    """What a view shows, as lines by graph; the merged graph has the empty name."""
    store = Store.read_only(str(layout.views / directory / "dataset"))
    found: dict[str, set[str]] = {}
    for quad in store:
        graph = "" if isinstance(quad.graph_name, DefaultGraph) else str(getattr(quad.graph_name, "value", ""))
        found.setdefault(graph, set()).add(f"{quad.triple} .")
    return found


def faults(layout: Layout) -> list[str]:
    """Where a published view is not exactly what its reader may see under the labels that are stored."""
    data, stored, wrong = publication(layout), rows(layout), []
    for reader in (data["anonymous"], *data["principals"]):
        wanted = {row.id: row for row in stored if not row.withdrawn and may_see(reader["clearance"], row.label)}
        if reader["view"] is None:
            wrong += [f"{reader['name']} is served nothing"] if wanted else []
            continue
        shown = view_text(layout, reader["view"]["directory"])
        graphs = {graph: lines for graph, lines in shown.items() if graph.startswith(PORTION_IRIS)}
        if set(graphs) != set(wanted):
            wrong.append(f"{reader['name']} sees the portions {set(graphs) ^ set(wanted)} wrongly")
            continue
        for name, lines in graphs.items():
            text = {line for line in lines if not line.startswith(f"<{name}>")}
            if text != set(wanted[name].text.splitlines()):
                wrong.append(f"{reader['name']} sees other statements in {wanted[name].part}")
        if not shown[""] >= {line for lines in graphs.values() for line in lines}:
            wrong.append(f"{reader['name']} misses statements in the merged graph")
        stated = {line for lines in graphs.values() for line in lines}
        if shown[""] - stated - shown.get("https://w3id.org/sluis/id/derived", set()):
            wrong.append(f"{reader['name']} sees statements that nobody states and no rule gives")
    return wrong


def files_with(folder: Path, text: str, *, without: Iterable[Path] = ()) -> list[str]:
    """The files below a folder whose raw bytes hold the text, in UTF-8 or UTF-16."""
    forms = [text.encode(form) for form in ("utf-8", "utf-16-le", "utf-16-be")]
    skipped = tuple(without)
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(path.is_relative_to(place) for place in skipped):
            data = path.read_bytes()
            if any(form in data for form in forms):
                found.append(str(path.relative_to(folder)))
    return found
