"""The commands on security policies: check a file, show what a policy says, import one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from graph_service.builder import Builder
from graph_service.cli.common import builder_of, data_option, json_option, policies_of, print_json, refusals_are_told
from graph_service.errors import PolicyError, SluisError
from graph_service.handling import format_part
from graph_service.handling.printing import At
from graph_service.policy_files import read_text
from graph_service.security import Place, Policies, PolicyLabel, SecurityPolicy
from graph_service.standards.spif import read_spif

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def policy() -> None:
    """Security policies, as Open XML SPIF files."""


@policy.command("check")
@_FILE
@json_option
@refusals_are_told
def check(file: Path, as_json: bool) -> None:
    """Check a policy file: exit code 0 if it can be used, 2 with line and reason if not."""
    try:
        found = read_spif(read_text(file), name=file.name)
        Policies.of([found])
    except PolicyError as error:
        if as_json:
            print_json({"valid": False, "line": error.line, "reason": error.public})
        raise
    remarks = _remarks(found)
    if as_json:
        print_json({"valid": True, "policy": found.id, "oid": found.oid, "version": found.version, "remarks": remarks})
        return
    click.echo(
        f"{file.name}: policy {found.id}, version {found.version}, {len(found.scale)} levels, {len(found.tags)} tags"
    )
    for remark in remarks:
        click.echo(f"  note: {remark}")


@policy.command("show")
@click.argument("name", required=False, metavar="[POLICY|FILE]")
@click.option("--version", help="This version of the policy, not the newest.")
@click.option("--language", default="", help="Print markings in this language.")
@json_option
@data_option
@refusals_are_told
def show(name: str | None, version: str | None, language: str, as_json: bool, data: Path) -> None:
    """Show a policy's levels, categories, equivalences and sources; without a name, list the policies in use."""
    policies = policies_of(data)
    if name is None:
        found = [policy for versions in policies.versions.values() for policy in versions]
        if as_json:
            print_json({"policies": [{"policy": p.id, "oid": p.oid, "version": p.version} for p in found]})
        for listed in () if as_json else found:
            click.echo(f"{listed.id:8} {listed.version:40} {_in_force(listed)}")
        return
    path = Path(name)
    chosen = (
        read_spif(read_text(path), name=path.name) if path.is_file() else policies.version(name, name=version or "")
    )
    if as_json:
        print_json(_data(chosen, language))
    else:
        _print(chosen, language)


@policy.command("import")
@_FILE
@data_option
@refusals_are_told
def import_(file: Path, data: Path) -> None:
    """Take a policy, or another version of one, into use. What is stored must still be readable under it."""
    text = read_text(file)
    new = read_spif(text, name=file.name)
    with builder_of(data) as builder:
        if not isinstance(builder, Builder):
            raise SluisError(
                "a service is running on this data folder: end it first, for it reads policies as it starts"
            )
        kept = [policy for versions in builder.policies.versions.values() for policy in versions]
        policies = Policies.of([*kept, new], on=datetime.now(UTC).date())
        click.echo(
            f"{new.id} {new.version} is in use, from {builder.import_policy(text, policies, new.id, new.version)}"
        )


def _remarks(policy: SecurityPolicy) -> list[str]:
    """What a policy officer may want to know: nothing that makes the policy unusable."""
    remarks = []
    for tag in policy.tags:
        at = At(policy, "", Place.BANNER)
        hidden = [name for name, rule in tag.rules.items() if not at.phrase(rule.wording, name)]
        if hidden:
            remarks.append(f"{tag.key}: {', '.join(hidden)} never show in a marking; pass such labels on as files")
    unsourced = [row for row in policy.equivalents if not row.source.text]
    if unsourced:
        remarks.append(f"equivalences without a source: {len(unsourced)}")
    unverified = [row for row in policy.equivalents if row.source.text and not row.source.verified]
    if unverified:
        remarks.append(f"equivalences marked as not verified: {len(unverified)}")
    if not policy.sources:
        remarks.append("no legal source is named")
    return remarks


def _in_force(policy: SecurityPolicy) -> str:
    since = f"in force from {policy.in_force_from}" if policy.in_force_from else "in force"
    ended = policy.in_force_until is not None and policy.in_force_until < datetime.now(UTC).date()
    if policy.in_force_until is None:
        return since
    return f"{since} until {policy.in_force_until}{' (for labels set under it)' if ended else ''}"


def _data(policy: SecurityPolicy, language: str) -> dict[str, Any]:
    return {
        "policy": policy.id,
        "oid": policy.oid,
        "version": policy.version,
        "in_force_from": policy.in_force_from.isoformat() if policy.in_force_from else None,
        "in_force_until": policy.in_force_until.isoformat() if policy.in_force_until else None,
        "titles": dict(policy.titles),
        "sources": [{"text": source.text, "verified": source.verified} for source in policy.sources],
        "notes": [{"text": note.text, "verified": note.verified} for note in policy.notes],
        "levels": [
            {
                "name": rule.level.name,
                "order": rule.level.order,
                "marking": format_part(PolicyLabel(rule.level), policy=policy, language=language),
                "portion_marking": format_part(
                    PolicyLabel(rule.level), policy=policy, language=language, place=Place.PORTION
                ),
                "spellings": list(rule.spellings),
                "obsolete": rule.obsolete,
                "state_secret": rule.state_secret,
            }
            for rule in policy.scale
        ],
        "tags": [
            {
                "tag": tag.key,
                "type": tag.type.value,
                "categories": [
                    {"name": rule.category.name, "obsolete": rule.obsolete, "public_name": rule.name_is_public}
                    for rule in tag.rules.values()
                ],
                "groups": {name: sorted(members) for name, members in tag.groups.items()},
            }
            for tag in policy.tags
        ],
        "equivalences": [
            {
                "level": row.level,
                "policy": row.policy_name,
                "as": row.name or row.lacv or None,
                "outward": row.outward,
                "inward": row.inward,
                "source": row.source.text,
                "verified": row.source.verified,
                "from": row.valid_from.isoformat() if row.valid_from else None,
                "until": row.valid_until.isoformat() if row.valid_until else None,
                "note": row.note,
            }
            for row in policy.equivalents
        ],
    }


def _print(policy: SecurityPolicy, language: str) -> None:
    told = _data(policy, language)
    click.echo(f"{told['policy']}, version {told['version']} ({_in_force(policy)}), urn:oid:{told['oid']}")
    for said in (*told["sources"], *told["notes"]):
        click.echo(f"  {said['text']}{'' if said['verified'] else '  [not verified]'}")
    click.echo("levels, from low to high")
    for level in told["levels"]:
        extra = [*level["spellings"], *(["no longer in use"] if level["obsolete"] else [])]
        click.echo(
            f"  {level['marking']}  {level['portion_marking']}" + (f"   also {', '.join(extra)}" if extra else "")
        )
    for tag in told["tags"]:
        kinds = {"restrictive": "all are needed", "permissive": "one is enough", "informative": "for information"}
        click.echo(f"{tag['tag']} ({kinds[tag['type']]})")
        click.echo("  " + ", ".join(category["name"] for category in tag["categories"]))
        for name, members in tag["groups"].items():
            click.echo(f"  {name} stands for {len(members)} of them")
    if told["equivalences"]:
        click.echo("equivalences (for handling and display; none grants access)")
    for row in told["equivalences"]:
        arrow = {(True, True): "<->", (True, False): "->", (False, True): "<-"}.get(
            (row["outward"], row["inward"]), "has no"
        )
        dates = " ".join(f"{word} {row[word]}" for word in ("from", "until") if row[word])
        there = "" if str(row["as"]).startswith(row["policy"]) else f"{row['policy']} "
        ground = f"{row['source']}{'' if row['verified'] else ', not verified'}"
        click.echo(f"  {row['level']} {arrow} {there}{row['as'] or 'equivalent'} {dates} ({ground})")
