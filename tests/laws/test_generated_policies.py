"""The laws of labels under whole generated policies: what holds for one toy policy must hold for any.

Levels, tags of every type, rules between them, groups, and wordings in several languages and places are drawn; and
each law is asked of labels and clearances under them.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn, SearchStrategy, composite

from graph_service.errors import LabelError
from graph_service.handling import format_marking, parse_marking
from graph_service.security import (
    EVERYONE,
    Category,
    Clearance,
    Label,
    Place,
    Policies,
    PolicyClearance,
    PolicyLabel,
    Release,
    SecurityPolicy,
    high_water_mark,
    invalidity,
)
from graph_service.security.policy import (
    CategoryRule,
    ForeignCategory,
    ForeignLevel,
    Requirement,
    Source,
    Tag,
    TagType,
    categories_of,
)
from graph_service.security.wording import Wording
from graph_service.standards.spif import read_spif
from tests import oracle
from tests.strategies import TODAY, clearances_under, labels_under, policy_labels, policy_sets, security_policies

POLICIES = st.shared(policy_sets(), key="policies")
"""One draw for all the arguments of a law."""

LABELS = POLICIES.flatmap(labels_under)
CLEARANCES = POLICIES.flatmap(clearances_under)


def closed_clearances(*, one_recipient: bool) -> SearchStrategy[Clearance]:
    return POLICIES.flatmap(lambda ps: clearances_under(ps, downward_closed=True, one_recipient=one_recipient))


# --- the lattice -----------------------------------------------------------------------------------------------------


@given(LABELS, LABELS, LABELS)
def test_join_is_associative_commutative_and_idempotent(a: Label, b: Label, c: Label) -> None:
    assert a.join(b).join(c) == a.join(b.join(c))
    assert a.join(b) == b.join(a)
    assert a.join(a) == a


@given(LABELS, LABELS, st.data())
def test_join_is_an_upper_bound_and_the_least(a: Label, b: Label, data: DataObject) -> None:
    """Upper bounds are made by hand, part by part, and not by ``join``."""
    joined = a.join(b)
    assert at_least(joined, a)
    assert at_least(joined, b)
    bound = data.draw(upper_bounds(a, b))
    assert at_least(bound, a)
    assert at_least(bound, b)
    assert at_least(bound, joined)


@given(LABELS, LABELS)
def test_the_order_is_that_of_the_demands(a: Label, b: Label) -> None:
    assert a.dominates(b) == at_least(a, b)
    assert a.join(b).dominates(a)


@given(LABELS, LABELS, LABELS)
def test_join_is_monotone(a: Label, b: Label, c: Label) -> None:
    assert a.join(b).join(c).dominates(a.join(c))
    assert high_water_mark([a, b, c]) == high_water_mark([c, a, b, a])


def at_least(high: Label, low: Label) -> bool:
    """The order, said plainly: every part is there, and demands as much in every respect."""
    above = {part.policy: part for part in high.parts}
    return all(part.policy in above and _part_at_least(above[part.policy], part) for part in low.parts)


def _part_at_least(high: PolicyLabel, low: PolicyLabel) -> bool:
    recipients = {release.tag: release.recipients for release in high.releases}
    return (
        high.level.order >= low.level.order
        and high.compartments >= low.compartments
        and high.informative >= low.informative
        and all(release.tag in recipients and recipients[release.tag] <= release.recipients for release in low.releases)
    )


@composite
def upper_bounds(draw: DrawFn, a: Label, b: Label) -> Label:
    """A label that demands as much as both, and in most respects more."""
    more = {part.policy: part for part in draw(LABELS).parts}
    parts = []
    for policy in sorted({part.policy for part in (*a.parts, *b.parts)} | set(more)):
        own = [part for part in (*a.parts, *b.parts) if part.policy == policy] or [more[policy]]
        also = [more[policy]] if policy in more else []
        releases: dict[str, frozenset[str]] = {}
        for release in (release for part in [*own, *also] for release in part.releases):
            releases[release.tag] = releases.get(release.tag, release.recipients) & release.recipients
        parts.append(
            PolicyLabel(
                max((part.level for part in [*own, *also]), key=lambda level: level.order),
                frozenset(category for part in [*own, *also] for category in part.compartments),
                frozenset(Release(tag, names) for tag, names in releases.items()) or EVERYONE,
                frozenset(category for part in [*own, *also] for category in part.informative),
            )
        )
    return Label(tuple(parts))


# --- the decision ----------------------------------------------------------------------------------------------------


@given(CLEARANCES, LABELS)
def test_the_decision_is_that_of_the_access_control_decision_function(clearance: Clearance, label: Label) -> None:
    """Of X.841, said again in plain lines over plain data (``tests/oracle.py``)."""
    assert clearance.dominates(label) == oracle.holds(clearance, label)


def test_the_decision_is_tried_on_labels_that_are_seen_and_on_others() -> None:
    """A law over clearances that open nothing would hold for nothing."""
    seen: Counter[bool] = Counter()

    @settings(max_examples=max(150, settings().max_examples), suppress_health_check=list(HealthCheck))
    @given(POLICIES, st.data())
    def decide(policies: Policies, data: DataObject) -> None:
        label = data.draw(labels_under(policies))
        clearance = data.draw(clearances_under(policies))
        raised = wide_enough(clearance, label) if data.draw(st.booleans()) else clearance
        assert raised.dominates(label) == oracle.holds(raised, label)
        seen[raised.dominates(label)] += 1

    decide()
    assert min(seen[True], seen[False]) >= 0.15 * seen.total(), seen


def wide_enough(clearance: Clearance, label: Label) -> Clearance:
    """The clearance with what the label demands: all of it, but where nobody may receive."""
    held = {part.policy: part for part in clearance.parts}
    for part in label.parts:
        own = held.get(part.policy, PolicyClearance(part.policy, frozenset()))
        needed = part.compartments | {
            Category(release.tag, min(release.recipients)) for release in part.releases if release.recipients
        }
        held[part.policy] = PolicyClearance(part.policy, own.levels | {part.level}, own.categories | needed)
    return Clearance(tuple(held.values()))


@given(CLEARANCES, CLEARANCES, LABELS)
def test_who_holds_more_reads_no_less(clearance: Clearance, more: Clearance, label: Label) -> None:
    both = united(clearance, more)
    if clearance.dominates(label):
        assert both.dominates(label)


@given(LABELS, CLEARANCES)
def test_who_holds_all_that_is_demanded_reads_it(label: Label, clearance: Clearance) -> None:
    nobody = any(not release.recipients for part in label.parts for release in part.releases)
    assert wide_enough(clearance, label).dominates(label) is not nobody


@given(LABELS)
def test_who_lacks_one_thing_that_is_demanded_does_not_read_it(label: Label) -> None:
    """Just enough is enough; and without one level, one compartment or the one recipient it is not."""
    enough = wide_enough(Clearance(()), label)
    nobody = any(not release.recipients for part in label.parts for release in part.releases)
    assert enough.dominates(label) is not nobody
    for part in enough.parts:
        others = tuple(other for other in enough.parts if other is not part)
        lacking = [PolicyClearance(part.policy, frozenset(), part.categories)]
        lacking += [PolicyClearance(part.policy, part.levels, part.categories - {one}) for one in part.categories]
        assert not any(Clearance((*others, less)).dominates(label) for less in lacking)


def united(one: Clearance, other: Clearance) -> Clearance:
    held: dict[str, PolicyClearance] = {part.policy: part for part in one.parts}
    for part in other.parts:
        own = held.get(part.policy, PolicyClearance(part.policy, frozenset()))
        held[part.policy] = PolicyClearance(part.policy, own.levels | part.levels, own.categories | part.categories)
    return Clearance(tuple(held.values()))


@given(closed_clearances(one_recipient=False), LABELS, LABELS)
def test_who_reads_the_join_reads_both(clearance: Clearance, a: Label, b: Label) -> None:
    wide = wide_enough(clearance, a.join(b))
    wide = Clearance(tuple(downward(part, a, b) for part in wide.parts))
    for reader in (clearance, wide):
        if reader.dominates(a.join(b)):
            assert reader.dominates(a)
            assert reader.dominates(b)


def downward(part: PolicyClearance, *labels: Label) -> PolicyClearance:
    """The part with every level of these labels below its highest."""
    top = max(part.levels, key=lambda level: level.order, default=None)
    below = {own.level for label in labels for own in label.parts if own.policy == part.policy}
    below = {level for level in below if top is not None and level.order <= top.order}
    return PolicyClearance(part.policy, part.levels | below, part.categories)


@given(closed_clearances(one_recipient=True), LABELS, LABELS)
def test_who_holds_one_recipient_of_a_tag_reads_the_join_exactly_if_both(
    clearance: Clearance, a: Label, b: Label
) -> None:
    assert clearance.dominates(a.join(b)) == (clearance.dominates(a) and clearance.dominates(b))


@given(CLEARANCES, LABELS, LABELS, st.data())
def test_no_recipients_is_nobody_for_every_clearance_and_stays_so_under_join(
    clearance: Clearance, label: Label, other: Label, data: DataObject
) -> None:
    policies = data.draw(POLICIES)
    permissive = [(p, tag) for p in policies.newest for tag in p.tags if tag.type is TagType.PERMISSIVE]
    for policy, tag in permissive:
        part = policy.label(policy.levels[0], nobody=[tag.key])
        nobody = label.join(Label((part,)))
        everything = Clearance(
            tuple(PolicyClearance(p.id, frozenset(p.levels), _categories(p)) for p in policies.newest)
        )
        for reader in (clearance, everything):
            assert not reader.dominates(nobody)
            assert not reader.dominates(nobody.join(other))


def _categories(policy: SecurityPolicy) -> frozenset[Category]:
    return frozenset(category for tag in policy.tags for category in tag.categories)


@given(CLEARANCES, LABELS)
def test_handling_remarks_never_decide(clearance: Clearance, label: Label) -> None:
    silent = Label(tuple(replace(part, informative=frozenset()) for part in label.parts))
    for reader in (clearance, wide_enough(clearance, silent)):
        assert reader.dominates(label) == reader.dominates(silent)


@given(CLEARANCES, LABELS)
def test_a_part_without_its_policy_is_never_read(clearance: Clearance, label: Label) -> None:
    wide = wide_enough(clearance, label)
    for part in label.parts:
        without = Clearance(tuple(held for held in wide.parts if held.policy != part.policy))
        assert not without.dominates(label)


# --- as data ---------------------------------------------------------------------------------------------------------


@given(POLICIES, LABELS, CLEARANCES)
def test_labels_and_clearances_survive_their_data(policies: Policies, label: Label, clearance: Clearance) -> None:
    assert policies.label(label.to_data()) == label
    assert policies.clearance(clearance.to_data()) == clearance
    dated = replace(clearance, valid_from=TODAY, valid_until=TODAY + timedelta(1))
    assert policies.clearance(dated.to_data()) == dated


@given(POLICIES, LABELS)
def test_the_data_is_sorted_so_that_one_label_is_one_text(policies: Policies, label: Label) -> None:
    again = Label(tuple(replace(part) for part in reversed(label.parts)))
    assert str(again.to_data()) == str(label.to_data())
    assert str(policies.label(label.to_data()).to_data()) == str(label.to_data())


# --- as markings -----------------------------------------------------------------------------------------------------

_ANYWHERE = [(language, place) for language in ("", "nl", "fr-CA", "fr-BE", "de") for place in Place]


def read_back(text: str, policies: Policies) -> Label | str:
    """The label that is read, or the refusal."""
    try:
        return parse_marking(text, policies=policies)
    except LabelError as error:
        return error.public


def test_a_marking_reads_back_as_its_label_or_not_at_all() -> None:
    """For policies where everything shows: two labels of one text are refused, and never taken for each other."""
    outcomes: Counter[str] = Counter()

    @settings(
        max_examples=max(150, settings().max_examples),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(policy_sets(hiding=False), st.data(), st.sampled_from(_ANYWHERE))
    def read(policies: Policies, data: DataObject, where: tuple[str, Place]) -> None:
        language, place = where
        for label in data.draw(st.lists(labels_under(policies), min_size=1, max_size=4)):
            text = format_marking(label, policies=policies, language=language, place=place)
            found = read_back(text, policies)
            if isinstance(found, Label):
                assert found == label, f"`{text}` of {label.to_data()} is read as {found.to_data()}"
            outcomes["refused" if isinstance(found, str) else "read"] += 1

    read()
    assert outcomes["read"] >= 0.6 * outcomes.total(), outcomes
    assert outcomes["refused"], outcomes


@settings(report_multiple_bugs=False)
@given(policy_sets(hiding=False), st.data(), st.sampled_from(_ANYWHERE))
def test_two_labels_of_one_marking_are_both_refused(
    policies: Policies, data: DataObject, where: tuple[str, Place]
) -> None:
    language, place = where
    by_text: dict[str, set[Label]] = {}
    for label in data.draw(st.lists(labels_under(policies), min_size=2, max_size=8)):
        text = format_marking(label, policies=policies, language=language, place=place)
        by_text.setdefault(text, set()).add(label)
    for text, labels in by_text.items():
        if len(labels) > 1:
            assert isinstance(read_back(text, policies), str), text


@settings(max_examples=max(100, settings().max_examples), report_multiple_bugs=False)
@given(security_policies(hiding=True), st.data(), st.sampled_from(_ANYWHERE))
def test_what_is_read_back_agrees_on_all_that_shows(
    policy: SecurityPolicy, data: DataObject, where: tuple[str, Place]
) -> None:
    """For policies that leave something out of their markings: what does not show may be lost, and nothing else.

    Precisely: the level is the label's; so are the categories that show, and the tags under which nobody may receive;
    and of those that do not show, none is read that the label does not have.
    """
    policies = Policies.of([policy])
    for part in data.draw(st.lists(policy_labels(policy), min_size=1, max_size=4)):
        text = format_marking(Label((part,)), policies=policies, language=where[0], place=where[1])
        found = read_back(text, policies)
        if isinstance(found, Label):
            assert [own.policy for own in found.parts] == [policy.id]
            (again,) = found.parts
            shown, hidden = split(part, policy, *where)
            shown_again, hidden_again = split(again, policy, *where)
            about = f"`{text}` of {part.to_data()} is read as {again.to_data()}"
            assert again.level == part.level, about
            assert shown_again == shown, about
            assert hidden_again <= hidden, about
            assert nobody_tags(again) == nobody_tags(part), about


def split(
    part: PolicyLabel, policy: SecurityPolicy, language: str, place: Place
) -> tuple[frozenset[Category], frozenset[Category]]:
    """The part's categories that show there, and those that do not."""
    words = {rule.category: rule.wording for tag in policy.tags for rule in tag.rules.values()}
    present = categories_of(part)
    shown = frozenset(c for c in present if words[c].phrase(c.name, language=language, place=place))
    return shown, present - shown


def nobody_tags(part: PolicyLabel) -> set[str]:
    return {release.tag for release in part.releases if not release.recipients}


@given(POLICIES, LABELS, st.sampled_from(_ANYWHERE))
def test_every_category_that_shows_stands_in_the_marking(
    policies: Policies, label: Label, where: tuple[str, Place]
) -> None:
    """By its phrase, or by a group of which all members are there."""
    language, place = where
    text = format_marking(label, policies=policies, language=language, place=place)
    for part in label.parts:
        policy = policies.policy(part.policy)
        for category in split(part, policy, language, place)[0]:
            tag = policy.tag(category.tag)
            phrase = tag.rules[category.name].wording.phrase(category.name, language=language, place=place)
            own = {other.name for other in categories_of(part) if other.tag == tag.key}
            groups = [name for name, members in tag.groups.items() if category.name in members and members <= own]
            assert phrase is not None
            assert any(said in text for said in (groups or [phrase])), (text, category)


# --- is it legal -----------------------------------------------------------------------------------------------------


@given(POLICIES, LABELS, st.sampled_from([TODAY - timedelta(1), TODAY, TODAY + timedelta(1)]))
def test_a_label_is_legal_exactly_if_it_keeps_every_rule(policies: Policies, label: Label, on: date) -> None:
    reasons = invalidity(label, policies=policies, on=on)
    assert (reasons == []) == all(keeps_the_rules(part, policies.policy(part.policy), on) for part in label.parts)
    assert all(reason.partition(": ")[0] in {part.policy for part in label.parts} for reason in reasons)


def test_legal_and_illegal_labels_are_both_drawn() -> None:
    found: Counter[bool] = Counter()

    @settings(max_examples=max(100, settings().max_examples), suppress_health_check=list(HealthCheck))
    @given(POLICIES, LABELS)
    def count(policies: Policies, label: Label) -> None:
        found[invalidity(label, policies=policies, on=TODAY) == []] += 1

    count()
    assert min(found[True], found[False]) >= 0.1 * found.total(), found


def keeps_the_rules(part: PolicyLabel, policy: SecurityPolicy, on: date) -> bool:
    """The rules of SPIF 2.1 over the label's data: levels, limits, dates, exclusions and requirements."""
    data = part.to_data()
    level = next(rule for rule in policy.scale if rule.level.name == data["level"])
    recipients = {} if data["releasable_to"] == "EVERYONE" else data["releasable_to"]
    named = {**data["compartments"], **data["informative"], **recipients}
    present = {(tag, name) for tag, names in named.items() for name in names}
    if level.obsolete or not all(is_met(need, present) for need in level.required):
        return False
    for tag in policy.tags:
        count = len(named.get(tag.key, []))
        nobody = tag.key in recipients and count == 0
        if count > (count if tag.most is None else tag.most) or (count < tag.least and not nobody):
            return False
    for key, name in present:
        rule = policy.tag(key).rules[name]
        in_use = (rule.not_before or date.min) <= on <= (rule.not_after or date.max) and not rule.obsolete
        fits = data["level"] not in rule.excluded_levels
        fits = fits and (not rule.required_levels or data["level"] in rule.required_levels)
        alone = not any((other.tag, other.name) in present for other in rule.excluded)
        if not (in_use and fits and alone and all(is_met(need, present) for need in rule.required)):
            return False
    return True


def is_met(need: Requirement, present: set[tuple[str, str]]) -> bool:
    counts = [sum((category.tag, category.name) in present for category in group) for group in need.groups]
    return {"all": all(counts), "oneOrMore": any(counts), "onlyOne": sum(counts) == 1}[need.operation.value]


# --- as text ---------------------------------------------------------------------------------------------------------

SPIF, OURS, XML = (
    "{http://www.xmlspif.org/spif}",
    "{https://w3id.org/sluis/ns/policy#}",
    "{http://www.w3.org/XML/1998/namespace}",
)


@given(POLICIES.map(lambda policies: policies.newest[0]), st.data())
def test_the_text_of_a_policy_reads_as_the_same_policy(policy: SecurityPolicy, data: DataObject) -> None:
    full = data.draw(with_equivalents(policy))
    full = data.draw(with_grounds(full))
    assert read_spif(spif_text(full), name="generated.xml") == full


_FOREIGN = {"SOUP": "2.999.50", "STEW": "2.999.51"}


@composite
def with_grounds(draw: DrawFn, policy: SecurityPolicy) -> SecurityPolicy:
    """The policy with its dates, sources and notes."""
    since = draw(st.sampled_from([None, date(2020, 1, 1)]))
    return replace(
        policy,
        version=draw(st.sampled_from(["1", "second edition"])),
        in_force_from=since,
        in_force_until=draw(st.sampled_from([None, date(2030, 1, 1)])),
        sources=draw(st.sampled_from([(), (Source("The house rules & <more>", verified=True), Source("hearsay"))])),
        notes=draw(st.sampled_from([(), (Source("café"),)])),
    )


def foreign_categories(policy: str) -> SearchStrategy[ForeignCategory]:
    kinds = st.sampled_from([(TagType.RESTRICTIVE, False), (TagType.PERMISSIVE, True), (TagType.INFORMATIVE, False)])
    return st.tuples(kinds, st.sampled_from(["1", "20"])).map(
        lambda found: ForeignCategory(policy, "2.999.50.1", *found[0], found[1])
    )


@composite
def with_equivalents(draw: DrawFn, policy: SecurityPolicy) -> SecurityPolicy:
    """The policy with rows of equivalence to others: some with their grounds, some without, some known to be none."""
    rows = []
    for level in policy.levels:
        for name in draw(st.lists(st.sampled_from(sorted(_FOREIGN)), max_size=2, unique=True)):
            outward, inward = draw(st.sampled_from([(True, True), (True, False), (False, True)]))
            row = ForeignLevel(level.name, _FOREIGN[name], name, draw(st.sampled_from(["1", "12"])))
            row = replace(row, outward=outward, inward=inward)
            row = replace(row, adds=tuple(draw(st.lists(foreign_categories(row.policy), max_size=1))))
            if draw(st.booleans()):
                ground = Source("a treaty", verified=draw(st.booleans()))
                row = replace(row, name="broth", source=ground, valid_from=date(2021, 7, 1), note="as amended")
            rows.append(row)
    if draw(st.booleans()):
        none = ForeignLevel(policy.levels[0].name, _FOREIGN["SOUP"], "SOUP", "", outward=False, inward=False)
        rows.append(replace(none, source=Source("a treaty"), note="there is none"))
    return replace(
        policy,
        equivalents=tuple(rows),
        added_for={oid: tuple(draw(st.lists(foreign_categories(oid), max_size=1))) for oid in _FOREIGN.values()},
        tags=tuple(
            replace(tag, rules={name: draw(_translatable(rule)) for name, rule in tag.rules.items()})
            for tag in policy.tags
        ),
    )


@composite
def _translatable(draw: DrawFn, rule: CategoryRule) -> CategoryRule:
    kept, dropped = draw(st.sampled_from([((), ()), (("SOUP",), ()), (("SOUP",), ("STEW",)), ((), ("SOUP", "STEW"))]))
    return replace(
        rule,
        equivalents=tuple(draw(foreign_categories(_FOREIGN[name])) for name in kept),
        discarded_for=frozenset(_FOREIGN[name] for name in dropped),
    )


def spif_text(policy: SecurityPolicy) -> str:
    """The policy as Open XML SPIF 2.1: a writer for tests, apart from the product, which only reads."""
    root = ET.Element(f"{SPIF}SPIF", schemaVersion="2.1", version="0")
    ET.SubElement(root, f"{SPIF}securityPolicyId", name=policy.id, id=policy.oid)
    levels = ET.SubElement(root, f"{SPIF}securityClassifications")
    for rule in reversed(policy.scale):  # the hierarchy orders them, and not their place
        entry = ET.SubElement(levels, f"{SPIF}securityClassification", name=rule.level.name)
        entry.attrib |= {"lacv": rule.lacv.zfill(3), "hierarchy": str(7 * rule.level.order + 2)}
        entry.attrib |= {"obsolete": str(rule.obsolete).lower(), "color": rule.colour}
        for row in policy.equivalents:
            if row.level == rule.level.name and row.lacv:
                _write_row(entry, row)
        _write_wording(entry, rule.wording)
        _write_requirements(entry, rule.required, policy)
    tag_sets: dict[str, ET.Element] = {}
    holder = ET.SubElement(root, f"{SPIF}securityCategoryTagSets")
    for tag in policy.tags:
        if tag.tag_set not in tag_sets:
            tag_sets[tag.tag_set] = ET.SubElement(
                holder, f"{SPIF}securityCategoryTagSet", name=tag.tag_set, id=tag.tag_set_id
            )
        _write_tag(tag_sets[tag.tag_set], tag, policy)
    others = ET.SubElement(root, f"{SPIF}equivalentPolicies")
    for name, oid in _FOREIGN.items():
        if oid in policy.added_for:
            other = ET.SubElement(others, f"{SPIF}equivalentPolicy", name=name, id=oid)
            _write_added(other, policy.added_for[oid])
    _write_wording(root, policy.wording)
    _write_extension(ET.SubElement(root, f"{SPIF}extensions"), policy)
    return ET.tostring(root, encoding="unicode")


def _write_row(entry: ET.Element, row: ForeignLevel) -> None:
    applied = "both" if row.outward and row.inward else "encrypt" if row.outward else "decrypt"
    found = ET.SubElement(entry, f"{SPIF}equivalentClassification", policyRef=row.policy_name, applied=applied)
    found.set("lacv", row.lacv)
    _write_added(found, row.adds)


def _write_added(entry: ET.Element, adds: Iterable[ForeignCategory]) -> None:
    for category in adds:
        need = ET.SubElement(entry, f"{SPIF}requiredCategory", operation="all")
        group = ET.SubElement(need, f"{SPIF}categoryGroup", tagSetRef=category.tag_set, lacv=category.lacv)
        group.attrib |= _kind(category.type, enumerated=category.enumerated)


def _write_tag(tag_set: ET.Element, tag: Tag, policy: SecurityPolicy) -> None:
    entry = ET.SubElement(tag_set, f"{SPIF}securityCategoryTag", name=tag.name)
    entry.attrib |= _kind(tag.type, enumerated=tag.enumerated)
    limits = {"minSelection": str(tag.least)} if tag.least else {}
    if tag.most is not None:
        limits |= {"singleSelection": "true"} if tag.most == 1 else {"maxSelection": str(tag.most)}
    entry.attrib |= limits
    for rule in tag.rules.values():
        own = ET.SubElement(entry, f"{SPIF}tagCategory", name=rule.category.name, lacv=rule.lacv.zfill(3))
        own.attrib |= {"obsolete": "1"} if rule.obsolete else {}
        for name, day in (("notBefore", rule.not_before), ("notAfter", rule.not_after)):
            own.attrib |= {name: f"{day}T00:00:00Z"} if day else {}
        for foreign in rule.equivalents:
            _write_foreign(own, foreign)
        for oid in sorted(rule.discarded_for):
            _write_foreign(own, ForeignCategory(oid, "any", TagType.RESTRICTIVE, False, ""), action="discard")
        _write_wording(own, rule.wording)
        for level in sorted(rule.excluded_levels):
            ET.SubElement(own, f"{SPIF}excludedClass").text = level
        for level in sorted(rule.required_levels):
            ET.SubElement(own, f"{SPIF}requiredClass").text = level
        _write_requirements(own, rule.required, policy)
        for category in sorted(rule.excluded):
            ET.SubElement(own, f"{SPIF}excludedCategory").attrib |= _reference(frozenset({category}), policy)
    _write_wording(entry, tag.wording)


def _write_foreign(entry: ET.Element, foreign: ForeignCategory, **more: str) -> None:
    name = next(name for name, oid in _FOREIGN.items() if oid == foreign.policy)
    found = ET.SubElement(entry, f"{SPIF}equivalentSecCategoryTag", policyRef=name, tagSetId=foreign.tag_set, **more)
    found.attrib |= {**_kind(foreign.type, enumerated=foreign.enumerated), **_number(foreign.lacv)}


def _write_wording(entry: ET.Element, wording: Wording) -> None:
    for phrase in wording.phrases:
        data = ET.SubElement(entry, f"{SPIF}markingData")
        data.attrib |= _language(phrase.language) | ({} if phrase.text is None else {"phrase": phrase.text})
        for code in sorted(phrase.codes):
            ET.SubElement(data, f"{SPIF}code").text = code
    for qualifier in wording.qualifiers:
        code = {Place.BANNER: "pageTopBottom", Place.PORTION: "portionMarking", None: ""}[qualifier.place]
        holder = ET.SubElement(entry, f"{SPIF}markingQualifier", {"markingCode": code} if code else {})
        said = ET.SubElement(holder, f"{SPIF}qualifier", qualifierCode=qualifier.kind)
        said.attrib |= {"markingQualifier": qualifier.text, **_language(qualifier.language)}


def _write_requirements(entry: ET.Element, needs: Iterable[Requirement], policy: SecurityPolicy) -> None:
    for need in needs:
        found = ET.SubElement(entry, f"{SPIF}requiredCategory", operation=need.operation.value)
        for group in need.groups:
            ET.SubElement(found, f"{SPIF}categoryGroup").attrib |= _reference(group, policy)


def _write_extension(holder: ET.Element, policy: SecurityPolicy) -> None:
    own = ET.SubElement(holder, f"{OURS}policy", version=policy.version)
    for name, day in (("inForceFrom", policy.in_force_from), ("inForceUntil", policy.in_force_until)):
        own.attrib |= {name: day.isoformat()} if day else {}
    _write_titles(own, policy.titles)
    for kind, found in (("source", policy.sources), ("note", policy.notes)):
        for source in found:
            ET.SubElement(own, f"{OURS}{kind}", verified=str(source.verified).lower()).text = source.text
    for rule in policy.scale:
        entry = ET.SubElement(own, f"{OURS}level", lacv=rule.lacv, stateSecret=str(rule.state_secret).lower())
        _write_titles(entry, rule.titles)
        for spelling in rule.spellings:
            ET.SubElement(entry, f"{OURS}spelling").text = spelling
    for tag in policy.tags:
        _write_said_of_tag(own, tag)
    for row in policy.equivalents:
        if row.source.text:
            _write_grounds(own, row, next(rule.lacv for rule in policy.scale if rule.level.name == row.level))


def _write_said_of_tag(own: ET.Element, tag: Tag) -> None:
    for category in tag.rules.values():
        entry = ET.SubElement(own, f"{OURS}category", tagSet=tag.tag_set, tag=tag.name, lacv=category.lacv)
        entry.set("publicName", str(category.name_is_public).lower())
        _write_titles(entry, category.titles)
    for name, members in tag.groups.items():
        entry = ET.SubElement(own, f"{OURS}group", tagSet=tag.tag_set, tag=tag.name, name=name)
        entry.set("members", ", ".join(sorted(members)))


def _write_grounds(own: ET.Element, row: ForeignLevel, number: str) -> None:
    entry = ET.SubElement(own, f"{OURS}equivalence", level=number, policyRef=row.policy_name, **_number(row.lacv))
    entry.attrib |= {"source": row.source.text, "verified": str(row.source.verified).lower()}
    dates: list[tuple[str, Any]] = [("from", row.valid_from), ("until", row.valid_until)]
    told = [("name", row.name), ("note", row.note), *((name, day and day.isoformat()) for name, day in dates)]
    entry.attrib |= {name: value for name, value in told if value}


def _write_titles(entry: ET.Element, titles: Any) -> None:
    for language, title in titles.items():
        ET.SubElement(entry, f"{OURS}title", _language(language)).text = title


def _kind(kind: TagType, *, enumerated: bool) -> dict[str, str]:
    if enumerated:
        return {"tagType": "enumerated", "enumType": kind.value}
    return {"tagType": "tagType7" if kind is TagType.INFORMATIVE else kind.value}


def _reference(group: frozenset[Category], policy: SecurityPolicy) -> dict[str, str]:
    """A group as SPIF refers to it: one category by its number, or all those of a kind in its tag set."""
    (tag, *_) = [policy.tag(category.tag) for category in sorted(group)]
    whole = frozenset(_alike(tag, policy))
    number = "" if group == whole else next(rule.lacv for rule in tag.rules.values() if rule.category in group)
    assert group == whole or len(group) == 1
    return {"tagSetRef": tag.tag_set, **_kind(tag.type, enumerated=tag.enumerated), **_number(number)}


def _alike(tag: Tag, policy: SecurityPolicy) -> Iterator[Category]:
    for other in policy.tags:
        if (other.tag_set, other.type) == (tag.tag_set, tag.type):
            yield from other.categories


def _number(lacv: str) -> dict[str, str]:
    return {"lacv": lacv} if lacv else {}


def _language(language: str) -> dict[str, str]:
    return {f"{XML}lang": language} if language else {}
