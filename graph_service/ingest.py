"""Ingest: what a portion must pass before it is stored. Trusted base: yes. Loaders propose; ingest decides.

The steps, all before anything is stored:
(1) the label is of known policies, and legal under them on the day it was set; (2) the text is N-Triples and says
nothing of portions, which only the view builder may describe; (3) it gets its canonical form, its keyed id and its
digest; (4) its rules are monotone; (5) the load lowers nothing that is stored higher, and (6) takes nothing of an older
date for what a relabelling gave; (7) it conforms to the shapes at each of its labels; (8) all of it is stored, or none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from graph_service.errors import IngestRefused, LabelError
from graph_service.handling import format_marking
from graph_service.portions import (
    CHECKED,
    DERIVED_GRAPH,
    PORTION_NAMESPACE,
    SET,
    UNCHECKED,
    Decision,
    Portion,
    StoredPortion,
    digest,
    keyed_name,
    label_text,
    portion_id,
)
from graph_service.security import Label, Policies, invalidity
from graph_service.shapes import DoesNotConform
from graph_service.storage.canonical import canonical_ntriples, iri_of, triples_of
from graph_service.storage.closure_rules import RULE_TEXT, parse_rule
from graph_service.storage.conformance import validate
from graph_service.storage.portion_store import Check, PortionStore, Stored
from graph_service.storage.shapes import packaged_shapes

_RESERVED = (PORTION_NAMESPACE, DERIVED_GRAPH)
_BLANK = re.compile(r"_:b[0-9a-f]{32}")


def ingest(
    portions: Iterable[Portion],
    *,
    store: PortionStore,
    key: bytes,
    policies: Policies,
    today: date,
    restore: bool = False,
    shapes: bool = True,
) -> Stored:
    """Take portions through steps 1 to 8. Raises ``SluisError``: then nothing of them is stored.

    ``restore``: parts that were withdrawn or purged may come back with this load. ``shapes``: without it step 7 is
    left out, and the history of what is stored tells so.
    """
    accepted = [accept(portion, key=key, policies=policies, today=today) for portion in portions]
    if not accepted:
        raise IngestRefused("the source holds no statements: nothing to store")
    names = [stored.id for stored in accepted]
    if len(set(names)) != len(names):
        raise IngestRefused("two portions of the load have the same source, part and label")
    _refuse_lowering(accepted, store, policies)  # (5)
    accepted = [_as_decided(stored, store.decided(stored.id)) for stored in accepted]  # (6)
    if shapes:
        _refuse_nonconforming(accepted)  # (7)
    settings = ((stored, _setting(stored, policies, today)) for stored in accepted)
    return store.put(settings, restore=restore, check=Check(CHECKED if shapes else UNCHECKED, today))  # (8)


def _refuse_nonconforming(accepted: list[StoredPortion]) -> None:
    """The load by itself, at each of its labels: what else is stored has no part in it, so it can't be asked for."""
    found = validate((stored.portion for stored in accepted), packaged_shapes())
    if not found.conforms:
        raise DoesNotConform(found.violations)


def _as_decided(stored: StoredPortion, last: Decision | None) -> StoredPortion:
    """The portion with the day, ground and term of its last relabelling, unless its source states a later day.

    A source file knows nothing of a relabelling: loading it again must not undo a decision. A ground or term that
    the later setting leaves out stays, as in a relabelling.
    """
    if last is None:
        return stored
    portion = stored.portion
    # Of one day, a relabelling comes after what the source says, and a later load after an earlier one.
    first = last.taken_on if last.act == SET else last.taken_on + timedelta(days=1)
    if portion.set_on is not None and portion.set_on >= first:
        portion = replace(portion, ground=portion.ground or last.ground, term=portion.term or last.term)
    else:
        portion = replace(portion, set_on=last.taken_on, ground=last.ground, term=last.term)
    return StoredPortion(stored.id, portion, digest(portion))


def _setting(stored: StoredPortion, policies: Policies, today: date) -> Decision:
    """The decision that a load records: the originator set the label, under the policies of that day."""
    portion = stored.portion
    return Decision(
        act=SET,
        after=portion.label,
        taken_on=portion.set_on or today,
        taken_by=portion.originator,
        ground=portion.ground,
        term=portion.term,
        versions=versions_of(portion.label, policies=policies, on=portion.set_on or today),
    )


def versions_of(label: Label, *, policies: Policies, on: date) -> dict[str, str]:
    """The version of each of the label's policies that was in force on that day."""
    return {part.policy: policies.version(part.policy, on=on).version for part in label.parts}


def accept(portion: Portion, *, key: bytes, policies: Policies, today: date) -> StoredPortion:
    """Steps 1 to 4 for one portion."""
    try:  # (1)
        known = policies.label(portion.label.to_data())
        faults = invalidity(known, policies=policies, on=portion.set_on or today)
    except LabelError as error:
        raise IngestRefused(f"{_name(portion)}: {error.public}") from error
    if known != portion.label:
        raise IngestRefused(f"{_name(portion)}: the label's levels are not those of the policies here")
    if faults:
        raise IngestRefused(f"{_name(portion)}: the label is not legal: {'; '.join(faults)}")
    text = canonical_ntriples(  # (2)
        portion.ntriples,
        name_shared=lambda label: keyed_name(portion.source, label, key=key),
        name_own=lambda label: keyed_name(portion.source, portion.part, label_text(portion.label), label, key=key),
    )
    if not text:
        raise IngestRefused(f"{_name(portion)} is empty: an empty graph would show that it is there")
    triples = triples_of(text)
    for triple in triples:
        if iri_of(triple.subject).startswith(_RESERVED):
            raise IngestRefused(f"{_name(portion)} describes {triple.subject}, which only Sluis itself may")
    canonical = replace(portion, ntriples=text)  # (3)
    for triple in triples:  # (4)
        if triple.predicate == RULE_TEXT:
            parse_rule(getattr(triple.object, "value", ""))
    return StoredPortion(portion_id(canonical, key=key), canonical, digest(canonical))


def _refuse_lowering(accepted: list[StoredPortion], store: PortionStore, policies: Policies) -> None:
    """A statement may also be made lower, but a load can't take it out of a higher portion and put it lower.

    Nor can it bring back, at its old label or one in between, a part whose label was raised.
    """
    held = {stored.id: store.get(stored.id) for stored in accepted}
    for stored in accepted:
        if held[stored.id] is None and (raised := store.raised_from(stored)):
            raise IngestRefused(
                f"{_name(stored.portion)}: its label was raised to "
                f"{format_marking(raised[-1].after, policies=policies)} on {raised[-1].taken_on}: load it at that label"
            )
    before = {name: _statements(found) for name, found in held.items()}
    for stored in accepted:
        gone = before[stored.id] - _statements(stored)
        for other in accepted:
            if other.label.dominates(stored.label) or other.portion.source != stored.portion.source:
                continue
            if gone & (_statements(other) - before[other.id]):
                raise IngestRefused(
                    f"{_name(stored.portion)}: a statement that is stored at "
                    f"{format_marking(stored.label, policies=policies)} would move to "
                    f"{format_marking(other.label, policies=policies)}; a load never lowers a label, its "
                    "originator does"
                )


def _statements(stored: StoredPortion | None) -> frozenset[str]:
    """The statements for comparison between portions, where a blank node without a label has another name in each."""
    return frozenset(_BLANK.sub("_:b", stored.portion.ntriples).splitlines()) if stored else frozenset()


def _name(portion: Portion) -> str:
    return f"`{portion.part}` of <{portion.source}>" if portion.part else f"<{portion.source}>"
