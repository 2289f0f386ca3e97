"""A document, its labels and what it mentions become portions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph_service.errors import LoadRefused
from graph_service.portions import Portion
from graph_service.security import Label
from loaders.base import Remark, Whole
from loaders.documents.model import Block, BlockKind, Document, NoteCall
from loaders.documents.portions import portions_of
from loaders.names import NO_NAMES, KnownName, Names
from tests.documents import document, request
from tests.laws.test_views import TEA, WATER, WHISKY

NS = "https://w3id.org/sluis/ns#"
COOK = KnownName("the cook", "https://example.org/actor/cook", frozenset({NS + "Actor"}), "en")


def loaded(made: Document, *, label: Label | None = WATER, names: Names = NO_NAMES) -> dict[str, Portion]:
    found = list(portions_of(made, request(label=label), names=lambda _label: names))
    assert isinstance(found[-1], Whole)
    return {one.part: one for one in found if isinstance(one, Portion)}


def paragraph(text: str, **given: str) -> Block:
    return replace(Block(BlockKind.PARAGRAPH, text), **given)  # type: ignore[arg-type]


def test_a_document_without_any_label_is_refused() -> None:
    with pytest.raises(LoadRefused, match="--label"):
        loaded(document([paragraph("Soup.")]), label=None)


def test_a_load_without_a_key_is_refused() -> None:
    with pytest.raises(LoadRefused, match="key"):
        list(portions_of(document([]), request(label=WATER, name_key=b""), names=lambda _label: NO_NAMES))


def test_a_marked_paragraph_has_its_own_label_and_the_document_that_of_all() -> None:
    made = loaded(document([paragraph("Soup."), paragraph("Malt.", marking="whisky")]), label=WATER)
    assert {part: one.label for part, one in made.items()} == {
        "document": WHISKY,
        "block 1": WHISKY,  # unmarked in a document of whisky
        "block 2": WHISKY,
    }


def test_a_stated_label_is_joined_to_every_block() -> None:
    made = document([paragraph("Soup.", marking="water"), paragraph("Malt.", marking="tea")])
    assert {one.label for one in loaded(made, label=TEA).values()} == {TEA}
    assert len(loaded(made, label=TEA)) == 3


def test_what_the_markings_say_against_each_other_comes_as_a_remark() -> None:
    made = replace(document([paragraph("Soup.")]), markings=(("tea", "the head of page 1"),))
    found = list(portions_of(made, request(label=WATER), names=lambda _label: NO_NAMES))
    assert [one for one in found if isinstance(one, Remark)]


def test_what_is_found_is_an_annotation_of_the_paragraph_and_no_fact() -> None:
    made = loaded(document([paragraph("Ask the cook.")]), names=Names((COOK,)))
    text = made["block 1"].ntriples
    assert f"hasBody> <{COOK.iri}>" in text
    assert 'exact> "the cook"' in text
    assert '"4"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger>' in text
    about = [line for line in text.splitlines() if COOK.iri in line]
    assert len(about) == 1, "nothing else is said of what is mentioned"


def test_names_are_asked_for_at_the_label_of_each_block() -> None:
    asked = []

    def names(label: Label) -> Names:
        asked.append(label)
        return Names((COOK,)) if label == WHISKY else NO_NAMES

    blocks = [paragraph("Ask the cook.", marking="water"), paragraph("Ask the cook.", marking="whisky")]
    found = [one for one in portions_of(document(blocks), request(), names=names) if isinstance(one, Portion)]
    assert {WATER, WHISKY} == set(asked)
    assert [COOK.iri in one.ntriples for one in found if one.part.startswith("block") and "Text>" in one.ntriples] == [
        False,
        True,
    ]


def test_a_document_does_not_find_itself_when_it_is_loaded_again() -> None:
    made = document([Block(BlockKind.HEADING, "The menu", level=1), paragraph("This is The menu.")], title="The menu")
    first = loaded(made)
    own = first["document"].source
    again = loaded(made, names=Names((KnownName("The menu", own, frozenset({NS + "Source"})),)))
    assert again == first


def test_a_document_called_as_a_known_source_is_a_mention_of_it_and_not_the_same_thing() -> None:
    known = KnownName("The  Menu", "https://w3id.org/sluis/id/source/menu", frozenset({NS + "Source"}))
    text = loaded(document([paragraph("Soup.")], title="The menu"), names=Names((known,)))["document"].ntriples
    assert 'mentionKind> "document"' in text
    assert [line for line in text.splitlines() if known.iri in line] == [
        line for line in text.splitlines() if f"hasBody> <{known.iri}>" in line
    ]
    public = document([paragraph("Soup.")], title="The menu", iri="https://w3id.org/sluis/id/source/other")
    assert "Mention" not in loaded(public, names=Names((known,)))["document"].ntriples


def test_a_call_leads_to_its_note_with_the_words_before_it() -> None:
    blocks = [
        Block(BlockKind.PARAGRAPH, "Soup is served. Salt is extra.", calls=(NoteCall(29, "2"),)),
        Block(BlockKind.NOTE, "Of the day.", number="1"),
        Block(BlockKind.NOTE, "Sea salt.", number="2"),
    ]
    made = loaded(document(blocks))
    (footnote,) = {line.split()[0] for line in made["note 2"].ntriples.splitlines() if "footnoteText" in line}
    assert f"atFootnote> {footnote} ." in made["block 1"].ntriples
    assert f'{footnote} <{NS}annotatedText> "Salt is extra"' in made["block 1"].ntriples
    assert '"2"^^<http://www.w3.org/2001/XMLSchema#integer>' in made["note 2"].ntriples


def test_facts_of_the_structure_stand_with_the_document() -> None:
    facts = "<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"
    assert facts.strip() in loaded(document([paragraph("Soup.")], facts=facts))["document"].ntriples


def test_a_period_has_both_its_ends_as_dates_and_the_whole_as_text() -> None:
    text = loaded(document([paragraph("Soup from begin 2014 tot mei 2019.")]))["block 1"].ntriples
    assert 'mentionedDate> "2014"^^<http://www.w3.org/2001/XMLSchema#gYear>' in text
    assert 'mentionedDate> "2019-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>' in text
    assert 'bodyValue> "2014/2019-05"' in text
