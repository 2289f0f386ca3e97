"""The commands on labelled portions: list and show them, give one another label, withdraw or purge it."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from graph_service.builder import Builder
from graph_service.builder_socket import RemoteBuilder
from graph_service.cli.common import builder_of, data_option, iri, json_option, print_json, refusals_are_told
from graph_service.errors import NotCleared, SluisError
from graph_service.handling import format_marking, parse_marking
from graph_service.portions import StoredPortion, Term, portion_name
from graph_service.relabelling import Relabelling
from graph_service.settings import Layout
from loaders.base import ID, document_iri, expand, file_iri

_PORTION = re.compile(r"[0-9a-f]{32}")


@click.group()
def portions() -> None:
    """The labelled portions in the store (system-high: whoever runs this sees every name)."""


@portions.command("list")
@click.argument("source", metavar="[SOURCE|FILE]", default="")
@data_option
@refusals_are_told
def portions_list(source: str, data: Path) -> None:
    """List every portion: id, marking, source and part, number of triples. With a source or a file's name, its own."""
    with builder_of(data) as builder:
        own = _targets(source, builder) if source else ()
        table = Table(Column("portion", no_wrap=True, min_width=32), "marking", "source", "part", "triples")
        for entry in builder.portions():
            if own and entry.source not in own and entry.id not in own:
                continue
            source = entry.source.removeprefix(ID)
            part = f"{entry.part} (withdrawn)" if entry.withdrawn else entry.part
            table.add_row(entry.id.rpartition("/")[2], entry.marking, source, part, str(entry.triples))
        Console().print(table)


@portions.command("show")
@click.argument("portion")
@data_option
@refusals_are_told
def portions_show(portion: str, data: Path) -> None:
    """Show one portion, by its id: label, originator, digest and statements."""
    with builder_of(data) as builder:
        found = builder.portion(_portion_iri(portion))
        if found is None:
            raise SluisError(
                f"there is no portion `{portion_name(_portion_iri(portion))}`: `sluis portions list` shows them"
            )
        stated = found.portion
        click.echo(f"# marking:    {format_marking(found.label, policies=builder.policies)}")
        click.echo(f"# source:     {stated.source}  {stated.part}")
        click.echo(f"# originator: {stated.originator}")
        if stated.set_on:
            click.echo(f"# set on:     {stated.set_on}")
        if stated.ground:
            click.echo(f"# ground:     {stated.ground}")
        if stated.term:
            click.echo(f"# term:       {stated.term.until or stated.term.event}")
        click.echo(f"# digest:     {found.digest}")
        click.echo(stated.ntriples, nl=False)


@portions.command("history")
@click.argument("portion")
@json_option
@data_option
@refusals_are_told
def portions_history(portion: str, as_json: bool, data: Path) -> None:
    """Show every decision about a portion's label: who set, raised or lowered it, when, why, under which policy."""
    with builder_of(data) as builder:
        decisions = builder.history(_portion_iri(portion))
        policies = builder.policies
    if not decisions:
        raise SluisError(
            f"there is no portion `{portion_name(_portion_iri(portion))}`: `sluis portions list` shows them"
        )
    if as_json:
        print_json([decision.to_data() for decision in decisions])
        return
    for decision in decisions:
        before = f"{format_marking(decision.before, policies=policies)} → " if decision.before else ""
        versions = ", ".join(f"{policy} {version}" for policy, version in decision.versions.items())
        click.echo(f"{decision.taken_on}  {decision.act:8} {before}{format_marking(decision.after, policies=policies)}")
        click.echo(f"{'':12}by {decision.taken_by.removeprefix(ID)}, under {versions}")
        told = {"document": decision.reference, "ground": decision.ground}
        if decision.term:
            told["to be reviewed"] = str(decision.term.until or decision.term.event)
        for what, text in told.items():
            if text:
                click.echo(f"{'':12}{what}: {text}")


@click.command()
@click.argument("portion")
@click.argument("marking")
@click.option("--as", "user", required=True, help="The registered user who decides.")
@click.option(
    "--decision", "reference", default="", help="The document in which the decision stands; to lower, required."
)
@click.option("--ground", default="", help="Why.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day on which the new label is to be reviewed.")
@click.option("--until-event", default="", help="Or the event.")
@data_option
@refusals_are_told
def relabel(
    portion: str,
    marking: str,
    user: str,
    reference: str,
    ground: str,
    until: datetime | None,
    until_event: str,
    data: Path,
) -> None:
    """Give a portion another label and publish. Raising is open to who is cleared; lowering is the originator's."""
    with builder_of(data) as builder:
        label = parse_marking(marking, policies=builder.policies)
        term = Term(until=until.date() if until else None, event=until_event) if until or until_event else None
        wish = Relabelling(label, reference=reference, ground=ground, term=term)
        found = builder.relabel(_portion_iri(portion), wish, user=user)
        click.echo(f"{found.id.rpartition('/')[2]}  {format_marking(found.label, policies=builder.policies)}")


@click.command()
@click.argument("target", metavar="PORTION|SOURCE|FILE")
@click.option("--as", "user", required=True, help="The registered user who decides.")
@click.option("--ground", required=True, help="Why.")
@click.option("--decision", "reference", default="", help="The document in which the decision stands, if there is one.")
@data_option
@refusals_are_told
def withdraw(target: str, user: str, ground: str, reference: str, data: Path) -> None:
    """Take a portion, or all of a source that the user may see, out of every view, at once.

    A file is named as the report of its load named it; it need not be there any more.
    Open to every registered user who may see it, as raising a label is. The text and its history stay in the store;
    `sluis load --restore` brings it back, a load without that is refused.
    """
    with builder_of(data) as builder:
        for found in _withdrawn(target, builder, user=user, ground=ground, reference=reference):
            click.echo(f"{found.id.rpartition('/')[2]}  withdrawn")


@click.command()
@click.argument("portion")
@click.option("--as", "user", required=True, help="The registered user who decides: one who acts for the originator.")
@click.option("--decision", "reference", required=True, help="The document in which the decision stands.")
@click.option("--ground", default="", help="Why.")
@data_option
@refusals_are_told
def purge(portion: str, user: str, reference: str, ground: str, data: Path) -> None:
    """Erase a portion's text from the store and from every view, at once and for good. Its history stays."""
    with builder_of(data) as builder:
        found = builder.purge(_portion_iri(portion), user=user, reference=reference, ground=ground)
    layout = Layout(data)
    click.echo(f"{found.id.rpartition('/')[2]}  purged")
    click.echo("Not touched, and perhaps holding the text still:")
    click.echo(f"  the audit log, with what was asked:  {layout.audit / 'audit.jsonl'}")
    click.echo(f"  what it was loaded from:              {found.portion.source}")
    click.echo(f"  every backup and snapshot of:         {layout.data}")
    click.echo("  free blocks of the disk, swap, and the memory of running programs, until they are used anew")


def _withdrawn(
    target: str, builder: Builder | RemoteBuilder, *, user: str, ground: str, reference: str
) -> list[StoredPortion]:
    """What was taken out. A file that was never loaded and one above the user are refused in the same words."""
    targets = _targets(target, builder)
    for number, name in enumerate(targets):
        try:
            return builder.withdraw(name, user=user, ground=ground, reference=reference)
        except SluisError as error:
            if len(targets) == 1 or error.public != f"there is no portion `{portion_name(name)}`":
                raise
            if number == len(targets) - 1:
                raise NotCleared(
                    f"there is nothing of a file `{target}`: name it as its load did, or give the IRI of its source"
                ) from error
    return []


def _targets(text: str, builder: Builder | RemoteBuilder) -> tuple[str, ...]:
    """The IRIs that are meant: a portion by its last part, a source by its IRI, or what a file's name may stand for."""
    if _PORTION.fullmatch(text):
        return (_portion_iri(text),)
    if ":" in text:
        return (iri(text),)
    return (document_iri(text, name_key=builder.name_key()), file_iri(text))


def _portion_iri(portion: str) -> str:
    """A portion's IRI, from itself or its last part."""
    return portion if "/" in portion else str(expand(f"id:portion/{portion}").value)
