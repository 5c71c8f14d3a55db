"""Oracles: the arrays behind the cohort, and the library's own shoe mileage, surfaces and damage."""

import numpy as np
import pandas as pd

from stressfx.activity.bone.damage import damage_of
from stressfx.cohort.simulate import simulate_cohort
from stressfx.training.shoes.mileage import assign_shoes, shoe_mileage
from stressfx.training.surfaces.sessions import session_surfaces

COHORT = simulate_cohort(40, 500, seed=6)
RUNS = COHORT.sessions[COHORT.sessions["sport"] == "running"]


def test_there_is_a_session_for_every_run_and_every_ride() -> None:
    days = COHORT.days
    assert len(RUNS) == days["sessions"].sum()
    assert len(COHORT.sessions) - len(RUNS) == (days["other_sport_s"] > 0).sum() > 500
    assert COHORT.sessions["session_id"].is_unique
    assert COHORT.sessions["session_id"].str.startswith(COHORT.sessions["athlete_id"].iloc[0]).sum() > 100
    ordered = COHORT.sessions.sort_values(["athlete_id", "start"])
    assert ordered.index.tolist() == list(range(len(ordered)))
    assert set(RUNS["start"].dt.hour) == {7}  # windows of 30 x 24 h hold 30 days
    assert (COHORT.sessions["start"].dt.tz_localize(None).dt.normalize() == COHORT.sessions["date"]).all()


def test_every_run_is_in_a_pair_of_its_own_athlete_that_is_in_use() -> None:
    worn = assign_shoes(COHORT.sessions, COHORT.shoes)
    runs = worn[worn["sport"] == "running"].merge(COHORT.shoes, on=["athlete_id", "shoe_id"], how="left")
    assert len(runs) == len(RUNS)
    assert set(runs["shoe_source"]) == {"explicit"}
    assert ((runs["start_y"] <= runs["date"]) & ~(runs["retired"] < runs["date"])).all()
    assert (runs.groupby("athlete_id")["shoe_id"].nunique() >= 3).mean() > 0.5
    off_road = runs["default_for"] == "trail"
    assert set(runs.loc[off_road, "sub_sport"]) <= {"trail", "generic"}


def test_pairs_are_replaced_when_they_are_worn() -> None:
    total_m = shoe_mileage(COHORT.sessions, COHORT.shoes).groupby("shoe_id")["total_m"].max()
    retired = COHORT.shoes[COHORT.shoes["retired"].notna()]["shoe_id"]
    assert len(retired) > 20
    assert total_m[retired].between(400_000, 900_000).all()
    assert total_m.max() < 900_000


def test_ground_is_told_by_the_watch_or_by_the_runner() -> None:
    surfaces = session_surfaces(COHORT.sessions)
    assert (surfaces["share"] == 1).all()
    sources = surfaces.groupby("surface")["source"].unique().map(list).to_dict()
    assert sources == {
        **{name: ["label"] for name in ("asphalt", "gravel", "grass")},
        **{name: ["sub_sport"] for name in ("trail", "track", "treadmill")},
    }
    main = surfaces.groupby("athlete_id")["surface"].agg(lambda s: s.value_counts(normalize=True).iloc[0])
    assert 0.5 < main.median() < 0.95
    assert surfaces.groupby("athlete_id")["surface"].nunique().median() >= 3


def test_damage_is_that_of_the_mean_speed() -> None:
    reference = RUNS["damage_reference_mps"].to_numpy()
    expected = damage_of(RUNS["steps"], RUNS["speed_mean_mps"], reference_mps=reference)
    np.testing.assert_allclose(RUNS["damage"], expected, rtol=0.01)


def test_races_and_long_runs_are_marked_and_long() -> None:
    usual = RUNS.groupby("athlete_id")["distance_m"].median()
    for mark in ("competition", "long_run"):
        marked = RUNS[RUNS[mark] == 1]
        assert len(marked) > 100
        assert (marked["distance_m"] / marked["athlete_id"].map(usual)).median() > 1.2
        assert set(marked["date"].dt.day_of_week) == {5, 6}
    races = RUNS[RUNS["competition"] == 1]
    assert set(races["distance_m"]) <= {10_000.0, 15_000.0, 21_097.5}
    assert not ((RUNS["competition"] == 1) & (RUNS["long_run"] == 1)).any()


def test_a_run_without_a_distance_is_still_a_session() -> None:
    cohort = simulate_cohort(20, 200, seed=6, missing_devices=0.3)
    runs = cohort.sessions[cohort.sessions["sport"] == "running"]
    unknown = runs["distance_m"].isna()
    assert 0.2 < unknown.mean() < 0.4
    assert runs.loc[unknown, ["speed_mean_mps", "damage"]].isna().all(axis=None)
    assert runs["timer_s"].notna().all()
    unseen = cohort.days[cohort.days["sessions"].isna()]
    logged = pd.MultiIndex.from_frame(cohort.sessions[["athlete_id", "date"]])
    assert len(unseen) > 100
    assert not pd.MultiIndex.from_frame(unseen[["athlete_id", "date"]]).isin(logged).any()
