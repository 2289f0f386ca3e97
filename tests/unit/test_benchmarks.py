"""The benchmarks' generator, query mix and measuring: what the figures rest on. Nothing here is timed."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph_service.ingest import accept
from graph_service.policy_files import load_policies
from graph_service.portions import StoredPortion
from graph_service.security import Policies
from graph_service.settings import Settings
from graph_service.shape_reference import reference
from graph_service.storage.conformance import validate
from graph_service.storage.shapes import packaged_shapes
from graph_service.storage.view_builder import visible_portions
from queries import catalogue
from tests.benchmarks.__main__ import SECTIONS, machine
from tests.benchmarks.generator import (
    COMPARTMENT_SHARES,
    KEY,
    LEVEL_SHARES,
    TRIPLES,
    Size,
    clearances,
    domain_labels,
    many_labels,
    stored,
    text,
)
from tests.benchmarks.installation import addition
from tests.benchmarks.load import Connection, LoadFailed, Target, burst
from tests.benchmarks.loading import FORMS, load
from tests.benchmarks.page import bundle, first_files
from tests.benchmarks.questions import _worst
from tests.benchmarks.shapes import HEAVY, NAMED_GRAPHS, anchors, questions, rows, shapes
from tests.benchmarks.timing import Figure, NothingMeasured, medians, ratios, seconds_of, worst_and_mean
from tests.benchmarks.validation import facts
from tests.benchmarks.views import Pair, bare_stores, view_of, vocabulary_portions
from tests.service import Listener

SIZE = Size(40_000)
WANTED_SHAPES = {
    *("point", "star", "join", "path", "transitive path", "optional", "union", "not exists", "aggregate"),
    *("order, limit", "text filter", NAMED_GRAPHS, "construct", "describe"),
}


@pytest.fixture(scope="module")
def policies() -> Policies:
    return load_policies(Settings())


@pytest.fixture(scope="module")
def portions(policies: Policies) -> list[StoredPortion]:
    return list(stored(SIZE, domain_labels(SIZE, policies)))


@pytest.fixture(scope="module")
def views(portions: list[StoredPortion], policies: Policies, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The views of the lowest and the highest clearance."""
    readers, folder = clearances(policies), tmp_path_factory.mktemp("views")
    everything = vocabulary_portions(policies) + portions
    return [
        view_of(visible_portions(everything, clearance=reader), folder / str(number), policies)[0]
        for number, reader in enumerate((readers[0], readers[-1]))
    ]


def test_the_generator_gives_the_same_for_the_same_seed_alone(
    portions: list[StoredPortion], policies: Policies
) -> None:
    assert list(stored(SIZE, domain_labels(SIZE, policies))) == portions
    other = Size(SIZE.quads, seed=SIZE.seed + 1)
    assert not {p.digest for p in stored(other, domain_labels(other, policies))} & {p.digest for p in portions}


def test_a_portion_is_the_same_in_a_dataset_of_any_size(portions: list[StoredPortion]) -> None:
    for number in (0, 7, 250):
        assert text(number, seed=SIZE.seed) == portions[number].portion.ntriples


def test_every_portion_states_equally_many_triples(portions: list[StoredPortion]) -> None:
    lines = [stored.portion.ntriples.splitlines() for stored in portions]
    assert {len(set(own)) for own in lines} == {TRIPLES}
    assert sum(len(own) for own in lines) == SIZE.quads


def test_the_generators_text_is_what_ingest_would_store(portions: list[StoredPortion], policies: Policies) -> None:
    today = datetime.now(UTC).date()
    for stored_portion in portions[:25]:
        assert accept(stored_portion.portion, key=KEY, policies=policies, today=today) == stored_portion


def test_labels_span_the_five_levels_and_the_compartments_in_the_stated_shares(portions: list[StoredPortion]) -> None:
    parts = [stored.label.parts[0] for stored in portions]
    levels = Counter(part.level.order for part in parts)
    assert [round(levels[order] * 100 / len(parts)) for order in range(5)] == list(LEVEL_SHARES)
    assert not any(part.compartments for part in parts if part.level.order == 0)
    above = [part for part in parts if part.level.order > 0]
    for name, share in COMPARTMENT_SHARES.items():
        held = sum(any(category.name == name for category in part.compartments) for part in above)
        assert abs(held * 100 / len(above) - share) <= 1
    assert {part.level.order for part in above if part.compartments} == {1, 2, 3, 4}


def test_many_labels_are_as_many_as_asked_for_and_all_seen_at_the_highest(policies: Policies) -> None:
    size = Size(100_000)
    for count in (5, 500):
        labels = many_labels(size, policies, count=count)
        assert len(set(labels)) == count
        assert all(clearances(policies)[-1].dominates(label) for label in labels)


def test_each_of_the_five_readers_sees_more_than_the_one_before(
    portions: list[StoredPortion], policies: Policies
) -> None:
    seen = [len(visible_portions(portions, clearance=reader)) for reader in clearances(policies)]
    assert seen == sorted(set(seen))
    assert seen[-1] == len(portions)


def test_every_shape_finds_something_at_the_lowest_and_the_highest_clearance(
    portions: list[StoredPortion], views: list[Path]
) -> None:
    anchor = anchors(portions)[0]
    assert set(shapes(anchor)) == WANTED_SHAPES
    for path in views:
        store = Store.read_only(str(path))
        assert not [name for name, query in {**shapes(anchor), **HEAVY}.items() if rows(store, query) < 1]


def test_some_of_the_questions_find_something(views: list[Path]) -> None:
    store = Store.read_only(str(views[1]))
    assert sum(rows(store, query) > 0 for query in questions().values()) >= 4


def test_view_and_bare_store_give_equally_many_rows(
    portions: list[StoredPortion], views: list[Path], tmp_path: Path
) -> None:
    bare_stores(views[0], tmp_path / "bare")
    pair = Pair(views[0], tmp_path / "bare", 0.0)
    for name, query in shapes(anchors(portions)[0]).items():
        bare = pair.bare_graphs if name == NAMED_GRAPHS else pair.bare
        assert rows(pair.view, query) == rows(bare, query)


def test_an_addition_is_new_and_as_large_as_it_says(portions: list[StoredPortion]) -> None:
    new, question = addition(SIZE, 0, portions[0].label)
    lines = set(new.ntriples.splitlines())
    assert 960 <= len(lines) <= 1000  # a document's name and kind are stated by each of its ten portions
    assert f"<{question.split('<')[1].split('>')[0]}>" in new.ntriples
    assert not any(question.split("<")[1].split(">")[0] + ">" in stored.portion.ntriples for stored in portions)


# --- what goes wrong fails the benchmark, and is never a figure ------------------------------------------------------


def test_a_run_that_finds_nothing_fails() -> None:
    with pytest.raises(NothingMeasured):
        seconds_of(lambda: 0)
    with pytest.raises(NothingMeasured):
        ratios(["point"], lambda _name: 0, lambda _name: 0, budget=0.01)


def test_sides_that_differ_fail() -> None:
    with pytest.raises(NothingMeasured, match="differ"):
        medians(lambda: 2, lambda: 3)
    with pytest.raises(NothingMeasured, match="differ"):
        ratios(["point"], lambda _name: 2, lambda _name: 3, budget=0.01)


def test_an_error_in_a_run_fails(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal(1)))
    with pytest.raises(SyntaxError):
        ratios(["broken"], lambda _name: rows(store, "SELECT {"), lambda _name: 1, budget=0.01)


def test_a_bad_answer_over_http_fails() -> None:
    with Listener() as listener:  # answers 500 to everything
        target = Target(listener.port, "/sparql")
        with pytest.raises((LoadFailed, ConnectionError)):
            _ask_once(target)
        with pytest.raises((LoadFailed, ConnectionError)):
            burst(target.port, [target.request("ASK {}")], seconds=5, connections=1)


def _ask_once(target: Target) -> None:
    with Connection(target.port) as connection:
        connection.ask(target.request("ASK {}"))


# --- figures ---------------------------------------------------------------------------------------------------------


def test_a_figure_says_whether_its_target_is_reached() -> None:
    assert Figure("s", "n", 1.1, most=1.1).met is True
    assert Figure("s", "n", 1.11, most=1.1).met is False
    assert Figure("s", "n", 0.2, least=0.2).met is True
    assert Figure("s", "n", 0.19, least=0.2).met is False
    assert Figure("s", "n", 3.0).met is None


def test_worst_shape_and_geometric_mean() -> None:
    *_, worst, mean = worst_and_mean("s", {"one": 0.5, "other": 2.0}, worst=1.1, mean=1.02)
    assert (worst.value, worst.note, worst.met) == (2.0, "other", False)
    assert mean.value == pytest.approx(1.0)


def test_sides_are_measured_in_turn_and_their_ratio_is_one_number_a_name() -> None:
    order: list[str] = []

    def side(which: str) -> int:
        order.append(which)
        return 1

    found = ratios(["point"], lambda _name: side("view"), lambda _name: side("bare"), budget=0.001)
    assert set(found) == {"point"}
    assert Counter(order)["view"] == pytest.approx(Counter(order)["bare"], rel=0.05)


def test_the_machine_is_named_by_kind_and_never_by_name() -> None:
    told = json.dumps(machine())
    assert {"processor", "cores", "kernel", "Python", "pyoxigraph"} <= set(machine())
    assert not any(name and name in told for name in (_host_name(),))
    assert {"http", "questions"} <= set(SECTIONS)


def test_a_question_that_gives_nobody_a_row_has_no_time() -> None:
    """The time is that of the reader who waits longest, among those who get a row."""

    class Desk:
        def __init__(self, rows: int, seconds: float) -> None:
            self.workers, self._rows, self._seconds = self, rows, seconds

        def bind(self, question: object, given: object) -> object:
            return question

        def ask(self, query: object, *, form: str) -> bytes:
            time.sleep(self._seconds)
            return json.dumps({"results": {"bindings": [{}] * self._rows}}).encode()

    (question, *_) = catalogue().values()
    figure = _worst(question, {"low": Desk(2, 0.001), "high": Desk(3, 0.01), "none": Desk(0, 0.02)})  # type: ignore[dict-item]
    assert (figure.name, figure.note) == (question.name, "high, 3 rows")
    assert figure.value >= 10
    with pytest.raises(NothingMeasured, match=question.name):
        _worst(question, {"none": Desk(0, 0)})  # type: ignore[dict-item]


def _host_name() -> str:
    path = Path("/proc/sys/kernel/hostname")
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def test_both_validators_are_given_enough_facts_and_find_the_one_that_is_wrong(policies: Policies) -> None:
    portions = facts(25_000, policies)
    size = sum(portion.ntriples.count("\n") for portion in portions)
    assert 15_000 < size <= 25_001
    assert len({portion.part for portion in portions}) == len(portions)
    assert [violation.part for violation in validate(portions, packaged_shapes()).violations] == ["wrong"]
    assert len(reference(facts(1, policies))) == 1
    assert "validation" in SECTIONS


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_loaded_whole_and_its_processes_are_seen(form: str, tmp_path: Path) -> None:
    done = load(FORMS[form](tmp_path, 3_000), tmp_path / "data")
    assert done.triples >= 2_400  # some statements stand in several portions, and once in a graph of them all
    assert done.portions == {"N-Quads, many graphs": 30, "tables": 2}.get(form, 1)
    assert len(done.memory) >= 3  # the command, what starts the reader, and the reader
    assert max(done.memory) > 30
    assert 0 < done.processor < 4 * done.seconds


def test_a_load_that_stores_nothing_measures_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.nt").write_text("this is not N-Triples\n")
    with pytest.raises(NothingMeasured, match="ended with 2 and stored 0"):
        load(tmp_path / "bad.nt", tmp_path / "data")


def test_the_page_s_weight_is_of_the_files_that_there_are_and_of_all_that_the_shell_loads(tmp_path: Path) -> None:
    shell = '<link rel="stylesheet" href="page/a-1.css"><script type="module" src="page/main-2.js"></script>'
    (tmp_path / "index.html").write_text(shell, encoding="utf-8")
    (tmp_path / "a-1.css").write_text("x" * 100, encoding="utf-8")
    with pytest.raises(NothingMeasured):
        list(bundle(tmp_path))
    (tmp_path / "main-2.js").write_bytes(os.urandom(20_000))
    (tmp_path / "later-ABCDEFGH.js").write_bytes(os.urandom(40_000))
    found = {figure.name: figure.value for figure in bundle(tmp_path)}
    assert first_files(tmp_path) == ["index.html", "a-1.css", "main-2.js"]
    assert 19 < found["loaded first, gzip"] < 21
    assert 39 < found["later.js"] < 40
    assert found["all files, gzip"] == pytest.approx(found["loaded first, gzip"] + found["later.js"])
