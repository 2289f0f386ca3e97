"""What people decide of what is stored: reviews of mentions, and labels that are due. A part of the builder.

The command line decides as a registered user. A proposal that came in over HTTP is decided on in the same way, but as
whoever holds just the clearance that its writer looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial

from graph_service.errors import NotCleared
from graph_service.portions import Portion, StoredPortion, portion_name
from graph_service.relabelling import Relabelling, Writer, relabelled
from graph_service.reviewing import Entry, Judgement, entries, reviewed, visible
from graph_service.security import Clearance, Label, Policies, high_water_mark
from graph_service.storage.portion_store import PortionStore, Stored
from graph_service.storage.register import Register
from graph_service.storage.view_builder import visible_portions


@dataclass(frozen=True, slots=True)
class Terms:
    """How a proposal is decided on: as who holds ``clearance``, on which day, and what else happens if and only if
    it is stored, which is told the labels of that.
    """

    clearance: Clearance
    on: date
    also: Callable[[Sequence[Label]], None]


class Judging:
    """A part of the builder."""

    store: PortionStore
    register: Register
    policies: Policies
    _key: bytes

    def load(self, proposals: Iterable[Portion], *, also: Callable[[], None]) -> Stored:
        raise NotImplementedError

    def publish(self) -> int:
        raise NotImplementedError

    def _held(self, portion_id: str) -> StoredPortion:
        raise NotImplementedError

    def _refuse_vocabulary(self, stored: StoredPortion) -> None:
        raise NotImplementedError

    def relabel(self, portion_id: str, wish: Relabelling, *, user: str, terms: Terms | None = None) -> StoredPortion:
        """Give a portion another label in a registered user's name, and publish. Raises ``NotCleared``."""
        writer, on = self._writer_on(user, terms)
        stored = self._held(portion_id)
        after, decision = relabelled(stored, wish, writer=writer, policies=self.policies, key=self._key, today=on)
        self._refuse_vocabulary(stored)
        also = partial(terms.also, [after.label]) if terms else lambda: None
        self.store.relabel(stored, after, decision, also=also)
        self.publish()
        return after

    def due(self, *, on: date) -> list[StoredPortion]:
        """The review list: portions whose label has reached its day, or waits for an event."""
        terms = [stored for stored in self.store.read_all_system_high() if stored.portion.term]
        return [s for s in terms if s.portion.term and (s.portion.term.until is None or s.portion.term.until <= on)]

    def mentions(self, *, user: str = "") -> list[Entry]:
        """What was found in documents, with its reviews, as the user may see it; all of it without a user."""
        writer = self._writer(user) if user else None
        seen = visible(self.store.read_all_system_high(), writer=writer, today=_today())
        return entries(seen, policies=self.policies)

    def review(self, names: Sequence[str], judgement: Judgement, *, user: str) -> int:
        """Store what a user says of these mentions, all or none, and publish. Raises ``NotCleared``."""
        count = len(self.judge(names, judgement, user=user))
        self.publish()
        return count

    def judge(
        self, names: Sequence[str], judgement: Judgement, *, user: str, terms: Terms | None = None
    ) -> list[Portion]:
        """As ``review``, without publishing. Gives the reviews."""
        writer, on = self._writer_on(user, terms)
        stored = self.store.read_all_system_high()
        found = reviewed(
            names,
            judgement,
            portions=stored,
            writer=writer,
            policies=self.policies,
            today=on,
            as_earlier=terms is not None,
        )
        self.load(found, also=partial(terms.also, [review.label for review in found]) if terms else lambda: None)
        return found

    def seen_at(self, clearance: Clearance) -> Label | None:
        """The join of the labels of all that may be seen at a clearance: the banner of its view."""
        labels = {head.label for head in visible_portions(self.store.heads(), clearance=clearance)}
        return high_water_mark(labels) if labels else None

    def visible_label(self, portion_id: str, *, clearance: Clearance) -> Label:
        """The label of a portion that may be seen at a clearance. Raises ``NotCleared`` for any other."""
        stored = self._held(portion_id)
        if not clearance.dominates(stored.label):
            raise NotCleared(f"there is no portion `{portion_name(portion_id)}`")
        return stored.label

    def _writer_on(self, user: str, terms: Terms | None) -> tuple[Writer, date]:
        writer = self._writer(user)
        return (replace(writer, clearance=terms.clearance), terms.on) if terms else (writer, _today())

    def _writer(self, user: str) -> Writer:
        writers = {known.name: known for known in self.register.all()}
        if user not in writers:
            raise NotCleared(f"there is no user `{user}`: `sluis user list` shows them")
        return Writer(user, writers[user].clearance, writers[user].acts_for)


def _today() -> date:
    return datetime.now(UTC).date()
