"""A process shuts itself off: from files it has no business with, and from the network. Linux only.

Trusted base: yes. Standard library only. File permission is not enough where builder and server run as
one user, so the server confines itself before it opens anything, and then checks that it really did.
A worker also leaves the network, and so does the process that reads files from outside. There is no way back, and
children inherit it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct
from collections.abc import Iterable
from pathlib import Path

from graph_service.errors import IsolationError

_CLONE_NEWNS, _CLONE_NEWUSER, _CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 0x2, 0x4, 0x8, 0x4000, 0x40000
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38
_SECCOMP_MODE_FILTER, _SECCOMP_ALLOW, _SECCOMP_ERRNO = 2, 0x7FFF0000, 0x00050000
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_SOCKET_CALL = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_IO_URING_SETUP = 425
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446

# Spec: linux/landlock.h, LANDLOCK_ACCESS_FS_*; the number of rights that each ABI version knows.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _MAKE_REG, _TRUNCATE = 1, 2, 4, 8, 1 << 8, 1 << 14
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR = 1 << 4, 1 << 5, 1 << 7
_RIGHTS_OF_ABI = {1: 13, 2: 14, 3: 15, 4: 15}
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_WRITE = _READ_FILE | _READ_DIR | _WRITE_FILE | _MAKE_REG | _TRUNCATE
_PUT = _WRITE_FILE | _MAKE_REG
_SCRATCH = _WRITE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR
LANDLOCK = "landlock"
IMPORT_ROOT = Path(__file__).resolve().parents[1]
"""Where our packages lie: Python lists this folder to find them."""
_FILE_RIGHTS = _EXECUTE | _READ_FILE | _WRITE_FILE | _TRUNCATE


def confine(
    *,
    read: Iterable[Path],
    write: Iterable[Path] = (),
    put: Iterable[Path] = (),
    take: Iterable[Path] = (),
    hidden: Path,
) -> list[str]:
    """Shut this process off from every file but those below ``read`` and ``write``; check that ``hidden`` is gone.

    ``put`` and ``take`` as in ``landlock``.

    Landlock does it where the kernel has it. A mount namespace of its own hides ``hidden`` where there is no
    Landlock, or where ``hidden`` lies below a folder that must be listed (a data folder inside a source
    checkout). Gives the names of the means. Raises ``IsolationError`` where ``hidden`` can still be listed.
    Call it before a store is open or a thread runs.
    """
    means, reasons, read = [], [], list(read)
    beneath = any(hidden.resolve().is_relative_to(path.resolve()) for path in [*read, IMPORT_ROOT])
    if beneath or not _has_landlock():
        try:
            hide(hidden)
            means.append("mount namespace")
        except OSError as error:
            reasons.append(f"mount namespace: {error}")
    try:
        landlock(read=read, write=[*write, Path(os.devnull)], listing=[IMPORT_ROOT], put=put, take=take)
        means.append(LANDLOCK)
    except OSError as error:
        reasons.append(f"landlock: {error}")
    if not means:
        raise IsolationError(
            "this system has neither Landlock nor user namespaces: the server can't be kept from the portion store",
            detail="; ".join(reasons),
        )
    assert_hidden(hidden)
    return means


def assert_hidden(directory: Path) -> None:
    """Raise ``IsolationError`` if this process can see anything in ``directory``."""
    try:
        seen = os.listdir(directory)  # noqa: PTH208  # a Path method would need the directory to be stat-able
    except OSError:
        return
    if seen:
        raise IsolationError(
            "the portion store is still in reach: keep the data folder outside the program's own folders"
        )


def _has_landlock() -> bool:
    try:
        return _call(_LANDLOCK_CREATE, None, 0, 1) > 0
    except OSError:
        return False


def landlock(
    *,
    read: Iterable[Path],
    write: Iterable[Path] = (),
    listing: Iterable[Path] = (),
    scratch: Iterable[Path] = (),
    put: Iterable[Path] = (),
    take: Iterable[Path] = (),
) -> None:
    """Allow file access below these paths only, for this process and its children, for good. ``OSError`` if absent.

    Below ``listing`` folders can be listed but no file opened; below ``scratch`` files and folders come and go. Below
    ``put`` new files can be made, and nothing read, listed or removed; below ``take`` files can be read, not listed.
    """
    abi = _call(_LANDLOCK_CREATE, None, 0, 1)
    handled = (1 << _RIGHTS_OF_ABI.get(abi, 16)) - 1
    ruleset = _call(_LANDLOCK_CREATE, struct.pack("Q", handled), 8, 0)
    try:
        by_rights = ((read, _READ), (write, _WRITE), (listing, _READ_DIR), (scratch, _SCRATCH))
        for paths, rights in (*by_rights, (put, _PUT), (take, _READ_FILE)):
            for path in paths:
                _allow(ruleset, path, rights & handled)
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _call(_LANDLOCK_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    if not path.exists():
        return
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not path.is_dir():
            rights &= _FILE_RIGHTS
        _call(_LANDLOCK_ADD, ruleset, 1, struct.pack("=Qi", rights, descriptor), 0)
    finally:
        os.close(descriptor)


def hide(directory: Path) -> None:
    """Cover ``directory`` with an empty file system, in a mount namespace of this process's own."""
    uid, gid = os.getuid(), os.getgid()
    _unshare(_CLONE_NEWUSER | _CLONE_NEWNS)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    _mount(b"none", b"/", b"", _MS_REC | _MS_PRIVATE)
    _mount(b"none", bytes(directory), b"tmpfs", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    # SECURITY: a second user namespace locks the mount, so that this process can't take it off again.
    _unshare(_CLONE_NEWUSER | _CLONE_NEWNS)


def leave_network() -> list[str]:
    """Shut this process off from every network, in two ways. Gives the names of those that worked.

    A network namespace of its own has no way out; a filter on system calls lets it make no socket at all. Either
    is enough: containers often allow the second alone. Raises ``IsolationError`` where neither is allowed.
    """
    means, reasons = [], []
    for name, step in (("network namespace", _enter_network_namespace), ("socket filter", forbid_sockets)):
        try:
            step()
            means.append(name)
        except OSError as error:
            reasons.append(f"{name}: {error}")
    if not means:
        raise IsolationError(
            "this system does not let a worker leave the network: allow user namespaces or seccomp filters, or set "
            "`unsafe_workers_share_the_network`",
            detail="; ".join(reasons),
        )
    return means


def _enter_network_namespace() -> None:
    _unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def forbid_sockets() -> None:
    """From here on this process, its threads and its children make no socket. ``OSError`` where that can't be had.

    Spec: linux/seccomp.h and linux/filter.h. Refused are ``socket``, and ``io_uring_setup``, which can make one;
    calls of a foreign or the x32 numbering are refused whole.
    """
    if platform.machine() not in _SOCKET_CALL:
        raise OSError(errno.ENOSYS, f"no socket filter for {platform.machine()}")
    architecture, socket_call = _SOCKET_CALL[platform.machine()]
    program = [
        (_LOAD, 0, 0, 4),  # the architecture of the call
        (_IF_EQUAL, 0, 4, architecture),  # another: refuse
        (_LOAD, 0, 0, 0),  # the number of the call
        (_IF_AT_LEAST, 2, 0, 0x40000000),  # x32: refuse
        (_IF_EQUAL, 1, 0, socket_call),
        (_IF_EQUAL, 0, 1, _IO_URING_SETUP),
        (_RETURN, 0, 0, _SECCOMP_ERRNO | errno.EPERM),
        (_RETURN, 0, 0, _SECCOMP_ALLOW),
    ]
    install_filter(program)


def install_filter(program: list[tuple[int, int, int, int]]) -> None:
    """Put every system call of this process, its threads and its children through a filter, for good.

    A step is an operation, how many steps to pass over where it holds and where not, and its operand.
    """
    instructions = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in program))
    filter_program = struct.pack("@HP", len(program), ctypes.addressof(instructions))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _checked(_libc().prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(filter_program), 0, 0))


def limit_memory(*, mib: int) -> None:
    """Cap this process's data memory."""
    cap = mib * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (cap, cap))


def program_paths() -> list[Path]:
    """What a Python program must read to run: the interpreter, its libraries, and our packages' own folders."""
    import sys
    import sysconfig

    places = {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()}
    system = ("/usr", "/lib", "/lib64", "/etc", "/dev", "/proc", "/sys")
    packages = [IMPORT_ROOT / name for name in ("graph_service", "loaders", "ontology", "queries")]
    return [Path(place) for place in (*sorted(places), *system)] + packages


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: int | bytes | None) -> int:
    result: int = _libc().syscall(number, *arguments)
    return _checked(result)


def _unshare(flags: int) -> None:
    _checked(_libc().unshare(flags))


def _mount(source: bytes, target: bytes, kind: bytes, flags: int) -> None:
    _checked(_libc().mount(source, target, kind, ctypes.c_ulong(flags), None))


def _prctl(option: int, value: int) -> None:
    _checked(_libc().prctl(option, value, 0, 0, 0))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
