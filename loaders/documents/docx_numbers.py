"""Styles and numbers of a DOCX: which paragraphs are headings, and what number a list gives a paragraph.

Spec: ECMA-376 part 1, 17.7 (styles) and 17.9 (numbering).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from loaders.reading.xml import Element, local_name

_HEADING = re.compile(r"(?:heading|kop|titre|überschrift)\s*(\d)", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|titel|titre)", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|inhopg|inhoudsopgave|tm)\s*\d", re.IGNORECASE)
_DEEP = 12
"""So far a style may rest on others."""


def _attribute(element: Element | None, name: str) -> str:
    if element is None:
        return ""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def _child(element: Element | None, *names: str) -> Element | None:
    for name in names:
        element = next((one for one in element if local_name(one) == name), None) if element is not None else None
    return element


class Styles:
    """The paragraph styles of a document."""

    def __init__(self, root: Element | None) -> None:
        found = [style for style in root if local_name(style) == "style"] if root is not None else []
        self._styles = {_attribute(style, "styleId"): style for style in found}

    def name(self, style: str) -> str:
        return _attribute(_child(self._styles.get(style), "name"), "val") or style

    def is_contents(self, style: str) -> bool:
        return bool(style and _CONTENTS.match(self.name(style)))

    def heading_level(self, style: str, properties: Element | None) -> int:
        """The level of a heading, 1 the highest; 0 for what is none."""
        outline = _attribute(_child(properties, "outlineLvl"), "val")
        for one in self._chain(style):
            if found := _HEADING.fullmatch(self.name(one).strip()):
                return int(found[1])
            if _TITLE.fullmatch(self.name(one).strip()):
                return 1
            outline = outline or _attribute(_child(self._styles.get(one), "pPr", "outlineLvl"), "val")
        return int(outline) + 1 if outline.isdigit() and int(outline) < 9 else 0

    def number_of(self, style: str, properties: Element | None) -> tuple[str, int]:
        """Which list a paragraph is of, and at which level of it; no list is ``""``."""
        for owner in (properties, *(_child(self._styles.get(one), "pPr") for one in self._chain(style))):
            numbered = _child(owner, "numPr")
            if numbered is not None:
                level = _attribute(_child(numbered, "ilvl"), "val")
                if identifier := _attribute(_child(numbered, "numId"), "val"):
                    return ("" if identifier == "0" else identifier), int(level) if level.isdigit() else 0
        return "", 0

    def _chain(self, style: str) -> list[str]:
        """The style and those that it rests on."""
        chain = list[str]()
        while style and style not in chain and len(chain) < _DEEP:
            chain.append(style)
            style = _attribute(_child(self._styles.get(style), "basedOn"), "val")
        return chain


@dataclass(frozen=True, slots=True)
class Number:
    """What a list writes before a paragraph."""

    text: str
    is_bullet: bool


@dataclass
class _Level:
    kind: str
    text: str
    start: int


@dataclass
class _List:
    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document, counting as its paragraphs are read."""

    def __init__(self, root: Element | None) -> None:
        children = list(root) if root is not None else []
        kinds = {
            _attribute(one, "abstractNumId"): _List(_levels(one))
            for one in children
            if local_name(one) == "abstractNum"
        }
        # lists of one kind count on, as the paragraphs of one do
        self._lists = {
            _attribute(one, "numId"): kinds.get(_attribute(_child(one, "abstractNumId"), "val"), _List({}))
            for one in children
            if local_name(one) == "num"
        }
        self._restarts = {
            _attribute(one, "numId"): True
            for one in children
            if local_name(one) == "num" and _child(one, "lvlOverride", "startOverride") is not None
        }

    def next(self, identifier: str, level: int) -> Number | None:
        """The number of the next paragraph of this list at this level; ``None`` outside of lists."""
        numbers = self._lists.get(identifier)
        if numbers is None:
            return None
        if self._restarts.pop(identifier, False):
            numbers.counts.clear()
        here = numbers.levels.get(level, _Level("bullet", "", 1))
        for deeper in [other for other in numbers.counts if other > level]:
            del numbers.counts[deeper]
        numbers.counts[level] = numbers.counts.get(level, here.start - 1) + 1
        if here.kind in ("bullet", "none"):
            return Number("", is_bullet=True)
        text = re.sub(r"%(\d)", lambda found: _shown(numbers, int(found[1]) - 1), here.text)
        return Number(text.strip(), is_bullet=False)


def _levels(kind: Element) -> dict[int, _Level]:
    found = {}
    for level in kind:
        if local_name(level) == "lvl":
            start = _attribute(_child(level, "start"), "val")
            found[int(_attribute(level, "ilvl") or 0)] = _Level(
                _attribute(_child(level, "numFmt"), "val") or "decimal",
                _attribute(_child(level, "lvlText"), "val"),
                int(start) if start.isdigit() else 1,
            )
    return found


def _shown(numbers: _List, level: int) -> str:
    """The count of a level as the level writes it."""
    here = numbers.levels.get(level, _Level("decimal", "", 1))
    return counted(numbers.counts.get(level, here.start), here.kind)


def counted(count: int, kind: str) -> str:
    """A count in digits, letters or Roman numbers."""
    if kind in ("lowerLetter", "upperLetter") and 0 < count <= 26 * 20:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        return roman(count).upper() if kind == "upperRoman" else roman(count)
    return str(count)


def roman(count: int) -> str:
    """A small Roman number."""
    out = ""
    values = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
    for value, sign in zip(values, "m cm d cd c xc l xl x ix v iv i".split(), strict=True):
        out += sign * (count // value)
        count %= value
    return out
