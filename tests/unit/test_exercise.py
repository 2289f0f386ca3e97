"""The exercise shows what it says: each case stands in the data, and nothing low names what is known only higher."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph_service.doctor import references_up
from graph_service.handling import clearance_from_markings, format_marking, parse_marking
from graph_service.namespaces import ID, NS
from graph_service.portions import Portion, StoredPortion, digest, portion_id
from graph_service.security import Label, Policies
from loaders.base import LoadRequest, expand
from loaders.front import DATASETS, packaged

LEVELS = ("Ongerubriceerd", "Dep. VERTROUWELIJK", "Stg. CONFIDENTIEEL", "Stg. GEHEIM", "Stg. ZEER GEHEIM")
NAME, ABSTRACT = expand("skos:prefLabel"), expand("dcterms:abstract")
SUPPORTED, CITES, ON_DATE = f"{NS}supportedBy", f"{NS}citesSource", f"{NS}onDate"


@pytest.fixture(scope="module")
def exercise(policies: Policies) -> list[Portion]:
    return list(packaged("exercise", LoadRequest(path=Path(), policies=policies)))


@pytest.fixture(scope="module")
def demo(policies: Policies) -> list[StoredPortion]:
    """Every portion of the demo, as it is stored."""
    request = LoadRequest(path=Path(), policies=policies)
    return [stored(portion) for name in DATASETS for portion in packaged(name, request)]


def stored(portion: Portion) -> StoredPortion:
    return StoredPortion(portion_id(portion, key=b"x" * 32), portion, digest(portion))


def triples_in(portion: Portion) -> Iterator[Triple]:
    return (quad.triple for quad in parse(portion.ntriples, format=RdfFormat.N_TRIPLES))


def labels_of(portions: list[Portion], subject: str, predicate: NamedNode | str, value: str = "") -> list[Label]:
    """The labels at which something is said: of a thing, with a property, and of another thing or with any value."""
    word = predicate.value if isinstance(predicate, NamedNode) else predicate
    return [
        portion.label
        for portion in portions
        for triple in triples_in(portion)
        if (triple.subject, triple.predicate) == (NamedNode(ID + subject), NamedNode(word))
        if not value or triple.object == NamedNode(ID + value)
    ]


def markings(labels: list[Label], policies: Policies) -> set[str]:
    return {format_marking(label, policies=policies) for label in labels}


# --- the four cases --------------------------------------------------------------------------------------------------


def test_a_secret_source_whose_existence_is_public(exercise: list[Portion], policies: Policies) -> None:
    assert markings(labels_of(exercise, "source/exercise-foxglove", NAME), policies) == {"Ongerubriceerd"}
    assert markings(labels_of(exercise, "source/exercise-foxglove", ABSTRACT), policies) == {"Stg. GEHEIM"}


def test_a_source_whose_existence_is_secret_is_named_nowhere_lower(exercise: list[Portion], policies: Policies) -> None:
    home = parse_marking("Stg. GEHEIM", policies=policies)
    named = [portion for portion in exercise if "source/exercise-speedwell>" in portion.ntriples]
    assert labels_of(exercise, "goal/exercise-fresh-bread", CITES, "source/exercise-speedwell")
    assert len(named) > 2
    assert all(portion.label.dominates(home) for portion in named)


def test_one_public_statement_is_supported_from_below_and_from_above(
    exercise: list[Portion], policies: Policies
) -> None:
    assert markings(labels_of(exercise, "finding/exercise-apple", NAME), policies) == {"Ongerubriceerd"}
    assert {"Ongerubriceerd", "Stg. GEHEIM"} <= markings(
        labels_of(exercise, "finding/exercise-apple", SUPPORTED), policies
    )
    # The same triple in two portions: who sees one of them, sees the statement.
    opened = [
        portion.label
        for portion in exercise
        for triple in triples_in(portion)
        if triple.subject == NamedNode(f"{ID}event/exercise-umbrella-opening") and triple.predicate.value == ON_DATE
    ]
    assert markings(opened, policies) == {"Ongerubriceerd", "Stg. GEHEIM"}


@pytest.mark.parametrize(("level", "accounts"), [(0, 1), (2, 1), (3, 2)])
def test_a_cover_story_is_seen_beside_the_truth_by_those_who_see_both(
    exercise: list[Portion], policies: Policies, level: int, accounts: int
) -> None:
    clearance = clearance_from_markings([LEVELS[level]], policies=policies, compartments=(), affiliation=None)
    days = {
        triple.object
        for portion in exercise
        if clearance.dominates(portion.label)
        for triple in triples_in(portion)
        if triple.subject == NamedNode(f"{ID}event/exercise-tent-festival") and triple.predicate.value == ON_DATE
    }
    assert len(days) == accounts


# --- no reference points upwards -------------------------------------------------------------------------------------


def test_nothing_in_the_demo_names_what_is_known_only_higher(demo: list[StoredPortion], policies: Policies) -> None:
    """So a statement that a goal cites a secret source is at least as high as the statement that the source exists."""
    assert references_up(demo, policies=policies) == []


@pytest.mark.parametrize(
    ("subject", "word", "value"),
    [
        ("goal/exercise-dry-feet", "citesSource", "source/exercise-speedwell"),
        ("causal-link/exercise-reed", "supportedByEvidence", "evidence/exercise-owl"),
        ("step/exercise-canvas", "leadsTo", "step/exercise-bread"),
        ("actor/exercise-night-bakery", "supports", "actor/exercise-umbrella-mission"),
    ],
)
def test_the_officer_is_told_of_a_low_statement_that_names_what_is_known_only_higher(
    demo: list[StoredPortion], policies: Policies, subject: str, word: str, value: str
) -> None:
    low = next(entry for entry in demo if not entry.label.is_classified and "exercise-" in entry.portion.ntriples)
    text = f"<{ID}{subject}> <{NS}{word}> <{ID}{value}> .\n"
    wrong = stored(replace(low.portion, part="wrong", ntriples=text))
    (finding,) = references_up([*demo, wrong], policies=policies)
    secret = subject if "night-bakery" in subject else value
    assert not finding.ok
    assert f"{ID}{secret}> is named at Ongerubriceerd and described only at Stg. GEHEIM" in finding.text


# --- every text says what it is --------------------------------------------------------------------------------------

CODES = {"linkStatus"}


def test_every_text_of_the_exercise_says_that_it_is_one(exercise: list[Portion]) -> None:
    texts = {
        (triple.predicate.value.removeprefix(NS), triple.object.language, triple.object.value)
        for portion in exercise
        for triple in triples_in(portion)
        if isinstance(triple.object, Literal)
        if triple.object.language or triple.object.datatype.value.endswith("#string")
    }
    assert len(texts) > 300
    said = {"nl": ("OEFENING",), "en": ("EXERCISE",)}
    wrong = {
        text
        for word, language, text in texts
        if word not in CODES and not any(mark in text for mark in said.get(language or "", ("OEFENING", "EXERCISE")))
    }
    assert wrong == set()
