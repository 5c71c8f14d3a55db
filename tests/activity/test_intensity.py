"""Oracles: hand arithmetic; the same load summed over the samples themselves; additivity over any cut."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import activity, records, steady

from stressfx.activity.bone.damage import bone_damage, damage_of
from stressfx.activity.effort.impulse import trimp_of
from stressfx.activity.effort.trimp import trimp
from stressfx.activity.intensity import bins_of, intensity, intensity_frame
from stressfx.activity.leg import legs_of
from stressfx.schema import INTENSITY

RUNNER = {"hr_rest_bpm": 50.0, "hr_max_bpm": 190.0, "sex": "female"}


def rows(run: pd.DataFrame, channel: str) -> pd.DataFrame:
    found = INTENSITY.check(intensity(activity(run)))
    return found[found["channel"] == channel].reset_index(drop=True)


def test_time_steps_and_metres_by_hand() -> None:
    """Ten seconds at 3 m/s and 180 steps a minute, then ten at 4 m/s and 190; the heart rate rises from 120 to 121."""
    run = records(
        [0, 10, 20],
        distance_m=[0, 30, 70],
        speed_mps=[np.nan, 3.0, 4.0],
        cadence_rpm=[90, 90, 100],
        heart_rate_bpm=[120, 120, 121],
    )
    speed = rows(run, "speed_mps")
    assert speed["value"].tolist() == pytest.approx([3.0, 4.0])
    assert speed[["timer_s", "steps", "steps_s", "distance_m"]].to_numpy().tolist() == [
        [10, pytest.approx(30), 10, 30],
        [10, pytest.approx(190 / 6), 10, 40],
    ]
    heart = rows(run, "heart_rate_bpm")
    assert heart[["value", "timer_s"]].to_numpy().tolist() == [[120, 10], [120.5, 10]]
    assert heart[["steps", "steps_s", "distance_m"]].isna().all(axis=None)


def test_best_efforts_are_rows_of_their_own() -> None:
    """1,500 m at 3 m/s: 400 m take 133.3 s however often they are looked for, and 1,609 m were never run."""
    efforts = rows(steady(500), "effort_m").set_index("value")["timer_s"]
    assert efforts.index.tolist() == [400, 800, 1000, 1500]
    assert efforts.to_numpy() == pytest.approx(efforts.index.to_numpy() / 3.0)


def test_a_ride_has_heart_rates_only() -> None:
    found = intensity(activity(steady(300), sport="cycling"))
    assert set(found["channel"]) == {"heart_rate_bpm"}


def test_what_was_not_recorded_has_no_rows() -> None:
    assert intensity(activity(records([]))).empty
    assert intensity(activity(records([0.0]))).empty
    bare = intensity(activity(records([0, 1, 2], distance_m=[0, 3, 6])))
    assert set(bare["channel"]) == {"speed_mps"}
    assert bare["steps"].isna().all()
    assert bare["steps_s"].tolist() == [0.0]


beats = st.lists(st.integers(40, 200), min_size=2, max_size=40)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(beats, st.data())
def test_the_impulse_of_the_bins_is_that_of_the_samples(rates: list[int], data: st.DataObject) -> None:
    steps = data.draw(st.lists(st.integers(1, 10), min_size=len(rates) - 1, max_size=len(rates) - 1))
    seconds = np.append(0, np.cumsum(steps)).tolist()
    run = records(seconds, distance_m=(3.0 * np.array(seconds)).tolist(), heart_rate_bpm=rates)
    heart = rows(run, "heart_rate_bpm")
    steady_s = float(heart["timer_s"].sum())
    jumps = np.abs(np.diff(rates)) > 20 * np.array(steps)
    assert steady_s == pytest.approx(float(np.array(steps)[~jumps].sum()))
    if not jumps.any():
        binned = trimp_of(heart["value"], heart["timer_s"], **RUNNER)
        assert binned == pytest.approx(trimp(run, **RUNNER), rel=1e-12)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(2.2, 3.6))
def test_the_damage_of_the_bins_is_that_of_the_samples_to_a_thousandth(seed: int, reference_mps: float) -> None:
    rng = np.random.default_rng(seed)
    speed = np.clip(3.0 + np.cumsum(rng.normal(0, 0.1, 600)), 1.0, 6.0)
    run = records(
        range(600),
        distance_m=np.cumsum(speed).tolist(),
        speed_mps=speed.tolist(),
        cadence_rpm=np.clip(80 + 3 * (speed - 3), 75, 95).tolist(),
    )
    bins = rows(run, "speed_mps")
    binned = damage_of(bins["steps"].fillna(0), bins["value"], exponent=9.0, reference_mps=reference_mps).sum()
    whole = bone_damage(run, reference_mps=reference_mps).iloc[0]
    assert binned == pytest.approx(whole["damage_high"], rel=1e-3)
    assert bins["steps"].sum() == pytest.approx(whole["steps"], rel=1e-9)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(st.integers(1, 239), st.integers(0, 2**32 - 1))
def test_a_session_cut_at_any_sample_has_the_same_bins(cut: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    speed = rng.choice([0.0, 1.5, 3.0, 4.2], 240).tolist()
    run = records(
        range(240), distance_m=np.cumsum(speed).tolist(), speed_mps=speed, cadence_rpm=85.0, heart_rate_bpm=150.0
    )

    def summed(*parts: pd.DataFrame) -> pd.DataFrame:
        gathered = pd.concat([intensity(activity(part)) for part in parts])
        kept = gathered[gathered["channel"].isin(["heart_rate_bpm", "speed_mps"])]
        place = (kept["value"] / 0.05 + 1e-6).astype(int)
        return kept.assign(place=place).groupby(["channel", "place"])[["timer_s", "distance_m"]].sum()

    # Stops of less than 3 s are movement, so that steps are compared where no stop lies at the cut.
    pd.testing.assert_frame_equal(summed(run), summed(run.iloc[: cut + 1], run.iloc[cut:]), check_exact=False)


def test_rows_of_many_sessions_keep_their_order() -> None:
    legs = [leg for run in (steady(60), steady(120)) for leg in legs_of(activity(run))]
    both = intensity_frame([bins_of(legs[0], "b-0"), bins_of(legs[1], "a-0")])
    assert both["session_id"].drop_duplicates().tolist() == ["b-0", "a-0"]
    assert both.groupby("session_id")["timer_s"].max().gt(0).all()
    assert intensity_frame([]).empty
