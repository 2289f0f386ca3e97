"""XML from outside: what a document type could do is refused, and a long file is read in little memory."""

from __future__ import annotations

import gzip
import tracemalloc
from io import BytesIO
from pathlib import Path

import pytest

from graph_service.errors import LoadRefused
from loaders.reading import xml
from loaders.reading.xml import local_name, read_xml, stream_xml, text_of


def refusal(data: bytes) -> LoadRefused:
    with pytest.raises(LoadRefused) as refused:
        read_xml(data, file="EXAMPLE.xml")
    assert "EXAMPLE.xml" in refused.value.public
    return refused.value


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))


@pytest.mark.parametrize(
    "prolog",
    [
        b'<!DOCTYPE a [<!ENTITY l0 "ha">' + LAUGHS + b"]>",
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE a [<!ENTITY % e SYSTEM "http://127.0.0.1/x"> %e;]>',
        b'<!DOCTYPE a [<!ATTLIST a marking CDATA "low">]>',
        b"<!DOCTYPE a [<!ELEMENT a ANY>]>",
        b'<!DOCTYPE a SYSTEM "x.dtd" [<!ATTLIST a marking CDATA "low">]>',
        b'<!--<!DOCTYPE a SYSTEM "x.dtd">--><!DOCTYPE a [<!ATTLIST a marking CDATA "low">]>',
    ],
)
def test_a_document_type_that_declares_anything_is_refused(prolog: bytes) -> None:
    assert "<!DOCTYPE" in refusal(prolog + b"<a/>").public


def test_a_document_type_that_names_another_file_is_let_through_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "x.dtd").write_text('<!ATTLIST a marking CDATA "low">')
    system = f'<!DOCTYPE a SYSTEM "{tmp_path}/x.dtd">'.encode()
    for prolog in (system, b'<!DOCTYPE a PUBLIC "-//EXAMPLE//DTD a//EN" "http://127.0.0.1:9/a.dtd">'):
        assert dict(read_xml(prolog + b"<a>b</a>", file="x").attrib) == {}


@pytest.mark.parametrize("body", [b"<a>caf&eacute;</a>", b'<a b="caf&eacute;"/>'])
def test_an_entity_of_a_document_type_that_is_not_read_is_refused_with_its_line(body: bytes) -> None:
    refused = refusal(b'<!DOCTYPE a SYSTEM "a.dtd">\n' + body)
    assert "entity" in refused.public
    assert refused.line == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no element"),
        (b"\n<a>\n<b></a>", "mismatch"),
        (b"<a>", "Premature end"),
        (b"<a/><b/>", "Extra content"),
        (b"<a>\x00</a>", "not readable"),
        (b"<a>&#0;</a>", "invalid"),
        (b"<a>" * 300, "depth"),
        (b"<a>\xff</a>", "not readable"),
        (b" " * (xml.MAX_PROLOG + 5000), "not readable"),
        (b"<!--" + b" " * (xml.MAX_PROLOG + 5000), "first MiB"),
        (b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-</a>', "convert it"),
        (gzip.compress(b"<a/>"), "not readable"),
    ],
)
def test_what_is_not_plain_well_formed_xml_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    assert reason in refusal(data).public


def test_a_compressed_file_is_not_unpacked_by_the_way(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(gzip.compress(b"<a/>"))
    with pytest.raises(LoadRefused):
        read_xml(path, file=path.name)


def test_the_line_of_a_syntax_error_is_told() -> None:
    assert refusal(b"<a>\n\n<b></c></a>").line == 3


def test_an_xinclude_stays_an_element(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    text = f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{tmp_path}/secret" parse="text"/></a>'
    assert text_of(read_xml(text.encode(), file="x")) == ""


def test_the_text_of_an_element_is_all_its_text_in_order() -> None:
    root = read_xml("<a>één <b>t<!-- no -->wee</b>\n drie<?no?></a>".encode("utf-16"), file="x")
    assert text_of(root) == "één twee drie"


def test_streaming_gives_every_outermost_element_whole_with_its_ancestors() -> None:
    data = b'<r v="1"><h>x</h><i n="1">a<i n="2">b</i>c</i> tail <j><i n="3"/></j></r>'
    given = [
        (element.get("n"), text_of(element), local_name(element.getparent()), element.getroottree().getroot().get("v"))
        for element in stream_xml(data, tags=["i"], file="x")
    ]
    assert given == [("1", "abc", "r", "1"), ("3", "", "j", "1")]


def test_a_namespace_does_not_hide_an_element_from_streaming() -> None:
    data = b'<r xmlns="urn:r"><i>a</i></r>'
    assert [text_of(element) for element in stream_xml(BytesIO(data), tags=["i"], file="x")] == ["a"]


def test_too_many_elements_at_once_are_refused_and_in_a_stream_they_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_ELEMENTS", 1000)
    data = b"<r>" + b"<i><j/></i>" * 1000 + b"</r>"
    assert "split the file" in refusal(data).public
    assert len(list(stream_xml(data, tags=["i"], file="x"))) == 1000
    with pytest.raises(LoadRefused, match="split the file"):
        list(stream_xml(b"<r><i>" + b"<j/>" * 1000 + b"</i></r>", tags=["i"], file="x"))


def test_streaming_leaves_nothing_behind() -> None:
    data = b"<r>" + b"<h>x</h> <i><j>text</j></i>\n" * 20_000 + b"</r>"
    most = 0
    for element in stream_xml(data, tags=["i"], file="x"):
        parent = element.getparent()
        most = max(most, len(parent) if parent is not None else 0)
    assert 0 < most < 20_000 / 4  # what one piece of the file holds, and no more


def test_the_memory_of_the_reader_itself_is_small() -> None:
    tracemalloc.start()
    try:
        for _ in stream_xml(b"<r>" + b"<i/>" * 200_000 + b"</r>", tags=["i"], file="x"):
            pass
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
