"""A label that changes while the service runs: who may change it, what the readers then get, and what is kept of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from graph_service.builder import Builder
from graph_service.demo import DEMO_KEY
from graph_service.running import Service
from graph_service.settings import Layout, read_settings
from tests.service import Answer, Reader, serving, sluis_here
from tests.worlds import World

EX = "https://example.org/"
OWNER = f"{EX}originator/owner"
WORD = "kiwi"
FILE = f"""@prefix sluis: <https://w3id.org/sluis/ns#> . @prefix ex: <{EX}> .
ex:moving sluis:marking "MOVING" ; sluis:originator <{OWNER}> ; sluis:labelGround "it stood so" .
ex:staying sluis:marking "LOWEST" ; sluis:originator <{EX}originator/other> .
ex:hidden sluis:marking "HIGH" ; sluis:originator <{OWNER}> .
GRAPH ex:moving {{ ex:a ex:{WORD} "{WORD} text" ; ex:knows ex:b . }}
GRAPH ex:staying {{ ex:b ex:knows ex:c ; ex:says "staying text" . }}
GRAPH ex:hidden {{ ex:c ex:says "hidden text" . }}
"""
QUERIES = [
    "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o",
    "SELECT * { ?portion a sluis:Portion ; ?p ?o } ORDER BY ?portion ?p ?o",
    f"SELECT * {{ <{EX}a> <{EX}knows>+ ?x }} ORDER BY ?x",
    f"ASK {{ ?s <{EX}{WORD}> ?o }}",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    f"DESCRIBE <{EX}b>",
]


@dataclass(frozen=True)
class House:
    """A small data folder and its command line, with a running service and its readers where there is one."""

    world: World
    layout: Layout
    tokens: dict[str, str]
    service: Service | None = None

    def reader(self, name: str = "") -> Reader:
        assert self.service is not None
        return Reader(self.service.port, self.tokens.get(name))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return sluis_here(*arguments, "--data", str(self.layout.data))

    def portion(self, part: str) -> str:
        """The id of the portion of one graph of the file, as the list prints it."""
        lines = self.run("portions", "list").stdout.splitlines()
        (line,) = [line for line in lines if f"{EX}{part}" in line]
        return line.replace("│", " ").split()[0]

    def relabel(self, part: str, marking: str, *options: str, user: str) -> subprocess.CompletedProcess[str]:
        return self.run("relabel", self.portion(part), marking, "--as", user, *options)

    def history(self, part: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.run("portions", "history", self.portion(part), "--json").stdout)
        return found

    def asked(self, name: str = "") -> list[Answer]:
        return [self.reader(name).sparql(query) for query in QUERIES]

    def texts(self, name: str = "") -> set[str]:
        """Every text of the file's that a reader is served, in whichever graph."""
        own = f'FILTER(STRSTARTS(STR(?p), "{EX}") && ISLITERAL(?o))'
        found = (
            self.reader(name).rows(f"SELECT ?o {{ {{ {p} }} {own} }}") for p in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }")
        )
        return {row["o"] for rows in found for row in rows}


def filled(world: World, place: Path, *, leave_out: str = "") -> tuple[Layout, dict[str, str]]:
    """A data folder with the file loaded, without one of its graphs if that is asked for; and the users' tokens."""
    lines = [line for line in FILE.splitlines(keepends=True) if not leave_out or f"ex:{leave_out} " not in line]
    text = "".join(lines).replace("MOVING", world.lowest).replace("LOWEST", world.lowest).replace("HIGH", world.high)
    layout = world.prepare(Layout(place / "data"))
    (place / "file.trig").write_text(text, encoding="utf-8")
    builder = Builder(layout, read_settings(layout.data), key=DEMO_KEY)
    builder.close()
    loaded = sluis_here("load", str(place / "file.trig"), "--data", str(layout.data))
    assert loaded.returncode == 0, loaded.stderr
    builder = Builder(layout, read_settings(layout.data))
    users = {
        "clerk": (world.clearance(world.lowest, affiliation=world.home), ""),
        "officer": (world.clearance(world.high, compartments=[world.compartment], affiliation=world.home), ""),
        "owner": (world.clearance(world.high, affiliation=world.home), OWNER),
        "low-owner": (world.clearance(world.lowest), OWNER),
    }
    try:
        tokens = {name: builder.add_user(name, held, acts_for) for name, (held, acts_for) in users.items()}
    finally:
        builder.close()
    return layout, tokens


@pytest.fixture(scope="module")
def pristine(world: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, dict[str, str]]:
    return filled(world, tmp_path_factory.mktemp("house"))


def copied(world: World, pristine: tuple[Layout, dict[str, str]], place: Path) -> House:
    layout, tokens = pristine
    shutil.copytree(layout.data, place / "data", ignore=shutil.ignore_patterns("builder.secret", "audit.jsonl"))
    shutil.copy(layout.data.parent / "file.trig", place / "file.trig")
    return House(world, Layout(place / "data"), tokens)


@pytest.fixture
def store(world: World, pristine: tuple[Layout, dict[str, str]], tmp_path: Path) -> House:
    """A folder that no service runs on: each command is its own builder."""
    return copied(world, pristine, tmp_path)


@pytest.fixture
def house(world: World, pristine: tuple[Layout, dict[str, str]], tmp_path: Path) -> Iterator[House]:
    """A folder with a service: each command goes through its builder."""
    found = copied(world, pristine, tmp_path)
    with serving(found.layout) as service:
        yield replace(found, service=service)


@pytest.fixture(scope="module")
def steady(
    world: World, pristine: tuple[Layout, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A served folder for commands that are refused, and so change nothing."""
    found = copied(world, pristine, tmp_path_factory.mktemp("steady"))
    with serving(found.layout) as service:
        yield replace(found, service=service)


@pytest.fixture(scope="module")
def without(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Reader]]:
    """The same folder in which the moving portion never was."""
    layout, _ = filled(world, tmp_path_factory.mktemp("without"), leave_out="moving")
    with serving(layout) as service:
        yield lambda: Reader(service.port)


# --- raising ---------------------------------------------------------------------------------------------------------


def test_a_raised_portion_is_gone_for_the_low_reader_at_once_and_there_for_the_cleared_one(house: House) -> None:
    assert all("kiwi text" in house.texts(name) for name in ("", "clerk", "officer"))
    done = house.relabel("moving", house.world.high, "--ground", "it names a place", user="officer")
    assert (done.returncode, done.stderr) == (0, "")
    assert house.world.high in done.stdout
    assert house.texts("") == house.texts("clerk") == {"staying text"}
    assert house.texts("officer") == {"kiwi text", "staying text", "hidden text"}
    assert house.reader().sparql("ASK {}").headers["classification"] == house.world.lowest
    assert f'"{house.world.high}"' in house.reader("officer").sparql(QUERIES[2]).text


def test_for_the_low_reader_it_is_as_if_the_portion_had_never_been_there(
    house: House, without: Callable[[], Reader]
) -> None:
    """Status, every header but Date and Query-Id, and the body; by the same installation key."""
    before = house.asked()
    assert house.relabel("moving", f"{house.world.high}//{house.world.compartment}", user="officer").returncode == 0
    twin = [without().sparql(query) for query in QUERIES]
    assert [answer.comparable for answer in house.asked()] == [answer.comparable for answer in twin]
    assert [answer.comparable for answer in before] != [answer.comparable for answer in twin]


def test_every_decision_is_kept_and_none_is_taken_back(store: House) -> None:
    world = store.world
    steps = [
        ("officer", world.low, ["--ground", "first"]),
        ("officer", world.high, ["--until", "2099-01-01"]),
        ("owner", world.low, ["--decision", "letter 12"]),
    ]
    for user, marking, options in steps:
        assert store.relabel("moving", marking, *options, user=user).returncode == 0
    told = store.history("moving")
    assert [entry["act"] for entry in told] == ["set", "raised", "raised", "lowered"]
    assert [entry["taken_by"] for entry in told] == [OWNER, "officer", "officer", "owner"]
    labels = [world.label(text).to_data() for text in (world.lowest, world.low, world.high, world.low)]
    assert [entry["after"] for entry in told] == labels
    assert [entry["before"] for entry in told] == [None, *labels[:-1]]
    assert [entry["ground"] for entry in told][:2] == ["it stood so", "first"]
    assert told[2]["term"]["until"] == "2099-01-01"
    assert told[3]["reference"] == "letter 12"
    assert all(set(entry["versions"]) == {world.policy} for entry in told)
    printed = store.run("portions", "history", store.portion("moving")).stdout
    for piece in ("raised", "lowered", "letter 12", "officer", world.low, world.high):
        assert piece in printed


def test_a_writer_raises_no_further_than_what_they_hold(steady: House) -> None:
    world = steady.world
    above = [world.top, f"{world.high}//{world.secret}", f"{world.lowest} + {world.other_high}",
             f"{world.lowest} REL TO {world.ally}", f"{world.lowest} REL TO NOBODY"]  # fmt: skip
    for marking, user in (*((marking, "officer") for marking in above), (world.low, "clerk")):
        done = steady.relabel("moving", marking, user=user)
        assert (done.returncode, done.stdout) == (2, ""), marking
        assert "above what you hold" in done.stderr
    assert [entry["act"] for entry in steady.history("moving")] == ["set"]
    assert "kiwi text" in steady.texts()


def test_a_portion_that_the_writer_may_not_see_is_not_there_for_them(steady: House) -> None:
    hidden, absent = steady.portion("hidden"), "0" * 32
    said = [steady.run("relabel", name, steady.world.top, "--as", "clerk") for name in (hidden, absent)]
    assert [done.returncode for done in said] == [2, 2]
    texts = [done.stderr.replace(name, "NAME") for done, name in zip(said, (hidden, absent), strict=True)]
    assert texts[0] == texts[1] == "sluis: there is no portion `NAME`\n"
    stranger = steady.run("relabel", steady.portion("moving"), steady.world.low, "--as", "nobody")
    assert (stranger.returncode, "there is no user `nobody`" in stranger.stderr) == (2, True)


# --- lowering --------------------------------------------------------------------------------------------------------


def test_only_who_acts_for_the_originator_lowers_and_only_by_a_decision(house: House) -> None:
    world = house.world
    for user, options, words in (
        ("officer", ["--decision", "letter 1"], "only its originator lowers"),
        ("owner", [], "name the document with --decision"),
    ):
        done = house.relabel("hidden", world.lowest, *options, user=user)
        assert (done.returncode, words in done.stderr) == (2, True), done.stderr
        assert "hidden text" not in house.texts()
    blind = house.run("relabel", house.portion("hidden"), world.lowest, "--as", "low-owner", "--decision", "letter 1")
    assert (blind.returncode, "there is no portion" in blind.stderr) == (2, True)
    done = house.relabel("hidden", world.lowest, "--decision", "letter 1", user="owner")
    assert done.returncode == 0, done.stderr
    assert "hidden text" in house.texts()
    assert [entry["act"] for entry in house.history("hidden")] == ["set", "lowered"]


def test_who_acts_for_one_originator_does_not_lower_what_another_set(store: House) -> None:
    assert store.relabel("staying", store.world.low, user="owner").returncode == 0
    done = store.relabel("staying", store.world.lowest, "--decision", "letter 2", user="owner")
    assert (done.returncode, f"<{EX}originator/other>" in done.stderr) == (2, True)


def test_a_change_that_is_neither_up_nor_down_is_a_lowering(store: House) -> None:
    """Another compartment in place of the one that is there takes a demand away."""
    world = store.world
    assert store.relabel("moving", f"{world.low}//{world.compartment}", user="officer").returncode == 0
    for marking in (world.high, f"{world.low} REL TO {world.home}"):
        done = store.relabel("moving", marking, user="officer")
        assert (done.returncode, "only its originator lowers" in done.stderr) == (2, True)


def test_a_label_of_one_policy_is_not_replaced_by_one_of_another(steady: House) -> None:
    done = steady.relabel("hidden", steady.world.other_low, "--decision", "letter 3", user="owner")
    assert (done.returncode, "not replaced by one of another policy" in done.stderr) == (2, True)


# --- loading again ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["lowest", "low"])
def test_a_load_does_not_bring_a_raised_portion_back_below_its_label(at: str, house: House) -> None:
    """Neither at the label that it had, nor at one between that and the new one."""
    world, file = house.world, house.layout.data.parent / "file.trig"
    assert house.relabel("moving", world.high, user="officer").returncode == 0
    low = {"lowest": world.lowest, "low": world.low}[at]
    text = file.read_text(encoding="utf-8").replace(
        f'moving sluis:marking "{world.lowest}"', f'moving sluis:marking "{low}"'
    )
    file.write_text(text, encoding="utf-8")
    done = house.run("load", str(file))
    assert done.returncode == 0
    assert world.high not in done.stdout + done.stderr
    assert "kiwi text" not in house.texts()


def test_a_load_at_the_raised_label_goes_through(house: House) -> None:
    world, file = house.world, house.layout.data.parent / "file.trig"
    assert house.relabel("moving", world.high, user="officer").returncode == 0
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f'moving sluis:marking "{world.lowest}"', f'moving sluis:marking "{world.high}"'))
    done = house.run("load", str(file))
    assert done.returncode == 0, done.stderr
    assert "kiwi text" not in house.texts()
    assert [entry["act"] for entry in house.history("moving")][:2] == ["set", "raised"]


# --- reviewing -------------------------------------------------------------------------------------------------------


def due(house: House, on: str) -> list[str]:
    told = json.loads(house.run("label", "due", "--on", on, "--json").stdout)
    return [row["part"].removeprefix(EX) for row in told["due"]]


def test_a_term_asks_for_a_review_and_changes_nothing_by_itself(house: House) -> None:
    done = house.relabel("moving", house.world.high, "--until", "2026-01-01", user="officer")
    assert done.returncode == 0, done.stderr
    assert (due(house, "2025-12-31"), due(house, "2026-01-01")) == ([], ["moving"])
    assert house.run("publish").returncode == 0
    assert "kiwi text" not in house.texts()
    event = house.relabel("staying", house.world.low, "--until-event", "the end", user="officer")
    assert event.returncode == 0
    assert due(house, "2025-12-31") == ["staying"]


def test_a_reviewed_label_that_is_kept_leaves_the_list_and_the_review_is_on_record(store: House) -> None:
    """Keeping is a decision too: the label is the same, its term is another."""
    world = store.world
    assert store.relabel("moving", world.high, "--until", "2026-01-01", user="officer").returncode == 0
    kept = store.relabel("moving", world.high, "--until", "2031-01-01", "--decision", "review 1", user="owner")
    assert kept.returncode == 0, kept.stderr
    assert (due(store, "2026-01-01"), due(store, "2031-01-01")) == ([], ["moving"])
    last = store.history("moving")[-1]
    assert (last["after"], last["reference"], last["term"]["until"]) == (
        *(world.label(world.high).to_data(), "review 1", "2031-01-01"),
    )


def test_a_term_is_a_day_or_an_event(steady: House) -> None:
    both = steady.relabel("moving", steady.world.high, "--until", "2031-01-01", "--until-event", "x", user="officer")
    assert (both.returncode, "one of the two" in both.stderr) == (2, True)


def test_the_history_is_the_builder_s_alone(house: House) -> None:
    """Who decided it by which document is in no view: neither at the low clearance nor at the high one."""
    done = house.relabel("moving", house.world.low, "--ground", "quince", "--decision", "durian", user="officer")
    assert done.returncode == 0
    low, high = ("".join(answer.text for answer in house.asked(name)) for name in ("", "officer"))
    assert ("quince" in low, "quince" in high) == (False, True)
    for word in ("durian", '"officer"'):
        assert word not in low + high
        for path in house.layout.views.rglob("*/dataset/*"):
            assert word.encode() not in path.read_bytes()
