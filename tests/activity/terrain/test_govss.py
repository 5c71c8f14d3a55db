"""Oracle: published and hand-worked scores to their printed digits; a loop over seconds that keeps its windows."""

import math
from collections import deque

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import records, steady

from stressfx.activity.terrain.govss import (
    govss,
    intensity_factor,
    lactate_normalized_power,
    ngp_like,
    rtss,
    running_power,
    stress_score,
)
from stressfx.activity.terrain.slope_cost import grade_factor

NAN = math.nan
BODY = {"mass_kg": 70.0, "height_m": 1.75}


@pytest.mark.parametrize(
    ("speed", "grade", "watts"),
    [(3.0, 0, 262.553), (3.5, 0, 317.237), (4.0, 0, 373.940), (3.5, 0.05, 409.435), (3.5, -0.05, 244.676)],
)
def test_power_of_an_even_run(speed: float, grade: float, watts: float) -> None:
    assert float(running_power(speed, grade, **BODY)) == pytest.approx(watts, abs=5.1e-4)


def test_govss_of_an_hour_at_3_5_with_a_critical_speed_of_4() -> None:
    normalized, threshold = (float(running_power(speed, **BODY)) for speed in (3.5, 4.0))
    assert stress_score(normalized, 3600, threshold_w=threshold) == pytest.approx(71.97, abs=5e-3)


def test_govss_of_records_adds_what_it_takes_to_get_up_to_speed() -> None:
    """Steady for an hour at 3.5 m/s: the oracle, and the first second from standing, which stays in 30 windows."""
    rows = steady(3600, mps=3.5).assign(altitude_m=100.0)
    even = float(running_power(3.5, **BODY))
    first = 70 * 3.5**2 / 2
    fourth = np.full(3600, even**4)
    fourth[:30] = (even + first / np.arange(1, 31)) ** 4
    normalized = fourth.mean() ** 0.25
    expected = stress_score(normalized, 3600, threshold_w=float(running_power(4.0, **BODY)))
    assert govss(rows, **BODY, critical_speed_mps=4.0) == pytest.approx(expected, rel=1e-6)
    assert 71.97 < expected < 73


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 6), st.floats(-0.3, 0.3)), min_size=1, max_size=300))
def test_normalized_power_is_that_of_a_loop(seconds: list[tuple[float, float]]) -> None:
    speeds: deque[float] = deque(maxlen=120)
    slopes: deque[float] = deque(maxlen=120)
    powers: deque[float] = deque(maxlen=30)
    before, total = 0.0, 0.0
    for speed, slope in seconds:
        speeds.append(speed)
        slopes.append(slope)
        mean = sum(speeds) / len(speeds)
        kinetic = (mean**2 - before**2) / 2 * 70
        powers.append(float(running_power(mean, sum(slopes) / len(slopes), **BODY)) + kinetic)
        before = mean
        total += (sum(powers) / len(powers)) ** 4
    speed, grade = np.array(seconds).T
    expected = (total / len(seconds)) ** 0.25
    assert lactate_normalized_power(speed, grade, **BODY) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_nothing_has_no_power() -> None:
    assert math.isnan(lactate_normalized_power([], [], **BODY))


@pytest.mark.parametrize(
    "rows",
    [
        records([]),
        records([0]),
        steady(600),
        steady(600).assign(altitude_m=50.0, distance_m=NAN, latitude_deg=NAN, speed_mps=NAN),
    ],
    ids=["none", "one", "no altitude", "no distance"],
)
def test_without_grade_or_distance_there_is_no_score(rows: pd.DataFrame) -> None:
    assert math.isnan(govss(rows, **BODY, critical_speed_mps=4.0))
    assert math.isnan(ngp_like(rows))


def test_a_recording_of_weeks_has_no_score() -> None:
    """Three hundred times an hour of standing, between two stretches of running."""
    after = np.cumsum([0] + [1] * 300 + [3600] * 300 + [1] * 300)
    way = np.concatenate([np.arange(301) * 3.0, np.full(300, 900.0), 900 + np.arange(1, 301) * 3.0])
    rows = records(after.tolist(), distance_m=way.tolist(), altitude_m=5.0)
    assert math.isnan(govss(rows, **BODY, critical_speed_mps=4.0))
    assert math.isnan(ngp_like(rows))
    short = rows.iloc[:400].reset_index(drop=True)
    assert govss(short, **BODY, critical_speed_mps=4.0) > 0


def test_a_threshold_has_to_be_a_speed() -> None:
    rows = steady(600).assign(altitude_m=50.0)
    assert math.isnan(govss(rows, **BODY, critical_speed_mps=NAN))
    with pytest.raises(ValueError, match="threshold_w has to be above 0"):
        govss(rows, **BODY, critical_speed_mps=0.0)
    with pytest.raises(ValueError, match="threshold_mps has to be above 0"):
        rtss(600, 3.0, 0.0)


def test_an_even_run_is_its_own_normalized_speed() -> None:
    flat = steady(1200, mps=3.2).assign(altitude_m=50.0)
    assert ngp_like(flat) == pytest.approx(3.2, rel=1e-9)
    uphill = flat.assign(altitude_m=0.04 * flat["distance_m"])
    for model in ("minetti", "strava_fit"):
        assert ngp_like(uphill, model=model) == pytest.approx(3.2 * float(grade_factor(0.04, model=model)), rel=1e-9)


def test_a_change_of_speed_is_harder_than_its_mean() -> None:
    after = np.arange(0, 1201)
    speed = np.where(after // 120 % 2 == 0, 2.5, 4.5)
    way = np.append(0.0, np.cumsum(speed[1:]))
    rows = records(after.tolist(), distance_m=way.tolist(), altitude_m=0.0, speed_mps=speed.tolist())
    assert ngp_like(rows) > 1.03 * way[-1] / 1200


def test_pauses_and_smart_recording_change_little() -> None:
    rows = steady(1200, mps=3.2).assign(altitude_m=lambda run: 5 * np.sin(run["distance_m"] / 200))
    paused = rows.assign(segment=(rows.index >= 600).astype(int))
    paused["time"] += pd.to_timedelta(np.where(paused["segment"] == 1, 900, 0), unit="s").as_unit("us")
    for changed in (paused, rows.iloc[::5].reset_index(drop=True)):
        assert ngp_like(changed) == pytest.approx(ngp_like(rows), rel=0.01)
        assert govss(changed, **BODY, critical_speed_mps=4.0) == pytest.approx(
            govss(rows, **BODY, critical_speed_mps=4.0), rel=0.01
        )


def test_rtss_of_half_an_hour_at_five_minutes_a_kilometre() -> None:
    """Threshold 4:30 min/km, normalized pace 5:00: intensity 0.9, score 40.5."""
    assert intensity_factor(1000 / 300, 1000 / 270) == pytest.approx(0.9)
    assert rtss(1800, 1000 / 300, 1000 / 270) == pytest.approx(40.5)


@pytest.mark.parametrize(("mph", "intensity", "score"), [(10, 0.667, 44.4), (7.5, 0.5, 25.0)])
def test_rtss_of_an_hour_with_a_threshold_of_15_miles_an_hour(mph: float, intensity: float, score: float) -> None:
    mps = 1609.344 / 3600
    assert intensity_factor(mph * mps, 15 * mps) == pytest.approx(intensity, abs=5e-4)
    assert rtss(3600, mph * mps, 15 * mps) == pytest.approx(score, abs=0.05)


def test_power_needs_a_body_and_a_speed() -> None:
    assert np.isnan(running_power([-1.0, np.nan], mass_kg=70, height_m=1.75)).all()
    for body in ({"mass_kg": 0, "height_m": 1.75}, {"mass_kg": 70, "height_m": np.nan}):
        with pytest.raises(ValueError, match="both above 0"):
            running_power(3.0, **body)
