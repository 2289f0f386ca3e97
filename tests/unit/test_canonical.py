"""Canonical N-Triples: the quick ways give what the thorough one gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.errors import IngestRefused
from graph_service.portions import keyed_name
from graph_service.storage import canonical
from tests.strategies import KEY

_TEXTS = st.sampled_from(
    [
        "a _:x",
        "_:x .",
        r"q\" _:x",
        "_:a0123456789abcdef",
        r"\n",
        "\u2028\u0085",
        "\x0b\x0c",
        r"\\ _:b .",
        "<<( ",
        "01",
        "1.10",
        "7",
        "1000000000000000000",
        "2013-04-25",
        "2013-02-31",
        '2013-04-25\\"^^<',
    ]
)
_NODES = st.sampled_from(["_:x", "_:y1", "_:a.b", "_:0", "_:x-y", "_:\u00e9"])
_IRIS = st.sampled_from(["<urn:e:1>", "<urn:e:2>", "<https://example.org/_:x>"])
_KINDS = st.sampled_from(
    [
        "",
        "@NL",
        "@en-GB",
        *(f"^^<http://www.w3.org/2001/XMLSchema#{n}>" for n in ("integer", "decimal", "date", "dateTime", "string")),
    ]
)
_LITERALS = st.builds(lambda text, kind: f'"{text}"{kind}', _TEXTS, _KINDS)
_LINES = st.builds(
    lambda subject, predicate, value: f"{subject} {predicate} {value} .\n",
    *(_IRIS | _NODES, _IRIS, _IRIS | _NODES | _LITERALS),
)


def shared(label: str) -> str:
    return keyed_name("source", label, key=KEY)


def own(label: str) -> str:
    return keyed_name("portion", label, key=KEY)


@given(st.lists(_LINES, max_size=8))
def test_the_quick_ways_give_what_the_thorough_one_gives(lines: list[str]) -> None:
    text = "".join(lines)
    assert canonical.canonical_ntriples(text, name_shared=shared, name_own=own) == canonical._with_unnamed(
        text, shared, own
    )


def test_text_that_is_quick_to_read_goes_no_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nothing would notice that loading takes four times as long."""
    monkeypatch.delattr(canonical, "_with_unnamed")
    text = '<urn:a> <urn:b> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .\n_:x <urn:b> _:y .\n'
    node = [f"_:b{shared(name)}" for name in "xy"]
    assert canonical.canonical_ntriples(text, name_shared=shared, name_own=own) == (
        f'<urn:a> <urn:b> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n{node[0]} <urn:b> {node[1]} .\n'
    )


@pytest.mark.parametrize("text", ["<urn:a> <urn:b> <urn:c> .\nbad .\n", "_:x <urn:b> <urn:c> .\nbad .\n"])
def test_each_way_names_the_line_that_it_can_not_read(text: str) -> None:
    with pytest.raises(IngestRefused, match="line 2 is not N-Triples"):
        canonical.canonical_ntriples(text, name_shared=shared, name_own=own)


def graph(edges: list[tuple[int, int]]) -> str:
    """Nodes without a label, as the parser names them, that nothing tells apart but how they hang together."""
    return "".join(
        f"_:{0xA000000000000000 + one:x} <urn:p> _:{0xA000000000000000 + other:x} .\n" for one, other in edges
    )


@pytest.mark.parametrize(
    "edges",
    [
        [(one, other) for one in range(20) for other in range(20) if one != other],
        [(number, (number + 1) % 3000) for number in range(3000)],
        [((number - 1) // 2, number) for number in range(1, 4000)],
    ],
    ids=["all with all", "a long ring", "a large tree"],
)
def test_nodes_that_could_be_told_apart_only_in_years_are_refused_at_once(edges: list[tuple[int, int]]) -> None:
    with pytest.raises(IngestRefused, match=r"look alike and hang together: .* name them"):
        canonical.canonical_ntriples(graph(edges), name_shared=shared, name_own=own)


@pytest.mark.parametrize(
    "edges",
    [
        [(number, (number + 1) % 60) for number in range(60)],
        [(0, number) for number in range(1, 400)],
        [(number, number + 1) for number in range(0, 4000, 2)],
    ],
    ids=["a ring", "one with many", "many pairs"],
)
def test_nodes_without_a_label_that_can_be_told_apart_are_named(edges: list[tuple[int, int]]) -> None:
    text = canonical.canonical_ntriples(graph(edges), name_shared=shared, name_own=own)
    assert text.count("\n") == len(edges)
