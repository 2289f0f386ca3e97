"""Build-time check: is the ontology consistent, and can every class have an instance?

The only module that may import owlready2 (LGPL, the ``check`` extra), and only inside a function: nothing
that runs in the service needs it. The reasoner is HermiT, which comes with owlready2 and runs on Java.
Run it as ``python -m ontology.check``.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import rdflib

from ontology import ontology_files

NS = "https://w3id.org/sluis/ns#"


class CheckUnavailableError(RuntimeError):
    """The check cannot run here; the text says what to install."""


@dataclass(frozen=True, slots=True)
class OntologyReport:
    """What the reasoner found. ``classes`` and ``properties`` count our own terms, not those of other vocabularies.

    ``unsatisfiable`` holds class IRIs, sorted; it is empty if ``consistent`` is false, for then every class is.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...]
    classes: int
    properties: int

    @property
    def passed(self) -> bool:
        return self.consistent and not self.unsatisfiable


def check_ontology() -> OntologyReport:
    """Reason over all ontology modules together. Raises ``CheckUnavailableError`` without owlready2 or Java.

    An axiom that OWL 2 DL does not allow (an irregular chain, a cardinality on a transitive property) raises
    owlready2's ``OwlReadyJavaError``, whose text names it.

    1. Read the Turtle files into one graph.
    2. Hand it to owlready2 as N-Triples, in a world of its own: the process-wide one keeps what others loaded.
    3. Run HermiT and collect the classes that can have no instance.
    """
    owlready2 = _owlready2()
    graph = rdflib.Graph()
    for _name, text in ontology_files():
        graph.parse(data=text, format="turtle")
    # All modules are here already; owlready2 would look for the imported ones on the web.
    graph.remove((None, rdflib.OWL.imports, None))
    # The relations are individuals too (punning). OWL 2 DL reads the two apart, so leaving the individuals out changes
    # nothing about the classes; owlready2 has one Python object for both and would drop one of the two.
    graph.remove((None, rdflib.RDF.type, rdflib.URIRef(f"{NS}RelationKind")))
    ntriples = graph.serialize(format="nt", encoding="utf-8")

    world = owlready2.World()
    # The IRI below is owlready2's own handle for the merged graph; nothing is fetched from it.
    loaded = world.get_ontology("https://w3id.org/sluis/check#").load(fileobj=BytesIO(ntriples), only_local=True)
    classes, properties = _own(world.classes()), _own(world.properties())
    try:
        with loaded:
            owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return OntologyReport(consistent=False, unsatisfiable=(), classes=classes, properties=properties)
    # owl:Nothing is on the list whenever anything is: it is meant to be empty.
    empty = {str(found.iri) for found in world.inconsistent_classes() if found is not owlready2.Nothing}
    return OntologyReport(consistent=True, unsatisfiable=tuple(sorted(empty)), classes=classes, properties=properties)


def _own(terms: Iterable[Any]) -> int:
    return sum(1 for term in terms if str(term.iri).startswith(NS))


def _owlready2() -> Any:
    try:
        import owlready2
    except ImportError as error:
        raise CheckUnavailableError("owlready2 is not installed: install the `check` extra") from error
    if shutil.which("java") is None:
        raise CheckUnavailableError("no Java on the path: the HermiT reasoner needs a Java runtime, version 8 or later")
    return owlready2


def main() -> int:
    """Print the report; 0 if the ontology passed, 1 if not, 2 if the check cannot run here."""
    try:
        report = check_ontology()
    except CheckUnavailableError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{report.classes} classes, {report.properties} properties; consistent: {report.consistent}\n")
    sys.stdout.writelines(f"no instance is possible: {iri}\n" for iri in report.unsatisfiable)
    return 0 if report.passed else 1


if __name__ == "__main__":
    sys.exit(main())
