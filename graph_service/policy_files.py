"""Where policies come from: the package or the settings' folder, and what was imported into the data folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import ontology
from graph_service.errors import PolicyError
from graph_service.security import Policies, SecurityPolicy
from graph_service.settings import Layout, Settings
from graph_service.standards.spif import read_spif

SUFFIX = ".xml"


def load_policies(settings: Settings, layout: Layout | None = None) -> Policies:
    """Every policy of an installation. Raises ``PolicyError`` with file, line and reason for a malformed one."""
    today = datetime.now(UTC).date()
    return Policies.of((read_spif(text, name=name) for name, text in _files(settings, layout)), on=today)


def _files(settings: Settings, layout: Layout | None) -> Iterator[tuple[str, str]]:
    if settings.policies:
        yield from _folder(Path(settings.policies))
    else:
        yield from ontology.policy_files()
    if layout is not None and layout.policies.is_dir():
        yield from _folder(layout.policies)


def _folder(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        yield path.name, read_text(path)


def read_text(path: Path) -> str:
    """The file's text. Raises ``PolicyError`` if it can't be read as UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PolicyError(f"{path.name} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path.name} is not UTF-8 (byte {error.start})") from error


def store_policy(policy: SecurityPolicy, text: str, layout: Layout) -> Path:
    """Put an accepted policy among the imported ones, in one step. Gives its place."""
    layout.create()
    name = "".join(c if c.isalnum() or c in "-._" else "-" for c in f"{policy.id}-{policy.version}")
    place = layout.policies / f"{name}{SUFFIX}"
    temporary = place.with_suffix(".new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(place)
    return place
