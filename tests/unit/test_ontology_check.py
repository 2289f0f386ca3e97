"""The check of the ontology: its profiles, the data against it, and the report. Each check can fail."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rdflib import Graph
from rich.console import Console

from graph_service.security import Policies
from loaders.base import LoadRequest
from loaders.front import DATASETS, packaged
from ontology import check, profiles
from ontology.report import Findings, OntologyReport, print_findings
from ontology.terms import NS, merged, read_modules

PREFIXES = f"""
@prefix sluis: <{NS}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://example.org/> .
"""
GOOD = "sluis:A a owl:Class . sluis:p a owl:ObjectProperty ; rdfs:range sluis:A ."


@pytest.fixture(scope="module")
def java() -> None:
    try:
        profiles.require_java("owlready2", "jpype")
    except profiles.CheckUnavailableError as error:
        pytest.skip(str(error))


def graph(turtle: str) -> Graph:
    return Graph().parse(data=PREFIXES + turtle, format="turtle")


# --- profiles --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("java")
def test_every_module_and_the_whole_are_in_owl_2_dl_and_owl_2_rl() -> None:
    modules = read_modules()
    found = profiles.profile_violations({"all": merged(modules), **{module.name: module.graph for module in modules}})
    assert set(found) == {"all", *(module.name for module in modules)}
    for name, by_profile in found.items():
        assert by_profile == {"OWL 2 DL": (), "OWL 2 RL": ()}, name


@pytest.mark.usefixtures("java")
def test_what_is_outside_a_profile_is_found() -> None:
    wrong = {
        "good": GOOD,
        # OWL 2 DL allows these; OWL 2 RL lets no superclass say that something exists, or is one of two.
        "something exists": f"{GOOD} sluis:A rdfs:subClassOf "
        "[ a owl:Restriction ; owl:onProperty sluis:p ; owl:someValuesFrom sluis:A ] .",
        "a union": "sluis:A a owl:Class ; rdfs:subClassOf [ a owl:Class ; owl:unionOf ( sluis:B sluis:C ) ] ."
        "sluis:B a owl:Class . sluis:C a owl:Class .",
        # No datatype of OWL 2: the OWL API of this age says so for RL alone.
        "a year": "sluis:y a owl:DatatypeProperty ; rdfs:range xsd:gYear .",
        # And these are outside both.
        "of two kinds": f"{GOOD} sluis:p a owl:DatatypeProperty .",
        "not declared": "sluis:A a owl:Class ; rdfs:subClassOf sluis:Undeclared .",
        "an irregular chain": "sluis:p a owl:ObjectProperty ; owl:propertyChainAxiom ( sluis:q sluis:p sluis:q ) ."
        "sluis:q a owl:ObjectProperty .",
    }
    found = profiles.profile_violations({name: graph(turtle) for name, turtle in wrong.items()})
    outside = {name: [profile for profile, why in by.items() if why] for name, by in found.items()}
    assert outside.pop("good") == []
    for name in ("something exists", "a union", "a year"):
        assert outside.pop(name) == ["OWL 2 RL"], name
    for name in ("of two kinds", "not declared", "an irregular chain"):
        assert outside.pop(name) == ["OWL 2 DL", "OWL 2 RL"], name
    assert "Undeclared" in found["not declared"]["OWL 2 DL"][0]


@pytest.mark.parametrize("missing", ["owlready2", "jpype"])
def test_without_its_packages_the_check_says_what_to_install(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setattr(profiles, "find_spec", lambda name: None if name == missing else object())
    monkeypatch.setattr(profiles.shutil, "which", lambda _name: "java")
    with pytest.raises(profiles.CheckUnavailableError, match=rf"{missing} is not installed: install the `check` extra"):
        profiles.profile_violations({})


def test_without_java_the_profiles_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "find_spec", lambda _name: object())
    monkeypatch.setattr(profiles.shutil, "which", lambda _name: None)
    with pytest.raises(profiles.CheckUnavailableError, match=r"Java runtime.*default-jre-headless"):
        profiles.profile_violations({})


# --- the data --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def facts(policies: Policies) -> Graph:
    """All packaged datasets, the exercise among them, as one graph."""
    found = Graph()
    for name in DATASETS:
        for portion in packaged(name, LoadRequest(path=Path(), policies=policies)):
            found.parse(data=portion.ntriples, format="nt")
    return found


@pytest.mark.usefixtures("java")
def test_the_packaged_datasets_agree_with_the_ontology(facts: Graph) -> None:
    assert len(facts) > 5000
    assert check.check_ontology(facts).passed


@pytest.mark.usefixtures("java")
@pytest.mark.parametrize(
    "wrong",
    [
        # By its range what is cited is a source, and no source is an event.
        ":n sluis:cites :x . :x a sluis:Event .",
        # By a chain, a subproperty and a range.
        ":m sluis:member :x ; sluis:body :g . :g a sluis:Location .",
        ':x sluis:headcount "many" .',
        ":s a sluis:OutputStep , sluis:ImpactStep .",
        ":v a sluis:TargetValue , sluis:MeasuredValue .",
        # By its domain it is a quotation, and none is a place in a document.
        ":q sluis:atPassage :p . :x sluis:statedAt :q .",
        ":x sluis:latitude 16.25 . :x a sluis:Actor .",
        # Properties that stand as individuals: what a judgement makes is no relation that a link can name.
        ":l sluis:relation sluis:foundAlignedWith .",
        "sluis:supports a sluis:JudgedRelation .",
        # A class that stands as an individual.
        ":t sluis:coversClass sluis:CableReport . sluis:CableReport a sluis:Actor , sluis:Location .",
    ],
)
def test_data_that_contradict_the_ontology_are_found(wrong: str) -> None:
    assert not check.check_ontology(graph(wrong)).consistent


@pytest.mark.usefixtures("java")
def test_a_property_that_is_an_individual_too_stays_both(capfd: pytest.CaptureFixture[str]) -> None:
    found = check.check_ontology(graph(":l sluis:relation sluis:supports . :t sluis:coversClass sluis:CableReport ."))
    assert found.passed
    assert (found.classes, found.properties) == tuple(
        sum(len(module.terms(kind)) for module in read_modules() for kind in kinds)
        for kinds in (["class"], ["object property", "datatype property"])
    )
    assert "more than one entity types" not in "".join(capfd.readouterr())


@pytest.mark.usefixtures("java")
def test_texts_and_dates_of_the_data_say_nothing_to_the_reasoner() -> None:
    data = graph(':e sluis:onDate "2013"^^xsd:gYear ; sluis:note "een"@nl . :e :unknown "x"^^:type .')
    assert check.check_ontology(data).passed


# --- the report ------------------------------------------------------------------------------------------------------


def printed(found: Findings) -> str:
    console = Console(file=io.StringIO(), width=100, highlight=False)
    print_findings(found, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def findings(
    *, reasoned: OntologyReport | None = None, violation: str = "", pitfalls: dict[str, list[str]] | None = None
) -> Findings:
    modules = read_modules()
    violations = {name: {"OWL 2 DL": (), "OWL 2 RL": ()} for name in ["", *(module.name for module in modules)]}
    return Findings(
        modules=modules,
        reasoned=reasoned or OntologyReport(consistent=True, unsatisfiable=(), classes=115, properties=276),
        violations={**violations, "core": {"OWL 2 DL": (), "OWL 2 RL": (violation,) if violation else ()}},
        pitfalls=pitfalls or {},
        statements=1234,
    )


def test_a_passing_report_counts_each_module_and_ends_in_its_verdict() -> None:
    found = findings(pitfalls={"P11": ["statedAt: no domain"]})
    text = printed(found)
    assert found.passed
    counts = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
    for module in found.modules:
        assert counts[module.name][-2:] == ["yes", "yes"]
        assert counts[module.name][0] == str(len(module.terms("class")) or "·")
    assert "1,234 statements of data" in text
    assert "1 more are meant" in text
    assert text.rstrip().endswith("passed")


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (findings(reasoned=OntologyReport(consistent=False, unsatisfiable=(), classes=1, properties=1)), "all"),
        (
            findings(reasoned=OntologyReport(consistent=True, unsatisfiable=("urn:x",), classes=1, properties=1)),
            "urn:x",
        ),
        (findings(violation="[a] union"), "OWL 2 RL: [a] union"),
        (findings(pitfalls={"P32": ["bank@en: A, B"]}), "bank@en: A, B"),
    ],
)
def test_a_failing_report_says_what_is_wrong(found: Findings, told: str) -> None:
    text = printed(found)
    assert not found.passed
    assert told in text
    assert text.rstrip().endswith("failed")


@pytest.mark.usefixtures("java")
def test_the_command_passes_on_the_ontology_and_fails_on_data_against_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "facts.ttl"
    data.write_text(f"{PREFIXES} :x a sluis:Person , sluis:Footnote .", encoding="utf-8")
    assert check.main([]) == 0
    assert capsys.readouterr().out.rstrip().endswith("passed")
    assert check.main([str(data)]) == 1
    assert capsys.readouterr().out.rstrip().endswith("failed")


def test_a_data_file_that_can_not_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("bad.ttl", "not turtle"), ("odd.ttl", "?"), ("bad.owl", "<"), ("data.xyz", "")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert check.main([str(tmp_path / name)]) == 2
        assert name in capsys.readouterr().err
    assert check.main([str(tmp_path / "absent.ttl")]) == 2
    assert "absent.ttl" in capsys.readouterr().err
