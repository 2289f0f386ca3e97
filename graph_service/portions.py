"""Portions: the smallest labelled units. Trusted base: yes. No input or output.

A portion is one named graph with one label, its source and originator. Its id is keyed, so that
neither a name nor a level stands in it and a guess cannot be confirmed; its digest binds the
label to the text, so that a changed label is a changed portion.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from graph_service.errors import IngestRefused
from graph_service.security import Label, Policies

PORTION_NAMESPACE = "https://w3id.org/sluis/id/portion/"
DERIVED_GRAPH = "https://w3id.org/sluis/id/derived"


@dataclass(frozen=True, slots=True)
class Term:
    """How long a label lasts: until a date (ISO 8601) or an event. Reaching it changes nothing by itself."""

    until: str = ""
    event: str = ""

    def __post_init__(self) -> None:
        if bool(self.until) == bool(self.event):
            raise IngestRefused("a term is a date or an event, one of the two")


@dataclass(frozen=True, slots=True)
class Portion:
    """What a loader proposes and ingest decides on.

    ``source``      absolute IRI of the document or dataset that the statements come from
    ``part``        which part of it, unique within the source (a table, a paragraph, a graph)
    ``originator``  absolute IRI of who set the label
    ``ntriples``    N-Triples text; sorted, in the store's own form, once ingest has accepted it
    """

    source: str
    part: str
    label: Label
    originator: str
    ntriples: str
    term: Term | None = None

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON, as the command line sends it to the builder."""
        return {
            "source": self.source,
            "part": self.part,
            "label": self.label.to_data(),
            "originator": self.originator,
            "ntriples": self.ntriples,
            "term": {"until": self.term.until, "event": self.term.event} if self.term else None,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any], *, policies: Policies) -> Portion:
        """The portion that ``to_data`` wrote. Raises ``LabelError`` for a label that is missing or unknown."""
        term = data["term"]
        return cls(
            source=data["source"],
            part=data["part"],
            label=policies.label(data["label"]),
            originator=data["originator"],
            ntriples=data["ntriples"],
            term=Term(**term) if term else None,
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


def label_text(label: Label) -> str:
    """The label as one line of JSON: the form that is stored, keyed and digested."""
    return _json(label.to_data())


def portion_id(portion: Portion, *, key: bytes) -> str:
    """The IRI of the portion: an HMAC over source, part and label. The same on every rebuild with the same key."""
    return PORTION_NAMESPACE + keyed_name(portion.source, portion.part, label_text(portion.label), key=key)


def keyed_name(*parts: str, key: bytes) -> str:
    """128 bits of HMAC-SHA-256 over the parts, in hex."""
    return hmac.new(key, _json(list(parts)).encode(), hashlib.sha256).hexdigest()[:32]


def digest(portion: Portion) -> str:
    """Hex SHA-256 over everything a reader of the portion can see: its text, label and provenance."""
    data = portion.to_data()
    data["label"] = label_text(portion.label)
    return hashlib.sha256(_json(data).encode()).hexdigest()


def fingerprint(portions: Iterable[StoredPortion], *, versions: Iterable[str]) -> str:
    """The name of the view over exactly these portions: hex SHA-256 over sorted digests, labels and versions.

    INVARIANT: nothing but the visible portions and the program's own versions goes in, so a hidden
    portion neither renames nor rebuilds a view.
    """
    visible = {(portion.id, portion.digest, label_text(portion.label)) for portion in portions}
    return hashlib.sha256(_json([list(versions), sorted(visible)]).encode()).hexdigest()


def _json(data: Any) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
