"""Label graphs of other systems: an expression means what is declared, and nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_service.errors import LoadRefused
from graph_service.handling import format_marking, parse_marking
from graph_service.portions import Portion
from loaders import LoadRequest, rdf
from loaders.label_graphs import read_label_map
from tests.strategies import EX, food_policies

PREFIX = f"PREFIX : <{EX}> PREFIX authz: <http://telicent.io/security#>\n"
DECLARED = {"cook | waiter": "coffee", "*": "water"}


def load(tmp_path: Path, text: str, label: str = "", declared: dict[str, str] = DECLARED) -> dict[tuple[str, str], str]:
    path = tmp_path / "f.trig"
    path.write_text(PREFIX + text, encoding="utf-8")
    policies = food_policies()
    stated = parse_marking(label, policies=policies) if label else None
    request = LoadRequest(path=path, policies=policies, source=f"{EX}s", label=stated, label_map=declared)
    return {
        (one.part.removeprefix(EX), format_marking(one.label, policies=policies)): one.ntriples.replace(EX, "")
        for one in rdf.load(request)
        if isinstance(one, Portion)
    }


def graph(*entries: str) -> str:
    return f"GRAPH authz:labels {{ {' '.join(entries)} }}"


def entry(pattern: str, label: str = '"cook | waiter"') -> str:
    return f"[ authz:pattern '{pattern}' ; authz:label {label} ] ."


def test_each_statement_takes_the_marking_that_its_expression_is_declared_to_mean(tmp_path: Path) -> None:
    text = ':a :b :c . :a :b "d e" . GRAPH :g { :a :b :c }'
    labels = graph(entry(":a :b :c"), entry(f':a <{EX}b> "d e"', '"*"'), entry(":g :a :b :c", '" cook |  waiter"'))
    assert load(tmp_path, text + labels) == {
        ("", "coffee"): "<a> <b> <c> .\n",
        ("", "water"): '<a> <b> "d e" .\n',
        ("g", "coffee"): "<a> <b> <c> .\n",
    }


def test_a_label_of_the_load_is_joined_and_covers_what_has_no_pattern(tmp_path: Path) -> None:
    text = ":a :b :c , :d ." + graph(entry(":a :b :c"))
    with pytest.raises(LoadRefused, match="the default graph has no label"):
        load(tmp_path, text)
    assert load(tmp_path, text, "tea") == {("", "coffee"): "<a> <b> <c> .\n", ("", "tea"): "<a> <b> <d> .\n"}
    assert {marking for _, marking in load(tmp_path, text, "whisky")} == {"whisky"}


def test_several_expressions_of_a_statement_join_and_base64_is_read(tmp_path: Path) -> None:
    encoded = '"Y29vayB8IHdhaXRlcg=="^^<http://www.w3.org/2001/XMLSchema#base64Binary>'
    text = ":a :b :c ." + graph(entry(":a :b :c", '"*"'), entry(":a :b :c", encoded))
    assert list(load(tmp_path, text)) == [("", "coffee")]


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (graph(entry(":a :b :c", '"manager"')), "nothing says which marking the expression `manager`"),
        (graph(entry(":a :b :x")), "is given a label and not stated"),
        (graph(entry(":h :a :b :c")), "is given a label and not stated"),
        (graph(entry(":a :b *")), "is not one statement with all its terms"),
        (graph(entry(":a :b _:x")), "is not one statement with all its terms"),
        (graph(entry(":a :b :c . :d :e :f")), "is not one statement with all its terms"),
        (graph(entry(":a :b :c } GRAPH :h { :d :e :f")), "is not one statement with all its terms"),
        (graph(entry("no:a :b :c")), "is not one statement with all its terms"),
        (graph("[ authz:pattern ':a :b :c' ] ."), "lacks its pattern or its label"),
        (graph("[ authz:label '*' ] ."), "lacks its pattern or its label"),
        (graph("[ authz:pattern :a ; authz:label '*' ] ."), "that is no text"),
        (graph(entry(":a :b :c", '"!!"^^<http://www.w3.org/2001/XMLSchema#base64Binary>')), "not base64"),
        (graph(entry(":a :b :c") + " :a :b :c ."), "the label graph says"),
        (entry(":a :b :c"), "stands in the graph"),
        ("GRAPH authz:other { :a :b :c }", "is none that is known"),
    ],
)
def test_what_is_not_understood_refuses_the_file_whatever_the_label_of_the_load(
    tmp_path: Path, labels: str, says: str
) -> None:
    with pytest.raises(LoadRefused, match=f"f.trig: .*{says}"):
        load(tmp_path, f":a :b :c . {labels}", "water")


def test_a_label_map_is_labels_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text('[labels]\n"cook  &\\nwaiter" = "coffee"\n')
    assert read_label_map(path) == {"cook & waiter": "coffee"}
    for text in ("", "[labels]\nx = 1\n", '[labels]\nx = "tea"\n[other]\n', 'labels = "x"\n', "{"):
        path.write_text(text)
        with pytest.raises(LoadRefused, match=r"map\.toml"):
            read_label_map(path)
