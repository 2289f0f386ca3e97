"""Who I am, and the banner over several answers: of one's own clearance and view alone, in every world of policies."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from graph_service.demo import USERS
from graph_service.handling import format_marking
from graph_service.running import Service
from graph_service.security import Policies, high_water_mark
from tests.service import Answer, Reader
from tests.worlds import World


def me(reader: Reader, **parameters: str) -> dict[str, Any]:
    answer = reader.get("/api/me", parameters or None)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.data
    return found


def banner(reader: Reader, *markings: str) -> Answer:
    return reader.get("/api/banner?" + urlencode([("of", marking) for marking in markings]))


def test_the_anonymous_reader_is_nobody_and_holds_the_lowest_level(anonymous: Reader, world: World) -> None:
    found = me(anonymous)
    assert found["name"] is None
    assert [level["marking"] for level in found["levels"]] == [world.lowest]
    assert (found["banner"]["marking"], found["banner"]["classified"]) == (world.lowest, False)
    assert found["may"] == {"look_as": False, "list_own_queries": False, "review": False, "relabel": False}
    assert found["validity"] == {"from": None, "until": None, "days_left": None}


def test_a_reader_is_told_their_name_what_they_hold_and_the_banner_of_their_view(analyst: Reader, world: World) -> None:
    answer = analyst.get("/api/me")
    found = answer.data
    user = next(user for user in USERS if user.name == "analyst")
    assert found["name"] == user.name
    assert found["banner"]["marking"] == answer.headers["classification"] == world.analyst_banner
    assert found["banner"]["classified"]
    may_review = world.words is None and "review" in user.may  # the other world's users may do nothing more
    assert found["may"] == {"look_as": True, "list_own_queries": True, "review": may_review, "relabel": False}
    assert found["acts_for"] is None
    own = next(part for part in found["clearance"] if part["policy"] == world.policy)
    assert [category["name"] for category in own["compartments"]] == [world.compartment]
    assert world.home in {category["name"] for category in own["affiliation"]}
    assert [part["policy"] for part in found["clearance"]] == sorted(part["policy"] for part in found["clearance"])


def test_every_level_that_is_named_may_be_read_and_none_above_one_s_own(
    analyst: Reader, lead: Reader, world: World
) -> None:
    levels = {level["marking"]: level for level in me(analyst)["levels"]}
    assert world.high in levels
    assert world.top not in levels
    for level in levels.values():
        asked = analyst.get("/api/banner", {"of": level["marking"]})
        assert (asked.status, asked.data["marking"]) == (200, level["marking"])
        assert asked.data["colour"] == level["colour"]
    assert set(levels) < {level["marking"] for level in me(lead)["levels"]}


def test_looking_as_a_lower_clearance_has_the_banner_of_its_part(analyst: Reader, world: World) -> None:
    found = me(analyst, clearance=world.low)
    answer = analyst.get("/sparql", {"query": "ASK {}", "clearance": world.low})
    assert found["looking_as"] == world.low
    assert found["banner"]["marking"] == answer.headers["classification"]
    assert found["banner"]["marking"] != me(analyst)["banner"]["marking"]
    assert {key: found[key] for key in ("name", "clearance", "levels")} == {
        key: me(analyst)[key] for key in ("name", "clearance", "levels")
    }


def test_a_clearance_that_is_not_one_s_own_to_look_as_is_one_refusal(analyst: Reader, world: World) -> None:
    asked = [world.top, "no such marking", "", f"{world.low}//{world.secret}"]
    refusals = {analyst.get("/api/me", {"clearance": text}).comparable for text in asked}
    assert len(refusals) == 1
    assert next(iter(refusals))[0] == 403
    assert analyst.get("/api/me?clearance=x&clearance=x").status == 400


def test_the_banner_over_several_answers_is_the_join_of_their_labels(analyst: Reader, world: World) -> None:
    markings = [world.low, world.other_high, f"{world.lowest}//{world.compartment}", world.low]
    policies: Policies = world.policies
    joined = high_water_mark(world.label(marking) for marking in markings)
    answer = banner(analyst, *markings)
    assert answer.status == 200, answer.text
    assert answer.data["marking"] == format_marking(joined, policies=policies)
    assert [part["policy"] for part in answer.data["parts"]] == [part.policy for part in joined.parts]
    assert banner(analyst, *reversed(markings)).body == answer.body
    assert banner(analyst, answer.data["marking"]).data == answer.data


def test_a_marking_that_is_unreadable_absent_or_above_one_is_one_refusal(
    analyst: Reader, anonymous: Reader, world: World
) -> None:
    """Nothing tells a compartment that there is from one that there is not."""
    never = ["", "no such marking", world.top, f"{world.lowest}//{world.secret}", f"{world.lowest}//NOSUCH"]
    never += [f"{world.lowest}//REL TO NOBODY", world.low + " + " + world.top]
    refusals = {banner(analyst, text).comparable for text in never}
    refusals |= {banner(analyst, world.low, text).comparable for text in never}
    assert len(refusals) == 1
    status, _, body = next(iter(refusals))
    assert status == 403
    assert b"you can't ask for this marking" in body
    above = [world.low, f"{world.lowest}//{world.compartment}", world.other_low, "no such marking"]
    assert len({banner(anonymous, text).comparable for text in above}) == 1


def test_one_to_sixty_four_markings_are_joined(anonymous: Reader, world: World) -> None:
    assert banner(anonymous).status == 400
    assert banner(anonymous, *[world.lowest] * 64).status == 200
    assert banner(anonymous, *[world.lowest] * 65).status == 400


@pytest.mark.parametrize("path", ["/api/me", "/api/banner?of=x"])
def test_a_wrong_token_is_refused_and_never_anonymous(demo_service: Service, path: str) -> None:
    assert Reader(demo_service.port, "wrong").get(path).status == 401
