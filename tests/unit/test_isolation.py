"""Isolation with a stand-in for the kernel: what is asked of it, and what is believed of its answers."""

from __future__ import annotations

import os
import struct
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from graph_service import isolation
from graph_service.errors import IsolationError


class Kernel:
    """Stands in for the kernel: notes what is asked, and refuses what it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, abi: int = 4, namespaces: bool = True) -> None:
        self.rules: list[tuple[int, int]] = []
        self.handled, self.restricted, self.hidden = 0, False, None
        self._abi, self._namespaces = abi, namespaces
        monkeypatch.setattr(isolation, "_call", self.call)
        monkeypatch.setattr(isolation, "_prctl", lambda _option, _value: None)
        monkeypatch.setattr(isolation, "hide", self.hide)
        descriptors = {"open": lambda _path, _flags: 1000, "close": lambda _descriptor: None}
        monkeypatch.setattr(isolation, "os", SimpleNamespace(**{**vars(os), **descriptors}))

    def call(self, number: int, *arguments: Any) -> int:
        if self._abi == 0:
            raise OSError(38, "not implemented")
        if number == 444 and arguments[0] is not None:
            (self.handled,) = struct.unpack("Q", arguments[0])
            return 999
        if number == 445:
            self.rules.append(struct.unpack("=Qi", arguments[2]))
        if number == 446:
            self.restricted = True
        return self._abi

    def hide(self, directory: Path) -> None:
        if not self._namespaces:
            raise OSError(1, "not permitted")
        self.hidden = directory  # type: ignore[assignment]


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    made = {name: tmp_path / name for name in ("program", "views", "audit", "portions")}
    for folder in made.values():
        folder.mkdir()
    return made


def confine(folders: dict[str, Path], **changed: Any) -> list[str]:
    given = {"read": [folders["program"], folders["views"]], "write": [folders["audit"]], "hidden": folders["portions"]}
    return isolation.confine(**{**given, **changed})


def test_landlock_alone_hides_a_folder_beside_what_is_read(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel(monkeypatch)
    assert confine(folders) == ["landlock"]
    assert kernel.restricted
    assert kernel.hidden is None


@pytest.mark.parametrize("where", ["read", "the import root"])
def test_a_folder_below_what_is_listed_is_covered_too(
    where: str, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel(monkeypatch)
    below = folders["program"] / "data"
    below.mkdir()
    if where == "the import root":
        monkeypatch.setattr(isolation, "IMPORT_ROOT", folders["program"])
        assert confine(folders, read=[folders["views"]], hidden=below) == ["mount namespace", "landlock"]
    else:
        assert confine(folders, hidden=below) == ["mount namespace", "landlock"]
    assert kernel.hidden == below


def test_a_folder_reached_by_a_symbolic_link_counts_where_it_lies(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel(monkeypatch)
    (folders["program"] / "data").mkdir()
    link = folders["portions"] / "link"
    link.symlink_to(folders["program"] / "data")
    assert "mount namespace" in confine(folders, hidden=link)
    assert kernel.hidden == link


def test_without_landlock_a_mount_namespace_does_it(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel(monkeypatch, abi=0)
    assert confine(folders) == ["mount namespace"]
    assert kernel.hidden == folders["portions"]


def test_with_neither_it_does_not_go_on_and_says_both_reasons(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    Kernel(monkeypatch, abi=0, namespaces=False)
    with pytest.raises(IsolationError, match="neither Landlock nor user namespaces") as refused:
        confine(folders)
    assert "landlock" in refused.value.detail
    assert "mount namespace" in refused.value.detail


def test_it_believes_what_it_sees_and_not_what_it_asked_for(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel that says yes and does nothing: the store can still be listed, so the process does not go on."""
    Kernel(monkeypatch)
    (folders["portions"] / "portions.sqlite").touch()
    with pytest.raises(IsolationError, match="still in reach"):
        confine(folders)


@pytest.mark.parametrize(("abi", "rights"), [(1, 13), (2, 14), (3, 15), (4, 15), (5, 16), (7, 16)])
def test_every_right_that_the_kernel_knows_is_handled_and_none_that_it_does_not(
    abi: int, rights: int, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel(monkeypatch, abi=abi)
    confine(folders)
    assert kernel.handled == (1 << rights) - 1
    assert all(allowed & ~kernel.handled == 0 for allowed, _ in kernel.rules)


def test_what_is_read_is_not_written_and_what_is_listed_is_not_opened(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel(monkeypatch)
    isolation.landlock(read=[folders["views"]], write=[folders["audit"]], listing=[folders["program"]])
    read, write, listing = (allowed for allowed, _ in kernel.rules)
    assert read & (isolation._WRITE_FILE | isolation._MAKE_REG | isolation._TRUNCATE) == 0
    assert write & isolation._EXECUTE == 0
    assert listing == isolation._READ_DIR


def test_a_path_that_is_not_there_is_left_out_and_a_file_gets_a_file_s_rights(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel(monkeypatch)
    file = folders["views"] / "file"
    file.touch()
    isolation.landlock(read=[file, folders["views"] / "nothing"])
    assert [allowed for allowed, _ in kernel.rules] == [isolation._EXECUTE | isolation._READ_FILE]


def test_the_network_that_can_not_be_left_is_a_refusal_that_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_flags: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(isolation, "_unshare", denied)
    monkeypatch.setattr(isolation, "forbid_sockets", denied)
    with pytest.raises(IsolationError, match="unsafe_workers_share_the_network") as refused:
        isolation.leave_network()
    assert "Operation not permitted" in refused.value.detail


def test_the_program_s_own_paths_leave_out_every_folder_where_data_may_lie() -> None:
    """A data folder below one of these is covered by a mount; but none of them may be a home or a whole disk."""
    paths = {path.resolve() for path in isolation.program_paths()}
    shared = {Path("/"), Path("/var"), Path("/home"), Path(tempfile.gettempdir()), Path.home(), isolation.IMPORT_ROOT}
    assert paths & {path.resolve() for path in shared} == set()
    assert all((isolation.IMPORT_ROOT / name).resolve() in paths for name in ("graph_service", "queries"))
