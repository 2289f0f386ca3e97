"""The vocabulary as portions: the ontology, the rules and the security policies, each a source of its own.

They are information like any other: a view holds them only if its reader is cleared for their label. A category whose
name is not public stands in a portion of its own, which only those see who hold the category.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import ontology
from graph_service.handling import format_part
from graph_service.namespaces import category_iri, level_iri, policy_iri
from graph_service.portions import Portion
from graph_service.security import Label, Place, Policies, PolicyLabel, SecurityPolicy
from graph_service.security.policy import CategoryRule, ForeignLevel, LevelRule, Source, Tag, TagType
from loaders.base import ID, NS, RDF_TYPE, LabelRecord, expand, portion_of
from loaders.cells import xsd

_RECORD = LabelRecord(originator=f"{ID}originator/sluis")
_PREF_LABEL = expand("skos:prefLabel")
_NOTATION = expand("skos:notation")
_SOURCE = expand("dcterms:source")
_CLASS, _LABEL = expand("owl:Class"), expand("rdfs:label")
_IN_FORCE_FROM, _IN_FORCE_UNTIL = expand("sluis:inForceFrom"), expand("sluis:inForceUntil")
_CLASS_OF_TAG = {
    TagType.RESTRICTIVE: "sluis:Compartment",
    TagType.PERMISSIVE: "sluis:Recipient",
    TagType.INFORMATIVE: "sluis:HandlingRemark",
}


def vocabulary(*, policies: Policies, label: Label, today: date) -> Iterator[Portion]:
    """All vocabulary portions at one label: the ontology files, the rules, and each version of each policy.

    Secret names of a policy that is not in force today wait until it is: no label can be set under it yet.
    """
    for name, text in ontology.ontology_files():
        triples = {quad.triple for quad in parse(text, format=RdfFormat.TURTLE, base_iri=NS)}
        yield _portion(f"{ID}vocabulary", name, label, triples)
    for name, text in ontology.rule_files():
        yield _portion(f"{ID}rules", name, label, _rule(name, text))
    for versions in policies.versions.values():
        for policy in versions:
            newest = policy is versions[0]
            yield _portion(policy_iri(policy.id), policy.version, label, _policy(policy, policies, newest=newest))
        if (versions[0].in_force_from or today) <= today:
            yield from _secret_names(versions[0], label)


@cache
def class_names() -> dict[str, dict[str, str]]:
    """The names of the ontology's classes, by their IRI and language."""
    names: dict[str, dict[str, str]] = {}
    for _, text in ontology.ontology_files():
        quads = list(parse(text, format=RdfFormat.TURTLE, base_iri=NS))
        classes = {quad.subject for quad in quads if quad.predicate == RDF_TYPE and quad.object == _CLASS}
        for quad in quads:
            if quad.predicate == _LABEL and quad.subject in classes and isinstance(quad.object, Literal):
                of = names.setdefault(getattr(quad.subject, "value", ""), {})
                of[quad.object.language or ""] = quad.object.value
    return names


def _portion(source: str, part: str, label: Label, triples: Iterable[Triple]) -> Portion:
    return portion_of(triples, source=source, part=part, label=label, record=_RECORD)


def _rule(name: str, text: str) -> Iterator[Triple]:
    name = name.removesuffix(".rq")
    rule = NamedNode(f"{ID}closure-rule/{name}")
    yield Triple(rule, RDF_TYPE, expand("sluis:Rule"))
    yield Triple(rule, _PREF_LABEL, Literal(f"afleidingsregel {name}", language="nl"))
    yield Triple(rule, _PREF_LABEL, Literal(f"closure rule {name}", language="en"))
    yield Triple(rule, expand("sluis:construct"), Literal(text))


# --- policies as SKOS: for questions to ask, never used for a decision ------------------------------------------------


def _policy(policy: SecurityPolicy, policies: Policies, *, newest: bool) -> Iterator[Triple]:
    """One version: what it rests on; and of the newest one the scale in order, its categories, its equivalences."""
    me = NamedNode(policy_iri(policy.id))
    yield Triple(me, RDF_TYPE, expand("sluis:ClassificationPolicy"))
    # Not skos:notation: that is a name, and `EU` and `UN` are names of actors.
    yield Triple(me, expand("dcterms:identifier"), Literal(policy.id))
    yield from _version(policy, me)
    if not newest:
        return
    yield Triple(me, expand("dcterms:identifier"), Literal(f"urn:oid:{policy.oid}"))
    yield from _titled(me, policy.titles)
    for rule in policy.scale:
        yield from _level(policy, rule, me)
    yield from _ordered(policy, me)
    for tag in policy.tags:
        for category in tag.rules.values():
            if tag.type is not TagType.RESTRICTIVE or category.name_is_public:
                yield from _category(policy, tag, category)
    for row in policy.equivalents:
        yield from _equivalence(policy, row, policies)


def _version(policy: SecurityPolicy, me: NamedNode) -> Iterator[Triple]:
    version = NamedNode(f"{me.value}/version/{policy.version.replace(' ', '-')}") if _plain(policy.version) else me
    yield Triple(me, expand("dcterms:hasVersion"), Literal(policy.version))
    if version != me:
        yield Triple(me, expand("sluis:policyVersion"), version)
        yield Triple(version, RDF_TYPE, expand("sluis:PolicyVersion"))
        yield Triple(version, _PREF_LABEL, Literal(policy.version))
        for day, when in ((policy.in_force_from, _IN_FORCE_FROM), (policy.in_force_until, _IN_FORCE_UNTIL)):
            if day:
                yield Triple(version, when, Literal(day.isoformat(), datatype=xsd("date")))
    for source in policy.sources:
        yield Triple(version, _SOURCE, Literal(_told(source)))
    for note in policy.notes:
        yield Triple(version, expand("skos:editorialNote"), Literal(_told(note)))


def _plain(text: str) -> bool:
    return all(character.isalnum() or character in " ._-" for character in text)


def _told(source: Source) -> str:
    return source.text if source.verified else f"{source.text} (not verified)"


def _level(policy: SecurityPolicy, rule: LevelRule, me: NamedNode) -> Iterator[Triple]:
    step, part = NamedNode(level_iri(policy.id, rule.level.name)), PolicyLabel(rule.level)
    yield Triple(step, RDF_TYPE, expand("sluis:ClassificationLevel"))
    yield Triple(step, expand("sluis:inPolicy"), me)
    yield Triple(step, expand("skos:topConceptOf"), me)
    yield Triple(step, expand("sluis:levelOrder"), Literal(str(rule.level.order), datatype=xsd("integer")))
    yield Triple(step, _NOTATION, Literal(format_part(part, policy=policy)))
    yield Triple(step, expand("sluis:portionMarking"), Literal(format_part(part, policy=policy, place=Place.PORTION)))
    secret = str(rule.state_secret).lower()
    yield Triple(step, expand("sluis:isStateSecret"), Literal(secret, datatype=xsd("boolean")))
    yield from _titled(step, rule.titles)
    for spelling in rule.spellings:
        yield Triple(step, expand("skos:hiddenLabel"), Literal(spelling))


def _ordered(policy: SecurityPolicy, me: NamedNode) -> Iterator[Triple]:
    """The scale as an ordered collection, from low to high, with nodes named by place so that none is blank."""
    scale, nil = NamedNode(f"{me.value}/scale"), expand("rdf:nil")
    yield Triple(scale, RDF_TYPE, expand("skos:OrderedCollection"))
    yield Triple(me, expand("sluis:scale"), scale)
    links = [NamedNode(f"{scale.value}/{rule.level.order}") for rule in policy.scale]
    yield Triple(scale, expand("skos:memberList"), links[0])
    for rule, link, following in zip(policy.scale, links, [*links[1:], nil], strict=True):
        yield Triple(link, RDF_TYPE, expand("rdf:List"))
        yield Triple(link, expand("rdf:first"), NamedNode(level_iri(policy.id, rule.level.name)))
        yield Triple(link, expand("rdf:rest"), following)


def _category(policy: SecurityPolicy, tag: Tag, rule: CategoryRule) -> Iterator[Triple]:
    me = NamedNode(category_iri(policy.id, tag.key, rule.category.name))
    yield Triple(me, RDF_TYPE, expand(_CLASS_OF_TAG[tag.type]))
    yield Triple(me, expand("sluis:inPolicy"), NamedNode(policy_iri(policy.id)))
    # Neither a notation nor a label, which are names that questions take: `NLD` and `France` are names of actors.
    yield Triple(me, expand("dcterms:identifier"), Literal(rule.category.name))
    for language, title in rule.titles.items():
        yield Triple(me, expand("dcterms:title"), Literal(title, language=language) if language else Literal(title))


def _secret_names(policy: SecurityPolicy, label: Label) -> Iterator[Portion]:
    """Categories whose names only holders may know: each at its own label, which is the category itself."""
    for tag in policy.tags:
        for rule in tag.rules.values():
            if tag.type is TagType.RESTRICTIVE and not rule.name_is_public:
                lowest = min(
                    (entry.level for entry in policy.scale if _may_stand(rule, entry.level.name)),
                    key=lambda level: level.order,
                )
                own = Label((policy.label(lowest, [rule.category]),)).join(label)
                name = f"{policy.version} {rule.category.name}"
                yield _portion(policy_iri(policy.id), name, own, _category(policy, tag, rule))


def _may_stand(rule: CategoryRule, level: str) -> bool:
    return level not in rule.excluded_levels and (not rule.required_levels or level in rule.required_levels)


def _equivalence(policy: SecurityPolicy, row: ForeignLevel, policies: Policies) -> Iterator[Triple]:
    """One row of equivalence as a thing of its own, with its ground and its dates. It grants nothing."""
    there = policies.by_oid(row.policy)
    name = next((rule.level.name for rule in there.scale if rule.lacv == row.lacv), "") if there else row.name
    if not name or not row.lacv:
        return
    own = NamedNode(level_iri(policy.id, row.level))
    other = NamedNode(level_iri(there.id if there else row.policy_name, name))
    if there is None:
        yield Triple(other, RDF_TYPE, expand("sluis:ClassificationLevel"))
        yield Triple(other, _PREF_LABEL, Literal(f"{name} ({row.policy_name})"))
    for level, handled_as, applies in ((own, other, row.outward), (other, own, row.inward)):
        if applies:
            me = NamedNode(f"{level.value}/handled-as/{handled_as.value.removeprefix(f'{ID}policy/')}")
            yield Triple(me, RDF_TYPE, expand("sluis:LevelEquivalence"))
            yield Triple(me, expand("sluis:equivalenceOf"), level)
            yield Triple(me, expand("sluis:handledAs"), handled_as)
            verified = str(row.source.verified).lower()
            yield Triple(me, expand("sluis:isVerified"), Literal(verified, datatype=xsd("boolean")))
            if row.source.text:
                yield Triple(me, _SOURCE, Literal(row.source.text))
            if row.note:
                yield Triple(me, expand("skos:note"), Literal(row.note))
            for day, when in ((row.valid_from, _IN_FORCE_FROM), (row.valid_until, _IN_FORCE_UNTIL)):
                if day:
                    yield Triple(me, when, Literal(day.isoformat(), datatype=xsd("date")))


def _titled(me: NamedNode, titles: Mapping[str, str]) -> Iterator[Triple]:
    for tag, name in titles.items():
        yield Triple(me, _PREF_LABEL, Literal(name, language=tag) if tag else Literal(name))
