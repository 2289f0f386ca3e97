"""Markings are written by people: what is not wholly understood is refused, never read as something lower."""

from __future__ import annotations

from typing import Any

import pytest

from graph_service.errors import ClearanceError, LabelError
from graph_service.security import (
    EVERYONE,
    Label,
    Policies,
    PolicyLabel,
    clearance_from_markings,
    format_marking,
    parse_marking,
)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("tea", "tea"),
        ("  TEA ", "tea"),
        ("tap   water", "water"),
        ("tea//sugar", "tea//SUGAR"),
        ("tea//SUGAR,SPICE", "tea//SPICE, SUGAR"),
        ("tea//SUGAR//SPICE", "tea//SPICE, SUGAR"),
        ("tea//rel to guest, cook", "tea//REL TO COOK, GUEST"),
        ("tea//REL TO NOBODY", "tea//REL TO NOBODY"),
        ("tea//REL TO COOK//SUGAR", "tea//SUGAR//REL TO COOK"),
        ("dish + tea//SUGAR", "tea//SUGAR + dish"),
    ],
)
def test_a_marking_has_one_canonical_form(food: Policies, text: str, canonical: str) -> None:
    label = parse_marking(text, policies=food)
    assert format_marking(label) == canonical
    assert parse_marking(canonical, policies=food) == label


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the marking is empty"),
        (" ", "the marking is empty"),
        ("beer", "`beer` is not a level of any known policy"),
        ("tea coffee", "`tea coffee` is not a level"),
        ("tea/SUGAR", "`tea/SUGAR` is not a level"),
        ("SUGAR//tea", "`SUGAR` is not a level"),
        ("//SUGAR", "`` is not a level"),
        ("tea//SALT", "`SALT` is not a compartment of policy `DRINK`"),
        ("tea//CELLAR", "`CELLAR` is not a compartment of policy `DRINK`"),
        ("tea//", "remove the spare `//` or comma"),
        ("tea////SUGAR", "remove the spare `//` or comma"),
        ("tea//SUGAR,", "remove the spare `//` or comma"),
        ("tea//REL TO COOK,", "remove the spare `//` or comma"),
        ("tea//REL TO", "`REL TO` is not a compartment"),
        ("tea//REL  TO COOK", "is not a compartment"),
        ("tea//REL TO STRANGER", "`STRANGER` is not a"),
        ("tea//REL TO NOBODY, COOK", "`NOBODY` is not a"),
        ("tea//REL TO EVERYONE", "`EVERYONE` is not a"),
        ("tea//REL TO COOK//REL TO GUEST", "states `REL TO` twice"),
        ("tea//REL TO NOBODY//REL TO COOK", "states `REL TO` twice"),
        ("tea + coffee", "one part a policy, not two of `DRINK`"),
        ("tea +", "`` is not a level"),
        ("tea + + dish", "`` is not a level"),
    ],
)
def test_a_marking_that_is_not_understood_is_refused(food: Policies, text: str, says: str) -> None:
    with pytest.raises(LabelError, match=says.replace("(", "\\(")):
        parse_marking(text, policies=food)


def test_without_rel_to_everyone_and_with_nobody_no_one(food: Policies) -> None:
    (plain,) = parse_marking("tea", policies=food).parts
    (nobody,) = parse_marking("tea//REL TO NOBODY", policies=food).parts
    assert plain.releasable_to is EVERYONE
    assert nobody.releasable_to == frozenset()


def test_a_packaged_marking_with_a_slash_and_aliases_is_read(policies: Policies) -> None:
    label = parse_marking("R-UE/EU-R + Staatsgeheim GEHEIM//BRON", policies=policies)
    assert format_marking(label) == "RESTREINT UE/EU RESTRICTED + Stg. GEHEIM//BRON"


# --- a clearance written as markings ---------------------------------------------------------------------------------


def test_a_level_as_clearance_holds_that_level_and_all_below_and_nothing_else(food: Policies) -> None:
    (part,) = clearance_from_markings(["coffee"], policies=food).parts
    assert {level.marking for level in part.levels} == {"water", "tea", "coffee"}
    assert part.compartments == frozenset()
    assert clearance_from_markings(["coffee"], policies=food).affiliation is None


@pytest.mark.parametrize(
    ("markings", "more", "says"),
    [
        (["beer"], {}, "`beer` is not a level of any known policy"),
        (["tea//SUGAR"], {}, "`tea//SUGAR` is not a level"),
        (["tea + dish"], {}, "`tea \\+ dish` is not a level"),
        (["tea", "water"], {}, "two levels of policy `DRINK` are given"),
        (["tea"], {"compartments": ["SUGAR"]}, "write it as POLICY:NAME"),
        (["tea"], {"compartments": ["MEAL:CELLAR"]}, "with a level held in that policy"),
        (["tea"], {"compartments": ["DRINK:SALT"]}, "`SALT` is not a compartment"),
        (["tea"], {"compartments": ["DRINK:"]}, "`` is not a compartment"),
        (["tea"], {"affiliation": "STRANGER"}, "`STRANGER` is not an affiliation of any known policy"),
    ],
)
def test_a_clearance_that_is_not_understood_is_refused(
    food: Policies, markings: list[str], more: dict[str, Any], says: str
) -> None:
    with pytest.raises(ClearanceError, match=says):
        clearance_from_markings(markings, policies=food, **more)


def test_compartments_are_added_to_their_own_policy(food: Policies) -> None:
    clearance = clearance_from_markings(["tea", "dish"], policies=food, compartments=["DRINK:SUGAR", "DRINK:SPICE"])
    assert {part.policy: part.compartments for part in clearance.parts} == {
        "DRINK": {"SUGAR", "SPICE"},
        "MEAL": frozenset(),
    }


def test_no_marking_at_all_is_a_clearance_that_reads_nothing(food: Policies) -> None:
    label = Label((PolicyLabel(food.level("water"), frozenset(), EVERYONE),))
    assert not clearance_from_markings([], policies=food).dominates(label)
