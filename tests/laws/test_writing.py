"""The law of writing: what a submitter is told is the same, byte for byte, whatever lies hidden above them.

Two stores are filled alike but for portions that the submitter may not see; then the same is loaded into both.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from graph_service.builder import Builder
from graph_service.errors import NotCleared, SluisError
from graph_service.handling import clearance_from_markings, parse_marking
from graph_service.namespaces import ID, NS, PREFIXES
from graph_service.portions import Portion, Proposed, Whole
from graph_service.relabelling import Relabelling
from graph_service.security import Label
from graph_service.settings import Layout, Settings

KEY = b"a key for tests, not a secret"
LOW, HIGH = ("Ongerubriceerd", "Dep. VERTROUWELIJK"), ("Stg. GEHEIM", "NATO SECRET", "Stg. GEHEIM//INTERVIEW")
SOURCES, PARTS, THINGS = ("one", "two"), ("a", "b"), tuple(f"{ID}thing/example-{number}" for number in range(5))


@dataclass(frozen=True)
class Said:
    """One portion, in words that both stores can read."""

    source: str
    part: str
    marking: str
    things: tuple[str, ...]

    def portion(self, label: Label) -> Portion:
        lines = [
            f'<{thing}> <{PREFIXES["skos"]}prefLabel> "EXERCISE {thing[-1]} {self.part}"@en .' for thing in self.things
        ]
        lines += [f"<{thing}> <{PREFIXES['rdf']}type> <{NS}Goal> ." for thing in self.things]
        lines += [f"<{self.things[0]}> <{PREFIXES['dcterms']}relation> <{THINGS[-1]}> ."]
        return Portion(
            f"https://example.org/{self.source}", self.part, label, f"{ID}actor/example", "\n".join(lines) + "\n"
        )


def said(markings: tuple[str, ...]) -> st.SearchStrategy[list[Said]]:
    one = st.builds(
        Said,
        st.sampled_from(SOURCES),
        st.sampled_from(PARTS),
        st.sampled_from(markings),
        st.lists(st.sampled_from(THINGS[:-1]), min_size=1, max_size=3, unique=True).map(tuple),
    )
    return st.lists(one, max_size=3, unique_by=lambda one: (one.source, one.part, one.marking))


@contextmanager
def builder() -> Iterator[Builder]:
    with tempfile.TemporaryDirectory() as folder:
        made = Builder(Layout(Path(folder)), Settings(), key=KEY)
        try:
            yield made
        finally:
            made.close()


def load(made: Builder, entries: list[Said], *, whole: bool = False, user: str = "", dry_run: bool = False) -> str:
    """All that the submitter is told, as one text."""
    given: list[Proposed] = [one.portion(parse_marking(one.marking, policies=made.policies)) for one in entries]
    if whole:
        given += [Whole(source) for source in sorted({one.source for one in given})]
    try:
        told = made.load(given, shapes=False, user=user, dry_run=dry_run)
    except SluisError as error:
        return f"{type(error).__name__}: {error.public}"
    return json.dumps(asdict(told), sort_keys=True)


@settings(max_examples=15, deadline=None)
@given(said(LOW), said(HIGH), st.lists(said(LOW), min_size=1, max_size=3), st.booleans())
def test_what_a_submitter_is_told_does_not_depend_on_what_is_hidden(
    common: list[Said], hidden: list[Said], loads: list[list[Said]], whole: bool
) -> None:
    with builder() as bare, builder() as full:
        load(full, hidden)
        for made in (bare, full):
            load(made, common)
        for entries in loads:
            for dry_run in (True, False):
                assert load(bare, entries, whole=whole, dry_run=dry_run) == load(
                    full, entries, whole=whole, dry_run=dry_run
                )
        for marking in LOW:
            label = parse_marking(marking, policies=bare.policies)
            assert bare.names_known_at(label) == full.names_known_at(label)


@settings(max_examples=6, deadline=None, phases=[Phase.generate])
@given(said(LOW), st.lists(said(LOW), min_size=1, max_size=3), st.sampled_from(["raised", "withdrawn"]), st.booleans())
def test_what_was_raised_or_withdrawn_out_of_sight_shows_in_no_report(
    common: list[Said], loads: list[list[Said]], act: str, whole: bool
) -> None:
    """A part was low once. One store never had it; in the other it was raised, and perhaps withdrawn up there."""
    gone = Said("one", "a", LOW[0], THINGS[:2])
    common = [one for one in common if (one.source, one.part) != ("one", "a")]
    with builder() as bare, builder() as full:
        for made in (bare, full):
            load(made, [Said("three", "a", LOW[0], THINGS[:1]), *common])
            made.add_user("officer", clearance_from_markings([HIGH[0]], policies=made.policies))
        load(full, [gone])
        (there,) = [entry.id for entry in full.portions() if entry.source.endswith("one") and entry.part == "a"]
        high = parse_marking(HIGH[0], policies=full.policies)
        raised = full.relabel(there, Relabelling(high), user="officer")
        if act == "withdrawn":
            full.withdraw(raised.id, user="officer", ground="EXERCISE")
        for entries in loads:
            told = [load(made, entries, whole=whole) for made in (bare, full)]
            # What a kept-back text describes is not looked up for the summary: DECISIONS.md says so.
            assert told[0].partition('"summary"')[0] == told[1].partition('"summary"')[0]
        assert [p for p in full.portions() if p.part == "a" and p.source.endswith("one") and p.marking == LOW[0]] == []


def test_what_only_a_hidden_portion_describes_is_not_known_and_what_a_visible_one_does_is() -> None:
    pointing, described = Said("one", "a", LOW[0], THINGS[:1]), Said("two", "a", HIGH[0], THINGS[-1:])
    with builder() as made:
        load(made, [described])
        told = json.loads(load(made, [pointing]))
        assert told["summary"]["not_known"] == {"count": 1, "sample": [THINGS[-1]]}
        higher = json.loads(load(made, [Said("one", "b", HIGH[0], THINGS[:1])]))
        assert higher["summary"]["not_known"]["count"] == 0


def test_a_user_loads_what_they_hold_and_is_told_of_what_they_may_see() -> None:
    pointing = Said("one", "a", LOW[0], THINGS[:1])
    with builder() as made:
        load(made, [Said("two", "a", HIGH[0], THINGS[-1:])])
        for name, marking in (("ann", HIGH[0]), ("bob", LOW[1])):
            made.add_user(name, clearance_from_markings([marking], policies=made.policies))
        assert json.loads(load(made, [pointing], user="ann"))["summary"]["not_known"]["count"] == 0
        assert json.loads(load(made, [pointing], user="bob"))["summary"]["not_known"]["count"] == 1
        refused = load(made, [Said("one", "b", HIGH[0], THINGS[:1])], user="bob")
        assert refused == f"NotCleared: `bob` does not hold {HIGH[0]} of this load"
        with pytest.raises(NotCleared, match="there is no user `eve`"):
            made.load([], user="eve")


def test_names_are_known_at_the_labels_that_dominate_theirs() -> None:
    with builder() as made:
        load(made, [Said("one", "a", LOW[1], THINGS[:1]), Said("two", "b", HIGH[0], THINGS[1:2])])
        names = {
            marking: {(name.text, name.iri) for name in made.names_known_at(label).known if name.text.startswith("EX")}
            for marking in (*LOW, *HIGH)
            for label in [parse_marking(marking, policies=made.policies)]
        }
    low, high = ("EXERCISE 0 a", THINGS[0]), ("EXERCISE 1 b", THINGS[1])
    assert names == {LOW[0]: set(), LOW[1]: {low}, HIGH[0]: {low, high}, HIGH[1]: set(), HIGH[2]: {low, high}}
