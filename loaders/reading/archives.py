"""Archives (ZIP, tar, tar.gz, one file in gzip) unpacked into a folder of our own, within limits.

An archive is not trusted: its names, sizes and counts are what its maker wrote. So nothing is believed that can be
counted while it is unpacked; only plain files come out; and a name that would leave the folder refuses the archive.
A package that is one document (Office, OpenDocument, EPUB) is a ZIP too and no archive.
"""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from graph_service.errors import LoadRefused

MEMBERS = 10_000
"""How many members an archive or package may have."""

_Bytes = IO[bytes] | gzip.GzipFile
_CHUNK = 1 << 16
_ONE_READ = 1 << 20
_ZIP, _GZIP = (b"PK\x03\x04", b"PK\x05\x06"), b"\x1f\x8b"
_TAR_MAGIC, _TAR_AT = b"ustar", 257
_DIRECTORY_BYTES_A_MEMBER = 1024
_PACKAGE_PARTS = frozenset({"[Content_Types].xml", "mimetype"})
_BROKEN = (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile, tarfile.TarError, struct.error)
_UNREADABLE = (*_BROKEN, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What all archives of a load may come to: files, bytes, bytes out for bytes in, archives in archives."""

    files: int = MEMBERS
    size: int = 4 << 30
    ratio: int = 200
    depth: int = 3


RATIO_COUNTS_FROM = 10 << 20
"""Below so many unpacked bytes no ratio is asked: a small file of zeros does no harm."""


class Unpacking:
    """Unpacks the archives of one load, and keeps count over all of them."""

    def __init__(self, folder: Path, limits: ArchiveLimits) -> None:
        self._folder, self._limits = folder, limits
        self._files = self._size = self._archives = 0

    def is_archive(self, path: Path) -> bool:
        """Whether a file is to be unpacked. Raises ``LoadRefused`` for a ZIP whose directory is broken."""
        start = _start(path)
        return start.startswith(_GZIP) or _is_tar(start) or (start.startswith(_ZIP) and not is_package(path))

    def unpack(self, path: Path, *, name: str, depth: int) -> Path:
        """The folder with what the archive holds. Raises ``LoadRefused`` where it is broken or beyond a limit."""
        if depth > self._limits.depth:
            raise LoadRefused(f"archives stand {depth} deep in one another, more than {self._limits.depth}", file=name)
        self._archives += 1
        into = self._folder / str(self._archives)
        into.mkdir(parents=True)
        start = _start(path)
        unpack = self._zip if start.startswith(_ZIP) else self._gzip if start.startswith(_GZIP) else self._tar
        try:
            unpack(path, into, name)
        except _UNREADABLE as error:
            raise LoadRefused(f"the archive can't be unpacked: {error}", file=name) from error
        return into

    def _zip(self, path: Path, into: Path, name: str) -> None:
        allowance = self._allowance(path, name)
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.flag_bits & 1:
                    raise LoadRefused(f"`{member.filename}` is encrypted: give it unpacked", file=name)
                if member.is_dir():
                    continue
                kind = member.external_attr >> 28
                if kind not in (0, 8):  # of a Unix file: a plain one, or not said
                    raise LoadRefused(f"`{member.filename}` is no plain file", file=name)
                with archive.open(member) as file:
                    self._write(file, _place(into, member.filename, name), name, allowance)

    def _gzip(self, path: Path, into: Path, name: str) -> None:
        allowance = self._allowance(path, name)
        with gzip.open(path) as file:
            start = file.read(512)
            file.seek(0)
            if _is_tar(start):
                self._members(file, into, name, allowance)
                return
            inside = Path(name).name
            inside = inside.removesuffix(".gz") if inside.endswith(".gz") else f"{inside}-unpacked"
            self._write(file, _place(into, inside, name), name, allowance)

    def _tar(self, path: Path, into: Path, name: str) -> None:
        with path.open("rb") as file:
            self._members(file, into, name, self._allowance(path, name))

    def _members(self, file: _Bytes, into: Path, name: str, allowance: Callable[[int], None]) -> None:
        bounded = _SmallReads(file, allowance)
        # Not as a stream (`r|`): that gathers a header of any size before it hands it over.
        with tarfile.open(fileobj=bounded, mode="r:") as archive:
            for member in archive:
                if member.isdir():
                    continue
                if not member.isreg() or member.issparse():
                    raise LoadRefused(f"`{member.name}` is a link or a device, and no plain file", file=name)
                content = archive.extractfile(member)
                if content is not None:
                    self._write(content, _place(into, member.name, name), name, lambda _size: None)

    def _allowance(self, path: Path, name: str) -> Callable[[int], None]:
        """To be told of every byte that comes out: raises once it is too many."""
        packed, out = path.stat().st_size, 0

        def count(size: int) -> None:
            nonlocal out
            out, self._size = out + size, self._size + size
            if self._size > self._limits.size:
                allowed = self._limits.size >> 20
                raise LoadRefused(
                    f"the archives unpack to more than {allowed} MiB (setting `reading_unpacked_mib`)", file=name
                )
            if out > RATIO_COUNTS_FROM and out > packed * self._limits.ratio:
                ratio = self._limits.ratio
                raise LoadRefused(
                    f"the archive unpacks to more than {ratio} times its size: give it unpacked", file=name
                )

        return count

    def _write(self, file: _Bytes, place: Path, name: str, allowance: Callable[[int], None]) -> None:
        self._files += 1
        if self._files > self._limits.files:
            raise LoadRefused(f"the archives hold more than {self._limits.files} files", file=name)
        if place.exists():
            raise LoadRefused(f"two files of the archive have the name `{place.name}`", file=name)
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as out:
            for chunk in _chunks(file):
                allowance(len(chunk))
                out.write(chunk)


class _SmallReads(io.RawIOBase):
    """A stream of which every byte is counted, and no large piece is held: a tar header can ask for any size."""

    def __init__(self, file: _Bytes, allowance: Callable[[int], None]) -> None:
        self._file, self._allowance = file, allowance

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _ONE_READ:
            raise ValueError("a header of the archive is too large")
        content = self._file.read(size)
        self._allowance(len(content))
        return content

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def is_package(path: Path) -> bool:
    """Whether a ZIP file is one document (Office, OpenDocument, EPUB), by the names of its members."""
    return not _PACKAGE_PARTS.isdisjoint(member_names(path))


def member_names(path: Path, *, limit: int = MEMBERS) -> tuple[str, ...]:
    """The names of a ZIP file's members. Raises ``LoadRefused`` where its directory is broken or too large."""
    try:
        _check_directory(path, limit)
        with zipfile.ZipFile(path) as archive:
            return tuple(archive.namelist())
    except _UNREADABLE as error:
        raise LoadRefused(f"not readable as ZIP: {error}", file=path.name) from error


def _check_directory(path: Path, limit: int) -> None:
    """The directory of a ZIP is read whole into memory, so its size is looked at first."""
    end = b"PK\x05\x06"
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (1 << 16) - 22))
        tail = file.read()
    at = tail.rfind(end)
    if at < 0 or len(tail) < at + 22:
        raise LoadRefused("not readable as ZIP: its end is missing, so it was cut short", file=path.name)
    members, size = struct.unpack("<HL", tail[at + 10 : at + 16])
    if members == 0xFFFF or size == 0xFFFFFFFF or members > limit:
        raise LoadRefused(f"the archive holds more than {limit} files", file=path.name)
    if size > limit * _DIRECTORY_BYTES_A_MEMBER:
        raise LoadRefused("the directory of the archive is too large", file=path.name)


def _place(folder: Path, member: str, name: str) -> Path:
    """Where a member goes. Raises ``LoadRefused`` for a name that would leave the folder, or that no system takes."""
    parts = PurePosixPath(member.replace("\\", "/"))
    shown = member.encode("unicode_escape").decode("ascii")[:120]
    if parts.is_absolute() or ".." in parts.parts or (parts.parts and parts.parts[0].endswith(":")):
        raise LoadRefused(f"the name `{shown}` would leave the folder that the archive is unpacked into", file=name)
    if not parts.parts or not member.isprintable() or any(len(part.encode()) > 200 for part in parts.parts):
        raise LoadRefused(f"`{shown}` can't be the name of a file", file=name)
    if len(parts.parts) > 40:
        raise LoadRefused(f"the folders of the archive stand too deep: `{shown}`", file=name)
    return folder.joinpath(*parts.parts)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(512)


def _is_tar(start: bytes) -> bool:
    return start[_TAR_AT : _TAR_AT + len(_TAR_MAGIC)] == _TAR_MAGIC


def _chunks(file: _Bytes) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
