"""Answers: cached or evaluated, streamed, with their validators, on the view or on a part of it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request
from werkzeug.exceptions import NotAcceptable

from graph_service.errors import QueryEnded, QueryRefused, QueryTimeout, SluisError
from graph_service.handling import format_marking
from graph_service.security import Label, Policies, high_water_mark
from graph_service.serving.answer_markings import MARKING, lower_clearance, marked, visible_at
from graph_service.serving.audit import AuditLog
from graph_service.serving.exchange import Exchange
from graph_service.serving.frames import CHUNK, READ_ONLY
from graph_service.serving.identity import Asker
from graph_service.serving.query_guard import GuardedQuery
from graph_service.serving.question_language import LANGUAGES, read_language
from graph_service.serving.responses import answer_headers, at_once, gzip_is_wanted, media_type, speaks_old_http
from graph_service.serving.running_queries import RunningQueries, RunningQuery
from graph_service.serving.worker import AnswerStream
from graph_service.serving.workers import ViewWorkers
from queries import Question

_CLIENT_GONE = "waitress.client_disconnected"


@dataclass(frozen=True)
class Wish:
    """How an answer is wanted: within how many seconds, with markings of rows, as a lower clearance, in a format.

    ``language`` is that of the names in the answer to a question.
    """

    seconds: float | None = None
    rows_marked: bool = False
    clearance: str = ""
    format: str = ""
    language: str = LANGUAGES[0]

    @classmethod
    def read(cls, given: dict[str, str]) -> Wish:
        """From the request's parameters. Raises ``QueryRefused`` for a value that means nothing."""
        seconds = None
        if "timeout" in given:
            try:
                seconds = float(given["timeout"])
            except ValueError:
                seconds = -1.0
            if not 0 < seconds < float("inf"):
                raise QueryRefused("`timeout` is a number of seconds above 0")
        if given.get("mark", "rows") != "rows":
            raise QueryRefused("`mark` can be `rows`")
        language = read_language(given.get("lang", LANGUAGES[0]))
        return cls(seconds, "mark" in given, given.get("clearance", ""), given.get("format", ""), language)


class Answering:
    """Gives the answer to a guarded query, for whoever asks it."""

    def __init__(self, audit: AuditLog, running: RunningQueries, *, policies: Policies) -> None:
        self._audit, self._running, self._policies = audit, running, policies

    def answer(self, query: GuardedQuery, wish: Wish, exchange: Exchange) -> Response:
        """(1) the format; (2) the part of the view, if a lower clearance is asked for; (3) a validator that still
        holds; (4) the markings of rows; (5) the cache; (6) the worker's answer, as it is made.

        ``If-None-Match: *`` asks whether there is an answer at all: that is known when there is one, and it says
        nothing of what is kept for whom.
        """
        media, form = media_type(request, form=query.form, wanted=wish.format)  # (1)
        exchange.query = exchange.query or query.text
        asker = _asker(exchange)
        portions = self.part(wish, exchange)  # (2)
        tag = None if query.is_volatile else _tag(asker, query, portions, form, wish)  # (3)
        if tag and not request.if_none_match.star_tag and request.if_none_match.contains_weak(tag):
            return answer_headers(Response(status=304), media=media, tag=tag)
        response = self._evaluated(query, form, wish, portions, tag, exchange)
        if tag and request.if_none_match.star_tag:
            response.close()
            response = Response(status=304)
        if speaks_old_http():
            response = at_once(response)
        return answer_headers(response, media=media, tag=tag)

    def _evaluated(
        self,
        query: GuardedQuery,
        form: str,
        wish: Wish,
        portions: list[str] | None,
        tag: str | None,
        exchange: Exchange,
    ) -> Response:
        """Steps 4 to 6. What has no tag is not kept either."""
        asker = _asker(exchange)
        if wish.rows_marked:  # (4)
            return self._marked(query, form, wish, portions, exchange)
        workers = asker.desk.workers if portions is None else asker.parts
        key = (*query.key, form, *(portions or ()))
        cached = None if tag is None else workers.cache.get(key)  # (5)
        if cached is not None:
            return Response(_sent(cached))
        running = _running(exchange)
        try:
            stream = self._start(workers, query, running, form=form, seconds=wish.seconds, portions=portions)  # (6)
        except BaseException:
            self._running.remove(exchange.query_id)
            raise
        if stream.whole is not None:
            self._running.remove(exchange.query_id)
            if tag is not None:
                workers.cache.put(key, stream.whole)
            return Response(stream.whole)
        pieces: Iterable[bytes] = stream if tag is None else workers.cache.filling(key, stream)
        response = Response(self._told(pieces, stream, exchange))
        response.call_on_close(stream.close)  # a generator that was never begun, as for HEAD, has no end of its own
        response.call_on_close(lambda: self._running.remove(exchange.query_id))
        return response

    def question(self, question: Question, given: Mapping[str, str], wish: Wish, exchange: Exchange) -> Response:
        """The answer to a question of the catalogue; looking up the names in its parameters is part of it."""
        lookup = _LookUp(self, wish, exchange)
        bound = _asker(exchange).desk.bind(question, given, ask=lookup, language=wish.language)
        return self.answer(bound, lookup.rest, exchange)

    def question_text(self, question: Question, given: Mapping[str, str], wish: Wish, exchange: Exchange) -> str:
        """The query of a question, with the values of its parameters in it."""
        return _asker(exchange).desk.text(question, given, ask=_LookUp(self, wish, exchange))

    def whole(
        self,
        query: GuardedQuery,
        form: str,
        wish: Wish,
        exchange: Exchange,
        *,
        portions: list[str] | None = None,
    ) -> tuple[bytes, Wish]:
        """The whole answer on the asker's view, for what is made of it here, and the wish with the time left.

        ``portions`` restricts the view to these (``part``).
        """
        began = time.monotonic()
        workers = _asker(exchange).desk.workers if portions is None else _asker(exchange).parts
        key = (*query.key, form, *(portions or ()))
        found = workers.cache.get(key)
        if found is None:
            try:
                running = _running(exchange)
                stream = self._start(workers, query, running, form=form, seconds=wish.seconds, portions=portions)
                found = b"".join(stream)
            finally:
                self._running.remove(exchange.query_id)
            workers.cache.put(key, found)
        # Never 0, which would mean no limit: what runs with next to nothing is ended as late, like anything else.
        return found, replace(wish, seconds=max(workers.seconds(wish.seconds) - (time.monotonic() - began), 1e-9))

    def reads(self, query: GuardedQuery, exchange: Exchange, *, seconds: float) -> QueryRefused | None:
        """What the engine says of a query that it can't read, its own words in ``detail``. Nothing is evaluated."""
        try:
            b"".join(_asker(exchange).desk.workers.start(query, form=READ_ONLY, seconds=seconds))
        except QueryRefused as refusal:
            return refusal
        return None

    def _start(
        self,
        workers: ViewWorkers,
        query: GuardedQuery,
        running: RunningQuery,
        *,
        form: str,
        seconds: float | None,
        portions: list[str] | None = None,
    ) -> AnswerStream:
        """Every query of an asker's starts here: it is listed, can be ended, and ends when its asker goes away.

        Whoever calls takes it off the list.
        """
        gone = _gone()
        if gone():
            raise QueryEnded("nobody waits for this answer any more")
        self._running.refuse_ended(running)
        return workers.start(
            query,
            form=form,
            seconds=seconds,
            portions=portions,
            wanted=lambda: not gone(),
            at_work=lambda worker: self._running.at_work(running, worker),
        )

    def _told(self, pieces: Iterable[bytes], stream: AnswerStream, exchange: Exchange) -> Iterator[bytes]:
        """The pieces on their way out. An answer that breaks off is recorded, and its connection is not ended well."""
        try:
            yield from pieces
        except SluisError as error:
            self._audit.record(
                query_id=exchange.query_id, outcome="broken off", detail=f"{error} {error.detail}".strip()
            )
            raise
        finally:
            stream.close()
            self._running.remove(exchange.query_id)

    # --- a part of the view, and the markings of rows ----------------------------------------------------------------

    def part(self, wish: Wish, exchange: Exchange) -> list[str] | None:
        """The portions that a lower clearance sees, and its banner; ``None`` for the view as it stands."""
        if not wish.clearance:
            return None
        asker = _asker(exchange)
        lower = lower_clearance(wish.clearance, own=asker.clearance, policies=self._policies)
        portions = visible_at(lower, asker.labels)
        exchange.banner = self._marking(high_water_mark(asker.labels[portion] for portion in portions))
        return portions

    def _marked(
        self, query: GuardedQuery, form: str, wish: Wish, portions: list[str] | None, exchange: Exchange
    ) -> Response:
        if form not in {"json", "csv"} or query.form not in {"SELECT", "ASK"}:
            raise NotAcceptable("marked rows can be had of SELECT and ASK, as JSON or CSV")
        if any(token.kind == "variable" and token.text[1:] == MARKING for token in query.tokens):
            raise QueryRefused(f"`?{MARKING}` is the name of the rows' markings: call yours otherwise")
        asker = _asker(exchange)
        labels = asker.labels if portions is None else {portion: asker.labels[portion] for portion in portions}

        running = _running(exchange)
        deadline = time.monotonic() + asker.parts.seconds(wish.seconds)

        def ask(part: list[str] | None) -> bytes:
            left = deadline - time.monotonic()
            if left <= 0:
                raise QueryTimeout(
                    "the rows could not be marked within the time limit: ask for fewer, or without marks"
                )
            asked = portions if part is None else part
            return b"".join(self._start(asker.parts, query, running, form="json", seconds=left, portions=asked))

        try:
            answer = marked(
                ask,
                labels=labels,
                whole=high_water_mark(labels.values()),
                ordered=query.is_ordered,
                marking_of=self._marking,
            )
        finally:
            self._running.remove(exchange.query_id)
        exchange.banner = self._marking(answer.label)
        return Response(_csv(answer.data) if form == "csv" else json.dumps(answer.data, ensure_ascii=False))

    def _marking(self, label: Label) -> str:
        return format_marking(label, policies=self._policies)


class _LookUp:
    """Asks what a name stands for, on the asker's view; ``rest`` is the wish with the time that is left."""

    def __init__(self, answering: Answering, wish: Wish, exchange: Exchange) -> None:
        self._answering, self.rest, self._exchange = answering, wish, exchange

    def __call__(self, query: GuardedQuery) -> bytes:
        found, self.rest = self._answering.whole(query, "json", self.rest, self._exchange)
        return found


def _sent(answer: bytes) -> bytes | Iterator[bytes]:
    """A kept answer as it was sent when it was made: in pieces if it has more than one, so that nobody sees which."""
    if len(answer) < CHUNK:
        return answer
    return (answer[start : start + CHUNK] for start in range(0, len(answer), CHUNK))


def _asker(exchange: Exchange) -> Asker:
    assert exchange.asker is not None  # noqa: S101  # admitted before any answer
    return exchange.asker


def _running(exchange: Exchange) -> RunningQuery:
    return RunningQuery(exchange.query_id, _asker(exchange).name, exchange.query)


def _gone() -> Callable[[], bool]:
    """Says whether whoever asked is gone."""
    gone: Callable[[], bool] = request.environ.get(_CLIENT_GONE, lambda: False)
    return gone


def _tag(asker: Asker, query: GuardedQuery, portions: list[str] | None, form: str, wish: Wish) -> str:
    """The entity tag: what the answer depends on is the view, the question and its form, and nothing else."""
    data = [asker.view.fingerprint, query.key, portions, form, wish.rows_marked, gzip_is_wanted()]
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()[:32]


def _csv(data: dict[str, Any]) -> str:
    """Spec: https://www.w3.org/TR/sparql11-results-csv-tsv/"""
    if "boolean" in data:
        return str(data["boolean"]).lower()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(data["head"]["vars"])
    for row in data["results"]["bindings"]:
        writer.writerow([_plain(row[name]) if name in row else "" for name in data["head"]["vars"]])
    return out.getvalue()


def _plain(term: dict[str, Any]) -> str:
    if term["type"] == "triple":
        return json.dumps(term["value"], ensure_ascii=False)
    return f"_:{term['value']}" if term["type"] == "bnode" else str(term["value"])
