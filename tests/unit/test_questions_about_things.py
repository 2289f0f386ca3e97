"""The questions that a page about one thing asks, and the one that finds it."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from graph_service.namespaces import PREFIXES
from graph_service.serving.questions import Desk
from graph_service.serving.workers import ViewWorkers
from queries import catalogue
from tests.unit.test_minusma_facts import Here

EX = "https://example.org/"
DEFAULT = """
@prefix ex: <https://example.org/> . @prefix sluis: <https://w3id.org/sluis/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix oa: <http://www.w3.org/ns/oa#> .

ex:House rdfs:subClassOf ex:Building ; rdfs:label "house"@en , "huis"@nl .
ex:leansOn rdfs:subPropertyOf ex:touches ; rdfs:label "leans on"@en .
ex:carries owl:inverseOf ex:leansOn .
ex:tea a ex:House , ex:Building ; skos:prefLabel "Café Zoë"@en , "Theehuis Zoë"@nl ; skos:notation "T-1" ;
    ex:leansOn ex:wall ; ex:touches ex:wall ; ex:built "2013-04"^^xsd:gYearMonth ; sluis:statedAt ex:page .
ex:wall a ex:House ; skos:prefLabel "Wall of the café"@en ; ex:carries ex:tea .
ex:zoe a ex:House ; skos:altLabel "Zoë's wall of tea" .
ex:text a sluis:Passage ; skos:prefLabel "Café Zoë"@en .
ex:page sluis:inDocument ex:book ; sluis:section "3" .
ex:book skos:prefLabel "The book"@en .
ex:opening a sluis:Event ; ex:of ex:tea ; sluis:onDate "2013"^^xsd:gYear ; skos:prefLabel "Opening"@en .
"""
PORTIONS = {
    "https://w3id.org/sluis/id/portion/1": """ex:tea a ex:House ; ex:leansOn ex:wall ; sluis:statedAt ex:page .
        <> sluis:marking "LOW" ; dcterms:source ex:book ; sluis:labelSetOn "2014-05-06"^^xsd:date .""",
    "https://w3id.org/sluis/id/portion/2": 'ex:tea a ex:House . <> sluis:marking "HIGH" .',
    "https://w3id.org/sluis/id/portion/3": 'ex:wall ex:carries ex:tea . <> sluis:marking "LOW" .',
    "https://w3id.org/sluis/id/derived": "ex:tea a ex:Building ; ex:touches ex:wall .",
}


@pytest.fixture(scope="module")
def store() -> Store:
    prefixes = DEFAULT[: DEFAULT.index("ex:House")]
    made = Store()
    made.load(DEFAULT.encode(), format=RdfFormat.TURTLE)
    for name, text in PORTIONS.items():
        for triple in parse((prefixes + text).encode(), format=RdfFormat.TURTLE, base_iri=name):
            made.add(Quad(*triple.triple, NamedNode(name)))
    return made


def ask(store: Store, name: str, **given: str) -> list[dict[str, str]]:
    query = Desk(cast(ViewWorkers, Here(store))).bind(catalogue()[name], given)
    found = cast(Any, store.query(query.text, prefixes=PREFIXES))
    names = [variable.value for variable in found.variables]
    rows = [{n: term.value for n, term in zip(names, row, strict=True) if term is not None} for row in found]
    return [{n: text if n == "place" else text.removeprefix(EX) for n, text in row.items()} for row in rows]


def test_what_is_said_of_a_thing_tells_stated_from_concluded_and_exact_from_broad(store: Store) -> None:
    rows = {
        (row["property"].rpartition("#")[2], row["value"]): row for row in ask(store, "about-thing", thing=f"{EX}tea")
    }
    told = {key: (row["concluded"], row["broader"]) for key, row in rows.items()}
    assert told["leansOn", "wall"] == ("false", "false")
    assert rows["type", "House"]["markings"] == "HIGH | LOW"
    assert rows["touches", "wall"]["markings"] == ""
    assert told["touches", "wall"] == ("true", "true")
    assert told["type", "House"] == ("false", "false")
    assert told["type", "Building"] == ("true", "true")
    assert rows["leansOn", "wall"]["propertyLabel"] == "leans on"
    assert rows["leansOn", "wall"]["valueLabel"] == "Wall of the café"
    assert "valueLabel" not in rows["built", "2013-04"]


def test_a_thing_is_read_page_by_page_without_a_gap(store: Store) -> None:
    whole = ask(store, "about-thing", thing=f"{EX}tea")
    assert len(whole) == 9
    for at, row in enumerate(whole):
        assert ask(store, "about-thing", thing=f"{EX}tea", after=row["place"]) == whole[at + 1 :]
    assert {row["value"] for row in ask(store, "about-thing", thing=f"{EX}tea", property=f"{EX}built")} == {"2013-04"}


def test_links_to_a_thing_are_counted_by_property_and_listed(store: Store) -> None:
    kinds = {row["property"]: row for row in ask(store, "kinds-of-links-to-thing", thing=f"{EX}wall")}
    assert {name: (row["links"], row["broader"], row["readBack"]) for name, row in kinds.items()} == {
        "leansOn": ("1", "false", "true"),
        "touches": ("1", "true", "false"),
    }
    rows = ask(store, "links-to-thing", thing=f"{EX}wall")
    assert [(row["property"], row["from"], row["kind"], row["concluded"]) for row in rows] == [
        ("leansOn", "tea", "house", "false"),
        ("touches", "tea", "house", "true"),
    ]
    assert ask(store, "links-to-thing", thing=f"{EX}wall", after=rows[0]["place"]) == rows[1:]


def test_where_a_statement_stands_names_its_portions_and_no_rule(store: Store) -> None:
    def markings(**given: str) -> list[str]:
        return [row["marking"] for row in ask(store, "where-stated", thing=f"{EX}tea", **given)]

    assert sorted(markings(property="rdf:type", object=f"{EX}House")) == ["HIGH", "LOW"]
    assert markings(property=f"{EX}leansOn") == ["LOW"]
    assert markings(property=f"{EX}touches", object=f"{EX}wall") == []
    assert markings(value="House") == []
    (one,) = ask(store, "where-stated", thing=f"{EX}tea", property=f"{EX}leansOn")
    assert (one["sourceLabel"], one["setOn"]) == ("The book", "2014-05-06")


def test_a_thing_stands_at_a_place_that_its_portion_states(store: Store) -> None:
    (row,) = ask(store, "places-of-thing", thing=f"{EX}tea")
    assert (row["documentLabel"], row["section"], row["inferred"]) == ("The book", "3", "false")
    assert row["portion"].endswith("portion/1")


def test_the_history_holds_dates_events_and_labels(store: Store) -> None:
    rows = [(row["date"], row["what"]) for row in ask(store, "history-of-thing", thing=f"{EX}tea")]
    assert rows == [("2013", "event"), ("2013-04", "date"), ("2014-05-06", "label")]


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("cafe zoe", ["tea", "text"]),
        ("CAFÉ", ["tea", "wall", "text"]),
        ("t-1", ["tea"]),
        ("zoe", ["zoe", "tea", "text"]),
        ("wall tea", ["zoe"]),
        ("eehui", ["tea"]),
        (" ", []),
        ("nothing", []),
        ('") } #', []),
    ],
)
def test_a_thing_is_found_by_words_without_accents_exact_names_first(
    store: Store, text: str, things: list[str]
) -> None:
    assert [row["thing"] for row in ask(store, "find-things", text=text)] == things


def test_things_are_found_within_a_class(store: Store) -> None:
    assert [row["thing"] for row in ask(store, "find-things", text="cafe", **{"class": "sluis:Passage"})] == ["text"]
    assert [row["thing"] for row in ask(store, "find-things", **{"class": f"{EX}House"})] == ["tea", "wall", "zoe"]
    assert ask(store, "find-things") == []
    (row, *_) = ask(store, "find-things", text="theehuis")
    assert (row["thingLabel"], row["kind"], row["notation"], row["name"]) == (
        "Café Zoë",
        "house",
        "T-1",
        "Theehuis Zoë",
    )
