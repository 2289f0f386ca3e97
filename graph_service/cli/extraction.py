"""`sluis extraction`: how well the finders do on documents whose facts are known."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from graph_service.cli.common import data_option, documents_option, json_option, policies_of, refusals_are_told
from loaders import LoadRequest
from loaders.front import dataset_folder
from loaders.review.extraction import LEAST, Measured, measure_extraction


@click.group()
def extraction() -> None:
    """What is found in documents, measured."""


@extraction.command()
@click.argument("dataset")
@data_option
@documents_option
@click.option(
    "--least",
    default=LEAST,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Count what was found with this confidence or more.",
)
@json_option
@refusals_are_told
def measure(dataset: str, data: Path, documents: Path | None, least: float, as_json: bool) -> None:
    """Precision and recall of the finders on the documents of a DATASET (a folder, or the name of one that comes with
    Sluis), against its rows.

    Nothing is loaded.
    """
    with dataset_folder(dataset) as folder:
        request = LoadRequest(path=folder, policies=policies_of(data), documents=documents)
        measured = measure_extraction(request, least=least)
    if as_json:
        listed = [{**asdict(one), "recall": one.recall, "precision": one.precision} for one in measured]
        click.echo(json.dumps(listed, ensure_ascii=False))
    else:
        _print(measured)


def _print(measured: tuple[Measured, ...]) -> None:
    for document in dict.fromkeys(one.document for one in measured):
        own = [one for one in measured if one.document == document and (one.expected or one.found)]
        headings = (Column("recall", justify="right"), Column("precision", justify="right"))
        table = Table("kind", "known beforehand", *headings, title=document, title_justify="left")
        for one in own:
            recall = _share(one.recalled, one.expected, one.recall)
            table.add_row(one.kind, one.knowledge, recall, _share(one.right, one.found, one.precision))
        Console().print(table)
        for one in own:
            lists = (("missed", one.missed), ("only meant", one.meant_missed), ("no row bears out", one.wrong))
            told = [f"  {why}: {words}" for why, listed in lists for words in listed]
            if told:
                click.echo(f"{one.kind}{f', {one.knowledge}' if one.knowledge else ''}")
                click.echo("\n".join(told))


def _share(part: int, whole: int, share: float) -> str:
    return f"{part} of {whole}  {share:.3f}" if whole else "-"
