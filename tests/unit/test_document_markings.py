"""The labels of a document and its blocks come from its markings; what looks like one and can't be read refuses it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph_service.errors import LoadRefused
from graph_service.handling import format_marking, parse_marking
from graph_service.security import Policies, high_water_mark
from graph_service.standards.adatp4774 import LabelDocument, write_label
from loaders.documents.lines import join
from loaders.documents.marking_words import marking_words
from loaders.documents.markings import DocumentLabels, labels_of
from loaders.documents.model import Block, BlockKind, Document
from loaders.documents.portion_marks import marked

HEAD = "the head of page 1"


@pytest.fixture(scope="module")
def label(policies: Policies):
    return lambda marking: parse_marking(marking, policies=policies)


@pytest.fixture(scope="module")
def labels(policies: Policies):
    def _labels(*texts: str, head: str = "", stated: str = "", where: str = HEAD, carried: str = "") -> DocumentLabels:
        blocks = []
        for text in texts:
            kind = BlockKind.HEADING if text.startswith("# ") else BlockKind.PARAGRAPH
            joined = join([text.removeprefix("# ")])
            marking, plain, calls = marked(joined.text, joined.calls, marking_words(policies))
            blocks.append(Block(kind, plain, marking=marking, calls=calls))
        markings = ((head, where),) if head else ()
        document = Document("EXERCISE.pdf", tuple(blocks), markings=markings, label=carried)
        told = parse_marking(stated, policies=policies) if stated else None
        return labels_of(document, policies=policies, stated=told)

    return _labels


def shown(found: DocumentLabels, policies: Policies) -> list[str]:
    return [format_marking(one, policies=policies) for one in (found.document, *found.blocks)]


def test_a_marked_block_has_its_own_label_and_every_other_the_documents(labels, policies: Policies) -> None:
    found = labels(
        "# EXERCISE plan", "(Ong.) EXERCISE: tea.", "EXERCISE: more.", "(Dep.V) EXERCISE.", head="Stg. GEHEIM"
    )
    assert shown(found, policies) == [
        "Stg. GEHEIM",
        "Stg. GEHEIM",
        "Ongerubriceerd",
        "Stg. GEHEIM",
        "Dep. VERTROUWELIJK",
    ]
    assert not found.remarks


def test_a_block_marked_higher_raises_the_document_and_is_told(labels, policies: Policies) -> None:
    found = labels("EXERCISE: one.", "(Stg. G) EXERCISE: two.", head="Dep. VERTROUWELIJK")
    assert shown(found, policies) == ["Stg. GEHEIM", "Stg. GEHEIM", "Stg. GEHEIM"]
    assert "is marked Stg. GEHEIM, and the document Dep. VERTROUWELIJK" in found.remarks[0].text


@pytest.mark.parametrize(
    ("head", "stated"), [("Stg. GEHEIM", "Ongerubriceerd"), ("Ongerubriceerd", "Stg. GEHEIM"), ("NATO SECRET", "Dep.V")]
)
def test_the_stated_label_joins_and_disagreement_is_told(labels, label, head: str, stated: str) -> None:
    found = labels("EXERCISE.", head=head, stated=stated)
    assert found.document == label(head).join(label(stated)) == found.blocks[0]
    assert "`--label` says" in found.remarks[0].text


def test_the_stated_label_is_enough_and_agreement_is_not_told(labels, label) -> None:
    assert labels("EXERCISE.", stated="Ongerubriceerd").document == label("Ongerubriceerd")
    assert not labels("EXERCISE.", head="NATO SECRET", stated="NATO SECRET").remarks


def test_no_label_anywhere_is_refused_and_so_is_a_document_with_some_marked_blocks(labels) -> None:
    with pytest.raises(LoadRefused, match="say its label with `--label`"):
        labels("EXAMPLE.")
    with pytest.raises(LoadRefused, match="say its label with `--label`"):
        labels("(Ong.) EXERCISE.", "EXERCISE: no marking.")


def test_a_document_whose_every_text_is_marked_has_their_join(labels, policies: Policies) -> None:
    found = labels("# EXERCISE", "(Ong.) EXERCISE.", "[NATO SECRET] EXERCISE.")
    assert shown(found, policies) == ["NATO SECRET + Ongerubriceerd"] * 2 + ["Ongerubriceerd", "NATO SECRET"]


@pytest.mark.parametrize(
    "text",
    [
        "(Stg. G) EXERCISE: text.",
        "[Stg. GEHEIM] EXERCISE: text.",
        "EXERCISE: text. (Stg. G)",
        "EXERCISE: text (Stg. G)",
        "(stg. geheim) EXERCISE: text.",
        "(Stg.G) EXERCISE: text.",
    ],
)
def test_a_marking_stands_in_brackets_before_or_behind_a_text(labels, label, text: str) -> None:
    found = labels(text, head="Stg. ZEER GEHEIM")
    assert found.blocks == (label("Stg. GEHEIM"),)


@pytest.mark.parametrize(
    "text",
    [
        "EXAMPLE: the letter is Stg. GEHEIM and lies in the kitchen.",
        "EXAMPLE: information up to NATO COSMIC TOP SECRET / EU TOP SECRET.",
        "(nu) EXAMPLE: a word of Dutch.",
        "(c) EXAMPLE.",
        "(EU) EXAMPLE.",
        "(NATO) EXAMPLE.",
        "EXAMPLE (nr. 213)",
        "(zie tabel 1) EXAMPLE.",
        "EXAMPLE: interviews are confidential (see 3.2)",
    ],
)
def test_words_in_a_text_are_no_marking(labels, label, text: str) -> None:
    found = labels(text, stated="Ongerubriceerd")
    assert found.document == found.blocks[0] == label("Ongerubriceerd")


UNREADABLE = [
    "Stg. GEHIEM",
    "STG GEHEIM",
    "Stg. GEHEIM//KITCHEN",
    "Stg. H",
    "NATO SECRT",
    "NATO SECRET REL TO XXX",
    "Stg. GEHE\u0406M",
    "Stg. \u202eGEHEIM",
    "Stg. GEH\u200bEIM",
    "NS//KITCHEN",
    "GEHEIM",
    "SECRET",
    "S T G . G E H E I M",
    "Stg. GEHEIM - KITCHEN",
    "Dep. VERTROUWLIJK",
]


@pytest.mark.parametrize("marking", UNREADABLE)
@pytest.mark.parametrize("where", [HEAD, "the foot of page 3", "the first lines", "the property `Classification`"])
def test_what_looks_like_a_marking_and_cannot_be_read_refuses_the_document(labels, marking: str, where: str) -> None:
    with pytest.raises(LoadRefused, match=f"a marking in {where} can't be read"):
        labels("EXERCISE.", head=marking, where=where, stated="Stg. ZEER GEHEIM")


@pytest.mark.parametrize("marking", UNREADABLE)
def test_a_block_with_an_unreadable_marking_refuses_the_document(labels, marking: str) -> None:
    with pytest.raises(LoadRefused, match="can't be read"):
        labels(f"({marking}) EXERCISE: text.", stated="Stg. ZEER GEHEIM")


def test_a_level_in_the_midst_of_a_running_head_is_not_passed_over(labels, label) -> None:
    with pytest.raises(LoadRefused, match="a marking in the head of page 1 can't be read"):
        labels("EXERCISE.", head="This is Stg. GEHEIM to us", stated="Ongerubriceerd")
    found = labels("EXERCISE.", head="This is Stg. GEHEIM to us", where="the first lines", stated="Ongerubriceerd")
    assert found.document == label("Ongerubriceerd")


@pytest.mark.parametrize(
    "head",
    [
        "Stg. GEHEIM",
        "STG. GEHEIM",
        "OEFENING – Stg. GEHEIM – OEFENING",
        "EXERCISE EXERCISE Stg. GEHEIM",
        "Stg. GEHEIM   3",
        "Rubricering: Stg. GEHEIM",
        "*** Stg. GEHEIM ***",
        "Pagina 3 van 12 | Stg. GEHEIM",
        "EXAMPLE office – Stg. GEHEIM",
        "(Stg. GEHEIM)",
        "Staatsgeheim GEHEIM",
    ],
)
def test_a_marking_is_read_with_what_people_put_around_it(labels, label, head: str) -> None:
    assert labels("EXERCISE.", head=head).document == label("Stg. GEHEIM")


@pytest.mark.parametrize(
    "head", ["EXAMPLE: Terms of Reference", "Page 3", "NATO and the kitchen", "EU", "Railways (NS)"]
)
def test_a_running_head_is_no_marking(labels, label, head: str) -> None:
    assert labels("EXAMPLE.", head=head, stated="Ongerubriceerd").document == label("Ongerubriceerd")


def test_capitals_behind_a_text_are_an_abbreviation_unless_the_document_speaks_that_policy(labels, label) -> None:
    found = labels("EXAMPLE: the railways (NS)", stated="Ongerubriceerd")
    assert found.blocks == (label("Ongerubriceerd"),)
    assert "is read as an abbreviation" in found.remarks[0].text
    spoken = labels("EXERCISE: the railways (NS)", head="NATO CONFIDENTIAL")
    assert spoken.blocks == (label("NATO SECRET"),)
    never_lower = labels("EXERCISE: the railways (NU)", head="NATO CONFIDENTIAL")
    assert never_lower.blocks == (label("NATO CONFIDENTIAL"),)
    assert labels("EXERCISE: a sentence. (NU)", head="NATO CONFIDENTIAL").blocks == (label("NATO UNCLASSIFIED"),)


def test_the_label_that_a_file_carries_joins(labels, label, policies: Policies) -> None:
    day = datetime(2026, 2, 3, tzinfo=UTC)
    document = LabelDocument(label("Stg. GEHEIM"), created=day, review=day.replace(year=2031))
    carried = write_label(document, policies=policies)
    assert labels("EXERCISE.", carried=carried).document == label("Stg. GEHEIM")
    found = labels("EXERCISE.", carried=carried, head="Ongerubriceerd")
    assert found.document == label("Stg. GEHEIM")
    with pytest.raises(LoadRefused, match="the label that the file carries"):
        labels("EXERCISE.", carried=carried.replace("GEHEIM", "KITCHEN"), stated="Ongerubriceerd")


def test_the_document_dominates_its_blocks(labels) -> None:
    found = labels("(NS) EXERCISE.", "(Stg. G//INTERVIEW) EXERCISE.", "(R-UE/EU-R) EXERCISE.", head="Stg. ZEER GEHEIM")
    assert found.document == high_water_mark([found.document, *found.blocks])
    assert {part.policy for part in found.document.parts} == {"NATO", "NLD", "EU"}
