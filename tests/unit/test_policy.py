"""A policy file is checked once, and a malformed one stops the service: each refusal says what is wrong."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from graph_service.errors import ClearanceError, LabelError, PolicyError
from graph_service.security import EVERYONE, Clearance, Level, Policies, PolicyClearance, PolicyLabel, SecurityPolicy

BREAD: dict[str, Any] = {
    "id": "BREAD",
    "version": "1",
    "names": {"en": "Bread"},
    "affiliations": ["BAKER"],
    "level": [
        {"marking": "crumb", "names": {"en": "Crumb"}},
        {"marking": "crust", "aliases": ["heel"], "names": {"en": "Crust"}, "state_secret": True},
    ],
    "compartment": [{"name": "SEED", "names": {"en": "Seed"}}],
}


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    data = copy.deepcopy(BREAD)
    change(data)
    return data


def test_a_good_policy_is_read_whole() -> None:
    policy = SecurityPolicy.from_data(BREAD)
    assert [(level.marking, level.order) for level in policy.levels] == [("crumb", 0), ("crust", 1)]
    assert policy.state_secrets == {"crust"}
    assert policy.level("  HEEL ") == policy.level("crust") == policy.levels[1]
    assert policy.up_to(policy.levels[1]) == set(policy.levels)
    assert policy.up_to(policy.levels[0]) == {policy.levels[0]}


@pytest.mark.parametrize("field", ["id", "version", "names", "level"])
def test_a_policy_without_a_field_is_refused(field: str) -> None:
    with pytest.raises(PolicyError, match=f"a field is missing or of the wrong kind .*{field}"):
        SecurityPolicy.from_data(changed(lambda data: data.pop(field)))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: data.update(level=[]), "policy `BREAD` has no levels"),
        (lambda data: data.update(level=3), "a field is missing or of the wrong kind"),
        (lambda data: data["level"][0].pop("marking"), "a field is missing or of the wrong kind"),
        (lambda data: data["level"][0].pop("names"), "a field is missing or of the wrong kind"),
        (lambda data: data["level"][0].update(marking="a//b"), "`//` and `\\+` have a meaning in markings, see `a//b`"),
        (lambda data: data["level"][0].update(marking="a + b"), "have a meaning in markings, see `a \\+ b`"),
        (lambda data: data["level"][0].update(aliases=["a//b"]), "have a meaning in markings, see `a//b`"),
        (lambda data: data["level"][0].update(marking="CRUST"), "`crust` names two levels"),
        (lambda data: data["level"][0].update(aliases=["Heel"]), "`heel` names two levels"),
        (lambda data: data["compartment"][0].update(name="Seed"), "write `Seed` in capitals"),
        (lambda data: data["compartment"][0].update(name="SEED, NUT"), "without `,` `/` `\\+` `:`"),
        (lambda data: data["compartment"][0].pop("names"), "a field is missing or of the wrong kind"),
        (lambda data: data.update(affiliations=["baker"]), "write `baker` in capitals"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(change: Callable[[dict[str, Any]], object], says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        SecurityPolicy.from_data(changed(change))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(affiliations=["NOBODY"]),
        lambda data: data["compartment"][0].update(name="REL TO BAKER"),
    ],
    ids=["an affiliation NOBODY", "a compartment that reads as REL TO"],
)
def test_a_name_that_means_something_else_in_a_marking_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    """Its marking would read back as another label."""
    with pytest.raises(PolicyError):
        SecurityPolicy.from_data(changed(change))


def test_two_policies_of_one_name_are_refused() -> None:
    with pytest.raises(PolicyError, match="policy `BREAD` is given twice"):
        Policies.from_data([BREAD, BREAD])


def test_a_marking_that_names_levels_of_two_policies_is_refused() -> None:
    with pytest.raises(PolicyError, match="`crumb` is a level of `CAKE` and of `BREAD`"):
        Policies.from_data([BREAD, changed(lambda data: data.update(id="CAKE"))])


def test_no_policy_at_all_is_refused() -> None:
    with pytest.raises(PolicyError, match="nothing can be labelled"):
        Policies.from_data([])


# --- labels and clearances from data ---------------------------------------------------------------------------------

GOOD_LABEL = {"DRINK": {"level": "tea", "compartments": ["SUGAR"], "releasable_to": ["COOK"]}}


@pytest.mark.parametrize("field", ["level", "compartments", "releasable_to"])
def test_no_field_of_a_label_has_a_default(food: Policies, field: str) -> None:
    part = {name: value for name, value in GOOD_LABEL["DRINK"].items() if name != field}
    with pytest.raises(LabelError, match=f"the label's part of policy `DRINK` lacks `{field}`"):
        food.label({"DRINK": part})


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("level", "beer", "`beer` is not a level of policy `DRINK`"),
        ("level", "dish", "`dish` is not a level of policy `DRINK`"),
        ("compartments", ["SALT"], "`SALT` is not a compartment of policy `DRINK`"),
        ("compartments", ["sugar"], "`sugar` is not a compartment of policy `DRINK`"),
        ("compartments", "SUGAR", "the compartments of policy `DRINK` are a list"),
        ("releasable_to", ["EVERYBODY"], "`EVERYBODY` is not a"),
        ("releasable_to", ["EVERYONE"], "`EVERYONE` is not a"),
        ("releasable_to", "COOK", "the affiliations of policy `DRINK` are a list"),
        ("releasable_to", "", "the affiliations of policy `DRINK` are a list"),
    ],
)
def test_an_unknown_term_of_a_label_is_refused(food: Policies, field: str, value: object, says: str) -> None:
    with pytest.raises(LabelError, match=says):
        food.label({"DRINK": {**GOOD_LABEL["DRINK"], field: value}})


@pytest.mark.parametrize("data", [{}, [], "tea", None, {"SOUP": GOOD_LABEL["DRINK"]}])
def test_what_is_not_a_label_is_refused(food: Policies, data: Any) -> None:
    with pytest.raises(LabelError):
        food.label(data)


@pytest.mark.parametrize(
    "part",
    [None, 5, "level", ["level"], {**GOOD_LABEL["DRINK"], "level": 1}, {**GOOD_LABEL["DRINK"], "compartments": None}],
)
def test_a_label_of_the_wrong_kind_is_refused_and_not_a_fault(food: Policies, part: Any) -> None:
    with pytest.raises(LabelError):
        food.label({"DRINK": part})


def test_an_empty_list_of_recipients_is_nobody_and_everyone_is_said_aloud(food: Policies) -> None:
    (nobody,) = food.label({"DRINK": {**GOOD_LABEL["DRINK"], "releasable_to": []}}).parts
    (everyone,) = food.label({"DRINK": {**GOOD_LABEL["DRINK"], "releasable_to": "EVERYONE"}}).parts
    assert nobody.releasable_to == frozenset()
    assert everyone.releasable_to is EVERYONE


GOOD_CLEARANCE: dict[str, Any] = {
    "policies": {"DRINK": {"levels": ["water", "tea"], "compartments": ["SUGAR"]}},
    "affiliation": "COOK",
    "valid_from": "2020-01-01",
    "valid_until": "2020-12-31",
}


@pytest.mark.parametrize("field", sorted(GOOD_CLEARANCE))
def test_no_field_of_a_clearance_has_a_default(food: Policies, field: str) -> None:
    with pytest.raises(ClearanceError, match="lacks a field"):
        food.clearance({name: value for name, value in GOOD_CLEARANCE.items() if name != field})


@pytest.mark.parametrize(
    "change",
    [
        {"policies": {"SOUP": {"levels": [], "compartments": []}}},
        {"policies": {"DRINK": {"levels": ["beer"], "compartments": []}}},
        {"policies": {"DRINK": {"levels": ["dish"], "compartments": []}}},
        {"policies": {"DRINK": {"levels": ["tea"], "compartments": ["SALT"]}}},
        {"policies": {"DRINK": {"levels": ["tea"]}}},
        {"policies": {"DRINK": None}},
        {"policies": None},
        {"affiliation": "NOSUCH"},
        {"affiliation": ["COOK"]},
        {"valid_from": "yesterday"},
        {"valid_until": "2019-12-31"},
    ],
    ids=str,
)
def test_an_unreadable_clearance_is_refused(food: Policies, change: dict[str, Any]) -> None:
    with pytest.raises(ClearanceError):
        food.clearance({**GOOD_CLEARANCE, **change})


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2019, 12, 31), False),
        (date(2020, 1, 1), True),
        (date(2020, 12, 31), True),
        (date(2021, 1, 1), False),
    ],
)
def test_a_clearance_is_in_force_from_its_first_day_to_its_last(food: Policies, day: date, in_force: bool) -> None:
    assert food.clearance(GOOD_CLEARANCE).in_force(on=day) is in_force


def test_a_clearance_holds_just_what_it_lists(food: Policies) -> None:
    """A clearance of data lists levels: no hierarchy adds one."""
    clearance = food.clearance({**GOOD_CLEARANCE, "policies": {"DRINK": {"levels": ["tea"], "compartments": []}}})
    assert {level.marking for level in clearance.parts[0].levels} == {"tea"}


def test_values_that_do_not_fit_cannot_be_made(food: Policies) -> None:
    tea, dish = food.level("tea"), food.level("dish")
    with pytest.raises(LabelError, match="below 0"):
        Level("DRINK", -1, "dregs")
    with pytest.raises(ClearanceError, match="`dish` is not a level of policy `DRINK`"):
        PolicyClearance("DRINK", frozenset({tea, dish}), frozenset())
    part = PolicyClearance("DRINK", frozenset({tea}), frozenset())
    with pytest.raises(ClearanceError, match="not two of `DRINK`"):
        Clearance((part, part))
    with pytest.raises(LabelError, match="not two of `DRINK`"):
        food.label(GOOD_LABEL).__class__((PolicyLabel(tea, frozenset(), EVERYONE),) * 2)
    with pytest.raises(LabelError, match="data without a label is refused"):
        food.label(GOOD_LABEL).__class__(())
