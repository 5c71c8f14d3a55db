"""Oracle: medians counted out by hand, step by step."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.activity.gait.step_length import ASSUMED_SPM, assumed_steps, step_length_m, step_lengths

stretches = st.lists(
    st.tuples(st.floats(0.5, 8.0), st.floats(1.0, 500.0), st.integers(1, 300)), min_size=1, max_size=30
)


def test_the_length_of_the_middle_step() -> None:
    """By hand: 60 steps of 0.9 m, 50 of 1.0 m and 30 of 1.3 m: of 140 steps the 70th is one of 1.0 m."""
    lengths = step_lengths([3.0, 3.1, 3.2], [54.0, 50.0, 39.0], [60, 50, 30])
    assert lengths[12] == pytest.approx(1.0)
    assert np.isnan(np.delete(lengths, 12)).all()


def test_few_steps_tell_no_length() -> None:
    assert np.isnan(step_lengths([3.0], [99.0], [99.0])).all()
    assert step_lengths([3.0], [100.0], [100.0])[12] == 1


def test_what_is_no_running_tells_no_length() -> None:
    assert np.isnan(step_lengths([12.5, -1, np.nan, 3, 3], [500.0] * 4 + [0], [500, 500, 500, 0, 500])).all()


@given(stretches)
def test_the_median_is_that_of_every_single_step(rows: list[tuple[float, float, int]]) -> None:
    """Oracle: each step written out on its own, the lower of the two middle ones."""
    speed, distance, steps = (np.array(column, float) for column in zip(*rows, strict=True))
    found = step_lengths(speed, distance, steps)
    for number in range(50):
        inside = (speed >= number * 0.25) & (speed < (number + 1) * 0.25)
        each = np.sort(np.repeat(distance[inside] / steps[inside], steps[inside].astype(int)))
        if len(each) < 100:
            assert np.isnan(found[number])
        else:
            assert found[number] == each[(len(each) - 1) // 2]


def test_steps_by_length_and_else_by_a_stated_cadence() -> None:
    lengths = np.full(50, np.nan)
    lengths[10] = 0.8
    steps, by_length = assumed_steps([600, 600, 600, 600], [1560, 1560, 1800, 0], [2.6, 20, 3.0, 2.6], lengths=lengths)
    assert steps.tolist() == pytest.approx([1950, 10 * ASSUMED_SPM, 10 * ASSUMED_SPM, 10 * ASSUMED_SPM])
    assert by_length.tolist() == [True, False, False, False]
    assert assumed_steps(60, 180, 3.0)[0] == 165
    assert assumed_steps(60, np.nan, np.nan)[0] == 165


def test_no_steps_no_length() -> None:
    np.testing.assert_array_equal(step_length_m([10, 0, 10], [10, 0, np.nan]), [1, np.nan, np.nan])
