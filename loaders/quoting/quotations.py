"""Finding the literal words of a quotation in the text of a document. Pure: text in, positions out.

Positions are 0-based code points in the document's whole text as its file has it, decoded as UTF-8 and brought to
Unicode form C; ``end`` is the first code point after the quotation.  Spec: Web Annotation, TextPositionSelector.

A text that came out of a page layout has its words in pieces: a line ends in the middle of a word, the notes at the
foot of a page cut a sentence in two, the number of a note is glued to the word before it. The search reads over these,
and over nothing else: a word more or less is another text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

CONTEXT = 32
"""How many code points a prefix and a suffix have at most."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a part of a document begins and where it is over: the first words of the lines there."""

    begins: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known of a document's form: its sections, and how the notes at the foot of a page are told apart.

    ``notes_begin`` and ``notes_end`` are regular expressions for the line before the first note of a page and the line
    after the last; ``note`` matches the beginning of a note, its first group is the number.
    """

    sections: Mapping[str, Extent] = field(default_factory=dict)
    notes_begin: str = ""
    notes_end: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A part of the text, from ``start`` up to but not including ``end``."""

    start: int
    end: int

    def holds(self, other: Span) -> bool:
        return self.start <= other.start < self.end


class QuotationNotFound(ValueError):
    """The words do not stand where they are said to stand."""


@dataclass(frozen=True)
class DocumentText:
    """The text of a document at hand, and its parts."""

    text: str
    layout: Layout = Layout()

    @classmethod
    def of(cls, text: str, layout: Layout = Layout()) -> DocumentText:
        """The document of a text as it was decoded, in form C."""
        return cls(unicodedata.normalize("NFC", text), layout)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text in UTF-8: which text the positions are of."""
        return "sha256:" + sha256(self.text.encode("utf-8")).hexdigest()

    @cached_property
    def feet(self) -> tuple[Span, ...]:
        """The parts at the foot of a page that hold notes."""
        if not self.layout.notes_begin:
            return ()
        found, at = [], 0
        while begin := re.compile(self.layout.notes_begin, re.MULTILINE).search(self.text, at):
            end = re.compile(self.layout.notes_end, re.MULTILINE).search(self.text, begin.end())
            at = end.start() if end else len(self.text)
            found.append(Span(begin.start(), at))
        return tuple(found)

    @cached_property
    def notes(self) -> dict[int, Span]:
        """The notes by their number. They count upwards, so a year that begins a line begins no note."""
        if not self.layout.note:
            return {}
        starts: list[tuple[int, int, int]] = []
        for foot in self.feet:
            for match in re.compile(self.layout.note, re.MULTILINE).finditer(self.text, foot.start, foot.end):
                if int(match[1]) == len(starts) + 1:
                    starts.append((int(match[1]), match.start(), foot.end))
        following = [*(start for _, start, _ in starts[1:]), len(self.text)]
        return {n: Span(start, min(foot, end)) for (n, start, foot), end in zip(starts, following, strict=False)}

    @cached_property
    def sections(self) -> dict[str, Span]:
        """The sections by their name. Raises ``QuotationNotFound`` for one that is not there."""
        return {name: self.extent(extent, name) for name, extent in self.layout.sections.items()}

    def extent(self, extent: Extent, name: str) -> Span:
        """Where a part is. Raises ``QuotationNotFound`` if it is not there."""
        start = self._line(extent.begins, name, 0)
        return Span(start, self._line(extent.until, name, start + 1) if extent.until else len(self.text))

    def _line(self, words: str, name: str, at: int) -> int:
        pattern = r"^[^\S\n]*" + r"\s+".join(re.escape(word) for word in words.split())
        match = re.compile(pattern, re.MULTILINE).search(self.text, at)
        if match is None:
            raise QuotationNotFound(f"section `{name}`: no line begins with `{words}`")
        return match.start()

    @cached_property
    def _streams(self) -> tuple[_Stream, ...]:
        """The running text without the feet of the pages, so that a sentence runs on; then each foot."""
        edges = [0, *(edge for foot in self.feet for edge in (foot.start, foot.end)), len(self.text)]
        body = tuple(Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True))
        return (_Stream(self.text, body), *(_Stream(self.text, (foot,)) for foot in self.feet))

    def find(self, words: str) -> list[Span]:
        """Every place where the words stand, in the order of the text."""
        marks = "|".join(str(number) for number in sorted(self.notes, reverse=True))
        for mark in dict.fromkeys(("", marks)):
            pattern = _pattern(words, mark=mark)
            if found := sorted({span for stream in self._streams for span in stream.find(pattern)}):
                return found
        return []

    def locate(self, words: str, *, section: str = "", notes: Sequence[int] = ()) -> Span:
        """The place of the words in the section: in the notes that are named if they have it, else the first one.

        Raises ``QuotationNotFound``, saying where else they stand, if they do.
        """
        found = self.find(words)
        if not found:
            raise QuotationNotFound(f"the document does not say `{words}`")
        if section and section not in self.sections:
            raise QuotationNotFound(f"the document has no section `{section}`")
        for note in notes:
            if note in self.notes and (here := [span for span in found if self.notes[note].holds(span)]):
                return here[0]
        if not section:
            return found[0]
        running = [span for span in found if self.sections[section].holds(span) and not self._foot_of(span)]
        inside = running or [span for span in found if self._at_the_foot(span, self.sections[section])]
        if not inside:
            lines = ", ".join(str(self.text.count("\n", 0, span.start) + 1) for span in found)
            raise QuotationNotFound(f"`{words}` stands in line {lines} of the document, not in section `{section}`")
        return inside[0]

    def _foot_of(self, span: Span) -> Span | None:
        return next((foot for foot in self.feet if foot.holds(span)), None)

    def _at_the_foot(self, span: Span, section: Span) -> bool:
        """Whether the span is in the foot of a page on which the section has text: there its notes stand."""
        foot = self._foot_of(span)
        if foot is None:
            return False
        top = max((other.end for other in self.feet if other.end <= foot.start), default=0)
        return section.start < foot.start and section.end > top

    def before(self, span: Span, *, length: int = CONTEXT) -> str:
        return self.text[max(0, span.start - length) : span.start]

    def after(self, span: Span, *, length: int = CONTEXT) -> str:
        return self.text[span.end : span.end + length]


class _Stream:
    """Parts of a text read as one, with the way back to the positions in the whole."""

    def __init__(self, text: str, parts: Sequence[Span]) -> None:
        self.parts = parts
        self.text = "".join(text[part.start : part.end] for part in parts)

    def find(self, pattern: re.Pattern[str]) -> Iterator[Span]:
        for match in pattern.finditer(self.text):
            yield Span(self._position(match.start("words")), self._position(match.end("words") - 1) + 1)

    def _position(self, at: int) -> int:
        for part in self.parts:
            if at < part.end - part.start:
                return part.start + at
            at -= part.end - part.start
        raise IndexError(at)


def words_of(cell: str) -> list[str]:
    """The quotations of a cell: pieces parted by a bar."""
    return [" ".join(piece.split()) for piece in cell.split("|") if piece.strip()]


_SINGLE, _DOUBLE = "‘’‚‛'`´", '“”„‟"«»'
_DASHES = "-‐‑‒–—"


def _pattern(words: str, *, mark: str) -> re.Pattern[str]:
    """A regular expression for the words; ``mark`` matches the number of a note, which may stand between two words."""
    between = rf"(?:\s?(?:{mark}))?" if mark else ""
    plain = unicodedata.normalize("NFC", words).replace("...", "…")
    text = rf"{between}\s+".join(_word(word) for word in plain.split())
    first = r"(?<!\w)" if re.match(r"\w", words.strip()) else ""
    last = rf"(?={between}(?!\w))" if re.search(r"\w$", words.strip()) else ""
    return re.compile(rf"{first}(?P<words>{text}){last}")


def _word(word: str) -> str:
    """The pattern of one word: quotation marks and dashes of any shape, and a hyphen where a line ends inside it."""
    parts = []
    for here, following in zip(word, [*word[1:], ""], strict=True):
        parts.append(_character(here))
        if here.isalpha() and following.isalpha():
            parts.append(r"(?:[-\u00ad]\s*\n\s*)?")
    return "".join(parts)


def _character(character: str) -> str:
    if character in _SINGLE:
        return f"[{_SINGLE}]"
    if character in _DOUBLE:
        return f"[{_DOUBLE}]"
    if character in _DASHES or character == "/":
        return rf"[{_DASHES}]\s*" if character != "/" else r"/\s*"
    return r"(?:…|\.\.\.)" if character == "…" else re.escape(character)
