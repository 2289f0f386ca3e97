"""The specification in plain lines: what an answer at a clearance is, with nothing clever in it.

(1) keep the portions that the clearance dominates; (2) merge them; (3) add what the rules among them
conclude; (4) ask. It shares with the service the portion's text and the marking's text, and no decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from pyoxigraph import Dataset, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from graph_service.handling import format_marking
from graph_service.portions import StoredPortion
from graph_service.security import Clearance, Label
from tests.strategies import food_policies

if TYPE_CHECKING:
    from graph_service.security import Policies

NS, RDF_TYPE = "https://w3id.org/sluis/ns#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DERIVED = NamedNode("https://w3id.org/sluis/id/derived")
DATE = NamedNode("http://www.w3.org/2001/XMLSchema#date")
# What says how a portion is labelled: a view states it and nothing concludes it.
_LABEL_WORDS = (
    "marking level compartment releasableTo handlingRemark originator labelSetOn labelGround labelUntil labelUntilEvent"
)
LABEL_WORDS = {f"{NS}{word}" for word in _LABEL_WORDS.split()}

Pattern = tuple[object, object, object]


def may_read(clearance: Clearance, stored: StoredPortion) -> bool:
    return holds(clearance, stored.label)


def holds(clearance: Clearance, label: Label) -> bool:
    """Every policy of the label: the level is held, all compartments are, and of each permissive tag one recipient."""
    held = clearance.to_data()["policies"]
    for policy, demand in label.to_data().items():
        part = held.get(policy, {"levels": [], "categories": {}})
        has = {(tag, name) for tag, names in part["categories"].items() for name in names}
        recipients = {} if demand["releasable_to"] == "EVERYONE" else demand["releasable_to"]
        if demand["level"] not in part["levels"]:
            return False
        if any((tag, name) not in has for tag, names in demand["compartments"].items() for name in names):
            return False
        if any(all((tag, name) not in has for name in names) for tag, names in recipients.items()):
            return False
    return True


def triples_in(stored: StoredPortion, policies: Policies | None = None) -> set[Triple]:
    """What the portion says, and what the view says of it. Without policies, its label is one of the toy ones."""
    me, portion = NamedNode(stored.id), stored.portion
    said = {quad.triple for quad in parse(portion.ntriples, format=RdfFormat.N_TRIPLES)}
    about = {
        (RDF_TYPE, NamedNode(f"{NS}Portion")),
        (f"{NS}marking", Literal(format_marking(stored.label, policies=policies or food_policies()))),
        ("http://purl.org/dc/terms/source", NamedNode(portion.source)),
        (f"{NS}originator", NamedNode(portion.originator)),
    }
    about |= {(f"{NS}{name}", NamedNode(value)) for name, value in label_words(stored)}
    data = portion.to_data()
    term = data["term"] or {"until": None, "event": ""}
    stated = [("labelGround", data["ground"], None), ("labelUntilEvent", term["event"], None)]
    stated += [("labelSetOn", data["set_on"], DATE), ("labelUntil", term["until"], DATE)]
    about |= {(f"{NS}{name}", Literal(text, datatype=kind)) for name, text, kind in stated if text}
    return said | {Triple(me, NamedNode(name), value) for name, value in about}


def label_words(stored: StoredPortion) -> Iterator[tuple[str, str]]:
    """The label's level and categories as IRIs, each with its property; recipients that are none are ``Nobody``."""

    def escaped(name: str) -> str:
        return quote(name.replace(" ", "-"), safe="")

    for policy, demand in stored.label.to_data().items():
        root = f"https://w3id.org/sluis/id/policy/{policy}"
        yield "level", f"{root}/level/{escaped(demand['level'])}"
        recipients = {} if demand["releasable_to"] == "EVERYONE" else demand["releasable_to"]
        kinds = {"compartment": demand["compartments"], "handlingRemark": demand["informative"]}
        for word, by_tag in {**kinds, "releasableTo": recipients}.items():
            for tag, names in by_tag.items():
                for name in names:
                    yield word, f"{root}/category/{escaped(tag)}/{escaped(name)}"
        if any(names == [] for names in recipients.values()):
            yield "releasableTo", f"{NS}Nobody"


def patterns_of(rule: str) -> tuple[list[Pattern], list[Pattern]]:
    """Premises and conclusions of a rule. A variable is a ``str``, every other term a ``NamedNode``."""
    text = re.sub(r"(?m)^#.*$", "", rule)
    prefixes = dict(re.findall(r"PREFIX (\S*): <(\S*)>", text))

    def term(word: str) -> object:
        if word.startswith("?"):
            return word
        prefix, _, local = word.partition(":")
        return NamedNode(RDF_TYPE if word == "a" else word[1:-1] if word[0] == "<" else prefixes[prefix] + local)

    def block(body: str) -> list[Pattern]:
        words = [term(word) for word in body.split() if word != "."]
        return [(words[n], words[n + 1], words[n + 2]) for n in range(0, len(words), 3)]

    conclusions, premises = re.findall(r"\{([^{}]*)\}", text)
    return block(premises), block(conclusions)


def matches(premises: list[Pattern], facts: Iterable[Triple]) -> Iterator[dict[object, object]]:
    """Every way in which the premises hold."""
    found: list[dict[object, object]] = [{}]
    for pattern in premises:
        found = [both for known in found for fact in facts if (both := _extended(known, pattern, fact)) is not None]
    yield from found


def _extended(known: dict[object, object], pattern: Pattern, fact: Triple) -> dict[object, object] | None:
    known = dict(known)
    for wanted, term in zip(pattern, (fact.subject, fact.predicate, fact.object), strict=True):
        if (known.setdefault(wanted, term) if isinstance(wanted, str) else wanted) != term:
            return None
    return known


def concluded(conclusions: list[Pattern], known: dict[object, object]) -> Iterator[Triple]:
    for pattern in conclusions:
        subject, predicate, object_ = (known.get(term, term) for term in pattern)
        if isinstance(predicate, NamedNode) and predicate.value in LABEL_WORDS:
            continue
        if not isinstance(subject, Literal) and isinstance(predicate, NamedNode):
            yield Triple(subject, predicate, object_)


def closure(facts: set[Triple]) -> set[Triple]:
    """Every conclusion of the rules that stand among the facts, until there are no more."""
    rules = [patterns_of(fact.object.value) for fact in facts if fact.predicate.value == f"{NS}construct"]
    derived: set[Triple] = set()
    while True:
        known = facts | derived
        new = {
            triple
            for premises, conclusions in rules
            for found in matches(premises, known)
            for triple in concluded(conclusions, found)
        }
        if new <= derived:
            return derived
        derived |= new


def oracle_quads(portions: Iterable[StoredPortion], clearance: Clearance) -> set[Quad]:
    """The dataset at a clearance."""
    graphs = {NamedNode(stored.id): triples_in(stored) for stored in portions if may_read(clearance, stored)}
    merged = {triple for triples in graphs.values() for triple in triples}
    derived = closure(merged)
    named = {**graphs, DERIVED: derived, DefaultGraph(): merged | derived}
    return {Quad(*triple, graph) for graph, triples in named.items() for triple in triples}


def oracle_store(portions: Iterable[StoredPortion], clearance: Clearance) -> Store:
    store = Store()
    store.extend(Dataset(oracle_quads(portions, clearance)))
    return store
