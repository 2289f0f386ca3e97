"""The builder: the one process that may open the portion store. System-high.

The command line calls it in its own process, or through ``builder_socket`` when a server runs. Every
method takes and gives plain data or values, so that both ways are the same.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from graph_service.builder_judging import Judging
from graph_service.builder_knowing import Knowing
from graph_service.errors import ClearanceError, NotCleared
from graph_service.handling import parse_marking
from graph_service.ingest import ingest
from graph_service.interviewing import KeepsStudies
from graph_service.known_names import NamesByLabel
from graph_service.load_summary import Tally, summary_of
from graph_service.policy_files import load_policies, store_policy
from graph_service.policy_import import refuse_unreadable
from graph_service.portion_list import PortionSummary, summaries_system_high
from graph_service.portions import (
    PURGED,
    Decision,
    Portion,
    Proposed,
    StoredPortion,
    keyed_name,
    portion_id,
    portion_name,
)
from graph_service.relabelling import erasure, held_by, may_see, withdrawal
from graph_service.security import Clearance, Policies
from graph_service.settings import Layout, Settings
from graph_service.shapes import Conformance
from graph_service.storage.conformance import Reread, validate
from graph_service.storage.database import installation_key, open_database
from graph_service.storage.portion_store import PortionStore, Stored
from graph_service.storage.proposal_log import ProposalLog
from graph_service.storage.publisher import Publisher, Reader, refs
from graph_service.storage.register import ANONYMOUS, Register, Registered
from graph_service.storage.servers import remove_dead
from graph_service.storage.shapes import packaged_shapes
from graph_service.storage.study_keys import StudyKeys
from graph_service.storage.view_builder import Superseded, remove_taken_back, remove_unfinished, visible_portions
from loaders.vocabulary import vocabulary


class Builder(Judging, Knowing, KeepsStudies):
    """Stores what ingest accepts, registers principals, and publishes views. Close it to let go of the store.

    Opening it carries through what a crash left half done: ``repairs`` says what that was. ``lasting`` is for a
    process of its own, which calls ``settle`` by and by: there a view may serve a while that was made out of an
    older one by taking something out; elsewhere it is built afresh before a command returns.
    """

    def __init__(self, layout: Layout, settings: Settings, *, key: bytes | None = None, lasting: bool = False) -> None:
        self.layout, self.settings, self._lasting = layout, settings, lasting
        self.lock = threading.RLock()
        self._built = threading.Condition(self.lock)
        self._is_building = self._gives_up = False
        self.policies = load_policies(settings, layout)
        # Both markings of the settings are read before anything is stored.
        settings.anonymous_clearance(self.policies)
        self._vocabulary_label = parse_marking(settings.vocabulary_label, policies=self.policies)
        layout.create()
        self._db = open_database(layout.portions, key=key)
        self.store = PortionStore(self._db, policies=self.policies)
        self.register, self.study_keys = Register(self._db, policies=self.policies), StudyKeys(self._db)
        self.proposals = ProposalLog(self._db)
        self._key = installation_key(self._db)
        self._names = NamesByLabel(self.store.text)
        self._vocabulary_is_loaded = False
        self._vocabulary_ids: set[str] = set()
        self._closed = False
        self.publisher = Publisher(
            self.store, views=layout.views, servers=layout.servers, policies=self.policies, reduces=lasting
        )
        try:
            self.repairs = self._repair()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        with self.lock:
            if self._lasting and not self._closed:
                self.publisher.clear()
            self._closed = True
            self._db.close()

    def load(
        self,
        proposals: Iterable[Proposed],
        *,
        restore: bool = False,
        shapes: bool = True,
        dry_run: bool = False,
        user: str = "",
        also: Callable[[], None] = lambda: None,
    ) -> Stored:
        """Ingest portions of one or more sources, all or none. ``restore``: withdrawn and purged parts may come back.

        ``shapes``: whether they must conform to the shapes; where they need not, their history says so.
        ``dry_run``: everything but storing; what is counted is what would be done. ``user``: the registered user who
        submits, who must hold every label of the load. Other commands go on while the portions come in. ``also`` is
        what else happens if and only if the load is stored.
        """
        submitter, tally = self._writer(user) if user else None, Tally()
        stored = ingest(
            held_by(proposals, submitter, policies=self.policies, today=_today()) if submitter else proposals,
            store=self.store,
            key=self._key,
            policies=self.policies,
            today=_today(),
            restore=restore,
            shapes=shapes,
            dry_run=dry_run,
            lock=self.lock,
            told=tally.add,
            also=also,
        )
        with self.lock:
            sees = submitter.clearance.dominates if submitter else None
            return replace(stored, summary=summary_of(tally, self.store, sees=sees))

    def name_key(self) -> bytes:
        """The key under which loaders name what has no public identifier; nothing else is named under it."""
        return keyed_name("names of loaded things", key=self._key).encode()

    def check(self) -> Conformance:
        """Validate everything that is stored and not withdrawn, at each label. System-high."""
        self.load_vocabulary()
        everything = Reread(lambda: (stored.portion for stored in self.store.read_all_system_high()))
        with self.store.stage() as stage:
            return validate(everything, packaged_shapes(), scratch=stage.scratch)

    def load_vocabulary(self) -> None:
        """Bring the ontology, the rules and the policies up to date, at the settings' label."""
        if not self._vocabulary_is_loaded:  # it is part of the program, which doesn't change while it runs
            stored = self.load(self._vocabulary())
            for portion in itertools.chain(*stored.ids.values()):
                self.store.findings.examined(portion, [])  # the program's own words cross no level
            self._vocabulary_is_loaded = True

    def _vocabulary(self) -> Iterable[Portion]:
        return vocabulary(policies=self.policies, label=self._vocabulary_label, today=_today())

    def publish(self) -> int:
        """Build the view of every clearance in use and publish them in one step. Gives the number of views.

        The vocabulary is brought up to date first, so that no view is ever without it. A server follows by itself.
        """
        self.load_vocabulary()
        return self._publish()

    def _publish(self) -> int:
        """Publish; and where nobody calls ``settle``, build afresh at once what was only reduced."""
        publication = self.publisher.publish(self._readers())
        if not self._lasting:
            self._settle_reduced()
        return len({ref.fingerprint for ref in refs(publication)})

    def _readers(self) -> list[Reader]:
        """Whoever is published for: the anonymous reader first."""
        anonymous = Reader(ANONYMOUS, "", self.settings.anonymous_clearance(self.policies))
        return [anonymous, *(_reader(user) for user in self.register.all())]

    def settle(self, *, reduced_only: bool = False) -> bool:
        """Build one view afresh that was made out of an older one, and serve it instead. Says whether there was one.

        The lock is held for the parts that need it: commands go on while the view is built, and may make it
        superfluous; then it is destroyed, or given up where a portion of it left meanwhile.
        """
        with self.lock:
            if self._closed:
                return False
            publisher = self.publisher
            stale = publisher.stale(reduced_only=reduced_only)
            plans = ((ref, publisher.plan_of(ref, self._readers())) for ref in stale)
            found = next(((ref, plan) for ref, plan in plans if plan is not None), None)
            if found is None:
                return False
            self._is_building = True
        try:
            fresh = publisher.build_afresh(found[1], self._read)
            with self.lock:
                if not self._closed:
                    publisher.swap(found[0], fresh)
        except Superseded:  # nothing is amiss: what replaces it was published, or is about to be
            pass
        finally:
            with self.lock:
                self._is_building = False
                self._built.notify_all()
        return True

    def sweep(self, *, taken_back_only: bool = False) -> None:
        """Destroy what is not served any more."""
        with self.lock:
            if not self._closed and taken_back_only:
                self.publisher.clear()
            elif not self._closed:
                self.publisher.sweep()

    def _read(self, portion_id: str) -> StoredPortion:
        with self.lock:
            if self._closed or self._gives_up:
                raise Superseded("this view is not wanted any more")
            try:
                return self.store.read(portion_id)
            except KeyError as error:
                raise Superseded("a portion left while a view of it was being built", detail=portion_id) from error

    def _settle_reduced(self) -> None:
        while self.settle(reduced_only=True):
            pass
        self.publisher.sweep()

    def _repair(self) -> list[str]:
        """Carry through what a crash left half done, and say what it was.

        (1) destroy half-built views and those that were taken back; (2) make again the publication that was not
        carried through: until it is, no more is shown than before the decision; (3) leave no trace of what was purged
        or taken out.
        """
        unfinished = remove_unfinished(self.layout.views)  # (1)
        told = [f"a view that was half built was destroyed: {name}" for name in unfinished]
        if (dead := remove_dead(self.layout.servers)) > 0:
            told.append(f"{dead} server{'' if dead == 1 else 's'} had ended without a word: forgotten")
        if back := remove_taken_back(self.layout.views):
            told.append(f"{len(back)} view{'' if len(back) == 1 else 's'} that had been taken back: destroyed")
        pending = self.store.pending()
        if pending:
            self._publish()  # (2)
            self._finish_purges()
            told += [
                f"portion {entry.portion.rpartition('/')[2]} was {entry.act} and the views did not show it: they do now"
                for entry in pending
            ]
        if not self._lasting and self.publisher.stale(reduced_only=True):  # (3)
            self._settle_reduced()
            told.append("views whose files might still hold what was taken out were built afresh")
        return told

    def _finish_purges(self) -> None:
        """After the views were published: build afresh what was only reduced, and erase what the database keeps."""
        purges = [entry for entry in self.store.pending() if entry.act == PURGED]
        if purges:
            self._gives_up = True  # a view that is being built may hold the text
            while self._is_building:
                self._built.wait()
            self._gives_up = False
            self._settle_reduced()
            self.publisher.sweep(for_purge=True)
            self.store.erase_traces()
            self.store.carried_through(purges)

    def add_user(self, name: str, clearance: Clearance, acts_for: str = "", may: Collection[str] = ()) -> str:
        """Register a user and wait for the view to be ready. Gives the token, which is not kept.

        ``acts_for`` is the IRI of the originator in whose name they may lower labels, ``may`` what they may ask for
        besides reading. Raises ``ClearanceError`` where nothing is visible at the clearance: there would be nothing to
        serve.
        """
        self.load_vocabulary()
        if not visible_portions(self.store.heads(), clearance=clearance):
            raise ClearanceError("nothing that is loaded is visible at this clearance")
        token = self.register.add(name, clearance=clearance, acts_for=acts_for, may=may)
        self._publish()
        return token

    def allow(self, name: str, right: str, *, allowed: bool = True) -> None:
        """Give a registered user a right, or take it away, and publish. Raises ``ClearanceError``."""
        self.register.allow(name, right, allowed=allowed)
        self.publish()

    def withdraw(self, target: str, *, user: str, ground: str, reference: str = "") -> list[StoredPortion]:
        """Take a portion, or all that the user may see of a source, out of every view. Gives what was taken out.

        Text and history stay in the store; a load brings it back only with ``restore``. Raises ``NotCleared``.
        """
        writer, today = self._writer(user), _today()
        found = [entry for entry in self.store.of_source(target) if may_see(entry, writer=writer, today=today)]
        found = found or [self._held(target)]
        decisions = []
        for stored in found:
            decided = withdrawal(
                stored, writer=writer, ground=ground, reference=reference, policies=self.policies, today=today
            )
            self._refuse_vocabulary(stored)
            decisions.append((stored, decided))
        self.store.withdraw(decisions)
        self.publish()
        return found

    def purge(self, portion_id: str, *, user: str, reference: str, ground: str = "") -> StoredPortion:
        """Erase a portion, withdrawn or not: no byte of its text stays in store, views or what they left behind.

        Its history stays. The audit log, backups and the files it was loaded from are not touched. Raises
        ``NotCleared``.
        """
        writer, stored = self._writer(user), self.store.get(portion_id)
        if stored is None:
            raise NotCleared(f"there is no portion `{portion_name(portion_id)}`")
        decision = erasure(
            stored, writer=writer, ground=ground, reference=reference, policies=self.policies, today=_today()
        )
        self._refuse_vocabulary(stored)
        self.store.purge(stored, decision)
        self.publish()
        self._finish_purges()
        return stored

    def _held(self, portion_id: str) -> StoredPortion:
        """A portion that is not withdrawn. Raises ``NotCleared``, in the words for one that is not there at all."""
        try:
            return self.store.read(portion_id)
        except KeyError as error:
            raise NotCleared(f"there is no portion `{portion_name(portion_id)}`") from error

    def _refuse_vocabulary(self, stored: StoredPortion) -> None:
        """What is part of the program would come back with the next publication."""
        if not self._vocabulary_ids:
            self._vocabulary_ids = {portion_id(portion, key=self._key) for portion in self._vocabulary()}
        if stored.id in self._vocabulary_ids:
            raise NotCleared("this portion is part of the program: its label is the setting `vocabulary_label`")

    def history(self, portion_id: str) -> list[Decision]:
        """Every decision about the portion's label, the first one first."""
        return self.store.history(portion_id)

    def import_policy(self, text: str, policies: Policies, policy_id: str, version: str) -> str:
        """Keep a policy that was read into ``policies``. Raises ``LabelError`` if what is stored can't be read then.

        Gives the name of the file that holds it. Whoever has policies open reads them again by starting anew.
        """
        refuse_unreadable(
            PortionStore(self._db, policies=policies),
            Register(self._db, policies=policies),
            policies,
            already=self.register.unreadable(),
            settings=self.settings,
            today=_today(),
        )
        return store_policy(policies.version(policy_id, name=version), text, self.layout).name

    def users(self) -> list[tuple[str, Clearance]]:
        return [(user.name, user.clearance) for user in self.register.all()]

    def rights(self) -> dict[str, list[str]]:
        """What each registered user may ask for besides reading."""
        return {user.name: sorted(user.may) for user in self.register.all()}

    def unreadable_users(self) -> dict[str, str]:
        """Who is registered and served nothing, because their clearance can't be read: names, and what is wrong."""
        return self.register.unreadable()

    def portions(self) -> list[PortionSummary]:
        return summaries_system_high(self.store, policies=self.policies)

    def portion(self, portion_id: str) -> StoredPortion | None:
        return self.store.get(portion_id)


def _reader(user: Registered) -> Reader:
    return Reader(user.name, user.token_sha256, user.clearance, user.may, user.acts_for)


def _today() -> date:
    return datetime.now(UTC).date()
