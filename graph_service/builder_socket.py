"""The builder as a process of its own, and the command line's way to it: JSON lines over a Unix socket.

    python -m graph_service.builder_socket DATA

The socket stands outside the data folder. Who connects shows a secret that lies beside the portion store:
the server, which can't read that folder, can't command the builder either.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import select
import socket
import socketserver
import sys
import tempfile
import threading
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from graph_service import core_files
from graph_service.builder import Builder
from graph_service.builder_commands import Commands
from graph_service.errors import SluisError, StoreBusy
from graph_service.intake import Intake
from graph_service.policy_files import load_policies
from graph_service.portion_list import PortionSummary
from graph_service.portions import (
    Decision,
    Portion,
    Proposed,
    StoredPortion,
    proposed_to_data,
)
from graph_service.relabelling import Relabelling
from graph_service.reviewing import Entry, Judgement
from graph_service.security import Clearance, Label, Policies
from graph_service.settings import Layout, Settings, read_settings
from graph_service.shapes import Conformance, DoesNotConform
from graph_service.storage.portion_store import Stored
from loaders.names import Names

SECRET_FILE = "builder.secret"  # noqa: S105  # a file name
READY_LINE = "ready"
QUIET_SECONDS = 1.0
"""How long no command must come before views are built afresh, which takes the time of those that come meanwhile."""
SWEEP_SECONDS = 10.0
"""How long a view that is not served any more stays, for a query that was admitted to it and has not begun."""
END_SECONDS = 5.0
WATCH_SECONDS, RETRY_SECONDS = 0.1, 5.0
"""How often the intake is looked at; and how long after a failure."""
_SILENT = "the builder stopped answering: look at `sluis doctor`"


def socket_path(layout: Layout) -> Path:
    """Where the builder of a data folder listens: in the user's runtime folder, named after the data folder."""
    runtime = os.environ.get("XDG_RUNTIME_DIR") or str(Path(tempfile.gettempdir()) / f"sluis-{os.getuid()}")
    name = hashlib.sha256(bytes(layout.data.resolve())).hexdigest()[:16]
    return Path(runtime) / f"sluis-builder-{name}.sock"


def _check_folder(folder: Path) -> None:
    """SECURITY: the secret is shown to whoever listens here, so nobody else may be able to put a socket here."""
    status = folder.stat()
    if status.st_uid != os.getuid() or status.st_mode & 0o022:
        raise SluisError(f"others can write to {folder}: remove it, or set XDG_RUNTIME_DIR to a folder of your own")


class RemoteBuilder:
    """The running builder, with the methods of ``Builder`` that the command line uses."""

    def __init__(self, layout: Layout, settings: Settings) -> None:
        """Raises ``OSError`` when no builder listens."""
        self.layout, self.settings = layout, settings
        self.policies: Policies = load_policies(settings, layout)
        secret = (layout.portions / SECRET_FILE).read_text(encoding="ascii")
        path = socket_path(layout)
        _check_folder(path.parent)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise
        self._file = self._socket.makefile("rwb")
        self._file.write(secret.encode() + b"\n")

    def close(self) -> None:
        with contextlib.suppress(OSError):  # a last write to a builder that is gone
            self._file.close()
        self._socket.close()

    @property
    def repairs(self) -> list[str]:
        """What the builder repaired when it was opened."""
        return [str(text) for text in self._call("repairs")]

    def load(
        self,
        proposals: Iterable[Proposed],
        *,
        restore: bool = False,
        shapes: bool = True,
        dry_run: bool = False,
        user: str = "",
    ) -> Stored:
        """As ``Builder.load``. The portions are sent one a line while they come, and a last line says that all came."""
        self._send({"method": "load", "restore": restore, "shapes": shapes, "dry_run": dry_run, "user": user})
        try:
            for proposed in proposals:
                self._send(proposed_to_data(proposed))
                if self._is_answered():  # a refusal: the rest would be sent for nothing
                    break
        except BaseException:
            with contextlib.suppress(SluisError):
                self._send({"end": "given up"})
                self._answer()
            raise
        self._send({"end": "whole"})
        return Stored(**self._answer())

    def names_known_at(self, label: Label, without: Collection[str] = ()) -> Names:
        """As ``Builder.names_known_at``, over a connection of its own: it is asked for while a load is being sent."""
        with contextlib.closing(RemoteBuilder(self.layout, self.settings)) as other:
            return Names.from_data(other._call("names_known_at", label=label.to_data(), without=sorted(without)))

    def crossings(self, *, since: date | None = None) -> list[dict[str, Any]]:
        return list(self._call("crossings", since=since.isoformat() if since else None))

    def name_key(self) -> bytes:
        return bytes.fromhex(self._call("name_key"))

    def study_key(self, study: str) -> bytes | None:
        """As ``Builder.study_key``, over a connection of its own, as ``names_known_at``."""
        with contextlib.closing(RemoteBuilder(self.layout, self.settings)) as other:
            return bytes.fromhex(other._call("study_key", study=study)) or None

    def forget_study(self, study: str, *, user: str, reference: str) -> int:
        return int(self._call("forget_study", study=study, user=user, reference=reference))

    def check(self) -> Conformance:
        return Conformance.from_data(self._call("check"))

    def publish(self) -> int:
        return int(self._call("publish"))

    def add_user(self, name: str, clearance: Clearance, acts_for: str = "", may: Collection[str] = ()) -> str:
        given = {"clearance": clearance.to_data(), "acts_for": acts_for, "may": sorted(may)}
        return str(self._call("add_user", name=name, **given))

    def allow(self, name: str, right: str, *, allowed: bool = True) -> None:
        self._call("allow", name=name, right=right, allowed=allowed)

    def relabel(self, portion_id: str, wish: Relabelling, *, user: str) -> StoredPortion:
        term = wish.term.to_data() if wish.term else None
        given = {"label": wish.label.to_data(), "reference": wish.reference, "ground": wish.ground, "term": term}
        return self._stored(self._call("relabel", portion_id=portion_id, wish=given, user=user))

    def withdraw(self, target: str, *, user: str, ground: str, reference: str = "") -> list[StoredPortion]:
        found = self._call("withdraw", target=target, user=user, ground=ground, reference=reference)
        return [self._stored(entry) for entry in found]

    def purge(self, portion_id: str, *, user: str, reference: str, ground: str = "") -> StoredPortion:
        return self._stored(self._call("purge", portion_id=portion_id, user=user, reference=reference, ground=ground))

    def history(self, portion_id: str) -> list[Decision]:
        return [
            Decision.from_data(entry, policies=self.policies) for entry in self._call("history", portion_id=portion_id)
        ]

    def due(self, *, on: date) -> list[StoredPortion]:
        return [self._stored(entry) for entry in self._call("due", on=on.isoformat())]

    def mentions(self, *, user: str = "") -> list[Entry]:
        return [Entry.from_data(data) for data in self._call("mentions", user=user)]

    def review(self, names: Sequence[str], judgement: Judgement, *, user: str) -> int:
        return int(self._call("review", names=list(names), judgement=judgement.to_data(), user=user))

    def rights(self) -> dict[str, list[str]]:
        return {str(name): list(rights) for name, rights in self._call("rights").items()}

    def users(self) -> list[tuple[str, Clearance]]:
        return [(name, self.policies.clearance(data)) for name, data in self._call("users")]

    def unreadable_users(self) -> dict[str, str]:
        return {str(name): str(why) for name, why in self._call("unreadable_users").items()}

    def portions(self) -> list[PortionSummary]:
        return [PortionSummary(**entry) for entry in self._call("portions")]

    def portion(self, portion_id: str) -> StoredPortion | None:
        data = self._call("portion", portion_id=portion_id)
        return None if data is None else self._stored(data)

    def _stored(self, data: dict[str, Any]) -> StoredPortion:
        return StoredPortion(data["id"], Portion.from_data(data["portion"], policies=self.policies), data["digest"])

    def _call(self, method: str, **arguments: Any) -> Any:
        self._send({"method": method, **arguments})
        return self._answer()

    def _send(self, line: dict[str, Any]) -> None:
        try:
            self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            self._file.flush()
        except OSError as error:
            raise SluisError(_SILENT, detail=str(error)) from error

    def _is_answered(self) -> bool:
        return bool(select.select([self._socket], [], [], 0)[0])

    def _answer(self) -> Any:
        try:
            answer = json.loads(self._file.readline() or b"{}")
        except (OSError, json.JSONDecodeError) as error:
            raise SluisError(_SILENT, detail=str(error)) from error
        if "violations" in answer:
            raise DoesNotConform.from_data(answer["violations"])
        if "result" not in answer:
            raise SluisError(answer.get("error", _SILENT))
        return answer["result"]


def open_builder(layout: Layout, settings: Settings, *, key: bytes | None = None) -> Builder | RemoteBuilder:
    """The builder of a data folder: the running server's if there is one, else one in this process.

    Raises ``StoreBusy`` if another command owns the portion store just now.
    """
    try:
        return RemoteBuilder(layout, settings)
    except OSError:
        return Builder(layout, settings, key=key)


class _Upkeep(threading.Thread):
    """Builds afresh, after each command, what was made out of older views, and destroys what is not served."""

    def __init__(self, builder: Builder, changed: threading.Event) -> None:
        super().__init__(name="upkeep")
        self._builder, self._changed, self._ends = builder, changed, False

    def run(self) -> None:
        self._changed.set()
        while not self._ends:
            self._changed.wait()
            self._changed.clear()
            try:
                self._builder.sweep(taken_back_only=True)
                if self._changed.wait(QUIET_SECONDS):
                    continue
                while not self._ends and self._builder.settle():
                    pass
                while not self._ends and not self._changed.is_set() and self._builder.examine():
                    pass
                if not self._ends and not self._changed.wait(SWEEP_SECONDS):
                    self._builder.sweep()
            except (SluisError, OSError) as error:  # the next command sets it going again
                print(f"sluis builder: {error!r}", file=sys.stderr)  # noqa: T201  # the administrator's terminal

    def end(self) -> None:
        self._ends = True
        self._changed.set()
        self.join(timeout=END_SECONDS)


class _Watch(threading.Thread):
    """Takes up what readers propose, soon after it came."""

    def __init__(self, builder: Builder, changed: threading.Event) -> None:
        super().__init__(name="intake", daemon=True)
        self._intake, self._changed, self._ended = Intake(builder), changed, threading.Event()

    def run(self) -> None:
        wait = WATCH_SECONDS
        while not self._ended.wait(wait):
            wait = WATCH_SECONDS
            try:
                if not self._intake.is_empty() and self._intake.work():
                    self._changed.set()
            except Exception as error:  # whatever it is, the proposals stay, and are taken up again
                print(f"sluis builder: proposals wait: {error!r}", file=sys.stderr)  # noqa: T201  # as above
                wait = RETRY_SECONDS

    def end(self) -> None:
        self._ended.set()
        self.join(timeout=END_SECONDS)


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    commands: Commands
    secret: str


class _Connection(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        # SECURITY: removing this lets the server read any portion through its own builder. The secret comes first,
        # on a line of its own, so that nobody else's line is read to its end.
        secret = self.server.secret.encode() + b"\n"
        if not hmac.compare_digest(self.rfile.readline(len(secret)), secret):
            return
        for line in self.rfile:
            request = json.loads(line)
            method, commands = request.pop("method", ""), self.server.commands
            if method == "load":
                commands.load(request, self.rfile, self._answer)
            else:
                self._answer(commands.run(method, request))

    def _answer(self, answer: dict[str, Any]) -> None:
        self.wfile.write(json.dumps(answer).encode() + b"\n")


def main(arguments: list[str]) -> None:
    """Own the portion store and serve commands until standard input ends or SIGTERM comes."""
    core_files.leave_none()
    layout = Layout(Path(arguments[0]).resolve())
    builder = Builder(layout, read_settings(layout.data), lasting=True)
    path = socket_path(layout)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_folder(path.parent)
    path.unlink(missing_ok=True)  # the portion store is ours, so whoever listened here is gone
    secret = secrets.token_hex(32)
    secret_file = layout.portions / SECRET_FILE
    secret_file.touch(mode=0o600)
    secret_file.write_text(secret, encoding="ascii")
    with _Server(str(path), _Connection) as server:
        server.commands, server.secret = Commands(builder), secret
        upkeep = _Upkeep(builder, server.commands.changed)
        watch = _Watch(builder, server.commands.changed)
        upkeep.start()
        watch.start()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(READY_LINE, flush=True)  # noqa: T201  # the line the starter waits for
        while sys.stdin.buffer.read(4096):
            pass
        server.shutdown()
    path.unlink(missing_ok=True)
    watch.end()
    builder.close()
    upkeep.end()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (StoreBusy, SluisError) as error:
        sys.exit(f"sluis builder: {error}")
