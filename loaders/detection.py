"""Which format each file is of: exactly one must recognise it, or the submitter names it. Never a guess."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph_service.errors import LoadRefused
from loaders.formats import FORMATS, Format
from loaders.gathering import Item
from loaders.heads import HEAD, Head
from loaders.mapping import MAPPING
from loaders.reading.archives import member_names

NAMED_AT_MOST = 20
"""How many files a refusal names; of the rest it gives the number."""


@dataclass(frozen=True, slots=True)
class Detected:
    """A source and its format."""

    item: Item
    format: Format


@dataclass(frozen=True, slots=True)
class Detection:
    """What is to be read, and what is passed over, with the reason."""

    to_read: tuple[Detected, ...]
    passed_over: tuple[tuple[Item, str], ...]


def detect(
    items: Iterable[Item], *, named: str = "", skip_unknown: bool = False, formats: Sequence[Format] = FORMATS
) -> Detection:
    """The format of each. Raises ``LoadRefused`` with every file that none, or more than one, recognises.

    ``named`` is the name of the format that all are read as. ``skip_unknown`` passes over files of folders and
    archives that no format recognises; a file that was named itself is never passed over.
    """
    chosen = _named(named, formats)
    to_read, passed_over, faults = [], [], []
    for item in items:
        found = [chosen] if chosen else _recognising(item, formats)
        if len(found) == 1 and found[0].reason and not chosen:
            passed_over.append((item, found[0].reason))
        elif len(found) == 1:
            to_read.append(Detected(item, found[0]))
        elif found:
            names = " and ".join(f"`{known.name}`" for known in found)
            faults.append(f"{item.name}: it looks like {names}: say which with --format")
        elif skip_unknown and not item.is_named:
            passed_over.append((item, "no format recognises it"))
        else:
            faults.append(f"{item.name}: {_unknown(item, formats)}")
    _refuse(faults, is_folder=any(not item.is_named for item in items), skip_unknown=skip_unknown)
    return Detection(tuple(to_read), tuple(passed_over))


def _recognising(item: Item, formats: Sequence[Format]) -> list[Format]:
    """The formats that recognise the file; the general ones only where no other does."""
    head = head_of(item.path, item.name)
    found = [known for known in formats if known.recognises(head)]
    return [known for known in found if not known.is_general] or found


def head_of(path: Path, name: str) -> Head:
    """What tells the format of a file, or of a folder that is one source."""
    if path.is_dir():
        return Head(name, b"", tuple(sorted(entry.name for entry in path.iterdir())), is_folder=True)
    try:
        with path.open("rb") as file:
            start = file.read(HEAD)
    except OSError as error:
        raise LoadRefused(f"can't be read: {error.strerror}", file=name) from error
    return Head(name, start, member_names(path) if start.startswith(b"PK") else ())


def _named(name: str, formats: Sequence[Format]) -> Format | None:
    if not name:
        return None
    known = {known.name: known for known in formats if not known.reason}
    if name not in known:
        raise LoadRefused(f"there is no format `{name}`: there are {', '.join(sorted(known))}")
    return known[name]


def _unknown(item: Item, formats: Sequence[Format]) -> str:
    if item.path.is_dir():
        return f"the folder has no {MAPPING}"
    if not item.path.stat().st_size:
        return "the file is empty"
    known = ", ".join(sorted({known.name for known in formats if not known.reason}))
    return f"nothing loads `{item.path.suffix or item.path.name}` as it is: the formats are {known}"


def _refuse(faults: list[str], *, is_folder: bool, skip_unknown: bool) -> None:
    if not faults:
        return
    if len(faults) == 1 and not is_folder:
        raise LoadRefused(faults[0])
    shown = [fault.partition(": the formats are ")[0] for fault in faults[:NAMED_AT_MOST]]
    more = [f"and {len(faults) - NAMED_AT_MOST} more"] if len(faults) > NAMED_AT_MOST else []
    hint = "name the format with --format, or leave them out" + ("" if skip_unknown else " (--skip-unknown)")
    raise LoadRefused("\n  ".join([f"{len(faults)} files can't be loaded: {hint}", *shown, *more]))
