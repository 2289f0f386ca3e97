"""A data folder with mentions at several labels, a server's application over it, and the builder's end of the intake.

Server and builder run in the test's own process, step by step: nothing is taken up before the test says so.
"""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from graph_service.builder import Builder
from graph_service.intake import Intake
from graph_service.portions import Portion, Term
from graph_service.proposals import RELABEL, REVIEW, Proposal, new_id
from graph_service.reviewing import Entry
from graph_service.security import Label
from graph_service.serving.app import create_app
from graph_service.serving.audit import AuditLog
from graph_service.serving.identity import Doorkeeper
from graph_service.serving.proposing import put
from graph_service.settings import SETTINGS_FILE, Layout, read_settings
from graph_service.storage.views import token_sha256
from loaders.base import Whole
from loaders.documents.model import Block, BlockKind
from loaders.documents.portions import labelled_portions
from loaders.documents.reviews import REGISTER
from tests.documents import Labelled, document, mentions_in, request
from tests.laws.test_views import COFFEE, TEA, WATER, WHISKY, drinker
from tests.worlds import FOOD_FOLDER

_PLACE = tempfile.TemporaryDirectory(prefix="sluis-houses-")
KEY = b"a key for tests, not a secret"
ORIGINATOR = "https://example.org/actor/cook"
ACTOR = "https://example.org/actor/x"
USERS = {
    "waiter": (TEA, (REVIEW,), ""),
    "guest": (TEA, (), ""),
    "cook": (WHISKY, (REVIEW, RELABEL), ORIGINATOR),
}
"""Each with the highest drink that they hold, what they may propose, and for whom they act."""


@dataclass
class House:
    builder: Builder
    intake: Intake
    client: FlaskClient
    tokens: dict[str, str]
    layout: Layout

    def ask(self, method: str, path: str, who: str | None = None, body: Any = None, **headers: str) -> Any:
        """The response of the server's application."""
        sent = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        if body is not None:
            return self.client.open(path, method=method, json=body, headers={**sent, **headers})
        return self.client.open(path, method=method, headers={**sent, **headers})

    def propose(self, who: str, mentions: Iterable[str], verdict: str = "accepted", **more: str) -> str:
        """The id of a review that was taken."""
        answer = self.ask("POST", "/api/reviews", who, {"mentions": list(mentions), "verdict": verdict, **more})
        assert answer.status_code == 202, answer.text
        return str(answer.json["id"])

    def told(self, who: str, proposal: str, kind: str = "reviews") -> dict[str, str]:
        """What the writer is told, without the id."""
        answer = self.ask("GET", f"/api/{kind}/{proposal}", who)
        assert answer.status_code == 200, answer.text
        return {name: value for name, value in answer.json.items() if name != "id"}

    def put(self, who: str, wish: dict[str, Any], *, seen: Label = WATER, right: str = REVIEW, **other: Any) -> str:
        """What a server does that does not keep to the rules: a file as it likes."""
        token = self.tokens[who]
        name = new_id(token_sha256(token), now=other.pop("now", time.time()))
        made = Proposal(name, token, None, seen.to_data(), right, wish)
        put(self.layout.proposals, replace(made, **other))
        return str(other.get("id", name))

    def mention(self, label: Label) -> str:
        """The mention in the paragraph with this label."""
        (found,) = [entry for entry in self.builder.mentions() if entry.marking == marking_of(label)]
        return found.found.iri

    def entry(self, mention: str) -> Entry:
        (found,) = [entry for entry in self.builder.mentions() if entry.found.iri == mention]
        return found

    def reviews(self) -> list[Portion]:
        everything = self.builder.store.read_all_system_high()
        return [stored.portion for stored in everything if stored.portion.source == REGISTER]

    def receipts(self) -> dict[str, Any]:
        return {path.stem: json.loads(path.read_bytes()) for path in self.layout.receipts.iterdir()}

    def files(self) -> list[str]:
        return sorted(path.name for path in self.layout.proposals.iterdir())


def marking_of(label: Label) -> str:
    (part,) = label.parts
    return {WATER: "water", TEA: "tea", COFFEE: "coffee", WHISKY: "whisky"}.get(label, part.level.name)


def fill(builder: Builder, hidden: Sequence[Portion] = (), paragraphs: Sequence[Label] = (WATER, TEA)) -> None:
    """Paragraphs with a mention each, something that is due, and users."""
    blocks = [Labelled(Block(BlockKind.PARAGRAPH, f"See EXAMPLE in {marking_of(at)}."), at) for at in paragraphs]
    made = document(one.block for one in blocks)
    given = labelled_portions(
        made,
        request(),
        label=WATER,
        labels=[one.label for one in blocks],
        mentions=list(mentions_in(made)),
    )
    builder.load(one for one in given if isinstance(one, Portion | Whole))
    builder.load([due("water, due", WATER), due("tea, due", TEA), *hidden])
    for name, (top, may, acts_for) in USERS.items():
        builder.register.add(name, clearance=drinker(top), acts_for=acts_for, may=may)
    past = date.today() - timedelta(days=1)  # noqa: DTZ011  # yesterday is yesterday
    late = replace(drinker(TEA), valid_until=past)
    builder.register.add("gone", clearance=late, may=(REVIEW,))


def due(part: str, label: Label) -> Portion:
    """A portion whose label has reached its day."""
    text = f'<urn:thing> <urn:says> "{part}" .\n'
    return Portion("urn:menu", part, label, ORIGINATOR, text, term=Term(date(2020, 1, 1)))


@cache
def _built(hidden: tuple[Portion, ...]) -> Path:
    """Such a folder, built once and gone with the process."""
    folder = Path(_PLACE.name) / secrets.token_hex(8)
    layout = Layout(folder)
    layout.create()
    lines = [f'policies = "{FOOD_FOLDER}"', 'anonymous = "water"', 'vocabulary_label = "water"', "workers_per_view = 1"]
    (folder / SETTINGS_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    builder = Builder(layout, read_settings(folder), key=KEY)
    fill(builder, hidden)
    for name in (*USERS, "gone"):  # in place of random ones: the same in every house
        held = (token_sha256(token_of(name)), name)
        builder._db.execute("UPDATE principal SET token_sha256 = ? WHERE name = ?", held)
    builder.publish()
    builder.close()
    return folder


@contextmanager
def house(folder: Path, hidden: Sequence[Portion] = ()) -> Iterator[House]:
    """A house in a new folder."""
    layout = Layout(folder)
    shutil.copytree(_built(tuple(hidden)), folder)
    settings = read_settings(folder)
    builder = Builder(layout, settings)
    audit = AuditLog(layout.audit)
    doorkeeper = Doorkeeper(layout.views, policies=builder.policies, settings=settings)
    try:
        tokens = {name: token_of(name) for name in (*USERS, "gone")}
        app = create_app(doorkeeper, audit, layout=layout)
        yield House(builder, Intake(builder), app.test_client(), tokens, layout)
    finally:
        doorkeeper.close()
        audit.close()
        builder.close()


def token_of(name: str) -> str:
    return f"token-of-{name}-{'x' * 32}"
