"""What the names known at a label are to a finder: which things, by which forms, and how sure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from graph_service.namespaces import NS
from loaders.extraction.model import Mention, MentionKind
from loaders.extraction.name_index import Entry, Hit, NameIndex, Words
from loaders.names import KnownName, Names

METHOD, CATEGORY = "known-name/1", "known-category/1"

_ACTORS = frozenset(
    NS + name
    for name in (
        "Actor ActorCategory Organisation ArmedForce ArmedGroup Body CivilSocietyOrganisation GovernmentBody"
        " CourtOfAudit DiplomaticPost Directorate EvaluationOffice Ministry Parliament Police"
        " InternationalOrganisation JointForce KnowledgeInstitute Mission Operation State Unit"
    ).split()
)
_SOURCES: dict[str, MentionKind] = {
    NS + name: kind
    for kind, names in {
        MentionKind.PAPER: "ParliamentaryPaper ParliamentaryLetter Motion",
        MentionKind.RESOLUTION: "Resolution",
        MentionKind.LAW: "Law",
        MentionKind.TREATY: "Treaty",
        MentionKind.REPORT: "Report TermsOfReference PolicyStrategy MinisterialDecision",
    }.items()
    for name in names.split()
}

_MINISTRY = re.compile(
    r"(?:[Mm]inisterie van|[Mm]inistry of(?: the)?|[Mm]inistère (?:de la|de l['’]|des|du|de)) ?(?=\w)"
)
_HEADS = re.compile(
    r"(?:Operatie|Operation|Opération|Missie|Directie|Dienst|Stichting|Koninkrijk|Republiek)\s(?=[A-Z])"
)
_JOINT = re.compile(r" (?:in|bij|te|van|of|at|in the|of the|van de|van het) (?=[A-Z])")
_HOME = re.compile(r"Nederlandse? (?=[a-z])")
"""What a paper of this government leaves out: `het kabinet` is its own."""
_PAIR = re.compile(r"(?<!\w)(?P<first>[A-ZÀ-Þ]\w+) (?:en|and|et) [A-ZÀ-Þ]\w+ (?P<head>\w+)")
_COMMON = frozenset(NS + name for name in ("Police", "Parliament", "CourtOfAudit"))
_UNITED_NATIONS = re.compile(r"^(?P<dutch>\w+) van de Verenigde Naties$|^United Nations (?P<english>[\w ]+)$")
_MINISTRIES = re.compile(
    r"\b(?:[Mm]inisteries|[Mm]inistries|[Mm]inistères)(?:\s(?:van|of|des?|for)\b)?\s?(?P<bracket>\()?"
)
_CLAUSE = re.compile(r"[.;:]\s|\n|$")
_REACH = 160
_OF_A_COUNTRY = re.compile(r"\b(?!Nederlandse )[A-Z][a-zé-]{2,20}se $")
"""`de Franse regering`: what is said of one country is not said of the one whose name is left out."""
_COMPASS = re.compile(r"(?:Noord|Zuid|Oost|West|North|South|East|Western|Centraal|Equatoriaal|Nieuw|New)[- ]$")


@dataclass(frozen=True)
class KnownNames:
    """The names of a label, made ready for looking up."""

    names: Names

    @cached_property
    def index(self) -> NameIndex:
        given = [entry for known in self.names.known for entry in _given(known)]
        return NameIndex([*given, *_derived(given)])

    @cached_property
    def _ministries(self) -> NameIndex:
        """Ministries by what follows `ministerie van`: looked for only where several are named together."""
        tails = ((known, _MINISTRY.match(known.text)) for known in self.names.known if kind_of(known))
        return NameIndex(Entry(known.text[tail.end() :], known.iri, "actor") for known, tail in tails if tail)

    def find(self, block: int, text: str, *, without: str = "") -> Iterator[Mention]:
        """Every place where a known thing is named, but for the thing ``without``."""
        words = Words.of(text)
        for hit in self.index.find(text, words, without=without):
            if mention := _mention(block, text, hit):
                yield mention
        for match in _MINISTRIES.finditer(text):
            yield from self._several_ministries(block, text, match)
        for match in _PAIR.finditer(text):
            entries = self.index.whole(f"{match['first']} {match['head']}", without=without)
            if entries and (mention := _mention(block, text, Hit(*match.span("first"), entries, inflected=True))):
                yield mention

    def _several_ministries(self, block: int, text: str, head: re.Match[str]) -> Iterator[Mention]:
        start = head.end()
        closing = text.find(")", start, start + _REACH) if head["bracket"] else -1
        clause = _CLAUSE.search(text, start, start + _REACH)
        end = closing if closing >= 0 else clause.start() if clause else start + _REACH
        part = text[start:end]
        for hit in self._ministries.find(part, Words.of(part)):
            moved = Hit(start + hit.start, start + hit.end, hit.entries, hit.inflected)
            if mention := _mention(block, text, moved):
                yield mention


def kind_of(known: KnownName) -> str:
    """The kind of mention that a name makes; empty for what no finder looks for."""
    for kind in known.kinds:
        if kind in _SOURCES:
            return _SOURCES[kind].value
    return MentionKind.ACTOR.value if known.kinds & _ACTORS else ""


def _given(known: KnownName) -> Iterator[Entry]:
    kind, name = kind_of(known), known.text.strip()
    if not kind or len(name) < 2:
        return
    category = NS + "ActorCategory" in known.kinds
    common = category or (" " not in name and len(name) > 5 and bool(known.kinds & _COMMON))
    entry = Entry(name, known.iri, kind, exact=known.is_notation, common=common, category=category)
    yield entry
    bare = re.sub(r"\s\([^()]*\)$", "", name)
    if bare != name and len(bare) > 1:
        yield replace(entry, name=bare, derived=True)


def _derived(given: list[Entry]) -> Iterator[Entry]:
    """Shorter forms that every reader takes for the same: ``Serval`` of ``Operatie Serval``."""
    for entry in given:
        if entry.kind != MentionKind.ACTOR.value or entry.exact:
            continue
        joined = _JOINT.sub(" ", entry.name)
        if joined != entry.name:
            yield replace(entry, name=joined, derived=True)
        home = _HOME.match(entry.name)
        if home and len(entry.name) - home.end() > 6:
            yield replace(entry, name=entry.name[home.end() :], derived=True, common=True)
        if head := _HEADS.match(entry.name):
            rest = entry.name[head.end() :]
            if " " in rest or (len(rest) > 4 and head[0].lower().startswith("op")):
                yield Entry(rest, entry.iri, entry.kind, derived=True)
        if united := _UNITED_NATIONS.match(entry.name):
            rest = united["dutch"] or united["english"]
            yield Entry(f"{'VN' if united['dutch'] else 'UN'} {rest}", entry.iri, entry.kind, derived=True)
            if len(rest) > 11:
                yield Entry(rest, entry.iri, entry.kind, derived=True)


def _mention(block: int, text: str, hit: Hit) -> Mention | None:
    """The mention of a hit; none where the name may stand for several things."""
    entries = [entry for entry in hit.entries if not entry.derived] or list(hit.entries)
    if len({entry.iri for entry in entries}) > 1:
        return None
    entry, words = entries[0], text[hit.start : hit.end]
    method = CATEGORY if entry.category else METHOD
    return Mention(
        MentionKind(entry.kind),
        block,
        hit.start,
        hit.end,
        words,
        method,
        _sureness(entry, hit, text),
        entry.iri,
        entry.name,
    )


def _sureness(entry: Entry, hit: Hit, text: str) -> float:
    words = text[hit.start : hit.end]
    if _COMPASS.search(text[max(0, hit.start - 12) : hit.start]):
        return 0.5
    if words.islower() and _OF_A_COUNTRY.search(text[max(0, hit.start - 24) : hit.start]):
        return 0.4
    if entry.derived and entry.common and not entry.category:
        return 0.55  # `kabinet`, `Parlement`: left out is whose
    if words.islower() and " " not in words:
        # `regering`, `politie`: a common noun may mean another one of its kind, which a category does not mind.
        return 0.8 if entry.category else 0.6
    sure = 0.95 if entry.name == words else 0.9
    return round(sure - 0.05 * entry.derived - 0.05 * hit.inflected - 0.05 * words.islower(), 2)
