"""The names known at a label: what texts at that label are searched for.

INVARIANT: the names are gathered from the portions that the label dominates and from no others; what a low portion says
would else depend on a high one.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from graph_service.namespaces import NS, PREFIXES
from graph_service.statements import types_of, unescaped
from loaders.names import KnownName, Names

_SKOS = PREFIXES["skos"]
_NAMES = (f"{_SKOS}prefLabel", f"{_SKOS}altLabel")
_NOTATION = f"{_SKOS}notation"
_NAME_OF, _NAME_TEXT, _SHORT_FORM = f"{NS}nameOf", f"{NS}nameText", f"{NS}abbreviatedForm"
_SUBCLASS = f"{PREFIXES['rdfs']}subClassOf"

_TEXTS = "|".join(re.escape(name) for name in (*_NAMES, _NOTATION, _NAME_TEXT, _SHORT_FORM))
_NAMED = re.compile(rf'^<([^>]+)> <({_TEXTS})> "(.*)"(?:@([A-Za-z0-9-]+)|\^\^<[^>]*>)? \.$', re.MULTILINE)
_LINKED = re.compile(rf"^<([^>]+)> <({re.escape(_NAME_OF)}|{re.escape(_SUBCLASS)})> <([^>]+)> \.$", re.MULTILINE)

_PLACES_IN_TEXT = frozenset(f"{NS}{name}" for name in ("Passage", "Paragraph", "Footnote"))
"""What a text never means by a name: a document of many pages would else bring in a name for each of its paragraphs."""

_PORTIONS_KEPT, _SETS_KEPT = 20_000, 8


class Digested(Protocol):
    """A portion by its name, and what its text is known by."""

    @property
    def id(self) -> str: ...

    @property
    def digest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class NamesOfPortion:
    """What one portion says of names: texts of things, classes of things, whose name a name is, and of classes."""

    texts: tuple[tuple[str, str, str, str], ...]
    types: tuple[tuple[str, str], ...]
    name_of: tuple[tuple[str, str], ...]
    subclass_of: tuple[tuple[str, str], ...]


class NamesByLabel:
    """Gathers names, and keeps what it gathered of each portion and of each set of portions.

    ``text_of`` gives the N-Triples text of a portion that is visible.
    """

    def __init__(self, text_of: Callable[[str], str]) -> None:
        self._text_of = text_of
        self._portions: OrderedDict[str, NamesOfPortion] = OrderedDict()
        self._sets: OrderedDict[bytes, Names] = OrderedDict()

    def known(self, visible: Iterable[Digested], *, vocabulary: Iterable[str] = ()) -> Names:
        """The names of typed things in these portions; ``vocabulary`` is text that says which class is below which.

        Things with a name of the same text are all given; each name counts once for a thing.
        """
        heads = sorted(visible, key=lambda head: head.id)
        digest = hashlib.sha256(" ".join(head.digest for head in heads).encode()).digest()
        if digest not in self._sets:
            found = [self.of_portion(head) for head in heads]
            above = _closure([*(of for one in found for of in one.subclass_of), *_subclasses(vocabulary)])
            self._sets[digest] = Names(tuple(_names(found, above)))
            _forget(self._sets, _SETS_KEPT)
        self._sets.move_to_end(digest)
        return self._sets[digest]

    def names_in(self, portion: Digested) -> list[KnownName]:
        """The names of one portion by itself, of whatever it calls something: classes are of no interest here."""
        found = self.of_portion(portion)
        things = tuple((thing, "") for thing, _, _, _ in found.texts)
        owners = tuple((thing, "") for _, thing in found.name_of)
        return list(_names([replace(found, types=things + owners)], {}))

    def of_portion(self, head: Digested) -> NamesOfPortion:
        """What one portion says of names."""
        if head.digest not in self._portions:
            self._portions[head.digest] = read_names(self._text_of(head.id))
            _forget(self._portions, _PORTIONS_KEPT)
        self._portions.move_to_end(head.digest)
        return self._portions[head.digest]


def read_names(text: str) -> NamesOfPortion:
    """What the text of a portion says of names. Things without an IRI have none that a text could mean."""
    texts = tuple((one, name, unescaped(said), language or "") for one, name, said, language in _NAMED.findall(text))
    links = _LINKED.findall(text)
    return NamesOfPortion(
        texts=texts,
        types=tuple((subject[1:-1], kind) for subject, kind in types_of(text) if subject.startswith("<")),
        name_of=tuple((one, other) for one, link, other in links if link == _NAME_OF),
        subclass_of=tuple((one, other) for one, link, other in links if link == _SUBCLASS),
    )


def _names(found: list[NamesOfPortion], above: dict[str, frozenset[str]]) -> Iterator[KnownName]:
    kinds: dict[str, set[str]] = {}
    for one in found:
        for thing, kind in one.types:
            kinds.setdefault(thing, set()).update(above.get(kind, (kind,)))
    kinds = {thing: classes for thing, classes in kinds.items() if not classes <= _PLACES_IN_TEXT}
    bearers: dict[str, list[str]] = {}
    for one in found:
        for name, thing in one.name_of:
            bearers.setdefault(name, []).append(thing)
    shared: dict[str, frozenset[str]] = {}
    seen: set[KnownName] = set()
    for known in found:
        for subject, said, text, language in known.texts:
            whose = bearers.get(subject, []) if said in (_NAME_TEXT, _SHORT_FORM) else [subject]
            for thing in whose:
                if thing not in kinds or not text.strip():
                    continue
                classes = shared.setdefault(thing, frozenset(kinds[thing]))
                named = KnownName(text.strip(), thing, classes, language, is_notation=said in (_NOTATION, _SHORT_FORM))
                if named not in seen:
                    seen.add(named)
                    yield named


def _subclasses(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        yield from ((one, other) for one, link, other in _LINKED.findall(text) if link == _SUBCLASS)


def _closure(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Of each class, itself and all that is above it."""
    direct: dict[str, set[str]] = {}
    for below, above in pairs:
        direct.setdefault(below, set()).add(above)
    closed: dict[str, frozenset[str]] = {}
    for start in direct:
        reached, waiting = {start}, [start]
        while waiting:
            new = direct.get(waiting.pop(), set()) - reached
            reached |= new
            waiting += new
        closed[start] = frozenset(reached)
    return closed


def _forget(kept: OrderedDict[Any, Any], limit: int) -> None:
    while len(kept) > limit:
        kept.popitem(last=False)
