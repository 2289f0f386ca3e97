"""The questions that the service knows: one ``.rq`` file each, with a YAML header in ``#+`` comments.

A parameter ``p`` stands in the query as ``VALUES ?param_p { UNDEF }``; the service puts a term in the
place of UNDEF, never text. Imports nothing of ours but its own modules.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from queries.charts import FORMS, Chart
from queries.headers import COLUMN_TYPES, GROUPS, TOPICS, TYPES, VIEWS, Column, Parameter, Question, parse_question

__all__ = [
    "COLUMN_TYPES",
    "FORMS",
    "GROUPS",
    "TOPICS",
    "TYPES",
    "VIEWS",
    "Chart",
    "Column",
    "Parameter",
    "Question",
    "catalogue",
    "parse_question",
    "question_files",
]


@cache
def catalogue() -> dict[str, Question]:
    """Every question by name, sorted. Read once: the files are part of the program."""
    return {name: parse_question(name, text) for name, text in question_files()}


def question_files(folder: Path | None = None) -> list[tuple[str, str]]:
    """Name and text of each question of a folder, or of the package, sorted by name."""
    place: Traversable = files("queries") if folder is None else folder
    found = (path for path in place.iterdir() if path.name.endswith(".rq"))
    return sorted((path.name.removesuffix(".rq"), path.read_text(encoding="utf-8")) for path in found)
