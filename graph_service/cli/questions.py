"""The commands that ask: a SPARQL query from a file, or a question by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from graph_service import demo as demo_program
from graph_service.cli.common import data_option, json_option, policies_of, print_json, refusals_are_told
from graph_service.cli.output import write_answer
from graph_service.errors import SluisError
from graph_service.namespaces import short
from graph_service.serving.query_guard import guard
from graph_service.serving.question_files import load_questions
from graph_service.serving.question_language import LANGUAGES
from graph_service.serving.questions import Desk
from graph_service.serving.responses import GRAPHS, RESULTS
from graph_service.settings import Layout, read_settings
from graph_service.storage.explanation import Explanation, explain_statement
from graph_service.storage.register import ANONYMOUS
from graph_service.storage.views import Publication, ViewRef

output_option = click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the answer to this file, and its label (ADatP-4774, bound to it by ADatP-4778) beside it.",
)
FORMATS = sorted({*RESULTS.values(), *GRAPHS.values()})


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--as", "user", default=ANONYMOUS, show_default=True, help="Whose view the query runs on.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Default: json, or turtle for graphs.")
@output_option
@data_option
@refusals_are_told
def query(file: Any, user: str, form: str | None, output: Path | None, data: Path) -> None:
    """Run a SPARQL query from FILE (or - for standard input) on a user's view."""
    guarded = guard(file.read())
    with _desk(data, user) as (desk, view):
        wanted = form or ("json" if guarded.form in {"SELECT", "ASK"} else "turtle")
        if (wanted in GRAPHS.values()) == (guarded.form in {"SELECT", "ASK"}):
            raise SluisError(f"a {guarded.form} query has no answer in {wanted}")
        _hand_over(desk.workers.ask(guarded, form=wanted), view, form=wanted, output=output, data=data)


@click.command()
@click.argument("subject")
@click.argument("predicate")
@click.argument("object_", metavar="OBJECT")
@click.option("--as", "user", default=ANONYMOUS, show_default=True, help="Whose view is explained.")
@json_option
@data_option
@refusals_are_told
def explain(subject: str, predicate: str, object_: str, user: str, as_json: bool, data: Path) -> None:
    """Say why a statement stands in a user's view: the portions that state it, or the rule and what it rests on.

    Each term is an IRI, a prefixed name, a name that is unique in the view, or, as object, a literal such as '"5"'.
    """
    with _desk(data, user) as (desk, view):
        terms = [desk.resolve(subject), desk.resolve(predicate), object_]
        if not object_.startswith('"'):
            terms[2] = desk.resolve(object_)
        found = explain_statement(view.dataset(Layout(data).views), terms)
    if found is None:
        raise SluisError("this statement does not stand in the view")
    click.echo(f"Classification: {view.banner}", err=True)
    if as_json:
        print_json(found.to_data())
    else:
        _print_explanation(found, depth=0)


def _print_explanation(found: Explanation, *, depth: int) -> None:
    indent = "  " * depth
    click.echo(f"{indent}{short(found.text)}")
    if found.portions:
        click.echo(f"{indent}  stated in {', '.join(short(portion) for portion in found.portions)}")
    elif found.rule:
        click.echo(f"{indent}  by {short(found.rule)}, because")
        for premise in found.premises:
            _print_explanation(premise, depth=depth + 2)
    else:
        click.echo(f"{indent}  explained above")


@click.group()
def queries() -> None:
    """The questions that the service knows by name."""


@queries.command("list")
@json_option
@data_option
@refusals_are_told
def queries_list(as_json: bool, data: Path) -> None:
    """List every question with its parameters."""
    questions = [question.to_data() for question in load_questions(read_settings(data)).values()]
    if as_json:
        print_json({"queries": questions})
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
@click.option(
    "--lang", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="The language of names."
)
@output_option
@data_option
@refusals_are_told
def queries_run(
    name: str, parameters: tuple[str, ...], user: str, form: str | None, lang: str, output: Path | None, data: Path
) -> None:
    """Ask a question by name on a user's view."""
    known = load_questions(read_settings(data))
    if name not in known:
        raise SluisError(f"there is no question `{name}`: `sluis queries list` shows them")
    given = dict(parameter.partition("=")[::2] for parameter in parameters)
    with _desk(data, user) as (desk, view):
        bound = desk.bind(known[name], given, language=lang)
        if form or output:
            answer = desk.workers.ask(bound, form=form or "json")
            _hand_over(answer, view, form=form or "json", output=output, data=data)
        else:
            click.echo(f"Classification: {view.banner}", err=True)
            Console().print(demo_program.answer_table(desk.workers.ask(bound, form="json")))


def _hand_over(answer: bytes, view: ViewRef, *, form: str, output: Path | None, data: Path) -> None:
    """Print an answer under its banner, or write it to a file with its label beside it."""
    click.echo(f"Classification: {view.banner}", err=True)
    if output is None:
        click.echo(answer.decode(), nl=False)
        return
    policies = policies_of(data)
    media_type = next(media for media, name in {**RESULTS, **GRAPHS}.items() if name == form)
    label = policies.label(view.label)
    binding = write_answer(output, answer, media_type=media_type, label=label, policies=policies)
    click.echo(f"{output} and its label, {binding.name}", err=True)


@contextmanager
def _desk(data: Path, user: str) -> Iterator[tuple[Desk, ViewRef]]:
    """The desk of a user's view, with the view, on this command's own workers."""
    layout, settings = Layout(data), read_settings(data)
    everyone = {principal.name: principal for principal in Publication.read(layout.views).everyone}
    if user not in everyone:
        raise SluisError(f"there is no user `{user}`: `sluis user list` shows them")
    principal = everyone[user]
    with Desk.opened(principal, views=layout.views, settings=settings, policies=policies_of(data)) as desk:
        assert principal.view is not None  # noqa: S101  # else there would be no desk
        yield desk, principal.view
