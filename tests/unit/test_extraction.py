"""Finders: the forms in which things are mentioned, what only looks like them, and what a low block may lean on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.namespaces import NS
from graph_service.security import Label, Level, Policies, PolicyLabel
from loaders import LoadRequest
from loaders.documents.model import Block, BlockKind, Document
from loaders.documents.text import read_text
from loaders.extraction import find_mentions
from loaders.extraction.abbreviations import defined_in
from loaders.extraction.model import Mention, MentionKind
from loaders.identifiers import ACTOR, SOURCE
from loaders.names import NO_NAMES, KnownName, Names

LOW, HIGH = (Label((PolicyLabel(Level("EXERCISE", order, name)),)) for order, name in enumerate(("LOW", "HIGH")))
P, N, H, ITEM, T = BlockKind.PARAGRAPH, BlockKind.NOTE, BlockKind.HEADING, BlockKind.ITEM, BlockKind.TABLE


def known(text: str, key: str, kind: str = "Organisation", *, notation: bool = False) -> KnownName:
    prefix = ACTOR if kind not in {"Report", "ParliamentaryLetter"} else SOURCE
    return KnownName(text, prefix + key, frozenset({NS + kind}), is_notation=notation)


NAMES = Names(
    (
        known("EXAMPLE: Lock Office", "lock-office"),
        known("Ministerie van Binnenwater", "water", "Ministry"),
        known("Ministerie van Verlichting en Vuur", "light", "Ministry"),
        known("BVW", "water", "Ministry", notation=True),
        known("Operatie Sluiswacht", "sluiswacht", "Operation"),
        known("Veiligheidsraad van de Verenigde Naties", "unsc"),
        known("G9-Delta", "g9"),
        known("Dutchlands kabinet", "cabinet", "GovernmentBody"),
        known("Fabulië", "fabulia", "State"),
        known("Bureau Tenten", "tents"),
        known("Bureau Tenten", "other-tents"),
        known("De sluis als spiegel van het water", "mirror-report", "Report"),
        known("sluiswachters", "keepers", "ActorCategory"),
        known("Duinlandse krijgers", "warriors"),
        known("de Duinlanders", "duinlanders"),
        known("haven", "haven", "Police"),
    )
)


def mentions(
    *blocks: Block, labels: Sequence[Label] = (), names: Callable[[Label], Names] = lambda _: NAMES
) -> list[Mention]:
    return list(find_mentions(Document("EXAMPLE.txt", blocks), labels or [LOW] * len(blocks), names))


def found(text: str, *kinds: MentionKind, block: BlockKind = P) -> list[tuple[str, str]]:
    """The words and what they mean, of mentions of these kinds that are likelier than not."""
    return [
        (m.text, m.target.rpartition("/")[2] or m.value)
        for m in mentions(Block(block, text))
        if m.kind in kinds and m.confidence > 0.5
    ]


PAPERS = {
    "Kamerstuk 29521, nr. 213, 1 november 2013.": ["kst-29521-213"],
    "Kamerstukken II 2013/14, 29 521, nr. 213.": ["kst-29521-213"],
    "Tweede Kamer, vergaderjaar 2013–2014, 29 521, nr. 213": ["kst-29521-213"],
    "TK 2013-2014, 29 521, nr. 213": ["kst-29521-213"],
    "de brief (29521, nr. 213) en (31 787, nr. 16)": ["kst-29521-213", "kst-31787-16"],
    "Kamerstuk 36 600 X, nr. 36 en Kamerstuk 36600-XVII, nr. 5": ["kst-36600-X-36", "kst-36600-XVII-5"],
    "Kamerstukken I 2013/14, 33 750, A": ["kst-33750-A"],
    "Kamerstukken 29521, nrs. 293, 327 en 349, 11 mei 2019": ["kst-29521-293", "kst-29521-327", "kst-29521-349"],
    "Kamerstuk 29521, nr. 293, 19 juni 2015; Kamerstuk 29521, nr. 327, 7 oktober 2016": [
        "kst-29521-293",
        "kst-29521-327",
    ],
    "Kamerstuk 29521-213": ["kst-29521-213"],
    "Kamerstuknr. 29521, nr. 213; Kamerbrief 29 521, nr. 379": ["kst-29521-213", "kst-29521-379"],
    "de motie-Voorbeeld (27925-699)": ["kst-27925-699"],
    "Parliamentary paper 29521, no. 213": ["kst-29521-213"],
    "https://example.org/kst-36600-X-36.html": ["kst-36600-X-36"],
    "Handelingen II 2013/14, nr. 40, item 8": ["h-tk-20132014-40-8"],
    "Aanhangsel Handelingen II 2013/14, nr. 1234": ["ah-tk-20132014-1234"],
    "Kamervragen 2019Z04704": ["tk-2019z04704"],
    "Kamerstuk 29521 gaat over missies": ["29521"],
    "Kamerstukken II 2020/21, 29 521, nrs. 420 t/m 423": [
        "kst-29521-420",
        "kst-29521-421",
        "kst-29521-422",
        "kst-29521-423",
    ],
    "Kamerstuk 29521, nrs. 2-4 en 9": ["kst-29521-2", "kst-29521-3", "kst-29521-4", "kst-29521-9"],
    "Kamerstuk 29521, nrs. 2-400": ["kst-29521-2", "kst-29521-400"],
}
NO_PAPERS = [
    "er waren 29 521 mensen, van wie 213 vrouwen",
    "29521-213 stuks",
    "op nr. 213 van de lijst",
    "telefoon 070 295 21 21",
    "12 345 678, nr. 3",
    "in 2013, nr. 4",
]


@pytest.mark.parametrize(("text", "keys"), PAPERS.items())
def test_papers_in_every_form(text: str, keys: list[str]) -> None:
    assert [key for _, key in found(text, MentionKind.PAPER)] == keys


@pytest.mark.parametrize("text", NO_PAPERS)
def test_what_only_looks_like_a_paper_is_none(text: str) -> None:
    assert found(text, MentionKind.PAPER) == []


RESOLUTIONS = {
    "Resolutie 2085 van de Veiligheidsraad van de Verenigde Naties, 20 december 2012.": ["s-res-2085-2012"],
    "VN-Veiligheidsraadresolutie 2100 (2013)": ["s-res-2100-2013"],
    "VNVR-resolutie 2100": ["s-res-2100-2013"],
    "UNSCR 2100": ["s-res-2100-2013"],
    "UNSCR1325 en UNSCR-1820": ["s-res-1325-2000", "s-res-1820-2008"],
    "resoluties 2295, 2364 en 2423": ["s-res-2295-2016", "s-res-2364-2017", "s-res-2423-2018"],
    "Security Council resolutions 143 (1960) of 14 July 1960 and 145 (1960)": ["s-res-143-1960", "s-res-145-1960"],
    "les résolutions 2085 (2012) et 2100 (2013) du Conseil de sécurité": ["s-res-2085-2012", "s-res-2100-2013"],
    "S/RES/2100 (2013)": ["s-res-2100-2013"],
    "A/RES/79/100": ["a-res-79-100"],
    "General Assembly resolution 1474 (ES-IV) of 20 September 1960": ["a-res-1474-es-iv"],
    "resolutie 60/1 van de Algemene Vergadering": ["a-res-60-1"],
    "resolutie 2100, 25 april 2013": ["s-res-2100-2013"],
    "resoluties 2100 en 450 militairen": ["s-res-2100-2013"],
    "resolutie 2790 (2025)": ["s-res-2790-2025"],
    "Eerdere resoluties (1996, 2057 en 2132) gingen voor": ["s-res-1996-2011", "s-res-2057-2012", "s-res-2132-2013"],
    "161 (1961). Resolution of 21 February 1961": ["s-res-161-1961"],
}
NO_RESOLUTIONS = [
    "een resolutie van 1920 x 1080",
    "resolutie 1920 x 1080",
    "resolutie 1080p",
    "resolution 1973 of the Parliamentary Assembly",
    "de resolutie 2013",
    "the resolutions (2013) and the rest",
    "resolutions (2013 to 2015)",
    "resolutie 20859",
    "resolutie 2100 (1999)",
    "Resolutie van het Europees Parlement 2020/2002(INI)",
]


@pytest.mark.parametrize(("text", "keys"), RESOLUTIONS.items())
def test_resolutions_in_every_form(text: str, keys: list[str]) -> None:
    assert [key for _, key in found(text, MentionKind.RESOLUTION)] == keys


@pytest.mark.parametrize("text", NO_RESOLUTIONS)
def test_what_only_looks_like_a_resolution_is_none(text: str) -> None:
    assert found(text, MentionKind.RESOLUTION) == []


LAWS = {
    "In Artikel 100 van de Grondwet staat": ["constitution-art-100"],
    "de artikel 100-brief": ["constitution-art-100"],
    "op basis van hoofdstuk VII van het VN Handvest": ["un-charter-chapter-vii"],
    "acting under Chapter VII of the Charter of the United Nations": ["un-charter-chapter-vii"],
    "Agissant en vertu du Chapitre VII de la Charte des Nations Unies": ["un-charter-chapter-vii"],
    "artikel 42, zevende lid, van het Verdrag betreffende de Europese Unie": ["treaty-on-european-union-art-42"],
    "jci1.3:c:BWBR0033507&artikel=5": ["bwbr0033507-art-5"],
    "Besluit 2013/34/GBVB van de Raad": ["eu-2013-34-cfsp"],
    "Council Decision (CFSP) 2021/509": ["eu-2021-509-cfsp"],
    "Verordening (EG) nr. 45/2001": ["eu-2001-45-ec"],
    "Stb. 2017, 317 en Trb. 2016, 12": ["stb-2017-317", "trb-2016-12"],
    "artikel 3, eerste lid, van de Wet sluisbeheer": ["artikel 3, eerste lid, van de Wet sluisbeheer"],
    "the North Atlantic Treaty Organization and the North Atlantic Treaty.": ["north-atlantic-treaty"],
    "het handvest van de club": [],
    "the constitution of the club": [],
    "de wet van Murphy": [],
}


@pytest.mark.parametrize(("text", "keys"), LAWS.items())
def test_laws_and_treaties_in_every_form(text: str, keys: list[str]) -> None:
    assert [key for _, key in found(text, MentionKind.LAW, MentionKind.TREATY)] == keys


DATES = {
    "in het voorjaar van 2014": ["2014"],
    "eind 2013": ["2013"],
    "April 2013": ["2013-04"],
    "per november 2021": ["2021-11"],
    "1 mei 2019 en 1er novembre 2013": ["2019-05-01", "2013-11-01"],
    "25th of April 2013 or April 25, 2013": ["2013-04-25", "2013-04-25"],
    "2013-04-25 en 01-11-2013": ["2013-04-25", "2013-11-01"],
    "de periode 2014-2019": ["2014/2019"],
    "tussen begin 2014 en mei 2019": ["2014/2019-05"],
    "van 12 tot en met 15 mei 2019": ["2019-05-12/2019-05-15"],
    "Eind jan/begin februari 2021": ["2021-01/2021-02"],
    "entre 2014 et 2019": ["2014/2019"],
    "in 2014, 2015 en 2016": ["2014", "2015", "2016"],
    "in 2013, tot eind 2015 voorzien": ["2013", "2015"],
    "Januari 2012\tBegin\nMaart 2012\tEinde": ["2012-01", "2012-03"],
    "31 februari 2013": [],
    "op 12 mei": [],
    "2000 militairen, € 2013, nr. 2014 en 13.289": [],
    "Kamerstukken II 2013/14, 29 521, nr. 213": [],
    "resolutie 2100 (2013)": [],
}


@pytest.mark.parametrize(("text", "values"), DATES.items())
def test_dates_in_every_form(text: str, values: list[str]) -> None:
    assert [m.value for m in mentions(Block(P, text)) if m.kind is MentionKind.DATE] == values


ACTORS = {
    "het ministerie van Binnenwater": ["water"],
    "de ministeries van Binnenwater (inclusief de posten) en Verlichting & Vuur": ["water", "light"],
    "de betrokken ministeries (Binnenwater, Verlichting en Vuur)": ["water", "light"],
    "het BVW-team en BVW's plan": ["water", "water"],
    "operatie Sluiswacht, en later Sluiswacht": ["sluiswacht", "sluiswacht"],
    "de VN-Veiligheidsraad": ["unsc"],
    "G9 Delta": ["g9"],
    "het Dutchlandse kabinet": ["cabinet"],
    "in Noord-Fabulië": [],
    "binnenwater": [],
    "bvw": [],
    "Bureau Tenten": [],
    "Fabuliërs": [],
    "De sluiswachters": ["keepers"],
    "Duinlandse krijgers": ["warriors"],
    "levert Duinland krijgers": [],
    "de Duinlanders": ["duinlanders"],
    "de Duinlander Sluis": [],
    "De haven bleef open": ["haven"],
    "Volgens de Duinlandse haven": [],
}


@pytest.mark.parametrize(("text", "keys"), ACTORS.items())
def test_actors_by_their_names_and_what_only_looks_like_them(text: str, keys: list[str]) -> None:
    assert [key for _, key in found(text, MentionKind.ACTOR)] == keys


def test_the_longest_name_counts() -> None:
    names = Names((known("Raad", "council"), known("Raad van Sluizen", "lock-council")))
    found_here = mentions(Block(P, "de Raad van Sluizen en de Raad"), names=lambda _: names)
    assert [m.target for m in found_here] == [ACTOR + "lock-council", ACTOR + "council"]


def test_a_report_by_author_title_and_date() -> None:
    note = Block(
        N,
        "Bureau Water, “De sluis als spiegel van het water”, 11 juni 2018; A. Voorbeeld, ‘Over het water heen’, 2017.",
    )
    reports = [m for m in mentions(note) if m.kind is MentionKind.REPORT]
    assert [(m.text, m.target) for m in reports] == [
        ("De sluis als spiegel van het water", SOURCE + "mirror-report"),
        ("Over het water heen", ""),
    ]


def test_quoted_words_are_no_report() -> None:
    note = Block(
        N, "Zie de brief van 22 januari 2014: “Na het einde wordt een verslag opgesteld.” Hij zei “tot ziens dan maar”."
    )
    assert not [m for m in mentions(note) if m.kind is MentionKind.REPORT]


def test_ibid_and_a_pointer_to_a_note_mean_what_that_note_cites() -> None:
    blocks = (
        Block(N, "Kamerstuk 29521, nr. 213.", number="1"),
        Block(N, "Ibid., p. 3.", number="2"),
        Block(N, "Idem.", number="3"),
        Block(N, "Zie noot 1.", number="4"),
        Block(N, "Resolutie 2100 en resolutie 2164.", number="5"),
        Block(N, "Ibid.", number="6"),
    )
    cited = [(m.block, m.target) for m in mentions(*blocks) if m.kind is MentionKind.PAPER]
    assert cited == [(n, SOURCE + "kst-29521-213") for n in range(4)]
    assert not [m for m in mentions(*blocks) if m.block == 5]


def test_ibid_never_means_a_note_that_the_block_may_not_lean_on_nor_the_one_before_it() -> None:
    blocks = (
        Block(N, "Kamerstuk 29521, nr. 213.", number="1"),
        Block(N, "Kamerstuk 29521, nr. 999.", number="2"),
        Block(N, "Ibid.", number="3"),
        Block(N, "Zie noot 2.", number="4"),
    )
    assert not [m for m in mentions(*blocks, labels=[LOW, HIGH, LOW, LOW]) if m.block > 1]
    assert [m.target for m in mentions(*blocks, labels=[LOW, LOW, HIGH, HIGH]) if m.block > 1] == [
        SOURCE + "kst-29521-999"
    ] * 2


def test_the_documents_own_abbreviations_from_a_list_and_from_brackets() -> None:
    blocks = (
        Block(H, "Lijst van afkortingen", level=1),
        Block(P, "OSW Operatie Sluiswacht"),
        Block(T, "MVV\tMinisterie van Verlichting en Vuur\nXYZ\tXylofoon en zingende zaag", rows=()),
        Block(H, "1 Inleiding", level=1),
        Block(P, "OSW werkt met MVV. De Gezamenlijke Waterploeg (GWP) ook, en GWP blijft."),
    )
    found_here = mentions(*blocks)
    meanings = {m.text: m.value for m in found_here if m.kind is MentionKind.ABBREVIATION}
    assert meanings == {
        "OSW": "Operatie Sluiswacht",
        "MVV": "Ministerie van Verlichting en Vuur",
        "XYZ": "Xylofoon en zingende zaag",
        "GWP": "Gezamenlijke Waterploeg",
    }
    last = [(m.text, m.target) for m in found_here if m.block == 4 and m.kind is MentionKind.ACTOR]
    assert last == [("OSW", ACTOR + "sluiswacht"), ("MVV", ACTOR + "light")]


@pytest.mark.parametrize(
    ("text", "long"),
    [
        (
            "de African-led International Support Mission to Fabulia (AFISMF)",
            "African-led International Support Mission to Fabulia",
        ),
        (
            "AFISMF (African-led International Support Mission to Fabulia)",
            "African-led International Support Mission to Fabulia",
        ),
        ("the Team of Lock Keepers (“TLK”)", "Team of Lock Keepers"),
        ("Koninklijke Waterwacht (KWw)", "Koninklijke Waterwacht"),
    ],
)
def test_a_long_form_beside_its_abbreviation(text: str, long: str) -> None:
    assert [one.long for one in defined_in(0, Block(P, text), in_list=False)] == [long]


@pytest.mark.parametrize(
    "text",
    [
        "zie tabel (NB)",
        "militaire eenheden aan de Multinationale Sluizenmissie (MENAM)",
        "twaalf mensen (EU)",
        "de raad (IV)",
        "(ABC)",
        "in 2014 (ISR)",
    ],
)
def test_brackets_that_explain_nothing(text: str) -> None:
    assert list(defined_in(0, Block(P, text), in_list=False)) == []


def test_an_abbreviation_defined_high_is_not_known_in_a_low_block() -> None:
    blocks = (Block(P, "Operatie Sluiswacht (OSW) begint."), Block(P, "OSW gaat door."))
    assert [m.target for m in mentions(*blocks) if m.block == 1] == [ACTOR + "sluiswacht"]
    assert not [m for m in mentions(*blocks, labels=[HIGH, LOW]) if m.block == 1]


def test_a_name_known_only_high_is_not_looked_for_in_a_low_block() -> None:
    blocks = (Block(P, "Fabulië doet mee."), Block(P, "Fabulië doet mee."))
    heard = mentions(*blocks, labels=[LOW, HIGH], names=lambda label: NAMES if label == HIGH else NO_NAMES)
    assert [m.block for m in heard] == [1]


def test_a_heading_higher_than_the_item_below_it_says_nothing_of_it() -> None:
    blocks = (Block(H, "Onderzoeksvragen", level=2), Block(ITEM, "Waarom is het water nat?", number="1"))
    assert [m.kind for m in mentions(*blocks)] == [MentionKind.QUESTION]
    assert mentions(*blocks, labels=[HIGH, LOW]) == []


def test_a_line_of_a_few_words_that_announces_something_counts_as_a_heading() -> None:
    blocks = (
        Block(H, "2 Doelen", level=1),
        Block(P, "Onderzoeksvragen"),
        Block(ITEM, "Opzet van de sluis", number="1"),
        Block(ITEM, "Hoe hoog stond het water?", number="a"),
    )
    assert [(m.kind, m.text) for m in mentions(*blocks)] == [(MentionKind.QUESTION, "Hoe hoog stond het water?")]


def test_a_category_hides_no_name_inside_it() -> None:
    names = Names(
        (known("Sluismissie", "mission", "Mission"), known("Sluismissie-personeel", "staff", "ActorCategory"))
    )
    found_here = [m.target for m in mentions(Block(P, "Het Sluismissie-personeel rust."), names=lambda _: names)]
    assert sorted(found_here) == [ACTOR + "mission", ACTOR + "staff"]


def test_goals_and_questions_by_the_headings_over_them() -> None:
    blocks = (
        Block(H, "2 Doelen van de sluis", level=1),
        Block(ITEM, "Het water moet hoog genoeg staan", number="1"),
        Block(P, "Dit is geen doel."),
        Block(H, "3 Vraagstelling", level=1),
        Block(P, "Hoofdvraag: In hoeverre stond het water hoog genoeg?"),
        Block(ITEM, "Hoe hoog stond het water? Let daarbij op de wind.", number="a"),
        Block(H, "4 Methode", level=1),
        Block(ITEM, "Wie meet het water, en waarom?", number="1"),
    )
    found_here = {m.text: m.kind for m in mentions(*blocks)}
    assert found_here == {
        "Het water moet hoog genoeg staan": MentionKind.GOAL,
        "In hoeverre stond het water hoog genoeg?": MentionKind.QUESTION,
        "Hoe hoog stond het water?": MentionKind.QUESTION,
    }


def test_every_mention_says_how_it_was_found_and_how_sure_that_is() -> None:
    texts = [*PAPERS, *RESOLUTIONS, *LAWS, *DATES, *ACTORS]
    every = mentions(*(Block(P, text) for text in texts))
    assert len(every) > 80
    assert all(0 < m.confidence < 1 and m.method.rpartition("/")[2].isdigit() for m in every)


PIECES = st.sampled_from(
    [
        *PAPERS,
        *RESOLUTIONS,
        *LAWS,
        *DATES,
        *ACTORS,
        "Ibid.",
        "Zie noot 2.",
        "Operatie Sluiswacht (OSW)",
        "OSW",
        "İß ﬁ",
        "Doelen",
    ]
)
LEANING = st.sampled_from(
    [
        Block(P, "Operatie Sluiswacht (OSW) begint."),
        Block(P, "OSW en MVV gaan door."),
        Block(T, "MVV\tMinisterie van Verlichting en Vuur"),
        Block(N, "Kamerstuk 29521, nr. 213.", number="1"),
        Block(N, "Ibid.", number="2"),
        Block(P, "Zie noot 1."),
        Block(H, "Afkortingen", level=1),
        Block(H, "Doelen", level=1),
        Block(H, "Onderzoeksvragen", level=2),
        Block(ITEM, "Het water moet hoog staan", number="1"),
        Block(ITEM, "Waarom is het water nat?", number="2"),
    ]
)
"""Blocks that are read with what stands in others."""
BLOCKS = LEANING | st.builds(
    Block,
    kind=st.sampled_from([P, N, H, ITEM, T]),
    text=st.lists(PIECES | st.text(max_size=20), min_size=1, max_size=4).map(" ".join),
    number=st.sampled_from(["", "1", "2", "3"]),
    section=st.sampled_from(["", "1", "Afkortingen"]),
)


@given(st.lists(BLOCKS, max_size=6))
@settings(max_examples=150, deadline=None)
def test_positions_give_the_words_back(blocks: list[Block]) -> None:
    for mention in mentions(*blocks):
        assert blocks[mention.block].text[mention.start : mention.end] == mention.text != ""


@given(st.lists(st.tuples(LEANING | BLOCKS, st.booleans()), min_size=2, max_size=7))
@settings(max_examples=300, deadline=None)
def test_high_blocks_never_change_what_is_found_in_low_ones(blocks: list[tuple[Block, bool]]) -> None:
    labels = [HIGH if high else LOW for _, high in blocks]
    low_numbers = [number for number, (_, high) in enumerate(blocks) if not high]
    both = mentions(*(block for block, _ in blocks), labels=labels)
    alone = mentions(*(blocks[number][0] for number in low_numbers))
    strip = [
        (low_numbers.index(m.block), m.kind, m.start, m.end, m.target, m.value, m.confidence)
        for m in both
        if m.block in low_numbers
    ]
    assert strip == [(m.block, m.kind, m.start, m.end, m.target, m.value, m.confidence) for m in alone]


HOSTILE = {
    "digits": "1234567890",
    "five digits": "29521 ",
    "brackets": "(((((",
    "letters": "resolutie",
    "words": "artikel 1 en 2, ",
    "papers": "29 521, nrs. 1, 2, ",
    "lists": "resoluties 100, 200, ",
    "capitals": "AB (AB) ",
    "quotes": "“A, “",
    "months": "1 mei ",
    "dates": "2014-",
    "spaces": " ",
    "laws": "Wet a a a a a ",
    "questions": "doel is van ",
    "ministries": "ministeries van ",
    "ibid": "; ibid",
}


def _taken(piece: str, size: int) -> float:
    block = Block(N, (piece * (size // len(piece) + 1))[:size], number="2")
    began = process_time()
    mentions(Block(H, "Doelen en vragen, literatuur, afkortingen", level=1), block)
    return process_time() - began


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_does_not_hang_a_finder(piece: str) -> None:
    """A second or less; where the time grew with the square of the text it would be minutes."""
    assert _taken(piece, 160_000) < 30


@pytest.mark.parametrize("piece", ["1234567890", "(((((", "resolutie"])
def test_a_hostile_megabyte_is_read_in_seconds(piece: str) -> None:
    assert _taken(piece, 1_000_000) < 15


ENGLISH = """EXAMPLE POLICY BRIEF

Abbreviations
FLW: Fabulian Lock Watch
GTC: Grand Tide Council

1. Background

The Security Council set up the Fabulian Lock Watch by resolution 2100 (2013) and prolonged it in resolutions
2164 (2014), 2227 (2015) and 2295 (2016), acting under Chapter VII of the Charter. Between June 2014 and May
2019 the FLW counted 2,000 boats, 450 of them in 2016 alone. The Secretary-General reported on this (S/2015/426).

2. Evaluation questions

1. Did the FLW count the boats that it was asked to count?
2. What did the Grand Tide Council pay?

Notes

The brief follows A. Example and B. Specimen, "Counting boats in the mist: a review", 12 June 2018, and
Council Decision 2013/34/CFSP. See also Parliamentary paper 29521, no. 213 and Article 100 of the Dutch Constitution.
"""


def test_a_document_of_another_kind_and_language_is_read_as_well(tmp_path: Path, policies: Policies) -> None:
    path = tmp_path / "brief.txt"
    path.write_text(ENGLISH, encoding="utf-8")
    document = next(read_text(LoadRequest(path=path, policies=policies)))
    names = Names(
        (
            known("Fabulian Lock Watch", "lock-watch", "Mission"),
            known("Grand Tide Council", "tide-council"),
            known("United Nations Security Council", "unsc"),
        )
    )
    found_here = list(find_mentions(document, [LOW] * len(document.blocks), lambda _: names))
    targets: dict[MentionKind, set[str]] = {}
    for mention in found_here:
        targets.setdefault(mention.kind, set()).add(mention.target.rpartition("/")[2] or mention.value or mention.text)
    assert targets == {
        MentionKind.RESOLUTION: {"s-res-2100-2013", "s-res-2164-2014", "s-res-2227-2015", "s-res-2295-2016"},
        MentionKind.REPORT: {"s-2015-426", "Counting boats in the mist: a review"},
        MentionKind.LAW: {"eu-2013-34-cfsp", "constitution-art-100"},
        MentionKind.TREATY: {"un-charter-chapter-vii"},
        MentionKind.PAPER: {"kst-29521-213"},
        MentionKind.DATE: {"2014-06/2019-05", "2016", "2018-06-12"},
        MentionKind.ACTOR: {"lock-watch", "tide-council", "unsc"},
        MentionKind.ABBREVIATION: {"Fabulian Lock Watch", "Grand Tide Council"},
        MentionKind.QUESTION: {
            "Did the FLW count the boats that it was asked to count?",
            "What did the Grand Tide Council pay?",
        },
    }
    assert sum(m.text == "FLW" and m.target == ACTOR + "lock-watch" for m in found_here) == 3


def test_a_document_does_not_mention_itself_and_reads_as_if_its_name_were_not_known() -> None:
    own = known("Nota over Operatie Sluiswacht", "own-note", "Report")
    words = "De Nota over Operatie Sluiswacht noemt “Nota over Operatie Sluiswacht”."
    document = Document("EXAMPLE.txt", (Block(P, words),))
    with_own = Names((*NAMES.known, own))
    assert SOURCE + "own-note" in {m.target for m in find_mentions(document, [LOW], lambda _: with_own)}
    again = list(find_mentions(document, [LOW], lambda _: with_own, own=own.iri))
    assert again == list(find_mentions(document, [LOW], lambda _: NAMES))
    assert [m.target for m in again] == [ACTOR + "sluiswacht"] * 2
