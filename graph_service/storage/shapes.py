"""Shapes: what SHACL files say, read into conditions on values and on how many there are.

A fixed set of constructs is read; any other is refused, so that none is ever skipped in silence.
Each condition is one of two kinds, and that is why validity at a label never depends on what the label hides:

* ``holds for every value`` and ``at most``: more statements never mend it. Whoever sees less sees no new fault.
* ``at least``: more statements never spoil it. It is asked where a thing is first a target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import ontology
from graph_service.errors import SluisError
from graph_service.namespaces import NS, PREFIXES
from graph_service.storage.canonical import Term

SHAPES_NS = "https://w3id.org/sluis/shapes#"
_SH = "http://www.w3.org/ns/shacl#"
_RDF, _RDFS, _XSD = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["xsd"]
_NODE_KINDS = {"IRI": "isIRI(?v)", "Literal": "isLiteral(?v)", "BlankNodeOrIRI": "(isIRI(?v) || isBlank(?v))"}
_TEXTS = frozenset({_XSD + "string", _RDF + "langString"})
_CAST = frozenset(_XSD + name for name in ("integer", "decimal", "boolean", "date", "gYear", "gYearMonth"))
_ANY = "true"


class ShapeRefused(SluisError):
    """A shape file can't be read, or takes a construct of SHACL that is not compiled here."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One constraint. ``test`` is a SPARQL expression on ``?v``, a value.

    Without ``at_least`` and ``at_most`` the test holds for every value; with ``at_least`` there is one value for which
    it does; with ``at_most`` there are no more values than that. ``component`` is SHACL's name for the constraint, and
    ``arguments`` are the terms that it takes, for people.
    """

    component: str
    test: str = _ANY
    arguments: tuple[str, ...] = ()
    at_least: bool = False
    at_most: int | None = None

    @property
    def is_about_values(self) -> bool:
        return not self.at_least and self.at_most is None


@dataclass(frozen=True, slots=True)
class PropertyShape:
    """Conditions on the values of one property, and what to do where they are not met, by language."""

    path: str
    conditions: tuple[Condition, ...]
    messages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shape:
    """What it is about (instances of the ``targets`` and of all classes below them; or subjects of properties)."""

    name: str
    file: str
    targets: frozenset[str]
    classes: frozenset[str]
    subjects_of: frozenset[str]
    properties: tuple[PropertyShape, ...]


@lru_cache(maxsize=1)
def packaged_shapes() -> tuple[Shape, ...]:
    """The shapes of the package, over the classes of its ontology."""
    return tuple(read_shapes(ontology.shape_files(), below=classes_below(ontology.ontology_files())))


def classes_below(files: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Each class with itself and all classes below it. What the data say of classes has no part in it."""
    above: dict[str, set[str]] = {}
    for _name, text in files:
        for quad in parse(text, format=RdfFormat.TURTLE, base_iri=NS):
            if quad.predicate.value == _RDFS + "subClassOf" and isinstance(quad.object, NamedNode):
                above.setdefault(_iri(quad.subject), set()).add(quad.object.value)
    below: dict[str, set[str]] = {}
    for name in above:
        todo, known = [name], {name}
        while todo:
            found = above.get(todo.pop(), set()) - known
            known |= found
            todo += found
        for upper in known:
            below.setdefault(upper, set()).add(name)
    return {name: frozenset(found) for name, found in below.items()}


def read_shapes(files: Iterable[tuple[str, str]], *, below: Mapping[str, frozenset[str]]) -> Iterator[Shape]:
    """The shapes of Turtle files, by file and name. Raises ``ShapeRefused`` for what is not understood whole."""
    files = list(files)
    graph = _Graph(files)
    for name, text in files:
        own = {quad.subject for quad in parse(text, format=RdfFormat.TURTLE) if _is_shape(quad.triple)}
        for node in sorted(own, key=str):
            shape = _shape(graph, node, name, below)
            if shape.classes or shape.subjects_of:  # others are only parts of these
                yield shape


def _is_shape(triple: Triple) -> bool:
    kinds = {_SH + "NodeShape", _SH + "PropertyShape"}
    return triple.predicate.value == _RDF + "type" and _iri(triple.object) in kinds


class _Graph:
    """The statements of all shape files, each of which must be taken by somebody."""

    def __init__(self, files: Iterable[tuple[str, str]]) -> None:
        self.values: dict[Term, dict[str, list[Term]]] = {}
        for name, text in files:
            try:
                for quad in parse(text, format=RdfFormat.TURTLE):
                    self.values.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
            except SyntaxError as error:
                raise ShapeRefused(f"{name}, line {error.lineno}: {error.msg}") from error

    def of(self, node: Term) -> dict[str, list[Term]]:
        return dict(self.values.get(node, {}))

    def list(self, node: Term) -> Iterator[Term]:
        while _iri(node) != _RDF + "nil":
            cell = self.of(node)
            yield cell[_RDF + "first"][0]
            node = cell[_RDF + "rest"][0]


def _shape(graph: _Graph, node: Term, file: str, below: Mapping[str, frozenset[str]]) -> Shape:
    said = graph.of(node)
    said.pop(_RDF + "type")
    targets = [_iri(target) for target in said.pop(_SH + "targetClass", [])]
    classes = frozenset(name for target in targets for name in below.get(target, frozenset()) | {target})
    subjects_of = frozenset(_iri(target) for target in said.pop(_SH + "targetSubjectsOf", []))
    parts = sorted(said.pop(_SH + "property", []), key=str)
    properties = [_property(graph, part, file) for part in parts]
    if _SH + "path" in said:
        properties.append(_property(graph, node, file))
    else:
        _refuse_rest(said, file, node)
    name = _iri(node).removeprefix(SHAPES_NS)
    if (classes or subjects_of) and not properties:
        raise ShapeRefused(f"{file}: the shape {name} demands nothing")
    return Shape(name, file, frozenset(targets), classes, subjects_of, tuple(sorted(properties, key=_order)))


def _order(found: PropertyShape) -> tuple[str, list[str]]:
    """The same whatever names the parser gave to nodes that have none."""
    return found.path, [condition.component + condition.test for condition in found.conditions]


def _property(graph: _Graph, node: Term, file: str) -> PropertyShape:
    said = graph.of(node)
    for taken in ("type", "targetClass", "targetSubjectsOf"):
        said.pop((_RDF if taken == "type" else _SH) + taken, None)
    path = _iri(said.pop(_SH + "path", [Literal("")])[0])
    messages = {getattr(text, "language", None) or "": _text(text) for text in said.pop(_SH + "message", [])}
    if not path or not {"nl", "en"} <= set(messages):
        raise ShapeRefused(f"{file}: a property of a shape has one path, an IRI, and a message in Dutch and in English")
    conditions = tuple(_conditions(graph, said, file, node))
    if not conditions:
        raise ShapeRefused(f"{file}: the shape's property {path} demands nothing")
    return PropertyShape(path, conditions, messages)


def _conditions(graph: _Graph, said: dict[str, list[Term]], file: str, node: Term) -> Iterator[Condition]:
    """The constraints of a property shape. What ``said`` holds besides them is refused."""
    if _SH + "qualifiedValueShape" in said:
        (inner,) = said.pop(_SH + "qualifiedValueShape")
        _one(said.pop(_SH + "qualifiedMinCount", []), file)
        test, arguments = _all(graph, graph.of(inner), file, inner)
        yield Condition("QualifiedMinCount", test, arguments, at_least=True)
    if _SH + "minCount" in said:
        _one(said.pop(_SH + "minCount"), file)
        yield Condition("MinCount", at_least=True)
    for value in said.pop(_SH + "hasValue", []):
        yield Condition("HasValue", f"sameTerm(?v, {value})", (_text(value),), at_least=True)
    if _SH + "maxCount" in said:
        yield Condition("MaxCount", at_most=int(_text(said.pop(_SH + "maxCount")[0])))
    yield from _tests(graph, said, file)
    _refuse_rest(said, file, node)


def _tests(graph: _Graph, said: dict[str, list[Term]], file: str) -> Iterator[Condition]:
    """The constraints that every value meets by itself, taken out of ``said``."""
    for kind in said.pop(_SH + "nodeKind", []):
        name = _iri(kind).removeprefix(_SH)
        if name not in _NODE_KINDS:
            raise ShapeRefused(f"{file}: sh:nodeKind is one of {', '.join(_NODE_KINDS)}")
        yield Condition("NodeKind", _NODE_KINDS[name], (name,))
    for datatype in said.pop(_SH + "datatype", []):
        yield Condition("Datatype", _datatype(_iri(datatype), file), (_iri(datatype),))
    for values in said.pop(_SH + "in", []):
        terms = list(graph.list(values))
        yield Condition("In", _any(f"sameTerm(?v, {term})" for term in terms), tuple(map(_text, terms)))
    for pattern in said.pop(_SH + "pattern", []):
        test = f"(!isBlank(?v) && REGEX(STR(?v), {Literal(_text(pattern))}))"
        yield Condition("Pattern", test, (_text(pattern),))
    for languages in said.pop(_SH + "languageIn", []):
        terms = list(graph.list(languages))
        test = f"(isLiteral(?v) && {_any(f'LANGMATCHES(LANG(?v), {term})' for term in terms)})"
        yield Condition("LanguageIn", test, tuple(map(_text, terms)))
    for least in said.pop(_SH + "minInclusive", []):
        yield Condition("MinInclusive", f"(?v >= {least})", (_text(least),))
    for choices in said.pop(_SH + "or", []):
        found = [_all(graph, graph.of(choice), file, choice) for choice in graph.list(choices)]
        yield Condition("Or", _any(test for test, _ in found), tuple(one for _, some in found for one in some))


def _all(graph: _Graph, said: dict[str, list[Term]], file: str, node: Term) -> tuple[str, tuple[str, ...]]:
    """The test of a shape without a path, and the arguments in it."""
    found = list(_tests(graph, said, file))
    _refuse_rest(said, file, node)
    if not found:
        raise ShapeRefused(f"{file}: a shape within another demands nothing")
    return " && ".join(certain(one.test) for one in found), tuple(name for one in found for name in one.arguments)


def _any(tests: Iterable[str]) -> str:
    return f"({' || '.join(certain(test) for test in tests) or 'false'})"


def certain(test: str) -> str:
    """The test, false where it can't be decided: an error would pass for a value that is right."""
    return f"COALESCE({test}, false)"


def _datatype(datatype: str, file: str) -> str:
    """Of this datatype, and written as the datatype asks: the engine casts it, which `2013-02-30` does not survive."""
    if datatype not in _TEXTS | _CAST:
        raise ShapeRefused(f"{file}: sh:datatype <{datatype}> is not one that is compiled")
    written = "" if datatype in _TEXTS else f" && isLiteral(<{datatype}>(STR(?v)))"
    return f"(DATATYPE(?v) = <{datatype}>{written})"


def _one(count: list[Term], file: str) -> None:
    if [_text(value) for value in count] != ["1"]:
        raise ShapeRefused(f"{file}: a least count other than 1 is not compiled")


def _refuse_rest(said: Mapping[str, object], file: str, node: Term) -> None:
    if said:
        names = ", ".join(name.replace(_SH, "sh:") for name in sorted(said))
        raise ShapeRefused(f"{file}: {node} takes {names}, which is not compiled: see docs/shapes.md for what is")


def _iri(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _text(term: Term) -> str:
    return str(getattr(term, "value", ""))
