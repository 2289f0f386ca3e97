"""What the closure is for: questions whose rows come from it alone, and conclusions that must not be drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from pyoxigraph import Literal, RdfFormat, Store, Triple, parse

import ontology
from graph_service.handling import clearance_from_markings, parse_marking
from graph_service.namespaces import ID, NS, PREFIXES
from graph_service.portions import Portion
from graph_service.security import Clearance, Policies
from graph_service.serving.questions import Desk
from graph_service.serving.workers import ViewWorkers
from graph_service.storage.canonical import in_graph
from graph_service.storage.closure import derive
from graph_service.storage.closure_rules import RULE_TEXT, parse_rule
from loaders.base import LoadRequest
from loaders.front import DATASETS, packaged
from loaders.vocabulary import vocabulary
from queries import catalogue
from tests.strategies import TODAY

Row = dict[str, str]
LEVELS = ("Ongerubriceerd", "Dep. VERTROUWELIJK", "Stg. CONFIDENTIEEL", "Stg. GEHEIM")


def triples_of(portions: list[Portion]) -> set[Triple]:
    return {quad.triple for portion in portions for quad in parse(portion.ntriples, format=RdfFormat.N_TRIPLES)}


def closed(asserted: set[Triple]) -> set[Triple]:
    rules = [parse_rule(cast(Literal, triple.object).value) for triple in asserted if triple.predicate == RULE_TEXT]
    return asserted | derive(asserted, rules)


def store_of(triples: set[Triple]) -> Store:
    store = Store()
    store.extend(in_graph(triples))
    return store


def ask(store: Store, name: str, given: dict[str, str]) -> list[Row]:
    """The rows of a question, our own IRIs without their namespace; what is unbound is left out."""

    class Here:
        def ask(self, query: Any, *, form: str) -> bytes:
            raise AssertionError(f"{query} as {form}: every parameter here is an IRI")

    query = Desk(cast(ViewWorkers, Here())).bind(
        catalogue()[name], {key: iri if iri.startswith(NS) else f"{ID}{iri}" for key, iri in given.items()}
    )
    rows = cast(Any, store.query(query.text, prefixes=PREFIXES))
    names = [variable.value for variable in rows.variables]
    return [
        {name: term.value.removeprefix(ID) for name, term in zip(names, row, strict=True) if term is not None}
        for row in rows
    ]


def holds(rows: list[Row], wanted: Row) -> bool:
    return any(wanted.items() <= row.items() for row in rows)


@pytest.fixture(scope="module")
def portions(policies: Policies) -> list[Portion]:
    """The demo's portions, with the vocabulary at the lowest level."""
    request = LoadRequest(path=Path(), policies=policies)
    lowest = parse_marking(LEVELS[0], policies=policies)
    data = [portion for name in DATASETS for portion in packaged(name, request)]
    return [*data, *vocabulary(policies=policies, label=lowest, today=TODAY)]


@pytest.fixture(scope="module")
def seen_at(policies: Policies, portions: list[Portion]) -> Callable[..., Store]:
    """What somebody sees who is cleared up to the n-th level, closed from that alone."""

    @cache
    def at(levels: int, compartments: tuple[str, ...] = ()) -> Store:
        clearance: Clearance = clearance_from_markings(
            [LEVELS[levels - 1]], policies=policies, compartments=compartments, affiliation=None
        )
        return store_of(closed(triples_of([portion for portion in portions if clearance.dominates(portion.label)])))

    return at


@pytest.fixture(scope="module")
def asserted(portions: list[Portion]) -> Store:
    return store_of(triples_of(portions))


@pytest.fixture(scope="module")
def whole(portions: list[Portion]) -> Store:
    return store_of(closed(triples_of(portions)))


# --- rows that only the closure gives --------------------------------------------------------------------------------

PATH = "paths-of-a-theory-of-change"
ONLY_CONCLUDED: list[tuple[str, dict[str, str], Row]] = [
    # The police contributes to UNPOL, and UNPOL is part of the mission.
    ("taking-part", {"whole": "actor/minusma"}, {"actor": "actor/politie"}),
    # A component of a mission of the United Nations is a part of theirs.
    ("taking-part", {"whole": "actor/un"}, {"actor": "actor/kmar"}),
    # The theatre belongs to a brigade, and the brigade is part of the mission.
    ("taking-part", {"whole": "actor/exercise-umbrella-mission"}, {"actor": "actor/exercise-puppet-theatre"}),
    # The states established the G5, and the G5 its joint force.
    ("who-stands-behind", {"organisation": "actor/g5-sahel-joint-force"}, {"actor": "actor/mali", "directly": "false"}),
    ("support-through-others", {"supported": "actor/minusma"}, {"actor": "actor/nl-support-personnel"}),
    (
        "support-through-others",
        {"supported": "actor/exercise-umbrella-mission"},
        {"actor": "actor/exercise-weather-institute", "directly": "false"},
    ),
    # The Council adopted the resolution on which the force's mandate rests, and the force supports the mission.
    (
        "support-that-was-authorised",
        {"authority": "actor/exercise-umbrella-council"},
        {"empowered": "actor/exercise-teapot-force", "supported": "actor/exercise-umbrella-mission"},
    ),
    (
        "support-that-was-authorised",
        {"authority": "actor/unsc"},
        {"empowered": "actor/serval", "supported": "actor/minusma", "supportIsStated": "false"},
    ),
    ("triangulation", {"claim": "causal-link/exercise-hazel"}, {"broadTypes": "1", "types": "Document analysis"}),
    ("triangulation", {"claim": "finding/exercise-plum"}, {"broadTypes": "2", "narrowerTypes": "embassy reports"}),
    (PATH, {"theory": "theory/tor"}, {"arrow": "causal-link/tor-output-outcome", "evidenceFor": "0"}),
    (PATH, {"theory": "theory/exercise-tents"}, {"arrow": "causal-link/exercise-moss", "evidenceFor": "1"}),
    (
        "judged-links",
        {"actor": "actor/barkhane"},
        {"link": "link/exercise-millet", "judgedName": "was found poorly aligned with"},
    ),
    (
        "indicators-and-their-values",
        {"indicator": "indicator/exercise-toes"},
        {"kind": "target value", "value": "10.5"},
    ),
    ("confidence-in-findings", {"finding": "finding/exercise-cherry"}, {"evidenceFor": "2"}),
]


@pytest.mark.parametrize(("name", "given", "row"), ONLY_CONCLUDED, ids=lambda part: str(part)[:60])
def test_a_row_that_rests_on_a_conclusion_is_there_with_the_closure_alone(
    asserted: Store, whole: Store, name: str, given: dict[str, str], row: Row
) -> None:
    assert holds(ask(whole, name, given), row)
    assert not holds(ask(asserted, name, given), row)


@pytest.mark.parametrize(
    ("kind", "thing", "stated_as"),
    [
        ("ParliamentaryPaper", "source/kst-29521-213", "letter to parliament"),
        ("ParliamentaryPaper", "source/kst-27925-699", "motion"),
        ("GovernmentBody", "actor/bz", "ministry"),
        ("Organisation", "actor/minusma", "mission"),
    ],
)
def test_narrower_classes_count_for_the_class_asked_for(
    asserted: Store, whole: Store, kind: str, thing: str, stated_as: str
) -> None:
    def found(store: Store) -> dict[str, str]:
        return {row["thing"]: row.get("statedAs", "") for row in ask(store, "things-of-a-class", {"class": NS + kind})}

    assert stated_as in found(whole)[thing].split(", ")
    assert thing not in found(asserted)


# --- the same question at several clearances -------------------------------------------------------------------------


def test_triangulation_is_counted_over_what_each_reader_sees(seen_at: Callable[..., Store]) -> None:
    def counted(levels: int, *compartments: str) -> tuple[str, ...]:
        (row,) = ask(seen_at(levels, compartments), "triangulation", {"claim": "causal-link/exercise-reed"})
        return row["broadTypes"], row["lines"], row.get("types", "")

    assert counted(1) == counted(2) == ("0", "0", "")
    # Two interviews in the field are one type of source, of which the narrower one is named beside it.
    assert counted(2, "NLD:INTERVIEW") == ("1", "1", "Interviews")
    assert counted(3) == ("2", "1", "Document analysis, EXERCISE: watching from invented kites")


def test_a_path_from_input_to_impact_has_more_arrows_higher_up(seen_at: Callable[..., Store]) -> None:
    def arrows(levels: int) -> set[str]:
        rows = ask(seen_at(levels), PATH, {"theory": "theory/exercise-tents"})
        return {row["arrow"].removeprefix("causal-link/exercise-") for row in rows}

    low = {"hazel", "thorn", "reed", "bracken"}
    assert arrows(1) == arrows(2) == low
    assert arrows(3) == low | {"sedge", "moss"}
    assert arrows(4) == low | {"sedge", "moss", "fern"}


def test_support_is_known_where_each_of_its_steps_is(seen_at: Callable[..., Store]) -> None:
    name, given = "support-that-was-authorised", {"authority": "actor/exercise-umbrella-council"}
    assert ask(seen_at(1), name, given) == []
    assert [row["supported"] for row in ask(seen_at(2), name, given)] == ["actor/exercise-umbrella-mission"]


def test_a_judgement_is_known_at_its_own_label(seen_at: Callable[..., Store]) -> None:
    def judged(levels: int) -> list[str]:
        rows = ask(seen_at(levels), "judged-links", {"actor": "actor/exercise-puppet-theatre"})
        return [row.get("judgementName", "") for row in rows]

    assert judged(1) == judged(3) == ["EXERCISE: adequately aligned"]
    assert judged(4) == ["EXERCISE: adequately aligned", "EXERCISE: inadequately aligned"]


# --- nothing false ---------------------------------------------------------------------------------------------------

PREFIX = f"@prefix sluis: <{NS}> . @prefix id: <{ID}> . "
VOCABULARY = [*ontology.ontology_files()]


@cache
def rules() -> tuple[Any, ...]:
    return tuple(parse_rule(text) for _name, text in ontology.rule_files())


def concluded(turtle: str) -> set[tuple[str, str, str]]:
    """What follows from the facts and the ontology, and does not follow from the ontology alone: by local name."""
    texts = [*(text for _name, text in VOCABULARY), PREFIX + turtle]
    facts = {quad.triple for text in texts for quad in parse(text, format=RdfFormat.TURTLE)}
    return {
        (local(triple.subject), local(triple.predicate), local(triple.object))
        for triple in derive(facts, rules())
        if str(triple.subject).startswith(f"<{ID}")
    }


def local(term: Any) -> str:
    return str(term.value).removeprefix(ID).removeprefix(NS) if hasattr(term, "value") else str(term)


def pairs(facts: set[tuple[str, str, str]], *properties: str) -> set[tuple[str, str, str]]:
    return {fact for fact in facts if fact[1] in properties}


NEW = ("takesPartIn", "standsBehind", "supportsIndirectly", "empowers", "empowersSupportFor", "givesMandateTo")
JUDGED = ("foundAlignedWith", "foundPartlyAlignedWith", "foundPoorlyAlignedWith", "foundNotAlignedWith")


def link(kind: str, relation: str, more: str = "") -> str:
    return f"id:l a sluis:{kind} ; sluis:linkFrom id:a ; sluis:relation sluis:{relation} ; sluis:linkTo id:b {more} . "


@pytest.mark.parametrize("kind", ["IntendedLink", "ToBeAssessedLink", "AssessedLink"])
@pytest.mark.parametrize("relation", ["contributesTo", "partOf", "supports", "establishes", "authorises"])
def test_a_link_that_is_not_stated_lets_nothing_follow(kind: str, relation: str) -> None:
    around = """id:b sluis:partOf id:c ; sluis:supports id:d ; sluis:establishes id:e .
        id:a a sluis:Organisation . id:x sluis:contributesTo id:a ; sluis:supports id:a ; sluis:establishes id:a ."""
    without = pairs(concluded(around), *NEW)
    assert pairs(concluded(link(kind, relation) + around), *NEW) == without
    assert pairs(concluded(link("StatedLink", relation) + around), *NEW) > without


@pytest.mark.parametrize("kind", ["StatedLink", "IntendedLink", "ToBeAssessedLink"])
def test_only_an_assessed_link_makes_a_judged_relation(kind: str) -> None:
    judgement = "id:j sluis:makesJudgedRelation sluis:foundAlignedWith . "
    more = "; sluis:assessedAs id:j"
    assert pairs(concluded(judgement + link(kind, "informs", more)), *JUDGED) == set()
    facts = concluded(judgement + link("AssessedLink", "informs", more))
    assert pairs(facts, *JUDGED) == {("a", "foundAlignedWith", "b")}
    assert not pairs(facts, "informs", "relatesTo")


def test_a_link_is_flagged_as_intended_where_its_class_says_so(whole: Store) -> None:
    def found(pattern: str) -> set[str]:
        rows = cast(Any, whole.query(f"SELECT ?link {{ {pattern} }}", prefixes=PREFIXES))
        return {row["link"].value for row in rows}

    flagged = found("?link sluis:isIntended true")
    assert flagged
    assert flagged <= found("?link a sluis:IntendedLink")


def test_a_judgement_can_not_name_the_relation_itself() -> None:
    more = "; sluis:assessedAs id:j"
    facts = concluded("id:j sluis:makesJudgedRelation sluis:informs . " + link("AssessedLink", "informs", more))
    assert not pairs(facts, "informs", "relatesTo")


def test_whoever_cooperates_with_a_force_is_no_part_of_what_stands_behind_it(whole: Store) -> None:
    """MINUSMA works with the joint force of the G5: it is no member of either, nor are the states of MINUSMA."""
    minusma, force = f"<{ID}actor/minusma>", f"<{ID}actor/g5-sahel-joint-force>"
    assert cast(Any, whole.query(f"ASK {{ {minusma} sluis:cooperatesWith {force} }}", prefixes=PREFIXES))
    words = "sluis:memberOf|sluis:takesPartIn|sluis:standsBehind|sluis:supportsIndirectly|sluis:partOf"
    for other in (force, f"<{ID}actor/g5-sahel>"):
        for one, two in ((minusma, other), (other, minusma)):
            assert not cast(Any, whole.query(f"ASK {{ {one} {words} {two} }}", prefixes=PREFIXES)), (one, two)
    assert "actor/mali" not in {row["actor"] for row in ask(whole, "taking-part", {"whole": "actor/minusma"})}


def test_membership_goes_neither_up_nor_down() -> None:
    facts = concluded("id:m sluis:member id:x ; sluis:body id:part . id:part sluis:partOf id:whole , id:other .")
    assert ("x", "memberOf", "part") in facts
    assert pairs(facts, "memberOf") == {("x", "memberOf", "part")}
    organisation = "id:x a sluis:Ministry . "
    facts = concluded(organisation + "id:x sluis:memberOf id:whole . id:part sluis:partOf id:whole .")
    assert not pairs(facts, "takesPartIn")


def test_a_person_who_belongs_to_a_part_takes_no_part_in_the_whole() -> None:
    belongs = "id:x sluis:memberOf id:part . id:part sluis:partOf id:whole . "
    assert not pairs(concluded("id:x a sluis:Person . " + belongs), "takesPartIn")
    assert pairs(concluded("id:x a sluis:Unit . " + belongs), "takesPartIn") == {("x", "takesPartIn", "whole")}


def test_support_passes_one_hand_and_reaches_the_whole() -> None:
    facts = concluded(
        "id:a sluis:supports id:b . id:b sluis:supports id:c . id:c sluis:supports id:d ; sluis:partOf id:whole ."
    )
    assert {fact[2] for fact in pairs(facts, "supportsIndirectly") if fact[0] == "a"} == {"b", "c", "whole"}
    assert {fact[2] for fact in pairs(facts, "supportsIndirectly") if fact[0] == "b"} == {"c", "d", "whole"}


def test_leave_to_support_is_no_support() -> None:
    facts = concluded("id:c sluis:authorises id:op . id:op sluis:authorisedToSupport id:m .")
    assert pairs(facts, "empowersSupportFor") == {("c", "empowersSupportFor", "m")}
    assert not pairs(facts, "supports", "supportsIndirectly", "supportedByActor")


def test_a_mandate_comes_from_who_adopted_its_own_resolution() -> None:
    facts = concluded(
        "id:one sluis:mandateOf id:m ; sluis:mandatedBy id:r . id:r sluis:adoptedBy id:c ."
        "id:two sluis:mandateOf id:n ; sluis:mandatedBy id:s . id:s sluis:adoptedBy id:d ; sluis:cites id:r ."
    )
    assert pairs(facts, "givesMandateTo") == {("c", "givesMandateTo", "m"), ("d", "givesMandateTo", "n")}


def test_evidence_against_and_other_types_are_not_counted() -> None:
    facts = concluded(
        "id:here sluis:broaderSourceType id:talks . id:there sluis:broaderSourceType id:talks ."
        "id:s sluis:ofSourceType id:here . id:t sluis:ofSourceType id:talks . id:u sluis:ofSourceType id:papers ."
        "id:for sluis:evidenceFor id:claim ; sluis:evidenceFrom id:s ."
        "id:against sluis:evidenceAgainst id:claim ; sluis:evidenceFrom id:u ."
    )
    assert {fact[2] for fact in pairs(facts, "restsOnSourceType")} == {"here", "talks"}
    assert {fact[2] for fact in pairs(facts, "countsAsSourceType") if fact[0] == "t"} == {"talks"}
    assert {fact[2] for fact in pairs(facts, "bearsOn")} == {"claim"}


def test_a_class_counts_as_its_type_and_its_superclass_does_not() -> None:
    facts = concluded(
        "id:letters sluis:coversClass sluis:ParliamentaryPaper . id:m a sluis:Motion . id:r a sluis:Report ."
    )
    assert pairs(facts, "countsAsSourceType") == {("m", "countsAsSourceType", "letters")}


def test_an_arrow_points_one_way_and_stays_in_its_theory() -> None:
    facts = concluded("id:l sluis:fromStep id:a ; sluis:toStep id:b . id:k sluis:fromStep id:b ; sluis:toStep id:c .")
    assert pairs(facts, "leadsTo") == {("a", "leadsTo", "b"), ("b", "leadsTo", "c")}
    assert pairs(facts, "leadsToEventually") - {("a", "leadsToEventually", "c")} == {
        ("a", "leadsToEventually", "b"),
        ("b", "leadsToEventually", "c"),
    }


def test_the_lines_behind_a_claim_are_those_that_triangulation_counts(seen_at: Callable[..., Store]) -> None:
    """At each level: the same claims, and of each the same lines for and against and the same broad types."""
    for levels in (1, 3, 4):
        behind: dict[str, dict[str, set[str]]] = {}
        for row in ask(seen_at(levels), "evidence-of-claims", {}):
            of = behind.setdefault(row["claim"], {"for": set(), "against": set(), "types": set()})
            if "stance" in row:
                of[row["stance"]].add(row["line"])
            if row.get("stance") == "for" and "broadType" in row:
                of["types"].add(row["broadTypeLabel"])
        counted = {
            row["claim"]: (int(row["lines"]), int(row["linesAgainst"]), row.get("types", ""))
            for row in ask(seen_at(levels), "triangulation", {})
        }
        assert any(of["against"] for of in behind.values()) == (levels > 1)
        assert counted == {
            claim: (len(of["for"]), len(of["against"]), ", ".join(sorted(of["types"]))) for claim, of in behind.items()
        }


def test_the_matrix_marks_the_same_cells_that_goals_citing_classified_sources_lists(
    seen_at: Callable[..., Store],
) -> None:
    for levels in (1, 2, 3, 4):
        rows = ask(seen_at(levels), "goals-against-sources", {})
        classified = {(row["goal"], row["source"], row["marking"]) for row in rows if row.get("order", "0") != "0"}
        listed = ask(seen_at(levels), "goals-citing-classified-sources", {})
        assert classified == {(row["goal"], row["source"], row["marking"]) for row in listed}
        assert bool(classified) == (levels > 1)
        assert len({tuple(row.items()) for row in rows}) == len(rows)
        assert any("source" not in row for row in rows)


@pytest.mark.parametrize("name", ["sources-and-markings", "goals-against-sources", "evidence-of-claims"])
def test_a_policy_of_two_identifiers_gives_no_second_row(whole: Store, name: str) -> None:
    """A policy that was imported has its object identifier beside its short name."""
    store = store_of({quad.triple for quad in whole})
    wanted = ask(store, name, {})
    store.update(
        'INSERT { ?s <http://purl.org/dc/terms/identifier> "urn:oid:2.25.1" }'
        f"WHERE {{ ?l <{NS}inPolicy> ?s . ?l <{NS}levelOrder> ?n }}"
    )
    assert ask(store, name, {}) == wanted
    assert any("policy" in row for row in wanted)
