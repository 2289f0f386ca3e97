"""The one law: hidden portions never change the answer, nor anything else about the response."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import QueryBoolean, QueryResultsFormat, QueryTriples, RdfFormat, Store, serialize

from graph_service.builder import Builder
from graph_service.handling import clearance_from_markings, parse_marking
from graph_service.namespaces import ID, NS, PREFIXES
from graph_service.portions import Portion, StoredPortion
from graph_service.security import Clearance
from graph_service.serving.app import create_app
from graph_service.serving.audit import AuditLog
from graph_service.serving.identity import Doorkeeper
from graph_service.settings import Layout, Settings
from graph_service.storage.view_builder import build_view, visible_portions
from tests import oracle
from tests.strategies import (
    EX,
    KEY,
    RULES,
    GeneratedQuery,
    drinkers,
    food_policies,
    portion_sets,
    queries,
    quick_folder,
    rule_statement,
)

# --- the views -------------------------------------------------------------------------------------------------------

_BROKEN = ["SELECT ?s { ?s ex:knows }", "SELECT (nosuch:f(1) AS ?x) {}", "SELECT ?s { ?s <relative> ?o } LIMIT x"]


def answers(store: Store, query: str) -> list[bytes | str | None]:
    """Every form in which an answer can be had, byte for byte, or the error's text."""
    found: list[bytes | str | None] = []
    formats = [QueryResultsFormat.JSON, QueryResultsFormat.XML, QueryResultsFormat.CSV, QueryResultsFormat.TSV]
    for form in formats:
        try:
            result = store.query(query, prefixes=PREFIXES)
            if isinstance(result, QueryTriples):
                found.append(serialize(result, format=RdfFormat.N_TRIPLES if form in formats[:2] else RdfFormat.TURTLE))
            elif isinstance(result, QueryBoolean):
                found.append(str(bool(result)))
            else:
                found.append(result.serialize(format=form))
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            found.append(f"{type(error).__name__}: {error}")
    return found


@contextmanager
def view_of(portions: list[StoredPortion], clearance: Clearance) -> Iterator[Store]:
    with quick_folder() as folder:
        visible = visible_portions(portions, clearance=clearance)
        ref = build_view(visible, views=folder, policies=food_policies())
        yield Store.read_only(str(ref.dataset(folder)))


@settings(max_examples=max(50, settings().max_examples))
@given(
    portion_sets(size=(1, 4)),
    portion_sets(prefix="extra", size=(1, 5)),
    drinkers(),
    st.lists(queries(), min_size=5, max_size=10),
    st.randoms(use_true_random=False),
)
def test_hidden_portions_never_change_the_answer(
    portions: list[StoredPortion],
    extra: list[StoredPortion],
    clearance: Clearance,
    asked: list[GeneratedQuery],
    random: object,
) -> None:
    """Two stores that agree on what is dominated, and otherwise hold anything, answer with the same bytes."""
    visible = [stored for stored in portions if oracle.may_read(clearance, stored)]
    hidden = [stored for stored in (*portions, *extra) if not oracle.may_read(clearance, stored)]
    if not visible:
        assert visible_portions(hidden, clearance=clearance) == []
        return
    mixed = [*visible, *hidden]
    random.shuffle(mixed)
    with view_of(visible, clearance) as alone, view_of(mixed, clearance) as beside:
        for query in [*(generated.text for generated in asked), *_BROKEN]:
            assert answers(beside, query) == answers(alone, query), query


# --- the service -----------------------------------------------------------------------------------------------------


def said(label: str, part: str, text: str, source: str = f"{ID}document/menu") -> Portion:
    prefixes = {f"{name}:": iri for name, iri in PREFIXES.items()}
    lines = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        words = line.split(" ", 2)
        full = [
            next(
                (f"<{iri}{word.removeprefix(prefix)}>" for prefix, iri in prefixes.items() if word.startswith(prefix)),
                word,
            )
            for word in words
        ]
        lines.append(" ".join(full) + " .\n")
    return Portion(source, part, parse_marking(label, policies=food_policies()), f"{ID}actor/cook", "".join(lines))


VISIBLE = [
    said(
        "water",
        "actors",
        """
        id:actor/cook rdf:type sluis:Organisation
        id:actor/cook skos:prefLabel "Cook"@en
        id:actor/guest rdf:type sluis:Organisation
        id:actor/guest skos:prefLabel "Guest"@en
        id:link/1 rdf:type sluis:StatedLink
        id:link/1 sluis:linkFrom id:actor/cook
        id:link/1 sluis:linkTo id:actor/guest
        id:link/1 sluis:relation sluis:coordinatesWith
        id:link/1 sluis:linkStatus "stated"
        _:menu skos:prefLabel "Menu"@nl
        """,
    ),
    said(
        "tea",
        "goals",
        """
        id:goal/1 rdf:type sluis:Goal
        id:goal/1 skos:prefLabel "Serve"@en
        id:goal/1 sluis:goalOf id:actor/cook
        _:menu sluis:count "01"^^<http://www.w3.org/2001/XMLSchema#integer>
        """,
    ),
    Portion(
        f"{ID}rules",
        "cax-sco",
        parse_marking("water", policies=food_policies()),
        f"{ID}actor/cook",
        rule_statement(RULES[0], "cax-sco"),
    ),
]
_GHOST = """
    id:actor/ghost rdf:type sluis:Organisation
    id:actor/ghost skos:prefLabel "CANARY-GHOST"@en
    id:link/2 rdf:type sluis:StatedLink
    id:link/2 sluis:linkFrom id:actor/cook
    id:link/2 sluis:linkTo id:actor/ghost
    id:link/2 sluis:relation sluis:coordinatesWith
    id:link/2 sluis:linkStatus "stated"
"""
HIDDEN = {
    "other things, linked to visible ones": [said("coffee", "ghost", _GHOST)],
    "a namesake, which would make a name ambiguous": [
        said(
            "whisky", "namesake", 'id:actor/other rdf:type sluis:Organisation\nid:actor/other skos:prefLabel "Cook"@en'
        )
    ],
    "the same statements, blank nodes and parts, higher": [
        said("coffee", "actors", VISIBLE[0].ntriples.replace(" .\n", "\n")),
        said("coffee", "more", '_:menu skos:prefLabel "CANARY-MENU"@nl\n_:menu sluis:count "7"'),
        said("tea//SUGAR", "goals", 'id:goal/1 skos:prefLabel "CANARY-GOAL"@en'),
        said("water//REL TO NOBODY", "nobody", 'id:goal/1 skos:altLabel "CANARY-NOBODY"@en'),
        said("water//REL TO COOK//AT GARDEN//HOT", "garden", 'id:goal/1 skos:altLabel "CANARY-GARDEN"@en'),
        said("dish", "another policy", 'id:goal/1 skos:altLabel "CANARY-DISH"@en'),
    ],
    "rules and axioms": [
        said("coffee", "axioms", "sluis:Organisation rdfs:subClassOf sluis:CANARY-CLASS"),
        said("coffee", "words", "sluis:goalOf rdfs:subPropertyOf sluis:originator"),
        Portion(
            f"{ID}rules",
            "hidden",
            parse_marking("coffee", policies=food_policies()),
            f"{ID}actor/cook",
            rule_statement(f"CONSTRUCT {{ ?x <{EX}CANARY> ?y }} WHERE {{ ?x ?p ?y }}", "hidden"),
        ),
    ],
}

_SPARQL = [
    "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT * { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g { GRAPH ?g {} }",
    f"SELECT ?s {{ GRAPH <{ID}derived> {{ ?s ?p ?o }} }}",
    "SELECT ?type (COUNT(?s) AS ?n) { ?s a ?type } GROUP BY ?type",
    "SELECT ?s { ?s a sluis:Organisation MINUS { ?l sluis:linkTo ?s } }",
    "SELECT ?s { ?s a sluis:Organisation FILTER NOT EXISTS { ?s skos:altLabel ?x } }",
    "SELECT ?m { ?p sluis:marking ?m }",
    "SELECT ?x { id:actor/cook (sluis:coordinatesWith|^sluis:linkFrom/sluis:linkTo)* ?x }",
    "SELECT ?s ?x { ?s skos:prefLabel ?x FILTER(REGEX(?x, 'canary', 'i')) }",
    f"ASK {{ ?s a <{NS}CANARY-CLASS> }}",
    "ASK { id:actor/ghost ?p ?o }",
    "DESCRIBE id:actor/ghost",
    "DESCRIBE id:actor/cook",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "CONSTRUCT WHERE { ?s skos:prefLabel ?o }",
    "SELECT ?s { ?s ?p ?o } LIMIT 3 OFFSET 2",
    "SELECT (SUM(?n) AS ?sum) { ?s sluis:count ?n }",
    "SELECT ?s { VALUES ?s { id:actor/ghost id:actor/cook } ?s ?p ?o }",
    # refused: by the guard, by the engine, at evaluation
    "SELECT ?s { ?s ?p }",
    "SELECT ?s { ?s nosuch:p ?o }",
    "SELECT ?s { ?s ?p ?o",
    "SELECT ?s FROM <urn:x> { ?s ?p ?o }",
    "SELECT ?s { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "DELETE WHERE { ?s ?p ?o }",
    "SELECT (<urn:nosuch>(1) AS ?x) {}",
    "",
]
_CHECKED = [
    f"SELECT * {{ ?s a <{NS}CANARY-CLASS> ; <{EX}CANARY> ?o }}",
    "SELECT * { ?s a sluis:CANARY-CLAS }",
    "SELECT * { ?s a sluis:Organisatio ; sluis:goalOff id:actor/ghost , id:actor\\/ghost }",
    "SELECT * { GRAPH <https://w3id.org/sluis/id/derived> { id:actor\\/nobody ?p ?o } }",
]
"""Names that are hidden, nowhere, and written nearly like hidden ones."""
_ACCEPTED = [
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/turtle",
    "image/png",
]
_PATHS = [
    "/",
    "/health",
    "/api/me",
    "/api/me?clearance=water",
    "/api/me?clearance=coffee",
    "/api/banner?of=water",
    "/api/banner?of=coffee",
    "/api/banner?of=water//SUGAR",
    "/api/banner?of=water//NOSUCH",
    "/queries",
    "/docs",
    "/openapi.json",
    "/queries/coordination-links",
    "/queries/coordination-links?lang=nl",
    "/queries/coordination-links?lang=fr",
    "/queries/coordination-links?actor=Cook",
    "/queries/coordination-links?actor=cook",
    "/queries/coordination-links?actor=CANARY-GHOST",
    "/queries/coordination-links?actor=Nobody",
    *(f"/api/questions/coordination-links?actor={name}" for name in ("Cook", "CANARY-GHOST", "Nobody")),
    "/queries/coordination-links?actor=id:actor/ghost",
    "/queries/coordination-links?actor=nosuch:x",
    "/queries/coordination-links?actor=Cook&actor=Guest",
    "/queries/coordination-links?nosuch=1",
    "/queries/timeline?from=yesterday",
    "/queries/people-in-two-bodies",
    "/queries/sources-and-markings",
    "/queries/CANARY-GHOST",
    "/api/questions/coordination-links",
    "/api/questions/CANARY-GHOST",
    "/nosuch",
    *(f"/api/complete?kind={kind}&text=" for kind in ("class", "property", "prefix")),
    "/api/complete?kind=class&text=CANARY&lang=nl&limit=3",
    f"/api/complete?kind=property&class={NS.replace('#', '%23')}Organisation",
    *(f"/api/complete?kind=individual&text={text}" for text in ("c", "Cook", "CANARY", "id:actor/", "id:actor/ghost")),
    f"/api/complete?kind=individual&class={NS.replace('#', '%23')}Organisation",
    "/api/complete?kind=individual&text=o&clearance=water",
    "/api/complete?kind=class&clearance=coffee",
    "/api/complete?kind=nosuch",
    "/sparql",
    "/sparql?query=ASK%20%7B%7D&default-graph-uri=urn:x",
    "/sparql?query=ASK%20%7B%7D&query=ASK%20%7B%7D",
    f"/portions/{'0' * 32}",
]

Exchanged = tuple[int, list[tuple[str, str]], bytes]


@dataclass
class Running:
    """The application over one data folder, asked as one of its readers."""

    client: FlaskClient
    token: str | None

    def ask(self, method: str, path: str, **arguments: object) -> Exchanged:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= arguments.pop("headers", {})  # type: ignore[arg-type]
        response = self.client.open(path, method=method, headers=headers, **arguments)
        kept = [(name, value) for name, value in response.headers if name not in {"Date", "Query-Id"}]
        return response.status_code, sorted(kept), response.data

    def everything(self) -> Iterator[tuple[str, Exchanged]]:
        for query in _SPARQL:
            for accept in _ACCEPTED if query.startswith(("SELECT * ", "CONSTRUCT {")) else _ACCEPTED[:1]:
                wanted = {"Accept": accept if accept == "image/png" else f"{accept}, text/turtle;q=0.5"}
                yield f"{accept} {query}", self.ask("POST", "/sparql", data={"query": query}, headers=wanted)
        for path in _PATHS:
            yield path, self.ask("GET", path)
        for query in [*_SPARQL, *_CHECKED]:
            yield f"check {query}", self.ask("POST", "/api/check", data={"query": query})
        yield "unknown token", self.ask("GET", "/queries", headers={"Authorization": "Bearer nosuch"})
        yield "wrong method", self.ask("DELETE", "/sparql")
        yield "wrong type", self.ask("POST", "/sparql", data=b"x", content_type="text/plain")
        yield "not UTF-8", self.ask("POST", "/sparql", data=b"\xff", content_type="application/sparql-query")


@contextmanager
def running(folder: Path, portions: list[Portion], policies: Path, *, reader: str) -> Iterator[Running]:
    """Build a data folder as the command line does and serve it, with real workers."""
    chosen = Settings(
        anonymous="water", vocabulary_label="water", policies=str(policies), workers_per_view=1, query_seconds=60.0
    )
    layout = Layout(folder)
    builder = Builder(layout, chosen, key=KEY)
    try:
        for portion in portions:
            builder.load([portion])
        token = None
        if reader != "anonymous":
            token = builder.add_user(
                reader, clearance_from_markings(["tea"], policies=builder.policies, affiliation="COOK")
            )
        builder.add_user("boss", clearance_from_markings(["whisky", "banquet"], policies=builder.policies))
        doorkeeper = Doorkeeper(layout.views, policies=builder.policies, settings=chosen)
    finally:
        builder.close()
    audit = AuditLog(layout.audit)
    try:
        yield Running(create_app(doorkeeper, audit).test_client(), token)
    finally:
        doorkeeper.close()
        audit.close()


@pytest.fixture(scope="module", params=["anonymous", "tea-drinker"])
def reference(request: pytest.FixtureRequest, food_folder: Path) -> Iterator[tuple[str, dict[str, Exchanged]]]:
    """What a reader gets from the store that holds the visible portions alone."""
    with quick_folder() as folder, running(folder, VISIBLE, food_folder, reader=request.param) as service:
        yield request.param, dict(service.everything())


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN.keys())
def test_hidden_portions_change_no_response(
    hidden: list[Portion], reference: tuple[str, dict[str, Exchanged]], food_folder: Path
) -> None:
    """Status, headers, body: of answers, refusals and what is not there, all but ``Date`` and ``Query-Id``."""
    reader, expected = reference
    with quick_folder() as folder, running(folder, [*hidden, *VISIBLE], food_folder, reader=reader) as service:
        for asked, got in service.everything():
            assert got == expected[asked], asked


def test_the_requests_reach_answers_and_refusals_of_every_kind(reference: tuple[str, dict[str, Exchanged]]) -> None:
    """A law over responses that are all alike would hold for nothing: these are not."""
    _reader, expected = reference
    assert {status for status, _headers, _body in expected.values()} == {200, 400, 401, 403, 404, 405, 406, 415}
    rows = json.loads(expected[f"{_ACCEPTED[0]} {_SPARQL[0]}"][2])["results"]["bindings"]
    assert len(rows) > 10
    assert json.loads(expected["/queries/coordination-links?actor=Cook"][2])["results"]["bindings"]
    assert not any(b"CANARY" in body for asked, (_s, _h, body) in expected.items() if "CANARY" not in asked)


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN.keys())
def test_the_same_portions_do_change_responses_once_they_are_visible(
    hidden: list[Portion], reference: tuple[str, dict[str, Exchanged]], food_folder: Path
) -> None:
    """They would show if they could: without this the law would hold of portions that nobody can ask about."""
    reader, expected = reference
    shown = [replace(portion, part=f"shown {portion.part}", label=VISIBLE[0].label) for portion in hidden]
    with quick_folder() as folder, running(folder, [*VISIBLE, *shown], food_folder, reader=reader) as service:
        changed = [asked for asked, got in service.everything() if got != expected[asked]]
    assert len(changed) > 3
