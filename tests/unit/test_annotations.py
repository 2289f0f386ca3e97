"""Labels of single statements: what an annotation labels is nowhere lower than that."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_service import spool
from graph_service.errors import LoadRefused
from graph_service.handling import format_marking, parse_marking
from graph_service.portions import Portion
from loaders import LoadRequest, rdf
from tests.strategies import EX, food_policies

PREFIX = f"@prefix : <{EX}> . @prefix sluis: <https://w3id.org/sluis/ns#> .\n"


@pytest.fixture(autouse=True, params=[24 << 20, 50])
def _memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MEMORY", request.param)


def load(tmp_path: Path, text: str, label: str = "water", name: str = "f.trig") -> dict[str, dict[str, set[str]]]:
    """The statements by part and marking, without the names of what has none."""
    (tmp_path / name).write_text(PREFIX + text, encoding="utf-8")
    policies = food_policies()
    stated = parse_marking(label, policies=policies) if label else None
    found: dict[str, dict[str, set[str]]] = {}
    for one in rdf.load(LoadRequest(path=tmp_path / name, policies=policies, source=f"{EX}source", label=stated)):
        assert isinstance(one, Portion)
        lines = {
            " ".join("[]" if word.startswith("_:") else word for word in line.split(" ")[:-1])
            for line in one.ntriples.splitlines()
        }
        at = format_marking(one.label, policies=policies)
        assert at not in found.setdefault(one.part.removeprefix(EX), {})
        found[one.part.removeprefix(EX)][at] = {
            line.replace(EX, "").replace("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "") for line in lines
        }
    return found


def test_a_labelled_statement_goes_to_its_label_and_the_rest_stays(tmp_path: Path) -> None:
    text = ':a :b :c {| sluis:marking "coffee" |} ; :d :e .'
    assert load(tmp_path, text, name="f.ttl") == {"": {"coffee": {"<a> <b> <c>"}, "water": {"<a> <d> <e>"}}}
    assert load(tmp_path, f':g sluis:marking "tea" . GRAPH :g {{ {text} }}', "") == {
        "g": {"coffee": {"<a> <b> <c>"}, "tea": {"<a> <d> <e>"}}
    }


def test_what_else_is_said_of_the_statement_goes_with_it(tmp_path: Path) -> None:
    text = ':a :b :c {| sluis:marking "coffee" ; :note "why" ; :by :x |} . :x :name "X" .'
    found = load(tmp_path, text)[""]
    assert found["water"] == {'<x> <name> "X"'}
    assert found["coffee"] == {"<a> <b> <c>", '[] <note> "why"', "[] <by> <x>", "[] <reifies> <<( <a> <b> <c> )>>"}


def test_a_named_annotation_in_the_default_graph_labels_no_graph(tmp_path: Path) -> None:
    found = load(tmp_path, ':a :b :c ~ :r {| sluis:marking "coffee" |} . GRAPH :g { :a :b :d }')
    assert found == {
        "": {"coffee": {"<a> <b> <c>", "<r> <reifies> <<( <a> <b> <c> )>>"}},
        "g": {"water": {"<a> <b> <d>"}},
    }
    with pytest.raises(LoadRefused, match="names a graph and an annotation"):
        load(tmp_path, ':a :b :c ~ :g {| sluis:marking "coffee" |} . GRAPH :g { :a :b :d }')


def test_a_graph_of_labelled_statements_alone_needs_no_label_of_its_own(tmp_path: Path) -> None:
    text = 'GRAPH :g { :a :b :c {| sluis:marking "coffee" |} }'
    assert load(tmp_path, text, "") == {"g": {"coffee": {"<a> <b> <c>"}}}
    with pytest.raises(LoadRefused, match=r"graph <.*g> has no label"):
        load(tmp_path, text.replace(" }", " . :a :d :e }"), "")


def test_the_strictest_of_all_labels_holds(tmp_path: Path) -> None:
    text = ':a :b :c {| sluis:marking "tea" |} {| sluis:marking "coffee" |} .'
    assert list(load(tmp_path, text)[""]) == ["coffee"]
    assert list(load(tmp_path, text, "whisky")[""]) == ["whisky"]
    assert list(load(tmp_path, ':a :b :c {| sluis:marking "tea" |} .', "dish")[""]) == ["tea + dish"]


@pytest.mark.parametrize(
    "also",
    [
        ':x :says <<( :a :b "hidden" )>> .',
        ':x :says <<( :y :quotes <<( :a :b "hidden" )>> )>> .',
        '<< :a :b "hidden" >> :note "other" .',
        '<< :a :b "hidden" ~ :r2 >> :note "other" .',
    ],
)
def test_nothing_repeats_a_labelled_statement_below_its_label(tmp_path: Path, also: str) -> None:
    found = load(tmp_path, f':a :b "hidden" {{| sluis:marking "coffee" |}} . {also} :z :z :z .')[""]
    assert not any("hidden" in line or "other" in line for line in found["water"])
    assert any("hidden" in line for line in found["coffee"])
    assert found["water"] >= {"<z> <z> <z>"}


def test_a_label_for_a_statement_that_is_not_stated_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(LoadRefused, match="is given a label and not stated"):
        load(tmp_path, '<< :a :b :c >> sluis:marking "coffee" .')
    found = load(tmp_path, '<< :a :b :c >> sluis:marking "coffee" ; :note "why" .')
    assert found == {"": {"coffee": {"[] <reifies> <<( <a> <b> <c> )>>", '[] <note> "why"'}}}


def test_a_label_holds_in_its_own_graph_alone(tmp_path: Path) -> None:
    """Another graph states the same by itself, with a label of its own."""
    found = load(tmp_path, 'GRAPH :g { :a :b :c {| sluis:marking "coffee" |} } GRAPH :h { :a :b :c }')
    assert found == {"g": {"coffee": {"<a> <b> <c>"}}, "h": {"water": {"<a> <b> <c>"}}}


@pytest.mark.parametrize("marking", ['"beer"', '""', ":tea", "1"])
def test_a_marking_that_is_not_understood_refuses_the_file(tmp_path: Path, marking: str) -> None:
    with pytest.raises(LoadRefused, match=r"an annotation.*(is not a marking|is empty)"):
        load(tmp_path, f":a :b :c {{| sluis:marking {marking} |}} .")


def test_annotations_without_a_marking_change_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, ':a :b :c {| :note "x" |} . << :d :e :f >> :note "y" .') == {
        "": {
            "water": {
                "<a> <b> <c>",
                "[] <reifies> <<( <a> <b> <c> )>>",
                '[] <note> "x"',
                "[] <reifies> <<( <d> <e> <f> )>>",
                '[] <note> "y"',
            }
        }
    }
