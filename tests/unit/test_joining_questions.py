"""The questions that join what users load with the curated facts have rows, from real samples and from look-alikes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from pyoxigraph import Literal, RdfFormat, Store

from graph_service.handling import parse_marking
from graph_service.namespaces import PREFIXES
from graph_service.policy_files import load_policies
from graph_service.portions import Portion
from graph_service.security import Label, Policies
from graph_service.settings import Settings
from graph_service.storage.canonical import in_graph, triples_of
from graph_service.storage.closure import derive
from graph_service.storage.closure_rules import RULE_TEXT, parse_rule
from loaders import rdf
from loaders.base import LoadRequest
from loaders.documents.model import Document
from loaders.documents.portions import portions_of
from loaders.documents.reviews import mentions_in, review_text
from loaders.documents.text import read_text
from loaders.front import packaged
from loaders.iati import files as iati
from loaders.names import KnownName, Names
from loaders.parliament import odata, records
from loaders.united_nations import resolution_text
from loaders.vocabulary import vocabulary
from queries import catalogue
from tests.strategies import KEY, TODAY
from tests.unit.test_minusma_facts import Facts

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
LETTER = """EXAMPLE: a letter that nobody wrote

1. On the mission

In its letter of 1 November 2013 the cabinet announced the contribution to MINUSMA (Kamerstuk 29521, nr. 213).
The Security Council established it by resolution 2100 (2013). EUTM Mali is not a part of it.
"""
PLACES = """
@prefix sluis: <https://w3id.org/sluis/ns#> . @prefix ex: <https://example.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:hill a sluis:Location ; skos:prefLabel "Hill" ; sluis:latitude 15.5 ; sluis:longitude -4.25 .
ex:count a sluis:DeploymentObservation ; skos:prefLabel "EXAMPLE: a count"@en ; sluis:atLocation ex:hill ;
    sluis:headcount 150 ; sluis:onDate "2016-05"^^xsd:gYearMonth .
ex:event a sluis:Event ; sluis:atLocation ex:hill ; sluis:fatalities 3 ; sluis:onDate "2016-05-01"^^xsd:date .
ex:mill skos:prefLabel "Mill" ; wgs:lat 15.75 ; wgs:long -4.5 .
"""
ACTIVITY = """<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03">
  <iati-activity xml:lang="en" default-currency="EUR">
    <iati-identifier>XX-EXAMPLE-1</iati-identifier>
    <reporting-org ref="XX-EXAMPLE" type="10"><narrative>EXAMPLE: a publisher</narrative></reporting-org>
    <title><narrative>EXAMPLE: an activity</narrative></title>
    <description><narrative>EXAMPLE: nothing happened.</narrative></description>
    <participating-org role="1" type="40"><narrative>MINUSMA</narrative></participating-org>
    <activity-status code="2"/>
    <activity-date type="2" iso-date="2014-01-01"/>
    <recipient-country code="AF" percentage="40"/>
    <recipient-country code="BE" percentage="60"/>
    <budget type="1" status="2">
      <period-start iso-date="2014-01-01"/><period-end iso-date="2014-12-31"/>
      <value value-date="2014-01-01">3000</value>
    </budget>
    <transaction>
      <transaction-type code="3"/><transaction-date iso-date="2014-05-06"/>
      <value currency="USD" value-date="2014-05-06">12.50</value>
    </transaction>
  </iati-activity>
</iati-activities>
"""
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<work label="BWBR0099999">
  <expression label="2013-01-01_0"><metadata><datum_inwerkingtreding>2013-01-01</datum_inwerkingtreding>
    <einddatum>2013-04-25</einddatum></metadata></expression>
  <expression label="2013-04-26_0"><metadata><datum_inwerkingtreding>2013-04-26</datum_inwerkingtreding>
    </metadata></expression>
</work>
"""
RESOLUTION = """9999 (2099). Resolution of 1 January 2099

The Security Council,
Recalling its resolution 2100 (2013),

1. Authorizes MINUSMA to take all measures that this EXAMPLE needs;

2. Requests the Netherlands to report on the EXAMPLE within ninety days;

3. Decides to remain seized of the matter.
"""


@cache
def policies() -> Policies:
    return load_policies(Settings())


def lowest() -> Label:
    return parse_marking("Ongerubriceerd", policies=policies())


@cache
def curated() -> tuple[Portion, ...]:
    made = [*vocabulary(policies=policies(), label=lowest(), today=TODAY)]
    for name in ("minusma", "public", "fragile-contexts"):
        made += packaged(name, LoadRequest(path=Path(), policies=policies()))
    return tuple(made)


def _only_portions(found: Iterable[object]) -> list[Portion]:
    return [one for one in found if isinstance(one, Portion)]


@cache
def known() -> Names:
    """The names of the curated things: of each its labels and its classes, those above them too."""
    store = Store()
    store.extend(in_graph(triple for one in curated() for triple in triples_of(one.ntriples)))
    query = """SELECT ?thing ?name ?kind ?notation {
        ?thing a/rdfs:subClassOf* ?kind ; ?naming ?name .
        VALUES (?naming ?notation) { (skos:prefLabel false) (skos:altLabel false) (skos:notation true) }
        FILTER(isIRI(?kind)) }"""
    found: dict[tuple[str, str, str, bool], set[str]] = {}
    rows: Any = store.query(query, prefixes=PREFIXES)
    for thing, name, kind, notation in rows:
        key = (name.value, thing.value, name.language or "", notation.value == "true")
        found.setdefault(key, set()).add(kind.value)
    return Names(tuple(KnownName(*key[:2], frozenset(kinds), *key[2:]) for key, kinds in sorted(found.items())))


def request(path: Path) -> LoadRequest:
    return LoadRequest(path=path, policies=policies(), label=lowest(), name_key=KEY, names=known())


def of_text(path: Path) -> list[Portion]:
    given = request(path)
    documents = [one for one in read_text(given) if isinstance(one, Document)]
    return _only_portions(one for made in documents for one in portions_of(made, given, names=lambda _label: known()))


def of_resolution(path: Path) -> list[Portion]:
    given = request(path)
    made = [one for one in resolution_text.load(given) if isinstance(one, Document)]
    return _only_portions(one for read in made for one in portions_of(read, given, names=lambda _label: known()))


def of_iati(path: Path) -> list[Portion]:
    return _only_portions(iati.load_activities(request(path)))


def facts(*loaded: Portion) -> Facts:
    """What a reader of everything here asks: the curated facts, what was loaded, and what follows."""
    triples = {triple for one in (*curated(), *loaded) for triple in triples_of(one.ntriples)}
    rules = [parse_rule(cast(Literal, triple.object).value) for triple in triples if triple.predicate == RULE_TEXT]
    closed = triples | set(derive(triples, rules))
    store = Store()
    store.extend(in_graph(closed))
    return Facts(triples, closed, store, set())


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> list[Portion]:
    path = tmp_path_factory.mktemp("letter") / "letter.txt"
    path.write_text(LETTER, encoding="utf-8")
    return of_text(path)


@pytest.fixture(scope="module")
def with_letter(letter: list[Portion]) -> Facts:
    return facts(*letter)


def test_what_is_found_waits_for_a_review(with_letter: Facts) -> None:
    found = {(row[1], row[2], row[4]) for row in with_letter.run("mentions-to-review")}
    assert ("paper", "Kamerstuk 29521, nr. 213", "source/kst-29521-213") in found
    assert ("actor", "MINUSMA", "actor/minusma") in found
    assert {row[1] for row in with_letter.run("mentions-to-review", kind="paper")} == {"paper"}


def test_a_source_of_the_evaluation_is_found_in_a_letter(with_letter: Facts) -> None:
    found = {(row[2], row[4]): row for row in with_letter.run("papers-in-documents-and-the-evaluation")}
    paper = found["source/kst-29521-213", "found"]
    assert int(paper[5]) == 1
    assert int(paper[6]) >= 2


def test_actors_of_a_paragraph_stand_with_the_links_of_the_evaluation(with_letter: Facts) -> None:
    found = {row[3]: row for row in with_letter.run("actors-in-paragraphs-and-their-links")}
    assert int(found["actor/minusma"][5]) > 5
    assert "G5" in found["actor/minusma"][6]
    links = with_letter.ask("SELECT ?l { ?l a sluis:CoordinationLink }")
    assert links == facts().ask("SELECT ?l { ?l a sluis:CoordinationLink }"), "two names in a paragraph are no link"


def test_the_block_around_a_mention_stands_between_its_neighbours(with_letter: Facts) -> None:
    """The mention's own block with the quoted words in it, behind its heading."""
    found = with_letter.run("mentions-of-thing", thing="id:source/kst-29521-213")
    assert [row[1] for row in found] == ["Kamerstuk 29521, nr. 213"]
    (quotation,) = {row[2] for row in found}
    rows = with_letter.run("text-around", place=f"id:{quotation}")
    assert [(row[1], row[7]) for row in rows] == [("-1", "false"), ("0", "false")]
    before, own = rows
    assert before[4] == "heading"
    assert own[3][int(own[5]) : int(own[6])] == "Kamerstuk 29521, nr. 213"
    block = with_letter.run("text-around", place=f"id:{own[0]}")
    assert [(row[0], row[1], row[5]) for row in block] == [(before[0], "-1", ""), (own[0], "0", "")]


def test_a_document_is_read_from_top_to_bottom_page_by_page(with_letter: Facts) -> None:
    (document,) = {row[3] for row in with_letter.run("mentions-of-thing", thing="id:source/kst-29521-213")}
    rows = with_letter.run("text-of-document", document=f"id:{document}")
    shown = [row[1] for row in rows]
    assert [
        line for line in LETTER.replace("1. ", "").split("\n") if line and line.split(" ")[0] not in " ".join(shown)
    ] == []
    assert [row[2] for row in rows].index("heading") < len(rows) - 1
    for at, row in enumerate(rows):
        assert with_letter.run("text-of-document", document=f"id:{document}", after=row[6]) == rows[at + 1 :]


def test_blocks_without_a_heading_stand_between_each_other(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text(
        "EXAMPLE: one of three\n\nEXAMPLE: MINUSMA, two of three\n\nEXAMPLE: three of three\n", encoding="utf-8"
    )
    found = facts(*of_text(path))
    (quotation,) = {row[2] for row in found.run("mentions-of-thing", thing="id:actor/minusma")}
    rows = found.run("text-around", place=f"id:{quotation}")
    assert [(row[1], row[3].rpartition(" of ")[0].split()[-1]) for row in rows] == [
        ("-1", "one"),
        ("0", "two"),
        ("1", "three"),
    ]


def test_the_words_of_a_quotation_that_names_no_block_are_looked_for(letter: list[Portion]) -> None:
    words = "the cabinet announced the contribution to MINUSMA"
    text = (
        f"<{PREFIXES['id']}quotation/example> <{PREFIXES['oa']}hasSource> <{PREFIXES['id']}source/example> ;"
        f' <{PREFIXES["oa"]}hasSelector> [ <{PREFIXES["oa"]}exact> "{words}" ] .'
    )
    store = facts(*letter).store
    store.load(text.encode(), format=RdfFormat.TURTLE)
    found = Facts(set(), set(), store, set()).run("text-around", place="id:quotation/example")
    assert [(row[1], row[7]) for row in found] == [("-1", "true"), ("0", "true")]
    assert found[1][3][int(found[1][5]) : int(found[1][6])] == words


@pytest.mark.parametrize(("verdict", "status"), [("accepted", "accepted"), ("rejected", None)])
def test_a_review_shows_in_the_questions(letter: list[Portion], verdict: str, status: str | None) -> None:
    paper = next(m for one in letter for m in mentions_in(one.ntriples) if m.kind == "paper")
    text = review_text(paper, verdict, by="EXAMPLE", on=TODAY)
    judged = facts(*letter, replace(letter[0], part=paper.iri, ntriples=text))
    rows = {row[2]: row[4] for row in judged.run("papers-in-documents-and-the-evaluation")}
    assert rows.get("source/kst-29521-213") == status
    assert paper.iri.rpartition("/id/")[2] not in {row[0] for row in judged.run("mentions-to-review")}


def test_a_participating_organisation_is_an_actor_of_the_evaluation(tmp_path: Path) -> None:
    path = tmp_path / "activities.xml"
    path.write_text(ACTIVITY, encoding="utf-8")
    found = facts(*of_iati(path)).run("actors-in-aid-activities")
    assert [(row[0], row[4]) for row in found] == [("actor/minusma", "EXAMPLE: an activity")]


def test_aid_goes_to_a_fragile_context_with_its_money_and_its_organisations(tmp_path: Path) -> None:
    path = tmp_path / "activities.xml"
    path.write_text(ACTIVITY, encoding="utf-8")
    found = facts(*of_iati(path)).run("aid-in-fragile-contexts")
    assert {(row[0], row[3], float(row[4]), *row[7:]) for row in found} == {
        ("country/afghanistan", "EXAMPLE: an activity", 40, "budget", "3000", "EUR", "2014-01-01"),
        ("country/afghanistan", "EXAMPLE: an activity", 40, "transaction", "12.5", "USD", "2014-05-06"),
    }
    assert {row[5].partition(" (")[2] for row in found} == {"finances)"}, "each organisation once, with its role"


def test_money_is_added_up_by_year_apart_for_each_kind_and_currency(tmp_path: Path) -> None:
    path = tmp_path / "activities.xml"
    path.write_text(ACTIVITY, encoding="utf-8")
    found = facts(*of_iati(path)).run("money-per-year")
    assert {(row[0], row[2], row[3], float(row[4]), row[5]) for row in found} == {
        ("2014", "budget", "EUR", 3000, "1"),
        ("2014", "transaction", "USD", 12.5, "1"),
    }


def test_a_version_of_a_law_meets_the_events_of_the_days_when_it_held(tmp_path: Path) -> None:
    path = tmp_path / "manifest.xml"
    path.write_text(MANIFEST, encoding="utf-8")
    rows = facts(*_only_portions(records.load_law_manifest(request(path)))).run("laws-that-held-at-events")
    versions = {row[2]: row[5].rpartition("/")[2] for row in rows}
    assert versions["2013-04-25"] == "2013-01-01_0", "the last day of a version counts"
    assert {version for day, version in versions.items() if day > "2013-04-25"} == {"2013-04-26_0"}
    assert min(versions) >= "2013-01-01"
    assert {row[3] for row in rows} == {"source/bwbr0099999"}


def test_a_resolution_addresses_actors_that_the_evaluation_names(tmp_path: Path) -> None:
    path = tmp_path / "resolution.txt"
    path.write_text(RESOLUTION, encoding="utf-8")
    rows = {(row[0], row[4], row[5]): row[6] for row in facts(*of_resolution(path)).run("provisions-for-actors")}
    assert rows["actor/minusma", "1", "authorises"].startswith("to take all measures")
    assert ("actor/netherlands", "2", "requests") in rows


def test_observed_and_stated_numbers_stand_beside_each_other() -> None:
    found = facts().run("deployments-beside-stated-numbers")
    assert {row[0] for row in found} == {"observed", "stated"}


def test_things_stand_on_the_map_where_their_place_is_with_what_was_counted(tmp_path: Path) -> None:
    path = tmp_path / "places.ttl"
    path.write_text(PLACES, encoding="utf-8")
    found = {row[0]: row for row in facts(*_only_portions(rdf.load(request(path)))).run("things-on-the-map")}
    counted = found["https://example.org/count"]
    assert counted[1:6] == (
        "EXAMPLE: a count",
        "DeploymentObservation",
        "deployment observation",
        "https://example.org/hill",
        "Hill",
    )
    assert [float(cell) for cell in counted[6:8]] == [15.5, -4.25]
    assert counted[8:11] == ("150", "headcount", "headcount")
    assert counted[15:] == ("2016-05", "2016-05")
    assert found["https://example.org/mill"][4] == "https://example.org/mill", "it has coordinates itself"
    assert found["https://example.org/mill"][15:] == ("", "")
    assert "https://example.org/hill" not in found, "a place at which something is stands with it"
    assert found["https://example.org/event"][8:10] == ("3", "fatalities")


def of_parliament(path: Path) -> list[Portion]:
    return _only_portions(odata.load(request(path)))


def item(number: str, day: str, subject: str, volume: int, **more: object) -> dict[str, object]:
    told = {"Id": number, "Nummer": number, "Onderwerp": f"VOORBEELD: {subject}", "Volgnummer": volume}
    seen = {"GestartOp": f"{day}T00:00:00+01:00", "Titel": "VOORBEELD: dossier", "Verwijderd": False}
    return {**told, **seen, "ApiGewijzigdOp": f"{day}T00:00:00Z", **more}


def test_items_of_open_data_meet_the_papers_of_the_evaluation(tmp_path: Path) -> None:
    """By the paper's own identifier where it is there; else by its number and day, which need a look."""
    dossier = {"Id": "d", "Nummer": 27925, "Toevoeging": None, "Verwijderd": False}
    rows = [
        item("2098Z00001", "2013-11-01", "number and day", 213),
        item("2098Z00002", "2020-02-06", "identifier", 699, Kamerstukdossier=[dossier]),
        item("2098Z00003", "2013-11-02", "another day", 213),
        item("2098Z00004", "2019-03-11", "", 0, Onderwerp="Mededeling inzake een vertrouwelijke brief over VOORBEELD"),
    ]
    path = tmp_path / "items.json"
    path.write_text(json.dumps({"value": rows}), encoding="utf-8")
    found = facts(*of_parliament(path))
    assert {(row[0], row[2], row[6]) for row in found.run("items-of-cited-papers")} == {
        ("source/kst-29521-213", "source/tk-2098z00001", "number and day"),
        ("source/kst-27925-699", "source/tk-2098z00002", "identifier"),
    }
    letters = {(row[1], row[3]) for row in found.run("confidential-letters-and-classified-sources")}
    assert ("source/tk-2098z00004-letter", "source/tk-2098z00004") in letters


def test_the_sample_of_open_data_meets_the_papers_of_the_evaluation() -> None:
    path = SEEDS.parent / "data-samples" / "tk-odata" / "zaak_seed_kamerstukken.json"
    if not path.is_file():
        pytest.skip("the samples of parliament are not here")
    found = facts(*of_parliament(path)).run("items-of-cited-papers")
    assert {row[0] for row in found} == {
        f"source/kst-{paper}"
        for paper in ("29521-213", "29521-226", "29521-293", "29521-327", "29521-349", "29521-417", "27925-699")
    } | {"source/kst-27925-721"}


def test_the_documents_at_hand_join_the_curated_facts() -> None:
    texts = sorted(SEEDS.glob("*.txt"))
    if not texts:
        pytest.skip("the documents are not here")
    found = facts(*(one for path in texts for one in of_text(path)))
    for name in (
        "mentions-to-review",
        "papers-in-documents-and-the-evaluation",
        "actors-in-paragraphs-and-their-links",
    ):
        assert len(found.run(name)) > 20 or name.startswith("papers"), name
    papers = {row[2] for row in found.run("papers-in-documents-and-the-evaluation")}
    assert {"source/kst-29521-213", "source/s-res-2100-2013"} <= papers


def test_every_question_that_needs_something_loaded_is_asked_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    asked = {question.name for question in catalogue().values() if question.needs and f'"{question.name}"' in text}
    elsewhere = {name for name in catalogue() if catalogue()[name].needs} - asked
    assert not elsewhere, "show in a test that it has rows"
