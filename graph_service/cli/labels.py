"""The commands on labels: what a marking or a file means, joins, decisions, and the review list."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from graph_service.cli.common import (
    builder_of,
    data_option,
    json_option,
    policies_of,
    policy_option,
    print_json,
    refusals_are_told,
)
from graph_service.cli.stated import day, stated_clearance, stated_label
from graph_service.errors import SluisError
from graph_service.handling import format_marking, format_part, parse_marking
from graph_service.handling.equivalence import Equivalent, contradicted, equivalents
from graph_service.namespaces import ID
from graph_service.security import Label, Place, Policies, PolicyLabel, everything, high_water_mark, invalidity

NOT_DOMINATED = 1

language_option = click.option("--language", default="", help="Print markings in this language, such as nl, en or fr.")
on_option = click.option("--on", "on", help="Judge on this day instead of today (2025-09-09).")


@click.group()
def label() -> None:
    """Labels: read them, explain them, join them, compare them with clearances, review them."""


@label.command("parse")
@click.argument("text", metavar="MARKING|FILE")
@language_option
@policy_option
@json_option
@data_option
@refusals_are_told
def parse(text: str, language: str, policy: tuple[Path, ...], as_json: bool, data: Path) -> None:
    """Read a marking, or a label in a file, and print what it demands; exit code 2 if it is no label."""
    policies = policies_of(data, policy)
    found, _ = _stated(text, policies)
    if as_json:
        print_json({"marking": format_marking(found, policies=policies, language=language), "label": found.to_data()})
        return
    click.echo(format_marking(found, policies=policies, language=language))
    _print_parts(found)


@label.command("explain")
@click.argument("text", metavar="MARKING|FILE")
@language_option
@on_option
@policy_option
@json_option
@data_option
@refusals_are_told
def explain(text: str, language: str, on: str | None, policy: tuple[Path, ...], as_json: bool, data: Path) -> None:
    """Say all there is to say of a label: its parts, whether it is legal, and what it is handled as elsewhere."""
    policies, when = policies_of(data, policy), day(on, default=_today())
    found, record = _stated(text, policies)
    told = _explained(found, policies, language, when)
    told |= {
        "originator": record.originator,
        "set_on": record.set_on.isoformat() if record.set_on else None,
        "term": record.term.to_data() if record.term else None,
    }
    if as_json:
        print_json(told)
        return
    click.echo(told["marking"])
    click.echo(f"in front of a portion:  {told['portion_marking']}")
    _print_parts(found)
    click.echo(f"classified:             {'yes' if told['classified'] else 'no'}")
    click.echo(f"legal on {when}:    {'yes' if told['valid'] else 'no'}")
    for reason in told["reasons"]:
        click.echo(f"  {reason}")
    if not told["reads_back"]:
        click.echo("its marking does not show all of it: pass the label on as a file")
    for row in told["handled_as"]:
        checked = "" if row["verified"] else ", not verified"
        there = row["as"] if row["policy"] in policies.versions else f"{row['policy']} {row['as']}"
        click.echo(f"handled as:             {there} ({row['source'] or 'no source'}{checked})")
    for reason in told["not_known"]:
        click.echo(f"not known:              {reason}")
    click.echo("An equivalent is for handling and display; it never grants access.")
    if record.term and record.term.until:
        click.echo(f"to be reviewed on:      {record.term.until}")


@label.command("join")
@click.argument("texts", nargs=-1, required=True, metavar="MARKING|FILE...")
@language_option
@policy_option
@json_option
@data_option
@refusals_are_told
def join(texts: tuple[str, ...], language: str, policy: tuple[Path, ...], as_json: bool, data: Path) -> None:
    """Print the least label that dominates all of these: the banner of what they mark together."""
    policies = policies_of(data, policy)
    joined = high_water_mark(_stated(text, policies)[0] for text in texts)
    marking = format_marking(joined, policies=policies, language=language)
    if as_json:
        print_json({"marking": marking, "label": joined.to_data()})
    else:
        click.echo(marking)


@label.command("dominates")
@click.argument("clearance", metavar="CLEARANCE")
@click.argument("text", metavar="LABEL")
@on_option
@policy_option
@json_option
@data_option
@refusals_are_told
def dominates(clearance: str, text: str, on: str | None, policy: tuple[Path, ...], as_json: bool, data: Path) -> None:
    """Say whether a clearance dominates a label: exit code 0 if it does, 1 if not, 2 if one of them is refused.

    Each is a marking or a file. A clearance given as a marking holds that level and all below of its policy, no
    compartments and no affiliation; one in a file holds just what it lists.
    """
    policies, when = policies_of(data, policy), day(on, default=_today())
    held = stated_clearance(clearance, policies=policies)
    demanded, _ = _stated(text, policies)
    in_force = held.in_force(on=when)
    answer = in_force and held.dominates(demanded)
    lacking = [] if answer else _lacking(held.to_data(), demanded, in_force)
    if as_json:
        print_json({"dominates": answer, "lacking": lacking, "label": demanded.to_data(), "clearance": held.to_data()})
    else:
        click.echo("dominates" if answer else "does not dominate: " + "; ".join(lacking))
    sys.exit(0 if answer else NOT_DOMINATED)


@label.command("due")
@on_option
@json_option
@data_option
@refusals_are_told
def due(on: str | None, as_json: bool, data: Path) -> None:
    """List the portions whose label is to be reviewed: its day has come, or it waits for an event.

    Nothing changes by itself: the originator keeps, lowers or ends each label, with `sluis relabel`.
    """
    when = day(on, default=_today())
    with builder_of(data) as builder:
        found = builder.due(on=when)
        policies = builder.policies
    rows = [
        {
            "portion": stored.id.rpartition("/")[2],
            "marking": format_marking(stored.label, policies=policies),
            "source": stored.portion.source,
            "part": stored.portion.part,
            "originator": stored.portion.originator,
            "until": stored.portion.term.until.isoformat() if stored.portion.term.until else None,
            "event": stored.portion.term.event or None,
            "successor": (
                format_marking(stored.portion.term.successor, policies=policies)
                if stored.portion.term.successor
                else None
            ),
        }
        for stored in sorted(found, key=lambda stored: str((stored.portion.term and stored.portion.term.until) or "~"))
        if stored.portion.term
    ]
    if as_json:
        print_json({"on": when.isoformat(), "due": rows})
        return
    for row in rows:
        click.echo(f"{row['until'] or 'at an event':12} {row['marking']}")
        if row["event"]:
            click.echo(f"{'':12} {row['event']}")
        if row["successor"]:
            click.echo(f"{'':12} foreseen then: {row['successor']}")
        click.echo(f"{'':12} portion {row['portion']}: {row['part']} of {str(row['source']).removeprefix(ID)}")
        click.echo(f"{'':12} originator {str(row['originator']).removeprefix(ID)}")
    click.echo(f"{len(rows)} to review on {when}")


def _today() -> date:
    return datetime.now(UTC).date()


def _stated(text: str, policies: Policies) -> tuple[Label, Any]:
    """The label that is stated; whoever runs this can read the policies, so every category may be suggested."""
    return stated_label(text, policies=policies, asker=everything(policies))


def _print_parts(found: Label) -> None:
    for part in found.to_data().items():
        name, demand = part
        click.echo(f"  policy {name}: level {demand['level']}")
        for tag, names in demand["compartments"].items():
            click.echo(f"    all of {tag}: {', '.join(names)}")
        if demand["releasable_to"] != "EVERYONE":
            for tag, names in demand["releasable_to"].items():
                click.echo(f"    one of {tag}: {', '.join(names) or 'nobody'}")
        for tag, names in demand["informative"].items():
            click.echo(f"    {tag}: {', '.join(names)}")


def _explained(found: Label, policies: Policies, language: str, on: date) -> dict[str, Any]:
    reasons = invalidity(found, policies=policies, on=on)
    marking = format_marking(found, policies=policies, language=language)
    return {
        "marking": marking,
        "portion_marking": format_marking(found, policies=policies, language=language, place=Place.PORTION),
        "label": found.to_data(),
        "classified": found.is_classified,
        "valid": not reasons,
        "reasons": reasons,
        "reads_back": _reads_back(found, marking, policies),
        **_handled(found, policies, on),
    }


def _handled(found: Label, policies: Policies, on: date) -> dict[str, Any]:
    """What each part is handled as elsewhere, and where rows contradict each other about it."""
    rows, unknown = [], []
    for part in found.parts:
        rows += [_row(row, policies) for row in equivalents(part.level, policies=policies, on=on)]
        contested = contradicted(part.level, policies=policies, on=on)
        unknown += [f"what `{part.level.name}` is under `{p}`: rows contradict each other" for p in contested]
    return {"handled_as": rows, "not_known": unknown}


def _reads_back(found: Label, marking: str, policies: Policies) -> bool:
    try:
        return parse_marking(marking, policies=policies) == found
    except SluisError:
        return False


def _row(row: Equivalent, policies: Policies) -> dict[str, Any]:
    name = row.name
    if row.policy in policies.versions:
        there = policies.policy(row.policy)
        name = format_part(PolicyLabel(there.level(row.name)), policy=there)
    return {
        "level": row.level.name,
        "policy": row.policy,
        "as": name,
        "source": row.source.text,
        "verified": row.source.verified,
        "from": row.valid_from.isoformat() if row.valid_from else None,
        "until": row.valid_until.isoformat() if row.valid_until else None,
        "note": row.note,
    }


def _lacking(held: dict[str, Any], demanded: Label, in_force: bool) -> list[str]:
    """What the clearance lacks for each policy of the label, in the order of the decision."""
    lacking = [] if in_force else ["the clearance is not in force on that day"]
    for policy, demand in demanded.to_data().items():
        part = held["policies"].get(policy)
        if part is None:
            lacking.append(f"no clearance under policy {policy}: an equivalent of another grants nothing")
            continue
        if demand["level"] not in part["levels"]:
            lacking.append(f"level {demand['level']} of {policy} is not held")
        for tag, names in demand["compartments"].items():
            missing = [name for name in names if name not in part["categories"].get(tag, ())]
            lacking += [f"{name} of {policy} is not held" for name in missing]
        if demand["releasable_to"] != "EVERYONE":
            for tag, names in demand["releasable_to"].items():
                if not set(names) & set(part["categories"].get(tag, ())):
                    lacking.append(
                        f"{tag} of {policy}: {'none of ' + ', '.join(names) + ' is held' if names else 'nobody'}"
                    )
    return lacking
