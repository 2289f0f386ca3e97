"""Tables of resolutions: the CR-UNSC data set, lists of record pages, and the votes as the UN publishes them in bulk.

Each is known by the names in its header. One portion a resolution.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest, Proposal, Remark, Whole
from loaders.cells import partial_date
from loaders.delimited import header_of, layout_of, read_delimited
from loaders.facts import Facts, PassedOver, settled
from loaders.heads import Head
from loaders.identifiers import resolution_year, treaty_iri
from loaders.united_nations.resolution import CASTS, Identity, add_subject, describe, identity_of, member, vote

VOTES = frozenset({"ms_code", "ms_name", "ms_vote", "resolution"})
CODEBOOK = ("varname", "group", "type", "freqtable", "description")
CODEBOOK_REASON = "it describes the variables of a data set and holds no facts"
_MISSING = frozenset({"", "NA", "N/A"})
_NUMBERS = {"vote_yes": "votesInFavour", "vote_no": "votesAgainst", "vote_abstention": "abstentions"}
_TEXTS = {"meeting_record": "adoptedAtMeeting", "draft": "draftSymbol", "agenda_information": "agendaItem"}
_READ = frozenset("res_no symbol year date title topic summary subjects chapter7 url_record".split())
_READ |= VOTES | frozenset({*_NUMBERS, *_TEXTS})
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]{4,300}")

Row = Mapping[str, str]


def is_resolutions(head: Head) -> bool:
    header = header_of(head)
    return "res_no" in header and bool(header & {"url_record", "symbol", "title", "vote_yes"})


def is_votes(head: Head) -> bool:
    return header_of(head) >= VOTES


def is_codebook(head: Head) -> bool:
    return header_of(head) >= frozenset(CODEBOOK)


def load_resolutions(request: LoadRequest) -> Iterator[Proposal]:
    """A row a resolution, of whatever variables of the data set the table has."""
    yield from _load(request, _row_identity, _described)


def load_votes(request: LoadRequest) -> Iterator[Proposal]:
    """A row a member's vote; the rows of one resolution stand together."""
    yield from _load(request, lambda row: identity_of(row["resolution"]), _voted)


def _load(
    request: LoadRequest,
    identity: Callable[[Row], Identity | None],
    describe_rows: Callable[[Identity, list[tuple[int, Row]], str], Facts],
) -> Iterator[Proposal]:
    request = settled(request)
    passed, seen = PassedOver(), set[str]()
    rows = _rows(request, passed)
    for found, group in groupby(rows, key=lambda numbered: identity(numbered[1])):
        held = list(group)
        if found is None:
            passed.counts["rows of no resolution"] = passed.counts.get("rows of no resolution", 0) + len(held)
            continue
        if found.symbol in seen:
            raise LoadRefused(
                f"{found.symbol} stands above too: the rows of a resolution stand together",
                file=request.file,
                line=held[0][0],
            )
        seen.add(found.symbol)
        yield describe_rows(found, held, request.file).portion(found.symbol, request)
        request.progress(request.file, held[-1][0], 0)
    if not seen:
        raise LoadRefused("no row names a resolution", file=request.file)
    yield from (Remark(text, request.file) for text in passed.told())
    yield Whole(request.source)


def _rows(request: LoadRequest, passed: PassedOver) -> Iterator[tuple[int, Row]]:
    rows = read_delimited(request.path, layout_of(request.path, file=request.file), file=request.file)
    header = [name.strip().lower() for name in next(rows)[1]]
    for name in header:
        if name not in _READ:
            passed.add(f"column `{name}`")
    for line, cells in rows:
        if len(cells) != len(header):
            raise LoadRefused(f"the row has {len(cells)} cells, the header {len(header)}", file=request.file, line=line)
        stripped = (cell.strip() for cell in cells)
        yield line, {name: "" if cell in _MISSING else cell for name, cell in zip(header, stripped, strict=True)}


def _row_identity(row: Row) -> Identity | None:
    symbol = row.get("symbol", "")
    if symbol.startswith("S/RES/") and (found := identity_of(symbol)):
        return found
    number = row.get("res_no", "")
    year = row.get("year") or (str(resolution_year(int(number)) or "") if number.isdigit() else "")
    return identity_of(f"S/RES/{number} ({year})") if number.isdigit() and year else None


def _described(found: Identity, rows: list[tuple[int, Row]], file: str) -> Facts:
    facts, thing = Facts(), found.iri
    for line, row in rows:
        describe(facts, found, issued=_day(row.get("date", ""), file, line))
        for column, said in _NUMBERS.items():
            if row.get(column, "").isdigit():
                facts.integer(thing, f"sluis:{said}", int(row[column]))
        for column, said in _TEXTS.items():
            if row.get(column):
                facts.text(thing, f"sluis:{said}", row[column])
        _add_subject_matter(facts, thing, row)
        if _WEB.fullmatch(row.get("url_record", "")):
            facts.link(thing, "sluis:recordPage", row["url_record"].partition("?")[0])
    return facts


def _add_subject_matter(facts: Facts, thing: str, row: Row) -> None:
    for said, text in (
        ("dcterms:title", row.get("title") or row.get("topic", "")),
        ("dcterms:description", row.get("summary", "")),
    ):
        if text:
            facts.text(thing, said, text, "en")
    for subject in filter(None, (part.strip() for part in row.get("subjects", "").split("|"))):
        add_subject(facts, thing, subject)
    # The data set says that the words stand in the text, not that the resolution rests on the chapter.
    if row.get("chapter7", "").upper() == "TRUE":
        facts.link(thing, "dcterms:references", treaty_iri("un-charter", chapter="VII"))


def _voted(found: Identity, rows: list[tuple[int, Row]], file: str) -> Facts:
    facts = Facts()
    for line, row in rows:
        describe(facts, found, issued=_day(row.get("date", ""), file, line))
        if row.get("title"):
            facts.text(found.iri, "dcterms:title", row["title"], "en")
        cast = CASTS.get(row["ms_vote"].upper())
        if cast is None:
            raise LoadRefused(f"`{row['ms_vote']}` is no vote: Y, N, A or X", file=file, line=line, column="ms_vote")
        vote(facts, found, member(facts, row["ms_code"], row["ms_name"]), cast)
    for said, cast in (("votesInFavour", "yes"), ("votesAgainst", "no"), ("abstentions", "abstain")):
        count = sum(CASTS[row["ms_vote"].upper()] == cast for _, row in rows)
        facts.integer(found.iri, f"sluis:{said}", count)
    return facts


def _day(text: str, file: str, line: int) -> str:
    if not text:
        return ""
    try:
        partial_date(text)
    except ValueError as error:
        raise LoadRefused(str(error), file=file, line=line, column="date") from error
    return text
