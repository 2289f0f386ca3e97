"""Who asks: a request's bearer token to a principal and the view they are served. Trusted base: yes.

Nothing but the ``Authorization`` header counts: no cookie, no query parameter, no address.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from graph_service.errors import NotAuthenticated, NotCleared, NotPublished
from graph_service.security import Policies
from graph_service.serving.questions import Desk
from graph_service.serving.workers import ViewWorkers
from graph_service.settings import Settings
from graph_service.storage.views import PUBLICATION, Principal, Publication, ViewRef, token_sha256


@dataclass(frozen=True)
class Asker:
    """A principal with the view they are served and the desk where they ask."""

    name: str
    view: ViewRef
    desk: Desk


class Doorkeeper:
    """Follows the publication and lets each request in at its own clearance."""

    def __init__(self, views: Path, *, policies: Policies, settings: Settings) -> None:
        self._views, self._policies, self._settings = views, policies, settings
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._principals: dict[str, Principal] = {}
        self._pools: dict[str, ViewWorkers] = {}

    def admit(self, authorization: str | None) -> Asker:
        """The asker behind an ``Authorization`` header.

        (1) no header is the anonymous reader; (2) a header that is not a known bearer token is refused,
        never anonymous; (3) a clearance that is not in force today grants nothing; (4) the view is the one
        published for exactly this principal, never a nearby one.
        """
        with self._lock:
            self._follow()
            principal = self._principals.get(_token_hash(authorization))
        if principal is None:
            raise NotAuthenticated("the token is not known here")  # (2)
        # Read here, not when the publication is taken up: an unreadable clearance is its holder's trouble alone.
        clearance = self._policies.clearance(principal.clearance)
        # SECURITY: removing this serves expired clearances. See tests/web/test_identity.py.
        if not clearance.in_force(on=datetime.now(UTC).date()):  # (3)
            raise NotCleared("your clearance is not in force today: ask the security officer to renew it")
        if principal.view is None:  # (4)
            raise NotPublished("no view is published for your clearance: ask the administrator to publish")
        return Asker(principal.name, principal.view, Desk(self._pool(principal.view)))

    def close(self) -> None:
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()

    def _pool(self, view: ViewRef) -> ViewWorkers:
        with self._lock:
            if view.directory not in self._pools:
                self._pools[view.directory] = ViewWorkers(view.dataset(self._views), self._settings)
            return self._pools[view.directory]

    def _follow(self) -> None:
        """Take up a new publication, and let go of the workers of views that are no longer served."""
        try:
            status = (self._views / PUBLICATION).stat()
        except FileNotFoundError as error:
            raise NotPublished("nothing is published here yet: run `sluis publish`") from error
        stamp = (status.st_mtime_ns, status.st_ino, status.st_size)
        if stamp == self._stamp:
            return
        publication = Publication.read(self._views)
        self._principals = {principal.token_sha256: principal for principal in publication.everyone}
        served = {principal.view.directory for principal in publication.everyone if principal.view}
        for directory in set(self._pools) - served:
            self._pools.pop(directory).close()
        self._stamp = stamp


def _token_hash(authorization: str | None) -> str:
    """The hash under which the principal is registered; the anonymous reader's is the empty text (1)."""
    if authorization is None:
        return ""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated("this server takes `Authorization: Bearer TOKEN`")
    return token_sha256(token.strip())
