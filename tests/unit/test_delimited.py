"""Delimited text: the encoding and the delimiter are found and said, or the file is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph_service.errors import LoadRefused
from loaders.delimited import Layout, layout_of, read_delimited


def written(data: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "layout", "told"),
    [
        (b"a,b\n1,2\n", Layout("utf-8-sig", ","), ""),
        (b"\xef\xbb\xbfa;b\n1;2,5\n3;4,5\n", Layout("utf-8-sig", ";"), "read as utf-8, semicolons"),
        ("a\tb\n1\té\n".encode("utf-16"), Layout("utf-16", "\t"), "read as utf-16, tabs"),
        (b"a|b|c\n1|2|3\n", Layout("utf-8-sig", "|"), "read as utf-8, bars"),
        (b"a\n1\n", Layout("utf-8-sig", ","), ""),
        (b'a,b\n"x;y",2\n', Layout("utf-8-sig", ","), ""),
        (b"a,b,c\n1,2\n", Layout("utf-8-sig", ","), ""),
    ],
    ids=["plain", "semicolons and a mark", "UTF-16 tabs", "bars", "one column", "quoted", "a short row"],
)
def test_the_layout_is_found_and_said(data: bytes, layout: Layout, told: str, tmp_path: Path) -> None:
    found = layout_of(written(data, tmp_path), file="table.csv")
    assert (found, found.told()) == (layout, told)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a,b\n\xe9,2\n", "not UTF-8 (byte 4): save it as UTF-8, or state `encoding`"),
        (b"a;b,c\n1;2,3\n", "comma and semicolon fit alike"),
        (b"a,b\n\0,2\n", "zero bytes"),
    ],
)
def test_what_can_not_be_told_is_refused(data: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(LoadRefused, match=re.escape(reason)):
        layout_of(written(data, tmp_path), file="table.csv")


def test_a_stated_layout_is_taken_as_it_is(tmp_path: Path) -> None:
    path = written("naam;b,c\né;2,3\n".encode("windows-1252"), tmp_path)
    layout = layout_of(path, file="table.csv", encoding="windows-1252", delimiter=";")
    assert list(read_delimited(path, layout, file="t")) == [(1, ["naam", "b,c"]), (2, ["é", "2,3"])]


def test_a_row_has_the_line_it_begins_on(tmp_path: Path) -> None:
    path = written(b'a,b\n"one\ntwo",2\n\n3,4\n', tmp_path)
    rows = list(read_delimited(path, Layout("utf-8", ","), file="table.csv"))
    assert [line for line, _ in rows] == [1, 2, 5]


@pytest.mark.parametrize(("data", "reason"), [(b'a,b\n"1,2\n', "not readable as CSV"), (b"a,b\n1,\xff\n", "not UTF-8")])
def test_a_row_that_can_not_be_read_is_refused(data: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(LoadRefused, match=reason):
        list(read_delimited(written(data, tmp_path), Layout("utf-8", ","), file="table.csv"))
