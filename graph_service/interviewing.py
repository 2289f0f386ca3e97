"""Who spoke, for as long as a study needs to know which interviews were with one respondent. Part of the builder."""

from __future__ import annotations

from typing import Protocol

from graph_service.portions import StoredPortion, keyed_name
from graph_service.security import Clearance
from graph_service.storage.portion_store import PortionStore
from graph_service.storage.study_keys import StudyKeys


def study_source(study: str, *, name_key: bytes) -> str:
    """The IRI under which a study's pseudonyms are stored. It does not tell the study's name."""
    return f"https://w3id.org/sluis/id/source/{keyed_name('interview study', study, key=name_key)}"


class _Builder(Protocol):
    store: PortionStore
    study_keys: StudyKeys

    def name_key(self) -> bytes: ...
    def users(self) -> list[tuple[str, Clearance]]: ...
    def purge(self, portion_id: str, *, user: str, reference: str, ground: str = "") -> StoredPortion: ...


class KeepsStudies:
    """What the builder can do with studies."""

    def study_key(self: _Builder, study: str) -> bytes | None:
        """The key of a study, by the IRI of its source; none for one that was forgotten."""
        return self.study_keys.key(study)

    def forget_study(self: _Builder, study: str, *, user: str, reference: str) -> int:
        """Erase the key of a study, by its name, and every portion of pseudonyms that the user may see.

        Afterwards nothing that the user sees links two interviews, and nobody can link them again. Gives how many
        portions were erased: one a label. Raises ``NotCleared`` as ``purge`` does.
        """
        source = study_source(study, name_key=self.name_key())
        clearance = dict(self.users()).get(user)
        held = self.store.of_source(source)
        # SECURITY: a portion above the user is not theirs to erase, and whether there is one is not told.
        mine = [stored for stored in held if clearance is not None and clearance.dominates(stored.label)]
        for stored in mine:
            self.purge(stored.id, user=user, reference=reference, ground="pseudonyms of a study are forgotten")
        if mine:
            self.study_keys.forget(source)
        return len(mine)
