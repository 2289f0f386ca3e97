"""Statistics as an RDF data cube (W3C, ``qb:``): a structure of dimensions and measures, and observations.

A dimension says what an observation is of (a place, a year), a measure what was counted there, an attribute how to
read it. Two observations of one cube never agree in all dimensions: that is what makes them comparable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from loaders.facts import Facts

QB = "http://purl.org/linked-data/cube#"
SDMX_PERIOD = "http://purl.org/linked-data/sdmx/2009/dimension#refPeriod"
COMPONENTS = {"dimension": "DimensionProperty", "measure": "MeasureProperty", "attribute": "AttributeProperty"}


@dataclass(frozen=True, slots=True)
class Component:
    """One dimension, measure or attribute: its property (an absolute IRI) and what people call it."""

    role: str
    iri: str
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Cube:
    """A cube: its data set and its components."""

    dataset: str
    components: tuple[Component, ...]

    def structure(self, facts: Facts) -> None:
        """What the data set is made of. Properties of other vocabularies are named, not described."""
        structure = f"{self.dataset}/structure"
        facts.kind(self.dataset, f"{QB}DataSet")
        facts.link(self.dataset, f"{QB}structure", structure)
        facts.kind(structure, f"{QB}DataStructureDefinition")
        for place, component in enumerate(self.components, start=1):
            part = f"{structure}/{place}"
            facts.link(structure, f"{QB}component", part)
            facts.kind(part, f"{QB}ComponentSpecification")
            facts.link(part, f"{QB}{component.role}", component.iri)
            if component.names:
                facts.kind(component.iri, f"{QB}{COMPONENTS[component.role]}")
            for text, language in component.names:
                facts.text(component.iri, "skos:prefLabel", text, language)

    def observation(self, facts: Facts, iri: str) -> None:
        facts.kind(iri, f"{QB}Observation")
        facts.link(iri, f"{QB}dataSet", self.dataset)


def measures(names: Mapping[str, tuple[str, str]], base: str, wanted: Iterable[str]) -> dict[str, Component]:
    """Measures below an IRI, by the name of their column, with their names in English and Dutch."""
    return {
        column: Component("measure", f"{base}{column}", ((names[column][0], "en"), (names[column][1], "nl")))
        for column in wanted
        if column in names
    }
