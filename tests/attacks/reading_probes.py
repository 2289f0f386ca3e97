"""Loaders that do what a file would do if it took over its parser. The reading process is told to take these.

The first line of a file is the name of what to try; each tells what it got in a remark.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from graph_service.portions import Gone, Portion, Whole, label_text
from graph_service.security import Label
from loaders.base import LabelRecord, LoadRequest, Proposal, Remark, portion_of
from loaders.documents.model import Block, BlockKind, Document, NoteCall
from loaders.formats import Format
from loaders.reading import wire

RECORD = LabelRecord(originator="https://w3id.org/sluis/id/actor/example")
TRIPLE = Triple(NamedNode("https://example.org/s"), NamedNode("https://example.org/p"), Literal("EXAMPLE"))


def _portion(request: LoadRequest, part: str = "a", label: Label | None = None) -> Portion:
    label = label or request.label
    assert label is not None
    return portion_of({TRIPLE}, source="https://example.org/source", part=part, label=label, record=RECORD)


def _attempts(request: LoadRequest, argument: str) -> dict[str, Callable[[], Any]]:
    """Each of these must come to nothing: it raises ``OSError``, or what it gives is false."""
    return {
        "open another file": lambda: len(Path(argument).read_bytes()),
        "open its neighbour": lambda: len((request.path.parent / "neighbour").read_bytes()),
        "list its folder": lambda: len(list(request.path.parent.iterdir())),
        "read passwords": lambda: len(Path("/etc/passwd").read_bytes()),
        "read the starter's environment": lambda: len(Path(f"/proc/{os.getppid()}/environ").read_bytes()),
        "read its own environment": lambda: len(Path("/proc/self/environ").read_bytes()),
        "environment": lambda: {name for name in os.environ if "SECRET" in name},
        "write beside it": lambda: (request.path.parent / "written").write_text("x"),
        "write to its file": lambda: request.path.write_text("x"),
        "write in the temporary folder": lambda: (request.path.parent.parent / "written").write_text("x"),
        "remove its file": lambda: request.path.unlink() or True,
        "change its file's mode": lambda: request.path.chmod(0o777) or True,
        "change its file's time": lambda: os.utime(request.path) or True,
        "link": lambda: os.link(request.path, request.path.parent / "linked") or True,
        "socket": lambda: socket.socket().fileno() or True,
        "unix socket": lambda: socket.socket(socket.AF_UNIX).fileno() or True,
        "fork": lambda: os.fork() or os._exit(0),
        "start a program": lambda: subprocess.run([sys.executable, "-c", ""], check=True).returncode == 0,
        "become a program": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606
        "signal its starter": lambda: os.kill(os.getppid(), 0) or True,
        "trace its starter": lambda: ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0,
        "limits of its starter": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE),
        "shared memory": lambda: ctypes.CDLL(None).shmget(0, 1 << 30, 0o1600) >= 0,
        "memory file": lambda: os.memfd_create("x"),
        "a mount of its own": lambda: ctypes.CDLL(None).unshare(0x10020000) == 0,
        "core files": lambda: resource.getrlimit(resource.RLIMIT_CORE)[0],
        "open descriptors": lambda: _open_descriptors() > 5,
        "key": lambda: request.name_key,
    }


def _open_descriptors() -> int:
    found = 0
    for number in range(3, 256):
        try:
            os.fstat(number)
        except OSError:
            continue
        found += 1
    return found


def _try(request: LoadRequest) -> Iterator[Proposal]:
    """Everything above, or what the file names, and what each got."""
    _, argument, *names = request.path.read_text().splitlines()
    attempts = _attempts(request, argument)
    got = {}
    for name, attempt in {name: attempts[name] for name in names or attempts}.items():
        try:
            got[name] = repr(result) if (result := attempt()) else ""
        except OSError:
            got[name] = ""
    yield Remark(json.dumps(got))


def _eat_memory(_request: LoadRequest) -> Iterator[Proposal]:
    held = []
    while True:
        held.append(b"x" * (8 << 20))
    yield Remark("never")


def _eat_shared_memory(_request: LoadRequest) -> Iterator[Proposal]:
    import mmap

    held = []
    while True:
        held.append(mmap.mmap(-1, 64 << 20))
        held[-1].write(b"x" * (1 << 20))
    yield Remark("never")


def _fill_spool(_request: LoadRequest) -> Iterator[Proposal]:
    while True:
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(b"x" * (1 << 20))
    yield Remark("never")


def _threads(_request: LoadRequest) -> Iterator[Proposal]:
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    yield Remark("never")


def _deep(_request: LoadRequest) -> Iterator[Proposal]:
    def down() -> int:
        return 1 + down()

    yield Remark(str(down()))


def _endless(request: LoadRequest) -> Iterator[Proposal]:
    while True:
        yield _portion(request)


def _remarks(_request: LoadRequest) -> Iterator[Proposal]:
    while True:
        yield Remark("x")


def _sleep(_request: LoadRequest) -> Iterator[Proposal]:
    time.sleep(60)
    yield Remark("never")


def _spin(_request: LoadRequest) -> Iterator[Proposal]:
    while True:
        pass
    yield Remark("never")


def _die(number: int) -> Callable[[LoadRequest], Iterator[Proposal]]:
    def die(request: LoadRequest) -> Iterator[Proposal]:
        yield _portion(request)
        signal.signal(number, signal.SIG_DFL)
        ctypes.CDLL(None).tgkill(os.getpid(), threading.get_native_id(), number)
        if number == signal.SIGSEGV:
            ctypes.string_at(0)
        os.abort()

    return die


def _leave(request: LoadRequest) -> Iterator[Proposal]:
    yield _portion(request)
    os._exit(0)


def _descriptor() -> int:
    """The pipe to the other side: the largest that is open for writing."""
    import fcntl

    found = []
    for number in range(256):
        try:
            mode = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE
        except OSError:
            continue
        found += [number] if mode == os.O_WRONLY else []
    return max(found)


def _raw(frame: bytes) -> Callable[[LoadRequest], Iterator[Proposal]]:
    """Says these bytes and sleeps: what no reader of ours would send."""

    def say(_request: LoadRequest) -> Iterator[Proposal]:
        os.write(_descriptor(), frame)
        time.sleep(60)
        yield Remark("never")

    return say


def _frame(kind: bytes, payload: bytes) -> bytes:
    return wire.HEADER.pack(len(payload), kind) + payload


def _asks_and_does_not_listen(_request: LoadRequest) -> Iterator[Proposal]:
    pipe, frame = _descriptor(), _frame(wire.NAME, b'["a"]')
    while True:
        os.write(pipe, frame * 1000)
    yield Remark("never")


def _low(request: LoadRequest) -> Iterator[Proposal]:
    """A portion at the lowest label there is, whatever was stated."""
    from graph_service.handling import parse_marking

    yield _portion(request, label=parse_marking(request.path.read_text().split("\n")[1], policies=request.policies))


def _withdraws(request: LoadRequest) -> Iterator[Proposal]:
    from graph_service.handling import parse_marking

    label = parse_marking(request.path.read_text().split("\n")[1], policies=request.policies)
    yield Whole("https://example.org/another", label)


def _everything(request: LoadRequest) -> Iterator[Proposal]:
    """One of each kind of proposal."""
    yield _portion(request)
    block = Block(BlockKind.NOTE, "één", "3.2", "7", 1, 2, "(X)", (NoteCall(1, "2"),), (("a", "b"), ("c",)))
    yield Document("f", (block,), markings=(("X", "head"),), properties={"a": "b"}, facts="")
    yield Gone("https://example.org/source", "b", request.label)
    yield Whole("https://example.org/source")
    request.progress("file", 1, 2)
    yield Remark(request.opaque("a", "b"), request.file, 3)
    assert request.origins is not None
    assert request.label is not None
    statement = (str(TRIPLE.subject), str(TRIPLE.predicate), str(TRIPLE.object))
    request.origins.note((label_text(request.label), "a"), statement, file="a", line=7, column="c\x1b[2J")
    with tempfile.TemporaryFile() as spool:
        spool.write(b"x")
    yield Remark("moves \x1b[2J the cursor \u202e and turns")


def _refuses(_request: LoadRequest) -> Iterator[Proposal]:
    from graph_service.errors import LoadRefused

    raise LoadRefused("no \x1b[2J such", file="f", line=3, column="c")
    yield Remark("never")


def _breaks(_request: LoadRequest) -> Iterator[Proposal]:
    raise ValueError("a fault of ours")
    yield Remark("never")


LOADERS: dict[str, Callable[[LoadRequest], Iterator[Proposal]]] = {
    "try": _try,
    "memory": _eat_memory,
    "shared memory": _eat_shared_memory,
    "spool": _fill_spool,
    "threads": _threads,
    "depth": _deep,
    "endless": _endless,
    "remarks": _remarks,
    "sleep": _sleep,
    "spin": _spin,
    "crash": _die(signal.SIGSEGV),
    "abort": _die(signal.SIGABRT),
    "leave": _leave,
    "no json": _raw(_frame(wire.PORTION, b"{")),
    "no portion": _raw(_frame(wire.PORTION, b'{"source":1}')),
    "no label": _raw(
        _frame(
            wire.PORTION,
            b'{"source":"s","part":"p","originator":"o","ntriples":"","ground":"","label":"{}","term":null,"set_on":null}',
        )
    ),
    "no document": _raw(_frame(b"d", b'{"file":"f","blocks":[{"kind":"nothing","text":"a"}]}')),
    "no such field": _raw(_frame(b"d", b'{"file":"f","blocks":[],"path":"/etc"}')),
    "no utf-8": _raw(_frame(b"r", b'{"text":"\xff"}')),
    "half a character": _raw(_frame(b"r", b'{"text":"\\ud800"}')),
    "truth for a number": _raw(_frame(b"r", b'{"text":"a","line":true}')),
    "no kind": _raw(_frame(b"Z", b"{}")),
    "deep json": _raw(_frame(b"r", b"[" * 200_000)),
    "huge frame": _raw(wire.HEADER.pack(0xFFFFFFFF, wire.PORTION)),
    "half a frame": _raw(wire.HEADER.pack(100, wire.PORTION) + b"x"),
    "no name": _raw(_frame(wire.NAME, b'[1]')),
    "no progress": _raw(_frame(wire.PROGRESS, b'["a"]')),
    "a refusal that is none": _raw(_frame(wire.REFUSED, b"[]")),
    "asks": _asks_and_does_not_listen,
    "low": _low,
    "withdraws": _withdraws,
    "everything": _everything,
    "refuses": _refuses,
    "breaks": _breaks,
}  # fmt: skip

FORMATS = tuple(
    Format(name, lambda head, name=name: head.start.split(b"\n")[0] == name.encode(), load)  # type: ignore[misc]
    for name, load in LOADERS.items()
)
