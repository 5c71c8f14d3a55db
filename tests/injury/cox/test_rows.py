"""What a regression refuses, and what it leaves out; by hand."""

import numpy as np
import pandas as pd
import pytest
from made_risk import intervals_of

from stressfx.errors import InsufficientDataError, SchemaError
from stressfx.injury.cox.rows import usable_rows


def two_athletes() -> pd.DataFrame:
    return intervals_of(
        athlete_id=["a", "a", "b", "b"],
        start=[0, 5, 0, 5],
        stop=[5, 9, 5, 9],
        event=[0, 1, 1, 0],
        load=[1.0, 2.0, 3.0, 4.0],
        team=["x", "x", "y", "y"],
        episode=[1, 1, 1, 2],
    )


def test_a_row_with_anything_missing_is_left_out_and_counted() -> None:
    rows = two_athletes().astype({"load": "Float64"})
    rows.loc[0, "load"] = pd.NA
    rows.loc[1, "team"] = None
    found = usable_rows(rows, ["load"], strata=["team"])
    assert found.covariates.ravel().tolist() == [3.0, 4.0]
    assert found.warnings == (
        "2 of 4 intervals at risk are left out, because a covariate or group is missing; 1 injuries lie in them.",
    )


def test_without_an_injury_there_is_no_regression() -> None:
    with pytest.raises(InsufficientDataError, match="0 injuries in the 4 usable of 4 intervals at risk, for 1 cov"):
        usable_rows(two_athletes().assign(event=0), ["load"])
    missing = two_athletes()
    missing.loc[[1, 2], "load"] = np.nan
    with pytest.raises(InsufficientDataError, match="2 injuries lie in intervals of which"):
        usable_rows(missing, ["load"])
    with pytest.raises(InsufficientDataError, match="0 injuries in the 0 usable of 0"):
        usable_rows(two_athletes().iloc[:0], ["load"])


@pytest.mark.parametrize("column", ["athlete_id", "club"])
def test_a_row_of_nobody_or_of_no_cluster_is_left_out(column: str) -> None:
    rows = two_athletes().assign(club=["x", "x", "y", "y"])
    rows.loc[3, column] = None
    assert usable_rows(rows, ["load"], cluster="club").covariates.ravel().tolist() == [1.0, 2.0, 3.0]


def test_fewer_injuries_than_covariates_are_refused() -> None:
    rows = two_athletes().assign(age=[1, 2, 3, 4], pace=[4, 1, 3, 2])
    assert usable_rows(rows, ["load", "age"]).event.sum() == 2
    with pytest.raises(InsufficientDataError, match="2 injuries in the 4 usable of 4 intervals at risk, for 3"):
        usable_rows(rows, ["load", "age", "pace"])


def test_time_that_counts_twice_is_refused_but_not_in_another_stratum() -> None:
    rows = two_athletes().assign(start=[0.0, 4.0, 0.0, 3.0])
    with pytest.raises(SchemaError, match="2 of 4 rows overlap"):
        usable_rows(rows, ["load"])
    assert len(usable_rows(rows, ["load"], strata=["event"]).start) == 4


@pytest.mark.parametrize("stop", [0.0, -1.0, np.nan, np.inf])
def test_an_interval_must_end_after_it_starts(stop: float) -> None:
    with pytest.raises(SchemaError, match="1 of 4 rows do not end"):
        usable_rows(two_athletes().assign(stop=[stop, 9.0, 5.0, 9.0]), ["load"])


def test_columns_must_be_there_and_covariates_numbers() -> None:
    with pytest.raises(SchemaError, match="column 'pain', 'club' is missing"):
        usable_rows(two_athletes(), ["load", "pain"], strata=["club"])
    with pytest.raises(SchemaError, match=r"covariate 'team' is no number.*stratum"):
        usable_rows(two_athletes(), ["team"])
    with pytest.raises(SchemaError, match="column 'event' is missing"):
        usable_rows(two_athletes().drop(columns="event"), ["load"])
    with pytest.raises(ValueError, match="name at least one"):
        usable_rows(two_athletes(), [])


def test_the_clock_restarts_with_every_episode_of_every_athlete() -> None:
    found = usable_rows(two_athletes(), ["load"], restart="episode")
    assert found.start.tolist() == [0.0, 5.0, 0.0, 0.0]
    assert found.stop.tolist() == [5.0, 9.0, 5.0, 4.0]


def test_times_that_restart_are_tied_though_their_differences_are_rounded() -> None:
    hours = two_athletes().assign(start=[1 / 24, 25 / 24, 0, 1], stop=[25 / 24, 49 / 24, 1, 2], episode=1)
    found = usable_rows(hours, ["load"], restart="episode")
    assert found.start.tolist() == [0.0, 1.0, 0.0, 1.0]
    assert found.stop.tolist() == [1.0, 2.0, 1.0, 2.0]


def test_rows_of_nobody_are_not_told_to_overlap() -> None:
    rows = pd.concat([two_athletes(), two_athletes().assign(athlete_id=["c", "c", "d", "d"])], ignore_index=True)
    rows.loc[rows["athlete_id"].isin(["c", "d"]), "athlete_id"] = None
    assert len(usable_rows(rows, ["load"]).start) == 4


def test_strata_of_several_columns_are_their_combinations() -> None:
    rows = two_athletes().assign(team=["x", "y", "x", "y"], half=[0, 0, 1, 1])
    assert len(set(usable_rows(rows, ["load"], strata=["team", "half"]).stratum)) == 4
