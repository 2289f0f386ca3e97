"""What is built to be installed has the page in it, or is not built."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytest.importorskip("hatchling", reason="hatchling builds the wheel; requirements/run.txt has it")


def hook(root: Path):  # type: ignore[no-untyped-def]  # a class of a file that is no module of ours
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.PageIsBuilt(str(root), {}, None, None, str(root), "wheel")
    return made, root / module.SHELL


def test_nothing_is_built_without_the_page(tmp_path: Path) -> None:
    made, shell = hook(tmp_path)
    with pytest.raises(SystemExit, match="make page"):
        made.initialize("standard", {})
    shell.parent.mkdir(parents=True)
    shell.write_text("<!doctype html>")
    made.initialize("standard", {})


def test_an_editable_installation_may_come_before_the_page(tmp_path: Path) -> None:
    made, _ = hook(tmp_path)
    made.initialize("editable", {})
