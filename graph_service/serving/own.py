"""Who asks, as they may know it: ``/api/me``; and the banner over several answers: ``/api/banner``.

Both are made of the asker's clearance, the policies and the labels in their own view: nothing that a portion says.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, Response, g, request

from graph_service.errors import LabelError, NotCleared, QueryRefused
from graph_service.handling import parse_marking
from graph_service.proposals import RIGHTS
from graph_service.security import Clearance, Label, Level, Policies, PolicyClearance, high_water_mark
from graph_service.security.policy import SecurityPolicy, TagType
from graph_service.serving.answer_markings import lower_clearance, visible_at
from graph_service.serving.exchange import Exchange
from graph_service.serving.identity import Asker
from graph_service.serving.markings_shown import bare_marking, level_shown, shown
from graph_service.serving.openapi_page import MOST_MARKINGS

_NOT_YOURS = "you can't ask for this marking"
Json = dict[str, Any]


class Own:
    """What an asker may know of themselves. It knows the policies, and of the view its label alone."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    def add_routes(self, app: Flask) -> None:
        app.add_url_rule("/api/me", view_func=self.me)
        app.add_url_rule("/api/banner", view_func=self.banner)

    def me(self) -> Response:
        """The asker, their clearance, and the levels at which they may ask; with ``clearance``, the banner there."""
        _only("clearance")
        exchange: Exchange = g.exchange
        asker = exchange.asker
        assert asker is not None  # noqa: S101  # admitted before any answer
        clearance = asker.clearance
        label, lower = self._label(asker)
        banner = shown(label, policies=self._policies)
        exchange.banner = banner["marking"]
        levels = self._levels(clearance)
        data = {
            "name": asker.name if asker.is_registered else None,
            "clearance": [self._held(part) for part in clearance.parts],
            "validity": _validity(clearance, today=datetime.now(UTC).date()),
            "banner": banner,
            "looking_as": lower,
            "levels": levels,
            "may": {
                "look_as": len(levels) > 1,
                "list_own_queries": asker.is_registered,
                **{right: right in asker.may for right in RIGHTS},
            },
            "acts_for": asker.acts_for or None,
        }
        return _json(data)

    def banner(self) -> Response:
        """The join of the markings in ``of``.

        SECURITY: one refusal for a marking that nobody can read and for one that the asker's clearance does not
        dominate, or the answer would tell which compartments there are.
        """
        _only("of")
        given = request.args.getlist("of")
        if not 0 < len(given) <= MOST_MARKINGS:
            raise QueryRefused(f"give `of` once for each marking, 1 to {MOST_MARKINGS}")
        labels = [self._own_label(text, g.exchange.asker.clearance) for text in dict.fromkeys(given)]
        return _json(shown(high_water_mark(labels), policies=self._policies))

    def _own_label(self, text: str, clearance: Clearance) -> Label:
        try:
            label = parse_marking(text, policies=self._policies)
        except LabelError as error:
            raise NotCleared(_NOT_YOURS, detail=error.public) from error
        if not clearance.dominates(label):
            raise NotCleared(_NOT_YOURS, detail=f"{text} is not dominated")
        return label

    def _label(self, asker: Asker) -> tuple[Label, str | None]:
        """The label of what the asker is served, and the lower clearance that they look as."""
        given = request.args.getlist("clearance")
        if len(given) > 1:
            raise QueryRefused("the parameter `clearance` is given twice")
        if not given:
            return asker.label, None
        lower = lower_clearance(given[0], own=asker.clearance, policies=self._policies)
        labels = asker.labels
        return high_water_mark(labels[portion] for portion in visible_at(lower, labels)), given[0]

    def _levels(self, clearance: Clearance) -> list[Json]:
        """Each level that may be asked at, from low to high in its policy."""
        return [
            level_shown(level, policies=self._policies)
            for part in clearance.parts
            for level in self._policies.policy(part.policy).levels
            if self._may_ask_at(level, clearance)
        ]

    def _may_ask_at(self, level: Level, clearance: Clearance) -> bool:
        try:
            lower_clearance(bare_marking(level, policies=self._policies), own=clearance, policies=self._policies)
        except NotCleared:
            return False
        return True

    def _held(self, part: PolicyClearance) -> Json:
        """One policy's part of a clearance, in the words of its newest version."""
        policy = self._policies.policy(part.policy)
        held = sorted(part.levels, key=lambda level: level.order)
        return {
            "policy": part.policy,
            "titles": dict(policy.titles),
            "levels": [level_shown(level, policies=self._policies) for level in held],
            "compartments": self._categories(part, TagType.RESTRICTIVE),
            "affiliation": self._categories(part, TagType.PERMISSIVE),
        }

    def _categories(self, part: PolicyClearance, kind: TagType) -> list[Json]:
        """The categories held of one kind of tag, with their names; those of older versions too."""
        found: dict[tuple[str, str], Json] = {}
        for policy in self._policies.versions[part.policy]:
            for tag, name, titles in _tagged(policy, kind):
                if any((category.tag, category.name) == (tag, name) for category in part.categories):
                    found.setdefault((tag, name), {"tag": tag, "name": name, "titles": titles})
        return [found[key] for key in sorted(found)]


def _only(name: str) -> None:
    for other in request.args:
        if other != name:
            raise QueryRefused(f"there is no parameter `{other}` here; this takes: `{name}`")


def _tagged(policy: SecurityPolicy, kind: TagType) -> list[tuple[str, str, dict[str, str]]]:
    return [
        (tag.key, name, dict(rule.titles))
        for tag in policy.tags
        if tag.type is kind
        for name, rule in tag.rules.items()
    ]


def _validity(clearance: Clearance, *, today: date) -> Json:
    """The period of a clearance that is in force, both days included; ``days_left`` is 0 on the last."""
    until = clearance.valid_until
    return {
        "from": clearance.valid_from.isoformat() if clearance.valid_from else None,
        "until": until.isoformat() if until else None,
        "days_left": (until - today).days if until else None,
    }


def _json(data: Json) -> Response:
    return Response(json.dumps(data, ensure_ascii=False), content_type="application/json")
