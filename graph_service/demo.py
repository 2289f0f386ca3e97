"""The demo: everything from the packaged datasets, asked at two clearances side by side, then served.

All classified content in it is invented and says EXERCISE or OEFENING.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from graph_service.builder import Builder
from graph_service.errors import SluisError
from graph_service.handling import clearance_from_markings
from graph_service.namespaces import ID
from graph_service.proposals import RELABEL, REVIEW
from graph_service.running import Service
from graph_service.serving.questions import open_desks
from graph_service.settings import SETTINGS_FILE, Layout, read_settings
from graph_service.storage.views import Publication
from loaders import LoadRequest
from loaders.front import DATASETS, describes_documents, packaged
from queries import catalogue

TOKENS_FILE = "demo-users.toml"

# The same key in every demo, so that two demos can be compared. An installation gets a random one.
DEMO_KEY = hashlib.sha256(b"sluis demo: not a secret").digest()

ROWS_SHOWN = 8
QUESTIONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("coordination-links", {"actor": "MINUSMA"}),
    ("goals-citing-classified-sources", {}),
    ("shared-with-fragile-contexts", {}),
)


@dataclass(frozen=True)
class DemoUser:
    """A user of the demo: the levels held, with all below them, the compartments, and what they may propose."""

    name: str
    levels: tuple[str, ...]
    compartments: tuple[str, ...] = ()
    affiliation: str | None = field(default="NLD")
    may: tuple[str, ...] = ()
    acts_for: str = ""


USERS = (
    DemoUser("reviewer", ("Dep. VERTROUWELIJK",), may=(REVIEW,)),
    DemoUser("analyst", ("Stg. GEHEIM", "NATO SECRET"), ("NLD:INTERVIEW",), may=(REVIEW,)),
    DemoUser(
        "lead",
        ("Stg. ZEER GEHEIM", "COSMIC TOP SECRET", "TRES SECRET UE/EU TOP SECRET", "UN STRICTLY CONFIDENTIAL"),
        ("NLD:INTERVIEW", "NLD:BRON", "NATO:ATOMAL"),
        may=(RELABEL,),
        acts_for=f"{ID}actor/exercise-staff",
    ),
)


def run(layout: Layout, *, port: int, once: bool, console: Console, documents: Path | None = None) -> None:
    """(1) build the data folder if there is none; (2) ask the questions; (3) serve, unless ``once``."""
    if not layout.portions.exists():
        build(layout, console=console, documents=documents)  # (1)
    elif documents:
        raise SluisError(f"{layout.data} is built already: the documents count when it is built, so name a new folder")
    ask(layout, console=console)  # (2)
    if once:
        return
    with Service(layout, port=port) as service:  # (3)
        console.print(f"\n[bold]Sluis serves {service.url}[/bold]   open it in a browser; Ctrl-C ends it")
        _print(console, "\nor ask as the anonymous reader:")
        _print(console, f"  curl '{service.url}/queries/coordination-links?actor=MINUSMA'")
        if "analyst" in _tokens(layout):
            token = _tokens(layout)["analyst"]
            _print(console, f"\nsign in there as analyst, with this token (others: {layout.data / TOKENS_FILE}):")
            _print(console, f"  {token}")
            _print(console, "or ask as analyst:")
            header = f"Authorization: Bearer {token}"
            _print(console, f"  curl -H '{header}' '{service.url}/queries/goals-citing-classified-sources'")
        sys.stdout.flush()
        wait(service)


def _print(console: Console, text: str) -> None:
    """Print text that is meant to be copied: no colours inside it, no line broken."""
    console.print(text, highlight=False, soft_wrap=True)


def wait(service: Service) -> None:
    """Wait until the service ends or is interrupted."""
    try:
        service.wait()
    except KeyboardInterrupt:
        return


def build(
    layout: Layout, *, console: Console, datasets: tuple[str, ...] = DATASETS, documents: Path | None = None
) -> None:
    """Build a demo data folder: vocabulary, datasets, users, views, and the tokens' file.

    ``documents`` is a folder with documents that the datasets cite, for the places of their quotations.

    It is made beside its place and moved there when it is whole, so that an interrupted build leaves nothing.
    """
    layout.data.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{layout.data.name}-", dir=layout.data.parent) as folder:
        made = Layout(Path(folder) / "data")
        made.create()
        if sys.platform != "linux":
            console.print(
                "[bold]This system can't shut query workers off from the network. The demo, and only the demo, runs "
                f"them without: `unsafe_workers_share_the_network` is set in {SETTINGS_FILE}.[/bold]"
            )
            (made.data / SETTINGS_FILE).write_text("unsafe_workers_share_the_network = true\n", encoding="utf-8")
        builder = Builder(made, read_settings(made.data), key=DEMO_KEY)
        try:
            _fill(builder, console=console, datasets=datasets, documents=documents)
        finally:
            builder.close()
        try:
            made.data.replace(layout.data)
        except OSError as error:
            raise SluisError(f"{layout.data} is there and holds something else: name a new folder") from error


def _fill(builder: Builder, *, console: Console, datasets: tuple[str, ...], documents: Path | None) -> None:
    with console.status("loading …") as status:
        for name in datasets:
            status.update(f"loading the {name} dataset …")
            at_hand = documents if documents and describes_documents(name) else None
            request = LoadRequest(path=Path(), policies=builder.policies, documents=at_hand)
            stored = builder.load(packaged(name, request))
            console.print(f"{name}: {stored.added} portions", highlight=False)
        status.update("building a view for each clearance …")
        tokens = {user.name: _add(builder, user) for user in USERS}
    tokens_file = builder.layout.data / TOKENS_FILE
    tokens_file.touch(mode=0o600)
    lines = [f'[users.{name}]\ntoken = "{token}"\n' for name, token in tokens.items()]
    tokens_file.write_text("\n".join(lines), encoding="utf-8")


def ask(layout: Layout, *, console: Console) -> None:
    """Print each of the three questions with the rows that the anonymous reader and ``analyst`` get, side by side."""
    publication = Publication.read(layout.views)
    analyst = [principal for principal in publication.principals if principal.name == "analyst"]
    readers = [principal for principal in (publication.anonymous, *analyst) if principal.view]
    with open_desks(readers, layout) as desks:
        for reader in readers:
            console.print(f"[bold]{reader.name}[/bold] asks at {reader.banner}", highlight=False)
        for name, parameters in QUESTIONS:
            given = "".join(f" {key}={value}" for key, value in parameters.items())
            console.print(f"\n[bold]{catalogue()[name].summary}[/bold]\n[dim]sluis queries run {name}{given}[/dim]")
            answers = {
                who: json.loads(desk.workers.ask(desk.bind(catalogue()[name], parameters), form="json"))
                for who, desk in desks.items()
            }
            console.print(side_by_side(answers))


def side_by_side(answers: dict[str, dict[str, Any]]) -> Table:
    """One table for several readers: each row once, with a mark under every reader who gets it.

    At most ``ROWS_SHOWN`` rows; those that only some get are shown first, because they are the point.
    """
    some = next(iter(answers.values()))
    variables = _shown(some["head"]["vars"])
    rows = {who: [_cells(binding, variables) for binding in a["results"]["bindings"]] for who, a in answers.items()}
    every = list(dict.fromkeys(row for found in rows.values() for row in found))
    every.sort(key=lambda row: all(row in found for found in rows.values()))
    table = _table(variables, caption=_count(len(every), ROWS_SHOWN))
    for who, found in rows.items():
        table.add_column(f"{who}\n({len(found)})", justify="center", no_wrap=True)
    for row in every[:ROWS_SHOWN]:
        table.add_row(*row, *("●" if row in found else "·" for found in rows.values()))
    return table


def answer_table(answer: bytes, *, rows: int | None = None) -> Table:
    """A SPARQL JSON result as a table; IRI columns that have a label column beside them are left out."""
    data = json.loads(answer)
    if "boolean" in data:
        table = Table("answer")
        table.add_row(str(data["boolean"]).lower())
        return table
    variables = _shown(data["head"]["vars"])
    found: list[dict[str, Any]] = data["results"]["bindings"]
    table = _table(variables, caption=_count(len(found), rows))
    for binding in found[:rows]:
        table.add_row(*_cells(binding, variables))
    return table


def _table(variables: list[str], *, caption: str) -> Table:
    """A table of these columns in which no text is cut, however narrow the terminal."""
    return Table(*(Column(name.removesuffix("Label"), overflow="fold") for name in variables), caption=caption)


def _shown(variables: list[str]) -> list[str]:
    return [name for name in variables if f"{name}Label" not in variables]


def _cells(binding: dict[str, Any], variables: list[str]) -> tuple[str, ...]:
    return tuple(_short(binding[name]["value"]) if name in binding else "" for name in variables)


def _count(found: int, shown: int | None) -> str:
    more = f", {shown} shown" if shown is not None and found > shown else ""
    return f"{found} row{'' if found == 1 else 's'}{more}"


def _short(value: str) -> str:
    """An IRI of ours by its last part; a person reads names, not addresses."""
    return value.removeprefix("https://w3id.org/sluis/id/").removeprefix("https://w3id.org/sluis/ns#")


def _add(builder: Builder, user: DemoUser) -> str:
    clearance = clearance_from_markings(
        user.levels, policies=builder.policies, compartments=user.compartments, affiliation=user.affiliation
    )
    return builder.add_user(user.name, clearance, user.acts_for, user.may)


def _tokens(layout: Layout) -> dict[str, str]:
    """The demo users' tokens; none where the data folder is not a demo's."""
    if not (layout.data / TOKENS_FILE).exists():
        return {}
    data = tomllib.loads((layout.data / TOKENS_FILE).read_text(encoding="utf-8"))
    return {name: entry["token"] for name, entry in data["users"].items()}
