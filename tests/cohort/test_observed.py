"""Oracles: the same cohort seen without a fault, since neither training nor onsets depend on who looks."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from stressfx.cohort.simulate import Cohort, simulate_cohort

DATES = ("first_pain", "stopped_running", "diagnosed", "returned")


def seen(**how: Any) -> Cohort:
    return simulate_cohort(300, 365, seed=9, injuries_per_athlete_year=1.5, **how)


FAULTLESS = seen()


@pytest.mark.parametrize("how", [{"dropout": 0.3}, {"missing_devices": 0.3}, {"heaping": 0.3}])
def test_the_truth_does_not_depend_on_what_is_seen(how: dict[str, float]) -> None:
    assert_frame_equal(seen(**how).onsets.drop(columns="injury"), FAULTLESS.onsets.drop(columns="injury"))


def test_without_a_fault_everything_is_seen() -> None:
    assert FAULTLESS.days["sessions"].notna().all()
    assert FAULTLESS.days["distance_m"].notna().all()
    assert (FAULTLESS.onsets["injury"] >= 0).all()
    assert_series_equal(FAULTLESS.onsets["pain"], FAULTLESS.injuries["first_pain"], check_names=False)
    assert FAULTLESS.truth["last_day"].isna().all()


def test_a_share_of_the_injured_stops_logging_and_a_share_of_all() -> None:
    cohort = seen(dropout=0.25)
    last = cohort.days.groupby("athlete_id")["date"].max()
    left = cohort.truth.set_index("athlete_id")["last_day"].dropna()
    assert left.equals(last[left.index].rename("last_day"))
    assert (last.drop(left.index) == pd.Timestamp("2024-12-30")).all()
    # who quits at an injury stops logging on the first day without running
    bone = cohort.injuries.merge(left, left_on="athlete_id", right_index=True)
    quitting = bone["stopped_running"] == bone["last_day"]
    could = FAULTLESS.injuries["stopped_running"].notna().sum()
    assert 0.13 * could < quitting.sum() < 0.27 * could  # of those who had not left before
    assert bone.loc[quitting, "returned"].isna().all()
    at_random = left.index.difference(bone.loc[quitting, "athlete_id"])
    assert 0.12 * 300 < len(at_random) < 0.27 * 300
    # nothing is told of what comes after
    ends = cohort.injuries["athlete_id"].map(last)
    for name in DATES:
        assert not (cohort.injuries[name] > ends).any()
    assert (cohort.onsets["injury"] == -1).sum() > 10


def test_devices_miss_a_share_of_the_runs_and_of_the_days() -> None:
    days = seen(missing_devices=0.2).days
    assert days["sessions"].isna().mean() == pytest.approx(0.2, abs=0.03)
    runs = days[days["sessions"] > 0]
    assert runs["distance_m"].isna().mean() == pytest.approx(0.2, abs=0.02)
    unseen = days["sessions"].isna()
    loads = [name for name in days.columns if name not in {"athlete_id", "date", "sessions", "damage_exponent"}]
    assert days.loc[unseen, loads].isna().all(axis=None)
    # the days come in stretches, and what is known is what happened
    begins = unseen & ~unseen.groupby(days["athlete_id"]).shift(1, fill_value=False)
    assert unseen.sum() / begins.sum() == pytest.approx(8, abs=2)
    known = days["distance_m"].notna()
    assert_series_equal(days.loc[known, "distance_m"], FAULTLESS.days.loc[known, "distance_m"])


def test_all_dates_are_round_where_the_order_allows_it() -> None:
    told, true = seen(heaping=1.0).injuries, FAULTLESS.injuries
    for name, least in (("first_pain", 0.75), ("diagnosed", 0.75)):
        date, moved = told[name].dropna(), (told[name] - true[name]).dt.days.dropna()
        round_ = (date.dt.day_of_week == 0) | date.dt.day.isin([1, 15])
        assert least < round_.mean()
        assert (moved[~round_] == 0).all()
        assert moved.abs().max() == 3
        assert (moved != 0).mean() > 0.4
    for earlier, later in (
        ("first_pain", "stopped_running"),
        ("stopped_running", "diagnosed"),
        ("diagnosed", "returned"),
    ):
        assert not (told[earlier] > told[later]).any()
    for name in ("stopped_running", "returned"):
        assert_series_equal(told[name], true[name])
    some = seen(heaping=0.3).injuries
    assert (some["first_pain"] != true["first_pain"]).mean() == pytest.approx(
        0.3 * (told["first_pain"] != true["first_pain"]).mean(), abs=0.06
    )


def test_diagnoses_come_so_long_after_the_stop_as_asked() -> None:
    injuries = seen(diagnosis_delay_days=10.0, recovery_days=100.0).injuries.dropna()
    waited = (injuries["diagnosed"] - injuries["stopped_running"]).dt.days
    away = (injuries["returned"] - injuries["stopped_running"]).dt.days
    assert waited.mean() == pytest.approx(10.0, abs=1.5)
    assert away.mean() == pytest.approx(100.0, abs=6.0)
    assert np.corrcoef(waited, away)[0, 1] < 0.25
