"""What tells a file's format: its first bytes, the names in its package, and its own name."""

from __future__ import annotations

import re
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


_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})")


def root_name(head: Head) -> bytes:
    """The local name of the first element of a file of XML. What may stand before it is stepped over."""
    rest = head.start
    while (begin := rest.find(b"<")) >= 0:
        rest = rest[begin:]
        for opening, closing in ((b"<!--", b"-->"), (b"<?", b"?>"), (b"<!", b">")):
            if rest.startswith(opening):
                end = rest.find(closing, len(opening))
                rest = rest[end + len(closing) :] if end >= 0 else b""
                break
        else:
            found = _ROOT.match(rest)
            return found[1] if found else b""
    return b""
