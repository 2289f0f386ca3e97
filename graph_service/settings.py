"""Settings: read once from ``DATA/sluis.toml``, checked, frozen and passed on. docs/settings.md lists them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from graph_service.errors import SluisError
from graph_service.handling import clearance_from_markings
from graph_service.security import Clearance, Policies

SETTINGS_FILE = "sluis.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """How an installation behaves. Times in seconds, sizes in MiB.

    ``anonymous``         the marking that the anonymous reader's clearance is: that level alone
    ``vocabulary_label``  the marking of the ontology, the rules and the policies
    ``policies``          a folder of policies (Open XML SPIF) in place of the packaged ones
    ``questions``         a folder of questions (``.rq``) besides the packaged ones
    ``licensed_compartments``  those that keep in what a licence forbids to pass on: `POLICY/COMPARTMENT`, with commas
    ``interview_compartment``  the category that the label of notes of an interview has
    ``small_cell``        the fewest respondents that a category, place and period may have
    ``reading_…``         what one file from outside may cost (``loaders.reading.limits``)
    """

    anonymous: str = "Ongerubriceerd"
    vocabulary_label: str = "Ongerubriceerd"
    policies: str = ""
    questions: str = ""
    query_seconds: float = 10.0
    queue_seconds: float = 5.0
    worker_memory_mib: int = 512
    cache_mib: int = 16
    workers_per_view: int = 2
    server_threads: int = 16
    reading_file_mib: int = 4096
    reading_unpacked_mib: int = 4096
    reading_spool_mib: int = 16384
    reading_memory_mib: int = 1024
    reading_seconds: float = 300.0
    reading_pages: int = 3000
    licensed_compartments: str = ""
    interview_compartment: str = "INTERVIEW"
    small_cell: int = 5
    unsafe_workers_share_the_network: bool = False

    def licensed(self) -> frozenset[tuple[str, str]]:
        """The compartments that keep licensed data in, each with its policy. Raises ``SluisError`` for another form."""
        found = [entry.strip().partition("/") for entry in self.licensed_compartments.split(",") if entry.strip()]
        if not all(policy and name for policy, _, name in found):
            raise SluisError(f"{SETTINGS_FILE}: `licensed_compartments` is a list such as `NLD/LICENCE, UN/LICENCE`")
        return frozenset((policy, name) for policy, _, name in found)

    def anonymous_clearance(self, policies: Policies) -> Clearance:
        """What a reader without a token holds: the lowest level of one policy and nothing else.

        SECURITY: raises ``SluisError`` for any higher level; whoever may read that gets a token.
        """
        clearance = clearance_from_markings([self.anonymous], policies=policies)
        if any(level.order > 0 for part in clearance.parts for level in part.levels):
            raise SluisError(
                f"{SETTINGS_FILE}: `anonymous` must be the lowest level of a policy, not `{self.anonymous}`"
            )
        return clearance


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things lie below the data folder: the builder's part, the policies, the servers' part, the audit log."""

    data: Path

    @property
    def portions(self) -> Path:
        """The builder's alone. SECURITY: server and workers shut themselves off from it."""
        return self.data / "portions"

    @property
    def policies(self) -> Path:
        """The policies that were imported here, beside those of the settings."""
        return self.data / "policies"

    @property
    def views(self) -> Path:
        return self.data / "views"

    @property
    def servers(self) -> Path:
        """Where each running server says which publication it follows: one file a process."""
        return self.data / "servers"

    @property
    def proposals(self) -> Path:
        """What readers ask to be written. The server makes files here; the builder alone lists and reads them."""
        return self.data / "intake" / "proposals"

    @property
    def receipts(self) -> Path:
        """What became of each proposal, for its writer."""
        return self.data / "intake" / "receipts"

    @property
    def audit(self) -> Path:
        return self.data / "audit"

    def create(self) -> None:
        intake = (self.proposals.parent, self.proposals, self.receipts)
        for folder in (self.data, self.portions, self.policies, self.views, self.servers, *intake, self.audit):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def read_settings(data: Path) -> Settings:
    """The settings of a data folder; every one has a default. Raises ``SluisError`` naming an unknown or wrong one."""
    path = data / SETTINGS_FILE
    if not path.exists():
        return Settings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SluisError(f"{SETTINGS_FILE} is not readable as TOML: {error}") from error
    defaults = Settings()
    for name, value in given.items():
        if name not in {entry.name for entry in fields(Settings)}:
            raise SluisError(f"{SETTINGS_FILE}: `{name}` is not a setting")
        wanted = type(getattr(defaults, name))
        if type(value) is not wanted and not (wanted is float and type(value) is int):
            raise SluisError(f"{SETTINGS_FILE}: `{name}` must be of type {wanted.__name__}")
        if wanted in {int, float} and value <= 0:
            raise SluisError(f"{SETTINGS_FILE}: `{name}` must be above 0")
    return Settings(**given)
