"""Graphs that are too large for one portion are cut into pieces, which are the same on every load."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service import spool
from graph_service.errors import LoadRefused
from graph_service.handling import format_marking, parse_marking
from graph_service.ingest import ingest
from graph_service.portions import PIECE, Gone, Portion, Proposed, overlap
from graph_service.security import Policies
from graph_service.spool import Scratch
from graph_service.storage.database import open_database
from graph_service.storage.portion_store import PortionStore, Stored
from loaders import LoadRequest, pieces, rdf
from loaders.pieces import Pieces, place
from tests.strategies import EX, KEY, TODAY, food_policies

_LINES = st.lists(
    st.builds(lambda s, o: f'<{EX}s{s}> <{EX}p> "{o}" .\n'.encode(), st.integers(0, 12), st.integers(0, 40)),
    min_size=1,
    max_size=60,
)


@pytest.fixture(params=["memory", "disk"])
def _small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a few statements; where all is on disk, nothing is ever sorted out in memory."""
    monkeypatch.setattr(pieces, "PIECE_SIZE", 700)
    if request.param == "disk":
        for module, name, value in ((pieces, "AT_ONCE", 100), (rdf, "AT_ONCE", 100), (spool, "MEMORY", 100)):
            monkeypatch.setattr(module, name, value)


def cut(lines: list[bytes], part: str = "g") -> dict[str, str]:
    scratch = Scratch()
    found = Pieces(scratch)
    for line in lines:
        found.extend([line])
    portions = list(found.cut(part, file="f"))
    scratch.close()
    assert len(dict(portions)) == len(portions)
    return dict(portions)


def bits_of(line: bytes) -> str:
    return f"{place(line):064b}"


@given(_LINES, st.randoms())
def test_pieces_hold_each_statement_once_whatever_their_order(lines: list[bytes], chance: random.Random) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "PIECE_SIZE", 400)
        found = cut(lines)
        shuffled = [*lines, *chance.choices(lines, k=5)]
        chance.shuffle(shuffled)
        assert cut(shuffled) == found
        patch.setattr(spool, "MEMORY", 100)
        assert cut(lines) == found
        patch.setattr(pieces, "AT_ONCE", 0)
        assert {line for text in cut(lines).values() for line in text.splitlines()} == {
            line.decode().strip() for line in lines
        }
    texts = [text.encode().splitlines(keepends=True) for text in found.values()]
    assert sorted(line for text in texts for line in text) == sorted(set(lines))
    names = list(found)
    assert not any(overlap(one, other) for one in names for other in names if one != other)
    for name, text in found.items():
        piece = name.partition(PIECE)[2]
        assert all(bits_of(line.encode() + b"\n").startswith(piece) for line in text.splitlines())
        assert pieces.size(text.encode().splitlines(keepends=True)) <= 400


def test_what_is_small_is_one_portion_and_things_stay_together(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f'<{EX}s{n % 20}> <{EX}p> "{n}" .\n'.encode() for n in range(400)]
    assert list(cut(lines)) == ["g"]
    monkeypatch.setattr(pieces, "PIECE_SIZE", 8_000)
    found = cut(lines)
    assert len(found) > 4
    for n in range(20):
        assert len([text for text in found.values() if f"<{EX}s{n}>" in text]) == 1


def test_one_change_changes_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE_SIZE", 8_000)
    lines = [f'<{EX}s{n}> <{EX}p> "{n:04}" .\n'.encode() for n in range(400)]
    before = cut(lines)
    after = cut([line.replace(b'"0007"', b'"7000"') for line in lines])
    assert len(before) > 4
    assert before.keys() == after.keys()
    assert len([name for name in before if before[name] != after[name]]) == 1


def test_statements_about_nodes_without_a_name_are_one_piece_and_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    def lines(digits: int) -> list[bytes]:
        node = b"_:a" + b"0123456789abcdef0123456789abcdef"[: digits - 1]
        return [b'%s <urn:p> "%d" .\n' % (node, n) for n in range(9)] + [
            b'<urn:s%d> <urn:p> "x" .\n' % n for n in range(9)
        ]

    monkeypatch.setattr(pieces, "PIECE_SIZE", 9 * 60 + 9 * 18)
    found = [cut(lines(digits)) for digits in (16, 32)]
    assert found[0].keys() == found[1].keys()  # the parser's names are of another length at every reading
    assert f"g{PIECE}unnamed" in found[0]
    assert list(cut(lines(16)[:9])) == ["g"]
    monkeypatch.setattr(pieces, "UNNAMED_SIZE", 100)
    with pytest.raises(LoadRefused, match="too much of `g` is about nodes without a name"):
        cut(lines(16))


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path, food: Policies) -> Iterator[PortionStore]:
    connection = open_database(tmp_path / "portions", key=KEY)
    yield PortionStore(connection, policies=food)
    connection.close()


def read(path: Path, label: str = "tea") -> list[Proposed]:
    policies = food_policies()
    stated = parse_marking(label, policies=policies) if label else None
    return list(rdf.load(LoadRequest(path=path, policies=policies, source=f"{EX}source", label=stated)))


def load(store: PortionStore, path: Path, label: str = "tea") -> Stored:
    return ingest(read(path, label), store=store, key=KEY, policies=food_policies(), today=TODAY)


def quads(path: Path, graphs: int, each: int, *, seed: int = 0) -> Path:
    """Graphs with so many statements, interleaved."""
    lines = [f'<{EX}s{n}> <{EX}p> "{n}" <{EX}g{graph}> .\n' for n in range(each) for graph in range(graphs)]
    random.Random(seed).shuffle(lines)  # noqa: S311  # an order, no secret
    path.write_text("".join(lines))
    return path


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize(("graphs", "each"), [(1, 60), (25, 1), (3, 30)])
def test_a_file_of_any_form_gives_the_same_whatever_its_order(tmp_path: Path, graphs: int, each: int) -> None:
    found = [
        {
            (one.part, one.ntriples)
            for one in read(quads(tmp_path / f"{seed}.nq", graphs, each, seed=seed))
            if isinstance(one, Portion)
        }
        for seed in range(3)
    ]
    assert found[0] == found[1] == found[2]
    whole = {(part.partition(PIECE)[0], line) for part, text in found[0] for line in text.splitlines()}
    assert len(whole) == graphs * each
    assert (len(found[0]) > graphs) == (each > 20)


@pytest.mark.usefixtures("_small")
def test_a_graph_that_grows_and_shrinks_leaves_nothing_of_its_old_form(tmp_path: Path, store: PortionStore) -> None:
    def present() -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for stored in store.read_all_system_high():
            found.setdefault(stored.portion.part.partition(PIECE)[0], set()).update(
                stored.portion.ntriples.splitlines()
            )
        return found

    sizes = [3, 60, 60, 25, 3]
    counts = []
    for each in sizes:
        counts.append(load(store, quads(tmp_path / "f.nq", 2, each)))
        assert {part: len(lines) for part, lines in present().items()} == {f"{EX}g0": each, f"{EX}g1": each}
    assert counts[0] == Stored(added=2)
    assert counts[1].withdrawn == 2
    assert (counts[2].added, counts[2].changed, counts[2].withdrawn) == (0, 0, 0)
    assert counts[4] == Stored(added=2, withdrawn=counts[4].withdrawn)
    assert {stored.portion.part for stored in store.read_all_system_high()} == {f"{EX}g0", f"{EX}g1"}


@pytest.mark.usefixtures("_small")
def test_pieces_at_one_label_take_nothing_out_at_another(tmp_path: Path, store: PortionStore) -> None:
    load(store, quads(tmp_path / "f.nq", 1, 3), "coffee")
    done = load(store, quads(tmp_path / "f.nq", 1, 60), "tea")
    assert done.withdrawn == 0
    markings = {format_marking(stored.label, policies=food_policies()) for stored in store.read_all_system_high()}
    assert markings == {"coffee", "tea"}


def test_a_graph_in_pieces_says_once_that_the_rest_of_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE_SIZE", 700)
    found = read(quads(tmp_path / "f.nq", 1, 60))
    assert [one for one in found if isinstance(one, Gone)] == [Gone(f"{EX}source", f"{EX}g0")]


@pytest.mark.usefixtures("_small")
def test_graphs_keep_their_own_labels_in_a_file_of_any_size(tmp_path: Path) -> None:
    said = "".join(
        f'<{EX}g{n}> <https://w3id.org/sluis/ns#marking> "{"coffee" if n % 2 else "tea"}" .\n' for n in range(30)
    )
    path = quads(tmp_path / "f.nq", 30, 2)
    path.write_text(path.read_text() + said)
    found = {
        one.part.removeprefix(f"{EX}g"): format_marking(one.label, policies=food_policies())
        for one in read(path, "")
        if isinstance(one, Portion)
    }
    assert found == {str(n): "coffee" if n % 2 else "tea" for n in range(30)}
    path.write_text(path.read_text().replace(f"<{EX}g7> <https", f"<{EX}gone> <https"))
    with pytest.raises(LoadRefused, match=r"is described and is no graph of this file|has no label"):
        read(path, "")
