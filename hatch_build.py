"""Refuses to build a wheel or a source archive without the page: it would install a Sluis that shows nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHELL = Path("graph_service", "serving", "web", "built", "index.html")


class PageIsBuilt(BuildHookInterface[Any]):
    """Runs before each build. An editable installation may come first: the page is built into it later."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable" and not Path(self.root, SHELL).exists():
            raise SystemExit("the page is not built: run `make page` first, or `make wheel`, which does")
