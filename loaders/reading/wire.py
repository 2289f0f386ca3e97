"""What goes between the builder's side and a process that reads a file: frames, and proposals as JSON.

What comes from a reader is believed in nothing: every value has its declared type or the frame is refused.
"""

from __future__ import annotations

import dataclasses
import json
import struct
import types
import typing
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, BinaryIO

from graph_service.errors import SluisError
from graph_service.portions import Portion, Term, label_text
from graph_service.security import Label, Policies
from loaders.base import Gone, Proposal, Remark, Whole
from loaders.documents.model import Document

HEADER = struct.Struct(">Ic")
PORTION, PROGRESS, NAME, REFUSED, END, PLACE = b"p", b"%", b"?", b"x", b".", b"@"
OTHERS: dict[bytes, type] = {b"d": Document, b"g": Gone, b"w": Whole, b"r": Remark}
_KINDS: dict[type, bytes] = {kind: letter for letter, kind in OTHERS.items()}
_PORTION_TEXTS = ("source", "part", "originator", "ntriples", "ground")


class BadFrame(Exception):  # told apart from what a reader refuses
    """A frame that no reader of ours sends."""


def write_frame(stream: BinaryIO, kind: bytes, payload: bytes) -> None:
    stream.write(HEADER.pack(len(payload), kind))
    stream.write(payload)


def read_frame(stream: BinaryIO) -> tuple[bytes, bytes]:
    """The next frame's kind and payload, for the side that trusts the other. Raises ``EOFError`` at the end."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        raise EOFError
    size, kind = HEADER.unpack(header)
    payload = stream.read(size)
    if len(payload) < size:
        raise EOFError
    return kind, payload


def to_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def from_json(payload: bytes) -> Any:
    """Raises ``BadFrame`` for what is no JSON in UTF-8."""
    try:
        return json.loads(payload.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadFrame("no JSON") from error


def write_proposal(proposal: Proposal) -> tuple[bytes, bytes]:
    """The kind and payload of the frame."""
    if isinstance(proposal, Portion):
        data = {name: getattr(proposal, name) for name in _PORTION_TEXTS}
        data["label"] = label_text(proposal.label)
        data["term"] = proposal.term.to_data() if proposal.term else None
        data["set_on"] = proposal.set_on.isoformat() if proposal.set_on else None
        return PORTION, to_json(data)
    return _KINDS[type(proposal)], to_json(_plain(proposal))


class ProposalReader:
    """Makes proposals of frames, with labels of these policies."""

    def __init__(self, policies: Policies) -> None:
        self._policies, self._labels = policies, dict[str, Label]()

    def read(self, kind: bytes, payload: bytes) -> Proposal:
        """Raises ``BadFrame``."""
        try:
            if kind == PORTION:
                return self._portion(from_json(payload))
            proposal: Proposal = self._value(OTHERS[kind], from_json(payload))
        except (BadFrame, KeyError, TypeError, ValueError, AttributeError, SluisError) as error:
            raise BadFrame(f"{type(error).__name__}: {error}") from error
        return proposal

    def _portion(self, data: dict[str, Any]) -> Portion:
        source, part, originator, ntriples, ground = (_text(data[name]) for name in _PORTION_TEXTS)
        term = Term.from_data(data["term"], policies=self._policies) if data["term"] else None
        set_on = date.fromisoformat(data["set_on"]) if data["set_on"] else None
        return Portion(source, part, self._label(data["label"]), originator, ntriples, term, set_on, ground)

    def _label(self, text: Any) -> Label:
        found = self._labels.get(_text(text))
        if found is None:
            found = self._labels[text] = self._policies.label(from_json(text.encode()))
        return found

    def _value(self, kind: Any, data: Any) -> Any:
        """The value of this type. Raises ``BadFrame`` where the data are not of it."""
        origin, inner = typing.get_origin(kind), typing.get_args(kind)
        if origin in (types.UnionType, typing.Union):
            if data is None and type(None) in inner:
                return None
            (kind,) = (one for one in inner if one is not type(None))
            return self._value(kind, data)
        if kind is Label:
            return self._label(data)
        if dataclasses.is_dataclass(kind):
            return self._dataclass(kind, data)
        if origin is tuple:
            return self._tuple(inner, _of_type(list, data))
        if origin in (Mapping, dict):
            return {_text(key): self._value(inner[1], one) for key, one in _of_type(dict, data).items()}
        if isinstance(kind, type) and issubclass(kind, Enum):
            return kind(data)
        return date.fromisoformat(_text(data)) if kind is date else _of_type(kind, data)

    def _dataclass(self, kind: Any, data: Any) -> Any:
        declared = _declared(kind)
        if not isinstance(data, dict) or data.keys() - declared.keys():
            raise BadFrame(f"no {kind.__name__}")
        return kind(**{name: self._value(declared[name], value) for name, value in data.items()})

    def _tuple(self, inner: tuple[Any, ...], data: list[Any]) -> tuple[Any, ...]:
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(self._value(inner[0], one) for one in data)
        return tuple(self._value(kind, one) for kind, one in zip(inner, data, strict=True))


@cache
def _declared(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {entry.name: hints[entry.name] for entry in dataclasses.fields(kind)}


def _plain(value: Any) -> Any:
    """Plain data of a value: what stands at its default is left out."""
    if isinstance(value, Label):
        return label_text(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            entry.name: _plain(getattr(value, entry.name))
            for entry in dataclasses.fields(value)
            if getattr(value, entry.name) != entry.default
        }
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _text(value: Any) -> str:
    text: str = _of_type(str, value)
    return text


def _of_type(kind: Any, value: Any) -> Any:
    """The value, if it is of just this type: a truth value is no number. Text has no half characters."""
    if type(value) is not kind:
        raise BadFrame(f"{type(value).__name__} where {kind.__name__} belongs")
    if isinstance(value, str):
        value.encode()  # raises ValueError
    return value


def failure(error: SluisError) -> dict[str, Any]:
    """What is told of a refusal."""
    place = {name: getattr(error, name, None) for name in ("file", "line", "column")}
    return {"public": error.public, "detail": error.detail, **place}
