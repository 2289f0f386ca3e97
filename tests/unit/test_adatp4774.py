"""ADatP-4774 labels and clearances: what is written means the same when it is read, and what is not sure is refused.

The policies are toys; the standard's own samples are read in ``tests/conformance/test_spiffing_oracle.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, composite

from graph_service.errors import ClearanceError, LabelError
from graph_service.security.clearances import Clearance, PolicyClearance
from graph_service.security.labels import EVERYONE, Category, Label, Level, PolicyLabel, Release
from graph_service.security.policies import Policies, everything
from graph_service.security.policy import Tag, TagType
from graph_service.standards.adatp4774 import (
    ORIGINATOR_TYPES,
    LabelDocument,
    LabelKind,
    Succession,
    read_clearance,
    read_label,
    split_label,
    write_clearance,
    write_label,
)
from graph_service.standards.documents import label_of, read_clearance_document, read_label_document
from graph_service.standards.spif import read_spif
from graph_service.standards.xml import Element, XmlRefused, element, parse_xml

PANTRY = """
<SPIF xmlns="http://www.xmlspif.org/spif" schemaVersion="2.1" version="2">
  <securityPolicyId name="Pantry" id="2.999.1"/>
  <securityClassifications>
    <securityClassification name="Crumbs" lacv="1" hierarchy="1"/>
    <securityClassification name="Snack &amp; Sip" lacv="2" hierarchy="2"/>
    <securityClassification name="Feast" lacv="3" hierarchy="3"/>
  </securityClassifications>
  <securityCategoryTagSets>
    <securityCategoryTagSet name="Allergens" id="2.999.1.1">
      <securityCategoryTag name="Allergens" tagType="restrictive">
        <tagCategory name="Nuts" lacv="1"/><tagCategory name="Milk" lacv="2"/>
      </securityCategoryTag>
    </securityCategoryTagSet>
    <securityCategoryTagSet name="Served To" id="2.999.1.2">
      <securityCategoryTag name="Served To" tagType="enumerated" enumType="permissive">
        <tagCategory name="Aunt" lacv="1"/><tagCategory name="Cousin" lacv="2"/><tagCategory name="Uncle" lacv="3"/>
      </securityCategoryTag>
    </securityCategoryTagSet>
    <securityCategoryTagSet name="Table" id="2.999.1.3">
      <securityCategoryTag name="Indoors" tagType="permissive">
        <tagCategory name="Kitchen" lacv="1"/><tagCategory name="Parlour" lacv="2"/>
      </securityCategoryTag>
      <securityCategoryTag name="Outdoors" tagType="enumerated" enumType="permissive">
        <tagCategory name="Garden" lacv="1"/><tagCategory name="Kitchen" lacv="2"/>
      </securityCategoryTag>
      <securityCategoryTag name="Keys" tagType="restrictive"><tagCategory name="Cellar" lacv="1"/></securityCategoryTag>
      <securityCategoryTag name="Notes" tagType="tagType7"><tagCategory name="Garnish" lacv="1"/></securityCategoryTag>
    </securityCategoryTagSet>
  </securityCategoryTagSets>
  <extensions>
    <sluis:policy xmlns:sluis="https://w3id.org/sluis/ns/policy#" version="2" inForceFrom="2026-01-01">
      <sluis:group tagSet="Served To" name="Family" members="Aunt, Uncle"/>
    </sluis:policy>
  </extensions>
</SPIF>
"""
# The year before, the cat was served too.
OLD_PANTRY = (
    PANTRY.replace('version="2"', 'version="1"')
    .replace('inForceFrom="2026-01-01"', 'inForceFrom="2025-01-01"')
    .replace('<tagCategory name="Uncle"', '<tagCategory name="Cat" lacv="9"/><tagCategory name="Uncle"')
)
CELLAR = """
<SPIF><securityPolicyId name="Cellar" id="2.999.2"/>
<securityClassifications><securityClassification name="Cask" lacv="1" hierarchy="1"/></securityClassifications></SPIF>
"""
POLICIES = Policies.of([read_spif(text, name="toy") for text in (PANTRY, OLD_PANTRY, CELLAR)])
POLICY = POLICIES.policy("Pantry")
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
NAMESPACES = (
    'xmlns:slab="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0" '
    'xmlns:sclr="urn:nato:stanag:4774:confidentialityclearance:1:0"'
)


def label_with(*names: str, level: str = "Feast", nobody: tuple[str, ...] = ()) -> Label:
    """A label of the pantry; a name is written ``tag:name``."""
    categories = [Category(*name.split(":")) for name in names]
    return Label((POLICY.label(POLICY.level(level), categories, nobody=nobody),))


def dated(label: Label, **more: Any) -> LabelDocument:
    return LabelDocument(label, created=NOON, review=NOON.replace(year=2031), **more)


# --- round trips -----------------------------------------------------------------------------------------------------


def test_a_label_is_written_as_the_standard_has_it() -> None:
    label = label_with("Allergens:Nuts", "Served To:Aunt", "Served To:Uncle", "Table/Notes:Garnish")
    after = Succession(NOON.replace(year=2040), label_with(level="Crumbs"))
    document = dated(label, originator="cook@example.org", originator_type="rfc822Name", succession=after)
    assert (
        write_label(document, policies=POLICIES)
        == """<?xml version="1.0" encoding="UTF-8"?>
<slab:originatorConfidentialityLabel xmlns:slab="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0" \
ReviewDateTime="2031-05-01T12:00:00Z">
  <slab:ConfidentialityInformation>
    <slab:PolicyIdentifier URI="urn:oid:2.999.1">Pantry</slab:PolicyIdentifier>
    <slab:Classification>Feast</slab:Classification>
    <slab:Category Type="RESTRICTIVE" TagName="Allergens" URI="urn:oid:2.999.1.1">
      <slab:GenericValue>Nuts</slab:GenericValue>
    </slab:Category>
    <slab:Category Type="PERMISSIVE" TagName="Served To" URI="urn:oid:2.999.1.2">
      <slab:GenericValue>Aunt</slab:GenericValue>
      <slab:GenericValue>Uncle</slab:GenericValue>
    </slab:Category>
    <slab:Category Type="INFORMATIVE" TagName="Table" URI="urn:oid:2.999.1.3">
      <slab:GenericValue>Garnish</slab:GenericValue>
    </slab:Category>
  </slab:ConfidentialityInformation>
  <slab:OriginatorID IDType="rfc822Name">cook@example.org</slab:OriginatorID>
  <slab:CreationDateTime>2026-05-01T12:00:00Z</slab:CreationDateTime>
  <slab:SuccessionHandling>
    <slab:SuccessionDateTime>2040-05-01T12:00:00Z</slab:SuccessionDateTime>
    <slab:SuccessorConfidentialityLabel>
      <slab:ConfidentialityInformation>
        <slab:PolicyIdentifier URI="urn:oid:2.999.1">Pantry</slab:PolicyIdentifier>
        <slab:Classification>Crumbs</slab:Classification>
      </slab:ConfidentialityInformation>
    </slab:SuccessorConfidentialityLabel>
  </slab:SuccessionHandling>
</slab:originatorConfidentialityLabel>
"""
    )


# In an Outdoors list `Kitchen` would be read as either; nobody is sayable of a tag that is alone in its set and type.
SAYABLE = {
    (tag.key, name) for tag in POLICY.tags for name in tag.rules if (tag.type, name) != (TagType.PERMISSIVE, "Kitchen")
}
XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from("\n\r\t")
)


def chosen(tag: Tag) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from([name for name in tag.rules if (tag.key, name) in SAYABLE]))


@composite
def labels(draw: DrawFn) -> Label:
    """Any label of the pantry that ADatP-4774 can say."""
    categories = [Category(tag.key, name) for tag in POLICY.tags for name in draw(chosen(tag))]
    nobody = draw(st.booleans()) and not any(category.tag == "Served To" for category in categories)
    level = draw(st.sampled_from(POLICY.levels))
    return Label((POLICY.label(level, categories, nobody=["Served To"] if nobody else []),))


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
CENTURIES = (datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2900-01-01"))
SECONDS = st.datetimes(*CENTURIES, timezones=ZONES).map(lambda moment: moment.replace(microsecond=0))


@composite
def documents(draw: DrawFn) -> LabelDocument:
    originator = draw(XML_TEXT.map(str.strip))
    return LabelDocument(
        label=draw(labels()),
        kind=draw(st.sampled_from(LabelKind)),
        originator=originator,
        originator_type=draw(st.sampled_from(sorted(ORIGINATOR_TYPES))) if originator else "",
        created=draw(SECONDS),
        review=draw(SECONDS),
        succession=draw(st.none() | st.builds(Succession, SECONDS, labels(), XML_TEXT)),
        privacy_mark=draw(XML_TEXT),
    )


@given(documents())
def test_any_label_of_a_policy_comes_back_as_it_was_written(document: LabelDocument) -> None:
    text = write_label(document, policies=POLICIES)
    assert read_label(text, policies=POLICIES) == document
    assert read_label_document(text, policies=POLICIES) == [document]


SEQUENCE = {
    "ConfidentialityLabel": "ConfidentialityInformation OriginatorID CreationDateTime SuccessionHandling",
    "ConfidentialityInformation": "PolicyIdentifier Classification PrivacyMark Category",
    "SuccessionHandling": "SuccessionDateTime SuccessorConfidentialityLabel",
    "SuccessorConfidentialityLabel": "ConfidentialityInformation",
    "Category": "GenericValue",
    "ConfidentialityClearance": "PolicyIdentifier ClassificationList Category",
    "ClassificationList": "Classification",
}


def out_of_sequence(entry: Element) -> Iterator[str]:
    """Every element that does not stand where the schema's sequences have it."""
    name = "ConfidentialityLabel" if entry.name in {f"{k.value}ConfidentialityLabel" for k in LabelKind} else entry.name
    places = [SEQUENCE.get(name, "").split().index(child.name) for child in entry.children]
    if places != sorted(places):
        yield entry.name
    for child in entry.children:
        yield from out_of_sequence(child)


@given(documents())
def test_elements_stand_in_the_order_of_the_schema(document: LabelDocument) -> None:
    assert list(out_of_sequence(parse_xml(write_label(document, policies=POLICIES)))) == []


def test_nobody_may_receive_is_an_empty_permissive_category_and_comes_back() -> None:
    document = dated(label_with(nobody=("Served To",)))
    text = write_label(document, policies=POLICIES)
    assert '<slab:Category Type="PERMISSIVE" TagName="Served To" URI="urn:oid:2.999.1.2"/>' in text
    read = read_label(text, policies=POLICIES)
    assert read == document
    assert read.label.parts[0].releasable_to == {Release("Served To", frozenset())}
    assert not everything(POLICIES).dominates(read.label)


def test_times_are_written_in_utc_and_in_seconds_and_a_succession_never_early() -> None:
    fine = datetime(2026, 5, 1, 14, 30, 15, 999_999, tzinfo=timezone(timedelta(hours=2)))
    document = LabelDocument(label_with(), created=fine, review=fine, succession=Succession(fine, label_with()))
    text = write_label(document, policies=POLICIES)
    assert text.count("2026-05-01T12:30:15Z") == 2
    assert "<slab:SuccessionDateTime>2026-05-01T12:30:16Z</slab:SuccessionDateTime>" in text


def test_a_succession_at_the_end_of_time_is_refused() -> None:
    never = Succession(datetime.max.replace(tzinfo=UTC), label_with())
    with pytest.raises(LabelError, match="beyond the times that can be written"):
        write_label(dated(label_with(), succession=never), policies=POLICIES)


def test_a_category_of_an_old_version_is_read_and_written() -> None:
    part = PolicyLabel(POLICY.level("Feast"), releasable_to=frozenset({Release("Served To", frozenset({"Cat"}))}))
    document = dated(Label((part,)))
    assert read_label(write_label(document, policies=POLICIES), policies=POLICIES) == document


# --- what is refused when writing ------------------------------------------------------------------------------------


def test_a_label_without_a_creation_time_is_not_written() -> None:
    with pytest.raises(LabelError, match="when it was made: give `created`"):
        write_label(LabelDocument(label_with(), review=NOON), policies=POLICIES)


def test_a_label_without_review_or_succession_is_not_written() -> None:
    with pytest.raises(LabelError, match="give `review`, or else a `succession`"):
        write_label(LabelDocument(label_with(), created=NOON), policies=POLICIES)
    after = Succession(NOON, label_with(level="Crumbs"))
    assert read_label(
        write_label(LabelDocument(label_with(), created=NOON, succession=after), policies=POLICIES), policies=POLICIES
    ) == LabelDocument(label_with(), created=NOON, succession=after)


def compartment(tag: str, name: str) -> Label:
    return Label((PolicyLabel(POLICY.level("Feast"), frozenset({Category(tag, name)})),))


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        (label_with("Table/Outdoors:Kitchen"), "stands in `Table/Indoors` and in `Table/Outdoors`"),
        (label_with(nobody=("Table/Indoors",)), "nobody may receive under `Table/Indoors` or `Table/Outdoors`"),
        (compartment("Allergens", "Ginger"), "`Ginger` is not a category of `Allergens`"),
        (compartment("Spices", "Ginger"), "`Spices` is not a tag"),
    ],
    ids=["a name of two tags", "nobody of two tags", "an unknown category", "an unknown tag"],
)
def test_a_label_that_the_syntax_can_t_say_is_not_written(label: Label, reason: str) -> None:
    with pytest.raises(LabelError, match=reason):
        write_label(dated(label), policies=POLICIES)


@pytest.mark.parametrize(
    "part",
    [
        PolicyLabel(Level("Pantry", 0, "Feast")),
        PolicyLabel(POLICY.level("Feast"), informative=frozenset({Category("Allergens", "Nuts")})),
    ],
    ids=["a level at another place of the scale", "a restriction that is held for a remark"],
)
def test_a_label_that_would_come_back_as_another_is_not_written(part: PolicyLabel) -> None:
    with pytest.raises(LabelError, match="what was written means another one"):
        write_label(dated(Label((part,))), policies=POLICIES)
    stray = PolicyClearance("Pantry", frozenset({Level("Pantry", 0, "Feast")}))
    with pytest.raises(ClearanceError, match="what was written means another one"):
        write_clearance(Clearance((stray,)), policies=POLICIES)


def test_a_label_of_two_policies_is_two_documents() -> None:
    cask = POLICIES.policy("Cellar").label(POLICIES.policy("Cellar").levels[0])
    both = Label((*label_with("Allergens:Nuts").parts, cask))
    with pytest.raises(LabelError, match="one document for each part"):
        LabelDocument(both)
    with pytest.raises(LabelError, match="one document for each part"):
        Succession(NOON, both)
    written = [write_label(dated(label), policies=POLICIES) for label in split_label(both)]
    assert label_of([read_label(text, policies=POLICIES) for text in written]) == both


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"originator": "cook"}, "a name and its type"),
        ({"originator_type": "jID"}, "a name and its type"),
        ({"originator": "cook", "originator_type": "nickname"}, "`nickname` is not a type of originator"),
        ({"created": datetime(2026, 5, 1)}, "has no zone"),  # noqa: DTZ001  # that it has none is the point
        ({"review": datetime.max.replace(tzinfo=timezone(-timedelta(hours=1)))}, "beyond the times of UTC"),
    ],
)
def test_a_document_that_contradicts_itself_is_not_made(more: dict[str, Any], reason: str) -> None:
    with pytest.raises(LabelError, match=reason):
        LabelDocument(label_with(), **more)


def test_a_character_that_xml_can_t_hold_is_refused_and_not_dropped() -> None:
    with pytest.raises(LabelError, match=r"U\+0000"):
        write_label(dated(label_with(), originator="co\x00ok", originator_type="jID"), policies=POLICIES)


# --- reading ---------------------------------------------------------------------------------------------------------

PLAIN = f"""<slab:originatorConfidentialityLabel {NAMESPACES} ReviewDateTime="2031-05-01T12:00:00Z">
<slab:ConfidentialityInformation>
<slab:PolicyIdentifier URI="urn:oid:2.999.1">Pantry</slab:PolicyIdentifier>
<slab:Classification>Feast</slab:Classification>
<slab:Category Type="RESTRICTIVE" TagName="Allergens"><slab:GenericValue>Nuts</slab:GenericValue></slab:Category>
<slab:Category Type="PERMISSIVE" TagName="Served To"><slab:GenericValue>Aunt</slab:GenericValue></slab:Category>
</slab:ConfidentialityInformation>
<slab:CreationDateTime>2026-05-01T12:00:00Z</slab:CreationDateTime>
</slab:originatorConfidentialityLabel>"""
END = "</slab:ConfidentialityInformation>"
MEANT = dated(label_with("Allergens:Nuts", "Served To:Aunt"))


def changed(old: str, new: str) -> str:
    assert old in PLAIN
    return PLAIN.replace(old, new)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        changed("urn:oid:2.999.1", "URN:OID:2.999.1"),
        changed(' URI="urn:oid:2.999.1"', ""),
        changed(' URI="', ' URL="'),
        changed(">Pantry<", "> pantry <"),
        changed(">Feast<", ">FEAST<"),
        changed(">Nuts<", ">\n  nuts\n<"),
        changed('"Served To"', '"SERVED TO" URI="urn:oid:2.999.1.2"'),
        changed('"PERMISSIVE"', '"Permissive"'),
        changed("slab:originator", "slab:Originator"),
        changed("slab:originatorConf", "slab:Conf"),
        changed("12:00:00Z", "12:00:00.0000000Z"),
        changed("12:00:00Z", "14:00:00+02:00"),
        changed(END, f"<x:Mark xmlns:x='urn:x'>FEAST</x:Mark>{END}"),
        PLAIN.replace("xmlns:slab=", "xmlns=").replace("slab:", ""),
    ],
    ids=[
        "plain", "urn in capitals", "no identifier", "URL for URI", "policy in small letters", "level in capitals",
        "value on a line of its own", "tag set in capitals with its identifier", "type in small letters",
        "root with a capital", "root of before the standard", "seven decimals", "another zone", "a foreign extension",
        "default namespace",
    ],
)  # fmt: skip
def test_spellings_that_say_the_same_are_read(text: str) -> None:
    assert read_label(text, policies=POLICIES) == MEANT


def test_a_sample_without_creation_time_is_read_but_not_written_again() -> None:
    without = changed("<slab:CreationDateTime>2026-05-01T12:00:00Z</slab:CreationDateTime>", "")
    read = read_label(without, policies=POLICIES)
    assert read.created is None
    assert read.label == MEANT.label
    with pytest.raises(LabelError, match="give `created`"):
        write_label(read, policies=POLICIES)


def test_the_kind_is_the_root_s() -> None:
    for kind in LabelKind:
        assert read_label(PLAIN.replace("originatorC", f"{kind.value}C"), policies=POLICIES).kind is kind


def test_a_group_among_the_recipients_is_its_members() -> None:
    read = read_label(changed(">Aunt<", ">family<"), policies=POLICIES)
    assert read.label == label_with("Allergens:Nuts", "Served To:Aunt", "Served To:Uncle")


def test_where_a_tag_set_has_several_tags_the_value_says_which() -> None:
    """A restriction under one permissive tag is never taken for one under another: both must let the reader in."""
    rooms = '"Table"><slab:GenericValue>Parlour</slab:GenericValue><slab:GenericValue>Garden</slab:GenericValue>'
    read = read_label(changed('"Served To"><slab:GenericValue>Aunt</slab:GenericValue>', rooms), policies=POLICIES)
    assert read.label == label_with("Allergens:Nuts", "Table/Indoors:Parlour", "Table/Outdoors:Garden")
    held = frozenset({Category("Allergens", "Nuts"), Category("Table/Indoors", "Parlour")})
    assert not Clearance((PolicyClearance("Pantry", frozenset(POLICY.levels), held),)).dominates(read.label)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (">Pantry<", ">Larder<", 3, "`Larder` is not a known policy"),
        ("urn:oid:2.999.1", "urn:oid:2.999.7", 3, "`urn:oid:2.999.7` is not the identifier of policy `Pantry`"),
        (' URI="urn:oid:2.999.1"', ' URL="urn:oid:2.999.7"', 3, "is not the identifier of policy `Pantry`"),
        (">Feast<", ">Banquet<", 4, "`Banquet` is not a level of policy `Pantry`"),
        (">Feast<", "><", 4, "`` is not a level"),
        (">Feast<", "><slab:b>Feast</slab:b><", 4, "<Classification> holds a text"),
        (">Nuts<", ">Ginger<", 5, "`Ginger` is not a category of `Allergens`"),
        (">Nuts<", "><", 5, "`` is not a category"),
        ('"RESTRICTIVE" TagName', '"PERMISSIVE" TagName', 5, "has no permissive tag in a tag set `Allergens`"),
        ('"RESTRICTIVE" TagName', '"SECRETIVE" TagName', 5, "`Type` is RESTRICTIVE, PERMISSIVE or INFORMATIVE"),
        ('Type="RESTRICTIVE" TagName', "TagName", 5, "lacks the attribute `Type`"),
        ('"Allergens"', '"Spices"', 5, "has no restrictive tag in a tag set `Spices`"),
        ('"Allergens"', '"Allergens" URI="urn:oid:2.999.1.7"', 5, "is not the identifier of tag set `Allergens`"),
        ("<slab:GenericValue>Nuts</slab:GenericValue>", "", 5, "says nothing, leave it out"),
        ("<slab:GenericValue>Nuts</slab:GenericValue>", "Nuts", 5, "has a text, `Nuts`, where only elements"),
        ("slab:GenericValue>Nuts</slab:GenericValue", "slab:IntegerValue>1</slab:IntegerValue", 5, "<IntegerValue>"),
        ("slab:GenericValue>Nuts</slab:GenericValue", "slab:BitStringValue>1</slab:BitStringValue", 5, "<BitStringV"),
        ("slab:GenericValue>Nuts</slab:GenericValue", "slab:General>1</slab:General", 5, "<General> .* has no meaning"),
        ("slab:GenericValue>Nuts</slab:GenericValue", "x:V xmlns:x='urn:x'/", 5, "<V> .urn:x. has no meaning"),
        (END, f"<slab:Catgory/>{END}", 7, "<Catgory> .* has no meaning in <ConfidentialityInformation>"),
        (END, f"<Category/>{END}", 7, "<Category> .no namespace. has no meaning in <ConfidentialityInformation>"),
        (END, f"<sclr:Category/>{END}", 7, "<Category> .* has no meaning in <ConfidentialityInformation>"),
        ("<slab:Creat", "<slab:Secrecy/><slab:Creat", 8, "<Secrecy> .* has no meaning"),
        ("<slab:Creat", "<slab:CreationDateTime/><slab:Creat", 8, "<CreationDateTime> is given twice"),
        ("<slab:Creat", "<slab:OriginatorID>cook</slab:OriginatorID><slab:Creat", 8, "lacks the attribute `IDType`"),
        ("<slab:Creat", "<slab:OriginatorID IDType='x'>cook</slab:OriginatorID><slab:Creat", 8, "`x` is not a type"),
        ("<slab:Creat", "<slab:OriginatorID IDType='jID'/><slab:Creat", 8, "a name and its type"),
        ("<slab:Creat", "<slab:SuccessionHandling/><slab:Creat", 8, "has no <SuccessionDateTime>"),
        ("2026-05-01T12:00:00Z<", "2026-05-01T12:00:00<", 8, "is not a moment with its zone"),
        ("2026-05-01T12:00:00Z<", "2026-02-30T12:00:00Z<", 8, "is not a moment with its zone"),
        ("2026-05-01T12:00:00Z<", "yesterday<", 8, "`yesterday` is not a moment"),
        ('"2031-05-01T12:00:00Z"', '"2031-05-01"', 1, "`2031-05-01` is not a moment"),
        ('"2031-05-01T12:00:00Z"', '""', 1, "`` is not a moment"),
        ("<slab:Pol", "<slab:PolicyIdentifier>Cellar</slab:PolicyIdentifier><slab:Pol", 2, "has 2 <PolicyIdentifier>"),
        ("originatorConf", "alternateConf", 1, "<alternateConfidentialityLabel> is not a confidentiality label"),
        ("confidentialitymetadatalabel:1:0", "confidentialitymetadatalabel:2:0", 1, "is not a confidentiality label"),
        ("</slab:Cl", "</slab:Cr", 4, "not well-formed XML"),
        (PLAIN, f"<!DOCTYPE x [<!ENTITY n 'Nuts'>]>{PLAIN}", 1, "a document type"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_at_its_line(old: str, new: str, line: int, reason: str) -> None:
    with pytest.raises(LabelError, match=f"^line {line}: .*{reason}"):
        read_label(changed(old, new), policies=POLICIES)


def test_two_policies_in_one_label_are_refused() -> None:
    start, end = PLAIN.index("<slab:ConfidentialityInf"), PLAIN.index("<slab:Creat")
    twice = PLAIN[:end] + PLAIN[start:end].replace("Pantry", "Cellar") + PLAIN[end:]
    with pytest.raises(LabelError, match=r"line 1: .* has 2 <ConfidentialityInformation>"):
        read_label(twice, policies=POLICIES)


def test_recipients_given_twice_are_refused_because_it_is_not_said_whether_one_or_both_must_let_in() -> None:
    def more(kind: str, tag: str, name: str) -> str:
        category = f'<slab:Category Type="{kind}" TagName="{tag}"><slab:GenericValue>{name}</slab:GenericValue>'
        return changed(END, f"{category}</slab:Category>{END}")

    with pytest.raises(LabelError, match=r"line 7: .*recipients of `Served To` are given twice"):
        read_label(more("PERMISSIVE", "Served To", "Uncle"), policies=POLICIES)
    read = read_label(more("RESTRICTIVE", "Allergens", "Milk"), policies=POLICIES)
    assert read.label == label_with("Allergens:Nuts", "Allergens:Milk", "Served To:Aunt")


def test_a_value_of_two_tags_and_an_empty_list_of_two_tags_are_refused() -> None:
    old = '"Served To"><slab:GenericValue>Aunt</slab:GenericValue>'
    with pytest.raises(LabelError, match="line 6: `Kitchen` stands in `Table/Indoors` and in `Table/Outdoors`"):
        read_label(changed(old, '"Table"><slab:GenericValue>Kitchen</slab:GenericValue>'), policies=POLICIES)
    with pytest.raises(LabelError, match="line 6: nobody may receive under `Table/Indoors` or `Table/Outdoors`"):
        read_label(changed(old, '"Table">'), policies=POLICIES)


# --- clearances ------------------------------------------------------------------------------------------------------


@composite
def clearance_parts(draw: DrawFn) -> PolicyClearance:
    tags = [tag for tag in POLICY.tags if tag.type is not TagType.INFORMATIVE]
    held = frozenset(Category(tag.key, name) for tag in tags for name in draw(chosen(tag)))
    return PolicyClearance("Pantry", draw(st.frozensets(st.sampled_from(POLICY.levels))), held)


@given(clearance_parts())
def test_any_clearance_comes_back_as_it_was_written(part: PolicyClearance) -> None:
    cask = PolicyClearance("Cellar", frozenset(POLICIES.policy("Cellar").levels))
    first, second = write_clearance(Clearance((part, cask)), policies=POLICIES)
    assert read_clearance(first, policies=POLICIES) == Clearance((cask,))
    assert read_clearance(second, policies=POLICIES) == read_clearance_document(second, policies=POLICIES)
    assert read_clearance(second, policies=POLICIES) == Clearance((part,))
    assert list(out_of_sequence(parse_xml(second))) == []


HELD = f"""<sclr:ConfidentialityClearance {NAMESPACES}>
<slab:PolicyIdentifier URI="urn:oid:2.999.1">pantry</slab:PolicyIdentifier>
<sclr:ClassificationList><slab:Classification>FEAST</slab:Classification></sclr:ClassificationList>
<slab:Category Type="PERMISSIVE" TagName="Served To"><slab:GenericValue>aunt</slab:GenericValue></slab:Category>
</sclr:ConfidentialityClearance>"""


def test_a_clearance_holds_just_what_it_lists() -> None:
    feast, aunt = frozenset({POLICY.level("Feast")}), frozenset({Category("Served To", "Aunt")})
    assert read_clearance(HELD, policies=POLICIES) == Clearance((PolicyClearance("Pantry", feast, aunt),))


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (">pantry<", ">Larder<", 2, "`Larder` is not a known policy"),
        (">FEAST<", ">Banquet<", 3, "`Banquet` is not a level"),
        (">aunt<", ">Ginger<", 4, "`Ginger` is not a category"),
        (">aunt<", ">Family<", 4, "`Family` stands for several categories"),
        ("<slab:GenericValue>aunt</slab:GenericValue>", "", 4, "says nothing, leave it out"),
        (
            '"PERMISSIVE" TagName="Served To"',
            '"INFORMATIVE" TagName="Table"',
            4,
            "an INFORMATIVE category is never held",
        ),
        ("sclr:ClassificationList>", "slab:ClassificationList>", 3, "<ClassificationList> .* has no meaning"),
        ("</sclr:Conf", "<x:Until xmlns:x='urn:x'/></sclr:Conf", 5, "<Until> .urn:x. has no meaning"),
        ("ConfidentialityClearance", "Clearance", 1, "<Clearance> is not a clearance of ADatP-4774"),
    ],
)
def test_a_clearance_that_is_not_understood_is_refused_at_its_line(old: str, new: str, line: int, reason: str) -> None:
    with pytest.raises(ClearanceError, match=f"^line {line}: .*{reason}"):
        read_clearance(HELD.replace(old, new), policies=POLICIES)


def test_a_clearance_with_a_period_is_not_written_because_it_would_hold_for_ever() -> None:
    clearance = Clearance((PolicyClearance("Pantry", frozenset(POLICY.levels)),), valid_until=date(2026, 12, 31))
    with pytest.raises(ClearanceError, match="from when until when"):
        write_clearance(clearance, policies=POLICIES)


# --- documents of any format -----------------------------------------------------------------------------------------


def test_an_alternative_label_and_the_metadata_s_own_never_count() -> None:
    other = LabelDocument(label_with(level="Crumbs"), kind=LabelKind.ALTERNATIVE)
    metadata = LabelDocument(label_with(level="Crumbs"), kind=LabelKind.METADATA)
    assert label_of([other, MEANT, metadata]) == MEANT.label
    with pytest.raises(LabelError, match="there is no originator's label"):
        label_of([other, metadata])
    with pytest.raises(LabelError, match="not two of `Pantry`"):
        label_of([MEANT, MEANT])


@pytest.mark.parametrize("text", ["<label/>", "<x:BindingInformation xmlns:x='urn:x'/>", HELD])
def test_another_document_is_no_label(text: str) -> None:
    with pytest.raises(LabelError, match=r"line 1: .* is not a label: an ADatP-4774 label .* are read"):
        read_label_document(text, policies=POLICIES)


@pytest.mark.parametrize("text", ["<clearance/>", PLAIN])
def test_another_document_is_no_clearance(text: str) -> None:
    with pytest.raises(ClearanceError, match=r"line 1: .* is not a clearance: an ADatP-4774 clearance .* are read"):
        read_clearance_document(text, policies=POLICIES)


SPIFFY = """<label xmlns='http://surevine.com/xmlns/spiffy'><policy id='2.999.1'>Larder</policy>
<classification lacv='003'>Crumbs</classification>
<tag type='permissive' id='2.999.1.3' lacv='1'/><tag type='enumeratedPermissive' id='2.999.1.3' lacv='01'/>
<tag type='restrictive' id='2.999.1.3' lacv='1'/><tag type='informative' id='2.999.1.3' lacv='1'>Cellar</tag></label>"""


def test_a_label_of_the_spiffing_tools_means_what_its_numbers_say() -> None:
    """The names beside them are comments; tag set and kind make one number four categories here."""
    meant = ["Table/Indoors:Kitchen", "Table/Outdoors:Garden", "Table/Keys:Cellar", "Table/Notes:Garnish"]
    assert read_label_document(SPIFFY, policies=POLICIES) == [LabelDocument(label_with(*meant))]
    held = SPIFFY.replace("label", "clearance").replace(
        "<tag type='informative' id='2.999.1.3' lacv='1'>Cellar</tag>", ""
    )
    categories = frozenset(Category(*name.split(":")) for name in meant[:3])
    assert read_clearance_document(held, policies=POLICIES) == Clearance(
        (PolicyClearance("Pantry", frozenset({POLICY.level("Feast")}), categories),)
    )
    with pytest.raises(ClearanceError, match="line 4: an informative category is never held"):
        read_clearance_document(SPIFFY.replace("label", "clearance"), policies=POLICIES)


def test_what_the_reader_is_not_cleared_for_stays_hidden_after_a_round_trip() -> None:
    """The empty set of recipients is the case that gets lost: it must not come back as no restriction at all."""
    joined = label_with("Served To:Aunt").join(label_with("Served To:Uncle"))
    read = label_of(read_label_document(write_label(dated(joined), policies=POLICIES), policies=POLICIES))
    assert read.parts[0].releasable_to is not EVERYONE
    assert not everything(POLICIES).dominates(read)


# --- what is written is XML ------------------------------------------------------------------------------------------


@given(XML_TEXT, XML_TEXT)
@example("one\u2028two\x85three\r\nfour\n\n five ", "one\u2028two\x85three\r\nfour\n\n five ")
def test_indenting_never_changes_a_text_or_an_attribute(text: str, value: str) -> None:
    inner_text = element("inner", text, q_k=value, xmlns_q="urn:q")
    written = element("x:outer", "", element("middle", "", inner_text), xmlns_x="urn:x")
    inner = parse_xml(written).children[0].children[0]
    assert "".join(inner.pieces) == text
    assert inner.attributes == {"urn:q k": value}


def test_an_element_has_a_text_or_children() -> None:
    with pytest.raises(ValueError, match="not both"):
        element("a", "text", element("b"))
    assert element("a") == "<a/>"
    assert element("a", k=None) == "<a/>"


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\ud800", "\uffff"])
def test_a_character_that_is_not_xml_is_refused(character: str) -> None:
    with pytest.raises(XmlRefused, match=f"U\\+{ord(character):04X}"):
        element("a", character)
    with pytest.raises(XmlRefused, match=f"U\\+{ord(character):04X}"):
        element("a", k=character)
