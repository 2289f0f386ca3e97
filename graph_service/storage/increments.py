"""A view made out of an older one: a checkpoint of it, with portions taken out and put in. Trusted base: yes.

The older view is not touched: the checkpoint shares its files by hard links and writes new ones. The outcome equals
a view built afresh, statement for statement (tests/unit/test_increments.py); only its files differ, which may hold
the bytes of what was taken out. So such a view serves until one that was built afresh replaces it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple

from graph_service.portions import PORTION_NAMESPACE, Labelled, StoredPortion
from graph_service.storage.canonical import in_graph
from graph_service.storage.closure import close_further, retract
from graph_service.storage.closure_rules import RULE_TEXT, ClosureRule, parse_rule
from graph_service.storage.contents import Contents
from graph_service.storage.view_builder import (
    DERIVED,
    ViewPlan,
    destroy,
    new_directory,
    parsed,
    portion_lines,
    put_in_place,
    versions,
)
from graph_service.storage.views import ViewRef

_PART = 4
"""A change larger than this part of the view is built afresh: that takes no longer then."""


def build_upon(
    base: Path, old: Contents, plan: ViewPlan, *, views: Path, read: Callable[[str], StoredPortion]
) -> ViewRef | None:
    """Make the planned view out of the one in ``base``. Gives none where only a view built afresh will do.

    (1) find what leaves and what comes, and give up if that is much, or holds a rule; (2) take a checkpoint;
    (3) change the portions' graphs, and then, in the merged graph, (4) take out what nobody states any more, with the
    conclusions that only it supported, and (5) put in what is new, and close again; (6) move it to its place. What
    both leaves and comes, as with a portion under another label, costs nothing in (4) and (5).
    """
    there, wanted = set(old.portions), set(plan.entries)  # (1)
    leaving = [portion for portion, _, _ in there - wanted]
    coming = [(head, marking) for head, marking in plan.portions if (head.id, head.digest, marking) not in there]
    if old.versions != versions():
        return None
    texts = [portion_lines(read, *entry) for entry in coming]
    added = sum(text.count(b"\n") for text in texts)
    if added * _PART > old.statements or any(str(RULE_TEXT).encode() in text for text in texts):
        return None
    temporary = new_directory(views)  # (2)
    try:
        (temporary / "dataset").rmdir()
        Store.read_only(str(base / "dataset")).backup(str(temporary / "dataset"))
        store = Store(str(temporary / "dataset"))
        removed = _change(store, leaving, list(zip(coming, texts, strict=True)), limit=old.statements // _PART)
        if removed is None:
            del store
            destroy(temporary)
            return None
        store.flush()
        del store
        contents = Contents(
            versions(),
            plan.entries,
            old.statements + 2 * (added - removed),
            increments=old.increments + 1,
            is_reduced=old.is_reduced or bool(leaving),
        )
        return put_in_place(temporary, plan, contents, views=views)  # (6)
    except BaseException:
        destroy(temporary)
        raise


def _change(
    store: Store, leaving: Sequence[str], coming: Sequence[tuple[tuple[Labelled, str], bytes]], *, limit: int
) -> int | None:
    """Steps 3 to 5. Gives how many triples left, or none where a rule leaves or it is too much."""
    rules = _stated_rules(store)
    left = _take_out(store, leaving)  # (3)
    if len(left) > limit or any(triple.predicate == RULE_TEXT for triple in left):
        return None
    came = _put_in(store, coming)
    is_stated = partial(_is_stated, store)
    gone = [triple for triple in left if triple not in came and not is_stated(triple)]  # (4)
    retract(store, rules, gone, into=DERIVED, is_stated=is_stated)
    close_further(store, rules, [triple for triple in came if Quad(*triple) not in store], into=DERIVED)  # (5)
    if next(iter(store.quads_for_pattern(None, None, None, DERIVED)), None) is None:
        store.remove_graph(DERIVED)  # an empty graph would be seen: GRAPH ?g {}
    return len(left)


def _stated_rules(store: Store) -> list[ClosureRule]:
    """The rules that portions state. A rule that was only concluded never counted."""
    texts = {
        getattr(quad.object, "value", "")
        for quad in store.quads_for_pattern(None, RULE_TEXT, None)
        if _is_portion(quad.graph_name)
    }
    return [parse_rule(text) for text in sorted(texts)]


def _take_out(store: Store, leaving: Iterable[str]) -> set[Triple]:
    """Take the portions' graphs out. Gives their triples."""
    triples: set[Triple] = set()
    for portion in leaving:
        graph = NamedNode(portion)
        triples |= {quad.triple for quad in store.quads_for_pattern(None, None, None, graph)}
        store.remove_graph(graph)
    return triples


def _put_in(store: Store, coming: Iterable[tuple[tuple[Labelled, str], bytes]]) -> dict[Triple, None]:
    """Put the portions' graphs in. Gives their triples, each once, in their order."""
    came: dict[Triple, None] = {}
    for (head, _), text in coming:
        triples = [quad.triple for quad in parsed([text], RdfFormat.N_TRIPLES)]
        store.extend(in_graph(triples, NamedNode(head.id)))
        came |= dict.fromkeys(triples)
    return came


def _is_stated(store: Store, triple: Triple) -> bool:
    return any(
        _is_portion(quad.graph_name)
        for quad in store.quads_for_pattern(triple.subject, triple.predicate, triple.object)
    )


def _is_portion(graph: object) -> bool:
    """Whether a graph's name is a portion's: not the merged graph, the conclusions, or what a closure marks."""
    return isinstance(graph, NamedNode) and graph.value.startswith(PORTION_NAMESPACE)
