"""What the check found, and how it is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ontology import terms
from ontology.pitfalls import PITFALLS, is_meant
from ontology.profiles import PROFILES
from ontology.terms import Module

KINDS = {
    "classes": terms.CLASS,
    "object": terms.OBJECT_PROPERTY,
    "data": terms.DATATYPE_PROPERTY,
    "individuals": terms.INDIVIDUAL,
}
SHOWN = 10


@dataclass(frozen=True, slots=True)
class OntologyReport:
    """What the reasoner found. ``classes`` and ``properties`` count our own terms, not those of other vocabularies.

    ``unsatisfiable`` holds class IRIs, sorted; it is empty if ``consistent`` is false, for then every class is.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...]
    classes: int
    properties: int

    @property
    def passed(self) -> bool:
        return self.consistent and not self.unsatisfiable


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was checked. ``violations`` are by module and profile, with the empty name for all modules together."""

    modules: Sequence[Module]
    reasoned: OntologyReport
    violations: Mapping[str, Mapping[str, Sequence[str]]]
    pitfalls: Mapping[str, Sequence[str]]
    statements: int

    @property
    def faults(self) -> dict[str, list[str]]:
        """The pitfalls that are not meant, by code."""
        found = {code: [f for f in faults if not is_meant(code, f)] for code, faults in self.pitfalls.items()}
        return {code: faults for code, faults in found.items() if faults}

    @property
    def outside(self) -> dict[str, list[str]]:
        """What puts a module outside a profile, by module."""
        found = {
            name: [f"{profile}: {text}" for profile, texts in by_profile.items() for text in texts]
            for name, by_profile in self.violations.items()
        }
        return {name: texts for name, texts in found.items() if texts}

    @property
    def passed(self) -> bool:
        return self.reasoned.passed and not self.outside and not self.faults


def print_findings(found: Findings, console: Console | None = None) -> None:
    """A table of the modules, the verdict of each check, and the first of what is wrong."""
    console = console or Console(highlight=False)
    console.print(_modules(found))
    console.print(_verdicts(found))
    for name, texts in found.outside.items():
        _list(console, f"outside its profile: {name or 'all together'}", texts)
    _list(console, "no instance is possible", found.reasoned.unsatisfiable)
    for code, faults in found.faults.items():
        _list(console, f"{code} {PITFALLS[code].name}", faults)
    word = Text("passed", style="bold green") if found.passed else Text("failed", style="bold red")
    console.print(Text("\n").append(word))


def _mark(good: bool, text: str = "") -> Text:
    return Text(text or ("yes" if good else "no"), style="green" if good else "bold red")


def _modules(found: Findings) -> Table:
    """One row a module: what it defines, and whether it is in each profile when it is read alone."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True)
    counts = [[len(module.terms(kind)) for kind in KINDS.values()] for module in found.modules]
    table.add_column("module", "all together", no_wrap=True)
    for name, column in zip(KINDS, zip(*counts, strict=True), strict=True):
        table.add_column(name, str(sum(column)), justify="right", no_wrap=True)
    for profile in PROFILES:
        table.add_column(profile, _mark(not found.violations[""][profile]), no_wrap=True)
    for module, row in zip(found.modules, counts, strict=True):
        inside = [_mark(not found.violations[module.name][profile]) for profile in PROFILES]
        table.add_row(module.name, *(str(count or "·") for count in row), *inside)
    return table


def _verdicts(found: Findings) -> Table:
    reasoned, faults = found.reasoned, sum(map(len, found.faults.values()))
    meant = sum(map(len, found.pitfalls.values())) - faults
    table = Table.grid(padding=(0, 2))
    over = "HermiT, over all modules"
    with_data = f" and {found.statements:,} statements of data" if found.statements else ""
    table.add_row("consistent", _mark(reasoned.consistent), f"{over}{with_data}")
    empty = str(len(reasoned.unsatisfiable) or "none") if reasoned.consistent else "all"
    table.add_row("classes that must be empty", _mark(reasoned.passed, empty), f"of {reasoned.classes}")
    kinds = f"{len(PITFALLS)} kinds looked for" + (
        f"; {meant} more are meant: ontology/pitfalls/meant.py" * bool(meant)
    )
    table.add_row("pitfalls", _mark(not faults, str(faults or "none")), kinds)
    return table


def _list(console: Console, heading: str, faults: Sequence[str]) -> None:
    if faults:
        console.print(f"\n[bold red]{escape(heading)}[/]")
        console.print("\n".join(f"  {escape(fault)}" for fault in faults[:SHOWN]), soft_wrap=True)
        if len(faults) > SHOWN:
            console.print(f"  … and {len(faults) - SHOWN} more")
