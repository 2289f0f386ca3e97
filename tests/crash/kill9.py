"""Kills the life cycle at random moments, and checks that nothing is lost and nothing leaks.

    python -m tests.crash.kill9 --rounds 200 --seed 1

Each round starts one act (load, user, publish, raise, lower, withdraw, restore, purge, leave) in a process of its own,
kills it with SIGKILL at a random moment, and in some rounds kills the repair too. Then:
(1) before any repair, a published view shows a portion only to readers who might see it before the act or after it;
(2) the store holds every portion as it was before the act, or as the act leaves it, all of it;
(3) after the store was opened, no view shows anything that the stored labels hide; after one more publication each
shows exactly what they allow; (4) of a purged text no byte is left, and none of a hidden one in a view's files.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph_service.builder import Builder
from graph_service.handling import clearance_from_markings, parse_marking
from graph_service.portions import Gone
from graph_service.relabelling import Relabelling
from graph_service.settings import Layout, Settings
from tests.crash.world import (
    EX,
    LEVELS,
    add_readers,
    faults,
    files_with,
    id_of,
    may_see,
    portion,
    publication,
    rows,
    view_text,
)

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
ACTS = ("load", "change", "user", "publish", "raise", "lower", "withdraw", "restore", "purge", "leave")
_PARTS = 6
_OWN_FILES = {"portions.sqlite", "portions.sqlite-journal", "builder.secret"}


@dataclass(frozen=True)
class State:
    """Where a part stands: its level, its text, and whether it was withdrawn."""

    level: str
    text: str
    withdrawn: bool = False


@dataclass
class World:
    """The data folder, what is in it by our own account, and how long acts took so far."""

    layout: Layout
    chance: random.Random
    parts: dict[str, State] = field(default_factory=dict)
    purged: list[str] = field(default_factory=list)
    users: int = 0
    longest: dict[str, float] = field(default_factory=dict)


def act(builder: Builder, name: str, given: dict[str, Any]) -> None:
    """What the process does that is killed."""
    part, level = given.get("part", ""), given.get("level", LEVELS[0])
    if name in {"load", "change", "restore"}:
        builder.load([portion(builder, part, level, given["text"])], restore=name == "restore")
        builder.publish()
    elif name == "leave":
        label = parse_marking(level, policies=builder.policies)
        builder.load([Gone(f"{EX}source", part, label)])
        builder.publish()
    elif name == "user":
        builder.add_user(given["user"], clearance_from_markings([level], policies=builder.policies))
    elif name == "publish":
        builder.publish()
    elif name in {"raise", "lower"}:
        label = parse_marking(level, policies=builder.policies)
        builder.relabel(id_of(builder, part), Relabelling(label, reference="a decision"), user="high")
    elif name == "withdraw":
        builder.withdraw(id_of(builder, part), user="high", ground="a test")
    elif name == "purge":
        builder.purge(id_of(builder, part), user="high", reference="a decision")


def child(folder: str, name: str, given: dict[str, Any], *, lasting: bool) -> None:
    """The process: says ``open``, acts, builds afresh what is left to build, and says ``done``."""
    builder = Builder(Layout(Path(folder)), Settings(), lasting=lasting)
    builder.publisher.large_view = 0 if lasting else 10**9
    print("open", flush=True)  # noqa: T201
    act(builder, name, given)
    print("done", flush=True)  # noqa: T201
    while builder.settle():
        pass
    builder.sweep()
    builder.close()


def planned(world: World) -> tuple[str, dict[str, Any], dict[str, State]]:
    """An act that makes sense now, and what the parts are when it is through."""
    chance, parts = world.chance, world.parts
    held = sorted(name for name, state in parts.items() if not state.withdrawn)
    name = chance.choice(ACTS)
    if name in {"user", "publish"}:
        return name, {"user": f"u{world.users + 1}", "level": chance.choice(LEVELS)}, dict(parts)
    text = f"canary-{secrets.token_hex(16)}"
    withdrawn = sorted(set(parts) - set(held))
    if name == "restore" and withdrawn:
        part = chance.choice(withdrawn)
        state = State(parts[part].level, text)
        return name, {"part": part, "level": _marking(state.level), "text": text}, {**parts, part: state}
    if name in {"load", "restore"} or len(held) < 2:
        part = f"part-{secrets.token_hex(4)}"
        state = State(chance.choice(LEVELS), text)
        return "load", {"part": part, "level": state.level, "text": text}, {**parts, part: state}
    part = chance.choice(held)
    state = parts[part]
    if name == "change":
        state = State(state.level, text)
        return name, {"part": part, "level": _marking(state.level), "text": text}, {**parts, part: state}
    if name in {"raise", "lower"}:
        level = chance.choice([other for other in LEVELS if _name(other) != state.level])
        return name, {"part": part, "level": level}, {**parts, part: State(level, state.text)}
    if name == "leave":
        gone = State(state.level, state.text, withdrawn=True)
        return name, {"part": part, "level": _marking(state.level)}, {**parts, part: gone}
    if name == "withdraw":
        return name, {"part": part}, {**parts, part: State(state.level, state.text, withdrawn=True)}
    return "purge", {"part": part}, {other: kept for other, kept in parts.items() if other != part}


def run_and_kill(world: World, name: str, given: dict[str, Any], *, lasting: bool) -> bool:
    """Start the act and kill it at a random moment. Says whether it was through before that."""
    code = "import sys, json; from tests.crash.kill9 import child; child(sys.argv[1], sys.argv[2], "
    code += "json.loads(sys.argv[3]), lasting=sys.argv[4] == 'lasting')"
    command = [sys.executable, "-c", code, str(world.layout.data), name, json.dumps(given), "lasting" * lasting]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n", f"{name} did not open the store"
        began = time.monotonic()
        try:
            process.wait(timeout=world.chance.uniform(0, 1.3 * world.longest.get(name, 0.5)))
        except subprocess.TimeoutExpired:
            process.kill()
        finished = process.stdout.read() == b"done\n"
        code_of_end = process.wait(timeout=SECONDS)
        assert code_of_end in (0, -9), f"{name} failed by itself"
        if code_of_end == 0:
            world.longest[name] = time.monotonic() - began
        elif not finished:  # so that every moment of it is met, on a slow machine too
            world.longest[name] = world.longest.get(name, 0.5) * 1.15
    return finished


def stored(world: World) -> dict[str, State]:
    """The parts as the database has them, read without the program."""
    found = {}
    for row in rows(world.layout):
        if "canary-" in row.text and row.part.startswith("part-"):
            text = "canary-" + row.text.partition("canary-")[2][:32]
            (label,) = row.label.values()
            found[row.part] = State(label["level"], text, row.withdrawn)
    return found


def _levels(clearance: dict[str, Any], level: str) -> bool:
    return any(level in policy["levels"] for policy in clearance["policies"].values())


def shown_wrongly(world: World, *accounts: dict[str, State]) -> list[str]:
    """Texts that a published view shows to somebody who may see them by none of these accounts."""
    data, wrong = publication(world.layout), []
    texts = {state.text for account in accounts for state in account.values()} | set(world.purged)
    for reader in (data["anonymous"], *data["principals"]):
        if reader["view"] is None:
            continue
        allowed = {
            state.text
            for account in accounts
            for state in account.values()
            if not state.withdrawn and _levels(reader["clearance"], _name(state.level))
        }
        shown = "".join(
            line for lines in view_text(world.layout, reader["view"]["directory"]).values() for line in lines
        )
        wrong += [f"{reader['name']} is shown {text}" for text in texts - allowed if text in shown]
    return wrong


def _name(marking: str) -> str:
    """A level's name in a clearance, from its marking."""
    return _NAMES.get(marking, marking)


def _marking(name: str) -> str:
    return next((marking for marking, other in _NAMES.items() if other == name), name)


_NAMES: dict[str, str] = {}


def left_in_files(world: World) -> list[str]:
    """Hidden texts in the files of a view, and purged ones anywhere."""
    wrong = [
        f"purged {text} is left in {files}" for text in world.purged if (files := files_with(world.layout.data, text))
    ]
    data, everything = publication(world.layout), rows(world.layout)
    for reader in (data["anonymous"], *data["principals"]):
        if reader["view"]:
            for row in everything:
                hidden = row.withdrawn or not may_see(reader["clearance"], row.label)
                if hidden and "canary-" in row.text:
                    text = "canary-" + row.text.partition("canary-")[2][:32]
                    files = files_with(world.layout.views / reader["view"]["directory"], text)
                    wrong += [f"{reader['name']}'s view has {text} in {files}"] if files else []
    return wrong


def one_round(world: World, number: int) -> str:
    """One act, killed. Raises ``AssertionError`` with what is wrong."""
    name, given, after = planned(world)
    lasting = world.chance.random() < 0.5
    before = dict(world.parts)
    finished = run_and_kill(world, name, given, lasting=lasting)
    assert not (wrong := shown_wrongly(world, before, _canonical(after))), wrong  # (1)
    if world.chance.random() < 0.3:
        run_and_kill(world, "publish", {}, lasting=lasting)
        assert not (wrong := shown_wrongly(world, before, _canonical(after))), wrong
    left = {path.name for path in world.layout.portions.iterdir()} - _OWN_FILES
    assert not left, f"a load left {left} behind"
    now = stored(world)  # (2)
    assert now in (_canonical(before), _canonical(after)), f"neither old nor new: {now}"
    assert not finished or now == _canonical(after), "an act that was through is lost"
    if name == "purge" and now == _canonical(after):
        world.purged.append(before[given["part"]].text)
    builder = Builder(world.layout, Settings())  # (3)
    repairs = builder.repairs
    builder.close()
    # What its source no longer has may be shown until the next publication: nobody decided that it must not be seen.
    assert not (wrong := shown_wrongly(world, now, *([before] if name == "leave" else []))), wrong
    builder = Builder(world.layout, Settings())
    assert builder.repairs == [], builder.repairs
    builder.publish()
    world.users = sum(1 for user, _ in builder.users() if user.startswith("u"))
    builder.close()
    assert not (wrong := faults(world.layout)), wrong
    assert not (wrong := left_in_files(world)), wrong  # (4)
    world.parts = now
    end = "through" if finished else "killed"
    return f"{number:4} {name:8} {end:8} {'lasting' if lasting else '':8} {'; '.join(repairs)}"


def _canonical(parts: dict[str, State]) -> dict[str, State]:
    """The parts with each level by its name in a label, as the database has it."""
    return {part: State(_name(state.level), state.text, state.withdrawn) for part, state in parts.items()}


def new_world(folder: Path, chance: random.Random) -> World:
    world = World(Layout(folder), chance)
    builder = Builder(world.layout, Settings())
    for level in LEVELS:
        (part,) = parse_marking(level, policies=builder.policies).parts
        _NAMES[level] = part.level.name
    first = {f"part-{n}": State(_name(level), f"canary-{secrets.token_hex(16)}") for n, level in enumerate(LEVELS)}
    for marking, (part_name, state) in zip(LEVELS, first.items(), strict=True):
        builder.load([portion(builder, part_name, marking, state.text)])
    add_readers(builder)
    builder.close()
    world.parts = first
    return world


def run(rounds: int, seed: int, *, quiet: bool = False) -> int:
    """Kill so many acts. Gives how many were killed before they were through."""
    chance, killed = random.Random(seed), 0  # noqa: S311  # which act, and when: no secret
    with tempfile.TemporaryDirectory(prefix="sluis-kill9-") as folder:
        world = new_world(Path(folder) / "data-0", chance)
        for number in range(rounds):
            if len(world.parts) > 3 * _PARTS or world.users > _PARTS:
                world = new_world(Path(folder) / f"data-{number}", chance)
            try:
                told = one_round(world, number)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}, round {number}: {error}") from error
            killed += "killed" in told
            if not quiet:
                print(told, flush=True)  # noqa: T201
    return killed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)  # noqa: T201
    killed = run(given.rounds, given.seed)
    print(f"{given.rounds} rounds, {killed} killed before they were through: nothing lost, nothing leaked")  # noqa: T201


if __name__ == "__main__":
    main()
