"""Validation: portions against the shapes, as SPARQL over a scratch store. It only ever refuses.

A condition on values is asked of all portions together: a statement that breaks it breaks it for whoever sees it, and
more statements never mend it. A condition that something is there is asked at the label where a thing first is what
the shape is about, of what that label dominates: more statements never spoil it. So if both hold, every part of the
portions that some reader may see conforms; ``tests/unit/test_shapes.py`` tries all parts.

Each condition is about one thing and its values. So a large number of portions is validated in groups of things, each
with all that is said of them at every label: that finds the same, and memory does not grow with what is validated.

INVARIANT: nothing but the portions given has a part in it, and what a label hides never makes up for what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from zlib import crc32

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from graph_service.errors import IngestRefused
from graph_service.namespaces import NS, PREFIXES
from graph_service.portions import Portion, label_text
from graph_service.security import Label
from graph_service.shapes import Conformance, Violation
from graph_service.spool import Scratch, Spool
from graph_service.storage.canonical import Term, iri_of, triples_of
from graph_service.storage.shapes import Condition, PropertyShape, Shape, certain

COMPONENT = "http://www.w3.org/ns/shacl#{}ConstraintComponent"
_A = PREFIXES["rdf"] + "type"
STATEMENTS_AT_ONCE, MOST_OF_A_GROUP, _GROUPS = 100_000, 400_000, 256
"""How many statements are asked at once, roughly; the most of one group of things; how many groups there are."""
MOST_VIOLATIONS = 10_000

Finding = tuple[Term, Term | None, Label | None]
"""The thing, its value if that is wrong, and the label where something is missing."""


class Reread(Iterable[Portion]):
    """Portions that are read anew each time, and never held."""

    def __init__(self, read: Callable[[], Iterator[Portion]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[Portion]:
        return self._read()


def validate(
    portions: Iterable[Portion],
    shapes: Sequence[Shape],
    *,
    scratch: Scratch | None = None,
    counts: bool = True,
    canonical: bool = False,
) -> Conformance:
    """Validate the portions by themselves, at each of their labels. Each violation is told once.

    Their text is as loaders or ingest write it: a statement a line. They are read a second time if something does not
    conform; an iterator is kept for that. From ``MOST_VIOLATIONS`` on no further group of things is looked at.
    ``scratch`` is where statements wait, if not in a temporary file. Without ``counts`` it is not counted how many
    things each shape is about. ``canonical``: the text got that form at ingest, where its IRIs were looked at.
    """
    given = list(portions) if isinstance(portions, Iterator) else portions
    about, own = _About(shapes), scratch or Scratch()
    spool, labels = Spool(own), dict[Label, int]()
    for portion in given:
        number = labels.setdefault(portion.label, len(labels))
        for place, lines in about.lines_of(portion.ntriples).items():
            spool.extend(number * _GROUPS + place, lines)
    instances, present, violations = dict.fromkeys((shape.name for shape in shapes), 0), set[str](), list[Violation]()
    for group in _groups(spool, list(labels)):
        validation = _Validation(group, shapes, canonical=canonical)
        present |= validation.present
        for name, count in validation.instances().items() if counts else ():
            instances[name] += count
        violations += validation.violations()
        if len(violations) >= MOST_VIOLATIONS:
            break
    if scratch is None:
        own.close()
    uncovered = sorted(name for name in present - about.classes if name.startswith(NS))
    return Conformance(instances, tuple(sorted(_located(violations, given), key=_order)), tuple(uncovered))


class _About:
    """What the shapes are about: the statements that have any part in validation."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self.classes = {name for shape in shapes for name in shape.classes}
        paths = {part.path for shape in shapes for part in shape.properties}
        about = paths.union(*(shape.subjects_of for shape in shapes))
        self._properties = {f"<{name}>".encode() for name in about}
        self._types = {f"<{name}> .".encode() for name in self.classes}

    def lines_of(self, ntriples: str) -> dict[int, list[bytes]]:
        """Those of a text, by the group of things to which their subjects belong."""
        properties, types, is_a, own = self._properties, self._types, f"<{_A}>".encode(), f"<{NS}".encode()
        found: dict[int, list[bytes]] = {}
        thing, lines = b"", list[bytes]()
        for line in ntriples.encode().split(b"\n"):
            parts = line.split(b" ", 2)
            if len(parts) == 3 and (
                parts[1] in properties or (parts[1] == is_a and (parts[2] in types or parts[2].startswith(own)))
            ):
                if parts[0] != thing:
                    thing = parts[0]
                    lines = found.setdefault(crc32(thing) % _GROUPS, [])
                lines.append(line + b"\n")
        return found


def _groups(spool: Spool, labels: Sequence[Label]) -> Iterator[dict[Label, bytes]]:
    """The statements in groups of about so many, all that is said of a thing in one, by label."""
    found: dict[Label, list[bytes]] = {}
    size = 0
    for group in range(_GROUPS):
        keys = [(label, number * _GROUPS + group) for number, label in enumerate(labels)]
        more = sum(spool.count(key) for _, key in keys)
        if more > MOST_OF_A_GROUP:
            raise IngestRefused(
                f"about one thing, or few, there are more than {MOST_OF_A_GROUP:,} statements that shapes are about: "
                "load them in several sources"
            )
        if size and size + more > STATEMENTS_AT_ONCE:
            yield {label: b"".join(texts) for label, texts in found.items()}
            found, size = {}, 0
        size += more
        for label, key in keys:
            if spool.count(key):
                found.setdefault(label, []).append(spool.text(key))
    if found:
        yield {label: b"".join(texts) for label, texts in found.items()}


def dominated(labels: Iterable[Label]) -> dict[Label, list[Label]]:
    """Each label with those among them that it dominates."""
    known = list(dict.fromkeys(labels))
    # SECURITY: removing this lets what a reader may not see make up for what is missing in what they may.
    return {label: [other for other in known if label.dominates(other)] for label in known}


class _Validation:
    """Some things, with all that is said of them, by label."""

    def __init__(self, texts: Mapping[Label, bytes], shapes: Sequence[Shape], *, canonical: bool) -> None:
        self._shapes = shapes
        below = dominated(texts)
        self._graphs = {label: NamedNode(f"urn:sluis:label:{number}") for number, label in enumerate(below)}
        self._below: dict[Label, list[NamedNode | BlankNode | DefaultGraph]] = {
            label: [self._graphs[other] for other in others] for label, others in below.items()
        }
        self._store = _store(((text, self._graphs[label]) for label, text in texts.items()), canonical=canonical)
        self._classes = {
            label: {
                iri_of(row["c"]) for row in self._rows(f"SELECT DISTINCT ?c {{ GRAPH {graph} {{ ?f <{_A}> ?c }} }}")
            }
            for label, graph in self._graphs.items()
        }
        self.present = {name for names in self._classes.values() for name in names}

    def violations(self) -> list[Violation]:
        found: dict[tuple[str, ...], Violation] = {}
        for shape in self._shapes:
            if self._is_about_something(shape):
                for part in shape.properties:
                    for violation in self._violations(shape, part):
                        key = (*violation.result, shape.name, part.messages["en"])
                        found.setdefault(key, violation)
        return list(found.values())

    def instances(self) -> dict[str, int]:
        """How many things each shape is about."""
        return {shape.name: self._instances(shape) for shape in self._shapes}

    def _violations(self, shape: Shape, part: PropertyShape) -> Iterator[Violation]:
        for condition in part.conditions:
            component = COMPONENT.format(condition.component)
            for focus, value, label in self._findings(shape, part.path, condition):
                # What stands there is at fault; or, where something is missing, what makes the thing a target.
                predicate = part.path if condition.is_about_values or not shape.classes else _A
                statement = (str(focus), f"<{predicate}>", str(value) if value is not None else "")
                at = label_text(label) if label else ""
                yield Violation(
                    str(focus), statement[2], shape.name, part.path, component, part.messages, statement, label=at
                )

    def _findings(self, shape: Shape, path: str, condition: Condition) -> Iterator[Finding]:
        if condition.at_least:
            for label, graph in self._graphs.items():
                if shape.subjects_of or shape.classes & self._classes[label]:
                    for row in self._rows(_missing(shape, path, condition, own=graph), label=label):
                        yield row["f"], None, label
        elif condition.at_most is not None:
            for row in self._rows(_too_many(shape, path, condition.at_most)):
                yield row["f"], None, None
        else:
            for row in self._rows(_wrong(shape, path, condition)):
                yield row["f"], row["v"], None

    def _is_about_something(self, shape: Shape) -> bool:
        """Looked up, because most shapes of a small load are about nothing in it."""
        graphs = (self._store.quads_for_pattern(None, NamedNode(name), None, None) for name in shape.subjects_of)
        return bool(shape.classes & self.present) or any(next(found, None) is not None for found in graphs)

    def _instances(self, shape: Shape) -> int:
        if not self._is_about_something(shape):
            return 0
        (row,) = self._rows(f"SELECT (COUNT(DISTINCT ?f) AS ?n) {{ {_focus(shape)} }}")
        return int(getattr(row["n"], "value", "0"))

    def _rows(self, query: str, *, label: Label | None = None) -> Iterable[Mapping[str, Term]]:
        """Solutions over all portions; or, of a label, over what it dominates, with its own as the named graph."""
        if label is None:
            found = self._store.query(query, use_default_graph_as_union=True)
        else:
            named: list[NamedNode | BlankNode] = [self._graphs[label]]
            found = self._store.query(query, default_graph=self._below[label], named_graphs=named)
        assert isinstance(found, QuerySolutions)  # noqa: S101  # every query here is a SELECT
        return found


def _located(violations: Sequence[Violation], portions: Iterable[Portion]) -> Iterator[Violation]:
    """Each violation with the portion in which its statement stands, found in one pass over the portions."""
    wanted: dict[tuple[str, str], list[int]] = {}
    for number, violation in enumerate(violations):
        wanted.setdefault(violation.statement[:2], []).append(number)
    found: dict[int, Violation] = {}
    for portion in portions if violations else ():
        label = label_text(portion.label)
        for triple in triples_of(portion.ntriples):
            for number in wanted.get((str(triple.subject), str(triple.predicate)), ()):
                violation = violations[number]
                term = violation.statement[2]
                if number not in found and violation.label in ("", label) and term in ("", str(triple.object)):
                    statement = (*violation.statement[:2], str(triple.object))
                    found[number] = replace(
                        violation, source=portion.source, part=portion.part, label=label, statement=statement
                    )
    return (found.get(number, violation) for number, violation in enumerate(violations))


def _order(violation: Violation) -> tuple[str, ...]:
    """The same on every run; the engine's order is not."""
    return violation.source, violation.part, violation.label, *violation.result, violation.shape


def _store(texts: Iterable[tuple[bytes, NamedNode]], *, canonical: bool) -> Store:
    store = Store()
    for text, graph in texts:
        if b"_:" in text:  # loading would give blank nodes new names at every label
            quads = parse(text, format=RdfFormat.N_TRIPLES)
            store.extend(Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads)
        else:
            store.load(text, RdfFormat.N_TRIPLES, to_graph=graph, lenient=canonical)
    return store


# --- the queries: ?f is what the shape is about, ?v a value -----------------------------------------------------------


def _focus(shape: Shape, *, own: NamedNode | None = None) -> str:
    """What the shape is about, by some statement; or by one of its own graph."""
    terms = " ".join(f"<{name}>" for name in sorted(shape.classes or shape.subjects_of))
    pattern = f"?f <{_A}> ?target" if shape.classes else "?f ?target ?o"
    return f"VALUES ?target {{ {terms} }} {pattern if own is None else f'GRAPH {own} {{ {pattern} }}'}"


def _missing(shape: Shape, path: str, condition: Condition, *, own: NamedNode) -> str:
    """What is a target by a statement of the label's own graph, and has no value that will do."""
    value = f"?f <{path}> ?v FILTER({certain(condition.test)})"
    return f"SELECT DISTINCT ?f {{ {_focus(shape, own=own)} FILTER NOT EXISTS {{ {value} }} }}"


def _wrong(shape: Shape, path: str, condition: Condition) -> str:
    is_target = "" if shape.subjects_of == {path} else f"FILTER EXISTS {{ {_focus(shape)} }}"
    return f"SELECT DISTINCT ?f ?v {{ ?f <{path}> ?v FILTER(!{certain(condition.test)}) {is_target} }}"


def _too_many(shape: Shape, path: str, most: int) -> str:
    return f"SELECT ?f {{ {_focus(shape)} . ?f <{path}> ?v }} GROUP BY ?f HAVING (COUNT(DISTINCT ?v) > {most})"
