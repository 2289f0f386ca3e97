"""What one file from outside may cost. Each limit is a setting, and every refusal names its own."""

from __future__ import annotations

from dataclasses import dataclass, fields

from graph_service.settings import Settings

__all__ = ["NO_MORE_THAN", "ReadingLimits"]


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """For each file by itself. ``file_mib`` of the file, ``spool_mib`` of what its reader may put on disk meanwhile,
    ``memory_mib`` of the reader's memory, ``seconds`` of its work, ``pages`` of a document, ``unpacked_mib`` of what
    the members of a package (DOCX, ODT, XLSX) come to, and of archives together.
    """

    file_mib: int = 4096
    unpacked_mib: int = 4096
    spool_mib: int = 16384
    memory_mib: int = 1024
    seconds: float = 300.0
    pages: int = 3000

    @classmethod
    def of(cls, settings: Settings) -> ReadingLimits:
        """The limits of an installation: its settings with ``reading_`` before them."""
        return cls(**{entry.name: getattr(settings, f"reading_{entry.name}") for entry in fields(cls)})


NO_MORE_THAN = ReadingLimits()
"""The limits where no settings say others."""
