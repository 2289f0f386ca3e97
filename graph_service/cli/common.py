"""What every command shares: where the data are, how a refusal is told, and the builder behind it."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from graph_service.builder import Builder
from graph_service.builder_socket import RemoteBuilder, open_builder
from graph_service.errors import QueryRefused, SluisError
from graph_service.namespaces import short
from graph_service.policy_files import load_policies, read_text
from graph_service.security import Policies
from graph_service.settings import Layout, read_settings
from graph_service.shapes import Violation
from graph_service.standards.spif import read_spif
from loaders.base import Origins, expand

P = ParamSpec("P")
REFUSED = 2

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("sluis-data"),
    envvar="SLUIS_DATA",
    show_default=True,
    help="The data folder (or set SLUIS_DATA).",
)


policy_option = click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="A policy file (Open XML SPIF) to use in place of those installed; may be given again.",
)


documents_option = click.option(
    "--documents",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder with the texts (.txt) that a dataset cites, for the places of its quotations.",
)


json_option = click.option("--json", "as_json", is_flag=True, help="Print plain data for a program to read.")


def refusals_are_told(command: Callable[P, None]) -> Callable[P, None]:
    """A refusal is one clear line on standard error and exit code 2; what was there before is unharmed."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except SluisError as error:
            where = ""
            if isinstance(error, QueryRefused) and error.line:
                where = f" (line {error.line}, column {error.column})"
            click.echo(f"sluis: {error.public}{where}", err=True)
            sys.exit(REFUSED)

    return wrapped


def policies_of(data: Path, files: tuple[Path, ...] = ()) -> Policies:
    """The policies of a data folder, or of these files. The folder need not be there: then those of the package."""
    if files:
        return Policies.of(read_spif(read_text(path), name=path.name) for path in files)
    return load_policies(read_settings(data), Layout(data))


@contextmanager
def builder_of(data: Path) -> Iterator[Builder | RemoteBuilder]:
    """The data folder's builder: the running one, or one in this process."""
    builder = open_builder(Layout(data), read_settings(data))
    try:
        yield builder
    finally:
        builder.close()


def publish_views(builder: Builder | RemoteBuilder) -> None:
    with Console(stderr=True).status("building views …"):
        count = builder.publish()
    click.echo(f"published: {count} view{'' if count == 1 else 's'}")


def iri(text: str | None) -> str:
    try:
        return expand(text).value if text else ""
    except ValueError as error:
        raise SluisError(str(error)) from error


@contextmanager
def progress_bars() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress


def reporter(progress: Progress) -> Callable[[str, int, int], None]:
    tasks: dict[str, Any] = {}

    def report(file: str, done: int, total: int) -> None:
        if file not in tasks:
            tasks[file] = progress.add_task(file, total=total or None)
        progress.update(tasks[file], completed=done)

    return report


def place_in(file: str, origins: Origins) -> Callable[[Violation], str]:
    """Where something in a load stands: in which row of a table, or in which graph of an RDF file."""

    def place(violation: Violation) -> str:
        graph = f", graph {short(violation.part)}" if violation.part else ""
        return origins.place(violation) or f"{file}{graph}"

    return place


def print_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))
