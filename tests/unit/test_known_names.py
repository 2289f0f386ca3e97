"""The names in the statements of portions: of typed things, by name forms and abbreviations too, with wider classes."""

from __future__ import annotations

import time
from dataclasses import dataclass

from graph_service.known_names import NamesByLabel
from graph_service.namespaces import ID, NS, PREFIXES
from loaders.names import KnownName, Names

SKOS, RDF, RDFS = PREFIXES["skos"], PREFIXES["rdf"], PREFIXES["rdfs"]
OFFICE, BODY, ACTOR = f"{ID}actor/example-office", f"{NS}GovernmentBody", f"{NS}Actor"
PORTIONS = {
    "one": f'<{OFFICE}> <{SKOS}prefLabel> "EXAMPLE: \\"Office\\" of the North\\u00e9"@en .\n'
    f'<{OFFICE}> <{SKOS}notation> "EXON" .\n<{ID}untyped> <{SKOS}prefLabel> "nobody"@en .\n',
    "two": f"<{OFFICE}> <{RDF}type> <{BODY}> .\n",
    "three": f'<{ID}name/x> <{NS}nameText> "Kantoor VOORBEELD"@nl .\n<{ID}name/x> <{NS}abbreviatedForm> "KV" .\n'
    f"<{ID}name/x> <{NS}nameOf> <{OFFICE}> .\n",
}
VOCABULARY = f"<{BODY}> <{RDFS}subClassOf> <{ACTOR}> .\n<{ACTOR}> <{RDFS}subClassOf> <{BODY}> .\n"


@dataclass(frozen=True)
class Head:
    id: str
    digest: str


def known(*names: str, vocabulary: str = VOCABULARY) -> Names:
    heads = [Head(name, f"digest of {name}") for name in names]
    return NamesByLabel(PORTIONS.__getitem__).known(heads, vocabulary=[vocabulary])


def test_a_thing_is_known_by_its_names_notations_name_forms_and_abbreviations() -> None:
    kinds = frozenset({BODY, ACTOR})
    assert set(known("one", "two", "three").known) == {
        KnownName('EXAMPLE: "Office" of the Northé', OFFICE, kinds, "en"),
        KnownName("EXON", OFFICE, kinds, is_notation=True),
        KnownName("Kantoor VOORBEELD", OFFICE, kinds, "nl"),
        KnownName("KV", OFFICE, kinds, is_notation=True),
    }


def test_names_without_a_class_are_of_nothing() -> None:
    assert known("one", "three").known == ()
    assert {name.kinds for name in known("one", "two", vocabulary="").known} == {frozenset({BODY})}


def test_places_in_a_text_are_not_named_by_texts_unless_they_are_something_else_too() -> None:
    kinds = {"paragraph": ("Paragraph", "Passage"), "note": ("Footnote",), "both": ("Passage", "Report")}
    text = "".join(
        f'<{ID}{key}> <{SKOS}prefLabel> "EXAMPLE {key}"@en .\n'
        + "".join(f"<{ID}{key}> <{RDF}type> <{NS}{kind}> .\n" for kind in found)
        for key, found in kinds.items()
    )
    names = NamesByLabel(lambda _name: text)
    assert {name.text for name in names.known([Head("all", "digest")]).known} == {"EXAMPLE both"}
    assert len(names.names_in(Head("all", "digest"))) == 3, (
        "what names of one level say at another is looked for in all"
    )


def test_names_go_through_json_and_come_back() -> None:
    names = known("one", "two", "three")
    assert Names.from_data(names.to_data()) == names


def test_a_hundred_thousand_names_are_gathered_quickly_and_once() -> None:
    lines = (
        f'<{ID}actor/example-{number}> <{SKOS}prefLabel> "EXAMPLE {number}"@en .\n'
        f"<{ID}actor/example-{number}> <{RDF}type> <{BODY}> .\n"
        for number in range(100_000)
    )
    text, read = "".join(lines), []

    def text_of(portion: str) -> str:
        read.append(portion)
        return text

    names, began = NamesByLabel(text_of), time.monotonic()
    assert len(names.known([Head("one", "1")]).known) == 100_000
    assert time.monotonic() - began < 20  # some 0.7 s on one free core
    assert names.known([Head("one", "1")]) is names.known([Head("one", "1")])
    assert read == ["one"]
