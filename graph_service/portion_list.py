"""What ``sluis portions list`` shows of each portion. System-high."""

from __future__ import annotations

from dataclasses import dataclass

from graph_service.handling import format_marking
from graph_service.security import Policies
from graph_service.storage.portion_store import PortionStore


@dataclass(frozen=True, slots=True)
class PortionSummary:
    """One portion in the list."""

    id: str
    marking: str
    source: str
    part: str
    triples: int
    withdrawn: bool = False


def summaries_system_high(store: PortionStore, *, policies: Policies) -> list[PortionSummary]:
    """Every portion at every label, those that were withdrawn last."""
    return [
        PortionSummary(
            stored.id,
            format_marking(stored.label, policies=policies),
            stored.portion.source,
            stored.portion.part,
            stored.portion.ntriples.count("\n"),
            withdrawn,
        )
        for withdrawn in (False, True)
        for stored in store.read_all_system_high(withdrawn=withdrawn)
    ]
