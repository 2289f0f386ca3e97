"""A few rounds of ``kill9`` on every run; ``make prove`` runs two hundred."""

from __future__ import annotations

from tests.crash import kill9


def test_an_act_that_is_killed_at_any_moment_loses_nothing_and_leaks_nothing() -> None:
    kill9.run(12, seed=20, quiet=True)


def test_the_check_finds_what_is_shown_too_widely_and_what_is_lost() -> None:
    """The control: the same checks, by accounts in which everything is higher, withdrawn or purged."""
    import random
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory(prefix="sluis-kill9-") as folder:
        world = kill9.new_world(Path(folder) / "data", random.Random(1))  # noqa: S311
        assert kill9.shown_wrongly(world, world.parts) == []
        assert kill9.stored(world) == world.parts
        top = max(world.parts.values(), key=lambda state: kill9.LEVELS.index(kill9._marking(state.level)))
        raised = {name: kill9.State(top.level, state.text) for name, state in world.parts.items()}
        assert len(kill9.shown_wrongly(world, raised)) >= 6
        withdrawn = {name: kill9.State(state.level, state.text, True) for name, state in world.parts.items()}
        assert len(kill9.shown_wrongly(world, withdrawn)) >= 10
        world.purged.append(next(iter(world.parts.values())).text)
        assert kill9.left_in_files(world)
