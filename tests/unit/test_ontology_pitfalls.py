"""The ontology has none of the common mistakes, and each search for one finds it in an ontology that has it."""

from __future__ import annotations

import pytest
from rdflib import OWL, RDF, Graph, URIRef

from ontology.pitfalls import PITFALLS, find_pitfalls, is_meant
from ontology.pitfalls.meant import MEANT
from ontology.terms import NS, kind_of, merged, read_modules

GRAPH = merged(read_modules())
PREFIXES = f"""
@prefix : <{NS}> .
@prefix ex: <https://example.org/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""

WRONG = {
    "P02": (
        ":A a owl:Class ; owl:equivalentClass :B . :B a owl:Class .",
        ["A is B: make one a skos:altLabel of the other"],
    ),
    "P03": (":is a owl:ObjectProperty .", ["is: use rdf:type or rdfs:subClassOf"]),
    "P04": (
        ":A a owl:Class . :B a owl:Class . :C a owl:Class ; rdfs:subClassOf :B . :p a owl:ObjectProperty .",
        ["A (class)", "p (property)"],
    ),
    "P05": (
        ":p a owl:ObjectProperty ; rdfs:domain :A ; rdfs:range :B ; owl:inverseOf :q ."
        ":q a owl:ObjectProperty ; rdfs:domain :B ; rdfs:range :C .",
        ["p and q: their ends are not each other's"],
    ),
    "P06": (":A rdfs:subClassOf :B . :B rdfs:subClassOf :A . :p rdfs:subPropertyOf :p .", ["A", "B", "p"]),
    "P08": (
        ':A a owl:Class ; rdfs:label "a"@nl , "a"@en ; skos:definition "Een a."@nl .',
        ["A: no definition in en"],
    ),
    "P10": (
        ":A a owl:Class . :B a owl:Class ; rdfs:subClassOf :A . :C a owl:Class ; owl:disjointWith :D ."
        "[] a owl:AllDisjointClasses ; owl:members ( :E :F ) . :E a owl:Class .",
        ["A"],
    ),
    "P11": (
        ':p a owl:ObjectProperty ; skos:definition "The actor of a role."@en ; rdfs:domain :A .'
        ':q a owl:ObjectProperty ; skos:definition "The actor of a role or task."@en . :s a owl:ObjectProperty .'
        ":r a owl:ObjectProperty ; rdfs:domain :A ; rdfs:range :B . :s owl:inverseOf :r . :t a owl:DatatypeProperty .",
        ["p: no range", "t: no domain"],
    ),
    "P13": (
        ":hasPart a owl:ObjectProperty ; rdfs:domain :A ; rdfs:range :B ."
        ":partOf a owl:ObjectProperty ; rdfs:domain :B ; rdfs:range :A ."
        ":made a owl:ObjectProperty ; rdfs:domain :B ; rdfs:range :A .",
        ["hasPart and partOf"],
    ),
    "P19": (
        ":p a owl:ObjectProperty ; rdfs:domain :A , :B ; rdfs:range :C .",
        ["p: 2 domains, which means all of them at once"],
    ),
    "P20": (
        ':A rdfs:label "A long sentence." . :B rdfs:label "b" ; skos:definition "b" . :C rdfs:comment "a note" .',
        [
            "A: the label is a sentence",
            "B: the definition is the label",
            "C: rdfs:comment, where skos:definition or a note says which it is",
        ],
    ),
    "P21": (":OtherActor a owl:Class . :Mother a owl:Class .", ["OtherActor"]),
    "P22": (":some_thing a owl:Class . :HasPart a owl:ObjectProperty . :Good a owl:Class .", ["HasPart", "some_thing"]),
    "P24": (
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :A ] ."
        # Carried over one step more, at its head or its tail, or transitive: OWL 2 allows these.
        ":head owl:propertyChainAxiom ( :head :q ) , ( :q :s ) . :tail owl:propertyChainAxiom ( :q :s :tail ) ."
        ":t owl:propertyChainAxiom ( :t :t ) ."
        # In the middle, at both ends, alone, twice at one end, and by way of another property: OWL 2 does not.
        ":middle owl:propertyChainAxiom ( :q :middle :s ) . :ends owl:propertyChainAxiom ( :ends :q :ends ) ."
        ":alone owl:propertyChainAxiom ( :alone ) . :twice owl:propertyChainAxiom ( :twice :twice :q ) ."
        ":one owl:propertyChainAxiom ( :one :other ) . :other owl:propertyChainAxiom ( :q :one ) .",
        [
            "A stands in its own definition",
            *(f"{name} stands in its own chain" for name in ("alone", "ends", "middle", "one", "other", "twice")),
        ],
    ),
    "P25": (":p owl:inverseOf :p .", ["p"]),
    "P26": (":p a owl:SymmetricProperty ; owl:inverseOf :q .", ["p"]),
    "P27": (
        ":p a owl:ObjectProperty ; rdfs:domain :A ; owl:equivalentProperty :q , :r ."
        ":q a owl:ObjectProperty ; rdfs:domain :B . :r a owl:ObjectProperty .",
        ["p and q"],
    ),
    "P28": (
        ":p a owl:ObjectProperty , owl:SymmetricProperty ; rdfs:domain :A ; rdfs:range :B .",
        ["p: its domain is not its range"],
    ),
    "P29": (
        ":p a owl:ObjectProperty , owl:TransitiveProperty ; rdfs:domain :A ; rdfs:range :B .",
        ["p: its domain is not its range"],
    ),
    "P30": (
        "ex:Person a owl:Class . :Person a owl:Class ."
        "ex:Role a owl:Class . :Role a owl:Class ; skos:closeMatch ex:Role .",
        ["Person and https://example.org/ns#Person"],
    ),
    "P32": (
        ':A a owl:Class ; rdfs:label "Bank"@en . :B a owl:Class ; rdfs:label "bank"@en , "bank"@nl .',
        ["bank@en: A, B"],
    ),
    "P33": (":p owl:propertyChainAxiom ( :q ) .", ["p"]),
    "P34": (":A a owl:Class ; rdfs:subClassOf :Undeclared .", [f"{NS}Undeclared"]),
    "P35": (":p a owl:ObjectProperty ; rdfs:subPropertyOf :undeclared .", [f"{NS}undeclared"]),
    "P36": ("<https://example.org/onto.owl> a owl:Ontology .", ["https://example.org/onto.owl"]),
    "P38": (":A a owl:Class .", ["nothing is an owl:Ontology"]),
    "P40": ('ex:Person a owl:Class ; rdfs:label "ours now" .', ["https://example.org/ns#Person"]),
    "P41": ("<https://example.org/onto> a owl:Ontology .", ["https://example.org/onto"]),
}

HOW_TO = "mend it, or give the reason in ontology/pitfalls/meant.py"


@pytest.mark.parametrize("code", PITFALLS)
def test_the_ontology_has_no_pitfall_that_is_not_meant(code: str) -> None:
    assert [fault for fault in PITFALLS[code].find(GRAPH) if not is_meant(code, fault)] == [], HOW_TO


@pytest.mark.parametrize("code", PITFALLS)
def test_a_search_finds_the_pitfall_in_an_ontology_that_has_it(code: str) -> None:
    wrong, faults = WRONG[code]
    assert PITFALLS[code].find(Graph().parse(data=PREFIXES + wrong, format="turtle")) == faults


def test_each_pitfall_has_a_wrong_ontology_and_a_name() -> None:
    assert set(WRONG) == set(PITFALLS)
    assert all(pitfall.code == code and pitfall.name for code, pitfall in PITFALLS.items())
    assert len(PITFALLS) == 28


def test_what_is_meant_is_a_term_that_exists_and_has_one_reason() -> None:
    for code, reasons in MEANT.items():
        assert code in PITFALLS
        terms = [term for group in reasons.values() for term in group]
        assert len(terms) == len(set(terms)), "a term has one reason"
        assert all(kind_of(URIRef(NS + term), GRAPH) for term in terms)


def test_a_fault_of_another_term_is_not_meant() -> None:
    assert is_meant("P11", "statedAt: no domain")
    assert not is_meant("P11", "statedAtAll: no domain")
    assert not is_meant("P19", "statedAt: 2 domains")


def test_only_what_was_found_is_told() -> None:
    good = Graph().parse(data=f"{PREFIXES} <{NS[:-1]}> a owl:Ontology ; dcterms:license ex:l . dcterms:license a "
                         "owl:AnnotationProperty .", format="turtle")  # fmt: skip
    assert find_pitfalls(good) == {}
    good.remove((None, RDF.type, OWL.Ontology))
    assert set(find_pitfalls(good)) == {"P38"}
