"""Portions: the smallest labelled units. Trusted base: yes. No input or output.

A portion is one named graph with one label, its source and originator. Its id is keyed, so that
neither a name nor a level stands in it and a guess cannot be confirmed; its digest binds the
label to the text, so that a changed label is a changed portion.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from graph_service.errors import IngestRefused
from graph_service.security import Label, Policies

SET = "set"
WITHDRAWN, RESTORED, PURGED = "withdrawn", "restored", "purged"
"""Acts of a ``Decision`` on a portion itself; on its label a load records ``set``, and relabelling all others."""

UNCHECKED, CHECKED = "unchecked", "checked"
"""Acts of a load on a portion's text: it was stored without the shapes being asked, and later it conformed to them."""

LEFT = "left"
"""Act of a load on a portion that its source no longer has. A later load that has it again brings it back."""

PORTION_NAMESPACE = "https://w3id.org/sluis/id/portion/"
DERIVED_GRAPH = "https://w3id.org/sluis/id/derived"


@dataclass(frozen=True, slots=True)
class Term:
    """How long a label lasts: until a day or an event. Reaching it changes nothing by itself: it asks for a review.

    ``successor`` is the label that the originator foresees for then; it too has to be decided.
    """

    until: date | None = None
    event: str = ""
    successor: Label | None = None

    def __post_init__(self) -> None:
        if (self.until is None) == (not self.event):
            raise IngestRefused("a term is a day or an event, one of the two")

    def to_data(self) -> dict[str, Any]:
        return {
            "until": self.until.isoformat() if self.until else None,
            "event": self.event,
            "successor": self.successor.to_data() if self.successor else None,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any], *, policies: Policies) -> Term:
        """Raises ``IngestRefused`` for a day that is none."""
        successor = data.get("successor")
        return cls(
            until=parse_day(data.get("until"), what="a term"),
            event=data.get("event", ""),
            successor=policies.label(successor) if successor else None,
        )


def parse_day(text: str | None, *, what: str) -> date | None:
    """The day of ``2025-09-09``, or none for an empty text. Raises ``IngestRefused`` for anything else."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise IngestRefused(f"{what} is a day such as 2025-09-09, not `{text}`") from error


@dataclass(frozen=True, slots=True)
class Portion:
    """What a loader proposes and ingest decides on.

    ``source``      absolute IRI of the document or dataset that the statements come from
    ``part``        which part of it, unique within the source (a table, a paragraph, a graph)
    ``originator``  absolute IRI of who set the label
    ``ntriples``    N-Triples text; sorted, in the store's own form, once ingest has accepted it
    ``set_on``      the day on which the label was set, and ``ground`` why, where that is known
    """

    source: str
    part: str
    label: Label
    originator: str
    ntriples: str
    term: Term | None = None
    set_on: date | None = None
    ground: str = ""

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON, as the command line sends it to the builder."""
        return {
            "source": self.source,
            "part": self.part,
            "label": self.label.to_data(),
            "originator": self.originator,
            "ntriples": self.ntriples,
            "term": self.term.to_data() if self.term else None,
            "set_on": self.set_on.isoformat() if self.set_on else None,
            "ground": self.ground,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any], *, policies: Policies) -> Portion:
        """The portion that ``to_data`` wrote. Raises ``LabelError`` for a label that is missing or unknown."""
        return cls(
            source=data["source"],
            part=data["part"],
            label=policies.label(data["label"]),
            originator=data["originator"],
            ntriples=data["ntriples"],
            term=Term.from_data(data["term"], policies=policies) if data["term"] else None,
            set_on=parse_day(data["set_on"], what="the day on which a label was set"),
            ground=data["ground"],
        )


@dataclass(frozen=True, slots=True)
class Gone:
    """A part that its source no longer has: its portions leave, at the labels that the load uses for this source.

    What the load itself holds of the part stays, and so does what it holds at another label only: a load never lowers.
    ``label`` is one more label that the load uses, stated by whoever loads: for a source of which nothing else comes.
    """

    source: str
    part: str
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """Said of a source: the load holds all of it, so parts that it lacks leave.

    They leave at the labels that the load uses for this source, and at no other: a low load takes nothing high out.
    A part that the load has at another label stays too, because a load never lowers. ``label`` as in ``Gone``.
    """

    source: str
    label: Label | None = None


Proposed = Portion | Gone | Whole
"""What ingest takes."""


def proposed_to_data(proposed: Proposed) -> dict[str, Any]:
    """Plain data for JSON."""
    if isinstance(proposed, Portion):
        return {"portion": proposed.to_data()}
    label = proposed.label.to_data() if proposed.label else None
    if isinstance(proposed, Gone):
        return {"gone": {"source": proposed.source, "part": proposed.part, "label": label}}
    return {"whole": {"source": proposed.source, "label": label}}


def proposed_from_data(data: dict[str, Any], *, policies: Policies) -> Proposed:
    """What ``proposed_to_data`` wrote. Raises ``LabelError`` for a label that is missing or unknown."""
    if "portion" in data:
        return Portion.from_data(data["portion"], policies=policies)
    told = data["gone"] if "gone" in data else data["whole"]
    label = policies.label(told["label"]) if told["label"] else None
    return Gone(told["source"], told["part"], label) if "gone" in data else Whole(told["source"], label)


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about a portion: its label was ``set``, ``raised``, ``lowered`` or, on review, ``kept``, or the
    portion itself was ``withdrawn``, ``restored`` or ``purged``, or it ``left`` because its source no longer had it, or
    its text was loaded ``unchecked``, and ``checked`` later. None is ever taken back.

    ``taken_by``   who decided: an originator's IRI, or the name of a registered user
    ``reference``  the document in which the decision stands; a lowering has one
    ``versions``   the version of each policy that the label was set under
    """

    act: str
    after: Label
    taken_on: date
    taken_by: str
    before: Label | None = None
    reference: str = ""
    ground: str = ""
    term: Term | None = None
    versions: Mapping[str, str] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        return {
            "act": self.act,
            "before": self.before.to_data() if self.before else None,
            "after": self.after.to_data(),
            "taken_on": self.taken_on.isoformat(),
            "taken_by": self.taken_by,
            "reference": self.reference,
            "ground": self.ground,
            "term": self.term.to_data() if self.term else None,
            "versions": dict(self.versions),
        }

    @classmethod
    def from_data(cls, data: dict[str, Any], *, policies: Policies) -> Decision:
        return cls(
            act=data["act"],
            before=policies.label(data["before"]) if data["before"] else None,
            after=policies.label(data["after"]),
            taken_on=date.fromisoformat(data["taken_on"]),
            taken_by=data["taken_by"],
            reference=data["reference"],
            ground=data["ground"],
            term=Term.from_data(data["term"], policies=policies) if data["term"] else None,
            versions=data["versions"],
        )


@dataclass(frozen=True, slots=True)
class StoredPortion:
    """A portion that passed ingest: with its keyed id (an IRI) and its digest (hex SHA-256)."""

    id: str
    portion: Portion
    digest: str

    @property
    def label(self) -> Label:
        return self.portion.label


class Labelled(Protocol):
    """What decides who sees a portion, and under which name and digest: all but its text."""

    @property
    def id(self) -> str: ...

    @property
    def label(self) -> Label: ...

    @property
    def digest(self) -> str: ...


@lru_cache(maxsize=4096)
def label_text(label: Label) -> str:
    """The label as one line of JSON: the form that is stored, keyed and digested."""
    return _json(label.to_data())


PIECE = " piece "
"""Stands in the part of a portion that is one piece of a part too large for one portion. No IRI holds a space."""


def whole_part(part: str) -> str:
    """The part that this is a piece of; itself where it is none."""
    return part.partition(PIECE)[0]


def overlap(one: str, other: str) -> bool:
    """Whether two parts of a source may hold the same statements: a part and its pieces, a piece and its own pieces.

    A piece is named by the first bits of what its statements hash to, so one holds another if its name begins it.
    """
    (part, _, piece), (other_part, _, other_piece) = one.partition(PIECE), other.partition(PIECE)
    return part == other_part and (piece.startswith(other_piece) or other_piece.startswith(piece))


def portion_id(portion: Portion, *, key: bytes) -> str:
    """The IRI of the portion: an HMAC over source, part and label. The same on every rebuild with the same key."""
    return PORTION_NAMESPACE + keyed_name(portion.source, portion.part, label_text(portion.label), key=key)


def portion_name(iri: str) -> str:
    """What a portion is called in a refusal: the last part of its IRI; an IRI that is no portion's as it stands."""
    return iri.removeprefix(PORTION_NAMESPACE) or iri


def keyed_name(*parts: str, key: bytes) -> str:
    """128 bits of HMAC-SHA-256 over the parts, in hex."""
    return hmac.new(key, _json(list(parts)).encode(), hashlib.sha256).hexdigest()[:32]


def digest(portion: Portion) -> str:
    """Hex SHA-256 over everything a reader of the portion can see: its text, label and provenance."""
    data = portion.to_data()
    data["label"] = label_text(portion.label)
    return hashlib.sha256(_json(data).encode()).hexdigest()


def fingerprint(portions: Iterable[tuple[Labelled, str]], *, versions: Iterable[str]) -> str:
    """The name of the view over exactly these portions, each with its marking: hex SHA-256 over all that shows.

    INVARIANT: nothing but the visible portions and the program's own versions goes in, so a hidden
    portion neither renames nor rebuilds a view.
    """
    texts: dict[Label, str] = {}  # a few labels stand on many portions
    visible = set()
    for stored, marking in portions:
        label = stored.label
        if label not in texts:
            texts[label] = label_text(label)
        visible.add((stored.id, stored.digest, texts[label], marking))
    return hashlib.sha256(_json([list(versions), sorted(visible)]).encode()).hexdigest()


def _json(data: Any) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
