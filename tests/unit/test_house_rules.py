"""What the packaged datasets keep to beside the shapes, and that nobody else is held to it.

A user's load is refused for what makes a thing meaningless or hides it from every question, not for our habits. The
habits are shapes too, so that they are asked at each label: a name that stands higher does not count.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

import ontology
from graph_service.namespaces import PREFIXES, short
from graph_service.policy_files import load_policies
from graph_service.portions import Portion
from graph_service.settings import Settings
from graph_service.storage.conformance import validate
from graph_service.storage.shapes import Shape, classes_below, packaged_shapes, read_shapes
from loaders import LoadRequest
from loaders.base import ntriples
from loaders.front import DATASETS, packaged
from tests.one_row import examples_of_use
from tests.strategies import food_level, label_of

HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
HEAD += "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix house: <https://w3id.org/sluis/shapes#House-> .\n"
MESSAGE = 'sh:message "huisregel"@nl , "house rule"@en'
NAME = "sh:path skos:prefLabel ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape"

NEVER_WITHOUT = {
    "ContributionChange": "sluis:changeKind",
    "Factor": "sluis:factorText",
    "TheoryOfChangeLevel": "sluis:ordinal",
    "TheoryOfChangeStep": "sluis:stepText",
    "Assumption": "sluis:assumptionText",
    "Indicator": "sluis:indicatorUnit",
    "Method": "sluis:methodText",
    "AttributionLimit": "sluis:limitText",
    "RespondentCategory": "sluis:respondentGroup",
    "ScopeRule": "sluis:scopeText",
    "Condition": "sluis:conditionText",
    "PlanItem": "sluis:planText",
    "Risk": "sluis:riskText",
    "Mitigation": "sluis:mitigationText",
    "Passage": "sluis:section",
    "Finding": "sluis:findingText",
    "Conclusion": "sluis:concludedBy",
    "Contradiction": "sluis:contradictionKind",
    "CoherenceToBeAssessed": "sluis:coherenceText",
    "PolicyInstrument": "sluis:instrumentOf",
    "Mandate": "sluis:mandatedBy",
    "MissionObjective": "sluis:mandatedBy",
    "MandateChange": "sluis:changedBy",
    "Confidence": "sluis:ordinal",
    "LinkJudgement": "sluis:makesJudgedRelation",
    "IndicatorValue": "sluis:onDate",
}
WRITTEN = {
    "symbol": r"^(S/RES/[0-9]+ \\([0-9]{4}\\)|A/RES/[0-9]+/[0-9]+)$",
    "paperNumber": r"^[0-9]+(-[0-9A-Z]+)?, nr\\. [0-9A-Z]+$",
}


def texts() -> list[str]:
    """The properties whose values are a text, with or without a language."""
    text = PREFIXES["rdf"] + "langString"
    kinds = [shape for shape in packaged_shapes() if shape.subjects_of]
    return [shape.name for shape in kinds if any(text in one.test for one in shape.properties[0].conditions)]


def house_rules() -> list[Shape]:
    """Names in both languages, texts with their language, what our tables always say and how they write it."""
    names = [
        f"house:name-{lang} a sh:PropertyShape ; sh:targetSubjectsOf skos:prefLabel ; "
        f'{NAME} [ sh:languageIn ( "{lang}" ) ]'
        for lang in ("nl", "en")
    ]
    of_texts = [
        f"house:{name} a sh:PropertyShape ; sh:targetSubjectsOf sluis:{name} ; sh:path sluis:{name} ; "
        "sh:datatype rdf:langString"
        for name in texts()
    ]
    never = [
        f"house:{name} a sh:PropertyShape ; sh:targetClass sluis:{name} ; sh:path {path} ; sh:minCount 1"
        for name, path in NEVER_WITHOUT.items()
    ]
    written = [
        f"house:{name} a sh:PropertyShape ; sh:targetSubjectsOf sluis:{name} ; sh:path sluis:{name} ; "
        f'sh:pattern "{pattern}"'
        for name, pattern in WRITTEN.items()
    ]
    body = "".join(f"{rule} ; {MESSAGE} .\n" for rule in (*names, *of_texts, *never, *written))
    return list(read_shapes([("house", HEAD + body)], below=classes_below(ontology.ontology_files())))


def portion(text: str, level: str = "tea") -> Portion:
    triples = {quad.triple for quad in parse(HEAD + text, format=RdfFormat.TURTLE)}
    label = label_of(food_level(level))
    return Portion("urn:source", level, label, "urn:cook", "".join(sorted(f"{triple} .\n" for triple in triples)))


@pytest.fixture(scope="module")
def rules() -> list[Shape]:
    return house_rules()


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_packaged_dataset_keeps_the_house_rules(dataset: str, rules: list[Shape]) -> None:
    request = LoadRequest(path=Path(), policies=load_policies(Settings()))
    assert [one.told() for one in validate(packaged(dataset, request), rules).violations] == []


def test_every_house_rule_is_about_something_in_the_package_or_in_an_example_of_use(rules: list[Shape]) -> None:
    request = LoadRequest(path=Path(), policies=load_policies(Settings()))
    everything = [one for dataset in DATASETS for one in packaged(dataset, request)]
    everything += [
        Portion("urn:examples", str(number), everything[0].label, "urn:examples", ntriples(triples))
        for number, triples in enumerate(examples_of_use())
    ]
    assert [name for name, count in validate(everything, rules).instances.items() if not count] == []
    assert len(texts()) > 40


@pytest.mark.parametrize(
    ("stated", "broken"),
    [
        ('id:a skos:prefLabel "Keuken"@nl .', "House-name-en"),
        ('id:a skos:prefLabel "Kitchen"@en .', "House-name-nl"),
        ('id:a sluis:note "no language" .', "House-note"),
        ("id:a a sluis:Risk .", "House-Risk"),
        ('id:a sluis:symbol "A/RES/3314 (XXIX)" .', "House-symbol"),
        ('id:a sluis:paperNumber "29521 nr 213" .', "House-paperNumber"),
    ],
)
def test_a_house_rule_can_be_broken(stated: str, broken: str, rules: list[Shape]) -> None:
    assert [one.shape for one in validate([portion(stated)], rules).violations] == [broken]


def test_a_name_at_a_higher_label_does_not_count_for_whoever_sees_less(rules: list[Shape]) -> None:
    low, name = 'id:a skos:prefLabel "Keuken"@nl .', 'id:a skos:prefLabel "Keuken"@nl , "Kitchen"@en .'
    assert validate([portion(low), portion(name, "whisky")], rules).violations
    assert not validate([portion(low), portion(name, "water")], rules).violations


SENSIBLE = {
    "an English name alone": 'id:a a sluis:GovernmentBody ; skos:prefLabel "Kitchen"@en .',
    "a Dutch name alone": 'id:a a sluis:GovernmentBody ; skos:prefLabel "Keuken"@nl .',
    "a name in a third language": 'id:a a sluis:GovernmentBody ; skos:prefLabel "Cuisine"@fr .',
    "a name without a language": 'id:a a sluis:GovernmentBody ; skos:prefLabel "Kitchen" ; skos:altLabel "K." .',
    "a note without a language": 'id:a sluis:note "closed on Mondays" .',
    "a notation of a scheme of its own": 'id:a skos:notation "K-12"^^<https://example.org/code> .',
    "a finding that is its name": 'id:f a sluis:Finding ; skos:prefLabel "Few meals"@en .',
    "the name and class of what another dataset describes": """id:g a sluis:Goal ; skos:prefLabel "Peace"@en .
        id:c a sluis:Contribution ; skos:prefLabel "Soldiers"@en . id:n a sluis:Footnote ; skos:prefLabel "Note 8"@en .
        id:q a sluis:ResearchQuestion ; skos:prefLabel "Why?"@en .""",
    "a source of unknown classification": 'id:s a sluis:Report ; skos:prefLabel "Menu"@en .',
    "a resolution without a UN symbol": 'id:s a sluis:Resolution ; skos:prefLabel "Decision of the cooks"@en .',
    "a resolution of another organ": 'id:s sluis:symbol "A/RES/3314 (XXIX)" .',
    "a paper of another series": 'id:s a sluis:ParliamentaryPaper ; skos:prefLabel "P"@en ; sluis:dossier "21501-02" .',
    "a scale below zero": 'id:j a sluis:LinkJudgement ; skos:prefLabel "worse"@en ; sluis:ordinal -1 .',
    "a stated link without a name": """id:l a sluis:StatedLink ; sluis:linkStatus "stated" ;
        sluis:linkFrom id:a ; sluis:relation sluis:supports ; sluis:linkTo id:b .""",
    "a plan that its class calls one": """id:l a sluis:IntendedLink ; sluis:linkStatus "stated" ;
        sluis:linkFrom id:a ; sluis:relation sluis:supports ; sluis:linkTo id:b .""",
    "a membership without a role": "id:m a sluis:Membership ; sluis:member id:a ; sluis:body id:b .",
    "a change of which no more is known": "id:c a sluis:ContributionChange ; sluis:changeOf id:d .",
    "a mandate of an unknown source": 'id:m a sluis:Mandate ; skos:prefLabel "M"@en ; sluis:mandateOf id:a .',
    "a programme of which nobody said who carries it out": 'id:p a sluis:Programme ; skos:prefLabel "P"@en .',
    "a passage that is a page": 'id:p a sluis:Passage ; skos:prefLabel "Menu, page 3"@en ; sluis:inDocument id:s .',
    "an arrow without a name": "id:l a sluis:CausalLink ; sluis:fromStep id:a ; sluis:toStep id:b .",
    "a whole number": "id:v a sluis:MeasuredValue ; sluis:valueOfIndicator id:i ; sluis:numericValue 12 .",
}


@pytest.mark.parametrize("stated", SENSIBLE.values(), ids=SENSIBLE)
def test_nobody_else_is_refused_for_what_is_only_our_habit(stated: str) -> None:
    found = validate([portion(stated)], packaged_shapes())
    assert [one.told() for one in found.violations] == []
    assert sum(found.instances.values()), "no shape is about it, so this proves nothing"


SENSELESS = {
    "no name at all": ("id:a a sluis:GovernmentBody .", "skos:prefLabel"),
    "a name that is a thing": ("id:a a sluis:GovernmentBody ; skos:prefLabel id:name .", "skos:prefLabel"),
    "a note that is a number": ("id:a sluis:note 12 .", "sluis:note"),
    "a link to nobody": (
        'id:l a sluis:StatedLink ; sluis:linkStatus "stated" ; sluis:linkFrom id:a ; sluis:relation sluis:supports .',
        "sluis:linkTo",
    ),
    "an arrow to nowhere": ("id:l a sluis:CausalLink ; sluis:fromStep id:a .", "sluis:toStep"),
    "a value without its number": ("id:v a sluis:TargetValue ; sluis:valueOfIndicator id:i .", "sluis:numericValue"),
    "a value that is a word": ('id:v sluis:numericValue "many" .', "sluis:numericValue"),
    "a step of nothing": ('id:s a sluis:OutputStep ; skos:prefLabel "Meals"@en .', "sluis:stepOf"),
    "a quotation without words": ("id:q a sluis:Quotation ; oa:hasSource id:s .", "oa:hasSelector"),
}


@pytest.mark.parametrize(("stated", "path"), SENSELESS.values(), ids=SENSELESS)
def test_what_has_no_sense_is_refused(stated: str, path: str) -> None:
    found = validate([portion(stated)], packaged_shapes()).violations
    assert {short(one.path) for one in found} == {path}
