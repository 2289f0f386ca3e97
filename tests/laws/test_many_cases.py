"""The main law over very many cases: `make prove` tries at least 100,000 that are all different, and counts them.

A case is a store, a query and a clearance. In each the view gives the oracle's answer, that of the engine scoped by its
dataset arguments, and, byte for byte, that of a view that was built beside other hidden portions.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, QueryResultsFormat, QueryTriples, RdfFormat, Store, serialize

from graph_service.portions import StoredPortion, fingerprint
from graph_service.security import Clearance
from graph_service.storage.view_builder import build_view, visible_portions
from tests import oracle
from tests.laws.test_differential import MERGED, bag, system_high
from tests.strategies import OPERATORS, drinkers, food_policies, many_queries, portion_sets, quick_folder

AT_LENGTH = os.environ.get("HYPOTHESIS_PROFILE") == "prove"
STORES, QUERIES, CASES, SHARE = (700, 200, 100_000, 0.3) if AT_LENGTH else (25, 60, 800, 0.2)
ZERO = '"0"^^<http://www.w3.org/2001/XMLSchema#integer>'


def says_something(answer: Counter[object]) -> bool:
    """An answer with a row in it that is neither a false nor a count of nothing."""
    return any(
        row is not False and not (isinstance(row, tuple) and all(value == ZERO for _, value in row)) for row in answer
    )


def written(store: Store, query: str) -> bytes | None:
    """The answer as it leaves a worker, in its order."""
    result = store.query(query)
    if isinstance(result, QueryTriples):
        return serialize(result, format=RdfFormat.N_TRIPLES)
    return result.serialize(format=QueryResultsFormat.JSON)


def test_the_law_holds_in_very_many_cases(capsys: pytest.CaptureFixture[str]) -> None:
    cases: set[bytes] = set()
    used: Counter[str] = Counter()
    below: Counter[bool] = Counter()
    above: Counter[bool] = Counter()
    differ = 0
    started = time.monotonic()

    @settings(
        max_examples=STORES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(
        portion_sets(size=(4, 8)),
        portion_sets(prefix="extra", size=(1, 3)),
        drinkers(),
        st.integers(0, 2**32),
    )
    def holds(portions: list[StoredPortion], extra: list[StoredPortion], clearance: Clearance, seed: int) -> None:
        nonlocal differ
        visible = visible_portions(portions, clearance=clearance)
        if not visible:
            return
        name = fingerprint([(p, "") for p in portions], versions=[repr(clearance)]).encode()
        expected, everything = oracle.oracle_store(portions, clearance), system_high(portions, clearance)
        named = sorted({quad.graph_name for quad in expected} - {DefaultGraph()}, key=str)
        hidden = [stored for stored in extra if not oracle.may_read(clearance, stored)]
        with quick_folder() as one, quick_folder() as other:
            view = Store.read_only(str(build_view(visible, views=one, policies=food_policies()).dataset(one)))
            mixed = visible_portions([*hidden, *reversed(portions)], clearance=clearance)
            beside = Store.read_only(str(build_view(mixed, views=other, policies=food_policies()).dataset(other)))
            for query in many_queries(Random(seed), number=QUERIES):  # noqa: S311
                answer = bag(view, query.text)
                assert answer == bag(expected, query.text), query.text
                assert answer == bag(everything, query.text, default_graph=MERGED, named_graphs=named), query.text
                assert written(view, query.text) == written(beside, query.text), query.text
                cases.add(hashlib.sha256(name + query.text.encode()).digest()[:12])
                used.update(query.operators)
                below[says_something(answer)] += 1
                over_all = bag(everything, query.text)
                above[says_something(over_all)] += 1
                differ += over_all != answer

    holds()
    seconds = time.monotonic() - started
    shares = [found[True] / found.total() for found in (below, above)]
    with capsys.disabled():
        print(f"\n{len(cases)} different cases of store, query and clearance in {seconds:.0f} s;")  # noqa: T201
        print(f"{shares[0]:.0%} say something at the clearance, {shares[1]:.0%} over everything,")  # noqa: T201
        print(f"and {differ / below.total():.0%} say something else there;")  # noqa: T201
        print("operators:", ", ".join(f"{name} {used[name]}" for name in sorted(used)))  # noqa: T201
    assert len(cases) >= CASES
    assert min(shares) >= SHARE
    assert differ > 0.1 * below.total()
    assert set(used) == OPERATORS
    assert min(used.values()) > len(cases) / 100
