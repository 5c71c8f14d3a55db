"""Oracle: hills of a known slope, whose grade and cost are known; a loop that fits lines with numpy's own."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import records, steady
from samples import sample_files

from stressfx.activity.clean import between_samples
from stressfx.activity.leg import legs_of
from stressfx.activity.terrain.grade import flat_distances, grade_adjusted_distance, leg_grade, smoothed_grade
from stressfx.activity.terrain.slope_cost import grade_factor, running_cost
from stressfx.io.read import read_activity

NAN = math.nan
WAY = np.arange(0, 2001, 3.0)


def hill(way: np.ndarray, grade: float) -> np.ndarray:
    return 200 + grade * way


def run(altitude_m: np.ndarray, *, mps: float = 3.0, **channels: list[float]) -> pd.DataFrame:
    """Make an even run over altitudes, one sample a second."""
    after = np.arange(len(altitude_m))
    return records(
        after.tolist(), distance_m=(mps * after).tolist(), altitude_m=altitude_m.tolist(), speed_mps=mps, **channels
    )


@pytest.mark.parametrize("grade", [-0.3, -0.05, 0.0, 0.1, 0.45])
def test_an_even_slope_has_its_grade_everywhere(grade: float) -> None:
    assert smoothed_grade(WAY, hill(WAY, grade)) == pytest.approx(np.full(len(WAY), grade), abs=1e-12)
    assert smoothed_grade(WAY, hill(WAY, grade), window_m=50) == pytest.approx(np.full(len(WAY), grade), abs=1e-12)


def test_a_grade_is_the_slope_of_a_line_through_100_metres() -> None:
    way = np.arange(0, 601, 10.0)
    altitude = 50 + 8 * np.sin(way / 60) + np.random.default_rng(3).normal(0, 1, len(way))
    expected = [np.polyfit(way[i - 5 : i + 6], altitude[i - 5 : i + 6], 1)[0] for i in range(5, len(way) - 5)]
    grade = smoothed_grade(way, altitude)
    assert grade[5:-5] == pytest.approx(expected, rel=1e-9)
    assert (grade[:5] == grade[5]).all()
    assert (grade[-5:] == grade[-6]).all()


def test_standing_and_the_number_of_samples_weigh_nothing() -> None:
    """Each metre, every third, and with a long stand on the way: the grades are the same."""
    fine = np.arange(0, 1001, 1.0)
    altitude = 10 * np.sin(fine / 150)
    expected = smoothed_grade(fine, altitude)[::10]
    assert smoothed_grade(fine[::10], altitude[::10]) == pytest.approx(expected, abs=1e-12)
    stand = np.sort(np.append(fine, np.full(500, 400.0)))
    assert smoothed_grade(stand, 10 * np.sin(stand / 150))[900:] == pytest.approx(
        smoothed_grade(fine, altitude)[400:], abs=1e-12
    )


def test_noise_of_the_altitude_is_smoothed() -> None:
    noisy = hill(WAY, 0.03) + np.random.default_rng(1).normal(0, 1, len(WAY))
    assert np.std(np.diff(noisy) / 3) > 0.4
    assert smoothed_grade(WAY, noisy) == pytest.approx(np.full(len(WAY), 0.03), abs=0.04)


def test_a_steeper_grade_than_was_measured_is_clamped() -> None:
    assert set(smoothed_grade(WAY, hill(WAY, 0.8))) == {0.45}
    assert set(smoothed_grade(WAY, 2000 + hill(WAY, -0.8))) == {-0.45}


def test_before_the_first_and_after_the_last_altitude_nothing_is_known() -> None:
    altitude = np.where((WAY >= 90) & (WAY <= 1500), hill(WAY, 0.1), NAN)
    altitude[200:230] = NAN  # a gap on the way is known from both of its ends
    grade = smoothed_grade(WAY, altitude)
    assert np.isnan(grade).tolist() == ((WAY < 90) | (WAY > 1500)).tolist()
    assert np.nanmax(np.abs(grade - 0.1)) < 1e-12


def test_too_little_has_no_grade() -> None:
    for way, altitude in (([], []), ([0], [5]), ([0, 29], [5, 6]), (WAY, np.full(len(WAY), NAN)), ([7, 7], [1, 9])):
        assert np.isnan(smoothed_grade(way, altitude)).all()
    assert smoothed_grade([0, 30], [5, 8]) == pytest.approx([0.1, 0.1])
    assert np.isnan(smoothed_grade(WAY, np.full(len(WAY), 1e300))).all()
    for way in ([0, 5, 4], [0, NAN, 5], [0, math.inf]):
        with pytest.raises(ValueError, match="it may not fall"):
            smoothed_grade(way, [0] * len(way))


@pytest.mark.parametrize("grade", [-0.1, 0.0, 0.05])
def test_an_even_hill_is_its_distance_times_the_factor(grade: float) -> None:
    rows = run(hill(WAY, grade))
    for model in ("minetti", "strava_fit"):
        expected = 2001 * float(grade_factor(grade, model=model)) - 3 * float(grade_factor(grade, model=model))
        assert grade_adjusted_distance(rows, model=model) == pytest.approx(expected, rel=1e-9)
    np.testing.assert_allclose(leg_grade(rows), grade, atol=1e-12)
    assert flat_distances(rows) == pytest.approx(np.full(len(rows) - 1, 3 * float(grade_factor(grade))), rel=1e-9)


def test_up_and_down_costs_more_than_the_flat() -> None:
    """By hand: 1,500 m up and 1,500 m down 10 % are 1500 (1.6578 + 0.5977) m, but for the 100 m around the top."""
    way = np.arange(0, 3001, 3.0)
    rows = run(200 + 0.1 * np.minimum(way, 3000 - way))
    assert grade_adjusted_distance(rows) == pytest.approx(1500 * (1.6578 + 0.5977), rel=0.01)


def test_without_altitude_or_distance_there_is_no_adjusted_distance() -> None:
    flat = hill(WAY, 0.0)
    for rows in (
        run(flat).assign(altitude_m=NAN),
        run(flat).assign(distance_m=NAN),
        run(flat).assign(distance_m=0.0),
        run(flat).assign(altitude_m=1e300),
        records([]),
        records([0], distance_m=0.0, altitude_m=5.0),
    ):
        assert math.isnan(grade_adjusted_distance(rows))
        assert np.isnan(flat_distances(rows)).all()
        assert len(flat_distances(rows)) == max(len(rows) - 1, 0)
        assert np.isnan(leg_grade(rows)).all()


def test_four_fifths_of_the_distance_need_altitudes_and_the_rest_counts_as_level() -> None:
    way = np.arange(0, 1001, 2.0)
    rows = run(np.where(way >= 200, hill(way, 0.1), NAN), mps=2.0)
    assert grade_adjusted_distance(rows) == pytest.approx(200 + 800 * 1.6578, rel=1e-4)
    rows = run(np.where(way >= 202, hill(way, 0.1), NAN), mps=2.0)
    assert math.isnan(grade_adjusted_distance(rows))


def test_altitudes_too_far_apart_tell_no_grade() -> None:
    way = np.arange(0, 3001, 1.0)
    for apart, known in ((200, True), (250, False)):
        rows = run(np.where(way % apart == 0, hill(way, 0.1), NAN), mps=1.0)
        assert math.isnan(grade_adjusted_distance(rows)) != known


@pytest.mark.parametrize("lift", [4.0, 300.0])
def test_a_lift_during_a_pause_is_no_hill(lift: float) -> None:
    way = np.arange(0, 1001, 2.0)
    altitude = np.where(way < 500, 100.0, 100.0 + lift)
    segment = (way >= 500).astype(int)
    after = np.arange(len(way)) + 600 * segment
    rows = records(after.tolist(), segment.tolist(), distance_m=way.tolist(), altitude_m=altitude.tolist(), speed_mps=2)
    np.testing.assert_allclose(leg_grade(rows), 0.0, atol=1e-12)
    assert grade_adjusted_distance(rows) == pytest.approx(998)  # the step over the pause is none


def test_a_ride_uphill_is_no_hill() -> None:
    """From second 200 to 260 at 20 m/s and 1 m/s up, faster than anyone runs: neither its way nor its climb counts."""
    after = np.arange(0, 461)
    riding = (after > 200) & (after <= 260)
    way, up = np.cumsum(np.where(riding, 20.0, 2.0)) - 2.0, np.cumsum(riding)
    rows = records(after.tolist(), distance_m=way.tolist(), altitude_m=(100.0 + up).tolist())
    np.testing.assert_allclose(leg_grade(rows), 0.0, atol=1e-12)
    assert grade_adjusted_distance(rows) == pytest.approx(800)


def test_an_altitude_that_jumps_is_no_hill() -> None:
    """A new fix 80 m lower, and an altitude that jumps out and back; 7 m over 3 m of way are a hill yet."""
    altitude = hill(WAY, 0.02)
    for jumped in (
        np.where(WAY < 60, altitude + 80, altitude),
        np.where(WAY == 300, altitude - 40, altitude),
    ):
        np.testing.assert_allclose(leg_grade(run(jumped)), 0.02, atol=2e-3)
    assert np.nanmax(leg_grade(run(np.where(WAY < 600, altitude, altitude + 7)))) > 0.08


def test_altitudes_are_worked_out_within_bounds_whatever_a_device_tells() -> None:
    for distance in (1e9, 1e300):
        rows = records([0, 1, 2], distance_m=[0, distance, distance], altitude_m=[1, 2, 3])
        between = between_samples(rows, fastest_mps=math.inf)
        assert np.isnan(flat_distances(rows, between)).all()
    assert smoothed_grade([0, 1e12], [0, 1000]) == pytest.approx([1e-9, 1e-9])


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(2, 8))
def test_the_adjusted_distance_hardly_depends_on_the_sampling(seed: int, every: int) -> None:
    rng = np.random.default_rng(seed)
    after = np.arange(0, 2401)
    altitude = 300 + sum(
        rng.uniform(2, 15) * np.sin(3 * after / rng.uniform(150, 600) + rng.uniform(0, 6)) for _ in "ab"
    )
    rows = run(altitude)
    some = rows.iloc[::every].reset_index(drop=True)
    span = rows.iloc[: some.shape[0] * every - every + 1].reset_index(drop=True)
    assert grade_adjusted_distance(some) == pytest.approx(grade_adjusted_distance(span), rel=0.01)


@settings(max_examples=100)
@given(st.lists(st.floats(-500, 8000), min_size=20, max_size=200))
def test_the_adjusted_distance_lies_between_the_cheapest_and_the_dearest(altitudes: list[float]) -> None:
    rows = run(np.array(altitudes))
    least, most = (float(running_cost(grade)) / 3.6 for grade in (-0.18135, 0.45))
    way = 3.0 * (len(altitudes) - 1)
    assert least * way * (1 - 1e-9) <= grade_adjusted_distance(rows) <= most * way * (1 + 1e-9)


@pytest.mark.skipif(not sample_files("fit"), reason="the device samples are absent")
def test_real_runs_are_adjusted_by_a_few_per_cent() -> None:
    """Runs of real devices with altitudes: none costs less than half or more than twice its distance."""
    adjusted = 0
    for path in (*sample_files("fit"), *sample_files("tcx")):
        if not path.name.startswith(("runpandas__", "fitparse__activity-small", "activityio__c2", "jkfitparser__g")):
            continue
        for leg in legs_of(read_activity(path)):
            flat = grade_adjusted_distance(leg.samples, leg.intervals)
            if not math.isnan(flat):
                adjusted += 1
                assert 0.95 <= flat / leg.intervals.distance_m.sum() <= 1.2
    assert adjusted >= 8


def test_a_treadmill_without_altitude_is_not_adjusted() -> None:
    assert math.isnan(grade_adjusted_distance(steady(600)))


def test_each_distance_needs_an_altitude() -> None:
    with pytest.raises(ValueError, match="at each sample"):
        smoothed_grade([0.0, 100.0, 200.0], [5.0])
