"""One interview as its notes tell it: a header of fields, then what was said. Plain values; nothing is stored here.

Category: EXAMPLE interpreters          what the respondent is, and with `Group:` what that belongs to
Place: EXAMPLE North Field, EXAMPLE Land       from narrow to wide
Period: 2099-06                         a day, a month or a year; no day is ever kept
Respondent: R07                         a code or a name: it becomes a keyed pseudonym and goes no further
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from graph_service.errors import LoadRefused
from loaders.documents.model import Block, BlockKind, Document
from loaders.extraction.words import MONTH_NAMES

FIELDS: dict[str, tuple[str, ...]] = {
    "category": ("respondent category", "category of respondent", "category", "respondentcategorie", "categorie",
                 "catégorie de répondant", "catégorie"),
    "group": ("group", "groep", "groupe"),
    "place": ("place", "location", "plaats", "locatie", "lieu"),
    "period": ("period", "date", "periode", "datum", "période"),
    "respondent": ("respondent code", "respondent", "respondents", "respondenten", "répondant", "répondants"),
    "study": ("study", "onderzoek", "étude"),
    "interviewer": ("interviewers", "interviewer", "gesprek gevoerd door", "enquêteur"),
    "notes": ("notes", "notities", "verslag", "notulen", "compte rendu"),
}  # fmt: skip
"""What a field may be called. ``interviewer`` is read and dropped: who asked can tell who answered."""

_NAMES = {name: key for key, names in FIELDS.items() for name in names}
_FIELD = re.compile(
    rf"(?:(?<=\s)|^)({'|'.join(re.escape(name) for name in sorted(_NAMES, key=len, reverse=True))})[ \u00a0]?:",
    re.IGNORECASE,
)
_HEADER_BLOCKS = 12


@dataclass(frozen=True, slots=True)
class Interview:
    """One interview. ``category`` and ``place`` go from narrow to wide; ``period`` is ``2099-06`` or ``2099``.

    ``respondents`` are codes or names as written: whoever holds this value sees to it that they go no further.
    """

    file: str
    category: tuple[str, ...]
    place: tuple[str, ...]
    period: str
    respondents: tuple[str, ...]
    study: str
    body: tuple[Block, ...]


def field_named(name: str) -> str:
    """The field that is called so; empty if none is."""
    return _NAMES.get(name.strip().lower(), "")


def is_interview(document: Document) -> bool:
    """Whether its first blocks are the fields of an interview: a category of respondents, and a respondent."""
    fields, _ = _header(document)
    return "category" in fields and ("respondent" in fields or "period" in fields)


def interview_of(document: Document) -> Interview:
    """Raises ``LoadRefused`` for a field that is missing or can't be read."""
    fields, rest = _header(document)
    for key in ("category", "place", "period", "respondent"):
        if not fields.get(key):
            raise LoadRefused(
                f"notes of an interview name the {key}: add a line `{FIELDS[key][0].capitalize()}: …`",
                file=document.file,
            )
    body = tuple(block for block in document.blocks[rest:] if block.text)
    if fields.get("notes"):
        body = (Block(BlockKind.PARAGRAPH, fields["notes"]), *body)
    if not body:
        raise LoadRefused("there are no notes below the fields", file=document.file)
    return Interview(
        document.file,
        category=tuple(value for value in (fields["category"], fields.get("group", "")) if value),
        place=tuple(part.strip() for part in re.split("[,;]", fields["place"]) if part.strip()),
        period=_period(fields["period"], document.file),
        respondents=tuple(part.strip() for part in fields["respondent"].split(";") if part.strip()),
        study=fields.get("study", ""),
        body=tuple(replace(block, section="", number="", page=0) for block in body),
    )


def _header(document: Document) -> tuple[dict[str, str], int]:
    """The fields, and the number of the first block that is no field."""
    found: dict[str, str] = {}
    for number, block in enumerate(document.blocks[:_HEADER_BLOCKS]):
        pairs = list(_fields("\n".join("\t".join(row) for row in block.rows) if block.rows else block.text))
        if not pairs:
            if found or block.kind is not BlockKind.HEADING:  # a title may stand above the fields
                return found, number
            continue
        for key, value in pairs:
            if key in found:
                raise LoadRefused(f"the field `{FIELDS[key][0]}` stands there twice", file=document.file)
            found[key] = value
            if key == "notes":
                return found, number + 1
    return found, min(len(document.blocks), _HEADER_BLOCKS)


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """The fields of a text that begins with one; a line break, or the next field's name, ends a value."""
    text = text.replace("\t", " ") if ":" in text else _as_fields(text)
    matches = list(_FIELD.finditer(text))
    if not matches or text[: matches[0].start()].strip():
        return
    for match, after in zip(matches, [*(m.start() for m in matches[1:]), len(text)], strict=True):
        key = _NAMES[match[1].lower()]
        yield key, text[match.end() : after].strip(" \n\t;")
        if key == "notes":
            return


def _as_fields(text: str) -> str:
    """A table of two columns as lines with a colon."""
    return "\n".join(line.replace("\t", ": ", 1) for line in text.split("\n"))


def _period(text: str, file: str) -> str:
    """The month or year of a period. The day is dropped, and so is everything but the first month of a range."""
    found = re.search(r"\b(\d{4})-(\d{2})(?:-\d{2})?\b", text)
    if found and 1 <= int(found[2]) <= 12:
        return f"{found[1]}-{found[2]}"
    named = re.search(r"\b([^\W\d_]{3,10}) (\d{4})\b", text)
    if named and named[1].lower() in MONTH_NAMES:
        return f"{named[2]}-{MONTH_NAMES[named[1].lower()]:02}"
    numbers = re.search(r"\b\d{1,2}[-/.](\d{1,2})[-/.](\d{4})\b", text)
    if numbers and 1 <= int(numbers[1]) <= 12:
        return f"{numbers[2]}-{int(numbers[1]):02}"
    year = re.fullmatch(r"\D{0,20}(\d{4})\D{0,20}", text)
    if year:
        return year[1]
    raise LoadRefused(f"`{text[:40]}` is no period: write 2099-06, 2099 or juni 2099", file=file)
