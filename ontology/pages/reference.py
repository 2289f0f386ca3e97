"""What the reference tells of a term: its texts, and how it is connected with other terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rdflib import OWL, RDF, RDFS, SKOS, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology.terms import CLASS, DATATYPE_PROPERTY, NS, OBJECT_PROPERTY, Module, kind_of, merged

PROPERTIES = (OBJECT_PROPERTY, DATATYPE_PROPERTY)
MATCHES = (SKOS.closeMatch, SKOS.exactMatch)
NOTES = (SKOS.scopeNote, SKOS.note, SKOS.editorialNote)
CHARACTERISTICS = {OWL.SymmetricProperty: "symmetric", OWL.TransitiveProperty: "transitive"}
MOST_DISJOINT = 12


class Reference:
    """All modules, with the questions that a page asks of them. Each list is sorted: pages come out the same."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self._modules = {module.iri: module for module in modules}
        self._graph = merged(modules)
        self._home = {term: module.name for module in modules for term in module.terms()}
        named = {prefix: str(iri) for module in modules for prefix, iri in module.graph.namespaces()}
        used = {_namespace(str(term)) for triple in self._graph for term in triple if isinstance(term, URIRef)}
        self.prefixes = {prefix: iri for prefix, iri in named.items() if prefix and iri in used}

    # --- names and texts ---

    def name(self, term: Node) -> str:
        """The name as it is written in a sentence: ours bare, others with their prefix."""
        if str(term).startswith(NS):
            return str(term).removeprefix(NS)
        prefix = next((prefix for prefix, iri in self.prefixes.items() if iri == _namespace(str(term))), None)
        return f"{prefix}:{str(term).removeprefix(_namespace(str(term)))}" if prefix else f"<{term}>"

    def link(self, term: Node) -> str:
        """The name, which leads to the term's entry if it is ours."""
        name = f"`{self.name(term)}`"
        home = self._home.get(term)  # type: ignore[call-overload]
        return f"[{name}]({home}.md#{self.name(term)})" if home else name

    def texts(self, term: URIRef, said: URIRef) -> list[tuple[str, str]]:
        """The texts with their languages, English first."""
        texts = [text for text in self._graph.objects(term, said) if isinstance(text, Literal)]
        return sorted(((text.language or "", str(text)) for text in texts), key=lambda pair: (pair[0] != "en", pair))

    def notes(self, term: URIRef) -> list[str]:
        return [text for said in NOTES for tag, text in self.texts(term, said) if tag in {"", "en"}]

    def examples(self, term: URIRef) -> list[str]:
        return [text for _tag, text in self.texts(term, SKOS.example)]

    # --- connections ---

    def superclasses(self, term: URIRef) -> list[URIRef]:
        return self._objects(term, RDFS.subClassOf)

    def direct_kinds(self, term: URIRef) -> list[URIRef]:
        step = RDFS.subClassOf if kind_of(term, self._graph) == CLASS else RDFS.subPropertyOf
        return sorted(below for below in self._graph.subjects(step, term) if isinstance(below, URIRef))

    def modules_used_by(self, module: Module) -> list[str]:
        """The other modules whose terms this one names in an axiom."""
        named = {term for triple in module.graph for term in triple[2:] if isinstance(term, URIRef)}
        found = {self._home.get(term, module.name) for term in named if kind_of(term, module.graph)}
        return sorted(found - {module.name})

    def facts(self, term: URIRef) -> list[tuple[str, str]]:
        """The rows of the term's table; a row without a value is left out by whoever prints it."""
        kind = kind_of(term, self._graph)
        close = ("close to", self._list(other for said in MATCHES for other in self._objects(term, said)))
        if kind == CLASS:
            return [*self._class_facts(term), close]
        if kind in PROPERTIES:
            return [*self._property_facts(term), close]
        types = [other for other in self._objects(term, RDF.type) if other != OWL.NamedIndividual]
        return [("is a", self._list(types)), close]

    def _class_facts(self, term: URIRef) -> list[tuple[str, str]]:
        return [
            ("kind of", self._list(self.superclasses(term))),
            ("kinds of it", self._list(self.direct_kinds(term))),
            ("has", self._list(self._graph.subjects(RDFS.domain, term))),
            ("is the value of", self._list(self._graph.subjects(RDFS.range, term))),
            ("shares nothing with", self._list(self._disjoint(term), most=MOST_DISJOINT)),
        ]

    def _property_facts(self, term: URIRef) -> list[tuple[str, str]]:
        types = self._objects(term, RDF.type)
        chains = [
            " ∘ ".join(self.link(step) for step in Collection(self._graph, chain))
            for chain in self._graph.objects(term, OWL.propertyChainAxiom)
        ]
        return [
            ("from", self._list(self._ends(term, RDFS.domain)) or "anything"),
            ("to", self._list(self._ends(term, RDFS.range)) or self._any_value(term)),
            ("is", ", ".join(sorted(name for kind, name in CHARACTERISTICS.items() if kind in types))),
            ("kind of", self._list(self._objects(term, RDFS.subPropertyOf))),
            ("kinds of it", self._list(self.direct_kinds(term))),
            ("backwards", self._list(self._objects(term, OWL.inverseOf))),
            ("the same as", self._list(self._objects(term, OWL.equivalentProperty))),
            ("follows from", "; ".join(sorted(chains))),
        ]

    def _ends(self, term: URIRef, end: URIRef, seen: frozenset[URIRef] = frozenset()) -> set[URIRef]:
        """What the property leads from, or to: said of it, of one above it, or of the one that reads it backwards."""
        found = set(self._objects(term, end))
        if found or term in seen:
            return found
        seen |= {term}
        for step in (RDFS.subPropertyOf, OWL.equivalentProperty):
            for other in self._objects(term, step):
                found |= self._ends(other, end, seen)
        backwards = RDFS.range if end == RDFS.domain else RDFS.domain
        for inverse in (*self._objects(term, OWL.inverseOf), *self._graph.subjects(OWL.inverseOf, term)):
            if isinstance(inverse, URIRef):
                found |= self._ends(inverse, backwards, seen)
        return found

    def _any_value(self, term: URIRef) -> str:
        return "anything" if kind_of(term, self._graph) == OBJECT_PROPERTY else "a text or a date"

    def _disjoint(self, term: URIRef) -> set[Node]:
        found = {*self._graph.objects(term, OWL.disjointWith), *self._graph.subjects(OWL.disjointWith, term)}
        for axiom in self._graph.subjects(RDF.type, OWL.AllDisjointClasses):
            for members in self._graph.objects(axiom, OWL.members):
                listed = set(Collection(self._graph, members))
                found |= listed if term in listed else set()
        return found - {term}

    def alignments(self) -> list[tuple[str, str, str, list[URIRef]]]:
        """Every foreign term with those of ours: its prefix, its name, how they are related, and ours."""
        found: dict[tuple[str, str, str], list[URIRef]] = defaultdict(list)
        steps = (RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty, *MATCHES)
        for said in steps:
            for one, other in self._graph.subject_objects(said):
                close = "is close to" if said in MATCHES else ""
                for ours, foreign, word in ((one, other, close or "above"), (other, one, close or "below")):
                    if ours in self._home and isinstance(foreign, URIRef) and not foreign.startswith(NS):
                        name = self.name(foreign)
                        found[name.partition(":")[0], name, word].append(ours)  # type: ignore[arg-type]
        words = {"above": "kinds of it", "below": "a kind of", "is close to": "close"}
        return [(*key[:2], words[key[2]], sorted(terms)) for key, terms in sorted(found.items())]

    # --- helpers ---

    def _objects(self, term: URIRef, said: URIRef) -> list[URIRef]:
        return sorted(found for found in self._graph.objects(term, said) if isinstance(found, URIRef))

    def _list(self, terms: Iterable[Node], *, most: int = 1000) -> str:
        named = sorted({term for term in terms if isinstance(term, URIRef)}, key=self.name)
        rest = len(named) - most
        return ", ".join(self.link(term) for term in named[:most]) + (f" and {rest} more" if rest > 0 else "")


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
