"""The confidentiality label that a file carries in itself (ADatP-4774), found here and read on the trusted side.

Spec: ADatP-4778.2 puts it into the XMP of a PDF, and into a part of its own in the packages of OOXML and ODF.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph_service.errors import LoadRefused
from loaders.reading.xml import read_xml, written

NAMESPACE = b"urn:nato:stanag:4774:confidentialitymetadatalabel"
_ROOTS = ("BindingInformation", "originatorConfidentialityLabel")
_LONGEST = 1 << 20


def label_in_part(data: bytes, *, file: str) -> str:
    """The label or binding in an XML part; empty if the part speaks of none."""
    if NAMESPACE not in data:
        return ""
    for name in _ROOTS:
        for element in read_xml(data, file=file).iter("{*}" + name):
            return written(element)
    raise LoadRefused("it speaks of a confidentiality label (ADatP-4774), and none can be found in it", file=file)


def label_of_bytes(data: bytes, *, file: str) -> str:
    """The label in the metadata of a file whose other bytes are not XML; empty if there is none."""
    if NAMESPACE not in data:
        return ""
    for begin, end in _packets(data):
        if found := label_in_part(data[begin:end], file=file):
            return found
    raise LoadRefused("it speaks of a confidentiality label (ADatP-4774), and none can be found in it", file=file)


def _packets(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the XMP of the file stands."""
    at = data.find(b"<x:xmpmeta")
    while at >= 0:
        end = data.find(b"</x:xmpmeta>", at, at + _LONGEST)
        if end < 0:
            return
        yield at, end + len(b"</x:xmpmeta>")
        at = data.find(b"<x:xmpmeta", end)
