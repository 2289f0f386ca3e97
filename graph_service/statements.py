"""What the builder looks up in the text of stored portions: one statement a line, as N-Triples. No input or output."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph_service.namespaces import ID, PREFIXES

_TYPE = re.compile(rf"^(<[^>]+>|_:\S+) <{re.escape(PREFIXES['rdf'])}type> <([^>]+)> \.$", re.MULTILINE)
_ESCAPE = re.compile(r'\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[tbnrf"\'\\])')
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_OUR_SUBJECT = re.compile(rf"^<({re.escape(ID)}[^>]+)> ", re.MULTILINE)
_OUR_OBJECT = re.compile(rf"> <({re.escape(ID)}[^>]+)> \.$", re.MULTILINE)
_LITERAL = re.compile(r'> "(.*)"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)? \.$', re.MULTILINE)


def types_of(text: str) -> Iterator[tuple[str, str]]:
    """Each subject (a term) with a class of it (an IRI)."""
    return ((found[1], found[2]) for found in _TYPE.finditer(text))


def our_subjects(text: str) -> set[str]:
    """The IRIs under our ``id:`` of which something is stated."""
    return set(_OUR_SUBJECT.findall(text)) if ID in text else set()


def our_objects(text: str) -> set[str]:
    """The IRIs under our ``id:`` to which something points."""
    return set(_OUR_OBJECT.findall(text)) if ID in text else set()


def literals_of(text: str) -> Iterator[str]:
    return (unescaped(found[1]) for found in _LITERAL.finditer(text))


def unescaped(text: str) -> str:
    """The characters of a literal as it is written in N-Triples."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if code[0] in "uU" else _PLAIN[code]
