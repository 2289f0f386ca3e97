"""A question of an installation's own is served as any other, and is the same for every reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_service.errors import SluisError
from graph_service.running import Service
from graph_service.settings import SETTINGS_FILE, Layout
from tests.service import Reader, bindings, copy_of, serving, sluis, tokens
from tests.unit.test_question_files import OWN

GOALS = OWN.replace("?thing a ?kind", "?thing a <https://w3id.org/sluis/ns#Goal>")


def set_folder(layout: Layout, folder: Path) -> None:
    """One setting more, beside those that the world has."""
    with (layout.data / SETTINGS_FILE).open("a", encoding="utf-8") as file:
        file.write(f"\nquestions = {json.dumps(str(folder))}\n")


@pytest.fixture(scope="module")
def own(demo_layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Layout]]:
    place = tmp_path_factory.mktemp("own-questions")
    layout, folder = copy_of(demo_layout, place / "data"), place / "questions"
    folder.mkdir()
    (folder / "own-goals.rq").write_text(GOALS, encoding="utf-8")
    set_folder(layout, folder)
    with serving(layout) as service:
        (folder / "own-goals.rq").unlink()  # it is read at the start, before the server shuts itself off
        yield service, layout


def test_it_is_listed_and_answered_on_the_askers_own_view(own: tuple[Service, Layout]) -> None:
    service, layout = own
    anonymous, lead = Reader(service.port), Reader(service.port, tokens(layout)["lead"])
    assert "own-goals" in {question["name"] for question in anonymous.get("/queries").data["queries"]}
    assert anonymous.get("/queries").body == lead.get("/queries").body
    low, high = ({row["thing"] for row in bindings(reader.question("own-goals"))} for reader in (anonymous, lead))
    assert low < high


def test_the_documentation_tells_it_to_everybody(own: tuple[Service, Layout]) -> None:
    service, layout = own
    for path in ("/docs", "/openapi.json"):
        one, other = (Reader(service.port, token).get(path) for token in (None, tokens(layout)["lead"]))
        assert "own-goals" in one.text
        assert one.body == other.body


def test_the_commands_check_and_export_it(demo_layout: Layout, tmp_path: Path) -> None:
    layout, folder = copy_of(demo_layout, tmp_path / "data"), tmp_path / "questions"
    folder.mkdir()
    (folder / "own-goals.rq").write_text(GOALS, encoding="utf-8")
    set_folder(layout, folder)
    checked = json.loads(sluis("queries", "check", "--data", str(layout.data), "--json").stdout)
    assert "own-goals" in {question["name"] for question in checked["questions"]}
    assert "own-goals" in sluis("queries", "export", "--data", str(layout.data)).stdout


def test_what_is_in_nobodys_folder_is_not_there(demo_service: Service) -> None:
    assert Reader(demo_service.port).question("own-goals").status == 404


def test_a_folder_that_is_not_there_stops_the_start(
    tmp_path: Path, demo_layout: Layout, capfd: pytest.CaptureFixture[str]
) -> None:
    layout = copy_of(demo_layout, tmp_path / "data")
    set_folder(layout, tmp_path / "nowhere")
    with pytest.raises(SluisError, match="did not start"), serving(layout):
        pass
    assert "the setting `questions` names no folder: nowhere" in capfd.readouterr().err
