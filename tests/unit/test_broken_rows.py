"""Everything that a shape demands can fail: one broken row for each, refused with its file, its line and the rule."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph_service.builder import Builder
from graph_service.namespaces import PREFIXES
from graph_service.policy_files import load_policies
from graph_service.portions import Portion
from graph_service.settings import Layout, Settings
from graph_service.shapes import SHOWN, Conformance, DoesNotConform, Violation
from graph_service.storage.conformance import COMPONENT, validate
from graph_service.storage.shapes import Condition, PropertyShape, Shape, packaged_shapes
from loaders import LoadRequest, Origins
from loaders.base import ntriples
from loaders.front import DATASETS, open_source, packaged
from loaders.vocabulary import vocabulary
from tests.one_row import ELSEWHERE, NONSENSE, Row, broken, conditions, examples_of_use, wants_a_thing
from tests.service import sluis_here
from tests.strategies import KEY, TODAY

RDF_TYPE = NamedNode(PREFIXES["rdf"] + "type")
CASES = [(*case, broken(*case)) for case in conditions()]
IN_TABLES = [case for case in CASES if case[3]]
ELSEWHERE_ONLY = [case for case in CASES if not case[3]]
OF_USERS_FILES = ("extraction.ttl", "interviews.ttl", "money.ttl", "parliament.ttl", "united-nations.ttl")
"""Shapes of what no packaged table states: their terms are tried on the ontology's examples of use."""

OF_PLACES = ("atFootnote", "atPassage", "quotedAt", "inferredAt", "hasSource", "hasSelector")


def _languages(condition: Condition) -> tuple[str, ...]:
    return condition.arguments if condition.component == "QualifiedMinCount" else ()


def name(case: tuple[Shape, PropertyShape, Condition, object]) -> str:
    shape, part, condition, _rows = case
    language = "".join(f"-{lang}" for lang in _languages(condition))
    return f"{shape.name}-{part.path.rpartition('#')[2].rpartition('/')[2]}-{condition.component}{language}"


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    opened = Builder(Layout(tmp_path_factory.mktemp("shapes") / "data"), Settings(), key=KEY)
    yield opened
    opened.close()


def load(builder: Builder, row: Row, folder: Path) -> None:
    origins = Origins()
    request = LoadRequest(path=row.write(folder), policies=builder.policies, origins=origins)
    try:
        builder.load(open_source(request))
    except DoesNotConform as error:
        raise error.placed(origins.place) from error


@pytest.mark.parametrize("case", IN_TABLES, ids=name)
def test_a_row_with_one_thing_broken_is_refused_with_file_line_and_rule(
    case: tuple[Shape, PropertyShape, Condition, tuple[Row, Row]], builder: Builder, tmp_path: Path
) -> None:
    shape, part, condition, (good, bad) = case
    amiss = {violation.result for violation in refusal_of(builder, good, tmp_path / "good")}
    assert {path for _focus, path, *_rest in amiss} <= {f"{PREFIXES['skos']}prefLabel"}
    before = {entry.id for entry in builder.portions()}
    with pytest.raises(DoesNotConform) as refused:
        load(builder, bad, tmp_path / "bad")
    assert {entry.id for entry in builder.portions()} == before
    found = [violation for violation in refused.value.violations if violation.result not in amiss]
    assert (shape.name, part.path, COMPONENT.format(condition.component)) in {
        (violation.shape, violation.path, violation.component) for violation in found
    }
    # One thing is broken, so whatever is said is said of it.
    assert {violation.path for violation in found} == {part.path}
    assert {violation.place.partition(", column")[0] for violation in found} == {
        f"{bad.table['file']}, line {bad.line}"
    }
    assert f"{bad.table['file']}, line {bad.line}" in refused.value.public
    assert f"({found[0].rule})" in refused.value.public
    assert found[0].message["en"] in refused.value.public


def refusal_of(builder: Builder, row: Row, folder: Path) -> tuple[Violation, ...]:
    """What is amiss with a good row alone: nothing, unless another table of its dataset gives the thing's names."""
    try:
        load(builder, row, folder)
    except DoesNotConform as error:
        return error.violations
    return ()


def test_nearly_every_row_that_is_broken_conforms_before(builder: Builder, tmp_path: Path) -> None:
    chosen = {(row.table["file"], row.line): row for *_case, (row, _bad) in IN_TABLES}
    amiss = [at for number, (at, row) in enumerate(chosen.items()) if refusal_of(builder, row, tmp_path / str(number))]
    assert len(amiss) < 0.05 * len(chosen)


@cache
def things() -> dict[str, list[Triple]]:
    """Everything that is stated of each thing in the packaged datasets and the vocabulary, and in the examples of use.

    The examples stand last: a term that only a user's own files fill has no other.
    """
    policies = load_policies(Settings())
    request = LoadRequest(path=Path(), policies=policies)
    portions = [portion for dataset in DATASETS for portion in packaged(dataset, request)]
    portions += vocabulary(policies=policies, label=portions[0].label, today=TODAY)
    found: dict[str, list[Triple]] = {}
    for portion in portions:
        for quad in parse(portion.ntriples, format=RdfFormat.N_TRIPLES):
            found.setdefault(str(quad.subject), []).append(quad.triple)
    for number, example in enumerate(examples_of_use()):
        for triple in example:
            found.setdefault(f"example {number} {triple.subject}", []).append(triple)
    return found


def checked(triples: list[Triple]) -> Conformance:
    policies = load_policies(Settings())
    (label, *_rest) = {portion.label for portion in packaged("minusma", LoadRequest(path=Path(), policies=policies))}
    return validate([Portion("urn:s", "p", label, "urn:o", ntriples(triples))], packaged_shapes())


@pytest.mark.parametrize("case", ELSEWHERE_ONLY, ids=name)
def test_what_no_row_can_break_is_broken_in_its_statements(
    case: tuple[Shape, PropertyShape, Condition, None],
) -> None:
    """What the loader itself makes of a row's place, what leans on another table, and the vocabulary."""
    shape, part, condition, _none = case
    languages = _languages(condition)
    good = next(triples for triples in things().values() if _is_example(triples, shape, part, condition))
    if condition.at_least:
        bad = [
            triple
            for triple in good
            if triple.predicate.value != part.path
            or (languages and getattr(triple.object, "language", None) not in languages)
        ]
    else:
        bad = [*good, Triple(good[0].subject, NamedNode(part.path), _wrong(condition))]
    assert checked(good).violations == ()
    found = checked(bad).violations
    assert {(one.shape, one.path) for one in found} == {(shape.name, part.path)}
    # What is no number is not above 0 either: the conditions of one property may break together.
    assert COMPONENT.format(condition.component) in {one.component for one in found}


def _wrong(condition: Condition) -> Literal | NamedNode:
    """A value that breaks this condition and, a literal, none that merely asks for a literal."""
    if wants_a_thing(condition):
        return Literal(NONSENSE)
    wants_a_language = any(argument.endswith("langString") for argument in condition.arguments)
    if condition.at_most is not None:
        return Literal(NONSENSE, language="nl")
    if condition.component == "Datatype":
        return Literal(NONSENSE) if wants_a_language else Literal(NONSENSE, language="nl")
    return NamedNode(ELSEWHERE)


def _is_example(triples: list[Triple], shape: Shape, part: PropertyShape, condition: Condition) -> bool:
    kinds = {
        triple.object.value for triple in triples if triple.predicate == RDF_TYPE and hasattr(triple.object, "value")
    }
    stated = {triple.predicate.value for triple in triples}
    if not shape.classes:
        return bool(stated & shape.subjects_of)
    return bool(kinds & shape.classes) and (part.path in stated or not condition.at_least)


def test_every_condition_is_tried_and_nearly_all_of_them_by_a_row() -> None:
    """The others are of the vocabulary, or of what the loader itself makes of a row's place."""
    assert {case[0].name for case in CASES} == {shape.name for shape in packaged_shapes()}
    assert len({name(case) for case in CASES}) == len(CASES)
    vocabulary_or_passages = {case[0].name for case in ELSEWHERE_ONLY}
    of_marking = {shape.name for shape in packaged_shapes() if shape.file == "marking.ttl"}
    made_of_places = {"PassageShape", "QuotationShape", "TextQuoteSelectorShape", *OF_PLACES}
    on_things_named_elsewhere = {"regardedAsFragileIn"}
    filled_by_users_files = {shape.name for shape in packaged_shapes() if shape.file in OF_USERS_FILES}
    assert vocabulary_or_passages <= of_marking | made_of_places | on_things_named_elsewhere | filled_by_users_files


# --- through the command line ----------------------------------------------------------------------------------------


def copy_of(dataset: str, folder: Path) -> Path:
    folder.mkdir()
    for entry in (files("loaders") / "datasets" / dataset).iterdir():
        (folder / entry.name).write_bytes(entry.read_bytes())
    return folder


def spoil(path: Path, column: str, wrong: str, *, count: int) -> None:
    """Write another cell into the first rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *found = list(csv.reader(file))
    for row in found[:count]:
        row[header.index(column)] = wrong
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *found])


def test_a_refusal_tells_the_first_few_in_the_order_of_the_file_and_how_many_there_are(tmp_path: Path) -> None:
    folder = copy_of("minusma", tmp_path / "minusma")
    spoil(folder / "contribution_changes.csv", "kind", "renewal", count=SHOWN + 2)
    refused = sluis_here("load", str(folder), "--data", str(tmp_path / "data"))
    lines = refused.stderr.splitlines()
    assert (refused.returncode, len(lines)) == (2, SHOWN + 1)
    place = "contribution_changes.csv, line 2, column `kind`"
    todo = 'changeKind is extension, reduction, end or new, without a language, not "renewal"'
    assert lines[0] == (
        f"sluis: does not conform to the shapes: {place}: id:change/extension-1: {todo} (changeKind, sluis:changeKind)"
    )
    assert lines[-1] == f"  and 2 more: `sluis check` on the file or folder shows all {SHOWN + 2}"
    told = sluis_here("check", str(folder), "--json")
    (report,) = json.loads(told.stdout)
    assert told.returncode == 1
    assert [violation["place"] for violation in report["violations"]] == [
        f"contribution_changes.csv, line {line}, column `kind`" for line in range(2, SHOWN + 4)
    ]
    assert all(set(violation["message"]) == {"nl", "en"} for violation in report["violations"])
