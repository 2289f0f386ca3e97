"""The commands on users: who may ask at which clearance."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from graph_service.cli.common import builder_of, data_option, iri, json_option, print_json, refusals_are_told
from graph_service.cli.stated import read_clearance
from graph_service.errors import ClearanceError
from graph_service.handling import clearance_from_markings
from graph_service.proposals import RIGHTS

RIGHT = click.Choice(RIGHTS)


@click.group()
def user() -> None:
    """Who may ask at which clearance."""


@user.command("add")
@click.argument("name")
@click.option("--clearance", "markings", multiple=True, help="A level, held with all below it; one a policy.")
@click.option(
    "--clearance-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Or a file (ADatP-4774, spiffing, JSON): it holds just what it lists.",
)
@click.option(
    "--compartment", "compartments", multiple=True, help="A category held, as POLICY:NAME or POLICY:TAG/NAME."
)
@click.option("--affiliation", help="The one affiliation, such as NLD.")
@click.option("--acts-for", help="The IRI of the originator in whose name this user may lower labels.")
@click.option("--may", multiple=True, type=RIGHT, help="What this user may ask for over HTTP besides reading.")
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--valid-until", type=click.DateTime(["%Y-%m-%d"]))
@data_option
@refusals_are_told
def user_add(
    name: str,
    markings: tuple[str, ...],
    clearance_file: Path | None,
    compartments: tuple[str, ...],
    affiliation: str | None,
    acts_for: str | None,
    may: tuple[str, ...],
    valid_from: datetime | None,
    valid_until: datetime | None,
    data: Path,
) -> None:
    """Register a user, wait for the view, and print the token: it is shown this once."""
    if bool(markings) == bool(clearance_file):
        raise ClearanceError("give the clearance by --clearance, or by --clearance-file: one of the two")
    with builder_of(data) as builder:
        if clearance_file:
            if compartments or affiliation or valid_from or valid_until:
                raise ClearanceError("a clearance in a file holds just what it lists: leave the other options out")
            clearance = read_clearance(clearance_file, policies=builder.policies)
        else:
            clearance = clearance_from_markings(
                markings,
                policies=builder.policies,
                compartments=compartments,
                affiliation=affiliation,
                valid_from=valid_from.date() if valid_from else None,
                valid_until=valid_until.date() if valid_until else None,
            )
        click.echo(builder.add_user(name, clearance, iri(acts_for), may))


@user.command("allow")
@click.argument("name")
@click.argument("right", type=RIGHT)
@data_option
@refusals_are_told
def user_allow(name: str, right: str, data: Path) -> None:
    """Let a user propose reviews of mentions (review), or decisions on labels for their originator (relabel)."""
    with builder_of(data) as builder:
        builder.allow(name, right)


@user.command("forbid")
@click.argument("name")
@click.argument("right", type=RIGHT)
@data_option
@refusals_are_told
def user_forbid(name: str, right: str, data: Path) -> None:
    """Take such a right away."""
    with builder_of(data) as builder:
        builder.allow(name, right, allowed=False)


@user.command("list")
@json_option
@data_option
@refusals_are_told
def user_list(as_json: bool, data: Path) -> None:
    """List every user with what they hold."""
    with builder_of(data) as builder:
        users, unreadable, rights = builder.users(), builder.unreadable_users(), builder.rights()
    if as_json:
        found = [{"name": name, "clearance": held.to_data(), "may": rights[name]} for name, held in users]
        print_json({"users": found + [{"name": name, "clearance": None, "may": []} for name in unreadable]})
        return
    table = Table("user", "levels", "categories", "valid until", "may")
    for name, clearance in users:
        held = clearance.to_data()["policies"]
        levels = ", ".join(f"{policy} {part['levels'][-1]}" for policy, part in held.items() if part["levels"])
        categories = (
            f"{tag}: {' '.join(names)}" for part in held.values() for tag, names in part["categories"].items()
        )
        table.add_row(name, levels, "; ".join(categories), str(clearance.valid_until or ""), ", ".join(rights[name]))
    for name, why in unreadable.items():
        table.add_row(name, f"can't be read: {why}", "", "", "")
    Console().print(table)
