"""Who asks: no header is the anonymous reader, a header that is not a known token is nobody, and dates count."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from graph_service.builder_socket import RemoteBuilder
from graph_service.errors import NotCleared, NotPublished
from graph_service.handling import clearance_from_markings
from graph_service.portions import Portion
from graph_service.running import Service
from graph_service.serving import identity
from graph_service.serving.app import create_app
from graph_service.serving.audit import AUDIT_FILE, AuditLog
from graph_service.serving.identity import Doorkeeper
from graph_service.settings import Layout, read_settings
from tests.service import Answer, Reader, copy_of, serving, tokens
from tests.worlds import World

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
TODAY = datetime.now(UTC).date()


def refused(answer: Answer, status: int) -> None:
    assert answer.status == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "classification" not in answer.headers  # nobody was admitted, so no view has a banner to give


def test_no_header_is_the_anonymous_reader(anonymous: Reader, lead: Reader, world: World) -> None:
    assert anonymous.sparql(COUNT).headers["classification"] == world.lowest
    assert int(anonymous.rows(COUNT)[0]["n"]) < int(lead.rows(COUNT)[0]["n"])


@pytest.mark.parametrize(
    "header",
    [
        "Bearer wrong", "Bearer", "Bearer ", "Bearer  ", "", " ", "Basic bGVhZDpsZWFk", "TOKEN", "bearer\tTOKEN",
        "Bearer=TOKEN", "Bearer TOKEN TOKEN", "Bearer TOKENx", "Bearer xTOKEN", "Bearer TOKE", "Token TOKEN",
        "Negotiate TOKEN", "Bearer, TOKEN", "Bearer \u00e9", "Bearer " + "x" * 10_000, "Bearer anonymous",
        "Bearer lead", "Bearer null", "Bearer e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "Bearer HASH",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/queries", "/", "/nothing", "/sparql"])
def test_a_header_that_is_not_a_known_token_is_refused_and_never_anonymous(
    header: str, path: str, anonymous: Reader, demo_layout: Layout
) -> None:
    publication = json.loads((demo_layout.views / "publication.json").read_text())
    known = next(entry["token_sha256"] for entry in publication["principals"] if entry["name"] == "lead")
    sent = header.replace("TOKE", tokens(demo_layout)["lead"][:-1]).replace("HASH", known)
    if "TOKEN" in header:
        sent = header.replace("TOKEN", tokens(demo_layout)["lead"])
    answer = anonymous.request("GET", path, headers={"Authorization": sent})
    refused(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_has_no_case(scheme: str, anonymous: Reader, lead: Reader) -> None:
    answer = anonymous.request("GET", "/queries", headers={"Authorization": f"{scheme} {lead.token}"})
    assert answer.headers["classification"] == lead.get("/queries").headers["classification"]


def test_health_is_nobody_s_and_asks_for_no_token(anonymous: Reader) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        answer = anonymous.request("GET", "/health", headers=headers)
        assert (answer.status, answer.data) == (200, {"status": "ok"})
        assert "classification" not in answer.headers


def test_a_bad_token_is_refused_in_the_same_words_whatever_it_resembles(anonymous: Reader, lead: Reader) -> None:
    texts = {
        anonymous.request("GET", "/", headers={"Authorization": f"Bearer {token}"}).body
        for token in ("x", "lead", f"{lead.token}x", "x" * 43)
    }
    assert len(texts) == 1


@pytest.fixture
def dated(demo_layout: Layout, tmp_path: Path) -> Layout:
    return copy_of(demo_layout, tmp_path / "data")


def test_a_clearance_grants_nothing_before_its_first_day_and_after_its_last(dated: Layout, world: World) -> None:
    day = timedelta(days=1)
    periods = {
        "expired": (None, TODAY - day, 403),
        "not.yet": (TODAY + day, None, 403),
        "today": (TODAY, TODAY, 200),
        "open": (TODAY - day, TODAY + day, 200),
        "long.ago": (TODAY - 9 * day, TODAY - 2 * day, 403),
    }
    with serving(dated) as service:
        builder = RemoteBuilder(dated, read_settings(dated.data))
        try:
            for name, (start, end, status) in periods.items():
                clearance = clearance_from_markings(
                    [world.high], policies=builder.policies, valid_from=start, valid_until=end
                )
                reader = Reader(service.port, builder.add_user(name, clearance))
                for path in ("/sparql?query=ASK%7B%7D", "/queries", "/"):
                    answer = reader.get(path)
                    assert answer.status == status, name
                    if status == 403:
                        refused(answer, 403)
                        assert "not in force" in answer.data["detail"]
                        assert str(end) not in answer.text
        finally:
            builder.close()


class _Tomorrow(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) + timedelta(days=1)


def test_a_clearance_that_runs_out_while_its_holder_asks_grants_nothing_any_more(
    dated: Layout, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was let in is remembered until the next publication; that the clearance is in force is not."""
    settings = read_settings(dated.data)
    with serving(dated):
        builder = RemoteBuilder(dated, settings)
        clearance = clearance_from_markings([world.high], policies=builder.policies, valid_until=TODAY)
        token = builder.add_user("today", clearance)
        builder.close()
    doorkeeper = Doorkeeper(dated.views, policies=world.policies, settings=settings)
    try:
        assert doorkeeper.admit(f"Bearer {token}") is doorkeeper.admit(f"Bearer {token}")
        monkeypatch.setattr(identity, "datetime", _Tomorrow)
        with pytest.raises(NotCleared, match="not in force today"):
            doorkeeper.admit(f"Bearer {token}")
    finally:
        doorkeeper.close()


def test_nobody_is_let_in_by_a_publication_that_is_gone(dated: Layout, world: World) -> None:
    doorkeeper = Doorkeeper(dated.views, policies=world.policies, settings=read_settings(dated.data))
    try:
        assert doorkeeper.admit(None)
        (dated.views / "publication.json").unlink()
        with pytest.raises(NotPublished, match="nothing is published"):
            doorkeeper.admit(None)
    finally:
        doorkeeper.close()


def test_a_user_added_while_it_serves_is_served_at_once_and_others_go_on(dated: Layout, world: World) -> None:
    with serving(dated) as service:
        anonymous = Reader(service.port)
        before = anonymous.sparql(COUNT)
        builder = RemoteBuilder(dated, read_settings(dated.data))
        try:
            token = builder.add_user("newcomer", world.clearance(world.high, affiliation=world.home))
        finally:
            builder.close()
        newcomer = Reader(service.port, token)
        assert int(newcomer.rows(COUNT)[0]["n"]) > int(anonymous.rows(COUNT)[0]["n"])
        assert newcomer.sparql(COUNT).headers["classification"].startswith(world.high)
        assert anonymous.sparql(COUNT).comparable == before.comparable
        assert service.server_pid


def test_a_portion_loaded_high_while_it_serves_changes_nothing_low(dated: Layout, world: World) -> None:
    with serving(dated) as service:
        anonymous, lead = Reader(service.port), Reader(service.port, tokens(dated)["lead"])
        before, more = anonymous.sparql(COUNT), int(lead.rows(COUNT)[0]["n"])
        builder = RemoteBuilder(dated, read_settings(dated.data))
        try:
            text = "<urn:exercise:a> <urn:exercise:b> <urn:exercise:c> .\n"
            label = world.label(world.high)
            builder.load([Portion("urn:exercise:source", "p", label, "urn:exercise:originator", text)])
            builder.publish()
        finally:
            builder.close()
        assert anonymous.sparql(COUNT).comparable == before.comparable
        assert int(lead.rows(COUNT)[0]["n"]) > more
        assert lead.rows("SELECT ?o { <urn:exercise:a> ?p ?o }") == [{"o": "urn:exercise:c"}]


def test_before_anything_is_published_the_service_is_unavailable(tmp_path: Path, world: World) -> None:
    layout = world.prepare(Layout(tmp_path / "data"))
    with serving(layout) as service:
        reader = Reader(service.port)
        answer = reader.sparql("ASK {}")
        refused(answer, 503)
        assert answer.headers["retry-after"]
        assert reader.get("/health").status == 200


def lines(layout: Layout) -> list[dict[str, object]]:
    return [json.loads(line) for line in (layout.audit / AUDIT_FILE).read_text(encoding="utf-8").splitlines()]


def test_every_request_leaves_one_audit_line_with_its_query_id_and_no_token(dated: Layout) -> None:
    lead_token, wrong = tokens(dated)["lead"], "a-wrong-token-0123456789"
    with serving(dated) as service:
        lead, stranger, anonymous = (Reader(service.port, token) for token in (lead_token, wrong, None))
        answers = [
            anonymous.get("/health"),
            anonymous.sparql(COUNT),
            lead.sparql(COUNT),
            lead.sparql("SELECT * { ?s ?p"),
            lead.question("coordination-links", {"actor": "MINUSMA"}),
            lead.get("/queries"),
            lead.get("/nothing"),
            lead.request("PUT", "/sparql", body=""),
            stranger.sparql(COUNT),
            lead.request("POST", "/sparql", body=COUNT, headers={"Content-Type": "text/plain"}),
        ]
    entries = lines(dated)
    assert [(entry["query_id"], entry["status"]) for entry in entries] == [
        (answer.headers["query-id"], answer.status) for answer in answers
    ]
    who = ["lead"] * len(answers)
    who[0] = who[8] = None  # type: ignore[call-overload]
    who[1] = "anonymous"
    assert [entry["who"] for entry in entries] == who
    assert entries[2]["query"] == " ".join(COUNT.split()) or "COUNT" in str(entries[2]["query"])
    assert "coordination-links" in str(entries[4]["query"])
    assert "MINUSMA" in str(entries[4]["query"])
    text = (dated.audit / AUDIT_FILE).read_text(encoding="utf-8")
    for secret in (*tokens(dated).values(), wrong):
        assert secret not in text


def test_a_line_break_in_a_request_makes_no_second_audit_line(dated: Layout) -> None:
    with serving(dated) as service:
        reader = Reader(service.port)
        answers = [
            reader.sparql('ASK {\n ?s ?p "a\\n{\\"who\\": \\"lead\\"}" }'),
            reader.get('/queries/%0a{"who":"lead"}'),
            reader.question("coordination-links", {"actor": 'x\n{"who": "lead"}'}),
        ]
    assert [entry["who"] for entry in lines(dated)] == ["anonymous"] * len(answers)


def test_the_audit_log_is_the_owner_s_alone_and_only_grows(dated: Layout) -> None:
    for _ in range(2):
        with serving(dated) as service:
            Reader(service.port).get("/")
    assert len(lines(dated)) == 2
    assert (dated.audit / AUDIT_FILE).stat().st_mode & 0o777 == 0o600


class _BrokenLog(AuditLog):
    def record(self, **_: object) -> None:
        raise OSError(28, "no space left for CANARY")


def test_an_answer_that_can_not_be_recorded_is_not_given(demo_layout: Layout, tmp_path: Path, world: World) -> None:
    settings = read_settings(demo_layout.data)
    doorkeeper = Doorkeeper(demo_layout.views, policies=world.policies, settings=settings)
    log = _BrokenLog(tmp_path)
    try:
        client = create_app(doorkeeper, log).test_client()
        answer = client.get("/sparql", query_string={"query": COUNT})
    finally:
        doorkeeper.close()
        log.close()
    assert answer.status_code == 500
    assert b"bindings" not in answer.data
    assert b"CANARY" not in answer.data


def test_a_view_is_never_replaced_by_a_nearby_one(demo_service: Service, dated: Layout) -> None:
    """A principal without a view is told so; the anonymous view is not taken in its place."""
    path = dated.views / "publication.json"
    with serving(dated) as service:
        lead = Reader(service.port, tokens(dated)["lead"])
        assert lead.sparql(COUNT).status == 200
        publication = json.loads(path.read_text())
        for entry in publication["principals"]:
            entry["view"] = None
        path.with_suffix(".new").write_text(json.dumps(publication))
        path.with_suffix(".new").replace(path)
        answer = lead.sparql(COUNT)
        refused(answer, 503)
        assert Reader(service.port).sparql(COUNT).status == 200
