"""Open XML SPIF: each construct is read for what it means, and each slip is refused with the line it stands on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from graph_service.errors import PolicyError
from graph_service.policy_files import load_policies, read_text, store_policy
from graph_service.security import Category, Place, Policies, SecurityPolicy
from graph_service.security.policy import ForeignCategory, ForeignLevel, Operation, Requirement, Source, TagType
from graph_service.security.wording import CODES, Phrase, Qualifier
from graph_service.settings import Layout, Settings
from graph_service.standards.spif import read_spif
from graph_service.standards.xml import parse_xml
from tests.service import Listener
from tests.strategies import FOOD_FILES

TOY = """\
<spif:SPIF xmlns:spif="http://www.xmlspif.org/spif" xmlns:sluis="https://w3id.org/sluis/ns/policy#" version="7">
<spif:securityPolicyId name="TOY" id="2.999.60"/>
<spif:securityClassifications>
<spif:securityClassification name="high" lacv="004" hierarchy="20"/>
<spif:securityClassification name="low" lacv="1" hierarchy="9"/>
</spif:securityClassifications>
<spif:securityCategoryTagSets>
<spif:securityCategoryTagSet name="Own" id="2.999.60.1">
<spif:securityCategoryTag name="Own" tagType="restrictive">
<spif:tagCategory name="A" lacv="001"/>
<spif:tagCategory name="B" lacv="2"/>
</spif:securityCategoryTag>
<spif:securityCategoryTag name="To" tagType="enumerated" enumType="permissive">
<spif:tagCategory name="X" lacv="1"/>
<spif:tagCategory name="Y" lacv="2"/>
</spif:securityCategoryTag>
</spif:securityCategoryTagSet>
</spif:securityCategoryTagSets>
<spif:equivalentPolicies>
<spif:equivalentPolicy name="SOUP" id="2.999.61"/>
</spif:equivalentPolicies>
<spif:extensions>
<sluis:policy>
</sluis:policy>
</spif:extensions>
</spif:SPIF>
"""
"""Each element on a line of its own, so that a refusal can be asked for its line."""

LOW = '<spif:securityClassification name="low" lacv="1" hierarchy="9"/>'
A = '<spif:tagCategory name="A" lacv="001"/>'
OWN = '<spif:securityCategoryTag name="Own" tagType="restrictive">'
TO = '<spif:securityCategoryTag name="To" tagType="enumerated" enumType="permissive">'
SOUP = '<spif:equivalentPolicy name="SOUP" id="2.999.61"/>'
OURS = "<sluis:policy>"


def changed(old: str, new: str, text: str = TOY) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def read(old: str = TOY, new: str = TOY) -> SecurityPolicy:
    return read_spif(changed(old, new), name="toy.xml")


def within(element: str, *children: str) -> str:
    """The empty element with these children, each on a line of its own."""
    name = element.removeprefix("<").removesuffix("/>").partition(" ")[0]
    return "\n".join([element.removesuffix("/>") + ">", *children, f"</{name}>"])


def refused(text: str, says: str, *, line: int | None) -> None:
    with pytest.raises(PolicyError, match=says) as told:
        read_spif(text, name="toy.xml")
    assert told.value.line == line
    if line is not None:
        assert told.value.public.startswith(f"toy.xml, line {line}: ")


def line_of(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


# --- what is read: levels --------------------------------------------------------------------------------------------


def test_the_hierarchy_orders_the_levels_and_their_place_does_not() -> None:
    policy = read()
    assert (policy.id, policy.oid, policy.version) == ("TOY", "2.999.60", "7")
    assert [(level.name, level.order, level.policy) for level in policy.levels] == [
        ("low", 0, "TOY"),
        ("high", 1, "TOY"),
    ]


def test_a_number_is_a_number_however_it_is_written() -> None:
    policy = read()
    assert [rule.lacv for rule in policy.scale] == ["1", "4"]
    assert [rule.lacv for rule in policy.tag("Own").rules.values()] == ["1", "2"]


@pytest.mark.parametrize(("said", "meant"), [("true", True), ("1", True), ("false", False), ("0", False)])
def test_a_level_or_a_category_may_be_obsolete(said: str, meant: bool) -> None:
    level = read(LOW, LOW.replace("/>", f' obsolete="{said}" color="green"/>')).level_rule("low")
    assert (level.obsolete, level.colour) == (meant, "green")
    assert read(A, A.replace("/>", f' obsolete="{said}"/>')).tag("Own").rules["A"].obsolete is meant


def test_the_shipped_and_the_toy_files_are_read(policies: Policies, food: Policies) -> None:
    assert set(policies.versions) == {"EU", "NATO", "NLD", "UN"}
    assert [level.name for level in food.policy("DRINK").levels] == "water tea coffee whisky".split()
    assert [level.name for level in food.policy("MEAL").levels] == "dish banquet".split()


def test_a_policy_may_stand_without_a_namespace_and_without_our_extension() -> None:
    plain = """<SPIF><securityPolicyId name="Bare" id="2.999.62"/><securityClassifications>
    <securityClassification name="only" lacv="1" hierarchy="1"/></securityClassifications></SPIF>"""
    policy = read_spif(plain, name="bare.xml")
    assert (policy.version, policy.sources, policy.in_force_from, policy.tags) == ("1", (), None, ())
    assert [rule.level.name for rule in policy.scale] == ["only"]


def test_elements_of_other_namespaces_say_nothing() -> None:
    other = '<x:excludedClass xmlns:x="urn:x">high</x:excludedClass>'
    assert read(A, within(A, other)) == read()


@pytest.mark.parametrize("piece", ["privacyMarks", "updateInfo"])
def test_what_restricts_nothing_is_passed_over(piece: str) -> None:
    assert read("</spif:SPIF>", f"<spif:{piece}><spif:anything/></spif:{piece}></spif:SPIF>") == read()


# --- what is read: tags and categories -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "kind", "enumerated"),
    [
        ('tagType="restrictive"', TagType.RESTRICTIVE, False),
        ('tagType="permissive"', TagType.PERMISSIVE, False),
        ('tagType="tagType7"', TagType.INFORMATIVE, False),
        ('tagType="enumerated" enumType="restrictive"', TagType.RESTRICTIVE, True),
        ('tagType="enumerated" enumType="permissive"', TagType.PERMISSIVE, True),
    ],
)
def test_a_tag_has_a_type_and_may_be_enumerated(attributes: str, kind: TagType, enumerated: bool) -> None:
    # The other tag goes, so that no number stands twice in the set.
    text = TOY[: TOY.index(TO)] + TOY[TOY.index("</spif:securityCategoryTagSet>") :]
    tag = read_spif(changed('tagType="restrictive"', attributes, text), name="toy.xml").tag("Own")
    assert (tag.type, tag.enumerated, tag.tag_set_id) == (kind, enumerated, "2.999.60.1")
    assert set(tag.rules) == {"A", "B"}


def test_a_tag_is_named_by_its_set_and_itself() -> None:
    policy = read()
    assert [tag.key for tag in policy.tags] == ["Own", "Own/To"]
    assert policy.tag("Own/To").categories == {Category("Own/To", "X"), Category("Own/To", "Y")}


@pytest.mark.parametrize(
    ("attributes", "limits"),
    [
        ("", (0, None)),
        ('singleSelection="false"', (0, None)),
        ('singleSelection="true"', (0, 1)),
        ('minSelection="1"', (1, None)),
        ('maxSelection="2"', (0, 2)),
        ('minSelection="1" maxSelection="2"', (1, 2)),
        ('minSelection="1" singleSelection="true"', (1, 1)),
    ],
)
def test_a_tag_limits_how_many_are_chosen(attributes: str, limits: tuple[int, int | None]) -> None:
    tag = read(OWN, OWN.replace(">", f" {attributes}>")).tag("Own")
    assert (tag.least, tag.most) == limits


@pytest.mark.parametrize(
    "written",
    [
        A.replace("/>", ' requiredClass="high"/>'),
        within(A, "<spif:requiredClass>HIGH</spif:requiredClass>"),
        within(A.replace("/>", ' requiredClass="high"/>'), "<spif:requiredClass>high</spif:requiredClass>"),
    ],
    ids=["attribute", "element", "both"],
)
def test_a_category_may_need_a_level(written: str) -> None:
    assert read(A, written).tag("Own").rules["A"].required_levels == {"high"}


def test_a_category_may_exclude_levels() -> None:
    both = ["<spif:excludedClass>low</spif:excludedClass>", "<spif:excludedClass> high </spif:excludedClass>"]
    assert read(A, within(A, *both)).tag("Own").rules["A"].excluded_levels == {"low", "high"}


REFERENCE = 'tagSetRef="Own" tagType="enumerated" enumType="permissive"'
X, Y, B = Category("Own/To", "X"), Category("Own/To", "Y"), Category("Own", "B")


@pytest.mark.parametrize("operation", ["onlyOne", "oneOrMore", "all"])
@pytest.mark.parametrize("holder", [A, LOW], ids=["category", "level"])
def test_a_category_or_a_level_may_require_categories(operation: str, holder: str) -> None:
    need = within(
        f'<spif:requiredCategory operation="{operation}"/>',
        f'<spif:categoryGroup {REFERENCE} lacv="02"/>',
        f"<spif:categoryGroup {REFERENCE}/>",
        '<spif:categoryGroup tagSetRef="Own" tagType="restrictive" lacv="2"/>',
    )
    policy = read(holder, within(holder, need))
    found = policy.tag("Own").rules["A"].required if holder == A else policy.level_rule("low").required
    groups = (frozenset({Y}), frozenset({X, Y}), frozenset({B}))
    assert found == (Requirement(Operation(operation), groups),)


def test_a_category_may_exclude_others_by_number_or_all_of_a_kind() -> None:
    one = within(A, f'<spif:excludedCategory {REFERENCE} lacv="1"/>')
    every = within(
        A,
        f"<spif:excludedCategory {REFERENCE}/>",
        '<spif:excludedCategory tagSetRef="Own" tagType="restrictive" lacv="2"/>',
    )
    assert read(A, one).tag("Own").rules["A"].excluded == {X}
    assert read(A, every).tag("Own").rules["A"].excluded == {X, Y, B}


def test_a_category_may_be_in_use_for_a_time() -> None:
    dated = A.replace("/>", ' notBefore="2020-01-31" notAfter="2030-12-01T23:59:59Z"/>')
    rule = read(A, dated).tag("Own").rules["A"]
    assert (rule.not_before, rule.not_after) == (date(2020, 1, 31), date(2030, 12, 1))


# --- what is read: words ---------------------------------------------------------------------------------------------


def test_phrases_have_a_language_a_text_and_codes() -> None:
    said = within(
        A,
        within('<spif:markingData phrase="ALFA"/>', "<spif:code>pageTopBottom</spif:code>"),
        '<spif:markingData xml:lang="fr-CA" phrase="ALPHA"/>',
        within("<spif:markingData/>", "<spif:code>noNameDisplay</spif:code>", "<spif:code>portionMarking</spif:code>"),
        '<spif:markingData phrase=""/>',
    )
    assert read(A, said).tag("Own").rules["A"].wording.phrases == (
        Phrase("", "ALFA", frozenset({"pageTopBottom"})),
        Phrase("fr-CA", "ALPHA", frozenset()),
        Phrase("", None, frozenset({"noNameDisplay", "portionMarking"})),
        Phrase("", "", frozenset()),
    )


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_marking_code_of_the_schema_is_known(code: str) -> None:
    said = within(A, within('<spif:markingData phrase="P"/>', f"<spif:code>{code}</spif:code>"))
    assert read(A, said).tag("Own").rules["A"].wording.phrases == (Phrase("", "P", frozenset({code})),)


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("", None),
        ('markingCode="portionMarking"', Place.PORTION),
        ('markingCode="pageTopBottom"', Place.BANNER),
        ('markingCode="pageTop"', Place.BANNER),
        ('code="portionMarking"', Place.PORTION),
    ],
)
@pytest.mark.parametrize("holder", ["SPIF", "level", "tag", "category"])
def test_qualifiers_stand_before_between_and_after(code: str, place: Place | None, holder: str) -> None:
    said = within(
        f"<spif:markingQualifier {code}/>",
        '<spif:qualifier markingQualifier="REL TO " qualifierCode="prefix"/>',
        '<spif:qualifier markingQualifier=", " qualifierCode="separator" xml:lang="nl"/>',
        '<spif:qualifier qualifierCode="suffix"/>',
    )
    places = {"SPIF": ("<spif:extensions>", f"{said}\n<spif:extensions>"), "level": (LOW, within(LOW, said))}
    places |= {"tag": (OWN, f"{OWN}\n{said}"), "category": (A, within(A, said))}
    policy = read(*places[holder])
    tag = policy.tag("Own")
    found = {"SPIF": policy.wording, "level": policy.level_rule("low").wording}
    found |= {"tag": tag.wording, "category": tag.rules["A"].wording}
    assert found[holder].qualifiers == (
        Qualifier("prefix", "REL TO ", "", place),
        Qualifier("separator", ", ", "nl", place),
        Qualifier("suffix", "", "", place),
    )


# --- what is read: other policies ------------------------------------------------------------------------------------

_ROW = '<spif:equivalentClassification policyRef="SOUP" lacv="003" applied="both"/>'


@pytest.mark.parametrize(
    ("applied", "outward", "inward"), [("both", True, True), ("encrypt", True, False), ("decrypt", False, True)]
)
def test_an_equivalent_level_has_a_direction(applied: str, outward: bool, inward: bool) -> None:
    """To encrypt is to send: the foreign level then stands for ours; to decrypt is to receive: ours stands for it."""
    (row,) = read(LOW, within(LOW, _ROW.replace("both", applied))).equivalents
    assert row == ForeignLevel("low", "2.999.61", "SOUP", "3", outward=outward, inward=inward)


def test_an_equivalent_level_may_add_categories_and_so_may_the_policy() -> None:
    group = '<spif:categoryGroup tagSetRef="2.999.61.1" tagType="restrictive" lacv="07"/>'
    need = within('<spif:requiredCategory operation="all"/>', group)
    added = ForeignCategory("2.999.61", "2.999.61.1", TagType.RESTRICTIVE, False, "7")
    assert read(LOW, within(LOW, within(_ROW, need))).equivalents[0].adds == (added,)
    assert read(SOUP, within(SOUP, need)).added_for == {"2.999.61": (added,)}
    assert read().added_for == {"2.999.61": ()}


def test_a_category_has_equivalents_or_is_left_out_on_purpose() -> None:
    said = 'policyRef="SOUP" tagSetId="2.999.61.1" tagType="enumerated" enumType="permissive"'
    kept = read(A, within(A, f'<spif:equivalentSecCategoryTag {said} lacv="05"/>')).tag("Own").rules["A"]
    assert kept.equivalents == (ForeignCategory("2.999.61", "2.999.61.1", TagType.PERMISSIVE, True, "5"),)
    assert kept.discarded_for == frozenset()
    dropped = read(A, within(A, f'<spif:equivalentSecCategoryTag {said} action="discard"/>')).tag("Own").rules["A"]
    assert (dropped.equivalents, dropped.discarded_for) == ((), {"2.999.61"})


def test_an_equivalent_category_for_receiving_alone_is_not_one_for_sending() -> None:
    said = 'policyRef="SOUP" tagSetId="2.999.61.1" tagType="restrictive" lacv="5" applied="decrypt"'
    rule = read(A, within(A, f"<spif:equivalentSecCategoryTag {said}/>")).tag("Own").rules["A"]
    assert rule.equivalents == ()


# --- what is read: our extension -------------------------------------------------------------------------------------


def extended(*lines: str, attributes: str = "") -> SecurityPolicy:
    return read(OURS, "\n".join([OURS.replace(">", f" {attributes}>"), *lines]))


def test_our_extension_says_version_dates_titles_and_sources() -> None:
    policy = extended(
        '<sluis:title xml:lang="nl">Speelgoed</sluis:title>',
        "<sluis:title>A\n   toy</sluis:title>",
        '<sluis:source verified="true">A\n  decree</sluis:source>',
        "<sluis:source>hearsay</sluis:source>",
        '<sluis:note verified="false">a note</sluis:note>',
        attributes='version="third edition" inForceFrom="2020-01-01" inForceUntil="2029-12-31"',
    )
    assert policy.version == "third edition"
    assert (policy.in_force_from, policy.in_force_until) == (date(2020, 1, 1), date(2029, 12, 31))
    assert policy.titles == {"nl": "Speelgoed", "": "A toy"}
    assert policy.sources == (Source("A decree", verified=True), Source("hearsay"))
    assert policy.notes == (Source("a note"),)


def test_our_extension_says_more_of_levels_and_categories() -> None:
    level = ('<sluis:level lacv="01" stateSecret="true">', "<sluis:title>Low</sluis:title>")
    policy = extended(
        *level,
        "<sluis:spelling> the   lowest </sluis:spelling><sluis:spelling>l</sluis:spelling></sluis:level>",
        '<sluis:category tagSet="Own" lacv="1" publicName="true">',
        '<sluis:title xml:lang="en">Aah</sluis:title></sluis:category>',
        '<sluis:category tagSet="Own" tag="To" lacv="001"/>',
    )
    rule = policy.level_rule("low")
    assert (rule.state_secret, rule.titles, rule.spellings) == (True, {"": "Low"}, ("the lowest", "l"))
    assert not policy.level_rule("high").state_secret
    a, x = policy.tag("Own").rules["A"], policy.tag("Own/To").rules["X"]
    assert (a.name_is_public, a.titles) == (True, {"en": "Aah"})
    assert (x.name_is_public, x.titles) == (False, {})


def test_our_extension_names_groups() -> None:
    policy = extended('<sluis:group tagSet="Own" tag="To" name="PACT" members="X, Y"/>')
    assert policy.tag("Own/To").groups == {"PACT": {"X", "Y"}}
    assert policy.tag("Own").groups == {}


def test_our_extension_says_what_an_equivalence_rests_on() -> None:
    grounds = (
        '<sluis:equivalence level="001" policyRef="SOUP" lacv="3" name="broth" verified="true" source="A treaty,\n'
        'article 2" from="2021-07-01" until="2031-07-01" note="as amended"/>'
    )
    text = changed(LOW, within(LOW, _ROW))
    (row,) = read_spif(changed(OURS, f"{OURS}\n{grounds}", text), name="toy.xml").equivalents
    assert (row.name, row.source, row.note) == ("broth", Source("A treaty, article 2", verified=True), "as amended")
    assert (row.valid_from, row.valid_until) == (date(2021, 7, 1), date(2031, 7, 1))


def test_our_extension_may_say_that_there_is_known_to_be_no_equivalent() -> None:
    (row,) = extended('<sluis:equivalence level="4" policyRef="SOUP" source="A treaty" note="none"/>').equivalents
    assert row == ForeignLevel(
        "high", "2.999.61", "SOUP", "", outward=False, inward=False, source=Source("A treaty"), note="none"
    )


# --- what is refused, with its line ----------------------------------------------------------------------------------

_SLIPS: dict[str, tuple[str, str, str, int]] = {
    # What stands there, what is written instead, what the refusal says, and on which of the new lines.
    "a mis-spelt element": (A, within(A, "<spif:excludedClas>low</spif:excludedClas>"), "<excludedClas> has no me", 2),
    "an element of another place": (
        *(LOW, within(LOW, "<spif:excludedClass>low</spif:excludedClass>")),
        *("<excludedClass> has no meaning in <securityClassification>", 2),
    ),
    "no policy identifier": ('<spif:securityPolicyId name="TOY" id="2.999.60"/>', "", "has no <securityPolicyId>", 0),
    "no level": (
        *(TOY[TOY.index("<spif:securityClassifications>") : TOY.index("<spif:securityCategoryTagSets>")], ""),
        *("has no <securityClassifications>", 0),
    ),
    "no name": ('name="TOY"', "", "lacks the attribute `name`", 1),
    "an empty name": ('name="A"', 'name=" "', "lacks the attribute `name`", 1),
    "a bad identifier": ('id="2.999.60"/>', 'id="2.999.060"/>', "is not an object identifier", 1),
    "an identifier in words": ('id="2.999.60"/>', 'id="urn:oid:2.999.60"/>', "is not an object identifier", 1),
    "an identifier of one arc": ('id="2.999.60"/>', 'id="2"/>', "is not an object identifier", 1),
    "a tag set's bad identifier": ('id="2.999.60.1"', 'id="3.999"', "is not an object identifier", 1),
    "a foreign policy's bad identifier": ('id="2.999.61"', 'id="soup"', "is not an object identifier", 1),
    "two levels of one name": ('name="low"', 'name="HIGH"', "`HIGH` is given twice as name", 1),
    "two levels of one number": ('name="low" lacv="1"', 'name="low" lacv="4"', "`4` is given twice as lacv", 1),
    "two levels of one height": ('hierarchy="9"', 'hierarchy="020"', "two levels have one place in the hierarchy", 1),
    "a number in words": ('lacv="1" hierarchy', 'lacv="one" hierarchy', "`lacv` is a number, not `one`", 1),
    "a negative number": ('hierarchy="9"', 'hierarchy="-9"', "`hierarchy` is a number, not `-9`", 1),
    "a number of other digits": ('lacv="1" hierarchy', 'lacv="١" hierarchy', "`lacv` is a number", 1),
    "neither true nor false": (A, A.replace("/>", ' obsolete="yes"/>'), "`obsolete` is true or false, not `yes`", 1),
    "two categories of one name": ('name="B"', 'name="a"', "`a` is given twice as name", 1),
    "two categories of one number": ('name="B" lacv="2"', 'name="B" lacv="01"', "`B` has the number of `A`", 1),
    "a category called NOBODY": ('name="X"', 'name="Nobody"', "no category may be called NOBODY", 1),
    "no type": (' tagType="restrictive"', "", "lacks the attribute `tagType`", 1),
    "an unknown type": ('tagType="restrictive"', 'tagType="strict"', "a tag is restrictive, permissive", 1),
    "enumerated without a kind": (' enumType="permissive"', "", "lacks the attribute `enumType`", 1),
    "limits that exclude each other": (
        *(OWN, OWN.replace(">", ' minSelection="2" singleSelection="true">')),
        *("needs at least 2 categories and allows 1", 1),
    ),
    "an unknown excluded level": (
        *(A, within(A, "<spif:excludedClass>middle</spif:excludedClass>")),
        *("`middle` is not a level of this policy", 2),
    ),
    "a level excluded twice": (
        *(A, within(A, "<spif:excludedClass>low</spif:excludedClass>", "<spif:excludedClass>LOW</spif:excludedClass>")),
        *("`A` excludes level `low` twice", 1),
    ),
    "an unknown required level": (A, A.replace("/>", ' requiredClass="middle"/>'), "`middle` is not a level", 1),
    "an unknown tag set": (
        *(A, within(A, f'<spif:excludedCategory {REFERENCE.replace("Own", "Owm")} lacv="1"/>')),
        *("`Owm` is not a tag set of this policy", 2),
    ),
    "an unknown number": (
        *(A, within(A, f'<spif:excludedCategory {REFERENCE} lacv="3"/>')),
        *("tag set `Own` has no permissive category with number 3", 2),
    ),
    "a number of another kind of tag": (
        *(A, within(A, '<spif:excludedCategory tagSetRef="Own" tagType="permissive" lacv="1"/>')),
        *("has no permissive category with number 1", 2),
    ),
    "a kind of tag that is not there": (
        *(A, within(A, '<spif:excludedCategory tagSetRef="Own" tagType="tagType7"/>')),
        *("tag set `Own` has no informative categor", 2),
    ),
    "an unknown operation": (
        *(A, within(A, within('<spif:requiredCategory operation="some"/>', f"<spif:categoryGroup {REFERENCE}/>"))),
        *("`operation` is onlyOne, oneOrMore or all", 2),
    ),
    "a day that is none": (A, A.replace("/>", ' notAfter="2030-13-01"/>'), "`notAfter` is a date such as", 1),
    "an unknown marking code": (
        *(A, within(A, within('<spif:markingData phrase="P"/>', "<spif:code>portionMarkings</spif:code>"))),
        *("`portionMarkings` is not a marking code", 2),
    ),
    "an unknown place of a qualifier": (
        *(A, within(A, within('<spif:markingQualifier markingCode="portionmarking"/>'))),
        *("`portionmarking` is not a marking code", 2),
    ),
    "an unknown qualifier": (
        *(A, within(A, within("<spif:markingQualifier/>", '<spif:qualifier qualifierCode="between"/>'))),
        *("`qualifierCode` is prefix, suffix or separator", 3),
    ),
    "a level of a policy that is not named": (
        *(LOW, within(LOW, _ROW.replace("SOUP", "STEW"))),
        *("`STEW` is not among the policy's <equivalentPolicies>", 2),
    ),
    "an unknown direction": (LOW, within(LOW, _ROW.replace("both", "all")), "`applied` is encrypt, decrypt or both", 2),
    "a choice of categories there": (
        LOW,
        within(
            LOW,
            within(
                _ROW,
                within(
                    '<spif:requiredCategory operation="onlyOne"/>',
                    '<spif:categoryGroup tagSetRef="2.999.61.1" tagType="restrictive" lacv="7"/>',
                ),
            ),
        ),
        "a choice is no answer",
        3,
    ),
    # Ours.
    "a mis-spelt element of ours": (OURS, f'{OURS}\n<sluis:levels lacv="1"/>', "<levels> has no meaning in <sluis", 2),
    "a mis-spelt attribute of ours": (
        *(OURS, f'{OURS}\n<sluis:level lacv="1" statesecret="true"/>'),
        *("`statesecret` has no meaning in <sluis:level>", 2),
    ),
    "two extensions of ours": (OURS, f"{OURS}</sluis:policy>\n{OURS}", "a policy has one <sluis:policy>", 2),
    "a level that is not there": (OURS, f'{OURS}\n<sluis:level lacv="2"/>', "lacv=2> is no level of the policy", 0),
    "a level that is spoken of twice": (
        *(OURS, f'{OURS}\n<sluis:level lacv="1"/>\n<sluis:level lacv="001"/>'),
        *("<sluis:level> says this a second time", 3),
    ),
    "a category that is not there": (
        *(OURS, f'{OURS}\n<sluis:category tagSet="Own" lacv="3"/>'),
        *("<sluis:category> 3 of `Own` is no category", 0),
    ),
    "a group of a tag that is not there": (
        *(OURS, f'{OURS}\n<sluis:group tagSet="Own" tag="Too" name="PACT" members="X"/>'),
        *("speaks of `Own/Too`, which is no tag of the policy", 0),
    ),
    "a group called like a category": (
        *(OURS, f'{OURS}\n<sluis:group tagSet="Own" tag="To" name="X" members="Y"/>'),
        *("<sluis:group> `X` has the name of a category", 0),
    ),
    "a group that is spoken of twice": (
        OURS,
        f'{OURS}\n<sluis:group tagSet="Own" tag="To" name="PACT" members="X"/>\n'
        '<sluis:group tagSet="Own" tag="To" name="PACT" members="Y"/>',
        "<sluis:group> says this a second time",
        3,
    ),
    "a flag of ours that is neither": (
        *(OURS, f'{OURS}\n<sluis:level lacv="1" stateSecret="yes"/>'),
        *("`stateSecret` is true or false, not `yes`", 2),
    ),
    "an end before its beginning": (
        *(OURS, OURS.replace(">", ' inForceFrom="2026-01-02" inForceUntil="2026-01-01">')),
        *("`inForceUntil` is before `inForceFrom`", 1),
    ),
    "a day of ours that is none": (OURS, OURS.replace(">", ' inForceFrom="soon">'), "`inForceFrom` is a date", 1),
    "grounds of nothing": (
        *(OURS, f'{OURS}\n<sluis:equivalence level="1" policyRef="SOUP" lacv="3" source="A treaty"/>'),
        *("the grounds of `1` = `SOUP` 3 have no equivalence", 0),
    ),
    "grounds without a source": (
        *(OURS, f'{OURS}\n<sluis:equivalence level="1" policyRef="SOUP" lacv="3"/>'),
        *("<equivalence> lacks the attribute `source`", 2),
    ),
}


@pytest.mark.parametrize("slip", _SLIPS)
def test_a_slip_is_refused_with_its_line(slip: str) -> None:
    """Line 0 is said where the whole policy is at fault: then the line is the root's."""
    old, new, says, offset = _SLIPS[slip]
    text = changed(old, new)
    line = line_of(TOY, old) + offset - 1 if offset else 1
    refused(text, says, line=line)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('name="To"', 'name="Own"', "policy `TOY` has two tags `Own`"),
        (
            OURS,
            f'{OURS}<sluis:group tagSet="Own" tag="To" name="PACT" members="X, Z"/>',
            "names `Z`, which is not in it",
        ),
    ],
)
def test_what_the_policy_itself_refuses_is_told_with_the_file(old: str, new: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says) as told:
        read(old, new)
    assert told.value.public.startswith("toy.xml")


@pytest.mark.parametrize(
    ("old", "slip"),
    [
        (A, 'requiredclass="high"'),
        (A, 'obselete="true"'),
        (A, 'notafter="2020-01-01"'),
        (OWN, 'singleselection="true"'),
        (OWN, 'maxselection="1"'),
        (LOW, 'obselete="true"'),
    ],
)
def test_a_mis_spelt_attribute_is_refused(old: str, slip: str) -> None:
    """It could be a restriction that would then go unheeded, as an element could."""
    new = old.replace("/>", f" {slip}/>") if "/>" in old else old.replace(">", f" {slip}>")
    refused(changed(old, new), slip.partition("=")[0], line=line_of(TOY, old))


def test_two_foreign_policies_of_one_name_are_refused() -> None:
    """Every row that names it would speak of the last one."""
    twice = f'{SOUP}\n<spif:equivalentPolicy name="SOUP" id="2.999.62"/>'
    refused(changed(SOUP, twice), "SOUP", line=line_of(TOY, SOUP) + 1)


@pytest.mark.parametrize("name", ["x", "nobody", "Nobody"])
def test_a_group_has_no_name_that_means_something_else(name: str) -> None:
    """Neither a category's, in whatever case of letters, nor that of an empty set."""
    group = f'<sluis:group tagSet="Own" tag="To" name="{name}" members="Y, X"/>'
    with pytest.raises(PolicyError, match="<sluis:group>") as told:
        read(OURS, f"{OURS}\n{group}")
    assert told.value.line is not None


@pytest.mark.parametrize("version", ["3.0", "2.2", ""])
def test_another_version_of_the_schema_is_refused(version: str) -> None:
    refused(changed('version="7"', f'schemaVersion="{version}"'), "save the policy as Open XML SPIF 2.1", line=1)


@pytest.mark.parametrize("version", ["1.0", "2.0", "2.1"])
def test_the_versions_of_the_schema_that_are_read(version: str) -> None:
    assert read('version="7"', f'version="7" schemaVersion="{version}"') == read()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<SPIF/>", "has no <securityPolicyId>"),
        (
            '<SPIF><securityPolicyId name="A" id="2.999.63"/><securityClassifications/></SPIF>',
            "a policy has at least one level",
        ),
        ("<policy/>", "the root is <policy>"),
        ('<SPIF xmlns="urn:x"/>', "the root is <SPIF>: a policy is a <SPIF> of"),
        ("", "not well-formed XML: no element found"),
        ("not XML", "not well-formed XML"),
        ("<SPIF>", "not well-formed XML: no element found"),
        ("<SPIF></spif>", "not well-formed XML: mismatched tag"),
        ("<SPIF a='1' a='2'/>", "not well-formed XML: duplicate attribute"),
        ("<SPIF/><SPIF/>", "not well-formed XML: junk after document element"),
        ("<SPIF>&undefined;</SPIF>", "not well-formed XML: undefined entity"),
        ("<SPIF>\x00</SPIF>", "not well-formed XML"),
    ],
)
def test_what_is_not_a_policy_is_refused(text: str, says: str) -> None:
    refused(text, says, line=1)


# --- what would reach out, or never end ------------------------------------------------------------------------------

_BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE spif:SPIF>",
        '<!DOCTYPE spif:SPIF SYSTEM "http://127.0.0.1/spif.dtd">',
        '<!DOCTYPE spif:SPIF [<!ENTITY secret SYSTEM "file:///etc/hostname">]>',
        f'<!DOCTYPE spif:SPIF [<!ENTITY l0 "lol">{_BOMB}]>',
    ],
    ids=["bare", "external", "a file", "a bomb"],
)
def test_a_document_type_is_refused_whatever_it_says(doctype: str) -> None:
    refused(f"\n{doctype}\n{changed('TOY', '&l9;' if 'l9' in doctype else 'TOY')}", "<!DOCTYPE", line=2)


def test_nothing_is_ever_fetched() -> None:
    """A document type, an entity, a schema's place, a namespace, a style sheet: none of them is asked for."""
    with Listener() as listener:
        url = listener.url
        texts = [
            f'<!DOCTYPE spif:SPIF SYSTEM "{url}dtd">\n{TOY}',
            f'<!DOCTYPE spif:SPIF [<!ENTITY x SYSTEM "{url}entity">]>\n{changed("TOY", "&x;")}',
            f'<!DOCTYPE spif:SPIF [<!ENTITY % x SYSTEM "{url}parameter"> %x;]>\n{TOY}',
            f'<?xml-stylesheet href="{url}style"?>\n{TOY}',
            changed(
                'version="7"', f'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="urn:x {url}x"'
            ),
            changed('version="7"', f'xmlns:x="{url}namespace" x:y="z"'),
            changed(
                "<spif:extensions>",
                f'<spif:extensions><i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{url}"/>',
            ),
        ]
        outcomes = []
        for text in texts:
            try:
                outcomes.append(read_spif(text, name="toy.xml").id)
            except PolicyError as error:
                outcomes.append("refused" if "<!DOCTYPE" in error.public else error.public)
        assert outcomes == ["refused"] * 3 + ["TOY"] * 4
        assert listener.heard() == 0


def test_deep_nesting_is_refused() -> None:
    depth = 100_000
    refused("<a>\n" * depth, "nested more than 64 deep", line=65)
    refused(f"<SPIF>{'<a>' * 63}{'</a>' * 63}</SPIF>", "<a> has no meaning", line=1)


def test_a_declared_encoding_changes_no_letter() -> None:
    """A policy is text by the time it is read: what it was before is not asked again."""
    accented = changed('name="A"', 'name="É"')
    for encoding in ("UTF-8", "utf-8"):
        text = f'<?xml version="1.0" encoding="{encoding}"?>\n{accented}'
        assert set(read_spif(text, name="toy.xml").tag("Own").rules) == {"É", "B"}
    try:
        found = read_spif(f'<?xml version="1.0" encoding="ISO-8859-1"?>\n{accented}', name="toy.xml")
    except PolicyError:
        return
    assert set(found.tag("Own").rules) == {"É", "B"}


def test_half_a_character_is_refused_and_no_fault() -> None:
    with pytest.raises(PolicyError):
        read("TOY", "T\ud800Y")


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_that_is_not_utf_8_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "latin.xml").write_bytes(changed('name="A"', 'name="É"').encode("latin-1"))
    with pytest.raises(PolicyError, match=r"latin\.xml is not UTF-8 \(byte \d+\)"):
        load_policies(Settings(policies=str(tmp_path)))


def test_a_byte_order_mark_is_no_part_of_a_policy(tmp_path: Path) -> None:
    (tmp_path / "toy.xml").write_bytes(b"\xef\xbb\xbf" + TOY.encode())
    assert load_policies(Settings(policies=str(tmp_path))).policy("TOY") == read()


def test_a_malformed_policy_is_refused_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "bad.xml").write_text(changed('lacv="004"', 'lacv="IV"'), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"bad\.xml, line 4: `lacv` is a number, not `IV`"):
        load_policies(Settings(policies=str(tmp_path)))


def test_a_folder_without_policies_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nosuch"):
        with pytest.raises(PolicyError, match="nothing can be labelled"):
            load_policies(Settings(policies=str(folder)))
    with pytest.raises(PolicyError, match=r"nosuch\.xml can't be read"):
        read_text(tmp_path / "nosuch.xml")


def test_an_imported_policy_stands_beside_those_of_the_settings(tmp_path: Path, food_folder: Path) -> None:
    layout, chosen = Layout(tmp_path / "data"), Settings(policies=str(food_folder))
    place = store_policy(read(), TOY, layout)
    assert place.parent == layout.policies
    assert place.read_text(encoding="utf-8") == TOY
    assert set(load_policies(chosen, layout).versions) == {"DRINK", "MEAL", "TOY"}
    assert set(load_policies(chosen).versions) == {"DRINK", "MEAL"}


@pytest.mark.parametrize("version", ["../../escape", "a/b", "..", "a b"])
def test_the_name_of_an_imported_policy_leads_nowhere_else(tmp_path: Path, version: str) -> None:
    layout = Layout(tmp_path / "data")
    text = changed('version="7"', f'version="{version}"')
    place = store_policy(read_spif(text, name="toy.xml"), text, layout)
    assert place.parent == layout.policies
    assert place.resolve().parent == layout.policies.resolve()


def test_the_toy_policies_of_the_tests_are_laid_out_to_be_read() -> None:
    for text in FOOD_FILES.values():
        assert all(len(line) <= 120 and line == line.rstrip() for line in text.splitlines())


def test_an_element_knows_its_line_and_its_text() -> None:
    root = parse_xml("<a>\n one <b/>\n two <c x='1'>\n</c></a>")
    assert [(child.name, child.line) for child in root.children] == [("b", 2), ("c", 3)]
    assert root.text.split() == ["one", "two"]
    assert root.children[1].attributes == {"x": "1"}
