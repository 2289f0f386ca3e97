"""IATI: what a publisher states becomes facts that join the curated ones, one portion an activity."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from graph_service.errors import LoadRefused
from graph_service.handling import parse_marking
from graph_service.namespaces import ID, NS, short
from graph_service.portions import Portion
from graph_service.security import Policies
from graph_service.storage.conformance import validate
from graph_service.storage.shapes import packaged_shapes
from loaders import LoadRequest
from loaders.base import Proposal, Remark, Whole
from loaders.detection import detect
from loaders.gathering import Item
from loaders.iati.files import load_activities
from loaders.names import NO_NAMES, KnownName, Names

SAMPLES = Path(__file__).parents[3] / "shared" / "data-samples" / "iati"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of IATI are not at hand")

ACTIVITY = """<iati-activity default-currency="EUR" xml:lang="en">
 <iati-identifier>{identifier}</iati-identifier>
 <reporting-org ref="EX-1" type="10"><narrative>EXAMPLE: ministry</narrative></reporting-org>
 <title><narrative>EXAMPLE: {title}</narrative><narrative xml:lang="nl">VOORBEELD</narrative></title>
 {more}
</iati-activity>"""


def file(*activities: str, version: str = "2.03") -> str:
    body = "\n".join(activities)
    return f'<?xml version="1.0"?>\n<!-- <other> -->\n<iati-activities version="{version}">\n{body}\n</iati-activities>'


def activity(identifier: str = "EX-1-A", title: str = "wells", more: str = "") -> str:
    return ACTIVITY.format(identifier=identifier, title=title, more=more)


def proposals(path: Path, policies: Policies, names: Names = NO_NAMES) -> list[Proposal]:
    label = parse_marking("Ongerubriceerd", policies=policies)
    (found,) = detect([Item(path, path.name, is_named=True)]).to_read
    return list(found.format.load(LoadRequest(path=path, policies=policies, label=label, names=names, name_key=b"k")))


def portions(path: Path, policies: Policies, names: Names = NO_NAMES) -> list[Portion]:
    return [one for one in proposals(path, policies, names) if isinstance(one, Portion)]


def triples(found: list[Portion]) -> set[Triple]:
    return {quad.triple for one in found for quad in parse(one.ntriples, format=RdfFormat.N_TRIPLES)}


def told(found: list[Portion]) -> set[str]:
    """The statements in short, IRIs of things of one activity by their kind."""
    return {re.sub(r"/[0-9a-f]{16}\b", "/#", short(str(triple))) for triple in triples(found)}


def classes(found: list[Portion]) -> Counter[str]:
    kind = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    return Counter(str(t.object.value).removeprefix(NS) for t in triples(found) if t.predicate.value == kind)  # type: ignore[union-attr]


def load(text: str, tmp_path: Path, policies: Policies, names: Names = NO_NAMES) -> list[Portion]:
    path = tmp_path / "aid.xml"
    path.write_text(text, encoding="utf-8")
    return portions(path, policies, names)


# --- the samples, counted in another way -----------------------------------------------------------------------------


@needs_samples
def test_the_example_activity_gives_what_an_independent_count_finds(policies: Policies) -> None:
    (path,) = SAMPLES.glob("activity-*.xml")
    root = ElementTree.parse(path).getroot()  # noqa: S314  # a file of the standard's makers
    found = portions(path, policies)
    assert len(found) == len(root.findall("iati-activity")) + 1
    expected = {
        "AidActivity": "iati-activity",
        "Transaction": ".//transaction",
        "Location": ".//iati-activity/location",
        "Condition": ".//condition",
        "OutputStep": ".//result[@type='1']",
        "Indicator": ".//indicator",
        "BaselineValue": ".//baseline",
        "TargetValue": ".//target",
        "MeasuredValue": ".//actual",
        "Goal": ".//iati-activity/description[@type='2']",
    }
    counted = classes(found)
    assert {name: counted[name] for name in expected} == {name: len(root.findall(p)) for name, p in expected.items()}
    assert counted["Budget"] == len(root.findall(".//budget")) + len(root.findall(".//planned-disbursement"))
    addresses = {link.get("url") for link in root.iter("document-link")}
    assert counted["Source"] == len(addresses)
    assert counted["Organisation"] == len({e.get("ref") for e in root.iter() if e.tag.endswith("-org")})
    # A link a participation, and one for the incoming funds.
    assert counted["StatedLink"] == len(root.findall(".//participating-org")) + 1


@needs_samples
def test_the_example_organisation_gives_what_an_independent_count_finds(policies: Policies) -> None:
    (path,) = SAMPLES.glob("organisation-*.xml")
    root = ElementTree.parse(path).getroot()  # noqa: S314
    counted = classes(portions(path, policies))
    assert counted["Budget"] == sum(e.tag.endswith("-budget") or e.tag == "budget-line" for e in root.iter())
    assert counted["Expenditure"] == sum(e.tag in {"total-expenditure", "expense-line"} for e in root.iter())
    assert counted["Source"] == len({link.get("url") for link in root.iter("document-link")})


@needs_samples
def test_a_code_list_names_the_codes_that_activities_use(policies: Policies) -> None:
    (path,) = SAMPLES.glob("codelist_*.xml")
    root = ElementTree.parse(path).getroot()  # noqa: S314
    (one,) = portions(path, policies)
    assert classes([one])["http://www.w3.org/2004/02/skos/core#Concept"] == len(root.findall(".//codelist-item"))
    assert 'id:iati/codelist/OrganisationRole/4 skos:prefLabel "Implementing"@en' in told([one])
    (activities,) = SAMPLES.glob("activity-*.xml")
    assert any(
        "dcterms:type id:iati/codelist/OrganisationRole/2" in said for said in told(portions(activities, policies))
    )


@needs_samples
def test_every_sample_conforms_to_the_shapes_and_has_no_unknown_class(policies: Policies) -> None:
    for path in SAMPLES.glob("*.xml"):
        found = validate(portions(path, policies), packaged_shapes())
        assert ([one.told() for one in found.violations], found.uncovered) == ([], ())


# --- what is stated --------------------------------------------------------------------------------------------------


def test_a_role_is_a_stated_link_to_the_activity(tmp_path: Path, policies: Policies) -> None:
    roles = "".join(
        f'<participating-org ref="EX-{n}" role="{n}"><narrative>EXAMPLE: org {n}</narrative></participating-org>'
        for n in (1, 2, 3, 4)
    )
    said = told(load(file(activity(more=roles)), tmp_path, policies))
    link = "id:activity/iati-ex-1-a/link/#"
    for relation in ("finances", "accountableFor", "leads", "implements"):
        assert f"{link} sluis:relation sluis:{relation}" in said
    assert f"{link} rdf:type sluis:StatedLink" in said
    assert "id:activity/iati-ex-1-a sluis:carriedOutBy id:actor/iati-ex-4" in said


@pytest.mark.parametrize(
    ("kind", "link"),
    [("1", "StatedLink"), ("2", "IntendedLink"), ("3", "StatedLink"), ("12", "IntendedLink"), ("5", ""), ("4", "")],
)
def test_money_that_was_promised_is_no_stated_link(kind: str, link: str, tmp_path: Path, policies: Policies) -> None:
    more = f"""<transaction><transaction-type code="{kind}"/><transaction-date iso-date="2099-01-01"/>
      <value value-date="2099-01-01">10.50</value>
      <provider-org ref="EX-8"><narrative>EXAMPLE: one</narrative></provider-org>
      <receiver-org ref="EX-9"><narrative>EXAMPLE: two</narrative></receiver-org></transaction>"""
    found = load(file(activity(more=more)), tmp_path, policies)
    assert [name for name in ("StatedLink", "IntendedLink") if classes(found)[name]] == ([link] if link else [])
    said = told(found)
    assert 'id:activity/iati-ex-1-a/transaction/# sluis:currency "EUR"' in said
    assert any('sluis:amount "10.50"' in one for one in said)


def test_two_equal_payments_are_two(tmp_path: Path, policies: Policies) -> None:
    one = "<transaction><transaction-type code='3'/><value value-date='2099-01-01'>5</value></transaction>"
    assert classes(load(file(activity(more=one + one)), tmp_path, policies))["Transaction"] == 2


def test_a_previous_identifier_leads_from_the_new_activity_to_the_old(tmp_path: Path, policies: Policies) -> None:
    more = """<other-identifier ref="OLD-7" type="A3"/><other-identifier ref="EX-KVK-1" type="B1"/>
      <related-activity ref="EX-1-P" type="1"/><related-activity ref="EX-1-C" type="2"/>"""
    said = told(load(file(activity(more=more)), tmp_path, policies))
    assert "id:activity/iati-ex-1-a dcterms:replaces id:activity/iati-old-7" in said
    assert "id:activity/iati-ex-1-a sluis:partOf id:activity/iati-ex-1-p" in said
    assert "id:activity/iati-ex-1-c sluis:partOf id:activity/iati-ex-1-a" in said
    assert 'id:actor/iati-ex-1 skos:notation "EX-KVK-1"' in said


def test_places_and_shares(tmp_path: Path, policies: Policies) -> None:
    more = """<recipient-country code="ML" percentage="40.5"/>
      <location ref="L1"><name><narrative>EXAMPLE: well</narrative></name>
      <point><pos>16.5 -0.25</pos></point></location>
      <policy-marker code="1" significance="0"/><sector code="15230" percentage="100"/>"""
    said = told(load(file(activity(more=more)), tmp_path, policies))
    assert "id:activity/iati-ex-1-a sluis:concernsPlace id:country/mali" in said
    assert "id:activity/iati-ex-1-a/allocation/# sluis:allocatedTo id:country/mali" in said
    assert "id:activity/iati-ex-1-a dcterms:subject id:iati/codelist/Sector/15230" in said
    assert not any("subject id:iati/codelist/PolicyMarker" in one for one in said), "not targeted is not a subject"
    assert any('sluis:latitude "16.5"' in one for one in said)


# --- who is known already --------------------------------------------------------------------------------------------

ACTOR = frozenset({NS + "Actor"})


def named(text: str, key: str, *kinds: str, notation: bool = False) -> KnownName:
    return KnownName(text, f"{ID}actor/{key}", ACTOR | {NS + kind for kind in kinds}, is_notation=notation)


def publisher(found: list[Portion]) -> str:
    (said,) = [one for one in told(found) if " dcterms:publisher " in one]
    return said.rpartition(" ")[2]


@pytest.mark.parametrize(
    ("known", "who"),
    [
        ((), "id:actor/iati-ex-1"),
        ((named("EX-1", "kitchen", notation=True),), "id:actor/kitchen"),
        ((named("EX-1", "kitchen"),), "id:actor/iati-ex-1"),
        ((named("EXAMPLE: ministry", "kitchen"),), "id:actor/kitchen"),
        ((named("EXAMPLE: ministry", "kitchen", "Ministry"),), "id:actor/iati-ex-1"),
        ((named("EXAMPLE: ministry", "a"), named("EXAMPLE: ministry", "b")), "id:actor/iati-ex-1"),
        ((named("example: ministry", "kitchen"),), "id:actor/iati-ex-1"),
    ],
    ids=["nobody", "identifier", "only a name like it", "name", "name of a national body", "two of it", "other case"],
)
def test_an_organisation_is_met_by_identifier_or_exact_name(
    known: tuple[KnownName, ...], who: str, tmp_path: Path, policies: Policies
) -> None:
    assert publisher(load(file(activity()), tmp_path, policies, Names(known))) == who


def test_a_name_that_each_state_has_is_only_like_it(tmp_path: Path, policies: Policies) -> None:
    names = Names((named("EXAMPLE: ministry", "kitchen", "Ministry"),))
    assert "id:actor/iati-ex-1 skos:closeMatch id:actor/kitchen" in told(
        load(file(activity()), tmp_path, policies, names)
    )


def test_a_known_actor_is_not_described_anew(tmp_path: Path, policies: Policies) -> None:
    text = file(activity()).replace('EX-1"', 'NL-1"')
    for names in (NO_NAMES, Names((named("XM-DAC-7", "bz", notation=True),))):
        said = told(load(text, tmp_path, policies, names))
        assert any("dcterms:publisher id:actor/bz" in one for one in said)
        assert not any(one.startswith(("id:actor/bz rdf:type", "id:actor/bz skos:prefLabel")) for one in said)


# --- one portion an activity -----------------------------------------------------------------------------------------


def test_a_change_in_one_activity_changes_one_portion(tmp_path: Path, policies: Policies) -> None:
    before = load(file(activity("EX-1-A"), activity("EX-1-B")), tmp_path, policies)
    same = load(file(activity("EX-1-B"), activity("EX-1-A")), tmp_path, policies)
    after = load(file(activity("EX-1-A"), activity("EX-1-B", "roads")), tmp_path, policies)
    assert set(before) == set(same)
    assert [one.part for one in after if one not in before] == ["iati-activity/EX-1-B"]


def test_the_end_is_said_and_what_was_passed_over(tmp_path: Path, policies: Policies) -> None:
    path = tmp_path / "aid.xml"
    more = "<contact-info><person-name><narrative>EXAMPLE: A. Person</narrative></person-name></contact-info>"
    path.write_text(file(activity(more=more)), encoding="utf-8")
    found = proposals(path, policies)
    assert isinstance(found[-1], Whole)
    assert [one.text for one in found if isinstance(one, Remark)] == ["passed over: contact-info (1×)"]
    assert "Person" not in "".join(one.ntriples for one in found if isinstance(one, Portion))


# --- what is refused -------------------------------------------------------------------------------------------------

VALUE = "<transaction><transaction-type code='3'/><value>{}</value></transaction>"


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        (file(activity(""), activity()), "without an `iati-identifier`", 4),
        (file(activity(), activity()), "stands twice", 10),
        (file(activity(more=VALUE.format("1,000"))), "`1,000` is not a number", 8),
        (file(activity(more="<transaction/>")), "has no `value`", 8),
        (file(activity(more='<activity-date type="1" iso-date="2099-13-01"/>')), "iso-date", 8),
        (file(activity(more='<activity-date type="7" iso-date="2099-01-01"/>')), "no type of an activity's date", 8),
        (file(activity(more='<recipient-country code="QQ"/>')), "no code of a country", 8),
        (file(activity(more='<participating-org role="9" ref="X"/>')), "no role", 8),
        (file(activity(more="<location><point><pos>95 0</pos></point></location>")), "no latitude", 8),
        (file(activity(), version="1.05"), "version `1.05`", 4),
        (file(), "has no `iati-activity`", None),
        (file(activity())[:-30], "not readable as XML", None),
    ],
)
def test_a_bad_file_is_refused_with_its_line(
    text: str, reason: str, line: int | None, tmp_path: Path, policies: Policies
) -> None:
    with pytest.raises(LoadRefused, match=re.escape(reason)) as refused:
        load(text, tmp_path, policies)
    assert "aid.xml" in refused.value.public
    if line:
        assert f"line {line}" in refused.value.public


def test_without_a_label_nothing_is_read(tmp_path: Path, policies: Policies) -> None:
    path = tmp_path / "aid.xml"
    path.write_text(file(activity()), encoding="utf-8")
    with pytest.raises(LoadRefused, match="state one with --label"):
        next(load_activities(LoadRequest(path=path, policies=policies)))


def test_what_an_earlier_load_brought_in_changes_nothing_in_the_next(tmp_path: Path, policies: Policies) -> None:
    first = load(file(activity()), tmp_path, policies)
    own = named("EX-1", "iati-ex-1", notation=True), named("EXAMPLE: ministry", "iati-ex-1")
    assert load(file(activity()), tmp_path, policies, Names(own)) == first
