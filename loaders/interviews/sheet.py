"""Notes of interviews as a table: a column a field, a row an interview, and what was said in one column."""

from __future__ import annotations

from collections.abc import Iterator

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest
from loaders.delimited import header_of, layout_of, read_delimited
from loaders.documents.model import Block, BlockKind, Document
from loaders.heads import Head
from loaders.interviews.notes import field_named

NEEDED = frozenset({"category", "respondent", "notes"})
MARKING = "label"
"""A column with the marking of each interview, where the table has one."""


def recognises(head: Head) -> bool:
    """Delimited text whose header has a category, a respondent and notes."""
    return not head.is_folder and {field_named(name) for name in header_of(head)} >= NEEDED


def load(request: LoadRequest) -> Iterator[Document]:
    """A document a row. Raises ``LoadRefused`` for a column that is no field."""
    layout = layout_of(request.path, file=request.file)
    rows = read_delimited(request.path, layout, file=request.file)
    _, header = next(rows)
    fields = [field_named(name) or name.strip().lower() for name in header]
    for name, field in zip(header, fields, strict=True):
        if not field_named(name) and field != MARKING:
            raise LoadRefused("this column is no field of an interview", file=request.file, line=1, column=name)
    for line, cells in rows:
        row = dict(zip(fields, (cell.strip() for cell in cells), strict=True))
        said = [paragraph for paragraph in row.pop("notes", "").splitlines() if paragraph.strip()]
        marking = row.pop(MARKING, "")
        header_text = "\n".join(f"{field}: {' '.join(value.split())}" for field, value in row.items() if value)
        texts = [header_text, *said]
        yield Document(
            f"{request.file}, line {line}",
            tuple(Block(BlockKind.PARAGRAPH, text) for text in texts),
            markings=((marking, "the column `label`"),) if marking else (),
        )
