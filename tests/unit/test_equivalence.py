"""Equivalence of levels: partial, directed and dated; for display and handling, and never a ground for access."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn, composite

from graph_service.errors import LabelError
from graph_service.handling import format_marking, parse_marking
from graph_service.handling.equivalence import (
    EquivalenceUnknown,
    at_least,
    contradicted,
    equivalent,
    equivalents,
    foreign_level,
    translated,
)
from graph_service.security import (
    Category,
    Clearance,
    Label,
    Level,
    Policies,
    PolicyClearance,
    PolicyLabel,
    Release,
    SecurityPolicy,
    invalidity,
)
from graph_service.security.policy import CategoryRule, ForeignCategory, ForeignLevel, LevelRule, Source, Tag, TagType
from tests.strategies import TODAY, clearances_under, food_level, labels_under, security_policies

DAY = timedelta(1)

# --- two small policies ----------------------------------------------------------------------------------------------


def policy(name: str, levels: str, *tags: Tag, **more: Any) -> SecurityPolicy:
    scale = [LevelRule(Level(name, order, level), str(order + 1)) for order, level in enumerate(levels.split())]
    return SecurityPolicy(name, OIDS[name], "1", tuple(scale), tags, **more)


OIDS = {"SEA": "2.999.70", "SKY": "2.999.71", "LAND": "2.999.72", "MOON": "2.999.73"}


def row(
    level: str, other: str, lacv: str, *, applied: str = "both", source: str = "a treaty", **more: Any
) -> ForeignLevel:
    direction = {"outward": applied != "decrypt", "inward": applied != "encrypt"}
    return ForeignLevel(level, OIDS[other], other, lacv, source=Source(source), **direction, **more)


def none(level: str, other: str, note: str) -> ForeignLevel:
    return row(level, other, "", note=note, applied="both")


SEA = policy(
    "SEA",
    "calm wave swell storm",
    equivalents=(
        row("wave", "SKY", "2", note="as amended"),
        row("swell", "SKY", "2", applied="encrypt"),
        row("storm", "SKY", "3", applied="decrypt"),
        row("wave", "LAND", "7", name="hill / butte", valid_from=TODAY - DAY, valid_until=TODAY + DAY),
        row("swell", "LAND", "8", name="mound", applied="decrypt", valid_until=TODAY),
        none("storm", "LAND", "no land is as high"),
    ),
)
SKY = policy("SKY", "clear cloud gale")
POLICIES = Policies.of([SEA, SKY])


def level(name: str, policies: Policies = POLICIES) -> Level:
    return next(found for own in policies.newest for found in own.levels if found.name == name)


def handled_as(name: str, other: str, *, on: date = TODAY, policies: Policies = POLICIES) -> str | None:
    """The level's name in the other policy, or ``None`` where that is not known."""
    try:
        return equivalent(level(name, policies), other, policies=policies, on=on).name
    except EquivalenceUnknown:
        return None


def test_a_level_is_handled_as_its_equivalent_with_the_ground_for_it() -> None:
    found = equivalent(level("wave"), "SKY", policies=POLICIES, on=TODAY)
    assert (found.level, found.policy, found.name) == (level("wave"), "SKY", "cloud")
    assert (found.source, found.note) == (Source("a treaty"), "as amended")
    assert [(e.policy, e.name) for e in equivalents(level("wave"), policies=POLICIES, on=TODAY)] == [
        ("LAND", "hill / butte"),
        ("SKY", "cloud"),
    ]


def test_the_relation_is_partial() -> None:
    assert handled_as("calm", "SKY") is None
    assert handled_as("clear", "SEA") is None
    assert handled_as("wave", "MOON") is None
    assert equivalents(level("calm"), policies=POLICIES, on=TODAY) == []


def test_the_relation_has_a_direction() -> None:
    """Ours may be sent as theirs (encrypt) or theirs be received as ours (decrypt); one does not give the other."""
    assert (handled_as("swell", "SKY"), handled_as("storm", "SKY")) == ("cloud", None)
    assert handled_as("gale", "SEA") == "storm"
    assert handled_as("cloud", "SEA") == "wave"  # and not swell, which is outward alone


def test_the_relation_has_dates_with_both_ends_in_it() -> None:
    days = [TODAY + n * DAY for n in (-2, -1, 0, 1, 2)]
    assert [handled_as("wave", "LAND", on=day) for day in days] == [None, *["hill / butte"] * 3, None]


def test_the_version_in_force_on_the_day_says_what_is_equivalent() -> None:
    old = replace(SEA, version="0", equivalents=(row("wave", "SKY", "3"),), in_force_until=TODAY - DAY)
    both = Policies.of([old, replace(SEA, in_force_from=TODAY), SKY])
    assert handled_as("wave", "SKY", on=TODAY - DAY, policies=both) == "gale"
    assert handled_as("wave", "SKY", on=TODAY, policies=both) == "cloud"
    assert handled_as("gale", "SEA", on=TODAY - DAY, policies=both) == "wave"


def test_a_policy_that_is_not_in_force_that_day_says_nothing() -> None:
    later = Policies.of([replace(SEA, in_force_from=TODAY + DAY), SKY])
    assert equivalents(level("cloud"), policies=later, on=TODAY) == []
    assert handled_as("cloud", "SEA", policies=later, on=TODAY + DAY) == "wave"


@pytest.mark.parametrize(
    ("name", "other", "says"),
    [
        ("calm", "SKY", "it is not known what `calm` of `SEA` is under `SKY`: ask who is responsible"),
        (
            "storm",
            "LAND",
            "it is not known what `storm` of `SEA` is under `LAND` (no land is as high): ask who is responsible",
        ),
        ("wave", "SOUP", "it is not known what `wave` of `SEA` is under `SOUP`: ask who is responsible"),
    ],
)
def test_a_refusal_says_what_is_not_known_and_why(name: str, other: str, says: str) -> None:
    with pytest.raises(EquivalenceUnknown) as told:
        equivalent(level(name), other, policies=POLICIES, on=TODAY)
    assert told.value.public == says
    assert isinstance(told.value, LabelError)


def test_a_row_about_a_level_that_is_not_there_says_nothing() -> None:
    policies = Policies.of([replace(SEA, equivalents=(row("wave", "SKY", "9"),)), SKY])
    assert handled_as("wave", "SKY", policies=policies) is None


def test_two_policies_that_contradict_each_other_are_refused() -> None:
    sky = replace(SKY, equivalents=(row("gale", "SEA", "2", applied="decrypt"),))
    with pytest.raises(EquivalenceUnknown, match="`wave` of `SEA` is `cloud` and `gale` under `SKY`"):
        equivalent(level("wave"), "SKY", policies=Policies.of([SEA, sky]), on=TODAY)


def test_two_rows_that_contradict_each_other_are_refused() -> None:
    """Neither the first nor the last is taken: that would be a guess."""
    twice = Policies.of([replace(SEA, equivalents=(row("wave", "SKY", "2"), row("wave", "SKY", "3"))), SKY])
    assert handled_as("wave", "SKY", policies=twice) is None
    both = Policies.of([replace(SEA, equivalents=(row("wave", "SKY", "2"), row("swell", "SKY", "2"))), SKY])
    assert handled_as("cloud", "SEA", policies=both) is None


def test_known_to_be_none_by_one_policy_and_something_by_the_other_is_refused() -> None:
    """For that pair: what either says of other levels stands."""
    sky = replace(SKY, equivalents=(row("gale", "SEA", "4", applied="decrypt"), row("clear", "SEA", "1")))
    policies = Policies.of([replace(SEA, equivalents=(none("storm", "SKY", "no sky is as wild"),)), sky])
    with pytest.raises(EquivalenceUnknown):
        equivalent(level("storm"), "SKY", policies=policies, on=TODAY)
    assert handled_as("calm", "SKY", policies=policies) == "clear"


def test_the_policies_that_rows_contradict_each_other_about_are_told() -> None:
    sky = replace(SKY, equivalents=(row("gale", "SEA", "2", applied="decrypt"),))
    policies = Policies.of([SEA, sky])
    assert contradicted(level("wave"), policies=policies, on=TODAY) == ["SKY"]
    assert contradicted(level("swell"), policies=policies, on=TODAY) == []


def test_a_contradiction_about_one_policy_leaves_another_as_it_is() -> None:
    sky = replace(SKY, equivalents=(row("gale", "SEA", "2", applied="decrypt"),))
    assert handled_as("wave", "LAND", policies=Policies.of([SEA, sky])) == "hill / butte"


# --- of policies that are not here -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hill", "HILL", " butte "])
def test_a_foreign_level_is_found_by_each_of_its_names(name: str) -> None:
    (found,) = foreign_level(name, policies=POLICIES)
    assert (found.level.policy, found.policy, found.name) == ("LAND", "SEA", "wave")
    assert (found.valid_from, found.valid_until) == (TODAY - DAY, TODAY + DAY)


def test_a_foreign_level_is_found_whatever_the_row_allows_because_it_only_helps_a_refusal() -> None:
    """Its marking is not read in any case: the row says whom to ask, with its dates."""
    assert [found.name for found in foreign_level("mound", policies=POLICIES)] == ["swell"]
    outward = Policies.of([replace(SEA, equivalents=(row("wave", "LAND", "7", name="hill", applied="encrypt"),)), SKY])
    assert [found.name for found in foreign_level("hill", policies=outward)] == ["wave"]
    for policies in (POLICIES, outward):
        with pytest.raises(LabelError):
            parse_marking("hill", policies=policies)


def test_a_level_of_a_policy_that_is_here_is_not_foreign() -> None:
    named = Policies.of([replace(SEA, equivalents=(row("wave", "SKY", "2", name="cloud"),)), SKY])
    assert foreign_level("cloud", policies=named) == []


# --- as that level or higher -----------------------------------------------------------------------------------------


def label(*names: str) -> Label:
    return Label(tuple(PolicyLabel(level(name)) for name in names))


@pytest.mark.parametrize(
    ("names", "asked", "answer"),
    [
        (["wave"], "wave", True),
        (["wave"], "swell", False),
        (["wave"], "cloud", True),
        (["wave"], "gale", False),
        (["cloud"], "wave", True),
        (["cloud"], "storm", False),
        (["gale"], "storm", True),
        (["calm"], "cloud", False),  # what no policy classifies is not above the lowest step of another
        (["calm"], "calm", True),
        (["calm", "cloud"], "wave", True),
        (["swell", "clear"], "cloud", True),
        (["wave", "clear"], "gale", False),
    ],
)
def test_a_label_is_handled_as_a_level_or_higher_if_any_part_is(names: list[str], asked: str, answer: bool) -> None:
    assert at_least(label(*names), level(asked), policies=POLICIES, on=TODAY) is answer


def test_what_hangs_on_an_unknown_part_is_refused() -> None:
    with pytest.raises(EquivalenceUnknown, match="it is not known what `storm` of `SEA` is under `SKY`"):
        at_least(label("storm", "clear"), level("cloud"), policies=POLICIES, on=TODAY)
    # A part of which it is known is enough for a yes.
    assert at_least(label("storm", "gale"), level("cloud"), policies=POLICIES, on=TODAY)


def test_dutch_rules_for_vertrouwelijk_or_higher_hold_for_foreign_information(policies: Policies) -> None:
    confidential = policies.policy("NLD").level("Dep. VERTROUWELIJK")
    for marking, answer in (
        ("Stg. GEHEIM", True),
        ("Ongerubriceerd", False),
        ("NATO RESTRICTED", True),
        ("RESTREINT UE/EU RESTRICTED", True),
        ("EU UNCLASSIFIED", False),
        ("Ongerubriceerd + NATO UNCLASSIFIED", False),
        ("Ongerubriceerd + NATO SECRET", True),
    ):
        found = parse_marking(marking, policies=policies)
        assert at_least(found, confidential, policies=policies, on=TODAY) is answer, marking
    with pytest.raises(EquivalenceUnknown, match="`CONFIDENTIAL` of `UN` is under `NLD`"):
        at_least(parse_marking("UN CONFIDENTIAL", policies=policies), confidential, policies=policies, on=TODAY)


# --- a label under another policy ------------------------------------------------------------------------------------


def category(tag: str, name: str, lacv: str, **more: Any) -> tuple[str, CategoryRule]:
    return name, CategoryRule(Category(tag, name), lacv, **more)


def tag(name: str, kind: TagType, *rules: tuple[str, CategoryRule], oid: str = OIDS["SKY"]) -> Tag:
    return Tag(name, f"{oid}.{kind.value}", name, kind, dict(rules))


def there(kind: TagType, lacv: str) -> ForeignCategory:
    return ForeignCategory(OIDS["SKY"], f"{OIDS['SKY']}.{kind.value}", kind, False, lacv)


WIND, FOR, SEEN = TagType.RESTRICTIVE, TagType.PERMISSIVE, TagType.INFORMATIVE
BIRDS = replace(
    SKY,
    tags=(
        tag("Wind", WIND, category("Wind", "NORTH", "1"), category("Wind", "SOUTH", "2")),
        tag("For", FOR, category("For", "GULL", "1"), category("For", "SWAN", "2")),
    ),
)
FISH = replace(
    SEA,
    tags=(
        tag(
            "Current",
            WIND,
            category("Current", "COLD", "1", equivalents=(there(WIND, "1"),)),
            category("Current", "WARM", "2"),
            category("Current", "DEEP", "3", equivalents=(there(WIND, "9"),)),
            oid=OIDS["SEA"],
        ),
        tag(
            "For",
            FOR,
            category("For", "COD", "1", equivalents=(there(FOR, "2"),)),
            category("For", "EEL", "2", discarded_for=frozenset({OIDS["SKY"]})),
            oid=OIDS["SEA"],
        ),
        tag("Seen", SEEN, category("Seen", "FROTH", "1", discarded_for=frozenset({OIDS["SKY"]})), oid=OIDS["SEA"]),
    ),
)
CREATURES = Policies.of([FISH, BIRDS])


def in_the_sky(*categories: str, at: str = "wave", nobody: str = "", policies: Policies = CREATURES) -> PolicyLabel:
    own = policies.version("SEA", on=TODAY)
    chosen = [Category(*name.split(":")) for name in categories]
    part = own.label(own.level(at), chosen, nobody=nobody.split())
    return translated(part, "SKY", policies=policies, on=TODAY)


def test_a_label_is_translated_with_its_categories() -> None:
    cloud = BIRDS.level("cloud")
    assert in_the_sky() == PolicyLabel(cloud)
    assert in_the_sky("Current:COLD") == PolicyLabel(cloud, frozenset({Category("Wind", "NORTH")}))
    swan = frozenset({Release("For", frozenset({"SWAN"}))})
    assert in_the_sky("For:COD", "Seen:FROTH") == PolicyLabel(cloud, releasable_to=swan)


def test_a_translation_gets_what_its_policy_adds() -> None:
    added = replace(FISH, added_for={OIDS["SKY"]: (there(WIND, "1"),)})
    added = replace(added, equivalents=(row("wave", "SKY", "2", adds=(there(WIND, "2"),)),))
    found = in_the_sky(policies=Policies.of([added, BIRDS]))
    assert found.compartments == {Category("Wind", "NORTH"), Category("Wind", "SOUTH")}


@pytest.mark.parametrize(
    ("categories", "more", "says"),
    [
        (["Current:WARM"], {}, "it is not known what `WARM` of `SEA` is under `SKY`"),
        (["Current:DEEP"], {}, "SKY"),  # its equivalent has gone from there, or never was
        ([], {"at": "calm"}, "it is not known what `calm` of `SEA` is under `SKY`"),
        ([], {"nobody": "For"}, "no way to say that nobody of `SEA` may receive it"),
    ],
)
def test_a_translation_that_would_lose_a_restriction_is_refused(
    categories: list[str], more: dict[str, str], says: str
) -> None:
    with pytest.raises(EquivalenceUnknown, match=says):
        in_the_sky(*categories, **more)


def test_recipients_that_are_all_left_out_do_not_become_everyone() -> None:
    """To leave a recipient out narrows; to leave out the last one would open the label to all who hold the level."""
    assert in_the_sky("For:COD", "For:EEL").releases == {Release("For", frozenset({"SWAN"}))}
    with pytest.raises(EquivalenceUnknown):
        in_the_sky("For:EEL")


def test_a_category_of_another_version_is_refused_and_no_fault() -> None:
    older = replace(FISH, version="0", in_force_until=TODAY - DAY)
    newer = replace(FISH, tags=FISH.tags[1:], in_force_from=TODAY)
    part = FISH.label(FISH.level("wave"), [Category("Current", "COLD")])
    with pytest.raises(LabelError):
        translated(part, "SKY", policies=Policies.of([older, newer, BIRDS]), on=TODAY)


def test_the_toy_policies_have_an_equivalence(food: Policies) -> None:
    assert equivalent(food_level("coffee"), "MEAL", policies=food, on=TODAY).name == "banquet"
    assert equivalent(food_level("banquet"), "DRINK", policies=food, on=TODAY).name == "coffee"
    with pytest.raises(EquivalenceUnknown, match=r"\(no meal goes with whisky\)"):
        equivalent(food_level("whisky"), "MEAL", policies=food, on=TODAY)


# --- any policies and any rows ---------------------------------------------------------------------------------------

_AWAY = "2.999.79"
"""A policy that is spoken of and is not here."""


@composite
def rows_of(draw: DrawFn, own: SecurityPolicy, others: dict[str, SecurityPolicy | None]) -> tuple[ForeignLevel, ...]:
    found = []
    for rule in own.scale:
        for name, other in others.items():
            if draw(st.booleans()):
                continue
            known = [str(n) for n in range(1, 1 + (len(other.scale) if other else 2))]
            number = draw(st.sampled_from([*known, "99"]))
            outward, inward = draw(st.sampled_from([(True, True), (True, False), (False, True)]))
            days = draw(
                st.sampled_from([(None, None), (None, None), (TODAY, None), (None, TODAY - DAY), (TODAY, TODAY)])
            )
            entry = ForeignLevel(
                rule.level.name,
                other.oid if other else _AWAY,
                name,
                number,
                name=f"{name} {number}",
                outward=outward,
                inward=inward,
                valid_from=days[0],
                valid_until=days[1],
            )
            found.append(entry)
    return tuple(found)


@composite
def related(draw: DrawFn) -> Policies:
    """Two policies with rows between them and to a third that is not here."""
    one = draw(security_policies(hiding=False))
    two = draw(security_policies(policy_id="TWO", oid="2.999.41", hiding=False))
    one = replace(one, equivalents=draw(rows_of(one, {"TWO": two, "AWAY": None})))
    two = replace(two, equivalents=draw(rows_of(two, {"ONE": one, "AWAY": None})))
    return Policies.of([one, two])


def unrelated(policies: Policies) -> Policies:
    """The same policies without any row."""
    return Policies.of(replace(policy, equivalents=()) for policy in policies.newest)


def said_of(own: Level, other: str, policies: Policies, on: date) -> set[str]:
    """Every level of the other policy that a row in force says this one is handled as, restated plainly."""
    here = {policy.id: policy for policy in policies.newest}

    def in_force(entry: ForeignLevel) -> bool:
        return (entry.valid_from or date.min) <= on <= (entry.valid_until or date.max)

    names = set()
    for entry in here[own.policy].equivalents:
        if entry.level == own.name and entry.policy_name == other and entry.outward and in_force(entry):
            numbered = {rule.lacv: rule.level.name for rule in here[other].scale} if other in here else {}
            names |= {numbered.get(entry.lacv)} if other in here else {entry.name}
    if other in here:
        number = next(rule.lacv for rule in here[own.policy].scale if rule.level == own)
        for entry in here[other].equivalents:
            if (entry.policy_name, entry.lacv) == (own.policy, number) and entry.inward and in_force(entry):
                names.add(entry.level)
    return {name for name in names if name is not None}


def test_an_equivalent_is_what_every_row_in_force_says_and_else_it_is_refused() -> None:
    outcomes: Counter[int] = Counter()

    @settings(max_examples=max(100, settings().max_examples), suppress_health_check=list(HealthCheck))
    @given(related(), st.sampled_from([TODAY - DAY, TODAY, TODAY + DAY]))
    def agree(policies: Policies, on: date) -> None:
        for own in policies.newest:
            for found in own.levels:
                for other in {"ONE", "TWO", "AWAY"} - {own.id}:
                    said = said_of(found, other, policies, on)
                    outcomes[min(2, len(said))] += 1
                    try:
                        name = equivalent(found, other, policies=policies, on=on).name
                    except EquivalenceUnknown:
                        assert len(said) != 1, (found, other, said)
                    else:
                        assert said == {name}, (found, other)

    agree()
    assert set(outcomes) == {0, 1, 2}, outcomes


@given(related(), st.data())
def test_no_row_grants_access(policies: Policies, data: DataObject) -> None:
    """Whoever holds all of one policy reads nothing of the other, whatever the levels are handled as."""
    drawn = data.draw(labels_under(policies))
    for own in policies.newest:
        everything = Clearance(
            (PolicyClearance(own.id, frozenset(own.levels), frozenset(c for tag in own.tags for c in tag.categories)),)
        )
        for other in policies.newest:
            if other.id != own.id:
                assert not any(everything.dominates(Label((PolicyLabel(found),))) for found in other.levels)
        if any(part.policy != own.id for part in drawn.parts):
            assert not everything.dominates(drawn)


@given(related(), st.data(), st.sampled_from([TODAY - DAY, TODAY]))
def test_with_or_without_rows_every_decision_is_the_same(policies: Policies, data: DataObject, on: date) -> None:
    """Who reads a label, how two are joined, what is printed and read, and what is legal."""
    bare = unrelated(policies)
    one, other = data.draw(labels_under(policies)), data.draw(labels_under(policies))
    clearance = data.draw(clearances_under(policies))
    assert bare.clearance(clearance.to_data()) == clearance
    plain = bare.label(one.to_data())
    assert plain == one
    assert clearance.dominates(plain) == clearance.dominates(one)
    assert bare.label(one.join(other).to_data()) == one.join(other)
    assert format_marking(one, policies=bare) == format_marking(one, policies=policies)
    assert invalidity(one, policies=bare, on=on) == invalidity(one, policies=policies, on=on)


@given(related(), st.data())
def test_what_is_at_least_a_level_is_told_part_by_part(policies: Policies, data: DataObject) -> None:
    """Yes if a part is known to be; no if every part is known not to be; else it is refused."""
    drawn = data.draw(labels_under(policies))
    asked = data.draw(st.sampled_from([found for own in policies.newest for found in own.levels]))
    orders = {found.name: found.order for found in policies.policy(asked.policy).levels}
    answers: list[bool | None] = []
    for part in drawn.parts:
        if part.level.order == 0 < asked.order:
            answers.append(False)
        elif part.policy == asked.policy:
            answers.append(part.level.order >= asked.order)
        else:
            said = said_of(part.level, asked.policy, policies, TODAY)
            answers.append(orders[min(said)] >= asked.order if len(said) == 1 else None)
    try:
        found = at_least(drawn, asked, policies=policies, on=TODAY)
    except EquivalenceUnknown:
        assert True not in answers
        assert None in answers
    else:
        assert found is (True in answers)
        assert found or None not in answers


@given(related(), st.data())
def test_a_translation_is_at_the_equivalent_level_or_refused(policies: Policies, data: DataObject) -> None:
    """No category here has an equivalent there, so only labels without any are translated: none is lost."""
    one, two = policies.newest
    part = data.draw(labels_under(Policies.of([one]))).parts[0]
    try:
        found = translated(part, two.id, policies=policies, on=TODAY)
    except EquivalenceUnknown:
        return
    assert said_of(part.level, two.id, policies, TODAY) == {found.level.name}
    assert part == PolicyLabel(part.level)
    assert found == PolicyLabel(found.level)
