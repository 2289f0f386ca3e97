"""The builder's end of the intake: takes up what readers propose, checks all of it, decides, publishes, and tells them.

Trusted base: yes. A proposal comes from the server, which may be anybody's. What its writer is told is computed from
what the clearance dominates that they looked at, and from nothing else.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from graph_service.builder import Builder
from graph_service.builder_judging import Terms
from graph_service.errors import LabelError, NotCleared, SluisError
from graph_service.handling import format_marking, parse_marking
from graph_service.portions import Term, parse_day
from graph_service.proposals import (
    ACCEPTED,
    KEPT_SECONDS,
    MAX_BYTES,
    PUBLISHED,
    REFUSED,
    WAITING,
    LabelDecision,
    Proposal,
    Review,
    made_at,
    read_wish,
)
from graph_service.relabelling import Relabelling
from graph_service.reviewing import Judgement
from graph_service.security import Clearance, Label, high_water_mark
from graph_service.storage.proposal_log import Receipt
from graph_service.storage.register import Registered
from graph_service.storage.views import sync_folder, token_sha256

AT_ONCE = 50
"""How many proposals are decided on before what was accepted is published."""
UNFINISHED_SECONDS = 60.0
"""How long a file that is not whole stays: its writer has not been told that it is there."""
SKEW_SECONDS = 300
_MOST_BYTES = 2 * MAX_BYTES
_FAILED = "this could not be done here: tell the administrator, and send it again"


class Intake:
    """Over a builder that has the portion store. A crash between any two steps loses nothing and does nothing twice."""

    def __init__(self, builder: Builder) -> None:
        self._builder, self._log = builder, builder.proposals
        self._folder, self._receipts = builder.layout.proposals, builder.layout.receipts

    def is_empty(self) -> bool:
        with os.scandir(self._folder) as entries:
            return next(entries, None) is None

    def work(self) -> int:
        """Do what lies there, the oldest first. Gives how many proposals were done with.

        (1) read what is whole; (2) decide on each: what it changes and what became of it are stored in one
        transaction; (3) tell; (4) publish what was accepted, once; (5) tell, and only then (6) destroy the files.
        """
        with self._builder.lock:
            found = [(path, proposal) for path in self._paths() if (proposal := self._read(path))]  # (1)
            for _, proposal in found:
                self._decide(proposal)  # (2)
            accepted = self._log.in_state(ACCEPTED)
            for name in accepted:
                self._tell(name)  # (3)
            if accepted:
                self._builder.publish()  # (4)
            for name in accepted:
                self._log.settle(name, Receipt(PUBLISHED, marking=self._marking_of(name)))
                self._tell(name)  # (5)
            for path, proposal in found:
                self._tell(proposal.id)
                destroy(path)  # (6)
            self._forget()
            return len(found)

    def _paths(self) -> list[Path]:
        def age(entry: os.DirEntry[str]) -> tuple[int, str]:
            return entry.stat(follow_symlinks=False).st_mtime_ns, entry.name

        with os.scandir(self._folder) as entries:
            return [Path(entry.path) for entry in sorted(entries, key=age)[:AT_ONCE]]

    def _read(self, path: Path) -> Proposal | None:
        """The proposal in a file. What can't become whole any more, or is none, is destroyed: nobody waits for it."""
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            path.unlink()
            return None
        if status.st_size > _MOST_BYTES:
            destroy(path)
            return None
        content = path.read_bytes()
        try:
            proposal = Proposal.from_bytes(content)
        except (ValueError, RecursionError):
            was_overwritten = content != b"" and not content.strip(b"\0")
            if was_overwritten or time.time() - status.st_mtime > UNFINISHED_SECONDS:
                destroy(path)
            return None
        if proposal.id != path.name:
            destroy(path)
            return None
        return proposal

    def _decide(self, proposal: Proposal) -> None:
        """(1) once, whatever is put there again; (2) in the name of whoever's token it shows, and whose id it has; of
        nobody's there is nobody to tell; (3) all or nothing.
        """
        known = self._log.receipt(proposal.id)
        if known is not None and known.state != WAITING:  # (1)
            return
        shown = token_sha256(proposal.token)
        writer = next((user for user in self._builder.register.all() if user.token_sha256 == shown), None)
        # SECURITY: a name or hash can be forged by whoever writes here; only the token shows that its holder asked.
        if writer is None or not _is_fresh(made_at(proposal.id, shown)):  # (2)
            return
        begun = self._log.begin(proposal.id, on=datetime.now(UTC).date(), state=WAITING)
        try:
            clearance, floor = self._looked_at(proposal, writer)
            terms = Terms(clearance, begun, partial(self._accept, proposal.id))
            self._carry_out(proposal, writer, floor, terms)  # (3)
        except SluisError as error:
            self._log.settle(proposal.id, Receipt(REFUSED, error.public))
        except OSError:  # the machine's trouble, which may pass
            raise
        except Exception as error:  # else one proposal would hold up all others
            kind = type(error).__name__  # and no more of it: its text may be the proposal's
            print(f"sluis builder: a proposal failed: {kind}", file=sys.stderr)  # noqa: T201  # for the administrator
            self._log.settle(proposal.id, Receipt(REFUSED, _FAILED))

    def _looked_at(self, proposal: Proposal, writer: Registered) -> tuple[Clearance, Label]:
        """As who the proposal is decided on, and the label below which nothing of it may stand. Raises ``NotCleared``.

        What is written may say anything that its writer has seen: so it stands no lower than all that they looked at,
        as the server had it then and as it is now.
        """
        # SECURITY: removing this lets everybody who can read write.
        if proposal.right not in writer.may:
            raise NotCleared("you may not ask for this: the administrator allows it with `sluis user allow`")
        own, policies = writer.clearance, self._builder.policies
        if not own.in_force(on=datetime.now(UTC).date()):
            raise NotCleared("your clearance is not in force today: ask the security officer to renew it")
        clearance = own if proposal.clearance is None else policies.clearance(proposal.clearance)
        # SECURITY: a lower clearance than one's own is chosen freely, and any other is none.
        if clearance is not own and not covers(own, clearance):
            raise NotCleared("you can't ask at this clearance")
        now = self._builder.seen_at(clearance)
        floor = high_water_mark([policies.label(proposal.seen), *([now] if now else [])])
        if not clearance.dominates(floor):
            raise NotCleared("what you looked at has changed meanwhile: look again, and send it again")
        return clearance, floor

    def _carry_out(self, proposal: Proposal, writer: Registered, floor: Label, terms: Terms) -> None:
        wish = read_wish(proposal.right, proposal.wish)
        if isinstance(wish, Review):
            judgement = Judgement(wish.verdict, wish.note, wish.corrected_to, floor)
            self._builder.judge(wish.mentions, judgement, user=writer.name, terms=terms)
        else:
            asked = self._relabelling(wish, floor, terms)
            self._builder.relabel(wish.portion, asked, user=writer.name, terms=terms)

    def _relabelling(self, wish: LabelDecision, floor: Label, terms: Terms) -> Relabelling:
        """A label that can't be read, or is not held, is one refusal: else an unknown category would be told apart."""
        policies = self._builder.policies
        before = self._builder.visible_label(wish.portion, clearance=terms.clearance)
        try:
            after = parse_marking(wish.marking, policies=policies) if wish.marking else before
        except LabelError as error:
            raise NotCleared("this is not a label that you can give", detail=error.public) from error
        if not terms.clearance.dominates(after):
            raise NotCleared("this is not a label that you can give")
        # SECURITY: ground and event are shown with the portion, so they say nothing that its readers may not see.
        if (wish.ground or wish.event) and not after.dominates(floor):
            raise NotCleared(
                "ground and event are shown with the portion, and you look at more than its readers may see: look as "
                f"{format_marking(after, policies=policies)} to write them"
            )
        until = parse_day(wish.until, what="the day of the next review")
        term = Term(until, wish.event) if until or wish.event else None
        return Relabelling(after, wish.reference, wish.ground, term)

    def _accept(self, name: str, labels: Sequence[Label]) -> None:
        marking = format_marking(high_water_mark(labels), policies=self._builder.policies)
        self._log.settle(name, Receipt(ACCEPTED, marking=marking))

    def _marking_of(self, name: str) -> str:
        receipt = self._log.receipt(name)
        return receipt.marking if receipt else ""

    def _tell(self, name: str) -> None:
        """Put the receipt where the server finds it, in one step."""
        if receipt := self._log.receipt(name):
            fresh = self._receipts / f".{name}.new"
            with open(fresh, "wb", opener=partial(os.open, mode=0o600)) as file:
                file.write(json.dumps(receipt.to_data(), ensure_ascii=False).encode())
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._receipts / f"{name}.json")
            sync_folder(self._receipts)

    def _forget(self) -> None:
        """A receipt goes when no proposal of that age is taken up any more."""
        for name in self._log.forget(before=f"{int(time.time()) - KEPT_SECONDS:08x}"):
            (self._receipts / f"{name}.json").unlink(missing_ok=True)


def covers(own: Clearance, lower: Clearance) -> bool:
    """Whether whoever holds ``own`` holds all that ``lower`` lists."""
    held = ((own.part(part.policy), part) for part in lower.parts)
    return all(mine and part.levels <= mine.levels and part.categories <= mine.categories for mine, part in held)


def destroy(path: Path) -> None:
    """Overwrite a file's bytes, and remove it."""
    with path.open("r+b", buffering=0) as file:
        file.write(bytes(path.stat().st_size))
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)


def _is_fresh(made: int | None) -> bool:
    """An older one may have been done with, and forgotten."""
    return made is not None and time.time() - KEPT_SECONDS < made < time.time() + SKEW_SECONDS
