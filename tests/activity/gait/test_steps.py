"""Oracles: arithmetic by hand, a run of stated cadence and length, the sums of its parts, and devices' own totals."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import records, steady
from samples import SAMPLES

from stressfx.activity.clean import between_samples
from stressfx.activity.gait.step_length import step_length_m
from stressfx.activity.gait.steps import (
    gait,
    step_count,
    steps_between,
    steps_per_interval,
    steps_per_minute,
    strides_factor,
)
from stressfx.activity.leg import legs_of
from stressfx.io.read import read_activity

NAN = math.nan


def run_of(speed_mps: list[float], cadence_rpm: list[float], step_s: list[int]) -> pd.DataFrame:
    """Make a run of stretches, each at a speed and a cadence of its own."""
    seconds = np.concatenate([[0], np.cumsum(step_s)])
    metres = np.concatenate([[0], np.cumsum(np.array(speed_mps) * step_s)])
    return records(
        seconds.tolist(),
        distance_m=metres.tolist(),
        speed_mps=[speed_mps[0], *speed_mps],
        cadence_rpm=[cadence_rpm[0], *cadence_rpm],
    )


runs = st.integers(2, 12).flatmap(
    lambda count: st.builds(
        run_of,
        st.lists(st.floats(1.0, 7.0), min_size=count, max_size=count),
        st.lists(st.floats(61.0, 114.0), min_size=count, max_size=count),
        st.lists(st.integers(1, 10), min_size=count, max_size=count),
    )
)


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
    np.testing.assert_array_equal(steps_per_minute(rows)[:4], [170, 170, NAN, 172])


def test_a_cadence_of_0_in_movement_is_not_known_and_does_not_lower_the_mean() -> None:
    cadence = [90.0] * 121 + [0.0] * 61
    rows = records(range(182), speed_mps=3.0, distance_m=(3.0 * np.arange(182)).tolist(), cadence_rpm=cadence)
    found = gait(rows)
    assert (found.cadence_mean_spm, found.step_length_mean_m) == (180, pytest.approx(1.0))
    assert (found.steps, found.steps_assumed) == (pytest.approx(181 * 3), pytest.approx(180))


def test_an_unclear_convention_gives_no_steps() -> None:
    for cadence in (30.0, 117.0, 250.0, NAN, 0.0):
        assert np.isnan(steps_per_minute(records(range(5), speed_mps=3.0, cadence_rpm=cadence))).all()


def test_no_samples_no_steps() -> None:
    assert steps_per_minute(records([])).tolist() == []
    assert np.isnan(steps_per_minute(records([0], cadence_rpm=85.0))).all()


def test_steps_of_a_run_of_stated_cadence_and_length() -> None:
    """Oracle: a FIT cadence of 85 and a fraction of 0.5 over 3,000 s and 8,000 m, worked by hand."""
    rows = records(
        range(3001), distance_m=(np.arange(3001) * 8 / 3).tolist(), speed_mps=8000 / 3000, cadence_rpm=85 + 0.5
    )
    found = gait(rows)
    assert found.cadence_mean_spm == pytest.approx(171, abs=1e-9)
    assert step_count(rows) == pytest.approx(8550, abs=1e-6)
    assert (found.steps, found.cycles_per_leg) == pytest.approx((8550, 4275), abs=1e-6)
    assert round(found.step_length_mean_m, 4) == 0.9357
    assert round(float(step_length_m(8000, 8550)), 4) == 0.9357
    assert (found.source, found.steps_assumed) == ("cadence", 0)


def test_the_caller_can_say_what_a_cadence_counts() -> None:
    rows = records(range(61), speed_mps=3.0, distance_m=(3.0 * np.arange(61)).tolist(), cadence_rpm=117.0)
    assert np.isnan(step_count(rows))
    assert (step_count(rows, cadence="strides"), step_count(rows, cadence="steps")) == (234, 117)
    assert steps_per_minute(rows, cadence="steps").tolist() == [117] * 61
    with pytest.raises(ValueError, match="'auto', 'strides' or 'steps'"):
        step_count(rows, cadence="rpm")  # type: ignore[arg-type]


def test_steps_are_taken_in_movement_only() -> None:
    """By hand: ten seconds at 180 steps a minute, then ten in which the wrist moves and the runner does not."""
    rows = records(range(21), speed_mps=[3.0] * 11 + [0.0] * 10, cadence_rpm=90.0)
    intervals = between_samples(rows)
    assert steps_per_interval(steps_per_minute(rows), intervals).tolist() == [3.0] * 10 + [0.0] * 10
    assert step_count(rows) == 30


def test_what_is_not_known_is_missing_and_who_stood_took_no_steps() -> None:
    moved = records(range(61), speed_mps=3.0, distance_m=(3.0 * np.arange(61)).tolist())
    assert np.isnan(step_count(moved))
    assert np.isnan(step_count(records(range(61), cadence_rpm=85.0))), "no speed tells whether anybody moved"
    assert step_count(records(range(61), speed_mps=0.0, cadence_rpm=85.0)) == 0
    assert np.isnan(step_count(records([])))
    nothing = gait(records([]))
    assert np.isnan([nothing.steps, nothing.cycles_per_leg, nothing.cadence_mean_spm, *nothing.dynamics]).all()
    assert nothing.source == ""


def test_without_any_cadence_the_steps_are_assumed_and_it_is_said() -> None:
    found = gait(records(range(61), speed_mps=3.0, distance_m=(3.0 * np.arange(61)).tolist()))
    assert (found.steps, found.steps_assumed, found.source) == (pytest.approx(165), found.steps, "assumed cadence")
    assert np.isnan([found.cadence_mean_spm, found.step_length_mean_m]).all()


def test_a_sensor_that_drops_out_is_filled_by_the_own_step_length() -> None:
    """By hand: 180 steps a minute at 3 m/s are steps of 1 m; a minute of them without a cadence has 180."""
    cadence = [90.0] * 121 + [NAN] * 61
    rows = records(range(182), speed_mps=3.0, distance_m=(3.0 * np.arange(182)).tolist(), cadence_rpm=cadence)
    found = gait(rows)
    assert found.source == "cadence + step length"
    assert found.steps == pytest.approx(181 * 3)
    assert found.steps_assumed == pytest.approx(60 * 3)
    assert (found.cadence_mean_spm, found.step_length_mean_m) == (180, pytest.approx(1.0))
    assert step_count(rows) == pytest.approx(121 * 3), "counted are those of the cadence alone"


def test_the_steps_of_the_runner_serve_a_leg_without_cadence() -> None:
    rows = records(range(61), speed_mps=3.0, distance_m=(3.0 * np.arange(61)).tolist())
    lengths = np.full(50, NAN)
    lengths[12] = 1.2
    found = gait(rows, lengths=lengths)
    assert (found.steps, found.source) == (pytest.approx(150), "step length")


@pytest.mark.slow
@settings(max_examples=1000)
@given(runs, st.data())
def test_a_run_cut_in_two_has_as_many_steps(rows: pd.DataFrame, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(rows) - 2))
    parts = step_count(rows.iloc[: cut + 1]) + step_count(rows.iloc[cut:])
    assert parts == pytest.approx(step_count(rows), rel=1e-9)
    assert step_count(rows) > 0


def test_every_fifth_sample_has_the_same_steps_to_a_hundredth() -> None:
    whole = steady(1800)
    wave = 85 + 4 * np.sin(np.arange(1801) / 60)
    whole = whole.assign(cadence_rpm=wave)
    assert step_count(whole.iloc[::5]) == pytest.approx(step_count(whole), rel=0.01)
    by_hand = float(((wave[1:] + wave[:-1]) / 60).sum())
    assert step_count(whole) == pytest.approx(by_hand)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the device samples are absent")
@pytest.mark.parametrize(
    "name",
    [
        "jkfitparser__garmin-stamina.fit",
        "muktihari__triathlon_summary_first.fit",
        "fitparse__sample_mulitple_header.fit",
        "runpandas__run.fit",
    ],
)
def test_real_devices_count_about_as_many_steps(name: str) -> None:
    """Oracle: the device's own total of strides, and its own mean step length where it measured one."""
    activity = read_activity(SAMPLES / "fit" / name)
    (run,) = (leg for leg in legs_of(activity) if leg.told["sport"] == "running")
    found = gait(activity.records[activity.records["leg"] == run.told["leg"]])
    assert found.steps == pytest.approx(2 * run.told["cycles"], rel=0.03)
    assert found.steps_assumed < 0.1 * found.steps
    if "step_length_m" in activity.records:
        assert found.step_length_mean_m == pytest.approx(found.dynamics.step_length_mean_m, rel=0.02)


def test_the_three_ways_are_told_apart() -> None:
    """A minute with a cadence, one at its speed without, and one at a speed of which nothing is known."""
    speed = [3.0] * 121 + [5.0] * 60
    metres = np.concatenate([[0], np.cumsum(speed[1:])]).tolist()
    rows = records(range(181), speed_mps=speed, distance_m=metres, cadence_rpm=[90.0] * 61 + [NAN] * 120)
    intervals = between_samples(rows)
    found = steps_between(steps_per_minute(rows, intervals), intervals)
    assert found.source == "cadence + step length + assumed cadence"
    assert found.steps[[0, 100, 150]].tolist() == pytest.approx([3.0, 3.0, 165 / 60])
    assert found.assumed[[0, 100, 150]].tolist() == [False, True, True]
