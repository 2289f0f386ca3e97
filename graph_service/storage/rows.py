"""A portion as a row of a table, the same in the portion store and where a load waits for its decision."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from graph_service.portions import Portion, StoredPortion, Term, label_text, parse_day
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


class Labels:
    """Reads labels from their stored form, each once: a few stand on many portions."""

    def __init__(self, policies: Policies) -> None:
        self.policies, self._known = policies, dict[str, Label]()

    def read(self, text: str) -> Label:
        if text not in self._known:
            self._known[text] = self.policies.label(json.loads(text))
        return self._known[text]


def stored_of(row: Sequence[str], *, labels: Labels) -> StoredPortion:
    """The portion of a row. Raises ``LabelError`` for a label that can't be read: refused, never guessed."""
    portion_id, source, part, label, originator, term, set_on, ground, digest, ntriples = row
    portion = Portion(
        source,
        part,
        labels.read(label),
        originator,
        ntriples,
        Term.from_data(json.loads(term), policies=labels.policies) if term else None,
        parse_day(set_on, what="the day on which a label was set"),
        ground,
    )
    return StoredPortion(portion_id, portion, digest)


def json_of(data: Mapping[str, object] | None) -> str | None:
    return json.dumps(data, sort_keys=True) if data is not None else None
