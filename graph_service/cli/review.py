"""The review list: what was found in documents, accepted, rejected or corrected by a person. docs/review.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from graph_service.cli.common import builder_of, data_option, iri, json_option, print_json, refusals_are_told
from graph_service.cli.stated import stated_label
from graph_service.errors import SluisError
from graph_service.namespaces import ID, partial_date_type, short
from graph_service.reviewing import Entry, Judgement
from loaders.documents.reviews import ACCEPTED, CORRECTED, REJECTED

__all__ = ["review"]


@dataclass(frozen=True)
class Wanted:
    """Which lines of the list: those of a kind, of a document, found with less or no less than so much confidence."""

    kind: str = ""
    document: str = ""
    below: float | None = None
    at_least: float | None = None

    def __bool__(self) -> bool:
        return bool(self.kind or self.document) or self.below is not None or self.at_least is not None

    def holds(self, entry: Entry) -> bool:
        found = entry.found
        return (
            (not self.kind or found.kind == self.kind)
            and (not self.document or self.document in (found.document, found.document.rpartition("/")[2]))
            and (self.below is None or found.confidence < self.below)
            and (self.at_least is None or found.confidence >= self.at_least)
        )


def which(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--at-least", type=click.FloatRange(0, 1), help="Only what was found with this confidence or more."
        ),
        click.option("--below", type=click.FloatRange(0, 1), help="Only what was found with less confidence."),
        click.option("--document", default="", help="Only what stands in this document: its IRI, or the end of it."),
        click.option("--kind", default="", help="Only one kind: paper, resolution, law, actor, date …"),
    ):
        command = option(command)
    return command


@click.group()
def review() -> None:
    """What was found in documents: list it, and accept, reject or correct it."""


@review.command("list")
@which
@click.option("--as", "user", default="", help="As this registered user sees it; without it, all that is stored.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many lines.")
@click.option("--judged", is_flag=True, help="What was judged already.")
@json_option
@data_option
@refusals_are_told
def list_(  # one option, one argument
    user: str,
    limit: int,
    judged: bool,
    as_json: bool,
    data: Path,
    **given: Any,
) -> None:
    """List what was found and not judged yet, and decisions whose paragraph has changed since."""
    wanted = Wanted(**given)
    with builder_of(data) as builder:
        entries = [entry for entry in builder.mentions(user=user) if wanted.holds(entry)]
    waiting = [entry for entry in entries if (entry.review is not None) == judged and not entry.is_gone]
    gone = [entry for entry in entries if entry.is_gone]
    if as_json:
        rows = {"mentions": waiting[:limit], "changed": gone}
        print_json({"count": len(waiting)} | {name: [_row(entry) for entry in found] for name, found in rows.items()})
        return
    for entry in waiting[:limit]:
        _show(entry)
    for entry in gone if not judged else ():
        _show_changed(entry)
    more = f", {limit} shown: see more with --limit" if len(waiting) > limit else ""
    click.echo(f"{len(waiting)} {'judged' if judged else 'to review'}{more}")


def _row(entry: Entry) -> dict[str, Any]:
    review_of = asdict(entry.review) if entry.review else None
    return {**asdict(entry.found), "id": _name(entry), "marking": entry.marking, "review": review_of}


def _name(entry: Entry) -> str:
    return entry.found.iri.rpartition("/")[2]


def _show(entry: Entry) -> None:
    found = entry.found
    named = short(found.target) if found.target else found.value or "?"
    click.echo(f"{_name(entry)}  {found.kind:12} {found.confidence:.2f}  {entry.marking}")
    click.echo(f"{'':4}… {found.before}[{found.words}]{found.after} …".replace("\n", " "))
    click.echo(f"{'':4}{named}  in {short(found.document)}  by {found.method}")
    if entry.review:
        _show_review(entry)


def _show_review(entry: Entry) -> None:
    if entry.review:
        note = f": {entry.review.note}" if entry.review.note else ""
        to = f" to {short(entry.review.corrected_to)}" if entry.review.corrected_to else ""
        click.echo(f"{'':4}{entry.review.verdict}{to} by {entry.review.by} on {entry.review.on}{note}")


def _show_changed(entry: Entry) -> None:
    click.echo(f"{_name(entry)}  its paragraph changed  {entry.marking}")
    click.echo(f"{'':4}[{entry.found.words}]  in {short(entry.found.document)}")
    _show_review(entry)


def _judges(verdict: str, says: str) -> Callable[[Callable[..., None]], click.Command]:
    """The options that the three verdicts share."""

    def decorated(command: Callable[..., None]) -> click.Command:
        for option in (
            data_option,
            click.option("--label", default="", help="A marking or label file that is joined to that of the mention."),
            click.option("--note", default="", help="Why."),
            click.option("--as", "user", required=True, help="The registered user who judges."),
        ):
            command = option(command)
        return review.command(verdict, help=says)(refusals_are_told(command))

    return decorated


def _bulk(command: Callable[..., None]) -> Callable[..., None]:
    yes = click.option("--yes", is_flag=True, help="Don't ask whether that many are meant.")
    ids = click.argument("ids", nargs=-1, metavar="ID...")
    return ids(which(yes(command)))


@_judges("accept", "Accept mentions: the fact that each states is stored with who accepted it.")
@_bulk
def accept(ids: tuple[str, ...], **given: Any) -> None:
    _judge_many(ids, ACCEPTED, **given)


@_judges("reject", "Reject mentions: they leave the list and the questions, here and after each load.")
@_bulk
def reject(ids: tuple[str, ...], **given: Any) -> None:
    _judge_many(ids, REJECTED, **given)


@_judges("correct", "Correct one mention: say what it names.")
@click.argument("name", metavar="ID")
@click.option("--to", required=True, help="The IRI of what it names, or of a date the date: 2013, 2013-04, 2013-04-25.")
def correct(name: str, to: str, user: str, note: str, label: str, data: Path) -> None:
    meant = to if all(partial_date_type(day) for day in to.split("/")) else iri(to)
    with builder_of(data) as builder:
        stated = stated_label(label, policies=builder.policies)[0] if label else None
        builder.review([_iri(name)], Judgement(CORRECTED, note, meant, stated), user=user)
    click.echo("1 corrected")


def _judge_many(
    ids: tuple[str, ...], verdict: str, *, user: str, note: str, label: str, yes: bool, data: Path, **given: Any
) -> None:
    wanted = Wanted(**given)
    if bool(ids) == bool(wanted):
        raise SluisError("name mentions, or say which are meant with --kind, --document, --at-least or --below")
    with builder_of(data) as builder:
        names = [_iri(name) for name in dict.fromkeys(ids)]
        if wanted:
            open_ = (entry for entry in builder.mentions(user=user) if entry.review is None and wanted.holds(entry))
            names = [entry.found.iri for entry in open_]
            click.echo(f"{len(names)} mention{'' if len(names) == 1 else 's'} not judged yet")
            if not names or not (yes or click.confirm(f"Are all of them {verdict}?")):
                return
        stated = stated_label(label, policies=builder.policies)[0] if label else None
        count = builder.review(names, Judgement(verdict, note, label=stated), user=user)
    click.echo(f"{count} {verdict}")


def _iri(name: str) -> str:
    return name if name.startswith(ID) else f"{ID}mention/{name}"
