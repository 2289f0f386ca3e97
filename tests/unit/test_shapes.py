"""The shapes: every class has one, they are compiled as SHACL means them, and what labels have to do with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, composite
from pyoxigraph import NamedNode, RdfFormat, parse

import ontology
from graph_service import spool
from graph_service.builder import Builder
from graph_service.builder_commands import Commands
from graph_service.errors import IngestRefused, SluisError
from graph_service.handling import clearance_from_markings
from graph_service.ingest import ingest
from graph_service.namespaces import ID, NS, PREFIXES
from graph_service.policy_files import load_policies
from graph_service.portions import CHECKED, SET, UNCHECKED, Portion, label_text, proposed_to_data
from graph_service.security import Label, Policies
from graph_service.settings import Layout, Settings
from graph_service.shape_reference import reference
from graph_service.shapes import Conformance, DoesNotConform
from graph_service.storage import conformance
from graph_service.storage.conformance import dominated, validate
from graph_service.storage.database import open_database
from graph_service.storage.portion_store import PortionStore
from graph_service.storage.shapes import ShapeRefused, classes_below, packaged_shapes, read_shapes
from loaders import LoadRequest, Origins
from loaders.base import expand, ntriples
from loaders.front import DATASETS, packaged
from loaders.mapping import placeholders, read_mapping
from loaders.vocabulary import vocabulary
from tests.one_row import FOLDER, examples_of_use, rows
from tests.service import sluis_here
from tests.shape_tables import PAGE, page_with, tables
from tests.strategies import KEY, TODAY, food_level, label_of, legal_labels

RDF_TYPE, XSD = PREFIXES["rdf"] + "type", PREFIXES["xsd"]
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
HEAD += "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix shape: <https://w3id.org/sluis/shapes#> .\n"
MESSAGE = 'sh:message "doe dit"@nl , "do this"@en'


def portion(text: str, label: Label, part: str = "part") -> Portion:
    """A portion of Turtle, in the store's own form."""
    triples = {quad.triple for quad in parse(HEAD + text, format=RdfFormat.TURTLE)}
    return Portion("urn:source", part, label, "urn:cook", "".join(sorted(f"{triple} .\n" for triple in triples)))


def at(level: str) -> Label:
    return label_of(food_level(level))


def results(found: Conformance) -> set[tuple[str, str, str, str]]:
    return {violation.result for violation in found.violations}


@pytest.fixture(scope="module")
def datasets() -> dict[str, list[Portion]]:
    policies = load_policies(Settings())
    request = LoadRequest(path=Path(), policies=policies)
    found = {name: list(packaged(name, request)) for name in DATASETS}
    (label, *_others) = {one.label for one in found["minusma"]}
    return {**found, "vocabulary": list(vocabulary(policies=policies, label=label, today=TODAY))}


# --- what there is ---------------------------------------------------------------------------------------------------


def test_every_packaged_dataset_conforms_by_itself_and_all_of_them_together(
    datasets: dict[str, list[Portion]],
) -> None:
    for portions in (*datasets.values(), [one for found in datasets.values() for one in found]):
        assert [violation.told() for violation in validate(portions, packaged_shapes()).violations] == []


def test_every_class_that_a_loader_fills_has_a_shape(datasets: dict[str, list[Portion]]) -> None:
    """A class without one: add to ontology/shapes, in the file of its subject, what an instance must state."""
    filled = {kind for row in rows() for node in row.table["node"] for kind in row.types(node)}
    for name in DATASETS:
        mapping = read_mapping(FOLDER / name / "mapping.toml")
        kinds = [kind for table in mapping.tables for node in table.nodes for kind in node.type]
        filled |= {expand(kind).value for kind in kinds if not placeholders(kind)}
    for portions in datasets.values():
        filled |= {
            str(quad.object.value)
            for one in portions
            for quad in parse(one.ntriples, format=RdfFormat.N_TRIPLES)
            if quad.predicate.value == RDF_TYPE and isinstance(quad.object, NamedNode)
        }
    covered = {name for shape in packaged_shapes() for name in shape.classes}
    ours = {name for name in filled if name.startswith(NS)}
    assert len(ours) > 90
    assert sorted(ours - covered) == [], "no shape is about these classes: add one to ontology/shapes (docs/shapes.md)"


def test_no_packaged_class_is_uncovered_and_an_unknown_one_is_told(datasets: dict[str, list[Portion]]) -> None:
    for portions in datasets.values():
        assert validate(portions, packaged_shapes()).uncovered == ()
    strange = validate([portion("id:x a sluis:Unheard .", at("tea"))], packaged_shapes())
    assert (strange.uncovered, strange.violations) == ((f"{NS}Unheard",), ())


def test_every_shape_is_about_something_in_the_package_or_in_an_example_of_use(
    datasets: dict[str, list[Portion]],
) -> None:
    """Terms that only a user's own files fill (payments, parliament's votes) have no row in the package."""
    everything = [one for portions in datasets.values() for one in portions]
    everything += [
        Portion("urn:examples", str(number), everything[0].label, "urn:examples", ntriples(triples))
        for number, triples in enumerate(examples_of_use())
    ]
    instances = validate(everything, packaged_shapes()).instances
    assert [name for name, count in instances.items() if not count] == []
    assert instances["FootnoteShape"] >= 35


def test_the_page_says_what_the_shapes_demand() -> None:
    """A second witness: a shape that comes to demand less is not noticed by the tests that are made of the shapes."""
    page = PAGE.read_text(encoding="utf-8")
    assert page_with(tables(), page) == page, "bring it up to date: python -m tests.shape_tables"
    assert "| `FootnoteShape` | `sluis:Footnote` |" in page


def test_a_class_below_has_what_is_demanded_of_the_class_above() -> None:
    found = validate([portion("id:x a sluis:Ministry .", at("tea"))], packaged_shapes())
    assert [(one.shape, one.path) for one in found.violations] == [("ActorShape", f"{PREFIXES['skos']}prefLabel")]


# --- what is compiled, and what is refused ---------------------------------------------------------------------------


def shapes_of(body: str, name: str = "mine.ttl") -> list[tuple[str, str]]:
    return [(name, HEAD + body)]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("shape:A a sh:NodeShape ; sh:targetClass sluis:Goal .", "demands nothing"),
        (f"shape:A a sh:NodeShape ; sh:targetClass sluis:Goal ; sh:property [ sh:path sluis:quote ; {MESSAGE} ] .",
         "demands nothing"),
        ("shape:A a sh:NodeShape ; sh:targetClass sluis:Goal ; sh:closed true .", "sh:closed"),
        ("shape:A a sh:NodeShape ; sh:targetClass sluis:Goal ; "
         f"sh:property [ sh:path sluis:quote ; sh:class sluis:Actor ; {MESSAGE} ] .", "sh:class"),
        ("shape:A a sh:NodeShape ; sh:targetClass sluis:Goal ; "
         f"sh:property [ sh:path sluis:quote ; sh:minCount 2 ; {MESSAGE} ] .", "least count other than 1"),
        ("shape:A a sh:NodeShape ; sh:targetClass sluis:Goal ; "
         f"sh:property [ sh:path sluis:quote ; sh:datatype xsd:duration ; {MESSAGE} ] .", "duration"),
        ("shape:A a sh:NodeShape ; sh:targetClass sluis:Goal ; "
         f"sh:property [ sh:path sluis:quote ; sh:nodeKind sh:BlankNode ; {MESSAGE} ] .", "sh:nodeKind is one of"),
        ("shape:A a sh:NodeShape ; sh:targetClass sluis:Goal ; "
         f"sh:property [ sh:path [ sh:inversePath sluis:quote ] ; sh:minCount 1 ; {MESSAGE} ] .", "one path, an IRI"),
        ("shape:A a sh:NodeShape ; sh:targetClass sluis:Goal ; "
         'sh:property [ sh:path sluis:quote ; sh:minCount 1 ; sh:message "say it"@en ] .', "in Dutch and in English"),
        ("shape:A a sh:PropertyShape ; sh:targetSubjectsOf sluis:quote ; sh:path sluis:quote ; "
         f"sh:or ( [ sh:datatype xsd:string ; sh:not [ sh:minLength 3 ] ] ) ; {MESSAGE} .", "sh:not"),
        ("shape:A a sh:PropertyShape ; sh:targetSubjectsOf sluis:quote ; sh:path sluis:quote ; "
         f"sh:minCount 1 ; sh:severity sh:Warning ; {MESSAGE} .", "sh:severity"),
        ("shape:A a", "mine.ttl, line"),
    ],
)  # fmt: skip
def test_a_shape_that_is_not_compiled_whole_is_refused(body: str, says: str) -> None:
    with pytest.raises(ShapeRefused, match=says):
        list(read_shapes(shapes_of(body), below={}))


_EVERY_CONSTRUCT = f"""
shape:Named a sh:NodeShape ; sh:targetClass sluis:Goal , sluis:Actor ;
    sh:property [ sh:path skos:prefLabel ; sh:qualifiedValueShape [ sh:languageIn ( "nl" "fr" ) ] ;
        sh:qualifiedMinCount 1 ; {MESSAGE} ] ;
    sh:property [ sh:path sluis:quote ; sh:languageIn ( "nl" ) ; {MESSAGE} ] .
shape:Link a sh:NodeShape ; sh:targetClass sluis:CoordinationLink ;
    sh:property [ sh:path sluis:linkFrom ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ; {MESSAGE} ] ;
    sh:property [ sh:path sluis:linkStatus ; sh:hasValue "stated" ; sh:in ( "stated" "assessed" 3 ) ; {MESSAGE} ] .
shape:Date a sh:PropertyShape ; sh:targetSubjectsOf sluis:startDate ; sh:path sluis:startDate ;
    sh:or ( [ sh:datatype xsd:gYear ] [ sh:datatype xsd:gYearMonth ] [ sh:datatype xsd:date ] ) ; {MESSAGE} .
shape:Count a sh:PropertyShape ; sh:targetSubjectsOf sluis:headcount ; sh:path sluis:headcount ;
    sh:datatype xsd:integer ; sh:minInclusive 2 ; {MESSAGE} .
shape:Price a sh:PropertyShape ; sh:targetSubjectsOf sluis:goalOf ; sh:path sluis:goalOf ;
    sh:nodeKind sh:Literal ; sh:datatype xsd:decimal ; {MESSAGE} .
shape:Flag a sh:PropertyShape ; sh:targetSubjectsOf sluis:isIntended ; sh:path sluis:isIntended ;
    sh:datatype xsd:boolean ; {MESSAGE} .
shape:Text a sh:PropertyShape ; sh:targetSubjectsOf sluis:note ; sh:path sluis:note ;
    sh:datatype rdf:langString ; sh:nodeKind sh:BlankNodeOrIRI ; {MESSAGE} .
shape:Code a sh:PropertyShape ; sh:targetClass sluis:Goal ; sh:path sluis:symbol ;
    sh:datatype xsd:string ; sh:pattern "^S/RES/[0-9]+ \\\\([0-9]{{4}}\\\\)$" ; {MESSAGE} .
"""
PROPERTIES = [
    *("skos:prefLabel", "sluis:quote", "sluis:linkFrom", "sluis:linkStatus", "sluis:startDate", "sluis:headcount"),
    *("sluis:goalOf", "sluis:isIntended", "sluis:note", "sluis:symbol", "sluis:footnoteNumber", "sluis:relation"),
]
CLASSES = ["sluis:Goal", "sluis:MissionObjective", "sluis:Mission", "sluis:StatedLink", "sluis:Footnote", "ex:Thing"]
VALUES = [
    *('"Ja"@nl', '"Yes"@en', '"Oui"@fr-FR', '"stated"', '"assessed"', '"stated"@en', "3", "1", "-1", "2.5", "true"),
    *('"S/RES/2100 (2013)"', '"S/RES/2100"', "id:a", "id:b", "_:x", '"2013"^^xsd:gYear', '"2013-04"^^xsd:gYearMonth'),
    *('"2013-04-25"^^xsd:date', '"2013-02-30"^^xsd:date', '"x"^^xsd:date', "4", '""'),
    *('"many"^^xsd:integer', '"maybe"^^xsd:boolean', '"x"^^xsd:decimal', '"2013"^^xsd:integer', '"2013-02"^^xsd:date'),
]


@composite
def loads(draw: DrawFn) -> list[Portion]:
    """A load of a few portions at several labels that speak of the same things, well or badly."""
    known = draw(st.lists(legal_labels(), min_size=1, max_size=3, unique=True))
    portions = []
    for number, label in enumerate(known):
        kinds = draw(st.lists(st.tuples(st.sampled_from("pq"), st.sampled_from(CLASSES)), max_size=3))
        facts = draw(
            st.lists(st.tuples(st.sampled_from("pq"), st.sampled_from(PROPERTIES), st.sampled_from(VALUES)), max_size=8)
        )
        said = [f"id:{one} a {kind} ." for one, kind in kinds] + [f"id:{s} {p} {o} ." for s, p, o in facts]
        prefix = "@prefix ex: <https://example.org/> .\n"
        portions.append(portion(prefix + "\n".join(said or ["id:r sluis:note 1 ."]), label, part=str(number)))
    return portions


OWN = shapes_of(_EVERY_CONSTRUCT)
OWN_SHAPES = tuple(read_shapes(OWN, below=classes_below(ontology.ontology_files())))


def without_blanks(found: set[tuple[str, str, str, str]]) -> set[tuple[str, ...]]:
    """A blank node has another name in each engine."""
    return {tuple("_:" if term.startswith("_:") else term for term in result) for result in found}


@settings(max_examples=60)
@given(portions=loads())
def test_the_compiled_shapes_find_what_pyshacl_finds(portions: list[Portion]) -> None:
    ours, theirs = validate(portions, OWN_SHAPES), reference(portions, shapes=OWN)
    assert without_blanks(results(ours)) == without_blanks(theirs)


def test_that_comparison_meets_every_construct_both_met_and_broken() -> None:
    everything = "".join(f"id:{n} a {kind} .\n" for n, kind in enumerate(CLASSES) if not kind.startswith("ex:"))
    everything += "".join(f"id:{n} {p} {o} .\n" for n in range(len(CLASSES)) for p in PROPERTIES for o in VALUES)
    broken = [portion(everything, at("tea")), portion("id:p a sluis:Goal , sluis:StatedLink .", at("tea"), "bare")]
    found = results(validate(broken, OWN_SHAPES))
    assert without_blanks(found) == without_blanks(reference(broken, shapes=OWN))
    demanded = {one.component for shape in OWN_SHAPES for part in shape.properties for one in part.conditions}
    assert {result[2].partition("#")[2].removesuffix("ConstraintComponent") for result in found} == demanded
    assert len(found) < len(PROPERTIES) * len(VALUES) * len(CLASSES)


@settings(max_examples=8)
@given(portions=loads())
def test_the_packaged_shapes_compiled_find_what_pyshacl_finds(portions: list[Portion]) -> None:
    assert without_blanks(results(validate(portions, packaged_shapes()))) == without_blanks(reference(portions))


@pytest.mark.parametrize("value", ['"2013-13"^^xsd:gYearMonth', '"2013"^^xsd:gYearMonth', '"13"^^xsd:gYear'])
def test_a_month_that_does_not_exist_is_wrong_here_though_pyshacl_takes_it(value: str) -> None:
    """The one difference that is known: rdflib does not look into a gYear or a gYearMonth."""
    portions = [portion(f"id:g sluis:startDate {value} .", at("tea"))]
    assert [one.shape for one in validate(portions, packaged_shapes()).violations] == ["startDate"]
    assert reference(portions) == set()


def test_pyshacl_finds_nothing_in_the_packaged_facts_either(datasets: dict[str, list[Portion]]) -> None:
    assert reference(datasets["minusma"]) == set()


# --- labels ----------------------------------------------------------------------------------------------------------


def parts(portions: list[Portion]) -> Iterator[list[Portion]]:
    """What some reader may see of the portions: every set of them that holds all below what it holds."""
    labels = list(dominated(one.label for one in portions))
    for chosen in chain.from_iterable(combinations(labels, size) for size in range(1, len(labels) + 1)):
        seen = [label for label in labels if any(other.dominates(label) for other in chosen)]
        yield [one for one in portions if one.label in seen]


def in_one(portions: list[Portion]) -> list[Portion]:
    """The portions as a reader has them: nothing is left of their labels."""
    return [replace(one, label=at("water")) for one in portions]


@given(portions=loads())
def test_a_load_conforms_if_and_only_if_every_part_that_a_reader_may_see_does(portions: list[Portion]) -> None:
    of_parts = {result for part in parts(portions) for result in results(validate(in_one(part), OWN_SHAPES))}
    assert without_blanks(results(validate(portions, OWN_SHAPES))) == without_blanks(of_parts)


GOAL = "id:g a sluis:Goal ; sluis:goalOf id:a"
NAME = 'id:g skos:prefLabel "Goal"@en .'


def test_what_is_hidden_never_makes_up_for_what_is_missing() -> None:
    for hidden in (at("whisky"), label_of(food_level("dish"))):
        found = validate([portion(f"{GOAL} .", at("tea")), portion(NAME, hidden, "hidden")], packaged_shapes())
        assert [(one.path, one.part) for one in found.violations] == [(f"{PREFIXES['skos']}prefLabel", "part")]
    for seen in (at("water"), at("tea")):
        assert validate([portion(f"{GOAL} .", at("tea")), portion(NAME, seen, "seen")], packaged_shapes()).conforms


def test_a_cover_story_and_the_truth_both_conform() -> None:
    """Two accounts of one thing may differ, and a reference may lead to what is not known."""
    low = (
        f'{GOAL} ; skos:prefLabel "Dekmantel"@nl , "Cover story"@en ; sluis:setBy <urn:nobody> ; sluis:note "450"@nl .'
    )
    high = 'id:g skos:prefLabel "Waarheid"@nl , "Truth"@en ; sluis:setBy <urn:other> ; sluis:note "348"@nl .'
    assert validate([portion(low, at("tea")), portion(high, at("whisky"), "high")], packaged_shapes()).conforms


def test_a_value_that_is_wrong_is_told_with_the_portion_that_states_it() -> None:
    portions = [
        portion(f'{GOAL} ; skos:prefLabel "Goal"@en .', at("tea")),
        portion("id:g sluis:goalText 7 .", at("coffee"), "high"),
    ]
    (violation,) = validate(portions, packaged_shapes()).violations
    assert (violation.part, violation.shape, violation.value) == ("high", "goalText", f'"7"^^<{XSD}integer>')
    assert "coffee" in violation.label


# --- at ingest -------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path, food: Policies) -> Iterator[PortionStore]:
    connection = open_database(tmp_path / "portions", key=KEY)
    yield PortionStore(connection, policies=food)
    connection.close()


def test_what_is_stored_has_no_say_in_whether_a_load_conforms(store: PortionStore, food: Policies) -> None:
    """Neither above nor below: a submitter learns of their own load alone."""
    given = {"store": store, "key": KEY, "policies": food, "today": TODAY}
    stored = [replace(portion(NAME, at(level), level), source="urn:other") for level in ("water", "tea", "whisky")]
    ingest(stored, **given)  # type: ignore[arg-type]
    with pytest.raises(DoesNotConform, match="give a name"):
        ingest([portion(f"{GOAL} .", at("tea"))], **given)  # type: ignore[arg-type]
    assert len(list(store.read_all_system_high())) == 3
    ingest([replace(portion('id:h sluis:goalText "x"@nl .', at("tea")), source="urn:third")], **given)  # type: ignore[arg-type]


def test_leaving_the_shapes_out_is_recorded_until_the_same_text_is_checked(store: PortionStore, food: Policies) -> None:
    bad, good = portion(f"{GOAL} .", at("tea")), portion(f'{GOAL} ; skos:prefLabel "Goal"@en .', at("tea"))
    given = {"store": store, "key": KEY, "policies": food, "today": TODAY}

    def acts(one: Portion, *, shapes: bool) -> list[str]:
        ingest([one], shapes=shapes, **given)  # type: ignore[arg-type]
        (stored,) = store.read_all_system_high()
        return [decision.act for decision in store.history(stored.id)]

    assert acts(bad, shapes=False) == [SET, UNCHECKED]
    assert acts(bad, shapes=False) == [SET, UNCHECKED]  # nothing new was stored
    with pytest.raises(DoesNotConform):
        acts(bad, shapes=True)
    assert acts(good, shapes=True) == [SET, UNCHECKED, CHECKED]
    assert acts(good, shapes=True) == [SET, UNCHECKED, CHECKED]
    assert acts(good, shapes=False) == [SET, UNCHECKED, CHECKED]  # it is the text that was checked
    assert acts(bad, shapes=False) == [SET, UNCHECKED, CHECKED, UNCHECKED]


def test_whether_the_shapes_were_asked_shows_in_no_view(tmp_path: Path) -> None:
    """A reader would learn something of how a portion came in; the history is for the builder's side."""
    views = []
    for name, shapes in (("asked", True), ("not", False)):
        builder = Builder(Layout(tmp_path / name), Settings(), key=KEY)
        clearance = clearance_from_markings(["Stg. GEHEIM"], policies=builder.policies, affiliation="NLD")
        label = builder.policies.policy("NLD").levels[0]
        builder.load([portion(f'{GOAL} ; skos:prefLabel "Goal"@en .', label_of(label))], shapes=shapes)
        builder.add_user("reader", clearance)
        views.append(sorted(found.name for found in builder.layout.views.iterdir()))
        builder.close()
    assert views[0] == views[1]
    assert views[0]


def test_a_refusal_comes_through_the_socket_with_its_rules(tmp_path: Path) -> None:
    builder = Builder(Layout(tmp_path / "data"), Settings(), key=KEY)
    bad = portion(f"{GOAL} .", label_of(builder.policies.policy("NLD").levels[0]))
    lines = [json.dumps(line).encode() + b"\n" for line in (proposed_to_data(bad), {"end": "whole"})]
    answers: list[dict[str, Any]] = []
    for shapes in (True, False):
        Commands(builder).load({"shapes": shapes}, iter(lines), answers.append)
    answer, without = answers
    told = DoesNotConform.from_data(json.loads(json.dumps(answer))["violations"])
    with pytest.raises(DoesNotConform) as refused:
        builder.load([bad])
    assert (told.public, told.violations) == (refused.value.public, refused.value.violations)
    assert "result" in without
    found = Conformance.from_data(json.loads(json.dumps(Commands(builder).run("check", {})["result"])))
    assert found == builder.check()
    assert [violation.shape for violation in found.violations] == ["GoalShape"]
    builder.close()


# --- more than memory holds -------------------------------------------------------------------------------------------


def test_validation_in_many_small_groups_finds_what_one_group_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of a thing at several labels and in several portions is judged together whatever the size."""
    rows = range(60)
    portions = [
        *(portion(f"id:g{n} a sluis:Goal .", at("tea"), f"a{n}") for n in rows),
        *(portion(f'id:g{n} skos:prefLabel "Goal {n}"@en .', at("tea" if n % 3 else "whisky"), f"b{n}") for n in rows),
        *(portion(f"id:g{n} sluis:headcount -{n} .", at("coffee"), f"c{n}") for n in rows if n % 7 == 0),
    ]
    whole = validate(portions, packaged_shapes())
    monkeypatch.setattr(conformance, "STATEMENTS_AT_ONCE", 1)
    monkeypatch.setattr(spool, "MEMORY", 300)
    assert validate(portions, packaged_shapes()) == whole
    assert {one.focus[-4:-1].strip("/g") for one in whole.violations if one.shape == "GoalShape"} >= {"0", "57"}
    assert whole.instances["GoalShape"] == 60
    again = conformance.Reread(lambda: iter(portions))
    assert validate(again, packaged_shapes()).violations == whole.violations


def test_very_many_violations_end_the_search_and_too_many_statements_about_one_thing_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conformance, "STATEMENTS_AT_ONCE", 1)
    monkeypatch.setattr(conformance, "MOST_VIOLATIONS", 3)
    broken = [portion(f"id:g{n} a sluis:Goal .", at("tea"), str(n)) for n in range(40)]
    assert 3 <= len(validate(broken, packaged_shapes()).violations) < 40
    monkeypatch.setattr(conformance, "MOST_OF_A_GROUP", 20)
    large = portion(" ".join(f'id:g skos:prefLabel "{n}"@en .' for n in range(40)), at("tea"))
    with pytest.raises(IngestRefused, match="about one thing, or few, there are more than 20 statements"):
        validate([large], packaged_shapes())


def test_statements_that_no_shape_is_about_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    monkeypatch.setattr(spool.Spool, "extend", lambda _spool, _key, lines: seen.extend(lines))
    validate([portion('id:x <urn:p> "1" ; a <urn:Class> ; a sluis:Goal .', at("tea"))], packaged_shapes())
    assert [line.rpartition(b"#")[2] for line in seen] == [b"Goal> .\n"]


# --- the command line ------------------------------------------------------------------------------------------------

TRIG = (
    HEAD
    + f'<urn:graph:one> sluis:marking "Stg. GEHEIM" .\nGRAPH <urn:graph:one> {{ {GOAL} . id:g sluis:goalText 7 }}\n'
)


def test_an_rdf_file_that_does_not_conform_loads_with_shapes_off_and_its_history_says_so(tmp_path: Path) -> None:
    (tmp_path / "file.trig").write_text(TRIG, encoding="utf-8")
    data = ("--data", str(tmp_path / "data"))
    refused = sluis_here("load", str(tmp_path / "file.trig"), "--no-publish", *data)
    assert refused.returncode == 2
    first, second = refused.stderr.splitlines()
    assert first.startswith("sluis: does not conform to the shapes: file.trig, graph urn:graph:one: id:g: ")
    assert second.startswith("  file.trig, graph urn:graph:one: id:g: ")
    done = sluis_here("load", str(tmp_path / "file.trig"), "--no-publish", "--shapes", "off", *data)
    assert done.returncode == 0
    assert done.stdout.endswith("portions: 1 added, 0 changed, 0 unchanged\n")
    builder = Builder(Layout(tmp_path / "data"), Settings())
    (one,) = builder.portions()
    builder.close()
    told = sluis_here("portions", "history", one.id, *data).stdout
    assert "unchecked" in told
    assert f"by {'originator/not-stated'}" in told
    assert sluis_here("portions", "history", one.id, *data).stdout.count("by ") == 2
    checked = sluis_here("check", *data)
    assert checked.returncode == 1
    assert "[Stg. GEHEIM] " in checked.stdout
    assert "what is stored: 2 violations" in checked.stdout


def test_tables_are_checked_whatever_is_asked(tmp_path: Path) -> None:
    refused = sluis_here("load", str(FOLDER / "exercise"), "--shapes", "off", "--data", str(tmp_path / "data"))
    assert refused.returncode == 2
    assert "exercise: is always checked" in refused.stderr


def test_check_tells_how_many_things_each_shape_was_about(tmp_path: Path) -> None:
    done = sluis_here("check", "--packaged", "--json", "--data", str(tmp_path / "none"))
    reports = {report["name"]: report for report in json.loads(done.stdout)}
    assert (done.returncode, list(reports)) == (0, [*DATASETS, "vocabulary"])
    assert reports["minusma"]["instances"]["FootnoteShape"] >= 35
    assert reports["exercise"]["instances"]["FootnoteShape"] == 0
    assert all(report["conforms"] and not report["uncovered"] for report in reports.values())
    people = sluis_here("check", str(FOLDER / "exercise"), "--data", str(tmp_path / "none")).stdout
    assert "exercise: conforms" in people
    idle = next(line for line in people.splitlines() if line.startswith("shapes that nothing here is about: "))
    assert "FootnoteShape" in idle
    assert "FindingShape" not in idle
    assert not (tmp_path / "none").exists()


def test_check_compares_with_pyshacl_and_tells_where_they_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file.trig").write_text(TRIG, encoding="utf-8")
    (report,) = json.loads(sluis_here("check", str(tmp_path / "file.trig"), "--reference", "--json").stdout)
    assert (report["differs"], len(report["violations"])) == ([], 2)
    monkeypatch.setattr("graph_service.cli.check.reference", lambda _portions: {("<urn:f>", "urn:p", "urn:c", "")})
    told = sluis_here("check", str(tmp_path / "file.trig"), "--reference")
    assert told.returncode == 1
    assert "only pySHACL: <urn:f> urn:p urn:c" in told.stdout
    assert told.stdout.count("only here: ") == 2
    stored = sluis_here("check", "--reference", "--data", str(tmp_path / "data"))
    assert (stored.returncode, "--reference is for files" in stored.stderr) == (2, True)


def test_without_pyshacl_the_reference_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyshacl", None)
    with pytest.raises(SluisError, match="install the `check` extra"):
        reference([portion(f"{GOAL} .", at("tea"))])


def test_a_statement_that_ingest_writes_another_way_is_still_placed() -> None:
    label, origins = at("tea"), Origins()
    (triple,) = (quad.triple for quad in parse(HEAD + "id:g sluis:headcount 07 .", format=RdfFormat.TURTLE))
    subject, predicate, value = map(str, triple)
    place = (label_text(label), "part")
    origins.note(place, (subject, predicate, value), file="part", line=7, column="headcount")
    (violation,) = validate([portion("id:g sluis:headcount -7 .", label)], packaged_shapes()).violations
    assert origins.place(violation) == "part, line 7, column `headcount`"
    assert origins.place(replace(violation, part="other")) == ""
    assert origins.place(replace(violation, statement=(f"<{ID}g>", "<urn:p>", "1"))) == "part, line 7"
