"""What a reader asks to be written, on its way from the server to the builder: a file a proposal. No decision.

    intake/proposals/<id>        one line of JSON, and the SHA-256 of it: written by the server, read by the builder
    intake/receipts/<id>.json    what became of it: written by the builder, read by the server

The server may make files in the first folder and neither list, read nor change what lies there; it may read files of
the second whose names it knows. The builder believes nothing of a proposal but the token: whoever shows it is asked for
again in the register. Imported by both sides, so it imports neither.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph_service.errors import ProposalRefused
from graph_service.namespaces import partial_date_type

REVIEW, RELABEL = "review", "relabel"
RIGHTS = (REVIEW, RELABEL)
"""What a user may be allowed to ask for over HTTP, besides reading. Nobody may by default."""

WAITING, ACCEPTED, REFUSED, PUBLISHED = "waiting", "accepted", "refused", "published"
STATES = (WAITING, ACCEPTED, REFUSED, PUBLISHED)
"""What becomes of a proposal: it lies there; it is stored; it is not; whoever may see it is served it."""
VERDICTS = ("accepted", "rejected", "corrected")

MAX_BYTES = 64 << 10
MOST_MENTIONS = 500
MOST_CHARACTERS = 2000
MOST_WAITING = 20
"""How many proposals of one user may wait for the builder at a time."""
KEPT_SECONDS = 30 * 24 * 3600
"""How long a receipt stays, and how old a proposal may be: one that is put there again is known by its receipt."""

_ID = re.compile(r"[0-9a-f]{64}")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")


@dataclass(frozen=True, slots=True)
class Review:
    """A verdict on mentions, by their IRIs."""

    mentions: tuple[str, ...]
    verdict: str
    corrected_to: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LabelDecision:
    """What is decided of the label of a portion (an IRI) that is due.

    ``marking`` is the new label, empty where it is kept; ``reference`` names the document of the decision. ``until`` is
    a day and ``event`` an event after which it is looked at again; ``ground`` says why. Left out, each stays.
    """

    portion: str
    reference: str
    marking: str = ""
    ground: str = ""
    until: str = ""
    event: str = ""


Wish = Review | LabelDecision


@dataclass(frozen=True, slots=True)
class Proposal:
    """``token`` is the writer's own; ``clearance`` (data) the lower one that they looked at, ``None`` for all of it;
    ``seen`` (data) the label of what they looked at, as the server had it.
    """

    id: str
    token: str
    clearance: dict[str, Any] | None
    seen: dict[str, Any]
    right: str
    wish: Mapping[str, Any]

    def to_bytes(self) -> bytes:
        """The file. What follows the text tells one that is whole."""
        data = {name: getattr(self, name) for name in ("id", "token", "clearance", "seen", "right")}
        text = json.dumps({**data, "wish": dict(self.wish)}, ensure_ascii=False).encode()
        return text + b"\n" + hashlib.sha256(text).hexdigest().encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Proposal:
        """What ``to_bytes`` wrote. Raises ``ValueError`` for anything else, and for a part of it."""
        text, _, digest = content.rpartition(b"\n")
        if not hmac.compare_digest(hashlib.sha256(text).hexdigest().encode(), digest):
            raise ValueError("not whole")
        data = json.loads(text)
        try:
            found = cls(**data)
        except TypeError as error:
            raise ValueError("not a proposal") from error
        texts = (found.id, found.token, found.right)
        if not all(isinstance(one, str) for one in texts) or not isinstance(found.wish, dict):
            raise ValueError("not a proposal")
        return found


def new_id(token_sha256: str, *, now: float) -> str:
    """A name that only this writer's requests can ask for again: when, at random, and a code over both."""
    head = f"{int(now):08x}{secrets.token_hex(12)}"
    return head + _code(head, token_sha256)


def made_at(name: str, token_sha256: str) -> int | None:
    """When the writer's proposal of this id was made, in seconds since 1970; ``None`` where it is none of theirs."""
    if not _ID.fullmatch(name) or not token_sha256:
        return None
    # SECURITY: removing this tells whoever knows the id of another's proposal what became of it.
    if not hmac.compare_digest(_code(name[:32], token_sha256), name[32:]):
        return None
    return int(name[:8], 16)


def _code(head: str, token_sha256: str) -> str:
    return hmac.new(bytes.fromhex(token_sha256), f"proposal {head}".encode(), hashlib.sha256).hexdigest()[:32]


def read_wish(right: str, data: Any) -> Wish:
    """What is wished for, from JSON. Raises ``ProposalRefused`` with what is wrong; it depends on the data alone."""
    if not isinstance(data, dict):
        raise ProposalRefused("the body is one JSON object")
    return _review(data) if right == REVIEW else _label_decision(data)


def _review(data: dict[str, Any]) -> Review:
    given = _texts(data, "verdict", "corrected_to", "note", others=("mentions",))
    mentions = data.get("mentions")
    if not isinstance(mentions, list) or not 0 < len(mentions) <= MOST_MENTIONS:
        raise ProposalRefused(f"`mentions` is a list of 1 to {MOST_MENTIONS} IRIs")
    for mention in mentions:
        _must_be_iri("mentions", mention)
    if given["verdict"] not in VERDICTS:
        raise ProposalRefused(f"`verdict` is one of {', '.join(VERDICTS)}")
    to = given["corrected_to"]
    if (given["verdict"] == "corrected") != bool(to):
        raise ProposalRefused("`corrected_to` says what is meant where the verdict is `corrected`, and only there")
    if to and not all(partial_date_type(day) for day in to.split("/")):
        _must_be_iri("corrected_to", to)
    return Review(tuple(dict.fromkeys(mentions)), given["verdict"], to, given["note"])


def _label_decision(data: dict[str, Any]) -> LabelDecision:
    given = _texts(data, "portion", "reference", "marking", "ground", "until", "event")
    _must_be_iri("portion", given["portion"])
    if not given["reference"].strip():
        raise ProposalRefused("`reference` names the document in which the decision stands")
    if given["until"] and given["event"]:
        raise ProposalRefused("a label is looked at again on a day or at an event: give `until` or `event`")
    if given["until"] and partial_date_type(given["until"]) != "date":
        raise ProposalRefused("`until` is a day such as 2030-01-31")
    return LabelDecision(**given)


def _texts(data: dict[str, Any], *names: str, others: tuple[str, ...] = ()) -> dict[str, str]:
    unknown = sorted(set(data) - {*names, *others})
    if unknown:
        raise ProposalRefused(f"`{unknown[0]}` is not asked for here")
    given = {name: data.get(name, "") for name in names}
    for name, value in given.items():
        if not isinstance(value, str) or len(value) > MOST_CHARACTERS:
            raise ProposalRefused(f"`{name}` is a text of {MOST_CHARACTERS} characters at most")
        if any(0xD800 <= ord(character) < 0xE000 for character in value):
            raise ProposalRefused(f"`{name}` is not text")
    return given


def _must_be_iri(name: str, value: Any) -> None:
    if not (isinstance(value, str) and len(value) <= MOST_CHARACTERS and _IRI.fullmatch(value)):
        raise ProposalRefused(f"`{name}`: an IRI such as https://w3id.org/sluis/id/… is wanted")
