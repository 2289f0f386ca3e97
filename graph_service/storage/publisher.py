"""Publishing: from what is stored to what each reader is served, in steps that a crash can't get between.

Trusted base: yes. What is decided here is read off the store and the views alone, so a publication that was cut
short is simply made again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from graph_service.errors import NotPublished
from graph_service.portions import PURGED, StoredPortion
from graph_service.security import Clearance, Label, Policies
from graph_service.storage.contents import Contents
from graph_service.storage.increments import build_upon
from graph_service.storage.portion_store import Head, Pending, PortionStore
from graph_service.storage.servers import await_servers, end_workers, remove_dead, workers_on
from graph_service.storage.view_builder import (
    ViewPlan,
    build_afresh,
    generations,
    plan_view,
    remove_taken_back,
    remove_views,
    take_back,
    view_directories,
    visible_portions,
)
from graph_service.storage.views import Principal, Publication, ViewRef

ACKNOWLEDGE_SECONDS = 2.0
MOST_INCREMENTS, MOST_WHILE_TENDED = 16, 128
"""Additions to a view after which the next one is built afresh: each makes its queries a little slower. More of them
where somebody builds it afresh by and by: there nobody should wait for that, least of all with a label to raise."""
LARGE_VIEW = 50_000
"""Statements below which a view is always built afresh: that takes no time there."""
SIDE_BY_SIDE = max(2, os.cpu_count() or 0)
"""How many views are made out of older ones at a time: more than there are processors only get in each other's way."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody for whom a view is published."""

    name: str
    token_sha256: str
    clearance: Clearance
    may: frozenset[str] = frozenset()
    acts_for: str = ""


class Publisher:
    """Publishes what is stored. Not thread-safe: its owner holds a lock, but for ``build_afresh``.

    ``reduces``: a view may serve for a while from which something was taken out, because somebody builds it afresh
    soon. ``large_view`` is the size from which views are made out of older ones.
    """

    def __init__(
        self, store: PortionStore, *, views: Path, servers: Path, policies: Policies, reduces: bool = False
    ) -> None:
        self._store, self._views, self._servers, self._policies = store, views, servers, policies
        self._reduces = reduces
        self.large_view = LARGE_VIEW

    def publish(self, readers: Sequence[Reader]) -> Publication:
        """Serve each reader exactly what they may see of what is stored now.

        (1) plan each reader's view; (2) take back each view that shows what its reader may not see, or under a
        label that it no longer has: that is the moment of effect; (3) destroy what was not served any more before;
        (4) build what is missing; (5) replace the publication in one step; (6) destroy what was taken back, and
        (7) only then forget what was pending: whoever opens the store after a crash does all of this again. Where
        somebody calls ``clear`` and ``sweep`` by and by, (3) and (6) are theirs: nobody waits for the disk.
        """
        before, pending = self._published(), self._store.pending()
        heads = self._store.heads()  # (1)
        plans = self._plans(readers, heads)
        bases: dict[str, Path] = {}
        if before is not None:
            before, bases = self._take_back(before, plans, heads, pending)  # (2)
            if not bases and not self._reduces:  # else what they are made out of would go too
                self._tidy(before)  # (3)
        served = {p.token_sha256: p.view for p in before.everyone if p.view} if before else {}
        wanted: dict[str, tuple[ViewPlan, ViewRef | None, Path | None]] = {}
        for reader, plan in plans:
            if plan is not None and plan.fingerprint not in wanted:
                now = served.get(reader.token_sha256)
                base = bases.get(reader.token_sha256) or (self._views / now.directory if now else None)
                wanted[plan.fingerprint] = (plan, now, base)
        made = self._made(wanted)  # (4)
        everyone = tuple(
            Principal(
                reader.name,
                reader.token_sha256,
                reader.clearance.to_data(),
                made[plan.fingerprint] if plan else None,
                tuple(sorted(reader.may)),
                reader.acts_for,
            )
            for reader, plan in plans
        )
        publication = Publication(everyone[0], everyone[1:], before.withdrawn if before and bases else ())
        publication.write(self._views)  # (5)
        if not self._reduces:
            self._tidy(*([before] if before else []), publication)  # (6)
        # A purge is carried through when no view that was only reduced is left, and no trace in the database.
        self._store.carried_through(entry for entry in pending if entry.act != PURGED)  # (7)
        return publication

    def stale(self, *, reduced_only: bool = False) -> list[ViewRef]:
        """The views that are served and were not built afresh, each once; or those that something was taken out of."""
        now, found = self._published(), {}
        for ref in refs(now) if now else []:
            contents = Contents.read(self._views / ref.directory)
            if contents is None or contents.is_reduced or (not contents.is_fresh and not reduced_only):
                found[ref.directory] = ref
        # Those first whose files may still hold what was taken out.
        return sorted(found.values(), key=lambda ref: not self._is_reduced(ref.directory))

    def plan_of(self, ref: ViewRef, readers: Sequence[Reader]) -> ViewPlan | None:
        """The plan of a view that is served, if it is still wanted."""
        plans = (plan for _, plan in self._plans(readers, self._store.heads()))
        return next((plan for plan in plans if plan is not None and plan.fingerprint == ref.fingerprint), None)

    def build_afresh(self, plan: ViewPlan, read: Callable[[str], StoredPortion]) -> ViewRef:
        """Build a view that is there already once more, for ``swap``. Needs no lock, if ``read`` takes it."""
        return build_afresh(plan, views=self._views, read=read)

    def swap(self, old: ViewRef, new: ViewRef) -> bool:
        """Serve ``new`` in place of ``old``, which is the same view, if ``old`` is served still."""
        now = self._published()
        served = {ref.directory for ref in refs(now)} if now else set()
        if now is None or old.directory not in served:
            if new.directory in served:  # a publication found it there meanwhile
                return True
            remove_views(self._views, keep=set(view_directories(self._views)) - {new.directory})
            return False

        def swapped(principal: Principal) -> Principal:
            return replace(principal, view=new) if principal.view == old else principal

        stamp = replace(
            now, anonymous=swapped(now.anonymous), principals=tuple(swapped(p) for p in now.principals)
        ).write(self._views)
        await_servers(self._servers, stamp, seconds=ACKNOWLEDGE_SECONDS)
        return True

    def clear(self) -> None:
        """Destroy what was taken back."""
        remove_taken_back(self._views)

    def sweep(self, *, for_purge: bool = False) -> list[str]:
        """Destroy every view directory that is not served, and that no worker is at work on. Gives their names.

        ``for_purge``: those that something was taken out of go at any rate, and what runs on them is ended.
        """
        now = self._published()
        return self._tidy(now, spare_reduced=not for_purge) if now else []

    def _published(self) -> Publication | None:
        try:
            return Publication.read(self._views)
        except NotPublished:
            return None

    def _plans(self, readers: Sequence[Reader], heads: Sequence[Head]) -> list[tuple[Reader, ViewPlan | None]]:
        """What each reader is to see. Readers who see the same portions share a plan."""
        labelled: dict[Label, list[Head]] = {}  # a few labels stand on many portions, and are decided on once
        for head in heads:
            labelled.setdefault(head.label, []).append(head)
        samples = [found[0] for found in labelled.values()]
        known: dict[frozenset[str], ViewPlan] = {}
        plans: list[tuple[Reader, ViewPlan | None]] = []
        for reader in readers:
            seen = visible_portions(samples, clearance=reader.clearance)
            visible = sorted((head for one in seen for head in labelled[one.label]), key=lambda head: head.id)
            ids = frozenset(head.id for head in visible)
            if visible and ids not in known:
                known[ids] = plan_view(visible, policies=self._policies)
            plans.append((reader, known[ids] if visible else None))
        return plans

    def _take_back(
        self,
        before: Publication,
        plans: Sequence[tuple[Reader, ViewPlan | None]],
        heads: Sequence[Head],
        pending: Sequence[Pending],
    ) -> tuple[Publication, dict[str, Path]]:
        """Take back what may not be shown any more. Gives the publication then, and each reader's old view.

        (1) find the views, served or left over, with a portion that is not to be seen there, unless it only got a
        label that demands less; (2) publish without them; (3) move them away, so that no worker can be started on
        one; (4) wait until every live server has ended its workers there; (5) end those that are left, whoever
        started them, such as the workers of a server that does not answer.
        """
        stored, lowered = {head.id for head in heads}, {p.portion: p.successor for p in pending if p.successor}
        allowed = {
            reader.token_sha256: {head.id for head, _ in plan.portions} if plan else set() for reader, plan in plans
        }
        tainted = set()
        for name in view_directories(self._views):  # (1)
            contents = Contents.read(self._views / name)
            readers = [p.token_sha256 for p in before.everyone if p.view and p.view.directory == name]
            # A reader who is not published for any more is let in nowhere; others who see the same go on.
            sees = [allowed[token] for token in readers if token in allowed] or [stored]
            if contents is None or not all(_fits(contents.ids, ids, lowered) for ids in sees):
                tainted.add(name)
        if not tainted:
            return before, {}

        def without(principal: Principal) -> Principal:
            gone = principal.view is not None and principal.view.directory in tainted
            return replace(principal, view=None) if gone or principal.token_sha256 not in allowed else principal

        interim = Publication(
            without(before.anonymous), tuple(without(p) for p in before.principals), tuple(sorted(tainted))
        )
        stamp = interim.write(self._views)  # (2)
        places = {name: take_back(self._views, name) for name in sorted(tainted)}  # (3)
        late = await_servers(self._servers, stamp, seconds=ACKNOWLEDGE_SECONDS)  # (4)
        end_workers(tainted, late=late)  # (5)
        bases = {
            p.token_sha256: places[p.view.directory] for p in before.everyone if p.view and p.view.directory in tainted
        }
        return interim, bases

    def _made(self, wanted: Mapping[str, tuple[ViewPlan, ViewRef | None, Path | None]]) -> dict[str, ViewRef]:
        """Each planned view by its fingerprint: what is served already, what is there, one made out of an older one,
        or one built afresh. Making out of older ones is mostly waiting for the disk, so it is done side by side.
        """
        made: dict[str, ViewRef] = {}
        upon: dict[str, Callable[[], ViewRef | None]] = {}
        read = lru_cache(maxsize=256)(self._store.read)  # the same few texts come into each view
        for name, (plan, now, base) in wanted.items():
            contents = Contents.read(base) if base is not None else None
            if now is not None and now.fingerprint == name and (self._views / now.directory).is_dir():
                made[name] = plan.ref(now.directory)
            elif found := generations(plan, self._views):
                made[name] = plan.ref(found[0])
            elif base is not None and contents is not None and self._may_build_upon(contents, plan):
                upon[name] = partial(build_upon, base, contents, plan, views=self._views, read=read)
        with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
            results = zip(upon, pool.map(lambda build: build(), upon.values()), strict=True)
            made |= {name: ref for name, ref in results if ref is not None}
        for name, (plan, _, _) in wanted.items():
            if name not in made:
                made[name] = build_afresh(plan, views=self._views, read=self._store.read)
        return made

    def _may_build_upon(self, contents: Contents, plan: ViewPlan) -> bool:
        takes_out = bool(set(contents.portions) - set(plan.entries)) or contents.is_reduced
        return (
            contents.statements >= self.large_view
            and contents.increments < (MOST_WHILE_TENDED if self._reduces else MOST_INCREMENTS)
            and (self._reduces or not takes_out)
        )

    def _is_reduced(self, directory: str) -> bool:
        contents = Contents.read(self._views / directory)
        return contents is None or contents.is_reduced

    def _tidy(self, *publications: Publication, spare_reduced: bool = True) -> list[str]:
        """Destroy what none of these serves. A view on which a query still runs stays: its reader notices nothing."""
        remove_dead(self._servers)
        kept = {ref.directory for publication in publications for ref in refs(publication)}
        left = [name for name in view_directories(self._views) if name not in kept]
        in_use = set(workers_on(left))
        if not spare_reduced:
            reduced = {name for name in in_use if self._is_reduced(name)}
            end_workers(reduced, late=[])
            in_use -= reduced
        return remove_views(self._views, keep=[*kept, *in_use])


def refs(publication: Publication) -> list[ViewRef]:
    """The views that are served."""
    return [principal.view for principal in publication.everyone if principal.view is not None]


def _fits(held: Iterable[str], visible: set[str], lowered: Mapping[str, str]) -> bool:
    """Whether a view with these portions shows nothing but what is visible, or was visible under a higher label."""
    return all(portion in visible or lowered.get(portion) in visible for portion in held)
