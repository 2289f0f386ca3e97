"""Build-time check: is the ontology consistent, can every class have an instance, and is it in its OWL profiles?

The only module that may import owlready2 (LGPL, the ``check`` extra), and only inside a function: nothing
that runs in the service needs it. The reasoner is HermiT, which comes with owlready2 and runs on Java.
Run it as ``python -m ontology.check``; data files named behind it are checked against the ontology too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import rdflib
from rdflib import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from ontology import ontology_files
from ontology.pitfalls import find_pitfalls
from ontology.profiles import CheckUnavailableError, profile_violations, require_java
from ontology.report import Findings, OntologyReport, print_findings
from ontology.terms import NS, merged, read_modules

__all__ = ["CheckUnavailableError", "OntologyReport", "check_ontology", "main"]

FORMATS = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml", ".owl": "xml"}
AS_INDIVIDUAL = "/as-individual"
BUILT_IN = (str(OWL), str(RDF), str(RDFS))
DATATYPES = {None, XSD.string, XSD.integer, XSD.decimal, XSD.boolean}


def check_ontology(data: rdflib.Graph | None = None) -> OntologyReport:
    """Reason over all ontology modules together, and over the data if there is some.

    Raises ``CheckUnavailableError`` without owlready2 or Java. An axiom that OWL 2 DL does not allow (an irregular
    chain, a cardinality on a transitive property) raises owlready2's ``OwlReadyJavaError``, whose text names it.

    1. Read the Turtle files into one graph, and the data with them.
    2. Hand it to owlready2 as N-Triples, in a world of its own: the process-wide one keeps what others loaded.
    3. Run HermiT and collect the classes that can have no instance.
    """
    require_java("owlready2")
    import owlready2

    graph = merged(read_modules(ontology_files()))
    # All modules are here already; owlready2 would look for the imported ones on the web.
    graph.remove((None, OWL.imports, None))
    if data is not None:
        graph += _facts(data, graph)
    ntriples = _told_apart(graph).serialize(format="nt", encoding="utf-8")

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


def _own(found: Iterable[Any]) -> int:
    return sum(1 for term in found if str(term.iri).startswith(NS))


def _told_apart(graph: rdflib.Graph) -> rdflib.Graph:
    """The graph with another name for each class or property where it stands as an individual.

    Some are both (punning): a kind of relation is a property that a link names. OWL 2 DL reads the two apart, so the
    name changes nothing; owlready2 has one Python object for both and would drop one of the two.
    """
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    terms = {term for kind in kinds for term in graph.subjects(RDF.type, kind)}
    relations = set(graph.subjects(RDF.type, OWL.ObjectProperty))
    values = relations | set(graph.subjects(RDF.type, OWL.DatatypeProperty))

    def individual(term: Node) -> Node:
        return rdflib.URIRef(f"{term}{AS_INDIVIDUAL}") if term in terms else term

    apart = rdflib.Graph()
    for thing, said, value in graph:
        typed = said == RDF.type and not str(value).startswith(BUILT_IN)
        subject = individual(thing) if typed or said in values else thing
        apart.add((subject, said, individual(value) if said in relations else value))
        if subject != thing:
            apart.add((subject, RDF.type, OWL.NamedIndividual))
    return apart


def _facts(data: rdflib.Graph, ontology: rdflib.Graph) -> rdflib.Graph:
    """The statements of the data that can contradict the ontology.

    Those are types, and values of properties that the ontology declares. Texts with a language and dates are left out:
    no axiom is about them, and the reasoner knows no datatype for a year.
    """
    to_things = set(ontology.subjects(RDF.type, OWL.ObjectProperty))
    to_values = set(ontology.subjects(RDF.type, OWL.DatatypeProperty))
    facts = rdflib.Graph()
    for thing, said, value in data:
        if isinstance(value, rdflib.Literal):
            tells = said in to_values and not value.language and value.datatype in DATATYPES
        else:
            tells = said == RDF.type or said in to_things
        if tells:
            facts.add((thing, said, value))
            facts.add((thing, RDF.type, OWL.NamedIndividual))
    return facts


def read_data(paths: Sequence[Path]) -> rdflib.Graph | None:
    """The data files in one graph: Turtle, N-Triples or RDF/XML, by their suffix; nothing if there are none.

    Raises ``ValueError`` for a file that can't be read.
    """
    data = rdflib.Graph()
    for path in paths:
        if path.suffix not in FORMATS:
            raise ValueError(f"{path} is of no kind that is known: name a file that ends in {', '.join(FORMATS)}")
        try:
            data.parse(path, format=FORMATS[path.suffix])
        except Exception as error:  # the parsers raise many kinds, an IndexError among them
            raise ValueError(f"{path} can't be read: {error}") from error
    return data if paths else None


def find_all(data: rdflib.Graph | None = None) -> Findings:
    """Everything that is checked: the reasoner, the profiles of the whole and of each module, the pitfalls."""
    modules = read_modules(ontology_files())
    everything = merged(modules)
    return Findings(
        modules=modules,
        reasoned=check_ontology(data),
        violations=profile_violations({"": everything, **{module.name: module.graph for module in modules}}),
        pitfalls=find_pitfalls(everything),
        statements=0 if data is None else len(data),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; 0 if the ontology passed, 1 if not, 2 if the check cannot run here."""
    try:
        found = find_all(read_data([Path(name) for name in (sys.argv[1:] if arguments is None else arguments)]))
    except (CheckUnavailableError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    print_findings(found)
    return 0 if found.passed else 1


if __name__ == "__main__":
    sys.exit(main())
