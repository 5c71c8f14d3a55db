"""Oracle: arithmetic by hand on a few samples."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import records, steady

from stressfx.activity.clean import between_samples, stretch_s, valid_heart_rate
from stressfx.activity.gait.steps import steps_per_minute

R_M = 6_371_008.8
NAN = math.nan
STEADY = {every: steady(600, every=every) for every in (1, 3)}


def test_distance_along_a_meridian_is_radius_times_angle() -> None:
    rows = records([0, 60, 120], latitude_deg=[50.0, 50.001, 50.003], longitude_deg=10.0)
    expected = [R_M * math.radians(0.001), R_M * math.radians(0.002)]
    assert between_samples(rows).distance_m == pytest.approx(expected, rel=1e-9)
    assert expected[0] == pytest.approx(111.195, abs=0.001)


def test_distance_along_the_equator_over_the_date_line() -> None:
    rows = records([0, 60], latitude_deg=0.0, longitude_deg=[179.9995, -179.9995])
    assert between_samples(rows).distance_m == pytest.approx([R_M * math.radians(0.001)], rel=1e-6)


def test_distance_is_by_the_device_where_it_counted() -> None:
    rows = records([0, 1, 2], distance_m=[100, 103, 105], latitude_deg=[50, 51, 52], longitude_deg=10.0)
    assert between_samples(rows).distance_m.tolist() == [3, 2]


def test_a_sample_without_a_distance_or_position_loses_none() -> None:
    """By hand: 6 m over two steps are 3 m each; nothing is known before the first and after the last."""
    rows = records(range(6), distance_m=[NAN, 0, NAN, 6, 8, NAN])
    assert between_samples(rows).distance_m.tolist() == [0, 3, 3, 2, 0]
    rows = records([0, 60, 120], latitude_deg=[50.0, NAN, 50.002], longitude_deg=[10.0, NAN, 10.0])
    assert between_samples(rows).distance_m == pytest.approx([R_M * math.radians(0.001)] * 2, rel=1e-9)


def test_a_pause_is_never_bridged() -> None:
    rows = records([0, 1, 601, 602], [0, 0, 1, 1], distance_m=[0, 3, 903, 906], heart_rate_bpm=[150, 150, 90, 90])
    intervals = between_samples(rows)
    assert intervals.duration_s.tolist() == [1, 0, 1]
    assert intervals.distance_m.tolist() == [3, 0, 3]
    assert intervals.measured.tolist() == intervals.moving.tolist() == [True, False, True]
    unknown = between_samples(records([0, 1, 601, 602], [0, 0, 1, 1], distance_m=[0, 3, NAN, 9]))
    assert unknown.distance_m.tolist() == [3, 0, 0]


def test_a_gap_of_smart_recording_keeps_distance_and_time_but_no_heart_rate_when_long() -> None:
    rows = records(
        [0, 10, 21, 22], distance_m=[0, 30, 63, 66], heart_rate_bpm=[140, 160, 200, 200], speed_mps=[3, 3, 0, 3]
    )
    intervals = between_samples(rows)
    assert intervals.duration_s.tolist() == [10, 11, 1]
    assert intervals.distance_m.tolist() == [30, 33, 3]
    assert intervals.measured.tolist() == [True, False, True]
    assert intervals.moving.tolist() == [True, True, True]  # over a long gap the distance tells, not the last speed
    # By hand: (10 s x 150 + 1 s x 200) / 11 s.
    assert intervals.weighted_mean(valid_heart_rate(rows)) == pytest.approx((1700 / 11, 11.0))


def test_moving_begins_at_a_speed_of_30_minutes_a_mile() -> None:
    rows = records([0, 5, 10, 15], speed_mps=[0, 0.893, 0.894, 0.5])
    assert between_samples(rows).moving.tolist() == [False, True, False]


def test_a_stop_of_less_than_3_seconds_is_none() -> None:
    rows = records(range(11), speed_mps=[3, 3, 3, 0, 0, 3, 3, 0, 0, 0, 3])
    assert between_samples(rows).moving.tolist() == [True] * 6 + [False] * 3 + [True]


def test_what_is_faster_than_anyone_is_left_out() -> None:
    rows = records(range(5), distance_m=[0, 3, 1003, 1006, 1006 + 12.5])
    assert between_samples(rows).distance_m.tolist() == [3, 0, 3, 12.5]
    assert between_samples(rows, fastest_mps=math.inf).distance_m.tolist() == [3, 1000, 3, 12.5]
    assert between_samples(rows).too_fast.tolist() == [False, True, False, False]


def test_a_jump_within_one_second_is_left_out() -> None:
    """Two samples of one second may lie 12.5 m apart and no more."""
    rows = records([0, 1, 1, 1, 2], distance_m=[0, 3, 15.5, 28.1, 31])
    assert between_samples(rows).distance_m == pytest.approx([3, 12.5, 0, 2.9])
    assert between_samples(rows).too_fast.tolist() == [False, False, True, False]


def test_a_clock_that_stands_tells_no_speed() -> None:
    rows = records([0] * 10, distance_m=range(0, 3000, 300))
    assert between_samples(rows).distance_m.sum() == 2700


def test_times_that_stand_or_run_backwards_last_nothing() -> None:
    rows = records([0, 2, 1, 1, NAN, 3], distance_m=[0, 4, 5, 6, 7, 9])
    assert between_samples(rows).duration_s.tolist() == [2, 0, 0, 0, 0]
    assert between_samples(rows).distance_m.sum() == 9


def test_row_17_a_sample_out_of_order_adds_neither_time_nor_distance() -> None:
    """The sample of second 2 comes after that of second 3: in order they are 12 m in 4 s, and so they must be."""
    rows = records([0, 1, 3, 2, 4], distance_m=[0, 3, 9, 6, 12])
    assert between_samples(rows).duration_s.tolist() == [1, 2, 0, 1]
    assert between_samples(rows).distance_m.sum() == 12
    mixed = steady(20).iloc[[*range(10), 11, 10, *range(12, 21)]].reset_index(drop=True).assign(distance_m=NAN)
    assert between_samples(mixed).duration_s.sum() == 20
    assert between_samples(mixed).distance_m.sum() == pytest.approx(60, rel=1e-6)


def test_row_18_a_second_written_in_parts_is_summed_as_one() -> None:
    """Each second twice: once with position, distance and speed, once with heart rate and cadence."""
    whole = steady(300)
    parts = whole.loc[np.repeat(whole.index, 2)].reset_index(drop=True)
    parts.loc[0::2, ["heart_rate_bpm", "cadence_rpm"]] = NAN
    parts.loc[1::2, ["latitude_deg", "longitude_deg", "distance_m", "speed_mps"]] = NAN
    for without in ([], ["distance_m"]):
        run = parts.assign(**dict.fromkeys(without, NAN))
        assert _sums(run) == pytest.approx(_sums(whole), rel=1e-3)
        assert _sums(run)[:3] == pytest.approx([900, 300, 300], rel=1e-6)


def test_a_clock_set_back_goes_on_counting() -> None:
    """An hour back after 5 s: 9 s were recorded, and the step itself is no time."""
    rows = records([3600, 3602, 3605, 5, 7, 9], distance_m=[0, 6, 15, 18, 24, 30])
    intervals = between_samples(rows)
    assert intervals.duration_s.tolist() == [2, 3, 0, 2, 2]
    assert intervals.distance_m.sum() == 30
    assert between_samples(records([0, 20, 10.1, 20.1])).duration_s.sum() == pytest.approx(20.1)  # 9.9 s: out of order
    assert between_samples(records([0, 20, 9.9, 19.9])).duration_s.sum() == pytest.approx(30)  # 10.1 s: set back


def test_an_hour_without_a_sample_or_movement_is_no_recording() -> None:
    moved = {"distance_m": [0, 3, 3 + 3218, 6 + 3218]}
    still = between_samples(records([0, 1, 3602, 3603], distance_m=[0, 3, 33, 36]))
    assert (still.duration_s.tolist(), still.distance_m.tolist()) == ([1, 0, 1], [3, 0, 3])
    assert still.silent.tolist() == [False, True, False]
    # By hand: 3218 m in 3600 s are 0.8939 m/s, too slow; in 3599 s the gap is no hour, at 0.895 m/s it is a walk.
    assert between_samples(records([0, 1, 3601, 3602], **moved)).duration_s.tolist() == [1, 3600, 1]
    assert between_samples(records([0, 1, 3602, 3603], **moved)).duration_s.tolist() == [1, 0, 1]
    walked = records([0, 1, 3602, 3603], distance_m=[0, 3, 3 + 3223, 6 + 3223])
    assert between_samples(walked).duration_s.tolist() == [1, 3601, 1]
    assert between_samples(walked).distance_m.tolist() == [3, 3223, 3]


def test_heart_rates_that_no_heart_has_are_left_out() -> None:
    rows = records(range(6), heart_rate_bpm=[29.9, 30, 150, 230, 230.1, NAN])
    np.testing.assert_array_equal(valid_heart_rate(rows), [NAN, 30, 150, 230, NAN, NAN])


def test_too_few_samples_have_no_intervals() -> None:
    for count in (0, 1):
        assert between_samples(records(range(count))).duration_s.tolist() == []


@given(st.lists(st.tuples(st.integers(0, 20), st.floats(0, 9), st.sampled_from([0, 0, 0, 1])), min_size=2), st.data())
def test_splitting_a_leg_leaves_distance_and_time_unchanged(
    rows: list[tuple[int, float, int]], data: st.DataObject
) -> None:
    steps, speeds, breaks = (np.array(column) for column in zip(*rows, strict=True))
    frame = records(
        np.cumsum(steps), np.cumsum(breaks).tolist(), distance_m=np.cumsum(speeds * steps), speed_mps=speeds
    )
    place = data.draw(st.integers(0, len(rows) - 1))
    whole = between_samples(frame)
    parts = [between_samples(part) for part in (frame.iloc[: place + 1], frame.iloc[place:])]
    for name in ("duration_s", "distance_m"):
        together = np.concatenate([getattr(part, name) for part in parts])
        np.testing.assert_array_equal(together, getattr(whole, name))
    moving = np.concatenate([part.moving for part in parts])
    # Only a stop that is cut in two can become shorter than 3 s, and so movement.
    differ = float(whole.duration_s[moving != whole.moving].sum())
    assert differ < 2 * 3.0


def test_a_speed_that_is_stuck_at_0_yields_to_the_distance_that_goes_on() -> None:
    """By hand: 3 m in each of the first two seconds is a run; the last two seconds stand still."""
    rows = records(range(5), distance_m=[0, 3, 6, 6, 6], speed_mps=0.0)
    intervals = between_samples(rows)
    assert intervals.speed_mps.tolist() == [3, 3, 0, 0]
    assert intervals.moving.tolist() == [True, True, True, True]  # a stop of 2 s is none


def test_a_stop_stays_a_stop_though_positions_wander() -> None:
    """Only the device's own distance speaks against its speed; positions at rest always drift."""
    rows = records(
        range(0, 50, 10), latitude_deg=[50.0, 50.0001, 50.0, 50.0001, 50.0], longitude_deg=10.0, speed_mps=0.0
    )
    assert not between_samples(rows).moving.any()


@pytest.mark.parametrize("without", [[], ["distance_m"], ["speed_mps"]])
@settings(max_examples=15)
@given(st.integers(1, 599), st.sampled_from([1, 3]))
def test_splitting_a_run_leaves_every_sum_unchanged(without: list[str], place: int, every: int) -> None:
    run = STEADY[every].assign(**dict.fromkeys(without, NAN))
    place = min(place, len(run) - 2)
    halves = [_sums(part.reset_index(drop=True)) for part in (run.iloc[: place + 1], run.iloc[place:])]
    assert np.nansum(halves, axis=0) == pytest.approx(_sums(run), rel=1e-9)
    # By hand: 600 s at 3 m/s and 170 steps a minute.
    assert [_sums(run)[n] for n in (0, 1, 2, 4)] == pytest.approx([1800, 600, 600, 1700], rel=1e-9)


@settings(max_examples=25)
@given(
    st.lists(st.floats(1.0, 6.0), min_size=8, max_size=20),
    st.lists(st.floats(90, 190), min_size=8, max_size=20),
    st.sampled_from([2, 5]),
)
def test_every_fifth_second_tells_the_same_sums(speeds: list[float], rates: list[float], every: int) -> None:
    """Speed and heart rate wander from one minute to the next, as those of runners do; sums change by less than 1 %."""
    after = np.arange(0, 60 * 7 + 1)
    speed = np.interp(after, 60 * np.arange(8), speeds[:8])
    rate = np.interp(after, 60 * np.arange(8), rates[:8])
    metres = np.append(0, np.cumsum((speed[1:] + speed[:-1]) / 2))
    fine = records(after, distance_m=metres, speed_mps=speed, heart_rate_bpm=rate, cadence_rpm=80 + speed)
    coarse = fine.iloc[::every].reset_index(drop=True)
    assert _sums(coarse) == pytest.approx(_sums(fine), rel=0.01)


def _sums(run: pd.DataFrame) -> list[float]:
    """Distance, time, moving time, beats and steps."""
    intervals = between_samples(run)
    duration, moving = intervals.duration_s, intervals.moving
    beats, beating_s = intervals.weighted_mean(valid_heart_rate(run))
    steps, stepping_s = intervals.weighted_mean(steps_per_minute(run, intervals), where=moving)
    sums = (
        intervals.distance_m.sum(),
        duration.sum(),
        duration[moving].sum(),
        beats * beating_s,
        steps * stepping_s / 60,
    )
    return [float(value) for value in sums]


def test_a_stretch_is_as_long_as_its_like_intervals() -> None:
    assert stretch_s(np.array([], bool), np.array([])).tolist() == []
    assert stretch_s(np.array([False]), np.array([4.0])).tolist() == [4]
    assert stretch_s(np.array([True, False, False]), np.array([1.0, 2.0, 3.0])).tolist() == [1, 5, 5]
