"""Oracle: shares counted by hand, on both sides of the limits."""

import math

import pytest

from stressfx.activity.bone.slope import grade_effect

NAN = math.nan


@pytest.mark.parametrize(
    ("grade", "steps", "word"),
    [
        ([0.0, 0.10], [950, 50], "higher"),
        ([0.0, 0.10], [951, 49], "none"),
        ([0.0, 0.099], [500, 500], "none"),
        ([0.0, -0.10], [950, 50], "lower"),
        ([0.15, -0.15, 0.0], [100, 100, 800], "both"),
        ([0.15, NAN], [600, 400], "higher"),
        ([0.15, NAN], [500, 500], "unknown"),
        ([NAN], [500], "unknown"),
        ([], [], "unknown"),
        ([0.2], [0], "unknown"),
    ],
)
def test_steep_steps_in_a_word(grade: list[float], steps: list[float], word: str) -> None:
    assert grade_effect(grade, steps) == word
