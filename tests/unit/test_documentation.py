"""The page's writing: whatever a question's texts hold stands on it as text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from graph_service.serving.documentation import Documentation, coded, short
from queries import Column, Question, catalogue

HOSTILE = """</code></style><script>alert("1")</script>' onload='x & `<b>`"""


def hostile() -> dict[str, Question]:
    """A catalogue in which one question says such things wherever it may."""
    found = dict(catalogue())
    question = found["coordination-links"]
    (parameter,) = question.parameters
    texts = {"description": HOSTILE, "description_nl": HOSTILE}
    found["coordination-links"] = replace(
        question,
        summary=HOSTILE,
        summary_nl=HOSTILE,
        **texts,
        parameters=(replace(parameter, **texts, default=HOSTILE, of_class=HOSTILE, values=(HOSTILE,)),),
        columns=(Column(HOSTILE, HOSTILE),),
        example={"actor": HOSTILE},
    )
    return found


@pytest.mark.parametrize("language", ["en", "nl"])
def test_no_text_of_a_question_becomes_markup(language: str) -> None:
    with Flask("test").test_request_context(f"/docs?lang={language}", base_url="http://a'b<i>.example/"):
        text = Documentation(hostile()).page().get_data(as_text=True)
    assert "<script" not in text
    assert "<b>" not in text
    assert "<i>" not in text
    assert "' onload" not in text
    assert text.count("&lt;script&gt;") >= 6  # the control: it stands there, as text


def test_code_is_what_stands_between_backticks() -> None:
    assert coded("a `b` & `<c>`") == "a <code>b</code> &amp; <code>&lt;c&gt;</code>"
    assert coded("plain") == "plain"


def test_an_iri_of_ours_is_written_short_and_nothing_else_is() -> None:
    assert short("https://w3id.org/sluis/id/actor/minusma") == "id:actor/minusma"
    assert short("https://example.org/actor") == "https://example.org/actor"
    assert short("2013-04") == "2013-04"
