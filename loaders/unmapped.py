"""Tables without a mapping: known for what they are, and refused with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest, Proposal
from loaders.heads import Head

DELIMITED = frozenset({".csv", ".tsv"})


def recognises(head: Head) -> bool:
    """A workbook, or a file that calls itself delimited text."""
    if head.is_folder:
        return False
    is_xlsx = "xl/workbook.xml" in head.members
    is_ods = "content.xml" in head.members and b"application/vnd.oasis.opendocument.spreadsheet" in head.start
    return is_xlsx or is_ods or PurePath(head.name).suffix.lower() in DELIMITED


def load(request: LoadRequest) -> Iterator[Proposal]:
    """Refuses: nothing says what the columns mean."""
    stem = PurePath(request.file).stem
    raise LoadRefused(
        f"a table needs a mapping: `sluis map draft {request.file}` proposes one, to stand beside it as "
        f"{stem}.mapping.toml",
        file=request.file,
    )
    yield
