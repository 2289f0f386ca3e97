"""Views as the server knows them: immutable directories that hold what one visible set gives.

Nothing here can reach the portion store. A view directory:

    views/<fingerprint>/<random>/dataset/        the store: merged default graph, a graph a portion, ``derived``
    views/<fingerprint>/<random>/contents.json   which portions it holds (``contents``)
    views/publication.json                       which clearance is served which view
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from graph_service.errors import NotPublished

PUBLICATION = "publication.json"


def token_sha256(token: str) -> str:
    """Hex SHA-256 of a token. A plain hash is enough: tokens are 256 random bits, so none can be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ViewRef:
    """A published view: its fingerprint (hex), its directory below ``views/``, its banner (a marking) and its label."""

    fingerprint: str
    directory: str
    banner: str
    label: dict[str, Any] = field(default_factory=dict, compare=False)

    def dataset(self, views: Path) -> Path:
        """The store's directory. Raises ``NotPublished`` if it is not there."""
        path = views / self.directory / "dataset"
        if not path.is_dir():
            raise NotPublished("this view is being replaced: ask again in a moment", detail=str(path))
        return path


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a name, the token's hex SHA-256 (empty for the anonymous reader), the clearance's data, the view.

    ``may`` is what they may ask for besides reading, ``acts_for`` the originator in whose name they decide on labels.
    """

    name: str
    token_sha256: str
    clearance: dict[str, Any]
    view: ViewRef | None
    may: tuple[str, ...] = ()
    acts_for: str = ""

    @property
    def banner(self) -> str:
        """The banner of what they are served; empty where nothing is visible to them."""
        return self.view.banner if self.view else ""


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything that the server knows of who may see what: the anonymous reader and the registered ones.

    ``withdrawn``  directories that were taken back, below ``views/``: what runs on them is ended, not finished
    """

    anonymous: Principal
    principals: tuple[Principal, ...]
    withdrawn: tuple[str, ...] = ()

    @property
    def everyone(self) -> tuple[Principal, ...]:
        """The anonymous reader first, then the registered ones."""
        return (self.anonymous, *self.principals)

    def write(self, views: Path) -> str:
        """Replace the publication in one step: a reader sees the old one or the new one. Gives its stamp."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()
        temporary = views / f".{PUBLICATION}.new"
        with temporary.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(views / PUBLICATION)
        sync_folder(views)
        return stamp_of(text)

    @classmethod
    def read(cls, views: Path) -> Publication:
        """Read the current publication. Raises ``NotPublished`` if there is none."""
        try:
            return cls.parse((views / PUBLICATION).read_bytes())
        except FileNotFoundError as error:
            raise NotPublished("nothing is published here yet: run `sluis publish`") from error

    @classmethod
    def parse(cls, text: bytes) -> Publication:
        """The publication that ``write`` wrote."""
        data = json.loads(text)
        everyone = tuple(_principal(entry) for entry in data["principals"])
        return cls(_principal(data["anonymous"]), everyone, tuple(data["withdrawn"]))


def stamp_of(publication: bytes) -> str:
    """By what a server names the publication that it follows: the hex SHA-256 of the file."""
    return hashlib.sha256(publication).hexdigest()


def sync_folder(folder: Path) -> None:
    """Make sure that what was put into the folder, or taken out of it, survives a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _principal(data: dict[str, Any]) -> Principal:
    view = data["view"]
    return Principal(**{**data, "view": ViewRef(**view) if view else None, "may": tuple(data.get("may", ()))})
