"""The results chain of an activity: a theory of change with steps, indicators, and what was foreseen and measured."""

from __future__ import annotations

from graph_service.errors import LoadRefused
from loaders.base import ID
from loaders.iati.documents import document
from loaders.iati.elements import Narrative, Reading, child, children, whole
from loaders.reading.xml import Element

LEVELS = {"1": "output", "2": "outcome", "3": "impact"}
UNITS = {"1": (("units", "en"), ("eenheden", "nl")), "2": (("percent", "en"), ("procent", "nl"))}
FRAMEWORK = {"en": "Results framework: {}", "nl": "Resultatenkader: {}", "fr": "Cadre de résultats : {}"}


def result(reading: Reading, element: Element, *, title: list[Narrative]) -> None:
    """A result as a step of the activity's own theory of change; of type 9 (other) it stands at no level."""
    facts, theory = reading.facts, f"{reading.thing}/results"
    facts.kind(theory, "sluis:TheoryOfChange")
    reading.texts(theory, "skos:prefLabel", [(FRAMEWORK.get(lang, "{}").format(text), lang) for text, lang in title])
    if not title:
        facts.named(theory, "Results framework", "Resultatenkader")
    facts.link(theory, "sluis:theoryOf", reading.thing)
    facts.link(theory, "sluis:citesSource", reading.source)

    names = reading.narratives(child(element, "title"))
    step = reading.below("result", element.get("type") or "", *(text for text, _ in names))
    level = LEVELS.get((element.get("type") or "").strip(), "")
    facts.kind(step, f"sluis:{level.capitalize()}Step" if level else "sluis:TheoryOfChangeStep")
    facts.link(step, "sluis:stepOf", theory)
    if level:
        facts.link(step, "sluis:atLevel", f"{ID}toc/{level}")
    reading.name(step, names, otherwise="result")
    reading.texts(step, "sluis:stepText", names)
    reading.texts(step, "dcterms:description", reading.narratives(child(element, "description")))
    reading.typed(step, element, "ResultType", "type")
    for link in children(element, "document-link"):
        document(reading, link, of=step)
    for part in children(element, "indicator"):
        _indicator(reading, part, step)


def _indicator(reading: Reading, element: Element, step: str) -> None:
    facts, measure = reading.facts, (element.get("measure") or "").strip()
    names = reading.narratives(child(element, "title"))
    indicator = reading.below("indicator", step, measure, *(text for text, _ in names))
    facts.kind(indicator, "sluis:Indicator")
    facts.link(indicator, "sluis:indicatorOf", step)
    reading.name(indicator, names, otherwise="indicator")
    reading.texts(indicator, "dcterms:description", reading.narratives(child(element, "description")))
    reading.texts(indicator, "sluis:indicatorUnit", list(UNITS.get(measure, ())))
    reading.typed(indicator, element, "IndicatorMeasure", "measure")
    for link in children(element, "document-link"):
        document(reading, link, of=indicator)
    for baseline in children(element, "baseline"):
        _value(reading, baseline, indicator, "BaselineValue", period=None)
    for period in children(element, "period"):
        for name, kind in (("target", "TargetValue"), ("actual", "MeasuredValue")):
            for value in children(period, name):
                _value(reading, value, indicator, kind, period=period)


def _value(reading: Reading, element: Element, indicator: str, kind: str, *, period: Element | None) -> None:
    """A value with its time. One that is no number (a qualitative one) stands as a note with the indicator."""
    facts, said = reading.facts, (element.get("value") or "").strip()
    comments = reading.narratives(child(element, "comment"))
    try:
        number = reading.number(said, element)
    except LoadRefused:
        reading.texts(indicator, "sluis:note", [(said, "")] if said else comments)
        return
    times = whole(period) if period is not None else ""
    iri = reading.below("value", indicator, kind, times, whole(element))
    facts.kind(iri, f"sluis:{kind}")
    facts.link(iri, "sluis:valueOfIndicator", indicator)
    facts.decimal(iri, "sluis:numericValue", number)
    facts.link(iri, "sluis:basedOn", reading.source)
    reading.texts(iri, "sluis:note", comments)
    _time(reading, iri, element, period)
    for part in children(element, "dimension"):
        facts.text(iri, "sluis:disaggregation", f"{part.get('name')}: {part.get('value')}")
    for place in children(element, "location"):
        if (place.get("ref") or "").strip():
            facts.link(iri, "sluis:atLocation", reading.below("location", (place.get("ref") or "").strip()))
    for link in children(element, "document-link"):
        document(reading, link, of=iri)


def _time(reading: Reading, iri: str, element: Element, period: Element | None) -> None:
    """The day of a baseline, else its year; of a target or an actual value the period, of which the end is its time."""
    if period is not None:
        reading.date(iri, "sluis:startDate", child(period, "period-start"))
        reading.date(iri, "sluis:endDate", child(period, "period-end"))
        reading.date(iri, "sluis:onDate", child(period, "period-end"))
    else:
        reading.date(iri, "sluis:onDate", element, "iso-date" if element.get("iso-date") else "year")
