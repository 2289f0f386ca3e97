"""The public enrichment: kept apart, each fact with its source; of a confidential letter only that it exists."""

from __future__ import annotations

import csv
import json
import os
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, cast

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse

from graph_service.handling import format_marking, parse_marking
from graph_service.namespaces import ID, NS, PREFIXES
from graph_service.portions import Portion
from graph_service.security import Policies
from graph_service.storage.canonical import in_graph
from loaders import LoadRequest
from loaders.base import RDF_TYPE, expand
from loaders.front import DATASETS, packaged
from loaders.vocabulary import vocabulary
from tests.strategies import TODAY

GEO_PKO = Path(
    os.environ.get("GEO_PKO", Path(__file__).resolve().parents[2] / ".." / "shared" / "data-samples" / "geo-pko")
)
TK_ODATA = Path(
    os.environ.get("TK_ODATA", Path(__file__).resolve().parents[2] / ".." / "shared" / "data-samples" / "tk-odata")
)
needs_geo_pko = pytest.mark.skipif(not GEO_PKO.is_dir(), reason="the sample is not here: ../shared/data-samples")
NAMES = {expand("skos:prefLabel"), expand("skos:altLabel"), expand("skos:notation")}


@pytest.fixture(scope="module")
def public(policies: Policies) -> list[Portion]:
    return list(packaged("public", LoadRequest(path=Path(), policies=policies)))


@pytest.fixture(scope="module")
def facts(policies: Policies) -> set[Triple]:
    """All datasets and the vocabulary."""
    lowest = parse_marking("Ongerubriceerd", policies=policies)
    request = LoadRequest(path=Path(), policies=policies)
    portions = [portion for name in DATASETS for portion in packaged(name, request)]
    return triples([*portions, *vocabulary(policies=policies, label=lowest, today=TODAY)])


@pytest.fixture(scope="module")
def store(facts: set[Triple]) -> Store:
    made = Store()
    made.extend(in_graph(facts))
    return made


def triples(portions: list[Portion]) -> set[Triple]:
    return {quad.triple for p in portions for quad in parse(p.ntriples, format=RdfFormat.N_TRIPLES)}


def ask(store: Store, query: str) -> list[tuple[str, ...]]:
    rows = cast(Any, store.query(query, prefixes=PREFIXES))
    return sorted(tuple(term.value.removeprefix(ID) if term else "" for term in row) for row in rows)


def subjects(found: set[Triple]) -> set[str]:
    return {cast(NamedNode, triple.subject).value for triple in found}


# --- kept apart ------------------------------------------------------------------------------------------------------


def test_it_is_a_source_of_its_own_at_the_lowest_label(public: list[Portion], policies: Policies) -> None:
    assert {portion.source for portion in public} == {f"{ID}dataset/public"}
    assert {portion.originator for portion in public} == {f"{ID}originator/sluis"}
    assert {format_marking(portion.label, policies=policies) for portion in public} == {"Ongerubriceerd"}


def test_every_thing_it_speaks_of_says_where(public: list[Portion]) -> None:
    found = triples(public)
    placed = {t.subject for t in found if t.predicate == expand("sluis:statedAt")}
    passages = {t.subject for t in found if t.predicate == RDF_TYPE and t.object == NamedNode(NS + "Passage")}
    bare = {t.subject for t in found} - placed - passages - {NamedNode(f"{ID}dataset/public")}
    assert bare == set()


def test_every_source_that_is_a_place_is_described_and_listed(public: list[Portion], store: Store) -> None:
    """What the dataset says it is derived from is what its rows cite, and the two documents besides."""
    listed = set(ask(store, "SELECT ?s { id:dataset\\/public prov:wasDerivedFrom ?s }"))
    in_places = {
        cast(NamedNode, t.object).value.removeprefix(ID)
        for t in triples(public)
        if t.predicate == expand("sluis:inDocument")
    }
    assert in_places - {source for (source,) in listed} == {
        "source/tor",
        "source/s-res-2364-2017",
        "source/s-res-2423-2018",
    }
    assert {source for (source,) in listed} <= in_places


def test_no_two_real_things_of_any_dataset_have_the_same_name(facts: set[Triple]) -> None:
    """Invented evidence of the exercise shares its names on purpose."""
    called: dict[str, set[str]] = defaultdict(set)
    languages: dict[str, Counter[str]] = defaultdict(Counter)
    for triple in facts:
        subject = cast(NamedNode, triple.subject).value if isinstance(triple.subject, NamedNode) else ""
        if subject.startswith(ID) and "exercise" not in subject and triple.predicate in NAMES:
            name = cast(Literal, triple.object)
            called[name.value.lower()].add(subject)
            languages[subject][f"{triple.predicate.value} {name.language}"] += 1
    assert {name: things for name, things in called.items() if len(things) > 1} == {}
    pref_label = expand("skos:prefLabel").value
    twice = {s for s, counts in languages.items() if any(counts[f"{pref_label} {tag}"] > 1 for tag in ("nl", "en"))}
    assert twice == set()


def test_the_ontology_declares_every_word_of_it(public: list[Portion], facts: set[Triple]) -> None:
    declared = {
        cast(NamedNode, t.subject).value
        for t in facts
        if t.predicate == RDF_TYPE and isinstance(t.object, NamedNode) and t.object.value.startswith(PREFIXES["owl"])
    }
    found = triples(public)
    used = {t.predicate.value for t in found} | {
        cast(NamedNode, t.object).value for t in found if t.predicate == RDF_TYPE
    }
    assert {word for word in used if word.startswith(NS)} - declared == set()


# --- what it says ----------------------------------------------------------------------------------------------------


def test_the_cabinet_endorses_eight_findings_fully_and_four_partly(store: Store) -> None:
    found = ask(
        store, "SELECT ?n ?how { ?r a sluis:FindingResponse ; sluis:findingNumber ?n ; sluis:endorsement ?how }"
    )
    assert {int(n) for n, how in found if how == "full"} == {3, 4, 5, 6, 7, 10, 11, 12}
    assert {int(n) for n, how in found if how == "partly"} == {1, 2, 8, 9}


def test_a_finding_has_no_number_and_says_so(store: Store) -> None:
    """Which finding is which of the twelve is not public in what was read; a guess would be a false fact."""
    findings = ask(store, "SELECT ?f { ?f a sluis:Finding ; sluis:findingOf id:evaluation\\/minusma }")
    assert len(findings) == 12
    assert ask(store, "SELECT ?f { ?f a sluis:Finding ; sluis:findingNumber ?n }") == []
    for (finding,) in findings:
        about = f"<{ID}{finding}>"
        assert ask(store, f"SELECT ?s {{ {about} sluis:citesSource ?s . ?s a ?kind }}")
        assert ask(store, f"SELECT ?q {{ {about} sluis:answers ?q . ?q a sluis:ResearchQuestion }}")
        assert ask(store, f"SELECT ?g {{ {about} sluis:concerns ?g . ?g a ?kind }}")
        assert ask(store, f"SELECT ?n {{ {about} sluis:note ?n FILTER(CONTAINS(?n, 'not known')) }}")


def test_of_a_confidential_letter_only_its_existence_is_told(store: Store) -> None:
    told = ask(
        store,
        """SELECT ?letter ?notice ?on { ?letter sluis:announcedIn ?notice . ?notice dcterms:issued ?on
           FILTER(CONTAINS(STR(?letter), "confidential-letter")) }""",
    )
    assert [on for _, _, on in told] == ["2019-03-11", "2019-05-14", "2019-06-18"]
    for letter, _, _ in told:
        said = {p.removeprefix(NS) for (p,) in ask(store, f"SELECT DISTINCT ?p {{ <{ID}{letter}> ?p ?o }}")}
        assert "classifiedAs" not in said
        assert not said & {"asks", "concludes", "decides", f"{PREFIXES['dcterms']}abstract", "concerns"}


@pytest.mark.parametrize(
    ("contradiction", "values"),
    {
        "troops-gao-2014": ["348", "450", "750"],
        "troops-end-2019": ["150", "250"],
        "ceiling-13289": ["13289", "13289", "13289"],
        "start-2014-or-april": ["2014", "2014", "2014-04"],
    }.items(),
)
def test_sources_that_do_not_agree_all_stand(store: Store, contradiction: str, values: list[str]) -> None:
    about = f"<{ID}contradiction/{contradiction}>"
    claims = ask(
        store, f"SELECT ?v ?c ?s {{ ?c sluis:claimIn {about} ; sluis:claimedValue ?v ; sluis:citesSource ?s }}"
    )
    assert [value for value, _, _ in claims] == values
    assert len({claim for _, claim, _ in claims}) == len(values)


@needs_geo_pko
def test_deployments_and_coordinates_are_those_of_the_sample(store: Store) -> None:
    (path,) = GEO_PKO.glob("TCCMap*.csv")
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [row for row in csv.DictReader(lines) if row["mission"] == "MINUSMA"]
    sample = {
        (row["year"], row["location"].lower(), match[1])
        for row in rows
        if (match := re.search(r"Netherlands \((\d+)\)", row["year.overview"]))
    }
    found = ask(
        store,
        """SELECT ?year ?place ?count { ?o a sluis:DeploymentObservation ; sluis:onDate ?year ; sluis:headcount ?count ;
           sluis:atLocation ?place }""",
    )
    assert {(year, place.removeprefix("location/"), count) for year, place, count in found} == sample
    names = {"timbuktu": "Tombouctou (Timbuktu)", "mopti": "Mopti/Sevare"}
    places = {row["location"]: (float(row["latitude"]), float(row["longitude"])) for row in rows}
    stated = ask(store, "SELECT ?place ?lat ?long { ?place sluis:latitude ?lat ; sluis:longitude ?long }")
    assert len(stated) == 5
    for place, latitude, longitude in stated:
        key = place.removeprefix("location/")
        assert places[names.get(key, key.capitalize())] == (float(latitude), float(longitude))


@pytest.mark.skipif(not TK_ODATA.is_dir(), reason="the sample is not here: ../shared/data-samples")
def test_papers_have_the_date_number_and_item_of_the_open_data(store: Store) -> None:
    (path,) = TK_ODATA.glob("zaak_seed_kamerstukken.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    sample = {
        item["Nummer"]: (str(item["Volgnummer"]), item["GestartOp"][:10])
        for item in (data["value"] if isinstance(data, dict) else data)
    }
    papers = ask(
        store,
        """SELECT ?item ?number ?on { ?paper dcterms:identifier ?item ; sluis:subNumber ?number ; dcterms:issued ?on
           FILTER(CONTAINS(STR(?paper), "/source/kst-")) }""",
    )
    assert len(papers) == 13
    assert {item: (number, on) for item, number, on in papers} == {item: sample[item] for item, _, _ in papers}
    notices = ask(
        store,
        """SELECT ?item ?number ?on { ?notice skos:notation ?item ; sluis:subNumber ?number ; dcterms:issued ?on .
           ?letter sluis:announcedIn ?notice FILTER(CONTAINS(STR(?letter), "confidential-letter")) }""",
    )
    assert {item: (number, on) for item, number, on in notices} == {item: sample[item] for item, _, _ in notices}
    assert len(notices) == 3
