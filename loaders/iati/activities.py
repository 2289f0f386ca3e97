"""One activity: what it is, who takes part with which role, where it happens and what it is about."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from loaders.facts import Facts
from loaders.iati.actors import organisation
from loaders.iati.documents import document
from loaders.iati.elements import CODES, File, Reading, child, children, whole
from loaders.iati.money import budget, planned_disbursement, transaction
from loaders.iati.places import country, location, region
from loaders.iati.results import result
from loaders.identifiers import activity_iri
from loaders.reading.xml import Element, local_name, text_of

DATES = {
    "1": "sluis:plannedStartDate",
    "2": "sluis:startDate",
    "3": "sluis:plannedEndDate",
    "4": "sluis:endDate",
}
ROLES = {"1": "sluis:finances", "2": "sluis:accountableFor", "3": "sluis:leads", "4": "sluis:implements"}
OBJECTIVES = "2"
PARENT, CHILD = "1", "2"
PREVIOUS_ACTIVITY, ORGANISATION_IDENTIFIERS = "A3", frozenset({"B1", "B9"})
NOT_TARGETED = "0"
TYPES = {
    "activity-status": "ActivityStatus",
    "activity-scope": "ActivityScope",
    "collaboration-type": "CollaborationType",
    "default-flow-type": "FlowType",
    "default-finance-type": "FinanceType",
    "default-aid-type": "AidType",
    "default-tied-status": "TiedStatus",
}


def activity(element: Element, file: File) -> tuple[str, Facts]:
    """The identifier of an activity, and what the file says of it. Refuses one without an identifier."""
    named = child(element, "iati-identifier")
    identifier = text_of(named) if named is not None else ""
    iri = activity_iri(identifier)
    if not iri:
        raise file.refuse("an activity without an `iati-identifier`", element)
    language = element.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    reading = Reading(file, Facts(), iri, language, element.get("default-currency") or "")
    reading.facts.kind(iri, "sluis:AidActivity")
    reading.facts.text(iri, "dcterms:identifier", identifier)
    reading.facts.link(iri, "sluis:citesSource", reading.source)
    reading.flag(iri, "sluis:isHumanitarian", element, "humanitarian")
    reading.date(iri, "dcterms:modified", element, "last-updated-datetime")
    reading.name(iri, reading.narratives(child(element, "title")), otherwise=identifier)
    for part in children(element):
        READERS.get(local_name(part), _unread)(reading, part)
    return identifier, reading.facts


def _unread(reading: Reading, element: Element) -> None:
    if local_name(element) in TYPES:
        reading.typed(reading.thing, element, TYPES[local_name(element)])
    elif local_name(element) not in {"iati-identifier", "title", "other-identifier"}:
        reading.pass_over(element)


def _reporting(reading: Reading, element: Element) -> None:
    others = _other_identifiers(reading, element.getparent())
    publisher = organisation(reading, element, other_identifiers=others)
    if publisher:
        reading.facts.link(reading.thing, "dcterms:publisher", publisher)
        for other in others:
            reading.facts.text(publisher, "skos:notation", other)


def _other_identifiers(reading: Reading, element: Element | None) -> tuple[str, ...]:
    """Other identifiers of the reporting organisation; those of the activity are stated here."""
    found = []
    for other in children(element, "other-identifier") if element is not None else ():
        ref, kind = (other.get("ref") or "").strip(), (other.get("type") or "").strip()
        if not ref:
            continue
        if kind in ORGANISATION_IDENTIFIERS:
            found.append(ref)
            continue
        reading.facts.text(reading.thing, "skos:notation", ref)
        before = activity_iri(ref) if kind == PREVIOUS_ACTIVITY else ""
        if before and before != reading.thing:
            reading.facts.link(reading.thing, "dcterms:replaces", before)
    return tuple(found)


def _participating(reading: Reading, element: Element) -> None:
    """A link that the publisher states; a rule concludes the relation itself."""
    role = (element.get("role") or "").strip()
    who = organisation(reading, element)
    if role not in ROLES:
        raise reading.file.refuse(f"`{role}` is no role of an organisation: 1, 2, 3 or 4", element)
    if not who:
        return
    state_link(reading, who, ROLES[role], reading.thing, role=f"{CODES}OrganisationRole/{role}")
    if ROLES[role] == "sluis:implements":
        reading.facts.link(reading.thing, "sluis:carriedOutBy", who)
    own = activity_iri(element.get("activity-id") or "")
    if own and own != reading.thing:
        reading.facts.link(reading.thing, "sluis:relatedActivity", own)


def state_link(
    reading: Reading, one: str, relation: str, other: str, *, role: str = "", intended: bool = False
) -> None:
    """A stated or an intended link. What is promised is a plan, and nothing is concluded from it."""
    facts = reading.facts
    link = reading.below("link", one, relation, other, str(intended))
    facts.kind(link, "sluis:IntendedLink" if intended else "sluis:StatedLink")
    facts.text(link, "sluis:linkStatus", "stated")
    facts.link(link, "sluis:linkFrom", one)
    facts.link(link, "sluis:relation", relation)
    facts.link(link, "sluis:linkTo", other)
    facts.link(link, "sluis:citesSource", reading.source)
    if intended:
        facts.boolean(link, "sluis:isIntended", truth=True)
    if role:
        facts.link(link, "dcterms:type", role)


def _description(reading: Reading, element: Element) -> None:
    texts = reading.narratives(element)
    reading.texts(reading.thing, "dcterms:description", texts)
    if element.get("type") == OBJECTIVES and texts:
        goal = reading.below("goal", *chain.from_iterable(texts))
        reading.facts.kind(goal, "sluis:Goal")
        reading.texts(goal, "skos:prefLabel", texts)
        reading.texts(goal, "sluis:goalText", texts)
        reading.facts.link(goal, "sluis:goalOf", reading.thing)


def _date(reading: Reading, element: Element) -> None:
    kind = (element.get("type") or "").strip()
    if kind not in DATES:
        raise reading.file.refuse(f"`{kind}` is no type of an activity's date: 1, 2, 3 or 4", element)
    reading.date(reading.thing, DATES[kind], element)


def _about(code_list: str) -> Callable[[Reading, Element], None]:
    """An element that says what the activity is about, with a share where the publisher gives one."""

    def read(reading: Reading, element: Element) -> None:
        concept = reading.code(element, code_list)
        significance = (element.get("significance") or "").strip()
        if not concept or significance == NOT_TARGETED:
            return
        reading.facts.link(reading.thing, "dcterms:subject", concept)
        if element.get("percentage") or significance:
            allocate(reading, concept, element)

    return read


def allocate(reading: Reading, target: str, element: Element) -> None:
    share = reading.below("allocation", target, element.get("percentage") or "", element.get("significance") or "")
    reading.facts.kind(share, "sluis:Allocation")
    reading.facts.link(share, "sluis:allocationOf", reading.thing)
    reading.facts.link(share, "sluis:allocatedTo", target)
    reading.percentage(share, element)
    reading.typed(share, element, "PolicySignificance", "significance")


def _country(reading: Reading, element: Element) -> None:
    place = country(reading, element)
    if place:
        reading.facts.link(reading.thing, "sluis:concernsPlace", place)
        allocate(reading, place, element)


def _region(reading: Reading, element: Element) -> None:
    place = region(reading, element)
    if place:
        allocate(reading, place, element)


def _budget_items(reading: Reading, element: Element) -> None:
    for item in children(element, "budget-item"):
        item.set("vocabulary", element.get("vocabulary") or "")
        concept = reading.code(item, "BudgetIdentifier")
        if concept:
            allocate(reading, concept, item)


def _related(reading: Reading, element: Element) -> None:
    other, kind = activity_iri(element.get("ref") or ""), (element.get("type") or "").strip()
    if not other or other == reading.thing:
        return
    if kind == PARENT:
        reading.facts.link(reading.thing, "sluis:partOf", other)
    elif kind == CHILD:
        reading.facts.link(other, "sluis:partOf", reading.thing)
    else:
        reading.facts.link(reading.thing, "sluis:relatedActivity", other)


def _conditions(reading: Reading, element: Element) -> None:
    for condition in children(element, "condition"):
        texts = reading.narratives(condition)
        if texts:
            iri = reading.below("condition", whole(condition))
            reading.facts.kind(iri, "sluis:Condition")
            reading.texts(iri, "skos:prefLabel", texts)
            reading.texts(iri, "sluis:conditionText", texts)
            reading.facts.link(iri, "sluis:conditionOf", reading.thing)
            reading.typed(iri, condition, "ConditionType", "type")


def _transaction(reading: Reading, element: Element) -> None:
    moved = transaction(reading, element)
    if moved.provider and moved.receiver and moved.links:
        state_link(reading, moved.provider, "sluis:finances", moved.receiver, intended=moved.promised)


def _disbursement(reading: Reading, element: Element) -> None:
    planned = planned_disbursement(reading, element)
    if planned.provider and planned.receiver:
        state_link(reading, planned.provider, "sluis:finances", planned.receiver, intended=True)


def _location(reading: Reading, element: Element) -> None:
    reading.facts.link(reading.thing, "sluis:locatedAt", location(reading, element))


def _document(reading: Reading, element: Element) -> None:
    document(reading, element, of=reading.thing)


def _result(reading: Reading, element: Element) -> None:
    result(reading, element, title=reading.narratives(child(_parent(element), "title")))


def _budget(reading: Reading, element: Element) -> None:
    budget(reading, element)


def _parent(element: Element) -> Element:
    parent = element.getparent()
    return element if parent is None else parent


READERS: dict[str, Callable[[Reading, Element], None]] = {
    "reporting-org": _reporting,
    "participating-org": _participating,
    "description": _description,
    "activity-date": _date,
    "recipient-country": _country,
    "recipient-region": _region,
    "location": _location,
    "sector": _about("Sector"),
    "tag": _about("Tag"),
    "policy-marker": _about("PolicyMarker"),
    "humanitarian-scope": _about("HumanitarianScope"),
    "country-budget-items": _budget_items,
    "budget": _budget,
    "planned-disbursement": _disbursement,
    "transaction": _transaction,
    "document-link": _document,
    "related-activity": _related,
    "conditions": _conditions,
    "result": _result,
}
