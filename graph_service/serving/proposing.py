"""The server's end of the intake: it puts what a reader proposes where the builder finds it, and passes on receipts.

The server decides nothing and can't: it makes a file in a folder that it can neither list nor read, and the builder
checks everything again. A page of another origin can't send a reader's token, which no browser adds by itself: so
there is nothing here that has to be kept from forged requests.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest, NotFound, RequestEntityTooLarge, UnsupportedMediaType

from graph_service.errors import NotCleared, ProposalRefused, QueryForbidden, TooMany
from graph_service.handling import format_marking
from graph_service.proposals import (
    KEPT_SECONDS,
    MAX_BYTES,
    MOST_CHARACTERS,
    MOST_WAITING,
    PUBLISHED,
    REFUSED,
    RELABEL,
    REVIEW,
    WAITING,
    Proposal,
    made_at,
    new_id,
    read_wish,
)
from graph_service.security import Clearance, Label, Policies, high_water_mark
from graph_service.serving.answer_markings import lower_clearance, visible_at
from graph_service.serving.identity import Asker
from graph_service.settings import Layout

MOST_A_MINUTE = 30
"""How many proposals of one user are taken in a minute."""
_NOT_YOURS = "you may not ask for this: the administrator allows it with `sluis user allow`"
_NONE_SUCH = "you have proposed nothing of that name"


@dataclass
class _Sent:
    """What one user proposed lately: when, and the ids of which nothing final is known yet."""

    times: deque[float] = field(default_factory=deque)
    waiting: list[str] = field(default_factory=list)


class Proposing:
    """The routes that take proposals. Without a ``layout`` there is nobody to take them to."""

    def __init__(self, layout: Layout | None, *, policies: Policies, clock: Callable[[], float] = time.time) -> None:
        self._layout, self._policies, self._clock = layout, policies, clock
        self._lock, self._sent = threading.Lock(), dict[str, _Sent]()

    def add_routes(self, app: Flask) -> None:
        for name, right in (("reviews", REVIEW), ("labels", RELABEL)):
            app.add_url_rule(
                f"/api/{name}", f"propose-{name}", self.propose, methods=["POST"], defaults={"right": right}
            )
            app.add_url_rule(f"/api/{name}/<proposal>", f"receipt-{name}", self.receipt)

    def propose(self, right: str) -> Response:
        """(1) whoever may; (2) something well formed; (3) as what they looked at; (4) not too many; (5) on disk, and
        then 202 with its id and the marking below which it will not stand.
        """
        asker: Asker = g.exchange.asker
        if self._layout is None:
            raise QueryForbidden("nothing is written over HTTP here")
        if right not in asker.may:  # (1)
            raise NotCleared(_NOT_YOURS)
        data = _json()
        looked_at = data.pop("clearance", "") if isinstance(data, dict) else ""
        if not isinstance(looked_at, str) or len(looked_at) > MOST_CHARACTERS:
            raise ProposalRefused("`clearance` is a text: the bare levels that you look at, joined by ` + `")
        read_wish(right, data)  # (2)
        clearance, seen = self._seen(asker, looked_at)  # (3)
        g.exchange.banner = marking = format_marking(seen, policies=self._policies)
        now = self._clock()
        name = new_id(asker.token_sha256, now=now)
        self._count(asker.name, name, now)  # (4)
        token = request.headers["Authorization"].partition(" ")[2].strip()
        lower = clearance.to_data() if clearance else None
        put(self._layout.proposals, Proposal(name, token, lower, seen.to_data(), right, data))  # (5)
        g.exchange.query = f"{right} {name}"
        return _told(202, {"id": name, "state": WAITING, "reason": "", "marking": marking})

    def receipt(self, proposal: str) -> Response:
        """What became of one's own proposal. Another's, one that is too old and none at all are one 404."""
        asker: Asker = g.exchange.asker
        made = made_at(proposal, asker.token_sha256)
        if self._layout is None or made is None or made <= self._clock() - KEPT_SECONDS:
            raise NotFound(_NONE_SUCH)
        found = _receipt(self._layout.receipts, proposal)
        return _told(200, {"id": proposal, **(found or {"state": WAITING, "reason": "", "marking": ""})})

    def _seen(self, asker: Asker, looked_at: str) -> tuple[Clearance | None, Label]:
        """The lower clearance that they look at, if it is one, and the join of all that they see there.

        SECURITY: the label comes from the view and never from the request: whoever has seen something high can't say
        that what they write of it is low.
        """
        if not looked_at:
            return None, high_water_mark(asker.labels.values())
        lower = lower_clearance(looked_at, own=asker.clearance, policies=self._policies)
        return lower, high_water_mark(asker.labels[portion] for portion in visible_at(lower, asker.labels))

    def _count(self, who: str, proposal: str, now: float) -> None:
        """Raises ``TooMany``. It depends on what this user sent, and on nobody else."""
        assert self._layout is not None  # noqa: S101  # looked at before
        with self._lock:
            sent = self._sent.setdefault(who, _Sent())
            while sent.times and sent.times[0] < now - 60:
                sent.times.popleft()
            sent.waiting = [name for name in sent.waiting if not _is_final(self._layout.receipts, name)]
            if len(sent.waiting) >= MOST_WAITING:
                raise TooMany(f"{MOST_WAITING} of your proposals wait already: send more when they are published")
            if len(sent.times) >= MOST_A_MINUTE:
                raise TooMany(f"{MOST_A_MINUTE} proposals in a minute are the most: put more mentions into one")
            sent.times.append(now)
            sent.waiting.append(proposal)


def put(folder: Path, proposal: Proposal) -> None:
    """A file of its own, on disk when this returns. It is whole or it is none: there is no right here to move it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(folder / proposal.id, flags, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(proposal.to_bytes())
        file.flush()
        os.fsync(file.fileno())


def _receipt(folder: Path, proposal: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((folder / f"{proposal}.json").read_bytes())
    except FileNotFoundError:
        return None
    return found


def _is_final(folder: Path, proposal: str) -> bool:
    found = _receipt(folder, proposal)
    return found is not None and found["state"] in {PUBLISHED, REFUSED}


def _json() -> Any:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("send JSON, as application/json")
    body = request.get_data()
    if len(body) > MAX_BYTES:
        raise RequestEntityTooLarge(f"a proposal has {MAX_BYTES >> 10} KiB at most: make several of it")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("the body is not JSON") from error


def _told(status: int, data: dict[str, Any]) -> Response:
    return Response(json.dumps(data, ensure_ascii=False), status=status, content_type="application/json")
