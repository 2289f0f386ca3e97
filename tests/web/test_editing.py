"""Help with writing a query: over HTTP, as a page asks for it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from graph_service.namespaces import PREFIXES
from queries import catalogue
from tests.service import Answer, Reader
from tests.worlds import World

FORM = "application/x-www-form-urlencoded"
NS = PREFIXES["sluis"]


def checked(reader: Reader, query: str, **more: str) -> Answer:
    body = urlencode({"query": query, **more})
    return reader.request("POST", "/api/check", body=body, headers={"Content-Type": FORM})


def suggested(reader: Reader, **parameters: str) -> list[dict[str, Any]]:
    answer = reader.get("/api/complete", parameters)
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.data["suggestions"]
    return found


def test_a_query_is_checked_in_a_form_or_as_the_body(anonymous: Reader) -> None:
    query = "SELECT ?s {\n  ?s a sluis:Actor ; ?p }"
    told = checked(anonymous, query).data
    body = anonymous.request("POST", "/api/check", body=query, headers={"Content-Type": "application/sparql-query"})
    assert told == body.data
    assert (told["accepted"], told["form"]) == (False, None)
    (finding,) = told["findings"]
    assert (finding["line"], finding["column"], finding["length"]) == (2, 25, 1)
    assert checked(anonymous, "ASK {}").data == {"accepted": True, "form": "ASK", "findings": []}


def test_what_is_checked_is_not_asked(anonymous: Reader) -> None:
    """A query that would run into the time limit is checked in a moment, and no worker is at it afterwards."""
    values = " ".join(str(number) for number in range(400))
    endless = "ASK { " + " ".join(f"VALUES ?v{i} {{ {values} }}" for i in range(6)) + " FILTER(?v0 + ?v5 < 0) }"
    assert checked(anonymous, endless).data["accepted"]
    assert anonymous.sparql("ASK {}").status == 200


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [("", FORM, 400), ("query=a&query=b", FORM, 400), ("ASK {}", "text/plain", 415)],
)
def test_a_check_has_exactly_one_query(body: str, media: str, status: int, anonymous: Reader) -> None:
    assert anonymous.request("POST", "/api/check", body=body, headers={"Content-Type": media}).status == status


def test_a_check_that_is_not_utf_8_says_where(anonymous: Reader) -> None:
    form = {"Content-Type": "application/sparql-query"}
    answer = anonymous.request("POST", "/api/check", body=b"ASK {} # \xff", headers=form)
    assert (answer.status, "byte 9" in answer.text) == (400, True)


def test_classes_and_properties_come_with_their_use_the_most_used_first(anonymous: Reader) -> None:
    for kind, pattern in (("class", "?s a ?thing"), ("property", "?s ?thing ?o")):
        found = suggested(anonymous, kind=kind, limit="15")
        uses = [one["uses"] for one in found]
        assert uses == sorted(uses, reverse=True)
        rows = anonymous.rows(f"SELECT ?thing (COUNT(*) AS ?uses) {{ {pattern} }} GROUP BY ?thing")
        counted = {row["thing"]: int(row["uses"]) for row in rows}
        assert {one["iri"]: one["uses"] for one in found} == {one["iri"]: counted[one["iri"]] for one in found}


def test_names_are_found_in_both_languages_and_given_in_the_one_asked_for(anonymous: Reader) -> None:
    for lang, label in (("en", "person"), ("nl", "persoon")):
        for text in ("pers", "Person", "sluis:Pers"):
            found = {one["iri"]: one for one in suggested(anonymous, kind="class", text=text, lang=lang)}
            assert (found[f"{NS}Person"]["label"], found[f"{NS}Person"]["term"]) == (label, "sluis:Person")


def test_properties_of_a_class_are_those_that_its_things_have(anonymous: Reader) -> None:
    of_goals = {one["iri"] for one in suggested(anonymous, kind="property", limit="100", **{"class": f"{NS}Goal"})}
    rows = anonymous.rows("SELECT DISTINCT ?p { ?s a sluis:Goal ; ?p ?o }")
    assert of_goals == {row["p"] for row in rows}
    assert suggested(anonymous, kind="property", **{"class": "urn:nothing"}) == []
    for written in ("sluis:Goal", f"<{NS}Goal>"):
        assert {
            one["iri"] for one in suggested(anonymous, kind="property", limit="100", **{"class": written})
        } == of_goals


def test_things_are_found_by_a_part_of_a_name_or_by_how_their_iri_begins(anonymous: Reader) -> None:
    first = suggested(anonymous, kind="individual", text="minusma")[0]
    assert (first["term"], first["label"]) == ("id:actor\\/minusma", "MINUSMA")
    by_iri = suggested(anonymous, kind="individual", text="id:actor/minu")
    assert first["iri"] in {one["iri"] for one in by_iri}
    assert all("/actor/minu" in one["iri"] for one in by_iri)
    goals = suggested(anonymous, kind="individual", limit="100", **{"class": f"{NS}Goal"})
    assert {one["iri"] for one in goals} == {
        row["g"] for row in anonymous.rows("SELECT DISTINCT ?g { ?g a sluis:Goal }")
    }
    assert suggested(anonymous, kind="individual") == []
    assert suggested(anonymous, kind="individual", text="\"}. '\\ nothing") == []


def test_a_lower_clearance_is_offered_what_it_sees(anonymous: Reader, lead: Reader, world: World) -> None:
    """Asking as the lowest level is to be offered, and counted, what the anonymous reader is."""
    for parameters in ({"kind": "property"}, {"kind": "individual", "text": "e"}):
        own, lower, theirs = (
            suggested(lead, **parameters),
            suggested(lead, clearance=world.lowest, **parameters),
            suggested(anonymous, **parameters),
        )
        assert lower == theirs
        assert own != theirs
    answer = lead.get("/api/complete", {"kind": "class", "clearance": world.lowest})
    assert answer.headers["classification"] == world.lowest
    assert checked(lead, "ASK {}", clearance=world.lowest).headers["classification"] == world.lowest


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"kind": "thing"},
        {"kind": "class", "limit": "0"},
        {"kind": "class", "limit": "1e3"},
        {"kind": "class", "lang": "fr"},
        {"kind": "property", "class": "not an iri"},
    ],
)
def test_what_means_nothing_is_refused(parameters: dict[str, str], anonymous: Reader) -> None:
    answer = anonymous.get("/api/complete", parameters)
    assert answer.status == 400
    assert json.loads(answer.text)["detail"]


# --- the query of a question -----------------------------------------------------------------------------------------


def test_the_query_of_a_question_holds_the_values_given_and_answers_as_the_question_does(anonymous: Reader) -> None:
    for name, given in (
        ("coordination-links", {"actor": "MINUSMA"}),
        ("timeline", {"from": "2013", "until": "2014-06"}),
    ):
        text = anonymous.get(f"/api/questions/{name}", given).data["query"]
        own, asked = anonymous.sparql(text, accept="text/csv"), anonymous.question(name, given, accept="text/csv")
        assert sorted(own.text.splitlines()) == sorted(asked.text.splitlines())
        assert len(own.text.splitlines()) > 2
        assert own.text != anonymous.question(name, accept="text/csv").text


def test_the_query_of_a_question_needs_no_value_and_can_be_asked(anonymous: Reader) -> None:
    for question in catalogue().values():
        text = anonymous.get(f"/api/questions/{question.name}").data["query"]
        assert text == question.select
        assert checked(anonymous, text).data["accepted"], question.name


def test_a_query_that_there_is_not_and_a_parameter_that_it_has_not_are_refused(anonymous: Reader) -> None:
    for path, status in (("nosuch", 404), ("timeline?nosuch=1", 400), ("coordination-links?actor=Agent+zeppelin", 400)):
        assert anonymous.get(f"/api/questions/{path}").status == status
