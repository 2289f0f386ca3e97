"""What matters in the answers to the competency questions: facts that stand in the two documents, each asked at a
stated clearance, and what a reader of each clearance may conclude about classified sources.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from graph_service.settings import Layout
from queries import catalogue
from tests.service import Reader, bindings, tokens
from tests.unit.test_competency_questions import PAGE
from tests.worlds import SHIPPED, World

ID = "https://w3id.org/sluis/id/"
READERS = ("anonymous", "reviewer", "analyst", "lead")
LOADED = "loaded"
"""In place of a reader: the question is about files that the demo does not hold."""
"""The demo's clearances, from the lowest."""


@pytest.fixture(scope="session")
def readers(demo_layout: Layout, anonymous: Reader, analyst: Reader, lead: Reader) -> Mapping[str, Reader]:
    reviewer = Reader(anonymous.port, tokens(demo_layout)["reviewer"])
    return dict(zip(READERS, (anonymous, reviewer, analyst, lead), strict=True))


def rows(reader: Reader, name: str, **given: str) -> list[dict[str, str]]:
    """The rows of a question, our own IRIs without their namespace; ``from_`` stands for the parameter `from`."""
    answer = reader.question(name, {key.rstrip("_"): value for key, value in given.items()})
    assert answer.status == 200, answer.text
    return [{key: value.removeprefix(ID) for key, value in row.items()} for row in bindings(answer)]


def column(found: list[dict[str, str]], *names: str) -> set[tuple[str, ...]]:
    return {tuple(row.get(name, "") for name in names) for row in found}


# -- the page -------------------------------------------------------------------------------------------------------


def test_the_page_says_from_which_clearance_on_each_question_has_rows(
    readers: Mapping[str, Reader], world: World
) -> None:
    if world is not SHIPPED:
        pytest.skip("the page is about the demo of the packaged policies")
    told = re.findall(r"\(\.\./queries/([\w-]+)\.rq\) \| (\w+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    found = {
        name: next((who for who in READERS if rows(readers[who], name, **catalogue()[name].example)), LOADED)
        for name in {name for name, _ in told}
    }
    assert {(name, found[name]) for name, _ in told} == set(told)
    assert {name for name, who in found.items() if who == LOADED} == {
        question.name for question in catalogue().values() if question.needs
    }


# -- the mission, its mandate, and who authorised whom: public facts, asked by the anonymous reader --------------------


def test_minusma_was_established_by_resolution_2100_and_succeeded_afisma(anonymous: Reader) -> None:
    (row,) = rows(anonymous, "establishment-of-a-mission")
    assert (row["symbol"], row["date"]) == ("S/RES/2100 (2013)", "2013-04-25")
    assert (row["founder"], row["predecessor"]) == ("actor/unsc", "actor/afisma")


def test_an_operation_without_a_founding_decision_shows_none(anonymous: Reader) -> None:
    (row,) = rows(anonymous, "establishment-of-a-mission", mission="Serval")
    assert (row["founder"], row["date"]) == ("actor/france", "2013-01")
    assert "decision" not in row
    assert len(rows(anonymous, "establishment-of-a-mission", mission="G5 Sahel")) == 5


def test_serval_was_authorised_to_support_minusma(anonymous: Reader) -> None:
    (row,) = rows(anonymous, "authorisations", actor="Serval")
    assert (row["authoriser"], row["authorised"]) == ("actor/unsc", "actor/serval")
    assert (row["basis"], row["date"]) == ("source/s-res-2100-2013", "2013-04-25")
    assert "to support MINUSMA" in row["what"]


def test_all_necessary_means_were_excluded_for_a_part_of_objective_three(anonymous: Reader) -> None:
    (row,) = rows(anonymous, "objectives-without-all-necessary-means")
    assert (row["objective"], row["ordinal"]) == ("goal/minusma-3", "3")
    assert row["exception"] == "mediation in dialogue, reconciliation and elections"


def test_the_civilian_component_had_aspirations_and_no_specific_goals(anonymous: Reader) -> None:
    (row,) = rows(anonymous, "components-without-specific-goals")
    assert row["component"] == "component/civilian"
    assert "Gao and Bamako" in row["aspirations"]


def test_goals_aspirations_and_interests_are_told_apart(anonymous: Reader) -> None:
    kinds = {row["goal"]: row["kind"] for row in rows(anonymous, "dutch-goals-by-component")}
    assert kinds["goal/intelligence-effectiveness"] == "goal"
    assert kinds["goal/civilian-placement"] == "aspiration"
    assert kinds["goal/interest-stability"] == "interest"
    of_the_police = rows(anonymous, "dutch-goals-by-component", component=f"{ID}component/police")
    assert {row["component"] for row in of_the_police} == {"component/police"}


# -- the Dutch contribution -------------------------------------------------------------------------------------------


def test_the_number_of_soldiers_is_told_as_each_source_gives_it(anonymous: Reader) -> None:
    found = rows(anonymous, "dutch-soldiers-at-start-and-end")
    assert column(found, "moment", "number", "places") >= {
        ("start", "450", "ToR §3"),
        ("start", "348", "ToR table-2"),
        ("start", "750", "Geo-PKO 2.3 rows"),
        ("end", "250", "ToR §3"),
        ("end", "150", "Geo-PKO 2.3 rows"),
    }
    assert len(found) == 5
    (told,) = [row["words"] for row in found if row["number"] == "450"]
    assert told.startswith("De 450 militairen"), "the words of the document go before ours"


def test_the_intelligence_contribution_adds_up(anonymous: Reader) -> None:
    found = rows(anonymous, "breakdown-of-the-intelligence-contribution")
    assert [row["headcount"] for row in found] == ["90", "70", "60"]
    assert {row["partOfHeadcount"] for row in found} == {"220"}


def test_the_dutch_units_in_gao_are_those_in_the_town_and_at_the_airfield(anonymous: Reader) -> None:
    units = {"element/asifu-analysts", "element/reconnaissance", "element/apache-detachment"}
    assert {row["element"] for row in rows(anonymous, "dutch-units-at-a-place")} == units
    in_town = {row["element"] for row in rows(anonymous, "dutch-units-at-a-place", place="Gao")}
    assert in_town == units - {"element/apache-detachment"}
    assert {row["element"] for row in rows(anonymous, "dutch-units-at-a-place", place="Mali")} >= units


def test_there_were_four_extensions_each_with_its_letter(anonymous: Reader) -> None:
    found = rows(anonymous, "extensions-of-the-contribution")
    assert [(row["paperNumber"], row["date"]) for row in found] == [
        ("29521, nr. 293", "2015-06-19"),
        ("29521, nr. 327", "2016-10-07"),
        ("29521, nr. 349", "2017-09-11"),
        ("29521, nr. 368", "2018-09-14"),
    ]
    assert {row["times"] for row in found} == {"4"}


def test_the_helicopters_left_in_2017_for_want_of_training_and_parts(anonymous: Reader) -> None:
    (row,) = rows(anonymous, "why-a-part-left", part=f"{ID}element/apache-detachment")
    assert (row["date"], row["letter"]) == ("2017", "source/kst-29521-327")
    assert "training and spare parts" in row["reason"]


def test_the_c130_is_an_intention_of_november_2020_for_november_2021(anonymous: Reader) -> None:
    (row,) = rows(anonymous, "new-contributions", from_="2021-11", until="2021-11")
    assert (row["start"], row["decided"], row["intended"]) == ("2021-11", "2020-11", "true")
    assert "C-130" in row["equipment"]
    assert row["letter"] == "source/kst-29521-417"
    earlier = rows(anonymous, "new-contributions", until="2021-10-31")
    assert column(earlier, "change", "intended") == {("change/remaining-after-2019", "false")}


def test_dutch_officers_served_in_two_units_of_unpol_and_only_advised_its_staff(anonymous: Reader) -> None:
    assert column(rows(anonymous, "units-where-dutch-officers-served"), "unit", "force") == {
        ("actor/unpol-gender-unit", "actor/politie"),
        ("actor/unpol-transnational-crime-unit", "actor/politie"),
    }


# -- who coordinates with whom: stated, intended and still to be assessed are kept apart ------------------------------


@pytest.mark.parametrize("who", READERS)
def test_minusma_is_stated_to_coordinate_with_the_g5_force_alone(who: str, readers: Mapping[str, Reader]) -> None:
    found = column(rows(readers[who], "coordination-partners"), "partner", "relation")
    real = {pair for pair in found if not pair[0].startswith("actor/exercise-")}
    assert real == {("actor/g5-sahel-joint-force", "cooperates with")}


@pytest.mark.parametrize("who", READERS)
def test_what_factor_x_examines_is_no_fact_of_coordination(who: str, readers: Mapping[str, Reader]) -> None:
    examined = column(rows(readers[who], "alignments-to-be-assessed", under="factor X"), "actor", "other")
    named = ("minusma", "serval", "barkhane", "g5-sahel-joint-force", "eutm-mali", "eucap-sahel-mali")
    assert examined >= {("actor/netherlands", f"actor/{name}") for name in named}
    assert not examined & column(rows(readers[who], "coordination-partners", actor="Nederland"), "actor", "partner")


def test_a_plan_is_shown_as_intended_and_never_as_stated(anonymous: Reader) -> None:
    plans = column(rows(anonymous, "intended-links"), "actor", "relation", "other")
    assert ("actor/minusma", "escorts", "actor/evaluation-team-minusma") in plans
    links = rows(anonymous, "coordination-links")
    assert column([row for row in links if row["status"] == "intended"], "actor", "relation", "other") == plans
    trained = column(rows(anonymous, "who-trains-or-advises-whom"), "actor", "relation", "other")
    assert ("actor/kmar", "trains", "actor/unpol-staff") in trained
    assert not trained & plans


def test_the_states_that_support_barkhane_and_the_members_of_the_g5_are_the_same_five(anonymous: Reader) -> None:
    five = {f"actor/{name}" for name in ("burkina-faso", "mali", "mauritania", "niger", "chad")}
    for actor, relation in (("Barkhane", "supports"), ("G5 Sahel", "is a member of")):
        found = rows(anonymous, "states-supporting-an-operation-or-coalition", actor=actor)
        assert column(found, "state", "relation") == {(state, relation) for state in five}
    # The Security Council, AFISMA and the Malian armed forces supported Serval, and none of them is a state.
    assert rows(anonymous, "states-supporting-an-operation-or-coalition", actor="Serval") == []


# -- what was asked, decided and planned ------------------------------------------------------------------------------


def test_the_motion_asked_for_an_independent_party_and_the_ministries_turned_to_iob(anonymous: Reader) -> None:
    found = rows(anonymous, "motion-and-what-followed")
    assert "independent party" in found[0]["what"]
    assert column(found[:2], "step", "kind", "date") == {
        ("source/kst-27925-699", "asked", "2020-02-06"),
        ("event/bosman-motion-2020-02", "adopted", "2020-02"),
    }
    assert column(found, "step", "kind") >= {
        ("event/request-to-iob-2020", "followed"),
        ("source/kst-27925-721", "answered"),
        ("event/evaluation-conducted", "followed"),
    }
    assert "event/internal-final-evaluation" not in {row["step"] for row in found}


def test_three_ministries_asked_iob(anonymous: Reader) -> None:
    found = column(rows(anonymous, "who-asked-for-an-evaluation"), "asker", "asked", "letter")
    assert found == {(f"actor/{name}", "actor/iob", "source/kst-27925-721") for name in ("bz", "defensie", "jenv")}


def test_the_court_of_audit_concluded_on_deployability(anonymous: Reader) -> None:
    found = rows(anonymous, "audit-conclusions")
    assert ("source/rekenkamer-2018-06-11", "2018-06-11") in column(found, "report", "date")
    assert any("deployability" in row["text"] for row in found)


def test_an_event_of_which_only_the_year_is_known_counts_when_it_may_have_fallen_in_the_period(
    anonymous: Reader,
) -> None:
    found = rows(anonymous, "timeline", from_="2012-01", until="2013-07")
    dated = {row["event"]: row["date"] for row in found}
    assert dated["event/tuareg-uprising-2012-01"] == "2012-01"
    assert dated["event/minusma-start-2013-07"] == "2013-07"
    assert dated["event/armed-conflict-mali-2012"] == "2012"
    assert all(date[:4] in {"2012", "2013"} and date[:7] <= "2013-07" for date in dated.values())
    later = {row["event"] for row in rows(anonymous, "timeline", from_="2015-01-01", until="2015-06-18")}
    assert later >= {"event/peace-accord-2015-06", "event/nl-participation-2014-2019"}
    assert not later & {"event/nl-extension-1-2015-06-19", "event/serval-to-barkhane-2014-08"}


def test_the_first_version_is_planned_for_the_second_half_of_2021(anonymous: Reader) -> None:
    (row,) = rows(anonymous, "first-version-for-the-reference-group")
    assert (row["step"], row["from"], row["until"]) == ("plan/first-version", "2021-07", "2021-12")
    (dutch,) = rows(anonymous, "first-version-for-the-reference-group", words="Eerste versie")
    assert dutch == row


def test_there_are_three_external_experts_and_the_adviser_is_none_of_them(anonymous: Reader) -> None:
    assert column(rows(anonymous, "external-experts"), "person", "body") == {
        (f"person/{name}", "body/reference-group") for name in ("mirjam-de-bruijn", "christ-klep", "niels-van-willigen")
    }


def test_each_ministry_is_represented_by_its_own_directorates(anonymous: Reader) -> None:
    found = column(rows(anonymous, "directorates-in-the-reference-group"), "ministry", "directorate")
    assert found >= {
        ("actor/defensie", "actor/dgb"),
        ("actor/jenv", "actor/jenv-politieel-beleid"),
        *(("actor/bz", f"actor/{name}") for name in ("dvb", "daf", "dsh")),
    }
    assert {ministry for ministry, _ in found} == {"actor/bz", "actor/defensie", "actor/jenv"}


# -- how the evaluation goes about it ---------------------------------------------------------------------------------


def test_question_two_covers_three_levels_and_question_three_impact_where_attribution_is_excluded(
    anonymous: Reader,
) -> None:
    assert {row["level"] for row in rows(anonymous, "levels-per-research-question", number="2a")} == {
        "toc/activity",
        "toc/output",
        "toc/outcome",
    }
    assert {row["level"] for row in rows(anonymous, "levels-per-research-question", number="3")} == {"toc/impact"}
    found = rows(anonymous, "levels-without-attribution")
    assert {row["level"] for row in found} == {"toc/impact"}
    assert {row["limit"] for row in found} >= {"limit/no-impact-attribution", "limit/impact-likelihood"}


def test_the_literature_study_is_for_question_three(anonymous: Reader) -> None:
    three = column(rows(anonymous, "source-types-per-research-question", number="3"), "type", "namedFor")
    assert three >= {
        ("source-type/interviews", "question/tor-main"),
        ("source-type/document-analysis", "question/tor-main"),
        ("source-type/literature-study", "question/tor-3"),
    }
    one = {row["type"] for row in rows(anonymous, "source-types-per-research-question", number="1")}
    assert one >= {"source-type/interviews", "source-type/document-analysis"}
    assert "source-type/literature-study" not in one


def test_the_sister_evaluation_covers_four_instruments_of_the_ministry(anonymous: Reader) -> None:
    found = column(rows(anonymous, "instruments-of-an-evaluation"), "instrument", "user")
    names = ("development-projects", "security-and-reconstruction-programmes", "diplomatic-effort", "peace-missions")
    assert found >= {(f"instrument/{name}", "actor/bz") for name in names}


def test_nine_factors_are_about_design_and_three_about_coordination(anonymous: Reader) -> None:
    found = rows(anonymous, "factors-by-group", group="Missieopzet en -uitvoering")
    assert [row["numeral"] for row in found] == "I II III IV V VI VII VIII IX".split()
    default, dutch, english = (
        rows(anonymous, "factors-on-coordination", **given)
        for given in ({}, {"group": "Afstemming"}, {"group": "coordination"})
    )
    assert default == dutch == english
    assert {row["numeral"] for row in default} == {"X", "XI", "XII"}


def test_mali_means_the_country_whether_its_name_or_its_iri_is_given(anonymous: Reader) -> None:
    by_name = rows(anonymous, "respondents-at-a-place", place="Mali")
    assert by_name == rows(anonymous, "respondents-at-a-place", place=f"{ID}country/mali")
    assert {row["group"] for row in by_name} == {"respondent-group/mali"}
    assert {row["conditional"] for row in by_name} == {"false"}
    conditional = column(rows(anonymous, "respondents-at-a-place", conditional="true"), "category")
    assert conditional == {
        (f"respondent/{name}",) for name in ("ny-other-pvs", "other-partner-countries", "other-eu-institutions")
    }


# -- classified sources: each reader's answer is whole for that reader ------------------------------------------------


def test_the_rules_say_where_to_read_and_up_to_which_level_the_researchers_are_cleared(
    anonymous: Reader, world: World
) -> None:
    found = rows(anonymous, "clearance-of-the-researchers")
    assert {row["who"] for row in found} == {"actor/evaluation-team-minusma"}
    if world is SHIPPED:
        assert {row["level"] for row in found} == {"NATO COSMIC TOP SECRET", "EU TOP SECRET"}
    assert {row["rule"] for row in rows(anonymous, "where-to-read-classified-sources")} == {
        "rule/stand-alone-computers"
    }


@pytest.mark.parametrize(
    ("source", "answer", "rules"),
    [
        ("kst-29521-213", "yes", set()),
        ("exercise-bramble", "after consultation", {"rule/alert-sensitive-references", "rule/consult-on-doubt"}),
        ("exercise-foxglove", "no", {"rule/no-citing-state-secrets"}),
        ("exercise-lupin", "no", {"rule/no-citing-state-secrets"}),  # another policy's level, handled as a state secret
    ],
)
def test_whether_a_source_may_be_cited_follows_from_its_level_and_a_rule(
    source: str, answer: str, rules: set[str], lead: Reader
) -> None:
    found = rows(lead, "may-this-source-be-cited", source=f"{ID}source/{source}")
    assert {row["answer"] for row in found} == {answer}
    assert {row["rule"] for row in found if "rule" in row} == rules


def test_an_interview_s_rules_come_with_those_of_its_level(lead: Reader) -> None:
    found = rows(lead, "may-this-source-be-cited", source=f"{ID}source/exercise-amber")
    assert {row["answer"] for row in found} == {"after consultation"}
    assert {row["rule"] for row in found} >= {"rule/findings-not-traceable", "rule/consult-on-doubt"}


@pytest.mark.parametrize("name", ["may-this-source-be-cited", "whom-to-consult-on-declassification"])
def test_a_source_that_a_reader_may_not_know_of_is_like_one_that_is_not_there(name: str, anonymous: Reader) -> None:
    """The existence of the first is secret, the second is nothing."""
    hidden, absent = (rows(anonymous, name, source=f"{ID}source/{source}") for source in ("exercise-speedwell", "none"))
    assert hidden == absent == []
    assert not any("speedwell" in row["source"] for row in rows(anonymous, name))


def test_the_creator_and_the_policy_directorates_are_consulted(anonymous: Reader) -> None:
    found = rows(anonymous, "whom-to-consult-on-declassification", source=f"{ID}source/exercise-foxglove")
    consulted = column(found, "consult", "role")
    assert ("actor/exercise-tent-office", "creator of the source") in consulted
    directorates = {who for who, role in consulted if role.startswith("policy directorate")}
    assert directorates >= {"actor/dgb", "actor/dvb", "actor/daf", "actor/dsh"}
    assert "actor/defensie-evaluaties" not in directorates  # an evaluation department
    assert rows(anonymous, "whom-to-consult-on-declassification", source=f"{ID}source/tor") == []


def test_a_statement_with_one_open_source_does_not_rest_on_classified_sources_alone(
    readers: Mapping[str, Reader],
) -> None:
    found = {
        who: {row["statement"] for row in rows(readers[who], "statements-resting-on-classified-sources-only")}
        for who in READERS
    }
    assert found["anonymous"] == set()
    assert "goal/exercise-lit-lanterns" in found["reviewer"]
    assert "goal/exercise-fresh-bread" in found["lead"] - found["reviewer"]
    for who in READERS:
        assert not found[who] & {"goal/exercise-dry-feet", "goal/intelligence-effectiveness"}  # both cite open ones too
        alone = {row["finding"] for row in rows(readers[who], "findings-resting-on-classified-sources-only")}
        assert alone == {statement for statement in found[who] if statement.startswith("finding/")}


def test_a_finding_may_have_few_types_of_sources_low_and_enough_high(readers: Mapping[str, Reader]) -> None:
    few = {
        who: {row["finding"]: row["sourceTypes"] for row in rows(readers[who], "findings-with-few-source-types")}
        for who in READERS
    }
    assert few["reviewer"]["finding/exercise-quince"] == "1"
    assert "finding/exercise-quince" not in few["analyst"]
    assert "finding/exercise-quince" not in few["anonymous"]  # whose existence they may not know
    assert few["analyst"]["finding/exercise-lime"] == "1"
    more = {row["finding"] for row in rows(readers["lead"], "findings-with-few-source-types", minimum="3")}
    assert more > set(few["lead"])


def test_a_finding_from_one_interview_of_its_kind_can_be_traced(readers: Mapping[str, Reader]) -> None:
    found = {row["finding"]: row for row in rows(readers["analyst"], "findings-traceable-to-respondents")}
    assert (found["finding/exercise-apple"]["interviews"], found["finding/exercise-apple"]["traceable"]) == (
        "1",
        "true",
    )
    assert found["finding/exercise-damson"]["interviews"] == "2"
    loose = rows(readers["analyst"], "findings-traceable-to-respondents", minimum="2")
    assert {row["finding"] for row in loose if row["traceable"] == "false"} == {
        "finding/exercise-damson",
        "finding/exercise-lemon",
    }
    assert rows(readers["reviewer"], "findings-traceable-to-respondents") == []  # who sees the findings, no interview
