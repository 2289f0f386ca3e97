"""`sluis check`: validate against the shapes what is stored, the packaged datasets, or files before they are loaded."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from graph_service.cli.common import (
    builder_of,
    data_option,
    json_option,
    place_in,
    policies_of,
    print_json,
    refusals_are_told,
)
from graph_service.cli.stated import stated_label
from graph_service.errors import SluisError
from graph_service.handling import format_marking, parse_marking
from graph_service.namespaces import short
from graph_service.portions import Portion
from graph_service.security import Policies
from graph_service.settings import read_settings
from graph_service.shape_reference import reference
from graph_service.shapes import Conformance, Violation, placed
from graph_service.storage.conformance import validate
from graph_service.storage.shapes import packaged_shapes
from loaders import LoadRequest, Origins, open_source
from loaders.front import DATASETS, packaged
from loaders.vocabulary import vocabulary


@dataclass(frozen=True)
class Checked:
    """What was found in one source; ``differs`` is what pySHACL finds otherwise, where it was asked."""

    name: str
    found: Conformance
    differs: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.found.conforms and not self.differs


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--packaged", "is_packaged", is_flag=True, help="Check the datasets that come with Sluis.")
@click.option("--label", help="A marking for everything in the files, as in `sluis load`.")
@click.option("--reference", "is_compared", is_flag=True, help="Compare with pySHACL, which takes its time.")
@json_option
@data_option
@refusals_are_told
def check(
    paths: tuple[Path, ...], is_packaged: bool, label: str | None, is_compared: bool, as_json: bool, data: Path
) -> None:
    """Validate against the shapes: each file or folder by itself, or, without one, all that is stored.

    Each is validated at every label in it, over what that label dominates. Exit code 1 if something does not conform.
    """
    if paths or is_packaged:
        policies = policies_of(data)
        request = LoadRequest(
            path=Path(), policies=policies, label=stated_label(label, policies=policies)[0] if label else None
        )
        files = _files(request, paths, data, is_packaged=is_packaged)
        checked = [_checked(*source, is_compared=is_compared) for source in files]
    elif is_compared:
        raise SluisError("--reference is for files and for --packaged: name one")
    else:
        with builder_of(data) as builder:
            policies = builder.policies
            checked = [Checked("what is stored", builder.check())]
    if as_json:
        print_json([{"name": one.name, **one.found.to_data(), "differs": list(one.differs)} for one in checked])
    else:
        for one in checked:
            _tell(one, policies)
        _tell_what_nothing_meets(checked)
    sys.exit(0 if all(one.passed for one in checked) else 1)


def _files(
    request: LoadRequest, paths: tuple[Path, ...], data: Path, *, is_packaged: bool
) -> Iterator[tuple[str, list[Portion], Origins]]:
    """What is to be checked: its name, its portions, and where its statements come from."""
    for path in paths:
        asked = replace(request, path=path, origins=(origins := Origins()))
        yield path.name, list(open_source(asked)), origins
    if is_packaged:
        for name in DATASETS:
            asked = replace(request, origins=(origins := Origins()))
            yield name, list(packaged(name, asked)), origins
        label = parse_marking(read_settings(data).vocabulary_label, policies=request.policies)
        today = datetime.now(UTC).date()
        yield "vocabulary", list(vocabulary(policies=request.policies, label=label, today=today)), Origins()


def _checked(name: str, portions: list[Portion], origins: Origins, *, is_compared: bool) -> Checked:
    found = validate(portions, packaged_shapes())
    differs = _differences(portions, found) if is_compared else ()
    return Checked(name, replace(found, violations=tuple(placed(found.violations, place_in(name, origins)))), differs)


def _differences(portions: list[Portion], found: Conformance) -> tuple[str, ...]:
    ours, theirs = {violation.result for violation in found.violations}, reference(portions)
    return (
        *(f"only here: {' '.join(result)}" for result in sorted(ours - theirs)),
        *(f"only pySHACL: {' '.join(result)}" for result in sorted(theirs - ours)),
    )


def _tell(one: Checked, policies: Policies) -> None:
    """Classes one by one, the properties' values together: there are as many shapes of these as properties."""
    faulty = {(violation.shape, violation.focus) for violation in one.found.violations}
    wrong = Counter(shape for shape, _focus in faulty)
    about_classes = {shape.name for shape in packaged_shapes() if shape.classes}
    table = Table("shape", "instances", "conform")
    values = {name: count for name, count in one.found.instances.items() if count and name not in about_classes}
    for name, count in one.found.instances.items():
        if count and name in about_classes:
            table.add_row(name, str(count), str(count - wrong[name]))
    things = sum(values.values())
    table.add_row(f"values of {len(values)} properties", str(things), str(things - sum(wrong[name] for name in values)))
    Console().print(table)
    for name in one.found.uncovered:
        click.echo(f"no shape is about the class {short(name)}: add one to ontology/shapes")
    for violation in one.found.violations:
        click.echo(_line(violation, policies))
    for text in one.differs:
        click.echo(text)
    faults = len(one.found.violations)
    click.echo(f"{one.name}: {f'{faults} violation' + ('' if faults == 1 else 's') if faults else 'conforms'}")


def _tell_what_nothing_meets(checked: list[Checked]) -> None:
    """A shape that is about nothing says nothing: it is to be seen."""
    idle = {name for name in checked[0].found.instances if not any(one.found.instances[name] for one in checked)}
    classes = sorted(shape.name for shape in packaged_shapes() if shape.classes and shape.name in idle)
    if classes:
        click.echo(f"shapes that nothing here is about: {', '.join(classes)}")
    if idle - set(classes):
        click.echo(f"and of {len(idle) - len(classes)} properties there are no values; --json names them")


def _line(violation: Violation, policies: Policies) -> str:
    data: dict[str, Any] = json.loads(violation.label) if violation.label else {}
    marking = f"[{format_marking(policies.label(data), policies=policies)}] " if data else ""
    return f"{marking}{violation.told()}"
