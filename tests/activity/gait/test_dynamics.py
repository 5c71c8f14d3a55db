"""Oracles: means by hand, and what real watches tell of the same runs."""

import math

import numpy as np
import pytest
from made_run import records
from samples import SAMPLES

from stressfx.activity.clean import between_samples
from stressfx.activity.gait.dynamics import VALID, running_dynamics
from stressfx.io.read import read_activity

NAN = math.nan


def test_means_are_over_time() -> None:
    """By hand: 4 s at 0.25 s, 1 s at their middle, 2 s at 0.35 s."""
    rows = records([0, 4, 5, 7], speed_mps=3.0, stance_time_s=[0.25, 0.25, 0.35, 0.35])
    found = running_dynamics(rows, between_samples(rows))
    assert found.stance_time_mean_s == pytest.approx((4 * 0.25 + 0.3 + 2 * 0.35) / 7)


def test_zeros_and_what_no_step_can_be_are_left_out() -> None:
    for name, (low, high) in VALID.items():
        middle = (low + high) / 2
        rows = records(range(6), speed_mps=3.0, **{name: [0.0, middle, low - 1e-6, high + 1e-6, NAN, middle]})
        found = running_dynamics(rows, between_samples(rows))
        assert found[list(VALID).index(name)] == pytest.approx(middle)
        assert np.isnan(np.delete(np.array(found), list(VALID).index(name))).all()


def test_standing_does_not_count() -> None:
    rows = records(range(21), speed_mps=[3.0] * 11 + [0.0] * 10, vertical_oscillation_m=[0.09] * 11 + [0.02] * 10)
    assert running_dynamics(rows, between_samples(rows)).vertical_oscillation_mean_m == pytest.approx(0.09)


def test_long_gaps_are_not_bridged() -> None:
    rows = records([0, 1, 2, 30, 31], speed_mps=3.0, step_length_m=[1.0, 1.0, 1.0, 1.4, 1.4])
    assert running_dynamics(rows, between_samples(rows)).step_length_mean_m == pytest.approx((2 * 1.0 + 1.4) / 3)


def test_columns_alone_suffice_and_what_is_not_recorded_is_missing() -> None:
    rows = records(range(3), speed_mps=3.0)
    columns = {"stance_time_balance": np.array([0.5, 0.52, 0.51])}
    found = running_dynamics(columns, between_samples(rows))
    assert found.stance_time_balance_mean == pytest.approx(0.5125)
    assert np.isnan(found.vertical_ratio_mean)
    nobody = records([])
    assert np.isnan(running_dynamics(nobody, between_samples(nobody))).all()


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the device samples are absent")
def test_a_real_watch_agrees_with_itself() -> None:
    """Oracle: the watch's ratio is its oscillation over its step length, and its step its speed over its cadence."""
    rows = read_activity(SAMPLES / "fit" / "muktihari__triathlon_summary_first.fit").records
    run = rows[rows["leg"] == rows.loc[rows["step_length_m"].notna(), "leg"].iloc[0]]
    found = running_dynamics(run, between_samples(run))
    assert found.vertical_oscillation_mean_m / found.step_length_mean_m == pytest.approx(
        found.vertical_ratio_mean, rel=0.02
    )
    assert 0.24 < found.stance_time_mean_s < 0.31
    assert np.isnan(found.stance_time_balance_mean)
