"""The builder's end of the intake: what is taken up, as whose, at which label, and what its writer is told."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_service.builder import Builder
from graph_service.intake import UNFINISHED_SECONDS, covers
from graph_service.proposals import KEPT_SECONDS, RELABEL, Proposal, new_id
from graph_service.storage.views import token_sha256
from tests.intake_house import ACTOR, COFFEE, ORIGINATOR, TEA, WATER, WHISKY, House, due, house
from tests.laws.test_views import drinker


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "data", [due("whisky, due", WHISKY)]) as made:
        yield made


def test_a_verdict_stands_no_lower_than_what_its_writer_looks_at(home: House) -> None:
    """The mention is of water; the waiter looks at tea."""
    name = home.propose("waiter", [home.mention(WATER)], note="as I saw at tea")
    assert home.told("waiter", name) == {"state": "waiting", "reason": "", "marking": ""}
    assert home.intake.work() == 1
    assert home.told("waiter", name) == {"state": "published", "reason": "", "marking": "tea"}
    (review,) = home.reviews()
    assert (review.label, review.part) == (TEA, home.mention(WATER))
    assert '"as I saw at tea"' in review.ntriples
    assert '"waiter"' in review.ntriples


def test_whoever_looks_lower_writes_lower(home: House) -> None:
    home.propose("waiter", [home.mention(WATER)], clearance="water")
    home.intake.work()
    assert [review.label for review in home.reviews()] == [WATER]


def test_whoever_looks_lower_sees_no_more_than_that(home: House) -> None:
    """The mention of tea is none there, in the words for one that is nowhere."""
    told = []
    for mention in (home.mention(TEA), home.mention(TEA)[:-4] + "0000"):
        name = home.propose("waiter", [mention], clearance="water")
        home.intake.work()
        told.append(home.told("waiter", name))
        told[-1]["reason"] = told[-1]["reason"].replace(mention.rpartition("/")[2], "…")
    assert told[0] == told[1]
    assert told[0]["state"] == "refused"
    assert "there is no mention" in told[0]["reason"]
    assert home.reviews() == []


def test_the_view_shows_what_was_published(home: House) -> None:
    mention = home.mention(WATER)
    ask = f"/sparql?query=ASK{{?r sluis:reviews <{mention}>}}"
    assert home.ask("GET", ask, "guest").json["boolean"] is False
    home.propose("waiter", [mention])
    home.intake.work()
    assert home.ask("GET", ask, "guest").json["boolean"] is True
    assert home.ask("GET", ask).json["boolean"] is False


def test_all_or_none_of_a_proposal_is_stored(home: House) -> None:
    name = home.propose("waiter", [home.mention(WATER), "urn:none"])
    home.intake.work()
    assert home.told("waiter", name)["state"] == "refused"
    assert home.reviews() == []


def test_a_second_verdict_takes_the_place_of_the_first_at_its_label(home: House) -> None:
    """The cook judges at whisky; that they can see it is why another of theirs stands there too."""
    mention = home.mention(WATER)
    home.propose("cook", [mention])
    home.intake.work()
    home.propose("cook", [mention], "corrected", corrected_to=ACTOR + "y")
    home.intake.work()
    assert [(one.label, "corrected" in one.ntriples) for one in home.reviews()] == [(WHISKY, True)]
    home.propose("waiter", [mention], "rejected")  # who does not see it judges at their own
    home.intake.work()
    assert {(one.label, "rejected" in one.ntriples) for one in home.reviews()} == {(WHISKY, False), (TEA, True)}


def test_a_lower_verdict_that_is_seen_is_judged_again_where_it_stands(home: House) -> None:
    mention = home.mention(WATER)
    home.propose("waiter", [mention], clearance="water")
    home.intake.work()
    name = home.propose("waiter", [mention], "rejected")
    home.intake.work()
    assert "was judged at water" in home.told("waiter", name)["reason"]
    home.propose("waiter", [mention], "rejected", clearance="water")
    home.intake.work()
    assert [(one.label, "rejected" in one.ntriples) for one in home.reviews()] == [(WATER, True)]


# --- who ------------------------------------------------------------------------------------------------------------


def test_a_right_that_was_taken_away_meanwhile_counts(home: House) -> None:
    name = home.propose("waiter", [home.mention(WATER)])
    home.builder.allow("waiter", "review", allowed=False)
    home.intake.work()
    assert home.told("waiter", name)["state"] == "refused"
    assert home.reviews() == []
    home.builder.allow("waiter", "review")
    home.propose("waiter", [home.mention(WATER)])
    home.intake.work()
    assert len(home.reviews()) == 1


@pytest.mark.parametrize("who", ["guest", "gone"])
def test_who_has_no_right_or_no_clearance_in_force_changes_nothing_whatever_the_server_puts(
    who: str, home: House
) -> None:
    name = home.put(who, {"mentions": [home.mention(WATER)], "verdict": "accepted"})
    assert home.intake.work() == 1
    assert home.reviews() == []
    assert home.receipts()[name]["state"] == "refused"


def test_a_token_that_nobody_has_is_destroyed_without_a_word(home: House) -> None:
    name = home.put("waiter", {"mentions": [home.mention(WATER)], "verdict": "accepted"}, token="of nobody")
    home.intake.work()
    assert (home.reviews(), home.receipts(), home.files()) == ([], {}, [])
    assert home.builder.proposals.receipt(name) is None


def test_an_id_of_somebody_else_s_is_not_the_writer_s(home: House) -> None:
    """The server knows every token's hash: it may make ids for anybody, and needs the token besides."""
    wish = {"mentions": [home.mention(WATER)], "verdict": "accepted"}
    home.put("waiter", wish, id=new_id(token_sha256(home.tokens["cook"]), now=time.time()))
    home.intake.work()
    assert (home.reviews(), home.receipts(), home.files()) == ([], {}, [])


def test_a_clearance_that_the_writer_does_not_hold_is_refused(home: House) -> None:
    wish = {"mentions": [home.mention(WATER)], "verdict": "accepted"}
    for clearance in (drinker(WHISKY), drinker(TEA, "SUGAR")):
        name = home.put("waiter", wish, clearance=clearance.to_data())
        home.intake.work()
        assert home.receipts()[name]["reason"] == "you can't ask at this clearance"
    assert home.reviews() == []
    assert covers(drinker(TEA), drinker(WATER))


@pytest.mark.parametrize("seen", [WATER, TEA])
def test_a_server_that_says_the_writer_saw_less_lowers_nothing(seen: object, home: House) -> None:
    home.put("waiter", {"mentions": [home.mention(WATER)], "verdict": "accepted"}, seen=seen)
    home.intake.work()
    assert [review.label for review in home.reviews()] == [TEA]


def test_what_was_seen_counts_when_it_is_gone_meanwhile(home: House) -> None:
    """All of tea is withdrawn between looking and deciding: what is written stands at tea still."""
    mention = home.mention(WATER)
    name = home.propose("waiter", [mention])
    for stored in list(home.builder.store.read_all_system_high()):
        if stored.label == TEA:
            home.builder.withdraw(stored.id, user="cook", ground="EXERCISE")
    assert home.builder.seen_at(drinker(TEA)) == WATER
    home.intake.work()
    assert home.told("waiter", name)["state"] == "published"
    assert [review.label for review in home.reviews()] == [TEA]


# --- files ----------------------------------------------------------------------------------------------------------


def test_the_file_is_the_owner_s_alone_and_its_bytes_are_destroyed(home: House) -> None:
    name = home.propose("waiter", [home.mention(WATER)], note="CANARY")
    path = home.layout.proposals / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"CANARY" in path.read_bytes()
    other = tmp_link(path)
    home.intake.work()
    assert not path.exists()
    assert set(other.read_bytes()) == {0}
    receipt = home.layout.receipts / f"{name}.json"
    assert stat.S_IMODE(receipt.stat().st_mode) == 0o600
    assert b"CANARY" not in receipt.read_bytes()
    assert home.tokens["waiter"].encode() not in receipt.read_bytes()


def tmp_link(path: Path) -> Path:
    """A second name of the same bytes, to look at them when the first is gone."""
    other = path.parent.parent / "other"
    os.link(path, other)
    return other


def test_the_same_file_again_does_nothing_twice(home: House) -> None:
    """A replay, however often: also when somebody judged otherwise meanwhile."""
    mention = home.mention(WATER)
    name = home.propose("waiter", [mention])
    content = (home.layout.proposals / name).read_bytes()
    home.intake.work()
    home.propose("waiter", [mention], "rejected")
    home.intake.work()
    before = home.receipts()
    (home.layout.proposals / name).write_bytes(content)
    home.intake.work()
    assert ["rejected" in review.ntriples for review in home.reviews()] == [True]
    assert (home.receipts(), home.files()) == (before, [])


@pytest.mark.parametrize("age", [KEPT_SECONDS + 60, -3600])
def test_what_is_older_than_any_receipt_or_of_tomorrow_is_not_taken(age: int, home: House) -> None:
    home.put("waiter", {"mentions": [home.mention(WATER)], "verdict": "accepted"}, now=time.time() - age)
    home.intake.work()
    assert (home.reviews(), home.receipts(), home.files()) == ([], {}, [])


def test_a_receipt_goes_when_it_is_old(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    home.propose("waiter", [home.mention(WATER)])
    home.intake.work()
    assert len(home.receipts()) == 1
    later = time.time() + KEPT_SECONDS + 60
    monkeypatch.setattr(time, "time", lambda: later)
    home.intake.work()
    assert home.receipts() == {}


def test_a_part_of_a_file_waits_and_then_goes(home: House) -> None:
    name = home.propose("waiter", [home.mention(WATER)])
    path = home.layout.proposals / name
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    assert home.intake.work() == 0
    assert home.files() == [name]
    path.write_bytes(content)
    assert home.intake.work() == 1
    path.write_bytes(content[:50])
    os.utime(path, (time.time(), time.time() - UNFINISHED_SECONDS - 1))
    home.intake.work()
    assert home.files() == []


@pytest.mark.parametrize(
    "content",
    [b"", b"x" * (300 << 10), b"\xff\xfe", b"[" * 100_000, b"{}\n" + b"0" * 64],
    ids=["empty", "large", "not text", "deep", "a wrong digest"],
)
def test_what_is_no_proposal_does_not_hold_up_the_others(content: bytes, home: House) -> None:
    path = home.layout.proposals / ("0" * 64)
    path.write_bytes(content)
    os.utime(path, (1.0, 1.0))
    link = home.layout.proposals / ("1" * 64)
    link.symlink_to(home.layout.data / "sluis.toml")
    home.propose("waiter", [home.mention(WATER)])
    assert home.intake.work() == 1
    assert home.files() == []
    assert len(home.reviews()) == 1
    assert (home.layout.data / "sluis.toml").exists()


WRONG: dict[str, object] = {
    "no object": ["x"],
    "no mentions": {"mentions": [], "verdict": "accepted"},
    "a mention that is no text": {"mentions": [1], "verdict": "accepted"},
    "a mention that is no IRI": {"mentions": ["x y"], "verdict": "accepted"},
    "no verdict": {"mentions": ["urn:a"]},
    "another verdict": {"mentions": ["urn:a"], "verdict": "perhaps"},
    "corrected to nothing": {"mentions": ["urn:a"], "verdict": "corrected"},
    "accepted as something": {"mentions": ["urn:a"], "verdict": "accepted", "corrected_to": "urn:b"},
    "corrected to no IRI": {"mentions": ["urn:a"], "verdict": "corrected", "corrected_to": "x> <y"},
    "a long note": {"mentions": ["urn:a"], "verdict": "accepted", "note": "x" * 3000},
    "a broken note": {"mentions": ["urn:a"], "verdict": "accepted", "note": "\ud800"},
    "a label": {"mentions": ["urn:a"], "verdict": "accepted", "label": "water"},
}


@pytest.mark.parametrize("wish", WRONG.values(), ids=WRONG.keys())
def test_what_is_not_well_formed_is_refused_at_both_ends(wish: object, home: House) -> None:
    answer = home.ask("POST", "/api/reviews", "waiter", wish)
    assert (answer.status_code, home.files()) == (400, [])
    if isinstance(wish, dict) and wish.get("note") != "\ud800":  # which no file of text can hold
        name = home.put("waiter", wish)
        home.intake.work()
        assert home.receipts()[name]["state"] == "refused"
    assert home.reviews() == []


def test_a_fault_of_ours_is_refused_and_told_without_its_text(
    home: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("CANARY")

    monkeypatch.setattr(Builder, "judge", broken)
    name = home.propose("waiter", [home.mention(WATER)])
    assert home.intake.work() == 1
    assert home.told("waiter", name)["state"] == "refused"
    assert "CANARY" not in str(home.receipts()) + capsys.readouterr().err


def test_a_disk_that_fails_keeps_the_proposal(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    name = home.propose("waiter", [home.mention(WATER)])
    with monkeypatch.context() as patch:
        patch.setattr(Builder, "publish", full)
        with pytest.raises(OSError, match="no space"):
            home.intake.work()
    assert home.told("waiter", name)["state"] == "accepted"
    assert home.files() == [name]
    home.intake.work()
    assert home.told("waiter", name) == {"state": "published", "reason": "", "marking": "tea"}
    assert len(home.reviews()) == 1


# --- labels ---------------------------------------------------------------------------------------------------------


def portion_of(home: House, part: str) -> str:
    (found,) = [s.id for s in home.builder.store.read_all_system_high() if s.portion.part == part]
    return found


def decide(home: House, who: str, part: str, **wish: str) -> dict[str, str]:
    portion = wish.pop("portion", None) or portion_of(home, part)
    answer = home.ask("POST", "/api/labels", who, {"portion": portion, "reference": "EXERCISE decision", **wish})
    assert answer.status_code == 202, answer.text
    home.intake.work()
    return home.told(who, answer.json["id"], "labels")


def test_the_originator_s_own_keep_a_label_until_another_day_and_lower_it(home: House) -> None:
    assert decide(home, "cook", "tea, due", until="2040-01-31") == {
        "state": "published", "reason": "", "marking": "tea",
    }  # fmt: skip
    kept = home.builder.portion(portion_of(home, "tea, due"))
    assert kept is not None
    assert kept.portion.term is not None
    assert str(kept.portion.term.until) == "2040-01-31"
    assert decide(home, "cook", "tea, due", marking="water")["marking"] == "water"
    lowered = home.builder.portion(portion_of(home, "tea, due"))
    assert lowered is not None
    assert lowered.label == WATER
    last = home.builder.history(lowered.id)[-1]
    assert (last.act, last.taken_by, last.reference) == ("lowered", "cook", "EXERCISE decision")


def test_who_does_not_act_for_the_originator_lowers_nothing(home: House) -> None:
    home.builder.allow("waiter", RELABEL)
    told = decide(home, "waiter", "tea, due", marking="water")
    assert told["state"] == "refused"
    assert "only its originator" in told["reason"]
    assert ORIGINATOR in told["reason"]


def test_who_may_review_may_not_relabel_for_that(home: House) -> None:
    sent = {"portion": portion_of(home, "tea, due"), "reference": "x"}
    assert home.ask("POST", "/api/labels", "waiter", sent).status_code == 403
    name = home.put("waiter", sent, right=RELABEL)
    home.intake.work()
    assert home.receipts()[name]["state"] == "refused"


def test_a_portion_that_is_hidden_and_one_that_is_nowhere_are_one_refusal(home: House) -> None:
    home.builder.allow("waiter", RELABEL)
    hidden, told = portion_of(home, "whisky, due"), []
    for portion in (hidden, hidden[:-4] + "0000"):
        for marking in ("", "water"):
            reason = decide(home, "waiter", "", portion=portion, marking=marking, ground="because")["reason"]
            told.append(reason.replace(portion.rpartition("/")[2], "…"))
    assert set(told) == {"there is no portion `…`"}


@pytest.mark.parametrize("marking", ["whisky", "no such drink", "tea//NO SUCH THING", "tea//SUGAR", "banquet"])
def test_a_label_that_is_not_held_and_one_that_is_none_are_one_refusal(marking: str, home: House) -> None:
    home.builder.allow("waiter", RELABEL)
    assert decide(home, "waiter", "tea, due", marking=marking)["reason"] == "this is not a label that you can give"


def test_a_ground_is_written_by_who_sees_no_more_than_its_readers(home: House) -> None:
    """It is shown with the portion: the cook, who looks at whisky, may have it from there."""
    told = decide(home, "cook", "tea, due", until="2040-01-31", ground="as the whisky says")
    assert told["state"] == "refused"
    assert "look as tea" in told["reason"]
    assert decide(home, "cook", "tea, due", event="the feast")["state"] == "refused"
    assert decide(home, "cook", "tea, due", ground="it is old", clearance="tea")["state"] == "published"
    kept = home.builder.portion(portion_of(home, "tea, due"))
    assert kept is not None
    assert kept.portion.ground == "it is old"


def test_a_day_that_is_none_and_two_terms_are_refused(home: House) -> None:
    sent = {"portion": portion_of(home, "tea, due"), "reference": "x"}
    for more in ({"until": "soon"}, {"until": "2040-01-31", "event": "the feast"}, {"reference": " "}):
        assert home.ask("POST", "/api/labels", "cook", {**sent, **more}).status_code == 400
    assert decide(home, "cook", "tea, due", until="2040-02-31")["state"] == "refused"


def test_raising_takes_effect_in_the_views(home: House) -> None:
    shown = '/sparql?query=ASK{?s ?p "water, due"}'
    assert home.ask("GET", shown, "guest").json["boolean"] is True
    assert decide(home, "cook", "water, due", marking="coffee")["marking"] == "coffee"
    raised = home.builder.portion(portion_of(home, "water, due"))
    assert raised is not None
    assert raised.label == COFFEE
    assert home.ask("GET", shown, "guest").json["boolean"] is False


def test_a_wish_reads_back_from_its_file(home: House) -> None:
    name = home.propose("waiter", [home.mention(WATER)], note='één\n"twee" \u2028')
    content = (home.layout.proposals / name).read_bytes()
    assert Proposal.from_bytes(content).wish["note"] == 'één\n"twee" \u2028'
    for at in range(0, len(content), 7):
        with pytest.raises(ValueError, match="not whole"):
            Proposal.from_bytes(content[:at])
