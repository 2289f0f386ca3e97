"""A text, with its pages or with what a page layout left of them, becomes the blocks that a reader would see."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_service.errors import LoadRefused
from graph_service.security import Policies
from loaders.base import LoadRequest
from loaders.documents.model import Block, BlockKind, Document
from loaders.documents.text import read_text, read_windows_text, recognises
from loaders.heads import Head

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
TERMS_OF_REFERENCE = SEEDS / "002_1c133788cd65c5a0.txt"


@pytest.fixture
def read(tmp_path: Path, policies: Policies):
    def _read(text: str | bytes) -> Document:
        path = tmp_path / "EXAMPLE.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        (document,) = read_text(LoadRequest(path, policies))
        return document

    return _read


def of(document: Document, kind: BlockKind) -> list[Block]:
    return [block for block in document.blocks if block.kind is kind]


FULL = "This is EXAMPLE text of a report that is as wide as a page of this report is, with many plain words"

TWO_PAGES = (
    f"""1. EXAMPLE of a beginning

{FULL}
and it goes on until the kitchen of the house was opened in the summer of 20141 by the cook and by the
gardener, who had worked for it for years.2 {FULL[:26]} that fills its line and then
goes, without any stop or other sign at the end of the page, from the kitchen and the garden right to

1 EXAMPLE: the opening of the kitchen.
2 EXAMPLE: the garden, and what was grown there in
those years.
\f"""
    f"""the next page without a stop. {FULL[:60]} and here the words of a line are par-
ted over two lines. The EXAMPLE ends here.3

2. EXAMPLE of an end
• the first thing;
• the second thing, which is so long that it does not stand in one line of the text and for that reason
goes on in the next.

3 EXAMPLE: the last note.
"""
)


def test_a_sentence_that_notes_cut_in_two_is_whole_again(read) -> None:
    texts = [block.text for block in of(read(TWO_PAGES), BlockKind.PARAGRAPH)]
    assert any("right to the next page without a stop." in text for text in texts)
    assert not any("EXAMPLE: the" in text for text in texts)


def test_a_number_glued_to_a_year_or_a_word_is_a_call_where_there_is_such_a_note(read) -> None:
    calls = {call.number: block.text[: call.at].split()[-1] for block in read(TWO_PAGES).blocks for call in block.calls}
    assert calls == {"1": "2014", "2": "years.", "3": "here."}


def test_a_number_without_a_note_stays_in_the_text(read) -> None:
    document = read(f"{FULL}.\n\nIn 20859 there were 12 cooks, and 3 of 4 were here.5\n")
    assert document.blocks[1].text == "In 20859 there were 12 cooks, and 3 of 4 were here.5"
    assert not document.blocks[1].calls


def test_notes_are_blocks_behind_the_block_that_calls_them(read) -> None:
    document = read(TWO_PAGES)
    notes = of(document, BlockKind.NOTE)
    assert [(note.number, note.section) for note in notes] == [("1", "1"), ("2", "1"), ("3", "1")]
    assert notes[1].text == "EXAMPLE: the garden, and what was grown there in those years."
    before = document.blocks[document.blocks.index(notes[0]) - 1]
    assert {call.number for call in before.calls} >= {"1", "2"}


def test_a_word_parted_at_the_end_of_a_line_is_whole_and_a_compound_keeps_its_hyphen(read) -> None:
    assert "are parted over two lines" in " ".join(block.text for block in read(TWO_PAGES).blocks)
    kept = read(f"{FULL} of the VN-\nmissie, and of politie-\nen justitie, and of the Directoraat-\nGeneraal.\n")
    assert kept.blocks[0].text.endswith(
        "of the VN-missie, and of politie- en justitie, and of the Directoraat-Generaal."
    )


def test_sections_are_numbered_and_lists_inside_them_are_not_sections(read) -> None:
    document = read(
        "1. EXAMPLE kitchens\n\n" + FULL + ".\n\n1. Cooks\n2. Gardeners\n3. Guests\n\n"
        "2. EXAMPLE gardens\n\n"
        + FULL
        + ".\n\n3. EXAMPLE houses\n\n"
        + FULL
        + ".\n\n3.1 EXAMPLE rooms\n\n"
        + FULL
        + ".\n"
    )
    headings = [(block.number, block.text, block.level) for block in of(document, BlockKind.HEADING)]
    assert headings == [
        ("1", "EXAMPLE kitchens", 1),
        ("2", "EXAMPLE gardens", 1),
        ("3", "EXAMPLE houses", 1),
        ("3.1", "EXAMPLE rooms", 2),
    ]
    assert [(block.number, block.section) for block in of(document, BlockKind.ITEM)] == [
        ("1", "1"),
        ("2", "1"),
        ("3", "1"),
    ]
    assert document.blocks[-1].section == "3.1"


def test_a_table_of_contents_holds_no_headings(read) -> None:
    document = read(
        "1. EXAMPLE kitchens ........ 3\n2. EXAMPLE gardens ........ 5\n\n1. EXAMPLE kitchens\n\n" + FULL + ".\n"
    )
    assert [block.text for block in of(document, BlockKind.HEADING)] == ["EXAMPLE kitchens"]


def test_heads_feet_and_page_numbers_leave_the_text(read) -> None:
    page = "EXAMPLE house report\n\n{text}\n\nPage {n} of 3\n"
    document = read("\f".join(page.format(text=FULL + f", part {n}.", n=n) for n in (1, 2, 3)))
    assert [block.text for block in document.blocks] == [f"{FULL}, part {n}." for n in (1, 2, 3)]
    assert ("EXAMPLE house report", "the head of page 2") in document.markings
    assert [block.page for block in document.blocks] == [1, 2, 3]


def test_columns_of_prose_are_read_one_after_the_other(read) -> None:
    left = [f"left column words number {n} of EXAMPLE" for n in range(10)]
    right = [f"right column words number {n} of EXAMPLE" for n in range(10)]
    rows = [f"{one:<45}{other}" for one, other in zip(left, right, strict=True)]
    document = read("\n".join(rows) + "\n\fEXAMPLE\n")
    text = " ".join(block.text for block in document.blocks)
    assert text.index("left column words number 9") < text.index("right column words number 0")


def test_abbreviations_and_rows_with_dates_are_tables(read) -> None:
    document = read(
        f"{FULL}.\n\nEXA  Example Association\nKIT  Kitchen Institute of Towns\nGAR  Gardens\n\n{FULL}.\n\n"
        "Januari 2012 Opening\nMaart 2013 Feest\n Diner\nEerste helft\n2014 Sluiting\n"
    )
    abbreviations, dates = of(document, BlockKind.TABLE)
    assert abbreviations.rows[1] == ("KIT", "Kitchen Institute of Towns")
    assert abbreviations.text.split("\n")[2] == "GAR\tGardens"
    assert dates.rows == (
        ("Januari 2012", "Opening"), ("Maart 2013", "Feest"), ("", "Diner"), ("Eerste helft 2014", "Sluiting"),
    )  # fmt: skip


def test_what_is_not_utf8_is_refused_unless_the_submitter_says_what_it_is(tmp_path: Path, policies: Policies) -> None:
    path = tmp_path / "EXAMPLE.txt"
    path.write_bytes("Een geëvalueerd VOORBEELD.".encode("windows-1252"))
    with pytest.raises(LoadRefused, match=r"not UTF-8 \(byte 6\).*--format text-windows-1252"):
        list(read_text(LoadRequest(path, policies)))
    (document,) = read_windows_text(LoadRequest(path, policies))
    assert document.blocks[0].text == "Een geëvalueerd VOORBEELD."


def test_utf16_is_read_by_its_byte_order_mark(read) -> None:
    assert read("EXAMPLE: één tekst".encode("utf-16")).blocks[0].text == "EXAMPLE: één tekst"


def test_an_empty_text_is_refused(read) -> None:
    with pytest.raises(LoadRefused, match="there is no text in it"):
        read(" \n\n")


@pytest.mark.parametrize(
    ("name", "start", "expected"),
    [
        ("EXAMPLE.txt", b"EXAMPLE text", True),
        ("EXAMPLE", "één".encode(), True),
        ("EXAMPLE.txt", "één".encode()[:1] + b"", True),  # cut within a letter, as the head of a long file may be
        ("EXAMPLE.txt", b"\xe9\xe9n", False),
        ("EXAMPLE.txt", b"%PDF-1.7", False),
        ("EXAMPLE.txt", b"<?xml version='1.0'?>", False),
        ("EXAMPLE.csv", b"a,b", False),
        ("EXAMPLE.txt", b"a\x00b", False),
    ],
)
def test_text_is_known_by_what_it_holds(name: str, start: bytes, expected: bool) -> None:
    assert recognises(Head(name, b"x" + start if start == b"\xc3" else start)) is expected


@pytest.mark.parametrize("piece", ["1.", "((((", "a-\n", "1 ", ".", ". ", "jan ", "“", " \n", "x  y\n", "(NS", "•"])
def test_a_hostile_text_does_not_hang(read, piece: str) -> None:
    assert read(f"EXAMPLE {piece * 20_000} EXAMPLE").blocks


@pytest.fixture(scope="module")
def terms(policies: Policies) -> Document:
    if not TERMS_OF_REFERENCE.is_file():
        pytest.skip("the Terms of Reference are not beside the project (../shared/seeds)")
    (document,) = read_text(LoadRequest(TERMS_OF_REFERENCE, policies))
    return document


def test_all_notes_of_the_terms_of_reference_are_found_with_their_calls(terms: Document) -> None:
    assert [note.number for note in of(terms, BlockKind.NOTE)] == [str(number) for number in range(1, 36)]
    called = [call.number for block in terms.blocks for call in block.calls]
    assert called == [str(number) for number in range(1, 36)]
    (table,) = [block for block in of(terms, BlockKind.TABLE) if any(call.number == "9" for call in block.calls)]
    assert any("Resolutie 2085" in row[1] for row in table.rows)
    assert "20859" not in table.text


def test_sections_of_the_terms_of_reference(terms: Document) -> None:
    numbered = [block.number for block in of(terms, BlockKind.HEADING) if block.number]
    assert numbered == [str(number) for number in range(1, 11)]


def test_no_note_of_the_terms_of_reference_stands_in_a_paragraph(terms: Document) -> None:
    running = [block.text for block in terms.blocks if block.kind is not BlockKind.NOTE]
    assert not [text for text in running if "Kamerstuk 29521, nr. 213" in text]
    assert any("opmars richting het zuiden. In reactie hierop" in text for text in running)


def test_the_planning_of_the_terms_of_reference_is_a_table(terms: Document) -> None:
    (table,) = [block for block in of(terms, BlockKind.TABLE) if block.section == "8"]
    assert [row[0] for row in table.rows][:4] == [
        "December 2020", "Eind jan/begin februari 2021", "Februari 2021", "Eerste helft 2021",
    ]  # fmt: skip


def test_the_respondents_of_the_terms_of_reference_are_items_of_their_section(terms: Document) -> None:
    items = [block.text for block in of(terms, BlockKind.ITEM) if block.section == "6"]
    assert "Ministerie van Defensie" in items
    assert "MINUSMA-personeel (nader te specificeren)" in items


LETTER = """Aan de voorzitter van VOORBEELD
Postbus 2

Datum 3 februari 2024
Betreft VOORBEELD: stand van zaken van de keuken

Geachte voorzitter,

Hierbij bied ik u, mede namens de minister van Tuinen, de stand van zaken van de keuken aan, zoals op 12
januari is toegezegd, met de planning voor de komende periode.1

Opzet van de keuken

De keuken werd geopend naar aanleiding van resolutie 2189 (2014).2 Daarna is er veel gekookt door de kok
en zijn gasten, die elk jaar opnieuw en bij elk weer van heinde en verre over de weg naar deze keuken

1 VOORBEELD: Kamerstuk 12345, nr. 6, 12 januari 2024.
2 S/RES/2189 (2014), par. 4.

Pagina 1 van 2
Directie Voorbeelden
Onze referentie VB-1

kwamen en er nooit genoeg van kregen, hoe lang het ook duurde en hoe koud het in de winter ook werd.

Nederlandse gasten

De gasten kwamen uit het hele land en brachten hun eigen kruiden mee, waarvan de meeste nog in de tuin
staan en ieder jaar opnieuw bloeien.

Pagina 2 van 2
"""


def test_a_letter_says_its_subject_and_its_day(read) -> None:
    document = read(LETTER)
    assert (document.title, document.dated) == ("VOORBEELD: stand van zaken van de keuken", "2024-02-03")
    english = read(LETTER.replace("Betreft", "Subject:").replace("Datum 3 februari", "Date: 3 February"))
    assert (english.title, english.dated) == (document.title, document.dated)


def test_lines_with_page_numbers_part_the_pages_of_a_text_and_leave(read) -> None:
    document = read(LETTER)
    assert [block.text for block in of(document, BlockKind.HEADING)] == ["Opzet van de keuken", "Nederlandse gasten"]
    assert not [block.text for block in document.blocks if "Pagina" in block.text or "Directie" in block.text]
    assert {block.page for block in document.blocks} == {1, 2}
    assert any("deze keuken kwamen en er nooit" in block.text for block in document.blocks)


@pytest.mark.parametrize(
    "text", [LETTER, LETTER.replace("Pagina 1 van 2\nDirectie Voorbeelden\nOnze referentie VB-1\n", "")]
)
def test_notes_without_a_rule_are_known_by_their_calls(read, text: str) -> None:
    document = read(text.replace("Pagina 2 van 2\n", "") if "Directie" not in text else text)
    assert [(note.number, note.text) for note in of(document, BlockKind.NOTE)] == [
        ("1", "VOORBEELD: Kamerstuk 12345, nr. 6, 12 januari 2024."),
        ("2", "S/RES/2189 (2014), par. 4."),
    ]
    (called,) = [block for block in document.blocks if any(call.number == "2" for call in block.calls)]
    assert "resolutie 2189 (2014). Daarna" in called.text


def _table(*rows: tuple[str, ...]) -> str:
    return "\n".join("".join(cell.ljust(34) for cell in row).rstrip() for row in rows)


def test_a_cell_that_goes_on_in_the_next_line_is_one(read) -> None:
    rows = ("Who", "Where", "How many"), ("The EXAMPLE ministry of gardens", "North", "8"), ("and ponds",)
    document = read(f"{FULL}.\n\n{_table(*rows, ('The kitchen', 'South', '4'))}\n\n{FULL}.\n")
    (table,) = of(document, BlockKind.TABLE)
    assert table.rows[1:] == (
        ("The EXAMPLE ministry of gardens and ponds", "North", "8"),
        ("The kitchen", "South", "4"),
    )


def test_numbers_begin_the_rows_of_a_table(read) -> None:
    rows = ("Risk", "Measure"), ("1. EXAMPLE: no tea is", "Tea is brought by the gardener"), ("left.", "of the house.")
    more = ("2. EXAMPLE: the kitchen is", "The garden is taken for the"), ("closed.", "meal.")
    document = read(f"{FULL}.\n\n{_table(*rows, *more)}\n\n{FULL}.\n")
    (table,) = of(document, BlockKind.TABLE)
    assert table.rows == (
        ("Risk", "Measure"),
        ("1. EXAMPLE: no tea is left.", "Tea is brought by the gardener of the house."),
        ("2. EXAMPLE: the kitchen is closed.", "The garden is taken for the meal."),
    )


def test_rows_stay_apart_where_white_space_stands_once(read) -> None:
    rows = [("EXAMPLE", str(2000 + number), str(number * 7)) for number in range(10)]
    parted = _table(("Who", "Year", "Number")) + "\n" + _table(*rows[:5]) + "\n\n" + _table(*rows[5:])
    (table,) = of(read(f"{FULL}.\n\n{parted}\n\n{FULL}.\n"), BlockKind.TABLE)
    assert table.rows[1:] == tuple(rows)


def test_numbered_titles_part_the_pages_of_a_text_and_leave(read) -> None:
    pages = [
        f"{FULL} that ends here.1\n\n1 EXAMPLE: a note.\n\n3 | EXAMPLE: the report\n",
        f"{FULL} and it goes.2\n\n2 EXAMPLE: another note.\n\n4 | EXAMPLE: the report\n",
    ]
    document = read("\n".join(pages))
    assert [(note.text, note.page) for note in of(document, BlockKind.NOTE)] == [
        ("EXAMPLE: a note.", 1),
        ("EXAMPLE: another note.", 2),
    ]
    assert not [block.text for block in document.blocks if "|" in block.text]
    assert ("3 | EXAMPLE: the report", "the foot of page 1") in document.markings


def test_rows_of_a_text_with_bars_are_no_page_numbers(read) -> None:
    document = read(f"{FULL}.\n\n7 | EXAMPLE: tea\n7 | EXAMPLE: tea\n5 | EXAMPLE: tea\n\n{FULL}.\n")
    assert sum(block.text.count("| EXAMPLE: tea") for block in document.blocks) == 3


def test_the_words_of_a_figure_below_the_notes_are_no_part_of_a_note(read) -> None:
    document = read(
        f"1. EXAMPLE of a chapter\n\n{FULL} with a figure.1\n\n"
        f"{' ' * 30}\n1 EXAMPLE: how it was\ndrawn.\n\nTea\n\n(with\nmilk)\n\fThe EXAMPLE goes on. {FULL}.\n"
    )
    assert [note.text for note in of(document, BlockKind.NOTE)] == ["EXAMPLE: how it was drawn."]
    assert any("milk" in block.text for block in document.blocks)


def test_the_caption_of_a_table_is_no_section(read) -> None:
    document = read(f"1. EXAMPLE of a chapter\n\n{FULL}.\n\nTable 1: guests\n{FULL}.\n")
    assert [block.text for block in of(document, BlockKind.HEADING)] == ["EXAMPLE of a chapter"]
    assert {block.section for block in document.blocks} == {"1"}


def test_a_heading_below_the_wide_head_of_a_page_is_one(read) -> None:
    wide = "Directie Voorbeelden" + " " * 50 + "Onze referentie EXAMPLE-1"
    document = read(f"{FULL}.\n\f{wide}\n\nEXAMPLE inzet\nOn the next page: {FULL}.\n")
    assert "EXAMPLE inzet" in [block.text for block in of(document, BlockKind.HEADING)]


def test_feet_that_count_pages_as_one_of_all_leave(read) -> None:
    document = read("\f".join(f"EXAMPLE: part {n}. {FULL}.\n\nEX-07350          {n}/3\n" for n in (1, 2, 3)))
    assert not [block.text for block in document.blocks if "EX-07350" in block.text]


def test_abbreviations_may_be_one_space_from_what_they_stand_for(read) -> None:
    document = read(f"List\n\nEXA  Example Association\nKIT Kitchen Institute\nGAR  Gardens and Rooms\n\n{FULL}.\n")
    (table,) = of(document, BlockKind.TABLE)
    assert table.rows == (("EXA", "Example Association"), ("KIT", "Kitchen Institute"), ("GAR", "Gardens and Rooms"))
