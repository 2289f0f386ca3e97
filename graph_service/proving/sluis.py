"""The adapter for Sluis itself: loads and relabels through the builder, asks over HTTP."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from graph_service.builder import Builder
from graph_service.builder_socket import RemoteBuilder, open_builder
from graph_service.errors import SluisError
from graph_service.handling import clearance_from_markings, format_marking, parse_marking
from graph_service.namespaces import ID
from graph_service.portions import Portion
from graph_service.proving.adapter import Answer
from graph_service.proving.cases import EXERCISE
from graph_service.relabelling import Relabelling
from graph_service.security import Label, PolicyLabel
from graph_service.settings import Layout, read_settings
from loaders.vocabulary import vocabulary

SOURCE = f"{ID}dataset/exercise-proof"
ORIGINATOR = f"{ID}actor/exercise-prover"
USER = "exercise-prover"
SECONDS = 60
MOST_MARKINGS = 4


class SluisAdapter:
    """A running Sluis. Every portion that it loads is of one source, and says that it is an exercise."""

    def __init__(self, builder: Builder | RemoteBuilder, url: str) -> None:
        self._builder, self._where = builder, urlsplit(url)
        if self._where.scheme != "http" or not self._where.hostname:
            raise SluisError(f"`{url}` is not the address of a server: http://HOST:PORT")
        anonymous = parse_marking(builder.settings.anonymous, policies=builder.policies)
        levels = builder.policies.policy(anonymous.parts[0].policy).levels
        chosen = [*levels[: MOST_MARKINGS - 1], levels[-1]] if len(levels) > MOST_MARKINGS else levels
        self.markings: Sequence[str] = [
            format_marking(Label((PolicyLabel(level),)), policies=builder.policies) for level in chosen
        ]
        self._tokens: dict[str, str] = {}
        stamp = f"{datetime.now(UTC):%Y%m%d%H%M%S%f}"
        for number, marking in enumerate(self.markings[1:], 1):
            clearance = clearance_from_markings([marking], policies=builder.policies)
            name = f"{USER}-{stamp}-{number}"
            self._tokens[marking] = builder.add_user(name, clearance, ORIGINATOR)
            self._highest = name

    def load(self, portions: list[tuple[str, str, str]]) -> None:
        self._builder.load(
            Portion(
                SOURCE, part, parse_marking(marking, policies=self._builder.policies), ORIGINATOR, text, ground=EXERCISE
            )
            for part, marking, text in portions
        )
        self._builder.publish()

    def relabel(self, portion: str, marking: str) -> None:
        found = [p for p in self._builder.portions() if (p.source, p.part) == (SOURCE, portion) and not p.withdrawn]
        label = parse_marking(marking, policies=self._builder.policies)
        wish = Relabelling(label, reference=EXERCISE, ground=EXERCISE)
        for entry in found:
            self._builder.relabel(entry.id, wish, user=self._highest)

    def ask(self, query: str, clearance: str) -> Answer:
        """Without a token at the lowest marking: that reader is anonymous."""
        headers = {
            "Accept": "application/sparql-results+json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        if clearance in self._tokens:
            headers["Authorization"] = f"Bearer {self._tokens[clearance]}"
        connection = http.client.HTTPConnection(self._where.hostname or "", self._where.port or 80, timeout=SECONDS)
        try:
            path = f"{self._where.path.rstrip('/')}/sparql"
            connection.request("POST", path, body=urlencode({"query": query}), headers=headers)
            response = connection.getresponse()
            return Answer(response.status, response.read())
        except OSError as error:
            raise SluisError(f"no server answers at {self._where.geturl()}: start one with `sluis serve`") from error
        finally:
            connection.close()


@contextmanager
def sluis_adapter(layout: Layout, url: str, *, among_other_data: bool) -> Iterator[SluisAdapter]:
    """The adapter over a data folder. Raises ``SluisError`` where that holds anything but exercises of this kit."""
    builder = open_builder(layout, read_settings(layout.data))
    try:
        if not among_other_data:
            _refuse_others(builder)
        yield SluisAdapter(builder, url)
    finally:
        builder.close()


def _refuse_others(builder: Builder | RemoteBuilder) -> None:
    label = parse_marking(builder.settings.vocabulary_label, policies=builder.policies)
    today = datetime.now(UTC).date()
    own = {SOURCE, *(p.source for p in vocabulary(policies=builder.policies, label=label, today=today))}
    others = {portion.source for portion in builder.portions()} - own
    strangers = [name for name, _ in builder.users() if not name.startswith(USER)]
    if others or strangers:
        raise SluisError(
            "this data folder holds more than exercises: name a folder of its own, "
            "or say --among-other-data if the exercises may stand among what is there"
        )
