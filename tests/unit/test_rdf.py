"""RDF files: each graph states its label, and a graph without one refuses the file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from graph_service.errors import LoadRefused
from graph_service.handling import format_marking, parse_marking
from graph_service.ingest import ingest
from graph_service.portions import Portion, Term
from graph_service.security import Policies
from graph_service.storage.database import open_database
from graph_service.storage.portion_store import PortionStore, Stored
from loaders import LoadRequest, rdf
from loaders.base import ID, NO_RECORD, LabelRecord
from loaders.front import open_source
from tests.strategies import EX, KEY, TODAY, food_policies

PREFIX = f"@prefix ex: <{EX}> . @prefix sluis: <https://w3id.org/sluis/ns#> .\n"


def load(
    tmp_path: Path,
    policies: Policies,
    text: str,
    *,
    label: str = "",
    name: str = "menu.trig",
    prefix: str = PREFIX,
    record: LabelRecord = NO_RECORD,
) -> list[Portion]:
    path = tmp_path / name
    path.write_text(prefix + text, encoding="utf-8")
    stated = parse_marking(label, policies=policies) if label else None
    request = LoadRequest(path=path, policies=policies, source=f"{EX}source/menu", label=stated, record=record)
    return list(rdf.load(request))


def markings(portions: list[Portion]) -> dict[str, str]:
    assert len({portion.part for portion in portions}) == len(portions)
    return {
        portion.part.removeprefix(EX): format_marking(portion.label, policies=food_policies()) for portion in portions
    }


def test_each_graph_is_a_portion_at_its_own_label(tmp_path: Path, food: Policies) -> None:
    text = """
        ex:g1 sluis:marking "tea//SUGAR" ; sluis:originator ex:cook .
        ex:g2 sluis:marking "coffee" .
        GRAPH ex:g1 { ex:a ex:b ex:c }
        GRAPH ex:g2 { ex:a ex:b ex:d }
    """
    one, two = load(tmp_path, food, text)
    assert markings([one, two]) == {"g1": "tea//SUGAR", "g2": "coffee"}
    assert one.ntriples == f"<{EX}a> <{EX}b> <{EX}c> .\n"
    assert (one.source, one.originator) == (f"{EX}source/menu", f"{EX}cook")
    assert two.originator == f"{ID}originator/not-stated"


def test_a_graph_says_how_its_label_was_set(tmp_path: Path, food: Policies) -> None:
    text = """
        ex:g1 sluis:marking "tea" ; sluis:labelSetOn "2026-01-02" ; sluis:labelGround "it is hot" ;
              sluis:labelUntil "2026-12-31" .
        ex:g2 sluis:marking "tea" ; sluis:labelUntilEvent "the kettle is cold" .
        GRAPH ex:g1 { ex:a ex:b ex:c } GRAPH ex:g2 { ex:a ex:b ex:c } GRAPH ex:g3 { ex:a ex:b ex:c }
    """
    stated = LabelRecord(f"{EX}cook", date(2026, 2, 3), "the cook says so", Term(event="supper"))
    found = load(tmp_path, food, text, label="water", record=stated)
    assert [(p.originator, p.set_on, p.ground, p.term) for p in found] == [
        (f"{EX}cook", date(2026, 1, 2), "it is hot", Term(until=date(2026, 12, 31))),
        (f"{EX}cook", date(2026, 2, 3), "the cook says so", Term(event="the kettle is cold")),
        (f"{EX}cook", date(2026, 2, 3), "the cook says so", Term(event="supper")),
    ]


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ('sluis:labelSetOn "yesterday"', "labelSetOn of .* is a day such as 2025-09-09, not `yesterday`"),
        ('sluis:labelUntil "2026-02-30"', "labelUntil of .* is a day such as 2025-09-09, not `2026-02-30`"),
        ('sluis:labelUntil "2026-12-31" ; sluis:labelUntilEvent "supper"', "a term is a day or an event"),
    ],
)
def test_a_label_that_says_how_it_was_set_in_a_way_that_is_not_understood_refuses_the_file(
    tmp_path: Path, food: Policies, said: str, says: str
) -> None:
    text = f'ex:g1 sluis:marking "tea" ; {said} . GRAPH ex:g1 {{ ex:a ex:b ex:c }}'
    with pytest.raises(LoadRefused, match=f"menu.trig: {says}"):
        load(tmp_path, food, text)


def test_what_is_said_of_something_that_is_no_graph_of_the_file_refuses_it(tmp_path: Path, food: Policies) -> None:
    """A marking for a graph that is mis-spelt would else leave that graph at the label of the load."""
    text = 'ex:g2 sluis:marking "whisky" . GRAPH ex:g1 { ex:a ex:b ex:c }'
    with pytest.raises(LoadRefused, match=f"<{EX}g2> is described and is no graph of this file"):
        load(tmp_path, food, text, label="water")


def test_a_graph_without_a_label_refuses_the_file_by_its_name(tmp_path: Path, food: Policies) -> None:
    text = 'ex:g1 sluis:marking "tea" . GRAPH ex:g1 { ex:a ex:b ex:c } GRAPH ex:g2 { ex:a ex:b ex:d }'
    with pytest.raises(LoadRefused, match=f"menu.trig: graph <{EX}g2> has no label"):
        load(tmp_path, food, text)


def test_a_statement_is_in_the_graph_that_its_terms_say_whatever_it_points_at(tmp_path: Path, food: Policies) -> None:
    """Statements are read many at a time: one that points at a graph must not be taken for one of that graph."""
    text = f"""
        <{EX}a> <{EX}b> <{EX}g1> .
        <{EX}a> <{EX}b> <{EX}c> <{EX}g1> .
        <{EX}a> <{EX}b> "in <{EX}g1> ." .
        <{EX}a> <{EX}b> "in <{EX}g2> ." <{EX}g1> .
    """
    found = load(tmp_path, food, text, label="water", name="menu.nq", prefix="")
    assert {portion.part: portion.ntriples.splitlines() for portion in found} == {
        f"{EX}g1": [f'<{EX}a> <{EX}b> "in <{EX}g2> ." .', f"<{EX}a> <{EX}b> <{EX}c> ."],
        "": [f'<{EX}a> <{EX}b> "in <{EX}g1> ." .', f"<{EX}a> <{EX}b> <{EX}g1> ."],
    }


def test_a_default_graph_that_says_more_than_labels_needs_one_itself(tmp_path: Path, food: Policies) -> None:
    text = 'ex:g1 sluis:marking "tea" . ex:a ex:b ex:c . GRAPH ex:g1 { ex:a ex:b ex:c }'
    with pytest.raises(LoadRefused, match="the default graph has no label"):
        load(tmp_path, food, text)
    assert markings(load(tmp_path, food, text, label="water")) == {"": "water", "g1": "tea"}


def test_a_marking_inside_a_graph_labels_nothing(tmp_path: Path, food: Policies) -> None:
    """What a graph says of itself is data: only the file's default graph states labels."""
    with pytest.raises(LoadRefused, match="has no label"):
        load(tmp_path, food, 'GRAPH ex:g1 { ex:g1 sluis:marking "water" . ex:a ex:b ex:c }')


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ('"tea", "water"', f"graph <{EX}g1> has 2 markings: state one"),
        ('"beer"', "`beer` is not a marking"),
        ('""', "the marking is empty"),
        ("ex:tea", "is not a marking"),
        ("[]", "is not a marking"),
        ('"tea//SALT"', "`salt` means nothing in a marking of policy `DRINK`"),
    ],
)
def test_a_marking_that_is_not_understood_refuses_the_file(
    tmp_path: Path, food: Policies, stated: str, says: str
) -> None:
    text = f"ex:g1 sluis:marking {stated} . GRAPH ex:g1 {{ ex:a ex:b ex:c }}"
    for label in ("", "water"):
        with pytest.raises(LoadRefused, match=f"menu.trig.*{says}"):
            load(tmp_path, food, text, label=label)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("water", {"g1": "tea//SUGAR", "g2": "coffee", "g3": "water"}),
        (
            "coffee//REL TO COOK",
            {"g1": "coffee//SUGAR//REL TO COOK", "g2": "coffee//REL TO COOK", "g3": "coffee//REL TO COOK"},
        ),
        ("dish", {"g1": "tea//SUGAR + dish", "g2": "coffee + dish", "g3": "dish"}),
    ],
)
def test_a_label_stated_with_the_load_joins_those_of_the_file(
    tmp_path: Path, food: Policies, label: str, expected: dict[str, str]
) -> None:
    text = """
        ex:g1 sluis:marking "tea//SUGAR" . ex:g2 sluis:marking "coffee" .
        GRAPH ex:g1 { ex:a ex:b ex:c } GRAPH ex:g2 { ex:a ex:b ex:c } GRAPH ex:g3 { ex:a ex:b ex:c }
    """
    assert markings(load(tmp_path, food, text, label=label)) == expected


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("menu.trig", "ex:a ex:b ex:c .\nex:a ex:b .\n", 3),
        ("menu.ttl", "ex:a ex:b ex:c .\n\nex:a nosuch:b ex:c .\n", 4),
        ("menu.nt", "<urn:a> <urn:b> <urn:c> .\n<urn:a> .\n", 2),
        ("menu.nq", "<urn:a> <urn:b> <urn:c> <urn:g> .\n<urn:a> <urn:b> <c> .\n", 2),
    ],
)
def test_a_syntax_error_refuses_the_file_with_its_line(
    tmp_path: Path, food: Policies, name: str, text: str, line: int
) -> None:
    prefix = PREFIX if name.endswith(("trig", "ttl")) else ""
    with pytest.raises(LoadRefused, match=f"{name}, line {line}: not readable") as refused:
        load(tmp_path, food, text, label="water", name=name, prefix=prefix)
    assert (refused.value.file, refused.value.line) == (name, line)


def test_a_syntax_without_graphs_needs_a_label_for_the_load(tmp_path: Path, food: Policies) -> None:
    with pytest.raises(LoadRefused, match="the default graph has no label"):
        load(tmp_path, food, "ex:a ex:b ex:c .", name="menu.ttl")
    assert markings(load(tmp_path, food, "ex:a ex:b ex:c .", name="menu.ttl", label="tea")) == {"": "tea"}


# --- blank nodes -----------------------------------------------------------------------------------------------------


def stored(store: PortionStore, portions: list[Portion], policies: Policies) -> Stored:
    return ingest(portions, store=store, key=KEY, policies=policies, today=TODAY)


def test_loading_a_file_with_unnamed_nodes_again_changes_nothing(tmp_path: Path, food: Policies) -> None:
    text = 'ex:a ex:b [ ex:c "1" ; ex:d [ ex:c "2" ] ] , [ ex:c "3" ] , _:x . _:x ex:list ( 1 2 3 ) .'
    connection = open_database(tmp_path / "portions", key=KEY)
    try:
        store = PortionStore(connection, policies=food)
        loads = [stored(store, load(tmp_path, food, text, name="menu.ttl", label="tea"), food) for _again in range(3)]
    finally:
        connection.close()
    assert loads == [Stored(added=1), Stored(unchanged=1), Stored(unchanged=1)]


def test_a_blank_node_that_two_graphs_of_a_file_share_stays_one_node(tmp_path: Path, food: Policies) -> None:
    """And one that they do not share stays two: what is high says nothing of a low node that it did not name."""
    text = """
        ex:g1 sluis:marking "water" . ex:g2 sluis:marking "whisky" .
        GRAPH ex:g1 { ex:a ex:b _:x , [] } GRAPH ex:g2 { ex:a ex:b _:x , [] }
    """
    connection = open_database(tmp_path / "portions", key=KEY)
    try:
        store = PortionStore(connection, policies=food)
        stored(store, load(tmp_path, food, text), food)
        low, high = (set(entry.portion.ntriples.splitlines()) for entry in store.read_all_system_high())
    finally:
        connection.close()
    assert (len(low), len(high), len(low & high)) == (2, 2, 1)


def test_a_graph_named_by_a_blank_node_is_the_same_portion_at_every_load(tmp_path: Path, food: Policies) -> None:
    """Or it is refused: a portion with a name that changes would be stored again at every load."""
    text = "GRAPH [] { ex:a ex:b ex:c }"
    try:
        first, again = (load(tmp_path, food, text, label="tea") for _again in range(2))
    except LoadRefused as refused:
        assert "graph" in refused.public  # noqa: PT017
    else:
        assert first == again


# --- the front door --------------------------------------------------------------------------------------------------


def test_where_a_file_lay_does_not_get_into_its_source(tmp_path: Path, food: Policies) -> None:
    path = tmp_path / "a menu.ttl"
    path.write_text(f"<{EX}a> <{EX}b> <#c> .", encoding="utf-8")
    (portion,) = open_source(LoadRequest(path=path, policies=food, label=parse_marking("tea", policies=food)))
    assert portion.source == "https://w3id.org/sluis/id/file/a%20menu.ttl"
    assert str(tmp_path) not in portion.ntriples


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nosuch.ttl", "there is no such file or folder"),
        ("menu.xlsx", "nothing loads `.xlsx`"),
        ("menu", "nothing loads `menu`"),
        ("folder", "the folder has no mapping.toml"),
    ],
)
def test_what_is_not_known_is_refused_and_not_guessed(tmp_path: Path, food: Policies, name: str, says: str) -> None:
    (tmp_path / "folder").mkdir()
    for existing in ("menu.xlsx", "menu"):
        (tmp_path / existing).write_text(f"<{EX}a> <{EX}b> <{EX}c> .", encoding="utf-8")
    with pytest.raises(LoadRefused, match=says):
        list(open_source(LoadRequest(path=tmp_path / name, policies=food, label=parse_marking("tea", policies=food))))
