"""Roll-up rules of the United States' IC-ISM schema, tried on a small policy with its kinds of controls.

The rules (by their Schematron ids, IC-ISM version 10, approved for public release) say how the banner of a document
follows from its portions. Here a banner is ``high_water_mark`` of the portions' labels, so each rule is a claim about
the lattice: most hold by construction, and where ours is another rule, the test says so.
"""

from __future__ import annotations

import os
from datetime import date
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.handling.printing import format_marking
from graph_service.handling.reading import parse_marking
from graph_service.security.clearances import Clearance, PolicyClearance
from graph_service.security.labels import Category, Label, Release, high_water_mark
from graph_service.security.policies import Policies, everything
from graph_service.security.validity import invalidity
from graph_service.security.wording import Place
from graph_service.standards.spif import read_spif
from graph_service.standards.xml import parse_xml

LEVELS = {"UNCLASSIFIED": "U", "CONFIDENTIAL": "C", "SECRET": "S", "TOP SECRET": "TS"}
CONTROLS = ["OC", "IMC", "NF"]
COUNTRIES = ["USA", "AUS", "CAN", "DEU", "FRA", "GBR", "NZL"]
FIVE, FOUR = frozenset({"USA", "AUS", "CAN", "GBR", "NZL"}), frozenset({"USA", "AUS", "CAN", "GBR"})


def _level(number: int, name: str) -> str:
    # A classified portion says to whom it may go: to nobody abroad (NF), or to those in its list.
    needs = """<requiredCategory operation="oneOrMore"><categoryGroup tagSetRef="Dissemination" tagType="restrictive"
        lacv="3"/><categoryGroup tagSetRef="Releasable To" tagType="permissive" all="true"/></requiredCategory>"""
    phrase = f'<markingData phrase="{LEVELS[name]}"><code>portionMarking</code></markingData>'
    return (
        f'<securityClassification name="{name}" lacv="{number}" hierarchy="{number}">'
        f"{phrase}{needs if number > 1 else ''}</securityClassification>"
    )


def _tag(number: int, name: str, kind: str, prefix: str, separator: str, values: list[str]) -> str:
    categories = "".join(f'<tagCategory name="{value}" lacv="{at}"/>' for at, value in enumerate(values, 1))
    return f"""<securityCategoryTagSet name="{name}" id="2.999.5.{number}">
      <securityCategoryTag name="{name}" tagType="{kind}">{categories}<markingQualifier>
        <qualifier qualifierCode="prefix" markingQualifier="{prefix}"/>
        <qualifier qualifierCode="separator" markingQualifier="{separator}"/></markingQualifier></securityCategoryTag>
      </securityCategoryTagSet>"""


# EXERCISE EXERCISE EXERCISE: a policy made up for these tests. It is nobody's, and no marking in this file is real.
EXERCISE = f"""
<SPIF schemaVersion="2.1">
  <securityPolicyId name="EXERCISE" id="2.999.5"/>
  <securityClassifications>{"".join(_level(at, name) for at, name in enumerate(LEVELS, 1))}</securityClassifications>
  <securityCategoryTagSets>
    {_tag(1, "Dissemination", "restrictive", "//", "/", CONTROLS)}
    {_tag(2, "Releasable To", "permissive", "//REL TO ", ", ", COUNTRIES)}
  </securityCategoryTagSets>
  <markingQualifier><qualifier qualifierCode="separator" markingQualifier=""/></markingQualifier>
  <markingQualifier markingCode="portionMarking">
    <qualifier qualifierCode="prefix" markingQualifier="("/><qualifier qualifierCode="suffix" markingQualifier=")"/>
  </markingQualifier>
  <markingData phrase=""><code>replacePolicy</code></markingData>
  <extensions><sluis:policy xmlns:sluis="https://w3id.org/sluis/ns/policy#" version="1">
    <sluis:group tagSet="Releasable To" name="FVEY" members="{", ".join(sorted(FIVE))}"/>
    <sluis:group tagSet="Releasable To" name="ACGU" members="{", ".join(sorted(FOUR))}"/>
  </sluis:policy></extensions>
</SPIF>
"""
POLICIES = Policies.of([read_spif(EXERCISE, name="exercise")])
POLICY = POLICIES.policy("EXERCISE")


def label(text: str) -> Label:
    return parse_marking(text, policies=POLICIES)


def banner(*portions: str) -> str:
    """The banner of portions, all as markings."""
    return format_marking(high_water_mark(label(portion) for portion in portions), policies=POLICIES)


def reader(country: str, *held: str, level: str = "TOP SECRET") -> Clearance:
    """Somebody from that country who holds these controls too."""
    categories = {Category("Releasable To", country), *(Category("Dissemination", name) for name in held)}
    return Clearance((PolicyClearance("EXERCISE", POLICY.up_to(POLICY.level(level)), frozenset(categories)),))


def portions() -> st.SearchStrategy[Label]:
    """Any label: without a list of recipients, with one, or for nobody."""
    controls = st.frozensets(st.sampled_from(CONTROLS)).map(lambda names: [Category("Dissemination", n) for n in names])
    recipients = st.none() | st.frozensets(st.sampled_from(COUNTRIES))
    return st.builds(
        lambda level, held, to: Label(
            (
                POLICY.label(
                    level,
                    [*held, *(Category("Releasable To", name) for name in to or ())],
                    nobody=["Releasable To"] if to is not None and not to else [],
                ),
            )
        ),
        st.sampled_from(POLICY.levels),
        controls,
        recipients,
    )


def recipients_of(wanted: Label) -> frozenset[str]:
    (release,) = wanted.parts[0].releases
    return release.recipients


# --- the rules -------------------------------------------------------------------------------------------------------


@given(st.sets(st.sampled_from(COUNTRIES), min_size=1))
def test_ism_00041_recipients_are_printed_with_usa_first_and_then_by_the_alphabet(names: set[str]) -> None:
    """Whatever the order in which they were given. Tetragraphs come last in ISM and first here, in place of members."""
    part = POLICY.label(POLICY.level("SECRET"), [Category("Releasable To", name) for name in names])
    printed = format_marking(Label((part,)), policies=POLICIES).removeprefix("SECRET//REL TO ").split(", ")
    countries = [name for name in printed if name in COUNTRIES]
    assert countries == sorted(countries, key=lambda name: (name != "USA", name))


def test_ism_00041_recipients_are_read_in_any_order() -> None:
    assert format_marking(label("SECRET//REL TO GBR, DEU, USA"), policies=POLICIES) == "SECRET//REL TO USA, DEU, GBR"
    assert label("(S//REL TO DEU, ACGU)") == label("SECRET//REL TO AUS, CAN, DEU, GBR, USA")


def test_controls_are_printed_in_the_order_of_the_register() -> None:
    assert banner("SECRET//NF/IMC/OC") == "SECRET//OC/IMC/NF"


@pytest.mark.parametrize(("one", "other"), list(product(LEVELS, LEVELS)))
def test_ism_00056_00058_00059_the_banner_is_as_high_as_every_portion(one: str, other: str) -> None:
    """A U banner has no C, S or TS portion (00056), a C banner no S or TS (00058), an S banner no TS (00059)."""
    order = list(LEVELS)
    highest = max(one, other, key=order.index)
    assert banner(f"({LEVELS[one]})", f"({LEVELS[other]})") == highest


@given(st.lists(portions(), min_size=1, max_size=5))
def test_ism_00056_00058_00059_the_banner_dominates_every_portion(found: list[Label]) -> None:
    """More than the rules ask: not the level alone, and so whoever reads under the banner may read each portion."""
    joined = high_water_mark(found)
    assert all(joined.dominates(portion) for portion in found)
    assert joined.parts[0].level in {portion.parts[0].level for portion in found}


@given(st.lists(portions(), min_size=1, max_size=5))
def test_ism_00067_originator_control_of_one_portion_is_in_the_banner(found: list[Label]) -> None:
    originator_controlled = Category("Dissemination", "OC")
    in_a_portion = any(originator_controlled in portion.parts[0].compartments for portion in found)
    assert (originator_controlled in high_water_mark(found).parts[0].compartments) == in_a_portion


def test_ism_00067_as_it_is_printed() -> None:
    assert banner("(U)", "(S//OC)", "(S//NF)") == "SECRET//OC/NF"


def test_ism_00088_a_classified_portion_that_says_nothing_of_release_is_not_valid() -> None:
    """ISM: a banner may be REL only if every classified portion is. In our lattice that rule does not hold by itself.

    For ISM a portion without REL is *not* released, so a REL banner over it would release it. For us, as in the access
    decision of X.841, a label without a permissive tag restricts nobody: the portion (S) may be read by whoever is
    cleared for SECRET, and its join with (S//REL TO USA, GBR) is REL TO USA, GBR. So a banner is never wider than the
    label of any portion, but (S) itself is wider here than its American author means it.

    What is meant has to be said, then, and a policy can demand it: in this one a classified label needs NF or a list,
    so that the silent portion is refused when it is stated, and the case of the rule does not arise.
    """
    assert banner("(S)", "(S//REL TO USA, GBR)") == "SECRET//REL TO USA, GBR"
    assert reader("DEU").dominates(label("(S)"))
    assert not reader("DEU").dominates(label("(S)").join(label("(S//REL TO USA, GBR)")))
    on = date(2026, 5, 1)
    for level in ("CONFIDENTIAL", "SECRET", "TOP SECRET"):
        assert invalidity(label(level), policies=POLICIES, on=on) == [
            f"EXERCISE: level `{level}` needs one or more of `NF`, "
            "`AUS` or `CAN` or `DEU` or `FRA` or `GBR` or `NZL` or `USA`"
        ]
        for said in ("//NF", "//REL TO USA"):
            assert invalidity(label(f"{level}{said}"), policies=POLICIES, on=on) == []
    assert invalidity(label("UNCLASSIFIED"), policies=POLICIES, on=on) == []


def test_ism_00088_a_portion_not_releasable_abroad_keeps_everybody_abroad_from_the_whole() -> None:
    """With what ISM leaves unsaid said aloud, a list in another portion opens nothing: NF stays, and all are needed."""
    whole = label("(S//NF)").join(label("(S//REL TO USA, GBR)"))
    assert "/NF" in format_marking(whole, policies=POLICIES)
    assert not reader("GBR").dominates(whole)
    assert reader("USA", "NF").dominates(whole)


@given(st.lists(portions(), min_size=1, max_size=5))
def test_ism_00318_the_banner_is_released_to_just_those_in_every_list(found: list[Label]) -> None:
    lists = [recipients_of(portion) for portion in found if portion.parts[0].releases]
    common = frozenset(COUNTRIES).intersection(*lists)
    releases = high_water_mark(found).parts[0].releases
    assert releases == (frozenset({Release("Releasable To", common)}) if lists else frozenset())


@pytest.mark.parametrize(
    ("portions", "expected"),
    [
        (["(S//REL TO FVEY)", "(S//REL TO USA, DEU, GBR)"], "SECRET//REL TO USA, GBR"),
        (["(S//REL TO FVEY)", "(TS//REL TO ACGU)"], "TOP SECRET//REL TO ACGU"),
        (["(S//REL TO ACGU)", "(S//REL TO USA, NZL)"], "SECRET//REL TO USA"),
        (["(S//REL TO FVEY)", "(U)", "(S//REL TO USA, AUS, FRA)"], "SECRET//REL TO USA, AUS"),
    ],
)
def test_ism_00318_a_tetragraph_counts_as_its_members(portions: list[str], expected: str) -> None:
    assert banner(*portions) == expected


def test_ism_00318_without_common_countries_the_banner_says_nobody_and_nobody_reads_it() -> None:
    """ADatP-4774.1 would drop the empty list here, and the whole would be open to everyone."""
    whole = label("(S//REL TO DEU)").join(label("(S//REL TO FRA)"))
    assert recipients_of(whole) == frozenset()
    assert format_marking(whole, policies=POLICIES) == "SECRET//REL TO NOBODY"
    assert format_marking(whole, policies=POLICIES, place=Place.PORTION) == "(S//REL TO NOBODY)"
    assert label("SECRET//REL TO NOBODY") == whole
    assert not any(reader(country, *CONTROLS).dominates(whole) for country in COUNTRIES)
    assert not everything(POLICIES).dominates(whole)
    assert recipients_of(whole.join(label("(S//REL TO USA, DEU, FRA)"))) == frozenset()


def test_ism_00318_the_order_of_the_portions_makes_no_difference() -> None:
    texts = ["(S//REL TO FVEY)", "(C//REL TO USA, DEU)", "(S//OC//REL TO USA, GBR)"]
    banners = {banner(one, other, *(set(texts) - {one, other})) for one, other in combinations(texts * 2, 2)}
    assert banners == {"SECRET//OC//REL TO USA"}


# --- the register ----------------------------------------------------------------------------------------------------

REGISTER = Path(
    os.environ.get("POLICY_DATA", Path(__file__).resolve().parents[2] / ".." / "shared" / "policy-data")
).resolve() / "ic-ism"  # fmt: skip


@pytest.mark.skipif(not REGISTER.is_dir(), reason="the policy data do not lie beside the project: set POLICY_DATA")
@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("CVEnumISMDissem.xml", CONTROLS),
        ("CVEnumISMRelTo.xml", [*COUNTRIES, "ACGU", "FVEY"]),
        ("CVEnumISMClassificationUS.xml", LEVELS.values()),
    ],
)
def test_the_exercise_policy_has_its_names_in_the_register_s_order(file: str, names: list[str]) -> None:
    (values,) = list(parse_xml((REGISTER / file).read_text(encoding="utf-8")).all("Enumeration"))
    order = [term.one("Value").text for term in values.all("Term")]
    assert set(names) <= set(order)
    if file != "CVEnumISMClassificationUS.xml":  # that register is a list, not a scale
        assert list(names) == sorted(names, key=order.index)
