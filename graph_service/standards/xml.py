"""XML as a small tree that knows its lines. No document type, so no entities; nothing is ever fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from graph_service.errors import SluisError

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
LANGUAGE = f"{XML_NAMESPACE} lang"

_MAX_DEPTH = 64


class XmlRefused(SluisError):
    """A text that is not the XML that was expected, with the line (from 1) where that shows."""

    def __init__(self, public: str, *, line: int | None = None) -> None:
        super().__init__(public)
        self.line = line


@dataclass
class Element:
    """One element: namespace and name apart, attributes by name (``namespace name`` for those that have one)."""

    namespace: str
    name: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text directly in the element, without white space around it."""
        return "".join(self.pieces).strip()

    def all(self, *names: str) -> Iterator[Element]:
        """Children of these names, in the order of the document."""
        return (child for child in self.children if child.name in names)

    def one(self, name: str) -> Element:
        """The child of this name. Raises ``XmlRefused`` if there is none or a second one."""
        found = list(self.all(name))
        if len(found) != 1:
            raise self.refused(f"<{self.name}> has {len(found) or 'no'} <{name}>: it needs one")
        return found[0]

    def attribute(self, name: str) -> str:
        """The attribute's value. Raises ``XmlRefused`` if it is missing or empty."""
        if not self.attributes.get(name, "").strip():
            raise self.refused(f"<{self.name}> lacks the attribute `{name}`")
        return self.attributes[name].strip()

    def refused(self, reason: str) -> XmlRefused:
        return XmlRefused(reason, line=self.line)


def parse_xml(text: str) -> Element:
    """The root element. Raises ``XmlRefused`` with line and reason for anything that is not plain well-formed XML."""
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    open_elements: list[Element] = []
    roots: list[Element] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition(" ")
        element = Element(namespace, name, attributes, parser.CurrentLineNumber)
        (open_elements[-1].children if open_elements else roots).append(element)
        open_elements.append(element)
        if len(open_elements) > _MAX_DEPTH:
            raise element.refused(f"elements are nested more than {_MAX_DEPTH} deep")

    def refuse_doctype(*_: object) -> None:
        raise XmlRefused("a document type (<!DOCTYPE>) is not accepted: remove it", line=parser.CurrentLineNumber)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _tag: open_elements.pop()
    parser.CharacterDataHandler = lambda data: open_elements[-1].pieces.append(data)
    # SECURITY: without a document type there are no entities, so none can be fetched or can explode.
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(text.encode(), True)
    except UnicodeEncodeError as error:
        raise XmlRefused(f"not text: half a character at position {error.start + 1}") from error
    except expat.ExpatError as error:
        raise XmlRefused(f"not well-formed XML: {expat.ErrorString(error.code)}", line=error.lineno) from error
    return roots[0]


# Line breaks are written as references: a parser would make one of each kind (XML 1.0, 2.11), and with none left in a
# text its lines are those of the layout, so that indenting them changes no value.
_BREAKS = {"\n": "&#10;", "\r": "&#13;"}
_NO_XML = re.compile("[^\t\n\r\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(name: str, text: str = "", *children: str, **attributes: str | None) -> str:
    """One element as text, with its attributes in the order given; those that are ``None`` are left out.

    An element has a text or children (made by this function), not both. A name may have a prefix, and so may an
    attribute's: write ``xmlns_mb`` for ``xmlns:mb``. Raises ``XmlRefused`` for a character that XML has no place for.
    """
    if text and children:
        raise ValueError(f"<{name}> has a text or children, not both: indenting would change the text")
    shown = "".join(
        f" {key.replace('_', ':', 1)}={quoteattr(_possible(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    if not text and not children:
        return f"<{name}{shown}/>"
    inner = escape(_possible(text), _BREAKS) + "".join(f"\n{_indented(child)}" for child in children)
    return f"<{name}{shown}>{inner}" + ("\n" if children else "") + f"</{name}>"


def _possible(text: str) -> str:
    found = _NO_XML.search(text)
    if found:
        raise XmlRefused(f"a text has the character U+{ord(found[0]):04X}, which XML has no place for")
    return text


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
