"""Which format a file is of: one, or the submitter says which."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_service.errors import LoadRefused
from loaders import rdf
from loaders.detection import detect
from loaders.formats import Format
from loaders.gathering import Item


def _format(name: str, *, of: bytes, is_general: bool = False) -> Format:
    return Format(name, lambda head: of in head.start, rdf.load, is_general=is_general)


def _detected(tmp_path: Path, *formats: Format) -> list[str]:
    path = tmp_path / "menu.txt"
    path.write_bytes(b"tea and cake")
    found = detect([Item(path, path.name, is_named=True)], formats=formats)
    return [entry.format.name for entry in found.to_read]


def test_a_general_format_yields_to_a_particular_one(tmp_path: Path) -> None:
    text = _format("text", of=b"tea", is_general=True)
    assert _detected(tmp_path, text, _format("recipe", of=b"cake")) == ["recipe"]
    assert _detected(tmp_path, text, _format("bill", of=b"euro")) == ["text"]


def test_two_formats_of_one_kind_are_no_guess(tmp_path: Path) -> None:
    with pytest.raises(LoadRefused, match="`recipe` and `menu`"):
        _detected(tmp_path, _format("recipe", of=b"cake"), _format("menu", of=b"tea"))
