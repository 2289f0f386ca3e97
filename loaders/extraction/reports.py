"""Finds reports that are cited by author, title and date, and short citations (`ibid.`, `zie noot 18`)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from loaders.documents.model import Block, BlockKind
from loaders.extraction.model import Mention, MentionKind
from loaders.extraction.name_index import Entry

METHOD = "author-title/1"
SHORT_METHOD = "short-citation/1"
CITATIONS = frozenset(
    {MentionKind.PAPER, MentionKind.RESOLUTION, MentionKind.LAW, MentionKind.TREATY, MentionKind.REPORT}
)

_QUOTED = re.compile(r"[“„«\"](?P<double>[^“”„«»\"\n]{8,300})[”»\"]|(?<!\w)[‘‚'](?P<single>[^‘’\n]{8,300})[’'](?!\w)")
_AUTHOR = re.compile(
    r"(?:^|[.;:]\s|\b(?:[Zz]ie(?: ook)?|[Ss]ee(?: also)?|[Vv]gl\.|[Cc]f\.|[Vv]oir)\s)"
    r"(?P<author>[A-ZÀ-Þ][^.;:“”\"\n]{1,120}?(?:\s[A-Z]\.)?)(?:\s\((?:19|20)\d\d[a-z]?\))?,\s$"
)
_AFTER = re.compile(r"[”»\"’']?,?\s?(?:\([^()]{2,80}\)|[^.;\n]{0,80}?\b(?:19|20)\d\d\b)")
_LISTED = re.compile(
    r"^(?P<author>[A-ZÀ-Þ][^\n()]{2,150}?)[,.]?\s\(?(?P<year>(?:19|20)\d\d)[a-z]?\)?[,.:]?\s(?P<title>[^\n]{8,300})$"
)
LITERATURE = re.compile(
    r"\b(?:literatuur|bibliogra|references|bronnen|geraadpleegd|reading list|bibliographie)", re.IGNORECASE
)
_SAME = re.compile(r"(?:^|;\s)(?P<words>(?:[Ii]bid(?:em)?|[Ii]dem|[Ii]d|[Aa]ldaar|[Ii]bidem)\b\.?)")
_NOTE = re.compile(
    r"\b(?P<words>(?:[Zz]ie|[Ss]ee|[Vv]oir|[Ss]upra)(?: ook)?,?\s"
    r"(?:noot|voetnoot|note|footnote|n\.)\s(?P<number>\d{1,4}))\b"
)
_BACK, _NEAREST = 200, 8


def find_reports(
    block: int, content: Block, whole: Callable[[str], tuple[Entry, ...]], *, is_literature: bool
) -> Iterator[Mention]:
    """Titles in quotation marks between an author and a date, and the entries of a list of literature."""
    text = content.text
    for match in _QUOTED.finditer(text):
        group = "double" if match["double"] else "single"
        before = text[max(0, match.start() - _BACK) : match.start()]
        known = [entry for entry in whole(match[group]) if entry.kind in CITATIONS]
        authored = _AUTHOR.search(before) and _AFTER.match(text, match.end())
        if not known and not authored:
            continue
        target = known[0].iri if len({entry.iri for entry in known}) == 1 else ""
        kind = MentionKind(known[0].kind) if target else MentionKind.REPORT
        start, end = match.span(group)
        yield Mention(kind, block, start, end, text[start:end], METHOD, 0.97 if target else 0.85, target, match[group])
    if is_literature and content.kind is not BlockKind.HEADING and (entry := _LISTED.match(text)):
        title = entry["title"].split(". ")[0]
        start = entry.start("title")
        yield Mention(MentionKind.REPORT, block, start, start + len(title), title, METHOD, 0.7, "", title)


def find_short_citations(
    block: int, content: Block, here: Sequence[Mention], notes: Callable[[str], Sequence[Mention]]
) -> Iterator[Mention]:
    """What `ibid.` and `see note 18` mean. ``here`` is what else the block cites, ``notes`` what a note cites.

    SECURITY: ``notes`` holds only notes whose label the block's label dominates. `Ibid.` means the note right before by
    its number: with that one hidden it means nothing here, and never the one before it.
    """
    text = content.text
    previous = str(int(content.number) - 1) if re.fullmatch(r"[0-9]{1,4}", content.number) else ""
    for match in _SAME.finditer(text) if content.kind is BlockKind.NOTE else ():
        before = here[: bisect_right(here, match.start(), key=lambda mention: mention.end)]
        yield from _means(block, text, match, before[-_NEAREST:] or notes(previous), 0.85)
    for match in _NOTE.finditer(text):
        yield from _means(block, text, match, notes(match["number"]), 0.9)


def _means(block: int, text: str, match: re.Match[str], cited: Sequence[Mention], sure: float) -> Iterator[Mention]:
    """The one thing that is cited there; with several it can't be told which."""
    meant = {mention.target: mention for mention in cited if mention.kind in CITATIONS and mention.target}
    if len(meant) == 1:
        (one,) = meant.values()
        start, end = match.span("words")
        yield Mention(one.kind, block, start, end, text[start:end], SHORT_METHOD, sure, one.target, one.value)
