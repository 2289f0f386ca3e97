"""The vocabulary as portions: the ontology, the rules and the security policies, each a source of its own.

They are information like any other: a view holds them only if its reader is cleared for their label.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import ontology
from graph_service.portions import Portion
from graph_service.security import Label, Policies, SecurityPolicy
from loaders.base import ID, NS, RDF_TYPE, expand, level_iri, ntriples
from loaders.cells import xsd

ORIGINATOR = f"{ID}originator/sluis"
_PREF_LABEL = expand("skos:prefLabel")
_NOTATION = expand("skos:notation")


def vocabulary(*, policies: Policies, label: Label) -> Iterator[Portion]:
    """All vocabulary portions at one label: the ontology files, the rules, and each policy."""
    for name, text in ontology.ontology_files():
        triples = {quad.triple for quad in parse(text, format=RdfFormat.TURTLE, base_iri=NS)}
        yield _portion(f"{ID}vocabulary", name, label, triples)
    for name, text in ontology.rule_files():
        yield _portion(f"{ID}rules", name, label, _rule(name, text))
    for policy in policies.by_id.values():
        yield _portion(f"{ID}policy/{policy.id}", policy.version, label, _policy(policy))


def _portion(source: str, part: str, label: Label, triples: Iterable[Triple]) -> Portion:
    return Portion(source, part, label, ORIGINATOR, ntriples(triples))


def _rule(name: str, text: str) -> Iterator[Triple]:
    name = name.removesuffix(".rq")
    rule = NamedNode(f"{ID}closure-rule/{name}")
    yield Triple(rule, RDF_TYPE, expand("sluis:Rule"))
    yield Triple(rule, _PREF_LABEL, Literal(f"afleidingsregel {name}", language="nl"))
    yield Triple(rule, _PREF_LABEL, Literal(f"closure rule {name}", language="en"))
    yield Triple(rule, expand("sluis:construct"), Literal(text))


def _policy(policy: SecurityPolicy) -> Iterator[Triple]:
    """The policy for questions to ask: its levels in order with their markings. Never used for a decision."""
    me = NamedNode(f"{ID}policy/{policy.id}")
    yield Triple(me, RDF_TYPE, expand("sluis:ClassificationPolicy"))
    # Not skos:notation: that is a name, and `EU` and `UN` are names of actors.
    yield Triple(me, expand("dcterms:identifier"), Literal(policy.id))
    yield Triple(me, expand("dcterms:hasVersion"), Literal(policy.version))
    yield from (Triple(me, _PREF_LABEL, Literal(name, language=lang)) for lang, name in policy.names.items())
    yield from (Triple(me, expand("dcterms:source"), Literal(source)) for source in policy.sources)
    for level in policy.levels:
        step = level_iri(level)
        yield Triple(step, RDF_TYPE, expand("sluis:ClassificationLevel"))
        yield Triple(step, expand("sluis:inPolicy"), me)
        yield Triple(step, expand("sluis:levelOrder"), Literal(str(level.order), datatype=xsd("integer")))
        yield Triple(step, _NOTATION, Literal(level.marking))
        secret = str(level.marking in policy.state_secrets).lower()
        yield Triple(step, expand("sluis:isStateSecret"), Literal(secret, datatype=xsd("boolean")))
        names = policy.level_names[level.marking]
        yield from (Triple(step, _PREF_LABEL, Literal(name, language=lang)) for lang, name in names.items())
