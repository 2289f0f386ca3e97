"""The page that says which question of the catalogue answers which competency question is whole, and says the truth.

That the last column holds is tested on the demo, in ``tests/web/test_competency_answers.py``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from queries import catalogue

PAGE = Path(__file__).parents[2] / "docs" / "competency-questions.md"
NUMBERS = set(range(1, 51)) - {12, 13, 50}
"""All but those about drafts and about the audit log."""

_ROW = re.compile(r"^\| ([^|]+) \|(?: ([^|]+) \|)? \[(.+)\]\(\.\./queries/([\w-]+)\.rq\) \| (\w+) \|$", re.MULTILINE)


def wrong(text: str) -> list[str]:
    """What the page lacks or says wrongly, in words that say what to do."""
    found, told, answered = [], set(), set()
    for first, second, summary, name, _ in _ROW.findall(text):
        users = (second or first).split(", ")
        question = catalogue().get(name)
        told.add(name)
        answered |= {int(first)} if second else set()
        if question is None:
            found.append(f"there is no question `{name}`: take its row out")
            continue
        if question.summary != summary:
            found.append(f"`{name}` asks: {question.summary}")
        if missing := set(users) - set(question.tags):
            found.append(f"`{name}` lacks the tags {sorted(missing)}")
        if not second and set(users) != set(question.tags):
            found.append(f"`{name}` is for {', '.join(question.tags)}")
    found += [f"`{name}` has no row" for name in sorted(set(catalogue()) - told)]
    found += [f"number {number} has no row" for number in sorted(NUMBERS - answered)]
    return found + [f"number {number} is not one of the list" for number in sorted(answered - NUMBERS)]


def test_every_competency_question_has_its_answer_and_every_question_its_row() -> None:
    assert wrong(PAGE.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("| 46 |", "| 47 |", "number 46 has no row"),
        ("| 46 |", "| 51 |", "number 51 is not one of the list"),
        ("people-in-two-bodies.rq", "nobody.rq", "there is no question `nobody`: take its row out"),
        ("people-in-two-bodies.rq", "nobody.rq", "`people-in-two-bodies` has no row"),
        (
            "Who sits in two bodies or more?",
            "Who sits?",
            "`people-in-two-bodies` asks: Who sits in two bodies or more?",
        ),
        ("| 46 | evaluator |", "| 46 | sister |", "`people-in-two-bodies` lacks the tags ['sister']"),
        ("| administrator, reviewer | [Which labels", "| reviewer | [Which labels", "`labels-to-review` is for admin"),
    ],
)
def test_a_page_that_is_wrong_is_found_out(old: str, new: str, words: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert old in text
    assert any(line.startswith(words) for line in wrong(text.replace(old, new)))
