"""A question's answer names things in the language that is asked for: every question is written so that it can."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from graph_service.errors import QueryRefused
from graph_service.serving.query_guard import guard
from graph_service.serving.question_language import in_language, read_language
from queries import Question, catalogue

_BODY = re.compile(r"^#.*$", re.MULTILINE)
_NAMED = re.compile(r'(\?\w+) (\S+) \?\w+(?:En|Nl) FILTER\(LANG\(\?\w+\) = "(en|nl)"\)')
_NAMES = ("skos:prefLabel", "rdfs:label")


@pytest.fixture(params=catalogue().values(), ids=lambda question: question.name)
def question(request: pytest.FixtureRequest) -> Question:
    found: Question = request.param
    return found


def test_what_is_looked_for_in_english_is_looked_for_in_dutch_too(question: Question) -> None:
    found = _NAMED.findall(_BODY.sub("", question.query))
    by_language = {
        language: Counter((subject, name) for subject, name, tag in found if tag == language)
        for language in ("en", "nl")
    }
    assert by_language["en"] == by_language["nl"]


def test_the_english_name_goes_before_the_dutch_one(question: Question) -> None:
    """So that changing places puts the Dutch one first."""
    for inside in re.findall(r"COALESCE\(([^()]*)", _BODY.sub("", question.query)):
        for name in re.findall(r"\?(\w+)Nl\b", inside):
            assert re.search(rf"\?{name}En, \?{name}Nl\b", inside), inside


def test_a_question_that_gives_names_follows_the_language(question: Question) -> None:
    english = guard(question.query)
    dutch = in_language(english, "nl")
    assert in_language(dutch, "nl") == english
    if any(name in _BODY.sub("", question.query) for name in _NAMES):
        assert dutch != english


@pytest.mark.parametrize(
    ("text", "dutch"),
    [
        ('SELECT * { ?s ?p ?o FILTER(LANG(?o) = "en") }', 'LANG( ?o ) = "nl"'),
        ('SELECT * { ?s ?p ?o FILTER(lang(?o)="nl") }', 'lang( ?o ) = "en"'),
        ('SELECT * { ?s ?p ?o FILTER(LANG(?o) = "fr") }', 'LANG( ?o ) = "fr"'),
        ('SELECT * { ?s ?p ?o FILTER(STR(?o) = "en") }', 'STR( ?o ) = "en"'),
        ('SELECT * { ?s ?p "en" FILTER(LANG(?p) != "en") }', 'LANG( ?p ) != "en"'),
    ],
)
def test_nothing_but_a_comparison_of_languages_changes(text: str, dutch: str) -> None:
    changed = in_language(guard(text), "nl").text
    assert dutch in changed
    assert len(changed) == len(guard(text).text)


@pytest.mark.parametrize("text", ["", "fr", "EN", "nl-NL", "en,nl"])
def test_another_language_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="`lang` can be en or nl"):
        read_language(text)
