"""Classes, properties and things by what people begin to write, ranked by how much the asker's own view uses them.

Everything is asked of that view, so that what is hidden is neither suggested nor counted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from graph_service.namespaces import PREFIXES
from graph_service.serving.query_guard import GuardedQuery, guard
from graph_service.serving.questions import iri_term, string_term
from graph_service.serving.well_known import WELL_KNOWN

Row = dict[str, str]
Ask = Callable[[GuardedQuery], list[Row]]
MOST = 100
_CONSIDERED = 200

_NAMES = """
    SELECT DISTINCT ?thing ?name (LANG(?name) AS ?language) {{
        {things} VALUES ?naming {{ rdfs:label skos:prefLabel dcterms:title }} ?thing ?naming ?name
    }}
"""
_CLASSES = guard("SELECT ?thing (COUNT(*) AS ?uses) { ?s a ?thing FILTER(ISIRI(?thing)) } GROUP BY ?thing")
_PROPERTIES = guard("SELECT ?thing (COUNT(*) AS ?uses) { ?s ?thing ?o } GROUP BY ?thing")
_PROPERTIES_OF = guard(
    "SELECT ?thing (COUNT(*) AS ?uses) { VALUES ?class { UNDEF } ?s a ?class ; ?thing ?o } GROUP BY ?thing"
)
_CLASS_NAMES = guard(_NAMES.format(things="{ SELECT DISTINCT ?thing { ?s a ?thing } }"))
_PROPERTY_NAMES = guard(_NAMES.format(things="{ SELECT DISTINCT ?thing { ?s ?thing ?o } }"))
_LOOKED_AT = "VALUES ?naming { skos:prefLabel skos:altLabel skos:notation rdfs:label dcterms:title }"
_NAMED = """
    SELECT ?thing (MIN(?far) AS ?distance) {{
        VALUES ?text {{ UNDEF }} {looked} ?thing ?naming ?name . {of_class}
        BIND(LCASE(STR(?name)) AS ?folded) FILTER(CONTAINS(?folded, ?text) && ISIRI(?thing))
        FILTER(EXISTS {{ ?thing a ?any }})
        BIND(IF(STRSTARTS(?folded, ?text), 0, IF(CONTAINS(?folded, CONCAT(" ", ?text)), 1000, 2000)) + STRLEN(?folded)
            AS ?far)
    }} GROUP BY ?thing ORDER BY ?distance ?thing LIMIT {most}
"""
_OF_CLASS = "VALUES ?class { UNDEF } ?thing a ?class ."
_BY_NAME = guard(_NAMED.format(looked=_LOOKED_AT, of_class="", most=_CONSIDERED))
_BY_NAME_IN = guard(_NAMED.format(looked=_LOOKED_AT, of_class=_OF_CLASS, most=_CONSIDERED))
_BY_IRI = guard(
    "SELECT DISTINCT ?thing { VALUES ?text { UNDEF } ?thing a ?any "
    f"FILTER(ISIRI(?thing) && STRSTARTS(STR(?thing), ?text)) }} ORDER BY ?thing LIMIT {_CONSIDERED}"
)
_IN_CLASS = guard(f"SELECT DISTINCT ?thing {{ {_OF_CLASS} FILTER(ISIRI(?thing)) }} ORDER BY ?thing LIMIT {_CONSIDERED}")
_USES = guard(
    "SELECT ?thing (COUNT(*) AS ?uses) { VALUES ?thing { UNDEF } "
    "{ ?thing ?p ?o } UNION { ?s ?q ?thing } } GROUP BY ?thing"
)
_NAMES_OF = guard(_NAMES.format(things="VALUES ?thing { UNDEF }"))
_TYPES_OF = guard("SELECT ?thing ?type { VALUES ?thing { UNDEF } ?thing a ?type FILTER(ISIRI(?type)) }")


@dataclass(frozen=True)
class Suggestion:
    """A thing to write: its IRI, how it is written, its name in the asker's language, how often the view uses it."""

    iri: str
    term: str
    label: str
    uses: int | None = None
    type: str = ""

    def to_data(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value not in (None, "")}


def prefixed(iri: str) -> str:
    """An IRI as a query writes it: with a prefix that needs no declaration, if one fits, else whole."""
    fitting = [(len(space), prefix) for prefix, space in PREFIXES.items() if iri.startswith(space)]
    if fitting:
        size, prefix = max(fitting)
        local = re.sub(r"([~.!$&'()*+,;=/?#@%])", r"\\\1", iri[size:])
        if re.fullmatch(r"(?:[\w:]|\\.)(?:[\w:-]|\\.)*|", local):
            return f"{prefix}:{local}"
    return iri_term(iri)


def prefixes(text: str, *, limit: int) -> list[Suggestion]:
    """Prefixes that begin so: first those that need no declaration."""
    found = [(prefix, space) for prefix, space in WELL_KNOWN.items() if prefix.startswith(text.rstrip(":").lower())]
    return [Suggestion(space, f"{prefix}:", prefix) for prefix, space in found[:limit]]


def classes(text: str, *, ask: Ask, lang: str, limit: int) -> list[Suggestion]:
    return _matching(text, _counted(ask(_CLASSES)), _names(ask(_CLASS_NAMES)), lang=lang, limit=limit)


def properties(text: str, *, ask: Ask, lang: str, limit: int, of_class: str = "") -> list[Suggestion]:
    """Properties by use; with a class, those of its things, and only these."""
    counts = ask(_PROPERTIES_OF.with_terms({"class": iri_term(of_class)})) if of_class else ask(_PROPERTIES)
    return _matching(text, _counted(counts), _names(ask(_PROPERTY_NAMES)), lang=lang, limit=limit)


def vocabulary(*, ask: Ask) -> list[str]:
    """The IRIs of every class and property that the view uses."""
    return [row["thing"] for query in (_CLASSES, _PROPERTIES) for row in ask(query)]


def individuals(text: str, *, ask: Ask, lang: str, limit: int, of_class: str = "") -> list[Suggestion]:
    """Things whose name holds the text, or whose IRI begins so: those that begin with it first, then by use."""
    distances = _found(text, ask, of_class)
    if not distances:
        return []
    terms = " ".join(iri_term(iri) for iri in distances)
    uses = _counted(ask(_USES.with_terms({"thing": terms})))
    chosen = sorted(distances, key=lambda iri: (distances[iri] // 1000, -uses.get(iri, 0), distances[iri], iri))[:limit]
    terms = " ".join(iri_term(iri) for iri in chosen)
    names, types = _names(ask(_NAMES_OF.with_terms({"thing": terms}))), _types(ask, terms, lang)
    return [
        Suggestion(iri, prefixed(iri), _in_language(names[iri], lang), uses.get(iri, 0), types.get(iri, ""))
        for iri in chosen
    ]


def _found(text: str, ask: Ask, of_class: str) -> dict[str, int]:
    """The things that the text may mean, each with how far its name is from it."""
    class_term = {"class": iri_term(of_class)} if of_class else {}
    folded = text.strip().lower()
    if not folded:
        return {row["thing"]: 0 for row in ask(_IN_CLASS.with_terms(class_term))} if of_class else {}
    prefix, colon, local = text.strip().partition(":")
    if colon and (prefix in PREFIXES or local.startswith("//")):
        start = PREFIXES[prefix] + local.replace("\\", "") if prefix in PREFIXES else text.strip()
        return {row["thing"]: 0 for row in ask(_BY_IRI.with_terms({"text": string_term(start)}))}
    query = _BY_NAME_IN if of_class else _BY_NAME
    rows = ask(query.with_terms({"text": string_term(folded), **class_term}))
    return {row["thing"]: int(row["distance"]) for row in rows}


def _types(ask: Ask, terms: str, lang: str) -> dict[str, str]:
    """Of each thing the name of its rarest class that has one: the one that says most."""
    counts, names = _counted(ask(_CLASSES)), _names(ask(_CLASS_NAMES))
    of: defaultdict[str, list[str]] = defaultdict(list)
    for row in ask(_TYPES_OF.with_terms({"thing": terms})):
        if row["type"] in names:
            of[row["thing"]].append(row["type"])
    rarest = {thing: min(found, key=lambda kind: (counts.get(kind, 0), kind)) for thing, found in of.items()}
    return {thing: _in_language(names[kind], lang) for thing, kind in rarest.items()}


def _matching(
    text: str, counts: dict[str, int], names: dict[str, dict[str, list[str]]], *, lang: str, limit: int
) -> list[Suggestion]:
    """Those that the text fits: at the beginning of a name first, then of a word in it, then anywhere; each by use."""
    wanted = text.strip().lower()
    ranked = []
    for iri, uses in counts.items():
        term = prefixed(iri)
        written = (term, re.split(r"[#/:]", iri)[-1], *(name for of in names[iri].values() for name in of))
        fit = min((_fit(wanted, form) for form in written), default=3)
        if fit < 3:
            ranked.append((fit, -uses, iri, term))
    return [
        Suggestion(iri, term, _in_language(names[iri], lang), -uses) for _, uses, iri, term in sorted(ranked)[:limit]
    ]


def _fit(wanted: str, form: str) -> int:
    folded = form.lower()
    if folded.startswith(wanted):
        return 0
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", form).lower()
    return 1 if re.search(rf"\b{re.escape(wanted)}", words) else 2 if wanted in folded else 3


def _counted(rows: Iterable[Row]) -> dict[str, int]:
    return {row["thing"]: int(row["uses"]) for row in rows}


def _names(rows: Iterable[Row]) -> defaultdict[str, dict[str, list[str]]]:
    """The names of each thing by language, in an order of their own."""
    found: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: (row["thing"], row["name"])):
        found[row["thing"]].setdefault(row.get("language", ""), []).append(row["name"])
    return found


def _in_language(names: dict[str, list[str]], lang: str) -> str:
    """One name: in the language asked for, in none, in English, or in any other."""
    for language in (lang, "", "en", *sorted(names)):
        if names.get(language):
            return names[language][0]
    return ""
