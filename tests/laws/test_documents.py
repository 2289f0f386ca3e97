"""What somebody may read of a document tells nothing of what they may not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graph_service.portions import Portion, StoredPortion
from graph_service.security import Clearance, Label
from graph_service.storage.view_builder import visible_portions
from loaders.base import Whole
from loaders.documents.model import Block, BlockKind, NoteCall
from tests import oracle
from tests.documents import Labelled, as_read, blocks, labelled_blocks, portions, proposals
from tests.laws.test_views import TEA, WATER, WHISKY, drinker, dump_at
from tests.strategies import drinkers, legal_labels, simple_labels


def seen(found: list[StoredPortion], clearance: Clearance) -> dict[str, str]:
    return {one.id: one.digest for one in found if oracle.may_read(clearance, one)}


@given(labelled_blocks(), blocks(), legal_labels(), st.integers(0, 8), simple_labels(), drinkers())
def test_a_hidden_block_changes_nothing_of_what_is_read_of_the_others(
    found: list[Labelled], block: Block, label: Label, at: int, whole: Label, clearance: Clearance
) -> None:
    assume(not clearance.dominates(label))
    more = [*found[:at], Labelled(block, label), *found[at:]]
    assert seen(portions(more, label=whole), clearance) == seen(portions(found, label=whole), clearance)


def text(*found: tuple[str, Label]) -> list[Labelled]:
    return [Labelled(Block(BlockKind.PARAGRAPH, words, page=1), label) for words, label in found]


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("kind", list(BlockKind))
def test_adding_a_hidden_block_changes_no_byte_of_the_view(at: int, kind: BlockKind) -> None:
    found = [
        Labelled(Block(BlockKind.HEADING, "Starters", number="1", level=1), WATER),
        Labelled(Block(BlockKind.PARAGRAPH, "Soup.", calls=(NoteCall(4, "1"),), page=1), WATER),
        Labelled(Block(BlockKind.NOTE, "Of the day.", number="1", page=1), WATER),
    ]
    secret = Labelled(Block(kind, "the cellar", number="1", level=1, page=1), WHISKY)
    more = [*found[:at], secret, *found[at:]]
    (view, dump), (view_without, dump_without) = (
        dump_at(portions(all_, label=WATER), drinker(TEA)) for all_ in (more, found)
    )
    assert (view.fingerprint, dump) == (view_without.fingerprint, dump_without)
    assert b"cellar" in dump_at(portions(more, label=WATER), drinker(WHISKY))[1]


def test_a_section_is_named_by_the_innermost_heading_that_may_be_read_with_it() -> None:
    found = [
        Labelled(Block(BlockKind.HEADING, "Drinks", level=1), WATER),
        Labelled(Block(BlockKind.HEADING, "the cellar", level=2), WHISKY),
        *text(("Water.", WATER), ("Malt.", WHISKY)),
    ]
    assert as_read(found)[2].block.section == "the cellar"
    made = portions(found, label=WHISKY)
    low = "".join(one.portion.ntriples for one in made if one.label == WATER)
    assert 'section> "Drinks"' in low
    assert "cellar" not in low
    (malt,) = (one.portion.ntriples for one in made if 'Text> "Malt."' in one.portion.ntriples)
    assert 'section> "the cellar"' in malt


@given(labelled_blocks(), simple_labels())
def test_the_same_document_gives_the_same_portions(found: list[Labelled], whole: Label) -> None:
    first, again = portions(found, label=whole), portions(found, label=whole)
    assert [(one.id, one.digest) for one in first] == [(one.id, one.digest) for one in again]
    assert len({one.id for one in first}) == len(first)


@given(labelled_blocks(), st.data(), simple_labels())
def test_one_changed_paragraph_is_one_changed_portion(found: list[Labelled], data: st.DataObject, whole: Label) -> None:
    plain = [n for n, one in enumerate(found) if one.block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)]
    assume(plain)
    at = data.draw(st.sampled_from(plain))
    changed = list(found)
    changed[at] = replace(found[at], block=replace(found[at].block, text="something else altogether", calls=()))
    uncalled = list(found)
    uncalled[at] = replace(found[at], block=replace(found[at].block, calls=()))
    before = {one.id: one for one in portions(uncalled, label=whole)}
    after = {one.id: one for one in portions(changed, label=whole)}
    assert before.keys() == after.keys()
    differing = [name for name in before if before[name].digest != after[name].digest]
    copies = [one for one in uncalled if one.block.text == found[at].block.text and one.label == found[at].label]
    assert len(differing) == 1 or len(copies) > 1
    assert len({before[name].portion.part for name in differing}) <= len(copies)


def test_a_removed_paragraph_leaves_and_the_others_stay() -> None:
    before = portions(text(("One.", WATER), ("Two.", WATER)), label=WATER)
    found = proposals(text(("One.", WATER)), label=WATER)
    after = {one.part for one in found if isinstance(one, Portion)}
    assert {one.portion.part for one in before} - after == {"block 2"}
    (whole,) = (one for one in found if isinstance(one, Whole))
    assert found[-1] is whole
    assert whole.source == before[0].portion.source


def test_the_same_text_at_two_labels_is_two_paragraphs_side_by_side() -> None:
    high, low = (portions(text(("One.", label)), label=label) for label in (WHISKY, WATER))
    assert not {one.id for one in high} & {one.id for one in low}
    subjects = [{line.split()[0] for line in made[1].portion.ntriples.splitlines()} for made in (high, low)]
    assert not subjects[0] & subjects[1]


def test_the_name_of_a_file_stands_at_the_label_of_the_document_alone() -> None:
    made = portions(text(("One.", WATER)), label=WHISKY)
    assert "menu.txt" in "".join(one.portion.ntriples for one in made if one.label == WHISKY)
    assert "menu" not in "".join(str(one.portion) for one in made if one.label == WATER)


def test_pages_and_printed_numbers_take_the_label_of_the_document_too() -> None:
    found = [Labelled(Block(BlockKind.NOTE, "Salt.", number="7", page=3), WATER)]
    made = portions(found, label=WHISKY)
    low = "".join(one.portion.ntriples for one in made if one.label == WATER)
    high = "".join(one.portion.ntriples for one in made if one.label == WHISKY)
    for word in ("onPage", "printedNumber", "footnoteNumber"):
        assert word not in low
        assert word in high
    assert 'footnoteText> "Salt."' in low


def test_who_sees_everything_sees_every_paragraph_once() -> None:
    found = text(("One.", WATER), ("Two.", WHISKY), ("Three.", WATER))
    made = portions(found, label=WHISKY)
    assert len(visible_portions(made, clearance=drinker(WHISKY))) == len(made)
    texts = [line for one in made for line in one.portion.ntriples.splitlines() if "paragraphText" in line]
    assert len(texts) == 3
