"""`sluis map`: mappings of tables."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from graph_service.cli.common import builder_of, data_option, refusals_are_told
from graph_service.errors import LoadRefused
from graph_service.handling import parse_marking
from graph_service.settings import Layout, read_settings
from loaders import LoadRequest
from loaders.base import Remark
from loaders.detection import Detected
from loaders.formats import DRAFT, FORMATS
from loaders.gathering import Item
from loaders.names import NO_NAMES
from loaders.reading.limits import ReadingLimits
from loaders.reading.process import ReadingProcess


@click.group("map")
def mapping() -> None:
    """Mappings, which say what the columns of tables mean."""


@mapping.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--names-at", help="A marking: look for names of things known at that label among the cells.")
@data_option
@refusals_are_told
def draft(file: Path, names_at: str | None, data: Path) -> None:
    """Propose a mapping for a table (XLSX, ODS, CSV, TSV) and say why. It loads once its label is stated in it.

    Nothing is loaded.
    """
    settings = read_settings(data)
    (form,) = (known for known in FORMATS if known.name == DRAFT)
    with builder_of(data) as builder, tempfile.TemporaryDirectory(prefix="sluis-map-") as spool:
        label = parse_marking(names_at, policies=builder.policies) if names_at else None
        names = builder.names_known_at(label) if label else NO_NAMES
        request = LoadRequest(path=file, policies=builder.policies, names=names)
        with ReadingProcess(
            ReadingLimits.of(settings),
            spool=Path(spool),
            hidden=Layout(data).portions,
            isolate=not settings.unsafe_workers_share_the_network,
        ) as reading:
            told = list(reading.read(Detected(Item(file, file.name, is_named=True), form), request))
    texts = [one.text for one in told if isinstance(one, Remark)]
    if not texts:
        raise LoadRefused("nothing can be proposed for it", file=file.name)
    click.echo("\n".join(texts), nl=False)
