"""The questions that the service knows: one ``.rq`` file each, with a YAML header in ``#+`` comments.

A parameter ``p`` stands in the query as ``VALUES ?param_p { UNDEF }``; the service puts a term in the
place of UNDEF, never text. Imports nothing of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

TYPES = ("iri", "string", "integer", "date", "boolean")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question can be given: ``type`` is one of ``TYPES``; ``default`` is what the query falls back to."""

    name: str
    type: str
    description: str
    required: bool = False
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its header and its query."""

    name: str
    summary: str
    summary_nl: str
    description: str
    parameters: tuple[Parameter, ...]
    example: dict[str, str]
    tags: tuple[str, ...]
    view: str
    query: str

    def to_data(self) -> dict[str, Any]:
        """The question as the catalogue lists it."""
        return {
            "name": self.name,
            "summary": self.summary,
            "summary_nl": self.summary_nl,
            "description": self.description,
            "parameters": [
                {
                    "name": p.name,
                    "type": p.type,
                    "description": p.description,
                    "required": p.required,
                    "default": p.default,
                }
                for p in self.parameters
            ],
            "example": self.example,
            "tags": list(self.tags),
            "view": self.view,
        }


def parse_question(name: str, text: str) -> Question:
    """Read one ``.rq`` file. Raises ``ValueError`` that names the file and what its header lacks."""
    header_text = "\n".join(line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+"))
    try:
        header = yaml.safe_load(header_text) or {}
        parameters = tuple(
            Parameter(
                name=key,
                type=entry["type"],
                description=entry["description"],
                required=bool(entry.get("required", False)),
                default=str(entry["default"]) if "default" in entry else None,
            )
            for key, entry in (header.get("parameters") or {}).items()
        )
        question = Question(
            name=name,
            summary=header["summary"],
            summary_nl=header["summary_nl"],
            description=header["description"],
            parameters=parameters,
            example={key: str(value) for key, value in (header.get("example") or {}).items()},
            tags=tuple(header["tags"]),
            view=header["view"],
            query=text,
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{name}.rq: the header is not complete: {error}") from error
    for parameter in parameters:
        if parameter.type not in TYPES:
            raise ValueError(f"{name}.rq: parameter `{parameter.name}` has type `{parameter.type}`, not one of {TYPES}")
        if f"VALUES ?param_{parameter.name} {{ UNDEF }}" not in text:
            raise ValueError(f"{name}.rq: the query lacks `VALUES ?param_{parameter.name} {{ UNDEF }}`")
    return question


@cache
def catalogue() -> dict[str, Question]:
    """Every question by name, sorted. Read once: the files are part of the program."""
    found = sorted((path for path in files("queries").iterdir() if path.name.endswith(".rq")), key=lambda p: p.name)
    names = [(path.name.removesuffix(".rq"), path.read_text(encoding="utf-8")) for path in found]
    return {name: parse_question(name, text) for name, text in names}
