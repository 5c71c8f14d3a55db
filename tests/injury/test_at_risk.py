"""Days at risk against hand-worked calendars, a plain walk through every athlete's days, and the rules themselves."""

import math
import re
import warnings
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.errors import DataQualityWarning, SchemaError
from stressfx.injury.at_risk import at_risk_intervals, days_at_risk
from stressfx.injury.onsets import injury_onsets
from stressfx.injury.standing import FATES, risk_days
from stressfx.schema import DTYPES, INJURIES, INTERVALS

DAY_0 = pd.Timestamp("2026-03-02")
NAN = float("nan")


class Told(NamedTuple):
    """An injury; days count from `DAY_0`."""

    athlete: str
    onset: int | None
    returned: int | None = None
    case: bool = True


@dataclass(frozen=True)
class Log:
    """A runner's days: the first, and of each whether it was observed."""

    first: int
    observed: list[bool]


def date_of(days: list[int | None]) -> pd.Series:
    return pd.Series([pd.NaT if day is None else DAY_0 + pd.Timedelta(days=day) for day in days], dtype=DTYPES["date"])


def injuries_of(told: list[Told]) -> pd.DataFrame:
    columns: dict[str, Any] = {column.name: pd.Series([None] * len(told), dtype="str") for column in INJURIES.columns}
    columns["athlete_id"] = pd.Series([injury.athlete for injury in told], dtype="str")
    columns |= {name: date_of([None] * len(told)) for name in ("stopped_running", "diagnosed")}
    columns["first_pain"] = date_of([injury.onset for injury in told])
    columns["returned"] = date_of([injury.returned for injury in told])
    return INJURIES.check(pd.DataFrame({column.name: columns[column.name] for column in INJURIES.columns}))


def daily_of(logs: dict[str, Log]) -> pd.DataFrame:
    """Make a table; the column x is the day's number, so that a lag can be read off."""
    days = [(name, log.first + n, seen) for name, log in logs.items() for n, seen in enumerate(log.observed)]
    return pd.DataFrame(
        {
            "athlete_id": pd.Series([name for name, _, _ in days], dtype="str"),
            "date": date_of([day for _, day, _ in days]),
            "sessions": [1.0 if seen else NAN for _, _, seen in days],
            "x": [float(day) for _, day, _ in days],
        }
    )


def onsets_of(told: list[Told]) -> pd.DataFrame:
    return injury_onsets(injuries_of(told))


def cases_of(told: list[Told]) -> np.ndarray:
    return np.array([injury.case for injury in told], dtype=bool)


def seen(days: int, first: int = 0) -> Log:
    return Log(first, [True] * days)


def quietly(function: Any, *arguments: Any, **options: Any) -> pd.DataFrame:
    """Call a function of which it is known that injuries are lost."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataQualityWarning)
        frame: pd.DataFrame = function(*arguments, **options)
    return frame


def marks(frame: pd.DataFrame) -> str:
    """Draw a runner's days: E event, C competing, - at risk, a dot for every other day."""
    return "".join(
        "E" if row.event else "C" if row.competing else "-" if row.at_risk else "."
        for row in frame.itertuples(index=False)
    )


@pytest.mark.parametrize(
    ("told", "drawn"),
    [
        ([], "------------"),
        ([Told("a", 2, 4)], "--E...------"),
        ([Told("a", 2)], "--E........."),
        ([Told("a", 2, 3)], "--E..-------"),
        ([Told("a", 2, 2)], "--E.--------"),
        ([Told("a", 0, 4)], "E.....------"),
        ([Told("a", 11)], "-----------E"),
        ([Told("a", 2, 4), Told("a", 6, 7)], "--E...E..---"),
        ([Told("a", 2, 4, case=False)], "--C...------"),
        ([Told("a", 2, 4), Told("a", 8, 9, case=False)], "--E...--C..-"),
    ],
)
def test_days_at_risk_by_hand(told: list[Told], drawn: str) -> None:
    """Wash-out of 2 days: after a return on day 4 the days 4 and 5 are not at risk, and day 6 is."""
    days = days_at_risk(daily_of({"a": seen(12)}), onsets_of(told), washout_days=2, cases=cases_of(told))
    assert marks(days) == drawn


@pytest.mark.parametrize(
    ("told", "drawn", "lost"),
    [
        ([Told("a", -3, 1)], "...---------", "1 of 1 injuries, with an onset before the athlete's first day"),
        ([Told("a", -3)], "............", "1 of 1 injuries, with an onset before the athlete's first day"),
        ([Told("a", 12)], "------------", "1 of 1 injuries, with an onset before the athlete's first day or after"),
        ([Told("a", 2, 6), Told("a", 4, 5)], "--E.....----", "1 of 2 injuries, with an onset in the absence"),
        ([Told("a", 2, 4), Told("a", 5, 8)], "--E.......--", "1 of 2 injuries, with an onset in the absence"),
        ([Told("a", 2), Told("a", 9, 10)], "--E.........", "1 of 2 injuries, with an onset in the absence"),
        ([Told("a", 2, 8), Told("a", 4, 4), Told("a", 7, 7)], "--E.......--", "2 of 3 injuries, with an onset in the"),
        ([Told("a", 2, 3), Told("a", 2, 5)], "--E....-----", "1 of 2 injuries, with an onset on the day of another"),
        ([Told("a", 2, 3, case=False), Told("a", 2)], "--E.........", "1 of 2 .* on the day of another"),
        ([Told("a", None, 6)], "------------", "1 of 1 injuries, which this rule cannot date"),
        ([Told("b", 2, 6)], "------------", "1 of 1 injuries, of athletes who have no day"),
    ],
)
def test_an_injury_that_is_no_event_is_said_and_takes_its_time_all_the_same(
    told: list[Told], drawn: str, lost: str
) -> None:
    with pytest.warns(DataQualityWarning, match=f"^Not counted: {lost}") as said:
        days = days_at_risk(daily_of({"a": seen(12)}), onsets_of(told), washout_days=2, cases=cases_of(told))
    assert marks(days) == drawn
    assert not (days["event"] & days["competing"]).any()
    assert len(said) == 1
    assert said[0].filename == __file__


def test_of_injuries_that_begin_on_one_day_the_first_case_stands() -> None:
    told = [Told("a", 1, case=False), Told("a", 1), Told("a", 1)]
    with pytest.warns(DataQualityWarning, match="2 of 3 injuries, with an onset on the day of another one"):
        days = days_at_risk(daily_of({"a": seen(3)}), onsets_of(told), cases=cases_of(told))
    assert days["injury"].tolist() == [-1, 1, -1]


def test_a_day_that_nobody_observed_is_not_at_risk() -> None:
    daily = daily_of({"a": Log(0, [True, False, True, True, False, True, True, True])})
    assert marks(days_at_risk(daily, onsets_of([Told("a", 2, 3)]), washout_days=0)) == "-.E-.---"
    with pytest.warns(DataQualityWarning, match="1 of 1 injuries, with an onset on a day that nobody observed"):
        lost = days_at_risk(daily, onsets_of([Told("a", 4, 6)]), washout_days=0)
    assert marks(lost) == "-.--..--"
    every_day = days_at_risk(daily.drop(columns="sessions"), onsets_of([Told("a", 4, 6)]), washout_days=0)
    assert marks(every_day) == "----E.--"


def test_a_return_that_the_rule_dates_before_the_onset_counts_from_the_onset() -> None:
    days = days_at_risk(daily_of({"a": seen(12)}), onsets_of([Told("a", 5, 1)]), washout_days=3)
    assert marks(days) == "-----E..----"


def test_what_is_known_of_a_runner_counts_from_before_the_log_on() -> None:
    told = [Told("a", -4, -3), Told("a", 2, 3), Told("a", 4, 4, case=False), Told("a", 5, 6)]
    days = quietly(days_at_risk, daily_of({"a": seen(8)}), onsets_of(told), washout_days=0, cases=cases_of(told))
    assert days["episode"].tolist() == [2, 2, 2, 3, 3, 3, 4, 4]
    assert days["since_last"].tolist() == [4, 5, 6, 1, 2, 3, 1, 2]
    assert days["injury"].tolist() == [-1, -1, 1, -1, 2, 3, -1, -1]
    first = quietly(days_at_risk, daily_of({"a": seen(3)}), onsets_of([Told("a", 1)]))
    assert first["since_last"].tolist() == pytest.approx([NAN, NAN, 1.0], nan_ok=True)


def test_intervals_by_hand() -> None:
    """Two runners, the second from day 2 on: calendar days are those of the table, follow-up days one's own."""
    daily = daily_of({"b": seen(3, first=2), "a": Log(0, [True, False, True, True, True])})
    told = [Told("b", 3), Told("a", 2, 3)]
    rows = INTERVALS.check(at_risk_intervals(daily, injuries_of(told), covariates="x", lag_days=1, washout_days=1))
    assert list(rows.columns) == [column.name for column in INTERVALS.columns] + ["x"]
    assert rows["athlete_id"].tolist() == ["a", "a", "a", "b", "b"]
    assert rows["stop"].tolist() == [1, 3, 5, 3, 4]
    assert (rows["stop"] - rows["start"]).tolist() == [1] * 5
    assert rows["event"].tolist() == [0, 1, 0, 0, 1]
    assert rows["injury"].tolist() == [-1, 1, -1, -1, 0]
    assert rows["episode"].tolist() == [1, 1, 2, 1, 1]
    assert rows["date"].tolist() == [DAY_0 + pd.Timedelta(days=day) for day in (0, 2, 4, 2, 3)]
    assert rows["x"].tolist() == pytest.approx([NAN, 1, 3, NAN, 2], nan_ok=True)
    own = at_risk_intervals(daily, injuries_of(told), covariates=[], washout_days=1, time="follow_up")
    assert own["stop"].tolist() == [1, 3, 5, 1, 2]
    assert list(own.columns) == [column.name for column in INTERVALS.columns]


def test_covariates_are_every_column_of_numbers_if_nothing_is_said() -> None:
    daily = daily_of({"a": seen(2)}).assign(surface="road", flagged=[True, False], whole=[3, 4])
    daily["perhaps"] = pd.array([None, 1], dtype="Int64")
    rows = at_risk_intervals(daily, injuries_of([]))
    further = list(rows.columns)[len(INTERVALS.columns) :]
    assert further == ["sessions", "x", "flagged", "whole", "perhaps"]
    assert (rows[further].dtypes == "float64").all()
    assert rows["flagged"].tolist() == [1.0, 0.0]
    assert rows["perhaps"].tolist() == pytest.approx([NAN, 1.0], nan_ok=True)


@dataclass(frozen=True)
class Walked:
    """One day of the oracle."""

    athlete: str
    day: int
    at_risk: bool
    began: int
    event: bool
    competing: bool
    episode: int
    since_last: float


def walk(logs: dict[str, Log], told: list[Told], washout: int) -> list[Walked]:
    """Go through every runner's days, one after the other."""
    walked = []
    for name in sorted(logs):
        own = [(n, injury) for n, injury in enumerate(told) if injury.athlete == name and injury.onset is not None]
        for n, observed in enumerate(logs[name].observed):
            day = logs[name].first + n
            free = observed
            for _, injury in own:
                over = math.inf if injury.returned is None else max(injury.returned, injury.onset) + washout
                free = free and not injury.onset < day < over
            begun = sorted((not injury.case, n) for n, injury in own if injury.onset == day) if free else []
            past = {injury.onset for _, injury in own if injury.case and injury.onset < day}
            walked.append(
                Walked(
                    name,
                    day,
                    free,
                    begun[0][1] if begun else -1,
                    bool(begun) and not begun[0][0],
                    bool(begun) and begun[0][0],
                    1 + len(past),
                    day - max(past) if past else NAN,
                )
            )
    return walked


def fate_of(n: int, logs: dict[str, Log], told: list[Told], walked: list[Walked], washout: int) -> str:  # noqa: PLR0911  # one question after the other
    """Tell what becomes of an injury, by asking one question after the other."""
    injury = told[n]
    if injury.onset is None:
        return "undated"
    if injury.athlete not in logs:
        return "unknown"
    for other in told:
        if other.athlete == injury.athlete and other.onset is not None and other.onset < injury.onset:
            over = math.inf if other.returned is None else max(other.returned, other.onset) + washout
            if injury.onset < over:
                return "blocked"
    here = [row for row in walked if (row.athlete, row.day) == (injury.athlete, injury.onset)]
    if not here:
        return "outside"
    if not here[0].at_risk:
        return "unobserved"
    if here[0].began != n:
        return "double"
    return "event" if injury.case else "competing"


logs_drawn = st.dictionaries(
    st.sampled_from("abc"),
    st.builds(Log, st.integers(0, 8), st.lists(st.sampled_from([True, True, True, False]), min_size=1, max_size=40)),
    max_size=3,
)
told_drawn = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.none() | st.integers(-8, 48) | st.sampled_from([3, 5]),
        st.none() | st.integers(-4, 15) | st.integers(0, 6),
        st.sampled_from([True, True, False]),
    ).map(
        lambda drawn: Told(
            drawn[0], drawn[1], None if drawn[1] is None or drawn[2] is None else drawn[1] + drawn[2], drawn[3]
        )
    ),
    max_size=7,
)


@given(logs_drawn, told_drawn, st.integers(0, 12), st.randoms(use_true_random=False))
def test_days_are_those_of_a_plain_walk(logs: dict[str, Log], told: list[Told], washout: int, random: Any) -> None:
    """The table in any order, with labels of its own."""
    daily = daily_of(logs)
    order = list(range(len(daily)))
    random.shuffle(order)
    mixed = daily.iloc[order].set_axis([f"row {place}" for place in order])
    expected = walk(logs, told, washout)
    days = quietly(days_at_risk, mixed, onsets_of(told), washout_days=washout, cases=cases_of(told))
    assert days["athlete_id"].tolist() == [row.athlete for row in expected]
    assert ((days["date"] - DAY_0).dt.days).tolist() == [row.day for row in expected]
    assert (mixed.loc[days.index, ["athlete_id", "date"]] == days[["athlete_id", "date"]]).all(axis=None)
    for name in ("at_risk", "event", "competing", "episode"):
        assert days[name].tolist() == [getattr(row, name) for row in expected]
    assert days["injury"].tolist() == [row.began for row in expected]
    np.testing.assert_array_equal(days["since_last"].to_numpy(), [row.since_last for row in expected])


@given(logs_drawn, told_drawn, st.integers(0, 12))
def test_every_injury_is_an_event_or_said_to_be_none(logs: dict[str, Log], told: list[Told], washout: int) -> None:
    walked = walk(logs, told, washout)
    days = risk_days(daily_of(logs), onsets_of(told), washout_days=washout, cases=cases_of(told))
    assert days.fate.tolist() == [fate_of(n, logs, told, walked, washout) for n in range(len(told))]
    assert set(days.fate) <= set(FATES)
    lost = sum(int(re.match(r"Not counted: (\d+) of", text)[1]) for text in days.said)  # type: ignore[index]
    assert days.event.sum() + days.competing.sum() + lost == len(told)


@given(
    logs_drawn,
    told_drawn,
    st.integers(0, 12),
    st.integers(0, 5),
    st.sampled_from(["calendar", "follow_up"]),
)
def test_intervals_are_those_of_a_plain_walk(
    logs: dict[str, Log], told: list[Told], washout: int, lag: int, time: str
) -> None:
    expected = [row for row in walk(logs, told, washout) if row.at_risk]
    rows = INTERVALS.check(
        quietly(
            at_risk_intervals,
            daily_of(logs),
            injuries_of(told),
            covariates=["x"],
            lag_days=lag,
            washout_days=washout,
            cases=cases_of(told),
            time=time,
        )
    )
    origin = {
        name: log.first if time == "follow_up" else min(other.first for other in logs.values())
        for name, log in logs.items()
    }
    assert rows["athlete_id"].tolist() == [row.athlete for row in expected]
    assert rows["start"].tolist() == [row.day - origin[row.athlete] for row in expected]
    assert rows["stop"].tolist() == [row.day - origin[row.athlete] + 1 for row in expected]
    assert rows["event"].tolist() == [row.event for row in expected]
    assert rows["competing"].tolist() == [row.competing for row in expected]
    assert rows["injury"].tolist() == [row.began for row in expected]
    lagged = [row.day - lag if row.day - lag >= logs[row.athlete].first else NAN for row in expected]
    np.testing.assert_array_equal(rows["x"].to_numpy(), lagged)


@given(logs_drawn.filter(bool), told_drawn, st.integers(0, 12))
def test_no_runner_matters_to_another(logs: dict[str, Log], told: list[Told], washout: int) -> None:
    def rows(names: list[str]) -> pd.DataFrame:
        frame = quietly(
            at_risk_intervals,
            daily_of({name: logs[name] for name in names}),
            injuries_of(told),
            washout_days=washout,
            cases=cases_of(told),
            time="follow_up",
        )
        return frame.reset_index(drop=True)

    alone = pd.concat([rows([name]) for name in sorted(logs)], ignore_index=True)
    pd.testing.assert_frame_equal(rows(list(logs)), alone)


@given(logs_drawn, told_drawn, st.integers(-30_000, 20_000))
def test_shifting_every_date_shifts_the_rows(logs: dict[str, Log], told: list[Told], by: int) -> None:
    moved_logs = {name: Log(log.first + by, log.observed) for name, log in logs.items()}
    moved = [
        t._replace(
            onset=None if t.onset is None else t.onset + by, returned=None if t.returned is None else t.returned + by
        )
        for t in told
    ]
    rows = quietly(at_risk_intervals, daily_of(logs), injuries_of(told), covariates=["sessions"])
    found = quietly(at_risk_intervals, daily_of(moved_logs), injuries_of(moved), covariates=["sessions"])
    pd.testing.assert_frame_equal(found, rows.assign(date=(rows["date"] + pd.Timedelta(days=by)).dt.as_unit("us")))


def test_cases_must_fit_the_injuries() -> None:
    daily, told = daily_of({"a": seen(5)}), injuries_of([Told("a", 1, 2), Told("a", 4)])
    told.index = pd.Index([7, 3])
    is_case = pd.Series([False, True], index=[7, 3])
    assert at_risk_intervals(daily, told, cases=is_case, washout_days=0)["event"].sum() == 1
    with pytest.raises(ValueError, match="another index"):
        at_risk_intervals(daily, told, cases=is_case.sort_index())
    for wrong in ([True], ["a", "b"], [1, 0], pd.array([True, None], dtype="boolean")):
        with pytest.raises(ValueError, match="a truth value for each of the 2 injuries"):
            at_risk_intervals(daily, told, cases=wrong)


def test_what_cannot_be_computed_is_named() -> None:
    daily, told = daily_of({"ann": seen(5)}), injuries_of([Told("ann", 1, 2)])
    with pytest.raises(ValueError, match="'ann': the day 2026-03-04 is missing"):
        days_at_risk(daily.drop(2), injury_onsets(told))
    with pytest.raises(ValueError, match="washout_days is -1; a whole number"):
        days_at_risk(daily, injury_onsets(told), washout_days=-1)
    with pytest.raises(ValueError, match=r"lag_days is 0\.5; a whole number"):
        at_risk_intervals(daily, told, lag_days=0.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="time is 'total'"):
        at_risk_intervals(daily, told, time="total")
    with pytest.raises(SchemaError, match="no column 'load'"):
        at_risk_intervals(daily, told, covariates=["x", "load"])
    with pytest.raises(SchemaError, match=r"column 'surface' is (str|object)"):
        at_risk_intervals(daily.assign(surface="road"), told, covariates="surface")
    with pytest.raises(ValueError, match="'event' of their own"):
        at_risk_intervals(daily.assign(event=1.0), told)
    with pytest.raises(SchemaError, match="column 'onset' is missing"):
        days_at_risk(daily, told)


def test_messages_name_no_runner() -> None:
    told = [Told("ann", -1, 0), Told("ann", 3), Told("ann", 4), Told("ben", 1), Told("ann", None)]
    days = risk_days(daily_of({"ann": seen(5)}), onsets_of(told), washout_days=0)
    assert len(days.said) == 4
    assert not any("ann" in text.split() or "ben" in text for text in days.said)
