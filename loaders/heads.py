"""What tells a file's format: its first bytes, the names in its package, and its own name."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = 65_536
"""How many bytes of a file are looked at to tell its format."""


@dataclass(frozen=True, slots=True)
class Head:
    """What tells a format: the file's name, its first bytes, and for a package (ZIP) the names of its members.

    A folder that is a source of its own has the names of its files as members, and no bytes.
    """

    name: str
    start: bytes
    members: tuple[str, ...] = ()
    is_folder: bool = False
