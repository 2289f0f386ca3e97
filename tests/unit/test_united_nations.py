"""The United Nations: resolutions as text, as records and as tables, who cites whom, and how members voted."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from graph_service.errors import LoadRefused
from graph_service.namespaces import ID, NS, short
from graph_service.security import Policies
from graph_service.storage.conformance import validate
from graph_service.storage.shapes import packaged_shapes
from loaders.base import Remark, Whole
from loaders.detection import detect
from loaders.documents.model import BlockKind, Document
from loaders.gathering import Item
from loaders.known import KnownThings, actors
from loaders.names import KnownName, Names
from loaders.united_nations.resolution_text import read_resolution
from loaders.united_nations.verbs import read_provision
from tests.unit.test_iati import portions, proposals, told

SAMPLES = Path(__file__).parents[3] / "shared" / "data-samples" / "unsc"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of the Security Council are not at hand")

KNOWN = actors(Names((KnownName("MINUSMA", f"{ID}actor/minusma", frozenset({f"{NS}Actor"}), is_notation=True),)))

EXAMPLE = """S/RES/2100 (2013)

Resolution 2100 (2013)

Adopted by the Security Council at its 6952nd meeting, on
25 April 2013

The Security Council,

Recalling EXAMPLE resolutions of another year,

Acting under Chapter VII of the Charter of the United Nations,

1. Decides to establish EXAMPLE;

2. Authorizes MINUSMA, within its means, to use what is
needed to sup-
port the example;

3. Decides that the mandate of MINUSMA shall be the following:
(a) Example of order:
(i) In support of tea, to keep the kettle warm;
(ii) To count the cups;
(b) To report;

4. Further requests the Secretary-General to report in 45 days;

5. Calls upon the Government of Mali to make an example;

S/RES/2100 (2013)
13-31485
2/9
6. Decides to remain seized of the matter.
"""

RECORD = """<collection xmlns="http://www.loc.gov/MARC21/slim"><record>
<controlfield tag="001">900001</controlfield>
<datafield tag="191" ind1=" " ind2=" "><subfield code="a">S/RES/2100 (2013)</subfield></datafield>
<datafield tag="245" ind1=" " ind2=" "><subfield code="a">EXAMPLE title /</subfield></datafield>
<datafield tag="269" ind1=" " ind2=" "><subfield code="a">2013-04-25</subfield></datafield>
<datafield tag="650" ind1=" " ind2=" "><subfield code="a">EXAMPLE SUBJECT</subfield></datafield>
<datafield tag="952" ind1=" " ind2=" "><subfield code="a">S/PV.6952</subfield></datafield>
<datafield tag="993" ind1=" " ind2=" "><subfield code="a">S/2013/247</subfield></datafield>
<datafield tag="996" ind1=" " ind2=" "><subfield code="a">Yes: 2, No: 0, Abstentions: 1</subfield></datafield>
VOTES</record><record><controlfield tag="001">900002</controlfield>
<datafield tag="191" ind1=" " ind2=" "><subfield code="a">S/PV.6952</subfield></datafield></record></collection>"""


def _vote(code: str, name: str, cast: str) -> str:
    parts = (
        f'<subfield code="c">{code}</subfield><subfield code="d">{cast}</subfield><subfield code="e">{name}</subfield>'
    )
    return f'<datafield tag="967" ind1=" " ind2=" ">{parts}</datafield>'


def _facts(document: Document) -> dict[str, set[str]]:
    """What is said of each provision, by its number."""
    found: dict[str, set[str]] = {}
    for block in document.blocks:
        if "Provision" in block.facts:
            found[block.number] = {
                short(line.removesuffix(" .").partition("> ")[2]) for line in block.facts.splitlines()
            }
    return found


def _said(number: str, document: Document) -> set[str]:
    return {text.removeprefix("sluis:") for text in _facts(document)[number]}


def _write(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "language", "kind", "verb", "addressee", "action"),
    [
        (
            "Further requests the Council to act soon;",
            "en",
            "requests",
            "Further requests",
            "the Council",
            "to act soon",
        ),
        ("Requests X, in tea with Y, to act", "en", "requests", "Requests", "X", "in tea with Y, to act"),
        ("Calls upon all States not to act", "en", "urges", "Calls upon", "all States", "not to act"),
        ("Decides to authorize X to act", "en", "authorises", "Decides to authorize", "X", "to act"),
        ("Decides that X shall act", "en", "decides", "Decides", "X", "shall act"),
        ("Urges the drinking of tea", "en", "urges", "Urges", "", "the drinking of tea"),
        ("Autorise la mission à agir ;", "fr", "authorises", "Autorise", "la mission", "à agir"),
        ("Prie X de lui faire rapport", "fr", "requests", "Prie", "X", "de lui faire rapport"),
        ("Verzoekt X om te handelen", "nl", "requests", "Verzoekt", "X", "om te handelen"),
    ],
)
def test_a_provision_is_read_from_its_form(
    text: str, language: str, kind: str, verb: str, addressee: str, action: str
) -> None:
    found = read_provision(text, language)
    assert found is not None
    assert (found.kind, found.verb, found.addressee, found.action) == (kind, verb, addressee, action)


@pytest.mark.parametrize(
    "text", ["Recalling its resolutions,", "The decision stands", "Requesting tea", "Notably, tea"]
)
def test_other_paragraphs_are_no_provisions(text: str) -> None:
    assert read_provision(text, "en") is None


def test_a_resolution_as_text() -> None:
    document = read_resolution(EXAMPLE, file="example.txt", known=KNOWN)
    assert (document.iri, document.dated, document.identifier) == (
        f"{ID}source/s-res-2100-2013",
        "2013-04-25",
        "S/RES/2100 (2013)",
    )
    assert [block.number for block in document.blocks if block.kind is BlockKind.ITEM] == [
        *("1", "2", "3", "3 (a)", "3 (a) (i)", "3 (a) (ii)", "3 (b)", "4", "5", "6"),
    ]
    assert "id:source/un-charter-chapter-vii" in short(document.facts)
    assert not any("13-31485" in block.text or "2/9" in block.text for block in document.blocks)


def test_a_provision_says_whom_it_addresses_and_what_it_asks() -> None:
    document = read_resolution(EXAMPLE, file="example.txt", known=KNOWN)
    assert _said("2", document) >= {
        'provisionKind "authorises"',
        "addressedTo id:actor/minusma",
        'actionText "within its means, to use what is needed to support the example"@en',
    }
    assert _said("4", document) >= {"addressedTo id:actor/un-secretary-general", 'operativeVerb "Further requests"@en'}
    assert _said("5", document) >= {"addressedTo id:actor/mali", 'addresseeText "the Government of Mali"@en'}
    # What the mandate shall be is asked of nobody.
    assert not any("addresse" in said for said in _said("3", document))
    assert _said("3 (a) (i)", document) >= {'provisionKind "decides"', 'paragraphNumber "3 (a) (i)"'}


def test_a_name_not_known_at_the_label_is_no_addressee() -> None:
    document = read_resolution(EXAMPLE, file="example.txt", known=KnownThings())
    assert not any("addressedTo" in said for said in _said("2", document))
    assert 'addresseeText "MINUSMA"@en' in _said("2", document)


def test_adoption_tells_meeting_and_votes() -> None:
    end = (
        "\n\nAdopted at the 873rd meeting by 8 votes to none, with 2 abstentions (China, France).\n\n6 EXAMPLE note.\n"
    )
    document = read_resolution(EXAMPLE + end, file="example.txt", known=KNOWN)
    facts = short(document.facts)
    for said in ('votesInFavour "8"', 'votesAgainst "0"', 'abstentions "2"', 'adoptedAtMeeting "S/PV.6952"'):
        assert f"sluis:{said}" in facts
    assert facts.count('sluis:voteCast "abstain"') == 2
    assert [block.text for block in document.blocks if block.kind is BlockKind.NOTE] == ["EXAMPLE note."]


def test_text_that_is_no_resolution_is_refused() -> None:
    with pytest.raises(LoadRefused, match="lacks its number or who speaks"):
        read_resolution("An EXAMPLE letter\n\nDear reader,\n", file="letter.txt", known=KNOWN)


def test_a_record_in_marcxml(tmp_path: Path, policies: Policies) -> None:
    votes = _vote("FRA", "FRANCE", "Y") + _vote("", "EXAMPLE FEDERATION", "A") + _vote("MLI", "MALI", "")
    path = _write(tmp_path, "records.xml", RECORD.replace("VOTES", votes))
    found = proposals(path, policies)
    assert [remark.text for remark in found if isinstance(remark, Remark)] == [
        "passed over: records of no resolution (1×)"
    ]
    assert isinstance(found[-1], Whole)
    facts = told(portions(path, policies))
    me = "id:source/s-res-2100-2013"
    assert facts >= {
        f"{me} rdf:type sluis:Resolution",
        f'{me} dcterms:title "EXAMPLE title"@en',
        f'{me} sluis:adoptedAtMeeting "S/PV.6952"',
        f'{me} sluis:draftSymbol "S/2013/247"',
        "id:vote/s-res-2100-2013/france sluis:voteBy id:actor/france",
        'id:vote/s-res-2100-2013/france sluis:voteCast "yes"',
        'id:vote/s-res-2100-2013/mali sluis:voteCast "absent"',
        "id:actor/example-federation rdf:type sluis:State",
    }
    assert validate(portions(path, policies), packaged_shapes()).conforms


def test_a_record_of_no_resolution_is_refused(tmp_path: Path, policies: Policies) -> None:
    path = _write(tmp_path, "records.xml", RECORD.replace("S/RES/2100 (2013)", "S/2013/1").replace("VOTES", ""))
    with pytest.raises(LoadRefused, match="no record in it is of a resolution"):
        proposals(path, policies)


def test_a_table_of_resolutions(tmp_path: Path, policies: Policies) -> None:
    path = _write(
        tmp_path,
        "table.csv",
        "res_no,symbol,date,chapter7,vote_yes,vote_no,subjects,nchars\n"
        "2100,S/RES/2100 (2013),2013-04-25,TRUE,15,0,EXAMPLE ONE|EXAMPLE TWO,1\n2085,,NA,FALSE,NA,NA,NA,1\n",
    )
    facts = told(portions(path, policies))
    assert 'id:source/s-res-2100-2013 sluis:votesInFavour "15"^^xsd:integer' in facts
    assert "id:source/s-res-2100-2013 dcterms:references id:source/un-charter-chapter-vii" in facts
    assert "id:source/s-res-2085-2012 rdf:type sluis:Resolution" in facts
    assert not any("s-res-2085" in fact and "votes" in fact for fact in facts)
    assert Remark("passed over: column `nchars` (1×)", "table.csv") in proposals(path, policies)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("res_no,symbol,date\n2100,S/RES/2100 (2013),soon\n", "table.csv, line 2, column `date`"),
        ("res_no,symbol,title\n2100,S/RES/2100 (2013)\n", "line 2: the row has 2 cells, the header 3"),
        ("res_no,title\nx,tea\n", "no row names a resolution"),
        ("res_no,title\n2100,a\n2085,b\n2100,c\n", "line 4: S/RES/2100 .2013. stands above too"),
        (
            "ms_code,ms_name,ms_vote,resolution\nMLI,MALI,Q,S/RES/2100 (2013)\n",
            "line 2, column `ms_vote`: `Q` is no vote",
        ),
    ],
)
def test_a_bad_table_is_refused_with_its_line(text: str, reason: str, tmp_path: Path, policies: Policies) -> None:
    with pytest.raises(LoadRefused, match=reason):
        proposals(_write(tmp_path, "table.csv", text), policies)


@pytest.mark.parametrize("note", ["", ",vote_note"])
def test_votes_in_bulk_in_both_layouts(note: str, tmp_path: Path, policies: Policies) -> None:
    rows = [("MLI", "MALI", "Y"), ("FRA", "FRANCE", "N"), ("CHN", "CHINA", "A"), ("NLD", "NETHERLANDS", "X")]
    text = f"undl_id,ms_code,ms_name,ms_vote,date,resolution{note}\n"
    text += "".join(f"1,{c},{n},{v},2013-04-25,S/RES/2100 (2013){',' if note else ''}\n" for c, n, v in rows)
    facts = told(portions(_write(tmp_path, "votes.csv", text), policies))
    casts = {f.rpartition('"')[0].rpartition('"')[2] for f in facts if "voteCast" in f}
    assert casts == {"yes", "no", "abstain", "absent"}
    for said in ("votesInFavour", "votesAgainst", "abstentions"):
        assert f'id:source/s-res-2100-2013 sluis:{said} "1"^^xsd:integer' in facts


def test_who_cites_whom(tmp_path: Path, policies: Policies) -> None:
    text = (
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed">'
        '<node id="n0"><data key="v">S/RES/2100 (2013)</data></node><node id="S/RES/2085 (2012)"/><node id="S/1234"/>'
        '<edge source="n0" target="S/RES/2085 (2012)"/><edge source="n0" target="S/1234"/></graph></graphml>'
    )
    path = _write(tmp_path, "network.graphml", text)
    assert "id:source/s-res-2100-2013 cito:cites id:source/s-res-2085-2012" in told(portions(path, policies))
    assert any(isinstance(one, Remark) and "other documents (1×)" in one.text for one in proposals(path, policies))
    with pytest.raises(LoadRefused, match="an edge names `nobody`"):
        proposals(_write(tmp_path, "bad.graphml", text.replace('source="n0"', 'source="nobody"')), policies)


@needs_samples
def test_every_sample_loads_or_is_passed_over_with_a_reason() -> None:
    found = detect([Item(path, path.name, is_named=True) for path in sorted(SAMPLES.iterdir())])
    assert {entry.format.name for entry in found.to_read} == {"un-resolution", "un-resolutions-table"}
    assert [item.name for item, _ in found.passed_over] == ["CR-UNSC_Variables.csv"]


@needs_samples
def test_the_list_of_record_pages_gives_each(policies: Policies) -> None:
    (path,) = SAMPLES.glob("unsc_record_urls*.csv")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    facts = told(portions(path, policies))
    pages = {fact for fact in facts if " sluis:recordPage " in fact}
    assert len(pages) == len(rows)


@needs_samples
def test_each_numbered_paragraph_of_the_sample_texts_is_a_provision() -> None:
    for path in SAMPLES.glob("S_RES_*.txt"):
        text = path.read_text(encoding="utf-8")
        document = read_resolution(text, file=path.name, known=KNOWN)
        # Counted apart: lines that begin with a number, a full stop and a word.
        assert sum("Provision" in block.facts for block in document.blocks) == len(
            re.findall(r"^\d+\. [A-Z]", text, re.MULTILINE)
        )
