"""The sister evaluation's facts: whole on their own, the same as the MINUSMA dataset where they meet, and sourced."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse

import ontology
from graph_service.handling import parse_marking
from graph_service.namespaces import ID, NS, PREFIXES
from graph_service.policy_files import load_policies
from graph_service.settings import Settings
from graph_service.storage.canonical import in_graph
from graph_service.storage.closure import derive
from graph_service.storage.closure_rules import RULE_TEXT, parse_rule
from loaders.base import RDF_TYPE, LoadRequest, expand
from loaders.front import DATASETS, packaged
from loaders.vocabulary import vocabulary
from tests.strategies import TODAY

SAMPLES = Path(__file__).parents[3] / "shared" / "data-samples"
FOLDER = Path(__file__).parents[2] / "loaders" / "datasets" / "fragile-contexts"
SISTER, MINUSMA, RESOLUTE_SUPPORT = (
    f"{ID}evaluation/{key}" for key in ("fragile-contexts", "minusma", "resolute-support")
)
PREF_LABEL = expand("skos:prefLabel")


@cache
def dataset(name: str) -> frozenset[Triple]:
    portions = packaged(name, LoadRequest(path=Path(), policies=load_policies(Settings())))
    return frozenset(quad.triple for p in portions for quad in parse(p.ntriples, format=RdfFormat.N_TRIPLES))


@dataclass(frozen=True)
class Facts:
    """Triples with the vocabulary and all that the rules conclude."""

    closed: set[Triple]
    store: Store

    def ask(self, query: str) -> set[tuple[str, ...]]:
        rows = cast(Any, self.store.query(query, prefixes=PREFIXES))
        return {tuple(short(term.value) if term else "" for term in row) for row in rows}


def short(iri: str) -> str:
    return iri.removeprefix(ID).removeprefix(NS)


@cache
def facts(*names: str) -> Facts:
    policies = load_policies(Settings())
    lowest = parse_marking("Ongerubriceerd", policies=policies)
    asserted = {triple for name in names for triple in dataset(name)}
    asserted |= {
        quad.triple
        for p in vocabulary(policies=policies, label=lowest, today=TODAY)
        for quad in parse(p.ntriples, format=RdfFormat.N_TRIPLES)
    }
    rules = [parse_rule(cast(Literal, triple.object).value) for triple in asserted if triple.predicate == RULE_TEXT]
    closed = asserted | derive(asserted, rules)
    store = Store()
    store.extend(in_graph(closed))
    return Facts(closed, store)


def alone() -> Facts:
    return facts("fragile-contexts")


def both() -> Facts:
    return facts("minusma", "fragile-contexts")


def about(triples: frozenset[Triple] | set[Triple]) -> set[str]:
    """Every individual of ours that the triples are about or point to."""
    ends = (term for triple in triples for term in (triple.subject, triple.object))
    return {term.value for term in ends if isinstance(term, NamedNode) and term.value.startswith(ID)}


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the dataset -----------------------------------------------------------------------------------------------------


def test_it_is_one_of_the_packaged_datasets_and_public() -> None:
    assert "fragile-contexts" in DATASETS
    policies = load_policies(Settings())
    lowest = parse_marking("Ongerubriceerd", policies=policies)
    portions = list(packaged("fragile-contexts", LoadRequest(path=Path(), policies=policies)))
    assert len(portions) > 20
    assert {portion.label for portion in portions} == {lowest}


def named(triples: set[Triple] | frozenset[Triple]) -> dict[str, Counter[str]]:
    languages: dict[str, Counter[str]] = defaultdict(Counter)
    for triple in triples:
        if triple.predicate == PREF_LABEL:
            languages[cast(NamedNode, triple.subject).value][cast(Literal, triple.object).language or ""] += 1
    return languages


@pytest.mark.parametrize("names", [("fragile-contexts",), ("minusma", "fragile-contexts"), DATASETS], ids="+".join)
def test_everything_that_it_names_is_described_and_has_one_name_in_each_language(names: tuple[str, ...]) -> None:
    """Alone, and beside the others: a thing that two datasets describe has the same name in both."""
    loaded = facts(*names)
    kinds = {cast(NamedNode, t.subject).value for t in loaded.closed if t.predicate == RDF_TYPE}
    ours = about(dataset("fragile-contexts"))
    levels = {iri for iri in ours if iri.startswith(f"{ID}policy/")}
    assert sorted(short(iri) for iri in ours - kinds) == []
    called = named(loaded.closed)
    wrong = {short(iri) for iri in ours - levels if (called[iri]["nl"], called[iri]["en"]) != (1, 1)}
    assert wrong == set()


def test_what_it_borrows_stands_there_as_the_minusma_dataset_says_it() -> None:
    """A name, a class or a place that another dataset states is repeated, never changed or added to."""
    borrowed = {f"{ID}{row['thing']}" for row in rows("known")}
    said = {
        t
        for t in dataset("fragile-contexts")
        if cast(NamedNode, t.subject).value in borrowed and t.predicate in {RDF_TYPE, PREF_LABEL}
    }
    new = {(short(t.subject.value), short(cast(NamedNode, t.object).value)) for t in said - dataset("minusma")}  # type: ignore[union-attr]
    assert new == {(f"country/{key}", "FragileContext") for key in ("mali", "south-sudan", "afghanistan")}
    assert len(borrowed) > 30


def test_what_moved_out_of_the_minusma_dataset_is_not_said_there_any_more() -> None:
    """The two say nothing of the sister's words twice, but for what one of them borrows."""
    words = ("caseOf", "caseCountry", "inCase", "instrumentOf", "usedBy", "sharedWith", "sharedBasis", "sharedBecause")
    stated = {t.predicate.value.removeprefix(NS) for t in dataset("minusma")}
    assert stated & set(words) == set()
    assert set(words) <= {t.predicate.value.removeprefix(NS) for t in dataset("fragile-contexts")}


def test_no_two_things_have_the_same_name() -> None:
    called: dict[str, set[str]] = defaultdict(set)
    names = {expand("skos:prefLabel"), expand("skos:altLabel"), expand("skos:notation")}
    for triple in dataset("minusma") | dataset("fragile-contexts"):
        if triple.predicate in names:
            called[cast(Literal, triple.object).value.lower()].add(short(cast(NamedNode, triple.subject).value))
    assert {name: things for name, things in called.items() if len(things) > 1} == {}


def test_every_thing_says_where_it_is_stated_and_the_place_has_a_page() -> None:
    placed = {
        cast(NamedNode, t.subject).value for t in dataset("fragile-contexts") if t.predicate == expand("sluis:statedAt")
    }
    described = {
        cast(NamedNode, t.subject).value
        for t in dataset("fragile-contexts")
        if t.predicate == RDF_TYPE and t.object != expand("sluis:Passage")
    }
    assert {short(iri) for iri in described - placed} == set()
    pages = both().ask(
        """SELECT ?document ?page { ?p a sluis:Passage ; sluis:inDocument ?document .
           OPTIONAL { ?document sluis:recordPage ?page } }"""
    )
    documents = {row["iri"] for row in _documents().values()}
    without = {document for document, page in pages if not page and f"id:{document}" in documents}
    # A document of ours, and a dataset that is cited by its title.
    assert without == {"source/tor", "source/geo-pko-2-3-unmiss"}


def _documents() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = tomllib.loads((FOLDER / "mapping.toml").read_text("utf-8"))["place"]["documents"]
    return found


def test_no_page_is_one_of_a_repository_of_samples() -> None:
    pages = {
        cast(NamedNode, t.object).value
        for t in dataset("fragile-contexts")
        if t.predicate == expand("sluis:recordPage")
    }
    hosts = {re.sub(r"^https://([^/]+)/.*", r"\1", page) for page in pages}
    assert hosts == {
        *("www.iob-evaluatie.nl", "english.iob-evaluatie.nl", "www.defensie.nl", "www.rijksoverheid.nl"),
        *("www.government.nl", "zoek.officielebekendmakingen.nl", "www.kpsrl.org", "nieuws.nl"),
        *("digitallibrary.un.org", "press.un.org", "unmiss.unmissions.org", "unama.unmissions.org"),
    }


def test_every_source_has_a_level_and_a_document_that_is_cited_is_a_source() -> None:
    sources = both().ask("SELECT ?s ?level { ?s a sluis:Source . OPTIONAL { ?s sluis:classifiedAs ?level } }")
    assert {source for source, level in sources if not level} == set()
    known = {f"id:{source}" for source, _level in sources}
    assert {entry["iri"] for entry in _documents().values()} <= known


def test_the_ontology_declares_every_word_and_no_word_makes_a_thing_what_no_row_says() -> None:
    declared = {
        t.subject.value
        for t in both().closed
        if t.predicate == RDF_TYPE
        and isinstance(t.subject, NamedNode)
        and cast(NamedNode, t.object).value.startswith(PREFIXES["owl"])
    }
    facts_of = dataset("fragile-contexts")
    used = {t.predicate.value for t in facts_of} - {RDF_TYPE.value}
    used |= {cast(NamedNode, t.object).value for t in facts_of if t.predicate == RDF_TYPE}
    used |= {t.object.value for t in facts_of if isinstance(t.object, NamedNode) and t.object.value.startswith(NS)}
    assert used - declared == set()
    assert not both().ask(
        """SELECT ?x ?one ?other { ?all a owl:AllDisjointClasses ;
           owl:members/rdf:rest*/rdf:first ?one ; owl:members/rdf:rest*/rdf:first ?other .
           FILTER(STR(?one) < STR(?other)) ?x a ?one , ?other }"""
    )


# --- what it says ----------------------------------------------------------------------------------------------------


COUNTS = {
    "Case": 3,
    "PolicyInstrument": 4,
    "FragileContext": 3,
    "CoherenceToBeAssessed": 1,
    "AssessedCoherence": 0,
    "EvaluationCriterion": 2,
    "Finding": 4,
    "Contradiction": 4,
    "Claim": 10,
}


@pytest.mark.parametrize(("kind", "count"), COUNTS.items())
def test_there_are_as_many_as_the_sources_have(kind: str, count: int) -> None:
    assert len(alone().ask(f"SELECT ?x {{ ?x a sluis:{kind} }}")) == count


def test_each_evaluation_has_a_scope_of_its_own() -> None:
    scopes = Counter(row[1] for row in both().ask("SELECT ?rule ?of { ?rule sluis:scopeOf ?of }"))
    assert scopes["evaluation/fragile-contexts"] == 10
    assert scopes["evaluation/resolute-support"] == 1
    assert scopes["evaluation/minusma"] == len(rows_of_minusma("scope"))


def rows_of_minusma(name: str) -> list[dict[str, str]]:
    with (FOLDER.parent / "minusma" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_two_periods_both_stand_with_their_places() -> None:
    periods = alone().ask(
        f"""SELECT ?start ?end ?document {{ ?rule sluis:scopeOf <{SISTER}> ;
            sluis:startDate ?start ; sluis:endDate ?end ; sluis:statedAt/sluis:inDocument ?document }}"""
    )
    assert periods == {
        ("2015", "2020", "source/iob-tor-page-fragile-contexts-nl"),
        ("2015", "2022", "source/iob-results-fragile-contexts"),
    }
    claims = alone().ask(f"SELECT ?v {{ ?c sluis:claimIn <{ID}contradiction/fc-period> ; sluis:claimedValue ?v }}")
    assert claims == {("2015-2020",), ("2015-2022",)}
    assert not alone().ask(f"SELECT ?p {{ <{SISTER}> sluis:evaluationPeriodStart|sluis:evaluationPeriodEnd ?p }}")


def test_what_is_in_a_case_is_examined_in_its_evaluation() -> None:
    """By a chain of the module: no row states it."""
    stated = {short(t.subject.value) for t in dataset("fragile-contexts") if t.predicate == expand("sluis:examinedIn")}  # type: ignore[union-attr]
    assert stated == {"coherence/interventions-mali"}
    found = {row[0] for row in alone().ask(f"SELECT ?x {{ ?x sluis:examinedIn <{SISTER}> }}")}
    assert {"actor/unmiss", "actor/unama", "actor/resolute-support", "contribution/nl-unmiss"} <= found
    assert {f"intervention/{key}" for key in ("nl-diplomacy-mali-sahel", "nl-security-efforts-mali")} <= found
    assert "actor/isaf" not in found


def test_the_answer_of_the_cabinet_answers_the_report() -> None:
    assert alone().ask(
        """SELECT ?issued ?report { ?letter a sluis:ParliamentaryLetter ;
           dcterms:issued ?issued ; sluis:resultOf ?report }"""
    ) == {
        ("2023-08-28", "source/report-inconvenient-realities"),
        ("2023-05-17", "evaluation/resolute-support"),
    }


def test_every_module_word_is_used_by_the_facts_the_questions_or_the_documentation() -> None:
    """A word that nothing uses is taken out. What a judgement on coherence is called, docs/reuse.md uses."""
    text = dict(ontology.ontology_files())["fragile-contexts.ttl"]
    words = set(re.findall(r"^sluis:(\w+) a owl:\w+ ;", text, re.MULTILINE))
    root = FOLDER.parents[2]
    used = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*FOLDER.parent.rglob("*.toml"), *(root / "queries").glob("*.rq"), root / "docs" / "reuse.md"]
    )
    used += "\n".join(f"subClassOf sluis:{name} " for name in re.findall(r"subClassOf sluis:(\w+)", text))
    assert words
    assert {word for word in words if not re.search(rf"\bsluis:{word}\b", used)} == set()


def test_a_country_or_an_instrument_is_data_and_nothing_of_the_ontology() -> None:
    """South Sudan and Afghanistan came with rows alone: no ontology file names a country, a case or an instrument."""
    things = {
        short(iri) for iri in about(dataset("fragile-contexts")) if re.match(rf"{ID}(country|case|instrument)/", iri)
    }
    assert {"country/south-sudan", "country/afghanistan", "case/mali", "instrument/peace-missions"} <= things
    for name, text in ontology.ontology_files():
        assert ID not in text, name
        assert not re.search(r"Soedan|Sudan|Afghanistan", text), name


# --- against the samples ---------------------------------------------------------------------------------------------


def sample(name: str) -> Path:
    path = SAMPLES / name
    if not path.is_file():
        pytest.skip(f"the sample {name} is not at hand")
    return path


def test_the_record_pages_are_those_of_the_record_table() -> None:
    with sample("unsc/unsc_record_urls_mali_southsudan_afghanistan.csv").open(encoding="utf-8") as file:
        table = {row["res_no"]: row["url_record"] for row in csv.DictReader(file)}
    ours = {row["number"]: row["record"] for row in rows("resolutions")}
    assert {number: page for number, page in ours.items() if page} == {n: table[n] for n in ours if n in table}
    assert [number for number, page in ours.items() if not page] == ["1401"]  # not in the table


def test_geo_pko_names_no_dutch_troops_in_unmiss() -> None:
    with sample("geo-pko/TCCMap_v.2.3_minusma_unmiss.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    contributors = {
        mission: " ".join(row["year.overview"] for row in table if row["mission"] == mission)
        for mission in ("UNMISS", "MINUSMA")
    }
    assert "Netherlands" in contributors["MINUSMA"]
    assert contributors["UNMISS"]
    assert "Netherlands" not in contributors["UNMISS"]
    assert alone().ask(f"SELECT ?v {{ <{ID}claim/unmiss-none> sluis:claimedValue ?v }}") == {("0",)}


def test_the_policy_response_is_the_record_of_the_house() -> None:
    given = json.loads(sample("tk-odata/zaak_seed_kamerstukken.json").read_text(encoding="utf-8"))
    records = given["value"] if isinstance(given, dict) else given
    (record,) = (entry for entry in records if entry["Nummer"] == "2023Z14328")
    (row,) = (row for row in rows("sources") if "2023Z14328" in row["notation"])
    assert record["GestartOp"].startswith(row["issued"])
    assert (str(record["Volgnummer"]), record["Onderwerp"]) == (row["sub_number"], row["title"])
    assert record["Titel"].lower() in row["note_nl"].lower()
