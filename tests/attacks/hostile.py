"""Files that are made to do harm, each with what its refusal must say. All of them are generated here.

``REFUSED`` must be refused, and ``HARMLESS`` may load: what they reach for must not come along. ``CANARY`` stands in a
file beside them that nobody may read.
"""

from __future__ import annotations

import gzip
import io
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CANARY = "EXERCISE-CANARY-OF-ANOTHER-FILE"
SECRET_FILE = "canary.secret"  # its suffix is no format's

Content = bytes | Callable[[Path], None]


@dataclass(frozen=True)
class Hostile:
    """``content`` is the file's bytes, or makes the file at a path. ``reason`` is a pattern in the refusal."""

    file: str
    content: Content
    reason: str = ""

    def make(self, folder: Path) -> Path:
        path = folder / self.file
        if callable(self.content):
            self.content(path)
        else:
            path.write_bytes(self.content)
        return path


# -- XML ------------------------------------------------------------

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_ACTIVITY = (
    '<iati-activity><iati-identifier>EX-1</iati-identifier><reporting-org ref="EX" type="10"><narrative>EXAMPLE'
    "</narrative></reporting-org><title><narrative>{}</narrative></title></iati-activity>"
)


def iati(prolog: str, text: str = "EXAMPLE", *, encoding: str = "utf-8") -> bytes:
    """An IATI file with something before its root and something in a title."""
    body = f'<iati-activities version="2.03">{_ACTIVITY.format(text)}</iati-activities>'
    return f"{prolog}\n{body}".encode(encoding)


def _with_path(template: str) -> Callable[[Path], None]:
    """An IATI file that names the secret file beside it."""

    def make(path: Path) -> None:
        target = (path.parent / SECRET_FILE).as_uri()
        prolog, _, text = template.replace("SECRET", target).partition("|")
        path.write_bytes(iati(prolog, text or "EXAMPLE"))

    return make


_DECLARES = "document type declares"
XML = {
    "billion laughs": Hostile("a.xml", iati(f'<!DOCTYPE a [<!ENTITY l0 "ha">{_LAUGHS}]>', "&l9;"), "ampl|declares"),
    "quadratic blow-up": Hostile("a.xml", iati(f'<!DOCTYPE a [<!ENTITY e "{"x" * 50_000}">]>', "&e;" * 50_000), "XML"),
    "entity of a local file": Hostile("a.xml", _with_path('<!DOCTYPE a [<!ENTITY e SYSTEM "SECRET">]>|&e;'), _DECLARES),
    "entity over the network": Hostile(
        "a.xml", iati('<!DOCTYPE a [<!ENTITY e SYSTEM "http://127.0.0.1/">]>'), _DECLARES
    ),
    "parameter entity": Hostile("a.xml", _with_path('<!DOCTYPE a [<!ENTITY % e SYSTEM "SECRET"> %e;]>'), _DECLARES),
    "attribute by default": Hostile("a.xml", iati('<!DOCTYPE a [<!ATTLIST title xml:lang CDATA "nl">]>'), _DECLARES),
    "entity of an unread DTD": Hostile("a.xml", iati('<!DOCTYPE a SYSTEM "a.dtd">', "caf&eacute;"), "entity"),
    "deeply nested XML": Hostile("a.xml", iati("", "<a>" * 5000 + "</a>" * 5000), "depth"),
    "truncated XML": Hostile("a.xml", iati("")[:-30], "not readable as XML"),
    "XML in UTF-7": Hostile("a.xml", iati('<?xml version="1.0" encoding="UTF-7"?>', "+ADw-a/+AD4-"), "UTF-7"),
    "XML that is no UTF-8": Hostile("a.xml", iati("").replace(b"EXAMPLE", b"\xff\xfe"), "not readable as XML"),
    "XML with a NUL": Hostile("a.xml", iati("").replace(b"EXAMPLE", b"\x00"), "not readable as XML"),
    "entity in UTF-16": Hostile(
        "a.xml", iati('<!DOCTYPE a [<!ENTITY e "x">]>', encoding="utf-16"), "document type|nothing"
    ),
}
HARMLESS_XML = {
    "XInclude": Hostile(
        "a.xml",
        _with_path('|<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="SECRET" parse="text"/>EXAMPLE'),
    ),
    "style sheet instruction": Hostile("a.xml", _with_path('<?xml-stylesheet type="text/xsl" href="SECRET"?>')),
    "external document type": Hostile("a.xml", _with_path('<!DOCTYPE iati-activities SYSTEM "SECRET">')),
}

# -- RDF ------------------------------------------------------------

_GRAPH = """<https://example.org/g> <https://w3id.org/sluis/ns#marking> "{}" .
GRAPH <https://example.org/g> {{ <urn:x> <urn:y> "z" }}
"""


def trig(marking: str) -> bytes:
    return _GRAPH.format(marking).encode()


_RDF_XML = (
    '<?xml version="1.0"?>{}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e">'
    '<rdf:Description rdf:about="urn:x"><e:y>{}</e:y></rdf:Description></rdf:RDF>'
)


def _entity_in_rdf(path: Path) -> None:
    prolog = f'<!DOCTYPE r [<!ENTITY e SYSTEM "{(path.parent / SECRET_FILE).as_uri()}">]>'
    path.write_text(_RDF_XML.format(prolog, "&e;"))


RDF = {
    "entity in RDF/XML": Hostile("a.rdf", _entity_in_rdf, "not readable|document type"),
    "billion laughs in RDF/XML": Hostile(
        "a.rdf",
        _RDF_XML.format(f'<!DOCTYPE r [<!ENTITY l0 "ha">{_LAUGHS}]>', "&l9;").encode(),
        "not readable|memory|docu",
    ),
    "JSON-LD with a remote context": Hostile(
        "a.jsonld", b'{"@context":"http://127.0.0.1/c.jsonld","@id":"urn:x","name":"z"}', "not readable"
    ),
    "deeply nested JSON-LD": Hostile(
        "a.jsonld", b'{"urn:y":' * 200_000 + b"1" + b"}" * 200_000, "not readable|nest|down"
    ),
    "truncated JSON-LD": Hostile("a.jsonld", b'{"@id":"urn:x","urn:y":["z"', "not readable"),
    "JSON-LD with NaN": Hostile("a.jsonld", b'{"@id":"urn:x","urn:y":NaN}', "not readable"),
    "deeply nested Turtle": Hostile("a.ttl", b"<urn:x> <urn:y> " + b"(" * 300_000, "not readable|nest|down|broke"),
    "deeply nested triple terms": Hostile(
        "a.nt", b"<urn:x> <urn:y> " + b"<<( <urn:x> <urn:y> " * 100_000, "not read|nest|down|broke"
    ),
    "Turtle with an endless prefix": Hostile("a.ttl", b"@prefix " + b"p" * (48 << 20), "not readable|memory"),
    "truncated Turtle": Hostile("a.ttl", b'<urn:x> <urn:y> "z', "not readable"),
    "Turtle in UTF-16": Hostile("a.ttl", '<urn:x> <urn:y> "z" .'.encode("utf-16"), "not readable"),
    "N-Triples with a NUL": Hostile("a.nt", b'<urn:x> <urn:y> "\x00" .\n<urn:\x00> <urn:y> "z" .\n', "not readable"),
    "N-Quads that are no UTF-8": Hostile("a.nq", b'<urn:x> <urn:y> "\xff" .\n', "not readable"),
    "statements about portions": Hostile(
        "a.nt",
        b'<https://w3id.org/sluis/id/portion/0> <https://w3id.org/sluis/ns#note> "X" .\n',
        "only Sluis itself",
    ),
    "a rule that concludes from what is absent": Hostile(
        "a.ttl",
        b"<urn:r> <https://w3id.org/sluis/ns#construct> "
        b'"CONSTRUCT { ?a a <urn:X> } WHERE { ?a ?b ?c MINUS { ?a a <urn:Y> } }" .',
        "rule|CONSTRUCT|shapes",
    ),
}
_NO_MARKING = "not a marking|at most|means nothing|no character|turns|can't"
MARKINGS = {
    "marking with a homoglyph": Hostile("a.trig", trig("Stg. GEHEIM".replace("E", "\u0415")), _NO_MARKING),
    "marking in full width": Hostile("a.trig", trig("\uff33tg. GEHEIM"), _NO_MARKING),
    "marking that is turned round": Hostile("a.trig", trig("\u202eMIEHEG .gtS\u202c"), _NO_MARKING),
    "marking with a hidden character": Hostile("a.trig", trig("Ongerubriceerd\u200b//REL TO NLD"), _NO_MARKING),
    "marking with tag characters": Hostile("a.trig", trig("Ongerubriceerd\U000e0053"), _NO_MARKING),
    "marking with a NUL": Hostile("a.trig", trig("Ongerubriceerd\\u0000"), _NO_MARKING + "|not readable"),
    "marking of a million letters": Hostile("a.trig", trig("Stg. " + "G" * 1_000_000), _NO_MARKING),
    "marking with a thousand parts": Hostile("a.trig", trig("Stg. GEHEIM" + "//X" * 100_000), _NO_MARKING),
    "two markings": Hostile("a.trig", trig("Ongerubriceerd") + trig("Stg. GEHEIM"), "2 markings"),
    "empty marking": Hostile("a.trig", trig(""), "empty"),
}

# -- archives ------------------------------------------------------------

NOTE = b'<urn:x> <urn:y> "z" .\n'


def zipped(*members: tuple[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=kind)
    return out.getvalue()


def _zip_twice() -> bytes:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return zipped(("a.nt", NOTE), ("a.nt", NOTE))


def _zip_link(target: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("a.nt")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, target)
    return out.getvalue()


def _nested(levels: int) -> bytes:
    inner = zipped(("a.nt", NOTE))
    for level in range(levels):
        inner = zipped((f"{level}.zip", inner))
    return inner


def _encrypted_zip() -> bytes:
    data = bytearray(zipped(("a.nt", NOTE), kind=zipfile.ZIP_STORED))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    return bytes(data)


def tarred(info: tarfile.TarInfo, data: bytes = b"") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _tar_entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return tarred(info, NOTE if kind == tarfile.REGTYPE else b"")


def _huge_header() -> bytes:
    """A tar whose extended header says that it is a gigabyte long."""
    info = tarfile.TarInfo("a")
    info.type, info.size = tarfile.XHDTYPE, 1 << 30
    return info.tobuf() + b"\0" * 4096


_ZEROS = b"\0" * (30 << 20)
_LEAVES = "would leave the folder"
ARCHIVES = {
    "zip bomb": Hostile("a.zip", zipped(("a.nt", _ZEROS)), "times its size"),
    "zip bomb in a zip": Hostile("a.zip", zipped(("b.zip", zipped(("a.nt", _ZEROS)))), "times its size"),
    "zips in one another": Hostile("a.zip", _nested(6), "deep in one another"),
    "gzip bomb": Hostile("a.nt.gz", gzip.compress(_ZEROS), "times its size"),
    "tar.gz bomb": Hostile("a.tar.gz", gzip.compress(tarred(tarfile.TarInfo("a.nt"), _ZEROS)), "times its size"),
    "zip with too many members": Hostile(
        "a.zip", zipped(*((f"{n}.nt", b"") for n in range(10_001))), "more than 10000 files"
    ),
    "zip with two members of one name": Hostile("a.zip", _zip_twice(), "have the name"),
    "zip that climbs": Hostile("a.zip", zipped(("../../a.nt", NOTE)), _LEAVES),
    "zip that climbs backwards": Hostile("a.zip", zipped(("..\\..\\a.nt", NOTE)), _LEAVES),
    "zip with an absolute name": Hostile("a.zip", zipped(("/etc/a.nt", NOTE)), _LEAVES),
    "zip with a drive": Hostile("a.zip", zipped(("C:\\a.nt", NOTE)), _LEAVES + "|no plain|can't be the name"),
    "zip with a link": Hostile("a.zip", _zip_link(f"../{SECRET_FILE}"), "no plain file"),
    "encrypted zip": Hostile("a.zip", _encrypted_zip(), "encrypted"),
    "truncated zip": Hostile("a.zip", zipped(("a.nt", NOTE * 1000))[:-40], "cut short|can't be unpacked"),
    "zip with a wrong checksum": Hostile(
        "a.zip", zipped(("a.nt", NOTE), kind=zipfile.ZIP_STORED).replace(b"urn:x", b"urn:q"), "can't be unpacked"
    ),
    "tar that climbs": Hostile("a.tar", _tar_entry("../../a.nt"), _LEAVES),
    "tar with an absolute name": Hostile("a.tar", _tar_entry("/etc/a.nt"), _LEAVES),
    "tar with a symbolic link": Hostile("a.tar", _tar_entry("a.nt", tarfile.SYMTYPE, SECRET_FILE), "link or a device"),
    "tar with a hard link": Hostile("a.tar", _tar_entry("a.nt", tarfile.LNKTYPE, "/etc/passwd"), "link or a device"),
    "tar with a device": Hostile("a.tar", _tar_entry("a.nt", tarfile.CHRTYPE), "link or a device"),
    "tar with a pipe": Hostile("a.tar", _tar_entry("a.nt", tarfile.FIFOTYPE), "link or a device"),
    "tar with a header of a gigabyte": Hostile("a.tar", _huge_header(), "can't be unpacked"),
    "truncated gzip": Hostile("a.nt.gz", gzip.compress(os.urandom(5000))[:-20], "can't be unpacked|not readable"),
    "name that moves the cursor": Hostile("a.zip", zipped(("\x1b[2J.nt", NOTE)), "can't be the name"),
    "empty zip": Hostile("a.zip", zipped(), "holds no files|not readable"),
    "zip with a false directory": Hostile(
        "a.zip",
        zipped(("a.nt", NOTE)) + b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 65535, 65535, 2**32 - 1, 0, 0),
        "more than|cut",
    ),
}

# -- what is no file ------------------------------------------------------------

_NO_FILE = "no plain file|no such file"


def _link_to(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


SOURCES = {
    "pipe": Hostile("a.nt", os.mkfifo, _NO_FILE),
    "endless device": Hostile("a.nt", _link_to("/dev/zero"), _NO_FILE),
    "link to itself": Hostile("a.nt", _link_to("a.nt"), _NO_FILE),
    "link to nothing": Hostile("a.nt", _link_to("nothing"), _NO_FILE),
    "empty file": Hostile("a.nt", b"", "empty|no statements"),
    "random bytes": Hostile("a.bin", bytes(range(256)) * 64, "nothing loads"),
    "wrong suffix": Hostile("a.ttl", zipped(("[Content_Types].xml", b"<a/>")), "not readable|nothing loads"),
}

# -- tables ------------------------------------------------------------

_MAPPING = """[dataset]
source = "https://example.org/dataset/a"
originator = "id:actor/example"
title = "EXAMPLE"
[[table]]
file = "{}"
label = "Ongerubriceerd"
[[table.node]]
subject = "https://example.org/{{key}}"
type = "sluis:Event"
properties = [{{ property = "skos:prefLabel", column = "name", lang = "en" }}]
"""


def dataset(csv: bytes, *, file: str = "a.csv", mapping: str = _MAPPING) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.mkdir()
        (path / "mapping.toml").write_text(mapping.format(file))
        (path / "a.csv").write_bytes(csv)

    return make


TABLES = {
    "CSV with a NUL": Hostile("d", dataset(b"key,name\na,\x00\n"), "a.csv"),
    "CSV with a huge field": Hostile("d", dataset(b"key,name\na," + b"x" * 200_000), "field"),
    "CSV in two encodings": Hostile("d", dataset("key,name\na,é\n".encode() + "b,é\n".encode("latin-1")), "not UTF-8"),
    "CSV with an open quote": Hostile("d", dataset(b'key,name\na,"' + b"x,y\n" * 1000), "CSV|cells"),
    "CSV with a key that leaves its IRI": Hostile("d", dataset(b"key,name\n> <urn:x,a\n"), "IRI"),
    "mapping that climbs": Hostile("d", dataset(b"", file=f"../{SECRET_FILE}"), "a.csv|mapping|read|header|column"),
    "mapping with an absolute name": Hostile("d", dataset(b"", file="/etc/passwd"), "mapping|read|column"),
    "deeply nested mapping": Hostile("d", dataset(b"", mapping="a = " + "[" * 50_000), "not readable|nested|down"),
}

REFUSED = {**XML, **RDF, **MARKINGS, **ARCHIVES, **SOURCES, **TABLES}
HARMLESS = HARMLESS_XML
