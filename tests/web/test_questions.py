"""The catalogue over HTTP: its shape, its examples, and its parameters."""

from __future__ import annotations

import pytest

from graph_service.serving.query_guard import guard
from queries import TYPES, catalogue
from tests.service import JSON, Reader, bindings
from tests.worlds import World

NOT_FOR_ANONYMOUS = {
    "goals-citing-classified-sources",
    "goals-citing-sources-at-least",
    "findings-resting-on-classified-sources-only",
    "statements-resting-on-classified-sources-only",
}
"""Questions about what is classified: the anonymous reader gets no row, by their very point."""

MINUSMA = "https://w3id.org/sluis/id/actor/minusma"


def example(name: str, world: World) -> dict[str, str]:
    """The question's example, with a marking in it in the world's own words."""
    return {key: world.said(value) for key, value in catalogue()[name].example.items()}


def test_the_catalogue_lists_every_question_with_what_a_client_needs(anonymous: Reader) -> None:
    data = anonymous.get("/queries").data
    assert list(data) == ["queries"]
    assert [entry["name"] for entry in data["queries"]] == sorted(catalogue())
    for entry in data["queries"]:
        assert set(entry) >= {"name", "summary", "summary_nl", "description", "description_nl", "parameters", "example"}
        assert set(entry) >= {"columns", "tags", "view"}
        assert all(isinstance(entry[key], str) and entry[key] for key in ("name", "summary", "description", "view"))
        for parameter in entry["parameters"]:
            assert set(parameter) >= {"name", "type", "description", "description_nl", "required"}
            assert parameter["type"] in TYPES
        names = {parameter["name"] for parameter in entry["parameters"]}
        assert set(entry["example"]) <= names
        assert {p["name"] for p in entry["parameters"] if p["required"]} <= set(entry["example"])


def test_the_catalogue_is_the_same_for_every_reader(anonymous: Reader, lead: Reader) -> None:
    assert anonymous.get("/queries").body == lead.get("/queries").body


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_the_example_of_every_question_has_rows_for_the_lead(name: str, lead: Reader, world: World) -> None:
    answer = lead.question(name, example(name, world))
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"] == JSON
    # What needs files that the package does not hold has its rows in tests/unit/test_joining_questions.py.
    assert bindings(answer) or catalogue()[name].needs


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_question_answers_without_its_optional_parameters(
    name: str, lead: Reader, anonymous: Reader, world: World
) -> None:
    given = example(name, world)
    needed = {p.name: given[p.name] for p in catalogue()[name].parameters if p.required}
    assert lead.question(name, needed).status == anonymous.question(name, needed).status == 200


@pytest.mark.parametrize("name", sorted(set(catalogue()) - NOT_FOR_ANONYMOUS))
def test_a_question_that_is_tagged_public_has_rows_for_the_anonymous_reader(
    name: str, anonymous: Reader, world: World
) -> None:
    answer = anonymous.question(name, example(name, world))
    assert answer.status == 200
    if "public" in catalogue()[name].tags and not catalogue()[name].needs:
        assert bindings(answer)


@pytest.mark.parametrize("name", sorted(NOT_FOR_ANONYMOUS))
def test_a_question_about_what_is_classified_has_no_row_for_the_anonymous_reader(name: str, anonymous: Reader) -> None:
    answer = anonymous.question(name)
    assert (answer.status, bindings(answer)) == (200, [])


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_no_cell_that_names_a_thing_is_empty(name: str, lead: Reader, world: World) -> None:
    """A row without its first cell is a row that nobody can read."""
    answer = lead.question(name, example(name, world))
    first = answer.data["head"]["vars"][0]
    assert all(row.get(first) for row in bindings(answer))


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_a_question_gives_its_rows_in_the_same_order_every_time(name: str, lead: Reader) -> None:
    assert lead.question(name).comparable == lead.question(name).comparable
    assert any(token.is_word("ORDER") for token in guard(catalogue()[name].query).tokens)


@pytest.mark.parametrize("text", [MINUSMA, "id:actor/minusma", "MINUSMA", "minusma", "Minusma"])
def test_one_thing_can_be_meant_in_many_ways(text: str, anonymous: Reader) -> None:
    answer = anonymous.question("coordination-links", {"actor": text})
    assert answer.status == 200, answer.text
    rows = bindings(answer)
    assert rows
    assert all(MINUSMA in (row["actor"], row["other"]) for row in rows)
    assert rows == bindings(anonymous.question("coordination-links", {"actor": MINUSMA}))


def test_a_long_name_and_an_abbreviation_mean_the_same_thing(anonymous: Reader) -> None:
    names = anonymous.rows(
        f"SELECT ?name {{ <{MINUSMA}> skos:prefLabel|skos:altLabel|skos:notation ?name "
        f"FILTER NOT EXISTS {{ ?other ?p ?name . FILTER(?other != <{MINUSMA}>) }} }}"
    )
    expected = bindings(anonymous.question("coordination-links", {"actor": MINUSMA}))
    assert len(names) >= 2
    for row in names:
        answer = anonymous.question("coordination-links", {"actor": row["name"]})
        assert answer.status == 200, answer.text
        assert bindings(answer) == expected


def test_an_unknown_name_is_refused_in_words(anonymous: Reader) -> None:
    answer = anonymous.question("coordination-links", {"actor": "Xyzzy"})
    assert answer.status == 400
    assert "nothing that you can see is called `Xyzzy`" in answer.data["detail"]


def test_an_ambiguous_name_is_refused_with_the_things_it_could_mean(anonymous: Reader) -> None:
    shared = anonymous.rows(
        "SELECT ?name { VALUES ?p { skos:prefLabel skos:altLabel skos:notation } "
        "VALUES ?q { skos:prefLabel skos:altLabel skos:notation } "
        "?a ?p ?name ; a ?x . ?b ?q ?name ; a ?y FILTER(STR(?a) < STR(?b)) } ORDER BY ?name LIMIT 1"
    )
    assert shared, "the demo has no name of two things any more: give this test another source"
    answer = anonymous.question("coordination-links", {"actor": shared[0]["name"]})
    assert answer.status == 400
    assert "is the name of several things" in answer.data["detail"]
    assert answer.data["detail"].count("https://") >= 2


def test_an_iri_of_nothing_gives_no_row_and_no_refusal(anonymous: Reader) -> None:
    """Whether it is hidden or absent, the answer is the same."""
    answer = anonymous.question("coordination-links", {"actor": "id:actor/nobody-at-all"})
    assert (answer.status, bindings(answer)) == (200, [])


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("coordination-links", {"nothing": "x"}, "has no parameter `nothing`; it takes: `actor`"),
        ("people-in-two-bodies", {"x": ""}, "has no parameter `x`; it takes: none"),
        ("interviews-by-category", {"minimum": "three"}, "`minimum` must be a value of type integer, not `three`"),
        ("interviews-by-category", {"minimum": ""}, "`minimum` must be a value of type integer"),
        ("coordination-links", {"actor": "http://a b"}, "is not an IRI"),
        ("coordination-links", {"actor": ""}, "nothing that you can see is called ``"),
    ],
)
def test_a_wrong_parameter_is_refused_with_what_is_wrong(
    name: str, given: dict[str, str], words: str, anonymous: Reader
) -> None:
    answer = anonymous.question(name, given)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert words in answer.data["detail"]


def test_a_parameter_given_twice_is_refused(anonymous: Reader) -> None:
    answer = anonymous.get("/queries/coordination-links?actor=MINUSMA&actor=MINUSMA")
    assert answer.status == 400
    assert "`actor` is given twice" in answer.data["detail"]


def test_an_unknown_question_is_not_found_and_the_list_is_named(anonymous: Reader) -> None:
    answer = anonymous.question("no-such-question")
    assert answer.status == 404
    assert "GET /queries" in answer.data["detail"]


@pytest.mark.parametrize("accept", ["text/csv", "text/tab-separated-values", "application/sparql-results+xml"])
def test_a_question_answers_in_every_format(accept: str, anonymous: Reader) -> None:
    answer = anonymous.question("reference-group", accept=accept)
    assert answer.headers["content-type"].partition(";")[0] == accept


def test_goals_citing_classified_sources_are_for_those_who_may_see_the_citations(
    anonymous: Reader, analyst: Reader, lead: Reader
) -> None:
    counts = [len(bindings(who.question("goals-citing-classified-sources"))) for who in (anonymous, analyst, lead)]
    assert counts[0] == 0
    assert 3 <= counts[1] < counts[2]


LINK = "?link sluis:linkFrom ?actor ; sluis:linkTo ?other ; sluis:relation ?relation ; sluis:linkStatus ?status"


def test_the_stated_links_of_minusma_have_a_citation(anonymous: Reader) -> None:
    rows = bindings(anonymous.question("coordination-links", {"actor": "MINUSMA"}))
    stated = [row for row in rows if row["status"] == "stated"]
    assert stated
    assert all(row["citation"] for row in stated)
    assert [row for row in rows if row["status"] == "to-be-assessed"]


@pytest.mark.parametrize("reader", ["anonymous", "analyst", "lead"])
def test_what_is_to_be_assessed_is_never_shown_as_stated_nor_as_a_relation(
    reader: str, anonymous: Reader, analyst: Reader, lead: Reader
) -> None:
    """That the evaluation will examine how two actors fit does not say that they coordinate."""
    who = {"anonymous": anonymous, "analyst": analyst, "lead": lead}[reader]
    open_ = who.rows(f"SELECT ?actor ?relation ?other {{ {LINK} FILTER(?status = 'to-be-assessed') }}")
    assert open_
    found = "?x sluis:linkFrom ?actor ; sluis:linkTo ?other ; sluis:relation ?relation ; sluis:linkStatus ?also"
    other = who.rows(f"SELECT ?also {{ {LINK} FILTER(?status = 'to-be-assessed') {found} FILTER(?also = 'stated') }}")
    assert other == []
    supported = "FILTER NOT EXISTS { ?x sluis:linkFrom ?actor ; sluis:linkTo ?other ; sluis:relation ?relation ; "
    supported += "sluis:linkStatus ?also FILTER(?also != 'to-be-assessed') }"
    for pattern in ("?actor ?relation ?other", "GRAPH ?g { ?actor ?relation ?other }"):
        assert who.rows(f"SELECT * {{ {LINK} FILTER(?status = 'to-be-assessed') {supported} {pattern} }}") == []
    stated = who.rows(f"SELECT * {{ {LINK} FILTER(?status = 'stated') ?actor ?relation ?other }}")
    assert stated  # the control: what is stated is a relation too


MARKED = ["SELECT ?c { ?c a sluis:Component }", "SELECT ?l ?p { ?l a sluis:StatedLink ; ?p ?o }", "ASK { ?s ?p ?o }"]


@pytest.mark.parametrize("query", MARKED)
def test_rows_are_marked_within_the_time_limit_on_a_view_with_many_labels(query: str, analyst: Reader) -> None:
    answer = analyst.get("/sparql", {"query": query, "mark": "rows"})
    assert answer.status == 200, answer.text
    rows = answer.data.get("results", {}).get("bindings", [])
    assert all("_marking" in row for row in rows)
    assert len(rows) == len(analyst.rows(query)) if rows else query.startswith("ASK")


def test_looking_up_a_name_counts_in_the_time_limit(analyst: Reader) -> None:
    asked = {"actor": "a name that only this test looks up"}
    late = analyst.question("coordination-links", {**asked, "timeout": "0.000001"})
    assert (late.status, late.data["type"].rpartition("/")[2]) == (503, "timeout")
    assert analyst.question("coordination-links", asked).status == 400
    assert analyst.get("/api/queries").data == {"queries": []}
