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
    serialize,
)

from graph_service.errors import IngestRefused
from graph_service.storage.unnamed import refuse_endless

Term = NamedNode | BlankNode | Literal | Triple

_STAND_IN = "urn:sluis:blank:"
# How the parser names a node that its document does not: a random 128-bit number in hex, a letter first.
_ANONYMOUS = re.compile(r"[a-f][0-9a-f]{15,31}")
_UNNAMED = re.compile(r"_:[a-f][0-9a-f]{15}|<<\(")
"""Where a node may stand that has no label, or a triple within a triple. It may be in a literal: then no quick way."""
_TYPED = b'"^^<'
"""Stands in every literal of a datatype; where else it stands, a statement goes the longer way for nothing."""
_KEPT = re.compile(
    rb'"(?:0|[1-9][0-9]{0,17})"\^\^<http://www\.w3\.org/2001/XMLSchema#integer> \.\n\Z|'
    rb'"[12][0-9]{3}-[01][0-9]-[0-3][0-9]"\^\^<http://www\.w3\.org/2001/XMLSchema#date> \.\n\Z'
)
"""The common literals that the store keeps just as they are."""
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
        lines, names = _in_stores_form(text), dict[bytes, bytes]()
        if "_:" not in text:
            return _sorted(lines)
    except SyntaxError as error:
        raise IngestRefused(f"line {error.lineno} is not N-Triples: {error.msg}") from error

    def shared(found: re.Match[bytes]) -> bytes:
        label = found[0]
        if label not in names:
            names[label] = b"_:b" + name_shared(label[2:].decode()).encode()
        return names[label]

    return _sorted({_NODE.sub(shared, line) if b"_:" in line else line for line in lines})


def _with_unnamed(text: str, name_shared: Callable[[str], str], name_own: Callable[[str], str]) -> str:
    store = Store()
    parsed = (quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES))
    triples = [_renamed(triple, lambda node: _hide_labelled(node, name_shared)) for triple in parsed]
    refuse_endless(triples)
    store.extend(in_graph(triples))
    dataset = Dataset(store)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    named = (_renamed(quad.triple, lambda node: _show(node, name_own)) for quad in dataset)
    return "".join(sorted(f"{triple} .\n" for triple in named))


def _in_stores_form(text: str) -> dict[bytes, None]:
    """Each statement as the store writes it. Only literals of a datatype have a form of their own in the store.

    All others, and all IRIs and tags, get theirs when they are parsed: that takes a third of the time.
    """
    quads = parse(text, format=RdfFormat.N_TRIPLES)
    written = (serialize(quads, format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)
    typed = {line for line in written if _TYPED in line and not _KEPT.search(line)}
    lines = dict.fromkeys(written)  # in their order, which is mostly the one that they are to have
    if typed:
        lines = {line: None for line in lines if line not in typed}
        store = Store()
        store.extend(parse(b"".join(typed), format=RdfFormat.N_TRIPLES))  # `load` would name blank nodes anew
        stored = store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b""
        lines.update(dict.fromkeys(stored.splitlines(keepends=True)))
    return lines


def _sorted(lines: Iterable[bytes]) -> str:
    """The lines in the order of their code points, which is that of their bytes in UTF-8."""
    return b"".join(sorted(lines)).decode()


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
