"""What the network of actors of the page is drawn from, asked at several clearances."""

from __future__ import annotations

from collections import Counter

from tests.service import Reader, bindings

ID = "https://w3id.org/sluis/id/"
LINKS, ACTORS = "coordination-network", "actors-by-kind"


def rows(reader: Reader, name: str, **given: str) -> list[dict[str, str]]:
    answer = reader.question(name, given)
    assert answer.status == 200, answer.text
    return [{key: value.removeprefix(ID) for key, value in row.items()} for row in bindings(answer)]


def test_the_network_is_the_coordination_links_one_row_a_link(lead: Reader) -> None:
    found, listed = rows(lead, LINKS), rows(lead, "coordination-links")
    assert {(row["actor"], row["other"], row["status"]) for row in found} == {
        (row["actor"], row["other"], row["status"]) for row in listed
    }
    assert max(Counter(row["link"] for row in found).values()) == 1


def test_a_plan_and_what_is_to_be_assessed_never_stand_as_stated_and_only_what_was_assessed_has_a_judgement(
    lead: Reader,
) -> None:
    found = rows(lead, LINKS)
    assert {row["status"] for row in found} == {"stated", "intended", "to-be-assessed", "assessed"}
    plans = {(row["actor"], row["other"]) for row in rows(lead, "intended-links")}
    assert plans == {(row["actor"], row["other"]) for row in found if row["status"] == "intended"}
    assert {row["status"] for row in found if "judgement" in row} == {"assessed"}


def test_a_link_has_the_dates_that_are_stated_of_it_as_exact_as_they_are(anonymous: Reader) -> None:
    found = {row["link"]: row for row in rows(anonymous, LINKS, actor="MINUSMA")}
    part = next(row for row in found.values() if (row["actor"], row.get("until")) == ("actor/netherlands", "2019-05"))
    assert part["since"] == "2014"
    assert part["citation"]
    assert any("since" not in row for row in found.values())
    assert all("actor/minusma" in (row["actor"], row["other"]) for row in found.values())


def test_one_kind_of_relation_comes_with_the_kinds_under_it(anonymous: Reader) -> None:
    whole = Counter(row["relation"] for row in rows(anonymous, LINKS))
    relation = "https://w3id.org/sluis/ns#coordinatesWith"
    found = Counter(row["relation"] for row in rows(anonymous, LINKS, relation=relation))
    assert found[relation] == whole[relation] > 0
    assert sum(found.values()) < sum(whole.values())
    assert all(count == whole[name] for name, count in found.items())


def test_every_end_of_a_link_stands_once_among_the_actors_with_a_kind(lead: Reader) -> None:
    actors = Counter(row["actor"] for row in rows(lead, ACTORS))
    ends = {row[end] for row in rows(lead, LINKS) for end in ("actor", "other")}
    others = lead.sparql(
        "SELECT DISTINCT ?end { ?link sluis:linkFrom|sluis:linkTo ?end FILTER NOT EXISTS { ?end a sluis:Actor } }"
    )
    assert ends - actors.keys() == {row["end"].removeprefix(ID) for row in bindings(others)}
    assert max(actors.values()) == 1


def test_an_actor_of_several_kinds_stands_under_the_first_and_its_classes_are_named(anonymous: Reader) -> None:
    (mission,) = rows(anonymous, ACTORS, actor="MINUSMA")
    assert (mission["kind"], mission["kindLabel"]) == ("https://w3id.org/sluis/ns#Intervention", "intervention")
    assert mission["types"] == "mission"
    (ministry,) = rows(anonymous, ACTORS, actor="id:actor/defensie")
    assert ministry["kindLabel"] == "government body"
    assert "ministry" in ministry["types"]


def test_a_lower_clearance_gets_a_part_of_the_network(anonymous: Reader, lead: Reader) -> None:
    for name, column in ((LINKS, "link"), (ACTORS, "actor")):
        low, high = ({row[column] for row in rows(reader, name)} for reader in (anonymous, lead))
        assert low < high
