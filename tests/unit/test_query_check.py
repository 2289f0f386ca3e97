"""What is found wrong with a query: the kind, the place in the asker's own text, and a fix that really mends it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Store

from graph_service.errors import QueryRefused
from graph_service.namespaces import PREFIXES
from graph_service.serving.query_check import Finding, Fix, check
from graph_service.serving.query_guard import GuardedQuery, guard
from graph_service.serving.query_worker import View
from graph_service.serving.suggestions import prefixed
from graph_service.serving.term_checks import unseen_names
from graph_service.serving.workers import ViewWorkers
from graph_service.settings import Settings
from tests.service import write_dataset


def reads(query: GuardedQuery) -> QueryRefused | None:
    """The engine's own verdict, as a worker gives it."""
    try:
        View(Store(), None).read({"query": query.text, "prefixes": PREFIXES})
    except SyntaxError as error:
        return QueryRefused("the query can't be read", detail=error.msg)
    return None


def applied(text: str, fix: Fix) -> str:
    """The text with an edit made, as a page makes it."""
    lines = text.split("\n")
    at = sum(len(line) + 1 for line in lines[: fix.line - 1]) + fix.column - 1
    return text[:at] + fix.text + text[at + fix.length :]


def only(text: str) -> Finding:
    _, findings = check(text, reads)
    assert len(findings) == 1, findings
    return findings[0]


def pointed_at(text: str, finding: Finding) -> str:
    return text.split("\n")[finding.line - 1][finding.column - 1 :][: finding.length]


WRONG = {
    "SELECT ?s {\n  ?s ?p ?o } ORDER ?s": ("misplaced", "?s", True),
    "SELECT *\n{ ?s ?p ?o ?x ?y ?z }": ("misplaced", "?x", True),
    "SELECT ?s, ?p { ?s ?p ?o }": ("misplaced", ",", True),
    "SELECT * { ?s ?p ?o FILTER(?o == 1) }": ("misplaced", "=", True),
    "SELECT (COUNT(?s) ?n) { ?s ?p ?o }": ("misplaced", "?n", True),
    "SELECT (COUNT(?s)) { ?s ?p ?o }": ("misplaced", ")", True),
    "SELECT * { ?s ?p ?o BIND(1 ?x) }": ("misplaced", "?x", True),
    "SELECT * { ?s ?p }": ("misplaced", "}", False),
    "SELECT * { ?s 'één 🧪' ?o }": ("misplaced", "'één 🧪'", False),
    "SELECT * { ?s ?p ?o } LIMIT 5 ORDER BY ?s": ("misplaced", "ORDER", False),
    'SELECT * { ?s ?p """a\nb""" "c" }': ("misplaced", '"c"', True),
    "SELECT * {\n # } no\n ?s ?p ?o": ("unclosed", "{", True),
    "SELECT * { ?s ?p ?o } LIMIT": ("ends-early", "", False),
    'SELECT * { ?s ?p "abc }': ("unclosed-text", '"', False),
    "SELECT * { ?s ?p ?o BIND(1 AS ?s) }": ("bound-before", "?s", False),
    "SELECT ?a { ?s ?p ?o } GROUP BY ?s": ("ungrouped", "SELECT", False),
    "SELECT * { ?s ?p ?o } GROUP BY ?s": ("star-with-groups", "SELECT", False),
    "SELECT (1 AS ?s) { ?s ?p ?o }": ("overrides", "SELECT", False),
    "SELECT ?s ?s { ?s ?p ?o }": ("twice-selected", "SELECT", False),
    "SELECT * { ?s ?p _:a . { _:a ?b ?c } }": ("blank-elsewhere", "_:a", False),
    "SELECT * { ?s schema:name ?o }": ("unknown-prefix", "schema:", True),
    "SELECT * { ?s skso:prefLabel ?o }": ("unknown-prefix", "skso:", True),
    "SELECT * { ?s nosuchatall:p ?o }": ("unknown-prefix", "nosuchatall:", False),
    "SELCT * { ?s ?p ?o }": ("unknown-word", "SELCT", True),
    "SELECT * { ?s ?p ?o FILTR(?o = 1) }": ("unknown-word", "FILTR", True),
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }": ("not-available", "SERVICE", False),
    "CLEAR ALL": ("not-available", "CLEAR", False),
    "SELECT * { ?s ?p ?o ) }": ("misplaced", ")", False),
    "": ("no-form", "", False),
    "# nothing": ("no-form", "", False),
    "SELECT ?acotr { ?actor a sluis:Actor }": ("never-bound", "?acotr", True),
    "SELECT ?x { ?s ?p ?o }": ("never-bound", "?x", False),
    "SELECT * { ?actor a ?actors . ?actors ?p ?actr . ?actor ?q ?p }": ("lone-variable", "?actr", True),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_fault_is_named_and_pointed_at(text: str) -> None:
    code, written, has_fix = WRONG[text]
    finding = only(text)
    assert (finding.code, pointed_at(text, finding), bool(finding.fixes)) == (code, written, has_fix)


@pytest.mark.parametrize("text", [text for text, (_, _, has_fix) in WRONG.items() if has_fix])
def test_a_fix_mends_what_it_is_for(text: str) -> None:
    """Applied in the text as it stands, it leaves nothing to find, but for a warning that another word would."""
    finding = only(text)
    query, findings = check(applied(text, finding.fixes[0]), reads)
    assert query is not None
    assert finding.code not in {one.code for one in findings}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT ?s { ?s sluis:x ?a1 , ?a2 }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
        "ASK {}",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DESCRIBE id:actor\\/minusma",
        "SELECT * { << ?s ?p ?o >> ?q ?r }",
        "SELECT ?class (COUNT(*) AS ?things) { ?thing a ?class } GROUP BY ?class",
        "SELECT ?label { ?thing skos:prefLabel ?label ; skos:altLabel ?other }",
    ],
)
def test_nothing_is_said_of_a_query_in_which_nothing_is_wrong(text: str) -> None:
    query, findings = check(text, reads)
    assert query is not None
    assert findings == []


def test_no_finding_holds_the_engine_s_own_words() -> None:
    for text in WRONG:
        for finding in check(text, reads)[1]:
            assert "error at" not in str(finding.to_data())
            assert "LATERAL" not in str(finding.to_data())


# --- reading without asking ------------------------------------------------------------------------------------------

NUMBERS = " ".join(map(str, range(300)))
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'VALUES ?v{i} {{ {NUMBERS} }}' for i in range(6))} }}"


def test_a_query_is_read_and_never_evaluated(tmp_path: Path) -> None:
    """One that would take years is read in a moment, by a worker that then answers; a wrong one is refused there."""
    workers = ViewWorkers(write_dataset(tmp_path / "dataset", []), Settings(workers_per_view=1))
    try:
        assert workers.ask(guard("ASK {}"), form="csv") == b"true"
        for form in ("SELECT (COUNT(*) AS ?n)", "ASK", "CONSTRUCT { ?v0 ?v1 ?v2 } WHERE"):
            began = time.monotonic()
            assert workers.ask(guard(ENDLESS.replace("SELECT (COUNT(*) AS ?n)", form)), form="none", seconds=5) == b""
            assert time.monotonic() - began < 2
        with pytest.raises(QueryRefused):
            workers.ask(guard("SELECT * { ?s ?p }"), form="none")
        assert workers.ask(guard("ASK {}"), form="csv") == b"true"
    finally:
        workers.close()


def test_an_engine_that_goes_on_behind_reading_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a later engine not look at the graphs first, reading fails; it never quietly evaluates."""

    class Another:
        def query(self, *_: Any, **__: Any) -> None:
            return None

    with pytest.raises(RuntimeError):
        View(Another(), None).read({"query": "ASK {}", "prefixes": {}})  # type: ignore[arg-type]


# --- names -----------------------------------------------------------------------------------------------------------

NS = PREFIXES["sluis"]


def test_a_name_that_nothing_uses_is_told_with_what_is_written_nearly_so() -> None:
    text = "SELECT * {\n ?s a sluis:Actr ; sluis:goalOf ?o . GRAPH <urn:g> { ?s ?p '1'^^xsd:integer } }"
    asked: list[str] = []

    def ask(query: GuardedQuery) -> list[dict[str, str]]:
        asked.append(query.text)
        return [{"name": f"{NS}goalOf"}]

    known = [f"{NS}Actor", f"{NS}goalOf", "http://www.w3.org/ns/prov#Actr"]
    (finding,) = unseen_names(guard(text), text, ask=ask, known=lambda: known)
    assert (finding.code, finding.severity, pointed_at(text, finding)) == ("unseen-name", "warning", "sluis:Actr")
    assert [fix.text for fix in finding.fixes] == ["sluis:Actor"]
    assert "urn:g" not in asked[0]
    assert "integer" not in asked[0]


def test_a_template_may_use_names_that_nothing_uses() -> None:
    asked: list[str] = []

    def ask(query: GuardedQuery) -> list[dict[str, str]]:
        asked.append(query.text)
        return []

    text = "CONSTRUCT { ?s <urn:made> [ <urn:up> ?o ] } WHERE { ?s <urn:p> ?o }"
    found = unseen_names(guard(text), text, ask=ask, known=list)
    assert [finding.about for finding in found] == ["<urn:p>"]
    short = "CONSTRUCT WHERE { ?s <urn:p> ?o }"
    assert [finding.about for finding in unseen_names(guard(short), short, ask=ask, known=list)] == ["<urn:p>"]


@pytest.mark.parametrize(
    ("iri", "term"),
    [
        (f"{NS}Actor", "sluis:Actor"),
        (f"{PREFIXES['id']}actor/minusma", "id:actor\\/minusma"),
        (f"{PREFIXES['id']}actor/-", "id:actor\\/-"),
        ("http://example.org/x", "<http://example.org/x>"),
        (f"{PREFIXES['id']}a%20b.", "id:a\\%20b\\."),
        (f"{PREFIXES['id']}a;b/é", "id:a\\;b\\/é"),
        (f"{PREFIXES['id']}-a", "<https://w3id.org/sluis/id/-a>"),
    ],
)
def test_a_name_is_written_so_that_the_guard_reads_the_same_iri(iri: str, term: str) -> None:
    assert prefixed(iri) == term
    (found,) = [token.text for token in guard(f"ASK {{ ?s ?p {term} }}").tokens if token.kind == "iri"]
    assert found == f"<{iri}>"
