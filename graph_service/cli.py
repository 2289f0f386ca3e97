"""The command line: the builder's side of Sluis, and the composition of everything else. docs/commands.md."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column, Table

from graph_service import demo as demo_program
from graph_service.builder import Builder
from graph_service.builder_socket import RemoteBuilder, open_builder
from graph_service.doctor import examine
from graph_service.errors import QueryRefused, SluisError
from graph_service.running import Service
from graph_service.security import clearance_from_markings, format_marking, parse_marking
from graph_service.serving.query_guard import guard
from graph_service.serving.questions import Desk
from graph_service.serving.responses import GRAPHS, RESULTS
from graph_service.settings import Layout, read_settings
from graph_service.storage.register import ANONYMOUS
from graph_service.storage.views import Publication
from loaders import LoadRequest, open_source
from loaders.base import ID, expand
from queries import catalogue

P = ParamSpec("P")
REFUSED = 2
FORMATS = sorted({*RESULTS.values(), *GRAPHS.values()})

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("sluis-data"),
    envvar="SLUIS_DATA",
    show_default=True,
    help="The data folder (or set SLUIS_DATA).",
)


def refusals_are_told(command: Callable[P, None]) -> Callable[P, None]:
    """A refusal is one clear line on standard error and exit code 2; what was there before is unharmed."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except SluisError as error:
            where = (
                f" (line {error.line}, column {error.column})" if isinstance(error, QueryRefused) and error.line else ""
            )
            click.echo(f"sluis: {error.public}{where}", err=True)
            sys.exit(REFUSED)

    return wrapped


@contextmanager
def builder_of(data: Path) -> Iterator[Builder | RemoteBuilder]:
    """The data folder's builder: the running one, or one in this process."""
    builder = open_builder(Layout(data), read_settings(data))
    try:
        yield builder
    finally:
        builder.close()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sluis")
def main() -> None:
    """Sluis: a classification-aware knowledge graph, where everyone sees exactly what they are cleared for."""


@main.command()
@data_option
@click.option("--port", default=8757, show_default=True, help="The port to serve on; 0 takes a free one.")
@click.option("--once", is_flag=True, help="Stop after printing the questions and their answers.")
@refusals_are_told
def demo(data: Path, port: int, once: bool) -> None:
    """Build everything from the packaged datasets, show the questions at two clearances, and serve."""
    demo_program.run(Layout(data), port=port, once=once, console=Console())


@main.command()
@click.argument("source", type=click.Path(path_type=Path))
@data_option
@click.option("--label", help="A marking for everything loaded; what the source itself states can only add to it.")
@click.option("--source-iri", help="The IRI of the source, where the file doesn't name it.")
@click.option("--no-publish", is_flag=True, help="Store only; `sluis publish` makes it visible later.")
@refusals_are_told
def load(source: Path, data: Path, label: str | None, source_iri: str | None, no_publish: bool) -> None:
    """Load a dataset folder (mapping.toml and CSV files) or an RDF file; a refused source stores nothing."""
    with builder_of(data) as builder, _progress() as progress:
        request = LoadRequest(
            path=source,
            policies=builder.policies,
            source=_iri(source_iri),
            label=parse_marking(label, policies=builder.policies) if label else None,
            progress=_reporter(progress),
        )
        stored = builder.load(list(open_source(request)))
        click.echo(f"portions: {stored.added} added, {stored.changed} changed, {stored.unchanged} unchanged")
        if not no_publish:
            _publish(builder)


@main.command()
@data_option
@refusals_are_told
def publish(data: Path) -> None:
    """Build the view of every clearance in use and serve them in place of the old ones."""
    with builder_of(data) as builder:
        _publish(builder)


@main.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8757, show_default=True)
@refusals_are_told
def serve(data: Path, host: str, port: int) -> None:
    """Serve what is published, with the builder beside it for further commands. Ctrl-C ends both."""
    with builder_of(data) as builder:
        _publish(builder)
    with Service(Layout(data), host=host, port=port) as service:
        click.echo(f"Sluis serves {service.url}  (Ctrl-C ends it)")
        demo_program.wait(service)


@main.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--as", "user", default=ANONYMOUS, show_default=True, help="Whose view the query runs on.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Default: json, or turtle for graphs.")
@data_option
@refusals_are_told
def query(file: Any, user: str, form: str | None, data: Path) -> None:
    """Run a SPARQL query from FILE (or - for standard input) on a user's view."""
    guarded = guard(file.read())
    with _desk(data, user) as (desk, banner):
        wanted = form or ("json" if guarded.form in {"SELECT", "ASK"} else "turtle")
        if (wanted in GRAPHS.values()) == (guarded.form in {"SELECT", "ASK"}):
            raise SluisError(f"a {guarded.form} query has no answer in {wanted}")
        click.echo(f"Classification: {banner}", err=True)
        click.echo(desk.workers.ask(guarded, form=wanted).decode(), nl=False)


@main.group()
def queries() -> None:
    """The questions that the service knows by name."""


@queries.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print what GET /queries answers.")
def queries_list(as_json: bool) -> None:
    """List every question with its parameters."""
    questions = [question.to_data() for question in catalogue().values()]
    if as_json:
        click.echo(json.dumps({"queries": questions}, ensure_ascii=False, indent=1))
        return
    table = Table("question", "what it answers", "parameters")
    for question in questions:
        table.add_row(question["name"], question["summary"], ", ".join(p["name"] for p in question["parameters"]))
    Console().print(table)


@queries.command("run")
@click.argument("name")
@click.argument("parameters", nargs=-1, metavar="[PARAMETER=VALUE]...")
@click.option("--as", "user", default=ANONYMOUS, show_default=True, help="Whose view the question is asked on.")
@click.option("--format", "form", type=click.Choice(sorted(set(RESULTS.values()))), help="Default: a table.")
@data_option
@refusals_are_told
def queries_run(name: str, parameters: tuple[str, ...], user: str, form: str | None, data: Path) -> None:
    """Ask a question by name on a user's view."""
    if name not in catalogue():
        raise SluisError(f"there is no question `{name}`: `sluis queries list` shows them")
    given = dict(parameter.partition("=")[::2] for parameter in parameters)
    with _desk(data, user) as (desk, banner):
        bound = desk.bind(catalogue()[name], given)
        click.echo(f"Classification: {banner}", err=True)
        if form:
            click.echo(desk.workers.ask(bound, form=form).decode(), nl=False)
        else:
            Console().print(demo_program.answer_table(desk.workers.ask(bound, form="json")))


@main.group()
def portions() -> None:
    """The labelled portions in the store (system-high: whoever runs this sees every name)."""


@portions.command("list")
@data_option
@refusals_are_told
def portions_list(data: Path) -> None:
    """List every portion: id, marking, source and part, number of triples."""
    with builder_of(data) as builder:
        table = Table(Column("portion", no_wrap=True, min_width=32), "marking", "source", "part", "triples")
        for entry in builder.portions():
            source = entry.source.removeprefix(ID)
            table.add_row(entry.id.rpartition("/")[2], entry.marking, source, entry.part, str(entry.triples))
        Console().print(table)


@portions.command("show")
@click.argument("portion")
@data_option
@refusals_are_told
def portions_show(portion: str, data: Path) -> None:
    """Show one portion, by its id: label, originator, digest and statements."""
    with builder_of(data) as builder:
        found = builder.portion(portion if "/" in portion else str(expand(f"id:portion/{portion}").value))
        if found is None:
            raise SluisError(f"there is no portion `{portion}`: `sluis portions list` shows them")
        click.echo(f"# marking:    {format_marking(found.label)}")
        click.echo(f"# source:     {found.portion.source}  {found.portion.part}")
        click.echo(f"# originator: {found.portion.originator}")
        click.echo(f"# digest:     {found.digest}")
        click.echo(found.portion.ntriples, nl=False)


@main.group()
def user() -> None:
    """Who may ask at which clearance."""


@user.command("add")
@click.argument("name")
@click.option(
    "--clearance", "markings", multiple=True, required=True, help="A level, held with all below it; one a policy."
)
@click.option("--compartment", "compartments", multiple=True, help="A compartment held, as POLICY:NAME.")
@click.option("--affiliation", help="The one affiliation, such as NLD.")
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--valid-until", type=click.DateTime(["%Y-%m-%d"]))
@data_option
@refusals_are_told
def user_add(
    name: str,
    markings: tuple[str, ...],
    compartments: tuple[str, ...],
    affiliation: str | None,
    valid_from: datetime | None,
    valid_until: datetime | None,
    data: Path,
) -> None:
    """Register a user, wait for the view, and print the token: it is shown this once."""
    with builder_of(data) as builder:
        clearance = clearance_from_markings(
            markings,
            policies=builder.policies,
            compartments=compartments,
            affiliation=affiliation,
            valid_from=valid_from.date() if valid_from else None,
            valid_until=valid_until.date() if valid_until else None,
        )
        click.echo(builder.add_user(name, clearance))


@user.command("list")
@data_option
@refusals_are_told
def user_list(data: Path) -> None:
    """List every user with what they hold."""
    with builder_of(data) as builder:
        table = Table("user", "levels and compartments", "affiliation", "valid until")
        for name, clearance in builder.users():
            held = clearance.to_data()["policies"]
            parts = [f"{part['levels'][-1]} {' '.join(part['compartments'])}".strip() for part in held.values()]
            table.add_row(name, ", ".join(parts), clearance.affiliation or "", str(clearance.valid_until or ""))
        Console().print(table)


@main.command()
@data_option
@refusals_are_told
def doctor(data: Path) -> None:
    """Check the installation and the store; exit code 1 if something needs attention."""
    with builder_of(data) as builder:
        findings = examine(Layout(data), read_settings(data), builder)
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'LOOK'}  {finding.text}")
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


def _publish(builder: Builder | RemoteBuilder) -> None:
    with Console(stderr=True).status("building views …"):
        count = builder.publish()
    click.echo(f"published: {count} view{'' if count == 1 else 's'}")


@contextmanager
def _desk(data: Path, user: str) -> Iterator[tuple[Desk, str]]:
    """The desk of a user's view, with its banner, on this command's own workers."""
    layout, settings = Layout(data), read_settings(data)
    everyone = {principal.name: principal for principal in Publication.read(layout.views).everyone}
    if user not in everyone:
        raise SluisError(f"there is no user `{user}`: `sluis user list` shows them")
    principal = everyone[user]
    with Desk.opened(principal, views=layout.views, settings=settings) as desk:
        yield desk, principal.banner


def _iri(text: str | None) -> str:
    try:
        return expand(text).value if text else ""
    except ValueError as error:
        raise SluisError(str(error)) from error


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress


def _reporter(progress: Progress) -> Callable[[str, int, int], None]:
    tasks: dict[str, Any] = {}

    def report(file: str, done: int, total: int) -> None:
        if file not in tasks:
            tasks[file] = progress.add_task(file, total=total or None)
        progress.update(tasks[file], completed=done)

    return report
