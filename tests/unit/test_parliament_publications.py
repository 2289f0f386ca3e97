"""Official publications: papers become documents whose facts join the curated ones, in both forms of their metadata."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from graph_service.errors import LoadRefused
from graph_service.handling import parse_marking
from graph_service.namespaces import ID, short
from graph_service.security import Policies
from loaders import LoadRequest
from loaders.base import Proposal, Remark
from loaders.detection import head_of
from loaders.documents.model import BlockKind, Document, NoteCall
from loaders.formats import FORMATS
from loaders.names import NO_NAMES, Names

SAMPLES = Path(__file__).parents[3] / "shared" / "data-samples"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of parliament are not at hand")

INLINE_METADATA = """<meta name="DC.identifier" scheme="OVERHEIDop.ParlID" content="kst-99999-X-12"/>
<meta name="DC.type" scheme="OVERHEIDop.KamerstukTypen" content="{kind}"/>
<meta name="DCTERMS.issued" scheme="DCTERMS.W3CDTF" content="{issued}"/>
<meta name="OVERHEIDop.documenttitel" content="{title}"/>
<meta name="OVERHEIDop.indiener" content="V. Voorbeeld"/>
<meta name="OVERHEIDop.indiener" content="E. Example"/>
<meta name="OVERHEIDop.vergaderjaar" content="2098-2099"/>
<meta name="DC.creator" scheme="OVERHEID.StatenGeneraal" content="Tweede Kamer der Staten-Generaal"/>
<meta name="OVERHEID.category" content="Internationaal | Voorbeeld"/>"""
EXTERNAL_METADATA = (
    '<meta name="OVERHEIDop.externMetadataRecord" content="https://example.org/kst-99999-X-12/metadata.xml"/>'
)
PAPER = """<?xml version="1.0" encoding="UTF-8"?>
<officiele-publicatie><metadata>{metadata}</metadata><kamerstuk>
<kamerstukkop><tekstregel inhoud="vergaderjaar">Vergaderjaar 2098–2099</tekstregel>
<tekstregel inhoud="kameraanduiding">Tweede Kamer der Staten-Generaal</tekstregel></kamerstukkop>
<dossier><dossiernummer><dossiernr>{dossier}</dossiernr><begrotingshoofdstuk>X</begrotingshoofdstuk></dossiernummer>
<titel>VOORBEELD: dossier</titel></dossier>
<stuk><stuknr>Nr. <ondernummer kamer="2">{number}</ondernummer></stuknr><titel>{head}</titel>
<datumtekst>Voorgesteld <datum isodatum="{day}">een dag</datum></datumtekst>
<algemeen><vrije-tekst><tekst>{text}</tekst></vrije-tekst></algemeen></stuk></kamerstuk></officiele-publicatie>"""
MOTION_TEXT = """<al>De Kamer,</al><al-groep><al>overwegende dat:</al>
<lijst type="expliciet"><li><li.nr>•</li.nr><al>een   eerste
punt;</al></li><li><li.nr>2.</li.nr><al>een tweede;</al><al>met meer;</al>
<lijst><li><li.nr>a)</li.nr><al>een letter;</al></li></lijst></li></lijst></al-groep>
<al>verzoekt de regering<noot type="voet"><noot.nr>1</noot.nr><noot.al>Kamerstuk 29 521, nr. 213.</noot.al></noot>
een voorbeeld te geven,</al><al>en gaat over tot de orde van de dag.</al><al>Voorbeeld</al><al>Example</al>"""


def paper(metadata: str = EXTERNAL_METADATA, text: str = MOTION_TEXT, **parts: str) -> str:
    told = {"dossier": "99 999", "number": "12", "head": "MOTIE VAN HET LID VOORBEELD", "day": "2098-12-04", **parts}
    return PAPER.format(metadata=metadata, text=text, **told)


def proposals(path: Path, policies: Policies, names: Names = NO_NAMES) -> list[Proposal]:
    label = parse_marking("Ongerubriceerd", policies=policies)
    (known,) = [known for known in FORMATS if known.recognises(head_of(path, path.name)) and not known.is_general]
    return list(known.load(LoadRequest(path=path, policies=policies, label=label, names=names, name_key=b"k")))


def read(text: str, tmp_path: Path, policies: Policies) -> tuple[Document, list[str]]:
    path = tmp_path / "paper.xml"
    path.write_text(text, encoding="utf-8")
    given = proposals(path, policies)
    (document,) = [one for one in given if isinstance(one, Document)]
    return document, [one.text for one in given if isinstance(one, Remark)]


def said(document: Document, thing: str = "", *, of: str = "") -> list[str]:
    """What the facts say of a thing (by default the document) with a property."""
    thing = thing or document.iri
    quads = parse(document.facts, format=RdfFormat.N_TRIPLES)
    found = [quad for quad in quads if str(quad.subject) == f"<{thing}>" and short(quad.predicate.value) == of]
    return sorted(short(str(getattr(quad.object, "value", quad.object))) for quad in found)


def test_a_paper_with_its_metadata_inside_has_every_fact_of_them(tmp_path: Path, policies: Policies) -> None:
    inside = INLINE_METADATA.format(kind="Motie", issued="2098-12-05", title="VOORBEELD: een motie")
    document, remarks = read(paper(inside), tmp_path, policies)
    assert (document.iri, document.kind) == (f"{ID}source/kst-99999-X-12", "Motion")
    assert (document.title, document.dated, document.language) == ("VOORBEELD: een motie", "2098-12-05", "nl")
    assert remarks == []
    assert said(document, of="sluis:paperNumber") == ["99999-X, nr. 12"]
    assert said(document, of="sluis:sessionYear") == ["2098-2099"]
    assert said(document, of="dcterms:publisher") == ["id:actor/tweede-kamer"]
    people = said(document, of="dcterms:creator")
    assert sorted(said(document, person.replace("id:", ID), of="skos:prefLabel")[0] for person in people) == [
        "E. Example",
        "V. Voorbeeld",
    ]
    assert said(document, f"{ID}dossier/99999-X", of="sluis:dossierTitle") == ["VOORBEELD: dossier"]


def test_a_paper_whose_metadata_stand_elsewhere_is_known_by_its_text(tmp_path: Path, policies: Policies) -> None:
    document, remarks = read(paper(), tmp_path, policies)
    assert (document.iri, document.kind) == (f"{ID}source/kst-99999-X-12", "Motion")
    assert (document.title, document.dated) == ("MOTIE VAN HET LID VOORBEELD", "2098-12-04")
    assert said(document, of="skos:prefLabel") == ["Kamerstuk 99999-X, nr. 12", "Parliamentary paper 99999-X, no. 12"]
    assert said(document, of="sluis:signature") == ["Example", "Voorbeeld"]
    assert said(document, of="sluis:sessionYear") == ["2098-2099"]
    assert len(remarks) == 1
    assert "file of their own" in remarks[0]


def test_lists_and_notes_keep_their_numbers_and_places(tmp_path: Path, policies: Policies) -> None:
    document, _ = read(paper(), tmp_path, policies)
    items = [(block.number, block.text) for block in document.blocks if block.kind is BlockKind.ITEM]
    assert items == [("", "een eerste punt;"), ("2", "een tweede;"), ("", "met meer;"), ("a", "een letter;")]
    (calling,) = [block for block in document.blocks if block.calls]
    assert calling.text == "verzoekt de regering een voorbeeld te geven,"
    assert calling.calls == (NoteCall(len("verzoekt de regering"), "1"),)
    (note,) = [block for block in document.blocks if block.kind is BlockKind.NOTE]
    assert (note.number, note.text) == ("1", "Kamerstuk 29 521, nr. 213.")


def test_a_call_stands_behind_the_word_whatever_spaces_and_accents_are_there(
    tmp_path: Path, policies: Policies
) -> None:
    note = '<noot type="voet"><noot.nr>3</noot.nr><noot.al>VOORBEELD</noot.al></noot>'
    document, _ = read(paper(text=f"<al>cafe\u0301   {note} dicht</al>"), tmp_path, policies)
    (calling,) = [block for block in document.blocks if block.calls]
    assert (calling.text, calling.calls) == ("caf\u00e9 dicht", (NoteCall(4, "3"),))


def test_a_letter_has_headings_tables_and_who_signs(tmp_path: Path, policies: Policies) -> None:
    text = """<tussenkop><nadruk type="vet">VOORBEELD: kop</nadruk></tussenkop><al>Onder de kop.</al>
    <table><title>VOORBEELD: tabel</title><tgroup cols="3"><colspec colname="c1"/><colspec colname="c2"/>
    <colspec colname="c3"/><thead><row><entry colname="c1" morerows="1">a</entry>
    <entry namest="c2" nameend="c3">b<noot type="voet"><noot.nr>2</noot.nr><noot.al>van b</noot.al></noot></entry></row>
    <row><entry>d</entry><entry>e</entry></row></thead></tgroup></table>
    <ondertekening><functie>De Minister van Voorbeelden,</functie><naam><voornaam>V.</voornaam>
    <achternaam>Voorbeeld</achternaam></naam></ondertekening><onbekend>Ook dit telt.</onbekend>"""
    document, _ = read(paper(text=text, head="BRIEF VAN DE MINISTER"), tmp_path, policies)
    assert document.kind == "ParliamentaryLetter"
    (table,) = [block for block in document.blocks if block.kind is BlockKind.TABLE]
    assert table.rows == (("a", "b", ""), ("", "d", "e"))
    assert table.text == "a\tb\t\n\td\te"
    assert table.calls == (NoteCall(3, "2"),)
    assert {block.section for block in document.blocks if block.text == "Onder de kop."} == {"VOORBEELD: kop"}
    assert "De Minister van Voorbeelden, V. Voorbeeld" in [block.text for block in document.blocks]
    assert said(document, of="sluis:signature") == ["V. Voorbeeld"]
    assert document.blocks[-1].text == "Ook dit telt."


@pytest.mark.parametrize(
    ("title", "said_of", "other"),
    [
        ("GEWIJZIGDE MOTIE TER VERVANGING VAN DIE GEDRUKT ONDER NR. 7", "dcterms:replaces", "kst-99999-X-7"),
        ("Gewijzigde motie ter vervanging van de motie gedrukt onder nr. 8", "dcterms:replaces", "kst-99999-X-8"),
        ("Uitvoering van de motie over iets (Kamerstuk 27925-699)", "sluis:resultOf", "kst-27925-699"),
        ("Reactie op de brief (Kamerstuk 36 600 X, nr. 3)", "sluis:resultOf", "kst-36600-X-3"),
        ("Verslag over de brief (Kamerstuk 27925-699)", "sluis:resultOf", ""),
        ("Gewijzigde motie ter vervanging van die gedrukt onder nr. 12", "dcterms:replaces", ""),
    ],
)
def test_a_title_says_what_it_replaces_or_answers(
    title: str, said_of: str, other: str, tmp_path: Path, policies: Policies
) -> None:
    document, _ = read(paper(head=title), tmp_path, policies)
    assert said(document, of=said_of) == ([f"id:source/{other}"] if other else [])


def test_metadata_and_text_that_disagree_are_reported(tmp_path: Path, policies: Policies) -> None:
    inside = INLINE_METADATA.format(kind="Motie", issued="2098-12-05", title="VOORBEELD: een motie")
    document, remarks = read(paper(inside, number="13"), tmp_path, policies)
    assert document.iri == f"{ID}source/kst-99999-X-12"
    assert remarks == ["the metadata say kst-99999-X-12, the text kst-99999-X-13: the metadata count"]


@pytest.mark.parametrize(
    ("wrong", "reason", "line"),
    [
        (paper(day="gisteren"), "`gisteren` is not a date", 8),
        (paper(dossier="9"), "are no numbers of a dossier and a paper", 7),
        (paper(INLINE_METADATA.format(kind="Motie", issued="5 dec", title="VOORBEELD")), "`5 dec` is not a date", 4),
        (paper().replace("</stuk>", ""), "not readable as XML", None),
        ("<officiele-publicatie><kamerstuk/></officiele-publicatie>", "has no text", None),
    ],
)
def test_a_malformed_publication_is_refused_with_its_line(
    wrong: str, reason: str, line: int | None, tmp_path: Path, policies: Policies
) -> None:
    with pytest.raises(LoadRefused, match=reason) as refused:
        read(wrong, tmp_path, policies)
    assert line is None or refused.value.line == line


def test_a_publication_without_a_stated_label_is_refused(tmp_path: Path, policies: Policies) -> None:
    path = tmp_path / "paper.xml"
    path.write_text(paper(), encoding="utf-8")
    (known,) = [known for known in FORMATS if known.name == "officiele-publicatie"]
    with pytest.raises(LoadRefused, match="state one with --label"):
        list(known.load(LoadRequest(path=path, policies=policies, name_key=b"k")))


@needs_samples
def test_every_word_of_the_samples_is_in_a_block(policies: Policies) -> None:
    files = [*sorted((SAMPLES / "kamerstuk-xml").glob("*.xml")), SAMPLES / "koop" / "stcrt.xml"]
    assert len(files) == 9
    for path in files:
        (document,) = [one for one in proposals(path, policies) if isinstance(one, Document)]
        assert document.identifier == (path.stem if path.stem != "stcrt" else "stcrt-2015-47076")
        raw = path.read_text(encoding="utf-8")
        words = re.findall(r"<al>([^<]*)", raw)
        spoken = " ".join(block.text for block in document.blocks)
        assert [text for text in words if " ".join(text.split()) not in spoken] == []
        items = [block for block in document.blocks if block.kind is BlockKind.ITEM]
        assert len(items) == raw.count("<li>")


@needs_samples
def test_the_samples_are_motions_with_their_days_and_signatures(policies: Policies) -> None:
    for path in sorted((SAMPLES / "kamerstuk-xml").glob("*.xml")):
        (document,) = [one for one in proposals(path, policies) if isinstance(one, Document)]
        raw = path.read_text(encoding="utf-8")
        dated = re.search(r'isodatum="([^"]*)"', raw)
        assert document.kind == "Motion"
        assert dated
        assert document.dated == dated[1]
        assert said(document, of="sluis:signature")
        assert len(said(document, of="dcterms:creator")) == raw.count("OVERHEIDop.indiener")
