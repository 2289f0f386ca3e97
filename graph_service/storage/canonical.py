"""Canonical N-Triples: the form that digests, comparisons and the test oracle use.

The store has forms of its own ("01" becomes "1", ``@NL`` becomes ``@nl``), so text goes through one
before it is digested. Blank nodes stay blank; their ids are keyed per source document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from graph_service.errors import IngestRefused

Term = NamedNode | BlankNode | Literal | Triple

_STAND_IN = "urn:sluis:blank:"
# How the parser names a node that its document does not: a random 128-bit number in hex, a letter first.
_ANONYMOUS = re.compile(r"[a-f][0-9a-f]{15,31}")
_UNNAMED = re.compile(r"_:[a-f][0-9a-f]{15}|<<\(")
"""Where a node may stand that has no label, or a triple within a triple. It may be in a literal: then no quick way."""
_NODE = re.compile(rb'(?m)^_:[^ ]+|(?<= )_:[^ "]+(?= \.$)')
"""A blank node as the subject or object of a line. The last word of a literal holds a quotation mark."""


def canonical_ntriples(text: str, *, name_shared: Callable[[str], str], name_own: Callable[[str], str]) -> str:
    """The triples in the store's form, sorted, one a line, blank nodes renamed.

    A node that its document labels (``_:x``) may stand in several portions of that document:
    ``name_shared`` names it from its label. A node without one (``[]``) belongs to this portion alone:
    ``name_own`` names it from its canonical label (RDFC-1.0 over this portion). So no other portion,
    hidden ones among them, has a say in any name. Raises ``IngestRefused`` for text that is not N-Triples.
    """
    try:
        if _STAND_IN in text or (_UNNAMED.search(text) if "_:" in text else False):
            return _with_unnamed(text, name_shared, name_own)
        # The quick ways, which give the same: without a node to name, and with nodes that all have a label.
        store, names = Store(), dict[bytes, bytes]()
        if "_:" not in text:
            store.load(text.encode(), RdfFormat.N_TRIPLES)  # the bulk loader starts threads: slow for small texts
            return _sorted(_dump(store))
        store.extend(parse(text, format=RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        raise IngestRefused(f"line {error.lineno} is not N-Triples: {error.msg}") from error

    def shared(found: re.Match[bytes]) -> bytes:
        label = found[0]
        if label not in names:
            names[label] = b"_:b" + name_shared(label[2:].decode()).encode()
        return names[label]

    return _sorted(_NODE.sub(shared, _dump(store)))


def _with_unnamed(text: str, name_shared: Callable[[str], str], name_own: Callable[[str], str]) -> str:
    store = Store()
    triples = (quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES))
    store.extend(in_graph(_renamed(triple, lambda node: _hide_labelled(node, name_shared)) for triple in triples))
    dataset = Dataset(store)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    named = (_renamed(quad.triple, lambda node: _show(node, name_own)) for quad in dataset)
    return "".join(sorted(f"{triple} .\n" for triple in named))


def _dump(store: Store) -> bytes:
    return store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b""


def _sorted(lines: bytes) -> str:
    """The lines in the order of their code points, which is that of their bytes in UTF-8."""
    return b"".join(sorted(lines.splitlines(keepends=True))).decode()


def triples_of(ntriples: str) -> list[Triple]:
    """The triples of canonical text, in its order."""
    return [quad.triple for quad in parse(ntriples, format=RdfFormat.N_TRIPLES)]


def in_graph(triples: Iterable[Triple], graph: NamedNode | DefaultGraph | None = None) -> list[Quad]:
    """The triples as quads of one graph; of the default graph if none is given."""
    name = graph or DefaultGraph()
    return [Quad(triple.subject, triple.predicate, triple.object, name) for triple in triples]


def iri_of(term: Term) -> str:
    """The IRI of a term, or an empty text for a literal, a blank node or a triple term."""
    return term.value if isinstance(term, NamedNode) else ""


def _renamed(triple: Triple, rename: Callable[[Term], Term]) -> Triple:
    def walk(term: Term) -> Term:
        return _renamed(term, rename) if isinstance(term, Triple) else rename(term)

    return Triple(walk(triple.subject), triple.predicate, walk(triple.object))  # type: ignore[arg-type]


def _hide_labelled(node: Term, name_shared: Callable[[str], str]) -> Term:
    """An IRI in place of a labelled blank node, so that canonicalisation leaves its name alone."""
    if isinstance(node, NamedNode) and node.value.startswith(_STAND_IN):
        raise IngestRefused(f"{node} is a name that only Sluis itself uses")
    if isinstance(node, BlankNode) and not _ANONYMOUS.fullmatch(node.value):
        return NamedNode(_STAND_IN + name_shared(node.value))
    return node


def _show(node: Term, name_own: Callable[[str], str]) -> Term:
    if isinstance(node, BlankNode):
        return BlankNode("b" + name_own(node.value))
    if isinstance(node, NamedNode) and node.value.startswith(_STAND_IN):
        return BlankNode("b" + node.value.removeprefix(_STAND_IN))
    return node
