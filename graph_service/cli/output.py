"""Answers as files: the answer itself, and beside it the label of the view it came from, bound to it by digest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from graph_service.errors import SluisError
from graph_service.security import Label, Policies
from graph_service.standards.adatp4774 import LabelDocument, LabelKind, split_label
from graph_service.standards.adatp4778 import write_binding

REVIEW_AFTER = timedelta(days=365)
"""When the label of an exported file asks for a review, if nobody says otherwise."""

ORIGINATOR = "https://w3id.org/sluis/id/originator/sluis"


def write_answer(path: Path, content: bytes, *, media_type: str, label: Label, policies: Policies) -> Path:
    """Write the answer, and its ADatP-4778 binding with one ADatP-4774 label a policy. Gives the binding's place.

    The binding is written first: a file without its label never lies about.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    documents = [
        LabelDocument(
            label=part,
            kind=LabelKind.ORIGINATOR,
            originator=ORIGINATOR,
            originator_type="uniformResourceIdentifier",
            created=now,
            review=now + REVIEW_AFTER,
            succession=None,
        )
        for part in split_label(label)
    ]
    binding = path.with_name(f"{path.name}.label.xml")
    text = write_binding(documents, name=path.name, content=content, media_type=media_type, policies=policies)
    try:
        binding.write_text(text, encoding="utf-8")
        path.write_bytes(content)
    except OSError as error:
        raise SluisError(f"{error.filename} can't be written: {error.strerror}") from error
    return binding
