"""Oracle: medians by hand, and a loop over every athlete on her own."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.activity.bone.easy_speed import easy_speed
from stressfx.errors import SchemaError

DAY0 = pd.Timestamp("2026-03-01")
Row = tuple[str, int, float]
"""Athlete, day after `DAY0`, and mean speed [m/s] of a run of 8 km."""

rows_of_runs = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 90), st.floats(1.5, 6.0)), min_size=1, max_size=25
)


def sessions(rows: list[Row], **columns: object) -> pd.DataFrame:
    athlete, day, speed = zip(*rows, strict=True) if rows else ((), (), ())
    frame = pd.DataFrame(
        {
            "athlete_id": pd.Series(athlete, dtype="str"),
            "sport": pd.Series(["running"] * len(rows), dtype="str"),
            "date": (DAY0 + pd.to_timedelta(pd.Series(day, dtype="int64"), unit="D")).astype("datetime64[us]"),
            "distance_m": 8000.0,
            "speed_mean_mps": pd.Series(speed, dtype="float64"),
        }
    )
    return frame.assign(**columns)


def test_the_first_thirty_days_tell_and_the_31st_does_not() -> None:
    runs = sessions([("a", 5, 2.9), ("a", 12, 3.1), ("a", 34, 3.3), ("a", 35, 5.0), ("a", 36, 5.0), ("a", 37, 5.0)])
    assert easy_speed(runs).to_dict() == {"a": 3.1}
    assert easy_speed(runs, days=31).to_dict() == {"a": 3.2}


@settings(max_examples=100)
@given(rows_of_runs, st.randoms(use_true_random=False))
def test_athletes_interleaved_in_any_order_are_each_alone(rows: list[Row], random: "np.random.Generator") -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    found = easy_speed(sessions(shuffled))
    assert found.index.tolist() == sorted({athlete for athlete, _, _ in rows})
    for athlete in found.index:
        own = [(day, speed) for name, day, speed in rows if name == athlete]
        first = min(day for day, _ in own)
        assert found[athlete] == pytest.approx(np.median([speed for day, speed in own if day < first + 30]))


@settings(max_examples=100)
@given(rows_of_runs, st.floats(1.5, 6.0))
def test_no_later_day_changes_the_reference(rows: list[Row], speed_mps: float) -> None:
    runs = [("a", day, speed) for _, day, speed in rows]
    first = min(day for _, day, _ in runs)
    later = [*runs, ("a", first + 30, speed_mps), ("a", first + 400, speed_mps)]
    assert easy_speed(sessions(later))["a"] == easy_speed(sessions(runs))["a"]


def test_other_sports_duplicates_short_runs_and_impossible_speeds_do_not_tell() -> None:
    runs = sessions([("a", day, 2.0 + day) for day in range(6)], counted=[True, True, False, True, True, True])
    runs["sport"] = pd.Series(["walking", *["running"] * 5], dtype="str")
    runs.loc[1, "distance_m"] = 499.0
    runs.loc[3, "speed_mean_mps"] = 11.2
    runs.loc[4, "date"] = pd.NaT
    runs.loc[5, "distance_m"] = np.nan
    assert easy_speed(runs).to_dict() == {"a": 7.0}


def test_an_athlete_without_a_run_has_no_speed() -> None:
    runs = sessions([("b", 0, 3.0), ("a", 0, 0.0), ("c", 0, np.nan)])
    found = easy_speed(runs)
    assert found.index.tolist() == ["a", "b", "c"]
    np.testing.assert_array_equal(found, [np.nan, 3.0, np.nan])
    assert easy_speed(sessions([])).empty


def test_what_is_missing_is_named() -> None:
    with pytest.raises(SchemaError, match="speed_mean_mps"):
        easy_speed(sessions([("a", 0, 3.0)]).drop(columns="speed_mean_mps"))
    with pytest.raises(ValueError, match="days is 0"):
        easy_speed(sessions([("a", 0, 3.0)]), days=0)
