"""A quotation is found where a page layout has cut it, in the section that the row says, and refused elsewhere."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import replace

import pytest

from loaders.quoting.quotations import DocumentText, Extent, Layout, QuotationNotFound, Span

RULE = " " * 30
PAGES = f"""The Lock Book
1. Water
The lock was opened in early spring by long-
distance skippers, who paid no toll.1 The water was high,2 as it is in most years, and the keeper's

{RULE}
1 Until 2099 no toll was due.
2 See the Water Book, no. 3,
2 May 2099.
 daughter wrote it down. She called it “a wet-
foot year” … and laughed.
2. Gates
Table 1
Gate open
Gate shut

{RULE}
3 See the Gate Book.
 The gate was opened in 2099.3 The lock was opened again, and/
or mended, in 20994 as well.

{RULE}
4 By the keeper.
"""
LAYOUT = Layout(
    sections={"1": Extent("1. Water", "2. Gates"), "2": Extent("2. Gates"), "table": Extent("Table 1", "The gate")},
    notes_begin=r"^ {20,}$",
    notes_end=r"^ \S",
    note=r"^(\d{1,2}) ",
)
BOOK = DocumentText.of(PAGES, LAYOUT)


def said(span: Span) -> str:
    return BOOK.text[span.start : span.end]


# --- the layout ------------------------------------------------------------------------------------------------------


def test_the_notes_are_found_by_their_numbers_and_a_date_begins_none() -> None:
    assert list(BOOK.notes) == [1, 2, 3, 4]
    assert said(BOOK.notes[2]) == "2 See the Water Book, no. 3,\n2 May 2099.\n"


def test_a_section_ends_where_it_is_said_to() -> None:
    assert said(BOOK.sections["table"]) == f"Table 1\nGate open\nGate shut\n\n{RULE}\n3 See the Gate Book.\n"


def test_a_section_that_is_not_there_is_told() -> None:
    lacking = DocumentText.of(PAGES, Layout(sections={"9": Extent("9. Boats")}))
    with pytest.raises(QuotationNotFound, match=r"section `9`: no line begins with `9\. Boats`"):
        lacking.locate("lock", section="9")


# --- finding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "literal"),
    {
        "no toll was due": "no toll was due",
        "long-distance skippers": "long-\ndistance skippers",
        "longdistance skippers": "long-\ndistance skippers",
        "paid no toll. The water": "paid no toll.1 The water",
        "high, as it is": "high,2 as it is",
        "the keeper's daughter wrote": PAGES[PAGES.index("the keeper's") : PAGES.index(" it down")],
        "the keeper’s daughter": PAGES[PAGES.index("the keeper's") : PAGES.index(" wrote it")],
        '"a wet-foot year" ... and': "“a wet-\nfoot year” … and",
        "mended, in 2099 as well": "mended, in 20994 as well",
        "in 2099": "in 2099",
        "again, and/or mended": "again, and/\nor mended",
    }.items(),
)
def test_what_a_page_layout_cuts_is_read_over(words: str, literal: str) -> None:
    assert literal in {said(span) for span in BOOK.find(words)}


@pytest.mark.parametrize(
    "words",
    ["long distance skippers", "paid toll", "The water was low", "ock was", "The lock was open", "in 209", "Gate Bo"],
)
def test_other_words_are_not_found(words: str) -> None:
    assert BOOK.find(words) == []


def test_a_composed_letter_is_found_however_it_is_written() -> None:
    for form in ("NFC", "NFD"):
        text = DocumentText.of(unicodedata.normalize(form, "Mauritanië\n"))
        assert text.find(unicodedata.normalize("NFD", "Mauritanië")) == [Span(0, 10)]


def test_all_places_are_given_in_the_order_of_the_text() -> None:
    assert [span.start for span in BOOK.find("The lock was opened")] == [
        PAGES.index("The lock was opened"),
        PAGES.rindex("The lock was opened"),
    ]


# --- choosing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("section", "nth"), [("1", 0), ("2", 1)])
def test_the_place_in_the_stated_section_is_taken(section: str, nth: int) -> None:
    assert BOOK.locate("The lock was opened", section=section) == BOOK.find("The lock was opened")[nth]


def test_a_note_that_is_named_goes_before_the_running_text() -> None:
    assert BOOK.locate("2099", section="1", notes=[2]).start == PAGES.index("2099.\n daughter")
    assert BOOK.locate("See the", section="1", notes=[2]).start == PAGES.index("See the Water")


def test_the_running_text_goes_before_the_foot_of_the_page() -> None:
    text = f"1. Water\nIt was high.1\n\n{RULE}\n1 See the lock.\n See the lock again.\n"
    book = DocumentText.of(text, replace(LAYOUT, sections={"1": Extent("1. Water")}))
    assert book.locate("See the lock", section="1").start == text.rindex("See the lock")
    assert book.locate("See the lock", section="1", notes=[1]).start == text.index("See the lock")


def test_a_note_belongs_to_every_section_on_its_page() -> None:
    """The foot of the page stands below the beginning of section 2, and holds a note that section 1 may have."""
    assert said(BOOK.locate("See the Gate Book", section="1")) == "See the Gate Book"
    with pytest.raises(QuotationNotFound, match="stands in line 23"):
        BOOK.locate("By the keeper", section="1")


def test_words_of_another_section_are_refused_with_their_line() -> None:
    with pytest.raises(QuotationNotFound, match="`Gate open` stands in line 14 of the document, not in section `1`"):
        BOOK.locate("Gate open", section="1")


def test_words_that_are_not_there_are_refused() -> None:
    with pytest.raises(QuotationNotFound, match="the document does not say `a dry year`"):
        BOOK.locate("a dry year", section="1")


def test_an_unknown_section_is_refused() -> None:
    with pytest.raises(QuotationNotFound, match="no section `3`"):
        BOOK.locate("lock", section="3")


# --- what is told of a place -----------------------------------------------------------------------------------------


def test_the_words_around_are_those_of_the_text() -> None:
    span = BOOK.locate("high", section="1")
    assert BOOK.before(span, length=10) == "water was "
    assert BOOK.after(span, length=4) == ",2 a"
    assert BOOK.before(BOOK.locate("The Lock Book"), length=10) == ""


def test_the_digest_is_of_the_text_in_form_c() -> None:
    composed, other = DocumentText.of("ë"), DocumentText.of("e\u0308")
    assert composed.digest == other.digest == "sha256:" + hashlib.sha256("ë".encode()).hexdigest()
    assert composed.digest != DocumentText.of("e").digest
