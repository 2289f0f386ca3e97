"""A mapping proposed for a table: what each column seems to be, and why. A person reads it, and states the label.

SECURITY: the label is left out on purpose. Nothing in a table says what it demands, so a draft does not load as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from graph_service.errors import LabelError, LoadRefused
from graph_service.handling import parse_marking
from graph_service.namespaces import partial_date_type
from loaders.base import LoadRequest, Proposal, Remark
from loaders.identifiers import slug
from loaders.known import actors, places
from loaders.mapping import TableMap
from loaders.sheets import WORKBOOKS, Rows, open_book, open_rows, sheet_names
from loaders.terms import classes, value_properties

ROWS = 10_000
"""So many rows of a sheet are looked at."""

MOST_KNOWN = 0.5
KEYS = frozenset("key id code nr no number nummer sleutel identifier".split())
NAMES = {"name": "en", "title": "en", "label": "en", "naam": "nl", "titel": "nl", "omschrijving": "nl", "nom": "fr"}
LANGUAGES = frozenset({"nl", "en", "fr"})
_IN_IRI = re.compile(r"[A-Za-z0-9._~/-]{1,200}")
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]{1,2000}")
_INTEGER, _DECIMAL = re.compile(r"-?[0-9]{1,18}"), re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, and the values that it has."""

    name: str
    cells: tuple[str, ...]

    @property
    def filled(self) -> list[str]:
        return [cell for cell in self.cells if cell]

    @property
    def words(self) -> list[str]:
        return [
            word for word in re.split(r"[^a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.name).lower()) if word
        ]

    @property
    def language(self) -> str:
        """The language that the header says: ``name_nl``, or the word for a name in it."""
        return next((word for word in reversed(self.words) if word in LANGUAGES), "")


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed for a column: the rest of its entry, empty to ignore it, and why."""

    entry: str
    why: str


def draft(request: LoadRequest) -> Iterator[Proposal]:
    """The text of a mapping for every sheet of a file. Raises ``LoadRefused`` if the file can't be read as a table."""
    file = Path(request.file).name
    tables = [_table(request, file, sheet) for sheet in _sheets(request, file)]
    head = [
        "# Proposed by `sluis map draft`. Read it, mend it, and state the label of each table: nothing in a table says",
        "# what it demands, so the label is left out on purpose, and nothing loads without it.",
        "",
        "[dataset]",
        f"source     = {_quoted('id:dataset/' + (slug(Path(file).stem) or 'table'))}",
        'originator = "id:originator/not-stated"  # who sets the labels',
        f"title      = {_quoted(Path(file).stem)}",
    ]
    yield Remark("\n".join([*head, *tables, ""]), file=request.file)


def _sheets(request: LoadRequest, file: str) -> list[str]:
    if Path(file).suffix.lower() not in WORKBOOKS:
        return [""]
    return sheet_names(open_book(request.path, file=file))


def _table(request: LoadRequest, file: str, sheet: str) -> str:
    try:
        rows, merged = _opened(request, file, sheet)
        columns = _columns(rows)
    except LoadRefused as error:
        what = f"sheet {_quoted(sheet)}" if sheet else "this file"
        return f"\n# Nothing is proposed for {what}: {' '.join(error.public.split())}"
    if not columns or not columns[0].cells:
        return f"\n# Sheet {_quoted(sheet)} has no rows." if sheet else "\n# The file has no rows."
    key, why = _key(columns)
    kind, of_kind = _class(sheet or Path(file).stem)
    proposed = {column: _proposed(column, request) for column in columns if column.name != key.strip("{}")}
    ignored = [column.name for column, one in proposed.items() if not one.entry]
    stem = slug(sheet or Path(file).stem) or "row"
    lines = [
        "",
        "[[table]]",
        f"file  = {_quoted(file)}",
        *([f"sheet = {_quoted(sheet)}"] if sheet else []),
        *(
            ['merged = "repeat"  # cells are merged in it: does each of them have the value of the first?']
            if merged
            else []
        ),
        '# label = "…"  # to be stated by hand: a marking for all rows, or { column = "…" }',
        *(f"# {_quoted(column.name)}: {one.why}" for column, one in proposed.items() if not one.entry),
        *([f"ignore = {json.dumps(ignored, ensure_ascii=False)}"] if ignored else []),
        "",
        "[[table.node]]",
        f"subject = {_quoted(f'id:{stem}/{key}')}  # {why}",
        f"type    = {kind}  # {of_kind}",
        "properties = [",
        *(f"  {{ {one.entry} }},  # {one.why}" for one in proposed.values() if one.entry),
        "]",
    ]
    return "\n".join(lines)


def _opened(request: LoadRequest, file: str, sheet: str) -> tuple[Rows, bool]:
    """The rows, and whether merged cells had to be taken as repeats."""
    plain = TableMap(file, "", "", (), sheet=sheet)
    path = request.path
    try:
        return open_rows(path, plain), False
    except LoadRefused as error:
        if "merged" not in error.public:
            raise
        return open_rows(path, TableMap(file, "", "", (), sheet=sheet, merged_repeat=True)), True


def _columns(rows: Rows) -> list[Column]:
    read = []
    for line, cells in rows.rows:
        if len(cells) != len(rows.header):
            raise LoadRefused(f"line {line} has {len(cells)} cells, the header {len(rows.header)}", file=rows.place)
        read.append([cell.strip() for cell in cells])
        if len(read) == ROWS:
            break
    return [Column(name, tuple(row[at] for row in read)) for at, name in enumerate(rows.header)]


def _key(columns: list[Column]) -> tuple[str, str]:
    """A template of what tells the rows apart: a column, best one that is called so, or two columns together."""
    fit = [c for c in columns if not set(c.name) & set("{}") and all(map(_IN_IRI.fullmatch, c.cells))]
    unique = sorted((c for c in fit if len(set(c.cells)) == len(c.cells)), key=lambda c: not KEYS & set(c.words))
    if unique:
        return f"{{{unique[0].name}}}", "no two rows have the same here"
    for one, other in combinations(fit, 2):
        if len(set(zip(one.cells, other.cells, strict=True))) == len(one.cells):
            return f"{{{one.name}}}-{{{other.name}}}", "no two rows have the same two here"
    return "{}", "NO column tells the rows apart: add one with a key, and put it between the braces"


def _proposed(column: Column, request: LoadRequest) -> Proposed:
    """In this order: nothing, a marking, a truth, a date, a number, an address, a known thing, a name, a text."""
    filled = column.filled
    if not filled:
        return Proposed("", "empty in every row")
    if all(_is_marking(cell, request) for cell in filled):
        return Proposed(
            "", "every cell is a marking: is it the label of its row? Then `label = { column = … }`, and not here"
        )
    typed = _typed(column)
    if typed:
        return typed
    return _known(column, request) or _named(column) or _text(column)


def _typed(column: Column) -> Proposed | None:
    said, filled = f"column = {_quoted(column.name)}", column.filled
    for kind, fits, fallback in (
        ("boolean", lambda cell: cell in {"true", "false"}, ""),
        ("date", _is_date, "sluis:onDate"),
        ("integer", _INTEGER.fullmatch, ""),
        ("decimal", _DECIMAL.fullmatch, ""),
        ("url", _WEB.fullmatch, "rdfs:seeAlso"),
    ):
        if all(fits(cell) for cell in filled):
            found, why = _property(column, fallback or _own(column))
            return Proposed(
                f'property = {_quoted(found)}, {said}, as = "{kind}"', f"{len(filled)} cells, all {kind}; {why}"
            )
    return None


def _known(column: Column, request: LoadRequest) -> Proposed | None:
    """Whether the cells are names of known things. Whose names are not known at the label is not told."""
    values = sorted(set(column.filled))
    for what, known, said in (
        ("actors", actors(request.names), "sluis:involves"),
        ("places", places(request.names), "sluis:atLocation"),
    ):
        met = {value: known.called([value]) for value in values}
        matched = {value: iri for value, iri in met.items() if iri}
        if len(matched) == len(values):
            pairs = ", ".join(f"{_quoted(value)} = {_quoted(iri)}" for value, iri in matched.items())
            return Proposed(
                f"property = {_quoted(said)}, column = {_quoted(column.name)}, lookup = {{ {pairs} }}",
                f"all {len(values)} values are names of known {what}",
            )
        if len(matched) >= MOST_KNOWN * len(values):
            missing = ", ".join(_quoted(value) for value in values if value not in matched)[:200]
            text = _named(column) or _text(column)
            return Proposed(
                text.entry, f"{len(matched)} of {len(values)} values are names of known {what}; not: {missing}"
            )
    return None


def _named(column: Column) -> Proposed | None:
    word = next((word for word in column.words if word in NAMES), "")
    if not word:
        return None
    language = column.language or NAMES[word]
    entry = f'property = "skos:prefLabel", column = {_quoted(column.name)}, lang = "{language}"'
    return Proposed(entry, f"called `{word}`; the language is read from the header")


def _text(column: Column) -> Proposed:
    found, why = _property(column, "sluis:note")
    language = f', lang = "{column.language}"' if column.language else ""
    return Proposed(f"property = {_quoted(found)}, column = {_quoted(column.name)}{language}", f"text; {why}")


def _property(column: Column, otherwise: str) -> tuple[str, str]:
    """The property that is called as the column is, in Dutch or English; else another, which is said."""
    wanted = " ".join(word for word in column.words if word not in LANGUAGES)
    found = value_properties().get(wanted)
    return (
        (found, f"called as the ontology calls `{found}`") if found else (otherwise, "name the property that it means")
    )


def _own(column: Column) -> str:
    return f"id:property/{slug(column.name) or 'column'}"


def _class(name: str) -> tuple[str, str]:
    """The class that the sheet or file is called after, in the singular or with the plural's ending."""
    words = " ".join(re.split(r"[^a-z0-9]+", name.lower())).strip()
    for form in (words, words.removesuffix("s"), words.removesuffix("es"), words.removesuffix("en")):
        if form in classes():
            return _quoted(classes()[form]), "called as the ontology calls it"
    return "[]", 'no class is called so: name one, such as "sluis:Event"'


def _is_date(cell: str) -> bool:
    return partial_date_type(cell) is not None and (len(cell) > len("2013") or 1800 <= int(cell) <= 2200)


def _is_marking(cell: str, request: LoadRequest) -> bool:
    try:
        parse_marking(cell, policies=request.policies)
    except LabelError:
        return False
    return True


def _quoted(text: str) -> str:
    """A TOML string, which JSON's are too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
