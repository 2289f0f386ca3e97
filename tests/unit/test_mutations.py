"""The list of guards that are removed once: it is not stale, and no guard that the code names is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.mutations import BEGIN, END, MUTATIONS, PAGE, ROOT, Mutation, mutated, row


def comments() -> list[str]:
    """What stands behind each ``SECURITY:`` in the code."""
    texts = (path.read_text(encoding="utf-8") for path in sorted((ROOT / "graph_service").rglob("*.py")))
    return [found for text in texts for found in re.findall(r"SECURITY: ([^\n]+)", text)]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.guard)
def test_what_is_removed_stands_in_the_code_once_and_its_tests_are_there(mutation: Mutation) -> None:
    assert (ROOT / mutation.file).read_text(encoding="utf-8").count(mutation.old) == 1
    assert mutation.new != mutation.old
    assert mutation.tests
    assert [name for name in mutation.tests.split() if not (ROOT / name).is_file()] == []


def test_every_security_comment_in_the_code_has_a_mutation() -> None:
    said = [mutation.says for mutation in MUTATIONS if mutation.says]
    assert len(comments()) > 15
    assert [text for text in comments() if not text.startswith(tuple(said))] == []
    assert [text for text in said if not any(comment.startswith(text) for comment in comments())] == []


def test_a_mutation_whose_text_has_changed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\nx = 1\n", encoding="utf-8")
    for old in ("x = 1", "y"):
        with pytest.raises(ValueError, match="times"):
            mutated(Mutation("g", "a.py", old, "z", "t"), tmp_path)
    mutated(Mutation("g", "a.py", "x = 1\nx", "z", "t"), tmp_path)
    assert (tmp_path / "a.py").read_text(encoding="utf-8") == "z = 1\n"


def test_the_page_lists_every_mutation_and_each_turned_something_red() -> None:
    table = PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    shown = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| removed")]
    assert [line.split(" | `")[0] for line in shown] == [f"| {mutation.guard}" for mutation in MUTATIONS]
    assert "NOTHING" not in table
    assert row(MUTATIONS[0], []).endswith("NOTHING |")
