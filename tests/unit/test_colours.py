"""Colours of markings: what a policy says, in one form, with an ink that can be read on it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.handling.colours import NEUTRAL, contrast, paint
from graph_service.policy_files import load_policies
from graph_service.settings import Settings

AA = 4.5
"""Spec: https://www.w3.org/TR/WCAG22/#contrast-minimum"""


@pytest.mark.parametrize(
    ("said", "colour", "ink"),
    [
        ("red", "#ff0000", "#000000"),
        (" DarkGreen ", "#006400", "#ffffff"),
        ("#fa0", "#ffaa00", "#000000"),
        ("#B3261E", "#b3261e", "#ffffff"),
        ("", NEUTRAL, "#ffffff"),
        ("transparent", NEUTRAL, "#ffffff"),
        ("rgb(1, 2, 3)", NEUTRAL, "#ffffff"),
        ("red; background: url(x)", NEUTRAL, "#ffffff"),
        ("#12345", NEUTRAL, "#ffffff"),
    ],
)
def test_a_colour_is_a_name_or_hex_and_anything_else_is_neutral(said: str, colour: str, ink: str) -> None:
    assert (paint(said).colour, paint(said).ink) == (colour, ink)


@given(st.integers(0, 0xFFFFFF))
def test_the_ink_can_be_read_on_any_ground(number: int) -> None:
    painted = paint(f"#{number:06x}")
    assert contrast(painted.colour, painted.ink) >= AA


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_packaged_level_has_a_colour_that_no_other_level_of_its_policy_has() -> None:
    for versions in load_policies(Settings()).versions.values():
        for policy in versions:
            colours = [paint(rule.colour).colour for rule in policy.scale]
            assert NEUTRAL not in colours, policy.id
            assert len(set(colours)) == len(colours), policy.id
