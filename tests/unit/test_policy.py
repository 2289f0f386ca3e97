"""A policy is checked once, and one that contradicts itself stops the service: each refusal says what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from graph_service.errors import ClearanceError, LabelError, PolicyError
from graph_service.handling import format_marking, parse_marking
from graph_service.security import (
    EVERYONE,
    Category,
    Clearance,
    Label,
    Level,
    Policies,
    PolicyClearance,
    PolicyLabel,
    Release,
    SecurityPolicy,
    everything,
    invalidity,
)
from graph_service.security.policy import CategoryRule, LevelRule, Operation, Requirement, Tag, TagType
from tests.strategies import TODAY, food_policies


def tag(name: str, kind: TagType, *names: str, **more: Any) -> Tag:
    """A tag with these categories; ``rules`` says more of one of them."""
    rules = {n: CategoryRule(Category(name, n), str(number)) for number, n in enumerate(names, 1)}
    rules |= {n: replace(rules[n], **said) for n, said in more.pop("rules", {}).items()}
    return Tag(name, f"2.999.20.{len(name)}", name, kind, rules, **more)


def scale(*names: str, policy: str = "BREAD", **more: dict[str, Any]) -> tuple[LevelRule, ...]:
    rules = [LevelRule(Level(policy, order, name), str(order + 1)) for order, name in enumerate(names)]
    return tuple(replace(rule, **more.get(rule.level.name, {})) for rule in rules)


BREAD = SecurityPolicy(
    id="BREAD",
    oid="2.999.20",
    version="1",
    scale=scale("crumb", "crust", "knob", crust={"spellings": ("heel",), "state_secret": True}),
    tags=(
        tag("Grain", TagType.RESTRICTIVE, "SEED", "NUT"),
        tag("For", TagType.PERMISSIVE, "BAKER", "DUCK", groups={"POND": frozenset({"DUCK"})}),
        tag("Note", TagType.INFORMATIVE, "STALE"),
    ),
)
BREADS = Policies.of([BREAD])
CRUMB, CRUST, KNOB = BREAD.levels
SEED, NUT = Category("Grain", "SEED"), Category("Grain", "NUT")
BAKER, DUCK = Category("For", "BAKER"), Category("For", "DUCK")
STALE = Category("Note", "STALE")

# --- one policy ------------------------------------------------------------------------------------------------------


def test_a_level_is_found_by_its_name_in_any_case() -> None:
    assert [(level.name, level.order) for level in BREAD.levels] == [("crumb", 0), ("crust", 1), ("knob", 2)]
    assert BREAD.level("  CRUST ") == BREAD.level("crust") == CRUST
    with pytest.raises(LabelError, match="`heel` is not a level of policy `BREAD`"):
        BREAD.level("heel")  # a spelling is for reading markings, and names nothing in data


def test_a_level_goes_with_all_below_it() -> None:
    assert BREAD.up_to(CRUST) == {CRUMB, CRUST}
    assert BREAD.up_to(CRUMB) == {CRUMB}


def test_an_unknown_tag_is_refused_and_so_is_a_text_in_place_of_a_list() -> None:
    with pytest.raises(LabelError, match="`Grains` is not a tag of policy `BREAD`"):
        BREAD.tag("Grains")
    with pytest.raises(LabelError, match="the categories of `Grain` are a list, not one text"):
        BREAD.categories(BREAD.tag("Grain"), "SEED")


def test_what_stands_above_the_lowest_level_of_a_policy_is_classified() -> None:
    assert not Label((PolicyLabel(CRUMB, frozenset({SEED})),)).is_classified
    assert Label((PolicyLabel(CRUST),)).is_classified
    assert Label((PolicyLabel(CRUMB), PolicyLabel(CAKE.levels[1]))).is_classified


def test_a_group_stands_for_its_members() -> None:
    recipients = BREAD.tag("For")
    assert BREAD.categories(recipients, ["pond", "Baker"]) == {BAKER, DUCK}


def test_an_error_about_a_category_does_not_tell_the_others() -> None:
    with pytest.raises(LabelError) as told:
        BREAD.categories(BREAD.tag("Grain"), ["SEEDS"])
    assert told.value.public == "`SEEDS` is not a category of `Grain` in policy `BREAD`"


def test_a_label_s_part_is_made_of_categories_by_the_type_of_their_tag() -> None:
    part = BREAD.label(CRUST, [SEED, BAKER, DUCK, STALE])
    assert part == PolicyLabel(
        CRUST, frozenset({SEED}), frozenset({Release("For", frozenset({"BAKER", "DUCK"}))}), frozenset({STALE})
    )
    assert BREAD.label(CRUST) == PolicyLabel(CRUST)
    assert BREAD.label(CRUST, nobody=["For"]) == PolicyLabel(
        CRUST, releasable_to=frozenset({Release("For", frozenset())})
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"scale": ()}, "policy `BREAD` has no levels"),
        ({"scale": scale("crumb", "CRUMB")}, "policy `BREAD` has two levels `crumb`"),
        ({"scale": scale("crumb", "crust", crust={"lacv": "1"})}, "policy `BREAD` has two level numbers `1`"),
        ({"scale": scale("crumb", "crust")[::-1]}, "the levels are not in order from 0, the lowest"),
        ({"scale": scale("crumb", "crust")[1:]}, "the levels are not in order from 0, the lowest"),
        ({"tags": (BREAD.tags[0], BREAD.tags[0])}, "policy `BREAD` has two tags `Grain`"),
        (
            {"tags": (tag("For", TagType.PERMISSIVE, "BAKER", groups={"POND": frozenset({"DUCK"})}),)},
            "a group of `For` names `DUCK`, which is not in it",
        ),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        replace(BREAD, **change)


def test_a_tag_is_called_after_its_set_where_it_is_not_called_the_same() -> None:
    assert tag("For", TagType.PERMISSIVE).key == "For"
    assert replace(tag("For", TagType.PERMISSIVE), tag_set="Out").key == "Out/For"


# --- several ---------------------------------------------------------------------------------------------------------

BREAD_2 = replace(
    BREAD,
    version="2",
    in_force_from=date(2026, 1, 1),
    tags=(tag("Grain", TagType.RESTRICTIVE, "SEED", "OAT"), *BREAD.tags[1:]),
)
BREAD_1 = replace(BREAD, in_force_until=date(2025, 12, 31))
VERSIONS = Policies.of([BREAD_1, BREAD_2])
CAKE = replace(BREAD, id="CAKE", oid="2.999.21", scale=scale("crumb", "icing", policy="CAKE"))


def test_no_policy_at_all_is_refused() -> None:
    with pytest.raises(PolicyError, match="nothing can be labelled"):
        Policies.of([])


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (BREAD, "policy `BREAD` version `1` is given twice"),
        (replace(BREAD_2, oid="2.999.22"), "policy `BREAD` has two identifiers"),
        (replace(BREAD_2, scale=BREAD.scale[:2]), "versions `2` and `1` have different levels"),
        (replace(BREAD_2, scale=scale("crust", "crumb", "knob")), "versions `2` and `1` have different levels"),
        (
            replace(BREAD_2, tags=(replace(BREAD.tags[0], type=TagType.INFORMATIVE),)),
            "`Grain` is of another type in version `1`",
        ),
        (replace(CAKE, oid=BREAD.oid), "`CAKE` and `BREAD` have one identifier"),
    ],
    ids=["twice", "identifier", "levels", "order", "type", "two of one identifier"],
)
def test_policies_that_cannot_stand_side_by_side_are_refused(other: SecurityPolicy, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        Policies.of([BREAD, other])


def test_a_marking_of_two_policies_is_refused_when_it_is_read() -> None:
    """It was refused when the policies were put together; now two policies may have a word in common."""
    no_name = replace(BREAD.wording, phrases=food_policies().policy("DRINK").wording.phrases)  # prints no policy
    both = Policies.of([replace(BREAD, wording=no_name), replace(CAKE, wording=no_name)])
    with pytest.raises(LabelError, match="`crumb` is the marking of 2 labels"):
        parse_marking("crumb", policies=both)
    assert parse_marking("icing", policies=both).parts[0].policy == "CAKE"


def test_a_version_is_found_by_its_name_or_its_day() -> None:
    assert VERSIONS.policy("BREAD") is BREAD_2
    assert VERSIONS.newest == (BREAD_2,)
    assert VERSIONS.version("BREAD", on=date(2025, 12, 31)) is BREAD_1
    assert VERSIONS.version("BREAD", on=date(2026, 1, 1)) is BREAD_2
    assert VERSIONS.version("BREAD", name="1", on=TODAY) is BREAD_1
    assert VERSIONS.by_oid("2.999.20") is BREAD_2
    assert VERSIONS.by_oid("2.999.9") is None


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"name": "3"}, "has no version `3` here"),
        ({"on": date(2024, 12, 31)}, "has no version in force on 2024-12-31 here"),
    ],
)
def test_a_version_that_is_not_there_is_refused(wanted: dict[str, Any], says: str) -> None:
    policies = Policies.of([replace(BREAD_1, in_force_from=date(2025, 1, 1)), BREAD_2])
    with pytest.raises(LabelError, match=says):
        policies.version("BREAD", **wanted)


def test_an_unknown_policy_is_refused() -> None:
    for ask in (VERSIONS.policy, VERSIONS.version):
        with pytest.raises(LabelError, match="`SOUP` is not a known policy"):
            ask("SOUP")


def test_a_label_of_an_older_version_is_still_known() -> None:
    old, new = Label((BREAD.label(CRUST, [NUT]),)), Label((BREAD.label(CRUST, [Category("Grain", "OAT")]),))
    for label in (old, new):
        assert VERSIONS.label(label.to_data()) == label
    assert format_marking(old, policies=VERSIONS) == "BREAD crust NUT"


def test_a_join_of_labels_of_two_versions_is_still_known() -> None:
    """``NUT`` went when ``OAT`` came: no one version has both, and the banner of a view may need both."""
    joined = Label((BREAD.label(CRUST, [NUT, Category("Grain", "OAT")]),))
    assert VERSIONS.label(joined.to_data()) == joined


def test_the_clearance_for_everything_survives_its_data() -> None:
    """It holds the categories of every version, and a clearance is kept as data."""
    assert VERSIONS.clearance(everything(VERSIONS).to_data()) == everything(VERSIONS)


# --- labels and clearances from data ---------------------------------------------------------------------------------

GOOD_LABEL = {
    "DRINK": {
        "level": "tea",
        "compartments": {"Compartments": ["SUGAR"]},
        "releasable_to": {"Releasable To": ["COOK"]},
        "informative": {"Serving/Remarks": ["HOT"]},
    }
}


def test_a_good_label_is_read_whole(food: Policies) -> None:
    (part,) = food.label(GOOD_LABEL).parts
    assert part == PolicyLabel(
        food.policy("DRINK").level("tea"),
        frozenset({Category("Compartments", "SUGAR")}),
        frozenset({Release("Releasable To", frozenset({"COOK"}))}),
        frozenset({Category("Serving/Remarks", "HOT")}),
    )


@pytest.mark.parametrize("field", ["level", "compartments", "releasable_to", "informative"])
def test_no_field_of_a_label_has_a_default(food: Policies, field: str) -> None:
    part = {name: value for name, value in GOOD_LABEL["DRINK"].items() if name != field}
    with pytest.raises(LabelError, match=f"the label's part of policy `DRINK` lacks `{field}`"):
        food.label({"DRINK": part})


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("level", "beer", "`beer` is not a level of policy `DRINK`"),
        ("level", "dish", "`dish` is not a level of policy `DRINK`"),
        ("level", "tap water", "`tap water` is not a level of policy `DRINK`"),
        ("compartments", {"Compartments": ["SALT"]}, "`SALT` is not a category of `Compartments` in policy `DRINK`"),
        ("compartments", {"Compartments": ["COOK"]}, "`COOK` is not a category of `Compartments` in policy `DRINK`"),
        ("compartments", {"Releasable To": ["COOK"]}, "`Releasable To` of policy `DRINK` is permissive"),
        ("compartments", {"Serving/Remarks": ["HOT"]}, "`Serving/Remarks` of policy `DRINK` is informative"),
        ("informative", {"Compartments": ["SUGAR"]}, "`Compartments` of policy `DRINK` is restrictive"),
        ("compartments", {"Spices": ["SALT"]}, "`Spices` is not a tag of policy `DRINK`"),
        ("compartments", {"Compartments": "SUGAR"}, "the categories of `Compartments` are a list"),
        ("releasable_to", {"Releasable To": ["EVERYBODY"]}, "`EVERYBODY` is not a"),
        ("releasable_to", {"Releasable To": ["EVERYONE"]}, "`EVERYONE` is not a"),
        ("releasable_to", {"Releasable To": ["NOBODY"]}, "`NOBODY` is not a"),
        ("releasable_to", {"Releasable To": "COOK"}, "the categories of `Releasable To` are a list"),
        ("releasable_to", {"Releasable To": ""}, "the categories of `Releasable To` are a list"),
        ("releasable_to", {"Compartments": []}, "`Compartments` of policy `DRINK` is restrictive"),
        ("releasable_to", {}, "who may receive is empty"),
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
    [
        *(None, 5, "level", ["level"]),
        {**GOOD_LABEL["DRINK"], "level": 1},
        {**GOOD_LABEL["DRINK"], "compartments": None},
        {**GOOD_LABEL["DRINK"], "compartments": ["SUGAR"]},
        {**GOOD_LABEL["DRINK"], "compartments": {"Compartments": [1]}},
        {**GOOD_LABEL["DRINK"], "compartments": {"Compartments": None}},
        {**GOOD_LABEL["DRINK"], "releasable_to": ["COOK"]},
        {**GOOD_LABEL["DRINK"], "releasable_to": []},
        {**GOOD_LABEL["DRINK"], "releasable_to": None},
        {**GOOD_LABEL["DRINK"], "releasable_to": "NOBODY"},
    ],
    ids=str,
)
def test_a_label_of_the_wrong_kind_is_refused_and_not_a_fault(food: Policies, part: Any) -> None:
    with pytest.raises(LabelError):
        food.label({"DRINK": part})


def test_a_tag_without_recipients_is_nobody_and_everyone_is_said_aloud(food: Policies) -> None:
    nobody = {**GOOD_LABEL["DRINK"], "releasable_to": {"Releasable To": []}}
    everyone = {**GOOD_LABEL["DRINK"], "releasable_to": "EVERYONE"}
    (part,) = food.label({"DRINK": nobody}).parts
    assert part.releasable_to == frozenset({Release("Releasable To", frozenset())})
    (part,) = food.label({"DRINK": everyone}).parts
    assert part.releasable_to is EVERYONE


def test_names_in_data_are_those_of_the_policy_in_any_case(food: Policies) -> None:
    """The law changed: it was one case. What is kept and compared is the policy's own spelling, one value."""
    shouted = {**GOOD_LABEL["DRINK"], "level": "TEA", "compartments": {"Compartments": ["sugar"]}}
    assert food.label({"DRINK": shouted}) == food.label(GOOD_LABEL)


GOOD_CLEARANCE: dict[str, Any] = {
    "policies": {"DRINK": {"levels": ["water", "tea"], "categories": {"Compartments": ["SUGAR"]}}},
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
        {"policies": {"SOUP": {"levels": [], "categories": {}}}},
        {"policies": {"DRINK": {"levels": ["beer"], "categories": {}}}},
        {"policies": {"DRINK": {"levels": ["dish"], "categories": {}}}},
        {"policies": {"DRINK": {"levels": ["tea"], "categories": {"Compartments": ["SALT"]}}}},
        {"policies": {"DRINK": {"levels": ["tea"], "categories": {"Spices": ["SALT"]}}}},
        {"policies": {"DRINK": {"levels": ["tea"], "categories": ["SUGAR"]}}},
        {"policies": {"DRINK": {"levels": ["tea"], "categories": {"Compartments": "SUGAR"}}}},
        {"policies": {"DRINK": {"levels": ["tea"]}}},
        {"policies": {"DRINK": {"categories": {}}}},
        {"policies": {"DRINK": None}},
        {"policies": None},
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


@pytest.mark.parametrize("held", [{"Releasable To": ["STAFF"]}, {"Serving/Remarks": ["HOT"]}], ids=str)
def test_a_group_or_a_remark_is_never_held(food: Policies, held: dict[str, list[str]]) -> None:
    """Who held a group would be of each of its members at once."""
    with pytest.raises(ClearanceError):
        food.clearance({**GOOD_CLEARANCE, "policies": {"DRINK": {"levels": ["tea"], "categories": held}}})


def test_a_clearance_holds_just_what_it_lists(food: Policies) -> None:
    """A clearance of data lists levels: no hierarchy adds one."""
    clearance = food.clearance({**GOOD_CLEARANCE, "policies": {"DRINK": {"levels": ["tea"], "categories": {}}}})
    assert {level.name for level in clearance.parts[0].levels} == {"tea"}
    assert clearance.parts[0].categories == frozenset()


def test_values_that_do_not_fit_cannot_be_made(food: Policies) -> None:
    tea, dish = food.policy("DRINK").level("tea"), food.policy("MEAL").level("dish")
    with pytest.raises(LabelError, match="below 0"):
        Level("DRINK", -1, "dregs")
    with pytest.raises(ClearanceError, match="`dish` is not a level of policy `DRINK`"):
        PolicyClearance("DRINK", frozenset({tea, dish}))
    part = PolicyClearance("DRINK", frozenset({tea}))
    with pytest.raises(ClearanceError, match="not two of `DRINK`"):
        Clearance((part, part))
    with pytest.raises(ClearanceError, match="ends before it begins"):
        Clearance((part,), date(2020, 1, 2), date(2020, 1, 1))
    with pytest.raises(LabelError, match="not two of `DRINK`"):
        Label((PolicyLabel(tea), PolicyLabel(tea)))
    with pytest.raises(LabelError, match="data without a label is refused"):
        Label(())
    with pytest.raises(LabelError, match="say EVERYONE, or name a tag with no recipients for nobody"):
        PolicyLabel(tea, releasable_to=frozenset())
    with pytest.raises(LabelError, match="one set of recipients a tag, not two of `To`"):
        PolicyLabel(tea, releasable_to=frozenset({Release("To", frozenset()), Release("To", frozenset({"A"}))}))


# --- is it legal -----------------------------------------------------------------------------------------------------


def faults(policy: SecurityPolicy, *categories: Category, level: Level = CRUST, nobody: str = "") -> list[str]:
    part = policy.label(level, categories, nobody=nobody.split())
    return invalidity(Label((part,)), policies=Policies.of([policy]), on=TODAY)


def with_tag(*names: str, kind: TagType = TagType.RESTRICTIVE, **more: Any) -> SecurityPolicy:
    """The bread policy whose first tag of that kind has these categories and limits."""
    changed = {TagType.RESTRICTIVE: "Grain", TagType.PERMISSIVE: "For", TagType.INFORMATIVE: "Note"}[kind]
    return replace(BREAD, tags=tuple(tag(t.name, kind, *names, **more) if t.name == changed else t for t in BREAD.tags))


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"obsolete": True}, "`SEED` is no longer in use"),
        ({"not_before": TODAY + timedelta(1)}, "`SEED` is in use from 2026-11-23 only"),
        ({"not_after": TODAY - timedelta(1)}, "`SEED` was in use until 2026-11-21"),
        ({"excluded_levels": frozenset({"crust"})}, "`SEED` can't stand with level `crust`"),
        ({"required_levels": frozenset({"crumb", "knob"})}, "`SEED` stands with level `crumb` or `knob` only"),
        ({"excluded": frozenset({NUT})}, "`SEED` can't stand with `NUT`"),
        (
            {"required": (Requirement(Operation.ALL, (frozenset({NUT}), frozenset({BAKER, DUCK}))),)},
            "`SEED` needs all of `NUT`, `BAKER` or `DUCK`",
        ),
        (
            {"required": (Requirement(Operation.ONE_OR_MORE, (frozenset({BAKER}), frozenset({DUCK}))),)},
            "`SEED` needs one or more of `BAKER`, `DUCK`",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_each_rule_about_a_category_is_told_by_its_reason(rule: dict[str, Any], reason: str) -> None:
    policy = with_tag("SEED", "NUT", rules={"SEED": rule})
    present = [SEED, NUT] if "excluded" in rule else [SEED]
    assert faults(policy, *present) == [f"BREAD: {reason}"]
    assert faults(policy, NUT) == []


@pytest.mark.parametrize(
    ("rule", "present"),
    [
        ({"not_before": TODAY, "not_after": TODAY}, [SEED]),
        ({"excluded_levels": frozenset({"crumb", "knob"})}, [SEED]),
        ({"required_levels": frozenset({"crust"})}, [SEED]),
        ({"excluded": frozenset({NUT})}, [SEED]),
        ({"required": (Requirement(Operation.ONLY_ONE, (frozenset({NUT}), frozenset({BAKER}))),)}, [SEED, BAKER]),
        ({"required": (Requirement(Operation.ONE_OR_MORE, (frozenset({NUT, BAKER}),)),)}, [SEED, NUT, BAKER]),
        ({"required": (Requirement(Operation.ALL, (frozenset({NUT}), frozenset({BAKER, DUCK}))),)}, [SEED, NUT, DUCK]),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_rule_that_is_kept_gives_no_reason(rule: dict[str, Any], present: list[Category]) -> None:
    assert faults(with_tag("SEED", "NUT", rules={"SEED": rule}), *present) == []


def test_exactly_one_is_neither_none_nor_two() -> None:
    need = Requirement(Operation.ONLY_ONE, (frozenset({NUT}), frozenset({BAKER})))
    policy = with_tag("SEED", "NUT", rules={"SEED": {"required": (need,)}})
    reason = "BREAD: `SEED` needs exactly one of `NUT`, `BAKER`"
    assert faults(policy, SEED) == faults(policy, SEED, NUT, BAKER) == [reason]


def test_a_level_may_be_obsolete_or_need_a_category() -> None:
    need = Requirement(Operation.ONE_OR_MORE, (frozenset({BAKER, DUCK}),))
    policy = replace(BREAD, scale=scale("crumb", "crust", "knob", crust={"obsolete": True, "required": (need,)}))
    old = "BREAD: level `crust` is no longer in use"
    assert faults(policy) == [old, "BREAD: level `crust` needs one or more of `BAKER` or `DUCK`"]
    assert faults(policy, DUCK) == [old]
    assert faults(policy, level=KNOB) == []


def test_a_tag_may_ask_for_some_of_its_categories_and_allow_no_more() -> None:
    policy = with_tag("SEED", "NUT", "OAT", least=1, most=2)
    oat = Category("Grain", "OAT")
    assert faults(policy) == ["BREAD: `Grain` needs at least 1 of its categories"]
    assert faults(policy, SEED, NUT, oat) == ["BREAD: `Grain` allows 2 of its categories at most"]
    assert faults(policy, SEED) == faults(policy, SEED, oat) == []


def test_nobody_breaks_no_limit() -> None:
    """It is stricter than any choice, and a join may come to it."""
    policy = with_tag("BAKER", "DUCK", kind=TagType.PERMISSIVE, least=1)
    assert faults(policy, nobody="For") == []
    assert faults(policy) == ["BREAD: `For` needs at least 1 of its categories"]


def test_the_version_in_force_on_the_day_decides() -> None:
    nutty, oaty = (Label((BREAD.label(CRUST, [Category("Grain", name)]),)) for name in ("NUT", "OAT"))
    before, after = date(2025, 12, 31), date(2026, 1, 1)
    assert invalidity(nutty, policies=VERSIONS, on=before) == invalidity(oaty, policies=VERSIONS, on=after) == []
    assert invalidity(nutty, policies=VERSIONS, on=after) == [
        "BREAD: `NUT` is not a category of `Grain` in version `2`"
    ]
    no_notes = Policies.of([BREAD_1, replace(BREAD_2, tags=BREAD_2.tags[:2])])
    stale = Label((BREAD.label(CRUST, [STALE]),))
    assert invalidity(stale, policies=no_notes, on=after) == ["BREAD: `Note` is not a tag in version `2`"]


def test_each_part_of_a_label_is_judged_by_its_own_policy() -> None:
    policies = Policies.of([replace(BREAD, scale=scale("crumb", "crust", crust={"obsolete": True})), CAKE])
    label = Label((PolicyLabel(CRUST), PolicyLabel(CAKE.levels[1])))
    assert invalidity(label, policies=policies, on=TODAY) == ["BREAD: level `crust` is no longer in use"]


def test_the_toy_policy_has_rules_of_its_own(food: Policies) -> None:
    def told(marking: str) -> list[str]:
        return invalidity(parse_marking(marking, policies=food), policies=food, on=TODAY)

    assert told("tea//AT BAR//HOT") == told("whisky//SHAKEN") == []
    assert told("whisky//AT BAR") == ["DRINK: `BAR` can't stand with level `whisky`"]
    assert told("tea//AT TERRACE") == ["DRINK: `TERRACE` is no longer in use"]
    assert told("tea//SHAKEN") == ["DRINK: `SHAKEN` stands with level `whisky` only"]
