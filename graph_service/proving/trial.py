"""Trials: each asks at one clearance while things change above it, and compares every response with the one before.

(1) what stays; (2) one part more, that shows; (3) hidden parts are loaded; (4) one of them is relabelled, above still;
(5) the part of (2) is raised out of sight, and (6) lowered again. At (3) and (4) every answer is that of (2), at (5)
that of (1); at (6) what is asked about the part is that of (2), while a server may say of it that it was relabelled.
Whoever holds the highest clearance asks in between, before the reader does, so that an answer kept for one is there to
be given to the other.
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from graph_service.proving.adapter import Adapter, Answer
from graph_service.proving.cases import (
    CANARY,
    MERGED_ONCE,
    SEEN_HIGHER,
    Part,
    Question,
    World,
    make_questions,
    make_world,
)


@dataclass(frozen=True)
class Fault:
    """A case that failed: which law, for whom, in which world, and what was answered instead of what."""

    law: str
    clearance: str
    world: World
    question: Question
    expected: Answer
    found: Answer

    def __str__(self) -> str:
        lines = [f"{self.law}, at {self.clearance}", f"  asked     {self.question.text}"]
        groups = {"sees": self.world.visible, "saw until raised": self.world.raised, "must not see": self.world.hidden}
        for title, parts in groups.items():
            for part in parts:
                lines += [f"  {title}: level {part.level}", *(f"    {line}" for line in part.statements)]
        for title, answer in (("expected", self.expected), ("answered", self.found)):
            lines.append(f"  {title}  {answer.status} {answer.body[:300].decode(errors='replace')}")
        return "\n".join(lines)


@dataclass
class Outcome:
    """What was tried, and the smallest failing case if there is one."""

    cases: int = 0
    below: Counter[bool] = field(default_factory=Counter)
    above: Counter[bool] = field(default_factory=Counter)
    refused: int = 0
    operators: Counter[str] = field(default_factory=Counter)
    fault: Fault | None = None

    @staticmethod
    def share(found: Counter[bool]) -> float:
        """How many of the answers said something."""
        return found[True] / max(1, found.total())


def prove(
    adapter: Adapter,
    *,
    seed: int,
    worlds: int,
    questions: int,
    told: Callable[[int, Outcome], None] = lambda _done, _outcome: None,
) -> Outcome:
    """Try so many worlds, each with so many questions, until a case fails. ``told`` is called after each world."""
    outcome, kit = Outcome(), _Kit(adapter)
    for number in range(worlds):
        chance = random.Random(f"{seed} {number}")  # noqa: S311  # no secret
        level = number % (len(adapter.markings) - 1)
        world = make_world(chance, levels=len(adapter.markings), level=level)
        outcome.fault = kit.trial(world, make_questions(chance, number=questions), outcome)
        told(number + 1, outcome)
        if outcome.fault:
            outcome.fault = kit.shrunk(outcome.fault)
            break
    return outcome


class _Failed(Exception):  # a case failed, which is what trials are for
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


class _Kit:
    """Runs trials, each in a namespace of its own, which no earlier run has used either."""

    def __init__(self, adapter: Adapter) -> None:
        self._adapter, self._run, self._count = adapter, secrets.token_hex(4), count()

    def trial(self, world: World, questions: Sequence[Question], outcome: Outcome) -> Fault | None:
        try:
            _Trial(self._adapter, world, questions, f"{self._run}-{next(self._count)}", outcome).run()
        except _Failed as failed:
            return failed.fault
        return None

    def shrunk(self, fault: Fault) -> Fault:
        """A smaller failing case: what is found by leaving out each part, and then each statement, once."""
        for name, statement in fault.world.removals():
            world = fault.world.without(name, statement)
            if world != fault.world:
                found = self.trial(world, [fault.question], Outcome())
                fault = found if found is not None and found.law == fault.law else fault
        return fault


class _Trial:
    def __init__(
        self, adapter: Adapter, world: World, questions: Sequence[Question], name: str, outcome: Outcome
    ) -> None:
        self._adapter, self._world, self._questions, self._outcome = adapter, world, questions, outcome
        self._name, self._space = name, f"https://example.org/exercise/{name}/"
        self._below, self._top = adapter.markings[world.level], adapter.markings[-1]
        self._round = 0

    def run(self) -> None:
        world = self._world
        self._load(*world.visible)  # (1)
        without = self._ask_all()
        self._load(*world.raised)  # (2)
        shown = self._ask_all()
        self._merged_once()
        self._load(*world.hidden)  # (3)
        self._seen_higher()
        self._same(shown, "loading what is above changes an answer")
        if world.hidden:  # (4)
            first = world.hidden[0]
            others = [n for n in range(world.level + 1, len(self._adapter.markings)) if n != first.level]
            if others:
                self._relabel(first, others[-1])
                self._same(shown, "relabelling above changes an answer")
        if world.raised:
            (raised,) = world.raised
            self._relabel(raised, len(self._adapter.markings) - 1)  # (5)
            self._same(without, "what was raised out of sight shows still")
            self._relabel(raised, raised.level)  # (6)
            self._same(shown, "what was lowered again is not there again", every=False)

    def _load(self, *parts: Part) -> None:
        markings = self._adapter.markings
        if parts:
            self._adapter.load([(self._id(p), markings[p.level], p.ntriples(self._space)) for p in parts])
        self._round += 1

    def _relabel(self, part: Part, level: int) -> None:
        self._adapter.relabel(self._id(part), self._adapter.markings[level])
        self._round += 1

    def _id(self, part: Part) -> str:
        return f"{self._name} {part.name}"

    def _ask(self, question: Question, clearance: str) -> Answer:
        """With the round in a comment, so that nobody may think it the text that was asked before."""
        return self._adapter.ask(f"{question.query(self._space)}\n# {self._round}", clearance)

    def _ask_all(self) -> list[Answer]:
        found = [self._ask(question, self._below) for question in self._questions]
        for question, answer in zip(self._questions, found, strict=True):
            self._outcome.below[answer.says_something] += 1
            self._outcome.refused += answer.status != 200
            self._outcome.operators.update(question.operators)
        return found

    def _same(self, expected: Sequence[Answer], law: str, *, every: bool = True) -> None:
        """``every`` question, or those alone that ask about names of this trial."""
        for question, before in zip(self._questions, expected, strict=True):
            if not every and not question.is_of_its_world:
                continue
            above = self._ask(question, self._top)
            self._outcome.above[above.says_something] += 1
            found = self._ask(question, self._below)
            self._outcome.below[found.says_something] += 1
            self._outcome.cases += 1
            self._outcome.operators.update(question.operators)
            if CANARY.encode() in found.body:
                self._fail("a canary is seen from below", question, before, found)
            if found != before:
                self._fail(law, question, before, found)

    def _merged_once(self) -> None:
        """What stands in two portions counts once."""
        if not any(part.name.startswith("twice") and part.statements for part in self._world.visible):
            return
        found = self._ask(MERGED_ONCE, self._below)
        self._outcome.cases += 1
        if [row["n"]["value"] for row in found.rows if "n" in row] != ["1"]:
            self._fail("a triple of two portions is not counted once", MERGED_ONCE, Answer(200, b"1"), found)

    def _seen_higher(self) -> None:
        """The control: whoever may see the canaries does. A server that shows nothing to anybody keeps every law."""
        canaries = sorted({n for part in self._world.hidden for n in part.statements if CANARY in n})
        found = self._ask(SEEN_HIGHER, self._top)
        self._outcome.cases += 1
        wanted = sorted({line.split('"')[1] for line in canaries})
        if sorted({row["v"]["value"] for row in found.rows if "v" in row}) != wanted:
            self._fail(
                "the highest clearance does not see what it may", SEEN_HIGHER, Answer(200, repr(wanted).encode()), found
            )

    def _fail(self, law: str, question: Question, expected: Answer, found: Answer) -> None:
        raise _Failed(Fault(law, self._below, self._world, question, expected, found))
