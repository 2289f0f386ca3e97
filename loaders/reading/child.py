"""The process that reads files from outside. Run by exec, so that no memory of the builder's side comes along.

    python -m loaders.reading.child OPTIONS        (a Unix socket is its standard input)

It loads every loader once and opens no file that somebody gave. For each file it forks a child that shuts itself off,
reads that one file and sends what its loader proposes; so a file that takes over its parser meets no other file.
"""

from __future__ import annotations

import importlib
import json
import os
import pickle
import resource
import signal
import socket
import sys
import sysconfig
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from graph_service import core_files, isolation, system_calls
from graph_service.errors import IsolationError, SluisError
from graph_service.shapes import Violation
from loaders.base import LoadRequest, Origins
from loaders.reading import wire
from loaders.reading.control import CONTROL, ENDED, READ, READY, STATUS, STOP, UNABLE, Job

_FILES_OPEN = 256
_PROGRESS_SECONDS = 0.2
_OUT = 1 << 18
_PRELOADED = ("lxml.etree", "pypdfium2", "python_calamine", "selectolax.lexbor", "zoneinfo", "encodings.cp1252")


def main(arguments: Sequence[str]) -> None:
    """(1) load the loaders; (2) leave the network; (3) fork a child for each file; end when the starter does."""
    options = json.loads(arguments[0])
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    formats = importlib.import_module(options["formats"]).FORMATS  # (1)
    for name in _PRELOADED:  # a child can import little: it may not even list the folders of the program
        importlib.import_module(name)
    core_files.leave_none()
    if options["isolate"]:
        try:
            isolation.leave_network()  # (2)
        except IsolationError as error:
            control.sendall(STATUS.pack(UNABLE, 0) + f"{error.public} ({error.detail})".encode())
            return
    control.sendall(STATUS.pack(READY, os.getpid()))
    _serve(control, formats)  # (3)


def _serve(control: socket.socket, formats: Sequence[Any]) -> None:
    children: set[int] = set()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, CONTROL.size, 2, socket.MSG_WAITALL)
        if len(message) < CONTROL.size:
            break
        command, child = CONTROL.unpack(message)
        if command == READ:
            child = os.fork()
            if child == 0:
                control.close()
                _run(formats, *descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
            children.add(child)
            control.sendall(STATUS.pack(READ, child))
        elif command == STOP and child in children:
            control.sendall(STATUS.pack(ENDED, _ended(child)))
            children.remove(child)
    for child in children:
        _ended(child)


def _ended(child: int) -> int:
    """How it ended, as ``waitpid`` tells. One that goes on is killed."""
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _run(formats: Sequence[Any], jobs: int, proposals: int) -> None:
    """The child, from its first to its last moment."""
    system_calls.end_with_parent()
    try:
        with os.fdopen(jobs, "rb") as incoming, os.fdopen(proposals, "wb", buffering=_OUT) as outgoing:
            _read_one(formats, incoming, outgoing)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _read_one(formats: Sequence[Any], incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """(1) take the job; (2) shut off everything but its file; (3) send what the loader proposes; (4) tell places."""
    job: Job = pickle.loads(wire.read_frame(incoming)[1])  # noqa: S301  # (1) of our own starter
    channel, origins = _Channel(incoming, outgoing), Origins()
    _Request.channel = channel
    given = {entry.name: getattr(job.request, entry.name) for entry in fields(LoadRequest)}
    request = _Request(**{**given, "progress": channel.progress, "origins": origins})
    load = next(known.load for known in formats if known.name == job.format)
    try:
        if job.isolate:
            _shut_off(job)  # (2)
        for proposal in load(request):  # (3)
            wire.write_frame(outgoing, *wire.write_proposal(proposal))
        wire.write_frame(outgoing, wire.END, wire.to_json(bool(origins)))
    except BaseException as error:
        # Memory that the reader holds is let go before anything is said of it.
        failure = _failure(error)
        traceback.clear_frames(error.__traceback__)
        wire.write_frame(outgoing, wire.REFUSED, wire.to_json(failure))
    outgoing.flush()
    while True:  # (4)
        try:
            kind, payload = wire.read_frame(incoming)
        except EOFError:
            return
        place = origins.place(Violation.from_data(json.loads(payload))) if kind == wire.PLACE else ""
        wire.write_frame(outgoing, wire.PLACE, wire.to_json(place))
        outgoing.flush()


class _Channel:
    """What a loader asks and tells while it reads."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        self._told, self._names = 0.0, dict[tuple[str, ...], str]()

    def progress(self, file: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told > _PROGRESS_SECONDS:
            self._told = now
            wire.write_frame(self._outgoing, wire.PROGRESS, wire.to_json([file, done, total]))
            self._outgoing.flush()

    def name(self, parts: tuple[str, ...]) -> str:
        if parts not in self._names:
            wire.write_frame(self._outgoing, wire.NAME, wire.to_json(parts))
            self._outgoing.flush()
            self._names[parts] = json.loads(wire.read_frame(self._incoming)[1])
        return self._names[parts]


class _Request(LoadRequest):
    """A request without the key of opaque names, which never comes here: they are asked for one by one."""

    channel: ClassVar[_Channel]

    def opaque(self, *parts: str) -> str:
        return self.channel.name(parts)


def _shut_off(job: Job) -> None:
    """(1) limits; (2) no file but its own, the program's and its spool; (3) no call that goes past both."""
    limits = job.request.limits
    size, data = _memory_now()
    resource.setrlimit(resource.RLIMIT_CPU, (int(limits.seconds) + 2, int(limits.seconds) + 4))  # (1)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.spool_mib << 20, limits.spool_mib << 20))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES_OPEN, _FILES_OPEN))
    # Shared memory counts as address space alone, and libraries reserve more of that than they use.
    most = size + (2 * limits.memory_mib + 512 << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    isolation.limit_memory(mib=limits.memory_mib + (data >> 20))
    tempfile.tempdir = str(job.spool)
    asked = [job.request.path, *([job.request.documents] if job.request.documents else [])]
    isolation.landlock(read=[*_program(), *asked], scratch=[job.spool], write=[Path(os.devnull)])  # (2)
    if job.hidden is not None:
        isolation.assert_hidden(job.hidden)
    system_calls.keep_to_reading()  # (3)


def _program() -> list[Path]:
    """What Python reads when a module or a codec is first used. No home, no settings, nothing of other processes."""
    places = {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), "/usr/lib", "/usr/lib64", "/lib", "/lib64"}
    packages = [isolation.IMPORT_ROOT / name for name in ("graph_service", "loaders", "ontology", "queries")]
    return [Path(place) for place in sorted(places)] + packages


def _memory_now() -> tuple[int, int]:
    """Bytes of address space, and of data, that this process has from the one that it was forked from."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(pages[0]) * resource.getpagesize(), int(pages[5]) * resource.getpagesize()


def _failure(error: BaseException) -> dict[str, Any]:
    if isinstance(error, MemoryError):
        return {"kind": "memory"}
    if isinstance(error, RecursionError):
        return {"kind": "depth"}
    if isinstance(error, IsolationError) or (isinstance(error, OSError) and error.errno is not None):
        return {"kind": "system", "public": str(error)}
    if isinstance(error, SluisError):
        return {"kind": "refused", **wire.failure(error)}
    frames = traceback.extract_tb(error.__traceback__)
    where = next((f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames) if "loaders" in f.filename), "")
    return {"kind": "failed", "public": f"{type(error).__name__}: {error}"[:500], "detail": where}


if __name__ == "__main__":
    main(sys.argv[1:])
