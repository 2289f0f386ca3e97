"""What the service says of itself and of its data: always of the asker's own view.

Each description is a CONSTRUCT query over the view, so that the engine writes it in every RDF syntax, nothing in it
can come from anywhere else, and it has the view's banner and validator like any answer.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest, NotFound

from graph_service.errors import QueryForbidden
from graph_service.namespaces import ID, PREFIXES
from graph_service.serving.answering import Answering, Wish
from graph_service.serving.query_guard import GuardedQuery, guard
from graph_service.serving.questions import iri_term, string_term
from graph_service.serving.responses import GRAPHS, RESULTS

_FORMATS = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD",
}
_NAMESPACES = """
    PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
    PREFIX void: <http://rdfs.org/ns/void#>
    PREFIX sh: <http://www.w3.org/ns/shacl#>
"""
_COUNTS = """
    { SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?p) AS ?properties)
             (COUNT(DISTINCT ?o) AS ?objects) WHERE { ?s ?p ?o } }
"""
_OTHER_METHODS = ["PUT", "POST", "DELETE", "PATCH"]


class Descriptions:
    """The routes that describe: the service, the dataset, prefixes, graphs and single things."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def add_routes(self, app: Flask) -> None:
        app.add_url_rule("/.well-known/void", view_func=self.void)
        app.add_url_rule("/prefixes", view_func=self.prefixes)
        app.add_url_rule("/data", view_func=self.graph)
        app.add_url_rule("/data", view_func=self.refuse_writing, methods=_OTHER_METHODS)
        app.add_url_rule("/describe", view_func=self.describe)
        app.add_url_rule("/id/<path:name>", view_func=self.dereference)

    def service(self) -> Response:
        """Spec: https://www.w3.org/TR/sparql11-service-description/. No federated queries are claimed."""
        endpoint = _here("sparql")
        names = dict.fromkeys([*RESULTS.values(), *GRAPHS.values()])
        formats = " , ".join(f"<{_FORMATS}{_FORMAT_NAMES[name]}>" for name in names)
        return self._construct(
            f"""
            {endpoint} a sd:Service ;
                sd:endpoint {endpoint} ;
                sd:supportedLanguage sd:SPARQL11Query ;
                sd:resultFormat {formats} ;
                sd:feature sd:DereferencesURIs ;
                sd:defaultDataset {_here(".well-known/void")} .
            {_here(".well-known/void")} a sd:Dataset , void:Dataset ;
                sd:defaultGraph {_here("data?default")} .
            {_here("data?default")} a sd:Graph ; void:triples ?triples .
            """,
            _COUNTS,
        )

    def void(self) -> Response:
        """Spec: https://www.w3.org/TR/void/. Counts are the view's own."""
        me = _here(".well-known/void")
        part = f'BIND(IRI(CONCAT("{me[1:-1]}#", MD5(STR(?term)))) AS ?part)'
        return self._construct(
            f"""
            {me} a void:Dataset ;
                void:sparqlEndpoint {_here("sparql")} ;
                void:triples ?triples ; void:distinctSubjects ?subjects ; void:distinctObjects ?objects ;
                void:properties ?properties ;
                void:classPartition ?classPart ; void:propertyPartition ?propertyPart .
            ?classPart void:class ?class ; void:entities ?entities .
            ?propertyPart void:property ?property ; void:triples ?uses .
            """,
            f"""
            {{ {_COUNTS} }} UNION
            {{ {{ SELECT ?class (COUNT(DISTINCT ?s) AS ?entities) {{ ?s a ?class }} GROUP BY ?class }}
               {part.replace("?term", "?class").replace("?part", "?classPart")} }} UNION
            {{ {{ SELECT ?property (COUNT(*) AS ?uses) {{ ?s ?property ?o }} GROUP BY ?property }}
               {part.replace("?term", "?property").replace("?part", "?propertyPart")} }}
            """,
            order="?class ?property",
        )

    def prefixes(self) -> Response:
        """The prefixes that need no declaration, as ``sh:declare``. Spec: https://www.w3.org/TR/shacl/#sparql-prefixes"""
        me = _here("prefixes")
        rows = " ".join(
            f"({iri_term(f'{me[1:-1]}#{name}')} {string_term(name)} {string_term(iri)})"
            for name, iri in PREFIXES.items()
        )
        return self._construct(
            f"{me} sh:declare ?one . ?one sh:prefix ?prefix ; sh:namespace ?namespace .",
            f"VALUES (?one ?prefix ?namespace) {{ {rows} }}",
        )

    def graph(self) -> Response:
        """The read side of the Graph Store Protocol: the merged default graph, or one portion's graph.

        Spec: https://www.w3.org/TR/sparql11-http-rdf-update/#http-get
        """
        given = request.args
        if "default" in given and "graph" not in given:
            return self._construct("?s ?p ?o", "?s ?p ?o")
        if len(given.getlist("graph")) != 1 or "default" in given:
            raise BadRequest("give `default`, or one `graph` with its IRI")
        graph = iri_term(given["graph"])
        wish = self._present(f"GRAPH {graph} {{ ?s ?p ?o }}", "there is no such graph")
        return self._construct("?s ?p ?o", f"GRAPH {graph} {{ ?s ?p ?o }}", wish=wish)

    def refuse_writing(self) -> Response:
        raise QueryForbidden("graphs are not written here: data come in with `sluis load`")

    def describe(self) -> Response:
        """What the view says of any IRI."""
        if len(request.args.getlist("iri")) != 1:
            raise BadRequest("give one `iri`")
        return self._thing(request.args["iri"])

    def dereference(self, name: str) -> Response:
        """What the view says of an individual of ours, by the path of its IRI."""
        return self._thing(ID + name)

    def _thing(self, iri: str) -> Response:
        """Everything that is said of a thing and, of what it points to, the names. Hidden and absent are one 404."""
        me = iri_term(iri)
        wish = self._present(f"{{ {me} ?p ?o }} UNION {{ ?s ?p {me} }}", "there is nothing of that name")
        response = self._construct(
            f"{me} ?p ?o . ?o <{PREFIXES['skos']}prefLabel> ?name . ?s ?q {me} .",
            f"{{ {me} ?p ?o OPTIONAL {{ ?o <{PREFIXES['skos']}prefLabel> ?name }} }} UNION {{ ?s ?q {me} }}",
            wish=wish,
        )
        here = _here(f"describe?iri={quote(iri, safe=':/')}")[1:-1]
        for media, name in GRAPHS.items():
            response.headers.add("Link", f'<{_ascii(here)}&format={name}>; rel="alternate"; type="{media}"')
        return response

    def _present(self, pattern: str, reason: str) -> Wish:
        """How the answer is wanted, in the time that is left when the pattern was found to match. Else a 404."""
        wish = _wish()
        answer, rest = self._answering.whole(guard(f"ASK {{ {pattern} }}"), "csv", wish, g.exchange)
        if answer != b"true":
            raise NotFound(reason)
        return rest

    def _construct(self, template: str, pattern: str, *, order: str = "", wish: Wish | None = None) -> Response:
        """``order``: variables, where the engine would take the rows in an order of chance."""
        modifier = f"ORDER BY {order}" if order else ""
        query: GuardedQuery = guard(f"{_NAMESPACES} CONSTRUCT {{ {template} }} WHERE {{ {pattern} }} {modifier}")
        return self._answering.answer(query, wish or _wish(), g.exchange)


def _wish() -> Wish:
    """How a description is wanted. It also names the query, for the log and the list of what runs."""
    g.exchange.query = f"{request.method} {request.full_path}"
    return Wish.read({name: request.args[name] for name in ("format", "timeout") if name in request.args})


def _ascii(iri: str) -> str:
    """An IRI as a header can carry it. Spec: RFC 3987, section 3.1."""
    return quote(iri, safe="%:/?#[]@!$&'()*+,;=-._~")


def _here(path: str) -> str:
    """An IRI of this server, as the asker calls it, as a term."""
    return iri_term(request.url_root + path)
