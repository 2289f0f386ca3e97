"""From a fact to the words of its document: fact, passage, footnote and what it cites, quotation, place in the text."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph_service.portions import Portion
from loaders.base import NS, expand
from loaders.quoting.quotations import DocumentText, Span

_QUOTED_AT, _AT_PASSAGE, _DIGEST = NamedNode(NS + "quotedAt"), NamedNode(NS + "atPassage"), NamedNode(NS + "textDigest")
_NAME, _TYPE, _SELECTOR = expand("skos:prefLabel"), expand("rdf:type"), expand("oa:hasSelector")
_AT_FOOTNOTE, _CITES = NamedNode(NS + "atFootnote"), NamedNode(NS + "cites")
_EXACT, _START, _END = expand("oa:exact"), expand("oa:start"), expand("oa:end")
AROUND = 60
"""How many code points of the text are shown before and after."""


@dataclass(frozen=True, slots=True)
class PathToWords:
    """One path. ``start``, ``end``, ``before`` and ``after`` are ``None`` where the document is not at hand."""

    fact: str
    name: str
    kinds: tuple[str, ...]
    passages: tuple[str, ...]
    cites: tuple[str, ...]
    words: str
    digest: str | None = None
    start: int | None = None
    end: int | None = None
    before: str | None = None
    after: str | None = None


def sample_paths(
    portions: Iterable[Portion], texts: Iterable[DocumentText], *, size: int, seed: int
) -> list[PathToWords]:
    """Some paths, taken at random, the same for the same seed and data."""
    graph = _Graph(portions)
    by_digest = {text.digest: text for text in texts}
    pairs = sorted((fact.value, words.value) for fact, words in graph.pairs(_QUOTED_AT))
    # Not a secret: the seed makes the choice repeatable.
    chosen = random.Random(seed).sample(pairs, min(size, len(pairs)))  # noqa: S311
    return [_path(graph, NamedNode(fact), NamedNode(quotation), by_digest) for fact, quotation in chosen]


def _path(graph: _Graph, fact: NamedNode, quotation: NamedNode, texts: dict[str, DocumentText]) -> PathToWords:
    passages = graph.nodes(quotation, _AT_PASSAGE)
    footnotes = [note for passage in passages for note in graph.nodes(passage, _AT_FOOTNOTE)]
    selectors = graph.nodes(quotation, _SELECTOR)
    words = next(text for selector in selectors for text in graph.texts(selector, _EXACT))
    path = PathToWords(
        fact=fact.value,
        name=graph.name(fact),
        kinds=tuple(kind.value for kind in graph.nodes(fact, _TYPE)),
        passages=tuple(graph.name(passage) for passage in passages),
        cites=tuple(graph.name(source) for note in footnotes for source in graph.nodes(note, _CITES)),
        words=words,
    )
    for selector in selectors:
        for digest in graph.texts(selector, _DIGEST):
            span = Span(int(graph.texts(selector, _START)[0]), int(graph.texts(selector, _END)[0]))
            text = texts[digest]
            before, after = text.before(span, length=AROUND), text.after(span, length=AROUND)
            return replace(path, digest=digest, start=span.start, end=span.end, before=before, after=after)
    return path


class _Graph:
    """The statements of the portions, by subject and property."""

    def __init__(self, portions: Iterable[Portion]) -> None:
        self._by_property: dict[NamedNode, dict[NamedNode, list[NamedNode | Literal]]] = defaultdict(dict)
        for portion in portions:
            for quad in parse(portion.ntriples, format=RdfFormat.N_TRIPLES):
                self._add(quad.triple)

    def _add(self, triple: Triple) -> None:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            found = self._by_property[triple.predicate].setdefault(triple.subject, [])
            if triple.object not in found:
                found.append(triple.object)

    def pairs(self, predicate: NamedNode) -> Iterable[tuple[NamedNode, NamedNode]]:
        for subject, found in self._by_property[predicate].items():
            yield from ((subject, value) for value in found if isinstance(value, NamedNode))

    def nodes(self, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        found = self._by_property[predicate].get(subject, [])
        return sorted((value for value in found if isinstance(value, NamedNode)), key=lambda node: node.value)

    def texts(self, subject: NamedNode, predicate: NamedNode) -> list[str]:
        found = self._by_property[predicate].get(subject, [])
        return sorted(value.value for value in found if isinstance(value, Literal))

    def name(self, node: NamedNode) -> str:
        """The English name, else any, else the IRI."""
        names = [value for value in self._by_property[_NAME].get(node, []) if isinstance(value, Literal)]
        english = [name.value for name in names if name.language == "en"]
        return (english or sorted(name.value for name in names) or [node.value])[0]
