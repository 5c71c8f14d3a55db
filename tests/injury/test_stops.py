"""Oracle: hand-worked logs, and a loop that walks through each athlete's days one by one."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from made_days import NAN, frame_of_athletes

from stressfx.errors import SchemaError
from stressfx.exports.tables import read_injuries
from stressfx.injury.stops import match_stops, running_stops
from stressfx.schema import INJURIES, STOPS
from stressfx.training.daily import daily_load

MONDAY = pd.Timestamp("2026-03-02")
"""The first day of every log here."""

EIGHT_WEEKS = [1.0, 0, 1, 0, 1, 0, 1] * 8
"""Runs on Monday, Wednesday, Friday and Sunday; then follows a Monday."""


def log(*days: float, athlete: str = "ann") -> pd.DataFrame:
    return frame_of_athletes({athlete: np.array(days, dtype=float)}, load="sessions")


def day(number: int) -> pd.Timestamp:
    return MONDAY + pd.Timedelta(days=number)


def rows(stops: pd.DataFrame) -> list[dict[str, Any]]:
    return STOPS.check(stops).to_dict("records")  # type: ignore[return-value]


def test_seven_days_without_a_run_are_a_stop_and_six_are_none() -> None:
    assert running_stops(log(1, *[0] * 6, 1), planned=None).empty
    (stop,) = rows(running_stops(log(1, *[0] * 7, 1), planned=None))
    assert (stop["first"], stop["last"], stop["resumed"]) == (day(1), day(7), day(8))
    assert (stop["days"], stop["open"], stop["uncertain"], stop["rule"]) == (7, False, False, "days")
    assert np.isnan(stop["missed_planned"])
    assert len(running_stops(log(1, 0, 0, 1), days=2)) == 1


def test_before_the_first_run_nothing_was_stopped_and_after_the_last_it_is_open() -> None:
    (stop,) = rows(running_stops(log(*[0] * 20, 2, *[0] * 9)))
    assert (stop["first"], stop["last"], stop["open"]) == (day(21), day(29), True)
    assert pd.isna(stop["resumed"])
    assert running_stops(log(*[0] * 20)).empty


def test_days_that_nobody_observed_are_no_rest_but_make_a_stop_uncertain() -> None:
    assert running_stops(log(1, *[NAN] * 30, 1)).empty
    assert running_stops(log(1, 0, 0, 0, *[NAN] * 30, 0, 0, 0, 1)).empty
    (stop,) = rows(running_stops(log(1, NAN, *[0] * 4, NAN, *[0] * 3, NAN, 1)))
    assert (stop["first"], stop["last"], stop["resumed"]) == (day(2), day(9), day(11))
    assert (stop["days"], stop["uncertain"]) == (7, True)
    (last,) = rows(running_stops(log(1, *[0] * 7, NAN)))
    assert (last["last"], last["open"], last["uncertain"]) == (day(7), True, True)


def test_the_rhythm_of_eight_weeks_tells_which_runs_were_missed() -> None:
    """The stretch runs from Monday to Friday: Monday, Wednesday and Friday are missed."""
    (stop,) = rows(running_stops(log(*EIGHT_WEEKS, 0, 0, 0, 0, 0, 1)))
    assert (stop["first"], stop["last"], stop["days"]) == (day(56), day(60), 5)
    assert (stop["missed_planned"], stop["rule"]) == (3, "planned")
    assert running_stops(log(*EIGHT_WEEKS, 0, 0, 0, 0, 1)).empty, "two are missed by Thursday"
    assert running_stops(log(*EIGHT_WEEKS, 0, 0, 0, 1, 0, 0, 0, 1)).empty, "a run on another day ends a stretch"
    assert running_stops(log(*EIGHT_WEEKS, 0, 0, 0, 0, 0, 1), sessions=4).empty
    assert running_stops(log(*EIGHT_WEEKS, 0, 0, 0, 0, 0, 1), planned=None).empty
    (both,) = rows(running_stops(log(*EIGHT_WEEKS, *[0] * 9, 1)))
    assert (both["rule"], both["missed_planned"], both["days"]) == ("days and planned", 5, 9)


def test_a_weekday_is_planned_after_six_runs_of_eight() -> None:
    for skipped, missed in ((2, 4), (3, 3)):
        weeks = np.array(EIGHT_WEEKS)
        weeks[[7 * week + 2 for week in range(skipped)]] = 0  # Wednesdays
        stops = running_stops(log(*weeks, *[0] * 7, 1))
        assert stops["missed_planned"].tolist() == [missed], "Monday, Friday, Sunday, and Wednesday if it counts"


def test_without_eight_weeks_of_log_there_is_no_rhythm() -> None:
    short = EIGHT_WEEKS[:-7]
    assert running_stops(log(*short, 0, 0, 0, 0, 0, 1)).empty
    assert running_stops(log(*short, *[0] * 7, 1))["missed_planned"].isna().all()
    assert running_stops(log(0, *EIGHT_WEEKS[1:], *[0] * 7, 1))["missed_planned"].tolist() == [4]


def test_the_rhythm_is_that_before_the_stop_however_long_it_lasts() -> None:
    stops = running_stops(log(*EIGHT_WEEKS, *[0] * 84))
    assert stops["missed_planned"].tolist() == [12 * 4]


def plan(*days_from_start: int, athlete: str = "ann") -> pd.DataFrame:
    dates = pd.Series([day(number) for number in days_from_start], dtype="datetime64[us]")
    return pd.DataFrame({"athlete_id": pd.Series([athlete] * len(dates), dtype="str"), "date": dates})


def test_a_plan_of_the_callers_own() -> None:
    daily = log(1, 0, 0, 0, 0, 1, 0, 0, NAN, 0, 1)
    stops = running_stops(daily, planned=plan(0, 1, 2, 4, 4, 6, 7, 8, 99))
    assert stops["first"].tolist() == [day(1)], "the second stretch misses two that are known, and one that is not"
    assert stops["missed_planned"].tolist() == [3]
    assert running_stops(daily, planned=plan(1, 2, 3, athlete="ben")).empty
    long = log(1, *[0] * 8, 1)
    assert running_stops(long, planned=plan(0))["missed_planned"].tolist() == [0]
    assert running_stops(long, planned=plan(0, athlete="ben"))["missed_planned"].isna().all(), "no plan is known"


def by_hand(daily: pd.DataFrame, days: int, sessions: int) -> list[tuple[Any, ...]]:
    """Walk through the days."""
    found = []
    for athlete, history in daily.sort_values("date").groupby("athlete_id"):
        ran = dict(zip(history["date"], history["sessions"], strict=True))
        last_run, stretch = None, []
        for date in [*ran, None]:
            if date is not None and not ran[date] > 0:
                stretch += [date] if last_run is not None else []
                continue
            rest = [one for one in stretch if ran[one] == 0]
            missed, known = 0, last_run is not None and last_run - timedelta(days=55) in ran
            for one in rest if known else []:
                weeks = [last_run - timedelta(days=back) for back in range(56)]
                missed += sum(ran[then] > 0 for then in weeks if then.weekday() == one.weekday()) >= 6
            if len(rest) >= days or (known and missed >= sessions):
                unseen = len(rest) < len(stretch)
                found.append((athlete, rest[0], rest[-1], len(rest), missed if known else None, date, unseen))
            last_run, stretch = date, []
    return found


MADE = arrays(float, st.integers(1, 130), elements=st.sampled_from([0.0, 1.0, 1.0, 1.0, 2.0, NAN]), fill=st.just(1.0))
RESTED = st.tuples(MADE, st.integers(1, 12), MADE).map(
    lambda parts: np.concatenate([parts[0], [0.0] * parts[1], parts[2]])
)


@given(st.lists(RESTED, min_size=1, max_size=3), st.integers(1, 9), st.integers(1, 4), st.randoms())
def test_stops_are_those_that_a_loop_over_days_finds(
    histories: list[np.ndarray], days: int, sessions: int, dice: Any
) -> None:
    daily = frame_of_athletes({f"a{number}": runs for number, runs in enumerate(histories)}, load="sessions")
    order = dice.sample(range(len(daily)), len(daily))
    stops = STOPS.check(running_stops(daily.iloc[order], days=days, sessions=sessions))
    columns = ["athlete_id", "first", "last", "days", "missed_planned", "resumed", "uncertain"]
    found = [tuple(None if pd.isna(cell) else cell for cell in row) for row in stops[columns].to_numpy(dtype=object)]
    assert found == by_hand(daily, days, sessions)
    assert stops["open"].tolist() == stops["resumed"].isna().tolist()
    by_days, by_plan = stops["days"] >= days, stops["missed_planned"] >= sessions
    assert stops["rule"].str.contains("days").tolist() == by_days.tolist()
    assert stops["rule"].str.contains("planned").tolist() == by_plan.tolist()


def test_it_takes_what_daily_load_gives_and_any_column_of_runs() -> None:
    runs = pd.DataFrame(
        {
            "athlete_id": pd.Series(["ann"] * 3, dtype="str"),
            "sport": pd.Series(["running", "cycling", "running"], dtype="str"),
            "date": pd.to_datetime(["2026-03-02", "2026-03-06", "2026-03-12"]).as_unit("us"),
            **dict.fromkeys(("distance_m", "timer_s", "moving_s", "elapsed_s", "steps"), 5000.0),
        }
    )
    daily = daily_load(runs)
    stops = running_stops(daily)
    assert stops["days"].tolist() == [9], "a ride is no run"
    pd.testing.assert_frame_equal(running_stops(daily, run="distance_m"), stops)
    assert running_stops(daily_load(runs, missing="nan")).empty, "but for the day of the ride nobody looked"


def test_no_days_have_no_stops() -> None:
    stops = running_stops(log(1).iloc[:0])
    assert stops.dtypes.to_dict() == STOPS.empty().drop(columns="injury", errors="ignore").dtypes.to_dict()
    assert STOPS.check(match_stops(stops, INJURIES.empty())).empty


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"days": 0}, "days is 0; a whole number of days, 1 or more"),
        ({"sessions": 0}, "sessions is 0; a whole number of 1 or more"),
        ({"sessions": 2.5}, "sessions is 2.5"),
        ({"sessions": np.inf}, "sessions is inf"),
        ({"planned": "weekly"}, "planned is 'weekly'; a frame with athlete_id and date, 'rhythm' or None"),
    ],
)
def test_choices_that_make_no_sense_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        running_stops(log(1, 0), **options)


def test_frames_that_do_not_fit_are_refused() -> None:
    with pytest.raises(SchemaError, match="column 'runs' is missing"):
        running_stops(log(1, 0), run="runs")
    with pytest.raises(SchemaError, match="'date' is missing"):
        running_stops(log(1, 0), planned=plan(1).drop(columns="date"))
    with pytest.raises(ValueError, match="2026-03-03"):
        running_stops(log(1, 0, 1).drop(1))
    with pytest.raises(SchemaError, match="'first' is missing"):
        match_stops(running_stops(log(1)).drop(columns="first"), INJURIES.empty())


TEN_DAYS = running_stops(log(*[1] * 30, *[0] * 10, *[1] * 30, *[0] * 10, 1), planned=None)
"""From 1 to 10 April, and from 11 to 20 May 2026."""


@pytest.mark.parametrize(
    ("dates", "explained"),
    [
        ("2026-04-01,,,2026-04-11", [0, -1]),
        ("2026-03-20,2026-04-01,,2026-04-11", [0, -1]),
        ("2026-03-20,,,2026-04-01", [-1, -1]),  # running again on the first day of the stop
        ("2026-03-20,,,2026-04-02", [0, -1]),
        ("2026-04-10,,,2026-05-11", [0, -1]),  # the eve of the return lies before the second
        ("2026-04-11,,,2026-05-12", [-1, 0]),
        (",,2026-04-05,2026-04-20", [0, -1]),
        ("2026-03-04,,,", [0, -1]),  # open: 28 days later the stop begins
        ("2026-03-03,,,", [-1, -1]),
        ("2026-03-03,2026-04-13,,", [0, 0]),  # open: the last of its dates counts
        (",,,2026-04-11", [-1, -1]),
    ],
)
def test_an_injury_fits_a_stop_that_shares_a_day_with_it(dates: str, explained: list[int]) -> None:
    injuries = read_injuries(f"athlete_id,first_pain,stopped_running,diagnosed,returned\nann,{dates}".encode())
    assert TEN_DAYS["first"].dt.strftime("%m-%d").tolist() == ["04-01", "05-11"]
    assert match_stops(TEN_DAYS, injuries)["injury"].tolist() == explained
    others = injuries.assign(athlete_id=pd.Series(["ben"], dtype="str"))
    assert match_stops(TEN_DAYS, others)["injury"].tolist() == [-1, -1]


def test_of_several_injuries_the_nearest_is_named_by_its_row() -> None:
    table = b"athlete_id,first_pain,returned\nben,2026-04-01,\nann,2026-03-10,2026-05-30\nann,2026-04-02,2026-04-09"
    injuries = read_injuries(table).set_axis([8, 5, 2])
    matched = match_stops(TEN_DAYS.set_axis([4, 3]), injuries)
    assert matched["injury"].tolist() == [2, 1]
    assert matched.index.tolist() == [4, 3]
    pd.testing.assert_frame_equal(matched.drop(columns="injury"), TEN_DAYS.set_axis([4, 3]))
    assert match_stops(matched, injuries.iloc[:1])["injury"].tolist() == [-1, -1], "marked anew"
