"""Which portions a view holds, at which labels: a file beside its store, for asking on a part of the view.

It says nothing that the view itself does not say of each portion.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from graph_service.portions import Labelled
from graph_service.security import Label, Policies

LABELS_FILE = "labels.json"


def write_labels(directory: Path, portions: Iterable[Labelled]) -> None:
    """Write the labels of a view that is being built in ``directory``: each once, and which portion has which."""
    numbers: dict[Label, int] = {}
    held = {stored.id: numbers.setdefault(stored.label, len(numbers)) for stored in portions}
    data = {"labels": [label.to_data() for label in numbers], "portions": held}
    (directory / LABELS_FILE).write_text(json.dumps(data, sort_keys=True), encoding="utf-8")


def read_labels(directory: Path, *, policies: Policies) -> dict[str, Label]:
    """The label of each of the view's portions, by IRI. Raises ``LabelError`` for one that can't be read."""
    data = json.loads((directory / LABELS_FILE).read_text(encoding="utf-8"))
    labels = [policies.label(label) for label in data["labels"]]
    return {portion: labels[number] for portion, number in data["portions"].items()}
