"""Cells: one text of a table to one RDF term. Every refusal is a ``ValueError`` with the reason."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from graph_service.handling import parse_level
from graph_service.namespaces import level_iri, partial_date_type
from graph_service.security import Policies
from loaders.base import PREFIXES, expand

_IN_IRI = re.compile(r"[A-Za-z0-9._~/-]+")
_NUMBERS = {"integer": re.compile(r"-?[0-9]+"), "decimal": re.compile(r"-?[0-9]+(\.[0-9]+)?")}
_REST_OF_DATE = {"gYear": "-01-01", "gYearMonth": "-01", "date": ""}


def xsd(name: str) -> NamedNode:
    return NamedNode(PREFIXES["xsd"] + name)


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[str, ...]:
    """What stands between the braces and in them, in turn: each template is taken apart once."""
    return tuple(re.split(r"{([^{}]+)}", template))


def fill_text(template: str, row: dict[str, str]) -> str:
    """A template's text with the row's cells put in as they are; braces that name no column stay."""
    pieces = _pieces(template)
    return "".join(row[piece] if place % 2 else piece for place, piece in enumerate(pieces))


def fill(template: str, row: dict[str, str], *, cell: str = "") -> NamedNode:
    """The IRI of a template with the row's cells put in; a cell may hold only what needs no escape in an IRI."""
    start, parts = _parts(template)
    rest = "".join(_in_iri(row[column] if column else cell) + text for column, text in parts)
    # What stands before the first cell was looked at once, and no cell can make it another namespace.
    return NamedNode(start.value + rest) if isinstance(start, NamedNode) else expand(start + rest)


@lru_cache(maxsize=1024)
def _parts(template: str) -> tuple[NamedNode | str, tuple[tuple[str, str], ...]]:
    """What stands before the first cell, as an IRI if it is one by itself; then each column and the text after it."""
    first, *others = re.split(r"{([^{}]*)}", template)
    parts = tuple(zip(others[::2], others[1::2], strict=True))
    is_plain = re.fullmatch(r"[a-z][a-z0-9-]*:[A-Za-z0-9._~/-]+", first) and first.partition(":")[0] in PREFIXES
    rest = all(re.fullmatch(r"[A-Za-z0-9._~/-]*", text) for _, text in parts)
    return (expand(first) if is_plain and rest else first), parts


@lru_cache(maxsize=1024)
def named(name: str) -> NamedNode:
    """As ``expand``, for the names of a mapping, which stand in every row."""
    return expand(name)


def _in_iri(text: str) -> str:
    if not _IN_IRI.fullmatch(text):
        raise ValueError(f"`{text}` can't stand in an IRI: use letters, digits and . _ ~ - /")
    return text


def reference(template: str, row: dict[str, str], *, cell: str) -> NamedNode:
    """The IRI a cell refers to: a prefixed name or absolute IRI stands for itself, else it fills the template."""
    stands_for_itself = re.match(r"(https?|urn):", cell) or (":" in cell and cell.partition(":")[0] in PREFIXES)
    return named(cell) if stands_for_itself else fill(template, row, cell=cell)


def literal(text: str, *, kind: str, lang: str = "") -> Literal:
    """The literal of a cell: text (with or without a language), a number, ``true``/``false``, or a partial date."""
    if kind == "text":
        return Literal(text, language=lang) if lang else Literal(text)
    if kind == "boolean":
        if text not in {"true", "false"}:
            raise ValueError(f"`{text}` is neither `true` nor `false`")
        return Literal(text, datatype=xsd("boolean"))
    if kind == "date":
        return partial_date(text)
    if not _NUMBERS[kind].fullmatch(text):
        raise ValueError(f"`{text}` is not {'an integer' if kind == 'integer' else 'a decimal number'}")
    return Literal(text, datatype=xsd(kind))


def partial_date(text: str) -> Literal:
    """``2013``, ``2013-04`` or ``2013-04-25`` as gYear, gYearMonth or date: no more exact than the source."""
    kind = partial_date_type(text)
    if kind is None:
        raise ValueError(f"`{text}` is not a date: write 2013, 2013-04 or 2013-04-25")
    date.fromisoformat(text + _REST_OF_DATE[kind])  # raises where the month or day does not exist
    return Literal(text, datatype=xsd(kind))


def term(text: str, *, kind: str, lang: str, policies: Policies) -> NamedNode | Literal:
    """The term of a cell of any kind that needs no template."""
    if kind == "level":
        level = parse_level(text, policies=policies)
        return NamedNode(level_iri(level.policy, level.name))
    if kind == "url":
        return expand(text)
    return literal(text, kind=kind, lang=lang)
