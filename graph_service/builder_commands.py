"""What the builder's socket offers, by name: each command takes and gives plain data."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from graph_service.builder import Builder
from graph_service.errors import SluisError
from graph_service.portions import Proposed, StoredPortion, Term, proposed_from_data
from graph_service.relabelling import Relabelling
from graph_service.reviewing import Judgement
from graph_service.security import Policies
from graph_service.shapes import DoesNotConform


class Commands:
    """What the socket offers: each takes and gives plain data."""

    def __init__(self, builder: Builder) -> None:
        self._builder, self.changed = builder, threading.Event()
        self._known: dict[str, Callable[..., Any]] = {
            "repairs": lambda: builder.repairs,
            "withdraw": lambda **given: [_plain(stored) for stored in builder.withdraw(**given)],
            "purge": lambda **given: _plain(builder.purge(**given)),
            "publish": builder.publish,
            "add_user": self._add_user,
            "allow": builder.allow,
            "rights": builder.rights,
            "users": lambda: [(name, clearance.to_data()) for name, clearance in builder.users()],
            "unreadable_users": builder.unreadable_users,
            "portions": lambda: [asdict(entry) for entry in builder.portions()],
            "portion": self._portion,
            "relabel": self._relabel,
            "history": lambda portion_id: [decision.to_data() for decision in builder.history(portion_id)],
            "names_known_at": self._names_known_at,
            "crossings": lambda since: builder.crossings(since=date.fromisoformat(since) if since else None),
            "name_key": lambda: builder.name_key().hex(),
            "study_key": lambda study: key.hex() if (key := builder.study_key(study)) else "",
            "forget_study": builder.forget_study,
            "check": lambda: builder.check().to_data(),
            "mentions": lambda user: [entry.to_data() for entry in builder.mentions(user=user)],
            "review": self._review,
            "due": lambda on: [_plain(stored) for stored in builder.due(on=date.fromisoformat(on))],
        }

    def run(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """One command at a time, whoever asks."""
        if method not in self._known:
            return {"error": f"the builder has no command `{method}`"}
        with self._builder.lock:
            return self._told(lambda: self._known[method](**arguments))

    def load(self, arguments: dict[str, Any], lines: Iterator[bytes], answer: Callable[[dict[str, Any]], None]) -> None:
        """Load what the lines hold, up to the one that says that all came. Other commands go on meanwhile."""
        given = _Frames(lines, self._builder.policies)
        answer(self._told(lambda: asdict(self._builder.load(given, **arguments))))
        given.drain()

    def _told(self, command: Callable[[], Any]) -> dict[str, Any]:
        try:
            return {"result": command()}
        except DoesNotConform as error:
            return {"violations": error.to_data()}
        except SluisError as error:
            return {"error": error.public}
        finally:
            self.changed.set()

    def _add_user(self, name: str, clearance: dict[str, Any], acts_for: str, may: list[str]) -> str:
        return self._builder.add_user(name, self._builder.policies.clearance(clearance), acts_for, may)

    def _relabel(self, portion_id: str, wish: dict[str, Any], user: str) -> dict[str, Any]:
        policies = self._builder.policies
        term = Term.from_data(wish["term"], policies=policies) if wish["term"] else None
        read = Relabelling(policies.label(wish["label"]), wish["reference"], wish["ground"], term)
        return _plain(self._builder.relabel(portion_id, read, user=user))

    def _names_known_at(self, label: dict[str, Any], without: list[str]) -> dict[str, Any]:
        return self._builder.names_known_at(self._builder.policies.label(label), without).to_data()

    def _review(self, names: list[str], judgement: dict[str, Any], user: str) -> int:
        read = Judgement.from_data(judgement, policies=self._builder.policies)
        return self._builder.review(names, read, user=user)

    def _portion(self, portion_id: str) -> dict[str, Any] | None:
        stored = self._builder.portion(portion_id)
        return _plain(stored) if stored else None


class _Frames:
    """The portions of a load, off a connection's lines. Raises ``SluisError`` unless the last line says that all came.

    INVARIANT: a load of which the sender did not say that all came is never stored.
    """

    def __init__(self, lines: Iterator[bytes], policies: Policies) -> None:
        self._lines, self._policies, self._end = lines, policies, ""

    def __iter__(self) -> Iterator[Proposed]:
        for data in self._read():
            yield proposed_from_data(data, policies=self._policies)
        if self._end != "whole":
            raise SluisError("the load broke off before all of it came: nothing is stored")

    def drain(self) -> None:
        """Read to the end what a refused load still sends."""
        for _ in self._read():
            pass

    def _read(self) -> Iterator[dict[str, Any]]:
        while not self._end:
            data = json.loads(next(self._lines, b'{"end": "broken off"}'))
            if "end" in data:
                self._end = data["end"]
            else:
                yield data


def _plain(stored: StoredPortion) -> dict[str, Any]:
    return {"id": stored.id, "portion": stored.portion.to_data(), "digest": stored.digest}
