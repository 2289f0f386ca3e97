"""The curated facts: nothing dangles, everything has its names and its place, and the counts are those of the texts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat, Store, Triple, parse

from graph_service.errors import QueryRefused
from graph_service.handling import parse_marking
from graph_service.namespaces import ID, NS, PREFIXES
from graph_service.security import Policies
from graph_service.serving.query_guard import GuardedQuery
from graph_service.serving.questions import Desk
from graph_service.serving.workers import ViewWorkers
from graph_service.storage.canonical import in_graph
from graph_service.storage.closure import derive
from graph_service.storage.closure_rules import RULE_TEXT, parse_rule
from loaders.base import RDF_TYPE, LoadRequest, expand
from loaders.front import packaged
from loaders.vocabulary import vocabulary
from queries import catalogue
from tests.strategies import TODAY

PREF_LABEL = expand("skos:prefLabel")
NAMES = {expand("skos:prefLabel"), expand("skos:altLabel"), expand("skos:notation")}


@dataclass(frozen=True)
class Facts:
    """The dataset alone, with the vocabulary and all that the rules conclude, and the sister evaluation's dataset."""

    dataset: set[Triple]
    closed: set[Triple]
    store: Store
    sister: set[Triple]

    def ask(self, query: str) -> set[tuple[str, ...]]:
        """The rows of a SELECT, our own IRIs without their namespace."""
        rows = cast(Any, self.store.query(query, prefixes=PREFIXES))
        return {tuple(short(term.value) if term else "" for term in row) for row in rows}

    def run(self, name: str, **given: str) -> list[tuple[str, ...]]:
        """The rows of a question of the catalogue."""
        query = Desk(cast(ViewWorkers, Here(self.store))).bind(catalogue()[name], given)
        rows = cast(Any, self.store.query(query.text, prefixes=PREFIXES))
        return [tuple(short(term.value) if term else "" for term in row) for row in rows]


@dataclass(frozen=True)
class Here:
    """Workers that answer in this process."""

    store: Store

    def ask(self, query: GuardedQuery, *, form: str) -> bytes:
        assert form == "json"
        return bytes(
            cast(Any, self.store.query(query.text, prefixes=PREFIXES)).serialize(format=QueryResultsFormat.JSON)
        )


@pytest.fixture(scope="module")
def facts(policies: Policies) -> Facts:
    lowest = parse_marking("Ongerubriceerd", policies=policies)

    def triples(portions: Any) -> set[Triple]:
        return {quad.triple for p in portions for quad in parse(p.ntriples, format=RdfFormat.N_TRIPLES)}

    dataset = triples(packaged("minusma", LoadRequest(path=Path(), policies=policies)))
    asserted = dataset | triples(vocabulary(policies=policies, label=lowest, today=TODAY))
    rules = [parse_rule(cast(Literal, triple.object).value) for triple in asserted if triple.predicate == RULE_TEXT]
    closed = asserted | derive(asserted, rules)
    store = Store()
    store.extend(in_graph(closed))
    sister = triples(packaged("fragile-contexts", LoadRequest(path=Path(), policies=policies)))
    return Facts(dataset, closed, store, sister)


def short(iri: str) -> str:
    return iri.removeprefix(ID).removeprefix(NS)


def ours(term: object) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(ID)


def nodes(triples: set[Triple]) -> set[str]:
    """Every individual of ours that the triples are about or point to."""
    found = {term for triple in triples for term in (triple.subject, triple.object) if ours(term)}
    return {cast(NamedNode, term).value for term in found}


def types(triples: set[Triple]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for triple in triples:
        if triple.predicate == RDF_TYPE and ours(triple.subject):
            found[cast(NamedNode, triple.subject).value].add(cast(NamedNode, triple.object).value)
    return found


def quotations(facts: Facts) -> set[str]:
    """Quotations and their selectors: words at a place, with no name of their own."""
    kinds = {f"{NS}Quotation", PREFIXES["oa"] + "TextQuoteSelector"}
    return {node for node, classes in types(facts.dataset).items() if classes & kinds}


# --- nothing dangles, everything has its names -----------------------------------------------------------------------


def test_everything_that_is_named_is_described(facts: Facts) -> None:
    assert sorted(nodes(facts.closed) - set(types(facts.closed))) == []


def test_everything_has_one_dutch_and_one_english_name(facts: Facts) -> None:
    """A thing of the sister evaluation that is pointed to, such as a policy instrument, has its names there."""
    languages: dict[str, Counter[str]] = defaultdict(Counter)
    for triple in facts.closed | facts.sister:
        if triple.predicate == PREF_LABEL:
            languages[triple.subject.value][cast(Literal, triple.object).language or ""] += 1  # type: ignore[union-attr]
    named = nodes(facts.dataset) - quotations(facts)
    wrong = {short(node) for node in named if (languages[node]["nl"], languages[node]["en"]) != (1, 1)}
    assert wrong == set()


def test_no_two_things_have_the_same_name(facts: Facts) -> None:
    """As the resolver compares them: by every name, without regard to capitals."""
    called: dict[str, set[str]] = defaultdict(set)
    for triple in facts.dataset:
        if triple.predicate in NAMES:
            called[cast(Literal, triple.object).value.lower()].add(short(triple.subject.value))  # type: ignore[union-attr]
    assert {name: things for name, things in called.items() if len(things) > 1} == {}


ACTORS = {
    "minusma": "MINUSMA|VN-missie MINUSMA|UN Multidimensional Integrated Stabilisation Mission in Mali",
    "afisma": "AFISMA|African-led International Support Mission to Mali",
    "serval": "Serval|Operatie Serval|operatie Serval|Operation Serval|Opération Serval",
    "barkhane": "Barkhane|Operatie Barkhane|Operation Barkhane|Opération Barkhane",
    "eutm-mali": "EUTM|EUTM Mali|Europese Unie Trainingsmissie|European Union Training Mission in Mali",
    "eucap-sahel-mali": "EUCAP|EUCAP Sahel|EUCAP Sahel Mali|Europese Unie Capaciteitsopbouwmissie",
    "g5-sahel": "G5|G5 Sahel|G5-Sahel",
    "g5-sahel-joint-force": "G5 Sahel Force|G5-Saheltroepenmacht|G5 Sahel joint force",
    "france": "Frankrijk|France",
    "mali": "Mali",
    "netherlands": "Nederland|Netherlands|The Netherlands|Pays-Bas",
    "burkina-faso": "Burkina Faso",
    "mauritania": "Mauritanië|Mauritania|Mauritanie",
    "niger": "Niger",
    "chad": "Tsjaad|Chad|Tchad",
    "germany": "Duitsland|Germany",
    "belgium": "België|Belgium",
    "south-sudan": "Zuid-Soedan|South Sudan",
    "afghanistan": "Afghanistan",
    "un": "VN|Verenigde Naties|United Nations",
    "unsc": "VN-Veiligheidsraad|Veiligheidsraad|Security Council|Veiligheidsraad van de Verenigde Naties|UNSC",
    "unpol": "UNPOL|United Nations Police|VN-politie",
    "asifu": "ASIFU|All Sources Information Fusion Unit",
    "kmar": "KMar|Kmar|Koninklijke Marechaussee|Royal Netherlands Marechaussee",
    "politie": "Politie|politie|Dutch police",
    "police-nationale": "Police Nationale|National Police of Mali",
    "iob": "IOB|Directie Internationaal Onderzoek en Beleidsevaluatie|Policy and Operations Evaluation Department",
    "bz": "BZ|Buitenlandse Zaken|Ministerie van Buitenlandse Zaken|Ministry of Foreign Affairs",
    "defensie": "Defensie|Ministerie van Defensie|Ministry of Defence",
    "jenv": "JenV|Justitie en Veiligheid|Ministerie van Justitie en Veiligheid|Ministry of Justice and Security",
    "smo": "SMO|Stuurgroep Missies en Operaties|Steering Group for Missions and Operations",
    "nlda": "NLDA|Nederlandse Defensieacademie|Nederlandse Defensie Academie|Netherlands Defence Academy",
    "daf": "DAF|Directie Sub-Sahara Afrika",
    "dgb": "DGB|Directoraat-Generaal Beleid",
    "dmm": "DMM|Directie Multilaterale Organisaties en Mensenrechten",
    "dsh": "DSH|Directie Stabiliteit en Humanitaire Hulp",
    "dvb": "DVB|Directie Veiligheidsbeleid",
    "tweede-kamer": "Tweede Kamer|House of Representatives",
    "eerste-kamer": "Eerste Kamer|Senate",
    "cabinet-nl": "kabinet|Nederlands kabinet|Dutch cabinet",
    "algemene-rekenkamer": "Algemene Rekenkamer|Rekenkamer|Netherlands Court of Audit",
    "embassy-bamako": "Nederlandse ambassade Bamako|Embassy of the Netherlands in Bamako",
    "eu-special-representative": "EU Special Representative|EUSR",
    "eeas": "EDEO|EEAS|European External Action Service",
    "malian-armed-forces": "Malinese krijgsmacht|Malinese regeringsleger|Malian armed forces",
    "eu": "Europese Unie|European Union",
}


@pytest.mark.parametrize(
    ("name", "actor"),
    [
        *((name, actor) for actor, names in ACTORS.items() for name in names.split("|")),
        ("UN", "un"),
        ("EU", "eu"),
        ("NATO", "nato"),
    ],
)
def test_an_everyday_name_is_the_actors(facts: Facts, name: str, actor: str) -> None:
    desk = Desk(cast(ViewWorkers, Here(facts.store)))
    assert desk.resolve(name) == f"<{ID}actor/{actor}>"


def test_a_country_as_a_place_has_a_name_of_its_own(facts: Facts) -> None:
    desk = Desk(cast(ViewWorkers, Here(facts.store)))
    assert desk.resolve("Mali (land)") == desk.resolve("Mali (country)") == f"<{ID}country/mali>"
    with pytest.raises(QueryRefused):
        desk.resolve("Atlantis")


# --- places and citations --------------------------------------------------------------------------------------------

LETTER = "kst-29521-213"
CITED = {
    3: {"constitution-art-100"},
    4: {"kst-29521-226"},
    5: {"kst-27925-699"},
    6: {"kst-27925-721"},
    7: {"kst-29521-417"},
    8: {"s-res-2085-2012"},
    9: {"s-res-2085-2012"},
    10: {"s-res-2100-2013"},
    11: {"s-res-2100-2013"},
    12: {"un-charter-chapter-vii"},
    13: {"s-res-2100-2013"},
    15: {"s-res-2227-2015"},
    16: {"s-res-2295-2016", "s-res-2364-2017", "s-res-2423-2018"},
    **{number: {LETTER} for number in (18, 19, 20, 21, 22, 23, 24, 26, 27)},
    28: {"kst-29521-293", "kst-29521-327", "kst-29521-349", "kst-29521-368"},
    29: {"kst-29521-327"},
    30: {"kst-29521-368"},
    31: {"rekenkamer-2018-06-11"},
    32: {"kst-29521-417"},
    34: {"tor-fragile-contexts"},
}
EXPLAINS = {1, 2, 14, 17, 25, 33, 35}
SECTION = {
    **dict.fromkeys(range(1, 8), "1"),
    **dict.fromkeys(range(8, 18), "2"),
    **dict.fromkeys((9, 10), "timeline"),
    **dict.fromkeys(range(18, 33), "3"),
    33: "4",
    34: "5",
    35: "6",
}


def test_each_footnote_cites_what_it_cites_and_nothing_else(facts: Facts) -> None:
    assert set(CITED) | EXPLAINS == set(range(1, 36))
    cited: dict[int, set[str]] = {number: set() for number in range(1, 36)}
    for number, source in facts.ask("SELECT ?number ?s { ?n sluis:footnoteNumber ?number ; sluis:cites ?s }"):
        cited[int(number)].add(source.removeprefix("source/"))
    assert cited == {number: CITED.get(number, set()) for number in range(1, 36)}


def test_a_footnote_is_in_the_section_whose_text_has_its_number(facts: Facts) -> None:
    footnotes = facts.ask(
        "SELECT ?number ?section { ?n a sluis:Footnote ; sluis:footnoteNumber ?number ; sluis:section ?section }"
    )
    assert footnotes == {(str(number), section) for number, section in SECTION.items()}
    passages = facts.ask(
        "SELECT ?number ?section { ?p a sluis:Passage ; sluis:footnoteNumber ?number ; sluis:section ?section }"
    )
    assert passages <= footnotes


def test_a_place_is_in_a_section_that_its_document_has(facts: Facts) -> None:
    found = facts.ask("SELECT ?in ?section { ?p a sluis:Passage ; sluis:inDocument ?in ; sluis:section ?section }")
    assert found == {
        *(("source/tor", str(number)) for number in range(1, 11)),
        *(("source/tor", name) for name in ("abbreviations", "timeline", "table-1", "table-2")),
        *(("source/results-page", name) for name in ("results", "background", "central-question")),
    }


def test_no_source_rests_on_itself(facts: Facts) -> None:
    assert facts.ask("SELECT ?s { ?s sluis:citesSource ?s }") == set()


@pytest.mark.parametrize("kind", ["Passage", "Dataset"])
def test_places_and_the_dataset_itself_have_no_place(facts: Facts, kind: str) -> None:
    assert facts.ask(f"SELECT ?x {{ ?x a sluis:{kind} ; sluis:statedAt ?place }}") == set()


def test_everything_else_says_where_it_is_stated(facts: Facts) -> None:
    """Of the criteria in common use, those have a place that a document names."""
    placed = {triple.subject.value for triple in facts.dataset if triple.predicate == expand("sluis:statedAt")}  # type: ignore[union-attr]
    kinds = types(facts.dataset)
    free = {f"{NS}{name}" for name in ("Passage", "Dataset", "EvaluationCriterion")}
    without = {node for node, classes in kinds.items() if not classes & free} - placed
    without -= quotations(facts)
    assert {short(node) for node in without} == set()


# --- the counts of the two documents ---------------------------------------------------------------------------------

COUNTS = {
    "Footnote": 35,
    "Abbreviation": 17,
    "Resolution": 6,
    "ParliamentaryPaper": 9,
    "Motion": 1,
    "Treaty": 3,
    "TermsOfReference": 2,
    "WebPage": 1,
    "MissionObjective": 8,
    "ContributionGoal": 8,
    "PolicyInterest": 4,
    "Aspiration": 4,
    "EvaluationPurpose": 2,
    "Component": 3,
    "MandateChange": 5,
    "Contribution": 4,
    "Evaluation": 3,
    "ResearchQuestion": 13,
    "FactorGroup": 3,
    "Factor": 13,
    "TheoryOfChangeLevel": 5,
    "SourceType": 21,  # the three of §6, and what it lists under them
    "TheoryOfChange": 1,
    "TheoryOfChangeStep": 5,
    "CausalLink": 4,
    "RespondentGroup": 5,
    "RespondentCategory": 34,
    "HandlingRule": 12,
    "Condition": 2,
    "PublicationRule": 6,
    "PlanItem": 17,
    "Risk": 5,
    "Mitigation": 10,
    "Theme": 6,
    "Country": 11,
    "State": 11,
    "StatedLink": 87,
    "IntendedLink": 18,
    "ToBeAssessedLink": 19,
    "AssessedLink": 0,
    "Finding": 0,
    "Lesson": 0,
}


@pytest.mark.parametrize(("kind", "count"), COUNTS.items())
def test_there_are_as_many_as_the_documents_have(facts: Facts, kind: str, count: int) -> None:
    assert len(facts.ask(f"SELECT ?x {{ ?x a sluis:{kind} }}")) == count


def test_the_timeline_of_section_2_has_its_twelve_entries_in_order(facts: Facts) -> None:
    entries = facts.ask("SELECT ?order ?date { ?e sluis:timelineOrder ?order ; sluis:onDate ?date }")
    in_order = [date for _order, date in sorted(entries, key=lambda entry: int(entry[0]))]
    assert in_order == (
        "2012-01 2012-03 2012-04 2012-12 2012-12-20 2013-01 2013-01 2013-01 2013-02 2013-04-25 2013-06 2013-07".split()
    )


@pytest.mark.parametrize(
    ("body", "members"),
    [("body/reference-group", 11), ("body/sounding-board", 4), ("actor/evaluation-team-minusma", 4)],
)
def test_a_body_has_the_members_that_section_10_lists(facts: Facts, body: str, members: int) -> None:
    assert len(facts.ask(f"SELECT ?x {{ ?m sluis:body <{ID}{body}> ; sluis:member ?x }}")) == members


def test_papers_are_cited_as_often_as_the_footnotes_cite_them(facts: Facts) -> None:
    often = Counter(paper for papers in CITED.values() for paper in papers if paper.startswith("kst-"))
    assert {row[0].removeprefix("source/"): int(row[-1]) for row in facts.run("papers-cited")} == often


def test_resolutions_come_in_the_order_of_their_dates(facts: Facts) -> None:
    order = [row[2] for row in facts.run("resolutions-in-order")]
    assert [re.findall(r"\d{4}", symbol)[0] for symbol in order] == ["2085", "2100", "2227", "2295", "2364", "2423"]


def test_numbers_that_do_not_add_up_are_kept_twice_with_their_places(facts: Facts) -> None:
    claims = facts.ask(
        f"""SELECT ?value ?section {{ ?c sluis:claimIn <{ID}contradiction/troop-number-start> ;
            sluis:claimedValue ?value ; sluis:statedAt/sluis:section ?section }}"""
    )
    assert claims == {("450", "3"), ("348", "table-2")}


@pytest.mark.parametrize(
    ("whole", "parts"), [("intelligence-chain", {"70", "90", "60"}), ("police-functionaries", {"10"})]
)
def test_the_parts_of_a_counted_element_are_counted_too(facts: Facts, whole: str, parts: set[str]) -> None:
    found = facts.ask(f"SELECT ?n {{ ?e sluis:partOfElement <{ID}element/{whole}> ; sluis:headcount ?n }}")
    assert {count for (count,) in found} == parts


# --- stated is not assessed ------------------------------------------------------------------------------------------


def test_what_is_to_be_assessed_is_not_stated(facts: Facts) -> None:
    links = facts.ask(
        """SELECT ?from ?relation ?to { ?link a sluis:ToBeAssessedLink ;
           sluis:linkFrom ?from ; sluis:relation ?relation ; sluis:linkTo ?to }"""
    )
    assert len(links) == 16  # three pairs of ministries, each in Mali and in The Hague
    for start, relation, end in links:
        pair = f"<{ID}{start}> sluis:{relation} <{ID}{end}>", f"<{ID}{end}> sluis:{relation} <{ID}{start}>"
        for pattern in pair:
            assert not cast(Any, facts.store.query(f"ASK {{ {pattern} }}", prefixes=PREFIXES)), pattern


def test_the_status_of_a_link_is_its_class(facts: Facts) -> None:
    kinds = facts.ask("SELECT ?kind ?status { ?link a ?kind ; sluis:linkStatus ?status }")
    links = {("StatedLink", "stated"), ("IntendedLink", "stated"), ("ToBeAssessedLink", "to-be-assessed")}
    assert kinds == links | {("CoordinationLink", status) for _kind, status in links}


# --- the words -------------------------------------------------------------------------------------------------------


def declared(facts: Facts) -> set[str]:
    """Every word that an ontology declares."""
    return {
        cast(NamedNode, triple.subject).value
        for triple in facts.closed
        if triple.predicate == RDF_TYPE
        and isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, NamedNode)
        and triple.object.value.startswith(PREFIXES["owl"])
    }


def test_the_ontology_declares_every_word_of_the_facts(facts: Facts) -> None:
    used = {triple.predicate.value for triple in facts.dataset} - {RDF_TYPE.value}
    used |= {name for classes in types(facts.dataset).values() for name in classes}
    used |= {t.object.value for t in facts.dataset if isinstance(t.object, NamedNode) and t.object.value.startswith(NS)}
    assert used - declared(facts) == set()


@pytest.mark.parametrize("name", catalogue())
def test_the_ontology_declares_every_word_of_the_questions(facts: Facts, name: str) -> None:
    text = "\n".join(line for line in catalogue()[name].query.splitlines() if not line.startswith(("#", "PREFIX")))
    ontologies = ("sluis", "skos", "dcterms", "prov", "org", "cito", "fabio", "undo")
    words = re.findall(rf"\b({'|'.join(ontologies)}):([A-Za-z]\w*)", text)
    assert {f"{PREFIXES[prefix]}{local}" for prefix, local in words} - declared(facts) == set()


def test_nothing_is_of_two_classes_that_share_nothing(facts: Facts) -> None:
    assert not facts.ask(
        """SELECT ?x ?one ?other { ?all a owl:AllDisjointClasses ;
           owl:members/rdf:rest*/rdf:first ?one ; owl:members/rdf:rest*/rdf:first ?other .
           FILTER(STR(?one) < STR(?other)) ?x a ?one , ?other }"""
    )


def test_no_domain_or_range_makes_a_thing_what_no_row_says_it_is(facts: Facts) -> None:
    above: dict[str, set[str]] = defaultdict(set)
    for triple in facts.closed:
        if triple.predicate == expand("rdfs:subClassOf"):
            above[cast(NamedNode, triple.subject).value].add(cast(NamedNode, triple.object).value)
    said, concluded = types(facts.dataset), types(facts.closed)
    assert {
        (short(node), short(kind))
        for node, classes in said.items()
        for kind in concluded[node] - classes.union(*(above[name] for name in classes))
    } == set()
