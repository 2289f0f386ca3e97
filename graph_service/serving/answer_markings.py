"""The markings of an answer and of its rows, and asking as a lower clearance. Trusted base: yes.

A row's marking is the least at which the row is part of the answer, found by asking again on parts of the asker's own
view. The banner is never lowered by rows: it drops to a lower marking only if the whole answer there is the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph_service.errors import ClearanceError, LabelError, NotCleared
from graph_service.handling import clearance_from_markings
from graph_service.handling.printing import BETWEEN_POLICIES
from graph_service.security import Clearance, Label, Policies

MOST_PARTS = 64
"""How many labels and joins of labels are tried for one answer. Beyond it every row has the view's own marking."""

MARKING = "_marking"
_NOT_YOURS = "you can't ask at this clearance"

Binding = dict[str, Any]
Part = tuple[str, ...]


def lower_clearance(text: str, *, own: Clearance, policies: Policies) -> Clearance:
    """The clearance that bare levels state, if the asker's own covers it.

    SECURITY: for one that is unknown, unreadable or not covered the refusal is the same.
    """
    try:
        lower = clearance_from_markings(text.split(BETWEEN_POLICIES), policies=policies)
    except (ClearanceError, LabelError) as error:
        raise NotCleared(_NOT_YOURS, detail=error.public) from error
    for part in lower.parts:
        held = own.part(part.policy)
        if held is None or not (part.levels <= held.levels and part.categories <= held.categories):
            raise NotCleared(_NOT_YOURS, detail=f"{text} is not covered")
    return lower


def visible_at(clearance: Clearance, labels: Mapping[str, Label]) -> list[str]:
    """The portions of the view that the lower clearance dominates. Raises ``NotCleared`` if there are none."""
    found = sorted(portion for portion, label in labels.items() if clearance.dominates(label))
    if not found:
        raise NotCleared(_NOT_YOURS, detail="nothing is visible at this clearance")
    return found


def candidate_labels(labels: Iterable[Label]) -> list[Label]:
    """The labels and all their joins, or none if there are too many."""
    found: set[Label] = set()
    for label in dict.fromkeys(labels):
        found |= {label} | {label.join(other) for other in found}
        if len(found) > MOST_PARTS:
            return []
    return sorted(found, key=lambda label: (sum(part.level.order for part in label.parts), str(label.to_data())))


@dataclass(frozen=True)
class MarkedAnswer:
    """A SELECT or ASK answer as JSON data with its rows' markings, and the label of the whole."""

    data: dict[str, Any]
    label: Label


def marked(
    ask: Callable[[list[str] | None], bytes],
    *,
    labels: Mapping[str, Label],
    whole: Label,
    ordered: bool,
    marking_of: Callable[[Label], str],
) -> MarkedAnswer:
    """Mark every row of an answer. ``ask`` answers on the portions given (``None``: the view as it stands), as JSON.

    (1) the answer on the part of each candidate label, each distinct part once; (2) the whole answer, which is that on
    the part that holds all, or the view's where there are too many candidates; (3) a row gets the least candidates
    under which it is there, all of them if they are incomparable; (4) the banner drops to a candidate only if its
    answer is the same bag, or the same sequence where order is part of the answer.
    """
    parts = _parts(labels)
    rows_on: dict[Part, list[str]] = {}
    known: dict[str, str] = {}  # most rows stand in most parts: each text is kept once
    data: dict[str, Any] = {} if parts else json.loads(ask(None))
    for part in sorted(set(parts.values()), key=lambda part: (len(part), part)):  # each is made out of a smaller one
        data = json.loads(ask(list(part)))  # (1)
        rows_on[part] = [known.setdefault(row, row) for row in _rows(data)]
    # The join of all labels is a candidate, so the last part is everything, and no other has as much in it.
    full = _rows(data)  # (2)
    answers = {label: rows_on[part] for label, part in parts.items()}
    if "results" in data:
        _mark_rows(data, full, answers, marking_of(whole), marking_of)  # (3)
    same = [
        label for label, rows in answers.items() if rows == full or (not ordered and Counter(rows) == Counter(full))
    ]
    least = _least(same)  # (4)
    return MarkedAnswer(data, least[0] if len(least) == 1 else whole)


def _parts(labels: Mapping[str, Label]) -> dict[Label, Part]:
    """The portions under each candidate label."""
    return {
        candidate: tuple(sorted(portion for portion, label in labels.items() if candidate.dominates(label)))
        for candidate in candidate_labels(labels.values())
    }


def _mark_rows(
    data: dict[str, Any],
    full: list[str],
    answers: Mapping[Label, list[str]],
    whole: str,
    marking_of: Callable[[Label], str],
) -> None:
    counts = {label: Counter(rows) for label, rows in answers.items()}
    seen: Counter[str] = Counter()
    bindings: list[Binding] = data["results"]["bindings"]
    for row, binding in zip(full, bindings, strict=True):
        seen[row] += 1  # the second of two equal rows needs a part that has both
        least = _least([label for label, count in counts.items() if count[row] >= seen[row]])
        text = " | ".join(sorted(marking_of(label) for label in least)) or whole
        binding[MARKING] = {"type": "literal", "value": text}
    data["head"]["vars"] = [*data["head"]["vars"], MARKING]


def _least(labels: list[Label]) -> list[Label]:
    """Those that dominate none of the others."""
    return [label for label in labels if not any(label.dominates(other) for other in labels if other != label)]


def _rows(data: dict[str, Any]) -> list[str]:
    """Each row as one text; an ASK answer as a single row."""
    if "boolean" in data:
        return [json.dumps(data["boolean"])]
    return [json.dumps(binding, sort_keys=True) for binding in data["results"]["bindings"]]
