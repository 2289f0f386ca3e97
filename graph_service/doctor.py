"""What ``sluis doctor`` repairs and looks at: the installation, the store, the views, references that point upwards.

Repairing is what opening the store does: publications that were cut short, views half built, servers that are gone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from graph_service.builder import Builder
from graph_service.builder_socket import RemoteBuilder
from graph_service.errors import SluisError
from graph_service.handling import format_marking
from graph_service.namespaces import ID, PREFIXES
from graph_service.portions import StoredPortion, digest
from graph_service.security import EVERYONE, Label, Policies
from graph_service.serving.query_guard import guard
from graph_service.serving.questions import Desk
from graph_service.settings import Layout, Settings
from graph_service.storage.canonical import iri_of, triples_of
from graph_service.storage.contents import Contents
from graph_service.storage.publisher import ACKNOWLEDGE_SECONDS
from graph_service.storage.servers import await_servers, live_servers
from graph_service.storage.view_builder import view_directories
from graph_service.storage.views import PUBLICATION, Publication, stamp_of

RDF_TYPE = PREFIXES["rdf"] + "type"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: in order or not, and what to do if not. System-high: it may name anything."""

    ok: bool
    text: str


def examine(layout: Layout, settings: Settings, builder: Builder | RemoteBuilder) -> list[Finding]:
    """Look at everything; no finding stops the others."""
    entries = builder.portions()
    stored = [portion for entry in entries if (portion := builder.portion(entry.id))]
    held = {entry.id for entry in entries if not entry.withdrawn}
    return [
        Finding(True, f"Python {sys.version.split()[0]}, data in {layout.data}"),
        *(Finding(True, f"repaired: {text}") for text in builder.repairs),
        _digests(stored),
        *_users(builder),
        *_directories(layout, held),
        *_servers(layout),
        *_views(layout, settings),
        *references_up((portion for portion in stored if portion.id in held), policies=builder.policies),
    ]


def _users(builder: Builder | RemoteBuilder) -> list[Finding]:
    return [
        Finding(
            False,
            f"{name}: is served nothing, because their clearance can't be read ({why}): import the policy again "
            "that it names, or register them under another name",
        )
        for name, why in builder.unreadable_users().items()
    ]


def _directories(layout: Layout, held: set[str]) -> list[Finding]:
    """The directories among the views: what is served holds nothing that is not stored, and what is not served goes."""
    try:
        publication = Publication.read(layout.views)
    except SluisError:
        return []
    served = {principal.view.directory: principal for principal in publication.everyone if principal.view}
    findings, reduced = [], 0
    for name, principal in served.items():
        contents = Contents.read(layout.views / name)
        if contents is None:
            text = f"{principal.name}: nothing says what their view holds: run `sluis publish`"
            findings.append(Finding(False, text))
        elif contents.ids - held:
            text = f"{principal.name}: their view holds portions that are not stored: run `sluis publish`"
            findings.append(Finding(False, text))
        reduced += contents is not None and contents.is_reduced
    if reduced:
        findings.append(
            Finding(True, f"{reduced} views still hold the bytes of what was taken out: being built afresh")
        )
    left = sorted(set(view_directories(layout.views)) - set(served))
    if left:
        findings.append(Finding(True, f"{len(left)} views are served to nobody: the next publication destroys them"))
    return findings


def _servers(layout: Layout) -> list[Finding]:
    """The servers that run, and whether they follow."""
    try:
        text = (layout.views / PUBLICATION).read_bytes()
    except FileNotFoundError:
        return []
    late = await_servers(layout.servers, stamp_of(text), seconds=ACKNOWLEDGE_SECONDS)
    running = [report.pid for report in live_servers(layout.servers)]
    return [
        Finding(False, f"server {pid} does not follow what is published: end it and start it again")
        if pid in late
        else Finding(True, f"server {pid} follows what is published")
        for pid in running
    ]


def _digests(stored: list[StoredPortion]) -> Finding:
    """INVARIANT: a label that was changed outside the program no longer fits its digest."""
    wrong = [portion.id for portion in stored if digest(portion.portion) != portion.digest]
    if wrong:
        return Finding(False, f"{len(wrong)} portions don't match their digest, {wrong[0]} among them: load them again")
    return Finding(True, f"{len(stored)} portions, each with a label and matching its digest")


def _views(layout: Layout, settings: Settings) -> list[Finding]:
    try:
        publication = Publication.read(layout.views)
    except SluisError as error:
        return [Finding(False, error.public)]
    findings = []
    for principal in publication.everyone:
        if principal.view is None:
            findings.append(Finding(False, f"{principal.name}: nothing is visible at this clearance"))
            continue
        try:
            with Desk.opened(principal, views=layout.views, settings=settings) as desk:
                desk.workers.ask(guard("ASK {}"), form="json")
        except SluisError as error:
            findings.append(Finding(False, f"{principal.name}: {error.public} {error.detail}"))
        else:
            findings.append(Finding(True, f"{principal.name}: view {principal.view.fingerprint[:12]} answers"))
    return findings


def references_up(stored: Iterable[StoredPortion], *, policies: Policies) -> list[Finding]:
    """Low statements that name a thing described only higher: they show that it exists.

    A thing is described where it has a type, and named wherever else it stands. For the security officer
    alone, because this crosses levels. One finding a thing.
    """
    described: dict[str, list[Label]] = {}
    named: list[tuple[str, Label]] = []
    for portion in stored:
        for triple in triples_of(portion.portion.ntriples):
            if triple.predicate.value == RDF_TYPE:
                described.setdefault(iri_of(triple.subject), []).append(portion.label)
            named += [(iri_of(term), portion.label) for term in (triple.subject, triple.object)]
    findings: dict[str, Finding] = {}
    for iri, label in named:
        homes = described.get(iri, []) if iri.startswith(ID) else []
        if homes and not any(_is_open(home) or label.dominates(home) for home in homes):
            places = " or ".join(sorted({format_marking(home, policies=policies) for home in homes}))
            text = f"<{iri}> is named at {format_marking(label, policies=policies)} and described only at {places}"
            findings.setdefault(iri, Finding(False, text))
    return list(findings.values())


def _is_open(label: Label) -> bool:
    """Lowest level of every policy, no compartment, releasable to everyone: naming such a thing shows nothing."""
    return not label.is_classified and all(
        not part.compartments and part.releasable_to is EVERYONE for part in label.parts
    )
