"""The policies that come with Sluis say what their sources say, and what nobody checked is called unverified."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import date

import pytest

from graph_service.handling import format_marking, parse_marking
from graph_service.security import Category, Label, Place, Policies, SecurityPolicy, invalidity
from graph_service.security.policy import ForeignLevel, TagType
from graph_service.standards.spif import read_spif
from graph_service.standards.xml import parse_xml
from ontology import policy_files

FILES = dict(policy_files())
SHIPPED = {name.removesuffix(".xml"): read_spif(text, name=name) for name, text in FILES.items()}
POLICIES = Policies.of(SHIPPED.values())
NLD, NLD_2013, EU, NATO, UN = (SHIPPED[name] for name in ("NLD-VIRBI-2025", "NLD-VIRBI-2013", "EU", "NATO", "UN"))
TODAY = date(2026, 11, 22)

EU_MEMBERS = frozenset(
    "AUT BEL BGR CYP CZE DEU DNK ESP EST FIN FRA GRC HRV HUN IRL ITA LTU LUX LVA MLT NLD POL PRT ROU SVK SVN "
    "SWE".split()
)
NATO_MEMBERS = frozenset(
    "ALB BEL BGR CAN CZE DEU DNK ESP EST FIN FRA GBR GRC HRV HUN ISL ITA LTU LUX LVA MKD MNE NLD NOR POL PRT ROU SVK "
    "SVN SWE TUR USA".split()
)
NLD_LEVELS = """
Ongerubriceerd     | Ongerubriceerd               | Unclassified (NLD)              | Ong., Ongerubr.
Dep. VERTROUWELIJK | Departementaal vertrouwelijk | Departmental confidential (NLD) | Departementaal VERTROUWELIJK, \
                                                                                       Dep.V, Dep.V., Dep. V.
Stg. CONFIDENTIEEL | Staatsgeheim confidentieel   | State secret confidential (NLD) | Staatsgeheim CONFIDENTIEEL, \
                                                                                       Stg.C, Stg. C
Stg. GEHEIM        | Staatsgeheim geheim          | State secret secret (NLD)       | Staatsgeheim GEHEIM, Stg.G, Stg. G
Stg. ZEER GEHEIM   | Staatsgeheim zeer geheim     | State secret top secret (NLD)   | Staatsgeheim ZEER GEHEIM, \
                                                                                       Stg.ZG, Stg. ZG
"""
SCALES = {
    "NLD-VIRBI-2013": NLD_LEVELS,
    "NLD-VIRBI-2025": NLD_LEVELS,
    "EU": """
EU UNCLASSIFIED                  | EU ongerubriceerd | EU unclassified |
RESTREINT UE/EU RESTRICTED       | EU restricted     | EU Restricted   | EU RESTRICTED, RESTREINT UE, R-UE/EU-R
CONFIDENTIEL UE/EU CONFIDENTIAL  | EU confidential   | EU Confidential | EU CONFIDENTIAL, CONFIDENTIEL UE, C-UE/EU-C
SECRET UE/EU SECRET              | EU secret         | EU Secret       | EU SECRET, SECRET UE, S-UE/EU-S
TRES SECRET UE/EU TOP SECRET     | EU top secret     | EU Top Secret   | EU TOP SECRET, \
                                                                         TRÈS SECRET UE/EU TOP SECRET, TS-UE/EU-TS
""",
    "NATO": """
UNCLASSIFIED | NAVO ongerubriceerd    | NATO Unclassified      | NU
RESTRICTED   | NAVO restricted        | NATO Restricted        | NR
CONFIDENTIAL | NAVO confidential      | NATO Confidential      | NC
SECRET       | NAVO secret            | NATO Secret            | NS
TOP SECRET   | NAVO cosmic top secret | NATO Cosmic Top Secret | CTS
""",
    "UN": """
UNCLASSIFIED          | VN ongerubriceerd       | UN Unclassified          |
CONFIDENTIAL          | VN vertrouwelijk        | UN Confidential          |
STRICTLY CONFIDENTIAL | VN strikt vertrouwelijk | UN Strictly Confidential |
""",
}
"""By file, from low to high: name, Dutch title, English title, further spellings."""


def rows(policy: SecurityPolicy, other: str) -> list[ForeignLevel]:
    return [row for row in policy.equivalents if row.policy_name == other]


def outward(policy: SecurityPolicy, level: str, other: str) -> list[str]:
    """What the other policy has for the level here, by name."""
    return [row.name for row in rows(policy, other) if row.level == level and row.lacv and row.outward]


def inward(policy: SecurityPolicy, other: str, name: str) -> list[str]:
    """The level here for the other policy's level of that name."""
    return [row.level for row in rows(policy, other) if name in row.name.split(" / ") and row.lacv and row.inward]


def known_none(policy: SecurityPolicy, level: str, other: str) -> bool:
    return any(row.level == level and not row.lacv and row.in_force(TODAY) for row in rows(policy, other))


def marking(
    policy: SecurityPolicy, level: str, tags: Mapping[str, str], *, language: str = "", place: Place = Place.BANNER
) -> str:
    """The marking of that level with categories by tag, such as ``{"Releasable To": "NLD, FRA"}``."""
    return format_marking(labelled(policy, level, tags), policies=POLICIES, language=language, place=place)


def labelled(policy: SecurityPolicy, level: str, tags: Mapping[str, str]) -> Label:
    chosen = {c for key, names in tags.items() for c in policy.categories(policy.tag(key), names.split(", "))}
    return Label((policy.label(policy.level(level), chosen),))


# --- what is shipped --------------------------------------------------------------------------------------------------


def test_five_files_give_four_policies() -> None:
    assert set(SHIPPED) == set(SCALES)
    assert set(POLICIES.versions) == {"NLD", "EU", "NATO", "UN"}


@pytest.mark.parametrize("file", sorted(SCALES))
def test_the_levels_stand_from_low_to_high_with_titles_and_spellings(file: str) -> None:
    wanted = [[cell.strip() for cell in line.split("|")] for line in SCALES[file].strip().splitlines()]
    found = [
        [rule.level.name, rule.titles["nl"], rule.titles["en"], ", ".join(rule.spellings)]
        for rule in SHIPPED[file].scale
    ]
    assert found == [[*names, ", ".join(cell.strip() for cell in spellings.split(","))] for *names, spellings in wanted]
    assert [rule.lacv for rule in SHIPPED[file].scale] == [str(number) for number in range(1, len(found) + 1)]


@pytest.mark.parametrize("policy", [NLD, NLD_2013], ids=lambda policy: policy.version)
def test_only_the_three_highest_dutch_levels_are_state_secrets(policy: SecurityPolicy) -> None:
    secret = [rule.level.name for rule in policy.scale if rule.state_secret]
    assert secret == ["Stg. CONFIDENTIEEL", "Stg. GEHEIM", "Stg. ZEER GEHEIM"]
    assert not any(rule.state_secret for other in (EU, NATO, UN) for rule in other.scale)


def test_one_dutch_version_follows_the_other_without_a_gap() -> None:
    assert (NLD_2013.version, NLD_2013.in_force_from, NLD_2013.in_force_until) == (
        "VIRBI 2013",
        date(2013, 6, 1),
        date(2025, 9, 8),
    )
    assert (NLD.version, NLD.in_force_from, NLD.in_force_until) == ("VIRBI 2025", date(2025, 9, 9), None)
    assert POLICIES.version("NLD", on=date(2025, 9, 8)) is NLD_2013
    assert POLICIES.version("NLD", on=date(2025, 9, 9)) is NLD


def test_the_dutch_versions_differ_in_nothing_but_their_grounds() -> None:
    for what in ("oid", "scale", "tags", "wording", "titles", "equivalents"):
        assert getattr(NLD, what) == getattr(NLD_2013, what), what
    assert NLD.sources != NLD_2013.sources


@pytest.mark.parametrize(
    ("policy", "version", "title_nl", "title_en"),
    [
        (EU, "2013/488/EU as amended by (EU) 2021/1075", "EU-rubricering", "EU classification"),
        (NATO, "ADatP-4774 edition A version 1", "NAVO-rubricering", "NATO classification"),
        (UN, "ST/SGB/2007/6", "VN-rubricering", "UN classification"),
    ],
    ids=["EU", "NATO", "UN"],
)
def test_the_other_policies_say_which_text_they_follow(
    policy: SecurityPolicy, version: str, title_nl: str, title_en: str
) -> None:
    assert policy.version == version
    assert policy.titles == {"nl": title_nl, "en": title_en}
    assert (policy.in_force_from, policy.in_force_until) == (None, None)


@pytest.mark.parametrize("code", ["NLD", "EU", "UN"])
def test_an_identifier_without_an_official_one_comes_from_a_uuid(code: str) -> None:
    root = f"2.25.{uuid.uuid5(uuid.NAMESPACE_URL, f'https://w3id.org/sluis/policy/{code}').int}"
    policy = POLICIES.policy(code)
    assert policy.oid == root
    assert [tag.tag_set_id for tag in policy.tags] == [f"{root}.{number}" for number in range(1, len(policy.tags) + 1)]


def test_a_foreign_policy_has_one_identifier_in_every_file() -> None:
    for policy in SHIPPED.values():
        for row in policy.equivalents:
            official = {"NATO": NATO.oid}
            generated = f"2.25.{uuid.uuid5(uuid.NAMESPACE_URL, f'https://w3id.org/sluis/policy/{row.policy_name}').int}"
            assert row.policy == official.get(row.policy_name, generated)


@pytest.mark.parametrize("file", sorted(FILES))
def test_a_file_is_laid_out_to_be_read(file: str) -> None:
    lines = FILES[file].splitlines()
    assert lines[1] == "<!--"
    assert all(len(line) < 140 and line == line.rstrip() and "\t" not in line for line in lines)


@pytest.mark.parametrize("policy", SHIPPED.values(), ids=list(SHIPPED))
def test_every_spelling_and_printed_form_is_read_as_its_level(policy: SecurityPolicy) -> None:
    for rule in policy.scale:
        label = labelled(policy, rule.level.name, {})
        printed = [format_marking(label, policies=POLICIES, language=to, place=at) for to in ("", "fr") for at in Place]
        for text in (*rule.spellings, *printed):
            assert parse_marking(text, policies=POLICIES) == label, text


# --- categories -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [NLD, NLD_2013], ids=lambda policy: policy.version)
def test_the_dutch_compartments_are_those_of_this_installation(policy: SecurityPolicy) -> None:
    tag = policy.tag("Compartments")
    assert tag.type is TagType.RESTRICTIVE
    assert {name: rule.titles for name, rule in tag.rules.items()} == {
        "INTERVIEW": {
            "nl": "Interviewmateriaal: niet herleidbaar tot een persoon",
            "en": "Interview material: may not be traced to a person",
        },
        "BRON": {"nl": "Bronbescherming", "en": "Source protection"},
    }
    assert any(note.verified and "of this installation, not of the law" in note.text for note in policy.notes)


def test_only_the_name_of_source_protection_is_kept_from_those_without_it() -> None:
    hidden = {
        rule.category
        for policy in POLICIES.newest
        for tag in policy.tags
        for rule in tag.rules.values()
        if not rule.name_is_public
    }
    assert hidden == {Category("Compartments", "BRON")}


def test_every_category_has_titles_in_dutch_and_english() -> None:
    for policy in SHIPPED.values():
        for tag in policy.tags:
            for rule in tag.rules.values():
                assert set(rule.titles) == {"nl", "en"}, rule.category


def test_dutch_recipients_are_the_members_of_nato_and_the_union() -> None:
    tag = NLD.tag("Releasable To")
    assert tag.type is TagType.PERMISSIVE
    assert tag.enumerated
    assert set(tag.rules) == NATO_MEMBERS | EU_MEMBERS
    assert tag.groups == {"NATO": NATO_MEMBERS, "EU": EU_MEMBERS}


def test_eu_recipients_are_the_members_of_the_union() -> None:
    assert [tag.key for tag in EU.tags] == ["Releasable To"]
    assert set(EU.tag("Releasable To").rules) == EU_MEMBERS


def test_un_markings_name_no_recipients() -> None:
    assert UN.tags == ()


def test_a_country_has_the_same_number_in_every_policy() -> None:
    numbers: dict[str, set[str]] = {}
    for policy in SHIPPED.values():
        for tag in policy.tags:
            for name, rule in tag.rules.items() if tag.enumerated else ():
                numbers.setdefault(name, set()).add(rule.lacv)
    assert numbers["NLD"] == {"528"}
    assert numbers["ALB"] == {"8"}
    assert all(len(found) == 1 for found in numbers.values())


@pytest.mark.parametrize(
    ("key", "oid", "kind", "enumerated"),
    [
        ("Additional Sensitivity", "1.3.26.1.4.1", TagType.RESTRICTIVE, False),
        ("Releasable To", "1.3.26.1.4.2", TagType.PERMISSIVE, True),
        ("Only", "1.3.26.1.4.5", TagType.PERMISSIVE, True),
        ("Administrative", "1.3.26.1.4.3", TagType.INFORMATIVE, False),
        ("Context", "1.3.26.1.4.4", TagType.PERMISSIVE, False),
    ],
)
def test_nato_tag_sets_have_the_identifiers_of_the_standard(
    key: str, oid: str, kind: TagType, enumerated: bool
) -> None:
    tag = NATO.tag(key)
    assert NATO.oid == "1.3.26.1.3.1"
    assert (tag.tag_set_id, tag.type, tag.enumerated) == (oid, kind, enumerated)


def test_nato_sensitivities_keep_their_numbers_and_limits() -> None:
    rules = NATO.tag("Additional Sensitivity").rules
    assert list(rules) == (
        ["ATOMAL", "CRYPTO", "SIOP", "SIOP ESI", "EXCLUSIVE", "INTELLIGENCE", "LOGISTICS", "OPERATIONS", "BOHEMIA"]
    )
    assert [rule.lacv for rule in rules.values()] == [str(number) for number in range(1, 10)]
    assert rules["ATOMAL"].excluded_levels == rules["CRYPTO"].excluded_levels == {"UNCLASSIFIED", "RESTRICTED"}
    assert rules["BOHEMIA"].excluded_levels == {"UNCLASSIFIED"}
    obsolete = {name for name, rule in rules.items() if rule.obsolete}
    assert obsolete == {"SIOP ESI", "EXCLUSIVE", "INTELLIGENCE", "LOGISTICS", "OPERATIONS"}


def test_nato_contexts_keep_their_numbers() -> None:
    rules = NATO.tag("Context").rules
    assert {name: rule.lacv for name, rule in rules.items()} == {
        "NATO": "1001",
        "EAPC": "1002",
        "GEORGIA": "1003",
        "ISAF": "1004",
        "KFOR": "1005",
        "PFP": "1006",
        "RUSSIA": "1007",
        "UKRAINE": "1008",
        "IP": "1009",
        "RESOLUTE SUPPORT": "1010",
        "Releasable": "10000",
    }
    assert {name for name, rule in rules.items() if rule.obsolete} == {"UKRAINE", "IP", "RESOLUTE SUPPORT"}


@pytest.mark.parametrize("key", ["Releasable To", "Only"])
def test_nato_as_a_recipient_stands_for_its_members(key: str) -> None:
    tag = NATO.tag(key)
    joint = {"EAPC": "1101", "ISAF": "1201", "KFOR": "1501", "RESOLUTE SUPPORT": "1901"}
    assert set(tag.rules) == NATO_MEMBERS | {"AUT", "CHE", "IRL", "JPN", "MLT", "UKR"} | set(joint)
    assert {name: tag.rules[name].lacv for name in joint} == joint
    assert tag.groups == {"NATO": NATO_MEMBERS}


def test_partners_are_kept_from_cosmic_top_secret_and_members_are_not() -> None:
    rules = NATO.tag("Releasable To").rules
    kept_out = {name for name, rule in rules.items() if "TOP SECRET" in rule.excluded_levels}
    assert kept_out == set(rules) - NATO_MEMBERS


@pytest.mark.parametrize(
    ("level", "values"),
    [
        ("UNCLASSIFIED", {"Context": "NATO, Releasable", "Releasable To": "NATO, ISAF, KFOR, RESOLUTE SUPPORT"}),
        ("UNCLASSIFIED", {"Context": "NATO"}),
        ("UNCLASSIFIED", {"Context": "NATO", "Administrative": "STAFF"}),
        ("RESTRICTED", {"Context": "NATO, Releasable", "Releasable To": "NATO, JPN, CHE, UKR"}),
        ("CONFIDENTIAL", {"Context": "KFOR", "Only": "NATO, IRL, SWE, UKR"}),
    ],
    ids=["17-1", "17-2", "17-3", "17-4", "17-6"],
)
def test_the_labels_of_adatp_4774_table_17_are_known_and_valid(level: str, values: dict[str, str]) -> None:
    assert invalidity(labelled(NATO, level, values), policies=POLICIES, on=TODAY) == []


# --- wording ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "level", "tags", "banner", "portion"),
    [
        (NLD, "Ongerubriceerd", {}, "Ongerubriceerd", "(Ong.)"),
        (NLD, "Dep. VERTROUWELIJK", {}, "Dep. VERTROUWELIJK", "(Dep.V)"),
        (NLD, "Stg. CONFIDENTIEEL", {}, "Stg. CONFIDENTIEEL", "(Stg. C)"),
        (NLD, "Stg. GEHEIM", {}, "Stg. GEHEIM", "(Stg. G)"),
        (NLD, "Stg. ZEER GEHEIM", {}, "Stg. ZEER GEHEIM", "(Stg. ZG)"),
        (
            NLD,
            "Stg. GEHEIM",
            {"Compartments": "INTERVIEW, BRON", "Releasable To": "NLD, FRA"},
            "Stg. GEHEIM//BRON, INTERVIEW//REL TO FRA, NLD",
            "(Stg. G//BRON, INTERVIEW//REL TO FRA, NLD)",
        ),
        (NLD, "Stg. GEHEIM", {"Releasable To": "EU"}, "Stg. GEHEIM//REL TO EU", "(Stg. G//REL TO EU)"),
        (EU, "EU UNCLASSIFIED", {}, "EU UNCLASSIFIED", "(EU UNCLASSIFIED)"),
        (EU, "RESTREINT UE/EU RESTRICTED", {}, "RESTREINT UE/EU RESTRICTED", "(R-UE/EU-R)"),
        (
            EU,
            "SECRET UE/EU SECRET",
            {"Releasable To": "FRA"},
            "SECRET UE/EU SECRET//REL TO FRA",
            "(S-UE/EU-S//REL TO FRA)",
        ),
        (NATO, "UNCLASSIFIED", {}, "NATO UNCLASSIFIED", "(NU)"),
        (NATO, "SECRET", {}, "NATO SECRET", "(NS)"),
        (NATO, "TOP SECRET", {}, "COSMIC TOP SECRET", "(CTS)"),
        (
            NATO,
            "TOP SECRET",
            {"Additional Sensitivity": "ATOMAL", "Context": "NATO"},
            "COSMIC TOP SECRET ATOMAL",
            "(CTS ATOMAL)",
        ),
        (NATO, "SECRET", {"Releasable To": "NLD, FRA"}, "NATO SECRET REL TO FRA, NLD", "(NS REL TO FRA, NLD)"),
        (NATO, "CONFIDENTIAL", {"Context": "KFOR"}, "NATO/KFOR CONFIDENTIAL", "(NC KFOR)"),
        (NATO, "SECRET", {"Only": "NLD, FRA"}, "NATO SECRET FRA, NLD ONLY", "(NS FRA, NLD ONLY)"),
        (NATO, "UNCLASSIFIED", {"Administrative": "STAFF"}, "NATO UNCLASSIFIED - STAFF", "(NU - STAFF)"),
        (
            NATO,
            "RESTRICTED",
            {"Context": "NATO, Releasable", "Releasable To": "NATO, JPN"},
            "NATO RESTRICTED REL TO NATO, JPN",
            "(NR REL TO NATO, JPN)",
        ),
        (UN, "CONFIDENTIAL", {}, "UN CONFIDENTIAL", "(UN CONFIDENTIAL)"),
        (UN, "STRICTLY CONFIDENTIAL", {}, "UN STRICTLY CONFIDENTIAL", "(UN STRICTLY CONFIDENTIAL)"),
    ],
)
def test_a_level_is_printed_as_its_policy_writes_it(
    policy: SecurityPolicy, level: str, tags: dict[str, str], banner: str, portion: str
) -> None:
    assert marking(policy, level, tags) == banner
    assert marking(policy, level, tags, place=Place.PORTION) == portion


def test_nato_speaks_french() -> None:
    assert marking(NATO, "RESTRICTED", {}, language="fr") == "NATO DIFFUSION RESTREINTE"
    assert marking(NATO, "TOP SECRET", {}, language="fr-CA") == "COSMIC TRES SECRET"
    assert marking(NATO, "SECRET", {"Releasable To": "FRA"}, language="fr") == "NATO SECRET Communicable à FRA"
    assert marking(NATO, "SECRET", {"Only": "FRA"}, language="fr") == "NATO SECRET FRA SEULEMENT"


# --- equivalence ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", sorted(SHIPPED))
def test_every_equivalence_has_a_source(file: str) -> None:
    for row in SHIPPED[file].equivalents:
        assert row.source.text, (row.level, row.policy_name, row.lacv)
        assert row.name or not row.lacv, "a level elsewhere has a name"
        assert row.note or row.lacv, "where there is known to be none, the note says why"


@pytest.mark.parametrize("file", sorted(FILES))
def test_every_equivalence_has_its_grounds_exactly_once(file: str) -> None:
    root = parse_xml(FILES[file])
    stated = Counter(
        (level.attributes["lacv"], row.attributes["policyRef"], row.attributes["lacv"])
        for level in root.one("securityClassifications").all("securityClassification")
        for row in level.all("equivalentClassification")
    )
    grounds = Counter(
        (row.attributes["level"], row.attributes["policyRef"], row.attributes["lacv"])
        for policy in root.one("extensions").children
        for row in policy.all("equivalence")
    )
    assert Counter({key: count for key, count in grounds.items() if key[2]}) == stated
    assert set(grounds.values()) <= {1}


def test_two_policies_that_are_both_here_agree_on_each_other() -> None:
    for policy in POLICIES.newest:
        for row in policy.equivalents:
            there = POLICIES.by_oid(row.policy)
            if there is None or not row.lacv:
                continue
            level = next(rule.level.name for rule in there.scale if rule.lacv == row.lacv)
            back = [found for found in rows(there, policy.id) if found.level == level]
            assert [(found.lacv, found.outward, found.inward) for found in back] == [
                (next(rule.lacv for rule in policy.scale if rule.level.name == row.level), row.inward, row.outward)
            ]


def test_secreto_is_top_secret_for_the_eu() -> None:
    assert inward(EU, "ESP", "SECRETO") == ["TRES SECRET UE/EU TOP SECRET"]
    assert outward(EU, "SECRET UE/EU SECRET", "ESP") == ["RESERVADO"]
    assert inward(EU, "ESP", "RESERVADO") == ["SECRET UE/EU SECRET"]


def test_belgian_vertrouwelijk_is_above_dutch_vertrouwelijk() -> None:
    assert inward(EU, "BEL", "Vertrouwelijk") == ["CONFIDENTIEL UE/EU CONFIDENTIAL"]
    assert inward(EU, "NLD", "Dep. VERTROUWELIJK") == ["RESTREINT UE/EU RESTRICTED"]


def test_belgium_has_no_level_for_eu_restricted() -> None:
    assert known_none(EU, "RESTREINT UE/EU RESTRICTED", "BEL")
    assert outward(EU, "RESTREINT UE/EU RESTRICTED", "BEL") == []


def test_nothing_becomes_french_confidentiel_but_old_confidentiel_defense_is_still_read() -> None:
    assert outward(EU, "CONFIDENTIEL UE/EU CONFIDENTIAL", "FRA") == []
    assert known_none(EU, "CONFIDENTIEL UE/EU CONFIDENTIAL", "FRA")
    assert inward(EU, "FRA", "CONFIDENTIEL DÉFENSE") == ["CONFIDENTIEL UE/EU CONFIDENTIAL"]


def test_france_has_no_such_level_from_1_july_2021_only() -> None:
    [row] = [row for row in rows(EU, "FRA") if row.level == "CONFIDENTIEL UE/EU CONFIDENTIAL" and not row.lacv]
    assert not row.in_force(date(2021, 6, 30))
    assert row.in_force(date(2021, 7, 1))


def test_diffusion_restreinte_is_no_level() -> None:
    assert known_none(EU, "RESTREINT UE/EU RESTRICTED", "FRA")
    assert inward(EU, "FRA", "Diffusion Restreinte") == []


@pytest.mark.parametrize(
    ("level", "now", "before"),
    [
        ("SECRET UE/EU SECRET", "SECRET", "SECRET DÉFENSE"),
        ("TRES SECRET UE/EU TOP SECRET", "TRÈS SECRET", "TRÈS SECRET DÉFENSE"),
    ],
)
def test_french_names_from_before_2021_are_read_and_never_written(level: str, now: str, before: str) -> None:
    assert outward(EU, level, "FRA") == [now]
    assert inward(EU, "FRA", before) == inward(EU, "FRA", now) == [level]


@pytest.mark.parametrize(
    ("policy", "level"),
    [
        (EU, "RESTREINT UE/EU RESTRICTED"),
        (EU, "CONFIDENTIEL UE/EU CONFIDENTIAL"),
        (NLD, "Dep. VERTROUWELIJK"),
    ],
)
def test_nothing_stands_for_the_lower_british_levels(policy: SecurityPolicy, level: str) -> None:
    assert known_none(policy, level, "GBR")
    for name in ("OFFICIAL", "OFFICIAL-SENSITIVE", "CONFIDENTIAL"):
        assert inward(policy, "GBR", name) == []


@pytest.mark.parametrize(
    ("other", "names"),
    [
        ("DEU", ["VS-NUR FÜR DEN DIENSTGEBRAUCH", "VS-VERTRAULICH", "GEHEIM", "STRENG GEHEIM"]),
        ("ESP", ["DIFUSIÓN LIMITADA", "CONFIDENCIAL", "RESERVADO", "SECRETO"]),
        ("ITA", ["Riservato", "Riservatissimo", "Segreto", "Segretissimo"]),
        ("IRL", ["Restricted", "Confidential", "Secret", "Top Secret"]),
        ("NATO", ["NATO RESTRICTED", "NATO CONFIDENTIAL", "NATO SECRET", "COSMIC TOP SECRET"]),
        ("NLD", ["Dep. VERTROUWELIJK", "Stg. CONFIDENTIEEL", "Stg. GEHEIM", "Stg. ZEER GEHEIM"]),
    ],
)
def test_four_eu_levels_stand_beside_four_elsewhere(other: str, names: list[str]) -> None:
    assert [outward(EU, level.name, other) for level in EU.levels[1:]] == [[name] for name in names]


def test_the_lowest_step_has_no_equivalents() -> None:
    for policy in SHIPPED.values():
        assert not [row for row in policy.equivalents if row.level == policy.levels[0].name]


def test_un_levels_have_no_equivalents() -> None:
    assert UN.equivalents == ()
    assert not [row for policy in SHIPPED.values() for row in policy.equivalents if row.policy == UN.oid]
    assert any("refused" in note.text for note in UN.notes)


# --- what is verified -------------------------------------------------------------------------------------------------


def test_every_policy_has_a_verified_source() -> None:
    for policy in SHIPPED.values():
        assert any(source.verified for source in policy.sources), policy.id
        assert all(source.text for source in (*policy.sources, *policy.notes))


def test_only_the_national_rows_of_the_eu_table_are_verified() -> None:
    verified = {(p.id, row.policy_name) for p in SHIPPED.values() for row in p.equivalents if row.source.verified}
    assert verified == {("EU", other) for other in ("DEU", "BEL", "FRA", "ESP", "ITA", "IRL")}
    assert not [row for row in rows(EU, "GBR") if row.source.verified]


@pytest.mark.parametrize(
    ("policy", "claim"),
    [
        (NLD, "BWBR0051482"),
        (NLD, "keeps the four levels"),
        (NLD, "came into force"),
        (NLD, "TBB"),
        (NLD, "whether VIRBI 2025 prints one"),
        (NLD, "Equivalence with the EU and NATO"),
        (NLD_2013, "last day in force"),
        (NLD_2013, "Equivalence with the EU and NATO"),
        (EU, "The row of the Netherlands"),
        (EU, "No day of entry into force"),
        (EU, "EU and NATO level for level"),
        (EU, "short forms"),
        (EU, "United Kingdom"),
        (NATO, "ADatP-4774, Confidentiality metadata label syntax"),
        (NATO, "Equivalence with the EU and the Netherlands"),
        (NATO, "short forms"),
        (NATO, "The members are those of"),
        (UN, "No equivalence"),
    ],
)
def test_what_was_not_checked_is_said_to_be_unverified(policy: SecurityPolicy, claim: str) -> None:
    found = [said for said in (*policy.sources, *policy.notes) if claim in said.text]
    assert found
    assert not any(said.verified for said in found)


def test_eu_unclassified_is_said_not_to_be_a_level_of_the_decision() -> None:
    assert any("EU UNCLASSIFIED is not a level of the Decision" in note.text for note in EU.notes)
