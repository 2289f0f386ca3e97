"""The law of writing, over HTTP: what a writer is told, at once and by receipt, is the same whatever lies hidden.

Two houses agree on all that the waiter may see. The same is proposed in both: every response, every receipt and every
answer of the waiter's afterwards is the same, byte for byte, but for `Date`, `Query-Id` and the id of a proposal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph_service.portions import Portion
from tests.intake_house import ACTOR, COFFEE, ORIGINATOR, TEA, WATER, WHISKY, House, due, house

SECRET = "https://example.org/actor/secret"
_ASKED = ("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o")
HIDDEN = {
    "the target of a correction is known higher": [
        Portion("urn:cellar", "secret", WHISKY, ORIGINATOR, f"<{SECRET}> <urn:says> <urn:x> .\n"),
        Portion("urn:cellar", "x", COFFEE, ORIGINATOR, f"<{ACTOR}> <urn:says> <urn:x> .\n"),
    ],
    "the same source and part, higher": [due("tea, due", WHISKY), due("water, due", COFFEE)],
    "much else": [due(f"coffee {number}", COFFEE) for number in range(20)],
}


def requests_of(home: House) -> Iterable[tuple[str, str, Any]]:
    """What the waiter sends: accepted, refused, not taken at all."""
    low, high = home.mention(WATER), home.mention(TEA)
    (tea,) = [s.id for s in home.builder.store.read_all_system_high() if (s.portion.part, s.label) == ("tea, due", TEA)]
    for mentions, verdict, more in (
        ([low], "accepted", {"clearance": "water", "note": "one"}),
        ([low, high], "accepted", {"note": "two"}),
        ([high], "corrected", {"corrected_to": SECRET}),
        ([high], "corrected", {"corrected_to": ACTOR}),
        ([high], "rejected", {"clearance": "water"}),
        ([high, "urn:none"], "rejected", {}),
        ([high], "rejected", {"clearance": "whisky"}),
        ([high], "rejected", {"clearance": "no such drink"}),
        ([high], "perhaps", {}),
    ):
        yield "reviews", "waiter", {"mentions": mentions, "verdict": verdict, **more}
    yield "reviews", "guest", {"mentions": [low], "verdict": "accepted"}
    for portion, more in (
        (tea, {"until": "2040-01-31"}),
        (tea, {"marking": "water"}),
        (tea, {"marking": "coffee"}),
        (tea, {"marking": "tea//SUGAR"}),
        (tea[:-4] + "0000", {}),
    ):
        yield "labels", "waiter", {"portion": portion, "reference": "EXERCISE", **more}


def everything(home: House) -> list[Any]:
    """All that the waiter learns, with the ids of proposals taken out."""
    home.builder.allow("waiter", "relabel")
    told: list[Any] = []
    for kind, who, body in list(requests_of(home)):
        answer = home.ask("POST", f"/api/{kind}", who, body)
        told.append(said(answer))
        if answer.status_code == 202:
            name = answer.json["id"]
            told.append(said(home.ask("GET", f"/api/{kind}/{name}", who)))
            home.intake.work()
            told.append(said(home.ask("GET", f"/api/{kind}/{name}", who)))
            told.append(said(home.ask("GET", f"/api/{kind}/{name}", "guest")))
    told += [said(home.client.get("/sparql", query_string={"query": q}, headers=bearer(home))) for q in _ASKED]
    return told


def bearer(home: House) -> dict[str, str]:
    return {"Authorization": f"Bearer {home.tokens['waiter']}"}


def said(answer: Any) -> tuple[int, list[tuple[str, str]], str]:
    kept = sorted((name, value) for name, value in answer.headers if name not in {"Date", "Query-Id"})
    return answer.status_code, kept, re.sub(r"[0-9a-f]{64}", "ID", answer.text)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    with house(tmp_path_factory.mktemp("bare") / "data") as home:
        return everything(home)


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN.keys())
def test_what_a_writer_learns_does_not_depend_on_what_is_hidden(
    hidden: list[Portion], bare: list[Any], tmp_path: Path
) -> None:
    with house(tmp_path / "data", hidden) as home:
        for mention in (home.mention(WATER), home.mention(TEA)):
            home.propose("cook", [mention], "rejected", note="hidden")
        home.intake.work()
        assert len(home.reviews()) == 2
        assert everything(home) == bare


def test_the_requests_meet_every_end(bare: list[Any]) -> None:
    """A law over refusals alone would hold for nothing."""
    assert {status for status, _, _ in bare} == {200, 202, 400, 403, 404}
    receipts = [text for status, _, text in bare if status == 200 and '"state"' in text]
    assert sum('"published"' in text for text in receipts) >= 3
    assert sum('"refused"' in text for text in receipts) >= 4
    assert sum('"waiting"' in text for text in receipts) >= 8
    reasons = " ".join(receipts)
    for word in ("there is no mention", "there is no portion", "only its originator", "not a label that you can give"):
        assert word in reasons
    assert "secret" in bare[-1][2]  # what the waiter wrote of it stands in their own view


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN.keys())
def test_the_same_portions_do_change_what_is_learned_once_they_are_visible(
    hidden: list[Portion], bare: list[Any], tmp_path: Path
) -> None:
    """They would show if they could."""
    shown = [replace(portion, part=f"shown {portion.part}", label=TEA) for portion in hidden]
    with house(tmp_path / "data", shown) as home:
        assert everything(home) != bare
