"""What must hold whatever the literature says: the invariants of a run, of units and of a log without runs.

Oracle: properties, 1,000 examples each. Those of a single load or metric stand in its own test: impulse and steps in
`tests/activity`, ratios and averages in `tests/training/metrics/test_registry.py`.
"""

import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.activity.clean import between_samples
from stressfx.activity.samples import Samples
from stressfx.activity.terrain.grade import flat_distances
from stressfx.exports.loads import session_loads
from stressfx.exports.log import training_log
from stressfx.schema import SESSIONS
from stressfx.training.changes.table import training_changes
from stressfx.training.daily import daily_load, weekly_totals
from stressfx.training.metrics.definitions import compare_definitions
from stressfx.training.shoes.alerts import shoe_alerts
from stressfx.training.shoes.mileage import assign_shoes, shoe_mileage
from stressfx.training.spikes import session_spikes
from stressfx.training.surfaces.change import surface_change
from stressfx.training.surfaces.sessions import session_surfaces, surface_shares
from stressfx.units import (
    METRES_PER_MILE,
    joules_to_kcal,
    kcal_to_joules,
    metres_to_miles,
    miles_to_metres,
    pace_to_speed,
    speed_to_pace,
)

sys.path.insert(0, str(Path(__file__).parent))
from made_log import frame, session

THOUSAND = settings(max_examples=1000, deadline=None)


def run(seconds: np.ndarray, speed_mps: np.ndarray, altitude_m: np.ndarray | None = None) -> Samples:
    """Make the samples of a run whose device measures speed and counts distance."""
    missing = np.full(len(seconds), np.nan)
    metres = np.append(0.0, np.cumsum(speed_mps[1:] * np.diff(seconds)))
    start = np.datetime64("2026-03-01T08:00:00", "us")
    return Samples(
        time=start + (seconds * 1e6).astype("timedelta64[us]"),
        seconds=seconds.astype(float),
        segment=np.zeros(len(seconds), np.int64),
        latitude_deg=missing,
        longitude_deg=missing,
        altitude_m=missing if altitude_m is None else altitude_m,
        distance_m=metres,
        speed_mps=speed_mps,
        heart_rate_bpm=missing,
        cadence_rpm=missing,
    )


@THOUSAND
@given(st.integers(0, 2**32 - 1), st.integers(2, 118))
def test_distance_time_and_moving_time_are_those_of_both_parts(seed: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    seconds = np.cumsum(rng.integers(1, 9, 120))
    # runs and rests of three samples and more, each over 3 s: shorter stops are none
    speed = np.repeat(rng.choice([0.0, 0.5, 2.0, 3.0, 4.5], 40), 3)
    whole = run(seconds, speed)
    parts = [whole.where(np.arange(120) <= cut), whole.where(np.arange(120) >= cut)]
    one, two = between_samples(whole), [between_samples(part) for part in parts]
    assert sum(part.distance_m.sum() for part in two) == pytest.approx(one.distance_m.sum(), rel=1e-12)
    assert sum(part.duration_s.sum() for part in two) == one.duration_s.sum()
    moved = sum(part.duration_s[part.moving].sum() for part in two)
    # a stop that the cut leaves with less than 3 s on one side is none there
    assert abs(moved - one.duration_s[one.moving].sum()) <= 2 * 2


@THOUSAND
@given(st.floats(1.0, 5.0), st.floats(-0.2, 0.2), st.integers(2, 598))
def test_energy_on_an_even_slope_is_that_of_both_parts(mps: float, grade: float, cut: int) -> None:
    seconds = np.arange(600)
    whole = run(seconds, np.full(600, mps), 500 + grade * mps * seconds)
    parts = [whole.where(seconds <= cut), whole.where(seconds >= cut)]
    # on less than 30 m nobody can tell a slope: there the grade-adjusted distance is missing
    if all(np.ptp(part.distance_m) >= 60 for part in parts):
        flat = sum(flat_distances(part).sum() for part in parts)
        assert flat == pytest.approx(flat_distances(whole).sum(), rel=1e-6)


@THOUSAND
@given(st.integers(0, 2**32 - 1))
def test_every_fifth_second_tells_the_same_sums_to_a_hundredth(seed: int) -> None:
    rng = np.random.default_rng(seed)
    seconds = np.arange(1801)
    speed = 3 + 0.8 * np.sin(seconds / rng.uniform(20, 200) + rng.uniform(0, 6))
    whole = run(seconds, speed)
    fine, coarse = between_samples(whole), between_samples(whole.where(np.arange(0, 1801, 5)))
    assert coarse.duration_s.sum() == fine.duration_s.sum()
    assert coarse.distance_m.sum() == pytest.approx(fine.distance_m.sum(), rel=0.01)
    moving = [part.duration_s[part.moving].sum() for part in (fine, coarse)]
    assert moving[1] == pytest.approx(moving[0], rel=0.01)


@THOUSAND
@given(st.floats(1e-3, 1e7))
def test_miles_paces_and_calories_go_there_and_back(value: float) -> None:
    assert miles_to_metres(metres_to_miles(value)) == pytest.approx(value, rel=1e-12)
    assert kcal_to_joules(joules_to_kcal(value)) == pytest.approx(value, rel=1e-12)
    assert kcal_to_joules(value) == pytest.approx(4184 * value, rel=1e-12)
    for unit in ("km", "mi"):
        assert pace_to_speed(speed_to_pace(value, per=unit), per=unit) == pytest.approx(value, rel=1e-12)
    assert speed_to_pace(value, per="mi") / speed_to_pace(value) == pytest.approx(METRES_PER_MILE / 1000, rel=1e-12)


@pytest.mark.parametrize("days", [0, 1, 60])
def test_a_log_without_runs_gives_zeros_or_nothing_and_never_an_error(days: int) -> None:
    rides = [session(f"r{day}", 1440 * day, 60, sport="cycling", steps=math.nan) for day in range(days)]
    sessions = frame(*rides) if rides else SESSIONS.empty()
    log = assign_shoes(training_log(sessions))
    loads = session_loads(log)
    daily = daily_load(loads)
    assert len(daily) == days
    assert not daily[["distance_m", "timer_s", "steps", "damage"]].to_numpy().any()
    assert not np.nan_to_num(compare_definitions(daily).drop(columns=["athlete_id", "date"]).to_numpy(float)).any()
    surfaces = session_surfaces(loads)
    wear = shoe_mileage(loads)
    empty = (
        session_spikes(loads),
        surfaces,
        surface_shares(surfaces),
        wear,
        shoe_alerts(wear),
        training_changes(loads),
    )
    assert [len(found) for found in empty] == [0] * len(empty)
    assert not surface_change(surfaces, daily)["flagged"].any()
    assert weekly_totals(daily)["distance_m"].sum() == 0


def test_loads_keep_the_types_of_their_frames_on_an_empty_log() -> None:
    empty = session_loads(training_log(SESSIONS.empty()))
    full = session_loads(training_log(frame(session("s", 0, 60))))
    pd.testing.assert_series_equal(empty.dtypes, full.dtypes)
