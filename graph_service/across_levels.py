"""What crosses levels in what was loaded: worked out after the load, for the security officer alone. System-high.

For each portion that a load stored: (1) things known only above it that its text names, word for word; (2) statements
of it that stand higher and nowhere else at its own label; (3) portions of the same source and part at a label that its
own does not dominate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from graph_service.handling import format_marking
from graph_service.known_names import NamesByLabel
from graph_service.portions import StoredPortion
from graph_service.security import Label, Policies
from graph_service.statements import literals_of
from graph_service.storage.findings import KNOWN_HIGHER, LABELS_DISAGREE, NAMES_HIGHER, Finding
from graph_service.storage.portion_store import Head, PortionStore

BATCH = 500
"""How many portions are looked at together: each batch reads the whole store once."""

LETTERS_OF_A_NAME, LETTERS_OF_A_NOTATION = 8, 4
"""Shorter names are words of any text: they would bury what matters."""

_WORD = re.compile(r"\w+")
_Index = dict[str, list[tuple[tuple[str, ...], str, str]]]


def examine(store: PortionStore, names: NamesByLabel, *, on: date, limit: int = BATCH) -> int:
    """Look at a batch of the portions that wait, and keep what is found. Gives how many were looked at."""
    waiting = store.findings.waiting(limit)
    heads = store.heads()
    by_id = {head.id: head for head in heads}
    here = [store.read(name) for name in waiting if name in by_id]
    found: dict[str, list[Finding]] = {name: [] for name in waiting}
    for one in [
        *_names_higher(here, heads, names, on),
        *_known_higher(here, heads, store, on),
        *_disagreeing(here, store, on),
    ]:
        found[one.portion].append(one)
    for name in waiting:
        store.findings.examined(name, found[name])
    return len(waiting)


def told(
    findings: Iterable[Finding], store: PortionStore, names: NamesByLabel, policies: Policies
) -> list[dict[str, Any]]:
    """The report as plain data; what is about a portion that is not there any more is left out."""
    lines = []
    for one in findings:
        portion, other = store.held(one.portion), store.held(one.other) if one.other else None
        if portion is None or (one.other and other is None):
            continue
        called = next((text for text, iri, _ in _texts(names, other) if iri == one.thing), "") if other else ""
        lines.append(
            {
                "found_on": one.found_on.isoformat(),
                "kind": one.kind,
                "portion": _shown(portion, policies),
                "higher": _shown(other, policies) if other else None,
                "thing": one.thing,
                "name": called,
                "statements": one.many,
            }
        )
    return lines


def _shown(stored: StoredPortion, policies: Policies) -> dict[str, str]:
    marking = format_marking(stored.label, policies=policies)
    return {"id": stored.id, "marking": marking, "source": stored.portion.source, "part": stored.portion.part}


# --- (1) names -------------------------------------------------------------------------------------------------------


def _names_higher(
    here: Sequence[StoredPortion], heads: Sequence[Head], names: NamesByLabel, on: date
) -> Iterator[Finding]:
    indexes: dict[Label, _Index] = {}
    for stored in here:
        if stored.label not in indexes:
            indexes[stored.label] = _index(stored.label, heads, names)
        index, seen = indexes[stored.label], set[tuple[str, str]]()
        for text in literals_of(stored.portion.ntriples) if index else ():
            for thing, other in _named(text, index):
                if (thing, other) not in seen:
                    seen.add((thing, other))
                    yield Finding(on, NAMES_HIGHER, stored.id, other, thing, 1)


def _index(label: Label, heads: Sequence[Head], names: NamesByLabel) -> _Index:
    """The names that no portion at or below a label gives to anything, by their first word."""
    known = {
        name.text.casefold() for name in names.known([head for head in heads if label.dominates(head.label)]).known
    }
    index: _Index = {}
    for head in heads:
        if label.dominates(head.label):
            continue
        for text, thing, is_notation in _texts(names, head):
            words = tuple(_WORD.findall(text.casefold()))
            if words and text.casefold() not in known and _is_telling(text, is_notation=is_notation):
                index.setdefault(words[0], []).append((words, thing, head.id))
    return index


def _texts(names: NamesByLabel, portion: Head | StoredPortion) -> list[tuple[str, str, bool]]:
    """What a portion calls things: text, thing, and whether it is a notation."""
    found = names.names_in(portion)
    return [(name.text, name.iri, name.is_notation) for name in found]


def _is_telling(text: str, *, is_notation: bool) -> bool:
    letters = sum(character.isalnum() for character in text)
    if is_notation:
        return letters >= LETTERS_OF_A_NOTATION
    return letters >= LETTERS_OF_A_NAME


def _named(text: str, index: _Index) -> Iterator[tuple[str, str]]:
    words = _WORD.findall(text.casefold())
    for at, word in enumerate(words):
        for wanted, thing, portion in index.get(word, ()):
            if tuple(words[at : at + len(wanted)]) == wanted:
                yield thing, portion


# --- (2) statements --------------------------------------------------------------------------------------------------


def _known_higher(
    here: Sequence[StoredPortion], heads: Sequence[Head], store: PortionStore, on: date
) -> Iterator[Finding]:
    """Statements of a portion that a portion above it makes too, and no other that its label dominates does."""
    makers: dict[str, list[StoredPortion]] = {}
    for stored in here:
        for line in stored.portion.ntriples.splitlines():
            makers.setdefault(line, []).append(stored)
    above: dict[tuple[str, str], set[str]] = {}
    open_: dict[str, set[str]] = {}
    for head in heads:
        for line in makers.keys() & set(store.text(head.id).splitlines()) if makers else ():
            for stored in makers[line]:
                if head.id == stored.id:
                    continue
                if stored.label.dominates(head.label):
                    open_.setdefault(stored.id, set()).add(line)
                else:
                    above.setdefault((stored.id, head.id), set()).add(line)
    for (portion, other), lines in sorted(above.items()):
        if telling := lines - open_.get(portion, set()):
            yield Finding(on, KNOWN_HIGHER, portion, other, "", len(telling))


# --- (3) labels ------------------------------------------------------------------------------------------------------


def _disagreeing(here: Sequence[StoredPortion], store: PortionStore, on: date) -> Iterator[Finding]:
    for stored in here:
        for other, part, label in store.parts_of(stored.portion.source):
            if part == stored.portion.part and other != stored.id and not stored.label.dominates(label):
                yield Finding(on, LABELS_DISAGREE, stored.id, other)
