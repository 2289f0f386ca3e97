"""The files of a load: what was named on the command line, with folders walked and archives unpacked.

Nothing is opened but to see whether it is an archive. Hidden files are passed over; anything that is no plain file
(a device, a pipe, a link to a folder) is never waited on.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from graph_service.errors import LoadRefused
from loaders.mapping import MAPPING
from loaders.reading.archives import ArchiveLimits, Unpacking

STANDARD_INPUT = "-"
MAPPING_SUFFIX = ".mapping.toml"
"""`visits.mapping.toml` is the mapping of the table that stands beside it, `visits.xlsx` or `visits.csv`."""
LABEL_SUFFIX = ".label.xml"
"""A file's name with this behind it is the name of its label: an ADatP-4774 label, or its ADatP-4778 binding."""
_FOLDERS_DEEP = 40
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Item:
    """One source: a file, or a folder that is read as one.

    ``name``      to show: as it was given, or its place in the folder or archive that was given
    ``label``     the file beside it that holds its label, where there is one
    ``is_named``  it stood on the command line itself
    """

    path: Path
    name: str
    label: Path | None = None
    is_named: bool = False


def gather(
    sources: Iterable[str],
    *,
    spool: Path,
    standard_input: IO[bytes],
    limits: ArchiveLimits | None = None,
    mapping: Path | None = None,
) -> list[Item]:
    """Every source, in the order given and by name in folders. Raises ``LoadRefused`` for one that is not there.

    ``spool`` is an empty folder for what comes out of archives and standard input, to be kept until the load is done.
    ``mapping`` is the mapping of the one table that is named.
    """
    gathering = _Gathering(spool, standard_input, limits or ArchiveLimits(), mapping)
    found = [item for source in sources for item in gathering.named(source)]
    once: dict[Path, Item] = {}
    for item in found:
        once.setdefault(item.path.resolve(), item)
    return list(once.values())


class _Gathering:
    def __init__(self, spool: Path, standard_input: IO[bytes], limits: ArchiveLimits, mapping: Path | None) -> None:
        self._mapping, self._mapped = mapping, 0
        self._spool, self._input = spool, standard_input
        self._limits = limits
        self._unpacking = Unpacking(spool / "archives", limits)

    def named(self, source: str) -> Iterator[Item]:
        if source == STANDARD_INPUT:
            path = self._spool / "standard-input"
            if path.exists():
                raise LoadRefused("standard input can be read once: name `-` once")
            _spool(self._input, path, self._limits.size)
            yield from self._file(path, "standard input", depth=0, is_named=True)
            return
        path = Path(source)
        if not path.exists():
            raise LoadRefused("there is no such file or folder", file=source)
        if path.is_dir():
            found = list(self._folder(path, "", depth=0, is_named=True))
            if not found:
                raise LoadRefused("the folder holds no files (hidden ones are passed over)", file=source)
            yield from found
        else:
            yield from self._file(path, path.name, depth=0, is_named=True)

    def _folder(self, folder: Path, name: str, *, depth: int, is_named: bool = False, deep: int = 0) -> Iterator[Item]:
        if deep > _FOLDERS_DEEP:
            raise LoadRefused(f"folders stand more than {_FOLDERS_DEEP} deep in one another", file=name)
        if (folder / MAPPING).is_file():
            yield Item(folder, name or folder.resolve().name, is_named=is_named)
            return
        for path in sorted(folder.iterdir()):
            if path.name.startswith("."):
                continue
            shown = f"{name}/{path.name}" if name else path.name
            if path.is_dir():
                if path.is_symlink():
                    raise LoadRefused("a link to a folder is not followed: name the folder itself", file=shown)
                yield from self._folder(path, shown, depth=depth, deep=deep + 1)
            elif not _says_how_another_loads(path):
                yield from self._file(path, shown, depth=depth)

    def _file(self, path: Path, name: str, *, depth: int, is_named: bool = False) -> Iterator[Item]:
        if not path.is_file():
            raise LoadRefused("no plain file: a device, a pipe, or a link to nothing", file=name)
        beside = path.with_name(path.name + LABEL_SUFFIX)
        label = beside if beside.is_file() else None
        mapping = self._mapping if is_named and self._mapping else _mapping_beside(path)
        if mapping is not None:
            yield Item(self._with_mapping(path, mapping), name, label, is_named)
            return
        if not self._unpacking.is_archive(path):
            yield Item(path, name, label, is_named)
            return
        if label is not None:
            raise LoadRefused("the label of an archive says nothing of its files: unpack it, or use --label", file=name)
        into = self._unpacking.unpack(path, name=name, depth=depth + 1)
        found = list(self._folder(into, name, depth=depth + 1))
        if not found:
            raise LoadRefused("the archive holds no files (hidden ones are passed over)", file=name)
        yield from found

    def _with_mapping(self, path: Path, mapping: Path) -> Path:
        """A folder with a table and its mapping alone: what reads it may see no other file."""
        self._mapped += 1
        folder = self._spool / "mapped" / str(self._mapped)
        folder.mkdir(parents=True)
        for source, name in ((path, path.name), (mapping, MAPPING)):
            try:
                shutil.copyfile(source, folder / name)
            except OSError as error:
                raise LoadRefused(f"can't be read: {error.strerror}", file=source.name) from error
        return folder


def _mapping_beside(path: Path) -> Path | None:
    beside = path.with_name(path.stem + MAPPING_SUFFIX)
    return beside if beside.is_file() and not path.name.endswith(MAPPING_SUFFIX) else None


def _says_how_another_loads(path: Path) -> bool:
    """Whether it is the label of a file that stands beside it, or the mapping of one."""
    if path.name.endswith(LABEL_SUFFIX):
        return _labelled(path).is_file()
    stem = path.name.removesuffix(MAPPING_SUFFIX)
    return path.name.endswith(MAPPING_SUFFIX) and any(
        other.stem == stem for other in path.parent.iterdir() if other.is_file() and other != path
    )


def _labelled(label: Path) -> Path:
    """The file that a label file speaks of."""
    return label.with_name(label.name.removesuffix(LABEL_SUFFIX))


def _spool(source: IO[bytes], path: Path, limit: int) -> None:
    size = 0
    with path.open("xb") as out:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise LoadRefused(f"more than {limit >> 20} MiB: load a file instead", file="standard input")
            out.write(chunk)
