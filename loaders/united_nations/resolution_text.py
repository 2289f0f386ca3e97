"""A resolution as plain text: its preamble, and its operative paragraphs with what each decides or asks, and of whom.

The form is fixed: who speaks (``The Security Council,``), why (``Recalling …``), then numbered paragraphs that begin
with a verb. A sub-paragraph (``(a)``, ``(i)``) belongs to the paragraph above it and has its verb and addressee.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from graph_service.errors import LoadRefused
from loaders.base import ID, LoadRequest, Proposal, ntriples
from loaders.cells import partial_date
from loaders.documents.model import THIS_BLOCK, Block, BlockKind, Document
from loaders.extraction.words import MONTH_NAMES
from loaders.facts import Facts
from loaders.heads import Head
from loaders.identifiers import slug, state_iri, treaty_iri
from loaders.known import KnownThings, actors
from loaders.united_nations.resolution import Identity, addressee_iri, describe, identity_of, name_office, vote
from loaders.united_nations.verbs import Provision, read_provision

_SPEAKER = re.compile(
    r"^[ \t]{0,20}(?:(?P<en>The (?:Security Council|General Assembly))"
    r"|(?P<fr>Le Conseil de sécurité|L['’]Assemblée générale)"
    r"|(?P<nl>De (?:Veiligheidsraad|Algemene Vergadering)))[ \t]{0,5},?[ \t]{0,5}\r?$",
    re.MULTILINE,
)
_SYMBOL = re.compile(r"\b(?:S/RES/\d{1,4} ?\(\d{4}\)|A/RES/(?:(?:ES|S)-)?\d{1,2}/\d{1,3})")
_NUMBERED = re.compile(
    r"^[ \t]{0,20}(?:(?:R[eé]solu(?:tion|tie)s?)[ \t]{1,5})?(?P<number>\d{1,4}) ?\((?P<year>\d{4})\)", re.MULTILINE
)
_DATE = re.compile(rf"\b(\d{{1,2}})(?:er)? ({'|'.join(MONTH_NAMES)}) (\d{{4}})\b", re.IGNORECASE)
_ADOPTED = re.compile(r"Adopted (?:unanimously )?at the|Adoptée (?:à l['’]unanimité )?à la|Adopted by the|Aangenomen")
_MEETING = re.compile(r"(\d{1,5})(?:st|nd|rd|th|e|ème|de|ste)\s+(?:meeting|séance|vergadering)", re.IGNORECASE)
_VOTES = re.compile(r"by (\d{1,3}|none) votes? (?:in favour )?to (\d{1,3}|none)(?:,? with (\d{1,3}) abstentions?)?")
_ABSTAINED = re.compile(r"abstentions? \(([^()]{2,300})\)")
_UNANIMOUS = re.compile(r"\b(?:adopted unanimously|unanimously|à l['’]unanimité)\b", re.IGNORECASE)
_PARAGRAPH = re.compile(r"(?P<number>\d{1,3}(?:bis|ter)?)\.\s+(?=\S)")
_SUB = re.compile(r"\((?P<number>[a-z]{1,2}|[ivx]{1,5})\)\s+(?=\S)")
_PART = re.compile(r"[A-Z]|[IVX]{1,4}")
_NOTE = re.compile(r"(?P<number>\d{1,3}|\*)\s{1,3}(?=[A-Z\[])")
_FURNITURE = re.compile(
    r"\d{2}-\d{5}(?: \([A-Z]\))?|\*?\d{7}\*?|\d{1,3}/\d{1,3}|Page \d{1,3}|[SA]/RES/\S+(?: \(\d{4}\))?"
)
_CHAPTER_VII = re.compile(
    r"\b(?:acting|agissant|handelend)\b[^.;]{0,80}\b(?:chapter|chapitre|hoofdstuk) VII\b", re.IGNORECASE
)
_ROMAN = re.compile(r"[ivx]+")


def recognises(head: Head) -> bool:
    """By its form: a number or symbol, then the organ that speaks, alone on its line."""
    if head.is_folder or head.start.startswith((b"%PDF", b"PK", b"<", b"{")):
        return False
    text = head.start.decode("utf-8-sig", errors="ignore")
    speaker = _SPEAKER.search(text)
    return bool(speaker) and _identity(text[: speaker.start()]) is not None  # type: ignore[union-attr]


def load(request: LoadRequest) -> Iterator[Proposal]:
    """The document of one resolution. Raises ``LoadRefused`` if the text does not have the form of one."""
    try:
        text = request.path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LoadRefused(f"not UTF-8 (byte {error.start}): save it as UTF-8", file=request.file) from error
    yield read_resolution(text, file=request.file, known=actors(request.names, own="un-"))


def read_resolution(text: str, *, file: str, known: KnownThings) -> Document:
    """The resolution of a text, its provisions with their blocks."""
    speaker = _SPEAKER.search(text)
    found = _identity(text[: speaker.start()]) if speaker else None
    if speaker is None or found is None:
        raise LoadRefused("not the text of a resolution: it lacks its number or who speaks", file=file)
    language = next(name for name in ("en", "fr", "nl") if speaker[name])
    reading = _Reading(found, language, known)
    for paragraph in _paragraphs(text):
        reading.read(paragraph)
    issued = _issued(text)
    facts = Facts()
    describe(facts, found, issued=issued)
    _adoption(facts, found, text)
    if _CHAPTER_VII.search(" ".join(text.split())):
        facts.link(found.iri, "sluis:legalBasis", treaty_iri("un-charter", chapter="VII"))
    return Document(
        file=file,
        blocks=tuple(reading.blocks),
        iri=found.iri,
        kind="Resolution",
        identifier=found.symbol,
        language=language,
        dated=issued,
        facts=ntriples(facts.triples),
    )


@dataclass
class _Reading:
    """The blocks so far, and what the next one stands under: a part (``B``), a paragraph, a sub-paragraph."""

    found: Identity
    language: str
    known: KnownThings
    blocks: list[Block] = field(default_factory=list)
    _part: str = ""
    _above: list[tuple[str, Provision]] = field(default_factory=list)

    def read(self, paragraph: str) -> None:
        if _PART.fullmatch(paragraph):
            self._part, self._above = paragraph, []
            self._add(BlockKind.HEADING, paragraph, number=paragraph)
        elif numbered := _PARAGRAPH.match(paragraph):
            self._operative([numbered["number"]], paragraph[numbered.end() :])
        elif (sub := _SUB.match(paragraph)) and self._above:
            self._operative(self._under(sub["number"]), paragraph[sub.end() :])
        elif (note := _NOTE.match(paragraph)) and self._after_adoption():
            self._add(BlockKind.NOTE, paragraph[note.end() :], number=note["number"])
        elif self.blocks and not self._after_adoption() and read_provision(paragraph, self.language):
            self._operative([], paragraph)
        else:
            self._add(BlockKind.PARAGRAPH, paragraph)

    def _after_adoption(self) -> bool:
        return any(_ADOPTED.match(block.text) for block in self.blocks[-8:] if block.kind is BlockKind.PARAGRAPH)

    def _under(self, number: str) -> list[str]:
        """Letters stand under the paragraph, small Roman numbers under the letter, if there is one."""
        levels = [name for name, _ in self._above]
        letter = levels[1] if len(levels) > 1 else ""
        is_next_letter = len(letter) == 1 and number == chr(ord(letter) + 1)
        depth = 2 if letter and _ROMAN.fullmatch(number) and not is_next_letter else 1
        return [*levels[:depth], number]

    def _operative(self, path: list[str], text: str) -> None:
        """A paragraph with a verb of its own, or one that completes what stands above it."""
        own = read_provision(text, self.language)
        above = self._above[len(path) - 2][1] if len(path) > 1 and len(self._above) >= len(path) - 1 else None
        said = own or (Provision(above.kind, above.verb, above.addressee, text.rstrip(" ;.,:")) if above else None)
        number = _written(path)
        facts = self._provision(said, path or [str(1 + len(self.blocks))], number) if said else ""
        if said and path:
            self._above[len(path) - 1 :] = [(path[-1], said)]
        self._add(BlockKind.ITEM if path else BlockKind.PARAGRAPH, text, number=number, facts=facts)

    def _provision(self, said: Provision, path: list[str], number: str) -> str:
        facts = Facts()
        thing = f"{ID}provision/{self.found.key}/{slug('-'.join([self._part, *path]))}"
        facts.kind(thing, "sluis:Provision")
        facts.link(thing, "sluis:provisionOf", self.found.iri)
        facts.link(thing, "sluis:statedAt", THIS_BLOCK)
        facts.text(thing, "sluis:provisionKind", said.kind)
        facts.text(thing, "sluis:operativeVerb", said.verb, self.language)
        if number:
            facts.text(thing, "sluis:paragraphNumber", f"{self._part} {number}".strip())
        if said.action:
            facts.text(thing, "sluis:actionText", said.action, self.language)
        addressed = addressee_iri(said.addressee, self.known) if said.addressee else ""
        if addressed:
            facts.link(thing, "sluis:addressedTo", addressed)
            name_office(facts, addressed)
        # "Decides that the mandate shall …" addresses nobody: words that name no actor are no addressee there.
        if said.addressee and (addressed or said.kind != "decides"):
            facts.text(thing, "sluis:addresseeText", said.addressee, self.language)
        return ntriples(facts.triples)

    def _add(self, kind: BlockKind, text: str, *, number: str = "", facts: str = "") -> None:
        if text.strip():
            self.blocks.append(Block(kind, text.strip(), section=self._part, number=number, facts=facts))


def _written(path: list[str]) -> str:
    """``16 (a) (i)`` of its levels."""
    return " ".join([*path[:1], *(f"({name})" for name in path[1:])])


def _identity(before: str) -> Identity | None:
    """Which resolution a text is: by the symbol or the number that stands before the organ that speaks."""
    symbol = _SYMBOL.search(before)
    if symbol:
        return identity_of(symbol[0])
    numbered = _NUMBERED.search(before)
    return identity_of(f"S/RES/{numbered['number']} ({numbered['year']})") if numbered else None


def _issued(text: str) -> str:
    """The day it was adopted: the first that stands before the organ that speaks."""
    speaker = _SPEAKER.search(text)
    date = _DATE.search(text[: speaker.start()] if speaker else text)
    if date is None:
        return ""
    day = f"{date[3]}-{MONTH_NAMES[date[2].lower()]:02}-{int(date[1]):02}"
    try:
        partial_date(day)
    except ValueError:
        return ""
    return day


def _adoption(facts: Facts, found: Identity, text: str) -> None:
    """The meeting and the vote, where the text tells them."""
    told = " ".join(" ".join(text[at.start() : at.start() + 600].split()) for at in _ADOPTED.finditer(text))
    if meeting := _MEETING.search(told):
        record = f"S/PV.{meeting[1]}" if found.is_of_council else meeting[0]
        facts.text(found.iri, "sluis:adoptedAtMeeting", record)
    votes = _VOTES.search(told)
    if votes:
        counts = [0 if count in {None, "none"} else int(count) for count in votes.groups()]
        for said, count in zip(("votesInFavour", "votesAgainst", "abstentions"), counts, strict=True):
            facts.integer(found.iri, f"sluis:{said}", count)
    abstained = _ABSTAINED.search(told)
    for name in abstained[1].replace(" and ", ", ").split(", ") if abstained else ():
        if state_iri(name):
            vote(facts, found, state_iri(name), "abstain")
    if not votes and _UNANIMOUS.search(told):
        facts.integer(found.iri, "sluis:votesAgainst", 0)
        facts.integer(found.iri, "sluis:abstentions", 0)


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs: parted by empty lines, and before each number or letter of a paragraph."""
    held: list[str] = []
    for line in [*text.replace("\f", "\n").splitlines(), ""]:
        words = line.strip()
        starts = bool(_PARAGRAPH.match(words) or _SUB.match(words) or _ADOPTED.match(words) or _PART.fullmatch(words))
        if (not words or starts) and held:
            yield _joined(held)
            held = []
        if words and not _FURNITURE.fullmatch(words):
            held.append(words)


def _joined(lines: list[str]) -> str:
    """One text of its lines. A hyphen at the end of a line that goes on in lower case joins two parts of a word."""
    text = ""
    for line in lines:
        joins = text.endswith("-") and line[:1].islower()
        text = text[:-1] + line if joins else f"{text} {line}" if text else line
    return " ".join(text.split())
