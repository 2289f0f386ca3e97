"""Whether all that is stored can still be read with another set of policies. System-high."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from graph_service.errors import ClearanceError, LabelError
from graph_service.handling import parse_marking
from graph_service.security import Policies
from graph_service.settings import Settings
from graph_service.storage.portion_store import PortionStore
from graph_service.storage.register import Register
from loaders.vocabulary import vocabulary


def refuse_unreadable(
    store: PortionStore,
    register: Register,
    policies: Policies,
    *,
    already: Mapping[str, str],
    settings: Settings,
    today: date,
) -> None:
    """Raises ``LabelError`` if a setting, a label or a clearance that can be read now could not be read with these.

    Store and register are opened with these policies; ``already`` are those whose clearance can't be read now.
    """
    try:
        settings.anonymous_clearance(policies)
        label = parse_marking(settings.vocabulary_label, policies=policies)
        list(vocabulary(policies=policies, label=label, today=today))
        for withdrawn in (False, True):
            for _ in store.read_all_system_high(withdrawn=withdrawn):
                pass
        unreadable = register.unreadable()
    except (LabelError, ClearanceError) as error:
        raise LabelError(f"with this policy the settings, or what is stored, can't be read: {error.public}") from error
    lost = sorted(set(unreadable) - set(already))
    if lost:
        raise LabelError(f"with this policy the clearance of `{lost[0]}` can't be read: {unreadable[lost[0]]}")
