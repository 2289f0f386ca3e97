"""The demo from end to end, as a person runs it; and the same demo without what the anonymous reader may not see."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_service.builder import Builder
from graph_service.demo import DEMO_KEY, USERS
from graph_service.running import Service
from graph_service.settings import Layout, read_settings
from queries import catalogue
from tests.service import COMMAND, JSON, ROOT, SECONDS, Reader, bindings, serving, sluis
from tests.worlds import SHIPPED, World


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder that ``sluis demo --once`` built, and what it printed."""
    data = tmp_path_factory.mktemp("shown") / "data"
    done = sluis("demo", "--once", "--data", str(data))
    assert done.returncode == 0, done.stderr
    return data, done.stdout


def test_the_demo_builds_asks_and_stops(shown: tuple[Path, str]) -> None:
    _, text = shown
    assert re.search(r"minusma: \d+ portions", text)
    assert re.search(r"exercise: \d+ portions", text)
    assert "anonymous asks at Ongerubriceerd" in text
    assert f"analyst asks at {SHIPPED.analyst_banner}" in text
    for name in ("coordination-links", "goals-citing-classified-sources", "shared-with-fragile-contexts"):
        assert catalogue()[name].summary in text
    assert "Sluis serves" not in text


def test_the_demo_shows_more_to_the_analyst_and_marks_who_gets_which_row(shown: tuple[Path, str]) -> None:
    _, text = shown
    block = text.partition("goals-citing-classified-sources")[2].partition("sluis queries run")[0]
    counts = [int(number) for number in re.findall(r"\((\d+)\)", block)]
    assert counts[0] == 0
    assert counts[1] >= 3
    assert "●" in block
    assert "·" in block


def test_the_tokens_stand_in_a_file_that_only_the_owner_reads(shown: tuple[Path, str]) -> None:
    path = shown[0] / "demo-users.toml"
    users = tomllib.loads(path.read_text(encoding="utf-8"))["users"]
    assert sorted(users) == sorted(user.name for user in USERS)
    assert all(set(entry) == {"token"} and len(entry["token"]) >= 40 for entry in users.values())
    assert re.search(r"^\[users\.lead\]\ntoken = \"[^\"]+\"$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert path.stat().st_mode & 0o077 == 0


def test_the_data_folder_is_the_owner_s_alone(shown: tuple[Path, str]) -> None:
    for folder in (shown[0], *(shown[0] / name for name in ("portions", "views", "audit"))):
        assert folder.stat().st_mode & 0o077 == 0


@pytest.fixture(scope="module")
def served(shown: tuple[Path, str]) -> Iterator[tuple[str, int]]:
    """``sluis demo`` over the folder, on a free port: what it printed up to its last line, and the port."""
    command = [sys.executable, "-u", "-c", COMMAND, "demo", "--port", "0", "--data", str(shown[0])]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        watchdog = threading.Timer(SECONDS, process.kill)
        watchdog.start()
        printed = ""
        assert process.stdout is not None
        for line in process.stdout:
            printed += line.decode()
            if "goals-citing-classified-sources'" in printed and "curl -H" in printed:
                break
        found = re.search(r"http://127\.0\.0\.1:(\d+)", printed)
        assert found, printed
        watchdog.cancel()
        try:
            yield printed, int(found[1])
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=SECONDS) == 0
        finally:
            process.kill()


def test_the_demo_serves_on_the_address_that_it_prints(served: tuple[str, int]) -> None:
    assert Reader(served[1]).get("/health").data == {"status": "ok"}


def test_both_commands_that_it_prints_work_as_they_stand(served: tuple[str, int], shown: tuple[Path, str]) -> None:
    text = " ".join(served[0].split())
    addresses = re.findall(r"'(http://127\.0\.0\.1:\d+/[^']*)'", text)
    token = re.search(r"Authorization: Bearer ([^']+)'", text)
    assert token
    assert token[1] == tomllib.loads((shown[0] / "demo-users.toml").read_text())["users"]["analyst"]["token"]
    path = [address.partition(f":{served[1]}")[2] for address in addresses]
    anonymous, analyst = Reader(served[1]).get(path[0]), Reader(served[1], token[1]).get(path[-1])
    assert bindings(anonymous)
    assert len(bindings(analyst)) >= 3
    assert bindings(Reader(served[1]).get(path[-1])) == []


def test_every_demo_user_sees_more_than_the_one_below(served: tuple[str, int], shown: tuple[Path, str]) -> None:
    users = tomllib.loads((shown[0] / "demo-users.toml").read_text())["users"]
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    readers = [
        Reader(served[1]),
        *(Reader(served[1], users[name]["token"]) for name in ("reviewer", "analyst", "lead")),
    ]
    counts = [int(reader.rows(count)[0]["n"]) for reader in readers]
    assert counts == sorted(set(counts))


def test_everything_classified_in_the_demo_says_that_it_is_an_exercise(lead: Reader, anonymous: Reader) -> None:
    """What a reader without them doesn't see of the vocabulary is the names of compartments, which are no content."""
    names = "FILTER NOT EXISTS { ?thing a sluis:Compartment }"
    texts = f"SELECT DISTINCT ?text {{ ?thing skos:prefLabel ?text {names} }}"
    known = {row["text"] for row in anonymous.rows(texts)}
    higher = {row["text"] for row in lead.rows(texts)} - known
    assert higher
    assert [text for text in higher if "EXERCISE" not in text and "OEFENING" not in text] == []


# --- the one law, over the whole demo ---


@pytest.fixture(scope="module")
def low_service(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[Service]:
    """The demo as if everything above the anonymous clearance had never been: left out before it is stored."""
    place = tmp_path_factory.mktemp("low")
    layout = world.prepare(Layout(place / "data"))
    builder = Builder(layout, read_settings(layout.data), key=DEMO_KEY)
    portions, clearance = world.portions(place / "work"), world.clearance(world.lowest)
    kept = [portion for portion in portions if clearance.dominates(portion.label)]
    assert len(portions) - len(kept) > 50
    try:
        builder.load(kept)
        builder.publish()
    finally:
        builder.close()
    with serving(layout) as service:
        yield service
    shutil.rmtree(layout.data)


QUERIES = [
    "SELECT * { ?s ?p ?o }",
    # By its text: between values of any type there is no order, and the engine gives up on them.
    "SELECT * { ?s ?p ?o FILTER(ISLITERAL(?o)) } ORDER BY STR(?o) ?p ?s LIMIT 1000",
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT DISTINCT ?g { GRAPH ?g {} }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c",
    "SELECT ?p (COUNT(*) AS ?n) (SAMPLE(?o) AS ?any) { ?s ?p ?o } GROUP BY ?p",
    "SELECT (GROUP_CONCAT(?m) AS ?all) { ?portion sluis:marking ?m }",
    "SELECT ?goal { ?goal a sluis:Goal FILTER NOT EXISTS { ?goal sluis:citesSource ?source } }",
    "SELECT ?goal { ?goal a sluis:Goal MINUS { ?goal sluis:citesSource ?source . ?source sluis:classifiedAs ?level } }",
    "SELECT ?b { <https://w3id.org/sluis/id/actor/minusma> (^sluis:linkFrom|sluis:linkTo)+ ?b } ORDER BY ?b",
    "SELECT * { ?s sluis:note ?note FILTER(REGEX(?note, 'EXERCISE|OEFENING')) }",
    "SELECT (LANG(?o) AS ?l) (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY (LANG(?o))",
    "SELECT (MAX(?d) AS ?last) (MIN(?d) AS ?first) { ?s dcterms:issued ?d }",
    "SELECT * { ?s ?p ?o FILTER(ISBLANK(?s) || ISBLANK(?o)) }",
    "SELECT * { GRAPH <https://w3id.org/sluis/id/derived> { ?s ?p ?o } }",
    "SELECT * { ?s a sluis:Actor } OFFSET 3 LIMIT 10",
    "ASK { ?s sluis:classifiedAs ?level . ?level sluis:levelOrder ?n FILTER(?n > 1) }",
    "ASK { ?link sluis:linkStatus 'assessed' }",
    "DESCRIBE <https://w3id.org/sluis/id/actor/minusma>",
    "DESCRIBE ?s WHERE { ?s a sluis:Goal }",
    "CONSTRUCT { ?g ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { ?s ?p",
    "SELECT * FROM <urn:g> { ?s ?p ?o }",
    "SELECT * { SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT (<urn:f>(1) AS ?x) {}",
]
NAMES = ["EXERCISE: Night Bakery", "MINUSMA", "Night Bakery", "Xyzzy", "id:actor/minusma", ""]


@pytest.mark.parametrize("query", QUERIES)
def test_the_anonymous_reader_gets_the_same_bytes_without_the_classified_rows(
    query: str, anonymous: Reader, low_service: Service
) -> None:
    low = Reader(low_service.port)
    for accept in (None, "text/csv", "text/turtle"):
        mine, other = anonymous.sparql(query, accept=accept), low.sparql(query, accept=accept)
        assert mine.comparable == other.comparable


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_question_gives_the_anonymous_reader_the_same_bytes_without_the_classified_rows(
    name: str, anonymous: Reader, low_service: Service, world: World
) -> None:
    low = Reader(low_service.port)
    example = {key: world.said(value) for key, value in catalogue()[name].example.items()}
    for parameters in (example, {}, {**example, "nothing": "x"}):
        for accept in (JSON, "text/csv"):
            mine, other = (who.question(name, parameters, accept=accept) for who in (anonymous, low))
            assert mine.comparable == other.comparable
    for key in example:
        for text in NAMES:
            mine, other = (who.question(name, {**example, key: text}) for who in (anonymous, low))
            assert mine.comparable == other.comparable


PAGES = [
    "/",
    "/health",
    "/queries",
    "/nothing",
    "/sparql",
    "/queries/nothing",
    "/.well-known/void?format=ntriples",
    "/prefixes",
]
PAGES += [
    "/data?default",
    "/api/me",
    "/api/banner?of=x",
    "/api/queries",
    "/id/actor/minusma",
    "/id/nothing",
    "/describe?iri=urn:nothing",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_gives_the_same_bytes_without_the_classified_rows(
    path: str, anonymous: Reader, low_service: Service
) -> None:
    for method in ("GET", "HEAD", "POST", "OPTIONS", "DELETE"):
        # A description names the server as the asker calls it: here both by one name.
        called = {"Host": "sluis.example"}
        mine, other = (who.request(method, path, headers=called) for who in (anonymous, Reader(low_service.port)))
        assert mine.comparable[:2] == other.comparable[:2]
        # The engine counts what a dataset holds in another order each time.
        in_order = sorted if "void" in path else list
        assert in_order(mine.body.splitlines()) == in_order(other.body.splitlines())


def test_the_lead_s_answers_do_depend_on_the_classified_rows(lead: Reader, low_service: Service) -> None:
    """The control: what was left out makes a difference to whoever may see it, and nothing ran into a limit."""
    answers = [(lead.sparql(query), Reader(low_service.port).sparql(query)) for query in QUERIES]
    assert 503 not in {answer.status for pair in answers for answer in pair}
    assert sum(mine.body != low.body for mine, low in answers) >= 15
