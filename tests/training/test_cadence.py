"""Cadence at equal speeds against hand cases, loops over runs and speeds, and the properties of the definition."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.errors import SchemaError
from stressfx.training.cadence import CADENCE_CHANGE, CADENCE_CHANGE_SOURCE, cadence_baseline

DAY0 = pd.Timestamp("2026-01-05")
Run = tuple[str, int, dict[int, tuple[float, float]]]
"""Athlete, day after `DAY0`, and at each speed (in steps of 0.05 m/s) the seconds and the steps a minute."""

at_speeds = st.dictionaries(
    st.integers(40, 70), st.tuples(st.integers(1, 900).map(float), st.integers(120, 220).map(float)), max_size=8
)
many_runs = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 70), at_speeds), max_size=15)
NUMBERS = ["cadence_spm", "expected_spm", "change", "matched_share"]


def frames(runs: list[Run], **columns: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lay runs out as sessions and intensities; a run's name tells its place in the list."""
    sessions = pd.DataFrame(
        {
            "athlete_id": pd.Series([athlete for athlete, _, _ in runs], dtype="str"),
            "session_id": pd.Series([f"{place:04}" for place in range(len(runs))], dtype="str"),
            "sport": pd.Series(["running"] * len(runs), dtype="str"),
            "date": (DAY0 + pd.to_timedelta(pd.Series([day for _, day, _ in runs], dtype="int64"), unit="D")).astype(
                "datetime64[us]"
            ),
        }
    ).assign(**columns)
    rows = [
        (f"{place:04}", "speed_mps", (speed + 0.5) * 0.05, seconds + 60, spm * seconds / 60, seconds)
        for place, (_, _, speeds) in enumerate(runs)
        for speed, (seconds, spm) in speeds.items()
    ]
    names = ["session_id", "channel", "value", "timer_s", "steps", "steps_s"]
    intensity = pd.DataFrame(rows, columns=names).astype(
        {"session_id": "str", "channel": "str", **dict.fromkeys(names[2:], "float64")}
    )
    return sessions, intensity.assign(distance_m=1000.0)


def compared(runs: list[Run], **options: float) -> pd.DataFrame:
    """Compare the runs, in the order in which they are given."""
    found = cadence_baseline(*frames(runs), **options)
    return found.sort_values("session_id", ignore_index=True)


def by_loops(runs: list[Run], baseline_days: int, minimum_s: float) -> list[list[float]]:
    """Oracle: the definition, run by run and speed by speed."""
    found = []
    for athlete, day, speeds in runs:
        before = [own for name, at, own in runs if name == athlete and day - baseline_days <= at < day]
        actual = expected = matched = 0.0
        for speed, (seconds, spm) in speeds.items():
            near = [own[other] for own in before for other in own if abs(other - speed) <= 2]
            near_s = sum(near_seconds for near_seconds, _ in near)
            if near_s >= minimum_s:
                rate = sum(near_seconds * near_spm for near_seconds, near_spm in near) / near_s
                actual, expected, matched = actual + seconds * spm, expected + seconds * rate, matched + seconds
        total = sum(seconds for seconds, _ in speeds.values())
        share = matched / total if total else np.nan
        enough = matched > 0 and share >= 0.5
        numbers = (actual / matched, expected / matched, actual / expected - 1) if enough else (np.nan,) * 3
        found.append([*numbers, share])
    return found


def test_a_run_is_compared_with_the_same_speeds() -> None:
    """By hand: 10 min at each of two speeds; before, 160 a minute at the one and 180 at the other."""
    before: Run = ("a", 0, {55: (1200.0, 160.0), 75: (600.0, 180.0)})
    now: Run = ("a", 10, {55: (600.0, 168.0), 75: (600.0, 189.0)})
    found = compared([before, now])
    assert found.columns.tolist() == ["athlete_id", "session_id", "date", *NUMBERS]
    assert found.loc[1, NUMBERS].tolist() == pytest.approx([178.5, 170.0, 0.05, 1.0])
    assert found.loc[0, NUMBERS[:3]].isna().all()
    assert found.loc[0, "matched_share"] == 0


def test_running_faster_is_no_change_of_cadence() -> None:
    """The mean cadence rises by a tenth since the speed does; at equal speeds it is the same."""
    own = {speed: 160.0 + speed - 50 for speed in range(50, 71)}
    easy: Run = ("a", 0, {speed: (400.0, own[speed]) for speed in range(50, 71)})
    fast: Run = ("a", 3, {speed: (300.0, own[speed]) for speed in range(66, 69)})
    change = compared([easy, fast]).loc[1, "change"]
    assert abs(change) < 0.001


def test_neighbouring_speeds_are_a_baseline_and_further_ones_are_none() -> None:
    before: Run = ("a", 0, {60: (600.0, 170.0)})
    for distance, matched in ((0, 1), (2, 1), (-2, 1), (3, 0), (-3, 0)):
        now: Run = ("a", 1, {60 + distance: (600.0, 170.0)})
        assert compared([before, now]).loc[1, "matched_share"] == matched


def test_the_baseline_is_the_four_weeks_before_the_day() -> None:
    now: Run = ("a", 40, {60: (600.0, 180.0)})
    for day, known in ((11, False), (12, True), (39, True), (40, False), (41, False)):
        found = compared([("a", day, {60: (600.0, 170.0)}), now])
        expected = [170 / 180 - 1 if day > 40 else np.nan, 180 / 170 - 1 if known else np.nan]
        np.testing.assert_allclose(found["change"], expected)


def test_little_running_at_a_speed_covers_it_not() -> None:
    now: Run = ("a", 1, {60: (600.0, 170.0)})
    assert np.isnan(compared([("a", 0, {60: (299.0, 170.0)}), now]).loc[1, "change"])
    assert compared([("a", 0, {60: (300.0, 170.0)}), now]).loc[1, "change"] == pytest.approx(0)
    assert np.isnan(compared([("a", 0, {60: (300.0, 170.0)}), now], minimum_s=301).loc[1, "change"])
    two: list[Run] = [("a", -1, {60: (150.0, 170.0)}), ("a", 0, {61: (150.0, 170.0)})]
    assert compared([*two, now]).loc[2, "change"] == pytest.approx(0)


def test_below_half_of_its_time_a_run_is_not_compared() -> None:
    before: Run = ("a", 0, {60: (600.0, 170.0)})
    half: Run = ("a", 1, {60: (600.0, 187.0), 70: (600.0, 200.0)})
    less: Run = ("a", 2, {60: (599.0, 187.0), 75: (601.0, 200.0)})
    found = compared([before, half, less], minimum_s=600)
    assert found.loc[1, NUMBERS].tolist() == pytest.approx([187, 170, 0.1, 0.5])
    assert np.isnan(found.loc[2, NUMBERS[:3]].astype(float)).all()
    assert found.loc[2, "matched_share"] == pytest.approx(599 / 1200)


@settings(max_examples=300)
@given(many_runs, st.integers(1, 40), st.sampled_from([1.0, 300.0, 777.0]))
def test_many_runs_are_the_loops_over_each(runs: list[Run], baseline_days: int, minimum_s: float) -> None:
    found = compared(runs, baseline_days=baseline_days, minimum_s=minimum_s)
    expected = by_loops(runs, baseline_days, minimum_s)
    np.testing.assert_allclose(found[NUMBERS].to_numpy().tolist() or [], expected, rtol=1e-9, atol=1e-9)


@settings(max_examples=100)
@given(many_runs, st.lists(st.tuples(st.sampled_from("abc"), st.integers(71, 99), at_speeds), max_size=5))
def test_a_later_day_changes_no_earlier_value(runs: list[Run], later: list[Run]) -> None:
    with_later = compared([*runs, *later]).iloc[: len(runs)]
    pd.testing.assert_frame_equal(with_later, compared(runs), check_exact=True)


@settings(max_examples=100)
@given(many_runs, st.integers(0, 2**32 - 1))
def test_interleaved_athletes_in_any_order_are_each_alone(runs: list[Run], seed: int) -> None:
    sessions, intensity = frames(runs)
    together = cadence_baseline(sessions.sample(frac=1, random_state=seed), intensity.sample(frac=1, random_state=seed))
    athletes = sorted(set(sessions["athlete_id"]))
    alone = [cadence_baseline(sessions[sessions["athlete_id"] == athlete], intensity) for athlete in athletes]
    if alone:
        pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True), check_exact=True)


def test_other_sports_duplicates_and_runs_without_a_day_are_left_out() -> None:
    runs: list[Run] = [("a", day, {60: (600.0, 160.0 + day)}) for day in range(4)]
    sessions, intensity = frames(runs, counted=[True, False, True, True])
    sessions.loc[0, "sport"] = "walking"
    sessions.loc[2, "date"] = pd.NaT
    found = cadence_baseline(sessions, intensity)
    assert found["session_id"].tolist() == ["0003"]
    assert np.isnan(found.loc[0, "change"])
    assert cadence_baseline(sessions, intensity, sport="walking")["session_id"].tolist() == ["0000"]


def test_speeds_without_steps_and_other_channels_tell_nothing() -> None:
    before: Run = ("a", 0, {60: (600.0, 170.0)})
    sessions, intensity = frames([before, ("a", 1, {60: (600.0, 187.0), 61: (600.0, 180.0), 62: (600.0, 180.0)})])
    intensity.loc[2, "steps"] = np.nan
    intensity.loc[3, "steps"] = 0.0
    other = intensity.assign(channel="heart_rate_bpm", value=150.0)
    slow = intensity.assign(value=0.5)
    wrong = intensity.assign(value=[np.nan, 99.0, np.nan, 99.0])
    found = cadence_baseline(sessions, pd.concat([intensity, other, slow, wrong], ignore_index=True))
    assert found.loc[1, NUMBERS].tolist() == pytest.approx([187, 170, 0.1, 1.0])


def test_a_run_without_any_cadence_has_a_row_and_no_numbers() -> None:
    found = compared([("a", 0, {60: (600.0, 170.0)}), ("a", 1, {})])
    assert found.loc[1, NUMBERS].isna().all()
    assert cadence_baseline(*frames([])).columns.tolist() == ["athlete_id", "session_id", "date", *NUMBERS]
    assert cadence_baseline(*frames([])).empty


def test_the_flag_is_a_change_against_the_runner_herself() -> None:
    """Oracle: the step of the experiment of Heiderscheit et al. 2011, and no cadence for everybody."""
    assert CADENCE_CHANGE == 0.05
    assert "10.1249/MSS.0b013e3181ebedf4" in CADENCE_CHANGE_SOURCE


def test_what_is_missing_or_out_of_range_is_said() -> None:
    sessions, intensity = frames([("a", 0, {60: (600.0, 170.0)})])
    with pytest.raises(SchemaError, match="steps_s"):
        cadence_baseline(sessions, intensity.drop(columns="steps_s"))
    with pytest.raises(ValueError, match="baseline_days is 0"):
        cadence_baseline(sessions, intensity, baseline_days=0)
    with pytest.raises(ValueError, match="minimum_s 0"):
        cadence_baseline(sessions, intensity, minimum_s=0)


def test_five_thousand_sessions_take_no_loop_over_them() -> None:
    """Two tenths of a second where it was measured; a loop of frames, at a millisecond each, is beyond the limit."""
    chance = np.random.default_rng(1)
    count, speeds = 5000, 40
    sessions, _ = frames([(f"a{place % 10}", place // 10, {}) for place in range(count)])
    intensity = pd.DataFrame(
        {
            "session_id": np.repeat(sessions["session_id"].to_numpy(), speeds),
            "channel": "speed_mps",
            "value": np.tile(np.arange(50, 50 + speeds) * 0.05 + 0.025, count),
            "steps": chance.uniform(100, 300, count * speeds),
            "steps_s": 60.0,
        }
    ).astype({"session_id": "str", "channel": "str"})
    started = time.perf_counter()
    found = cadence_baseline(sessions, intensity)
    assert time.perf_counter() - started < 4
    assert found["change"].notna().sum() > 4900


def test_runs_of_one_id_are_refused_be_they_of_different_athletes() -> None:
    """Intensity knows the id alone: both athletes would have the steps of both."""
    sessions, intensity = frames([("a", 0, {60: (900.0, 160.0)}), ("b", 0, {60: (900.0, 180.0)})])
    with pytest.raises(SchemaError, match="Sessions: two have one session_id"):
        cadence_baseline(sessions.assign(session_id=sessions["session_id"].iloc[0]), intensity)
    copy = sessions.assign(session_id=sessions["session_id"].iloc[0], counted=[True, False])
    assert len(cadence_baseline(copy, intensity)) == 1
