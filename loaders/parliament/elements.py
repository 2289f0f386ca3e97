"""The text of an element of an official publication, with where it calls notes; and small helpers for such XML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from loaders.documents.model import NoteCall
from loaders.reading.xml import Element, local_name, text_of

_SPACES = re.compile(r"\s+")


@dataclass
class Inline:
    """The running text of one block: white space as single spaces, notes taken out and their places kept."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    calls: list[tuple[int, str]] = field(default_factory=list)
    notes: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def ends_in_space(self) -> bool:
        return bool(self.pieces) and self.pieces[-1].endswith(" ")

    def add(self, piece: str | None) -> None:
        plain = _SPACES.sub(" ", piece or "")
        plain = plain.lstrip() if not self.pieces or self.ends_in_space else plain
        if plain:
            self.pieces.append(plain)
            self.length += len(plain)

    def call(self, number: str) -> None:
        """A note is called here: behind the last word, not behind the space that follows it."""
        if number:
            self.calls.append((self.length - self.ends_in_space, number))

    def settled(self) -> tuple[str, tuple[NoteCall, ...]]:
        """The text in form C without white space at its end, and the calls counted in it."""
        written = self.text
        text = unicodedata.normalize("NFC", written.rstrip())
        if unicodedata.is_normalized("NFC", written):
            return text, tuple(NoteCall(at, number) for at, number in self.calls)
        places = ((len(unicodedata.normalize("NFC", written[:at])), number) for at, number in self.calls)
        return text, tuple(NoteCall(at, number) for at, number in places)


def inline(element: Element) -> Inline:
    """The text of an element and of all that is in it."""
    found = Inline()
    _gather(element, found)
    return found


def _gather(element: Element, found: Inline) -> None:
    found.add(element.text)
    for part in element:
        name = local_name(part)
        if name == "noot":
            found.call(number_of_note(part))
            found.notes.append(part)
        elif name == "nootref":
            found.call(text_of(part) or (part.get("nr") or ""))
        elif name not in {"plaatje", "illustratie"}:
            _gather(part, found)
        found.add(part.tail)


def number_of_note(note: Element) -> str:
    return part_text(note, "noot.nr") or part_text(note, "noot.lijst.nr")


def parts(element: Element | None, name: str) -> Iterator[Element]:
    """The children with this local name."""
    return (child for child in element if local_name(child) == name) if element is not None else iter(())


def part(element: Element | None, *path: str) -> Element | None:
    """The first element at a path of local names below this one."""
    for name in path:
        element = next(parts(element, name), None)
    return element


def part_text(element: Element | None, *path: str) -> str:
    found = part(element, *path)
    return text_of(found) if found is not None else ""


def below(element: Element, *names: str) -> Iterator[Element]:
    """Everything inside with one of these local names, in order."""
    return (found for found in element.iter() if isinstance(found.tag, str) and local_name(found) in names)


def line_of(element: Element) -> int | None:
    return element.sourceline if isinstance(element.sourceline, int) else None
