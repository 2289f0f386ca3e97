"""Reading one question: the YAML header in its ``#+`` comments, checked key by key, and the SPARQL below it.

Every fault is a ``ValueError`` that names the file and the key. Of ours it imports `charts` alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from queries.charts import Chart, read_chart

TYPES = ("iri", "level", "enum", "string", "integer", "date", "boolean")
"""What a parameter can be. ``level`` is the marking of a bare level; ``enum`` one of ``values``."""

COLUMN_TYPES = ("iri", "text", "integer", "decimal", "boolean", "date", "any")
"""What a column can hold. ``date`` is a day, a month or a year."""

GROUPS = ("public", "evaluator", "reviewer", "administrator", "sister")
"""Whom a question is for: its tags."""

VIEWS = ("table", "network", "timeline", "flow", "matrix", "chart")
"""How an answer is best shown."""

TOPICS = (
    *("goals", "mandate", "contribution", "coordination", "time", "sources", "marking"),
    *("evidence", "theory", "evaluation", "interviews", "things", "other"),
)
"""What a question is about, for who looks for one: in this order."""

_KEYS = {
    *("summary", "summary_nl", "description", "description_nl"),
    *("parameters", "example", "columns", "tags", "topic", "view", "chart", "needs"),
}
_PARAMETER_KEYS = {"type", "description", "description_nl", "required", "default", "class", "values"}
_WRITTEN = {
    "integer": r"[+-]?[0-9]+",
    "boolean": "true|false",
    "date": "[0-9]{4}(-[0-9]{2}){0,2}",
}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same as the other, and ten times as fast, where it is there: the catalogue is read at every start."""

_TOKEN = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|<[^<>\s]*>|\#[^\n]*|[?$]\w+|\w+|\S""")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question can be given.

    ``type`` is one of ``TYPES``; ``default`` is what the query falls back to; ``of_class`` (for ``iri``) names, with a
    prefix, the class whose instances are offered; ``values`` (for ``enum``) are the words that it takes.
    """

    name: str
    type: str
    description: str
    description_nl: str
    required: bool = False
    default: str | None = None
    of_class: str | None = None
    values: tuple[str, ...] = ()

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "description": self.description,
            "description_nl": self.description_nl,
            "required": self.required,
            "default": self.default,
        }
        if self.of_class is not None:
            data["class"] = self.of_class
        if self.values:
            data["values"] = list(self.values)
        return data


@dataclass(frozen=True, slots=True)
class Column:
    """One variable of the answer: ``type`` is one of ``COLUMN_TYPES``; ``optional`` if a row may lack it."""

    name: str
    type: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its header and its query."""

    name: str
    summary: str
    summary_nl: str
    description: str
    description_nl: str
    parameters: tuple[Parameter, ...]
    example: dict[str, str]
    columns: tuple[Column, ...]
    tags: tuple[str, ...]
    view: str
    query: str
    needs: str = ""
    chart: Chart | None = None
    topic: str = TOPICS[-1]

    @property
    def select(self) -> str:
        """The query without its header; its own prefixes stay, so that it runs wherever it is copied to."""
        lines = (line for line in self.query.splitlines() if not line.startswith("#+"))
        return "\n".join(lines).strip() + "\n"

    def to_data(self) -> dict[str, Any]:
        """The question as the catalogue lists it."""
        listed: dict[str, Any] = {
            "name": self.name,
            "summary": self.summary,
            "summary_nl": self.summary_nl,
            "description": self.description,
            "description_nl": self.description_nl,
            "parameters": [parameter.to_data() for parameter in self.parameters],
            "example": self.example,
            "columns": {column.name: column.type + "?" * column.optional for column in self.columns},
            "tags": list(self.tags),
            "topic": self.topic,
            "view": self.view,
            "needs": self.needs,
        }
        return listed | ({"chart": self.chart.to_data()} if self.chart else {})


def parse_question(name: str, text: str) -> Question:
    """Read one ``.rq`` file. Raises ``ValueError`` that names the file and the key."""
    try:
        return _question(name, text)
    except ValueError as error:
        raise ValueError(f"{name}.rq: {error}") from error


def selected(query: str) -> list[str]:
    """The variables of the outermost SELECT, in order; none for ``SELECT *`` and for any other query."""
    depth, found, previous, begun = 0, list[str](), "", False
    for piece in _TOKEN.findall(query):
        if piece == "{":
            break
        if not begun:
            begun = piece.upper() == "SELECT"
            continue
        if piece.upper() in {"WHERE", "FROM"} and depth == 0:
            break
        depth += (piece == "(") - (piece == ")")
        if piece[0] in "?$" and len(piece) > 1 and (depth == 0 or (depth == 1 and previous.upper() == "AS")):
            found.append(piece[1:])
        previous = piece
    return found


def _question(name: str, text: str) -> Question:
    header = _header(text)
    _only(header, _KEYS, "the header")
    parameters = tuple(_parameter(key, entry) for key, entry in _table(header, "parameters").items())
    for parameter in parameters:
        if f"VALUES ?param_{parameter.name} {{ UNDEF }}" not in text:
            raise ValueError(f"parameters: the query lacks `VALUES ?param_{parameter.name} {{ UNDEF }}`")
    columns = _columns(_table(header, "columns"), selected(text))
    view = _one_of(VIEWS, _text(header, "view"), "view")
    if view == "chart" and "chart" not in header:
        raise ValueError("the view `chart` needs the key `chart`")
    types = {column.name: column.type for column in columns}
    return Question(
        name=name,
        summary=_text(header, "summary"),
        summary_nl=_text(header, "summary_nl"),
        description=_text(header, "description"),
        description_nl=_text(header, "description_nl"),
        parameters=parameters,
        example=_example(_table(header, "example"), parameters),
        columns=columns,
        tags=_tags(header),
        view=view,
        query=text,
        needs=_text(header, "needs") if "needs" in header else "",
        topic=_one_of(TOPICS, _text(header, "topic"), "topic") if "topic" in header else TOPICS[-1],
        chart=read_chart(_table(header, "chart"), types) if "chart" in header else None,
    )


def _header(text: str) -> dict[str, Any]:
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        header = yaml.load("\n".join(lines), Loader=_Loader)  # noqa: S506  # it is a safe loader
    except yaml.YAMLError as error:
        raise ValueError(f"the header is not YAML: {error}") from error
    return _mapping(header, "the header, in `#+` comments at the top,")


def _parameter(name: str, entry: Any) -> Parameter:
    where = f"parameters: {name}"
    if not re.fullmatch(r"[A-Za-z]\w*", name):
        raise ValueError(f"{where}: a name is letters, digits and `_`, and begins with a letter")
    entry = _mapping(entry, where)
    _only(entry, _PARAMETER_KEYS, where)
    kind = _one_of(TYPES, _text(entry, "type", where), f"{where}: type")
    for key, of in (("class", "iri"), ("values", "enum")):
        if key in entry and kind != of:
            raise ValueError(f"{where}: `{key}` goes with the type {of} alone")
    parameter = Parameter(
        name=name,
        type=kind,
        description=_text(entry, "description", where),
        description_nl=_text(entry, "description_nl", where),
        required=_truth(entry, where),
        default=_scalar(entry["default"], f"{where}: default") if "default" in entry else None,
        of_class=_class(entry, where) if "class" in entry else None,
        values=_words(entry, "values", where) if kind == "enum" else (),
    )
    if parameter.default is not None:
        if parameter.required:
            raise ValueError(f"{where}: a parameter that is required has no default")
        if kind == "iri" and not re.fullmatch(r"(https?|urn):[^\x00-\x20<>\"{}|^`\\]+", parameter.default):
            raise ValueError(f"{where}: default: `{parameter.default}` is not a whole IRI")
        _must_fit(parameter, parameter.default, f"{where}: default")
    return parameter


def _example(given: dict[str, Any], parameters: tuple[Parameter, ...]) -> dict[str, str]:
    known = {parameter.name: parameter for parameter in parameters}
    example = {key: _scalar(value, f"example: {key}") for key, value in given.items()}
    for key, value in example.items():
        _one_of(tuple(known), key, "example")
        _must_fit(known[key], value, f"example: {key}")
    for parameter in parameters:
        if parameter.required and parameter.name not in example:
            raise ValueError(f"example: `{parameter.name}` is required, so give it a value")
    return example


def _columns(given: dict[str, Any], variables: list[str]) -> tuple[Column, ...]:
    if not variables:
        raise ValueError("columns: the query is not a SELECT that names its variables")
    if list(given) != variables:
        raise ValueError(f"columns: the SELECT gives {', '.join(variables)}, in this order, not {', '.join(given)}")
    found = []
    for name, written in given.items():
        kind = _scalar(written, f"columns: {name}")
        _one_of(COLUMN_TYPES, kind.removesuffix("?"), f"columns: {name}")
        found.append(Column(name, kind.removesuffix("?"), kind.endswith("?")))
    return tuple(found)


def _tags(header: dict[str, Any]) -> tuple[str, ...]:
    return tuple(_one_of(GROUPS, tag, "tags") for tag in _words(header, "tags"))


def _must_fit(parameter: Parameter, value: str, where: str) -> None:
    """Whether the text is one that the parameter takes, as far as that can be told without data and policies."""
    if parameter.type == "enum":
        _one_of(parameter.values, value, where)
    if not re.fullmatch(_WRITTEN.get(parameter.type, ".*"), value, re.DOTALL):
        raise ValueError(f"{where}: `{value}` is not a value of type {parameter.type}")


def _only(table: dict[str, Any], known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise ValueError(f"{where}: `{key}` is not a key: {', '.join(sorted(known))} are")


def _table(header: dict[str, Any], key: str) -> dict[str, Any]:
    return _mapping(_given(header, key), key)


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where} is not a table of keys and values: `{{}}` is an empty one")  # noqa: TRY004
    for key in value:
        if not isinstance(key, str):
            raise ValueError(f"{where}: write the key `{key}` in quotes")  # noqa: TRY004
    return value


def _given(table: dict[str, Any], key: str, where: str = "the header") -> Any:
    if key not in table:
        raise ValueError(f"{where} lacks `{key}`")
    return table[key]


def _text(table: dict[str, Any], key: str, where: str = "the header") -> str:
    value = _given(table, key, where)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{where}: `{key}` is not a text")
    return value


def _scalar(value: Any, where: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or isinstance(value, dict | list):
        raise ValueError(f"{where} is not one value")
    return str(value)


def _truth(entry: dict[str, Any], where: str) -> bool:
    value = entry.get("required", False)
    if not isinstance(value, bool):
        raise ValueError(f"{where}: `required` is true or false")  # noqa: TRY004
    return value


def _words(table: dict[str, Any], key: str, where: str = "the header") -> tuple[str, ...]:
    found = _given(table, key, where)
    if not isinstance(found, list) or not found or not all(isinstance(word, str) and word for word in found):
        raise ValueError(f"{where}: `{key}` is a list of words, and not an empty one")
    if len({*found}) < len(found):
        raise ValueError(f"{where}: `{key}` names a word twice")
    return tuple(found)


def _class(entry: dict[str, Any], where: str) -> str:
    value = _text(entry, "class", where)
    if not re.fullmatch(r"[a-z]+:[A-Za-z][\w-]*", value):
        raise ValueError(f"{where}: `class` is a class's name with its prefix, as in sluis:Actor")
    return value


def _one_of(known: tuple[str, ...], value: str, where: str) -> str:
    if value not in known:
        raise ValueError(f"{where}: `{value}` is not one of {', '.join(known) or 'none'}")
    return value
