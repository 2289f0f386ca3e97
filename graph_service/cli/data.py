"""The commands on the data folder as a whole: demo, load, publish, serve, doctor."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from graph_service import demo as demo_program
from graph_service.cli.common import (
    builder_of,
    data_option,
    documents_option,
    publish_views,
    refusals_are_told,
)
from graph_service.doctor import examine
from graph_service.running import Service
from graph_service.settings import Layout, read_settings


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
