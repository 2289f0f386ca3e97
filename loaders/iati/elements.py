"""What the elements of IATI share: narratives, dates, amounts, codes. A value that can't be read refuses the file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from graph_service.errors import LoadRefused
from loaders.base import ID, LoadRequest
from loaders.facts import Facts, PassedOver
from loaders.known import KnownThings
from loaders.reading.xml import Element, local_name, text_of

CODES = f"{ID}iati/codelist/"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2}|T.{0,40})?")
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]{1,2000}")

Narrative = tuple[str, str]
"""A text and its language, empty where none is stated."""


@dataclass(frozen=True)
class File:
    """The file that is read: what was asked for, who is known, and what was passed over."""

    request: LoadRequest
    known: KnownThings
    passed_over: PassedOver

    def refuse(self, reason: str, element: Element) -> LoadRefused:
        return LoadRefused(reason, file=self.request.file, line=line_of(element))


@dataclass(frozen=True)
class Reading:
    """One activity or organisation: its statements, and what holds for all of it unless an element says otherwise."""

    file: File
    facts: Facts
    thing: str
    language: str = ""
    currency: str = ""
    met: dict[str, int] = field(default_factory=dict)

    @property
    def source(self) -> str:
        return self.file.request.source

    def narratives(self, element: Element | None) -> list[Narrative]:
        """The element's texts; one without a language of its own has that of the whole."""
        if element is None:
            return []
        found = ((text_of(child), child) for child in children(element, "narrative"))
        return [(text, self._language(child.get(XML_LANG) or self.language)) for text, child in found if text]

    def _language(self, tag: str) -> str:
        return tag.strip() if _LANGUAGE.fullmatch(tag.strip()) else ""

    def texts(self, thing: str, said: str, narratives: list[Narrative]) -> None:
        for text, language in narratives:
            self.facts.text(thing, said, text, language)

    def name(self, thing: str, narratives: list[Narrative], *, otherwise: str) -> None:
        self.texts(thing, "skos:prefLabel", narratives or [(otherwise, "")])

    def date(self, thing: str, said: str, element: Element | None, attribute: str = "iso-date") -> None:
        text = (element.get(attribute) or "").strip() if element is not None else ""
        if element is None or not text:
            return
        day = _DAY.fullmatch(text)
        try:
            self.facts.date(thing, said, day[1] if day else text)
        except ValueError as error:
            raise self.file.refuse(f"`{attribute}`: {error}", element) from error

    def number(self, text: str | None, element: Element) -> str:
        """A number as it is written. Refuses what is none."""
        plain = (text or "").strip()
        if not _DECIMAL.fullmatch(plain):
            raise self.file.refuse(f"`{plain}` is not a number", element)
        return plain

    def percentage(self, thing: str, element: Element) -> None:
        if element.get("percentage"):
            self.facts.decimal(thing, "sluis:percentage", self.number(element.get("percentage"), element))

    def flag(self, thing: str, said: str, element: Element, attribute: str) -> None:
        value = (element.get(attribute) or "").strip()
        if value in {"1", "true", "0", "false"}:
            self.facts.boolean(thing, said, truth=value in {"1", "true"})

    def code(self, element: Element, code_list: str, attribute: str = "code") -> str:
        """The concept of a code; empty without one. A vocabulary of the publisher's own keeps its codes apart."""
        code, vocabulary = (element.get(attribute) or "").strip(), (element.get("vocabulary") or "").strip()
        if not code:
            return ""
        own = element.get("vocabulary-uri") or ""
        scheme = CODES + code_list
        if vocabulary in {"98", "99"}:
            scheme += f"-{vocabulary}/{self.file.request.opaque('vocabulary', own or self.source)}"
        elif vocabulary not in {"", "1"}:
            scheme += f"-{quote(vocabulary, safe='')}"
        concept = f"{scheme}/{quote(code, safe='')}"
        self.facts.kind(concept, "skos:Concept")
        self.facts.text(concept, "skos:notation", code)
        self.facts.link(concept, "skos:inScheme", scheme)
        self.texts(concept, "skos:prefLabel", self.narratives(element))
        return concept

    def typed(self, thing: str, element: Element | None, code_list: str, attribute: str = "code") -> None:
        concept = self.code(element, code_list, attribute) if element is not None else ""
        if concept:
            self.facts.link(thing, "dcterms:type", concept)

    def below(self, kind: str, *identifying: str) -> str:
        """The IRI of something in this activity that has no identifier of its own: from what it says, not its place."""
        key = hashlib.sha256("\x1f".join(identifying).encode()).hexdigest()[:16]
        return f"{self.thing}/{kind}/{key}"

    def each(self, kind: str, identifying: str) -> str:
        """As ``below``, for what may be there twice in the same words and is two things: equal payments of a day."""
        iri = self.below(kind, identifying)
        self.met[iri] = self.met.get(iri, 0) + 1
        return iri if self.met[iri] == 1 else f"{iri}-{self.met[iri]}"

    def pass_over(self, element: Element) -> None:
        self.file.passed_over.add(local_name(element))


def line_of(element: Element) -> int | None:
    return element.sourceline if isinstance(element.sourceline, int) else None


def children(element: Element, *names: str) -> Iterator[Element]:
    """The child elements with one of these local names; with none, all of them."""
    return (child for child in element if not names or local_name(child) in names)


def child(element: Element, name: str) -> Element | None:
    return next(children(element, name), None)


def whole(element: Element) -> str:
    """Everything that the element says, in one text: the same for the same, whatever its place in the file."""
    said = [f"{local_name(part)} {sorted(part.attrib.items())} {(part.text or '').strip()}" for part in element.iter()]
    return "\x1e".join(said)


def web_address(text: str | None) -> str:
    """An address of the web as it stands; empty if it is none."""
    plain = (text or "").strip()
    return plain if _WEB.fullmatch(plain) else ""
