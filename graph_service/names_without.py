"""The names that the text of a load is searched for: those known before it, whether or not it was made before.

A load brings names of its own. If they counted, the same files would find more in each other the second time than the
first, and a load would never be the last one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from graph_service.known_names import NamesByLabel
from graph_service.portions import Portion
from graph_service.security import Label
from graph_service.storage.portion_store import PortionStore
from loaders.names import Names


def names_without(
    store: PortionStore, names: NamesByLabel, vocabulary: Iterable[Portion], *, label: Label, sources: Collection[str]
) -> Names:
    """The names in the portions that the label dominates and that none of these sources gave."""
    own = {portion for source in sources for portion, _, _ in store.parts_of(source)}
    # SECURITY: removing this searches the text of a low paragraph for names that are known higher only.
    known = [head for head in store.heads() if label.dominates(head.label) and head.id not in own]
    return names.known(known, vocabulary=[one.ntriples for one in vocabulary if label.dominates(one.label)])
