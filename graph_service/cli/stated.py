"""A label or a clearance as people state it to a command: a marking, or a file of one of the standards."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from urllib.parse import quote

from graph_service.errors import ClearanceError, LabelError, SluisError
from graph_service.handling import clearance_from_markings, parse_marking
from graph_service.handling.printing import BETWEEN_POLICIES
from graph_service.portions import Term
from graph_service.security import Clearance, Label, Policies
from graph_service.standards.adatp4774 import LabelDocument, LabelKind
from graph_service.standards.documents import (
    label_of,
    read_clearance_document,
    read_label_document,
    verify_label_document,
)
from loaders.base import ID, NO_RECORD, LabelRecord


def stated_label(text: str, *, policies: Policies, asker: Clearance | None = None) -> tuple[Label, LabelRecord]:
    """The label of a marking or a file, and what the file says of how it was set. Raises ``LabelError``."""
    path = _file(text)
    if path is None:
        return parse_marking(text, policies=policies, asker=asker), NO_RECORD
    try:
        documents = read_label_document(_text(path), policies=policies)
        label = label_of(documents)
    except LabelError as error:
        raise LabelError(f"{path.name}: {error.public}") from error
    record = NO_RECORD
    for document in (document for document in documents if document.kind is LabelKind.ORIGINATOR):
        record = record.or_else(_record(document))
    return label, record


def _record(document: LabelDocument) -> LabelRecord:
    """What an ADatP-4774 label says of itself; a succession foreseen there becomes a term, and changes nothing."""
    term = None
    if document.succession:
        term = Term(until=document.succession.at.date(), successor=document.succession.label)
    elif document.review:
        term = Term(until=document.review.date())
    set_on = document.created.date() if document.created else None
    return LabelRecord(originator=_originator(document), set_on=set_on, term=term)


def _originator(document: LabelDocument) -> str:
    """The originator as an IRI: as it is, as an address, or as a name among ours."""
    name = document.originator
    if not name or document.originator_type == "uniformResourceIdentifier":
        return name
    return f"mailto:{name}" if document.originator_type == "rfc822Name" else f"{ID}originator/{quote(name, safe='')}"


def check_binding(label: str, source: Path, *, policies: Policies) -> None:
    """If the label is a binding, the source is the very file that it binds. Raises ``LabelError`` if it is not."""
    path = _file(label)
    if path is not None and source.is_file():
        verify_label_document(_text(path), name=source.name, content=source.read_bytes(), policies=policies)


def stated_clearance(text: str, *, policies: Policies) -> Clearance:
    """The clearance of bare levels (joined by `` + ``), or of a file, which holds just what it lists.

    A file is an ADatP-4774 or spiffing clearance, or the JSON that ``sluis user list --json`` prints of one.
    """
    path = _file(text)
    if path is None:
        return clearance_from_markings(text.split(BETWEEN_POLICIES), policies=policies)
    return read_clearance(path, policies=policies)


def read_clearance(path: Path, *, policies: Policies) -> Clearance:
    """The clearance in a file. Raises ``ClearanceError`` with the file's name."""
    content = _text(path)
    try:
        if not content.lstrip().startswith("{"):
            return read_clearance_document(content, policies=policies)
        return policies.clearance(json.loads(content))
    except json.JSONDecodeError as error:
        raise ClearanceError(f"{path.name}, line {error.lineno}: not readable as JSON: {error.msg}") from error
    except (ClearanceError, LabelError) as error:
        raise ClearanceError(f"{path.name}: {error.public}") from error


def day(text: str | None, *, default: date) -> date:
    """The day of an option, or the default. Raises ``SluisError``."""
    try:
        return date.fromisoformat(text) if text else default
    except ValueError as error:
        raise SluisError(f"`{text}` is not a day such as 2025-09-09") from error


def _file(text: str) -> Path | None:
    try:
        return Path(text) if Path(text).is_file() else None
    except (OSError, ValueError):  # too long for a path, or with a character that no path holds: a marking
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{path.name} can't be read as UTF-8 text: {error}") from error
