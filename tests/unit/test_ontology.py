"""The ontology says what it means in two languages, makes no false facts, and its rules are monotone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
import yaml
from rdflib import OWL, RDF, RDFS, SKOS, XSD, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import Node

import ontology
from graph_service.storage.closure import derive
from graph_service.storage.closure_rules import parse_rule
from ontology import check, profiles

NS = rdflib.Namespace("https://w3id.org/sluis/ns#")
ID = "https://w3id.org/sluis/id/"
ONTOLOGY_FILES = dict(ontology.ontology_files())
RULES = dict(ontology.rule_files())
KINDS_OF_TERM = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.NamedIndividual)
# The datatypes of OWL 2 DL that we use; a date or a text with a language is none.
DATATYPES = (XSD.string, XSD.integer, XSD.boolean, XSD.decimal)

every_file = pytest.mark.parametrize("name", sorted(ONTOLOGY_FILES))
every_rule = pytest.mark.parametrize("name", sorted(RULES))


def graph_of(*names: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in names:
        graph.parse(data=ONTOLOGY_FILES[name], format="turtle")
    return graph


GRAPH = graph_of(*ONTOLOGY_FILES)
CORE = URIRef("https://w3id.org/sluis/ns")
FILE_OF = {iri: name for name in ONTOLOGY_FILES for iri in graph_of(name).subjects(RDF.type, OWL.Ontology)}
TERMS = sorted({term for term in GRAPH.subjects() if isinstance(term, URIRef) and term.startswith(NS)})
every_term = pytest.mark.parametrize("term", TERMS, ids=lambda term: term.removeprefix(NS))


def local(terms: Iterable[Node]) -> list[str]:
    return sorted(str(term).removeprefix(NS) for term in terms)


# --- the files -------------------------------------------------------------------------------------------------------


def test_the_readers_give_every_file_sorted_by_name() -> None:
    assert list(ONTOLOGY_FILES) == sorted(ONTOLOGY_FILES)
    assert {"sluis.ttl", "core.ttl", "evidence.ttl", "marking.ttl", "fragile-contexts.ttl"} <= set(ONTOLOGY_FILES)
    assert list(RULES) == sorted(RULES)
    assert {"cax-sco.rq", "prp-spo2-three-steps.rq", "link-stated.rq"} <= set(RULES)
    policies = [name for name, _text in ontology.policy_files()]
    assert policies == sorted(policies)
    assert {"EU.xml", "NATO.xml", "NLD-VIRBI-2013.xml", "NLD-VIRBI-2025.xml", "UN.xml"} == set(policies)


@every_file
def test_both_parsers_read_the_same_triples(name: str) -> None:
    by_oxigraph = list(pyoxigraph.parse(ONTOLOGY_FILES[name], format=pyoxigraph.RdfFormat.TURTLE))
    assert len(by_oxigraph) == len(graph_of(name))


@every_file
def test_each_file_is_an_ontology_of_its_own_and_imports_what_stands_beside_it(name: str) -> None:
    graph = graph_of(name)
    (iri,) = graph.subjects(RDF.type, OWL.Ontology)
    assert str(iri).startswith("https://w3id.org/sluis/")
    for needed in (OWL.versionIRI, OWL.versionInfo, rdflib.DCTERMS.license, rdflib.DCTERMS.creator):
        assert (iri, needed, None) in graph
    assert {title.language for title in graph.objects(iri, rdflib.DCTERMS.title)} == {"nl", "en"}
    assert set(graph.objects(iri, OWL.imports)) <= set(FILE_OF)


def test_the_catalogue_tells_an_editor_where_each_module_stands() -> None:
    catalogue = (Path(ontology.__file__).parent / "catalog-v001.xml").read_text(encoding="utf-8")
    entries = dict(re.findall(r'<uri name="([^"]+)" uri="([^"]+)"/>', catalogue))
    assert entries == {str(iri): name for iri, name in FILE_OF.items()}


def test_the_core_imports_each_of_its_modules_and_no_other_evaluations() -> None:
    core = set(GRAPH.objects(CORE, OWL.imports))
    others = {iri for iri in FILE_OF if CORE in set(GRAPH.transitive_objects(iri, OWL.imports)) - {iri}}
    assert others
    assert core | others | {CORE} == set(FILE_OF)
    assert not core & others


@every_file
def test_each_file_declares_every_word_that_it_uses(name: str) -> None:
    graph = graph_of(name)
    axioms = (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, OWL.inverseOf, OWL.equivalentProperty, RDF.first)
    used = {term for axiom in axioms for term in graph.objects(None, axiom)} | set(graph.predicates())
    used |= set(graph.objects(None, RDFS.range)) - set(DATATYPES)
    used -= set(FILE_OF)
    built_in = (str(OWL), str(RDF), str(RDFS))
    undeclared = {
        term
        for term in used
        # str(): rdflib's own startswith takes no tuple
        if isinstance(term, URIRef) and not str(term).startswith(built_in) and (term, RDF.type, None) not in graph
    }
    assert not undeclared


def test_the_sister_evaluations_module_only_adds() -> None:
    names = [FILE_OF[CORE], *(FILE_OF[iri] for iri in GRAPH.objects(CORE, OWL.imports))]
    core, module = graph_of(*names), graph_of("fragile-contexts.ttl")
    ours = {term for term in core.subjects() if isinstance(term, URIRef) and term.startswith(NS)}
    about_the_core = {triple for triple in module if triple[0] in ours}
    assert about_the_core <= set(core), "the module says something new about a term of the core"


@every_file
def test_every_term_says_which_module_defines_it(name: str) -> None:
    graph = graph_of(name)
    (iri,) = graph.subjects(RDF.type, OWL.Ontology)
    defined = {term for term in graph.subjects(RDFS.label) if str(term).startswith(NS)}
    assert {(term, iri) for term in defined} == set(graph.subject_objects(RDFS.isDefinedBy))


# --- the terms -------------------------------------------------------------------------------------------------------


@every_term
def test_every_term_is_one_thing_with_a_label_and_a_definition_in_dutch_and_english(term: URIRef) -> None:
    assert len([kind for kind in GRAPH.objects(term, RDF.type) if kind in KINDS_OF_TERM]) == 1
    for said in (RDFS.label, SKOS.definition):
        texts = list(GRAPH.objects(term, said))
        assert sorted(text.language for text in texts) == ["en", "nl"]
        assert all(text.strip() == str(text) != "" for text in texts)
    for text in GRAPH.objects(term, SKOS.definition):
        assert text.endswith("."), "a definition is one sentence"
        assert ". " not in text.replace("Stg. ", "").replace("nr. ", "")


def test_no_two_terms_of_a_kind_have_the_same_definition() -> None:
    definitions = [str(text) for text in GRAPH.objects(None, SKOS.definition)]
    assert len(definitions) == len(set(definitions))


def test_a_property_begins_with_a_small_letter_and_nothing_else_does() -> None:
    for term in TERMS:
        is_property = {OWL.ObjectProperty, OWL.DatatypeProperty} & set(GRAPH.objects(term, RDF.type))
        assert term.removeprefix(NS)[0].islower() is bool(is_property), term


def test_an_individual_is_of_a_class_that_is_declared() -> None:
    for term in GRAPH.subjects(RDF.type, OWL.NamedIndividual):
        kinds = set(GRAPH.objects(term, RDF.type)) - {OWL.NamedIndividual}
        assert kinds, term
        assert all((kind, RDF.type, OWL.Class) in GRAPH for kind in kinds), term


def test_ranges_make_no_false_facts_and_no_triples_about_literals() -> None:
    for prop in GRAPH.subjects(RDF.type, OWL.ObjectProperty):
        for end in [*GRAPH.objects(prop, RDFS.range), *GRAPH.objects(prop, RDFS.domain)]:
            assert (end, RDF.type, OWL.Class) in GRAPH, prop
    for prop in GRAPH.subjects(RDF.type, OWL.DatatypeProperty):
        assert all(end in DATATYPES for end in GRAPH.objects(prop, RDFS.range)), prop


def test_declared_inverses_are_mutual() -> None:
    pairs = set(GRAPH.subject_objects(OWL.inverseOf))
    assert pairs
    assert pairs == {(inverse, prop) for prop, inverse in pairs}
    assert len(pairs) == len({prop for prop, _inverse in pairs}), "a property has one named inverse"


# --- stated is not assessed ------------------------------------------------------------------------------------------


def test_every_kind_of_relation_is_a_stated_relation() -> None:
    kinds = set(GRAPH.subjects(RDF.type, NS.RelationKind))
    assert len(kinds) >= 20
    assert not local(kind for kind in kinds if NS.relatesTo not in GRAPH.transitive_objects(kind, RDFS.subPropertyOf))


@pytest.mark.parametrize("name", ["alignmentToBeAssessedWith", "alignmentAssessedWith"])
def test_what_is_to_be_assessed_is_no_kind_of_stated_relation(name: str) -> None:
    about = set(GRAPH.predicate_objects(NS[name]))
    assert {said for said, _object in about} == {RDF.type, RDFS.label, SKOS.definition, SKOS.example, RDFS.isDefinedBy}
    below = {term for term, _said, value in GRAPH if value == NS[name]}
    assert below == (set(GRAPH.subjects(RDF.type, NS.JudgedRelation)) if name == "alignmentAssessedWith" else set())
    assert not list(GRAPH.subject_objects(NS[name]))


def test_what_was_judged_says_that_it_was_assessed_and_no_more() -> None:
    judged = set(GRAPH.subjects(RDF.type, NS.JudgedRelation))
    assert len(judged) == 4
    for relation in judged:
        above = set(GRAPH.transitive_objects(relation, RDFS.subPropertyOf)) - {relation}
        assert above == {NS.alignmentAssessedWith}
        axioms = {said for said, _object in GRAPH.predicate_objects(relation)} - {RDFS.subPropertyOf}
        assert axioms == {RDF.type, RDFS.label, SKOS.definition, SKOS.example, RDFS.isDefinedBy}
        assert (relation, RDF.type, NS.RelationKind) not in GRAPH


# --- the rules -------------------------------------------------------------------------------------------------------

FORBIDDEN = re.compile(
    r"\b(FILTER|OPTIONAL|UNION|GRAPH|NOT|EXISTS|MINUS|BIND|VALUES|SERVICE|SELECT|FROM|GROUP|HAVING|ORDER|LIMIT|OFFSET)\b"
    r"|\b(COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT)\s*\(",
    re.IGNORECASE,
)


def body_of(text: str) -> str:
    """The rule without its header, its prefixes, its IRIs and its variables."""
    lines = [line for line in text.splitlines() if not line.startswith(("#", "PREFIX"))]
    return re.sub(r"<[^>]*>|\?\w+", "", "\n".join(lines))


@every_rule
def test_a_rule_is_a_construct_over_plain_patterns(name: str) -> None:
    assert not FORBIDDEN.search(body_of(RULES[name]))
    prepareQuery(RULES[name])
    parse_rule(RULES[name])  # refuses everything but patterns, and any blank node or new term


@every_rule
def test_a_rule_says_what_it_does_and_where_it_comes_from(name: str) -> None:
    header = "\n".join(line.removeprefix("#+ ") for line in RULES[name].splitlines() if line.startswith("#+"))
    said = yaml.safe_load(header)
    assert set(said) == {"summary", "source"}
    assert said["summary"].endswith(".")
    assert said["source"] == "Sluis" or said["source"].startswith("OWL 2 RL ")


def closure(turtle: str, *, literals: bool = False) -> set[tuple[str, str, str]]:
    """What the rules conclude from the ontology and these facts, by local name; texts too where they are asked for."""
    namespaces = {"sluis": NS, "id": ID, "owl": OWL, "org": "http://www.w3.org/ns/org#"}
    prefixes = " ".join(f"@prefix {name}: <{iri}> ." for name, iri in namespaces.items())
    texts = [*ONTOLOGY_FILES.values(), f"{prefixes} {turtle}"]
    asserted = {quad.triple for text in texts for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE)}
    derived = derive(asserted, [parse_rule(text) for text in RULES.values()])

    def short(term: pyoxigraph.NamedNode | pyoxigraph.Literal) -> str:
        return term.value.rpartition("/")[2].rpartition("#")[2]

    return {
        (short(triple.subject), short(triple.predicate), short(triple.object))
        for triple in derived
        if isinstance(triple.subject, pyoxigraph.NamedNode) and triple.subject.value.startswith(ID)
        if isinstance(triple.object, (pyoxigraph.NamedNode, pyoxigraph.Literal) if literals else pyoxigraph.NamedNode)
    }


LINK = "id:l a sluis:{kind} ; sluis:linkFrom id:a ; sluis:relation sluis:cooperatesWith ; sluis:linkTo id:b ."


def test_a_stated_link_becomes_its_relation_and_what_follows_from_it() -> None:
    facts = closure(LINK.format(kind="StatedLink"))
    assert {("a", "cooperatesWith", "b"), ("b", "coordinatesWith", "a"), ("a", "relatesTo", "b")} <= facts
    assert ("a", "type", "Actor") in facts


@pytest.mark.parametrize(
    ("kind", "made"),
    [("ToBeAssessedLink", "alignmentToBeAssessedWith"), ("AssessedLink", "alignmentAssessedWith")],
)
def test_a_link_that_is_not_stated_never_becomes_its_relation(kind: str, made: str) -> None:
    facts = closure(LINK.format(kind=kind))
    assert {fact for fact in facts if fact[0] in "ab"} == {("a", made, "b")}


def test_a_footnote_carries_a_citation_to_what_stands_at_it() -> None:
    facts = closure("id:g sluis:statedAt id:p . id:p sluis:atFootnote id:n . id:n sluis:cites id:s .")
    assert {("g", "citesSource", "s"), ("s", "type", "Source"), ("p", "type", "Passage")} <= facts
    assert not {fact for fact in facts if fact[:2] in {("p", "citesSource"), ("n", "citesSource")}}


def test_two_step_chains_make_contributors_and_members() -> None:
    facts = closure(
        "id:c sluis:contributionBy id:nl ; sluis:contributionTo id:mission ."
        "id:m sluis:member id:x ; sluis:body id:group . id:x owl:sameAs id:y ."
    )
    assert {("nl", "contributesTo", "mission"), ("mission", "hasContributor", "nl")} <= facts
    assert {("x", "memberOf", "group"), ("y", "memberOf", "group"), ("m", "member", "y")} <= facts


def test_succession_runs_over_several_steps_and_backwards() -> None:
    facts = closure("id:c sluis:succeeds id:b . id:b sluis:precededBy id:a . id:u org:unitOf id:v .")
    assert {("c", "succeeds", "a"), ("a", "succeededBy", "c"), ("u", "partOf", "v"), ("v", "hasPart", "u")} <= facts
    assert ("a", "succeeds", "c") not in facts


@pytest.mark.parametrize("said", ["sluis:during", "org:memberDuring"])
def test_what_holds_during_a_period_begins_and_ends_with_it(said: str) -> None:
    texts = closure(f'id:m {said} id:p . id:p sluis:startDate "2023-10" ; sluis:endDate "2025" .', literals=True)
    assert {("m", "startDate", "2023-10"), ("m", "endDate", "2025"), ("p", "type", "Period")} <= texts
    assert not {fact for fact in texts if fact[:2] == ("p", "type") and fact[2] == "Membership"}


def test_levels_lead_on_but_only_neighbours_lead_to() -> None:
    facts = closure("id:a sluis:leadsTo id:b . id:b sluis:leadsTo id:c .")
    assert ("a", "leadsToEventually", "c") in facts
    assert ("a", "leadsTo", "c") not in facts


# --- the reasoner ----------------------------------------------------------------------------------------------------


def reasoned() -> check.OntologyReport:
    try:
        return check.check_ontology()
    except check.CheckUnavailableError as error:
        pytest.skip(str(error))


def test_the_ontology_is_consistent_and_every_class_can_have_an_instance() -> None:
    report = reasoned()
    assert report.passed, report
    individuals = set(GRAPH.subjects(RDF.type, OWL.NamedIndividual))
    assert report.classes + report.properties == len(set(TERMS) - individuals)


@pytest.mark.parametrize(
    ("axiom", "consistent", "unsatisfiable"),
    [
        ("sluis:Parliament rdfs:subClassOf sluis:Person .", True, (str(NS.Parliament),)),
        ("<urn:x> a sluis:Person , sluis:Source .", False, ()),
    ],
)
def test_the_check_finds_a_contradiction(
    monkeypatch: pytest.MonkeyPatch, axiom: str, consistent: bool, unsatisfiable: tuple[str, ...]
) -> None:
    wrong = f"@prefix sluis: <{NS}> . @prefix rdfs: <{RDFS}> . <urn:wrong> a <{OWL.Ontology}> . {axiom}"
    monkeypatch.setattr(check, "ontology_files", lambda: [*ontology.ontology_files(), ("wrong.ttl", wrong)])
    report = reasoned()
    assert (report.consistent, report.unsatisfiable) == (consistent, unsatisfiable)
    assert not report.passed


def test_without_java_the_check_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("owlready2")
    monkeypatch.setattr(profiles.shutil, "which", lambda _name: None)
    with pytest.raises(check.CheckUnavailableError, match="Java"):
        check.check_ontology()
