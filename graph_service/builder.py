"""The builder: the one process that may open the portion store. System-high.

The command line calls it in its own process, or through ``builder_socket`` when a server runs. Every
method takes and gives plain data or values, so that both ways are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from graph_service.errors import ClearanceError, LabelError, NotCleared
from graph_service.handling import format_marking, parse_marking
from graph_service.ingest import ingest
from graph_service.policy_files import load_policies, store_policy
from graph_service.portions import Decision, Portion, StoredPortion
from graph_service.relabelling import Relabelling, Writer, relabelled
from graph_service.security import Clearance, Policies
from graph_service.settings import Layout, Settings
from graph_service.storage.database import installation_key, open_database
from graph_service.storage.portion_store import PortionStore, Stored
from graph_service.storage.register import ANONYMOUS, Register
from graph_service.storage.view_builder import build_view, remove_views, visible_portions
from graph_service.storage.views import PUBLICATION, Principal, Publication, ViewRef
from loaders.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class PortionSummary:
    """What ``portions list`` shows of a portion."""

    id: str
    marking: str
    source: str
    part: str
    triples: int


class Builder:
    """Stores what ingest accepts, registers principals, and publishes views. Close it to let go of the store."""

    def __init__(self, layout: Layout, settings: Settings, *, key: bytes | None = None) -> None:
        self.layout, self.settings = layout, settings
        self.policies = load_policies(settings, layout)
        # Both markings of the settings are read before anything is stored.
        settings.anonymous_clearance(self.policies)
        self._vocabulary_label = parse_marking(settings.vocabulary_label, policies=self.policies)
        layout.create()
        self._db = open_database(layout.portions, key=key)
        self.store = PortionStore(self._db, policies=self.policies)
        self.register = Register(self._db, policies=self.policies)

    def close(self) -> None:
        self._db.close()

    def load(self, portions: Iterable[Portion]) -> Stored:
        """Ingest the portions of one source, all or none."""
        key = installation_key(self._db)
        return ingest(portions, store=self.store, key=key, policies=self.policies, today=_today())

    def load_vocabulary(self) -> None:
        """Bring the ontology, the rules and the policies up to date, at the settings' label."""
        self.load(vocabulary(policies=self.policies, label=self._vocabulary_label, today=_today()))

    def publish(self) -> int:
        """Build the view of every clearance in use and publish them in one step. Gives the number of views.

        The vocabulary is brought up to date first, so that no view is ever without it. A server follows by itself.
        """
        self.load_vocabulary()
        return self._publish(list(self.store.read_all_system_high()))

    def _publish(self, portions: list[StoredPortion]) -> int:
        """(1) destroy what the last publication no longer served; (2) build what is missing; (3) replace it."""
        views = self.layout.views
        if (views / PUBLICATION).exists():  # (1)
            remove_views(views, keep=_refs(Publication.read(views)))
        # (2)
        anonymous = self._principal(ANONYMOUS, "", self.settings.anonymous_clearance(self.policies), portions)
        principals = tuple(
            self._principal(user.name, user.token_sha256, user.clearance, portions) for user in self.register.all()
        )
        publication = Publication(anonymous, principals)
        publication.write(views)  # (3)
        return len({ref.fingerprint for ref in _refs(publication)})

    def add_user(self, name: str, clearance: Clearance, acts_for: str = "") -> str:
        """Register a user and wait for the view to be ready. Gives the token, which is not kept.

        ``acts_for`` is the IRI of the originator in whose name they may lower labels. Raises ``ClearanceError``
        where nothing is visible at the clearance: there would be nothing to serve.
        """
        self.load_vocabulary()
        portions = list(self.store.read_all_system_high())
        if not visible_portions(portions, clearance=clearance):
            raise ClearanceError("nothing that is loaded is visible at this clearance")
        token = self.register.add(name, clearance=clearance, acts_for=acts_for)
        self._publish(portions)
        return token

    def relabel(self, portion_id: str, wish: Relabelling, *, user: str) -> StoredPortion:
        """Give a portion another label in a registered user's name, and publish. Raises ``NotCleared``."""
        writers = {known.name: known for known in self.register.all()}
        if user not in writers:
            raise NotCleared(f"there is no user `{user}`: `sluis user list` shows them")
        stored = self.store.get(portion_id)
        if stored is None:
            raise NotCleared(f"there is no portion `{portion_id.rpartition('/')[2]}`")
        writer = Writer(user, writers[user].clearance, writers[user].acts_for)
        key = installation_key(self._db)
        after, decision = relabelled(stored, wish, writer=writer, policies=self.policies, key=key, today=_today())
        self.store.relabel(stored, after, decision)
        self.publish()
        return after

    def history(self, portion_id: str) -> list[Decision]:
        """Every decision about the portion's label, the first one first."""
        return self.store.history(portion_id)

    def due(self, *, on: date) -> list[StoredPortion]:
        """The review list: portions whose label has reached its day, or waits for an event."""
        terms = [stored for stored in self.store.read_all_system_high() if stored.portion.term]
        return [s for s in terms if s.portion.term and (s.portion.term.until is None or s.portion.term.until <= on)]

    def import_policy(self, text: str, policies: Policies, policy_id: str, version: str) -> str:
        """Keep a policy that was read into ``policies``. Raises ``LabelError`` if what is stored can't be read then.

        Gives the name of the file that holds it. Whoever has policies open reads them again by starting anew.
        """
        store, register = PortionStore(self._db, policies=policies), Register(self._db, policies=policies)
        try:
            self.settings.anonymous_clearance(policies)
            label = parse_marking(self.settings.vocabulary_label, policies=policies)
            list(vocabulary(policies=policies, label=label, today=_today()))
            for _ in store.read_all_system_high():
                pass
            register.all()
        except (LabelError, ClearanceError) as error:
            raise LabelError(
                f"with this policy the settings, or what is stored, can't be read: {error.public}"
            ) from error
        return store_policy(policies.version(policy_id, name=version), text, self.layout).name

    def users(self) -> list[tuple[str, Clearance]]:
        return [(user.name, user.clearance) for user in self.register.all()]

    def portions(self) -> list[PortionSummary]:
        return [
            PortionSummary(
                stored.id,
                format_marking(stored.label, policies=self.policies),
                stored.portion.source,
                stored.portion.part,
                stored.portion.ntriples.count("\n"),
            )
            for stored in self.store.read_all_system_high()
        ]

    def portion(self, portion_id: str) -> StoredPortion | None:
        return self.store.get(portion_id)

    def _principal(self, name: str, token: str, clearance: Clearance, portions: list[StoredPortion]) -> Principal:
        visible = visible_portions(portions, clearance=clearance)
        view = build_view(visible, views=self.layout.views, policies=self.policies) if visible else None
        return Principal(name, token, clearance.to_data(), view)


def _today() -> date:
    return datetime.now(UTC).date()


def _refs(publication: Publication) -> list[ViewRef]:
    return [principal.view for principal in publication.everyone if principal.view is not None]
