"""Three ways to one answer: the view, the oracle, and pyoxigraph scoped by its dataset arguments over everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Dataset, DefaultGraph, NamedNode, Quad, QueryBoolean, QueryTriples, Store

from graph_service.portions import StoredPortion
from graph_service.security import Clearance
from graph_service.storage.view_builder import build_view, visible_portions
from tests import oracle
from tests.strategies import OPERATORS, GeneratedQuery, drinkers, food_policies, portion_sets, queries, quick_folder

MERGED = NamedNode("urn:test:merged")


def system_high(portions: Iterable[StoredPortion], clearance: Clearance) -> Store:
    """Every portion's graph, hidden ones too, noise in the default graph, and the reader's default graph by a name."""
    store = Store()
    for stored in portions:
        triples = oracle.triples_in(stored)
        store.extend(Quad(*triple, NamedNode(stored.id)) for triple in triples)
        store.extend(Quad(*triple, DefaultGraph()) for triple in triples)
    for quad in oracle.oracle_quads(portions, clearance):
        if quad.graph_name in {DefaultGraph(), oracle.DERIVED}:
            graph = MERGED if quad.graph_name == DefaultGraph() else oracle.DERIVED
            store.add(Quad(*quad.triple, graph))
    return store


def bag(store: Store, query: str, **scope: object) -> Counter[object]:
    """The answer without its order: rows, triples or the one boolean, each as often as it comes."""
    result = store.query(query, **scope)
    if isinstance(result, QueryBoolean):
        return Counter([bool(result)])
    if isinstance(result, QueryTriples):
        return Counter(set(result))  # a graph is a set; which copies come is the engine's affair
    names = [variable.value for variable in result.variables]
    return Counter(tuple((name, str(row[name])) for name in names if row[name] is not None) for row in result)


def test_view_and_oracle_and_scoped_engine_agree() -> None:
    """As bags, COUNT and SUM among them; and the generator is shown to reach every operator and to find something."""
    used: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()

    @settings(
        max_examples=max(100, settings().max_examples),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(
        portion_sets(size=(2, 6)).filter(lambda found: len(found) > 1),
        drinkers(),
        st.lists(queries(), min_size=8, max_size=16),
    )
    def agree(portions: list[StoredPortion], clearance: Clearance, asked: list[GeneratedQuery]) -> None:
        visible = visible_portions(portions, clearance=clearance)
        if not visible:
            return
        expected = oracle.oracle_store(portions, clearance)
        everything = system_high(portions, clearance)
        # Only graphs that hold something: `GRAPH ?g {}` answers with whatever name stands in the arguments.
        named = sorted({quad.graph_name for quad in expected} - {DefaultGraph()}, key=str)
        with quick_folder() as folder:
            view = Store.read_only(str(build_view(visible, views=folder, policies=food_policies()).dataset(folder)))
            for query in asked:
                answer = bag(view, query.text)
                assert answer == bag(expected, query.text), query.text
                scope = {"default_graph": MERGED, "named_graphs": named}
                assert answer == bag(everything, query.text, **scope), query.text
                used.update(query.operators)
                outcomes["empty" if not answer or answer == Counter([False]) else "found"] += 1

    agree()
    assert set(used) == OPERATORS
    assert outcomes["found"] >= 0.3 * outcomes.total(), outcomes


def test_the_oracle_is_not_the_view_builder() -> None:
    """The oracle decides, merges and closes by itself, so a fault in one shows in the other. They share text alone."""
    shared = {
        name
        for name, value in vars(oracle).items()
        if (getattr(value, "__module__", "") or "").startswith("graph_service")
    }
    assert shared == {"Clearance", "Label", "StoredPortion", "format_marking"}


def test_dataset_arguments_need_both_sides() -> None:
    """Why views are separate stores: with only one of the two arguments the engine shows hidden graphs."""
    hidden = Quad(NamedNode("urn:a"), NamedNode("urn:b"), NamedNode("urn:c"), NamedNode("urn:hidden"))
    store = Store()
    store.extend(Dataset([hidden]))
    query = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
    assert bag(store, query)
    assert not bag(store, query, default_graph=MERGED, named_graphs=[])
