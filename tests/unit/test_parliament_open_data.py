"""Tweede Kamer open data: each row is a part of its own, expansions join them, what was deleted leaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from graph_service.errors import LoadRefused
from graph_service.namespaces import ID, short
from graph_service.portions import Portion
from graph_service.security import Policies
from graph_service.storage.conformance import validate
from graph_service.storage.shapes import packaged_shapes
from loaders.base import Gone, Proposal, Remark
from loaders.detection import head_of
from loaders.formats import FORMATS
from loaders.parliament.notices import announces_confidential_letter
from loaders.parliament.times import local_day
from tests.unit.test_parliament_publications import SAMPLES, needs_samples, proposals

CONTEXT = "https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/$metadata#"
Row = dict[str, Any]


def row(identifier: str, **fields: Any) -> Row:
    changed = {"GewijzigdOp": "2098-01-02T00:00:00+01:00", "ApiGewijzigdOp": "2098-01-02T00:00:00Z"}
    return {"Id": identifier, **changed, "Verwijderd": False, **fields}


def zaak(identifier: str = "z-1", number: str = "2098Z00001", **fields: Any) -> Row:
    told = {"Nummer": number, "Soort": "Brief regering", "Titel": "VOORBEELD: dossier", "Volgnummer": 12}
    said = {"Onderwerp": "VOORBEELD: een brief", "GestartOp": "2098-01-02T00:00:00+01:00"}
    return row(identifier, **{**told, **said, "Organisatie": "Tweede Kamer", **fields})


def given(rows: list[Row] | Row, tmp_path: Path, policies: Policies, kind: str = "Zaak", **more: Any) -> list[Proposal]:
    path = tmp_path / "answer.json"
    listed = rows if isinstance(rows, list) else [rows]
    path.write_text(json.dumps({"@odata.context": CONTEXT + kind, "value": listed, **more}, indent=1), encoding="utf-8")
    return proposals(path, policies)


def parts(found: list[Proposal]) -> list[str]:
    return sorted(one.part for one in found if isinstance(one, Portion))


def said(found: list[Proposal], thing: str, of: str, *, part: str = "") -> list[str]:
    quads = [
        quad
        for one in found
        if isinstance(one, Portion) and part in {"", one.part}
        for quad in parse(one.ntriples, format=RdfFormat.N_TRIPLES)
    ]
    about = [quad for quad in quads if str(quad.subject) == f"<{ID}{thing}>" and short(quad.predicate.value) == of]
    return sorted({short(str(getattr(quad.object, "value", quad.object))) for quad in about})


def test_each_row_is_a_part_and_each_expansion_another(tmp_path: Path, policies: Policies) -> None:
    dossier = row("d-1", Nummer=99999, Toevoeging="X", Titel="VOORBEELD: dossier", HoogsteVolgnummer=40)
    found = given(zaak(Kamerstukdossier=[dossier]), tmp_path, policies)
    assert parts(found) == ["Kamerstukdossier/d-1", "Zaak/z-1", "Zaak/z-1/Kamerstukdossier"]
    item = "source/tk-2098z00001"
    assert said(found, item, "rdf:type", part="Zaak/z-1") == ["sluis:ParliamentaryItem"]
    assert said(found, item, "dcterms:issued") == ["2098-01-02"]
    assert said(found, item, "sluis:treats") == ["id:source/kst-99999-X-12"]
    assert said(found, "source/kst-99999-X-12", "rdf:type") == ["sluis:ParliamentaryLetter"]
    assert said(found, "source/kst-99999-X-12", "sluis:paperNumber") == ["99999-X, nr. 12"]


def test_a_document_is_known_by_what_it_was_published_as(tmp_path: Path, policies: Policies) -> None:
    version = row("v-1", ExterneIdentifier="kst-99999-7", DocumentPublicatie=[row("p-1", DocumentType="Xml")])
    document = row("doc-1", DocumentNummer="2098D00002", Soort="Motie", Datum="2098-03-04T00:00:00+01:00")
    document |= {"Onderwerp": "VOORBEELD: motie", "HuidigeDocumentVersie": version}
    found = given(zaak(Document=[document]), tmp_path, policies)
    assert said(found, "source/tk-2098d00002", "dcterms:isFormatOf") == ["id:source/kst-99999-7"]
    assert said(found, "source/kst-99999-7", "rdf:type") == ["sluis:Motion"]
    assert said(found, "source/kst-99999-7", "dcterms:issued") == ["2098-03-04"]
    assert said(found, "source/tk-2098z00001", "sluis:treats") == ["id:source/kst-99999-7", "id:source/tk-2098d00002"]


def test_a_deleted_row_takes_out_its_own_parts_and_nothing_else(tmp_path: Path, policies: Policies) -> None:
    gone = {"Id": "z-2", "Nummer": None, "Onderwerp": None, "Verwijderd": True, "ApiGewijzigdOp": None}
    found = given([zaak(), gone], tmp_path, policies)
    assert parts(found) == ["Zaak/z-1"]
    assert {one.part.split("/")[1] for one in found if isinstance(one, Gone)} == {"z-2"}
    assert {"Zaak/z-2", "Zaak/z-2/Kamerstukdossier", "Zaak/z-2/Document"} <= {
        one.part for one in found if isinstance(one, Gone)
    }


def test_a_deleted_row_in_an_expansion_is_not_joined(tmp_path: Path, policies: Policies) -> None:
    dossier = row("d-1", Nummer=99999, Toevoeging=None, Titel="VOORBEELD", HoogsteVolgnummer=4, Verwijderd=True)
    found = given(zaak(Kamerstukdossier=[dossier]), tmp_path, policies)
    assert parts(found) == ["Zaak/z-1"]
    assert "Kamerstukdossier/d-1" in {one.part for one in found if isinstance(one, Gone)}


def test_of_two_rows_for_one_entity_the_newest_counts(tmp_path: Path, policies: Policies) -> None:
    older = zaak(Onderwerp="VOORBEELD: oud", ApiGewijzigdOp="2098-01-01T00:00:00Z")
    newer = zaak(Onderwerp="VOORBEELD: nieuw", ApiGewijzigdOp="2098-01-03T00:00:00Z")
    for rows in ([older, newer], [newer, older]):
        found = given(rows, tmp_path, policies)
        assert said(found, "source/tk-2098z00001", "skos:prefLabel") == ["VOORBEELD: nieuw"]


def test_writers_are_creators_with_their_office_and_group(tmp_path: Path, policies: Policies) -> None:
    actor = row("a-1", Zaak_Id="z-1", ActorNaam="V. Voorbeeld", ActorFractie="EXAMPLE", Functie="Tweede Kamerlid")
    actor |= {"Relatie": "Indiener", "Persoon_Id": "p-1"}
    committee = row("a-2", Zaak_Id="z-1", ActorNaam="vaste commissie voor Voorbeelden", Relatie="Voortouwcommissie")
    found = given(zaak(ZaakActor=[actor, committee]), tmp_path, policies)
    (person,) = said(found, "source/tk-2098z00001", "dcterms:creator")
    assert said(found, person.removeprefix("id:"), "skos:prefLabel") == ["V. Voorbeeld"]
    assert said(found, person.removeprefix("id:"), "skos:notation") == ["p-1"]
    assert len(said(found, "source/tk-2098z00001", "dcterms:contributor")) == 1
    assert "Tweede Kamerlid" in "".join(one.ntriples for one in found if isinstance(one, Portion))


def test_a_closed_activity_says_that_it_is_closed(tmp_path: Path, policies: Policies) -> None:
    meeting = row("m-1", Nummer="2098A00003", Onderwerp="VOORBEELD", Besloten=True, Aanvangstijd="2098-05-06T22:30:00Z")
    point = row("g-1", Rubriek="VOORBEELD", Activiteit_Id="m-1", Zaak=[zaak()])
    found = given({**meeting, "Agendapunt": [point]}, tmp_path, policies, "Activiteit")
    assert said(found, "event/tk-2098a00003", "sluis:isClosed") == ["true"]
    assert said(found, "event/tk-2098a00003", "sluis:onDate") == ["2098-05-07"]
    assert said(found, "event/tk-2098a00003", "sluis:treats") == ["id:source/tk-2098z00001"]


def test_a_promise_is_a_duty_of_who_made_it(tmp_path: Path, policies: Policies) -> None:
    promise = row("t-1", Nummer="TZ209801-001", Tekst="VOORBEELD: een brief komt", Naam="V. Voorbeeld")
    promise |= {"Functie": "minister van Voorbeelden", "ActiviteitNummer": "2098A00003", "DatumNakoming": None}
    found = given(promise, tmp_path, policies, "Toezegging")
    assert said(found, "obligation/tk-tz209801-001", "rdf:type") == ["sluis:Obligation"]
    assert said(found, "obligation/tk-tz209801-001", "sluis:promisedIn") == ["id:event/tk-2098a00003"]
    assert said(found, "obligation/tk-tz209801-001", "sluis:dutyTowards") == ["id:actor/tweede-kamer"]


def test_votes_are_on_the_items_of_their_decision(tmp_path: Path, policies: Policies) -> None:
    votes = [
        row("s-1", Besluit_Id="b-1", Soort="Voor", FractieGrootte=7, ActorNaam="EXAMPLE-A"),
        row("s-2", Besluit_Id="b-1", Soort="Tegen", FractieGrootte=5, ActorNaam="EXAMPLE-B"),
        row("s-3", Besluit_Id="b-1", Soort="Niet deelgenomen", FractieGrootte=1, ActorNaam="EXAMPLE-C"),
    ]
    decision = row("b-1", BesluitTekst="Aangenomen.", Stemming=votes)
    found = given(zaak(Besluit=[decision]), tmp_path, policies)
    assert said(found, "source/tk-2098z00001", "sluis:decides") == ["Aangenomen."]
    text = "".join(one.ntriples for one in found if isinstance(one, Portion))
    assert [text.count(f'groupVoteCast> "{cast}"') for cast in ("yes", "no", "absent")] == [1, 1, 1]
    assert text.count("groupVoteOn> <https://w3id.org/sluis/id/source/tk-2098z00001>") == 3


@pytest.mark.parametrize(
    ("subject", "announces"),
    [
        ("Mededeling inzake een vertrouwelijke brief over VOORBEELD", True),
        ("Aanbieding vertrouwelijk rapport VOORBEELD", True),
        ("Vertrouwelijke bijlage bij VOORBEELD", True),
        ("Vertrouwelijke brief VOORBEELD openbaar kan worden gemaakt", False),
        ("Verzoek om een vertrouwelijke brief over VOORBEELD", False),
        ("Mededeling over de vertrouwelijkheid van een commissie", False),
        ("Mededeling over een brief", False),
    ],
)
def test_what_announces_a_confidential_letter(subject: str, announces: bool) -> None:
    assert announces_confidential_letter(subject) is announces


def test_a_confidential_letter_exists_and_says_nothing(tmp_path: Path, policies: Policies) -> None:
    found = given(zaak(Onderwerp="Mededeling inzake een vertrouwelijke brief over VOORBEELD"), tmp_path, policies)
    (letter,) = said(found, "source/tk-2098z00001", "sluis:announces")
    own = letter.removeprefix("id:")
    assert said(found, own, "rdf:type") == ["sluis:ConfidentialLetter"]
    names = said(found, own, "skos:prefLabel")
    assert names == ["Confidential letter announced in 2098Z00001", "Vertrouwelijke brief, aangekondigd in 2098Z00001"]
    about = [line for one in found if isinstance(one, Portion) for line in one.ntriples.splitlines()]
    assert len([line for line in about if line.startswith(f"<{ID}{own}>")]) == 3


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2013-11-01T00:00:00+01:00", "2013-11-01"),
        ("2013-10-31T23:00:00Z", "2013-11-01"),
        ("2013-06-30T22:00:00.1234567Z", "2013-07-01"),
        ("2013-06-30T21:59:00Z", "2013-06-30"),
        ("2013-03-31T00:30:00Z", "2013-03-31"),
        ("2013-11-01T15:00:00", "2013-11-01"),
        ("2013-11-01", "2013-11-01"),
    ],
)
def test_days_are_days_in_the_netherlands(written: str, day: str) -> None:
    assert local_day(written) == day


@pytest.mark.parametrize(
    ("wrong", "reason", "line"),
    [
        ('{"@odata.context": "$metadata#Zaak gegevensmagazijn.tweedekamer.nl/OData",\n "value": [}', "as JSON", 2),
        (json.dumps({"value": [zaak(GestartOp="gisteren")]}, indent=1), "`GestartOp`: `gisteren` is no date", 4),
        (json.dumps({"value": [zaak(number="99")]}, indent=1), "`99` is no number of an item", 4),
        (json.dumps({"value": [{**zaak(), "Id": None}]}), r"`value\[0\]`: the entity has no `Id`", None),
        (json.dumps({"value": ["ApiGewijzigdOp", "Verwijderd"]}), "an entity is a JSON object", None),
        (json.dumps({"value": [row("x")]}), "keep `@odata.context`", None),
    ],
)
def test_a_malformed_answer_is_refused(
    wrong: str, reason: str, line: int | None, tmp_path: Path, policies: Policies
) -> None:
    path = tmp_path / "answer.json"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(LoadRefused, match=reason) as refused:
        proposals(path, policies)
    assert line is None or refused.value.line == line


def test_what_is_passed_over_and_what_goes_on_is_said(tmp_path: Path, policies: Policies) -> None:
    person = row("p-1", Achternaam="EXAMPLE", Geboortedatum="2050-01-01")
    found = given(person, tmp_path, policies, "Persoon", **{"@odata.nextLink": "…"})
    assert [one.text for one in found if isinstance(one, Remark)] == [
        "the answer goes on in another page (`@odata.nextLink`): load that too",
        "passed over: Persoon (1×)",
    ]


def test_what_a_row_says_conforms_to_the_shapes(tmp_path: Path, policies: Policies) -> None:
    votes = [row("s-1", Besluit_Id="b-1", Soort="Voor", FractieGrootte=7, ActorNaam="EXAMPLE-A")]
    actors = [row("a-1", Zaak_Id="z-1", ActorNaam="V. Voorbeeld", Functie="minister", Relatie="Indiener")]
    dossier = row("d-1", Nummer=99999, Toevoeging="X", Titel="VOORBEELD: dossier", HoogsteVolgnummer=40)
    told = {"Besluit": [row("b-1", BesluitTekst="Aangenomen.", Stemming=votes)], "ZaakActor": actors}
    subject = "Mededeling inzake een vertrouwelijke brief over VOORBEELD"
    found = given(zaak(**told, Kamerstukdossier=[dossier], Onderwerp=subject), tmp_path, policies)
    portions = [one for one in found if isinstance(one, Portion)]
    assert list(validate(portions, packaged_shapes()).violations) == []


@needs_samples
def test_the_samples_load_row_by_row(policies: Policies) -> None:
    for name in ("zaak_seed_kamerstukken", "document_vredesmissies"):
        path = SAMPLES / "tk-odata" / f"{name}.json"
        rows = json.loads(path.read_text(encoding="utf-8"))["value"]
        found = proposals(path, policies)
        assert len(parts(found)) == len(rows) == path.read_text(encoding="utf-8").count('"Id":')
    notices = proposals(SAMPLES / "tk-odata" / "zaak_seed_kamerstukken.json", policies)
    text = "".join(one.ntriples for one in notices if isinstance(one, Portion))
    raw = (SAMPLES / "tk-odata" / "zaak_seed_kamerstukken.json").read_text(encoding="utf-8")
    assert text.count("ns#announces>") == raw.count('"Mededeling inzake een vertrouwelijke brief') == 5


@needs_samples
def test_the_sample_with_expansions_is_the_paper_it_was_published_as(policies: Policies) -> None:
    found = proposals(SAMPLES / "tk-odata" / "zaak_expand_document_29521-499.json", policies)
    assert said(found, "source/tk-2025d32278", "dcterms:isFormatOf") == ["id:source/kst-29521-499"]
    assert said(found, "source/kst-29521-499", "rdf:type") == ["sluis:Motion"]


@needs_samples
def test_what_describes_the_service_is_passed_over() -> None:
    path = SAMPLES / "tk-odata" / "odata_metadata.xml"
    (known,) = [known for known in FORMATS if known.recognises(head_of(path, path.name))]
    assert (known.name, known.reason) == ("odata-description", "it describes an OData service and holds no facts")
