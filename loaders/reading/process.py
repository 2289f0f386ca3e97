"""Reads files that nobody vouches for: each in a process of its own, without a network, which is ended if it must be.

    with ReadingProcess(limits, spool=folder) as reading:
        for proposal in reading.read(detected, request): …

Nothing that comes back is believed: a frame that is not what a reader sends, a label of no known policy, or the end of
the process refuses the file, and the stated label is joined to every portion once more.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from graph_service.errors import IsolationError, LoadRefused
from graph_service.isolation import IMPORT_ROOT
from loaders.base import LoadRequest, Proposal, no_progress
from loaders.detection import Detected
from loaders.front import request_of
from loaders.reading.control import CONTROL, READ, READY, STATUS, STOP, Job
from loaders.reading.limits import NO_MORE_THAN, ReadingLimits
from loaders.reading.reader import Reader

START_SECONDS = 30.0
MOST_KEPT = 64
"""How many readers wait at a time to be asked for places; of the others the file's name is told."""


class ReadingProcess:
    """The process that reads, and the children that it has for one file each. Use it as a context manager."""

    def __init__(
        self,
        limits: ReadingLimits = NO_MORE_THAN,
        *,
        spool: Path,
        hidden: Path | None = None,
        isolate: bool = True,
        formats: str = "loaders.formats",
    ) -> None:
        """``spool``: an empty folder that readers may write in. ``hidden``: a folder that no reader may come near.

        Raises ``IsolationError`` at the first file, where the system can't shut a process off and ``isolate`` is on.
        """
        self._limits, self._spool, self._hidden, self._isolate = limits, spool, hidden, isolate
        self._control, theirs = socket.socketpair()
        self._control.settimeout(START_SECONDS)
        self._kept: list[Reader] = []
        self._is_ready = False
        options = json.dumps({"isolate": isolate, "formats": formats})
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own module, no shell
                [sys.executable, "-m", "loaders.reading.child", options],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=IMPORT_ROOT,
                env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"},
                start_new_session=True,
            )

    def __enter__(self) -> ReadingProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every reader, and the process."""
        for reader in [*self._kept]:
            self._end(reader)
        self._control.close()
        try:
            self._process.wait(timeout=START_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def read(self, detected: Detected, request: LoadRequest) -> Iterator[Proposal]:
        """What the loader of its format proposes. Raises ``LoadRefused``; a file that ends its reader is refused too.

        ``request.origins`` answers for this file until the process is closed.
        """
        request = replace(request_of(detected, request), limits=self._limits)
        self._check(request.path, request.file)
        reader = self._start(detected.format.name, request)
        is_kept = False
        try:
            yield from reader.proposals()
            if reader.knows_places and request.origins is not None:
                is_kept = True
                self._keep(reader, request)
        finally:
            if not is_kept:
                self._end(reader)

    def _check(self, path: Path, file: str) -> None:
        if not path.is_dir() and not path.is_file():
            raise LoadRefused("no plain file: a device, a pipe, or a link to nothing", file=file)
        sizes = (one.stat().st_size for one in ([path] if path.is_file() else path.iterdir()) if one.is_file())
        if sum(sizes) > self._limits.file_mib << 20:
            raise LoadRefused(
                f"larger than {self._limits.file_mib} MiB: split it, or raise the setting `reading_file_mib`", file=file
            )

    def _start(self, format_name: str, request: LoadRequest) -> Reader:
        self._wait_until_ready()
        spool = Path(tempfile.mkdtemp(dir=self._spool))
        job = Job(
            format=format_name,
            request=replace(
                request,
                path=request.path.resolve(),
                documents=request.documents.resolve() if request.documents else None,
                # SECURITY: the reader gets no key: it asks for each opaque name, and can't try names once it is gone.
                name_key=b"",
                progress=no_progress,
                origins=None,
            ),
            spool=spool,
            hidden=self._hidden.resolve() if self._hidden else None,
            isolate=self._isolate,
        )
        jobs, to_reader = os.pipe()
        answers, from_reader = os.pipe()
        try:
            socket.send_fds(self._control, [CONTROL.pack(READ, 0)], [jobs, from_reader])
        finally:
            os.close(jobs)
            os.close(from_reader)
        return Reader(self._status()[1], to_reader, answers, job, request, ended=self._ended)

    def _wait_until_ready(self) -> None:
        if self._is_ready:
            return
        kind, _ = self._status()
        if kind != READY:
            reason = self._control.recv(4096).decode("utf-8", "replace")
            raise IsolationError(f"files from outside can't be read apart from everything else here: {reason}")
        self._is_ready = True

    def _status(self) -> tuple[bytes, int]:
        try:
            answer = self._control.recv(STATUS.size, socket.MSG_WAITALL)
        except TimeoutError as error:
            raise IsolationError("the process that reads files does not answer") from error
        if len(answer) < STATUS.size:
            raise IsolationError("the process that reads files does not start, or has ended")
        kind, number = STATUS.unpack(answer)
        return kind, number

    def _keep(self, reader: Reader, request: LoadRequest) -> None:
        if request.origins is not None:
            request.origins.elsewhere = reader.place
        self._kept.append(reader)
        if len(self._kept) > MOST_KEPT:
            self._end(self._kept[0])

    def _end(self, reader: Reader) -> None:
        if reader in self._kept:
            self._kept.remove(reader)
        reader.close()

    def _ended(self, child: int) -> int:
        """See to it that a child has ended; how it did, as ``waitpid`` tells."""
        try:
            self._control.sendall(CONTROL.pack(STOP, child))
        except OSError as error:
            raise IsolationError("the process that reads files has ended") from error
        return self._status()[1]
