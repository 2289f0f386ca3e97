"""The commands on the data folder as a whole: demo, load, publish, serve, doctor."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from graph_service import demo as demo_program
from graph_service.builder import Builder
from graph_service.builder_socket import RemoteBuilder
from graph_service.cli.common import (
    builder_of,
    data_option,
    documents_option,
    iri,
    place_in,
    progress_bars,
    publish_views,
    refusals_are_told,
    reporter,
)
from graph_service.cli.stated import check_binding, stated_label
from graph_service.doctor import examine
from graph_service.errors import SluisError
from graph_service.running import Service
from graph_service.settings import Layout, read_settings
from graph_service.shapes import DoesNotConform
from graph_service.storage.portion_store import Stored
from loaders import LoadRequest, Origins, open_source
from loaders.base import NO_RECORD
from loaders.front import is_table_dataset


@click.command()
@data_option
@click.option("--port", default=8757, show_default=True, help="The port to serve on; 0 takes a free one.")
@click.option("--once", is_flag=True, help="Stop after printing the questions and their answers.")
@documents_option
@refusals_are_told
def demo(data: Path, port: int, once: bool, documents: Path | None) -> None:
    """Build everything from the packaged datasets, show the questions at two clearances, and serve."""
    demo_program.run(Layout(data), port=port, once=once, console=Console(), documents=documents)


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@data_option
@click.option(
    "--label",
    help="A marking, or a file with a label (ADatP-4774), for everything loaded; the source can only add to it.",
)
@click.option("--source-iri", help="The IRI of the source, where the file doesn't name it.")
@click.option("--no-publish", is_flag=True, help="Store only; `sluis publish` makes it visible later.")
@click.option("--restore", is_flag=True, help="Parts that were withdrawn or purged may come back with this load.")
@click.option(
    "--shapes",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="`off` loads an RDF file that does not conform to the shapes; the history of its portions says so.",
)
@documents_option
@refusals_are_told
def load(
    source: Path,
    data: Path,
    label: str | None,
    source_iri: str | None,
    no_publish: bool,
    restore: bool,
    shapes: str,
    documents: Path | None,
) -> None:
    """Load a dataset folder (mapping.toml and CSV files) or an RDF file; a refused source stores nothing."""
    if shapes == "off" and is_table_dataset(source):
        raise SluisError("tables are always checked against the shapes: `--shapes off` is for RDF files")
    with builder_of(data) as builder, progress_bars() as progress:
        stated, record = None, NO_RECORD
        if label:
            stated, record = stated_label(label, policies=builder.policies)
            check_binding(label, source, policies=builder.policies)
        request = LoadRequest(
            path=source,
            policies=builder.policies,
            source=iri(source_iri),
            label=stated,
            record=record,
            progress=reporter(progress),
            origins=Origins(),
            documents=documents,
        )
        stored = loaded(builder, request, restore=restore, shapes=shapes == "on")
        click.echo(f"portions: {stored.added} added, {stored.changed} changed, {stored.unchanged} unchanged")
        if not no_publish:
            publish_views(builder)


def loaded(builder: Builder | RemoteBuilder, request: LoadRequest, *, restore: bool, shapes: bool) -> Stored:
    """What the builder stored. Where it refuses, the refusal names the places that the loader knows."""
    try:
        return builder.load(list(open_source(request)), restore=restore, shapes=shapes)
    except DoesNotConform as error:
        raise error.placed(place_in(request.path.name, request.origins or Origins())) from error


@click.command()
@data_option
@refusals_are_told
def publish(data: Path) -> None:
    """Build the view of every clearance in use and serve them in place of the old ones."""
    with builder_of(data) as builder:
        publish_views(builder)


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8757, show_default=True)
@refusals_are_told
def serve(data: Path, host: str, port: int) -> None:
    """Serve what is published, with the builder beside it for further commands. Ctrl-C ends both."""
    with builder_of(data) as builder:
        publish_views(builder)
    with Service(Layout(data), host=host, port=port) as service:
        click.echo(f"Sluis serves {service.url}  (Ctrl-C ends it)")
        demo_program.wait(service)


@click.command()
@data_option
@refusals_are_told
def doctor(data: Path) -> None:
    """Check and repair the installation and the store; exit code 1 if something needs attention.

    Opening the store carries through what a crash left half done; what was repaired is said first.
    """
    with builder_of(data) as builder:
        findings = examine(Layout(data), read_settings(data), builder)
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'LOOK'}  {finding.text}")
    sys.exit(0 if all(finding.ok for finding in findings) else 1)
