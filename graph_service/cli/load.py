"""`sluis load`: every source of one command, all or none, and what came of it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from graph_service.builder import Builder
from graph_service.builder_socket import RemoteBuilder
from graph_service.cli.common import (
    REFUSED,
    builder_of,
    data_option,
    documents_option,
    iri,
    json_option,
    print_json,
    progress_bars,
    reporter,
)
from graph_service.cli.interviews import interviews_of
from graph_service.cli.load_report import report_of, tell
from graph_service.cli.stated import check_binding, day, stated_label
from graph_service.errors import LoadRefused, SluisError
from graph_service.loading import Loading, StatedLabel
from graph_service.security import Policies
from graph_service.settings import Layout, read_settings
from graph_service.shapes import DoesNotConform
from loaders import LoadRequest, rdf
from loaders.base import NO_RECORD
from loaders.detection import Detected, Detection, detect
from loaders.gathering import gather
from loaders.label_graphs import read_label_map
from loaders.reading.archives import ArchiveLimits
from loaders.reading.limits import ReadingLimits
from loaders.reading.process import ReadingProcess


@click.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@data_option
@click.option(
    "--label",
    help="A marking, or a file with a label (ADatP-4774), for everything loaded; the source can only add to it.",
)
@click.option(
    "--label-map", type=click.Path(path_type=Path), help="What each expression of a label graph means (TOML)."
)
@click.option("--as-of", help="The day of which the sources speak (2013-04-25): labels without a day were set then.")
@click.option("--format", "named", default="", help="The format of every source, where the files don't tell.")
@click.option("--mapping", type=click.Path(path_type=Path), help="The mapping of the one table that is loaded.")
@click.option("--skip-unknown", is_flag=True, help="Pass over files of folders and archives that no format recognises.")
@click.option("--source-iri", help="The IRI of the source, where the file doesn't name it. For one source.")
@click.option("--no-publish", is_flag=True, help="Store only; `sluis publish` makes it visible later.")
@click.option("--dry-run", is_flag=True, help="Do all but store: say what would be added, changed and refused.")
@click.option("--as", "user", default="", help="The registered user who submits; without it whoever holds the labels.")
@click.option("--restore", is_flag=True, help="Parts that were withdrawn or purged may come back with this load.")
@click.option(
    "--shapes",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="`off` loads RDF that does not conform to the shapes; the history of its portions says so.",
)
@documents_option
@click.option(
    "--interview-names",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file that says of names in notes of interviews what to write in their place, or that they may stay.",
)
@json_option
def load(sources: tuple[str, ...], data: Path, as_json: bool, no_publish: bool, dry_run: bool, **options: Any) -> None:
    """Load files, folders, archives or standard input (`-`): all of it, or, if anything is refused, nothing."""
    with _refusals_are_told(as_json=as_json), builder_of(data) as builder:
        report = _load(builder, sources, data, dry_run=dry_run, **options)
        if not (no_publish or dry_run):
            report["published"] = builder.publish()
    if as_json:
        print_json(report)
    else:
        tell(report)


def _load(
    builder: Builder | RemoteBuilder,
    sources: tuple[str, ...],
    data: Path,
    *,
    label: str | None,
    as_of: str | None,
    label_map: Path | None,
    named: str,
    skip_unknown: bool,
    mapping: Path | None,
    source_iri: str | None,
    user: str,
    dry_run: bool,
    restore: bool,
    shapes: str,
    documents: Path | None,
    interview_names: Path | None,
) -> dict[str, Any]:
    settings = read_settings(data)
    limits = ReadingLimits.of(settings)
    with tempfile.TemporaryDirectory(prefix="sluis-load-") as spool, progress_bars() as progress:
        archives = ArchiveLimits(size=limits.unpacked_mib << 20)
        items = gather(sources, spool=Path(spool), standard_input=sys.stdin.buffer, limits=archives, mapping=mapping)
        found = detect(items, named=named, skip_unknown=skip_unknown)
        _check_options(found, source_iri=source_iri, shapes=shapes)
        request = LoadRequest(
            path=Path(),
            policies=builder.policies,
            source=iri(source_iri),
            progress=reporter(progress),
            documents=documents,
            as_of=day(as_of, default=date.max) if as_of else None,
            label_map=read_label_map(label_map) if label_map else {},
            name_key=builder.name_key(),
            licensed=settings.licensed(),
        )
        with _reading(limits, data, Path(spool)) as reading:
            loading = Loading(
                request,
                label_of=_label_of(label, builder.policies),
                names=builder.names_known_at,
                reads=reading.read,
                interviews=interviews_of(builder, read_settings(data), interview_names),
            )
            try:
                stored = builder.load(
                    loading.proposals(found.to_read), restore=restore, shapes=shapes == "on", dry_run=dry_run, user=user
                )
            except DoesNotConform as error:
                raise error.placed(loading.place) from error
    return report_of(loading.files, stored, found, dry_run=dry_run)


def _reading(limits: ReadingLimits, data: Path, spool: Path) -> ReadingProcess:
    return ReadingProcess(
        limits,
        spool=spool,
        hidden=Layout(data).portions,
        isolate=not read_settings(data).unsafe_workers_share_the_network,
    )


def _check_options(found: Detection, *, source_iri: str | None, shapes: str) -> None:
    if not found.to_read:
        names = ", ".join(f"{item.name} ({reason})" for item, reason in found.passed_over[:3])
        raise LoadRefused(f"nothing to load: passed over {names}")
    if source_iri and len(found.to_read) > 1:
        raise LoadRefused(
            f"--source-iri names one source, and there are {len(found.to_read)} files: load them one by one"
        )
    others = [one.item.name for one in found.to_read if one.format.name not in rdf.LOADERS]
    if shapes == "off" and others:
        raise LoadRefused("is always checked against the shapes: `--shapes off` is for RDF files", file=others[0])


def _label_of(stated: str | None, policies: Policies) -> Callable[[Detected], StatedLabel]:
    """The label that is stated for a file: the command line's joined with that of the label file beside it."""
    common, record = stated_label(stated, policies=policies) if stated else (None, NO_RECORD)

    def label_of(detected: Detected) -> StatedLabel:
        item = detected.item
        if stated:
            check_binding(stated, item.path, policies=policies)
        if item.label is None:
            return common, record
        own, own_record = stated_label(str(item.label), policies=policies)
        check_binding(str(item.label), item.path, policies=policies)
        return own.join(common) if common is not None else own, own_record.or_else(record)

    return label_of


@contextmanager
def _refusals_are_told(*, as_json: bool) -> Iterator[None]:
    """Exit code 2 and one line on standard error; with --json what it says as data on standard output too."""
    try:
        yield
    except SluisError as error:
        if as_json:
            place = {key: getattr(error, key, None) or None for key in ("file", "line", "column")}
            print_json({"refused": error.public, **place})
        click.echo(f"sluis: {error.public}", err=True)
        sys.exit(REFUSED)
