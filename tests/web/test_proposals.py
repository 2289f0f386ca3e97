"""Proposals over HTTP, with a server and a builder that run: every status as told, and what was accepted is served."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from graph_service.proposals import MOST_WAITING, new_id
from graph_service.running import Service
from graph_service.settings import Layout
from graph_service.storage.views import token_sha256
from tests.intake_house import WATER, house
from tests.service import Answer, Reader, serving
from tests.web.test_documentation import conforms, operation_of

JSON = {"Content-Type": "application/json"}
PATIENCE = 30.0


class Served:
    """A house that is served, with its readers and the mention that there is at water."""

    def __init__(self, service: Service, tokens: dict[str, str], mention: str, layout: Layout) -> None:
        self.service, self.mention, self.layout = service, mention, layout
        self.readers = {name: Reader(service.port, token) for name, token in tokens.items()}
        self.tokens = tokens

    def post(self, who: str, body: Any, path: str = "/api/reviews", **headers: str) -> Answer:
        return self.readers[who].request("POST", path, body=json.dumps(body), headers={**JSON, **headers})

    def until_final(self, who: str, proposal: str) -> dict[str, str]:
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            told: dict[str, str] = self.readers[who].get(f"/api/reviews/{proposal}").data
            if told["state"] in {"published", "refused"}:
                return told
            time.sleep(0.05)
        raise AssertionError("nothing came of it")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    layout = Layout(tmp_path_factory.mktemp("house") / "data")
    with house(layout.data) as home:
        tokens, mention = home.tokens, home.mention(WATER)
    with serving(layout) as service:
        yield Served(service, tokens, mention, layout)


def review(served: Served, **more: str) -> dict[str, Any]:
    return {"mentions": [served.mention], "verdict": "accepted", **more}


def test_a_verdict_is_taken_published_and_served(served: Served) -> None:
    asked = f"ASK {{ ?r sluis:reviews <{served.mention}> }}"
    waiter = served.readers["waiter"]
    assert waiter.sparql(asked).data["boolean"] is False
    taken = served.post("waiter", review(served))
    assert taken.status == 202
    assert taken.headers["classification"] == taken.data["marking"] == "tea"
    conforms(taken, operation_of("/api/reviews", "POST"))
    told = served.until_final("waiter", taken.data["id"])
    assert told == {"id": taken.data["id"], "state": "published", "reason": "", "marking": "tea"}
    assert waiter.sparql(asked).data["boolean"] is True
    assert Reader(served.service.port).sparql(asked).data["boolean"] is False
    assert list(served.layout.proposals.iterdir()) == []


def test_a_decision_on_a_label_is_as_told(served: Served) -> None:
    operation = operation_of("/api/labels", "POST")
    body = {"portion": "urn:none", "reference": "EXERCISE", "until": "2040-01-31"}
    for who, status in (("waiter", 403), ("cook", 202)):
        answer = served.post(who, body, "/api/labels")
        assert answer.status == status, answer.text
        conforms(answer, operation)


def test_every_status_of_a_proposal_is_as_told(served: Served) -> None:
    operation, tried = operation_of("/api/reviews", "POST"), set()

    def sent(status: int, who: str, body: str, **headers: str) -> None:
        given = {**JSON, **{key.replace("_", "-"): value for key, value in headers.items()}}
        answer = served.readers[who].request("POST", "/api/reviews", body=body, headers=given)
        assert answer.status == status, answer.text
        conforms(answer, operation)
        tried.add(status)

    good = json.dumps(review(served, clearance="water"))
    sent(202, "waiter", good)
    sent(400, "waiter", "{}")
    sent(400, "waiter", "not JSON")
    sent(400, "waiter", "[" * 60_000)
    sent(400, "waiter", '{"clearance": 1}')
    sent(401, "waiter", good, Authorization="Bearer nobody")
    sent(403, "guest", good)
    assert served.post("gone", review(served)).status == 403  # let in nowhere, so it has no banner
    sent(403, "waiter", json.dumps(review(served, clearance="whisky")))
    sent(413, "waiter", '"' + "x" * (70 << 10) + '"')
    sent(415, "waiter", good, Content_Type="text/plain")
    for _ in range(2 * MOST_WAITING):
        answer = served.post("cook", {"mentions": ["urn:none"], "verdict": "accepted"})
        if answer.status == 429:
            break
    conforms(answer, operation)
    assert answer.headers["retry-after"]
    assert {str(status) for status in {*tried, answer.status, 503}} == set(operation["responses"]) - {"default"}


def test_a_receipt_is_for_its_writer_and_nobody_else(served: Served) -> None:
    taken = served.post("waiter", review(served, clearance="water")).data["id"]
    served.until_final("waiter", taken)
    for kind in ("reviews", "labels"):
        operation = operation_of(f"/api/{kind}/{{proposal}}")
        own = served.readers["waiter"].get(f"/api/{kind}/{taken}")
        assert own.status == 200
        conforms(own, operation)
        others = [
            *(served.readers[name].get(f"/api/{kind}/{taken}") for name in ("cook", "guest")),
            Reader(served.service.port).get(f"/api/{kind}/{taken}"),
        ]
        assert {answer.status for answer in others} == {404}
        absent = [
            served.readers["waiter"].get(f"/api/{kind}/{name}")
            for name in ("0" * 64, "x", taken.upper(), taken[:-1], taken[:32] + "0" * 32)
        ]
        assert {answer.status for answer in absent} == {404}
        assert len({answer.body for answer in [*others, *absent]} - {b""}) == 1
        conforms(absent[0], operation)


def test_an_id_of_one_s_own_of_which_nothing_came_yet_waits_and_an_old_one_is_none(served: Served) -> None:
    """Whoever makes up an id of their own learns what they knew."""
    mine = token_sha256(served.tokens["waiter"])
    now, old = (new_id(mine, now=when) for when in (time.time(), time.time() - 40 * 24 * 3600))
    assert served.readers["waiter"].get(f"/api/reviews/{now}").data["state"] == "waiting"
    assert served.readers["waiter"].get(f"/api/reviews/{old}").status == 404


def test_another_s_many_proposals_take_nothing_from_a_writer(served: Served) -> None:
    while served.post("cook", {"mentions": ["urn:none"], "verdict": "accepted"}).status != 429:
        pass
    assert served.post("waiter", review(served, clearance="water")).status == 202


def test_what_waits_when_the_builder_dies_is_done_by_the_next(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The service starts it again by itself; the proposal was on disk before the writer was told."""
    layout = Layout(tmp_path_factory.mktemp("killed") / "data")
    with house(layout.data) as home:
        tokens, mention = home.tokens, home.mention(WATER)
    with serving(layout) as service:
        served = Served(service, tokens, mention, layout)
        os.kill(service.builder_pid, signal.SIGKILL)
        taken = served.post("waiter", review(served)).data["id"]
        assert served.readers["waiter"].get(f"/api/reviews/{taken}").data["state"] == "waiting"
        threading.Thread(target=service.wait, daemon=True).start()
        assert served.until_final("waiter", taken)["state"] == "published"
