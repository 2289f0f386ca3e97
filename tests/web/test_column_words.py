"""The page has a word, in both languages, for each column of the catalogue and each word that a question says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from queries import Question, catalogue

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "graph_service/serving/web/src"
_PAIR = re.compile(r"^  (?:'([^']+)'|(\w+)): \['([^']+)', '([^']+)'\],$", re.MULTILINE)


def dictionary(name: str) -> dict[str, tuple[str, str]]:
    """A list of words of the page. Every line between the braces has to be read: one that isn't would be missed."""
    text = (PAGE / "parts" / name).read_text("utf-8")
    lines = text[text.index("= {\n") + 4 : text.index("\n} as const")].splitlines()
    found = {quoted or plain: (en, nl) for quoted, plain, en, nl in _PAIR.findall(text)}
    assert len(found) == len(lines), "a line of another form, or a name that stands twice"
    return found


COLUMNS, VALUES = dictionary("column-words.ts"), dictionary("value-words.ts")
CLOSED = set(
    re.findall(r"'(\w+)'", (PAGE / "parts/column.ts").read_text("utf-8").split("CLOSED", 1)[1].split("])", 1)[0])
)


def words_of(name: str, type_: str) -> tuple[str, str] | None:
    """As ``columnWord`` of the page finds them."""
    found = (COLUMNS.get(key) for key in (f"{name}:{type_}", name, name.removesuffix("Label")))
    return next((words for words in found if words), None)


def own_words(question: Question) -> set[tuple[str, str]]:
    """The words that a question binds itself, each with its variable."""
    code = "\n".join(line for line in question.query.splitlines() if not line.startswith("#"))
    found = {(word, name) for word, name in re.findall(r'BIND\("([^"]+)" AS \?(\w+)\)', code)}
    for names, rows in re.findall(r"VALUES \(([^)]*)\) \{(.*?)\}", code, re.DOTALL):
        variables = [name.lstrip("?") for name in names.split()]
        for row in re.findall(r"\(([^)]*)\)", rows):
            terms = re.findall(r'"[^"]*"|\S+', row)
            found |= {(t.strip('"'), v) for t, v in zip(terms, variables, strict=True) if t.startswith('"')}
    for told, name in re.findall(r"BIND\(((?:IF|COALESCE)\(.*\)) AS \?(\w+)\)", code):
        if name in CLOSED:
            found |= {(word, name) for word in re.findall(r'"([a-z][a-z -]*)"', told)}
    return found


@pytest.mark.parametrize("question", catalogue().values(), ids=lambda question: str(question.name))
def test_every_column_has_a_word_and_no_two_of_a_question_the_same(question: Question) -> None:
    names = [column.name for column in question.columns]
    shown = [c for c in question.columns if not (c.name.endswith("Label") and c.name.removesuffix("Label") in names)]
    words = {column.name: words_of(column.name, column.type) for column in shown}
    assert [name for name, said in words.items() if said is None] == []
    for language in (0, 1):
        said = [both[language] for both in words.values() if both]
        assert sorted(set(said)) == sorted(said), question.name


def test_every_word_of_the_list_of_columns_is_used() -> None:
    columns = {(column.name, column.type) for question in catalogue().values() for column in question.columns}
    names = {name.removesuffix("Label") for name, _ in columns} | {name for name, _ in columns}
    typed = {f"{name}:{type_}" for name, type_ in columns}
    assert set(COLUMNS) <= names | typed


def test_every_word_that_a_question_says_itself_is_known() -> None:
    own = {pair for question in catalogue().values() for pair in own_words(question)}
    assert ("to be assessed", "status") in own
    assert ("nothing", "aspect") not in own
    assert {word for word, _ in own} - set(VALUES) == set()


def test_a_word_that_a_question_puts_in_a_column_is_read_there() -> None:
    for question in catalogue().values():
        columns = {column.name for column in question.columns}
        assert {name for _, name in own_words(question) if name in columns} <= CLOSED, question.name


def test_every_choice_of_a_form_is_known() -> None:
    choices = {value for question in catalogue().values() for one in question.parameters for value in one.values}
    assert choices
    assert choices <= set(VALUES)


def test_every_closed_list_of_the_ontology_is_known() -> None:
    shapes = "".join(path.read_text("utf-8") for path in sorted((ROOT / "ontology/shapes").glob("*.ttl")))
    lists = re.findall(r"sh:in \(([^)]*)\)", shapes)
    words = {word for one in lists for word in re.findall(r'"([^"]+)"', one)}
    assert "to-be-assessed" in words
    assert words <= set(VALUES)


def test_what_a_question_needs_is_known_in_dutch() -> None:
    text = (PAGE / "rooms/ask/needs.ts").read_text("utf-8")
    known = set(re.findall(r"^    '([^']+)': '[^']+',$", text, re.MULTILINE))
    assert {question.needs for question in catalogue().values() if question.needs} == known
