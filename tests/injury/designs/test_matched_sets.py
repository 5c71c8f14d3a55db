"""Matched periods against hand-worked calendars, and a plain walk back through the days of every injury."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_days import frame_of_athletes
from made_sets import injuries_of

from stressfx.errors import DataQualityWarning, SchemaError
from stressfx.exports.tables import read_injuries
from stressfx.injury.designs.drift import drift_of
from stressfx.injury.designs.matched_sets import Choice, matched_periods, periods_of

NAN = float("nan")
DAY_0 = pd.Timestamp("2025-03-01")


def day(number: float | None) -> pd.Timestamp | None:
    return None if number is None else DAY_0 + pd.Timedelta(days=number)


def counted_days(lengths: dict[str, int], **columns: Any) -> pd.DataFrame:
    """Make a table whose column x is the number of the day."""
    loads = {name: np.arange(float(length)) for name, length in lengths.items()}
    return frame_of_athletes(loads, "2025-03-01", "x").assign(**columns)


def days_of(
    table: pd.DataFrame, told: list[tuple[str, Any, Any]], cases: Any = None, **choice: Any
) -> list[list[float]]:
    """List the numbers of the days compared, a list an injury, that of the onset first."""
    injuries = injuries_of([(who, day(pain), day(back)) for who, pain, back in told])
    frame = periods_of(table, injuries, ["x"], Choice(**choice), cases).frame
    assert (frame.groupby("injury")["case"].first() == 1).all()
    assert (frame.groupby("injury")["case"].sum() == 1).all()
    return [group["x"].tolist() for _, group in frame.groupby("injury")]


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ({}, [60, 53, 46, 39, 32]),
        ({"n_controls": 2}, [60, 53, 46]),
        ({"n_controls": None}, [60, 53, 46, 39, 32, 25, 18, 11, 4]),
        ({"window_days": 3}, [60, 53, 46, 39, 32]),
        ({"window_days": 8}, [60, 46, 32, 18, 4]),
        ({"lag_days": 2}, [58, 51, 44, 37, 30]),
        ({"lag_days": 5, "n_controls": None}, [55, 48, 41, 34, 27, 20, 13, 6]),
        ({"controls": "time_stratified"}, [60, 53, 46, 39, 32]),
        ({"controls": "time_stratified_both"}, [60, 53, 46, 39, 32]),
    ],
)
def test_which_days_are_compared_with_the_thirtieth_of_april(choice: dict[str, Any], found: list[float]) -> None:
    """Day 0 is 1 March, so that day 60 is 30 April."""
    assert days_of(counted_days({"ann": 90}), [("ann", 60, None)], **choice) == [found]


@pytest.mark.parametrize(
    ("onset", "before", "after"),
    [(61, [], [68, 75, 82, 89]), (67, [], [74, 81, 88]), (68, [61], [75, 82, 89]), (80, [73, 66], [87])],
)
def test_a_month_has_few_periods_before_its_first_weeks_are_over(
    onset: int, before: list[float], after: list[float]
) -> None:
    """Day 61 is 1 May; an injury that is open takes no later period away from those who ask for them."""
    table, told = counted_days({"ann": 92}), [("ann", onset, None)]
    assert days_of(table, told, controls="time_stratified") == ([[onset, *before]] if before else [])
    assert days_of(table, told, controls="time_stratified_both") == [[onset, *before, *after]]


def test_all_periods_end_on_the_weekday_of_the_onset_and_say_when() -> None:
    injuries = injuries_of([("ann", day(60), None)])
    frame = matched_periods(counted_days({"ann": 90}), injuries, exposures="x", lag_days=1)
    assert frame.columns.tolist() == ["injury", "athlete_id", "case", "date", "x"]
    assert frame["date"].tolist() == [day(number) for number in (59, 52, 45, 38, 31)]


def test_periods_that_are_not_known_fall_out_and_a_set_without_its_own_or_any_other_does() -> None:
    table = counted_days({"ann": 90, "ben": 90, "eve": 90, "joe": 90})
    unknown = {"ann": [53, 32], "ben": [60], "eve": [53, 46, 39, 32]}
    for who, days in unknown.items():
        table.loc[(table["athlete_id"] == who) & table["x"].isin(days), "x"] = NAN
    told = [(who, 60, None) for who in ("ann", "ben", "eve", "joe")]
    assert days_of(table, told) == [[60, 46, 39], [60, 53, 46, 39, 32]]
    injuries = injuries_of([(who, day(pain), None) for who, pain, _ in told])
    said = periods_of(table, injuries, ["x"], Choice(), None).said
    assert said[0] == "Not counted: 1 of 4 injuries, whose own period is not known."
    assert said[1] == "Not counted: 1 of 4 injuries, without another period at risk and known."
    assert said[2] == "Each injury has 3.0 other periods in the mean: fewer than 4 give wide limits."
    with pytest.warns(DataQualityWarning) as warned:
        matched_periods(table, injuries, exposures=["x"])
    assert [str(warning.message) for warning in warned] == list(said)
    assert {warning.filename for warning in warned} == {__file__}


def test_days_of_another_stretch_or_not_at_risk_are_not_compared() -> None:
    """Injured on day 20, back on day 25, at risk again from day 32 with a wash-out of 7 days."""
    told = [("ann", 20, 25), ("ann", 60, None)]
    assert days_of(counted_days({"ann": 90}), told, washout_days=7) == [[20, 13, 6], [60, 53, 46, 39, 32]]
    assert days_of(counted_days({"ann": 90}), told, washout_days=8) == [[20, 13, 6], [60, 53, 46, 39]]
    quick = [("ann", 32, 32), ("ann", 60, None)]
    assert days_of(counted_days({"ann": 90}), quick, washout_days=0)[1] == [60, 53, 46, 39]


def test_unobserved_days_and_those_of_competing_injuries_are_not_at_risk() -> None:
    table = counted_days({"ann": 90})
    table["sessions"] = np.where(table["x"] == 53, NAN, 1.0)
    told = [("ann", 38, 39), ("ann", 60, None)]
    cases = np.array([False, True])
    assert days_of(table, told, cases, washout_days=4) == [[60, 46, 32]]


@given(
    st.integers(1, 120),
    st.lists(st.tuples(st.integers(0, 119), st.none() | st.integers(0, 30)), min_size=1, max_size=3),
    st.sampled_from([1, 7, 9]),
    st.sampled_from(["unidirectional", "time_stratified"]),
    st.none() | st.integers(1, 6),
    st.integers(0, 3),
    st.integers(0, 30),
    st.sets(st.integers(0, 119), max_size=30),
)
def test_periods_are_those_of_a_plain_walk(
    length: int,
    told: list[tuple[int, int | None]],
    window: int,
    controls: str,
    number: int | None,
    lag: int,
    washout: int,
    unknown: set[int],
) -> None:
    table = counted_days({"ann": length})
    table.loc[table["x"].isin(unknown), "x"] = NAN
    onsets = [(pain, None if away is None else pain + away) for pain, away in told]
    blocked = {
        t for pain, back in onsets for t in range(pain + 1, 999 if back is None else max(pain + 1, back + washout))
    }
    step = 7 if window <= 7 else 14
    walked = []
    for pain in dict.fromkeys(pain for pain, _ in onsets):
        if pain >= length or pain in blocked:
            continue
        before = [other for other, _ in onsets if other < pain]
        days = []
        for back in range(1 + (5 if controls != "unidirectional" else 99 if number is None else number)):
            t = pain - back * step
            here = t >= 0 and t not in blocked and t > max(before, default=-1) and t - lag >= 0
            if here and t - lag not in unknown and (controls == "unidirectional" or day(t).month == day(pain).month):
                days.append(t - lag)
        if len(days) > 1 and days[0] == pain - lag:
            walked.append(days)
    choice = {
        "window_days": window,
        "controls": controls,
        "n_controls": number,
        "lag_days": lag,
        "washout_days": washout,
    }
    found = days_of(table, [("ann", *each) for each in onsets], **choice)
    assert sorted(found) == sorted(walked)


def test_order_of_rows_and_other_runners_do_not_matter() -> None:
    table = counted_days({"ann": 90, "ben": 70})
    injuries = injuries_of([("ben", day(60), None), ("ann", day(80), None)])
    in_order = matched_periods(table, injuries, exposures="x")
    mixed = matched_periods(table.sample(frac=1, random_state=1), injuries, exposures="x")
    pd.testing.assert_frame_equal(in_order, mixed)
    assert in_order["athlete_id"].tolist() == ["ben"] * 5 + ["ann"] * 5
    alone = matched_periods(counted_days({"ben": 70}), injuries.iloc[:1], exposures="x")
    pd.testing.assert_frame_equal(in_order.iloc[:5], alone)


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"exposures": "y"}, SchemaError, "'y' are missing"),
        ({"exposures": []}, ValueError, "one column or several"),
        ({"exposures": ["x", "x"]}, ValueError, "one column or several"),
        ({"exposures": "date"}, ValueError, "'date' are taken"),
        ({"exposures": "word"}, SchemaError, "numbers are needed"),
        ({"window_days": 0}, ValueError, "window_days is 0"),
        ({"lag_days": -1}, ValueError, "lag_days is -1"),
        ({"n_controls": 0}, ValueError, "n_controls is 0"),
        ({"n_controls": 2.5}, ValueError, r"n_controls is 2\.5; a whole number"),
        ({"washout_days": np.inf}, ValueError, "washout_days is inf; a whole number of days"),
        ({"washout_days": 10**20}, ValueError, "at most 100,000"),
        ({"controls": "later"}, ValueError, "controls is 'later'"),
    ],
)
def test_bad_arguments_are_refused(options: dict[str, Any], error: type[Exception], text: str) -> None:
    table = counted_days({"ann": 90}, word="far")
    with pytest.raises(error, match=text):
        matched_periods(table, injuries_of([("ann", day(60), None)]), **{"exposures": "x", **options})


def test_without_injuries_there_are_no_periods() -> None:
    frame = matched_periods(counted_days({"ann": 90}), injuries_of([]), exposures="x")
    assert frame.empty
    assert frame.columns.tolist() == ["injury", "athlete_id", "case", "date", "x"]
    assert matched_periods(counted_days({"ann": 90}), injuries_of([]), exposures="x", cases=[]).empty


def test_an_infinite_exposure_is_not_known() -> None:
    table, injuries = counted_days({"ann": 90}), injuries_of([("ann", day(60), None)])
    known = matched_periods(table, injuries, exposures="x")
    table.loc[table["x"] == known["x"][2], "x"] = np.inf
    with pytest.warns(DataQualityWarning, match=r"3\.0 other periods in the mean"):
        found = matched_periods(table, injuries, exposures="x")
    assert found["x"].tolist() == known["x"].drop(2).tolist()


def drifting(rise: float, injuries: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    back = np.tile(np.arange(20), injuries)
    return pd.DataFrame(
        {
            "injury": np.repeat(np.arange(injuries), 20),
            "case": (back == 0) * 1,
            "x": rng.normal(size=len(back)) - rise * back,
        }
    )


def test_drift_is_told_where_it_is_and_not_where_it_is_not() -> None:
    assert drift_of(drifting(0.0, 50, 1), ["x"]) == ()
    (said,) = drift_of(drifting(0.1, 50, 2), ["x"])
    assert "x rises by 0.1 a period" in said
    (said,) = drift_of(drifting(-0.1, 50, 3), ["x"])
    assert "x falls by 0.1 a period" in said
    assert "protective" in said
    assert drift_of(drifting(1.0, 9, 4), ["x"]) == ()


def test_the_period_of_the_injury_itself_is_no_drift() -> None:
    periods = drifting(0.0, 50, 1)
    periods.loc[periods["case"] == 1, "x"] = 100.0
    assert drift_of(periods, ["x"]) == ()


def test_later_injuries_of_a_runner_can_be_left_out_and_are_told_of_either_way() -> None:
    """By hand: ann has two injuries, the second after her return; ben's only one is a first."""
    date = pd.date_range("2025-01-01", "2025-12-31", unit="us")
    days = pd.DataFrame({"date": [*date, *date]}, dtype="datetime64[us]").assign(far=0.0)
    days["athlete_id"] = pd.Series(["ann", "ben"], dtype="str").repeat(365).to_numpy()
    told = read_injuries(
        b"athlete_id,first_pain,returned\nann,2025-04-11,2025-05-01\nann,2025-09-01,2025-09-20\nben,2025-06-01,"
    )
    with pytest.warns(DataQualityWarning, match="1 of 3 injuries follow an earlier one"):
        every = matched_periods(days, told, exposures="far")
    with pytest.warns(DataQualityWarning, match=r"Not counted: 1 of 3 injuries follow .*which='all'"):
        first = matched_periods(days, told, exposures="far", which="first")
    assert (sorted(every["injury"].unique()), sorted(first["injury"].unique())) == ([0, 1, 2], [0, 2])
    with pytest.raises(ValueError, match="which is 'last'"):
        matched_periods(days, told, exposures="far", which="last")
