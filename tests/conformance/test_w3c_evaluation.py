"""The W3C query-evaluation tests through HTTP on views: as conformance, and as an oracle of secrecy.

**As the suite has it**: each graph is a portion, and views say nothing of the portions themselves, the one thing
that is left out, because no expected result knows such triples. What passes is what passes on the engine alone.

**As served**: nothing is left out, and each answer is the engine's over the dataset that the oracle of the laws makes
of the same portions. A second part of the data stands at a higher level, so there are readers of two clearances.

**With hidden noise**: the same, with higher portions over the same subjects, predicates, blank nodes and graph names,
and a hidden rule. Every response, its headers too, has the bytes that it has without.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from graph_service.ingest import accept
from graph_service.portions import Portion
from graph_service.security import Label
from graph_service.serving.query_guard import GuardedQuery
from graph_service.storage import view_builder
from tests import oracle
from tests.conformance.served import (
    COFFEE,
    TEA,
    WATER,
    WHISKY,
    Mapped,
    Response,
    portion_of,
    reader_at,
    rows_in,
    served,
    text_of,
)
from tests.conformance.suite import (
    Compared,
    Evaluation,
    bare_answer,
    compared,
    evaluations,
    expected,
    guarded_or_none,
    needs_suites,
)
from tests.strategies import (
    EX,
    KEY,
    ORIGINATOR,
    TODAY,
    food_level,
    food_policies,
    label_of,
    rule_statement,
)

pytestmark = needs_suites
AT_ONCE = 2
PAGE = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"
SHARE_OF_CONTROL = 8
"""Every which data set is also asked as somebody who sees the noise."""
HIDDEN_RULE = rule_statement(f"CONSTRUCT {{ ?x <{EX}CANARY> ?y }} WHERE {{ ?x ?p ?y }}", "hidden")
VOLATILE = ("NOW", "RAND", "UUID", "STRUUID", "BNODE")
CHOOSING = ("SAMPLE", "GROUP_CONCAT", "MIN", "MAX", "LIMIT", "OFFSET")
"""MIN and MAX choose between equal values of different types."""
NOISY_TRIPLES = 30
"""Of a large graph only so many triples have noise on them."""

Found = TypeVar("Found")


def by_data() -> list[list[Mapped]]:
    """The tests that have the same portions, together: one view serves them all."""
    groups: dict[str, list[Mapped]] = {}
    for test in evaluations():
        mapped = Mapped(test)
        groups.setdefault(repr([(p.source, p.part, p.ntriples) for p in mapped.portions]), []).append(mapped)
    return list(groups.values())


def each_data_set(look: Callable[[int, list[Mapped]], Iterator[tuple[str, Found]]]) -> dict[str, Found]:
    """What ``look`` finds for each test, by its name."""
    groups = by_data()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda number: list(look(number, groups[number])), range(len(groups)))
        results = list(itertools.chain.from_iterable(found))
    assert len(dict(results)) == len(results) == len(evaluations())
    return dict(results)


def low_portions(group: list[Mapped]) -> list[Portion]:
    """A view needs a portion: where the test has none, one that its query does not see."""
    filler = Portion(f"{EX}filler", "filler", label_of(WATER), ORIGINATOR, f'<{EX}filler> <{EX}says> "nothing" .\n')
    return group[0].portions or [filler]


# --- as the suite has it ---------------------------------------------------------------------------------------------


def test_the_same_tests_pass_through_http_as_on_the_engine_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(view_builder, "described", lambda stored, *, marking: iter(()))

    def look(_: int, group: list[Mapped]) -> Iterator[tuple[str, Compared | None]]:
        with served(low_portions(group)) as service:
            for mapped in group:
                yield mapped.test.name, mapped.read(service.ask(mapped.request))

    answers = each_data_set(look)
    wanted = {test.name: expected(test) for test in evaluations()}
    alone = {test.name for test in evaluations() if bare_answer(test) == wanted[test.name] is not None}
    through = {name for name, answer in answers.items() if answer == wanted[name] is not None}
    kept_out = {test.name for test in evaluations() if calls_out(test) or Mapped(test).describes_graphs}
    report(f"{len(through)} of {len(wanted)} pass through HTTP, {len(alone)} on the engine alone", capsys)
    assert through == alone - kept_out
    assert {name: answers[name] for name in alone & kept_out if answers[name] == wanted[name]} == {}
    assert len(alone & kept_out) == 2
    assert len(alone) > 0.85 * len(wanted)
    shown = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `sparql1")]
    assert shown == table_of(list(wanted), alone, through)


@pytest.mark.parametrize("digits", [32, 31, 24])
def test_graphs_share_a_blank_node_whatever_the_length_of_its_made_up_name(digits: int) -> None:
    """The engine writes no leading zeros: one name in sixteen is shorter than 32 digits."""
    name = "a" * digits
    said = text_of([Triple(BlankNode(name), NamedNode(f"{EX}p"), Literal(name))])
    assert said == f'_:x{name} <{EX}p> "{name}" .\n'


def table_of(names: list[str], alone: set[str], through: set[str]) -> list[str]:
    """The rows of docs/conformance.md: how many tests of each suite there are, and pass."""

    def suite(name: str) -> str:
        _, suite, folder = name.partition("#")[0].split("/")[:3]
        return f"{suite}/entailment" if folder == "entailment" else suite

    counts = [Counter(map(suite, found)) for found in (names, alone, through)]
    return [f"| `{key}` | {' | '.join(str(count[key]) for count in counts)} |" for key in sorted(counts[0])]


def calls_out(test: Evaluation) -> bool:
    """Whether the query has a SERVICE, which is refused."""
    return guarded_or_none(test.based) is None and "SERVICE" in test.text


def report(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\nW3C query evaluation: {text}")  # noqa: T201  # the counts are what whoever runs this wants


# --- as served -------------------------------------------------------------------------------------------------------


def higher_part(mapped: Mapped) -> list[Portion]:
    """What the second reader sees besides: a part of the test's own graphs at the higher level, changed a little."""
    return _over(mapped, label_of(TEA), "tea")


def noise(mapped: Mapped) -> list[Portion]:
    """Portions that neither reader sees: over the same subjects, predicates, blank nodes and graph names."""
    hidden = [*_over(mapped, label_of(COFFEE), "CANARY-coffee"), *_over(mapped, label_of(WHISKY), "CANARY-whisky")]
    same = [
        portion_of(given, label_of(WATER, food_level("banquet")), mapped.data_of(given))
        for given in mapped.test.graphs
        if given.triples
    ]
    rule = Portion(f"{EX}rules", "hidden", label_of(COFFEE), ORIGINATOR, HIDDEN_RULE)
    return [*hidden, *same, rule]


def _over(mapped: Mapped, label: Label, word: str) -> list[Portion]:
    found = []
    for given in mapped.test.graphs:
        triples = given.triples[:NOISY_TRIPLES]
        said = (*triples, *(noisy for triple in triples for noisy in _noise_on(triple, word)))
        if said:
            found.append(portion_of(given, label, mapped.data_of(replace(given, triples=said))))
    return found


def _noise_on(triple: Triple, word: str) -> Iterator[Triple]:
    yield Triple(triple.subject, triple.predicate, Literal(word))
    yield Triple(NamedNode(f"{EX}{word}"), triple.predicate, triple.object)
    yield Triple(triple.subject, NamedNode(f"{EX}{word}"), triple.object)


def oracle_answer(mapped: Mapped, store: Store) -> Compared | None:
    """The engine alone, over what the oracle of the laws makes of the portions. Graphs of FROM are merged by hand."""
    text, base = str(mapped.request["query"]), mapped.test.query.as_uri()
    query = _guarded(mapped)
    if query is None:
        return None
    try:
        if query.default_graphs is None:
            return compared(store.query(text))
        default = [NamedNode(urljoin(base, iri)) for iri in query.default_graphs]
        named = [NamedNode(urljoin(base, iri)) for iri in query.named_graphs or ()]
        chosen = Store()
        for graph in default:
            chosen.extend(Quad(*quad.triple) for quad in store.quads_for_pattern(None, None, None, graph))
        for graph in named:
            chosen.extend(store.quads_for_pattern(None, None, None, graph))
        return compared(chosen.query(text, default_graph=DefaultGraph(), named_graphs=named))
    except (SyntaxError, ValueError, RuntimeError, OSError):
        return None


def _guarded(mapped: Mapped) -> GuardedQuery | None:
    form = mapped.request
    query = guarded_or_none(str(form["query"]))
    return query and query.on_dataset(form.get("default-graph-uri", ()), form.get("named-graph-uri", ()))


@dataclass(frozen=True)
class Told:
    """What the readers of one data set are told, by test and reader; and what the oracle says they are."""

    without: dict[tuple[str, str], Response]
    beside: dict[tuple[str, str], Response]
    oracle: dict[tuple[str, str], Compared | None]
    cleared: dict[str, Response]


def asked(number: int, group: list[Mapped]) -> Iterator[tuple[str, Told]]:
    """One data set, without and with hidden noise; where it is a control, also as somebody who sees the noise."""
    first = group[0]
    low = [*low_portions(group), *higher_part(first)]
    hidden = noise(first)
    levels = ["water", "tea"]
    cleared = ["whisky"] if number % SHARE_OF_CONTROL == 0 else []
    stored = [accept(portion, key=KEY, policies=food_policies(), today=TODAY) for portion in low]
    stores = {level: oracle.oracle_store(stored, reader_at(level)) for level in levels}
    with served(low, *levels[1:]) as service:
        without = {(m.test.name, level): service.ask(m.request, level=level) for m in group for level in levels}
    with served([*hidden, *low], *levels[1:], *cleared) as service:
        beside = {(m.test.name, level): service.ask(m.request, level=level) for m in group for level in levels}
        seen = {m.test.name: service.ask(m.request, level=level) for m in group for level in cleared}
    told = {(m.test.name, level): oracle_answer(m, stores[level]) for m in group for level in levels}
    for mapped in group:
        name = mapped.test.name
        mine = [{key: value for key, value in found.items() if key[0] == name} for found in (without, beside, told)]
        yield name, Told(*mine, {name: seen[name]} if name in seen else {})


@pytest.fixture(scope="module")
def told() -> dict[str, Told]:
    return each_data_set(asked)


def has_one_answer(query: GuardedQuery) -> bool:
    """Whether equal data give equal answers: not where SPARQL leaves the choice, or time and chance are asked for."""
    return not any(token.is_word(*CHOOSING, *VOLATILE) for token in query.tokens)


def keeps_its_bytes(query: GuardedQuery) -> bool:
    """Whether the engine gives one order each time: behind `<<` it joins on variables with names by chance."""
    return not query.is_volatile and not any(token.text in {"<<", "{|", "~"} for token in query.tokens)


def test_every_answer_is_the_engine_s_over_what_the_reader_may_see(
    told: dict[str, Told], capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything that a view holds takes part: descriptions of portions, and a part at a higher level."""
    tests = {test.name: Mapped(test) for test in evaluations()}
    differ, equal, failed = [], 0, 0
    for name, found in told.items():
        query = _guarded(tests[name])
        if query is None or not has_one_answer(query):
            continue
        for (_, level), response in found.without.items():
            if tests[name].read(response, own_names=False) != found.oracle[name, level]:
                differ.append((name, level, response[0]))
            equal, failed = equal + (response[0] == 200), failed + (response[0] != 200)
    report(f"{equal} answers as served equal the engine's over the same visible data; {failed} failed in both", capsys)
    assert not differ, differ
    assert equal > 1100


def test_hidden_noise_changes_no_byte_of_any_response(
    told: dict[str, Told], capsys: pytest.CaptureFixture[str]
) -> None:
    """Where two answers on one view may differ by themselves, the answer as a bag, or else its size, is the same."""
    tests = {test.name: Mapped(test) for test in evaluations()}
    bytes_alike, bags_alike, sizes_alike, rows = 0, 0, 0, 0
    for name, found in told.items():
        query = _guarded(tests[name])
        for key, response in found.without.items():
            beside = found.beside[key]
            if query is None or keeps_its_bytes(query):
                assert beside == response, key
                bytes_alike += 1
            elif has_one_answer(query):
                assert tests[name].read(beside) == tests[name].read(response) is not None, key
                bags_alike += 1
            else:
                assert (beside[0], rows_in(beside)) == (response[0], rows_in(response)), key
                sizes_alike += 1
            assert b"CANARY" not in beside[2], key
            rows += bool(rows_in(response))
    total = bytes_alike + bags_alike + sizes_alike
    report(f"{bytes_alike} of {total} responses keep every byte beside hidden noise, {bags_alike} their bag", capsys)
    assert rows > 0.6 * total
    assert bytes_alike > 0.9 * total
    assert sizes_alike < 0.03 * total


def test_whoever_may_see_the_noise_does(told: dict[str, Told]) -> None:
    """The control: noise that changes no answer even where it is seen would show nothing."""
    looked = [(found.cleared[name], found.beside[name, "water"]) for name, found in told.items() if found.cleared]
    answered = [(high, low) for high, low in looked if low[0] == 200]
    changed = sum(high[2] != low[2] for high, low in answered)
    assert len(answered) > 40
    assert changed > 0.4 * len(answered)
    assert any(b"CANARY" in high[2] for high, _ in answered)
