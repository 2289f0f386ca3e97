"""The canaries are worth hunting: who may see them gets them from every question that the page draws from."""

from __future__ import annotations

import pytest

from graph_service.running import Service
from tests.service import JSON, Reader
from tests.web.page.hidden_things import PageWorld

DRAWN_FROM = {
    "coordination-links": {},
    "timeline": {},
    "goals-and-sources": {},
    "triangulation": {},
    "sources-and-markings": {},
    "confidence-in-findings": {},
    "paths-of-a-theory-of-change": {},
    "things-of-a-class": {"class": "sluis:Actor"},
}


@pytest.mark.parametrize("question", DRAWN_FROM)
def test_each_question_gives_a_canary_to_those_who_may_see_it_and_to_nobody_else(
    page_world: PageWorld, page_service: Service, question: str
) -> None:
    for who in page_world.readers.values():
        answer = Reader(page_service.port, who.token).question(question, DRAWN_FROM[question], accept=JSON)
        assert answer.status == 200, answer.text
        assert {word for word in page_world.markings if word in answer.text} == who.visible


def test_some_canaries_are_hidden_from_each_reader_that_the_page_is_driven_as(page_world: PageWorld) -> None:
    assert page_world.readers["anonymous"].hidden == set(page_world.markings)
    assert {"zeppelin", "ocelot", "wombat"} <= page_world.readers["analyst"].hidden
    assert page_world.readers["analyst"].visible == {"quagga"}
