"""Lines by key, whether memory holds them or not."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from graph_service.spool import OF_A_LINE, Scratch, Spool

_ADDED = st.lists(st.tuples(st.integers(0, 5), st.binary(max_size=8).map(lambda text: text.hex().encode() + b"\n")))


@given(_ADDED, st.sampled_from([0, 200, 1 << 20]))
def test_what_is_added_is_read_back_by_its_key_in_its_order(added: list[tuple[int, bytes]], memory: int) -> None:
    scratch, wanted = Scratch(), defaultdict(list)
    one, other = Spool(scratch, memory=memory), Spool(scratch, memory=memory)
    for key, line in added:
        one.add(key, line)
        other.add(key, line.upper())
        wanted[key].append(line)
    assert sorted(one.every_key()) == sorted(wanted)
    assert one.every_key() == list(wanted) or memory < 1_000
    for key, lines in wanted.items():
        assert list(one.read(key)) == lines
        assert other.text(key) == b"".join(lines).upper()
        assert one.count(key) == len(lines)
        assert one.size(key) == sum(len(line) + OF_A_LINE for line in lines)
    assert (one.count(9), list(one.read(9)), one.text(9)) == (0, [], b"")
    scratch.close()


def test_a_file_is_made_when_memory_is_full_and_has_no_name(tmp_path: Path) -> None:
    opened = []
    scratch = Scratch(lambda: opened.append(1) or (tmp_path / "scratch").open("w+b"))
    spool = Spool(scratch, memory=1_000)
    spool.add(1, b"a\n")
    assert opened == []
    for _ in range(1_000):
        spool.add(1, b"a\n")
    assert opened == [1]
    scratch.close()
    nameless = Scratch(folder=tmp_path)
    nameless.append(b"text")
    assert [path.name for path in tmp_path.iterdir()] == ["scratch"]
    nameless.close()
