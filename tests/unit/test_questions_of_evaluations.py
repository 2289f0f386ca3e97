"""The questions that run over one evaluation or over all, and that no evaluation is taken for another."""

from __future__ import annotations

from typing import Any, cast

import pytest

from graph_service.namespaces import PREFIXES
from graph_service.serving.questions import Desk
from graph_service.serving.workers import ViewWorkers
from queries import catalogue
from tests.unit.test_fragile_contexts import MINUSMA, RESOLUTE_SUPPORT, SISTER, Facts, alone, both, facts, short
from tests.unit.test_minusma_facts import Here

OVER_ALL = (
    "cases-of-an-evaluation",
    "coherence-between-interventions",
    "missions-per-case-country",
    "resolutions-per-case-country",
    "scope-compared",
    "sister-evaluation",
    "sources-per-evaluation",
)
"""Questions with a column `evaluation`, which give all evaluations when none is named."""


def ask(loaded: Facts, name: str, **given: str) -> list[dict[str, str]]:
    query = Desk(cast(ViewWorkers, Here(loaded.store))).bind(catalogue()[name], given)
    rows = cast(Any, loaded.store.query(query.text, prefixes=PREFIXES))
    columns = [variable.value for variable in rows.variables]
    return [dict(zip(columns, (short(term.value) if term else "" for term in row), strict=True)) for row in rows]


@pytest.mark.parametrize("name", OVER_ALL)
def test_named_or_not_an_evaluation_has_the_same_rows(name: str) -> None:
    every = ask(both(), name)
    present = {row["evaluation"] for row in every}
    assert "evaluation/fragile-contexts" in present
    for iri in (SISTER, MINUSMA, RESOLUTE_SUPPORT):
        own = ask(both(), name, evaluation=iri)
        assert own == [row for row in every if row["evaluation"] == short(iri)]


@pytest.mark.parametrize("name", [*OVER_ALL, "shared-with-fragile-contexts"])
def test_the_questions_answer_over_the_sister_evaluation_alone(name: str) -> None:
    rows = ask(alone(), name)
    assert rows
    nameless = [(row[column], name) for row in rows for column in row if row.get(f"{column}Label") == "" != row[column]]
    assert nameless == []


def test_the_scope_of_the_evaluation_is_that_of_one_evaluation() -> None:
    """The sister's rules stand beside those of the MINUSMA evaluation, and are not among them."""
    ours = ask(facts("minusma"), "scope-of-the-evaluation")
    assert ask(both(), "scope-of-the-evaluation") == ours
    sister = ask(both(), "scope-of-the-evaluation", evaluation=SISTER)
    assert len(sister) == 10
    assert {row["rule"] for row in sister} & {row["rule"] for row in ours} == set()


def test_each_case_says_what_is_examined_in_it() -> None:
    cases = {row["case"]: row for row in ask(both(), "cases-of-an-evaluation", evaluation=SISTER)}
    assert set(cases) == {f"case/{key}" for key in ("mali", "south-sudan", "afghanistan")}
    assert "UNMISS" in cases["case/south-sudan"]["examined"]
    assert "ISAF" not in cases["case/afghanistan"]["examined"]
    assert cases["case/mali"]["complements"].startswith("Evaluation of the Dutch contribution to MINUSMA")


def test_missions_and_contributions_stand_with_their_country() -> None:
    rows = ask(both(), "missions-per-case-country")
    found = {(row["country"], row["mission"], row["contribution"]) for row in rows}
    assert ("country/south-sudan", "actor/unmiss", "contribution/nl-unmiss") in found
    assert ("country/mali", "actor/minusma", "contribution/nl-minusma-2014-2019") in found
    assert {mission for country, mission, _c in found if country == "country/afghanistan"} == {
        "actor/isaf",
        "actor/resolute-support",
        "actor/unama",
    }
    (unmiss,) = (row for row in rows if row["contribution"] == "contribution/nl-unmiss")
    assert (unmiss["start"], unmiss["end"]) == ("2011", "2019-09-01")
    assert unmiss["headcounts"].count("; ") == 1


def test_two_periods_of_one_evaluation_are_two_rows() -> None:
    periods = [row for row in ask(both(), "scope-compared") if row["aspect"] == "period"]
    assert {(row["start"], row["end"]) for row in periods if row["evaluation"] == short(SISTER)} == {
        ("2015", "2020"),
        ("2015", "2022"),
    }
    assert {row["evaluation"] for row in periods} == {short(iri) for iri in (SISTER, MINUSMA, RESOLUTE_SUPPORT)}


def test_what_several_evaluations_examine_is_of_each_kind() -> None:
    rows = ask(both(), "examined-by-several-evaluations", evaluation=SISTER)
    kinds = {kind for row in rows for kind in row["kind"].split(", ")}
    assert kinds >= {"actor", "contribution", "goal", "intervention", "location", "policy", "source"}
    assert all(int(row["number"]) >= 2 for row in rows)
    things = {row["thing"] for row in rows}
    assert {"actor/minusma", "goal/long-term-stability", "source/tor"} <= things
    assert "country/south-sudan" not in things  # the sister's alone
    assert "actor/iob" not in things  # carries both out, and is examined by neither
    with_support = ask(both(), "examined-by-several-evaluations", evaluation=RESOLUTE_SUPPORT)
    assert {row["thing"] for row in with_support} == {"contribution/nl-resolute-support", "country/afghanistan"}


def test_coherence_to_be_assessed_stands_with_its_case_and_parties() -> None:
    rows = ask(both(), "coherence-between-interventions")
    assert {row["status"] for row in rows} == {"to be assessed"}
    (mali,) = (row for row in rows if row["case"] == "case/mali")
    assert mali["between"].count("; ") == 2
    assert len(rows) == 5


def test_resolutions_stand_with_their_country_in_the_order_of_their_dates() -> None:
    rows = ask(both(), "resolutions-per-case-country")
    for key, number in (("mali", 6), ("south-sudan", 8), ("afghanistan", 6)):
        dates = [row["issued"] for row in rows if row["country"] == f"country/{key}"]
        assert len(dates) == number
        assert dates == sorted(dates)


def test_sources_stand_with_the_role_that_they_have() -> None:
    roles = {(row["evaluation"], row["source"]): row["roles"] for row in ask(both(), "sources-per-evaluation")}
    assert roles[short(SISTER), "source/tor-fragile-contexts"] == "terms of reference"
    assert roles[short(SISTER), "source/kst-31787-16"] == "response"
    assert roles[short(RESOLUTE_SUPPORT), "source/kst-27925-941"] == "response"
    assert roles[short(MINUSMA), "source/kst-27925-721"] == "request"
    assert "states its cases" in roles[short(SISTER), "source/tor"]
    assert (short(MINUSMA), "source/report-inconvenient-realities") not in roles


def test_why_a_thing_is_shared_is_said() -> None:
    rows = {row["thing"]: row for row in ask(both(), "shared-with-fragile-contexts")}
    assert len(rows) == 21
    assert rows["actor/minusma"]["basis"] == "inferred"
    assert rows["actor/minusma"]["reason"].startswith("Inferred: ")
    assert {row["basis"] for row in rows.values()} == {"stated", "inferred"}
