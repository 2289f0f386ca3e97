"""A portion as a row of a table, the same in the portion store and where a load waits for its decision."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graph_service.portions import Portion, StoredPortion, label_text
from graph_service.security import Label, Policies

COLUMNS = "id, source, part, label, originator, term, set_on, ground, digest, ntriples"
"""The text stands last: whoever needs only what stands before it reads no page of it."""
MARKS = ", ".join("?" for _ in COLUMNS.split(", "))


def row_of(stored: StoredPortion) -> tuple[str | None, ...]:
    portion = stored.portion
    return (
        *(stored.id, portion.source, portion.part, label_text(portion.label), portion.originator),
        json_of(portion.term.to_data() if portion.term else None),
        portion.set_on.isoformat() if portion.set_on else None,
        *(portion.ground, stored.digest, portion.ntriples),
    )


def stored_of(row: Sequence[str], *, policies: Policies) -> StoredPortion:
    """The portion of a row. Raises ``LabelError`` for a label that can't be read: refused, never guessed."""
    portion_id, source, part, label, originator, term, set_on, ground, digest, ntriples = row
    data: dict[str, Any] = {"source": source, "part": part, "label": json.loads(label), "originator": originator}
    data |= {"ntriples": ntriples, "term": json.loads(term) if term else None, "set_on": set_on, "ground": ground}
    return StoredPortion(portion_id, Portion.from_data(data, policies=policies), digest)


class Labels:
    """Reads labels from their stored form, each once: a few stand on many portions."""

    def __init__(self, policies: Policies) -> None:
        self._policies, self._known = policies, dict[str, Label]()

    def read(self, text: str) -> Label:
        if text not in self._known:
            self._known[text] = self._policies.label(json.loads(text))
        return self._known[text]


def json_of(data: Mapping[str, object] | None) -> str | None:
    return json.dumps(data, sort_keys=True) if data is not None else None
