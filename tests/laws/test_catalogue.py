"""The one law for the questions: each answer is the answer over the reader's own part of the data, and nothing else.

The view is the packaged demo's; the other side keeps what the clearance dominates, merges it and concludes from it,
with nothing of the view builder's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import pytest
from pyoxigraph import Dataset, Literal, NamedNode, Quad, QueryResultsFormat, Store, Triple

from graph_service.builder import Builder
from graph_service.demo import DEMO_KEY, USERS
from graph_service.namespaces import NS, PREFIXES
from graph_service.security import Policies
from graph_service.serving.query_guard import GuardedQuery
from graph_service.serving.questions import Desk
from graph_service.serving.workers import ViewWorkers
from graph_service.settings import read_settings
from graph_service.storage.register import ANONYMOUS
from graph_service.storage.views import Publication
from queries import Question, catalogue
from tests import oracle
from tests.service import copy_of, demo_once

SAMPLE = 60
"""As many statements as the plain oracle can try in every way."""

READERS = [ANONYMOUS, *(user.name for user in USERS)]


@dataclass(frozen=True)
class Sides:
    """One reader's view, and what it must be the same as."""

    view: Store
    expected: Store
    policies: Policies


def closed(facts: Iterable[Triple]) -> set[Triple]:
    """What the rules among the facts conclude: each of them over everything, until nothing new comes.

    The plain oracle tries every fact with every premise, which is too slow for a whole demo.
    """
    facts = set(facts)
    rules = [fact.object.value for fact in facts if fact.predicate.value == f"{NS}construct"]
    store, derived = Store(), set[Triple]()
    store.extend(Dataset(Quad(*fact) for fact in facts))
    while True:
        found = {triple for rule in rules for triple in cast(Iterable[Triple], store.query(rule))}
        new = {triple for triple in found if triple.predicate.value not in oracle.LABEL_WORDS} - derived
        if not new:
            return derived
        derived |= new
        store.extend(Quad(*triple) for triple in new)


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sides]:
    """Every reader of the demo. A copy of its folder, because a running service may own the other."""
    layout = copy_of(demo_once(tmp_path_factory), tmp_path_factory.mktemp("catalogue") / "data")
    builder = Builder(layout, read_settings(layout.data), key=DEMO_KEY)
    try:
        portions, policies = list(builder.store.read_all_system_high()), builder.policies
    finally:
        builder.close()
    found = {}
    for principal in Publication.read(layout.views).everyone:
        clearance = policies.clearance(principal.clearance)
        graphs = {
            NamedNode(stored.id): oracle.triples_in(stored, policies)
            for stored in portions
            if oracle.may_read(clearance, stored)
        }
        merged = {triple for triples in graphs.values() for triple in triples}
        graphs[oracle.DERIVED] = closed(merged)
        expected = Store()
        expected.extend(Dataset(Quad(*triple, graph) for graph, triples in graphs.items() for triple in triples))
        expected.extend(Dataset(Quad(*triple) for triple in merged | graphs[oracle.DERIVED]))
        assert principal.view is not None
        view = Store.read_only(str(principal.view.dataset(layout.views)))
        found[principal.name] = Sides(view, expected, policies)
    return found


def bag(store: Store, question: Question, given: dict[str, str], policies: Policies) -> Counter[tuple[str, ...]]:
    """The rows of the answer without their order, each as often as it comes."""

    def ask(query: GuardedQuery) -> bytes:
        rows = cast(Any, store.query(query.text, prefixes=PREFIXES))
        return cast(bytes, rows.serialize(format=QueryResultsFormat.JSON))

    bound = Desk(cast(ViewWorkers, None), policies).bind(question, given, ask=ask)
    rows = cast(Any, store.query(bound.text, prefixes=PREFIXES))
    return Counter(tuple(str(term) for term in row) for row in rows)


@pytest.mark.parametrize("reader", READERS)
def test_the_answer_to_a_question_is_that_over_the_reader_s_part_of_the_data(
    reader: str, sides: dict[str, Sides]
) -> None:
    side = sides[reader]
    for question in catalogue().values():
        needed = {p.name: question.example[p.name] for p in question.parameters if p.required}
        for given in (question.example, needed):
            answer = bag(side.view, question, given, side.policies)
            assert answer == bag(side.expected, question, given, side.policies), (question.name, given)


def test_every_question_has_rows_for_some_reader_and_many_differ_between_readers(sides: dict[str, Sides]) -> None:
    """The control: these comparisons are of something, and would notice another reader's data."""
    differ = set()
    for question in catalogue().values():
        answers = [bag(side.expected, question, question.example, side.policies) for side in sides.values()]
        assert any(answers) or question.needs, question.name
        if any(answer != answers[0] for answer in answers):
            differ.add(question.name)
    assert len(differ) >= 5


def test_what_is_concluded_here_is_what_the_plain_oracle_concludes(sides: dict[str, Sides]) -> None:
    """On what is said of parts, members and the first steps of the classes of actors."""
    quads = sides[READERS[0]].expected.quads_for_pattern(None, None, None, None)
    stated = {quad.triple for quad in quads if quad.graph_name != oracle.DERIVED}
    words = {f"{NS}{name}" for name in ("partOf", "memberOf", "Actor", "Organisation", "State")}
    rules = {triple for triple in stated if triple.predicate.value == f"{NS}construct"}
    parts = sorted((triple for triple in stated if triple.predicate.value == f"{NS}partOf"), key=str)[:SAMPLE]
    about = {t for t in stated if isinstance(t.subject, NamedNode) and t.subject.value in words}
    facts = rules | {*parts} | {triple for triple in about if not isinstance(triple.object, Literal)}
    assert len(rules) > 10
    assert len(parts) > 20
    concluded = closed(facts)
    assert len(concluded) > 20
    assert concluded == oracle.closure(facts)
