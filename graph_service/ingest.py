"""Ingest: what a portion must pass before it is stored. Trusted base: yes. Loaders propose; ingest decides.

The steps, all before anything is stored. Of each portion by itself, as it comes:
(1) the label is of known policies, and legal under them on the day it was set; (2) the text is N-Triples and says
nothing of portions, which only the view builder may describe; (3) it gets its canonical form, its keyed id and its
digest; (4) its rules are monotone. It waits on disk. Of the load as a whole, when its last portion is there:
(5) it conforms to the shapes at each of its labels; (6) it lowers nothing that is stored higher, and (7) takes nothing
of an older date for what a relabelling gave; (8) all of it is stored and what its sources no longer have is taken out,
or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date, timedelta

from graph_service.errors import IngestRefused, LabelError
from graph_service.handling import format_marking
from graph_service.portions import (
    CHECKED,
    DERIVED_GRAPH,
    LEFT,
    PORTION_NAMESPACE,
    SET,
    UNCHECKED,
    Decision,
    Portion,
    Proposed,
    StoredPortion,
    digest,
    keyed_name,
    label_text,
    portion_id,
)
from graph_service.security import Label, Policies, invalidity
from graph_service.shapes import DoesNotConform
from graph_service.storage.canonical import canonical_ntriples, triples_of
from graph_service.storage.closure_rules import RULE_TEXT, parse_rule
from graph_service.storage.conformance import Reread, validate
from graph_service.storage.portion_store import LOADED_BY, Check, PortionStore, Stored
from graph_service.storage.shapes import packaged_shapes
from graph_service.storage.stage import Stage, StagedHead, statements

_RESERVED = tuple(f"<{name}" for name in (PORTION_NAMESPACE, DERIVED_GRAPH))
"""A line of canonical text that begins with one of them has it as its subject. It holds no other line breaks."""


def ingest(
    proposals: Iterable[Proposed],
    *,
    store: PortionStore,
    key: bytes,
    policies: Policies,
    today: date,
    restore: bool = False,
    shapes: bool = True,
    dry_run: bool = False,
    lock: AbstractContextManager[object] | None = None,
    told: Callable[[str, StoredPortion], None] | None = None,
    also: Callable[[], None] = lambda: None,
) -> Stored:
    """Take a load through steps 1 to 8. Raises ``SluisError``: then nothing of it is stored.

    ``restore``: parts that were withdrawn or purged may come back with this load. ``shapes``: without it step 5 is
    left out, and the history of what is stored tells so. ``dry_run``: all but storing. ``lock`` is held from step 6 on,
    in which what is stored has a part; ``told`` hears of each portion what was done with it; ``also`` is what else
    happens if and only if the load is stored.
    """
    with store.stage() as stage:
        for proposed in proposals:
            if isinstance(proposed, Portion):
                stage.add(accept(proposed, key=key, policies=policies, today=today))
            else:
                stage.tell(proposed)
        if stage.is_empty:
            raise IngestRefused("the source holds no statements: nothing to store")
        if shapes:
            _refuse_nonconforming(stage)  # (5)
        with lock or nullcontext():
            _refuse_lowering(stage, store, policies)  # (6)
            decided = (_as_decided(stored, store.decided(stored.id)) for stored in stage)  # (7)
            return store.put(  # (8)
                ((stored, _setting(stored, policies, today)) for stored in decided),
                leaving=_partings(stage, store, today),
                restore=restore,
                check=Check(CHECKED if shapes else UNCHECKED, today),
                dry_run=dry_run,
                told=told,
                also=also,
            )


def _leaving(stage: Stage, store: PortionStore) -> Iterator[tuple[str, Label]]:
    """The stored portions that their sources no longer have, at the labels that the load uses for them."""
    for source, is_told in stage.sources():
        used = stage.labels_used(source)
        for name, part, label in store.parts_of(source, cut_only=not is_told and not stage.holds_pieces_of(source)):
            # SECURITY: removing this lets a load take out what its submitter may not even see.
            if label in used and stage.lets_go(name, source, part, label):
                yield name, label


def _partings(stage: Stage, store: PortionStore, today: date) -> Iterator[tuple[StoredPortion, Decision]]:
    for name, label in list(_leaving(stage, store)):
        if (held := store.held(name)) is not None:
            yield held, _parting(label, today)


def _parting(label: Label, today: date) -> Decision:
    return Decision(act=LEFT, before=label, after=label, taken_on=today, taken_by=LOADED_BY)


def _refuse_nonconforming(stage: Stage) -> None:
    """The load by itself, at each of its labels: what else is stored has no part in it, so it can't be asked for."""
    portions = Reread(lambda: (stored.portion for stored in stage))
    found = validate(portions, packaged_shapes(), scratch=stage.scratch, counts=False, canonical=True)
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
        raise IngestRefused(f"{_named(portion)}: {error.public}") from error
    if known != portion.label:
        raise IngestRefused(f"{_named(portion)}: the label's levels are not those of the policies here")
    if faults:
        raise IngestRefused(f"{_named(portion)}: the label is not legal: {'; '.join(faults)}")
    text = canonical_ntriples(  # (2)
        portion.ntriples,
        name_shared=lambda label: keyed_name(portion.source, label, key=key),
        name_own=lambda label: keyed_name(portion.source, portion.part, label_text(portion.label), label, key=key),
    )
    if not text:
        raise IngestRefused(f"{_named(portion)} is empty: an empty graph would show that it is there")
    if (found := _reserved_subject(text)) is not None:
        raise IngestRefused(f"{_named(portion)} describes {found}, which only Sluis itself may")
    canonical = replace(portion, ntriples=text)  # (3)
    for triple in triples_of(text) if RULE_TEXT.value in text else ():  # (4)
        if triple.predicate == RULE_TEXT:
            parse_rule(getattr(triple.object, "value", ""))
    return StoredPortion(portion_id(canonical, key=key), canonical, digest(canonical))


def _reserved_subject(text: str) -> str | None:
    """The subject of canonical text that only Sluis itself may describe. Found in the whole text, not line by line."""
    for name in _RESERVED:
        at = 0 if text.startswith(name) else text.find(f"\n{name}") + 1
        if at > 0 or text.startswith(name):
            return text[at : text.index(">", at) + 1]
    return None


def _refuse_lowering(stage: Stage, store: PortionStore, policies: Policies) -> None:
    """A statement may also be made lower, but a load can't take it out of a higher portion and put it lower.

    What it would bring back, at its old label or one in between, of a part whose label was raised the store keeps back.
    """
    known = {source for source, _ in stage.sources() if store.knows(source)}
    for head in stage.heads() if known else ():  # of a source that is new, nothing can be lowered
        if head.source in known:
            _note_taken(head, stage, store)
    for name, _ in _leaving(stage, store) if known else ():
        if (left := store.held(name)) is not None:
            stage.note_taken(left.portion.source, left.portion.part, left.label, _statements(left))
    for head in stage.heads() if stage.has_taken else ():
        _refuse_taken(head, stage, store, policies)


def _note_taken(head: StagedHead, stage: Stage, store: PortionStore) -> None:
    """Note what the load takes out of the portion that this replaces."""
    held = store.held(head.id)
    if held is not None and held.digest != head.digest:
        stage.note_taken(head.source, head.part, head.label, _statements(held) - _statements(stage.read(head.id)))


def _refuse_taken(head: StagedHead, stage: Stage, store: PortionStore, policies: Policies) -> None:
    """Refuse a portion that newly has a statement which is taken out of one that it does not dominate."""
    above = [label for label in stage.labels_taken_from(head.source) if not head.label.dominates(label)]
    held = store.held(head.id) if above else None
    if not above or (held is not None and held.digest == head.digest):
        return
    new = _statements(stage.read(head.id)) - _statements(held)
    for label in above:
        if (part := stage.taken_from(head.source, label, new)) is not None:
            raise IngestRefused(
                f"{_name(head.source, part)}: a statement that is stored at "
                f"{format_marking(label, policies=policies)} would move to "
                f"{format_marking(head.label, policies=policies)}; a load never lowers a label, its originator does"
            )


def _statements(stored: StoredPortion | None) -> set[str]:
    return statements(stored.portion.ntriples) if stored else set()


def _named(thing: Portion | StagedHead) -> str:
    return _name(thing.source, thing.part)


def _name(source: str, part: str) -> str:
    return f"`{part}` of <{source}>" if part else f"<{source}>"
