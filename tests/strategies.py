"""What the laws are tried on: toy policies, and generated labels, clearances, portions, rules and queries.

Everything is drawn from a vocabulary so small that triples, names and blank nodes are shared all the time:
leaks live where the visible and the hidden say the same thing.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy, composite

import ontology
from graph_service.ingest import accept
from graph_service.portions import Portion, StoredPortion
from graph_service.security import (
    EVERYONE,
    Clearance,
    Label,
    Level,
    Policies,
    PolicyClearance,
    PolicyLabel,
    SecurityPolicy,
)

KEY = b"a key for tests, not a secret"
ORIGINATOR = "https://example.org/originator/cook"

FOOD_FILES = {
    "DRINK.toml": """
        id = "DRINK"
        version = "1"
        names = { en = "Drinks" }
        affiliations = ["COOK", "GUEST", "WAITER"]
        level = [
          { marking = "water", aliases = ["tap water"], names = { en = "Water" } },
          { marking = "tea", names = { en = "Tea" } },
          { marking = "coffee", names = { en = "Coffee" }, state_secret = true },
          { marking = "whisky", aliases = ["dram"], names = { en = "Whisky" }, state_secret = true },
        ]
        compartment = [
          { name = "SUGAR", names = { en = "Sugar" } },
          { name = "SPICE", names = { en = "Spice" } },
        ]
    """,
    "MEAL.toml": """
        id = "MEAL"
        version = "1"
        names = { en = "Meals" }
        affiliations = ["COOK", "GUEST"]
        level = [
          { marking = "dish", names = { en = "Dish" } },
          { marking = "banquet", names = { en = "Banquet" } },
        ]
        compartment = [{ name = "CELLAR", names = { en = "Cellar" } }]
    """,
}


@cache
def food_policies() -> Policies:
    return Policies.from_data(tomllib.loads(text) for text in FOOD_FILES.values())


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder for the views of one example: in memory where the system has that, as each view is synced to disk."""
    memory = "/dev/shm"  # noqa: S108  # a folder with a random name of its own is made below it
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


# --- labels and clearances -------------------------------------------------------------------------------------------


@composite
def policy_labels(draw: DrawFn, policy: SecurityPolicy) -> PolicyLabel:
    recipients = st.frozensets(st.sampled_from(sorted(policy.affiliations)))  # the empty set too: nobody
    return PolicyLabel(
        level=draw(st.sampled_from(policy.levels)),
        compartments=draw(st.frozensets(st.sampled_from(sorted(policy.compartments)))),
        releasable_to=draw(st.just(EVERYONE) | recipients),
    )


@composite
def labels(draw: DrawFn) -> Label:
    """Labels of one or two policies."""
    chosen = draw(st.lists(st.sampled_from(["DRINK", "MEAL"]), min_size=1, max_size=2, unique=True))
    return Label(tuple(draw(policy_labels(food_policies().policy(name))) for name in chosen))


def simple_labels() -> SearchStrategy[Label]:
    """Labels that a reader has some chance to dominate: for the tests where data must be seen as well as hidden."""
    drink = food_policies().policy("DRINK")
    easy = st.sampled_from(drink.levels[:3]).map(lambda level: label_of(level))
    return st.one_of(easy, easy, labels())


def label_of(*levels: Level) -> Label:
    return Label(tuple(PolicyLabel(level, frozenset(), EVERYONE) for level in levels))


@composite
def clearances(draw: DrawFn, *, downward_closed: bool) -> Clearance:
    """Clearances of no, one or two policies and at most one affiliation; levels with all below them, or any set."""
    parts = []
    for name in draw(st.lists(st.sampled_from(["DRINK", "MEAL"]), max_size=2, unique=True)):
        policy = food_policies().policy(name)
        if downward_closed:
            held = policy.up_to(draw(st.sampled_from(policy.levels)))
        else:
            held = draw(st.frozensets(st.sampled_from(policy.levels)))
        compartments = draw(st.frozensets(st.sampled_from(sorted(policy.compartments))))
        parts.append(PolicyClearance(policy.id, held, compartments))
    return Clearance(tuple(parts), draw(st.sampled_from([None, "COOK", "GUEST", "WAITER"])))


@composite
def drinkers(draw: DrawFn) -> Clearance:
    """Downward-closed clearances that hold at least ``water``, so that there is something to ask about."""
    policies = food_policies()
    drink, meal = policies.policy("DRINK"), policies.policy("MEAL")
    parts = [
        PolicyClearance(
            "DRINK",
            drink.up_to(draw(st.sampled_from(drink.levels))),
            draw(st.frozensets(st.sampled_from(["SUGAR", "SPICE"]))),
        )
    ]
    if draw(st.booleans()):
        parts.append(PolicyClearance("MEAL", frozenset(meal.levels), frozenset()))
    return Clearance(tuple(parts), draw(st.sampled_from([None, "COOK"])))


# --- portions and rules ----------------------------------------------------------------------------------------------

EX = "https://example.org/"
_RDF, _RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
_OWL, _XSD = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2001/XMLSchema#"
SOURCES = (f"{EX}source/1", f"{EX}source/2")

_SUBJECTS = [f"<{EX}{name}>" for name in "abc"] + ["_:x", "_:y", "_:b0123456789abcdef0123456789abcde"]
_PREDICATES = [f"<{EX}{name}>" for name in ("knows", "likes")]
_LITERALS = [
    f'"01"^^<{_XSD}integer>',
    f'"1"^^<{_XSD}integer>',
    f'"2"^^<{_XSD}integer>',
    f'"1.10"^^<{_XSD}decimal>',
    f'"2020-01-01"^^<{_XSD}date>',
    '"tea"',
    '"thee"@NL',
    '"tea"@en',
]
_CLASSES = [f"<{EX}{name}>" for name in ("Person", "Cook", "Guest")]
_TYPE, _SUBCLASS = f"<{_RDF}type>", f"<{_RDFS}subClassOf>"

# Statements that belong together are one text: half a list says nothing.
_AXIOMS = [
    f"<{EX}knows> {_TYPE} <{_OWL}TransitiveProperty> .\n",
    f"<{EX}likes> <{_RDFS}subPropertyOf> <{EX}knows> .\n",
    f"<{EX}Cook> {_SUBCLASS} <{EX}Person> .\n",
    f"<{EX}Guest> {_SUBCLASS} <{EX}Cook> .\n",
    f"<{EX}serves> <{_OWL}propertyChainAxiom> _:l1 .\n_:l1 <{_RDF}first> <{EX}likes> .\n_:l1 <{_RDF}rest> _:l2 .\n"
    f"_:l2 <{_RDF}first> <{EX}knows> .\n_:l2 <{_RDF}rest> <{_RDF}nil> .\n",
]
RULES = [
    *(dict(ontology.rule_files())[f"{name}.rq"] for name in ("cax-sco", "scm-sco", "prp-trp", "prp-spo1")),
    dict(ontology.rule_files())["prp-spo2-two-steps.rq"],
    f"PREFIX ex: <{EX}>\nCONSTRUCT {{ ?x ex:met ?z . ?z ex:met ?x . }} WHERE {{ ?x ex:likes ?y . ?z ex:likes ?y . }}",
]


def rule_statement(text: str, name: str) -> str:
    """The N-Triples of a portion that states one rule."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'<{EX}rule/{name}> <https://w3id.org/sluis/ns#construct> "{escaped}" .\n'


def statements() -> SearchStrategy[str]:
    def pick(values: Sequence[str]) -> SearchStrategy[str]:
        return st.sampled_from(values)

    def said(subject: Sequence[str], predicate: Sequence[str], object_: Sequence[str]) -> SearchStrategy[str]:
        return st.builds("{} {} {} .\n".format, pick(subject), pick(predicate), pick(object_))

    return st.one_of(
        said(_SUBJECTS, _PREDICATES, _SUBJECTS),
        said(_SUBJECTS, _PREDICATES, _LITERALS),
        said(_SUBJECTS, [_TYPE], _CLASSES),
        pick(_AXIOMS),
    )


@composite
def portions(draw: DrawFn, label: SearchStrategy[Label], *, part: str) -> StoredPortion:
    """One accepted portion: facts, or now and then a rule."""
    texts = draw(st.lists(statements(), min_size=1, max_size=6))
    number = draw(st.integers(0, 3 * len(RULES)))
    if number < len(RULES):
        texts.append(rule_statement(RULES[number], str(number)))
    proposed = Portion(draw(st.sampled_from(SOURCES)), part, draw(label), ORIGINATOR, "".join(texts))
    return accept(proposed, key=KEY, policies=food_policies())


@composite
def portion_sets(
    draw: DrawFn, *, label: SearchStrategy[Label] | None = None, prefix: str = "part", size: tuple[int, int] = (1, 5)
) -> list[StoredPortion]:
    """Portions of different parts, so that all can stand in one store."""
    count = draw(st.integers(*size))
    return [draw(portions(label or simple_labels(), part=f"{prefix} {number}")) for number in range(count)]


# --- queries ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GeneratedQuery:
    """A query, and the operators in it, so that a test can show that all of them were tried."""

    text: str
    operators: frozenset[str]


_PREFIXES = f"PREFIX ex: <{EX}> PREFIX rdf: <{_RDF}> PREFIX rdfs: <{_RDFS}> PREFIX sluis: <https://w3id.org/sluis/ns#> "
_QUERY_PREDICATES = ["ex:knows", "ex:likes", "rdf:type", "ex:met", "?p", "sluis:marking"]
_QUERY_TERMS = ["ex:a", "ex:b", "ex:Person", "1", '"thee"@nl', '"water"']
_GROUPS = {
    "bgp": "",
    "join": "?o {p2} ?x",
    "optional": "OPTIONAL {{ ?o {p2} ?x }}",
    "union": "{{ ?s {p2} ?x }} UNION {{ ?o {p2} ?x }}",
    "minus": "MINUS {{ ?s {p2} ?x }}",
    "minus-term": "MINUS {{ ?s {p2} {t} }}",
    "not-exists": "FILTER NOT EXISTS {{ ?o {p2} ?x }}",
    "exists": "FILTER EXISTS {{ ?s {p2} {t} }}",
    "filter": "FILTER(?o != {t})",
    "values": "VALUES ?s {{ ex:a ex:b }}",
    "graph": "GRAPH ?g {{ ?s {p2} ?x }}",
    "graph-names": "GRAPH ?g {{ }}",
    "path-plus": "?s ex:knows+ ?x",
    "path-star": "?o (ex:likes|ex:knows)* ?x",
    "path-inverse": "?o ^ex:knows/ex:likes? ?x",
    "path-negated": "?s !(rdf:type|ex:knows) ?x",
    "subselect": "{{ SELECT ?o (COUNT(?y) AS ?x) {{ ?y {p2} ?o }} GROUP BY ?o }}",
    "bind": "BIND(STR(?o) AS ?bound)",
}
_SORTED = "STR(?s) STR(?o) LANG(?o) STR(DATATYPE(?o))"
_FORMS = {
    "select": "SELECT ?s ?o ?x ?g {{ {w} }}",
    "distinct": "SELECT DISTINCT ?s ?x {{ {w} }}",
    "count": "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?o) AS ?d) {{ {w} }}",
    "group-by": "SELECT ?s (COUNT(?o) AS ?n) {{ {w} }} GROUP BY ?s",
    "sum": "SELECT ?s (SUM(?o) AS ?n) (MAX(?o) AS ?m) {{ {w} FILTER(ISNUMERIC(?o)) }} GROUP BY ?s",
    "having": "SELECT ?o {{ {w} }} GROUP BY ?o HAVING (COUNT(?s) > 1)",
    # A total order, so that the page is the same in every store: a blank node has no place in it.
    "order-limit": f"SELECT ?s ?o {{{{ {{w}} FILTER(!ISBLANK(?s) && !ISBLANK(?o)) }}}} ORDER BY {_SORTED} LIMIT 3",
    "ask": "ASK {{ {w} }}",
    "construct": "CONSTRUCT {{ ?s ex:reached ?o . ?x ex:back ?s }} WHERE {{ {w} }}",
    "describe": "DESCRIBE ?s {{ {w} }}",
}
OPERATORS = frozenset(_GROUPS) | frozenset(_FORMS)


@composite
def queries(draw: DrawFn) -> GeneratedQuery:
    """Queries over the portions' vocabulary: a pattern, at most two more groups, and a query form around them."""
    filled = {
        "p2": draw(st.sampled_from(_QUERY_PREDICATES)),
        "t": draw(st.sampled_from(_QUERY_TERMS)),
    }
    first = f"?s {draw(st.sampled_from(_QUERY_PREDICATES[:4]))} ?o"
    groups = draw(st.lists(st.sampled_from(sorted(_GROUPS)), min_size=1, max_size=2, unique=True))
    where = " . ".join([first, *filter(None, (_GROUPS[name].format(**filled) for name in groups))])
    form = draw(st.sampled_from(sorted(_FORMS)))
    return GeneratedQuery(_PREFIXES + _FORMS[form].format(w=where), frozenset({*groups, form}))
