"""What a reader may not see is found nowhere: not in a body, a header, an error, a name, a count or a file.

Two ways of asking: no canary stands in anything that a low reader gets; and a twin folder that never had the hidden
portions gives the same bytes for everything. The controls: the cleared reader finds every canary.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from graph_service.running import Service
from graph_service.settings import Layout
from graph_service.storage.views import Publication, ViewRef
from tests.attacks.canaries import EX, HIDDEN, NOBODYS, Canaries, markings
from tests.service import JSON, Answer, Reader
from tests.worlds import WORLDS, World

WORDS = [*HIDDEN, *NOBODYS]
RESULTS = [JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"]
GRAPHS = ["text/turtle", "application/n-triples"]

_ME = f"<{EX}zeppelin-node>"
SELECTS = {
    "everything": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "everything, in the store's order": "SELECT * { ?s ?p ?o }",
    "every graph": "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o",
    "every graph's name": "SELECT DISTINCT ?g { GRAPH ?g {} } ORDER BY ?g",
    "hidden graph": f"SELECT * {{ GRAPH <{EX}source/zeppelin> {{ ?s ?p ?o }} }}",
    "what is known of portions": "SELECT * { ?portion a sluis:Portion ; ?p ?o } ORDER BY ?portion ?p ?o",
    "hidden subject": f"SELECT * {{ {_ME} ?p ?o }}",
    "hidden subject in an empty pattern": f"SELECT * {{ VALUES ?s {{ {_ME} }} OPTIONAL {{ ?s ?p ?o }} }}",
    "hidden predicate": f"SELECT * {{ ?s <{EX}zeppelin-property> ?o }}",
    "hidden object": f"SELECT * {{ ?s ?p {_ME} }}",
    "hidden class": f"SELECT * {{ ?s a <{EX}zeppelin-Class> }}",
    "path through a hidden node": f"SELECT ?x {{ <{EX}anna> <{EX}knows>+ ?x }} ORDER BY ?x",
    "path of a fixed length": f"SELECT * {{ <{EX}bert> <{EX}knows>/<{EX}knows> ?x }}",
    "path backwards": f"SELECT * {{ <{EX}carla> ^<{EX}knows>* ?x }} ORDER BY ?x",
    "path with negation": f"SELECT * {{ <{EX}anna> !<{EX}knows> ?x }} ORDER BY ?x",
    "path to anything": f"SELECT * {{ <{EX}bert> (<{EX}knows>|!<{EX}knows>)+ ?x }} ORDER BY ?x",
    "count": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "count of graphs": "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "count by class": "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY ?c",
    "sum, average, extremes": f"SELECT (SUM(?a) AS ?s) (AVG(?a) AS ?m) (MAX(?a) AS ?h) {{ ?x <{EX}age> ?a }}",
    "group concat": "SELECT (GROUP_CONCAT(?name; separator='|') AS ?all) { ?s skos:prefLabel|skos:altLabel ?name }",
    "sample": f"SELECT (SAMPLE(?o) AS ?any) {{ <{EX}bert> <{EX}knows> ?o }}",
    "having": f"SELECT ?s {{ ?s <{EX}knows> ?o }} GROUP BY ?s HAVING(COUNT(*) > 0) ORDER BY ?s",
    "not exists": f"SELECT ?s {{ ?s a <{EX}Person> FILTER NOT EXISTS {{ ?s <{EX}knows> ?o }} }} ORDER BY ?s",
    "minus": f"SELECT ?s {{ ?s a <{EX}Person> MINUS {{ ?s skos:altLabel ?any }} }} ORDER BY ?s",
    "optional": f"SELECT * {{ ?s a <{EX}Person> OPTIONAL {{ ?s skos:altLabel ?any }} }} ORDER BY ?s",
    "union": f"SELECT * {{ {{ ?s <{EX}age> 99 }} UNION {{ ?s <{EX}age> 41 }} }} ORDER BY ?s",
    "language": "SELECT DISTINCT (LANG(?o) AS ?language) { ?s ?p ?o } ORDER BY ?language",
    "datatype": "SELECT DISTINCT (DATATYPE(?o) AS ?type) { ?s ?p ?o } ORDER BY ?type",
    "regex over literals": 'SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), "affair|harbour|zep", "i")) }',
    "contains over iris": 'SELECT * { ?s ?p ?o FILTER(CONTAINS(STR(?s), "-node") || CONTAINS(STR(?p), "-property")) }',
    "order and limit": f"SELECT ?s ?a {{ ?s <{EX}age> ?a }} ORDER BY DESC(?a) LIMIT 1",
    "offset": f"SELECT ?s ?a {{ ?s <{EX}age> ?a }} ORDER BY ?a OFFSET 2",
    "values": f"SELECT * {{ VALUES ?s {{ {_ME} <{EX}anna> }} ?s ?p ?o }} ORDER BY ?p ?o",
    "blank nodes": "SELECT * { ?s ?p ?o FILTER(ISBLANK(?s) || ISBLANK(?o)) }",
    "sub-select": f"SELECT * {{ {{ SELECT (COUNT(*) AS ?n) {{ ?s <{EX}knows> ?o }} }} ?x <{EX}age> ?a }} ORDER BY ?a",
    "ask": f"ASK {{ {_ME} ?p ?o }}",
    "ask over a graph": f"ASK {{ GRAPH ?g {{ ?s <{EX}near> ?o }} }}",
    "from": f"SELECT * FROM <{EX}source/zeppelin> {{ ?s ?p ?o }}",  # noqa: S608  # SPARQL
    "from named": f"SELECT * FROM NAMED <{EX}source/zeppelin> {{ GRAPH ?g {{ ?s ?p ?o }} }}",  # noqa: S608
    "derived": "SELECT * { GRAPH <https://w3id.org/sluis/id/derived> { ?s ?p ?o } } ORDER BY ?s ?p ?o",
}
CONSTRUCTS = {
    "construct": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "construct of graphs": "CONSTRUCT { ?g ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "describe low": f"DESCRIBE <{EX}anna>",
    "describe hidden": f"DESCRIBE {_ME}",
    "describe where": f"DESCRIBE ?s WHERE {{ ?s a <{EX}Person> }}",
}
REFUSED = {
    "syntax": "SELECT * {\n ?s ?p }",
    "unknown prefix": "SELECT * { ?s zeppelinx:p ?o }",
    "service": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "unknown function": f"SELECT (<{EX}f>(?s) AS ?x) {{ ?s ?p ?o }}",
    "update": "CLEAR ALL",
    "nesting": "SELECT * " + "{" * 200 + "}" * 200,
}
DATASETS = ["default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri"]
PATHS = [
    "/",
    "/health",
    "/docs",
    "/openapi.json",
    "/queries",
    "/queries/no-such-question",
    "/no-such-page",
    "/views",
    "/publication.json",
]
PATHS += ["/%2e%2e/portions/portions.sqlite", "/queries/..%2f..%2fportions", "/audit/audit.jsonl", "/metrics"]
DESCRIPTIONS = [
    "/sparql",
    "/.well-known/void?format=ntriples",
    "/prefixes",
    "/data?default",
    "/api/me",
    "/api/queries",
    "/describe?iri={EX}anna",
]
DESCRIPTIONS += [f"/data?graph={EX}source/zeppelin", f"/describe?iri={EX}zeppelin-node", "/id/zeppelin-node"]
COMPLETIONS = [
    f"/api/complete?kind={kind}&text={text}" for text in ("z", "") for kind in ("class", "property", "prefix")
]
COMPLETIONS += [f"/api/complete?kind=individual&limit=100&text={text}" for text in ("a", "agent", "zep", f"{EX}")]
COMPLETIONS += [f"/api/questions/coordination-links?actor={name}" for name in ("Anna", "Agent%20zeppelin")]
COMPLETIONS += [f"/api/complete?kind=property&class={EX}{name}" for name in ("Person", "zeppelin-Class")]
COMPLETIONS += [f"/api/complete?kind=individual&class={EX}{name}" for name in ("Person", "zeppelin-Class")]
CHECKED = [f"SELECT * {{ ?s a <{EX}zeppelin-Clas> ; <{EX}zeppelin-propert> ?o }}", "SELECT * { ?s zeppelinx:p ?o"]
MARKINGS = sorted({"no such marking", *(marking for world in WORLDS for marking in markings(world).values())})
NAMES = ["{word}-node", "The {word} affair", "Agent {word}", "{word}"]


@pytest.fixture(scope="module", params=["anonymous", "clerk"])
def low(request: pytest.FixtureRequest, canary_service: Service, canaries: Canaries) -> Reader:
    return Reader(canary_service.port, canaries.tokens.get(request.param))


@pytest.fixture(scope="module")
def cleared(canary_service: Service, canaries: Canaries) -> Reader:
    return Reader(canary_service.port, canaries.tokens["cleared"])


@pytest.fixture(scope="module")
def low_twin(low: Reader, twin_service: Service, twin: Canaries) -> Reader:
    return Reader(twin_service.port, twin.tokens["clerk"] if low.token else None)


@cache
def everything_asked(reader: Reader) -> list[tuple[str, str, Answer]]:
    """Each request of the battery: its name, the words that the request itself holds, and the answer."""
    return list(_asked(reader))


def _asked(reader: Reader) -> Iterator[tuple[str, str, Answer]]:
    for name, query in SELECTS.items():
        for media in RESULTS:
            yield f"{name} as {media}", query, reader.sparql(query, accept=media)
    for name, query in CONSTRUCTS.items():
        for media in GRAPHS:
            yield f"{name} as {media}", query, reader.sparql(query, accept=media)
    for name, query in REFUSED.items():
        yield name, query, reader.sparql(query)
    for parameter in DATASETS:
        sent = {"query": "SELECT * { ?s ?p ?o }", parameter: f"{EX}source/zeppelin"}
        yield parameter, str(sent), reader.get("/sparql", sent)
    yield from _checked(reader)
    for path in [*PATHS, *DESCRIPTIONS, *COMPLETIONS]:
        # A description names the server as the asker calls it: here by one name, as the twin has another port.
        yield path, path, reader.request("GET", path, headers={"Host": "sluis.example"})
        yield f"HEAD {path}", path, reader.request("HEAD", path, headers={"Host": "sluis.example"})
    yield from ((f"banner {text}", text, reader.get("/api/banner", {"of": text})) for text in MARKINGS)
    for word in WORDS:
        for pattern in NAMES:
            text = pattern.format(word=word)
            yield f"name {text}", text, reader.question("coordination-links", {"actor": text})


def _checked(reader: Reader) -> Iterator[tuple[str, str, Answer]]:
    for query in [*SELECTS.values(), *REFUSED.values(), *CHECKED]:
        form = {"Content-Type": "application/sparql-query"}
        yield f"check {query}", query, reader.request("POST", "/api/check", body=query, headers=form)


def test_no_canary_is_in_anything_that_a_low_reader_gets(low: Reader) -> None:
    for name, sent, answer in everything_asked(low):
        for word in WORDS:
            # What the reader wrote may come back to them, in the places where they wrote it; nothing more of it may.
            if word not in sent:
                assert word.encode() not in answer.everything, name
            else:
                for more in (f"{word} harbour", f"{word} in Dutch", f"part-{word}", f"originator/{word}"):
                    assert more.encode() not in answer.everything, name


def test_the_banner_of_a_low_reader_is_the_lowest_level_whatever_they_ask(low: Reader, world: World) -> None:
    banners = {
        answer.headers.get("classification") for name, _, answer in everything_asked(low) if "/health" not in name
    }
    assert banners == {world.lowest}


def test_the_banner_of_the_cleared_reader_is_the_high_water_mark(cleared: Reader, world: World) -> None:
    assert cleared.sparql("ASK {}").headers["classification"] == world.cleared_banner


def test_a_compartment_whose_name_is_secret_is_named_to_its_holders_only(
    low: Reader, cleared: Reader, world: World
) -> None:
    for name, _, answer in everything_asked(low):
        assert world.secret.encode() not in answer.everything, name
    assert any(world.secret.encode() in answer.body for _, _, answer in everything_asked(cleared))
    notation = f"ASK {{ ?category a sluis:Compartment ; dcterms:identifier '{world.secret}' }}"
    assert [who.sparql(notation).data["boolean"] for who in (low, cleared)] == [False, True]


def test_a_twin_that_never_had_the_hidden_portions_gives_the_same_bytes(low: Reader, low_twin: Reader) -> None:
    """Status, every header but Date and Query-Id, and the body: for answers, refusals, pages and names."""
    for (name, _, answer), (_, _, same) in zip(everything_asked(low), everything_asked(low_twin), strict=True):
        (status, headers, body), (same_status, same_headers, same_body) = answer.comparable, same.comparable
        assert (status, headers) == (same_status, same_headers), name
        if "void" in name:  # the engine gives its counts in another order each time
            assert sorted(body.splitlines()) == sorted(same_body.splitlines())
        else:
            assert body == same_body, name


@pytest.mark.parametrize("name", ["everything", "optional", "minus", "ask over a graph", "order and limit"])
def test_the_markings_of_rows_are_the_twin_s_too(name: str, low: Reader, low_twin: Reader, world: World) -> None:
    for media in (JSON, "text/csv"):
        sent = {"query": SELECTS[name], "mark": "rows"}
        answer, same = (reader.get("/sparql", sent, accept=media) for reader in (low, low_twin))
        assert answer.status == 200
        assert answer.comparable == same.comparable
        assert answer.headers["classification"] == world.lowest


def test_a_lower_clearance_can_not_be_asked_for_above_one_s_own_and_tells_nothing(
    low: Reader, low_twin: Reader, world: World
) -> None:
    asked = [world.low, world.high, world.top, world.other_high, "no such level", f"{world.lowest}//{world.secret}"]
    sent = [{"query": SELECTS["everything"], "clearance": clearance} for clearance in asked]
    answers = [reader.get("/sparql", one) for one in sent for reader in (low, low_twin)]
    assert {answer.status for answer in answers} == {403}
    assert len({answer.comparable for answer in answers}) == 1


@pytest.mark.parametrize("word", HIDDEN)
@pytest.mark.parametrize("media", RESULTS + GRAPHS)
def test_the_cleared_reader_finds_each_canary_in_each_format(word: str, media: str, cleared: Reader) -> None:
    """The control: the canaries are there to be found, by the same questions."""
    query = SELECTS["everything"] if media in RESULTS else CONSTRUCTS["construct"]
    text = cleared.sparql(query, accept=media).text
    for piece in (f"{word}-node", f"{word}-property", f"{word}-Class", f"{word} affair", f"{word} harbour"):
        assert piece in text, piece
    if media != "text/csv":  # it has neither languages nor datatypes
        assert f"nl-x-{word}" in text
        assert f"{word}-datatype" in text


def test_completion_and_check_know_what_the_asker_sees(low: Reader, cleared: Reader) -> None:
    """The control: the cleared reader is offered what the low one is not, and told of a slip where it can be one."""
    for path in COMPLETIONS[:2]:
        assert b"zeppelin" not in low.request("GET", path).body
        assert b"zeppelin" in cleared.request("GET", path).body
    form = {"Content-Type": "application/sparql-query"}
    told = [who.request("POST", "/api/check", body=CHECKED[0], headers=form).data for who in (low, cleared)]
    fixes = [[fix["text"] for finding in one["findings"] for fix in finding["fixes"]] for one in told]
    assert fixes == [[], [f"<{EX}zeppelin-Class>", f"<{EX}zeppelin-property>"]]


@pytest.mark.parametrize("name", [*SELECTS, *CONSTRUCTS])
def test_the_battery_asks_for_something_that_only_the_cleared_reader_gets(
    name: str, low: Reader, cleared: Reader
) -> None:
    """The control: a query whose answer were the same at both clearances would show nothing."""
    same_for_all = {"hidden graph", "from", "from named"}  # no portion's name is its source's
    query, media = {**SELECTS, **CONSTRUCTS}[name], "text/turtle" if name in CONSTRUCTS else JSON
    answers = [who.sparql(query, accept=media) for who in (low, cleared)]
    assert [answer.status for answer in answers] == [200, 200]  # nothing ran into a limit
    assert name in same_for_all or answers[0].body != answers[1].body


def test_the_portion_of_nobody_is_seen_by_nobody(cleared: Reader) -> None:
    for name, sent, answer in everything_asked(cleared):
        if "dodo" not in sent:
            assert b"dodo" not in answer.everything, name


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("pattern", NAMES)
def test_a_hidden_name_is_refused_in_the_words_of_an_absent_one(word: str, pattern: str, low: Reader) -> None:
    hidden, absent = pattern.format(word=word), pattern.format(word="xyzzy")
    answers = [low.question("coordination-links", {"actor": name}) for name in (hidden, absent)]
    texts = [a.text.replace(name, "NAME") for a, name in zip(answers, (hidden, absent), strict=True)]
    assert answers[0].status == answers[1].status == 400
    assert texts[0] == texts[1]
    assert "nothing that you can see is called `NAME`" in texts[0]


def test_a_hidden_name_does_not_make_a_low_name_ambiguous(low: Reader, cleared: Reader) -> None:
    """`Anna` is also called an agent, higher up; the low reader's question resolves as if it weren't."""
    assert low.question("coordination-links", {"actor": "Anna"}).status == 200
    assert cleared.question("coordination-links", {"actor": "Agent zeppelin"}).status == 200


def _view(canaries: Canaries, name: str) -> ViewRef:
    publication = Publication.read(canaries.layout.views)
    found = next(p.view for p in (publication.anonymous, *publication.principals) if p.name == name)
    assert found is not None
    return found


def _bytes(layout: Layout, view: ViewRef) -> dict[str, bytes]:
    place: Path = layout.views / view.directory
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["anonymous", "clerk"])
@pytest.mark.parametrize("word", WORDS)
def test_the_files_of_a_low_view_hold_no_canary(name: str, word: str, canaries: Canaries) -> None:
    for path, content in _bytes(canaries.layout, _view(canaries, name)).items():
        assert word.encode() not in content, path


@pytest.mark.parametrize("word", HIDDEN)
def test_the_files_of_the_cleared_view_hold_each_canary_readably(word: str, canaries: Canaries) -> None:
    """The control: the store's files are not packed so tightly that a search in them shows nothing."""
    files = _bytes(canaries.layout, _view(canaries, "cleared"))
    assert any(word.encode() in content for content in files.values())


def test_the_low_view_has_the_same_name_banner_and_file_names_as_the_twin_s(canaries: Canaries, twin: Canaries) -> None:
    for name in ("anonymous", "clerk"):
        mine, other = _view(canaries, name), _view(twin, name)
        assert (mine.fingerprint, mine.banner) == (other.fingerprint, other.banner)
        assert sorted(_bytes(canaries.layout, mine)) == sorted(_bytes(twin.layout, other))


def test_the_publication_names_no_portion_and_no_token(canaries: Canaries) -> None:
    text = (canaries.layout.views / "publication.json").read_text(encoding="utf-8")
    for word in (*WORDS, *canaries.tokens.values()):
        assert word not in text
