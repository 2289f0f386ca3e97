"""Transactions, budgets, planned disbursements and totals: amounts with their currency, time and two ends."""

from __future__ import annotations

from dataclasses import dataclass

from loaders.iati.actors import organisation
from loaders.iati.elements import CODES, Reading, child, children, whole
from loaders.iati.places import country, region
from loaders.identifiers import activity_iri
from loaders.reading.xml import Element, local_name, text_of

PAID, PROMISED = frozenset({"1", "3"}), frozenset({"2", "11", "12", "13"})
"""Types of transactions in which one side gives the other money (incoming funds, disbursements), or promises it."""

TYPES = {
    "disbursement-channel": "DisbursementChannel",
    "flow-type": "FlowType",
    "finance-type": "FinanceType",
    "aid-type": "AidType",
    "tied-status": "TiedStatus",
}


@dataclass(frozen=True, slots=True)
class Moved:
    """What an amount says of its two ends, empty where it names none."""

    provider: str = ""
    receiver: str = ""
    links: bool = True
    promised: bool = False


def transaction(reading: Reading, element: Element) -> Moved:
    iri = amount(reading, element, "Transaction", of=reading.thing)
    facts = reading.facts
    kind = child(element, "transaction-type")
    reading.typed(iri, kind, "TransactionType")
    reading.date(iri, "sluis:onDate", child(element, "transaction-date"))
    reading.texts(iri, "dcterms:description", reading.narratives(child(element, "description")))
    reading.flag(iri, "sluis:isHumanitarian", element, "humanitarian")
    if (element.get("ref") or "").strip():
        facts.text(iri, "skos:notation", (element.get("ref") or "").strip())
    for name, code_list in TYPES.items():
        for part in children(element, name):
            reading.typed(iri, part, code_list)
    for sector in children(element, "sector"):
        concept = reading.code(sector, "Sector")
        if concept:
            facts.link(iri, "dcterms:subject", concept)
    _where(reading, iri, element)
    code = (kind.get("code") or "").strip() if kind is not None else ""
    provider, receiver = _ends(reading, iri, element)
    return Moved(provider, receiver, links=code in PAID | PROMISED, promised=code in PROMISED)


def planned_disbursement(reading: Reading, element: Element) -> Moved:
    iri = amount(reading, element, "Budget", of=reading.thing)
    reading.facts.link(iri, "dcterms:type", f"{CODES}element/planned-disbursement")
    reading.typed(iri, element, "BudgetType", "type")
    _period(reading, iri, element)
    return Moved(*_ends(reading, iri, element))


def budget(reading: Reading, element: Element) -> str:
    """A budget of an activity, or one of an organisation: for all it does, or for a receiver, a country or a region."""
    iri = amount(reading, element, "Budget", of=reading.thing)
    reading.typed(iri, element, "BudgetType", "type")
    reading.typed(iri, element, "BudgetStatus", "status")
    _period(reading, iri, element)
    _where(reading, iri, element)
    receiver = organisation(reading, child(element, "recipient-org"))
    if receiver:
        reading.facts.link(iri, "sluis:receiver", receiver)
    _lines(reading, iri, element, "Budget", "budget-line")
    return iri


def total_expenditure(reading: Reading, element: Element) -> None:
    iri = amount(reading, element, "Expenditure", of=reading.thing)
    _period(reading, iri, element)
    _lines(reading, iri, element, "Expenditure", "expense-line")


def amount(reading: Reading, element: Element, kind: str, *, of: str) -> str:
    """An amount with its currency, the element's own or the default. Refuses one without a number."""
    value = child(element, "value")
    if value is None:
        raise reading.file.refuse(f"`{local_name(element)}` has no `value`", element)
    iri = reading.each(kind.lower(), whole(element))
    facts = reading.facts
    facts.kind(iri, f"sluis:{kind}")
    facts.link(iri, "sluis:moneyOf", of)
    facts.link(iri, "sluis:citesSource", reading.source)
    facts.decimal(iri, "sluis:amount", reading.number(text_of(value), value))
    currency = (value.get("currency") or reading.currency).strip()
    if currency:
        facts.text(iri, "sluis:currency", currency)
    else:
        reading.file.passed_over.add("amount without a currency, kept without one")
    reading.date(iri, "sluis:valueDate", value, "value-date")
    return iri


def _ends(reading: Reading, iri: str, element: Element) -> tuple[str, str]:
    facts, found = reading.facts, []
    for name, said, activity, towards in (
        ("provider-org", "sluis:provider", "provider-activity-id", "sluis:providedFrom"),
        ("receiver-org", "sluis:receiver", "receiver-activity-id", "sluis:providedFor"),
    ):
        end = child(element, name)
        who = organisation(reading, end)
        if who:
            facts.link(iri, said, who)
        other = activity_iri(end.get(activity) or "") if end is not None else ""
        if other:
            facts.link(iri, towards, other)
        found.append(who)
    return found[0], found[1]


def _where(reading: Reading, iri: str, element: Element) -> None:
    for place in children(element, "recipient-country"):
        if country(reading, place):
            reading.facts.link(iri, "sluis:concernsPlace", country(reading, place))
    for area in children(element, "recipient-region"):
        if region(reading, area):
            reading.facts.link(iri, "dcterms:subject", region(reading, area))


def _period(reading: Reading, iri: str, element: Element) -> None:
    reading.date(iri, "sluis:startDate", child(element, "period-start"))
    reading.date(iri, "sluis:endDate", child(element, "period-end"))


def _lines(reading: Reading, iri: str, element: Element, kind: str, name: str) -> None:
    """The lines of a budget or a total: parts of it, which must not be added to it."""
    for line in children(element, name):
        part = amount(reading, line, kind, of=reading.thing)
        reading.facts.link(part, "dcterms:isPartOf", iri)
        reading.texts(part, "skos:prefLabel", reading.narratives(line))
        if (line.get("ref") or "").strip():
            reading.facts.text(part, "skos:notation", (line.get("ref") or "").strip())
