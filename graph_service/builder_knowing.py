"""What the builder knows over all portions at once: names at a label, and what crosses levels. System-high."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from typing import Any

from graph_service.across_levels import examine, told
from graph_service.known_names import NamesByLabel
from graph_service.portions import Portion
from graph_service.security import Label, Policies
from graph_service.storage.portion_store import PortionStore
from loaders.names import Names


class Knowing:
    """A part of the builder."""

    store: PortionStore
    policies: Policies
    lock: threading.RLock
    _names: NamesByLabel
    _closed: bool

    def _vocabulary(self) -> Iterable[Portion]:
        raise NotImplementedError

    def names_known_at(self, label: Label, without: Collection[str] = ()) -> Names:
        """Every name of the typed things in the portions that the label dominates, but for those of some sources.

        A load leaves its own sources out: else the same files would find more in each other the second time than the
        first, and a load would never be the last one.
        """
        own = {portion for source in without for portion, _, _ in self.store.parts_of(source)}
        # SECURITY: removing this lets the text of a low portion be searched for names that are known higher only.
        visible = [head for head in self.store.heads() if label.dominates(head.label) and head.id not in own]
        texts = [portion.ntriples for portion in self._vocabulary() if label.dominates(portion.label)]
        return self._names.known(visible, vocabulary=texts)

    def examine(self, *, all_of_it: bool = False) -> bool:
        """Look for what crosses levels in what was loaded: a batch, or all. Says whether more is waiting."""
        with self.lock:
            while not self._closed and examine(self.store, self._names, on=datetime.now(UTC).date()):
                if not all_of_it:
                    return True
            return False

    def crossings(self, *, since: date | None = None) -> list[dict[str, Any]]:
        """What crosses levels, for the security officer; what waits is looked at first. System-high."""
        self.examine(all_of_it=True)
        return told(self.store.findings.all(since=since), self.store, self._names, self.policies)
