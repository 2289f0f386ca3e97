"""The commands for whoever writes questions or hands them on: check them, and export them as RDF."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from graph_service import demo as demo_program
from graph_service.cli.common import data_option, json_option, policies_of, print_json, refusals_are_told
from graph_service.errors import SluisError
from graph_service.question_check import Checked, check_questions
from graph_service.question_export import questions_as_turtle
from graph_service.serving.question_files import load_questions
from graph_service.serving.questions import iri_term
from graph_service.settings import Layout, read_settings
from queries import question_files

FOUND = 1


@click.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Ask as every user of this data folder; without it a demo is built for this and removed again.",
)
@click.option(
    "--within",
    type=click.FloatRange(min=0, min_open=True),
    default=100,
    show_default=True,
    help="How many milliseconds an example may take: the median of a few runs.",
)
@click.option("--strict-time", is_flag=True, help="What takes longer is a failure too, not a remark.")
@json_option
@refusals_are_told
def queries_check(folder: Path | None, data: Path | None, within: float, strict_time: bool, as_json: bool) -> None:
    """Read every question, or those in FOLDER, and run its example as everybody. Exit code 1 if something is wrong."""
    files = _files(folder, data)
    with _data_folder(data) as layout, Console(stderr=True).status("asking …") as status:
        found = []
        for checked in check_questions(files, layout):
            status.update(f"asking … {checked.name}")
            found.append(checked)
    faulty = [checked for checked in found if checked.faults]
    slow = [checked for checked in found if checked.slower_than(within)]
    failed = bool(faulty or (strict_time and slow))
    if as_json:
        print_json({"ok": not failed, "within": within, "questions": [c.to_data(within=within) for c in found]})
    else:
        _print(found, within=within)
    if failed:
        sys.exit(FOUND)


@click.command("export")
@click.option("--endpoint", default="", help="The address where the questions can be asked, to be named with each.")
@data_option
@refusals_are_told
def queries_export(endpoint: str, data: Path) -> None:
    """Print the catalogue as RDF (Turtle): each question a sh:SPARQLSelectExecutable with its parameters.

    The data folder need not be there: then the packaged policies count.
    """
    if endpoint:
        iri_term(endpoint)
    questions = load_questions(read_settings(data)).values()
    text = questions_as_turtle(questions, policies=policies_of(data), endpoint=endpoint)
    click.echo(text, nl=False)


def _files(folder: Path | None, data: Path | None) -> list[tuple[str, str]]:
    """Name and text of each question of the folder; without one, of the package and of the installation's own."""
    own = folder
    if folder is None and data and (setting := read_settings(data).questions):
        own = Path(setting)
    if own is None:
        return question_files()
    files = question_files(own) if own.is_dir() else []
    if not files:
        raise SluisError(f"there is no .rq file in {own}")
    return sorted([*question_files(), *files]) if folder is None else files


@contextmanager
def _data_folder(data: Path | None) -> Iterator[Layout]:
    """The given one, or a demo's for as long as this takes."""
    if data is not None:
        yield Layout(data)
        return
    with tempfile.TemporaryDirectory(prefix="sluis-check-") as folder:
        layout = Layout(Path(folder) / "data")
        with Console(stderr=True).status("building a demo …"):
            demo_program.build(layout, console=Console(quiet=True))
        yield layout


def _print(found: list[Checked], *, within: float) -> None:
    readers = list(dict.fromkeys(who for checked in found for who in checked.answers))
    columns = [Column("question", overflow="fold"), *(Column(who, justify="right", no_wrap=True) for who in readers)]
    table = Table(*columns, caption="rows of the example · median time in ms")
    for checked in found:
        slow = checked.slower_than(within)
        cells = []
        for who in readers:
            timed = checked.answers.get(who)
            text = f"{timed.rows} · {timed.milliseconds:>4.1f}" if timed else "–"
            cells.append(f"[bold]{text} ![/bold]" if who in slow else text)
        table.add_row(f"[bold]{checked.name} ✗[/bold]" if checked.faults else checked.name, *cells)
    Console().print(table, highlight=False)
    for checked in found:
        for fault in checked.faults:
            click.echo(f"{checked.name}: {fault}")
        for who, milliseconds in checked.slower_than(within).items():
            click.echo(f"{checked.name}: slow for {who}: {milliseconds:.0f} ms, above {within:g} ms")
    faulty = sum(bool(checked.faults) for checked in found)
    slow_ones = sum(bool(checked.slower_than(within)) for checked in found)
    click.echo(f"{len(found)} question{'' if len(found) == 1 else 's'}: {faulty} at fault, {slow_ones} slow")
