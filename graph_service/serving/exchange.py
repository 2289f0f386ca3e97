"""One request and what becomes of it, as the audit log will tell it."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field

from graph_service.serving.identity import Asker


@dataclass
class Exchange:
    """Who asks what, since when, and the banner that the response carries."""

    started: float = field(default_factory=time.monotonic)
    query_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    asker: Asker | None = None
    banner: str = ""
    query: str = ""
    detail: str = ""

    @property
    def milliseconds(self) -> float:
        return round((time.monotonic() - self.started) * 1000, 1)
