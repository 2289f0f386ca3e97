"""Which resolution cites which: a network in GraphML, as the CR-UNSC data set has it.

A node is a resolution by its symbol, in its id or in one of its data; an edge runs from the one that cites.

Spec: GraphML 1.0, http://graphml.graphdrawing.org
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest, Proposal, Remark, Whole
from loaders.facts import Facts, PassedOver, settled
from loaders.heads import Head
from loaders.reading.xml import local_name, stream_xml, text_of
from loaders.united_nations.resolution import Identity, describe, identity_of

_GRAPHML = re.compile(rb"<(?:[a-z]{1,9}:)?graphml\b")
_A_SYMBOL = re.compile(rb"[SA]/RES/\d")


def recognises(head: Head) -> bool:
    return bool(_GRAPHML.search(head.start[:4096]) and _A_SYMBOL.search(head.start))


def load(request: LoadRequest) -> Iterator[Proposal]:
    """One portion a citing resolution. An edge to a node that is no resolution is passed over, and counted."""
    request = settled(request)
    known: dict[str, Identity | None] = {}
    cited: dict[str, set[str]] = {}
    passed = PassedOver()
    for element in stream_xml(request.path, tags=["node", "edge"], file=request.file):
        if local_name(element) == "node":
            texts = [element.get("id") or "", *(text_of(data) for data in element)]
            known[element.get("id") or ""] = next((found for text in texts if (found := identity_of(text))), None)
            continue
        ends = element.get("source") or "", element.get("target") or ""
        for end in ends:
            if end not in known:
                raise LoadRefused(f"an edge names `{end}`, and no node above it has that id", file=request.file)
        if known[ends[0]] and known[ends[1]]:
            cited.setdefault(ends[0], set()).add(ends[1])
        else:
            passed.add("citations of or by other documents")
    if not cited:
        raise LoadRefused("it has no citation of one resolution by another", file=request.file)
    for number, (citing, others) in enumerate(cited.items(), start=1):
        yield _citing(known, citing, others).portion(_found(known, citing).symbol, request)
        request.progress(request.file, number, len(cited))
    yield from (Remark(text, request.file) for text in passed.told())
    yield Whole(request.source)


def _citing(known: dict[str, Identity | None], citing: str, others: set[str]) -> Facts:
    facts, found = Facts(), _found(known, citing)
    describe(facts, found)
    for other in others:
        facts.link(found.iri, "cito:cites", _found(known, other).iri)
    return facts


def _found(known: dict[str, Identity | None], node: str) -> Identity:
    found = known[node]
    assert found is not None  # noqa: S101  # only such nodes were kept
    return found
