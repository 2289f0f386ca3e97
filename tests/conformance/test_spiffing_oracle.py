"""The spiffing project's scenarios as an oracle from outside: validity, markings, access and translation must agree.

The files are not part of the project; where they lie beside it (``../shared/policy-data``) they are used. None of the
policies is an official one: the NATO policy is a third party's of 2015, the others are demonstrations.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from graph_service.errors import ClearanceError, LabelError, PolicyError
from graph_service.handling.equivalence import translated
from graph_service.handling.printing import format_clearance_part, format_marking
from graph_service.security.clearances import Clearance
from graph_service.security.labels import Category, Label
from graph_service.security.policies import Policies
from graph_service.security.validity import invalidity
from graph_service.standards.adatp4774 import read_label, write_clearance, write_label
from graph_service.standards.documents import label_of, read_clearance_document, read_label_document
from graph_service.standards.spif import read_spif
from graph_service.standards.xml import LANGUAGE, parse_xml

FOLDER = Path(
    os.environ.get("POLICY_DATA", Path(__file__).resolve().parents[2] / ".." / "shared" / "policy-data")
).resolve()
SPIFFING = FOLDER / "spiffing"
ON = date(2026, 5, 1)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not SPIFFING.is_dir(), reason="the policy data do not lie beside the project: set POLICY_DATA"
)

DIFFERENT = {
    "stupid-label.ber": "a binary label: only the XML forms are read, and the file is not among the data",
    "this-file-does-not-exist.ber": "it does not exist for spiffing either",
    "nato-4774-17-6.xml": "not among the data; the label is built in the test below instead",
    "nato-4774-17-6.nato": "not among the data; the label is built in the test below instead",
    "food-policy-borked.xml": "refused as expected, but first for the <markingCode> that SPIF does not know",
}
"""Where our answer is another than the oracle's, or can't be asked, and why. Each has a test of its own below."""


@dataclass(frozen=True)
class Scenario:
    """One ``<test>``: the attributes as they stand there, with the policies that are loaded when it is run."""

    name: str
    policies: tuple[str, ...]
    expected: dict[str, str]

    @property
    def language(self) -> str:
        return self.expected.get(LANGUAGE, "")


def scenarios() -> Iterator[Scenario]:
    if not SPIFFING.is_dir():
        return
    number = 0
    for sequence in parse_xml(text_of("tests.xml")).all("sequence"):
        loaded: tuple[str, ...] = ()
        for entry in sequence.children:
            if entry.name == "policy":
                loaded += (entry.attributes["spif"],)
            else:
                number += 1
                what = " ".join([entry.attributes["label"], *filter(None, [entry.attributes.get(LANGUAGE)])])
                yield Scenario(f"{number} {what}", loaded, entry.attributes)


def text_of(name: str) -> str:
    return (SPIFFING / name).read_text(encoding="utf-8")


@cache
def policies_of(*names: str) -> Policies:
    # The food policy has one mis-spelt closing tag, which is refused (below); its scenarios run on the corrected text.
    texts = {name: text_of(name).replace("</securityCategiryTagSet>", "</securityCategoryTagSet>") for name in names}
    return Policies.of([read_spif(text, name=name) for name, text in texts.items()])


def label_in(name: str, policies: Policies) -> Label:
    return label_of(read_label_document(text_of(name), policies=policies))


def clearance_in(name: str, policies: Policies) -> Clearance:
    return read_clearance_document(text_of(name), policies=policies)


def translation(label: Label, oid: str, policies: Policies) -> Label:
    policy = policies.by_oid(oid)
    assert policy is not None
    return Label((translated(label.parts[0], policy.id, policies=policies, on=ON),))


def answers(scenario: Scenario) -> dict[str, str]:
    """Ours, under the names that the oracle has for them; only what the scenario asks."""
    policies = policies_of(*scenario.policies)
    label = label_in(scenario.expected["label"], policies)
    found = {
        "valid": "false" if invalidity(label, policies=policies, on=ON) else "true",
        "label-marking": format_marking(label, policies=policies, language=scenario.language),
    }
    if "encrypt" in scenario.expected:
        label = translation(label, scenario.expected["encrypt"], policies)
        found["encrypt-marking"] = format_marking(label, policies=policies)
    if "clearance" in scenario.expected:
        clearance = clearance_in(scenario.expected["clearance"], policies)
        part = clearance.parts[0]
        found["clearance-marking"] = format_clearance_part(part, policy=policies.policy(part.policy))
        found["acdf-result"] = "1" if clearance.dominates(label) else "0"
    return {key: value for key, value in found.items() if key in scenario.expected}


SAME = [scenario for scenario in scenarios() if scenario.expected["label"] not in DIFFERENT]


@pytest.mark.parametrize("scenario", SAME, ids=lambda scenario: scenario.name)
def test_the_oracle_agrees(scenario: Scenario) -> None:
    found = answers(scenario)
    assert found == {key: value for key, value in scenario.expected.items() if key in found}
    assert set(scenario.expected) - set(found) <= {"label", "clearance", "encrypt", LANGUAGE}


def test_every_scenario_is_run_or_accounted_for() -> None:
    assert len(list(scenarios())) == 25
    assert {s.expected["label"] for s in scenarios() if s not in SAME} == {n for n in DIFFERENT if "policy" not in n}
    asked = {key for scenario in SAME for key in scenario.expected}
    assert {"valid", "label-marking", "clearance-marking", "acdf-result", "encrypt-marking", LANGUAGE} <= asked
    assert {scenario.expected.get("valid") for scenario in SAME} >= {"true", "false"}
    assert {scenario.expected.get("acdf-result") for scenario in SAME} >= {"1", "0"}


# --- where the answer is another, or can't be asked ------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in DIFFERENT if "policy" not in name])
def test_a_scenario_without_its_file_can_t_be_asked(name: str) -> None:
    assert not (SPIFFING / name).exists()


def test_bytes_that_are_no_xml_are_refused_as_a_label() -> None:
    """What spiffing answers to its binary label of an unknown policy, and to no data at all, is a refusal too."""
    for text in ("", "0\x05\x06\x03*\x03"):
        with pytest.raises(LabelError, match="line 1: not well-formed XML"):
            read_label_document(text, policies=policies_of("tlp.xml"))


def test_table_17_number_6_is_printed_as_expected() -> None:
    expected = {s.expected["label"]: s.expected["label-marking"] for s in scenarios() if "17-6" in s.name}
    policies = policies_of("nato-4774-policy.xml")
    nato = policies.policy("NATO")
    only = [Category("Only", name) for name in ("NATO", "IRL", "SWE", "UKR")]
    label = Label((nato.label(nato.level("CONFIDENTIAL"), [Category("Context", "KFOR"), *only]),))
    assert set(expected.values()) == {format_marking(label, policies=policies)}
    assert invalidity(label, policies=policies, on=ON) == []


def test_the_borked_policy_is_refused_for_what_the_oracle_expects_once_the_other_fault_is_out() -> None:
    text = text_of("food-policy-borked.xml")
    with pytest.raises(PolicyError, match=r"food-policy-borked.xml, line 5: <markingCode> has no meaning"):
        read_spif(text, name="food-policy-borked.xml")
    with pytest.raises(PolicyError, match=r"line 35: `Chocolate` excludes level `Ambrosia` twice"):
        read_spif(text.replace("markingCode", "markingData"), name="food-policy-borked.xml")


@pytest.mark.parametrize(
    ("name", "line"), [("food-policy.xml", 81), ("food-policy-missi.xml", 85), ("bsi-commercial.xml", 54)]
)
def test_a_policy_that_is_not_well_formed_is_refused_at_its_line(name: str, line: int) -> None:
    with pytest.raises(PolicyError, match=f"^{name}, line {line}: not well-formed XML") as refused:
        read_spif(text_of(name), name=name)
    assert refused.value.line == line


# --- the labels of ADatP-4774, table 17 ------------------------------------------------------------------------------

TABLE_17 = ["nato-4774-17-1", "nato-4774-17-2", "nato-4774-17-3", "nato-4774-17-4"]


@pytest.mark.parametrize("name", TABLE_17)
def test_a_label_of_table_17_is_its_twin_by_numbers(name: str) -> None:
    policies = policies_of("nato-4774-policy.xml")
    assert label_in(f"{name}.nato", policies) == label_in(f"{name}.xml", policies)


@pytest.mark.parametrize("name", TABLE_17)
def test_a_label_of_table_17_comes_back_as_it_was_written(name: str) -> None:
    """The samples lack the creation time that the schema demands and the review that the prose does: both are added."""
    policies = policies_of("nato-4774-policy.xml")
    sample = read_label(text_of(f"{name}.nato"), policies=policies)
    with pytest.raises(LabelError, match="give `created`"):
        write_label(sample, policies=policies)
    complete = replace(sample, created=NOON, review=NOON.replace(year=2031))
    again = read_label(write_label(complete, policies=policies), policies=policies)
    assert again == complete
    assert format_marking(again.label, policies=policies) == format_marking(sample.label, policies=policies)


def test_the_label_inside_the_nato_policy_itself_is_read() -> None:
    """It stands in the policy's own extensions, with a capital in its root, and names and values in small letters."""
    policies = policies_of("nato-4774-policy.xml")
    text = text_of("nato-4774-policy.xml")
    start, end = text.index("<slab:Originator"), text.index("</mbc:Metadata>")
    namespace = ' xmlns:slab="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"'
    read = read_label(text[start:end].replace(" Review", f"{namespace} Review", 1), policies=policies)
    assert read.label == label_in("nato-4774-17-2.xml", policies)
    assert read.originator_type == "userPrincipalName"
    assert read.review is not None
    assert read.review.year == 2020


@pytest.mark.parametrize(
    ("clearance", "policy"),
    [
        ("food-clearance-all-okay.xml", "food-policy.xml"),
        ("food-clearance-lactose-intolerant.xml", "food-policy.xml"),
        ("uk-demo-secret-uk.xml", "uk-demo.xml"),
    ],
)
def test_a_clearance_of_the_oracle_comes_back_from_4774(clearance: str, policy: str) -> None:
    policies = policies_of(policy)
    read = clearance_in(clearance, policies)
    (written,) = write_clearance(read, policies=policies)
    assert read_clearance_document(written, policies=policies) == read


@pytest.mark.parametrize("name", ["food-label-milk-chocolate.xml", "food-label-bacon.xml", "food-label-water.xml"])
def test_a_food_label_comes_back_from_4774(name: str) -> None:
    policies = policies_of("food-policy.xml")
    (document,) = read_label_document(text_of(name), policies=policies)
    complete = replace(document, created=NOON, review=NOON)
    assert read_label(write_label(complete, policies=policies), policies=policies) == complete


@pytest.mark.parametrize("name", ["seclabel.xml", "seclabel-simple.xml"])
def test_a_label_of_another_format_is_refused(name: str) -> None:
    with pytest.raises(LabelError, match=r"<ESSSecurityLabel> .no namespace. is not a label"):
        read_label_document(text_of(name), policies=policies_of("tlp.xml"))


# --- the ACME policy -------------------------------------------------------------------------------------------------


def test_acme_s_confidential_needs_a_recipient() -> None:
    text = (FOLDER / "sparrow" / "config_spifs_ACME.xml").read_text(encoding="utf-8")
    policies = Policies.of([read_spif(text, name="ACME")])
    acme = policies.policy("ACME")

    def broken(level: str, *recipients: str) -> list[str]:
        label = Label((acme.label(acme.level(level), [Category("Releasable To", name) for name in recipients]),))
        return invalidity(label, policies=policies, on=ON)

    assert broken("CONFIDENTIAL") == ["ACME: level `CONFIDENTIAL` needs one or more of `MOCK`, `PHONY`"]
    assert broken("CONFIDENTIAL", "MOCK") == broken("CONFIDENTIAL", "MOCK", "PHONY") == broken("PUBLIC") == []
    assert broken("PUBLIC", "MOCK") == ["ACME: `MOCK` can't stand with level `PUBLIC`"]


# --- the form of the spiffing tools ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("1.3.26.1.3.1'", "1.3.26.1.3.9'", 2, "`1.3.26.1.3.9` is not the identifier of a known policy"),
        ("lacv='2'", "lacv='9'", 3, "9 is not the number of a level of policy `NATO`"),
        ("lacv='2'", "lacv='two'", 3, "`lacv` is a number, not `two`"),
        ("lacv='392'", "lacv='9999'", 7, "9999 is no enumeratedPermissive category of tag set 1.3.26.1.4.2"),
        ("type='enumeratedPermissive' id='1.3.26.1.4.2' lacv='392'", "lacv='1'", 7, "lacks the attribute `id`"),
        ("'enumeratedPermissive'", "'secretive'", 6, "`secretive` is not a type of tag"),
        ("<classification lacv='2'/>", "", 1, "<label> has no <classification>"),
        ("<classification lacv='2'/>", "<classification lacv='2'><x/></classification>", 3, "holds no elements"),
        ("</label>", "<tagg/></label>", 10, "<tagg> has no meaning in <label>"),
    ],
)
def test_a_spiffing_label_that_is_not_understood_is_refused_at_its_line(
    old: str, new: str, line: int, reason: str
) -> None:
    text = text_of("nato-4774-17-4.xml")
    assert old in text
    with pytest.raises(LabelError, match=f"line {line}: .*{reason}"):
        read_label_document(text.replace(old, new), policies=policies_of("nato-4774-policy.xml"))


def test_an_informative_category_is_never_held() -> None:
    text = text_of("food-clearance-all-okay.xml")
    informative = "<tag type='informative' id='1.2.826.0.1.6726289.0.0.1' lacv='78'/></clearance>"
    with pytest.raises(ClearanceError, match="an informative category is never held"):
        read_clearance_document(text.replace("</clearance>", informative), policies=policies_of("food-policy.xml"))
