"""A data set of the suites through the real path: portions, ingest, publication, the application, its workers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

from flask.testing import FlaskClient
from pyoxigraph import NamedNode, QueryResultsFormat, RdfFormat, Triple, parse, parse_query_results

from graph_service.ingest import ingest
from graph_service.portions import Portion, portion_id
from graph_service.security import Clearance, Label, PolicyClearance
from graph_service.serving.app import create_app
from graph_service.serving.audit import AuditLog
from graph_service.serving.identity import Doorkeeper
from graph_service.settings import Layout, Settings
from graph_service.storage.database import open_database
from graph_service.storage.portion_store import PortionStore
from graph_service.storage.publisher import Publisher, Reader
from graph_service.storage.views import token_sha256
from tests.conformance.suite import Compared, Evaluation, GivenGraph, compared, graph
from tests.strategies import KEY, ORIGINATOR, TODAY, food_policies, label_of, quick_folder

WATER, TEA, COFFEE, WHISKY = food_policies().policy("DRINK").levels
NOWHERE = "urn:sluis:test:no-such-graph"
JSON_OR_TRIPLES = "application/sparql-results+json, application/n-triples;q=0.5"
_IRI = re.compile(r"<([^<>\"{}|^`\\\s]*)>")

Response = tuple[int, tuple[tuple[str, str], ...], bytes]


def reader_at(level: str) -> Clearance:
    drink = food_policies().policy("DRINK")
    top = next(found for found in drink.levels if found.name == level)
    return Clearance((PolicyClearance("DRINK", drink.up_to(top)),))


def text_of(triples: Iterable[Triple]) -> str:
    """N-Triples. Every blank node has a label, so that the graphs of one document share them."""
    return re.sub(r"_:(?=[a-f][0-9a-f]{15,31}\b)", "_:x", "".join(f"{triple} .\n" for triple in triples))


def portion_of(given: GivenGraph, label: Label | None = None, text: str | None = None) -> Portion:
    """One graph as a portion; ``text`` says something else in the same place."""
    said = text_of(given.triples) if text is None else text
    return Portion(given.document, f"{given.role} {given.iri}", label or label_of(WATER), ORIGINATOR, said)


@dataclass(frozen=True)
class Mapped:
    """A test whose graphs are portions: their names in query, data and answer are the portions' ids."""

    test: Evaluation

    @property
    def portions(self) -> list[Portion]:
        """What says nothing is no portion: its graph is one that is not there."""
        return [portion_of(given, text=self.data_of(given)) for given in self.test.graphs if given.triples]

    @property
    def describes_graphs(self) -> bool:
        """Whether the data say something of a graph that they name: of portions only Sluis itself may say anything."""
        said = {triple.subject for given in self.test.graphs for triple in given.triples}
        return any(NamedNode(iri) in said for iri in self.ids)

    def data_of(self, given: GivenGraph) -> str:
        own = {NamedNode(iri) for iri in self.ids}
        others = text_of(triple for triple in given.triples if triple.subject not in own)
        return self.in_ids(others) + text_of(triple for triple in given.triples if triple.subject in own)

    @property
    def ids(self) -> dict[str, str]:
        """The portion of each graph, by the graph's IRI. A query names named graphs alone."""
        return {given.iri: self.id_of(given) for given in self.test.graphs if given.role != "default"}

    @staticmethod
    def id_of(given: GivenGraph) -> str:
        return portion_id(portion_of(given), key=KEY) if given.triples else f"{NOWHERE}:{given.iri}"

    def in_ids(self, text: str) -> str:
        """Relative IRIs of the query are resolved as its base says, which is where it lies."""
        base = self.test.query.as_uri()

        def replaced(match: re.Match[str]) -> str:
            return f"<{self.ids.get(urljoin(base, match[1]), match[1])}>"

        return _IRI.sub(replaced, text) if self.ids else text

    @property
    def request(self) -> dict[str, list[str] | str]:
        """The form of the protocol request: the query and, where the test has named graphs, its dataset."""
        form: dict[str, list[str] | str] = {
            "query": f"BASE <{self.test.query.as_uri()}>\n{self.in_ids(self.test.text)}"
        }
        default = [self.id_of(given) for given in self.test.graphs if given.role == "default"]
        if self.test.is_scoped or not self.portions:
            form["default-graph-uri"] = default or [NOWHERE]
            form["named-graph-uri"] = [self.id_of(given) for given in self.test.graphs if given.role == "named"]
        return form

    def read(self, response: Response, *, own_names: bool = True) -> Compared | None:
        """The answer, with the graphs under their own names or as portions; nothing for a refusal."""
        status, headers, body = response
        if status != 200:
            return None
        text = body.decode()
        for iri, portion in self.ids.items() if own_names else ():
            text = text.replace(portion, iri)
        if "json" in dict(headers)["Content-Type"]:
            return compared(parse_query_results(text, format=QueryResultsFormat.JSON))
        return graph(quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES))


@dataclass(frozen=True)
class Served:
    """The application over one data folder, with a reader of each level asked for."""

    client: FlaskClient

    def ask(self, form: dict[str, list[str] | str], *, level: str = "water") -> Response:
        headers = {"Accept": JSON_OR_TRIPLES}
        if level != "water":
            headers["Authorization"] = f"Bearer {level}"
        response = self.client.post("/sparql", data=form, headers=headers)
        kept = sorted((name, value) for name, value in response.headers if name not in {"Date", "Query-Id"})
        return response.status_code, tuple(kept), response.data


@contextmanager
def served(portions: Iterable[Portion], *levels: str) -> Iterator[Served]:
    """Portions of any number of sources, published for the anonymous reader at ``water`` and one of each level."""
    policies, chosen = food_policies(), Settings(workers_per_view=1, query_seconds=60.0)
    readers = [Reader("anonymous", "", reader_at("water"))]
    readers += [Reader(level, token_sha256(level), reader_at(level)) for level in levels]
    with quick_folder() as folder:
        layout = Layout(folder)
        layout.create()
        database = open_database(layout.portions, key=KEY)
        try:
            store = PortionStore(database, policies=policies)
            by_source: dict[str, list[Portion]] = {}
            for portion in portions:
                by_source.setdefault(portion.source, []).append(portion)
            for found in by_source.values():
                ingest(found, store=store, key=KEY, policies=policies, today=TODAY)
            Publisher(store, views=layout.views, servers=layout.servers, policies=policies).publish(readers)
        finally:
            database.close()
        doorkeeper = Doorkeeper(layout.views, policies=policies, settings=chosen)
        audit = AuditLog(layout.audit)
        try:
            yield Served(create_app(doorkeeper, audit).test_client())
        finally:
            doorkeeper.close()
            audit.close()


def rows_in(response: Response) -> int:
    """How many rows, triples or true booleans an answer has; none for a refusal."""
    status, headers, body = response
    if status != 200:
        return 0
    if "json" not in dict(headers)["Content-Type"]:
        return body.count(b" .\n")
    data = json.loads(body)
    return int(data["boolean"]) if "boolean" in data else len(data["results"]["bindings"])
