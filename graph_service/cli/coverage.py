"""`sluis coverage`: how complete a dataset is against its documents, and paths from its facts to their words."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from graph_service.cli.common import data_option, documents_option, json_option, policies_of, refusals_are_told
from loaders import LoadRequest
from loaders.front import dataset_folder
from loaders.mapping import MAPPING, read_mapping
from loaders.review.coverage import Counted, Report, measure
from loaders.review.paths import PathToWords, sample_paths
from loaders.tables import documents_at_hand, portions


@click.command()
@click.argument("dataset")
@data_option
@documents_option
@click.option("--sample", default=0, show_default=True, help="Show so many facts with the path to their words.")
@click.option("--seed", default=1, show_default=True, help="Which facts: the same seed takes the same ones.")
@click.option("--unquoted", is_flag=True, help="Print the pieces of the documents that no row quotes.")
@json_option
@refusals_are_told
def coverage(
    dataset: str, data: Path, documents: Path | None, sample: int, seed: int, unquoted: bool, as_json: bool
) -> None:
    """Count a DATASET (a folder, or the name of one that comes with Sluis) against its documents.

    Exit code 1 if something is missing. Nothing is loaded.
    """
    with dataset_folder(dataset) as folder:
        request = LoadRequest(path=folder, policies=policies_of(data), documents=documents)
        report = measure(request)
        paths = _paths(request, size=sample, seed=seed) if sample else []
    if as_json:
        click.echo(json.dumps({**asdict(report), "paths": [asdict(path) for path in paths]}, ensure_ascii=False))
    else:
        _print(report, paths, unquoted=unquoted)
    sys.exit(0 if report.complete else 1)


def _paths(request: LoadRequest, *, size: int, seed: int) -> list[PathToWords]:
    texts = documents_at_hand(request, read_mapping(request.path / MAPPING)).values()
    return sample_paths(portions(request), texts, size=size, seed=seed)


def _print(report: Report, paths: list[PathToWords], *, unquoted: bool) -> None:
    console = Console()
    counts = Table("kind", _number("rows"), _number("document"), "", Column("how counted", overflow="fold"))
    for counted in report.counts:
        counts.add_row(counted.kind, str(counted.rows), _found(counted), _verdict(counted), counted.how)
    tables = Table("table", *(_number(name) for name in ("rows", "with a place", "quoted", "inferred", "neither")))
    for table in report.tables:
        neither = table.placed - table.quoted - table.inferred
        numbers = (table.rows, table.placed, table.quoted, table.inferred, neither)
        tables.add_row(table.table, *map(str, numbers))
    totals = [sum(getattr(table, name) for table in report.tables) for name in ("rows", "placed", "quoted", "inferred")]
    tables.add_section()
    tables.add_row("all", *map(str, totals), str(totals[1] - totals[2] - totals[3]))
    for shown in (counts, tables):
        console.print(shown)
    for read in report.documents:
        share = 100 * read.quoted / read.characters if read.characters else 0.0
        click.echo(f"{read.document}: {read.quoted} of {read.characters} letters and digits are quoted ({share:.1f} %)")
        if unquoted:
            click.echo("".join(f"  {piece}\n" for piece in read.unquoted), nl=False)
    for path in paths:
        click.echo(_told(path))


def _number(name: str) -> Column:
    return Column(name, justify="right")


def _found(counted: Counted) -> str:
    return "not at hand" if counted.found is None else str(counted.found)


def _verdict(counted: Counted) -> str:
    missing = [f"missing: {', '.join(counted.missing)}"] if counted.missing else []
    extra = [f"not in the document: {', '.join(counted.extra)}"] if counted.extra else []
    return "; ".join(missing + extra) or ("" if counted.found is None else "all")


def _told(path: PathToWords) -> str:
    lines = [f"\n{path.name}  <{path.fact}>", f"  stated at  {' · '.join(path.passages)}"]
    if path.cites:
        lines.append(f"  citing     {' · '.join(path.cites)}")
    lines.append(f"  quoted     {path.words}")
    if path.start is not None:
        around = " ".join(f"{path.before}⟦…⟧{path.after}".split())
        lines.append(f"  position   {path.start}-{path.end}:  …{around}…")
    return "\n".join(lines)
