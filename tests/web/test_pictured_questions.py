"""What the timeline and the theory of change of the page are drawn from, asked at several clearances."""

from __future__ import annotations

from collections import Counter

from tests.service import Reader, bindings

ID = "https://w3id.org/sluis/id/"
KINDS = {"event", "resolution", "paper", "source", "contribution", "change", "mandate", "evaluation", "plan"}


def rows(reader: Reader, name: str, **given: str) -> list[dict[str, str]]:
    """The rows of a question, our own IRIs without their namespace; ``from_`` stands for the parameter `from`."""
    answer = reader.question(name, {key.rstrip("_"): value for key, value in given.items()})
    assert answer.status == 200, answer.text
    return [{key: value.removeprefix(ID) for key, value in row.items()} for row in bindings(answer)]


# -- things in time ----------------------------------------------------------------------------------------------------


def test_every_kind_of_thing_stands_on_one_axis_in_the_order_of_time(anonymous: Reader) -> None:
    found = rows(anonymous, "things-in-time")
    assert {row["kind"] for row in found} >= KINDS
    dates = [row.get("begin") or row["end"] for row in found]
    assert dates == sorted(dates)
    assert {row["extent"] for row in found} == {"moment", "period"}
    assert not any("end" in row for row in found if row["extent"] == "moment")


def test_a_source_with_a_lane_of_its_own_stands_in_no_other(anonymous: Reader) -> None:
    kinds = Counter((row["thing"], row.get("begin", "")) for row in rows(anonymous, "things-in-time"))
    found = rows(anonymous, "things-in-time", kind="source")
    lanes = {row["thing"] for kind in ("resolution", "paper") for row in rows(anonymous, "things-in-time", kind=kind)}
    assert found
    assert lanes
    assert not lanes & {row["thing"] for row in found}
    assert max(kinds.values()) == 1


def test_a_partial_date_counts_when_it_may_have_been_then_and_an_open_end_reaches_on(anonymous: Reader) -> None:
    then = {row["thing"]: row for row in rows(anonymous, "things-in-time", from_="2013-08", until="2013-08-31")}
    assert then["event/ivs-published-2013"]["begin"] == "2013"
    assert "contribution/nl-isaf-kunduz" not in then, "it ended in July"
    assert "end" not in then["mandate/minusma"], "nothing states an end, so it may hold still"
    assert "event/eutm-start-2013-02" not in then
    later = {row["thing"] for row in rows(anonymous, "things-in-time", from_="2040", kind="mandate")}
    assert "mandate/minusma" in later
    assert "contribution/nl-minusma-2014-2019" not in later


def test_an_actor_keeps_what_one_statement_connects_with_it(anonymous: Reader) -> None:
    found = {row["thing"] for row in rows(anonymous, "things-in-time", actor="MINUSMA")}
    assert {"mandate/minusma", "contribution/nl-minusma-2014-2019"} <= found
    assert "contribution/nl-isaf-kunduz" not in found


# -- a theory of change ------------------------------------------------------------------------------------------------


def test_every_step_stands_at_its_level_from_input_to_impact(anonymous: Reader) -> None:
    found = rows(anonymous, "steps-of-a-theory-of-change", theory=ID + "theory/tor")
    assert [row["level"] for row in found] == [
        f"toc/{name}" for name in ("input", "activity", "output", "outcome", "impact")
    ]
    assert [row.get("attributionExcluded") for row in found] == [None, None, None, None, "true"]
    assert {row["ofLabel"] for row in found} == {"Dutch contribution to MINUSMA (2014-2019)"}


def test_every_arrow_has_a_row_of_its_own_and_one_for_each_thing_that_hangs_on_it(lead: Reader) -> None:
    found = rows(lead, "theory-of-change-and-its-evidence", theory=ID + "theory/exercise-tents")
    parts = Counter((row["arrow"].rpartition("-")[2], row["part"]) for row in found)
    assert {parts[arrow, "arrow"] for arrow, _ in parts} == {1}
    assert (parts["reed", "for"], parts["reed", "assumption"], parts["reed", "against"]) == (2, 1, 0)
    assert (parts["thorn", "for"], parts["thorn", "against"]) == (1, 1)
    assert [part for arrow, part in parts if arrow == "sedge"] == ["arrow"], "nothing hangs on it"
    (robin,) = (row for row in found if row["item"] == "evidence/exercise-robin")
    assert (robin["source"], robin["confidenceLabel"]) == ("source/exercise-amber", "EXERCISE: fairly sure")
    assert robin["sourceTypes"] == "EXERCISE: invented talks in the field; Interviews"


def test_a_lower_clearance_gets_the_arrows_and_the_evidence_that_it_may_see(anonymous: Reader, lead: Reader) -> None:
    name, theory = "theory-of-change-and-its-evidence", ID + "theory/exercise-tents"
    low, high = (
        {(row["arrow"], row["item"]) for row in rows(reader, name, theory=theory)} for reader in (anonymous, lead)
    )
    assert low < high
    assert ("causal-link/exercise-reed", "evidence/exercise-robin") in high - low
