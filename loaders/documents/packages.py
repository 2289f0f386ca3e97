"""A document that is a package (DOCX, ODT): its parts out of the ZIP, within limits."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest
from loaders.documents.carried_labels import label_in_part
from loaders.reading.xml import Element, read_xml

MOST_PARTS, RATIO, RATIO_COUNTS_FROM = 10_000, 200, 10 << 20
_CHUNK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError, RuntimeError)


@dataclass
class Package:
    """The parts of a package. What is read is counted: what the package says of its sizes is not believed."""

    request: LoadRequest
    archive: zipfile.ZipFile
    left: int

    @property
    def names(self) -> list[str]:
        return self.archive.namelist()

    def data(self, name: str) -> bytes:
        """The bytes of a part. Raises ``LoadRefused`` where they are broken, encrypted or too many."""
        try:
            info = self.archive.getinfo(name)
            if info.flag_bits & 1:
                raise LoadRefused("it is encrypted: save it without a password", file=self.request.file)
            pieces, size = list[bytes](), 0
            with self.archive.open(info) as part:
                while piece := part.read(_CHUNK):
                    size += len(piece)
                    self.left -= len(piece)
                    if self.left < 0 or size > max(RATIO_COUNTS_FROM, info.compress_size * RATIO):
                        raise LoadRefused(
                            f"its part `{name}` unpacks to too much (setting `reading_unpacked_mib`)",
                            file=self.request.file,
                        )
                    pieces.append(piece)
            return b"".join(pieces)
        except _BROKEN as error:
            raise LoadRefused(f"its part `{name}` can't be unpacked: {error}", file=self.request.file) from error

    def xml(self, name: str) -> Element | None:
        """The root of a part; ``None`` if the package has no such part."""
        return read_xml(self.data(name), file=f"{self.request.file}/{name}") if name in self.names else None

    def carried_label(self) -> str:
        """The ADatP-4774 label in one of its parts; empty if there is none. Raises ``LoadRefused`` for a second one."""
        found = list[str]()
        for name in self.names:
            if name.endswith((".xml", ".rdf")):
                label = label_in_part(self.data(name), file=f"{self.request.file}/{name}")
                found += [label] if label else []
        if len(set(found)) > 1:
            raise LoadRefused("it carries more than one confidentiality label (ADatP-4774)", file=self.request.file)
        return found[0] if found else ""


@contextmanager
def opened(request: LoadRequest) -> Iterator[Package]:
    """The package. Raises ``LoadRefused`` for what is none."""
    try:
        with zipfile.ZipFile(request.path) as archive:
            if len(archive.namelist()) > MOST_PARTS:
                raise LoadRefused(f"it has more than {MOST_PARTS:,} parts", file=request.file)
            yield Package(request, archive, request.limits.unpacked_mib << 20)
    except _BROKEN as error:
        raise LoadRefused(f"not readable as a package: {error}", file=request.file) from error
