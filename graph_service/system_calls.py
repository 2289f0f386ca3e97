"""What a process that reads a file from outside may not ask of the kernel. Trusted base: yes. Linux only.

Landlock says which files it can open, the network namespace keeps it from everybody else, and limits bound its time and
memory. The calls here go past all three: they start processes, reach into those of the same user, change a file
by its name without opening it, or hold memory that no limit counts and that outlives the process.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal

from graph_service.isolation import install_filter

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_X32 = 0x40000000
_CLONE_THREAD = 0x00010000
_PR_SET_PDEATHSIG = 1

_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_REFUSED: dict[str, tuple[int, int]] = {
    # Spec: the kernel's tables of system calls: x86_64, then aarch64 (-1: it has none).
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "io_uring_setup": (425, 425),
    "fork": (57, -1), "vfork": (58, -1), "execve": (59, 221), "execveat": (322, 281),
    "kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "process_madvise": (440, 440), "process_mrelease": (448, 448),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119), "sched_setaffinity": (203, 122), "sched_setattr": (314, 274),
    "migrate_pages": (256, 238), "move_pages": (279, 239),
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, -1), "fchown": (93, 55), "lchown": (94, -1), "fchownat": (260, 54),
    "utime": (132, -1), "utimes": (235, -1), "futimesat": (261, -1), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "removexattrat": (466, 466),
    "mount": (165, 40), "umount2": (166, 39), "unshare": (272, 97), "setns": (308, 268),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
}  # fmt: skip
_CLONE, _CLONE3 = (56, 220), 435
_TGKILL, _PRLIMIT = (234, 131), (302, 261)


def keep_to_reading() -> None:
    """From here on this process and its threads read, count and write what they may open, and nothing else.

    Threads of its own are allowed, and a signal to itself, which is how it aborts. ``OSError`` where the filter can't
    be had: then whoever calls does not go on.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURE:
        raise OSError(errno.ENOSYS, f"no filter of system calls for {machine}")
    column = list(_ARCHITECTURE).index(machine)
    refused = [numbers[column] for numbers in _REFUSED.values() if numbers[column] >= 0]
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_IF_EQUAL, 1, 0, _ARCHITECTURE[machine]),
        _refuse(),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_AT_LEAST, 0, 1, _X32),
        _refuse(),
        (_IF_EQUAL, 0, 1, _CLONE3),  # its flags lie in memory, out of sight: C libraries then take `clone`
        _refuse(errno.ENOSYS),
    ]
    for number in refused:
        program += [(_IF_EQUAL, 0, 1, number), _refuse()]
    program += _only_where(_CLONE[column], (_IF_SET, 0, 1, _CLONE_THREAD))
    program += _only_where(_TGKILL[column], (_IF_EQUAL, 0, 1, os.getpid()))
    program += _only_where(_PRLIMIT[column], (_IF_EQUAL, 0, 1, 0))
    install_filter([*program, (_RETURN, 0, 0, _ALLOW)])


def end_with_parent() -> None:
    """Die when the process that made this one does. For right after a fork."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _only_where(number: int, test: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
    """Allow this call where its first argument passes the test; the number is loaded, and lost after it."""
    return [
        (_IF_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        test,
        (_RETURN, 0, 0, _ALLOW),
        _refuse(),
    ]


def _refuse(number: int = errno.EPERM) -> tuple[int, int, int, int]:
    return (_RETURN, 0, 0, _ERRNO | number)
