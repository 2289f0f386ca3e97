"""What each route is for, in words: the table from which /openapi.json and /docs are made. ``app`` does the work.

A test compares it with the application's own rules, and sees to it that every status in it can happen.
"""

from __future__ import annotations

from dataclasses import dataclass

ALWAYS = (401, 403, 503)
"""What every admitted request can meet: an unknown token, a clearance not in force, no view."""

_ASKED = (304, 400, *ALWAYS, 406)
_FOUND = (*_ASKED, 404)


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one rule.

    ``rule``        as the application has it; ``question`` stands for each question of the catalogue
    ``group``       of ``GROUPS``
    ``summary``     in English and Dutch
    ``parameters``  names of the shared parameters that it takes
    ``answers``     the kinds of its answer: ``results``, ``graph``, the name of a JSON schema, ``html``
    ``success``     the status of a request that is done; ``None`` where none is
    ``statuses``    the others that it can answer
    ``headers``     of its answer, besides those that all answers of the kind have
    ``reads``       the media types of its body
    ``body``        the name of the JSON schema of a body of ``JSON``
    """

    method: str
    rule: str
    group: str
    summary: tuple[str, str]
    parameters: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    success: int | None = 200
    statuses: tuple[int, ...] = ALWAYS
    headers: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    body: str = ""


GROUPS = {
    "sparql": ("SPARQL and graphs", "SPARQL en grafen"),
    "things": ("Descriptions", "Beschrijvingen"),
    "questions": ("The catalogue", "De catalogus"),
    "writing": ("Writing a query", "Een vraag schrijven"),
    "own": ("You and your queries", "U en uw vragen"),
    "proposals": ("Proposals", "Voorstellen"),
    "service": ("The service", "De dienst"),
}
"""The groups of routes, in English and Dutch."""

FORM, QUERY, JSON = "application/x-www-form-urlencoded", "application/sparql-query", "application/json"
_PROPOSED = (400, *ALWAYS, 413, 415, 429)
_DATASET = ("default-graph-uri", "named-graph-uri")
_WISHES = ("timeout", "clearance", "mark")
_NO_WRITING = ("Refused: data come in with the command line", "Geweigerd: gegevens komen binnen via de opdrachtregel")

QUESTION = Route(
    "GET",
    "/queries/<name>",
    "questions",
    ("The answer to one question", "Het antwoord op één vraag"),
    ("label-language", "format-of-rows", *_WISHES, "If-None-Match"),
    ("results",),
    statuses=_ASKED,
)
"""What every question of the catalogue shares; its own parameters come besides."""

ROUTES = (
    Route(
        "GET",
        "/",
        "service",
        (
            "Where to begin; a browser gets the page, whose files are not part of this interface",
            "Waar te beginnen; een browser krijgt de pagina, waarvan de bestanden niet bij deze koppeling horen",
        ),
        answers=("Index",),
    ),
    Route(
        "GET",
        "/health",
        "service",
        (
            "Whether the server answers; nobody's, tokens are not looked at",
            "Of de server antwoordt; van niemand, tokens worden niet bekeken",
        ),
        answers=("Health",),
        statuses=(),
    ),
    Route(
        "GET",
        "/sparql",
        "sparql",
        (
            "The answer to a SPARQL query; without one, a description of the service",
            "Het antwoord op een SPARQL-vraag; zonder vraag een beschrijving van de dienst",
        ),
        ("query", *_DATASET, "format", *_WISHES, "If-None-Match"),
        ("results", "graph"),
        statuses=_ASKED,
    ),
    Route(
        "POST",
        "/sparql",
        "sparql",
        (
            "The same, with the query in a form or as the body",
            "Hetzelfde, met de vraag in een formulier of als inhoud",
        ),
        ("query", *_DATASET, "format", *_WISHES, "If-None-Match"),
        ("results", "graph"),
        statuses=(*_ASKED, 413, 415),
        reads=(FORM, QUERY),
    ),
    Route(
        "GET",
        "/data",
        "sparql",
        (
            "One graph, or the default graph: the read side of the Graph Store Protocol",
            "Eén graaf, of de standaardgraaf: de leeskant van het Graph Store Protocol",
        ),
        ("default", "graph", "format-of-graphs", "timeout", "If-None-Match"),
        ("graph",),
        statuses=_FOUND,
    ),
    *(Route(method, "/data", "sparql", _NO_WRITING, success=None) for method in ("PUT", "POST", "DELETE", "PATCH")),
    Route(
        "GET",
        "/describe",
        "things",
        ("What your view says of an IRI", "Wat uw weergave over een IRI zegt"),
        ("iri", "format-of-graphs", "timeout", "If-None-Match"),
        ("graph",),
        statuses=_FOUND,
        headers=("Link",),
    ),
    Route(
        "GET",
        "/id/<path:name>",
        "things",
        (
            "The same for https://w3id.org/sluis/id/ and the name; its slashes stay slashes",
            "Hetzelfde voor https://w3id.org/sluis/id/ en de naam; de schuine strepen blijven staan",
        ),
        ("name", "format-of-graphs", "timeout", "If-None-Match"),
        ("graph",),
        statuses=_FOUND,
        headers=("Link",),
    ),
    Route(
        "GET",
        "/.well-known/void",
        "things",
        ("A VoID description of your view, with its counts", "Een VoID-beschrijving van uw weergave, met aantallen"),
        ("format-of-graphs", "timeout", "If-None-Match"),
        ("graph",),
        statuses=_ASKED,
    ),
    Route(
        "GET",
        "/prefixes",
        "things",
        ("The prefixes that need no declaration", "De prefixen die niet gedeclareerd hoeven te worden"),
        ("format-of-graphs", "timeout", "If-None-Match"),
        ("graph",),
        statuses=_ASKED,
    ),
    Route(
        "GET",
        "/queries",
        "questions",
        (
            "Every question with its parameters, columns and example",
            "Elke vraag met haar parameters, kolommen en voorbeeld",
        ),
        answers=("Catalogue",),
    ),
    QUESTION,
    Route(
        "GET",
        "/api/questions/<name>",
        "questions",
        (
            "The SPARQL of one question, with the values given for its parameters and a place for each other",
            "De SPARQL van één vraag, met de opgegeven waarden van haar parameters en een plaats voor elke andere",
        ),
        ("question-name",),
        ("QuestionText",),
        statuses=(400, *ALWAYS, 404),
    ),
    Route(
        "POST",
        "/api/check",
        "writing",
        (
            "What is wrong with a query, where, and what would mend it; it is not asked",
            "Wat er aan een vraag mankeert, waar, en wat helpt; de vraag wordt niet gesteld",
        ),
        ("clearance",),
        ("Check",),
        statuses=(400, *ALWAYS, 413, 415),
        reads=(FORM, QUERY),
    ),
    Route(
        "GET",
        "/api/complete",
        "writing",
        (
            "Classes, properties, things and prefixes that a text may be the beginning of, the most used first",
            "Klassen, eigenschappen, dingen en prefixen waarvan een tekst het begin kan zijn, de meest gebruikte eerst",
        ),
        ("kind", "text", "class", "limit", "label-language", "timeout", "clearance"),
        ("Suggestions",),
        statuses=(400, *ALWAYS),
    ),
    Route(
        "GET",
        "/api/me",
        "own",
        (
            "Who you are here: your clearance, how long it holds, your banner, and the levels at which you may ask",
            "Wie u hier bent: uw machtiging, hoe lang zij geldt, uw banner en de niveaus waarop u kunt vragen",
        ),
        ("clearance",),
        ("Me",),
        statuses=(400, *ALWAYS),
    ),
    Route(
        "GET",
        "/api/banner",
        "own",
        ("The banner over several answers: the join of markings", "De banner boven meer antwoorden samen"),
        ("of",),
        ("Banner",),
        statuses=(400, *ALWAYS),
    ),
    Route(
        "GET",
        "/api/queries",
        "own",
        ("Your own queries that run now", "Uw eigen vragen die nu lopen"),
        answers=("Running",),
    ),
    Route(
        "DELETE",
        "/api/queries/<query_id>",
        "own",
        ("Ends one of them", "Beëindigt er een"),
        ("query_id",),
        success=204,
        statuses=(*ALWAYS, 404),
    ),
    Route(
        "POST",
        "/api/reviews",
        "proposals",
        (
            "Proposes a verdict on mentions, for those who may: the builder checks and stores it",
            "Stelt een oordeel over vermeldingen voor, voor wie dat mag: de bouwer toetst het en slaat het op",
        ),
        answers=("Receipt",),
        success=202,
        statuses=_PROPOSED,
        reads=(JSON,),
        body="ReviewProposal",
    ),
    Route(
        "GET",
        "/api/reviews/<proposal>",
        "proposals",
        ("What became of it, for whoever proposed it", "Wat ervan geworden is, voor wie het voorstelde"),
        ("proposal",),
        ("Receipt",),
        statuses=(*ALWAYS, 404),
    ),
    Route(
        "POST",
        "/api/labels",
        "proposals",
        (
            "Proposes a decision on the label of a portion, in the name of its originator",
            "Stelt een besluit over de rubricering van een deel voor, namens de vaststeller",
        ),
        answers=("Receipt",),
        success=202,
        statuses=_PROPOSED,
        reads=(JSON,),
        body="LabelProposal",
    ),
    Route(
        "GET",
        "/api/labels/<proposal>",
        "proposals",
        ("What became of it, for whoever proposed it", "Wat ervan geworden is, voor wie het voorstelde"),
        ("proposal",),
        ("Receipt",),
        statuses=(*ALWAYS, 404),
    ),
    Route(
        "GET",
        "/openapi.json",
        "service",
        ("This interface as OpenAPI 3.1", "Deze koppeling als OpenAPI 3.1"),
        answers=("OpenAPI",),
    ),
    Route(
        "GET",
        "/docs",
        "service",
        ("This interface as a page to read", "Deze koppeling als pagina om te lezen"),
        ("lang",),
        ("html",),
        statuses=(400, *ALWAYS),
        headers=("Content-Security-Policy", "Content-Language", "Referrer-Policy"),
    ),
)
