"""What a running server tells the builder: which publication it follows. Standard library only.

    servers/<pid>.json      {"pid", "started", "following"}; one a process, written by that process alone

A server writes its file before it reads its first publication, so whoever replaces the publication and then
looks here sees every server that may have read the old one.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

_RECORD_BYTES = 512
_WAIT = 0.005
_WORKER = b"graph_service.serving.query_worker"


@dataclass(frozen=True, slots=True)
class Report:
    """``started`` tells a process from a later one with its number; ``following`` is a publication's stamp."""

    pid: int
    started: str
    following: str

    @property
    def is_alive(self) -> bool:
        return _exists(self.pid) and started(self.pid) == self.started


class Announcement:
    """The server's own file. Opened before the server shuts itself off: it needs no right to write afterwards."""

    def __init__(self, folder: Path) -> None:
        self._me = Report(os.getpid(), started(os.getpid()), "")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        self._descriptor = os.open(folder / f"{self._me.pid}.json", flags, 0o600)
        self.follows("")

    def follows(self, stamp: str) -> None:
        """Say that this publication is followed: every worker of a view that it took back has ended.

        A reader may see half of it; then no stamp fits, and it looks again.
        """
        record = asdict(self._me) | {"following": stamp}
        os.pwrite(self._descriptor, json.dumps(record).encode().ljust(_RECORD_BYTES - 1) + b"\n", 0)


def live_servers(folder: Path) -> list[Report]:
    """The reports of the servers that run."""
    return [report for _, report in _reports(folder) if report is not None and report.is_alive]


def remove_dead(folder: Path) -> int:
    """Remove the files of processes that are gone, and say how many there were."""
    dead = [path for path, report in _reports(folder) if report is not None and not report.is_alive]
    for path in dead:
        path.unlink(missing_ok=True)
    return len(dead)


def await_servers(folder: Path, stamp: str, *, seconds: float) -> list[int]:
    """Wait until every live server follows the publication of this stamp. Gives the ids of those that do not."""
    deadline = time.monotonic() + seconds
    while True:
        late = [report.pid for report in live_servers(folder) if report.following != stamp]
        if not late or time.monotonic() > deadline:
            return late
        time.sleep(_WAIT)


def end_workers(directories: Iterable[str], *, late: Iterable[int]) -> int:
    """Kill every query worker that runs on one of these view directories, whoever started it. Gives how many.

    ``late`` are the servers that did not acknowledge. They are ended themselves only where the system does not
    show which processes are their workers: a worker dies with its server.
    """
    if not Path("/proc/self/stat").exists():
        pids = list(late)
    else:
        pids = [pid for found in workers_on(directories).values() for pid in found]
    for pid in pids:
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    return len(pids)


def workers_on(directories: Iterable[str]) -> dict[str, list[int]]:
    """The query workers that run on these view directories, whoever started them, by directory.

    INVARIANT: a worker's command line names the directory of its view. Nothing is found where nothing shows it.
    """
    found: dict[str, list[int]] = {name: [] for name in directories}
    if found:
        for pid, command in _commands():
            for name, pids in found.items():
                if _WORKER in command and os.fsencode(name) in command:
                    pids.append(pid)
    return {name: pids for name, pids in found.items() if pids}


def started(pid: int) -> str:
    """When the process started, in the system's clock ticks; empty for one that has ended, or where nothing tells."""
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return ""
    fields = status.rpartition(b")")[2].split()  # Spec: proc(5): the state is field 3, the start field 22
    return "" if fields[0] in (b"Z", b"X") else fields[19].decode()


def _commands() -> Iterator[tuple[int, bytes]]:
    for entry in Path("/proc").glob("[0-9]*"):
        if entry.name.isdigit():
            with suppress(OSError):
                yield int(entry.name), (entry / "cmdline").read_bytes()


def _reports(folder: Path) -> Iterator[tuple[Path, Report | None]]:
    for path in sorted(folder.glob("*.json")):
        try:
            yield path, Report(**json.loads(path.read_bytes()))
        except FileNotFoundError:
            continue
        except (ValueError, TypeError):  # half written: by a server that starts or speaks just now, or was killed then
            pid = path.name.removesuffix(".json")
            yield path, Report(int(pid), started(int(pid)), "") if pid.isdigit() else None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
