"""The builder: the one process that may open the portion store. System-high.

The command line calls it in its own process, or through ``builder_socket`` when a server runs. Every
method takes and gives plain data or values, so that both ways are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph_service.errors import ClearanceError
from graph_service.ingest import ingest
from graph_service.portions import Portion, StoredPortion
from graph_service.security import Clearance, format_marking, parse_marking
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
        self.policies = settings.load_policies()
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
        return ingest(portions, store=self.store, key=installation_key(self._db), policies=self.policies)

    def load_vocabulary(self) -> None:
        """Bring the ontology, the rules and the policies up to date, at the settings' label."""
        self.load(vocabulary(policies=self.policies, label=self._vocabulary_label))

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

    def add_user(self, name: str, clearance: Clearance) -> str:
        """Register a user and wait for the view to be ready. Gives the token, which is not kept.

        Raises ``ClearanceError`` where nothing is visible at the clearance: there would be nothing to serve.
        """
        self.load_vocabulary()
        portions = list(self.store.read_all_system_high())
        if not visible_portions(portions, clearance=clearance):
            raise ClearanceError("nothing that is loaded is visible at this clearance")
        token = self.register.add(name, clearance=clearance)
        self._publish(portions)
        return token

    def users(self) -> list[tuple[str, Clearance]]:
        return [(user.name, user.clearance) for user in self.register.all()]

    def portions(self) -> list[PortionSummary]:
        return [
            PortionSummary(
                stored.id,
                format_marking(stored.label),
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
        view = build_view(visible, views=self.layout.views) if visible else None
        return Principal(name, token, clearance.to_data(), view)


def _refs(publication: Publication) -> list[ViewRef]:
    return [principal.view for principal in publication.everyone if principal.view is not None]
