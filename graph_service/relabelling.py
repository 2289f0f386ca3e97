"""Relabelling: who may give a portion another label, or take it out. Trusted base: yes. No input or output.

Raising is open to any writer who is cleared for the new label. Only whoever acts for the originator lowers or ends
one, with a reference to the decision. A foreign label is never re-marked: its national equivalent is shown beside it.
Withdrawing shows less and can be undone, so it is open as raising is; purging can't be, so it is the originator's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from graph_service.errors import NotCleared
from graph_service.handling import format_marking
from graph_service.ingest import versions_of
from graph_service.portions import (
    PURGED,
    WITHDRAWN,
    Decision,
    Proposed,
    StoredPortion,
    Term,
    digest,
    portion_id,
    portion_name,
)
from graph_service.security import Clearance, Label, Policies, invalidity

KEPT, RAISED, LOWERED = "kept", "raised", "lowered"


@dataclass(frozen=True, slots=True)
class Writer:
    """Who relabels: a registered user, with the originator in whose name they act (an IRI, or "" for none)."""

    name: str
    clearance: Clearance
    acts_for: str = ""


@dataclass(frozen=True, slots=True)
class Relabelling:
    """What a writer asks for. ``reference`` names the document of the decision; a ground or term left out stays."""

    label: Label
    reference: str = ""
    ground: str = ""
    term: Term | None = None


def relabelled(
    stored: StoredPortion, wish: Relabelling, *, writer: Writer, policies: Policies, key: bytes, today: date
) -> tuple[StoredPortion, Decision]:
    """The portion under its new label, and the decision to record. Raises ``NotCleared`` or ``LabelError``.

    (1) the writer may see the portion, else it is not there for them; (2) no policy's part is taken away for another's;
    (3) a label that demands more is a raise, for which the writer holds the new label; anything else, keeping the
    label on review too, is the originator's, with a reference; (4) the new label is legal today.
    """
    before, after = stored.label, wish.label
    _must_see(stored, writer, today)  # (1)
    lost = {part.policy for part in before.parts} - {part.policy for part in after.parts}
    if lost and {part.policy for part in after.parts} - {part.policy for part in before.parts}:  # (2)
        raise NotCleared(
            f"a label of {min(lost)} is not replaced by one of another policy: keep it; what it is handled as "
            "elsewhere is shown beside it"
        )
    act = KEPT if after == before else RAISED if after.dominates(before) else LOWERED  # (3)
    if act == RAISED and not writer.clearance.dominates(after):
        raise NotCleared("the new label is above what you hold: ask somebody who is cleared for it")
    if act != RAISED and not (writer.acts_for and writer.acts_for == stored.portion.originator):
        verb = "keeps" if act == KEPT else "lowers or ends"
        raise NotCleared(
            f"only its originator {verb} a label, and `{writer.name}` does not act for them: ask "
            f"<{stored.portion.originator}>"
        )
    if act != RAISED and not wish.reference:
        raise NotCleared(f"a label is {act} by a decision: name the document with --decision")
    faults = invalidity(after, policies=policies, on=today)  # (4)
    if faults:
        raise NotCleared(f"{format_marking(after, policies=policies)} is not legal: {'; '.join(faults)}")
    term = wish.term or stored.portion.term
    portion = replace(stored.portion, label=after, term=term, set_on=today, ground=wish.ground or stored.portion.ground)
    decision = Decision(
        act=act,
        before=before,
        after=after,
        taken_on=today,
        taken_by=writer.name,
        reference=wish.reference,
        ground=portion.ground,
        term=term,
        versions=versions_of(after, policies=policies, on=today),
    )
    return StoredPortion(portion_id(portion, key=key), portion, digest(portion)), decision


def withdrawal(
    stored: StoredPortion, *, writer: Writer, ground: str, reference: str, policies: Policies, today: date
) -> Decision:
    """The decision to take a portion out of every view, for a writer who may see it. Raises ``NotCleared``."""
    _must_see(stored, writer, today)
    if not ground:
        raise NotCleared("a portion is withdrawn for a reason: say which with --ground")
    return _taken_out(WITHDRAWN, stored, writer, ground, reference, policies, today)


def erasure(
    stored: StoredPortion, *, writer: Writer, ground: str, reference: str, policies: Policies, today: date
) -> Decision:
    """The decision to erase a portion's text, for a writer who acts for its originator. Raises ``NotCleared``."""
    _must_see(stored, writer, today)
    if writer.acts_for != stored.portion.originator:
        raise NotCleared(
            f"only its originator purges a portion, and `{writer.name}` does not act for them: withdraw it, and ask "
            f"<{stored.portion.originator}>"
        )
    if not reference:
        raise NotCleared("a portion is purged by a decision: name the document with --decision")
    return _taken_out(PURGED, stored, writer, ground, reference, policies, today)


def may_see(stored: StoredPortion, *, writer: Writer, today: date) -> bool:
    """Whether the portion is there at all for the writer."""
    return writer.clearance.in_force(on=today) and writer.clearance.dominates(stored.label)


def held_by(proposals: Iterable[Proposed], submitter: Writer, *, policies: Policies, today: date) -> Iterator[Proposed]:
    """The same proposals, whose labels the submitter holds. Raises ``NotCleared`` at the first that they don't."""
    for proposed in proposals:
        label = proposed.label
        if label is not None and not (submitter.clearance.in_force(on=today) and submitter.clearance.dominates(label)):
            raise NotCleared(
                f"`{submitter.name}` does not hold {format_marking(label, policies=policies)} of this load"
            )
        yield proposed


def _must_see(stored: StoredPortion, writer: Writer, today: date) -> None:
    if not may_see(stored, writer=writer, today=today):
        raise NotCleared(f"there is no portion `{portion_name(stored.id)}`")


def _taken_out(
    act: str, stored: StoredPortion, writer: Writer, ground: str, reference: str, policies: Policies, today: date
) -> Decision:
    return Decision(
        act=act,
        before=stored.label,
        after=stored.label,
        taken_on=today,
        taken_by=writer.name,
        reference=reference,
        ground=ground,
        versions=versions_of(stored.label, policies=policies, on=today),
    )
