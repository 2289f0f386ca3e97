"""Runs the two processes of a service, the builder and the server, and ends them together."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from types import TracebackType
from typing import IO

from graph_service.errors import SluisError
from graph_service.settings import Layout

WATCH_SECONDS = 0.5


class Service:
    """A builder and a server over one data folder. A context manager: leaving it ends both.

    Each is started by exec and ends by itself when its standard input does, so neither outlives this process.
    """

    def __init__(self, layout: Layout, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.layout, self.host, self._port = layout, host, port
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self._port}"

    @property
    def builder_pid(self) -> int:
        return self._processes[0].pid

    @property
    def server_pid(self) -> int:
        return self._processes[1].pid

    def __enter__(self) -> Service:
        try:
            self._start("graph_service.builder_socket", str(self.layout.data))
            ready = self._start("graph_service.serving.server", str(self.layout.data), self.host, str(self._port))
        except BaseException:
            self._end()
            raise
        self._port = int(ready.split()[1])
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._end()

    def wait(self) -> None:
        """Wait until the server ends. A builder that dies meanwhile is started again: it repairs as it opens."""
        while self._processes[1].poll() is None:
            time.sleep(WATCH_SECONDS)
            if self._processes[0].poll() is not None:
                self._close(self._processes[0])
                self._processes[0] = self._launch("graph_service.builder_socket", str(self.layout.data))[0]

    def _start(self, module: str, *arguments: str) -> str:
        process, line = self._launch(module, *arguments)
        self._processes.append(process)
        return line

    def _launch(self, module: str, *arguments: str) -> tuple[subprocess.Popen[bytes], str]:
        process = subprocess.Popen(  # noqa: S603  # our own module, no shell
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches this process, which then ends its children in order
        )
        line = _pipe(process.stdout).readline().decode()
        if not line:
            self._close(process)
            raise SluisError(f"{module.rpartition('.')[2]} did not start: the reason stands above")
        return process, line

    def _end(self) -> None:
        for process in reversed(self._processes):
            self._close(process)

    @staticmethod
    def _close(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(BrokenPipeError):
            _pipe(process.stdin).close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _pipe(process.stdout).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101  # Popen was asked for both pipes
    return pipe
