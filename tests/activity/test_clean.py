"""Oracle: arithmetic by hand on a few samples."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_run import records

from stressfx.activity.clean import between_samples, flag_quality, valid_heart_rate

R_M = 6_371_008.8
NAN = math.nan


def found(*args: object, **channels: object) -> dict[str, int]:
    return {finding.code: finding.count for finding in flag_quality(records(*args, **channels))}  # type: ignore[arg-type]


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


def test_what_is_faster_than_anyone_is_left_out_and_flagged() -> None:
    rows = records(range(5), distance_m=[0, 3, 1003, 1006, 1006 + 12.5])
    assert between_samples(rows).distance_m.tolist() == [3, 0, 3, 12.5]
    assert between_samples(rows, fastest_mps=math.inf).distance_m.tolist() == [3, 1000, 3, 12.5]
    assert found(range(5), distance_m=[0, 3, 1003, 1006, 1018.5]) == {"speed-implausible": 1}


def test_movement_in_a_pause_is_not_flagged() -> None:
    assert found([0, 1, 601, 602], [0, 0, 1, 1], distance_m=[0, 3, 9903, 9906]) == {}


def test_times_that_stand_or_run_backwards_last_nothing() -> None:
    rows = records([0, 2, 1, 1, NAN, 3], distance_m=[0, 4, 5, 6, 7, 9])
    assert between_samples(rows).duration_s.tolist() == [2, 0, 0, 0, 0]
    assert between_samples(rows).distance_m.sum() == 9


def test_heart_rates_that_no_heart_has_are_left_out_and_flagged() -> None:
    rows = records(range(6), heart_rate_bpm=[29.9, 30, 150, 230, 230.1, NAN])
    np.testing.assert_array_equal(valid_heart_rate(rows), [NAN, 30, 150, 230, NAN, NAN])
    assert found(range(6), heart_rate_bpm=[29.9, 30, 150, 230, 255, NAN]) == {"heart-rate-implausible": 2}


def test_a_watch_left_on_is_flagged() -> None:
    distance = [0.0, 4000, *[4000.0] * 20]
    seconds = [0, 1000, *range(1600, 1600 + 20 * 600, 600)]
    assert found(seconds, distance_m=distance) == {"watch-left-on": 1}
    assert found(seconds[:10], distance_m=distance[:10]) == {}


def test_too_few_samples_have_no_intervals() -> None:
    for count in (0, 1):
        assert flag_quality(records(range(count))) == []
    assert between_samples(records([0])).duration_s.tolist() == []


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
