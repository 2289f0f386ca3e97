"""`sluis interviews`, and what `sluis load` does with notes of interviews. docs/formats/interviews.md."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click

from graph_service.builder import Builder
from graph_service.builder_socket import RemoteBuilder
from graph_service.cli.common import builder_of, data_option, refusals_are_told
from graph_service.errors import NotCleared, SluisError
from graph_service.settings import Settings
from loaders.interviews.collection import InterviewRules, Interviews


@click.group()
def interviews() -> None:
    """Who spoke: forget which interviews were with the same respondent."""


@interviews.command()
@click.argument("study", default="")
@data_option
@click.option(
    "--as", "user", required=True, help="The registered user who decides; they hold every label of the study."
)
@click.option("--reference", required=True, help="The document in which the decision stands.")
@refusals_are_told
def forget(study: str, data: Path, user: str, reference: str) -> None:
    """Erase the pseudonyms of a study and their key: after that nothing links two interviews.

    STUDY is what the notes name in `Study:`; leave it out for notes that name none.
    """
    with builder_of(data) as builder:
        erased = builder.forget_study(study, user=user, reference=reference)
    if not erased:
        raise NotCleared("there are no pseudonyms of such a study")
    click.echo(f"forgotten: the key, and the pseudonyms at {erased} label{'' if erased == 1 else 's'}")


def interviews_of(builder: Builder | RemoteBuilder, settings: Settings, names: Path | None) -> Interviews:
    """What gathers the interviews of a load."""
    rules = InterviewRules(settings.interview_compartment, settings.small_cell, read_names(names) if names else {})
    return Interviews(rules, policies=builder.policies, names=builder.names_known_at, key_of=builder.study_key)


def read_names(path: Path) -> dict[str, str | None]:
    """What is to be done with each name. Raises ``SluisError`` for anything but a text or `true`."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SluisError(f"{path.name}: not readable as TOML: {error}") from error
    for name, instead in given.items():
        if instead is not True and not isinstance(instead, str):
            raise SluisError(f"{path.name}: `{name}` is `true` (it may stay) or the words to write in its place")
    return {name: None if instead is True else instead for name, instead in given.items()}
