"""The reference documentation says what the Turtle says, its links lead somewhere, and its pictures can be read."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDFS, SKOS, Graph, URIRef

from ontology import document
from ontology.pages.diagram import LETTER, classes_picture, modules_picture
from ontology.pages.layout import LAYER_GAP, Layout, Size, lay_out
from ontology.pages.reference import Reference
from ontology.terms import NS, Module, read_modules

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "ontology"
MODULES = read_modules()
PAGES = document.pages(MODULES)
REFERENCE = Reference(MODULES)
TERMS = sorted(term for module in MODULES for term in module.terms())


# --- in step ---------------------------------------------------------------------------------------------------------


def written() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}


def test_the_reference_is_what_the_turtle_gives() -> None:
    stale = sorted(name for name in {*PAGES, *written()} if PAGES.get(name) != written().get(name))
    assert stale == [], f"run `{document.COMMAND}`"


def test_another_word_in_the_turtle_is_another_page() -> None:
    changed = []
    for module in MODULES:
        graph = Graph()
        graph += module.graph
        if module.name == "core":
            actor = URIRef(f"{NS}Actor")
            graph.remove((actor, SKOS.definition, None))
            graph.remove((None, RDFS.isDefinedBy, None))
        changed.append(Module(module.file, module.iri, graph))
    found = document.pages(changed)
    assert "core.md" not in found
    assert found["README.md"] != PAGES["README.md"]
    assert found["modules.svg"] != PAGES["modules.svg"]


def test_the_same_turtle_gives_the_same_bytes() -> None:
    assert document.pages(read_modules()) == PAGES


# --- what is told ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.removeprefix(NS))
def test_each_term_has_an_entry_with_its_texts_and_its_examples(term: URIRef) -> None:
    (module,) = [module for module in MODULES if term in module.terms()]
    entry = re.search(
        rf'<a id="{term.removeprefix(NS)}"></a>\n(.*?)(?=\n<a id=|\n## |\Z)', PAGES[f"{module.name}.md"], re.DOTALL
    )
    assert entry
    texts = [str(text) for said in (RDFS.label, SKOS.definition) for text in module.graph.objects(term, said)]
    assert len(texts) == 4
    assert all(text in entry[1] for text in texts)
    assert entry[1].count("```turtle") == len(REFERENCE.examples(term))


def test_ends_are_known_from_above_and_from_backwards() -> None:
    facts = {
        name: dict(REFERENCE.facts(URIRef(NS + name))) for name in ("cooperatesWith", "hasMember", "memberOf", "note")
    }
    assert facts["cooperatesWith"]["from"] == "[`Actor`](core.md#Actor)"
    assert facts["hasMember"]["from"] == "[`Organisation`](core.md#Organisation)"
    assert facts["hasMember"]["to"] == "[`Actor`](core.md#Actor)"
    assert facts["memberOf"]["follows from"] == "[`hasMembership`](core.md#hasMembership) ∘ [`body`](core.md#body)"
    assert facts["note"]["from"] == "anything"
    assert facts["note"]["to"] == "a text or a date"


def test_an_example_is_shown_one_statement_a_line_and_what_follows_last() -> None:
    shown = document._one_a_line("<a> a <b> . <b> a <c> . # concluded: <a> a <c>")
    assert shown == "<a> a <b> .\n<b> a <c> .\n# concluded: <a> a <c>"


def broken(page: str, text: str) -> list[str]:
    """Links of a page that lead nowhere: to no file, or to no place in it."""
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        there = PAGES.get(path or page)
        outside = path.startswith("../") and (FOLDER / path).exists()
        if not outside and (there is None or (anchor and f'<a id="{anchor}"></a>' not in there)):
            wrong.append(target)
    return wrong


@pytest.mark.parametrize("page", sorted(name for name in PAGES if name.endswith(".md")))
def test_links_of_the_reference_lead_somewhere(page: str) -> None:
    assert broken(page, PAGES[page]) == []
    assert "](core.md#Actor)" in PAGES[page] or page != "README.md"


def test_a_link_of_the_reference_that_leads_nowhere_is_found() -> None:
    assert broken("core.md", "[a](core.md#Aktor) [b](kern.md) [c](../nowhere.md) [d](#Actor) [e](core.md#Actor)") == [
        "core.md#Aktor",
        "kern.md",
        "../nowhere.md",
    ]


# --- writing ---------------------------------------------------------------------------------------------------------


def test_the_command_writes_what_changed_and_removes_what_is_made_no_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "reference"
    assert document.main([str(folder)]) == 0
    assert {path.name for path in folder.iterdir()} == set(PAGES)
    (folder / "old.md").write_text("gone", encoding="utf-8")
    (folder / "core.md").write_text("changed", encoding="utf-8")
    (folder / "kept.txt").write_text("not ours", encoding="utf-8")
    capsys.readouterr()
    assert document.main([str(folder)]) == 0
    assert capsys.readouterr().out == f"{folder}: 2 files changed core.md old.md\n"
    assert {path.name for path in folder.iterdir()} == {*PAGES, "kept.txt"}
    assert (folder / "core.md").read_text(encoding="utf-8") == PAGES["core.md"]


def test_the_command_refuses_a_folder_in_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert document.main([str(tmp_path / "a" / "b")]) == 2
    assert document.main(["a", "b"]) == 2
    assert "name one folder" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()


# --- pictures --------------------------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"
both_pictures = pytest.mark.parametrize(
    "picture", [modules_picture(MODULES), classes_picture(MODULES)], ids=["modules", "classes"]
)


def rectangles(picture: str) -> list[tuple[float, float, float, float]]:
    found = [rect for rect in ElementTree.fromstring(picture).iter(f"{SVG}rect") if "x" in rect.attrib]  # noqa: S314
    return [tuple(float(rect.attrib[name]) for name in ("x", "y", "width", "height")) for rect in found]  # type: ignore[misc]


@both_pictures
def test_no_two_boxes_of_a_picture_overlap(picture: str) -> None:
    boxes = rectangles(picture)
    assert len(boxes) >= 10
    for (x, y, width, height), (x2, y2, width2, height2) in combinations(boxes, 2):
        assert x + width < x2 or x2 + width2 < x or y + height < y2 or y2 + height2 < y


@both_pictures
def test_each_text_of_a_picture_is_inside_a_box(picture: str) -> None:
    boxes = rectangles(picture)
    texts = [text for text in ElementTree.fromstring(picture).iter(f"{SVG}text") if text.text]  # noqa: S314
    assert len(texts) >= len(boxes)
    for text in texts:
        x, y, half = float(text.attrib["x"]), float(text.attrib["y"]), len(text.text or "") * LETTER / 2
        assert any(x - half >= left and x + half <= left + w and top < y < top + h for left, top, w, h in boxes), (
            text.text
        )


@both_pictures
def test_a_picture_has_a_title_and_colours_for_dark_screens(picture: str) -> None:
    root = ElementTree.fromstring(picture)  # noqa: S314
    assert root.findtext(f"{SVG}title")
    assert "prefers-color-scheme: dark" in (root.findtext(f"{SVG}style") or "")
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", ""), "nothing is fetched"


def test_the_pictures_show_every_module_and_the_main_classes() -> None:
    shown = modules_picture(MODULES)
    assert all(f">{module.name}</text>" in shown for module in MODULES if module.terms())
    assert all(f">{name}</text>" in classes_picture(MODULES) for name in ("Actor", "Evaluation", "CoordinationLink"))


# --- layout ----------------------------------------------------------------------------------------------------------


def overlapping(placed: Layout, sizes: dict[str, Size]) -> list[tuple[str, str]]:
    def apart(one: str, other: str) -> bool:
        (x, y), (x2, y2) = placed.boxes[one], placed.boxes[other]
        beside = x + sizes[one].width <= x2 + 0.01 or x2 + sizes[other].width <= x + 0.01
        return beside or y + sizes[one].height < y2 or y2 + sizes[other].height < y

    return [pair for pair in combinations(sorted(sizes), 2) if not apart(*pair)]


NAMES = st.sampled_from("abcdefghijkl")


@given(
    st.dictionaries(NAMES, st.builds(Size, st.integers(10, 200), st.integers(10, 90)), min_size=1),
    st.lists(st.tuples(NAMES, NAMES), max_size=24),
)
def test_boxes_never_overlap_whatever_leads_where(sizes: dict[str, Size], edges: list[tuple[str, str]]) -> None:
    edges = [(a, b) for a, b in edges if a in sizes and b in sizes]
    placed = lay_out(sizes, edges)
    assert overlapping(placed, sizes) == []
    assert set(placed.lines) == {(a, b) for a, b in edges if a != b}
    for name, (x, y) in placed.boxes.items():
        assert 0 <= x <= placed.width - sizes[name].width + 0.01
        assert 0 <= y <= placed.height - sizes[name].height + 0.01
    for points in placed.lines.values():
        assert [y for _x, y in points] == sorted(y for _x, y in points)


def test_lines_go_down_and_an_overlap_would_be_seen() -> None:
    sizes = {name: Size(50, 20) for name in "abc"}
    placed = lay_out(sizes, [("a", "b"), ("b", "c"), ("a", "c")])
    tops = [placed.boxes[name][1] for name in "abc"]
    assert tops == [0, 20 + LAYER_GAP, 2 * (20 + LAYER_GAP)]
    same = Layout(100, 100, dict.fromkeys("abc", (0.0, 0.0)), {})
    assert overlapping(same, sizes) == [("a", "b"), ("a", "c"), ("b", "c")]
