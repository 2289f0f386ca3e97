"""Label graphs: a graph of the file says which expression labels which statement, as Telicent's RDF-ABAC has it.

    GRAPH <http://telicent.io/security#labels> {
      [ authz:pattern ':a :b "c"' ; authz:label "employee & clearance=S" ] .
    }

An expression over a reader's attributes is no label of ours, and what it comes to is never guessed: whoever loads
declares the marking that each expression means. Then a pattern is what an annotation is (``loaders.annotations``).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from zlib import crc32

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from graph_service.errors import LoadRefused
from graph_service.namespaces import NS, PREFIXES
from graph_service.spool import Scratch, Spool
from loaders.annotations import REIFIES

NAMESPACE = "http://telicent.io/security#"
LABELS = NAMESPACE + "labels"
_PATTERN, _LABEL = NamedNode(NAMESPACE + "pattern"), NamedNode(NAMESPACE + "label")
_BASE64 = NamedNode(PREFIXES["xsd"] + "base64Binary")
_FIRST = re.compile(r"\s{0,99}(<[^<>\s]{0,2000}>|\S{1,2000})\s{1,99}")
_BUCKETS = 256


def read_label_map(path: Path) -> dict[str, str]:
    """The marking of each expression, from a TOML file with ``[labels]``. Raises ``LoadRefused``."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LoadRefused(f"not readable as TOML: {error}", file=path.name) from error
    labels = data.get("labels")
    if set(data) != {"labels"} or not isinstance(labels, dict) or not all(isinstance(v, str) for v in labels.values()):
        raise LoadRefused('a label map is `[labels]` with a line `"expression" = "marking"` for each', file=path.name)
    return {_plain(expression): marking for expression, marking in labels.items()}


class LabelGraph:
    """The label graph of one file. ``declared``: the marking that each expression means."""

    def __init__(self, scratch: Scratch, declared: Mapping[str, str], *, file: str) -> None:
        self._said, self._declared, self._file = Spool(scratch), declared, file

    def takes(self, quad: Quad) -> bool:
        """Whether it is a statement of the label graph, which is no data."""
        name = quad.graph_name
        if quad.predicate in {_PATTERN, _LABEL} and name != NamedNode(LABELS):
            raise LoadRefused(
                f"{quad.predicate} stands in the graph <{LABELS}>, beside what it labels", file=self._file
            )
        if not isinstance(name, NamedNode) or not name.value.startswith(NAMESPACE):
            return False
        if name.value != LABELS:
            raise LoadRefused(
                f"the graph {name} is none that is known: only {LABELS} labels statements", file=self._file
            )
        line = str(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()))
        self._said.add(crc32(line.partition(" ")[0].encode()) % _BUCKETS, f"{line} .\n".encode())
        return True

    def annotations(self, prefixes: Mapping[str, str]) -> Iterator[Quad]:
        """What the label graph says, as annotations of the statements in their graphs."""
        header = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
        for key in self._said.every_key():
            found: dict[str, tuple[list[str], list[str]]] = {}
            for quad in parse(self._said.text(key), format=RdfFormat.N_TRIPLES):
                patterns, labels = found.setdefault(str(quad.subject), ([], []))
                if quad.predicate == _PATTERN:
                    patterns.append(_text(quad.object, self._file))
                elif quad.predicate == _LABEL:
                    labels.append(_text(quad.object, self._file))
                else:
                    raise LoadRefused(f"the label graph says {quad.predicate}, which is not known", file=self._file)
            for patterns, labels in found.values():
                if not patterns or not labels:
                    raise LoadRefused("an entry of the label graph lacks its pattern or its label", file=self._file)
                yield from self._annotations(header, patterns, [self._marking(label) for label in labels])

    def _annotations(self, header: str, patterns: list[str], markings: list[str]) -> Iterator[Quad]:
        for pattern in patterns:
            stated = self._stated(header, pattern)
            name = hashlib.sha256(f"{stated}{markings}".encode()).hexdigest()[:32]
            node = BlankNode(f"label-{name}")
            yield Quad(node, NamedNode(REIFIES), stated.triple, stated.graph_name)
            for marking in markings:
                yield Quad(node, NamedNode(NS + "marking"), Literal(marking), stated.graph_name)

    def _stated(self, header: str, pattern: str) -> Quad:
        """The statement of a pattern: three terms, or a graph before them."""
        first = _FIRST.match(pattern)
        rest = f"GRAPH {first[1]} {{ {pattern[first.end() :]} }}" if first else ""
        for text in (f"{pattern} .", rest):
            try:
                found: list[Quad] = list(parse(f"{header}{text}", format=RdfFormat.TRIG))
            except SyntaxError:
                continue
            if len(found) == 1 and not any(isinstance(t, BlankNode) for t in (found[0].subject, found[0].object)):
                return found[0]
        raise LoadRefused(
            f"the label graph's pattern `{pattern[:200]}` is not one statement with all its terms: a pattern with "
            "gaps, or about a node without a name, is not read",
            file=self._file,
        )

    def _marking(self, expression: str) -> str:
        if _plain(expression) not in self._declared:
            raise LoadRefused(
                f"nothing says which marking the expression `{expression[:200]}` of the label graph means: declare it "
                "in a file for --label-map",
                file=self._file,
            )
        return self._declared[_plain(expression)]


def _text(term: object, file: str) -> str:
    if not isinstance(term, Literal):
        raise LoadRefused("the label graph has a pattern or label that is no text", file=file)
    if term.datatype != _BASE64:
        return term.value
    try:
        return base64.b64decode(term.value, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise LoadRefused("the label graph has a label that is not base64 of a text", file=file) from error


def _plain(expression: str) -> str:
    return " ".join(expression.split())
