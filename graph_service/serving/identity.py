"""Who asks: a request's bearer token to a principal and the view they are served. Trusted base: yes.

Nothing but the ``Authorization`` header counts: no cookie, no query parameter, no address.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from graph_service.errors import NotAuthenticated, NotCleared, NotPublished, SluisError
from graph_service.security import Clearance, Label, Policies, high_water_mark
from graph_service.serving.questions import Desk
from graph_service.serving.worker import START_SECONDS
from graph_service.serving.workers import ViewWorkers
from graph_service.settings import Settings
from graph_service.storage.view_labels import read_labels
from graph_service.storage.views import PUBLICATION, Principal, Publication, ViewRef, stamp_of, token_sha256

FOLLOW_SECONDS = 0.05


@dataclass(frozen=True)
class Asker:
    """A principal with what they hold, the view they are served and the desk where they ask.

    ``parts`` are the workers that ask on parts of the view; ``labels`` those of its portions. ``token_sha256`` is empty
    for the anonymous reader; ``may`` and ``acts_for`` are as in the register.
    """

    name: str
    view: ViewRef
    clearance: Clearance
    token_sha256: str
    may: tuple[str, ...]
    acts_for: str
    _pools: Pools

    @property
    def is_registered(self) -> bool:
        return self.token_sha256 != ""

    @property
    def desk(self) -> Desk:
        return self._pools.desk

    @property
    def parts(self) -> ViewWorkers:
        return self._pools.parts

    @property
    def labels(self) -> dict[str, Label]:
        return self._pools.labels

    @property
    def label(self) -> Label:
        """The label of the view: the join of those of its portions."""
        return self._pools.label

    @property
    def sees_classified(self) -> bool:
        """Whether anything in the view is classified."""
        return self._pools.holds_classified


class Pools:
    """What serves one view: its workers, those that ask on parts of it, and the labels of its portions."""

    def __init__(self, view: ViewRef, *, views: Path, policies: Policies, settings: Settings) -> None:
        self._directory, self._policies = views / view.directory, policies
        dataset = view.dataset(views)
        self.workers = ViewWorkers(dataset, settings)
        self.desk = Desk(self.workers, policies)
        self.parts = ViewWorkers(dataset, settings, derives=True)

    @cached_property
    def labels(self) -> dict[str, Label]:
        return read_labels(self._directory, policies=self._policies)

    @cached_property
    def label(self) -> Label:
        return high_water_mark(self.labels.values())

    @cached_property
    def holds_classified(self) -> bool:
        return any(label.is_classified for label in self.labels.values())

    def close(self) -> None:
        """The view is not served any more: who is at work may finish."""
        self.workers.close()
        self.parts.close()

    def end(self) -> None:
        """The view was taken back: nothing of it may answer."""
        self.workers.end()
        self.parts.end()


class Doorkeeper:
    """Follows the publication and lets each request in at its own clearance.

    ``acknowledge`` is told the stamp of each publication when nothing runs any more that it took back.
    """

    def __init__(
        self,
        views: Path,
        *,
        policies: Policies,
        settings: Settings,
        acknowledge: Callable[[str], None] = lambda _stamp: None,
    ) -> None:
        self._views, self.policies, self._settings = views, policies, settings
        self._acknowledge = acknowledge
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._followed: int | None = None
        self._file: tuple[int, int] | None = None
        self._principals: dict[str, Principal] = {}
        self._askers: dict[str, Asker] = {}
        self._pools: dict[str, Pools] = {}
        self._leaving: dict[str, tuple[float, Pools]] = {}

    def admit(self, authorization: str | None) -> Asker:
        """The asker behind an ``Authorization`` header.

        (1) no header is the anonymous reader; (2) a header that is not a known bearer token is refused,
        never anonymous; (3) a clearance that is not in force today grants nothing; (4) the view is the one
        published for exactly this principal, never a nearby one. Whoever was let in under this publication before
        needs no lock: one that was replaced meanwhile has ended what may not answer any more.
        """
        token = _token_hash(authorization)
        asker = self._askers.get(token) if self._is_current() else None
        if asker is None:
            with self._lock:  # all of it: a view is not replaced between finding it and finding its workers
                self._follow()
                asker = self._askers[token] = self._let_in(token)
        _must_be_in_force(asker.clearance)  # (3)
        return asker

    def _let_in(self, token: str) -> Asker:
        principal = self._principals.get(token)
        if principal is None:
            raise NotAuthenticated("the token is not known here")  # (2)
        # Read here, not when the publication is taken up: an unreadable clearance is its holder's trouble alone.
        clearance = self.policies.clearance(principal.clearance)
        _must_be_in_force(clearance)  # (3)
        if principal.view is None:  # (4)
            raise NotPublished("no view is published for your clearance: ask the administrator to publish")
        pools = self._pool(principal.view)
        return Asker(
            principal.name, principal.view, clearance, principal.token_sha256, principal.may, principal.acts_for, pools
        )

    def keep_following(self) -> None:
        """Take up each publication soon after it is made, whether anybody asks or not, until ``close``."""
        while not self._ended.wait(FOLLOW_SECONDS):
            # What can't be read is not acknowledged; every request meets the same error and is refused.
            with suppress(SluisError, OSError, ValueError, KeyError, TypeError), self._lock:
                self._follow()

    def close(self) -> None:
        self._ended.set()
        with self._lock:
            for pool in (*self._pools.values(), *(pool for _, pool in self._leaving.values())):
                pool.end()
            self._pools.clear()
            self._leaving.clear()

    def _pool(self, view: ViewRef) -> Pools:
        if view.directory not in self._pools:
            self._pools[view.directory] = Pools(
                view, views=self._views, policies=self.policies, settings=self._settings
            )
        return self._pools[view.directory]

    def _follow(self) -> None:
        """Take up the publication, if it is a new one.

        The file that was taken up stays open: while it does, no other file gets its number.
        """
        path = self._views / PUBLICATION
        try:
            if self._is_current():
                return
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise NotPublished("nothing is published here yet: run `sluis publish`") from error
        try:
            self._take_up(os.pread(descriptor, os.fstat(descriptor).st_size, 0))
        except BaseException:
            os.close(descriptor)
            raise
        if self._followed is not None:
            os.close(self._followed)
        self._followed = descriptor
        self._file = _number(os.fstat(descriptor))

    def _is_current(self) -> bool:
        """Whether the publication that was taken up is the one that is there."""
        with suppress(FileNotFoundError):
            return self._file is not None and self._file == _number((self._views / PUBLICATION).stat())
        return False

    def _take_up(self, text: bytes) -> None:
        """(1) admit by it from now on; (2) let go of the workers of views that are no longer served: those at work
        may finish; (3) but end those of views that were taken back, whatever they do; (4) say so.

        A view that is served as before keeps its workers: a publication that concerns others changes nothing here.
        """
        publication, now = Publication.parse(text), time.monotonic()
        self._principals = {principal.token_sha256: principal for principal in publication.everyone}  # (1)
        self._askers.clear()
        served = {principal.view.directory for principal in publication.everyone if principal.view}
        longest = self._settings.queue_seconds + START_SECONDS + self._settings.query_seconds
        for directory in set(self._pools) - served:  # (2)
            self._pools[directory].close()
            self._leaving[directory] = (now + longest, self._pools.pop(directory))
        # SECURITY: removing this lets a query go on that was begun before its view was taken back.
        for directory in set(self._leaving).intersection(publication.withdrawn):  # (3)
            self._leaving.pop(directory)[1].end()
        self._leaving = {name: entry for name, entry in self._leaving.items() if entry[0] > now}
        self._acknowledge(stamp_of(text))  # (4)


def _number(status: os.stat_result) -> tuple[int, int]:
    """What tells a file from every other one that is there."""
    return (status.st_dev, status.st_ino)


def _must_be_in_force(clearance: Clearance) -> None:
    # SECURITY: removing this serves expired clearances. See tests/web/test_identity.py.
    if not clearance.in_force(on=datetime.now(UTC).date()):
        raise NotCleared("your clearance is not in force today: ask the security officer to renew it")


def _token_hash(authorization: str | None) -> str:
    """The hash under which the principal is registered; the anonymous reader's is the empty text (1)."""
    if authorization is None:
        return ""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated("this server takes `Authorization: Bearer TOKEN`")
    return token_sha256(token.strip())
