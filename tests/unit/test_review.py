"""What was found in documents is judged by people: who may, at which label, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph_service.builder import Builder
from graph_service.builder_commands import Commands
from graph_service.errors import NotCleared
from graph_service.portions import Portion
from graph_service.reviewing import Entry, Judgement
from graph_service.security import Label
from graph_service.settings import SETTINGS_FILE, Layout, Settings
from loaders.base import Whole
from loaders.documents.model import Block, BlockKind
from loaders.documents.portions import labelled_portions
from loaders.documents.reviews import REGISTER
from loaders.documents.reviews import mentions_in as stored_mentions
from loaders.extraction.model import Mention, MentionKind
from tests.documents import Labelled, document, mentions_in, request
from tests.laws.test_views import COFFEE, TEA, WATER, WHISKY, drinker
from tests.service import sluis_here
from tests.worlds import FOOD_FOLDER

ACTOR = "https://example.org/actor/x"


@pytest.fixture
def builder(tmp_path: Path) -> Iterator[Builder]:
    settings = Settings(policies=str(FOOD_FOLDER), anonymous="water", vocabulary_label="water")
    opened = Builder(Layout(tmp_path / "data"), settings)
    opened.load([Portion("urn:menu", "", WATER, "urn:cook", "<urn:a> <urn:b> <urn:c> .\n")])
    for name, top in (("waiter", TEA), ("cook", WHISKY)):
        opened.add_user(name, drinker(top))
    yield opened
    opened.close()


def load(builder: Builder, *found: tuple[str, Label], label: Label = WATER) -> None:
    blocks = [Labelled(Block(BlockKind.PARAGRAPH, words), at) for words, at in found]
    made = document(one.block for one in blocks)
    mentions = list(mentions_in(made))
    labels = [one.label for one in blocks]
    builder.load(
        one
        for one in labelled_portions(made, request(), label=label, labels=labels, mentions=mentions)
        if isinstance(one, Portion | Whole)
    )


def the_one(entries: Iterable[Entry]) -> Entry:
    (entry,) = entries
    return entry


def reviews(builder: Builder) -> list[Portion]:
    return [stored.portion for stored in builder.store.read_all_system_high() if stored.portion.source == REGISTER]


def labelled(builder: Builder) -> list[Portion]:
    return [stored.portion for stored in builder.store.read_all_system_high()]


def facts(builder: Builder) -> str:
    return "".join(one.ntriples for one in reviews(builder))


def test_a_mention_states_no_fact_until_somebody_accepts_it(builder: Builder) -> None:
    load(builder, ("See EXAMPLE.", WATER))
    entry = the_one(builder.mentions())
    assert (entry.found.words, entry.found.target, entry.found.confidence) == ("EXAMPLE", ACTOR, 0.9)
    assert (entry.found.before, entry.found.after) == ("See ", ".")
    stored = "".join(one.portion.ntriples for one in builder.store.read_all_system_high())
    fact = f"<{entry.found.paragraph}> <https://w3id.org/sluis/ns#mentions> <{ACTOR}> ."
    assert fact not in stored
    assert builder.review([entry.found.iri], Judgement("accepted"), user="waiter") == 1
    assert fact in facts(builder)
    review = the_one(builder.mentions()).review
    assert review is not None
    assert (review.by, review.verdict, review.words) == ("waiter", "accepted", "EXAMPLE")


def test_a_portion_without_a_wanted_mention_is_not_read(builder: Builder) -> None:
    load(builder, ("See EXAMPLE.", WATER))
    found = the_one(builder.mentions()).found
    (text,) = (one.ntriples for one in labelled(builder) if found.iri in one.ntriples)
    assert [one.iri for one in stored_mentions(text, wanted={found.iri, "urn:other"})] == [found.iri]
    assert list(stored_mentions(text + "no triple", wanted={"urn:other"})) == []
    with pytest.raises(SyntaxError):
        list(stored_mentions(text + "no triple", wanted={found.iri}))


def test_a_decision_outlives_a_reload_and_a_move(builder: Builder) -> None:
    load(builder, ("See EXAMPLE.", WATER))
    builder.review([the_one(builder.mentions()).found.iri], Judgement("rejected", "no"), user="waiter")
    load(builder, ("Something before.", WATER), ("See EXAMPLE.", WATER))
    review = the_one(builder.mentions()).review
    assert review is not None
    assert (review.verdict, review.note) == ("rejected", "no")


def test_a_decision_whose_paragraph_changed_is_kept_and_said_to_be(builder: Builder) -> None:
    load(builder, ("See EXAMPLE.", WATER))
    builder.review([the_one(builder.mentions()).found.iri], Judgement("accepted"), user="waiter")
    load(builder, ("See EXAMPLE, or not.", WATER))
    fresh, gone = sorted(builder.mentions(), key=lambda entry: entry.is_gone)
    assert (fresh.review, fresh.is_gone) == (None, False)
    assert gone.is_gone
    assert gone.review
    assert gone.review.verdict == "accepted"


def test_who_may_not_read_a_mention_can_not_judge_it_and_is_told_what_anybody_is(builder: Builder) -> None:
    load(builder, ("See EXAMPLE.", WHISKY))
    assert builder.mentions(user="waiter") == []
    (hidden,) = builder.mentions(user="cook")
    absent = hidden.found.iri[:-4] + "0000"
    told = []
    for name in (hidden.found.iri, absent):
        with pytest.raises(NotCleared) as refused:
            builder.review([name], Judgement("accepted"), user="waiter")
        told.append(refused.value.public.replace(name.rpartition("/")[2], "…"))
    assert told[0] == told[1]
    assert reviews(builder) == []
    assert builder.review([hidden.found.iri], Judgement("accepted"), user="cook") == 1


def test_a_review_is_no_lower_than_its_mention_and_what_is_stated(builder: Builder) -> None:
    load(builder, ("See EXAMPLE.", TEA), label=TEA)
    name = the_one(builder.mentions()).found.iri
    with pytest.raises(NotCleared, match="above what you hold"):
        builder.review([name], Judgement("accepted", label=COFFEE), user="waiter")
    builder.review([name], Judgement("accepted", label=COFFEE), user="cook")
    assert [one.label for one in reviews(builder)] == [COFFEE]
    with pytest.raises(NotCleared, match="judge it there"):
        builder.review([name], Judgement("rejected"), user="cook")
    builder.review([name], Judgement("rejected"), user="waiter")  # who can't see the other decides at their own label
    assert [one.label for one in reviews(builder) if "rejected" in one.ntriples] == [TEA]


def test_a_target_known_higher_lifts_the_review(builder: Builder) -> None:
    secret = "https://example.org/actor/secret"
    load(builder, ("See EXAMPLE.", WATER))
    builder.load([Portion("urn:cellar", "", WHISKY, "urn:cook", f"<{secret}> <urn:b> <urn:c> .\n")])
    name = the_one(builder.mentions()).found.iri
    builder.review([name], Judgement("corrected", corrected_to=secret), user="cook")
    (one,) = reviews(builder)
    assert one.label == WHISKY
    assert f"mentions> <{secret}>" in one.ntriples


def test_judging_again_replaces_the_decision(builder: Builder) -> None:
    load(builder, ("See EXAMPLE.", WATER))
    name = the_one(builder.mentions()).found.iri
    for verdict in ("accepted", "rejected"):
        builder.review([name], Judgement(verdict), user="waiter")
    assert len(reviews(builder)) == 1
    assert "mentions>" not in facts(builder)


def test_all_of_a_command_is_judged_or_none(builder: Builder) -> None:
    load(builder, ("See EXAMPLE.", WATER))
    name = the_one(builder.mentions()).found.iri
    with pytest.raises(NotCleared):
        builder.review([name, name[:-4] + "0000"], Judgement("accepted"), user="waiter")
    assert reviews(builder) == []


def test_the_socket_gives_what_the_builder_does(builder: Builder) -> None:
    load(builder, ("See EXAMPLE.", WATER))
    commands = Commands(builder)
    told = json.loads(json.dumps(commands.run("mentions", {"user": "waiter"})))["result"]
    assert [Entry.from_data(data) for data in told] == builder.mentions(user="waiter")
    given = {"names": [told[0]["found"]["iri"]], "judgement": Judgement("accepted", "ok").to_data(), "user": "waiter"}
    assert commands.run("review", given) == {"result": 1}
    assert "ok" in facts(builder)


KINDS = {
    MentionKind.PAPER: ("document", "cites", f"<{ACTOR}>"),
    MentionKind.ACTOR: ("paragraph", "mentions", f"<{ACTOR}>"),
    MentionKind.GOAL: ("target", "statedAt", "paragraph"),
    MentionKind.ABBREVIATION: ("name", "nameOf", f"<{ACTOR}>"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_mention_states_its_own_fact(builder: Builder, kind: MentionKind) -> None:
    made = document([Block(BlockKind.PARAGRAPH, "See EXAMPLE.")])
    mention = replace(next(iter(mentions_in(made))), kind=kind)
    builder.load(_portions(made, mention))
    entry = the_one(builder.mentions())
    builder.review([entry.found.iri], Judgement("accepted"), user="waiter")
    _, predicate, value = KINDS[kind]
    assert f"ns#{predicate}> {value if value != 'paragraph' else f'<{entry.found.paragraph}>'}" in facts(builder)


def _portions(made: object, *mentions: Mention) -> list[Portion]:
    found = labelled_portions(made, request(), label=WATER, labels=[WATER], mentions=list(mentions))  # type: ignore[arg-type]
    return [one for one in found if isinstance(one, Portion)]


def test_a_paper_cited_in_a_note_is_cited_by_the_footnote(builder: Builder) -> None:
    made = document([Block(BlockKind.NOTE, "See EXAMPLE.", number="3")])
    builder.load(_portions(made, replace(next(iter(mentions_in(made))), kind=MentionKind.PAPER)))
    entry = the_one(builder.mentions())
    assert entry.found.footnote
    builder.review([entry.found.iri], Judgement("accepted"), user="waiter")
    assert f"<{entry.found.footnote}> <https://w3id.org/sluis/ns#cites> <{ACTOR}>" in facts(builder)


@pytest.mark.parametrize(("value", "days"), [("2013-04", ["2013-04"]), ("2014/2019-05", ["2014", "2019-05"])])
def test_a_date_is_as_exact_as_the_text_and_a_period_has_two(builder: Builder, value: str, days: list[str]) -> None:
    made = document([Block(BlockKind.PARAGRAPH, "See EXAMPLE.")])
    mention = replace(next(iter(mentions_in(made))), kind=MentionKind.DATE, value=value, target="")
    builder.load(_portions(made, mention))
    builder.review([the_one(builder.mentions()).found.iri], Judgement("accepted"), user="waiter")
    assert [day for day in days if f'mentionsDate> "{day}"' in facts(builder)] == days


def test_what_names_nothing_can_not_be_accepted(builder: Builder) -> None:
    made = document([Block(BlockKind.PARAGRAPH, "See EXAMPLE.")])
    builder.load(_portions(made, replace(next(iter(mentions_in(made))), target="")))
    name = the_one(builder.mentions()).found.iri
    with pytest.raises(NotCleared, match="does not say what it names"):
        builder.review([name], Judgement("accepted"), user="waiter")
    builder.review([name], Judgement("rejected"), user="waiter")


def test_the_command_line_lists_counts_and_judges(builder: Builder, tmp_path: Path) -> None:
    load(builder, ("See EXAMPLE.", WATER), ("EXAMPLE again.", WATER))
    data = ("--data", str(builder.layout.data))
    (builder.layout.data / SETTINGS_FILE).write_text(
        f'policies = "{FOOD_FOLDER}"\nanonymous = "water"\nvocabulary_label = "water"\n', encoding="utf-8"
    )
    builder.close()
    listed = sluis_here("review", "list", *data)
    assert "… See [EXAMPLE]. …" in listed.stdout
    assert "2 to review" in listed.stdout
    refused = sluis_here("review", "accept", "--as", "waiter", *data)
    assert (refused.returncode, "name mentions, or say which" in refused.stderr) == (2, True)
    done = sluis_here("review", "accept", "--kind", "actor", "--at-least", "0.9", "--yes", "--as", "waiter", *data)
    assert done.stdout == "2 mentions not judged yet\n2 accepted\n"
    left = json.loads(sluis_here("review", "list", "--json", *data).stdout)
    assert (left["count"], left["changed"]) == (0, [])
    assert sluis_here("review", "list", "--judged", *data).stdout.count("accepted by waiter") == 2
