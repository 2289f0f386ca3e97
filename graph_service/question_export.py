"""The catalogue as RDF: each question a ``sh:SPARQLSelectExecutable``, in Turtle.

Spec: https://www.w3.org/TR/shacl/#SPARQLExecutable, https://www.w3.org/TR/shacl-af/#parameters. As published sets of
example queries do it: labels and comments by language, ``schema:keywords``, and ``schema:target`` for the endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph_service.errors import LabelError
from graph_service.handling import parse_level
from graph_service.namespaces import ID, PREFIXES, level_iri, partial_date_type
from graph_service.security import Policies
from queries import Parameter, Question

CATALOGUE = f"{ID}catalogue/"
"""Below it each question has its IRI; its parameters stand below that, by the names of their variables."""

SCHEMA = "https://schema.org/"
_OURS = {**PREFIXES, "sh": "http://www.w3.org/ns/shacl#", "schema": SCHEMA}
_PREFIXES_IRI = f"<{CATALOGUE}prefixes>"
_DATES = ("date", "gYearMonth", "gYear")


def questions_as_turtle(questions: Iterable[Question], *, policies: Policies, endpoint: str = "") -> str:
    """The questions in Turtle, with every prefix that they use declared; ``endpoint`` is where they can be asked."""
    head = [f"@prefix {name}: <{iri}> ." for name, iri in sorted(_OURS.items())]
    declared = " ,\n    ".join(
        f'[ sh:prefix "{name}" ; sh:namespace "{iri}"^^xsd:anyURI ]' for name, iri in sorted(PREFIXES.items())
    )
    blocks = [
        "\n".join(head),
        f"{_PREFIXES_IRI} a owl:Ontology ;\n  sh:declare\n    {declared} .",
        *("\n".join(_question(question, policies, endpoint)) for question in questions),
    ]
    return "\n\n".join(blocks) + "\n"


def _question(question: Question, policies: Policies, endpoint: str) -> Iterator[str]:
    me = f"{CATALOGUE}{question.name}"
    yield f"<{me}> a sh:SPARQLExecutable , sh:SPARQLSelectExecutable ;"
    yield f"  rdfs:label {_text(question.summary, 'en')} , {_text(question.summary_nl, 'nl')} ;"
    yield f"  rdfs:comment {_text(question.description, 'en')} , {_text(question.description_nl, 'nl')} ;"
    yield f"  schema:keywords {' , '.join(_text(tag) for tag in question.tags)} ;"
    if endpoint:
        yield f"  schema:target <{endpoint}> ;"
    for order, parameter in enumerate(question.parameters):
        stated = " ;\n    ".join(_parameter(parameter, me, order, policies))
        yield f"  sh:parameter [\n    {stated}\n  ] ;"
    yield f"  sh:prefixes {_PREFIXES_IRI} ;"
    yield f"  sh:select {_text(question.select)} ."


def _parameter(parameter: Parameter, question: str, order: int, policies: Policies) -> Iterator[str]:
    """Spec: the local name of ``sh:path`` is the name of the variable."""
    yield "a sh:Parameter"
    yield f"sh:path <{question}/param_{parameter.name}>"
    yield f"sh:name {_text(parameter.name)}"
    yield f"sh:description {_text(parameter.description, 'en')} , {_text(parameter.description_nl, 'nl')}"
    yield f"sh:order {order}"
    if not parameter.required:
        yield "sh:optional true"
    if parameter.type in {"iri", "level"}:
        yield "sh:nodeKind sh:IRI"
        of_class = "sluis:ClassificationLevel" if parameter.type == "level" else parameter.of_class
        if of_class:
            yield f"sh:class {of_class}"
    elif parameter.type == "date":
        yield f"sh:or ( {' '.join(f'[ sh:datatype xsd:{name} ]' for name in _DATES)} )"
    else:
        yield f"sh:datatype xsd:{'string' if parameter.type == 'enum' else parameter.type}"
    if parameter.values:
        yield f"sh:in ( {' '.join(_text(value) for value in parameter.values)} )"
    if parameter.default is not None and (default := _default(parameter, parameter.default, policies)):
        yield f"sh:defaultValue {default}"


def _default(parameter: Parameter, value: str, policies: Policies) -> str:
    """The default as a term; empty for a level that these policies don't have."""
    if parameter.type == "level":
        try:
            level = parse_level(value, policies=policies)
        except LabelError:
            return ""
        return f"<{level_iri(level.policy, level.name)}>"
    if parameter.type == "iri":
        return f"<{value}>"
    if parameter.type in {"string", "enum"}:
        return _text(value)
    return f'"{value}"^^xsd:{partial_date_type(value) if parameter.type == "date" else parameter.type}'


def _text(text: str, language: str = "") -> str:
    """A string in Turtle, over several lines where it has them."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    written = f'"""{escaped}"""' if {*text} & {*"\r\n"} else f'"{escaped}"'
    return f"{written}@{language}" if language else written
