"""What ``sluis queries check`` looks at: every question is read, guarded and asked as each reader of a data folder."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_service.errors import QueryRefused, SluisError
from graph_service.namespaces import PREFIXES
from graph_service.serving.query_guard import guard
from graph_service.serving.questions import Desk, open_desks
from graph_service.settings import Layout
from graph_service.storage.views import Publication
from queries import Column, Parameter, Question, parse_question

RUNS = 3
"""How often an example is timed, after a first time that is not."""

_XSD = PREFIXES["xsd"]
_INTEGERS = frozenset(f"{_XSD}{name}" for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger"))
DATATYPES: Mapping[str, frozenset[str | None]] = {
    "text": frozenset({None, f"{_XSD}string"}),
    "integer": _INTEGERS,
    "decimal": _INTEGERS | {f"{_XSD}{name}" for name in ("decimal", "double", "float")},
    "boolean": frozenset({f"{_XSD}boolean"}),
    "date": frozenset(f"{_XSD}{name}" for name in ("date", "gYearMonth", "gYear")),
}
"""The datatypes of a column's literals, by the column's type; ``None`` is a literal without one, or with a language."""


@dataclass(frozen=True, slots=True)
class Timed:
    """An example's answer for one reader: its rows, and the median of a few runs in milliseconds."""

    rows: int
    milliseconds: float


@dataclass(slots=True)
class Checked:
    """What was found of one question: its faults in words, and its answers by reader."""

    name: str
    faults: list[str] = field(default_factory=list)
    answers: dict[str, Timed] = field(default_factory=dict)

    def slower_than(self, milliseconds: float) -> dict[str, float]:
        """The readers who wait longer than this, and how long."""
        return {who: t.milliseconds for who, t in self.answers.items() if t.milliseconds > milliseconds}

    def to_data(self, *, within: float) -> dict[str, Any]:
        answers = {who: {"rows": t.rows, "ms": round(t.milliseconds, 1)} for who, t in self.answers.items()}
        slow = sorted(self.slower_than(within))
        return {"name": self.name, "faults": self.faults, "answers": answers, "slow": slow}


def check_questions(files: Iterable[tuple[str, str]], layout: Layout) -> Iterator[Checked]:
    """Check each question, given by name and text, as every reader that the data folder publishes a view for.

    System-high: it asks as everybody. One fault stops nothing but what needs what is at fault.
    """
    readers = [principal for principal in Publication.read(layout.views).everyone if principal.view]
    with open_desks(readers, layout) as desks:
        for name, text in files:
            checked = Checked(name)
            question = _read(name, text, checked)
            if question is not None:
                _ask_everybody(question, desks, checked)
            yield checked


def _read(name: str, text: str, checked: Checked) -> Question | None:
    """The question, if its header is whole and the guard lets its query pass."""
    try:
        question = parse_question(name, text)
    except ValueError as error:
        checked.faults.append(str(error).removeprefix(f"{name}.rq: "))
        return None
    try:
        guard(text)
    except QueryRefused as error:
        checked.faults.append(f"the guard refuses it in line {error.line}: {error.public}")
        return None
    return question


def _ask_everybody(question: Question, desks: Mapping[str, Desk], checked: Checked) -> None:
    for who, desk in desks.items():
        try:
            checked.answers[who] = _ask(question, desk, checked)
        except SluisError as error:
            _note(checked, f"for {who}: {error.public}")
    if checked.answers and not question.needs and not any(answer.rows for answer in checked.answers.values()):
        checked.faults.append("example: it gives no row to anybody")
    for parameter in question.parameters:
        if parameter.of_class is not None:
            _look_for(question, parameter, parameter.of_class, desks, checked)


def _ask(question: Question, desk: Desk, checked: Checked) -> Timed:
    """Ask the example, timed, and the question without what it does not need. Notes what the columns do not promise."""
    bound = desk.bind(question, question.example)
    answer, taken = desk.workers.ask(bound, form="json"), []
    for _ in range(RUNS):
        start = time.perf_counter()
        desk.workers.ask(bound, form="json")
        taken.append(time.perf_counter() - start)
    needed = {p.name: question.example[p.name] for p in question.parameters if p.required}
    bare = desk.workers.ask(desk.bind(question, needed), form="json")
    found = json.loads(answer)
    if found["head"]["vars"] != [column.name for column in question.columns]:
        _note(checked, f"columns: the answer has {', '.join(found['head']['vars'])}")
    rows = found["results"]["bindings"]
    for row in (*rows, *json.loads(bare)["results"]["bindings"]):
        for column in question.columns:
            if fault := _misfit(column, row.get(column.name)):
                _note(checked, f"columns: {column.name}: {fault}")
    return Timed(len(rows), statistics.median(taken) * 1000)


def _misfit(column: Column, term: Mapping[str, Any] | None) -> str:
    """What is wrong with a cell, in words; empty if it is what the column promises."""
    if term is None:
        return "" if column.optional else f"a row lacks it: write `{column.type}?`"
    kind = term["type"]
    if column.type == "any" or (kind == "uri" and column.type == "iri"):
        return ""
    if kind == "literal" and term.get("datatype") in DATATYPES.get(column.type, ()):
        return ""
    found = term.get("datatype", "a text").replace(_XSD, "xsd:") if kind == "literal" else f"a {kind}"
    return f"it is {found} in some row, not {column.type}"


def _look_for(question: Question, parameter: Parameter, name: str, desks: Mapping[str, Desk], checked: Checked) -> None:
    """Whether what the example names, or else anything, is an instance of the class that a picker offers."""
    try:
        query = guard(f"ASK {{ VALUES ?it {{ UNDEF }} ?it a {name} }}")
    except QueryRefused as error:
        checked.faults.append(f"parameters: {parameter.name}: class: {error.public}")
        return
    given = question.example.get(parameter.name)
    for desk in desks.values():
        try:
            asked = query.with_terms({"it": desk.resolve(given)} if given else {})
        except QueryRefused:
            continue  # noted where the example was asked
        if json.loads(desk.workers.ask(asked, form="json"))["boolean"]:
            return
    checked.faults.append(f"parameters: {parameter.name}: class: {given or 'nothing'} is no {name} for anybody")


def _note(checked: Checked, fault: str) -> None:
    if fault not in checked.faults:
        checked.faults.append(fault)
