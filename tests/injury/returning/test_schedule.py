"""Which day holds what. Oracle: calendars written by hand; 2 June 2025 is a Monday."""

from itertools import islice

import pandas as pd
import pytest
from made_returns import ATHLETE, NAN, START, day, stages_of

from stressfx.injury.returning.programmes import Pattern
from stressfx.injury.returning.schedule import Setting, dated_runs, planned_days, run_days
from stressfx.schema import PLAN

ALTERNATE = Pattern((0, 2, 4), 7)
STAGE = stages_of(3.0, 3.3, 3.6).stages.assign(run_s=1200.0, walk_s=300.0, what="run", criteria="Go on.")


def setting(
    start: str = START, *, first_run: str = "2025-06-09", pattern: Pattern = ALTERNATE, **more: object
) -> Setting:
    common = {"cadence_spm": (NAN, NAN), "bare": False}
    return Setting(ATHLETE, day(start), day(first_run), pattern, **(common | more))


def days_of(runs: list[tuple[str, int]], last: str, where: Setting) -> pd.DataFrame:
    dated = [(day(date), stage) for date, stage in runs]
    return PLAN.check(planned_days(where, STAGE, dated, last=day(last)))


def shown(days: pd.DataFrame) -> dict[str, list[str]]:
    return days.groupby(days["date"].dt.strftime("%m-%d"))["activity"].agg(list).to_dict()


def test_days_with_runs_come_in_cycles_without_an_end() -> None:
    dates = islice(run_days(ALTERNATE, day(START)), 7)
    assert [f"{date:%m-%d}" for date in dates] == ["06-02", "06-04", "06-06", "06-09", "06-11", "06-13", "06-16"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"weekly": True}, ["02 1", "04 1", "09 2", "11 2", "16 3", "18 3"]),
        ({"weekly": False}, ["02 1", "04 1", "06 2", "09 2", "11 3", "13 3"]),
        ({"weekly": False, "first_stage": 2}, ["02 2", "04 2", "06 3", "09 3"]),
        ({"weekly": False, "first_stage": 2, "not_before": "2025-06-10"}, ["11 2", "13 2", "16 3", "18 3"]),
    ],
)
def test_a_stage_takes_its_sessions_and_if_it_is_weekly_the_rest_of_its_week(
    options: dict[str, object], expected: list[str]
) -> None:
    """Oracle: stages of two sessions."""
    stages = stages_of(3.0, 3.3, 3.6, sessions=2).stages
    if "not_before" in options:
        options = options | {"not_before": day(str(options["not_before"]))}
    found = dated_runs(stages, ALTERNATE, day(START), **options)
    assert [f"{date:%d} {stage}" for date, stage in found] == expected


def test_a_week_of_preparation_comes_before_the_first_run_and_other_training_between_runs() -> None:
    days = days_of([("2025-06-09", 1), ("2025-06-11", 1), ("2025-06-13", 2)], "2025-06-15", setting())
    assert shown(days) == {
        "06-02": ["walk"],
        "06-03": ["cross_training"],
        "06-04": ["walk", "strength"],
        "06-05": ["cross_training"],
        "06-06": ["walk"],
        "06-07": ["strength"],
        "06-08": ["rest"],
        "06-09": ["run"],
        "06-10": ["cross_training"],
        "06-11": ["run"],
        "06-12": ["strength"],
        "06-13": ["run"],
        "06-14": ["cross_training", "strength"],
        "06-15": ["rest"],
    }
    assert days["week"].tolist() == [1] * 8 + [2] * 8
    assert days["stage"].tolist() == [0] * 8 + [1] * 4 + [2] * 4
    assert (days["athlete_id"] == ATHLETE).all()


def test_a_walk_lasts_half_an_hour_and_has_a_distance_and_the_eve_says_when_to_run() -> None:
    """Oracle: 1,800 s at 1.4 m/s are 2,520 m."""
    days = days_of([("2025-06-09", 1)], "2025-06-09", setting())
    walk = days[days["activity"] == "walk"].iloc[0]
    assert (walk["duration_s"], walk["walk_s"], walk["distance_m"], walk["amount"]) == (1800, 1800, 2520, "time")
    assert days.loc[days["criteria"] != "", "date"].dt.day.tolist() == [8, 9]
    assert "half an hour of walking" in days.loc[days["activity"] == "rest", "criteria"].item()
    durations = days.groupby("activity")["duration_s"].first().to_dict()
    assert durations == {"cross_training": 2400, "rest": 0, "run": 1500, "strength": 1500, "walk": 1800}


def test_a_run_has_what_its_stage_says_and_on_its_last_day_what_comes_before_the_next() -> None:
    runs = [("2025-06-09", 1), ("2025-06-11", 1), ("2025-06-13", 2), ("2025-06-16", 1), ("2025-06-18", 1)]
    days = days_of(runs, "2025-06-18", setting(cadence_spm=(168.0, 176.0)))
    ran = days[days["activity"] == "run"].set_index("date")
    assert ran["criteria"].tolist() == ["", "Go on.", "Go on.", "", "Go on."]
    assert ran["distance_m"].tolist() == [3000, 3000, 3300, 3000, 3000]
    assert ran[["duration_s", "run_s", "walk_s"]].drop_duplicates().to_numpy().tolist() == [[1500, 1200, 300]]
    assert (ran["cadence_least_spm"] == 168).all()
    assert (ran["cadence_most_spm"] == 176).all()


@pytest.mark.parametrize("first", ["2025-03-24", "2025-10-20", "2026-03-02", "2025-10-27"])
def test_every_calendar_day_is_there_once_across_a_clock_change(first: str) -> None:
    """Oracle: 21 days in a row, over 30 March, 26 October, 8 March and 2 November, when clocks change."""
    start = day(first)
    runs = [(date, 1) for date in islice(run_days(ALTERNATE, start), 9)]
    days = planned_days(setting(first, first_run=first), STAGE, runs, last=start + pd.Timedelta(days=20))
    dates = days["date"].drop_duplicates()
    assert dates.tolist() == pd.date_range(start, periods=21).tolist()
    assert (days["date"] == days["date"].dt.normalize()).all()
    assert days["week"].drop_duplicates().tolist() == [1, 2, 3]


def test_between_two_runs_more_than_a_week_apart_the_runner_is_back_before_the_first() -> None:
    """Oracle: from 11 to 20 June there are nine days; from 9 to 16 June seven, which are no such gap."""
    days = shown(days_of([("2025-06-09", 1), ("2025-06-11", 1), ("2025-06-20", 1)], "2025-06-20", setting()))
    assert [days[f"06-{date}"] for date in range(13, 20)] == [
        ["walk"],
        ["cross_training"],
        ["walk", "strength"],
        ["cross_training"],
        ["walk"],
        ["strength"],
        ["rest"],
    ]
    near = shown(days_of([("2025-06-09", 1), ("2025-06-16", 1)], "2025-06-16", setting()))
    assert near["06-11"] == near["06-13"] == near["06-15"] == ["rest"]


def test_with_two_days_to_run_there_is_more_between_them() -> None:
    pattern = Pattern((0, 3), 7)
    days = shown(days_of([("2025-06-09", 1), ("2025-06-12", 1)], "2025-06-15", setting(pattern=pattern)))
    assert list(days.values())[7:] == [
        ["run"],
        ["cross_training"],
        ["strength"],
        ["run"],
        ["cross_training", "strength"],
        ["cross_training"],
        ["rest"],
    ]


def test_a_programme_that_says_itself_what_each_day_holds_has_rest_between() -> None:
    """Oracle: walks of 10 and 15 minutes on the first two days."""
    where = setting(first_run="2025-06-04", bare=True, walks_s=(600.0, 900.0))
    days = days_of([("2025-06-04", 1), ("2025-06-06", 1)], "2025-06-07", where)
    assert days["activity"].tolist() == ["walk", "walk", "run", "rest", "run", "rest"]
    assert days["duration_s"].tolist() == [600, 900, 1500, 0, 1500, 0]


def test_walks_of_its_own_come_again_before_a_first_run_that_was_put_off() -> None:
    where = setting(first_run="2025-06-04", bare=True, walks_s=(600.0, 900.0))
    days = days_of([("2025-06-08", 1)], "2025-06-08", where)
    assert days["activity"].tolist() == ["walk", "walk", "rest", "rest", "walk", "walk", "run"]
    assert days["duration_s"].tolist()[4:6] == [600, 900]
