"""The messages between whoever starts the reading process and that process."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from loaders.base import LoadRequest

CONTROL = struct.Struct(">cI")
"""A command and, for ``STOP``, which child. With ``READ`` come two descriptors: the job's, and that of the answers."""

STATUS = struct.Struct(">ci")
READ, STOP, READY, UNABLE, ENDED = b"R", b"S", b"+", b"-", b"E"


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read, from whoever started this process."""

    format: str
    request: LoadRequest
    spool: Path
    hidden: Path | None
    isolate: bool
