"""The review list: what was found in documents and not judged yet, and what a person makes of it.

A review is stored as any portion is, by ingest: its label is the join of the mention's, of what the reviewer states and
of where a corrected target is known, so that a fact never stands lower than what it was taken from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from graph_service.errors import NotCleared
from graph_service.handling import format_marking
from graph_service.portions import Portion, StoredPortion
from graph_service.relabelling import Writer, may_see
from graph_service.security import Label, Policies, high_water_mark
from loaders.documents.reviews import (
    CORRECTED,
    REGISTER,
    Found,
    Reviewed,
    mentions_in,
    review_text,
    reviews_in,
    subjects_in,
)

__all__ = ["Entry", "Judgement", "entries", "reviewed"]

_GROUND = "review of a mention"
_THERE = "with --label, or by looking as somebody who sees no higher"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reviewer says of mentions: a verdict, and why. ``label`` is joined to that of each mention."""

    verdict: str
    note: str = ""
    corrected_to: str = ""
    label: Label | None = None

    def to_data(self) -> dict[str, Any]:
        label = self.label.to_data() if self.label else None
        return {"verdict": self.verdict, "note": self.note, "corrected_to": self.corrected_to, "label": label}

    @classmethod
    def from_data(cls, data: dict[str, Any], *, policies: Policies) -> Judgement:
        label = policies.label(data["label"]) if data["label"] else None
        return cls(data["verdict"], data["note"], data["corrected_to"], label)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the review list. ``is_gone``: the paragraph has changed or left since it was judged."""

    found: Found
    marking: str
    review: Reviewed | None = None
    is_gone: bool = False

    def to_data(self) -> dict[str, Any]:
        return {
            "found": asdict(self.found),
            "marking": self.marking,
            "review": asdict(self.review) if self.review else None,
            "is_gone": self.is_gone,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Entry:
        review = Reviewed(**data["review"]) if data["review"] else None
        return cls(Found(**data["found"]), data["marking"], review, data["is_gone"])


def visible(portions: Iterable[StoredPortion], *, writer: Writer | None, today: date) -> Iterator[StoredPortion]:
    """What the reviewer may see; everything for who looks at the store itself."""
    for stored in portions:
        # SECURITY: removing this lets a reviewer list, and judge, what they may not read.
        if writer is None or may_see(stored, writer=writer, today=today):
            yield stored


def entries(portions: Iterable[StoredPortion], *, policies: Policies) -> list[Entry]:
    """Each mention with its review if there is one, and each review whose mention is not there any more."""
    found: dict[str, tuple[Found, Label]] = {}
    reviews: dict[str, tuple[Reviewed, Label]] = {}
    for stored in portions:
        for mention in mentions_in(stored.portion.ntriples):
            found[mention.iri] = mention, stored.label
        if stored.portion.source == REGISTER:
            for review in reviews_in(stored.portion.ntriples):
                reviews[review.mention] = review, stored.label
    marking = _markings(policies)
    told = [
        Entry(mention, marking(label), reviews[name][0] if name in reviews else None)
        for name, (mention, label) in found.items()
    ]
    for name, (review, label) in reviews.items():
        if name not in found:
            gone = Found(name, "", review.words, review.corrected_to, "", 0, "", review.document, "", "")
            told.append(Entry(gone, marking(label), review, is_gone=True))
    return sorted(told, key=lambda entry: (entry.found.document, entry.found.paragraph, entry.found.iri))


def reviewed(
    names: Sequence[str],
    judgement: Judgement,
    *,
    portions: Iterable[StoredPortion],
    writer: Writer,
    policies: Policies,
    today: date,
    as_earlier: bool = False,
) -> list[Portion]:
    """The reviews of these mentions, to be stored. Raises ``NotCleared``: then none of them is.

    (1) each mention is there for the reviewer, or in the words for one that is not there at all; (2) the review is no
    lower than the mention, what the reviewer states, and where a corrected target is known; (3) the reviewer holds
    that label; (4) an earlier review that they see stands at that label, so that there are never two. ``as_earlier``:
    where it stands higher, the new one takes its label.
    """
    seen = _seen(set(names), visible(portions, writer=writer, today=today), corrected_to=judgement.corrected_to)
    made = []
    for name in names:
        if name not in seen.mentions:  # (1)
            raise NotCleared(f"there is no mention `{name.rpartition('/')[2]}`: `sluis review list` shows them")
        mention, stored = seen.mentions[name]
        label = _label(stored.label, judgement, seen.about_target)  # (2)
        if as_earlier and name in seen.earlier and seen.earlier[name].dominates(label):
            label = seen.earlier[name]
        if not writer.clearance.dominates(label):  # (3)
            raise NotCleared("the label of this review is above what you hold: ask somebody who is cleared for it")
        if seen.earlier.get(name, label) != label:  # (4)
            at = format_marking(seen.earlier[name], policies=policies)
            raise NotCleared(f"`{name.rpartition('/')[2]}` was judged at {at}: judge it there ({_THERE})")
        made.append(_portion(mention, stored, judgement, label, writer, today))
    return made


@dataclass
class _Seen:
    """What the reviewer sees: the mentions that they name, earlier reviews of them, and what describes the target."""

    mentions: dict[str, tuple[Found, StoredPortion]] = field(default_factory=dict)
    earlier: dict[str, Label] = field(default_factory=dict)
    about_target: list[Label] = field(default_factory=list)


def _seen(wanted: set[str], portions: Iterable[StoredPortion], *, corrected_to: str) -> _Seen:
    seen = _Seen()
    for stored in portions:
        for mention in mentions_in(stored.portion.ntriples, wanted=wanted):
            seen.mentions[mention.iri] = mention, stored
        if stored.portion.source != REGISTER:
            if corrected_to and corrected_to in subjects_in(stored.portion.ntriples):
                seen.about_target.append(stored.label)
        elif stored.portion.part in wanted:
            seen.earlier[stored.portion.part] = stored.label
    return seen


def _label(of_mention: Label, judgement: Judgement, about_target: Sequence[Label]) -> Label:
    label = of_mention if judgement.label is None else of_mention.join(judgement.label)
    if not about_target or any(label.dominates(known) for known in about_target):
        return label
    least = [
        one for one in set(about_target) if not any(one != other and one.dominates(other) for other in about_target)
    ]
    if len(least) > 1:
        raise NotCleared("what it is corrected to is known at several labels: say with --label which it is")
    return high_water_mark([label, least[0]])


def _portion(
    mention: Found, stored: StoredPortion, judgement: Judgement, label: Label, writer: Writer, today: date
) -> Portion:
    try:
        text = review_text(
            mention,
            judgement.verdict,
            by=writer.name,
            on=today,
            note=judgement.note,
            corrected_to=judgement.corrected_to if judgement.verdict == CORRECTED else "",
        )
    except ValueError as error:
        raise NotCleared(f"`{mention.iri.rpartition('/')[2]}`: {error}") from error
    originator = writer.acts_for or stored.portion.originator
    return Portion(REGISTER, mention.iri, label, originator, text, set_on=today, ground=_GROUND)


def _markings(policies: Policies) -> Callable[[Label], str]:
    known: dict[Label, str] = {}

    def marking(label: Label) -> str:
        if label not in known:
            known[label] = format_marking(label, policies=policies)
        return known[label]

    return marking
