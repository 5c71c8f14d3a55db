"""Oracle: arithmetic by hand, on both sides of the ranges of strides and of steps a minute."""

import math

import numpy as np
import pytest
from made_run import records

from stressfx.activity.clean import between_samples
from stressfx.activity.gait import steps_per_minute, strides_factor

NAN = math.nan


@pytest.mark.parametrize(
    ("median", "factor"),
    [(59.9, NAN), (60, 2), (115, 2), (115.1, NAN), (119.9, NAN), (120, 1), (240, 1), (240.1, NAN), (NAN, NAN)],
)
def test_the_ranges_of_the_two_conventions(median: float, factor: float) -> None:
    np.testing.assert_equal(strides_factor(median), factor)


def test_the_convention_is_decided_once_for_the_leg() -> None:
    """A walk at 58 strides among a run at 85 is 116 steps a minute, and no run at 58 steps."""
    rows = records(range(6), speed_mps=3.0, cadence_rpm=[85, 85, 86, 58, 85, 85])
    assert steps_per_minute(rows).tolist() == [170, 170, 172, 116, 170, 170]
    assert steps_per_minute(rows, between_samples(rows)).tolist() == [170, 170, 172, 116, 170, 170]


def test_standing_and_zeros_do_not_decide() -> None:
    rows = records(range(10), speed_mps=[3] * 4 + [0] * 6, cadence_rpm=[170, 170, 0, 172, *[40] * 6])
    assert steps_per_minute(rows)[:4].tolist() == [170, 170, 0, 172]


def test_an_unclear_convention_gives_no_steps() -> None:
    for cadence in (30.0, 117.0, 250.0, NAN, 0.0):
        assert np.isnan(steps_per_minute(records(range(5), speed_mps=3.0, cadence_rpm=cadence))).all()


def test_no_samples_no_steps() -> None:
    assert steps_per_minute(records([])).tolist() == []
    assert np.isnan(steps_per_minute(records([0], cadence_rpm=85.0))).all()
