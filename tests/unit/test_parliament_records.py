"""Records of official publications: what they say is about the publication, in whatever form it is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from graph_service.errors import LoadRefused
from graph_service.namespaces import ID, NS, short
from graph_service.portions import Portion
from graph_service.security import Policies
from loaders.base import Proposal, Remark
from loaders.documents.model import Document
from loaders.names import KnownName, Names
from tests.unit.test_parliament_publications import SAMPLES, needs_samples, paper, proposals

RECORD = """<record><recordData><gzd xmlns:dcterms="http://purl.org/dc/terms/"><originalData><meta><owmskern>
<dcterms:identifier>{identifier}</dcterms:identifier><dcterms:title>VOORBEELD: {title}</dcterms:title>
<dcterms:type scheme="OVERHEIDop.KamerstukTypen">Brief</dcterms:type>
<dcterms:creator scheme="OVERHEID.Ministerie">Ministerie van Voorbeelden</dcterms:creator>
</owmskern><owmsmantel><dcterms:available>{day}</dcterms:available></owmsmantel>
<tpmeta><vergaderjaar>2098-2099</vergaderjaar><straatnaam>EXAMPLE</straatnaam></tpmeta></meta></originalData></gzd>
</recordData></record>"""
ANSWER = """<searchRetrieveResponse xmlns="http://docs.oasis-open.org/ns/search-ws/sruResponse">
<numberOfRecords>2</numberOfRecords><records>{}</records><note>overheid.nl</note></searchRetrieveResponse>"""
METADATA = """<metadata_gegevens><metadata name="DC.identifier" content="kst-99999-X-12"/>
<metadata name="DC.type" scheme="OVERHEIDop.KamerstukTypen" content="Motie"/>
<metadata name="OVERHEIDop.indiener" content="V. Voorbeeld"/>
<metadata name="OVERHEIDop.gebiedsmarkering" content="Adres"><metadata name="OVERHEIDop.postcode" content="0000XX"/>
</metadata><metadata name="DCTERMS.issued" content="2098-12-04"/></metadata_gegevens>"""


def given(text: str, tmp_path: Path, policies: Policies, name: str = "record.xml") -> list[Proposal]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return proposals(path, policies)


def said(found: list[Proposal], thing: str, of: str) -> list[str]:
    quads = [
        quad
        for one in found
        if isinstance(one, Portion | Document)
        for quad in parse(one.ntriples if isinstance(one, Portion) else one.facts, format=RdfFormat.N_TRIPLES)
    ]
    about = [quad for quad in quads if str(quad.subject) == f"<{ID}{thing}>" and short(quad.predicate.value) == of]
    return sorted({short(str(getattr(quad.object, "value", quad.object))) for quad in about})


def record(identifier: str = "kst-99999-12", title: str = "brief", day: str = "2098-12-04") -> str:
    return RECORD.format(identifier=identifier, title=title, day=day)


def test_each_record_of_an_answer_is_a_source_of_its_own(tmp_path: Path, policies: Policies) -> None:
    found = given(ANSWER.format(record() + record("stcrt-2098-7", "bericht")), tmp_path, policies)
    portions = [one for one in found if isinstance(one, Portion)]
    assert [(one.source.removeprefix(ID), one.part) for one in portions] == [
        ("record/source/kst-99999-12", "sru"),
        ("record/source/stcrt-2098-7", "sru"),
    ]
    assert said(found, "source/kst-99999-12", "rdf:type") == ["sluis:ParliamentaryLetter"]
    assert said(found, "source/stcrt-2098-7", "rdf:type") == ["sluis:OfficialPublication"]
    assert said(found, "source/kst-99999-12", "dcterms:issued") == ["2098-12-04"]


def test_addresses_are_left_out_and_counted(tmp_path: Path, policies: Policies) -> None:
    found = given(ANSWER.format(record()), tmp_path, policies)
    assert [one.text for one in found if isinstance(one, Remark)] == ["passed over: straatnaam (1×)"]
    assert "EXAMPLE" not in "".join(one.ntriples for one in found if isinstance(one, Portion))


def test_metadata_in_a_file_of_their_own_meet_the_paper(tmp_path: Path, policies: Policies) -> None:
    both = given(paper(), tmp_path, policies) + given(METADATA, tmp_path, policies, "metadata.xml")
    thing = "source/kst-99999-X-12"
    assert said(both, thing, "sluis:signature") == ["Example", "Voorbeeld"]
    (person,) = said(both, thing, "dcterms:creator")
    assert said(both, person.removeprefix("id:"), "skos:prefLabel") == ["V. Voorbeeld"]
    assert said(both, thing, "skos:prefLabel") == ["Kamerstuk 99999-X, nr. 12", "Parliamentary paper 99999-X, no. 12"]


def known(name: str, iri: str) -> Names:
    return Names((KnownName(name, iri, frozenset({f"{NS}Ministry", f"{NS}Actor"})),))


def test_a_known_body_is_met_and_what_a_load_described_is_described_again(tmp_path: Path, policies: Policies) -> None:
    path = tmp_path / "record.xml"
    path.write_text(ANSWER.format(record("stcrt-2098-7")), encoding="utf-8")
    first = proposals(path, policies)
    (ministry,) = said(first, "source/stcrt-2098-7", "dcterms:creator")
    assert said(first, ministry.removeprefix("id:"), "rdf:type") == ["sluis:Ministry"]
    loaded = known("Ministerie van Voorbeelden", ministry.replace("id:", ID))
    assert proposals(path, policies, loaded) == first
    curated = known("Ministerie van Voorbeelden", f"{ID}actor/example")
    found = proposals(path, policies, curated)
    assert said(found, "source/stcrt-2098-7", "dcterms:creator") == ["id:actor/example"]


def test_a_law_has_its_versions_with_their_days(tmp_path: Path, policies: Policies) -> None:
    text = """<work label="BWBR0099999"><metadata><datum_inwerkingtreding>2098-01-01</datum_inwerkingtreding></metadata>
    <expression label="2098-01-01_0"><metadata><datum_inwerkingtreding>2098-01-01</datum_inwerkingtreding>
    <einddatum>2098-06-30</einddatum></metadata></expression>
    <expression label="2098-07-01_0"><metadata><datum_inwerkingtreding>2098-07-01</datum_inwerkingtreding>
    <einddatum>9999-12-31</einddatum></metadata></expression></work>"""
    found = given(text, tmp_path, policies)
    assert said(found, "source/bwbr0099999", "rdf:type") == ["sluis:Law"]
    assert said(found, "source/bwbr0099999/2098-01-01_0", "sluis:endDate") == ["2098-06-30"]
    assert said(found, "source/bwbr0099999/2098-07-01_0", "sluis:endDate") == []


@pytest.mark.parametrize(
    ("wrong", "reason", "line"),
    [
        (ANSWER.format(record(day="vandaag")), "`vandaag` is not a date", 6),
        (ANSWER.format(record(identifier="")), "the record has no `identifier`", 2),
        (METADATA.replace("2098-12-04", "2098-13-04"), "month must be in 1..12", None),
        (METADATA.replace("</metadata_gegevens>", ""), "not readable as XML", None),
        (
            '<work label="BWBR0099999"><expression label="a b"/></work>',
            "`a b` is no label of a version",
            1,
        ),
        (
            ANSWER.format("<diagnostic><message>unsupported index</message></diagnostic>"),
            "the search service answered with an error: unsupported index",
            2,
        ),
    ],
)
def test_a_malformed_record_is_refused(
    wrong: str, reason: str, line: int | None, tmp_path: Path, policies: Policies
) -> None:
    with pytest.raises(LoadRefused, match=reason) as refused:
        given(wrong, tmp_path, policies)
    assert line is None or refused.value.line == line


@needs_samples
@pytest.mark.parametrize(
    ("name", "thing", "title"),
    [
        ("opmeta1", "source/gmb-2024-216934", "Kennisgeving melding incidentele festiviteit"),
        ("opmeta2", "source/gmb-2024-216934", "Kennisgeving melding incidentele festiviteit"),
        ("searchrec", "source/gmb-2023-174296", "Ingekomen melding"),
    ],
)
def test_the_samples_of_records_load(name: str, thing: str, title: str, policies: Policies) -> None:
    found = proposals(SAMPLES / "koop" / f"{name}.xml", policies)
    assert said(found, thing, "dcterms:title")[0].startswith(title)
    assert len(said(found, thing, "dcterms:creator")) == 1


@needs_samples
def test_the_sample_of_a_law_has_its_four_versions(policies: Policies) -> None:
    path = SAMPLES / "koop" / "bwb_manifest.xml"
    found = proposals(path, policies)
    (portion,) = [one for one in found if isinstance(one, Portion)]
    assert portion.ntriples.count("/isVersionOf>") == path.read_text(encoding="utf-8").count("<expression") == 4
