"""The catalogue in Dutch: where a thing has a name in both languages, its answer has the Dutch one."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest

from graph_service.serving.query_guard import guard
from queries import catalogue
from tests.service import JSON, Answer, Reader
from tests.web.test_questions import example
from tests.worlds import World

_TEXTS = "SELECT DISTINCT ?o (LANG(?o) AS ?language) { ?s ?p ?o FILTER(ISLITERAL(?o)) }"
_BOTH = 'SELECT DISTINCT ?en { ?s ?p ?en , ?nl FILTER(LANG(?en) = "en" && LANG(?nl) = "nl" && STR(?en) != STR(?nl)) }'


VERBATIM = {"about-thing": {"value"}, "find-things": {"name"}}
"""Columns that say again what is stated, in whatever language: what a thing has, the name by which it was found."""


def cells(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.data["results"]["bindings"]
    return found


@cache
def english_only(reader: Reader) -> frozenset[str]:
    """Texts that are the English one of something with a Dutch one too, and never anything else."""
    other = {row["o"] for row in reader.rows(_TEXTS) if row["language"] != "en"}
    return frozenset(row["en"] for row in reader.rows(_BOTH)) - other


def texts(rows: list[dict[str, Any]]) -> set[str]:
    """Every text of an answer, and the pieces of those that are several."""
    found = {cell["value"] for row in rows for cell in row.values() if cell["type"] == "literal"}
    return found | {piece for text in found for piece in text.split("; ")} | {p for t in found for p in t.split(", ")}


def things(rows: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    return Counter((name, cell["value"]) for row in rows for name, cell in row.items() if cell["type"] == "uri")


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_an_answer_in_dutch_has_no_english_name_of_what_has_a_dutch_one(name: str, lead: Reader, world: World) -> None:
    asked = example(name, world)
    english = cells(lead.question(name, asked))
    dutch = cells(lead.question(name, {**asked, "lang": "nl"}))
    # What the query itself says, such as "stated", is a word of the interface: the same in both languages.
    own = {token.text.strip('"') for token in guard(catalogue()[name].query).tokens if token.kind == "string"}
    named = [{key: cell for key, cell in row.items() if key not in VERBATIM.get(name, ())} for row in dutch]
    left = sorted(texts(named) & english_only(lead) - own)
    assert left == []
    assert things(dutch) == things(english)
    assert english == cells(lead.question(name, {**asked, "lang": "en"}))


def test_the_catalogue_has_english_names_to_find(lead: Reader, world: World) -> None:
    """The control of the test above: in English these texts are there."""
    found = cells(lead.question("coordination-links", example("coordination-links", world)))
    assert texts(found) & english_only(lead)


def test_a_language_that_is_none_is_refused_and_on_sparql_it_means_nothing(anonymous: Reader) -> None:
    refused = anonymous.question("timeline", {"lang": "fr"})
    assert (refused.status, refused.data["detail"]) == (400, "`lang` can be en or nl")
    assert anonymous.get("/queries/timeline?lang=nl&lang=en").status == 400
    assert anonymous.get("/sparql", {"query": "ASK {}", "lang": "fr"}, accept=JSON).status == 200


def test_answers_in_two_languages_have_two_validators(anonymous: Reader) -> None:
    tags = [anonymous.question("timeline", {"lang": language}).headers["etag"] for language in ("en", "nl")]
    assert tags[0] != tags[1]
