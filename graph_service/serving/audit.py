"""The audit log: who asked what, on which view, with what outcome. System-high: queries are information too.

One JSON object a line, appended in one write, so that lines never mix. If it can't be written, nothing
is answered.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

AUDIT_FILE = "audit.jsonl"


class AuditLog:
    """Appends to ``folder/audit.jsonl``. Opened before the server shuts itself off from other files."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / AUDIT_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def record(self, **entry: Any) -> None:
        line = json.dumps({"time": datetime.now(UTC).isoformat(), **entry}, ensure_ascii=False) + "\n"
        os.write(self._descriptor, line.encode())

    def close(self) -> None:
        os.close(self._descriptor)
