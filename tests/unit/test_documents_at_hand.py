"""`load --documents` and `demo --documents`: what a folder of texts adds to the quotations, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from graph_service import demo
from graph_service.cli import main
from graph_service.errors import LoadRefused, SluisError
from graph_service.security import Policies
from graph_service.settings import Layout
from loaders.front import DATASETS, describes_documents
from tests.unit.test_coverage import GARDEN, garden

POSITIONS = "SELECT ?start { ?selector <http://www.w3.org/ns/oa#start> ?start } ORDER BY ?start"


def sluis(*line: str) -> tuple[int, str]:
    told = CliRunner().invoke(main, list(line))
    return told.exit_code, told.output


def starts(data: Path) -> list[int]:
    """The positions that the anonymous reader is given."""
    told = CliRunner().invoke(main, ["query", "-", "--data", str(data), "--format", "json"], input=POSITIONS)
    assert told.exit_code == 0, told.output
    return [int(row["start"]["value"]) for row in json.loads(told.stdout)["results"]["bindings"]]


def test_a_load_with_documents_shows_where_the_words_stand(tmp_path: Path, policies: Policies) -> None:
    request = garden(tmp_path, policies)
    data = tmp_path / "data"
    assert sluis("load", str(request.path), "--data", str(data))[0] == 0
    assert starts(data) == []
    code, text = sluis("load", str(request.path), "--data", str(data), "--documents", str(request.documents))
    assert (code, "1 changed" in text) == (0, True), text
    assert starts(data) == [GARDEN.index("Oak is old"), GARDEN.index("Ash is tall")]


def test_a_folder_that_is_not_there_or_has_no_document_is_refused(tmp_path: Path, policies: Policies) -> None:
    request = garden(tmp_path, policies)
    (tmp_path / "empty").mkdir()
    for folder, reason in (("empty", "none of the documents"), ("missing", "looked for in a folder")):
        line = ("load", str(request.path), "--data", str(tmp_path / "data"), "--documents", str(tmp_path / folder))
        code, text = sluis(*line)
        assert (code, reason in text) == (2, True), text


def test_the_demo_takes_documents_when_it_is_built(tmp_path: Path) -> None:
    """A folder without the documents refuses the demo, and leaves nothing; so they were looked for."""
    assert [name for name in DATASETS if describes_documents(name)]
    layout = Layout(tmp_path / "data")
    with pytest.raises(LoadRefused, match="none of the documents"):
        demo.run(layout, port=0, once=True, console=Console(quiet=True), documents=tmp_path)
    assert not layout.data.exists()


def test_a_demo_that_is_built_takes_no_documents(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "data")
    layout.create()
    with pytest.raises(SluisError, match="is built already"):
        demo.run(layout, port=0, once=True, console=Console(quiet=True), documents=tmp_path)
