"""What the security officer alone is told: what crosses levels in what was loaded."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table

from graph_service.cli.common import builder_of, data_option, json_option, print_json, refusals_are_told
from graph_service.cli.stated import day
from graph_service.namespaces import short
from graph_service.portions import portion_name
from graph_service.storage.findings import KEPT_BACK


@click.group()
def officer() -> None:
    """For the security officer (system-high: it names what stands at every level)."""


@officer.command("report")
@click.option("--since", help="Only what was found on this day (2026-11-22) or later.")
@json_option
@data_option
@refusals_are_told
def officer_report(since: str | None, as_json: bool, data: Path) -> None:
    """Show what crosses levels: low text that names or says what is known higher, labels that disagree."""
    with builder_of(data) as builder:
        found = builder.crossings(since=day(since, default=date.min) if since else None)
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo("nothing crosses levels")
        return
    table = Table("found", "portion", "at", "what", "higher", "at", box=box.SIMPLE_HEAD)
    for one in found:
        low, high = one["portion"], one["higher"]
        table.add_row(
            *(one["found_on"], _name(low), low["marking"], _what(one)),
            *((_name(high), high["marking"]) if high else ("", "")),
        )
    Console().print(table)


def _name(portion: dict[str, Any]) -> str:
    return f"{portion_name(portion['id'])[:8]} {short(portion['part'] or portion['source'])}"


def _what(one: dict[str, Any]) -> str:
    if one["thing"]:
        return f"names {one['name'] or short(one['thing'])}"
    if one["statements"]:
        return f"says {one['statements']} statement{'' if one['statements'] == 1 else 's'} that stand higher"
    return "kept back: its part was raised or taken out" if one["kind"] == KEPT_BACK else str(one["kind"])
