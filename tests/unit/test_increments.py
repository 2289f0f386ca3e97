"""A view made out of an older one equals one built afresh: the same statements, the same answers, in the same order."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

import ontology
from graph_service.handling import parse_marking
from graph_service.ingest import accept
from graph_service.namespaces import NS
from graph_service.policy_files import load_policies
from graph_service.portions import Portion, StoredPortion
from graph_service.settings import Settings
from graph_service.storage import closure, increments
from graph_service.storage.contents import Contents
from graph_service.storage.increments import build_upon
from graph_service.storage.view_builder import build_afresh, plan_view
from graph_service.storage.views import ViewRef

POLICIES = load_policies(Settings())
LABEL = parse_marking("Ongerubriceerd", policies=POLICIES)
EX, KEY, TODAY = "https://example.org/", b"a key for tests, not a secret", date(2026, 1, 1)
RDF, RDFS, OWL = (
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2002/07/owl#",
)
THINGS = [f"<{EX}{name}>" for name in "xyz"]
CLASSES = [f"<{EX}{name}>" for name in "ABC"]
PROPERTIES = [f"<{EX}{name}>" for name in "pqr"]
VALUES = ['"one"', '"two"@nl', "_:b1"]

facts = st.one_of(
    st.tuples(st.sampled_from(THINGS), st.sampled_from(PROPERTIES), st.sampled_from(THINGS + VALUES)),
    st.tuples(st.sampled_from(THINGS), st.just(f"<{RDF}type>"), st.sampled_from(CLASSES)),
    st.tuples(st.sampled_from(CLASSES), st.just(f"<{RDFS}subClassOf>"), st.sampled_from(CLASSES)),
    st.tuples(
        st.sampled_from(PROPERTIES),
        st.sampled_from([f"<{RDFS}subPropertyOf>", f"<{OWL}inverseOf>", f"<{OWL}equivalentProperty>"]),
        st.sampled_from(PROPERTIES),
    ),
    st.tuples(
        st.sampled_from(PROPERTIES), st.sampled_from([f"<{RDFS}domain>", f"<{RDFS}range>"]), st.sampled_from(CLASSES)
    ),
    st.tuples(
        st.sampled_from(PROPERTIES),
        st.just(f"<{RDF}type>"),
        st.sampled_from([f"<{OWL}TransitiveProperty>", f"<{OWL}SymmetricProperty>"]),
    ),
    st.tuples(st.sampled_from(THINGS), st.just(f"<{OWL}sameAs>"), st.sampled_from(THINGS)),
    links := st.one_of(
        st.tuples(
            st.sampled_from(THINGS),
            st.just(f"<{RDF}type>"),
            st.sampled_from([f"<{NS}{kind}>" for kind in ("StatedLink", "ToBeAssessedLink", "AssessedLink")]),
        ),
        st.tuples(
            st.sampled_from(THINGS), st.sampled_from([f"<{NS}linkFrom>", f"<{NS}linkTo>"]), st.sampled_from(THINGS)
        ),
        st.tuples(st.sampled_from(THINGS), st.just(f"<{NS}relation>"), st.sampled_from(PROPERTIES)),
    ),
    links,
)
texts = st.lists(facts, min_size=1, max_size=4).map(lambda found: "".join(f"{' '.join(fact)} .\n" for fact in found))
steps = st.lists(st.dictionaries(st.sampled_from("abcde"), texts, max_size=5), min_size=2, max_size=4)
"""The portions of each step by name: one that is not there any more was taken out, one with another text changed."""

QUERIES = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT DISTINCT ?g { GRAPH ?g {} }",
    f"SELECT * {{ ?s a ?c . ?s ?p ?o FILTER(STRSTARTS(STR(?s), '{EX}')) }}",
    f"SELECT ?s (COUNT(*) AS ?n) {{ ?s <{EX}p> ?o }} GROUP BY ?s",
    f"SELECT * {{ <{EX}x> (<{EX}p>|<{EX}q>)+ ?o }}",
    f"SELECT * {{ ?s a ?c OPTIONAL {{ ?s <{EX}r> ?o }} FILTER(STRSTARTS(STR(?s), '{EX}')) }} LIMIT 7",
    f"CONSTRUCT {{ ?o ?p ?s }} WHERE {{ ?s ?p ?o . ?s a <{EX}A> }}",
]


def stored(part: str, text: str) -> StoredPortion:
    portion = Portion(f"{EX}source", part, LABEL, f"{EX}originator", text)
    return accept(portion, key=KEY, policies=POLICIES, today=TODAY)


RULES = [
    stored(name, f'<{EX}{name}> <https://w3id.org/sluis/ns#construct> "{text}" .\n')
    for name, text in (
        (name, text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"))
        for name, text in ontology.rule_files()
    )
]


@pytest.fixture(autouse=True)
def _however_much_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(increments, "_PART", 1e-9)


def everything(views: Path, ref: ViewRef) -> tuple[list[bytes], set[str], list[str]]:
    """All that a reader can find out: the statements, the graphs' names, and answers in their order."""
    store = Store.read_only(str(ref.dataset(views)))
    dump = sorted((store.dump(format=RdfFormat.N_QUADS) or b"").splitlines())
    return dump, {str(graph) for graph in store.named_graphs()}, [_answer(store, query) for query in QUERIES]


def _answer(store: Store, query: str) -> str:
    return "\n".join(str(row) for row in store.query(query))  # type: ignore[union-attr]


def compared(views: Path, sets: Iterator[list[StoredPortion]]) -> int:
    """Make each set out of the view of the one before it, and compare with a view built afresh."""
    made, base = 0, None
    for portions in sets:
        plan = plan_view([*RULES, *portions], policies=POLICIES)
        read: Callable[[str], StoredPortion] = {entry.id: entry for entry in [*RULES, *portions]}.__getitem__
        fresh = build_afresh(plan, views=views, read=read)
        if base is not None:
            contents = Contents.read(views / base.directory)
            assert contents is not None
            upon = build_upon(views / base.directory, contents, plan, views=views, read=read)
            assert upon is not None
            for mine, wanted in zip(everything(views, upon), everything(views, fresh), strict=True):
                assert mine == wanted
            assert any(everything(views, upon)[2])
            made += 1
        base = upon if base is not None and upon is not None else fresh
    return made


@given(steps)
@settings(max_examples=25)
def test_a_view_made_out_of_an_older_one_equals_one_built_afresh(named: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:  # noqa: S108
        sets = ([stored(part, text) for part, text in sorted(step.items())] for step in named)
        assert compared(Path(folder), sets) == len(named) - 1


@pytest.mark.parametrize("few", [0, 50])
def test_what_links_gave_goes_and_stays_with_them(tmp_path: Path, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules with a class in them, which the closure asks for step by step."""
    monkeypatch.setattr(closure, "_FEW", few)

    def link(name: str, kind: str, one: str, other: str) -> StoredPortion:
        lines = (("linkFrom", one), ("linkTo", other), ("relation", "p"))
        told = "".join(f"<{EX}{name}> <{NS}{word}> <{EX}{value}> .\n" for word, value in lines)
        return stored(name, told + f"<{EX}{name}> <{RDF}type> <{NS}{kind}> .\n")

    l1, l2 = link("l1", "StatedLink", "x", "y"), link("l2", "StatedLink", "x", "y")
    l3, l4 = link("l3", "ToBeAssessedLink", "x", "y"), link("l4", "AssessedLink", "y", "z")
    trans = stored("t", f"<{EX}p> <{RDF}type> <{OWL}TransitiveProperty> .\n")
    near = link("l5", "StatedLink", "z", "y")
    sets = [[l1, l2, l3, l4, trans], [l2, l3, l4], [l3, l4, trans], [l1, l4], [l1, l2], [trans], [l3, l1, near], [near]]
    assert compared(tmp_path, iter(sets)) == 7


def test_what_two_portions_say_or_support_stays_when_one_leaves(tmp_path: Path) -> None:
    sub, fact = f"<{EX}A> <{RDFS}subClassOf> <{EX}B> .\n", f"<{EX}x> <{RDF}type> <{EX}A> .\n"
    concluded = f"<{EX}x> <{RDF}type> <{EX}B> .\n"
    one, other, third = stored("a", sub + fact), stored("b", fact), stored("c", concluded)
    sets = [[one, other, third], [one, third], [one], [one, other], [other, third], [stored("a", fact), third], [other]]
    assert compared(tmp_path, iter(sets)) == 6


def test_a_rule_that_comes_or_goes_asks_for_a_view_built_afresh(tmp_path: Path) -> None:
    fact = stored("a", f"<{EX}x> <{RDF}type> <{EX}A> .\n")
    for first, second in ((RULES, RULES[1:]), (RULES[1:], RULES)):
        known = {entry.id: entry for entry in [*RULES, fact]}
        base = build_afresh(plan_view([*first, fact], policies=POLICIES), views=tmp_path, read=known.__getitem__)
        contents = Contents.read(tmp_path / base.directory)
        assert contents is not None
        plan = plan_view([*second, fact], policies=POLICIES)
        assert build_upon(tmp_path / base.directory, contents, plan, views=tmp_path, read=known.__getitem__) is None
        assert not list(tmp_path.glob(".building-*"))


def test_a_large_change_asks_for_a_view_built_afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(increments, "_PART", 4)
    many = stored("b", "".join(f'<{EX}x> <{EX}p> "{n}" .\n' for n in range(5000)))
    known = {entry.id: entry for entry in [*RULES, many]}
    small, large = (plan_view(found, policies=POLICIES) for found in (RULES, [*RULES, many]))
    for first, second in ((small, large), (large, small)):
        base = build_afresh(first, views=tmp_path, read=known.__getitem__)
        contents = Contents.read(tmp_path / base.directory)
        assert contents is not None
        assert build_upon(tmp_path / base.directory, contents, second, views=tmp_path, read=known.__getitem__) is None


def test_the_older_view_is_not_touched(tmp_path: Path) -> None:
    one, other = stored("a", f"<{EX}x> <{RDF}type> <{EX}A> .\n"), stored("b", f"<{EX}y> <{RDF}type> <{EX}A> .\n")
    known = {entry.id: entry for entry in [*RULES, one, other]}
    base = build_afresh(plan_view([*RULES, one], policies=POLICIES), views=tmp_path, read=known.__getitem__)
    before = {path: path.read_bytes() for path in (tmp_path / base.directory).rglob("*") if path.is_file()}
    contents = Contents.read(tmp_path / base.directory)
    assert contents is not None
    plan = plan_view([*RULES, other], policies=POLICIES)
    assert build_upon(tmp_path / base.directory, contents, plan, views=tmp_path, read=known.__getitem__)
    assert before == {path: path.read_bytes() for path in (tmp_path / base.directory).rglob("*") if path.is_file()}


@given(steps)
@settings(max_examples=10)
def test_it_makes_no_difference_whether_few_or_many_are_asked_for(named: list[dict[str, str]]) -> None:
    """The size of a change decides how the closure asks what still follows; here it is always the other way."""
    with (
        tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder,  # noqa: S108
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(closure, "_FEW", 0)
        sets = ([stored(part, text) for part, text in sorted(step.items())] for step in named)
        assert compared(Path(folder), sets) == len(named) - 1
