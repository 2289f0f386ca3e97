"""What the laws are tried on: toy policies, and generated policies, labels, clearances, portions, rules and queries.

Everything is drawn from a vocabulary so small that triples, names and blank nodes are shared all the time:
leaks live where the visible and the hidden say the same thing.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy, composite

import ontology
from graph_service.ingest import accept
from graph_service.portions import Portion, StoredPortion, Term
from graph_service.security import (
    EVERYONE,
    Category,
    Clearance,
    Label,
    Level,
    Place,
    Policies,
    PolicyClearance,
    PolicyLabel,
    Release,
    SecurityPolicy,
    invalidity,
)
from graph_service.security.policy import (
    CategoryRule,
    LevelRule,
    Operation,
    Requirement,
    Tag,
    TagType,
    fold,
    tag_key,
)
from graph_service.security.wording import Phrase, Qualifier, Wording
from graph_service.standards.spif import read_spif

KEY = b"a key for tests, not a secret"
ORIGINATOR = "https://example.org/originator/cook"
TODAY = date(2026, 11, 22)
"""The day on which everything in the tests happens: no test reads a clock."""

FOOD_FILES = {
    path.name: path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / "policies").glob("*.xml"))
}
"""The toy policies, by file: water < tea < coffee < whisky, and dish < banquet."""


@cache
def food_policies() -> Policies:
    return Policies.of(read_spif(text, name=name) for name, text in FOOD_FILES.items())


def food_level(name: str) -> Level:
    """The level of this name, of whichever toy policy."""
    return next(level for policy in food_policies().newest for level in policy.levels if level.name == name)


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder for the views of one example: in memory where the system has that, as each view is synced to disk."""
    memory = "/dev/shm"  # noqa: S108  # a folder with a random name of its own is made below it
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


# --- labels and clearances -------------------------------------------------------------------------------------------


def categories_among(tags: Sequence[Tag]) -> SearchStrategy[frozenset[Category]]:
    known = sorted(category for tag in tags for category in tag.categories)
    return st.frozensets(st.sampled_from(known)) if known else st.just(frozenset())


def tags_of(policy: SecurityPolicy, *kinds: TagType) -> list[Tag]:
    return [tag for tag in policy.tags if tag.type in kinds]


@composite
def policy_labels(draw: DrawFn, policy: SecurityPolicy) -> PolicyLabel:
    """Any part of a label that the policy has words for, legal or not; recipients may be none at all."""
    releases = []
    for tag in tags_of(policy, TagType.PERMISSIVE):
        if draw(st.booleans()):
            names = st.frozensets(st.sampled_from(sorted(tag.rules))) if tag.rules else st.just(frozenset())
            releases.append(Release(tag.key, draw(names)))  # the empty set too: nobody
    return PolicyLabel(
        level=draw(st.sampled_from(policy.levels)),
        compartments=draw(categories_among(tags_of(policy, TagType.RESTRICTIVE))),
        releasable_to=frozenset(releases) or EVERYONE,
        informative=draw(categories_among(tags_of(policy, TagType.INFORMATIVE))),
    )


@composite
def labels_under(draw: DrawFn, policies: Policies) -> Label:
    """Labels of one or two of these policies."""
    chosen = draw(st.lists(st.sampled_from(list(policies.newest)), min_size=1, max_size=2, unique_by=id))
    return Label(tuple(draw(policy_labels(policy)) for policy in chosen))


def labels() -> SearchStrategy[Label]:
    """Labels of one or two of the toy policies."""
    return labels_under(food_policies())


def legal_labels() -> SearchStrategy[Label]:
    """Labels that ingest takes."""
    return labels().filter(lambda label: not invalidity(label, policies=food_policies(), on=TODAY))


def simple_labels() -> SearchStrategy[Label]:
    """Labels that a reader has some chance to dominate: for the tests where data must be seen as well as hidden."""
    drink = food_policies().policy("DRINK")
    easy = st.sampled_from(drink.levels[:3]).map(lambda level: label_of(level))
    return st.one_of(easy, easy, legal_labels())


def label_of(*levels: Level) -> Label:
    return Label(tuple(PolicyLabel(level) for level in levels))


@composite
def clearances_under(
    draw: DrawFn, policies: Policies, *, downward_closed: bool = False, one_recipient: bool = False
) -> Clearance:
    """Clearances of none, one or two of these policies.

    ``downward_closed``: a level is held with all below it. ``one_recipient``: at most one value of a permissive tag.
    """
    parts = []
    for policy in draw(st.lists(st.sampled_from(list(policies.newest)), max_size=2, unique_by=id)):
        if downward_closed:
            levels = policy.up_to(draw(st.sampled_from(policy.levels)))
        else:
            levels = draw(st.frozensets(st.sampled_from(policy.levels)))
        held = draw(categories_among(tags_of(policy, TagType.RESTRICTIVE)))
        for tag in tags_of(policy, TagType.PERMISSIVE):
            most = 1 if one_recipient else None
            known = sorted(tag.categories)
            held |= draw(st.frozensets(st.sampled_from(known), max_size=most)) if known else frozenset()
        parts.append(PolicyClearance(policy.id, levels, held))
    return Clearance(tuple(parts))


def clearances(*, downward_closed: bool, one_recipient: bool = False) -> SearchStrategy[Clearance]:
    """Clearances of none, one or both of the toy policies."""
    return clearances_under(food_policies(), downward_closed=downward_closed, one_recipient=one_recipient)


@composite
def drinkers(draw: DrawFn) -> Clearance:
    """Downward-closed clearances that hold at least ``water``, so that there is something to ask about.

    They hold one value of each permissive tag at most, so that who reads two labels reads their join.
    """
    policies = food_policies()
    drink, meal = policies.policy("DRINK"), policies.policy("MEAL")
    compartments = categories_among([drink.tag("Compartments")])
    recipient = draw(st.sampled_from([None, "COOK"]))
    table = draw(st.sampled_from([None, "BAR", "GARDEN"]))
    held = [Category("Releasable To", recipient)] if recipient else []
    at = [Category("Serving/Table", table)] if table else []
    top = draw(st.sampled_from(drink.levels))
    parts = [PolicyClearance("DRINK", drink.up_to(top), draw(compartments) | {*held, *at})]
    if draw(st.booleans()):
        parts.append(PolicyClearance("MEAL", frozenset(meal.levels), frozenset(held)))
    return Clearance(tuple(parts))


# --- whole policies --------------------------------------------------------------------------------------------------

# Few words and short ones, so that the same text is now a name, now a phrase, now a piece of another one.
_NAMES = ["A", "B", "C", "AB", "A B", "RA", "Bs", "Straße", "to & <fro>", "x-y", "low", "NATO"]
_LEVELS = ["low", "mid", "high", "top", "low A", "A", "very high"]
_PHRASES = ["A", "B", "AB", "A B", "RA", "Bs", "low", "fermé"]
_LANGUAGES = ["", "", "nl", "fr", "fr-CA"]
_QUALIFIERS = {
    "prefix": ["REL TO ", "(", "R", "AT ", ""],
    "suffix": [" ONLY", ")", "s", ""],
    "separator": [", ", "/", "//", " ", "+", " + ", " and ", ""],
}
_PLACES = [[], [], ["pageTopBottom"], ["portionMarking"], ["pageTop", "portionMarking"], ["waterMark"]]
_HIDING = [[], [], ["noMarkingDisplay"], ["noNameDisplay", "suppressClassName"]]


@composite
def wordings(draw: DrawFn, *, hiding: bool, replaces: bool = True) -> Wording:
    """At most two phrases and two qualifiers, most often none. With ``hiding`` some print nothing."""
    phrases, qualifiers = [], []
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
        codes = [*draw(st.sampled_from(_PLACES)), *(draw(st.sampled_from(_HIDING)) if hiding else [])]
        text = draw(st.sampled_from([None, *_PHRASES, *([""] if hiding else [])]))
        if replaces and draw(st.integers(0, 3)) == 0:
            codes, text = [*codes, "replacePolicy"], draw(st.sampled_from(["", "THE", "A"]))
        phrases.append(Phrase(draw(st.sampled_from(_LANGUAGES)), text, frozenset(codes)))
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        kind = draw(st.sampled_from(sorted(_QUALIFIERS)))
        place = draw(st.sampled_from([None, *Place]))
        text = draw(st.sampled_from(_QUALIFIERS[kind]))
        qualifiers.append(Qualifier(kind, text, draw(st.sampled_from(_LANGUAGES)), place))
    return Wording(tuple(phrases), tuple(qualifiers))


@composite
def tags(draw: DrawFn, number: int, oid: str, *, hiding: bool) -> Tag:
    """A tag of any type without rules yet, in one of two tag sets; its name is its number."""
    which = draw(st.integers(1, 2))
    tag_set, kind = f"Set {which}", draw(st.sampled_from(TagType))
    name = draw(st.sampled_from([tag_set, f"Tag {number}"])) if number == which else f"Tag {number}"
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=4, unique_by=fold))
    key = tag_key(tag_set, name)
    rules = {
        # Numbers are apart in each tag, so that they are in the tag set too.
        own: CategoryRule(Category(key, own), str(10 * number + n), wording=draw(wordings(hiding=hiding)))
        for n, own in enumerate(names)
    }
    groups = {}
    if draw(st.integers(0, 2)) == 0:
        groups = {"PACT": frozenset(draw(st.lists(st.sampled_from(names), min_size=1, unique=True)))}
    least, most = draw(st.sampled_from([*[(0, None)] * 5, (0, 1), (0, 2), (1, None), (1, 2), (2, 3)]))
    return Tag(
        tag_set,
        f"{oid}.{which}",
        name,
        kind,
        rules,
        enumerated=draw(st.booleans()) and kind is not TagType.INFORMATIVE,
        wording=draw(wordings(hiding=False, replaces=False)),
        least=least,
        most=most,
        groups=groups,
    )


@composite
def requirements(draw: DrawFn, found: Sequence[Tag]) -> Requirement:
    """Some categories, and now and then all those of a kind."""
    groups = []
    for _ in range(draw(st.integers(1, 2))):
        tag = draw(st.sampled_from(list(found)))
        if draw(st.booleans()):
            groups.append(frozenset({draw(st.sampled_from(sorted(tag.categories)))}))
        else:
            alike = [other for other in found if (other.tag_set, other.type) == (tag.tag_set, tag.type)]
            groups.append(frozenset(category for other in alike for category in other.categories))
    return Requirement(draw(st.sampled_from(Operation)), tuple(groups))


@composite
def ruled(draw: DrawFn, rule: CategoryRule, levels: Sequence[str], found: Sequence[Tag]) -> CategoryRule:
    """The category with rules of its own; most have none, so that some labels are legal."""
    changes: dict[str, Any] = {
        "obsolete": st.just(True),
        "not_before": st.sampled_from([TODAY - timedelta(1), TODAY, TODAY + timedelta(1)]),
        "not_after": st.sampled_from([TODAY - timedelta(1), TODAY, TODAY + timedelta(1)]),
        "excluded_levels": st.frozensets(st.sampled_from(levels), min_size=1),
        "required_levels": st.frozensets(st.sampled_from(levels), min_size=1),
        "excluded": categories_among(found),
        "required": st.tuples(requirements(found)),
        "name_is_public": st.just(True),
        "titles": st.just({"nl": "titel", "": "title"}),
    }
    few = draw(st.sampled_from([0, 0, 0, 1, 2]))
    chosen = draw(st.lists(st.sampled_from(sorted(changes)), max_size=few, unique=True))
    return replace(rule, **{name: draw(changes[name]) for name in chosen})


@composite
def security_policies(draw: DrawFn, *, policy_id: str = "ONE", oid: str = "2.999.40", hiding: bool) -> SecurityPolicy:
    """A policy of one to five levels and no to four tags, with rules between them and words for all of it."""
    names = draw(st.lists(st.sampled_from(_LEVELS), min_size=1, max_size=5, unique_by=fold))
    found = [draw(tags(number, oid, hiding=hiding)) for number in range(1, draw(st.integers(0, 4)) + 1)]
    found.sort(key=lambda tag: tag.tag_set)  # a file has the tags of a set together
    scale = []
    for order, name in enumerate(names):
        rule = LevelRule(Level(policy_id, order, name), str(order + 1), wording=draw(wordings(hiding=hiding)))
        rule = replace(rule, obsolete=draw(st.integers(0, 9)) == 9, state_secret=draw(st.booleans()))
        if draw(st.integers(0, 5)) == 0:
            rule = replace(rule, spellings=(f"spelled {order}",), titles={"en": f"level {order}"}, colour="red")
        if found and draw(st.integers(0, 5)) == 5:
            rule = replace(rule, required=(draw(requirements(found)),))
        scale.append(rule)
    ruled_tags = tuple(
        replace(tag, rules={name: draw(ruled(rule, names, found)) for name, rule in tag.rules.items()}) for tag in found
    )
    return SecurityPolicy(
        policy_id, oid, "1", tuple(scale), ruled_tags, wording=draw(wordings(hiding=False)), titles={"en": "A policy"}
    )


@composite
def policy_sets(draw: DrawFn, *, hiding: bool = True) -> Policies:
    """One generated policy or two."""
    one = draw(security_policies(hiding=hiding))
    other = draw(security_policies(policy_id="TWO", oid="2.999.41", hiding=hiding)) if draw(st.booleans()) else None
    return Policies.of([one, other] if other else [one])


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
    # What a label says never follows from anything, whatever an axiom would have.
    f"<{EX}likes> <{_RDFS}subPropertyOf> <https://w3id.org/sluis/ns#releasableTo> .\n",
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


_KNOWN_OF_LABEL: list[dict[str, Any]] = [
    {"set_on": date(2020, 1, 1), "ground": "the house rules, rule 1"},
    {"term": Term(until=date(2030, 1, 1))},
    {"term": Term(event="the doors open", successor=label_of(food_level("water")))},
]


@composite
def portions(draw: DrawFn, label: SearchStrategy[Label], *, part: str) -> StoredPortion:
    """One accepted portion: facts, or now and then a rule."""
    texts = draw(st.lists(statements(), min_size=1, max_size=6))
    number = draw(st.integers(0, 3 * len(RULES)))
    if number < len(RULES):
        texts.append(rule_statement(RULES[number], str(number)))
    known = draw(st.sampled_from([{}, {}, *_KNOWN_OF_LABEL]))
    proposed = Portion(draw(st.sampled_from(SOURCES)), part, draw(label), ORIGINATOR, "".join(texts), **known)
    return accept(proposed, key=KEY, policies=food_policies(), today=TODAY)


@composite
def portion_sets(
    draw: DrawFn, *, label: SearchStrategy[Label] | None = None, prefix: str = "part", size: tuple[int, int] = (1, 5)
) -> list[StoredPortion]:
    """Portions of different parts, so that all can stand in one store."""
    count = draw(st.integers(*size))
    chosen = simple_labels() if label is None else label
    return [draw(portions(chosen, part=f"{prefix} {number}")) for number in range(count)]


# --- queries ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GeneratedQuery:
    """A query, and the operators in it, so that a test can show that all of them were tried."""

    text: str
    operators: frozenset[str]


_PREFIXES = f"PREFIX ex: <{EX}> PREFIX rdf: <{_RDF}> PREFIX rdfs: <{_RDFS}> PREFIX sluis: <https://w3id.org/sluis/ns#> "
_QUERY_PREDICATES = ["ex:knows", "ex:likes", "rdf:type", "ex:met", "?p", "sluis:marking", "sluis:releasableTo"]
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


def _query(
    pick: Callable[[Sequence[str]], str], *, groups: int, first: Sequence[str] = _QUERY_PREDICATES[:4]
) -> GeneratedQuery:
    """A pattern, at most two more groups, and a query form around them."""
    filled = {"p2": pick(_QUERY_PREDICATES), "t": pick(_QUERY_TERMS)}
    pattern = f"?s {pick(first)} ?o"
    chosen = tuple(dict.fromkeys(pick(sorted(_GROUPS)) for _ in range(groups)))
    where = " . ".join([pattern, *filter(None, (_GROUPS[name].format(**filled) for name in chosen))])
    form = pick(sorted(_FORMS))
    return GeneratedQuery(_PREFIXES + _FORMS[form].format(w=where), frozenset({*chosen, form}))


@composite
def queries(draw: DrawFn) -> GeneratedQuery:
    """Queries over the portions' vocabulary."""
    return _query(lambda names: draw(st.sampled_from(names)), groups=draw(st.integers(1, 2)))


_OFTEN = ["ex:knows", "ex:knows", "ex:likes", "rdf:type", "?p", "?p"]
"""Predicates by how often something is said with them: of an answer that is empty either way nothing is learnt."""


def many_queries(chance: Random, *, number: int) -> list[GeneratedQuery]:
    """So many different queries, drawn without Hypothesis, which takes longer to draw one than the engine to answer."""
    drawn: dict[str, GeneratedQuery] = {}
    while len(drawn) < number:
        query = _query(chance.choice, groups=chance.randint(1, 2), first=_OFTEN)
        drawn.setdefault(query.text, query)
    return list(drawn.values())
