"""What `sluis load` says of a load: plain data for programs, and the same as tables for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Column, Table

from graph_service.loading import FileReport
from graph_service.namespaces import short
from graph_service.storage.portion_store import Stored
from loaders.detection import Detection
from loaders.vocabulary import class_names

ACTS = ("added", "changed", "unchanged", "withdrawn")
FILES_SHOWN, KINDS_SHOWN, REMARKS_SHOWN = 40, 12, 20
WIDTH = 110
"""How wide tables are where no terminal says."""


def report_of(files: Iterable[FileReport], stored: Stored, found: Detection, *, dry_run: bool) -> dict[str, Any]:
    """The report as data. A file of which a source stands in another file too is counted with that one."""
    summary = stored.summary
    names = class_names()
    return {
        "dry_run": dry_run,
        "files": [_group(group, summary.get("sources", {})) for group in _grouped(files)],
        "passed_over": [{"name": item.name, "reason": reason} for item, reason in found.passed_over],
        "portions": {act: getattr(stored, act) for act in ACTS},
        "facts": [{**one, "names": names.get(one["class"], {})} for one in summary.get("facts", [])],
        "facts_are_exact": summary.get("facts_are_exact", True),
        "not_known": summary.get("not_known", {"count": 0, "sample": []}),
        "remarks": [
            {"file": told.file, "line": told.line, "text": told.text} for file in files for told in file.remarks
        ],
        "published": None,
    }


def _grouped(files: Iterable[FileReport]) -> list[list[FileReport]]:
    """Files that speak of one source together."""
    groups: list[list[FileReport]] = []
    where: dict[str, list[FileReport]] = {}
    for file in files:
        group = next((where[source] for source in sorted(file.sources) if source in where), None)
        if group is None:
            groups.append(group := [])
        group.append(file)
        where.update(dict.fromkeys(file.sources - where.keys(), group))
    return groups


def _group(group: list[FileReport], sources: dict[str, dict[str, int]]) -> dict[str, Any]:
    own = {source for file in group for source in file.sources}
    return {
        "name": group[0].name,
        "with": [file.name for file in group[1:]],
        "format": group[0].format,
        "sources": sorted(own),
        **{act: sum(sources.get(source, {}).get(act, 0) for source in own) for act in ACTS},
    }


def tell(report: dict[str, Any]) -> None:
    """The report on standard output."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    if len(report["files"]) > 1 or report["passed_over"]:
        _tell_files(report, console)
    if report["facts"]:
        _tell_facts(report["facts"], console)
        if not report["facts_are_exact"]:
            click.echo("of so many things, those that stand in several portions are counted more than once")
    _tell_not_known(report["not_known"])
    for remark in report["remarks"][:REMARKS_SHOWN]:
        line = f", line {remark['line']}" if remark["line"] else ""
        click.echo(f"{remark['file']}{line}: {remark['text']}")
    if (more := len(report["remarks"]) - REMARKS_SHOWN) > 0:
        click.echo(f"and {more} more remarks: --json gives them all")
    counts = report["portions"]
    would = "nothing is stored; portions would be" if report["dry_run"] else "portions"
    click.echo(f"{would}: " + ", ".join(f"{counts[act]} {act}" for act in ACTS if counts[act] or act != "withdrawn"))
    if report["published"] is not None:
        click.echo(f"published: {report['published']} view{'' if report['published'] == 1 else 's'}")


def _tell_files(report: dict[str, Any], console: Console) -> None:
    counts = (Column(act, justify="right") for act in ACTS)
    table = Table(Column("file", overflow="fold"), Column("format", no_wrap=True), *counts, box=box.SIMPLE_HEAD)
    for file in report["files"][:FILES_SHOWN]:
        name = file["name"] + (f" and {len(file['with'])} more" if file["with"] else "")
        table.add_row(name, file["format"], *(str(file[act] or "·") for act in ACTS))
    for passed in report["passed_over"][:FILES_SHOWN]:
        table.add_row(passed["name"], "passed over")
    console.print(table)
    for reason, names in _reasons(report["passed_over"]).items():
        click.echo(f"passed over: {len(names)} file{'' if len(names) == 1 else 's'}: {reason}")
    more = max(0, len(report["files"]) - FILES_SHOWN) + max(0, len(report["passed_over"]) - FILES_SHOWN)
    if more:
        click.echo(f"and {more} more files: --json gives them all")


def _reasons(passed_over: list[dict[str, Any]]) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for passed in passed_over:
        reasons.setdefault(passed["reason"], []).append(passed["name"])
    return reasons


def _tell_facts(facts: list[dict[str, Any]], console: Console) -> None:
    table = Table(
        "kind", Column("new or changed", justify="right"), Column("in all", justify="right"), box=box.SIMPLE_HEAD
    )
    # Classes of the ontology first: what others are called (a quotation's selector) is seldom what a load is about.
    ordered = sorted(facts, key=lambda one: (not one["names"], -one["all"], one["class"]))
    for one in ordered[:KINDS_SHOWN]:
        name = one["names"].get("en", "")
        kind = f"{name} ({short(one['class'])})" if name else short(one["class"])
        table.add_row(kind, str(one["new"] or "·"), str(one["all"]))
    console.print(table)
    if (more := len(facts) - KINDS_SHOWN) > 0:
        click.echo(f"and {more} more kinds: --json gives them all")


def _tell_not_known(told: dict[str, Any]) -> None:
    if told["count"] is None:
        click.echo("the load speaks of too much to look up what is not known yet")
    elif told["count"]:
        names = " ".join(short(iri) for iri in told["sample"])
        more = f" and {told['count'] - len(told['sample'])} more" if told["count"] > len(told["sample"]) else ""
        click.echo(f"pointed at and not known here: {names}{more}")
