"""A seeded generator of our domain: documents in labelled portions, over five levels and two compartments.

Ten portions make a document, and twenty documents a cluster that refers to itself alone, so that a thing has as many
neighbours in 10^5 quads as in 10^7. Each portion states exactly ``TRIPLES`` triples: its passage, the document or a
footnote, links between actors, findings with their evidence, and two actors. Some are stated in several portions.

The text is canonical N-Triples as ingest would make it (sorted lines in pyoxigraph's form, no blank nodes), so that
a million quads need no canonicalisation; a unit test puts a sample through ingest and compares.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice

from graph_service.namespaces import NS, PREFIXES
from graph_service.portions import Portion, StoredPortion, digest, portion_id
from graph_service.security import Category, Clearance, Label, Level, Policies, PolicyClearance, PolicyLabel
from graph_service.security.labels import Release

EX = "https://example.org/bench/"
KEY = b"a key for benchmarks, not a secret"
TRIPLES = 100
PORTIONS_A_DOCUMENT, DOCUMENTS_A_CLUSTER = 10, 20
PORTIONS_A_CLUSTER = PORTIONS_A_DOCUMENT * DOCUMENTS_A_CLUSTER
ACTORS_A_CLUSTER = 2 * PORTIONS_A_CLUSTER

LEVEL_SHARES = (35, 25, 20, 12, 8)
"""How many of a hundred portions have each level, the lowest first."""
COMPARTMENT_SHARES = {"INTERVIEW": 15, "BRON": 5}
"""How many of a hundred portions above the lowest level have each compartment."""

_LINKS, _FINDINGS, _ACTORS = 8, 4, 2
_KINDS = ("StatedLink",) * 4 + ("ToBeAssessedLink",) * 3 + ("AssessedLink",)
_STATUS = {"StatedLink": "stated", "ToBeAssessedLink": "to-be-assessed", "AssessedLink": "assessed"}
_RELATIONS = ("coordinatesWith", "supportedByActor", "reportsTo")
_WORDS = "water road court police camp patrol convoy training mandate budget report border river market school".split()
_A = f"<{PREFIXES['rdf']}type>"


@dataclass(frozen=True)
class Size:
    """How much to generate, from which seed; ``first`` is the number of the first portion."""

    quads: int
    seed: int = 17
    first: int = 0

    @property
    def portions(self) -> int:
        return max(self.quads // TRIPLES, 1)


def stored(size: Size, labels: list[Label]) -> Iterator[StoredPortion]:
    """The portions of a dataset with these labels, one a portion, as the portion store would give them."""
    for number, label in zip(range(size.first, size.first + size.portions), labels, strict=True):
        portion = Portion(
            source=f"{EX}document/{number // PORTIONS_A_DOCUMENT}",
            part=str(number % PORTIONS_A_DOCUMENT),
            label=label,
            originator=f"{EX}originator/{number // PORTIONS_A_CLUSTER % 7}",
            ntriples=text(number, seed=size.seed),
        )
        yield StoredPortion(portion_id(portion, key=KEY), portion, digest(portion))


def domain_labels(size: Size, policies: Policies) -> list[Label]:
    """A label for each portion, in exactly the stated shares (but for rounding), in a seeded order."""
    levels = levels_of(policies)
    orders = list(_shares(LEVEL_SHARES, size.portions))
    lowest = orders.count(0)
    found = [label(levels[0], ())] * lowest
    for above, order in enumerate(orders[lowest:]):
        # 37 has no divisor in common with 100: any hundred in a row have exactly the stated shares.
        found.append(label(levels[order], _compartments(above * 37 % 100)))
    random.Random(size.seed).shuffle(found)  # noqa: S311
    return found


def many_labels(size: Size, policies: Policies, *, count: int) -> list[Label]:
    """A label for each portion, ``count`` different ones in all: five levels alike, and who may receive it.

    No compartments; all above the lowest level that name recipients name NLD. The fifth clearance holds all of them.
    """
    levels, others = levels_of(policies), sorted(recipients_of(policies) - {"NLD"})
    sets = [None, *(frozenset({"NLD", *two}) for two in combinations(others, 2))]
    above = list(islice(((order, names) for names in sets for order in range(1, len(levels))), count - 1))
    at: dict[int, list[Label]] = {0: [label(levels[0], ())]}
    for order, names in above:
        at.setdefault(order, []).append(label(levels[order], (), names))
    found = [at[n % len(levels)][n // len(levels) % len(at[n % len(levels)])] for n in range(size.portions)]
    random.Random(size.seed).shuffle(found)  # noqa: S311
    return found


def clearances(policies: Policies) -> list[Clearance]:
    """Five readers, the lowest first: each holds one level more; the fourth INTERVIEW too, the fifth all."""
    levels = levels_of(policies)
    nld = {Category("Releasable To", "NLD")}
    interview, source = _compartment("INTERVIEW"), _compartment("BRON")
    held: list[set[Category]] = [set(), nld, nld, {*nld, interview}, {*nld, interview, source}]
    return [
        Clearance((PolicyClearance("NLD", frozenset(levels[: order + 1]), frozenset(categories)),))
        for order, categories in enumerate(held)
    ]


def levels_of(policies: Policies) -> list[Level]:
    """The five levels of the Dutch policy, the lowest first."""
    return sorted((rule.level for rule in policies.policy("NLD").scale), key=lambda level: level.order)


def recipients_of(policies: Policies) -> set[str]:
    return {c.name for tag in policies.policy("NLD").tags if tag.key == "Releasable To" for c in tag.categories}


def label(level: Level, compartments: tuple[str, ...], recipients: frozenset[str] | None = None) -> Label:
    held = frozenset(_compartment(name) for name in compartments)
    if recipients is None:
        return Label((PolicyLabel(level, held),))
    return Label((PolicyLabel(level, held, frozenset({Release("Releasable To", recipients)})),))


def text(number: int, *, seed: int) -> str:
    """The canonical text of one portion: the same for the same number and seed, whatever else is generated."""
    rng = random.Random(f"{seed}/{number}")  # noqa: S311
    lines = [*_passage(number), *_document(number, rng), *_links(number, rng), *_findings(number, rng)]
    lines += _actors(number)
    return "".join(sorted(lines))


def _passage(number: int) -> Iterator[str]:
    me = f"<{EX}passage/{number}>"
    yield f"{me} {_A} <{NS}Passage> .\n"
    yield f"{me} <{NS}inDocument> {_document_iri(number // PORTIONS_A_DOCUMENT)} .\n"
    yield f'{me} <{NS}section> "{number % PORTIONS_A_DOCUMENT + 1}" .\n'
    yield f'{me} <{PREFIXES["skos"]}prefLabel> "passage {number}"@en .\n'


def _document(number: int, rng: random.Random) -> Iterator[str]:
    """The document's name and kind, which each of its portions states; then its head, or a footnote."""
    document, place = divmod(number, PORTIONS_A_DOCUMENT)
    me = _document_iri(document)
    yield f"{me} {_A} <{NS}ParliamentaryLetter> .\n"
    yield f'{me} <{PREFIXES["skos"]}prefLabel> "brief {document}"@nl .\n'
    cluster = document // DOCUMENTS_A_CLUSTER * DOCUMENTS_A_CLUSTER
    cited = [cluster + other for other in rng.sample(range(DOCUMENTS_A_CLUSTER), 2)]
    if place == 0:
        day = f"20{10 + document % 15}-{1 + document % 12:02}-{1 + document % 28:02}"
        yield f'{me} <{PREFIXES["dcterms"]}issued> "{day}"^^<{PREFIXES["xsd"]}date> .\n'
        yield f'{me} <{NS}dossier> "{29000 + document % 500}" .\n'
        yield f'{me} <{PREFIXES["skos"]}prefLabel> "letter {document}"@en .\n'
        yield f'{me} <{NS}subNumber> "{document % 300}" .\n'
        for other in cited:
            yield f"{me} <{NS}cites> {_document_iri(other)} .\n"
        return
    note = f"<{EX}footnote/{number}>"
    yield f"{note} {_A} <{NS}Footnote> .\n"
    yield f"{note} <{NS}inDocument> {me} .\n"
    yield f'{note} <{NS}footnoteNumber> "{place}"^^<{PREFIXES["xsd"]}integer> .\n'
    yield f"<{EX}passage/{number}> <{NS}atFootnote> {note} .\n"
    for other in cited:
        yield f"{note} <{NS}cites> {_document_iri(other)} .\n"


def _links(number: int, rng: random.Random) -> Iterator[str]:
    for place in range(_LINKS):
        me, kind = f"<{EX}link/{number * _LINKS + place}>", rng.choice(_KINDS)
        one, other = rng.sample(range(ACTORS_A_CLUSTER), 2)
        yield f"{me} {_A} <{NS}{kind}> .\n"
        yield f"{me} <{NS}linkFrom> {_actor(number, one)} .\n"
        yield f"{me} <{NS}linkTo> {_actor(number, other)} .\n"
        yield f"{me} <{NS}relation> <{NS}{rng.choice(_RELATIONS)}> .\n"
        yield f'{me} <{NS}linkStatus> "{_STATUS[kind]}" .\n'
        yield f"{me} <{NS}statedAt> <{EX}passage/{number}> .\n"


def _findings(number: int, rng: random.Random) -> Iterator[str]:
    for place in range(_FINDINGS):
        me = f"<{EX}finding/{number * _FINDINGS + place}>"
        line = f"<{EX}evidence/{number * _FINDINGS + place}>"
        words = " ".join(rng.choice(_WORDS) for _ in range(6))
        source = number // PORTIONS_A_CLUSTER * DOCUMENTS_A_CLUSTER + rng.randrange(DOCUMENTS_A_CLUSTER)
        yield f"{me} {_A} <{NS}Finding> .\n"
        yield f'{me} <{PREFIXES["skos"]}prefLabel> "finding {number}-{place}: {words}"@en .\n'
        yield f"{me} <{NS}statedAt> <{EX}passage/{number}> .\n"
        yield f"{me} <{NS}supportedBy> {line} .\n"
        yield f"{line} {_A} <{NS}EvidenceLine> .\n"
        yield f"{line} <{NS}evidenceFrom> {_document_iri(source)} .\n"
        yield f'{line} <{NS}quote> "{words} {rng.randrange(100_000)}" .\n'


def _actors(number: int) -> Iterator[str]:
    """Two actors, each part of another of its cluster: a tree of three branches a node."""
    for place in range(_ACTORS):
        own = number % PORTIONS_A_CLUSTER * _ACTORS + place
        me, unique = _actor(number, own), number * _ACTORS + place
        yield f"{me} {_A} <{NS}Organisation> .\n"
        yield f'{me} <{PREFIXES["skos"]}prefLabel> "organisation {unique}"@en .\n'
        yield f'{me} <{PREFIXES["skos"]}altLabel> "ORG-{unique}" .\n'
        yield f'{me} <{PREFIXES["skos"]}notation> "{unique}" .\n'
        yield f"{me} <{PREFIXES['prov']}atLocation> <{EX}place/{unique % 200}> .\n"
        yield f"{me} <{NS}partOf> {_actor(number, (own - 1) // 3 if own else ACTORS_A_CLUSTER)} .\n"


def _document_iri(document: int) -> str:
    return f"<{EX}document/{document}>"


def _actor(number: int, own: int) -> str:
    """An actor of the portion's cluster, by its number there."""
    return f"<{EX}actor/{number // PORTIONS_A_CLUSTER}-{own}>"


def _shares(shares: tuple[int, ...], count: int) -> Iterator[int]:
    """``count`` positions, each as often as its share of a hundred says."""
    bound = 0
    for position, share in enumerate(shares):
        begin, bound = bound, bound + share
        yield from (position for _ in range(begin * count // 100, bound * count // 100))


def _compartments(place: int) -> tuple[str, ...]:
    for name, share in COMPARTMENT_SHARES.items():
        if place < share:
            return (name,)
        place -= share
    return ()


def _compartment(name: str) -> Category:
    return Category("Compartments", name)
