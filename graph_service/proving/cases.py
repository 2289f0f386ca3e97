"""What is tried: small worlds of portions and questions about them, drawn from a seed.

Everything is drawn from so few names that the visible and the hidden say the same things all the time: that is where
leaks live. ``{w}`` in a statement or question stands for the namespace of one trial, so that trials don't meet.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

EXERCISE = "OEFENING / EXERCISE"
_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NAMES, _PREDICATES = ("a", "b", "c", "d"), ("knows", "likes")
CANARY = "CANARY"


@dataclass(frozen=True)
class Part:
    """One portion of a world: its name there, its level (an index of the adapter's markings), and its statements."""

    name: str
    level: int
    statements: tuple[str, ...]

    def without(self, statement: str) -> Part:
        return Part(self.name, self.level, tuple(line for line in self.statements if line != statement))

    def ntriples(self, world: str) -> str:
        said = (*self.statements, f'<{{w}}{self.name}> {_LABEL} "{EXERCISE}" .')
        return "".join(f"{line}\n".replace("{w}", world) for line in said)


@dataclass(frozen=True)
class Question:
    """A SPARQL query and the operators in it."""

    text: str
    operators: tuple[str, ...]

    @property
    def is_of_its_world(self) -> bool:
        """Whether nothing but what the world says can be in the answer."""
        return "{w}" in self.text

    def query(self, world: str) -> str:
        return self.text.replace("{w}", world)


@dataclass(frozen=True)
class World:
    """Parts that a reader at ``level`` sees, one that they see until it is raised, and parts that they never see."""

    level: int
    visible: tuple[Part, ...]
    raised: tuple[Part, ...]
    hidden: tuple[Part, ...]

    def removals(self) -> list[tuple[str, str]]:
        """What can be left out: whole parts first (part, no statement), then statements one by one."""
        parts = (*self.hidden, *self.visible, *self.raised)
        return [(part.name, "") for part in parts] + [(part.name, line) for part in parts for line in part.statements]

    def without(self, name: str, statement: str) -> World:
        """The world without a part, or without one statement of it."""

        def kept(parts: tuple[Part, ...]) -> tuple[Part, ...]:
            if not statement:
                return tuple(part for part in parts if part.name != name)
            return tuple(part.without(statement) if part.name == name else part for part in parts)

        return World(self.level, kept(self.visible), kept(self.raised), kept(self.hidden))


def make_world(chance: random.Random, *, levels: int, level: int) -> World:
    """A world for a reader at ``level``, of ``levels`` in all; what is hidden is above it."""
    visible = [_part(chance, f"low{n}", chance.randint(0, level)) for n in range(chance.randint(1, 3))]
    twice = "<{w}twice> <{w}is> <{w}once> ."
    visible += [Part(f"twice{n}", chance.randint(0, level), (twice,)) for n in range(2)]
    raised = _part(chance, "raised", level, "<{w}a> <{w}knows> <{w}raised> .")
    said = [line for part in visible for line in part.statements]
    hidden = []
    for n in range(chance.randint(1, 3)):
        canary = f'<{{w}}{chance.choice(_NAMES)}> <{{w}}says> "{CANARY}-{n}" .'
        hidden.append(_part(chance, f"high{n}", chance.randint(level + 1, levels - 1), canary, chance.choice(said)))
    return World(level, tuple(visible), (raised,), tuple(hidden))


def _part(chance: random.Random, name: str, level: int, *more: str) -> Part:
    drawn = [_statement(chance) for _ in range(chance.randint(2, 6))]
    return Part(name, level, tuple(dict.fromkeys((*more, *drawn))))


def _statement(chance: random.Random) -> str:
    subject = f"<{{w}}{chance.choice(_NAMES)}>"
    if chance.random() < 0.3:
        return f'{subject} <{{w}}count> "{chance.randint(1, 4)}"^^<{_XSD}integer> .'
    return f"{subject} <{{w}}{chance.choice(_PREDICATES)}> <{{w}}{chance.choice(_NAMES)}> ."


_GROUPS = {
    "bgp": "",
    "join": "?o <{w}knows> ?x .",
    "optional": "OPTIONAL { ?o <{w}likes> ?x }",
    "union": "{ ?s <{w}knows> ?x } UNION { ?o <{w}likes> ?x }",
    "minus": "MINUS { ?s <{w}likes> ?y }",
    "not-exists": "FILTER NOT EXISTS { ?o <{w}knows> ?y }",
    "exists": "FILTER EXISTS { ?s <{w}likes> ?y }",
    "filter": "FILTER(?o != <{w}b>)",
    "values": "VALUES ?s { <{w}a> <{w}b> <{w}twice> }",
    "graph": "GRAPH ?g { ?s <{w}knows> ?x }",
    "path-plus": "?s <{w}knows>+ ?x .",
    "path-star": "?o (<{w}knows>|<{w}likes>)* ?x .",
    "path-inverse": "?o ^<{w}knows>/<{w}likes>? ?x .",
    "path-negated": "?s !(<{w}knows>|<{w}is>) ?x .",
    "subselect": "{ SELECT ?o (COUNT(?y) AS ?x) { ?y <{w}likes> ?o } GROUP BY ?o }",
    "bind": "BIND(STR(?o) AS ?z)",
}
_FIRST = ("?s <{w}knows> ?o .", "?s <{w}likes> ?o .", "?s ?p ?o . FILTER(STRSTARTS(STR(?s), '{w}'))")
_FORMS = {
    "select": "SELECT ?s ?o ?x ?z { # }",
    "distinct": "SELECT DISTINCT ?s ?x { # }",
    "count": "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?o) AS ?d) { # }",
    "group-by": "SELECT ?s (COUNT(?o) AS ?n) { # } GROUP BY ?s",
    "sum": "SELECT (SUM(?v) AS ?n) (AVG(?v) AS ?m) (MIN(?v) AS ?l) (MAX(?v) AS ?h) { # ?s <{w}count> ?v }",
    "having": "SELECT ?o { # } GROUP BY ?o HAVING (COUNT(?s) > 1)",
    "order-limit": "SELECT ?s ?o { # } ORDER BY ?s ?o LIMIT 3",
    "ask": "ASK { # }",
}
OPERATORS = (*_GROUPS, *_FORMS)

TELLING = (
    Question("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", ("count",)),
    Question("SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }", ("count", "graph")),
    Question("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", ("count", "graph")),
    Question("ASK { ?s <{w}says> ?canary }", ("ask",)),
    Question("SELECT ?s ?v { ?s <{w}says> ?v }", ("select",)),
    Question("SELECT (SUM(?v) AS ?n) { ?s <{w}count> ?v }", ("sum",)),
    Question("SELECT ?s { ?s <{w}knows> ?o FILTER NOT EXISTS { ?s <{w}says> ?v } }", ("select", "not-exists")),
    Question("SELECT ?s { ?s <{w}knows> ?o MINUS { ?s <{w}says> ?v } }", ("select", "minus")),
    Question("SELECT ?o { <{w}a> (<{w}knows>|<{w}likes>)* ?o }", ("select", "path-star")),
    Question("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p", ("group-by",)),
)
"""Questions that every world is asked."""

MERGED_ONCE = Question("SELECT (COUNT(*) AS ?n) { <{w}twice> <{w}is> ?o }", ("count",))
SEEN_HIGHER = Question("SELECT ?v { ?s <{w}says> ?v }", ("select",))


def make_questions(chance: random.Random, *, number: int) -> list[Question]:
    """The telling ones and others, each with a form and at most two groups, so that every operator has its turn."""
    drawn: dict[str, Question] = {question.text: question for question in TELLING}
    turn = chance.randrange(len(_GROUPS))
    for at in range(10 * number):
        if len(drawn) >= number:
            break
        groups = dict.fromkeys([list(_GROUPS)[(turn + at) % len(_GROUPS)], chance.choice(list(_GROUPS))])
        form = list(_FORMS)[at % len(_FORMS)]
        where = " ".join(filter(None, (chance.choice(_FIRST), *(_GROUPS[name] for name in groups))))
        question = Question(_FORMS[form].replace("#", where), (*groups, form))
        drawn.setdefault(question.text, question)
    return list(drawn.values())
