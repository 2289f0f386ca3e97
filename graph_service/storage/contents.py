"""Which portions a view directory holds, and how it was made: a file beside the store, for the builder alone.

It says nothing of a portion that the view does not say too, and nothing at all of any other.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

CONTENTS_FILE = "contents.json"


@dataclass(frozen=True)
class Contents:
    """The contents of one view.

    ``versions``    those of engine and format that made it
    ``portions``    the id, digest and marking of each portion
    ``statements``  how many lines it has as N-Quads, roughly
    ``increments``  how often it was added to since it was built afresh
    ``is_reduced``  something was taken out: its files may still hold the bytes
    """

    versions: tuple[str, ...]
    portions: tuple[tuple[str, str, str], ...]
    statements: int
    increments: int = 0
    is_reduced: bool = False

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(portion for portion, _, _ in self.portions)

    @property
    def is_fresh(self) -> bool:
        return not self.increments and not self.is_reduced

    def write(self, directory: Path) -> None:
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        with (directory / CONTENTS_FILE).open("wb") as file:
            file.write(json.dumps(data, sort_keys=True).encode())
            file.flush()
            _remember(_name(file.fileno()), self)

    @classmethod
    def read(cls, directory: Path) -> Contents | None:
        """The contents of a view directory, or none if they are not there or can't be read."""
        try:
            with (directory / CONTENTS_FILE).open("rb") as file:
                # It is written once, before its directory is a view: what was read of it holds.
                name = _name(file.fileno())
                return _READ.get(name) or _remember(name, cls._parsed(file.read()))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    @classmethod
    def _parsed(cls, text: bytes) -> Contents:
        data = json.loads(text)
        portions = tuple((str(name), str(digest), str(marking)) for name, digest, marking in data["portions"])
        return cls(**{**data, "versions": tuple(data["versions"]), "portions": portions})


_READ: dict[tuple[int, ...], Contents] = {}
_MOST_READ = 32


def _remember(name: tuple[int, ...], contents: Contents) -> Contents:
    _READ[name] = contents
    for oldest in list(_READ)[:-_MOST_READ]:
        _READ.pop(oldest, None)
    return contents


def _name(descriptor: int) -> tuple[int, ...]:
    """What tells a file from any other, and from itself with other bytes."""
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
