"""Markings are written by people: what is not wholly understood is refused, never read as something lower."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from graph_service.errors import ClearanceError, LabelError
from graph_service.handling import (
    clearance_from_markings,
    format_clearance_part,
    format_marking,
    format_part,
    parse_level,
    parse_marking,
)
from graph_service.security import (
    EVERYONE,
    Category,
    Clearance,
    Label,
    Level,
    Place,
    Policies,
    PolicyClearance,
    PolicyLabel,
    Release,
    SecurityPolicy,
    everything,
)
from graph_service.security.policy import CategoryRule, LevelRule, Tag, TagType
from graph_service.security.wording import NO_WORDING, Phrase, Qualifier, Wording
from tests.service import run_python
from tests.strategies import TODAY, food_level

# --- the toy policies ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("tea", "tea"),
        ("  TEA ", "tea"),
        ("tap   water", "water"),
        ("dram//SUGAR", "whisky//SUGAR"),
        ("tea//sugar", "tea//SUGAR"),
        ("tea SUGAR", "tea//SUGAR"),
        ("tea//SUGAR,SPICE", "tea//SPICE, SUGAR"),
        ("tea//rel to guest, cook", "tea//REL TO COOK, GUEST"),
        ("tea//REL  TO COOK", "tea//REL TO COOK"),
        ("tea//REL TO NOBODY", "tea//REL TO NOBODY"),
        ("tea//REL TO COOK//SUGAR", "tea//SUGAR//REL TO COOK"),
        ("tea//HOT//AT GARDEN,BAR//REL TO COOK", "tea//REL TO COOK//AT BAR, GARDEN//HOT"),
        ("tea//AT NOBODY//REL TO GUEST", "tea//REL TO GUEST//AT NOBODY"),
        ("tea//rel to staff", "tea//REL TO STAFF"),
        ("tea//REL TO WAITER, COOK", "tea//REL TO STAFF"),
        ("tea//REL TO GUEST, STAFF", "tea//REL TO STAFF, GUEST"),
        ("dish + tea//SUGAR", "tea//SUGAR + dish"),
        ("(t//SUGAR) + (dish)", "tea//SUGAR + dish"),
        ("thee//SUIKER//VOOR COOK//AAN TUIN//HEET", "tea//SUGAR//REL TO COOK//AT GARDEN//HOT"),
        ("(k//SUIKER//VOOR NOBODY)", "coffee//SUGAR//REL TO NOBODY"),
        ("feestmaal//CELLAR", "banquet//CELLAR"),
    ],
)
def test_a_marking_has_one_canonical_form(food: Policies, text: str, canonical: str) -> None:
    label = parse_marking(text, policies=food)
    assert format_marking(label, policies=food) == canonical
    assert parse_marking(canonical, policies=food) == label


@pytest.mark.parametrize(
    ("language", "place", "marking"),
    [
        ("", Place.BANNER, "coffee//SUGAR//REL TO STAFF//AT GARDEN//HOT+SHAKEN + banquet"),
        ("", Place.PORTION, "(c//SUGAR//REL TO STAFF//AT GARDEN//HOT+SHAKEN) + (banquet)"),
        ("nl", Place.BANNER, "koffie//SUIKER//VOOR STAFF//AAN TUIN//HEET+SHAKEN + feestmaal"),
        ("nl", Place.PORTION, "(k//SUIKER//VOOR STAFF//AAN TUIN//HEET+SHAKEN) + (feestmaal)"),
    ],
)
@pytest.mark.parametrize("region", ["", "-BE"])
def test_a_label_is_printed_in_each_language_and_place(
    food: Policies, language: str, place: Place, marking: str, region: str
) -> None:
    label = parse_marking("coffee//SUGAR//REL TO COOK, WAITER//AT GARDEN//HOT+SHAKEN + banquet", policies=food)
    asked = language + region if language else ""
    assert format_marking(label, policies=food, language=asked, place=place) == marking
    assert parse_marking(marking, policies=food) == label


@pytest.mark.parametrize("language", ["", "fr", "x"])
def test_a_language_that_a_policy_does_not_speak_is_its_own_words(food: Policies, language: str) -> None:
    label = parse_marking("tea//SUGAR//REL TO COOK", policies=food)
    assert format_marking(label, policies=food, language=language) == "tea//SUGAR//REL TO COOK"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the marking is empty"),
        (" ", "the marking is empty"),
        ("//", "`//` is not a marking of any policy here"),
        ("beer", "`beer` is not a marking of any policy here"),
        ("tea coffee", "`coffee` means nothing in a marking of policy `DRINK`"),
        ("tea/SUGAR", "`/sugar` means nothing"),
        ("teaSUGAR", "`teaSUGAR` is not a marking"),
        ("SUGAR//tea", "`SUGAR//tea` is not a marking"),
        ("//SUGAR", "`//SUGAR` is not a marking"),
        ("tea//SALT", "`salt` means nothing in a marking of policy `DRINK`"),
        ("tea//CELLAR", "`cellar` means nothing in a marking of policy `DRINK`"),
        ("tea//SUGAR,", "`sugar,` means nothing"),
        ("tea//,SUGAR", "`,sugar` means nothing"),
        ("tea//SUGAR, SUGAR", "`sugar, sugar` means nothing"),
        ("tea//SUGAR SPICE", "`sugar spice` means nothing"),
        # It was read as both compartments. A policy's marking has a tag's categories in one place.
        ("tea//SUGAR//SPICE", "`sugar spice` means nothing"),
        ("tea//REL TO COOK,", "`rel to cook,` means nothing"),
        ("tea//REL TO", "`rel to` means nothing"),
        ("tea//COOK", "`cook` means nothing"),
        ("tea//REL TO STRANGER", "`rel to stranger` means nothing"),
        ("tea//REL TO BAR", "`rel to bar` means nothing"),
        ("tea//REL TO NOBODY, COOK", "`rel to nobody, cook` means nothing"),
        ("tea//REL TO COOK, NOBODY", "`rel to cook, nobody` means nothing"),
        ("tea//NOBODY", "`nobody` means nothing"),
        ("tea//SUGAR//NOBODY", "`sugar nobody` means nothing"),
        ("tea//REL TO EVERYONE", "`rel to everyone` means nothing"),
        ("tea//REL TO COOK//REL TO GUEST", "`rel to cook rel to guest` means nothing"),
        ("tea//REL TO NOBODY//REL TO COOK", "`rel to nobody rel to cook` means nothing"),
        ("tea//HOT+", "`hot\\+` means nothing"),
        ("(t//SUGAR", "`\\(t//SUGAR` is not a marking"),
        ("t//SUGAR", "`t//SUGAR` is not a marking"),
        ("tea + coffee", "one part a policy, not two of `DRINK`"),
        ("tea +", "`\\+` means nothing"),
        ("tea + + dish", "`\\+ dish` is not a marking"),
    ],
)
def test_a_marking_that_is_not_understood_is_refused(food: Policies, text: str, says: str) -> None:
    with pytest.raises(LabelError, match=says):
        parse_marking(text, policies=food)


@pytest.mark.parametrize("text", ["tea//", "tea////SUGAR", "tea//SUGAR//", "tea//  //REL TO COOK"])
def test_a_marking_with_nothing_where_something_should_stand_is_refused(food: Policies, text: str) -> None:
    """A separator with nothing after it is what is left of a marking that was cut off: something is missing."""
    with pytest.raises(LabelError):
        parse_marking(text, policies=food)


def test_without_rel_to_everyone_and_with_nobody_no_one(food: Policies) -> None:
    (plain,) = parse_marking("tea", policies=food).parts
    (nobody,) = parse_marking("tea//REL TO NOBODY", policies=food).parts
    assert plain.releasable_to is EVERYONE
    assert nobody.releasable_to == frozenset({Release("Releasable To", frozenset())})


def test_a_tag_that_is_not_said_restricts_nothing(food: Policies) -> None:
    (part,) = parse_marking("tea//AT BAR", policies=food).parts
    assert part.releasable_to == frozenset({Release("Serving/Table", frozenset({"BAR"}))})


def test_a_packaged_marking_with_a_slash_and_aliases_is_read(policies: Policies) -> None:
    label = parse_marking("R-UE/EU-R + Staatsgeheim GEHEIM//BRON", policies=policies)
    assert format_marking(label, policies=policies) == "RESTREINT UE/EU RESTRICTED + Stg. GEHEIM//BRON"


def test_a_level_alone_is_read_as_a_level(food: Policies) -> None:
    assert parse_level("(k)", policies=food) == food_level("coffee")
    for text in ("tea//SUGAR", "tea + dish", "tea//REL TO NOBODY", "tea//HOT"):
        with pytest.raises(LabelError, match="is more than a level"):
            parse_level(text, policies=food)


# --- what an error may tell ------------------------------------------------------------------------------------------


def test_a_slip_in_a_level_is_told_to_anybody(food: Policies) -> None:
    with pytest.raises(LabelError, match="did you mean `coffee`"):
        parse_marking("cofee", policies=food)


def test_a_slip_in_a_category_is_told_to_its_holder_alone(food: Policies) -> None:
    holder = everything(food)
    stranger = Clearance(tuple(PolicyClearance(part.policy, part.levels) for part in holder.parts))
    with pytest.raises(LabelError, match="did you mean `SPICE`"):
        parse_marking("tea//SPICES", policies=food, asker=holder)
    for asker in (stranger, Clearance(()), None):
        with pytest.raises(LabelError) as told:
            parse_marking("tea//SPICES", policies=food, asker=asker)
        assert told.value.public == "`spices` means nothing in a marking of policy `DRINK`"


# --- wordings that are awkward ---------------------------------------------------------------------------------------


def says(*phrases: str | tuple[str, str], **qualifiers: str) -> Wording:
    """A wording of these phrases, each perhaps with codes, and of these qualifiers."""
    found = [(phrase, "") if isinstance(phrase, str) else phrase for phrase in phrases]
    return Wording(
        tuple(Phrase("", text, frozenset(codes.split())) for text, codes in found),
        tuple(Qualifier(kind, text) for kind, text in qualifiers.items()),
    )


def in_dutch(text: str) -> Wording:
    return Wording((Phrase("nl", text, frozenset()),))


def tag(name: str, kind: TagType, *names: str, wording: Wording = NO_WORDING, **more: Any) -> Tag:
    """A tag with these categories; keywords in capitals are the wording of the category of that name."""
    rules = {
        n: CategoryRule(Category(name, n), str(number), wording=more.pop(n, NO_WORDING))
        for number, n in enumerate(names, 1)
    }
    return Tag(name, f"2.999.30.{len(name)}", name, kind, rules, wording=wording, **more)


def policy(*tags: Tag, levels: str = "low high", wording: Wording = NO_WORDING, **more: Any) -> SecurityPolicy:
    """A policy that prints no name of its own; keywords are the wording of the level of that name."""
    printed = Wording((*says(("", "replacePolicy")).phrases, *wording.phrases), wording.qualifiers)
    scale = tuple(
        LevelRule(Level("ODD", order, name), str(order), wording=more.pop(name, NO_WORDING))
        for order, name in enumerate(levels.split())
    )
    return SecurityPolicy("ODD", "2.999.30", "1", scale, tags, wording=more.pop("named", printed), **more)


def printed(odd: SecurityPolicy, level: str, *categories: str, nobody: str = "", **at: Any) -> tuple[Label, str]:
    """The label with these categories (``tag:name``), and its marking."""
    chosen = [Category(*name.split(":")) for name in categories]
    label = Label((odd.label(odd.level(level), chosen, nobody=nobody.split()),))
    return label, format_marking(label, policies=Policies.of([odd]), **at)


def refused_or_equal(odd: SecurityPolicy, label: Label, text: str) -> bool:
    """Whether the text is read as the label, or else is refused; it is never read as another one."""
    try:
        found = parse_marking(text, policies=Policies.of([odd]))
    except LabelError:
        return False
    assert found == label, f"`{text}` is read as {found.to_data()}"
    return True


RESTRICTIVE, PERMISSIVE, INFORMATIVE = TagType.RESTRICTIVE, TagType.PERMISSIVE, TagType.INFORMATIVE


def test_a_policy_that_says_nothing_prints_its_name() -> None:
    odd = replace(policy(tag("Own", RESTRICTIVE, "A", "B")), wording=NO_WORDING)
    label, text = printed(odd, "low", "Own:A", "Own:B")
    assert text == "ODD low A/B"
    assert refused_or_equal(odd, label, text)
    assert not refused_or_equal(odd, label, "low A/B")


def test_a_level_or_a_category_may_stand_for_the_policy() -> None:
    joint = tag("Own", INFORMATIVE, "JOINT", "A", JOINT=says(("", "noNameDisplay"), ("THE", "replacePolicy")))
    odd = policy(joint, named=NO_WORDING, high=says(("COSMIC", "replacePolicy")))
    for level, names, text in (
        ("low", [], "ODD low"),
        ("high", [], "COSMIC high"),
        ("low", ["Own:A"], "ODD low A"),
        ("low", ["Own:JOINT", "Own:A"], "THE low A"),
    ):
        label, found = printed(odd, level, *names)
        assert found == text
        assert refused_or_equal(odd, label, text)


def test_two_categories_of_one_phrase_are_never_taken_for_each_other() -> None:
    """In two tags, and in one: a text that fits both is refused."""
    same = says("X")
    apart = policy(tag("Own", RESTRICTIVE, "A", A=same), tag("Other", INFORMATIVE, "B", B=same))
    together = policy(tag("Own", RESTRICTIVE, "A", "B", A=same, B=same))
    crossed = policy(tag("Own", RESTRICTIVE, "A", "B", A=says("B")))
    for odd, name in ((apart, "Own:A"), (together, "Own:A"), (together, "Own:B"), (crossed, "Own:A")):
        assert not refused_or_equal(odd, *printed(odd, "low", name))


def test_two_categories_of_one_phrase_side_by_side_are_never_taken_for_one_in_each_of_two_tags() -> None:
    """In Dutch the label is ``X X``; in no language may that be read as the one ``X`` and another tag's."""
    own = tag("Own", RESTRICTIVE, "A", "B", A=in_dutch("X"), B=says("X"), wording=says(separator=" "))
    odd = policy(own, tag("Note", INFORMATIVE, "C", C=Wording((*in_dutch("Z").phrases, *says("X").phrases))))
    label, text = printed(odd, "low", "Own:A", "Own:B", language="nl")
    assert text == "low X X"
    refused_or_equal(odd, label, text)


def test_a_phrase_that_is_the_name_of_a_group_is_never_taken_for_it() -> None:
    odd = policy(tag("To", PERMISSIVE, "A", "B", "C", A=says("PACT"), groups={"PACT": frozenset({"B", "C"})}))
    for names in (["To:A"], ["To:B", "To:C"]):
        assert not refused_or_equal(odd, *printed(odd, "low", *names))


def test_a_recipient_that_is_printed_nobody_is_never_taken_for_nobody() -> None:
    odd = policy(tag("To", PERMISSIVE, "A", A=says("NOBODY"), wording=says(prefix="REL TO ")))
    assert not refused_or_equal(odd, *printed(odd, "low", "To:A"))
    assert not refused_or_equal(odd, *printed(odd, "low", nobody="To"))


@pytest.mark.parametrize(
    "odd",
    [
        policy(tag("To", PERMISSIVE, "X", wording=says(prefix="R")), tag("Note", INFORMATIVE, "RX")),
        policy(tag("To", PERMISSIVE, "X", wording=says(suffix="S")), tag("Note", INFORMATIVE, "XS")),
        policy(
            tag("To", PERMISSIVE, "X"), tag("Note", INFORMATIVE, "N"), levels="low lowX", wording=says(separator="")
        ),
    ],
    ids=["prefix", "suffix", "between"],
)
def test_words_that_run_together_are_never_taken_for_another_word(odd: SecurityPolicy) -> None:
    """``R`` before ``X`` is printed ``RX``, which another tag or the scale has a meaning for: a lower one here."""
    refused_or_equal(odd, *printed(odd, "low", "To:X"))


def test_a_plus_in_a_policy_s_words_is_never_taken_for_the_next_policy() -> None:
    """`` + `` stands between the parts of a label: a policy that prints it can't be read back as two."""
    odd = policy(tag("Own", RESTRICTIVE, "A", "open", wording=says(separator=" + ")))
    other = replace(policy(levels="open"), id="EVEN", oid="2.999.31", scale=(LevelRule(Level("EVEN", 0, "open"), "1"),))
    both = Policies.of([odd, other])
    label, _ = printed(odd, "low", "Own:A", "Own:open")
    with suppress(LabelError):
        assert parse_marking(format_marking(label, policies=both), policies=both) == label


@pytest.mark.parametrize("order", ["AB ABC", "ABC AB"])
def test_a_group_within_a_group_is_printed_so_that_it_reads_back(order: str) -> None:
    groups = {name: frozenset(name) for name in order.split()}
    odd = policy(tag("To", PERMISSIVE, "A", "B", "C", "D", wording=says(prefix="REL TO "), groups=groups))
    for names, text in (("AB", "REL TO AB"), ("ABC", "REL TO ABC"), ("ABD", "REL TO AB/D"), ("AC", "REL TO A/C")):
        label, found = printed(odd, "low", *(f"To:{name}" for name in names))
        assert found == f"low {text}"
        assert refused_or_equal(odd, label, found)


def test_a_text_of_very_many_parts_is_refused_in_time() -> None:
    """A marking may come from anywhere: it can't keep the program busy for ever. This ends or it is killed."""
    code = (
        "from graph_service.errors import LabelError\n"
        "from graph_service.handling import parse_marking\n"
        "from tests.strategies import food_policies\n"
        "for text in (['tea'] * 300, ['tea', 'dish'] * 150, ['x'] * 300, ['tea'] * 299 + ['x']):\n"
        "    for between in (' + ', '//', ', ', ' '):\n"
        "        try:\n"
        "            parse_marking(between.join(text), policies=food_policies())\n"
        "        except LabelError:\n"
        "            print('refused')\n"
    )
    assert run_python(code).stdout.split() == [b"refused"] * 16


@pytest.mark.parametrize("text", ["tea" + " " * 3000 + "x", " + ".join(["tea"] * 30)])
def test_a_marking_has_an_end(food: Policies, text: str) -> None:
    with pytest.raises(LabelError, match=r"a marking has [0-9]+ characters and [0-9]+ policies at most"):
        parse_marking(text, policies=food)


def test_groups_that_overlap_read_back() -> None:
    groups = {"NORTH": frozenset("AB"), "SOUTH": frozenset("BC")}
    odd = policy(tag("To", PERMISSIVE, "A", "B", "C", groups=groups))
    label, text = printed(odd, "low", "To:A", "To:B", "To:C")
    assert text == "low NORTH/SOUTH"
    assert refused_or_equal(odd, label, text)


def test_groups_that_together_cover_another_read_back() -> None:
    groups = {"NORTH": frozenset("AB"), "SOUTH": frozenset("BC"), "SEA": frozenset("AC")}
    odd = policy(tag("To", PERMISSIVE, "A", "B", "C", groups=groups))
    assert refused_or_equal(odd, *printed(odd, "low", "To:A", "To:B", "To:C"))


def test_a_tag_without_a_prefix_is_named_where_nobody_may_receive() -> None:
    odd = policy(tag("To", PERMISSIVE, "A"), tag("At", PERMISSIVE, "B", wording=says(prefix="AT ", suffix=" ONLY")))
    label, text = printed(odd, "low", nobody="To At")
    assert text == "low To: NOBODY AT NOBODY ONLY"
    assert refused_or_equal(odd, label, text)


def test_a_category_that_does_not_show_is_left_out_and_not_guessed() -> None:
    hidden = says(("", "noMarkingDisplay"))
    odd = policy(tag("Own", RESTRICTIVE, "A", "B", A=hidden))
    label, text = printed(odd, "low", "Own:A", "Own:B")
    assert text == "low B"
    assert parse_marking(text, policies=Policies.of([odd])) == printed(odd, "low", "Own:B")[0]
    assert not refused_or_equal(odd, label, "low A/B")


def test_a_level_that_is_left_out_for_a_category_is_not_guessed() -> None:
    quiet = says(("ALONE", "suppressClassName"))
    odd = policy(tag("Own", RESTRICTIVE, "A", A=quiet))
    label, text = printed(odd, "high", "Own:A")
    assert text == "ALONE"
    assert not refused_or_equal(odd, label, text)
    one_level = policy(tag("Own", RESTRICTIVE, "A", A=quiet), levels="only")
    assert refused_or_equal(one_level, *printed(one_level, "only", "Own:A"))


@pytest.mark.parametrize("hidden", ["low", "high"])
def test_a_level_that_does_not_show_is_never_taken_for_another(hidden: str) -> None:
    """Not for a level of the name of one of the label's categories either."""
    shown = {"low": "high", "high": "low"}[hidden]
    quiet = {hidden: says(("", "noMarkingDisplay"))}
    odd = policy(tag("Own", RESTRICTIVE, shown), **quiet)
    label, text = printed(odd, hidden, f"Own:{shown}")
    assert text == shown
    refused_or_equal(odd, label, text)


def test_a_level_that_is_left_out_for_a_category_that_does_not_show_is_not_guessed() -> None:
    """Its category and its level are both unsaid: what is left may look like another label, and a lower one."""
    silent = says(("", "noNameDisplay suppressClassName"))
    odd = policy(tag("Own", RESTRICTIVE, "S", "low", S=silent))
    label, text = printed(odd, "high", "Own:S", "Own:low")
    assert text == "low"
    assert not refused_or_equal(odd, label, text)
    hidden = policy(tag("Own", RESTRICTIVE, "S", "A", S=silent), low=says(("", "noNameDisplay")))
    label, text = printed(hidden, "high", "Own:S", "Own:A")
    assert text == "A"
    assert not refused_or_equal(hidden, label, text)


def test_a_phrase_stands_where_its_codes_say() -> None:
    wording = says(("BAN", "pageTop"), ("P", "portionMarking"), ("W", "waterMark"))
    odd = policy(tag("Own", RESTRICTIVE, "A", "B", A=wording, B=says(("V", "waterMark"))))
    assert printed(odd, "low", "Own:A", "Own:B")[1] == "low BAN/B"
    assert printed(odd, "low", "Own:A", "Own:B", place=Place.PORTION)[1] == "low P/B"


def test_a_portion_takes_the_page_s_phrase_where_it_has_none() -> None:
    odd = policy(tag("Own", RESTRICTIVE, "A", A=says(("BAN", "pageTopBottom"))))
    assert printed(odd, "low", "Own:A", place=Place.PORTION)[1] == "low BAN"


def test_a_label_of_an_old_version_is_printed_with_the_words_it_had() -> None:
    old = policy(tag("Own", RESTRICTIVE, "A", "B", A=says("ALFA")))
    new = replace(policy(tag("Own", RESTRICTIVE, "B")), version="2")
    both = Policies.of([replace(old, in_force_from=None), replace(new, in_force_from=TODAY)])
    label = Label((old.label(old.level("low"), [Category("Own", "A")]),))
    assert format_marking(label, policies=both) == "low ALFA"
    assert parse_marking("low ALFA", policies=both) == label


def test_a_label_with_categories_of_two_versions_is_printed_with_all_of_them() -> None:
    """Such is the banner over a portion of each: no version has both, and a restriction that is not said is lost."""
    old = policy(tag("Own", RESTRICTIVE, "A", "B", wording=says(separator=", ")))
    new = policy(tag("Own", RESTRICTIVE, "B", "C", wording=says(separator=", ")))
    both = Policies.of([old, replace(new, version="2", in_force_from=TODAY)])
    joined = Label((old.label(old.level("low"), [Category("Own", name) for name in ("A", "B", "C")]),))
    text = format_marking(joined, policies=both)
    assert text == "low B, C Own: A"
    with pytest.raises(LabelError):
        parse_marking(text, policies=both)


def test_a_clearance_is_printed_with_its_levels_in_braces(food: Policies) -> None:
    drink = food.policy("DRINK")
    clearance = clearance_from_markings(
        ["tea"], policies=food, compartments=["DRINK:SUGAR", "DRINK:Serving/Table/BAR"], affiliation="COOK"
    )
    (part,) = clearance.parts
    assert format_clearance_part(part, policy=drink) == "{water|tea}//SUGAR//REL TO COOK//AT BAR"
    assert format_part(PolicyLabel(drink.level("tea")), policy=drink) == "tea"


# --- a clearance written as markings ---------------------------------------------------------------------------------


def test_a_level_as_clearance_holds_that_level_and_all_below_and_nothing_else(food: Policies) -> None:
    (part,) = clearance_from_markings(["coffee"], policies=food).parts
    assert {level.name for level in part.levels} == {"water", "tea", "coffee"}
    assert part.categories == frozenset()


@pytest.mark.parametrize(
    ("markings", "more", "says"),
    [
        (["beer"], {}, "`beer` is not a marking of any policy here"),
        (["tea//SUGAR"], {}, "`tea//SUGAR` is more than a level"),
        (["tea//REL TO COOK"], {}, "`tea//REL TO COOK` is more than a level"),
        (["tea", "water"], {}, "two levels of policy `DRINK` are given"),
        (["tea + dish", "banquet"], {}, "two levels of policy `MEAL` are given"),
        (["tea"], {"compartments": ["SUGAR"]}, "write it as POLICY:NAME"),
        (["tea"], {"compartments": ["MEAL:CELLAR"]}, "with a level held in that policy"),
        (["tea"], {"compartments": ["DRINK:SALT"]}, "`SALT` is not a compartment"),
        (["tea"], {"compartments": ["DRINK:COOK"]}, "`COOK` is not a compartment"),
        (["tea"], {"compartments": ["DRINK:STAFF"]}, "`STAFF` is not a compartment"),
        (["tea"], {"compartments": ["DRINK:Serving/Table/SALT"]}, "`Serving/Table/SALT` is not a compartment"),
        (["tea"], {"compartments": ["DRINK:"]}, "`` is not a compartment"),
        (["tea"], {"affiliation": "STRANGER"}, "`STRANGER` is not an affiliation of any policy of the clearance"),
        (["tea"], {"affiliation": "STAFF"}, "`STAFF` is not an affiliation"),
        (["tea"], {"affiliation": "SUGAR"}, "`SUGAR` is not an affiliation"),
    ],
)
def test_a_clearance_that_is_not_understood_is_refused(
    food: Policies, markings: list[str], more: dict[str, Any], says: str
) -> None:
    with pytest.raises(ClearanceError, match=says):
        clearance_from_markings(markings, policies=food, **more)


def test_levels_of_two_policies_may_be_written_as_one_marking(food: Policies) -> None:
    """It was refused; each part is a bare level all the same."""
    together = clearance_from_markings(["tea + dish"], policies=food)
    assert together == clearance_from_markings(["tea", "dish"], policies=food)


def test_compartments_are_added_to_their_own_policy(food: Policies) -> None:
    clearance = clearance_from_markings(["tea", "dish"], policies=food, compartments=["DRINK:SUGAR", "DRINK:SPICE"])
    assert {part.policy: part.categories for part in clearance.parts} == {
        "DRINK": {Category("Compartments", "SUGAR"), Category("Compartments", "SPICE")},
        "MEAL": frozenset(),
    }


def test_an_affiliation_is_held_in_every_policy_that_knows_it(food: Policies) -> None:
    held = Category("Releasable To", "WAITER")
    clearance = clearance_from_markings(["tea", "dish"], policies=food, affiliation="waiter")
    assert {part.policy: part.categories for part in clearance.parts} == {"DRINK": {held}, "MEAL": frozenset()}


def test_any_category_is_named_by_its_tag(food: Policies) -> None:
    more = ["DRINK:Serving/Table/GARDEN", "DRINK:Releasable To/COOK", "DRINK:Releasable To/GUEST"]
    (part,) = clearance_from_markings(["tea"], policies=food, compartments=more).parts
    assert part.categories == {
        Category("Serving/Table", "GARDEN"),
        Category("Releasable To", "COOK"),
        Category("Releasable To", "GUEST"),
    }


def test_no_marking_at_all_is_a_clearance_that_reads_nothing(food: Policies) -> None:
    assert not clearance_from_markings([], policies=food).dominates(Label((PolicyLabel(food_level("water")),)))
