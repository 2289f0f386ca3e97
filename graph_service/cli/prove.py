"""The command that tries a running server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import click
from rich.console import Console

from graph_service.cli.common import data_option, refusals_are_told
from graph_service.errors import SluisError
from graph_service.proving import Adapter, Outcome
from graph_service.proving import prove as try_server
from graph_service.proving.cases import OPERATORS
from graph_service.proving.sluis import sluis_adapter
from graph_service.running import Service
from graph_service.settings import Layout

FOUND = 1
ENOUGH = 0.3


@click.command()
@click.option("--url", help="A Sluis that runs over the data folder; without it one is started for this.")
@click.option("--adapter", "adapter_name", help="Another server: MODULE:NAME of what makes its adapter.")
@click.option(
    "--among-other-data", is_flag=True, help="The data folder may hold other data: exercises come in besides."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed tries the same cases.")
@click.option("--worlds", type=click.IntRange(min=1), default=6, show_default=True, help="How many worlds to try.")
@click.option(
    "--questions", type=click.IntRange(min=12), default=80, show_default=True, help="How many questions each world."
)
@data_option
@refusals_are_told
def prove(
    url: str | None,
    adapter_name: str | None,
    among_other_data: bool,
    seed: int,
    worlds: int,
    questions: int,
    data: Path,
) -> None:
    """Try whether a reader can notice what is above them: on a scratch data folder, or on another server.

    Loads exercise portions, changes what is hidden, and compares every answer with the one before. Exit code 1 with the
    smallest failing case if there is one.
    """
    if adapter_name and url:
        raise SluisError("give --adapter or --url, not both: an adapter knows its server")
    console = Console(stderr=True)

    def told(done: int, outcome: Outcome) -> None:
        console.print(f"world {done} of {worlds}: {outcome.cases} cases", highlight=False)

    source = _other(adapter_name) if adapter_name else _sluis(data, url, among_other_data)
    with source as adapter:
        if len(adapter.markings) < 2:
            raise SluisError("an adapter has at least two markings, from the lowest to the highest")
        outcome = try_server(adapter, seed=seed, worlds=worlds, questions=questions, told=told)
    _summary(outcome)
    if outcome.fault:
        click.echo(f"\nFAILED: {outcome.fault}")
        sys.exit(FOUND)


@contextmanager
def _sluis(data: Path, url: str | None, among_other_data: bool) -> Iterator[Adapter]:
    layout = Layout(data)
    if url:
        with sluis_adapter(layout, url, among_other_data=among_other_data) as adapter:
            yield adapter
        return
    layout.create()
    with sluis_adapter(layout, "http://127.0.0.1", among_other_data=among_other_data):
        pass  # refused, or published, before anything is served
    with Service(layout) as service, sluis_adapter(layout, service.url, among_other_data=among_other_data) as adapter:
        yield adapter


@contextmanager
def _other(name: str) -> Iterator[Adapter]:
    module, _, attribute = name.partition(":")
    try:
        make = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise SluisError(f"there is no `{name}`: write --adapter as MODULE:NAME of what makes an adapter") from error
    yield make()


def _summary(outcome: Outcome) -> None:
    missing = sorted(set(OPERATORS) - set(outcome.operators))
    click.echo(f"cases           {outcome.cases}")
    click.echo(f"say something   {Outcome.share(outcome.below):.0%} below, {Outcome.share(outcome.above):.0%} above")
    click.echo(f"refused         {outcome.refused}")
    click.echo(
        "operators       " + ", ".join(f"{name} {outcome.operators[name]}" for name in sorted(outcome.operators))
    )
    if missing and not outcome.fault:
        click.echo(f"not tried       {', '.join(missing)}: ask more questions")
    if min(Outcome.share(outcome.below), Outcome.share(outcome.above)) < ENOUGH and not outcome.fault:
        click.echo("too few answers say something: this run shows little")
        sys.exit(FOUND)
